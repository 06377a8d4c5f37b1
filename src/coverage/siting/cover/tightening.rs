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

#[cfg(test)]
mod tests {
    use super::super::super::lists::Lists;
    use super::*;
    use proptest::prelude::*;

    /// The relaxation's bound without cuts and with them, and how many cuts pay.
    fn bounds(weights: &[f64], sites: &Lists, count: usize) -> (f64, f64, usize) {
        let part = Reduced::new(weights, sites);
        let whole = Whole {
            part: &part,
            count: count.min(part.ids.len()),
            aim: (best(weights, sites, count), 0.0),
        };
        let none = Cuts::default();
        let problem = whole.problem(&none);
        let start = Start::at(problem, vec![0.0; part.weights.len()]);
        let effort = Effort {
            steps: 2_000,
            most: u64::MAX,
            slack: 0.0,
        };
        let never = || false;
        let mut work = Work::new(u64::MAX, &never, &|_| {});
        let plain = primal_dual::bound(problem, start, whole.aim, effort, &mut work);
        let (before, mut pool) = (part.base + plain.bound, Pool::default());
        let cut = whole.tightened(plain, &mut pool, u64::MAX / 2, &mut work);
        let paying = pool.proved().filter(|paid| *paid > 0.0).count();
        (before, part.base + cut.bound, paying)
    }

    fn best(weights: &[f64], sites: &Lists, count: usize) -> f64 {
        let all = 0..1_u32 << sites.len();
        let choices = all.filter(|choice| choice.count_ones() as usize <= count);
        let covers = choices.map(|choice| {
            let chosen: Vec<u32> = (0..sites.len() as u32)
                .filter(|site| choice >> site & 1 == 1)
                .collect();
            super::super::covered(weights, sites, &chosen)
        });
        covers.fold(0.0, f64::max)
    }

    /// Halves of all six sites cover two triangles; three whole sites cover one and two thirds of the
    /// other.
    #[test]
    fn triangles_are_cut_to_what_whole_sites_cover() {
        let edges = [[0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5]];
        let sites: Lists = edges.into_iter().collect();
        let (plain, cut, paying) = bounds(&[1e6; 6], &sites, 3);
        assert!((6e6..6.000_1e6).contains(&plain), "{plain}");
        assert!((5e6..5.000_1e6).contains(&cut), "{cut}");
        assert_eq!(paying, 2);
    }

    /// Sites that reach two or three of nine demands each, of which many are in triangles.
    fn knotty() -> impl Strategy<Value = (Vec<f64>, Lists, usize)> {
        let site = prop::collection::btree_set(0..9_u32, 2..=3);
        let sites = prop::collection::vec(site, 6..=10);
        let weights = prop::collection::vec((1..50_u32).prop_map(f64::from), 9);
        (weights, sites, 2..5_usize)
            .prop_map(|(weights, sites, count)| (weights, sites.into_iter().collect(), count))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_choice_covers_more_than_the_cut_bound((weights, sites, count) in knotty()) {
            let (plain, cut, paying) = bounds(&weights, &sites, count);
            let best = best(&weights, &sites, count);
            prop_assert!(cut >= best, "{cut} with {paying} cuts, but {best} can be covered");
            prop_assert!(cut <= plain, "{cut} is no better than {plain}");
        }
    }
}
