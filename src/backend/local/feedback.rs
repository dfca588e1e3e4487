//! Stage three: the best few articles say what the question is about, and the rest are ranked by
//! that as well. See `docs/ranking.md` for the formulae, where they are from and what they gain.
//!
//! Of these leaders the headline and the best passage are read again, never the whole article:
//! long pages speak of much else. The words that stand out in them count as a faint second
//! question; and since news of one event comes within days, so does being of their days.

use std::collections::BTreeMap;

use anyhow::Result;
use tantivy::query::{EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

use super::forms::is_at;
use super::rank::{self, SATURATION};
use super::top::Address;
use crate::analysis::{Analyzer, is_common};
use crate::query::Query as Asked;

/// Units from which on words side by side are a question. A shorter one is taken at its word, and
/// answered at once.
const QUESTION: usize = 4;
/// How many articles are read again.
pub(super) const LEADERS: usize = 5;
/// How many of their words are looked up, which takes most of the time of this stage: those that
/// stand there most, and among equals the longest, which are rarer.
const LOOKED_UP: usize = 100;
/// How many of those count.
const WORDS: usize = 20;
/// The share of the question's own weight that all of them have together.
const WORDS_WEIGHT: f32 = 0.3;
/// What an article of the leaders' very day gains, as a share of the question's weight.
const DAYS_WEIGHT: f32 = 0.2;
/// Days after which two dates are near each other by 1/e.
const NEAR_DAYS: f32 = 30.0;

/// Whether a query of so many units asks in plain words. Who writes `OR` between all of them has said
/// what is wanted.
pub(super) fn is_question(query: &Asked, units: usize) -> bool {
    fn has_words(query: &Asked) -> bool {
        match query {
            Asked::Words(_) => true,
            Asked::And(parts) => parts.iter().any(has_words),
            Asked::Boost { of, .. } => has_words(of),
            _ => false,
        }
    }
    units >= QUESTION && has_words(query)
}

/// What the leader at a place (from 0) counts: 1, 2/3, 1/2, ...
fn weight_at(place: usize) -> f32 {
    2.0 / (place as f32 + 2.0)
}

/// Whether a folded word may say what an article is about.
pub(super) fn may_tell(exact: &str) -> bool {
    exact.chars().filter(|letter| letter.is_alphabetic()).count() > 1 && !is_common(exact)
}

/// Gathers the words of the leaders.
#[derive(Default)]
pub(super) struct Leaders {
    analyzer: Analyzer,
    /// By stem, how much it stands in them: per leader its saturated count, weighted by place.
    words: BTreeMap<String, f32>,
    places: usize,
}

impl Leaders {
    /// Adds the texts of the next leader.
    pub(super) fn push(&mut self, texts: [&str; 2]) {
        let mut counts: BTreeMap<String, f32> = BTreeMap::new();
        for word in texts.into_iter().flat_map(|text| self.analyzer.words(text)) {
            if may_tell(&word.exact) {
                *counts.entry(word.stem).or_default() += 1.0;
            }
        }
        let weight = weight_at(self.places);
        self.places += 1;
        for (stem, count) in counts {
            *self.words.entry(stem).or_default() += weight * count / (count + SATURATION);
        }
    }

    /// The words that stand out, with the boost of each: together they weigh what `asked` says,
    /// the weight of the question. `rarity` gives the idf of a stem, `None` where it is of no use.
    fn standing_out(
        self,
        asked: f32,
        mut rarity: impl FnMut(&str) -> Result<Option<f32>>,
    ) -> Result<Vec<(String, f32)>> {
        let mut most: Vec<(String, f32)> = self.words.into_iter().collect();
        most.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.len().cmp(&a.0.len())));
        most.truncate(LOOKED_UP);
        let mut words = Vec::with_capacity(most.len());
        for (stem, count) in most {
            if let Some(idf) = rarity(&stem)? {
                words.push((stem, count * idf, idf));
            }
        }
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(WORDS);
        let mass: f32 = words.iter().map(|(_, boost, idf)| boost * idf).sum();
        let share = if mass > 0.0 { WORDS_WEIGHT * asked / mass } else { 0.0 };
        Ok(words.into_iter().map(|(stem, boost, _)| (stem, boost * share)).collect())
    }

    /// What each article gains by the words of the leaders: their BM25.
    pub(super) fn score(
        self,
        searcher: &Searcher,
        field: Field,
        asked: f32,
        articles: &[Address],
    ) -> Result<Vec<f32>> {
        let all = searcher.num_docs();
        let term = |stem: &str| Term::from_field_text(field, stem);
        let words = self.standing_out(asked, |stem| {
            let here = searcher.doc_freq(&term(stem))?;
            Ok((here > 1 && here <= all / 2).then(|| rank::idf(all, here)))
        })?;
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|&at| articles[at]);
        let mut gains = vec![0.0; articles.len()];
        // Word after word, so that the sums do not depend on the layout of segments.
        for (stem, boost) in &words {
            let query = TermQuery::new(term(stem), IndexRecordOption::WithFreqs);
            let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
            for of_segment in order.chunk_by(|&a, &b| articles[a].segment == articles[b].segment) {
                let segment = articles[of_segment[0]].segment;
                let mut scorer = weight.scorer(searcher.segment_reader(segment), *boost)?;
                for &at in of_segment {
                    let doc = articles[at].doc;
                    if is_at(scorer.as_mut(), doc) {
                        gains[at] += scorer.score();
                    } else if scorer.doc() == TERMINATED {
                        break;
                    }
                }
            }
        }
        Ok(gains)
    }
}

/// Lets no leader gain less than the leaders do on average. It leads for what it holds itself; that it
/// is unlike the others says less against it than for them.
pub(super) fn spare_leaders(gains: &mut [f32]) {
    let leaders = gains.len().min(LEADERS);
    let leaders = &mut gains[..leaders];
    let mean = leaders.iter().sum::<f32>() / leaders.len().max(1) as f32;
    leaders.iter_mut().for_each(|gain| *gain = gain.max(mean));
}

/// What each article gains by its date (seconds since 1970), best article first. One without a
/// date, or of which only the year is known (all of a year would seem of its first day), gains what the others do on average: nothing is known against it.
pub(super) fn score_days(asked: f32, dates: &[Option<i64>]) -> Vec<f32> {
    const DAY: f32 = 24.0 * 60.0 * 60.0;
    let near = |at: usize, date: i64| {
        let (mut sum, mut of) = (0.0, 0.0);
        for (place, leader) in dates.iter().take(LEADERS).enumerate() {
            // No article speaks for itself.
            if place != at {
                let weight = weight_at(place);
                of += weight;
                let apart = |leader: i64| leader.abs_diff(date) as f32 / DAY;
                sum += leader.map_or(0.0, |leader| weight * (-apart(leader) / NEAR_DAYS).exp());
            }
        }
        if of > 0.0 { sum / of } else { 0.0 }
    };
    let nearness: Vec<Option<f32>> =
        dates.iter().enumerate().map(|(at, date)| date.map(|date| near(at, date))).collect();
    let dated = nearness.iter().flatten().count().max(1) as f32;
    let mean = nearness.iter().flatten().sum::<f32>() / dated;
    nearness.into_iter().map(|near| DAYS_WEIGHT * asked * near.unwrap_or(mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn words_of_several_leaders_stand_out_and_weigh_a_share_of_the_question() {
        let mut leaders = Leaders::default();
        leaders.push(["Flood in Ahrtal", "The flood took the bridge of Ahrtal."]);
        leaders.push(["", "After the flood the bridge is rebuilt, and the mill is not."]);
        let words = leaders.standing_out(10.0, |_| Ok(Some(2.0))).unwrap();
        let stems: Vec<&str> = words.iter().map(|(stem, _)| stem.as_str()).collect();
        assert_eq!(stems, ["flood", "bridg", "ahrtal", "took", "mill", "rebuilt"]);
        let mass: f32 = words.iter().map(|(_, boost)| boost * 2.0).sum();
        assert!((mass - WORDS_WEIGHT * 10.0).abs() < 1e-4);
    }

    #[test]
    fn words_of_no_use_are_left_out() {
        let mut leaders = Leaders::default();
        leaders.push(["Mill 12 B", "mill and bridge"]);
        let rare = |stem: &str| Ok((stem != "mill").then_some(1.0));
        let words = leaders.standing_out(1.0, rare).unwrap();
        assert_eq!(words.len(), 1);
        assert!(Leaders::default().standing_out(1.0, |_| Ok(Some(1.0))).unwrap().is_empty());
    }

    #[test]
    fn plain_words_are_a_question() {
        let asked = |text: &str| parse(text, jiff::Timestamp::UNIX_EPOCH).unwrap();
        for (query, question) in [
            ("who won the cup", true),
            ("who won the cup source:bbc", true),
            ("won OR lost OR drew OR left", false),
            ("\"who won the cup\"", false),
            ("won AND lost AND drew AND left", false),
        ] {
            assert_eq!(is_question(&asked(query), 4), question, "{query}");
        }
        assert!(!is_question(&asked("won cup"), 3));
    }

    #[test]
    fn a_leader_unlike_the_others_is_spared() {
        let mut gains = [4.0, 3.0, 2.0, 1.0, 0.0, 5.0, 0.5];
        spare_leaders(&mut gains);
        assert_eq!(gains, [4.0, 3.0, 2.0, 2.0, 2.0, 5.0, 0.5]);
        spare_leaders(&mut []);
    }

    #[test]
    fn the_days_of_the_leaders_gain_and_no_date_is_no_fault() {
        const DAY: i64 = 24 * 60 * 60;
        let dates = [Some(0), Some(DAY), Some(400 * DAY), None, Some(2 * DAY), Some(3 * DAY)];
        let gains = score_days(1.0, &dates);
        assert!(gains[5] > gains[3] && gains[3] > gains[2]);
        assert!(gains.iter().all(|gain| (0.0..=DAYS_WEIGHT).contains(gain)));
        assert_eq!(score_days(1.0, &[None, None]), [0.0, 0.0]);
        assert_eq!(score_days(1.0, &[Some(7)]), [0.0]);
    }
}
