//! `dateline check`: says what is wrong with an index and what mends it, and mends it if asked.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::plan::CheckPlan;
use super::run::{articles, files, plural, size};
use super::signals::Stop;
use super::{Outcome, progress};
use crate::backend::local::{self, CheckProgress, Held, Mend, Mending, Problem};
use crate::indexer::{self, CheckOptions, Checkup, Progress, Repair};
use crate::render::{self, escape};

/// How many problems are listed for people.
const LISTED: usize = 50;

/// Checks an index.
pub(super) fn check(plan: &CheckPlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let stop = Stop::on_signals();
    let index = plan.options.index.as_path();
    let options = CheckOptions { index, quick: plan.quick, threads: plan.options.threads };
    let on_wait: Option<fn(&Held)> = plan.voice.messages.then_some(progress::say_waiting);
    let checking = CheckProgress::default();
    let syncing = Progress { on_wait, ..Progress::default() };
    let done = AtomicBool::new(false);
    let checked = std::thread::scope(|scope| {
        if plan.voice.bar {
            scope.spawn(|| progress::of_check(&checking, &syncing, &done));
        }
        let checked = match plan.repair {
            true => indexer::repair(&options, &plan.options, (&checking, &syncing), &stop.flag),
            false => indexer::check(&options, &checking, &stop.flag).map(|found| (found, None)),
        };
        done.store(true, Ordering::Relaxed);
        checked
    });
    let cannot = || format!("the index in {} cannot be checked", index.display());
    let (first, repair) = checked.with_context(cannot)?;
    let now = repair.as_ref().map_or(&first, |repair| &repair.after);
    let write = if plan.json { write_json } else { write_text };
    write(plan, now, repair.as_ref(), out)?;
    if now.found.interrupted {
        out.flush()?;
        if plan.voice.messages {
            writeln!(err, "stopped before the end; what was not looked at may be wrong")?;
        }
        return Ok(stop.outcome());
    }
    Ok(if now.found.problems.is_empty() { Outcome::Found } else { Outcome::Nothing })
}

fn write_text(
    plan: &CheckPlan,
    checkup: &Checkup,
    repair: Option<&Repair>,
    out: &mut dyn Write,
) -> Result<()> {
    let Checkup { found, .. } = checkup;
    if let Some(repair) = repair {
        list(&repair.before, plan, out)?;
        write_repair(repair, out)?;
    }
    list(&found.problems, plan, out)?;
    let problems = found.problems.len();
    if problems > 0 {
        let problems = format!("{problems} {}", plural(problems as u64, "problem"));
        let still = if repair.is_some() { "still " } else { "" };
        writeln!(out, "{still}damaged: {problems}")?;
    } else if !found.interrupted {
        writeln!(out, "sound")?;
    }
    if found.state.is_none() {
        return Ok(());
    }
    let segments = format!("{} {}", found.segments, plural(found.segments, "segment"));
    let compared = match (plan.quick, found.compared) {
        (true, _) => "none compared with its text (--quick)".to_owned(),
        (false, all) if all == found.articles => "all compared with their texts".to_owned(),
        (false, compared) => format!("{compared} compared with their texts"),
    };
    writeln!(
        out,
        "{} in {segments}, {compared}; {} of the index summed up ({})",
        articles(found.articles),
        files(found.files),
        size(found.bytes)
    )?;
    write_account(checkup, out)?;
    if found.unsettled > 0 {
        let unsettled = articles(found.unsettled);
        writeln!(
            out,
            "{unsettled} not compared: the run that changed how they are read was stopped; \
             `dateline index` goes on"
        )?;
    }
    if found.tables_due {
        writeln!(out, "copies and names are not all counted yet; `dateline index` does")?;
    }
    Ok(())
}

fn list(problems: &[Problem], plan: &CheckPlan, out: &mut dyn Write) -> io::Result<()> {
    let index = plan.options.index.as_path();
    for problem in problems.iter().take(LISTED) {
        let (at, what) = (escape::line(&problem.at), escape::line(&problem.what));
        writeln!(out, "{}: {at}: {what}", problem.damage)?;
        if !plan.repair || problem.mend == Mend::Rebuild {
            writeln!(out, "  {}", escape::line(&remedy(&problem.mend, index)))?;
        }
    }
    let more = problems.len().saturating_sub(LISTED);
    if more > 0 {
        writeln!(out, "... and {more} more; `--json` lists them all")?;
    }
    Ok(())
}

/// What mends a problem, in words.
fn remedy(mend: &Mend, index: &Path) -> String {
    let does = match mend {
        Mend::Files(keys) => match keys.as_slice() {
            [key] => format!("reads {key} again"),
            keys => format!("reads {} again", keys.join(" and ")),
        },
        Mend::Segment(_) => "leaves the segment out and reads its files again".to_owned(),
        Mend::Tables => "makes the table again".to_owned(),
        Mend::FileList => "makes the list again".to_owned(),
        Mend::Rebuild => return local::how_to_rebuild(index),
    };
    format!("`dateline check --repair{}` {does}", local::option_of(index))
}

fn write_repair(repair: &Repair, out: &mut dyn Write) -> io::Result<()> {
    let Repair { mending, marked, report, .. } = repair;
    let Mending { segments, tables, file_list, .. } = mending;
    let mut did = Vec::new();
    if !segments.is_empty() {
        let count = segments.len() as u64;
        did.push(format!("{count} {} left out", plural(count, "segment")));
    }
    if *marked > 0 {
        did.push(format!("{} marked to be read again", files(*marked)));
    }
    if *tables {
        did.push("tables made again".to_owned());
    }
    if *file_list {
        did.push("list of files made again".to_owned());
    }
    writeln!(out, "repaired: {}", did.join(", "))?;
    writeln!(
        out,
        "{} read: {} added, {} replaced, {} removed, {} left as they were",
        files(report.files_read),
        articles(report.added),
        report.replaced,
        report.removed,
        report.unchanged
    )
}

/// Tells of the files of the folders.
fn write_account(checkup: &Checkup, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = &checkup.unaccounted {
        return writeln!(out, "the folders were not looked into: {}", escape::line(why));
    }
    let Some(account) = &checkup.account else { return Ok(()) };
    let mut counts = vec![format!("{} indexed", files(account.indexed))];
    for (count, what) in [
        (account.barren, "without articles"),
        (account.partial, "not read to the end"),
        (account.changed, "changed since"),
        (account.new, "new"),
        (account.vanished, "gone"),
        (account.unreadable, "unreadable"),
    ] {
        if count > 0 {
            counts.push(format!("{count} {what}"));
        }
    }
    let due = account.partial + account.changed + account.new + account.vanished > 0;
    let due = if due { "; `dateline index` brings the index up to date" } else { "" };
    writeln!(out, "{}{due}", counts.join(", "))?;
    for root in &account.roots_missing {
        let root = escape::line(root);
        writeln!(out, "{root} is not there; its files were not looked for")?;
    }
    Ok(())
}

fn write_json(
    _: &CheckPlan,
    checkup: &Checkup,
    repair: Option<&Repair>,
    out: &mut dyn Write,
) -> Result<()> {
    let format = render::json::FORMAT_VERSION;
    let line = |problem: &Problem, repaired: bool| {
        let (repair, files) = match &problem.mend {
            Mend::Files(keys) => ("files", keys.as_slice()),
            Mend::Segment(_) => ("segment", [].as_slice()),
            Mend::Tables => ("tables", [].as_slice()),
            Mend::FileList => ("file-list", [].as_slice()),
            Mend::Rebuild => ("rebuild", [].as_slice()),
        };
        json!({
            "type": "problem", "format": format, "code": problem.damage, "at": problem.at,
            "what": problem.what, "repair": repair, "files": files, "repaired": repaired,
        })
    };
    if let Some(repair) = repair {
        for problem in &repair.before {
            let left = repair.after.found.problems.contains(problem);
            if !left {
                writeln!(out, "{}", line(problem, true))?;
            }
        }
    }
    for problem in &checkup.found.problems {
        writeln!(out, "{}", line(problem, false))?;
    }
    let found = &checkup.found;
    let folders = checkup.account.as_ref().map(|account| {
        json!({
            "indexed": account.indexed, "barren": account.barren, "partial": account.partial,
            "changed": account.changed, "new": account.new, "vanished": account.vanished,
            "unreadable": account.unreadable, "out_of_reach": account.out_of_reach,
            "missing": account.roots_missing,
        })
    });
    let repaired = repair.map(|repair| {
        json!({
            "segments": repair.mending.segments, "files": repair.marked,
            "tables": repair.mending.tables, "file_list": repair.mending.file_list,
            "added": repair.report.added, "replaced": repair.report.replaced,
            "removed": repair.report.removed,
        })
    });
    let line = json!({
        "type": "check", "format": format,
        "sound": found.problems.is_empty() && !found.interrupted,
        "problems": found.problems.len(), "segments": found.segments, "files": found.files,
        "bytes": found.bytes, "articles": found.articles, "compared": found.compared,
        "unsettled": found.unsettled, "tables_due": found.tables_due, "folders": folders,
        "unaccounted": checkup.unaccounted, "repair": repaired, "interrupted": found.interrupted,
    });
    writeln!(out, "{line}")?;
    Ok(())
}
