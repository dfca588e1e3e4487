//! How deep the markup of a page nests, told before any parser sees it.
//!
//! Knows tags, not what they mean to a reader. HTML parsers keep a stack of open elements and walk
//! it for many tags, and what works on their trees is often recursive; so a page made of a hundred
//! thousand open elements takes minutes or overflows the stack. This scan takes one pass, and
//! errs on the side of refusing what only an attacker would write.

use dom_query::{Document, NodeRef};

/// Open elements at one place of the source.
const MAX_OPEN: usize = 2_000;

/// Depth of the tree that was really built.
const MAX_DEPTH: usize = 600;

/// What a parser may spend on the page, in steps over its stack of open elements.
const MAX_WORK: usize = 200_000_000;

/// Steps that one formatting element left open costs: the parser builds it again for each tag.
const REBUILT: usize = 50;

/// Elements that never hold others, or that the next one of their kind closes.
const FLAT: &[&[u8]] = &[
    b"a",
    b"area",
    b"base",
    b"basefont",
    b"bgsound",
    b"body",
    b"br",
    b"button",
    b"caption",
    b"col",
    b"colgroup",
    b"dd",
    b"dt",
    b"embed",
    b"frame",
    b"head",
    b"hr",
    b"html",
    b"image",
    b"img",
    b"input",
    b"keygen",
    b"li",
    b"link",
    b"meta",
    b"nobr",
    b"optgroup",
    b"option",
    b"p",
    b"param",
    b"rb",
    b"rp",
    b"rt",
    b"rtc",
    b"source",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"track",
    b"wbr",
];

/// Elements that are opened again behind whatever closes around them.
const FORMATTING: &[&[u8]] = &[
    b"b", b"big", b"code", b"em", b"font", b"i", b"s", b"small", b"strike", b"strong", b"tt", b"u",
];

/// Elements whose content is text until their own end tag.
const RAW: &[&[u8]] =
    &[b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"];

/// Whether parsing `html` is safe, by its source.
#[must_use]
pub(super) fn source_is_shallow(html: &str) -> bool {
    Scan::default().run(html.as_bytes())
}

/// Whether the tree is shallow enough for code that calls itself for each level.
#[must_use]
pub(super) fn tree_is_shallow(document: &Document) -> bool {
    let root = document.root();
    let mut depth = 0_usize;
    let mut node = root;
    loop {
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return false;
            }
            node = child;
            continue;
        }
        loop {
            if depth == 0 {
                return true;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent): Option<NodeRef<'_>> = node.parent() else { return true };
            depth -= 1;
            node = parent;
        }
    }
}

#[derive(Default)]
struct Scan<'a> {
    /// Open elements that nest, innermost last.
    open: Vec<&'a [u8]>,
    /// Formatting elements left open: name and whole tag.
    formatting: Vec<(&'a [u8], &'a [u8])>,
    /// How many of `open` are `svg` or `math`, inside which every element nests.
    foreign: usize,
    work: usize,
}

impl<'a> Scan<'a> {
    fn run(mut self, html: &'a [u8]) -> bool {
        let mut at = 0;
        while let Some(start) = find(html, at, b'<') {
            let Some(tag) = html.get(start + 1..) else { break };
            if tag.starts_with(b"!--") {
                // `<!-->` is a whole comment.
                at = find_all(html, start + 2, b"-->").unwrap_or(html.len());
                continue;
            }
            let closes = tag.first() == Some(&b'/');
            let name_at = start + 1 + usize::from(closes);
            let name = name_of(html, name_at);
            if name.is_empty() {
                at = start + 1;
                continue;
            }
            let (end, attributes) = end_of_tag(html, name_at + name.len());
            at = end;
            let sound = if closes {
                self.close(name);
                true
            } else {
                self.open(name, html.get(start..end).unwrap_or_default())
            };
            // Attributes are compared with each other, each with all before it.
            self.work += 1 + self.open.len() + self.formatting.len() * REBUILT;
            self.work = self.work.saturating_add(attributes.saturating_mul(attributes));
            if !sound || self.work > MAX_WORK {
                return false;
            }
            if !closes && self.foreign == 0 && is_one_of(name, RAW) {
                at = end_of_raw(html, end, name);
            }
        }
        true
    }

    fn open(&mut self, name: &'a [u8], tag: &'a [u8]) -> bool {
        if self.foreign > 0 {
            if tag.ends_with(b"/>") {
                return true;
            }
        } else if is_one_of(name, FLAT) {
            return true;
        } else if is_one_of(name, FORMATTING) {
            // The parser keeps at most three that are alike.
            if self.formatting.iter().filter(|(_, other)| *other == tag).count() < 3 {
                self.formatting.push((name, tag));
            }
            return self.formatting.len() <= MAX_OPEN / 10;
        }
        if is_foreign(name) {
            self.foreign += 1;
        }
        self.open.push(name);
        self.open.len() <= MAX_OPEN
    }

    fn close(&mut self, name: &[u8]) {
        if let Some(at) =
            self.formatting.iter().rposition(|(open, _)| open.eq_ignore_ascii_case(name))
        {
            self.formatting.remove(at);
            return;
        }
        // At most MAX_OPEN steps, and they count as work.
        if let Some(at) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
            for closed in self.open.drain(at..) {
                self.foreign -= usize::from(is_foreign(closed));
            }
        }
    }
}

fn is_foreign(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"svg") || name.eq_ignore_ascii_case(b"math")
}

fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

fn find(html: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, html.get(from..)?).map(|at| from + at)
}

/// The end of the first `what` at or behind `from`.
fn find_all(html: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    memchr::memmem::find(html.get(from..)?, what).map(|at| from + at + what.len())
}

fn name_of(html: &[u8], from: usize) -> &[u8] {
    let rest = html.get(from..).unwrap_or_default();
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return &[];
    }
    let end = rest
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        .unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Behind the `>` of a tag (one inside a quoted value does not count), and about how many
/// attributes it has.
fn end_of_tag(html: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    let mut attributes = 0;
    let mut value_may_start = false;
    while let Some(&byte) = html.get(at) {
        match byte {
            b'>' => return (at + 1, attributes),
            b'=' => value_may_start = true,
            b'"' | b'\'' if value_may_start => {
                let Some(end) = find(html, at + 1, byte) else {
                    return (html.len(), attributes);
                };
                at = end;
                attributes += 1;
                value_may_start = false;
            }
            b if b.is_ascii_whitespace() || b == b'/' => attributes += 1,
            _ => value_may_start = false,
        }
        at += 1;
    }
    (html.len(), attributes)
}

/// Where the end tag of a raw text element begins.
fn end_of_raw(html: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(start) = find(html, at, b'<') {
        let closing = html.get(start + 1) == Some(&b'/');
        if closing && name_of(html, start + 2).eq_ignore_ascii_case(name) {
            return start;
        }
        at = start + 1;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        let deep = 100_000;
        let distinct: String = (0..5_000).map(|n| format!("<b id={n}>x<p>")).collect();
        let cases = [
            ("flat", "<p>text<li>item<br>".repeat(deep), true),
            ("closed", "<div><b>x</b></div>".repeat(deep), true),
            ("open", "<div>".repeat(deep), false),
            ("wrong end tags", "<div></b></p></span>".repeat(deep), false),
            ("quoted", "<div title='</div>'>".repeat(deep), false),
            ("in a comment", format!("<!-- {} -->", "<div>".repeat(deep)), true),
            ("in a script", format!("<script>{}</script>", "<div>".repeat(deep)), true),
            ("sloppy bold", "<p><b>text</p>".repeat(deep), true),
            ("distinct formatting", distinct, false),
            ("foreign", format!("<svg>{}", "<a>".repeat(deep)), false),
            ("foreign style", format!("<svg><style>{}", "<g>".repeat(deep)), false),
            ("tables", "<table><tr><td>".repeat(deep), false),
            ("cut off", "<div".into(), true),
            ("attributes", format!("<p {}>", "a=1 ".repeat(50_000)), false),
        ];
        for (name, html, shallow) in cases {
            assert_eq!(source_is_shallow(&html), shallow, "{name}");
        }
    }

    #[test]
    fn trees() {
        let nested = |depth: usize| format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert!(tree_is_shallow(&Document::from(nested(500))));
        assert!(!tree_is_shallow(&Document::from(nested(700))));
        assert!(tree_is_shallow(&Document::from("<p>a<p>b")));
    }
}
