//! Names for people: a list of them, and what an archive tells of one.
//!
//! ```text
//! mentions  articles  type    name
//!      312        48  person  Vladimir Putin · Putin 201, Mr Putin 3
//!
//!    score  articles    of all  type    name
//!    210.4        21        48  person  Vladimir Putin
//! ```

use std::io::{self, Write};

use anstyle::Style;

use crate::article::Article;
use crate::dossier::Dossier;
use crate::entities::aliases::Entry;
use crate::keyness::KeyName;

use super::layout::{Block, Page};
use super::summary::{articles, grouped};
use super::text::Paint;
use super::{Look, counts, date};

/// How many other forms of a name a list shows.
const FORMS_LISTED: usize = 4;
/// How many a dossier does.
const FORMS_SHOWN: usize = 24;
/// How many names beside one are shown.
const BESIDE_SHOWN: usize = 24;

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
        add_name(&mut block, &entry.name, entry.within.as_deref(), &paint);
        let forms = forms(entry, FORMS_LISTED);
        if !forms.is_empty() {
            block.add(&format!(" · {forms}"), paint.faint);
        }
        let lead = lead(&mentions, &articles, &entry.kind.to_string());
        block.write(out, page, &lead, paint.faint)?;
    }
    Ok(())
}

/// Writes names of some articles, with how many of these and of all have each.
pub(super) fn of_query(out: &mut dyn Write, names: &[KeyName], look: &Look) -> io::Result<()> {
    let page = Page::on(look.width, false);
    let paint = Paint::new(look.color);
    if names.is_empty() {
        return Ok(());
    }
    let lead = |score: &str, articles: &str, indexed: &str, kind: &str| {
        format!("{score:>8}  {articles:>8}  {indexed:>8}  {kind:<6}  ")
    };
    let heading = lead("score", "articles", "of all", "type");
    Block::default().add("name", paint.faint).write(out, page, &heading, paint.faint)?;
    for KeyName { count, score } in names {
        let mut block = Block::default();
        add_name(&mut block, &count.name.name, count.name.within.as_deref(), &paint);
        let (articles, indexed) = (grouped(count.articles), grouped(count.indexed));
        let kind = count.name.kind.to_string();
        let lead = lead(&format!("{score:.1}"), &articles, &indexed, &kind);
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
    let Dossier { entry, timeline, together, .. } = dossier;
    let mut head = Block::default();
    add_name(&mut head, &entry.name, entry.within.as_deref(), &paint);
    head.write(out, page, "", Style::new())?;
    let mut about = format!("{} · {}", entry.kind, articles(dossier.articles));
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
    writeln!(out)?;
    counts::timeline(out, timeline, page, &paint)
}

/// A name, and where it lies unless it says so itself.
fn add_name(block: &mut Block, name: &str, within: Option<&str>, paint: &Paint) {
    block.add(name, paint.strong);
    if let Some(within) = within.filter(|within| !name.ends_with(within)) {
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
