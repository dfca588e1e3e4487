//! The text of an HTML tree, paragraph by paragraph.
//!
//! Knows elements; not what an article is nor where on a page it stands. Pages, JSON records whose
//! text is HTML and entities in plain fields all go through here. Nothing here calls itself, so
//! no depth of markup can overflow the stack.

use dom_query::{Document, NodeRef};

use super::decode::clean_line;
use super::nesting;
use super::paragraphs::push_paragraph;
use super::skipped::Reason;

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements whose content nobody reads.
const SILENT: &[&str] = &[
    "audio", "button", "canvas", "embed", "head", "iframe", "input", "math", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
];

/// The text beneath `root` (not counting `root` itself), paragraphs separated by a blank line.
///
/// `skip` names further elements to leave out.
pub(super) fn text_of(root: NodeRef<'_>, skip: &[&str]) -> String {
    let mut body = String::new();
    let mut paragraph = String::new();
    let mut breaks = 0;
    let mut node = root;
    let mut leaving = false;
    loop {
        if !leaving {
            let name = node.qual_name_ref();
            let name = name.as_ref().map_or("", |name| name.local.as_ref());
            let silent = node.id != root.id && (SILENT.contains(&name) || skip.contains(&name));
            match name {
                "br" => {
                    breaks += 1;
                    // One ends a line, two end a paragraph.
                    if breaks == 2 { flush(&mut body, &mut paragraph) } else { paragraph.push(' ') }
                }
                "td" | "th" => paragraph.push(' '),
                name if BLOCKS.contains(&name) => flush(&mut body, &mut paragraph),
                _ => {}
            }
            if node.is_text() {
                let text = node.text();
                if !text.trim().is_empty() {
                    breaks = 0;
                }
                paragraph.push_str(&text);
            } else if !silent && let Some(child) = node.first_child() {
                node = child;
                continue;
            }
        }
        // All of this node is read: on to the next one, or back up.
        if node.id == root.id {
            break;
        }
        if is_block(&node) {
            flush(&mut body, &mut paragraph);
        }
        if let Some(next) = node.next_sibling() {
            node = next;
            leaving = false;
        } else if let Some(parent) = node.parent() {
            node = parent;
            leaving = true;
        } else {
            break;
        }
    }
    flush(&mut body, &mut paragraph);
    body
}

/// Whether an element begins and ends a paragraph.
pub(super) fn is_block(node: &NodeRef<'_>) -> bool {
    node.qual_name_ref().is_some_and(|name| BLOCKS.contains(&name.local.as_ref()))
}

fn flush(body: &mut String, paragraph: &mut String) {
    push_paragraph(body, &clean_line(paragraph));
    paragraph.clear();
}

/// The start of an element's text, at least `enough` bytes of it where it has so many: for what is
/// short if it is anything, since elements may nest and each hold the same long text.
pub(super) fn start_of_text(node: &NodeRef<'_>, enough: usize) -> String {
    let mut start = String::new();
    for inner in node.descendants_it().filter(NodeRef::is_text) {
        let text = inner.text();
        start.push_str(text.get(..text.floor_char_boundary(enough)).unwrap_or_default());
        if start.len() > enough {
            break;
        }
    }
    start
}

/// Whether a field that should be text holds HTML.
pub(super) fn looks_like_html(text: &str) -> bool {
    const TELLING: &[&str] = &[
        "p",
        "br",
        "div",
        "span",
        "a",
        "b",
        "i",
        "em",
        "strong",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "figure",
        "img",
        "blockquote",
        "table",
        "section",
        "article",
        "body",
        "html",
        "script",
        "style",
    ];
    // A tag that does not end is no markup: "<i think".
    let Some(last_end) = memchr::memrchr(b'>', text.as_bytes()) else { return false };
    memchr::memchr_iter(b'<', &text.as_bytes()[..last_end]).any(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest
            .bytes()
            .position(|b| !b.is_ascii_alphanumeric())
            .filter(|end| matches!(rest.as_bytes().get(*end), Some(b'>' | b'/' | b' ' | b'\n')));
        let name = end.and_then(|end| rest.get(..end)).unwrap_or_default();
        TELLING.iter().any(|one| one.eq_ignore_ascii_case(name))
    })
}

/// The paragraphs of a field that holds HTML.
///
/// # Errors
/// [`Reason::TooDeep`] for markup that no parser should see.
pub(super) fn html_to_text(html: &str) -> Result<String, Reason> {
    if !nesting::source_is_shallow(html) {
        return Err(Reason::TooDeep);
    }
    let fragment = Document::fragment(html);
    Ok(text_of(fragment.root(), &[]))
}

/// Turns `&amp;` and its kind into the characters meant; everything else stays as it is.
pub(super) fn unescape(text: &str) -> String {
    let has_entity = memchr::memchr_iter(b'&', text.as_bytes()).any(|at| {
        let rest = text.as_bytes().get(at + 1..).unwrap_or_default();
        let end = rest.iter().take(32).position(|b| *b == b';');
        end.is_some_and(|end| {
            end > 1 && rest.iter().take(end).all(|b| b.is_ascii_alphanumeric() || *b == b'#')
        })
    });
    if !has_entity {
        return text.to_owned();
    }
    // The parser must see no tags: this text has none that are meant.
    let shielded = text.replace('<', "&lt;");
    Document::fragment(shielded).root().text().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_follow_the_elements() {
        let cases = [
            ("<p>One <b>bold</b> word.</p><p>Two.</p>", "One bold word.\n\nTwo."),
            ("<h2>Head</h2>Loose text<div>Block</div>tail", "Head\n\nLoose text\n\nBlock\n\ntail"),
            ("line<br>end<br><br>next", "line end\n\nnext"),
            ("<ul><li>a<li>b</ul>", "a\n\nb"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("x<script>no</script><style>no</style>y", "xy"),
            ("caf&eacute; &amp; more", "caf\u{e9} & more"),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(html_to_text(html).unwrap(), text, "{html}");
        }
        assert_eq!(html_to_text(&"<div>".repeat(100_000)), Err(Reason::TooDeep));
    }

    #[test]
    fn html_in_fields() {
        let cases = [
            ("<p>x</p>", true),
            ("a<br/>b", true),
            ("see <a href=\"x\">this</a>", true),
            ("5 < 6 and 7 > 3", false),
            ("I <3 it", false),
            ("mail <ann@example.org>", false),
            ("<i think so", false),
        ];
        for (text, html) in cases {
            assert_eq!(looks_like_html(text), html, "{text}");
        }
    }

    #[test]
    fn entities_in_plain_fields() {
        let cases = [
            ("AT&amp;T &#8212; &quot;x&quot;\n\nand", "AT&T \u{2014} \"x\"\n\nand"),
            ("a <b & c; d", "a <b & c; d"),
            ("<tag> &lt;", "<tag> <"),
            ("R&D", "R&D"),
        ];
        for (text, plain) in cases {
            assert_eq!(unescape(text), plain, "{text}");
        }
    }
}
