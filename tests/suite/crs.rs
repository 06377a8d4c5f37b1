//! What collections advertise and clients then ask: coordinate reference systems and queryables, tried
//! over all collections.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::server::{Answer, TestDirectory, encoded};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// Central Tokyo: every collection has something there.
const BOX: &str = "bbox=139.6,35.6,139.8,35.8";

/// The ids of all collections.
fn collections(server: &TestDirectory) -> Vec<Value> {
    let all = server.json("/collections");
    all["collections"].as_array().unwrap().clone()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A feature's id from the first page of a collection.
fn some_item(server: &TestDirectory, collection: &str) -> String {
    let page = server.json(&format!("/collections/{collection}/items?limit=1"));
    id(&page["features"][0])
}

fn expect_refused(answer: &Answer, parameter: &str, path: &str) {
    assert_eq!(answer.status, 400, "{path}: {}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(CRS84), "{path}: {detail}");
}

#[test]
fn what_is_advertised_as_crs_is_taken_everywhere_and_nothing_else() {
    let server = TestDirectory::shared();
    for collection in collections(server) {
        let name = id(&collection);
        assert_eq!(collection["storageCrs"], CRS84, "{name}");
        let listed: Vec<&str> = collection["crs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|crs| crs.as_str().unwrap())
            .collect();
        assert!(listed.contains(&CRS84), "{name}");
        let items = format!("/collections/{name}/items");
        let item = format!("{items}/{}", some_item(server, &name));
        let also = [
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:OGC::CRS84",
            "OGC:CRS84",
            "CRS84",
        ];
        for crs in listed.iter().copied().chain(also) {
            for path in [format!("{items}?limit=2&{BOX}"), format!("{item}?")] {
                let path = format!("{path}&crs={}", encoded(crs));
                let answer = server.get(&path);
                assert_eq!(answer.status, 200, "{path}: {}", answer.text);
                assert_eq!(answer.header("content-crs"), format!("<{CRS84}>"), "{path}");
            }
            // A box is in the system that is named, and the next page remembers all of it.
            let plain = server.json(&format!("{items}?limit=2&{BOX}"));
            let named = server.json(&format!("{items}?limit=2&{BOX}&bbox-crs={}", encoded(crs)));
            assert_eq!(plain["features"], named["features"], "{name}: {crs}");
            assert_eq!(plain["numberMatched"], named["numberMatched"]);
            if let Some(next) = server.link(&named, "next") {
                assert_eq!(server.get(&next).status, 200, "{next}");
            }
        }
        for bad in [
            "http://www.opengis.net/def/crs/0/unsupported",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "EPSG:6668",
            "x",
        ] {
            let bad = encoded(bad);
            for (path, parameter) in [
                (format!("{items}?crs={bad}"), "crs"),
                (format!("{item}?crs={bad}"), "crs"),
                (format!("{items}?{BOX}&bbox-crs={bad}"), "bbox-crs"),
            ] {
                expect_refused(&server.get(&path), parameter, &path);
            }
        }
        let without = server.get(&format!("{items}?limit=1"));
        assert_eq!(without.header("content-crs"), format!("<{CRS84}>"));
    }
}

/// A value as a query asks for it; of what is no single value, none.
fn asked(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(encoded(text)),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[test]
fn queryables_are_exactly_what_items_take_by_a_property_s_name() {
    let server = TestDirectory::shared();
    for collection in collections(server) {
        let name = id(&collection);
        let items = format!("/collections/{name}/items");
        let properties = |what: &str| {
            let document = server.json(&format!("/collections/{name}/{what}"));
            document["properties"].as_object().unwrap().clone()
        };
        let (schema, queryables) = (properties("schema"), properties("queryables"));
        let strange = queryables.keys().find(|name| !schema.contains_key(*name));
        assert_eq!(strange, None, "{name}: every queryable is a property");
        assert!(queryables.contains_key("geometry"), "{name}");
        assert_eq!(server.get(&format!("{items}?{BOX}&limit=1")).status, 200);
        // Of the hubs, few have all properties; of all else there is too much.
        let area = if name == "facilities" { "" } else { BOX };
        let page = server.json(&format!("{items}?limit=1000&{area}"));
        let features = page["features"].as_array().unwrap();
        assert!(!features.is_empty(), "{name}");
        for property in schema.keys().filter(|property| *property != "geometry") {
            let values: BTreeSet<String> = features
                .iter()
                .filter_map(|feature| asked(&feature["properties"][property]))
                .take(200)
                .collect();
            if !queryables.contains_key(property) {
                let value = values.first().map_or("1", String::as_str);
                let path = format!("{items}?{property}={value}");
                let answer = server.get(&path);
                assert_eq!(answer.status, 400, "{path} is taken and is no queryable");
                continue;
            }
            // Where no feature has one, a word of the queryable's own is asked for.
            let words = queryables[property]["enum"].as_array();
            let word = words.and_then(|words| words[0].as_str()).map(str::to_owned);
            let values = match values.is_empty() {
                true => word.into_iter().collect(),
                false => values,
            };
            assert!(!values.is_empty(), "{name}: {property} has no value there");
            for value in &values {
                let path = format!("{items}?{property}={value}&limit=1000&{area}");
                let found = server.json(&path);
                let found = found["features"].as_array().unwrap();
                let same = |feature: &&Value| {
                    asked(&feature["properties"][property]).as_ref() == Some(value)
                };
                let expected: BTreeSet<String> = features.iter().filter(same).map(id).collect();
                assert_eq!(
                    found.iter().map(id).collect::<BTreeSet<_>>(),
                    expected,
                    "{path}"
                );
            }
        }
    }
}
