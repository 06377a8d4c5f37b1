//! The one application service: what is published now, and how it changes.
//!
//! Reading is taking [`Directory::now`], a pointer to an immutable generation; nothing waits and
//! nothing asks the database. Writing goes through the store's log, and then [`Directory::refresh`]
//! builds the next generation and swaps the pointer. One thread of each process looks at the log
//! every second, so that it also sees what other replicas and the command line have published.

pub mod boundaries;
mod checking;
pub mod coverage;
pub mod error;
pub mod facilities;
pub mod geopackage;
pub mod history;
pub mod import;
pub mod passwords;
pub mod past;
pub mod people;
pub mod population;
pub mod redaction;
pub mod reference;
mod release;
pub mod reports;
pub mod secrets;
pub mod siting;
pub mod submissions;
pub mod undo;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};

use crate::domain::change::{ActorId, Change, Moment, Proposal, Seq, Statement};
use crate::domain::facility::{Facility, FacilityId};
use crate::interchange::geojson;
use crate::review::{self, Against, Difference};
use crate::snapshot::entries::Entry;
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
    now: ArcSwap<Generation>,
    /// Held while the next generation is built; readers never take it.
    refreshing: Mutex<()>,
    /// When the log was last looked at, in microseconds since 1970.
    looked: AtomicI64,
    /// What the submissions looked at last come to.
    kept: Mutex<checking::Kept>,
    past: past::Past,
    demand: coverage::Kept,
}

/// The directory at one sequence number, with what its answers' ETags are made of.
pub struct Generation {
    /// The facilities.
    pub snapshot: Snapshot,
    /// Which reference data go with them.
    pub reference: i64,
    /// Boundaries, places and words of that number.
    pub known: Arc<Reference>,
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

impl Directory {
    /// The directory in a store whose tables are up to date. Where no boundaries are imported, it
    /// goes by those of `shipped`.
    pub fn open(store: Store, shipped: Arc<Reference>) -> Result<Arc<Directory>, Error> {
        let generation = whole(&store, shipped)?;
        generation.known.begin();
        Ok(Arc::new(Directory {
            store,
            now: ArcSwap::from_pointee(generation),
            refreshing: Mutex::new(()),
            looked: AtomicI64::new(moment().0),
            kept: Mutex::default(),
            past: past::Past::default(),
            demand: coverage::Kept::default(),
        }))
    }

    /// What is published now. Hold it for one answer, so that the answer agrees with itself.
    pub fn now(&self) -> Arc<Generation> {
        self.now.load_full()
    }

    /// Boundaries, places and words now. With a generation in hand, take its own.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.now.load().known)
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
        // Ours are known to lie where they say: a start waits for no towns.
        let now = self.now();
        let against = Against {
            snapshot: &now.snapshot,
            districts: &now.known.districts,
            places: None,
            area: None,
            likeness: &BTreeMap::new(),
        };
        let reviewed = review::review(reading, &against, new_id);
        if reviewed.report.blocks() {
            return Err(Error::Internal(format!(
                "the shipped facilities: {:?}",
                reviewed.report.problems
            )));
        }
        let proposals = reviewed.differences.iter().map(proposal);
        self.store
            .publish_if_empty(ActorId::SHIPPED, proposals, moment())?;
        self.refresh()
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
        if head.directory_id != now.directory_id
            || head.reference != now.reference
            || !(0..=CATCH_UP).contains(&behind)
        {
            // Another file was put in this one's place, an earlier state restored, a whole country
            // imported, boundaries renewed, or a value taken out of changes read long ago.
            let next = Arc::new(whole(&self.store, Arc::clone(&now.known))?);
            if !Arc::ptr_eq(&next.known, &now.known) {
                next.known.begin();
            }
            self.now.store(next);
        } else if head.seq > now.snapshot.seq() {
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
            let known = Arc::clone(&now.known);
            let generation = Generation::new(snapshot, (head.reference, known), head.directory_id);
            self.now.store(Arc::new(generation));
            if worn {
                // Readers have the change already; fresh indexes follow.
                let now = self.now();
                let renewed = now.snapshot.renewed();
                self.now.store(Arc::new(Generation::new(
                    renewed,
                    (now.reference, Arc::clone(&now.known)),
                    now.directory_id.clone(),
                )));
            }
        }
        self.looked.store(moment().0, Ordering::Relaxed);
        self.past.forget();
        Ok(())
    }

    /// Looks at the log every second, for as long as the directory is in use.
    pub fn follow(self: &Arc<Self>) {
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
}

impl Generation {
    /// What the ETags of a facility's representations have in common: its own last change in this
    /// directory, and what is left of it where a value was taken out.
    pub fn tag_of(&self, entry: &Entry) -> String {
        format!(
            "{}-c{}.{}",
            self.origin,
            entry.changed,
            digest(&entry.feature)
        )
    }

    fn new(
        snapshot: Snapshot,
        (reference, known): (i64, Arc<Reference>),
        directory_id: String,
    ) -> Generation {
        let (seq, build) = (snapshot.seq(), env!("CARGO_PKG_VERSION"));
        let at = snapshot.at();
        Generation {
            tag: digest(&format!("{directory_id} {seq} {reference} {build}")),
            origin: digest(&format!("{directory_id} {build}")),
            timestamp: at.rfc3339(),
            last_modified: at.http_date(),
            snapshot,
            reference,
            known,
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

/// An id for a new facility.
fn new_id() -> FacilityId {
    // Version 7 sorts by age, which keeps later pages stable while facilities are added.
    let id = uuid::Uuid::now_v7().to_string();
    FacilityId::new(&id).expect("a UUID is a valid id")
}

/// The clock.
pub fn moment() -> Moment {
    Moment(chrono::Utc::now().timestamp_micros())
}

/// The generation at the end of the log, from nothing but the boundaries read last, where they are
/// still those imported.
fn whole(store: &Store, known: Arc<Reference>) -> Result<Generation, Error> {
    // The number first: should an import come between, the next look finds its number.
    let head = store.head()?;
    let known = current(store, known)?;
    until(store, head.seq, (head.reference, known), head.directory_id)
}

/// The reference data with the boundaries that are imported now.
fn current(store: &Store, known: Arc<Reference>) -> Result<Arc<Reference>, Error> {
    if &store.boundaries_stamp()? == known.imported() {
        return Ok(known);
    }
    let (stamp, stored) = store.boundaries()?;
    let read = Reference::with(stamp, &stored);
    let damaged = |error| Error::Damaged(format!("imported boundaries: {error}"));
    Ok(Arc::new(read.map_err(damaged)?))
}

/// The generation at a number, from nothing.
fn until(
    store: &Store,
    seq: Seq,
    reference: (i64, Arc<Reference>),
    directory_id: String,
) -> Result<Generation, Error> {
    let at = store.moment_of(seq)?.unwrap_or_default();
    let mut building = Snapshot::builder();
    let mut damage = None;
    store.latest(seq, |change| match update(change) {
        Ok(update) => building.add(update),
        Err(error) => damage = damage.take().or(Some(error)),
    })?;
    match damage {
        Some(error) => Err(error),
        None => Ok(Generation::new(
            building.finish(seq, at),
            reference,
            directory_id,
        )),
    }
}

fn update(change: Change) -> Result<Update, Error> {
    let state = match change.statement {
        Statement::Withdrawn => None,
        Statement::State(body) => Some(stored(change.seq, &change.facility, &body)?),
    };
    Ok(Update {
        seq: change.seq,
        at: change.at,
        id: change.facility,
        state,
    })
}

/// A facility from the body of a change.
fn stored(seq: Seq, id: &FacilityId, body: &str) -> Result<Facility, Error> {
    Facility::from_stored(body)
        .map_err(|error| Error::Damaged(format!("change {seq} of {id} cannot be read: {error}")))
}

fn proposal(difference: &Difference) -> Proposal {
    Proposal {
        facility: difference.facility.id.clone(),
        statement: Statement::State(difference.facility.to_stored()),
    }
}
