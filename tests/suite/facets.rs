//! The numbers beside a filter's choices.

use serde_json::{Value, json};

use super::hours::server;
use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, encoded};

const FACETS: &str = "/collections/facilities/facets";
const THURSDAY: &str = "open-at=2026-11-26T10:00:00%2B09:00";

#[test]
fn each_field_is_counted_among_what_the_others_leave() {
    on_each_database(|database| {
        let server = server(database);
        let count = |query: &str| server.json(&format!("{FACETS}?{query}"));
        let all = count("include-unknown=true");
        assert_eq!(all["numberMatched"], 7);
        assert_eq!(
            all["facets"]["eligibility"],
            json!({ "anyone": 2, "residents": 0, "registered": 1, "corporate": 0, "unknown": 4 })
        );
        assert_eq!(all["facets"]["amenity"]["wifi"], 2);
        assert_eq!(
            all["facets"]["amenity"]["unknown"], 4,
            "known to have none is not unknown"
        );
        assert_eq!(all["facets"]["kind"]["coworking"], 7);
        assert_eq!(all["facets"]["certainty"]["unknown"], 7);
        assert_eq!(all["facets"]["programme"]["unknown"], 7);
        assert_eq!(
            all["facets"]["price"],
            json!({
                "0": 1, "100": 1, "200": 1, "300": 2, "400": 3, "500": 4, "700": 4, "1000": 4, "1500": 4, "2000": 4, "unknown": 3,
            })
        );
        // The field's own choice does not narrow itself, the others do.
        let thursday = count(THURSDAY);
        assert_eq!(thursday["numberMatched"], 2);
        assert_eq!(
            thursday["facets"]["open"],
            json!({ "open": 2, "closed": 3, "unknown": 2 })
        );
        assert_eq!(thursday["facets"]["eligibility"]["anyone"], 1);
        let both = count(&format!("{THURSDAY}&eligibility=anyone"));
        assert_eq!(both["numberMatched"], 1);
        assert_eq!(both["facets"]["eligibility"]["registered"], 1);
        assert_eq!(
            both["facets"]["open"],
            json!({ "open": 1, "closed": 1, "unknown": 0 })
        );
        let loose = count(&format!(
            "{THURSDAY}&eligibility=anyone&include-unknown=true"
        ));
        assert_eq!(
            loose["facets"]["open"],
            json!({ "open": 1, "closed": 3, "unknown": 2 })
        );
        assert_eq!(count("status=*")["facets"]["kind"]["workation"], 1);
        let near = count("near=130.43,33.59&max-distance=450");
        assert_eq!(
            near["numberMatched"], 2,
            "a place that is planned is not counted"
        );
        assert_eq!(count("bbox=130.4,33.5,130.4225,33.6")["numberMatched"], 2);
        assert_eq!(
            count(&format!("q={}", encoded("くろかべ")))["facets"]["amenity"]["power"],
            1
        );
        assert_eq!(count("municipality=01202")["numberMatched"], 0);
    });
}

#[test]
fn what_must_all_be_offered_adds_up_and_is_counted_as_it_stands() {
    on_each_database(|database| {
        let server = server(database);
        let count = |query: &str| server.json(&format!("{FACETS}?{query}"));
        let amenity = |counted: &Value, word: &str| counted["facets"]["amenity"][word].as_u64();
        let any = count("amenity=wifi,power");
        let all = count("amenity-all=wifi,power");
        assert!(all["numberMatched"].as_u64() <= any["numberMatched"].as_u64());
        let items = server.json("/collections/facilities/items?amenity-all=wifi,power");
        assert_eq!(items["numberMatched"], all["numberMatched"]);
        for feature in items["features"].as_array().unwrap() {
            let offered = feature["properties"]["amenities"].as_array().unwrap();
            assert!(offered.contains(&json!("wifi")) && offered.contains(&json!("power")));
        }
        // The number beside another choice is what choosing it as well would leave.
        let wifi = count("amenity-all=wifi");
        assert_eq!(amenity(&wifi, "wifi"), wifi["numberMatched"].as_u64());
        assert_eq!(amenity(&wifi, "power"), all["numberMatched"].as_u64());
        // Unknown is not among what must be there.
        let refused = server.get(&format!("{FACETS}?amenity-all=unknown"));
        assert_eq!(refused.status, 400);
    });
}

#[test]
fn a_number_is_what_choosing_it_finds() {
    let server = TestDirectory::shared();
    let matched = |query: &str| {
        server.json(&format!("/collections/facilities/items?limit=1&{query}"))["numberMatched"]
            .clone()
    };
    for base in [
        "status=*",
        "municipality=13",
        "bbox=135,34,140,36&kind=coworking,workation",
        "stock=kura,old-house&include-unknown=true",
    ] {
        let counted = server.json(&format!("{FACETS}?{base}"));
        assert_eq!(counted["numberMatched"], matched(base));
        for field in ["kind", "stock", "programme", "eligibility", "status-age"] {
            if base.contains(&format!("{field}=")) || base.contains("include-unknown") {
                continue;
            }
            for (word, count) in counted["facets"][field].as_object().unwrap() {
                assert_eq!(
                    *count,
                    matched(&format!("{base}&{field}={word}")),
                    "{base} {field}={word}"
                );
            }
        }
    }
}

#[test]
fn the_counts_are_linked_described_and_strict() {
    let server = TestDirectory::shared();
    let document = server.json(FACETS);
    assert_eq!(server.link(&document, "self").as_deref(), Some(FACETS));
    assert!(document["timeStamp"].is_string());
    let keys: Vec<&String> = document["facets"].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "kind",
            "stock",
            "programme",
            "certainty",
            "eligibility",
            "amenity",
            "use",
            "status-age",
            "open",
            "price"
        ]
    );
    assert_eq!(server.get(&format!("{FACETS}?limit=3")).status, 400);
    assert_eq!(server.get(&format!("{FACETS}?max-distance=3")).status, 400);
    let definition = server.json("/api?f=openapi31");
    let parameters = definition["paths"][FACETS]["get"]["parameters"]
        .as_array()
        .unwrap();
    assert!(
        parameters
            .iter()
            .any(|parameter| *parameter == json!({ "$ref": "#/components/parameters/open-at" }))
    );
    let q = &definition["components"]["parameters"]["q"];
    assert_eq!(q["required"], Value::Bool(false));
}
