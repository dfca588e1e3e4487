//! What tantivy's own snippets show of an article: the yardstick of passages.

use std::collections::BTreeMap;

use dateline::analysis::{self, Analyzer, Chain, is_common};
use dateline::backend::Searcher;
use dateline::backend::local::LocalSearcher;
use dateline::query;
use tantivy::schema::Field;
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

/// How long tantivy makes them unless told otherwise.
pub(crate) const DEFAULT_BYTES: usize = 150;

/// Makes the snippets for one question.
pub(crate) struct Snippets {
    /// Stem to weight.
    terms: BTreeMap<String, f32>,
    analyzer: TextAnalyzer,
}

impl Snippets {
    /// Weighs the words of a question as `SnippetGenerator::create` does.
    pub(crate) fn new(searcher: &LocalSearcher, question: &str) -> Self {
        let mut terms = BTreeMap::new();
        for word in Analyzer::default().words(question) {
            if !is_common(&word.exact) {
                let articles = searcher.count(&query::plain_words(&word.exact), true).unwrap();
                terms.insert(word.stem, 1.0 / (1.0 + articles as f32));
            }
        }
        let manager = TokenizerManager::new();
        analysis::register(&manager);
        Self { terms, analyzer: manager.get(Chain::Stem.name()).unwrap() }
    }

    /// The snippet of a text, of at most so many bytes.
    pub(crate) fn of(&self, body: &str, bytes: usize) -> String {
        let analyzer = self.analyzer.clone();
        let field = Field::from_field_id(0);
        let made = SnippetGenerator::new(self.terms.clone(), analyzer, field, bytes).snippet(body);
        made.fragment().to_owned()
    }
}
