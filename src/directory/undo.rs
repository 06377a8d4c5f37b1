//! Undo: an earlier version of a facility becomes its newest one. The history keeps all versions.

use serde_json::{Value, json};

use super::checking::Summary;
use super::facilities::{Write, Written};
use super::history::{HistoryRefusal, Version};
use super::submissions::written;
use super::{Directory, Error, moment};
use crate::domain::change::{ChangeMark, Proposal, Seq, Statement};
use crate::domain::difference::{self, ChangeKind};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::submission::Kind;
use crate::domain::user::{Act, User};
use crate::store::StoreError;
use crate::store::submissions::{NewSubmission, Publishing};

impl Directory {
    /// Makes the version that change `to` left the newest one. `expected` is the change
    /// somebody has seen of it last; `None` takes any state that is published.
    ///
    /// Whoever may publish where the facility lies and where that version lay publishes at once, also
    /// what was withdrawn; what others ask for waits for review.
    pub fn undo(
        &self,
        by: &User,
        id: &FacilityId,
        to: Seq,
        expected: Option<ChangeMark>,
    ) -> Result<Written, Error> {
        // First the end of the log: what is published after it is noticed when publishing.
        let seen = self.store.head()?.seq;
        let versions = self.history(id)?;
        let Some((last, earlier)) = versions.last().zip(last_state(&versions)) else {
            return Err(HistoryRefusal::NoFacility.into());
        };
        let may = |act, facility: &Facility| by.may_at(act, facility.whereabouts());
        if !may(Act::Submit, earlier) {
            return Err(HistoryRefusal::Forbidden.into());
        }
        let version = versions.iter().find(|version| version.seq == to);
        let version = version.ok_or(HistoryRefusal::NoVersion(to))?;
        let facility = version
            .state
            .as_ref()
            .ok_or(HistoryRefusal::IsWithdrawal(to))?;
        if !may(Act::Submit, facility) {
            return Err(HistoryRefusal::Forbidden.into());
        }
        match expected {
            Some(expected) if expected != last.mark => return Err(HistoryRefusal::Stale.into()),
            None if last.state.is_none() => return Err(HistoryRefusal::Stale.into()),
            _ => {}
        }
        let is_new = false;
        if last.state.as_ref() == Some(facility) {
            let id = id.clone();
            return Ok(Written::Published {
                id,
                is_new,
                feature: None,
            });
        }
        if may(Act::Publish, earlier) && may(Act::Publish, facility) {
            self.publish_again(by, facility, last.state.as_ref(), seen)?;
            let id = id.clone();
            return Ok(Written::Published {
                id,
                is_new,
                feature: None,
            });
        }
        if last.state.is_none() {
            // A withdrawn record is nothing that a submission could speak of.
            return Err(HistoryRefusal::Forbidden.into());
        }
        let replace = Write::Replace(id.clone(), feature(facility));
        self.write(by, replace, Some(last.mark), None)
    }

    /// Publishes a state as it was, with a submission that says who did and with what.
    fn publish_again(
        &self,
        by: &User,
        facility: &Facility,
        before: Option<&Facility>,
        seen: Seq,
    ) -> Result<(), Error> {
        let bytes = feature(facility).to_string();
        let kind = ChangeKind::between(before, Some(facility));
        let summary = Summary {
            rows: 1,
            accepted: 1,
            added: usize::from(kind == ChangeKind::Created),
            changed: usize::from(kind == ChangeKind::Changed),
            closed: usize::from(kind == ChangeKind::Closed),
            name: Some(facility.name.to_string()),
            ..Summary::default()
        };
        let proposals = [Proposal {
            facility: facility.id.clone(),
            statement: Statement::State(facility.to_stored()),
        }];
        let at = moment();
        let handed = self.store.submit(
            &NewSubmission {
                kind: Kind::Facility,
                actor: by.id,
                token: by.token,
                area: by.area,
                file_name: None,
                bytes: bytes.as_bytes(),
                work: "{}",
                summary: &written(&summary),
                base: seen,
                is_sent: true,
                contact: None,
                at,
            },
            None,
            Some(&Publishing {
                proposals: &proposals,
                unchanged_since: seen,
                is_alone: false,
                by: by.id,
                note: None,
                at,
            }),
        );
        match handed {
            Err(StoreError::Conflict { .. }) => Err(HistoryRefusal::Stale.into()),
            done => {
                done?;
                self.refresh()
            }
        }
    }
}

/// A facility's state as somebody would hand it in.
fn feature(facility: &Facility) -> Value {
    let mut properties = difference::values(facility);
    let position = properties.remove("position");
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": position },
        "properties": properties,
    })
}

/// The state a facility has, or had before it was withdrawn.
pub fn last_state(versions: &[Version]) -> Option<&Facility> {
    versions.iter().rev().find_map(|v| v.state.as_ref())
}
