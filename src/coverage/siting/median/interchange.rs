//! Good choices quickly: greedy, then the fast interchange of Whitaker and of Resende and Werneck.

use super::super::work::Work;
use super::table::Table;

/// A choice of sites, and for each demand the nearest and the second nearest of them.
#[derive(Clone)]
pub(super) struct Choice<'a> {
    table: &'a Table,
    chosen: Vec<u32>,
    is_chosen: Vec<bool>,
    first: Vec<(f64, u32)>,
    second: Vec<(f64, u32)>,
}

/// No site.
const NONE: u32 = u32::MAX;

impl<'a> Choice<'a> {
    pub(super) fn of(table: &'a Table, chosen: &[u32]) -> Choice<'a> {
        let mut choice = Choice {
            table,
            chosen: chosen.to_vec(),
            is_chosen: vec![false; table.sites()],
            first: vec![(0.0, NONE); table.demands()],
            second: vec![(0.0, NONE); table.demands()],
        };
        for &site in chosen {
            choice.is_chosen[site as usize] = true;
        }
        for demand in 0..table.demands() {
            choice.look(demand);
        }
        choice
    }

    pub(super) fn chosen(&self) -> &[u32] {
        &self.chosen
    }

    pub(super) fn cost(&self) -> f64 {
        self.first.iter().map(|(cost, _)| cost).sum()
    }

    /// Finds the two nearest of a demand anew.
    fn look(&mut self, demand: usize) -> usize {
        let far = self.table.far(demand);
        let listed = self.table.of(demand);
        let mut steps = 1;
        let mut found = [(far, NONE); 2];
        let mut at = 0;
        for (site, cost) in listed {
            steps += 1;
            if self.is_chosen[site as usize] {
                found[at] = (cost, site);
                at += 1;
                if at == 2 {
                    break;
                }
            }
        }
        [self.first[demand], self.second[demand]] = found;
        steps
    }

    /// Adds sites, each the one that saves most, up to `count`.
    pub(super) fn fill(&mut self, count: usize, work: &mut Work) {
        while self.chosen.len() < count.min(self.table.sites()) {
            let mut saved = vec![0.0; self.table.sites()];
            let mut steps = saved.len();
            for (demand, (nearest, _)) in self.first.iter().enumerate() {
                for (site, cost) in self.table.of(demand) {
                    if cost >= *nearest {
                        break;
                    }
                    saved[site as usize] += nearest - cost;
                    steps += 1;
                }
            }
            let free = (0..saved.len()).filter(|site| !self.is_chosen[*site]);
            let most = free.max_by(|a, b| saved[*a].total_cmp(&saved[*b]).then(b.cmp(a)));
            let Some(site) = most else { return };
            self.enter(site as u32);
            work.spend(steps);
        }
    }

    fn enter(&mut self, site: u32) {
        self.chosen.push(site);
        self.is_chosen[site as usize] = true;
        for (demand, cost) in self.table.reached(site) {
            let demand = demand as usize;
            if (cost, site) < self.first[demand] {
                self.second[demand] = self.first[demand];
                self.first[demand] = (cost, site);
            } else if (cost, site) < self.second[demand] {
                self.second[demand] = (cost, site);
            }
        }
    }

    fn leave(&mut self, site: u32) -> usize {
        self.chosen.retain(|chosen| *chosen != site);
        self.is_chosen[site as usize] = false;
        let mut steps = 0;
        for demand in 0..self.first.len() {
            if self.first[demand].1 == site || self.second[demand].1 == site {
                steps += self.look(demand);
            }
        }
        steps
    }

    /// Exchanges one site for another as long as that costs less.
    pub(super) fn improve(&mut self, work: &mut Work) {
        let all = self.table.sites();
        if self.chosen.is_empty() || self.chosen.len() == all {
            return;
        }
        let least = self.cost() * 1e-12;
        let mut slots = vec![NONE; all];
        let mut losses = self.losses(&mut slots);
        let mut extra = vec![0.0; self.chosen.len()];
        let (mut idle, mut next) = (0, 0);
        while idle < all {
            let enters = next as u32;
            next = (next + 1) % all;
            idle += 1;
            if self.is_chosen[enters as usize] {
                continue;
            }
            // What entering saves whoever leaves, and what it saves those whose nearest leaves.
            let mut saved = 0.0;
            extra.fill(0.0);
            let mut steps = self.chosen.len();
            for (demand, cost) in self.table.reached(enters) {
                steps += 1;
                let (first, owner) = self.first[demand as usize];
                let (second, _) = self.second[demand as usize];
                if cost < first {
                    saved += first - cost;
                    if owner != NONE {
                        extra[slots[owner as usize] as usize] += second - first;
                    }
                } else if cost < second && owner != NONE {
                    extra[slots[owner as usize] as usize] += second - cost;
                }
            }
            let net = losses.iter().zip(&extra).map(|(loss, extra)| loss - extra);
            let leaves = net.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            if !work.spend(steps) {
                return;
            }
            if let Some((slot, net)) = leaves
                && saved - net > least
            {
                let steps = self.leave(self.chosen[slot]);
                self.enter(enters);
                losses = self.losses(&mut slots);
                idle = 0;
                work.spend(steps + 2 * self.first.len());
            }
        }
    }

    /// What each chosen site's leaving would cost, in their order; and at which place each is.
    fn losses(&self, slots: &mut [u32]) -> Vec<f64> {
        for (slot, site) in (0..).zip(&self.chosen) {
            slots[*site as usize] = slot;
        }
        let mut losses = vec![0.0; self.chosen.len()];
        for ((first, owner), (second, _)) in self.first.iter().zip(&self.second) {
            if *owner != NONE {
                losses[slots[*owner as usize] as usize] += second - first;
            }
        }
        losses
    }
}
