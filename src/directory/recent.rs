//! The latest public changes, cached in memory, so that programs that keep a copy get them while the
//! database is away.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::history::PublicChange;
use super::{Directory, Error, Generation};
use crate::domain::change::Seq;

/// So many are kept.
const KEPT: usize = 1_000;

/// The last changes of one log.
#[derive(Default)]
pub(super) struct Recent(Mutex<Changes>);

#[derive(Default)]
struct Changes {
    /// Of which log, and with which values taken out.
    of: Option<(u64, i64)>,
    /// All changes after the first number, up to the second, but damaged ones.
    range: (Seq, Seq),
    changes: VecDeque<PublicChange>,
}

impl Directory {
    /// Reads what is not kept yet of the last changes.
    pub(super) fn gather_recent(&self) -> Result<(), Error> {
        let now = self.now();
        let (of, head) = (of(&now), now.snapshot.seq());
        let (known, end) = {
            let changes = self.recent.lock();
            (changes.of, changes.range.1)
        };
        let kept = KEPT as i64;
        let goes_on = known == Some(of) && (0..=kept).contains(&(head.0 - end.0));
        if goes_on && head == end {
            return Ok(());
        }
        let since = match goes_on {
            true => end,
            false => Seq((head.0 - kept).max(0)),
        };
        let read = self.read_changes(since, head, KEPT)?;
        let mut changes = self.recent.lock();
        if !goes_on {
            *changes = Changes {
                of: Some(of),
                range: (since, since),
                changes: VecDeque::new(),
            };
        }
        changes.changes.extend(read);
        changes.range.1 = head;
        while changes.changes.len() > KEPT {
            if let Some(first) = changes.changes.pop_front() {
                changes.range.0 = first.seq;
            }
        }
        Ok(())
    }

    /// At most `limit` changes after `since` and up to `up_to`, in order: from memory where they are kept.
    pub fn changes(
        &self,
        since: Seq,
        up_to: Seq,
        limit: usize,
    ) -> Result<Vec<PublicChange>, Error> {
        let kept = self.recent.get(&self.now(), since, up_to, limit);
        kept.map_or_else(|| self.read_changes(since, up_to, limit), Ok)
    }
}

impl Recent {
    fn get(
        &self,
        now: &Generation,
        since: Seq,
        up_to: Seq,
        limit: usize,
    ) -> Option<Vec<PublicChange>> {
        let changes = self.lock();
        let (first, last) = changes.range;
        if changes.of != Some(of(now)) || since < first || up_to > last {
            return None;
        }
        let wanted = |change: &&PublicChange| change.seq > since && change.seq <= up_to;
        Some(
            changes
                .changes
                .iter()
                .filter(wanted)
                .take(limit)
                .cloned()
                .collect(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of(generation: &Generation) -> (u64, i64) {
    (generation.basis.lineage, generation.reference)
}
