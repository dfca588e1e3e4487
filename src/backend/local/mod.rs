//! The backend on this machine: a tantivy index in a directory.
//!
//! Stage one takes the best articles by BM25 over one field, pruning; stage two scores their
//! passages from positions and blends the best passage into the article's score; stage three, for
//! questions, lets the best few speak for what is like them. `docs/ranking.md` has the formulae.

mod any_term;
mod candidates;
mod check;
mod columns;
mod compile;
mod conditions;
mod copies;
mod dated;
mod directory;
mod excluded;
mod facets;
mod feedback;
mod forms;
mod located;
mod lock;
mod names;
mod rank;
mod sample;
mod sequence;
mod stats;
mod store;
mod stories;
mod swap;
mod tables;
mod tally;
mod top;
mod write;

pub use check::{CheckProgress, Damage, Examined, Mend, Mending, Problem, Remake, examine, mend};
pub use lock::{Held, Holder, Waiting, WriterLock};
pub use names::{Mentioned, Mentions, Names, Network, Shared, Together};
pub use stats::{Count, MadeBy, NamesHeld, Part, Stats};
pub use store::{
    Ahead, Barren, Given, Root, State, Touched, exists, given, is_damage, option as option_of,
    rebuild as how_to_rebuild, refuse_foreign, state_of_index,
};
pub use swap::{beside, discard, make_dir, refuse_others, replace};
pub use tables::TableFile;
pub use write::{Known, NewDocument, Writer};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tantivy::columnar::StrColumn;
use tantivy::query::EnableScoring;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Index, ReloadPolicy, SegmentReader, Term};

use self::candidates::{Candidate, RERANK, SCORE_STEPS, lift_recent, order};
use self::columns::Columns;
use self::compile::{Compiled, Compiler};
use self::conditions::Tests;
use self::facets::Matching;
use self::forms::{Forms, is_at};
use self::store::Opened;
use self::stories::Table;
use self::tally::{Numbers, Tally};
use self::top::Address;
use super::{Found, FoundHit, Request, Searcher, Sort, Story};
use crate::analysis::{Analyzer, Chain};
use crate::article::{Article, ArticleName, EntityKind, Published};
use crate::entities::aliases::Entry;
use crate::entities::corrections::Corrections;
use crate::hits::{CopyOf, Facet, FacetField, Folded};
use crate::keyness::NameCount;
use crate::pattern;
use crate::query::{Query, Text, TextField};
use crate::schema::{self, FileStamp, Stored, StoredFields, name};
use crate::timeline::Dates;

/// An opened index, as it stood at its last commit.
pub struct LocalSearcher {
    dir: PathBuf,
    index: Index,
    searcher: tantivy::Searcher,
    columns: Columns,
    state: State,
    /// Where the index has one yet.
    stories: Option<Table>,
    /// Where the index has one of all its articles.
    names: Option<Names>,
    corrections: Corrections,
}

impl LocalSearcher {
    /// Opens the index of a directory.
    ///
    /// # Errors
    /// If there is none, it is damaged, or another version made it; the message says what to do.
    pub fn open(dir: &Path) -> Result<Self> {
        store::open(dir, |opened| Self::of(opened, dir))
    }

    fn of(Opened { index, state, files }: Opened, dir: &Path) -> Result<Self> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error| store::explain(error, dir))?;
        let searcher = reader.searcher();
        let columns = Columns::new(&searcher);
        let open = |table: &Option<TableFile>| tables::open(&files, &table.as_ref()?.file);
        let stories = open(&state.stories).and_then(Table::new);
        let whole = state.names.as_ref().is_some_and(|names| names.whole);
        let names = open(&state.names).filter(|_| whole).and_then(Names::new);
        let corrections = state.corrections()?;
        let dir = dir.to_owned();
        Ok(Self { dir, index, searcher, columns, state, stories, names, corrections })
    }

    /// The names of the archive, the most mentioned first; `None` where a run that was stopped left
    /// them uncounted.
    #[must_use]
    pub fn names(&self) -> Option<&Names> {
        self.names.as_ref()
    }

    /// Where a name of the archive stands.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn mentions_of(&self, entry: &Entry) -> Result<Mentions> {
        let query = names::of_entry(&mut self.compiler(false), entry)?;
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut articles = Vec::new();
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            weight.for_each_no_score(reader, &mut |docs| {
                let alive = docs.iter().filter(|doc| !reader.is_deleted(**doc));
                articles.extend(alive.map(|doc| DocAddress::new(segment, *doc)));
            })?;
        }
        names::mentions(&self.searcher, self.names.as_ref(), entry, &articles)
    }

    /// Which of some names of the archive stand together.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn network(&self, entries: Vec<Entry>) -> Result<Network> {
        match &self.names {
            Some(table) => names::network(&self.searcher, table, entries),
            None => Ok(Network::default()),
        }
    }

    /// The names of the articles that match a query, with how many of these and of all have each; in
    /// no order.
    ///
    /// # Errors
    /// As [`Searcher::find`].
    pub fn names_in(&self, query: &Query, any: bool) -> Result<Vec<NameCount>> {
        let all = self.matching(&Query::All, false)?;
        let (numbers, of_all) = self.name_tally(&all)?;
        let here = numbers.count(&self.searcher, &self.matching(query, any)?)?;
        Ok(numbers.among(&here, &of_all))
    }

    /// The names of some articles, and in how many of them each stands.
    fn name_tally(&self, matching: &Matching) -> Result<(Numbers, Tally)> {
        let taken = names::taken(&self.searcher, &self.corrections)?;
        let numbers = Numbers::of(&self.searcher, self.names.as_ref(), taken, matching)?;
        let tally = numbers.count(&self.searcher, matching)?;
        Ok((numbers, tally))
    }

    /// How many articles can be found.
    #[must_use]
    pub fn articles(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn compiler(&self, any: bool) -> Compiler<'_> {
        Compiler::new(&self.searcher, self.names.as_ref(), any)
    }

    /// What the last commit recorded beside the articles.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What is in the index.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let (stories, copies) = self.stories.as_ref().map_or((0, 0), Table::counts);
        let stats = stats::read(&self.dir, &self.index, &self.searcher, &self.state)?;
        let names = self.names.as_ref().map(|table| {
            let mut held = NamesHeld::default();
            for entry in table.entries() {
                match entry.kind {
                    EntityKind::Person => held.persons += 1,
                    EntityKind::Org => held.orgs += 1,
                    EntityKind::Place => held.places += 1,
                }
            }
            held
        });
        Ok(Stats { stories, in_stories: copies, names, ..stats })
    }

    /// Whether the index has its tables of all names and copies. Else names go as each article has
    /// them, and copies may stand apart: a run was stopped before it made the tables, or one is gone.
    #[must_use]
    pub fn has_tables(&self) -> bool {
        let stories = self.state.stories.as_ref().is_some_and(|stories| stories.whole);
        self.names.is_some() && self.stories.is_some() && stories
    }

    /// What is known of the file that an article came from.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn file_of(&self, id: &str) -> Result<Option<FileStamp>> {
        let Some(address) = self.address(id)? else { return Ok(None) };
        let columns = self.searcher.segment_reader(address.segment).fast_fields();
        let doc = address.doc;
        Ok(Some(FileStamp {
            key: read(columns.str(name::FILE)?.as_ref(), doc)?,
            size: columns.u64(name::FILE_SIZE)?.first(doc).unwrap_or_default(),
            mtime_ns: columns.i64(name::FILE_MTIME)?.first(doc).unwrap_or_default(),
            hash: columns.u64(name::FILE_HASH)?.first(doc).unwrap_or_default(),
        }))
    }

    /// Where the article with an id is.
    fn address(&self, id: &str) -> Result<Option<Address>> {
        let term = Term::from_field_text(self.searcher.schema().get_field(name::ID)?, id);
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let index = reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            let mut doc = tantivy::DocSet::doc(&postings);
            while doc != tantivy::TERMINATED {
                if !reader.is_deleted(doc) {
                    return Ok(Some(Address { segment: segment as u32, doc }));
                }
                doc = tantivy::DocSet::advance(&mut postings);
            }
        }
        Ok(None)
    }

    /// The article at a place, but for what the archive knows of its names.
    fn nameless(&self, address: Address) -> Result<Stored> {
        let at = DocAddress::new(address.segment, address.doc);
        self.read(self.searcher.doc(at)?)
    }

    fn read(&self, document: StoredFields) -> Result<Stored> {
        schema::from_document(self.searcher.schema(), document)
            .with_context(|| format!("in the index in {}", self.dir.display()))
    }

    /// The article at a place, with at most so many of its names.
    fn document(&self, address: Address, most_names: usize) -> Result<Stored> {
        let document: StoredFields =
            self.searcher.doc(DocAddress::new(address.segment, address.doc))?;
        let main = schema::main_names(self.searcher.schema(), &document)?;
        let mut stored = self.read(document)?;
        let reader = self.searcher.segment_reader(address.segment);
        let names = names::of_article(reader, address.doc, main, self.names.as_ref(), most_names)?;
        let Stored { article, .. } = &mut stored;
        article.entities = names;
        if self.corrections.is_empty() {
            return Ok(stored);
        }
        // What the user always wants taken stands in no column, and comes first.
        let mut entities = Vec::new();
        for text in [article.title.as_deref().unwrap_or_default(), &article.body] {
            for (kind, name) in self.corrections.taken_in(text) {
                let name = ArticleName { kind, name: name.to_owned(), within: None };
                entities.extend(names::shown(name, self.names.as_ref()));
            }
        }
        entities.append(&mut article.entities);
        let mut known = HashSet::new();
        entities.retain(|one| known.insert((one.kind, one.name.clone())));
        article.entities = entities;
        Ok(stored)
    }

    /// The story of an article, if any of its copies are still here as the table knows them.
    fn story_at(&self, address: Address) -> Result<Option<Story>> {
        let Some(table) = &self.stories else { return Ok(None) };
        let print = self.columns.print(address)?;
        let Some(story) = table.story_of(print) else { return Ok(None) };
        let mut first: Option<&str> = None;
        let mut copies = Vec::new();
        for (id, known) in table.members(story) {
            if known == print {
                first.get_or_insert(id);
                continue;
            }
            let Some(at) = self.address(id)? else { continue };
            if self.columns.print(at)? != known {
                continue;
            }
            first.get_or_insert(id);
            let columns = self.searcher.segment_reader(at.segment).fast_fields();
            let source = read(columns.str(name::SOURCE)?.as_ref(), at.doc)?;
            let published = published(self.searcher.segment_reader(at.segment), at.doc)?;
            let source = (!source.is_empty()).then_some(source);
            copies.push(CopyOf { id: id.to_owned(), source, published });
        }
        let Some(id) = first.filter(|_| !copies.is_empty()) else { return Ok(None) };
        Ok(Some(Story { id: id.to_owned(), copies }))
    }

    /// The places in a list of candidates of the best of each story, from the `offset`th on and
    /// at most `limit`.
    fn folded(
        &self,
        candidates: &[Candidate],
        offset: usize,
        limit: usize,
    ) -> Result<(Vec<usize>, Folded)> {
        let (mut seen, mut heads, mut folded) = (HashSet::new(), Vec::new(), 0);
        let last = offset.saturating_add(limit);
        let mut number = 0;
        for (at, candidate) in candidates.iter().enumerate() {
            let print = self.columns.print(candidate.address)?;
            let story = self.stories.as_ref().and_then(|table| table.story_of(print));
            if story.is_some_and(|story| !seen.insert(story)) {
                folded += 1;
                continue;
            }
            if number == last {
                return Ok((heads, Folded { articles: folded, more: true }));
            }
            if number >= offset {
                heads.push(at);
            }
            number += 1;
        }
        Ok((heads, Folded { articles: folded, more: false }))
    }

    /// The tests of a query's conditions, one for each segment.
    fn tests(&self, compiled: &Compiled) -> Result<Vec<Tests<'_>>> {
        let readers = self.searcher.segment_readers().iter();
        readers.map(|reader| Tests::new(&self.searcher, reader, &compiled.conditions)).collect()
    }

    /// How many articles match.
    fn total(&self, compiled: &Compiled, tests: &[Tests<'_>]) -> Result<u64> {
        let weight =
            compiled.scoring.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut total = 0;
        for tests in tests {
            if compiled.conditions.is_empty() {
                total += u64::from(weight.count(tests.reader)?);
                continue;
            }
            weight.for_each_no_score(tests.reader, &mut |docs| {
                total += docs.iter().filter(|doc| tests.hold(**doc)).count() as u64;
            })?;
        }
        Ok(total)
    }

    /// Whether an article matches a part of a query.
    fn is_match(&self, part: &Query, any: bool, at: Address) -> Result<bool> {
        let Some(engine) = self.compiler(any).compile_part(part)? else { return Ok(false) };
        let weight = engine.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut scorer = weight.scorer(self.searcher.segment_reader(at.segment), 1.0)?;
        Ok(is_at(scorer.as_mut(), at.doc))
    }

    /// The articles that match.
    fn matching(&self, query: &Query, any: bool) -> Result<Vec<Vec<DocId>>> {
        let compiled = self.compiler(any).compile(query)?;
        let weight =
            compiled.scoring.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut matching = Vec::new();
        for tests in self.tests(&compiled)? {
            let mut of_segment = Vec::new();
            weight.for_each_no_score(tests.reader, &mut |docs| {
                of_segment.extend(docs.iter().filter(|doc| tests.hold(**doc)));
            })?;
            matching.push(of_segment);
        }
        Ok(matching)
    }

    /// When articles were published.
    fn dates_of(&self, matching: &Matching) -> Result<Dates> {
        let mut dates = Dates::default();
        for (reader, docs) in self.searcher.segment_readers().iter().zip(matching) {
            facets::count_dates(reader, docs, &mut dates)?;
        }
        Ok(dates)
    }

    /// How many articles have which value of a column.
    fn values_of(
        &self,
        field: FacetField,
        column: &str,
        matching: &Matching,
        limit: usize,
    ) -> Result<Facet> {
        let (mut counts, mut without) = (HashMap::new(), 0);
        for (reader, docs) in self.searcher.segment_readers().iter().zip(matching) {
            let with = facets::count_values(reader, column, docs.iter().copied(), &mut counts)?;
            without += docs.len() as u64 - with;
        }
        Ok(facets::of_values(field, counts, limit, without))
    }
}

impl Searcher for LocalSearcher {
    fn find(&self, request: &Request) -> Result<Found> {
        let compiled = self.compiler(request.any).compile(&request.query)?;
        let tests = self.tests(&compiled)?;
        if request.limit == 0 && !request.fold {
            let total = self.total(&compiled, &tests)?;
            return Ok(Found { total, ignored: compiled.ignored, folded: None, hits: Vec::new() });
        }
        let wanted = request.offset.saturating_add(request.limit);
        let by_score = request.sort == Sort::Relevance && compiled.scores;
        let fold = request.fold && self.stories.is_some();
        let mut total = match by_score && compiled.is_counted_while_scored() {
            true => None,
            false => Some(self.total(&compiled, &tests)?),
        };
        let at_most = |total: Option<u64>| {
            usize::try_from(total.unwrap_or(self.searcher.num_docs())).unwrap_or(usize::MAX)
        };
        // What is folded away must be made up for, and one more tells whether more follow.
        let wanted = if fold { wanted.saturating_add(wanted / 4 + 8) } else { wanted };
        let mut keep =
            if by_score { wanted.max(RERANK) } else { wanted }.min(at_most(total)).max(1);
        let question = feedback::is_question(&request.query, compiled.units.len());
        // Feedback and freshness look at all that is reranked.
        let mut thorough = question || request.recent.is_some();
        let (candidates, (heads, folded)) = loop {
            let mut candidates =
                self.candidates(&compiled, &tests, request.sort, keep, &mut total)?;
            let all = at_most(total);
            // Behind so many the order is not the true one.
            let mut ordered = candidates.len();
            if by_score {
                let reranked = candidates.len().min(RERANK);
                if thorough {
                    self.rerank(&compiled, &mut candidates[..reranked])?;
                } else {
                    ordered = wanted.min(ordered);
                    self.rerank_first(&compiled, &mut candidates[..reranked], wanted)?;
                }
                order(&mut candidates, &self.columns, keep)?;
                if question {
                    // No score falls, so that the reranked are still the first.
                    self.feed_back(&compiled, &mut candidates[..reranked])?;
                    order(&mut candidates, &self.columns, keep)?;
                }
                if let Some(half_life) = request.recent {
                    lift_recent(&compiled, &mut candidates[..reranked], half_life);
                    order(&mut candidates, &self.columns, keep)?;
                }
            }
            if !fold {
                let end = request.offset.saturating_add(request.limit).min(candidates.len());
                let heads = (request.offset.min(end)..end).collect();
                break (candidates, (heads, Folded { articles: 0, more: end < all }));
            }
            let page = self.folded(&candidates[..ordered], request.offset, request.limit)?;
            if page.1.more || (keep >= all && ordered == candidates.len()) {
                break (candidates, page);
            }
            if ordered < candidates.len() {
                thorough = true;
            } else {
                keep = keep.saturating_mul(2).min(all);
            }
        };
        let unranked: Vec<bool> = heads.iter().map(|&at| !by_score || at >= RERANK).collect();
        let mut candidates: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
        let mut shown: Vec<Candidate> =
            heads.into_iter().filter_map(|at| candidates[at].take()).collect();
        if request.passages > 0 {
            // What lies beyond the reranked, or is ordered by date, has no passages yet.
            let first = unranked.iter().position(|unranked| *unranked).unwrap_or(shown.len());
            self.rank_passages(&compiled, &mut shown[first..])?;
        }
        let mut hits = Vec::with_capacity(shown.len());
        for candidate in shown {
            let id = self.columns.id(candidate.address)?;
            let record = self.columns.record(candidate.address, &id)?;
            // What orders is what is told.
            let score = candidate.step() as f32 / SCORE_STEPS;
            let mut passages = candidate.ranked.passages;
            passages.truncate(request.passages);
            let missing = candidate.ranked.missing.iter();
            hits.push(FoundHit {
                address: candidate.address.to_u64(),
                record,
                id,
                score,
                passages,
                missing: missing.map(|&unit| compiled.units[unit].label.clone()).collect(),
                why: match request.why {
                    true => Some(self.why(&compiled, candidate.address, candidate.gained)?),
                    false => None,
                },
                story: if request.copies { self.story_at(candidate.address)? } else { None },
            });
        }
        let folded = request.fold.then_some(folded);
        let total = total.unwrap_or_default();
        Ok(Found { total, ignored: compiled.ignored, folded, hits })
    }

    fn count(&self, query: &Query, any: bool) -> Result<u64> {
        let compiled = self.compiler(any).compile(query)?;
        self.total(&compiled, &self.tests(&compiled)?)
    }

    fn facets(
        &self,
        query: &Query,
        any: bool,
        fields: &[FacetField],
        limit: usize,
    ) -> Result<Vec<Facet>> {
        use FacetField::{Author, Lang, Month, Org, Person, Place, Section, Source, Year};
        let matching = self.matching(query, any)?;
        let all = matching.iter().map(|docs| docs.len() as u64).sum();
        let has = |some: &[FacetField]| fields.iter().any(|field| some.contains(field));
        let names =
            if has(&[Person, Org, Place]) { Some(self.name_tally(&matching)?) } else { None };
        let dates = if has(&[Year, Month]) { Some(self.dates_of(&matching)?) } else { None };
        let (names, dates) = (names.unwrap_or_default(), dates.unwrap_or_default());
        let facet = |field: &FacetField| {
            let column = match field {
                Person | Org | Place => return Ok(facets::of_names(*field, &names, limit, all)),
                Year | Month => return Ok(facets::of_dates(*field, &dates, limit, all)),
                Source => name::SOURCE,
                Author => name::AUTHOR,
                Section => name::SECTION,
                Lang => name::LANG,
            };
            self.values_of(*field, column, &matching, limit)
        };
        fields.iter().map(facet).collect()
    }

    fn dates(&self, query: &Query, any: bool) -> Result<Dates> {
        self.dates_of(&self.matching(query, any)?)
    }

    fn fetch(&self, address: u64, most_names: usize) -> Result<Stored> {
        self.document(Address::from_u64(address), most_names)
    }

    fn matched(&self, query: &Query, any: bool, address: u64) -> Result<Query> {
        let each = |parts: &[Query], alternatives: bool| -> Result<Vec<Query>> {
            let mut kept = Vec::with_capacity(parts.len());
            for part in parts {
                let counts = !alternatives || !part.is_compound();
                if counts || self.is_match(part, any, Address::from_u64(address))? {
                    kept.push(self.matched(part, any, address)?);
                }
            }
            Ok(kept)
        };
        Ok(match query {
            Query::Or(parts) => Query::Or(each(parts, true)?),
            Query::Words(parts) => Query::Words(each(parts, any)?),
            Query::And(parts) => Query::And(each(parts, false)?),
            Query::Boost { of, .. } => self.matched(of, any, address)?,
            other => other.clone(),
        })
    }

    fn texts(&self, addresses: &[u64], look: &mut dyn FnMut(u64, Stored)) -> Result<()> {
        let mut addresses = addresses.to_vec();
        // Neighbours lie in one block of the store.
        addresses.sort_unstable();
        for address in addresses {
            look(address, self.nameless(Address::from_u64(address))?);
        }
        Ok(())
    }

    fn article(&self, id: &str) -> Result<Option<Stored>> {
        self.address(id)?.map(|address| self.document(address, usize::MAX)).transpose()
    }

    fn each(&self, look: &mut dyn FnMut(Stored)) -> Result<()> {
        for reader in self.searcher.segment_readers() {
            // Block after block: nothing is asked for twice.
            let store = reader.get_store_reader(1)?;
            for document in store.iter::<StoredFields>(reader.alive_bitset()) {
                look(self.read(document?)?);
            }
        }
        Ok(())
    }

    fn story(&self, id: &str) -> Result<Option<Story>> {
        let Some(address) = self.address(id)? else { return Ok(None) };
        self.story_at(address)
    }

    fn telling_words(&self, article: &Article, limit: usize) -> Result<Vec<String>> {
        let field = self.searcher.schema().get_field(name::TEXT)?;
        let title = article.title.as_deref().unwrap_or_default();
        // As typed and how often, by term; the headline's words count as in ranking.
        let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
        let analyzer = Analyzer::default();
        for (text, weight) in [(title, schema::TITLE_WEIGHT), (article.body.as_str(), 1)] {
            for word in analyzer.words(text) {
                if feedback::may_tell(&word.exact) {
                    counts.entry(word.stem).or_insert_with(|| (word.exact, 0)).1 += weight;
                }
            }
        }
        let mut words = Vec::new();
        for (stem, (word, count)) in counts {
            let here = self.searcher.doc_freq(&Term::from_field_text(field, &stem))?;
            words.push(((count as f32).sqrt() * rank::idf(self.searcher.num_docs(), here), word));
        }
        words.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        words.truncate(limit);
        Ok(words.into_iter().map(|(_, word)| word).collect())
    }

    fn words_of(&self, text: &Text) -> Result<Vec<String>> {
        self.compiler(false).words_of_pattern(text)
    }

    fn words_like(&self, word: &str, limit: usize) -> Result<Vec<(String, u64)>> {
        let analyzer = Analyzer::default();
        let Some(word) = analyzer.terms(word, Chain::Exact).into_iter().next() else {
            return Ok(Vec::new());
        };
        let forms = Forms::new(&self.searcher, &analyzer, TextField::Any)?;
        let mut like = forms.spelled_like(&word)?;
        like.truncate(limit);
        Ok(like)
    }

    fn names_like(
        &self,
        kind: Option<EntityKind>,
        name: &str,
        limit: usize,
    ) -> Result<Vec<(String, u64)>> {
        let Some(table) = &self.names else { return Ok(Vec::new()) };
        let near = table.near(kind, name, limit).into_iter();
        let entries = near.filter_map(|near| table.entry(near));
        Ok(entries.map(|entry| (entry.name, u64::from(entry.count.articles))).collect())
    }

    fn ids_like(&self, id: &str, limit: usize) -> Result<Vec<String>> {
        /// Most edits that a slip of the keyboard makes.
        const SLIP: usize = 2;
        let id = id.to_lowercase();
        let name: Vec<char> = last_name(&id).chars().collect();
        if name.is_empty() {
            return Ok(Vec::new());
        }
        // How far each is from what was typed, and the id itself.
        let mut like = std::collections::BTreeSet::new();
        for reader in self.searcher.segment_readers() {
            let field = self.searcher.schema().get_field(name::ID)?;
            let index = reader.inverted_index(field)?;
            let mut stream = index.terms().stream()?;
            while stream.advance() {
                let Ok(known) = std::str::from_utf8(stream.key()) else { continue };
                let lower = known.to_lowercase();
                let slips = |most| pattern::within(&name, last_name(&lower), most);
                let far = if lower.contains(last_name(&id)) {
                    Some(0)
                } else {
                    (1..=SLIP.min(name.len() / 4)).find(|most| slips(*most))
                };
                if let Some(far) = far {
                    like.insert((far, known.to_owned()));
                }
                // Some of them may be of removed articles.
                if like.len() > 4 * limit {
                    like.pop_last();
                }
            }
        }
        let mut there = Vec::new();
        for (_, id) in like {
            if there.len() < limit && self.article(&id)?.is_some() {
                there.push(id);
            }
        }
        Ok(there)
    }
}

/// The last name of a path.
fn last_name(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// The publication date of an article from its columns.
fn published(reader: &SegmentReader, doc: DocId) -> Result<Option<Published>> {
    let columns = reader.fast_fields();
    let start = columns.i64(name::DATE)?.first(doc);
    let end = columns.i64(name::DATE_END)?.first(doc);
    let from = columns.u64(name::DATE_FROM)?.first(doc);
    let date = start.zip(end).zip(from);
    Ok(date.and_then(|((start, end), from)| schema::published(start, end, from)))
}

fn read(column: Option<&StrColumn>, doc: DocId) -> tantivy::Result<String> {
    let mut value = String::new();
    if let Some(column) = column
        && let Some(ordinal) = column.term_ords(doc).next()
    {
        column.ord_to_str(ordinal, &mut value)?;
    }
    Ok(value)
}
