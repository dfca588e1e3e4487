//! A set of queries made from an index, that stands for what is asked of an archive when nobody has
//! written down what is.
//!
//! Words, phrases, dates and words near each other are taken from articles chosen by chance, so that
//! every query finds at least one; sources and names from the lists of them. The same index and seed
//! give the same set.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use jiff::tz::TimeZone;

use super::Question;
use super::dice::Dice;
use crate::analysis::{fold, is_common};
use crate::article::{EntityKind, Passage};
use crate::backend::Searcher;
use crate::backend::local::LocalSearcher;
use crate::entities::aliases::Entry;

use crate::query::{self, Filter, MetaField, Pattern, Query, Text, TextField};
use crate::schema::Stored;
use crate::words;

/// The classes, in order.
pub const CLASSES: &[&str] = &[
    "rare term",
    "middle term",
    "frequent term",
    "and 2",
    "and 3",
    "or 2-5",
    "phrase",
    "prefix",
    "w/5",
    "dated",
    "by source",
    "by name",
];

/// Articles to take words from, for each query of a class.
const ARTICLES_PER_QUERY: usize = 12;
/// How often is tried to find another query of a class.
const TRIES_PER_QUERY: usize = 200;
/// Letters of a prefix.
const PREFIX: usize = 4;
/// Of the names, in turn.
const KINDS: [EntityKind; 3] = [EntityKind::Person, EntityKind::Org, EntityKind::Place];
/// How near words of `w/5` stand.
const NEAR: usize = 5;

/// Makes so many queries of each class, or as many as the index has.
///
/// # Errors
/// If the index cannot be read.
pub fn questions(searcher: &LocalSearcher, per_class: usize, seed: u64) -> Result<Vec<Question>> {
    let mut maker = Maker::new(searcher, per_class, seed)?;
    let mut questions = Vec::new();
    for (stream, class) in (1..).zip(CLASSES) {
        let mut dice = Dice::new(seed, stream);
        let mut known = HashSet::new();
        for _ in 0..per_class * TRIES_PER_QUERY {
            if known.len() == per_class {
                break;
            }
            let Some(query) = maker.query(class, known.len(), &mut dice)? else { continue };
            let text = query.to_string();
            if known.contains(&text) || searcher.count(&query, false)? == 0 {
                continue;
            }
            known.insert(text.clone());
            questions.push(Question { id: None, classes: vec![(*class).to_owned()], text, query });
        }
    }
    Ok(questions)
}

/// What queries are made of.
struct Maker<'s> {
    searcher: &'s LocalSearcher,
    articles: Vec<Stored>,
    /// The words of each article, in order: those that stand next to each other in a passage, or
    /// `None` where one ends or a word is none to ask for.
    words: Vec<Vec<Option<String>>>,
    /// In how many articles a word stands, as far as that was asked.
    frequencies: BTreeMap<String, u64>,
    sources: Weighed<String>,
    /// Persons, organisations, places.
    names: [Weighed<String>; 3],
}

/// Things to draw from, each as often as its weight says: who asks for a name or a paper asks for a
/// well-known one.
struct Weighed<T> {
    /// With the sum of the weights up to it.
    things: Vec<(usize, T)>,
}

impl<T> Weighed<T> {
    fn new(things: impl IntoIterator<Item = (usize, T)>) -> Self {
        let mut sum = 0;
        let things = things.into_iter().map(|(weight, thing)| {
            sum += weight;
            (sum, thing)
        });
        Self { things: things.collect() }
    }

    fn draw(&self, dice: &mut Dice) -> Option<&T> {
        let at = dice.below(self.things.last()?.0);
        let number = self.things.partition_point(|(sum, _)| *sum <= at);
        self.things.get(number).map(|(_, thing)| thing)
    }
}

impl<'s> Maker<'s> {
    fn new(searcher: &'s LocalSearcher, per_class: usize, seed: u64) -> Result<Self> {
        let articles = searcher.sample(per_class * ARTICLES_PER_QUERY, seed)?;
        let words = articles
            .iter()
            .map(|Stored { article, passages }| words_of(&article.body, passages))
            .collect();
        let sources = searcher.stats()?.sources.into_iter();
        let sources = Weighed::new(sources.map(|count| (count.articles as usize, count.value)));
        let mut entries: Vec<Entry> =
            searcher.names().map_or_else(Vec::new, |table| table.entries().collect());
        entries.sort_unstable_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let names = KINDS.map(|kind| {
            let of_kind = entries.iter().filter(|entry| entry.kind == kind);
            Weighed::new(of_kind.map(|entry| (entry.count.articles as usize, entry.name.clone())))
        });
        let frequencies = BTreeMap::new();
        Ok(Self { searcher, articles, words, frequencies, sources, names })
    }

    /// A query of a class, the `number`th; `None` where chance gave none.
    fn query(&mut self, class: &str, number: usize, dice: &mut Dice) -> Result<Option<Query>> {
        let Some(article) = self.some_article(dice) else { return Ok(None) };
        let some_word = |maker: &Self, dice: &mut Dice| -> Option<String> {
            let words = &maker.words[article];
            words.get(dice.below(words.len())).cloned().flatten()
        };
        Ok(match class {
            "rare term" | "middle term" | "frequent term" => {
                let Some(typed) = some_word(self, dice) else { return Ok(None) };
                let third = self.third(&typed)?;
                (third == class).then(|| word(typed))
            }
            "and 2" | "and 3" => {
                let many = if class == "and 2" { 2 } else { 3 };
                self.telling(article, many, dice)?
                    .map(|words| Query::all_of(words.into_iter().map(word).collect()))
            }
            "or 2-5" => {
                let words = self.telling(article, 2 + number % 4, dice)?;
                words.map(|words| Query::Or(words.into_iter().map(word).collect()))
            }
            "phrase" => {
                let words = &self.words[article];
                let at = dice.below(words.len());
                match words.get(at..at + 2) {
                    Some([Some(first), Some(second)]) => Some(text(Pattern::Phrase {
                        words: format!("{first} {second}"),
                        exact: false,
                        slop: 0,
                    })),
                    _ => None,
                }
            }
            "prefix" => some_word(self, dice)
                .filter(|word| word.chars().count() > PREFIX)
                .map(|word| word.chars().take(PREFIX).collect::<String>() + "*")
                .map(|glob| text(Pattern::Wildcard(glob))),
            "w/5" => {
                let words = &self.words[article];
                let at = dice.below(words.len());
                let other = at + 2 + dice.below(NEAR - 1);
                match (words.get(at), words.get(other)) {
                    (Some(Some(left)), Some(Some(right))) if left != right => {
                        let typed = format!("{left} w/{NEAR} {right}");
                        query::parse(&typed, jiff::Timestamp::UNIX_EPOCH).ok()
                    }
                    _ => None,
                }
            }
            "dated" => {
                let Some(published) = self.articles[article].article.published else {
                    return Ok(None);
                };
                // A year as often as a month.
                let format = if number.is_multiple_of(2) { "%Y-%m" } else { "%Y" };
                let period = published.at.to_zoned(TimeZone::UTC).strftime(format).to_string();
                let Some(typed) = some_word(self, dice) else { return Ok(None) };
                let typed = format!("{typed} date:{period}");
                query::parse(&typed, jiff::Timestamp::UNIX_EPOCH).ok()
            }
            "by source" => {
                let Some(typed) = some_word(self, dice) else { return Ok(None) };
                let source = self.sources.draw(dice);
                source.map(|source| with(word(typed), MetaField::Source, source))
            }
            _ => {
                let field = [MetaField::Person, MetaField::Org, MetaField::Place][number % 3];
                let name = self.names[number % 3].draw(dice);
                name.map(|name| Query::Filter(Filter::Field { field, value: name.clone() }))
            }
        })
    }

    fn some_article(&self, dice: &mut Dice) -> Option<usize> {
        (!self.articles.is_empty()).then(|| dice.below(self.articles.len()))
    }

    /// So many words of one article, none of which is rare: as one asks who looks for something.
    fn telling(
        &mut self,
        article: usize,
        many: usize,
        dice: &mut Dice,
    ) -> Result<Option<Vec<String>>> {
        let mut chosen: Vec<String> = Vec::new();
        for _ in 0..TRIES_PER_QUERY {
            let words = &self.words[article];
            let Some(Some(word)) = words.get(dice.below(words.len())).cloned() else { continue };
            if !chosen.contains(&word) && self.third(&word)? != "rare term" {
                chosen.push(word);
            }
            if chosen.len() == many {
                return Ok(Some(chosen));
            }
        }
        Ok(None)
    }

    /// Which third of the scale of frequencies a word lies in; the scale is logarithmic and goes from
    /// one article to all of them.
    fn third(&mut self, typed: &str) -> Result<&'static str> {
        let frequency = match self.frequencies.get(typed) {
            Some(known) => *known,
            None => {
                let counted = self.searcher.count(&word(typed.to_owned()), false)?;
                self.frequencies.insert(typed.to_owned(), counted);
                counted
            }
        };
        let all = (self.searcher.articles() as f64).ln().max(f64::MIN_POSITIVE);
        let share = (frequency.max(1) as f64).ln() / all;
        Ok(match share {
            share if share <= 1.0 / 3.0 => "rare term",
            share if share <= 2.0 / 3.0 => "middle term",
            _ => "frequent term",
        })
    }
}

/// The words of a text as queries have them: of letters alone, in lower case, not too common and not too
/// short. Between passages and in place of other words stands `None`.
fn words_of(body: &str, passages: &[Passage]) -> Vec<Option<String>> {
    let mut all = Vec::new();
    for passage in passages {
        for (_, word) in words::words(&body[passage.clone()]) {
            let is_plain = word.chars().all(char::is_alphabetic) && word.chars().nth(2).is_some();
            let lower = word.to_lowercase();
            all.push((is_plain && !is_common(&fold(&lower))).then_some(lower));
        }
        all.push(None);
    }
    all
}

fn text(pattern: Pattern) -> Query {
    Query::Text(Text { field: TextField::Any, pattern })
}

fn word(typed: String) -> Query {
    text(Pattern::Word(typed))
}

fn with(query: Query, field: MetaField, value: &str) -> Query {
    let filter = Query::Filter(Filter::Field { field, value: value.to_owned() });
    Query::And(vec![query, filter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_drawn_by_their_weights() {
        let things = Weighed::new([(1, 'a'), (0, 'b'), (9, 'c')]);
        let mut dice = Dice::new(1, 1);
        let drawn: Vec<char> = (0..1000).filter_map(|_| things.draw(&mut dice).copied()).collect();
        let of = |thing| drawn.iter().filter(|one| **one == thing).count();
        assert!((50..200).contains(&of('a')) && of('b') == 0 && of('a') + of('c') == 1000);
        assert_eq!(Weighed::<char>::new([]).draw(&mut dice), None);
    }

    #[test]
    fn words_are_what_one_asks_for() {
        let body = "The U.S. envoy met Zelensky. In 2025 an ambassador";
        let passages = [0..28, 29..body.len()];
        let words = words_of(body, &passages);
        let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("-")).collect();
        assert_eq!(
            words,
            ["-", "-", "envoy", "met", "zelensky", "-", "-", "-", "-", "ambassador", "-"]
        );
    }
}
