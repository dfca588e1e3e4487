//! Query text to tokens: what is a word, a phrase, a pattern, a field, an operator.
//!
//! People paste headlines, URLs and half sentences into a search box, so whatever is not plainly
//! syntax is text, and punctuation without a letter or digit is dropped. Errors are kept for what
//! plainly is syntax, where dropping it in silence would ask another question than was typed.

use std::ops::Range;

use super::dates::DateField;
use super::parse::ParseError;
use super::{MetaField, Pattern, TextField};
use crate::pattern::WordPattern;
use crate::proximity::Nearness;

/// Most words that may come between those of a phrase.
pub(super) const MAX_SLOP: u32 = 100;

/// Most words that proximity may reach over, and most occurrences that can be asked for.
pub(super) const MAX_COUNT: u32 = 255;

/// Most things in a row that a phrase with wildcards is read as.
const MAX_ROW: usize = 16;

/// The least and the greatest weight.
const WEIGHTS: std::ops::RangeInclusive<f32> = 0.01..=100.0;

/// What stands before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    Meta(MetaField),
    Date(DateField),
}

/// Every name that a field answers to.
const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Text(TextField::Title)),
    ("headline", Field::Text(TextField::Title)),
    ("lead", Field::Text(TextField::Lead)),
    ("lede", Field::Text(TextField::Lead)),
    ("source", Field::Meta(MetaField::Source)),
    ("paper", Field::Meta(MetaField::Source)),
    ("publisher", Field::Meta(MetaField::Source)),
    ("site", Field::Meta(MetaField::Source)),
    ("lang", Field::Meta(MetaField::Lang)),
    ("language", Field::Meta(MetaField::Lang)),
    ("url", Field::Meta(MetaField::Url)),
    ("author", Field::Meta(MetaField::Author)),
    ("by", Field::Meta(MetaField::Author)),
    ("byline", Field::Meta(MetaField::Author)),
    ("section", Field::Meta(MetaField::Section)),
    ("person", Field::Meta(MetaField::Person)),
    ("people", Field::Meta(MetaField::Person)),
    ("org", Field::Meta(MetaField::Org)),
    ("organisation", Field::Meta(MetaField::Org)),
    ("organization", Field::Meta(MetaField::Org)),
    ("company", Field::Meta(MetaField::Org)),
    ("place", Field::Meta(MetaField::Place)),
    ("location", Field::Meta(MetaField::Place)),
    ("entity", Field::Meta(MetaField::Entity)),
    ("name", Field::Meta(MetaField::Entity)),
    ("id", Field::Meta(MetaField::Id)),
    ("date", Field::Date(DateField::Within)),
    ("on", Field::Date(DateField::Within)),
    ("after", Field::Date(DateField::After)),
    ("before", Field::Date(DateField::Before)),
    ("since", Field::Date(DateField::Since)),
    ("until", Field::Date(DateField::Until)),
    ("mentions", Field::Date(DateField::Mentions)),
];

/// Field names kept for later.
const RESERVED: &[&str] = &["story", "file", "path"];

/// A piece of the query and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A word, phrase or pattern; behind a field, its value.
    Text(Pattern),
    /// A field name with its colon; a value follows unless that turned out to be punctuation.
    Field(Field),
    Open,
    Close,
    And,
    Or,
    Not,
    /// `-` glued to what follows.
    Minus,
    /// What stands before and behind it stands near each other.
    Near(Nearness),
    /// `atleast3`, glued to a parenthesis.
    AtLeast(u32),
    /// `^2`, glued to what stands before.
    Boost(f32),
}

/// What the lexer found.
#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// A lone `*` was among it: alone it asks for everything.
    pub(super) star: bool,
}

/// Cuts query text into tokens.
pub(super) fn lex(text: &str) -> Result<Lexed, ParseError> {
    let mut lexer =
        Lexer { text, at: 0, open: 0, unclosed: Vec::new(), tokens: Vec::new(), star: false };
    while let Some(next) = lexer.peek() {
        lexer.token(next)?;
    }
    Ok(Lexed { tokens: lexer.tokens, star: lexer.star })
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Parentheses open here.
    open: usize,
    /// Opening quotation marks known to have no partner in the rest of the text; without this a
    /// text of nothing else would be searched to its end once for each.
    unclosed: Vec<char>,
    tokens: Vec<Token>,
    star: bool,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    fn push(&mut self, kind: Kind, end: usize) {
        self.tokens.push(Token { kind, at: self.at..end });
        self.at = end;
    }

    /// The field or minus that the next character is glued to.
    fn glue(&self) -> Option<&Kind> {
        let last = self.tokens.last()?;
        let glues = matches!(last.kind, Kind::Field(_) | Kind::Minus) && last.at.end == self.at;
        glues.then_some(&last.kind)
    }

    fn token(&mut self, next: char) -> Result<(), ParseError> {
        let after = self.at + next.len_utf8();
        match next {
            _ if is_space(next) => self.at = after,
            '(' => {
                self.open += 1;
                self.push(Kind::Open, after);
            }
            ')' => {
                self.open = self.open.saturating_sub(1);
                self.push(Kind::Close, after);
                self.weight()?;
            }
            '/' => match self.regex() {
                Some(end) => self.regex_until(end)?,
                None => self.word()?,
            },
            '-' if self.starts_minus() => self.push(Kind::Minus, after),
            '=' if self.closing(after).is_some() => self.phrase(after, true)?,
            _ if is_quote(next) && self.closing(self.at).is_some() => {
                self.phrase(self.at, false)?
            }
            // Without a partner it is punctuation.
            _ if is_quote(next) => self.skip(after),
            _ => self.word()?,
        }
        Ok(())
    }

    /// Steps over punctuation; a field or minus stays glued to what comes next.
    fn skip(&mut self, after: usize) {
        let glued = self.glue().is_some();
        self.at = after;
        if glued && let Some(last) = self.tokens.last_mut() {
            last.at.end = after;
        }
    }

    /// A minus excludes at the start of a word. `well-known`, `--flag`, `->` and ` - ` do not.
    fn starts_minus(&self) -> bool {
        let starts = self.before().is_none_or(|before| is_space(before) || before == '(');
        starts && self.glue().is_none() && excludes(self.rest())
    }

    /// Takes a weight that is glued to what stands before.
    fn weight(&mut self) -> Result<(), ParseError> {
        if let Some(number) = self.rest().strip_prefix('^').map(leading_number)
            && !number.is_empty()
            && !self.rest()[1 + number.len()..].starts_with(char::is_alphanumeric)
        {
            let end = self.at + 1 + number.len();
            let weight = weight_of(number, self.at..end)?;
            self.push(Kind::Boost(weight), end);
        }
        Ok(())
    }

    /// Where the regular expression ends that opens here, its closing stroke included. `/r/news/` is
    /// a path: strokes inside are escaped, and nothing but a weight or a parenthesis follows.
    fn regex(&self) -> Option<usize> {
        if matches!(self.glue(), Some(Kind::Field(field)) if is_raw(*field)) {
            return None;
        }
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if is_space(c) => return None,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '/' => {
                    let inside = &self.rest()[1..at];
                    let next = self.rest()[at + 1..].chars().next();
                    let ends = next.is_none_or(|next| {
                        is_space(next) || is_quote(next) || matches!(next, '(' | ')' | '^')
                    });
                    return (ends && is_searchable(inside)).then_some(self.at + at + 1);
                }
                _ => {}
            }
        }
        None
    }

    fn regex_until(&mut self, end: usize) -> Result<(), ParseError> {
        let inside = &self.text[self.at + 1..end - 1];
        if let Err(reason) = WordPattern::regex(inside) {
            return Err(ParseError::new(
                self.at..end,
                format!("this regular expression cannot be read: {reason}"),
                "mend it, or put quotes around it to look for the text",
            ));
        }
        self.push(Kind::Text(Pattern::Regex(inside.to_owned())), end);
        self.weight()
    }

    /// Where the phrase that opens at `at` ends, if a quotation mark stands there and opens one.
    fn closing(&mut self, at: usize) -> Option<Range<usize>> {
        let rest = &self.text[at..];
        let opener = rest.chars().next()?;
        let closers: &[char] = match opener {
            '"' => &['"'],
            '“' | '‟' | '”' => &['”'],
            '„' => &['“', '”', '‟'],
            '«' => &['»'],
            '»' => &['«'],
            _ => return None,
        };
        let start = at + opener.len_utf8();
        let before = self.text[..at].chars().next_back();
        let next = self.text[start..].chars().next();
        if matches!(opener, '"' | '”' | '»') && !may_open(before, next) {
            return None;
        }
        if self.unclosed.contains(&opener) {
            return None;
        }
        let Some(len) = self.text[start..].find(closers) else {
            self.unclosed.push(opener);
            return None;
        };
        Some(start..start + len)
    }

    /// A phrase whose opening quotation mark stands at `quote`, with its slop.
    fn phrase(&mut self, quote: usize, exact: bool) -> Result<(), ParseError> {
        let Some(inside) = self.closing(quote) else {
            return Ok(());
        };
        let closer = self.text[inside.end..].chars().next().map_or(0, char::len_utf8);
        let mut end = inside.end + closer;
        let mut slop = 0;
        let rest = &self.text[end..];
        if let Some(digits) = rest.strip_prefix('~').map(leading_digits)
            && !digits.is_empty()
        {
            let tail = end + 1 + digits.len();
            if !self.text[tail..].starts_with(char::is_alphanumeric) {
                slop = match digits.parse() {
                    Ok(slop) if slop <= MAX_SLOP => slop,
                    _ => {
                        return Err(ParseError::new(
                            end..tail,
                            format!("a phrase may be at most {MAX_SLOP} words looser"),
                            format!("write ~{MAX_SLOP} or less, or join the words with AND"),
                        ));
                    }
                };
                end = tail;
            }
        }
        let words = one_line(&self.text[inside]);
        if slop == 0 && self.patterns(&words, exact, end) {
            return self.weight();
        }
        if is_searchable(&words) {
            self.push(Kind::Text(Pattern::Phrase { words, exact, slop }), end);
            return self.weight();
        }
        if let Some(Kind::Field(_)) = self.glue() {
            return Err(ParseError::new(
                self.at..end,
                "nothing stands between the quotation marks",
                "put a value between them, or leave the field out",
            ));
        }
        self.nothing(end);
        Ok(())
    }

    /// Reads a phrase with wildcards in it as what stands in a row: `"oil price* fell"` as
    /// `"oil" pre/1 price* pre/1 "fell"`. False where it has none, or no others beside one.
    fn patterns(&mut self, words: &str, exact: bool, end: usize) -> bool {
        if matches!(self.glue(), Some(Kind::Field(Field::Meta(_) | Field::Date(_)))) {
            return false;
        }
        let mut row: Vec<Pattern> = Vec::new();
        for word in words.split(' ').filter(|word| is_searchable(word)) {
            match (wildcard_in_phrase(word), row.last_mut()) {
                (Some(pattern), _) => row.push(pattern),
                (None, Some(Pattern::Phrase { words, .. })) => {
                    words.push(' ');
                    words.push_str(word);
                }
                (None, _) => {
                    row.push(Pattern::Phrase { words: word.to_owned(), exact, slop: 0 });
                }
            }
        }
        let has_pattern = row.iter().any(|one| matches!(one, Pattern::Wildcard(_)));
        if !has_pattern || !(2..=MAX_ROW).contains(&row.len()) {
            return false;
        }
        let at = self.at..end;
        let mut push = |kind| self.tokens.push(Token { kind, at: at.clone() });
        push(Kind::Open);
        for (number, one) in row.into_iter().enumerate() {
            if number > 0 {
                push(Kind::Near(Nearness::Within { words: 1, ordered: true }));
            }
            push(Kind::Text(one));
        }
        push(Kind::Close);
        self.at = end;
        true
    }

    /// Drops what holds nothing to search for, and the minus or field before it.
    fn nothing(&mut self, end: usize) {
        match self.glue() {
            Some(Kind::Minus) => {
                self.tokens.pop();
            }
            Some(Kind::Field(_)) => {
                if let Some(field) = self.tokens.last_mut() {
                    field.kind = Kind::Text(field_as_word(&self.text[field.at.clone()]));
                }
            }
            _ => {}
        }
        self.at = end;
    }

    /// A run of characters without white space, parentheses or quotation marks.
    fn word(&mut self) -> Result<(), ParseError> {
        let glue = self.glue().cloned();
        if let Some(Kind::Field(field)) = glue
            && is_raw(field)
        {
            self.raw_value(field);
            return Ok(());
        }
        let run = self.run();
        let end = self.at + run.len();
        if !matches!(glue, Some(Kind::Field(Field::Meta(_))))
            && self.text[end..].starts_with('(')
            && let Some(count) = counted(run, &["atleast"], self.at..end)?
        {
            self.push(Kind::AtLeast(count), end);
            return Ok(());
        }
        if let Some(Kind::Field(_)) = glue {
            if excludes(self.rest()) {
                return Err(ParseError::new(
                    self.at..self.at + 1,
                    "a minus goes before the field, not before its value".to_owned(),
                    "write -source:bbc; put quotes around the value to look for the minus"
                        .to_owned(),
                ));
            }
        } else {
            // Behind a closing parenthesis or quotation mark it is a hyphen, not a minus.
            if excludes(self.rest()) {
                self.skip(self.at + 1);
                return Ok(());
            }
            if self.field(run)? {
                return Ok(());
            }
            if glue.is_none() {
                let operator = match operator(run) {
                    Some(operator) => Some(operator),
                    None => nearness(run, self.at..end)?.map(Kind::Near),
                };
                if let Some(operator) = operator {
                    self.push(operator, end);
                    return Ok(());
                }
            }
        }
        // `-AND` and `-NOT` are these words; an operator's name never stands in upper case as a
        // word, so that it cannot come to stand between two others and be one.
        self.text_of(run, end, matches!(glue, Some(Kind::Minus)))
    }

    fn text_of(&mut self, run: &str, end: usize, lower: bool) -> Result<(), ParseError> {
        let at = self.at..end;
        if run == "*" || run == "*:*" {
            self.star = true;
        }
        if let Some((word, number)) = weighted(run) {
            let middle = self.at + word.len();
            let until = middle + 1 + number.len();
            if let Some(pattern) = pattern(word, self.at..middle)? {
                let pattern = match pattern {
                    Pattern::Word(word) if operator(&word).is_some() => {
                        Pattern::Word(word.to_lowercase())
                    }
                    pattern => pattern,
                };
                let weight = weight_of(number, middle..until)?;
                self.push(Kind::Text(pattern), middle);
                self.push(Kind::Boost(weight), until);
                self.at = end;
                return Ok(());
            }
        }
        match pattern(run, at)? {
            Some(Pattern::Word(word)) if lower && operator(&word).is_some() => {
                self.push(Kind::Text(Pattern::Word(word.to_lowercase())), end);
            }
            // Out of its dash it would be an operator.
            Some(Pattern::Word(words)) if lower && !matches!(nearness(&words, 0..0), Ok(None)) => {
                let phrase = Pattern::Phrase { words, exact: false, slop: 0 };
                self.push(Kind::Text(phrase), end);
            }
            Some(pattern) => self.push(Kind::Text(pattern), end),
            None => self.nothing(end),
        }
        Ok(())
    }

    fn run(&self) -> &'t str {
        let rest = self.rest();
        let len = rest.find(|c: char| is_space(c) || matches!(c, '(' | ')') || is_quote(c));
        &rest[..len.unwrap_or(rest.len())]
    }

    /// The value of a field in which no character is syntax but those that end it: an unpaired
    /// closing parenthesis ends it only inside a group.
    fn raw_value(&mut self, field: Field) {
        let rest = self.rest();
        let mut open = 0_usize;
        let mut len = rest.len();
        let whole = !matches!(field, Field::Date(_));
        for (at, c) in rest.char_indices() {
            let ends = match c {
                '(' if whole => {
                    open += 1;
                    false
                }
                ')' if whole && open > 0 => {
                    open -= 1;
                    false
                }
                ')' => !whole || self.open > 0,
                '(' | '"' => true,
                _ => is_space(c),
            };
            if ends {
                len = at;
                break;
            }
        }
        let end = self.at + len;
        if is_searchable(&rest[..len]) {
            self.push(Kind::Text(Pattern::Word(rest[..len].to_owned())), end);
        } else {
            // At least one character, or the lexer would stand still.
            self.nothing(end.max(self.at + rest.chars().next().map_or(0, char::len_utf8)));
        }
    }

    /// Takes a field name with its colon, if the run starts with one and a value is glued to it.
    fn field(&mut self, run: &str) -> Result<bool, ParseError> {
        let Some((name, value)) = run.split_once(':') else {
            return Ok(false);
        };
        let end = self.at + name.len() + 1;
        let next = self.text[end..].chars().next();
        let has_value = next.is_some_and(|next| !is_space(next) && next != ')');
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        // `file://`, and any scheme that is a field's name by chance.
        let is_url = value.starts_with("//") && !name.eq_ignore_ascii_case("url");
        if !is_name || !has_value || is_url {
            return Ok(false);
        }
        let name = name.to_ascii_lowercase();
        if let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
            if value.starts_with('*') && !is_searchable(value) {
                return Err(ParseError::new(
                    self.at..self.at + run.len(),
                    format!("{name}: needs a value beside the *"),
                    "write a word behind the colon, or leave the field out",
                ));
            }
            self.push(Kind::Field(*field), end);
            return Ok(true);
        }
        if RESERVED.contains(&name.as_str()) {
            return Err(ParseError::new(
                self.at..end,
                format!("the field {name}: is not supported yet"),
                format!("to look for the text, put quotes around it: \"{run}\""),
            ));
        }
        let near = near_fields(&name);
        if near.is_empty() {
            return Ok(false);
        }
        let near: Vec<String> = near.iter().map(|name| format!("{name}:")).collect();
        Err(ParseError::new(
            self.at..end,
            format!("there is no field {name}:"),
            format!(
                "did you mean {}? To look for the text, put quotes around it: \"{run}\"",
                near.join(" or ")
            ),
        ))
    }
}

/// White space, and control characters, which no query means and no terminal should get back.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

/// Whether a mark that both opens and closes can open between these two: `27" screen` and
/// `he said." Then` do not.
fn may_open(before: Option<char>, next: Option<char>) -> bool {
    let Some(before) = before else {
        return true;
    };
    let room = is_space(before) || is_quote(before) || "([{-=:/|'‘—–".contains(before);
    room || (!before.is_alphanumeric() && next.is_some_and(|next| !is_space(next)))
}

/// Whether the text starts with a dash that excludes what is glued to it.
fn excludes(text: &str) -> bool {
    text.strip_prefix('-')
        .and_then(|rest| rest.chars().next())
        .is_some_and(|next| next.is_alphanumeric() || is_quote(next) || "(=*?#@$['’".contains(next))
}

/// Whether there is a letter or digit to search for.
pub(super) fn is_searchable(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// Text that fits between straight quotation marks on one line.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| is_space(c) || c == '"').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Fields whose values hold any punctuation.
fn is_raw(field: Field) -> bool {
    matches!(field, Field::Date(_) | Field::Meta(MetaField::Url | MetaField::Id))
}

/// The operator of this name. Upper case alone: `and` is a word.
fn operator(word: &str) -> Option<Kind> {
    match word {
        "AND" | "&&" => Some(Kind::And),
        "OR" | "|" | "||" => Some(Kind::Or),
        "NOT" => Some(Kind::Not),
        _ => None,
    }
}

/// A field's name that no value follows is text.
pub(super) fn field_as_word(typed: &str) -> Pattern {
    // Stray punctuation may be glued to it.
    Pattern::Word(typed.split_inclusive(':').next().unwrap_or(typed).to_owned())
}

fn leading_digits(text: &str) -> &str {
    let len = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..len]
}

/// What an unadorned run of characters asks for; `None` if there is nothing to search for in it.
fn pattern(run: &str, at: Range<usize>) -> Result<Option<Pattern>, ParseError> {
    if !is_searchable(run) {
        return Ok(None);
    }
    if let Some(word) = run.strip_prefix('=')
        && word.starts_with(char::is_alphanumeric)
    {
        if wildcard(word, &at)?.is_some() || fuzzy(word, &at)?.is_some() {
            return Err(ParseError::new(
                at,
                "a word is either exact or a pattern".to_owned(),
                format!("write {word} alone; patterns already compare words as they stand"),
            ));
        }
        return Ok(Some(Pattern::Exact(word.to_owned())));
    }
    if let Some(pattern) = fuzzy(run, &at)? {
        return Ok(Some(pattern));
    }
    if let Some(pattern) = wildcard(run, &at)? {
        return Ok(Some(pattern));
    }
    Ok(Some(Pattern::Word(run.to_owned())))
}

/// `elect*`, `wi?d`, without the punctuation around it. `None` where the signs are only text:
/// no wildcard stands in a URL, and a `?` that ends a word asks a question.
fn wildcard(run: &str, at: &Range<usize>) -> Result<Option<Pattern>, ParseError> {
    let word = run
        .trim_end_matches(|c| !is_letter(c) && c != '*')
        .trim_start_matches(|c| !is_letter(c) && !matches!(c, '*' | '?'));
    if !word.contains(['*', '?']) {
        return Ok(None);
    }
    if splits(word, "*?") {
        let whole_words = word.starts_with(char::is_alphanumeric) && word.contains('*');
        return if whole_words && !splits(word, "*-") {
            Err(hyphenated(at.clone()))
        } else {
            Ok(None)
        };
    }
    let asks = word.char_indices().any(|(i, c)| c == '?' && word[i + 1..].starts_with(is_joiner));
    if asks {
        return Ok(None);
    }
    if word.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Err(ParseError::new(
            at.clone(),
            "a wildcard needs at least 2 letters beside it".to_owned(),
            format!("add letters, or put quotes around it to look for the text: \"{run}\""),
        ));
    }
    Ok(Some(Pattern::Wildcard(word.to_owned())))
}

/// The same in quotation marks, where less is syntax: two letters at the start, and no two signs in a
/// row, as in `f***`.
fn wildcard_in_phrase(word: &str) -> Option<Pattern> {
    let pattern = wildcard(word, &(0..0)).ok().flatten()?;
    let Pattern::Wildcard(glob) = &pattern else { return None };
    let starts = glob.chars().take(2).filter(|c| is_letter(*c)).count() == 2;
    (starts && glob.contains('*') && !glob.contains("**")).then_some(pattern)
}

/// `word~`, `word~1`, `word~2`, without the punctuation around it.
fn fuzzy(run: &str, at: &Range<usize>) -> Result<Option<Pattern>, ParseError> {
    let trimmed = run.trim_end_matches([',', '.', ';', ':', '!', '?']);
    let Some((word, distance)) = trimmed.rsplit_once('~') else {
        return Ok(None);
    };
    let word = word.trim_start_matches(|c| !is_letter(c) && !matches!(c, '*' | '?' | '~'));
    // `10~20` is a range of numbers.
    if !distance.bytes().all(|byte| byte.is_ascii_digit())
        || !word.contains(char::is_alphabetic)
        || splits(word, "*?-")
    {
        return Ok(None);
    }
    if word.contains(['*', '?']) {
        return Err(ParseError::new(
            at.clone(),
            "a word is either fuzzy or has wildcards".to_owned(),
            "leave out the ~ or the wildcards".to_owned(),
        ));
    }
    if word.contains('-') {
        return Err(hyphenated(at.clone()));
    }
    let distance = match distance {
        "" | "1" => 1,
        "2" => 2,
        _ => {
            return Err(ParseError::new(
                at.clone(),
                "a fuzzy word may differ in 1 or 2 letters".to_owned(),
                format!("write {word}~1 or {word}~2"),
            ));
        }
    };
    Ok(Some(Pattern::Fuzzy { word: word.to_owned(), distance }))
}

/// A letter, digit or accent: what words are made of.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Punctuation that does not part the letters on its sides into two words.
fn is_joiner(c: char) -> bool {
    matches!(c, '\'' | '’' | '.' | '_')
}

/// Whether something in the run parts it into several words, these signs aside.
fn splits(run: &str, signs: &str) -> bool {
    run.chars().any(|c| !is_letter(c) && !is_joiner(c) && !signs.contains(c))
}

fn hyphenated(at: Range<usize>) -> ParseError {
    ParseError::new(
        at,
        "a pattern stands for one word, and a hyphen parts two".to_owned(),
        "put the pattern and the other word side by side, without the hyphen".to_owned(),
    )
}

/// The word and the number of `word^2`. `x^2` and `10^6` are text.
fn weighted(run: &str) -> Option<(&str, &str)> {
    let (word, number) = run.trim_end_matches([',', ';', '.', ':', '!', '?']).rsplit_once('^')?;
    let plain = word.chars().count() >= 2 && word.chars().all(char::is_alphabetic);
    let signed = word.starts_with('=') || word.contains(['*', '?', '~']);
    let is_number = !number.is_empty() && leading_number(number) == number;
    (is_number && (plain || signed) && !word.contains('^')).then_some((word, number))
}

/// The digits at the start, with a decimal point among them perhaps.
fn leading_number(text: &str) -> &str {
    let whole = leading_digits(text);
    let rest = &text[whole.len()..];
    let part = rest.strip_prefix('.').map_or(0, |part| match leading_digits(part).len() {
        0 => 0,
        length => 1 + length,
    });
    if whole.is_empty() { whole } else { &text[..whole.len() + part] }
}

fn weight_of(number: &str, at: Range<usize>) -> Result<f32, ParseError> {
    match number.parse() {
        Ok(weight) if WEIGHTS.contains(&weight) => Ok(weight),
        _ => Err(ParseError::new(
            at,
            format!("a weight is between {} and {}", WEIGHTS.start(), WEIGHTS.end()),
            "write ^2 to let it count twice, ^0.5 to let it count half",
        )),
    }
}

/// The number behind one of some prefixes, whatever their case.
fn counted(run: &str, prefixes: &[&str], at: Range<usize>) -> Result<Option<u32>, ParseError> {
    let Some(count) = prefixes.iter().find_map(|prefix| {
        let (start, count) = run.split_at_checked(prefix.len())?;
        let digits = !count.is_empty() && leading_digits(count) == count;
        (start.eq_ignore_ascii_case(prefix) && digits).then_some(count)
    }) else {
        return Ok(None);
    };
    match count.parse() {
        Ok(count @ 1..=MAX_COUNT) => Ok(Some(count)),
        _ => Err(ParseError::new(
            at,
            format!("this number goes from 1 to {MAX_COUNT}"),
            format!("write one of these, or put quotes around it to look for the text: \"{run}\""),
        )),
    }
}

/// The operator of proximity that a run is, as Nexis and Factiva write them.
pub(super) fn nearness(run: &str, at: Range<usize>) -> Result<Option<Nearness>, ParseError> {
    let is = |names: &[&str]| names.iter().any(|name| run.eq_ignore_ascii_case(name));
    if is(&["/s", "w/s"]) {
        return Ok(Some(Nearness::Sentence));
    }
    if is(&["/p", "w/p"]) {
        return Ok(Some(Nearness::Paragraph));
    }
    for (prefixes, ordered) in [(&["w/", "near/", "near"], false), (&["pre/", "adj/", "adj"], true)]
    {
        if let Some(words) = counted(run, prefixes, at.clone())? {
            return Ok(Some(Nearness::Within { words, ordered }));
        }
    }
    Ok(None)
}

/// Known fields that the name may be a slip for.
fn near_fields(name: &str) -> Vec<&'static str> {
    // Two slips in five letters make any other word of five letters: `time:` is not `site:`.
    let slips = match name.len() {
        0..=3 => return Vec::new(),
        4 | 5 => 1,
        _ => 2,
    };
    let mut near: Vec<(usize, &str)> = FIELDS
        .iter()
        .map(|(known, _)| (distance(name.as_bytes(), known.as_bytes()), *known))
        .filter(|(distance, known)| *distance <= slips && known.len() >= 4)
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, known)| known).take(3).collect()
}

/// Letters added, lost, changed or swapped with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    // A name of any length may stand before a colon; a long one is near nothing.
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
            };
        }
    }
    rows[a.len()][b.len()]
}
