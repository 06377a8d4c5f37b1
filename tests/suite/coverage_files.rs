//! Coverage as files for GIS: the same features, values and borders as GeoJSON.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader, GeometryType};
use serde_json::{Value, json};

use crate::cli::Files;
use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory};

/// Values and polygons by code.
type Districts = BTreeMap<String, (HashMap<String, String>, Value)>;

/// A number to twelve digits: the texts of some formats are one digit shorter than the number.
fn number(number: f64) -> String {
    format!("{number:.11e}")
}

fn flat(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Number(value) => Some(number(value.as_f64().unwrap())),
        Value::String(text) => Some(text.clone()),
        other => panic!("{other}"),
    }
}

fn expected(collection: &Value) -> Districts {
    let features = collection["features"].as_array().unwrap().iter();
    let each = features.map(|feature| {
        let properties = feature["properties"].as_object().unwrap().iter();
        let values = properties.filter_map(|(name, value)| Some((name.clone(), flat(value)?)));
        let shape = &feature["geometry"];
        let areas = match shape["type"] == "Polygon" {
            true => json!([shape["coordinates"]]),
            false => shape["coordinates"].clone(),
        };
        let code = feature["id"].as_str().unwrap().to_owned();
        (code, (values.collect(), areas))
    });
    each.collect()
}

fn numbers(values: HashMap<String, String>) -> HashMap<String, String> {
    let text = ["code", "name", "name_romaji", "people_source"];
    let each = values.into_iter().map(|(name, value)| {
        let plain = match text.contains(&name.as_str()) {
            true => value,
            false => number(value.parse().unwrap()),
        };
        (name, plain)
    });
    each.collect()
}

fn in_flatgeobuf(bytes: &[u8]) -> Districts {
    let reader = FgbReader::open(Cursor::new(bytes)).unwrap();
    assert_eq!(reader.header().geometry_type(), GeometryType::MultiPolygon);
    assert!(reader.header().description().unwrap().contains("直線距離"));
    let mut found = reader.select_all().unwrap();
    let mut all = Districts::new();
    while let Some(feature) = found.next().unwrap() {
        let values: HashMap<String, String> = feature.properties().unwrap();
        let parts = feature.geometry().unwrap().parts().unwrap();
        let areas = parts.iter().map(|part| {
            let xy: Vec<f64> = part.xy().unwrap().iter().collect();
            let at: Vec<&[f64]> = xy.chunks(2).collect();
            let ends: Vec<usize> = match part.ends() {
                Some(ends) => ends.iter().map(|end| end as usize).collect(),
                None => vec![at.len()],
            };
            let mut start = 0;
            let rings = ends.into_iter().map(|end| {
                let ring = json!(at[start..end]);
                start = end;
                ring
            });
            json!(rings.collect::<Vec<_>>())
        });
        let areas = json!(areas.collect::<Vec<_>>());
        all.insert(values["code"].clone(), (numbers(values), areas));
    }
    all
}

/// Well-known binary after the format's own header of eight bytes.
fn areas(hex: &str) -> Value {
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    let mut at = 8;
    let mut take = |count: usize| {
        at += count;
        bytes[at - count..at].to_vec()
    };
    let whole = |bytes: Vec<u8>| u32::from_le_bytes(bytes.try_into().unwrap());
    assert_eq!(take(1), [1]);
    assert_eq!(whole(take(4)), 6);
    let mut all = Vec::new();
    for _ in 0..whole(take(4)) {
        assert_eq!(take(1), [1]);
        assert_eq!(whole(take(4)), 3);
        let mut rings = Vec::new();
        for _ in 0..whole(take(4)) {
            let mut ring = Vec::new();
            for _ in 0..whole(take(4)) {
                let mut number = || f64::from_le_bytes(take(8).try_into().unwrap());
                ring.push(json!([number(), number()]));
            }
            rings.push(json!(ring));
        }
        all.push(json!(rings));
    }
    assert_eq!(at, bytes.len());
    json!(all)
}

fn in_geopackage(bytes: &[u8], columns: &[&str]) -> Districts {
    let files = Files::new();
    let path = files.path("a.gpkg");
    std::fs::write(&path, bytes).unwrap();
    let mut db = SqliteConnection::establish(&path).unwrap();
    let about: String = sql::<Text>("select description from gpkg_contents")
        .get_result(&mut db)
        .unwrap();
    assert!(about.contains("直線距離"), "{about}");
    let listed: String = columns
        .iter()
        .map(|name| format!("'{name}', \"{name}\", "))
        .collect();
    let query = format!("select json_object({listed}'geom', hex(geom)) from coverage");
    let rows: Vec<String> = sql::<Text>(&query).load(&mut db).unwrap();
    let each = rows.into_iter().map(|row| {
        let mut row: Value = serde_json::from_str(&row).unwrap();
        let row = row.as_object_mut().unwrap();
        let shape = areas(row.remove("geom").unwrap().as_str().unwrap());
        let code = row["code"].as_str().unwrap().to_owned();
        let values = row
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), flat(value)?)));
        (code, (numbers(values.collect()), shape))
    });
    each.collect()
}

fn in_kml(text: &str) -> Districts {
    let between = |text: &str, from: &str, to: &str| -> Vec<String> {
        let parts = text.split(from).skip(1);
        parts
            .map(|part| part.split_once(to).unwrap().0.to_owned())
            .collect()
    };
    let each = text.split("<Placemark ").skip(1).map(|mark| {
        let data = mark.split("<Data name=\"").skip(1).map(|data| {
            let (name, rest) = data.split_once('"').unwrap();
            (
                name.to_owned(),
                between(rest, "<value>", "</value>")[0].clone(),
            )
        });
        let values = numbers(data.collect());
        let areas = between(mark, "<Polygon>", "</Polygon>");
        let areas = areas.iter().map(|area| {
            assert_eq!(area.matches("<outerBoundaryIs>").count(), 1);
            let rings = between(area, "<coordinates>", "</coordinates>");
            let rings = rings.iter().map(|ring| {
                let at = ring.split(' ').map(|at| {
                    let (lon, lat) = at.split_once(',').unwrap();
                    json!([lon.parse::<f64>().unwrap(), lat.parse::<f64>().unwrap()])
                });
                json!(at.collect::<Vec<_>>())
            });
            json!(rings.collect::<Vec<_>>())
        });
        let areas = json!(areas.collect::<Vec<_>>());
        (values["code"].clone(), (values, areas))
    });
    each.collect()
}

/// Asks for every format, and holds each to GeoJSON.
fn holds(ask: &dyn Fn(&str) -> Answer, count: usize) {
    let collection = ask("json").json();
    let expected = expected(&collection);
    assert_eq!(expected.len(), count);
    let first = collection["features"][0]["properties"].as_object().unwrap();
    let columns: Vec<&str> = first.keys().map(String::as_str).collect();
    for format in ["fgb", "gpkg", "kml"] {
        let answer = ask(format);
        assert_eq!(answer.status, 200, "{format}: {}", answer.text);
        let named = format!("filename=\"coverage.{format}\"");
        assert!(answer.header("content-disposition").contains(&named));
        let found = match format {
            "fgb" => in_flatgeobuf(&answer.bytes),
            "gpkg" => in_geopackage(&answer.bytes, &columns),
            _ => in_kml(&answer.text),
        };
        assert_eq!(found.len(), count, "{format}");
        for (code, district) in &expected {
            assert!(
                found[code] == *district,
                "{format} {code}: {:?}",
                found[code].0
            );
        }
    }
}

#[test]
fn files_for_gis_have_the_features_and_values_of_http() {
    let directory = TestDirectory::shared();
    for (query, count) in [
        (
            "/coverage?area=42&within=2000&measures=all&supply=facilities&add=129.87,32.75",
            21,
        ),
        ("/coverage?area=13308&by=square", 0),
        ("/collections/coverage/items?by=prefecture&limit=5", 5),
        ("/coverage?area=23&by=ward&method=area&within=1234.5", 16),
    ] {
        let count = match count {
            0 => directory.json(&format!("{query}&f=json"))["features"]
                .as_array()
                .unwrap()
                .len(),
            count => count,
        };
        holds(
            &|format| directory.get(&format!("{query}&f={format}")),
            count,
        );
    }
}

#[test]
fn zones_of_ones_own_are_files_too_with_their_holes() {
    let directory = TestDirectory::shared();
    let ring = |west: f64, south: f64, size: f64| {
        let (east, north) = (west + size, south + size);
        json!([
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south]
        ])
    };
    let hole = json!({"type": "Feature", "properties": {"name": "穴 <&>"}, "geometry": {"type": "Polygon",
        "coordinates": [ring(139.69, 35.64, 0.03), ring(139.70, 35.65, 0.01)]}});
    let two = json!({"type": "Feature", "properties": {"name": "二つ"}, "geometry": {"type": "MultiPolygon",
        "coordinates": [[ring(139.60, 35.64, 0.01)], [ring(139.62, 35.64, 0.01)]]}});
    let body = json!({"type": "FeatureCollection", "features": [hole, two]});
    let ask = |format: &str| {
        let path = format!("/coverage?within=500&f={format}");
        let mut answer = Client::anonymous(directory).send("POST", &path, &body);
        if format == "kml" {
            answer.text = answer
                .text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
        }
        answer
    };
    holds(&ask, 2);
}
