use serde_json::json;

use super::*;
use crate::domain::facility::tests::example;

const TODAY: &str = "2026-11-30";

/// The members named, each with its code.
fn found(feature: &Value, published: Option<&Facility>) -> Vec<(String, &'static str)> {
    let context = CheckContext {
        published,
        is_whole: false,
        today: TODAY,
    };
    let problems = check(feature.as_object().unwrap(), &context);
    for problem in &problems {
        assert!(problem.blocks && problem.row.is_none(), "{problem:?}");
    }
    let named = problems.into_iter().map(|p| (p.column.unwrap(), p.code));
    named.collect()
}

#[test]
fn each_value_a_field_cannot_hold_is_named() {
    let published = example("hub-001", 136.2655, 35.3814);
    for (properties, path, code) in [
        (json!({"seats": "many"}), "seats", "value-unreadable"),
        (json!({"seats": "20"}), "seats", "value-unreadable"),
        (json!({"seats": -1}), "seats", "value-unreadable"),
        (json!({"seats": 1.5}), "seats", "value-unreadable"),
        (json!({"seats": 1e30}), "seats", "value-unreadable"),
        (json!({"seats": true}), "seats", "value-unreadable"),
        (json!({"seats": [4]}), "seats", "value-unreadable"),
        (json!({"seats": "NaN"}), "seats", "value-unreadable"),
        (json!({"seats": 100_001}), "seats", "value-range"),
        (
            json!({"price_hour_yen": -500}),
            "price_hour_yen",
            "value-unreadable",
        ),
        (
            json!({"price_hour_yen": 9_999_999}),
            "price_hour_yen",
            "value-range",
        ),
        (json!({"built_year": 3000}), "built_year", "value-range"),
        (json!({"built_year": 12}), "built_year", "value-range"),
        (
            json!({"checked_on": "2099-01-01"}),
            "checked_on",
            "value-range",
        ),
        (
            json!({"checked_on": "2026-02-30"}),
            "checked_on",
            "value-unreadable",
        ),
        (
            json!({"checked_on": 20261130}),
            "checked_on",
            "value-unreadable",
        ),
        (json!({"status_asof": "2099"}), "status_asof", "value-range"),
        (json!({"status": "unsure"}), "status", "value-unreadable"),
        (json!({"status": null}), "status", "value-missing"),
        (json!({"name": null}), "name", "value-missing"),
        (json!({"name": "  "}), "name", "value-unreadable"),
        (json!({"name": 7}), "name", "value-unreadable"),
        (json!({"sources": null}), "sources", "value-missing"),
        (json!({"kind": "castle"}), "kind", "value-unreadable"),
        (json!({"kind": ""}), "kind", "value-unreadable"),
        (
            json!({"amenities": ["wifi", "sauna"]}),
            "amenities",
            "value-unreadable",
        ),
        (
            json!({"amenities": "wifi"}),
            "amenities",
            "value-unreadable",
        ),
        (
            json!({"amenities": {"wifi": true}}),
            "amenities",
            "value-unreadable",
        ),
        (
            json!({"amenities": ["wifi", "wifi"]}),
            "amenities[1]",
            "value-duplicate",
        ),
        (
            json!({"website": "example.jp"}),
            "website",
            "value-unreadable",
        ),
        (
            json!({"website": "javascript:alert(1)"}),
            "website",
            "value-unreadable",
        ),
        (json!({"operator": 12}), "operator", "value-unreadable"),
        (json!({"phone": "なし"}), "phone", "value-unreadable"),
        (json!({"phone": 312345678}), "phone", "value-unreadable"),
        (
            json!({"opening_hours": "平日 9-17"}),
            "opening_hours",
            "hours-unreadable",
        ),
        (
            json!({"opening_hours": ["Mo-Fr 09:00-17:00"]}),
            "opening_hours",
            "value-unreadable",
        ),
        (json!({"synthetic": "yes"}), "synthetic", "value-unreadable"),
        (json!({"sheets": 3}), "sheets", "property-unknown"),
        (json!({"Seats": 3}), "Seats", "property-unknown"),
        (json!({"support": []}), "support", "value-unreadable"),
        (
            json!({"support": [{"programme": "x", "certainty": "likely"}]}),
            "support[0].programme",
            "value-unreadable",
        ),
        (
            json!({"support": [{"programme": "machizukuri-fund"}]}),
            "support[0].certainty",
            "value-missing",
        ),
        (
            json!({"support": [{"programme": "machizukuri-fund", "certainty": "likely", "fiscal_year": 2021}]}),
            "support[0].fiscal_year",
            "value-unreadable",
        ),
        (
            json!({"support": [{"programme": "machizukuri-fund", "certainty": "likely", "fiscal_year": "3000"}]}),
            "support[0].fiscal_year",
            "value-unreadable",
        ),
        (
            json!({"support": [{"programme": "machizukuri-fund", "certainty": "likely", "evidence_url": "see there"}]}),
            "support[0].evidence_url",
            "value-unreadable",
        ),
        (
            json!({"support": [{"programme": "machizukuri-fund", "certainty": "likely", "yen": 5}]}),
            "support[0].yen",
            "property-unknown",
        ),
        (
            json!({"closures": [{"from": "2026-12-01", "to": "2026-11-01"}]}),
            "closures[0].to",
            "value-range",
        ),
        (
            json!({"closures": [{"to": "2026-11-01"}]}),
            "closures[0].from",
            "value-missing",
        ),
        (
            json!({"closures": [{"from": "tomorrow"}]}),
            "closures[0].from",
            "value-unreadable",
        ),
        (
            json!({"closures": ["2026-12-01"]}),
            "closures[0]",
            "value-unreadable",
        ),
        (
            json!({"closures": {"from": "2026-12-01"}}),
            "closures",
            "value-unreadable",
        ),
        (
            json!({"sources": [{"title": "市のページ", "url": "市のページ"}]}),
            "sources[0].url",
            "value-unreadable",
        ),
        (
            json!({"sources": [{"url": "https://a.example"}]}),
            "sources[0].title",
            "value-missing",
        ),
        (json!({"sources": [null]}), "sources[0]", "value-unreadable"),
        (
            json!({"sources": [{"title": "a"}, {"title": "a"}]}),
            "sources[1]",
            "value-duplicate",
        ),
    ] {
        let feature = json!({ "properties": properties });
        let expected = vec![(path.to_owned(), code)];
        assert_eq!(found(&feature, Some(&published)), expected, "{properties}");
    }
}

#[test]
fn members_beside_the_properties_are_known_too() {
    let published = example("hub-001", 136.2655, 35.3814);
    let point = |more: Value| {
        let mut point = json!({"type": "Point", "coordinates": [136.2655, 35.3814]});
        point
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "geometry": point })
    };
    for (feature, path, code) in [
        (json!({"seats": 3}), "seats", "property-unknown"),
        (json!({"crs": {"type": "name"}}), "crs", "property-unknown"),
        (json!({"geometry": null}), "geometry", "value-missing"),
        (
            json!({"geometry": "35.3,136.2"}),
            "geometry",
            "value-unreadable",
        ),
        (
            point(json!({"crs": "EPSG:4301"})),
            "geometry.crs",
            "property-unknown",
        ),
        (
            point(json!({"coordinates": []})),
            "geometry",
            "coordinates-malformed",
        ),
        (
            point(json!({"coordinates": ["136.2", "35.3"]})),
            "geometry",
            "coordinates-malformed",
        ),
        (
            point(json!({"type": "LineString"})),
            "geometry",
            "coordinates-malformed",
        ),
    ] {
        let expected = vec![(path.to_owned(), code)];
        assert_eq!(found(&feature, Some(&published)), expected, "{feature}");
    }
}

#[test]
fn our_own_answer_may_be_sent_back_whatever_is_published() {
    let mut published = example("hub-001", 136.2655, 35.3814);
    // Older data holds what is refused by now.
    published.opening_hours = Some("平日の昼".into());
    published.seats = Some(250_000);
    published.phone = Some("非公開".into());
    let mut text = Vec::new();
    crate::domain::feature::write(&published, crate::domain::change::Moment(0), &mut text);
    let mut feature: Value = serde_json::from_slice(&text).unwrap();
    feature["links"] = json!([{"href": "https://a.example", "rel": "self"}]);
    feature["properties"]["distance"] = json!(12.345);
    feature["properties"]["opening"] = json!({"state": "open"});
    assert_eq!(found(&feature, Some(&published)), []);
    feature["properties"]["municipality_name"] = json!("another");
    assert_eq!(
        found(&feature, Some(&published)),
        [],
        "what nobody can set is ignored"
    );
}

#[test]
fn good_values_pass_and_null_makes_unknown() {
    let published = example("hub-001", 136.2655, 35.3814);
    let good = json!({ "type": "Feature", "geometry": {"type": "Point", "coordinates": [136.2655, 35.3814, 90.0]},
        "properties": { "seats": 0, "price_hour_yen": 500, "built_year": 1920, "checked_on": TODAY, "status_asof": "2026-11",
            "opening_hours": "Mo-Fr 09:00-17:00; PH off", "phone": "0749-00-1234（代表）", "website": "https://a.example/",
            "amenities": ["wifi", "power"], "uses": [], "operator": null, "kind": null, "support": null, "closures": [],
            "sources": [{"title": "市のページ", "url": null}] } });
    assert_eq!(found(&good, Some(&published)), []);
    assert_eq!(
        found(
            &json!({"geometry": null, "properties": {"name": "a", "id": "mine"}}),
            None
        ),
        []
    );
}
