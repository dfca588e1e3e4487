//! What a page says about itself in its head: JSON-LD, meta tags, title, headings.
//!
//! Knows the names that sites use; not the text of the page.

use dom_query::{Document, NodeRef};

use super::dates::{self, Clock};
use super::headline::{self, Heading};
use super::page_byline::Bylines;
use super::{fields, linked_data, markup};
use crate::article::{Article, DateFrom, Published, Source};

/// What should be one line (a title, a heading, a date) is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// Headings that are compared with the title.
const MOST_HEADINGS: usize = 40;

/// What a page says about itself.
#[derive(Default)]
pub(super) struct PageHead {
    /// Meta tags: name or property in lower case, and content.
    meta: Vec<(String, String)>,
    pub(super) data: linked_data::LinkedData,
    canonical: Option<String>,
    title: Option<String>,
    headings: Vec<Heading>,
    bylines: Bylines,
    /// The number of the element that is the first heading of the first level.
    headline_at: Option<usize>,
    pub(super) lang: Option<String>,
    pub(super) elements: usize,
}

impl PageHead {
    pub(super) fn read(document: &Document) -> Self {
        let mut head = Self::default();
        for node in document.root().descendants_it() {
            let Some(name) = node.qual_name_ref() else { continue };
            head.elements += 1;
            if head.headline_at.is_none() && &*name.local == "h1" {
                head.headline_at = Some(head.elements);
            }
            head.bylines.look_at(&node, name.local.as_ref(), head.elements);
            match name.local.as_ref() {
                "meta" => head.meta_tag(&node),
                "html" if head.lang.is_none() => {
                    head.lang =
                        node.attr("lang").or_else(|| node.attr("xml:lang")).map(|v| v.to_string());
                }
                "title" if head.title.is_none() => {
                    head.title = fields::title(&markup::start_of_text(&node, LONGEST_LINE))
                }
                "h1" | "h2" | "h3" if head.headings.len() < MOST_HEADINGS => {
                    head.headings.extend(Heading::read(&node, name.local.as_ref()))
                }
                "link" => {
                    if node.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) {
                        head.canonical =
                            head.canonical.take().or_else(|| fields::url(&node.attr("href")?));
                    }
                }
                "script" => {
                    let kind = node.attr("type");
                    if kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) {
                        head.data.merge(linked_data::read(&node.text()));
                    }
                }
                _ => head.microdata(&node),
            }
        }
        head
    }

    fn meta_tag(&mut self, node: &NodeRef<'_>) {
        let Some(content) = node.attr("content") else { return };
        let content = content.trim();
        if content.is_empty() {
            return;
        }
        for attribute in ["property", "name", "itemprop", "http-equiv"] {
            for name in node.attr(attribute).iter().flat_map(|names| names.split_whitespace()) {
                self.meta.push((name.to_ascii_lowercase(), content.to_owned()));
            }
        }
    }

    /// `itemprop` on visible elements.
    fn microdata(&mut self, node: &NodeRef<'_>) {
        let Some(property) = node.attr("itemprop") else { return };
        if property.as_ref() != "datePublished" {
            return;
        }
        let value = node.attr("datetime").or_else(|| node.attr("content"));
        let value = value.map_or_else(
            || markup::start_of_text(node, LONGEST_LINE).trim().to_owned(),
            |value| value.to_string(),
        );
        self.meta.push(("datepublished".into(), value));
    }

    /// The first value under the first of `names` that has one.
    fn meta<'s>(&'s self, names: &[&str]) -> Option<&'s str> {
        self.all_meta(names).next()
    }

    fn all_meta<'s, 'n>(
        &'s self,
        names: &'n [&str],
    ) -> impl Iterator<Item = &'s str> + use<'s, 'n> {
        names.iter().flat_map(|wanted| {
            self.meta
                .iter()
                .filter(move |(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        })
    }

    /// The article without its text.
    pub(super) fn article(&self, clock: &Clock) -> Article {
        let url = self
            .canonical
            .clone()
            .or_else(|| fields::url(self.meta(&["og:url", "twitter:url"])?))
            .or_else(|| fields::url(self.data.url.as_deref()?));
        let said = self.meta(&["og:site_name"]).or(self.data.publisher.as_deref()).or_else(|| {
            self.meta(&[
                "dc.publisher",
                "dcterms.publisher",
                "publisher",
                "application-name",
                "copyright",
            ])
        });
        let source = fields::source(said, url.as_deref());
        Article {
            title: self.headline(&source),
            published: self.published(clock),
            authors: self.authors(&source),
            section: self
                .meta(&["article:section", "parsely-section", "section"])
                .or(self.data.section.as_deref())
                .and_then(fields::title),
            source,
            url,
            ..Article::default()
        }
    }

    fn headline(&self, source: &Source) -> Option<String> {
        let meta = self.all_meta(&["og:title", "twitter:title", "dc.title", "headline"]);
        let told = self.data.headline.iter().map(String::as_str).chain(meta);
        // A page that names only its paper names no headline.
        let told: Vec<String> = told
            .filter_map(|title| fields::title(&markup::unescape(title)))
            .chain(self.title.clone())
            .map(|title| fields::without_site(&title, source))
            .filter(|title| !fields::is_site(title, source))
            .collect();
        headline::choose(&self.headings, &told, |line| fields::is_site(line, source))
    }

    fn published(&self, clock: &Clock) -> Option<Published> {
        const NAMES: &[&str] = &[
            "article:published_time",
            "og:article:published_time",
            "og:published_time",
            "datepublished",
            "article.published",
            "published_time",
            "date_published",
            "parsely-pub-date",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "publish-date",
            "publish_date",
            "publishdate",
            "publication_date",
            "pubdate",
            "originalpublicationdate",
            "article_date_original",
            "dcterms.created",
            "dcterms.date",
            "dcterms.issued",
            "dc.date.issued",
            "dc.date.created",
            "dc.date",
            "citation_publication_date",
            "citation_date",
            "bt:pubdate",
            "lp.article:published_time",
            "date",
        ];
        self.data
            .published
            .as_deref()
            .into_iter()
            .chain(self.all_meta(NAMES))
            .find_map(|text| dates::parse(text, clock))
            .map(|date| date.read_from(DateFrom::Metadata))
    }

    fn authors(&self, source: &Source) -> Vec<String> {
        let mut names = Vec::new();
        for name in &self.data.authors {
            if !fields::is_site(name, source) {
                fields::push_author(&mut names, name);
            }
        }
        if names.is_empty() {
            names = self.bylines.names(self.headline_at);
            names.retain(|name| !fields::is_site(name, source));
        }
        for tag in [
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "sailthru.author",
            "byl",
            "dcterms.creator",
        ] {
            if !names.is_empty() {
                break;
            }
            for byline in self.all_meta(&[tag]) {
                for name in fields::authors(&markup::unescape(byline)) {
                    if !fields::is_site(&name, source) {
                        fields::push_author(&mut names, &name);
                    }
                }
            }
        }
        names
    }
}
