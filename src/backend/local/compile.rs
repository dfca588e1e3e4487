//! Turns a [`Query`] into what tantivy runs: one scoring query that prunes where it can, the
//! conditions that only filter, and the units whose positions rank passages.

use anyhow::{Result, bail};
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query as Engine,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::{Searcher, Term};

use super::dated::{DatedQuery, Wanted};
use super::excluded::Excluded;
use super::forms::{Form, Forms};
use super::names::{self, Names};
use super::rank;
use super::sequence::SequenceQuery;
use crate::analysis::{Analyzer, Chain};
use crate::article::EntityKind;
use crate::pattern::WordPattern;
use crate::query::{Filter, MetaField, Pattern, Query, Text, TextField, telling};
use crate::schema::name;

/// Most words that one wildcard or fuzzy word may stand for.
const MAX_EXPANSION: usize = 20_000;

/// A query ready to run.
pub(super) struct Compiled {
    /// What scores; a flat OR or AND of terms wherever the question allows it.
    pub(super) scoring: Box<dyn Engine>,
    /// Whether `scoring` tells articles apart at all.
    pub(super) scores: bool,
    /// What else must hold.
    pub(super) conditions: Vec<Condition>,
    /// What ranks passages, positive text only.
    pub(super) units: Vec<Unit>,
    /// Words that were not looked for.
    pub(super) ignored: Vec<String>,
}

/// A condition that filters and never scores.
pub(super) enum Condition {
    /// On the publication date.
    Dated(Wanted),
    /// Matches.
    Must(Box<dyn Engine>),
    /// Does not match.
    MustNot(Box<dyn Engine>),
}

/// One thing of the query that text either holds or lacks.
pub(super) struct Unit {
    /// As typed.
    pub(super) label: String,
    /// Which terms, and how.
    pub(super) terms: UnitTerms,
    /// Inverse document frequency, as in BM25.
    pub(super) weight: f32,
}

/// The terms of a unit.
pub(super) enum UnitTerms {
    /// Any of them.
    Any(Vec<Form>),
    /// All of them near each other; see [`crate::proximity::places`].
    Sequence {
        /// In the order typed.
        forms: Vec<Form>,
        /// Extra distance.
        slop: u32,
    },
}

/// Compiles queries against one searcher, whose dictionary patterns are expanded over.
pub(super) struct Compiler<'s> {
    pub(super) searcher: &'s Searcher,
    pub(super) names: Option<&'s Names>,
    schema: Schema,
    analyzer: Analyzer,
    any: bool,
    units: Vec<Unit>,
    ignored: Vec<String>,
}

impl<'s> Compiler<'s> {
    /// `any`: words side by side need not all match.
    pub(super) fn new(searcher: &'s Searcher, names: Option<&'s Names>, any: bool) -> Self {
        Self {
            schema: searcher.schema().clone(),
            searcher,
            names,
            analyzer: Analyzer::default(),
            any,
            units: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Compiles a whole query.
    pub(super) fn compile(mut self, query: &Query) -> Result<Compiled> {
        let mut conditions = Vec::new();
        let mut positive = Vec::new();
        let parts = match query {
            Query::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        for part in parts {
            match part {
                Query::All => {}
                Query::Filter(filter) => conditions.push(self.condition(filter)?),
                Query::Not(inner) => match inner.as_ref() {
                    Query::Filter(filter) => {
                        conditions.push(Condition::MustNot(self.filter(filter)?));
                    }
                    inner => conditions.push(Condition::MustNot(self.unscored(inner)?)),
                },
                filters if is_filter(filters) => {
                    conditions.push(Condition::Must(self.unscored(filters)?));
                }
                other => positive.extend(self.query(other)?),
            }
        }
        if positive.is_empty() && !self.ignored.is_empty() && conditions.is_empty() {
            bail!(
                "no word of the query can be looked for: {}; ask for a longer word or a phrase",
                self.ignored.join(", ")
            );
        }
        let scores = !positive.is_empty();
        Ok(Compiled {
            scoring: all_of(positive),
            scores,
            conditions,
            units: self.units,
            ignored: self.ignored,
        })
    }

    /// A query that matches and scores as the tree says; `None` where nothing of it can be
    /// looked for.
    fn query(&mut self, query: &Query) -> Result<Option<Box<dyn Engine>>> {
        Ok(match query {
            Query::All => Some(Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))),
            Query::Text(text) => self.text(text)?,
            Query::Filter(filter) => {
                Some(Box::new(ConstScoreQuery::new(self.filter(filter)?, 0.0)))
            }
            Query::Words(words) => {
                let parts = self.words(words)?;
                match (parts.is_empty(), self.any) {
                    (true, _) => None,
                    (false, true) => Some(any_of(parts)),
                    (false, false) => Some(all_of(parts)),
                }
            }
            Query::And(parts) => {
                let mut clauses: Vec<(Occur, Box<dyn Engine>)> = Vec::new();
                for part in parts {
                    match part {
                        Query::Not(inner) => clauses.push((Occur::MustNot, self.excluded(inner)?)),
                        part => clauses.extend(self.query(part)?.map(|part| (Occur::Must, part))),
                    }
                }
                if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    let all = ConstScoreQuery::new(Box::new(AllQuery), 0.0);
                    clauses.push((Occur::Must, Box::new(all)));
                }
                Some(Box::new(BooleanQuery::new(clauses)))
            }
            Query::Or(parts) => {
                let mut any = Vec::new();
                for part in parts {
                    any.extend(self.query(part)?);
                }
                (!any.is_empty()).then(|| any_of(any))
            }
            Query::Not(inner) => {
                let all = ConstScoreQuery::new(Box::new(AllQuery), 0.0);
                Some(Box::new(BooleanQuery::new(vec![
                    (Occur::Must, Box::new(all) as Box<dyn Engine>),
                    (Occur::MustNot, self.excluded(inner)?),
                ])))
            }
        })
    }

    /// The parts of words side by side. Common words are left out where others remain.
    fn words(&mut self, words: &[Query]) -> Result<Vec<Box<dyn Engine>>> {
        let (kept, common) = telling(words, &self.analyzer);
        self.ignored.extend(common);
        let mut parts = Vec::new();
        for word in kept {
            parts.extend(self.query(word)?);
        }
        Ok(parts)
    }

    /// A query whose text ranks and marks nothing.
    pub(super) fn unscored(&mut self, query: &Query) -> Result<Box<dyn Engine>> {
        let units = std::mem::take(&mut self.units);
        // What must not match is never relaxed: a NOT over words means all of them.
        let any = std::mem::replace(&mut self.any, false);
        let compiled = self.query(query);
        self.any = any;
        self.units = units;
        Ok(compiled?.unwrap_or_else(|| Box::new(EmptyQuery)))
    }

    /// The same for what stands behind a NOT inside another query.
    fn excluded(&mut self, query: &Query) -> Result<Box<dyn Engine>> {
        Ok(Box::new(Excluded(self.unscored(query)?)))
    }

    /// A unit of text; `None` where it has no letter or digit to look for.
    fn text(&mut self, text: &Text) -> Result<Option<Box<dyn Engine>>> {
        let (label, chain, slop, terms) = match &text.pattern {
            Pattern::Word(word) => (word, Chain::Stem, 0, self.analyzer.terms(word, Chain::Stem)),
            Pattern::Exact(word) => {
                (word, Chain::Exact, 0, self.analyzer.terms(word, Chain::Exact))
            }
            Pattern::Phrase { words, exact, slop } => {
                let chain = if *exact { Chain::Exact } else { Chain::Stem };
                (words, chain, *slop, self.analyzer.terms(words, chain))
            }
            Pattern::Wildcard(glob) => {
                return self.expanded(text.field, glob, &WordPattern::glob(glob)).map(Some);
            }
            Pattern::Fuzzy { word, distance } => {
                let pattern = WordPattern::near(word, *distance);
                return self.expanded(text.field, word, &pattern).map(Some);
            }
        };
        let forms = self.forms(text.field, chain, &terms)?;
        let Some(first) = forms.first().cloned() else {
            self.ignored.push(label.clone());
            return Ok(None);
        };
        let mut weight = 0.0;
        for form in &forms {
            weight += self.idf(self.searcher.doc_freq(&form.term)?);
        }
        let label = label.clone();
        let whole = forms.iter().all(|form| form.without.is_empty());
        let of_one_field = forms.iter().all(|form| form.term.field() == first.term.field());
        let query: Box<dyn Engine> = if slop == 0 && whole && of_one_field {
            match forms.len() {
                1 => Box::new(TermQuery::new(first.term, IndexRecordOption::WithFreqs)),
                _ => Box::new(PhraseQuery::new(terms_of(&forms))),
            }
        } else {
            Box::new(SequenceQuery { forms: forms.clone(), slop })
        };
        let terms = match forms.len() {
            1 => UnitTerms::Any(forms),
            _ => UnitTerms::Sequence { forms, slop },
        };
        self.units.push(Unit { label, terms, weight });
        Ok(Some(query))
    }

    /// What says where words of a chain stand.
    fn forms(&self, field: TextField, chain: Chain, words: &[String]) -> Result<Vec<Form>> {
        if chain == Chain::Exact {
            let forms = Forms::new(self.searcher, &self.analyzer, field)?;
            return words.iter().map(|word| forms.of(word)).collect();
        }
        let field = self.schema.get_field(match field {
            TextField::Any => name::TEXT,
            TextField::Title => name::TITLE,
        })?;
        Ok(words.iter().map(|word| Term::from_field_text(field, word).into()).collect())
    }

    /// A word that stands for all the words of the dictionary that its pattern matches. They
    /// score alike, as one word that occurs as often as all of them.
    fn expanded(
        &mut self,
        field: TextField,
        label: &str,
        pattern: &WordPattern,
    ) -> Result<Box<dyn Engine>> {
        let forms = Forms::new(self.searcher, &self.analyzer, field)?;
        let fits = |word: &str| pattern.matches(word);
        let Some((forms, frequency)) = forms.fitting(&pattern.prefix(), MAX_EXPANSION, fits)?
        else {
            bail!(
                "`{label}` stands for more than {MAX_EXPANSION} different words of this index; \
                 give more letters of it"
            );
        };
        let weight = self.idf(frequency.min(self.searcher.num_docs()));
        let (whole, parts): (Vec<Form>, Vec<Form>) =
            forms.iter().cloned().partition(|form| form.without.is_empty());
        let mut any: Vec<Box<dyn Engine>> = vec![Box::new(TermSetQuery::new(terms_of(&whole)))];
        for form in parts {
            any.push(Box::new(SequenceQuery { forms: vec![form], slop: 0 }));
        }
        self.units.push(Unit { label: label.to_owned(), terms: UnitTerms::Any(forms), weight });
        Ok(Box::new(ConstScoreQuery::new(any_of(any), weight)))
    }

    fn idf(&self, frequency: u64) -> f32 {
        rank::idf(self.searcher.num_docs(), frequency)
    }

    fn condition(&mut self, filter: &Filter) -> Result<Condition> {
        Ok(match filter {
            Filter::Date { from, until } => Condition::Dated(Wanted::within(*from, *until)),
            Filter::Mentions { from, until } => Condition::Dated(Wanted::mentioned(*from, *until)),
            Filter::Undated => Condition::Dated(Wanted::Undated),
            Filter::Field { .. } => Condition::Must(self.filter(filter)?),
        })
    }

    /// A filter as a query, for where it stands inside an OR or a NOT.
    fn filter(&mut self, filter: &Filter) -> Result<Box<dyn Engine>> {
        match filter {
            Filter::Date { from, until } => {
                Ok(Box::new(DatedQuery { wanted: Wanted::within(*from, *until) }))
            }
            Filter::Mentions { from, until } => {
                Ok(Box::new(DatedQuery { wanted: Wanted::mentioned(*from, *until) }))
            }
            Filter::Undated => Ok(Box::new(DatedQuery { wanted: Wanted::Undated })),
            Filter::Field { field: MetaField::Id, value } => {
                let id = self.schema.get_field(name::ID)?;
                let file = self.schema.get_field(name::FILE)?;
                if value.ends_with('/') {
                    let pattern = format!("{}.*", regex_escape(value));
                    return Ok(Box::new(tantivy::query::RegexQuery::from_pattern(&pattern, file)?));
                }
                let exact = |field: Field| -> Box<dyn Engine> {
                    let term = Term::from_field_text(field, value);
                    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
                };
                Ok(any_of(vec![exact(id), exact(file)]))
            }
            Filter::Field { field, value } => {
                let words = self.analyzer.terms(value, Chain::Exact);
                if words.is_empty() {
                    bail!("`{field}:{value}` holds no letter or digit to look for");
                }
                let fields: &[&str] = match field {
                    MetaField::Source => &[name::SOURCE, name::DOMAIN],
                    MetaField::Lang => &[name::LANG],
                    MetaField::Url => &[name::URL],
                    MetaField::Author => &[name::AUTHOR],
                    MetaField::Section => &[name::SECTION],
                    MetaField::Person => {
                        return names::asked_for(self, Some(EntityKind::Person), value);
                    }
                    MetaField::Org => return names::asked_for(self, Some(EntityKind::Org), value),
                    MetaField::Place => {
                        return names::asked_for(self, Some(EntityKind::Place), value);
                    }
                    MetaField::Entity => return names::asked_for(self, None, value),
                    MetaField::Id => &[name::ID],
                };
                let mut any: Vec<Box<dyn Engine>> = Vec::new();
                for field in fields {
                    let field = self.schema.get_field(field)?;
                    let terms: Vec<Term> =
                        words.iter().map(|word| Term::from_field_text(field, word)).collect();
                    any.push(match <[Term; 1]>::try_from(terms) {
                        Ok([term]) => Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
                        Err(terms) => Box::new(PhraseQuery::new(terms)),
                    });
                }
                Ok(any_of(any))
            }
        }
    }
}

fn terms_of(forms: &[Form]) -> Vec<Term> {
    forms.iter().map(|form| form.term.clone()).collect()
}

/// Whether a query holds conditions on metadata alone.
fn is_filter(query: &Query) -> bool {
    match query {
        Query::Filter(_) => true,
        Query::And(parts) | Query::Or(parts) => parts.iter().all(is_filter),
        Query::Not(inner) => is_filter(inner),
        Query::All | Query::Text(_) | Query::Words(_) => false,
    }
}

/// All of the parts; every article where there are none.
fn all_of(mut parts: Vec<Box<dyn Engine>>) -> Box<dyn Engine> {
    match parts.len() {
        0 => Box::new(AllQuery),
        1 => parts.swap_remove(0),
        _ => Box::new(BooleanQuery::intersection(parts)),
    }
}

/// Any of the parts, of which there is at least one.
pub(super) fn any_of(mut parts: Vec<Box<dyn Engine>>) -> Box<dyn Engine> {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => Box::new(BooleanQuery::union(parts)),
    }
}

/// Text as a regular expression that matches just it.
fn regex_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if matches!(
            letter,
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
