//! What a question of siting is answered with, and why one can not be.

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The greatest weight within the radius of a chosen site.
    Cover,
    /// The least sum of weight × metres to the nearest chosen site.
    Median,
    /// The smallest largest distance to the nearest chosen site.
    Center,
}

impl Objective {
    /// Its name in answers and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Objective::Cover => "cover",
            Objective::Median => "median",
            Objective::Center => "center",
        }
    }
}

/// Where to put the sites, and how good that is at best and provably.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was sought.
    pub objective: Objective,
    /// What the sites reach, counted from scratch.
    pub value: f64,
    /// No choice whatever is better than this; equal to `value` when that is proved best.
    pub bound: f64,
    /// The chosen candidates, ascending.
    pub sites: Vec<u32>,
    /// What found and what proved it.
    pub method: &'static str,
    /// Whether the caller's clock stopped the work.
    pub cut: bool,
    /// Cover: the same for fewer sites, from one on.
    pub curve: Vec<Step>,
}

/// A point of the curve of people covered against the number of sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// So many sites
    pub count: u32,
    /// cover this weight,
    pub value: f64,
    /// and no choice of so many covers more than this.
    pub bound: f64,
}

impl Answer {
    /// Nothing better exists.
    pub fn is_proved(&self) -> bool {
        self.bound == self.value
    }

    /// How much better another choice could be at most, as a share of the value (of the bound,
    /// where the value is nothing).
    pub fn gap(&self) -> f64 {
        let room = (self.value - self.bound).abs();
        match (room == 0.0, self.value == 0.0) {
            (true, _) => 0.0,
            (false, true) => 1.0,
            (false, false) => room / self.value.abs(),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No site is to be chosen.
    #[error("the number of sites is 0; choose at least 1")]
    NoSites,
    /// More are to be chosen than there are.
    #[error("{count} sites cannot be chosen among {candidates} candidates")]
    TooFewCandidates {
        /// So many are to be chosen
        count: usize,
        /// among so many.
        candidates: usize,
    },
    /// A demand that counts has no candidate in reach at all.
    #[error("no candidate can be reached from demand number {0}")]
    OutOfReach(usize),
    /// Every choice leaves somebody without a site in reach.
    #[error("{count} sites cannot reach all demand; at least {needed} are needed")]
    MoreNeeded {
        /// So many were to be chosen;
        count: usize,
        /// it takes at least so many.
        needed: usize,
    },
    /// It is not known whether any choice reaches all.
    #[error("no choice of {0} sites was found that reaches all demand")]
    NoneFound(usize),
}

/// Refuses numbers of sites that cannot be chosen.
pub(super) fn check_count(count: usize, candidates: usize) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::NoSites),
        count if count > candidates => Err(Refusal::TooFewCandidates { count, candidates }),
        _ => Ok(()),
    }
}

/// Brings a choice to exactly `count` sites, with the first candidates not chosen yet, in order.
pub(super) fn completed(mut sites: Vec<u32>, count: usize, candidates: usize) -> Vec<u32> {
    let mut chosen = vec![false; candidates];
    for &site in &sites {
        chosen[site as usize] = true;
    }
    let missing = count.saturating_sub(sites.len());
    let others = (0..candidates as u32).filter(|site| !chosen[*site as usize]);
    sites.extend(others.take(missing));
    sites.sort_unstable();
    sites
}

/// The `count` best of `0..scores.len()`: greatest score first, among equals the first. They come
/// in front, and the best of the others just behind them.
pub(super) fn best(order: &mut Vec<u32>, scores: &[f64], count: usize) {
    order.clear();
    order.extend(0..scores.len() as u32);
    let by_score = |a: &u32, b: &u32| {
        scores[*b as usize]
            .total_cmp(&scores[*a as usize])
            .then(a.cmp(b))
    };
    if count < order.len() {
        order.select_nth_unstable_by(count, by_score);
    }
}
