//! `import-boundaries`: official borders in place of the shipped ones, and servers that follow.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, run};

/// A prefecture's shipped districts as the ministry writes its own: a feature a ring, wards beside
/// their city's name.
fn n03(prefecture: &str) -> Vec<Value> {
    let shipped = |name: &str| -> Vec<Value> {
        let path = format!("{}/geodata/{name}.geojson", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut all: Value = serde_json::from_str(&text).unwrap();
        let all = all["features"].take();
        let Value::Array(all) = all else {
            panic!("features")
        };
        let here = |feature: &Value| feature["properties"]["prefecture_code"] == prefecture;
        all.into_iter().filter(here).collect()
    };
    let (cities, wards) = (shipped("municipalities"), shipped("wards"));
    let name = |code: &Value| {
        let city = cities
            .iter()
            .find(|city| city["properties"]["code"] == *code);
        city.unwrap()["properties"]["name"].clone()
    };
    let has_wards = |city: &&Value| {
        let code = &city["properties"]["code"];
        wards
            .iter()
            .any(|ward| ward["properties"]["parent"] == *code)
    };
    let units = cities.iter().filter(|city| !has_wards(city)).chain(&wards);
    units
        .flat_map(|unit| {
            let own = &unit["properties"];
            let (city, ward) = match &own["parent"] {
                Value::Null => (own["name"].clone(), Value::Null),
                parent => (name(parent), own["name"].clone()),
            };
            let geometry = &unit["geometry"];
            let coordinates = geometry["coordinates"].as_array().unwrap();
            let polygons = match geometry["type"].as_str().unwrap() {
                "Polygon" => vec![geometry["coordinates"].clone()],
                _ => coordinates.clone(),
            };
            let feature = |polygon: Value| {
                json!({
                    "type": "Feature",
                    "properties": {
                        "N03_001": own["prefecture"], "N03_002": null, "N03_003": null,
                        "N03_004": city, "N03_005": ward, "N03_007": own["code"],
                    },
                    "geometry": { "type": "Polygon", "coordinates": polygon },
                })
            };
            polygons.into_iter().map(feature).collect::<Vec<_>>()
        })
        .collect()
}

fn collection(features: &[Value]) -> String {
    json!({
        "type": "FeatureCollection",
        "name": "N03-20240101",
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

/// 鳥取市 and 岩美町 with each other's ground: whoever asks sees which borders are in use.
fn exchanged() -> Vec<Value> {
    let mut features = n03("31");
    for feature in &mut features {
        let properties = &mut feature["properties"];
        let (code, name) = match properties["N03_007"].as_str().unwrap() {
            "31201" => ("31302", "岩美町"),
            "31302" => ("31201", "鳥取市"),
            _ => continue,
        };
        properties["N03_007"] = code.into();
        properties["N03_004"] = name.into();
    }
    features
}

/// The station of 鳥取.
const STATION: &str = "134.2275,35.4939";

fn codes(server: &TestDirectory, point: &str) -> Vec<String> {
    let found = server.json(&format!(
        "/collections/municipalities/items?bbox={point},{point}&f=json"
    ));
    let features = found["features"].as_array().unwrap();
    let code = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features.iter().map(code).collect()
}

/// What the command says, if it succeeds or where it does not.
fn import(database: &Database, path: &str) -> Result<String, String> {
    let output = run(&["import-boundaries", "--database", &database.url, path]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.code() {
        Some(0) => Ok(text(output.stdout)),
        Some(1) if output.stdout.is_empty() => Err(text(output.stderr)),
        code => panic!("exit code {code:?}"),
    }
}

#[test]
fn imported_borders_take_the_shipped_ones_place_and_every_replica_follows() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let nobodys = json!({
        "type": "Feature",
        "properties": { "N03_001": "鳥取県", "N03_004": "所属未定地", "N03_007": null },
        "geometry": { "type": "Polygon", "coordinates": [[[134.0, 35.6], [134.1, 35.6], [134.1, 35.7], [134.0, 35.6]]] },
    });
    let features = [exchanged(), vec![nobodys]].concat();
    let archive = zipped(&[
        ("N03-20240101_31_GML/N03-20240101_31.shp", b"\0\0\x27\x0a"),
        (
            "N03-20240101_31_GML/N03-20240101_31.geojson",
            collection(&features).as_bytes(),
        ),
        (
            "N03-20240101_31_GML/N03-20240101_31_prefecture.geojson",
            b"another layer, not read",
        ),
    ]);
    let good = write("N03-20240101_31_GML.zip", &archive);
    let hub = |id: &str| {
        let text = format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{STATION}]}},"properties":{{"id":"{id}","name":"{id}","kind":"coworking","position_precision":"building","position_error":20}}}}"#
        );
        write(id, text.as_bytes())
    };
    let (before, after) = (hub("before"), hub("after"));
    on_each_database(|database| {
        let publish = |path: &str| {
            let done = run(&["import", path, "--publish", "--database", &database.url]);
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stdout)
            );
        };
        publish(&before);
        let server = TestDirectory::at(&database.url, &["--empty"]);
        assert_eq!(codes(&server, STATION), ["31201"]);
        let tile = || server.get("/collections/municipalities/tiles/WebMercatorQuad/9/201/446");
        let shipped = tile();
        assert!(!server.json("/credits?f=json").to_string().contains("N03"));

        let said = import(database, &good).unwrap();
        for expected in [
            "31 鳥取県: 19市区町村\n",
            "所属未定地 1件",
            "施設 before は 31201 と記されていますが、位置は 31302",
            "国土数値情報（行政区域データ）（国土交通省） N03-20240101 を取り込みました（参照データの番号 ",
        ] {
            assert!(said.contains(expected), "{said}");
        }
        server.wait_until(|| codes(&server, STATION) == ["31302"]);
        assert_ne!(tile().header("etag"), shipped.header("etag"));
        assert_ne!(tile().bytes, shipped.bytes);
        // Their people are the same, their neighbours' are still there, the prefecture is as large.
        let rows = server.json("/coverage?area=31&within=800&geometry=false&f=json");
        assert_eq!(rows["features"].as_array().unwrap().len(), 19);
        assert_eq!(codes(&server, "134.6851,34.8151"), ["28201"]);
        let town = server.json("/collections/municipalities/items/31302?f=json");
        assert_eq!(
            (
                &town["properties"]["name"],
                &town["properties"]["name_kana"]
            ),
            (&json!("岩美町"), &json!("いわみちょう"))
        );
        let found = server.json(&format!(
            "/collections/prefectures/items?bbox={STATION},{STATION}&f=json"
        ));
        assert_eq!(found["features"][0]["id"], "31");
        // What comes now is assigned by them; what was published stays as it was said.
        publish(&after);
        server.wait_until(|| {
            server
                .get("/collections/facilities/items/after?f=json")
                .status
                == 200
        });
        for (id, municipality) in [("before", "31201"), ("after", "31302")] {
            let hub = server.json(&format!("/collections/facilities/items/{id}?f=json"));
            assert_eq!(hub["properties"]["municipality"], municipality, "{id}");
        }
        let credit = "国土数値情報（行政区域データ）（国土交通省） N03-20240101";
        assert!(server.json("/credits?f=json").to_string().contains(credit));
        let tiles = server.json("/collections/municipalities/tiles/WebMercatorQuad?f=tilejson");
        assert!(tiles["attribution"].as_str().unwrap().contains(credit));
        // Figures name the borders they were counted by.
        let notes = |area: &str| {
            let answer = server.json(&format!("/coverage?area={area}&geometry=false"));
            answer["about"]["notes"].to_string()
        };
        let (imported, shipped) = (notes("31"), notes("32"));
        assert!(
            imported.contains(credit) && !imported.contains("気象庁"),
            "{imported}"
        );
        assert!(
            !shipped.contains(credit) && shipped.contains("気象庁"),
            "{shipped}"
        );
        // So says a replica that starts now, and the command line.
        let other = TestDirectory::at(&database.url, &["--empty"]);
        assert_eq!(codes(&other, STATION), ["31302"]);
        // The same prefecture again, as it was: one row, and the number rises.
        let again = write("again.geojson", collection(&n03("31")).as_bytes());
        assert!(
            import(database, &again)
                .unwrap()
                .contains("（参照データの番号 ")
        );
        for server in [&server, &other] {
            server.wait_until(|| codes(server, STATION) == ["31201"]);
        }
        assert_eq!(database.number("select count(*) from boundary"), 1);
    });
}

#[test]
fn wards_that_were_estimated_are_no_longer_and_their_city_is_made_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::sqlite();
    let mut features = n03("22");
    // An older edition: the city where newer ones have the county, and other wards of Hamamatsu.
    features.retain(|feature| feature["properties"]["N03_007"] != "22139");
    for feature in &mut features {
        let properties = &mut feature["properties"];
        if !properties["N03_005"].is_null() {
            properties["N03_003"] = properties["N03_004"].take();
            properties["N03_004"] = properties["N03_005"].take();
        }
        if properties["N03_007"] == "22138" {
            (properties["N03_007"], properties["N03_004"]) = ("22131".into(), "中区".into());
        }
    }
    let path = folder.path().join("N03.geojson").display().to_string();
    std::fs::write(&path, collection(&features)).unwrap();
    // One ward is gone, and nobody has its ground.
    let said = import(&database, &path).unwrap_err();
    assert!(said.contains("22139 浜松市浜名区"), "{said}");
    let mut lost: Vec<Value> = n03("22");
    lost.retain(|feature| feature["properties"]["N03_007"] == "22139");
    for feature in &mut lost {
        feature["properties"] = features
            .iter()
            .find(|feature| feature["properties"]["N03_007"] == "22131")
            .unwrap()["properties"]
            .clone();
    }
    features.extend(lost);
    std::fs::write(&path, collection(&features)).unwrap();
    let server = TestDirectory::at(&database.url, &["--empty"]);
    let ward = |code: &str| server.get(&format!("/collections/municipalities/items/{code}?f=json"));
    assert_eq!(ward("22101").json()["properties"]["approximate"], true);
    let said = import(&database, &path).unwrap();
    assert!(
        said.contains("22 静岡県: 35市区町村、政令指定都市の区5")
            && said.contains("新しいコード: 22131 浜松市中区")
            && said.contains("含まれる: 22138 浜松市中央区、22139 浜松市浜名区"),
        "{said}"
    );
    server.wait_until(|| ward("22131").status == 200);
    assert_eq!(ward("22138").status, 404);
    assert_eq!(ward("22101").json()["properties"]["approximate"], false);
    assert_eq!(ward("22131").json()["properties"]["parent"], "22130");
    // 浜松市役所, and people, towns and postal codes of wards that the file does not have.
    assert_eq!(codes(&server, "137.7261,34.7108"), ["22131", "22130"]);
    let rows = server.json("/coverage?area=22130&by=ward&within=800&geometry=false&f=json");
    let people = |row: &Value| row["properties"]["people"].as_u64().unwrap();
    let wards: Vec<u64> = rows["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(people)
        .collect();
    assert_eq!(wards.len(), 2);
    let city = server.json("/coverage?area=22130&within=800&geometry=false&f=json");
    assert_eq!(wards.iter().sum::<u64>(), people(&city["features"][0]));
    assert!(wards.iter().all(|people| *people > 10_000), "{wards:?}");
    let found = server.json("/places?q=%E4%BD%90%E9%B3%B4%E5%8F%B0&f=json");
    assert!(found.to_string().contains("浜松市中区"), "{found}");
}

#[test]
fn a_file_that_is_wrong_changes_nothing_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::sqlite();
    database.store();
    let good = n03("31");
    let with = |code: &str, change: &dyn Fn(&mut Value)| {
        let mut features = good.clone();
        let wanted = |feature: &&mut Value| feature["properties"]["N03_007"] == code;
        features.iter_mut().filter(wanted).for_each(change);
        collection(&features).into_bytes()
    };
    let property = |code: &str, name: &str, value: Value| {
        with(code, &|feature| feature["properties"][name] = value.clone())
    };
    let ring = |change: &dyn Fn(&mut Vec<Value>)| {
        with("31201", &|feature| {
            change(
                feature["geometry"]["coordinates"][0]
                    .as_array_mut()
                    .unwrap(),
            )
        })
    };
    let text = collection(&good);
    let archive = zipped(&[("N03.geojson", text.as_bytes())]);
    let without = |code: &str| {
        let mut features = good.clone();
        features.retain(|feature| feature["properties"]["N03_007"] != code);
        collection(&features).into_bytes()
    };
    let other_system = text.replace("EPSG::6668", "EPSG::3857");
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("code-malformed", property("31201", "N03_007", json!("3120")), &["feature ", "“3120”", "five digits"]),
        ("code-unknown", property("31201", "N03_007", json!("31999")), &["31999", "鳥取市", "31201"]),
        ("code-of-another", property("31201", "N03_007", json!("31202")), &["31202 is 米子市", "鳥取市", "31201"]),
        ("code-missing", property("31201", "N03_007", Value::Null), &["鳥取県鳥取市", "no code (N03_007)"]),
        ("name-missing", property("31201", "N03_004", Value::Null), &["31201", "no name (N03_004)"]),
        ("prefecture-missing", property("31201", "N03_001", Value::Null), &["31201 belongs to 鳥取県", "“”"]),
        ("prefecture-other", property("31201", "N03_001", json!("島根県")), &["31201 belongs to 鳥取県", "“島根県”"]),
        ("municipality-missing", without("31302"), &["lacks 31302 岩美町", "imported whole"]),
        ("ring-open", ring(&|ring| drop(ring.pop())), &["31201 鳥取市", "not closed", "134."]),
        ("ring-short", ring(&|ring| ring.truncate(2)), &["31201 鳥取市", "2 positions", "at least 4"]),
        ("ring-crossing", ring(&|ring| { let half = ring.len() / 2; ring.swap(3, half) }), &["31201 鳥取市", "crosses itself near 13"]),
        ("exchanged", ring(&|ring| ring[1] = json!([35.5, 134.2])), &["35.5,134.2 of 31201", "look exchanged"]),
        ("outside", ring(&|ring| ring[1] = json!([-73.9, 40.7])), &["-73.9,40.7 of 31201", "outside Japan"]),
        ("no-geometry", with("31201", &|feature| feature["geometry"] = Value::Null), &["31201 鳥取市 has no geometry"]),
        ("line", with("31201", &|feature| feature["geometry"]["type"] = json!("LineString")), &["LineString", "MultiPolygon is expected"]),
        ("system", other_system.into_bytes(), &["EPSG::3857", "JGD2011"]),
        ("not-n03", br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},"geometry":null}]}"#.to_vec(), &["N03_001", "N03_007"]),
        ("empty-collection", collection(&[]).into_bytes(), &["no feature"]),
        ("one-feature", good[0].to_string().into_bytes(), &["a Feature and no FeatureCollection"]),
        ("csv", b"code,name\n31201,x\n".to_vec(), &["no GeoJSON"]),
        ("empty", Vec::new(), &["it is empty"]),
        ("cut-off", text.as_bytes()[..text.len() / 2].to_vec(), &["cut off"]),
        ("cp932", encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(), &["not UTF-8", "line 1, column"]),
        ("utf-16", text.encode_utf16().fold(vec![0xff, 0xfe], |mut bytes, unit| { bytes.extend(unit.to_le_bytes()); bytes }), &["UTF-16"]),
        ("shapefile.shp", b"\0\0\x27\x0a and so on".to_vec(), &["Shapefile", "GeoJSON"]),
        ("shapefile-only.zip", zipped(&[("N03.shp", b"\0\0\x27\x0a"), ("N03.dbf", b"x")]), &["Shapefile and no GeoJSON"]),
        ("nothing.zip", zipped(&[("readme.txt", b"x")]), &["no GeoJSON"]),
        ("cut-off.zip", archive[..archive.len() - 40].to_vec(), &["damaged zip"]),
        ("hurt.zip", { let mut hurt = archive.clone(); let middle = hurt.len() / 2; hurt[middle] ^= 0x55; hurt }, &["hurt.zip/N03.geojson"]),
        ("bomb.zip", zipped(&[("N03.geojson", &vec![b' '; 70 << 20])]), &["bomb.zip", "times its size", "at most 100"]),
        ("many.zip", { let names: Vec<String> = (0..1001).map(|i| format!("{i}.geojson")).collect(); let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect(); zipped(&files) }, &["1001 files", "at most 1000"]),
    ];
    for (name, bytes, expected) in cases {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        let said = import(&database, &path).unwrap_err();
        for part in [&[name], expected].concat() {
            assert!(said.contains(part), "{name}: {said} lacks {part}");
        }
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
    }
    assert!(import(&database, &folder.path().display().to_string()).is_err());
    assert!(
        import(&database, "nowhere.geojson")
            .unwrap_err()
            .contains("nowhere.geojson")
    );
    let stored = || {
        [
            "select count(*) from boundary",
            "select reference from log_head",
        ]
        .map(|query| database.number(query))
    };
    assert_eq!(stored(), [0, 0]);
    // The same file without a fault is taken, with a byte order mark too.
    let path = folder.path().join("good.zip").display().to_string();
    let text = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    std::fs::write(&path, zipped(&[("N03.geojson", &text)])).unwrap();
    assert!(
        import(&database, &path)
            .unwrap()
            .contains("鳥取県: 19市区町村")
    );
    let [prefectures, reference] = stored();
    assert_eq!(prefectures, 1);
    assert!(reference > 0, "{reference}");
}

#[test]
fn the_whole_country_is_imported_and_a_backup_carries_it() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/boundaries/n03_2021_municipalities.geojson"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("SKIPPED: {path} is not there");
        return;
    };
    let mut all: Value = serde_json::from_str(&text).unwrap();
    let features = all["features"].as_array_mut().unwrap();
    let points: Vec<(String, String)> = features
        .iter()
        .map(|feature| {
            // The first three positions of an outline that make a corner to the left: just inside it.
            let own = &feature["geometry"]["coordinates"][0];
            let ring = if own[0][0].is_number() { own } else { &own[0] };
            let at = |i: usize| [0, 1].map(|axis| ring[i][axis].as_f64().unwrap());
            let count = ring.as_array().unwrap().len();
            let corner = (1..count - 1).map(|i| [at(i - 1), at(i), at(i + 1)]);
            let turn = |[a, b, c]: [[f64; 2]; 3]| {
                (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
            };
            let area: f64 = (1..count)
                .map(|i| at(i - 1)[0] * at(i)[1] - at(i)[0] * at(i - 1)[1])
                .sum();
            let [a, b, c] = corner
                .max_by(|x, y| (turn(*x) * area).total_cmp(&(turn(*y) * area)))
                .unwrap();
            let inside = |axis: usize| b[axis] + 0.02 * (a[axis] + c[axis] - 2.0 * b[axis]);
            let code = feature["properties"]["code"].as_str().unwrap();
            (code.to_owned(), format!("{},{}", inside(0), inside(1)))
        })
        .collect();
    for feature in features {
        let own = feature["properties"].take();
        let (county, name) = match own["ward"].is_null() {
            true => (&own["gun"], &own["city"]),
            false => (&own["city"], &own["ward"]),
        };
        feature["properties"] = json!({
            "N03_001": own["pref"], "N03_003": county, "N03_004": name, "N03_007": own["code"],
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder
        .path()
        .join("N03-20210101.geojson")
        .display()
        .to_string();
    std::fs::write(&path, all.to_string()).unwrap();
    let database = Database::sqlite();
    let said = import(&database, &path).unwrap();
    assert!(said.contains("47 沖縄県: 41市区町村"), "{said}");
    let copy = folder.path().join("copy.sqlite").display().to_string();
    let backup = run(&["backup", "--database", &database.url, &copy]);
    assert!(backup.status.success());
    let server = TestDirectory::at(&format!("sqlite:{copy}"), &["--empty"]);
    let mut wrong = Vec::new();
    for (code, point) in points.iter().step_by(7) {
        if codes(&server, point).first() != Some(code) {
            wrong.push((code, point, codes(&server, point)));
        }
    }
    // Where the corner is so sharp that another district's border lies within it.
    assert!(wrong.len() * 50 <= points.len() / 7, "{wrong:?}");
    let credits = server.json("/credits?f=json").to_string();
    assert!(credits.contains("国土数値情報（行政区域データ）") && !credits.contains("気象庁"));
    let rows = server.json("/coverage?within=800&geometry=false&f=json");
    assert_eq!(rows["features"].as_array().unwrap().len(), 47);
    for tile in ["5/12/28", "10/403/909", "14/6451/14551"] {
        let basemap = server.get(&format!("/basemap/{tile}"));
        assert!(
            basemap.status == 200 && basemap.bytes.len() <= 500_000,
            "{tile}"
        );
    }
}
