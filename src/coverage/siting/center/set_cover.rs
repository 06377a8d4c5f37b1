//! Whether so few sites can reach everybody: an exact answer by search.
//!
//! Reduce (a site whose demand is within another's goes; demand that is reached whenever another is
//! goes); see whether any prices prove that it cannot be done; else try each of the few sites that
//! reach the hardest demand.

use super::super::answer::best;
use super::super::lists::Lists;
use super::super::subsets;
use super::super::weighting;
use super::super::work::Work;

/// Looking for dominance takes at most so many steps for each list entry.
const DOMINANCE: usize = 24;

/// The answer to whether some sites can reach everybody.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// These do.
    Yes(Vec<u32>),
    /// None do.
    No,
    /// The work was over first.
    Unknown,
}

/// How hard to try before saying that it is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Steps for finding a choice.
    pub finding: u64,
    /// Steps for proving that there is none.
    pub proving: u64,
}

/// Whether `count` of the sites reach all of so many demands.
pub(super) fn decide(
    sites: &Lists,
    demands: usize,
    count: usize,
    effort: Effort,
    work: &mut Work,
) -> Decision {
    let ids: Vec<u32> = (0..sites.len() as u32).collect();
    let Some(part) = Part::of(sites.clone(), ids, demands, Vec::new(), count, work) else {
        return Decision::No;
    };
    if part.sites.is_empty() {
        return Decision::Yes(part.inside);
    }
    if let Decision::Yes(found) = find(&part, effort.finding, work) {
        return Decision::Yes(found);
    }
    let until = work.spent() + effort.proving;
    let prices = vec![1.0; part.demands];
    prove(part, prices, 400, until, work)
}

/// What is left of a question.
struct Part {
    /// For each site left the demand it reaches.
    sites: Lists,
    /// For each demand left the sites that reach it.
    holders: Lists,
    demands: usize,
    /// The sites' numbers in the question.
    ids: Vec<u32>,
    /// Sites that are chosen.
    inside: Vec<u32>,
    /// So many more may be.
    left: usize,
    /// The demand's numbers in the question this was made from.
    demand_ids: Vec<u32>,
}

impl Part {
    /// Reduces a question; `None` if it cannot be done.
    fn of(
        mut sites: Lists,
        mut ids: Vec<u32>,
        mut demands: usize,
        mut inside: Vec<u32>,
        mut left: usize,
        work: &mut Work,
    ) -> Option<Part> {
        let mut demand_ids: Vec<u32> = (0..demands as u32).collect();
        loop {
            let holders = sites.turned(demands);
            let most = sites.items().saturating_mul(DOMINANCE);
            let mut alive: Vec<bool> = sites.iter().map(|demand| !demand.is_empty()).collect();
            let steps = subsets::parts(&sites, &holders, most, &mut alive, |alive, part, _| {
                alive[part] = false;
            });
            let mut open = vec![true; demands];
            let more = subsets::parts(&holders, &sites, most, &mut open, |open, part, whole| {
                let equal = holders.get(part).len() == holders.get(whole).len();
                open[if equal { part } else { whole }] = false;
            });
            work.spend(steps + more + 4 * sites.items());
            // Demand that one site alone reaches.
            for demand in 0..demands {
                let mut holding = holders
                    .get(demand)
                    .iter()
                    .filter(|site| alive[**site as usize]);
                match (open[demand], holding.next(), holding.next()) {
                    (false, ..) | (_, Some(_), Some(_)) => {}
                    (true, None, _) => return None,
                    (true, Some(&site), None) => {
                        if left == 0 {
                            return None;
                        }
                        left -= 1;
                        inside.push(ids[site as usize]);
                        alive[site as usize] = false;
                        for &reached in sites.get(site as usize) {
                            open[reached as usize] = false;
                        }
                    }
                }
            }
            if !alive.contains(&false) && !open.contains(&false) {
                return (demands == 0 || left > 0).then_some(Part {
                    sites,
                    holders,
                    demands,
                    ids,
                    inside,
                    left,
                    demand_ids,
                });
            }
            let mut now = vec![u32::MAX; demands];
            let kept = (0..demands).filter(|demand| open[*demand]);
            for (new, old) in (0..).zip(kept) {
                now[old] = new;
            }
            demand_ids = (0..demands)
                .filter(|demand| open[*demand])
                .map(|demand| demand_ids[demand])
                .collect();
            demands = demand_ids.len();
            let kept = sites.iter().zip(&alive).filter(|(_, alive)| **alive);
            let lists = kept.map(|(demand, _)| {
                let demand = demand.iter().map(|demand| now[*demand as usize]);
                demand
                    .filter(|demand| *demand != u32::MAX)
                    .collect::<Vec<_>>()
            });
            sites = lists.collect();
            let mut alive = alive.into_iter();
            ids.retain(|_| alive.next().unwrap_or(false));
        }
    }

    /// The same with a site chosen, or some left out.
    fn with(&self, inside: Option<u32>, outside: &[bool], work: &mut Work) -> Option<Part> {
        let mut open = vec![true; self.demands];
        if let Some(site) = inside {
            for &demand in self.sites.get(site as usize) {
                open[demand as usize] = false;
            }
        }
        let mut now = vec![u32::MAX; self.demands];
        let kept: Vec<u32> = (0..self.demands as u32)
            .filter(|demand| open[*demand as usize])
            .collect();
        for (new, old) in (0..).zip(&kept) {
            now[*old as usize] = new;
        }
        let free = (0..self.sites.len() as u32)
            .filter(|site| !outside[*site as usize] && Some(*site) != inside);
        let free: Vec<u32> = free.collect();
        let lists = free.iter().map(|site| {
            let demand = self
                .sites
                .get(*site as usize)
                .iter()
                .map(|demand| now[*demand as usize]);
            demand
                .filter(|demand| *demand != u32::MAX)
                .collect::<Vec<_>>()
        });
        let lists = lists.collect();
        let ids = free.iter().map(|site| self.ids[*site as usize]).collect();
        let mut chosen = self.inside.clone();
        chosen.extend(inside.map(|site| self.ids[site as usize]));
        let left = self.left - usize::from(inside.is_some());
        let mut part = Part::of(lists, ids, kept.len(), chosen, left, work)?;
        for id in &mut part.demand_ids {
            *id = kept[*id as usize];
        }
        Some(part)
    }
}

/// Looks for a choice.
fn find(part: &Part, steps: u64, work: &mut Work) -> Decision {
    let weights = vec![1.0; part.demands];
    let mut start = Vec::new();
    let mut is_open = vec![true; part.demands];
    let mut is_free = vec![true; part.sites.len()];
    for _ in 0..part.left.min(part.sites.len()) {
        let gain = |site: u32| {
            part.sites
                .get(site as usize)
                .iter()
                .filter(|demand| is_open[**demand as usize])
                .count()
        };
        let free = (0..part.sites.len() as u32).filter(|site| is_free[*site as usize]);
        let Some((_, std::cmp::Reverse(site))) =
            free.map(|site| (gain(site), std::cmp::Reverse(site))).max()
        else {
            break;
        };
        is_free[site as usize] = false;
        start.push(site);
        for &demand in part.sites.get(site as usize) {
            is_open[demand as usize] = false;
        }
        work.spend(part.sites.items());
    }
    let all = part.demands as f64;
    let (reached, chosen) = weighting::search(
        &weights,
        &part.sites,
        &part.holders,
        &start,
        all,
        steps,
        work,
    );
    if reached < all {
        return Decision::Unknown;
    }
    let chosen = chosen.iter().map(|site| part.ids[*site as usize]);
    Decision::Yes(part.inside.iter().copied().chain(chosen).collect())
}

/// Searches all choices. `prices` are where the bound starts.
fn prove(part: Part, mut prices: Vec<f64>, steps: usize, until: u64, work: &mut Work) -> Decision {
    let mut part = part;
    loop {
        if part.demands == 0 {
            return Decision::Yes(part.inside);
        }
        if part.left == 0 {
            return Decision::No;
        }
        if work.is_over() || work.spent() > until {
            return Decision::Unknown;
        }
        if part.left == 1 {
            let all =
                (0..part.sites.len()).find(|site| part.sites.get(*site).len() == part.demands);
            return all.map_or(Decision::No, |site| {
                let mut chosen = part.inside.clone();
                chosen.push(part.ids[site]);
                Decision::Yes(chosen)
            });
        }
        let Some(pays) = bound(&part, &mut prices, steps, work) else {
            return Decision::No;
        };
        let outside = excluded(&part, &pays, &prices);
        let out = outside.iter().filter(|out| **out).count();
        if out * 20 > part.sites.len() {
            let Some(next) = part.with(None, &outside, work) else {
                return Decision::No;
            };
            prices = next
                .demand_ids
                .iter()
                .map(|demand| prices[*demand as usize])
                .collect();
            part = next;
            continue;
        }
        // One of the sites that reach the demand with the fewest must be chosen.
        let Some(hardest) = hardest(&part, &prices, &outside) else {
            return Decision::Unknown;
        };
        let mut tries: Vec<u32> = part
            .holders
            .get(hardest)
            .iter()
            .copied()
            .filter(|site| !outside[*site as usize])
            .collect();
        tries.sort_by(|a, b| {
            pays[*b as usize]
                .total_cmp(&pays[*a as usize])
                .then(a.cmp(b))
        });
        let mut outside = outside;
        for site in tries {
            let next = part.with(Some(site), &outside, work);
            if let Some(next) = next {
                let prices = next
                    .demand_ids
                    .iter()
                    .map(|demand| prices[*demand as usize])
                    .collect();
                match prove(next, prices, 60, until, work) {
                    Decision::No => {}
                    other => return other,
                }
            }
            outside[site as usize] = true;
        }
        return Decision::No;
    }
}

/// The sites that cannot be part of a choice, because they are paid too little to make up what is missing.
fn excluded(part: &Part, pays: &[f64], prices: &[f64]) -> Vec<bool> {
    let total: f64 = prices.iter().sum();
    let mut order = Vec::new();
    best(&mut order, pays, part.left);
    let mut top: Vec<f64> = order[..part.left.min(order.len())]
        .iter()
        .map(|site| pays[*site as usize])
        .collect();
    top.sort_unstable_by(|a, b| a.total_cmp(b));
    let others: f64 = top[1..].iter().sum();
    let needed = total * (1.0 - 1e-9) - others;
    pays.iter().map(|pay| *pay < needed).collect()
}

/// The demand that the fewest of the remaining sites reach; among equals the one with the highest price.
fn hardest(part: &Part, prices: &[f64], outside: &[bool]) -> Option<usize> {
    let few = |demand: usize| {
        let sites = part.holders.get(demand).iter();
        sites.filter(|site| !outside[**site as usize]).count()
    };
    (0..part.demands).min_by(|a, b| {
        few(*a)
            .cmp(&few(*b))
            .then(prices[*b].total_cmp(&prices[*a]))
    })
}

/// Seeks prices that prove that it cannot be done: all of them together more than any so many sites
/// are paid. `None` if there are; else what each site is paid with the best prices found.
fn bound(part: &Part, prices: &mut Vec<f64>, steps: usize, work: &mut Work) -> Option<Vec<f64>> {
    let mut at = prices.clone();
    let mut best_ratio = f64::INFINITY;
    let mut kept = Vec::new();
    let mut pays = vec![0.0; part.sites.len()];
    let mut times = vec![0.0; part.demands];
    let mut direction = vec![0.0; part.demands];
    let mut order = Vec::new();
    let (mut length, mut idle) = (1.0, 0);
    for _ in 0..steps {
        let total: f64 = at.iter().sum();
        // Prices are a direction; their sum is kept at the number of demands.
        let scale = part.demands as f64 / total;
        at.iter_mut().for_each(|price| *price *= scale);
        for (pay, demand) in pays.iter_mut().zip(part.sites.iter()) {
            *pay = demand.iter().map(|demand| at[*demand as usize]).sum();
        }
        best(&mut order, &pays, part.left);
        let chosen = &order[..part.left.min(order.len())];
        let paid: f64 = chosen.iter().map(|site| pays[*site as usize]).sum();
        let ratio = paid / part.demands as f64;
        if ratio < best_ratio {
            if best_ratio - ratio > 1e-4 {
                idle = 0;
            }
            best_ratio = ratio;
            prices.clone_from(&at);
            kept.clone_from(&pays);
        }
        if best_ratio < 1.0 - 1e-9 {
            return None;
        }
        idle += 1;
        if idle > 5 {
            idle = 0;
            length *= 0.5;
            at.clone_from(prices);
            direction.fill(0.0);
        }
        if length < 1e-2 || !work.spend(part.sites.items() + 4 * part.demands) {
            break;
        }
        times.fill(0.0);
        for &site in chosen {
            for &demand in part.sites.get(site as usize) {
                times[demand as usize] += 1.0;
            }
        }
        let mut norm = 0.0;
        for (i, direction) in direction.iter_mut().enumerate() {
            let slope = if at[i] <= 0.0 && times[i] > 1.0 {
                0.0
            } else {
                times[i] - 1.0
            };
            *direction = slope + 0.4 * *direction;
            norm += *direction * *direction;
        }
        if norm <= 0.0 {
            break;
        }
        // The aim is a little below what would be proof.
        let stride =
            length * (paid - part.demands as f64 * 0.995).max(part.demands as f64 * 1e-3) / norm;
        for (at, direction) in at.iter_mut().zip(&direction) {
            *at = (*at - stride * direction).max(0.0);
        }
    }
    Some(kept)
}
