//! Counts the names of articles, those that mean the same as one.
//!
//! An archive has many names, and most of them in one article. So nothing is looked up by its text
//! one by one: the values of all segments are merged in the order in which their dictionaries keep
//! them, with the names that go by another, and articles are counted by numbers.

use anyhow::Result;
use strum::VariantArray;

use super::columns::distinct;
use super::facets::{Matching, each_met};
use super::names::Names;
use crate::article::{ArticleName, EntityKind};
use crate::entities::name_table::Called;
use crate::keyness::NameCount;
use crate::schema::name;
use crate::schema::names::{kind_of_name, read_name, write_name};

/// Of an ordinal that was not met, or whose name the user does not want.
const NONE: u32 = u32::MAX;
const KINDS: usize = EntityKind::VARIANTS.len();

/// A name that stands in no column, and the articles that have it: for each segment a bit each.
pub(super) type Taken = (ArticleName, Vec<Vec<u64>>);

/// A segment, and an ordinal in its column of names.
type Place = (u32, u32);

/// Texts one after the other.
#[derive(Debug, Default)]
struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) -> u32 {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        self.ends.len() as u32 - 1
    }

    fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }

    /// Where a text is, of which the first `sorted` are in order.
    fn find(&self, text: &str, sorted: usize) -> Option<u32> {
        let (mut low, mut high) = (0, sorted);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) < text { low = middle + 1 } else { high = middle }
        }
        let rest = std::iter::once(low).filter(|at| *at < sorted).chain(sorted..self.ends.len());
        rest.into_iter().find(|at| self.get(*at) == text).map(|at| at as u32)
    }
}

/// The names of some articles as numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By number, as the archive calls it and [`write_name`] writes it.
    names: Texts,
    /// By number.
    kinds: Vec<EntityKind>,
    /// For each segment, by ordinal.
    of_ordinals: Vec<Vec<u32>>,
    /// Names that stand in no column.
    taken: Vec<(u32, Vec<Vec<u64>>)>,
}

impl Numbers {
    /// Numbers the names of articles.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn of(
        searcher: &tantivy::Searcher,
        table: Option<&Names>,
        taken: Vec<Taken>,
        matching: &Matching,
    ) -> Result<Self> {
        let mut numbers = Self::default();
        let (mut values, mut places) = (Texts::default(), Vec::new());
        for (segment, (reader, docs)) in searcher.segment_readers().iter().zip(matching).enumerate()
        {
            let column = reader.fast_fields().str(name::NAMES)?;
            let mut met = vec![false; column.as_ref().map_or(Ok(0), distinct)?];
            numbers.of_ordinals.push(vec![NONE; met.len()]);
            let Some(column) = column else { continue };
            for ordinal in docs.iter().flat_map(|doc| column.term_ords(*doc)) {
                met[ordinal as usize] = true;
            }
            each_met(
                &column,
                |ordinal| met[ordinal],
                |ordinal, value| {
                    values.push(value);
                    places.push((segment as u32, ordinal as u32));
                },
            )?;
        }
        // Runs that are in order already, which a stable sort merges.
        let mut met: Vec<(&str, Place)> =
            places.iter().enumerate().map(|(at, place)| (values.get(at), *place)).collect();
        met.sort_by(|a, b| a.0.cmp(b.0));
        let mut lookup = table.map(Names::lookup);
        let mut joined = Vec::new();
        for same in met.chunk_by(|a, b| a.0 == b.0) {
            let value = same[0].0;
            match lookup.as_mut().map_or(Called::Itself, |lookup| lookup.find(value)) {
                Called::Unwanted => {}
                Called::Itself => {
                    let Some(kind) = kind_of_name(value) else { continue };
                    let number = numbers.push(value, kind);
                    numbers.set(number, same);
                }
                Called::Entry(entry) => joined.extend(same.iter().map(|met| (entry, *met))),
            }
        }
        let sorted = numbers.names.ends.len();
        joined.sort_unstable();
        for of_entry in joined.chunk_by(|a, b| a.0 == b.0) {
            let called = table.and_then(|table| table.written(of_entry[0].0));
            let Some(number) = called.and_then(|called| numbers.find(called, sorted)) else {
                continue;
            };
            for (_, met) in of_entry {
                numbers.set(number, std::slice::from_ref(met));
            }
        }
        for (name, docs) in taken {
            let called = table.map_or_else(|| Some(name.clone()), |table| table.canonical(&name));
            let number = called.and_then(|name| numbers.find(&write_name(&name), sorted));
            numbers.taken.extend(number.map(|number| (number, docs)));
        }
        Ok(numbers)
    }

    fn push(&mut self, name: &str, kind: EntityKind) -> u32 {
        self.kinds.push(kind);
        self.names.push(name)
    }

    /// The number of a name, perhaps a new one; the first `sorted` names are in order. `None` for
    /// what is no name.
    fn find(&mut self, name: &str, sorted: usize) -> Option<u32> {
        if let Some(number) = self.names.find(name, sorted) {
            return Some(number);
        }
        let kind = kind_of_name(name)?;
        Some(self.push(name, kind))
    }

    fn set(&mut self, number: u32, met: &[(&str, Place)]) {
        for (_, (segment, ordinal)) in met {
            self.of_ordinals[*segment as usize][*ordinal as usize] = number;
        }
    }

    /// Counts articles, all of which were among those whose names were numbered.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn count(&self, searcher: &tantivy::Searcher, matching: &Matching) -> Result<Tally> {
        // By number: how many articles, and the number of the last of them, from 1.
        let mut met = vec![(0u64, 0u64); self.kinds.len()];
        let (mut with, mut article) = ([0; KINDS], 0);
        for (segment, (reader, docs)) in searcher.segment_readers().iter().zip(matching).enumerate()
        {
            let column = reader.fast_fields().str(name::NAMES)?;
            let of_ordinals = &self.of_ordinals[segment];
            for &doc in docs {
                article += 1;
                let of_column = column.iter().flat_map(|column| column.term_ords(doc));
                let of_column = of_column.map(|ordinal| of_ordinals[ordinal as usize]);
                let has = |docs: &[u64]| docs[doc as usize / 64] >> (doc % 64) & 1 == 1;
                let taken = self.taken.iter().filter(|(_, docs)| has(&docs[segment]));
                let mut has_kind = [false; KINDS];
                for number in of_column.chain(taken.map(|(number, _)| *number)) {
                    let Some((articles, last)) = met.get_mut(number as usize) else { continue };
                    if *last != article {
                        *last = article;
                        *articles += 1;
                    }
                    has_kind[self.kinds[number as usize] as usize] = true;
                }
                for (with, has_any) in with.iter_mut().zip(has_kind) {
                    *with += u64::from(has_any);
                }
            }
        }
        Ok(Tally { counts: met.into_iter().map(|(articles, _)| articles).collect(), with })
    }

    /// The names of a kind with the number of articles that have each; in no order.
    pub(super) fn of_kind(
        &self,
        kind: EntityKind,
        tally: &Tally,
    ) -> impl Iterator<Item = (&str, u64)> {
        let counts = tally.counts.iter().zip(&self.kinds).enumerate();
        let of_kind = counts.filter(move |(_, (articles, of))| **articles > 0 && **of == kind);
        of_kind.map(|(number, (articles, _))| (self.names.get(number), *articles))
    }

    /// The names that some articles have, with how many of these and of all do; in no order.
    pub(super) fn among(&self, here: &Tally, all: &Tally) -> Vec<NameCount> {
        let counts = here.counts.iter().zip(&all.counts).enumerate();
        let counted = counts.filter(|(_, (articles, _))| **articles > 0);
        let named = counted.filter_map(|(number, (articles, indexed))| {
            let name = read_name(self.names.get(number))?;
            Some(NameCount { name, articles: *articles, indexed: *indexed })
        });
        named.collect()
    }
}

/// In how many of some articles each name stands.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By number.
    counts: Vec<u64>,
    /// Articles with a name of a kind.
    with: [u64; KINDS],
}

impl Tally {
    /// How many articles have a name of a kind.
    pub(super) fn with(&self, kind: EntityKind) -> u64 {
        self.with[kind as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_order_and_behind() {
        let mut texts = Texts::default();
        for text in ["a", "", "c", "b", "d"] {
            texts.push(text);
        }
        // The first one alone is in order.
        for (text, at) in
            [("a", Some(0)), ("", Some(1)), ("b", Some(3)), ("d", Some(4)), ("x", None)]
        {
            assert_eq!(texts.find(text, 1), at, "{text}");
        }
        assert_eq!(Texts::default().find("a", 0), None);
    }
}
