//! How much any choice can cover at most: the linear relaxation, near enough to its optimum.
//!
//! Where a site may be chosen in part, the most that can be covered and the least Lagrangian bound
//! are one number, and this method walks towards it from both sides: the demands' multipliers and
//! the sites' parts answer each other step by step (Chambolle and Pock 2011, with the step lengths
//! of Pock and Chambolle 2011), starting again from the mean of the steps whenever that has come
//! nearer (Applegate, Hinder, Lu and Lubin 2023). Whatever it ends with proves a bound, near or not.

use super::super::lists::Lists;
use super::super::work::Work;
use super::bound::{Multipliers, Priced};
use super::cuts::Cuts;

/// So many steps lie between two looks at what has been reached.
const LOOK: usize = 20;
/// The relaxation is known as well as numbers tell when so small a share of its value is left.
const EXACT: f64 = 1e-9;
/// Starting again: at once when the gap has shrunk to this share,
const GOOD: f64 = 0.2;
/// when it has shrunk to this and grows again,
const FAIR: f64 = 0.8;
/// or when this share of all steps has gone by.
const LONG: f64 = 0.36;

/// Multipliers and what they prove.
pub(super) struct Dual {
    /// No choice covers more.
    pub bound: f64,
    /// What each demand and each cut pays.
    pub multipliers: Multipliers,
    /// What each site is paid.
    pub pay: Vec<f64>,
    /// The part of each site that is chosen, 0 to 1.
    pub parts: Vec<f64>,
    /// Where the walk ended, which may be nearer to the optimum than where it proved most.
    pub end: Start,
}

/// Where a walk starts.
#[derive(Clone)]
pub(super) struct Start {
    /// At these multipliers,
    pub multipliers: Multipliers,
    /// at these parts, or all alike,
    pub parts: Option<Vec<f64>>,
    /// and with this balance between the steps of either kind.
    pub balance: f64,
}

impl Start {
    /// From multipliers of the demand alone.
    pub(super) fn at(problem: Priced<'_>, demand: Vec<f64>) -> Start {
        let cuts = vec![0.0; problem.cuts.len()];
        Start {
            multipliers: Multipliers { demand, cuts },
            parts: None,
            balance: 1.0,
        }
    }
}

/// How hard to try.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// At most so many steps of the walk
    pub steps: usize,
    /// and of the work.
    pub most: u64,
    /// The bound is good enough when it exceeds the relaxation's value by at most this share of
    /// what it exceeds the known choice by.
    pub slack: f64,
}

/// What multipliers prove as they are.
pub(super) fn proved(problem: Priced<'_>, multipliers: Multipliers) -> Dual {
    let mut pay = vec![0.0; problem.sites.len()];
    let mut held = vec![0.0; problem.weights.len()];
    problem.pay(&multipliers, &mut pay, &mut held);
    Dual {
        bound: problem.proved(&multipliers, &pay, &held, &mut Vec::new()),
        end: Start {
            multipliers: multipliers.clone(),
            parts: None,
            balance: 1.0,
        },
        multipliers,
        pay,
        parts: vec![0.0; problem.sites.len()],
    }
}

/// Seeks the least bound. `value` is covered by a known choice; below `target` the bound is of no
/// further use.
pub(super) fn bound(
    problem: Priced<'_>,
    start: Start,
    (value, target): (f64, f64),
    effort: Effort,
    work: &mut Work,
) -> Dual {
    Walk::new(problem, start).towards(value, target, effort, work)
}

/// Multipliers and a part for each site, and what follows from them.
#[derive(Clone)]
struct Pair {
    multipliers: Multipliers,
    pay: Vec<f64>,
    /// What each demand stands in for cuts.
    held: Vec<f64>,
    parts: Vec<f64>,
    /// How often each demand is covered,
    covered: Vec<f64>,
    /// and the part of it that is not, where it stands in cuts.
    uncovered: Vec<f64>,
    /// What the sites of each cut come to.
    reached: Vec<f64>,
}

impl Pair {
    fn none(problem: &Priced<'_>) -> Pair {
        let (demands, sites) = (problem.weights.len(), problem.sites.len());
        Pair {
            multipliers: Multipliers {
                demand: vec![0.0; demands],
                cuts: vec![0.0; problem.cuts.len()],
            },
            pay: vec![0.0; sites],
            held: vec![0.0; demands],
            parts: vec![0.0; sites],
            covered: vec![0.0; demands],
            uncovered: vec![0.0; demands],
            reached: vec![0.0; problem.cuts.len()],
        }
    }

    fn numbers(&mut self) -> [&mut Vec<f64>; 8] {
        [
            &mut self.multipliers.demand,
            &mut self.multipliers.cuts,
            &mut self.pay,
            &mut self.held,
            &mut self.parts,
            &mut self.covered,
            &mut self.uncovered,
            &mut self.reached,
        ]
    }

    /// All is linear, so sums of pairs follow from sums of pairs.
    fn add(&mut self, other: &mut Pair) {
        for (sums, numbers) in self.numbers().into_iter().zip(other.numbers()) {
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum += *number;
            }
        }
    }

    fn scale(&mut self, by: f64) {
        for numbers in self.numbers() {
            for number in numbers {
                *number *= by;
            }
        }
    }
}

struct Walk<'a> {
    problem: Priced<'a>,
    /// How many sites reach each demand, and one more where it may stay uncovered in a cut.
    reached_by: Vec<f64>,
    /// What each site would cover alone, the cuts' own weight included.
    reaches: Vec<f64>,
    /// The weight of each demand with those of the cuts it stands in; 0 where it stands in none.
    bound_by: Vec<f64>,
    /// The weight of each cut in the measure of steps, and its size.
    cuts: Vec<(f64, f64)>,
    /// Longer steps of the multipliers are shorter steps of the parts.
    balance: f64,
    /// The price of a place among the chosen, from which the next search for it starts.
    price: f64,
    at: Pair,
}

impl<'a> Walk<'a> {
    fn new(problem: Priced<'a>, start: Start) -> Walk<'a> {
        let (sites, weights) = (problem.sites, problem.weights);
        let mut reached_by = vec![0.0; weights.len()];
        let mut reaches = vec![0.0; sites.len()];
        for (reaches, demand) in reaches.iter_mut().zip(sites.iter()) {
            for &demand in demand {
                reached_by[demand as usize] += 1.0;
                *reaches += weights[demand as usize];
            }
        }
        let mut bound_by = vec![0.0; weights.len()];
        let mut cuts = Vec::with_capacity(problem.cuts.len());
        for (three, sites) in problem.cuts.iter() {
            let weight = three.map(|demand| weights[demand as usize]);
            let weight = weight.into_iter().fold(f64::INFINITY, f64::min);
            for &demand in three {
                if bound_by[demand as usize] == 0.0 {
                    bound_by[demand as usize] = weights[demand as usize];
                    reached_by[demand as usize] += 1.0;
                }
                bound_by[demand as usize] += weight;
            }
            for &site in sites {
                reaches[site as usize] += weight;
            }
            cuts.push((weight, (three.len() + sites.len()) as f64));
        }
        let mut at = Pair::none(&problem);
        at.multipliers = start.multipliers;
        problem.pay(&at.multipliers, &mut at.pay, &mut at.held);
        match start.parts {
            Some(parts) => at.parts = parts,
            None => at.parts.fill(problem.count as f64 / sites.len() as f64),
        }
        cover(sites, &at.parts, &mut at.covered);
        problem.cuts.reached(&at.parts, &mut at.reached);
        for (i, uncovered) in at.uncovered.iter_mut().enumerate() {
            if bound_by[i] > 0.0 && !problem.must[i] {
                *uncovered = (1.0 - at.covered[i]).max(0.0);
            }
        }
        Walk {
            problem,
            reached_by,
            reaches,
            bound_by,
            cuts,
            balance: start.balance,
            price: 0.0,
            at,
        }
    }

    /// The work of a step.
    fn cost(&self) -> usize {
        let lists = self.problem.sites.items() + self.problem.cuts.items();
        5 * (lists + 4 * self.reaches.len() + 4 * self.reached_by.len()) / 8
    }

    fn towards(mut self, value: f64, target: f64, effort: Effort, work: &mut Work) -> Dual {
        let affordable = (effort.most / self.cost() as u64) as usize;
        let steps = affordable.clamp(1, effort.steps);
        let cost = self.cost();
        let mut order = Vec::new();
        let mut best = self.at.clone();
        let mut proved = self
            .problem
            .proved(&best.multipliers, &best.pay, &best.held, &mut order);
        let mut reached = self.covers(&self.at);
        let mut sum = Pair::none(&self.problem);
        let mut begun = self.at.clone();
        let mut end = self.at.clone();
        let (mut since, mut gap_then, mut gap_before) = (0, f64::INFINITY, f64::INFINITY);
        for step in 1..=steps {
            self.step();
            sum.add(&mut self.at);
            since += 1;
            let goes_on = work.spend(cost);
            if step % LOOK != 0 && step != steps && goes_on {
                continue;
            }
            let mut mean = sum.clone();
            mean.scale(1.0 / f64::from(since));
            // A proof stands on what is added up once, not on a mean of sums.
            for (i, paid) in mean.multipliers.demand.iter_mut().enumerate() {
                *paid = paid.min(self.problem.most(i));
            }
            self.problem
                .pay(&mean.multipliers, &mut mean.pay, &mut mean.held);
            let mut gaps = [0.0; 2];
            for (pair, gap) in [&self.at, &mean].into_iter().zip(&mut gaps) {
                let bound =
                    self.problem
                        .proved(&pair.multipliers, &pair.pay, &pair.held, &mut order);
                let covers = self.covers(pair);
                reached = covers.max(reached);
                *gap = bound - covers;
                if bound < proved {
                    proved = bound;
                    best.clone_from(pair);
                }
            }
            end.clone_from(if gaps[1] < gaps[0] { &mean } else { &self.at });
            let left = proved - reached;
            if !goes_on
                || proved <= target
                || left <= EXACT * proved.abs()
                || left <= effort.slack * (proved - value)
            {
                break;
            }
            let gap = gaps[0].min(gaps[1]);
            let is_good = gap <= GOOD * gap_then;
            let was_fair = gap <= FAIR * gap_then && gap > gap_before;
            if is_good || was_fair || f64::from(since) >= LONG * step as f64 {
                if gaps[1] < gaps[0] {
                    self.at = mean;
                }
                self.rebalance(&begun);
                begun.clone_from(&self.at);
                sum.scale(0.0);
                (since, gap_then, gap_before) = (0, gap, f64::INFINITY);
            } else {
                gap_before = gap;
            }
        }
        Dual {
            bound: proved,
            multipliers: best.multipliers,
            pay: best.pay,
            parts: best.parts,
            end: Start {
                multipliers: end.multipliers,
                parts: Some(end.parts),
                balance: self.balance,
            },
        }
    }

    /// One step of both: the parts answer the multipliers, the multipliers where the parts lead to.
    fn step(&mut self) {
        let at = &mut self.at;
        let problem = &self.problem;
        for ((part, pay), reaches) in at.parts.iter_mut().zip(&at.pay).zip(&self.reaches) {
            *part += pay / (self.balance * reaches);
        }
        let count = problem.count as f64;
        self.price = priced(&mut at.parts, &self.reaches, count, self.price);
        let mut covered = vec![0.0; at.covered.len()];
        cover(problem.sites, &at.parts, &mut covered);
        // Where a demand stands in cuts: how much more of it is uncovered than is expected next.
        let mut opens = Vec::new();
        if !self.cuts.is_empty() {
            opens = vec![0.0; covered.len()];
            for (i, bound_by) in self.bound_by.iter().enumerate() {
                if *bound_by > 0.0 && !problem.must[i] {
                    let left = problem.weights[i] - at.multipliers.demand[i] - at.held[i];
                    let before = at.uncovered[i];
                    let now = (before - left / (self.balance * bound_by)).clamp(0.0, 1.0);
                    at.uncovered[i] = now;
                    opens[i] = 2.0 * now - before;
                    covered[i] += now;
                    at.covered[i] += before;
                }
            }
        }
        let weights = problem.weights.iter();
        let demand = weights.zip(&covered).zip(&at.covered).zip(&self.reached_by);
        for (i, (((weight, now), before), reached_by)) in demand.enumerate() {
            let excess = 2.0 * now - before - 1.0;
            let paid = at.multipliers.demand[i] - self.balance * weight * excess / reached_by;
            at.multipliers.demand[i] = paid.clamp(0.0, problem.most(i));
        }
        if !self.cuts.is_empty() {
            for (covered, uncovered) in covered.iter_mut().zip(&at.uncovered) {
                *covered -= uncovered;
            }
            let mut reached = vec![0.0; self.cuts.len()];
            problem.cuts.reached(&at.parts, &mut reached);
            for (i, (three, _)) in problem.cuts.iter().enumerate() {
                let next = 2.0 * reached[i] - at.reached[i];
                let (weight, size) = self.cuts[i];
                let short = Cuts::short(three, next, &opens);
                let paid = at.multipliers.cuts[i] + self.balance * weight * short / size;
                at.multipliers.cuts[i] = paid.max(0.0);
            }
            at.reached = reached;
        }
        at.covered = covered;
        problem.pay(&at.multipliers, &mut at.pay, &mut at.held);
    }

    /// What the parts cover, less what keeping the cuts costs.
    fn covers(&self, pair: &Pair) -> f64 {
        let demand = self.problem.weights.iter().zip(&pair.covered);
        let covers: f64 = demand.map(|(weight, times)| weight * times.min(1.0)).sum();
        if self.cuts.is_empty() {
            return covers;
        }
        let mut open: Vec<f64> = pair
            .covered
            .iter()
            .map(|times| (1.0 - times).max(0.0))
            .collect();
        let mut costs = 0.0;
        for ((three, _), reached) in self.problem.cuts.iter().zip(&pair.reached) {
            let short = Cuts::short(three, *reached, &open);
            if short > 0.0 {
                let weight = |demand: &u32| self.problem.weights[*demand as usize];
                let lightest = three
                    .iter()
                    .min_by(|a, b| weight(a).total_cmp(&weight(b)))
                    .unwrap_or(&three[0]);
                open[*lightest as usize] += short;
                costs += weight(lightest) * short;
            }
        }
        covers - costs
    }

    /// Steps of either kind in proportion to how far each had to go.
    fn rebalance(&mut self, begun: &Pair) {
        let weights = self.problem.weights.iter();
        let scales = weights.zip(&self.reached_by).map(|(w, by)| by / w);
        let mut paid = moved(
            &self.at.multipliers.demand,
            &begun.multipliers.demand,
            scales,
        );
        let scales = self.cuts.iter().map(|(weight, size)| size / weight);
        paid += moved(&self.at.multipliers.cuts, &begun.multipliers.cuts, scales);
        let scales = self.reaches.iter().copied();
        let mut parts = moved(&self.at.parts, &begun.parts, scales);
        let scales = self.bound_by.iter().copied();
        parts += moved(&self.at.uncovered, &begun.uncovered, scales);
        let (paid, parts) = (paid.sqrt(), parts.sqrt());
        if paid > 0.0 && parts > 0.0 {
            self.balance = (paid / parts * self.balance).sqrt();
        }
    }
}

/// How many times each demand is covered.
fn cover(sites: &Lists, parts: &[f64], covered: &mut [f64]) {
    for (part, demand) in parts.iter().zip(sites.iter()) {
        if *part > 0.0 {
            for &demand in demand {
                covered[demand as usize] += part;
            }
        }
    }
}

/// The square of a distance.
fn moved(to: &[f64], from: &[f64], scales: impl Iterator<Item = f64>) -> f64 {
    let squares = to.iter().zip(from).zip(scales);
    squares.map(|((to, from), s)| s * (to - from).powi(2)).sum()
}

/// Brings parts back between nothing and one and their sum down to `count`, a price for each in
/// proportion to 1 / reach: the nearest such parts as the step lengths measure it. Returns the price.
fn priced(parts: &mut [f64], reaches: &[f64], count: f64, guess: f64) -> f64 {
    // Newton's method on a sum that falls with the price, kept between two prices known to be too
    // low and too high.
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut price = guess;
    for _ in 0..60 {
        let (mut sum, mut slope) = (0.0, 0.0);
        for (part, reach) in parts.iter().zip(reaches) {
            let left = part - price / reach;
            sum += left.clamp(0.0, 1.0);
            if left > 0.0 && left < 1.0 {
                slope += 1.0 / reach;
            }
        }
        let over = sum - count;
        if over.abs() <= 1e-10 * count {
            break;
        }
        if over > 0.0 {
            low = price;
        } else {
            high = price;
        }
        let next = price + over / slope;
        price = if next > low && next < high && next.is_finite() {
            next
        } else {
            match (low.is_finite(), high.is_finite()) {
                (true, true) => 0.5 * (low + high),
                (true, false) => 2.0 * low.abs() + 1.0,
                _ => -2.0 * high.abs() - 1.0,
            }
        };
    }
    for (part, reach) in parts.iter_mut().zip(reaches) {
        *part = (*part - price / reach).clamp(0.0, 1.0);
    }
    price
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFORT: Effort = Effort {
        steps: 4_000,
        most: u64::MAX,
        slack: 0.0,
    };

    /// The lines of the Fano plane: any two of them cover five of its seven points, while 2/7 of
    /// each line cover 6/7 of each point.
    #[test]
    fn the_walk_ends_at_the_relaxation() {
        let lines = [
            [0, 1, 2],
            [0, 3, 4],
            [0, 5, 6],
            [1, 3, 5],
            [1, 4, 6],
            [2, 3, 6],
            [2, 4, 5],
        ];
        let sites: Lists = lines.into_iter().collect();
        for (weight, lopsided) in [(1.0, 0.0), (1e9, 1.0)] {
            let problem = Priced {
                weights: &[weight; 7],
                must: &[false; 7],
                sites: &sites,
                cuts: &Cuts::default(),
                count: 2,
            };
            let start = (0..7).map(|i| lopsided * weight * f64::from(i) / 6.0);
            let never = || false;
            let mut work = Work::new(u64::MAX, &never, &|_| {});
            let start = Start::at(problem, start.collect());
            let dual = bound(problem, start, (0.0, 0.0), EFFORT, &mut work);
            assert!(dual.bound >= 6.0 * weight, "{}", dual.bound);
            assert!(dual.bound <= 6.000_01 * weight, "{}", dual.bound);
            let parts: f64 = dual.parts.iter().sum();
            assert!((parts - 2.0).abs() < 1e-6, "{:?}", dual.parts);
        }
    }

    #[test]
    fn parts_come_back_between_nothing_and_one() {
        for guess in [0.0, 1e6, -1e6] {
            let mut parts = [3.0, 0.4, 0.3, -2.0];
            priced(&mut parts, &[1.0, 10.0, 0.1, 5.0], 1.2, guess);
            assert!(parts.iter().all(|part| (0.0..=1.0).contains(part)));
            assert!((parts.iter().sum::<f64>() - 1.2).abs() < 1e-9, "{parts:?}");
            assert_eq!((parts[0], parts[3]), (1.0, 0.0));
        }
    }
}
