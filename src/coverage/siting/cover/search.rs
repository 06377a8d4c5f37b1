//! The search for the best choice and its proof: the linear relaxation of the whole, cuts that make it
//! tighter, annealing among the sites it pays, then branch and bound in which sites are fixed by what
//! forcing them would cost.

use std::rc::Rc;

use super::super::branch::{self, Node, Relaxation, Relaxed};
use super::super::grain::Grain;
use super::super::work::Work;
use super::annealing;
use super::bound::{Multipliers, safe};
use super::cuts::{Cuts, Pool};
use super::exchange::{self, Choice};
use super::primal_dual::{self, Dual, Effort, Start};
use super::reduced::Reduced;
use super::tightening::Whole;
use super::{NOTHING, covered, covered_by};

/// The share of the work that may go into the relaxation of the whole,
const RELAXING: f64 = 0.15;
/// into a first annealing, at most so many steps for each list entry,
const FIRST_ANNEALING: f64 = 0.1;
const SHORT: u64 = 8_000;
/// into cuts,
const CUTTING: f64 = 0.35;
/// unless so many steps of the walk with them cannot be afforded: where lists are long, cuts bring
/// little before that. The relaxation then takes this share, and annealing begins with what it found.
const CUT_STEPS: usize = 3_000;
const RELAXING_ALONE: f64 = 0.3;
/// and into annealing again, where the gap is then still larger than this share: more than branch and
/// bound will close.
const ANNEALING: f64 = 0.5;
const OUT_OF_REACH: f64 = 0.002;
/// A site is worth a try when the relaxation pays it no less than the last it takes but for this
/// share of what one more site is worth,
const MARGIN: f64 = 0.1;
/// which is taken for at least this share of what the chosen ones cover on average.
const LEAST_WORTH: f64 = 0.05;
/// A site is taken by the relaxation where its part is more than this.
const TRACE: f64 = 1e-3;
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

/// Whether the work is enough for cuts.
fn affords_cuts(whole: &Reduced, work: &Work) -> bool {
    let lists = whole.sites.items() + 4 * (whole.ids.len() + whole.weights.len());
    work.share(CUTTING) >= (CUT_STEPS * lists) as u64
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
    /// The cuts found at the root.
    pub pool: Pool,
}

/// What the relaxation comes to without small sites, in the numbers of the whole.
struct Large {
    multipliers: Vec<f32>,
    parts: Vec<f64>,
    bound: f64,
}

/// The sites that are worth a try.
struct Core {
    sites: Vec<u32>,
    /// Those the relaxation takes, if only in part.
    taken: Vec<u32>,
    /// What one more site is worth.
    worth: f64,
}

impl Core {
    /// By what a relaxation pays the sites, when so many are chosen that cover `mean` on average.
    fn of(ids: &[u32], dual: &Dual, count: usize, mean: f64) -> Core {
        let pay = &dual.pay;
        let mut order = Vec::new();
        super::super::answer::best(&mut order, pay, count);
        let best = order.iter().take(count);
        let last = best.map(|site| pay[*site as usize]);
        let last = last.fold(f64::INFINITY, f64::min);
        let worth = last.max(LEAST_WORTH * mean);
        let paid = ids.iter().zip(pay);
        let sites = paid.filter(|(_, pay)| **pay >= last - MARGIN * worth);
        let parts = ids.iter().zip(&dual.parts);
        let taken = parts.filter(|(_, part)| **part > TRACE);
        Core {
            sites: sites.map(|(site, _)| *site).collect(),
            taken: taken.map(|(site, _)| *site).collect(),
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
        // There are at most as many cuts as demands, each with a multiplier of its own.
        let bytes = 4 * self.reduced.weights.len() + 4 * self.reduced.ids.len() + 256;
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
    fn relax_whole(&mut self, whole: &Reduced, work: &mut Work) -> Dual {
        let share = match affords_cuts(whole, work) {
            true => RELAXING,
            false => RELAXING_ALONE,
        };
        let until = work.spent() + work.share(share);
        let effort = |work: &Work| Effort {
            steps: WALK,
            most: until.saturating_sub(work.spent()),
            slack: 0.01,
        };
        let (none, large) = (Cuts::default(), self.relax_large(effort(work), work));
        let aim = self.aim(whole);
        let question = self.whole(whole);
        let problem = question.problem(&none);
        if let Some(large) = large {
            let start = Start::at(problem, whole.inherited(&large.multipliers));
            let mut dual = primal_dual::proved(problem, start.multipliers);
            if whole.base + dual.bound <= large.bound * (1.0 + ROUNDED) {
                let parts = whole.ids.iter().map(|site| large.parts[*site as usize]);
                dual.parts = parts.collect();
                dual.end.parts = Some(dual.parts.clone());
                return dual;
            }
        }
        let start = problem.weights.iter().map(|weight| 0.5 * weight);
        let start = Start::at(problem, start.collect());
        let dual = primal_dual::bound(problem, start, aim, effort(work), work);
        self.offer_parts(whole, &[], &dual.parts, work);
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
        work.spend(6 * sites.items());
        if large.ids.len() <= self.count || large.sites.items() > sites.items() / 2 {
            return None;
        }
        let (question, none) = (self.whole(&large), Cuts::default());
        let problem = question.problem(&none);
        let start = large.weights.iter().map(|weight| 0.5 * weight);
        let start = Start::at(problem, start.collect());
        let dual = primal_dual::bound(problem, start, question.aim, effort, work);
        self.offer_parts(&large, &[], &dual.parts, work);
        let mut multipliers = large.bequeathed(&dual.multipliers.demand, weights);
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

    /// A question of choosing all the sites there are to choose.
    fn whole<'a>(&self, part: &'a Reduced) -> Whole<'a> {
        Whole {
            part,
            count: self.count,
            aim: self.aim(part),
        }
    }

    /// The root: its relaxation, a first annealing among the sites that pays, and cuts. Nothing where
    /// the best choice is proved before that.
    fn relax_root(&mut self, whole: &Reduced, work: &mut Work) -> Option<Dual> {
        let dual = self.relax_whole(whole, work);
        let before = &self.reduced.weights;
        self.root = Some(Rc::from(whole.bequeathed(&dual.multipliers.demand, before)));
        let promise = whole.base + dual.bound;
        self.tell(promise, work);
        if !affords_cuts(whole, work) {
            // Where much is left to prove, annealing comes with what the first round has fixed.
            if self.is_worth(promise) && promise <= self.value * (1.0 + OUT_OF_REACH) {
                let core = self.core(&whole.ids, &dual);
                let few = SHORT * self.reduced.sites.items() as u64;
                let steps = work.share(ANNEALING).min(few);
                self.anneal(&core, promise, steps, work);
            }
            return Some(dual);
        }
        if self.is_worth(promise) {
            let core = self.core(&whole.ids, &dual);
            let few = SHORT * self.reduced.sites.items() as u64;
            let steps = work.share(FIRST_ANNEALING).min(few);
            self.anneal(&core, promise, steps, work);
        }
        if !self.is_worth(promise) {
            return None;
        }
        let mut pool = std::mem::take(&mut self.pool);
        let question = self.whole(whole);
        let dual = question.tightened(dual, &mut pool, work.share(CUTTING), work);
        self.pool = pool;
        self.offer_parts(whole, &[], &dual.parts, work);
        Some(dual)
    }

    /// The relaxation of a part, and what each of the pool's cuts pays.
    fn relax_part(&mut self, part: &Reduced, node: &Node, work: &mut Work) -> (Dual, Vec<f64>) {
        let (cuts, which) = self.pool.of_part(part);
        let own = &node.multipliers[self.reduced.weights.len()..];
        let paid = which.iter().map(|cut| f64::from(own[*cut as usize]));
        let start = Start {
            multipliers: Multipliers {
                demand: part.inherited(&node.multipliers),
                cuts: paid.collect(),
            },
            parts: None,
            balance: 1.0,
        };
        let question = Whole {
            count: self.count - node.inside.len(),
            ..self.whole(part)
        };
        let problem = question.problem(&cuts);
        let dual = primal_dual::bound(problem, start, question.aim, STROLL, work);
        self.offer_parts(part, &node.inside, &dual.parts, work);
        let mut paid = vec![0.0; self.pool.len()];
        for (cut, own) in which.iter().zip(&dual.multipliers.cuts) {
            paid[*cut as usize] = *own;
        }
        (dual, paid)
    }

    /// The sites that a relaxation of the whole has worth a try.
    fn core(&self, ids: &[u32], dual: &Dual) -> Core {
        let mean = self.value / self.count as f64;
        Core::of(ids, dual, self.count, mean)
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
            taken: &core.taken,
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

impl Search<'_> {
    /// The sites that every better choice contains, by their numbers in the part and in the question,
    /// and the sites that no better choice contains.
    fn forced(
        &self,
        part: &Reduced,
        dual: &Dual,
        wanted: usize,
        promise: f64,
    ) -> (Vec<(u32, u32)>, Vec<u32>) {
        let (mut ins, mut outs) = (Vec::new(), Vec::new());
        if self.is_worth(promise) && !dual.pay.is_empty() {
            let mut order = Vec::new();
            super::super::answer::best(&mut order, &dual.pay, wanted);
            let pay = |at: usize| dual.pay[order[at] as usize];
            let worst_in = (0..wanted).map(pay).fold(f64::INFINITY, f64::min);
            let best_out = pay(wanted);
            for (i, site) in order.iter().enumerate() {
                let id = part.ids[*site as usize];
                let own = dual.pay[*site as usize];
                if i < wanted && !self.is_worth(safe(part.base + dual.bound - own + best_out, 8)) {
                    ins.push((*site, id));
                } else if i >= wanted
                    && !self.is_worth(safe(part.base + dual.bound - worst_in + own, 8))
                {
                    outs.push(id);
                }
            }
        }
        (ins, outs)
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
        let mut core = None;
        for round in 0.. {
            let part = self
                .reduced
                .within(&node.inside, &node.outside, self.least());
            work.spend(6 * self.reduced.sites.items());
            let wanted = self.count - node.inside.len();
            if wanted <= 1 || part.ids.len() <= wanted {
                let choice = exchange::greedy(&part.weights, &part.sites, wanted, work);
                let chosen = choice.chosen().iter();
                let chosen = chosen.map(|site| part.ids[*site as usize]);
                let sites = node.inside.iter().copied().chain(chosen).collect();
                self.offer(part.base + choice.value(), sites);
                return Relaxed::Closed;
            }
            let (dual, paid) = if is_root && round == 0 {
                let Some(dual) = self.relax_root(&part, work) else {
                    return Relaxed::Closed;
                };
                (dual, self.pool.proved().collect())
            } else {
                self.relax_part(&part, &node, work)
            };
            if is_root && round == 0 {
                // Later parts lack the sites that are fixed by then.
                core = Some(self.core(&part.ids, &dual));
            }
            node.promise = node.promise.min(part.base + dual.bound);
            let mut multipliers = part.bequeathed(&dual.multipliers.demand, &self.reduced.weights);
            multipliers.extend(paid.iter().map(|paid| *paid as f32));
            node.multipliers = Rc::from(multipliers);
            if is_root {
                self.tell(node.promise, work);
            }
            let (ins, mut outs) = self.forced(&part, &dual, wanted, node.promise);
            let split = split(&part, &dual, &ins);
            if !self.is_worth(node.promise) {
                return Relaxed::Closed;
            }
            let fixed = ins.len() + outs.len();
            outs.retain(|site| Some(*site) != split);
            node.inside.extend(ins.into_iter().map(|(_, id)| id));
            node.outside.extend(outs);
            let again = fixed * 10 > part.ids.len() && round < 6;
            let is_far = node.promise > self.value * (1.0 + OUT_OF_REACH);
            if let Some(core) = core.as_ref().filter(|_| !again && is_far) {
                let steps = work.share(ANNEALING).min(work.left());
                self.anneal(core, node.promise, steps, work);
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

/// The site to branch on: the one that is in and out most evenly, among equals the better paid. Sites in
/// `ins` are fixed.
fn split(part: &Reduced, dual: &Dual, ins: &[(u32, u32)]) -> Option<u32> {
    let evenness = |site: usize| 0.5 - (dual.parts[site] - 0.5).abs();
    let mut fixed_in = vec![false; part.ids.len()];
    for &(site, _) in ins {
        fixed_in[site as usize] = true;
    }
    let free = (0..part.ids.len()).filter(|site| !fixed_in[*site]);
    let split = free.max_by(|a, b| {
        let even = evenness(*a).total_cmp(&evenness(*b));
        even.then(dual.pay[*a].total_cmp(&dual.pay[*b]))
            .then(b.cmp(a))
    });
    split.map(|site| part.ids[site])
}
