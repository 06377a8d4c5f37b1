//! Which sites make the largest distance smallest (the p-center problem), with proof.
//!
//! The answer is one of the distances there are. For each it is decided whether so few sites can
//! reach everybody within it: first quickly, to leave few distances, then exactly.

mod set_cover;

use super::answer::{Answer, Objective, Refusal, check_count, completed};
use super::distances::{Beyond, Distances};
use super::lists::Lists;
use super::work::Work;
use set_cover::{Decision, Effort, decide};

/// How much of the work each pass may put into one distance: little first, to leave few.
const SHARES: [f64; 5] = [0.002, 0.01, 0.05, 0.3, 1.0];

/// A question: which `count` candidates make the largest distance smallest?
pub struct Center<'a, B> {
    /// Of each demand: those of weight 0 do not count, others count alike.
    pub weights: &'a [f64],
    /// From each demand.
    pub distances: &'a Distances,
    /// What is not listed there.
    pub beyond: &'a B,
    /// So many are to be chosen.
    pub count: usize,
}

/// The largest distance of demand that counts to the nearest chosen candidate, looked up plainly.
pub fn largest(
    weights: &[f64],
    distances: &Distances,
    beyond: &impl Beyond,
    chosen: &[u32],
) -> f64 {
    let mut is_chosen = vec![false; distances.candidates()];
    for &site in chosen {
        is_chosen[site as usize] = true;
    }
    let counted = (0..weights.len()).filter(|demand| weights[*demand] > 0.0);
    let nearest = counted.map(|demand| distances.nearest(demand, &is_chosen, beyond));
    nearest.fold(0.0, f64::max)
}

/// The least number of sites that reach all demand within a radius, with one choice of so many; and
/// whether it is proved that fewer do not.
pub fn fewest(
    weights: &[f64],
    distances: &Distances,
    within: f64,
    work: &mut Work,
) -> Result<(Vec<u32>, bool), Refusal> {
    let counted: Vec<usize> = (0..weights.len())
        .filter(|demand| weights[*demand] > 0.0)
        .collect();
    if counted.is_empty() {
        return Ok((Vec::new(), true));
    }
    let lists = lists(distances, &counted, within);
    if let Some(at) = lists
        .turned(counted.len())
        .iter()
        .position(<[u32]>::is_empty)
    {
        return Err(Refusal::OutOfReach(counted[at]));
    }
    let mut found = (0..distances.candidates() as u32).collect::<Vec<_>>();
    let mut proved = true;
    let effort = Effort {
        finding: work.share(0.02),
        proving: work.share(0.5),
    };
    let mut low = 0;
    while low + 1 < found.len() {
        let count = if proved {
            (low + found.len()) / 2
        } else {
            low + 1
        };
        match decide(&lists, counted.len(), count, effort, work) {
            Decision::Yes(sites) => found = sites,
            Decision::No => low = count,
            Decision::Unknown => {
                proved = false;
                break;
            }
        }
    }
    found.sort_unstable();
    Ok((found, proved))
}

/// Why no choice reaches everybody.
pub(super) fn unreached(
    weights: &[f64],
    distances: &Distances,
    count: usize,
    work: &mut Work,
) -> Refusal {
    if !distances.is_complete() {
        // What is not listed may reach whom the lists leave out.
        return Refusal::NoneFound(count);
    }
    match fewest(weights, distances, f64::INFINITY, work) {
        Err(refusal) => refusal,
        Ok((sites, true)) if sites.len() > count => Refusal::MoreNeeded {
            count,
            needed: sites.len(),
        },
        Ok(_) => Refusal::NoneFound(count),
    }
}

/// A choice that reaches everybody at whatever distance, if one is found soon.
pub(super) fn reaching(
    weights: &[f64],
    distances: &Distances,
    count: usize,
    work: &mut Work,
) -> Option<Vec<u32>> {
    let counted: Vec<usize> = (0..weights.len())
        .filter(|demand| weights[*demand] > 0.0)
        .collect();
    let lists = lists(distances, &counted, f64::INFINITY);
    let share = work.share(0.05);
    let (finding, proving) = (share, share);
    match decide(
        &lists,
        counted.len(),
        count,
        Effort { finding, proving },
        work,
    ) {
        Decision::Yes(sites) => Some(completed(sites, count, distances.candidates())),
        Decision::No | Decision::Unknown => None,
    }
}

impl<B: Beyond> Center<'_, B> {
    /// Answers it.
    pub fn solve(&self, work: &mut Work) -> Result<Answer, Refusal> {
        let candidates = self.distances.candidates();
        check_count(self.count, candidates)?;
        let counted: Vec<usize> = (0..self.weights.len())
            .filter(|demand| self.weights[*demand] > 0.0)
            .collect();
        let (mut floor, mut horizon) = (0.0_f64, f64::INFINITY);
        for &demand in &counted {
            let nearest = self.distances.of(demand).next().map(|(_, metres)| metres);
            floor = floor.max(nearest.ok_or(Refusal::OutOfReach(demand))?);
            horizon = horizon.min(self.distances.horizon(demand));
        }
        let first = completed(self.spread(&counted), self.count, candidates);
        // The answer is one of the distances that are not below it.
        let metres = counted.iter().flat_map(|demand| self.distances.of(*demand));
        let metres = metres
            .map(|(_, metres)| metres)
            .filter(|metres| *metres >= floor);
        let mut steps: Vec<f64> = metres.collect();
        steps.sort_unstable_by(f64::total_cmp);
        steps.dedup();
        work.spend(4 * self.distances.entries());
        let value = self.value(&first);
        let mut search = Search {
            question: self,
            counted: &counted,
            low: 0,
            high: steps.partition_point(|step| *step < value),
            steps,
            value,
            sites: first,
        };
        for share in SHARES {
            let steps = work.share(share);
            let (finding, proving) = (steps / 8, steps);
            search.narrow(Effort { finding, proving }, horizon, work);
        }
        let closed = search.low >= search.high;
        if search.value == f64::INFINITY {
            return Err(unreached(self.weights, self.distances, self.count, work));
        }
        let bound = search.bound(horizon);
        Ok(Answer {
            objective: Objective::Center,
            value: search.value,
            bound,
            sites: search.sites,
            method: if closed {
                "threshold search, exact set cover"
            } else {
                "threshold search, set cover"
            },
            cut: work.was_cut(),
            curve: Vec::new(),
        })
    }

    fn value(&self, sites: &[u32]) -> f64 {
        largest(self.weights, self.distances, self.beyond, sites)
    }

    /// A first choice: each site the nearest to the demand that is farthest from those before.
    fn spread(&self, counted: &[usize]) -> Vec<u32> {
        let mut is_chosen = vec![false; self.distances.candidates()];
        let mut chosen = Vec::new();
        let mut farthest = counted.first().copied();
        while let Some(demand) = farthest
            && chosen.len() < self.count
        {
            let Some((site, _)) = self
                .distances
                .of(demand)
                .find(|(site, _)| !is_chosen[*site as usize])
            else {
                break;
            };
            is_chosen[site as usize] = true;
            chosen.push(site);
            let distance =
                |demand: &usize| self.distances.nearest(*demand, &is_chosen, self.beyond);
            farthest = counted
                .iter()
                .copied()
                .max_by(|a, b| distance(a).total_cmp(&distance(b)));
        }
        chosen
    }
}

/// What is known of the answer so far.
struct Search<'a, B> {
    question: &'a Center<'a, B>,
    /// Demand that counts.
    counted: &'a [usize],
    /// The distances it can be, ascending.
    steps: Vec<f64>,
    /// Those before this one are too short: proved.
    low: usize,
    /// From this one on nothing better than the best choice is to be had.
    high: usize,
    value: f64,
    sites: Vec<u32>,
}

impl<B: Beyond> Search<'_, B> {
    /// Halves what lies between too short and reached, until so much effort decides nothing more.
    fn narrow(&mut self, effort: Effort, horizon: f64, work: &mut Work) {
        // The stretch that this effort left undecided.
        let mut undecided: Option<(usize, usize)> = None;
        loop {
            let (from, to) = match undecided {
                None => (self.low, self.high),
                Some((first, last)) if first - self.low > self.high - last - 1 => (self.low, first),
                Some((_, last)) => (last + 1, self.high),
            };
            if from >= to || work.is_over() {
                return;
            }
            work.knows(self.value, self.bound(horizon));
            let middle = (from + to) / 2;
            match self.decide(self.steps[middle], effort, work) {
                Decision::Yes(found) => {
                    let candidates = self.question.distances.candidates();
                    let found = completed(found, self.question.count, candidates);
                    let value = self.question.value(&found);
                    if value < self.value {
                        (self.value, self.sites) = (value, found);
                    }
                    let shorter = self.steps.partition_point(|step| *step < self.value);
                    self.high = self.high.min(middle).min(shorter);
                }
                Decision::No => self.low = middle + 1,
                Decision::Unknown => {
                    let (first, last) = undecided.unwrap_or((middle, middle));
                    undecided = Some((first.min(middle), last.max(middle)));
                }
            }
            undecided = undecided.and_then(|(first, last)| {
                let (first, last) = (first.max(self.low), last.min(self.high.saturating_sub(1)));
                (first <= last && self.low < self.high).then_some((first, last))
            });
        }
    }

    fn decide(&self, within: f64, effort: Effort, work: &mut Work) -> Decision {
        let Center {
            distances, count, ..
        } = self.question;
        let by_site = lists(distances, self.counted, within);
        work.spend(2 * by_site.items());
        let decision = decide(&by_site, self.counted.len(), *count, effort, work);
        // Demand whose list ends before this distance may be reached by sites that are not in it.
        let listed = self.counted.iter().copied();
        let listed: Vec<usize> = listed
            .filter(|demand| distances.horizon(*demand) > within)
            .collect();
        if listed.len() == self.counted.len() || matches!(decision, Decision::Yes(_)) {
            return decision;
        }
        let by_site = lists(distances, &listed, within);
        match decide(&by_site, listed.len(), *count, effort, work) {
            Decision::No => Decision::No,
            Decision::Yes(_) | Decision::Unknown => Decision::Unknown,
        }
    }

    /// What the answer is at least, when distances from `horizon` on may be missing.
    fn bound(&self, horizon: f64) -> f64 {
        let next = self
            .steps
            .get(self.low)
            .map_or(self.value, |step| step.min(self.value));
        match self.low.checked_sub(1) {
            _ if next <= horizon => next,
            Some(too_short) => self.steps[too_short].max(horizon).min(next),
            None => horizon.min(next),
        }
    }
}

/// For each candidate the demand (by its place in `counted`) within a radius.
fn lists(distances: &Distances, counted: &[usize], within: f64) -> Lists {
    let by_demand: Lists = counted
        .iter()
        .map(|demand| {
            let near = distances
                .of(*demand)
                .take_while(|(_, metres)| *metres <= within);
            near.map(|(site, _)| site).collect::<Vec<_>>()
        })
        .collect();
    by_demand.turned(distances.candidates())
}
