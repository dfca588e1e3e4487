//! The columns that every answer reads, each opened once for a segment, when it is first asked for:
//! finding a column takes longer than reading a value of it.
//!
//! Knows where values stand, not what they mean.

use std::sync::OnceLock;

use tantivy::columnar::{Column, StrColumn};
use tantivy::error::DataCorruption;
use tantivy::fastfield::FastFieldReaders;

use super::read;
use super::top::Address;
use crate::schema::name;

type Result<T> = tantivy::Result<T>;

/// The columns of all segments.
pub(super) struct Columns(Vec<OfSegment>);

/// Those of one segment.
pub(super) struct OfSegment {
    all: FastFieldReaders,
    id: Opened<Option<StrColumn>>,
    file: Opened<Option<StrColumn>>,
    date: Opened<Column<i64>>,
    date_end: Opened<Column<i64>>,
    print: Opened<Column<u64>>,
}

/// How many different values a column has, for a table of them.
///
/// # Errors
/// If its dictionary claims more than there are values: it is damaged, and a table of so many would
/// take all memory.
pub(super) fn distinct(column: &StrColumn) -> Result<usize> {
    let (distinct, values) = (column.num_terms(), column.ords().values.num_vals());
    if distinct > values as usize {
        let what = format!("a column of {values} values claims {distinct} different ones");
        return Err(DataCorruption::comment_only(what).into());
    }
    Ok(distinct)
}

/// A column, once it was asked for.
struct Opened<C>(OnceLock<C>);

impl<C> Opened<C> {
    fn get(&self, open: impl FnOnce() -> Result<C>) -> Result<&C> {
        if let Some(column) = self.0.get() {
            return Ok(column);
        }
        let column = open()?;
        Ok(self.0.get_or_init(|| column))
    }
}

impl<C> Default for Opened<C> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl Columns {
    pub(super) fn new(searcher: &tantivy::Searcher) -> Self {
        let of_segment = |reader: &tantivy::SegmentReader| OfSegment {
            all: reader.fast_fields().clone(),
            id: Opened::default(),
            file: Opened::default(),
            date: Opened::default(),
            date_end: Opened::default(),
            print: Opened::default(),
        };
        Self(searcher.segment_readers().iter().map(of_segment).collect())
    }

    /// Those of the segment with a number.
    pub(super) fn of(&self, segment: u32) -> &OfSegment {
        &self.0[segment as usize]
    }

    /// The number of an id among those of its segment, in their order.
    pub(super) fn id_ordinal(&self, at: Address) -> Result<u64> {
        let ids = self.of(at.segment).id()?;
        Ok(ids.and_then(|ids| ids.term_ords(at.doc).next()).unwrap_or(u64::MAX))
    }

    /// The id of an article.
    pub(super) fn id(&self, at: Address) -> Result<String> {
        read(self.of(at.segment).id()?, at.doc)
    }

    /// What an id has behind the key of its file and `#`.
    pub(super) fn record(&self, at: Address, id: &str) -> Result<Option<String>> {
        let file = read(self.of(at.segment).file()?, at.doc)?;
        Ok(id.strip_prefix(&file).and_then(|rest| rest.strip_prefix('#')).map(str::to_owned))
    }

    /// The first second of an article's date.
    pub(super) fn date(&self, at: Address) -> Result<Option<i64>> {
        Ok(self.of(at.segment).date()?.first(at.doc))
    }

    /// The first second after an article's date.
    pub(super) fn date_end(&self, at: Address) -> Result<Option<i64>> {
        Ok(self.of(at.segment).date_end()?.first(at.doc))
    }

    /// An article's print, by which the table of stories knows it.
    pub(super) fn print(&self, at: Address) -> Result<u64> {
        let of_segment = self.of(at.segment);
        let prints = of_segment.print.get(|| of_segment.all.u64(name::PRINT))?;
        Ok(prints.first(at.doc).unwrap_or_default())
    }
}

impl OfSegment {
    fn id(&self) -> Result<Option<&StrColumn>> {
        Ok(self.id.get(|| self.all.str(name::ID))?.as_ref())
    }

    fn file(&self) -> Result<Option<&StrColumn>> {
        Ok(self.file.get(|| self.all.str(name::FILE))?.as_ref())
    }

    /// First seconds of dates.
    pub(super) fn date(&self) -> Result<&Column<i64>> {
        self.date.get(|| self.all.i64(name::DATE))
    }

    /// First seconds after them.
    pub(super) fn date_end(&self) -> Result<&Column<i64>> {
        self.date_end.get(|| self.all.i64(name::DATE_END))
    }
}
