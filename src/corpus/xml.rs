//! XML to a flat list of its elements and texts, as far as it can be read.
//!
//! Knows XML; not what the elements mean. Feeds and news agencies' files go through here, and both
//! are often broken: end tags that match nothing are passed over, a file that breaks off is read up
//! to there. No DTD is read and no entity of one is ever expanded; depth and number of nodes are
//! bounded, and nothing here calls itself.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::decode::clean_line;
use super::markup;
use super::paragraphs::push_paragraph;
use super::skipped::Reason;

/// Elements within each other.
const DEEPEST: usize = 200;

/// Tags and texts together: more than any file of articles of the permitted size has.
const MOST_EVENTS: usize = 2_000_000;

/// What becomes of the prefix of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefixes {
    /// It stays (`media:title` is not `title`), but for the prefix that the root has.
    Kept,
    /// It goes: no two of the vocabularies in use give one name two meanings.
    Dropped,
}

/// What was read of an XML text.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// What ended the reading before the end of the text, or that elements were left open there.
    broken: Option<String>,
}

enum Node<'a> {
    Element {
        name: &'a str,
        attributes: &'a str,
        /// Behind its last descendant.
        end: usize,
        /// Whether it has its end tag.
        whole: bool,
    },
    Text(Cow<'a, str>),
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    at: usize,
}

impl<'a> Tree<'a> {
    /// Why a file gave less than all of it, where that shows only at its end; `what` broke off, and
    /// `records` were found in it.
    pub(super) fn why_not_all(&self, what: &str, records: u64) -> Option<Reason> {
        match &self.broken {
            Some(why) => Some(Reason::Malformed(format!("{what} breaks off ({why})"))),
            None => (records == 0).then_some(Reason::NoText),
        }
    }

    /// Reads `xml`.
    ///
    /// # Errors
    /// [`Reason::TooDeep`] for what is nested or fragmented like no file of articles.
    pub(super) fn read(xml: &'a str, prefixes: Prefixes) -> Result<Self, Reason> {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut tree = Self { nodes: Vec::new(), broken: None };
        let mut open: Vec<usize> = Vec::new();
        let mut root_prefix = None;
        let mut joins_last = false;
        for events in 0.. {
            if events > MOST_EVENTS || open.len() > DEEPEST {
                return Err(Reason::TooDeep);
            }
            let from = position(&reader);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    tree.broken = Some(error.to_string());
                    break;
                }
            };
            let source = xml.get(from..position(&reader)).unwrap_or_default();
            match event {
                Event::Start(_) | Event::Empty(_) => {
                    let (name, attributes) = parts_of_tag(source);
                    let root = *root_prefix.get_or_insert_with(|| prefix_of(name));
                    let name = shortened(name, prefixes, root);
                    let empty = matches!(event, Event::Empty(_));
                    if !empty {
                        open.push(tree.nodes.len());
                    }
                    let end = tree.nodes.len() + 1;
                    tree.nodes.push(Node::Element { name, attributes, end, whole: empty });
                    joins_last = false;
                }
                Event::End(_) => {
                    let (name, _) = parts_of_tag(source);
                    let name = shortened(name, prefixes, root_prefix.unwrap_or_default());
                    if let Some(at) = open.iter().rposition(|at| tree.name(*at) == name) {
                        for at in open.drain(at..) {
                            tree.close(at, true);
                        }
                    }
                    joins_last = false;
                }
                Event::Text(text) => tree.push_text(text.into_inner(), &mut joins_last),
                Event::CData(text) => tree.push_text(text.into_inner(), &mut joins_last),
                Event::GeneralRef(name) => {
                    tree.push_text(referred(&name.into_inner()), &mut joins_last);
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if let Some(at) = open.first() {
            let name = tree.name(*at);
            tree.broken.get_or_insert_with(|| format!("<{name}> has no end"));
        }
        for at in open {
            tree.close(at, false);
        }
        Ok(tree)
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Option<Element<'_, 'a>> {
        let at = self.nodes.iter().position(|node| matches!(node, Node::Element { .. }))?;
        Some(Element { tree: self, at })
    }

    /// The elements of one of these names, none of them within another.
    pub(super) fn outermost<'t>(
        &'t self,
        names: &'t [&'t str],
    ) -> impl Iterator<Item = Element<'t, 'a>> {
        self.outermost_in(0, self.nodes.len(), names)
    }

    fn outermost_in<'t>(
        &'t self,
        from: usize,
        end: usize,
        names: &'t [&'t str],
    ) -> impl Iterator<Item = Element<'t, 'a>> {
        let mut at = from;
        std::iter::from_fn(move || {
            while at < end {
                match self.nodes.get(at)? {
                    Node::Element { name, end, .. } if names.contains(name) => {
                        let element = Element { tree: self, at };
                        at = *end;
                        return Some(element);
                    }
                    _ => at += 1,
                }
            }
            None
        })
    }

    fn name(&self, at: usize) -> &'a str {
        match self.nodes.get(at) {
            Some(Node::Element { name, .. }) => name,
            _ => "",
        }
    }

    fn close(&mut self, at: usize, has_end: bool) {
        let behind = self.nodes.len();
        if let Some(Node::Element { end, whole, .. }) = self.nodes.get_mut(at) {
            (*end, *whole) = (behind, has_end);
        }
    }

    /// Adds a text; what only a reference or a comment stands between is one text.
    fn push_text(&mut self, text: Cow<'a, str>, joins_last: &mut bool) {
        match self.nodes.last_mut() {
            Some(Node::Text(last)) if *joins_last => last.to_mut().push_str(&text),
            _ => self.nodes.push(Node::Text(text)),
        }
        *joins_last = true;
    }
}

impl<'t, 'a> Element<'t, 'a> {
    pub(super) fn name(self) -> &'a str {
        self.tree.name(self.at)
    }

    /// Whether it has its end tag.
    pub(super) fn is_whole(self) -> bool {
        matches!(self.tree.nodes.get(self.at), Some(Node::Element { whole: true, .. }))
    }

    /// The value of an attribute, by its name with prefix.
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let Some(Node::Element { attributes, .. }) = self.tree.nodes.get(self.at) else {
            return None;
        };
        let mut rest = *attributes;
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, behind) = after.get(1..)?.split_once(quote)?;
            if key.trim() == name {
                let value = clean_line(&markup::unescape(value));
                return (!value.is_empty()).then_some(value);
            }
            rest = behind;
        }
        None
    }

    /// The elements right beneath it.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let (mut at, end) = (self.at + 1, self.end());
        std::iter::from_fn(move || {
            while at < end {
                let here = at;
                match self.tree.nodes.get(at)? {
                    Node::Element { end, .. } => {
                        at = *end;
                        return Some(Element { tree: self.tree, at: here });
                    }
                    Node::Text(_) => at += 1,
                }
            }
            None
        })
    }

    /// The elements beneath it, at any depth.
    pub(super) fn descendants(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let elements = self.at + 1..self.end();
        elements.map(move |at| Element { tree: self.tree, at }).filter(|e| !e.name().is_empty())
    }

    /// The elements of one of these names beneath it, none of them within another: whoever reads
    /// the text of each reads no text twice.
    pub(super) fn outermost(self, names: &'t [&'t str]) -> impl Iterator<Item = Element<'t, 'a>> {
        self.tree.outermost_in(self.at + 1, self.end(), names)
    }

    /// The first child of that name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The first descendant of that name.
    pub(super) fn find(self, name: &str) -> Option<Self> {
        self.descendants().find(|element| element.name() == name)
    }

    /// All text in it, as it stands.
    pub(super) fn text(self) -> String {
        let mut text = String::new();
        for node in self.tree.nodes.get(self.at + 1..self.end()).unwrap_or_default() {
            if let Node::Text(part) = node {
                text.push_str(part);
            }
        }
        text
    }

    /// All text in it on one line, or nothing.
    pub(super) fn line(self) -> Option<String> {
        let line = clean_line(&markup::unescape(&self.text()));
        (!line.is_empty()).then_some(line)
    }

    /// The text in it with its paragraphs apart; `skip` names elements to leave out.
    pub(super) fn paragraphs(self, skip: &[&str]) -> String {
        let mut body = String::new();
        let mut paragraph = String::new();
        // Where the blocks that are open end, the innermost last.
        let mut block_ends = Vec::new();
        let mut breaks = 0;
        let (mut at, end) = (self.at + 1, self.end());
        while at < end {
            while block_ends.last().is_some_and(|block_end| *block_end <= at) {
                block_ends.pop();
                flush(&mut body, &mut paragraph);
            }
            match self.tree.nodes.get(at) {
                Some(Node::Text(text)) => {
                    if !text.trim().is_empty() {
                        breaks = 0;
                    }
                    paragraph.push_str(text);
                }
                Some(Node::Element { name, end: behind, .. }) => {
                    let local = local_of(name);
                    if SILENT.contains(&local) || skip.contains(&local) {
                        at = *behind;
                        continue;
                    }
                    match local {
                        "br" => {
                            breaks += 1;
                            if breaks == 2 {
                                flush(&mut body, &mut paragraph);
                            } else {
                                paragraph.push(' ');
                            }
                        }
                        "td" | "th" => paragraph.push(' '),
                        _ if BLOCKS.contains(&local) => {
                            flush(&mut body, &mut paragraph);
                            block_ends.push(*behind);
                        }
                        _ => {}
                    }
                }
                None => break,
            }
            at += 1;
        }
        flush(&mut body, &mut paragraph);
        body
    }

    fn end(self) -> usize {
        match self.tree.nodes.get(self.at) {
            Some(Node::Element { end, .. }) => *end,
            _ => self.at,
        }
    }
}

/// Elements of XHTML and NITF that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "abstract",
    "article",
    "blockquote",
    "block",
    "bq",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "fn",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hedline",
    "hl1",
    "hl2",
    "hl3",
    "hr",
    "li",
    "nitf-table",
    "note",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Elements whose content is no part of a text.
const SILENT: &[&str] = &["head", "script", "style", "svg", "object", "iframe"];

fn flush(body: &mut String, paragraph: &mut String) {
    push_paragraph(body, &clean_line(&markup::unescape(paragraph)));
    paragraph.clear();
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Name and attributes of a start or end tag.
fn parts_of_tag(tag: &str) -> (&str, &str) {
    let inner = tag.trim_start_matches('<').trim_start_matches('/');
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner).trim_end();
    inner.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((inner, ""))
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn local_of(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn shortened<'n>(name: &'n str, prefixes: Prefixes, root: &str) -> &'n str {
    match prefixes {
        Prefixes::Dropped => local_of(name),
        Prefixes::Kept if !root.is_empty() && prefix_of(name) == root => local_of(name),
        Prefixes::Kept => name,
    }
}

/// What a reference stands for: a character, or one of the five names that need no DTD. Any other
/// stays as it was written: HTML's own names are read where the text is used.
fn referred(name: &str) -> Cow<'static, str> {
    let character = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| *c != '\0')
        }),
    };
    Cow::Owned(character.map_or_else(|| format!("&{name};"), String::from))
}

/// The name of the outermost element, without prefix, from the first bytes of a file: behind the
/// declaration, comments and the document type.
pub(super) fn root_name(head: &[u8]) -> Option<&str> {
    let mut rest = head.trim_ascii_start();
    loop {
        let end: &[u8] = if rest.starts_with(b"<?") {
            b"?>"
        } else if rest.starts_with(b"<!--") {
            b"-->"
        } else if rest.starts_with(b"<!") {
            // An internal subset holds declarations of its own.
            let bracket = memchr::memchr(b'[', rest);
            let close = memchr::memchr(b'>', rest)?;
            if bracket.is_some_and(|bracket| bracket < close) { b"]" } else { b">" }
        } else {
            break;
        };
        let behind = memchr::memmem::find(rest, end)? + end.len();
        rest = rest.get(behind..)?.trim_ascii_start();
        if end == b"]" {
            rest = rest.strip_prefix(b">")?.trim_ascii_start();
        }
    }
    let tag = rest.strip_prefix(b"<")?;
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))?;
    let name = std::str::from_utf8(tag.get(..end)?).ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'.');
    (!name.is_empty() && name.bytes().all(plain)).then(|| local_of(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_texts() {
        let tree = Tree::read(
            r#"<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "never">]>
            <r a="1 &amp; 2" x:b='q'><i>one<![CDATA[ <b>]]> &amp; &#x41;&x;</i><!-- c --><x:i/><i>two</i></r>"#,
            Prefixes::Kept,
        )
        .unwrap();
        assert_eq!(tree.broken, None);
        let root = tree.root().unwrap();
        assert_eq!((root.name(), root.attribute("a").as_deref()), ("r", Some("1 & 2")));
        assert_eq!(root.attribute("x:b").as_deref(), Some("q"));
        assert_eq!(root.attribute("b"), None);
        let names: Vec<_> = root.children().map(Element::name).collect();
        assert_eq!(names, ["i", "x:i", "i"]);
        assert_eq!(root.child("i").unwrap().text(), "one <b> & A&x;");
    }

    #[test]
    fn paragraphs_of_mixed_content() {
        let cases = [
            (
                "<b><p>One <em>two</em>.</p>loose<hl2>Head</hl2><p>x<br/><br/>y</p></b>",
                "One two.\n\nloose\n\nHead\n\nx\n\ny",
            ),
            ("<b><table><tr><td>a</td><td>b</td></tr></table><media><p>no</p></media></b>", "a b"),
            ("<b><x:p>caf&eacute; &amp; bar</x:p><script>no</script></b>", "caf\u{e9} & bar"),
            ("<b></b>", ""),
        ];
        for (xml, text) in cases {
            let tree = Tree::read(xml, Prefixes::Kept).unwrap();
            assert_eq!(tree.root().unwrap().paragraphs(&["media"]), text, "{xml}");
        }
    }

    #[test]
    fn broken_xml_is_read_as_far_as_it_goes() {
        let cases = [
            ("<r><i>a</i><i>b</x></i><i>c", vec![("a", true), ("b", true), ("c", false)], true),
            ("<r><i>a</i></r></r>", vec![("a", true)], false),
            ("<r><i>R&D & more</i></r>", vec![("R&D & more", true)], false),
            ("<r><i>a</i><i><![CDATA[b", vec![("a", true), ("", false)], true),
            ("<r><i>a<b></i><i>c</i></r>", vec![("a", true), ("c", true)], false),
        ];
        for (xml, items, broken) in cases {
            let tree = Tree::read(xml, Prefixes::Kept).unwrap();
            let got: Vec<_> = tree.outermost(&["i"]).map(|i| (i.text(), i.is_whole())).collect();
            let got: Vec<_> = got.iter().map(|(text, whole)| (text.as_str(), *whole)).collect();
            assert_eq!((got, tree.broken.is_some()), (items, broken), "{xml}");
        }
    }

    #[test]
    fn hostile_xml() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(Tree::read(&deep, Prefixes::Kept), Err(Reason::TooDeep)));
        let many = format!("<r>{}</r>", "<a/>".repeat(MOST_EVENTS));
        assert!(matches!(Tree::read(&many, Prefixes::Kept), Err(Reason::TooDeep)));
    }

    #[test]
    fn prefixes() {
        let xml = "<a:feed><a:entry><m:title/></a:entry></a:feed>";
        for (prefixes, name) in [(Prefixes::Kept, "m:title"), (Prefixes::Dropped, "title")] {
            let tree = Tree::read(xml, prefixes).unwrap();
            let entry = tree.root().unwrap().child("entry").unwrap();
            assert_eq!(entry.children().next().unwrap().name(), name);
        }
    }

    #[test]
    fn roots() {
        let cases = [
            ("<?xml version='1.0'?>\n<rss version='2.0'>", Some("rss")),
            ("<!-- a --> <!DOCTYPE nitf SYSTEM 'x'><nitf>", Some("nitf")),
            ("<!DOCTYPE x [<!ENTITY a '>'>]>\n<a:x>", Some("x")),
            ("<feed", None),
            ("text <rss>", None),
            ("", None),
        ];
        for (head, name) in cases {
            assert_eq!(root_name(head.as_bytes()), name, "{head}");
        }
    }
}
