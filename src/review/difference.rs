//! What a row changes: the proposed facility and the published one.

use serde_json::{Map, Value, json};

use crate::domain::change::Seq;
use crate::domain::difference::{FieldChange, field_changes};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::fields::FACILITY;
use crate::domain::vocabulary::Status;

/// What a row does to the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A new facility.
    Added,
    /// A published one changes.
    Changed,
    /// A published one closes.
    Closed,
}

/// A row that would change the directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The row.
    pub row: usize,
    /// What it does.
    pub effect: Effect,
    /// The facility as it would be.
    pub facility: Facility,
    /// The facility as it is, with the number of its last change.
    pub before: Option<(Facility, Seq)>,
}

impl Difference {
    /// What a row changes, if anything.
    pub(super) fn between(
        row: usize,
        facility: Facility,
        before: Option<(Facility, Seq)>,
    ) -> Option<Difference> {
        let published = before.as_ref().map(|(facility, _)| facility);
        if published == Some(&facility) {
            return None;
        }
        let closes = facility.status == Status::Closed;
        let effect = match published {
            None => Effect::Added,
            Some(published) if closes && published.status != Status::Closed => Effect::Closed,
            Some(_) => Effect::Changed,
        };
        Some(Difference {
            row,
            effect,
            facility,
            before,
        })
    }

    /// The changed fields. They are computed on request, because for 20,000 rows they would take most
    /// of a check's memory.
    pub fn fields(&self) -> Vec<FieldChange> {
        let published = self.before.as_ref().map(|(facility, _)| facility);
        field_changes(published, &self.facility)
    }
}

/// The position, and fields derived from it.
pub(super) const FOUND: [&str; 6] = [
    "id",
    "position",
    "municipality",
    "municipality_name",
    "prefecture",
    "ward",
];

/// Adds published words to lists that a row gives only in part, except words that the row denies.
pub(super) fn completed(
    given: &mut Map<String, Value>,
    published: Option<&Map<String, Value>>,
    partly: &[&'static str],
    denied: &[&'static str],
) {
    for name in partly {
        let Some(Value::Array(words)) = published.and_then(|values| values.get(*name)) else {
            continue;
        };
        let is_denied = |word: &Value| denied.iter().any(|denied| word == denied);
        // A source with the same address is the same, whatever its date.
        let is_own = |word: &Value| {
            let own = given.get(*name).and_then(Value::as_array);
            let mut own = own.into_iter().flatten();
            word["url"].is_string() && own.any(|own| own["url"] == word["url"])
        };
        let kept = words
            .iter()
            .filter(|word| !is_denied(word) && !is_own(word));
        let mut words: Vec<Value> = kept.cloned().collect();
        if let Some(Value::Array(own)) = given.get(*name) {
            let own = own.iter().filter(|word| !words.contains(word)).cloned();
            let own: Vec<Value> = own.collect();
            words.extend(own);
        }
        given.insert((*name).to_owned(), Value::Array(words));
    }
}

/// Merges a row into the published members. A value that the row empties becomes unknown; a field
/// that the row does not have stays.
pub(super) fn merged(
    id: &FacilityId,
    published: Option<Map<String, Value>>,
    given: Map<String, Value>,
) -> Map<String, Value> {
    let mut members = published.unwrap_or_default();
    for (name, value) in given {
        if FOUND.contains(&name.as_str()) {
            continue;
        }
        let is_empty = value.is_null();
        let always = || FACILITY.iter().any(|f| f.name == name && !f.nullable);
        match name.as_str() {
            // A name cannot be emptied: a row without one is refused.
            "name" if is_empty => continue,
            _ if is_empty && always() => drop(members.remove(&name)),
            _ => drop(members.insert(name, value)),
        }
    }
    members
        .entry("status")
        .or_insert_with(|| json!(Status::Unknown));
    members.entry("sources").or_insert_with(|| json!([]));
    members.insert("id".to_owned(), json!(id));
    members
}
