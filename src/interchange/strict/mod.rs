//! Checks a Feature sent to the API: every member must be known, every value valid for its field.
//!
//! A file is read as far as possible, because people wrote it. A program must learn of a value that
//! cannot be stored, instead of losing published data. So each member that is unknown, of the wrong
//! type or beyond its limit is a problem.

mod entries;
mod limits;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::values::checked;
use super::{contacts, hours};
use crate::domain::difference;
use crate::domain::facility::Facility;
use crate::domain::fields::{FACILITY, Field, Shape};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;

/// Members that our own answers have and nobody can set.
const READ_ONLY: [&str; 7] = [
    "id",
    "municipality_name",
    "prefecture",
    "status_age",
    "updated_at",
    "distance",
    "opening",
];

/// What a Feature is compared with.
pub struct CheckContext<'a> {
    /// The facility it changes; `None` for a new one.
    pub published: Option<&'a Facility>,
    /// Whether it describes the whole facility, so that the name is required.
    pub is_whole: bool,
    /// This day in Japan, `YYYY-MM-DD`.
    pub today: &'a str,
}

/// All problems of a Feature or of a merge patch.
pub fn check(feature: &Map<String, Value>, context: &CheckContext<'_>) -> Vec<Problem> {
    let mut check = Check {
        context,
        known: published_values(context.published),
        problems: Vec::new(),
    };
    for (member, value) in feature {
        match member.as_str() {
            // An id is the path's, or ours to give.
            "type" | "id" | "links" | "bbox" | "timeStamp" => {}
            "geometry" => check.geometry(value),
            "properties" => check.properties(value),
            other => check.unknown_member(other),
        }
    }
    let has_name = feature
        .get("properties")
        .is_some_and(|properties| properties.get("name").is_some());
    if context.is_whole && !has_name {
        check.problems.push(missing("name"));
    }
    check.problems
}

/// A published facility's values by their fields; of none, none.
pub fn published_values(published: Option<&Facility>) -> Map<String, Value> {
    published.map(difference::values).unwrap_or_default()
}

/// A value that is missing, or `null` where there must be one.
pub fn missing(path: &str) -> Problem {
    let message = (
        format!("{path} がありません。空や null にはできません"),
        format!("{path} is missing: it can be neither left out nor null"),
    );
    Problem::of_file("value-missing", message).in_column(path)
}

/// A member that does not exist.
pub fn unknown(path: &str, expected: impl Into<Wording>) -> Problem {
    let message = (
        format!("{path} という項目はありません"),
        format!("there is no member {path}"),
    );
    Problem {
        expected: Some(expected.into()),
        ..Problem::of_file("property-unknown", message).in_column(path)
    }
}

/// A value that its member cannot hold.
pub fn unreadable(path: &str, value: &Value, expected: impl Into<Wording>) -> Problem {
    wrong("value-unreadable", path, value, expected)
}

/// A value that is wrong in the way the code says.
fn wrong(code: &'static str, path: &str, value: &Value, expected: impl Into<Wording>) -> Problem {
    let expected = expected.into();
    let found = shown(value);
    let short: String = found.chars().take(60).collect();
    let message = (
        format!(
            "{path} に「{short}」は使えません。使えるのは {} です",
            expected.ja
        ),
        format!("{path} cannot be “{short}”: it must be {}", expected.en),
    );
    Problem::of_file(code, message)
        .in_column(path)
        .found(found, expected)
}

/// A value as a problem repeats it: a text without its quotation marks.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

struct Check<'a> {
    context: &'a CheckContext<'a>,
    known: Map<String, Value>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn unknown_member(&mut self, name: &str) {
        let expected = if FACILITY.iter().any(|field| field.name == name) {
            Wording::new(
                "properties の中に書いてください",
                "a member of properties, not of the Feature itself",
            )
        } else {
            Wording::same("type, id, geometry, properties")
        };
        self.problems.push(unknown(name, expected));
    }

    fn geometry(&mut self, value: &Value) {
        let Some(geometry) = value.as_object() else {
            // Without one, a new facility's address gives its town. A published place stays.
            if !value.is_null() {
                let expected = ("GeoJSONのPoint", "a GeoJSON Point");
                self.problems.push(unreadable("geometry", value, expected));
            } else if self.context.published.is_some() {
                self.problems.push(missing("geometry"));
            }
            return;
        };
        for member in geometry.keys() {
            if !matches!(member.as_str(), "type" | "coordinates" | "bbox") {
                let path = format!("geometry.{member}");
                let expected = Wording::new(
                    "type と coordinates（経度、緯度の順、世界測地系）",
                    "type and coordinates: longitude, latitude in WGS 84",
                );
                self.problems.push(unknown(&path, expected));
            }
        }
        let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
        let numbers = coordinates
            .as_array()
            .is_some_and(|list| (2..=3).contains(&list.len()) && list.iter().all(Value::is_number));
        if !numbers || geometry.get("type").is_none_or(|kind| kind != "Point") {
            let expected = Wording::same(r#"{"type":"Point","coordinates":[139.7,35.6]}"#);
            self.problems
                .push(wrong("coordinates-malformed", "geometry", value, expected));
        }
    }

    fn properties(&mut self, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            if READ_ONLY.contains(&name.as_str()) {
                continue;
            }
            match FACILITY.iter().find(|field| field.name == name) {
                // What is published may be sent back as it was read.
                Some(_) if self.known.get(name) == Some(value) => {}
                Some(field) => self.property(field, value),
                None => {
                    let names: Vec<&str> = FACILITY.iter().map(|field| field.name).collect();
                    let expected = Wording::same(names.join(", "));
                    self.problems.push(unknown(name, expected));
                }
            }
        }
    }

    fn property(&mut self, field: &Field, value: &Value) {
        if value.is_null() {
            if !field.nullable {
                self.problems.push(missing(field.name));
            }
            return;
        }
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            let expected = if field.nullable {
                Wording::new(
                    "値か、不明なら null",
                    "a value, or null where it is not known",
                )
            } else {
                Wording::new("空でない値", "a value that is not empty")
            };
            self.problems.push(unreadable(field.name, value, expected));
            return;
        }
        if let Shape::Objects(_) = field.shape {
            entries::check(field.name, value, self.context.today, &mut self.problems);
            return;
        }
        if let Err(refused) = checked(field, value) {
            let problem = wrong(refused.code, field.name, value, refused.expected);
            self.problems.push(problem);
            return;
        }
        let limit = limits::of(field.name, value, self.context.today);
        if let Some(expected) = limit {
            self.problems
                .push(wrong("value-range", field.name, value, expected));
        }
        self.words(field, value);
        self.text(field, value);
    }

    /// A list names each of its words once.
    fn words(&mut self, field: &Field, value: &Value) {
        let Shape::Words(_) = field.shape else { return };
        let list = value.as_array().map_or(&[][..], Vec::as_slice);
        for (i, word) in list.iter().enumerate() {
            if list[..i].contains(word) {
                let path = format!("{}[{i}]", field.name);
                self.problems.push(wrong(
                    "value-duplicate",
                    &path,
                    word,
                    ("同じ語は1回だけ", "each word once"),
                ));
            }
        }
    }

    /// Texts that have a form of their own.
    fn text(&mut self, field: &Field, value: &Value) {
        let Some(text) = value.as_str() else { return };
        let problem = match field.name {
            "opening_hours" if !hours::is_valid(text) => wrong(
                "hours-unreadable",
                field.name,
                value,
                (
                    "OpenStreetMapの形式（例: Mo-Fr 09:00-17:00）。言葉だけのときは \"要予約\" のように引用符で囲む",
                    "OpenStreetMap's syntax, such as Mo-Fr 09:00-17:00; words alone stand in quotation marks",
                ),
            ),
            "phone" if !contacts::may_be_phone(text) => {
                unreadable(field.name, value, contacts::PHONE)
            }
            _ => return,
        };
        self.problems.push(problem);
    }
}
