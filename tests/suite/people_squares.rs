//! The collection `population`: the squares that coverage counts, as features and as tiles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::server::TestDirectory;

fn people(page: &Value) -> u64 {
    let features = page["features"].as_array().unwrap().iter();
    features
        .map(|feature| feature["properties"]["people"].as_u64().unwrap())
        .sum()
}

#[test]
fn squares_come_by_area_page_by_page_and_add_up_to_its_people() {
    let directory = TestDirectory::shared();
    for area in ["37201", "40133"] {
        let mut path = format!("/collections/population/items?area={area}&limit=300");
        let (mut ids, mut sum, mut pages) = (BTreeSet::new(), 0, 0);
        loop {
            let page = directory.json(&path);
            sum += people(&page);
            for feature in page["features"].as_array().unwrap() {
                assert!(
                    ids.insert(feature["id"].to_string()),
                    "{} twice",
                    feature["id"]
                );
            }
            pages += 1;
            match directory.link(&page, "next") {
                Some(next) => path = next,
                None => {
                    assert_eq!(page["numberMatched"], ids.len());
                    break;
                }
            }
        }
        assert!(pages > 1 || area == "40133");
        let coverage = directory.json(&format!("/coverage?area={area}&geometry=false"));
        assert_eq!(
            json!(sum),
            coverage["features"][0]["properties"]["people"],
            "{area}"
        );
    }
}

#[test]
fn a_square_is_found_by_place_and_by_id() {
    let directory = TestDirectory::shared();
    let page = directory
        .json("/collections/population/items?bbox=139.7016,35.658,139.7016,35.658&area=13113");
    assert_eq!(page["numberMatched"], 1);
    let feature = &page["features"][0];
    let properties = &feature["properties"];
    assert_eq!(properties["municipality"], "13113");
    assert_eq!(
        (&properties["people_source"], &properties["people_65"]),
        (&json!("model"), &Value::Null)
    );
    assert_eq!(properties["square_metres"], 500);
    let id = feature["id"].as_str().unwrap();
    let one = directory.json(&format!("/collections/population/items/{id}"));
    assert_eq!(one["properties"], *properties);
    assert_eq!(one["geometry"], feature["geometry"]);
    for (path, status) in [
        ("/collections/population/items/533900000-13113", 404),
        ("/collections/population/items/nix", 404),
        ("/collections/population/items?area=99", 400),
        ("/collections/population/items?bbox=1,2,3", 400),
        ("/collections/population/items?limit=0", 400),
        ("/collections/population/items?datetime=nix", 400),
        ("/collections/population/items?cursor=nix", 400),
        ("/collections/population/items?within=5", 400),
    ] {
        assert_eq!(directory.get(path).status, status, "{path}");
    }
}

#[test]
fn tiles_hold_squares_at_every_zoom_and_nothing_at_sea() {
    let directory = TestDirectory::shared();
    for path in ["5/12/28", "9/201/454", "12/1613/3637", "14/6452/14549"] {
        let tile = directory.get(&format!(
            "/collections/population/tiles/WebMercatorQuad/{path}"
        ));
        assert_eq!(tile.status, 200, "{path}");
        assert!(
            tile.header("content-type").contains("mapbox-vector-tile"),
            "{path}"
        );
    }
    let sea = directory.get("/collections/population/tiles/WebMercatorQuad/9/201/480");
    assert_eq!(sea.status, 204);
}
