//! The table of stories: which articles are copies of each other. It stands beside the segments (see
//! [`super::tables`]).
//!
//! Articles go by their print, which changes with their text: a table that is older than the articles
//! says nothing wrong of them, only less.
//!
//! Knows the format and nothing of how copies are found.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::directory::OwnedBytes;
use xxhash_rust::xxh3::xxh3_64;

use crate::flat::{self, Parts};

/// The first bytes; the last one is the version of the format.
const MAGIC: &flat::Magic = b"stories\x01";

/// What a table is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stories {
    /// Articles (id, print) of each story with two or more, in the order of ids; the stories in
    /// the order of their first.
    pub(super) stories: Vec<Vec<(String, u64)>>,
    /// See `copies`: what was crowded, and who was compared with in it.
    pub(super) crowds: BTreeMap<u32, u64>,
    /// The prints of all articles that were looked at, sorted.
    pub(super) covered: Vec<u64>,
}

impl Stories {
    pub(super) fn encode(&self) -> Vec<u8> {
        // (print, story, id) of each member; its number is its place among the prints.
        let mut members: Vec<(u64, u32, &str)> = Vec::new();
        for (story, of_story) in (0..).zip(&self.stories) {
            members.extend(of_story.iter().map(|(id, print)| (*print, story, id.as_str())));
        }
        members.sort_unstable();
        let mut order: Vec<u32> = (0..members.len() as u32).collect();
        order.sort_unstable_by_key(|at| {
            let (_, story, id) = members[*at as usize];
            (story, id)
        });
        let ids: usize = members.iter().map(|(_, _, id)| id.len()).sum();
        let counts =
            [members.len(), self.stories.len(), ids, self.crowds.len(), self.covered.len()];
        let mut bytes = flat::head(MAGIC, counts);
        bytes.extend(members.iter().flat_map(|(print, _, _)| print.to_le_bytes()));
        bytes.extend(members.iter().flat_map(|(_, story, _)| story.to_le_bytes()));
        let mut start = 0u32;
        for of_story in &self.stories {
            bytes.extend(start.to_le_bytes());
            start += of_story.len() as u32;
        }
        bytes.extend(start.to_le_bytes());
        bytes.extend(order.iter().flat_map(|at| at.to_le_bytes()));
        let mut end = 0u64;
        for (_, _, id) in &members {
            end += id.len() as u64;
            bytes.extend(end.to_le_bytes());
        }
        bytes.extend(members.iter().flat_map(|(_, _, id)| id.bytes()));
        bytes.extend(self.crowds.keys().flat_map(|key| key.to_le_bytes()));
        bytes.extend(self.crowds.values().flat_map(|state| state.to_le_bytes()));
        bytes.extend(self.covered.iter().flat_map(|print| print.to_le_bytes()));
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }
}

/// A table opened for reading.
pub(super) struct Table {
    bytes: OwnedBytes,
    places: Places,
}

/// Where the parts of a table stand.
#[derive(Debug, Clone, Default)]
struct Places {
    prints: Range<usize>,
    story_of: Range<usize>,
    starts: Range<usize>,
    order: Range<usize>,
    id_ends: Range<usize>,
    ids: Range<usize>,
    crowd_keys: Range<usize>,
    crowd_states: Range<usize>,
    covered: Range<usize>,
}

impl Places {
    /// Reads the head; `None` where the bytes are no table of this length.
    fn of(bytes: &[u8]) -> Option<Self> {
        let (mut parts, [members, stories, ids, crowds, covered]) = Parts::of(bytes, MAGIC)?;
        let mut next = |count, size| parts.next(count, size);
        let places = Self {
            prints: next(members, 8)?,
            story_of: next(members, 4)?,
            starts: next(stories.checked_add(1)?, 4)?,
            order: next(members, 4)?,
            id_ends: next(members, 8)?,
            ids: next(ids, 1)?,
            crowd_keys: next(crowds, 4)?,
            crowd_states: next(crowds, 8)?,
            covered: next(covered, 8)?,
        };
        // Their sum.
        (parts.left() == Some(8)).then_some(places)
    }
}

impl Table {
    /// From the bytes of a table; `None` where they are none.
    pub(super) fn new(bytes: OwnedBytes) -> Option<Self> {
        let places = Places::of(&bytes)?;
        Some(Self { bytes, places })
    }

    /// How many stories there are, and how many articles are in them.
    pub(super) fn counts(&self) -> (u64, u64) {
        let stories = self.places.starts.len() as u64 / 4;
        (stories.saturating_sub(1), self.places.prints.len() as u64 / 8)
    }

    /// The number of the story that an article is in.
    pub(super) fn story_of(&self, print: u64) -> Option<u32> {
        let (mut low, mut high) = (0, self.places.prints.len() / 8);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.u64(&self.places.prints, middle)?.cmp(&print) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.u32(&self.places.story_of, middle),
            }
        }
        None
    }

    /// The articles (id, print) of a story, in the order of ids.
    pub(super) fn members(&self, story: u32) -> Vec<(&str, u64)> {
        let all = self.places.order.len() as u32 / 4;
        let bounds = |at: usize| self.u32(&self.places.starts, at).unwrap_or_default().min(all);
        let numbers = bounds(story as usize)..bounds(story as usize + 1);
        numbers.filter_map(|number| self.member(number as usize)).collect()
    }

    fn member(&self, number: usize) -> Option<(&str, u64)> {
        let at = self.u32(&self.places.order, number)? as usize;
        let start = match at.checked_sub(1) {
            Some(before) => self.u64(&self.places.id_ends, before)?,
            None => 0,
        };
        let ids = &self.bytes[self.places.ids.clone()];
        let id = ids.get(usize::try_from(start).ok()?..self.end(at)?)?;
        Some((std::str::from_utf8(id).ok()?, self.u64(&self.places.prints, at)?))
    }

    fn end(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u64(&self.places.id_ends, at)?).ok()
    }

    /// The whole table; `None` where its bytes are not those that were written.
    pub(super) fn read(&self) -> Option<Stories> {
        let (body, sum) = self.bytes.split_at_checked(self.bytes.len().checked_sub(8)?)?;
        if xxh3_64(body).to_le_bytes() != sum {
            return None;
        }
        let (stories, _) = self.counts();
        let owned = |story| {
            self.members(story).into_iter().map(|(id, print)| (id.to_owned(), print)).collect()
        };
        let crowds = 0..self.places.crowd_keys.len() / 4;
        Some(Stories {
            stories: (0..u32::try_from(stories).ok()?).map(owned).collect(),
            crowds: crowds
                .filter_map(|at| {
                    let key = self.u32(&self.places.crowd_keys, at)?;
                    Some((key, self.u64(&self.places.crowd_states, at)?))
                })
                .collect(),
            covered: (0..self.places.covered.len() / 8)
                .filter_map(|at| self.u64(&self.places.covered, at))
                .collect(),
        })
    }

    fn u64(&self, part: &Range<usize>, at: usize) -> Option<u64> {
        flat::u64_at(&self.bytes, part, at)
    }

    fn u32(&self, part: &Range<usize>, at: usize) -> Option<u32> {
        flat::u32_at(&self.bytes, part, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stories() -> Stories {
        let member = |id: &str, print| (id.to_owned(), print);
        Stories {
            stories: vec![
                vec![member("a/1", 70), member("b/ü", 20)],
                vec![member("c", 5), member("d", u64::MAX), member("e", 6)],
            ],
            crowds: BTreeMap::from([(3, 9), (u32::MAX, 1)]),
            covered: vec![5, 6, 7, 20, 70, u64::MAX],
        }
    }

    #[test]
    fn a_table_comes_back_whole() {
        for written in [Stories::default(), stories()] {
            let table = Table::new(OwnedBytes::new(written.encode())).unwrap();
            assert_eq!(table.read(), Some(written));
        }
        let table = Table::new(OwnedBytes::new(stories().encode())).unwrap();
        assert_eq!(table.counts(), (2, 5));
        assert_eq!((table.story_of(20), table.story_of(6)), (Some(0), Some(1)));
        assert_eq!((table.story_of(7), table.story_of(0)), (None, None));
        assert_eq!(table.members(0), [("a/1", 70), ("b/ü", 20)]);
        assert!(table.members(2).is_empty());
    }

    #[test]
    fn a_damaged_table_is_none_and_never_a_panic() {
        let whole = stories().encode();
        for cut in 0..whole.len() {
            assert!(Table::new(OwnedBytes::new(whole[..cut].to_vec())).is_none(), "{cut}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let Some(table) = Table::new(OwnedBytes::new(bytes)) else { continue };
            assert_eq!(table.read(), None, "{at}");
            for print in [5, 20, u64::MAX] {
                let _ = table.story_of(print).map(|story| table.members(story));
            }
        }
    }
}
