//! The index's answer is the answer of a naive scan. On random small archives over a tiny
//! vocabulary (accents, possessives, acronyms, hyphens, common words; headlines missing; dates of
//! every precision and none), synced from JSON lines in several steps so that there are several
//! segments and removed articles, with one and with two threads:
//!
//! 1. What is in the index is what is in the files: text, headline, date, source and the rest;
//!    what is gone is gone, and the counts of `stats` are those of the files.
//! 2. A query matches exactly the articles that a scan finds, and the total is their number: for
//!    words all and any, phrases with and without slop, `=`, wildcards, fuzzy words, `title:`,
//!    AND, OR and NOT, and conditions on metadata, at the top and inside OR and NOT.
//! 3. A relaxed answer is that of any word, and tells how many articles hold every word.
//! 4. Articles that only lack a date for a date condition are counted.
//! 5. Answers are ordered by score or date, then date (newest first), then id.
//! 6. Pages follow each other without gap or repeat, and add up to the whole.
//! 7. Marks are in order, disjoint, on word ends, inside their passage or headline; they mark
//!    just the words that a scan finds to match. What is shown is a passage with a mark wherever
//!    there is one, and passages stand in reading order.
//! 8. How an archive came into the index does not matter: set, total, order, score and passages
//!    are the same for one sync and many. Scores may differ by one step (1/4096) where a sum of
//!    three or more words lies on the edge of a step, since segments add them in another order;
//!    articles so near each other may change places, no others. Removed articles still count in
//!    the statistics until their segment is rewritten, so after updates the sets, totals, orders
//!    by date and marks are the same, and the order by relevance need not be.
//! 9. All of this holds where pruning is at work: the best of thousands are the best of all.
//!
//! `PROPTEST_CASES` raises the number of archives tried.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use dateline::analysis::{Analyzer, Chain, Word, fold_pattern, is_common};
use dateline::article::{Article, DateFrom, Precision, Published};
use dateline::backend::local::LocalSearcher;
use dateline::backend::{Searcher, Sort};
use dateline::hits::{Hit, Hits, Reading};
use dateline::mentions;
use dateline::passage;
use dateline::proximity::Nearness;
use dateline::query::{Filter, MetaField, Pattern, Query, Text, TextField};
use dateline::search::Words;
use dateline::words::WordList;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use support::{Dice, World, ask, dump, ids, parse, run};

// ---------------------------------------------------------------------------------------------
// Archives

const VOCABULARY: &[&str] = &[
    "budget",
    "budgets",
    "budgeting",
    "council",
    "council's",
    "café",
    "cafe",
    "cafe\u{301}",
    "Zelensky",
    "Zelenskyy",
    "Zelenskyy’s",
    "U.S.",
    "US",
    "co-operation",
    "cooperation",
    "operation",
    "the",
    "of",
    "who",
    "and",
    "Kyiv",
    "Київ",
    "3.14",
    "12:30",
    "flood",
    "floods",
    "Straße",
    "don't",
    "AT&T",
    "NATO-led",
    "ＮＡＴＯ",
    "operation's",
    "d’operation",
    "l'Opération",
    "Αθήνα",
    "ΑΘΗΝΑ",
    "p.m.",
    "ET",
    "vs.",
];

/// Without a letter or digit, glued to words or alone.
const PUNCTUATION: &[&str] = &["", "", "", "", ",", " —", ";", " *"];

const SOURCES: &[&str] = &["The Kyiv Courier", "Courier", "bbc.example", "www.Post.example"];
const URLS: &[&str] =
    &["https://post.example/2025/04/budget", "https://www.bbc.example/kyiv-flood"];
const AUTHORS: &[&str] = &["Ann Lee", "Bo Ek", "Lee Ann"];
const SECTIONS: &[&str] = &["World", "World news"];
const NAMES: &[&str] = &["Olena Hai", "Hai", "Kyiv"];
const DATES: &[&str] = &[
    "2024",
    "2025",
    "2025-04",
    "2025-05",
    "2025-04-25",
    "2025-04-26",
    "2025-05-01",
    "2025-04-25T14:30",
    "2025-04-25T14:30:05Z",
    "2024-12-31T23:59:59Z",
];

/// A record as a file holds it.
#[derive(Debug, Clone, Default, PartialEq)]
struct Record {
    title: Option<String>,
    paragraphs: Vec<String>,
    date: Option<&'static str>,
    source: Option<&'static str>,
    url: Option<&'static str>,
    authors: Vec<&'static str>,
    section: Option<&'static str>,
    lang: &'static str,
    person: Option<&'static str>,
    place: Option<&'static str>,
}

impl Record {
    fn body(&self) -> String {
        self.paragraphs.join("\n\n")
    }

    fn line(&self, number: usize) -> String {
        serde_json::json!({
            "id": number.to_string(),
            "title": self.title,
            "text": self.body(),
            "date": self.date,
            "source": self.source,
            "url": self.url,
            "authors": self.authors,
            "section": self.section,
            "lang": self.lang,
            "persons": self.person,
            "places": self.place,
        })
        .to_string()
    }
}

fn sentence() -> impl Strategy<Value = String> {
    let word = (select(VOCABULARY), select(PUNCTUATION));
    (vec(word, 1..9), any::<bool>()).prop_map(|(words, heading)| {
        let words: Vec<String> = words.iter().map(|(word, mark)| format!("{word}{mark}")).collect();
        let text = words.join(" ");
        // One without a full stop may stand as a heading.
        if heading {
            text.trim_end_matches([' ', '*', '—', ',', ';']).to_owned()
        } else {
            text + "."
        }
    })
}

fn paragraph() -> impl Strategy<Value = String> {
    vec(sentence(), 1..5).prop_map(|sentences| sentences.join(" "))
}

fn record() -> impl Strategy<Value = Record> {
    let paragraphs = prop_oneof![3 => vec(paragraph(), 1..4), 1 => vec(paragraph(), 8..16)];
    let title = prop::option::weighted(0.7, vec(select(VOCABULARY), 1..5));
    let known = (
        prop::option::weighted(0.7, select(DATES)),
        prop::option::weighted(0.7, select(SOURCES)),
        prop::option::weighted(0.4, select(URLS)),
        vec(select(AUTHORS), 0..3),
        prop::option::of(select(SECTIONS)),
        select(&["en", "uk"][..]),
        prop::option::of(select(NAMES)),
        prop::option::of(select(NAMES)),
    );
    (title, paragraphs, known).prop_map(|(title, paragraphs, known)| {
        let (date, source, url, mut authors, section, lang, person, place) = known;
        authors.sort_unstable();
        authors.dedup();
        let title = title.map(|words| words.join(" "));
        Record { title, paragraphs, date, source, url, authors, section, lang, person, place }
    })
}

/// How an archive comes into the index.
#[derive(Debug, Clone)]
struct Way {
    threads: usize,
    /// The file of each record, by number; the number of files is the number of syncs at first.
    files: usize,
    /// Which files first hold something else, to be replaced by a later sync.
    replaced: Vec<bool>,
}

fn way() -> impl Strategy<Value = Way> {
    (1..=2usize, 1..=4usize, vec(any::<bool>(), 4)).prop_map(|(threads, files, replaced)| Way {
        threads,
        files,
        replaced,
    })
}

fn file_name(number: usize, way: &Way) -> String {
    match number % way.files {
        0 => "a.jsonl".to_owned(),
        file => format!("mail/2025/{file}.jsonl"),
    }
}

/// The lines of each file.
fn files(records: &[Record], way: &Way) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        let lines = files.entry(file_name(number, way)).or_default();
        lines.push_str(&record.line(number));
        lines.push('\n');
    }
    files
}

fn build(records: &[Record], way: &Way) -> World {
    let mut world = World::new(way.threads);
    // A scan knows of no names but those that files tell.
    world.names = false;
    let files = files(records, way);
    // Something that goes, and something that changes.
    world.write("gone.jsonl", &records[0].line(0));
    for ((name, lines), replaced) in files.iter().zip(&way.replaced) {
        if *replaced {
            let mut others: Vec<&str> = lines.lines().rev().collect();
            others.truncate(2);
            world.write(name, &others.join("\n").replace("budget", "flood"));
        } else {
            world.write(name, lines);
        }
        world.sync();
    }
    world.remove("gone.jsonl");
    for (name, lines) in &files {
        world.write(name, lines);
    }
    world.sync();
    world
}

// ---------------------------------------------------------------------------------------------
// Questions, as they are typed

fn plain() -> impl Strategy<Value = String> {
    let typed = [
        "budgets",
        "Budget",
        "councils",
        "CAFÉ",
        "zelenskyy",
        "u.s",
        "Київ",
        "floods",
        "co-operation",
        "the",
        "who",
        "strasse",
        "don’t",
        "NATO-led",
        "at&t",
        "3.14",
        "nowhere",
    ];
    prop_oneof![
        select(VOCABULARY).prop_map(str::to_owned),
        select(typed.to_vec()).prop_map(str::to_owned)
    ]
}

fn text() -> BoxedStrategy<String> {
    let wildcards = ["bud*", "*et", "zel*", "fl?od", "c*e", "*op*", "ка*", "Ки*", "str*", "n?to"];
    let fuzzy = ["zelensky~", "budgte~", "flod~1", "cafes~2", "coperation~1", "Kviy~2"];
    prop_oneof![
        6 => plain(),
        2 => (vec(plain(), 2..4), 0..6u32, any::<bool>()).prop_map(|(words, slop, exact)| {
            let slop = if slop == 0 { String::new() } else { format!("~{slop}") };
            format!("{}\"{}\"{slop}", if exact { "=" } else { "" }, words.join(" "))
        }),
        1 => vec(plain(), 2..4).prop_map(|words| format!("\"{}\"", words.join(" "))),
        2 => plain().prop_map(|word| format!("={word}")),
        1 => select(wildcards.to_vec()).prop_map(str::to_owned),
        1 => select(fuzzy.to_vec()).prop_map(str::to_owned),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let filters = [
        "date:2025",
        "date:2025-04",
        "date:2025-04-25",
        "since:2025",
        "before:2025-05",
        "after:2025-04-25",
        "until:2025-04",
        "date:2024..2025-04",
        "date:none",
        "mentions:2025-04",
        "mentions:2024..2025",
        "since:2025-04-25T14:30:00Z",
        "source:courier",
        "source:\"Kyiv Courier\"",
        "source:bbc.example",
        "source:post.example",
        "lang:EN",
        "lang:uk",
        "url:budget",
        "url:post.example/2025",
        "url:flood",
        "author:Lee",
        "author:\"Ann Lee\"",
        "by:\"Ek Ann\"",
        "section:world",
        "section:\"world news\"",
        "person:hai",
        "person:\"Olena Hai\"",
        "place:Kyiv",
        "entity:kyiv",
        "org:hai",
        "id:a.jsonl",
        "id:mail/",
        "id:mail/2025/",
        "id:a.jsonl#0",
        "id:mail/2025/1.jsonl#1",
    ];
    let titled = (text(), select(&["title", "lead"][..]));
    let titled = titled.prop_map(|(text, field)| format!("{field}:{text}"));
    prop_oneof![
        6 => text(),
        2 => titled,
        4 => near(),
        1 => (1..4u32, near_side()).prop_map(|(count, of)| format!("atleast{count}({of})")),
        3 => select(filters.to_vec()).prop_map(str::to_owned),
    ]
    .boxed()
}

/// What may stand beside an operator of proximity. No window: of those that overlap the index takes
/// one, and a scan all.
fn near_side() -> BoxedStrategy<String> {
    let one = || {
        prop_oneof![
            6 => plain(),
            1 => vec(plain(), 2..3).prop_map(|words| format!("\"{}\"", words.join(" "))),
            1 => select(&["budget*", "=budget", "zelensky~1", "/bud.*s/", "title:Kyiv"][..])
                .prop_map(str::to_owned),
        ]
    };
    prop_oneof![
        4 => one(),
        2 => vec(one(), 2..4).prop_map(|any| format!("({})", any.join(" OR "))),
        1 => (one(), one()).prop_map(|(a, b)| format!("({a} w/3 {b})")),
    ]
    .boxed()
}

fn near() -> BoxedStrategy<String> {
    let operators = ["w/1", "w/3", "w/20", "pre/1", "pre/4", "/s", "/p"];
    (near_side(), select(operators.to_vec()), near_side())
        .prop_map(|(left, operator, right)| format!("({left} {operator} {right})"))
        .boxed()
}

fn question() -> impl Strategy<Value = String> {
    let nested = leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 2..5).prop_map(|parts| format!("({})", parts.join(" "))),
            2 => vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" AND "))),
            3 => vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            2 => inner.clone().prop_map(|part| format!("(NOT {part})")),
        ]
    });
    prop_oneof![1 => leaf(), 2 => vec(plain(), 1..6).prop_map(|words| words.join(" ")), 4 => nested]
}

// ---------------------------------------------------------------------------------------------
// The naive scan

/// An article as a reader sees it: headline and passages as words.
struct Scanned {
    id: String,
    file: String,
    record: Record,
    body: String,
    title: Vec<Word>,
    passages: Vec<(Range<usize>, Vec<Word>)>,
    /// Of each word, those of the headline first: whether it is of the headline, its paragraph and
    /// its sentence.
    units: Vec<(bool, usize, usize)>,
}

struct Scan {
    analyzer: Analyzer,
    articles: Vec<Scanned>,
}

impl Scan {
    fn new(records: &[Record], way: &Way) -> Self {
        let analyzer = Analyzer::default();
        let mut articles: Vec<Scanned> = Vec::new();
        for (number, record) in records.iter().enumerate() {
            let body = record.body();
            let parts = passage::split(&body, &WordList::of(&body), Some(record.lang));
            let file = file_name(number, way);
            let title = analyzer.words(record.title.as_deref().unwrap_or_default());
            let passages: Vec<(Range<usize>, Vec<Word>)> = parts
                .passages
                .into_iter()
                .map(|range| (range.clone(), analyzer.words(&body[range])))
                .collect();
            let mut units = vec![(true, 0, 0); title.len()];
            for (range, words) in &passages {
                for word in words {
                    let at = range.start + word.range.start;
                    let started = |starts: &[usize]| starts.iter().filter(|s| **s <= at).count();
                    units.push((false, started(&parts.paragraphs), started(&parts.sentences)));
                }
            }
            articles.push(Scanned {
                id: format!("{file}#{number}"),
                file,
                title,
                passages,
                units,
                record: record.clone(),
                body,
            });
        }
        Self { analyzer, articles }
    }

    fn matching(&self, query: &Query, any: bool) -> BTreeSet<String> {
        let found = self.articles.iter().filter(|article| self.holds(query, article, any));
        found.map(|article| article.id.clone()).collect()
    }

    fn holds(&self, query: &Query, article: &Scanned, any: bool) -> bool {
        match query {
            Query::All => true,
            Query::Text(_) | Query::Near { .. } => !self.found(query, article).is_empty(),
            Query::AtLeast { count, of } => {
                let mut found = self.found(of, article);
                found.sort_by_key(|place| place.last().copied());
                let (mut apart, mut end) = (0, None);
                for place in found {
                    if end < place.first().copied() {
                        (apart, end) = (apart + 1, place.last().copied());
                    }
                }
                apart >= *count
            }
            Query::Boost { of, .. } => self.holds(of, article, any),
            Query::Filter(filter) => self.filter(filter, article),
            Query::Words(words) => {
                let mut wanted = self.telling(words).into_iter();
                if any {
                    wanted.any(|word| self.holds(word, article, any))
                } else {
                    wanted.all(|word| self.holds(word, article, any))
                }
            }
            Query::And(parts) => parts.iter().all(|part| self.holds(part, article, any)),
            Query::Or(parts) => parts.iter().any(|part| self.holds(part, article, any)),
            // What must not match is never relaxed.
            Query::Not(inner) => !self.holds(inner, article, false),
        }
    }

    /// Words too common to be looked for beside others are passed over.
    fn telling<'q>(&self, words: &'q [Query]) -> Vec<&'q Query> {
        let common = |query: &&Query| match query {
            Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(word) }) => {
                self.analyzer.terms(word, Chain::Exact).iter().all(|term| is_common(term))
            }
            _ => false,
        };
        let telling: Vec<&Query> = words.iter().filter(|word| !common(word)).collect();
        if telling.is_empty() { words.iter().collect() } else { telling }
    }

    /// Every way in which something stands in an article, as the numbers of its words, those of the
    /// headline first.
    fn found(&self, query: &Query, article: &Scanned) -> Vec<BTreeSet<usize>> {
        match query {
            Query::Text(text) => {
                let mut found = Vec::new();
                let mut first = 0;
                let passages = article.passages.iter().map(|(_, words)| words);
                for (stride, words) in std::iter::once(&article.title).chain(passages).enumerate() {
                    let counts = match text.field {
                        TextField::Any => true,
                        TextField::Title => stride == 0,
                        TextField::Lead => stride == 1,
                    };
                    if counts {
                        let places = self.places(&text.pattern, words).into_iter();
                        found.extend(
                            places.map(|place| place.iter().map(|at| first + at).collect()),
                        );
                    }
                    first += words.len();
                }
                found
            }
            Query::Or(any) => any.iter().flat_map(|one| self.found(one, article)).collect(),
            Query::Near { left, right, nearness } => {
                let (left, right) = (self.found(left, article), self.found(right, article));
                let mut found = Vec::new();
                for one in &left {
                    for other in &right {
                        if is_near(one, other, *nearness, &article.units) {
                            found.push(one | other);
                        }
                    }
                }
                found
            }
            _ => Vec::new(),
        }
    }

    /// Every way in which a pattern stands in some words, as the places of its words.
    fn places(&self, pattern: &Pattern, words: &[Word]) -> Vec<Vec<usize>> {
        let (typed, exact, slop) = match pattern {
            Pattern::Word(word) => (word, false, 0),
            Pattern::Exact(word) => (word, true, 0),
            Pattern::Phrase { words, exact, slop } => (words, *exact, *slop as usize),
            Pattern::Wildcard(glob) => {
                let glob: Vec<char> = fold_pattern(glob).chars().collect();
                let holds = |word: &Word| globs(&glob, &word.exact.chars().collect::<Vec<_>>());
                return singles(words, holds);
            }
            Pattern::Fuzzy { word, distance } => {
                let target: Vec<char> = fold_pattern(word).chars().collect();
                let near = |word: &Word| {
                    edits(&target, &word.exact.chars().collect::<Vec<_>>())
                        <= usize::from(*distance)
                };
                return singles(words, near);
            }
            Pattern::Regex(regex) => {
                // The expressions asked for hold no letter that folding would change.
                let regex = regex::Regex::new(&format!("^({regex})$")).unwrap();
                return singles(words, |word| regex.is_match(&word.exact));
            }
        };
        let chain = if exact { Chain::Exact } else { Chain::Stem };
        let terms = self.analyzer.terms(typed, chain);
        let is = |word: &Word, term: &str| (if exact { &word.exact } else { &word.stem }) == term;
        if slop == 0 {
            return words
                .windows(terms.len())
                .enumerate()
                .filter(|(_, window)| window.iter().zip(&terms).all(|(word, term)| is(word, term)))
                .map(|(at, window)| (at..at + window.len()).collect())
                .collect();
        }
        // Every choice of one word for each term.
        let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
        for term in &terms {
            let at = |word: &(usize, &Word)| is(word.1, term);
            let of_term: Vec<usize> =
                words.iter().enumerate().filter(at).map(|(at, _)| at).collect();
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    let fits = |at: &&usize| {
                        !chosen.contains(at)
                            && chosen.iter().all(|other| at.abs_diff(*other) < terms.len() + slop)
                    };
                    let with = |at: &usize| [chosen.as_slice(), &[*at]].concat();
                    of_term.iter().filter(fits).map(with).collect::<Vec<_>>()
                })
                .collect();
        }
        choices
    }

    fn filter(&self, filter: &Filter, article: &Scanned) -> bool {
        let record = &article.record;
        match filter {
            Filter::Undated => record.date.is_none(),
            Filter::Mentions { from, until } => {
                let published = record.date.map(|date| Published {
                    at: jiff::Timestamp::from_second(period(date).0).unwrap(),
                    offset: None,
                    precision: precision(date),
                    from: DateFrom::Record,
                });
                mentions::find(&article.body, published.as_ref()).iter().any(|mention| {
                    from.is_none_or(|from| mention.from >= from)
                        && until.is_none_or(|until| mention.until <= until)
                })
            }
            Filter::Date { from, until } => record.date.map(period).is_some_and(|(start, end)| {
                from.is_none_or(|from| start >= from.as_second())
                    && until.is_none_or(|until| end <= until.as_second())
            }),
            Filter::Field { field: MetaField::Id, value } => {
                if value.ends_with('/') {
                    article.file.starts_with(value)
                } else {
                    article.id == *value || article.file == *value
                }
            }
            Filter::Field { field, value } => {
                let value = self.analyzer.terms(value, Chain::Exact);
                self.values(*field, record).iter().any(|text| {
                    let words = self.analyzer.terms(text, Chain::Exact);
                    words.windows(value.len()).any(|window| window == value)
                })
            }
        }
    }

    fn values(&self, field: MetaField, record: &Record) -> Vec<String> {
        let (name, domain) = source(record);
        let values: Vec<Option<&str>> = match field {
            MetaField::Source => vec![name.as_deref(), domain.as_deref()],
            MetaField::Lang => vec![Some(record.lang)],
            MetaField::Url => vec![record.url],
            MetaField::Author => record.authors.iter().map(|name| Some(*name)).collect(),
            MetaField::Section => vec![record.section],
            MetaField::Person => vec![record.person],
            MetaField::Place => vec![record.place],
            MetaField::Entity => vec![record.person, record.place],
            MetaField::Org | MetaField::Id => vec![],
        };
        values.into_iter().flatten().map(str::to_owned).collect()
    }

    /// The words of an article that what the query looks for consists of, by number, those of the
    /// headline first: nothing of what the article does not match.
    fn marked(&self, query: &Query, article: &Scanned, any: bool) -> BTreeSet<usize> {
        if !self.holds(query, article, any) {
            return BTreeSet::new();
        }
        match query {
            Query::All | Query::Filter(_) | Query::Not(_) => BTreeSet::new(),
            Query::Text(_) | Query::Near { .. } => {
                self.found(query, article).into_iter().flatten().collect()
            }
            Query::AtLeast { of, .. } => self.found(of, article).into_iter().flatten().collect(),
            Query::Boost { of, .. } => self.marked(of, article, any),
            Query::Words(parts) => {
                let parts = self.telling(parts).into_iter();
                parts.flat_map(|part| self.marked(part, article, any)).collect()
            }
            Query::And(parts) | Query::Or(parts) => {
                parts.iter().flat_map(|part| self.marked(part, article, any)).collect()
            }
        }
    }

    /// Ids in the order of dates: newest or oldest first, undated last, ties by id.
    fn by_date(&self, ids: &BTreeSet<String>, newest: bool) -> Vec<String> {
        let mut keyed: Vec<(Option<i64>, &str)> = self
            .articles
            .iter()
            .filter(|article| ids.contains(&article.id))
            .map(|article| (article.record.date.map(|date| period(date).0), article.id.as_str()))
            .collect();
        keyed.sort_by(|a, b| {
            let dates = match (a.0, b.0) {
                (Some(a), Some(b)) if newest => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            };
            dates.then(a.1.cmp(b.1))
        });
        keyed.into_iter().map(|(_, id)| id.to_owned()).collect()
    }

    fn get(&self, id: &str) -> &Scanned {
        self.articles.iter().find(|article| article.id == id).unwrap()
    }
}

/// Whether two places stand near each other.
fn is_near(
    one: &BTreeSet<usize>,
    other: &BTreeSet<usize>,
    nearness: Nearness,
    units: &[(bool, usize, usize)],
) -> bool {
    let ends = |place: &BTreeSet<usize>| (*place.first().unwrap(), *place.last().unwrap());
    let ((a, b), (c, d)) = (ends(one), ends(other));
    let within = |same: &dyn Fn((bool, usize, usize)) -> (bool, usize, usize)| {
        [a, b, c, d].iter().all(|at| same(units[*at]) == same(units[a]))
    };
    if b >= c && d >= a {
        return false;
    }
    match nearness {
        Nearness::Sentence => within(&|unit| unit),
        Nearness::Paragraph => within(&|(title, paragraph, _)| (title, paragraph, 0)),
        Nearness::Within { words, ordered } => {
            let apart = if b < c { c - b } else { a - d };
            within(&|(title, ..)| (title, 0, 0)) && apart <= words as usize && (b < c || !ordered)
        }
    }
}

fn singles(words: &[Word], holds: impl Fn(&Word) -> bool) -> Vec<Vec<usize>> {
    words.iter().enumerate().filter(|(_, word)| holds(word)).map(|(at, _)| vec![at]).collect()
}

fn globs(glob: &[char], word: &[char]) -> bool {
    match (glob.split_first(), word.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) => (0..=word.len()).any(|at| globs(rest, &word[at..])),
        (Some(('?', rest)), Some((_, letters))) => globs(rest, letters),
        (Some((a, rest)), Some((b, letters))) => a == b && globs(rest, letters),
        _ => false,
    }
}

/// Insertions, deletions, replacements and swaps of neighbours.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    table[a.len()][b.len()]
}

/// The seconds that a date of [`DATES`] stands for: the first, and the first after.
fn period(date: &str) -> (i64, i64) {
    let second = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let year: i32 = date[..4].parse().unwrap();
    match date.len() {
        4 => (
            second(&format!("{date}-01-01T00:00:00Z")),
            second(&format!("{}-01-01T00:00:00Z", year + 1)),
        ),
        7 => {
            let month: i32 = date[5..].parse().unwrap();
            (
                second(&format!("{date}-01T00:00:00Z")),
                second(&format!("{year}-{:02}-01T00:00:00Z", month + 1)),
            )
        }
        10 => {
            let start = second(&format!("{date}T00:00:00Z"));
            (start, start + 86_400)
        }
        16 => {
            let start = second(&format!("{date}:00Z"));
            (start, start + 60)
        }
        _ => (second(date), second(date) + 1),
    }
}

fn precision(date: &str) -> Precision {
    match date.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        16 => Precision::Minute,
        _ => Precision::Second,
    }
}

/// Name and domain of the publisher: a host in the field is no name, and the address wins.
fn source(record: &Record) -> (Option<String>, Option<String>) {
    let host = |text: &str| {
        let text = text.to_lowercase();
        let text = text.strip_prefix("https://").unwrap_or(&text);
        text.strip_prefix("www.").unwrap_or(text).split('/').next().unwrap().to_owned()
    };
    let said = record.source.filter(|said| said.contains('.')).map(host);
    let name = record.source.filter(|said| !said.contains('.')).map(str::to_owned);
    (name, record.url.map(host).or(said))
}

// ---------------------------------------------------------------------------------------------
// What must hold

fn check_contents(scan: &Scan, searcher: &LocalSearcher) {
    let stored = dump(searcher);
    assert_eq!(stored.len(), scan.articles.len());
    for article in stored {
        let Article {
            id,
            record,
            title,
            body,
            published,
            source: by,
            url,
            authors,
            section,
            lang,
            entities,
            modified,
            refused_dates,
            mentions,
            dropped,
        } = article;
        assert_eq!((modified, refused_dates, mentions, dropped), Default::default());
        let expect = scan.get(&id);
        assert_eq!(record.as_deref(), id.split('#').nth(1));
        assert_eq!(title, expect.record.title, "{id}");
        assert_eq!(body, expect.body, "{id}");
        assert_eq!(
            published.map(|date| (date.at.as_second(), date.end().as_second(), date.precision)),
            expect.record.date.map(|date| (period(date).0, period(date).1, precision(date))),
            "{id}"
        );
        assert_eq!((by.name, by.domain), source(&expect.record), "{id}");
        assert_eq!(url.as_deref(), expect.record.url);
        assert_eq!(authors, expect.record.authors);
        assert_eq!(section.as_deref(), expect.record.section);
        assert_eq!(lang.as_deref(), Some(expect.record.lang));
        let names: Vec<&str> = entities.iter().map(|entity| entity.name.as_str()).collect();
        let named = [expect.record.person, expect.record.place];
        assert_eq!(names, named.into_iter().flatten().collect::<Vec<_>>());
    }

    for article in &scan.articles {
        let stored = searcher.article(&article.id).unwrap().unwrap();
        assert_eq!(stored.article.body, article.body);
        assert!(stored.passages.iter().eq(article.passages.iter().map(|(range, _)| range)));
        assert!(searcher.ids_like(&article.id, 99).unwrap().contains(&article.id));
    }
    // What is gone is gone, though its words may still stand in a dictionary.
    assert_eq!(searcher.article("gone.jsonl#0").unwrap(), None);
    assert_eq!(searcher.ids_like("gone", 5).unwrap(), Vec::<String>::new());
    let stats = searcher.stats().unwrap();
    let undated = scan.articles.iter().filter(|article| article.record.date.is_none()).count();
    let passages: usize = scan.articles.iter().map(|article| article.passages.len()).sum();
    let files: BTreeSet<&str> = scan.articles.iter().map(|article| article.file.as_str()).collect();
    assert_eq!(
        (stats.articles, stats.undated, stats.passages, stats.files),
        (scan.articles.len() as u64, undated as u64, passages as u64, files.len() as u64)
    );
}

/// The score in the steps that order articles.
fn step(hit: &Hit) -> i64 {
    (hit.score * 4096.0).round() as i64
}

fn check_answers(scan: &Scan, searcher: &LocalSearcher, typed: &str, query: &Query) {
    let all = scan.matching(query, false);
    let any = scan.matching(query, true);
    for (words, expect) in [(Words::All, &all), (Words::Any, &any)] {
        let hits = run(searcher, &dateline::search::Ask { words, ..ask(query.clone()) });
        let found: BTreeSet<String> = ids(&hits).into_iter().collect();
        assert_eq!(found, *expect, "{typed} ({words:?})");
        assert_eq!(hits.total as usize, expect.len(), "{typed} ({words:?})");
        assert_eq!(hits.hits.len(), expect.len(), "{typed}: an article twice");
        check_order(&hits, typed);
        for hit in &hits.hits {
            check_marks(scan, query, words == Words::Any, hit, typed);
            if words == Words::All {
                assert!(hit.missing.is_empty(), "{typed}: {:?} missing", hit.missing);
            }
        }
        for (sort, newest) in [(Sort::Newest, true), (Sort::Oldest, false)] {
            let dated = run(searcher, &dateline::search::Ask { words, sort, ..ask(query.clone()) });
            assert_eq!(ids(&dated), scan.by_date(expect, newest), "{typed} ({words:?}, {sort:?})");
            for hit in &dated.hits {
                check_marks(scan, query, words == Words::Any, hit, typed);
            }
        }
    }
    check_relaxed(searcher, query, typed, &all, &any);
    check_undated(scan, searcher, query, typed);
}

fn check_order(hits: &Hits, typed: &str) {
    let date = |hit: &Hit| hit.article.published.map(|published| published.at.as_second());
    for (at, pair) in hits.hits.windows(2).enumerate() {
        let key = |hit: &Hit| (step(hit), date(hit));
        let (a, b) = (key(&pair[0]), key(&pair[1]));
        assert!(
            a > b || (a == b && pair[0].article.id < pair[1].article.id),
            "{typed}: {} {a:?} before {} {b:?}",
            pair[0].article.id,
            pair[1].article.id
        );
        assert!(pair[0].score >= pair[1].score, "{typed}: scores rise");
        assert_eq!((pair[0].rank, pair[1].rank), (at + 1, at + 2));
    }
}

fn check_relaxed(
    searcher: &LocalSearcher,
    query: &Query,
    typed: &str,
    all: &BTreeSet<String>,
    any: &BTreeSet<String>,
) {
    let hits = run(searcher, &dateline::search::Ask { words: Words::Auto, ..ask(query.clone()) });
    let found: BTreeSet<String> = ids(&hits).into_iter().collect();
    match hits.reading {
        Reading::All => {
            assert_eq!((&found, hits.whole), (all, None), "{typed}");
            assert!(!all.is_empty() || !matches!(query, Query::Words(_)) || any.is_empty());
        }
        Reading::Relaxed => {
            assert_eq!((&found, hits.whole), (any, Some(all.len() as u64)), "{typed}");
            assert!(any.len() > all.len());
        }
        Reading::Any => panic!("{typed}: nobody asked for any"),
    }
}

fn check_undated(scan: &Scan, searcher: &LocalSearcher, query: &Query, typed: &str) {
    let is_date = |part: &Query| matches!(part, Query::Filter(Filter::Date { .. }));
    let others: Option<Vec<&Query>> = match query {
        part if is_date(part) => Some(vec![]),
        Query::And(parts) if parts.iter().any(is_date) => {
            Some(parts.iter().filter(|part| !is_date(part)).collect())
        }
        _ => None,
    };
    let expect = others.map(|others| {
        let undated = scan.articles.iter().filter(|article| article.record.date.is_none());
        let rest = |article: &&Scanned| others.iter().all(|part| scan.holds(part, article, false));
        undated.filter(rest).count() as u64
    });
    assert_eq!(run(searcher, &ask(query.clone())).undated, expect, "{typed}");
}

fn check_marks(scan: &Scan, query: &Query, any: bool, hit: &Hit, typed: &str) {
    let id = &hit.article.id;
    let article = scan.get(id);
    let at_word_ends = |marks: &[Range<usize>], offset: usize, words: &[Word]| {
        for (at, mark) in marks.iter().enumerate() {
            assert!(mark.start < mark.end, "{typed}, {id}: an empty mark");
            assert!(at == 0 || marks[at - 1].end <= mark.start, "{typed}, {id}: {marks:?}");
            let starts = words.iter().any(|word| word.range.start + offset == mark.start);
            let ends = words.iter().any(|word| word.range.end + offset == mark.end);
            assert!(starts && ends, "{typed}, {id}: {mark:?} cuts a word");
        }
        let inside = |word: &Word| {
            let (start, end) = (word.range.start + offset, word.range.end + offset);
            marks.iter().any(|mark| mark.start <= start && end <= mark.end)
        };
        let marked = words.iter().enumerate().filter(|(_, word)| inside(word));
        marked.map(|(at, _)| at).collect::<BTreeSet<usize>>()
    };
    let agrees = |marked: &BTreeSet<usize>, expect: &BTreeSet<usize>| {
        if is_loose(query) {
            // Of windows that overlap, one is marked.
            marked.is_subset(expect) && marked.is_empty() == expect.is_empty()
        } else {
            marked == expect
        }
    };

    let all_marked = scan.marked(query, article, any);
    let mut first = 0;
    let mut of_next = |words: &[Word]| -> BTreeSet<usize> {
        let from = first;
        first += words.len();
        all_marked.range(from..first).map(|at| at - from).collect()
    };
    let expect = of_next(&article.title);
    let marked = at_word_ends(&hit.title_marks, 0, &article.title);
    assert!(agrees(&marked, &expect), "{typed}, {id}: headline {marked:?}, scan {expect:?}");

    let of_passages: Vec<BTreeSet<usize>> =
        article.passages.iter().map(|(_, words)| of_next(words)).collect();
    let with_marks = of_passages.iter().filter(|marked| !marked.is_empty()).count();
    assert_eq!(hit.passage_count, article.passages.len());
    let shown = if with_marks == 0 { 1 } else { with_marks.min(3) };
    assert_eq!(hit.passages.len(), shown, "{typed}, {id}: shown of {with_marks} that match");
    assert!(hit.passages.is_sorted_by_key(|passage| passage.number), "{typed}, {id}");
    for passage in &hit.passages {
        let (range, words) = &article.passages[passage.number - 1];
        assert_eq!(passage.range, *range);
        assert_eq!(hit.text(passage), &article.body[range.clone()]);
        let marked = at_word_ends(&passage.marks, range.start, words);
        let expect = &of_passages[passage.number - 1];
        assert!(agrees(&marked, expect), "{typed}, {id}: passage {marked:?}, scan {expect:?}");
        assert_eq!(passage.score > 0.0, !expect.is_empty(), "{typed}, {id}");
    }
}

/// Whether a phrase with slop is in it.
fn is_loose(query: &Query) -> bool {
    match query {
        Query::Text(text) => matches!(text.pattern, Pattern::Phrase { slop: 1.., .. }),
        Query::All | Query::Filter(_) => false,
        Query::Not(inner) | Query::AtLeast { of: inner, .. } | Query::Boost { of: inner, .. } => {
            is_loose(inner)
        }
        Query::Near { left, right, .. } => is_loose(left) || is_loose(right),
        Query::Words(parts) | Query::And(parts) | Query::Or(parts) => parts.iter().any(is_loose),
    }
}

fn check_pages(searcher: &LocalSearcher, query: &Query, typed: &str, size: usize) {
    for (words, sort) in [
        (Words::All, Sort::Relevance),
        (Words::Auto, Sort::Relevance),
        (Words::Any, Sort::Relevance),
        (Words::Any, Sort::Newest),
        (Words::All, Sort::Oldest),
    ] {
        let ask = dateline::search::Ask { words, sort, passages: 1, ..ask(query.clone()) };
        let whole = run(searcher, &ask);
        let mut pages = Vec::new();
        for offset in (0..whole.hits.len() + size).step_by(size) {
            let page = run(searcher, &dateline::search::Ask { limit: size, offset, ..ask.clone() });
            assert_eq!(page.total, whole.total, "{typed} ({words:?}), offset {offset}");
            assert_eq!(page.reading, whole.reading, "{typed} ({words:?}), offset {offset}");
            pages.extend(page.hits);
        }
        assert_eq!(pages, whole.hits, "{typed} ({words:?}, {sort:?}), pages of {size}");
    }
}

fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { default.cases } else { cases },
        failure_persistence: None,
        // The same archives in every run, unless more are asked for.
        rng_seed: if asked { default.rng_seed } else { RngSeed::Fixed(20_250_806) },
        max_shrink_iters: 60,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(20))]

    #[test]
    fn the_index_agrees_with_a_scan(
        records in vec(record(), 1..24),
        way in way(),
        questions in vec(question(), 16),
        size in 1..7usize,
    ) {
        let world = build(&records, &way);
        let searcher = world.open();
        let scan = Scan::new(&records, &way);
        check_contents(&scan, &searcher);
        for typed in &questions {
            let query = parse(typed);
            check_answers(&scan, &searcher, typed, &query);
            check_pages(&searcher, &query, typed, size);
        }
    }
}

/// Asserts that two answers rank alike, but for articles whose scores lie on the edge of a step.
fn check_same_ranking(one: &Hits, other: &Hits, typed: &str) {
    let steps = |hits: &Hits| -> BTreeMap<String, i64> {
        hits.hits.iter().map(|hit| (hit.article.id.clone(), step(hit))).collect()
    };
    let (a, b) = (steps(one), steps(other));
    assert_eq!(one.total, other.total, "{typed}");
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{typed}");
    if a == b {
        assert_eq!(ids(one), ids(other), "{typed}");
    }
    for (id, score) in &a {
        assert!(score.abs_diff(b[id]) <= 1, "{typed}: {id} scores {score} and {}", b[id]);
    }
    for pair in ids(other).windows(2) {
        assert!(a[&pair[0]] + 2 >= a[&pair[1]], "{typed}: {pair:?} are far apart in one order");
    }
    for hit in &one.hits {
        let same = other.hits.iter().find(|other| other.article.id == hit.article.id).unwrap();
        assert_eq!(hit.title_marks, same.title_marks, "{typed}");
        let marks = |hit: &Hit| -> Vec<(usize, Vec<Range<usize>>)> {
            hit.passages.iter().map(|passage| (passage.number, passage.marks.clone())).collect()
        };
        assert_eq!(marks(hit), marks(same), "{typed}, {}", hit.article.id);
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn how_an_archive_came_into_the_index_does_not_matter(
        records in vec(record(), 2..20),
        threads in 1..=2usize,
        questions in vec(question(), 16),
    ) {
        let lines = |number: usize| records[number].line(number);
        let name = |number: usize| format!("f{number}.jsonl");
        let at_once = World::new(threads);
        let one_by_one = World::new(1);
        for number in 0..records.len() {
            at_once.write(&name(number), &lines(number));
            one_by_one.write(&name(number), &lines(number));
            one_by_one.sync();
        }
        at_once.sync();
        // Half of them updated, and back.
        let updated = World::new(1);
        for number in 0..records.len() {
            updated.write(&name(number), &lines(number));
        }
        updated.sync();
        for change in ["budget flood Kyiv", ""] {
            for number in (0..records.len()).step_by(2) {
                let record = Record { paragraphs: vec![change.to_owned()], ..Record::default() };
                let line = if change.is_empty() { lines(number) } else { record.line(number) };
                updated.write(&name(number), &line);
            }
            updated.sync();
        }
        let (a, b, c) = (at_once.open(), one_by_one.open(), updated.open());
        assert_eq!(dump(&a), dump(&b));
        assert_eq!(dump(&a), dump(&c));
        for typed in &questions {
            let query = parse(typed);
            for (words, sort) in [
                (Words::All, Sort::Relevance),
                (Words::Any, Sort::Relevance),
                (Words::Any, Sort::Newest),
                (Words::All, Sort::Oldest),
            ] {
                // All passages: which are the best of many hangs on the statistics too.
                let ask = dateline::search::Ask { words, sort, passages: 100, ..ask(query.clone()) };
                let (of_a, of_b, of_c) = (run(&a, &ask), run(&b, &ask), run(&c, &ask));
                check_same_ranking(&of_a, &of_b, typed);
                assert_eq!(of_a.total, of_c.total, "{typed}");
                let sorted = |hits: &Hits| ids(hits).into_iter().collect::<BTreeSet<_>>();
                assert_eq!(sorted(&of_a), sorted(&of_c), "{typed}");
                if sort != Sort::Relevance {
                    assert_eq!(ids(&of_a), ids(&of_c), "{typed}");
                }
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Where pruning is at work

/// Lines of short articles, those at the start much longer than the others.
fn many(articles: usize) -> Vec<String> {
    let mut dice = Dice(7);
    let words = ["budget", "budgets", "flood", "council", "envoy", "tariff", "port", "strike"];
    (0..articles)
        .map(|number| {
            let length = if number < articles / 4 { 60 } else { 4 + dice.below(14) };
            let text: Vec<&str> =
                (0..length).map(|_| words[dice.below(dice.0 % 7 + 2) as usize]).collect();
            let day = dice.below(28) + 1;
            serde_json::json!({
                "id": number.to_string(),
                "text": text.join(" "),
                "lang": "en",
                "date": (day < 25).then(|| format!("2025-04-{day:02}")),
            })
            .to_string()
        })
        .collect()
}

const BROAD: &[&str] = &[
    "budget",
    "=budget",
    "=budgets OR =flood",
    "flood council",
    "budget OR flood OR tariff",
    "envoy tariff port strike",
    "=envoy =tariff",
    "bud*",
    "\"budget flood\" OR port",
    "title:budget OR strike",
    "flood date:2025-04-03..2025-04-20",
    "port -strike",
    "tariff NOT date:none",
];

#[test]
fn the_best_of_many_are_the_best_of_all() {
    let world = World::new(2);
    world.write("many.jsonl", &many(1500).join("\n"));
    world.sync();
    let searcher = world.open();
    for typed in BROAD {
        for words in [Words::All, Words::Any] {
            let all = dateline::search::Ask { words, passages: 1, ..ask(parse(typed)) };
            let best = dateline::search::Ask { limit: 150, ..all.clone() };
            let (whole, best) = (run(&searcher, &all), run(&searcher, &best));
            check_order(&whole, typed);
            let shown = whole.hits.len().min(150);
            assert_eq!(ids(&best), ids(&whole)[..shown], "{typed} ({words:?})");
        }
    }
}

#[test]
fn pages_of_many_follow_each_other() {
    let world = World::new(1);
    world.write("many.jsonl", &many(700).join("\n"));
    world.sync();
    let searcher = world.open();
    for typed in ["budget", "budget OR flood", "date:2025-04", "envoy OR =tariff"] {
        check_pages(&searcher, &parse(typed), typed, 130);
    }
}

#[test]
fn the_best_of_many_are_the_same_in_many_segments() {
    let lines = many(1500);
    let (at_once, in_parts) = (World::new(1), World::new(1));
    for (number, part) in lines.chunks(130).enumerate() {
        let name = format!("{number}.jsonl");
        at_once.write(&name, &part.join("\n"));
        in_parts.write(&name, &part.join("\n"));
        in_parts.sync();
    }
    at_once.sync();
    let (a, b) = (at_once.open(), in_parts.open());
    assert!(b.stats().unwrap().segments > 1);
    for typed in BROAD {
        let best = dateline::search::Ask { words: Words::Any, limit: 100, ..ask(parse(typed)) };
        let of_a = run(&a, &best);
        // All of the other, so that a pair that changed places at the edge is there to compare.
        let of_b = run(&b, &dateline::search::Ask { limit: 100_000, ..best });
        assert_eq!(of_a.total, of_b.total, "{typed}");
        for (hit, other) in of_a.hits.iter().zip(&of_b.hits) {
            assert!(step(hit).abs_diff(step(other)) <= 1, "{typed}, rank {}", hit.rank);
        }
    }
}
