//! How long queries take and how good their answers are; how fast folders are indexed.
//!
//! One query at a time, each as soon as the one before is answered (a closed loop): what is timed is
//! how long an answer takes, not how long somebody waits who asks while others do. After a warm-up every
//! query is asked once a round, in an order that is shuffled anew for each round, and every timing is
//! kept. `docs/benchmarking.md` is the user's view of it.
//!
//! Knows what asks and what indexes, and nothing of how answers or results are written: what writes an
//! answer is handed in ([`Draw`]), and what comes out is plain data ([`Report`]).

pub mod cold;
pub mod compare;
pub mod indexing;
pub mod made;
pub mod metrics;
pub mod timings;

mod dice;

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};

use self::cold::Cold;
use self::compare::Comparison;
use self::dice::Dice;
use self::metrics::{Qrels, Quality};
use self::timings::Summary;
use crate::backend::{Searcher, Sort};
use crate::hits::Hits;
use crate::query::Query;
use crate::search::{self, Ask, Counts, Words};
use crate::usage;

/// The name of the class of all queries.
pub const ALL: &str = "all";
/// How many articles are answered with, as `dateline search` does.
const ARTICLES: usize = 10;
/// How many passages of each.
const PASSAGES: usize = 3;
/// How deep rankings are judged: as deep as a TREC run is.
const JUDGED_DEPTH: usize = 1000;
/// Queries per second are counted over about this time, for each number of threads.
const THROUGHPUT_TIME: Duration = Duration::from_secs(1);
/// Patterns and deep queries recurse.
const STACK: usize = 8 << 20;

/// What is timed; each is the one before and more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[derive(strum::Display, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum What {
    /// How many articles match, and nothing else
    Hits,
    /// The ids of the ten best articles
    Top10,
    /// These with text, names and copies, and three highlighted passages each
    Passages,
    /// All that, written as text for a terminal
    #[default]
    Render,
}

impl What {
    /// Asks for this much of an answer.
    #[must_use]
    pub fn ask(self, query: Query, words: Words) -> Ask {
        let text = matches!(self, What::Passages | What::Render);
        Ask {
            query,
            words,
            limit: if self == What::Hits { 0 } else { ARTICLES },
            offset: 0,
            sort: Sort::Relevance,
            passages: if text { PASSAGES } else { 0 },
            text,
            fold: text,
            recent: None,
            why: false,
            counts: Counts::default(),
        }
    }
}

/// A query to ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its own id, where it has one.
    pub id: Option<String>,
    /// The classes that it counts in, besides [`ALL`].
    pub classes: Vec<String>,
    /// As typed.
    pub text: String,
    /// As understood.
    pub query: Query,
}

/// How to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// What is timed.
    pub what: What,
    /// How words side by side are taken.
    pub words: Words,
    /// How long queries are asked before any is timed, at least once each.
    pub warm_up: Duration,
    /// How often each query is timed.
    pub rounds: usize,
    /// What orders and resamples are drawn by.
    pub seed: u64,
    /// Numbers of threads to count queries per second with.
    pub threads: Vec<usize>,
}

/// Writes an answer to nowhere and says how long it came out.
pub type Draw<'d> = dyn Fn(&Hits) -> Result<usize> + Sync + 'd;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Every query is asked once.
    Check,
    /// Queries are asked, but not timed.
    WarmUp,
    /// A round, from 1.
    Round(usize),
    /// Queries per second with so many threads.
    Threads(usize),
}

/// What came out, times in nanoseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What measured.
    pub tool: String,
    /// What was timed.
    pub what: What,
    /// How words side by side were taken.
    pub words: String,
    /// Articles of the index.
    pub articles: u64,
    /// How long queries were asked before any was timed.
    pub warm_up_ns: u64,
    /// How many rounds were timed.
    pub rounds: usize,
    /// What orders were drawn by.
    pub seed: u64,
    /// Queries that could not be asked.
    pub refused: usize,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// The classes in the order of the queries, then [`ALL`] where there is more than one.
    pub classes: Vec<Class>,
    /// Queries per second.
    pub throughput: Vec<Throughput>,
    /// From the start of a process to its answer; `null` where it was not measured.
    pub cold: Option<Cold>,
    /// How good the answers are; `null` without judgments.
    pub quality: Option<Quality>,
    /// Beside an earlier run; `null` without one.
    pub comparison: Option<Comparison>,
    /// Every query.
    pub queries: Vec<Measured>,
}

/// Queries of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// How many it has.
    pub queries: usize,
    /// How many articles they find, each query counted: tells that two runs did the same work.
    pub hits: u64,
    /// What their timings come to.
    #[serde(rename = "wall_ns")]
    pub wall: Summary,
    /// Processor time of an answer, on average; `null` where the system does not tell.
    #[serde(rename = "cpu_mean_ns")]
    pub cpu_mean: Option<u64>,
}

/// A query and its timings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its own id, where it has one.
    pub id: Option<String>,
    /// The classes that it counts in.
    pub classes: Vec<String>,
    /// As typed.
    pub query: String,
    /// How many articles match.
    pub hits: u64,
    /// What each answer took, a timing a round; empty where only what they come to is told.
    #[serde(rename = "wall_ns")]
    pub wall: Vec<u64>,
    /// Processor time of all of these.
    #[serde(rename = "cpu_sum_ns")]
    pub cpu: Option<u64>,
}

/// How many queries per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    /// Threads that asked at the same time, each one query at a time.
    pub threads: usize,
    /// Queries answered.
    pub queries: u64,
    /// How long that took.
    pub wall_ns: u64,
    /// Processor time of it.
    pub cpu_ns: Option<u64>,
    /// Queries per second.
    pub per_second: f64,
}

/// A query that cannot be answered, by its place in the list, and why.
pub type Refused = (usize, anyhow::Error);

/// Asks and times. Queries that cannot be answered are handed back beside the report.
///
/// `stop` may be set at any time from another thread: the report then has what was measured so far.
///
/// # Errors
/// If the archive cannot be read, or an answer not be written.
pub fn run(
    searcher: &(dyn Searcher + Sync),
    questions: &[Question],
    course: &Course,
    draw: &Draw<'_>,
    tell: &mut dyn FnMut(Step),
    stop: &AtomicBool,
) -> Result<(Report, Vec<Refused>)> {
    let stopped = || stop.load(Ordering::Relaxed);
    let asker = Asker { searcher, what: course.what, draw };
    let mut refused = Vec::new();
    let mut asks: Vec<Ask> = Vec::new();
    let mut measured: Vec<Measured> = Vec::new();
    let start = Instant::now();
    tell(Step::Check);
    for (at, question) in questions.iter().enumerate() {
        if stopped() {
            break;
        }
        let ask = course.what.ask(question.query.clone(), course.words);
        match asker.answer(&ask) {
            Ok(hits) => {
                measured.push(Measured {
                    id: question.id.clone(),
                    classes: question.classes.clone(),
                    query: question.text.clone(),
                    hits,
                    ..Measured::default()
                });
                asks.push(ask);
            }
            Err(error) => refused.push((at, error)),
        }
    }
    let mut order: Vec<usize> = (0..asks.len()).collect();
    let mut streams = 0..;
    let mut shuffle = |order: &mut [usize]| {
        Dice::new(course.seed, streams.next().unwrap_or(0)).shuffle(order);
    };
    tell(Step::WarmUp);
    while start.elapsed() < course.warm_up && !asks.is_empty() && !stopped() {
        shuffle(&mut order);
        for &at in &order {
            if start.elapsed() >= course.warm_up || stopped() {
                break;
            }
            asker.answer(&asks[at])?;
        }
    }
    let warm_up = start.elapsed();
    let (mut rounds, mut asked_for) = (0, Duration::ZERO);
    // The orders of the rounds are the same, however many the warm-up took.
    let mut streams = 1 << 32..;
    let mut shuffle = |order: &mut [usize]| {
        order.sort_unstable();
        Dice::new(course.seed, streams.next().unwrap_or(0)).shuffle(order);
    };
    while rounds < course.rounds && !stopped() {
        rounds += 1;
        tell(Step::Round(rounds));
        shuffle(&mut order);
        for &at in &order {
            if stopped() {
                break;
            }
            let taken = asker.time(&asks[at])?;
            let one = &mut measured[at];
            one.wall.push(nanoseconds(taken.wall));
            if let Some(cpu) = taken.cpu {
                *one.cpu.get_or_insert(0) += nanoseconds(cpu);
            }
            asked_for += taken.wall;
        }
    }
    let mut throughput = Vec::new();
    if !asks.is_empty() && rounds > 0 {
        let round = asked_for / u32::try_from(rounds).unwrap_or(u32::MAX);
        let wanted = THROUGHPUT_TIME.min(asked_for).as_secs_f64();
        let passes = (wanted / round.as_secs_f64().max(1e-9)).ceil().clamp(1.0, 1000.0) as usize;
        for &threads in &course.threads {
            if stopped() {
                break;
            }
            tell(Step::Threads(threads));
            let mut all = Vec::with_capacity(passes * asks.len());
            for _ in 0..passes {
                shuffle(&mut order);
                all.extend_from_slice(&order);
            }
            throughput.extend(asker.throughput(&asks, &all, threads, stop)?);
        }
    }
    let report = Report {
        tool: String::new(),
        what: course.what,
        words: course.words.to_string(),
        articles: searcher.count(&Query::All, false)?,
        warm_up_ns: nanoseconds(warm_up),
        rounds,
        seed: course.seed,
        refused: refused.len(),
        interrupted: stopped(),
        classes: classes(&measured),
        throughput,
        cold: None,
        quality: None,
        comparison: None,
        queries: measured,
    };
    Ok((report, refused))
}

/// Asks what is judged, as deep as a TREC run is, and measures the answers. Questions without an id, and
/// those that cannot be answered, have none.
///
/// # Errors
/// If the archive cannot be read.
pub fn judge(
    searcher: &dyn Searcher,
    questions: &[Question],
    words: Words,
    qrels: &Qrels,
    stop: &AtomicBool,
) -> Result<Option<Quality>> {
    let mut answers = Vec::new();
    for question in questions {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(id) = &question.id else { continue };
        let ask = What::Top10.ask(question.query.clone(), words);
        let ids = match search::run(searcher, &Ask { limit: JUDGED_DEPTH, ..ask }) {
            Ok(hits) => hits.docids().into_iter().map(str::to_owned).collect(),
            Err(_) => Vec::new(),
        };
        answers.push((id.clone(), ids));
    }
    Ok(Some(metrics::measure(qrels, &answers, JUDGED_DEPTH)))
}

/// What an answer took.
struct Taken {
    wall: Duration,
    cpu: Option<Duration>,
}

struct Asker<'a> {
    searcher: &'a (dyn Searcher + Sync),
    what: What,
    draw: &'a Draw<'a>,
}

impl Asker<'_> {
    /// Asks, does with the answer what is to be timed, and says how many articles match.
    fn answer(&self, ask: &Ask) -> Result<u64> {
        let hits = search::run(self.searcher, ask)?;
        if self.what == What::Render {
            black_box((self.draw)(&hits)?);
        }
        Ok(black_box(&hits).total)
    }

    fn time(&self, ask: &Ask) -> Result<Taken> {
        // Asking for the processor time is the dearer one, so that it stands outside.
        let cpu = usage::of_thread();
        let start = Instant::now();
        self.answer(ask)?;
        let wall = start.elapsed();
        let cpu = usage::of_thread().zip(cpu).map(|(after, before)| after.saturating_sub(before));
        Ok(Taken { wall, cpu })
    }

    /// Asks in this order by so many threads, each of which takes the next as soon as it is free.
    fn throughput(
        &self,
        asks: &[Ask],
        order: &[usize],
        threads: usize,
        stop: &AtomicBool,
    ) -> Result<Option<Throughput>> {
        let next = AtomicUsize::new(0);
        let failed: Mutex<Option<anyhow::Error>> = Mutex::default();
        let (cpu, start) = (usage::of_process(), Instant::now());
        thread::scope(|scope| -> Result<()> {
            for number in 0..threads {
                let builder =
                    thread::Builder::new().name(format!("ask-{number}")).stack_size(STACK);
                builder.spawn_scoped(scope, || {
                    while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        if let Err(error) = self.answer(&asks[at]) {
                            next.store(order.len(), Ordering::Relaxed);
                            if let Ok(mut failed) = failed.lock() {
                                failed.get_or_insert(error);
                            }
                        }
                    }
                })?;
            }
            Ok(())
        })?;
        let wall = start.elapsed();
        if let Some(error) = failed.into_inner().map_err(|_| anyhow!("a thread failed"))? {
            return Err(error);
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let cpu = usage::of_process().zip(cpu).map(|(after, before)| after.saturating_sub(before));
        Ok(Some(Throughput {
            threads,
            queries: order.len() as u64,
            wall_ns: nanoseconds(wall),
            cpu_ns: cpu.map(nanoseconds),
            per_second: order.len() as f64 / wall.as_secs_f64(),
        }))
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What the queries of each class come to, and all of them where there is more than one class.
fn classes(measured: &[Measured]) -> Vec<Class> {
    let mut names: Vec<&str> = Vec::new();
    for name in measured.iter().flat_map(|one| &one.classes) {
        if !names.contains(&name.as_str()) && name != ALL {
            names.push(name);
        }
    }
    if names.len() != 1 || measured.iter().any(|one| one.classes.is_empty()) {
        names.push(ALL);
    }
    let class = |name: &str| {
        let of_class: Vec<&Measured> = measured
            .iter()
            .filter(|one| name == ALL || one.classes.iter().any(|class| class == name))
            .collect();
        let timings: usize = of_class.iter().map(|one| one.wall.len()).sum();
        let cpu: Option<u64> = of_class.iter().map(|one| one.cpu).sum();
        Class {
            name: name.to_owned(),
            queries: of_class.len(),
            hits: of_class.iter().map(|one| one.hits).sum(),
            wall: Summary::of(of_class.iter().flat_map(|one| one.wall.iter().copied())),
            cpu_mean: cpu.filter(|_| timings > 0).map(|sum| sum / timings as u64),
        }
    };
    names.into_iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of queries, each with its class and its timings.
    pub(super) fn report(queries: &[(&str, &str, &[u64])]) -> Report {
        let measured: Vec<Measured> = queries
            .iter()
            .map(|(query, class, wall)| Measured {
                id: None,
                classes: vec![(*class).to_owned()],
                query: (*query).to_owned(),
                hits: query.len() as u64,
                wall: wall.to_vec(),
                cpu: Some(wall.iter().sum()),
            })
            .collect();
        Report {
            tool: "dateline test".to_owned(),
            what: What::Render,
            words: "auto".to_owned(),
            articles: 7,
            warm_up_ns: 0,
            rounds: 1,
            seed: 1,
            refused: 0,
            interrupted: false,
            classes: classes(&measured),
            throughput: Vec::new(),
            cold: None,
            quality: None,
            comparison: None,
            queries: measured,
        }
    }

    #[test]
    fn a_query_counts_in_each_of_its_classes_and_once_in_all() {
        let mut report = report(&[("a", "term", &[10, 20]), ("bb", "or", &[30, 40])]);
        report.queries[1].classes.push("term".to_owned());
        let classes = classes(&report.queries);
        let told: Vec<_> = classes.iter().map(|c| (c.name.as_str(), c.queries, c.hits)).collect();
        assert_eq!(told, [("term", 2, 3), ("or", 1, 2), (ALL, 2, 3)]);
        assert_eq!(classes[2].wall.timings, 4);
        assert_eq!((classes[2].wall.mean, classes[1].cpu_mean), (25, Some(35)));
    }

    #[test]
    fn one_class_is_all_there_is() {
        let report = report(&[("a", "term", &[10]), ("b", "term", &[])]);
        assert_eq!(report.classes.len(), 1);
        assert_eq!(classes(&[]).len(), 1);
    }
}
