//! A facility over HTTP: its keys, what is unknown, what is shown, what is gone.

use machinaka::directory::moment;
use machinaka::domain::change::{ActorId, Proposal, Statement};
use machinaka::domain::facility::FacilityId;
use machinaka::store::Store;
use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, run};

const ITEMS: &str = "/collections/facilities/items";

/// The contract's keys, in its order.
const KEYS: [&str; 39] = [
    "id",
    "name",
    "name_kana",
    "name_en",
    "kind",
    "stock",
    "stock_note",
    "built_year",
    "status",
    "status_asof",
    "municipality",
    "municipality_name",
    "ward",
    "prefecture",
    "address",
    "position_precision",
    "position_error",
    "operator",
    "phone",
    "website",
    "opening_hours",
    "closures",
    "eligibility",
    "eligibility_note",
    "price_hour_yen",
    "price_note",
    "hours_note",
    "seats",
    "amenities",
    "amenities_note",
    "uses",
    "support",
    "sources",
    "osm_id",
    "status_age",
    "confidence",
    "checked_on",
    "synthetic",
    "updated_at",
];

/// The ids a query finds, all pages of it.
fn ids(server: &TestDirectory, query: &str) -> Vec<String> {
    let features = server.all_pages(&format!("{ITEMS}?limit=3&{query}"));
    features
        .iter()
        .map(|feature| feature["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_key_is_there_in_order_and_unknown_is_null() {
    let server = TestDirectory::shared();
    let features = server.all_pages(&format!("{ITEMS}?status=*&limit=40"));
    for feature in &features {
        let properties = feature["properties"].as_object().unwrap();
        let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(keys, KEYS);
        assert_eq!(feature["id"], properties["id"]);
        for list in ["closures", "amenities", "uses", "support", "sources"] {
            let value = &properties[list];
            assert!(value.is_null() || value.is_array(), "{list}");
        }
        assert_ne!(
            properties["support"],
            serde_json::json!([]),
            "unknown support is null"
        );
        assert!(
            !properties.values().any(|value| value == ""),
            "an empty text is no value"
        );
        for support in properties["support"].as_array().into_iter().flatten() {
            let keys: Vec<&str> = support
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(
                keys,
                [
                    "programme",
                    "type",
                    "fiscal_year",
                    "area",
                    "evidence_title",
                    "evidence_url",
                    "certainty"
                ]
            );
        }
        for source in properties["sources"].as_array().into_iter().flatten() {
            let keys: Vec<&str> = source
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(keys, ["title", "url", "date", "fields"]);
        }
    }
    let wards: Vec<&str> = features
        .iter()
        .filter_map(|f| f["properties"]["ward"].as_str())
        .collect();
    assert!(
        wards.len() >= 28 && wards.starts_with(&["04101", "11110", "14131", "43101"]),
        "the wards their sources name; a position that only says which city tells none: {wards:?}"
    );
    let near = server.json(&format!("{ITEMS}?near=139.7016,35.658&limit=1"));
    let properties = near["features"][0]["properties"].as_object().unwrap();
    let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(keys, [&KEYS[..], &["distance"]].concat());
    let text = server
        .get(&format!("{ITEMS}?near=139.7016,35.658&limit=1"))
        .text;
    let distance = text
        .split("\"distance\":")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    assert_eq!(
        distance.split_once('.').map(|(_, decimals)| decimals.len()),
        Some(3)
    );
}

#[test]
fn what_can_be_used_comes_first_where_that_is_asked() {
    let server = TestDirectory::shared();
    let by_id = ids(server, "status=*");
    let by_use = server.all_pages(&format!("{ITEMS}?status=*&limit=7&sortby=usable"));
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    let mut sorted: Vec<String> = by_use.iter().map(id).collect();
    let order = sorted.clone();
    sorted.sort();
    assert_eq!(sorted, by_id, "each once, on whatever page");
    assert_ne!(order, by_id);
    // The rule once more, from the answer itself.
    let rank = |feature: &Value| {
        let properties = &feature["properties"];
        let has = |name: &&str| match &properties[*name] {
            Value::Null => false,
            Value::Array(list) => !list.is_empty(),
            _ => true,
        };
        let facts = [
            "opening_hours",
            "hours_note",
            "price_hour_yen",
            "price_note",
            "eligibility",
            "eligibility_note",
            "seats",
            "phone",
            "amenities",
        ];
        let usual = match properties["position_precision"].as_str().unwrap() {
            "building" => 0,
            "street" => 200,
            "station" => 800,
            "town" => 1_000,
            _ => 10_000,
        };
        let error = properties["position_error"].as_u64().unwrap_or(usual);
        let is_old = properties["status_age"] == "old";
        match properties["status"].as_str().unwrap() {
            "planned" | "suspended" | "closed" => 3,
            _ if !facts.iter().any(has) => 2,
            "open" if !is_old && error <= 1_000 => 0,
            _ => 1,
        }
    };
    let ranks: Vec<(i32, String)> = by_use.iter().map(|f| (rank(f), id(f))).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
    assert!(
        [0, 1, 2]
            .iter()
            .all(|rank| ranks.iter().any(|(own, _)| own == rank))
    );
    // With a filter, what only might match stays behind what does.
    let all = "amenity=wifi&include-unknown=true&sortby=usable";
    let features = server.all_pages(&format!("{ITEMS}?limit=5&{all}"));
    let unknown: Vec<bool> = features
        .iter()
        .map(|f| f["properties"]["amenities"].is_null())
        .collect();
    assert!(unknown.is_sorted() && unknown.contains(&true) && !unknown[0]);
    // Near a point the equally usable stay in order of distance.
    let near = server.all_pages(&format!("{ITEMS}?near=130.42,33.59&limit=50&sortby=usable"));
    let ranks: Vec<(i32, u64)> = near
        .iter()
        .map(|f| {
            (
                rank(f),
                (f["properties"]["distance"].as_f64().unwrap() * 1000.0) as u64,
            )
        })
        .collect();
    assert!(ranks.is_sorted());
    // The page without scripts starts so by itself, and its links stay in that order.
    let page = server.get(&format!("{ITEMS}?f=html&limit=5&lang=en"));
    assert!(page.text.contains("Hubs with facts come first."));
    assert!(
        page.text
            .contains(&format!("{ITEMS}/{}", by_use[0]["id"].as_str().unwrap()))
    );
    let json = server.json(&format!("{ITEMS}?limit=5&sortby=usable"));
    let next = server.link(&json, "next").unwrap();
    let following = server.json(&next);
    assert_eq!(following["features"][0]["id"], order_shown(server)[5]);
    for (query, named) in [
        ("sortby=price", "usable"),
        ("sortby=-usable", "usable"),
        ("sortby=usable&cursor=kihub-001", "cursor"),
        ("cursor=aihub-001", "cursor"),
    ] {
        let refused = server.get(&format!("{ITEMS}?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.text.contains(named), "{}", refused.text);
    }
}

/// The ids of those shown by default, the most usable first.
fn order_shown(server: &TestDirectory) -> Vec<String> {
    ids(server, "sortby=usable")
}

#[test]
fn unknown_is_a_word_that_can_be_asked_for() {
    let server = TestDirectory::shared();
    let all = ids(server, "status=*");
    let known = ids(server, "status=*&stock=old-house,kura");
    let unknown = ids(server, "status=*&stock=unknown");
    let shipped = server.all_pages(&format!("{ITEMS}?status=*"));
    let with = |stocks: &[Value]| {
        let of = |f: &&Value| stocks.contains(&f["properties"]["stock"]);
        shipped.iter().filter(of).count()
    };
    let (house, kura) = (json!("old-house"), json!("kura"));
    assert_eq!(
        (known.len(), unknown.len()),
        (with(&[house, kura.clone()]), with(&[Value::Null]))
    );
    let both = ids(server, "status=*&stock=old-house,kura&include-unknown=true");
    assert_eq!(both, [&known[..], &unknown[..]].concat());
    let asked = ids(server, "status=*&stock=unknown,kura");
    assert_eq!(asked.len(), with(&[Value::Null, kura]));
    // Unknown support is what nobody knows, and never "none".
    assert_eq!(
        ids(server, "status=*&programme=unknown").len(),
        crate::support::SHIPPED - 4
    );
    assert_eq!(
        ids(
            server,
            "status=*&programme=unknown,machizukuri-fund,toshi-kozo-saihen"
        )
        .len(),
        all.len()
    );
    // Two filters: unknown in either is enough to follow, wrong in either is not.
    let two = ids(
        server,
        "status=*&stock=kura&kind=coworking&include-unknown=true",
    );
    let features = server.all_pages(&format!("{ITEMS}?status=*"));
    let expected = |feature: &&Value| {
        let p = &feature["properties"];
        (p["stock"] == "kura" || p["stock"].is_null()) && p["kind"] == "coworking"
    };
    assert_eq!(two.len(), features.iter().filter(expected).count());
    // Nobody has checked any: all are unknown to a time.
    assert_eq!(ids(server, "datetime=2020-01-01/.."), Vec::<String>::new());
    assert_eq!(
        ids(server, "datetime=2020-01-01/..&include-unknown=true").len(),
        crate::support::SHOWN
    );
    // By distance within each part.
    let near = server.all_pages(&format!(
        "{ITEMS}?near=139.7,35.6&stock=kura&include-unknown=true&limit=4"
    ));
    let key = |f: &Value| {
        (
            f["properties"]["stock"].is_null(),
            f["properties"]["distance"].as_f64().unwrap(),
        )
    };
    assert!(near.iter().map(key).is_sorted());
    assert!(near.iter().any(|f| !key(f).0) && near.iter().any(|f| key(f).0));
}

#[test]
fn a_municipality_is_asked_by_any_of_its_codes() {
    let server = TestDirectory::shared();
    let count = |codes: &str| ids(server, &format!("status=*&municipality={codes}")).len();
    assert_eq!(count("15213"), 2);
    assert_eq!(count("152137"), 2);
    assert_eq!(count("152137,15213"), 2);
    assert_eq!(count("30401,22219"), count("30401") + count("22219"));
    assert_eq!(count("04100"), 2);
    assert_eq!(count("041009"), 2);
    assert_eq!(count("04101"), 2, "a ward its address names");
    assert_eq!(count("04102"), 0);
    let by_prefecture: usize = (1..=47).map(|number| count(&format!("{number:02}"))).sum();
    assert_eq!(by_prefecture, crate::support::SHIPPED);
}

#[test]
fn a_box_holds_what_is_in_it_and_on_its_edges() {
    let server = TestDirectory::shared();
    let hub = server.json(&format!("{ITEMS}/hub-001"));
    let at = |i: usize| hub["geometry"]["coordinates"][i].as_f64().unwrap();
    let (lon, lat) = (at(0), at(1));
    let has = |bbox: String| ids(server, &format!("bbox={bbox}")).contains(&"hub-001".to_owned());
    assert!(has(format!("{lon},{lat},{lon},{lat}")), "a point");
    for (west, south, east, north) in [
        (0.0, 0.0, 1.0, 1.0),
        (-1.0, -1.0, 0.0, 0.0),
        (-1.0, 0.0, 0.0, 1.0),
        (0.0, -1.0, 1.0, 0.0),
    ] {
        assert!(
            has(format!(
                "{},{},{},{}",
                lon + west,
                lat + south,
                lon + east,
                lat + north
            )),
            "on a corner"
        );
    }
    assert!(!has(format!("{},{lat},{},{lat}", lon + 1e-7, lon + 1.0)));
    assert!(
        has(format!("{},-90,{},90", lon - 1.0, -170.0)),
        "over 180 degrees"
    );
    assert!(!has(format!("{},-90,{},90", lon + 1.0, -170.0)));
    assert!(has(format!("-170,-90,{lon},90")) && has("100,-90,-170,90".to_owned()));
    assert!(
        has(format!("{lon},{lat},-10,{lon},{lat},9000")),
        "six numbers"
    );
    // Every box and its complement share all facilities out.
    for (west, east) in [(130.0, 135.0), (136.12, 139.77), (140.5, 150.0)] {
        let inside = ids(server, &format!("bbox={west},-90,{east},90")).len();
        let outside = ids(
            server,
            &format!("bbox={},-90,{},90", east + 1e-9, west - 1e-9),
        )
        .len();
        assert_eq!(inside + outside, crate::support::SHOWN);
    }
}

fn publish(store: &Store, id: &str, statement: Statement) {
    let facility = FacilityId::new(id).unwrap();
    let proposal = Proposal {
        facility,
        statement,
    };
    store
        .publish(ActorId::CLI, None, [proposal], None, moment())
        .unwrap()
        .unwrap();
}

fn state(id: &str, name: &str, status: &str) -> Statement {
    let body = format!(
        r#"{{"id":"{id}","position":[139.7016,35.658],"name":"{name}","status":"{status}","status_asof":"2026","municipality":"13113","municipality_name":"渋谷区","prefecture":"東京都","position_precision":"building","sources":[],"amenities":[],"closures":[]}}"#
    );
    Statement::State(body)
}

#[test]
fn closed_is_a_fact_withdrawn_is_gone_and_no_id_comes_back() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let store = Store::open(&database.url).unwrap();
        for (id, status) in [
            ("a-open", "open"),
            ("b-closed", "closed"),
            ("c-planned", "planned"),
            ("d-suspended", "suspended"),
            ("e-unknown", "unknown"),
        ] {
            publish(&store, id, state(id, "試験", status));
        }
        publish(&store, "f-gone", state("f-gone", "試験", "open"));
        server.wait_until(|| server.json("/readyz")["seq"] == 6);
        let first = server.get(&format!("{ITEMS}/f-gone"));
        let list = server.get(ITEMS);
        publish(&store, "f-gone", Statement::Withdrawn);
        server.wait_until(|| server.json("/readyz")["seq"] == 7);

        assert_eq!(ids(&server, ""), ["a-open", "d-suspended", "e-unknown"]);
        assert_eq!(
            ids(&server, "near=139.7,35.6"),
            ["a-open", "d-suspended", "e-unknown"]
        );
        assert_eq!(ids(&server, "status=*").len(), 5);
        assert_eq!(
            ids(&server, "status=closed,planned"),
            ["b-closed", "c-planned"]
        );
        assert_eq!(ids(&server, "status=unknown"), ["e-unknown"]);
        assert_eq!(ids(&server, "kind=unknown&status=closed"), ["b-closed"]);
        assert_eq!(ids(&server, "include-unknown=true&kind=coworking").len(), 3);

        let closed = server.json(&format!("{ITEMS}/b-closed"));
        assert_eq!(
            closed["properties"]["amenities"],
            serde_json::json!([]),
            "known to be empty"
        );
        assert_eq!(closed["properties"]["uses"], Value::Null);
        let page = server.get(&format!("{ITEMS}/b-closed?f=html"));
        assert!(
            page.status == 200 && page.text.contains("閉鎖"),
            "{}",
            page.text
        );

        let today = chrono::Utc::now().format("%Y-").to_string();
        let gone = server.get(&format!("{ITEMS}/f-gone"));
        assert_eq!(gone.status, 410);
        assert_eq!(gone.header("content-type"), "application/problem+json");
        let gone = gone.json();
        assert_eq!(gone["code"], "withdrawn");
        let detail = gone["detail"].as_str().unwrap();
        assert!(detail.contains(&today), "names the date: {gone}");
        // A page for whoever wants one.
        let page = server.get(&format!("{ITEMS}/f-gone?f=html"));
        assert_eq!(page.status, 410);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let says_so = page.text.contains("取り下げ") && page.text.contains(&today);
        assert!(says_so, "{}", page.text);
        // Also for who has it already.
        let etag = first.header("etag");
        assert_eq!(
            server
                .request(&format!("{ITEMS}/f-gone"), &[("If-None-Match", etag)])
                .status,
            410
        );
        let other = server.request(ITEMS, &[("If-None-Match", list.header("etag"))]);
        assert_eq!(other.status, 200, "the collection has changed");
        // An item's ETag is its own change's.
        let own = server.get(&format!("{ITEMS}/a-open"));
        publish(&store, "b-closed", state("b-closed", "試験二", "closed"));
        server.wait_until(|| server.json("/readyz")["seq"] == 8);
        let same = server.request(
            &format!("{ITEMS}/a-open"),
            &[("If-None-Match", own.header("etag"))],
        );
        assert_eq!(same.status, 304);

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("again.geojson");
        let again = r#"{"type":"Feature","id":"f-gone","geometry":{"type":"Point","coordinates":[139.7016,35.658]},"properties":{"name":"また"}}"#;
        std::fs::write(&file, again).unwrap();
        let output = run(&[
            "import",
            file.to_str().unwrap(),
            "--publish",
            "--json",
            "--database",
            &database.url,
        ]);
        assert_eq!(output.status.code(), Some(2));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(
            report["problems"]
                .as_array()
                .unwrap()
                .iter()
                .any(|p| p["code"] == "id-taken" && p["blocks"] == true)
        );
        assert_eq!(server.get(&format!("{ITEMS}/f-gone")).status, 410);
    });
}

#[test]
fn text_from_data_is_shown_as_text() {
    let server = TestDirectory::with(&["--empty"]);
    let store = Store::open(&server.database).unwrap();
    let name = r#"<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"#;
    publish(&store, "x-1", state("x-1", name, "open"));
    server.wait_until(|| server.json("/readyz")["seq"] == 1);
    for path in [format!("{ITEMS}/x-1?f=html"), format!("{ITEMS}?f=html")] {
        let page = server.get(&path);
        assert!(
            !page.text.contains("<script>alert") && !page.text.contains("<img"),
            "{path}: {}",
            page.text
        );
        assert!(page.text.contains("alert(1)"), "{path}");
    }
    let feature = server.json(&format!("{ITEMS}/x-1"));
    assert!(
        feature["properties"]["name"]
            .as_str()
            .unwrap()
            .starts_with("<script>")
    );
}
