//! A change: what the directory was told about one facility, by whom and when.
//!
//! Changes are numbered without gaps by [`Seq`]; the current directory is the last change of each
//! facility. The body travels as the JSON text that was stored, because the log's hash chain is
//! taken over those very bytes: parsing and writing it again would be a different text.

use std::fmt;
use std::str::FromStr;

use super::facility::FacilityId;

/// A sequence number of the change log: 0 before the first change, then 1, 2, 3 … without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub i64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub i64);

impl Moment {
    /// RFC 3339 in UTC with whole seconds, as written in `updated_at` and `timeStamp`.
    pub fn rfc3339(self) -> String {
        chrono::DateTime::from_timestamp_micros(self.0)
            .unwrap_or_default()
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// The year it is then in Japan.
    pub fn year_in_japan(self) -> i32 {
        use chrono::Datelike;
        let moment = chrono::DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        (moment + chrono::Duration::hours(9)).year()
    }

    /// The form of HTTP's date headers, `Sun, 22 Nov 2026 00:00:00 GMT`.
    pub fn http_date(self) -> String {
        let moment = chrono::DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

/// A change's number with the beginning of the chain's hash at it. A log that lost its last changes gives
/// their numbers again to other changes; those have another hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeMark {
    /// The number.
    pub seq: Seq,
    /// The first 64 bits of the hash.
    pub hash: u64,
}

impl fmt::Display for ChangeMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:016x}", self.seq, self.hash)
    }
}

impl FromStr for ChangeMark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<ChangeMark, NoMark> {
        let (seq, hash) = text.split_once('.').ok_or(NoMark)?;
        let seq = seq.parse().map(Seq).map_err(|_| NoMark)?;
        let hash = u64::from_str_radix(hash, 16).map_err(|_| NoMark)?;
        Ok(ChangeMark { seq, hash })
    }
}

/// A text that is no [`ChangeMark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMark;

/// Who acted, as an id. Names live with the accounts, so that a name can be erased without touching the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActorId(pub i64);

impl ActorId {
    /// Whoever reports something without an account.
    pub const VISITOR: ActorId = ActorId(0);
    /// Whoever runs the command line: the operator of this directory.
    pub const CLI: ActorId = ActorId(1);
    /// The facilities that came with the program itself.
    pub const SHIPPED: ActorId = ActorId(2);
}

/// What a change says of its facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// The facility's full new state, as the JSON text of its stored form.
    State(String),
    /// The record was withdrawn: it should never have been published, or must not be shown any more.
    Withdrawn,
}

/// A change as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log.
    pub seq: Seq,
    /// The facility it speaks of.
    pub facility: FacilityId,
    /// What it says.
    pub statement: Statement,
    /// Who said so.
    pub actor: ActorId,
    /// The submission it came from, if it came from one.
    pub submission: Option<i64>,
    /// When it was published.
    pub at: Moment,
    /// The first 64 bits of the chain's hash at it.
    pub hash: u64,
}

impl Change {
    /// What tells it from another change of the same number.
    pub fn mark(&self) -> ChangeMark {
        ChangeMark {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// A change about to be published: it has no number and no time yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The facility it speaks of.
    pub facility: FacilityId,
    /// What it says.
    pub statement: Statement,
}
