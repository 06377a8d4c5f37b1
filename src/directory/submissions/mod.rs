//! The way from a file to the log: handing in, mending, deciding.
//!
//! Who may see and do what is asked here, with [`User::may`] and by areas; what a submission would
//! change is found in [`checking`](super::checking).

mod change;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::checking::{self, Checked, Conflict, Summary};
use super::people::is_invisible;
use super::{Directory, Error, moment};
use crate::districts::Level;
use crate::domain::change::Seq;
use crate::domain::facility::FacilityId;
use crate::domain::submission::{Kind, State, Submission, SubmissionId};
use crate::domain::user::{Act, Area, User};
use crate::domain::vocabulary::{Kind as FacilityKind, UnknownWord};
use crate::domain::wording::Language;
use crate::interchange;
use crate::interchange::columns::header_fingerprint;
use crate::interchange::work::Work;
use crate::snapshot::Found;
use crate::store::submissions::{Edit, Handed, NewSubmission, Publishing, Wanted};

pub use crate::store::submissions::{Answered, Once};
pub use change::Change;

/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 2_000;
/// The longest way to reach somebody, in characters.
pub(super) const LONGEST_CONTACT: usize = 200;
/// The longest name of a file, in characters; what is longer loses its beginning.
const LONGEST_FILE_NAME: usize = 200;

/// Why something about submissions is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is none, or none they may know of.
    #[error("there is no submission {0}")]
    Unknown(i64),
    /// Their role or area does not allow it.
    #[error("not allowed: {0}")]
    Forbidden(&'static str),
    /// Somebody else changed it first.
    #[error("submission {0} was changed meanwhile")]
    Stale(i64),
    /// It does not stand where that can be done.
    #[error("submission {id} is {}", state.slug())]
    WrongState {
        /// Which.
        id: i64,
        /// Where it stands.
        state: State,
    },
    /// There is nothing in it that can be published.
    #[error("nothing in it can be published")]
    Nothing,
    /// The area does not exist, or is not theirs.
    #[error("{0}")]
    NoArea(String),
    /// What was given as the kind of all rows is none.
    #[error("{0}")]
    NoKind(UnknownWord),
    /// Others changed the same fields of these facilities; somebody must look first.
    #[error("others changed {} of the facilities meanwhile", .0.len())]
    Conflict(BTreeMap<usize, Conflict>),
    /// Something given is beyond what is taken.
    #[error("{0}")]
    TooLong(&'static str),
    /// The same key was used for another request.
    #[error("the key was used for another request")]
    KeyUsed,
    /// A row that is in the way of publishing: a single facility's.
    #[error("the facility cannot be published")]
    Blocked(Box<crate::domain::report::Report>),
}

/// What is handed in.
pub struct Given<'a> {
    /// What the file is called.
    pub file_name: Option<&'a str>,
    /// The only area its rows may lie in; else that of whoever hands it in.
    pub area: Option<&'a str>,
    /// The file.
    pub bytes: &'a [u8],
    /// The kind of its facilities, where it says none itself.
    pub kind: Option<FacilityKind>,
    /// Whether it waits for a reviewer at once.
    pub send: bool,
    /// The request, if it must happen once.
    pub once: Option<Once>,
}

/// A submission, and what it comes to now.
pub struct Seen {
    /// As it is kept.
    pub submission: Submission,
    /// What it comes to.
    pub checked: Arc<Checked>,
}

/// What came of handing something in.
pub enum HandedIn {
    /// It is there.
    New(Seen),
    /// It was there before; with the answer given then, if it was written down.
    Before(Seen, Option<Answered>),
}

/// A decision on a submission.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What is decided.
    pub decision: Verdict,
    /// Only these rows are approved.
    #[serde(default)]
    pub rows: Option<Vec<usize>>,
    /// What the submitter is told.
    #[serde(default)]
    pub note: Option<String>,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is published.
    Approve,
    /// It goes back to be mended.
    Return,
    /// It is refused for good.
    Reject,
}

/// Which submissions somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// In these states; empty is any.
    pub states: Vec<State>,
    /// Only their own.
    pub mine: bool,
    /// Before (or, in a queue, after) that one.
    pub after: Option<SubmissionId>,
    /// At most.
    pub limit: usize,
}

/// What somebody may do with a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Mend it.
    pub edit: bool,
    /// Send it to review.
    pub send: bool,
    /// Take it back.
    pub withdraw: bool,
    /// Decide on it.
    pub decide: bool,
}

impl Directory {
    /// Takes a file in.
    pub fn hand_in(&self, by: &User, given: &Given<'_>) -> Result<HandedIn, Error> {
        may_submit(by)?;
        let area = self.area_given(by, given.area)?;
        if let Some(once) = &given.once
            && let Some(before) = self.store.handed_in(by.id, once)?
        {
            return self.handed_in(by, before);
        }
        self.refresh()?;
        let mut work = Work {
            kind: given.kind,
            ..Work::default()
        };
        let limits = checking::limits(by.id);
        let mut checked = self.check(given.bytes, &work, area, limits);
        let remembered = self.remembered(area, &checked)?;
        if !remembered.is_empty() {
            work.columns = remembered;
            checked = self.check(given.bytes, &work, area, limits);
        }
        if given.send && (checked.is_blocked() || checked.is_empty()) {
            return Err(Refusal::Blocked(Box::new(checked.report)).into());
        }
        let file_name = given.file_name.map(plain_file_name);
        let handed = self.store.hand_in(
            &NewSubmission {
                kind: Kind::File,
                actor: by.id,
                token: by.token,
                area,
                file_name: file_name.as_deref(),
                bytes: given.bytes,
                work: &written(&work),
                summary: &written(&checked.summary()),
                base: checked.seq,
                is_sent: given.send,
                contact: None,
                at: moment(),
            },
            given.once.as_ref(),
            None,
        )?;
        self.handed_in(by, handed)
    }

    pub(super) fn handed_in(&self, by: &User, handed: Handed) -> Result<HandedIn, Error> {
        match handed {
            Handed::In(id, _) => Ok(HandedIn::New(self.submission(by, id)?)),
            Handed::Before(id, answer) => Ok(HandedIn::Before(self.submission(by, id)?, answer)),
            Handed::KeyUsed => Err(Refusal::KeyUsed.into()),
        }
    }

    /// Writes down the answer that was given to a request that must happen once.
    pub fn answered(&self, by: &User, key: &str, answer: &Answered) -> Result<(), Error> {
        self.store.answered(by.id, key, answer)?;
        Ok(self.store.forget_keys(checking::keys_before(moment()))?)
    }

    /// What somebody may see of what was handed in; with the state `sent` alone, the oldest first.
    pub fn submissions(&self, by: &User, asked: &Asked) -> Result<Vec<Submission>, Error> {
        may_read(by)?;
        Ok(self.store.submissions(&Wanted {
            states: asked.states.clone(),
            actor: asked.mine.then_some(by.id),
            within: self.visible(by),
            untold: false,
            after: asked.after,
            oldest_first: asked.states == [State::Sent],
            limit: i64::try_from(asked.limit).unwrap_or(i64::MAX),
        })?)
    }

    /// How many wait for a decision of theirs, and how many of theirs were decided without their having seen it.
    pub fn counts(&self, by: &User) -> Result<(i64, i64), Error> {
        may_read(by)?;
        let waiting = if by.may(Act::Publish) {
            self.store.count_submissions(&Wanted {
                states: vec![State::Sent],
                within: self.visible(by),
                ..Wanted::default()
            })?
        } else {
            0
        };
        let untold = self.store.count_submissions(&Wanted {
            actor: Some(by.id),
            untold: true,
            ..Wanted::default()
        })?;
        Ok((waiting, untold))
    }

    /// A submission and what it comes to now.
    pub fn submission(&self, by: &User, id: SubmissionId) -> Result<Seen, Error> {
        let submission = self.known_submission(by, id)?;
        let checked = self.checked(&submission)?;
        Ok(Seen {
            submission,
            checked,
        })
    }

    /// The file as it came, and what it is called.
    pub fn submitted_file(&self, by: &User, id: SubmissionId) -> Result<(String, Vec<u8>), Error> {
        let submission = self.known_submission(by, id)?;
        let bytes = self.store.submission_bytes(id)?;
        Ok((file_name(&submission), bytes.unwrap_or_default()))
    }

    /// The file with what was mended put in, and what is still wrong beside each row.
    pub fn corrected_file(
        &self,
        by: &User,
        id: SubmissionId,
        language: Language,
    ) -> Result<(String, Vec<u8>), Error> {
        let seen = self.submission(by, id)?;
        let bytes = self.store.submission_bytes(id)?.unwrap_or_default();
        let mut notes: BTreeMap<usize, String> = BTreeMap::new();
        for problem in &seen.checked.report.problems {
            if let Some(row) = problem.row {
                let note = notes.entry(row).or_default();
                if !note.is_empty() {
                    note.push_str(language.pick("／", " / "));
                }
                if let Some(column) = &problem.column {
                    note.push_str(column);
                    note.push_str(": ");
                }
                note.push_str(problem.message.get(language));
            }
        }
        let work = checking::work(&seen.submission)?;
        let corrected =
            interchange::corrected::corrected(&bytes, &seen.checked.file, &work, &notes, language);
        Ok((file_name(&seen.submission), corrected))
    }

    /// Changes a submission: cells, columns, decisions about rows, its state.
    pub fn change_submission(
        &self,
        by: &User,
        id: SubmissionId,
        revision: i64,
        change: &Change,
    ) -> Result<Seen, Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        let may = self.may(by, &submission);
        let stale = || Error::from(Refusal::Stale(id.0));
        if submission.revision != revision {
            return Err(stale());
        }
        let only_looks = change.only_looks() && may.decide && submission.state == State::Sent;
        let takes_back = matches!(change.state, Some(State::Draft | State::Withdrawn));
        // What was withdrawn is no more than laid aside.
        let takes_up = change.state == Some(State::Draft) && submission.state == State::Withdrawn;
        if submission.actor != by.id && !only_looks {
            return Err(Refusal::Forbidden("owner").into());
        }
        if !self.lies_within(submission.area, by.area) {
            return Err(Refusal::Forbidden("area").into());
        }
        if !(may.edit || only_looks || takes_back && may.withdraw || takes_up) {
            return Err(Refusal::WrongState {
                id: id.0,
                state: submission.state,
            }
            .into());
        }
        let contact = change.contact.as_deref().map(plain_text);
        if let Some(contact) = &contact
            && contact.chars().count() > LONGEST_CONTACT
        {
            return Err(Refusal::TooLong("contact").into());
        }
        self.refresh()?;
        let bytes = match &change.feature {
            Some(feature) if submission.kind == Kind::Facility => Some(feature.to_string()),
            _ => None,
        };
        let kept;
        let bytes = match &bytes {
            Some(bytes) => bytes.as_bytes(),
            None => {
                kept = self.store.submission_bytes(id)?.unwrap_or_default();
                &kept
            }
        };
        let mut work = checking::work(&submission)?;
        change::apply(change, &mut work)?;
        let checked = match submission.kind {
            Kind::Withdrawal | Kind::Report => None,
            _ => Some(self.check(
                bytes,
                &work,
                submission.area,
                checking::limits(submission.actor),
            )),
        };
        if change.state == Some(State::Sent)
            && checked
                .as_ref()
                .is_some_and(|c| c.is_blocked() || c.is_empty())
        {
            return Err(Refusal::Nothing.into());
        }
        if let Some(checked) = checked.as_ref().filter(|_| !change.columns.is_empty()) {
            self.remember(submission.area, checked, &work)?;
        }
        let head = self.now().snapshot.seq();
        let work = written(&work);
        let summary = checked.as_ref().map(|checked| written(&checked.summary()));
        let edit = Edit {
            state: change.state,
            work: Some(&work),
            summary: summary.as_deref(),
            bytes: change.feature.is_some().then_some(bytes),
            base: change.seen.map(|seq| Seq(seq.clamp(0, head.0))),
            contact: contact
                .as_deref()
                .map(|text| Some(text).filter(|t| !t.is_empty())),
            decision: None,
            at: moment(),
        };
        self.store
            .edit_submission(id, revision, &edit)?
            .ok_or_else(stale)?;
        self.submission(by, id)
    }

    /// Decides on a submission. What is approved is published in the same transaction.
    pub fn decide(
        &self,
        by: &User,
        id: SubmissionId,
        revision: i64,
        decision: &Decision,
    ) -> Result<Seen, Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        if !by.may(Act::Publish) || !self.lies_within(submission.area, by.area) {
            return Err(Refusal::Forbidden("decide").into());
        }
        if submission.revision != revision {
            return Err(Refusal::Stale(id.0).into());
        }
        if submission.state != State::Sent {
            return Err(Refusal::WrongState {
                id: id.0,
                state: submission.state,
            }
            .into());
        }
        let note = decision.note.as_deref().map(plain_text);
        let note = note.as_deref().filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
            return Err(Refusal::TooLong("note").into());
        }
        let done = match decision.decision {
            // A report is no facts yet: what was done about it is published on its own.
            Verdict::Approve if submission.kind == Kind::Report => {
                let edit = Edit {
                    state: Some(State::Published),
                    decision: Some((by.id, note)),
                    at: moment(),
                    ..Edit::default()
                };
                self.store.edit_submission(id, revision, &edit)?.is_some()
            }
            // Its sender has no account to mend it with.
            Verdict::Return if submission.kind == Kind::Report => {
                return Err(Refusal::Forbidden("return").into());
            }
            Verdict::Approve => {
                self.refresh()?;
                self.approve(by, &submission, decision.rows.as_deref(), note)?
            }
            verdict => {
                let state = match verdict {
                    Verdict::Return => State::Returned,
                    _ => State::Rejected,
                };
                let edit = Edit {
                    state: Some(state),
                    decision: Some((by.id, note)),
                    at: moment(),
                    ..Edit::default()
                };
                self.store.edit_submission(id, revision, &edit)?.is_some()
            }
        };
        if !done {
            return Err(Refusal::Stale(id.0).into());
        }
        self.refresh()?;
        self.submission(by, id)
    }

    fn approve(
        &self,
        by: &User,
        submission: &Submission,
        rows: Option<&[usize]>,
        note: Option<&str>,
    ) -> Result<bool, Error> {
        let checked = self.checked(submission)?;
        let mut conflicts = checked.conflicts.clone();
        conflicts.retain(|row, _| rows.is_none_or(|rows| rows.contains(row)));
        if !conflicts.is_empty() {
            return Err(Refusal::Conflict(conflicts).into());
        }
        let proposals = checked.proposals(rows);
        if proposals.is_empty() {
            return Err(Refusal::Nothing.into());
        }
        let summary = Summary {
            approved: rows.map(<[usize]>::to_vec),
            ..checked.summary()
        };
        let published = self.store.publish_submission(
            submission.id,
            submission.revision,
            &written(&summary),
            &Publishing {
                proposals: &proposals,
                unchanged_since: checked.seq,
                by: by.id,
                note,
                at: moment(),
            },
        )?;
        Ok(published.is_some())
    }

    /// Writes down that somebody has seen the decision on their submission.
    pub fn told(&self, by: &User, id: SubmissionId) -> Result<(), Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        if submission.actor != by.id {
            return Err(Refusal::Forbidden("owner").into());
        }
        Ok(self.store.tell_submitter(id, moment())?)
    }

    /// What somebody may do with a submission.
    pub fn may(&self, by: &User, submission: &Submission) -> May {
        // Whoever has another area by now leaves what they began to those who have this one.
        let own = submission.actor == by.id
            && by.may(Act::Submit)
            && self.lies_within(submission.area, by.area);
        let state = submission.state;
        May {
            edit: own && state.is_open(),
            send: own && state.is_open(),
            withdraw: own && !state.is_final(),
            decide: by.may(Act::Publish)
                && state == State::Sent
                && self.lies_within(submission.area, by.area),
        }
    }

    /// Whether a submission's sheet is matched as one of its area was before.
    pub fn is_remembered(&self, seen: &Seen) -> Result<bool, Error> {
        let work = checking::work(&seen.submission)?;
        let remembered = self.remembered(seen.submission.area, &seen.checked)?;
        Ok(!remembered.is_empty() && remembered == work.columns)
    }

    /// What somebody is called; an account that is gone has no name.
    pub fn name_of(&self, id: crate::domain::change::ActorId) -> Result<Option<String>, Error> {
        Ok(self.store.name_of(id)?)
    }

    /// What a published facility is called.
    pub fn name_of_facility(&self, id: &FacilityId) -> Option<String> {
        match self.now().snapshot.get(id.as_str()) {
            Found::Facility(entry) => Some(entry.facility().name.to_string()),
            _ => None,
        }
    }

    /// The facility a submission of one has become.
    pub fn published_facility(&self, submission: &Submission) -> Result<Option<FacilityId>, Error> {
        let Some((first, _)) = submission.published else {
            return Ok(None);
        };
        Ok(self.store.change_at(first)?.map(|change| change.facility))
    }

    fn known_submission(&self, by: &User, id: SubmissionId) -> Result<Submission, Error> {
        may_read(by)?;
        let submission = self.store.submission(id)?;
        // Of what others may not see, they are not even told that it is there.
        submission
            .filter(|found| found.actor == by.id || self.lies_within(found.area, by.area))
            .ok_or_else(|| Refusal::Unknown(id.0).into())
    }

    /// Whether what lies in `inner` always lies in `outer`; `None` is everywhere.
    pub(super) fn lies_within(&self, inner: Option<Area>, outer: Option<Area>) -> bool {
        let known = self.reference();
        let parent = |code| known.districts.municipality(code)?.parent;
        match (inner, outer) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => outer.includes(inner, parent),
        }
    }

    /// The areas whose submissions somebody may see beside their own; `None` for all.
    fn visible(&self, by: &User) -> Option<(Vec<String>, crate::domain::change::ActorId)> {
        let own = by.area?;
        let districts = &self.reference().districts;
        let all = Level::ALL.into_iter().flat_map(|level| districts.of(level));
        let within = all.filter(|district| {
            let area = Area::new(&district.code).ok();
            area.is_some_and(|area| self.lies_within(Some(area), Some(own)))
        });
        Some((within.map(|d| d.code.to_string()).collect(), by.id))
    }

    fn area_given(&self, by: &User, given: Option<&str>) -> Result<Option<Area>, Error> {
        let Some(given) = given else {
            return Ok(by.area);
        };
        let code =
            crate::review::area(given, &self.reference().districts).map_err(Refusal::NoArea)?;
        let area = Area::new(&code).map_err(|error| Refusal::NoArea(error.to_string()))?;
        if !self.lies_within(Some(area), by.area) {
            return Err(Refusal::Forbidden("area").into());
        }
        Ok(Some(area))
    }

    fn remembered(
        &self,
        area: Option<Area>,
        checked: &Checked,
    ) -> Result<BTreeMap<String, Option<String>>, Error> {
        if checked.file.columns.is_empty() {
            return Ok(BTreeMap::new());
        }
        let header = header_fingerprint(&checked.file.sheet);
        let fields = self.store.matching(&area_key(area), &header)?;
        Ok(fields
            .and_then(|fields| serde_json::from_str(&fields).ok())
            .unwrap_or_default())
    }

    fn remember(&self, area: Option<Area>, checked: &Checked, work: &Work) -> Result<(), Error> {
        let header = header_fingerprint(&checked.file.sheet);
        let fields = written(&work.columns);
        Ok(self
            .store
            .remember_matching(&area_key(area), &header, &fields, moment())?)
    }
}

fn area_key(area: Option<Area>) -> String {
    area.map_or_else(String::new, |area| area.to_string())
}

fn may_submit(by: &User) -> Result<(), Refusal> {
    if by.may(Act::Submit) {
        Ok(())
    } else {
        Err(Refusal::Forbidden("submit"))
    }
}

fn may_read(by: &User) -> Result<(), Refusal> {
    if by.may(Act::ReadDrafts) {
        Ok(())
    } else {
        Err(Refusal::Forbidden("read"))
    }
}

/// A file's name without the folders some browsers send, and without what no file is called.
fn plain_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: &char| c.is_control() || is_invisible(*c);
    let plain: Vec<char> = last.chars().filter(|c| !unseen(c)).collect();
    let start = plain.len().saturating_sub(LONGEST_FILE_NAME);
    let plain: String = plain[start..].iter().collect();
    let plain = plain.trim();
    if plain.chars().all(|c| c == '.') {
        return String::new();
    }
    plain.to_owned()
}

/// What somebody wrote, without what nobody types and PostgreSQL does not keep.
pub(super) fn plain_text(text: &str) -> String {
    let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    text.replace(unseen, "").trim().to_owned()
}

fn file_name(submission: &Submission) -> String {
    match submission.file_name.as_deref() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("submission-{}.{}", submission.id.0, "geojson"),
    }
}

pub(super) fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(&json!(value)).expect("our own types are written with string keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_keeps_no_folder_and_no_control_character() {
        assert_eq!(plain_file_name("../../etc/施設一覧.csv"), "施設一覧.csv");
        assert_eq!(plain_file_name("C:\\Users\\x\\a\nb.xlsx"), "ab.xlsx");
        assert_eq!(plain_file_name(&"長".repeat(300)).chars().count(), 200);
        assert_eq!(plain_file_name("a\u{202e}vsc.exe"), "avsc.exe");
        assert_eq!(plain_file_name("a/.."), "");
    }
}
