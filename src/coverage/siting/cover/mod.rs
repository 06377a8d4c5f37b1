//! Which sites cover most within a radius (the maximal covering location problem), with proof.
//!
//! Reduce; lazy greedy and exchanges; a Lagrangian bound; and where a gap is left, branch and bound
//! in which sites are fixed by what forcing them would cost.

mod bound;
mod exchange;
mod reduced;

use std::rc::Rc;

use super::answer::{Answer, Objective, Refusal, Step, check_count, completed};
use super::branch::{self, Node, Relaxation, Relaxed};
use super::grain::Grain;
use super::lists::Lists;
use super::weighting;
use super::work::Work;
use bound::{Effort, safe};
use exchange::Choice;
use reduced::Reduced;

/// A share of the value too small to search for.
const NOTHING: f64 = 1e-10;
/// The share of the work that goes into finding a better choice before the proof begins.
const WANDERING: f64 = 0.1;
/// The share that goes into one choice made from the root's multipliers,
const DIVING: f64 = 0.15;
/// so that each time one of so many parts of its sites is chosen.
const PARTS: usize = 12;
/// And at most so many steps for each list entry.
const ROUNDS: u64 = 20_000;
/// Open nodes and their multipliers take at most about so many bytes.
const MEMORY: usize = 200 << 20;

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
    covered.map(|(weight, _)| weight).sum()
}

fn covered_by(weights: &[f64], demand: &[u32]) -> f64 {
    demand.iter().map(|demand| weights[*demand as usize]).sum()
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
        let steps = chain(&reduced, count, work);
        let mut search = Search {
            grain: Grain::of(self.weights.iter().copied()),
            count,
            best: steps.last().map_or(Vec::new(), |choice| choice.1.clone()),
            value: steps.last().map_or(0.0, |choice| choice.0),
            root: None,
            reduced: &reduced,
        };
        work.knows(search.value, f64::INFINITY);
        let open = search.run(work);
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
            (_, None) => "greedy + exchange, Lagrangian branch and bound",
            (_, Some(_)) => "greedy + exchange, Lagrangian bound",
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
            work.spend(sites.items());
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
        let holders = sites.turned(weights.len());
        let all = weights.iter().sum::<f64>() * (1.0 - NOTHING);
        // What is small is proved sooner than that.
        let most = work.share(WANDERING).min(ROUNDS * sites.items() as u64);
        let (met, sites) = weighting::search(weights, sites, &holders, chosen, all, most, work);
        if reduced.base + met > *value {
            (*value, *chosen) = (reduced.base + met, sites);
        }
    }
    steps
}

struct Search<'a> {
    reduced: &'a Reduced,
    count: usize,
    grain: Option<Grain>,
    best: Vec<u32>,
    value: f64,
    /// The root's multipliers, good for any number of sites.
    root: Option<Rc<[f32]>>,
}

impl Search<'_> {
    fn run(&mut self, work: &mut Work) -> Option<f64> {
        let total: f64 = self.reduced.weights.iter().sum();
        let promise = safe(self.reduced.base + total, self.reduced.weights.len());
        let start = self
            .reduced
            .weights
            .iter()
            .map(|weight| *weight as f32 * 0.5);
        let root = Node {
            inside: Vec::new(),
            outside: Vec::new(),
            multipliers: start.collect(),
            promise,
        };
        let bytes = 4 * (self.reduced.weights.len() + self.reduced.ids.len()) + 256;
        branch::search(self, root, (MEMORY / bytes).max(1000), work)
    }

    fn tightened(&self, bound: f64) -> f64 {
        self.grain.map_or(bound, |grain| grain.down(bound))
    }

    /// What a choice must cover to be better than the best.
    fn least(&self) -> f64 {
        let next = self.grain.map_or(0.0, Grain::unit);
        self.value * (1.0 + NOTHING) + next * 0.999
    }

    /// Bounds for one site, two and so on up to all, from the root's multipliers.
    fn at_most(&self) -> Vec<f64> {
        let total: f64 = self.reduced.weights.iter().sum();
        let total = safe(self.reduced.base + total, self.reduced.weights.len());
        let Some(dual) = &self.root else {
            return vec![total; self.count];
        };
        let (weights, sites) = (&self.reduced.weights, &self.reduced.sites);
        let payable = dual
            .iter()
            .zip(weights)
            .map(|(paid, weight)| f64::from(*paid).min(*weight));
        let multipliers: Vec<f64> = payable.collect();
        let of = |demand: &[u32]| -> f64 {
            demand
                .iter()
                .map(|demand| multipliers[*demand as usize])
                .sum()
        };
        let mut pay: Vec<f64> = sites.iter().map(of).collect();
        pay.sort_unstable_by(|a, b| b.total_cmp(a));
        let kept: f64 = weights
            .iter()
            .zip(&multipliers)
            .map(|(weight, paid)| weight - paid)
            .sum();
        let mut paid = 0.0;
        let numbers = sites.items() + weights.len() + self.count;
        let bounds = (0..self.count).map(|i| {
            paid += pay.get(i).copied().unwrap_or(0.0);
            safe(self.reduced.base + kept + paid, numbers).min(total)
        });
        bounds.collect()
    }

    /// Goes from the root straight down to one choice: the sites that were most often among the best
    /// are chosen for good, a part of them at a time, and what is left is priced anew.
    fn dive(&mut self, start: &Rc<[f32]>, work: &mut Work) {
        let (mut inside, mut multipliers) = (Vec::new(), Rc::clone(start));
        let cost = self.reduced.sites.items() + 4 * self.reduced.weights.len();
        let affordable = work.share(DIVING) / (PARTS * cost).max(1) as u64;
        let effort = Effort {
            steps: affordable.clamp(8, 120) as usize,
            patience: 6,
        };
        while inside.len() < self.count && !work.is_over() {
            let part = self.reduced.within(&inside, &[], f64::NEG_INFINITY);
            work.spend(4 * self.reduced.sites.items());
            let wanted = self.count - inside.len();
            let ids = |chosen: &[u32]| -> Vec<u32> {
                let chosen = chosen.iter().map(|site| part.ids[*site as usize]);
                chosen.collect()
            };
            let greedy = exchange::greedy(&part.weights, &part.sites, wanted, work);
            if wanted <= 1 || part.ids.len() <= wanted {
                inside.extend(ids(greedy.chosen()));
                break;
            }
            let problem = bound::Priced {
                weights: &part.weights,
                must: &part.must,
                sites: &part.sites,
                count: wanted,
            };
            let known = (greedy.value(), greedy.value());
            let start = part.inherited(&multipliers);
            let dual = bound::bound(problem, start, known, effort, work, |_, _| 0.0);
            multipliers = Rc::from(part.bequeathed(&dual.multipliers, &self.reduced.weights));
            // Of those that were as often among the best the better paid.
            let most = dual.pay.iter().copied().fold(1.0, f64::max);
            let pairs = dual.often.iter().zip(&dual.pay);
            let scores: Vec<f64> = pairs
                .map(|(often, pay)| often + 1e-3 * pay / most)
                .collect();
            let few = (self.count / PARTS).clamp(1, wanted);
            let mut order = Vec::new();
            super::answer::best(&mut order, &scores, few);
            inside.extend(ids(&order[..few.min(order.len())]));
            if order.is_empty() {
                break;
            }
        }
        let mut choice = Choice::of(&self.reduced.weights, &self.reduced.sites, &inside);
        choice.improve(work);
        self.offer(f64::INFINITY, choice.chosen().to_vec());
    }

    /// Takes a choice that covers more than the best. `claimed` is never too little, but too much
    /// where demand that must be covered was counted and the choice leaves it out.
    fn offer(&mut self, claimed: f64, sites: Vec<u32>) {
        if claimed <= self.value {
            return;
        }
        let reached = covered(&self.reduced.weights, &self.reduced.sites, &sites);
        if self.reduced.base + reached > self.value {
            self.value = self.reduced.base + reached;
            self.best = sites;
        }
    }
}

impl Relaxation for Search<'_> {
    fn tell(&self, promise: f64, work: &mut Work) {
        work.knows(self.value, self.tightened(promise).max(self.value));
    }

    fn is_worth(&self, promise: f64) -> bool {
        self.tightened(promise) > self.value * (1.0 + NOTHING)
    }

    fn relax(&mut self, mut node: Node, work: &mut Work) -> Relaxed {
        let is_root = node.inside.is_empty() && node.outside.is_empty();
        for round in 0.. {
            let part = self
                .reduced
                .within(&node.inside, &node.outside, self.least());
            work.spend(4 * self.reduced.sites.items());
            let wanted = self.count - node.inside.len();
            let inside = node.inside.clone();
            let all = |chosen: &[u32]| -> Vec<u32> {
                let chosen = chosen.iter().map(|site| part.ids[*site as usize]);
                inside.iter().copied().chain(chosen).collect()
            };
            if wanted <= 1 || part.ids.len() <= wanted {
                let choice = exchange::greedy(&part.weights, &part.sites, wanted, work);
                let sites = all(choice.chosen());
                self.offer(part.base + choice.value(), sites);
                return Relaxed::Closed;
            }
            let effort = match (is_root, round) {
                (true, 0) => Effort {
                    steps: 600,
                    patience: 12,
                },
                (true, _) => Effort {
                    steps: 200,
                    patience: 10,
                },
                (false, _) => Effort {
                    steps: 60,
                    patience: 5,
                },
            };
            let known = self.value - part.base;
            let target = known * (1.0 + NOTHING);
            let start = part.inherited(&node.multipliers);
            let mut best_met = f64::NEG_INFINITY;
            let mut offers: Vec<(f64, Vec<u32>)> = Vec::new();
            let problem = bound::Priced {
                weights: &part.weights,
                must: &part.must,
                sites: &part.sites,
                count: wanted,
            };
            let dual = bound::bound(
                problem,
                start,
                (known, target),
                effort,
                work,
                |chosen, work| {
                    let mut choice = Choice::of(&part.weights, &part.sites, chosen);
                    if choice.value() > best_met {
                        best_met = choice.value();
                        choice.improve(work);
                        offers.push((choice.value(), all(choice.chosen())));
                    }
                    choice.value()
                },
            );
            for (value, sites) in offers {
                self.offer(part.base + value, sites);
            }
            node.promise = node.promise.min(part.base + dual.bound);
            node.multipliers = Rc::from(part.bequeathed(&dual.multipliers, &self.reduced.weights));
            if is_root {
                self.tell(node.promise, work);
            }
            let (mut ins, mut outs) = (Vec::new(), Vec::new());
            if self.is_worth(node.promise) && !dual.pay.is_empty() {
                let mut order = Vec::new();
                super::answer::best(&mut order, &dual.pay, wanted);
                let pay = |at: usize| dual.pay[order[at] as usize];
                let worst_in = (0..wanted).map(pay).fold(f64::INFINITY, f64::min);
                let best_out = pay(wanted);
                for (i, site) in order.iter().enumerate() {
                    let id = part.ids[*site as usize];
                    let own = dual.pay[*site as usize];
                    if i < wanted
                        && !self.is_worth(safe(part.base + dual.bound - own + best_out, 8))
                    {
                        ins.push((*site, id));
                    } else if i >= wanted
                        && !self.is_worth(safe(part.base + dual.bound - worst_in + own, 8))
                    {
                        outs.push(id);
                    }
                }
            }
            // The site that is in and out most evenly; among equals the better paid.
            let evenness = |site: usize| 0.5 - (dual.often[site].min(1.0) - 0.5).abs();
            let mut fixed_in = vec![false; part.ids.len()];
            for &(site, _) in &ins {
                fixed_in[site as usize] = true;
            }
            let free = (0..part.ids.len()).filter(|site| !fixed_in[*site]);
            let split = free.max_by(|a, b| {
                let even = evenness(*a).total_cmp(&evenness(*b));
                even.then(dual.pay[*a].total_cmp(&dual.pay[*b]))
                    .then(b.cmp(a))
            });
            let split = split.map(|site| part.ids[site]);
            if is_root && round == 0 {
                self.root = Some(Rc::clone(&node.multipliers));
                if self.is_worth(node.promise) {
                    self.dive(&node.multipliers, work);
                }
            }
            if !self.is_worth(node.promise) {
                return Relaxed::Closed;
            }
            let fixed = ins.len() + outs.len();
            outs.retain(|site| Some(*site) != split);
            node.inside.extend(ins.into_iter().map(|(_, id)| id));
            node.outside.extend(outs);
            let again = fixed * 10 > part.ids.len() && round < 6;
            match split {
                _ if work.is_over() => return Relaxed::Open(node, split.unwrap_or(part.ids[0])),
                Some(site) if !again => return Relaxed::Open(node, site),
                _ => {}
            }
        }
        Relaxed::Closed
    }
}
