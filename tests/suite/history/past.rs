//! `as-of`: what the directory said then.

use serde_json::{Value, json};

use super::*;
use crate::support::server::encoded;

/// Japan at zoom 5.
const TILE: &str = "/collections/facilities/tiles/WebMercatorQuad/5/12/28";

/// An answer without what names its own address.
fn without_links(mut document: Value) -> Value {
    document.as_object_mut().unwrap().remove("links");
    document
}

/// What the server says now of everything asked for here.
fn said(place: &Place<'_>, query: &str) -> Vec<(String, u16, Value)> {
    let near = "near=139.7,35.65&status=*";
    let paths = [
        format!("{ITEMS}?status=*{query}"),
        format!("{ITEMS}?{near}{query}"),
        format!("{ITEMS}?municipality=13113{query}"),
        format!("{ITEMS}/a?f=json{query}"),
        format!("{ITEMS}/b?f=json{query}"),
        format!("{TILE}?status=*{query}"),
    ];
    let ask = |path: &String| {
        let answer = place.server.get(path);
        let content = match answer.header("content-type") {
            "application/vnd.mapbox-vector-tile" | "" => json!(answer.text),
            "application/problem+json" => answer.json()["code"].clone(),
            _ => without_links(answer.json()),
        };
        let name = path.replace(query, "");
        (name, answer.status, content)
    };
    paths.iter().map(ask).collect()
}

#[test]
fn whatever_was_said_once_is_said_again_as_of_then() {
    on_each_place(|place| {
        let mut then = vec![(Seq(0), "2025-12-31T23:59:59Z".to_owned(), said(place, ""))];
        let steps: [&[Proposal]; 6] = [
            &[state(&body("a", json!({ "seats": 3 })))],
            &[
                state(&in_shibuya("b", json!({}))),
                state(&body("a", json!({ "seats": 4 }))),
            ],
            &[state(&in_shibuya("a", json!({ "kind": "coworking" })))],
            &[withdrawal("b")],
            &[state(&in_shibuya("b", json!({ "status": "closed" })))],
            &[state(&in_shibuya("b", json!({ "name": "<b>渋谷</b>" })))],
        ];
        for (hour, step) in steps.iter().enumerate() {
            let seq = place.publish(step);
            then.push((seq, format!("2026-01-01T{hour:02}:00:00Z"), said(place, "")));
        }
        for (seq, moment, expected) in &then {
            for when in [
                seq.to_string(),
                moment.clone(),
                moment.replace(":00Z", ":30.5Z"),
            ] {
                let query = format!("&as-of={}", encoded(&when));
                assert_eq!(&said(place, &query), expected, "as of {when}");
            }
        }
        // In another order, so that kept ones are given up and built anew.
        for (seq, _, expected) in then.iter().rev().chain(&then) {
            assert_eq!(
                &said(place, &format!("&as-of={seq}")),
                expected,
                "as of {seq}"
            );
        }
        // A plus sign that nobody encoded.
        let query = "&as-of=2026-01-01T10:00:00+09:00";
        assert_eq!(said(place, query), then[2].2);
    });
}

#[test]
fn links_keep_to_the_past_and_etags_tell_it_from_now() {
    let database = Database::sqlite();
    let place = Place::new(&database);
    place.publish(&[
        state(&body("a", json!({}))),
        state(&body("b", json!({ "name": "二つめ" }))),
        state(&body("c", json!({}))),
    ]);
    place.publish(&[state(&body("a", json!({ "seats": 3 }))), withdrawal("b")]);
    let mut path = format!("{ITEMS}?limit=1&as-of=3");
    let mut ids = Vec::new();
    loop {
        let page = place.server.json(&path);
        assert_eq!(page["numberMatched"], 3);
        ids.push(page["features"][0]["id"].as_str().unwrap().to_owned());
        for link in page["links"].as_array().unwrap() {
            let rel = link["rel"].as_str().unwrap();
            let kept = link["href"].as_str().unwrap().contains("as-of=3");
            // The collection and whom the data are owed to have no past.
            assert_eq!(kept, !["collection", "license"].contains(&rel), "{link}");
        }
        match place.server.link(&page, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(ids, ["a", "b", "c"]);
    let item = place.server.json(&format!("{ITEMS}/b?as-of=3"));
    assert!(
        place
            .server
            .link(&item, "self")
            .unwrap()
            .ends_with("/b?as-of=3")
    );

    let etag = |path: &str| place.server.get(path).header("etag").to_owned();
    for path in [
        format!("{ITEMS}?status=*"),
        format!("{TILE}?status=*"),
        format!("{ITEMS}/a?f=json"),
    ] {
        let past = format!("{path}&as-of=3");
        let tags = [etag(&path), etag(&past), etag(&format!("{path}&as-of=1"))];
        assert_ne!(tags[0], tags[1], "{path}");
        let unchanged = place.server.request(&past, &[("If-None-Match", &tags[1])]);
        assert_eq!(unchanged.status, 304, "{path}");
        // The item itself was the same after its first change.
        assert_eq!(tags[1] == tags[2], path.contains("/a?"), "{path}");
    }
    // The same as now is now.
    assert_eq!(etag(ITEMS), etag(&format!("{ITEMS}?as-of=5")));

    let page = place.server.get(&format!("{ITEMS}?f=html&as-of=3"));
    for part in [
        "2026-01-01T00:00:00Z",
        "二つめ",
        "items/b?f=html&amp;as-of=3",
        "lang=en&amp;as-of=3",
    ] {
        assert!(
            page.text.replace("&#38;", "&amp;").contains(part),
            "{part}: {}",
            page.text
        );
    }
    let page = place
        .server
        .get(&format!("{ITEMS}/b?f=html&as-of=3&lang=en"));
    assert!(page.text.contains("This is a past state"), "{}", page.text);
    let now = place.server.get(&format!("{ITEMS}/a?f=html"));
    assert!(!now.text.contains("過去の内容"), "{}", now.text);
}

#[test]
fn what_has_not_come_and_what_is_no_time_is_refused_by_name() {
    let server = TestDirectory::shared();
    for path in [
        format!("{ITEMS}?as-of="),
        format!("{ITEMS}/hub-001?as-of="),
        format!("{TILE}?as-of="),
    ] {
        for (when, named) in [
            ("318", "317"),
            ("99999999999999999999999", "317"),
            ("2999-01-01T00:00:00Z", "20"),
            ("2026-04-01", "2026-04-01T09:00:00+09:00"),
            ("2026-04-01T00:00:00", "+09:00"),
            ("now", "+09:00"),
            ("-1", "+09:00"),
            ("", "+09:00"),
        ] {
            let answer = server.get(&format!("{path}{when}"));
            assert_eq!(answer.status, 400, "{path}{when}: {}", answer.text);
            let problem = answer.json();
            assert_eq!(problem["errors"][0]["parameter"], "as-of");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(named) && detail.contains(when), "{detail}");
        }
    }
    for path in [
        "/collections/municipalities/items?as-of=1",
        "/collections/prefectures/items/13?as-of=1",
        "/collections/prefectures/tiles/WebMercatorQuad/5/12/28?as-of=1",
        "/places?q=a&as-of=1",
    ] {
        assert_eq!(
            server.get(path).json()["code"],
            "unknown-parameter",
            "{path}"
        );
    }
    assert_eq!(server.json(&format!("{ITEMS}?as-of=0"))["numberMatched"], 0);
    assert_eq!(
        server.json(&format!("{ITEMS}?as-of=317"))["numberMatched"],
        crate::support::SHOWN
    );
}
