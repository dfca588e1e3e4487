//! Finds the names in a text: persons, organisations, places, and what else is called by a name.
//!
//! A linear chain model reads the text twice: once for itself, once more with what it then knows of
//! the whole article. `MODEL.md` tells what it was trained on and how well it does; `train` makes
//! it. [`resolve`] tells which of the names found in one article mean the same, [`aliases`] which of
//! those of all articles do, and [`corrections`] what the user knows better; [`name_table`] is what
//! an index keeps of that.
//!
//! Knows text, names and languages; not files, indexes or terminals.

pub mod aliases;
pub mod clusters;
pub mod corrections;
mod features;
mod gazetteer;
mod known;
mod lexicon;
mod model;
pub mod name_table;
mod named;
mod org;
mod person;
pub mod resolve;
pub mod sets;
mod spelling;
mod table;
mod tokens;
pub mod train;
mod weights;

use std::ops::Range;
use std::sync::OnceLock;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

pub use named::named;

use model::Model;
use resolve::Resolved;

use crate::article::Article;
use crate::words::{WordList, words};

/// Raised whenever the same text may give other names than before, or other names may be joined.
pub const NAMES_VERSION: u32 = 2;

/// What kind of thing a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Label {
    /// A person or a family.
    Person,
    /// A company, authority, party, team, band or other body of people.
    Org,
    /// A country, town, region, water, building or other place.
    Place,
    /// Any other name: nationalities and creeds, events, works, products, laws.
    Misc,
}

/// A stretch of text that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands, in bytes of the text; on character boundaries, never empty.
    pub range: Range<usize>,
    /// What it names.
    pub label: Label,
}

/// The names of one article. Each list is in the order of the text, and no two names overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InArticle {
    /// Those of the headline; ranges are bytes of it.
    pub title: Vec<Found>,
    /// Those of the body; ranges are bytes of it.
    pub body: Vec<Found>,
}

/// Groups of words, as `clusters::make` made them.
const CLUSTERS: &[u8] = include_bytes!("words.clusters");

/// How surely a language is one that the model was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Known,
    Foreign,
}

/// Whether the model was trained on a language (ISO 639-1). One that is not told counts as known.
#[must_use]
pub fn knows(lang: Option<&str>) -> bool {
    lang.is_none_or(|lang| lang.split('-').next() == Some("en"))
}

/// The names in an article: in its headline, if it has one, and its body. `lang` is the language of
/// the text (ISO 639-1). Where the model does not know it ([`knows`]), only names that the lists of
/// countries and cities hold and that cannot well be anything else are found.
///
/// The first call decodes the model.
#[must_use]
pub fn find(title: Option<&str>, body: &str, lang: Option<&str>) -> InArticle {
    find_in_words(title, body, words(body), lang)
}

/// As [`find`], where the words of the body are known.
fn find_in_words<'t>(
    title: Option<&str>,
    body: &'t str,
    words: impl Iterator<Item = (usize, &'t str)>,
    lang: Option<&str>,
) -> InArticle {
    static SHIPPED: OnceLock<Model> = OnceLock::new();
    let model = SHIPPED.get_or_init(|| Model::decode(include_bytes!("names.model"), CLUSTERS));
    let tongue = if knows(lang) { Tongue::Known } else { Tongue::Foreign };
    model.find(title.unwrap_or_default(), body, words, tongue)
}

/// The persons, organisations and places that an article names, the most salient first; `words` are
/// those of its body.
#[must_use]
pub fn of_article(article: &Article, words: &WordList) -> Vec<Resolved> {
    let (title, body) = (article.title.as_deref(), article.body.as_str());
    let found = find_in_words(title, body, words.all(body), article.lang.as_deref());
    resolve::resolve(title, &found.title, body, &found.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: Option<&str>, body: &str, lang: Option<&str>) -> Vec<String> {
        let found = find(title, body, lang);
        let show = |text: &str, names: &[Found]| {
            names
                .iter()
                .map(|name| format!("{} {}", name.label, &text[name.range.clone()]))
                .collect::<Vec<_>>()
        };
        let mut told = show(title.unwrap_or_default(), &found.title);
        told.extend(show(body, &found.body));
        told
    }

    #[test]
    fn names_of_news() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("the talks went on for hours, officials said.", &[]),
            (
                "President Vladimir Putin met Steve Witkoff in Moscow on Friday.",
                &["person Vladimir Putin", "person Steve Witkoff", "place Moscow"],
            ),
            (
                "The United Nations and the European Union sent envoys to Kyiv, Ukraine.",
                &["org United Nations", "org European Union", "place Kyiv", "place Ukraine"],
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(told(None, body, Some("en")), *expected, "{body}");
        }
    }

    #[test]
    fn a_headline_is_read_with_its_article() {
        let body = "Volodymyr Zelensky flew to Berlin on Monday. Mr Zelensky met Friedrich Merz.";
        let told = told(Some("Zelensky Visits Berlin for Talks With Merz"), body, Some("en"));
        assert_eq!(told[..3], ["person Zelensky", "place Berlin", "person Merz"]);
    }

    #[test]
    fn texts_that_tell_nothing_give_nothing() {
        for (body, lang) in [
            ("the president met ministers in the capital on friday and said nothing at all", None),
            ("Der Bundeskanzler sprach am Montag in der Stadt mit den Abgeordneten.", Some("de")),
            ("\u{41f}\u{440}\u{435}\u{437}\u{438}\u{434}\u{435}\u{43d}\u{442}", Some("ru")),
            ("1234 5678 --- ... \u{1f600}\n\n\n", None),
        ] {
            assert_eq!(told(None, body, lang), [""; 0], "{body}");
        }
    }

    #[test]
    fn lists_alone_speak_where_the_language_is_unknown() {
        let told = told(None, "Mahmud reiste nach Argentina und Burkina Faso.", Some("de"));
        assert_eq!(told, ["place Argentina", "place Burkina Faso"]);
    }

    proptest::proptest! {
        #[test]
        fn names_stand_in_order_and_on_characters(
            title in ".{0,40}",
            body in "([A-Z][a-z]{1,8}|[a-z]{1,6}|\\PC|[0-9]{1,4}|'s|[.,:;()\"\u{2019}-]|\n\n){0,60}",
            spaces in proptest::bool::ANY,
        ) {
            let body = if spaces { body.replace(['a', 'e'], " ") } else { body };
            let found = find(Some(&title), &body, None);
            for (text, names) in [(&title, &found.title), (&body, &found.body)] {
                let mut end = 0;
                for name in names {
                    proptest::prop_assert!(name.range.start >= end && !name.range.is_empty());
                    proptest::prop_assert!(text.get(name.range.clone()).is_some());
                    end = name.range.end;
                }
            }
        }
    }
}
