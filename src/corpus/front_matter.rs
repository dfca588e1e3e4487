//! Front matter: the block of `key: value` lines at the head of a text.
//!
//! Knows the few shapes that site generators and people write between `---` lines (simple YAML) or
//! `+++` lines (TOML); not the text behind it. What it cannot read is no front matter, and stays
//! text.

/// Keys, lower case, and their values in the order written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    entries: Vec<(String, Vec<String>)>,
}

impl FrontMatter {
    /// The first value under the first of `keys` that has one.
    pub(super) fn first(&self, keys: &[&str]) -> Option<&str> {
        self.all(keys).first().map(String::as_str)
    }

    /// All values under the first of `keys` that has any.
    pub(super) fn all(&self, keys: &[&str]) -> &[String] {
        keys.iter()
            .find_map(|key| {
                let (_, values) = self.entries.iter().find(|(name, _)| name == key)?;
                (!values.is_empty()).then_some(values.as_slice())
            })
            .unwrap_or_default()
    }
}

/// Parts `text` (line ends already plain) into its front matter and the rest.
pub(super) fn split(text: &str) -> Option<(FrontMatter, &str)> {
    for fence in ["---", "+++"] {
        let Some(rest) = text.strip_prefix(fence).and_then(|rest| rest.strip_prefix('\n')) else {
            continue;
        };
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
                let (head, body) = (&rest[..at], &rest[at + line.len()..]);
                let matter = if fence == "---" { from_yaml(head) } else { from_toml(head) };
                return matter.map(|matter| (matter, body));
            }
            at += line.len();
        }
    }
    None
}

/// `key: value`, `key: [a, b]`, and `- item` lines; nested keys are passed over.
fn from_yaml(head: &str) -> Option<FrontMatter> {
    let mut matter = FrontMatter::default();
    for line in head.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if let Some(item) = bare.strip_prefix("- ") {
            let (_, values) = matter.entries.last_mut()?;
            values.extend(scalar(item));
            continue;
        }
        if line.starts_with([' ', '\t']) {
            // A nested table (`author:` / `  name: Ann`) gives its values to the outer key; a
            // folded text goes on.
            let value = bare.split_once(": ").map_or(bare, |(_, value)| value);
            let (_, values) = matter.entries.last_mut()?;
            values.extend(scalar(value));
            continue;
        }
        let (key, value) = bare.split_once(':')?;
        if key.contains(' ') || (!value.is_empty() && !value.starts_with([' ', '\t'])) {
            return None;
        }
        let value = value.trim();
        let values = match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
            Some(list) => list.split(',').filter_map(scalar).collect(),
            None => scalar(value).into_iter().collect(),
        };
        matter.entries.push((key.to_ascii_lowercase(), values));
    }
    (!matter.entries.is_empty()).then_some(matter)
}

/// A value without its quotes and without a comment behind it.
fn scalar(value: &str) -> Option<String> {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            let end = rest.rfind(quote)?;
            let inner = rest.get(..end)?;
            return Some(match quote {
                '"' => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
                _ => inner.replace("''", "'"),
            });
        }
    }
    let value = value.split(" #").next().unwrap_or(value).trim();
    let empty = matches!(value, "" | "~" | "null" | "|" | ">" | ">-" | "|-");
    (!empty).then(|| value.to_owned())
}

fn from_toml(head: &str) -> Option<FrontMatter> {
    let table: toml::Table = head.parse().ok()?;
    let entries = table.iter().map(|(key, value)| (key.to_ascii_lowercase(), values(value)));
    Some(FrontMatter { entries: entries.collect() })
}

fn values(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => vec![text.clone()],
        toml::Value::Array(items) => items.iter().flat_map(values).collect(),
        // [taxonomies] and [extra] hold what the page is about, never what it is.
        toml::Value::Table(_) => Vec::new(),
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let yaml = "---\ntitle: \"A: \\\"b\\\"\"\nDate: 2025-04-25 # day\ntags: [a, 'b']\nauthors:\n  - Ann\n  - Bob\nsource:\n  name: The X\n---\nBody";
        let (matter, body) = split(yaml).unwrap();
        assert_eq!(body, "Body");
        let cases: &[(&str, &[&str])] = &[
            ("title", &["A: \"b\""]),
            ("date", &["2025-04-25"]),
            ("tags", &["a", "b"]),
            ("authors", &["Ann", "Bob"]),
            ("source", &["The X"]),
            ("none", &[]),
        ];
        for (key, values) in cases {
            assert_eq!(matter.all(&[key]), *values, "{key}");
        }
        let (matter, body) = split("+++\ntitle = \"T\"\ndate = 2025-04-25\n+++\nBody").unwrap();
        assert_eq!(matter.first(&["title"]), Some("T"));
        assert_eq!(matter.first(&["date"]), Some("2025-04-25"));
        assert_eq!(body, "Body");
    }

    #[test]
    fn what_is_none_stays_text() {
        for text in
            ["---\nno end", "---\nJust a line\n---\nx", "text\n---\na: b\n---", "---\n---\nx"]
        {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
