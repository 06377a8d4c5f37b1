//! Past states of the directory, built on request.
//!
//! Reading the log up to a number costs as much as starting the program. So one state is built at a time,
//! the last two are cached, and only a few requests may wait; further ones must try again later.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::generation::until;
use super::{Directory, Error, Generation, moment};
use crate::domain::change::{Moment, Seq};
use crate::store::Head;

/// How many are kept.
const KEPT: usize = 2;
/// One that nobody asked for so long is given up.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
/// How many may wait while one is built.
const WAITING: usize = 8;

/// Clocks that differ by less do not make a moment future.
const SECOND: i64 = 1_000_000;

/// A time, as somebody names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// After the change of this number; 0 is before the first.
    Seq(Seq),
    /// At this moment.
    Moment(Moment),
}

/// Why there is no answer as of then.
#[derive(Debug, thiserror::Error)]
pub enum NoPast {
    /// The moment has not come; now is the second.
    #[error("that is in the future: it is {}", .0.rfc3339())]
    Future(Moment),
    /// The log ends at this number.
    #[error("the log ends at {0}")]
    Beyond(Seq),
    /// Others wait for old states already.
    #[error("too many ask for old states at once")]
    Busy,
    /// The log could not be read.
    #[error("{0}")]
    Error(#[from] Error),
}

/// An old state.
struct PastState {
    generation: Arc<Generation>,
    /// When the next change was published: until then this was what the directory said.
    until: Option<Moment>,
    asked: Instant,
}

/// The old states kept.
#[derive(Default)]
pub(super) struct Past {
    /// The one asked for last at the end.
    kept: Mutex<Vec<PastState>>,
    /// Held while one is built.
    building: Mutex<()>,
    waiting: AtomicUsize,
}

impl Directory {
    /// The directory as of then; what is published now where nothing has changed since. It may have
    /// to be built, and to wait for that: not for async code.
    pub fn as_of(&self, then: AsOf) -> Result<Arc<Generation>, NoPast> {
        let now = self.now();
        let head = now.snapshot.seq();
        let seq = match then {
            AsOf::Seq(seq) if seq > head => return Err(NoPast::Beyond(head)),
            AsOf::Seq(seq) => seq,
            AsOf::Moment(then) if then.0 > moment().0 + SECOND => {
                return Err(NoPast::Future(moment()));
            }
            // The last change may be ahead of a clock that was set back.
            AsOf::Moment(then) if then >= now.snapshot.at() || then >= moment() => head,
            AsOf::Moment(then) => match self.past.at(then, &now) {
                Some(kept) => return Ok(kept),
                None => self.last_before(then, head)?,
            },
        };
        if seq == head {
            return Ok(now);
        }
        if let Some(kept) = self.past.get(seq, &now) {
            return Ok(kept);
        }
        let _place = self.past.place().ok_or(NoPast::Busy)?;
        let _building = lock(&self.past.building);
        // Whoever was built meanwhile may be the one.
        if let Some(kept) = self.past.get(seq, &now) {
            return Ok(kept);
        }
        let end = Head {
            seq: head,
            hash: now.basis.hash,
            reference: now.reference,
            directory_id: now.basis.directory_id.clone(),
        };
        let known = Arc::clone(&now.known);
        let built = until(&self.store, &end, seq, known, now.basis.lineage)?;
        self.note_damages(built.damages);
        let built = Arc::new(built.generation);
        let until = self.store.moment_of(Seq(seq.0 + 1)).map_err(Error::from)?;
        self.past.keep(Arc::clone(&built), until);
        Ok(built)
    }

    /// The last change published at `then` or before. Numbers are given in the order of time, so
    /// that halving finds it; where a clock was set back, one of the places where it fits.
    fn last_before(&self, then: Moment, head: Seq) -> Result<Seq, NoPast> {
        // All up to `low` are published by then, those from `high` on later.
        let (mut low, mut high) = (0, head.0);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            match self.store.moment_of(Seq(middle)).map_err(Error::from)? {
                Some(at) if at <= then => low = middle,
                _ => high = middle,
            }
        }
        Ok(Seq(low))
    }
}

impl Past {
    /// Gives up what nobody has asked for in a while.
    pub(super) fn forget(&self) {
        lock(&self.kept).retain(|old| old.asked.elapsed() < KEPT_FOR);
    }

    fn get(&self, seq: Seq, now: &Generation) -> Option<Arc<Generation>> {
        self.find(now, |old| old.generation.snapshot.seq() == seq)
    }

    /// The state of a moment, where it is kept.
    fn at(&self, then: Moment, now: &Generation) -> Option<Arc<Generation>> {
        self.find(now, |old| {
            old.generation.snapshot.at() <= then && old.until.is_some_and(|until| then < until)
        })
    }

    fn find(
        &self,
        now: &Generation,
        wanted: impl Fn(&PastState) -> bool,
    ) -> Option<Arc<Generation>> {
        let mut kept = lock(&self.kept);
        // Of a log that went back, or from before a value was taken out: no longer what the log says.
        kept.retain(|PastState { generation, .. }| {
            generation.basis.lineage == now.basis.lineage && generation.reference == now.reference
        });
        let place = kept.iter().position(wanted)?;
        let mut found = kept.remove(place);
        found.asked = Instant::now();
        let generation = Arc::clone(&found.generation);
        kept.push(found);
        Some(generation)
    }

    fn keep(&self, generation: Arc<Generation>, until: Option<Moment>) {
        let mut kept = lock(&self.kept);
        kept.push(PastState {
            generation,
            until,
            asked: Instant::now(),
        });
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }

    fn place(&self) -> Option<WaitingPlace<'_>> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = WaitingPlace(&self.waiting);
        (before < WAITING).then_some(place)
    }
}

/// A place among those who wait; given back when it is dropped.
struct WaitingPlace<'a>(&'a AtomicUsize);

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
