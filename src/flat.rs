//! Files of parts in a row: a head of counts, from which the place of every part follows, so that
//! whoever asks reads what it needs and nothing else. Every number is little-endian.
//!
//! Knows bytes; not what is in a part.

use std::ops::Range;

/// The first bytes of such a file; the last one is the version of its format.
pub type Magic = [u8; 8];

/// The head of a file.
#[must_use]
pub fn head<const N: usize>(magic: &Magic, counts: [usize; N]) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend(counts.iter().flat_map(|count| (*count as u64).to_le_bytes()));
    bytes
}

/// Gives out the parts of a file in their order.
#[derive(Debug)]
pub struct Parts {
    /// Where the next one starts.
    end: usize,
    length: usize,
}

impl Parts {
    /// Reads the head of a file: its counts, and the parts behind it; `None` where it is no such file.
    #[must_use]
    pub fn of<const N: usize>(bytes: &[u8], magic: &Magic) -> Option<(Self, [usize; N])> {
        let (first, rest) = bytes.split_at_checked(magic.len())?;
        let (head, _) = rest.split_at_checked(8 * N)?;
        if first != magic {
            return None;
        }
        let mut counts = [0; N];
        for (count, bytes) in counts.iter_mut().zip(head.as_chunks::<8>().0) {
            *count = usize::try_from(u64::from_le_bytes(*bytes)).ok()?;
        }
        Some((Self { end: magic.len() + head.len(), length: bytes.len() }, counts))
    }

    /// The next part: so many things of so many bytes each; `None` where the file is shorter.
    pub fn next(&mut self, count: usize, size: usize) -> Option<Range<usize>> {
        let start = self.end;
        self.end = start.checked_add(count.checked_mul(size)?)?;
        (self.end <= self.length).then_some(start..self.end)
    }

    /// How many bytes stand behind the parts given out.
    #[must_use]
    pub fn left(&self) -> Option<usize> {
        self.length.checked_sub(self.end)
    }
}

/// The number at a place among those of a part.
#[must_use]
pub fn u32_at(bytes: &[u8], part: &Range<usize>, at: usize) -> Option<u32> {
    let bytes = bytes.get(part.clone())?.get(at.checked_mul(4)?..)?;
    Some(u32::from_le_bytes(*bytes.first_chunk()?))
}

/// The same for numbers of eight bytes.
#[must_use]
pub fn u64_at(bytes: &[u8], part: &Range<usize>, at: usize) -> Option<u64> {
    let bytes = bytes.get(part.clone())?.get(at.checked_mul(8)?..)?;
    Some(u64::from_le_bytes(*bytes.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_from_the_head() {
        const MAGIC: &Magic = b"testing\x01";
        let mut bytes = head(MAGIC, [2, 1]);
        bytes.extend([7u32, 9].iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(u64::MAX.to_le_bytes());
        let (mut parts, counts) = Parts::of::<2>(&bytes, MAGIC).unwrap();
        assert_eq!(counts, [2, 1]);
        let (fours, eights) = (parts.next(2, 4).unwrap(), parts.next(1, 8).unwrap());
        assert_eq!(parts.left(), Some(0));
        assert_eq!((u32_at(&bytes, &fours, 1), u32_at(&bytes, &fours, 2)), (Some(9), None));
        assert_eq!(u64_at(&bytes, &eights, 0), Some(u64::MAX));
        assert_eq!((parts.next(usize::MAX, 2), parts.next(1, 1)), (None, None));
        assert!(Parts::of::<2>(&bytes, b"another\x01").is_none());
        assert!(Parts::of::<9>(&bytes, MAGIC).is_none());
    }
}
