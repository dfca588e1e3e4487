//! Near-duplicates: 500 articles of realtimeqa, each with five copies as other papers would have
//! edited it, among all other articles of the set. What it proves: two articles of one origin are
//! of one story (recall), and two of one story are of one origin or truly the same piece
//! (precision). Pairs are those of the whole index, originals without copies included.
//!
//! realtimeqa holds copies of its own. A pair of its articles counts as right where one is
//! contained in the other by a measure that is not the index's: most of its runs of eight words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dateline::backend::Searcher;
use dateline::backend::local::LocalSearcher;
use dateline::indexer::{self, Manner, Options, Progress};
use serde_json::Value;

use super::floors;

const ORIGINALS: usize = 500;
const COPIES: usize = 5;

/// A small generator of numbers, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    /// True so many times in a thousand.
    fn permille(&mut self, times: usize) -> bool {
        self.below(1000) < times
    }
}

struct Piece {
    id: String,
    title: String,
    text: String,
}

/// An article as another paper would print it.
fn edited(piece: &Piece, number: usize, vocabulary: &[String], dice: &mut Dice) -> Piece {
    let mut paragraphs: Vec<String> = piece
        .text
        .split("\n\n")
        .filter(|part| !part.trim().is_empty())
        .map(str::to_owned)
        .collect();
    if paragraphs.len() < 3 {
        // One block: its sentences are what an editor cuts.
        let text = paragraphs.join(" ");
        paragraphs = text.split_inclusive(". ").map(|part| part.trim().to_owned()).collect();
    }
    // 10 to 40 % of the paragraphs go, wherever they stand.
    let cut = paragraphs.len() * (10 + dice.below(31)) / 100;
    for _ in 0..cut {
        paragraphs.remove(dice.below(paragraphs.len()));
    }
    // Some neighbours change places.
    for _ in 0..1 + paragraphs.len() / 10 {
        if paragraphs.len() > 1 {
            let at = dice.below(paragraphs.len() - 1);
            paragraphs.swap(at, at + 1);
        }
    }
    // 2 to 8 % of the words become others.
    let changed = 20 + dice.below(61);
    for paragraph in &mut paragraphs {
        let mut words: Vec<&str> = paragraph.split(' ').collect();
        for word in &mut words {
            if dice.permille(changed) {
                *word = &vocabulary[dice.below(vocabulary.len())];
            }
        }
        *paragraph = words.join(" ");
    }
    let tail = (0..12 + dice.below(20)).map(|_| &*vocabulary[dice.below(vocabulary.len())]);
    let tail = tail.collect::<Vec<_>>().join(" ");
    match number {
        0 => paragraphs.insert(0, format!("From our news desk: {tail}.")),
        1 => paragraphs.push(
            "Read more of our coverage every day. Sign up for the morning letter, follow us where \
             you like to read, and tell us what we missed. All rights reserved."
                .to_owned(),
        ),
        2 => paragraphs.push(format!("Additional reporting by our staff. {tail}.")),
        _ => {}
    }
    let mut text = paragraphs.join(if number.is_multiple_of(2) { "\n\n" } else { "\n \n" });
    if number % 2 == 1 {
        text = text.replace('"', "\u{201d}").replace('\'', "\u{2019}").replace(" - ", " \u{2014} ");
    }
    let title: Vec<&str> =
        (0..7).map(|_| vocabulary[dice.below(vocabulary.len())].as_str()).collect();
    Piece { id: format!("{}-copy{number}", piece.id), title: title.join(" "), text }
}

/// The longest prefix of an id that names its origin.
fn origin(id: &str) -> &str {
    id.split_once("-copy").map_or(id, |(origin, _)| origin)
}

/// Whether most of the lesser text's runs of eight words stand in the other.
fn contained(a: &str, b: &str) -> bool {
    let runs = |text: &str| -> HashSet<String> {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.windows(8).map(|words| words.join(" ")).collect()
    };
    let (a, b) = (runs(a), runs(b));
    let least = a.len().min(b.len());
    least == 0 || 2 * a.intersection(&b).count() >= least
}

#[test]
fn copies() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped copies: DATELINE_DATA does not name the folder of the judged sets");
        return;
    };
    let source = Path::new(&data).join("judged/realtimeqa/docs.jsonl.gz");
    let mut lines = String::new();
    let packed = std::fs::File::open(&source).unwrap();
    flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut lines).unwrap();
    let pieces: Vec<Piece> = lines
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            Piece { id: field("id"), title: field("title"), text: field("text") }
        })
        .collect();

    // Articles long enough to be one, by chance; the words that editors put in are the set's.
    let mut dice = Dice(3);
    let vocabulary: Vec<String> = pieces
        .iter()
        .step_by(40)
        .flat_map(|piece| piece.text.split_whitespace().take(30))
        .filter(|word| word.chars().all(char::is_alphabetic))
        .map(str::to_owned)
        .collect();
    let mut chosen = BTreeSet::new();
    while chosen.len() < ORIGINALS {
        let at = dice.below(pieces.len());
        if pieces[at].text.split_whitespace().count() >= 100 {
            chosen.insert(at);
        }
    }
    let mut made = Vec::new();
    for &at in &chosen {
        for number in 0..COPIES {
            made.push(edited(&pieces[at], number, &vocabulary, &mut dice));
        }
    }

    let dir = tempfile::tempdir().unwrap();
    let mut corpus = String::new();
    for piece in pieces.iter().chain(&made) {
        let record =
            serde_json::json!({ "id": piece.id, "title": piece.title, "text": piece.text });
        writeln!(corpus, "{record}").unwrap();
    }
    std::fs::write(dir.path().join("all.jsonl"), corpus).unwrap();
    let options = Options {
        index: dir.path().join("index"),
        folders: vec![dir.path().join("all.jsonl")],
        // Names make no difference to this and take their time.
        manner: Manner { names: Some(false), ..Manner::default() },
        threads: 2,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();

    let searcher = LocalSearcher::open(&options.index).unwrap();
    let texts: HashMap<&str, &str> =
        pieces.iter().chain(&made).map(|piece| (piece.id.as_str(), piece.text.as_str())).collect();
    let mut stories: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in texts.keys() {
        let id = format!("all.jsonl#{id}");
        if let Some(story) = searcher.story(&id).unwrap() {
            stories.entry(story.id).or_default().insert(id);
        }
    }
    let (mut right, mut true_copies, mut wrong) = (0, 0, Vec::new());
    for story in stories.values() {
        let ids: Vec<&str> = story.iter().map(|id| id.trim_start_matches("all.jsonl#")).collect();
        for (at, a) in ids.iter().enumerate() {
            for b in &ids[at + 1..] {
                if origin(a) == origin(b) {
                    right += 1;
                } else if contained(texts[a], texts[b])
                    || contained(texts[origin(a)], texts[origin(b)])
                {
                    true_copies += 1;
                } else {
                    wrong.push((*a, *b));
                }
            }
        }
    }
    let wanted = ORIGINALS * COPIES * (COPIES + 1) / 2;
    let found = right + true_copies;
    let recall = right as f64 / wanted as f64;
    let precision = found as f64 / (found + wrong.len()) as f64;
    eprintln!(
        "copies: recall {recall:.4} ({right} of {wanted}), precision {precision:.4} ({} wrong, \
         {true_copies} copies of the set's own)",
        wrong.len()
    );
    for (a, b) in wrong.iter().step_by(1 + wrong.len() / 20) {
        eprintln!("  wrong: {a} {b}");
    }
    let measured =
        BTreeMap::from([("recall".to_owned(), recall), ("precision".to_owned(), precision)]);
    floors::hold("copies", &floors::digest(&[source]), &measured);
}
