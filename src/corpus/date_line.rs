//! Lines that say when something was published, and the words by which they say it.
//!
//! Knows lines of text in the languages of European newspapers; not what a page or a file is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::dates::{self, Clock, Date};
use crate::article::Precision;

/// Words before a date that make it the day of publication.
pub(super) static PUBLISHED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words(
        "publish|posted|ver\u{f6}ffentlicht|erstellt|erschienen|gepostet|eingestellt|ge\u{e4}u\u{df}ert|publi\u{e9}|mis en ligne|mise en ligne|par\u{fb}|publicad|pubblicat|gepubliceerd|geplaatst|opublikowan|dodano|publicerad|publisert|udgivet|julkaistu|vyd\u{e1}no|zve\u{159}ejn\u{11b}no|publikov\u{e1}n|k\u{f6}zz\u{e9}t\u{e9}ve|\u{43e}\u{43f}\u{443}\u{431}\u{43b}\u{438}\u{43a}\u{43e}\u{432}|\u{434}\u{430}\u{442}\u{430}|yay\u{131}n|objavljeno|erstver\u{f6}ffentlichung|geschrieben|written|created|datum|date:|dieser artikel|dieser beitrag|this entry was|this post was|this article was",
    )
});

/// The same behind a date: "wurde am 3. März veröffentlicht".
pub(super) static PUBLISHED_BEHIND: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words("ver\u{f6}ffentlicht|publiziert|erstellt|published|eingestellt|gepostet")
});

/// Words before a date that make it the day of a change.
pub(super) static UPDATED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words(
        "updat|modified|changed|edited|aktualisiert|ge\u{e4}ndert|bearbeitet|\u{e4}nderung|\u{fc}berarbeitet|mis \u{e0} jour|mise \u{e0} jour|modifi\u{e9}|actualizad|atualizad|aggiornat|bijgewerkt|gewijzigd|zaktualizowan|aktualizacja|uppdaterad|oppdatert|opdateret|p\u{e4}ivitetty|aktualizov|friss\u{ed}tve|\u{43e}\u{431}\u{43d}\u{43e}\u{432}\u{43b}|g\u{fc}ncelle|a\u{17e}urirano|reviewed|revised|last change|stand:|stand ",
    )
});

/// The same behind a date: "wurde zuletzt am 3. März geändert".
pub(super) static UPDATED_BEHIND: LazyLock<AhoCorasick> =
    LazyLock::new(|| words("ge\u{e4}ndert|bearbeitet|aktualisiert|modified"));

/// Words before a date that make it another thing's.
pub(super) static OTHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words(
        "\u{a9}|copyright|born|geboren|n\u{e9} le|joined|member since|mitglied seit|registriert|registered|beigetreten|deadline|until|valid|g\u{fc}ltig|bis |expires|retrieved|abgerufen|today is|heute ist|comment|kommentar|antwort|reply",
    )
});

/// Finds any of some words; `list` has `|` between them.
pub(super) fn words(list: &str) -> AhoCorasick {
    // The lists are constant, and so is whether they build.
    AhoCorasick::new(list.split('|')).unwrap_or_else(|_| unreachable!("a constant list"))
}

/// "Published 3 March 2025", "Posted on March 3, 2025 at 5 pm", or a line that is a date.
pub(super) fn published_line(text: &str, clock: &Clock) -> Option<Date> {
    const LONGEST: usize = 90;
    let text = text.trim();
    if text.len() < 8 || text.len() > LONGEST || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let lower = text.to_lowercase();
    let (date, range) = dates::find(&lower, clock)?;
    // A year alone on a page is a copyright line or a number.
    if date.precision < Precision::Day
        || !lower.get(range.end..)?.trim_matches(|c: char| !c.is_alphanumeric()).is_empty()
    {
        return None;
    }
    let before = lower.get(..range.start)?.trim_matches(|c: char| !c.is_alphanumeric());
    let said = before.len() <= 30 && PUBLISHED.is_match(before) && !OTHER.is_match(before);
    (before.is_empty() || said).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let cases = [
            ("Published: 3 March 2025", Some("2025-03-03")),
            ("Posted on March 3, 2025 at 5 pm", Some("2025-03-03")),
            ("Ver\u{f6}ffentlicht am 3. M\u{e4}rz 2025", Some("2025-03-03")),
            ("Publi\u{e9} le 3 mars 2025", Some("2025-03-03")),
            ("Opublikowano 3 marca 2025", Some("2025-03-03")),
            ("Monday, 3 March 2025", Some("2025-03-03")),
            ("3 March 2025 was a cold day", None),
            ("Posted 7 comments", None),
            ("Copyright published 3 March 2025", None),
            ("2025", None),
            ("March 2025", None),
        ];
        let clock = Clock::at("2026-01-01T00:00:00Z".parse().unwrap());
        for (line, expected) in cases {
            let day = published_line(line, &clock).map(|date| date.day().to_string());
            assert_eq!(day.as_deref(), expected, "{line}");
        }
    }
}
