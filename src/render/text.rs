//! The page for people: on a terminal with colour, in a file without.
//!
//! ```text
//! 1  Headline with its *matched* words
//!   2025-04-25 · The Courier · Ann Lee / World · world/a.txt
//!   Steve Witkoff, Moscow, Vladimir Putin
//!   p3  The passage, wrapped, with its *matched* words between asterisks where there is no
//!       colour to show them.
//! ```
//!
//! What a line says is decided here; how it is wrapped and escaped is [`super::layout`]'s. The
//! number before a passage is its number in the article: `dateline show ID#p3` opens it.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Color, Style};

use crate::article::{Article, EntityKind};
use crate::hits::{Background, Hit, Hits, Similar};

use super::layout::{Block, Hold, Page, Span};
use super::summary::short;
use super::{Context, Look, Opened, also, byline, counts, date, escape, marks, some_of, why};

/// How many names of a kind stand at the head of an article; JSON has them all.
const NAMES_SHOWN: usize = 12;

/// Writes an answer. In a batch a line that names the query and the total goes before it.
pub(super) fn hits(
    out: &mut dyn Write,
    hits: &Hits,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    if !context.first {
        writeln!(out)?;
    }
    if let Some(qid) = &context.qid {
        let count = super::summary::articles(hits.total);
        let heading = format!("{qid}: {} · {count}", short(&hits.query));
        Block::default().add(&heading, paint.strong).write(out, page, "", Style::new())?;
    }
    for (index, hit) in hits.hits.iter().enumerate() {
        if index > 0 || context.qid.is_some() {
            writeln!(out)?;
        }
        self::hit(out, hit, page, &paint, look, context)?;
    }
    let mut is_first = hits.hits.is_empty() && context.qid.is_none();
    if hits.total > 0 && !hits.facets.is_empty() {
        part(out, &mut is_first)?;
        counts::facets(out, hits, page, &paint)?;
    }
    if let Some(timeline) = hits.timeline.as_ref().filter(|_| hits.total > 0) {
        part(out, &mut is_first)?;
        counts::timeline(out, timeline, page, &paint)?;
    }
    Ok(())
}

/// An empty line, unless there is nothing before it.
fn part(out: &mut dyn Write, is_first: &mut bool) -> io::Result<()> {
    if std::mem::take(is_first) { Ok(()) } else { writeln!(out) }
}

fn hit(
    out: &mut dyn Write,
    hit: &Hit,
    page: Page,
    paint: &Paint,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let headline = paint.headline(&hit.article, &hit.title_marks);
    headline.write(out, page, &format!("{}  ", hit.rank), Style::new())?;
    paint.meta(&hit.article, look, context).write(out, page, "  ", Style::new())?;
    if !hit.article.entities.is_empty() {
        let names: Vec<&str> =
            hit.article.entities.iter().map(|entity| entity.name.as_str()).collect();
        let mut block = Block::default();
        block.add(&names.join(", "), paint.faint).write(out, page, "  ", Style::new())?;
    }
    if !hit.missing.is_empty() {
        let mut block = Block::default();
        let missing: Vec<_> = hit.missing.iter().map(|word| short(word)).collect();
        block.add(&format!("without: {}", missing.join(", ")), paint.faint);
        block.write(out, page, "  ", Style::new())?;
    }
    if let Some(why) = &hit.why {
        for line in why::lines(why, hit.score) {
            let mut block = Block::default();
            block.add(&line, paint.faint).write(out, page, "  ", Style::new())?;
        }
    }
    if let Some(also) = also(hit.article.source.label(), &hit.copies) {
        let mut block = Block::default();
        block.add(&also, paint.faint).write(out, page, "  ", Style::new())?;
    }
    let gutter = gutter(hit.passages.iter().map(|passage| passage.number).max());
    for passage in &hit.passages {
        let text = hit.text(passage);
        let mut block = Block::default();
        paint.marked(
            &mut block,
            text,
            &marks::within(text, passage.range.start, &passage.marks),
            Style::new(),
        );
        let number = format!("  {:gutter$}", format!("p{}", passage.number));
        block.write(out, page, &number, paint.faint)?;
    }
    Ok(())
}

/// Writes an article, or a passage of it as [`Opened::focus`] says.
pub(super) fn article(
    out: &mut dyn Write,
    opened: &Opened<'_>,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let page = Page::on(look.width, true);
    let paint = Paint::new(look.color);
    let article = opened.article;
    paint.headline(article, opened.title_marks).write(out, page, "", Style::new())?;
    paint.meta(article, look, context).write(out, page, "", Style::new())?;
    if let Some(url) = &article.url {
        let link = if look.links { escape::web_link(url) } else { None };
        let span = Span { style: paint.faint, link, hold: Hold::Whole };
        Block::default().add(&escape::line(url), span).write(out, page, "", Style::new())?;
    }
    if let Some(also) = also(article.source.label(), opened.copies) {
        let mut block = Block::default();
        block.add(&also, paint.faint).write(out, page, "", Style::new())?;
    }
    let kinds =
        [("persons", EntityKind::Person), ("orgs", EntityKind::Org), ("places", EntityKind::Place)];
    for (word, kind) in kinds {
        let of_kind = article.entities.iter().filter(|entity| entity.kind == kind);
        let names: Vec<&str> = of_kind.map(|entity| entity.name.as_str()).collect();
        if !names.is_empty() {
            let mut block = Block::default();
            block.add(&format!("{word}: {}", some_of(&names, NAMES_SHOWN)), paint.faint);
            block.write(out, page, "", Style::new())?;
        }
    }

    let gutter = match opened.passages.len() {
        0 => 0,
        count => gutter(Some(count)),
    };
    let mut before = None;
    for (number, range) in chunks(opened) {
        if !paint.shows(opened.focus, number) {
            continue;
        }
        let text = article.body.get(range.clone()).unwrap_or_default();
        let between = before.and_then(|end| article.body.get(end..range.start));
        if between.is_none_or(|between| between.matches('\n').count() > 1) {
            writeln!(out)?;
        }
        before = Some(range.end);
        let base = if opened.focus.is_some_and(|focus| Some(focus) != number) {
            paint.faint
        } else {
            Style::new()
        };
        let mut block = Block::default();
        paint.marked(&mut block, text, &marks::within(text, range.start, opened.marks), base);
        let label = number.map_or_else(String::new, |number| format!("p{number}"));
        block.write(out, page, &format!("{label:gutter$}"), paint.faint)?;
    }
    Ok(())
}

/// Writes the copies of an article, then related coverage.
pub(super) fn similar(
    out: &mut dyn Write,
    similar: &Similar,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    let Similar { article, copies, first, related, .. } = similar;
    let line = |out: &mut dyn Write, lead: &str, text: &str, style: Style| {
        Block::default().add(text, style).write(out, page, lead, Style::new())
    };
    let is_first = |id: &str| first.as_deref() == Some(id);
    paint.headline(article, &[]).write(out, page, "", Style::new())?;
    paint.meta(article, look, context).write(out, page, "", Style::new())?;
    writeln!(out)?;
    let count = match copies.len() {
        0 => "no copies in the index".to_owned(),
        1 => "1 copy".to_owned(),
        count => format!("{count} copies, earliest first"),
    };
    line(out, "", &count, paint.strong)?;
    let undated = copies.iter().any(|copy| copy.article.published.is_none());
    let came_first = if undated { "came first of those with a date" } else { "came first" };
    if is_first(&article.id) {
        line(out, "", &format!("this article {came_first}"), Style::new())?;
    } else if !copies.is_empty() && first.is_none() {
        line(out, "", "the dates do not tell which came first", Style::new())?;
    }
    let percent = |share: f64| format!("{} %", (100.0 * share).round());
    for (number, copy) in (1..).zip(copies) {
        let lead = format!("{number}  ");
        paint.headline(&copy.article, &[]).write(out, page, &lead, Style::new())?;
        paint.meta(&copy.article, look, context).write(out, page, "  ", Style::new())?;
        let shared = format!(
            "{}{} of its words stand in this article, {} of this article's in it",
            if is_first(&copy.article.id) { format!("{came_first}; ") } else { String::new() },
            percent(copy.of_copy),
            percent(copy.of_article)
        );
        line(out, "  ", &shared, Style::new())?;
    }
    if related.hits.is_empty() {
        return Ok(());
    }
    under(out, "related", &related.hits, look, context)
}

/// Writes earlier coverage that explains an article.
pub(super) fn background(
    out: &mut dyn Write,
    background: &Background,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    let Background { article, earlier, undated, .. } = background;
    paint.headline(article, &[]).write(out, page, "", Style::new())?;
    paint.meta(article, look, context).write(out, page, "", Style::new())?;
    if !earlier.is_empty() {
        under(out, "earlier, oldest first", earlier, look, context)?;
    }
    if !undated.is_empty() {
        under(out, "undated, perhaps earlier", undated, look, context)?;
    }
    Ok(())
}

/// Hits under a heading.
fn under(
    out: &mut dyn Write,
    heading: &str,
    hits: &[Hit],
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    writeln!(out)?;
    Block::default().add(heading, paint.strong).write(out, page, "", Style::new())?;
    for (index, hit) in hits.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        self::hit(out, hit, page, &paint, look, context)?;
    }
    Ok(())
}

/// The body of an article as its passages and what lies between them (headings), without the
/// white space around those.
fn chunks(opened: &Opened<'_>) -> Vec<(Option<usize>, Range<usize>)> {
    let body = opened.article.body.as_str();
    let trimmed = |range: Range<usize>| {
        let text = body.get(range.clone())?;
        let start = range.end - text.trim_start().len();
        let length = text.trim().len();
        (length > 0).then_some(start..start + length)
    };
    let mut chunks = Vec::new();
    let mut done = 0;
    for (number, passage) in opened.numbered() {
        chunks.extend(trimmed(done..passage.start).map(|range| (None, range)));
        chunks.extend(trimmed(passage.clone()).map(|range| (Some(number), range)));
        done = done.max(passage.end);
    }
    chunks.extend(trimmed(done..body.len()).map(|range| (None, range)));
    chunks
}

/// The columns that numbers up to `last` and the space behind them take.
fn gutter(last: Option<usize>) -> usize {
    format!("p{}  ", last.unwrap_or_default()).len()
}

/// What the parts of a page look like.
pub(super) struct Paint {
    color: bool,
    /// Headlines.
    pub(super) strong: Style,
    /// What is about the text and not of it.
    pub(super) faint: Style,
    /// What matched; the colour that grep gives it.
    hit: Style,
}

impl Paint {
    pub(super) fn new(color: bool) -> Self {
        if !color {
            return Paint { color, strong: Style::new(), faint: Style::new(), hit: Style::new() };
        }
        Paint {
            color,
            strong: Style::new().bold(),
            faint: Style::new().dimmed(),
            hit: Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Red))),
        }
    }

    /// Whether a chunk is part of the page where a passage was asked for: that passage, and with
    /// colour the ones next to it.
    fn shows(&self, focus: Option<usize>, number: Option<usize>) -> bool {
        match (focus, number) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(focus), Some(number)) => focus.abs_diff(number) <= usize::from(self.color),
        }
    }

    fn headline(&self, article: &Article, title_marks: &[Range<usize>]) -> Block {
        let mut block = Block::default();
        match article.title.as_deref().filter(|title| !title.trim().is_empty()) {
            Some(title) => self.marked(&mut block, title, title_marks, self.strong),
            None => {
                block.add("(no headline)", self.faint);
            }
        }
        block
    }

    /// Date, source, author and section, id: what of it is known.
    fn meta(&self, article: &Article, look: &Look, context: &Context) -> Block {
        let mut block = Block::default();
        block.add(&date(article), self.faint);
        if let Some(source) = article.source.label() {
            let url = article.url.as_deref().filter(|_| look.links);
            let link = url.and_then(escape::web_link);
            block.add(" · ", self.faint);
            block.add(source, Span { link, ..self.faint.into() });
        }
        if let Some(byline) = byline(article) {
            block.add(" · ", self.faint).add(&byline, self.faint);
        }
        let link = if look.links { id_link(article, context) } else { None };
        let whole = Span { style: self.faint, link, hold: Hold::Whole };
        block.add(" · ", self.faint).add(&escape::line(&article.id), whole);
        block
    }

    /// Adds text with its matched pieces in colour, or between asterisks.
    fn marked(&self, block: &mut Block, text: &str, marks: &[Range<usize>], base: Style) {
        for piece in marks::pieces(text, marks) {
            if !piece.marked {
                block.add(piece.text, base);
                continue;
            }
            let span = Span { style: self.hit, link: None, hold: Hold::Together };
            if self.color {
                block.add(piece.text, span);
            } else {
                block.add(&format!("*{}*", piece.text), span);
            }
        }
    }
}

/// Where the id of an article leads: to the page where it is a web address, else to its file.
fn id_link(article: &Article, context: &Context) -> Option<String> {
    if article.id.contains("://") {
        return escape::web_link(&article.id);
    }
    escape::file_link(context.root.as_deref()?, path_of(article))
}

/// The path within an id: all of it, but for the record's own id or number where a file holds
/// many articles.
fn path_of(article: &Article) -> &str {
    let id = article.id.as_str();
    if let Some(record) = article.record.as_deref().filter(|record| !record.is_empty())
        && let Some(path) = id.strip_suffix(record).and_then(|id| id.strip_suffix('#'))
    {
        return path;
    }
    match id.rsplit_once('#') {
        Some((path, number))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            path
        }
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::samples;
    use super::*;

    const PLAIN: Look = Look { color: false, links: false, width: 60 };
    const COLOR: Look = Look { color: true, links: true, width: 60 };

    fn context() -> Context {
        Context { root: Some(PathBuf::from("/news archive")), ..Context::default() }
    }

    /// What is written, with escape characters to be seen; the samples' own come out as `␛`.
    fn shown(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap().replace('\x1b', "^")
    }

    #[test]
    fn an_answer_in_plain_text() {
        let answer = samples::answer();
        insta::assert_snapshot!(shown(|out| hits(out, &answer, &PLAIN, &context())), @"
        1  *Grain* *deal* signed in Odesa
          2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo
          Ek / World · world/wire.jsonl#ua-17
          Odesa, Olena Hai
          also in 2 sources: Bay Post, The Courier (4 copies)
          p1  ODESA — The *grain deal* was signed on Friday, two
              officials said. Ships that had waited for weeks may
              now leave the harbour.
          p2  No *deal* on *grain* holds without insurers, and none
              of them has spoken yet. Kyiv expects the first convoy
              on Monday.

        2  穀物船、出港
          2025-04 · shimbun.example · 国際 · asia/穀物 1.txt
          without: deal
          p1  ウクライナ産の*穀物*を積んだ船が金曜日、オデーサの港を
              出た。政府は「*合意*は守られている」と述べたが、保険会
              社はまだ何も発表していない。

        3  (no headline)
          undated · notes.txt
          without: deal
          p1  *Grain* prices fell.

        4  ␛]0;owned␇ *stars*
          2025-04-25 14:30 (from the file time) · E�vil Times · @a b
          · =evil/`a`�.txt
          without: de␇al
          p12  =cmd|' /C calc'!A0 the ␛[31m*grain*␛[0m �laed
               [click](http://evil.example) <b>www.evil.example</b>
        ");
    }

    #[cfg(unix)]
    #[test]
    fn an_answer_in_colour_with_links() {
        let answer = samples::answer();
        insta::assert_snapshot!(shown(|out| hits(out, &answer, &COLOR, &context())), @r"
        1  ^[1m^[31mGrain^[0m^[1m ^[0m^[1m^[31mdeal^[0m^[1m signed in Odesa^[0m
          ^[2m2025-04-25 (from the url) · ^[0m^]8;;https://courier.example/2025/04/25/grain^\^[2mThe Kyiv Courier^[0m^]8;;^\^[2m · Ann Lee, Bo^[0m
          ^[2mEk / World · ^[0m^]8;;file:///news%20archive/world/wire.jsonl^\^[2mworld/wire.jsonl#ua-17^[0m^]8;;^\
          ^[2mOdesa, Olena Hai^[0m
          ^[2malso in 2 sources: Bay Post, The Courier (4 copies)^[0m
        ^[2m  p1  ^[0mODESA — The ^[1m^[31mgrain deal^[0m was signed on Friday, two
              officials said. Ships that had waited for weeks may
              now leave the harbour.
        ^[2m  p2  ^[0mNo ^[1m^[31mdeal^[0m on ^[1m^[31mgrain^[0m holds without insurers, and none of
              them has spoken yet. Kyiv expects the first convoy on
              Monday.

        2  ^[1m穀物船、出港^[0m
          ^[2m2025-04 · shimbun.example · 国際 · ^[0m^]8;;file:///news%20archive/asia/%E7%A9%80%E7%89%A9%201.txt^\^[2masia/穀物 1.txt^[0m^]8;;^\
          ^[2mwithout: deal^[0m
        ^[2m  p1  ^[0mウクライナ産の^[1m^[31m穀物^[0mを積んだ船が金曜日、オデーサの港を出
              た。政府は「^[1m^[31m合意^[0mは守られている」と述べたが、保険会社は
              まだ何も発表していない。

        3  ^[2m(no headline)^[0m
          ^[2mundated · ^[0m^]8;;file:///news%20archive/notes.txt^\^[2mnotes.txt^[0m^]8;;^\
          ^[2mwithout: deal^[0m
        ^[2m  p1  ^[0m^[1m^[31mGrain^[0m prices fell.

        4  ^[1m␛]0;owned␇ *stars*^[0m
          ^[2m2025-04-25 14:30 (from the file time) · E�vil Times · @a b^[0m
          ^[2m· ^[0m^]8;;file:///news%20archive/=evil/%60a%60%C2%9B.txt^\^[2m=evil/`a`�.txt^[0m^]8;;^\
          ^[2mwithout: de␇al^[0m
        ^[2m  p12  ^[0m=cmd|' /C calc'!A0 the ␛[31m^[1m^[31mgrain^[0m␛[0m �laed
               [click](http://evil.example) <b>www.evil.example</b>
        ");
    }

    #[test]
    fn what_is_similar() {
        let found = samples::similar();
        insta::assert_snapshot!(shown(|out| similar(out, &found, &PLAIN, &context())), @"
        Grain deal signed in Odesa
        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo
        Ek / World · world/wire.jsonl#ua-17

        1 copy
        this article came first of those with a date
        1  (no headline)
          undated · notes.txt
          94 % of its words stand in this article, 50 % of this
          article's in it

        related
        2  穀物船、出港
          2025-04 · shimbun.example · 国際 · asia/穀物 1.txt
          p1  ウクライナ産の*穀物*を積んだ船が金曜日、オデーサの港を
              出た。政府は「*合意*は守られている」と述べたが、保険会
              社はまだ何も発表していない。
        ");
    }

    #[test]
    fn no_hits_are_no_output() {
        let none = samples::empty();
        assert_eq!(shown(|out| hits(out, &none, &PLAIN, &context())), "");
        let batch = Context { qid: Some("q2".into()), first: false, ..context() };
        assert_eq!(
            shown(|out| hits(out, &none, &PLAIN, &batch)),
            "\nq2: grain deal · no articles\n"
        );
    }

    #[test]
    fn a_batch_names_its_queries() {
        let mut answer = samples::answer();
        answer.hits.drain(..2);
        answer.hits.truncate(1);
        let batch = Context { qid: Some("q1".into()), ..context() };
        insta::assert_snapshot!(shown(|out| hits(out, &answer, &PLAIN, &batch)), @"
        q1: grain deal · 12 articles

        3  (no headline)
          undated · notes.txt
          without: deal
          p1  *Grain* prices fell.
        ");
    }

    #[test]
    fn an_article_and_a_passage_of_it() {
        let answer = samples::answer();
        let passages = samples::passages(&answer.hits[0]);
        let mut opened = samples::opened(&answer.hits[0], &passages);
        insta::assert_snapshot!(shown(|out| article(out, &opened, &PLAIN, &context())), @"
        *Grain* *deal* signed in Odesa
        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo
        Ek / World · world/wire.jsonl#ua-17
        https://courier.example/2025/04/25/grain
        persons: Olena Hai
        places: Odesa

        p1  ODESA — The *grain deal* was signed on Friday, two
            officials said. Ships that had waited for weeks may now
            leave the harbour.

            What comes next

        p2  No deal on grain holds without insurers, and none of
            them has spoken yet. Kyiv expects the first convoy on
            Monday.

        p3  The ministry gave no figures.
        ");
        opened.focus = Some(2);
        insta::assert_snapshot!(shown(|out| article(out, &opened, &PLAIN, &context())), @"
        *Grain* *deal* signed in Odesa
        2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo
        Ek / World · world/wire.jsonl#ua-17
        https://courier.example/2025/04/25/grain
        persons: Olena Hai
        places: Odesa

        p2  No deal on grain holds without insurers, and none of
            them has spoken yet. Kyiv expects the first convoy on
            Monday.
        ");
        insta::assert_snapshot!(shown(|out| article(out, &opened, &Look { links: false, ..COLOR }, &context())), @"
        ^[1m^[31mGrain^[0m^[1m ^[0m^[1m^[31mdeal^[0m^[1m signed in Odesa^[0m
        ^[2m2025-04-25 (from the url) · The Kyiv Courier · Ann Lee, Bo^[0m
        ^[2mEk / World · ^[0m^[2mworld/wire.jsonl#ua-17^[0m
        ^[2mhttps://courier.example/2025/04/25/grain^[0m
        ^[2mpersons: Olena Hai^[0m
        ^[2mplaces: Odesa^[0m

        ^[2mp1  ^[0m^[2mODESA — The ^[0m^[1m^[31mgrain deal^[0m^[2m was signed on Friday, two^[0m
            ^[2mofficials said. Ships that had waited for weeks may now^[0m
            ^[2mleave the harbour.^[0m

        ^[2mp2  ^[0mNo deal on grain holds without insurers, and none of
            them has spoken yet. Kyiv expects the first convoy on
            Monday.

        ^[2mp3  ^[0m^[2mThe ministry gave no figures.^[0m
        ");
    }

    #[test]
    fn an_article_without_passages_is_shown_whole() {
        let bare = &samples::answer().hits[2];
        let opened = samples::opened(bare, &[]);
        insta::assert_snapshot!(shown(|out| article(out, &opened, &PLAIN, &context())), @"
        (no headline)
        undated · notes.txt

        *Grain* prices fell.
        ");
    }

    #[test]
    fn ids_lead_to_their_files() {
        let cases = [
            ("a/b.txt", None, "a/b.txt"),
            ("a/b.jsonl#ua-1", Some("ua-1"), "a/b.jsonl"),
            ("a/b.jsonl#12", None, "a/b.jsonl"),
            ("a/b.jsonl#12", Some("other"), "a/b.jsonl"),
            ("a/c#.txt", None, "a/c#.txt"),
            ("a/c#", None, "a/c#"),
        ];
        for (id, record, path) in cases {
            let record = record.map(str::to_owned);
            let article = Article { id: id.to_owned(), record, ..Article::default() };
            assert_eq!(path_of(&article), path, "{id}");
        }
    }
}
