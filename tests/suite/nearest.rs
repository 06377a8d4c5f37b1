//! Nearest through HTTP against measuring everything, and distances against published ones.

use std::path::PathBuf;

use machinaka::domain::position::Position;
use serde_json::Value;

use crate::support::server::TestDirectory;

/// Places all over Japan and off its coasts, the same in every run.
fn origins(count: u64) -> impl Iterator<Item = (f64, f64)> {
    let mut state = 20_261_122u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..count).map(move |_| (123.0 + 30.0 * next(), 24.0 + 21.0 * next()))
}

fn all(server: &TestDirectory) -> Vec<Value> {
    let answer = server.json("/collections/facilities/items?status=*&limit=10000");
    answer["features"].as_array().unwrap().clone()
}

fn position(feature: &Value) -> Position {
    let [lon, lat] = [0, 1].map(|i| feature["geometry"]["coordinates"][i].as_f64().unwrap());
    Position::new(lon, lat).unwrap()
}

fn check(
    server: &TestDirectory,
    all: &[Value],
    (lon, lat): (f64, f64),
    filter: &str,
    keep: impl Fn(&Value) -> bool,
) {
    let origin = Position::new(lon, lat).unwrap();
    let mut expected: Vec<(f64, &str)> = all
        .iter()
        .filter(|feature| keep(&feature["properties"]))
        .map(|feature| {
            (
                origin.distance(position(feature)).0,
                feature["id"].as_str().unwrap(),
            )
        })
        .collect();
    expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));

    let mut path = format!("/collections/facilities/items?near={lon},{lat}&limit=7{filter}");
    let mut found = Vec::new();
    loop {
        let page = server.json(&path);
        assert_eq!(page["numberMatched"], expected.len());
        for feature in page["features"].as_array().unwrap() {
            let distance = feature["properties"]["distance"].as_f64().unwrap();
            found.push((distance, feature["id"].as_str().unwrap().to_owned()));
        }
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
            break;
        };
        path = next["href"]
            .as_str()
            .unwrap()
            .split_once(server.address())
            .unwrap()
            .1
            .to_owned();
    }
    assert_eq!(found.len(), expected.len(), "{path}");
    for ((distance, id), (exact, expected)) in found.iter().zip(expected) {
        assert_eq!(id, expected, "from {lon},{lat}{filter}");
        assert!(
            (distance - exact).abs() <= 0.001,
            "{id}: {distance} for {exact}"
        );
    }
}

#[test]
fn the_order_and_the_millimetres_are_those_of_measuring_everything() {
    let server = TestDirectory::shared();
    let all = all(server);
    let shown = |p: &Value| p["status"] != "closed" && p["status"] != "planned";
    for origin in origins(60) {
        check(server, &all, origin, "", shown);
    }
    for origin in origins(10) {
        check(server, &all, origin, "&status=*", |_| true);
        check(server, &all, origin, "&kind=coworking,share-office", |p| {
            shown(p) && (p["kind"] == "coworking" || p["kind"] == "share-office")
        });
        check(server, &all, origin, "&programme=unknown", |p| {
            shown(p) && p["support"].is_null()
        });
        check(server, &all, origin, "&municipality=13,401307", |p| {
            let code = p["municipality"].as_str().unwrap();
            shown(p) && (code.starts_with("13") || code == "40130")
        });
    }
}

#[test]
fn distances_agree_with_the_published_ones_to_a_millimetre() {
    let shared = std::env::var_os("MACHINAKA_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let file = shared.join("data/geodesic/geodesic_japan_2000.csv");
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(std::env::var_os("CI").is_none(), "CI has ../shared");
        println!("skipped 2,000 checks: ../shared is absent");
        return;
    };
    let mut checked = 0;
    for line in text.lines().skip(1) {
        let n: Vec<f64> = line
            .split(',')
            .take(5)
            .map(|n| n.parse().unwrap())
            .collect();
        let distance = Position::new(n[1], n[0])
            .unwrap()
            .distance(Position::new(n[3], n[2]).unwrap());
        assert!((distance.0 - n[4]).abs() <= 0.001, "{line}");
        checked += 1;
    }
    assert_eq!(checked, 2000);
}
