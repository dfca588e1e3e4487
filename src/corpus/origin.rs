//! Where a piece came from, and what that says of its articles where they are silent.
//!
//! Knows what a web archive says of a page and what [`rules`](super::rules) say of a folder; not how
//! either was read. What an article says of itself stays, but for what a rule states outright.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;

use super::dates::{self, Clock};
use super::rules::Rules;
use super::{Reading, fields, language};
use crate::article::{Article, DateFrom, Published};

/// Where a piece came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address on the web that a crawler read it at.
    pub url: Option<String>,
    /// When the crawler read it.
    pub captured: Option<Timestamp>,
    /// The character set that the server named.
    pub charset: Option<String>,
    /// The rules of the folder that its file lies in.
    pub rules: Option<Arc<Rules>>,
    /// When its file was last changed, in nanoseconds since 1970.
    pub written_ns: i64,
}

impl Origin {
    /// How to read the piece: as the folder's rules say, and with nothing published after it was
    /// captured.
    pub(super) fn reading<'r>(&self, reading: &'r Reading) -> Cow<'r, Reading> {
        let mut reading = match &self.rules {
            Some(rules) => Cow::Owned(rules.reading(reading)),
            None => Cow::Borrowed(reading),
        };
        if let Some(captured) = self.captured
            && captured < reading.clock.now
        {
            let clock = Clock { now: captured, ..reading.clock.clone() };
            reading.to_mut().clock = clock;
        }
        reading
    }

    /// Adds what the article does not say of itself. `key` is that of its file.
    pub(super) fn complete(&self, article: &mut Article, key: &str, reading: &Reading) {
        if let Some(url) = &self.url
            && article.url.is_none()
        {
            let url = fields::url(url);
            if article.source.domain.is_none() {
                article.source.domain = url.as_deref().and_then(fields::domain_of);
            }
            if article.published.is_none() {
                let date = url.as_deref().and_then(|url| dates::from_url(url, &reading.clock));
                article.published = date.map(|date| date.read_from(DateFrom::Url));
            }
            article.url = url;
        }
        let defaults = &reading.mapping.defaults;
        let source = &mut article.source;
        source.name = source.name.take().or_else(|| defaults.source.clone());
        let lang = || defaults.lang.as_deref().and_then(language::normalise);
        article.lang = article.lang.take().or_else(lang);
        let Some(rules) = &self.rules else { return };
        rules.complete(article, key, &reading.clock);
        if rules.file_time && article.published.is_none() {
            article.published = self.file_time(&reading.clock);
        }
    }

    fn file_time(&self, clock: &Clock) -> Option<Published> {
        // What has no time has the first instant of 1970.
        let millis = self.written_ns.div_euclid(1_000_000);
        let date = dates::from_millis(millis, clock).filter(|_| millis > 0)?;
        Some(date.read_from(DateFrom::FileTime))
    }
}
