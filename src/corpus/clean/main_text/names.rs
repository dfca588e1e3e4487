//! What the names of an element say it is: its class, its id, its role.
//!
//! Knows the words that templates use, in the common European languages; not the text of a page.
//! Words count as wholes: `share-bar` and `shareBar` hold "share", `shareholder` does not.

use dom_query::Element;

/// What an element may be; several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs(u16);

impl Signs {
    pub(super) const NONE: Self = Self(0);
    /// The text of the article.
    pub(super) const TEXT: Self = Self(1);
    /// The article, with what belongs to it.
    pub(super) const ARTICLE: Self = Self(1 << 1);
    /// Ways to other pages.
    pub(super) const MENU: Self = Self(1 << 2);
    /// Other articles.
    pub(super) const RELATED: Self = Self(1 << 3);
    /// Buttons of social networks.
    pub(super) const SHARE: Self = Self(1 << 4);
    /// What readers say.
    pub(super) const COMMENTS: Self = Self(1 << 5);
    /// Date, writers, subjects.
    pub(super) const META: Self = Self(1 << 6);
    /// Advertisements, appeals, newsletters.
    pub(super) const PROMOTION: Self = Self(1 << 7);
    /// Consent, copyright, imprint.
    pub(super) const LEGAL: Self = Self(1 << 8);
    /// Words under a picture.
    pub(super) const CAPTION: Self = Self(1 << 9);
    /// What is filled in or pops up.
    pub(super) const FORM: Self = Self(1 << 10);
    /// What is not shown.
    pub(super) const HIDDEN: Self = Self(1 << 11);
    /// The first words of this article or of another.
    pub(super) const TEASER: Self = Self(1 << 12);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Inside a line these are no part of it.
pub(super) const NEVER_INLINE: Signs =
    Signs::SHARE.and(Signs::CAPTION).and(Signs::HIDDEN).and(Signs::COMMENTS);

/// Inside a line these tell a line about the article from one of it.
pub(super) const MARKS: Signs = Signs::META;

/// What the attributes of an element say.
pub(super) fn signs(element: &Element) -> Signs {
    let mut signs = Signs::NONE;
    for attribute in &element.attrs {
        let value: &str = &attribute.value;
        signs = signs.and(match attribute.name.local.as_ref() {
            "class" | "id" => named(value),
            "role" => role(value),
            "itemprop" => property(value),
            "hidden" => Signs::HIDDEN,
            "aria-hidden" if value.eq_ignore_ascii_case("true") => Signs::HIDDEN,
            "style" if hides(value) => Signs::HIDDEN,
            "rel" if value.eq_ignore_ascii_case("author") => Signs::META,
            "rel" if value.eq_ignore_ascii_case("tag") => Signs::META,
            "data-nosnippet" => Signs::META,
            _ => Signs::NONE,
        });
    }
    signs
}

fn role(role: &str) -> Signs {
    match role {
        "navigation" | "menu" | "menubar" | "toolbar" | "tablist" => Signs::MENU,
        "complementary" => Signs::RELATED,
        "contentinfo" => Signs::LEGAL,
        "dialog" | "alertdialog" | "search" | "form" => Signs::FORM,
        "article" | "main" => Signs::ARTICLE,
        _ => Signs::NONE,
    }
}

fn property(property: &str) -> Signs {
    let mut signs = Signs::NONE;
    for property in property.split_ascii_whitespace() {
        signs = signs.and(match property {
            "articleBody" | "reviewBody" => Signs::TEXT,
            "author" => Signs::META,
            "datePublished" | "dateModified" | "dateCreated" | "publisher" | "keywords" => {
                Signs::META
            }
            "caption" | "copyrightHolder" => Signs::CAPTION,
            "comment" => Signs::COMMENTS,
            _ => Signs::NONE,
        });
    }
    signs
}

fn hides(style: &str) -> bool {
    let compact: String = style
        .chars()
        .take(400)
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    compact.contains("display:none") || compact.contains("visibility:hidden")
}

/// Names longer than this are data, not names; in bytes.
const LONGEST: usize = 1000;

fn named(names: &str) -> Signs {
    let mut signs = Signs::NONE;
    let names = names.get(..names.floor_char_boundary(LONGEST)).unwrap_or_default();
    let mut word = String::new();
    for name in names.split_ascii_whitespace() {
        let whole = name.to_ascii_lowercase();
        let mut said = whole_name(&whole);
        // `postBody`, `post-body`, `post_body`.
        let mut before = ' ';
        let mut previous = String::new();
        for c in name.chars().chain([' ']) {
            let starts = c.is_uppercase() && before.is_lowercase();
            if (!c.is_alphanumeric() || starts) && !word.is_empty() {
                // `has-sidebar` is said of what is beside one.
                if !matches!(previous.as_str(), "has" | "with" | "no" | "without" | "is" | "hide") {
                    said = said.and(one_word(&word));
                }
                if !previous.is_empty() {
                    said = said.and(two_words(&previous, &word));
                }
                previous.clone_from(&word);
                word.clear();
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
            before = c;
        }
        word.clear();
        signs = signs.and(said);
    }
    signs
}

fn whole_name(name: &str) -> Signs {
    match name {
        "content" | "text" | "artikel" | "article" | "story" | "post" | "entry" | "main"
        | "maincontent" | "main-content" | "contenido" | "contenu" | "inhalt" | "hauptinhalt"
        | "tresc" | "body" | "blogpost" | "page-content" | "primary" => Signs::ARTICLE,
        "hidden" | "hide" | "invisible" | "visually-hidden" | "visuallyhidden" | "sr-only"
        | "screen-reader-text" | "screenreader" | "element-invisible" | "noprint" | "no-print"
        | "print-only" | "printonly" | "only-print" => Signs::HIDDEN,
        "meta" | "date" | "datum" | "time" | "tags" | "tag" | "info" | "published" | "updated"
        | "fecha" => Signs::META,
        "author" | "autor" | "auteur" => Signs::META,
        "bu" | "legend" | "copyright" => Signs::CAPTION,
        "ad" | "ads" | "adv" | "advert" => Signs::PROMOTION,
        "feedback" => Signs::FORM,
        "widget" | "widgets" | "widget-area" | "widgetarea" => Signs::RELATED,
        _ => Signs::NONE,
    }
}

fn two_words(first: &str, second: &str) -> Signs {
    match (first, second) {
        (
            "article" | "articles" | "story" | "post" | "entry" | "artikel" | "news" | "blog"
            | "page" | "content" | "articulo" | "nota" | "noticia",
            "body" | "content" | "text" | "contents" | "bodytext" | "copy" | "inhalt" | "texte"
            | "texto" | "contenido" | "contenu" | "corps" | "cuerpo",
        )
        | ("body", "text" | "copy" | "content")
        | ("text", "body" | "content" | "article")
        | ("rich" | "full", "text")
        | ("field", "body") => Signs::TEXT,
        ("main" | "inner" | "single", "content" | "article" | "text" | "post")
        | ("content", "main" | "article") => Signs::ARTICLE,
        (
            "post" | "entry" | "article" | "story" | "content",
            "meta" | "info" | "tags" | "tag" | "date" | "time" | "author" | "details"
            | "categories" | "category" | "utility" | "footer" | "byline" | "topics" | "keywords"
            | "sources",
        ) => Signs::META,
        ("read" | "lire", "more" | "next" | "also" | "aussi" | "suite")
        | ("see" | "view" | "you" | "also", "also" | "may" | "more" | "like" | "read")
        | (
            "more" | "weitere" | "other" | "top" | "latest" | "recent" | "popular" | "featured"
            | "mehr" | "most" | "last",
            "news" | "stories" | "story" | "articles" | "posts" | "post" | "artikel" | "links"
            | "from" | "on" | "headlines" | "read" | "popular" | "viewed" | "noticias",
        ) => Signs::RELATED,
        ("prev" | "previous" | "next", "post" | "next" | "article" | "entry" | "link" | "page")
        | ("post" | "entry" | "page", "nav" | "navi" | "link" | "links" | "pager") => Signs::MENU,
        ("sign" | "log", "up" | "in") => Signs::FORM,
        ("skip", "link" | "to" | "content" | "nav") => Signs::HIDDEN,
        _ => Signs::NONE,
    }
}

fn one_word(word: &str) -> Signs {
    // Words that only ever begin the name of such things.
    const BEGINNINGS: &[(&str, Signs)] = &[
        ("breadcrumb", Signs::MENU),
        ("navi", Signs::MENU),
        ("navbar", Signs::MENU),
        ("paginat", Signs::MENU),
        ("sharing", Signs::SHARE),
        ("sharedaddy", Signs::SHARE),
        ("shariff", Signs::SHARE),
        ("sharethis", Signs::SHARE),
        ("addthis", Signs::SHARE),
        ("addtoany", Signs::SHARE),
        ("socialmedia", Signs::SHARE),
        ("socialshare", Signs::SHARE),
        ("sharebar", Signs::SHARE),
        ("sharebutton", Signs::SHARE),
        ("comments", Signs::COMMENTS),
        ("commentlist", Signs::COMMENTS),
        ("kommentar", Signs::COMMENTS),
        ("comentario", Signs::COMMENTS),
        ("commentaire", Signs::COMMENTS),
        ("komentarz", Signs::COMMENTS),
        ("disqus", Signs::COMMENTS),
        ("newsletter", Signs::PROMOTION),
        ("advert", Signs::PROMOTION),
        ("sponsor", Signs::PROMOTION),
        ("subscri", Signs::PROMOTION),
        ("cookie", Signs::LEGAL),
        ("datenschutz", Signs::LEGAL),
        ("outbrain", Signs::RELATED),
        ("taboola", Signs::RELATED),
        ("related", Signs::RELATED),
        ("recommend", Signs::RELATED),
        ("relacionad", Signs::RELATED),
        ("verwandt", Signs::RELATED),
        ("teaser", Signs::TEASER),
        ("sidebar", Signs::RELATED),
        ("caption", Signs::CAPTION),
    ];
    match word {
        "nav" | "menu" | "menus" | "submenu" | "brotkrumen" | "crumbs" | "crumb" | "pager"
        | "toolbar" | "topbar" | "sitemap" | "menue" | "pagenav" | "toc" | "inhaltsverzeichnis"
        | "skiplinks" => Signs::MENU,
        "aside" | "rail" | "similar" | "popular" | "trending" | "mostread" | "recirc"
        | "readmore" | "weiterlesen" | "carousel" | "similarposts" | "aehnliche" | "correlati"
        | "correlate" | "associes" | "powiazane" | "gerelateerd" | "relaterade" | "marginal"
        | "infobox" | "yarpp" | "crp" | "zergnet" | "recommendations" => Signs::RELATED,
        "share" | "shares" | "social" | "facebook" | "twitter" | "whatsapp" | "pinterest"
        | "linkedin" | "teilen" | "compartir" | "partager" | "udostepnij" | "condividi"
        | "delen" | "bookmarks" | "socials" | "follow" | "likes" | "likebox" | "sociable"
        | "sd" | "ssba" | "printfriendly" | "shareaholic" => Signs::SHARE,
        "comment" | "respond" | "reply" | "replies" | "livefyre" | "reacties" | "commentbox"
        | "commento" | "trackback" | "trackbacks" | "pingback" | "pingbacks" | "guestbook" => {
            Signs::COMMENTS
        }
        "byline" | "author" | "autor" | "auteur" | "authors" | "autoren" | "writer" => Signs::META,
        "metadata" | "postmeta" | "entrymeta" | "timestamp" | "dateline" | "taglist"
        | "tagcloud" | "keywords" | "schlagworte" | "etiquetas" | "authorbox" | "tagged"
        | "postedon" | "pubdate" | "tags" | "bio" | "credits" | "breaking" => Signs::META,
        "ads" | "ad" | "adsense" | "adbox" | "adslot" | "promo" | "promos" | "promotion"
        | "banner" | "banners" | "anzeige" | "anzeigen" | "werbung" | "publicidad"
        | "publicite" | "reklama" | "donate" | "donation" | "spenden" | "cta" | "signup"
        | "dfp" | "gpt" | "affiliate" | "amazon" | "shop" => Signs::PROMOTION,
        "consent" | "gdpr" | "disclaimer" | "copyright" | "imprint" | "impressum" | "legal"
        | "footer" | "foot" | "licence" | "license" | "lizenz" | "colophon" | "fuss"
        | "footerbar" => Signs::LEGAL,
        "bildunterschrift" | "legende" | "credit" | "photocredit" | "imagecredit" | "gallery"
        | "galerie" | "slideshow" | "slider" | "lightbox" | "thumb" | "thumbnail" | "thumbs"
        | "thumbnails" | "bildquelle" | "fotostrecke" => Signs::CAPTION,
        "login" | "search" | "suche" | "register" | "modal" | "popup" | "overlay" | "dialog"
        | "captcha" | "rating" | "ratings" | "vote" | "voting" | "poll" | "survey" | "quiz"
        | "tooltip" | "form" | "searchform" | "cart" | "warenkorb" => Signs::FORM,
        "articlebody" | "storybody" | "entrycontent" | "postcontent" | "articlecontent"
        | "articletext" | "storytext" | "bodytext" | "newstext" | "artikeltext" | "postbody"
        | "bodycontent" | "fulltext" | "blogcontent" | "articlecopy" => Signs::TEXT,
        _ => BEGINNINGS
            .iter()
            .find(|(beginning, _)| word.starts_with(beginning))
            .map_or(Signs::NONE, |(_, signs)| *signs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        let cases = [
            ("article-body", Signs::TEXT),
            ("articleBody", Signs::TEXT),
            ("share-bar", Signs::SHARE),
            ("shareholder", Signs::NONE),
            ("has-sidebar", Signs::NONE),
            ("sidebar-left", Signs::RELATED),
            ("breadcrumbs", Signs::MENU),
            ("comments-area", Signs::COMMENTS),
            ("commentary", Signs::NONE),
            ("verwandte_artikel", Signs::RELATED),
            ("byline", Signs::META),
            ("cookie-notice", Signs::LEGAL),
            ("", Signs::NONE),
        ];
        for (name, signs) in cases {
            assert_eq!(named(name), signs, "{name}");
        }
    }

    #[test]
    fn styles_that_hide() {
        let cases = [
            ("display: none", true),
            ("color:red; Visibility : hidden", true),
            ("display: block", false),
        ];
        for (style, hidden) in cases {
            assert_eq!(hides(style), hidden, "{style}");
        }
    }
}
