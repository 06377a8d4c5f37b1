//! What visitors report without an account: it is closed, it has moved, the hours are wrong.
//!
//! A report becomes a submission that waits in the queue of the facility's municipality. It changes
//! nothing by itself: whoever decides on it writes down what they did about it, and with the decision
//! the reporter's contact is erased. What holds back floods is counted in the database, so that it
//! holds over all processes: for everybody together, by network, and by sender, which is a number that
//! thousands of addresses share. No address is ever stored. Of one network's reports only some count
//! towards everybody's limit, so that no single sender closes the queues of the country.

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
use crate::store::reports::{Limit, Sender, Taken};
use crate::store::submissions::NewSubmission;

/// Reports of one address an hour: an office behind one address may well check thirty places.
const PER_ADDRESS: i64 = 30;
/// Reports of one network an hour: whoever has a network can come from many of its addresses.
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
pub enum Wrong {
    /// It is closed for good.
    Closed,
    /// It is somewhere else.
    Moved,
    /// Its hours are others.
    Hours,
    /// Something else.
    Other,
}

impl Wrong {
    /// All of them.
    pub const ALL: [Wrong; 4] = [Wrong::Closed, Wrong::Moved, Wrong::Hours, Wrong::Other];
    /// As requests write them.
    pub const SLUGS: [&'static str; 4] = ["closed", "moved", "hours", "other"];

    /// As requests write it.
    pub const fn slug(self) -> &'static str {
        Wrong::SLUGS[self as usize]
    }
}

impl std::str::FromStr for Wrong {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Wrong, UnknownWord> {
        let found = Wrong::ALL.into_iter().find(|wrong| wrong.slug() == text);
        found.ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            list: "report",
            known: &Wrong::SLUGS,
        })
    }
}

/// What somebody reports.
pub struct Report<'a> {
    /// What is wrong.
    pub wrong: Wrong,
    /// The same in words.
    pub text: &'a str,
    /// How to reach whoever reports it; empty if they would rather not say.
    pub contact: &'a str,
    /// Against whom it is counted.
    pub address: &'a str,
    /// The network that address lies in.
    pub network: &'a str,
}

/// Why a report is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
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
            Found::Withdrawn(at) => return Err(Refusal::Withdrawn(at).into()),
            Found::Nothing => return Err(Refusal::NoFacility(id.to_owned()).into()),
        };
        let (text, contact) = (plain_text(report.text), plain_text(report.contact));
        if text.is_empty() && report.wrong == Wrong::Other {
            return Err(Refusal::NoText.into());
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
            Taken::In(id) => Ok(id),
            Taken::Full(oldest) => {
                let seconds = (oldest.0 + HOUR - at.0).max(0) / 1_000_000 + 1;
                Err(Refusal::TooMany { seconds }.into())
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
    wrong: Wrong,
    text: String,
}

fn short(what: &'static str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(Refusal::TooLong { what, most });
    }
    Ok(())
}
