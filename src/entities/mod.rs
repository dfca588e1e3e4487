//! Names in text: which are found, whom they mean, and how an archive spells them.
//!
//! Knows text and names; not files, indexes or terminals. [`resolve`] tells which of the names found
//! in one article mean the same, [`aliases`] which of those of all articles do, and [`corrections`]
//! what the user knows better.

use std::ops::Range;

pub mod aliases;
pub mod corrections;
mod known;
mod lexicon;
mod org;
mod person;
pub mod resolve;
mod spelling;

/// A stretch of text that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands, in bytes of its text.
    pub range: Range<usize>,
    /// What it names.
    pub label: Label,
}

/// What a name found names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A human being.
    Person,
    /// A company, party, agency, team.
    Org,
    /// A country, city, region.
    Place,
    /// Anything else with a name: a people, an event, a work.
    Misc,
}
