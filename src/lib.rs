//! Full-text search for news archives: read files into [`article::Article`]s, put articles in an
//! index, ask a [`query::Query`], get [`hits::Hits`], write hits.
//!
//! The house, from the roof down. A module may use any lower row, nothing on its own row or
//! above; `tests/layers.rs` holds that.
//!
//! ```text
//! main       bin/train-names   the program; the trainer of what finds names
//! cli                          what was typed, decided, done
//! render                       hits as text, JSON, CSV, TREC, Markdown
//! bench                        how long queries take, how good answers are
//! indexer    search            the write lane and the read lane;
//!         dossier verify       (the same row) what an archive tells of a name; of kept citations
//! corpus     backend highlight files to articles; the index; what matched
//! passage mentions             where a body is cut; the dates it names;
//!         query entities       (the same row) the query language; names, and whom they mean
//! schema                       the fields of the index
//! pattern    proximity keyness wildcards; words near each other; which names are characteristic
//! analysis   hits    sketch    text to terms; answers as plain data; how alike two texts are;
//!            standing          (the same row) what a standing question has shown
//! timeline                     articles by the time of their publication
//! article  calendar  words     the plain data that all share; names of months; where words are;
//!          varint    flat      (the same row) short numbers; files of parts in a row;
//!          citation  sentences (the same row) what names a passage; where sentences end;
//!          usage     caught    (the same row) time and memory that are used; what may panic
//! ```
//!
//! The lanes meet only in `article`, `passage`, `analysis`, `schema` and `backend::local`.
//! tantivy is named in `analysis`, `schema` and `backend::local` alone.
//!
//! | a new ... | touches |
//! |---|---|
//! | input format | a file in `corpus`, a variant of its `Format`, a fixture folder |
//! | output | a file in `render`, a variant of its `Format`, snapshots |
//! | searchable field | a row in [`schema::FIELDS`]; raise [`schema::SCHEMA_VERSION`] |
//! | analysis step | [`analysis`]; raise [`analysis::ANALYSIS_VERSION`] |
//! | command | a variant of `cli::args::Command`, a plan, a function in `cli::run` |

pub mod analysis;
pub mod article;
pub mod backend;
pub mod bench;
pub mod calendar;
pub mod caught;
pub mod citation;
pub mod cli;
pub mod corpus;
pub mod dossier;
pub mod entities;
pub mod flat;
pub mod highlight;
pub mod hits;
pub mod indexer;
pub mod keyness;
pub mod mentions;
pub mod passage;
pub mod pattern;
pub mod proximity;
pub mod query;
pub mod render;
pub mod schema;
pub mod search;
pub mod sentences;
pub mod sketch;
pub mod standing;
pub mod timeline;
pub mod usage;
pub mod varint;
pub mod verify;
pub mod words;
