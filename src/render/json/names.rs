//! Names as JSON lines: an `entity` line for each, or a `named` line for each of those of a query, and
//! an `end` line; or one `dossier` line.

use std::io::{self, Write};

use serde::Serialize;

use crate::article::{Article, EntityKind};
use crate::dossier;
use crate::entities::aliases::{Count, Entry};
use crate::keyness::KeyName;
use crate::render::counts::period;
use crate::timeline::Unit;

use super::{FORMAT_VERSION, Published, TOOL, write};

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line<'a> {
    /// A name.
    Entity(Entity<'a>),
    /// A name of the articles of a query.
    Named(Named<'a>),
    /// Closes a list of names.
    End(End),
    /// All of one name.
    Dossier(Box<Dossier<'a>>),
}

/// A name of the archive.
#[derive(Debug, Serialize)]
pub struct Entity<'a> {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// As the archive calls it.
    pub name: &'a str,
    /// The country, state or province of a place, where articles say so.
    pub within: Option<&'a str>,
    /// Articles that have it.
    pub articles: u32,
    /// How often it is written.
    pub mentions: u32,
    /// Every form, the most frequent first.
    pub aliases: Vec<Alias<'a>>,
}

/// A name of the articles of a query.
#[derive(Debug, Serialize)]
pub struct Named<'a> {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// As the archive calls it.
    pub name: &'a str,
    /// The country, state or province of a place, where articles say so.
    pub within: Option<&'a str>,
    /// Articles of the query that have it.
    pub articles: u64,
    /// Articles of the archive that have it.
    pub indexed: u64,
    /// How characteristic it is of the query's: the log-likelihood ratio G2, negative where it is
    /// rarer there than elsewhere.
    pub score: f64,
}

/// A form of a name.
#[derive(Debug, Serialize)]
pub struct Alias<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Articles that write it so.
    pub articles: u32,
    /// How often it is written so.
    pub mentions: u32,
}

/// The foot of a list.
#[derive(Debug, Serialize)]
pub struct End {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// Names that were asked for.
    pub total: usize,
    /// How many of them were written.
    pub shown: usize,
}

/// What an archive tells of a name.
#[derive(Debug, Serialize)]
pub struct Dossier<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// The name.
    #[serde(flatten)]
    pub entity: Entity<'a>,
    /// Those of its articles that carry no date.
    pub undated: u64,
    /// The earliest of its articles with a date.
    pub first: Option<Mentioned<'a>>,
    /// The latest one.
    pub last: Option<Mentioned<'a>>,
    /// When it was in the papers.
    pub timeline: Timeline,
    /// The names beside it, those of most passages first.
    pub beside: Vec<Beside<'a>>,
}

/// An article that has a name.
#[derive(Debug, Serialize)]
pub struct Mentioned<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its headline.
    pub title: Option<&'a str>,
    /// Its date.
    pub published: Option<Published>,
}

/// Articles by the time of their publication.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// `day`, `week`, `month` or `year`; `null` where no article has a date.
    pub unit: Option<Unit>,
    /// Each period from the first to the last and how many articles fall into it.
    pub periods: Vec<(String, u64)>,
    /// Articles whose date is known less exactly.
    pub inexact: u64,
}

/// A name beside another.
#[derive(Debug, Serialize)]
pub struct Beside<'a> {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// As the archive calls it.
    pub name: &'a str,
    /// Passages and headlines that hold both.
    pub passages: u32,
    /// Articles that hold both.
    pub articles: u32,
}

impl<'a> From<&'a Entry> for Entity<'a> {
    fn from(entry: &'a Entry) -> Self {
        let Count { articles, mentions } = entry.count;
        let aliases = entry.aliases.iter().map(|alias| Alias {
            text: &alias.text,
            articles: alias.count.articles,
            mentions: alias.count.mentions,
        });
        Entity {
            kind: entry.kind,
            name: &entry.name,
            within: entry.within.as_deref(),
            articles,
            mentions,
            aliases: aliases.collect(),
        }
    }
}

impl<'a> From<&'a Article> for Mentioned<'a> {
    fn from(article: &'a Article) -> Self {
        Mentioned {
            id: &article.id,
            title: article.title.as_deref(),
            published: article.published.map(Published::from),
        }
    }
}

/// Writes names, of which there are `total`.
pub(in crate::render) fn list(
    out: &mut dyn Write,
    names: &[Entry],
    total: usize,
) -> io::Result<()> {
    for entry in names {
        write(out, &Line::Entity(entry.into()))?;
    }
    let end = End { format: FORMAT_VERSION, tool: TOOL, total, shown: names.len() };
    write(out, &Line::End(end))
}

/// Writes the names of a query's articles, of which there are `total`.
pub(in crate::render) fn of_query(
    out: &mut dyn Write,
    names: &[KeyName],
    total: usize,
) -> io::Result<()> {
    for KeyName { count, score } in names {
        let named = Named {
            kind: count.name.kind,
            name: &count.name.name,
            within: count.name.within.as_deref(),
            articles: count.articles,
            indexed: count.indexed,
            score: *score,
        };
        write(out, &Line::Named(named))?;
    }
    let end = End { format: FORMAT_VERSION, tool: TOOL, total, shown: names.len() };
    write(out, &Line::End(end))
}

/// Writes what an archive tells of a name; `ends` are its first and its last article.
pub(in crate::render) fn dossier(
    out: &mut dyn Write,
    dossier: &dossier::Dossier,
    ends: Option<&(Article, Article)>,
) -> io::Result<()> {
    let (first, last) = ends.map(|(first, last)| (first.into(), last.into())).unzip();
    let timeline = &dossier.timeline;
    let periods = timeline.periods.iter();
    let line = Dossier {
        format: FORMAT_VERSION,
        tool: TOOL,
        entity: Entity {
            // What the table counts may count an article twice.
            articles: u32::try_from(dossier.articles).unwrap_or(u32::MAX),
            ..Entity::from(&dossier.entry)
        },
        undated: timeline.undated,
        first,
        last,
        timeline: Timeline {
            unit: timeline.unit,
            periods: periods.map(|one| (period(one.first, timeline.unit), one.articles)).collect(),
            inexact: timeline.inexact(),
        },
        beside: dossier
            .together
            .iter()
            .map(|one| Beside {
                kind: one.kind,
                name: &one.name,
                passages: one.passages,
                articles: one.articles,
            })
            .collect(),
    };
    write(out, &Line::Dossier(Box::new(line)))
}
