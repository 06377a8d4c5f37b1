//! Deletes files of old drafts and rejected submissions, which may contain data that should not be kept.
//! Decisions with actor and reason stay.

use std::sync::Arc;
use std::time::Duration;

use super::{Directory, Error, moment};
use crate::domain::change::Moment;
use crate::store::files::Expired;

/// How often a process looks for files that have expired.
const EVERY: Duration = Duration::from_hours(1);

/// After how many days files are deleted; 0 keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Of drafts and of what its owner withdrew, since they were last changed.
    pub drafts: u32,
    /// Of what was rejected or returned, since the decision.
    pub rejected: u32,
}

impl Retention {
    /// Unless the operator says otherwise.
    pub const DEFAULT: Retention = Retention {
        drafts: 90,
        rejected: 180,
    };
}

impl Directory {
    /// Deletes files that have expired, and returns how many.
    pub fn delete_expired_files(&self, retention: Retention) -> Result<usize, Error> {
        let now = moment();
        let before = |days: u32| {
            let micros = i64::from(days) * 24 * 3_600 * 1_000_000;
            (days > 0).then(|| Moment(now.0 - micros))
        };
        let expired = Expired {
            drafts: before(retention.drafts),
            rejected: before(retention.rejected),
        };
        let deleted = self.store.delete_files(expired, now)?;
        if !deleted.is_empty() {
            tracing::info!(
                files = deleted.len(),
                "files of old drafts and rejected submissions were deleted"
            );
        }
        Ok(deleted.len())
    }

    /// Looks for expired files now and every hour, for as long as the directory is in use.
    pub fn keep_files_for(self: &Arc<Self>, retention: Retention) {
        let weak = Arc::downgrade(self);
        std::thread::spawn(move || {
            while let Some(directory) = weak.upgrade() {
                if let Err(error) = directory.delete_expired_files(retention) {
                    // The next look finds them, too.
                    tracing::info!(%error, "expired files were not deleted");
                }
                drop(directory);
                std::thread::sleep(EVERY);
            }
        });
    }
}
