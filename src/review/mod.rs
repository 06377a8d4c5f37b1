//! Proposed rows against what is published: what would change, and what speaks against it.
//!
//! A pure function, run again whenever somebody looks, so that the difference shown is never stale.

use std::collections::HashMap;

use serde_json::Value;

use crate::districts::{District, Districts};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::feature;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Metres;
use crate::domain::report::{Problem, Report};
use crate::interchange::geojson::{Reading, Row};
use crate::snapshot::find::{Filter, Query};
use crate::snapshot::{Found, Snapshot};

/// What rows are held against.
pub struct Against<'a> {
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// Where municipalities are.
    pub districts: &'a Districts,
    /// The only municipality, ward or (two digits) prefecture rows may lie in.
    pub area: Option<&'a str>,
}

/// What would be published, and the report.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// New or changed facilities, in the order of the file.
    pub changes: Vec<Facility>,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Every row's problems.
    pub report: Report,
}

/// Two facilities of one name this close are probably one.
const SAME_PLACE: Metres = Metres(100.0);

/// Holds a file's rows against the directory. `new_id` gives ids to rows that bring none.
pub fn review(
    reading: Reading,
    against: &Against<'_>,
    mut new_id: impl FnMut() -> FacilityId,
) -> Reviewed {
    let Reading {
        rows,
        usable,
        problems,
    } = reading;
    let mut reviewed = Reviewed {
        report: Report {
            rows,
            accepted: 0,
            problems,
        },
        ..Reviewed::default()
    };
    let mut seen = HashMap::new();
    for row in usable {
        let number = row.number;
        let before = reviewed.report.problems.len();
        let facility = facility(
            row,
            against,
            &mut seen,
            &mut new_id,
            &mut reviewed.report.problems,
        );
        if reviewed.report.problems[before..]
            .iter()
            .any(|problem| problem.blocks)
        {
            continue;
        }
        reviewed.report.accepted += 1;
        let Some(facility) = facility else { continue };
        match against.snapshot.get(facility.id.as_str()) {
            Found::Facility(entry) if says_the_same(&facility, entry) => reviewed.unchanged += 1,
            Found::Facility(_) => reviewed.changes.push(facility),
            _ => {
                if let Some(name) = likely_duplicate(&facility, against.snapshot) {
                    let message = format!("公開中の「{name}」と同じ施設かもしれません");
                    reviewed.report.problems.push(Problem::warning(
                        number,
                        "likely-duplicate",
                        message,
                    ));
                }
                reviewed.changes.push(facility);
            }
        }
    }
    reviewed.report.problems.sort_by_key(|problem| problem.row);
    reviewed
}

fn facility(
    row: Row,
    against: &Against<'_>,
    seen: &mut HashMap<String, usize>,
    new_id: &mut impl FnMut() -> FacilityId,
    problems: &mut Vec<Problem>,
) -> Option<Facility> {
    let Row { number, mut fields } = row;
    let key = match fields.get("id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => format!("{} {}", fields["name"], fields["position"]),
    };
    if let Some(first) = seen.insert(key.clone(), number) {
        let message = format!("{first}件目と同じ施設です");
        problems.push(
            Problem::blocking(number, "duplicate-row", message)
                .found(key, "ファイルの中で一度だけ"),
        );
    }
    if let Some(id) = fields.get("id").and_then(Value::as_str) {
        if let Found::Withdrawn(at) = against.snapshot.get(id) {
            let message = format!(
                "このIDの記録は{}に取り下げられ、再び使うことはできません",
                at.rfc3339()
            );
            problems.push(
                Problem::blocking(number, "id-taken", message)
                    .in_column("id")
                    .found(id, "使われていないID"),
            );
        }
    } else {
        fields.insert("id".to_owned(), new_id().as_str().into());
    }
    locate(number, &mut fields, against, problems);
    serde_json::from_value(Value::Object(fields)).ok()
}

/// Writes into the fields which municipality the position lies in, and checks it with what the row and the importer say.
fn locate(
    number: usize,
    fields: &mut serde_json::Map<String, Value>,
    against: &Against<'_>,
    problems: &mut Vec<Problem>,
) {
    let position =
        serde_json::from_value(fields["position"].clone()).expect("a row's position is one");
    let Some(found) = against.districts.at(position) else {
        let message = "座標がどの市区町村からも500 mより離れています";
        problems.push(
            Problem::blocking(number, "outside-municipality", message)
                .in_column("geometry")
                .found(&fields["position"], "市区町村の中"),
        );
        return;
    };
    let matches = |code: &str| {
        code == &*found.municipality.code
            || found.ward.is_some_and(|ward| code == &*ward.code)
            || found.municipality.code.get(..2) == Some(code)
    };
    let name = |code: &str| {
        against
            .districts
            .get(code)
            .map_or("（該当なし）".to_owned(), full_name)
    };
    let stated = fields
        .get("municipality")
        .and_then(Value::as_str)
        .map(str::to_owned);
    for code in stated.as_deref().into_iter().chain(against.area) {
        if !matches(code) {
            // A ward whose border is only estimated must not shut its own facilities out.
            let estimated = against.districts.get(code).is_some_and(|district| {
                district.approximate
                    && district.parent.map(|p| p.to_string()).as_deref()
                        == Some(&*found.municipality.code)
            });
            let message = if estimated {
                format!("座標は{}の推定境界の外です", name(code))
            } else {
                format!(
                    "座標は{}の外、{}にあります",
                    name(code),
                    full_name(found.municipality)
                )
            };
            let problem = Problem {
                blocks: !estimated,
                ..Problem::warning(number, "outside-municipality", message)
            };
            problems.push(
                problem
                    .in_column("geometry")
                    .found(&fields["position"], &name(code)),
            );
        }
    }
    let code = |district: &District| Value::from(&*district.code);
    fields.insert("municipality".to_owned(), code(found.municipality));
    fields.insert(
        "municipality_name".to_owned(),
        (*found.municipality.name).into(),
    );
    fields.insert(
        "prefecture".to_owned(),
        (*found.municipality.prefecture).into(),
    );
    // An estimated border says nothing certain, unless the row itself names the ward.
    let named = stated
        .as_deref()
        .and_then(|code| against.districts.get(code))
        .filter(|d| d.parent.is_some());
    let certain = found.ward.filter(|ward| !ward.approximate);
    fields.insert(
        "ward".to_owned(),
        named.or(certain).map_or(Value::Null, code),
    );
}

fn full_name(district: &District) -> String {
    format!("{}{}", district.prefecture, district.name)
}

fn says_the_same(facility: &Facility, published: &crate::snapshot::entries::Entry) -> bool {
    let mut text = Vec::new();
    feature::write(facility, published.at, &mut text);
    text == published.feature.as_bytes()
}

/// The name of a published facility nearby that is written alike.
fn likely_duplicate(facility: &Facility, snapshot: &Snapshot) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    let plain = |name: &str| {
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let query = Query {
        near: Some(facility.position),
        within: Some(SAME_PLACE),
        filter: Filter {
            status: Some(crate::domain::vocabulary::Status::ALL.to_vec()),
            ..Filter::default()
        },
        ..Query::default()
    };
    let near = snapshot.find(&query, None, 20).hits;
    let names = near
        .iter()
        .map(|hit| snapshot.entry(hit.slot).properties::<Named>().name);
    names
        .into_iter()
        .find(|name| plain(name) == plain(facility.name.as_str()))
}

/// Whether `code` can limit an import: a municipality, a ward or a two-digit prefecture that exists.
pub fn area(code: &str, districts: &Districts) -> Result<String, String> {
    let five = if code.len() == 2 {
        Ok(code.to_owned())
    } else {
        MunicipalityCode::new(code)
            .map(|code| code.to_string())
            .map_err(|error| error.to_string())
    };
    let five = five?;
    districts.get(&five).map(|_| five).ok_or(format!(
        "no municipality, ward or prefecture has the code {code}"
    ))
}
