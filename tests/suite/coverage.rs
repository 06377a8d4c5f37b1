//! Who is covered: through HTTP and the command line, modelled and imported people, on both databases.

use machinaka::coverage::mesh::{Mesh, Size};
use machinaka::domain::position::Position;
use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory, run};

/// The people of the census of 2020, by the preliminary count.
const JAPAN: u64 = 126_226_568;

fn rows(answer: &Value) -> Vec<Value> {
    let features = answer["features"].as_array().unwrap();
    assert_eq!(answer["numberReturned"], features.len());
    features
        .iter()
        .map(|feature| feature["properties"].clone())
        .collect()
}

fn sum(rows: &[Value], name: &str) -> u64 {
    rows.iter().map(|row| row[name].as_u64().unwrap()).sum()
}

fn asked(directory: &TestDirectory, query: &str) -> Vec<Value> {
    rows(&directory.json(&format!("/coverage?{query}")))
}

fn posted(directory: &TestDirectory, query: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/geo+json")];
    let path = format!("/coverage?{query}");
    Client::anonymous(directory).send_bytes("POST", &path, &headers, body.to_string().as_bytes())
}

#[test]
fn the_parts_of_a_whole_add_up_to_it() {
    let directory = TestDirectory::shared();
    let prefectures = asked(directory, "within=800&geometry=false");
    assert_eq!(prefectures.len(), 47);
    assert_eq!(sum(&prefectures, "people"), JAPAN);
    let municipalities = asked(directory, "within=800&by=municipality&geometry=false");
    assert_eq!(municipalities.len(), 1741);
    for part in ["people", "people_within", "facilities"] {
        assert_eq!(
            sum(&municipalities, part),
            sum(&prefectures, part),
            "{part}"
        );
    }
    assert!(sum(&prefectures, "people_within") > 0);
    let tokyo = asked(directory, "area=13");
    assert_eq!(tokyo.len(), 62);
    assert_eq!(
        sum(&tokyo, "people"),
        prefectures[12]["people"].as_u64().unwrap()
    );
    for city in ["40130", "22130"] {
        let whole = &asked(directory, &format!("area={city}&within=3000"))[0];
        let wards = asked(directory, &format!("area={city}&by=ward&within=3000"));
        let squares = asked(directory, &format!("area={city}&by=square&within=3000"));
        for part in ["people", "people_within"] {
            assert_eq!(
                sum(&wards, part),
                whole[part].as_u64().unwrap(),
                "{city} {part}"
            );
            assert_eq!(
                sum(&squares, part),
                whole[part].as_u64().unwrap(),
                "{city} {part}"
            );
        }
    }
    // A ward by itself is the same row.
    let ward = &asked(directory, "area=40133&within=3000")[0];
    let wards = asked(directory, "area=40130&by=ward&within=3000");
    assert!(wards.contains(ward));
}

#[test]
fn every_row_says_what_it_is_of_and_how_sure() {
    let directory = TestDirectory::shared();
    let answer = directory.json("/coverage?area=40130&within=800&view.map=1");
    let feature = &answer["features"][0];
    assert_eq!(feature["id"], "40130");
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    let keys: Vec<&String> = feature["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "code",
            "name",
            "name_romaji",
            "people",
            "people_within",
            "coverage",
            "facilities",
            "facilities_imprecise",
            "seats",
            "people_source"
        ]
    );
    assert_eq!(feature["properties"]["people_source"], "model");
    let notes = answer["about"]["notes"].as_array().unwrap();
    let codes: Vec<&Value> = notes.iter().map(|note| &note["code"]).collect();
    assert!(codes.contains(&&json!("model")) && codes.contains(&&json!("straight-line")));
    let model = notes.iter().find(|note| note["code"] == "model").unwrap();
    assert!(
        model["text"].as_str().unwrap().contains("推計モデル"),
        "{model}"
    );
    // The squares are larger than 300 m.
    let near = directory.json("/coverage?area=40130&within=300&geometry=false");
    assert!(
        near["about"]["notes"]
            .to_string()
            .contains("square-larger-than-distance")
    );
    assert_eq!(near["features"][0]["geometry"], Value::Null);
    // Nobody has lived in 双葉町 since 2011: no share at all, neither none nor all.
    let nobody = &asked(directory, "area=07546")[0];
    assert_eq!(
        (&nobody["people"], &nobody["coverage"]),
        (&json!(0), &Value::Null)
    );
    // The model does not tell ages.
    let aged = &asked(directory, "area=40130&weight=65%2B")[0];
    assert_eq!(
        (&aged["people"], &aged["coverage"]),
        (&Value::Null, &Value::Null)
    );
    let html = directory.request(
        "/coverage?area=13&view.theme=gap",
        &[("Accept", "text/html")],
    );
    assert!(html.header("content-type").starts_with("text/html"));
    let again = directory.get("/coverage?area=13");
    let tag = again.header("etag").to_owned();
    let known = directory.request("/coverage?area=13", &[("If-None-Match", &tag)]);
    assert_eq!(known.status, 304);
}

#[test]
fn tables_to_take_away_hold_the_same_rows_and_what_is_said_beside_them() {
    let directory = TestDirectory::shared();
    let answer = directory.json("/coverage?area=37&within=800&lang=en");
    let csv = directory.get("/coverage?area=37&within=800&lang=en&f=csv");
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.header("content-disposition").contains("coverage.csv"));
    let text = csv.text.trim_start_matches('\u{feff}');
    let (rows, notes) = text.split_once("\r\n# ").unwrap();
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut count = 0;
    for (row, feature) in reader.records().zip(answer["features"].as_array().unwrap()) {
        let row = row.unwrap();
        for (name, cell) in header.iter().zip(&row) {
            match &feature["properties"][name] {
                Value::Null => assert_eq!(cell, ""),
                Value::String(text) => assert_eq!(cell, text),
                number => {
                    let (read, told) = (cell.parse::<f64>().unwrap(), number.as_f64().unwrap());
                    assert!(
                        (read - told).abs() <= 1e-12 * told.abs(),
                        "{name}: {cell} {told}"
                    );
                }
            }
        }
        count += 1;
    }
    assert_eq!(count, 17);
    assert!(text.contains("高松市,Takamatsu-shi,413544,"), "{text}");
    for note in answer["about"]["notes"].as_array().unwrap() {
        let quoted = note["text"].as_str().unwrap();
        assert!(text.contains(quoted), "{notes} lacks {quoted}");
    }
    let workbook = directory.get("/coverage?area=37&within=800&f=xlsx");
    assert!(workbook.header("content-type").contains("spreadsheetml"));
    assert!(
        workbook
            .header("content-disposition")
            .contains("coverage.xlsx")
    );
    assert!(workbook.text.starts_with("PK"));
    // Without `f`, and as the page's own requests, nothing changes.
    let plain = directory.get("/coverage?area=37");
    assert!(
        plain
            .header("content-type")
            .starts_with("application/geo+json")
    );
}

#[test]
fn the_command_line_prints_the_same_numbers() {
    let directory = TestDirectory::shipped();
    let arguments = [
        "coverage",
        "--database",
        &directory.database,
        "--area",
        "01",
        "--within",
        "2500",
        "--json",
    ];
    let output = run(&arguments);
    assert!(output.status.success());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let over_http = asked(&directory, "area=01&within=2500");
    assert_eq!(printed["districts"].as_array().unwrap(), &over_http);
    let table = run(&arguments[..arguments.len() - 1]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert_eq!(
        table.lines().filter(|line| line.starts_with("01")).count(),
        over_http.len()
    );
    assert!(table.contains("推計モデル"));
}

#[test]
fn the_command_line_cuts_the_country_as_http_does() {
    on_each_database(|database| {
        let url = database.url.as_str();
        let server = TestDirectory::at(url, &[]);
        let called = |more: &[&str]| {
            let given = ["coverage", "--database", url, "--within", "1500"];
            run(&[&given[..], more].concat())
        };
        for (arguments, query, count) in [
            (&["--by", "municipality"][..], "by=municipality", 1_741),
            (&["--by", "prefecture"], "by=prefecture", 47),
            (&["--by", "ward"], "by=ward", 171),
            (&["--area", "14", "--by", "ward"], "area=14&by=ward", 28),
            (
                &["--area", "13308", "--by", "square"],
                "area=13308&by=square",
                0,
            ),
            (
                &["--area", "13101", "--by", "municipality"],
                "area=13101&by=municipality",
                1,
            ),
        ] {
            let output = called(&[&["--json"], arguments].concat());
            assert!(output.status.success(), "{query}");
            let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
            let over_http = asked(&server, &format!("within=1500&{query}"));
            assert_eq!(
                printed["districts"].as_array().unwrap(),
                &over_http,
                "{query}"
            );
            assert!(
                count == 0 || over_http.len() == count,
                "{query} {}",
                over_http.len()
            );
        }
        let csv = called(&["--by", "municipality", "--csv"]);
        let table = server.get("/coverage?within=1500&by=municipality&f=csv");
        assert_eq!(String::from_utf8_lossy(&csv.stdout), table.text);
        let table = called(&["--by", "municipality"]);
        let table = String::from_utf8_lossy(&table.stdout).into_owned();
        let rows = table
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        assert_eq!(rows.count(), 1_741);
        for (arguments, said) in [
            (&["--by", "square"][..], "--by, all of Japan"),
            (&["--area", "13", "--by", "prefecture"], "--by, --area 13"),
            (&["--area", "48"], "--area 48"),
            (&["--by", "county"], "county"),
            (&["--json", "--csv"], "--csv"),
        ] {
            let output = called(arguments);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && error.contains(said), "{error}");
        }
    });
}

#[test]
fn what_is_asked_wrongly_is_named() {
    let directory = TestDirectory::shared();
    for (query, said) in [
        ("within=-1", "within"),
        ("within=1e12", "100000"),
        ("within=abc", "within"),
        ("area=48", "01 to 47"),
        ("area=13100", "no municipality"),
        ("area=131131", "check digit"),
        ("area=13&by=nix", "municipality"),
        ("by=square", "by"),
        ("area=13101&by=prefecture", "by"),
        ("area=01&by=square", "squares"),
        ("method=nix", "centre, area"),
        ("weight=nix", "65+"),
        ("measures=nix", "2sfca"),
        ("add=35.6,139.7", "swapped"),
        ("add=139.7", "longitude,latitude"),
        ("geometry=perhaps", "true or false"),
        ("nix=1", "nix"),
    ] {
        let answer = directory.get(&format!("/coverage?lang=en&{query}"));
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert!(answer.text.contains(said), "{query}: {}", answer.text);
    }
    let crossed = json!({"type": "Polygon", "coordinates": [[[139.7, 35.6], [139.8, 35.7], [139.8, 35.6], [139.7, 35.7], [139.7, 35.6]]]});
    let outside = json!({"type": "Polygon", "coordinates": [[[0.0, 1.0], [1.0, 1.0], [1.0, 2.0], [0.0, 1.0]]]});
    let line = json!({"type": "LineString", "coordinates": [[139.7, 35.6], [139.8, 35.7]]});
    for (body, said) in [
        (crossed, "crosses itself"),
        (outside, "outside Japan"),
        (line, "neither a Point"),
        (json!({"a": 1}), "GeoJSON"),
        (json!({"type": "Polygon", "coordinates": 7}), "no GeoJSON"),
    ] {
        let answer = posted(directory, "lang=en", &body);
        assert!(
            matches!(answer.status, 400 | 422),
            "{body}: {} {}",
            answer.status,
            answer.text
        );
        assert!(answer.text.contains(said), "{body}: {}", answer.text);
    }
}

#[test]
fn imagined_facilities_and_drawn_areas_are_counted() {
    let directory = TestDirectory::shared();
    let before = &asked(directory, "area=46201&within=1000")[0];
    let with = &asked(
        directory,
        "area=46201&within=1000&add=130.5571,31.5900,30&measures=all&supply=facilities",
    )[0];
    assert_eq!(with["people_within_before"], before["people_within"]);
    assert_eq!(with["coverage_before"], before["coverage"]);
    assert!(with["people_within"].as_u64() >= before["people_within"].as_u64());
    for measure in [
        "distance_mean",
        "distance_median",
        "distance_p90",
        "facilities_per_10000",
        "access_2sfca",
        "gini_2sfca",
    ] {
        assert!(with[measure].is_number(), "{measure}: {with}");
    }
    let by_area = &asked(
        directory,
        "area=46201&within=1000&method=area&add=130.5571,31.5900",
    )[0];
    let (whole, share) = (
        with["people_within"].as_f64().unwrap(),
        by_area["people_within"].as_f64().unwrap(),
    );
    assert!(
        share > whole * 0.3 && share < whole * 3.0 + 1000.0,
        "{share} {whole}"
    );
    // An area with a facility in it, and one without.
    let square = |west: f64, south: f64| {
        json!([[
            [west, south],
            [west + 0.05, south],
            [west + 0.05, south + 0.05],
            [west, south + 0.05],
            [west, south]
        ]])
    };
    let body = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "居住誘導区域"}, "geometry": {"type": "Polygon", "coordinates": square(139.70, 35.65)}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": square(139.50, 35.65)}},
        {"type": "Feature", "properties": {"seats": 12}, "geometry": {"type": "Point", "coordinates": [139.72, 35.67]}},
    ]});
    // Of the shipped facilities none is planned and of no known kind: only the imagined one counts.
    let answer = posted(directory, "within=1000&status=planned&kind=unknown", &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let zones = rows(&answer.json());
    assert_eq!(
        (&zones[0]["name"], &zones[1]["name"]),
        (&json!("居住誘導区域"), &json!("区域2"))
    );
    assert_eq!(
        (&zones[0]["facilities"], &zones[0]["seats"]),
        (&json!(1), &json!(12))
    );
    assert!(
        zones[0]["people_within"].as_u64() > Some(10_000),
        "{zones:?}"
    );
    assert_eq!(zones[1]["people_within"], 0);
    assert_eq!(answer.header("etag"), "");
    let codes = |answer: &Value| -> Vec<Value> {
        let notes = answer["about"]["notes"].as_array().unwrap();
        notes.iter().map(|note| note["code"].clone()).collect()
    };
    assert!(!codes(&answer.json()).contains(&json!("zones-overlap")));
    // Whom two zones share a sum over the zones counts twice, and that is said: here all of the smaller.
    let zone = |west: f64, south: f64| json!({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": square(west, south)}});
    let body = json!({"type": "FeatureCollection", "features": [
        zone(139.70, 35.65), zone(139.70, 35.65), zone(139.70, 35.65), zone(139.50, 35.65),
    ]});
    let answer = posted(directory, "within=1000", &body).json();
    let people = &rows(&answer)[0]["people"];
    let notes = answer["about"]["notes"].as_array().unwrap();
    let note = notes.iter().find(|note| note["code"] == "zones-overlap");
    let note = note.unwrap()["text"].as_str().unwrap();
    assert!(note.contains(&people.to_string()), "{note} {people}");
}

/// An e-Stat file of some squares of 500 m around Shibuya, with a column for 65 and older.
fn estat(table: &str, squares: &[(Mesh, u32)]) -> Vec<u8> {
    let mut text = format!(
        "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,{table}001,{table}019\r\n,,,,　人口（総数）,　６５歳以上人口　総数\r\n"
    );
    for (mesh, people) in squares {
        text.push_str(&format!("{mesh},0,,,{people},{}\r\n", people / 4));
    }
    encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()
}

#[test]
fn imported_people_take_the_models_place_and_every_replica_sees_them() {
    let square = |lon, lat| Mesh::at(Position::new(lon, lat).unwrap(), Size::M500);
    // Two squares in 渋谷区, one in 新宿区; 三鷹市 lies in the same first-level square and has none.
    let squares = [
        (square(139.7016, 35.6580), 4_000),
        (square(139.6800, 35.6700), 600),
        (square(139.7030, 35.6950), 9_000),
    ];
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let good = write("tblT001101H5339.txt", &estat("T001101", &squares));
    let older = write("tblT000847H5339.txt", &estat("T000847", &squares[..1]));
    let wrong = write("tblT001101H5340.txt", &estat("T001101", &squares));
    let hub = write("hub.geojsonl", br#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.7016,35.6580]},"properties":{"id":"hub","name":"hub","kind":"coworking","position_precision":"building","position_error":20,"seats":10}}"#);
    on_each_database(|database| {
        let url = database.url.as_str();
        let imported = run(&["import", &hub, "--publish", "--database", url]);
        assert!(
            imported.status.success(),
            "{}",
            String::from_utf8_lossy(&imported.stdout)
        );
        let server = TestDirectory::at(url, &["--empty"]);
        let shibuya = || asked(&server, "area=13113&within=1000")[0].clone();
        assert_eq!(shibuya()["people_source"], "model");
        let import = |paths: &[&str]| {
            let mut arguments = vec!["import-population", "--database", url];
            arguments.extend(paths);
            let output = run(&arguments);
            (
                output.status.success(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        };
        // What is wrong anywhere changes nothing.
        for (paths, said) in [
            (vec![good.as_str(), &wrong], "wrong primary mesh"),
            (vec![good.as_str(), &older], "mixed vintage"),
            (vec![good.as_str(), &good], "is in"),
        ] {
            let (done, text) = import(&paths);
            assert!(!done && text.contains(said), "{text}");
        }
        assert_eq!(database.number("select count(*) from population"), 0);
        assert!(import(&[&good]).0);
        server.wait_until(|| shibuya()["people_source"] == "census-2020-500m");
        let row = shibuya();
        assert_eq!(
            (&row["people"], &row["people_within"], &row["seats"]),
            (&json!(4_600), &json!(4_000), &json!(10))
        );
        assert_eq!(
            asked(&server, "area=13113&within=1000&weight=65%2B")[0]["people"],
            1_150
        );
        // The hub's reach does not end at the border: within 5 km it covers 新宿区's square too.
        let shinjuku = &asked(&server, "area=13104&within=5000")[0];
        assert_eq!(
            (
                &shinjuku["people"],
                &shinjuku["people_within"],
                &shinjuku["facilities"]
            ),
            (&json!(9_000), &json!(9_000), &json!(0))
        );
        let mitaka = &asked(&server, "area=13204")[0];
        assert_eq!(
            (&mitaka["people"], &mitaka["coverage"]),
            (&json!(0), &Value::Null)
        );
        // 東京都 is a sum over both sources; 2SFCA conserves the supply.
        let tokyo = &asked(&server, "geometry=false")[12];
        assert_eq!(tokyo["people_source"], "mixed");
        let shared = &asked(&server, "area=13113&within=1000&measures=2sfca")[0];
        let per_10_000 = shared["access_2sfca"].as_f64().unwrap();
        assert!(
            (per_10_000 - 10.0 * 10_000.0 / 4_600.0).abs() < 1e-9,
            "{per_10_000}"
        );
        let (done, text) = import(&[&older]);
        assert!(!done && text.contains("--replace"), "{text}");
        assert!(import(&[&older, "--replace"]).0);
        server.wait_until(|| shibuya()["people_source"] == "census-2015-500m");
        assert_eq!(shibuya()["people"], 4_000);
        assert_eq!(database.number("select count(*) from population"), 1);
    });
}

#[test]
fn a_real_census_grid_is_counted_to_the_person() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/population/estat_500m_2020"
    );
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("SKIPPED: ../shared/data/population/estat_500m_2020 is not there");
        return;
    };
    let files: Vec<String> = files
        .map(|file| file.unwrap().path().display().to_string())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a.sqlite").display());
    let hubs =
        String::from_utf8(run(&["generate", "--count", "2000", "--seed", "11"]).stdout).unwrap();
    let path = folder.path().join("hubs.geojsonl").display().to_string();
    std::fs::write(&path, &hubs).unwrap();
    assert!(
        run(&["import", &path, "--publish", "--database", &url])
            .status
            .success()
    );
    let mut arguments = vec!["import-population", "--database", &url];
    arguments.extend(files.iter().map(String::as_str));
    assert!(run(&arguments).status.success());

    // The whole prefecture by itself: every square of the four files, every hub, Karney's algorithm.
    let hubs: Vec<Position> = hubs
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|hub| {
            ["open", "suspended", "unknown"]
                .contains(&hub["properties"]["status"].as_str().unwrap_or("unknown"))
        })
        .map(|hub| serde_json::from_value(hub["geometry"]["coordinates"].clone()).unwrap())
        .collect();
    let reference = machinaka::directory::Reference::shipped();
    let (mut people, mut near) = (0u64, 0u64);
    for file in &files {
        let text = std::fs::read(file).unwrap();
        let (text, ..) = encoding_rs::SHIFT_JIS.decode(&text);
        for line in text.lines().skip(2) {
            let cells: Vec<&str> = line.split(',').collect();
            let centre = cells[0].parse::<Mesh>().unwrap().centre();
            let place = reference.districts.at_or_nearest(centre).unwrap();
            if place.municipality.code.starts_with("40") {
                let count: u64 = cells[4].parse().unwrap();
                people += count;
                let reached = |hub: &&Position| {
                    centre.planar(**hub).0 < 2_000.0 && centre.distance(**hub).0 <= 1_234.0
                };
                near += if hubs.iter().find(reached).is_some() {
                    count
                } else {
                    0
                };
            }
        }
    }
    let output = run(&[
        "coverage",
        "--database",
        &url,
        "--area",
        "40",
        "--within",
        "1234",
        "--imprecise",
        "keep",
        "--json",
    ]);
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = printed["districts"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|row| row["people_source"] == "census-2020-500m")
    );
    assert_eq!(
        (sum(rows, "people"), sum(rows, "people_within")),
        (people, near)
    );
    assert!(near > 100_000);
}
