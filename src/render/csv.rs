//! The answer as a table for a spreadsheet: a header, then one row a passage.
//!
//! - A hit without a passage has one row with empty passage cells. Batch runs put a `qid` column
//!   first and write the header once.
//! - A cell of foreign text that starts with `=`, `+`, `-`, `@` (or one of their wide forms), a tab or
//!   a line end gets an apostrophe before it, else a spreadsheet would run it as a formula. Scores and
//!   ranks are ours and stay numbers. So an id that starts with such a sign reads differently here;
//!   JSON has it as it is.
//! - Control characters other than line feed and tab become visible ones, as on the terminal.
//! - The date is written as far as it is known, `date_precision` says how far that is.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::citation;
use crate::hits::{Hit, Hits, PassageHit};

use super::{Context, escape};

/// The columns, in order.
pub const COLUMNS: [&str; 13] = [
    "rank",
    "score",
    "id",
    "date",
    "date_precision",
    "source",
    "title",
    "author",
    "section",
    "lang",
    "url",
    "passage",
    "passage_text",
];

/// What a cell begins with that a spreadsheet runs; some take the wide forms for the same.
const RUNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Writes an answer as rows, with the header before them if this is the first of its run.
pub(super) fn hits(out: &mut dyn Write, hits: &Hits, context: &Context) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    if context.first {
        table.write_record(context.qid.iter().map(|_| "qid").chain(COLUMNS))?;
    }
    for hit in &hits.hits {
        for passage in &hit.passages {
            table.write_record(row(hit, Some(passage), context))?;
        }
        if hit.passages.is_empty() {
            table.write_record(row(hit, None, context))?;
        }
    }
    table.flush()
}

fn row(hit: &Hit, passage: Option<&PassageHit>, context: &Context) -> Vec<String> {
    let article = &hit.article;
    let published = article.published;
    let text = |text: Option<&str>| text.map_or_else(String::new, cell);
    let mut row = Vec::with_capacity(COLUMNS.len() + 1);
    row.extend(context.qid.as_deref().map(cell));
    row.extend([
        hit.rank.to_string(),
        hit.score.to_string(),
        cell(&article.id),
        published.map_or_else(String::new, |date| date.display()),
        published.map_or_else(String::new, |date| date.precision.to_string()),
        text(article.source.label()),
        text(article.title.as_deref()),
        cell(&article.authors.join("; ")),
        text(article.section.as_deref()),
        text(article.lang.as_deref()),
        text(article.url.as_deref()),
        passage.map_or_else(String::new, |p| cell(&citation::plain(&article.id, p.number))),
        passage.map_or_else(String::new, |p| cell(hit.text(p))),
    ]);
    row
}

/// A cell of foreign text that a spreadsheet takes for text.
pub(super) fn cell(text: &str) -> String {
    let shown = escape::text(text);
    if text.starts_with(RUNS) {
        return format!("'{shown}");
    }
    match shown {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
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
    fn a_table() {
        insta::assert_snapshot!(written(&samples::answer(), &Context::default()), @r#"
        rank,score,id,date,date_precision,source,title,author,section,lang,url,passage,passage_text
        1,7.25,world/wire.jsonl#ua-17,2025-04-25,day,The Kyiv Courier,Grain deal signed in Odesa,Ann Lee; Bo Ek,World,en,https://courier.example/2025/04/25/grain,world/wire.jsonl#ua-17#p1,"ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour."
        1,7.25,world/wire.jsonl#ua-17,2025-04-25,day,The Kyiv Courier,Grain deal signed in Odesa,Ann Lee; Bo Ek,World,en,https://courier.example/2025/04/25/grain,world/wire.jsonl#ua-17#p2,"No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday."
        2,7.25,asia/穀物 1.txt,2025-04,month,shimbun.example,穀物船、出港,,国際,ja,,asia/穀物 1.txt#p1,ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」と述べたが、保険会社はまだ何も発表していない。
        3,2.5,notes.txt,,,,,,,,,notes.txt#p1,Grain prices fell.
        4,0.5,'=evil/`a`�.txt,2025-04-25 14:30,second,"E�vil
        Times",␛]0;owned␇ *stars*,'@a	b,,,javascript:alert(1),'=evil/`a`�.txt#p12,'=cmd|' /C calc'!A0 the ␛[31mgrain␛[0m �laed [click](http://evil.example) <b>www.evil.example</b>
        "#);
    }

    #[test]
    fn no_hits_are_a_header_alone() {
        assert_eq!(
            written(&samples::empty(), &Context::default()),
            format!("{}\n", COLUMNS.join(","))
        );
    }

    #[test]
    fn a_batch_has_one_header_and_a_column_for_the_query() {
        let first = Context { qid: Some("q1".into()), ..Context::default() };
        let next = Context { qid: Some("q2".into()), first: false, ..Context::default() };
        let mut answer = samples::empty();
        answer.hits.push(samples::bare_hit(1));
        assert!(written(&answer, &first).starts_with("qid,rank,"));
        assert!(written(&answer, &next).starts_with("q2,1,"));
    }

    #[test]
    fn formulas_are_defused() {
        let cases = [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'␍=1"),
            ("\n=1", "'\n=1"),
            ("＝1＋1", "'＝1＋1"),
            ("＠SUM", "'＠SUM"),
            ("1+1=2", "1+1=2"),
            ("'quoted'", "'quoted'"),
            ("", ""),
            ("\x1b[31m", "␛[31m"),
        ];
        for (raw, safe) in cases {
            assert_eq!(cell(raw), safe);
        }
    }
}
