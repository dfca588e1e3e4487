//! Where the sentences of a paragraph end: what `sentencex` finds, less its cuts behind abbreviations
//! of newspaper English that a sentence goes on behind (`at 7 p.m. ET on Friday`).
//!
//! A cut goes only where both sides speak against it, what stands before and what follows, so that
//! `ended at 7 p.m. The crowd` stays two sentences. Knows nothing of words, passages or the index.

mod evident;

use std::ops::Range;

/// Titles and parts of names that a name follows.
const BEFORE_NAMES: &[&str] = &[
    "Adm", "Atty", "Capt", "Cmdr", "Col", "Cpl", "Det", "Dr", "Ft", "Gen", "Gov", "Govs", "Hon",
    "Lt", "Maj", "Mr", "Mrs", "Ms", "Mt", "Pres", "Prof", "Rep", "Reps", "Rev", "Sen", "Sens",
    "Sgt", "St", "Supt",
];

/// What a number follows.
const BEFORE_NUMBERS: &[&str] = &[
    "Apr", "Aug", "Ch", "Dec", "Feb", "Fig", "Jan", "Jul", "Jun", "Mar", "No", "Nos", "Nov", "Oct",
    "Sec", "Sep", "Sept", "Vol", "approx", "est", "no", "nos", "p", "pp", "vol",
];

/// What never ends a sentence.
const IN_THE_MIDDLE: &[&str] = &["cf", "e.g", "i.e", "v", "vs"];

/// Other abbreviations that a sentence may go on behind in lower case.
const OTHERS: &[&str] = &[
    "Ala", "Ariz", "Ark", "Ave", "B.C", "Blvd", "Bros", "Calif", "Co", "Colo", "Conn", "Corp",
    "D.C", "E.U", "Fla", "Ga", "Ill", "Inc", "Ind", "Jr", "Kan", "Ky", "L.A", "La", "Ltd", "Mass",
    "Md", "Mich", "Minn", "Miss", "Mo", "Mont", "N.C", "N.D", "N.H", "N.J", "N.M", "N.Y", "Neb",
    "Nev", "Okla", "Ore", "Pa", "Penn", "Ph.D", "R.I", "Rd", "S.C", "S.D", "Sr", "Tenn", "Tex",
    "U.K", "U.N", "U.S", "Va", "Vt", "W.Va", "Wash", "Wis", "Wyo", "a.m", "al", "etc", "ft", "hr",
    "hrs", "kg", "km", "lb", "lbs", "m.p.h", "min", "mph", "oz", "p.m", "sec",
];

/// What sentences start with, and no name or kind of number does.
const STARTERS: &[&str] = &[
    "A",
    "About",
    "According",
    "After",
    "Again",
    "All",
    "Also",
    "Although",
    "Among",
    "An",
    "And",
    "Another",
    "Are",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Did",
    "Do",
    "Does",
    "During",
    "Each",
    "Even",
    "Every",
    "Everyone",
    "For",
    "From",
    "Had",
    "Has",
    "Have",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Is",
    "It",
    "Its",
    "Just",
    "Last",
    "Later",
    "Many",
    "More",
    "Most",
    "My",
    "Nearly",
    "No",
    "Not",
    "Now",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Others",
    "Our",
    "Over",
    "Several",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Three",
    "To",
    "Two",
    "Under",
    "Until",
    "Was",
    "We",
    "Were",
    "What",
    "When",
    "Where",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Without",
    "Yes",
    "Yet",
    "You",
];

/// Zones of time, as they stand behind an hour.
const ZONES: &[&str] = &[
    "AEDT", "AEST", "AKDT", "AKST", "BST", "CDT", "CEST", "CET", "CST", "CT", "EDT", "EEST", "EET",
    "EST", "ET", "GMT", "HST", "IST", "JST", "MDT", "MSK", "MST", "MT", "PDT", "PST", "PT", "UTC",
];

/// The same, where `time` or nothing else of the sentence follows.
const ZONES_BY_NAME: &[&str] = &["Arizona", "Central", "Eastern", "Local", "Mountain", "Pacific"];

const DAYS: &[&str] = &[
    "Fri",
    "Friday",
    "Mon",
    "Monday",
    "Sat",
    "Saturday",
    "Sun",
    "Sunday",
    "Thu",
    "Thur",
    "Thurs",
    "Thursday",
    "Tue",
    "Tues",
    "Tuesday",
    "Wed",
    "Wednesday",
];

const MONTHS: &[&str] = &[
    "Apr",
    "April",
    "Aug",
    "August",
    "Dec",
    "December",
    "Feb",
    "February",
    "Jan",
    "January",
    "July",
    "June",
    "Mar",
    "March",
    "May",
    "Nov",
    "November",
    "Oct",
    "October",
    "Sep",
    "Sept",
    "September",
];

/// What makes a day the subject of a sentence of its own: `until 7 p.m. Friday will be dry`.
const BEHIND_SUBJECTS: &[&str] =
    &["brings", "has", "is", "looks", "marked", "marks", "may", "was", "will"];

/// Ordinals and what else American streets are called by behind a point of the compass.
const STREETS: &[&str] = &[
    "Eighth", "Eleventh", "Fifth", "First", "Fourth", "New", "Ninth", "Second", "Seventh", "Sixth",
    "Tenth", "Third", "Twelfth",
];

/// The sentences of a paragraph in a language (ISO 639-1), with the space around them; they cover it.
#[must_use]
pub fn sentences(paragraph: &str, lang: &str) -> Vec<Range<usize>> {
    if lang != "en" {
        return by_library(paragraph, lang).collect();
    }
    if is_one(paragraph) {
        return std::iter::once(0..paragraph.len()).collect();
    }
    match evident::starts(paragraph) {
        Some(starts) => {
            let ends = starts.iter().copied().chain([paragraph.len()]);
            let starts = std::iter::once(0).chain(starts.iter().copied());
            joined(paragraph, starts.zip(ends).map(|(start, end)| start..end))
        }
        None => joined(paragraph, by_library(paragraph, lang)),
    }
}

fn by_library(paragraph: &str, lang: &str) -> impl Iterator<Item = Range<usize>> {
    let boundaries = sentencex::get_sentence_boundaries(lang, paragraph);
    boundaries.into_iter().map(|boundary| boundary.start_byte..boundary.end_byte)
}

/// English sentences, less the cuts that are none.
fn joined(paragraph: &str, cuts: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for range in cuts {
        match found.last_mut() {
            Some(before) if goes_on(&paragraph[before.clone()], &paragraph[range.clone()]) => {
                before.end = range.end;
            }
            _ => found.push(range),
        }
    }
    found
}

/// Whether nothing in an English paragraph can end a sentence but its end. Many paragraphs of news
/// are one sentence, and asking for its end is costly.
fn is_one(paragraph: &str) -> bool {
    let inner = paragraph.trim_end_matches(|mark: char| !mark.is_alphanumeric());
    let bytes = inner.as_bytes();
    // `3.5`, `example.com`
    let inside_a_word = |at: usize| {
        bytes.get(at + 1).is_some_and(|next| next.is_ascii_lowercase() || next.is_ascii_digit())
    };
    let plain = |c: char| {
        c.is_ascii() || matches!(c, '‘' | '’' | '“' | '”' | '–' | '—') || c.is_alphabetic()
    };
    memchr::memchr3_iter(b'.', b'!', b'?', bytes).all(|at| bytes[at] == b'.' && inside_a_word(at))
        && (inner.is_ascii() || inner.chars().all(plain))
}

/// Whether an English sentence that was cut in two is one.
fn goes_on(before: &str, after: &str) -> bool {
    // What starts a line starts something.
    let kept = before.trim_end();
    if before[kept.len()..].contains('\n') || after.starts_with('\n') {
        return false;
    }
    let Some(before) = kept.strip_suffix('.') else { return false };
    let after = after.trim_start();
    let Some(first) = after.chars().next() else { return false };
    if matches!(first, ',' | ';' | ':') {
        return true;
    }
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '&')));
    let start = start.map_or(0, |at| before.ceil_char_boundary(at + 1));
    let (earlier, word) = before.split_at(start);
    let next = Next::of(after);

    let known = |words: &[&str]| words.binary_search(&word).is_ok();
    if known(IN_THE_MIDDLE) {
        return true;
    }
    if known(BEFORE_NUMBERS) && first.is_ascii_digit() {
        return true;
    }
    let to_name = known(BEFORE_NAMES);
    if to_name && first.is_uppercase() && !next.is(STARTERS) {
        return true;
    }
    let lower = first.is_lowercase() || (matches!(first, '-' | '–' | '—') && !starts_anew(after));
    if lower && (to_name || known(BEFORE_NUMBERS) || known(OTHERS)) {
        return true;
    }
    match word {
        "a.m" | "p.m" => next.tells_when(),
        // `U.S. No. 2 crude`
        "U.S" => next.word == "No" && next.behind.trim_start_matches(['.', ' ']).starts_with(digit),
        _ if is_initial(word) => {
            // `D-N. Y.`
            let of_a_party = earlier.ends_with(['-', '‑', '–'])
                && earlier.trim_end_matches(['-', '‑', '–']).ends_with(['D', 'R', 'I']);
            // `801 E. Second St.`
            let of_a_street = matches!(word, "E" | "N" | "S" | "W")
                && earlier.trim_end().ends_with(digit)
                && next.is(STREETS);
            (of_a_party && is_initial(next.word)) || of_a_street
        }
        // `J.D. Vance`
        "J.D" => first.is_uppercase() && !next.is(STARTERS),
        _ => false,
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_initial(word: &str) -> bool {
    word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `— The`: the first letter behind a dash and a space is a capital.
fn starts_anew(after: &str) -> bool {
    let behind = after.trim_start_matches(['-', '–', '—']);
    behind.starts_with(char::is_whitespace)
        && behind.trim_start().starts_with(|c: char| !c.is_lowercase())
}

/// The first word behind a cut, and what comes after it.
struct Next<'t> {
    word: &'t str,
    behind: &'t str,
}

impl<'t> Next<'t> {
    fn of(after: &'t str) -> Self {
        let end = after.find(|c: char| !c.is_alphanumeric()).unwrap_or(after.len());
        let (word, behind) = after.split_at(end);
        Self { word, behind }
    }

    fn is(&self, words: &[&str]) -> bool {
        words.binary_search(&self.word).is_ok()
    }

    /// Whether it goes on with the zone or the day of an hour.
    fn tells_when(&self) -> bool {
        let then = self.behind.trim_start_matches('.').trim_start();
        if self.is(ZONES) {
            return true;
        }
        if self.is(ZONES_BY_NAME) {
            return self.behind.starts_with(['.', ',', ';', ')'])
                || ["time", "Time", "Standard", "Daylight"]
                    .iter()
                    .any(|time| then.starts_with(time));
        }
        if self.is(MONTHS) {
            return then.starts_with(digit);
        }
        let day = DAYS.binary_search(&self.word).is_ok()
            || self.word.strip_suffix('s').is_some_and(|day| DAYS.binary_search(&day).is_ok());
        day && !self.behind.starts_with(['\'', '’'])
            && !BEHIND_SUBJECTS.contains(&Next::of(then).word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<&str> {
        sentences(text, "en").into_iter().map(|range| text[range].trim()).collect()
    }

    #[test]
    fn a_sentence_goes_on_behind_abbreviations() {
        for one in [
            "He spoke at 7 p.m. ET on Friday.",
            "Polls close at 8 p.m. Tuesday, officials said.",
            "Doors open at 9 a.m. Oct. 5 and at noon on Sundays.",
            "The race starts at 2:30 p.m. Eastern time.",
            "Open to 5 p.m. Mondays-Thursdays; free.",
            "On Jan. 6 the mob came.",
            "It was No. 15 vs. No. 3 that day.",
            "No. 5 Duke vs. New York was a rout.",
            "Sen. J.D. Vance of Ohio met Govs. Greg Abbott and Ron DeSantis.",
            "They met Rep. Will Hurd in Austin.",
            "Ms. Eckhart’s film won.",
            "Rep. Paul Tonko, D-N. Y., said so.",
            "In the U.S. President Biden spoke.",
            "It stands at 801 E. Second St. in Tempe.",
            "He lives in Pittsburgh, Pa. and works there.",
        ] {
            assert_eq!(of(one), [one]);
        }
    }

    #[test]
    fn sentences_end_behind_abbreviations_too() {
        for (first, second) in [
            ("It ended at 7 p.m.", "The crowd left."),
            ("It lasts until 7 p.m.", "Friday will be dry."),
            ("It closed at 9 p.m.", "Sunday’s match is off."),
            ("It happened in the U.S.", "The man left."),
            ("He works for Apple Inc.", "He is glad."),
            ("She said No.", "They left."),
            ("It stands on Main St.", "There is a park."),
            ("Winds reached 60 mph.", "Maximum gusts were higher."),
            ("He came in 2020.", "It rained."),
        ] {
            assert_eq!(of(&format!("{first} {second}")), [first, second]);
        }
        assert!(!goes_on("Start: 7 p.m.\n", "Friday: closed."));
    }

    #[test]
    fn lists_are_sorted_for_the_search_in_them() {
        for list in [
            BEFORE_NAMES,
            BEFORE_NUMBERS,
            IN_THE_MIDDLE,
            OTHERS,
            STARTERS,
            ZONES,
            ZONES_BY_NAME,
            DAYS,
            MONTHS,
            STREETS,
        ] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_told_to_be_one_sentence_is(text in "[a-zAé“’ ,;:.!?()1-]{0,30}[.!?”)]{0,3}") {
            let text = text.trim();
            let words = |text: &str| text.contains(char::is_alphanumeric);
            if is_one(text) && words(text) {
                let found = sentencex::get_sentence_boundaries("en", text);
                let with_words = found.iter().filter(|found| {
                    words(&text[found.start_byte..found.end_byte])
                });
                prop_assert_eq!(with_words.count(), 1, "{}", text);
            }
        }

        #[test]
        fn what_is_evident_is_what_the_library_tells(
            text in "“?([A-Z]{1,3}|[a-z]{1,3}|mix|iv|[1-9])[.,]?( (I|A|in|ft|[A-Z]?[a-z]{2,9}|approx|Govs|Capt|won't|it’s|U\\.S|3\\.5|\\$5|[a-z]+-(ft|mph|old)|“[A-Z][a-z]+|[a-z]+”|[a-z]+[.!?]”|—)[,.!?:;-]?){0,16}"
        ) {
            if let Some(starts) = evident::starts(&text) {
                let told: Vec<usize> = by_library(&text, "en").map(|range| range.start).skip(1).collect();
                prop_assert_eq!(starts, told, "{}", text);
            }
        }

        #[test]
        fn sentences_cover_the_paragraph(text in "(\\PC{0,10}|[a-z]{0,4} ?(p\\.m|vs|St|J\\.D)\\. ){0,6}") {
            let mut end = 0;
            for range in sentences(&text, "en") {
                prop_assert_eq!(range.start, end);
                end = range.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
