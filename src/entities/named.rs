//! What an article names, as an index keeps it: the names that its text was found to hold, and those
//! that its file tags it with, as one list.
//!
//! Knows one article and its passages; not other articles or indexes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::resolve::Resolved;
use super::{of_article, spelling};
use crate::article::{Article, ArticleName, Entity, Named, Passage};
use crate::schema::names::LONGEST_NAME;
use crate::words::WordList;

/// The names of an article, the most salient first, then those that its file alone tells; `words`
/// are those of its body. Without `find` the text is not looked at.
#[must_use]
pub fn named(article: &Article, passages: &[Passage], words: &WordList, find: bool) -> Vec<Named> {
    let resolved = if find { of_article(article, words) } else { Vec::new() };
    let mut names = Names::default();
    for name in resolved {
        let passages = places(&name, passages);
        names.add(Named { name: ArticleName::from(&name), forms: name.forms, passages });
    }
    for tag in &article.entities {
        names.add_tag(tag);
    }
    names.all
}

/// The passages that a name stands in, as of [`Named::passages`].
fn places(name: &Resolved, passages: &[Passage]) -> Vec<u32> {
    let mut places = Vec::with_capacity(name.body.len() + 1);
    if !name.title.is_empty() {
        places.push(0);
    }
    for Range { start, .. } in &name.body {
        // Behind all that end before it; what lies between passages is of the next one.
        let at = passages.partition_point(|passage| passage.end <= *start);
        let place = at.min(passages.len().saturating_sub(1)) as u32 + 1;
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// The names of an article while they are gathered; none stands twice.
#[derive(Default)]
struct Names {
    all: Vec<Named>,
    known: HashMap<ArticleName, usize>,
}

impl Names {
    fn add(&mut self, named: Named) {
        if named.name.name.len() > LONGEST_NAME {
            return;
        }
        let Some(at) = self.known.get(&named.name) else {
            self.known.insert(named.name.clone(), self.all.len());
            self.all.push(named);
            return;
        };
        let before = &mut self.all[*at];
        for (form, count) in named.forms {
            *before.forms.entry(form).or_default() += count;
        }
        before.passages.extend(named.passages);
        before.passages.sort_unstable();
        before.passages.dedup();
    }

    /// Adds a name that the file itself tells: to the one that the text has it as, else as another.
    fn add_tag(&mut self, tag: &Entity) {
        let name = plain(&tag.name);
        let key = spelling::key(&name);
        if key.is_empty() {
            return;
        }
        let aliases = tag.aliases.iter().map(|alias| plain(alias));
        let aliases = aliases.filter(|alias| !spelling::key(alias).is_empty());
        let is_it = |named: &Named| {
            named.name.kind == tag.kind
                && named.forms.keys().chain([&named.name.name]).any(|f| spelling::key(f) == key)
        };
        if let Some(named) = self.all.iter_mut().find(|named| is_it(named)) {
            for form in aliases.chain([name.clone()]) {
                named.forms.entry(form).or_default();
            }
            return;
        }
        let mut forms: BTreeMap<String, u32> = aliases.map(|alias| (alias, 0)).collect();
        forms.insert(name.clone(), 1);
        let name = ArticleName { kind: tag.kind, name, within: None };
        self.add(Named { name, forms, passages: Vec::new() });
    }
}

/// A name from a file: on one line, and no longer than a name is.
fn plain(name: &str) -> String {
    let mut plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain = spelling::with_single_spaces(&plain);
    let end = (0..=LONGEST_NAME.min(plain.len())).rev().find(|end| plain.is_char_boundary(*end));
    plain.truncate(end.unwrap_or_default());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::EntityKind;

    #[test]
    fn what_the_file_tells_joins_what_the_text_says() {
        let tag = |kind, name: &str, aliases: &[&str]| Entity {
            kind,
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        };
        let body = "Vladimir Putin spoke in Moscow.\n\nMr Putin met nobody else.";
        let article = Article {
            title: Some("Putin speaks".into()),
            body: body.into(),
            lang: Some("en".into()),
            entities: vec![
                tag(EntityKind::Person, "PUTIN", &["Vlad\nPutin"]),
                tag(EntityKind::Org, "The Kremlin", &[]),
                tag(EntityKind::Org, "--", &[]),
            ],
            ..Article::default()
        };
        let passages = [0..31, 33..body.len()];
        let words = WordList::of(body);
        let names = named(&article, &passages, &words, true);
        let told: Vec<(&str, &[u32])> =
            names.iter().map(|n| (n.name.name.as_str(), n.passages.as_slice())).collect();
        assert_eq!(
            told,
            [
                ("Vladimir Putin", [0, 1, 2].as_slice()),
                ("Moscow", [1].as_slice()),
                ("The Kremlin", [].as_slice()),
            ]
        );
        let forms: Vec<(&str, u32)> =
            names[0].forms.iter().map(|(form, count)| (form.as_str(), *count)).collect();
        let expected = [("PUTIN", 0), ("Putin", 2), ("Vlad Putin", 0), ("Vladimir Putin", 1)];
        assert_eq!(forms, expected);
        let told = named(&article, &passages, &words, false);
        assert_eq!(told.len(), 2);
    }
}
