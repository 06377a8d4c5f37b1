//! `machinaka coverage`.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{Failure, Imprecise, open, zones};
use crate::coverage::population::Weight;
use crate::coverage::reach::{Ask, Method};
use crate::directory::Reference;
use crate::directory::coverage::area::{By, NoArea};
use crate::directory::coverage::{Area, Coverage, Question, Row, Supply};
use crate::domain::position::Metres;
use crate::domain::wording::Language;

/// Whose coverage, and how.
#[derive(Args)]
pub struct CoverageOf {
    /// A prefecture (two digits), or a municipality or ward (five); without it, all prefectures.
    #[arg(long, value_name = "CODE")]
    area: Option<String>,
    /// How far people may live from a facility, in metres.
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = 800.0,
        allow_negative_numbers = true
    )]
    within: f64,
    /// Into what the area, or without one the whole country, is cut; squares only of an area.
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<Cut>,
    /// Zones of one's own instead, such as a 居住誘導区域: GeoJSON polygons (property `name`).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["area", "by"])]
    zones: Option<PathBuf>,
    /// When a grid square's people count: when its centre is within, or by the share of its area.
    #[arg(long, value_enum, default_value_t)]
    method: Counting,
    /// Whether hubs count whose position error exceeds the distance: leave-out or keep.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    imprecise: Imprecise,
    /// Which people: total, 15-64 or 65+.
    #[arg(long, default_value = "total", value_name = "WHO")]
    weight: String,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, as `f=csv` answers it.
    #[arg(long)]
    csv: bool,
}

#[derive(ValueEnum, Clone, Copy)]
enum Cut {
    Prefecture,
    Municipality,
    Ward,
    Square,
}

#[derive(ValueEnum, Clone, Copy, Default)]
enum Counting {
    #[default]
    Centre,
    Area,
}

/// The longest distance, as over HTTP.
const LONGEST: f64 = 100_000.0;

/// Prints the people covered, by district.
pub fn run(database: Option<String>, options: CoverageOf) -> Result<ExitCode, Failure> {
    if !(1.0..=LONGEST).contains(&options.within) {
        return Err(format!("--within {}: metres from 1 to {LONGEST}", options.within).into());
    }
    let weight: Weight = options.weight.parse().map_err(|()| {
        format!(
            "--weight {}: known are {}",
            options.weight,
            Weight::SLUGS.join(", ")
        )
    })?;
    let directory = open(database, Reference::shipped())?;
    let generation = directory.now();
    let question = Question {
        area: area(&options, &generation.known)?,
        ask: Ask {
            within: Metres(options.within),
            method: match options.method {
                Counting::Centre => Method::Centre,
                Counting::Area => Method::Area,
            },
            weight,
        },
        filter: Default::default(),
        include_unknown: false,
        imprecision: options.imprecise.into(),
        imagined: Vec::new(),
        measures: BTreeSet::new(),
        supply: Supply::Seats,
    };
    let coverage = directory.coverage(&generation, &question, &|| true)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if options.csv {
        let rows: Vec<&Row> = coverage.rows.iter().collect();
        coverage
            .table((&question, &generation), &rows, Language::Ja)
            .csv(&mut out)?;
    } else if options.json {
        let rows: Vec<_> = coverage
            .rows
            .iter()
            .map(|row| row.properties(&question))
            .collect();
        let notes = coverage.notes(&question).into_iter();
        let document = serde_json::json!({
            "seq": generation.snapshot.seq().0,
            "reference": coverage.reference,
            "within": options.within,
            "districts": rows,
            "notes": notes.map(|(code, text)| serde_json::json!({"code": code, "ja": text.ja, "en": text.en})).collect::<Vec<_>>(),
        });
        serde_json::to_writer_pretty(&mut out, &document)?;
        writeln!(out)?;
    } else {
        write_table(&coverage, &question, &mut out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn area(options: &CoverageOf, reference: &Reference) -> Result<Area, Failure> {
    if let Some(path) = &options.zones {
        return Ok(Area::Zones(zones(path)?));
    }
    let by = options.by.map(|cut| match cut {
        Cut::Prefecture => By::Prefecture,
        Cut::Municipality => By::Municipality,
        Cut::Ward => By::Ward,
        Cut::Square => By::Square,
    });
    let code = options.area.as_deref();
    let area = Area::read(code, by, Area::Prefectures, &reference.districts);
    area.map_err(|error| {
        let code = code.map_or("all of Japan".to_owned(), |code| format!("--area {code}"));
        match error {
            NoArea::Code(why) => format!("{code}: {}", why.en).into(),
            NoArea::Cut(why) => format!("--by, {code}: {}", why.en).into(),
        }
    })
}

fn write_table(coverage: &Coverage, question: &Question, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "コード\t名称\t人口\t圏内人口\tカバー率\t拠点\t人口の出典"
    )?;
    let people = |n: Option<f64>| n.map_or("―".to_owned(), |n| format!("{n:.0}"));
    for row in &coverage.rows {
        // Where nobody lives there is no share, neither none nor all.
        let share = row
            .coverage()
            .map_or("―".to_owned(), |c| format!("{:.1}%", c * 100.0));
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{share}\t{}\t{}",
            row.code,
            row.name,
            people(row.people),
            people(row.within),
            row.facilities,
            row.source
                .as_ref()
                .map_or("―".to_owned(), ToString::to_string),
        )?;
    }
    for (_, note) in coverage.notes(question) {
        writeln!(out, "※ {}", note.ja)?;
    }
    Ok(())
}
