//! How the files of a folder are read, as the user says it and as the index keeps it.
//!
//! Knows what may be said and what is usual; not files.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backend::local::Root;
use crate::corpus::Reading;
use crate::corpus::dates::Clock;
use crate::corpus::mapping::Mapping;
use crate::corpus::read::Limits;
use crate::corpus::walk::WalkOptions;

/// How files are read. What is not said is as the last time, or else as usual; the index keeps
/// it for each folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// Where the fields of records are, if not under their usual names.
    pub mapping: Option<Mapping>,
    /// See [`Limits::max_article_bytes`].
    pub max_article_bytes: Option<u64>,
    /// See [`Limits::max_ratio`].
    pub max_ratio: Option<u64>,
    /// Whether symbolic links are followed.
    pub follow: Option<bool>,
    /// Whether the texts are looked through for names.
    pub names: Option<bool>,
    /// See [`Limits::max_time`]; in seconds.
    pub max_seconds: Option<u64>,
}

impl Manner {
    /// As a folder was read the last time.
    pub(super) fn of(root: &Root) -> Self {
        serde_json::from_str(&root.reading).unwrap_or_default()
    }

    /// This, and where it says nothing the other.
    pub(super) fn or(&self, other: Self) -> Self {
        Self {
            mapping: self.mapping.clone().or(other.mapping),
            max_article_bytes: self.max_article_bytes.or(other.max_article_bytes),
            max_ratio: self.max_ratio.or(other.max_ratio),
            follow: self.follow.or(other.follow),
            // Said or not, what is usual is one way of reading.
            names: self.names.or(other.names).filter(|finds| !finds),
            max_seconds: self.max_seconds.or(other.max_seconds),
        }
    }

    /// Whether the texts are looked through for names.
    pub(super) fn finds_names(&self) -> bool {
        self.names.unwrap_or(true)
    }

    /// What parsing and reading go by.
    pub(super) fn decided(self, now: Timestamp) -> (Reading, Limits) {
        let usual = Limits::default();
        let limits = Limits {
            max_article_bytes: self.max_article_bytes.unwrap_or(usual.max_article_bytes),
            max_ratio: self.max_ratio.unwrap_or(usual.max_ratio),
            max_time: self.max_seconds.map_or(usual.max_time, Duration::from_secs),
            ..usual
        };
        let clock = Clock::at(now);
        (Reading { mapping: self.mapping.unwrap_or_default(), clock }, limits)
    }

    pub(super) fn walking(&self) -> WalkOptions {
        WalkOptions { follow: self.follow.unwrap_or_default() }
    }
}

/// What a root is read by, as the index keeps it: another manner or other rule files mean that all
/// under it is read anew.
#[derive(Serialize)]
pub(super) struct ReadBy<'r> {
    #[serde(flatten)]
    pub(super) manner: &'r Manner,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rules: Option<&'r str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_the_last_time() {
        let typed = Manner { max_ratio: Some(5), ..Manner::default() };
        let last = Manner { max_ratio: Some(9), follow: Some(true), ..Manner::default() };
        let now = typed.or(last);
        assert_eq!((now.max_ratio, now.follow, now.mapping), (Some(5), Some(true), None));
    }
}
