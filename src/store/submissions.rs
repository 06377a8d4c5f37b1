//! Submissions: files and single facilities on their way to the log.
//!
//! The bytes stay as they came. Every write names the revision it is based on, so that two people cannot
//! overwrite each other. A decision that publishes is one transaction with its changes.

use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::log::Publication;
use super::schema::{idempotency, matching, submission};
use super::{Db, Store, StoreError, postgres};
use crate::domain::change::{ActorId, Moment, Proposal, Seq};
use crate::domain::submission::{Kind, State, Submission, SubmissionId};
use crate::domain::user::Area;

/// A submission to store.
pub struct NewSubmission<'a> {
    /// What it is.
    pub kind: Kind,
    /// Who hands it in.
    pub actor: ActorId,
    /// With which token.
    pub token: Option<i64>,
    /// Where its rows may lie.
    pub area: Option<Area>,
    /// What the file was called.
    pub file_name: Option<&'a str>,
    /// As it came.
    pub bytes: &'a [u8],
    /// How it is to be read, as JSON.
    pub work: &'a str,
    /// Counts, as JSON.
    pub summary: &'a str,
    /// The state of the directory it was held against.
    pub base: Seq,
    /// Whether it waits for a reviewer at once.
    pub is_sent: bool,
    /// The sender's contact.
    pub contact: Option<&'a str>,
    /// When.
    pub at: Moment,
}

/// The idempotency key of a request, with its content's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key that the sender chose.
    pub key: String,
    /// The SHA-256 of the request.
    pub request: String,
}

/// The stored response to a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// The result of submitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitOutcome {
    /// It is stored, and these changes were published with it.
    In(SubmissionId, Option<RangeInclusive<Seq>>),
    /// It was stored before; with the stored response, if it was saved.
    Before(SubmissionId, Option<StoredResponse>),
    /// The same key was used for another request.
    KeyUsed,
}

/// What is published, by whom, and what must not have changed before.
pub struct Publishing<'a> {
    /// What to say.
    pub proposals: &'a [Proposal],
    /// Nobody else may have changed the facilities concerned after that number.
    pub unchanged_since: Seq,
    /// Whether nobody may have published anything at all after that number: what is new would be
    /// there twice if two of the same are made at once.
    pub is_alone: bool,
    /// Who decides.
    pub by: ActorId,
    /// What they say about it.
    pub note: Option<&'a str>,
    /// When.
    pub at: Moment,
}

/// What is to change of a submission; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct Edit<'a> {
    /// Another state.
    pub state: Option<State>,
    /// Other work.
    pub work: Option<&'a str>,
    /// Other counts.
    pub summary: Option<&'a str>,
    /// Other bytes: of a single facility, which is edited and not uploaded.
    pub bytes: Option<&'a [u8]>,
    /// The state of the directory somebody has looked at.
    pub base: Option<Seq>,
    /// The sender's contact.
    pub contact: Option<Option<&'a str>>,
    /// A decision that publishes nothing: by whom, and why.
    pub decision: Option<(ActorId, Option<&'a str>)>,
    /// When.
    pub at: Moment,
}

/// The submissions to list.
#[derive(Debug, Clone, Default)]
pub struct SubmissionFilter {
    /// In these states; empty is any.
    pub states: Vec<State>,
    /// Of this person.
    pub actor: Option<ActorId>,
    /// Of these areas, as they are stored, or of that person; `None` is everywhere.
    pub within: Option<(Vec<String>, ActorId)>,
    /// Only decided ones that their owner has not acknowledged.
    pub unacknowledged: bool,
    /// Older than that one; with `oldest_first` younger.
    pub after: Option<SubmissionId>,
    /// The oldest first, as a queue.
    pub oldest_first: bool,
    /// At most.
    pub limit: i64,
}

impl Store {
    /// Hands something in, and publishes it in the same transaction where `publishing` says so.
    pub fn submit(
        &self,
        new: &NewSubmission<'_>,
        once: Option<&IdempotencyKey>,
        publishing: Option<&Publishing<'_>>,
    ) -> Result<SubmitOutcome, StoreError> {
        self.write(|db| {
            // The log's lock first, always: two that wait for each other would wait for ever.
            let publication = publishing
                .map(|publishing| Publication::begin(db, publishing.by, None, publishing.at))
                .transpose()?;
            if let Some(once) = once {
                // Two replicas may be asked at once; the second waits, and finds what the first did.
                if let Db::Postgres(db) = db {
                    postgres::lock_key(db, new.actor, &once.key)?;
                }
                if let Some(before) = used(db, new.actor, once)? {
                    return Ok(before);
                }
            }
            let state = match (&publication, new.is_sent) {
                (Some(_), _) => State::Published,
                (None, true) => State::Sent,
                (None, false) => State::Draft,
            };
            let id = insert(db, new, state)?;
            if let Some(once) = once {
                diesel::insert_into(idempotency::table)
                    .values((
                        idempotency::actor.eq(new.actor.0),
                        idempotency::key.eq(&once.key),
                        idempotency::request.eq(&once.request),
                        idempotency::at.eq(new.at.0),
                        idempotency::submission.eq(id.0),
                    ))
                    .execute(db)?;
            }
            let mut range = None;
            if let (Some(publication), Some(publishing)) = (publication, publishing) {
                range = publish(db, publication, id, publishing)?;
            }
            Ok(SubmitOutcome::In(id, range))
        })
    }

    /// What came of a request that must happen once, if it has happened.
    pub fn earlier_submission(
        &self,
        actor: ActorId,
        once: &IdempotencyKey,
    ) -> Result<Option<SubmitOutcome>, StoreError> {
        used(&mut *self.connection()?, actor, once)
    }

    /// Stores the response for a repeated request.
    pub fn answered(
        &self,
        actor: ActorId,
        key: &str,
        answer: &StoredResponse,
    ) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::update(idempotency::table.find((actor.0, key)))
                .set((
                    idempotency::status.eq(i64::from(answer.status)),
                    idempotency::body.eq(&answer.body),
                ))
                .execute(db)?;
            Ok(())
        })
    }

    /// Forgets the keys of requests before that moment.
    pub fn forget_keys(&self, before: Moment) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::delete(idempotency::table.filter(idempotency::at.lt(before.0))).execute(db)?;
            Ok(())
        })
    }

    /// One submission.
    pub fn submission(&self, id: SubmissionId) -> Result<Option<Submission>, StoreError> {
        let row: Option<SubmissionRow> = submission::table
            .find(id.0)
            .select(SubmissionRow::as_select())
            .first(&mut *self.connection()?)
            .optional()?;
        row.map(SubmissionRow::into_submission).transpose()
    }

    /// The submissions that match the filter.
    pub fn submission_bytes(&self, id: SubmissionId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(submission::table
            .find(id.0)
            .select(submission::bytes)
            .first(&mut *self.connection()?)
            .optional()?)
    }

    /// Several submissions.
    pub fn submissions(&self, wanted: &SubmissionFilter) -> Result<Vec<Submission>, StoreError> {
        let mut query = filtered(wanted)
            .select(SubmissionRow::as_select())
            .limit(wanted.limit);
        query = match (wanted.oldest_first, wanted.after) {
            (true, Some(after)) => query.filter(submission::id.gt(after.0)),
            (false, Some(after)) => query.filter(submission::id.lt(after.0)),
            (_, None) => query,
        };
        query = if wanted.oldest_first {
            query.order(submission::id.asc())
        } else {
            query.order(submission::id.desc())
        };
        let rows: Vec<SubmissionRow> = query.load(&mut *self.connection()?)?;
        rows.into_iter()
            .map(SubmissionRow::into_submission)
            .collect()
    }

    /// How many.
    pub fn count_submissions(&self, wanted: &SubmissionFilter) -> Result<i64, StoreError> {
        Ok(filtered(wanted)
            .count()
            .get_result(&mut *self.connection()?)?)
    }

    /// Changes a submission if nobody else did since that revision; the new revision, or `None`.
    pub fn edit_submission(
        &self,
        id: SubmissionId,
        revision: i64,
        edit: &Edit<'_>,
    ) -> Result<Option<i64>, StoreError> {
        self.write(|db| {
            let Some(new) = next_revision(db, id, revision)? else {
                return Ok(None);
            };
            let row = submission::table.find(id.0);
            diesel::update(row)
                .set(submission::touched_at.eq(edit.at.0))
                .execute(db)?;
            if let Some(state) = edit.state {
                diesel::update(row)
                    .set(submission::state.eq(state.slug()))
                    .execute(db)?;
                if state == State::Sent {
                    diesel::update(row)
                        .set(submission::sent_at.eq(edit.at.0))
                        .execute(db)?;
                }
            }
            if let Some(work) = edit.work {
                diesel::update(row)
                    .set(submission::work.eq(work))
                    .execute(db)?;
            }
            if let Some(summary) = edit.summary {
                diesel::update(row)
                    .set(submission::summary.eq(summary))
                    .execute(db)?;
            }
            if let Some(bytes) = edit.bytes {
                diesel::update(row)
                    .set(submission::bytes.eq(bytes))
                    .execute(db)?;
            }
            if let Some(base) = edit.base {
                diesel::update(row)
                    .set(submission::base_seq.eq(base.0))
                    .execute(db)?;
            }
            if let Some(contact) = edit.contact {
                diesel::update(row)
                    .set(submission::contact.eq(contact))
                    .execute(db)?;
            }
            if let Some((by, note)) = edit.decision {
                decide(db, id, by, note, edit.at)?;
            }
            // Once nothing more comes of it, nobody has to be reached.
            if edit.state.is_some_and(State::is_final) {
                diesel::update(row)
                    .set(submission::contact.eq(None::<&str>))
                    .execute(db)?;
            }
            Ok(Some(new))
        })
    }

    /// Publishes a submission if nobody else touched it since that revision; `None` if somebody did.
    pub fn publish_submission(
        &self,
        id: SubmissionId,
        revision: i64,
        summary: &str,
        publishing: &Publishing<'_>,
    ) -> Result<Option<Option<RangeInclusive<Seq>>>, StoreError> {
        self.write(|db| {
            let publication = Publication::begin(db, publishing.by, None, publishing.at)?;
            if next_revision(db, id, revision)?.is_none() {
                return Ok(None);
            }
            diesel::update(submission::table.find(id.0))
                .set((
                    submission::state.eq(State::Published.slug()),
                    submission::summary.eq(summary),
                    submission::contact.eq(None::<&str>),
                ))
                .execute(db)?;
            publish(db, publication, id, publishing).map(Some)
        })
    }

    /// Makes a draft of what stayed out of a published submission, and writes into that one's summary
    /// where it went. `None` if somebody else touched it since that revision.
    pub fn take_rest(
        &self,
        id: SubmissionId,
        revision: i64,
        summary: impl Fn(SubmissionId) -> String,
        new: &NewSubmission<'_>,
    ) -> Result<Option<SubmissionId>, StoreError> {
        self.write(|db| {
            if next_revision(db, id, revision)?.is_none() {
                return Ok(None);
            }
            let rest = insert(db, new, State::Draft)?;
            diesel::update(submission::table.find(id.0))
                .set(submission::summary.eq(summary(rest)))
                .execute(db)?;
            Ok(Some(rest))
        })
    }

    /// Writes down that the submitter has seen the decision.
    pub fn acknowledge(&self, id: SubmissionId, at: Moment) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::update(submission::table.find(id.0))
                .set(submission::told_at.eq(at.0))
                .execute(db)?;
            Ok(())
        })
    }

    /// How a sheet with that header was matched in that area before: the field of each column, as JSON.
    pub fn matching(&self, area: &str, header: &str) -> Result<Option<String>, StoreError> {
        Ok(matching::table
            .find((area, header))
            .select(matching::fields)
            .first(&mut *self.connection()?)
            .optional()?)
    }

    /// Remembers how a sheet is matched.
    pub fn remember_matching(
        &self,
        area: &str,
        header: &str,
        fields: &str,
        at: Moment,
    ) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::delete(matching::table.find((area, header))).execute(db)?;
            diesel::insert_into(matching::table)
                .values((
                    matching::area.eq(area),
                    matching::header.eq(header),
                    matching::fields.eq(fields),
                    matching::at.eq(at.0),
                ))
                .execute(db)?;
            Ok(())
        })
    }
}

/// Writes a submission down; its number.
pub(super) fn insert(
    db: &mut Db,
    new: &NewSubmission<'_>,
    state: State,
) -> Result<SubmissionId, StoreError> {
    let id: i64 = diesel::insert_into(submission::table)
        .values((
            submission::kind.eq(new.kind.slug()),
            submission::state.eq(state.slug()),
            submission::actor.eq(new.actor.0),
            submission::token.eq(new.token),
            submission::area.eq(new.area.map(|area| area.to_string())),
            submission::file_name.eq(new.file_name),
            submission::bytes.eq(new.bytes),
            submission::work.eq(new.work),
            submission::summary.eq(new.summary),
            submission::base_seq.eq(new.base.0),
            submission::created_at.eq(new.at.0),
            submission::sent_at.eq((state != State::Draft).then_some(new.at.0)),
            submission::contact.eq(new.contact),
            submission::touched_at.eq(new.at.0),
        ))
        .returning(submission::id)
        .get_result(db)?;
    Ok(SubmissionId(id))
}

fn used(
    db: &mut Db,
    actor: ActorId,
    once: &IdempotencyKey,
) -> Result<Option<SubmitOutcome>, StoreError> {
    type KeyRow = (String, i64, Option<i64>, Option<Vec<u8>>);
    let found: Option<KeyRow> = idempotency::table
        .find((actor.0, &once.key))
        .select((
            idempotency::request,
            idempotency::submission,
            idempotency::status,
            idempotency::body,
        ))
        .first(db)
        .optional()?;
    Ok(found.map(|(request, id, status, body)| {
        if request != once.request {
            return SubmitOutcome::KeyUsed;
        }
        let answer = status
            .and_then(|status| u16::try_from(status).ok())
            .zip(body)
            .map(|(status, body)| StoredResponse { status, body });
        SubmitOutcome::Before(SubmissionId(id), answer)
    }))
}

fn next_revision(db: &mut Db, id: SubmissionId, revision: i64) -> Result<Option<i64>, StoreError> {
    let unchanged = submission::table.filter(
        submission::id
            .eq(id.0)
            .and(submission::revision.eq(revision)),
    );
    Ok(diesel::update(unchanged)
        .set(submission::revision.eq(revision + 1))
        .returning(submission::revision)
        .get_result(db)
        .optional()?)
}

fn decide(
    db: &mut Db,
    id: SubmissionId,
    by: ActorId,
    note: Option<&str>,
    at: Moment,
) -> Result<(), StoreError> {
    diesel::update(submission::table.find(id.0))
        .set((
            submission::decided_by.eq(by.0),
            submission::decided_at.eq(at.0),
            submission::note.eq(note),
            submission::told_at.eq(None::<i64>),
        ))
        .execute(db)?;
    Ok(())
}

fn publish(
    db: &mut Db,
    publication: Publication,
    id: SubmissionId,
    publishing: &Publishing<'_>,
) -> Result<Option<RangeInclusive<Seq>>, StoreError> {
    let mut publication = publication.of(id.0);
    publication.expect_unchanged(db, publishing.unchanged_since)?;
    if publishing.is_alone {
        publication.expect_nothing_new()?;
    }
    let range = publication.append(db, publishing.proposals.iter())?;
    decide(db, id, publishing.by, publishing.note, publishing.at)?;
    if let Some(range) = &range {
        diesel::update(submission::table.find(id.0))
            .set((
                submission::first_seq.eq(range.start().0),
                submission::last_seq.eq(range.end().0),
            ))
            .execute(db)?;
    }
    Ok(range)
}

type FilteredQuery = submission::BoxedQuery<'static, <Db as Connection>::Backend>;

fn filtered(wanted: &SubmissionFilter) -> FilteredQuery {
    let mut query = submission::table.into_boxed();
    if !wanted.states.is_empty() {
        let states: Vec<&str> = wanted.states.iter().map(|state| state.slug()).collect();
        query = query.filter(submission::state.eq_any(states));
    }
    if let Some(actor) = wanted.actor {
        query = query.filter(submission::actor.eq(actor.0));
    }
    if let Some((areas, own)) = &wanted.within {
        query = query.filter(
            submission::area
                .eq_any(areas.clone())
                .assume_not_null()
                .or(submission::actor.eq(own.0)),
        );
    }
    if wanted.unacknowledged {
        query = query.filter(
            submission::told_at
                .is_null()
                .and(submission::decided_at.is_not_null()),
        );
    }
    query
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = submission)]
struct SubmissionRow {
    id: i64,
    kind: String,
    state: String,
    revision: i64,
    actor: i64,
    token: Option<i64>,
    area: Option<String>,
    file_name: Option<String>,
    work: String,
    summary: String,
    base_seq: i64,
    created_at: i64,
    sent_at: Option<i64>,
    decided_at: Option<i64>,
    decided_by: Option<i64>,
    note: Option<String>,
    first_seq: Option<i64>,
    last_seq: Option<i64>,
    contact: Option<String>,
    told_at: Option<i64>,
    file_deleted_at: Option<i64>,
}

impl SubmissionRow {
    fn into_submission(self) -> Result<Submission, StoreError> {
        let damaged = |what: &str, found: &str| StoreError::Damaged {
            seq: None,
            what: format!("of submission {}, the {what} is {found:?}", self.id),
        };
        let kind = self.kind.parse().map_err(|_| damaged("kind", &self.kind))?;
        let state = self
            .state
            .parse()
            .map_err(|_| damaged("state", &self.state))?;
        let area = self
            .area
            .as_deref()
            .map(|area| Area::new(area).map_err(|_| damaged("area", area)))
            .transpose()?;
        Ok(Submission {
            id: SubmissionId(self.id),
            kind,
            state,
            revision: self.revision,
            actor: ActorId(self.actor),
            token: self.token,
            area,
            file_name: self.file_name,
            work: self.work,
            summary: self.summary,
            base: Seq(self.base_seq),
            created_at: Moment(self.created_at),
            sent_at: self.sent_at.map(Moment),
            decided_at: self.decided_at.map(Moment),
            decided_by: self.decided_by.map(ActorId),
            note: self.note,
            published: self.first_seq.map(Seq).zip(self.last_seq.map(Seq)),
            contact: self.contact,
            told_at: self.told_at.map(Moment),
            file_deleted_at: self.file_deleted_at.map(Moment),
        })
    }
}
