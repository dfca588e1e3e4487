//! The mapping file: which fields of the user's records mean what.
//!
//! Knows TOML and field names; not the records themselves. What a mapping names replaces the usual
//! names for that one meaning; what it does not name is found by its usual names.

use std::fmt;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// A mapping read from a file, or the empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// Where each meaning stands.
    pub fields: Fields,
    /// What to take where a record says nothing.
    pub defaults: Defaults,
}

/// Paths to fields, with dots for nested ones (`headline.main`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// The headline.
    pub title: Option<Paths>,
    /// The text; several fields are joined as paragraphs.
    pub body: Option<Paths>,
    /// The publication date.
    pub date: Option<Paths>,
    /// The address on the web.
    pub url: Option<Paths>,
    /// The publisher.
    pub source: Option<Paths>,
    /// The writers.
    pub author: Option<Paths>,
    /// The desk or rubric.
    pub section: Option<Paths>,
    /// The language.
    pub lang: Option<Paths>,
    /// The id of the record.
    pub id: Option<Paths>,
}

/// One path, or several in the order to try (for the body: to join).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Paths {
    /// `title = "headline.main"`
    One(String),
    /// `body = ["lead", "text"]`
    Many(Vec<String>),
}

impl Paths {
    /// The paths in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let paths = match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Many(paths) => paths,
        };
        paths.iter().map(String::as_str)
    }
}

impl fmt::Display for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> = self.iter().collect();
        f.write_str(&paths.join(", "))
    }
}

/// Values for records that say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    /// The publisher's name.
    pub source: Option<String>,
    /// The language, as ISO 639-1 or by name.
    pub lang: Option<String>,
}

const TABLES: &[&str] = &["fields", "defaults"];
const FIELDS: &[&str] =
    &["title", "body", "date", "url", "source", "author", "section", "lang", "id"];
const DEFAULTS: &[&str] = &["source", "lang"];

impl Mapping {
    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// A text that is no TOML or names what is not known; the message says which known name is near.
    pub fn from_toml(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse()?;
        // serde would tell an unknown key by listing all known ones; the near one helps more.
        expect_known("table", table.keys(), TABLES)?;
        expect_known_fields(&table)?;
        Ok(table.try_into()?)
    }

    /// This, and where it says nothing the other.
    pub(super) fn or(self, other: &Self) -> Self {
        let either = |own: Option<Paths>, other: &Option<Paths>| own.or_else(|| other.clone());
        let (own, others) = (self.fields, &other.fields);
        let fields = Fields {
            title: either(own.title, &others.title),
            body: either(own.body, &others.body),
            date: either(own.date, &others.date),
            url: either(own.url, &others.url),
            source: either(own.source, &others.source),
            author: either(own.author, &others.author),
            section: either(own.section, &others.section),
            lang: either(own.lang, &others.lang),
            id: either(own.id, &others.id),
        };
        let (own, others) = (self.defaults, &other.defaults);
        let defaults = Defaults {
            source: own.source.or_else(|| others.source.clone()),
            lang: own.lang.or_else(|| others.lang.clone()),
        };
        Self { fields, defaults }
    }
}

/// Refuses what `[fields]` and `[defaults]` do not know.
pub(super) fn expect_known_fields(table: &toml::Table) -> anyhow::Result<()> {
    for (name, known) in [("fields", FIELDS), ("defaults", DEFAULTS)] {
        if let Some(toml::Value::Table(inner)) = table.get(name) {
            expect_known("key", inner.keys(), known)
                .with_context(|| format!("in the table [{name}]"))?;
        }
    }
    Ok(())
}

/// Refuses a name that is not known, and says which known one is near.
pub(super) fn expect_known<'a>(
    what: &str,
    mut keys: impl Iterator<Item = &'a String>,
    known: &[&str],
) -> anyhow::Result<()> {
    let Some(key) = keys.find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let nearest = known.iter().copied().min_by_key(|name| distance(key, name));
    let near = nearest.filter(|name| distance(key, name) <= 2);
    match near.or_else(|| synonym(key).filter(|name| known.contains(name))) {
        Some(name) => anyhow::bail!("unknown {what} `{key}`; did you mean `{name}`?"),
        None => anyhow::bail!("unknown {what} `{key}`; known: {}", known.join(", ")),
    }
}

/// Other words that people use for ours.
fn synonym(key: &str) -> Option<&'static str> {
    Some(match key.to_ascii_lowercase().as_str() {
        "headline" | "heading" => "title",
        "text" | "content" => "body",
        "published" | "pubdate" | "time" => "date",
        "link" => "url",
        "publisher" | "site" => "source",
        "authors" | "byline" | "writer" => "author",
        "category" | "desk" => "section",
        "language" => "lang",
        "field" | "mapping" => "fields",
        "default" => "defaults",
        "timezone" | "tz" => "zone",
        "ignore" | "skip" => "exclude",
        "only" => "include",
        _ => return None,
    })
}

/// Edits between two short words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            diagonal = *above;
            left = cost;
            next.push(cost);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_fields_and_defaults() {
        let mapping = Mapping::from_toml(
            "[fields]\ntitle = \"headline.main\"\nbody = [\"lead\", \"text\"]\n[defaults]\nlang = \"en\"\n",
        )
        .unwrap();
        assert_eq!(mapping.fields.title, Some(Paths::One("headline.main".into())));
        let body: Vec<&str> = mapping.fields.body.as_ref().unwrap().iter().collect();
        assert_eq!(body, ["lead", "text"]);
        assert_eq!(mapping.defaults.lang.as_deref(), Some("en"));
        assert_eq!(Mapping::from_toml("").unwrap(), Mapping::default());
    }

    #[test]
    fn an_unknown_name_brings_the_near_one() {
        let cases = [
            ("[fields]\ntitel = \"x\"", "unknown key `titel`; did you mean `title`?"),
            ("[fields]\nheadline = \"x\"", "unknown key `headline`; did you mean `title`?"),
            ("[felds]\n", "unknown table `felds`; did you mean `fields`?"),
            ("[defaults]\nsauce = \"x\"", "unknown key `sauce`; did you mean `source`?"),
            (
                "[fields]\nzebra = \"x\"",
                "unknown key `zebra`; known: title, body, date, url, source, author, section, lang, id",
            ),
        ];
        for (text, message) in cases {
            let error = Mapping::from_toml(text).unwrap_err();
            assert_eq!(error.root_cause().to_string(), message);
        }
        assert!(Mapping::from_toml("[fields]\ntitle = 3").is_err());
    }
}
