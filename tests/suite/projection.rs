//! `import-population` with the ministry's projected people: by municipality, for one year.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use machinaka::coverage::mesh::{Mesh, Size};
use machinaka::domain::position::Position;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, run};

/// Every municipality of a prefecture, wards of its designated cities in their stead, with a square at
/// its label and the eight around it: 10.6 people each in 2020, 8.25 in 2035.
fn features(prefecture: &str) -> Vec<Value> {
    let shipped = |name: &str| -> Vec<Value> {
        let path = format!("{}/geodata/{name}.geojson", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut all: Value = serde_json::from_str(&text).unwrap();
        let Value::Array(all) = all["features"].take() else {
            panic!("features")
        };
        let here = |feature: &Value| feature["properties"]["prefecture_code"] == prefecture;
        all.into_iter().filter(here).collect()
    };
    let wards = shipped("wards");
    let cities = shipped("municipalities").into_iter().filter(|city| {
        let code = &city["properties"]["code"];
        !wards
            .iter()
            .any(|ward| ward["properties"]["parent"] == *code)
    });
    let districts: Vec<Value> = cities.chain(wards.clone()).collect();
    districts
        .iter()
        .flat_map(|district| {
            let own = &district["properties"];
            let at = |i: usize| own["label"][i].as_f64().unwrap();
            (0..9).map(move |n| {
                let (x, y) = (f64::from(n % 3 - 1), f64::from(n / 3 - 1));
                let centre = Position::new(at(0) + x * 0.00625, at(1) + y / 240.0).unwrap();
                let mesh = Mesh::at(centre, Size::M500).to_string();
                feature(&mesh, own["code"].as_str().unwrap())
            })
        })
        .collect()
}

fn feature(mesh: &str, district: &str) -> Value {
    let mut properties = json!({
        "MESH_ID": mesh, "SHICODE": district, "PTN_2020": 10.6,
        "HITOKU2035": null, "GASSAN2035": null, "PTN_2035": 8.25, "PT00_2035": 8.25,
    });
    for group in 1..=20 {
        properties[format!("PT{group:02}_2035")] = json!(0.4125);
    }
    json!({
        "type": "Feature", "properties": properties,
        "geometry": { "type": "Polygon", "coordinates": [[[139.0, 35.0], [139.1, 35.0], [139.1, 35.1], [139.0, 35.0]]] },
    })
}

fn collection(features: &[Value]) -> String {
    json!({
        "type": "FeatureCollection", "name": "500m_mesh_2024_31",
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::6668" } },
        "features": features,
    })
    .to_string()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

struct Files(tempfile::TempDir);

impl Files {
    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// What the command says, if it succeeds or where it does not.
fn import(database: &Database, arguments: &[&str]) -> Result<String, String> {
    let all = [
        &["import-population", "--database", &database.url],
        arguments,
    ]
    .concat();
    let output = run(&all);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    }
}

fn rows(server: &TestDirectory, query: &str) -> Vec<Value> {
    let answer = server.json(&format!("/coverage?{query}&geometry=false&f=json"));
    let features = answer["features"].as_array().unwrap();
    features.iter().map(|f| f["properties"].clone()).collect()
}

fn sources(rows: &[Value]) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for row in rows {
        *all.entry(row["people_source"].to_string()).or_default() += 1;
    }
    all
}

#[test]
fn a_prefectures_file_alone_makes_that_prefecture_count_by_it() {
    let files = Files(tempfile::tempdir().unwrap());
    let tottori = collection(&features("31"));
    let whole = files.write(
        "500m_mesh_2024_31_GEOJSON.zip",
        &zipped(&[
            ("500m_mesh_2024_31/readme.txt", b"..."),
            (
                "500m_mesh_2024_31/500m_mesh_2024_31.geojson",
                tottori.as_bytes(),
            ),
        ]),
    );
    let next = files.write(
        "500m_mesh_2024_40.geojson",
        collection(&features("40")).as_bytes(),
    );
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let model = rows(&server, "area=32&within=800");
        let said = import(database, &[&whole, "--year", "2035"]).unwrap();
        assert!(
            said.contains("31: 19市区町村、171メッシュ、1406人"),
            "{said}"
        );
        assert!(
            said.contains("projection-2035-500m を取り込みました"),
            "{said}"
        );
        let is_imported = |area: &str| {
            let rows = rows(&server, &format!("area={area}&within=800"));
            rows[0]["people_source"] == "projection-2035-500m"
        };
        server.wait_until(|| is_imported("31201"));
        let all = rows(&server, "area=31&within=800");
        assert_eq!(sources(&all).len(), 1, "{all:?}");
        // 9 × 8.25 are 74.25 people of each, 9 × 10 × 0.4125 are 37.125 of 15 to 64.
        assert!(all.iter().all(|row| row["people"] == 74));
        let working = rows(&server, "area=31&within=800&weight=15-64");
        assert!(working.iter().all(|row| row["people"] == 37));
        // The neighbour's people are what they were, and the prefecture is one source.
        assert_eq!(rows(&server, "area=32&within=800"), model);
        let prefectures = rows(&server, "within=800");
        assert_eq!(prefectures[30]["people"], 1406);
        assert_eq!(prefectures[30]["people_source"], "projection-2035-500m");
        let answer = server.json("/coverage?area=31&within=800&geometry=false&f=json");
        let notes = answer["about"]["notes"].to_string();
        assert!(
            notes.contains("将来推計人口（R6国政局推計）2035年"),
            "{notes}"
        );
        let credits = server.json("/credits?f=json").to_string();
        assert!(
            credits.contains("国土数値情報「500 mメッシュ別将来推計人口"),
            "{credits}"
        );
        // A square is a feature with its source.
        let squares = server.json("/collections/population/items?area=31302&limit=1");
        assert_eq!(squares["numberMatched"], 9);
        assert_eq!(
            squares["features"][0]["properties"]["people_source"],
            "projection-2035-500m"
        );
        // Another prefecture of that year is added; its wards add up to their cities.
        let said = import(database, &[&next, "--year", "2035"]).unwrap();
        assert!(said.contains("40: "), "{said}");
        server.wait_until(|| is_imported("40130"));
        assert!(is_imported("31201"));
        let wards = rows(&server, "area=40130&by=ward&within=800");
        assert_eq!((wards.len(), sources(&wards).len()), (7, 1));
        assert_eq!(rows(&server, "area=40130&within=800")[0]["people"], 7 * 74);
        // One year at a time.
        let error = import(database, &[&whole]).unwrap_err();
        assert!(
            error.contains("projection-2035-500m is imported already")
                && error.contains("--replace"),
            "{error}"
        );
        import(database, &[&whole, "--replace"]).unwrap();
        server.wait_until(|| {
            rows(&server, "area=31201&within=800")[0]["people_source"] == "projection-2020-500m"
        });
        assert_eq!(rows(&server, "area=31201&within=800")[0]["people"], 95);
        assert_eq!(
            rows(&server, "area=40130&within=800")[0]["people_source"],
            "model"
        );
        // A replica that starts now says the same.
        let other = TestDirectory::at(&database.url, &["--empty"]);
        assert_eq!(
            rows(&other, "area=31&within=800"),
            rows(&server, "area=31&within=800")
        );
    });
}

#[test]
fn a_part_of_a_prefecture_leaves_the_rest_to_the_model() {
    let files = Files(tempfile::tempdir().unwrap());
    // Without 博多区, and a city with one square alone.
    let mut part = features("40");
    part.retain(|feature| feature["properties"]["SHICODE"] != "40132");
    let path = files.write("part.geojson", collection(&part).as_bytes());
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, &["--empty"]);
    let said = import(&database, &[&path]).unwrap();
    assert!(said.contains("40: "), "{said}");
    let source =
        |area: &str| rows(&server, &format!("area={area}&within=800"))[0]["people_source"].clone();
    server.wait_until(|| source("40100") == "projection-2020-500m");
    // A city is counted by one source: without a ward, by the model as before.
    assert_eq!(source("40130"), "model");
    assert_eq!(source("40133"), "model");
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let files = Files(tempfile::tempdir().unwrap());
    let good = features("31");
    let mut astray = good.clone();
    astray[5]["properties"]["MESH_ID"] = "503022101".into();
    let mut twice = good.clone();
    twice.push(good[3].clone());
    let text = collection(&good);
    let archive = zipped(&[("a.geojson", text.as_bytes())]);
    let mut flipped = archive.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let census = "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001\n,,,,人口（総数）\n";
    let (census, ..) = encoding_rs::SHIFT_JIS.encode(census);
    let database = Database::sqlite();
    for (name, bytes, more, said) in [
        ("short.geojson", text.as_bytes()[..text.len() / 2].to_vec(), &[][..], "cut short"),
        ("short.zip", archive[..archive.len() / 2].to_vec(), &[], "short.zip"),
        ("damaged.zip", flipped, &[], "damaged"),
        ("empty.zip", zipped(&[("a.geojson", b"")]), &[], "cut short"),
        ("shape.zip", zipped(&[("a.shp", b"..")]), &[], "no GeoJSON"),
        ("shape.shp", b"\0\0\x27\x0a....".to_vec(), &[], "Shapefile"),
        ("astray.geojson", collection(&astray).into(), &[], "km from 鳥取県"),
        ("twice.geojson", collection(&twice).into(), &[], "already"),
        ("other.geojson", br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"N03_001":"x"}}]}"#.to_vec(), &[], "there is no MESH_ID"),
        ("year.geojson", text.clone().into(), &["--year", "2050"][..], "there is no PTN_2050"),
        ("year.geojson", text.clone().into(), &["--year", "2021"], "2020, 2025, 2030"),
        ("tblT001101H5030.txt", census.into_owned(), &["--year", "2035"], "--year is for the projection"),
    ] {
        let path = files.write(name, &bytes);
        let error = import(&database, &[&[path.as_str()], more].concat()).unwrap_err();
        assert!(error.contains(said), "{name}: {said}: {error}");
    }
    let (good, text) = (
        files.write("good.geojson", text.as_bytes()),
        files.write("tblT001101H5030.txt", b"x"),
    );
    let error = import(&database, &[&good, &text]).unwrap_err();
    assert!(error.contains("never mixed"), "{error}");
    import(&database, &[&good]).unwrap();
    assert_eq!(database.number("select count(*) from projection"), 19);
}
