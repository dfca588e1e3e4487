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
    /// The persons who wrote it, and whoever is not said to be something else.
    pub(super) authors: Vec<String>,
    /// The companies and agencies that are given as its writers.
    pub(super) organisations: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) section: Option<String>,
    pub(super) body: Option<String>,
    /// The names on the way from the front page to this one.
    pub(super) breadcrumbs: Vec<String>,
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
        if self.organisations.is_empty() {
            self.organisations = other.organisations;
        }
        if self.breadcrumbs.is_empty() {
            self.breadcrumbs = other.breadcrumbs;
        }
    }

    /// The part of the site that the page stands in, by the way that leads to it: the first name
    /// behind the front page's, unless that is the page itself.
    pub(super) fn breadcrumb(&self, is_site: impl Fn(&str) -> bool) -> Option<String> {
        const FRONT: &[&str] = &[
            "home",
            "homepage",
            "start",
            "startseite",
            "accueil",
            "inicio",
            "portada",
            "in\u{ed}cio",
        ];
        let (_, way) = self.breadcrumbs.split_last()?;
        let front = |name: &str| FRONT.contains(&name.to_lowercase().as_str()) || is_site(name);
        way.iter().find(|name| !front(name)).cloned()
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
                if is_called(value, |name| name == "BreadcrumbList") {
                    found.merge(breadcrumbs(value));
                }
                for key in ["breadcrumb", "mainEntity", "mainEntityOfPage", "@graph"] {
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
    is_called(value, |name| {
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
    is_called(value, |name| NAMES.contains(&name))
}

/// Whether one of a value's types is what `wanted` asks for.
fn is_called(value: &Value, wanted: impl Fn(&str) -> bool) -> bool {
    let wanted = |name: &str| wanted(name.rsplit(['/', ':']).next().unwrap_or(name));
    match value.get("@type") {
        Some(Value::String(name)) => wanted(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(wanted),
        _ => false,
    }
}

fn breadcrumbs(value: &Value) -> LinkedData {
    const MOST: usize = 12;
    let items = value.get("itemListElement").and_then(Value::as_array);
    let name = |item: &Value| {
        text(item.get("name"))
            .or_else(|| text(item.get("item").and_then(|inner| inner.get("name"))))
    };
    let mut steps: Vec<(u64, String)> = items
        .into_iter()
        .flatten()
        .take(MOST)
        .zip(1..)
        .filter_map(|(item, number)| {
            let said = item.get("position").and_then(Value::as_u64);
            Some((said.unwrap_or(number), name(item)?))
        })
        .collect();
    steps.sort_by_key(|(position, _)| *position);
    let breadcrumbs = steps.into_iter().map(|(_, name)| name).collect();
    LinkedData { breadcrumbs, ..LinkedData::default() }
}

fn article(value: &Value) -> LinkedData {
    let (mut authors, mut organisations) = (Vec::new(), Vec::new());
    for key in ["author", "creator"] {
        if authors.is_empty()
            && let Some(author) = value.get(key)
        {
            push_names(author, &mut authors, &mut organisations);
        }
    }
    LinkedData {
        headline: text(value.get("headline")).or_else(|| text(value.get("name"))),
        published: text(value.get("datePublished")).or_else(|| text(value.get("dateCreated"))),
        modified: text(value.get("dateModified")),
        page_published: None,
        authors,
        organisations,
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
        breadcrumbs: Vec::new(),
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

/// Adds the names that a value of whatever shape holds. serde_json bounds its depth.
fn push_names(value: &Value, persons: &mut Vec<String>, organisations: &mut Vec<String>) {
    let mut stack = vec![(value, false)];
    while let Some((value, organisation)) = stack.pop() {
        match value {
            Value::String(name) if organisation => organisations.push(name.clone()),
            Value::String(name) => persons.push(name.clone()),
            Value::Array(values) => {
                stack.extend(values.iter().rev().map(|value| (value, organisation)));
            }
            Value::Object(_) => {
                let company = is_called(value, |name| name.ends_with("Organization"));
                stack.extend(value.get("name").map(|name| (name, company)));
            }
            _ => {}
        }
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
