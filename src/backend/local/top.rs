//! Keeps the best candidates of a search, with every tie at the edge, so that an order never
//! depends on how articles are spread over segments.

use tantivy::DocId;

/// Where an article stands in one opened index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// Number of the segment.
    pub(super) segment: u32,
    /// Number of the document in it.
    pub(super) doc: DocId,
}

impl Address {
    pub(super) fn to_u64(self) -> u64 {
        (u64::from(self.segment) << 32) | u64::from(self.doc)
    }

    pub(super) fn from_u64(address: u64) -> Self {
        Self { segment: (address >> 32) as u32, doc: address as u32 }
    }
}

/// A bounded list of the best candidates by a key, higher first.
pub(super) struct Top<K> {
    keep: usize,
    items: Vec<(K, Address)>,
    /// The key that a candidate must reach, once there are enough.
    edge: Option<K>,
}

impl<K: PartialOrd + Copy> Top<K> {
    pub(super) fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), items: Vec::new(), edge: None }
    }

    /// Takes a candidate; cheap on average, since the list is cut only when it has doubled.
    pub(super) fn push(&mut self, key: K, address: Address) {
        if self.edge.is_some_and(|edge| key < edge) {
            return;
        }
        self.items.push((key, address));
        if self.items.len() >= 2 * self.keep.max(64) && self.items.len().is_power_of_two() {
            self.cut();
        }
    }

    /// The key below which no candidate can enter any more.
    pub(super) fn edge(&self) -> Option<K> {
        self.edge
    }

    fn cut(&mut self) {
        if self.items.len() <= self.keep {
            return;
        }
        let by_key = |a: &(K, Address), b: &(K, Address)| {
            b.0.partial_cmp(&a.0).unwrap_or(std::cmp::Ordering::Equal)
        };
        let (_, edge, _) = self.items.select_nth_unstable_by(self.keep - 1, by_key);
        let edge = edge.0;
        self.items.retain(|(key, _)| *key >= edge);
        self.edge = Some(edge);
    }

    /// The candidates in no order: the best, and all that tie with the last of them.
    pub(super) fn into_items(mut self) -> Vec<(K, Address)> {
        self.cut();
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_best_and_every_tie_at_the_edge() {
        let mut top = Top::new(3);
        for doc in 0..1000u32 {
            top.push(i64::from(doc % 10), Address { segment: 0, doc });
        }
        let items = top.into_items();
        assert_eq!(items.len(), 100);
        assert!(items.iter().all(|(key, _)| *key == 9));

        let mut top = Top::new(3);
        for doc in 0..1000u32 {
            top.push(f64::from(doc), Address { segment: 0, doc });
        }
        let mut docs: Vec<u32> = top.into_items().iter().map(|(_, at)| at.doc).collect();
        docs.sort_unstable();
        assert_eq!(docs, [997, 998, 999]);
    }
}
