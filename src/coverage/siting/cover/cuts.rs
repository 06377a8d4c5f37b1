//! Inequalities that every choice keeps and the linear relaxation may not: cutting planes.
//!
//! Of three demands, one site that reaches all three covers them, or two sites do, or some stay
//! uncovered: the uncovered, the sites that reach any of the three, and once more the sites that
//! reach all of them are two at least (a zero-half cut: Caprara and Fischetti 1996). The relaxation
//! covers each by halves of the three sites that reach two of them each, which are one and a half.

use std::collections::BTreeSet;

use super::super::lists::Lists;
use super::super::work::Work;
use super::reduced::Reduced;

/// A cut must be short by so much to be of use.
const SHORT: f64 = 0.02;
/// A demand stands in at most so many new cuts a round.
const EACH: usize = 4;
/// Pairs are made of so many demands at most that share sites with a third.
const NEAR: usize = 16;
/// Two demands of a cut share sites to at least this part.
const SHARED: f64 = 0.15;
/// Sites chosen to less than this part are taken for not chosen.
const TRACE: f64 = 1e-4;
/// What the three parts come to at least.
const NEEDED: f64 = 2.0;

/// Three demands.
type Three = [u32; 3];

/// Cuts of one question, for its numbers of demands and sites.
#[derive(Default)]
pub(super) struct Cuts {
    /// The demands of each.
    demands: Vec<Three>,
    /// The sites of each that reach some of them; those that reach all stand there twice.
    sites: Lists,
}

impl Cuts {
    /// The cuts of some threes. What a cut says follows from the lists alone.
    pub(super) fn new(demands: Vec<Three>, sites: &Lists, holders: &Lists) -> Cuts {
        let mut times = vec![0_u8; sites.len()];
        let mut touched = Vec::new();
        let mut lists = Lists::with_capacity(demands.len(), 0);
        for three in &demands {
            for &demand in three {
                for &site in holders.get(demand as usize) {
                    if times[site as usize] == 0 {
                        touched.push(site);
                    }
                    times[site as usize] += 1;
                }
            }
            let twice = |site: &u32| 1 + usize::from(times[*site as usize] == 3);
            lists.push(
                touched
                    .iter()
                    .flat_map(|site| std::iter::repeat_n(*site, twice(site))),
            );
            for site in touched.drain(..) {
                times[site as usize] = 0;
            }
        }
        Cuts {
            demands,
            sites: lists,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.demands.len()
    }

    /// How many entries all have together.
    pub(super) fn items(&self) -> usize {
        self.sites.items() + 3 * self.len()
    }

    /// The demands and the sites of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Three, &[u32])> {
        self.demands.iter().zip(self.sites.iter())
    }

    /// What each demand stands in for cuts: the sum of their multipliers.
    pub(super) fn held(&self, multipliers: &[f64], held: &mut [f64]) {
        for (three, multiplier) in self.demands.iter().zip(multipliers) {
            for &demand in three {
                held[demand as usize] += multiplier;
            }
        }
    }

    /// What the cuts pay the sites.
    pub(super) fn pay(&self, multipliers: &[f64], pay: &mut [f64]) {
        for (sites, multiplier) in self.sites.iter().zip(multipliers) {
            if *multiplier > 0.0 {
                for &site in sites {
                    pay[site as usize] += multiplier;
                }
            }
        }
    }

    /// What the sites' parts come to in each.
    pub(super) fn reached(&self, parts: &[f64], reached: &mut [f64]) {
        for (sites, reached) in self.sites.iter().zip(reached) {
            *reached = sites.iter().map(|site| parts[*site as usize]).sum();
        }
    }

    /// A sum that stands in the bound: what each multiplier counts for by itself.
    pub(super) fn constant(multipliers: &[f64]) -> f64 {
        let own = 3.0 - NEEDED;
        multipliers.iter().map(|multiplier| own * multiplier).sum()
    }

    /// How much each of `three` and its sites are short of what is needed.
    pub(super) fn short(three: &Three, reached: f64, uncovered: &[f64]) -> f64 {
        let open = three.iter().map(|demand| uncovered[*demand as usize]);
        NEEDED - reached - open.sum::<f64>()
    }
}

/// The cuts found so far of a question, in its own numbers, and what they pay.
#[derive(Default)]
pub(super) struct Pool {
    found: Vec<Found>,
}

/// A cut that was found.
struct Found {
    three: Three,
    /// What it pays where the walk has ended,
    ended: f64,
    /// and where it has proved most.
    proved: f64,
}

impl Pool {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The cuts as they are for a part of the question, and which of the pool's each is: cuts of
    /// demand that is settled there say nothing.
    pub(super) fn of_part(&self, part: &Reduced) -> (Cuts, Vec<u32>) {
        let (mut threes, mut which) = (Vec::new(), Vec::new());
        for (number, found) in (0..).zip(&self.found) {
            let now = found.three.map(|demand| part.now(demand));
            if let [Some(a), Some(b), Some(c)] = now
                && a != b
                && a != c
                && b != c
            {
                threes.push([a, b, c]);
                which.push(number);
            }
        }
        if threes.is_empty() {
            return (Cuts::default(), which);
        }
        let holders = part.sites.turned(part.weights.len());
        (Cuts::new(threes, &part.sites, &holders), which)
    }

    /// What some of them pay where the walk has ended.
    pub(super) fn ended(&self, which: &[u32]) -> Vec<f64> {
        let cuts = which.iter().map(|cut| self.found[*cut as usize].ended);
        cuts.collect()
    }

    /// Takes what some pay where the walk has ended.
    pub(super) fn ends(&mut self, which: &[u32], paid: &[f64]) {
        for (cut, paid) in which.iter().zip(paid) {
            self.found[*cut as usize].ended = *paid;
        }
    }

    /// Takes what some pay where most has been proved; the others pay nothing there.
    pub(super) fn proves(&mut self, which: &[u32], paid: &[f64]) {
        for found in &mut self.found {
            found.proved = 0.0;
        }
        for (cut, paid) in which.iter().zip(paid) {
            self.found[*cut as usize].proved = *paid;
        }
    }

    /// What all pay where most has been proved.
    pub(super) fn proved(&self) -> impl Iterator<Item = f64> {
        self.found.iter().map(|found| found.proved)
    }

    /// Leaves out those that pay nothing.
    pub(super) fn forget_idle(&mut self) {
        self.found
            .retain(|found| found.ended > 0.0 || found.proved > 0.0);
    }

    /// Adds cuts that parts of a part's sites do not keep. Returns how many.
    pub(super) fn separate(
        &mut self,
        part: &Reduced,
        parts: &[f64],
        most: u64,
        work: &mut Work,
    ) -> usize {
        let mut found = Finder::new(&part.weights, &part.sites, parts, work).find(most, work);
        // What is short by much and of many comes first.
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let before = part.before();
        let mut uses = vec![0; part.weights.len()];
        let mut known: BTreeSet<Three> = self.found.iter().map(|found| found.three).collect();
        let had = self.found.len();
        for (_, three) in found {
            let used = three.iter().map(|demand| uses[*demand as usize]).max();
            let own = three.map(|demand| before[demand as usize]);
            if self.found.len() >= part.weights.len() {
                break;
            }
            if used < Some(EACH) && known.insert(own) {
                for demand in three {
                    uses[demand as usize] += 1;
                }
                self.found.push(Found {
                    three: own,
                    ended: 0.0,
                    proved: 0.0,
                });
            }
        }
        self.found.len() - had
    }
}

/// A fractional solution in which cuts are sought.
struct Finder<'a> {
    weights: &'a [f64],
    sites: &'a Lists,
    parts: &'a [f64],
    /// For each demand the sites that are chosen in part, ascending,
    support: Lists,
    /// and how far they fall short of covering it.
    open: Vec<f64>,
}

impl<'a> Finder<'a> {
    fn new(weights: &'a [f64], sites: &'a Lists, parts: &'a [f64], work: &mut Work) -> Finder<'a> {
        let holders = sites.turned(weights.len());
        let is_chosen = |site: &u32| parts[*site as usize] > TRACE;
        let support: Lists = holders
            .iter()
            .map(|sites| sites.iter().copied().filter(is_chosen))
            .collect();
        let sum = |sites: &[u32]| -> f64 { sites.iter().map(|site| parts[*site as usize]).sum() };
        let open = support.iter().map(|sites| (1.0 - sum(sites)).max(0.0));
        work.spend(2 * sites.items());
        Finder {
            weights,
            sites,
            parts,
            open: open.collect(),
            support,
        }
    }

    /// Cuts that are broken, with how much they are broken by times the least of their weights.
    fn find(&self, most: u64, work: &mut Work) -> Vec<(f64, Three)> {
        let until = work.spent() + most;
        let mut found = Vec::new();
        let mut shared = vec![0.0; self.weights.len()];
        let mut near: Vec<u32> = Vec::new();
        let mut order: Vec<u32> = (0..self.weights.len() as u32).collect();
        let mut best: Vec<(f64, u32)> = Vec::new();
        // The heaviest first: where the work ends early, the rest matters least.
        order.sort_by(|a, b| self.weights[*b as usize].total_cmp(&self.weights[*a as usize]));
        let mut rank = vec![0; order.len()];
        for (turn, &demand) in (0_u32..).zip(&order) {
            rank[demand as usize] = turn;
        }
        // Each three is met at the heaviest of them.
        for base in order {
            let own = self.support.get(base as usize);
            if own.len() < 2 || self.open[base as usize] > 0.9 {
                continue;
            }
            let mut steps = 0;
            for &site in own {
                let demand = self.sites.get(site as usize);
                steps += demand.len();
                for &other in demand {
                    if shared[other as usize] == 0.0 {
                        near.push(other);
                    }
                    shared[other as usize] += self.parts[site as usize];
                }
            }
            best.clear();
            for other in near.drain(..) {
                let part = std::mem::take(&mut shared[other as usize]);
                let is_lighter = rank[other as usize] > rank[base as usize];
                if is_lighter && (SHARED..=1.0 - SHARED).contains(&part) {
                    let weight = self.weights[other as usize].min(self.weights[base as usize]);
                    best.push((weight * part.min(1.0 - part), other));
                }
            }
            best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            best.truncate(NEAR);
            let own = found.len();
            for (i, &(_, second)) in best.iter().enumerate() {
                for &(_, third) in &best[..i] {
                    let mut three = [base, second, third];
                    three.sort_unstable();
                    let (short, more) = self.short(&three);
                    steps += more;
                    if short > SHORT {
                        let weight = three.map(|demand| self.weights[demand as usize]);
                        let weight = weight.into_iter().fold(f64::INFINITY, f64::min);
                        found.push((short * weight, three));
                    }
                }
            }
            // Of each base no more than could be used, so that memory is that of the demands.
            if found.len() - own > NEAR {
                found[own..].sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                found.truncate(own + NEAR);
            }
            if !work.spend(2 * steps) || work.spent() > until {
                break;
            }
        }
        found
    }

    /// By how much three demands break their cut, and the steps it took.
    fn short(&self, three: &Three) -> (f64, usize) {
        let lists = three.map(|demand| self.support.get(demand as usize));
        let mut at = [0; 3];
        let (mut touched, mut all, mut steps) = (0.0, 0.0, 0);
        // The lists are gone through together.
        loop {
            let heads = [0, 1, 2].map(|i| lists[i].get(at[i]).copied().unwrap_or(u32::MAX));
            let site = heads[0].min(heads[1]).min(heads[2]);
            if site == u32::MAX {
                break;
            }
            let mut times = 0;
            for i in 0..3 {
                if heads[i] == site {
                    at[i] += 1;
                    times += 1;
                }
            }
            steps += 1;
            touched += self.parts[site as usize];
            if times == 3 {
                all += self.parts[site as usize];
            }
        }
        (Cuts::short(three, touched + all, &self.open), steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DEMANDS: u32 = 6;

    /// Sites with any of six demands each.
    fn some_sites() -> impl Strategy<Value = Lists> {
        prop::collection::vec(0..1_u32 << DEMANDS, 1..=8).prop_map(|sites| {
            let list = |site: u32| (0..DEMANDS).filter(move |demand| site >> demand & 1 == 1);
            sites.into_iter().map(list).collect()
        })
    }

    fn all_threes() -> Vec<Three> {
        let mut all = Vec::new();
        for c in 0..DEMANDS {
            for b in 0..c {
                all.extend((0..b).map(|a| [a, b, c]));
            }
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_choice_keeps_every_cut(sites in some_sites()) {
            let cuts = Cuts::new(all_threes(), &sites, &sites.turned(DEMANDS as usize));
            for choice in 0..1_u32 << sites.len() {
                let parts: Vec<f64> = (0..sites.len()).map(|site| f64::from(choice >> site & 1)).collect();
                let mut open = vec![1.0; DEMANDS as usize];
                for (demand, part) in sites.iter().zip(&parts) {
                    for &demand in demand {
                        open[demand as usize] *= 1.0 - part;
                    }
                }
                let mut reached = vec![0.0; cuts.len()];
                cuts.reached(&parts, &mut reached);
                for ((three, _), reached) in cuts.iter().zip(reached) {
                    let short = Cuts::short(three, reached, &open);
                    prop_assert!(short <= 0.0, "{three:?} short by {short} when {choice:b} is chosen of {sites:?}");
                }
            }
        }
    }

    /// One site of two that reach all three keeps the cut, though it is the only one chosen.
    #[test]
    fn a_site_that_reaches_all_counts_twice() {
        let sites: Lists = [vec![0, 1, 2], vec![0, 1], vec![2]].into_iter().collect();
        let cuts = Cuts::new(vec![[0, 1, 2]], &sites, &sites.turned(3));
        let lists: Vec<Vec<u32>> = cuts.iter().map(|(_, sites)| sites.to_vec()).collect();
        assert_eq!(lists, [[0, 0, 1, 2]]);
    }
}
