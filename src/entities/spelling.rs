//! When two spellings are one: case, accents, hyphens, possessives, and the ways in which one name
//! is written in Latin letters.
//!
//! Knows letters and words; not what a name names. Nothing here counts edits: two names a letter
//! apart are mostly two names.

use std::borrow::Cow;

use crate::analysis;

/// The words of a name, folded: lower case, no accents, cut at spaces, hyphens and other marks.
/// Apostrophes and the full stops of acronyms go: `O'Neill` is `oneill`, `U.S.` is `us`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(name, |word| words.push(word.to_owned()));
    words
}

/// The words of a name in a row, with a mark between them.
pub(super) fn words_with<'n>(mark: &str, name: &'n str) -> Cow<'n, str> {
    if name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')) {
        return Cow::Borrowed(name);
    }
    let mut all = String::with_capacity(name.len());
    each_word(name, |word| {
        if !all.is_empty() {
            all.push_str(mark);
        }
        all.push_str(word);
    });
    Cow::Owned(all)
}

fn each_word(name: &str, mut take: impl FnMut(&str)) {
    // Most names are of ASCII letters, which fold without being looked up.
    let folded =
        if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(analysis::fold(name)) };
    let mut word = String::with_capacity(folded.len());
    for letter in folded.chars() {
        let letter = letter.to_ascii_lowercase();
        let kept = match letter {
            'a'..='z' | '0'..='9' => true,
            '\'' | '`' | '\u{b4}' | '.' => continue,
            _ if letter.is_ascii() => false,
            // Marks of other scripts belong to their letters.
            _ => !is_dash(letter) && !letter.is_whitespace() && !is_quote(letter),
        };
        if kept {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            take(&word);
            word.clear();
        }
        if letter == '&' {
            take("and");
        }
    }
    if !word.is_empty() {
        take(&word);
    }
}

/// A text with one space between its words, and none around them.
pub(super) fn with_single_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What two spellings of one name share if they differ in case, accents, hyphens and dots alone.
/// Initials stand together: `J. K. Rowling` and `JK Rowling` are `jk rowling`.
pub(super) fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut after_letter = false;
    each_word(name, |word| push_word(&mut key, &mut after_letter, word));
    key
}

/// Words as a key: single letters stand together.
pub(super) fn join<S: AsRef<str>>(words: &[S]) -> String {
    let mut key = String::new();
    let mut after_letter = false;
    for word in words {
        push_word(&mut key, &mut after_letter, word.as_ref());
    }
    key
}

fn push_word(key: &mut String, after_letter: &mut bool, word: &str) {
    let is_letter = word.chars().nth(1).is_none();
    let joins = key.is_empty() || is_letter && *after_letter;
    if !joins {
        key.push(' ');
    }
    key.push_str(word);
    *after_letter = is_letter;
}

/// Whether a character is a hyphen or dash.
pub(super) fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether a character is a quotation mark; the apostrophes are none.
pub(super) fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}')
}

/// A key with each of its words as [`romanised`].
pub(super) fn romanised_words(key: &str) -> String {
    key.split(' ').map(romanised).collect::<Vec<_>>().join(" ")
}

/// Without the marks around it and the possessive behind it.
pub(super) fn clean(name: &str) -> &str {
    let bare = trim_marks(name);
    // "Putin's", "Reuters'"; "St. John's" has its own.
    let owner = ["'s", "\u{2019}s", "'S", "\u{2019}S"].iter().find_map(|s| bare.strip_suffix(s));
    match owner {
        Some(owner) if !owner.is_empty() => trim_marks(owner),
        _ => bare,
    }
}

/// Without the marks around it. The full stop of an abbreviation stays: `U.S.`, `Jr.`, `Corp.`.
pub(super) fn trim_marks(name: &str) -> &str {
    let start = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = start.trim_end_matches(|c: char| !c.is_alphanumeric() && !is_mark_of_a_script(c));
    let dot = start[end.len()..].starts_with('.');
    if !dot {
        return end;
    }
    let last = end.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let short = last.contains('.') || (last.len() <= 4 && last.starts_with(char::is_uppercase));
    if short { &start[..=end.len()] } else { end }
}

fn is_mark_of_a_script(letter: char) -> bool {
    !letter.is_ascii() && !is_dash(letter) && !letter.is_whitespace() && is_combining(letter)
}

/// Vowel signs and other marks that are no letters of their own.
fn is_combining(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

/// A name that stands in capitals alone as it would be written elsewhere: `NEW YORK` as `New York`.
/// `None` for other names, and for those that may be short forms.
pub(super) fn out_of_capitals(name: &str) -> Option<String> {
    /// Longer words are no acronyms.
    const ACRONYM: usize = 4;
    let is_long = |word: &str| word.chars().count() > ACRONYM && !word.contains('.');
    let is_short_form = !name.contains(' ') && !name.split('-').any(is_long);
    if !is_all_capitals(name) || is_short_form {
        return None;
    }
    let mut out = String::with_capacity(name.len());
    for part in name.split_inclusive(|c: char| !c.is_alphanumeric() && c != '.') {
        let mut letters = part.chars();
        if part.contains('.') {
            out.push_str(part);
        } else {
            out.extend(letters.next());
            out.extend(letters.flat_map(char::to_lowercase));
        }
    }
    Some(out)
}

/// Whether a name has letters, and all of them capitals.
pub(super) fn is_all_capitals(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

/// A short word of capitals alone, with full stops or without: `NATO`, `U.S.`, `EU`, `G7`.
pub(super) fn is_acronym(name: &str) -> bool {
    const LONGEST: usize = 8;
    let mut count = 0;
    for letter in name.chars().filter(|c| *c != '.' && *c != '&' && *c != '-') {
        if !(letter.is_uppercase() || letter.is_ascii_digit()) {
            return false;
        }
        count += 1;
    }
    (2..=LONGEST).contains(&count) && name.starts_with(char::is_uppercase)
}

/// A folded word as all the usual ways to write it in Latin letters would have it: those that tell
/// Cyrillic and Arabic names (`Zelensky`, `Zelenskyy`, `Zelenskiy`; `Chernyshov`, `Tchernishoff`).
pub(super) fn romanised(word: &str) -> String {
    // Longer ones come first.
    const ANYWHERE: &[(&str, &str)] = &[
        ("shch", "sch"),
        ("tsch", "ch"),
        ("tch", "ch"),
        ("dzh", "j"),
        ("dj", "j"),
        ("kh", "h"),
        ("ph", "f"),
        ("tz", "ts"),
        ("ck", "k"),
        ("x", "ks"),
        ("q", "k"),
        ("w", "v"),
        ("ou", "u"),
        ("oo", "u"),
        ("iya", "ia"),
        ("iye", "ie"),
        ("iyu", "iu"),
        ("ya", "ia"),
        ("yu", "iu"),
        ("yo", "io"),
    ];
    const ANYWHERE_BEGINS: [bool; 256] = {
        let mut begins = [false; 256];
        let mut at = 0;
        while at < ANYWHERE.len() {
            begins[ANYWHERE[at].0.as_bytes()[0] as usize] = true;
            at += 1;
        }
        begins
    };
    const ENDS: &[(&str, &str)] = &[
        ("yeva", "eva"),
        ("yev", "ev"),
        ("off", "ov"),
        ("eff", "ev"),
        ("aia", "aia"),
        ("yy", "i"),
        ("iy", "i"),
        ("ij", "i"),
        ("yi", "i"),
        ("ii", "i"),
        ("y", "i"),
    ];
    let (stem, ending) = ENDS
        .iter()
        .filter(|(from, _)| from.as_bytes().last() == word.as_bytes().last())
        .find_map(|(from, to)| Some((word.strip_suffix(from)?, *to)))
        .filter(|(stem, _)| stem.len() >= 2)
        .unwrap_or((word, ""));
    let mut out = String::with_capacity(word.len());
    let mut rest = match stem.strip_prefix("ye") {
        Some(rest) => {
            out.push('e');
            rest
        }
        None => stem,
    };
    // Most letters begin none of those.
    let begins_one = |letter: u8| ANYWHERE_BEGINS[usize::from(letter)];
    while let Some(at) = rest.bytes().position(begins_one) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let first = rest.as_bytes()[0];
        let mut alike = ANYWHERE.iter().filter(|(from, _)| from.as_bytes()[0] == first);
        match alike.find_map(|(from, to)| Some((rest.strip_prefix(from)?, *to))) {
            Some((after, to)) => {
                out.push_str(to);
                rest = after;
            }
            None => {
                out.push(char::from(first));
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.push_str(ending);
    out
}

/// A name with its umlauts and kin written out, as papers without them do: `Müller` as `Mueller`.
/// `None` where it has none.
pub(super) fn without_umlauts(name: &str) -> Option<String> {
    let spelled = |letter: char| match letter {
        'ä' | 'Ä' => Some("ae"),
        'ö' | 'Ö' | 'ø' | 'Ø' => Some("oe"),
        'ü' | 'Ü' => Some("ue"),
        'å' | 'Å' => Some("aa"),
        _ => None,
    };
    name.chars().any(|letter| spelled(letter).is_some()).then(|| {
        let mut out = String::with_capacity(name.len() + 2);
        for letter in name.chars() {
            match spelled(letter) {
                Some(two) => out.push_str(two),
                None => out.push(letter),
            }
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_alone_are_set_as_names_are() {
        for (name, expected) in [
            ("TOKYO", Some("Tokyo")),
            ("NEW YORK", Some("New York")),
            ("U.S. VIRGIN ISLANDS", Some("U.S. Virgin Islands")),
            ("BAKER-SMITH", Some("Baker-Smith")),
            ("ÉVIAN", Some("Évian")),
            ("UAE", None),
            ("U.S.S.R.", None),
            ("McDONALD", None),
            ("Tokyo", None),
            ("", None),
        ] {
            assert_eq!(out_of_capitals(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_one_key() {
        let cases: &[&[&str]] = &[
            &["U.S.", "US", "u.s"],
            &["Jean-Luc Mélenchon", "JEAN-LUC MELENCHON", "Jean Luc Mélenchon"],
            &["J.K. Rowling", "J. K. Rowling", "JK Rowling"],
            &["O'Neill", "O\u{2019}Neill", "ONeill"],
            &["Johnson & Johnson", "Johnson and Johnson"],
            &["Côte d'Ivoire", "Cote d\u{2019}Ivoire"],
        ];
        for case in cases {
            for name in *case {
                assert_eq!(key(name), key(case[0]), "{name}");
            }
        }
        assert_ne!(key("George W. Bush"), key("George Bush"));
        assert_eq!(words("  -- "), Vec::<String>::new());
    }

    #[test]
    fn marks_and_possessives_go() {
        let cases = [
            ("Putin's", "Putin"),
            ("\u{201c}Putin\u{2019}s\u{201d}", "Putin"),
            ("Reuters'", "Reuters"),
            ("U.S.", "U.S."),
            ("Trump Jr.", "Trump Jr."),
            ("Moscow.", "Moscow"),
            ("(NATO)", "NATO"),
            ("Iran -", "Iran"),
            ("'s", "s"),
            ("...", ""),
        ];
        for (written, expected) in cases {
            assert_eq!(clean(written), expected, "{written}");
        }
    }

    #[test]
    fn acronyms() {
        for (name, expected) in [
            ("NATO", true),
            ("U.S.", true),
            ("G7", true),
            ("AT&T", true),
            ("Nato", false),
            ("WASHINGTON", false),
            ("A", false),
            ("7", false),
        ] {
            assert_eq!(is_acronym(name), expected, "{name}");
        }
    }

    #[test]
    fn romanisations_meet() {
        let same: &[&[&str]] = &[
            &["zelensky", "zelenskyy", "zelenskiy", "zelenskij", "zelenskyi", "zelenski"],
            &["yeltsin", "eltsin", "yeltzin"],
            &["smirnov", "smirnoff", "smirnow"],
            &["khrushchev", "hrushchev"],
            &["alexeyev", "alekseev"],
            &["zakharova", "zaharova"],
            &["qasim", "kasim"],
        ];
        for case in same {
            for word in *case {
                assert_eq!(romanised(word), romanised(case[0]), "{word}");
            }
        }
        for (one, other) in [("putin", "putina"), ("bush", "busch"), ("meyer", "meier")] {
            assert_ne!(romanised(one), romanised(other));
        }
        assert_eq!(without_umlauts("Müller").as_deref(), Some("Mueller"));
        assert_eq!(without_umlauts("Muller"), None);
    }
}
