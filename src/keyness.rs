//! Which names are characteristic of some articles: those that stand in them much more often than
//! in the rest of the archive.
//!
//! The measure is the log-likelihood ratio G2 (Dunning 1993, "Accurate Methods for the Statistics
//! of Surprise and Coincidence"), over articles: it needs no large counts, and ranks a name of most
//! of the articles above one that is merely rare. Knows numbers and names, not where they are from.

use crate::article::ArticleName;

/// G2 that chance reaches once in twenty times: the chi-squared distribution with one degree of
/// freedom.
const CHANCE: f64 = 3.84;

/// In how many articles a name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameCount {
    /// The name, as the archive calls it.
    pub name: ArticleName,
    /// Of those asked about.
    pub articles: u64,
    /// Of all in the archive, these among them.
    pub indexed: u64,
}

/// A name with how characteristic it is.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyName {
    /// The name and its counts.
    pub count: NameCount,
    /// G2; negative where the name is rarer in these articles than in the others.
    pub score: f64,
}

/// The order of such names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// The most characteristic first, without what chance explains
    #[default]
    Score,
    /// Those of most articles first, all of them
    Count,
}

/// The names of `articles` of the `indexed` articles of an archive, in order. Those that are equal
/// are in the order of their names.
#[must_use]
pub fn ranked(counts: Vec<NameCount>, articles: u64, indexed: u64, order: Order) -> Vec<KeyName> {
    let scored = counts.into_iter().map(|count| {
        let score = score([count.articles, articles], [count.indexed, indexed]);
        KeyName { count, score }
    });
    let mut names: Vec<KeyName> = match order {
        Order::Score => scored.filter(|name| name.score >= CHANCE).collect(),
        Order::Count => scored.collect(),
    };
    names.sort_by(|a, b| {
        let (x, y) = (&a.count, &b.count);
        let by_score = match order {
            Order::Score => b.score.total_cmp(&a.score),
            Order::Count => y.articles.cmp(&x.articles).then(b.score.total_cmp(&a.score)),
        };
        by_score.then(y.articles.cmp(&x.articles)).then_with(|| x.name.cmp(&y.name))
    });
    names
}

/// G2 of what stands in `with` of `all` articles, here and in the archive, with the sign of the
/// difference.
fn score(here: [u64; 2], indexed: [u64; 2]) -> f64 {
    let [with, all] = here.map(|count| count as f64);
    let [with_out, out] = [indexed[0].saturating_sub(here[0]), indexed[1].saturating_sub(here[1])]
        .map(|count| count as f64);
    let (with_any, any) = (with + with_out, all + out);
    // Observed counts against those to be expected if here were as everywhere.
    let cell = |observed: f64, row: f64, column: f64| match observed > 0.0 && any > 0.0 {
        true => observed * (observed * any / (row * column)).ln(),
        false => 0.0,
    };
    let g2 = 2.0
        * (cell(with, with_any, all)
            + cell(with_out, with_any, out)
            + cell(all - with, any - with_any, all)
            + cell(out - with_out, any - with_any, out));
    let sign = if with * out >= with_out * all { 1.0 } else { -1.0 };
    sign * g2.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::EntityKind;

    #[test]
    fn the_score_is_that_of_the_paper() {
        // Table 4 of the paper, "the swiss": of 31777 pairs of words 110 are this one, 2442 more
        // begin so, 111 more end so.
        let found = score([110, 2552], [221, 31777]);
        assert!((found - 270.72).abs() < 0.05, "{found}");
        assert_eq!(score([5, 10], [50, 100]), 0.0);
        assert!(score([1, 10], [50, 100]) < -CHANCE);
        assert_eq!(score([0, 0], [0, 0]), 0.0);
        assert_eq!(score([10, 10], [10, 10]), 0.0);
    }

    #[test]
    fn names_are_in_order() {
        let name = |name: &str, articles, indexed| NameCount {
            name: ArticleName { kind: EntityKind::Person, name: name.to_owned(), within: None },
            articles,
            indexed,
        };
        let counts = vec![
            name("everywhere", 10, 100),
            name("rare", 1, 100),
            name("b", 8, 9),
            name("a", 8, 9),
        ];
        let told = |order| {
            let names = ranked(counts.clone(), 10, 100, order).into_iter();
            names.map(|name| name.count.name.name).collect::<Vec<_>>()
        };
        assert_eq!(told(Order::Score), ["a", "b"]);
        assert_eq!(told(Order::Count), ["everywhere", "a", "b", "rare"]);
    }
}
