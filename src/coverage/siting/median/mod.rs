//! Which sites are nearest on average (the p-median problem), with proof.
//!
//! Interchange from several starts; a Lagrangian bound; sites are fixed by what forcing them would
//! cost; branch and bound where a gap is left.

mod bound;
mod interchange;
mod table;

use super::answer::{Answer, Objective, Refusal, check_count, completed};
use super::branch::{self, Node, Relaxation, Relaxed};
use super::center;
use super::distances::{Beyond, Distances};
use super::grain::Grain;
use super::work::Work;
use bound::Effort;
use interchange::Choice;
use table::Table;

/// A share of the value too small to search for.
const NOTHING: f64 = 1e-10;
/// Open nodes and their multipliers take at most about so many bytes.
const MEMORY: usize = 200 << 20;

/// A question: which `count` candidates make the least sum of weight × metres?
pub struct Median<'a, B> {
    /// Of each demand.
    pub weights: &'a [f64],
    /// From each demand.
    pub distances: &'a Distances,
    /// What is not listed there.
    pub beyond: &'a B,
    /// So many are to be chosen.
    pub count: usize,
}

/// The sum of weight × metres to the nearest chosen candidate, counted plainly; infinite where
/// somebody cannot reach any.
pub fn cost(weights: &[f64], distances: &Distances, beyond: &impl Beyond, chosen: &[u32]) -> f64 {
    let mut is_chosen = vec![false; distances.candidates()];
    for &site in chosen {
        is_chosen[site as usize] = true;
    }
    let counted = (0..weights.len()).filter(|demand| weights[*demand] > 0.0);
    counted
        .map(|demand| weights[demand] * distances.nearest(demand, &is_chosen, beyond))
        .sum()
}

impl<B: Beyond> Median<'_, B> {
    /// Answers it.
    pub fn solve(&self, work: &mut Work) -> Result<Answer, Refusal> {
        let candidates = self.distances.candidates();
        check_count(self.count, candidates)?;
        let table = Table::new(self.weights, self.distances);
        work.spend(4 * table.entries());
        let mut search = Search {
            question: self,
            table: &table,
            grain: self.grain(),
            best: Vec::new(),
            value: f64::INFINITY,
            tried: Vec::new(),
        };
        let mut first = Choice::of(&table, &[]);
        first.fill(self.count, work);
        first.improve(work);
        search.offer(first.chosen());
        if search.value == f64::INFINITY {
            let reaching = center::reaching(self.weights, self.distances, self.count, work);
            let Some(reaching) = reaching else {
                return Err(center::unreached(
                    self.weights,
                    self.distances,
                    self.count,
                    work,
                ));
            };
            let mut choice = Choice::of(&table, &reaching);
            search.offer(choice.chosen());
            choice.improve(work);
            search.offer(choice.chosen());
        }
        work.knows(search.value, f64::INFINITY);
        let open = search.run(work);
        let sites = completed(search.best.clone(), self.count, candidates);
        let value = cost(self.weights, self.distances, self.beyond, &sites);
        let bound = open.map_or(value, |open| search.tightened(open).min(value));
        Ok(Answer {
            objective: Objective::Median,
            value,
            bound,
            sites,
            method: "interchange",
            cut: work.was_cut(),
            curve: Vec::new(),
        })
    }

    /// The unit of all costs.
    fn grain(&self) -> Option<Grain> {
        let metres = (0..self.distances.len()).flat_map(|demand| self.distances.of(demand));
        let metres = Grain::of(metres.map(|(_, metres)| metres))?;
        let unit = Grain::of(self.weights.iter().copied())?.times(metres);
        let farthest =
            (0..self.distances.len()).filter_map(|demand| self.distances.of(demand).next_back());
        let farthest = farthest.map(|(_, metres)| metres).fold(0.0, f64::max);
        let most = farthest * self.weights.iter().sum::<f64>();
        unit.can_hold(most).then_some(unit)
    }
}

struct Search<'a, B> {
    question: &'a Median<'a, B>,
    table: &'a Table,
    grain: Option<Grain>,
    best: Vec<u32>,
    value: f64,
    /// Choices that interchange has started from.
    tried: Vec<Vec<u32>>,
}

impl<B: Beyond> Search<'_, B> {
    fn run(&mut self, work: &mut Work) -> Option<f64> {
        // Prices between the nearest and the second nearest chosen site are a good beginning.
        let start: Vec<f32> = (0..self.table.demands())
            .map(|demand| {
                let mut near = self
                    .table
                    .of(demand)
                    .filter(|(site, _)| self.best.contains(site));
                let first = near.next().map_or(self.table.far(demand), |(_, cost)| cost);
                let second = near.next().map_or(first, |(_, cost)| cost);
                ((first + second) / 2.0) as f32
            })
            .collect();
        let root = Node {
            inside: Vec::new(),
            outside: Vec::new(),
            multipliers: start.into(),
            promise: f64::INFINITY,
        };
        let bytes = 4 * (self.table.demands() + self.table.sites()) + 256;
        branch::search(self, root, (MEMORY / bytes).max(1000), work).map(|promise| -promise)
    }

    fn tightened(&self, bound: f64) -> f64 {
        self.grain.map_or(bound, |grain| grain.up(bound))
    }

    /// Takes a choice if it is better than the best; returns its cost.
    fn offer(&mut self, sites: &[u32]) -> f64 {
        let question = self.question;
        let value = cost(question.weights, question.distances, question.beyond, sites);
        if value < self.value {
            self.value = value;
            self.best = sites.to_vec();
        }
        value
    }
}

impl<B: Beyond> Search<'_, B> {
    /// Whether every better choice contains each site of the part, and the sites that none contains.
    fn forced(&self, part: &Table, dual: &bound::Dual, wanted: usize) -> (Vec<bool>, Vec<u32>) {
        let mut order = Vec::new();
        super::answer::best(&mut order, &dual.profits, wanted);
        let profit = |at: usize| dual.profits[order[at] as usize];
        let worst_in = (0..wanted).map(profit).fold(f64::INFINITY, f64::min);
        let best_out = profit(wanted);
        let bound = part.base + dual.bound;
        let mut fixed_in = vec![false; part.sites()];
        let mut outs = Vec::new();
        for (i, &site) in order.iter().enumerate() {
            let own = dual.profits[site as usize];
            let forced = if i < wanted {
                own - best_out
            } else {
                worst_in - own
            };
            if forced > 0.0 && !self.is_worth(-(bound + forced) * (1.0 - 1e-15)) {
                if i < wanted {
                    fixed_in[site as usize] = true;
                } else {
                    outs.push(part.site_ids[site as usize]);
                }
            }
        }
        (fixed_in, outs)
    }
}

impl<B: Beyond> Relaxation for Search<'_, B> {
    fn tell(&self, promise: f64, work: &mut Work) {
        work.knows(self.value, self.tightened(-promise).min(self.value));
    }

    fn is_worth(&self, promise: f64) -> bool {
        self.tightened(-promise) < self.value * (1.0 - NOTHING)
    }

    fn relax(&mut self, mut node: Node, work: &mut Work) -> Relaxed {
        let is_root = node.inside.is_empty() && node.outside.is_empty();
        let table = self.table;
        for round in 0.. {
            let part = table.within(&node.inside, &node.outside);
            work.spend(2 * table.entries());
            let wanted = self.question.count - node.inside.len();
            let inside = node.inside.clone();
            let all = |chosen: &[u32]| -> Vec<u32> {
                let chosen = chosen.iter().map(|site| part.site_ids[*site as usize]);
                inside.iter().copied().chain(chosen).collect()
            };
            if wanted == 0 || part.sites() <= wanted || (wanted == 1 && part.is_exact()) {
                let mut choice = Choice::of(&part, &[]);
                choice.fill(wanted, work);
                let sites = all(choice.chosen());
                self.offer(&sites);
                return Relaxed::Closed;
            }
            let known = self.value - part.base;
            let target = known * (1.0 - NOTHING);
            let prices =
                part.demand_ids.iter().zip(0..).map(|(id, now)| {
                    f64::from(node.multipliers[*id as usize]).min(part.horizon(now))
                });
            let start = prices.collect();
            let dual = bound::bound(
                &part,
                wanted,
                start,
                (known, target),
                effort(is_root, round),
                work,
                |chosen, bound, work| {
                    let mut sorted = all(chosen);
                    sorted.sort_unstable();
                    if let Err(at) = self.tried.binary_search(&sorted) {
                        self.tried.insert(at, sorted);
                        let mut choice = Choice::of(&part, chosen);
                        choice.improve(work);
                        self.offer(&all(choice.chosen()));
                    }
                    if is_root {
                        self.tell(-(part.base + bound), work);
                    }
                    self.value - part.base
                },
            );
            node.promise = node.promise.min(-(part.base + dual.bound));
            let mut multipliers = node.multipliers.to_vec();
            for (id, price) in part.demand_ids.iter().zip(&dual.prices) {
                multipliers[*id as usize] = *price as f32;
            }
            node.multipliers = multipliers.into();
            if is_root {
                self.tell(node.promise, work);
            }
            if !self.is_worth(node.promise) {
                return Relaxed::Closed;
            }
            let (fixed_in, mut outs) = self.forced(&part, &dual, wanted);
            let split = split(&part, &dual, &fixed_in);
            let ins = (0..part.sites()).filter(|site| fixed_in[*site]);
            let before = node.inside.len();
            node.inside.extend(ins.map(|site| part.site_ids[site]));
            let fixed = node.inside.len() - before + outs.len();
            outs.retain(|site| Some(*site) != split);
            node.outside.extend(outs);
            let again = fixed * 10 > part.sites() && round < 6;
            match split {
                _ if work.is_over() => {
                    return Relaxed::Open(node, split.unwrap_or(part.site_ids[0]));
                }
                Some(site) if !again => return Relaxed::Open(node, site),
                _ => {}
            }
        }
        Relaxed::Closed
    }
}

/// How hard to try for a bound: most at the root's first round.
fn effort(is_root: bool, round: usize) -> Effort {
    match (is_root, round) {
        (true, 0) => Effort {
            steps: 1500,
            patience: 15,
            lengths: (1.0, 1e-3),
        },
        (true, _) => Effort {
            steps: 400,
            patience: 10,
            lengths: (0.5, 1e-3),
        },
        (false, _) => Effort {
            steps: 80,
            patience: 5,
            lengths: (0.5, 1e-2),
        },
    }
}

/// The site to branch on: the one that is in and out most evenly, among equals the more profitable.
fn split(part: &Table, dual: &bound::Dual, fixed_in: &[bool]) -> Option<u32> {
    let evenness = |site: usize| 0.5 - (dual.often[site].min(1.0) - 0.5).abs();
    let free = (0..part.sites()).filter(|site| !fixed_in[*site]);
    let split = free.max_by(|a, b| {
        let even = evenness(*a).total_cmp(&evenness(*b));
        even.then(dual.profits[*a].total_cmp(&dual.profits[*b]))
            .then(b.cmp(a))
    });
    split.map(|site| part.site_ids[site])
}
