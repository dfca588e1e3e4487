//! The linear chain model: weights of features, how labels follow one another, the best labels of a
//! run of tokens, and the file that holds all this.
//!
//! Labels are those of names as first, inner, last and only token (BILOU), 17 with the one for no
//! name. That one scores 0 everywhere, so a feature has 16 weights.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::clusters::Clusters;
use super::features::{Of, Purpose, Seen, SmallWords, feature, features};
use super::gazetteer::{Gazetteer, List, place};
use super::table::SPREAD;
use super::tokens::{GAPS, Shape};
use super::weights::{Asked, Weights};
use super::{Found, InArticle, Label, Tongue};
use crate::varint;

/// How many labels there are: none, and four places in each of four kinds of names.
pub(crate) const LABELS: usize = 17;
/// No name.
pub(crate) const NONE: u8 = 0;
pub(crate) const FIRST: u8 = 0;
pub(crate) const INNER: u8 = 1;
pub(crate) const LAST: u8 = 2;
pub(crate) const ONLY: u8 = 3;

/// Weights of a feature for the labels but the first.
pub(crate) type Row = [i8; LABELS - 1];

/// The label of a token at a place in a name of a kind (0 to 3).
pub(crate) const fn label(kind: u8, place: u8) -> u8 {
    1 + kind * 4 + place
}

/// Kind and place of a label that is not [`NONE`].
pub(crate) const fn parts(label: u8) -> (u8, u8) {
    ((label - 1) / 4, (label - 1) % 4)
}

/// Whether a name is over, or there is none, behind a token with this label.
pub(crate) const fn is_closed(label: u8) -> bool {
    label == NONE || parts(label).1 == LAST || parts(label).1 == ONLY
}

/// Whether a token with label `next` may follow one with `label`.
pub(crate) const fn follows(label: u8, next: u8) -> bool {
    if is_closed(label) {
        next == NONE || parts(next).1 == FIRST || parts(next).1 == ONLY
    } else {
        next != NONE
            && parts(next).0 == parts(label).0
            && (parts(next).1 == INNER || parts(next).1 == LAST)
    }
}

/// Weights of a label after another, by what stands between their tokens.
pub(crate) type Transitions<T> = [[[T; LABELS]; LABELS]; GAPS];

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) gazetteer: Gazetteer,
    pub(crate) clusters: Clusters,
    weights: Weights,
    transitions: Box<Transitions<i16>>,
    /// By how much a label behind which no name is open is at most the better start than another one.
    leads: Box<Transitions<i32>>,
}

/// What a model is made of, before it is put together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parts {
    /// Sorted by feature.
    pub(crate) features: Vec<(u32, Row)>,
    /// By gap, label and next label, those alone that may follow.
    pub(crate) transitions: Vec<i16>,
    /// Sorted by state.
    pub(crate) lists: Vec<(u32, u16)>,
}

impl Model {
    pub(crate) fn new(parts: &Parts, clusters: Clusters) -> Self {
        let mut model = Self {
            gazetteer: Gazetteer::new(&parts.lists),
            clusters,
            weights: Weights::new(&parts.features),
            transitions: Box::new([[[0; LABELS]; LABELS]; GAPS]),
            leads: Box::new([[[0; LABELS]; LABELS]; GAPS]),
        };
        let mut weights = parts.transitions.iter();
        for (gap, label, next) in legal() {
            if let Some(weight) = weights.next() {
                model.transitions[gap][label][next] = *weight;
            }
        }
        for (leads, table) in model.leads.iter_mut().zip(&*model.transitions) {
            for (label, other) in CLOSED.into_iter().flat_map(|a| CLOSED.map(|b| (a, b))) {
                let lead =
                    |next: usize| i32::from(table[label][next]) - i32::from(table[other][next]);
                let next = (0..LABELS).filter(|next| follows(label as u8, *next as u8));
                leads[label][other] = next.map(lead).max().unwrap_or_default();
            }
        }
        model
    }

    /// See [`super::find`]; `words` are those of the body.
    pub(crate) fn find<'t>(
        &self,
        title: &str,
        body: &'t str,
        words: impl Iterator<Item = (usize, &'t str)>,
        tongue: Tongue,
    ) -> InArticle {
        let mut desk = DESK.take();
        let [of_title, of_body] = &mut desk.texts;
        let (lists, groups) = (&self.gazetteer, &self.clusters);
        of_title.read(title, crate::words::words(title), lists, groups, Purpose::Finding);
        of_body.read(body, words, lists, groups, Purpose::Finding);
        match tongue {
            Tongue::Known => self.label(&mut desk),
            Tongue::Foreign => desk.labels = desk.texts.each_ref().map(sure),
        }
        let [title, body] = [0, 1].map(|at| names(&desk.texts[at], &desk.labels[at]));
        if desk.texts.iter().all(|text| text.tokens.len() < LARGE) {
            DESK.set(desk);
        }
        InArticle { title, body }
    }

    /// The labels of the tokens of an article's texts.
    fn label(&self, desk: &mut Desk) {
        let Desk { texts, labels, before, scores, small, memory, lattice } = desk;
        small.clear();
        scores.clear();
        for (seen, labels) in texts.iter().zip(&mut *labels) {
            small.add(&seen.tokens);
            labels.clear();
            labels.resize(seen.tokens.len(), NONE);
        }
        let mut asked = Asked::new();
        for (seen, labels) in texts.iter().zip(&mut *labels) {
            for run in &seen.runs {
                let from = scores.len();
                for at in run.clone() {
                    let mut sum = [0; LABELS - 1];
                    features(seen, run, at, small, |_, feature| asked.push(feature));
                    self.weights.sum(&mut asked, &mut sum);
                    scores.push(sum);
                }
                lattice.best(self, seen, run, &scores[from..], labels);
            }
        }
        memory.fill(texts, labels);
        let mut scores = scores.as_mut_slice();
        for (seen, labels) in texts.iter().zip(labels) {
            before.clone_from(labels);
            for run in &seen.runs {
                let (now, behind) = scores.split_at_mut(run.len());
                scores = behind;
                let mut changed = false;
                for (at, sum) in run.clone().zip(&mut *now) {
                    again(seen, run, at, memory, before, |_, feature| asked.push(feature));
                    changed |= !asked.is_empty();
                    self.weights.sum(&mut asked, sum);
                }
                if changed {
                    lattice.best(self, seen, run, now, labels);
                }
            }
        }
    }

    /// From what [`encode`] and [`super::clusters::make`] made, both read at once. A broken file gives
    /// a model that finds nothing.
    pub(crate) fn decode(bytes: &[u8], clusters: &[u8]) -> Self {
        std::thread::scope(|scope| {
            let clusters = scope.spawn(|| Clusters::decode(clusters));
            let parts = decode(bytes).unwrap_or_default();
            Self::new(&parts, clusters.join().unwrap_or_default())
        })
    }
}

/// Room to look at an article in. It is kept for the next one: what is written down about a long
/// article would else be asked of the system and given back each time.
#[derive(Default)]
struct Desk {
    /// Headline and body.
    texts: [Seen; 2],
    labels: [Vec<u8>; 2],
    /// The labels of one text after the first look.
    before: Vec<u8>,
    /// Of all tokens in runs, one after the other.
    scores: Vec<Scores>,
    small: SmallWords,
    memory: Memory,
    lattice: Lattice,
}

/// The room of a text of so many tokens is given back.
const LARGE: usize = 100_000;

thread_local! {
    static DESK: Cell<Box<Desk>> = Cell::default();
}

/// What the features of a token give each label but the first.
pub(crate) type Scores = [i16; LABELS - 1];

/// All gaps, labels and next labels that may follow.
pub(crate) fn legal() -> impl Iterator<Item = (usize, usize, usize)> {
    (0..GAPS).flat_map(|gap| {
        (0..LABELS).flat_map(move |label| {
            (0..LABELS)
                .filter(move |next| follows(label as u8, *next as u8))
                .map(move |next| (gap, label, next))
        })
    })
}

/// Finds the best labels of a run (Viterbi).
#[derive(Debug, Default)]
struct Lattice {
    came_from: Vec<[u8; LABELS]>,
}

const CLOSED: [usize; 9] = [0, 3, 4, 7, 8, 11, 12, 15, 16];

impl Lattice {
    fn best(
        &mut self,
        model: &Model,
        seen: &Seen,
        run: &Range<usize>,
        scores: &[Scores],
        labels: &mut [u8],
    ) {
        const NEVER: i32 = i32::MIN / 2;
        // Most runs are one word: no name, or the only word of one.
        if let (1, [scores]) = (run.len(), scores) {
            let starts = &model.transitions[seen.tokens[run.start].gap as usize][usize::from(NONE)];
            let sum = |label: u8| match label {
                NONE => i32::from(starts[usize::from(NONE)]),
                _ => {
                    let at = usize::from(label);
                    i32::from(starts[at]) + i32::from(scores[at - 1])
                }
            };
            let lone = (0..4).map(|kind| label(kind, ONLY));
            let best = |best, other| if sum(other) > sum(best) { other } else { best };
            labels[run.start] = lone.fold(NONE, best);
            return;
        }
        let mut sums = [NEVER; LABELS];
        sums[0] = 0;
        self.came_from.clear();
        for (at, scores) in run.clone().zip(scores) {
            let gap = seen.tokens[at].gap as usize;
            let table = &model.transitions[gap];
            let mut next = [NEVER; LABELS];
            let mut from = [0u8; LABELS];
            let mut step = |label: usize, to: usize| {
                let sum = sums[label] + i32::from(table[label][to]);
                if sum > next[to] {
                    next[to] = sum;
                    from[to] = label as u8;
                }
            };
            let best = CLOSED.into_iter().fold(0, |a, b| if sums[b] > sums[a] { b } else { a });
            for label in CLOSED {
                // Most are so far behind that the best one is the better start of whatever follows.
                if sums[label] + model.leads[gap][label][best] < sums[best] {
                    continue;
                }
                step(label, 0);
                for kind in 0..4 {
                    step(label, 1 + 4 * kind);
                    step(label, 4 + 4 * kind);
                }
            }
            for kind in 0..4 {
                for label in [1 + 4 * kind, 2 + 4 * kind] {
                    step(label, 2 + 4 * kind);
                    step(label, 3 + 4 * kind);
                }
            }
            for (sum, score) in next[1..].iter_mut().zip(scores) {
                *sum += i32::from(*score);
            }
            sums = next;
            self.came_from.push(from);
        }
        let mut label = CLOSED.into_iter().max_by_key(|label| (sums[*label], 99 - label));
        for (at, from) in run.clone().zip(&self.came_from).rev() {
            let Some(here) = label else { break };
            labels[at] = here as u8;
            label = Some(usize::from(from[here]));
        }
    }
}

/// The names that labels tell.
pub(crate) fn names(seen: &Seen, labels: &[u8]) -> Vec<Found> {
    let mut names = Vec::new();
    let mut start = 0;
    for (at, label) in labels.iter().enumerate().filter(|(_, label)| **label != NONE) {
        let (kind, place) = parts(*label);
        if place == FIRST || place == ONLY {
            start = at;
        }
        if place == LAST || place == ONLY {
            let range = seen.tokens[start].start as usize..seen.tokens[at].end as usize;
            names.push(Found { range, label: KINDS[usize::from(kind)] });
        }
    }
    names
}

/// Kinds by their number.
pub(crate) const KINDS: [Label; 4] = [Label::Person, Label::Org, Label::Place, Label::Misc];

/// Labels of what can be told by lists alone: countries, and leaders with more than one name.
fn sure(seen: &Seen) -> Vec<u8> {
    let mut labels = vec![NONE; seen.tokens.len()];
    let marks = |at: usize, list| place(seen.forms[at].marks, list) as u8;
    for run in &seen.runs {
        let mut at = run.start;
        while at < run.end {
            let token = &seen.tokens[at];
            let long = token.end - token.start > 4 && token.shape == Shape::Initial;
            let found =
                [(List::Country, 2), (List::Leader, 0)].into_iter().find_map(|(list, kind)| {
                    match marks(at, list) {
                        4 if long && list == List::Country => Some((at, kind)),
                        1 => (at + 1..run.end)
                            .find(|end| marks(*end, list) == 3)
                            .map(|end| (end, kind)),
                        _ => None,
                    }
                });
            let Some((end, kind)) = found else {
                at += 1;
                continue;
            };
            labels[at..=end].fill(label(kind, INNER));
            labels[at] = label(kind, FIRST);
            labels[end] = label(kind, if at == end { ONLY } else { LAST });
            at = end + 1;
        }
    }
    labels
}

/// Keys that are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// What the words of an article were labelled at the first look.
#[derive(Default)]
pub(crate) struct Memory {
    words: HashMap<u32, Tally, BuildHasherDefault<AsIs>>,
    /// Words that stand side by side.
    pairs: HashMap<u32, Tally, BuildHasherDefault<AsIs>>,
}

/// How often a word, or a pair of them, was what.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// In a name of a kind; the last for no name, of pairs: not in one name.
    kinds: [u16; 5],
    /// In a name of more than one token, by kind and place.
    places: [[u16; 3]; 4],
}

fn counts(shape: Shape) -> bool {
    shape.is_capital() || shape == Shape::Lower
}

#[inline]
fn pair(left: u32, right: u32) -> u32 {
    left.rotate_left(11).wrapping_mul(SPREAD) ^ right
}

/// Whether the tokens before and at `at` belong to one name.
fn within(labels: &[u8], at: usize) -> Option<usize> {
    let label = labels[at];
    let place = if label == NONE { FIRST } else { parts(label).1 };
    (place == INNER || place == LAST).then(|| usize::from(parts(label).0))
}

impl Memory {
    pub(crate) fn new(texts: &[Seen], labels: &[Vec<u8>]) -> Self {
        let mut memory = Self::default();
        memory.fill(texts, labels);
        memory
    }

    /// Forgets what it knew and notes what the words of an article were labelled.
    fn fill(&mut self, texts: &[Seen], labels: &[Vec<u8>]) {
        self.words.clear();
        self.pairs.clear();
        for (seen, labels) in texts.iter().zip(labels) {
            for run in &seen.runs {
                for at in run.clone() {
                    let token = &seen.tokens[at];
                    if counts(token.shape) {
                        self.words.entry(token.lower).or_default().count(labels[at], 1);
                    }
                    if at > run.start {
                        let key = pair(seen.tokens[at - 1].lower, token.lower);
                        let tally = self.pairs.entry(key).or_default();
                        tally.kinds[within(labels, at).unwrap_or(4)] += 1;
                    }
                }
            }
        }
    }
}

impl Tally {
    fn count(&mut self, label: u8, by: i16) {
        let add = |count: &mut u16| *count = count.saturating_add_signed(by);
        if label == NONE {
            add(&mut self.kinds[4]);
            return;
        }
        let (kind, place) = parts(label);
        add(&mut self.kinds[usize::from(kind)]);
        if place != ONLY {
            add(&mut self.places[usize::from(kind)][usize::from(place)]);
        }
    }
}

/// The most frequent of some counts, and how sure that is: 0 alone, 1 most, 2 not even two thirds.
fn majority(counts: &[u16]) -> Option<(u32, u32, u32)> {
    let total: u32 = counts.iter().map(|count| u32::from(*count)).sum();
    let (at, most) = counts.iter().enumerate().max_by_key(|(at, count)| (**count, 99 - at))?;
    let most = u32::from(*most);
    if most == 0 {
        return None;
    }
    let doubt = match () {
        () if most == total => 0,
        () if most * 3 >= total * 2 => 1,
        () => 2,
    };
    Some((at as u32, doubt, most.min(3)))
}

/// Hands the features that a second look adds to `put`: what the same word was elsewhere.
pub(crate) fn again(
    seen: &Seen,
    run: &Range<usize>,
    at: usize,
    memory: &Memory,
    labels: &[u8],
    mut put: impl FnMut(Of, u32),
) {
    let token = &seen.tokens[at];
    let shape = token.shape as u32 + 16 * token.style as u32;
    if counts(token.shape)
        && let Some(tally) = memory.words.get(&token.lower)
    {
        let mut tally = *tally;
        tally.count(labels[at], -1);
        if let Some((kind, doubt, count)) = majority(&tally.kinds) {
            let kind_doubt = kind * 4 + doubt;
            put(Of::Context, feature(170, kind_doubt * 4 + count));
            put(Of::Context, feature(171, kind_doubt * 64 + shape));
            // The best kind of name, if it is no name most often.
            if kind == 4
                && let Some((kind, _, count)) = majority(&tally.kinds[..4])
            {
                put(Of::Context, feature(172, kind * 4 + count));
            }
        }
        let places = tally.places.as_flattened();
        if let Some((place, doubt, _)) = majority(places) {
            let alone = u32::from(at == run.start || !token.gap.joins())
                + 2 * u32::from(at + 1 == run.end || !seen.tokens[at + 1].gap.joins());
            put(Of::Context, feature(173, place * 4 + doubt));
            put(Of::Context, feature(174, (place * 4 + doubt) * 4 + alone));
        }
    }
    let mut beside = |template: u32, at: usize| {
        let key = pair(seen.tokens[at - 1].lower, seen.tokens[at].lower);
        if let Some(tally) = memory.pairs.get(&key) {
            let mut kinds = tally.kinds;
            let own = &mut kinds[within(labels, at).unwrap_or(4)];
            *own = own.saturating_sub(1);
            if let Some((kind, doubt, _)) = majority(&kinds) {
                put(Of::Context, feature(template, kind * 4 + doubt));
            }
        }
    };
    if at > run.start {
        beside(175, at);
    }
    if at + 1 < run.end {
        beside(176, at + 1);
    }
}

const MAGIC: &[u8; 8] = b"dlnames1";

/// Writes a model: counts, differences of sorted keys, weights label by label, packed by zstd.
pub(crate) fn encode(parts: &Parts) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    for count in [parts.features.len(), parts.transitions.len(), parts.lists.len()] {
        varint::push(&mut plain, count as u64);
    }
    let mut before = 0;
    for (key, _) in &parts.features {
        varint::push(&mut plain, u64::from(key - before));
        before = *key;
    }
    for label in 0..LABELS - 1 {
        plain.extend(parts.features.iter().map(|(_, row)| row[label] as u8));
    }
    for weight in &parts.transitions {
        plain.extend(weight.to_le_bytes());
    }
    before = 0;
    for (key, _) in &parts.lists {
        varint::push(&mut plain, u64::from(key - before));
        before = *key;
    }
    for (_, lists) in &parts.lists {
        plain.extend(lists.to_le_bytes());
    }
    let mut packed = MAGIC.to_vec();
    packed.extend(zstd::encode_all(plain.as_slice(), 19)?);
    Ok(packed)
}

/// Reads what [`encode`] wrote. `None` where it is something else.
pub(crate) fn decode(bytes: &[u8]) -> Option<Parts> {
    let plain = zstd::decode_all(bytes.strip_prefix(MAGIC)?).ok()?;
    let mut rest = plain.as_slice();
    let counts =
        [varint::take_u32(&mut rest)?, varint::take_u32(&mut rest)?, varint::take_u32(&mut rest)?]
            .map(|n| n as usize);
    if counts.iter().any(|count| *count > plain.len()) {
        return None;
    }
    let mut features = Vec::with_capacity(counts[0]);
    let mut key = 0u32;
    for _ in 0..counts[0] {
        key = key.checked_add(varint::take_u32(&mut rest)?)?;
        features.push((key, [0; LABELS - 1]));
    }
    let (weights, behind) = rest.split_at_checked(counts[0] * (LABELS - 1))?;
    rest = behind;
    for (at, (_, row)) in features.iter_mut().enumerate() {
        for (label, weight) in row.iter_mut().enumerate() {
            *weight = weights[label * counts[0] + at] as i8;
        }
    }
    let (weights, behind) = rest.split_at_checked(2 * counts[1])?;
    rest = behind;
    let transitions =
        weights.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
    let mut lists = Vec::with_capacity(counts[2]);
    key = 0;
    for _ in 0..counts[2] {
        key = key.checked_add(varint::take_u32(&mut rest)?)?;
        lists.push((key, 0));
    }
    let (values, behind) = rest.split_at_checked(2 * counts[2])?;
    for ((_, value), pair) in lists.iter_mut().zip(values.as_chunks::<2>().0) {
        *value = u16::from_le_bytes(*pair);
    }
    behind.is_empty().then_some(Parts { features, transitions, lists })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_follow_as_names_are_built() {
        let [first, inner, last, only] = [FIRST, INNER, LAST, ONLY].map(|place| label(1, place));
        for (before, next) in
            [(NONE, first), (first, inner), (inner, last), (last, only), (only, NONE)]
        {
            assert!(follows(before, next), "{before} {next}");
        }
        for (before, next) in [(NONE, inner), (first, NONE), (first, label(2, LAST)), (only, last)]
        {
            assert!(!follows(before, next), "{before} {next}");
        }
    }

    #[test]
    fn a_file_gives_back_its_parts() {
        let parts = Parts {
            features: vec![(3, [7; LABELS - 1]), (700_000, [-128; LABELS - 1])],
            transitions: legal().map(|(gap, label, next)| (gap + label * next) as i16).collect(),
            lists: vec![(1, 2), (u32::MAX, 0x8001)],
        };
        let bytes = encode(&parts).unwrap();
        assert_eq!(decode(&bytes), Some(parts));
        assert_eq!(decode(&bytes[..bytes.len() / 2]), None);
        assert_eq!(decode(b""), None);
    }

    #[test]
    fn a_broken_file_finds_nothing() {
        let model = Model::decode(b"no model", b"no groups");
        let found = {
            let body = "Vladimir Putin spoke in Moscow.";
            model.find("Moscow", body, crate::words::words(body), Tongue::Known)
        };
        assert_eq!(found, InArticle::default());
    }

    #[test]
    fn a_tie_of_counts_goes_to_the_first() {
        assert_eq!(majority(&[0, 0]), None);
        assert_eq!(majority(&[1, 1]), Some((0, 2, 1)));
        assert_eq!(majority(&[0, 5]), Some((1, 0, 3)));
    }
}
