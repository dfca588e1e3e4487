//! What is done with passages by their names: opening what was typed, citing, and checking
//! citations that were kept. Data goes to `out`, messages to `err`.

use std::io::{self, BufRead, Read, Write};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::plan::{CitePlan, VerifyPlan};
use super::{Outcome, given, pager};
use crate::backend::Searcher;
use crate::backend::local::LocalSearcher;
use crate::citation::{self, Print};
use crate::render::checked::checked;
use crate::render::cited::{Cited, citations};
use crate::render::json::Tally;
use crate::render::{escape, json};
use crate::schema::Stored;
use crate::verify;

/// An article that was typed, perhaps with one of its passages.
pub(super) struct Typed {
    pub(super) stored: Stored,
    /// The number of the passage, from 1 where there is such a one.
    pub(super) focus: Option<usize>,
    /// What the passage was when it was cited.
    print: Option<Print>,
}

impl Typed {
    /// What to say where the article has no such passage.
    pub(super) fn not_there(&self) -> Option<String> {
        let number = self.focus?;
        let there = match self.stored.passages.len() {
            last if (1..=last).contains(&number) => return None,
            0 => "has no passages".to_owned(),
            1 => format!("has one passage, p1, and no p{number}"),
            last => format!("has passages p1 to p{last}, and no p{number}"),
        };
        Some(format!("`{}` {there}", escape::line(&self.stored.article.id)))
    }

    /// What to say where the passage is not what it was when it was cited.
    pub(super) fn changed(&self) -> Option<String> {
        let (number, print) = self.focus.zip(self.print)?;
        let Stored { article, passages } = &self.stored;
        let range = passages.get(number.checked_sub(1)?)?;
        let text = article.body.get(range.clone()).unwrap_or_default();
        (Print::of(text) != print).then(|| {
            format!(
                "`{}` is not what was cited as @{print}: the text was changed or is cut otherwise; \
                 `dateline verify` tells where it went",
                escape::line(&citation::plain(&article.id, number))
            )
        })
    }
}

/// The article, and the passage of it, that was typed.
pub(super) fn open_article(searcher: &LocalSearcher, typed: &str) -> Result<Option<Typed>> {
    for citation::Reading { id, number, print } in citation::readings(typed) {
        if let Some(stored) = searcher.article(&id)? {
            return Ok(Some(Typed { stored, focus: number, print }));
        }
    }
    Ok(None)
}

/// Says that there is no such article, and which ids are like the one typed.
pub(super) fn say_unknown(
    searcher: &LocalSearcher,
    typed: &str,
    err: &mut dyn Write,
) -> Result<Outcome> {
    let readings = citation::readings(typed);
    let id = readings.get(1).map_or(typed, |reading| &reading.id);
    let like = searcher.ids_like(id, 5)?;
    writeln!(err, "there is no article `{}` in the index", escape::line(typed))?;
    if like.is_empty() {
        writeln!(err, "`dateline search -l WORDS` prints the ids of articles")?;
    }
    for id in like {
        writeln!(err, "  did you mean {}", escape::line(&id))?;
    }
    Ok(Outcome::Nothing)
}

/// `dateline cite`.
pub(super) fn cite(plan: &CitePlan, out: &mut dyn Write, err: &mut dyn Write) -> Result<Outcome> {
    let searcher = LocalSearcher::open(&plan.index)?;
    let mut ids = Vec::new();
    for id in &plan.ids {
        match id.as_str() {
            "-" => ids.extend(handed_in()?),
            _ => ids.push(id.clone()),
        }
    }
    let mut cited = Vec::with_capacity(ids.len());
    let mut missing = false;
    for id in &ids {
        let Some(typed) = open_article(&searcher, id)? else {
            say_unknown(&searcher, id, err)?;
            missing = true;
            continue;
        };
        if let Some(not_there) = typed.not_there() {
            writeln!(err, "{not_there}")?;
            missing = true;
            continue;
        }
        let Some(number) = typed.focus else {
            let id = escape::line(id);
            let numbers = match typed.stored.passages.len() {
                0 => "it has no passages".to_owned(),
                1 => "add #p1 for its passage".to_owned(),
                last => format!("add #p1 to #p{last} for a passage of it"),
            };
            writeln!(err, "`{id}` is a whole article; {numbers}")?;
            missing = true;
            continue;
        };
        if let Some(warning) = typed.changed().filter(|_| plan.voice.messages) {
            writeln!(err, "{warning}")?;
        }
        let Stored { article, passages } = typed.stored;
        cited.push(Cited { range: passages[number - 1].clone(), article, number });
    }
    let mut text = Vec::new();
    if !cited.is_empty() {
        citations(&mut text, &cited, plan.format, &plan.look)?;
    }
    pager::page(&text, plan.pager.as_ref(), out)?;
    if ids.is_empty() && plan.voice.messages {
        writeln!(err, "standard input names no passage")?;
    }
    Ok(if missing || ids.is_empty() { Outcome::Nothing } else { Outcome::Found })
}

/// The passages that standard input names: those of JSON lines, and other lines whole.
fn handed_in() -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line.context("cannot read the passages from standard input")?;
        match serde_json::from_str::<Value>(&line) {
            Ok(Value::Object(members)) => {
                let passages = match (members.get("passages"), members.get("passage")) {
                    (Some(Value::Array(passages)), _) => passages.as_slice(),
                    (_, Some(passage)) => std::slice::from_ref(passage),
                    _ => &[],
                };
                let cite = |passage: &Value| {
                    // Lines of earlier versions have the id alone.
                    let named = passage["cite"].as_str().or(passage["id"].as_str());
                    named.map(str::to_owned)
                };
                ids.extend(passages.iter().filter_map(cite));
            }
            _ if line.trim().is_empty() => {}
            _ => ids.push(line),
        }
    }
    Ok(ids)
}

/// `dateline verify`.
pub(super) fn verify(
    plan: &VerifyPlan,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Outcome> {
    let bytes = match &plan.file {
        Some(path) => given::bytes("the citations in", path)?,
        None => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.context("cannot read the citations from standard input")?;
            bytes
        }
    };
    let searcher = LocalSearcher::open(&plan.index)?;
    // An id in another encoding is lost, and then said to be gone; all else is ASCII.
    let kept = verify::kept(&String::from_utf8_lossy(&bytes));
    let all = verify::verify(&searcher, kept)?;
    let mut text = Vec::new();
    if plan.json {
        json::checked(&mut text, &all)?;
    } else {
        checked(&mut text, &all, &plan.look)?;
    }
    pager::page(&text, plan.pager.as_ref(), out)?;
    let tally = Tally::of(&all);
    if plan.voice.messages {
        out.flush()?;
        writeln!(err, "{}", told(&tally))?;
    }
    let sound = tally.citations > 0 && tally.changed + tally.gone == 0;
    Ok(if sound { Outcome::Found } else { Outcome::Nothing })
}

/// What to say of the citations of a file.
fn told(tally: &Tally) -> String {
    let Tally { citations, unchanged, moved, changed, gone, .. } = tally;
    if *citations == 0 {
        return "no citation found; one is ID#pN@HASH, as `dateline cite` prints it".to_owned();
    }
    let counts = [(unchanged, "unchanged"), (moved, "moved"), (changed, "changed"), (gone, "gone")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, state)| format!("{count} {state}"))
        .collect();
    let word = if *citations == 1 { "citation" } else { "citations" };
    format!("{citations} {word}: {}", counts.join(", "))
}
