//! Prints of what a segment holds of each article: numbers that are the same where the terms with
//! their positions, or the values of a column, are the same.
//!
//! A segment is laid out by term, an article by its text. So the print of an article's terms is a
//! sum over them in any order: one walk through the dictionary makes the prints of all articles,
//! and every posting is read once.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::analysis::STRIDE;
use crate::backend::local::columns::distinct;
use crate::schema::{FIELDS, Kind, first_body_stride, name};

/// The prints of the terms of all articles of a segment that were not removed.
pub(super) struct TermPrints {
    of: Vec<u64>,
    /// Articles with terms behind their last passage: captions, which are not stored.
    with_captions: Vec<bool>,
}

impl TermPrints {
    /// Reads every posting of a segment; `None` where it was stopped.
    ///
    /// # Errors
    /// If the postings do not read back or contradict themselves.
    pub(super) fn read(segment: &SegmentReader, stop: &AtomicBool) -> Result<Option<Self>> {
        let articles = segment.max_doc() as usize;
        let mut prints = Self { of: vec![0; articles], with_captions: vec![false; articles] };
        let passages = segment.fast_fields().u64(name::PASSAGE_COUNT)?;
        // The first position behind the passages of an article.
        let end = |doc| {
            let count = passages.first(doc).unwrap_or_default();
            (u64::from(first_body_stride()) + count).saturating_mul(u64::from(STRIDE))
        };
        for (field, kind) in FIELDS {
            let strided = match kind {
                Kind::Placed { .. } => true,
                Kind::Key | Kind::Words { .. } => false,
                _ => continue,
            };
            if !prints.add_field(segment, field, strided, &end, stop)? {
                return Ok(None);
            }
        }
        Ok(Some(prints))
    }

    /// Whether it came to the end of the field.
    fn add_field(
        &mut self,
        segment: &SegmentReader,
        name: &str,
        strided: bool,
        end: &dyn Fn(DocId) -> u64,
        stop: &AtomicBool,
    ) -> Result<bool> {
        let field = segment.schema().get_field(name)?;
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().stream()?;
        let mut positions = Vec::new();
        let mut last: Option<Vec<u8>> = None;
        while terms.advance() {
            let (term, info) = (terms.key(), terms.value());
            if last.as_deref().is_some_and(|last| last >= term) {
                bail!("the terms of `{name}` are not in order");
            }
            last = Some(term.to_owned());
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let of_term = xxh3_64_with_seed(term, u64::from(field.field_id()));
            let option = IndexRecordOption::WithFreqsAndPositions;
            let mut postings = index.read_postings_from_terminfo(info, option)?;
            let (mut doc, mut before, mut count) = (postings.doc(), None, 0);
            while doc != TERMINATED {
                if doc >= segment.max_doc() || before.is_some_and(|before| before >= doc) {
                    bail!("the postings of a term of `{name}` are not in order");
                }
                (before, count) = (Some(doc), count + 1);
                if !segment.is_deleted(doc) {
                    positions.clear();
                    postings.positions(&mut positions);
                    let all = positions.len();
                    if strided {
                        let end = end(doc);
                        positions.retain(|position| u64::from(*position) < end);
                    }
                    self.with_captions[doc as usize] |= positions.len() < all;
                    if all == 0 || !positions.is_empty() {
                        let print = positions.iter().fold(of_term, |print, p| mix(print, *p));
                        let sum = &mut self.of[doc as usize];
                        *sum = sum.wrapping_add(mix(print, u32::MAX));
                    }
                }
                doc = postings.advance();
            }
            if count != info.doc_freq {
                bail!("the postings of a term of `{name}` are not as many as its dictionary says");
            }
        }
        Ok(true)
    }

    /// Those of an article.
    pub(super) fn of(&self, doc: DocId) -> u64 {
        self.of[doc as usize]
    }

    /// Whether an article has terms that are not of what is stored.
    pub(super) fn has_captions(&self, doc: DocId) -> bool {
        self.with_captions[doc as usize]
    }
}

/// Takes a number into a print.
fn mix(print: u64, number: u32) -> u64 {
    let mixed = (print ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}

/// The columns and lengths of a segment, ready to be compared.
pub(super) struct Values {
    columns: Vec<(&'static str, OfColumn)>,
    lengths: Vec<(&'static str, bool, FieldNormReader)>,
}

enum OfColumn {
    /// Texts, with the print of each value of the dictionary.
    Texts(Option<(StrColumn, Vec<u64>)>),
    Signed(Column<i64>),
    Unsigned(Column<u64>),
}

impl Values {
    /// Opens the columns of a segment.
    ///
    /// # Errors
    /// If one does not read back.
    pub(super) fn open(segment: &SegmentReader) -> Result<Self> {
        let all = segment.fast_fields();
        let (mut columns, mut lengths) = (Vec::new(), Vec::new());
        for (field, kind) in FIELDS {
            let values = match kind {
                Kind::Key | Kind::Column | Kind::Words { column: true, .. } => {
                    Some(OfColumn::Texts(match all.str(field)? {
                        Some(column) => {
                            let prints = prints_of(&column)?;
                            Some((column, prints))
                        }
                        None => None,
                    }))
                }
                Kind::Signed => Some(OfColumn::Signed(all.i64(field)?)),
                Kind::Unsigned => Some(OfColumn::Unsigned(all.u64(field)?)),
                _ => None,
            };
            columns.extend(values.map(|values| (*field, values)));
            let strided = *kind == Kind::Placed { norms: true };
            if strided || matches!(kind, Kind::Words { norms: true, .. }) {
                let of = segment.get_fieldnorms_reader(segment.schema().get_field(field)?)?;
                lengths.push((*field, strided, of));
            }
        }
        Ok(Self { columns, lengths })
    }

    /// The first column, or the first length, in which an article here and one there differ.
    pub(super) fn differing(
        &self,
        doc: DocId,
        other: &Self,
        other_doc: DocId,
        has_captions: bool,
    ) -> Option<&'static str> {
        let differs = |(one, other): &(&(&'static str, OfColumn), &(&'static str, OfColumn))| {
            one.1.print(doc) != other.1.print(other_doc)
        };
        let column = self.columns.iter().zip(&other.columns).find(differs);
        let lengths = || {
            let mut both = self.lengths.iter().zip(&other.lengths);
            both.find(|((_, strided, one), (.., other))| {
                let (one, other) = (one.fieldnorm_id(doc), other.fieldnorm_id(other_doc));
                if *strided && has_captions { one < other } else { one != other }
            })
        };
        column.map(|((field, _), _)| *field).or_else(|| lengths().map(|((field, ..), _)| *field))
    }
}

/// The prints of the values of a column.
fn prints_of(column: &StrColumn) -> Result<Vec<u64>> {
    let mut prints = Vec::with_capacity(distinct(column)?);
    let mut values = column.dictionary().stream()?;
    while values.advance() {
        prints.push(xxh3_64_with_seed(values.key(), 1));
    }
    if prints.len() != column.num_terms() {
        bail!("a column has not as many values as its dictionary says");
    }
    Ok(prints)
}

impl OfColumn {
    fn print(&self, doc: DocId) -> u64 {
        let mut print = 0u64;
        let mut add = |value: u64| {
            print = print.rotate_left(9).wrapping_add(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        };
        match self {
            Self::Texts(None) => {}
            Self::Texts(Some((column, prints))) => {
                for ordinal in column.term_ords(doc) {
                    add(prints.get(ordinal as usize).copied().unwrap_or(1));
                }
            }
            Self::Signed(column) => {
                column.values_for_doc(doc).for_each(|v| add(!v.cast_unsigned()))
            }
            Self::Unsigned(column) => column.values_for_doc(doc).for_each(|value| add(!value)),
        }
        print
    }
}

/// The prints of an article's ids, by document; for what must be unique.
pub(super) fn id_prints(segment: &SegmentReader) -> Result<Vec<(u64, DocId)>> {
    let Some(column) = segment.fast_fields().str(name::ID)? else {
        bail!("the column of ids is missing")
    };
    let prints = prints_of(&column)?;
    let mut ids = Vec::with_capacity(segment.num_docs() as usize);
    for doc in segment.doc_ids_alive() {
        let mut ordinals = column.term_ords(doc);
        match (ordinals.next().and_then(|one| prints.get(one as usize)), ordinals.next()) {
            (Some(print), None) => ids.push((*print, doc)),
            _ => bail!("an article has no id, or more than one"),
        }
    }
    Ok(ids)
}
