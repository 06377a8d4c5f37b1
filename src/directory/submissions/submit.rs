//! Submits files, each request once.

use super::access::may_submit;
use super::reading::SubmissionView;
use super::{Denial, IdempotencyKey, Refusal, StoredResponse, written};
use crate::directory::checking::{CheckInput, CheckRequest};
use crate::directory::people::is_invisible;
use crate::directory::{Directory, Error, checking, moment};
use crate::domain::submission::Kind;
use crate::domain::user::{Area, User};
use crate::interchange::edits::Edits;
use crate::store::submissions::{NewSubmission, SubmitOutcome};

/// A file to submit.
pub struct Upload<'a> {
    /// What the file is called.
    pub file_name: Option<&'a str>,
    /// The only area its rows may lie in; by default the submitter's.
    pub area: Option<&'a str>,
    /// The file.
    pub bytes: &'a [u8],
    /// How it is to be read.
    pub work: Edits,
    /// Whether it waits for a reviewer at once.
    pub send: bool,
    /// The request, if it must happen once.
    pub once: Option<IdempotencyKey>,
}

/// The result of submitting.
pub enum Submitted {
    /// It is there.
    New(SubmissionView),
    /// It was stored before; with the stored response, if it was saved.
    Before(SubmissionView, Option<StoredResponse>),
}

/// The longest name of a file, in characters; what is longer loses its beginning.
const LONGEST_FILE_NAME: usize = 200;

impl Directory {
    /// Takes a file in.
    pub fn submit(&self, by: &User, given: &Upload<'_>) -> Result<Submitted, Error> {
        may_submit(by)?;
        let area = self.area_given(by, given.area)?;
        if let Some(once) = &given.once
            && let Some(before) = self.store.earlier_submission(by.id, once)?
        {
            return self.handed_in(by, before);
        }
        self.refresh()?;
        let mut work = given.work.clone();
        let limits = checking::limits(by.id);
        let asked = CheckRequest {
            by: by.id,
            submission: None,
            request: given.once.as_ref().map(|once| once.key.clone()),
        };
        let check = |work: &Edits| {
            let whole = CheckInput {
                bytes: given.bytes,
                work,
                decisions: checking::decisions(Kind::File, work),
                area,
                limits,
            };
            self.check_in_turn(&asked, &whole)
        };
        let mut checked = check(&work)?;
        let remembered = self.remembered(area, &checked)?;
        if !remembered.is_empty() && work.columns.is_empty() {
            work.columns = remembered;
            checked = check(&work)?;
        }
        if given.send && (checked.is_blocked() || checked.is_empty()) {
            return Err(Refusal::Blocked(Box::new(checked.report)).into());
        }
        let file_name = given.file_name.map(plain_file_name);
        let handed = self.store.submit(
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
        if let SubmitOutcome::In(id, _) = &handed
            && let Some(submission) = self.store.submission(*id)?
            && submission.work == written(&work)
        {
            self.keep_checked(&submission, checked)?;
        }
        self.handed_in(by, handed)
    }

    pub(in crate::directory) fn handed_in(
        &self,
        by: &User,
        handed: SubmitOutcome,
    ) -> Result<Submitted, Error> {
        match handed {
            SubmitOutcome::In(id, _) => Ok(Submitted::New(self.submission(by, id)?)),
            SubmitOutcome::Before(id, answer) => {
                Ok(Submitted::Before(self.submission(by, id)?, answer))
            }
            SubmitOutcome::KeyUsed => Err(Refusal::KeyUsed.into()),
        }
    }

    /// Writes down the answer that was given to a request that must happen once.
    pub fn answered(&self, by: &User, key: &str, answer: &StoredResponse) -> Result<(), Error> {
        self.store.answered(by.id, key, answer)?;
        Ok(self.store.forget_keys(checking::keys_before(moment()))?)
    }

    fn area_given(&self, by: &User, given: Option<&str>) -> Result<Option<Area>, Error> {
        let Some(given) = given else {
            return Ok(by.area);
        };
        let code =
            crate::review::area(given, &self.reference().districts).map_err(Refusal::NoArea)?;
        let area = Area::new(&code).map_err(|error| Refusal::NoArea(error.to_string()))?;
        if !self.lies_within(Some(area), by.area) {
            return Err(Refusal::Forbidden(Denial::Area).into());
        }
        Ok(Some(area))
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
