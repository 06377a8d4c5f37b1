//! Which sites cover most within a radius (the maximal covering location problem), with proof.
//!
//! Reduce; lazy greedy and exchanges; the linear relaxation, which bounds what any choice covers and
//! tells which sites are worth a try; annealing among those; and where a gap is left, branch and
//! bound in which sites are fixed by what forcing them would cost.

mod annealing;
mod bound;
mod exchange;
mod primal_dual;
mod reduced;

use std::rc::Rc;

use super::answer::{Answer, Objective, Refusal, Step, check_count, completed};
use super::branch::{self, Node, Relaxation, Relaxed};
use super::grain::Grain;
use super::lists::Lists;
use super::work::Work;
use bound::{Priced, safe};
use exchange::Choice;
use primal_dual::{Dual, Effort};
use reduced::Reduced;

/// A share of the value too small to search for.
const NOTHING: f64 = 1e-10;
/// The share of the work that may go into the relaxation of the whole,
const RELAXING: f64 = 0.3;
/// and into annealing,
const ANNEALING: f64 = 0.5;
/// at first so many steps for each list entry, and the whole only where the gap is then still
/// larger than this share: more than branch and bound will close.
const SHORT: u64 = 4_000;
const OUT_OF_REACH: f64 = 0.002;
/// A site is worth a try when the relaxation pays it no less than the last it takes but for this
/// share of what one more site is worth,
const MARGIN: f64 = 0.1;
/// which is taken for at least this share of what the chosen ones cover on average.
const LEAST_WORTH: f64 = 0.05;
/// Steps of the walk towards the relaxation of the whole.
const WALK: usize = 4_000;
/// The effort for a part of it.
const STROLL: Effort = Effort {
    steps: 300,
    most: u64::MAX,
    slack: 0.1,
};
/// The relaxation takes no site that alone covers less than this share of what the best choice would
/// lose with the least of its own, or so it is assumed at first.
const FLOOR: f64 = 0.5;
/// Multipliers in single precision may prove so much less.
const ROUNDED: f64 = 1e-6;
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
        let mut steps = chain(&reduced, count, work);
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
            (_, None) => "greedy + exchange + annealing, linear relaxation, branch and bound",
            (_, Some(_)) => "greedy + exchange + annealing, linear relaxation",
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

/// The part of a question that is left, with its constraints to be priced.
fn priced(part: &Reduced, count: usize) -> Priced<'_> {
    Priced {
        weights: &part.weights,
        must: &part.must,
        sites: &part.sites,
        count,
    }
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

/// What the relaxation comes to without small sites, in the numbers of the whole.
struct Large {
    multipliers: Vec<f32>,
    parts: Vec<f64>,
    bound: f64,
}

/// The sites that are worth a try.
#[derive(Default)]
struct Core {
    sites: Vec<u32>,
    /// What one more site is worth.
    worth: f64,
}

impl Core {
    /// By what a relaxation pays the sites, when so many are chosen that cover `mean` on average.
    fn of(sites: &[u32], pay: &[f64], count: usize, mean: f64) -> Core {
        let mut order = Vec::new();
        super::answer::best(&mut order, pay, count);
        let taken = order.iter().take(count);
        let last = taken.map(|site| pay[*site as usize]);
        let last = last.fold(f64::INFINITY, f64::min);
        let worth = last.max(LEAST_WORTH * mean);
        let paid = sites.iter().zip(pay);
        let sites = paid.filter(|(_, pay)| **pay >= last - MARGIN * worth);
        Core {
            sites: sites.map(|(site, _)| *site).collect(),
            worth,
        }
    }
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

    /// The relaxation of the whole.
    fn relax_whole(&mut self, part: &Reduced, problem: Priced<'_>, work: &mut Work) -> Dual {
        let effort = Effort {
            steps: WALK,
            most: work.share(RELAXING),
            slack: 0.01,
        };
        if let Some(large) = self.relax_large(effort, work) {
            let start = part.inherited(&large.multipliers);
            let mut dual = primal_dual::proved(problem, start);
            if part.base + dual.bound <= large.bound * (1.0 + ROUNDED) {
                let parts = part.ids.iter().map(|site| large.parts[*site as usize]);
                dual.parts = parts.collect();
                return dual;
            }
        }
        let start = problem.weights.iter().map(|weight| 0.5 * weight);
        let aim = self.aim(part);
        let dual = primal_dual::bound(problem, start.collect(), aim, effort, work);
        self.offer_parts(part, &[], &dual.parts, work);
        dual
    }

    /// The relaxation without the sites too small for it, which are most of them when a few are
    /// sought in a large area: its multipliers and its bound. To be proved of all.
    fn relax_large(&mut self, effort: Effort, work: &mut Work) -> Option<Large> {
        let (weights, sites) = (&self.reduced.weights, &self.reduced.sites);
        let floor = FLOOR * Choice::of(weights, sites, &self.best).least_loss();
        let reach = |site: u32| covered_by(weights, sites.get(site as usize));
        let small = (0..sites.len() as u32).filter(|site| reach(*site) < floor);
        let large = self
            .reduced
            .within(&[], &small.collect::<Vec<u32>>(), self.least());
        work.spend(4 * sites.items());
        if large.ids.len() <= self.count || large.sites.items() > sites.items() / 2 {
            return None;
        }
        let problem = priced(&large, self.count);
        let start = large.weights.iter().map(|weight| 0.5 * weight);
        let dual = primal_dual::bound(problem, start.collect(), self.aim(&large), effort, work);
        self.offer_parts(&large, &[], &dual.parts, work);
        let mut multipliers = large.bequeathed(&dual.multipliers, weights);
        for (demand, (paid, weight)) in multipliers.iter_mut().zip(weights).enumerate() {
            // Whom only small sites reach may pay them all there is: they stay small.
            if !large.has(demand) {
                *paid = *weight as f32;
            }
        }
        let mut parts = vec![0.0; sites.len()];
        for (site, part) in large.ids.iter().zip(&dual.parts) {
            parts[*site as usize] = *part;
        }
        Some(Large {
            multipliers,
            parts,
            bound: large.base + dual.bound,
        })
    }

    /// What is covered by the best choice of a part of the question, and what a bound there must
    /// fall to.
    fn aim(&self, part: &Reduced) -> (f64, f64) {
        let known = self.value - part.base;
        (known, known * (1.0 + NOTHING))
    }

    /// Offers the choice of the sites with the largest parts, beside those that are chosen.
    fn offer_parts(&mut self, part: &Reduced, inside: &[u32], parts: &[f64], work: &mut Work) {
        let wanted = self.count - inside.len();
        let mut order = Vec::new();
        super::answer::best(&mut order, parts, wanted);
        let mut choice = Choice::of(&part.weights, &part.sites, &order[..wanted]);
        choice.improve(work);
        let chosen = choice.chosen().iter();
        let chosen = chosen.map(|site| part.ids[*site as usize]);
        let sites = inside.iter().copied().chain(chosen).collect();
        self.offer(part.base + choice.value(), sites);
    }

    /// Anneals the best choice among the sites that the relaxation of the whole pays well, at most
    /// until it covers what `promise` says is the most.
    fn anneal(&mut self, core: &Core, promise: f64, steps: u64, work: &mut Work) {
        let (weights, sites) = (&self.reduced.weights, &self.reduced.sites);
        let field = annealing::Field {
            weights,
            sites,
            holders: &sites.turned(weights.len()),
            core: &core.sites,
            worth: core.worth,
        };
        let enough = (self.tightened(promise) - self.reduced.base) * (1.0 - NOTHING);
        let (_, chosen) = annealing::search(&field, &self.best, enough, steps, work);
        let mut choice = Choice::of(weights, sites, &chosen);
        choice.improve(work);
        self.offer(f64::INFINITY, choice.chosen().to_vec());
        self.tell(promise, work);
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
        let mut core = Core::default();
        for round in 0.. {
            let part = self
                .reduced
                .within(&node.inside, &node.outside, self.least());
            work.spend(4 * self.reduced.sites.items());
            let wanted = self.count - node.inside.len();
            if wanted <= 1 || part.ids.len() <= wanted {
                let choice = exchange::greedy(&part.weights, &part.sites, wanted, work);
                let chosen = choice.chosen().iter();
                let chosen = chosen.map(|site| part.ids[*site as usize]);
                let sites = node.inside.iter().copied().chain(chosen).collect();
                self.offer(part.base + choice.value(), sites);
                return Relaxed::Closed;
            }
            let problem = priced(&part, wanted);
            let dual = if is_root && round == 0 {
                self.relax_whole(&part, problem, work)
            } else {
                let start = part.inherited(&node.multipliers);
                let dual = primal_dual::bound(problem, start, self.aim(&part), STROLL, work);
                self.offer_parts(&part, &node.inside, &dual.parts, work);
                dual
            };
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
            let evenness = |site: usize| 0.5 - (dual.parts[site] - 0.5).abs();
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
                core = Core::of(&part.ids, &dual.pay, wanted, self.value / wanted as f64);
                if self.is_worth(node.promise) {
                    let few = SHORT * self.reduced.sites.items() as u64;
                    let steps = work.share(ANNEALING).min(few);
                    self.anneal(&core, node.promise, steps, work);
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
            if is_root && !again && node.promise > self.value * (1.0 + OUT_OF_REACH) {
                self.anneal(&core, node.promise, work.share(ANNEALING), work);
            }
            match split {
                _ if work.is_over() => return Relaxed::Open(node, split.unwrap_or(part.ids[0])),
                Some(site) if !again => return Relaxed::Open(node, site),
                _ => {}
            }
        }
        Relaxed::Closed
    }
}
