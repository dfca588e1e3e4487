//! `dateline search --since-last NAME`: shows what is new, and remembers what it has shown once it
//! is out. Data goes to `out`, messages to `err`.

use std::io::Write;

use anyhow::Result;

use super::plan::{Print, SearchPlan, StandingPlan};
use super::{Outcome, run};
use crate::backend::local::LocalSearcher;
use crate::render::{self, Context, escape};
use crate::search::{self, Ask, Fresh};
use crate::standing::{Draft, Memory};

/// Asks a standing question.
pub(super) fn search(
    searcher: &LocalSearcher,
    plan: &SearchPlan,
    asked: &StandingPlan,
    ask: &Ask,
    context: &Context,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Outcome> {
    let StandingPlan { name, mark, now } = asked;
    let mut memory = Memory::read(&plan.index, name)?;
    // Who only looks need not be able to write.
    let looks = !mark && (plan.print == Print::Count || ask.limit == 0);
    let draft = if looks { None } else { Some(Draft::begin(&plan.index, name)?) };
    let fresh = search::fresh(searcher, ask, &memory)?;
    if plan.print == Print::Count {
        writeln!(out, "{}", fresh.new.len())?;
    } else if !mark {
        run::write_hits(plan, &fresh.hits, context, out)?;
    }
    out.flush()?;
    let lines = told(asked, &memory, &fresh, looks);
    if let Some(draft) = draft {
        memory.add(if *mark { &fresh.new } else { &fresh.told });
        memory.query.clone_from(&fresh.hits.query);
        draft.keep(&memory, *now)?;
    }
    if plan.voice.messages {
        for line in lines {
            writeln!(err, "{line}")?;
        }
    }
    let found = *mark || !fresh.new.is_empty();
    Ok(if found { Outcome::Found } else { Outcome::Nothing })
}

/// What to say of an answer.
fn told(asked: &StandingPlan, before: &Memory, fresh: &Fresh, looks: bool) -> Vec<String> {
    let StandingPlan { name, mark, .. } = asked;
    let Fresh { hits, new, told, matching } = fresh;
    let mut lines = Vec::new();
    let matching = match matching {
        0 => "no article matches".to_owned(),
        1 => "1 article matches".to_owned(),
        count => format!("{count} articles match"),
    };
    lines.push(match before.asked {
        None => format!("{matching}; {name} is asked for the first time, so all are new"),
        Some(at) => {
            let at = at.strftime("%Y-%m-%d %H:%M UTC");
            let new = if new.is_empty() { "none".to_owned() } else { new.len().to_string() };
            format!("{matching}, {new} new since {at}")
        }
    });
    if before.asked.is_some() && before.query != hits.query {
        lines.push(format!("{name} asked something else then: {}", escape::line(&before.query)));
    }
    if *mark {
        lines.push("all of it is taken for shown".to_owned());
        return lines;
    }
    if looks {
        lines.push("nothing was shown, so none of it is remembered".to_owned());
        return lines;
    }
    match new.len() - told.len() {
        0 => {}
        more => lines.push(format!(
            "{more} more new {} not shown; ask again for the next, or with --all",
            if more == 1 { "one was" } else { "ones were" }
        )),
    }
    lines.extend(render::remarks(hits));
    lines
}
