//! What any choice costs at least: a Lagrangian bound.
//!
//! Each demand pays a price to whoever serves it; a site may serve all whose price is above its
//! cost. Σ prices − the greatest profits of `count` sites bounds every choice from below, whatever
//! the prices. Subgradient steps seek the prices of the greatest bound: up where nobody serves,
//! down where several do.

use super::super::answer::best;
use super::super::work::Work;
use super::table::Table;

/// Prices and what they prove.
pub(super) struct Dual {
    /// No choice costs less (what is paid whatever is chosen is not in it).
    pub bound: f64,
    /// Of each demand.
    pub prices: Vec<f64>,
    /// Of each site, with those prices.
    pub profits: Vec<f64>,
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
    /// The step length to begin with, and at which to end.
    pub lengths: (f64, f64),
}

/// Seeks the prices of the greatest bound. `value` is the cost of a known choice; from `target` on
/// the bound is as good as it need be. `met` hears the sites of some steps, with the bound by then,
/// and returns the least cost known.
pub(super) fn bound(
    table: &Table,
    count: usize,
    start: Vec<f64>,
    (mut value, target): (f64, f64),
    effort: Effort,
    work: &mut Work,
    mut met: impl FnMut(&[u32], f64, &mut Work) -> f64,
) -> Dual {
    let mut at = start;
    let mut dual = Dual {
        bound: f64::NEG_INFINITY,
        prices: at.clone(),
        profits: Vec::new(),
        often: vec![0.0; table.sites()],
    };
    let mut profits = vec![0.0; table.sites()];
    let mut direction = vec![0.0; table.demands()];
    let mut is_chosen = vec![false; table.sites()];
    let mut order = Vec::new();
    let (mut length, mut idle) = (effort.lengths.0, 0);
    for step in 0..effort.steps {
        let entries = fill_profits(table, &at, &mut profits);
        best(&mut order, &profits, count);
        let chosen = &order[..count.min(order.len())];
        let paid: f64 = at.iter().sum();
        let earned: f64 = chosen.iter().map(|site| profits[*site as usize]).sum();
        let rounding = (paid + earned) * (entries + 8) as f64 * f64::EPSILON;
        let reached = paid - earned - rounding;
        if reached > dual.bound {
            if reached - dual.bound > (value - reached) * 1e-3 {
                idle = 0;
            }
            dual.bound = reached;
            dual.prices.clone_from(&at);
            dual.profits.clone_from(&profits);
        }
        idle += 1;
        if idle > effort.patience {
            idle = 0;
            length *= 0.5;
            at.clone_from(&dual.prices);
        }
        for often in &mut dual.often {
            *often *= 0.95;
        }
        for &site in chosen {
            dual.often[site as usize] += 0.05;
            is_chosen[site as usize] = true;
        }
        if step % 8 == 0 {
            value = met(chosen, dual.bound, work).min(value);
        }
        if dual.bound >= target
            || length < effort.lengths.1
            || !work.spend(2 * entries + table.sites() + table.demands())
        {
            break;
        }
        let mut norm = 0.0;
        for (demand, direction) in direction.iter_mut().enumerate() {
            let price = at[demand];
            let below = table.of(demand).take_while(|(_, cost)| *cost < price);
            let serving = below.filter(|(site, _)| is_chosen[*site as usize]).count();
            let slope = 1.0 - serving as f64;
            let stuck = slope > 0.0 && price >= table.horizon(demand);
            *direction = if stuck { 0.0 } else { slope + 0.3 * *direction };
            norm += *direction * *direction;
        }
        for &site in chosen {
            is_chosen[site as usize] = false;
        }
        if norm <= 0.0 {
            break;
        }
        let stride = length * (value - reached).max(value.abs() * 1e-9) / norm;
        for (demand, at) in at.iter_mut().enumerate() {
            *at = (*at + stride * direction[demand]).clamp(0.0, table.horizon(demand));
        }
    }
    dual
}

/// Fills in the profit of each site at these prices. Returns how many entries of the table were read.
fn fill_profits(table: &Table, prices: &[f64], profits: &mut [f64]) -> usize {
    profits.fill(0.0);
    let mut entries = 0;
    for (demand, price) in prices.iter().enumerate() {
        for (site, cost) in table.of(demand) {
            entries += 1;
            if cost >= *price {
                break;
            }
            profits[site as usize] += price - cost;
        }
    }
    entries
}
