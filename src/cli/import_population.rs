//! `machinaka import-population`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, open};
use crate::directory::Reference;

/// e-Stat's grid population files.
#[derive(Args)]
pub struct ImportPopulation {
    /// Files as downloaded: one first-level square each, text or zip, all of one census and size.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take squares of another census or size out first.
    #[arg(long)]
    replace: bool,
}

/// Reads all files and stores them together, or none.
pub fn run(database: Option<String>, options: ImportPopulation) -> Result<ExitCode, Failure> {
    let mut files = Vec::with_capacity(options.files.len());
    for path in &options.files {
        let bytes = std::fs::read(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        files.push((path.display().to_string(), bytes));
    }
    let imported =
        open(database, Reference::shipped())?.import_population(files, options.replace)?;
    let mut out = io::stdout().lock();
    for (primary, squares, people) in &imported.blocks {
        writeln!(
            out,
            "第1次メッシュ {primary}: {squares}メッシュ、{people}人"
        )?;
    }
    writeln!(
        out,
        "{} を取り込みました（参照データの番号 {}）。",
        imported.source, imported.reference
    )?;
    Ok(ExitCode::SUCCESS)
}
