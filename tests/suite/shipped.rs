//! The facilities that ship: every fact with its source, every position no worse than it says.

use std::collections::BTreeMap;

use machinaka::directory::Reference;
use machinaka::directory::reference::FACILITIES;
use machinaka::domain::municipality::MunicipalityCode;
use machinaka::domain::position::Position;
use machinaka::interchange::hours;
use serde_json::Value;

use crate::support::SHIPPED;

/// What a source must carry. The rest is ours, or follows from these.
const SOURCED: [&str; 18] = [
    "name",
    "address",
    "status",
    "operator",
    "phone",
    "website",
    "stock_note",
    "opening_hours",
    "hours_note",
    "price_hour_yen",
    "price_note",
    "eligibility",
    "eligibility_note",
    "seats",
    "amenities",
    "amenities_note",
    "uses",
    "support",
];

fn shipped() -> Vec<Value> {
    let collection: Value = serde_json::from_str(FACILITIES).unwrap();
    collection["features"].as_array().unwrap().clone()
}

#[test]
fn every_fact_names_its_source_and_every_status_its_time() {
    let features = shipped();
    assert_eq!(features.len(), SHIPPED);
    let mut untimed = Vec::new();
    for feature in &features {
        let p = &feature["properties"];
        let sources = p["sources"].as_array().unwrap();
        let of = |field: &str| {
            let has = |source: &&Value| {
                let fields = source["fields"].as_array().unwrap();
                fields.iter().any(|name| name == field)
            };
            sources.iter().find(has)
        };
        for field in SOURCED {
            if p[field].is_null() || (field == "status" && p[field] == "unknown") {
                continue;
            }
            let source = of(field).unwrap_or_else(|| panic!("{}: {field}", p["name"]));
            assert!(!source["title"].as_str().unwrap().is_empty());
        }
        for source in sources {
            for field in source["fields"].as_array().unwrap() {
                let known = field == "position" || !p[field.as_str().unwrap()].is_null();
                assert!(
                    known,
                    "{}: a source for {field}, which is unknown",
                    p["name"]
                );
            }
        }
        let is_said = p["status"] != "unknown";
        if is_said && p["status_asof"].is_null() && of("status").unwrap()["date"].is_null() {
            untimed.push(p["name"].as_str().unwrap());
        }
    }
    // What no source dates says so: no time is made up.
    assert!(untimed.len() <= 4, "{untimed:?}");
}

#[test]
fn quoted_evidence_and_mirrors_do_not_ship() {
    assert!(!FACILITIES.contains("evidence_quote"));
    for mirror in ["wlbb.group", "ykncch.asia"] {
        assert!(!FACILITIES.contains(mirror), "{mirror}");
    }
}

#[test]
fn hours_are_hours_that_programs_read() {
    let read: Vec<String> = shipped()
        .iter()
        .filter_map(|feature| feature["properties"]["opening_hours"].as_str())
        .map(str::to_owned)
        .collect();
    assert!(read.len() >= 40, "{}", read.len());
    for text in read {
        assert!(hours::is_valid(&text), "{text}");
    }
}

#[test]
fn no_position_is_farther_from_its_town_than_its_error() {
    let reference = Reference::shipped();
    let mut checked = 0;
    for feature in shipped() {
        let p = &feature["properties"];
        let error = p["position_error"].as_f64().expect("an error");
        let at = |i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
        let position = Position::new(at(0), at(1)).unwrap();
        let code = |field: &str| MunicipalityCode::new(p[field].as_str()?).ok();
        let hints: Vec<MunicipalityCode> = [code("ward"), code("municipality")]
            .into_iter()
            .flatten()
            .collect();
        let address = p["address"].as_str().unwrap_or_default();
        let read = reference.places().address(address, &hints);
        let Some(town) = read.and_then(|address| address.town) else {
            continue;
        };
        let away = position.distance(town.position).0;
        // A town's point is right to its own error; the position's error counts from its own point.
        assert!(
            away <= error + town.error.0,
            "{address}: {away:.0} m, {error} m"
        );
        checked += 1;
    }
    assert!(checked > 120, "{checked}");
}

/// Better positions, and stations, as the collected files have them: read where they lie beside the
/// repository.
#[test]
fn nine_in_ten_of_the_positions_known_better_lie_within_their_error() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/domain/hubs_positions.csv"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let features = shipped();
    let by_id: BTreeMap<&str, &Value> = features
        .iter()
        .map(|feature| (feature["id"].as_str().unwrap(), feature))
        .collect();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().unwrap().clone();
    let (mut within, mut all) = (0, 0);
    for row in rows.records() {
        let row = row.unwrap();
        let of = |name: &str| {
            let column = header.iter().position(|title| title == name).unwrap();
            row[column].to_owned()
        };
        let number = |name: &str| of(name).parse::<f64>().unwrap();
        let feature = by_id[&*of("id")];
        let at = |i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
        let ours = Position::new(at(0), at(1)).unwrap();
        let better = Position::new(number("lon"), number("lat")).unwrap();
        let error = feature["properties"]["position_error"].as_f64().unwrap();
        all += 1;
        within += usize::from(ours.distance(better).0 <= error);
    }
    assert!(within * 100 >= all * 88, "{within} of {all}");
}
