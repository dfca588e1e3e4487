//! Names for people: a list of them, and what an archive tells of one.
//!
//! ```text
//! mentions  articles  type    name
//!      312        48  person  Vladimir Putin · Putin 201, Mr Putin 3
//! ```

use std::io::{self, Write};

use anstyle::Style;
use jiff::civil::Date;

use crate::article::{Article, Precision};
use crate::dossier::{Dossier, Timeline};
use crate::entities::aliases::Entry;

use super::layout::{Block, Page};
use super::summary::{articles, grouped};
use super::text::Paint;
use super::{Look, date};

/// How many other forms of a name a list shows.
const FORMS_LISTED: usize = 4;
/// How many a dossier does.
const FORMS_SHOWN: usize = 24;
/// How many names beside one are shown.
const BESIDE_SHOWN: usize = 24;
/// Columns of the longest bar.
const BAR: u64 = 48;

/// Writes names, one a line where that is wide enough.
pub(super) fn list(out: &mut dyn Write, names: &[Entry], look: &Look) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    if names.is_empty() {
        return Ok(());
    }
    let lead = |mentions: &str, articles: &str, kind: &str| {
        format!("{mentions:>8}  {articles:>8}  {kind:<6}  ")
    };
    let heading = lead("mentions", "articles", "type");
    Block::default().add("name", paint.faint).write(out, page, &heading, paint.faint)?;
    for entry in names {
        let (mentions, articles) =
            (grouped_u32(entry.count.mentions), grouped_u32(entry.count.articles));
        let mut block = Block::default();
        block.add(&entry.name, paint.strong);
        add_within(&mut block, entry, &paint);
        let forms = forms(entry, FORMS_LISTED);
        if !forms.is_empty() {
            block.add(&format!(" · {forms}"), paint.faint);
        }
        let lead = lead(&mentions, &articles, &entry.kind.to_string());
        block.write(out, page, &lead, paint.faint)?;
    }
    Ok(())
}

/// Writes what an archive tells of a name; `ends` are its first and its last article.
pub(super) fn dossier(
    out: &mut dyn Write,
    dossier: &Dossier,
    ends: Option<&(Article, Article)>,
    look: &Look,
) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    let Dossier { entry, undated, timeline, together, .. } = dossier;
    let mut head = Block::default();
    head.add(&entry.name, paint.strong);
    add_within(&mut head, entry, &paint);
    head.write(out, page, "", Style::new())?;
    let mut about = format!("{} · {}", entry.kind, articles(dossier.articles));
    if *undated > 0 {
        about += &format!(", {} undated", grouped(*undated));
    }
    about += &match entry.count.mentions {
        1 => " · 1 mention".to_owned(),
        mentions => format!(" · {} mentions", grouped_u32(mentions)),
    };
    Block::default().add(&about, paint.faint).write(out, page, "", Style::new())?;
    let row = |out: &mut dyn Write, lead: &str, text: &str| {
        let lead = format!("{lead:<9}");
        Block::default().add(text, Style::new()).write(out, page, &lead, paint.faint)
    };
    let written = forms(entry, FORMS_SHOWN);
    if !written.is_empty() {
        row(out, "written", &written)?;
    }
    if let Some((first, last)) = ends {
        let ends = [("first", first), ("last", last)];
        let told = if first.id == last.id { &ends[..1] } else { &ends[..] };
        for (lead, article) in told {
            let title = article.title.as_deref().unwrap_or("(no headline)");
            row(out, lead, &format!("{} · {title} · {}", date(article), article.id))?;
        }
    }
    if !together.is_empty() {
        let mut beside: Vec<String> = together
            .iter()
            .take(BESIDE_SHOWN)
            .map(|one| format!("{} {}", one.name, grouped_u32(one.passages)))
            .collect();
        if together.len() > BESIDE_SHOWN {
            let more = together.len() - BESIDE_SHOWN;
            beside.push(format!("and {} more", grouped(more as u64)));
        }
        row(out, "beside", &format!("{} (passages that hold both)", beside.join(", ")))?;
    }
    self::timeline(out, timeline, page, &paint)
}

fn timeline(out: &mut dyn Write, timeline: &Timeline, page: Page, paint: &Paint) -> io::Result<()> {
    let most = timeline.periods.iter().map(|(_, count)| *count).max().unwrap_or_default();
    if most == 0 {
        return Ok(());
    }
    writeln!(out)?;
    for (day, count) in &timeline.periods {
        let lead = format!("{}  {:>6}  ", period(*day, timeline.unit), grouped(*count));
        let bar = "\u{2588}".repeat((count * BAR).div_ceil(most) as usize);
        Block::default().add(&bar, Style::new()).write(out, page, &lead, paint.faint)?;
    }
    if timeline.inexact > 0 {
        let inexact = format!("{} dated less exactly", articles(timeline.inexact));
        Block::default().add(&inexact, paint.faint).write(out, page, "", Style::new())?;
    }
    Ok(())
}

/// How a period is called: `2025`, `2025-04`, `2025-04-25`.
pub(super) fn period(day: Date, unit: Option<Precision>) -> String {
    let format = match unit {
        Some(Precision::Year) => "%Y",
        Some(Precision::Month) => "%Y-%m",
        _ => "%Y-%m-%d",
    };
    day.strftime(format).to_string()
}

fn add_within(block: &mut Block, entry: &Entry, paint: &Paint) {
    // Some say it in their name already.
    let told = entry.within.as_deref().filter(|within| !entry.name.ends_with(within));
    if let Some(within) = told {
        block.add(&format!(" ({within})"), paint.faint);
    }
}

/// The forms of a name beside itself, with how often each is written.
fn forms(entry: &Entry, most: usize) -> String {
    let is_other = |text: &str| text != entry.name;
    let others: Vec<_> = entry.aliases.iter().filter(|alias| is_other(&alias.text)).collect();
    let told = others.iter().take(most);
    let mut told: Vec<String> = told
        .map(|alias| match alias.count.mentions {
            0 => alias.text.clone(),
            mentions => format!("{} {}", alias.text, grouped_u32(mentions)),
        })
        .collect();
    if others.len() > most {
        told.push(format!("and {} more", others.len() - most));
    }
    told.join(", ")
}

fn grouped_u32(number: u32) -> String {
    grouped(number.into())
}
