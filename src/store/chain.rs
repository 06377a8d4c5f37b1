//! The hash chain over the log: what exactly is hashed, byte by byte.
//!
//! ```text
//! genesis = SHA-256( the directory id, as UTF-8 text )
//! hash(n) = SHA-256( hash(n-1) ‖ header ‖ fields )
//!
//! header  = 0x01                                  layout version
//!         ‖ i64 seq ‖ i64 at ‖ i64 actor          at: microseconds since 1970, UTC
//!         ‖ 0x00, or 0x01 ‖ i64 submission        none, or some
//!         ‖ u32 length ‖ facility id
//!         ‖ 0x00 withdrawn, or 0x01 state
//! fields  = nothing for a withdrawal, else
//!           u32 count ‖ for each member of the body, sorted by the bytes of its name:
//!           u32 length ‖ name ‖ SHA-256( stored bytes )
//! ```
//!
//! Integers are big-endian and signed ones two's complement. A body is one JSON object; its fields
//! are the top-level members, a name is the decoded UTF-8 text, and the stored bytes are the value's
//! JSON text exactly as stored, without the white space around it. So the order of members does not
//! count, and everything else does.
//!
//! Values are hashed before they are chained, so that a personal value published by mistake can be
//! removed. `{"redacted":"<64 hex digits>"}` with its digest replaces it, and the chain still verifies.
//! No proposal may contain such a value; see [`Entry::refuse_redacted`].
//!
//! This layout never changes. Another one would get another version byte, for new changes only.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::domain::change::{ActorId, Moment, Seq};

/// A SHA-256 value; written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Reads 64 lower-case hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Digest(bytes))
    }

    /// Its first 64 bits.
    pub fn beginning(&self) -> u64 {
        let (first, _) = self.0.split_first_chunk().expect("32 bytes");
        u64::from_be_bytes(*first)
    }

    fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            text.push(DIGITS[usize::from(byte >> 4)].into());
            text.push(DIGITS[usize::from(byte & 15)].into());
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the first change is chained to.
pub fn genesis(directory_id: &str) -> Digest {
    Digest::of(directory_id.as_bytes())
}

/// One change, as far as it is hashed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its number.
    pub seq: Seq,
    /// The facility's id.
    pub facility: &'a str,
    /// The facility's state as JSON text; none for a withdrawal.
    pub body: Option<&'a str>,
    /// Who said so.
    pub actor: ActorId,
    /// The submission it came from.
    pub submission: Option<i64>,
    /// When it was published.
    pub at: Moment,
}

/// Why a body has no hash. The messages continue "the body …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not the text of one JSON object.
    #[error("is not a JSON object: {0}")]
    NotAnObject(String),
    /// Which of the two counts would be anybody's guess.
    #[error("has the member {0:?} twice")]
    Twice(String),
    /// A new state claims that a value was taken out of it.
    #[error("has a redacted value in {0:?}")]
    Redacted(String),
}

impl Entry<'_> {
    /// The hash that chains this change to the one before.
    pub fn chained_to(&self, previous: Digest) -> Result<Digest, BodyError> {
        let mut bytes = Vec::with_capacity(2048);
        bytes.extend(previous.0);
        bytes.push(1);
        bytes.extend(self.seq.0.to_be_bytes());
        bytes.extend(self.at.0.to_be_bytes());
        bytes.extend(self.actor.0.to_be_bytes());
        match self.submission {
            None => bytes.push(0),
            Some(submission) => {
                bytes.push(1);
                bytes.extend(submission.to_be_bytes());
            }
        }
        push_text(&mut bytes, self.facility);
        match self.body {
            None => bytes.push(0),
            Some(body) => {
                bytes.push(1);
                let fields = fields(body)?;
                bytes.extend(length(fields.len()));
                for (name, value) in &fields {
                    push_text(&mut bytes, name);
                    bytes.extend(digest_of(value).0);
                }
            }
        }
        Ok(Digest::of(&bytes))
    }

    /// Refuses a body that contains what only a redaction may write. Were it let in, its hash would
    /// be one that its author chose.
    pub fn refuse_redacted(&self) -> Result<(), BodyError> {
        // Parsing every body twice for the sake of something that never happens would be dear.
        let Some(body) = self.body.filter(|body| may_be_redacted(body)) else {
            return Ok(());
        };
        match fields(body)?
            .iter()
            .find(|(_, value)| redacted(value).is_some())
        {
            Some((name, _)) => Err(BodyError::Redacted(name.to_string())),
            None => Ok(()),
        }
    }
}

/// A member of a body, as far as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The digest of its value, whether the value is still there or not.
    pub digest: Digest,
    /// Whether the value was taken out.
    pub redacted: bool,
}

/// Whether a body may have redacted values; if not, there is no need to look closer.
pub fn may_be_redacted(body: &str) -> bool {
    body.contains(REDACTED_BEFORE)
}

/// The members of a body, sorted by name.
pub fn members(body: &str) -> Result<Vec<Member>, BodyError> {
    let members = fields(body)?.into_iter().map(|(name, value)| Member {
        name: name.into_owned(),
        digest: digest_of(value),
        redacted: redacted(value).is_some(),
    });
    Ok(members.collect())
}

/// The body with one member's value replaced by its digest; nothing where there is no such value (any more).
pub fn redact(body: &str, name: &str) -> Result<Option<String>, BodyError> {
    let fields = fields(body)?;
    let value = fields.iter().find(|field| field.0 == name);
    let Some((_, value)) = value.filter(|(_, value)| redacted(value).is_none()) else {
        return Ok(None);
    };
    // The value is a part of the body itself: how far in is the difference of their addresses.
    let start = value.as_ptr() as usize - body.as_ptr() as usize;
    let digest = digest_of(value);
    let (before, after) = (&body[..start], &body[start + value.len()..]);
    Ok(Some(format!(
        "{before}{REDACTED_BEFORE}{digest}{REDACTED_AFTER}{after}"
    )))
}

const REDACTED_BEFORE: &str = "{\"redacted\":\"";
const REDACTED_AFTER: &str = "\"}";

fn digest_of(value: &str) -> Digest {
    redacted(value).unwrap_or_else(|| Digest::of(value.as_bytes()))
}

fn redacted(value: &str) -> Option<Digest> {
    Digest::from_hex(
        value
            .strip_prefix(REDACTED_BEFORE)?
            .strip_suffix(REDACTED_AFTER)?,
    )
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(length(text.len()));
    bytes.extend(text.as_bytes());
}

fn length(length: usize) -> [u8; 4] {
    // A body comes in a request or a file of some MiB, and both databases end at 1 GiB.
    u32::try_from(length)
        .expect("no stored text reaches 4 GiB")
        .to_be_bytes()
}

type Fields<'a> = Vec<(Cow<'a, str>, &'a str)>;

fn fields(body: &str) -> Result<Fields<'_>, BodyError> {
    let Members(mut fields) =
        serde_json::from_str(body).map_err(|error| BodyError::NotAnObject(error.to_string()))?;
    fields.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    match fields.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(BodyError::Twice(pair[0].0.to_string())),
        None => Ok(fields),
    }
}

/// The members of an object in their order, each value as the text it was written in.
struct Members<'a>(Fields<'a>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // A facility has some thirty members.
                let mut fields = Vec::with_capacity(40);
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &RawValue>()? {
                    fields.push((name, value.get()));
                }
                Ok(Members(fields))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// Borrows a name that has no escapes; a bare `Cow` would always copy.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(body: &str) -> Digest {
        let entry = Entry {
            seq: Seq(1),
            facility: "hub-001",
            body: Some(body),
            actor: ActorId(1),
            submission: None,
            at: Moment(0),
        };
        entry.chained_to(genesis("x")).unwrap()
    }

    #[test]
    fn a_redacted_value_leaves_the_hash_as_it_was() {
        let body = r#"{ "name":"黒壁", "operator" : "山田 \"太郎\"" ,"seats":12}"#;
        let without = redact(body, "operator").unwrap().unwrap();
        assert!(!without.contains("太郎"), "{without}");
        assert_eq!(hash(&without), hash(body));
        assert_eq!(redact(&without, "operator"), Ok(None));
        assert_eq!(redact(body, "phone"), Ok(None));
        let members = members(&without).unwrap();
        let redacted: Vec<_> = members.iter().filter(|m| m.redacted).collect();
        assert_eq!(redacted.len(), 1);
        assert_eq!(redacted[0].name, "operator");
        assert_eq!(members, {
            let mut before = super::members(body).unwrap();
            before
                .iter_mut()
                .for_each(|m| m.redacted = m.name == "operator");
            before
        });
    }
}
