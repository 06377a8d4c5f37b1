//! A bounded cache of checked submissions.
//!
//! The key contains everything a check depends on, so that a change by another process, or another day,
//! misses the cache.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Checked;
use crate::directory::Generation;
use crate::domain::submission::Submission;

/// The most entries: the few people who edit a sheet at the same time.
const MOST: usize = 8;
/// So many bytes in all, by their own estimate; the one looked at last is kept in any case.
const BYTES: usize = 256 << 20;
/// So long, when nobody looks at it.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// What an answer that is kept was found from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: i64,
    revision: i64,
    /// The state of the directory, as its answers' ETags name it.
    tag: String,
    /// The day in Japan: what was checked tomorrow cannot be.
    day: chrono::NaiveDate,
}

impl Key {
    /// Of a submission as it is, held against that generation today.
    pub fn of(submission: &Submission, now: &Generation) -> Key {
        Key {
            id: submission.id.0,
            revision: submission.revision,
            tag: now.tag.clone(),
            day: super::super::today(),
        }
    }

    /// The same of what was checked before and goes with this revision now.
    pub fn of_checked(submission: &Submission, checked: &Checked) -> Key {
        Key {
            id: submission.id.0,
            revision: submission.revision,
            tag: checked.tag.clone(),
            day: checked.day,
        }
    }
}

struct CachedCheck {
    key: Key,
    checked: Arc<Checked>,
    weight: usize,
    used: Instant,
}

/// The last few answers, the one looked at last at the end.
#[derive(Default)]
pub(in crate::directory) struct CheckCache(Vec<CachedCheck>);

impl CheckCache {
    pub(super) fn find(&mut self, key: &Key) -> Option<Arc<Checked>> {
        let at = self.0.iter().position(|held| held.key == *key)?;
        let mut found = self.0.remove(at);
        found.used = Instant::now();
        let checked = Arc::clone(&found.checked);
        self.0.push(found);
        Some(checked)
    }

    pub(super) fn keep(&mut self, key: Key, checked: Arc<Checked>) {
        self.0.retain(|held| held.key.id != key.id);
        self.0.push(CachedCheck {
            weight: checked.weight(),
            key,
            checked,
            used: Instant::now(),
        });
        let weight = |held: &[CachedCheck]| held.iter().map(|held| held.weight).sum::<usize>();
        while self.0.len() > 1 && (self.0.len() > MOST || weight(&self.0) > BYTES) {
            self.0.remove(0);
        }
    }

    /// Forgets what nobody has looked at for a while.
    pub fn forget(&mut self) {
        self.0.retain(|held| held.used.elapsed() < LASTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Seq;
    use crate::interchange::{self, Limits, edits::Edits};

    fn key(id: i64, revision: i64) -> Key {
        Key {
            id,
            revision,
            tag: "t".to_owned(),
            day: chrono::NaiveDate::default(),
        }
    }

    fn of_weight(mebibytes: usize) -> Arc<Checked> {
        let mut checked = Checked::nothing(Seq(1));
        let cell = "x".repeat(9_000);
        let row = format!("{cell},{cell}\n");
        let text = format!("名称,住所\n{}", row.repeat((mebibytes << 20) / row.len()));
        let file = interchange::read(text.as_bytes(), &Edits::default(), &Limits::OPERATOR);
        checked.file = Arc::new(file);
        Arc::new(checked)
    }

    #[test]
    fn few_are_kept_and_only_so_many_bytes() {
        let mut kept = CheckCache::default();
        for id in 0..20 {
            kept.keep(key(id, 1), Arc::new(Checked::nothing(Seq(1))));
        }
        assert_eq!(kept.0.len(), MOST);
        assert!(kept.find(&key(0, 1)).is_none());
        assert!(kept.find(&key(19, 2)).is_none(), "another revision");
        assert!(kept.find(&key(12, 1)).is_some());
        // One that is looked at stays longer, and one of a submission takes the other's place.
        kept.keep(key(19, 2), Arc::new(Checked::nothing(Seq(1))));
        assert!(kept.find(&key(19, 1)).is_none());
        kept.keep(key(30, 1), Arc::new(Checked::nothing(Seq(1))));
        assert!(kept.find(&key(12, 1)).is_some());

        let large = of_weight(100);
        assert!(
            (90 << 20..140 << 20).contains(&large.weight()),
            "{}",
            large.weight()
        );
        for id in 40..43 {
            kept.keep(key(id, 1), Arc::clone(&large));
        }
        assert_eq!(kept.0.len(), 2, "three would be more bytes than are kept");
    }
}
