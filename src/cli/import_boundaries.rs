//! `machinaka import-boundaries`.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, open, progress_bytes};
use crate::directory::Reference;
use crate::directory::boundaries::ImportedBoundaries;

/// The ministry's boundaries.
#[derive(Args)]
pub struct ImportBoundaries {
    /// 国土数値情報 行政区域 (N03) as downloaded: GeoJSON, or the zip that holds it; all prefectures or some.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// So many facilities are named that lie elsewhere now.
const NAMED: usize = 20;

/// Reads the file and stores all of it, or nothing.
pub fn run(database: Option<String>, options: ImportBoundaries) -> Result<ExitCode, Failure> {
    let name = options.file.display().to_string();
    let file = File::open(&options.file).map_err(|error| format!("cannot read {name}: {error}"))?;
    if file.metadata().is_ok_and(|data| !data.is_file()) {
        return Err(format!("cannot read {name}: it is no file").into());
    }
    let bar = progress_bytes(file.metadata().map_or(0, |data| data.len()));
    let directory = open(database, Reference::shipped())?;
    let imported = directory.import_boundaries(&name, bar.wrap_read(file));
    bar.finish_and_clear();
    tell(&imported?, &mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn tell(imported: &ImportedBoundaries, out: &mut impl Write) -> io::Result<()> {
    let official = &imported.official;
    for sheet in &official.sheets {
        write!(
            out,
            "{} {}: {}市区町村",
            sheet.prefecture, sheet.name, sheet.municipalities
        )?;
        match sheet.wards {
            0 => writeln!(out)?,
            wards => writeln!(out, "、政令指定都市の区{wards}")?,
        }
    }
    if official.nobodys > 0 {
        writeln!(out, "所属未定地 {}件は含めていません。", official.nobodys)?;
    }
    if official.moved > 0.0 {
        writeln!(
            out,
            "境界線の点が多いため、{} m以内で間引きました。",
            official.moved
        )?;
    }
    if !official.unknown.is_empty() {
        let names = official.unknown.join("、");
        writeln!(out, "読みのない新しいコード: {names}")?;
    }
    if !official.gone.is_empty() {
        let names = official.gone.join("、");
        writeln!(out, "このファイルでは別の区域に含まれる: {names}")?;
    }
    for (id, said, found) in imported.elsewhere.iter().take(NAMED) {
        let found = found.as_deref().unwrap_or("どこでもない場所");
        writeln!(
            out,
            "注意: 施設 {} は {said} と記されていますが、位置は {found} です。",
            id.as_str()
        )?;
    }
    if let Some(more) = imported
        .elsewhere
        .len()
        .checked_sub(NAMED)
        .filter(|more| *more > 0)
    {
        writeln!(out, "注意: ほか{more}件。")?;
    }
    writeln!(
        out,
        "{} を取り込みました（参照データの番号 {}）。",
        imported.source, imported.reference
    )
}
