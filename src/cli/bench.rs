//! `dateline bench`: measures, and says what came out. Data goes to `out`, messages to `err`.

use std::io::Write;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};

use super::plan::{BenchIndexingPlan, BenchLine, BenchPlan};
use super::signals::Stop;
use super::{Outcome, given, progress, run};
use crate::backend::local::LocalSearcher;
use crate::bench::cold::{self, Cold};
use crate::bench::{self, Question, Report, compare, made};
use crate::hits::Hits;
use crate::indexer::Progress;
use crate::render::{self, Context, Format, escape};
use crate::search::Words;

/// Measures queries.
pub(super) fn bench(plan: BenchPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let (questions, lines, mut refused) = match &plan.lines {
        Some(lines) => readable(lines, plan.voice.messages, err)?,
        None => {
            let questions = made::questions(&searcher, plan.per_class, plan.course.seed)?;
            say_missing(&plan, &questions, err)?;
            (questions, Vec::new(), 0)
        }
    };
    if let Some(baseline) = &plan.baseline {
        compare::expect_same(&questions, &plan.course, baseline)?;
    }
    let context = Context { root: run::linked_root(&searcher), ..Context::default() };
    let draw = |hits: &Hits| -> Result<usize> {
        let mut text = Vec::new();
        render::hits(&mut text, hits, Format::Plain, &plan.look, &context)?;
        Ok(text.len())
    };
    let stop = Stop::on_signals();
    let (bar, mut tell) = progress::of_bench(plan.course.rounds, plan.voice.bar);
    let measured = bench::run(&searcher, &questions, &plan.course, &draw, &mut tell, &stop.flag);
    let measured = measured.and_then(|(mut report, unanswered)| {
        if let Some(qrels) = &plan.qrels {
            bar.set_message("judging");
            bar.tick();
            report.quality =
                bench::judge(&searcher, &questions, plan.course.words, qrels, &stop.flag)?;
        }
        bar.set_message("cold start");
        bar.tick();
        report.cold = cold_starts(&plan, &report, &stop.flag)?;
        report.interrupted |= stop.flag.load(Ordering::Relaxed);
        Ok((report, unanswered))
    });
    bar.finish_and_clear();
    let (mut report, unanswered) = measured?;
    for (at, error) in &unanswered {
        let line = lines.get(*at).copied().unwrap_or(at + 1);
        let message = format!("{error:#}");
        run::say_refused(line, &questions[*at].text, &message, None, err)?;
    }
    refused += unanswered.len();
    report.refused = refused;
    render::json::TOOL.clone_into(&mut report.tool);
    if let Some(baseline) = plan.baseline.as_ref().filter(|_| !report.interrupted) {
        report.comparison = Some(compare::compare(&report, baseline, plan.max_regression));
    }
    if report.queries.is_empty() && refused == 0 && !report.interrupted {
        bail!(
            "the index in {} holds nothing to ask for; index a folder, or give --queries",
            plan.index.display()
        );
    }
    if plan.json {
        render::json::bench::queries(out, &report)?;
    } else if !report.queries.is_empty() {
        render::bench::queries(out, &report, &plan.look)?;
    }
    out.flush()?;
    tell_end(&plan, &report, err)?;
    if refused > 0 {
        let all = plan.lines.as_ref().map_or(questions.len(), Vec::len);
        bail!("not measured: {refused} of {all} queries; the errors above say why");
    }
    Ok(match &report.comparison {
        _ if report.interrupted => stop.outcome(),
        Some(comparison) if comparison.is_slower() => Outcome::Nothing,
        _ => Outcome::Found,
    })
}

/// The lines that are queries, with their numbers, and how many are none, which is said.
fn readable(
    lines: &[BenchLine],
    messages: bool,
    err: &mut dyn Write,
) -> Result<(Vec<Question>, Vec<usize>, usize)> {
    let (mut questions, mut numbers, mut refused) = (Vec::new(), Vec::new(), 0);
    for BenchLine { line, text, question, instead } in lines {
        match question {
            Ok(question) => {
                questions.push(question.clone());
                numbers.push(*line);
            }
            Err(error) => {
                refused += 1;
                run::say_refused(*line, text, &error.to_string(), Some(error), err)?;
            }
        }
        if let Some(error) = instead.as_ref().filter(|_| messages) {
            run::say_plain(*line, &error.clone().into(), err)?;
        }
    }
    Ok((questions, numbers, refused))
}

/// Says of which classes the index has fewer queries than were asked for.
fn say_missing(plan: &BenchPlan, questions: &[Question], err: &mut dyn Write) -> Result<()> {
    if !plan.voice.messages || questions.is_empty() {
        return Ok(());
    }
    let mut missing = Vec::new();
    for class in made::CLASSES {
        let count = questions.iter().filter(|one| one.classes == [*class]).count();
        if count < plan.per_class {
            missing.push(format!("{class} {count}"));
        }
    }
    if !missing.is_empty() {
        let wanted = plan.per_class;
        writeln!(err, "the index gives fewer than {wanted} queries of: {}", missing.join(", "))?;
    }
    Ok(())
}

/// Says what became of what was measured: where it is kept, and what is wrong with it.
fn tell_end(plan: &BenchPlan, report: &Report, err: &mut dyn Write) -> Result<()> {
    if let Some(path) = &plan.save {
        if report.interrupted {
            writeln!(err, "stopped before the end, so nothing is written to {}", path.display())?;
        } else {
            let mut line = Vec::new();
            render::json::bench::queries(&mut line, report)?;
            given::write(given::MEASURED, path, &line)?;
        }
    }
    if !plan.voice.messages {
        return Ok(());
    }
    if report.interrupted {
        writeln!(err, "stopped before the end; this is what was measured so far")?;
    }
    let Some(comparison) = &report.comparison else { return Ok(()) };
    let differing = comparison.differing.len();
    if differing > 0 {
        let all = report.queries.len();
        writeln!(
            err,
            "{differing} of {all} queries find another number of articles than in the baseline, so \
             the two did not do the same work"
        )?;
    }
    let slower: Vec<_> = comparison.classes.iter().filter(|class| class.slower).collect();
    if !slower.is_empty() {
        let names: Vec<_> = slower.iter().map(|class| escape::line(&class.name)).collect();
        let allowed = (comparison.max_regression * 1e4).round() / 1e2;
        writeln!(err, "slower by more than {allowed} %: {}", names.join(", "))?;
    }
    Ok(())
}

/// Searches in processes of their own, for queries that find something.
fn cold_starts(plan: &BenchPlan, report: &Report, stop: &AtomicBool) -> Result<Option<Cold>> {
    let found: Vec<&str> =
        report.queries.iter().filter(|one| one.hits > 0).map(|one| one.query.as_str()).collect();
    let count = plan.cold_starts;
    if found.is_empty() || count == 0 || stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let program = std::env::current_exe().context("cannot tell where this program stands")?;
    let commands = (0..count).map(|number| {
        let mut command = Command::new(&program);
        command.arg("search").arg("--index").arg(&plan.index);
        command.args(["--color", "never", "--no-pager", "--quiet", "--now"]);
        command.arg(plan.now.to_string());
        match plan.course.words {
            Words::Any => command.arg("--any"),
            Words::All => command.arg("--strict"),
            Words::Auto => &mut command,
        };
        // From all over the list, so that every class has its turn.
        command.arg("--").arg(found[number * found.len() / count.max(1) % found.len()]);
        command
    });
    Ok(Some(cold::starts(commands, stop)?))
}

/// Measures how fast a folder is indexed.
pub(super) fn indexing(plan: BenchIndexingPlan, out: &mut dyn Write) -> Result<Outcome> {
    let work = |options: &_, progress: &Progress, stop: &AtomicBool| {
        bench::indexing::run(options, progress, stop)
    };
    let stop = Stop::on_signals();
    let mut measured = run::watched(work, &plan.options, plan.voice, &stop)?;
    render::json::TOOL.clone_into(&mut measured.tool);
    if plan.json {
        render::json::bench::indexing(out, &measured)?;
    } else {
        render::bench::indexing(out, &measured, &plan.look)?;
    }
    Ok(if measured.interrupted { stop.outcome() } else { Outcome::Found })
}
