//! How far points are from each other: geodesics on WGS 84, or straight lines on a plane.

use super::distances::{Beyond, Distances};
use super::lists::Lists;
use super::points::{Points, Space};
use crate::coverage::reach::Patience;
use crate::earth::tree::{Found, Search, Shortest, Tree};
use crate::earth::{Ecef, ROUNDING, chord_of_sharpest_bend, ecef_of, karney};

/// So many distances are measured and kept at most: about two seconds and 50 MB. What is beyond is
/// measured when it is asked for.
const KEPT: usize = 3_000_000;

/// Demands between two looks at whether somebody still waits.
const LOOK: usize = 256;

/// Why there are no lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unlisted {
    /// Nobody waits any more, or it takes too long.
    #[error("stopped before the end")]
    Stopped,
    /// There would be more pairs than this.
    #[error("more than {0} pairs of candidate and demand")]
    TooMany(usize),
}

/// At least so many of the nearest candidates are known of each demand.
const FEWEST: usize = 16;

/// Demand and candidates, and where they are.
pub struct Reach<'a> {
    demand: &'a Points,
    candidates: &'a Points,
    space: Space,
    tree: Tree,
}

impl<'a> Reach<'a> {
    /// Points in one space that has distances of its own.
    pub fn new(demand: &'a Points, candidates: &'a Points, space: Space) -> Reach<'a> {
        let at = candidates.at.iter().map(|at| coordinates(*at, space));
        Reach {
            demand,
            candidates,
            space,
            tree: Tree::build(at.zip(0..)),
        }
    }

    /// What each candidate has within a radius, its edge included.
    pub fn within(&self, metres: f64) -> Lists {
        let all = self.within_at_most(metres, usize::MAX, &|| true);
        all.unwrap_or_default()
    }

    /// The same, unless that is more than so many pairs of candidate and demand, or nobody waits.
    pub fn within_at_most(
        &self,
        metres: f64,
        most: usize,
        patience: Patience<'_>,
    ) -> Result<Lists, Unlisted> {
        let surely = match self.space {
            // A longer geodesic would have a longer chord than this.
            Space::Earth => chord_of_sharpest_bend(metres) - ROUNDING,
            _ => f64::NEG_INFINITY,
        };
        let mut near = Lists::with_capacity(self.demand.at.len(), 0);
        for demand in 0..self.demand.at.len() {
            if demand % LOOK == LOOK - 1 && !patience() {
                return Err(Unlisted::Stopped);
            }
            let mut all = Within {
                reach2: (metres + ROUNDING) * (metres + ROUNDING),
                found: Vec::new(),
            };
            self.tree.search(self.from(demand), &mut all);
            let found = all.found.into_iter();
            let mut sites: Vec<u32> = found
                .filter(|found| {
                    found.chord2.sqrt() < surely || self.metres(demand, found.slot) <= metres
                })
                .map(|found| found.slot)
                .collect();
            sites.sort_unstable();
            near.push(sites);
            if near.items() > most {
                return Err(Unlisted::TooMany(most));
            }
        }
        Ok(near.turned(self.candidates.at.len()))
    }

    /// From each demand to its nearest candidates: to all, where those are not too many.
    pub fn distances(&self) -> Distances {
        let mut distances = Distances::new(self.candidates.at.len());
        let all = self.each_nearest(&|| true, |reach, horizon| distances.push(reach, horizon));
        debug_assert!(all.is_ok());
        distances
    }

    /// Hands to `each`, in order of demand, its nearest candidates with their distances, and from
    /// what distance on there are others.
    pub fn each_nearest(
        &self,
        patience: Patience<'_>,
        mut each: impl FnMut(Vec<(u32, f64)>, f64),
    ) -> Result<(), Unlisted> {
        let all = self.candidates.at.len();
        let nearest = (KEPT / self.demand.at.len().max(1)).clamp(FEWEST, all.max(FEWEST));
        for demand in 0..self.demand.at.len() {
            if demand % LOOK == LOOK - 1 && !patience() {
                return Err(Unlisted::Stopped);
            }
            let mut shortest = Shortest::new(nearest, f64::INFINITY, |_: Found| true);
            self.tree.search(self.from(demand), &mut shortest);
            let found = shortest.into_sorted();
            let horizon = match found.last() {
                // No geodesic is shorter than its chord.
                Some(last) if found.len() < all => last.chord2.sqrt() - ROUNDING,
                _ => f64::INFINITY,
            };
            let measured = found
                .iter()
                .map(|found| (found.slot, self.metres(demand, found.slot)));
            each(measured.collect(), horizon);
        }
        Ok(())
    }

    fn from(&self, demand: usize) -> Ecef {
        coordinates(self.demand.at[demand], self.space)
    }
}

impl Beyond for Reach<'_> {
    fn metres(&self, demand: usize, site: u32) -> f64 {
        let (from, to) = (self.demand.at[demand], self.candidates.at[site as usize]);
        match self.space {
            Space::Earth => karney(from, to),
            Space::Plane | Space::Listed => (from[0] - to[0]).hypot(from[1] - to[1]),
        }
    }
}

fn coordinates([x, y]: [f64; 2], space: Space) -> Ecef {
    match space {
        Space::Earth => ecef_of(x, y),
        Space::Plane | Space::Listed => [x, y, 0.0],
    }
}

/// All points in reach.
struct Within {
    reach2: f64,
    found: Vec<Found>,
}

impl Search for Within {
    fn reach2(&self) -> f64 {
        self.reach2
    }

    fn offer(&mut self, found: Found) {
        self.found.push(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(at: Vec<[f64; 2]>) -> Points {
        let ids = (0..at.len()).map(|i| i.to_string()).collect();
        let weights = vec![1.0; at.len()];
        Points { ids, at, weights }
    }

    fn some(space: Space) -> impl Strategy<Value = Points> {
        let (x, y) = match space {
            Space::Earth => (-122.6..-122.3, 37.6..37.9),
            _ => (0.0..30_000.0, 0.0..30_000.0),
        };
        prop::collection::vec((x, y).prop_map(|(x, y)| [x, y]), 1..40).prop_map(points)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_within_is_what_measuring_all_finds(
            (demand, sites, space) in prop_oneof![Just(Space::Earth), Just(Space::Plane)]
                .prop_flat_map(|space| (some(space), some(space), Just(space))),
            metres in 0.0..20_000.0f64,
        ) {
            let reach = Reach::new(&demand, &sites, space);
            let within = reach.within(metres);
            for (site, near) in within.iter().enumerate() {
                let all = (0..demand.at.len()).filter(|d| reach.metres(*d, site as u32) <= metres);
                prop_assert_eq!(near.to_vec(), all.map(|d| d as u32).collect::<Vec<_>>());
            }
            let distances = reach.distances();
            prop_assert!(distances.is_complete());
            for d in 0..demand.at.len() {
                prop_assert_eq!(distances.of(d).count(), sites.at.len());
            }
        }
    }
}
