//! `/changes`.

use serde_json::{Value, json};

use super::*;

/// Two facilities: one that is changed, closed, withdrawn and comes back, and another.
fn lived(place: &Place<'_>) {
    place.publish(&[
        state(&body("a", json!({ "operator": "山田太郎" }))),
        state(&in_shibuya("b", json!({}))),
    ]);
    place.publish(&[state(&body(
        "a",
        json!({ "operator": "山田太郎", "seats": 12 }),
    ))]);
    place.publish(&[
        state(&body("a", json!({ "status": "closed", "seats": 12 }))),
        state(&body("a", json!({ "status": "closed", "seats": 13 }))),
    ]);
    place.publish(&[withdrawal("a"), state(&body("a", json!({})))]);
}

#[test]
fn every_change_is_told_with_its_fields_and_without_its_author() {
    on_each_place(|place| {
        lived(place);
        let answer = place.server.get("/changes");
        assert_eq!(answer.header("content-type"), "application/json");
        for secret in ["actor", "submission", "note", "山田", "cli"] {
            assert!(!answer.text.contains(secret), "{secret}");
        }
        let document = answer.json();
        assert_eq!(document["next"], Value::Null);
        let known = |more: &[&str]| {
            let all = [
                "name",
                "status",
                "municipality",
                "municipality_name",
                "prefecture",
                "position",
                "position_precision",
                "operator",
                "sources",
                "synthetic",
            ];
            let is_known = |name: &&str| *name != "operator" || more.contains(&"operator");
            json!(all.into_iter().filter(is_known).collect::<Vec<_>>())
        };
        let change = |seq: i64, facility: &str, at: &str, change: &str, fields: Value| json!({ "seq": seq, "facility": facility, "at": format!("2026-01-01T{at}:00:00Z"), "change": change, "fields": fields });
        assert_eq!(
            document["changes"],
            json!([
                change(1, "a", "00", "created", known(&["operator"])),
                change(2, "b", "00", "created", known(&[])),
                change(3, "a", "01", "changed", json!(["seats"])),
                change(4, "a", "02", "closed", json!(["status", "operator"])),
                change(5, "a", "02", "changed", json!(["seats"])),
                change(6, "a", "03", "withdrawn", json!([])),
                change(7, "a", "03", "created", known(&[])),
            ])
        );
        // In pages the same: what came before a page counts.
        let mut paged = Vec::new();
        let mut path = "/changes?since=0&limit=2".to_owned();
        loop {
            let page = place.server.json(&path);
            paged.extend(page["changes"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => {
                    assert_eq!(
                        place.server.link(&page, "next"),
                        Some(place.server.path(next))
                    );
                    path = place.server.path(next);
                }
                None => break,
            }
        }
        assert_eq!(json!(paged), document["changes"]);
        let rest = place.server.json("/changes?since=5");
        assert_eq!(rest["changes"].as_array().unwrap().len(), 2);
        for beyond in ["7", "8", "99999999999999999999999"] {
            let rest = place.server.json(&format!("/changes?since={beyond}"));
            assert_eq!(
                (&rest["changes"], &rest["next"]),
                (&json!([]), &json!(null))
            );
        }
    });
}

#[test]
fn what_a_mirror_has_is_not_sent_again() {
    on_each_place(|place| {
        place.publish(&[state(&body("a", json!({})))]);
        let etag = place.server.get("/changes").header("etag").to_owned();
        let seen = [("If-None-Match", etag.as_str())];
        assert_eq!(place.server.request("/changes", &seen).status, 304);
        place.publish(&[state(&body("a", json!({ "seats": 3 })))]);
        assert_eq!(place.server.request("/changes", &seen).status, 200);
    });
}

#[test]
fn numbers_that_are_none_are_refused() {
    let server = TestDirectory::shared();
    for query in [
        "since=-1",
        "since=",
        "since=x",
        "since=1.5",
        "limit=0",
        "limit=x",
        "nix=1",
        "f=html",
    ] {
        let answer = server.get(&format!("/changes?{query}"));
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
    // More than the shown ones: closed ones are told of as well.
    let all = server.json("/changes?limit=99999");
    assert_eq!(
        all["changes"].as_array().unwrap().len(),
        crate::support::SHIPPED
    );
    assert_eq!(
        server.json("/changes?limit=7")["changes"]
            .as_array()
            .unwrap()
            .len(),
        7
    );
}
