//! `machinaka import-addresses`.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, open, progress_bytes};
use crate::directory::Reference;
use crate::directory::addresses::ImportedAddresses;

/// The official lists of blocks and lots.
#[derive(Args)]
pub struct ImportAddresses {
    /// 位置参照情報 街区レベル as downloaded: CSV, or the zip that holds it, by municipality or prefecture.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// So many municipalities are named; of more only how many there are.
const NAMED: usize = 100;

/// Reads the files and stores all of them, or nothing.
pub fn run(database: Option<String>, options: ImportAddresses) -> Result<ExitCode, Failure> {
    let mut files = Vec::with_capacity(options.files.len());
    let mut length = 0;
    for path in &options.files {
        let name = path.display().to_string();
        let cannot = |error: io::Error| format!("cannot read {name}: {error}");
        let file = File::open(path).map_err(cannot)?;
        let data = file.metadata().map_err(cannot)?;
        if !data.is_file() {
            return Err(format!("cannot read {name}: it is no file").into());
        }
        length += data.len();
        files.push((name, file));
    }
    let bar = progress_bytes(length);
    let directory = open(database, Reference::shipped())?;
    let files = files
        .into_iter()
        .map(|(name, file)| (name, bar.wrap_read(file)));
    let imported = directory.import_addresses(files);
    bar.finish_and_clear();
    tell(&imported?, &mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn tell(imported: &ImportedAddresses, out: &mut impl Write) -> io::Result<()> {
    for (code, name, towns, blocks) in imported.districts.iter().take(NAMED) {
        writeln!(out, "{code} {name}: {towns}町、{blocks}街区・地番")?;
    }
    if let Some(more) = imported
        .districts
        .len()
        .checked_sub(NAMED)
        .filter(|n| *n > 0)
    {
        writeln!(out, "ほか{more}市区町村")?;
    }
    let counts = &imported.counts;
    if counts.deleted > 0 {
        writeln!(out, "削除と記された{}行は含めていません。", counts.deleted)?;
    }
    if counts.ambiguous > 0 {
        writeln!(
            out,
            "点が1 km以上離れていて場所を決められない{}件は含めていません。",
            counts.ambiguous
        )?;
    }
    for (name, rows) in &counts.former {
        writeln!(
            out,
            "{name}は今の市区町村にないため、{rows}行を位置のある市区町村に入れました。"
        )?;
    }
    writeln!(
        out,
        "{} を取り込みました（参照データの番号 {}）。",
        imported.sources.join("、"),
        imported.reference
    )
}
