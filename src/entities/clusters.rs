//! Groups of words that are used alike, made from word vectors: what is known of a word that the
//! labelled sets never showed.
//!
//! Knows hashes of words; not tokens or names. `words.clusters` is made by [`make`] from the vectors
//! that `MODEL.md` names.

use anyhow::{Context, Result, bail};

use super::table::Table;
use super::tokens::tokenize;
use crate::varint;

/// How many groups there are, and how many groups of groups.
const FINE: usize = 1024;
const HALF: usize = 512;
const COARSE: usize = 96;
/// Bits that hold the number of a group, or 0.
const FINE_BITS: u32 = (FINE as u32).ilog2() + 1;
const HALF_BITS: u32 = (HALF as u32).ilog2() + 1;
/// So many words, the most frequent first, are put in groups; the groups are made from the first of
/// them.
const WORDS: usize = 160_000;
const MAKERS: usize = 40_000;
const ROUNDS: usize = 12;

/// The groups of a word; 0 where it has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) fine: u16,
    pub(crate) coarse: u16,
    /// Groups by each half of the vectors alone.
    pub(crate) halves: [u16; 2],
}

/// Words, by the hash of their letters in lower case, to their groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clusters {
    /// The fine group in the lowest bits, then those by each half.
    words: Table<u32>,
    coarse: Vec<u16>,
}

impl Clusters {
    #[inline]
    pub(crate) fn of(&self, lower: u32) -> Group {
        let groups = self.words.get(lower).unwrap_or_default();
        let part = |at: u32, bits: u32| (groups >> at & ((1 << bits) - 1)) as u16;
        let fine = part(0, FINE_BITS);
        let coarse = self.coarse.get(usize::from(fine)).copied().unwrap_or_default();
        let halves = [part(FINE_BITS, HALF_BITS), part(FINE_BITS + HALF_BITS, HALF_BITS)];
        Group { fine, coarse, halves }
    }

    /// From what [`make`] made. A broken file gives no groups.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        decode(bytes).unwrap_or_default()
    }
}

fn decode(bytes: &[u8]) -> Option<Clusters> {
    let plain = zstd::decode_all(bytes).ok()?;
    let (head, rest) = plain.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*head) as usize;
    let u16s = |bytes: &[u8]| -> Vec<u16> {
        bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect()
    };
    let (coarse, rest) = rest.split_at_checked(2 * (FINE + 1))?;
    let (fine, rest) = rest.split_at_checked(2 * count)?;
    let (a, rest) = rest.split_at_checked(2 * count)?;
    let (b, mut rest) = rest.split_at_checked(2 * count)?;
    let mut words = Vec::with_capacity(count);
    let mut key = 0u32;
    for ((fine, a), b) in u16s(fine).into_iter().zip(u16s(a)).zip(u16s(b)) {
        key = key.checked_add(varint::take_u32(&mut rest)?)?;
        if fine >> FINE_BITS != 0 || a >> HALF_BITS != 0 || b >> HALF_BITS != 0 {
            return None;
        }
        let [fine, a, b] = [fine, a, b].map(u32::from);
        words.push((key, fine | a << FINE_BITS | b << (FINE_BITS + HALF_BITS)));
    }
    Some(Clusters { words: Table::new(&words), coarse: u16s(coarse) })
}

/// Groups words from a text of vectors: a word and its numbers a line, parted by spaces, frequent
/// words first.
///
/// # Errors
///
/// Where a line is none.
pub fn make(vectors: &str) -> Result<Vec<u8>> {
    let mut keys: Vec<u32> = Vec::new();
    let mut points: Vec<Vec<f32>> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for (number, line) in vectors.lines().enumerate() {
        if points.len() == WORDS {
            break;
        }
        let mut fields = line.split(' ');
        let word = fields.next().unwrap_or_default();
        let is_word = word.starts_with(char::is_alphabetic)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '&'));
        if !is_word {
            continue;
        }
        let tokens = tokenize(word);
        let [token] = tokens.as_slice() else { continue };
        if !known.insert(token.lower) {
            continue;
        }
        let numbers: Result<Vec<f32>, _> = fields.map(str::parse).collect();
        let point = unit(&numbers.with_context(|| {
            format!("line {} is no word with numbers: give vectors as text", number + 1)
        })?);
        if points.first().is_some_and(|first| first.len() != point.len()) {
            bail!("line {} has another length: give vectors as text", number + 1);
        }
        keys.push(token.lower);
        points.push(point);
    }
    if points.len() < 2 * FINE {
        bail!("{} words are too few: give more vectors", points.len());
    }
    let centres = centres(&points[..points.len().min(MAKERS)], FINE);
    let over = self::centres(&centres, COARSE);
    let mut plain = (keys.len() as u32).to_le_bytes().to_vec();
    plain.extend(0u16.to_le_bytes());
    for centre in &centres {
        plain.extend((nearest(centre, &over) as u16 + 1).to_le_bytes());
    }
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_unstable_by_key(|at| keys[*at]);
    for at in &order {
        plain.extend((nearest(&points[*at], &centres) as u16 + 1).to_le_bytes());
    }
    let middle = points[0].len() / 2;
    for half in [0..middle, middle..points[0].len()] {
        let parts: Vec<Vec<f32>> = points.iter().map(|point| unit(&point[half.clone()])).collect();
        let centres = self::centres(&parts[..parts.len().min(MAKERS)], HALF);
        for at in &order {
            plain.extend((nearest(&parts[*at], &centres) as u16 + 1).to_le_bytes());
        }
    }
    let mut before = 0;
    for at in order {
        varint::push(&mut plain, u64::from(keys[at] - before));
        before = keys[at];
    }
    Ok(zstd::encode_all(plain.as_slice(), 19)?)
}

/// Centres of groups of points of length 1 (k-means by angle), from points spread evenly over the
/// list.
fn centres(points: &[Vec<f32>], count: usize) -> Vec<Vec<f32>> {
    let mut centres: Vec<Vec<f32>> =
        (0..count).map(|at| points[at * points.len() / count].clone()).collect();
    for _ in 0..ROUNDS {
        let mut sums = vec![vec![0.0f32; points[0].len()]; count];
        for point in points {
            let sum = &mut sums[nearest(point, &centres)];
            sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        for (centre, sum) in centres.iter_mut().zip(sums) {
            if sum.iter().any(|x| *x != 0.0) {
                *centre = unit(&sum);
            }
        }
    }
    centres
}

/// A point brought to length 1.
fn unit(point: &[f32]) -> Vec<f32> {
    let length = point.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    point.iter().map(|x| x / length).collect()
}

fn nearest(point: &[f32], centres: &[Vec<f32>]) -> usize {
    let mut best = (0, f32::MIN);
    for (at, centre) in centres.iter().enumerate() {
        let mut lanes = [0.0f32; 8];
        let (parts, rest) = point.as_chunks::<8>();
        let (others, other_rest) = centre.as_chunks::<8>();
        for (a, b) in parts.iter().zip(others) {
            for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
                *lane += a * b;
            }
        }
        let tail: f32 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
        let closeness = lanes.iter().sum::<f32>() + tail;
        if closeness > best.1 {
            best = (at, closeness);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::entities::tokens::tokenize;

    #[test]
    fn words_of_one_direction_are_one_group() {
        // Two thousand words, in pairs that point the same way.
        let mut vectors = String::new();
        for number in 0..2 * FINE as u32 {
            let word: String = (0..4)
                .map(|place| char::from(b'a' + (number / 26u32.pow(place) % 26) as u8))
                .collect();
            let angle = f64::from(number / 2) * std::f64::consts::TAU / FINE as f64;
            writeln!(vectors, "{word} {:.5} {:.5} 0 0", angle.cos(), angle.sin()).unwrap();
        }
        let clusters = Clusters::decode(&make(&vectors).unwrap());
        let group = |word: &str| clusters.of(tokenize(word)[0].lower);
        assert_eq!(group("aaaa"), group("BAAA"));
        assert_ne!(group("aaaa").fine, group("aabb").fine);
        assert_eq!(group("unknown"), Group::default());
    }

    #[test]
    fn what_is_no_vectors_is_said_to_be_none() {
        assert!(make("word 1 2\n").is_err());
        assert!(make("word one two\n").is_err());
        assert_eq!(Clusters::decode(b"").of(7), Group::default());
    }
}
