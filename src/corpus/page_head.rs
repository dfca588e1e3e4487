//! What a page says about itself in its head: JSON-LD, meta tags, title, headings.
//!
//! Knows the names that sites use; not the text of the page.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use dom_query::{Document, NodeRef};

use super::clean::page_date::Claims;
use super::decode::clean_line;
use super::heading::Heading;
use super::headline::{self, Choice, Titles};
use super::page_byline::Bylines;
use super::{fields, linked_data, markup};
use crate::article::Article;

/// What should be one line (a title, a heading, a date) is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// Headings that are compared with the title.
const MOST_HEADINGS: usize = 60;

/// As many long paragraphs are running text: notes on cookies are shorter.
const SOME_TEXT: usize = 4;

/// From how much text on a paragraph is long, in bytes.
const LONG_PARAGRAPH: usize = 150;

/// A longer "section" is none, in characters.
const LONGEST_SECTION: usize = 60;

/// Meta tags that name writers.
const AUTHORS: &[&str] = &[
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "dc.creator",
    "dc:creator",
    "sailthru.author",
    "byl",
    "dcterms.creator",
    "citation_author",
    "cxenseparse:author",
    "article.author",
];

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
    /// Where a browser says that it saved the page from.
    saved_from: Option<String>,
    /// The host of an address of the site, not of the page.
    own_host: Option<String>,
    /// The name that the site gives its feed.
    feed_title: Option<String>,
    title: Option<String>,
    headings: Vec<Heading>,
    /// Long paragraphs so far, as far as they count.
    paragraphs: usize,
    bylines: Bylines,
    /// The number of the element that is the first heading of the first level.
    headline_at: Option<usize>,
    pub(super) lang: Option<String>,
}

impl PageHead {
    pub(super) fn read(document: &Document) -> Self {
        let mut head = Self::default();
        let mut elements = 0;
        let mut days_differ = false;
        for node in document.root().descendants_it() {
            // Browsers write it before everything else.
            if node.is_comment() && elements < 4 {
                head.saved_from = head.saved_from.take().or_else(|| saved_from(&node.html()));
                continue;
            }
            let Some(name) = node.qual_name_ref() else { continue };
            elements += 1;
            if head.headline_at.is_none() && &*name.local == "h1" {
                head.headline_at = Some(elements);
            }
            head.bylines.look_at(&node, name.local.as_ref(), elements);
            head.heading(&node, name.local.as_ref(), elements);
            match name.local.as_ref() {
                "meta" => head.meta_tag(&node),
                "html" if head.lang.is_none() => {
                    head.lang =
                        node.attr("lang").or_else(|| node.attr("xml:lang")).map(|v| v.to_string());
                }
                "title" if head.title.is_none() => {
                    head.title = fields::title(&markup::start_of_text(&node, LONGEST_LINE))
                }
                "link" => head.link(&node),
                "base" => head.host_of(&node),
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

    /// Takes up a line that may be the headline.
    fn heading(&mut self, node: &NodeRef<'_>, name: &str, at: usize) {
        if name == "p" && self.paragraphs < SOME_TEXT {
            let long = markup::start_of_text(node, LONG_PARAGRAPH).trim().len() >= LONG_PARAGRAPH;
            self.paragraphs += usize::from(long);
        }
        // Menus may be full of headings, and more so of lines called titles, before the one comes.
        let most = match name {
            "h1" => 3 * MOST_HEADINGS,
            "h2" | "h3" => 2 * MOST_HEADINGS,
            _ => MOST_HEADINGS,
        };
        if self.headings.len() < most {
            self.headings.extend(Heading::read(node, name, at, self.paragraphs >= SOME_TEXT));
        }
    }

    fn link(&mut self, node: &NodeRef<'_>) {
        let Some(rel) = node.attr("rel") else { return };
        if rel.eq_ignore_ascii_case("canonical") {
            self.canonical = self.canonical.take().or_else(|| fields::url(&node.attr("href")?));
        } else if is_of_the_site(&rel) {
            self.host_of(node);
        } else if self.feed_title.is_none()
            && node.attr("type").is_some_and(|kind| kind.contains("rss") || kind.contains("atom"))
        {
            // "The Paper \u{bb} Feed"
            let said = node.attr("title").map(|title| markup::unescape(&title));
            let name = said.as_deref().map(|said| {
                let first = fields::pieces(said).first().copied().unwrap_or(said);
                first.trim_end_matches("Feed").trim_end_matches("RSS").trim()
            });
            self.feed_title = name.and_then(fields::title);
        }
    }

    fn host_of(&mut self, node: &NodeRef<'_>) {
        let host = || fields::domain_of(node.attr("href")?.trim());
        self.own_host = self.own_host.take().or_else(host);
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
            .or_else(|| fields::url(self.data.url.as_deref()?))
            .or_else(|| self.saved_from.clone());
        let names = self.site_names();
        let mut source = fields::source(names.first().map(String::as_str), url.as_deref());
        source.domain = source.domain.or_else(|| self.own_host.clone());
        let is_site = |line: &str| fields::is_site(line, &names, source.domain.as_deref());
        let headline = self.headline(is_site);
        // A title that stands nowhere is beside the first heading of the first level, if any.
        let at = headline.as_ref().and_then(|headline| headline.at).or(self.headline_at);
        Article {
            title: headline.map(|headline| headline.title),
            authors: self.authors(at, is_site),
            section: self.section(is_site),
            source,
            url,
            ..Article::default()
        }
    }

    /// What the site calls itself, the best name first.
    fn site_names(&self) -> Vec<String> {
        let site = self.all_meta(&["og:site_name"]);
        let publisher = site.chain(self.data.publisher.as_deref()).chain(self.all_meta(&[
            "dc.publisher",
            "dcterms.publisher",
            "publisher",
            "article:publisher",
            "citation_journal_title",
        ]));
        let others =
            self.all_meta(&["application-name", "apple-mobile-web-app-title", "copyright"]);
        // Some sites write there what the page is called.
        let is_own = |name: &String| !self.begins_headline(name);
        let others = others.map(markup::unescape).filter(is_own);
        let names = publisher.map(markup::unescape).chain(others);
        let names = names.filter_map(|name| fields::title(&name));
        let mut names: Vec<String> = names.filter(|name| fields::url(name).is_none()).collect();
        // A name goes before a host, whoever says it.
        names.sort_by_key(|name| fields::looks_like_domain(name));
        names.extend(self.feed_title.clone().filter(is_own));
        names
    }

    /// Whether the headline that readers see and a title in the head are this, or set it apart.
    fn begins_headline(&self, name: &str) -> bool {
        let begins = |line: &str| {
            let rest = line.strip_prefix(name.trim()).map(str::trim_start);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '|', '\u{2013}']))
        };
        let meta = self.all_meta(&["og:title", "twitter:title"]).chain(self.title.as_deref());
        meta.chain(self.data.headline.as_deref()).any(begins)
            && self.headings.iter().any(|h| h.may_be_headline() && begins(&h.text))
    }

    fn section(&self, is_site: impl Fn(&str) -> bool) -> Option<String> {
        let told = self.all_meta(&[
            "article:section",
            "og:article:section",
            "parsely-section",
            "cxenseparse:category",
            "section",
            "category",
        ]);
        let told = told.chain(self.data.section.as_deref());
        told.filter_map(|section| fields::title(&markup::unescape(section)))
            .chain(self.data.breadcrumb(&is_site))
            .find(|section| section.chars().count() <= LONGEST_SECTION && !is_site(section))
    }

    fn headline(&self, is_site: impl Fn(&str) -> bool) -> Option<Choice> {
        // A page that names only its paper names no headline.
        let bare = |title: &str| {
            let title = fields::title(&markup::unescape(title))?;
            let bare = fields::without_site(&title, &is_site).to_owned();
            let site = is_site(&bare)
                || fields::looks_like_domain(&bare)
                || fields::ends_in_separator(&bare);
            (!site).then_some(bare)
        };
        let meta = self.all_meta(&["og:title", "twitter:title", "dc.title", "headline", "title"]);
        // Papers have names of their own for it: "paper:headline".
        let own = self.meta.iter().filter(|(name, _)| name.ends_with(":headline"));
        let meta = meta.chain(own.map(|(_, value)| value.as_str()));
        let titles = Titles {
            structured: self.data.headline.as_deref().and_then(bare),
            meta: meta.filter_map(bare).collect(),
            page: self.title.as_deref().and_then(bare),
        };
        headline::choose(&self.headings, &titles, is_site)
    }

    /// What an article's page says in its head that is to be seen on it.
    pub(super) fn description(&self) -> Option<String> {
        let is_article = self.data.headline.is_some()
            || self.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
        let told = self.meta(&["og:description", "description", "twitter:description"]);
        let text = clean_line(&markup::unescape(told.filter(|_| is_article)?));
        (!text.is_empty()).then_some(text)
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

    /// The writers: as structured data names them, as readers see them, as the head names them.
    fn authors(&self, headline: Option<usize>, is_site: impl Fn(&str) -> bool) -> Vec<String> {
        let told = |authors: &[String]| {
            let mut names = Vec::new();
            for name in authors {
                let name = markup::unescape(name);
                if !is_site(&name) {
                    fields::push_author(&mut names, &name);
                }
            }
            names
        };
        let names = told(&self.data.authors);
        if !names.is_empty() {
            return names;
        }
        // A blog may be called like its writer, so a byline may name the site.
        let names = self.bylines.names(headline);
        if !names.is_empty() {
            return names;
        }
        for tag in AUTHORS {
            let mut names: Vec<String> = Vec::new();
            for byline in self.all_meta(&[*tag]) {
                for name in fields::authors(&markup::unescape(byline)) {
                    fields::push_author(&mut names, &name);
                }
            }
            names.retain(|name| !is_site(name));
            if !names.is_empty() {
                return names;
            }
        }
        told(&self.data.organisations)
    }
}

/// Where an address is given that says whose page it is, though not which.
fn is_of_the_site(rel: &str) -> bool {
    ["shortlink", "pingback", "edituri", "wlwmanifest", "amphtml", "https://api.w.org/"]
        .iter()
        .any(|one| rel.eq_ignore_ascii_case(one))
}

/// The address in "saved from url=(0045)https://...", which browsers write into pages.
fn saved_from(comment: &str) -> Option<String> {
    let (_, rest) = comment.split_once("saved from url=")?;
    let rest = rest.trim_start_matches(|c: char| c == '(' || c == ')' || c.is_ascii_digit());
    fields::url(rest.split_whitespace().next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(html: &str) -> Article {
        PageHead::read(&Document::from(html)).article()
    }

    #[test]
    fn whose_page_it_is() {
        let cases = [
            (r#"<meta property=og:site_name content="The Courier">"#, Some("The Courier"), None),
            (
                r#"<meta property=og:site_name content=courier.example><meta name=application-name content="The Courier">"#,
                Some("The Courier"),
                None,
            ),
            (
                r#"<script type="application/ld+json">{"@type":"NewsArticle","publisher":[{"name":"Courier &amp; Post"}]}</script>"#,
                Some("Courier & Post"),
                None,
            ),
            (
                "<!-- saved from url=(0031)https://www.courier.example/a/b -->",
                None,
                Some("courier.example"),
            ),
            (r#"<base href="https://courier.example/">"#, None, Some("courier.example")),
            // Where the name of the page stands, no site is named.
            (
                r#"<meta name=application-name content="A bridge"><meta property=og:title content="A bridge"><h1>A bridge</h1>"#,
                None,
                None,
            ),
            (
                r#"<link rel=pingback href="https://courier.example/x">"#,
                None,
                Some("courier.example"),
            ),
            (
                r#"<meta property=article:publisher content="https://social.example/courier">"#,
                None,
                None,
            ),
        ];
        for (head, name, domain) in cases {
            let source = article(&format!("{head}<title>A</title>")).source;
            assert_eq!(
                (source.name.as_deref(), source.domain.as_deref()),
                (name, domain),
                "{head}"
            );
        }
    }

    #[test]
    fn the_section() {
        let crumbs = r#"<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[
            {"position":1,"item":{"@id":"/","name":"Home"}},
            {"position":2,"item":{"@id":"/p","name":"Politics"}},
            {"position":3,"name":"Bridge shut"}]}</script>"#;
        let cases = [
            (
                r#"<meta property=article:section content="World &amp; Trade">"#,
                Some("World & Trade"),
            ),
            (crumbs, Some("Politics")),
            (r#"<meta property=og:site_name content=C><meta name=section content=C>"#, None),
        ];
        for (head, section) in cases {
            assert_eq!(article(head).section.as_deref(), section, "{head}");
        }
    }

    #[test]
    fn who_wrote_it() {
        let org = r#"<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Organization","name":"Wire"}}</script>"#;
        let cases: &[(&str, &[&str])] = &[
            (r#"<meta name=author content="By Ann Smith, Staff Writer">"#, &["Ann Smith"]),
            (
                r#"<meta name=author content=Webmaster><h1>A</h1><p>By Ann Smith</p>"#,
                &["Ann Smith"],
            ),
            (org, &["Wire"]),
            (&format!("{org}<h1>A</h1><a rel=author href=/ann>Ann Smith</a>"), &["Ann Smith"]),
            (
                r#"<meta property=article:author content="https://social.example/courier"><meta property=og:site_name content="The Courier"><meta name=author content="The Courier">"#,
                &[],
            ),
        ];
        for (page, names) in cases {
            assert_eq!(&article(page).authors, names, "{page}");
        }
    }
}
