//! How much may be done, and whether to stop.
//!
//! Work is counted in steps, about one for each list entry looked at, so that the same question gets
//! the same answer on a slow machine and a fast one. The clock is the caller's: only it can cut short.

/// Steps between two looks at the caller's clock: about a millisecond.
const LOOK: u64 = 1 << 20;

/// A budget of steps and the caller's word when to stop.
pub struct Work<'a> {
    spent: u64,
    budget: u64,
    looked: u64,
    stop: &'a dyn Fn() -> bool,
    progress: &'a dyn Fn(f64),
    cut: bool,
}

impl<'a> Work<'a> {
    /// At most `budget` steps. `stop` is asked about every millisecond whether time is up or the
    /// question withdrawn; `progress` hears the share of the budget that is spent, 0 to 1.
    pub fn new(budget: u64, stop: &'a dyn Fn() -> bool, progress: &'a dyn Fn(f64)) -> Work<'a> {
        Work {
            spent: 0,
            budget,
            looked: 0,
            stop,
            progress,
            cut: false,
        }
    }

    /// Whether the caller stopped the work before its budget was used up or the answer proved.
    pub fn was_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn spent(&self) -> u64 {
        self.spent
    }

    /// The steps of a share of the budget, for a part of the work that must not take all.
    pub(super) fn share(&self, share: f64) -> u64 {
        (self.budget as f64 * share) as u64
    }

    /// Nothing more may be done.
    pub(super) fn is_over(&self) -> bool {
        self.cut || self.spent >= self.budget
    }

    /// Counts steps; whether more may be done.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        self.spent += steps as u64;
        if self.spent - self.looked >= LOOK && !self.cut {
            self.looked = self.spent;
            (self.progress)((self.spent as f64 / self.budget as f64).min(1.0));
            self.cut = (self.stop)();
        }
        !self.is_over()
    }
}
