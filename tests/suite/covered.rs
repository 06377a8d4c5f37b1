//! The collection `coverage`: the figures of `/coverage` as features and as tiles.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, run};

const ITEMS: &str = "/collections/coverage/items";

fn by_code(features: &[Value]) -> BTreeMap<String, Value> {
    let code = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features
        .iter()
        .map(|feature| (code(feature), feature.clone()))
        .collect()
}

#[test]
fn the_numbers_are_those_of_coverage_and_of_the_command_line() {
    on_each_database(|database| {
        let url = database.url.as_str();
        let directory = TestDirectory::at(url, &[]);
        for (query, count) in [
            ("within=800&by=prefecture", 47),
            ("within=800&by=municipality", 1741),
            ("within=5000&by=ward", 171),
            ("area=13&within=500", 62),
            ("area=40130&within=3000", 1),
            ("area=401307&within=3000&by=ward", 7),
            ("area=40133&within=1234.5&method=area", 1),
            (
                "area=46&within=1000&measures=all&supply=facilities&add=130.5571,31.59,30",
                43,
            ),
            ("area=13&kind=coworking&imprecise=leave-out&within=2000", 62),
            ("area=13&weight=65%2B", 62),
        ] {
            let all = directory.all_pages(&format!("{ITEMS}?limit=600&{query}"));
            assert_eq!(all.len(), count, "{query}");
            let whole = directory.json(&format!("/coverage?{query}"));
            let whole = whole["features"].as_array().unwrap();
            // Features, geometry and order included.
            assert_eq!(&all, whole, "{query}");
        }
        // Without anything: all municipalities within 800 m.
        let plain = directory.all_pages(&format!("{ITEMS}?limit=1000"));
        let asked = directory.json("/coverage?by=municipality&within=800");
        assert_eq!(&plain, asked["features"].as_array().unwrap());
        for (area, within) in [
            ("13", "800"),
            ("40130", "2500"),
            ("40133", "6000.5"),
            ("37", "300"),
        ] {
            let output = run(&[
                "coverage",
                "--database",
                url,
                "--area",
                area,
                "--within",
                within,
                "--json",
            ]);
            assert!(output.status.success());
            let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
            let path = format!("{ITEMS}?area={area}&within={within}&limit=10000");
            let rows: Vec<Value> = directory
                .all_pages(&path)
                .iter()
                .map(|feature| feature["properties"].clone())
                .collect();
            assert_eq!(
                printed["districts"].as_array().unwrap(),
                &rows,
                "{area} {within}"
            );
        }
        directory.expect_clean_log();
    });
}

#[test]
fn a_district_by_itself_is_the_one_of_the_page() {
    let directory = TestDirectory::shared();
    for (code, level) in [
        ("13113", "municipality"),
        ("40130", "municipality"),
        ("40133", "ward"),
        ("13", "prefecture"),
        // Nobody lives there: no share at all.
        ("07546", "municipality"),
    ] {
        let one = directory.json(&format!("{ITEMS}/{code}?within=1500&measures=nearest"));
        let path = format!("{ITEMS}?by={level}&within=1500&measures=nearest&limit=10000");
        let all = by_code(&directory.all_pages(&path));
        for member in ["id", "geometry", "properties"] {
            assert_eq!(one[member], all[code][member], "{code} {member}");
        }
        assert!(one["properties"]["distance_mean"].is_number() || code == "07546");
        let own = one["links"][0]["href"].as_str().unwrap();
        assert!(own.ends_with("?within=1500&measures=nearest"), "{own}");
    }
    let nobody = directory.json(&format!("{ITEMS}/07546"));
    assert_eq!(nobody["properties"]["coverage"], Value::Null);
    for (path, status) in [
        ("/99999", 404),
        ("/nix", 404),
        ("/131130", 404),
        ("/13113?area=13", 400),
        ("/13113?by=ward", 400),
        ("/13113?limit=1", 400),
        ("/13113?within=0", 400),
    ] {
        let answer = directory.get(&format!("{ITEMS}{path}"));
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[test]
fn a_box_holds_the_districts_it_touches_and_pages_go_on_behind_any_code() {
    let directory = TestDirectory::shared();
    let codes = |query: &str| -> Vec<String> {
        let all = directory.all_pages(&format!("{ITEMS}?limit=2&{query}"));
        let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
        all.iter().map(id).collect()
    };
    let shibuya = "bbox=139.7016,35.658,139.7016,35.658";
    assert_eq!(codes(shibuya), ["13113"]);
    assert_eq!(codes(&format!("{shibuya}&by=prefecture")), ["13"]);
    assert_eq!(codes("bbox=130.39,33.58,130.40,33.59&by=ward"), ["40133"]);
    assert!(codes(&format!("{shibuya}&area=40")).is_empty());
    assert!(codes("bbox=0,0,1,1").is_empty());
    let near = codes("bbox=139.69,35.65,139.72,35.67");
    assert!(near.len() > 2 && near.is_sorted(), "{near:?}");
    let of_municipalities =
        directory.json("/collections/municipalities/items?bbox=139.69,35.65,139.72,35.67");
    assert_eq!(of_municipalities["numberMatched"], near.len());
    // A district that is not there any more.
    let page = directory.json(&format!("{ITEMS}?cursor=ki13100&limit=1"));
    assert_eq!(page["features"][0]["id"], "13101");
    assert_eq!(page["numberMatched"], 1741);
}

#[test]
fn the_schema_knows_every_property() {
    let directory = TestDirectory::shared();
    let schema = directory.json("/collections/coverage/schema");
    let known = schema["properties"].as_object().unwrap();
    let path = format!(
        "{ITEMS}?area=46&within=3000&measures=all&supply=facilities&add=130.5571,31.59,30&method=area"
    );
    let mut used = std::collections::BTreeSet::from(["geometry".to_owned()]);
    for feature in directory.all_pages(&path) {
        for (name, value) in feature["properties"].as_object().unwrap() {
            let kind = &known
                .get(name)
                .unwrap_or_else(|| panic!("{name} is in no schema"))["type"];
            let fits = |kind: &Value| match kind.as_str() {
                Some("string") => value.is_string(),
                Some("integer") => value.is_u64(),
                Some("number") => value.is_number(),
                Some("null") => value.is_null(),
                other => panic!("{other:?}"),
            };
            let fits = kind
                .as_array()
                .map_or_else(|| fits(kind), |kinds| kinds.iter().any(fits));
            assert!(fits, "{name}: {value} is no {kind}");
            used.insert(name.clone());
        }
    }
    assert_eq!(used, known.keys().cloned().collect());
}

#[test]
fn answers_are_known_again_until_something_changes() {
    let directory = TestDirectory::shipped();
    let tile = "/collections/coverage/tiles/WebMercatorQuad/8/100/227?within=2000";
    for path in [
        format!("{ITEMS}?area=13&within=2000"),
        format!("{ITEMS}/13113?within=2000"),
        tile.to_owned(),
    ] {
        let first = directory.get(&path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").to_owned();
        let again = directory.request(&path, &[("If-None-Match", &tag)]);
        assert_eq!(again.status, 304, "{path}");
    }
    let before = directory.json(&format!("{ITEMS}/13113?within=2000"));
    let tag = directory.get(tile).header("etag").to_owned();
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("hub.geojsonl").display().to_string();
    std::fs::write(&file, r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.7016,35.6580]},"properties":{"id":"hub","name":"hub","kind":"coworking","position_precision":"building","position_error":20,"seats":10}}"#).unwrap();
    let imported = run(&[
        "import",
        &file,
        "--publish",
        "--database",
        &directory.database,
    ]);
    assert!(imported.status.success());
    directory.wait_until(|| directory.get(tile).header("etag") != tag);
    let after = directory.json(&format!("{ITEMS}/13113?within=2000"));
    let facilities = |item: &Value| item["properties"]["facilities"].as_u64().unwrap();
    assert_eq!(facilities(&after), facilities(&before) + 1);
    let seq = before["properties"].clone();
    let then = directory.json(&format!("{ITEMS}/13113?within=2000&as-of=317"));
    assert_eq!(then["properties"], seq);
}

#[test]
fn descriptions_carry_the_question_into_items_and_tiles() {
    let directory = TestDirectory::shared();
    let query = "by=ward&within=500&kind=coworking";
    let collection = directory.json(&format!("/collections/coverage?{query}&lang=en"));
    let items = directory.link(&collection, "items").unwrap();
    assert_eq!(items, format!("{ITEMS}?{query}"));
    assert_eq!(directory.json(&items)["numberMatched"], 171);
    let tilejson = directory.json(&directory.link(&collection, "enclosure").unwrap());
    let address = tilejson["tiles"][0].as_str().unwrap();
    let address = directory.path(address);
    assert!(
        address.ends_with(&format!("/{{z}}/{{y}}/{{x}}?{query}")),
        "{address}"
    );
    assert_eq!(tilejson["vector_layers"][0]["id"], "coverage");
    assert!(tilejson["vector_layers"][0]["fields"]["coverage"].is_string());
    let filled = |z: &str, y: &str, x: &str| {
        let path = address
            .replace("{z}", z)
            .replace("{y}", y)
            .replace("{x}", x);
        directory.get(&path)
    };
    // 福岡's wards; no other district of the tile.
    let tile = filled("10", "410", "882");
    assert_eq!(tile.status, 200);
    assert!(tile.text.contains("40133") && !tile.text.contains("40130"));
    assert!(tile.text.contains("people_within") && tile.text.contains("model"));
    assert_eq!(filled("10", "401", "902").status, 204, "no ward lies there");
    for path in [
        "/collections/coverage",
        "/collections/coverage/tiles/WebMercatorQuad",
        "/collections/coverage/tiles/WebMercatorQuad/5/12/28",
        ITEMS,
    ] {
        for (bad, said) in [
            ("within=-1", "within"),
            ("within=1e12", "100000"),
            ("by=square", "prefecture, municipality, ward"),
            ("by=prefecture&area=13", "by"),
            ("area=48", "area"),
            ("kind=castle", "kind"),
            ("nix=1", "nix"),
        ] {
            let answer = directory.get(&format!("{path}?{bad}"));
            assert_eq!(answer.status, 400, "{path} {bad}: {}", answer.text);
            assert!(answer.text.contains(said), "{path} {bad}: {}", answer.text);
        }
    }
    for bad in [
        "bbox=1,2,3",
        "limit=0",
        "cursor=nix",
        "datetime=nix",
        "f=geojsonl",
    ] {
        assert_eq!(
            directory.get(&format!("{ITEMS}?{bad}")).status,
            400,
            "{bad}"
        );
    }
}

#[test]
fn a_page_is_there_as_a_table_and_for_people() {
    let directory = TestDirectory::shared();
    let csv = directory.get(&format!("{ITEMS}?area=37&within=800&limit=3&f=csv"));
    assert!(csv.header("content-type").starts_with("text/csv"));
    let rows = csv.text.lines().filter(|line| line.starts_with("37"));
    assert_eq!(rows.count(), 3);
    assert!(
        csv.text.contains("高松市,Takamatsu-shi,413544,"),
        "{}",
        csv.text
    );
    assert!(csv.text.contains("推計モデル"));
    let book = directory.get(&format!("{ITEMS}?area=37&f=xlsx"));
    assert!(book.text.starts_with("PK"));
    let page = directory.get(&format!("{ITEMS}?area=37&within=1500&limit=3&f=html"));
    assert!(page.text.contains("高松市") && page.text.contains("413,544人のうち"));
    assert!(page.text.contains("推計モデル") && page.text.contains("1500 m以内"));
    // The way to each keeps the distance, and leaves the area.
    let link = format!("{ITEMS}/37201?f=html&#38;within=1500\"");
    assert!(page.text.contains(&link), "{}", page.text);
    let one = directory.get(&format!("{ITEMS}/37201?within=1500&f=html&lang=en"));
    assert!(one.text.contains("Takamatsu-shi") && !one.text.contains("coordinates"));
    assert!(one.text.contains("People within") && one.text.contains("modelled, not counted"));
    let about = &directory.json(&format!("{ITEMS}?area=37&limit=1"))["about"];
    assert_eq!(about["within"], json!(800.0));
    assert!(about["notes"].to_string().contains("推計モデル"));
}
