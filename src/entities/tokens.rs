//! Text to tokens: words as [`crate::words`] finds them, possessives cut off, periods of
//! abbreviations kept, and what stands between two words as a property of the second.
//!
//! Knows characters and English abbreviations; not names.

use crate::words::words;

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Gap {
    /// A new paragraph begins; so does a sentence.
    Paragraph,
    /// A sentence ends.
    Sentence,
    Space,
    /// Nothing: a possessive and its word.
    None,
    Hyphen,
    Dash,
    Comma,
    Colon,
    Open,
    Close,
    QuoteOpen,
    QuoteClose,
    Slash,
    Ampersand,
    /// The period of an abbreviation that may end the sentence as well.
    Stop,
    Other,
}

/// How many gaps there are.
pub(crate) const GAPS: usize = 16;

impl Gap {
    /// Whether a new sentence begins behind it.
    pub(crate) fn parts(self) -> bool {
        matches!(self, Gap::Paragraph | Gap::Sentence)
    }

    /// Whether words on both sides of it easily belong to one name.
    pub(crate) fn joins(self) -> bool {
        matches!(self, Gap::Space | Gap::None | Gap::Hyphen | Gap::Ampersand | Gap::Stop)
    }
}

/// The pattern of a token's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Shape {
    /// `word`
    Lower,
    /// `Word`
    Initial,
    /// `A`
    Single,
    /// `NATO`, two to four letters
    Acronym,
    /// `REUTERS`, more than four
    Upper,
    /// `U.S.`, `J.`
    Dotted,
    /// `McDonald`, `iPhone`
    Mixed,
    /// `F16`, `3D`
    Code,
    /// `42`
    Number,
    /// `1963`
    Year,
    /// `'s`
    Possessive,
    /// Letters that have no case.
    Caseless,
}

impl Shape {
    /// Whether there is a capital in it.
    pub(crate) fn is_capital(self) -> bool {
        matches!(
            self,
            Shape::Initial
                | Shape::Single
                | Shape::Acronym
                | Shape::Upper
                | Shape::Dotted
                | Shape::Mixed
                | Shape::Code
        )
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Shape::Number | Shape::Year)
    }
}

/// How capitals are used in the sentence of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Style {
    /// As English does: they tell something.
    Prose,
    /// Every Word of Weight Has One.
    Title,
    /// ALL LETTERS ARE.
    Upper,
}

/// One word of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Hash of its letters.
    pub(crate) exact: u32,
    /// Hash of its letters in lower case.
    pub(crate) lower: u32,
    pub(crate) gap: Gap,
    pub(crate) shape: Shape,
    pub(crate) style: Style,
}

impl Token {
    pub(crate) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }
}

const SEED: u32 = 0x811c_9dc5;

#[inline]
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// Spreads what the last bytes changed over all bits.
#[inline]
fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash ^ (hash >> 13)
}

/// Titles before a period, in lower case: a name follows, and nothing ends.
#[rustfmt::skip]
fn is_title(lower: &str) -> bool {
    matches!(
        lower,
        "mr" | "mrs" | "ms" | "messrs" | "dr" | "prof" | "st" | "ste" | "mt" | "ft" | "rev" | "hon"
            | "gen" | "col" | "capt" | "lt" | "sgt" | "cpl" | "pvt" | "maj" | "cmdr" | "adm" | "brig"
            | "sen" | "rep" | "reps" | "sens" | "gov" | "govs" | "pres" | "supt" | "insp" | "det"
    )
}

/// Other words before a period that does not end a sentence by itself, in lower case.
#[rustfmt::skip]
fn is_abbreviation(lower: &str) -> bool {
    matches!(
        lower,
        "inc" | "corp" | "ltd" | "co" | "cos" | "bros" | "plc" | "jr" | "sr" | "esq" | "univ"
            | "dept" | "assn" | "intl" | "natl" | "jan" | "feb" | "aug" | "sept" | "oct" | "nov"
            | "dec" | "vs" | "ave" | "blvd" | "rd" | "ala" | "ariz" | "ark" | "calif" | "colo"
            | "conn" | "fla" | "ga" | "ill" | "ind" | "kan" | "ky" | "la" | "md" | "mass" | "mich"
            | "minn" | "miss" | "mo" | "mont" | "neb" | "nev" | "okla" | "ore" | "pa" | "tenn" | "tex"
            | "va" | "vt" | "wash" | "wis" | "wyo" | "ph.d" | "no" | "nos"
    )
}

/// Cuts a text into tokens, in its order.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 6 + 1);
    tokenize_words(text, words(text), &mut tokens);
    tokens
}

/// Makes tokens of a text whose words are known; what was in `tokens` goes.
pub(crate) fn tokenize_words<'t>(
    text: &'t str,
    words: impl Iterator<Item = (usize, &'t str)>,
    tokens: &mut Vec<Token>,
) {
    tokens.clear();
    let mut sentence = 0;
    let mut end = 0;
    let mut abbreviated = false;
    for (start, word) in words {
        let mut gap = gap(&text[end..start], abbreviated, word, tokens.is_empty());
        if gap.parts() {
            set_style(&mut tokens[sentence..]);
            sentence = tokens.len();
        }
        end = start + word.len();
        abbreviated = false;
        let mut base = word;
        let mut possessive = None;
        let bytes = word.as_bytes();
        if bytes.last().is_some_and(|last| last | 0x20 == b's') {
            let cut = word.strip_suffix(['s', 'S']).unwrap_or(word);
            if let Some(before) = cut.strip_suffix(['\'', '\u{2019}']).filter(|b| !b.is_empty()) {
                base = before;
                possessive = Some(&word[before.len()..]);
            }
        }
        let mut token = token(start, base, gap);
        let period = possessive.is_none() && text.as_bytes().get(end) == Some(&b'.');
        if let Some(may_end) = period.then(|| keeps_period(base)).flatten() {
            end += 1;
            token.end += 1;
            abbreviated = may_end;
            if token.shape == Shape::Single {
                token.shape = Shape::Dotted;
            }
        }
        tokens.push(token);
        if let Some(letters) = possessive {
            gap = Gap::None;
            let at = start + base.len();
            tokens.push(Token {
                start: at as u32,
                end: (at + letters.len()) as u32,
                exact: POSSESSIVE,
                lower: POSSESSIVE,
                gap,
                shape: Shape::Possessive,
                style: Style::Prose,
            });
        }
    }
    set_style(&mut tokens[sentence..]);
}

/// Stands for the letters of every possessive.
const POSSESSIVE: u32 = 0x5b8a_11c7;

/// Whether a period behind a word belongs to it: if so, whether it may end the sentence as well.
fn keeps_period(word: &str) -> Option<bool> {
    if word.len() > 7 {
        return None;
    }
    let letters = word.as_bytes();
    if letters.len() == 1 {
        return letters[0].is_ascii_uppercase().then_some(false);
    }
    // U.S, a.m
    let spelled = letters
        .iter()
        .enumerate()
        .all(|(at, byte)| if at % 2 == 0 { byte.is_ascii_alphabetic() } else { *byte == b'.' });
    if spelled {
        return Some(true);
    }
    if !letters[0].is_ascii_uppercase() {
        return None;
    }
    let mut lower = [0; 8];
    for (to, from) in lower.iter_mut().zip(letters) {
        *to = from.to_ascii_lowercase();
    }
    let lower = std::str::from_utf8(&lower[..letters.len()]).ok()?;
    match () {
        () if is_title(lower) => Some(false),
        () if is_abbreviation(lower) => Some(true),
        () => None,
    }
}

fn token(start: usize, word: &str, gap: Gap) -> Token {
    let (mut exact, mut lower) = (SEED, SEED);
    let (mut uppers, mut lowers, mut digits, mut dots, mut others) = (0, 0, 0, 0, 0);
    let mut first_is_upper = false;
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        // Most are.
        lower = word.bytes().fold(lower, step);
        exact = lower;
        lowers = word.len();
    } else if word.is_ascii() {
        for (at, byte) in word.bytes().enumerate() {
            exact = step(exact, byte);
            lower = step(lower, byte.to_ascii_lowercase());
            match byte {
                b'a'..=b'z' => lowers += 1,
                b'A'..=b'Z' => {
                    uppers += 1;
                    first_is_upper |= at == 0;
                }
                b'0'..=b'9' => digits += 1,
                b'.' => dots += 1,
                _ => {}
            }
        }
    } else {
        for (at, letter) in word.chars().enumerate() {
            let mut buffer = [0; 4];
            for byte in letter.encode_utf8(&mut buffer).bytes() {
                exact = step(exact, byte);
            }
            // One letter for both apostrophes.
            let letter = if letter == '\u{2019}' { '\'' } else { letter };
            for small in letter.to_lowercase() {
                for byte in small.encode_utf8(&mut buffer).bytes() {
                    lower = step(lower, byte);
                }
            }
            if letter.is_uppercase() {
                uppers += 1;
                first_is_upper |= at == 0;
            } else if letter.is_lowercase() {
                lowers += 1;
            } else if letter.is_numeric() {
                digits += 1;
            } else if letter.is_alphabetic() {
                others += 1;
            }
        }
    }
    let shape = match (uppers, lowers, digits) {
        (0, 0, 0) => Shape::Caseless,
        (0, 0, 4) if word.len() == 4 => Shape::Year,
        (0, 0, _) => Shape::Number,
        // 24th
        (0, ..=2, 1..) => Shape::Number,
        (0, _, _) => Shape::Lower,
        (_, _, 1..) => Shape::Code,
        (_, 0, 0) if dots > 0 => Shape::Dotted,
        (1, 0, 0) => Shape::Single,
        (2..=4, 0, 0) => Shape::Acronym,
        (_, 0, 0) => Shape::Upper,
        (1, _, 0) if first_is_upper => Shape::Initial,
        _ => Shape::Mixed,
    };
    let shape = if others > 0 { Shape::Caseless } else { shape };
    Token {
        start: start as u32,
        end: (start + word.len()) as u32,
        exact: finish(exact),
        lower: finish(lower),
        gap,
        shape,
        style: Style::Prose,
    }
}

/// What the characters between two words mean. `abbreviated`: the word before them kept a period.
#[inline]
fn gap(between: &str, abbreviated: bool, next: &str, is_first: bool) -> Gap {
    if is_first {
        return Gap::Paragraph;
    }
    match between {
        " " => return if abbreviated { Gap::Stop } else { Gap::Space },
        ", " => return Gap::Comma,
        "-" => return Gap::Hyphen,
        "" => return Gap::None,
        _ => {}
    }
    let starts_sentence = next.chars().next().is_some_and(|c| !c.is_lowercase());
    let mut best = None;
    let mut raise = |gap: Gap, weight: u8| {
        if best.is_none_or(|(_, least)| weight > least) {
            best = Some((gap, weight));
        }
    };
    let mut before = 'x';
    for letter in between.chars() {
        match letter {
            '\n' => return Gap::Paragraph,
            '.' | '?' | '!' | '\u{2026}' if starts_sentence && between.len() > 1 => {
                raise(Gap::Sentence, 20);
            }
            '"' if before == 'x' => raise(Gap::QuoteClose, 9),
            '"' if before.is_whitespace() || matches!(before, '(' | '-' | '\u{2014}') => {
                raise(Gap::QuoteOpen, 10);
            }
            '"' | '\u{201d}' | '\u{bb}' => raise(Gap::QuoteClose, 9),
            '\u{201c}' | '\u{ab}' | '\u{201e}' => raise(Gap::QuoteOpen, 10),
            '\u{2018}' => raise(Gap::QuoteOpen, 10),
            '\'' | '`' if before.is_whitespace() => raise(Gap::QuoteOpen, 10),
            '(' | '[' | '{' => raise(Gap::Open, 8),
            ')' | ']' | '}' => raise(Gap::Close, 7),
            '\u{2013}' | '\u{2014}' | '\u{2015}' | '|' | '\u{2022}' | '\u{b7}' | '*' => {
                raise(Gap::Dash, 6);
            }
            '-' if between.len() > 1 => raise(Gap::Dash, 6),
            ':' | ';' => raise(Gap::Colon, 5),
            ',' => raise(Gap::Comma, 4),
            '/' => raise(Gap::Slash, 3),
            '&' => raise(Gap::Ampersand, 3),
            '-' | '\u{2010}' | '\u{2011}' => raise(Gap::Hyphen, 2),
            ' ' | '\u{a0}' | '\t' | '\u{2009}' | '\u{202f}' | '\u{200b}' => {
                raise(if abbreviated { Gap::Stop } else { Gap::Space }, 0);
            }
            _ => raise(Gap::Other, 1),
        }
        before = letter;
    }
    best.map_or(Gap::Space, |(gap, _)| gap)
}

/// Tells how a sentence uses capitals.
fn set_style(sentence: &mut [Token]) {
    let (mut weighty, mut capital) = (0, 0);
    let (mut letters, mut upper) = (0, 0);
    for token in sentence.iter() {
        let length = token.end - token.start;
        match token.shape {
            Shape::Lower => {
                letters += 1;
                weighty += u32::from(length > 3);
            }
            Shape::Acronym | Shape::Upper => {
                letters += 1;
                upper += 1;
                weighty += u32::from(length > 3);
                capital += u32::from(length > 3);
            }
            Shape::Initial | Shape::Mixed => {
                letters += 1;
                weighty += u32::from(length > 3);
                capital += u32::from(length > 3);
            }
            _ => {}
        }
    }
    let style = if letters >= 2 && upper * 10 >= letters * 8 && (upper >= 3 || upper == letters) {
        Style::Upper
    } else if weighty >= 4 && capital * 10 >= weighty * 7 {
        Style::Title
    } else {
        return;
    };
    for token in sentence {
        token.style = style;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_possessives_and_abbreviations() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("Putin's aide", &["Putin", "'s", "aide"]),
            ("Zelenskyy\u{2019}s talks", &["Zelenskyy", "\u{2019}s", "talks"]),
            ("the U.S. Senate", &["the", "U.S.", "Senate"]),
            ("St. Louis, Mo.", &["St.", "Louis", "Mo."]),
            ("George W. Bush", &["George", "W.", "Bush"]),
            ("It ended. Then", &["It", "ended", "Then"]),
            ("Jean-Claude Juncker", &["Jean", "Claude", "Juncker"]),
        ];
        for (text, expected) in cases {
            let tokens = tokenize(text);
            let words: Vec<&str> = tokens.iter().map(|token| token.text(text)).collect();
            assert_eq!(words, *expected);
        }
    }

    #[test]
    fn what_stands_between() {
        let cases = [
            ("one two", Gap::Space),
            ("one, two", Gap::Comma),
            ("one. Two", Gap::Sentence),
            ("one. two", Gap::Other),
            ("one.\n\nTwo", Gap::Paragraph),
            ("U.S. Two", Gap::Stop),
            ("one-two", Gap::Hyphen),
            ("one - two", Gap::Dash),
            ("one (two", Gap::Open),
            ("one) two", Gap::Close),
            ("one \"two", Gap::QuoteOpen),
            ("one\" two", Gap::QuoteClose),
            ("one & two", Gap::Ampersand),
            ("one: two", Gap::Colon),
        ];
        for (text, gap) in cases {
            assert_eq!(tokenize(text)[1].gap, gap, "{text}");
        }
    }

    #[test]
    fn shapes_and_styles() {
        let shapes = [
            ("word", Shape::Lower),
            ("Word", Shape::Initial),
            ("\u{c9}mile", Shape::Initial),
            ("NATO", Shape::Acronym),
            ("REUTERS", Shape::Upper),
            ("U.S.", Shape::Dotted),
            ("J.", Shape::Dotted),
            ("McDonald", Shape::Mixed),
            ("F16", Shape::Code),
            ("1963", Shape::Year),
            ("24th", Shape::Number),
            ("\u{4e2d}", Shape::Caseless),
        ];
        for (text, shape) in shapes {
            assert_eq!(tokenize(text)[0].shape, shape, "{text}");
        }
        let styles = [
            ("Talks went on in Geneva for many hours.", Style::Prose),
            ("Talks Continue in Geneva After Long Pause", Style::Title),
            ("TALKS GO ON IN GENEVA", Style::Upper),
        ];
        for (text, style) in styles {
            assert_eq!(tokenize(text)[0].style, style, "{text}");
        }
    }
}
