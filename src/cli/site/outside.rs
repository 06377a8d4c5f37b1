//! Sites among the candidates, and for the demand, of outside data.

use std::path::Path;

use serde_json::{Value, json};

use super::{Aim, Site};
use crate::cli::Failure;
use crate::coverage::siting::answer::{Answer, Objective, Refusal, Step};
use crate::coverage::siting::center::Center;
use crate::coverage::siting::cover::Cover;
use crate::coverage::siting::distances::{Beyond, Distances, Nothing};
use crate::coverage::siting::lists::Lists;
use crate::coverage::siting::median::Median;
use crate::coverage::siting::points::{self, Points, Space};
use crate::coverage::siting::reach::Reach;
use crate::coverage::siting::work::Work;

/// Among candidates and for demand that tables tell.
pub(super) fn outside(options: &Site, work: &mut Work) -> Result<Value, Failure> {
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
