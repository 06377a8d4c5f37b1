//! The linear relaxation of the whole made tighter by cuts, in rounds: what the sites' parts break is
//! found, and the walk goes on with it.

use super::super::work::Work;
use super::bound::{Multipliers, Priced};
use super::cuts::{Cuts, Pool};
use super::primal_dual::{self, Dual, Effort, Start};
use super::reduced::Reduced;

/// Cuts are sought so many times,
const ROUNDS: usize = 5;
/// with so many steps of the walk between,
const STEPS: usize = 300;
/// and at last at most so many.
const LAST: usize = 4_000;
/// The bound is good enough when it exceeds the relaxation's value by at most this share of what it
/// exceeds the known choice by.
const SLACK: f64 = 0.02;

/// The whole of a question.
pub(super) struct Whole<'a> {
    pub part: &'a Reduced,
    /// So many sites are chosen.
    pub count: usize,
    /// What is covered by the best choice known, and what the bound must fall to.
    pub aim: (f64, f64),
}

impl Whole<'_> {
    /// What is priced.
    pub(super) fn problem<'a>(&'a self, cuts: &'a Cuts) -> Priced<'a> {
        Priced {
            weights: &self.part.weights,
            must: &self.part.must,
            sites: &self.part.sites,
            cuts,
            count: self.count,
        }
    }

    /// The relaxation with cuts, found with at most so many steps of work: the pool keeps them with
    /// their multipliers. `dual` is what it came to without.
    pub(super) fn tightened(
        &self,
        mut dual: Dual,
        pool: &mut Pool,
        most: u64,
        work: &mut Work,
    ) -> Dual {
        let until = work.spent() + most;
        let mut end = dual.end.clone();
        for round in 1..=ROUNDS {
            let left = until.saturating_sub(work.spent());
            if dual.bound <= self.aim.1 || left == 0 || work.is_over() {
                break;
            }
            let parts = end.parts.as_ref().unwrap_or(&dual.parts);
            let found = pool.separate(self.part, parts, left, work);
            if found == 0 && round == 1 {
                break;
            }
            let (cuts, which) = pool.of_part(self.part);
            work.spend(2 * self.part.sites.items() + cuts.items());
            let effort = Effort {
                steps: if round < ROUNDS { STEPS } else { LAST },
                most: until.saturating_sub(work.spent()),
                slack: SLACK,
            };
            let start = Start {
                multipliers: Multipliers {
                    demand: end.multipliers.demand,
                    cuts: pool.ended(&which),
                },
                ..end
            };
            let next = primal_dual::bound(self.problem(&cuts), start, self.aim, effort, work);
            pool.ends(&which, &next.end.multipliers.cuts);
            end = next.end.clone();
            if next.bound < dual.bound {
                pool.proves(&which, &next.multipliers.cuts);
                dual = next;
            }
            pool.forget_idle();
        }
        dual
    }
}
