//! Query text to tree.
//!
//! ```text
//! query := and ((`OR` | `|`) and)*
//! and   := side (`AND` side)*
//! side  := unit+
//! unit  := (`NOT` | `-`) unit | `(` query `)` | field (value | `(` query `)`) | text
//! ```
//!
//! # Canonical trees
//!
//! One question has one tree, and a tree that this module makes prints as text that parses to it
//! again. In such a tree
//!
//! - [`Query::All`] stands alone, never inside another;
//! - `And`, `Or` and `Words` have two members at least, and none directly holds its own kind;
//! - `And` holds what scores first, then conditions, then exclusions, each in the order written;
//! - `Words` holds what scores alone: texts, and `Or`s and `And`s with a text in them. Conditions
//!   and exclusions beside words stand in an `And` around the `Words`;
//! - text has a letter or digit in it and no quotation mark, and a word no white space; the words
//!   `AND`, `OR` and `NOT`, where they are only words, are in lower case;
//! - a date has one bound at least, in whole seconds of the years 1000 to 2999.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::dates::{self, DateField};
use super::lex::{Field, Kind, Token, field_as_word, is_searchable, lex, one_line};
use super::{Filter, MetaField, Pattern, Query, Text, TextField};

/// Longest query in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Parentheses and exclusions inside one another. The reader recurses, and so do all who read
/// the tree.
const MAX_DEPTH: usize = 64;

/// Words that must stand near each other, in one chain of `w/5`, `/s` and their like: what it costs to
/// find them in a long article grows with each.
const MAX_NEAR: usize = 8;

/// Columns of a long query that [`ParseError::render`] shows on either side of the place.
const MARGIN: usize = 60;

/// Why a query cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The place in the query text, in bytes, on character boundaries.
    pub at: Range<usize>,
    /// What is wrong, in lower case.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl ParseError {
    pub(super) fn new(
        at: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        ParseError { at, message: message.into(), hint: Some(hint.into()) }
    }

    /// The query with carets under the place and the hint below, to stand under the message. Of
    /// a long query, the part around the place. No newline at the end.
    ///
    /// # Examples
    /// ```
    /// let text = "floods sorce:bbc";
    /// let error = dateline::query::parse(text, jiff::Timestamp::UNIX_EPOCH).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no field sorce:");
    /// let rendered = error.render(text);
    /// let mut lines = rendered.lines();
    /// assert_eq!(lines.next(), Some("  floods sorce:bbc"));
    /// assert_eq!(lines.next(), Some("         ^^^^^^"));
    /// ```
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        // The text may be another than the one that failed.
        let start = text.floor_char_boundary(self.at.start);
        let end = text.floor_char_boundary(self.at.end).max(start);
        let before = fitting(text[..start].chars().rev());
        let before: String = before.chars().rev().collect();
        let place = fitting(text[start..end].chars());
        let cut = place.ends_with('…');
        let after = if cut { String::new() } else { fitting(text[end..].chars()) };
        let carets = "^".repeat(place.width().max(1));
        let indent = " ".repeat(before.width());
        let mut out = format!("  {before}{place}{after}\n  {indent}{carets}");
        if let Some(hint) = &self.hint {
            out.push_str("\nhint: ");
            out.push_str(hint);
        }
        out
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// As much as fits in the margin, an ellipsis behind what does not.
fn fitting(chars: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    let mut width = 0;
    for c in chars {
        let c = visible(c);
        width += c.width().unwrap_or(0);
        if width > MARGIN {
            shown.push('…');
            break;
        }
        shown.push(c);
    }
    shown
}

/// A character that leaves the terminal and the order of the line alone.
fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('�'),
        '\x7f' => '␡',
        // Line and paragraph separators, and what turns the writing direction.
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '�',
        _ if c.is_control() => '�',
        _ => c,
    }
}

/// Reads a query. Relative dates are reckoned from `now`.
///
/// # Errors
/// If syntax is used that means nothing (an unknown field, an impossible date) or nothing yet, if
/// there is nothing to search for in the text, or if it is too long or too deeply nested.
///
/// # Examples
/// ```
/// use dateline::query::parse;
///
/// let now: jiff::Timestamp = "2025-08-06T12:00:00Z".parse()?;
/// let query = parse("floods -valencia since:yesterday", now)?;
/// assert_eq!(query.to_string(), "floods since:2025-08-05 -valencia");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse(text: &str, now: Timestamp) -> Result<Query, ParseError> {
    if text.len() > MAX_BYTES {
        return Err(ParseError::new(
            text.floor_char_boundary(MAX_BYTES)..text.len(),
            format!("the query is too long: {} bytes of at most {MAX_BYTES}", text.len()),
            "leave out all but the words that matter",
        ));
    }
    let lexed = lex(text)?;
    let shouted = is_shouted(text);
    let tokens = words_for_idle_operators(paired(lexed.tokens), text, shouted);
    let mut parser = Parser { text, now, tokens, next: 0 };
    match parser.or(Scope::Text(TextField::Any), 0)? {
        Some(query) => Ok(query),
        None if lexed.star || text.trim().is_empty() => Ok(Query::All),
        None => Err(ParseError::new(
            0..text.len(),
            "there is nothing to search for: no letter and no digit",
            "add a word, or ask * for every article",
        )),
    }
}

/// Reads a text as words alone, whatever it looks like: for topics and pasted text that
/// [`parse`] refuses.
#[must_use]
pub fn plain_words(text: &str) -> Query {
    let words = text.split_whitespace().filter(|word| is_searchable(word));
    let mut words: Vec<Query> = words
        .map(|word| {
            let pattern = Pattern::Word(word.to_owned());
            Query::Text(Text { field: TextField::Any, pattern })
        })
        .collect();
    match words.len() {
        0 => Query::All,
        1 => words.swap_remove(0),
        _ => Query::Words(words),
    }
}

/// Whether this is a sentence in capitals, as wires and old archives write them: its `AND` is no
/// operator. Many words for each operator and no other syntax tell it from `NATO OR EU`.
pub(super) fn is_shouted(text: &str) -> bool {
    if text.contains(|c: char| c.is_lowercase() || "()\"|:*~=".contains(c)) {
        return false;
    }
    let (operators, words): (Vec<&str>, Vec<&str>) = text
        .split_whitespace()
        .filter(|word| word.contains(char::is_alphabetic))
        .partition(|word| matches!(*word, "AND" | "OR" | "NOT"));
    !operators.is_empty() && words.len() >= 5 && words.len() >= 3 * operators.len()
}

/// Leaves out parentheses without a partner: they are punctuation.
fn paired(tokens: Vec<Token>) -> Vec<Token> {
    let mut open = Vec::new();
    let mut lone = vec![false; tokens.len()];
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(i),
            Kind::Close => lone[i] = open.pop().is_none(),
            _ => {}
        }
    }
    for i in open {
        lone[i] = true;
    }
    tokens.into_iter().zip(lone).filter(|(_, lone)| !lone).map(|(token, _)| token).collect()
}

/// Makes a word of each operator that lacks an operand: `OR` at the end of a pasted headline. In
/// lower case, so that it is no operator wherever it comes to stand; what could be read as proximity
/// as a phrase. A `|` goes. With `all`, no operator of a name is one.
fn words_for_idle_operators(tokens: Vec<Token>, text: &str, all: bool) -> Vec<Token> {
    let word = |token: Token| {
        let typed = &text[token.at.clone()];
        let pattern = match token.kind {
            Kind::Near(_) | Kind::Boost(_) => {
                Pattern::Phrase { words: typed.to_owned(), exact: false, slop: 0 }
            }
            _ => Pattern::Word(typed.to_lowercase()),
        };
        is_searchable(typed).then_some(Token { kind: Kind::Text(pattern), at: token.at })
    };
    let joins = |kind: &Kind| matches!(kind, Kind::And | Kind::Or | Kind::Near(_));
    // From the end, since whether a NOT has an operand decides whether the OR before it has one.
    let mut reversed: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.into_iter().rev() {
        let operand_follows =
            reversed.last().is_some_and(|next| !joins(&next.kind) && next.kind != Kind::Close);
        let named = matches!(token.kind, Kind::And | Kind::Or | Kind::Not);
        let operator = named || joins(&token.kind);
        reversed.extend(if (named && all) || (operator && !operand_follows) {
            word(token)
        } else {
            Some(token)
        });
    }
    let mut kept: Vec<Token> = Vec::with_capacity(reversed.len());
    for token in reversed.into_iter().rev() {
        let before = kept.last();
        let operand_before = before
            .is_some_and(|last| matches!(last.kind, Kind::Text(_) | Kind::Close | Kind::Boost(_)));
        let idle = match token.kind {
            Kind::Boost(_) => before.is_none_or(|last| {
                last.at.end != token.at.start || !matches!(last.kind, Kind::Text(_) | Kind::Close)
            }),
            _ => joins(&token.kind) && !operand_before,
        };
        kept.extend(if idle { word(token) } else { Some(token) });
    }
    kept
}

/// What a text without a field of its own belongs to: the field before the parenthesis.
#[derive(Debug, Clone, Copy)]
enum Scope {
    Text(TextField),
    Meta(MetaField),
}

struct Parser<'t> {
    text: &'t str,
    now: Timestamp,
    tokens: Vec<Token>,
    next: usize,
}

/// `None` where there was nothing but punctuation.
type Parsed = Result<Option<Query>, ParseError>;

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn eat(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == Some(kind);
        self.next += usize::from(found);
        found
    }

    fn or(&mut self, scope: Scope, depth: usize) -> Parsed {
        let mut any = Vec::new();
        loop {
            any.extend(self.and(scope, depth)?);
            if !self.eat(&Kind::Or) {
                return Ok(any_of(any));
            }
        }
    }

    fn and(&mut self, scope: Scope, depth: usize) -> Parsed {
        let mut all = Vec::new();
        loop {
            all.extend(self.side(scope, depth)?);
            if !self.eat(&Kind::And) {
                return Ok(all_of(all));
            }
        }
    }

    fn side(&mut self, scope: Scope, depth: usize) -> Parsed {
        let mut units = Vec::new();
        while !matches!(self.peek(), None | Some(Kind::And | Kind::Or | Kind::Close)) {
            units.extend(self.nearby(scope, depth)?);
        }
        Ok(side_by_side(units))
    }

    /// A unit, or several with operators of proximity between them, the first two first.
    fn nearby(&mut self, scope: Scope, mut depth: usize) -> Parsed {
        let start = self.next;
        let mut left = self.unit(scope, depth)?;
        let mut left_at = self.read_since(start);
        while let Some(&Kind::Near(nearness)) = self.peek() {
            let operator = self.tokens[self.next].at.clone();
            depth = deeper(depth, operator.clone())?;
            self.next += 1;
            let start = self.next;
            let right = self.unit(scope, depth)?;
            let right_at = self.read_since(start);
            let whole = left_at.start..right_at.end;
            let near = Query::Near {
                left: Box::new(placed(left, left_at, &operator, self.text)?),
                right: Box::new(placed(right, right_at, &operator, self.text)?),
                nearness,
            };
            if nears(&near) > MAX_NEAR {
                return Err(ParseError::new(
                    operator,
                    format!("more than {MAX_NEAR} of these operators in one chain"),
                    "put AND between its parts",
                ));
            }
            left = Some(near);
            left_at = whole;
        }
        Ok(left)
    }

    /// The part of the query that the tokens from `start` on were read from.
    fn read_since(&self, start: usize) -> Range<usize> {
        let end = self.next.max(start + 1).min(self.tokens.len());
        match self.tokens.get(start..end) {
            Some([first, .., last]) => first.at.start..last.at.end,
            Some([only]) => only.at.clone(),
            _ => self.text.len()..self.text.len(),
        }
    }

    fn unit(&mut self, scope: Scope, depth: usize) -> Parsed {
        let Some(Token { kind, at }) = self.tokens.get(self.next).cloned() else {
            return Ok(None);
        };
        if matches!(kind, Kind::And | Kind::Or | Kind::Close) {
            return Ok(None);
        }
        self.next += 1;
        let unit = match kind {
            Kind::Text(pattern) => self.leaf(scope, pattern, at.clone()).map(Some),
            Kind::Open => self.group(scope, depth, at.clone()),
            Kind::Field(field) => self.field(scope, field, depth, at.clone()),
            Kind::AtLeast(count) => self.at_least(scope, count, depth, at.clone()),
            _ => {
                let inner = self.unit(scope, deeper(depth, at)?)?;
                return Ok(inner.map(|inner| Query::Not(Box::new(inner))));
            }
        }?;
        let Some(&Kind::Boost(weight)) = self.peek() else { return Ok(unit) };
        let whole = at.start..self.tokens[self.next].at.end;
        self.next += 1;
        match unit {
            Some(of) if scores(&of) => Ok(Some(Query::Boost { weight, of: Box::new(of) })),
            Some(_) => Err(ParseError::new(
                whole,
                "only text can weigh: a condition counts nothing in the ranking",
                "leave out the ^ and its number",
            )),
            None => Ok(None),
        }
    }

    /// What `atleast3(...)` counts, the operator already read.
    fn at_least(&mut self, scope: Scope, count: u32, depth: usize, at: Range<usize>) -> Parsed {
        let depth = deeper(depth, at.clone())?;
        let start = self.next;
        if !self.eat(&Kind::Open) {
            // Its parenthesis was without a partner.
            let word = Pattern::Word(self.text[at.clone()].to_lowercase());
            return self.leaf(scope, word, at).map(Some);
        }
        let inner = self.group(scope, depth, at.clone())?;
        let whole = at.start..self.read_since(start).end;
        inner.map(|inner| each_at_least(count, inner, &whole)).transpose()
    }

    /// What stands in parentheses, the opening one already read.
    fn group(&mut self, scope: Scope, depth: usize, at: Range<usize>) -> Parsed {
        let inner = self.or(scope, deeper(depth, at)?)?;
        self.eat(&Kind::Close);
        Ok(inner)
    }

    fn field(&mut self, scope: Scope, field: Field, depth: usize, at: Range<usize>) -> Parsed {
        let value_scope = match field {
            Field::Text(field) => Scope::Text(field),
            Field::Meta(field) => Scope::Meta(field),
            Field::Date(_) => scope,
        };
        let word = field_as_word(&self.text[at.clone()]);
        let Some(Token { kind, at: value_at }) = self.tokens.get(self.next).cloned() else {
            return self.leaf(scope, word, at).map(Some);
        };
        match (kind, field) {
            (Kind::Open, Field::Date(_)) => Err(ParseError::new(
                value_at,
                "a date field takes one date or range",
                "give each its own field: date:2024-04 OR date:2025-04",
            )),
            (Kind::Text(pattern), Field::Date(field)) => {
                self.next += 1;
                self.date(field, pattern, at.start..value_at.end, value_at).map(Some)
            }
            (Kind::Open, _) => {
                self.next += 1;
                self.group(value_scope, depth, value_at)
            }
            (Kind::AtLeast(count), Field::Text(_)) => {
                self.next += 1;
                self.at_least(value_scope, count, depth, value_at)
            }
            (Kind::Text(pattern), _) => {
                self.next += 1;
                self.leaf(value_scope, pattern, value_at).map(Some)
            }
            _ => self.leaf(scope, word, at).map(Some),
        }
    }

    fn leaf(&self, scope: Scope, pattern: Pattern, at: Range<usize>) -> Result<Query, ParseError> {
        match scope {
            Scope::Text(field) => {
                // Behind a field's colon it would be an address.
                let pattern = match pattern {
                    Pattern::Word(words) if field != TextField::Any && words.starts_with("//") => {
                        Pattern::Phrase { words, exact: false, slop: 0 }
                    }
                    pattern => pattern,
                };
                Ok(Query::Text(Text { field, pattern }))
            }
            Scope::Meta(field) => match plain_value(&pattern) {
                Some(_) if has_signs(field, &pattern) => Err(ParseError::new(
                    at.clone(),
                    format!("the field {field}: takes no wildcards"),
                    match field {
                        MetaField::Lang => "write the whole code, as in lang:en",
                        MetaField::Url => "leave them out: any part of the address finds it",
                        MetaField::Id => "write the whole id, or a folder ended by /",
                        _ => "leave them out: one word of a name finds it",
                    },
                )),
                Some(value) => Ok(Query::Filter(Filter::Field { field, value })),
                None => Err(ParseError::new(
                    at,
                    format!("the field {field}: takes a word or a quoted value, not a pattern"),
                    "leave out the signs around the value; one word of a name finds it",
                )),
            },
        }
    }

    fn date(
        &self,
        field: DateField,
        pattern: Pattern,
        whole: Range<usize>,
        at: Range<usize>,
    ) -> Result<Query, ParseError> {
        let Some(value) = plain_value(&pattern) else {
            let hint = "write date:2025-04-25 or on:\"last friday\"";
            return Err(ParseError::new(whole, "a date takes no signs around it", hint));
        };
        if field == DateField::Within && value.eq_ignore_ascii_case("none") {
            return Ok(Query::Filter(Filter::Undated));
        }
        match dates::bounds(field, &value, self.now) {
            Ok((from, until)) => Ok(Query::Filter(match field {
                DateField::Mentions => Filter::Mentions { from, until },
                _ => Filter::Date { from, until },
            })),
            Err(error) => Err(ParseError::new(at, error.message, error.hint)),
        }
    }
}

/// One side of an operator of proximity.
fn placed(
    side: Option<Query>,
    at: Range<usize>,
    operator: &Range<usize>,
    text: &str,
) -> Result<Query, ParseError> {
    let name = &text[operator.clone()];
    match side {
        Some(side) if side.has_places() => Ok(side),
        Some(Query::Words(_) | Query::And(_)) => Err(ParseError::new(
            at,
            format!("beside {name} stand words, phrases, patterns, and alternatives of them"),
            format!("write (a OR b), \"a b\" or (a {name} b) for these words side by side"),
        )),
        Some(side) if has_weight(&side) => Err(ParseError::new(
            at,
            format!("a weight belongs behind all of what {name} joins"),
            format!("write (a {name} b)^2"),
        )),
        Some(_) => Err(ParseError::new(
            at,
            format!("this has no place in a text that something could be near to, as {name} asks"),
            "put it elsewhere in the query: it then holds for the article".to_owned(),
        )),
        None => Err(ParseError::new(
            operator.clone(),
            format!("nothing to look for stands beside {name}"),
            format!("write a word there, or put quotes around it to look for the text: \"{name}\""),
        )),
    }
}

/// Whether a weight stands in alternatives.
fn has_weight(query: &Query) -> bool {
    match query {
        Query::Boost { .. } => true,
        Query::Or(any) => any.iter().any(has_weight),
        _ => false,
    }
}

/// `atleast3(a b)` asks it of each word side by side, and of alternatives together.
fn each_at_least(count: u32, of: Query, at: &Range<usize>) -> Result<Query, ParseError> {
    match of {
        of if of.has_places() => Ok(Query::AtLeast { count, of: Box::new(of) }),
        Query::Words(all) | Query::And(all) => {
            let mut each = Vec::with_capacity(all.len());
            for one in all {
                each.push(each_at_least(count, one, at)?);
            }
            // Words beside an AND are two levels that become one.
            Ok(all_of(each).unwrap_or(Query::All))
        }
        _ => Err(ParseError::new(
            at.clone(),
            "only words, phrases, patterns and alternatives of them can be counted",
            "put the rest elsewhere in the query",
        )),
    }
}

fn deeper(depth: usize, at: Range<usize>) -> Result<usize, ParseError> {
    if depth < MAX_DEPTH {
        return Ok(depth + 1);
    }
    let message =
        format!("more than {MAX_DEPTH} parentheses or exclusions stand inside one another");
    Err(ParseError::new(at, message, "leave out the parentheses that change nothing"))
}

/// How many operators of nearness stand in one another, whichever way.
fn nears(query: &Query) -> usize {
    match query {
        Query::Near { left, right, .. } => 1 + nears(left) + nears(right),
        Query::Or(any) => any.iter().map(nears).sum(),
        _ => 0,
    }
}

/// The value of a metadata field, if the pattern is one.
fn plain_value(pattern: &Pattern) -> Option<String> {
    match pattern {
        Pattern::Word(word) => Some(one_line(word.trim_end_matches([',', ';']))),
        Pattern::Phrase { words, exact: false, slop: 0 } => Some(words.clone()),
        _ => None,
    }
}

/// Whether an unquoted value of a metadata field has wildcards that the lexer took for text. A `?`
/// behind a word asks a question, and one in an address belongs to it.
fn has_signs(field: MetaField, pattern: &Pattern) -> bool {
    let Pattern::Word(word) = pattern else { return false };
    let asks = match field {
        MetaField::Url | MetaField::Id => false,
        MetaField::Lang => word.contains('?'),
        _ => word.trim_end_matches('?').contains('?'),
    };
    asks || word.contains('*')
}

/// Joins units that stand side by side.
pub(super) fn side_by_side(units: Vec<Query>) -> Option<Query> {
    let mut words = Vec::new();
    let mut rest = Vec::new();
    for unit in units {
        match unit {
            Query::Words(more) => words.extend(more),
            _ if rank(&unit) == 0 => words.push(unit),
            _ => rest.push(unit),
        }
    }
    let words = if words.len() > 1 { Some(Query::Words(words)) } else { words.pop() };
    all_of(words.into_iter().chain(rest).collect())
}

/// All of these; see the module's words on canonical trees for the order.
fn all_of(queries: Vec<Query>) -> Option<Query> {
    let mut all = Vec::new();
    for query in queries {
        match query {
            Query::And(more) => all.extend(more),
            _ => all.push(query),
        }
    }
    all.sort_by_key(rank);
    if all.len() > 1 { Some(Query::And(all)) } else { all.pop() }
}

fn any_of(queries: Vec<Query>) -> Option<Query> {
    let mut any = Vec::new();
    for query in queries {
        match query {
            Query::Or(more) => any.extend(more),
            _ => any.push(query),
        }
    }
    if any.len() > 1 { Some(Query::Or(any)) } else { any.pop() }
}

/// What scores comes first, then conditions, then exclusions.
fn rank(query: &Query) -> u8 {
    match query {
        Query::Not(_) => 2,
        _ if scores(query) => 0,
        _ => 1,
    }
}

/// Whether there is a text in it that may match.
pub(super) fn scores(query: &Query) -> bool {
    match query {
        Query::Text(_) | Query::Near { .. } | Query::AtLeast { .. } => true,
        Query::All | Query::Filter(_) | Query::Not(_) => false,
        Query::Boost { of, .. } => scores(of),
        Query::Words(inner) | Query::And(inner) | Query::Or(inner) => inner.iter().any(scores),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2025-08-06T12:00:00Z".parse().unwrap()
    }

    fn shown(text: &str) -> String {
        parse(text, now()).unwrap_or_else(|error| panic!("{text:?}: {error}")).to_string()
    }

    #[test]
    fn a_phrase_with_wildcards_is_things_in_a_row() {
        for (typed, read) in [
            (r#""oil ga*""#, r#""oil" pre/1 ga*"#),
            (
                r#""united nations gen* assembly""#,
                r#"("united nations" pre/1 gen*) pre/1 "assembly""#,
            ),
            (r#"title:"oil ga*" Iran"#, r#"(title:"oil" pre/1 title:ga*) Iran"#),
            (r#"-"oil ga*""#, r#"-("oil" pre/1 ga*)"#),
            (r#"="Oil ga*"^2"#, r#"(="Oil" pre/1 ga*)^2"#),
            (r#""ga*""#, r#""ga*""#),
            (r#""what the f*** is it?""#, r#""what the f*** is it?""#),
            (r#""the *real* thing""#, r#""the *real* thing""#),
            (r#""5 * 3""#, r#""5 * 3""#),
            (r#"source:"a* b""#, r#"source:"a* b""#),
        ] {
            assert_eq!(shown(typed), read, "{typed}");
            assert_eq!(shown(read), read, "{typed}");
        }
    }

    #[test]
    fn fields_without_wildcards_say_so() {
        for typed in ["lang:e?", "lang:e*", "source:a/b*", "source:b*", "id:mail/*", "url:bbc*"] {
            let error = parse(typed, now()).unwrap_err();
            assert!(error.hint.is_some(), "{typed}");
        }
        for typed in ["url:example.com/a?b=c", "source:bbc?", r#"source:"b*""#] {
            assert!(parse(typed, now()).is_ok(), "{typed}");
        }
    }

    fn word(word: &str) -> Query {
        Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(word.to_owned()) })
    }

    fn words(text: &str) -> Query {
        Query::Words(text.split(' ').map(word).collect())
    }

    fn source(value: &str) -> Query {
        Query::Filter(Filter::Field { field: MetaField::Source, value: value.to_owned() })
    }

    fn not(query: Query) -> Query {
        Query::Not(Box::new(query))
    }

    #[test]
    fn one_question_has_one_tree() {
        let cases = [
            ("", Query::All),
            (" \t ", Query::All),
            ("*", Query::All),
            ("( * )", Query::All),
            ("a", word("a")),
            ("((a))", word("a")),
            ("a b", words("a b")),
            ("(a b) c", words("a b c")),
            ("a * b", words("a b")),
            ("a AND b", Query::And(vec![word("a"), word("b")])),
            ("(a AND b) AND c", Query::And(vec![word("a"), word("b"), word("c")])),
            ("a b AND c d", Query::And(vec![words("a b"), words("c d")])),
            ("a OR b | c", Query::Or(vec![word("a"), word("b"), word("c")])),
            ("a b OR c", Query::Or(vec![words("a b"), word("c")])),
            ("a AND b OR c", {
                Query::Or(vec![Query::And(vec![word("a"), word("b")]), word("c")])
            }),
            ("a (b OR c)", {
                Query::Words(vec![word("a"), Query::Or(vec![word("b"), word("c")])])
            }),
            ("(a AND b) c", {
                Query::Words(vec![Query::And(vec![word("a"), word("b")]), word("c")])
            }),
            ("-x source:s a -y b", {
                Query::And(vec![words("a b"), source("s"), not(word("x")), not(word("y"))])
            }),
            ("source:s AND a", Query::And(vec![word("a"), source("s")])),
            ("a (source:s -b)", Query::And(vec![word("a"), source("s"), not(word("b"))])),
            ("a source:(s OR t)", {
                Query::And(vec![word("a"), Query::Or(vec![source("s"), source("t")])])
            }),
            ("a OR -b", Query::Or(vec![word("a"), not(word("b"))])),
            ("NOT a", not(word("a"))),
            ("NOT NOT a", not(not(word("a")))),
            ("-a", not(word("a"))),
            ("-(a b)", not(words("a b"))),
            ("-source:s", not(source("s"))),
        ];
        for (text, tree) in cases {
            assert_eq!(parse(text, now()), Ok(tree.clone()), "{text:?}");
            assert_eq!(parse(&tree.to_string(), now()), Ok(tree), "{text:?} printed");
        }
    }

    #[test]
    fn a_sentence_in_capitals_has_no_operators() {
        let cases = [
            (
                "BORDER DISPUTE BETWEEN ISRAEL AND SYRIA .",
                "BORDER DISPUTE BETWEEN ISRAEL and SYRIA",
            ),
            ("NATO OR EU", "NATO OR EU"),
            ("NATO OR UN OR EU OR OSCE OR WHO", "NATO OR UN OR EU OR OSCE OR WHO"),
            (
                "(BORDER DISPUTE BETWEEN ISRAEL AND SYRIA)",
                "(BORDER DISPUTE BETWEEN ISRAEL AND SYRIA)",
            ),
        ];
        for (text, expect) in cases {
            assert_eq!(shown(text), expect);
            assert_eq!(shown(expect), expect);
        }
    }

    #[test]
    fn pasted_text_is_text() {
        let same = [
            "https://www.example.com/a/b?c=d&e=f#g",
            "http://x.example/*",
            "file:///home/me/x.txt",
            "mailto:me@example.com",
            "12:30",
            "3:1 C:\\x",
            "C++ U.S. AT&T $5m 50% #tag @handle [brackets] --flags",
            "don't don’t l'Élysée",
            "24/7 and/or TCP/IP w/o 1/2 /r/news /usr/local/bin /r/news/",
            "What happened in Kyiv?",
            "Breaking: title: none",
            "Ratio:5 foo:bar time:12:30",
            "x^2 10^6 10~20%",
            "what?...no Really?!",
            "and or not",
            "e-mail well-known",
            "a|b",
            "漢字 Ελλάδα",
        ];
        for text in same {
            assert_eq!(shown(text), text);
        }
        let cleaned = [
            ("AND", "and"),
            ("OR NOT", "or not"),
            ("a OR", "a or"),
            ("AND b", "and b"),
            ("a AND OR b", "a and OR b"),
            ("a |", "a"),
            ("a || b && c", "a OR b AND c"),
            ("a ||", "a"),
            ("Kyiv - Moscow — talks", "Kyiv Moscow talks"),
            ("say \"hello", "say hello"),
            ("hello\" she said", "hello she said"),
            ("27\" and 32\" screens", "27 and 32 screens"),
            ("he said. \"We go.\" Then", "he said. \"We go.\" Then"),
            ("(a b", "a b"),
            ("a) b", "a b"),
            ("a ) ( b", "a b"),
            ("() a", "a"),
            ("president(s)", "president s"),
            ("🎉 party 🎉", "party"),
            ("a -> b", "a b"),
            ("-\"a", "-a"),
            ("title:\"a b", "title:a b"),
            ("\"Ost\"-Politik", "\"Ost\" Politik"),
            ("“a” „b“ «c» »d«", "\"a\" \"b\" \"c\" \"d\""),
            ("“say \"a\" now”", "\"say a now\""),
            ("a\u{0}b\r\nc", "a b c"),
            ("\"a\n b\"", "\"a b\""),
            ("“”a", "a"),
            ("-“” a", "a"),
            ("title:— x", "title: x"),
            ("*:*", "*"),
            ("elect*, *burg. [wom?n]", "elect* *burg wom?n"),
            ("wi?d?", "wi?d"),
            ("word~.", "word~1"),
            ("-AND a", "a -and"),
            ("TITLE:Flood", "title:Flood"),
            ("title:(a -b)", "title:a -title:b"),
            ("title:(=a \"b c\"~2 de* e~)", "title:=a title:\"b c\"~2 title:de* title:e~1"),
            ("url:https://x.example/a_(b)?q=\"", "url:\"https://x.example/a_(b)?q=\""),
            ("(url:x.example/a OR b)", "url:x.example/a OR b"),
            ("source:bbc, floods", "floods source:bbc"),
            ("source:\"w/5\"", "source:w/5"),
            ("w/5 a", "\"w/5\" a"),
            ("funny /s", "funny \"/s\""),
            ("a OR w/3", "a OR \"w/3\""),
            ("w/ w/x near pre/ atleast3 atleast3 (a)", "w/ w/x near pre/ atleast3 atleast3 a"),
            (") ^2 a", "^2 a"),
            ("a W/5 b", "a w/5 b"),
            ("a near5 b", "a w/5 b"),
            ("a ADJ5 b", "a pre/5 b"),
            ("a b w/2 c d", "a (b w/2 c) d"),
            ("a w/2 b /s c", "(a w/2 b) /s c"),
            ("Joh* w/2 (Doe OR Smith)", "Joh* w/2 (Doe OR Smith)"),
            ("title:(a pre/1 b)", "title:a pre/1 title:b"),
            ("atleast3(a OR b)", "atleast3(a OR b)"),
            ("atleast2(a b)", "atleast2(a) AND atleast2(b)"),
            ("title:atleast2(a)", "atleast2(title:a)"),
            ("-atleast2(a) b", "b -atleast2(a)"),
            ("word^2, (a b)^.5 \"c d\"^0.50", "word^2 a b ^.5 \"c d\"^0.5"),
            ("(a b)^3 c", "(a b)^3 c"),
            ("/col(o|ou)r/ lead:x", "/col(o|ou)r/ lead:x"),
            ("title:/a.c/^2", "title:/a.c/^2"),
        ];
        for (text, canonical) in cleaned {
            assert_eq!(shown(text), canonical, "{text:?}");
        }
    }

    #[test]
    fn errors_point_and_help() {
        // The text, the part of it that is marked, the message, the hint.
        let cases = [
            ("a sorce:bbc", "sorce:", "no field sorce:", "source:"),
            ("titel:x", "titel:", "no field titel:", "title:"),
            ("-story:x", "story:", "not supported yet", "quotes"),
            ("a /reg(x/", "/reg(x/", "unclosed group", "quotes"),
            ("a w/0 b", "w/0", "from 1 to 255", "\"w/0\""),
            ("a pre/999 b", "pre/999", "from 1 to 255", "quotes"),
            ("(a b) w/5 c", "(a b)", "beside w/5 stand words", "(a w/5 b)"),
            ("a /s source:bbc", "source:bbc", "no place in a text", "elsewhere"),
            ("a w/5 -b", "-b", "no place in a text", "elsewhere"),
            ("word^2 w/5 b", "word^2", "behind all", "(a w/5 b)^2"),
            ("(word^2 OR c) w/5 b", "(word^2 OR c)", "behind all", "(a w/5 b)^2"),
            ("atleast0(a)", "atleast0", "from 1 to 255", "quotes"),
            ("atleast3(a -b)", "atleast3(a -b)", "can be counted", "elsewhere"),
            ("word^0", "^0", "between 0.01 and 100", "^2"),
            ("\"a b\"^200", "^200", "between 0.01 and 100", "^0.5"),
            ("source:bbc^2", "source:bbc^2", "only text can weigh", "leave out"),
            ("a*", "a*", "at least 2 letters", "\"a*\""),
            ("url:* a", "url:*", "url: needs a value", "leave the field out"),
            ("anti-war*", "anti-war*", "hyphen", "side by side"),
            ("word~3", "word~3", "1 or 2 letters", "word~1 or word~2"),
            ("wo*d~", "wo*d~", "either fuzzy or", "leave out"),
            ("=wo*d", "=wo*d", "either exact or", "wo*d"),
            ("\"a b\"~500", "~500", "at most 100", "~100"),
            ("source:b*c", "b*c", "not a pattern", "leave out"),
            ("source:(bbc OR =x)", "=x", "not a pattern", "leave out"),
            ("source:-bbc", "-", "minus goes before the field", "-source:bbc"),
            ("title:-\"b\"", "-", "minus goes before the field", "-source:bbc"),
            ("source:\"\"", "\"\"", "nothing stands between", "value"),
            ("date:04/05/2025", "04/05/2025", "ambiguous", "2025-05-04"),
            ("on:last friday", "last", "cannot read `last`", "quotes"),
            ("date:2025-05..2025-04", "2025-05..2025-04", "ends before it begins", "swap"),
            ("date:(2024 OR 2025)", "(", "one date or range", "OR date:"),
            ("… — 🎉", "… — 🎉", "nothing to search for", "add a word"),
        ];
        for (text, place, message, hint) in cases {
            let error = parse(text, now()).expect_err(text);
            assert_eq!(&text[error.at.clone()], place, "{text}");
            assert!(error.message.contains(message), "{text}: {error}");
            let got = error.hint.unwrap_or_default();
            assert!(got.contains(hint), "{text}: {got}");
            assert!(!error.message.starts_with(char::is_uppercase), "{text}: {}", error.message);
        }
    }

    #[test]
    fn nesting_and_length_have_limits() {
        let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(parse(&nested(64), now()), Ok(word("a")));
        assert!(parse(&nested(65), now()).is_err());
        assert!(parse(&nested(30_000), now()).is_err());
        assert!(parse(&format!("{}a", "NOT ".repeat(64)), now()).is_ok());
        assert!(parse(&format!("{}a", "NOT ".repeat(65)), now()).is_err());
        assert!(parse(&"(".repeat(60_000), now()).is_err());
        assert_eq!(shown(&format!("{}a", "(".repeat(60_000))), "a");
        let long = "é".repeat(MAX_BYTES);
        let error = parse(&long, now()).unwrap_err();
        assert!(long.is_char_boundary(error.at.start));
        assert!(error.render(&long).len() < 2000);
    }

    #[test]
    fn the_longest_bad_text_is_read_at_once() {
        for piece in ["“", "\" ", "| ", "-\"", "OR ", "( ", "title:(", "-", "a~", "*a", "« ", "=\""]
        {
            let text = piece.repeat(MAX_BYTES / piece.len());
            let started = std::time::Instant::now();
            let _ = parse(&text, now());
            assert!(started.elapsed().as_secs() < 2, "{piece:?} took {:?}", started.elapsed());
        }
    }

    #[test]
    fn an_error_is_drawn_under_its_place() {
        let cases = [
            ("漢字 sorce:x", "  漢字 sorce:x\n       ^^^^^^\nhint: "),
            ("\u{1b}[1m\tsorce:x", "  ␛[1m␉sorce:x\n       ^^^^^^\nhint: "),
        ];
        for (text, start) in cases {
            let rendered = parse(text, now()).unwrap_err().render(text);
            assert!(rendered.starts_with(start), "{rendered}");
        }
        let long = format!("{} sorce:x {}", "word ".repeat(50), "word ".repeat(50));
        let rendered = parse(&long, now()).unwrap_err().render(&long);
        let lines: Vec<&str> = rendered.lines().collect();
        assert!(lines[0].starts_with("  …") && lines[0].ends_with('…'), "{rendered}");
        let column = lines[1].find('^').unwrap();
        assert!(lines[0].chars().skip(column).collect::<String>().starts_with("sorce:"));
    }
}
