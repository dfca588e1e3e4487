//! A PDF document to an article.
//!
//! Knows how lines on a page make paragraphs; the crate below knows the pages. A document has no
//! structure to trust, so what comes out is its text in the order it was drawn, and a headline where
//! one can be told. Documents are read in builds with the feature `pdf` alone.

use super::dates::Clock;
use super::skipped::Reason;
use crate::article::Article;

/// Reads a document.
///
/// # Errors
/// What kept it from being read.
#[cfg(not(feature = "pdf"))]
pub(super) fn parse(_: &[u8], _: &Clock) -> Result<Article, Reason> {
    Err(Reason::Unsupported("a PDF document; this build was made without the feature `pdf`".into()))
}

#[cfg(feature = "pdf")]
pub(super) use reader::parse;

#[cfg(feature = "pdf")]
mod reader {
    use std::collections::{BTreeMap, HashMap};
    use std::time::{Duration, Instant};

    use pdf_extract::{
        Dictionary, Document, MediaBox, Object, ObjectId, OutputDev, OutputError, PlainTextOutput,
        Transform, output_doc,
    };

    use super::super::{fields, quietly, text};
    use super::*;

    /// More text than this is no article, in bytes.
    const MOST_TEXT: usize = 8 << 20;

    /// Forms inside forms; deeper ones are made to harm.
    const DEEPEST_FORM: usize = 8;

    /// A document that takes longer is given up.
    const LONGEST: Duration = Duration::from_secs(20);

    /// Reads a document.
    ///
    /// # Errors
    /// What kept it from being read.
    pub(in super::super) fn parse(bytes: &[u8], clock: &Clock) -> Result<Article, Reason> {
        // The crate takes much for granted and panics where it is wrong.
        let read = quietly(|| read(bytes));
        let (drawn, title) = match read {
            Ok(read) => read?,
            Err(_) => return Err(Reason::Malformed("a PDF document that cannot be read".into())),
        };
        let paragraphs = paragraphs(&drawn);
        if paragraphs.is_empty() {
            return Err(Reason::NoText);
        }
        let mut article = text::parse_text(&paragraphs, clock)?;
        if let Some(title) = title {
            if let Some(line) = article.title.filter(|line| *line != title) {
                article.body = format!("{line}\n\n{}", article.body);
            }
            article.title = Some(title);
        }
        Ok(article)
    }

    /// The text as it is drawn, and the title that the document gives itself.
    fn read(bytes: &[u8]) -> Result<(String, Option<String>), Reason> {
        let malformed = |error: &dyn std::fmt::Display| Reason::Malformed(error.to_string());
        let mut document = Document::load_mem(bytes).map_err(|error| malformed(&error))?;
        if document.is_encrypted() {
            document.decrypt("").map_err(|_| Reason::Encrypted)?;
        }
        if !forms_are_shallow(&mut document) {
            return Err(Reason::TooDeep);
        }
        let title = title(&document);
        let mut drawn = String::new();
        let mut output = Bounded {
            output: PlainTextOutput::new(&mut drawn),
            left: MOST_TEXT,
            until: Instant::now() + LONGEST,
            broken: false,
        };
        let result = output_doc(&document, &mut output);
        if output.broken {
            return Err(Reason::TooDeep);
        }
        result.map_err(|error| malformed(&error))?;
        Ok((drawn, title))
    }

    /// The title in the document's own record, where it is one.
    fn title(document: &Document) -> Option<String> {
        let info = document.trailer.get(b"Info").ok()?;
        let info = match info {
            Object::Reference(id) => document.get_dictionary(*id).ok()?,
            Object::Dictionary(info) => info,
            _ => return None,
        };
        let title = info.get(b"Title").ok()?.as_str().ok()?;
        let title = match title {
            [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode(rest).0.into_owned(),
            bytes => match std::str::from_utf8(bytes) {
                Ok(title) => title.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
            },
        };
        let lower = title.to_lowercase();
        // What programs write there when nobody did.
        let junk = lower.starts_with("untitled")
            || lower.starts_with("microsoft ")
            || !title.trim().contains(' ')
            || [".doc", ".docx", ".indd", ".qxd", ".pdf", ".rtf", ".odt"]
                .iter()
                .any(|ending| lower.trim_end().ends_with(ending));
        if junk { None } else { fields::title(&title) }
    }

    /// Whether forms lead into each other without a circle and not too deep: the crate follows
    /// them by calling itself. One that borrows the resources of its page could hold anything, so
    /// it gets none.
    fn forms_are_shallow(document: &mut Document) -> bool {
        let mut inner: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
        for object in document.objects.values_mut() {
            if let Object::Stream(stream) = object
                && stream.dict.get(b"Resources").is_err()
                && stream.dict.get(b"Subtype").is_ok()
            {
                stream.dict.set("Resources", Dictionary::new());
            }
        }
        let followed = |object: &'_ Object| match object {
            Object::Reference(id) => document.get_dictionary(*id).ok().cloned(),
            Object::Dictionary(dictionary) => Some(dictionary.clone()),
            _ => None,
        };
        for (id, object) in &document.objects {
            let Object::Stream(stream) = object else { continue };
            let resources = stream.dict.get(b"Resources").ok().and_then(followed);
            let forms = resources.and_then(|held| held.get(b"XObject").ok().and_then(followed));
            let ids = forms.iter().flat_map(Dictionary::iter).filter_map(|(_, form)| match form {
                Object::Reference(id) => Some(*id),
                _ => None,
            });
            inner.insert(*id, ids.collect());
        }
        // Each round leaves out the forms that hold none any more.
        let mut depth: HashMap<ObjectId, ()> = HashMap::new();
        for _ in 0..DEEPEST_FORM {
            let before = depth.len();
            let flat: Vec<ObjectId> = inner
                .iter()
                .filter(|(id, held)| {
                    !depth.contains_key(*id)
                        && held
                            .iter()
                            .all(|one| depth.contains_key(one) || !inner.contains_key(one))
                })
                .map(|(id, _)| *id)
                .collect();
            depth.extend(flat.into_iter().map(|id| (id, ())));
            if depth.len() == inner.len() || depth.len() == before {
                break;
            }
        }
        depth.len() == inner.len()
    }

    /// The crate's writer of plain text, up to an end.
    struct Bounded<W: OutputDev> {
        output: W,
        left: usize,
        until: Instant,
        broken: bool,
    }

    impl<W: OutputDev> Bounded<W> {
        fn spend(&mut self, bytes: usize) -> Result<(), OutputError> {
            self.left = self.left.saturating_sub(bytes);
            self.broken = self.left == 0 || Instant::now() > self.until;
            if self.broken { Err(OutputError::FormatError(std::fmt::Error)) } else { Ok(()) }
        }
    }

    impl<W: OutputDev> OutputDev for Bounded<W> {
        fn begin_page(
            &mut self,
            number: u32,
            media: &MediaBox,
            art: Option<(f64, f64, f64, f64)>,
        ) -> Result<(), OutputError> {
            self.spend(0)?;
            self.output.begin_page(number, media, art)
        }

        fn end_page(&mut self) -> Result<(), OutputError> {
            self.output.end_page()
        }

        fn output_character(
            &mut self,
            trm: &Transform,
            width: f64,
            spacing: f64,
            font_size: f64,
            char: &str,
        ) -> Result<(), OutputError> {
            self.spend(char.len())?;
            self.output.output_character(trm, width, spacing, font_size, char)
        }

        fn begin_word(&mut self) -> Result<(), OutputError> {
            self.spend(0)?;
            self.output.begin_word()
        }

        fn end_word(&mut self) -> Result<(), OutputError> {
            self.output.end_word()
        }

        fn end_line(&mut self) -> Result<(), OutputError> {
            self.output.end_line()
        }
    }

    /// Lines as drawn to paragraphs with a blank line between them.
    fn paragraphs(drawn: &str) -> String {
        let mut text = String::with_capacity(drawn.len());
        let mut gap = 0;
        for line in drawn.lines() {
            let line = line.trim();
            if line.is_empty() {
                gap += 1;
                continue;
            }
            // A paragraph goes on over the end of a page or column.
            let goes_on = line.starts_with(char::is_lowercase)
                && !text.ends_with(['.', '!', '?', ':', '"', '\u{201d}']);
            let hyphen = text.strip_suffix(['-', '\u{ad}', '\u{2010}']);
            let word = hyphen.filter(|text| text.ends_with(char::is_alphabetic)).map(str::len);
            match word {
                _ if text.is_empty() => {}
                Some(length) if line.starts_with(char::is_lowercase) => text.truncate(length),
                // The hyphen of a compound stays.
                Some(_) if gap == 0 => {}
                _ if gap > 0 && !goes_on => text.push_str("\n\n"),
                _ => text.push(' '),
            }
            text.push_str(line);
            gap = 0;
        }
        text
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        /// A document of one page that draws `lines`, 14 points apart; an empty one leaves a gap.
        fn document(title: &str, lines: &[&str]) -> Vec<u8> {
            let mut content = String::from("BT /F1 12 Tf 72 720 Td\n");
            for line in lines {
                content.push_str(&format!("({line}) Tj 0 -14 Td\n"));
            }
            content.push_str("ET");
            let objects = [
                "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
                format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
                format!("<< /Title ({title}) >>"),
            ];
            let mut bytes = b"%PDF-1.4\n".to_vec();
            let mut places = Vec::new();
            for (number, object) in objects.iter().enumerate() {
                places.push(bytes.len());
                bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
            }
            let start = bytes.len();
            bytes.extend(b"xref\n0 7\n0000000000 65535 f \n");
            for place in places {
                bytes.extend(format!("{place:010} 00000 n \n").bytes());
            }
            bytes.extend(
                format!(
                    "trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n"
                )
                .bytes(),
            );
            bytes
        }

        fn clock() -> Clock {
            Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
        }

        #[test]
        fn lines_become_paragraphs() {
            let lines = [
                "Bridge shut",
                "",
                "The council closed the bridge on Tues-",
                "day, after engineers found cracks.",
                "",
                "Traders asked for help.",
            ];
            let article = parse(&document("scan.pdf", &lines), &clock()).unwrap();
            assert_eq!(article.title.as_deref(), Some("Bridge shut"));
            assert_eq!(
                article.body,
                "The council closed the bridge on Tuesday, after engineers found cracks.\n\nTraders asked for help."
            );
            let article = parse(&document("Old bridge is shut", &lines), &clock()).unwrap();
            assert_eq!(article.title.as_deref(), Some("Old bridge is shut"));
            assert!(article.body.starts_with("Bridge shut\n\nThe council"), "{}", article.body);
        }

        #[test]
        fn what_cannot_be_read_is_a_reason() {
            let sound = document("A title", &["Some text."]);
            for bytes in [&b"%PDF-1.7"[..], &sound[..sound.len() / 2], b"%PDF-1.4\nxref\n0 9\n"] {
                assert!(parse(bytes, &clock()).is_err());
            }
            assert_eq!(parse(&document("A title", &[]), &clock()), Err(Reason::NoText));
        }

        #[test]
        fn pages_and_words_are_joined() {
            let cases = [
                ("one\ntwo", "one two"),
                ("inter-\nnational", "international"),
                ("Anglo-\nSaxon", "Anglo-Saxon"),
                ("One.\n\nTwo.", "One.\n\nTwo."),
                ("it goes\n\n\non here", "it goes on here"),
            ];
            for (drawn, text) in cases {
                assert_eq!(paragraphs(drawn), text);
            }
        }
    }
}
