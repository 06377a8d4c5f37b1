//! A search that does not stop at the first good choice: demand that stays uncovered grows heavier.
//!
//! Again and again the site that loses least leaves, and one that covers some uncovered demand
//! enters; whatever is still uncovered gains weight. So the search leaves one choice that cannot be
//! improved by an exchange for another. After the row weighting search for set covering (Gao et al.
//! 2015, EJOR 246). Its dice are fixed: the same question takes the same way.

use super::cover::covered_by;
use super::lists::Lists;
use super::work::Work;

/// Heavier by this share of its own weight each time.
const HEAVIER: f64 = 0.1;
/// At most so many uncovered demands grow heavier at once.
const AT_ONCE: usize = 64;

/// A choice under changing weights.
struct Weighting<'a> {
    sites: &'a Lists,
    holders: &'a Lists,
    /// The weights now.
    heavy: Vec<f64>,
    chosen: Vec<u32>,
    is_chosen: Vec<bool>,
    times: Vec<u32>,
    owners: Vec<u32>,
    /// For a chosen site what its leaving would lose, for another what its entering would gain.
    scores: Vec<f64>,
    uncovered: Vec<u32>,
    /// Where each demand stands among the uncovered.
    places: Vec<u32>,
    /// When each site last entered or left.
    moved: Vec<u64>,
}

/// Searches from a choice for one that covers at least `enough`, and returns the best it met and
/// what that covers. `most` steps at most.
pub(super) fn search(
    weights: &[f64],
    sites: &Lists,
    holders: &Lists,
    start: &[u32],
    enough: f64,
    most: u64,
    work: &mut Work,
) -> (f64, Vec<u32>) {
    let mut now = Weighting::new(weights, sites, holders);
    let mut value = 0.0;
    for &site in start {
        value += now.enter(site, weights).0;
    }
    let (mut best, mut best_value) = (now.chosen.clone(), value);
    let until = work.spent() + most;
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut turn = 0;
    while best_value < enough
        && work.spent() < until
        && !now.uncovered.is_empty()
        && start.len() > 1
    {
        turn += 1;
        let leaves = now.leaving(turn);
        let (lost, steps) = now.leave(leaves, weights);
        now.moved[leaves as usize] = turn;
        value -= lost;
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let picked = now.uncovered[(dice % now.uncovered.len() as u64) as usize];
        let enters = now.entering(picked, leaves);
        let (gained, more) = now.enter(enters, weights);
        now.moved[enters as usize] = turn;
        value += gained;
        let heavier = now.weigh_down(weights, picked);
        if value > best_value * (1.0 + 1e-12) {
            best_value = value;
            best.clone_from(&now.chosen);
        }
        if !work.spend(steps + more + heavier + now.chosen.len()) {
            break;
        }
    }
    best.sort_unstable();
    (best_value, best)
}

impl<'a> Weighting<'a> {
    fn new(weights: &[f64], sites: &'a Lists, holders: &'a Lists) -> Weighting<'a> {
        let score = |demand: &[u32]| covered_by(weights, demand);
        let demands = weights.len() as u32;
        Weighting {
            sites,
            holders,
            heavy: weights.to_vec(),
            chosen: Vec::new(),
            is_chosen: vec![false; sites.len()],
            times: vec![0; weights.len()],
            owners: vec![0; weights.len()],
            scores: sites.iter().map(score).collect(),
            uncovered: (0..demands).collect(),
            places: (0..demands).collect(),
            moved: vec![0; sites.len()],
        }
    }

    /// The chosen site that loses least, of equals the one that has not moved for longest; not the
    /// one that has just entered.
    fn leaving(&self, turn: u64) -> u32 {
        let rank = |site: &u32| (self.scores[*site as usize], self.moved[*site as usize]);
        let settled = self
            .chosen
            .iter()
            .filter(|site| self.moved[**site as usize] + 1 != turn || turn == 1);
        let least = settled.min_by(|a, b| {
            let ((a, since_a), (b, since_b)) = (rank(a), rank(b));
            a.total_cmp(&b).then(since_a.cmp(&since_b))
        });
        *least.unwrap_or(&self.chosen[0])
    }

    /// The site that gains most among those that reach a demand; not the one that has just left,
    /// unless there is no other.
    fn entering(&self, demand: u32, left: u32) -> u32 {
        let others = self
            .holders
            .get(demand as usize)
            .iter()
            .filter(|site| **site != left);
        let most = others.max_by(|a, b| {
            let score = |site: &u32| self.scores[*site as usize];
            let moved = |site: &u32| self.moved[*site as usize];
            score(a).total_cmp(&score(b)).then(moved(b).cmp(&moved(a)))
        });
        most.copied().unwrap_or(left)
    }

    /// Returns the weight it covers anew, and the steps taken.
    fn enter(&mut self, site: u32, weights: &[f64]) -> (f64, usize) {
        self.is_chosen[site as usize] = true;
        self.chosen.push(site);
        let (mut gained, mut steps) = (0.0, 0);
        let sites = self.sites;
        for &demand in sites.get(site as usize) {
            let at = demand as usize;
            self.times[at] += 1;
            match self.times[at] {
                1 => {
                    gained += weights[at];
                    steps += self.change(demand, site, -self.heavy[at]);
                    let place = self.places[at] as usize;
                    self.uncovered.swap_remove(place);
                    if let Some(&moved) = self.uncovered.get(place) {
                        self.places[moved as usize] = place as u32;
                    }
                }
                2 => self.scores[self.owners[at] as usize] -= self.heavy[at],
                _ => {}
            }
            self.owners[at] = self.owners[at].wrapping_add(site);
            steps += 1;
        }
        (gained, steps)
    }

    /// Returns the weight that is no longer covered, and the steps taken.
    fn leave(&mut self, site: u32, weights: &[f64]) -> (f64, usize) {
        self.is_chosen[site as usize] = false;
        self.chosen.retain(|chosen| *chosen != site);
        let (mut lost, mut steps) = (0.0, 0);
        let sites = self.sites;
        for &demand in sites.get(site as usize) {
            let at = demand as usize;
            self.times[at] -= 1;
            self.owners[at] = self.owners[at].wrapping_sub(site);
            match self.times[at] {
                0 => {
                    lost += weights[at];
                    steps += self.change(demand, site, self.heavy[at]);
                    self.places[at] = self.uncovered.len() as u32;
                    self.uncovered.push(demand);
                }
                1 => self.scores[self.owners[at] as usize] += self.heavy[at],
                _ => {}
            }
            steps += 1;
        }
        (lost, steps)
    }

    /// What all sites but one would gain by a demand changes.
    fn change(&mut self, demand: u32, but: u32, by: f64) -> usize {
        let holders = self.holders.get(demand as usize);
        for &site in holders {
            if site != but {
                self.scores[site as usize] += by;
            }
        }
        holders.len()
    }

    fn weigh_down(&mut self, weights: &[f64], picked: u32) -> usize {
        let few = self.uncovered.len() <= AT_ONCE;
        let all = if few {
            self.uncovered.clone()
        } else {
            vec![picked]
        };
        let mut steps = all.len();
        for demand in all {
            if self.times[demand as usize] > 0 {
                continue;
            }
            let by = weights[demand as usize] * HEAVIER;
            self.heavy[demand as usize] += by;
            for &site in self.holders.get(demand as usize) {
                self.scores[site as usize] += by;
            }
            steps += self.holders.get(demand as usize).len();
        }
        steps
    }
}
