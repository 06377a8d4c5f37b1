//! Which sites cover most within a radius (the maximal covering location problem), with proof.
//!
//! Reduce; lazy greedy and exchanges; the linear relaxation, which bounds what any choice covers and
//! tells which sites are worth a try; cuts, which make it tighter; annealing among those sites; and
//! where a gap is left, branch and bound in which sites are fixed by what forcing them would cost.

mod annealing;
mod bound;
mod cuts;
mod exchange;
mod primal_dual;
mod reduced;
mod search;
mod tightening;

use super::answer::{Answer, Objective, Refusal, Step, check_count, completed};
use super::grain::Grain;
use super::lists::Lists;
use super::work::Work;
use bound::safe;
use cuts::Pool;
use exchange::Choice;
use reduced::Reduced;
use search::Search;

/// A share of the value too small to search for.
const NOTHING: f64 = 1e-10;
/// A question: which `count` candidates cover most?
pub struct Cover<'a> {
    /// Of each demand; those of people who are served already are 0.
    pub weights: &'a [f64],
    /// For each candidate the demand within its radius.
    pub sites: &'a Lists,
    /// So many are to be chosen.
    pub count: usize,
}

/// The weight that some candidates cover, counted plainly.
pub fn covered(weights: &[f64], sites: &Lists, chosen: &[u32]) -> f64 {
    let mut is_covered = vec![false; weights.len()];
    for &site in chosen {
        for &demand in sites.get(site as usize) {
            is_covered[demand as usize] = true;
        }
    }
    let covered = weights
        .iter()
        .zip(is_covered)
        .filter(|(_, is_covered)| *is_covered);
    covered.fold(0.0, |sum, (weight, _)| sum + weight)
}

/// The weight of some demand. Of none it is 0, where `sum` says -0.
pub fn covered_by(weights: &[f64], demand: &[u32]) -> f64 {
    let weights = demand.iter().map(|demand| weights[*demand as usize]);
    weights.fold(0.0, |sum, weight| sum + weight)
}

impl Cover<'_> {
    /// No choice covers more than this one and what the best others would each add to it (Minoux 1978).
    fn no_more_than(&self, chosen: &[u32], value: f64) -> f64 {
        let mut open = self.weights.to_vec();
        for &site in chosen {
            for &demand in self.sites.get(site as usize) {
                open[demand as usize] = 0.0;
            }
        }
        let sites = self.sites.iter();
        let mut gains: Vec<f64> = sites.map(|demand| covered_by(&open, demand)).collect();
        gains.sort_unstable_by(|a, b| b.total_cmp(a));
        let more: f64 = gains.iter().take(self.count).sum();
        safe(value + more, self.sites.items() + self.weights.len())
    }

    /// Answers it.
    pub fn solve(&self, work: &mut Work) -> Result<Answer, Refusal> {
        check_count(self.count, self.sites.len())?;
        let reduced = Reduced::new(self.weights, self.sites);
        work.spend(6 * self.sites.items());
        let count = self.count.min(reduced.ids.len());
        let mut steps = chain(&reduced, count, work);
        let mut search = Search {
            grain: Grain::of(self.weights.iter().copied()),
            count,
            best: steps.last().map_or(Vec::new(), |choice| choice.1.clone()),
            value: steps.last().map_or(0.0, |choice| choice.0),
            root: None,
            pool: Pool::default(),
            reduced: &reduced,
        };
        work.knows(search.value, f64::INFINITY);
        let open = search.run(work);
        back_down(&reduced, &search.best, &mut steps);
        let original = |sites: &[u32]| -> Vec<u32> {
            sites
                .iter()
                .map(|site| reduced.ids[*site as usize])
                .collect()
        };
        let sites = completed(original(&search.best), self.count, self.sites.len());
        let value = covered(self.weights, self.sites, &sites);
        // A clock that cuts early leaves the search without a bound of its own.
        let bound = open.map_or(value, |open| {
            let most = open.min(self.no_more_than(&sites, value));
            search.tightened(most).max(value)
        });
        let single = (0..self.sites.len() as u32)
            .map(|site| covered_by(self.weights, self.sites.get(site as usize)))
            .fold(0.0, f64::max);
        let at_most = search.at_most();
        let mut curve: Vec<Step> = Vec::new();
        for i in 0..self.count {
            let chosen = steps
                .get(i)
                .or(steps.last())
                .map(|(_, chosen)| original(chosen));
            let reached = chosen.map_or(0.0, |chosen| covered(self.weights, self.sites, &chosen));
            let last = curve.last().map_or(0.0, |step| step.value);
            let value = reached.max(last).min(value);
            // The last site of a choice adds at most what they add on average.
            let before = match curve.last() {
                None => single,
                Some(step) => step.bound * (1.0 + 1.0 / f64::from(step.count)) * (1.0 + NOTHING),
            };
            let most = search
                .tightened(at_most.get(i).copied().unwrap_or(f64::INFINITY).min(before))
                .min(bound)
                .max(value);
            curve.push(Step {
                count: i as u32 + 1,
                value,
                bound: most,
            });
        }
        if let Some(last) = curve.last_mut() {
            (last.value, last.bound) = (value, bound);
        }
        let method = match (self.count, open) {
            (1, _) => "complete scan",
            (_, None) if search.root.is_none() => "greedy + exchange, all in reach covered",
            (_, None) => {
                "greedy + exchange + annealing, linear relaxation with cuts, branch and bound"
            }
            (_, Some(_)) => "greedy + exchange + annealing, linear relaxation with cuts",
        };
        Ok(Answer {
            objective: Objective::Cover,
            value,
            bound,
            sites,
            method,
            cut: work.was_cut(),
            curve,
        })
    }
}

/// For each number of sites up to `count` what a good choice covers, each made from the one before:
/// add the best site, then exchange.
fn chain(reduced: &Reduced, count: usize, work: &mut Work) -> Vec<(f64, Vec<u32>)> {
    let (weights, sites) = (&reduced.weights, &reduced.sites);
    let plain = exchange::greedy(weights, sites, count, work);
    work.knows(reduced.base + plain.value(), f64::INFINITY);
    let mut steps = Vec::with_capacity(count);
    let mut choice = Choice::none(weights, sites);
    let most = work.spent() + work.share(0.15);
    let mut greedy = Choice::none(weights, sites);
    for &site in plain.chosen() {
        greedy.add(site);
        if work.spent() < most {
            if let Some(next) = exchange::next_best(&choice) {
                choice.add(next);
            }
            work.spend(2 * sites.items());
            choice.improve(work);
        } else if choice.chosen().len() + 1 == greedy.chosen().len() {
            // Too large for an exchange at each step: greedy goes on from the best there is.
            choice = greedy.clone();
        }
        let better =
            if choice.chosen().len() == greedy.chosen().len() && choice.value() >= greedy.value() {
                &choice
            } else {
                &greedy
            };
        steps.push((reduced.base + better.value(), better.chosen().to_vec()));
    }
    if let Some((value, chosen)) = steps.last_mut() {
        let mut last = Choice::of(weights, sites, chosen);
        last.improve(work);
        (*value, *chosen) = (reduced.base + last.value(), last.chosen().to_vec());
    }
    steps
}

/// What the best choice covers when it is given up site by site, the one that loses least first:
/// for fewer sites that is better at times than going up to them.
fn back_down(reduced: &Reduced, best: &[u32], steps: &mut [(f64, Vec<u32>)]) {
    let mut choice = Choice::of(&reduced.weights, &reduced.sites, best);
    for (value, chosen) in steps.iter_mut().take(best.len()).rev() {
        if choice.chosen().len() < best.len() && reduced.base + choice.value() > *value {
            (*value, *chosen) = (reduced.base + choice.value(), choice.chosen().to_vec());
        }
        choice.give_up_one();
    }
}
