//! The queue for checks of whole files. Two run at a time in a process, because each takes seconds of
//! processor time and a hundred megabytes. A waiting user sees how many checks come first.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::cache::Key;
use crate::domain::change::ActorId;
use crate::domain::submission::SubmissionId;
use crate::interchange::progress::Progress;

/// Whole checks at a time.
const AT_ONCE: usize = 2;
/// Waiting at once; fewer than may ask the database, so that everybody else still can.
const WAITING: usize = 24;
/// Bytes of files that wait.
const BYTES: usize = 128 << 20;
/// How long one waits.
const LONGEST: Duration = Duration::from_secs(60);
/// Text up to this size is checked within moments, and waits for no turn.
const SMALL: usize = 64 << 10;

/// Whose file is checked, and which.
#[derive(Debug, Clone)]
pub(in crate::directory) struct CheckRequest {
    /// Who waits for it.
    pub by: ActorId,
    /// The submission; one that is being handed in has none.
    pub submission: Option<SubmissionId>,
    /// What its sender calls the request.
    pub request: Option<String>,
}

/// A running or waiting check, as its requester sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The submission; one that is being handed in has none.
    pub submission: Option<i64>,
    /// The `Idempotency-Key` of the request.
    pub request: Option<String>,
    /// `waiting`, `reading` or `comparing`.
    pub state: &'static str,
    /// How many others come first.
    pub before: usize,
    /// Rows of the file; `null` while nobody knows.
    pub rows: Option<usize>,
    /// Rows that are read, or compared with what is published.
    pub done: usize,
}

/// The turns.
#[derive(Default)]
pub(in crate::directory) struct Turns {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    next: u64,
    waiting: VecDeque<QueueEntry>,
    running: Vec<QueueEntry>,
}

struct QueueEntry {
    number: u64,
    asked: CheckRequest,
    /// What will be found, where others may ask for the same.
    what: Option<Key>,
    bytes: usize,
    progress: Arc<Progress>,
}

/// A turn; it ends when this is dropped.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    /// None of a small file.
    number: Option<u64>,
    pub progress: Arc<Progress>,
}

impl Turns {
    /// A turn for this file, after those who came before. `what` is not found twice at the same time.
    /// `None` where too many wait, or it takes too long.
    pub(super) fn turn(
        &self,
        asked: &CheckRequest,
        what: Option<Key>,
        bytes: &[u8],
    ) -> Option<Turn<'_>> {
        let progress = Arc::new(Progress::default());
        // A workbook is packed: its size says little.
        if bytes.len() <= SMALL && !bytes.starts_with(b"PK") {
            return Some(Turn {
                turns: self,
                number: None,
                progress,
            });
        }
        let mut state = self.state();
        let held: usize = state.waiting.iter().map(|entry| entry.bytes).sum();
        let is_free = state.waiting.is_empty() && state.running.len() < AT_ONCE;
        if !is_free && (state.waiting.len() >= WAITING || held + bytes.len() > BYTES) {
            return None;
        }
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(QueueEntry {
            number,
            asked: asked.clone(),
            what,
            bytes: bytes.len(),
            progress: Arc::clone(&progress),
        });
        let begun = Instant::now();
        while !state.begin(number) {
            let Some(left) = LONGEST.checked_sub(begun.elapsed()) else {
                state.waiting.retain(|entry| entry.number != number);
                return None;
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        // The next in line may be free to go, too.
        self.changed.notify_all();
        Some(Turn {
            turns: self,
            number: Some(number),
            progress,
        })
    }

    /// The checks that somebody waits for.
    pub fn of(&self, by: ActorId) -> Vec<Check> {
        let state = self.state();
        let running = state.running.iter().map(|entry| (entry, None));
        let waiting = state.waiting.iter().enumerate();
        let all = running.chain(waiting.map(|(before, entry)| (entry, Some(before))));
        let own = all.filter(|(entry, _)| entry.asked.by == by);
        own.map(|(entry, before)| entry.seen(before)).collect()
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut state = self.turns.state();
            state.running.retain(|entry| entry.number != number);
            drop(state);
            self.turns.changed.notify_all();
        }
    }
}

impl QueueState {
    /// Lets that one run if it is its turn.
    fn begin(&mut self, number: u64) -> bool {
        if self.running.len() >= AT_ONCE {
            return false;
        }
        let is_found = |what: &Option<Key>| {
            what.is_some() && self.running.iter().any(|running| running.what == *what)
        };
        let first = self.waiting.iter().position(|entry| !is_found(&entry.what));
        let is_next = |at: &usize| self.waiting[*at].number == number;
        let Some(entry) = first.filter(is_next).and_then(|at| self.waiting.remove(at)) else {
            return false;
        };
        self.running.push(entry);
        true
    }
}

impl QueueEntry {
    fn seen(&self, before: Option<usize>) -> Check {
        let now = self.progress.now();
        let (state, done) = match before {
            Some(_) => ("waiting", 0),
            None if now.read < now.rows || now.rows == 0 => ("reading", now.read),
            None => ("comparing", now.compared),
        };
        Check {
            submission: self.asked.submission.map(|id| id.0),
            request: self.asked.request.clone(),
            state,
            before: before.unwrap_or(0),
            rows: (now.rows > 0).then_some(now.rows),
            done,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn asked(by: i64) -> CheckRequest {
        CheckRequest {
            by: ActorId(by),
            submission: None,
            request: Some(format!("r{by}")),
        }
    }

    const LARGE: &[u8] = &[b','; SMALL + 1];

    #[test]
    fn two_run_and_the_others_wait_in_their_order() {
        let turns = Turns::default();
        let (most, now) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let order = Mutex::new(Vec::new());
        let first = turns.turn(&asked(0), None, LARGE).unwrap();
        let second = turns.turn(&asked(0), None, LARGE).unwrap();
        std::thread::scope(|scope| {
            for by in 1..9 {
                // Each has come before the next one does.
                let (turns, most, now, order) = (&turns, &most, &now, &order);
                scope.spawn(move || {
                    let turn = turns.turn(&asked(by), None, LARGE).unwrap();
                    order.lock().unwrap().push(by);
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                });
                while turns.of(ActorId(by)).is_empty() {
                    std::thread::yield_now();
                }
                let [seen] = &turns.of(ActorId(by))[..] else {
                    panic!("one of each")
                };
                assert_eq!((seen.state, seen.before), ("waiting", by as usize - 1));
                assert_eq!(seen.request, Some(format!("r{by}")));
            }
            // What is small waits for nobody.
            assert!(turns.turn(&asked(99), None, b"a,b").is_some());
            assert_eq!(turns.of(ActorId(0)).len(), 2);
            assert!(turns.of(ActorId(99)).is_empty());
            drop(first);
            drop(second);
        });
        assert!(most.into_inner() <= AT_ONCE);
        assert_eq!(order.into_inner().unwrap().len(), 8);
        assert!(turns.state().running.is_empty() && turns.state().waiting.is_empty());
    }

    #[test]
    fn only_so_many_wait() {
        let turns = Turns::default();
        let held: Vec<_> = (0..2).map(|_| turns.turn(&asked(0), None, LARGE)).collect();
        std::thread::scope(|scope| {
            for _ in 0..WAITING {
                scope.spawn(|| drop(turns.turn(&asked(1), None, LARGE)));
            }
            while turns.of(ActorId(1)).len() < WAITING {
                std::thread::yield_now();
            }
            assert!(turns.turn(&asked(2), None, LARGE).is_none());
            drop(held);
        });
        // The largest file is let in where nobody waits.
        assert!(turns.turn(&asked(2), None, LARGE).is_some());
    }
}
