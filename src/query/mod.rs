//! The query language: the tree, and text to tree and back.
//!
//! The tree says what the user asked and nothing of how an engine answers it. Three consumers
//! read it: the backend compiles it, the highlighter marks by it, and it prints back as text
//! that parses to the same tree. Knows nothing of tantivy, files or terminals.
//!
//! `docs/query-language.md` is the user's view of the same thing.

mod asks;
mod dates;
mod display;
mod habits;
mod lex;
mod locate;
mod parse;
mod telling;

pub use dates::{DateError, parse_date, parse_range};
pub use habits::as_words;
pub use locate::{Located, counts_in, locate};
pub use parse::{ParseError, parse, plain_words};
pub use telling::telling;

use jiff::Timestamp;

use crate::analysis::Chain;
use crate::article::EntityKind;
use crate::pattern::WordPattern;
use crate::proximity::Nearness;

/// What a user asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every article. The empty query, useful with filters beside it.
    All,
    /// A word, phrase or pattern that must occur in the text.
    Text(Text),
    /// A condition on the article's metadata. Never scores, never relaxed.
    Filter(Filter),
    /// Words side by side, at least two, each a [`Query::Text`] or a parenthesised group. All
    /// must match, but this is the one place where a question that nothing matches whole may be
    /// relaxed to its best partial matches.
    Words(Vec<Query>),
    /// All must match; at least two. Written with `AND`, or by filters beside words.
    And(Vec<Query>),
    /// Any must match; at least two.
    Or(Vec<Query>),
    /// Must not match. Scores nothing and is never highlighted.
    Not(Box<Query>),
    /// Two things near each other in the text; each has places, see [`Query::has_places`].
    Near {
        /// What is typed before the operator.
        left: Box<Query>,
        /// What is typed behind it.
        right: Box<Query>,
        /// How near.
        nearness: Nearness,
    },
    /// `atleast3(...)`: something that has places stands in the article so often, places that
    /// overlap counted once.
    AtLeast {
        /// 1 to 255.
        count: u32,
        /// Of what.
        of: Box<Query>,
    },
    /// `word^2`: counts so much more, or less, in the ranking.
    Boost {
        /// 0.01 to 100.
        weight: f32,
        /// What scores.
        of: Box<Query>,
    },
}

impl Query {
    /// Whether it asks where sentences or paragraphs start.
    #[must_use]
    pub fn has_units(&self) -> bool {
        match self {
            Query::All | Query::Text(_) | Query::Filter(_) => false,
            Query::Words(parts) | Query::And(parts) | Query::Or(parts) => {
                parts.iter().any(Query::has_units)
            }
            Query::Near { left, right, nearness } => {
                !matches!(nearness, Nearness::Within { .. })
                    || left.has_units()
                    || right.has_units()
            }
            Query::AtLeast { of, .. } | Query::Boost { of, .. } | Query::Not(of) => of.has_units(),
        }
    }

    /// Whether it says where in a text it is found: a text, things near each other, and
    /// alternatives of such.
    #[must_use]
    pub fn has_places(&self) -> bool {
        match self {
            Query::Text(_) | Query::Near { .. } => true,
            Query::Or(any) => any.iter().all(Query::has_places),
            _ => false,
        }
    }

    /// What asks for all of these, as it would be read from text.
    #[must_use]
    pub fn all_of(parts: Vec<Query>) -> Self {
        parse::side_by_side(parts).unwrap_or(Query::All)
    }

    /// Whether parts of it may be found in an article that does not match it.
    #[must_use]
    pub fn is_compound(&self) -> bool {
        match self {
            Query::Words(_) | Query::And(_) => true,
            Query::Or(any) => any.iter().any(Query::is_compound),
            Query::Boost { of, .. } => of.is_compound(),
            _ => false,
        }
    }

    /// Whether an article may match one of its alternatives and hold parts of others. With `any`,
    /// words side by side are alternatives.
    #[must_use]
    pub fn has_compound_alternatives(&self, any: bool) -> bool {
        let within = |parts: &[Query]| parts.iter().any(|part| part.has_compound_alternatives(any));
        match self {
            Query::Or(parts) => parts.iter().any(Query::is_compound),
            Query::Words(parts) if any => parts.iter().any(Query::is_compound),
            Query::Words(parts) | Query::And(parts) => within(parts),
            Query::Boost { of, .. } => of.has_compound_alternatives(any),
            _ => false,
        }
    }
}

/// A unit of text to find in a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Where to look.
    pub field: TextField,
    /// What to look for.
    pub pattern: Pattern,
}

/// The parts of an article that text is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextField {
    /// Headline and body; what a word without a field means.
    Any,
    /// The headline alone: `title:`.
    Title,
    /// The first passage alone: `lead:`.
    Lead,
}

/// The forms a unit of text takes. Strings hold what the user typed, quotes and operators
/// removed; analysis (case, accents, stems) is the consumers' business.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// `word`: any word with the same stem. May hold punctuation (`U.S.`, `C++`, `12:30`, a
    /// URL); the analyzer may cut it into several words, which then form a phrase.
    Word(String),
    /// `=word`: this very word, whatever its case or accents.
    Exact(String),
    /// `"two words"`, by stems; `="two words"` as they stand. with `slop`, in any order
    /// within so many more words: `"two words"~3`.
    Phrase {
        /// The text between the quotes.
        words: String,
        /// Not stemmed.
        exact: bool,
        /// Extra distance allowed in all.
        slop: u32,
    },
    /// `elect*`, `wi?d`, `*burg`: `*` stands for any number of letters, `?` for one.
    Wildcard(String),
    /// `word~1`, `word~2`: at most so many letters added, lost, changed or swapped.
    Fuzzy {
        /// The word.
        word: String,
        /// 1 or 2.
        distance: u8,
    },
    /// `/pal(a|e)stin.*/`: whole words, as they stand, whatever their case or accents.
    Regex(String),
}

/// What a pattern looks for.
#[derive(Debug)]
pub enum Sought<'p> {
    /// The words of a text, in the forms of a chain, near each other: see [`crate::proximity::places`].
    Words {
        /// As typed.
        text: &'p str,
        /// How they compare.
        chain: Chain,
        /// Extra distance allowed in all.
        slop: u32,
    },
    /// Any single word that fits.
    Fitting(WordPattern),
}

impl Pattern {
    /// What it looks for.
    ///
    /// # Errors
    /// Why a regular expression is none; [`parse()`] lets none through that is not.
    pub fn sought(&self) -> Result<Sought<'_>, String> {
        let chain = |exact| if exact { Chain::Exact } else { Chain::Stem };
        Ok(match self {
            Pattern::Word(text) => Sought::Words { text, chain: Chain::Stem, slop: 0 },
            Pattern::Exact(text) => Sought::Words { text, chain: Chain::Exact, slop: 0 },
            Pattern::Phrase { words, exact, slop } => {
                Sought::Words { text: words, chain: chain(*exact), slop: *slop }
            }
            Pattern::Wildcard(glob) => Sought::Fitting(WordPattern::glob(glob)),
            Pattern::Fuzzy { word, distance } => {
                Sought::Fitting(WordPattern::near(word, *distance))
            }
            Pattern::Regex(regex) => Sought::Fitting(WordPattern::regex(regex)?),
        })
    }

    /// Whether it stands for all the words of an archive that it fits.
    #[must_use]
    pub fn is_expanded(&self) -> bool {
        matches!(self, Pattern::Wildcard(_) | Pattern::Fuzzy { .. } | Pattern::Regex(_))
    }

    /// What was typed, without the signs around it.
    #[must_use]
    pub fn typed(&self) -> &str {
        match self {
            Pattern::Word(typed)
            | Pattern::Exact(typed)
            | Pattern::Phrase { words: typed, .. }
            | Pattern::Wildcard(typed)
            | Pattern::Fuzzy { word: typed, .. }
            | Pattern::Regex(typed) => typed,
        }
    }
}

/// A condition on metadata.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// The whole known period of the publication date lies in `from..until`. Either end may be
    /// open. Undated articles never match.
    Date {
        /// First instant that matches.
        from: Option<Timestamp>,
        /// First instant that no longer matches.
        until: Option<Timestamp>,
    },
    /// `mentions:`: the whole of some period that the text names lies in `from..until`. Either end
    /// may be open.
    Mentions {
        /// First instant that matches.
        from: Option<Timestamp>,
        /// First instant that no longer matches.
        until: Option<Timestamp>,
    },
    /// `date:none`: the article carries no date.
    Undated,
    /// A word or phrase in a metadata field, compared without case or accents.
    Field {
        /// Which field.
        field: MetaField,
        /// The value asked for; see [`MetaField`] for how it compares.
        value: String,
    },
}

/// The metadata fields that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[derive(strum::Display, strum::EnumString, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum MetaField {
    /// Publisher's name or domain: the words of the value occur in it in this order.
    Source,
    /// Language code, whole.
    Lang,
    /// The words of the value occur in the URL in this order (`url:kyivcourier.example/2025`).
    Url,
    /// The words of the value occur in an author's name in this order.
    Author,
    /// The words of the value occur in the section in this order.
    Section,
    /// The words of the value occur in a person's name or alias in this order.
    Person,
    /// The same for organisations.
    Org,
    /// The same for places.
    Place,
    /// The same for names of any kind.
    Entity,
    /// The whole id, or the id of the file that holds it, or a folder above it ended by `/`.
    Id,
}

impl MetaField {
    /// Of what kind the names are that the field asks for, and `None` for those of any kind; nothing
    /// where it asks for no names.
    #[must_use]
    pub fn of_names(self) -> Option<Option<EntityKind>> {
        match self {
            MetaField::Person => Some(Some(EntityKind::Person)),
            MetaField::Org => Some(Some(EntityKind::Org)),
            MetaField::Place => Some(Some(EntityKind::Place)),
            MetaField::Entity => Some(None),
            _ => None,
        }
    }
}
