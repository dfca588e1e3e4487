//! Some articles of an index, chosen by chance: the same ones for the same seed, however the index is
//! laid out.

use std::collections::BinaryHeap;

use anyhow::Result;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::LocalSearcher;
use super::top::Address;
use crate::schema::{Stored, name};

impl LocalSearcher {
    /// At most so many articles, chosen by chance, in an order by chance. Their names are left out.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn sample(&self, count: usize, seed: u64) -> Result<Vec<Stored>> {
        // Those whose prints have the least hashes.
        let mut least: BinaryHeap<(u64, u32, u32)> = BinaryHeap::new();
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let prints = reader.fast_fields().u64(name::PRINT)?;
            for doc in reader.doc_ids_alive() {
                let print = prints.first(doc).unwrap_or_default();
                let hash = xxh3_64_with_seed(&print.to_le_bytes(), seed);
                least.push((hash, segment, doc));
                if least.len() > count {
                    least.pop();
                }
            }
        }
        let chosen = least.into_sorted_vec().into_iter();
        chosen.map(|(_, segment, doc)| self.nameless(Address { segment, doc })).collect()
    }
}
