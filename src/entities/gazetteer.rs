//! Lists of names, as hashes: which stretches of a text are on which list.
//!
//! Knows tokens and lists; not what a name on a list means in a text, which is the model's to say.

use std::collections::BTreeMap;

use super::table::Table;
use super::tokens::{Shape, Style, Token};

/// The lists. A name may be on many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum List {
    Country,
    City,
    Region,
    Demonym,
    Leader,
    Forename,
    Surname,
    Company,
    Org,
    Team,
    Event,
    Product,
    /// Words that are written small where no sentence begins.
    Common,
}

/// How many lists there are.
pub(crate) const LISTS: usize = 13;

/// Where a token stands in the longest match of each list, four bits a list.
pub(crate) type Marks = u64;

/// The place of a token in a match.
const BEGIN: u64 = 1;
const INSIDE: u64 = 2;
const LAST: u64 = 3;
const WHOLE: u64 = 4;

/// The place of a token in the longest match on `list`, 0 where there is none.
#[inline]
pub(crate) fn place(marks: Marks, list: List) -> u64 {
    (marks >> (4 * list as u32)) & 15
}

/// A longer name begins with these tokens.
const GOES_ON: u16 = 1 << 15;
const LONGEST: usize = 8;

/// Lists of names as an automaton over tokens. A state is the hash of the tokens that led to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gazetteer {
    states: Table<u16>,
}

impl Gazetteer {
    /// From states, each with the lists that hold it.
    pub(crate) fn new(states: &[(u32, u16)]) -> Self {
        Self { states: Table::new(states) }
    }

    /// Marks the longest match of each list that begins at each token.
    pub(crate) fn mark(&self, tokens: &[Token], marks: &mut [Marks]) {
        for start in 0..tokens.len() {
            if tokens[start].shape == Shape::Possessive {
                continue;
            }
            let found = self.mark_from(tokens, start, marks, key);
            if !found && tokens[start].style == Style::Upper {
                self.mark_from(tokens, start, marks, |token| token.exact);
            }
        }
    }

    fn mark_from(
        &self,
        tokens: &[Token],
        start: usize,
        marks: &mut [Marks],
        key: impl Fn(&Token) -> u32,
    ) -> bool {
        let mut state = START;
        let mut ends = [0u8; LISTS];
        let mut any = false;
        for (length, token) in tokens[start..].iter().take(LONGEST).enumerate() {
            if length > 0 && token.gap.parts() {
                break;
            }
            state = next(state, key(token));
            let Some(value) = self.states.get(state) else { break };
            let mut lists = value & !GOES_ON;
            any |= lists != 0;
            while lists != 0 {
                ends[lists.trailing_zeros() as usize] = length as u8 + 1;
                lists &= lists - 1;
            }
            if value & GOES_ON == 0 {
                break;
            }
        }
        if !any {
            return false;
        }
        for (list, length) in ends.into_iter().enumerate().filter(|(_, length)| *length > 0) {
            let length = usize::from(length);
            let shift = 4 * list as u32;
            let taken = (marks[start] >> shift) & 15;
            // A longer match that began before it stays.
            if taken == INSIDE || taken == BEGIN || (taken == LAST && length == 1) {
                continue;
            }
            for at in 0..length {
                let place = match (at, length) {
                    (_, 1) => WHOLE,
                    (0, _) => BEGIN,
                    (at, length) if at + 1 == length => LAST,
                    _ => INSIDE,
                };
                let mark = &mut marks[start + at];
                *mark = *mark & !(15 << shift) | place << shift;
            }
        }
        true
    }
}

const START: u32 = 0x1357_9bdf;

#[inline]
fn next(state: u32, key: u32) -> u32 {
    let mixed = (state.rotate_left(7) ^ key).wrapping_mul(0x85eb_ca6b);
    (mixed ^ (mixed >> 14)).max(1)
}

/// What a token is looked up by. Acronyms keep their capitals, so that `US` is not `us`; in a text
/// of capitals nothing can be told by them.
#[inline]
fn key(token: &Token) -> u32 {
    match token.shape {
        Shape::Acronym | Shape::Single if token.style != Style::Upper => token.exact,
        _ => token.lower,
    }
}

/// Gathers names for [`Gazetteer::new`].
#[derive(Debug, Default)]
pub(crate) struct Builder {
    states: BTreeMap<u32, u16>,
}

impl Builder {
    /// Puts a name of up to eight tokens on a list.
    pub(crate) fn add(&mut self, list: List, name: &str) {
        let mut tokens = super::tokens::tokenize(name);
        if tokens.is_empty() || tokens.len() > LONGEST {
            return;
        }
        for token in &mut tokens {
            token.style = Style::Prose;
        }
        let mut state = START;
        let count = tokens.len();
        for (at, token) in tokens.iter().enumerate() {
            state = next(state, key(token));
            let value = self.states.entry(state).or_default();
            *value |= if at + 1 == count { 1 << list as u16 } else { GOES_ON };
        }
    }

    pub(crate) fn states(&self) -> Vec<(u32, u16)> {
        self.states.iter().map(|(key, value)| (*key, *value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::tokens::tokenize;

    #[test]
    fn the_longest_match_of_each_list() {
        let mut builder = Builder::default();
        builder.add(List::City, "York");
        builder.add(List::City, "New York");
        builder.add(List::Team, "New York City FC");
        builder.add(List::Country, "US");
        let gazetteer = Gazetteer::new(&builder.states());
        let places = |text: &str, list: List| {
            let tokens = tokenize(text);
            let mut marks = vec![0; tokens.len()];
            gazetteer.mark(&tokens, &mut marks);
            marks.into_iter().map(|marks| place(marks, list)).collect::<Vec<_>>()
        };
        assert_eq!(places("in New York now", List::City), [0, BEGIN, LAST, 0]);
        assert_eq!(places("in York", List::City), [0, WHOLE]);
        assert_eq!(places("New York City FC", List::City), [BEGIN, LAST, 0, 0]);
        assert_eq!(places("New York City FC", List::Team), [BEGIN, INSIDE, INSIDE, LAST]);
        assert_eq!(places("NEW YORK CITY HAS WON", List::City), [BEGIN, LAST, 0, 0, 0]);
        assert_eq!(places("the US told us", List::Country), [0, WHOLE, 0, 0]);
    }
}
