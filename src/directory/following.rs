//! Follows the log: builds the next generation from changes published by any process.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::generation::{self, Built, Generation, end, examine};
use super::{Directory, Error, moment};
use crate::domain::facility::FacilityId;
use crate::store::Head;
use crate::store::reading::News;

/// How often a process looks whether another one has published.
const POLL: Duration = Duration::from_secs(1);

/// Up to so many changes are applied to the snapshot before; reading all latest states anew costs less memory beyond.
const CATCH_UP: i64 = 50_000;

impl Directory {
    /// Brings this process up to the end of the log.
    pub fn refresh(&self) -> Result<(), Error> {
        let _building = self
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let head = self.store.head()?;
        let is_of_this_year = now.snapshot.year() == Some(moment().year_in_japan());
        if !is_of_this_year || (!is_shown(&now, &head) && !self.advance(&now, &head)?) {
            self.begin_anew(&now)?;
        }
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.past.forget();
        self.kept().forget();
        Ok(())
    }

    /// Applies the changes since, where they follow from what is shown.
    fn advance(&self, now: &Generation, head: &Head) -> Result<bool, Error> {
        let behind = head.seq.0 - now.snapshot.seq().0;
        if !(1..=CATCH_UP).contains(&behind) || !is_of_same(now, head) {
            return Ok(false);
        }
        let news = self.store.news(now.snapshot.seq())?;
        if !is_of_same(now, &news.head) || news.hash != Some(now.basis.hash) {
            return Ok(false);
        }
        let News { head, changes, .. } = news;
        let mut withheld = (*now.basis.withheld).clone();
        let (mut updates, mut damages) = (Vec::with_capacity(changes.len()), Vec::new());
        let mut last = (now.snapshot.seq(), now.snapshot.at());
        for change in changes {
            match examine(change, true) {
                Ok(update) => {
                    withheld.remove(&update.id);
                    updates.push(update);
                }
                Err(damage) => {
                    last.0 = last.0.max(damage.seq);
                    if let Ok(id) = FacilityId::new(&damage.facility) {
                        withheld.insert(id, damage.seq);
                    }
                    damages.push(damage);
                }
            }
        }
        let (seq, at) = end(&updates, &now.snapshot);
        last = (last.0.max(seq), at);
        let mut snapshot = now.snapshot.with(last.0, last.1, updates);
        if !withheld.is_empty() {
            snapshot = snapshot.without(withheld.keys());
        }
        self.note_damages(damages);
        let worn = snapshot.is_worn();
        let basis = generation::Basis {
            hash: head.hash,
            withheld: Arc::new(withheld),
            ..now.basis.clone()
        };
        let known = (now.reference, Arc::clone(&now.known));
        self.now
            .store(Arc::new(Generation::new(snapshot, known, basis)));
        if worn {
            // Readers have the change already; fresh indexes follow.
            let now = self.now();
            let withheld = Arc::clone(&now.basis.withheld);
            let renewed = now.again(now.snapshot.renewed(), withheld);
            self.now.store(Arc::new(renewed));
        }
        Ok(true)
    }

    /// Reads the directory anew: a whole country was imported, boundaries were renewed, a year began, a value was taken
    /// out of changes read long ago; or the log is not the one that was shown.
    fn begin_anew(&self, now: &Generation) -> Result<(), Error> {
        let shown = now.snapshot.seq();
        let head = self.store.head()?;
        let went_back = head.directory_id != now.basis.directory_id
            || head.seq < shown
            || self.store.hash_of(shown, &head)? != Some(now.basis.hash);
        let lineage = now.basis.lineage + u64::from(went_back);
        let Built {
            generation,
            damages,
        } = generation::whole(&self.store, Arc::clone(&now.known), lineage)?;
        if !Arc::ptr_eq(&generation.known, &now.known) {
            generation.known.begin();
        }
        let end = generation.snapshot.seq();
        self.now.store(Arc::new(generation));
        if went_back {
            self.note_went_back(shown, end);
            self.demand.forget();
        }
        self.note_damages(damages);
        Ok(())
    }

    /// Looks at the log every second, for as long as the directory is in use; checks it once, and again
    /// when it went back.
    pub fn follow(self: &Arc<Self>) {
        // A start may have taken long since the log was read; the thread says it where this fails, too.
        let _ = self.refresh();
        let mut lineage = self.check_log();
        let weak = Arc::downgrade(self);
        std::thread::spawn(move || {
            let mut away = false;
            loop {
                let Some(directory) = weak.upgrade() else {
                    return;
                };
                // So that nobody who looks for a name waits for it.
                directory.now().snapshot.prepare_names();
                drop(directory);
                std::thread::sleep(POLL);
                let Some(directory) = weak.upgrade() else {
                    return;
                };
                if directory.now().basis.lineage != lineage {
                    lineage = directory.check_log();
                }
                match directory.refresh() {
                    Ok(()) => {
                        if away {
                            tracing::info!("the database answers again");
                            away = false;
                        }
                        // What is asked while the database is away; should it be so now, this is too late.
                        let _ = directory.gather_recent();
                        let _ = directory.gather_people();
                    }
                    // Said once: readers go on with what they have, and /readyz shows its age.
                    Err(error) if !away => {
                        tracing::warn!(%error, "the log cannot be read; answers show the state of the last look");
                        away = true;
                    }
                    Err(_) => {}
                }
            }
        });
    }
}

/// Whether a generation shows what the log ends with.
fn is_shown(now: &Generation, head: &Head) -> bool {
    is_of_same(now, head) && head.seq == now.snapshot.seq() && head.hash == now.basis.hash
}

/// Whether a generation is of that directory and its reference data.
fn is_of_same(now: &Generation, head: &Head) -> bool {
    head.directory_id == now.basis.directory_id && head.reference == now.reference
}
