//! Makes the files of the model that finds names; `src/entities/MODEL.md` tells of what.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use dateline::entities::clusters;
use dateline::entities::train::{Settings, run};

/// Train the model that finds names, print how good it is, and write it
#[derive(Debug, Parser)]
#[command(after_help = "\
The same data give the same file, byte for byte.

Examples:
  train-names ner/                          write src/entities/names.model
  train-names ner/ /tmp/names.model         write it elsewhere
  train-names --groups glove.6B.50d.txt     make src/entities/words.clusters, the groups of words
                                            that the model builds on; then train again")]
struct Args {
    /// The folder that holds train/, test/ and gazetteer/; with --groups, word vectors as text
    data: PathBuf,
    /// Where to write
    to: Option<PathBuf>,
    /// Make groups of words from word vectors
    #[arg(long)]
    groups: bool,
}

fn main() -> Result<()> {
    let Args { data, to, groups } = Args::parse();
    let mut out = std::io::stdout().lock();
    let (usual, bytes) = if groups {
        let vectors = std::fs::read_to_string(&data)
            .with_context(|| format!("cannot read {}: is it text?", data.display()))?;
        ("src/entities/words.clusters", clusters::make(&vectors)?)
    } else {
        ("src/entities/names.model", run(&data, &Settings::default(), &mut out)?)
    };
    let to = to.unwrap_or_else(|| usual.into());
    std::fs::write(&to, &bytes)
        .with_context(|| format!("cannot write {}: does its folder exist?", to.display()))?;
    writeln!(out, "\n{}: {} bytes", to.display(), bytes.len())?;
    Ok(())
}
