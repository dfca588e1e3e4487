//! Which format a file has: by its name first, by its first bytes in doubt.
//!
//! Knows names and magic bytes; each reader of records tells what its own files begin with. It opens
//! nothing and parses nothing.

use super::skipped::Reason;
use super::{feed, mail, news_xml, sgml, table, xml};

/// The formats that have a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[derive(strum::Display, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// Plain text: one file, one article.
    Text,
    /// Markdown with or without front matter: one file, one article.
    Markdown,
    /// A saved page: one file, one article.
    Html,
    /// One JSON value: an article or a list of them.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// CSV or TSV: a header, and an article a row.
    Table,
    /// SGML of Reuters-21578 or TREC.
    Sgml,
    /// RSS or Atom (a JSON Feed is JSON).
    Feed,
    /// NITF or NewsML.
    NewsXml,
    /// One message.
    Mail,
    /// A mailbox of many messages (mbox).
    Mailbox,
    /// A PDF document: one file, one article.
    Pdf,
}

/// What holds other files or pages, each of which is read for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A web archive as crawlers write it.
    Warc,
    /// The web archive that came before WARC.
    Arc,
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, one or many members.
    Gzip,
    /// Zstandard.
    Zstd,
    /// xz, one or many streams.
    Xz,
    /// bzip2, one or many streams.
    Bzip2,
}

/// What a file name promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByName {
    /// A format with a reader; `None` where the name does not say and the first bytes must.
    Read(Option<Format>, Compression),
    /// Something that holds files or pages.
    Container(Container, Compression),
    /// Not to be opened.
    Reject(Reason),
}

/// Formats whose readers come in a later change.
const NO_READER_YET: &[&str] = &["mht", "mhtml"];

/// Plainly no articles: media, archives, office documents, programs, databases, style sheets.
const NO_ARTICLE: &[&str] = &[
    "7z",
    "aac",
    "ai",
    "apk",
    "avi",
    "avif",
    "bin",
    "bmp",
    "c",
    "cc",
    "cfg",
    "class",
    "conf",
    "cpp",
    "css",
    "db",
    "deb",
    "dll",
    "dmg",
    "doc",
    "docx",
    "dot",
    "eot",
    "eps",
    "epub",
    "exe",
    "flac",
    "flv",
    "gif",
    "go",
    "gpg",
    "h",
    "heic",
    "hpp",
    "ico",
    "idx",
    "ini",
    "iso",
    "jar",
    "java",
    "jpeg",
    "jpg",
    "js",
    "jsx",
    "key",
    "less",
    "lock",
    "log",
    "lz4",
    "m4a",
    "m4v",
    "map",
    "mjs",
    "mkv",
    "mobi",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "msi",
    "npy",
    "o",
    "odp",
    "ods",
    "odt",
    "ogg",
    "opus",
    "otf",
    "parquet",
    "pem",
    "php",
    "pickle",
    "pkl",
    "png",
    "ppt",
    "pptx",
    "ps",
    "psd",
    "py",
    "pyc",
    "rar",
    "rb",
    "rpm",
    "rs",
    "rtf",
    "sass",
    "scss",
    "sh",
    "so",
    "sql",
    "sqlite",
    "sqlite3",
    "svg",
    "swf",
    "tex",
    "tif",
    "tiff",
    "toml",
    "ts",
    "tsx",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "wmv",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "yaml",
    "yml",
    "z",
];

/// Endings that say how a file is packed.
const PACKED: &[(&str, Compression)] = &[
    (".gz", Compression::Gzip),
    (".zst", Compression::Zstd),
    (".xz", Compression::Xz),
    (".bz2", Compression::Bzip2),
];

/// A name without the ending that says how the file is packed, and what that ending says.
fn without_packing(name: &str) -> (&str, Compression) {
    let found = PACKED.iter().find_map(|(ending, compression)| {
        let start = name.len().checked_sub(ending.len())?;
        let (inner, end) = name.split_at_checked(start)?;
        end.eq_ignore_ascii_case(ending).then_some((inner, *compression))
    });
    found.unwrap_or((name, Compression::None))
}

/// The name that an unpacked file would have.
#[must_use]
pub fn unpacked_name(key: &str) -> &str {
    without_packing(key.rsplit('/').next().unwrap_or(key)).0
}

/// Decides by the name of a file. The endings of packed files are looked through.
#[must_use]
pub fn by_name(name: &str) -> ByName {
    let lower = name.to_ascii_lowercase();
    let (inner, compression) = without_packing(&lower);
    let Some((_, extension)) = inner.rsplit_once('.') else {
        return ByName::Read(None, compression);
    };
    let container = match extension {
        "zip" => Some((Container::Zip, compression)),
        "tar" => Some((Container::Tar, compression)),
        "tgz" => Some((Container::Tar, Compression::Gzip)),
        "tzst" => Some((Container::Tar, Compression::Zstd)),
        "txz" => Some((Container::Tar, Compression::Xz)),
        "tbz" | "tbz2" => Some((Container::Tar, Compression::Bzip2)),
        "warc" => Some((Container::Warc, compression)),
        "arc" => Some((Container::Arc, compression)),
        _ => None,
    };
    if let Some((container, compression)) = container {
        return ByName::Container(container, compression);
    }
    let format = match extension {
        "txt" | "text" => Format::Text,
        "md" | "markdown" | "mdown" | "mkd" => Format::Markdown,
        "html" | "htm" | "xhtml" | "shtml" => Format::Html,
        "json" => Format::Json,
        "jsonl" | "ndjson" | "jl" | "jsonlines" => Format::JsonLines,
        "csv" | "tsv" | "tab" => Format::Table,
        "sgm" | "sgml" => Format::Sgml,
        "rss" | "atom" => Format::Feed,
        "xml" | "nitf" | "newsml" => Format::NewsXml,
        "eml" => Format::Mail,
        "mbox" => Format::Mailbox,
        "pdf" if PDF => Format::Pdf,
        "pdf" => return ByName::Reject(Reason::Unsupported(NO_PDF.into())),
        _ if NO_READER_YET.contains(&extension) => {
            return ByName::Reject(Reason::NoReader(format!(".{extension}")));
        }
        _ if NO_ARTICLE.contains(&extension) => {
            return ByName::Reject(Reason::Unsupported(format!(".{extension}")));
        }
        _ => return ByName::Read(None, compression),
    };
    ByName::Read(Some(format), compression)
}

/// Whether PDF documents are read.
const PDF: bool = cfg!(feature = "pdf");

/// What is said of a PDF document where they are not.
const NO_PDF: &str = ".pdf; this build was made without the feature `pdf`";

/// The packing that the first bytes of a file show.
#[must_use]
pub fn compression_of(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, 8, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Compression::Bzip2,
        _ => Compression::None,
    }
}

/// Whether a file begins as a zip archive does; an empty one is its directory alone.
#[must_use]
pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// The container that an unpacked file is, by its first bytes. Web archives are told whatever the
/// name says, since reading them as such is safe; archives only where the name promises no format.
#[must_use]
pub fn container_of(named: Option<Format>, head: &[u8]) -> Option<Container> {
    let text = head.trim_ascii_start();
    match text {
        [b'W', b'A', b'R', b'C', b'/', b'0' | b'1', b'.', ..] => return Some(Container::Warc),
        _ if text.starts_with(b"filedesc://") => return Some(Container::Arc),
        _ if named.is_some() => return None,
        _ => {}
    }
    if is_zip(head) {
        return Some(Container::Zip);
    }
    (head.get(257..262) == Some(b"ustar")).then_some(Container::Tar)
}

/// Magic bytes of things that are no text, and what to call them.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BZh91AY&SY", "compressed data inside compressed data"),
    (b"\xfd7zXZ", "compressed data inside compressed data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "compressed data inside compressed data"),
    (b"\x28\xb5\x2f\xfd", "compressed data inside compressed data"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
];

/// The format of an unpacked file, from what its name said and its first bytes.
///
/// What the bytes plainly are wins where reading it as that is safe: a page named `.txt` is read
/// as a page. `name` is for the message only.
///
/// # Errors
/// The reason to skip the file: it is no text, or a format without a reader.
pub fn sniff(named: Option<Format>, name: &str, head: &[u8]) -> Result<Format, Reason> {
    if head.starts_with(b"%PDF-") && matches!(named, None | Some(Format::Pdf)) {
        return if PDF { Ok(Format::Pdf) } else { Err(Reason::Unsupported(NO_PDF.into())) };
    }
    if named == Some(Format::Pdf) {
        return Err(Reason::Malformed("it does not begin as a PDF document does".into()));
    }
    for (magic, found) in MAGIC {
        if head.starts_with(magic) {
            return Err(match named {
                Some(_) => Reason::Mislabelled { named: extension_of(name), found },
                None => Reason::Unsupported((*found).into()),
            });
        }
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        // UTF-16: its bytes tell nothing until it is decoded.
        return Ok(named.unwrap_or(Format::Text));
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if starts_like_a_page(text) {
        // Markdown may well begin with a tag; a page begins with one of the few tested here.
        return Ok(Format::Html);
    }
    if sgml::starts_like_records(text) {
        return Ok(Format::Sgml);
    }
    if text.starts_with(b"<")
        && let Some(format) = xml_format(named, text)?
    {
        return Ok(format);
    }
    if mail::starts_like_a_mailbox(text) {
        return Ok(Format::Mailbox);
    }
    match named {
        Some(Format::Json) if is_json_lines(text) => Ok(Format::JsonLines),
        // A list or a record spread over lines is no JSON lines, whatever it is called.
        Some(Format::JsonLines) if text.starts_with(b"[") => Ok(Format::Json),
        Some(Format::JsonLines) if is_spread_object(text) => Ok(Format::Json),
        None | Some(Format::Text | Format::Feed | Format::NewsXml)
            if mail::starts_like_a_message(text) =>
        {
            Ok(Format::Mail)
        }
        None | Some(Format::Text) if table::starts_like_a_table(text) => Ok(Format::Table),
        // Not XML, whatever it is called: what has tags was looked at above.
        None | Some(Format::Feed | Format::NewsXml) if is_json_lines(text) => Ok(Format::JsonLines),
        None | Some(Format::Feed | Format::NewsXml) if looks_like_json(text) => Ok(Format::Json),
        Some(Format::Feed | Format::NewsXml) => Err(Reason::Malformed("no XML in it".into())),
        Some(format) => Ok(format),
        None => Ok(Format::Text),
    }
}

/// The format of a text that begins with a tag, by its outermost element. What says that it is XML
/// and has no reader is refused; any other text may begin with a tag.
fn xml_format(named: Option<Format>, text: &[u8]) -> Result<Option<Format>, Reason> {
    let said = matches!(named, Some(Format::Feed | Format::NewsXml))
        || starts_with_ignoring_case(text, b"<?xml");
    let Some(root) = xml::root_name(text) else {
        // An SGML collection may carry a document type that no record follows soon.
        let unknown =
            said && named != Some(Format::Sgml) && !contains_ignoring_case(text, b"<html");
        return if unknown {
            Err(Reason::Malformed("no XML element in it".into()))
        } else if said && named != Some(Format::Sgml) {
            Ok(Some(Format::Html))
        } else {
            Ok(None)
        };
    };
    let lower = root.to_ascii_lowercase();
    let named_html = named == Some(Format::Html) && contains_ignoring_case(text, b"<html");
    match lower.as_str() {
        "html" => Ok(Some(Format::Html)),
        root if feed::ROOTS.contains(&root) => Ok(Some(Format::Feed)),
        root if news_xml::ROOTS.contains(&root) => Ok(Some(Format::NewsXml)),
        _ if named_html => Ok(Some(Format::Html)),
        _ if named == Some(Format::Sgml) => Ok(Some(Format::Sgml)),
        _ if said => Err(Reason::Unsupported(format!("XML whose root is <{root}>"))),
        _ => Ok(None),
    }
}

fn extension_of(name: &str) -> String {
    name.rsplit_once('.').map_or_else(|| name.to_owned(), |(_, extension)| format!(".{extension}"))
}

fn starts_with_ignoring_case(text: &[u8], what: &[u8]) -> bool {
    text.get(..what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what))
}

fn contains_ignoring_case(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window.eq_ignore_ascii_case(what))
}

pub(super) fn starts_like_a_page(text: &[u8]) -> bool {
    let mut text = text;
    // Browsers put a "saved from url" comment before or behind the doctype.
    while let Some(rest) = text.strip_prefix(b"<!--") {
        let Some(end) = rest.windows(3).position(|window| window == b"-->") else { return false };
        text = rest.get(end + 3..).unwrap_or_default().trim_ascii_start();
    }
    [&b"<!doctype html"[..], b"<html", b"<head>", b"<head ", b"<body>", b"<body "]
        .iter()
        .any(|start| starts_with_ignoring_case(text, start))
}

/// `{` and a key, or `[` and a value: enough to tell JSON from a text that begins with a bracket.
pub(super) fn looks_like_json(text: &[u8]) -> bool {
    let Some((first, rest)) = text.split_first() else { return false };
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}')),
        b'[' => matches!(next, Some(b'{' | b'[' | b']')),
        _ => false,
    }
}

/// A first line that is one whole object and something behind it.
fn is_json_lines(text: &[u8]) -> bool {
    if !text.starts_with(b"{") {
        return false;
    }
    let mut values =
        serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    if !matches!(values.next(), Some(Ok(_))) {
        return false;
    }
    let rest = text.get(values.byte_offset()..).unwrap_or_default();
    let after_blanks = rest.trim_ascii_start();
    // Objects need a line end between them; one object alone is plain JSON.
    after_blanks.starts_with(b"{") && rest.len() > after_blanks.len()
}

/// An object whose first line ends before the object does, as pretty printers write it.
fn is_spread_object(text: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', text) else { return false };
    let first_line = text.get(..end).unwrap_or_default().trim_ascii_end();
    first_line == b"{" || (first_line.starts_with(b"{") && first_line.ends_with(b","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        use Compression::{Bzip2, Gzip, None as Plain, Xz, Zstd};
        let cases = [
            ("a.txt", Some(Format::Text), Plain),
            ("A.TXT", Some(Format::Text), Plain),
            ("a.md.gz", Some(Format::Markdown), Gzip),
            ("docs.jsonl.zst", Some(Format::JsonLines), Zstd),
            ("page.html", Some(Format::Html), Plain),
            ("export.CSV.gz", Some(Format::Table), Gzip),
            ("feed.xml", Some(Format::NewsXml), Plain),
            ("README", None, Plain),
            ("story.2025", None, Plain),
            ("dump.gz", None, Gzip),
            ("dump.XZ", None, Xz),
            ("a.html.bz2", Some(Format::Html), Bzip2),
        ];
        for (name, format, compression) in cases {
            assert_eq!(by_name(name), ByName::Read(format, compression), "{name}");
        }
        let containers = [
            ("a.zip", Container::Zip, Plain),
            ("a.tar.xz", Container::Tar, Xz),
            ("a.TGZ", Container::Tar, Gzip),
            ("a.tbz2", Container::Tar, Bzip2),
            ("a.warc.gz", Container::Warc, Gzip),
            ("a.arc", Container::Arc, Plain),
        ];
        for (name, container, compression) in containers {
            assert_eq!(by_name(name), ByName::Container(container, compression), "{name}");
        }
        assert_eq!(unpacked_name("a/b.zip/c.HTML.Gz"), "c.HTML");
        let rejected = [
            #[cfg(not(feature = "pdf"))]
            ("a.pdf", "unsupported"),
            ("a.7z", "unsupported"),
            ("a.mht", "no-reader"),
        ];
        for (name, code) in rejected {
            let ByName::Reject(reason) = by_name(name) else { panic!("{name} was accepted") };
            assert_eq!(reason.code(), code, "{name}");
        }
    }

    #[test]
    fn first_bytes() {
        type Case = (Option<Format>, &'static [u8], Result<Format, &'static str>);
        let cases: &[Case] = &[
            (Some(Format::Text), b"  <!DOCTYPE html><html>", Ok(Format::Html)),
            (Some(Format::Text), b"<!-- saved from url -->\n<html>", Ok(Format::Html)),
            (Some(Format::Text), b"%PDF-1.4", Err("mislabelled")),
            (Some(Format::Text), b"{braces} open this text", Ok(Format::Text)),
            (Some(Format::Json), b"{\"a\":1}\n{\"a\":2}\n", Ok(Format::JsonLines)),
            (Some(Format::Json), b"{\n \"a\": 1}", Ok(Format::Json)),
            (Some(Format::Json), b"{\"a\":1}\n", Ok(Format::Json)),
            (Some(Format::JsonLines), b"[{\"a\":1},\n{\"a\":2}]", Ok(Format::Json)),
            (Some(Format::JsonLines), b"{\n\"a\":1}", Ok(Format::Json)),
            (None, b"{\"a\":1}", Ok(Format::Json)),
            (None, b"[AP] A text", Ok(Format::Text)),
            (None, b"\xef\xbb\xbf<html>", Ok(Format::Html)),
            (None, b"<?xml version='1.0'?><rss>", Ok(Format::Feed)),
            (Some(Format::Text), b"<a:feed xmlns:a=''>", Ok(Format::Feed)),
            (Some(Format::NewsXml), b"<newsMessage>", Ok(Format::NewsXml)),
            (None, b"<?xml version='1.0'?><newsItem><html><p>", Ok(Format::NewsXml)),
            (Some(Format::NewsXml), b"<catalogue>", Err("unsupported")),
            (Some(Format::NewsXml), b"<?xml", Err("malformed")),
            (Some(Format::NewsXml), b"words", Err("malformed")),
            (Some(Format::Feed), b"{\"version\": 1}", Ok(Format::Json)),
            (Some(Format::Markdown), b"<aside>Read this.</aside>", Ok(Format::Markdown)),
            (Some(Format::Text), b"<DOC>\n<DOCNO>1</DOCNO>", Ok(Format::Sgml)),
            (None, b"<REUTERS TOPICS=\"NO\">", Ok(Format::Sgml)),
            (None, b"From a@x Fri Jun 13 06:45:12 2025\n", Ok(Format::Mailbox)),
            (Some(Format::Mail), b"From a@x Fri Jun 13 06:45:12 2025\n", Ok(Format::Mailbox)),
            (None, b"From: a@x\nSubject: S\nMIME-Version: 1.0\n\nx", Ok(Format::Mail)),
            (Some(Format::Text), b"id,title,text\n1,A,B\n", Ok(Format::Table)),
            (None, b"<?xml version='1.0'?><!DOCTYPE html><html xmlns=''>", Ok(Format::Html)),
            (None, b"GIF89a", Err("unsupported")),
        ];
        for (named, head, expected) in cases {
            let got = sniff(*named, "x.txt", head).map_err(|reason| reason.code());
            assert_eq!(&got, expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
