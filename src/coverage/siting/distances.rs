//! How far it is from each demand to the candidates in its reach.

/// For each demand the candidates it can reach, nearest first.
///
/// A list may end before the farthest candidate; then [`Distances::horizon`] says that whatever is
/// missing is at least so far, and [`Beyond`] measures it where that is needed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distances {
    starts: Vec<usize>,
    sites: Vec<u32>,
    metres: Vec<f64>,
    horizons: Vec<f64>,
    candidates: usize,
}

/// Measures distances that are not listed.
pub trait Beyond {
    /// From a demand to a candidate; infinite where there is no way.
    fn metres(&self, demand: usize, site: u32) -> f64;
}

/// All that can be reached is listed.
pub struct Nothing;

impl Beyond for Nothing {
    fn metres(&self, _: usize, _: u32) -> f64 {
        f64::INFINITY
    }
}

impl Distances {
    /// No demand yet, and so many candidates.
    pub fn new(candidates: usize) -> Distances {
        Distances {
            starts: vec![0],
            candidates,
            ..Distances::default()
        }
    }

    /// Adds a demand: candidates with their distances in any order, each once, and the distance
    /// from which on others may exist (infinite if these are all).
    pub fn push(&mut self, mut reach: Vec<(u32, f64)>, horizon: f64) {
        reach.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        self.sites.extend(reach.iter().map(|(site, _)| *site));
        self.metres.extend(reach.iter().map(|(_, metres)| *metres));
        self.starts.push(self.sites.len());
        self.horizons.push(horizon);
    }

    /// How many demands there are.
    pub fn len(&self) -> usize {
        self.horizons.len()
    }

    /// Whether there is no demand.
    pub fn is_empty(&self) -> bool {
        self.horizons.is_empty()
    }

    /// How many candidates there are, reached or not.
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// How many distances are listed.
    pub fn entries(&self) -> usize {
        self.sites.len()
    }

    /// The candidates of a demand and how far they are, nearest first.
    pub fn of(&self, demand: usize) -> impl DoubleEndedIterator<Item = (u32, f64)> + Clone {
        let range = self.starts[demand]..self.starts[demand + 1];
        let sites = self.sites[range.clone()].iter().copied();
        sites.zip(self.metres[range].iter().copied())
    }

    /// Candidates that are not listed for a demand are at least so far away.
    pub fn horizon(&self, demand: usize) -> f64 {
        self.horizons[demand]
    }

    /// Whether every candidate that can be reached is listed.
    pub fn is_complete(&self) -> bool {
        self.horizons
            .iter()
            .all(|horizon| *horizon == f64::INFINITY)
    }

    /// The distance to the nearest of some candidates, looked up plainly.
    pub fn nearest(&self, demand: usize, chosen: &[bool], beyond: &impl Beyond) -> f64 {
        let listed = self.of(demand).find(|(site, _)| chosen[*site as usize]);
        let listed = listed.map_or(f64::INFINITY, |(_, metres)| metres);
        if listed <= self.horizons[demand] {
            return listed;
        }
        let all = (0_u32..).zip(chosen).filter(|(_, chosen)| **chosen);
        all.map(|(site, _)| beyond.metres(demand, site))
            .fold(listed, f64::min)
    }
}
