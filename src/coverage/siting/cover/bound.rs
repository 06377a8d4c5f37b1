//! What multipliers prove of how much any choice can cover at most: a Lagrangian bound.
//!
//! Demand is covered only where a site is chosen that reaches it. Each demand pays a multiplier
//! between nothing and its weight to the chosen sites that reach it; the sites that are paid most
//! are taken. Whatever the multipliers, no choice covers more than
//! Σ (weight − multiplier) + the sum of the best sites' pay.
//! Demand that must be covered may pay any multiplier.

use super::super::answer::best;
use super::super::lists::Lists;

/// The problem whose constraints are priced.
#[derive(Clone, Copy)]
pub(super) struct Priced<'a> {
    /// Of each demand.
    pub weights: &'a [f64],
    /// Whether a demand must be covered.
    pub must: &'a [bool],
    /// What each site covers.
    pub sites: &'a Lists,
    /// So many are chosen.
    pub count: usize,
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

    /// What each site is paid.
    pub(super) fn pay(&self, multipliers: &[f64], pay: &mut [f64]) {
        for (pay, demand) in pay.iter_mut().zip(self.sites.iter()) {
            *pay = demand
                .iter()
                .map(|demand| multipliers[*demand as usize])
                .sum();
        }
    }

    /// What multipliers and their pay prove: no choice covers more, whatever was lost in rounding.
    /// The best paid sites come first in `order`.
    pub(super) fn proved(&self, multipliers: &[f64], pay: &[f64], order: &mut Vec<u32>) -> f64 {
        best(order, pay, self.count);
        let chosen = &order[..self.count.min(order.len())];
        let paid: f64 = chosen.iter().map(|site| pay[*site as usize]).sum();
        let (mut kept, mut lost) = (0.0, 0.0);
        for (weight, multiplier) in self.weights.iter().zip(multipliers) {
            kept += weight - multiplier;
            // What must be covered may pay more than its weight: the sum then has losses too.
            lost += (multiplier - weight).max(0.0);
        }
        let numbers = self.sites.items() + self.weights.len();
        let size = 2.0 * lost + kept.abs() + paid;
        kept + paid + (safe(size, numbers) - size)
    }
}

/// A sum of so many numbers, none negative, and all that its rounding may have lost.
pub(super) fn safe(sum: f64, numbers: usize) -> f64 {
    sum * (1.0 + (numbers as f64 + 8.0) * f64::EPSILON)
}
