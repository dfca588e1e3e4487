//! Turns a [`Query`] into what tantivy runs: one scoring query that prunes where it can, the
//! conditions that only filter, and the units whose positions rank passages.

use std::cmp::Reverse;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
    Query as Engine, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::{Searcher, Term};

use super::any_term::AnyTermQuery;
use super::dated::{DatedQuery, Wanted};
use super::excluded::Excluded;
use super::forms::{Form, Forms};
use super::located::{LocatedQuery, Spec};
use super::names::{self, Names};
use super::rank;
use super::sequence::SequenceQuery;
use crate::analysis::{Analyzer, Chain};
use crate::query::{Filter, MetaField, Pattern, Query, Sought, Text, TextField, telling};
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

impl Compiled {
    /// What all of the query weighs.
    pub(super) fn weight(&self) -> f32 {
        self.units.iter().map(|unit| unit.weight).sum()
    }

    /// Whether counting what matches costs as much as scoring all of it: where the engine passes over
    /// nothing, since only terms have bounds, or where each match is tested one by one.
    pub(super) fn is_counted_while_scored(&self) -> bool {
        let is_term = |query: &dyn Engine| query.is::<TermQuery>();
        let (all_terms, all_needed) = match self.scoring.downcast_ref::<BooleanQuery>() {
            Some(query) => (
                query.clauses().iter().all(|(_, clause)| is_term(clause.as_ref())),
                query.clauses().iter().all(|(occur, _)| *occur == Occur::Must),
            ),
            None => (is_term(self.scoring.as_ref()), true),
        };
        let tested = !self.conditions.is_empty();
        !all_terms || (tested && all_needed)
    }
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
    /// The alternatives that it is a part of: it counts where all of them match.
    pub(super) within: Vec<Arc<dyn Engine>>,
}

/// The terms of a unit.
#[derive(Debug)]
pub(super) enum UnitTerms {
    /// Those of a text.
    Text(TextTerms),
    /// Those of what is put together of texts.
    Located(Arc<Spec>),
}

/// The terms of a text.
#[derive(Debug)]
pub(super) enum TextTerms {
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
    /// What the part that is compiled weighs.
    boost: f32,
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
            boost: 1.0,
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

    /// What matches a part of a query; `None` where nothing of it can be looked for.
    pub(super) fn compile_part(mut self, query: &Query) -> Result<Option<Box<dyn Engine>>> {
        self.query(query)
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
                    any.extend(self.alternative(part)?);
                }
                (!any.is_empty()).then(|| any_of(any))
            }
            located @ Query::Near { .. } => Some(self.located(located, 1)?),
            Query::AtLeast { count, of } => Some(self.located(of, *count)?),
            Query::Boost { weight, of } => {
                let before = self.boost;
                self.boost *= weight;
                let boosted = self.query(of);
                self.boost = before;
                boosted?
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
            parts.extend(if self.any { self.alternative(word)? } else { self.query(word)? });
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
        let Some((terms, weight)) = self.terms(text)? else {
            self.ignored.push(text.pattern.typed().to_owned());
            return Ok(None);
        };
        if text.field == TextField::Lead {
            let words = words_of(&terms);
            let lead = Query::Text(text.clone());
            return Ok(Some(self.place(&lead, 1, vec![terms], words, weight)));
        }
        let query: Box<dyn Engine> = match &terms {
            TextTerms::Any(forms) if text.pattern.is_expanded() => any_word(forms, weight),
            TextTerms::Any(forms) | TextTerms::Sequence { forms, slop: 0 } if is_plain(forms) => {
                match forms.as_slice() {
                    [form] => {
                        Box::new(TermQuery::new(form.term.clone(), IndexRecordOption::WithFreqs))
                    }
                    forms => Box::new(PhraseQuery::new(terms_of(forms))),
                }
            }
            TextTerms::Any(forms) => Box::new(SequenceQuery { forms: forms.clone(), slop: 0 }),
            TextTerms::Sequence { forms, slop } => {
                Box::new(SequenceQuery { forms: forms.clone(), slop: *slop })
            }
        };
        let label = match &text.pattern {
            Pattern::Word(typed) if text.field == TextField::Any => typed.clone(),
            _ => text.to_string(),
        };
        self.unit(label, UnitTerms::Text(terms), weight);
        Ok(Some(self.boosted(query)))
    }

    /// The terms of a text and what it weighs; `None` where it has none. A pattern stands for all the
    /// words of the dictionary that it matches, which score alike, as one word that occurs as often
    /// as all of them.
    fn terms(&self, text: &Text) -> Result<Option<(TextTerms, f32)>> {
        let (words, chain, slop) = match sought(text)? {
            Sought::Words { text, chain, slop } => (text, chain, slop),
            Sought::Fitting(pattern) => {
                let forms = Forms::new(self.searcher, &self.analyzer, text.field)?;
                let fitting = forms.fitting(&pattern, MAX_EXPANSION)?;
                let (forms, frequency) = fitting.ok_or_else(|| too_wide(text))?;
                let weight = self.idf(frequency.min(self.searcher.num_docs()));
                return Ok(Some((TextTerms::Any(forms), weight)));
            }
        };
        let forms = self.forms(text.field, chain, &self.analyzer.terms(words, chain))?;
        let mut weight = 0.0;
        for form in &forms {
            weight += self.idf(self.searcher.doc_freq(&form.term)?);
        }
        Ok(match forms.len() {
            0 => None,
            1 => Some((TextTerms::Any(forms), weight)),
            _ => Some((TextTerms::Sequence { forms, slop }, weight)),
        })
    }

    /// The words of the dictionary that a pattern matches, the most frequent first.
    pub(super) fn words_of_pattern(&self, text: &Text) -> Result<Vec<String>> {
        let Sought::Fitting(pattern) = sought(text)? else { return Ok(Vec::new()) };
        let forms = Forms::new(self.searcher, &self.analyzer, text.field)?;
        let words = forms.words(&pattern, MAX_EXPANSION)?.ok_or_else(|| too_wide(text))?;
        let mut words: Vec<(String, u64)> = words.into_iter().collect();
        words.sort_by_key(|(_, articles)| Reverse(*articles));
        Ok(words.into_iter().map(|(word, _)| word).collect())
    }

    /// What has at least so many places in the text.
    fn located(&mut self, query: &Query, count: u32) -> Result<Box<dyn Engine>> {
        let mut texts = Vec::new();
        let (words, weight) = self.words_needed(query, &mut texts)?;
        Ok(self.place(query, count, texts, words, weight))
    }

    /// The same of a query whose `texts` are terms already; `words` matches wherever the words that
    /// are needed stand.
    fn place(
        &mut self,
        query: &Query,
        count: u32,
        texts: Vec<TextTerms>,
        words: Box<dyn Engine>,
        weight: f32,
    ) -> Box<dyn Engine> {
        let spec = Arc::new(Spec::new(query.clone(), texts, count));
        let label = match count {
            1 => query.to_string(),
            _ => Query::AtLeast { count, of: Box::new(query.clone()) }.to_string(),
        };
        self.unit(label, UnitTerms::Located(Arc::clone(&spec)), weight);
        self.boosted(Box::new(LocatedQuery { spec, words: Arc::from(words), weight }))
    }

    /// What matches wherever the words that a query with places needs stand, and what it weighs. Adds
    /// the terms of its texts.
    fn words_needed(
        &self,
        query: &Query,
        texts: &mut Vec<TextTerms>,
    ) -> Result<(Box<dyn Engine>, f32)> {
        match query {
            Query::Text(text) => {
                let Some((terms, weight)) = self.terms(text)? else {
                    bail!("`{}` holds no letter or digit to look for", text.pattern.typed());
                };
                let engine = words_of(&terms);
                texts.push(terms);
                Ok((engine, weight))
            }
            Query::Or(any) => {
                let (mut engines, mut most) = (Vec::with_capacity(any.len()), 0.0_f32);
                for one in any {
                    let (engine, weight) = self.words_needed(one, texts)?;
                    engines.push(engine);
                    most = most.max(weight);
                }
                Ok((any_of(engines), most))
            }
            Query::Near { left, right, .. } => {
                let (one, weight) = self.words_needed(left, texts)?;
                let (other, and) = self.words_needed(right, texts)?;
                Ok((all_of(vec![one, other]), weight + and))
            }
            other => bail!("`{other}` has no place in a text"),
        }
    }

    fn unit(&mut self, label: String, terms: UnitTerms, weight: f32) {
        let weight = weight * self.boost;
        self.units.push(Unit { label, terms, weight, within: Vec::new() });
    }

    /// A part that others can stand in for: where it does not match, nothing of it counts.
    fn alternative(&mut self, query: &Query) -> Result<Option<Box<dyn Engine>>> {
        let first = self.units.len();
        let engine = self.query(query)?;
        if let Some(engine) = &engine
            && query.is_compound()
        {
            let within: Arc<dyn Engine> = Arc::from(engine.box_clone());
            for unit in &mut self.units[first..] {
                unit.within.push(Arc::clone(&within));
            }
        }
        Ok(engine)
    }

    /// A part of the query, weighing what it is told to.
    fn boosted(&self, query: Box<dyn Engine>) -> Box<dyn Engine> {
        if self.boost == 1.0 { query } else { Box::new(BoostQuery::new(query, self.boost)) }
    }

    /// What says where words of a chain stand.
    fn forms(&self, field: TextField, chain: Chain, words: &[String]) -> Result<Vec<Form>> {
        if chain == Chain::Exact {
            let forms = Forms::new(self.searcher, &self.analyzer, field)?;
            return words.iter().map(|word| forms.of(word)).collect();
        }
        let field = self.schema.get_field(match field {
            TextField::Any | TextField::Lead => name::TEXT,
            TextField::Title => name::TITLE,
        })?;
        Ok(words.iter().map(|word| Term::from_field_text(field, word).into()).collect())
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
                    MetaField::Person | MetaField::Org | MetaField::Place | MetaField::Entity => {
                        return names::asked_for(self, field.of_names().flatten(), value);
                    }
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

/// What a text looks for.
fn sought(text: &Text) -> Result<Sought<'_>> {
    let typed = text.pattern.typed();
    text.pattern.sought().map_err(|reason| anyhow!("/{typed}/ cannot be read: {reason}"))
}

fn too_wide(text: &Text) -> anyhow::Error {
    anyhow!(
        "`{}` stands for more than {MAX_EXPANSION} different words of this index; give more \
         letters of it",
        text.pattern.typed()
    )
}

/// What matches wherever the words of a text stand, however far from each other.
fn words_of(terms: &TextTerms) -> Box<dyn Engine> {
    match terms {
        TextTerms::Any(forms) => Box::new(AnyTermQuery::new(terms_of(forms))),
        TextTerms::Sequence { forms, .. } => {
            let mut terms = terms_of(forms);
            terms.sort_unstable();
            terms.dedup();
            let basic =
                |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Engine>;
            all_of(terms.into_iter().map(basic).collect())
        }
    }
}

/// Whether terms of one field say it all.
fn is_plain(forms: &[Form]) -> bool {
    let field = forms.first().map(|form| form.term.field());
    forms.iter().all(|form| form.without.is_empty() && Some(form.term.field()) == field)
}

/// Any of some words, all weighing the same.
fn any_word(forms: &[Form], weight: f32) -> Box<dyn Engine> {
    let (whole, parts): (Vec<Form>, Vec<Form>) =
        forms.iter().cloned().partition(|form| form.without.is_empty());
    let mut any: Vec<Box<dyn Engine>> = vec![Box::new(AnyTermQuery::new(terms_of(&whole)))];
    for form in parts {
        any.push(Box::new(SequenceQuery { forms: vec![form], slop: 0 }));
    }
    Box::new(ConstScoreQuery::new(any_of(any), weight))
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
        Query::Near { .. } | Query::AtLeast { .. } | Query::Boost { .. } => false,
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
