//! What is open: filters, the property `opening`, pages and files, at times the tests choose.

use std::time::{SystemTime, UNIX_EPOCH};

use machinaka::domain::change::{ActorId, Moment};
use serde_json::{Value, json};

use super::history::{body, state};
use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, encoded, run};

const ITEMS: &str = "/collections/facilities/items";
/// A Thursday, ten in the morning.
const THURSDAY: &str = "2026-11-26T10:00:00%2B09:00";
/// 勤労感謝の日, a Monday.
const HOLIDAY: &str = "2026-11-23T10:00:00%2B09:00";

/// A facility as a file has it, near Hakata station, a hundred metres further each.
fn facility(number: usize, more: Value) -> Value {
    let mut properties = json!({
        "id": format!("h-{number}"), "name": format!("試験デスク{number}"), "kind": "coworking", "status": "open",
        "sources": [{ "title": "試験" }],
    });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    json!({
        "type": "Feature", "properties": properties,
        "geometry": { "type": "Point", "coordinates": [130.42 + number as f64 / 1000.0, 33.59] },
    })
}

/// Eight facilities, each with something of its own.
pub fn facilities() -> Vec<Value> {
    vec![
        facility(
            1,
            json!({ "opening_hours": "Mo-Fr 09:00-17:00; PH off", "price_hour_yen": 400, "seats": 20,
            "name": "黒壁オフィス", "name_kana": "クロカベオフィス", "name_en": "Kurokabe Office", "eligibility": "anyone",
            "amenities": ["wifi", "power"], "uses": ["drop-in"] }),
        ),
        facility(
            2,
            json!({ "opening_hours": "24/7", "price_hour_yen": 500, "seats": 8, "eligibility": "registered", "amenities": [] }),
        ),
        facility(
            3,
            json!({ "opening_hours": "Mo-Fr 18:00-26:00", "price_hour_yen": 0, "eligibility": "anyone", "amenities": ["wifi"] }),
        ),
        facility(4, json!({})),
        facility(5, json!({ "price_hour_yen": 300 })),
        facility(
            6,
            json!({ "opening_hours": "24/7", "closures": [{ "from": "2026-11-20", "to": "2026-11-30", "note": "改装" }] }),
        ),
        facility(
            7,
            json!({ "opening_hours": "24/7", "status": "suspended", "seats": 100 }),
        ),
        facility(
            8,
            json!({ "opening_hours": "24/7", "status": "planned", "kind": "workation" }),
        ),
    ]
}

/// A server of those eight and nothing else.
pub fn server(database: &Database) -> TestDirectory {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("eight.geojson");
    let collection = json!({ "type": "FeatureCollection", "features": facilities() });
    std::fs::write(&file, collection.to_string()).unwrap();
    let path = file.display().to_string();
    let imported = run(&["import", &path, "--publish", "--database", &database.url]);
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    publish_unreadable(database);
    TestDirectory::at(&database.url, &[])
}

/// Hours that no program reads stand in logs of before: an import leaves them out.
fn publish_unreadable(database: &Database) {
    let written = body(
        "h-5",
        json!({ "position": [130.425, 33.59], "municipality": "40130", "municipality_name": "福岡市",
            "ward": "40132", "prefecture": "福岡県", "name": "試験デスク5", "kind": "coworking",
            "sources": [{ "title": "試験" }], "opening_hours": "月から金の気が向いたとき", "price_hour_yen": 300 }),
    );
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Moment(now.as_micros() as i64);
    let published = database
        .store()
        .publish(ActorId::CLI, None, &[state(&written)], None, now);
    published.unwrap().unwrap();
}

fn found(server: &TestDirectory, query: &str) -> String {
    let features = server.all_pages(&format!("{ITEMS}?limit=2&{query}"));
    let ids = features.iter().map(|f| {
        f["id"]
            .as_str()
            .unwrap()
            .trim_start_matches("h-")
            .to_owned()
    });
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn open_price_seats_and_names_narrow_down_and_combine() {
    on_each_database(|database| {
        let server = server(database);
        for (query, expected) in [
            (format!("open-at={THURSDAY}"), "1 2"),
            (format!("open-at={HOLIDAY}"), "2"),
            (format!("open-at={THURSDAY}&status=*"), "1 2"),
            (
                format!("open-at={THURSDAY}&include-unknown=true"),
                "1 2 4 5",
            ),
            ("open-at=2026-11-28T01:30:00%2B09:00".to_owned(), "2 3"),
            ("open-at=2026-11-27T16:30:00Z".to_owned(), "2 3"),
            ("open-at=2026-11-27T16:30:00+00:00".to_owned(), "2 3"),
            ("price-max=400".to_owned(), "1 3 5"),
            ("price-max=0".to_owned(), "3"),
            (
                "price-max=400&include-unknown=true".to_owned(),
                "1 3 5 4 6 7",
            ),
            ("price-max=99999999999".to_owned(), "1 2 3 5"),
            ("seats-min=8".to_owned(), "1 2 7"),
            ("seats-min=21&include-unknown=true".to_owned(), "7 3 4 5 6"),
            (
                format!("open-at={THURSDAY}&price-max=400&eligibility=anyone&amenity=wifi"),
                "1",
            ),
            (format!("q={}", encoded("くろかべ")), "1"),
            (format!("q={}", encoded("ｸﾛｶﾍﾞ")), "1"),
            ("q=KUROKABE%20office".to_owned(), "1"),
            (format!("q={}", encoded("試験 デスク3")), "3"),
            (format!("q={}&open-at={THURSDAY}", encoded("デスク")), "2"),
            (
                format!("q={}&near=130.43,33.59&max-distance=450", encoded("試験")),
                "7 6",
            ),
            (format!("near=130.43,33.59&open-at={THURSDAY}"), "2 1"),
            (
                format!("bbox=130.4,33.5,130.4225,33.6&open-at={THURSDAY}"),
                "1 2",
            ),
        ] {
            assert_eq!(found(&server, &query), expected, "{query}");
        }
    });
}

#[test]
fn what_cannot_be_asked_is_named() {
    let server = TestDirectory::shared();
    for (parameter, value) in [
        ("open-at", "later"),
        ("open-at", ""),
        ("open-at", "2026-11-26"),
        ("open-at", "2051-01-01T00:00:00Z"),
        ("open-at", "2026-13-26T00:00:00Z"),
        ("opening", "soon"),
        ("price-max", "-1"),
        ("price-max", "4.5"),
        ("price-max", "many"),
        ("seats-min", ""),
        ("q", ""),
        ("q", "・"),
        ("q", &"長".repeat(101)),
    ] {
        let answer = server.get(&format!("{ITEMS}?{parameter}={}", encoded(value)));
        assert_eq!(answer.status, 400, "{parameter}={value}: {}", answer.text);
        assert_eq!(
            answer.json()["errors"][0]["parameter"],
            parameter,
            "{}",
            answer.text
        );
    }
}

#[test]
fn opening_says_the_state_and_when_it_changes() {
    on_each_database(|database| {
        let server = server(database);
        let page = server.json(&format!("{ITEMS}?status=*&opening={THURSDAY}"));
        let openings: Vec<String> = page["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| {
                let keys: Vec<_> = feature["properties"].as_object().unwrap().keys().collect();
                assert_eq!(keys.last().unwrap().as_str(), "opening");
                let opening = &feature["properties"]["opening"];
                format!(
                    "{} {} {}",
                    opening["state"].as_str().unwrap(),
                    opening["until"].as_str().unwrap_or("-"),
                    opening["readable"]
                )
            })
            .collect();
        assert_eq!(
            openings,
            [
                "open 2026-11-26T17:00:00+09:00 true",
                "open - true",
                "closed 2026-11-26T18:00:00+09:00 true",
                "unknown - false",
                "unknown - false",
                "closed 2026-12-01T00:00:00+09:00 true",
                "closed - true",
                "closed - true",
            ]
        );
        // Unreadable hours stay, as words.
        let unread = &page["features"][4]["properties"];
        assert_eq!(unread["opening_hours"], Value::Null);
        assert_eq!(unread["hours_note"], "月から金の気が向いたとき");
        let one = server.json(&format!("{ITEMS}/h-1?opening={THURSDAY}"));
        assert_eq!(
            one["properties"]["opening"],
            page["features"][0]["properties"]["opening"]
        );
        assert!(one["links"].is_array());
        assert!(
            server.json(&format!("{ITEMS}/h-1"))["properties"]
                .get("opening")
                .is_none()
        );
        // `open-at` adds it too, behind a distance.
        let near = server.json(&format!("{ITEMS}?near=130.42,33.59&open-at={THURSDAY}"));
        let first = &near["features"][0]["properties"];
        assert!(first["distance"].is_number() && first["opening"]["state"] == "open");
    });
}

#[test]
fn an_answer_for_now_has_the_minute_in_its_tag_and_others_have_not() {
    on_each_database(|database| {
        let server = server(database);
        let tag = |path: &str| server.get(path).header("etag").to_owned();
        for path in [
            format!("{ITEMS}?open-at=now"),
            format!("{ITEMS}?opening=now"),
            format!("{ITEMS}/h-1?opening=now"),
            format!("{ITEMS}?f=html"),
            format!("{ITEMS}/h-1?f=html"),
            "/collections/facilities/facets".to_owned(),
            "/collections/facilities/tiles/WebMercatorQuad/0/0/0?open-at=now&status=*&include-unknown=true".to_owned(),
            "/collections/facilities/tiles/WebMercatorQuad/0/0/0?opening=now".to_owned(),
            "/coverage?area=40130&geometry=false&open-at=now".to_owned(),
        ] {
            assert!(tag(&path).contains("-m"), "{path} {}", tag(&path));
        }
        for path in [
            ITEMS.to_owned(),
            format!("{ITEMS}?open-at={THURSDAY}"),
            format!("{ITEMS}/h-1"),
        ] {
            let etag = tag(&path);
            assert!(!etag.contains("-m"), "{path} {etag}");
            let again = server.request(&path, &[("if-none-match", &etag)]);
            assert_eq!(again.status, 304, "{path}");
        }
    });
}

#[test]
fn a_page_of_another_minute_tells_that_minute_and_says_so() {
    on_each_database(|database| {
        let server = server(database);
        let page = |path: &str| {
            let page = server.get(path);
            assert_eq!(page.status, 200, "{}", page.text);
            page.text
        };
        let evening = "2026-11-26T20:00:00%2B09:00";
        let list = page(&format!("{ITEMS}?f=html&open-at={evening}"));
        assert!(list.contains("11月26日（木）20:00は営業中・11月27日（金）2:00まで"));
        assert!(
            !list.contains("黒壁オフィス"),
            "it is closed in the evening"
        );
        assert!(
            list.contains("いまではなく、次の時刻のものです：11月26日（木）20:00"),
            "{list}"
        );
        assert!(
            list.contains(r#"value="2026-11-26T20:00:00+09:00" checked"#),
            "the form asks for the same again"
        );
        // The way to a facility, and to the other language, keeps the minute.
        let link = format!("{ITEMS}/h-3?f=html&#38;opening={evening}");
        assert!(list.contains(&link), "{list}");
        assert!(list.contains(&format!("?f=html&amp;lang=en&#38;open-at={evening}")));
        let one = page(&format!("{ITEMS}/h-1?f=html&opening={evening}"));
        assert!(one.contains("11月26日（木）20:00は営業時間外・11月27日（金）9:00から"));
        assert!(one.contains("いま営業中かを見る"));
        let english = page(&format!("{ITEMS}/h-1?f=html&lang=en&opening={evening}"));
        assert!(english.contains("Closed on Thu 26 Nov 20:00, opens Fri 27 Nov 9:00"));
        let now = page(&format!("{ITEMS}/h-2?f=html&opening=now"));
        assert!(now.contains(">営業中<") && !now.contains("いま営業中かを見る"));
    });
}

#[test]
fn tiles_coverage_and_files_take_the_same_filters() {
    on_each_database(|database| {
        let server = server(database);
        let tile = "/collections/facilities/tiles/WebMercatorQuad/0/0/0";
        let open = |query: &str| server.get(&format!("{tile}?{query}"));
        assert_eq!(
            open(&format!("open-at={THURSDAY}&price-max=400")).status,
            200
        );
        assert_eq!(
            open(&format!("open-at={THURSDAY}&price-max=100")).status,
            204
        );
        assert_eq!(
            open(&format!(
                "open-at={THURSDAY}&price-max=100&include-unknown=true"
            ))
            .status,
            200
        );
        assert_eq!(
            open(&format!("q={}", encoded("存在しない名前"))).status,
            204
        );
        let covered = |query: &str| {
            let answer = server.json(&format!("/coverage?area=40130&geometry=false&{query}"));
            answer["features"][0]["properties"]["facilities"]
                .as_u64()
                .unwrap()
        };
        assert_eq!(covered(""), 7);
        assert_eq!(covered(&format!("open-at={THURSDAY}")), 2);
        assert_eq!(covered(&format!("open-at={THURSDAY}&seats-min=10")), 1);
        let csv = server
            .get(&format!("{ITEMS}?f=csv&open-at={THURSDAY}"))
            .text;
        assert_eq!(csv.lines().count(), 3, "{csv}");
        let exported = run(&[
            "export",
            "--format",
            "geojsonl",
            "--open-at",
            "2026-11-26T10:00:00+09:00",
            "--price-max",
            "450",
            "--q",
            "くろかべ",
            "--database",
            &database.url,
        ]);
        let lines = String::from_utf8(exported.stdout).unwrap();
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(lines.contains("h-1") && !lines.contains("\"opening\""));
    });
}

#[test]
fn a_change_is_seen_at_once_by_what_is_open_and_by_names() {
    on_each_database(|database| {
        let server = server(database);
        assert_eq!(found(&server, &format!("open-at={THURSDAY}")), "1 2");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.geojson");
        let changed = facility(
            4,
            json!({ "opening_hours": "Mo-Fr 09:30-12:00", "name": "新しい名前" }),
        );
        let collection = json!({ "type": "FeatureCollection", "features": [changed] });
        std::fs::write(&file, collection.to_string()).unwrap();
        let path = file.display().to_string();
        let imported = run(&["import", &path, "--publish", "--database", &database.url]);
        assert!(imported.status.success());
        server.wait_until(|| found(&server, &format!("q={}", encoded("新しい"))) == "4");
        assert_eq!(found(&server, &format!("open-at={THURSDAY}")), "1 2 4");
        assert_eq!(found(&server, &format!("open-at={THURSDAY}&as-of=1")), "1");
    });
}

/// Hours that an earlier release let in and no program reads are words, in every format.
#[test]
fn hours_of_an_old_log_come_back_as_words_from_every_format() {
    on_each_database(|database| {
        let folder = tempfile::tempdir().unwrap();
        publish_unreadable(database);
        let published = TestDirectory::at(&database.url, &["--empty"]);
        let hub = published.json(&format!("{ITEMS}/h-5"));
        assert_eq!(hub["properties"]["opening_hours"], Value::Null);
        assert_eq!(hub["properties"]["hours_note"], "月から金の気が向いたとき");
        for format in ["geojson", "geojsonl", "csv", "xlsx"] {
            let file = |name: &str| {
                let path = folder.path().join(format!("{name}.{format}"));
                path.display().to_string()
            };
            let export = |url: &str, to: &str| {
                let done = run(&["export", "--format", format, "--out", to, "--database", url]);
                assert!(done.status.success());
                std::fs::read(to).unwrap()
            };
            let first = export(&database.url, &file("first"));
            let copy = format!("sqlite:{}", file("copy"));
            let imported = run(&["import", &file("first"), "--publish", "--database", &copy]);
            assert!(
                imported.status.success(),
                "{}",
                String::from_utf8_lossy(&imported.stderr)
            );
            let second = export(&copy, &file("second"));
            let again = TestDirectory::at(&copy, &["--empty"]);
            let mut found = again.json(&format!("{ITEMS}/h-5"))["properties"].clone();
            let mut expected = hub["properties"].clone();
            // When it was last written is of each directory.
            let written = [&mut expected, &mut found].map(|properties| {
                let written = properties["updated_at"].take();
                written.as_str().unwrap().to_owned()
            });
            assert_eq!(found, expected, "{format}");
            if format != "xlsx" {
                let [first, second] = [first, second].map(|file| String::from_utf8(file).unwrap());
                let second = second.replace(&written[1], &written[0]);
                assert_eq!(first, second, "{format}");
            }
        }
    });
}
