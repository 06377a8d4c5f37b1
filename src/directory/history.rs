//! The history of facilities: what changed and when for everybody, and for staff also who changed it
//! and from which file.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::undo::last_state;
use super::{Directory, Error};
use crate::domain::change::{ActorId, Change, ChangeMark, Moment, Seq, Statement};
use crate::domain::difference::{self, ChangeKind, FieldChange};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::user::{Act, User};
use crate::store::chain;
pub use crate::store::history::Origin;
use crate::store::reading::StoredChange;

/// The most changes of one answer, because their bodies are held in memory while they are compared.
const BATCH: usize = 1_000;

/// Why a request about a facility's history is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryRefusal {
    /// There was never such a facility.
    #[error("there is no such facility")]
    NoFacility,
    /// It lies, or lay, where somebody else is responsible.
    #[error("not allowed there")]
    Forbidden,
    /// The facility has no version of that number.
    #[error("change {0} is none of this facility")]
    NoVersion(Seq),
    /// The version is the record's withdrawal.
    #[error("change {0} withdrew the record")]
    IsWithdrawal(Seq),
    /// The facility was changed meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// There is no change of that number.
    #[error("there is no change {0}")]
    NoChange(Seq),
    /// Values of that field cannot be redacted.
    #[error("values of {0} cannot be taken out")]
    NotRedactable(String),
    /// The field has no value after that change, or it is redacted already.
    #[error("{field} has no value after change {seq}")]
    NothingThere {
        /// The change.
        seq: Seq,
        /// The field.
        field: &'static str,
    },
    /// No reason is given, or one too long to be one.
    #[error("a reason has 1 to 500 characters")]
    NoReason,
}

/// A public change, without actor, submission and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicChange {
    /// Its number.
    pub seq: Seq,
    /// Whose change.
    pub facility: FacilityId,
    /// When.
    pub at: Moment,
    /// What it did.
    pub kind: ChangeKind,
    /// Which fields it changed; of a new facility those that are known.
    pub fields: Vec<&'static str>,
}

/// A facility's state after one change, for staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The change's number.
    pub seq: Seq,
    /// The number with its hash, which distinguishes it from another log's.
    pub mark: ChangeMark,
    /// Whether what is stored is not what the log's hash chain says, or cannot be read: then nothing of
    /// it is known.
    pub is_damaged: bool,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: ActorId,
    /// What they are called; nothing once they were erased.
    pub actor_name: Option<String>,
    /// From which submission, and how that came.
    pub submission: Option<(i64, Origin)>,
    /// What it did.
    pub kind: ChangeKind,
    /// The fields it changed, with what they said before and after.
    pub fields: Vec<FieldChange>,
    /// The fields whose value was taken out of this version.
    pub redacted: Vec<&'static str>,
    /// The state; none after a withdrawal, or where it is damaged.
    pub state: Option<Facility>,
}

/// A state read from its body, with the digests of its values where one was taken out.
struct State {
    facility: Facility,
    /// Empty where every value is still there, which is nearly always.
    redacted: HashSet<String>,
    body: String,
}

impl Directory {
    /// At most `limit` changes after `since` and up to `up_to`, in order, as the log has them.
    pub(super) fn read_changes(
        &self,
        since: Seq,
        up_to: Seq,
        limit: usize,
    ) -> Result<Vec<PublicChange>, Error> {
        let mut told = Vec::new();
        let mut since = since;
        while told.len() < limit && since < up_to {
            let mut changes = self
                .store
                .stored_since(since, BATCH.min(limit - told.len()))?;
            changes.retain(|change| change.seq() <= up_to);
            let Some(last) = changes.last().map(StoredChange::seq) else {
                break;
            };
            // What a damaged change says is not repeated.
            let changes: Vec<Change> = readable(changes).collect();
            let facilities: BTreeSet<FacilityId> = changes
                .iter()
                .map(|change| change.facility.clone())
                .collect();
            let facilities: Vec<FacilityId> = facilities.into_iter().collect();
            let mut before: HashMap<FacilityId, State> = HashMap::new();
            for change in readable(self.store.latest_of(&facilities, since)?) {
                if let Ok(Some(state)) = State::after(&change) {
                    before.insert(change.facility, state);
                }
            }
            for change in changes {
                let Ok(after) = State::after(&change) else {
                    continue;
                };
                let previous = before.remove(&change.facility);
                told.push(PublicChange {
                    kind: kind(previous.as_ref(), after.as_ref()),
                    fields: changed(previous.as_ref(), after.as_ref())?
                        .into_iter()
                        .map(|field| field.name)
                        .collect(),
                    seq: change.seq,
                    at: change.at,
                    facility: change.facility.clone(),
                });
                if let Some(after) = after {
                    before.insert(change.facility, after);
                }
            }
            since = last;
        }
        Ok(told)
    }

    /// The history of a facility for somebody who works where it lies, or lay before it was withdrawn.
    pub fn history_for(&self, by: &User, id: &FacilityId) -> Result<Vec<Version>, Error> {
        if !by.may(Act::ReadDrafts) {
            return Err(HistoryRefusal::Forbidden.into());
        }
        let versions = self.history(id)?;
        let Some(last) = last_state(&versions) else {
            return Err(HistoryRefusal::NoFacility.into());
        };
        if !by.may_at(Act::ReadDrafts, last.whereabouts()) {
            return Err(HistoryRefusal::Forbidden.into());
        }
        Ok(versions)
    }

    /// A facility's changes that are what the chain says, in order.
    pub(super) fn readable_history(&self, id: &FacilityId) -> Result<Vec<Change>, Error> {
        Ok(readable(self.store.stored_history(id)?).collect())
    }

    /// Everything that was ever said of a facility, in order; nothing where there was never one.
    pub fn history(&self, id: &FacilityId) -> Result<Vec<Version>, Error> {
        let changes = self.store.stored_history(id)?;
        // Of a damaged change only that it is there can be shown.
        let changes: Vec<(Change, bool)> = changes
            .into_iter()
            .filter_map(|change| {
                let is_damaged = change.wrong().is_some();
                Some((change.unchecked().ok()?, is_damaged))
            })
            .collect();
        let actors: Vec<ActorId> = changes.iter().map(|(change, _)| change.actor).collect();
        let submissions: Vec<i64> = changes.iter().filter_map(|(c, _)| c.submission).collect();
        let names = self.store.names_of(&actors)?;
        let origins = self.store.origins_of(&submissions)?;
        let mut versions = Vec::with_capacity(changes.len());
        let mut before: Option<State> = None;
        for (change, is_damaged) in changes {
            let read = match is_damaged {
                true => None,
                false => State::after(&change).ok(),
            };
            let is_damaged = read.is_none();
            let after = read.flatten();
            versions.push(Version {
                mark: change.mark(),
                is_damaged,
                seq: change.seq,
                at: change.at,
                actor: change.actor,
                actor_name: names.get(&change.actor.0).cloned(),
                submission: change.submission.map(|id| {
                    let origin = origins.get(&id).cloned().unwrap_or_default();
                    (id, origin)
                }),
                kind: match is_damaged {
                    true => ChangeKind::Changed,
                    false => kind(before.as_ref(), after.as_ref()),
                },
                fields: changed(before.as_ref(), after.as_ref())?,
                redacted: after.as_ref().map(State::redacted).unwrap_or_default(),
                state: after.as_ref().map(|state| state.facility.clone()),
            });
            if !is_damaged {
                before = after;
            }
        }
        Ok(versions)
    }
}

/// The changes that are what the chain says.
fn readable(changes: Vec<StoredChange>) -> impl Iterator<Item = Change> {
    changes
        .into_iter()
        .filter_map(|change| change.checked().ok())
}

impl State {
    fn after(change: &Change) -> Result<Option<State>, Error> {
        let Statement::State(body) = &change.statement else {
            return Ok(None);
        };
        let facility = super::stored(change.seq, &change.facility, body)?;
        let redacted = if chain::may_be_redacted(body) {
            let members = chain::members(body).map_err(|error| damaged(&error))?;
            let redacted = members.into_iter().filter(|member| member.redacted);
            redacted.map(|member| member.name).collect()
        } else {
            HashSet::new()
        };
        Ok(Some(State {
            facility,
            redacted,
            body: body.clone(),
        }))
    }

    fn redacted(&self) -> Vec<&'static str> {
        difference::compared()
            .filter(|name| self.redacted.contains(*name))
            .collect()
    }
}

fn kind(before: Option<&State>, after: Option<&State>) -> ChangeKind {
    ChangeKind::between(
        before.map(|state| &state.facility),
        after.map(|state| &state.facility),
    )
}

/// The fields that differ. Where a value was taken out, its digest still tells whether it was another.
fn changed(before: Option<&State>, after: Option<&State>) -> Result<Vec<FieldChange>, Error> {
    let Some(after) = after else {
        return Ok(Vec::new());
    };
    let changes = difference::field_changes(before.map(|state| &state.facility), &after.facility);
    if after.redacted.is_empty() && before.is_none_or(|before| before.redacted.is_empty()) {
        return Ok(changes);
    }
    let digests = |state: &State| -> Result<HashMap<String, chain::Digest>, Error> {
        let members = chain::members(&state.body).map_err(|error| damaged(&error))?;
        Ok(members.into_iter().map(|m| (m.name, m.digest)).collect())
    };
    let old = before.map(digests).transpose()?.unwrap_or_default();
    let new = digests(after)?;
    let is_redacted = |name: &str| {
        after.redacted.contains(name) || before.is_some_and(|b| b.redacted.contains(name))
    };
    let mut changes: HashMap<&str, FieldChange> = changes
        .into_iter()
        .map(|change| (change.name, change))
        .collect();
    let mut all = Vec::new();
    for name in difference::compared() {
        let change = changes.remove(name);
        if !is_redacted(name) {
            all.extend(change);
        } else if old.get(name) != new.get(name) {
            all.push(change.unwrap_or(FieldChange {
                name,
                before: serde_json::Value::Null,
                after: serde_json::Value::Null,
            }));
        }
    }
    Ok(all)
}

fn damaged(error: &chain::BodyError) -> Error {
    Error::Damaged(format!("a stored body {error}"))
}
