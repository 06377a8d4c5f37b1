//! The search for the best choice and its proof: the linear relaxation of the whole, annealing among
//! the sites it pays, then branch and bound in which sites are fixed by what forcing them would cost.

use std::rc::Rc;

use super::super::branch::{self, Node, Relaxation, Relaxed};
use super::super::grain::Grain;
use super::super::work::Work;
use super::annealing;
use super::bound::{Priced, safe};
use super::exchange::{self, Choice};
use super::primal_dual::{self, Dual, Effort};
use super::reduced::Reduced;
use super::{NOTHING, covered, covered_by};

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

/// The part of a question that is left, with its constraints to be priced.
fn priced(part: &Reduced, count: usize) -> Priced<'_> {
    Priced {
        weights: &part.weights,
        must: &part.must,
        sites: &part.sites,
        count,
    }
}

/// A question, the best choice met, and what the root's relaxation told of it.
pub(super) struct Search<'a> {
    pub reduced: &'a Reduced,
    pub count: usize,
    pub grain: Option<Grain>,
    pub best: Vec<u32>,
    pub value: f64,
    /// The root's multipliers, good for any number of sites.
    pub root: Option<Rc<[f32]>>,
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
        super::super::answer::best(&mut order, pay, count);
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
    /// Searches until the best is proved or the work is over: the greatest bound that is left open.
    pub(super) fn run(&mut self, work: &mut Work) -> Option<f64> {
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
        // Multipliers are shared by two nodes; most sites may be named by each as left out.
        let bytes = 2 * self.reduced.weights.len() + 4 * self.reduced.ids.len() + 256;
        branch::search(self, root, (MEMORY / bytes).max(64), work)
    }

    /// The greatest sum of weights that is not above a bound.
    pub(super) fn tightened(&self, bound: f64) -> f64 {
        self.grain.map_or(bound, |grain| grain.down(bound))
    }

    /// What a choice must cover to be better than the best.
    fn least(&self) -> f64 {
        match self.grain {
            Some(grain) => self.value + 0.999 * grain.unit(),
            None => self.value * (1.0 + NOTHING),
        }
    }

    /// Bounds for one site, two and so on up to all, from the root's multipliers.
    pub(super) fn at_most(&self) -> Vec<f64> {
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
        let until = work.spent() + work.share(RELAXING);
        let effort = |work: &Work| Effort {
            steps: WALK,
            most: until.saturating_sub(work.spent()),
            slack: 0.01,
        };
        if let Some(large) = self.relax_large(effort(work), work) {
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
        let dual = primal_dual::bound(problem, start.collect(), aim, effort(work), work);
        self.offer_parts(part, &[], &dual.parts, work);
        dual
    }

    /// The relaxation without the sites too small for it, which are most of them when a few are
    /// sought in a large area: its multipliers and its bound. To be proved of all.
    fn relax_large(&mut self, effort: Effort, work: &mut Work) -> Option<Large> {
        let (weights, sites) = (&self.reduced.weights, &self.reduced.sites);
        let floor = FLOOR * Choice::of(weights, sites, &self.best).least_loss();
        let (mut small, mut is_reached) = (Vec::new(), vec![false; weights.len()]);
        for (site, demand) in (0..).zip(sites.iter()) {
            if covered_by(weights, demand) < floor {
                small.push(site);
            } else {
                for &demand in demand {
                    is_reached[demand as usize] = true;
                }
            }
        }
        let large = self.reduced.within(&[], &small, self.least());
        work.spend(4 * sites.items());
        if large.ids.len() <= self.count || large.sites.items() > sites.items() / 2 {
            return None;
        }
        let problem = priced(&large, self.count);
        let start = large.weights.iter().map(|weight| 0.5 * weight);
        let dual = primal_dual::bound(problem, start.collect(), self.aim(&large), effort, work);
        self.offer_parts(&large, &[], &dual.parts, work);
        let mut multipliers = large.bequeathed(&dual.multipliers, weights);
        let demand = multipliers.iter_mut().zip(weights).zip(is_reached);
        for ((paid, weight), is_reached) in demand {
            // Whom only small sites reach may pay them all there is: they stay small.
            if !is_reached {
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
        (self.value - part.base, self.least() - part.base)
    }

    /// Offers the choice of the sites with the largest parts, beside those that are chosen.
    fn offer_parts(&mut self, part: &Reduced, inside: &[u32], parts: &[f64], work: &mut Work) {
        let wanted = self.count - inside.len();
        let mut order = Vec::new();
        super::super::answer::best(&mut order, parts, wanted);
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
        match self.grain {
            Some(_) => self.tightened(promise) >= self.least(),
            None => promise > self.least(),
        }
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
                super::super::answer::best(&mut order, &dual.pay, wanted);
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
