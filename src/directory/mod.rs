//! The application service: what is published now, and how it changes.
//!
//! Readers take [`Directory::now`], a pointer to an immutable generation, without waiting and without
//! the database. Writers append to the store's log; then [`Directory::refresh`] builds the next
//! generation and swaps the pointer. One thread of each process polls the log every second, to see
//! changes by other replicas and the command line.

pub mod addresses;
mod archives;
pub mod boundaries;
mod checking;
pub mod coverage;
pub mod credits;
pub mod error;
pub mod facilities;
mod following;
pub mod generation;
pub mod geopackage;
pub mod history;
pub mod import;
pub mod log_health;
pub mod official_files;
pub mod passwords;
pub mod past;
pub mod people;
pub mod population;
pub mod projection;
mod recent;
pub mod redaction;
pub mod reference;
mod release;
pub mod reports;
pub mod retention;
pub mod secrets;
pub mod siting;
pub mod stations;
pub mod submissions;
pub mod undo;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use crate::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use crate::domain::facility::{Facility, FacilityId};
use crate::interchange::{geojson, hours};
use crate::review::{self, Difference, ReviewContext, RowDecisions};
use crate::store::Store;

use generation::Built;
use log_health::LogHealth;

pub use error::Error;
pub use generation::Generation;
pub use reference::Reference;

/// Changes read from the log at a time.
const BATCH: usize = 10_000;

/// Changes with every change of the program's sources: answers are never taken for those of another build.
pub const BUILD: &str = env!("MACHINAKA_BUILD");

/// The directory of one database.
pub struct Directory {
    store: Store,
    now: ArcSwap<Generation>,
    /// Held while the next generation is built; readers never take it.
    refreshing: Mutex<()>,
    /// Shared by writers of single facilities. Who makes one and met a conflict takes it alone.
    writers: RwLock<()>,
    /// When the log was last looked at; not by the clock, which may be set.
    looked: Mutex<Instant>,
    /// What is known to be wrong with the log.
    health: Mutex<LogHealth>,
    /// What the submissions looked at last come to.
    kept: Mutex<checking::CheckCache>,
    /// Who checks a whole file now, and who waits to.
    turns: checking::Turns,
    past: past::Past,
    recent: recent::Recent,
    demand: coverage::Kept,
    addresses: addresses::BlockCache,
}

impl Directory {
    /// The directory in a store whose tables are up to date. Where no boundaries are imported, it
    /// goes by those of `shipped`.
    pub fn open(store: Store, shipped: Arc<Reference>) -> Result<Arc<Directory>, Error> {
        let Built {
            generation,
            damages,
        } = generation::whole(&store, shipped, 0)?;
        generation.known.begin();
        let directory = Arc::new(Directory {
            store,
            now: ArcSwap::from_pointee(generation),
            refreshing: Mutex::new(()),
            writers: RwLock::new(()),
            looked: Mutex::new(Instant::now()),
            health: Mutex::default(),
            kept: Mutex::default(),
            turns: checking::Turns::default(),
            past: past::Past::default(),
            recent: recent::Recent::default(),
            demand: coverage::Kept::default(),
            addresses: addresses::BlockCache::default(),
        });
        directory.note_damages(damages);
        Ok(directory)
    }

    /// What is published now. Hold it for one answer, so that the answer agrees with itself.
    pub fn now(&self) -> Arc<Generation> {
        self.now.load_full()
    }

    /// Boundaries, places and words now. With a generation in hand, take its own.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.now.load().known)
    }

    /// How long ago this process last saw the end of the log.
    pub fn age(&self) -> Duration {
        let looked = self.looked.lock();
        looked.unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Puts the shipped facilities into a directory that never held any.
    pub fn fill(&self) -> Result<(), Error> {
        self.fill_with(reference::FACILITIES)
    }

    fn fill_with(&self, shipped: &str) -> Result<(), Error> {
        if self.now().snapshot.seq() > Seq(0) {
            return Ok(());
        }
        let reading = geojson::read(shipped.as_bytes())?;
        // Ours are known to lie where they say: a start waits for no towns.
        let now = self.now();
        let context = ReviewContext {
            snapshot: &now.snapshot,
            districts: &now.known.districts,
            places: None,
            blocks: None,
            area: None,
            decisions: RowDecisions::default().exactly(),
        };
        let reviewed = review::review(reading, &context, new_id);
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

/// Today in Japan.
fn today() -> chrono::NaiveDate {
    (chrono::Utc::now() + chrono::TimeDelta::hours(9)).date_naive()
}

/// A facility from the body of a change.
fn stored(seq: Seq, id: &FacilityId, body: &str) -> Result<Facility, Error> {
    let mut facility = Facility::from_stored(body)
        .map_err(|error| Error::Damaged(format!("change {seq} of {id} cannot be read: {error}")))?;
    with_readable_hours(&mut facility);
    Ok(facility)
}

/// Hours that no program reads may stand in a log of an earlier release. They are unknown, and what
/// they say stays as words, as in every file that holds the facility.
fn with_readable_hours(facility: &mut Facility) {
    /// So many texts are remembered as read: a directory has far fewer.
    const KNOWN: usize = 10_000;
    thread_local! {
        static READABLE: RefCell<HashMap<String, bool>> = RefCell::default();
    }
    let Some(text) = &facility.opening_hours else {
        return;
    };
    let is_readable = READABLE.with_borrow_mut(|known| {
        if let Some(is_readable) = known.get(text) {
            return *is_readable;
        }
        if known.len() == KNOWN {
            known.clear();
        }
        let is_readable = hours::is_valid(text);
        known.insert(text.clone(), is_readable);
        is_readable
    });
    if is_readable {
        return;
    }
    let text = facility.opening_hours.take();
    let said = [text, facility.hours_note.take()].into_iter().flatten();
    facility.hours_note = Some(said.collect::<Vec<_>>().join("\n"));
}

fn proposal(difference: &Arc<Difference>) -> Proposal {
    Proposal {
        facility: difference.facility.id.clone(),
        statement: Statement::State(difference.facility.to_stored()),
    }
}
