//! `machinaka site`: where the next facilities should go, in an area of Japan or in outside data.

mod outside;

use std::cell::Cell;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::ProgressStyle;
use serde_json::{Value, json};

use super::{Failure, Imprecise, open, progress};
use crate::coverage::population::Weight;
use crate::coverage::siting::answer::Objective;
use crate::coverage::siting::work::{Progress, Work};
use crate::directory::Reference;
use crate::directory::siting::{self, Effort, STEPS_A_SECOND, Zones};

/// The longest distance, as for coverage.
const FARTHEST: f64 = 100_000.0;
/// 一般的な徒歩圏: what is near already, where nobody says how near that is.
const DEFAULT_REACH: f64 = 800.0;

/// What is asked.
#[derive(Args)]
pub struct Site {
    /// A prefecture (two digits), or a municipality or ward (five), or 00 for all of Japan: among its towns, for its people.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["demand", "distances", "plane"])]
    area: Option<String>,
    /// Zones of one's own, such as a 居住誘導区域: GeoJSON polygons (property `name`). Sites are chosen in them, for the
    /// people living there.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demand", "distances", "plane"])]
    zones: Option<PathBuf>,
    /// What the zones limit: the candidates, the people, or both; the other is then that of --area.
    #[arg(
        long,
        value_enum,
        default_value_t,
        requires = "zones",
        value_name = "WHAT"
    )]
    zones_limit: Limit,
    /// Who is to be served: CSV with `id,lon,lat,weight`; with --plane `id,x,y,weight`.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present_any = ["area", "zones"],
        requires = "candidates"
    )]
    demand: Option<PathBuf>,
    /// Where facilities could go: CSV with `id,lon,lat`; with --plane `id,x,y`. With --area instead of its towns, and
    /// then also XLSX or GeoJSON, with a name and a position or an address.
    #[arg(long, value_name = "FILE")]
    candidates: Option<PathBuf>,
    /// Distances: CSV with `demand,candidate,metres`; a pair that is missing cannot be reached.
    #[arg(long, value_name = "FILE", conflicts_with = "plane")]
    distances: Option<PathBuf>,
    /// Coordinates are metres on a plane.
    #[arg(long)]
    plane: bool,
    /// Cover the greatest weight, the least sum of weight × metres, or the smallest largest distance.
    #[arg(long, value_enum, default_value_t)]
    objective: Aim,
    /// How many facilities.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    count: usize,
    /// How far a facility serves, in metres; needed to cover.
    #[arg(long, value_name = "METRES", allow_negative_numbers = true)]
    within: Option<f64>,
    /// Whether hubs serve people whose position error exceeds the distance: leave-out or keep.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "HOW",
        conflicts_with = "demand"
    )]
    imprecise: Imprecise,
    /// Which people of an area count: total, 15-64 or 65+.
    #[arg(
        long,
        default_value = "total",
        value_name = "WHO",
        conflicts_with = "demand"
    )]
    weight: String,
    /// Stop after so many seconds, 1 to 60, with the best so far.
    #[arg(
        long,
        value_name = "S",
        default_value_t = 10.0,
        allow_negative_numbers = true
    )]
    seconds: f64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Clone, Copy, Default, PartialEq)]
enum Aim {
    #[default]
    Cover,
    Median,
    Center,
}

#[derive(ValueEnum, Clone, Copy, Default)]
enum Limit {
    #[default]
    Both,
    Candidates,
    People,
}

/// Answers it.
pub fn run(database: Option<String>, options: Site) -> Result<ExitCode, Failure> {
    let seconds = options.seconds;
    if !(1.0..=60.0).contains(&seconds) {
        return Err(format!("--seconds {seconds}: from 1 to 60").into());
    }
    if let Some(within) = options.within
        && !(0.0..=FARTHEST).contains(&within)
    {
        return Err(format!("--within {within}: metres from 0 to {FARTHEST}").into());
    }
    let begun = Instant::now();
    let deadline = Duration::from_secs_f64(seconds);
    let style = ProgressStyle::with_template("{wide_bar} {percent} % {msg}")?;
    let bar = progress(100).with_style(style);
    let stop = || begun.elapsed() >= deadline;
    let told = Cell::new(Progress::default());
    let tell = |now: Progress| {
        bar.set_position((now.share * 100.0) as u64);
        // The bar is drawn a few times a second; its words change more seldom still.
        if (now.value, now.bound) != (told.get().value, told.get().bound) {
            told.set(now);
            bar.set_message(known(now));
        }
    };
    let said = match options.area.is_some() || options.zones.is_some() {
        true => in_area(database, &options, begun, &tell)?,
        false => {
            let mut work = Work::new((STEPS_A_SECOND * seconds) as u64, &stop, &tell);
            let mut said = outside::outside(&options, &mut work)?;
            let taken = begun.elapsed().as_secs_f64();
            said["seconds"] = json!((taken * 1000.0).round() / 1000.0);
            said
        }
    };
    bar.finish_and_clear();
    let mut out = BufWriter::new(io::stdout().lock());
    if options.json {
        serde_json::to_writer_pretty(&mut out, &said)?;
        writeln!(out)?;
    } else {
        write_plainly(&said, &mut out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What is known so far, for whoever waits.
fn known(now: Progress) -> String {
    let value = now
        .value
        .map_or(String::new(), |value| format!("best {value:.0}"));
    let gap = now
        .gap()
        .map_or(String::new(), |gap| format!(", gap {gap:.2} %"));
    value + &gap
}

/// Among the towns of an area or of zones, or candidates of one's own, for the people no facility is near to.
fn in_area(
    database: Option<String>,
    options: &Site,
    begun: Instant,
    progress: &dyn Fn(Progress),
) -> Result<Value, Failure> {
    let objective = match options.objective {
        Aim::Cover => Objective::Cover,
        Aim::Median => Objective::Median,
        Aim::Center => Objective::Center,
    };
    let within = match (options.within, objective) {
        (Some(within), _) => within,
        (None, Objective::Cover) => return Err("--within METRES is needed".into()),
        (None, _) => DEFAULT_REACH,
    };
    let weight: Weight = options.weight.parse().map_err(|()| {
        let (given, known) = (&options.weight, Weight::SLUGS.join(", "));
        format!("--weight {given}: known are {known}")
    })?;
    let own = options.candidates.as_deref().map(|path| {
        std::fs::read(path)
            .map(|bytes| (path, bytes))
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    });
    let own = own.transpose()?;
    let directory = open(database, Reference::shipped())?;
    let own = own.map(|(path, bytes)| {
        let read = directory.read_candidates(&bytes, usize::MAX);
        read.map_err(|unusable| format!("{}: {}", path.display(), unusable.wording().en))
    });
    let question = siting::Question {
        area: options.area.clone().unwrap_or_else(|| "00".to_owned()),
        zones: options
            .zones
            .as_deref()
            .map(|path| zones(path, options.zones_limit))
            .transpose()?,
        objective,
        within,
        count: options.count,
        weight,
        candidates: own.transpose()?,
        filter: Default::default(),
        include_unknown: false,
        imprecision: options.imprecise.into(),
        imagined: Vec::new(),
    };
    let limit = Duration::from_secs_f64(options.seconds);
    let effort = Effort {
        seconds: options.seconds,
        until: limit.saturating_sub(begun.elapsed()),
        wanted: &|| true,
        progress,
    };
    let generation = directory.now();
    let proposal = directory.site(&generation, &question, &effort)?;
    let mut said = Value::Object(proposal.told());
    let sites = (1..).zip(&proposal.sites);
    said["sites"] = sites
        .map(|(rank, site)| Value::Object(site.told(rank)))
        .collect();
    said["seq"] = json!(generation.snapshot.seq().0);
    let notes = proposal.notes().into_iter();
    said["notes"] = notes
        .map(|(code, text)| json!({"code": code, "ja": text.ja, "en": text.en}))
        .collect();
    Ok(said)
}

fn zones(path: &Path, limit: Limit) -> Result<Zones, Failure> {
    Ok(Zones {
        zones: super::zones(path)?,
        limit: match limit {
            Limit::Both => siting::Limit::Both,
            Limit::Candidates => siting::Limit::Candidates,
            Limit::People => siting::Limit::People,
        },
    })
}

fn write_plainly(said: &Value, out: &mut impl Write) -> io::Result<()> {
    let proved = match said["proved"] == true {
        true => "最適性を証明".to_owned(),
        false => format!(
            "最適との差は最大 {:.2} %",
            said["gap"].as_f64().unwrap_or(0.0)
        ),
    };
    writeln!(
        out,
        "{}\t{}\t{proved}",
        said["objective"].as_str().unwrap_or(""),
        said["value"]
    )?;
    writeln!(out, "bound\t{}", said["bound"])?;
    for extra in [
        "mean",
        "value_before",
        "mean_before",
        "people",
        "people_within_before",
        "people_within_after",
        "people_source",
    ] {
        if let Some(value) = said.get(extra) {
            writeln!(out, "{extra}\t{}", plain(value))?;
        }
    }
    for site in said["sites"].as_array().into_iter().flatten() {
        match site {
            Value::Object(site) => writeln!(
                out,
                "site\t{}\t{}\t{}\t{}\t{}{}",
                plain(&site["id"]),
                plain(&site["name"]),
                site["lon"],
                site["lat"],
                site.get("gain").map_or(String::new(), plain),
                site.get("zone")
                    .map_or(String::new(), |zone| format!("\t{}", plain(zone)))
            )?,
            id => writeln!(out, "site\t{}", plain(id))?,
        }
    }
    for step in said["curve"].as_array().into_iter().flatten() {
        writeln!(
            out,
            "curve\t{}\t{}\t{}",
            step["count"], step["value"], step["bound"]
        )?;
    }
    for other in said["robustness"].as_array().into_iter().flatten() {
        writeln!(
            out,
            "at {} m\t{}\tbest found {}\tbound {}\tkept {}",
            other["within"],
            other["value"],
            other["best"],
            other["bound"],
            other["kept"].as_array().map_or(0, Vec::len)
        )?;
    }
    for note in said["notes"].as_array().into_iter().flatten() {
        writeln!(out, "※ {}", plain(&note["ja"]))?;
    }
    writeln!(
        out,
        "method\t{}\t{} s",
        plain(&said["method"]),
        said["seconds"]
    )
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
