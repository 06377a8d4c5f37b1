//! How much any choice can cover at most: a Lagrangian bound.
//!
//! Demand is covered only where a site is chosen that reaches it. Each demand pays a multiplier
//! between nothing and its weight to the chosen sites that reach it; the sites that are paid most
//! are taken. Whatever the multipliers, no choice covers more than
//! Σ (weight − multiplier) + the sum of the best sites' pay. Subgradient steps seek the least such sum.
//! Demand that must be covered may pay any multiplier.

use super::super::answer::best;
use super::super::lists::Lists;
use super::super::work::Work;

/// Multipliers and what they prove.
pub(super) struct Dual {
    /// No choice covers more.
    pub bound: f64,
    /// What each demand pays.
    pub multipliers: Vec<f64>,
    /// What each site is paid.
    pub pay: Vec<f64>,
    /// How often each site was among the best lately, 0 to 1.
    pub often: Vec<f64>,
}

/// How hard to try.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// At most so many steps.
    pub steps: usize,
    /// So many without progress halve the step length.
    pub patience: usize,
}

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

/// Seeks the multipliers of the least bound. `value` is covered by a known choice; below `target` the
/// bound is of no further use. `met` hears the sites of each step.
pub(super) fn bound(
    problem: Priced<'_>,
    start: Vec<f64>,
    (value, target): (f64, f64),
    effort: Effort,
    work: &mut Work,
    mut met: impl FnMut(&[u32], &mut Work) -> f64,
) -> Dual {
    let Priced {
        weights,
        must,
        sites,
        count,
    } = problem;
    let mut value = value;
    let most = |demand: usize| {
        if must[demand] {
            f64::INFINITY
        } else {
            weights[demand]
        }
    };
    let mut at = start;
    let mut dual = Dual {
        bound: f64::INFINITY,
        multipliers: at.clone(),
        pay: Vec::new(),
        often: vec![0.0; sites.len()],
    };
    let mut pay = vec![0.0; sites.len()];
    let mut times = vec![0_u32; weights.len()];
    let mut direction = vec![0.0; weights.len()];
    let mut order = Vec::new();
    let (mut length, mut idle) = (1.0, 0);
    for step in 0..effort.steps {
        for (pay, demand) in pay.iter_mut().zip(sites.iter()) {
            *pay = demand.iter().map(|demand| at[*demand as usize]).sum();
        }
        best(&mut order, &pay, count);
        let chosen = &order[..count.min(order.len())];
        let kept: f64 = weights
            .iter()
            .zip(&at)
            .map(|(weight, at)| weight - at)
            .sum();
        let paid: f64 = chosen.iter().map(|site| pay[*site as usize]).sum();
        // What must be covered may pay more than its weight: the first sum then has losses too.
        let lost: f64 = weights
            .iter()
            .zip(&at)
            .map(|(weight, at)| (at - weight).max(0.0))
            .sum();
        let rounding = safe(
            2.0 * lost + kept.abs() + paid,
            sites.items() + weights.len(),
        );
        let reached = kept + paid + (rounding - (2.0 * lost + kept.abs() + paid));
        if reached < dual.bound {
            let gained = dual.bound - reached;
            dual.bound = reached;
            dual.multipliers.clone_from(&at);
            dual.pay.clone_from(&pay);
            if gained > (reached - value) * 1e-3 {
                idle = 0;
            }
        }
        idle += 1;
        if idle > effort.patience {
            idle = 0;
            length *= 0.5;
            at.clone_from(&dual.multipliers);
            direction.fill(0.0);
        }
        times.fill(0);
        for &site in chosen {
            for &demand in sites.get(site as usize) {
                times[demand as usize] += 1;
            }
        }
        for often in &mut dual.often {
            *often *= 0.95;
        }
        for &site in chosen {
            dual.often[site as usize] += 0.05;
        }
        if step % 8 == 0 {
            value = met(chosen, work).max(value);
        }
        if dual.bound <= target || length < 1e-3 || !work.spend(sites.items() + 4 * weights.len()) {
            break;
        }
        let mut norm = 0.0;
        for (i, direction) in direction.iter_mut().enumerate() {
            let slope = f64::from(times[i]) - 1.0;
            let outward = (slope > 0.0 && at[i] <= 0.0) || (slope < 0.0 && at[i] >= most(i));
            *direction = if outward {
                0.0
            } else {
                slope + 0.4 * *direction
            };
            norm += weights[i] * *direction * *direction;
        }
        if norm <= 0.0 {
            break;
        }
        let stride = length * (reached - value).max(reached.abs() * 1e-9) / norm;
        for (i, at) in at.iter_mut().enumerate() {
            *at = (*at - stride * weights[i] * direction[i]).clamp(0.0, most(i));
        }
    }
    dual
}

/// A sum of so many numbers, none negative, and all that its rounding may have lost.
pub(super) fn safe(sum: f64, numbers: usize) -> f64 {
    sum * (1.0 + (numbers as f64 + 8.0) * f64::EPSILON)
}
