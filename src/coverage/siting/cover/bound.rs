//! What multipliers prove of how much any choice can cover at most: a Lagrangian bound.
//!
//! Demand is covered only where a site is chosen that reaches it. Each demand pays a multiplier
//! between nothing and its weight to the chosen sites that reach it; the sites that are paid most
//! are taken. Whatever the multipliers, no choice covers more than
//! Σ (weight − multiplier) + the sum of the best sites' pay.
//! Demand that must be covered may pay any multiplier.
//!
//! Cuts are priced too. A cut pays its sites, and what its demands have left when they have paid
//! theirs and stand in cuts counts only as far as it is more than nothing.

use super::super::answer::best;
use super::super::lists::Lists;
use super::cuts::Cuts;

/// The problem whose constraints are priced.
#[derive(Clone, Copy)]
pub(super) struct Priced<'a> {
    /// Of each demand.
    pub weights: &'a [f64],
    /// Whether a demand must be covered.
    pub must: &'a [bool],
    /// What each site covers.
    pub sites: &'a Lists,
    /// What every choice keeps besides.
    pub cuts: &'a Cuts,
    /// So many are chosen.
    pub count: usize,
}

/// Of each constraint.
#[derive(Clone, Default)]
pub(super) struct Multipliers {
    /// What each demand pays.
    pub demand: Vec<f64>,
    /// What each cut pays.
    pub cuts: Vec<f64>,
}

impl Priced<'_> {
    /// What a demand may pay.
    pub(super) fn most(&self, demand: usize) -> f64 {
        if self.must[demand] {
            f64::INFINITY
        } else {
            self.weights[demand]
        }
    }

    /// What each site is paid, and what each demand stands in for cuts.
    pub(super) fn pay(&self, multipliers: &Multipliers, pay: &mut [f64], held: &mut [f64]) {
        for (pay, demand) in pay.iter_mut().zip(self.sites.iter()) {
            *pay = demand
                .iter()
                .map(|demand| multipliers.demand[*demand as usize])
                .sum();
        }
        self.cuts.pay(&multipliers.cuts, pay);
        held.fill(0.0);
        self.cuts.held(&multipliers.cuts, held);
    }

    /// What multipliers prove with what follows from them: no choice covers more, whatever was lost
    /// in rounding. The best paid sites come first in `order`.
    pub(super) fn proved(
        &self,
        multipliers: &Multipliers,
        pay: &[f64],
        held: &[f64],
        order: &mut Vec<u32>,
    ) -> f64 {
        best(order, pay, self.count);
        let chosen = &order[..self.count.min(order.len())];
        let paid: f64 = chosen.iter().map(|site| pay[*site as usize]).sum();
        let (kept, size) = self.kept(multipliers, held);
        let size = size + paid;
        kept + paid + (safe(size, self.numbers()) - size)
    }

    /// What is covered for nothing, as multipliers have it, and how much was added up for that.
    pub(super) fn kept(&self, multipliers: &Multipliers, held: &[f64]) -> (f64, f64) {
        let constant = Cuts::constant(&multipliers.cuts);
        // A cut's own constant is the least of what its demands stand in for it.
        let (mut kept, mut size) = (constant, constant);
        let demand = self.weights.iter().zip(&multipliers.demand).zip(held);
        for (i, ((weight, paid), held)) in demand.enumerate() {
            // What must be covered may pay more than its weight: the sum then has losses too.
            let left = weight - paid - held;
            let left = if self.must[i] { left } else { left.max(0.0) };
            kept += left;
            size += left.abs();
            if *held > 0.0 {
                size += paid + 2.0 * held;
            }
        }
        (kept, size)
    }

    /// How many numbers are added up at most.
    pub(super) fn numbers(&self) -> usize {
        self.sites.items() + self.weights.len() + self.cuts.items()
    }
}

/// A sum of so many numbers, none negative, and all that its rounding may have lost.
pub(super) fn safe(sum: f64, numbers: usize) -> f64 {
    sum * (1.0 + (numbers as f64 + 8.0) * f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::super::covered;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the multipliers.
        #[test]
        fn any_multipliers_prove_a_bound(
            weights in prop::collection::vec(0.0..100.0_f64, 5),
            lists in prop::collection::vec(prop::collection::btree_set(0..5_u32, 0..=4), 1..=7),
            shares in prop::collection::vec(0.0..=1.0_f64, 5),
            paid in prop::collection::vec(prop_oneof![Just(0.0), 0.0..80.0_f64], 10),
            count in 1..4_usize,
        ) {
            let sites: Lists = lists.into_iter().collect();
            let count = count.min(sites.len());
            let mut threes = Vec::new();
            for c in 0..5 {
                for b in 0..c {
                    threes.extend((0..b).map(|a| [a, b, c]));
                }
            }
            let cuts = Cuts::new(threes, &sites, &sites.turned(5));
            let problem = Priced { weights: &weights, must: &[false; 5], sites: &sites, cuts: &cuts, count };
            let demand = weights.iter().zip(&shares).map(|(weight, share)| weight * share);
            let multipliers = Multipliers { demand: demand.collect(), cuts: paid };
            let (mut pay, mut held) = (vec![0.0; sites.len()], vec![0.0; 5]);
            problem.pay(&multipliers, &mut pay, &mut held);
            let proved = problem.proved(&multipliers, &pay, &held, &mut Vec::new());
            for choice in 0..1_u32 << sites.len() {
                if choice.count_ones() as usize == count {
                    let chosen: Vec<u32> = (0..sites.len() as u32).filter(|site| choice >> site & 1 == 1).collect();
                    let value = covered(&weights, &sites, &chosen);
                    prop_assert!(value <= proved, "{value} is covered, {proved} was proved");
                }
            }
        }
    }
}
