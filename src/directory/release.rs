//! Facts of a newer release enter an existing directory as a submission, never silently.
//!
//! The log records what was shipped before: the first changes of the directory, and the submissions of
//! later releases. Only fields that differ from these are submitted. So a municipality's own changes
//! stay, and a field changed by both is a conflict.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::checking::{self, CheckInput};
use super::submissions::{IdempotencyKey, written};
use super::{BATCH, Directory, Error, moment, new_id, reference, stored};
use crate::domain::change::{ActorId, Seq, Statement};
use crate::domain::difference::values;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::fields::DERIVED;
use crate::domain::submission::{Kind, SubmissionId};
use crate::interchange::edits::Edits;
use crate::interchange::geojson;
use crate::interchange::progress::Progress;
use crate::review::{self, ReviewContext, RowDecisions};
use crate::snapshot::{Found, Snapshot};
use crate::store::submissions::{NewSubmission, SubmissionFilter, SubmitOutcome};

/// A facility's values by field.
type Values = Map<String, Value>;

/// What was shipped up to now.
struct Shipped {
    facilities: BTreeMap<String, Values>,
    /// The change that filled the directory last.
    last: Seq,
    /// The last change that came from what was shipped: filling, or a release that was published.
    since: Seq,
}

impl Shipped {
    /// Whether all that a release ships stands in here as it is written there. At nearly every start it
    /// does, and then the towns need not be read before the server answers.
    fn holds(&self, shipped: &str) -> bool {
        let Ok(collection) = serde_json::from_str::<Value>(shipped) else {
            return false;
        };
        let features = collection["features"].as_array();
        features.is_some_and(|features| features.iter().all(|feature| self.holds_feature(feature)))
    }

    fn holds_feature(&self, feature: &Value) -> bool {
        let Some(properties) = feature["properties"].as_object() else {
            return false;
        };
        let id = properties.get("id").and_then(Value::as_str);
        let Some(known) = id.and_then(|id| self.facilities.get(id)) else {
            return false;
        };
        let counts = |name: &str| name != "synthetic" && !DERIVED.contains(&name);
        let is_known = |(name, value): (&String, &Value)| {
            !counts(name) || known.get(name).unwrap_or(&Value::Null) == value
        };
        // What is no longer shipped is news, too.
        let is_shipped = |(name, value): (&String, &Value)| {
            !counts(name) || name == "position" || value.is_null() || properties.contains_key(name)
        };
        known.get("position") == feature["geometry"].get("coordinates")
            && properties.iter().all(is_known)
            && known.iter().all(is_shipped)
    }
}

impl Directory {
    /// Hands in what this release ships and no earlier one has shipped. A directory that was not
    /// filled with shipped facilities is left alone.
    pub fn offer_release(&self) -> Result<Option<SubmissionId>, Error> {
        match self.offer(reference::FACILITIES, env!("CARGO_PKG_VERSION")) {
            // The directory is served without what is damaged; a release can wait.
            Err(Error::Damaged(what)) => {
                tracing::warn!(
                    what,
                    "this release's facts are not offered: what was shipped before cannot be read"
                );
                Ok(None)
            }
            offered => offered,
        }
    }

    fn offer(&self, shipped: &str, version: &str) -> Result<Option<SubmissionId>, Error> {
        let Some(before) = self.shipped_before()? else {
            return Ok(None);
        };
        if before.holds(shipped) {
            return Ok(None);
        }
        let mut features = Vec::new();
        for facility in self.facilities_in(shipped)? {
            features.extend(self.news_of(&facility, &before)?);
        }
        if features.is_empty() {
            return Ok(None);
        }
        let bytes = json!({ "type": "FeatureCollection", "features": features }).to_string();
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // Of several replicas that start together, one submits.
        let once = IdempotencyKey {
            key: format!("release-{digest}"),
            request: digest,
        };
        let limits = checking::limits(ActorId::SHIPPED);
        let checked = {
            let work = Edits::default();
            let decisions = checking::decisions(Kind::Release, &work);
            let whole = CheckInput {
                bytes: bytes.as_bytes(),
                work: &work,
                decisions,
                area: None,
                limits,
            };
            self.check(&whole, &Progress::default())
        };
        let name = format!("machinaka-{version}.geojson");
        let handed = self.store.submit(
            &NewSubmission {
                kind: Kind::Release,
                actor: ActorId::SHIPPED,
                token: None,
                area: None,
                file_name: Some(&name),
                bytes: bytes.as_bytes(),
                work: "{}",
                summary: &written(&checked.summary()),
                base: before.last,
                is_sent: true,
                contact: None,
                at: moment(),
            },
            Some(&once),
            None,
        )?;
        Ok(match handed {
            SubmitOutcome::In(id, _) => Some(id),
            SubmitOutcome::Before(..) | SubmitOutcome::KeyUsed => None,
        })
    }

    /// A Feature with what this release ships of a facility and no earlier one has shipped.
    fn news_of(&self, facility: &Facility, before: &Shipped) -> Result<Option<Value>, Error> {
        let now = self.now();
        let id = facility.id.as_str();
        if matches!(now.snapshot.get(id), Found::Withdrawn(_)) {
            return Ok(None);
        }
        let mut news = values(facility);
        if let Some(old) = before.facilities.get(id) {
            news.retain(|name, value| old.get(name).unwrap_or(&Value::Null) != value);
        }
        news.retain(|name, _| !DERIVED.contains(&name.as_str()) && name != "synthetic");
        if !news.is_empty()
            && let Found::Facility(entry) = now.snapshot.get(id)
        {
            for known in self.states_since(&entry.id, before.since)? {
                news.retain(|name, value| known.get(name).unwrap_or(&Value::Null) != value);
            }
        }
        if news.is_empty() {
            return Ok(None);
        }
        // A facility that moves is in the ward that ships, or in none that is known: an estimated
        // border does not decide.
        if news.contains_key("position") {
            let ward = values(facility).remove("ward");
            news.insert("ward".to_owned(), ward.unwrap_or_default());
        }
        news.insert("id".to_owned(), id.into());
        let mut feature = json!({ "type": "Feature" });
        if let Some(position) = news.remove("position") {
            feature["geometry"] = json!({ "type": "Point", "coordinates": position });
        }
        feature["properties"] = Value::Object(news);
        Ok(Some(feature))
    }

    /// What is on record as shipped; nothing in a directory that was not filled.
    fn shipped_before(&self) -> Result<Option<Shipped>, Error> {
        let mut before = BTreeMap::new();
        let mut last = Seq(0);
        // A directory is filled by its first changes or not at all.
        for change in self.store.changes_since(Seq(0), BATCH)? {
            if change.actor != ActorId::SHIPPED {
                break;
            }
            if let Statement::State(body) = &change.statement {
                let facility = stored(change.seq, &change.facility, body)?;
                before.insert(change.facility.to_string(), values(&facility));
            }
            last = change.seq;
        }
        if before.is_empty() {
            return Ok(None);
        }
        let releases = self.store.submissions(&SubmissionFilter {
            actor: Some(ActorId::SHIPPED),
            oldest_first: true,
            limit: i64::MAX,
            ..SubmissionFilter::default()
        })?;
        let mut since = last;
        for release in releases.iter().filter(|found| found.kind == Kind::Release) {
            if let Some((_, published)) = release.published {
                since = since.max(published);
            }
            let bytes = self.store.submission_bytes(release.id)?.unwrap_or_default();
            let collection: Value = serde_json::from_slice(&bytes)
                .map_err(|error| Error::Damaged(format!("submission {}: {error}", release.id.0)))?;
            for feature in collection["features"].as_array().into_iter().flatten() {
                let properties = feature["properties"].as_object();
                let Some(id) = feature["properties"]["id"].as_str() else {
                    continue;
                };
                let known: &mut Values = before.entry(id.to_owned()).or_default();
                known.extend(properties.cloned().into_iter().flatten());
                if let Some(position) = feature["geometry"].get("coordinates") {
                    known.insert("position".to_owned(), position.clone());
                }
            }
        }
        Ok(Some(Shipped {
            facilities: before,
            last,
            since,
        }))
    }

    /// What a facility was as of a number, and what it has been since. Facts that were published in
    /// that time are no news: somebody was faster than the release, or has gone on from there.
    fn states_since(&self, id: &FacilityId, since: Seq) -> Result<Vec<Values>, Error> {
        let history = self.readable_history(id)?;
        let first = history.iter().rposition(|change| change.seq <= since);
        let mut states = Vec::new();
        for change in &history[first.unwrap_or(0)..] {
            if let Statement::State(body) = &change.statement {
                states.push(values(&stored(change.seq, id, body)?));
            }
        }
        Ok(states)
    }

    /// Shipped facilities as they are by themselves, whatever is published.
    fn facilities_in(&self, shipped: &str) -> Result<Vec<Facility>, Error> {
        let reading = geojson::read(shipped.as_bytes())?;
        let nothing = Snapshot::empty();
        let known = self.reference();
        let context = ReviewContext {
            snapshot: &nothing,
            districts: &known.districts,
            places: Some(known.places()),
            blocks: None,
            area: None,
            decisions: RowDecisions::default().exactly(),
        };
        let reviewed = review::review(reading, &context, new_id);
        let found = reviewed.differences.into_iter();
        Ok(found
            .map(|difference| difference.facility.clone())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Reference;
    use crate::directory::import::{Fate, Import};
    use crate::directory::submissions::{Decision, Verdict};
    use crate::domain::submission::State;
    use crate::domain::user::User;
    use crate::interchange::edits::Edits;
    use crate::store::Store;
    use std::sync::Arc;

    fn directory(folder: &tempfile::TempDir) -> Arc<Directory> {
        let url = format!("sqlite:{}/a.sqlite", folder.path().display());
        let store = Store::open(&url).unwrap();
        store.migrate().unwrap();
        Directory::open(store, Reference::shipped()).unwrap()
    }

    /// The shipped facilities with other seats and hours for one of them, and one more.
    fn later() -> String {
        let mut all: Value = serde_json::from_str(reference::FACILITIES).unwrap();
        let features = all["features"].as_array_mut().unwrap();
        let mut more = features[0].clone();
        more["properties"]["id"] = "hub-later".into();
        more["properties"]["name"] = "あとの机".into();
        if more.get("id").is_some() {
            more["id"] = "hub-later".into();
        }
        features[1]["properties"]["seats"] = 77.into();
        features[1]["properties"]["opening_hours"] = "Mo-Fr 09:00-17:00".into();
        features.push(more);
        all.to_string()
    }

    #[test]
    fn what_a_later_release_ships_waits_for_review_once() {
        let folder = tempfile::tempdir().unwrap();
        let directory = directory(&folder);
        // Nothing was shipped into an empty directory, and nothing is offered to it.
        assert_eq!(directory.offer(&later(), "9").unwrap(), None);
        directory.fill().unwrap();
        assert_eq!(directory.offer_release().unwrap(), None);
        let shipped = || directory.shipped_before().unwrap().unwrap();
        assert!(shipped().holds(reference::FACILITIES), "without a review");
        assert!(!shipped().holds(&later()));
        let filled = directory.now().snapshot.seq();

        let id = directory.offer(&later(), "9").unwrap().unwrap();
        assert_eq!(
            directory.now().snapshot.seq(),
            filled,
            "nothing is published silently"
        );
        assert_eq!(directory.offer(&later(), "9").unwrap(), None, "once");
        assert!(shipped().holds(&later()));
        let operator = User::operator();
        let seen = directory.submission(&operator, id).unwrap();
        assert_eq!(
            (seen.submission.kind, seen.submission.state),
            (Kind::Release, State::Sent)
        );
        let found: Vec<(usize, Vec<&str>)> = seen
            .checked
            .differences
            .iter()
            .filter(|difference| difference.facility.id.as_str() != "hub-later")
            .map(|difference| {
                (
                    difference.row,
                    difference.fields().iter().map(|f| f.name).collect(),
                )
            })
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let mut fields = found[0].1.clone();
        fields.sort_unstable();
        assert_eq!(fields, ["opening_hours", "seats"]);

        let approve = Decision {
            decision: Verdict::Approve,
            rows: None,
            note: None,
        };
        let decided = directory
            .decide(&operator, id, seen.submission.revision, &approve)
            .unwrap();
        assert_eq!(decided.submission.state, State::Published);
        assert!(matches!(
            directory.now().snapshot.get("hub-later"),
            Found::Facility(_)
        ));
        assert_eq!(
            directory.offer(&later(), "9").unwrap(),
            None,
            "nor after its decision"
        );
        // Back again in a release after that: that is news as well.
        assert!(
            directory
                .offer(reference::FACILITIES, "10")
                .unwrap()
                .is_some()
        );
    }

    /// The facilities as the release before shipped them.
    const FORMER: &str = include_str!("../../tests/cases/facilities-2026-11-30.geojson");

    #[test]
    fn a_directory_of_the_former_release_comes_to_what_this_one_ships() {
        let folder = tempfile::tempdir().unwrap();
        let directory = directory(&folder);
        directory.fill_with(FORMER).unwrap();
        assert_eq!(directory.now().snapshot.len(), 84);
        let id = directory.offer_release().unwrap().unwrap();
        let operator = User::operator();
        let seen = directory.submission(&operator, id).unwrap();
        let problems = &seen.checked.report.problems;
        let blocking: Vec<_> = problems.iter().filter(|problem| problem.blocks).collect();
        assert!(blocking.is_empty(), "{blocking:?}");
        let approve = Decision {
            decision: Verdict::Approve,
            rows: None,
            note: None,
        };
        directory
            .decide(&operator, id, seen.submission.revision, &approve)
            .unwrap();
        let shipped = directory.facilities_in(reference::FACILITIES).unwrap();
        assert_eq!(directory.now().snapshot.len(), shipped.len());
        let now = directory.now();
        for facility in shipped {
            let Found::Facility(entry) = now.snapshot.get(facility.id.as_str()) else {
                panic!("{} is missing", facility.id);
            };
            assert_eq!(
                values(&entry.facility()),
                values(&facility),
                "{}",
                facility.id
            );
        }
        assert_eq!(directory.offer_release().unwrap(), None, "once");
    }

    /// Publishes one facility's fields, as its municipality would.
    fn publish(directory: &Directory, id: &str, fields: Value) {
        let mut properties = fields;
        properties["id"] = id.into();
        let feature = json!({ "type": "Feature", "geometry": null, "properties": properties });
        let feature = feature.to_string();
        let import = Import {
            file: feature.as_bytes(),
            area: None,
            work: Edits::default(),
        };
        let done = directory.import(import, Fate::Published).unwrap();
        assert!(done.published.is_some(), "{:?}", done.report);
    }

    #[test]
    fn what_a_town_has_changed_can_stay_out_of_a_release_that_is_approved() {
        let folder = tempfile::tempdir().unwrap();
        let directory = directory(&folder);
        directory.fill_with(FORMER).unwrap();
        publish(
            &directory,
            "hub-004",
            json!({ "opening_hours": "Mo-Su 09:00-19:00" }),
        );
        let id = directory.offer_release().unwrap().unwrap();
        let operator = User::operator();
        let seen = directory.submission(&operator, id).unwrap();
        let conflicting: Vec<usize> = seen.checked.conflicts.keys().copied().collect();
        assert_eq!(conflicting.len(), 1);
        let approve = |rows: Option<Vec<usize>>| {
            let decision = Decision {
                decision: Verdict::Approve,
                rows,
                note: None,
            };
            directory.decide(&operator, id, seen.submission.revision, &decision)
        };
        assert!(approve(None).is_err());
        let rows = seen.checked.differences.iter().map(|found| found.row);
        let rows = rows.filter(|row| !conflicting.contains(row)).collect();
        let decided = approve(Some(rows)).unwrap();
        assert_eq!(decided.submission.state, State::Published);
        let now = directory.now();
        let facility = |id: &str| match now.snapshot.get(id) {
            Found::Facility(entry) => entry.facility(),
            _ => panic!("{id}"),
        };
        let kept = facility("hub-004").opening_hours;
        assert_eq!(kept.as_deref(), Some("Mo-Su 09:00-19:00"));
        assert_eq!(facility("hub-047").seats, Some(24));
        assert_eq!(directory.offer_release().unwrap(), None, "once");
    }

    #[test]
    fn what_is_published_already_is_not_offered() {
        let folder = tempfile::tempdir().unwrap();
        let directory = directory(&folder);
        directory.fill().unwrap();
        let all: Value = serde_json::from_str(reference::FACILITIES).unwrap();
        let id = all["features"][1]["properties"]["id"].as_str().unwrap();
        // Its municipality was faster, and has gone on from there.
        publish(&directory, id, json!({ "seats": 77 }));
        let offered = directory.offer(&later(), "9").unwrap().unwrap();
        let bytes = directory.store.submission_bytes(offered).unwrap().unwrap();
        let offered: Value = serde_json::from_slice(&bytes).unwrap();
        let of = |id: &str| {
            let features = offered["features"].as_array().unwrap();
            let found = features.iter().find(|f| f["properties"]["id"] == id);
            found.map(|feature| feature["properties"].clone())
        };
        assert_eq!(
            of(id),
            Some(json!({ "opening_hours": "Mo-Fr 09:00-17:00", "id": id }))
        );
        assert!(of("hub-later").is_some());

        publish(&directory, id, json!({ "seats": 80 }));
        assert_eq!(
            directory.offer(&later(), "9").unwrap(),
            None,
            "what was published and changed again is no news either"
        );
    }
}
