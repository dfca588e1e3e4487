//! Which language a text is written in, as ISO 639-1.
//!
//! Knows text and language codes only. A language is given where it is sure, never guessed.

use whatlang::{Lang, Script};

/// How much of a body is looked at, in bytes: enough to be sure, cheap enough for every article.
const SAMPLE: usize = 1_024;

/// Shorter bodies say too little, in characters.
const SHORTEST: usize = 60;

/// The language of `body` where that is beyond doubt.
#[must_use]
pub fn detect(body: &str) -> Option<String> {
    let sample = body.get(..body.floor_char_boundary(SAMPLE))?;
    if is_plainly_english(sample) {
        return Some("en".to_owned());
    }
    let info = whatlang::detect(sample)?;
    // A script that only one language uses is certain from a few characters on.
    let alone = !matches!(info.script(), Script::Latin | Script::Cyrillic | Script::Arabic);
    let needed = if alone { 10 } else { SHORTEST };
    if !info.is_reliable() || sample.chars().count() < needed {
        return None;
    }
    Some(two_letters(info.lang()).to_owned())
}

/// The language that a file names, unless the text is surely in another one: templates carry a
/// language over to texts in others.
#[must_use]
pub fn told_or_detected(said: Option<&str>, body: &str) -> Option<String> {
    let found = detect(body);
    said.and_then(normalise)
        .filter(|said| found.as_ref().is_none_or(|found| found == said))
        .or(found)
}

/// Whether function words that no other language has make up much of the text.
///
/// Most archives are mostly English, and telling it from forty languages by trigrams takes longer
/// than all else that is done to an article of a few kilobytes.
fn is_plainly_english(sample: &str) -> bool {
    const WORDS: &[&str] = &["the", "of", "and", "to", "that", "with", "was", "for"];
    let (mut words, mut known) = (0_usize, 0_usize);
    let mut seen = [0_usize; WORDS.len()];
    for word in sample.split_ascii_whitespace() {
        words += 1;
        if let Some(at) = WORDS.iter().position(|one| one.eq_ignore_ascii_case(word)) {
            known += 1;
            seen[at] += 1;
        }
    }
    let different = seen.iter().filter(|times| **times > 0).count();
    words >= 40 && known * 10 >= words && seen[0] >= 2 && different >= 4
}

/// `en` for `en`, `en-US`, `en_GB`, `eng` and `English`; `None` for what is no language.
#[must_use]
pub fn normalise(name: &str) -> Option<String> {
    let lower = name.trim().to_ascii_lowercase();
    let primary = lower.split(['-', '_', ';', ',']).next().unwrap_or_default();
    if primary.len() == 2 && primary.bytes().all(|b| b.is_ascii_lowercase()) {
        // Old codes, and the two written forms of Norwegian.
        let today = match primary {
            "iw" => "he",
            "in" => "id",
            "ji" => "yi",
            "jw" => "jv",
            "nb" | "nn" => "no",
            other => other,
        };
        return Some(today.to_owned());
    }
    let by_code = (primary.len() == 3).then(|| Lang::from_code(primary)).flatten();
    let by_name = || {
        Lang::all().iter().copied().find(|lang| {
            lang.eng_name().eq_ignore_ascii_case(&lower)
                || lang.name().to_lowercase() == name.trim().to_lowercase()
        })
    };
    Some(two_letters(by_code.or_else(by_name)?).to_owned())
}

/// ISO 639-1 for what whatlang names in ISO 639-3.
fn two_letters(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let cases = [
            ("en", Some("en")),
            ("en-US", Some("en")),
            ("en_GB.UTF-8", Some("en")),
            (" English ", Some("en")),
            ("deu", Some("de")),
            ("Deutsch", Some("de")),
            ("nb-NO", Some("no")),
            ("x", None),
            ("none given", None),
        ];
        for (name, code) in cases {
            assert_eq!(normalise(name).as_deref(), code, "{name}");
        }
    }

    #[test]
    fn only_what_is_sure() {
        let cases = [
            (
                "The council voted on Tuesday to close the bridge for the rest of the winter, after engineers found cracks in two of its piers.",
                Some("en"),
            ),
            (
                "Der Stadtrat beschloss am Dienstag, die Br\u{fc}cke f\u{fc}r den Rest des Winters zu sperren, nachdem Risse gefunden wurden.",
                Some("de"),
            ),
            ("OK", None),
            ("12 345 678", None),
        ];
        for (text, code) in cases {
            assert_eq!(detect(text).as_deref(), code, "{text}");
        }
    }
}
