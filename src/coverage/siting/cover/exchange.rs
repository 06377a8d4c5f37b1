//! Good choices quickly: lazy greedy, then exchanges of one site for another.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::super::lists::Lists;
use super::super::work::Work;

/// A choice of sites and what it covers.
#[derive(Clone)]
pub(super) struct Choice<'a> {
    weights: &'a [f64],
    sites: &'a Lists,
    chosen: Vec<u32>,
    is_chosen: Vec<bool>,
    /// How many chosen sites cover each demand,
    times: Vec<u32>,
    /// and the sum of their numbers: where there is one, its number.
    owners: Vec<u32>,
    /// What giving up each chosen site would lose.
    losses: Vec<f64>,
    value: f64,
}

impl<'a> Choice<'a> {
    pub(super) fn none(weights: &'a [f64], sites: &'a Lists) -> Choice<'a> {
        Choice {
            weights,
            sites,
            chosen: Vec::new(),
            is_chosen: vec![false; sites.len()],
            times: vec![0; weights.len()],
            owners: vec![0; weights.len()],
            losses: vec![0.0; sites.len()],
            value: 0.0,
        }
    }

    pub(super) fn of(weights: &'a [f64], sites: &'a Lists, chosen: &[u32]) -> Choice<'a> {
        let mut choice = Choice::none(weights, sites);
        for &site in chosen {
            choice.add(site);
        }
        choice
    }

    pub(super) fn chosen(&self) -> &[u32] {
        &self.chosen
    }

    pub(super) fn value(&self) -> f64 {
        self.value
    }

    /// What a site would add.
    fn gain(&self, site: u32) -> f64 {
        let demand = self.sites.get(site as usize).iter();
        let open = demand.filter(|demand| self.times[**demand as usize] == 0);
        open.map(|demand| self.weights[*demand as usize]).sum()
    }

    /// What a site would add if another were given up.
    pub(super) fn gain_without(&self, site: u32, other: u32) -> f64 {
        let demand = self.sites.get(site as usize).iter();
        let open = demand.filter(|demand| match self.times[**demand as usize] {
            0 => true,
            1 => self.owners[**demand as usize] == other,
            _ => false,
        });
        open.map(|demand| self.weights[*demand as usize]).sum()
    }

    /// What giving up a chosen site would lose.
    pub(super) fn loss(&self, site: u32) -> f64 {
        self.losses[site as usize]
    }

    /// What giving up the site would lose that loses least.
    pub(super) fn least_loss(&self) -> f64 {
        let losses = self.chosen.iter().map(|site| self.loss(*site));
        losses.fold(f64::INFINITY, f64::min)
    }

    pub(super) fn contains(&self, site: u32) -> bool {
        self.is_chosen[site as usize]
    }

    pub(super) fn add(&mut self, site: u32) {
        let mut own = 0.0;
        for &demand in self.sites.get(site as usize) {
            let at = demand as usize;
            match self.times[at] {
                0 => own += self.weights[at],
                1 => self.losses[self.owners[at] as usize] -= self.weights[at],
                _ => {}
            }
            self.times[at] += 1;
            self.owners[at] = self.owners[at].wrapping_add(site);
        }
        self.chosen.push(site);
        self.is_chosen[site as usize] = true;
        self.losses[site as usize] = own;
        self.value += own;
    }

    pub(super) fn remove(&mut self, site: u32) {
        let mut own = 0.0;
        for &demand in self.sites.get(site as usize) {
            let at = demand as usize;
            self.times[at] -= 1;
            self.owners[at] = self.owners[at].wrapping_sub(site);
            match self.times[at] {
                0 => own += self.weights[at],
                1 => self.losses[self.owners[at] as usize] += self.weights[at],
                _ => {}
            }
        }
        self.chosen.retain(|chosen| *chosen != site);
        self.is_chosen[site as usize] = false;
        self.value -= own;
    }

    /// Gives up the site whose loss is least.
    pub(super) fn give_up_one(&mut self) {
        let losses = self
            .chosen
            .iter()
            .map(|site| (Total(self.loss(*site)), *site));
        if let Some((_, site)) = losses.min() {
            self.remove(site);
        }
    }

    /// Exchanges one site for another as long as that covers more.
    pub(super) fn improve(&mut self, work: &mut Work) {
        let count = self.chosen.len();
        if count == 0 || count == self.sites.len() {
            return;
        }
        let least = self.weights.iter().sum::<f64>() * 1e-12;
        let mut saved = vec![0.0; self.sites.len()];
        let mut touched: Vec<u32> = Vec::new();
        let mut losses = self.counted_losses();
        // How many candidates in a row brought nothing: after all of them, nothing will.
        let (mut idle, mut site) = (0, 0);
        while idle < self.sites.len() {
            let enters = site as u32;
            site = (site + 1) % self.sites.len();
            idle += 1;
            let demand = self.sites.get(enters as usize);
            if self.is_chosen[enters as usize] {
                continue;
            }
            if !work.spend(2 * demand.len() + 8) {
                return;
            }
            let mut gain = 0.0;
            for &demand in demand {
                let demand = demand as usize;
                match self.times[demand] {
                    0 => gain += self.weights[demand],
                    1 => {
                        let owner = self.owners[demand];
                        if saved[owner as usize] == 0.0 {
                            touched.push(owner);
                        }
                        saved[owner as usize] += self.weights[demand];
                    }
                    _ => {}
                }
            }
            // The cheapest to give up: the first untouched one, or one that shares demand with the newcomer.
            let untouched = losses.iter().find(|(_, site)| saved[*site as usize] == 0.0);
            let mut leaves = untouched.map(|(loss, site)| (loss.0, *site));
            for &owner in &touched {
                let loss = self.loss_of(&losses, owner) - saved[owner as usize];
                if leaves.is_none_or(|best| (loss, owner) < best) {
                    leaves = Some((loss, owner));
                }
            }
            for owner in touched.drain(..) {
                saved[owner as usize] = 0.0;
            }
            if let Some((loss, leaves)) = leaves
                && gain - loss > least
            {
                self.remove(leaves);
                self.add(enters);
                losses = self.counted_losses();
                idle = 0;
                let changed = [leaves, enters].map(|site| self.sites.get(site as usize).len());
                let chosen = self
                    .chosen
                    .iter()
                    .map(|site| self.sites.get(*site as usize).len());
                work.spend(changed[0] + changed[1] + chosen.sum::<usize>());
            }
        }
    }

    /// What giving up each chosen site would lose, least first. Counted anew: what is
    /// kept of it drifts where weights are no whole numbers, and exchanges must come to an end.
    fn counted_losses(&self) -> Vec<(Total, u32)> {
        let loss = |site: &u32| {
            let demand = self.sites.get(*site as usize).iter();
            let own = demand.filter(|demand| self.times[**demand as usize] == 1);
            (
                Total(own.map(|demand| self.weights[*demand as usize]).sum()),
                *site,
            )
        };
        let mut losses: Vec<_> = self.chosen.iter().map(loss).collect();
        losses.sort_unstable();
        losses
    }

    fn loss_of(&self, losses: &[(Total, u32)], site: u32) -> f64 {
        let found = losses.iter().find(|(_, of)| *of == site);
        found.map_or(f64::INFINITY, |(loss, _)| loss.0)
    }
}

/// Adds the site that adds most, again and again; after each, `after` may change the choice.
/// Gains only fall as sites are added, so an old gain is an upper bound and most are never asked
/// again (Minoux 1978).
pub(super) fn greedy<'a>(
    weights: &'a [f64],
    sites: &'a Lists,
    count: usize,
    work: &mut Work,
) -> Choice<'a> {
    let mut choice = Choice::none(weights, sites);
    let gains = (0..sites.len() as u32).map(|site| (Total(choice.gain(site)), Reverse(site), 0));
    let mut queue: BinaryHeap<_> = gains.collect();
    work.spend(sites.items());
    while choice.chosen.len() < count {
        let Some((_, Reverse(site), asked)) = queue.pop() else {
            break;
        };
        if asked == choice.chosen.len() {
            choice.add(site);
        } else {
            queue.push((Total(choice.gain(site)), Reverse(site), choice.chosen.len()));
        }
        work.spend(sites.get(site as usize).len());
    }
    choice
}

/// The candidate that adds most to a choice.
pub(super) fn next_best(choice: &Choice) -> Option<u32> {
    let free = (0..choice.sites.len() as u32).filter(|site| !choice.is_chosen[*site as usize]);
    let gains = free.map(|site| (Total(choice.gain(site)), Reverse(site)));
    gains.max().map(|(_, Reverse(site))| site)
}

/// Numbers in their total order.
#[derive(Clone, Copy, PartialEq)]
struct Total(f64);

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Total) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Total) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
