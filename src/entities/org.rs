//! The parts of an organisation's name: legal forms, acronyms and short forms.
//!
//! Knows how names are built; not what an article says.

use std::borrow::Cow;
use std::ops::Range;

use super::spelling;

/// What a company is in law; no part of its name.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "asa",
    "bhd",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "jsc",
    "kg",
    "kgaa",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oao",
    "ojsc",
    "ooo",
    "oy",
    "oyj",
    "pjsc",
    "plc",
    "pte",
    "pty",
    "sa",
    "sab",
    "sarl",
    "se",
    "spa",
    "srl",
    "tbk",
];

/// Words that an acronym may pass over.
const SMALL_WORDS: &[&str] = &[
    "a", "and", "at", "by", "d", "das", "de", "del", "der", "des", "di", "do", "du", "e", "et",
    "for", "für", "fur", "in", "l", "la", "le", "les", "of", "on", "the", "to", "und", "with", "y",
];

/// Words that any organisation may begin with; alone they are short for none.
const GENERIC: &[&str] = &[
    "academy",
    "agency",
    "air",
    "airlines",
    "army",
    "association",
    "authority",
    "bank",
    "board",
    "bureau",
    "central",
    "centre",
    "center",
    "church",
    "city",
    "club",
    "college",
    "commission",
    "committee",
    "company",
    "conference",
    "congress",
    "corporation",
    "council",
    "court",
    "department",
    "east",
    "federal",
    "federation",
    "first",
    "foundation",
    "fund",
    "general",
    "global",
    "government",
    "group",
    "high",
    "hospital",
    "house",
    "institute",
    "international",
    "league",
    "ministry",
    "movement",
    "museum",
    "national",
    "new",
    "north",
    "northern",
    "office",
    "organisation",
    "organization",
    "parliament",
    "party",
    "people",
    "peoples",
    "police",
    "real",
    "royal",
    "school",
    "senate",
    "service",
    "social",
    "society",
    "south",
    "southern",
    "state",
    "supreme",
    "team",
    "union",
    "university",
    "us",
    "uk",
    "west",
    "western",
    "world",
];

/// Words that alone name no organisation: which university is meant, its article said before, or
/// nobody knows.
const KINDS_OF_ORGS: &[&str] = &[
    "agency",
    "association",
    "authority",
    "bank",
    "board",
    "bureau",
    "centre",
    "center",
    "church",
    "city",
    "club",
    "college",
    "commission",
    "committee",
    "company",
    "corporation",
    "council",
    "county",
    "court",
    "department",
    "federation",
    "foundation",
    "fund",
    "government",
    "group",
    "hospital",
    "institute",
    "league",
    "ministry",
    "museum",
    "office",
    "organisation",
    "organization",
    "party",
    "police",
    "school",
    "service",
    "society",
    "team",
    "union",
    "university",
];

/// Whether the words of a name say what kind of thing it is, and not which.
pub(super) fn is_no_name(words: &[String]) -> bool {
    words
        .iter()
        .all(|word| KINDS_OF_ORGS.contains(&word.as_str()) || SMALL_WORDS.contains(&word.as_str()))
}

/// The words of a name without article and legal form.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = spelling::words(name);
    let named = named(words.len(), |at| words[at].as_str().into());
    words.truncate(named.end);
    words.drain(..named.start);
    words
}

/// Which of so many folded words are the name itself.
fn named<'w>(count: usize, word: impl Fn(usize) -> Cow<'w, str>) -> Range<usize> {
    let start = usize::from(count > 1 && word(0) == "the");
    let mut end = count;
    while end > start + 1 {
        let last = word(end - 1);
        let joint = last == "and" && end < count;
        if !LEGAL_FORMS.contains(&&*last) && !joint {
            break;
        }
        end -= 1;
    }
    start..end
}

/// The name as it is to be shown: without article and legal form.
pub(super) fn shown(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let named = named(words.len(), |at| spelling::words_with("", words[at]));
    let shown = words[named].join(" ");
    let trimmed = spelling::trim_marks(&shown);
    match trimmed.len() {
        0 => name.to_owned(),
        length if length == shown.len() => shown,
        _ => trimmed.to_owned(),
    }
}

/// Whether an acronym that stands beside a name, in brackets, is made of it: of the first letters
/// of its words, some of which may give more than one (`ASEAN`). Words at the head may be left out,
/// as the country's is of its central bank.
pub(super) fn is_made_of(acronym: &str, name: &str) -> bool {
    let letters: Vec<char> = spelling::words_with("", acronym).chars().collect();
    let words = spelling::words(name);
    letters.len() >= 2
        && words.len() <= 16
        && (0..words.len().saturating_sub(1)).any(|start| takes(&letters, &words[start..]))
}

fn takes(letters: &[char], words: &[String]) -> bool {
    let Some((word, rest)) = words.split_first() else { return letters.is_empty() };
    let small = SMALL_WORDS.contains(&word.as_str()) || LEGAL_FORMS.contains(&word.as_str());
    if small && takes(letters, rest) {
        return true;
    }
    let Some((first, mut after)) = letters.split_first() else { return false };
    let mut within = word.chars();
    if within.next() != Some(*first) {
        return false;
    }
    loop {
        if takes(after, rest) {
            return true;
        }
        let Some((next, then)) = after.split_first() else { return false };
        if !within.any(|letter| letter == *next) {
            return false;
        }
        after = then;
    }
}

/// Whether the letters of an acronym, folded, three or more, are the first letters of a name's
/// words, small words counted or not.
pub(super) fn is_initials_of(letters: &str, words: &[String]) -> bool {
    let are_initials = |small: bool| {
        let counted = words.iter().filter(|word| small || !SMALL_WORDS.contains(&word.as_str()));
        counted.filter_map(|word| word.chars().next()).eq(letters.chars())
    };
    letters.chars().nth(2).is_some() && (are_initials(false) || are_initials(true))
}

/// Whether the words of a name can be short for a fuller one that begins with them; `written` is
/// the fuller one as it stands, since "Pfizer" is not short for "Pfizer-BioNTech".
pub(super) fn is_short_for(short: &[String], full: &[String], written: &str) -> bool {
    if short.len() >= full.len() || !full.starts_with(short) {
        return false;
    }
    let generic = match short {
        [] => true,
        [word] => GENERIC.contains(&word.as_str()) || word.chars().nth(2).is_none(),
        _ => short
            .iter()
            .all(|word| GENERIC.contains(&word.as_str()) || SMALL_WORDS.contains(&word.as_str())),
    };
    let mut count = 0;
    !generic
        && written.split_whitespace().any(|part| {
            count += spelling::words(part).len();
            count == short.len()
        })
}

/// Whether one of two names is the other without words at its head or end, as that of a country.
pub(super) fn is_cut_of(short: &[String], full: &[String]) -> bool {
    short.len() > 1
        && short.len() < full.len()
        && (full.starts_with(short) || full.ends_with(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_are_no_part_of_a_name() {
        let cases = [
            ("Apple Inc.", "Apple"),
            ("The Walt Disney Company", "Walt Disney"),
            ("Tiffany & Co.", "Tiffany"),
            ("Siemens AG", "Siemens"),
            ("Tata Motors Pte. Ltd.", "Tata Motors"),
            ("Company", "Company"),
            ("the United Nations", "United Nations"),
        ];
        for (name, expected) in cases {
            assert_eq!(shown(name), expected);
            assert_eq!(words(name), spelling::words(expected));
        }
    }

    #[test]
    fn acronyms_and_what_they_are_made_of() {
        let cases = [
            ("NATO", "North Atlantic Treaty Organization", true, true),
            ("OPEC", "Organization of the Petroleum Exporting Countries", true, true),
            ("ASEAN", "Association of Southeast Asian Nations", true, false),
            ("U.N.", "United Nations", true, false),
            ("FBI", "U.S. Federal Bureau of Investigation", true, false),
            ("WHO", "World Health Organization", true, true),
            ("BoE", "Bank of England", true, true),
            ("AAPL", "Apple", false, false),
            ("SPD", "Social Democrats", false, false),
            ("ENG", "Manchester United", false, false),
        ];
        for (acronym, name, beside, apart) in cases {
            assert_eq!(is_made_of(acronym, name), beside, "{acronym}");
            let letters = spelling::words_with("", acronym);
            assert_eq!(is_initials_of(&letters, &words(name)), apart, "{acronym}");
        }
    }

    #[test]
    fn kinds_are_no_names() {
        for (name, expected) in [
            ("University", true),
            ("the University of", true),
            ("University of Oslo", false),
            ("Congress", false),
        ] {
            assert_eq!(is_no_name(&words(name)), expected, "{name}");
        }
    }

    #[test]
    fn short_forms() {
        for (short, full, expected) in [
            ("Goldman", "Goldman Sachs", true),
            ("Bank", "Bank of England", false),
            ("Sachs", "Goldman Sachs", false),
            ("National Bank", "National Bank of Ukraine", false),
            ("University", "University of Oslo", false),
            ("Pfizer", "Pfizer-BioNTech", false),
        ] {
            let is_short = is_short_for(&words(short), &words(full), full);
            assert_eq!(is_short, expected, "{short}");
        }
    }
}
