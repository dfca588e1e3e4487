//! The answer as a list of citations in Markdown (CommonMark, as GitHub and notes programs read
//! it): headlines that link to their pages, passages as quotations with their citable ids.
//!
//! The text is foreign, so every sign that could begin markup is escaped: it cannot bring in
//! links, images, HTML or headings, and bare web addresses in it stay text. Ids stand in code
//! spans, to be copied as they are.
//!
//! Knows nothing of terminals but that control characters are made visible here too.

use std::io::{self, Write};
use std::ops::Range;

use crate::article::Article;
use crate::citation::{Print, cite};
use crate::hits::{Hit, Hits};

use super::cited::{Cited, place};
use super::summary::short;
use super::{Context, Opened, also, byline, date, escape, marks};

/// Writes an answer. In a batch a heading that names the query goes before it.
pub(super) fn hits(out: &mut dyn Write, hits: &Hits, context: &Context) -> io::Result<()> {
    let mut gap = !context.first;
    if let Some(qid) = &context.qid {
        start_block(out, &mut gap)?;
        writeln!(out, "## {}: {}", prose(qid, &[]), prose(&short(&hits.query), &[]))?;
    }
    for hit in &hits.hits {
        start_block(out, &mut gap)?;
        self::hit(out, hit)?;
    }
    Ok(())
}

/// Writes an article in full, or the one passage that was asked for as a quotation.
pub(super) fn article(out: &mut dyn Write, opened: &Opened<'_>) -> io::Result<()> {
    let article = opened.article;
    writeln!(out, "# {}", headline(article, opened.title_marks))?;
    writeln!(out, "\n{}", meta(article))?;
    if let Some(also) = also(article.source.label(), opened.copies) {
        writeln!(out, "\n{}", prose(&also, &[]))?;
    }
    let asked = opened.numbered().find(|(number, _)| opened.focus == Some(*number));
    if let Some((number, range)) = asked {
        let text = article.body.get(range.clone()).unwrap_or_default();
        let marks = marks::within(text, range.start, opened.marks);
        return quotation(out, text, &marks, &article.id, number);
    }
    for (text, marks) in paragraphs(&article.body, &marks::within(&article.body, 0, opened.marks)) {
        writeln!(out, "\n{}", prose(text, &marks))?;
    }
    Ok(())
}

/// Writes passages to cite, each as a quotation under its place.
pub(super) fn citations(out: &mut dyn Write, cited: &[Cited]) -> io::Result<()> {
    let mut gap = false;
    for one in cited {
        start_block(out, &mut gap)?;
        let by = match one.article.authors.as_slice() {
            [] => String::new(),
            authors => format!(" ({})", prose(&authors.join(", "), &[])),
        };
        writeln!(out, "{}: {}{by}", prose(&place(&one.article), &[]), headline(&one.article, &[]))?;
        quotation(out, one.text(), &[], &one.article.id, one.number)?;
    }
    Ok(())
}

fn hit(out: &mut dyn Write, hit: &Hit) -> io::Result<()> {
    writeln!(out, "### {}. {}", hit.rank, headline(&hit.article, &hit.title_marks))?;
    writeln!(out, "\n{}", meta(&hit.article))?;
    if !hit.missing.is_empty() {
        writeln!(out, "\nwithout: {}", prose(&short(&hit.missing.join(", ")), &[]))?;
    }
    if let Some(also) = also(hit.article.source.label(), &hit.copies) {
        writeln!(out, "\n{}", prose(&also, &[]))?;
    }
    for passage in &hit.passages {
        let text = hit.text(passage);
        let marks = marks::within(text, passage.range.start, &passage.marks);
        quotation(out, text, &marks, &hit.article.id, passage.number)?;
    }
    Ok(())
}

/// An empty line before all blocks but the first.
fn start_block(out: &mut dyn Write, gap: &mut bool) -> io::Result<()> {
    if *gap {
        writeln!(out)?;
    }
    *gap = true;
    Ok(())
}

fn headline(article: &Article, title_marks: &[Range<usize>]) -> String {
    let title = match article.title.as_deref() {
        Some(title) if !title.trim().is_empty() => prose(title, title_marks),
        _ => "(no headline)".to_owned(),
    };
    match article.url.as_deref().and_then(escape::web_link) {
        Some(link) => format!("[{title}]({})", destination(&link)),
        None => title,
    }
}

/// A web link where Markdown expects one: no bracket ends it and no entity changes it.
fn destination(link: &str) -> String {
    link.replace('(', "%28").replace(')', "%29").replace('&', "&amp;")
}

fn meta(article: &Article) -> String {
    let source = article.source.label().map(str::to_owned);
    let known = [Some(date(article)), source, byline(article)];
    let mut parts: Vec<String> = known.iter().flatten().map(|part| prose(part, &[])).collect();
    parts.push(code(&article.id));
    parts.join(" · ")
}

/// An empty line, the text as a quotation, and what to cite it by at its end.
fn quotation(
    out: &mut dyn Write,
    text: &str,
    marks: &[Range<usize>],
    id: &str,
    number: usize,
) -> io::Result<()> {
    writeln!(out)?;
    for (text, marks) in paragraphs(text, marks) {
        writeln!(out, "> {}\n>", prose(text, &marks))?;
    }
    writeln!(out, "> — {}", code(&cite(id, number, Print::of(text))))
}

/// The paragraphs of a text, each with the marks in it, which count from its start.
fn paragraphs<'t>(text: &'t str, marks: &[Range<usize>]) -> Vec<(&'t str, Vec<Range<usize>>)> {
    let mut start = 0;
    let mut paragraphs = Vec::new();
    for part in text.split_inclusive("\n\n") {
        if !part.trim().is_empty() {
            paragraphs.push((part, marks::within(part, start, marks)));
        }
        start += part.len();
    }
    paragraphs
}

/// Foreign text on one line, its signs escaped and its marks bold.
fn prose(text: &str, marks: &[Range<usize>]) -> String {
    let mut line = Prose::default();
    for piece in marks::pieces(text, marks) {
        if piece.marked {
            line.add_space();
            line.done.push_str("**");
            line.add(piece.text);
            line.done.push_str("**");
        } else {
            line.add(piece.text);
        }
    }
    line.finish()
}

/// A line of Markdown in the making.
#[derive(Default)]
struct Prose {
    done: String,
    /// White space that is written once something follows it.
    space: bool,
}

impl Prose {
    fn add(&mut self, text: &str) {
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            self.add_space();
            if self.is_markup(c, rest.as_str()) {
                self.done.push('\\');
            }
            self.done.push(escape::visible(c));
        }
    }

    fn add_space(&mut self) {
        if self.space && !self.done.is_empty() {
            self.done.push(' ');
        }
        self.space = false;
    }

    /// Whether a sign would be taken for markup where it stands. Web addresses become links
    /// without any, so their `://` and `www.` are broken too.
    fn is_markup(&self, c: char, rest: &str) -> bool {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' => true,
            ':' => rest.starts_with("//"),
            '#' | '+' | '-' | '=' => self.done.is_empty(),
            '.' | ')' => {
                let number = self.done.bytes().all(|byte| byte.is_ascii_digit());
                let tail = self.done.as_bytes();
                let www = tail
                    .len()
                    .checked_sub(3)
                    .is_some_and(|from| tail[from..].eq_ignore_ascii_case(b"www"));
                (number && !self.done.is_empty()) || (c == '.' && www)
            }
            _ => false,
        }
    }

    fn finish(mut self) -> String {
        // A heading drops the signs at its end that look like its own.
        if self.done.ends_with('#') && !self.done.ends_with("\\#") {
            self.done.insert(self.done.len() - 1, '\\');
        }
        self.done
    }
}

/// A code span that holds the text whatever backticks are in it.
fn code(text: &str) -> String {
    let text = escape::line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Spaces keep backticks at the ends off the fence; Markdown takes one off each end again.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn written(answer: &Hits, context: &Context) -> String {
        let mut out = Vec::new();
        hits(&mut out, answer, context).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_list() {
        insta::assert_snapshot!(written(&samples::answer(), &Context::default()), @r"
        ### 1. [**Grain** **deal** signed in Odesa](https://courier.example/2025/04/25/grain)

        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo Ek / World · `world/wire.jsonl#ua-17`

        also in 2 sources: Bay Post, The Courier (4 copies)

        > ODESA — The **grain deal** was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.
        >
        > — `world/wire.jsonl#ua-17#p1@2de4ad6aa0`

        > No **deal** on **grain** holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.
        >
        > — `world/wire.jsonl#ua-17#p2@907eadaa26`

        ### 2. 穀物船、出港

        2025-04 · shimbun.example · 国際 · `asia/穀物 1.txt`

        without: deal

        > ウクライナ産の**穀物**を積んだ船が金曜日、オデーサの港を出た。政府は「**合意**は守られている」と述べたが、保険会社はまだ何も発表していない。
        >
        > — `asia/穀物%201.txt#p1@973525f5de`

        ### 3. (no headline)

        undated · `notes.txt`

        without: deal

        > **Grain** prices fell.
        >
        > — `notes.txt#p1@e70889c49d`

        ### 4. ␛\]0;owned␇ \*stars\*

        2025-04-25 14:30 (from the file time) · E�vil Times · @a b · ``=evil/`a`�.txt``

        without: de␇al

        > \=cmd\|' /C calc'!A0 the ␛\[31m**grain**␛\[0m �laed \[click\](http\://evil.example) \<b\>www\.evil.example\</b\>
        >
        > — `=evil/%60a%60%C2%9B.txt#p12@b2a7c5b0e8`
        ");
        assert_eq!(written(&samples::empty(), &Context::default()), "");
    }

    #[test]
    fn a_batch_names_its_queries() {
        let context = Context { qid: Some("q_1".into()), first: false, ..Context::default() };
        assert_eq!(written(&samples::empty(), &context), "\n## q\\_1: grain deal\n");
    }

    #[test]
    fn an_article_and_a_passage_of_it() {
        let answer = samples::answer();
        let passages = samples::passages(&answer.hits[0]);
        let mut opened = samples::opened(&answer.hits[0], &passages);
        let shown = |opened: &Opened<'_>| {
            let mut out = Vec::new();
            article(&mut out, opened).unwrap();
            String::from_utf8(out).unwrap()
        };
        insta::assert_snapshot!(shown(&opened), @"
        # [**Grain** **deal** signed in Odesa](https://courier.example/2025/04/25/grain)

        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo Ek / World · `world/wire.jsonl#ua-17`

        ODESA — The **grain deal** was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.

        What comes next

        No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.

        The ministry gave no figures.
        ");
        opened.focus = Some(2);
        insta::assert_snapshot!(shown(&opened), @"
        # [**Grain** **deal** signed in Odesa](https://courier.example/2025/04/25/grain)

        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo Ek / World · `world/wire.jsonl#ua-17`

        > No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.
        >
        > — `world/wire.jsonl#ua-17#p2@907eadaa26`
        ");
    }

    #[test]
    fn text_cannot_become_markup() {
        let cases = [
            ("[x](http://evil.example)", r"\[x\](http\://evil.example)"),
            ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
            ("see www.evil.example", r"see www\.evil.example"),
            ("# not a heading", r"\# not a heading"),
            ("C# and F#", r"C# and F\#"),
            ("- not a list", r"\- not a list"),
            ("1. not a list", r"1\. not a list"),
            ("12) nor this", r"12\) nor this"),
            ("in 2025. Then", "in 2025. Then"),
            ("> quote `code` *a* _b_", r"\> quote \`code\` \*a\* \_b\_"),
            ("![image](x)", r"!\[image\](x)"),
            ("&lt; \\ a|b ~~c~~ $d$", r"\&lt; \\ a\|b \~\~c\~\~ \$d\$"),
            ("  a\n\n   b\t ", "a b"),
            ("\x1b[2J", r"␛\[2J"),
        ];
        for (raw, safe) in cases {
            assert_eq!(prose(raw, &[]), safe);
        }
        assert_eq!(prose("the deal, a* one", &[4..8, 10..12]), r"the **deal**, **a\*** one");
    }

    #[test]
    fn ids_stay_in_their_code_spans() {
        let cases =
            [("a/b.txt", "`a/b.txt`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a\nb", "`a␊b`")];
        for (id, shown) in cases {
            assert_eq!(code(id), shown);
        }
    }

    #[test]
    fn a_link_target_stays_one() {
        let mut article =
            Article { url: Some("https://x.org/a_(b)?c&copy;".into()), ..Article::default() };
        article.title = Some("T".into());
        assert_eq!(headline(&article, &[]), "[T](https://x.org/a_%28b%29?c&amp;copy;)");
        article.url = Some("javascript:alert(1)".into());
        assert_eq!(headline(&article, &[]), "T");
    }
}
