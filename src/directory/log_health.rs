//! Known damage of the log: changes that do not fit the hash chain, and changes that disappeared after
//! they were shown. `/readyz` shows the damage, and the program's log reports it once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::generation::Generation;
use super::{Directory, Error, moment};
use crate::domain::change::{Moment, Seq};
use crate::domain::facility::FacilityId;
use crate::snapshot::Found;
use crate::store::reading::{Damage, StoredChange};

/// So many damaged changes are remembered.
const REMEMBERED: usize = 1_000;
/// So many are written to the program's log, each in a line.
const LOGGED: usize = 20;
/// When a check goes on that the database did not answer.
const AGAIN: Duration = Duration::from_secs(10);
/// Changes checked at a time.
const BATCH: usize = 2_000;

/// What is known of the log.
#[derive(Debug, Clone, Default)]
pub struct LogHealth {
    /// Changes that are not what the chain says or cannot be read, by their numbers.
    pub damages: BTreeMap<i64, Damage>,
    /// What the database's own check says, where it says something.
    pub file: Option<String>,
    /// Up to which change the whole chain was checked since this process began.
    pub checked: Option<Seq>,
    /// When the log last lost changes that this process had shown.
    pub went_back: Option<WentBack>,
}

/// The log lost changes: after a failover, or with a backup put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WentBack {
    /// When that was noticed.
    pub at: Moment,
    /// The change that was shown last before.
    pub from: Seq,
    /// The change that was last when it was noticed.
    pub to: Seq,
}

impl LogHealth {
    /// Whether nothing is known to be wrong now.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty() && self.file.is_none()
    }
}

impl Directory {
    /// What is known of the log.
    pub fn log_health(&self) -> LogHealth {
        self.health().clone()
    }

    pub(super) fn health(&self) -> MutexGuard<'_, LogHealth> {
        lock(&self.health)
    }

    /// Remembers what is wrong with some changes, and says so where it is new.
    pub(super) fn note_damages(&self, damages: Vec<Damage>) {
        let mut health = self.health();
        for damage in damages {
            if health.damages.len() >= REMEMBERED || health.damages.contains_key(&damage.seq.0) {
                continue;
            }
            if health.damages.len() < LOGGED {
                tracing::error!(
                    change = damage.seq.0,
                    facility = damage.facility,
                    what = damage.what,
                    "a change is not what the log's hash chain says, or cannot be read; what it says is not shown"
                );
            }
            health.damages.insert(damage.seq.0, damage);
        }
    }

    /// Notes that the log lost changes. What was found in it before is of no account.
    pub(super) fn note_went_back(&self, from: Seq, to: Seq) {
        let at = moment();
        tracing::warn!(
            shown = from.0,
            end = to.0,
            "the log went back: a change that was shown is not in it any more; the directory was read anew"
        );
        *self.health() = LogHealth {
            went_back: Some(WentBack { at, from, to }),
            ..LogHealth::default()
        };
    }

    /// Checks the whole log on a thread of its own, half of the time; tells which log it is.
    pub(super) fn check_log(self: &Arc<Self>) -> u64 {
        let weak = Arc::downgrade(self);
        let lineage = self.now().basis.lineage;
        thread::spawn(move || {
            let mut seq = Seq(0);
            let mut begun = false;
            loop {
                let Some(directory) = weak.upgrade() else {
                    return;
                };
                if directory.now().basis.lineage != lineage {
                    // Another check has begun.
                    return;
                }
                let step = Instant::now();
                if !begun {
                    begun = true;
                    match directory.store.check_structure() {
                        Ok(None) => {}
                        Ok(Some(what)) => {
                            tracing::error!(what, "the database's file is damaged");
                            directory.health().file = Some(what);
                        }
                        Err(error) => tracing::info!(%error, "the database was not checked"),
                    }
                }
                match directory.check_batch(seq) {
                    Ok(Some(last)) => seq = last,
                    Ok(None) => {
                        directory.health().checked = Some(seq);
                        return;
                    }
                    Err(error) => {
                        tracing::debug!(%error, "the log could not be checked just now");
                        thread::sleep(AGAIN);
                    }
                }
                drop(directory);
                // Half of the time is for those who ask.
                thread::sleep(step.elapsed());
            }
        });
        lineage
    }

    /// Checks some changes after a number: the last one's number, or none at the end.
    fn check_batch(&self, since: Seq) -> Result<Option<Seq>, Error> {
        let rows = self.store.stored_since(since, BATCH)?;
        let mut expected = since.0;
        let mut damages = Vec::new();
        for row in &rows {
            expected += 1;
            if row.seq().0 != expected {
                damages.push(Damage {
                    seq: Seq(expected),
                    facility: String::new(),
                    what: format!("it is missing; the next one is {}", row.seq()),
                });
                expected = row.seq().0;
            }
            damages.extend(row.wrong().map(|what| row.damage(what)));
        }
        for damage in &damages {
            self.withhold(damage)?;
        }
        self.note_damages(damages);
        Ok(rows.last().map(StoredChange::seq))
    }

    /// Shows a facility no longer whose last change is damaged.
    fn withhold(&self, damage: &Damage) -> Result<(), Error> {
        let Ok(id) = FacilityId::new(&damage.facility) else {
            return Ok(());
        };
        let _building = lock(&self.refreshing);
        let now = self.now();
        let shown = match now.snapshot.get(id.as_str()) {
            Found::Facility(entry) => entry.changed == damage.seq,
            Found::Withdrawn(_) => {
                let ids = std::slice::from_ref(&id);
                let last = self.store.latest_of(ids, now.snapshot.seq())?;
                last.iter().any(|last| last.seq() == damage.seq)
            }
            Found::Nothing => false,
        };
        if shown {
            let mut withheld = (*now.basis.withheld).clone();
            withheld.insert(id.clone(), damage.seq);
            let next: Generation = now.again(now.snapshot.without([&id]), Arc::new(withheld));
            self.now.store(Arc::new(next));
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
