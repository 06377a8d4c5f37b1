//! From people and candidates to a choice: what is measured, what is sought, and what is said of it.

use std::time::Duration;

use super::{
    Candidate, Effort, MOST_MEASURED, MOST_PAIRS, NoProposal, Other, People, Question,
    STEPS_A_SECOND,
};
use crate::coverage::reach::{Patience, Sites};
use crate::coverage::siting::answer::{Answer, Objective};
use crate::coverage::siting::center::Center;
use crate::coverage::siting::cover::{Cover, covered, covered_by};
use crate::coverage::siting::distances::{Beyond, Distances};
use crate::coverage::siting::lists::Lists;
use crate::coverage::siting::median::Median;
use crate::coverage::siting::points::{Points, Space};
use crate::coverage::siting::reach::Reach;
use crate::coverage::siting::work::{Progress, Work};
use crate::domain::position::Metres;

/// The share of the work that goes into each of the radii beside the one asked.
const BESIDE: f64 = 0.1;
/// Those radii.
const RADII: [f64; 2] = [0.9, 1.1];
/// So many of the best single sites are named.
const BEST: usize = 10;

/// What came of it; candidates by their numbers.
pub(super) struct Solved {
    pub answer: Answer,
    /// The chosen, with what each adds.
    pub order: Vec<(u32, Option<f64>)>,
    pub best: Vec<(u32, f64)>,
    pub served: u64,
    pub before: Option<f64>,
    pub robustness: Vec<Other>,
}

pub(super) fn solve(
    question: &Question,
    people: &People<'_>,
    candidates: &[Candidate],
    there: &Sites,
    effort: &Effort<'_>,
    patience: Patience<'_>,
) -> Result<Solved, NoProposal> {
    let places = Points {
        at: candidates
            .iter()
            .map(|candidate| [candidate.position.lon(), candidate.position.lat()])
            .collect(),
        ..Points::default()
    };
    match question.objective {
        Objective::Cover => cover(
            question,
            people,
            (candidates, &places),
            there,
            effort,
            patience,
        ),
        objective => measured(
            objective, question, people, &places, there, effort, patience,
        ),
    }
}

/// The most people whom nothing serves yet.
fn cover(
    question: &Question,
    people: &People<'_>,
    (candidates, places): (&[Candidate], &Points),
    there: &Sites,
    effort: &Effort<'_>,
    patience: Patience<'_>,
) -> Result<Solved, NoProposal> {
    let begun = std::time::Instant::now();
    let (waiting, served) = waiting(people, there, question.within, patience)?;
    let within = reached(&waiting, places, question.within, patience)?;
    let solve = |waiting: &Points, within: &Lists, share: f64, until: f64| {
        // Each radius ends in its part of the time, so that the first leaves some to the others.
        let until = effort.until.mul_f64(until);
        let stop = || !(effort.wanted)() || begun.elapsed() >= until;
        let main = |now: Progress| {
            let share = now.share / (1.0 + 2.0 * BESIDE);
            (effort.progress)(Progress { share, ..now });
        };
        let beside = |_: Progress| {};
        let progress: &dyn Fn(Progress) = if share == 1.0 { &main } else { &beside };
        let budget = STEPS_A_SECOND * effort.seconds * share;
        Cover {
            weights: &waiting.weights,
            sites: within,
            count: question.count,
        }
        .solve(&mut Work::new(budget as u64, &stop, progress))
    };
    let answer = solve(&waiting, &within, 1.0, 1.0 / (1.0 + 2.0 * BESIDE))?;
    let order = in_order(&waiting.weights, &within, &answer.sites, &|| {
        (effort.wanted)()
    })?;
    let best = match question.count {
        1 => best(&waiting.weights, &within),
        _ => Vec::new(),
    };
    let mut robustness = Vec::with_capacity(RADII.len());
    for (turn, factor) in (1..).zip(RADII) {
        let radius = (question.within * factor * 1000.0).round() / 1000.0;
        let (waiting, _) = self::waiting(people, there, radius, &|| (effort.wanted)())?;
        let within = match reached(&waiting, places, radius, &|| (effort.wanted)()) {
            Ok(within) => within,
            // The answer stands; only how it stands at a larger radius is not known.
            Err(NoProposal::TooManyPairs(..)) => continue,
            Err(other) => return Err(other),
        };
        let until = (1.0 + f64::from(turn) * BESIDE) / (1.0 + 2.0 * BESIDE);
        let other = solve(&waiting, &within, BESIDE, until)?;
        let value = covered(&waiting.weights, &within, &answer.sites);
        // A search cut short may know less than the answer does.
        let (best, sites) = if other.value >= value {
            (other.value, &other.sites)
        } else {
            (value, &answer.sites)
        };
        let kept = answer.sites.iter().filter(|site| sites.contains(site));
        robustness.push(Other {
            within: radius,
            value,
            best,
            bound: other.bound,
            kept: kept
                .map(|site| candidates[*site as usize].id.clone())
                .collect(),
        });
        (effort.progress)(Progress {
            share: (1.0 + f64::from(turn) * BESIDE) / (1.0 + 2.0 * BESIDE),
            value: Some(answer.value),
            bound: Some(answer.bound),
        });
    }
    Ok(Solved {
        answer,
        order: order
            .into_iter()
            .map(|(site, gain)| (site, Some(gain)))
            .collect(),
        best,
        served,
        before: None,
        robustness,
    })
}

/// The people whom nothing serves within a radius, and how many are served.
fn waiting(
    people: &People<'_>,
    there: &Sites,
    radius: f64,
    patience: Patience<'_>,
) -> Result<(Points, u64), NoProposal> {
    let (mut waiting, mut served) = (Points::default(), 0);
    for (i, (cell, living)) in people.cells.iter().enumerate() {
        if i % 4096 == 4095 && !patience() {
            return Err(NoProposal::Stopped);
        }
        let centre = cell.centre();
        if there.reach(centre, cell.ecef, Metres(radius)) {
            served += u64::from(*living);
        } else {
            waiting.at.push([centre.lon(), centre.lat()]);
            waiting.weights.push(f64::from(*living));
        }
    }
    Ok((waiting, served))
}

fn reached(
    waiting: &Points,
    places: &Points,
    radius: f64,
    patience: Patience<'_>,
) -> Result<Lists, NoProposal> {
    let reach = Reach::new(waiting, places, Space::Earth);
    let lists = reach.within_at_most(radius, MOST_PAIRS, patience);
    lists.map_err(|unlisted| match NoProposal::from(unlisted) {
        NoProposal::TooManyPairs(most, _) => NoProposal::TooManyPairs(most, radius),
        other => other,
    })
}

/// The chosen in the order of what each adds to those before it: the first is worth most by itself.
fn in_order(
    weights: &[f64],
    sites: &Lists,
    chosen: &[u32],
    patience: Patience<'_>,
) -> Result<Vec<(u32, f64)>, NoProposal> {
    let mut open = weights.to_vec();
    let mut left = chosen.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        if !patience() {
            return Err(NoProposal::Stopped);
        }
        let gain = |site: u32| covered_by(&open, sites.get(site as usize));
        let gains = left.iter().map(|site| gain(*site)).enumerate();
        // Of equals the first.
        let next = gains.fold((0, f64::NEG_INFINITY), |best, one| {
            if one.1 > best.1 { one } else { best }
        });
        let site = left.remove(next.0);
        for demand in sites.get(site as usize) {
            open[*demand as usize] = 0.0;
        }
        order.push((site, next.1));
    }
    Ok(order)
}

/// The sites that cover most by themselves.
fn best(weights: &[f64], sites: &Lists) -> Vec<(u32, f64)> {
    let value = |demand: &[u32]| covered_by(weights, demand);
    let mut all: Vec<(u32, f64)> = (0_u32..).zip(sites.iter().map(value)).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(BEST);
    all
}

/// The shortest way to a facility, on average or for whom it is longest: those that are there stay.
fn measured(
    objective: Objective,
    question: &Question,
    people: &People<'_>,
    places: &Points,
    there: &Sites,
    effort: &Effort<'_>,
    patience: Patience<'_>,
) -> Result<Solved, NoProposal> {
    let begun = std::time::Instant::now();
    if people.cells.len() > MOST_MEASURED {
        return Err(NoProposal::TooManySquares(people.cells.len()));
    }
    let (mut demand, mut caps, mut served) = (Points::default(), Vec::new(), 0);
    let (mut sum, mut farthest) = (0.0, 0.0_f64);
    for (i, (cell, living)) in people.cells.iter().enumerate() {
        if i % 4096 == 4095 && !patience() {
            return Err(NoProposal::Stopped);
        }
        let centre = cell.centre();
        let away = there
            .nearest(centre, cell.ecef)
            .map_or(f64::INFINITY, |away| away.0);
        if away <= question.within {
            served += u64::from(*living);
        }
        demand.at.push([centre.lon(), centre.lat()]);
        demand.weights.push(f64::from(*living));
        caps.push(away);
        sum += f64::from(*living) * away;
        farthest = farthest.max(away);
    }
    let reach = Reach::new(&demand, places, Space::Earth);
    let with = WithThere::new(&reach, &caps, places.at.len(), patience)?;
    let weights = with.weights(&demand.weights);
    let until = effort.until;
    let stop =
        || !(effort.wanted)() || begun.elapsed() >= until.saturating_sub(Duration::from_secs(1));
    let mut work = Work::new(
        (STEPS_A_SECOND * effort.seconds) as u64,
        &stop,
        effort.progress,
    );
    let count = question.count + usize::from(with.are_there);
    let mut answer = match objective {
        Objective::Center => Center {
            weights: &weights,
            distances: &with.distances,
            beyond: &with,
            count,
        }
        .solve(&mut work),
        _ => Median {
            weights: &weights,
            distances: &with.distances,
            beyond: &with,
            count,
        }
        .solve(&mut work),
    }?;
    answer.sites.retain(|site| *site != with.site);
    let before = match objective {
        Objective::Center => farthest,
        _ => sum,
    };
    Ok(Solved {
        order: answer.sites.iter().map(|site| (*site, None)).collect(),
        answer,
        best: Vec::new(),
        served,
        before: before.is_finite().then_some(before),
        robustness: Vec::new(),
    })
}

/// Distances to candidates, and to all facilities that are there as one candidate more, the last.
///
/// It must be chosen: demand of its own that comes first and that nothing else reaches sees to that.
/// A candidate farther from somebody than what is there is no use to them, so those are not listed.
struct WithThere<'a> {
    reach: &'a Reach<'a>,
    caps: &'a [f64],
    distances: Distances,
    are_there: bool,
    site: u32,
}

impl<'a> WithThere<'a> {
    fn new(
        reach: &'a Reach<'a>,
        caps: &'a [f64],
        candidates: usize,
        patience: Patience<'_>,
    ) -> Result<WithThere<'a>, NoProposal> {
        let are_there = caps.iter().all(|cap| cap.is_finite());
        let site = candidates as u32;
        let mut distances = Distances::new(candidates + usize::from(are_there));
        if are_there {
            distances.push(vec![(site, 0.0)], f64::INFINITY);
        }
        let mut caps_left = caps.iter();
        reach.each_nearest(patience, |mut near, horizon| {
            let cap = caps_left.next().copied().unwrap_or(f64::INFINITY);
            if cap.is_finite() && cap <= horizon {
                near.retain(|(_, metres)| *metres < cap);
                near.push((site, cap));
                distances.push(near, f64::INFINITY);
            } else {
                distances.push(near, horizon);
            }
        })?;
        Ok(WithThere {
            reach,
            caps,
            distances,
            are_there,
            site,
        })
    }

    /// The people's weights, after that of the demand that only what is there reaches: as much as all.
    fn weights(&self, people: &[f64]) -> Vec<f64> {
        let own = self.are_there.then(|| people.iter().sum());
        own.into_iter().chain(people.iter().copied()).collect()
    }
}

impl Beyond for WithThere<'_> {
    fn metres(&self, demand: usize, site: u32) -> f64 {
        let own = demand.checked_sub(usize::from(self.are_there));
        match (own, site == self.site) {
            (None, true) => 0.0,
            (None, false) => f64::INFINITY,
            (Some(demand), true) => self.caps[demand],
            (Some(demand), false) => self.reach.metres(demand, site),
        }
    }
}
