//! Where words stand near each other: the one rule that the index, passage ranking and the
//! highlighter share for phrases.
//!
//! Positions are numbers of words; those of different strides (passages, headline) are never
//! near each other.

use crate::analysis::STRIDE;

/// The places where a sequence of terms stands, each as the positions of its words, sorted.
///
/// `positions[i]` are the sorted positions of the i-th term. With `slop` 0 the terms follow each
/// other in order. Else all of them stand, in any order, within a window of as many words as
/// there are terms plus `slop`; each position serves one term, and places do not overlap.
#[must_use]
pub fn places(positions: &[Vec<u32>], slop: u32) -> Vec<Vec<u32>> {
    if slop > 0 {
        return windows(positions, (positions.len() as u32).saturating_add(slop));
    }
    let Some((first, rest)) = positions.split_first() else { return Vec::new() };
    let length = positions.len() as u32;
    first
        .iter()
        .filter(|&&start| {
            same_stride(start, start + length - 1)
                && rest
                    .iter()
                    .zip(1..)
                    .all(|(of_term, offset)| of_term.binary_search(&(start + offset)).is_ok())
        })
        .map(|&start| (start..start + length).collect())
        .collect()
}

fn same_stride(a: u32, b: u32) -> bool {
    a / STRIDE == b / STRIDE
}

fn windows(positions: &[Vec<u32>], width: u32) -> Vec<Vec<u32>> {
    let mut starts: Vec<u32> = positions.iter().flatten().copied().collect();
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<Vec<u32>> = Vec::new();
    for start in starts {
        if found.last().and_then(|place| place.last()).is_some_and(|last| *last >= start) {
            continue;
        }
        let inside = |at: &&u32| **at < start.saturating_add(width) && same_stride(**at, start);
        let mut place: Vec<u32> = Vec::with_capacity(positions.len());
        let complete = positions.iter().all(|of_term| {
            let from = of_term.partition_point(|&at| at < start);
            let free = of_term[from..].iter().take_while(inside).find(|at| !place.contains(at));
            free.map(|at| place.push(*at)).is_some()
        });
        if complete {
            place.sort_unstable();
            found.push(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(positions: &[&[u32]], slop: u32, expect: &[&[u32]]) {
        let of_terms: Vec<Vec<u32>> = positions.iter().map(|p| p.to_vec()).collect();
        assert_eq!(places(&of_terms, slop), expect, "{positions:?} ~{slop}");
    }

    #[test]
    fn phrases_follow_in_order_within_a_stride() {
        check(&[&[1, 7], &[2, 9]], 0, &[&[1, 2]]);
        check(&[&[1, 7], &[2, 8]], 0, &[&[1, 2], &[7, 8]]);
        check(&[&[511], &[512]], 0, &[]);
        check(&[&[4], &[4]], 0, &[]);
    }

    #[test]
    fn windows_take_any_order_within_their_width() {
        check(&[&[1], &[4]], 2, &[&[1, 4]]);
        check(&[&[1], &[4]], 1, &[]);
        check(&[&[4], &[1]], 2, &[&[1, 4]]);
        check(&[&[1, 2], &[1, 2]], 1, &[&[1, 2]]);
        check(&[&[1], &[1]], 5, &[]);
        check(&[&[510], &[513]], 5, &[]);
        check(&[&[1, 10], &[3, 12]], 3, &[&[1, 3], &[10, 12]]);
    }
}
