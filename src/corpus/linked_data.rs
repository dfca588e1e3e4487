//! What a page says of itself in JSON-LD.
//!
//! Knows schema.org's articles; not the page around them. What does not parse is passed over, since
//! a page is read for its text and this is only what it says besides.

use serde_json::Value;

/// The first values found for the article of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LinkedData {
    pub(super) headline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    /// When the page, a recipe or the like on it was published, which is not said of an article.
    pub(super) page_published: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) section: Option<String>,
    pub(super) body: Option<String>,
}

impl LinkedData {
    /// Takes from `other` what is missing here.
    pub(super) fn merge(&mut self, other: Self) {
        self.headline = self.headline.take().or(other.headline);
        self.published = self.published.take().or(other.published);
        self.modified = self.modified.take().or(other.modified);
        self.page_published = self.page_published.take().or(other.page_published);
        self.publisher = self.publisher.take().or(other.publisher);
        self.url = self.url.take().or(other.url);
        self.section = self.section.take().or(other.section);
        self.body = self.body.take().or(other.body);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
    }
}

/// Reads the text of one `<script type="application/ld+json">`.
pub(super) fn read(script: &str) -> LinkedData {
    let script = script.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let script = script.trim().trim_start_matches("//<![CDATA[").trim_end_matches("//]]>");
    let script = script.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
    let script = script.trim().trim_end_matches(';');
    let value = serde_json::from_str(script).or_else(|_| {
        // Line ends inside strings are the most common mistake.
        let plain: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&plain)
    });
    let mut found = LinkedData::default();
    let Ok(value) = value else { return found };
    // serde_json bounds the depth, so a stack of values visits each once.
    let mut stack: Vec<&Value> = vec![&value];
    while let Some(value) = stack.pop() {
        match value {
            Value::Array(values) => stack.extend(values.iter().rev()),
            Value::Object(object) => {
                if is_article(value) {
                    found.merge(article(value));
                } else if is_page(value) {
                    found.merge(LinkedData {
                        page_published: text(value.get("datePublished")),
                        ..LinkedData::default()
                    });
                }
                for key in ["mainEntity", "mainEntityOfPage", "@graph"] {
                    stack.extend(
                        object.get(key).filter(|inner| inner.is_object() || inner.is_array()),
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn is_article(value: &Value) -> bool {
    has_type(value, |name| {
        name.ends_with("Article") || name.ends_with("BlogPosting") || name == "Report"
    })
}

/// Whether its date is that of the page, if no article says more: not a comment's, a picture's or
/// the whole site's.
fn is_page(value: &Value) -> bool {
    const NAMES: &[&str] = &[
        "WebPage",
        "ItemPage",
        "AboutPage",
        "Recipe",
        "HowTo",
        "VideoObject",
        "PodcastEpisode",
        "CreativeWork",
        "DiscussionForumPosting",
        "SocialMediaPosting",
        "MedicalWebPage",
    ];
    has_type(value, |name| NAMES.contains(&name))
}

fn has_type(value: &Value, wanted: impl Fn(&str) -> bool) -> bool {
    let wanted = |name: &str| wanted(name.rsplit(['/', ':']).next().unwrap_or(name));
    match value.get("@type") {
        Some(Value::String(name)) => wanted(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(wanted),
        _ => false,
    }
}

fn article(value: &Value) -> LinkedData {
    let mut authors = Vec::new();
    for key in ["author", "creator"] {
        if authors.is_empty()
            && let Some(author) = value.get(key)
        {
            push_names(author, &mut authors);
        }
    }
    LinkedData {
        headline: text(value.get("headline")).or_else(|| text(value.get("name"))),
        published: text(value.get("datePublished")).or_else(|| text(value.get("dateCreated"))),
        modified: text(value.get("dateModified")),
        page_published: None,
        authors,
        publisher: value.get("publisher").and_then(|publisher| match publisher {
            Value::Array(list) => list.first().and_then(|first| text(first.get("name"))),
            Value::Object(_) => text(publisher.get("name")),
            other => text(Some(other)),
        }),
        url: text(value.get("url")).or_else(|| match value.get("mainEntityOfPage") {
            Some(page @ Value::Object(_)) => text(page.get("@id")),
            page => text(page),
        }),
        section: text(value.get("articleSection")),
        body: text(value.get("articleBody")),
    }
}

/// A string, or the first of a list of them.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Array(values) => text(values.first().filter(|first| first.is_string())),
        _ => None,
    }
}

fn push_names(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(name) => names.push(name.clone()),
        Value::Array(values) => values.iter().for_each(|value| push_names(value, names)),
        Value::Object(_) => {
            if let Some(name) = value.get("name") {
                push_names(name, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let plain = r#"{"@type":"NewsArticle","headline":"H","author":{"name":"Ann"},"publisher":{"name":"P"}}"#;
        let cases = [
            plain.to_owned(),
            format!("[{{\"@type\":\"WebSite\",\"name\":\"S\"}},{plain}]"),
            format!("{{\"@graph\":[{plain}]}}"),
            format!("<!-- {plain} -->"),
            format!("//<![CDATA[\n{plain}\n//]]>"),
            plain
                .replace("\"H\"", "\"H\n\"")
                .replace("NewsArticle", "http://schema.org/NewsArticle"),
        ];
        for script in cases {
            let found = read(&script);
            assert_eq!(found.headline.as_deref(), Some("H"), "{script}");
            assert_eq!(found.publisher.as_deref(), Some("P"));
            assert_eq!(found.authors, ["Ann"]);
        }
        for script in ["", "{", "7", "{\"@type\": 7}", &"[".repeat(10_000)] {
            assert_eq!(read(script), LinkedData::default());
        }
    }
}
