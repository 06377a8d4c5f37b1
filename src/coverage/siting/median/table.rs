//! What it costs to serve each demand from each site: weight × metres, both ways round.

use super::super::distances::Distances;

/// Costs by demand, cheapest first, and by site.
pub(super) struct Table {
    starts: Vec<usize>,
    sites: Vec<u32>,
    costs: Vec<f64>,
    /// For each site the demand it is listed for.
    reached_starts: Vec<usize>,
    reached: Vec<(u32, f64)>,
    /// Unlisted sites cost at least so much.
    horizons: Vec<f64>,
    /// What a demand that no chosen site serves is taken to cost.
    far: Vec<f64>,
    /// For each demand and each site its number in the table before.
    pub demand_ids: Vec<u32>,
    pub site_ids: Vec<u32>,
    /// What is paid whatever is chosen.
    pub base: f64,
}

impl Table {
    /// The costs of demand with a weight above 0. Unserved demand is taken to cost more than any
    /// choice that serves it could save.
    pub(super) fn new(weights: &[f64], distances: &Distances) -> Table {
        let counted = (0..distances.len()).filter(|demand| weights[*demand] > 0.0);
        let mut table = Table::empty(0.0);
        table.site_ids = (0..distances.candidates() as u32).collect();
        let farthest = counted
            .clone()
            .filter_map(|demand| distances.of(demand).next_back());
        let farthest = farthest.map(|(_, metres)| metres).fold(1.0, f64::max);
        let all: f64 = counted.clone().map(|demand| weights[demand]).sum();
        for demand in counted {
            let weight = weights[demand];
            let listed = distances
                .of(demand)
                .map(|(site, metres)| (site, weight * metres));
            let horizon = distances.horizon(demand);
            let far = if horizon.is_finite() {
                // Never the horizon itself: where both are one, the cost is known.
                weight * (horizon * 2.0).max(1.0)
            } else {
                all * farthest * 2.0
            };
            table.push(demand as u32, listed, weight * horizon, far);
        }
        table.turn();
        table
    }

    fn empty(base: f64) -> Table {
        Table {
            starts: vec![0],
            sites: Vec::new(),
            costs: Vec::new(),
            reached_starts: Vec::new(),
            reached: Vec::new(),
            horizons: Vec::new(),
            far: Vec::new(),
            demand_ids: Vec::new(),
            site_ids: Vec::new(),
            base,
        }
    }

    fn push(&mut self, id: u32, listed: impl Iterator<Item = (u32, f64)>, horizon: f64, far: f64) {
        for (site, cost) in listed {
            self.sites.push(site);
            self.costs.push(cost);
        }
        self.starts.push(self.sites.len());
        self.horizons.push(horizon);
        self.far.push(far);
        self.demand_ids.push(id);
    }

    /// Fills in the lists by site.
    fn turn(&mut self) {
        let mut starts = vec![0; self.site_ids.len() + 1];
        for &site in &self.sites {
            starts[site as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        self.reached = vec![(0, 0.0); self.sites.len()];
        for demand in 0..self.demands() {
            for at in self.starts[demand]..self.starts[demand + 1] {
                let place = &mut next[self.sites[at] as usize];
                self.reached[*place] = (demand as u32, self.costs[at]);
                *place += 1;
            }
        }
        self.reached_starts = starts;
    }

    /// What is left when some sites are chosen, and others not.
    pub(super) fn within(&self, inside: &[u32], outside: &[u32]) -> Table {
        const TAKEN: u32 = u32::MAX;
        const LEFT_OUT: u32 = u32::MAX - 1;
        let mut now = vec![0; self.sites()];
        for &site in inside {
            now[site as usize] = TAKEN;
        }
        for &site in outside {
            now[site as usize] = LEFT_OUT;
        }
        let mut table = Table::empty(self.base);
        for (site, now) in (0_u32..).zip(&mut now) {
            if *now == 0 {
                *now = table.site_ids.len() as u32;
                table.site_ids.push(site);
            }
        }
        for demand in 0..self.demands() {
            let begin = table.sites.len();
            let mut horizon = self.horizons[demand];
            let mut far = self.far[demand];
            for (site, cost) in self.of(demand) {
                match now[site as usize] {
                    LEFT_OUT => {}
                    TAKEN => {
                        // Nobody pays more than for the nearest chosen site.
                        horizon = horizon.min(cost);
                        far = far.min(cost);
                        break;
                    }
                    now => {
                        table.sites.push(now);
                        table.costs.push(cost);
                    }
                }
            }
            if begin == table.sites.len() && far == horizon {
                table.base += far;
            } else {
                table.push(demand as u32, std::iter::empty(), horizon, far);
            }
        }
        table.turn();
        table
    }

    pub(super) fn demands(&self) -> usize {
        self.horizons.len()
    }

    pub(super) fn sites(&self) -> usize {
        self.site_ids.len()
    }

    pub(super) fn entries(&self) -> usize {
        self.sites.len()
    }

    /// Sites and costs of a demand, cheapest first.
    pub(super) fn of(&self, demand: usize) -> impl Iterator<Item = (u32, f64)> + Clone {
        let range = self.starts[demand]..self.starts[demand + 1];
        let sites = self.sites[range.clone()].iter().copied();
        sites.zip(self.costs[range].iter().copied())
    }

    /// Demand and costs of a site.
    pub(super) fn reached(&self, site: u32) -> impl Iterator<Item = (u32, f64)> {
        let site = site as usize;
        let range = self.reached_starts[site]..self.reached_starts[site + 1];
        self.reached[range].iter().copied()
    }

    /// A demand never pays more than this, or it is not known what.
    pub(super) fn horizon(&self, demand: usize) -> f64 {
        self.horizons[demand]
    }

    /// What being served by no listed site is taken to cost.
    pub(super) fn far(&self, demand: usize) -> f64 {
        self.far[demand]
    }

    /// Whether what is listed decides: nobody can be served better from beyond the lists.
    pub(super) fn is_exact(&self) -> bool {
        self.horizons
            .iter()
            .zip(&self.far)
            .all(|(horizon, far)| *horizon == f64::INFINITY || horizon == far)
    }
}
