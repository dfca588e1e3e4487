//! Makes the files of the model that finds names; `src/entities/MODEL.md` tells of what.
//!
//! `cargo run --release --bin train-names -- DATA [MODEL]` trains on the labelled sets of DATA, the
//! folder with `train/`, `test/` and `gazetteer/`, prints how good the model is, and writes it, to
//! `src/entities/names.model` if MODEL is not given.
//!
//! `cargo run --release --bin train-names -- --groups VECTORS [GROUPS]` makes the groups of words that
//! the model builds on, from word vectors as text, into `src/entities/words.clusters`. The model has to
//! be trained again after that.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use dateline::entities::clusters;
use dateline::entities::train::{Settings, run};

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from).peekable();
    let groups = arguments.next_if(|first| first.as_os_str() == "--groups").is_some();
    let from = arguments.next().context(
        "no data: name the folder that holds train/ and test/, or --groups and a file of vectors",
    )?;
    let mut out = std::io::stdout().lock();
    let (to, bytes) = if groups {
        let vectors = std::fs::read_to_string(&from)
            .with_context(|| format!("cannot read {}: is it text?", from.display()))?;
        ("src/entities/words.clusters", clusters::make(&vectors)?)
    } else {
        ("src/entities/names.model", run(&from, &Settings::default(), &mut out)?)
    };
    let to = arguments.next().unwrap_or_else(|| to.into());
    std::fs::write(&to, &bytes)
        .with_context(|| format!("cannot write {}: does its folder exist?", to.display()))?;
    writeln!(out, "\n{}: {} bytes", to.display(), bytes.len())?;
    Ok(())
}
