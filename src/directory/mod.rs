//! The one application service: what is published now, and how it changes.
//!
//! Reading is taking [`Directory::now`], a pointer to an immutable generation; nothing waits and
//! nothing asks the database. Writing goes through the store's log, and then [`Directory::refresh`]
//! builds the next generation and swaps the pointer. One thread of each process looks at the log
//! every second, so that it also sees what other replicas and the command line have published.

pub mod error;
pub mod reference;

use std::io::BufRead;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};

use crate::domain::change::{ActorId, Change, Moment, Proposal, Seq, Statement};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::report::Report;
use crate::interchange::geojson;
use crate::review::{self, Against, Reviewed};
use crate::snapshot::{Snapshot, Update};
use crate::store::Store;

pub use error::Error;
pub use reference::Reference;

/// How often a process looks whether another one has published.
const POLL: Duration = Duration::from_secs(1);

/// Changes read from the log at a time.
const BATCH: usize = 10_000;

/// Up to so many changes are applied to the snapshot before; reading all latest states anew costs less memory beyond.
const CATCH_UP: i64 = 50_000;

/// The directory of one database.
pub struct Directory {
    store: Store,
    reference: Arc<Reference>,
    now: ArcSwap<Generation>,
    /// Held while the next generation is built; readers never take it.
    refreshing: Mutex<()>,
    /// When the log was last looked at, in microseconds since 1970.
    looked: AtomicI64,
}

/// The directory at one sequence number, with what its answers' ETags are made of.
pub struct Generation {
    /// The facilities.
    pub snapshot: Snapshot,
    /// Which reference data go with them.
    pub reference: i64,
    /// Digest of directory, sequence number, reference data and program: changes when any answer may.
    pub tag: String,
    /// Digest of directory and program alone, for what changes with neither number nor reference data.
    pub origin: String,
    /// When the last change was published, RFC 3339.
    pub timestamp: String,
    /// The same as HTTP's headers write it.
    pub last_modified: String,
    directory_id: String,
}

/// What an import did, or would do.
#[derive(Debug)]
pub struct Imported {
    /// Every row's problems.
    pub report: Report,
    /// Facilities new or changed.
    pub changes: usize,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// The last number given, where something was published.
    pub published: Option<Seq>,
}

impl Directory {
    /// The directory in a store whose tables are up to date.
    pub fn open(store: Store, reference: Arc<Reference>) -> Result<Arc<Directory>, Error> {
        let generation = whole(&store)?;
        Ok(Arc::new(Directory {
            store,
            reference,
            now: ArcSwap::from_pointee(generation),
            refreshing: Mutex::new(()),
            looked: AtomicI64::new(moment().0),
        }))
    }

    /// What is published now. Hold it for one answer, so that the answer agrees with itself.
    pub fn now(&self) -> Arc<Generation> {
        self.now.load_full()
    }

    /// Boundaries, places and words.
    pub fn reference(&self) -> &Arc<Reference> {
        &self.reference
    }

    /// When this process last saw the end of the log.
    pub fn looked(&self) -> Moment {
        Moment(self.looked.load(Ordering::Relaxed))
    }

    /// Puts the shipped facilities into a directory that never held any.
    pub fn fill(&self) -> Result<(), Error> {
        if self.now().snapshot.seq() > Seq(0) {
            return Ok(());
        }
        let reading = geojson::read(reference::FACILITIES.as_bytes())?;
        let reviewed = self.review(reading, None);
        if reviewed.report.blocks() {
            return Err(Error::Internal(format!(
                "the shipped facilities: {:?}",
                reviewed.report.problems
            )));
        }
        let proposals = reviewed.changes.iter().map(proposal);
        self.store
            .publish_if_empty(ActorId::SHIPPED, proposals, moment())?;
        self.refresh()
    }

    /// Reads a GeoJSON file and holds it against the directory; with `publish`, and if nothing
    /// blocks, publishes it in one transaction.
    pub fn import(
        &self,
        file: impl BufRead,
        area: Option<&str>,
        publish: bool,
    ) -> Result<Imported, Error> {
        let reviewed_at = self.now().snapshot.seq();
        let reviewed = self.review(geojson::read(file)?, area);
        let mut imported = Imported {
            changes: reviewed.changes.len(),
            unchanged: reviewed.unchanged,
            report: reviewed.report,
            published: None,
        };
        if publish && !imported.report.blocks() {
            let proposals = reviewed.changes.iter().map(proposal);
            let range =
                self.store
                    .publish(ActorId::CLI, None, proposals, Some(reviewed_at), moment())?;
            imported.published = range.map(|range| *range.end());
            self.refresh()?;
        }
        Ok(imported)
    }

    /// Brings this process up to the end of the log.
    pub fn refresh(&self) -> Result<(), Error> {
        let _building = self
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let head = self.store.head()?;
        let behind = head.seq.0 - now.snapshot.seq().0;
        if head.directory_id != now.directory_id || !(0..=CATCH_UP).contains(&behind) {
            // Another file was put in this one's place, an earlier state restored, or a whole country imported.
            self.now.store(Arc::new(whole(&self.store)?));
        } else if head.seq > now.snapshot.seq() || head.reference != now.reference {
            let mut updates = Vec::new();
            let (mut seq, mut at) = (now.snapshot.seq(), now.snapshot.at());
            while seq < head.seq {
                let changes = self.store.changes_since(seq, BATCH)?;
                let Some(last) = changes.last() else { break };
                (seq, at) = (last.seq, last.at);
                for change in changes {
                    updates.push(update(change)?);
                }
            }
            let snapshot = now.snapshot.with(seq, at, updates);
            let worn = snapshot.is_worn();
            let generation = Generation::new(snapshot, head.reference, head.directory_id);
            self.now.store(Arc::new(generation));
            if worn {
                // Readers have the change already; fresh indexes follow.
                let now = self.now();
                let renewed = now.snapshot.renewed();
                self.now.store(Arc::new(Generation::new(
                    renewed,
                    now.reference,
                    now.directory_id.clone(),
                )));
            }
        }
        self.looked.store(moment().0, Ordering::Relaxed);
        Ok(())
    }

    /// Looks at the log every second, for as long as the directory is in use.
    pub fn follow(self: &Arc<Self>) {
        let directory = Arc::downgrade(self);
        std::thread::spawn(move || {
            let mut away = false;
            loop {
                std::thread::sleep(POLL);
                let Some(directory) = directory.upgrade() else {
                    return;
                };
                match directory.refresh() {
                    Ok(()) if away => {
                        tracing::info!("the database answers again");
                        away = false;
                    }
                    Ok(()) => {}
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

    fn review(&self, reading: geojson::Reading, area: Option<&str>) -> Reviewed {
        let now = self.now();
        let against = Against {
            snapshot: &now.snapshot,
            districts: &self.reference.districts,
            area,
        };
        review::review(reading, &against, || {
            // Version 7 sorts by age, which keeps later pages stable while facilities are added.
            let id = uuid::Uuid::now_v7().to_string();
            FacilityId::new(&id).expect("a UUID is a valid id")
        })
    }
}

impl Generation {
    fn new(snapshot: Snapshot, reference: i64, directory_id: String) -> Generation {
        let (seq, build) = (snapshot.seq(), env!("CARGO_PKG_VERSION"));
        let at = snapshot.at();
        Generation {
            tag: digest(&format!("{directory_id} {seq} {reference} {build}")),
            origin: digest(&format!("{directory_id} {build}")),
            timestamp: at.rfc3339(),
            last_modified: at.http_date(),
            snapshot,
            reference,
            directory_id,
        }
    }
}

/// The beginning of a SHA-256: 64 bits tell any two states of a directory apart.
fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The clock.
pub fn moment() -> Moment {
    Moment(chrono::Utc::now().timestamp_micros())
}

/// The generation at the end of the log, from nothing.
fn whole(store: &Store) -> Result<Generation, Error> {
    let head = store.head()?;
    let at = store
        .change_at(head.seq)?
        .map_or(Moment(0), |change| change.at);
    let mut building = Snapshot::builder();
    let mut damage = None;
    store.latest(head.seq, |change| match update(change) {
        Ok(update) => building.add(update),
        Err(error) => damage = damage.take().or(Some(error)),
    })?;
    match damage {
        Some(error) => Err(error),
        None => Ok(Generation::new(
            building.finish(head.seq, at),
            head.reference,
            head.directory_id,
        )),
    }
}

fn update(change: Change) -> Result<Update, Error> {
    let state = match change.statement {
        Statement::Withdrawn => None,
        Statement::State(body) => Some(Facility::from_stored(&body).map_err(|error| {
            Error::Damaged(format!(
                "change {} of {} cannot be read: {error}",
                change.seq, change.facility
            ))
        })?),
    };
    Ok(Update {
        seq: change.seq,
        at: change.at,
        id: change.facility,
        state,
    })
}

fn proposal(facility: &Facility) -> Proposal {
    Proposal {
        facility: facility.id.clone(),
        statement: Statement::State(facility.to_stored()),
    }
}
