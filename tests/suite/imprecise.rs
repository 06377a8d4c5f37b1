//! Hubs whose position error exceeds the distance: one default wherever coverage or sites are asked for,
//! and a warning wherever such a hub covers anybody.

use serde_json::{Value, json};

use crate::cli::{Files, err, out};
use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, run};

/// 千代田区, across the border from the hubs.
const WARD: &str = "area=13101&within=1500";

/// A hub in the east of 新宿区, known only to its city; one beside it that is known to the building; and one
/// without a stated error, far from both.
fn hubs() -> String {
    let hub = |id: &str, at: [f64; 2], precision: &str, error: Value| {
        let properties = json!({
            "id": id, "name": id, "kind": "coworking", "seats": 10,
            "position_precision": precision, "position_error": error,
        });
        json!({
            "type": "Feature", "properties": properties,
            "geometry": { "type": "Point", "coordinates": at },
        })
        .to_string()
    };
    [
        hub("by-city", [139.7290, 35.6860], "city", json!(5_000)),
        hub("by-building", [139.7300, 35.6930], "building", json!(20)),
        hub("unstated", [134.0466, 34.3428], "city", Value::Null),
    ]
    .join("\n")
}

fn filled(database: &Database, files: &Files) -> TestDirectory {
    let path = files.write("hubs.geojsonl", &hubs());
    let done = run(&[
        "import",
        &path,
        "--publish",
        "--same",
        "new",
        "--database",
        &database.url,
    ]);
    let done = match done.status.code() {
        // Without the choice between new and known ones, which these are not.
        Some(1) => run(&["import", &path, "--publish", "--database", &database.url]),
        _ => done,
    };
    assert!(done.status.success(), "{}{}", out(&done), err(&done));
    TestDirectory::at(&database.url, &["--empty"])
}

fn note<'a>(answer: &'a Value, code: &str) -> Option<&'a str> {
    let notes = answer["about"]["notes"]
        .as_array()
        .or(answer["notes"].as_array());
    let mut notes = notes.unwrap().iter();
    let found = notes.find(|note| note["code"] == code)?;
    found["text"].as_str().or(found["ja"].as_str())
}

fn within(answer: &Value) -> u64 {
    answer["features"][0]["properties"]["people_within"]
        .as_u64()
        .unwrap()
}

#[test]
fn what_nobody_can_place_covers_nobody_unless_asked_and_is_told_wherever_it_would() {
    on_each_database(|database| {
        let files = Files::new();
        let server = filled(database, &files);
        let coverage = |query: &str| server.json(&format!("/coverage?geometry=false&{query}"));
        let plain = coverage(WARD);
        let left_out = coverage(&format!("{WARD}&imprecise=leave-out"));
        let kept = coverage(&format!("{WARD}&imprecise=keep"));
        assert_eq!(plain["features"], left_out["features"]);
        assert_eq!(plain["about"], left_out["about"]);
        let only = within(&kept) - within(&plain);
        assert!(only > 0, "the hub reaches across the border");
        // No hub lies in the ward, but one would cover its people: both ways say so, with the number.
        let figures = |counted: &str| json!({ "counted": counted, "facilities_in_japan": 2, "facilities": 0, "people": only as f64 });
        for (answer, counted, code) in [
            (&plain, "leave-out", "imprecise-left-out"),
            (&kept, "keep", "imprecise"),
        ] {
            assert_eq!(answer["about"]["imprecise"], figures(counted));
            let text = note(answer, code).unwrap();
            assert!(text.contains(&only.to_string()), "{text}");
            let english = coverage(&format!("{WARD}&imprecise={counted}&lang=en"));
            assert!(note(&english, code).unwrap().contains("position error"));
        }
        assert_eq!(plain["about"]["facilities"], 1);
        assert_eq!(kept["about"]["facilities"], 3);
        // The district in which it lies tells it among its own; where it covers nobody there is no note.
        let own = coverage("area=13104&within=800");
        let row = &own["features"][0]["properties"];
        assert_eq!(
            (&row["facilities"], &row["facilities_imprecise"]),
            (&json!(2), &json!(1))
        );
        assert_eq!(own["about"]["imprecise"]["facilities"], 1);
        assert!(note(&own, "imprecise-left-out").is_some());
        let far = coverage("area=01100&within=800");
        assert_eq!(note(&far, "imprecise-left-out"), None);
        assert_eq!(far["about"]["imprecise"]["people"], 0.0);
        // A city's point without a stated error is no exact one.
        let unstated = coverage("area=37201&within=3000");
        assert_eq!(
            unstated["features"][0]["properties"]["facilities_imprecise"],
            1
        );
        assert_eq!(within(&unstated), 0);
        // Where the distance is larger than the error there is nothing to leave out.
        let wide = coverage("area=13101&within=6000");
        assert_eq!(
            wide["features"],
            coverage("area=13101&within=6000&imprecise=keep")["features"]
        );
        same_everywhere(database, &server, (within(&plain), within(&kept)));
    });
}

/// The collection, its page, siting, files and the command line have the same default.
fn same_everywhere(database: &Database, server: &TestDirectory, (plain, kept): (u64, u64)) {
    for (more, expected, counted) in [
        ("", plain, "leave-out"),
        ("&imprecise=leave-out", plain, "leave-out"),
        ("&imprecise=keep", kept, "keep"),
    ] {
        let items = server.json(&format!("/collections/coverage/items?{WARD}{more}"));
        assert_eq!(within(&items), expected, "{more}");
        assert_eq!(items["about"]["imprecise"]["counted"], counted);
        let question = &format!("within=1500{more}");
        let item = server.json(&format!("/collections/coverage/items/13101?{question}"));
        assert_eq!(item["properties"]["people_within"], expected, "{more}");
        let sites = server.json(&format!("/siting?{WARD}&count=1&seconds=1{more}"));
        assert_eq!(sites["people_within_before"], expected, "{more}");
        let code = if counted == "keep" {
            "imprecise"
        } else {
            "imprecise-left-out"
        };
        assert!(note(&sites, code).is_some(), "{more}");
        for path in [
            "/collections/coverage/items?area=13101&f=html",
            "/collections/coverage/items/13101?f=html",
        ] {
            let page = server.get(&format!("{path}&{question}"));
            assert!(
                page.text.contains("位置の誤差が距離より大きい拠点"),
                "{path}"
            );
        }
        let table = server.get(&format!("/coverage?{WARD}{more}&f=csv"));
        assert!(table.text.contains("位置の誤差が距離より大きい拠点"));
        let url = database.url.as_str();
        let own = [
            "--area",
            "13101",
            "--within",
            "1500",
            "--json",
            "--database",
            url,
        ];
        let choice = ["--imprecise", counted];
        let choice = if more.is_empty() {
            &[][..]
        } else {
            &choice[..]
        };
        let json = |arguments: Vec<&str>| -> Value {
            let done = run(&[&arguments[..], &own[..], choice].concat());
            assert!(done.status.success(), "{}", err(&done));
            serde_json::from_str(&out(&done)).unwrap()
        };
        let covered = json(vec!["coverage"]);
        assert_eq!(covered["districts"][0]["people_within"], expected);
        assert!(note(&covered, code).is_some());
        let sites = json(vec!["site", "--count", "1", "--seconds", "60"]);
        assert_eq!(sites["people_within_before"], expected);
        assert!(note(&sites, code).is_some());
    }
    for path in [
        "/coverage?",
        "/siting?area=13101&",
        "/collections/coverage/items?",
    ] {
        let answer = server.get(&format!("{path}imprecise=expected"));
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.text.contains("leave-out, keep"), "{}", answer.text);
    }
}
