//! Decides which facility each row of a file is: by its id, by a decision, or by its name and place.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::change::Moment;
use crate::domain::facility::FacilityId;
use crate::interchange::edits::{DuplicateDecision, SamePlace};
use crate::snapshot::Found;
use crate::snapshot::entries::Entry;

use super::ReviewContext;
use super::key::{OwnId, RowKey, may_act};

/// A published facility and how far it lies from a row, in metres.
pub(super) type Candidate = (Arc<Entry>, f64);

/// Which facility a row is.
#[derive(Clone)]
pub(super) enum Plan {
    /// A new one.
    New {
        /// Whether it takes the id the row brings.
        keeps_id: bool,
        /// A published one with its name at its place.
        same: Option<Candidate>,
    },
    /// A published one.
    Of {
        entry: Arc<Entry>,
        how: MatchedBy,
        /// Whether the row changes nothing of it.
        stays: bool,
        away: f64,
    },
    /// Undecided, which blocks the row.
    Refused(IdRefusal),
}

/// How a row was matched with a published facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MatchedBy {
    Id,
    Decision,
    SamePlace,
}

/// Why an id cannot be used.
#[derive(Clone)]
pub(super) enum IdRefusal {
    /// Its facility lies where the sender may not act; whether somebody chose it.
    Elsewhere(Arc<Entry>, bool),
    /// Its facility was withdrawn; the id if somebody chose it.
    Withdrawn(Moment, Option<String>),
    /// Somebody chose a facility that is not published.
    Gone(String),
    /// Its facility has another name at another place.
    Another(Arc<Entry>),
}

impl Plan {
    /// Whether two plans have the same effect.
    pub fn is(&self, other: &Plan) -> bool {
        match (self, other) {
            (Plan::New { keeps_id: a, .. }, Plan::New { keeps_id: b, .. }) => a == b,
            (
                Plan::Of {
                    entry: a,
                    how: b,
                    stays: c,
                    ..
                },
                Plan::Of {
                    entry: x,
                    how: y,
                    stays: z,
                    ..
                },
            ) => Arc::ptr_eq(a, x) && b == y && c == z,
            (Plan::Refused(a), Plan::Refused(b)) => match (a, b) {
                (IdRefusal::Elsewhere(a, b), IdRefusal::Elsewhere(x, y)) => {
                    Arc::ptr_eq(a, x) && b == y
                }
                (IdRefusal::Another(a), IdRefusal::Another(x)) => Arc::ptr_eq(a, x),
                (IdRefusal::Withdrawn(a, b), IdRefusal::Withdrawn(x, y)) => a == x && b == y,
                (IdRefusal::Gone(a), IdRefusal::Gone(x)) => a == x,
                _ => false,
            },
            _ => false,
        }
    }

    /// The id that distinguishes the row from other rows of the file.
    pub fn id<'a>(&'a self, key: &'a RowKey) -> Option<&'a str> {
        match self {
            Plan::Of { entry, .. } => Some(entry.id.as_str()),
            Plan::New {
                keeps_id: false, ..
            }
            | Plan::Refused(IdRefusal::Another(_)) => None,
            Plan::New { .. } | Plan::Refused(_) => key.id.as_deref(),
        }
    }
}

impl Plan {
    /// The published facilities that a row is or may be. Other rows that may be one of them are settled
    /// together with it.
    pub fn tied_to<'a>(
        &'a self,
        candidates: &'a [Candidate],
    ) -> impl Iterator<Item = &'a FacilityId> {
        let own = match self {
            Plan::Of { entry, .. } => Some(&entry.id),
            _ => None,
        };
        own.into_iter()
            .chain(candidates.iter().map(|(entry, _)| &entry.id))
    }
}

/// The published facilities that a row without a plan may be.
pub(super) fn may_be(
    key: &RowKey,
    candidates: &[Candidate],
    context: &ReviewContext<'_>,
) -> Vec<FacilityId> {
    let decided = decided(key, context);
    let decided = decided.iter().flat_map(|plan| plan.tied_to(&[]));
    let candidates = candidates.iter().map(|(entry, _)| &entry.id);
    decided.chain(candidates).cloned().collect()
}

/// Decides which facility each row is. A published facility belongs to one row only, the nearest of its
/// name. The candidates are facilities with a row's name at its place.
pub(super) fn settle<'a>(
    rows: impl Iterator<Item = (&'a RowKey, &'a [Candidate])> + Clone,
    context: &ReviewContext<'_>,
) -> HashMap<usize, Plan> {
    let mut plans = HashMap::new();
    let mut open = Vec::new();
    for (key, candidates) in rows {
        match decided(key, context) {
            Some(plan) => drop(plans.insert(key.number, plan)),
            None => open.push((key, candidates)),
        }
    }
    let mut claimed: HashSet<FacilityId> = plans
        .values()
        .filter_map(|plan| match plan {
            Plan::Of { entry, .. } => Some(entry.id.clone()),
            _ => None,
        })
        .collect();
    let mut pairs: Vec<(f64, usize, &Candidate)> = open
        .iter()
        .flat_map(|(key, candidates)| candidates.iter().map(|found| (found.1, key.number, found)))
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut matched: HashMap<usize, &Candidate> = HashMap::new();
    for (_, number, candidate) in pairs {
        if !matched.contains_key(&number) && claimed.insert(candidate.0.id.clone()) {
            matched.insert(number, candidate);
        }
    }
    for (key, _) in open {
        let same = matched.get(&key.number).copied().cloned();
        plans.insert(key.number, by_place(key, same, context));
    }
    plans
}

/// The plan of a row by its id or a decision.
fn decided(key: &RowKey, context: &ReviewContext<'_>) -> Option<Plan> {
    // A row with a published facility's own id is that facility; no decision is needed.
    if let OwnId::Of(entry) = &key.own {
        return Some(Plan::Of {
            entry: Arc::clone(entry),
            how: MatchedBy::Id,
            stays: false,
            away: 0.0,
        });
    }
    match (context.decisions.likeness.get(&key.number), &key.own) {
        (Some(DuplicateDecision::Same(id)), _) => Some(chosen(key, id, false, context)),
        (Some(DuplicateDecision::Keep(id)), _) => Some(chosen(key, id, true, context)),
        (Some(DuplicateDecision::Other), own) => Some(Plan::New {
            keeps_id: matches!(own, OwnId::Unknown),
            same: None,
        }),
        (None, OwnId::Elsewhere(entry)) => Some(Plan::Refused(IdRefusal::Elsewhere(
            Arc::clone(entry),
            false,
        ))),
        (None, OwnId::Withdrawn(at)) => Some(Plan::Refused(IdRefusal::Withdrawn(*at, None))),
        (None, _) => None,
    }
}

fn chosen(key: &RowKey, id: &str, stays: bool, context: &ReviewContext<'_>) -> Plan {
    match context.snapshot.get(id) {
        Found::Facility(entry) if may_act(entry, context) => Plan::Of {
            entry: Arc::clone(entry),
            how: MatchedBy::Decision,
            stays,
            away: key
                .position
                .map_or(0.0, |position| position.distance(entry.position).0),
        },
        Found::Facility(entry) => Plan::Refused(IdRefusal::Elsewhere(Arc::clone(entry), true)),
        Found::Withdrawn(at) => Plan::Refused(IdRefusal::Withdrawn(at, Some(id.to_owned()))),
        Found::Nothing => Plan::Refused(IdRefusal::Gone(id.to_owned())),
    }
}

/// The plan of a row by its name and place.
fn by_place(key: &RowKey, same: Option<Candidate>, context: &ReviewContext<'_>) -> Plan {
    let policy = context.decisions.same;
    let is_new = policy == Some(SamePlace::New);
    match (&key.own, same) {
        (OwnId::Another(entry), None) if !is_new => {
            Plan::Refused(IdRefusal::Another(Arc::clone(entry)))
        }
        // An id of its own means another facility, unless the file's policy says otherwise.
        (OwnId::Unknown, Some((entry, away)))
            if !matches!(policy, Some(SamePlace::Update | SamePlace::Keep)) =>
        {
            Plan::New {
                keeps_id: true,
                same: Some((entry, away)),
            }
        }
        (_, Some((entry, away))) if !is_new => Plan::Of {
            entry,
            how: MatchedBy::SamePlace,
            stays: policy == Some(SamePlace::Keep),
            away,
        },
        (own, same) => Plan::New {
            keeps_id: matches!(own, OwnId::Unknown),
            same,
        },
    }
}
