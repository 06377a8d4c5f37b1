//! A generation: the directory at one sequence number, with the parts of its ETags, built from the log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::{BUILD, Error, Reference, moment, stored};
use crate::domain::change::{Change, Moment, Seq, Statement};
use crate::domain::facility::FacilityId;
use crate::snapshot::entries::Entry;
use crate::snapshot::{Builder, Snapshot, Update};
use crate::store::chain::Digest;
use crate::store::reading::{Damage, StoredChange};
use crate::store::{Head, Store};

/// Changes that go from one thread to the next at a time.
const CHUNK: usize = 512;
/// Chunks that wait for the next thread at most.
const QUEUE: usize = 8;
/// So long the states of a whole directory are held against the chain while it is built. What is left
/// then is checked afterwards, while answers are given already.
const CHECKING: Duration = Duration::from_secs(2);

/// The directory at one sequence number.
pub struct Generation {
    /// The facilities.
    pub snapshot: Snapshot,
    /// Which reference data go with them.
    pub reference: i64,
    /// Boundaries, places and words of that number.
    pub known: Arc<Reference>,
    /// Digest of directory, sequence number, the chain's hash at it, reference data and program: changes
    /// when any answer may.
    pub tag: String,
    /// Digest of directory and program alone, for what changes with neither number nor reference data.
    pub origin: String,
    /// When the last change was published, RFC 3339.
    pub timestamp: String,
    /// The same as HTTP's headers write it.
    pub last_modified: String,
    /// Which log it is of, and how far.
    pub(super) basis: Basis,
}

/// Which log a generation is built from.
#[derive(Clone)]
pub(super) struct Basis {
    /// Whose log.
    pub directory_id: String,
    /// The chain's hash at the generation's number.
    pub hash: Digest,
    /// Facilities that are not shown, with the last change of each: it is not what the chain says, or
    /// cannot be read.
    pub withheld: Arc<BTreeMap<FacilityId, Seq>>,
    /// Rises when the log lost changes that were shown.
    pub lineage: u64,
}

impl Generation {
    pub(super) fn new(
        snapshot: Snapshot,
        (reference, known): (i64, Arc<Reference>),
        basis: Basis,
    ) -> Generation {
        let (seq, at) = (snapshot.seq(), snapshot.at());
        let Basis {
            directory_id, hash, ..
        } = &basis;
        let mut named = format!("{directory_id} {seq} {hash} {reference} {BUILD}");
        if let Some(year) = snapshot.year() {
            named.push_str(&format!(" {year}"));
        }
        for (id, seq) in &*basis.withheld {
            named.push_str(&format!(" {id} {seq}"));
        }
        Generation {
            tag: digest(&named),
            origin: digest(&format!("{directory_id} {BUILD}")),
            timestamp: at.rfc3339(),
            last_modified: at.http_date(),
            snapshot,
            reference,
            known,
            basis,
        }
    }

    /// What the ETags of a facility's representations have in common: its own last change, and what is
    /// left of it where a value was taken out.
    pub fn tag_of(&self, entry: &Entry) -> String {
        let content = digest(&format!("{BUILD} {}", entry.feature));
        format!("c{}.{content}", entry.mark())
    }

    /// Whether a facility of that id is not shown because its last change is damaged.
    pub fn is_withheld(&self, id: &str) -> bool {
        FacilityId::new(id).is_ok_and(|id| self.basis.withheld.contains_key(&id))
    }

    /// The same directory with another snapshot, or other facilities withheld.
    pub(super) fn again(
        &self,
        snapshot: Snapshot,
        withheld: Arc<BTreeMap<FacilityId, Seq>>,
    ) -> Generation {
        let basis = Basis {
            withheld,
            ..self.basis.clone()
        };
        Generation::new(snapshot, (self.reference, Arc::clone(&self.known)), basis)
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

/// A generation built from nothing, and what is wrong with its log.
pub(super) struct Built {
    pub generation: Generation,
    pub damages: Vec<Damage>,
}

/// The generation at the end of the log, from nothing but the boundaries read last, where they are
/// still those imported.
pub(super) fn whole(store: &Store, known: Arc<Reference>, lineage: u64) -> Result<Built, Error> {
    // The number first: should an import come between, the next look finds its number.
    let head = store.head()?;
    let known = current(store, known)?;
    until(store, &head, head.seq, known, lineage)
}

/// The reference data with the boundaries and stations that are imported now.
fn current(store: &Store, known: Arc<Reference>) -> Result<Arc<Reference>, Error> {
    if &store.boundaries_stamp()? == known.imported()
        && store.railways_stamp()? == known.stations_stamp()
    {
        return Ok(known);
    }
    let (stamp, stored) = store.boundaries()?;
    let read = Reference::with(stamp, &stored, store.railways()?);
    Ok(Arc::new(
        read.map_err(|error| Error::Damaged(error.to_string()))?,
    ))
}

/// The generation at a number, from nothing.
pub(super) fn until(
    store: &Store,
    head: &Head,
    seq: Seq,
    known: Arc<Reference>,
    lineage: u64,
) -> Result<Built, Error> {
    let at = store.moment_of(seq)?.unwrap_or_default();
    let States {
        building,
        mut damages,
        found,
    } = states(store, seq)?;
    if seq == head.seq && found != Some(head.hash) {
        // The last change is what the head says, or it is nothing.
        let last = store.stored_since(Seq(seq.0 - 1), 1)?.pop();
        let stored = found.map_or_else(|| "missing".to_owned(), |hash| hash.to_string());
        let what = format!(
            "its hash is {stored}, and the log's head says {}",
            head.hash
        );
        damages.extend(last.map(|last| last.damage(what)));
    }
    let withheld: BTreeMap<FacilityId, Seq> = damages
        .iter()
        .filter_map(|damage| Some((FacilityId::new(&damage.facility).ok()?, damage.seq)))
        .collect();
    let snapshot = building.finish(seq, at);
    let snapshot = match withheld.is_empty() {
        true => snapshot,
        false => snapshot.without(withheld.keys()),
    };
    let basis = Basis {
        directory_id: head.directory_id.clone(),
        hash: match seq == head.seq {
            true => head.hash,
            false => found.unwrap_or(head.hash),
        },
        withheld: Arc::new(withheld),
        lineage,
    };
    Ok(Built {
        generation: Generation::new(snapshot, (head.reference, known), basis),
        damages,
    })
}

/// The latest states up to a number.
struct States {
    building: Builder,
    damages: Vec<Damage>,
    /// The hash of the change with that number.
    found: Option<Digest>,
}

/// Reads, checks and collects the latest states, each on a thread of its own.
fn states(store: &Store, seq: Seq) -> Result<States, Error> {
    let begun = Instant::now();
    let year = moment().year_in_japan();
    thread::scope(|scope| {
        let (rows, to_examine) = sync_channel::<Vec<StoredChange>>(QUEUE);
        let (examined, to_collect) = sync_channel::<Vec<Result<Update, Damage>>>(QUEUE);
        scope.spawn(move || {
            for chunk in to_examine {
                let check = begun.elapsed() < CHECKING;
                let updates = chunk.into_iter().map(|row| examine(row, check));
                if examined.send(updates.collect()).is_err() {
                    return;
                }
            }
        });
        let collecting = scope.spawn(move || {
            let (mut building, mut damages) = (Snapshot::builder().in_year(year), Vec::new());
            for update in to_collect.into_iter().flatten() {
                match update {
                    Ok(update) => building.add(update),
                    Err(damage) => damages.push(damage),
                }
            }
            (building, damages)
        });
        let mut chunk = Vec::with_capacity(CHUNK);
        let found = store.latest(seq, |row| {
            chunk.push(row);
            if chunk.len() == CHUNK {
                // Nobody takes it only where a thread has panicked, which joining tells.
                let _ = rows.send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)));
            }
        });
        let _ = rows.send(chunk);
        drop(rows);
        let collected = collecting.join();
        let (building, damages) = collected
            .map_err(|_| Error::Internal("reading the latest states panicked".to_owned()))?;
        Ok(States {
            building,
            damages,
            found: found?,
        })
    })
}

/// A change as the snapshot takes it; held against the chain where there is time for it.
pub(super) fn examine(row: StoredChange, check: bool) -> Result<Update, Damage> {
    if check && let Some(what) = row.wrong() {
        return Err(row.damage(what));
    }
    let change = row.unchecked()?;
    let (seq, facility) = (change.seq, change.facility.to_string());
    update(change).map_err(|error| Damage {
        seq,
        facility,
        what: error.to_string(),
    })
}

fn update(change: Change) -> Result<Update, Error> {
    let mark = change.mark();
    let state = match change.statement {
        Statement::Withdrawn => None,
        Statement::State(body) => Some(stored(change.seq, &change.facility, &body)?),
    };
    Ok(Update {
        change: mark,
        at: change.at,
        id: change.facility,
        state,
    })
}

/// When the last change of a generation was published, and its number.
pub(super) fn end(updates: &[Update], before: &Snapshot) -> (Seq, Moment) {
    updates.last().map_or_else(
        || (before.seq(), before.at()),
        |last| (last.change.seq, last.at),
    )
}
