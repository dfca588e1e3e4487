//! Trains the model that finds names and prints how good it is:
//! `cargo run --release --bin train-names -- DATA [MODEL]`. DATA is the folder with `train/`,
//! `test/` and `gazetteer/`; MODEL is written, `src/entities/names.model` if it is not given.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use dateline::entities::train::{Settings, run};

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let data = arguments.next().context("no data: name the folder that holds train/ and test/")?;
    let to = arguments.next().unwrap_or_else(|| "src/entities/names.model".into());
    let mut out = std::io::stdout().lock();
    let model = run(&data, &Settings::default(), &mut out)?;
    std::fs::write(&to, &model)
        .with_context(|| format!("cannot write {}: does its folder exist?", to.display()))?;
    writeln!(out, "\n{}: {} bytes", to.display(), model.len())?;
    Ok(())
}
