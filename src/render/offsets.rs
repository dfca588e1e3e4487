//! Byte offsets into a text told in the units that other languages slice by: characters (Unicode
//! scalar values, as Python counts) and UTF-16 code units (as JavaScript, Java and C# count).

/// Counts the characters and UTF-16 units of a text up to its bytes, in one pass over it where
/// they are asked for in order.
pub(super) struct Counter<'t> {
    text: &'t [u8],
    bytes: usize,
    /// Up to `bytes`.
    so_far: Count,
}

/// How much of a text lies before a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) chars: usize,
    pub(super) utf16: usize,
}

impl<'t> Counter<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), bytes: 0, so_far: Count::default() }
    }

    /// What lies before a byte. One behind the end is the end; one within a character is behind it.
    pub(super) fn before(&mut self, byte: usize) -> Count {
        let byte = byte.min(self.text.len());
        if byte < self.bytes {
            (self.bytes, self.so_far) = (0, Count::default());
        }
        for &lead in &self.text[self.bytes..byte] {
            // A character is counted by its first byte; those of four bytes are two units.
            let starts = usize::from(lead & 0xc0 != 0x80);
            self.so_far.chars += starts;
            self.so_far.utf16 += starts + usize::from(lead >= 0xf0);
        }
        self.bytes = byte;
        self.so_far
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_those_of_the_text(text in "(\\PC|[a😀é한]){0,40}", places in prop::collection::vec(0..80_usize, 0..9)) {
            let mut counter = Counter::new(&text);
            for place in places {
                let place = text.floor_char_boundary(place);
                let before = &text[..place];
                let expected = Count {
                    chars: before.chars().count(),
                    utf16: before.encode_utf16().count(),
                };
                prop_assert_eq!(counter.before(place), expected);
            }
            prop_assert_eq!(counter.before(usize::MAX).chars, text.chars().count());
        }
    }
}
