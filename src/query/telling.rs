//! Which words of a question tell articles apart.

use super::{Pattern, Query, Text, TextField};
use crate::analysis::{Analyzer, Chain, is_common};

/// Splits words side by side into those to look for and those that are too common, as typed.
/// Where all are common, all are looked for.
#[must_use]
pub fn telling<'q>(words: &'q [Query], analyzer: &Analyzer) -> (Vec<&'q Query>, Vec<String>) {
    let (mut kept, mut common) = (Vec::new(), Vec::new());
    for word in words {
        match word {
            Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(typed) })
                if analyzer.terms(typed, Chain::Exact).iter().all(|term| is_common(term)) =>
            {
                common.push(typed.clone());
            }
            _ => kept.push(word),
        }
    }
    if kept.is_empty() { (words.iter().collect(), Vec::new()) } else { (kept, common) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Query> {
        text.split(' ')
            .map(|word| {
                let pattern = Pattern::Word(word.to_owned());
                Query::Text(Text { field: TextField::Any, pattern })
            })
            .collect()
    }

    #[test]
    fn common_words_go_unless_nothing_else_is_there() {
        let analyzer = Analyzer::default();
        let query = words("Who is the envoy —");
        let (kept, common) = telling(&query, &analyzer);
        assert_eq!(kept, [&query[3]]);
        assert_eq!(common, ["Who", "is", "the", "—"]);
        let query = words("to be or not to be");
        assert_eq!(telling(&query, &analyzer).0.len(), 6);
    }
}
