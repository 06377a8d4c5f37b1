//! Reports of visitors without an account: a facility is closed, has moved, or has other hours.
//!
//! A report becomes a submission in the queue of the facility's municipality. It changes nothing by
//! itself. The reviewer records what was done, and the decision erases the reporter's contact.
//!
//! Limits in the database hold over all processes: in total, by network, and by sender. A sender is a
//! number shared by thousands of addresses; no address is stored. Only some reports of one network count
//! towards the total, so that no single sender can block it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::submissions::{LONGEST_CONTACT, LONGEST_NOTE, plain_text, written};
use super::{Directory, Error, moment};
use crate::domain::change::{ActorId, Moment};
use crate::domain::facility::FacilityId;
use crate::domain::submission::{Kind, SubmissionId};
use crate::domain::user::Area;
use crate::domain::vocabulary::UnknownWord;
use crate::snapshot::Found;
use crate::store::reports::{Limit, ReportOutcome, Sender};
use crate::store::submissions::NewSubmission;

/// Reports of one address an hour: an office behind one address may well check thirty places.
const PER_ADDRESS: i64 = 30;
/// Reports of one network an hour, because one person may use many of its addresses.
const PER_NETWORK: i64 = 60;
/// Reports of everybody an hour: what the queues' readers can still sort out.
const FROM_ALL: i64 = 300;
/// How many reports of one network count towards those of everybody: it takes thirty networks to
/// hold everybody else back.
const COUNTED_OF_A_NETWORK: i64 = 10;
/// The time both are counted over, microseconds.
const HOUR: i64 = 3_600_000_000;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportReason {
    /// It is closed for good.
    Closed,
    /// It is somewhere else.
    Moved,
    /// Its hours are others.
    Hours,
    /// Something else.
    Other,
}

impl ReportReason {
    /// All of them.
    pub const ALL: [ReportReason; 4] = [
        ReportReason::Closed,
        ReportReason::Moved,
        ReportReason::Hours,
        ReportReason::Other,
    ];
    /// As requests write them.
    pub const SLUGS: [&'static str; 4] = ["closed", "moved", "hours", "other"];

    /// As requests write it.
    pub const fn slug(self) -> &'static str {
        ReportReason::SLUGS[self as usize]
    }
}

impl std::str::FromStr for ReportReason {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<ReportReason, UnknownWord> {
        let found = ReportReason::ALL
            .into_iter()
            .find(|wrong| wrong.slug() == text);
        found.ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            list: "report",
            known: &ReportReason::SLUGS,
        })
    }
}

/// What somebody reports.
pub struct Report<'a> {
    /// What is wrong.
    pub wrong: ReportReason,
    /// The same in words.
    pub text: &'a str,
    /// The reporter's contact; empty if not given.
    pub contact: &'a str,
    /// Against whom it is counted.
    pub address: &'a str,
    /// The network that address lies in.
    pub network: &'a str,
}

/// Why a report is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// There is no such facility.
    #[error("there is no facility {0}")]
    NoFacility(String),
    /// The record was withdrawn.
    #[error("the record was withdrawn")]
    Withdrawn(Moment),
    /// The words are missing where nothing else says what is meant.
    #[error("what is wrong is not said")]
    NoText,
    /// A text is longer than so many characters.
    #[error("the {what} is longer than {most} characters")]
    TooLong {
        /// Which.
        what: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// Too many came lately.
    #[error("too many reports; again in {seconds} seconds")]
    TooMany {
        /// When to come again.
        seconds: i64,
    },
}

impl Directory {
    /// Takes a report in; the number it has in the queue.
    pub fn report(&self, id: &str, report: &Report<'_>) -> Result<SubmissionId, Error> {
        let now = self.now();
        let entry = match now.snapshot.get(id) {
            Found::Facility(entry) => entry,
            Found::Withdrawn(at) => return Err(ReportRefusal::Withdrawn(at).into()),
            Found::Nothing => return Err(ReportRefusal::NoFacility(id.to_owned()).into()),
        };
        let (text, contact) = (plain_text(report.text), plain_text(report.contact));
        if text.is_empty() && report.wrong == ReportReason::Other {
            return Err(ReportRefusal::NoText.into());
        }
        short("text", &text, LONGEST_NOTE)?;
        short("contact", &contact, LONGEST_CONTACT)?;
        let at = moment();
        let facility = entry.facility();
        let whereabouts = facility.whereabouts();
        let code = whereabouts.ward.unwrap_or(whereabouts.municipality);
        let area = Area::new(&code.to_string())
            .map_err(|error| Error::Internal(format!("the area of {id}: {error}")))?;
        let reported = Reported {
            facility: facility.id.clone(),
            wrong: report.wrong,
            text,
        };
        let summary = json!({ "rows": 1, "name": facility.name.as_str(), "report": reported });
        let taken = self.store.report(
            &NewSubmission {
                kind: Kind::Report,
                actor: ActorId::VISITOR,
                token: None,
                area: Some(area),
                file_name: None,
                bytes: written(&reported).as_bytes(),
                work: "{}",
                summary: &summary.to_string(),
                base: now.snapshot.seq(),
                is_sent: true,
                contact: Some(contact.as_str()).filter(|contact| !contact.is_empty()),
                at,
            },
            Limit {
                sender: sender(&now.basis.directory_id, report.address, report.network),
                per_sender: PER_ADDRESS,
                per_network: PER_NETWORK,
                counted_of_a_network: COUNTED_OF_A_NETWORK,
                from_all: FROM_ALL,
                since: Moment(at.0 - HOUR),
            },
        )?;
        match taken {
            ReportOutcome::In(id) => Ok(id),
            ReportOutcome::Full(oldest) => {
                let seconds = (oldest.0 + HOUR - at.0).max(0) / 1_000_000 + 1;
                Err(ReportRefusal::TooMany { seconds }.into())
            }
        }
    }
}

/// The number an address is counted under, ten bits of its network before ten of its own. Thousands
/// of addresses share each, and another directory gives it another one: whoever reads it learns
/// nothing about who reported what.
fn sender(directory_id: &str, address: &str, network: &str) -> Sender {
    let ten_bits = |text: &str| {
        let digest = Sha256::digest(format!("{directory_id} {text}"));
        i64::from(u16::from_be_bytes([digest[0], digest[1]]) >> 6)
    };
    Sender(ten_bits(network) * Sender::OF_A_NETWORK + ten_bits(address))
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Reported {
    facility: FacilityId,
    #[serde(rename = "kind")]
    wrong: ReportReason,
    text: String,
}

fn short(what: &'static str, text: &str, most: usize) -> Result<(), ReportRefusal> {
    if text.chars().count() > most {
        return Err(ReportRefusal::TooLong { what, most });
    }
    Ok(())
}
