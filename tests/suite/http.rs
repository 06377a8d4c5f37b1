//! The API as its users meet it.

use serde_json::{Value, json};

use crate::support::server::TestDirectory;

const ITEMS: &str = "/collections/facilities/items";

#[test]
fn whatever_the_landing_page_and_the_definition_name_is_there() {
    let server = TestDirectory::shared();
    let landing = server.json("/?f=json");
    for link in landing["links"].as_array().unwrap() {
        let href = link["href"]
            .as_str()
            .unwrap()
            .split_once(server.address())
            .unwrap()
            .1;
        let accept = link["type"].as_str().unwrap();
        let answer = server.request(href, &[("Accept", accept)]);
        assert_eq!(answer.status, 200, "{href}");
        assert_eq!(answer.header("content-type"), accept, "{href}");
    }
    for version in ["openapi30", "openapi31"] {
        let definition = server.json(&format!("/api?f={version}"));
        for (path, operations) in definition["paths"].as_object().unwrap() {
            // What is behind a login has its own tests.
            if operations["get"]["security"].is_array() || operations["get"].is_null() {
                continue;
            }
            // Only there with a file of streets; `streets` tests it.
            if path.starts_with("/basemap/streets") {
                continue;
            }
            let path = match path.split_once("/{featureId}") {
                Some((items, rest)) => {
                    let page = server.json(&format!("{items}?limit=1"));
                    let id = page["features"][0]["id"].as_str().unwrap();
                    format!("{items}/{id}{rest}")
                }
                None => path.replace("{tileMatrix}/{tileRow}/{tileCol}", "5/12/28"),
            };
            let path = if path == "/places" {
                "/places?q=a".to_owned()
            } else {
                path
            };
            assert_eq!(server.get(&path).status, 200, "{path}");
        }
    }
}

#[test]
fn every_collection_pages_through_all_of_its_features() {
    let server = TestDirectory::shared();
    for (collection, count) in [
        ("facilities", crate::support::SHOWN),
        ("municipalities", 1912),
        ("prefectures", 47),
        ("coverage", 1741),
    ] {
        let mut path = format!("/collections/{collection}/items?limit=500");
        let mut ids = std::collections::BTreeSet::new();
        loop {
            let page = server.json(&path);
            assert_eq!(page["numberMatched"], count, "{collection}");
            for feature in page["features"].as_array().unwrap() {
                assert!(
                    ids.insert(feature["id"].to_string()),
                    "{} twice",
                    feature["id"]
                );
            }
            let next = page["links"]
                .as_array()
                .unwrap()
                .iter()
                .find(|link| link["rel"] == "next")
                .cloned();
            let Some(next) = next else { break };
            path = next["href"]
                .as_str()
                .unwrap()
                .split_once(server.address())
                .unwrap()
                .1
                .to_owned();
        }
        assert_eq!(ids.len(), count);
    }
}

#[test]
fn bad_input_is_answered_by_a_problem_that_names_it() {
    let server = TestDirectory::shared();
    for (path, status) in [
        ("near=NaN,35", 400),
        ("near=inf,35", 400),
        ("near=1e308,35", 400),
        ("near=35.66,139.70", 400),
        ("near=2.35,48.85", 400),
        ("near=139,35,1", 400),
        ("near=", 400),
        ("limit=0", 400),
        ("limit=-1", 400),
        ("limit=1.5", 400),
        ("limit=unlimited", 400),
        ("limit=1&limit=2", 400),
        ("max-distance=100", 400),
        ("near=139,35&max-distance=-1", 400),
        ("near=139,35&max-distance=1e12", 400),
        ("bbox=1,2,3", 400),
        ("bbox=139,36,140,35", 400),
        ("bbox=139,35,140,NaN", 400),
        ("nix=1", 400),
        ("near=%", 400),
        ("near=%ff", 400),
        ("kind=castle", 400),
        ("municipality=99999", 400),
        ("municipality=131131", 400),
        ("status=gone", 400),
        ("datetime=yesterday", 400),
        ("cursor=x", 400),
        ("f=pdf", 400),
    ] {
        let answer = server.get(&format!("{ITEMS}?{path}"));
        problem(&answer, status, path);
    }
    for (path, status) in [
        ("/collections/facilities/items/nobody", 404),
        ("/collections/nothing/items", 404),
        ("/collections/municipalities/items/99999", 404),
        ("/collections/facilities/tiles/WebMercatorQuad/17/0/0", 404),
        ("/collections/facilities/tiles/WebMercatorQuad/1/2/0", 404),
        ("/basemap/x/0/0", 404),
        ("/nowhere", 404),
        ("/places?q=", 400),
    ] {
        problem(&server.get(path), status, path);
    }
    problem(
        &server.request(ITEMS, &[("Accept", "image/png")]),
        406,
        "image/png",
    );
    assert_eq!(
        server
            .get(&format!("{ITEMS}?limit={}", "9".repeat(400)))
            .status,
        200
    );
    assert_eq!(server.get(&format!("{ITEMS}?limit=1&limit=1")).status, 200);
    let long = format!("{ITEMS}?{}", "a".repeat(60_000));
    problem(&server.get(&long), 414, "a long query");
}

fn problem(answer: &crate::support::server::Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    let body = answer.json();
    assert_eq!(body["status"], status, "{what}");
    for key in ["type", "title", "detail", "instance", "code"] {
        assert!(
            body[key].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {key}"
        );
    }
}

#[test]
fn sentences_are_japanese_unless_english_is_preferred() {
    let server = TestDirectory::shared();
    let title =
        |headers: &[(&str, &str)]| server.request("/nowhere", headers).json()["title"].clone();
    assert_eq!(title(&[]), "見つかりません");
    assert_eq!(title(&[("Accept-Language", "en-GB,en;q=0.9")]), "Not found");
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let server = TestDirectory::shared();
    for path in [
        ITEMS,
        "/collections/facilities/items/hub-001",
        "/collections",
        "/basemap/5/12/28",
    ] {
        let etag = server.get(path).header("etag").to_owned();
        assert_eq!(
            server.request(path, &[("If-None-Match", &etag)]).status,
            304,
            "{path}"
        );
        let other = server.request(path, &[("If-None-Match", "\"other\"")]);
        assert_eq!(other.status, 200, "{path}");
        let english = server.request(path, &[("Accept-Language", "en")]);
        assert_ne!(english.header("etag"), etag, "{path}");
    }
}

#[test]
fn a_facility_has_every_key_and_unknown_is_null() {
    let server = TestDirectory::shared();
    let feature = server.json("/collections/facilities/items/hub-001");
    let properties = feature["properties"].as_object().unwrap();
    assert_eq!(properties.len(), machinaka::domain::fields::FACILITY.len());
    assert_eq!(properties["support"], Value::Null);
    assert_eq!(properties["municipality"], "01633");
    let page = server.get("/collections/facilities/items/hub-001?f=html&lang=ja");
    assert!(
        page.text.contains("不明") && page.text.contains("かみしほろ"),
        "{}",
        page.text
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'self'")
    );
}

#[test]
fn unknown_follows_the_known_where_it_is_asked_for() {
    let server = TestDirectory::shared();
    let known = server.json(&format!("{ITEMS}?programme=machizukuri-fund&limit=1000"));
    let both = server.json(&format!(
        "{ITEMS}?programme=machizukuri-fund&include-unknown=true&limit=1000"
    ));
    let supports = |page: &Value| -> Vec<bool> {
        page["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["properties"]["support"].is_null())
            .collect()
    };
    assert_eq!(supports(&known), [false, false, false]);
    let both = supports(&both);
    assert!(both.len() > 70 && both.is_sorted(), "{both:?}");
}

#[test]
fn a_points_districts_come_ward_first() {
    let server = TestDirectory::shared();
    let codes = |point: &str| -> Vec<Value> {
        let page = server.json(&format!(
            "/collections/municipalities/items?bbox={point},{point}"
        ));
        page["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["properties"]["code"].clone())
            .collect()
    };
    assert_eq!(codes("135.76,35.01"), [json!("26104"), json!("26100")]);
    assert_eq!(codes("139.7016,35.6580"), [json!("13113")]);
}

#[test]
fn places_are_found_by_kanji_kana_and_postal_code() {
    let server = TestDirectory::shared();
    let first = |q: &str| {
        server.json(&format!("/places?q={}", encoded(q)))["features"][0]["properties"].clone()
    };
    for q in ["渋谷", "しぶや", "シブヤ", "ｼﾌﾞﾔ", "shibuya"] {
        assert_eq!(first(q)["municipality"], "13113", "{q}");
    }
    for q in ["150-0002", "１５０－０００２", "〒1500002"] {
        assert_eq!(first(q)["postal"], "1500002", "{q}");
    }
    assert_eq!(first("道玄坂")["context"], "東京都渋谷区");
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
