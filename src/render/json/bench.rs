//! What a bench measured as one line of JSON, `bench` or `bench-indexing`; times are nanoseconds, and
//! their keys say so. The first is what a later run reads as its baseline.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::Value;

use crate::bench::Report;
use crate::bench::indexing::Indexing;

use super::{FORMAT_VERSION, write};

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Line<'a> {
    /// How long queries took.
    Bench(Measured<'a, Report>),
    /// How fast folders were indexed.
    BenchIndexing(Measured<'a, Indexing>),
}

/// What was measured.
#[derive(Debug, Serialize)]
pub struct Measured<'a, T> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// The keys are those of the type.
    #[serde(flatten)]
    pub measured: &'a T,
}

/// Writes how long queries took.
///
/// # Errors
///
/// Those of the writer.
pub fn queries(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    write(out, &Line::Bench(Measured { format: FORMAT_VERSION, measured: report }))
}

/// Writes how fast folders were indexed.
///
/// # Errors
///
/// Those of the writer.
pub fn indexing(out: &mut dyn Write, measured: &Indexing) -> io::Result<()> {
    write(out, &Line::BenchIndexing(Measured { format: FORMAT_VERSION, measured }))
}

/// Reads what [`queries`] wrote.
///
/// # Errors
///
/// If it is something else, or of a format that this program does not read.
pub fn read(text: &str) -> Result<Report> {
    let value: Value = serde_json::from_str(text)
        .context("it is not the JSON that `dateline bench --save FILE` writes")?;
    if value["type"] != "bench" {
        bail!("it is not what `dateline bench --save FILE` writes");
    }
    if value["format"] != FORMAT_VERSION {
        bail!(
            "it is of format {}, and this program reads format {FORMAT_VERSION}; save another one \
             with it",
            value["format"]
        );
    }
    let report: Report =
        serde_json::from_value(value).context("it is damaged; save another one")?;
    if report.interrupted {
        bail!("it was stopped before its end; save another one");
    }
    Ok(report)
}
