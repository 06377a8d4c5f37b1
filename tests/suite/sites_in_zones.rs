//! Where the next hubs should go within zones of a plan: asked over HTTP and at the command line.

use machinaka::coverage::mesh::{Mesh, Size};
use machinaka::domain::position::Position;
use serde_json::{Value, json};

use crate::cli::{Files, err, out};
use crate::support::databases::on_each_database;
use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory, run};

type Box4 = [f64; 4];

/// Two zones of Shibuya that share nothing.
const EBISU: Box4 = [139.695, 35.640, 139.720, 35.655];
const HONMACHI: Box4 = [139.665, 35.672, 139.690, 35.690];

fn zone(name: &str, [west, south, east, north]: Box4) -> Value {
    json!({"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates":
        [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})
}

fn store(name: &str, lon: f64, lat: f64) -> Value {
    json!({"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [lon, lat]}})
}

fn collection(features: &[Value]) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

fn shibuya() -> Value {
    collection(&[zone("恵比寿", EBISU), zone("本町", HONMACHI)])
}

fn sent(directory: &TestDirectory, query: &str, sort: &str, body: &[u8]) -> Answer {
    let path = format!("/siting?lang=en&{query}");
    Client::anonymous(directory).send_bytes("POST", &path, &[("Content-Type", sort)], body)
}

fn posted(directory: &TestDirectory, query: &str, body: &Value) -> Answer {
    let body = body.to_string();
    sent(directory, query, "application/geo+json", body.as_bytes())
}

fn answered(directory: &TestDirectory, query: &str, body: &Value) -> Value {
    let answer = posted(directory, query, body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn form(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, text) in parts {
        body += &format!(
            "--fence\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.txt\"\r\n\r\n{text}\r\n"
        );
    }
    (body + "--fence--\r\n").into_bytes()
}

const FORM: &str = "multipart/form-data; boundary=fence";

/// Coverage's rows of the same zones, hubs placed as siting places them.
fn covered(directory: &TestDirectory, query: &str, body: &Value) -> Vec<Value> {
    let path = format!("/coverage?imprecise=leave-out&f=json&{query}");
    let answer = Client::anonymous(directory).send("POST", &path, body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.json()["features"].as_array().unwrap().clone();
    rows.iter().map(|row| row["properties"].clone()).collect()
}

fn sum(rows: &[Value], key: &str) -> u64 {
    rows.iter().map(|row| row[key].as_u64().unwrap()).sum()
}

fn add(answer: &Value) -> String {
    let sites = answer["features"].as_array().unwrap().iter();
    let each = sites.map(|site| {
        let at = &site["geometry"]["coordinates"];
        format!("{},{}", at[0], at[1])
    });
    each.collect::<Vec<_>>().join(";")
}

fn lies_in(site: &Value, [west, south, east, north]: Box4) -> bool {
    let of = |key: &str| site["properties"][key].as_f64().unwrap();
    (west..=east).contains(&of("lon")) && (south..=north).contains(&of("lat"))
}

fn note(answer: &Value, code: &str) -> Option<String> {
    let mut notes = answer["notes"].as_array().unwrap().iter();
    let found = notes.find(|note| note["code"] == code)?;
    Some(found["text"].as_str().unwrap().to_owned())
}

fn without_time(mut answer: Value) -> Value {
    for own in ["seconds", "links"] {
        answer.as_object_mut().unwrap().remove(own);
    }
    answer
}

#[test]
fn sites_in_zones_serve_the_people_of_the_zones_as_coverage_counts_them() {
    let directory = TestDirectory::shared();
    let answer = answered(directory, "count=4&within=400", &shibuya());
    assert_eq!(
        (&answer["proved"], &answer["area"], &answer["zones_limit"]),
        (&json!(true), &Value::Null, &json!("both"))
    );
    assert_eq!(answer["zones"], json!(["恵比寿", "本町"]));
    let sites = answer["features"].as_array().unwrap();
    assert_eq!(sites.len(), 4);
    for site in sites {
        let name = site["properties"]["zone"].as_str().unwrap();
        let its = if name == "恵比寿" { EBISU } else { HONMACHI };
        assert!(lies_in(site, its), "{site}");
    }
    let rows = covered(directory, "within=400", &shibuya());
    assert_eq!(json!(sum(&rows, "people")), answer["people"]);
    let before = sum(&rows, "people_within");
    assert_eq!(json!(before), answer["people_within_before"]);
    let after = covered(
        directory,
        &format!("within=400&add={}", add(&answer)),
        &shibuya(),
    );
    let after = sum(&after, "people_within");
    assert_eq!(json!(after), answer["people_within_after"]);
    assert_eq!(answer["value"].as_f64().unwrap(), (after - before) as f64);
    // What is quoted names the zones and what they limit.
    let said = note(&answer, "zones").unwrap();
    assert!(
        said.contains("“恵比寿”, “本町”") && said.contains("for the people living there"),
        "{said}"
    );
    // The same question has the same answer; the district around the zones takes no part in it.
    for query in [
        "count=4&within=400",
        "count=4&within=400&area=13113&zones=both",
    ] {
        let again = answered(directory, query, &shibuya());
        assert_eq!(without_time(again), without_time(answer.clone()), "{query}");
    }
    // Distances count from the hubs there are, for the same people.
    let median = answered(directory, "count=1&objective=median", &shibuya());
    assert_eq!(median["people"], answer["people"]);
    let rows = covered(
        directory,
        &format!("measures=nearest&add={}", add(&median)),
        &shibuya(),
    );
    let metres: f64 = rows
        .iter()
        .map(|row| row["people"].as_f64().unwrap() * row["distance_mean"].as_f64().unwrap())
        .sum();
    let value = median["value"].as_f64().unwrap();
    assert!((metres / value - 1.0).abs() < 1e-6, "{metres} {value}");
}

#[test]
fn zones_limit_where_sites_are_or_whose_they_are() {
    let directory = TestDirectory::shared();
    // No other ward's towns have their points in it.
    const INSIDE: Box4 = [139.703, 35.644, 139.714, 35.651];
    let zones = collection(&[zone("恵比寿の中", INSIDE)]);
    let ask = |limit: &str| {
        let query = format!("area=13113&count=3&within=400&zones={limit}");
        answered(directory, &query, &zones)
    };
    let of = |answer: &Value, key: &str| answer[key].as_u64().unwrap();
    let value = |answer: &Value| answer["value"].as_f64().unwrap();
    let whole = directory.json("/siting?area=13113&count=3&within=400");
    let (both, candidates, people) = (ask("both"), ask("candidates"), ask("people"));
    assert!(of(&both, "people") < of(&whole, "people"));
    assert!(of(&both, "candidates") < of(&whole, "candidates"));
    assert_eq!(candidates["people"], whole["people"]);
    assert_eq!(candidates["candidates"], both["candidates"]);
    assert_eq!(people["people"], both["people"]);
    assert_eq!(people["candidates"], whole["candidates"]);
    assert_eq!(people["area"], "13113");
    // More freedom never serves fewer, more people never fewer.
    assert!(value(&people) >= value(&both) && value(&candidates) >= value(&both));
    assert!(value(&whole) >= value(&candidates) && value(&whole) >= value(&people));
    for site in candidates["features"].as_array().unwrap() {
        assert!(lies_in(site, INSIDE), "{site}");
    }
    let said = note(&people, "zones").unwrap();
    assert!(said.contains("Chosen in 渋谷区"), "{said}");
    // Without a district around them, candidates' people are all of Japan's.
    let all = answered(directory, "count=1&within=400&zones=candidates", &zones);
    assert_eq!(all["area"], "00");
}

#[test]
fn who_lives_in_two_zones_counts_once() {
    let directory = TestDirectory::shared();
    let once = answered(
        directory,
        "count=2&within=400",
        &collection(&[zone("恵比寿", EBISU)]),
    );
    let twice = answered(
        directory,
        "count=2&within=400",
        &collection(&[zone("恵比寿", EBISU), zone("同じ", EBISU)]),
    );
    for key in ["people", "value", "features", "candidates"] {
        assert_eq!(once[key], twice[key], "{key}");
    }
    // A single Feature and a bare geometry are zones too.
    let one = zone("恵比寿", EBISU);
    let bare = answered(directory, "count=2&within=400", &one["geometry"]);
    assert_eq!(bare["zones"], json!(["区域1"]));
    assert_eq!(bare["people"], once["people"]);
    assert_eq!(
        answered(directory, "count=2&within=400", &one)["value"],
        once["value"]
    );
}

#[test]
fn a_list_of_ones_own_is_chosen_from_as_far_as_it_lies_in_the_zones() {
    let directory = TestDirectory::shared();
    let stores = [
        ("恵比寿の店", 139.7100, 35.6467),
        ("渋谷の店", 139.7016, 35.6580),
        ("本町の店", 139.6800, 35.6800),
        ("杉並の店", 139.6300, 35.7000),
    ];
    let points: Vec<Value> = stores
        .iter()
        .map(|(name, lon, lat)| store(name, *lon, *lat))
        .collect();
    let mixed = answered(directory, "count=2&within=400", &body_with(&points));
    assert_eq!(
        (&mixed["candidates"], &mixed["candidates_outside_zones"]),
        (&json!(2), &json!(2))
    );
    assert!(
        note(&mixed, "candidates-outside-zones")
            .unwrap()
            .contains('2')
    );
    let named: Vec<&str> = mixed["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|site| site["properties"]["name"].as_str().unwrap())
        .collect();
    assert!(
        named.contains(&"恵比寿の店") && named.contains(&"本町の店"),
        "{named:?}"
    );
    // A sheet comes beside the zones in a form, and means the same.
    let mut sheet = "名称,緯度,経度\r\n".to_owned();
    for (name, lon, lat) in stores {
        sheet += &format!("{name},{lat},{lon}\r\n");
    }
    let zones = shibuya().to_string();
    for list in [sheet.as_str(), &collection(&points).to_string()] {
        let body = form(&[("zones", &zones), ("candidates", list)]);
        let answer = sent(directory, "count=2&within=400", FORM, &body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(without_time(answer.json()), without_time(mixed.clone()));
    }
    // Points beside a form's zones are taken to be there, as `/coverage` takes them.
    let mut there = shibuya();
    there["features"]
        .as_array_mut()
        .unwrap()
        .push(points[0].clone());
    let body = form(&[("zones", &there.to_string())]);
    let answer = sent(directory, "count=1&within=400", FORM, &body).json();
    let rows = covered(directory, "within=400", &there);
    assert_eq!(
        json!(sum(&rows, "people_within")),
        answer["people_within_before"]
    );
    // What is wrong with a place is told by its number among all that was sent.
    let mut wrong = body_with(&points);
    wrong["features"][4]["geometry"]["coordinates"] = json!([35.6, 139.7]);
    let refused = posted(directory, "count=1", &wrong);
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("row 5"), "{}", refused.text);
}

fn body_with(points: &[Value]) -> Value {
    let mut body = shibuya();
    body["features"]
        .as_array_mut()
        .unwrap()
        .extend(points.to_vec());
    body
}

#[test]
fn what_zones_cannot_be_asked_is_named() {
    let directory = TestDirectory::shared();
    let crossing = json!({"type": "Feature", "properties": {"name": "交差"}, "geometry": {"type": "Polygon", "coordinates":
        [[[139.69, 35.64], [139.72, 35.67], [139.72, 35.64], [139.69, 35.67], [139.69, 35.64]]]}});
    let many: Vec<Value> = (0..50_010)
        .map(|i| {
            let turn = f64::from(i % 50_009) / 50_009.0 * std::f64::consts::TAU;
            json!([139.7 + 0.01 * turn.cos(), 35.66 + 0.01 * turn.sin()])
        })
        .collect();
    let many = json!({"type": "Polygon", "coordinates": [many]});
    // Beside a town's point in Setagaya; in the bay; in a forest of Okutama, where a store could be.
    let narrow = zone("すきま", [139.7000, 35.6600, 139.70005, 35.66005]);
    let sea = zone("海", [139.80, 35.50, 139.82, 35.52]);
    let all = |name: &str, around| collection(&[zone(name, around), store("店", 139.81, 35.51)]);
    for (query, body, said) in [
        (
            "count=1",
            collection(&[zone("甲", EBISU), crossing]),
            "feature 2: the zone “交差” crosses itself near",
        ),
        ("count=1", many, "50010 corners of zones: at most 50000"),
        (
            "count=1",
            collection(&vec![zone("甲", EBISU); 201]),
            "201 zones: at most 200",
        ),
        (
            "count=1",
            collection(&[zone("甲", [9.0, 50.0, 9.1, 50.1])]),
            "feature 1",
        ),
        (
            "count=1",
            collection(std::slice::from_ref(&narrow)),
            "no town has its point in “すきま”",
        ),
        (
            "count=1",
            collection(&[sea]),
            "no town has its point in “海”",
        ),
        (
            "count=1",
            all("海", [139.80, 35.50, 139.82, 35.52]),
            "nobody lives in “海”",
        ),
        (
            "count=1&area=13113&zones=people",
            all("海", [139.80, 35.50, 139.82, 35.52]),
            "lies outside 渋谷区",
        ),
        (
            "count=1",
            collection(&[zone("甲", EBISU), store("店", 139.81, 35.51)]),
            "none of the 1 candidates lies in “甲”",
        ),
        ("count=999", shibuya(), "there are only"),
        (
            "count=1&weight=65%2B",
            shibuya(),
            "the people of “恵比寿”, “本町” (model) are not told by age",
        ),
        ("count=1&zones=neither", shibuya(), "zones=“neither”"),
        (
            "count=1&zones=both",
            collection(&[store("店", 139.71, 35.65)]),
            "no zone",
        ),
        ("count=1&area=48", shibuya(), "area=“48”"),
    ] {
        let answer = posted(directory, query, &body);
        assert_eq!(answer.status, 400, "{query} {said}: {}", answer.text);
        assert!(
            answer.text.contains(said),
            "{query} {said}: {}",
            answer.text
        );
    }
    let zones = shibuya().to_string();
    for (body, said) in [
        (form(&[("zones", &zones), ("shops", "{}")]), "“shops”"),
        (
            form(&[("zones", r#"{"type":"FeatureCollection","features":[]}"#)]),
            "holds no zone",
        ),
        (
            form(&[("zones", &zones), ("candidates", &zones)]),
            "points alone",
        ),
        (form(&[("zones", "{")]), "JSON"),
        (b"--fence".to_vec(), "the form cannot be read"),
    ] {
        let answer = sent(directory, "count=1", FORM, &body);
        assert_eq!(answer.status, 400, "{said}: {}", answer.text);
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
    }
    // Zones are nothing an address can hold.
    let get = directory.get("/siting?lang=en&area=13113&zones=both");
    assert_eq!(get.status, 400);
    assert!(get.text.contains("no parameter “zones”"), "{}", get.text);
}

#[test]
fn the_command_line_seeks_in_the_same_zones() {
    let files = Files::new();
    let zones = files.write("zones.geojson", &shibuya().to_string());
    let outside = files.write("stores.csv", "名称,緯度,経度\n杉並の店,35.7,139.63\n");
    let broken = files.write("point.geojson", &store("店", 139.7, 35.65).to_string());
    on_each_database(|database| {
        let url = database.url.as_str();
        let server = TestDirectory::at(url, &[]);
        let called = |more: &[&str]| {
            let given = ["site", "--database", url, "--count", "2", "--within", "400"];
            run(&[&given[..], more].concat())
        };
        for (limit, more) in [
            ("both", &[][..]),
            ("candidates", &["--area", "13113"]),
            ("people", &["--area", "13113"]),
        ] {
            let given = ["--zones", &zones, "--zones-limit", limit, "--json"];
            let output = called(&[&given[..], more].concat());
            assert!(output.status.success(), "{}", err(&output));
            let printed: Value = serde_json::from_str(&out(&output)).unwrap();
            let query = format!("area=13113&count=2&within=400&zones={limit}");
            let over_http = answered(&server, &query, &shibuya());
            for key in [
                "value",
                "people",
                "zones",
                "zones_limit",
                "candidates",
                "curve",
                "area_name",
            ] {
                assert_eq!(printed[key], over_http[key], "{limit} {key}");
            }
            let sites: Vec<&Value> = over_http["features"]
                .as_array()
                .unwrap()
                .iter()
                .map(|site| &site["properties"])
                .collect();
            assert_eq!(printed["sites"], json!(sites));
        }
        let plain = out(&called(&["--zones", &zones]));
        assert!(
            plain.contains("※ 区域「恵比寿」「本町」の中から"),
            "{plain}"
        );
        let site = plain
            .lines()
            .find(|line| line.starts_with("site\t"))
            .unwrap();
        assert!(site.ends_with("恵比寿") || site.ends_with("本町"), "{site}");
        for (arguments, said) in [
            (
                &["--zones", &zones, "--candidates", &outside][..],
                "none of the 1 candidates",
            ),
            (&["--zones", &broken], "feature 1 is no Polygon"),
            (&["--zones", &outside], "it is no JSON"),
            (&["--area", "13113", "--zones-limit", "people"], "--zones"),
        ] {
            let output = called(arguments);
            assert!(!output.status.success());
            assert!(err(&output).contains(said), "{}", err(&output));
        }
        // Coverage counts the same people.
        let output = run(&[
            "coverage",
            "--database",
            url,
            "--zones",
            &zones,
            "--within",
            "400",
            "--json",
        ]);
        let printed: Value = serde_json::from_str(&out(&output)).unwrap();
        let keep =
            Client::anonymous(&server).send("POST", "/coverage?within=400&f=json", &shibuya());
        let keep: Vec<Value> = keep.json()["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["properties"].clone())
            .collect();
        assert_eq!(printed["districts"], json!(keep));
    });
}

#[test]
fn each_zone_takes_the_people_of_the_source_that_has_all_of_it() {
    // One square of 500 m in Ebisu, in first-level square 5339; 5239, where Odawara is, stays the model's.
    let files = Files::new();
    let square = Mesh::at(Position::new(139.7100, 35.6467).unwrap(), Size::M500);
    let text = format!(
        "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001,T001101019\r\n,,,,　人口（総数）,　６５歳以上人口　総数\r\n{square},0,,,4321,1000\r\n"
    );
    let path = files.path("tblT001101H5339.txt");
    std::fs::write(&path, encoding_rs::SHIFT_JIS.encode(&text).0).unwrap();
    let body = collection(&[
        zone("恵比寿", [139.69, 35.64, 139.73, 35.67]),
        zone("小田原", [139.14, 35.24, 139.18, 35.28]),
    ]);
    on_each_database(|database| {
        let url = database.url.as_str();
        let server = TestDirectory::at(url, &[]);
        let output = run(&["import-population", "--database", url, &path]);
        assert!(output.status.success(), "{}", err(&output));
        let ask = || answered(&server, "count=2&within=800", &body);
        server.wait_until(|| ask()["people_source"] == "mixed");
        let answer = ask();
        let rows = covered(&server, "within=800", &body);
        assert_eq!(
            (&rows[0]["people_source"], &rows[1]["people_source"]),
            (&json!("census-2020-500m"), &json!("model"))
        );
        assert_eq!(rows[0]["people"], 4321);
        assert_eq!(json!(sum(&rows, "people")), answer["people"]);
        assert!(note(&answer, "model").is_some());
        let alone = answered(
            &server,
            "count=1&within=800",
            &collection(&[body["features"][0].clone()]),
        );
        assert_eq!(
            (&alone["people"], &alone["people_source"]),
            (&json!(4321), &json!("census-2020-500m"))
        );
        assert!(note(&alone, "model").is_none());
    });
}
