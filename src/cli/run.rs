//! What is done: one short function per command. Data goes to `out`, messages to `err`.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use clap::CommandFactory;
use jiff::Timestamp;
use serde::Serialize;

use super::plan::{
    BackgroundPlan, CorrectPlan, ExtractPlan, IndexPlan, KeyNamesPlan, NamesPlan, Plan, Print,
    PrintNames, Question, SearchPlan, ShowNamePlan, ShowPlan, SimilarPlan, StatsPlan, Voice,
    context,
};
use super::signals::Stop;
use super::{Outcome, args, bench, check, cite, given, pager, progress, standing};
use crate::article::{Article, ArticleName, Entity, EntityKind};
use crate::backend::Searcher;
use crate::backend::local::{self, Held, LocalSearcher, MadeBy, Names, NamesHeld, Stats};
use crate::caught::quietly;
use crate::corpus::read::Limits;
use crate::entities::aliases::Entry;
use crate::entities::resolve::Resolved;
use crate::highlight::Highlighter;
use crate::hits::Hits;
use crate::indexer::{self, Fate, Progress, Report};
use crate::keyness::{self, Order};
use crate::query::ParseError;
use crate::render::{self, Context, Format, Opened, With, escape};
use crate::search::Words;
use crate::search::background::Wanted;
use crate::words::WordList;
use crate::{dossier, entities, schema, search};

/// How many skipped files are listed unless a file takes them all.
const SKIPPED_SHOWN: usize = 20;

/// Carries a plan out.
///
/// # Errors
/// Whatever ends a command; a closed pipe among them, which is for `main` to forgive.
pub fn run(plan: Plan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let Some(index) = plan.index().map(Path::to_owned) else { return carry_out(plan, out, err) };
    // The engine trusts its files: where a byte of one has changed it may answer with an error, or
    // reach behind the end of something.
    let failed = match quietly(|| carry_out(plan, out, err)) {
        Ok(Err(error)) if local::is_damage(&error) => format!("{error:#}"),
        Ok(result) => return result,
        Err(panic) => format!("reading it broke off ({panic})"),
    };
    bail!(
        "the index in {} is damaged: {failed}; `dateline check{}` says where",
        index.display(),
        local::option_of(&index)
    )
}

fn carry_out(plan: Plan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    match plan {
        Plan::Index(plan) => index(&plan, out, err),
        Plan::Search(plan) => search(&plan, out, err),
        Plan::Show(plan) => show(&plan, out, err),
        Plan::Cite(plan) => cite::cite(&plan, out, err),
        Plan::Verify(plan) => cite::verify(&plan, out, err),
        Plan::Similar(plan) => similar(&plan, out, err),
        Plan::Background(plan) => background(plan, out, err),
        Plan::Names(plan) => names(&plan, out, err),
        Plan::KeyNames(plan) => key_names(&plan, out, err),
        Plan::ShowName(plan) => show_name(&plan, out, err),
        Plan::Correct(plan) => correct(&plan, out, err),
        Plan::Extract(plan) => extract(plan, out, err),
        Plan::Stats(plan) => stats(&plan, out),
        Plan::Check(plan) => check::check(&plan, out, err),
        Plan::Bench(plan) => bench::bench(plan, out, err),
        Plan::BenchIndexing(plan) => bench::indexing(plan, out),
        Plan::Completions(shell) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut args::Cli::command(), "dateline", &mut script);
            out.write_all(&script)?;
            Ok(Outcome::Found)
        }
    }
}

fn index(plan: &IndexPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let work: Work = if plan.rebuild { indexer::rebuild } else { indexer::sync };
    let stop = Stop::on_signals();
    let report = watched(work, &plan.options, plan.voice, &stop)?;
    if let Some(path) = &plan.failures {
        write_failures(path, &report)?;
    }
    if plan.json {
        write_report_json(&report, out)?;
    } else if plan.voice.messages {
        write_report(&report, out)?;
        if plan.failures.is_none() {
            list_skipped(&report, err)?;
        }
    }
    Ok(if report.interrupted { stop.outcome() } else { Outcome::Found })
}

/// What brings an index up to date.
type Work = fn(&indexer::Options, &Progress, &AtomicBool) -> Result<Report>;

/// Works with a bar; Ctrl-C stops it after committing, a second one at once.
pub(super) fn watched<T>(
    work: impl FnOnce(&indexer::Options, &Progress, &AtomicBool) -> Result<T>,
    options: &indexer::Options,
    voice: Voice,
    stop: &Stop,
) -> Result<T> {
    let on_wait: Option<fn(&Held)> = voice.messages.then_some(progress::say_waiting);
    let (state, done) = (Progress { on_wait, ..Progress::default() }, AtomicBool::new(false));
    std::thread::scope(|scope| {
        if voice.bar {
            scope.spawn(|| progress::show(&state, &done));
        }
        let report = work(options, &state, &stop.flag);
        done.store(true, Ordering::Relaxed);
        report
    })
}

fn write_failures(path: &Path, report: &Report) -> Result<()> {
    let mut lines = String::new();
    for skipped in &report.skipped {
        let fields = [
            escape::line(&skipped.path).replace('\t', " "),
            skipped.code.clone(),
            escape::line(&skipped.reason).replace('\t', " "),
        ];
        lines.push_str(&fields.join("\t"));
        lines.push('\n');
    }
    given::write(given::FAILURES, path, lines.as_bytes())
}

fn write_report(report: &Report, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "{} added, {} replaced, {} removed, {} unchanged",
        articles(report.added),
        report.replaced,
        report.removed,
        report.unchanged
    )?;
    writeln!(
        out,
        "{} read ({}), {} unchanged, {} skipped, {} hidden; {:.1} s",
        files(report.files_read),
        size(report.bytes),
        report.files_unchanged,
        report.skipped.len(),
        report.hidden,
        report.took.as_secs_f64()
    )?;
    let dated: u64 = report.dates_from.values().sum();
    if dated + report.undated > 0 {
        let mut from: Vec<String> =
            report.dates_from.iter().map(|(from, count)| format!("{count} from {from}")).collect();
        from.push(format!("{} undated", report.undated));
        writeln!(out, "dates of what was read: {}", from.join(", "))?;
    }
    if !report.refused_dates.is_empty() {
        let why: Vec<String> =
            report.refused_dates.iter().map(|(why, count)| format!("{count} {why}")).collect();
        writeln!(out, "dates that cannot be, not used: {}", why.join(", "))?;
    }
    if !report.charsets.is_empty() {
        let from: Vec<String> =
            report.charsets.iter().map(|(name, count)| format!("{count} {name}")).collect();
        writeln!(out, "read from other character sets: {}", from.join(", "))?;
    }
    if !report.set_aside.is_empty() {
        let kinds: Vec<String> = report
            .set_aside
            .iter()
            .map(|(what, count)| format!("{count} {}", escape::line(what)))
            .collect();
        writeln!(out, "set aside, as no articles: {}", kinds.join(", "))?;
    }
    if report.interrupted {
        if report.unfinished > 0 {
            let unfinished = articles(report.unfinished);
            writeln!(out, "{unfinished} of files that were not read to their end")?;
        }
        writeln!(out, "stopped before the end; what was done is committed, run again to go on")?;
    }
    Ok(())
}

fn write_report_json(report: &Report, out: &mut dyn Write) -> Result<()> {
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| {
            serde_json::json!({
                "path": skipped.path,
                "code": skipped.code,
                "reason": skipped.reason,
            })
        })
        .collect();
    let line = serde_json::json!({
        "type": "report",
        "format": render::json::FORMAT_VERSION,
        "articles": {
            "added": report.added,
            "replaced": report.replaced,
            "removed": report.removed,
            "unchanged": report.unchanged,
        },
        "files": {
            "read": report.files_read,
            "unchanged": report.files_unchanged,
            "hidden": report.hidden,
            "bytes": report.bytes,
        },
        "skipped": skipped,
        "undated": report.undated,
        "dates_from": report.dates_from,
        "dates_refused": report.refused_dates,
        "charsets": report.charsets,
        "set_aside": report.set_aside,
        "unfinished": report.unfinished,
        "interrupted": report.interrupted,
        "took_ms": report.took.as_millis() as u64,
    });
    writeln!(out, "{line}")?;
    Ok(())
}

fn list_skipped(report: &Report, err: &mut dyn Write) -> Result<()> {
    for skipped in report.skipped.iter().take(SKIPPED_SHOWN) {
        let (path, reason) = (escape::line(&skipped.path), escape::line(&skipped.reason));
        writeln!(err, "skipped {path}: {reason}")?;
    }
    let more = report.skipped.len().saturating_sub(SKIPPED_SHOWN);
    if more > 0 {
        writeln!(err, "... and {more} more; `--failures FILE` lists them all")?;
    }
    Ok(())
}

fn search(plan: &SearchPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    if let Some(options) = &plan.sync {
        let stop = Stop::on_signals();
        let report = watched(indexer::sync, options, plan.voice, &stop)?;
        if plan.voice.messages && (report.files_read > 0 || report.removed > 0) {
            writeln!(
                err,
                "{} added, {} replaced, {} removed; {} skipped (`dateline index` lists them)",
                articles(report.added),
                report.replaced,
                report.removed,
                report.skipped.len()
            )?;
        }
        if report.interrupted {
            return Ok(stop.outcome());
        }
    }
    // The program ends behind this: the system takes back all files at once in less time than one
    // after the other.
    let searcher: &LocalSearcher = &ManuallyDrop::new(LocalSearcher::open(&plan.index)?);
    say_without_tables(searcher, &plan.index, plan.voice, err)?;
    let root = linked_root(searcher);
    let (mut found, mut refused) = (false, 0);
    for (number, question) in plan.questions.iter().enumerate() {
        if let (Print::Query(format), Ok(ask)) = (plan.print, &question.ask) {
            let explained = search::explain(searcher, &ask.query, ask.words == Words::Any)?;
            found |= explained.articles > 0;
            render::explained(out, &explained, format)?;
            continue;
        }
        let context = context(question, number == 0, &plan.tag, root.clone());
        if let (Some(asked), Ok(ask)) = (&plan.standing, &question.ask) {
            return standing::search(searcher, plan, asked, ask, &context, out, err);
        }
        let (hits, instead) = match answer(searcher, question) {
            Ok(answer) => answer,
            Err(error) if question.qid.is_some() => {
                refused += 1;
                out.flush()?;
                refuse(plan, question, &error, out, err)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(error) = instead {
            say_plain(question.line, &error, err)?;
        }
        if plan.print == Print::Count {
            found |= hits.total > 0;
            if let Some(qid) = &question.qid {
                write!(out, "{}\t", escape::line(qid))?;
            }
            writeln!(out, "{}", hits.total)?;
            if plan.voice.messages && question.qid.is_none() {
                out.flush()?;
                for remark in render::remarks(&hits) {
                    writeln!(err, "{remark}")?;
                }
            }
            continue;
        }
        // Who asks for none is told by the exit code whether there are any.
        let none_asked = question.ask.as_ref().is_ok_and(|ask| ask.limit == 0);
        found |= !hits.hits.is_empty() || (none_asked && hits.total > 0);
        write_hits(plan, &hits, &context, out)?;
        if plan.voice.messages && question.qid.is_none() {
            out.flush()?;
            writeln!(err, "{}", render::summary(&hits, hits.hits.len()))?;
        }
    }
    if refused > 0 {
        out.flush()?;
        let all = plan.questions.len();
        bail!("not answered: {refused} of {all} queries; the errors above say why");
    }
    Ok(if found { Outcome::Found } else { Outcome::Nothing })
}

/// The answer to a question; where it cannot be asked and its words alone were asked instead, also
/// why.
fn answer(searcher: &LocalSearcher, question: &Question) -> Result<(Hits, Option<anyhow::Error>)> {
    let asked = match &question.ask {
        Ok(ask) => search::run(searcher, ask),
        Err(error) => Err(error.clone().into()),
    };
    match (asked, &question.words) {
        (Err(error), Some(words)) => Ok((search::run(searcher, words)?, Some(error))),
        (asked, _) => asked.map(|hits| (hits, None)),
    }
}

/// Says that a question of a file was not answered.
fn refuse(
    plan: &SearchPlan,
    question: &Question,
    error: &anyhow::Error,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<()> {
    let Question { qid, line, text, ask, .. } = question;
    let message = format!("{error:#}");
    let parsed = ask.as_ref().err();
    say_refused(*line, text, &message, parsed, err)?;
    if plan.print == Print::Hits(Format::Json) {
        render::json::error(
            out,
            &render::json::Error {
                format: render::json::FORMAT_VERSION,
                tool: render::json::TOOL,
                qid: qid.as_deref(),
                line: *line,
                query: text,
                message: &message,
                at: parsed.map(|error| [error.at.start, error.at.end]),
                hint: parsed.and_then(|error| error.hint.as_deref()),
            },
        )?;
    }
    Ok(())
}

/// Says why a line of a file of queries was not answered.
pub(super) fn say_refused(
    line: usize,
    text: &str,
    message: &str,
    parsed: Option<&ParseError>,
    err: &mut dyn Write,
) -> io::Result<()> {
    let shown = parsed.map_or_else(|| format!("  {text}"), |error| error.render(text));
    let shown = format!("line {line} of the queries: {message}\n{shown}");
    writeln!(err, "{}", escape::text(&shown))
}

/// Says that the words of a line were asked in its place.
pub(super) fn say_plain(line: usize, error: &anyhow::Error, err: &mut dyn Write) -> io::Result<()> {
    let error = format!("{error:#}");
    let error = escape::line(&error);
    writeln!(err, "line {line} of the queries is read as plain words: {error}")
}

/// The folder that ids are paths in, so that they can be links; unknown with several.
pub(super) fn linked_root(searcher: &LocalSearcher) -> Option<PathBuf> {
    match searcher.state().roots.as_slice() {
        [root] if root.path.is_dir() => Some(root.path.clone()),
        _ => None,
    }
}

pub(super) fn write_hits(
    plan: &SearchPlan,
    hits: &Hits,
    context: &Context,
    out: &mut dyn Write,
) -> Result<()> {
    match plan.print {
        Print::Hits(format) => {
            let mut text = Vec::new();
            render::hits(&mut text, hits, format, &plan.look, context)?;
            pager::page(&text, plan.pager.as_ref(), out)?;
        }
        Print::Ids => {
            for hit in &hits.hits {
                writeln!(out, "{}", escape::line(&hit.article.id))?;
            }
        }
        Print::Count | Print::Query(_) => {}
    }
    Ok(())
}

fn show(plan: &ShowPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let Some(opened) = cite::open_article(&searcher, &plan.id)? else {
        return cite::say_unknown(&searcher, &plan.id, err);
    };
    let cite::Typed { stored: schema::Stored { article, passages }, focus, .. } = &opened;
    let focus = *focus;
    if let Some(now) = plan.raw {
        return show_raw(plan, &searcher, &article.id, now, out, err);
    }
    if let Some(not_there) = opened.not_there() {
        bail!("{not_there}");
    }
    if let Some(warning) = opened.changed().filter(|_| plan.voice.messages) {
        writeln!(err, "{warning}")?;
    }
    let (mut marks, mut title_marks) = (Vec::new(), Vec::new());
    if let Some(query) = &plan.query {
        let all: Vec<usize> = (0..passages.len()).collect();
        let found = Highlighter::new(query).marks(article, passages, &all);
        title_marks = found.title;
        marks = found.passages.concat();
    }
    let copies = searcher.story(&article.id)?.map_or_else(Vec::new, |story| story.copies);
    let opened = Opened {
        article,
        copies: &copies,
        passages,
        marks: &marks,
        title_marks: &title_marks,
        focus,
    };
    let mut text = Vec::new();
    let context = Context { root: linked_root(&searcher), ..Context::default() };
    render::article(&mut text, &opened, plan.format, &plan.look, &context)?;
    pager::page(&text, plan.pager.as_ref(), out)?;
    Ok(Outcome::Found)
}

/// An article as its file has it, with what was left out of its text.
fn show_raw(
    plan: &ShowPlan,
    searcher: &LocalSearcher,
    id: &str,
    now: jiff::Timestamp,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Outcome> {
    let Some(stamp) = searcher.file_of(id)? else {
        bail!("the index does not say which file `{}` came from", escape::line(id));
    };
    let again = indexer::read_again(searcher.state(), &stamp, id, now)?;
    let path = again.path.display();
    match (again.fate, &again.article) {
        (Fate::Gone, _) => bail!(
            "{path} is gone, and with it what was left out of the article; `dateline show` \
             without --raw still shows its text"
        ),
        (Fate::AsItWas, None) => bail!("{path} no longer gives this article"),
        (Fate::Changed, None) => bail!(
            "{path} was changed since it was indexed and no longer holds this article; run \
             `dateline index`"
        ),
        (Fate::Changed, Some(_)) => writeln!(
            err,
            "{} was changed since it was indexed: this is how it reads now; run `dateline index`",
            escape::line(&path.to_string())
        )?,
        (Fate::AsItWas, Some(_)) => {}
    }
    let mut text = Vec::new();
    if let Some(article) = &again.article {
        let with = With { dropped: true, names: None };
        render::extracted(&mut text, article, &with, plan.format, &plan.look, true)?;
    }
    pager::page(&text, plan.pager.as_ref(), out)?;
    Ok(Outcome::Found)
}

fn extract(mut plan: ExtractPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    if plan.stdin {
        plan.extraction.handed_in = Some(read_stdin()?);
    }
    let mut first = true;
    let left_out = indexer::extract(&plan.extraction, &mut |article| {
        let names =
            plan.names.then(|| entities::of_article(&article, &WordList::of(&article.body)));
        let with = With { dropped: plan.dropped, names: names.as_deref() };
        render::extracted(out, &article, &with, plan.format, &plan.look, first)?;
        first = false;
        Ok(())
    })?;
    out.flush()?;
    if plan.voice.messages {
        for it in left_out {
            let (path, reason) = (escape::line(&it.path), escape::line(&it.reason));
            writeln!(err, "skipped {path}: {reason}")?;
        }
    }
    Ok(if first { Outcome::Nothing } else { Outcome::Found })
}

/// As much of standard input as one article may have, and a byte more to tell that there is more.
fn read_stdin() -> Result<Vec<u8>> {
    let most = Limits::default().max_article_bytes + 1;
    let mut bytes = Vec::new();
    io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read stdin")?;
    Ok(bytes)
}

/// Says that less may be found, where it may.
fn say_without_tables(
    searcher: &LocalSearcher,
    index: &Path,
    voice: Voice,
    err: &mut dyn Write,
) -> Result<()> {
    if voice.messages && !searcher.has_tables() {
        writeln!(
            err,
            "the index has no table of all its names and copies, since a run was stopped or a file is \
             gone: names are found as articles write them, and copies may stand apart; \
             `dateline index{}` makes it",
            local::option_of(index)
        )?;
    }
    Ok(())
}

/// The names of an index.
fn names_of<'s>(searcher: &'s LocalSearcher, index: &Path) -> Result<&'s Names> {
    let Some(table) = searcher.names() else {
        bail!(
            "the names of the index in {} are not counted: a run was stopped before it came to them, or their \
             table is gone; `dateline index{}` counts them",
            index.display(),
            local::option_of(index)
        );
    };
    Ok(table)
}

fn names(plan: &NamesPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let table = names_of(&searcher, &plan.index)?;
    let wanted = |entry: &Entry| plan.kinds.is_empty() || plan.kinds.contains(&entry.kind);
    let all: Box<dyn Iterator<Item = Entry>> = match &plan.like {
        Some(like) => {
            let found = table.matching(None, like);
            Box::new(found.into_iter().filter_map(|found| table.entry(found.entry)))
        }
        None => Box::new(table.entries()),
    };
    let (mut entries, mut total) = (Vec::new(), 0);
    for entry in all.filter(wanted) {
        total += 1;
        if entries.len() < plan.limit {
            entries.push(entry);
        }
    }
    let shown = entries.len();
    let outcome = if total == 0 { Outcome::Nothing } else { Outcome::Found };
    let mut text = Vec::new();
    match plan.print {
        PrintNames::List(format) => {
            render::names(&mut text, &entries, total, format, &plan.look)?;
            pager::page(&text, plan.pager.as_ref(), out)?;
        }
        PrintNames::Network { edges, least } => {
            let mut network = searcher.network(entries)?;
            let pairs = network.pairs.len();
            network.pairs.retain(|_, shared| shared.passages >= least);
            if edges {
                render::graph::edges(&mut text, &network)?;
            } else {
                render::graph::graphml(&mut text, &network)?;
            }
            out.write_all(&text)?;
            out.flush()?;
            if plan.voice.messages {
                let (kept, lighter) = (network.pairs.len(), pairs - network.pairs.len());
                writeln!(
                    err,
                    "{kept} edges; {lighter} of fewer than {least} passages are left out \
                     (--min-weight)"
                )?;
            }
        }
    }
    if plan.voice.messages {
        out.flush()?;
        match total {
            0 => say_no_names(plan, table, err)?,
            _ if shown < total => writeln!(err, "{total} names, 1-{shown} shown; -n N for more")?,
            1 => writeln!(err, "1 name")?,
            _ => writeln!(err, "{total} names")?,
        }
    }
    Ok(outcome)
}

/// The names that are characteristic of what a question finds, or all of them.
fn key_names(plan: &KeyNamesPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let table = names_of(&searcher, &plan.index)?;
    let hits = search::run(&searcher, &plan.ask)?;
    let mut counts = searcher.names_in(&plan.ask.query, hits.reading.is_any())?;
    counts.retain(|count| plan.kinds.is_empty() || plan.kinds.contains(&count.name.kind));
    if let Some(like) = &plan.like {
        let found = table.matching(None, like).into_iter();
        let like: HashSet<ArticleName> =
            found.filter_map(|found| Some((&table.entry(found.entry)?).into())).collect();
        counts.retain(|count| like.contains(&count.name));
    }
    let mut names = keyness::ranked(counts, hits.total, searcher.articles(), plan.order);
    let total = names.len();
    names.truncate(plan.limit);
    let mut text = Vec::new();
    render::names_of_query(&mut text, &names, total, plan.format, &plan.look)?;
    pager::page(&text, plan.pager.as_ref(), out)?;
    if plan.voice.messages && hits.total == 0 {
        writeln!(err, "no articles, and so no names")?;
    } else if plan.voice.messages {
        out.flush()?;
        let shown = names.len();
        let more = match shown < total {
            true => format!(", 1-{shown} shown; -n N for more"),
            false => String::new(),
        };
        let what = match (total, plan.order) {
            (0, Order::Score) => "no name is characteristic (--sort count lists all)".to_owned(),
            (1, Order::Score) => "1 characteristic name".to_owned(),
            (_, Order::Score) => format!("{total} characteristic names"),
            (1, Order::Count) => "1 name".to_owned(),
            (_, Order::Count) => format!("{total} names"),
        };
        writeln!(err, "{what} of {}{more}", articles(hits.total))?;
        for remark in render::remarks(&hits) {
            writeln!(err, "{remark}")?;
        }
    }
    Ok(if total == 0 { Outcome::Nothing } else { Outcome::Found })
}

fn say_no_names(plan: &NamesPlan, table: &Names, err: &mut dyn Write) -> Result<()> {
    match &plan.like {
        Some(like) => say_near(like, None, table, err),
        None if table.is_empty() => Ok(writeln!(err, "the index holds no names")?),
        None => Ok(writeln!(err, "the index holds no names of this type")?),
    }
}

/// Says that there is no such name, and which are spelled like it.
fn say_near(
    typed: &str,
    kind: Option<EntityKind>,
    table: &Names,
    err: &mut dyn Write,
) -> Result<()> {
    writeln!(err, "there is no name like `{}` in the index", escape::line(typed))?;
    for near in table.near(kind, typed, 5) {
        if let Some(entry) = table.entry(near) {
            writeln!(err, "  did you mean {} ({})", escape::line(&entry.name), entry.kind)?;
        }
    }
    Ok(())
}

fn show_name(plan: &ShowNamePlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let table = names_of(&searcher, &plan.index)?;
    let found = table.matching(plan.kind, &plan.name);
    let mut entries = found.iter().filter_map(|found| table.entry(found.entry));
    let Some(entry) = entries.next() else {
        if plan.voice.messages {
            say_near(&plan.name, plan.kind, table, err)?;
        }
        return Ok(Outcome::Nothing);
    };
    let dossier = dossier::dossier(&searcher, entry)?;
    let mut ends = None;
    if let Some((first, last)) = &dossier.span {
        let open = |id: &str| searcher.article(id);
        ends = open(&first.id)?.zip(open(&last.id)?);
    }
    let ends = ends.map(|(first, last)| (first.article, last.article));
    let mut text = Vec::new();
    render::dossier(&mut text, &dossier, ends.as_ref(), plan.format, &plan.look)?;
    pager::page(&text, plan.pager.as_ref(), out)?;
    if plan.voice.messages && found.len() > 1 {
        out.flush()?;
        let others: Vec<String> = entries
            .take(5)
            .map(|entry| format!("{} ({})", escape::line(&entry.name), entry.kind))
            .collect();
        let more = found.len() - 1 - others.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(err, "others of this name: {}{more}", others.join(", "))?;
    }
    Ok(Outcome::Found)
}

fn correct(plan: &CorrectPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let Some(corrections) = &plan.corrections else {
        let searcher = LocalSearcher::open(&plan.index)?;
        let kept = &searcher.state().corrections;
        write!(out, "{kept}")?;
        return Ok(if kept.is_empty() { Outcome::Nothing } else { Outcome::Found });
    };
    // An index that is not there is not founded for this.
    LocalSearcher::open(&plan.index)?;
    let on_wait: Option<fn(&Held)> = plan.voice.messages.then_some(progress::say_waiting);
    indexer::correct(&plan.index, corrections, on_wait)?;
    if plan.voice.messages {
        let searcher = LocalSearcher::open(&plan.index)?;
        let names = searcher.names().map_or(0, Names::len);
        writeln!(err, "the index now holds {names} names; no article was read again")?;
    }
    Ok(Outcome::Found)
}

fn similar(plan: &SimilarPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let Some(opened) = cite::open_article(&searcher, &plan.id)? else {
        return cite::say_unknown(&searcher, &plan.id, err);
    };
    let id = &opened.stored.article.id;
    let Some(similar) = search::similar(&searcher, id, plan.limit)? else {
        return cite::say_unknown(&searcher, &plan.id, err);
    };
    let mut text = Vec::new();
    let context = Context { root: linked_root(&searcher), ..Context::default() };
    render::similar(&mut text, &similar, plan.format, &plan.look, &context)?;
    pager::page(&text, plan.pager.as_ref(), out)?;
    let nothing = similar.copies.is_empty() && similar.related.hits.is_empty();
    Ok(if nothing { Outcome::Nothing } else { Outcome::Found })
}

fn background(plan: BackgroundPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    say_without_tables(&searcher, &plan.index, plan.voice, err)?;
    let indexed = cite::open_article(&searcher, &plan.of)?.map(|opened| opened.stored.article);
    let is_indexed = indexed.is_some();
    let article = match indexed {
        Some(article) => Some(article),
        None => article_of_file(plan.extraction, &plan.of, &searcher)?,
    };
    let Some(article) = article else {
        let outcome = cite::say_unknown(&searcher, &plan.of, err)?;
        writeln!(err, "there is no file of that name either")?;
        return Ok(outcome);
    };
    let own = article.published.and_then(|date| Timestamp::from_second(date.wall_second()).ok());
    let Some(before) = plan.before.or(own) else {
        bail!(
            "`{}` carries no date, so nothing is known to be earlier; give one, as in \
             --before today",
            escape::line(&article.id)
        );
    };
    let wanted = Wanted { before, limit: plan.limit, passages: plan.passages, is_indexed };
    let found = search::background::background(&searcher, article, &wanted)?;
    let mut text = Vec::new();
    let context = Context { root: linked_root(&searcher), ..Context::default() };
    render::background(&mut text, &found, plan.format, &plan.look, &context)?;
    pager::page(&text, plan.pager.as_ref(), out)?;
    let nothing = found.earlier.is_empty() && found.undated.is_empty();
    if plan.voice.messages {
        out.flush()?;
        let undated = found.undated.len();
        match found.earlier.len() as u64 {
            _ if nothing => writeln!(err, "nothing earlier in the index shares enough with it")?,
            earlier if undated > 0 => {
                writeln!(err, "{} earlier, {undated} undated", articles(earlier))?
            }
            earlier => writeln!(err, "{} earlier", articles(earlier))?,
        }
    }
    Ok(if nothing { Outcome::Nothing } else { Outcome::Found })
}

/// The article of a file that need not be in the index, or the one that `FILE#RECORD` means, with the
/// names that it holds, as the archive calls them; `None` where there is no such file.
fn article_of_file(
    mut extraction: indexer::Extraction,
    typed: &str,
    searcher: &LocalSearcher,
) -> Result<Option<Article>> {
    let mut record = None;
    if typed == "-" {
        extraction.handed_in = Some(read_stdin()?);
    } else if Path::new(typed).exists() {
        extraction.files = vec![typed.into()];
    } else {
        let Some((file, wanted)) = typed.split_once('#') else { return Ok(None) };
        if !Path::new(file).is_file() {
            return Ok(None);
        }
        extraction.files = vec![file.into()];
        record = Some(wanted);
    }
    let typed = escape::line(typed);
    let (mut found, mut others) = (None, false);
    let left_out = indexer::extract(&extraction, &mut |article| {
        let is_wanted = record.is_none_or(|record| {
            article.id.split_once('#').is_some_and(|(_, of_article)| of_article == record)
        });
        if is_wanted && record.is_none() && found.is_some() {
            bail!("{typed} holds more than one article; say which one, as in '{typed}#1'");
        }
        if is_wanted && found.is_none() {
            found = Some(article);
        } else {
            others = true;
        }
        Ok(())
    })?;
    let Some(mut article) = found else {
        match left_out.first() {
            Some(it) => bail!("{typed} holds no article: {}", escape::line(&it.reason)),
            None if others => {
                bail!("there is no {typed}; `dateline extract --json` of the file prints its ids")
            }
            None => bail!("{typed} holds no article"),
        }
    };
    let names = entities::of_article(&article, &WordList::of(&article.body)).into_iter();
    article.entities = names
        .filter_map(|Resolved { kind, name, within, .. }| {
            let name = ArticleName { kind, name, within };
            let called = match searcher.names() {
                Some(table) => table.canonical(&name)?,
                None => name,
            };
            Some(Entity { kind: called.kind, name: called.name, aliases: Vec::new() })
        })
        .collect();
    Ok(Some(article))
}

fn stats(plan: &StatsPlan, out: &mut dyn Write) -> Result<Outcome> {
    let stats = LocalSearcher::open(&plan.index)?.stats()?;
    if plan.json {
        let line = StatsLine { kind: "stats", format: render::json::FORMAT_VERSION, stats: &stats };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
    } else {
        write_stats(&stats, out)?;
    }
    Ok(if stats.articles > 0 { Outcome::Found } else { Outcome::Nothing })
}

/// Statistics as a line of JSON.
#[derive(Serialize)]
struct StatsLine<'s> {
    #[serde(rename = "type")]
    kind: &'static str,
    format: u32,
    #[serde(flatten)]
    stats: &'s Stats,
}

fn write_stats(stats: &Stats, out: &mut dyn Write) -> io::Result<()> {
    /// How many values of a field are listed.
    const LISTED: usize = 10;
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d");
    let mut row = |label: &str, text: String| writeln!(out, "{label:<11}{}", escape::line(&text));
    row("articles", format!("{} in {}", stats.articles, files(stats.files)))?;
    if stats.removed > 0 {
        let take = if stats.removed == 1 { "one still takes" } else { "ones still take" };
        row("", format!("{} removed {take} room", stats.removed))?;
    }
    row("passages", stats.passages.to_string())?;
    row("words", stats.words.to_string())?;
    let dates = match (stats.earliest, stats.latest) {
        (Some(earliest), Some(latest)) => format!("{} to {}", day(earliest), day(latest)),
        _ => "none".to_owned(),
    };
    row("dates", dates)?;
    let from: Vec<String> =
        stats.dates_from.iter().map(|c| format!("{} from {}", c.articles, c.value)).collect();
    row("", format!("{}{}{} undated", from.join(", "), comma(&from), stats.undated))?;
    for (label, counts, without) in
        [("sources", &stats.sources, stats.unsourced), ("languages", &stats.languages, 0)]
    {
        let mut parts: Vec<String> =
            counts.iter().take(LISTED).map(|c| format!("{} {}", c.value, c.articles)).collect();
        if counts.len() > LISTED {
            parts.push(format!("{} more", counts.len() - LISTED));
        }
        if without > 0 {
            parts.push(format!("{without} without"));
        }
        if parts.is_empty() {
            parts.push("none".to_owned());
        }
        row(label, parts.join(", "))?;
    }
    row("names", names_held(stats))?;
    row("copies", copies(stats))?;
    let parts: Vec<String> =
        stats.parts.iter().map(|part| format!("{} {}", part.name, size(part.bytes))).collect();
    row("disk", format!("{}: {}", size(stats.bytes), parts.join(", ")))?;
    let MadeBy { tool, schema, analysis, names } = &stats.made_by;
    let segments = stats.segments;
    let made_by = format!("dateline {tool}, schema {schema}, analysis {analysis}, names {names}");
    row("made by", format!("{made_by}; {segments} {}", plural(segments as u64, "segment")))?;
    for root in &stats.roots {
        row("follows", root.clone())?;
    }
    if stats.barren > 0 {
        row("skipped", format!("{} gave no article", files(stats.barren as u64)))?;
    }
    if stats.partial > 0 {
        row(
            "unfinished",
            format!(
                "{} not read to the end; `dateline index` goes on",
                files(stats.partial as u64)
            ),
        )?;
    }
    Ok(())
}

/// How many names an index holds, and in how many articles hardly any could be found.
fn names_held(stats: &Stats) -> String {
    let mut held = match &stats.names {
        None => "not counted yet; `dateline index` does".to_owned(),
        Some(held) => {
            let NamesHeld { persons, orgs, places } = *held;
            let count = |count, noun| format!("{count} {}", plural(count, noun));
            [count(persons, "person"), count(orgs, "org"), count(places, "place")].join(", ")
        }
    };
    if stats.names_by_list > 0 {
        let foreign = articles(stats.names_by_list);
        held += &format!("; in {foreign} not in English by lists alone");
    }
    held
}

/// How many stories stand in an index more than once.
fn copies(stats: &Stats) -> String {
    if !stats.copies_known {
        return "not all looked for yet; `dateline index` does".to_owned();
    }
    match stats.stories {
        0 => "none".to_owned(),
        1 => format!("1 story in {} articles", stats.in_stories),
        stories => format!("{stories} stories in {} articles", stats.in_stories),
    }
}

fn comma(parts: &[String]) -> &'static str {
    if parts.is_empty() { "" } else { ", " }
}

pub(super) fn articles(count: u64) -> String {
    format!("{count} {}", plural(count, "article"))
}

pub(super) fn files(count: u64) -> String {
    format!("{count} {}", plural(count, "file"))
}

pub(super) fn plural(count: u64, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// Bytes for people: `812 B`, `3.4 MB`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_960, "1.0 MB")];
        for (bytes, shown) in cases {
            assert_eq!(size(bytes), shown);
        }
    }
}
