//! What a part of a query asks for, in words.

use super::{Filter, MetaField, Pattern, Query, Text, TextField};
use crate::proximity::Nearness;

impl Query {
    /// What it asks for, in words; of what is put together, how.
    #[must_use]
    pub fn asks(&self) -> String {
        match self {
            Query::All => "every article".to_owned(),
            Query::Text(text) => text.asks(),
            Query::Filter(filter) => filter.asks().to_owned(),
            Query::Words(_) => "all of these, or most where none has all".to_owned(),
            Query::And(_) => "all of these".to_owned(),
            Query::Or(_) => "any of these".to_owned(),
            Query::Not(_) => "not this".to_owned(),
            Query::Near { nearness, .. } => match nearness {
                Nearness::Within { words: 1, ordered: false } => "next to each other".to_owned(),
                Nearness::Within { words: 1, ordered: true } => {
                    "next to each other, in this order".to_owned()
                }
                Nearness::Within { words, ordered: false } => {
                    format!("at most {words} words apart")
                }
                Nearness::Within { words, ordered: true } => {
                    format!("at most {words} words apart, in this order")
                }
                Nearness::Sentence => "in one sentence".to_owned(),
                Nearness::Paragraph => "in one paragraph".to_owned(),
            },
            Query::AtLeast { count: 1, .. } => "at least once".to_owned(),
            Query::AtLeast { count, .. } => format!("at least {count} times"),
            Query::Boost { weight, .. } => format!("counts {weight} times in the ranking"),
        }
    }
}

impl Text {
    fn asks(&self) -> String {
        let what = match &self.pattern {
            Pattern::Word(_) => "a word, in any form".to_owned(),
            Pattern::Exact(_) => "this very word".to_owned(),
            Pattern::Phrase { exact, slop, .. } => {
                let forms = if *exact { "as they stand" } else { "in any form" };
                match slop {
                    0 => format!("words in a row, {forms}"),
                    slop => format!("words {forms}, at most {slop} others among them"),
                }
            }
            Pattern::Wildcard(_) => "words that the wildcard fits".to_owned(),
            Pattern::Fuzzy { distance: 1, .. } => "words at most a letter apart".to_owned(),
            Pattern::Fuzzy { distance, .. } => format!("words at most {distance} letters apart"),
            Pattern::Regex(_) => "words that the regular expression fits".to_owned(),
        };
        match self.field {
            TextField::Any => what,
            TextField::Title => what + ", in the headline",
            TextField::Lead => what + ", in the first passage",
        }
    }
}

impl Filter {
    fn asks(&self) -> &'static str {
        match self {
            Filter::Date { .. } => "published then",
            Filter::Mentions { .. } => "a date then in the text",
            Filter::Undated => "without a date",
            Filter::Field { field, .. } => match field {
                MetaField::Source => "the publisher or its domain",
                MetaField::Lang => "the language",
                MetaField::Url => "a part of the address",
                MetaField::Author => "an author",
                MetaField::Section => "the desk or rubric",
                MetaField::Person => "a person, under any spelling",
                MetaField::Org => "an organisation, under any spelling",
                MetaField::Place => "a place, under any spelling",
                MetaField::Entity => "a name, under any spelling",
                MetaField::Id => "an article, a file or a folder",
            },
        }
    }
}
