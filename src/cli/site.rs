//! `machinaka site`: where the next facilities should go, in an area of Japan or in outside data.

use std::cell::Cell;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::ProgressStyle;
use serde_json::{Value, json};

use super::{Failure, open, progress};
use crate::coverage::population::Weight;
use crate::coverage::siting::answer::{Answer, Objective, Refusal, Step};
use crate::coverage::siting::center::Center;
use crate::coverage::siting::cover::Cover;
use crate::coverage::siting::distances::{Beyond, Distances, Nothing};
use crate::coverage::siting::lists::Lists;
use crate::coverage::siting::median::Median;
use crate::coverage::siting::points::{self, Points, Space};
use crate::coverage::siting::reach::Reach;
use crate::coverage::siting::work::{Progress, Work};
use crate::directory::Reference;
use crate::directory::siting::{self, Effort, STEPS_A_SECOND};

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
    /// Who is to be served: CSV with `id,lon,lat,weight`; with --plane `id,x,y,weight`.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "area",
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
    let said = match &options.area {
        Some(code) => in_area(database, &options, code, begun, &tell)?,
        None => {
            let mut work = Work::new((STEPS_A_SECOND * seconds) as u64, &stop, &tell);
            let mut said = outside(&options, &mut work)?;
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

/// Among the towns of an area, or candidates of one's own, for the people no facility is near to.
fn in_area(
    database: Option<String>,
    options: &Site,
    code: &str,
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
        area: code.to_owned(),
        objective,
        within,
        count: options.count,
        weight,
        candidates: own.transpose()?,
        filter: Default::default(),
        include_unknown: false,
        with_imprecise: false,
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

/// Among candidates and for demand that tables tell.
fn outside(options: &Site, work: &mut Work) -> Result<Value, Failure> {
    let (Some(demand), Some(candidates)) = (&options.demand, &options.candidates) else {
        return Err("--demand FILE and --candidates FILE are needed".into());
    };
    let space = match (&options.distances, options.plane) {
        (Some(_), _) => Space::Listed,
        (None, true) => Space::Plane,
        (None, false) => Space::Earth,
    };
    let demand = table(demand, |bytes| points::points(bytes, space, true))?;
    let candidates = table(candidates, |bytes| points::points(bytes, space, false))?;
    let listed = options
        .distances
        .as_deref()
        .map(|path| table(path, |bytes| points::distances(bytes, &demand, &candidates)))
        .transpose()?;
    let answer = match listed {
        Some(distances) => {
            let within = |metres: f64| {
                let near = (0..distances.len()).map(|demand| {
                    let near = distances.of(demand).take_while(|(_, away)| *away <= metres);
                    let mut sites: Vec<u32> = near.map(|(site, _)| site).collect();
                    sites.sort_unstable();
                    sites
                });
                let near: Lists = near.collect();
                near.turned(candidates.ids.len())
            };
            solve(options, &demand, within, || (&distances, &Nothing), work)
        }
        None => {
            let reach = Reach::new(&demand, &candidates, space);
            let distances = match options.objective {
                Aim::Cover => Distances::new(0),
                _ => reach.distances(),
            };
            let within = |metres| reach.within(metres);
            solve(options, &demand, within, || (&distances, &reach), work)
        }
    };
    let answer = answer.map_err(|refusal| named(&refusal, &demand))?;
    let mut said = told(&answer);
    said["sites"] = answer
        .sites
        .iter()
        .map(|site| candidates.ids[*site as usize].as_str())
        .collect();
    if answer.objective == Objective::Median {
        let total: f64 = demand.weights.iter().sum();
        said["mean"] = json!((total > 0.0).then(|| answer.value / total));
    }
    Ok(said)
}

fn solve<'a, B: Beyond + 'a>(
    options: &Site,
    demand: &Points,
    within: impl FnOnce(f64) -> Lists,
    distances: impl FnOnce() -> (&'a Distances, &'a B),
    work: &mut Work,
) -> Result<Answer, Refused> {
    let (weights, count) = (demand.weights.as_slice(), options.count);
    let answer = match options.objective {
        Aim::Cover => {
            let metres = options.within.ok_or(Refused::NoRadius)?;
            let sites = within(metres);
            Cover {
                weights,
                sites: &sites,
                count,
            }
            .solve(work)
        }
        Aim::Median => {
            let (distances, beyond) = distances();
            Median {
                weights,
                distances,
                beyond,
                count,
            }
            .solve(work)
        }
        Aim::Center => {
            let (distances, beyond) = distances();
            Center {
                weights,
                distances,
                beyond,
                count,
            }
            .solve(work)
        }
    };
    answer.map_err(Refused::By)
}

/// Why outside data have no answer.
enum Refused {
    NoRadius,
    By(Refusal),
}

fn named(refused: &Refused, demand: &Points) -> String {
    match refused {
        Refused::NoRadius => "--objective cover needs --within METRES".to_owned(),
        Refused::By(Refusal::OutOfReach(at)) => {
            format!(
                "no candidate can be reached from demand “{}”",
                demand.ids[*at]
            )
        }
        Refused::By(refusal) => refusal.to_string(),
    }
}

fn table<T>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Result<T, points::Unreadable>,
) -> Result<T, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    Ok(read(&bytes).map_err(|error| format!("{shown}: {error}"))?)
}

/// The answer as JSON: `gap` is in per cent.
fn told(answer: &Answer) -> Value {
    let mut said = json!({
        "objective": answer.objective.name(),
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap() * 100.0,
        "proved": answer.is_proved(),
        "sites": [],
        "seconds": 0.0,
        "method": answer.method,
        "cut": answer.cut,
    });
    if !answer.curve.is_empty() {
        let step =
            |step: &Step| json!({ "count": step.count, "value": step.value, "bound": step.bound });
        said["curve"] = answer.curve.iter().map(step).collect();
    }
    said
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
                "site\t{}\t{}\t{}\t{}\t{}",
                plain(&site["id"]),
                plain(&site["name"]),
                site["lon"],
                site["lat"],
                site.get("gain").map_or(String::new(), plain)
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
