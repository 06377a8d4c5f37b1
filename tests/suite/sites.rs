//! Where the next hubs should go, asked over HTTP; the command line says the same.

use serde_json::{Value, json};

use crate::cli::{Files, err, out};
use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory, encoded, run};

fn posted(directory: &TestDirectory, query: &str, sort: &str, body: &[u8]) -> Answer {
    let path = format!("/siting?lang=en&{query}");
    Client::anonymous(directory).send_bytes("POST", &path, &[("Content-Type", sort)], body)
}

fn points(all: &[(&str, f64, f64)]) -> Value {
    let each = all.iter().map(|(name, lon, lat)| {
        json!({
            "type": "Feature", "properties": {"name": name},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        })
    });
    json!({"type": "FeatureCollection", "features": each.collect::<Vec<_>>()})
}

/// Three places of Shibuya.
const STORES: [(&str, f64, f64); 3] = [
    ("渋谷の空き店舗", 139.7016, 35.6580),
    ("恵比寿の空き店舗", 139.7100, 35.6467),
    ("笹塚の空き店舗", 139.6672, 35.6737),
];

fn without_time(mut answer: Value) -> Value {
    for own in ["seconds", "links"] {
        answer.as_object_mut().unwrap().remove(own);
    }
    answer
}

#[test]
fn the_sites_of_an_area_come_with_their_proof() {
    let directory = TestDirectory::shared();
    let answer = directory.json("/siting?area=13113&count=3&within=500&view.map=1");
    assert_eq!(answer["type"], "FeatureCollection");
    assert_eq!(
        (&answer["proved"], &answer["gap"]),
        (&json!(true), &json!(0.0))
    );
    assert_eq!(answer["bound"], answer["value"]);
    assert_eq!(answer["cut"], false);
    assert!(answer["method"].is_string() && answer["seconds"].is_number());
    let features = answer["features"].as_array().unwrap();
    assert_eq!(features.len(), 3);
    let gains: Vec<f64> = features
        .iter()
        .map(|feature| feature["properties"]["gain"].as_f64().unwrap())
        .collect();
    assert!(gains.is_sorted_by(|a, b| a >= b), "{gains:?}");
    let value = answer["value"].as_f64().unwrap();
    assert_eq!(gains.iter().sum::<f64>(), value);
    // What more sites cover never falls, no bound is below its value, and one site is exact.
    let curve = answer["curve"].as_array().unwrap();
    assert_eq!((curve.len(), &curve[2]["value"]), (3, &answer["value"]));
    assert_eq!(curve[0]["bound"], curve[0]["value"]);
    let of = |step: &Value, key: &str| step[key].as_f64().unwrap();
    assert!(curve.is_sorted_by(|a, b| of(a, "value") <= of(b, "value")));
    assert!(
        curve
            .iter()
            .all(|step| of(step, "bound") >= of(step, "value"))
    );
    let robustness = answer["robustness"].as_array().unwrap();
    assert_eq!(
        (&robustness[0]["within"], &robustness[1]["within"]),
        (&json!(450.0), &json!(550.0))
    );
    for other in robustness {
        assert!(of(other, "value").is_sign_positive(), "{other}");
        assert!(of(other, "value") <= of(other, "best") && of(other, "best") <= of(other, "bound"));
    }
    let notes = answer["notes"].to_string();
    assert!(notes.contains("imprecise-left-out"), "{notes}");
    assert!(
        notes.contains("推計モデル") && notes.contains("直線距離"),
        "{notes}"
    );
    // Adopted as imagined facilities they serve whom the answer says.
    let add: Vec<String> = features
        .iter()
        .map(|feature| {
            let at = &feature["geometry"]["coordinates"];
            format!("{},{}", at[0], at[1])
        })
        .collect();
    let covered = directory.json(&format!(
        "/coverage?area=13113&within=500&geometry=false&imprecise=leave-out&f=json&add={}",
        add.join(";")
    ));
    let row = &covered["features"][0]["properties"];
    assert_eq!(row["people"], answer["people"]);
    assert_eq!(row["people_within"], answer["people_within_after"]);
    // Who is served by what is imagined is not to be served again.
    let after = directory.json(&format!(
        "/siting?area=13113&count=1&within=500&add={}",
        add.join(";")
    ));
    assert_eq!(after["people_within_before"], answer["people_within_after"]);
    assert_eq!(after["best"].as_array().unwrap().len(), 10);
    assert_eq!(after["best"][0]["gain"], after["value"]);
    // The same question has the same answer, remembered or not.
    let again = directory.json("/siting?area=13113&count=3&within=500&seconds=10");
    assert_eq!(without_time(again), without_time(answer));
}

#[test]
fn the_command_line_prints_the_same_numbers() {
    let directory = TestDirectory::shipped();
    let files = Files::new();
    let stores = files.write("stores.geojson", &points(&STORES).to_string());
    let given = [
        "--database",
        &directory.database,
        "--json",
        "--seconds",
        "60",
    ];
    let printed = |more: &[&str]| -> Value {
        let output = run(&[&["site"], &given[..], more].concat());
        assert!(output.status.success(), "{}", err(&output));
        serde_json::from_str(&out(&output)).unwrap()
    };
    let same = |printed: &Value, over_http: &Value| {
        for (key, value) in printed.as_object().unwrap() {
            match key.as_str() {
                "seconds" | "notes" => {}
                "sites" => {
                    let features = over_http["features"].as_array().unwrap();
                    let sites: Vec<Value> = features
                        .iter()
                        .map(|one| one["properties"].clone())
                        .collect();
                    assert_eq!(value, &json!(sites));
                }
                key => assert_eq!(value, &over_http[key], "{key}"),
            }
        }
    };
    for objective in ["cover", "median", "center"] {
        let over_http = directory.json(&format!(
            "/siting?area=13103&count=2&within=800&seconds=60&objective={objective}"
        ));
        let arguments = [
            "--area",
            "13103",
            "--count",
            "2",
            "--within",
            "800",
            "--objective",
            objective,
        ];
        same(&printed(&arguments), &over_http);
        assert_eq!(over_http["objective"], objective);
    }
    let own = posted(
        &directory,
        "area=13113&count=2&within=500&seconds=60",
        "application/geo+json",
        points(&STORES).to_string().as_bytes(),
    );
    assert_eq!(own.status, 200, "{}", own.text);
    let arguments = [
        "--area",
        "13113",
        "--count",
        "2",
        "--within",
        "500",
        "--candidates",
        &stores,
    ];
    same(&printed(&arguments), &own.json());
}

#[test]
fn distances_count_from_the_hubs_there_are() {
    let directory = TestDirectory::shared();
    let ask = |query: &str| directory.json(&format!("/siting?area=13103&within=800&{query}"));
    for objective in ["median", "center"] {
        let one = ask(&format!("objective={objective}&count=1"));
        let two = ask(&format!("objective={objective}&count=2"));
        let of = |answer: &Value, key: &str| answer[key].as_f64().unwrap();
        assert!(of(&one, "value") < of(&one, "value_before"), "{one}");
        assert!(of(&two, "value") < of(&one, "value"), "{two}");
        assert_eq!(one["value_before"], two["value_before"]);
        assert!(of(&two, "bound") <= of(&two, "value"));
        assert_eq!(two["features"].as_array().unwrap().len(), 2);
        // With what was chosen already there, one more is worth as much as choosing after it.
        let at = &one["features"][0]["geometry"]["coordinates"];
        let after = ask(&format!(
            "objective={objective}&count=1&add={},{}",
            at[0], at[1]
        ));
        let before = of(&after, "value_before");
        assert!((before / of(&one, "value") - 1.0).abs() < 1e-12, "{after}");
        assert!(of(&after, "value") >= of(&two, "value") - 1e-6);
    }
    // The mean over the same squares, counted by coverage.
    let median = ask("objective=median&count=1");
    let at = &median["features"][0]["geometry"]["coordinates"];
    let counted = directory.json(&format!(
        "/coverage?area=13103&within=800&imprecise=leave-out&measures=nearest&geometry=false&add={},{}",
        at[0], at[1]
    ));
    let mean = counted["features"][0]["properties"]["distance_mean"]
        .as_f64()
        .unwrap();
    assert!(
        (mean - median["mean"].as_f64().unwrap()).abs() < 1e-3,
        "{mean} {median}"
    );
}

#[test]
fn a_planners_own_list_may_be_a_sheet() {
    let directory = TestDirectory::shared();
    let geojson = points(&STORES).to_string();
    let by_geojson = posted(
        directory,
        "area=13113&count=2&within=500",
        "application/geo+json",
        geojson.as_bytes(),
    );
    assert_eq!(by_geojson.status, 200, "{}", by_geojson.text);
    let mut sheet = "名称,緯度,経度\r\n".to_owned();
    for (name, lon, lat) in STORES {
        sheet += &format!("{name},{lat},{lon}\r\n");
    }
    let by_sheet = posted(
        directory,
        "area=13113&count=2&within=500",
        "text/csv; charset=utf-8",
        sheet.as_bytes(),
    );
    assert_eq!(by_sheet.status, 200, "{}", by_sheet.text);
    assert_eq!(
        without_time(by_sheet.json()),
        without_time(by_geojson.json())
    );
    assert_eq!(by_sheet.json()["candidates"], 3);
    // A list of addresses stands at its towns' points, and says so.
    let addresses = "名称,所在地\r\n空き店舗,東京都渋谷区恵比寿四丁目1-1\r\n";
    let by_address = posted(
        directory,
        "area=13113&within=500",
        "text/csv",
        addresses.as_bytes(),
    );
    assert_eq!(by_address.status, 200, "{}", by_address.text);
    assert_eq!(by_address.json()["candidates_by_town"], 1);
    assert!(by_address.text.contains("candidates-by-town"));
    // An imagined facility among the features is no candidate.
    let mut with = points(&STORES);
    with["features"][0]["properties"]["imagined"] = true.into();
    let with = posted(
        directory,
        "area=13113&within=500",
        "application/geo+json",
        with.to_string().as_bytes(),
    );
    assert_eq!(with.json()["candidates"], 2);
    assert!(
        with.json()["people_within_before"].as_u64()
            > by_sheet.json()["people_within_before"].as_u64()
    );
}

#[test]
fn what_cannot_be_asked_is_named() {
    let directory = TestDirectory::shared();
    for (query, said) in [
        ("area=13113&count=9999", "there are only"),
        ("area=13113&count=0", "count=“0”"),
        ("area=13113&count=-1", "count=“-1”"),
        ("area=13113&count=1.5", "count=“1.5”"),
        ("area=13&count=1001", "at most 1000 sites"),
        ("area=13113&within=-800", "within=“-800”"),
        ("area=13113&within=1e12", "within=“1e12”"),
        ("area=13113&within=NaN", "within=“NaN”"),
        ("area=48", "area=“48”"),
        ("area=13113&objective=best", "objective=“best”"),
        ("area=13113&method=area", "by their centre"),
        ("area=13113&weight=65%2B", "not told by age"),
        ("area=13113&seconds=61", "seconds=“61”"),
        ("area=13113&seconds=0", "seconds=“0”"),
        ("area=13113&add=1,2", "add=“1,2”"),
        ("area=07546", "nobody lives in 双葉町"),
        ("area=00&objective=median", "ask for a smaller area"),
        ("area=13&within=100000&status=suspended", "pairs"),
        ("areas=13", "areas"),
    ] {
        let answer = directory.get(&format!("/siting?lang=en&{query}"));
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert!(answer.text.contains(said), "{query}: {}", answer.text);
    }
    let json = "application/geo+json";
    let one = |lon: Value, lat: Value| {
        let feature = json!({"type": "Feature", "properties": {"name": "空き店舗"}, "geometry": {"type": "Point", "coordinates": [lon, lat]}});
        json!({"type": "FeatureCollection", "features": [feature]}).to_string()
    };
    let line = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "LineString", "coordinates": [[139.7, 35.6], [139.8, 35.7]]}},
    ]});
    for (sort, body, status, said) in [
        (
            json,
            one(json!(135.5), json!(34.7)),
            400,
            "lies outside 渋谷区",
        ),
        (json, one(json!(0), json!(0)), 400, "row 1"),
        (json, one(Value::Null, json!(35.6)), 400, "row 1"),
        (json, one(json!(35.6), json!(139.7)), 400, "row 1"),
        (json, line.to_string(), 400, "row 1"),
        (
            json,
            r#"{"type":"FeatureCollection","features":[]}"#.to_owned(),
            400,
            "candidates",
        ),
        (json, "{".to_owned(), 400, "JSON"),
        (
            "text/csv",
            "名称,緯度,経度\n店,NaN,139.7\n".to_owned(),
            400,
            "row 2",
        ),
        (
            "text/csv",
            "名称,緯度,経度\n店,,\n".to_owned(),
            400,
            "row 2",
        ),
        (
            "text/csv",
            "名称,緯度,経度\n候補甲,48.8566,139.7\n".to_owned(),
            400,
            "row 2",
        ),
        (
            "text/csv",
            "名称,緯度,経度\n候補甲,48.8566,2.3522\n".to_owned(),
            400,
            "row 2",
        ),
        ("text/csv", "名称,緯度,経度\n".to_owned(), 400, "row"),
        ("text/plain", "a".to_owned(), 415, "text/csv"),
    ] {
        let answer = posted(directory, "area=13113&within=500", sort, body.as_bytes());
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert!(answer.text.contains(said), "{body}: {}", answer.text);
    }
    let two = posted(
        directory,
        "area=13113&count=4",
        json,
        points(&STORES).to_string().as_bytes(),
    );
    assert!(two.text.contains("only 3 candidates"), "{}", two.text);
    let japanese = directory.get(&format!("/siting?area=13113&count={}", encoded("三")));
    assert!(japanese.text.contains("1以上の整数"), "{}", japanese.text);
}
