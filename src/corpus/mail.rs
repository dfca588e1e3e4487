//! Mail: newsletters and messages, one a file (`.eml`) or many (mbox).
//!
//! Knows what senders mean by their headers; MIME itself is read by the parser. Attachments and
//! forwarded messages are no part of an article.

use std::borrow::Cow;

use dom_query::Document;
use mail_parser::{Addr, Encoding, HeaderName, Message, MessageParser, MessagePart, PartType};

use super::decode::{self, Kind, clean_line};
use super::skipped::{Reason, Skipped};
use super::{Parsed, Reading, fields, language, markup, nesting, paragraphs};
use crate::article::{Article, Dropped, DroppedFor, Source};

/// Messages within messages, each of which says what it holds: more is a bomb, since taking the
/// result apart calls itself for each level.
const MOST_PARTS: usize = 2_000;

/// A block with a phrase of a newsletter's frame is left out where it is not longer than this, in
/// characters: a longer one says something else, too.
const LONGEST_FRAME: usize = 260;

/// What the frame of a newsletter says, in lower case.
const FRAME: &[&str] = &[
    "unsubscribe",
    "view in browser",
    "view in your browser",
    "view this email in",
    "view this e-mail in",
    "read in browser",
    "read online",
    "open in browser",
    "email preferences",
    "manage your preferences",
    "manage preferences",
    "update your preferences",
    "manage your subscription",
    "you are receiving this",
    "you're receiving this",
    "you receive this",
    "you received this",
    "was this email forwarded to you",
    "forwarded this email",
    "add us to your address book",
    "im browser ansehen",
    "im browser \u{f6}ffnen",
    "newsletter abbestellen",
    "newsletter abmelden",
    "sie erhalten diese",
    "se d\u{e9}sabonner",
    "se d\u{e9}sinscrire",
    "voir dans le navigateur",
    "vous recevez ce",
    "darse de baja",
    "cancelar la suscripci\u{f3}n",
    "ver en el navegador",
    "disiscriviti",
    "annulla l'iscrizione",
    "afmelden voor",
];

/// Labels of a domain that only sends.
const SENDING: &[&str] = &[
    "mail",
    "email",
    "e",
    "em",
    "news",
    "newsletter",
    "newsletters",
    "mg",
    "mailer",
    "bounce",
    "bounces",
    "send",
    "list",
    "lists",
    "info",
    "reply",
];

/// Where anybody has a mailbox: no publisher's domain.
const MAILBOXES: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "aol.com",
    "icloud.com",
    "me.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
    "mail.ru",
    "yandex.ru",
];

/// Whether a file without a telling name begins like a message: header lines only, and those that
/// mail has and nothing else.
pub(super) fn starts_like_a_message(head: &[u8]) -> bool {
    let mut seen = [false; 3];
    for line in head.split(|b| *b == b'\n').take(200) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { return false };
        let name = line.get(..colon).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            return false;
        }
        match name.as_slice() {
            b"from" => seen[0] = true,
            b"date" | b"subject" => seen[1] = true,
            b"message-id" | b"mime-version" | b"received" | b"return-path" | b"delivered-to" => {
                seen[2] = true;
            }
            _ => {}
        }
    }
    seen == [true; 3]
}

/// Whether a file begins like a mailbox.
pub(super) fn starts_like_a_mailbox(head: &[u8]) -> bool {
    starts(head).next() == Some(0)
}

/// Where the messages of a mailbox begin: at lines like `From ann@example.org Fri Jun 13 06:45:12
/// 2025`. A sentence that begins with the word is none.
pub(super) fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(bytes, b"From ").filter(|at| {
        let line = bytes.get(*at..).unwrap_or_default();
        let at_line_start = *at == 0 || bytes.get(at - 1) == Some(&b'\n');
        at_line_start && is_postmark(line.get(..200).unwrap_or(line))
    })
}

/// `From `, who, and a date that ends with a year or a zone.
fn is_postmark(line: &[u8]) -> bool {
    let line = line.split(|b| *b == b'\n').next().unwrap_or_default();
    let words: Vec<&[u8]> =
        line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
    let clock = |word: &&[u8]| {
        word.len() >= 4
            && word.contains(&b':')
            && word.iter().all(|b| b.is_ascii_digit() || *b == b':')
    };
    let year = |word: &&[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    words.len() >= 5 && words.iter().any(clock) && words.iter().any(year)
}

/// Reads a file that is one message.
pub(super) fn parse_message(bytes: &[u8], key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    match message(bytes, reading) {
        Ok(article) => parsed.articles.push(Article { id: key.to_owned(), ..article }),
        Err(reason) => parsed.skipped.push(Skipped::new(key, reason)),
    }
    parsed
}

/// Reads a mailbox or whole messages of one; `first` is the number of the first message.
pub(super) fn parse_mailbox(bytes: &[u8], first: u64, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let starts: Vec<usize> = starts(bytes).collect();
    if starts.is_empty() {
        // A message that was named a mailbox.
        return parse_message(bytes, key, reading);
    }
    for ((at, number), start) in (0..).zip(first..).zip(&starts) {
        let end = starts.get(at + 1).copied().unwrap_or(bytes.len());
        let source = bytes.get(*start..end).unwrap_or_default();
        let headers = memchr::memchr(b'\n', source).map_or(source.len(), |end| end + 1);
        let article = message(&unquoted(source.get(headers..).unwrap_or_default()), reading);
        parsed.push_record(key, number, article);
    }
    parsed
}

/// A message without the sign that mailboxes put before lines that begin with "From ".
fn unquoted(message: &[u8]) -> Cow<'_, [u8]> {
    const QUOTED: &[u8] = b"\n>From ";
    let mut rest = message;
    let mut plain = Vec::new();
    while let Some(at) = memchr::memmem::find(rest, QUOTED) {
        plain.extend_from_slice(rest.get(..at + 1).unwrap_or_default());
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    if plain.is_empty() {
        return Cow::Borrowed(message);
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

fn message(bytes: &[u8], reading: &Reading) -> Result<Article, Reason> {
    if bytes.trim_ascii().is_empty() {
        return Err(Reason::Empty);
    }
    let describes = |at: &usize| {
        let rest = bytes.get(*at..at + 7).unwrap_or_default();
        rest.eq_ignore_ascii_case(b"ontent-")
    };
    let parts = memchr::memchr2_iter(b'c', b'C', bytes).map(|at| at + 1).filter(describes).count();
    if parts > MOST_PARTS {
        return Err(Reason::TooDeep);
    }
    let message = MessageParser::default()
        .parse(bytes)
        .filter(|message| !message.headers().is_empty())
        .ok_or_else(|| Reason::Malformed("no header of a message in it".into()))?;
    let clock = &reading.clock;
    let title = subject(&message).as_deref().and_then(fields::title);
    let (body, dropped) = without_frame(&text_of(&message)?);
    if body.is_empty() {
        return Err(Reason::NoText);
    }
    let mut refused_dates = Vec::new();
    let said = message.header_raw("Date");
    let published = said.and_then(|said| fields::recorded(said, clock, &mut refused_dates));
    let url = message.header_raw("Archived-At").map(|at| at.trim().trim_matches(['<', '>']));
    let sender = message.from().and_then(|from| from.first());
    let (mut source, authors) = sender_of(&message, sender);
    source.name = source.name.or_else(|| reading.mapping.defaults.source.clone());
    let said = message.header_raw("Content-Language").map(str::to_owned);
    Ok(Article {
        record: message.message_id().and_then(fields::record_id),
        title,
        published,
        refused_dates,
        source,
        url: url.and_then(fields::url),
        authors,
        lang: language::told_or_detected(said.as_deref(), &body),
        body,
        dropped,
        ..Article::default()
    })
}

/// The subject; where its bytes are none of those that mail allows, their charset is guessed.
fn subject(message: &Message<'_>) -> Option<String> {
    let subject = message.subject()?;
    if !subject.contains('\u{fffd}') {
        return Some(subject.to_owned());
    }
    let header = message.headers().iter().rfind(|header| header.name == HeaderName::Subject)?;
    let (from, to) = (header.offset_start as usize, header.offset_end as usize);
    let bytes = message.raw_message().get(from..to).unwrap_or_default();
    decode::decode(bytes, Kind::Text).map_or(None, |decoded| Some(decoded.text.into_owned()))
}

/// Who sent it: a newsletter comes from a publisher, a message from a person.
fn sender_of(message: &Message<'_>, sender: Option<&Addr<'_>>) -> (Source, Vec<String>) {
    let mut source = Source::default();
    let mut authors = Vec::new();
    let address = sender.and_then(|sender| sender.address.as_deref());
    source.domain = address.and_then(|address| publisher_domain(address.rsplit_once('@')?.1));
    let name = sender
        .and_then(|sender| sender.name.as_deref())
        .map(clean_line)
        .filter(|name| !name.is_empty() && !name.contains('@'));
    let is_letter = ["List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID"]
        .iter()
        .any(|name| message.header_raw(*name).is_some())
        || message.header_raw("Precedence").is_some_and(|p| p.trim().eq_ignore_ascii_case("bulk"));
    let Some(name) = name else {
        // "The Courier at Breakfast <breakfast.courier.example>"
        let list = message.header_raw("List-Id").and_then(|id| id.split_once('<'));
        source.name = list
            .map(|(name, _)| clean_line(name).trim_matches('"').to_owned())
            .filter(|name| !name.is_empty() && !name.contains("=?"));
        return (source, authors);
    };
    if !is_letter {
        fields::push_author(&mut authors, &name);
        return (source, authors);
    }
    // "Ann Smith at The Courier", "Ann Smith from The Courier": writer and publisher.
    let parts = [" at ", " from ", " via ", " @ "].iter().find_map(|joint| name.split_once(joint));
    match parts {
        Some((writer, publisher)) if starts_upper(writer) && starts_upper(publisher) => {
            // "The Courier at Breakfast" is a name as a whole.
            if writer.to_lowercase().starts_with("the ") {
                source.name = Some(name);
            } else {
                fields::push_author(&mut authors, writer);
                source.name = Some(publisher.trim().to_owned());
            }
        }
        _ => source.name = Some(name),
    }
    (source, authors)
}

fn starts_upper(text: &str) -> bool {
    text.trim().chars().next().is_some_and(char::is_uppercase)
}

/// The publisher's domain from the one that mail is sent from.
fn publisher_domain(host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    if !fields::looks_like_domain(&host) || MAILBOXES.contains(&host.as_str()) {
        return None;
    }
    let mut rest = host.as_str();
    while let Some((label, behind)) = rest.split_once('.')
        && SENDING.contains(&label)
        && behind.contains('.')
    {
        rest = behind;
    }
    Some(rest.to_owned())
}

/// The text of a message: of its HTML, which keeps paragraphs and hides addresses, else the plain.
fn text_of(message: &Message<'_>) -> Result<String, Reason> {
    let mut failed = None;
    for bodies in [&message.html_body, &message.text_body] {
        let mut body = String::new();
        for part in bodies.iter().filter_map(|id| message.part(*id)) {
            let text = match &part.body {
                PartType::Html(html) => visible_text(&sound(message, part, html)),
                PartType::Text(text) => Ok(plain(&sound(message, part, text))),
                _ => continue,
            };
            match text {
                Ok(text) if text.is_empty() => {}
                Ok(text) => {
                    if !body.is_empty() {
                        body.push_str("\n\n");
                    }
                    body.push_str(&text);
                }
                Err(reason) => failed = Some(reason),
            }
        }
        if !body.is_empty() {
            return Ok(body);
        }
    }
    failed.map_or(Ok(String::new()), Err)
}

/// The text of HTML without the lines that mail programs show beside the subject alone.
fn visible_text(html: &str) -> Result<String, Reason> {
    if !nesting::source_is_shallow(html) {
        return Err(Reason::TooDeep);
    }
    let fragment = Document::fragment(html);
    let hidden = r#"[hidden], [style*="display:none"], [style*="display: none"]"#;
    fragment.select(hidden).remove();
    Ok(markup::text_of(fragment.root(), &[]))
}

/// The text of a part; where the sender named no charset and it is not UTF-8, it is guessed.
fn sound(message: &Message<'_>, part: &MessagePart<'_>, text: &str) -> String {
    if !text.contains('\u{fffd}') || part.encoding != Encoding::None {
        return text.to_owned();
    }
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let bytes = message.raw_message().get(from..to).unwrap_or_default();
    decode::decode(bytes, Kind::Page).map_or_else(|_| text.to_owned(), |d| d.text.into_owned())
}

/// Plain text: without the lines that only point to somewhere, and without rules made of signs.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let bare = line.trim().trim_matches(['<', '>', '(', ')', '[', ']']);
        let points = bare.starts_with("http") && fields::url(bare).is_some();
        let rules = bare.len() >= 4 && !bare.chars().any(char::is_alphanumeric);
        if !points && !rules {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    paragraphs::paragraphs(&kept)
}

/// A body without the blocks that frame a newsletter.
fn without_frame(text: &str) -> (String, Vec<Dropped>) {
    let mut body = String::with_capacity(text.len());
    let mut dropped = Vec::new();
    for block in text.split("\n\n").filter(|block| !block.is_empty()) {
        if is_frame(block) {
            let why = DroppedFor::Phrase;
            dropped.push(Dropped { at: body.len(), text: block.to_owned(), why });
            continue;
        }
        paragraphs::push_paragraph(&mut body, block);
    }
    (body, dropped)
}

fn is_frame(block: &str) -> bool {
    if block.chars().count() > LONGEST_FRAME {
        return false;
    }
    let lower = block.to_lowercase();
    FRAME.iter().any(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::super::dates::Clock;
    use super::super::mapping::Mapping;
    use super::*;

    fn reading() -> Reading {
        Reading {
            mapping: Mapping::default(),
            clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
        }
    }

    fn one(mail: &str) -> Article {
        let parsed = parse_message(mail.as_bytes(), "m.eml", &reading());
        assert_eq!(parsed.skipped, []);
        parsed.articles.into_iter().next().unwrap()
    }

    #[test]
    fn who_sent_it() {
        let letter = "List-Unsubscribe: <https://x.example/u>\n";
        type Case = (
            &'static str,
            &'static str,
            Option<&'static str>,
            Option<&'static str>,
            &'static [&'static str],
        );
        let cases: [Case; 7] = [
            (
                "The Courier <b@mail.courier.example>",
                letter,
                Some("The Courier"),
                Some("courier.example"),
                &[],
            ),
            (
                "Ann Smith at The Courier <a@courier.example>",
                letter,
                Some("The Courier"),
                Some("courier.example"),
                &["Ann Smith"],
            ),
            (
                "The Courier at Breakfast <a@courier.example>",
                letter,
                Some("The Courier at Breakfast"),
                Some("courier.example"),
                &[],
            ),
            ("Ann Smith <ann@courier.example>", "", None, Some("courier.example"), &["Ann Smith"]),
            ("Ann Smith <ann@gmail.com>", "", None, None, &["Ann Smith"]),
            (
                "b@courier.example",
                "List-Id: Daily Letter <daily.courier.example>\n",
                Some("Daily Letter"),
                Some("courier.example"),
                &[],
            ),
            (
                "=?UTF-8?Q?Caf=C3=A9_News?= <b@cafe.example>",
                letter,
                Some("Caf\u{e9} News"),
                Some("cafe.example"),
                &[],
            ),
        ];
        for (from, more, name, domain, authors) in cases {
            let article = one(&format!("From: {from}\nSubject: S\n{more}\nText of it.\n"));
            assert_eq!(article.source.name.as_deref(), name, "{from}");
            assert_eq!(article.source.domain.as_deref(), domain, "{from}");
            assert_eq!(article.authors, authors, "{from}");
        }
    }

    #[test]
    fn frames_go_as_whole_blocks() {
        let long =
            format!("The council said that readers who unsubscribe {}.", "again ".repeat(60));
        let article = one(&format!(
            "From: a@x.example\nSubject: S\n\nView this email in your browser\nhttps://x.example/1\n\nThe bridge is shut.\n\n----\n\n{long}\n\nUnsubscribe here.\n"
        ));
        assert_eq!(article.body, format!("The bridge is shut.\n\n{long}"));
        let dropped: Vec<_> = article.dropped.iter().map(|d| (d.at, d.text.as_str())).collect();
        assert_eq!(dropped[0], (0, "View this email in your browser"));
        assert_eq!(dropped[1], (article.body.len(), "Unsubscribe here."));
    }

    #[test]
    fn charsets_that_nobody_named() {
        let mut mail = b"From: a@x.example\nSubject: S\n\nDas Caf\xe9 an der Stra\xdfe hat wieder ge\xf6ffnet.\n".to_vec();
        let parsed = parse_message(&mail, "m", &reading());
        assert_eq!(
            parsed.articles[0].body,
            "Das Caf\u{e9} an der Stra\u{df}e hat wieder ge\u{f6}ffnet."
        );
        mail.clear();
        assert_eq!(parse_message(&mail, "m", &reading()).skipped[0].reason.code(), "empty");
    }

    #[test]
    fn messages_of_a_mailbox() {
        let mailbox = "From ann@x.example Fri Jun 13 06:45:12 2025\nSubject: One\n\nFrom where we stand, all is well.\n\nFrom bo@x.example  Sat Jun 14 06:45:12 2025\nSubject: Two\nMessage-ID: <2@x>\n\nMore.\n\nFrom bo@x.example  Sun Jun 15 06:45:12 2025\nSubject: Three\n\n";
        let parsed = parse_mailbox(mailbox.as_bytes(), 1, "box", &reading());
        let got: Vec<_> =
            parsed.articles.iter().map(|a| (a.id.as_str(), a.body.as_str())).collect();
        assert_eq!(got, [("box#1", "From where we stand, all is well."), ("box#2@x", "More.")]);
        assert_eq!(parsed.skipped[0].path, "box#3");
    }

    #[test]
    fn bombs() {
        let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
        let mail = format!("From: a@x.example\n{nested}Subject: S\n\nText.\n");
        let parsed = parse_message(mail.as_bytes(), "m", &reading());
        assert_eq!(parsed.skipped[0].reason.code(), "too-deep");
    }

    #[test]
    fn what_a_message_begins_with() {
        let cases: [(&str, bool, bool); 5] = [
            ("From: a@x\nDate: Fri\nMessage-ID: <1>\n\nx", true, false),
            ("From: the desk\nDate: Friday\n\nText", false, false),
            ("From a@x.example Fri Jun 13 06:45:12 2025\nFrom: a", false, true),
            ("From here to there\nit is far.", false, false),
            ("A text: with a colon\n", false, false),
        ];
        for (head, message, mailbox) in cases {
            assert_eq!(starts_like_a_message(head.as_bytes()), message, "{head}");
            assert_eq!(starts_like_a_mailbox(head.as_bytes()), mailbox, "{head}");
        }
    }
}
