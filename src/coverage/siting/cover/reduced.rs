//! The question made smaller without changing its answer.
//!
//! Demand with the same sites in reach counts as one; a candidate whose demand is all within another
//! candidate's is left out. After Presolving and cutting planes for the generalized maximal covering
//! location problem (arXiv 2409.09834).

use std::collections::HashMap;

use super::super::lists::Lists;
use super::super::subsets;

/// In place of a number that has gone.
const GONE: u32 = u32::MAX;
/// Looking for dominance takes at most so many steps for each list entry.
const DOMINANCE: usize = 24;

/// A question of covering.
pub(super) struct Reduced {
    /// Weight that is covered whatever is chosen.
    pub base: f64,
    /// Of each demand.
    pub weights: Vec<f64>,
    /// For each candidate the demand it covers, ascending.
    pub sites: Lists,
    /// For each candidate its number in the question before.
    pub ids: Vec<u32>,
    /// Whether each demand must be covered by any choice of use.
    pub must: Vec<bool>,
    /// For each demand of the question before what it is now, or [`GONE`].
    merged: Vec<u32>,
}

impl Reduced {
    /// Reduces a question as it was asked.
    pub(super) fn new(weights: &[f64], sites: &Lists) -> Reduced {
        let all = (0..sites.len() as u32).collect();
        let of = |site| sites.get(site as usize);
        reduce(0.0, weights.to_vec(), of, all, f64::NEG_INFINITY)
    }

    /// What is left when some candidates are chosen and others not, and when a choice that covers
    /// less than `least` is of no use: demand of more weight than may then be missed must be covered.
    pub(super) fn within(&self, inside: &[u32], outside: &[u32], least: f64) -> Reduced {
        let mut weights = self.weights.clone();
        let mut base = self.base;
        let mut free = vec![true; self.sites.len()];
        for &site in inside {
            free[site as usize] = false;
            for &demand in self.sites.get(site as usize) {
                base += std::mem::take(&mut weights[demand as usize]);
            }
        }
        for &site in outside {
            free[site as usize] = false;
        }
        let kept = (0..self.sites.len() as u32).filter(|site| free[*site as usize]);
        let of = |site| self.sites.get(site as usize);
        reduce(base, weights, of, kept.collect(), least)
    }

    /// What a demand of the question before is now, if it still counts.
    pub(super) fn now(&self, demand: u32) -> Option<u32> {
        Some(self.merged[demand as usize]).filter(|now| *now != GONE)
    }

    /// For each demand one of those it was in the question before.
    pub(super) fn before(&self) -> Vec<u32> {
        let mut before = vec![GONE; self.weights.len()];
        for (own, now) in (0..).zip(&self.merged) {
            if *now != GONE && before[*now as usize] == GONE {
                before[*now as usize] = own;
            }
        }
        before
    }

    /// Multipliers of the question before, for this one.
    pub(super) fn inherited(&self, before: &[f32]) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.weights.len()];
        for (now, before) in self.merged.iter().zip(before) {
            if *now != GONE {
                multipliers[*now as usize] += f64::from(*before);
            }
        }
        for (multiplier, weight) in multipliers.iter_mut().zip(&self.weights) {
            *multiplier = multiplier.min(*weight);
        }
        multipliers
    }

    /// Multipliers of this question, for the one before.
    pub(super) fn bequeathed(&self, multipliers: &[f64], weights_before: &[f64]) -> Vec<f32> {
        let before = self.merged.iter().zip(weights_before);
        let shares = before.map(|(now, weight)| {
            if *now == GONE {
                0.0
            } else {
                let now = *now as usize;
                (multipliers[now] * weight / self.weights[now]) as f32
            }
        });
        shares.collect()
    }
}

fn reduce<'a>(
    mut base: f64,
    mut weights: Vec<f64>,
    demand_of: impl Fn(u32) -> &'a [u32],
    mut kept: Vec<u32>,
    least: f64,
) -> Reduced {
    // Merging makes lists shorter, and leaving out candidates lets more demand be merged.
    for round in 0.. {
        let (merged, sums) = merge(&weights, &demand_of, &kept);
        let sites = lists_of(&kept, &demand_of, &merged, sums.len());
        let may_miss = (base + sums.iter().sum::<f64>()) * (1.0 + 1e-12) - least;
        let must: Vec<bool> = sums.iter().map(|weight| *weight > may_miss).collect();
        let mut alive: Vec<bool> = sites.iter().map(|demand| !demand.is_empty()).collect();
        let mut settled = vec![false; sums.len()];
        if round < 3 {
            let holders = sites.turned(sums.len());
            let most = sites.items().saturating_mul(DOMINANCE);
            subsets::parts(&sites, &holders, most, &mut alive, |alive, part, _| {
                alive[part] = false
            });
            if must.contains(&true) {
                // What covers the one covers the other.
                let mut open = vec![true; sums.len()];
                subsets::parts(&holders, &sites, most, &mut open, |open, part, whole| {
                    if must[part] {
                        open[whole] = false;
                    } else if must[whole] && holders.get(part).len() == holders.get(whole).len() {
                        open[part] = false;
                    }
                });
                settled = open.iter().map(|open| !open).collect();
            }
        }
        if !settled.contains(&true) && !alive.contains(&false) {
            return Reduced {
                base,
                weights: sums,
                sites,
                ids: kept,
                must,
                merged,
            };
        }
        for (demand, now) in merged.iter().enumerate() {
            if *now != GONE && settled[*now as usize] {
                base += std::mem::take(&mut weights[demand]);
            }
        }
        let mut left = alive.iter();
        kept.retain(|_| left.next().is_some_and(|alive| *alive));
    }
    unreachable!("the rounds end when nothing is left to leave out")
}

/// The demand of each kept candidate, in its new numbers.
fn lists_of<'a>(
    kept: &[u32],
    demand_of: impl Fn(u32) -> &'a [u32],
    merged: &[u32],
    demands: usize,
) -> Lists {
    let entries = kept.iter().map(|site| demand_of(*site).len()).sum();
    let mut sites = Lists::with_capacity(kept.len(), entries);
    let mut seen = vec![GONE; demands];
    let mut list: Vec<u32> = Vec::new();
    for &site in kept {
        list.clear();
        for demand in demand_of(site) {
            let now = merged[*demand as usize];
            if now != GONE && std::mem::replace(&mut seen[now as usize], site) != site {
                list.push(now);
            }
        }
        list.sort_unstable();
        sites.push(list.iter().copied());
    }
    sites
}

/// Demand by the candidates that cover it: for each what it is now, and the weights there are now.
fn merge<'a>(
    weights: &[f64],
    demand_of: impl Fn(u32) -> &'a [u32],
    kept: &[u32],
) -> (Vec<u32>, Vec<f64>) {
    // A set of candidates is told by a sum of 128 random bits for each.
    let mut signatures = vec![0_u128; weights.len()];
    for &site in kept {
        let bits = random_bits(site);
        for &demand in demand_of(site) {
            let signature = &mut signatures[demand as usize];
            *signature = signature.wrapping_add(bits);
        }
    }
    let mut merged = vec![GONE; weights.len()];
    let mut sums = Vec::new();
    let mut by_signature = HashMap::new();
    for (demand, (signature, weight)) in signatures.into_iter().zip(weights).enumerate() {
        if signature == 0 || *weight <= 0.0 {
            continue;
        }
        let now = *by_signature.entry(signature).or_insert_with(|| {
            sums.push(0.0);
            sums.len() - 1
        });
        sums[now] += weight;
        merged[demand] = now as u32;
    }
    (merged, sums)
}

/// The same bits for the same number, and unrelated ones for any other (SplitMix64, twice).
fn random_bits(number: u32) -> u128 {
    let mix = |seed: u64| {
        let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let number = u64::from(number) + 1;
    u128::from(mix(number)) << 64 | u128::from(mix(number | 1 << 40))
}
