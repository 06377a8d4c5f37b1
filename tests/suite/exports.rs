//! Facilities out and in again: any facility through every format that can be read, and the formats
//! of GIS, read by their own libraries, against what HTTP says.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use diesel::dsl::sql;
use diesel::sql_types::Text;
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use machinaka::directory::Reference;
use machinaka::domain::change::Moment;
use machinaka::domain::facility::{Facility, FacilityId};
use machinaka::domain::feature;
use machinaka::domain::fields::{FACILITY, Shape};
use machinaka::interchange::edits::Edits;
use machinaka::interchange::{self, Limits, export};
use machinaka::review::{self, ReviewContext, RowDecisions};
use machinaka::snapshot::Snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cli::{Files, err};
use crate::support::server::{TestDirectory, run};

static REFERENCE: LazyLock<Arc<Reference>> = LazyLock::new(Reference::shipped);

/// What a file's one facility is in a directory that is empty.
fn facility_in(file: &[u8]) -> Result<Facility, String> {
    let read = interchange::read(file, &Edits::default(), &Limits::UPLOAD);
    let nothing = Snapshot::empty();
    let context = ReviewContext {
        snapshot: &nothing,
        districts: &REFERENCE.districts,
        places: None,
        blocks: None,
        area: None,
        decisions: RowDecisions::default().exactly(),
    };
    let new_id = || FacilityId::new("made-up").unwrap();
    let mut reviewed = review::review(read.reading, &context, new_id);
    let problems = format!("{:?}", reviewed.report.problems);
    match reviewed.differences.pop() {
        Some(difference) if reviewed.differences.is_empty() => Ok(difference.facility.clone()),
        _ => Err(problems),
    }
}

fn csv(facility: &Facility) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::csv([(facility, Moment(0))].into_iter(), &mut bytes).unwrap();
    bytes
}

fn xlsx(facility: &Facility) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::xlsx([(facility, Moment(0))].into_iter(), &mut bytes).unwrap();
    bytes
}

fn geojson(facility: &Facility) -> Vec<u8> {
    let mut bytes = Vec::new();
    feature::write(facility, Moment(0), &mut bytes);
    bytes
}

/// What a spreadsheet would run.
fn is_formula(cell: &str) -> bool {
    cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '\u{2212}',
    ])
}

/// Texts as people and their enemies write them.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "-",
        "ー",
        "―",
        "・",
        "－",
        "なし",
        "不明",
        "=1+1",
        "＝1",
        "'",
        "'=1",
        "''x",
        "\"",
        "a,b",
        "a\tb",
        "[]",
        "[\"x\"]",
        "true",
        "1",
        "001",
        "1e5",
        "#x",
        "https://a.example",
        "_x0041_",
        "</t>",
        "]]>",
        "&amp;",
        "NULL",
        "2026/1/2",
        "1812?3",
        "９時〜１７時",
        "03-1234-5678",
        "+81-3-1234-5678",
        "(03)1234-5678",
        "Mo-Fr 09:00-17:00",
        "平日9時半から",
        "24/7",
        "#N/A",
    ]);
    prop_oneof![
        3 => "[=+\\-@\t\r＝＋－＠'−]{0,2}[ -~ぁ-ん一-亜\r\n\t　]{0,12}",
        2 => odd.prop_map(str::to_owned),
        1 => ".{0,20}",
        1 => any::<String>().prop_map(|text| text.chars().take(30).collect()),
    ]
}

/// A value a field might be given, right or not.
fn value(shape: Shape) -> BoxedStrategy<Value> {
    let words = |words: &'static [&'static str]| prop::sample::select(words.to_vec());
    match shape {
        Shape::Text | Shape::Moment => text().prop_map(Value::from).boxed(),
        Shape::Word(list) => words(list).prop_map(Value::from).boxed(),
        Shape::Words(list) => prop::collection::vec(words(list), 0..4)
            .prop_map(|list| json!(list))
            .boxed(),
        Shape::Integer(_) => prop_oneof![0..3000_u64, 0..=100_000_000_u64]
            .prop_map(Value::from)
            .boxed(),
        Shape::Date => prop::sample::select(vec!["2026-01-02", "1999-12-31", "0001-01-01"])
            .prop_map(Value::from)
            .boxed(),
        Shape::Url => (prop::sample::select(vec!["http://", "https://"]), "[!-~ぁ-ん０-９]{1,12}")
            .prop_map(|(scheme, rest)| json!(format!("{scheme}{rest}")))
            .boxed(),
        Shape::Number(_) => any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite())
            .prop_map(Value::from)
            .boxed(),
        Shape::Flag => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Objects(keys) if keys.contains(&"title") => {
            prop::collection::vec(text().prop_map(|text| json!({ "title": text, "url": null })), 0..3)
                .prop_map(Value::from)
                .boxed()
        }
        Shape::Objects(keys) if keys.contains(&"note") => text()
            .prop_map(|text| json!([{ "from": "2026-01-02", "to": "2026-01-03", "note": text }]))
            .boxed(),
        Shape::Objects(_) => text()
            .prop_map(|text| {
                json!([{ "programme": "kanmin-machinaka", "type": text, "certainty": "unknown" }])
            })
            .boxed(),
    }
}

/// A Feature in Nagahama with some of its fields given.
fn any_feature() -> impl Strategy<Value = Value> {
    let fields: Vec<BoxedStrategy<(&str, Value)>> = FACILITY
        .iter()
        .filter(|field| !matches!(field.name, "municipality" | "ward" | "status_asof"))
        .map(|field| {
            let name = field.name;
            let dates = || prop::sample::select(vec!["2026", "2026-03", "1868-01-25"]);
            let value = match name {
                "id" => "[A-Za-z0-9-]{1,12}".prop_map(Value::from).boxed(),
                "status_asof" => dates().prop_map(Value::from).boxed(),
                _ => value(field.shape),
            };
            prop_oneof![
                1 => Just(json!(null)),
                2 => value,
            ]
            .prop_map(move |value| (name, value))
            .boxed()
        })
        .collect();
    (fields, 0..4_u32).prop_map(|(fields, digits)| {
        let lon = 136.265 + f64::from(digits) / 7.0 / 1000.0;
        let properties: serde_json::Map<String, Value> = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [lon, 35.3814] },
            "properties": properties })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_facility_comes_back_from_every_format_byte_for_byte(feature in any_feature()) {
        // A feature that no facility can be made of, for want of a name, is no case of this.
        let Ok(facility) = facility_in(feature.to_string().as_bytes()) else {
            return Ok(());
        };
        type Written = fn(&Facility) -> Vec<u8>;
        let formats: [(&str, Written); 3] = [("csv", csv), ("xlsx", xlsx), ("geojson", geojson)];
        for (format, write) in formats {
            let bytes = write(&facility);
            let again = match facility_in(&bytes) {
                Ok(again) => again,
                Err(problems) => {
                    return Err(TestCaseError::fail(format!("{format} {facility:?}: {problems}")));
                }
            };
            prop_assert_eq!(&again, &facility, "{}", format);
            prop_assert!(write(&again) == bytes, "{} {:?}", format, facility);
        }
        // Whatever somebody typed, no cell is a formula, unless it is a number.
        let table = csv(&facility);
        let mut rows = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&table[3..]);
        for row in rows.records() {
            for cell in &row.unwrap() {
                prop_assert!(!is_formula(cell) || cell.parse::<f64>().is_ok(), "{}", cell);
            }
        }
        let read = interchange::read(&xlsx(&facility), &Edits::default(), &Limits::UPLOAD);
        for cell in read.sheet.rows.iter().flat_map(|row| &row.cells) {
            prop_assert!(!is_formula(cell) || cell.parse::<f64>().is_ok(), "{}", cell);
        }
    }
}

/// Every facility's properties and place as HTTP gives them, by id.
fn over_http(server: &TestDirectory, query: &str) -> BTreeMap<String, (Value, Value)> {
    let page = server.json(&format!("/collections/facilities/items?limit=10000{query}"));
    let features = page["features"].as_array().unwrap().clone();
    let features = features.into_iter().map(|feature| {
        let id = feature["id"].as_str().unwrap().to_owned();
        (
            id,
            (
                feature["properties"].clone(),
                feature["geometry"]["coordinates"].clone(),
            ),
        )
    });
    features.collect()
}

/// A value of HTTP's as one column holds it.
fn flat(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn exported(server: &TestDirectory, format: &str) -> Vec<u8> {
    let files = Files::new();
    let path = files.path("out");
    let database = server.database.as_str();
    let arguments = [
        "export", "--format", format, "--status", "*", "--out", &path,
    ];
    let output = run(&[&arguments[..], &["--database", database]].concat());
    assert!(output.status.success(), "{format}: {}", err(&output));
    std::fs::read(&path).unwrap()
}

fn read_flatgeobuf(bytes: &[u8]) -> BTreeMap<String, (HashMap<String, String>, Value)> {
    let reader = FgbReader::open(Cursor::new(bytes)).unwrap();
    let mut found = reader.select_all().unwrap();
    let mut all = BTreeMap::new();
    while let Some(feature) = found.next().unwrap() {
        let properties = feature.properties().unwrap();
        let place = feature.geometry().unwrap().xy().unwrap();
        let id = properties["id"].clone();
        all.insert(id, (properties, json!([place.get(0), place.get(1)])));
    }
    all
}

#[test]
fn flatgeobuf_has_the_features_and_values_of_http() {
    let server = TestDirectory::shipped();
    let expected = over_http(&server, "&status=*");
    assert!(expected.len() > 50);
    let found = read_flatgeobuf(&exported(&server, "fgb"));
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (id, (properties, place)) in &expected {
        let (found, at) = &found[id];
        assert_eq!(at, place, "{id}");
        for (name, value) in properties.as_object().unwrap() {
            assert_eq!(found.get(name).cloned(), flat(value), "{id} {name}");
        }
    }
    // A part, over HTTP.
    let part = server.get("/collections/facilities/items?f=fgb&municipality=13&limit=10000");
    assert_eq!(part.status, 200);
    assert_eq!(part.header("content-type"), "application/flatgeobuf");
    let expected = over_http(&server, "&municipality=13");
    assert!(!expected.is_empty());
    let found = read_flatgeobuf(&part.bytes);
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_geopackage_has_the_features_and_values_of_http() {
    let server = TestDirectory::shipped();
    let bytes = exported(&server, "gpkg");
    let files = Files::new();
    let path = files.path("a.gpkg");
    std::fs::write(&path, &bytes).unwrap();
    let mut db = SqliteConnection::establish(&path).unwrap();
    let columns: String = FACILITY
        .iter()
        .map(|field| format!("'{}', \"{}\", ", field.name, field.name))
        .collect();
    let query = format!("select json_object({columns}'geom', hex(geom)) from facilities");
    let rows: Vec<String> = sql::<Text>(&query).load(&mut db).unwrap();
    let expected = over_http(&server, "&status=*");
    assert_eq!(rows.len(), expected.len());
    for row in rows {
        let row: Value = serde_json::from_str(&row).unwrap();
        let (properties, place) = &expected[row["id"].as_str().unwrap()];
        for (name, value) in properties.as_object().unwrap() {
            let value = match value {
                Value::Bool(flag) => json!(u8::from(*flag)),
                Value::Array(_) => json!(value.to_string()),
                other => other.clone(),
            };
            assert_eq!(row[name], value, "{} {name}", row["id"]);
        }
        let hex = |value: &Value| -> String {
            let bytes = value.as_f64().unwrap().to_le_bytes();
            bytes.iter().map(|byte| format!("{byte:02X}")).collect()
        };
        let point = format!("{}{}", hex(&place[0]), hex(&place[1]));
        assert!(
            row["geom"].as_str().unwrap().ends_with(&point),
            "{}",
            row["id"]
        );
    }
    let again = server.get("/collections/facilities/items?f=gpkg&limit=10000&status=*");
    assert_eq!(
        again.header("content-type"),
        "application/geopackage+sqlite3"
    );
    assert!(again.bytes == bytes, "the same over HTTP, byte for byte");
}

#[test]
fn kml_has_the_features_and_values_of_http() {
    let server = TestDirectory::shipped();
    let text = String::from_utf8(exported(&server, "kml")).unwrap();
    let unescaped = |text: &str| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        let text = text.replace("&quot;", "\"").replace("&apos;", "'");
        text.replace("&amp;", "&")
    };
    let expected = over_http(&server, "&status=*");
    let marks: Vec<&str> = text.split("<Placemark ").skip(1).collect();
    assert_eq!(marks.len(), expected.len());
    for mark in marks {
        let data: HashMap<&str, String> = mark
            .split("<Data name=\"")
            .skip(1)
            .map(|data| {
                let (name, rest) = data.split_once('"').unwrap();
                let (_, rest) = rest.split_once("<value>").unwrap();
                (name, unescaped(rest.split_once("</value>").unwrap().0))
            })
            .collect();
        let (properties, place) = &expected[&data["id"]];
        for (name, value) in properties.as_object().unwrap() {
            assert_eq!(data.get(name.as_str()).cloned(), flat(value), "{name}");
        }
        let point = format!("<coordinates>{},{}</coordinates>", place[0], place[1]);
        assert!(mark.contains(&point), "{mark}");
    }
    let part = server.get("/collections/facilities/items?f=kml&limit=3");
    assert_eq!(
        part.header("content-type"),
        "application/vnd.google-earth.kml+xml"
    );
    assert_eq!(part.text.matches("<Placemark ").count(), 3);
}
