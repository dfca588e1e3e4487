//! Finds which articles of an index are copies of each other.
//!
//! Articles with the same words are one body. Bodies whose sketches agree in a band are compared,
//! first by their sketches, then by their texts; what is a copy of a copy is of the same story.
//! All of it depends on the articles alone, so the answer is the same whatever the order in which
//! they came, and whatever was known before: that only saves work. Of what an earlier table knows,
//! stories that lost an article are found anew, and only pairs with an article that is new are
//! looked at.
//!
//! A band that many bodies share (pages on one form) would make too many pairs. There, all are
//! compared with a few only, the ones with the least keys. Who these are depends on the crowd, so
//! the table keeps its state, and where it changes its members are looked at as if they were new.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use anyhow::Result;
use tantivy::columnar::Column;
use tantivy::schema::{Field, Value};
use tantivy::{DocAddress, TantivyDocument};
use xxhash_rust::xxh3::xxh3_64;

use super::columns::Columns;
use super::stories::Stories;
use super::top::Address;
use crate::schema::name;
use crate::sketch::{self, BAND, BANDS, COLUMN, Comparable};

/// Least likeness of sketches for the texts to be read.
const LEAST_LIKENESS: f64 = 0.12;
/// The same in a crowd, where the form alone makes all somewhat alike. A pair that this keeps
/// apart is compared where it meets in a band of its own.
const LEAST_IN_CROWD: f64 = 0.5;
/// Bodies in a band from which on it is a crowd.
const CROWD: usize = 32;
/// How many of a crowd all of it is compared with.
const PIVOTS: usize = 8;
/// Bands that are gone through at a time: their values are three whole numbers of the column.
const TOGETHER: usize = 8;
/// Words of texts that are kept ready to be compared again.
const READY_WORDS: usize = 1 << 20;
/// Pairs remembered as no copies, so that they are compared once and not in every band.
const DENIED: usize = 1 << 20;

/// Finds the stories of an index, given those of an earlier state of it.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn find(searcher: &tantivy::Searcher, old: Option<Stories>) -> Result<Stories> {
    let old = old.unwrap_or_default();
    let bodies = Bodies::read(searcher)?;
    let mut known = Known::of(&bodies, &old);
    if known.fresh.contains(&false) {
        // A crowd that is another than before puts its members in question, with their stories.
        let mut in_question = Vec::new();
        bodies.each_band(&known.fresh, &old.crowds, &mut |band| {
            if band.crowd != old.crowds.get(&band.key).copied() {
                in_question.extend_from_slice(band.members);
            }
            Ok(())
        })?;
        known.forget(&in_question);
    }
    let mut groups = Groups::new(bodies.all.len());
    for story in known.stories.iter().filter(|story| !story.lost) {
        for pair in story.bodies.windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let mut crowds = BTreeMap::new();
    let mut judge = Judge::new(searcher, &bodies)?;
    bodies.each_band(&known.fresh, &old.crowds, &mut |band| {
        let (mut firsts, mut least) = (band.members.len(), LEAST_LIKENESS);
        if let Some(state) = band.crowd {
            crowds.insert(band.key, state);
            (firsts, least) = (PIVOTS, LEAST_IN_CROWD);
        }
        for (at, &one) in band.members.iter().enumerate().take(firsts) {
            for &other in &band.members[at + 1..] {
                let fresh = known.fresh[one as usize] || known.fresh[other as usize];
                if fresh && !groups.joined(one, other) && judge.are_copies(one, other, least)? {
                    groups.join(one, other);
                }
            }
        }
        Ok(())
    })?;
    bodies.stories(searcher, &mut groups, crowds)
}

/// An article of the index.
struct Doc {
    /// Of its body's words; `None` where it has none.
    key: Option<u64>,
    print: u64,
    address: Address,
}

/// All articles with the same words.
struct Body {
    /// Among [`Bodies::docs`].
    docs: Range<usize>,
    /// Whether it is long enough for a sketch.
    sketched: bool,
}

/// The bodies of an index, in the order of their keys.
struct Bodies {
    docs: Vec<Doc>,
    all: Vec<Body>,
    /// The sketches, a column for each segment.
    columns: Vec<Column<u64>>,
}

/// The bodies that agree in a band.
struct Band<'b> {
    /// Which band, and in what values.
    key: u32,
    /// In the order of their keys.
    members: &'b [u32],
    /// Where they are a crowd: who its pivots are, as one number.
    crowd: Option<u64>,
}

impl Bodies {
    fn read(searcher: &tantivy::Searcher) -> Result<Self> {
        let (mut docs, mut columns) = (Vec::new(), Vec::new());
        for (segment, reader) in (0..).zip(searcher.segment_readers()) {
            let prints = reader.fast_fields().u64(name::PRINT)?;
            let sketches = reader.fast_fields().u64(name::SKETCH)?;
            docs.extend(reader.doc_ids_alive().map(|doc| Doc {
                key: sketches.first(doc),
                print: prints.first(doc).unwrap_or_default(),
                address: Address { segment, doc },
            }));
            columns.push(sketches);
        }
        docs.sort_unstable_by_key(|doc| (doc.key, doc.print));
        let mut all = Vec::new();
        let mut start = 0;
        for body in docs.chunk_by(|a, b| a.key == b.key) {
            let end = start + body.len();
            if body[0].key.is_some() {
                let Address { segment, doc } = body[0].address;
                let rows = columns[segment as usize].index.value_row_ids(doc);
                all.push(Body { docs: start..end, sketched: rows.len() == COLUMN });
            }
            start = end;
        }
        Ok(Self { docs, all, columns })
    }

    /// An article that has the body.
    fn place(&self, body: u32) -> Address {
        self.docs[self.all[body as usize].docs.start].address
    }

    /// Numbers of the sketch of a body, from `first` on, where it has one.
    fn sketch<const N: usize>(&self, body: u32, first: usize) -> [u64; N] {
        let Address { segment, doc } = self.place(body);
        let column = &self.columns[segment as usize];
        let start = column.index.value_row_ids(doc).start as usize + first;
        std::array::from_fn(|at| column.values.get_val((start + at) as u32))
    }

    /// Goes through the bands that hold a body that is fresh or that were a crowd before.
    fn each_band(
        &self,
        fresh: &[bool],
        crowds: &BTreeMap<u32, u64>,
        visit: &mut dyn FnMut(&Band<'_>) -> Result<()>,
    ) -> Result<()> {
        let bodies = || (0..).zip(&self.all).filter(|(_, body)| body.sketched);
        // Where most are fresh, a list of what they are in saves nothing.
        let few = 4 * fresh.iter().filter(|fresh| **fresh).count() < fresh.len();
        let mut found: Vec<u64> = Vec::new();
        let mut members = Vec::new();
        for group in 0..BANDS / TOGETHER {
            let keys = |body: u32| {
                let eights = self.sketch::<BAND>(body, 1 + BAND * group).map(u64::to_le_bytes);
                let values = eights.as_flattened();
                std::array::from_fn::<u32, TOGETHER, _>(|at| {
                    let value = |number: usize| u32::from(values[BAND * at + number]);
                    let band = (TOGETHER * group + at) as u32;
                    band << 24 | value(2) << 16 | value(1) << 8 | value(0)
                })
            };
            let mut wanted: HashSet<u32> = HashSet::new();
            if few {
                let fresh = bodies().filter(|(body, _)| fresh[*body as usize]);
                wanted.extend(fresh.flat_map(|(body, _)| keys(body)));
                wanted.extend(crowds.keys());
            }
            found.clear();
            for (body, _) in bodies() {
                let keys = keys(body).into_iter().filter(|key| !few || wanted.contains(key));
                found.extend(keys.map(|key| u64::from(key) << 32 | u64::from(body)));
            }
            found.sort_unstable();
            for band in found.chunk_by(|a, b| a >> 32 == b >> 32) {
                members.clear();
                members.extend(band.iter().map(|entry| *entry as u32));
                let crowd = (members.len() > CROWD).then(|| {
                    let pivots = members.iter().take(PIVOTS);
                    let keys =
                        pivots.map(|body| self.docs[self.all[*body as usize].docs.start].key);
                    let bytes: Vec<u8> =
                        keys.flat_map(|key| key.unwrap_or_default().to_le_bytes()).collect();
                    xxh3_64(&bytes)
                });
                visit(&Band { key: (band[0] >> 32) as u32, members: &members, crowd })?;
            }
        }
        Ok(())
    }

    /// The table of what was grouped.
    fn stories(
        &self,
        searcher: &tantivy::Searcher,
        groups: &mut Groups,
        crowds: BTreeMap<u32, u64>,
    ) -> Result<Stories> {
        let columns = Columns::new(searcher);
        let mut by_group: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (body, docs) in (0..).zip(&self.all) {
            by_group.entry(groups.of(body)).or_default().extend(docs.docs.clone());
        }
        let mut stories = Vec::new();
        for docs in by_group.into_values().filter(|docs| docs.len() > 1) {
            let mut story = Vec::with_capacity(docs.len());
            for doc in docs {
                let Doc { print, address, .. } = self.docs[doc];
                story.push((columns.id(address)?, print));
            }
            story.sort_unstable();
            stories.push(story);
        }
        stories.sort_unstable();
        let mut covered: Vec<u64> = self.docs.iter().map(|doc| doc.print).collect();
        covered.sort_unstable();
        Ok(Stories { stories, crowds, covered })
    }
}

/// What an earlier table says of the bodies that are here.
struct Known {
    /// Whether a body must be compared anew.
    fresh: Vec<bool>,
    stories: Vec<KnownStory>,
    /// The story of a body that is in one.
    story_of: HashMap<u32, usize>,
}

struct KnownStory {
    /// Those that are still here.
    bodies: Vec<u32>,
    /// Whether it must be found anew.
    lost: bool,
}

impl Known {
    fn of(bodies: &Bodies, old: &Stories) -> Self {
        let mut body_of: HashMap<u64, u32> = HashMap::new();
        // A body is known if one of its articles is.
        let mut fresh = vec![true; bodies.all.len()];
        for (number, body) in (0..).zip(&bodies.all) {
            for doc in &bodies.docs[body.docs.clone()] {
                if old.covered.binary_search(&doc.print).is_ok() {
                    fresh[number as usize] = false;
                    body_of.insert(doc.print, number);
                }
            }
        }
        let mut known = Self { fresh, stories: Vec::new(), story_of: HashMap::new() };
        for story in &old.stories {
            let here = story.iter().filter_map(|(_, print)| body_of.get(print).copied());
            let bodies: Vec<u32> = here.collect();
            let lost = bodies.len() < story.len();
            for body in &bodies {
                known.story_of.insert(*body, known.stories.len());
                if lost {
                    known.fresh[*body as usize] = true;
                }
            }
            known.stories.push(KnownStory { bodies, lost });
        }
        known
    }

    /// Makes bodies fresh again, and the stories that they were in.
    fn forget(&mut self, bodies: &[u32]) {
        for body in bodies {
            self.fresh[*body as usize] = true;
            let Some(story) = self.story_of.get(body) else { continue };
            let story = &mut self.stories[*story];
            if !story.lost {
                story.lost = true;
                for body in &story.bodies {
                    self.fresh[*body as usize] = true;
                }
            }
        }
    }
}

/// Sets of bodies that are joined (union-find).
struct Groups {
    parents: Vec<u32>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { parents: (0..count as u32).collect() }
    }

    /// The least body of the set.
    fn of(&mut self, body: u32) -> u32 {
        let mut at = body as usize;
        while self.parents[at] as usize != at {
            // Halves the way for the next time.
            self.parents[at] = self.parents[self.parents[at] as usize];
            at = self.parents[at] as usize;
        }
        at as u32
    }

    fn joined(&mut self, one: u32, other: u32) -> bool {
        self.of(one) == self.of(other)
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }
}

/// Says of two bodies whether they are copies. Remembers, which changes nothing but the time.
struct Judge<'s> {
    searcher: &'s tantivy::Searcher,
    bodies: &'s Bodies,
    field: Field,
    ready: HashMap<u32, Rc<Comparable>>,
    ready_words: usize,
    denied: HashSet<(u32, u32)>,
}

impl<'s> Judge<'s> {
    fn new(searcher: &'s tantivy::Searcher, bodies: &'s Bodies) -> Result<Self> {
        let field = searcher.schema().get_field(name::BODY)?;
        let (ready, denied) = (HashMap::new(), HashSet::new());
        Ok(Self { searcher, bodies, field, ready, ready_words: 0, denied })
    }

    /// Whether two bodies are copies; not where their sketches are not at least so much alike.
    fn are_copies(&mut self, one: u32, other: u32, least: f64) -> Result<bool> {
        let pair = (one.min(other), one.max(other));
        if self.denied.contains(&pair) {
            return Ok(false);
        }
        let sketch = |body| self.bodies.sketch::<{ COLUMN - 1 }>(body, 1);
        if sketch::likeness(&sketch(one), &sketch(other)) < least {
            return Ok(false);
        }
        let (one, other) = (self.comparable(one)?, self.comparable(other)?);
        if one.shared(&other).is_copy() {
            return Ok(true);
        }
        if self.denied.len() >= DENIED {
            self.denied.clear();
        }
        self.denied.insert(pair);
        Ok(false)
    }

    fn comparable(&mut self, body: u32) -> Result<Rc<Comparable>> {
        if let Some(ready) = self.ready.get(&body) {
            return Ok(Rc::clone(ready));
        }
        let Address { segment, doc } = self.bodies.place(body);
        let document: TantivyDocument = self.searcher.doc(DocAddress::new(segment, doc))?;
        let text = document.get_first(self.field).and_then(|value| value.as_str());
        let made = Rc::new(Comparable::new(text.unwrap_or_default()));
        if self.ready_words >= READY_WORDS {
            self.ready.clear();
            self.ready_words = 0;
        }
        self.ready_words += made.words();
        self.ready.insert(body, Rc::clone(&made));
        Ok(made)
    }
}
