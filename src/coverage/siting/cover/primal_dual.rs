//! How much any choice can cover at most: the linear relaxation, near enough to its optimum.
//!
//! Where a site may be chosen in part, the most that can be covered and the least Lagrangian bound
//! are one number, and this method walks towards it from both sides: the demands' multipliers and
//! the sites' parts answer each other step by step (Chambolle and Pock 2011, with the step lengths
//! of Pock and Chambolle 2011), starting again from the mean of the steps whenever that has come
//! nearer (Applegate, Hinder, Lu and Lubin 2023). Whatever it ends with proves a bound, near or not.

use super::super::lists::Lists;
use super::super::work::Work;
use super::bound::Priced;

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
    /// What each demand pays.
    pub multipliers: Vec<f64>,
    /// What each site is paid.
    pub pay: Vec<f64>,
    /// The part of each site that is chosen, 0 to 1.
    pub parts: Vec<f64>,
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
pub(super) fn proved(problem: Priced<'_>, multipliers: Vec<f64>) -> Dual {
    let mut pay = vec![0.0; problem.sites.len()];
    problem.pay(&multipliers, &mut pay);
    Dual {
        bound: problem.proved(&multipliers, &pay, &mut Vec::new()),
        multipliers,
        pay,
        parts: vec![0.0; problem.sites.len()],
    }
}

/// Seeks the least bound. `value` is covered by a known choice; below `target` the bound is of no
/// further use.
pub(super) fn bound(
    problem: Priced<'_>,
    start: Vec<f64>,
    (value, target): (f64, f64),
    effort: Effort,
    work: &mut Work,
) -> Dual {
    Walk::new(problem, start).towards(value, target, effort, work)
}

/// A multiplier for each demand and a part for each site, and what follows from them.
#[derive(Clone)]
struct Pair {
    multipliers: Vec<f64>,
    pay: Vec<f64>,
    parts: Vec<f64>,
    covered: Vec<f64>,
}

impl Pair {
    fn none(demands: usize, sites: usize) -> Pair {
        Pair {
            multipliers: vec![0.0; demands],
            pay: vec![0.0; sites],
            parts: vec![0.0; sites],
            covered: vec![0.0; demands],
        }
    }

    fn numbers(&mut self) -> [&mut Vec<f64>; 4] {
        [
            &mut self.multipliers,
            &mut self.pay,
            &mut self.parts,
            &mut self.covered,
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
    /// How many sites reach each demand.
    reached_by: Vec<f64>,
    /// What each site would cover alone.
    reaches: Vec<f64>,
    /// Longer steps of the multipliers are shorter steps of the parts.
    balance: f64,
    /// The price of a place among the chosen, from which the next search for it starts.
    price: f64,
    at: Pair,
}

impl<'a> Walk<'a> {
    fn new(problem: Priced<'a>, start: Vec<f64>) -> Walk<'a> {
        let (sites, weights) = (problem.sites, problem.weights);
        let mut reached_by = vec![0.0; weights.len()];
        let mut reaches = vec![0.0; sites.len()];
        for (reaches, demand) in reaches.iter_mut().zip(sites.iter()) {
            for &demand in demand {
                reached_by[demand as usize] += 1.0;
                *reaches += weights[demand as usize];
            }
        }
        let mut at = Pair::none(weights.len(), sites.len());
        at.multipliers = start;
        problem.pay(&at.multipliers, &mut at.pay);
        at.parts.fill(problem.count as f64 / sites.len() as f64);
        cover(sites, &at.parts, &mut at.covered);
        Walk {
            problem,
            reached_by,
            reaches,
            balance: 1.0,
            price: 0.0,
            at,
        }
    }

    /// The work of a step.
    fn cost(&self) -> usize {
        self.problem.sites.items() + 4 * self.reaches.len() + 4 * self.reached_by.len()
    }

    fn towards(mut self, value: f64, target: f64, effort: Effort, work: &mut Work) -> Dual {
        let affordable = (effort.most / self.cost() as u64) as usize;
        let steps = affordable.clamp(1, effort.steps);
        let (demands, sites) = (self.reached_by.len(), self.reaches.len());
        let cost = self.cost();
        let mut order = Vec::new();
        let mut best = self.at.clone();
        let mut proved = self
            .problem
            .proved(&best.multipliers, &best.pay, &mut order);
        let mut reached = self.covers(&self.at);
        let mut sum = Pair::none(demands, sites);
        let mut begun = self.at.clone();
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
            for (i, paid) in mean.multipliers.iter_mut().enumerate() {
                *paid = paid.min(self.problem.most(i));
            }
            self.problem.pay(&mean.multipliers, &mut mean.pay);
            let mut gaps = [0.0; 2];
            for (pair, gap) in [&self.at, &mean].into_iter().zip(&mut gaps) {
                let bound = self
                    .problem
                    .proved(&pair.multipliers, &pair.pay, &mut order);
                let covers = self.covers(pair);
                reached = covers.max(reached);
                *gap = bound - covers;
                if bound < proved {
                    proved = bound;
                    best.clone_from(pair);
                }
            }
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
        }
    }

    /// One step of both: the parts answer the multipliers, the multipliers where the parts lead to.
    fn step(&mut self) {
        let at = &mut self.at;
        for ((part, pay), reaches) in at.parts.iter_mut().zip(&at.pay).zip(&self.reaches) {
            *part += pay / (self.balance * reaches);
        }
        let count = self.problem.count as f64;
        self.price = priced(&mut at.parts, &self.reaches, count, self.price);
        let mut covered = vec![0.0; at.covered.len()];
        cover(self.problem.sites, &at.parts, &mut covered);
        let weights = self.problem.weights.iter();
        let demand = weights.zip(&covered).zip(&at.covered).zip(&self.reached_by);
        for (i, (((weight, now), before), reached_by)) in demand.enumerate() {
            let excess = 2.0 * now - before - 1.0;
            let paid = at.multipliers[i] - self.balance * weight * excess / reached_by;
            at.multipliers[i] = paid.clamp(0.0, self.problem.most(i));
        }
        at.covered = covered;
        self.problem.pay(&at.multipliers, &mut at.pay);
    }

    /// What the parts cover.
    fn covers(&self, pair: &Pair) -> f64 {
        let demand = self.problem.weights.iter().zip(&pair.covered);
        demand.map(|(weight, times)| weight * times.min(1.0)).sum()
    }

    /// Steps of either kind in proportion to how far each had to go.
    fn rebalance(&mut self, begun: &Pair) {
        let weights = self.problem.weights.iter();
        let scales = weights.zip(&self.reached_by).map(|(w, by)| by / w);
        let paid = moved(&self.at.multipliers, &begun.multipliers, scales);
        let scales = self.reaches.iter().copied();
        let parts = moved(&self.at.parts, &begun.parts, scales);
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

fn moved(to: &[f64], from: &[f64], scales: impl Iterator<Item = f64>) -> f64 {
    let squares = to.iter().zip(from).zip(scales);
    let sum: f64 = squares.map(|((to, from), s)| s * (to - from).powi(2)).sum();
    sum.sqrt()
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
                count: 2,
            };
            let start = (0..7).map(|i| lopsided * weight * f64::from(i) / 6.0);
            let never = || false;
            let mut work = Work::new(u64::MAX, &never, &|_| {});
            let dual = bound(problem, start.collect(), (0.0, 0.0), EFFORT, &mut work);
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
