//! Groups of words that are used alike, made from word vectors: what is known of a word that the
//! labelled sets never showed.
//!
//! Knows hashes of words; not tokens or names. `words.clusters` is made by [`make`] from the vectors
//! that `MODEL.md` names.

use anyhow::{Context, Result, bail};

use super::table::Table;
use super::tokens::tokenize;

/// How many groups there are, and how many groups of groups.
const FINE: usize = 1024;
const COARSE: usize = 96;
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
}

/// Words, by the hash of their letters in lower case, to their groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clusters {
    fine: Table,
    coarse: Vec<u16>,
}

impl Clusters {
    #[inline]
    pub(crate) fn of(&self, lower: u32) -> Group {
        let fine = self.fine.get(lower).unwrap_or(0);
        Group { fine, coarse: self.coarse.get(usize::from(fine)).copied().unwrap_or(0) }
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
    let (values, mut rest) = rest.split_at_checked(2 * count)?;
    let mut states = Vec::with_capacity(count);
    let mut key = 0u32;
    for value in u16s(values) {
        key = key.checked_add(super::table::read_number(&mut rest)?)?;
        states.push((key, value));
    }
    Some(Clusters { fine: Table::new(&states), coarse: u16s(coarse) })
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
        let mut point = numbers.with_context(|| {
            format!("line {} is no word with numbers: give vectors as text", number + 1)
        })?;
        let length = point.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
        point.iter_mut().for_each(|x| *x /= length);
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
    let mut words: Vec<(u32, u16)> = keys
        .iter()
        .zip(&points)
        .map(|(key, point)| (*key, nearest(point, &centres) as u16 + 1))
        .collect();
    words.sort_unstable();
    for (_, group) in &words {
        plain.extend(group.to_le_bytes());
    }
    let mut before = 0;
    for (key, _) in &words {
        super::table::write_number(&mut plain, key - before);
        before = *key;
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
            let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
            if length > 0.0 {
                *centre = sum.into_iter().map(|x| x / length).collect();
            }
        }
    }
    centres
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
