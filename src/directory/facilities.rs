//! Writes single facilities: creates, replaces, patches and withdraws them.
//!
//! Users who may publish in the facility's area publish at once. Writes of other users wait for review
//! as a submission of one row. Either way the submission records author and token.

use std::sync::PoisonError;

use serde_json::{Map, Value, json};

use super::checking::{self, CheckInput, Checked, Summary, Withdrawal};
use super::submissions::{Denial, IdempotencyKey, Refusal, Submitted, written};
use super::{Directory, Error, moment, stored};
use crate::domain::change::{ChangeMark, Moment, Seq, Statement};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::feature;
use crate::domain::fields::FACILITY;
use crate::domain::report::Problem;
use crate::domain::submission::{Kind, Submission};
use crate::domain::user::{Act, User};
use crate::interchange::edits::{Edits, SamePlace};
use crate::interchange::progress::Progress;
use crate::interchange::{Limits, strict};
use crate::snapshot::Found;
use crate::store::submissions::{NewSubmission, Publishing};

/// How often a new facility is held against what others publish meanwhile.
const ATTEMPTS: usize = 20;

/// What is to be written.
#[derive(Clone)]
pub enum Write {
    /// A facility that is new; its Feature, an id in which is ignored, and whether it is known to be
    /// another one than any with its name at its place.
    Make(Value, bool),
    /// All of a facility: what its Feature leaves out becomes unknown.
    Replace(FacilityId, Value),
    /// Some of a facility: a merge patch (RFC 7396) of its Feature.
    Change(FacilityId, Value),
    /// The record is withdrawn.
    Withdraw(FacilityId),
}

impl Write {
    /// The facility to change; `None` for a new one.
    fn id(&self) -> Option<&FacilityId> {
        match self {
            Write::Make(..) => None,
            Write::Replace(id, _) | Write::Change(id, _) | Write::Withdraw(id) => Some(id),
        }
    }
}

/// A write after its check, before it is stored.
struct CheckedWrite {
    kind: Kind,
    bytes: String,
    work: Edits,
    checked: Checked,
}

/// The result of a write.
pub enum Written {
    /// It is published.
    Published {
        /// Which facility.
        id: FacilityId,
        /// Whether it is new.
        is_new: bool,
        /// Its Feature, for an answer before this process shows it.
        feature: Option<String>,
    },
    /// It waits for review, or was submitted before.
    Submitted(Box<Submitted>),
}

/// Why a facility cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritten {
    /// There is none.
    #[error("there is no facility {0}")]
    Unknown(String),
    /// Its last change is not what the log's hash chain says, or cannot be read.
    #[error("the last change of {0} is damaged")]
    Damaged(String),
    /// It was withdrawn.
    #[error("withdrawn at {}", .0.rfc3339())]
    Withdrawn(Moment),
    /// Somebody else changed it since.
    #[error("changed since")]
    Stale,
    /// It is no Feature, or no patch of one.
    #[error("no GeoJSON Feature")]
    NoFeature,
    /// One with this name at this place is published.
    #[error("{name} is published as {id}")]
    LikelyDuplicate {
        /// Its id.
        id: FacilityId,
        /// Its name.
        name: String,
    },
}

impl Directory {
    /// Writes one facility. `expected` is the change somebody has seen of it last.
    pub fn write(
        &self,
        by: &User,
        write: Write,
        expected: Option<ChangeMark>,
        once: Option<IdempotencyKey>,
    ) -> Result<Written, Error> {
        let attempt = || match self.write_now(by, write.clone(), expected, once.clone()) {
            // Somebody published something meanwhile: it may be this very facility.
            Err(Error::Conflict(_)) if matches!(write, Write::Make(..)) => None,
            done => Some(done),
        };
        let together = self.writers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = attempt() {
            return done;
        }
        drop(together);
        // Among many writers it would lose every time: now only other processes can come between.
        let _alone = self.writers.write().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..ATTEMPTS {
            if let Some(done) = attempt() {
                return done;
            }
        }
        Err(Error::Unavailable("others publish all the time".to_owned()))
    }

    fn write_now(
        &self,
        by: &User,
        write: Write,
        expected: Option<ChangeMark>,
        once: Option<IdempotencyKey>,
    ) -> Result<Written, Error> {
        if !by.may(Act::Submit) {
            return Err(Refusal::Forbidden(Denial::Submit).into());
        }
        // Before anything is answered, also a request that comes again: what it did may have been
        // committed after this process last looked, by one that died with the commit under way.
        self.refresh()?;
        if let Some(once) = &once
            && let Some(before) = self.store.earlier_submission(by.id, once)?
        {
            // Another process may have done it just now.
            self.refresh()?;
            return self
                .handed_in(by, before)
                .map(|handed| Written::Submitted(Box::new(handed)));
        }
        let now = self.now();
        let id = write.id().cloned();
        let before = match &id {
            None => None,
            Some(id) => match now.snapshot.get(id.as_str()) {
                Found::Facility(entry) => Some(entry),
                Found::Withdrawn(at) => return Err(Unwritten::Withdrawn(at).into()),
                Found::Nothing if now.is_withheld(id.as_str()) => {
                    return Err(Unwritten::Damaged(id.to_string()).into());
                }
                Found::Nothing => return Err(Unwritten::Unknown(id.to_string()).into()),
            },
        };
        if expected.is_some() && expected != before.map(|entry| entry.mark()) {
            return Err(Unwritten::Stale.into());
        }
        let published = before.map(|entry| entry.facility());
        if let Some(published) = &published
            && by
                .area
                .is_some_and(|area| !area.covers(published.whereabouts()))
        {
            // Missing permission comes before problems of the values.
            return Err(Refusal::Forbidden(Denial::Elsewhere).into());
        }
        let write = self.check_write(by, write, published.as_ref(), now.snapshot.seq())?;
        if let Some(id) = write.checked.matched.values().next() {
            let id = id.clone();
            let name = self.name_of_facility(&id).unwrap_or_default();
            return Err(Unwritten::LikelyDuplicate { id, name }.into());
        }
        if write.checked.is_empty() {
            // It equals what is published, so there is nothing to store.
            let id = id.ok_or(Refusal::Nothing)?;
            return Ok(Written::Published {
                id,
                is_new: false,
                feature: None,
            });
        }
        self.store_write(by, write, published.as_ref(), expected, once.as_ref())
    }

    /// Checks a write like a file of one row.
    fn check_write(
        &self,
        by: &User,
        write: Write,
        published: Option<&Facility>,
        seq: Seq,
    ) -> Result<CheckedWrite, Error> {
        let is_known_new = matches!(write, Write::Make(_, true));
        let work = Edits {
            same: is_known_new.then_some(SamePlace::New),
            ..Edits::default()
        };
        let (kind, bytes, checked) = match write {
            Write::Withdraw(id) => {
                let withdrawal = Withdrawal { withdraw: vec![id] };
                let checked = Checked::withdrawing(&withdrawal, seq);
                (Kind::Withdrawal, written(&withdrawal), checked)
            }
            write => {
                let bytes = proposed(write, published)?.to_string();
                let decisions = checking::decisions(Kind::Facility, &work);
                let whole = CheckInput {
                    bytes: bytes.as_bytes(),
                    work: &work,
                    decisions,
                    area: by.area,
                    limits: &Limits::UPLOAD,
                };
                let checked = self.check(&whole, &Progress::default());
                let report = &checked.report;
                if report.problems.iter().any(keeps_out) || report.accepted == 0 {
                    return Err(Refusal::Blocked(Box::new(checked.report)).into());
                }
                (Kind::Facility, bytes, checked)
            }
        };
        Ok(CheckedWrite {
            kind,
            bytes,
            work,
            checked,
        })
    }

    /// Publishes a checked write, or stores it as a submission for review.
    fn store_write(
        &self,
        by: &User,
        write: CheckedWrite,
        published: Option<&Facility>,
        expected: Option<ChangeMark>,
        once: Option<&IdempotencyKey>,
    ) -> Result<Written, Error> {
        let CheckedWrite {
            kind,
            bytes,
            work,
            checked,
        } = write;
        let places = checked
            .differences
            .iter()
            .map(|difference| &difference.facility);
        let publishes = places
            .chain(published)
            .all(|facility| by.may_at(Act::Publish, facility.whereabouts()));
        let proposals = checked.proposals(None);
        let at = moment();
        let summary = Summary {
            name: checked
                .differences
                .first()
                .map(|difference| &difference.facility)
                .or(published)
                .map(|facility| facility.name.to_string()),
            ..checked.summary()
        };
        let publishing = publishes.then(|| Publishing {
            proposals: &proposals,
            unchanged_since: expected.map_or(checked.seq, |seen| seen.seq),
            is_alone: published.is_none(),
            by: by.id,
            note: None,
            at,
        });
        let handed = self.store.submit(
            &NewSubmission {
                kind,
                actor: by.id,
                token: by.token,
                area: by.area,
                file_name: None,
                bytes: bytes.as_bytes(),
                work: &written(&work),
                summary: &written(&summary),
                base: checked.seq,
                is_sent: true,
                contact: None,
                at,
            },
            once,
            publishing.as_ref(),
        )?;
        if let crate::store::submissions::SubmitOutcome::In(_, Some(range)) = &handed {
            // It is published: should the database be away just now, this process sees it later.
            if let Err(error) = self.refresh() {
                tracing::info!(%error, "what was published is not shown yet");
            }
            let is_new = published.is_none();
            let proposal = proposals.into_iter().next().ok_or(Refusal::Nothing)?;
            let feature = match &proposal.statement {
                Statement::State(body) => {
                    Some(as_feature(*range.end(), &proposal.facility, body, at)?)
                }
                Statement::Withdrawn => None,
            };
            let id = proposal.facility;
            return Ok(Written::Published {
                id,
                is_new,
                feature,
            });
        }
        self.refresh()?;
        self.handed_in(by, handed)
            .map(|handed| Written::Submitted(Box::new(handed)))
    }
}

/// A facility's Feature as the change of that number leaves it.
fn as_feature(seq: Seq, id: &FacilityId, body: &str, at: Moment) -> Result<String, Error> {
    let mut facility = stored(seq, id, body)?;
    facility.status_age = facility.status_age_in(moment().year_in_japan());
    let mut text = Vec::new();
    feature::write(&facility, at, &mut text);
    String::from_utf8(text).map_err(|error| Error::Internal(error.to_string()))
}

impl Directory {
    /// What a submission of one facility has published: its id and its Feature.
    pub fn published_feature(
        &self,
        submission: &Submission,
    ) -> Result<Option<(FacilityId, Option<String>)>, Error> {
        let Some((first, _)) = submission.published else {
            return Ok(None);
        };
        let Some(change) = self.store.change_at(first)? else {
            return Ok(None);
        };
        let feature = match &change.statement {
            Statement::State(body) => Some(as_feature(first, &change.facility, body, change.at)?),
            Statement::Withdrawn => None,
        };
        Ok(Some((change.facility, feature)))
    }
}

/// Whether a problem keeps a single facility out. A file's unreadable value only leaves what is
/// published; who writes one facility must hear of it.
fn keeps_out(problem: &Problem) -> bool {
    problem.blocks || matches!(problem.code, "value-unreadable" | "hours-unreadable")
}

/// Refuses a Feature with a member that is unknown, or a value its member cannot hold.
pub(super) fn expect_readable(
    feature: &Value,
    published: Option<&Facility>,
    is_whole: bool,
) -> Result<(), Error> {
    let object = feature.as_object().ok_or(Unwritten::NoFeature)?;
    let is_feature = object.get("type").is_none_or(|sort| sort == "Feature");
    let properties = object.get("properties").unwrap_or(&Value::Null);
    if !is_feature || !(properties.is_null() || properties.is_object()) {
        return Err(Unwritten::NoFeature.into());
    }
    // The day in Japan, where the facilities are.
    let today = Moment(moment().0 + 9 * 3_600_000_000).rfc3339();
    let against = strict::CheckContext {
        published,
        is_whole,
        today: &today[..10],
    };
    let problems = strict::check(object, &against);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Values(problems).into())
    }
}

/// The Feature that says what is to be written, of the facility with that id alone.
fn proposed(write: Write, published: Option<&Facility>) -> Result<Value, Error> {
    let (id, feature, is_whole) = match write {
        Write::Make(feature, _) => (None, feature, false),
        Write::Replace(id, feature) => (Some(id), feature, true),
        Write::Change(id, patch) => (Some(id), patch, false),
        Write::Withdraw(_) => unreachable!("a withdrawal has no Feature"),
    };
    expect_readable(&feature, published, is_whole)?;
    let Value::Object(mut object) = feature else {
        return Err(Unwritten::NoFeature.into());
    };
    let properties = match object.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut own = Map::new();
    for field in FACILITY {
        if is_whole && field.nullable {
            own.insert(field.name.to_owned(), Value::Null);
        }
    }
    if is_whole {
        own.insert("status".to_owned(), json!("unknown"));
        own.insert("sources".to_owned(), json!([]));
    }
    own.extend(properties);
    own.remove("id");
    // What is published is not read again: an older rule may have let it in.
    let known = strict::published_values(published);
    let of_place = |name: &str| matches!(name, "position_precision" | "position_error");
    own.retain(|name, value| of_place(name) || known.get(name) != Some(value));
    let mut whole_feature = json!({ "type": "Feature" });
    if let Some(id) = id {
        own.insert("id".to_owned(), json!(id));
    }
    // Without one the place stays where it is.
    if let Some(geometry) = object.remove("geometry") {
        whole_feature["geometry"] = geometry;
    }
    whole_feature["properties"] = Value::Object(own);
    Ok(whole_feature)
}
