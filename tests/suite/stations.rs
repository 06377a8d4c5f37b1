//! `import-stations`: all of Japan's stations in place of the principal ones, and the collection.

mod official_folder;

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, encoded, run};

/// The shipped stations as the ministry writes its own: a feature a line, a platform's stretch. Behind
/// them 渋沢 and 白石駅 with two platforms, which do not ship.
fn platforms() -> Vec<Value> {
    let path = format!("{}/geodata/stations.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(|record| record.unwrap());
    let shipped = rows.zip(1..).flat_map(|(row, group)| {
        let (name, lat, lon): (String, f64, f64) = (
            row[1].to_owned(),
            row[7].parse().unwrap(),
            row[8].parse().unwrap(),
        );
        let operators: Vec<String> = row[6].split(';').map(str::to_owned).collect();
        let lines: Vec<String> = row[5].split(';').map(str::to_owned).collect();
        let platform = move |(i, line): (usize, String)| {
            let operator = operators.get(i).unwrap_or(&operators[0]);
            platform(&name, &format!("{group:06}"), [&line, operator], [lon, lat])
        };
        lines
            .into_iter()
            .enumerate()
            .map(platform)
            .collect::<Vec<_>>()
    });
    let own = [
        platform(
            "渋沢",
            "090001",
            ["小田原線", "小田急電鉄"],
            [139.1871, 35.3927],
        ),
        platform("中洲港", "090002", ["甲線", "市"], [130.41, 33.6]),
        platform("中洲港", "090002", ["乙線", "市"], [130.412, 33.6]),
    ];
    shipped.chain(own).collect()
}

fn platform(name: &str, group: &str, [line, operator]: [&str; 2], [lon, lat]: [f64; 2]) -> Value {
    json!({
        "type": "Feature",
        "properties": {
            "N02_001": "12", "N02_002": "5", "N02_003": line, "N02_004": operator,
            "N02_005": name, "N02_005c": group, "N02_005g": group,
        },
        "geometry": {
            "type": "LineString",
            "coordinates": [[lon - 0.0005, lat], [lon - 0.0002, lat], [lon + 0.0005, lat]],
        },
    })
}

fn sections() -> Vec<Value> {
    let section = |points: Value| {
        json!({
            "type": "Feature",
            "properties": { "N02_001": "12", "N02_002": "5", "N02_003": "甲線", "N02_004": "市" },
            "geometry": { "type": "LineString", "coordinates": points },
        })
    };
    vec![
        section(json!([[130.41, 33.6], [130.42, 33.61]])),
        section(json!([[130.42, 33.61], [130.43, 33.6]])),
    ]
}

fn collection(features: &[Value]) -> String {
    json!({
        "type": "FeatureCollection",
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

/// The archive as it is downloaded.
fn archive() -> Vec<u8> {
    zipped(&[
        ("N02-24_GML/N02-24.xml", b"<ksj/>"),
        ("N02-24_GML/Shift-JIS/N02-24_Station.geojson", b"\x8c\x8e"),
        ("N02-24_GML/UTF-8/N02-24_Station.shp", b"\0\0\x27\x0a"),
        (
            "N02-24_GML/UTF-8/N02-24_Station.geojson",
            collection(&platforms()).as_bytes(),
        ),
        (
            "N02-24_GML/UTF-8/N02-24_RailroadSection.geojson",
            collection(&sections()).as_bytes(),
        ),
    ])
}

fn import(database: &Database, path: &str) -> Result<String, String> {
    let output = run(&["import-stations", "--database", &database.url, path]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.code() {
        Some(0) => Ok(text(output.stdout)),
        Some(1) if output.stdout.is_empty() => Err(text(output.stderr)),
        code => panic!("exit code {code:?}: {}", text(output.stderr)),
    }
}

fn first(server: &TestDirectory, q: &str) -> Option<Value> {
    let found = server.json(&format!("/places?q={}", encoded(q)));
    found["features"]
        .get(0)
        .map(|feature| feature["properties"].clone())
}

#[test]
fn imported_stations_take_the_shipped_ones_place_and_every_replica_follows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("N02-24_GML.zip").display().to_string();
    std::fs::write(&path, archive()).unwrap();
    on_each_database(|database| {
        let servers = [
            TestDirectory::at(&database.url, &["--empty"]),
            TestDirectory::at(&database.url, &["--empty"]),
        ];
        let shipped = first(&servers[0], "渋谷駅").unwrap();
        assert!(first(&servers[0], "渋沢駅").is_none_or(|place| place["name"] != "渋沢駅"));
        let said = import(database, &path).unwrap();
        assert!(
            said.contains("3121駅") && said.contains("1路線の線形"),
            "{said}"
        );
        assert!(
            said.contains("「国土数値情報（鉄道データ）」（国土交通省） N02-24"),
            "{said}"
        );
        for server in &servers {
            server.wait_until(|| {
                first(server, "渋沢駅").is_some_and(|place| place["name"] == "渋沢駅")
            });
            let new = first(server, "渋沢駅").unwrap();
            assert_eq!(
                (&new["context"], &new["lines"]),
                (&json!("神奈川県秦野市"), &json!(["小田原線"]))
            );
            // What shipped keeps its id and its names.
            let kept = first(server, "Shibuya Station").unwrap();
            assert_eq!(
                (&kept["id"], &kept["name_en"]),
                (&shipped["id"], &shipped["name_en"])
            );
            let joined = first(server, "中洲港駅").unwrap();
            assert_eq!(joined["lines"], json!(["乙線", "甲線"]));
            let credits = server.json("/credits")["credits"].to_string();
            assert!(credits.contains("N02-24を加工して作成"), "{credits}");
        }
        // Again, and nothing is twice.
        let again = import(database, &path).unwrap();
        assert!(again.contains("3121駅"), "{again}");
    });
}

/// Whether a tile of the basemap has railways of a kind: the words of a vector tile stand in it as they are.
fn has_railways(server: &TestDirectory, tile: &str, kind: &str) -> bool {
    let tile = server.get(&format!("/basemap/{tile}"));
    assert_eq!(tile.status, 200);
    assert!(tile.bytes.len() <= 500_000);
    tile.bytes
        .windows(kind.len())
        .any(|word| word == kind.as_bytes())
}

#[test]
fn imported_lines_are_drawn_in_place_of_the_schematic_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let alone = path(
        "N02-24_Station.geojson",
        collection(&platforms()).as_bytes(),
    );
    let whole = path("N02-24_GML.zip", &archive());
    // 中洲港, where the imported line runs, and 渋谷.
    const HAKATA: &str = "12/1641/3531";
    const SHIBUYA: &str = "12/1613/3637";
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let schematic = |tile| has_railways(&server, tile, "schematic");
        let tracks = |tile| has_railways(&server, tile, "track");
        let credits = || server.json("/credits")["credits"].to_string();
        assert!(schematic(HAKATA) && schematic(SHIBUYA) && !tracks(HAKATA));
        assert!(credits().contains("模式図") && credits().contains("as a schematic"));

        // Stations alone say nothing of where the lines run.
        import(database, &alone).unwrap();
        server
            .wait_until(|| first(&server, "渋沢駅").is_some_and(|place| place["name"] == "渋沢駅"));
        assert!(schematic(HAKATA) && schematic(SHIBUYA) && !tracks(HAKATA));
        assert!(credits().contains("模式図"));

        import(database, &whole).unwrap();
        server.wait_until(|| tracks(HAKATA));
        // The file is of all Japan: what it does not have is no railway.
        assert!(!schematic(HAKATA) && !schematic(SHIBUYA) && !tracks(SHIBUYA));
        assert!(credits().contains("N02-24を加工して作成") && !credits().contains("模式図"));
        let page = server.get("/credits?f=html&lang=en").text;
        assert!(
            page.contains("Railway stations and lines") && !page.contains("schematic"),
            "{page}"
        );
    });
}

#[test]
fn what_is_no_file_of_all_stations_is_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let stations = collection(&platforms());
    let moved = |from: &str, to: &str| stations.replacen(from, to, 1).into_bytes();
    let cut = stations.as_bytes()[..stations.len() / 2].to_vec();
    let some: Vec<Value> = platforms().into_iter().take(100).collect();
    let files: [(&str, Vec<u8>, &[&str]); 11] = [
        ("cut.geojson", cut.clone(), &["cut.geojson", "cut off"]),
        (
            "cut.zip",
            archive()[..20_000].to_vec(),
            &["damaged zip archive"],
        ),
        (
            "inner.zip",
            zipped(&[("a/N02.geojson", &cut)]),
            &["inner.zip/a/N02.geojson", "cut off"],
        ),
        (
            "plane.geojson",
            moved("6668", "6677"),
            &["“urn:ogc:def:crs:EPSG::6677”"],
        ),
        (
            "tokyo.geojson",
            moved("EPSG::6668", "EPSG::4301"),
            &["JGD2011"],
        ),
        (
            "abroad.geojson",
            moved("\"coordinates\":[[", "\"coordinates\":[[12.5,41.9],["),
            &["feature 1:"],
        ),
        (
            "some.geojson",
            collection(&some).into_bytes(),
            &["principal stations", "all Japan"],
        ),
        (
            "lines.geojson",
            collection(&sections()).into_bytes(),
            &["no station", "Station.geojson"],
        ),
        (
            "other.geojson",
            moved("N02_004", "N03_004"),
            &["feature 1 has no N02_003 and N02_004"],
        ),
        (
            "shapes.zip",
            zipped(&[("N02.shp", b"\0\0\x27\x0a")]),
            &["Shapefile and no GeoJSON"],
        ),
        (
            "sjis.zip",
            zipped(&[("Shift-JIS/N02.geojson", b"x")]),
            &["no GeoJSON"],
        ),
    ];
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let before = server.json("/collections/stations/items?limit=1");
        for (name, bytes, words) in &files {
            let path = folder.path().join(name).display().to_string();
            std::fs::write(&path, bytes).unwrap();
            let said = import(database, &path).unwrap_err();
            for word in *words {
                assert!(said.contains(word), "{name}: {word}: {said}");
            }
        }
        let missing = import(database, "/nowhere/N02.zip").unwrap_err();
        assert!(
            missing.contains("cannot read /nowhere/N02.zip"),
            "{missing}"
        );
        assert_eq!(server.json("/collections/stations/items?limit=1"), before);
    });
}

#[test]
fn the_collection_has_every_station_and_its_description() {
    let server = TestDirectory::shared();
    let all = server.json("/collections/stations/items?limit=10000");
    assert_eq!(all["numberMatched"], 3_119);
    let ids: Vec<&str> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect();
    // Page by page they are the same, each once.
    let paged = server.all_pages("/collections/stations/items?limit=1000");
    let paged: Vec<&str> = paged
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect();
    assert_eq!(paged, ids);
    let near = server.json("/collections/stations/items?bbox=139.70,35.655,139.705,35.662");
    assert_eq!(near["numberMatched"], 1);
    let shibuya = &near["features"][0];
    assert_eq!(shibuya["properties"]["name"], "渋谷");
    assert_eq!(shibuya["properties"]["municipality_name"], "渋谷区");
    let in_ward = server.json("/collections/stations/items?municipality=13113&limit=1000");
    assert!(in_ward["features"].as_array().unwrap().contains(shibuya));
    let id = shibuya["id"].as_str().unwrap();
    let one = server.json(&format!("/collections/stations/items/{id}"));
    assert_eq!(one["properties"], shibuya["properties"]);
    let hubs = server.link(&one, "related").unwrap();
    assert_eq!(server.get(&hubs).status, 200);
    let schema = server.json("/collections/stations/schema")["properties"].clone();
    for key in one["properties"].as_object().unwrap().keys() {
        assert!(schema[key].is_object(), "{key}");
    }
    assert_eq!(schema["lines"]["type"], "array");
    assert_eq!(server.get("/collections/stations/items/s99999").status, 404);
    assert_eq!(
        server
            .get("/collections/stations/items?municipality=1")
            .status,
        400
    );
    let html = server.get(&format!("/collections/stations/items/{id}?f=html"));
    for text in [
        "渋谷駅",
        "東京都 渋谷区",
        "半蔵門線",
        "near=139.7",
        "近くの拠点",
        "直線距離",
    ] {
        assert!(html.text.contains(text), "{text}: {}", html.text);
    }
    assert!(!html.text.contains("name_kana"), "{}", html.text);
    // As files for GIS all of them come, or as many as are asked for; `/api` says so.
    for (format, begins) in [
        ("fgb", &b"fgb\x03"[..]),
        ("gpkg", b"SQLite format 3"),
        ("kml", b"<?xml"),
    ] {
        let path = format!("/collections/stations/items?f={format}&municipality=13113");
        let answer = server.get(&path);
        assert_eq!(answer.status, 200, "{format}");
        assert!(answer.bytes.starts_with(begins), "{format}");
        let named = answer.header("content-disposition");
        assert!(named.contains(&format!("stations.{format}")), "{named}");
        let has = |text: &str| {
            let (bytes, text) = (&answer.bytes, text.as_bytes());
            bytes.windows(text.len()).any(|part| part == text)
        };
        assert!(has("渋谷") && has("11号線半蔵門線"), "{format}");
        assert!(has("国土数値情報（鉄道データ）"), "{format}");
    }
    let all = server.get("/collections/stations/items?f=kml");
    assert_eq!(all.text.matches("<Placemark").count(), 3_119);
    let api = server.json("/api");
    let answers =
        &api["paths"]["/collections/stations/items"]["get"]["responses"]["200"]["content"];
    assert!(answers["application/flatgeobuf"].is_object(), "{answers}");
    // 渋谷 lies in this tile.
    let tile = server.get("/collections/stations/tiles/WebMercatorQuad/12/1613/3637");
    assert_eq!(tile.status, 200);
    let set = server.json("/collections/stations/tiles/WebMercatorQuad?f=tilejson");
    let credit = set["attribution"].as_str().unwrap();
    assert!(
        credit.contains("国土数値情報（鉄道データ）") && !credit.contains("気象庁"),
        "{credit}"
    );
}
