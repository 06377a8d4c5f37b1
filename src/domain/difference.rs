//! What is different between two states of a facility, field by field.
//!
//! Names are those of the field table, in its order; `position` follows the address. What is always
//! the same (the id) or says nothing of the place (when it was last written) is left out.

use serde_json::{Map, Value, json};

use super::facility::Facility;
use super::fields::FACILITY;
use super::vocabulary::{Status, vocabulary};

vocabulary! {
    /// What a change did to its facility.
    ChangeKind "kind of change" {
        /// It was not there before, or had been withdrawn.
        Created = "created",
        /// It says something else.
        Changed = "changed",
        /// It closed for good.
        Closed = "closed",
        /// Its record was withdrawn.
        Withdrawn = "withdrawn",
    }
}

impl ChangeKind {
    /// Between two states; `None` where there is none.
    pub fn between(before: Option<&Facility>, after: Option<&Facility>) -> ChangeKind {
        let is_closed = |facility: &Facility| facility.status == Status::Closed;
        match (before, after) {
            (_, None) => ChangeKind::Withdrawn,
            (None, Some(_)) => ChangeKind::Created,
            (Some(before), Some(after)) if !is_closed(before) && is_closed(after) => {
                ChangeKind::Closed
            }
            (Some(_), Some(_)) => ChangeKind::Changed,
        }
    }
}

/// One field of a facility in two states. Unknown is `null`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field's key; `position` for where it is.
    pub name: &'static str,
    /// What it said.
    pub before: Value,
    /// What it says.
    pub after: Value,
}

/// Every field that is compared, in the order people read them.
pub fn compared() -> impl Iterator<Item = &'static str> {
    let fields = FACILITY.iter().map(|field| field.name);
    fields
        .filter(|name| !matches!(*name, "id" | "status_age" | "updated_at"))
        .flat_map(|name| [Some(name), (name == "address").then_some("position")])
        .flatten()
}

/// The fields that differ. Of a facility that was not there before, all that is known.
pub fn field_changes(before: Option<&Facility>, after: &Facility) -> Vec<FieldChange> {
    let (mut before, mut after) = (before.map(values).unwrap_or_default(), values(after));
    let mut take = |name| {
        let of = |values: &mut Map<String, Value>| values.remove(name).unwrap_or_default();
        (of(&mut before), of(&mut after))
    };
    compared()
        .filter_map(|name| {
            let (before, after) = take(name);
            (before != after).then_some(FieldChange {
                name,
                before,
                after,
            })
        })
        .collect()
}

/// A facility's values by their fields.
pub fn values(facility: &Facility) -> Map<String, Value> {
    let Ok(Value::Object(mut values)) = serde_json::to_value(facility) else {
        unreachable!("a facility is written as an object with string keys");
    };
    values.insert("position".to_owned(), json!(facility.position));
    // It says which year it is, nothing of the facility.
    values.remove("status_age");
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;
    use crate::domain::position::Position;

    fn names(changes: &[FieldChange]) -> Vec<&str> {
        changes.iter().map(|change| change.name).collect()
    }

    #[test]
    fn every_field_is_compared_and_position_follows_the_address() {
        let all: Vec<&str> = compared().collect();
        assert_eq!(all.len(), FACILITY.len() - 2);
        let address = all.iter().position(|name| *name == "address").unwrap();
        assert_eq!(all[address + 1], "position");
        let values = values(&example("hub-001", 136.2655, 35.3814));
        for name in all {
            assert!(values.contains_key(name), "{name}");
        }
    }

    #[test]
    fn what_differs_is_named_with_both_values() {
        let before = example("hub-001", 136.2655, 35.3814);
        assert_eq!(field_changes(Some(&before), &before), []);
        let mut after = before.clone();
        after.seats = Some(12);
        after.amenities = Some(vec![]);
        after.position = Position::new(136.27, 35.3814).unwrap();
        let changes = field_changes(Some(&before), &after);
        assert_eq!(names(&changes), ["position", "seats", "amenities"]);
        assert_eq!(changes[0].before, json!([136.2655, 35.3814]));
        assert_eq!(
            (&changes[1].before, &changes[1].after),
            (&Value::Null, &json!(12))
        );
        // Unknown and known to be empty are two things.
        assert_eq!(
            (&changes[2].before, &changes[2].after),
            (&Value::Null, &json!([]))
        );
    }

    #[test]
    fn a_change_creates_changes_closes_or_withdraws() {
        let open = example("hub-001", 136.2655, 35.3814);
        let mut closed = open.clone();
        closed.status = Status::Closed;
        for (before, after, kind) in [
            (None, Some(&open), ChangeKind::Created),
            (None, Some(&closed), ChangeKind::Created),
            (Some(&open), Some(&open), ChangeKind::Changed),
            (Some(&open), Some(&closed), ChangeKind::Closed),
            (Some(&closed), Some(&open), ChangeKind::Changed),
            (Some(&closed), None, ChangeKind::Withdrawn),
        ] {
            assert_eq!(ChangeKind::between(before, after), kind);
        }
    }

    #[test]
    fn of_a_new_facility_what_is_known_is_named() {
        let changes = field_changes(None, &example("hub-001", 136.2655, 35.3814));
        assert_eq!(
            names(&changes),
            [
                "name",
                "status",
                "municipality",
                "municipality_name",
                "prefecture",
                "position",
                "position_precision",
                "sources",
                "synthetic"
            ]
        );
    }
}
