//! What was decided: one plain plan per command, made from what was typed, the terminal and the
//! environment. Pure but for reading the environment's values handed in; may refuse.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use jiff::Timestamp;

use super::args::{
    self, Cli, Command, Common, EntitiesCommand, OutputFormat, ReadingArgs, ShowFormat, When,
};
use super::{given, queries};
use crate::article::EntityKind;
use crate::backend::Sort;
use crate::bench::metrics::{self, Qrels};
use crate::bench::{self, Course};
use crate::corpus::mapping::Mapping;
use crate::entities::corrections::Corrections;
use crate::indexer::{self, Manner};
use crate::keyness::Order;
use crate::query::{self, Filter, MetaField, ParseError, Query};
use crate::render::cited::CiteFormat;
use crate::render::{self, Context, Format, Look};
use crate::search::{Ask, Counts, Words};
use crate::timeline::{Scale, Unit};

/// How many values of a facet are printed unless more are asked for.
const FACET_LIMIT: usize = 10;
/// How many articles are printed unless more are asked for.
const LIMIT: usize = 10;
/// Days in which being new loses half of what it counts, unless told otherwise.
const RECENT_DAYS: u32 = 30;
/// The usual depth of a TREC run.
const TREC_LIMIT: usize = 1000;
/// How many names are listed unless more are asked for.
const NAMES_LISTED: usize = 50;
/// How many names a network has unless more are asked for.
const NAMES_IN_NETWORK: usize = 200;
/// Passages that two names of a network share at least, unless told otherwise.
const LEAST_WEIGHT: u32 = 2;
/// Most articles that one answer holds.
const MOST: usize = 1_000_000;

/// What a plan must know of the outside.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Columns and rows of the terminal.
    pub size: Option<(u16, u16)>,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// `PAGER`.
    pub pager: Option<String>,
    /// The clock.
    pub now: Timestamp,
}

/// What to do.
#[derive(Debug)]
pub enum Plan {
    /// `dateline index`.
    Index(IndexPlan),
    /// `dateline search`.
    Search(SearchPlan),
    /// `dateline show`.
    Show(ShowPlan),
    /// `dateline cite`.
    Cite(CitePlan),
    /// `dateline verify`.
    Verify(VerifyPlan),
    /// `dateline similar`.
    Similar(SimilarPlan),
    /// `dateline background`.
    Background(BackgroundPlan),
    /// `dateline entities`.
    Names(NamesPlan),
    /// `dateline entities QUERY`.
    KeyNames(KeyNamesPlan),
    /// `dateline entities show`.
    ShowName(ShowNamePlan),
    /// `dateline entities correct`.
    Correct(CorrectPlan),
    /// `dateline extract`.
    Extract(ExtractPlan),
    /// `dateline stats`.
    Stats(StatsPlan),
    /// `dateline check`.
    Check(CheckPlan),
    /// `dateline bench`.
    Bench(BenchPlan),
    /// `dateline bench --indexing`.
    BenchIndexing(BenchIndexingPlan),
    /// `dateline completions`.
    Completions(clap_complete::Shell),
}

impl Plan {
    /// The directory of the index that is read, where one is.
    #[must_use]
    pub fn index(&self) -> Option<&Path> {
        Some(match self {
            Plan::Index(plan) => &plan.options.index,
            Plan::Search(plan) => &plan.index,
            Plan::Show(plan) => &plan.index,
            Plan::Cite(plan) => &plan.index,
            Plan::Verify(plan) => &plan.index,
            Plan::Similar(plan) => &plan.index,
            Plan::Background(plan) => &plan.index,
            Plan::Names(plan) => &plan.index,
            Plan::KeyNames(plan) => &plan.index,
            Plan::ShowName(plan) => &plan.index,
            Plan::Correct(plan) => &plan.index,
            Plan::Stats(plan) => &plan.index,
            Plan::Check(plan) => &plan.options.index,
            Plan::Bench(plan) => &plan.index,
            Plan::Extract(_) | Plan::BenchIndexing(_) | Plan::Completions(_) => return None,
        })
    }
}

/// What messages may look like.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    /// Print messages at all.
    pub messages: bool,
    /// Show a moving bar.
    pub bar: bool,
}

/// `dateline index`.
#[derive(Debug)]
pub struct IndexPlan {
    /// What to index.
    pub options: indexer::Options,
    /// Build anew beside the old one.
    pub rebuild: bool,
    /// Where to write what was skipped.
    pub failures: Option<PathBuf>,
    /// Report as JSON.
    pub json: bool,
    /// Messages.
    pub voice: Voice,
}

/// `dateline search`.
#[derive(Debug)]
pub struct SearchPlan {
    /// The index.
    pub index: PathBuf,
    /// What to sync first.
    pub sync: Option<indexer::Options>,
    /// What to ask, in order.
    pub questions: Vec<Question>,
    /// The standing question that this is, where it is one.
    pub standing: Option<StandingPlan>,
    /// What to print.
    pub print: Print,
    /// Name of the run.
    pub tag: String,
    /// Colours, links, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// One question of a run.
#[derive(Debug)]
pub struct Question {
    /// Its id in a query file; `None` for a single question.
    pub qid: Option<String>,
    /// Its line there, from 1.
    pub line: usize,
    /// As typed.
    pub text: String,
    /// The question, or why it is none.
    pub ask: Result<Ask, ParseError>,
    /// Its words alone, to be asked where the question cannot be: a run that is evaluated needs an
    /// answer to every line.
    pub words: Option<Ask>,
}

/// A standing question.
#[derive(Debug)]
pub struct StandingPlan {
    /// Its name.
    pub name: String,
    /// Show nothing, and take all for shown.
    pub mark: bool,
    /// The present.
    pub now: Timestamp,
}

/// What of an answer to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// The articles in a format.
    Hits(Format),
    /// How many there are.
    Count,
    /// Their ids.
    Ids,
    /// How the query was understood.
    Query(Format),
}

/// How to page.
#[derive(Debug, Clone)]
pub struct Pager {
    /// The command, words apart.
    pub command: Vec<String>,
    /// Answers of more lines are paged.
    pub lines: usize,
}

/// `dateline show`.
#[derive(Debug)]
pub struct ShowPlan {
    /// The index.
    pub index: PathBuf,
    /// The id as typed, perhaps with `#pN` or `#pN@HASH` behind it.
    pub id: String,
    /// What to highlight.
    pub query: Option<Query>,
    /// Read its file again; the present for that.
    pub raw: Option<Timestamp>,
    /// In what format.
    pub format: Format,
    /// Colours, links, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline cite`.
#[derive(Debug)]
pub struct CitePlan {
    /// The index.
    pub index: PathBuf,
    /// The passages as typed; `-` for those on standard input.
    pub ids: Vec<String>,
    /// In what format.
    pub format: CiteFormat,
    /// Colours, links, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline verify`.
#[derive(Debug)]
pub struct VerifyPlan {
    /// The index.
    pub index: PathBuf,
    /// The file; `None` for standard input.
    pub file: Option<PathBuf>,
    /// As JSON.
    pub json: bool,
    /// Colours, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline similar`.
#[derive(Debug)]
pub struct SimilarPlan {
    /// The index.
    pub index: PathBuf,
    /// The id as typed, perhaps with `#pN` behind it.
    pub id: String,
    /// How many related articles to print.
    pub limit: usize,
    /// In what format.
    pub format: Format,
    /// Colours, links, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
}

/// `dateline background`.
#[derive(Debug)]
pub struct BackgroundPlan {
    /// The index.
    pub index: PathBuf,
    /// The id or the file as typed.
    pub of: String,
    /// What is earlier, if not what came out before the article.
    pub before: Option<Timestamp>,
    /// How many earlier articles to print.
    pub limit: usize,
    /// How many passages of each.
    pub passages: usize,
    /// How a file is read, which is still to be put in.
    pub extraction: indexer::Extraction,
    /// In what format.
    pub format: Format,
    /// Colours, links, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline entities`.
#[derive(Debug)]
pub struct NamesPlan {
    /// The index.
    pub index: PathBuf,
    /// Of which kinds; with none, of all.
    pub kinds: Vec<EntityKind>,
    /// Spelled like this.
    pub like: Option<String>,
    /// How many.
    pub limit: usize,
    /// As what.
    pub print: PrintNames,
    /// Colours, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline entities QUERY`.
#[derive(Debug)]
pub struct KeyNamesPlan {
    /// The index.
    pub index: PathBuf,
    /// Of which articles.
    pub ask: Ask,
    /// Of which kinds; with none, of all.
    pub kinds: Vec<EntityKind>,
    /// Spelled like this.
    pub like: Option<String>,
    /// In what order.
    pub order: Order,
    /// How many.
    pub limit: usize,
    /// In what format.
    pub format: Format,
    /// Colours, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// What of the names of an archive to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintNames {
    /// A list in a format.
    List(Format),
    /// Who stands beside whom.
    Network {
        /// As a table of edges, not as GraphML.
        edges: bool,
        /// In so many passages or more.
        least: u32,
    },
}

/// `dateline entities show`.
#[derive(Debug)]
pub struct ShowNamePlan {
    /// The index.
    pub index: PathBuf,
    /// The name as typed.
    pub name: String,
    /// Of what kind.
    pub kind: Option<EntityKind>,
    /// In what format.
    pub format: Format,
    /// Colours, width.
    pub look: Look,
    /// The command to page with.
    pub pager: Option<Pager>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline entities correct`.
#[derive(Debug)]
pub struct CorrectPlan {
    /// The index.
    pub index: PathBuf,
    /// The corrections as written; `None` to print those of the index.
    pub corrections: Option<String>,
    /// Messages.
    pub voice: Voice,
}

/// `dateline extract`.
#[derive(Debug)]
pub struct ExtractPlan {
    /// What to read, and how.
    pub extraction: indexer::Extraction,
    /// Read standard input too.
    pub stdin: bool,
    /// Show what was left out.
    pub dropped: bool,
    /// Find names.
    pub names: bool,
    /// In what format.
    pub format: Format,
    /// Colours, links, width.
    pub look: Look,
    /// Messages.
    pub voice: Voice,
}

/// `dateline stats`.
#[derive(Debug)]
pub struct StatsPlan {
    /// The index.
    pub index: PathBuf,
    /// As JSON.
    pub json: bool,
}

/// `dateline check`.
#[derive(Debug)]
pub struct CheckPlan {
    /// How its files would be read again.
    pub options: indexer::Options,
    /// Leave out what takes long.
    pub quick: bool,
    /// Mend what is wrong.
    pub repair: bool,
    /// As JSON.
    pub json: bool,
    /// Messages.
    pub voice: Voice,
}

/// `dateline bench`.
#[derive(Debug)]
pub struct BenchPlan {
    /// The index.
    pub index: PathBuf,
    /// What to ask; `None` where queries are to be made from the index.
    pub lines: Option<Vec<BenchLine>>,
    /// So many of each class.
    pub per_class: usize,
    /// How to measure.
    pub course: Course,
    /// How many processes to start.
    pub cold_starts: usize,
    /// The present, for those.
    pub now: Timestamp,
    /// What is judged of the queries.
    pub qrels: Option<Qrels>,
    /// Where to write what came out.
    pub save: Option<PathBuf>,
    /// An earlier run.
    pub baseline: Option<bench::Report>,
    /// How much slower than that a class may be, as a share.
    pub max_regression: f64,
    /// As JSON.
    pub json: bool,
    /// Colours, width; answers are written by them, too.
    pub look: Look,
    /// Messages.
    pub voice: Voice,
}

/// A query to measure, as it stands in a file.
#[derive(Debug)]
pub struct BenchLine {
    /// Its line, from 1.
    pub line: usize,
    /// As typed.
    pub text: String,
    /// The query, or why it is none.
    pub question: Result<bench::Question, ParseError>,
    /// Why its plain words are asked in place of what was typed.
    pub instead: Option<ParseError>,
}

/// `dateline bench --indexing`.
#[derive(Debug)]
pub struct BenchIndexingPlan {
    /// What to index; the place is still to be found.
    pub options: indexer::Options,
    /// As JSON.
    pub json: bool,
    /// Colours, width.
    pub look: Look,
    /// Messages.
    pub voice: Voice,
}

/// Decides.
///
/// # Errors
/// If what was typed contradicts itself or cannot be read; the message says what to type.
pub fn plan(cli: Cli, around: &Surroundings) -> Result<Plan> {
    let Cli { common, command } = cli;
    let now = clock(&common, around)?;
    let voice = Voice {
        messages: !common.quiet,
        bar: !common.quiet && around.stderr_is_terminal && !around.dumb,
    };
    Ok(match command {
        Command::Index(typed) => Plan::Index(IndexPlan {
            options: indexing(common.index, typed.folders, typed.mapping, &typed.reading, now)?,
            rebuild: typed.rebuild,
            failures: to_write(given::FAILURES, typed.failures)?,
            json: typed.json,
            voice,
        }),
        Command::Search(typed) => Plan::Search(search(common, typed, around, now, voice)?),
        Command::Show(typed) => Plan::Show(show(common, typed, around, now, voice)?),
        Command::Cite(typed) => {
            let format =
                if typed.json { CiteFormat::Json } else { typed.format.unwrap_or_default() };
            Plan::Cite(CitePlan {
                look: look(&common, around),
                index: common.index,
                ids: typed.ids,
                format,
                pager: pager(typed.no_pager || format != CiteFormat::Plain, around),
                voice,
            })
        }
        Command::Verify(typed) => Plan::Verify(VerifyPlan {
            look: look(&common, around),
            index: common.index,
            file: Some(typed.file).filter(|file| file.as_os_str() != "-"),
            json: typed.json,
            pager: pager(typed.no_pager || typed.json, around),
            voice,
        }),
        Command::Similar(typed) => Plan::Similar(SimilarPlan {
            look: look(&common, around),
            index: common.index,
            id: typed.id,
            limit: typed.limit.min(MOST),
            format: if typed.json { Format::Json } else { Format::Plain },
            pager: pager(typed.no_pager || typed.json, around),
        }),
        Command::Background(typed) => {
            Plan::Background(background(common, typed, around, now, voice)?)
        }
        Command::Timeline(typed) => Plan::Search(timeline(common, typed, around, now, voice)?),
        Command::Entities(typed) => entities(common, typed, around, now, voice)?,
        Command::Extract(typed) => Plan::Extract(extract(&common, typed, around, now, voice)?),
        Command::Stats(typed) => Plan::Stats(StatsPlan { index: common.index, json: typed.json }),
        Command::Check(typed) => {
            let reading = ReadingArgs { threads: typed.threads, ..ReadingArgs::default() };
            Plan::Check(CheckPlan {
                options: indexing(common.index, Vec::new(), None, &reading, now)?,
                quick: typed.quick,
                repair: typed.repair,
                json: typed.json,
                voice,
            })
        }
        Command::Bench(typed) if typed.indexing.is_empty() => {
            Plan::Bench(bench(common, typed, around, now, voice)?)
        }
        Command::Bench(typed) => Plan::BenchIndexing(BenchIndexingPlan {
            look: look(&common, around),
            options: indexer::Options {
                index: PathBuf::new(),
                folders: typed.indexing,
                manner: Manner { names: Some(!typed.no_names), ..Manner::default() },
                threads: typed.threads.map_or_else(cores, usize::from),
                now,
            },
            json: typed.json,
            voice,
        }),
        Command::Completions(typed) => Plan::Completions(typed.shell),
    })
}

fn background(
    common: Common,
    typed: args::Background,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<BackgroundPlan> {
    if typed.limit == 0 {
        bail!("-n 0 leaves nothing to print; ask for 1 article or more");
    }
    let before = typed.before.as_deref().map(|text| date("before", text, now)).transpose()?;
    Ok(BackgroundPlan {
        look: look(&common, around),
        index: common.index,
        of: typed.of,
        before: before.map(|(start, _)| start),
        limit: typed.limit.min(MOST),
        passages: typed.passages,
        extraction: indexer::Extraction { threads: cores(), now, ..Default::default() },
        format: if typed.json { Format::Json } else { Format::Plain },
        pager: pager(typed.no_pager || typed.json, around),
        voice,
    })
}

fn entities(
    common: Common,
    typed: args::Entities,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<Plan> {
    let look = look(&common, around);
    let index = common.index;
    match typed.command {
        Some(EntitiesCommand::Show(typed)) => Ok(Plan::ShowName(ShowNamePlan {
            index,
            name: typed.name.join(" "),
            kind: typed.kind,
            format: if typed.json { Format::Json } else { Format::Plain },
            look,
            pager: pager(typed.no_pager || typed.json, around),
            voice,
        })),
        Some(EntitiesCommand::Correct(typed)) => {
            let corrections = match typed.file {
                Some(path) => Some(corrections(&path)?),
                None if typed.none => Some(String::new()),
                None => None,
            };
            Ok(Plan::Correct(CorrectPlan { index, corrections, voice }))
        }
        None => {
            if typed.limit == Some(0) {
                bail!("-n 0 leaves nothing to print; ask for 1 name or more");
            }
            let is_list = !typed.graphml && !typed.csv;
            let query = asked(&typed.asked, now)?;
            if query != Query::All {
                if !is_list {
                    bail!(
                        "a network is of the whole archive; leave the question out, or --graphml and --csv"
                    );
                }
                return Ok(Plan::KeyNames(KeyNamesPlan {
                    index,
                    ask: counting(query, words(&typed.asked), Counts::default()),
                    kinds: typed.kinds,
                    like: typed.like,
                    order: typed.sort.unwrap_or_default(),
                    limit: if typed.all { usize::MAX } else { typed.limit.unwrap_or(NAMES_LISTED) },
                    format: if typed.json { Format::Json } else { Format::Plain },
                    look,
                    pager: pager(typed.no_pager || typed.json, around),
                    voice,
                }));
            }
            if typed.sort.is_some() {
                bail!("--sort is for the names of what a question finds; ask one, or leave it out");
            }
            if is_list && typed.min_weight.is_some() {
                bail!("--min-weight is for a network; add --graphml or --csv");
            }
            let print = match (is_list, typed.json) {
                (false, _) => PrintNames::Network {
                    edges: typed.csv,
                    least: typed.min_weight.unwrap_or(LEAST_WEIGHT),
                },
                (true, true) => PrintNames::List(Format::Json),
                (true, false) => PrintNames::List(Format::Plain),
            };
            let usual = if is_list { NAMES_LISTED } else { NAMES_IN_NETWORK };
            let is_plain = print == PrintNames::List(Format::Plain);
            Ok(Plan::Names(NamesPlan {
                index,
                kinds: typed.kinds,
                like: typed.like,
                limit: if typed.all { usize::MAX } else { typed.limit.unwrap_or(usual) },
                print,
                look,
                pager: pager(typed.no_pager || !is_plain, around),
                voice,
            }))
        }
    }
}

fn mapping(path: &Path) -> Result<Mapping> {
    let text = given::text("the mapping file", path)?;
    Mapping::from_toml(&text).with_context(|| format!("in the mapping file {}", path.display()))
}

/// A file of corrections as written, once it is known that it can be read.
fn corrections(path: &Path) -> Result<String> {
    let text = given::text("the file of corrections", path)?;
    Corrections::from_toml(&text)
        .with_context(|| format!("in the file of corrections {}", path.display()))?;
    Ok(text)
}

/// A file that is written when the work is done, if its folder is there by now.
fn to_write(what: &str, path: Option<PathBuf>) -> Result<Option<PathBuf>> {
    path.as_deref().map_or(Ok(()), |path| given::expect_folder_of(what, path))?;
    Ok(path)
}

fn clock(common: &Common, around: &Surroundings) -> Result<Timestamp> {
    let Some(typed) = &common.now else { return Ok(around.now) };
    match query::parse_date(typed, around.now) {
        Ok((start, _)) => Ok(start),
        Err(error) => bail!("--now {typed}: {error}"),
    }
}

fn look(common: &Common, around: &Surroundings) -> Look {
    let color = match common.color {
        When::Always => true,
        When::Never => false,
        When::Auto => around.stdout_is_terminal && !around.no_color && !around.dumb,
    };
    let width = around.size.filter(|_| around.stdout_is_terminal).map_or(100, |(width, _)| width);
    let links = color && around.stdout_is_terminal && !around.dumb;
    Look { color, links, width: usize::from(width) }
}

fn pager(refused: bool, around: &Surroundings) -> Option<Pager> {
    if refused || !around.stdout_is_terminal || around.dumb {
        return None;
    }
    let command = around.pager.as_deref().unwrap_or("less");
    let command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    let (_, rows) = around.size?;
    (!command.is_empty() && command != ["cat"])
        .then_some(Pager { command, lines: usize::from(rows.saturating_sub(1)) })
}

fn indexing(
    index: PathBuf,
    folders: Vec<PathBuf>,
    mapping: Option<PathBuf>,
    reading: &ReadingArgs,
    now: Timestamp,
) -> Result<indexer::Options> {
    let mapping = mapping.as_deref().map(self::mapping).transpose()?;
    Ok(indexer::Options {
        index,
        folders,
        manner: Manner {
            mapping,
            max_article_bytes: reading.max_article_size.map(|size| size << 20),
            max_ratio: reading.max_ratio,
            follow: reading.follow.then_some(true),
            names: match (reading.names, reading.no_names) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            max_seconds: reading.max_seconds,
        },
        threads: reading.threads.map_or_else(cores, usize::from),
        now,
    })
}

/// One thread a core, but no more than a disk can feed.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}

fn search(
    common: Common,
    typed: args::Search,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<SearchPlan> {
    let format = match (typed.json, typed.format) {
        (true, _) | (_, Some(OutputFormat::Json)) => Format::Json,
        (_, None | Some(OutputFormat::Plain)) => Format::Plain,
        (_, Some(OutputFormat::Csv)) => Format::Csv,
        (_, Some(OutputFormat::Trec)) => Format::Trec,
        (_, Some(OutputFormat::Md)) => Format::Md,
    };
    let print = match (typed.count, typed.ids, typed.explain_query) {
        (true, ..) => Print::Count,
        (_, true, _) => Print::Ids,
        (.., true) if !matches!(format, Format::Plain | Format::Json) => {
            bail!("--explain-query is written for people or as JSON; leave --format out")
        }
        (.., true) => Print::Query(format),
        _ => Print::Hits(format),
    };
    let text = match print {
        Print::Hits(format) => format != Format::Trec,
        Print::Count | Print::Ids | Print::Query(_) => false,
    };
    let limit = match (typed.all, typed.limit) {
        (true, _) => MOST,
        (_, Some(limit)) => limit.min(MOST),
        (_, None) if print == Print::Hits(Format::Trec) => TREC_LIMIT,
        (_, None) => LIMIT,
    };
    let words = match words(&typed.asked) {
        // A file of topics asks for a ranking to some depth, not for the articles that hold it all.
        Words::Auto if typed.queries.is_some() => Words::Any,
        // What holds some of the words comes in every day.
        Words::Auto if typed.since_last.is_some() => Words::All,
        words => words,
    };
    if typed.why && !matches!(format, Format::Plain | Format::Json) {
        bail!("--why has no place in this format; leave --format out, or take --json");
    }
    let counts = counts(&typed);
    if counts != Counts::default() && !matches!(print, Print::Hits(Format::Plain | Format::Json)) {
        let option = if typed.facet.is_empty() { "--timeline" } else { "--facet" };
        bail!("{option} has no place in this format; leave --format out, or take --json");
    }
    if typed.offset > 0 && matches!(print, Print::Count | Print::Query(_)) {
        bail!("--offset passes over articles, and none are printed here; leave it out");
    }
    if typed.facet_limit.is_some() && typed.facet.is_empty() {
        bail!(
            "--facet-limit says how many values --facet prints; add --facet source, or leave it out"
        );
    }
    if typed.tag.is_some() && print != Print::Hits(Format::Trec) {
        bail!("--tag names a run of --format trec; add that, or leave --tag out");
    }
    // A file of topics asks for every article that is judged, ids and counts are of all, and a row
    // of a table has no room for the copies under it.
    let readable = matches!(print, Print::Hits(Format::Plain | Format::Md | Format::Json));
    let fold = readable && !typed.no_fold && typed.queries.is_none();
    let filters = filters(&typed.asked, now)?;
    let ask = |query: Query| Ask {
        query: with_filters(query, &filters),
        words,
        limit,
        offset: typed.offset,
        sort: typed.sort,
        passages: typed.passages,
        text,
        fold,
        recent: typed.recent.map(|days| days.unwrap_or(RECENT_DAYS)),
        why: typed.why,
        counts: counts.clone(),
    };
    let mut questions = Vec::new();
    if let Some(path) = &typed.queries {
        for queries::Line { number, id, text, broken, .. } in queries::read(path)? {
            let words = print == Print::Hits(Format::Trec);
            questions.push(Question {
                qid: Some(id.unwrap_or_else(|| number.to_string())),
                line: number,
                words: words.then(|| ask(query::plain_words(&text))),
                ask: match broken {
                    Some(error) => Err(error),
                    None => query::parse(&text, now).map(ask),
                },
                text,
            });
        }
    } else {
        let text = typed.asked.query.join(" ");
        if text.trim().is_empty() && filters.is_empty() {
            bail!("no question is given; try `dateline search witkoff putin`, or `--help`");
        }
        let ask = Ok(ask(parse(&text, now)?));
        questions.push(Question { qid: None, line: 1, text, ask, words: None });
    }
    let sync = match typed.corpus {
        Some(folder) => {
            Some(indexing(common.index.clone(), vec![folder], None, &ReadingArgs::default(), now)?)
        }
        None => None,
    };
    let machine = !matches!(print, Print::Hits(Format::Plain | Format::Md));
    Ok(SearchPlan {
        look: look(&common, around),
        index: common.index,
        sync,
        questions,
        print,
        tag: typed.tag.unwrap_or_else(|| "dateline".to_owned()),
        // What a pager was closed before would be taken for shown.
        pager: pager(typed.no_pager || machine || typed.since_last.is_some(), around),
        standing: typed.since_last.map(|name| StandingPlan { name, mark: typed.mark, now }),
        voice,
    })
}

fn bench(
    common: Common,
    typed: args::Bench,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<BenchPlan> {
    let qrels = typed.qrels.as_deref().map(|path| -> Result<Qrels> {
        let text = given::text("the judgments in", path)?;
        metrics::read_qrels(&text).with_context(|| format!("in the judgments {}", path.display()))
    });
    let qrels = qrels.transpose()?;
    let baseline = typed.baseline.as_deref().map(|path| -> Result<bench::Report> {
        let text = given::text("the baseline", path)?;
        render::json::bench::read(&text)
            .with_context(|| format!("{} is no baseline", path.display()))
    });
    let baseline = baseline.transpose()?;
    let lines = match (&typed.queries, &baseline) {
        (Some(path), _) => Some(bench_lines(queries::read(path)?, qrels.as_ref(), now)?),
        (None, Some(baseline)) => {
            let lines = baseline.queries.iter().zip(1..).map(|(one, line)| {
                bench_line(line, one.id.clone(), one.classes.clone(), one.query.clone(), now)
            });
            Some(lines.collect())
        }
        (None, None) => None,
    };
    let most = typed.threads.map_or_else(cores, usize::from);
    let mut threads: Vec<usize> = std::iter::successors(Some(1), |threads| Some(threads * 2))
        .take_while(|n| *n < most)
        .collect();
    threads.push(most);
    let words = match (typed.any, typed.strict) {
        (true, _) => Words::Any,
        (_, true) => Words::All,
        // A file of topics is read as `search --queries` reads it, so that its run is judged alike.
        _ if qrels.is_some() => Words::Any,
        _ => Words::Auto,
    };
    Ok(BenchPlan {
        look: look(&common, around),
        index: common.index,
        lines,
        per_class: usize::from(typed.per_class),
        course: Course {
            what: typed.what,
            words,
            warm_up: typed.warm_up,
            rounds: typed.rounds as usize,
            seed: typed.seed,
            threads,
        },
        cold_starts: usize::from(typed.cold_starts),
        now,
        qrels,
        save: to_write(given::MEASURED, typed.save)?,
        baseline,
        max_regression: typed.max_regression,
        json: typed.json,
        voice,
    })
}

/// The queries of a file with their classes and ids. What stands before the tabs are ids where no two
/// are the same, as ids are; else classes.
fn bench_lines(
    lines: Vec<queries::Line>,
    qrels: Option<&Qrels>,
    now: Timestamp,
) -> Result<Vec<BenchLine>> {
    let mut known = BTreeSet::new();
    let repeated = lines.iter().filter_map(|line| line.id.as_ref()).find(|id| !known.insert(*id));
    let repeated = repeated.cloned();
    if let (Some(id), true) = (&repeated, qrels.is_some()) {
        bail!("two queries have the id {id}, so that --qrels cannot tell them apart; rename one");
    }
    if qrels.is_some_and(|qrels| {
        !lines.iter().filter_map(|line| line.id.as_ref()).any(|id| qrels.contains_key(id))
    }) {
        bail!("no query has an id that --qrels judge; write `id<TAB>query`");
    }
    let line = |line: queries::Line| {
        let queries::Line { number, id, mut tags, text, broken } = line;
        let id = match repeated {
            Some(_) if tags.is_empty() => {
                tags.extend(id);
                None
            }
            _ => id,
        };
        if let Some(error) = broken {
            return BenchLine { line: number, text, question: Err(error), instead: None };
        }
        let line = bench_line(number, id.clone(), tags.clone(), text, now);
        match line.question {
            Err(error) if qrels.is_some() => {
                // As a TREC run does: what is judged needs an answer.
                let query = query::plain_words(&line.text);
                let text = line.text.clone();
                let question = Ok(bench::Question { id, classes: tags, text, query });
                BenchLine { question, instead: Some(error), ..line }
            }
            _ => line,
        }
    };
    Ok(lines.into_iter().map(line).collect())
}

fn bench_line(
    line: usize,
    id: Option<String>,
    classes: Vec<String>,
    text: String,
    now: Timestamp,
) -> BenchLine {
    let question = query::parse(&text, now);
    let question = question.map(|query| bench::Question { id, classes, text: text.clone(), query });
    BenchLine { line, text, question, instead: None }
}

/// How words side by side are taken.
fn words(typed: &args::Asked) -> Words {
    match (typed.any, typed.strict) {
        (true, _) => Words::Any,
        (_, true) => Words::All,
        _ => Words::Auto,
    }
}

/// What is counted beside the hits of a search.
fn counts(typed: &args::Search) -> Counts {
    let mut facets = Vec::new();
    for field in &typed.facet {
        if !facets.contains(field) {
            facets.push(*field);
        }
    }
    Counts {
        values: if facets.is_empty() { 0 } else { typed.facet_limit.unwrap_or(FACET_LIMIT) },
        facets,
        timeline: typed.timeline.map(scale),
    }
}

fn scale(unit: Option<Unit>) -> Scale {
    unit.map_or(Scale::Fitting, Scale::Of)
}

/// Asks for what is counted of an answer alone.
fn counting(query: Query, words: Words, counts: Counts) -> Ask {
    Ask {
        query,
        words,
        limit: 0,
        offset: 0,
        sort: Sort::Relevance,
        passages: 0,
        text: false,
        fold: false,
        recent: None,
        why: false,
        counts,
    }
}

/// A search that prints a timeline alone.
fn timeline(
    common: Common,
    typed: args::Timeline,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<SearchPlan> {
    let counts = Counts { timeline: Some(scale(typed.by)), ..Counts::default() };
    let ask = counting(asked(&typed.asked, now)?, words(&typed.asked), counts);
    Ok(SearchPlan {
        look: look(&common, around),
        index: common.index,
        sync: None,
        questions: vec![Question {
            qid: None,
            line: 1,
            text: typed.asked.query.join(" "),
            ask: Ok(ask),
            words: None,
        }],
        standing: None,
        print: Print::Hits(if typed.json { Format::Json } else { Format::Plain }),
        tag: String::new(),
        pager: pager(typed.no_pager || typed.json, around),
        voice,
    })
}

/// What was asked, with the filters of the command line in it; every article where nothing was.
fn asked(typed: &args::Asked, now: Timestamp) -> Result<Query> {
    let filters = filters(typed, now)?;
    Ok(with_filters(parse(&typed.query.join(" "), now)?, &filters))
}

/// A query as typed; an error says what is wrong, then shows where and what to write instead.
fn parse(text: &str, now: Timestamp) -> Result<Query> {
    query::parse(text, now).map_err(|error| anyhow!("{error}\n{}", error.render(text)))
}

/// The first instant of a date that an option was given, and the first one after it.
fn date(flag: &str, text: &str, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    query::parse_date(text, now).map_err(|error| anyhow!("--{flag} {text}: {error}"))
}

/// The filters of the command line as atoms of the query language.
fn filters(typed: &args::Asked, now: Timestamp) -> Result<Vec<Query>> {
    let mut filters = Vec::new();
    let from = typed.since.as_deref().map(|text| date("since", text, now)).transpose()?;
    let until = typed.until.as_deref().map(|text| date("until", text, now)).transpose()?;
    if from.is_some() || until.is_some() {
        let (from, until) = (from.map(|(start, _)| start), until.map(|(_, end)| end));
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            bail!("--since lies after --until; swap them");
        }
        filters.push(Query::Filter(Filter::Date { from, until }));
    }
    let mut sources: Vec<Query> = typed
        .source
        .iter()
        .map(|value| {
            Query::Filter(Filter::Field { field: MetaField::Source, value: value.clone() })
        })
        .collect();
    match sources.len() {
        0 => {}
        1 => filters.append(&mut sources),
        _ => filters.push(Query::Or(sources)),
    }
    Ok(filters)
}

fn with_filters(query: Query, filters: &[Query]) -> Query {
    if filters.is_empty() {
        return query;
    }
    let mut parts = match query {
        Query::All => Vec::new(),
        Query::And(parts) => parts,
        other => vec![other],
    };
    parts.extend(filters.iter().cloned());
    if parts.len() == 1 { parts.swap_remove(0) } else { Query::And(parts) }
}

fn show(
    common: Common,
    typed: args::Show,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<ShowPlan> {
    let format = match (typed.json, typed.format) {
        (true, _) | (_, Some(ShowFormat::Json)) => Format::Json,
        (_, None | Some(ShowFormat::Plain)) => Format::Plain,
        (_, Some(ShowFormat::Md)) => Format::Md,
    };
    let query = typed.query.as_deref().map(|text| parse(text, now)).transpose()?;
    if typed.raw && format == Format::Md {
        bail!("--raw has no Markdown; leave --format out, or take --json");
    }
    Ok(ShowPlan {
        look: look(&common, around),
        index: common.index,
        id: typed.id,
        query,
        raw: typed.raw.then_some(now),
        format,
        pager: pager(typed.no_pager || format == Format::Json, around),
        voice,
    })
}

fn extract(
    common: &Common,
    typed: args::Extract,
    around: &Surroundings,
    now: Timestamp,
    voice: Voice,
) -> Result<ExtractPlan> {
    let mapping = typed.mapping.as_deref().map(mapping).transpose()?;
    let stdin = |path: &PathBuf| path.as_os_str() == "-";
    Ok(ExtractPlan {
        stdin: typed.files.iter().any(stdin),
        extraction: indexer::Extraction {
            files: typed.files.into_iter().filter(|path| !stdin(path)).collect(),
            handed_in: None,
            threads: cores(),
            manner: Manner { mapping, follow: typed.follow.then_some(true), ..Manner::default() },
            now,
        },
        dropped: typed.dropped,
        names: typed.names,
        format: if typed.json { Format::Json } else { Format::Plain },
        look: look(common, around),
        voice,
    })
}

/// What a run's answers are printed with, besides the answers.
#[must_use]
pub fn context(question: &Question, first: bool, tag: &str, root: Option<PathBuf>) -> Context {
    Context { qid: question.qid.clone(), first, run_tag: tag.to_owned(), root }
}
