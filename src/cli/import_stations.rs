//! `machinaka import-stations`.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, open, progress_bytes};
use crate::directory::Reference;
use crate::directory::stations::ImportedStations;

/// The ministry's railways.
#[derive(Args)]
pub struct ImportStations {
    /// 国土数値情報 鉄道 (N02) as downloaded: the zip, or the GeoJSON of its stations; all of Japan.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// So many stations are named that the file does not have.
const NAMED: usize = 20;

/// Reads the file and stores all of it, or nothing.
pub fn run(database: Option<String>, options: ImportStations) -> Result<ExitCode, Failure> {
    let name = options.file.display().to_string();
    let file = File::open(&options.file).map_err(|error| format!("cannot read {name}: {error}"))?;
    if file.metadata().is_ok_and(|data| !data.is_file()) {
        return Err(format!("cannot read {name}: it is no file").into());
    }
    let bar = progress_bytes(file.metadata().map_or(0, |data| data.len()));
    let directory = open(database, Reference::shipped())?;
    let imported = directory.import_stations(&name, bar.wrap_read(file));
    bar.finish_and_clear();
    tell(&imported?, &mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn tell(imported: &ImportedStations, out: &mut impl Write) -> io::Result<()> {
    let official = &imported.official;
    writeln!(
        out,
        "{}駅（うち読みかローマ字がわかるもの {}駅）",
        official.stations, official.named
    )?;
    match official.lines {
        0 => writeln!(out, "路線の線形はこのファイルにありません。")?,
        lines => writeln!(out, "{lines}路線の線形")?,
    }
    if !official.missing.is_empty() {
        let names: Vec<&str> = official
            .missing
            .iter()
            .take(NAMED)
            .map(|name| &**name)
            .collect();
        let more = match official.missing.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("、ほか{more}駅"),
        };
        writeln!(
            out,
            "収録していてこのファイルにない駅（廃止・改称など）: {}{more}",
            names.join("、")
        )?;
    }
    writeln!(
        out,
        "{} を取り込みました（参照データの番号 {}）。",
        imported.source, imported.reference
    )
}
