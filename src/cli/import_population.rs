//! `machinaka import-population`.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, open, progress_bytes};
use crate::coverage::projection::{BASE_YEAR, has_year};
use crate::directory::Reference;
use crate::directory::projection::{ImportedProjection, is_projection};

/// e-Stat's grid population files, or the ministry's projected population.
#[derive(Args)]
pub struct ImportPopulation {
    /// Files as downloaded. e-Stat's: one first-level square each, text or zip, all of one census and size. 国土数値情報 500mメッシュ別将来推計人口 (R6): GeoJSON, or the zip that holds it, by prefecture or whole.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take people of another census, year or size out first.
    #[arg(long)]
    replace: bool,
    /// Of the projection the people of this year: 2020 (the census year it rests on), 2025, 2030 … 2070. Default 2020.
    #[arg(long, value_name = "YEAR", value_parser = year)]
    year: Option<u16>,
}

fn year(text: &str) -> Result<u16, String> {
    let year = text.parse().ok().filter(|year| has_year(*year));
    year.ok_or_else(|| "the projection has 2020, 2025, 2030 … 2070".to_owned())
}

/// Reads all files and stores them together, or none.
pub fn run(database: Option<String>, options: ImportPopulation) -> Result<ExitCode, Failure> {
    let mut files = Vec::with_capacity(options.files.len());
    let (mut projections, mut length) = (0, 0);
    for path in &options.files {
        let name = path.display().to_string();
        let cannot = |error: io::Error| format!("cannot read {name}: {error}");
        let mut file = File::open(path).map_err(cannot)?;
        let data = file.metadata().map_err(cannot)?;
        if !data.is_file() {
            return Err(format!("cannot read {name}: it is no file").into());
        }
        length += data.len();
        projections += usize::from(is_projection(&mut file).map_err(cannot)?);
        files.push((name, file));
    }
    if projections > 0 && projections < files.len() {
        return Err(
            "e-Stat’s files and the projection’s are never mixed: import one of them".into(),
        );
    }
    if projections > 0 {
        let bar = progress_bytes(length);
        let files = files
            .into_iter()
            .map(|(name, file)| (name, bar.wrap_read(file)));
        let year = options.year.unwrap_or(BASE_YEAR);
        let directory = open(database, Reference::shipped())?;
        let imported = directory.import_projection(files, year, options.replace);
        bar.finish_and_clear();
        tell(&imported?, &mut io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.year.is_some() {
        return Err("--year is for the projection: e-Stat’s files have one census each".into());
    }
    let mut read = Vec::with_capacity(files.len());
    for (name, mut file) in files {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut file, &mut bytes)
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        read.push((name, bytes));
    }
    let imported =
        open(database, Reference::shipped())?.import_population(read, options.replace)?;
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

fn tell(imported: &ImportedProjection, out: &mut impl Write) -> io::Result<()> {
    for (prefecture, (districts, squares, people)) in &imported.prefectures {
        writeln!(
            out,
            "{prefecture}: {districts}市区町村、{squares}メッシュ、{people}人"
        )?;
    }
    if !imported.missing.is_empty() {
        let missing = imported.missing.join("、");
        writeln!(out, "ファイルにない市区町村（人口は前のまま）: {missing}")?;
    }
    writeln!(
        out,
        "{} を取り込みました（参照データの番号 {}）。",
        imported.source, imported.reference
    )
}
