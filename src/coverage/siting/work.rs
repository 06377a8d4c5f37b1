//! How much may be done, and whether to stop.
//!
//! Work is counted in steps, about one for each list entry looked at, so that the same question gets
//! the same answer on a slow machine and a fast one. The clock is the caller's: only it can cut short.

/// Steps between two looks at the caller's clock: about a millisecond.
const LOOK: u64 = 1 << 20;

/// How far the work is, and what is known by now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// The share of the budget that is spent, 0 to 1; what is proved sooner ends sooner.
    pub share: f64,
    /// The best value met so far, in the answer's unit.
    pub value: Option<f64>,
    /// No choice is better than this; the answer's bound may be tighter.
    pub bound: Option<f64>,
}

impl Progress {
    /// How much better another choice could be at most, in per cent of the value.
    pub fn gap(&self) -> Option<f64> {
        let (value, bound) = (self.value?, self.bound?);
        (value != 0.0).then(|| (value - bound).abs() / value.abs() * 100.0)
    }
}

/// A budget of steps and the caller's word when to stop.
pub struct Work<'a> {
    spent: u64,
    budget: u64,
    looked: u64,
    stop: &'a dyn Fn() -> bool,
    progress: &'a dyn Fn(Progress),
    known: Progress,
    cut: bool,
}

impl<'a> Work<'a> {
    /// At most `budget` steps. `stop` is asked about every millisecond whether time is up or the
    /// question withdrawn; `progress` hears how far it is.
    pub fn new(
        budget: u64,
        stop: &'a dyn Fn() -> bool,
        progress: &'a dyn Fn(Progress),
    ) -> Work<'a> {
        Work {
            spent: 0,
            budget,
            looked: 0,
            stop,
            progress,
            known: Progress::default(),
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

    /// The steps that are left.
    pub(super) fn left(&self) -> u64 {
        self.budget.saturating_sub(self.spent)
    }

    /// What is told of: the best value met, and what no choice betters; infinite is not known yet.
    pub(super) fn knows(&mut self, value: f64, bound: f64) {
        self.known.value = Some(value).filter(|value| value.is_finite());
        self.known.bound = Some(bound).filter(|bound| bound.is_finite());
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
            self.known.share = (self.spent as f64 / self.budget as f64).min(1.0);
            (self.progress)(self.known);
            self.cut = (self.stop)();
        }
        !self.is_over()
    }
}
