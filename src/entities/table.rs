//! A table from hashes to what they stand for.

/// Open addressing; made once, then only read. No key is 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table<V> {
    /// Keys with their values, side by side since both are wanted; 0 where there is none.
    slots: Vec<(u32, V)>,
    shift: u32,
}

/// An odd number with its bits all over.
pub(super) const SPREAD: u32 = 0x9e37_79b1;

impl<V: Copy + Default> Table<V> {
    pub(crate) fn new(entries: &[(u32, V)]) -> Self {
        let bits = (entries.len() * 2).max(16).next_power_of_two().trailing_zeros();
        let mut table = Self { slots: vec![(0, V::default()); 1 << bits], shift: 32 - bits };
        let mask = table.slots.len() - 1;
        for (key, value) in entries {
            let mut slot = (key.wrapping_mul(SPREAD) >> table.shift) as usize;
            while table.slots[slot].0 != 0 {
                slot = (slot + 1) & mask;
            }
            table.slots[slot] = (*key, *value);
        }
        table
    }

    #[inline]
    pub(crate) fn get(&self, key: u32) -> Option<V> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = (key.wrapping_mul(SPREAD) >> self.shift) as usize;
        loop {
            match self.slots[slot] {
                (0, _) => return None,
                (found, value) if found == key => return Some(value),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}
