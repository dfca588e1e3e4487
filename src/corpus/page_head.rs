//! What a page says about itself in its head: JSON-LD, meta tags, title, headings.
//!
//! Knows the names that sites use; not the text of the page.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use dom_query::{Document, NodeRef};

use super::clean::page_date::Claims;
use super::{fields, linked_data, markup};
use crate::article::{Article, Source};

/// What should be one line (a title, a heading, a date) is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// Headings that are compared with the title.
const MOST_HEADINGS: usize = 40;

/// Under what names sites say when an article was published, the most telling first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "article:published",
    "article:published_date",
    "article:publish_time",
    "article.published",
    "datepublished",
    "published_time",
    "published_at",
    "published-date",
    "published",
    "date_published",
    "date-published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxenseparse:recs:articlepublicationdate",
    "article:post_date",
    "article:date",
    "publish-date",
    "publish_date",
    "publishdate",
    "publish-time",
    "publish_time",
    "publishtime",
    "publication-date",
    "publication_date",
    "publicationdate",
    "pub_date",
    "pub-date",
    "pubdate",
    "originalpublicationdate",
    "article_date_original",
    "article:date:published",
    "analyticsattributes.articledate",
    "article-publication-date",
    "article_publication_date",
    "content_create_date",
    "content_published",
    "content-date",
    "firstpublicationtime",
    "first_published",
    "vr:published_time",
    "vr:published-time",
    "rnews:datepublished",
    "og:pubdate",
    "og:regdate",
    "og:question:published_time",
    "video:release_date",
    "shareaholic:article_published_time",
    "eprints.date",
    "prism.publicationdate",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.date.published",
    "dc.date.publication",
    "dc:created",
    "dc:date",
    "dc.issued",
    "dc.created",
    "dc.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "bt:pubdate",
    "lp.article:published_time",
    "displaydate",
    "rc.datecreation",
    "article.created",
    "article_created",
    "datecreated",
    "created",
    "creation_date",
    "date.created",
    "release_date",
    "issued",
    "date",
    "timestamp",
];

/// Under what names the data in a page's scripts says it.
static IN_SCRIPTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let names = [
        "datePublished",
        "publishedAt",
        "published_at",
        "publishedDate",
        "published_date",
        "publishDate",
        "publish_date",
        "publicationDate",
        "publication_date",
        "firstPublished",
        "datePublication",
    ];
    AhoCorasick::new(names).unwrap_or_else(|_| unreachable!("a constant list"))
});

/// The same for the last change.
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "article:modified",
    "article.updated",
    "article:modified_date",
    "datemodified",
    "dateupdate",
    "date-modified",
    "modified",
    "modified_time",
    "modificationdate",
    "modificationtime",
    "last-modified",
    "lastmodified",
    "lastmod",
    "updated_time",
    "utime",
    "revision_date",
    "revised",
    "dcterms.modified",
    "dc.date.modified",
    "dc.modified",
    "date.updated",
];

/// What a page says about itself.
#[derive(Default)]
pub(super) struct PageHead {
    /// Meta tags: name or property in lower case, and content.
    meta: Vec<(String, String)>,
    pub(super) data: linked_data::LinkedData,
    /// The only day of publication that the page's scripts name.
    in_scripts: Option<String>,
    canonical: Option<String>,
    title: Option<String>,
    headings: Vec<String>,
    pub(super) lang: Option<String>,
    pub(super) elements: usize,
}

impl PageHead {
    pub(super) fn read(document: &Document) -> Self {
        let mut head = Self::default();
        let mut days_differ = false;
        for node in document.root().descendants_it() {
            let Some(name) = node.qual_name_ref() else { continue };
            head.elements += 1;
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
                    head.headings.extend(fields::title(&markup::start_of_text(&node, LONGEST_LINE)))
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
                    } else if !days_differ {
                        days_differ = !head.script(&node.text());
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

    /// The dates under `itemprop` on visible elements.
    fn microdata(&mut self, node: &NodeRef<'_>) {
        let Some(property) = node.attr("itemprop") else { return };
        let name = property.to_ascii_lowercase();
        if !matches!(name.as_str(), "datepublished" | "datecreated" | "datemodified" | "dateupdate")
        {
            return;
        }
        // Old templates write the date into a title and show only the hour.
        let value = ["datetime", "content", "title"].iter().find_map(|name| node.attr(name));
        let value = value.map_or_else(
            || markup::start_of_text(node, LONGEST_LINE).trim().to_owned(),
            |value| value.to_string(),
        );
        self.meta.push((name, value));
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
    pub(super) fn article(&self) -> Article {
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
            authors: self.authors(),
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
        let told = told
            .filter_map(|title| fields::title(&markup::unescape(title)))
            .find(|title| source.name.as_deref() != Some(title));
        let title = told.as_ref().or(self.title.as_ref()).or(self.headings.first())?;
        Some(match fields::heading_in_title(title, &self.headings) {
            Some(heading) => heading.to_owned(),
            None => fields::without_site(title, source),
        })
    }

    /// Looks for a day of publication in a script. False where it names another one: scripts hold
    /// the data of other stories, too.
    fn script(&mut self, script: &str) -> bool {
        for found in IN_SCRIPTS.find_iter(script) {
            let rest = script.get(found.end()..).unwrap_or_default();
            // What follows the name: quotes, a colon, perhaps escaped.
            let value = rest.trim_start_matches(['"', '\'', '\\', ' ', ':', '=']);
            let end = value.find(['"', '\'', '\\', ',', '}']).unwrap_or(value.len());
            let Some(value) = value.get(..end).filter(|value| (10..=40).contains(&value.len()))
            else {
                continue;
            };
            let day = |value: &str| value.get(..10).map(str::to_owned);
            match &self.in_scripts {
                Some(known) if day(known) != day(value) => {
                    self.in_scripts = None;
                    return false;
                }
                Some(_) => {}
                None if value.starts_with(|c: char| c.is_ascii_digit()) => {
                    self.in_scripts = Some(value.to_owned());
                }
                None => {}
            }
        }
        true
    }

    /// What the page's head claims about its dates.
    pub(super) fn date_claims<'c>(
        &'c self,
        url: Option<&'c str>,
        title: Option<&'c str>,
    ) -> Claims<'c> {
        let with = |told: Option<&'c str>, names: &[&str]| {
            told.into_iter().chain(self.all_meta(names)).collect()
        };
        Claims {
            published: with(self.data.published.as_deref(), PUBLISHED),
            weak: self
                .data
                .page_published
                .as_deref()
                .into_iter()
                .chain(self.meta_that_sounds_like_a_date())
                .chain(self.in_scripts.as_deref())
                .collect(),
            modified: with(self.data.modified.as_deref(), MODIFIED),
            url,
            title,
        }
    }

    /// Names that nobody has heard of but that say what they mean.
    fn meta_that_sounds_like_a_date(&self) -> impl Iterator<Item = &str> {
        const SOUNDS: &[&str] = &["publi", "pubdate", "upload", "created", "posted", "issued"];
        const SOUNDS_OTHER: &[&str] = &["updat", "modif", "expir", "author", "until"];
        let says = |name: &str, words: &[&str]| words.iter().any(|word| name.contains(word));
        self.meta
            .iter()
            .filter(move |(name, _)| says(name, SOUNDS) && !says(name, SOUNDS_OTHER))
            .map(|(_, value)| value.as_str())
    }

    fn authors(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in &self.data.authors {
            fields::push_author(&mut names, name);
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
                    fields::push_author(&mut names, &name);
                }
            }
        }
        names
    }
}
