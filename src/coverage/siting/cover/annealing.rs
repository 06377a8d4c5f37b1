//! Better choices by simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983).
//!
//! One site at a time is exchanged for another, most often for one nearby. What covers more is
//! kept, what covers less is kept now and then, at first often, in the end hardly ever. The dice are
//! fixed and only added and multiplied: the same question takes the same way on any machine.

use super::super::lists::Lists;
use super::super::work::Work;
use super::exchange::Choice;

/// How much worse an exchange may be at first and still be kept about every third time, as a share
/// of what one more site is worth.
const HEAT: f64 = 0.25;
/// It gets colder in so many levels,
const LEVELS: u64 = 1000;
/// each so much colder: by a factor of 300 over all.
const COOLER: f64 = 0.9943;
/// The last site is exchanged for one anywhere once in so many times, for one nearby otherwise.
const FAR: usize = 4;
/// Nearby are sites that share demand with it, or with one that does, and so on up to so many times.
const HOPS: usize = 3;

/// Lists of more entries than this are seldom in the processor's cache: an entry is then worth more
/// steps.
const LARGE: usize = 1 << 20;
/// Drawing an exchange is about so many steps.
const DRAW: usize = 24;

/// What may be chosen, and what one more site is worth.
pub(super) struct Field<'a> {
    /// Of each demand.
    pub weights: &'a [f64],
    /// The demand of each site.
    pub sites: &'a Lists,
    /// The sites of each demand.
    pub holders: &'a Lists,
    /// The sites that are worth a try.
    pub core: &'a [u32],
    /// Those of them that the relaxation takes, if only in part.
    pub taken: &'a [u32],
    /// What one more site is worth.
    pub worth: f64,
}

/// Searches from a choice for one that covers at least `enough`, with about `steps` steps. Returns the
/// best it met and what that covers.
pub(super) fn search(
    field: &Field<'_>,
    start: &[u32],
    enough: f64,
    steps: u64,
    work: &mut Work,
) -> (f64, Vec<u32>) {
    let mut now = Choice::of(field.weights, field.sites, start);
    let mut best = (now.value(), start.to_vec());
    if start.is_empty() || field.core.len() <= start.len() || field.worth <= 0.0 {
        return best;
    }
    let mut is_core = vec![false; field.sites.len()];
    for &site in field.core {
        is_core[site as usize] = true;
    }
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut heat = HEAT * field.worth;
    // Quarters of a step for each entry.
    let entry = if field.sites.items() > LARGE { 10 } else { 5 };
    let begun = work.spent();
    for level in 1..=LEVELS {
        let until = begun + steps / LEVELS * level;
        while work.spent() < until {
            let leaves = now.chosen()[dice.below(start.len())];
            let enters = field.near(leaves, &mut dice);
            let reach = |site: u32| field.sites.get(site as usize).len();
            let is_new = !now.contains(enters) && is_core[enters as usize];
            let steps = if is_new { reach(enters) * entry / 4 } else { 0 };
            if !work.spend(steps + DRAW) || best.0 >= enough {
                return best;
            }
            if !is_new {
                continue;
            }
            let more = now.gain_without(enters, leaves) - now.loss(leaves);
            if more < -heat * dice.patience() {
                continue;
            }
            now.remove(leaves);
            now.add(enters);
            work.spend(2 * (reach(leaves) + reach(enters)) + start.len() / 8);
            if now.value() > best.0 {
                best = (now.value(), now.chosen().to_vec());
            }
        }
        heat *= COOLER;
    }
    best
}

impl Field<'_> {
    /// A site to enter for another.
    fn near(&self, site: u32, dice: &mut Dice) -> u32 {
        if dice.below(FAR) == 0 {
            if dice.below(4) > 0 && !self.taken.is_empty() {
                return self.taken[dice.below(self.taken.len())];
            }
            return self.core[dice.below(self.core.len())];
        }
        let mut at = site;
        for _ in 0..=dice.below(HOPS) {
            let demand = self.sites.get(at as usize);
            if demand.is_empty() {
                break;
            }
            let demand = demand[dice.below(demand.len())];
            let holders = self.holders.get(demand as usize);
            at = holders[dice.below(holders.len())];
        }
        at
    }
}

/// Numbers that look random and are the same each time (Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.roll()) * count as u128) >> 64) as usize
    }

    /// A number at least 0 that is above x about once in e^x times: the logarithm drawn as straight
    /// lines between the powers of two, which no mathematical library rounds differently.
    fn patience(&mut self) -> f64 {
        let roll = self.roll();
        let zeros = roll.leading_zeros();
        let rest = roll.checked_shl(zeros + 1).unwrap_or(0);
        let share = rest as f64 / (u64::MAX as f64 + 1.0);
        (f64::from(zeros) + 1.0 - share) * std::f64::consts::LN_2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_exponential() {
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        let drawn: Vec<f64> = (0..100_000).map(|_| dice.patience()).collect();
        for least in [0.5, 1.0, 2.0, 4.0] {
            let above = drawn.iter().filter(|drawn| **drawn > least).count() as f64;
            let expected = 100_000.0 * (-least).exp();
            assert!(
                (above / expected - 1.0).abs() < 0.1,
                "{above} above {least}, {expected} expected"
            );
        }
        assert!(drawn.iter().all(|drawn| *drawn >= 0.0));
    }
}
