//! A JSON value that borrows its strings from the text it was read from.
//!
//! Knows JSON; not what the fields mean. Reading an archive of JSON lines spends its time here, and
//! most strings need no copy; `serde_json::Value` copies every one and sorts the keys.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::skipped::Reason;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// Wide enough for every integer that JSON libraries write.
    Integer(i128),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reads one value; nothing but white space may follow it.
    pub(super) fn parse(json: &'a str) -> Result<Self, Reason> {
        serde_json::from_str(json).map_err(|error| reason(&error))
    }

    /// Reads the first value where something else than a value's end follows it, and says so.
    pub(super) fn parse_first(json: &'a str) -> Option<(Self, Reason)> {
        let mut values = serde_json::Deserializer::from_str(json).into_iter();
        let value @ (Self::Object(_) | Self::List(_)) = values.next()?.ok()? else { return None };
        Some((value, trailing(values.byte_offset())))
    }

    /// Reads what is whole at the head of a text that is no JSON as such: several values one behind
    /// the other, or the elements of a list that breaks off. Says what is wrong behind them, where
    /// something is.
    pub(super) fn parse_start(json: &'a str) -> (Vec<Self>, Option<Reason>) {
        if json.trim_start().starts_with('[') && Self::parse_first(json).is_none() {
            let mut elements = Vec::new();
            let mut list = serde_json::Deserializer::from_str(json);
            return match (Elements(&mut elements)).deserialize(&mut list) {
                Ok(()) => (elements, None),
                Err(error) => (elements, Some(reason(&error))),
            };
        }
        let mut found = Vec::new();
        let mut values = serde_json::Deserializer::from_str(json).into_iter();
        let mut whole = 0;
        while let Some(next) = values.next() {
            match next {
                Ok(value @ (Self::Object(_) | Self::List(_))) => found.push(value),
                // Nothing but records is kept one behind the other.
                _ if found.is_empty() => return (found, None),
                _ => return (found, Some(trailing(whole))),
            }
            whole = values.byte_offset();
        }
        (found, None)
    }

    /// The type in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The value at a dotted path, letter case ignored. A key that itself holds dots is found too.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        let here = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(path));
        if let Some((_, value)) = here {
            return Some(value);
        }
        let (head, rest) = path.split_once('.')?;
        let (_, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(head))?;
        value.at(rest)
    }

    /// The text of a string.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The values of a list.
    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }
}

/// The parser's error as a reason, without the position it has in a line of its own.
fn reason(error: &serde_json::Error) -> Reason {
    let text = error.to_string();
    if text.starts_with("recursion limit exceeded") {
        return Reason::TooDeep;
    }
    let column = format!(" at line 1 column {}", error.column());
    let text = match text.strip_suffix(&column) {
        Some(text) => format!("{text} at column {}", error.column()),
        None => text,
    };
    Reason::Malformed(format!("not valid JSON ({text})"))
}

/// What stands behind a value that was read.
fn trailing(at: usize) -> Reason {
    Reason::Malformed(format!(
        "something else follows the JSON value, which ends at byte {at} and was read"
    ))
}

/// The elements of a list, kept even where a later one is broken.
struct Elements<'e, 'a>(&'e mut Vec<Value<'a>>);

impl<'de> DeserializeSeed<'de> for Elements<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element()? {
            self.0.push(value);
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Value::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some((Key(key), value)) = map.next_entry()? {
            fields.push((key, value));
        }
        Ok(Value::Object(fields))
    }
}

/// serde copies a plain `Cow<str>`; this one borrows.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(value.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let value =
            Value::parse(r#"{"Headline": {"main": "x"}, "a.b": "dotted", "n": 7}"#).unwrap();
        let cases = [
            ("headline.main", Some("x")),
            ("HEADLINE.MAIN", Some("x")),
            ("a.b", Some("dotted")),
            ("headline", None),
            ("n", None),
            ("n.x", None),
            ("missing", None),
        ];
        for (path, text) in cases {
            assert_eq!(value.at(path).and_then(Value::as_text), text, "{path}");
        }
    }

    #[test]
    fn strings_are_borrowed_where_they_can_be() {
        let value = Value::parse(r#"["plain", "esc\n"]"#).unwrap();
        let [Value::Text(plain), Value::Text(escaped)] = value.as_list().unwrap() else {
            panic!("two strings")
        };
        assert!(matches!(plain, Cow::Borrowed(_)) && matches!(escaped, Cow::Owned(_)));
    }

    #[test]
    fn errors() {
        let deep = "[".repeat(100_000);
        let cases = [
            (deep.as_str(), "nested too deeply, or too intricate, for an article"),
            ("{\"a\": }", "malformed: not valid JSON (expected value at column 7)"),
            ("{} x", "malformed: not valid JSON (trailing characters at column 4)"),
        ];
        for (json, message) in cases {
            assert_eq!(Value::parse(json).unwrap_err().to_string(), message);
        }
    }
}
