//! What repeats across the articles of one source and is therefore none of any: the appeal under
//! every story, the line about the desk, the list of the day.
//!
//! Knows articles and how alike they are; neither files nor indexes. [`learn`] makes a table from
//! a sample of articles, [`Furniture::strip`] takes out what the table holds. The order of the
//! sample does not matter to whoever counts, only to which of several copies is kept, so that a
//! sample in one order gives one table.
//!
//! A wire story that a paper prints five times is no furniture, and neither is the paragraph of
//! background under every report of a war: copies count once, and prose must stand in far more
//! articles than a line must.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::blocks;
use crate::article::{Article, DroppedFor};

/// How many blocks from the head of an article may be furniture.
const HEAD: usize = 4;
/// How many blocks from its foot.
const FOOT: usize = 10;
/// Longer blocks are never furniture, in bytes.
const LONGEST: usize = 600;
/// A block that is shorter, or no sentence, is a line.
const LINE: usize = 120;
/// In how many articles a line must stand, and in what share of the source's, in percent.
const LINES: (usize, usize) = (3, 25);
/// The same for a paragraph.
const PARAGRAPHS: (usize, usize) = (6, 50);
/// How many articles of a source are compared with each other.
const COMPARED: usize = 400;
/// How many blocks of one source are kept: a table must stay small, whatever is fed to it.
const KEPT: usize = 64;
/// The words that are hashed together, to tell copies.
const SHINGLE: usize = 4;
/// One in so many shingles is kept.
const THINNED: u64 = 4;

/// What an article shows of itself to be learnt from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specimen {
    group: u64,
    title: Option<u64>,
    blocks: Vec<Seen>,
}

/// A block of a specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    hash: u64,
    /// Whether it may be furniture, and is prose.
    edge: Option<bool>,
    shingles: Vec<u64>,
}

impl Specimen {
    /// What an article of a folder shows.
    #[must_use]
    pub fn of(article: &Article, folder: &str) -> Self {
        let all = blocks::of(&article.body);
        let count = all.len();
        let seen = |(at, block): (usize, &blocks::Block<'_>)| Seen {
            hash: hash(block.text),
            edge: is_edge(at, count, block.text).then(|| is_prose(block.text)),
            shingles: shingles(block.text),
        };
        Self {
            group: group(article.source.label(), folder),
            title: article.title.as_deref().map(hash),
            blocks: all.iter().enumerate().map(seen).collect(),
        }
    }
}

/// The blocks that are furniture, source by source; hashes, so that it can be kept with an index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Furniture {
    groups: BTreeMap<u64, BTreeSet<u64>>,
}

impl Furniture {
    /// Takes the furniture of its source out of an article.
    pub fn strip(&self, article: &mut Article, folder: &str) {
        let Some(known) = self.groups.get(&group(article.source.label(), folder)) else { return };
        let all = blocks::of(&article.body);
        let count = all.len();
        let repeated = |(at, block): (usize, &blocks::Block<'_>)| {
            let goes = is_edge(at, count, block.text) && known.contains(&hash(block.text));
            goes.then_some(DroppedFor::Repeated)
        };
        let why: Vec<Option<DroppedFor>> = all.iter().enumerate().map(repeated).collect();
        if why.iter().any(Option::is_some) {
            blocks::take_out(article, &why);
        }
    }

    /// Whether an article of this source, or without one in this folder, reads differently by
    /// another table.
    #[must_use]
    pub fn differs(&self, other: &Self, source: Option<&str>, folder: &str) -> bool {
        let group = group(source, folder);
        self.groups.get(&group) != other.groups.get(&group)
    }

    /// Whether nothing was found to repeat.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// Finds what repeats across the articles of each source.
#[must_use]
pub fn learn(specimens: &[Specimen]) -> Furniture {
    let mut sources: BTreeMap<u64, Vec<&Specimen>> = BTreeMap::new();
    for specimen in specimens {
        let source = sources.entry(specimen.group).or_default();
        if source.len() < COMPARED {
            source.push(specimen);
        }
    }
    let mut groups = BTreeMap::new();
    for (group, source) in sources {
        let repeated = repeated(&source);
        if !repeated.is_empty() {
            groups.insert(group, repeated);
        }
    }
    Furniture { groups }
}

/// The furniture of one source.
fn repeated(source: &[&Specimen]) -> BTreeSet<u64> {
    if source.len() < LINES.0 {
        return BTreeSet::new();
    }
    let mut often: HashMap<u64, usize> = HashMap::new();
    for specimen in source {
        for hash in edges(specimen).into_keys() {
            *often.entry(hash).or_default() += 1;
        }
    }
    often.retain(|_, count| *count >= LINES.0);
    if often.is_empty() {
        return BTreeSet::new();
    }
    let distinct = without_copies(source, &often);
    let mut counts: BTreeMap<u64, (usize, bool)> = BTreeMap::new();
    for specimen in &distinct {
        for (hash, prose) in edges(specimen) {
            if often.contains_key(&hash) {
                counts.entry(hash).or_insert((0, prose)).0 += 1;
            }
        }
    }
    let mut repeated: Vec<(usize, u64)> = Vec::new();
    for (hash, (count, prose)) in counts {
        let (least, share) = if prose { PARAGRAPHS } else { LINES };
        if count >= least && count * 100 >= distinct.len() * share {
            repeated.push((count, hash));
        }
    }
    // The most frequent ones, where there are too many.
    repeated.sort_by_key(|(count, hash)| (std::cmp::Reverse(*count), *hash));
    repeated.into_iter().take(KEPT).map(|(_, hash)| hash).collect()
}

/// The blocks of an article that may be furniture, each once, and whether they are prose.
fn edges(specimen: &Specimen) -> BTreeMap<u64, bool> {
    let edges = specimen.blocks.iter().filter_map(|seen| Some((seen.hash, seen.edge?)));
    edges.collect()
}

/// Of articles that are copies of each other, the first. What repeats is left out of the
/// comparison: a long appeal under two short pieces makes them no copies.
fn without_copies<'s>(source: &[&'s Specimen], often: &HashMap<u64, usize>) -> Vec<&'s Specimen> {
    let mut kept: Vec<&Specimen> = Vec::new();
    let mut cores: Vec<HashSet<u64>> = Vec::new();
    let mut titles: HashSet<u64> = HashSet::new();
    // Which of the kept articles hold a shingle.
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for specimen in source {
        if specimen.title.is_some_and(|title| titles.contains(&title)) {
            continue;
        }
        let own = specimen.blocks.iter().filter(|seen| !often.contains_key(&seen.hash));
        let core: HashSet<u64> = own.flat_map(|seen| seen.shingles.iter().copied()).collect();
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for shingle in &core {
            for holder in holders.get(shingle).into_iter().flatten() {
                *shared.entry(*holder).or_default() += 1;
            }
        }
        let is_copy =
            shared.iter().any(|(at, shared)| shared * 2 > core.len().min(cores[*at].len()));
        // With nothing of its own and no headline, it cannot be told from a copy.
        if is_copy || (core.is_empty() && specimen.title.is_none()) {
            continue;
        }
        titles.extend(specimen.title);
        for shingle in &core {
            holders.entry(*shingle).or_default().push(kept.len());
        }
        cores.push(core);
        kept.push(specimen);
    }
    kept
}

/// The articles of a source belong together; those without one, by folder.
fn group(source: Option<&str>, folder: &str) -> u64 {
    match source {
        Some(source) => xxh3_64(format!("source {}", source.to_lowercase()).as_bytes()),
        None => xxh3_64(format!("folder {folder}").as_bytes()),
    }
}

/// Whether a block stands near the head or foot and is short enough to be furniture.
fn is_edge(at: usize, count: usize, text: &str) -> bool {
    (at < HEAD || at + FOOT >= count)
        && text.len() <= LONGEST
        && text.chars().any(char::is_alphabetic)
}

fn is_prose(text: &str) -> bool {
    text.len() > LINE
        && text.trim_end_matches(['"', '\u{201d}', ')', ' ']).ends_with(['.', '!', '?'])
}

/// The same for blocks that differ in case and blanks only.
fn hash(text: &str) -> u64 {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        plain.push(' ');
        plain.extend(word.chars().flat_map(char::to_lowercase));
    }
    xxh3_64(plain.as_bytes())
}

/// Some of the runs of words of a block, the same ones wherever they stand.
fn shingles(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| xxh3_64(word.to_lowercase().as_bytes()))
        .collect();
    let mut shingles = Vec::new();
    for run in words.windows(SHINGLE) {
        let hash = run.iter().fold(0_u64, |hash, word| {
            hash.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word
        });
        if hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 & (THINNED - 1) == 0 {
            shingles.push(hash);
        }
    }
    shingles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Source;

    /// Sentences that no two numbers share.
    fn own_text(number: usize) -> String {
        let word = |n: usize| format!("w{number}x{n}");
        let sentence = |s: usize| (0..12).map(|n| word(s * 12 + n)).collect::<Vec<_>>().join(" ");
        (0..4).map(|s| sentence(s) + ".").collect::<Vec<_>>().join("\n\n")
    }

    fn article(source: Option<&str>, body: &str) -> Article {
        let name = source.map(str::to_owned);
        Article { source: Source { name, domain: None }, body: body.into(), ..Article::default() }
    }

    fn learnt(articles: &[Article]) -> Furniture {
        let specimens: Vec<Specimen> = articles.iter().map(|a| Specimen::of(a, "f")).collect();
        learn(&specimens)
    }

    fn stripped(table: &Furniture, article: &Article) -> Vec<String> {
        let mut article = article.clone();
        table.strip(&mut article, "f");
        assert!(article.dropped.iter().all(|dropped| dropped.why == DroppedFor::Repeated));
        article.dropped.into_iter().map(|dropped| dropped.text).collect()
    }

    #[test]
    fn a_line_under_every_article_of_a_source() {
        let foot = "The Post is printed on Fridays in Sedder";
        let mut articles: Vec<Article> =
            (0..4).map(|n| article(Some("Post"), &format!("{}\n\n{foot}", own_text(n)))).collect();
        let table = learnt(&articles);
        assert_eq!(stripped(&table, &articles[0]), [foot]);
        // Of another source, or none, it is not known.
        for other in [Some("Ledger"), None] {
            assert_eq!(stripped(&table, &article(other, &articles[0].body)), [""; 0]);
        }
        // By folder where there is no source; upper case and blanks are no difference.
        for article in &mut articles {
            article.source = Source::default();
        }
        articles[1].body =
            articles[1].body.replace(foot, "THE POST is printed  on Fridays in Sedder");
        let table = learnt(&articles);
        assert_eq!(stripped(&table, &articles[1]).len(), 1);
        let mut elsewhere = articles[0].clone();
        table.strip(&mut elsewhere, "g");
        assert_eq!(elsewhere.dropped, []);
    }

    #[test]
    fn what_is_too_rare_stays() {
        let foot = "A line at the foot";
        let with = |count: usize, of: usize| {
            let body =
                |n| if n < count { format!("{}\n\n{foot}", own_text(n)) } else { own_text(n) };
            let articles: Vec<Article> = (0..of).map(|n| article(Some("Post"), &body(n))).collect();
            stripped(&learnt(&articles), &articles[0]).len()
        };
        assert_eq!((with(2, 2), with(2, 8), with(3, 12), with(3, 13)), (0, 0, 1, 0));
    }

    #[test]
    fn copies_count_once() {
        let foot = "Talks go on in Geneva";
        let mut story =
            |n: usize| article(Some("Post"), &format!("{}\n\nw{n} more\n\n{foot}", own_text(0)));
        let copies: Vec<Article> = (0..5).map(&mut story).collect();
        assert!(learnt(&copies).is_empty());
        let exact: Vec<Article> = (0..5).map(|_| story(0)).collect();
        assert!(learnt(&exact).is_empty());
    }

    #[test]
    fn background_is_no_furniture_until_it_is_everywhere() {
        let background = "The war began in the spring of the year before last, when troops crossed the border at three places, and it has driven millions from their homes.";
        let articles = |count: usize, of: usize| -> Vec<Article> {
            let body = |n| {
                if n < count { format!("{}\n\n{background}", own_text(n)) } else { own_text(n) }
            };
            (0..of).map(|n| article(Some("Post"), &body(n))).collect()
        };
        assert!(learnt(&articles(5, 5)).is_empty());
        assert!(learnt(&articles(8, 20)).is_empty());
        assert!(!learnt(&articles(8, 10)).is_empty());
    }

    #[test]
    fn what_stands_in_the_middle_stays() {
        let line = "What happened next";
        let body = |n| {
            [
                own_text(n),
                own_text(n + 100),
                line.into(),
                own_text(n + 200),
                own_text(n + 300),
                own_text(n + 400),
            ]
            .join("\n\n")
        };
        let articles: Vec<Article> = (0..6).map(|n| article(Some("Post"), &body(n))).collect();
        assert!(learnt(&articles).is_empty());
    }

    #[test]
    fn a_table_reads_back() {
        let articles: Vec<Article> =
            (0..4).map(|n| article(None, &format!("{}\n\nThe foot", own_text(n)))).collect();
        let table = learnt(&articles);
        let text = serde_json::to_string(&table).unwrap();
        assert_eq!(serde_json::from_str::<Furniture>(&text).unwrap(), table);
        assert!(table.differs(&Furniture::default(), None, "f"));
        assert!(!table.differs(&Furniture::default(), None, "g"));
    }
}
