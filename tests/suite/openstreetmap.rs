//! Extracts of OpenStreetMap, as an operator imports them one after the other.

use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, run};

fn node(id: u32, lat: f64, tags: Value) -> Value {
    let mut tags = tags;
    tags["amenity"] = json!("coworking_space");
    json!({ "type": "node", "id": id, "lat": lat, "lon": 139.0604711, "tags": tags })
}

fn extract(elements: &[Value]) -> String {
    json!({ "version": 0.6, "osm3s": {}, "elements": elements }).to_string()
}

#[test]
fn a_newer_extract_updates_what_it_brought_before_and_credits_say_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, text).unwrap();
        path
    };
    let street = json!({ "name": "古町の席", "opening_hours": "Mo-Fr 09:00-18:00" });
    let first = write(
        "first.json",
        &extract(&[
            node(1, 37.9212345, street),
            node(2, 37.9312345, json!({ "name": "万代の席" })),
            node(3, 37.9412345, json!({})),
        ]),
    );
    // One was renamed and drawn anew 400 m farther on.
    let renamed = json!({ "name": "フルマチ・デスク", "opening_hours": "Mo-Fr 08:00-20:00", "internet_access": "no" });
    let newer = write(
        "newer.json",
        &extract(&[
            node(1, 37.9248345, renamed),
            node(2, 37.9312345, json!({ "name": "万代の席" })),
        ]),
    );
    on_each_database(|database| {
        let import = |path: &str, more: &[&str]| {
            let fixed = [
                "import",
                path,
                "--publish",
                "--json",
                "--database",
                &database.url,
            ];
            let output = run(&[&fixed[..], more].concat());
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            (output.status.code(), report)
        };
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let attribution = || {
            let layer = "/collections/facilities/tiles/WebMercatorQuad?f=tilejson";
            server.json(layer)["attribution"].to_string()
        };
        let all = || server.json("/collections/facilities/items");
        let credits = || server.json("/credits").to_string();
        assert!(!attribution().contains("OpenStreetMap"));
        assert!(!credits().contains("OpenStreetMap"));

        // What has no name keeps nothing else out.
        let (code, report) = import(&first, &[]);
        assert_eq!((code, &report["changes"]), (Some(0), &json!(2)), "{report}");
        server.wait_until(|| all()["numberMatched"] == 2);
        assert!(attribution().contains("© OpenStreetMap contributors（ODbL）"));
        assert!(credits().contains("© OpenStreetMap contributors"));
        let (code, report) = import(&first, &[]);
        assert_eq!(
            (code, &report["unchanged"]),
            (Some(0), &json!(2)),
            "{report}"
        );

        // What its town adds stays when OpenStreetMap says more.
        let sheet = "id,名称,座席数,Wi-Fi,電源,出典\n";
        let own = all()["features"]
            .as_array()
            .unwrap()
            .iter()
            .find_map(|own| {
                let is_it = own["properties"]["osm_id"] == "node/1";
                is_it.then(|| own["id"].as_str().unwrap().to_owned())
            });
        let row = format!(
            "{},古町の席,12,有,有,市の一覧 https://city.example/\n",
            own.unwrap()
        );
        let (code, report) = import(&write("town.csv", &format!("{sheet}{row}")), &[]);
        assert_eq!(code, Some(0), "{report}");
        let (code, report) = import(&newer, &[]);
        assert_eq!(
            (code, &report["undecided"]),
            (Some(2), &json!(1)),
            "{report}"
        );
        let said = report["problems"].to_string();
        assert!(
            said.contains("「古町の席」とOpenStreetMapのIDが同じ"),
            "{said}"
        );
        let (code, report) = import(&newer, &["--same", "update"]);
        assert_eq!((code, &report["changes"]), (Some(0), &json!(1)), "{report}");
        server.wait_until(|| all().to_string().contains("フルマチ・デスク"));
        let found = all();
        assert_eq!(found["numberMatched"], 2, "{found}");
        let features = found["features"].as_array().unwrap();
        let is_it = |own: &&Value| own["properties"]["osm_id"] == "node/1";
        let own = features.iter().find(is_it).unwrap();
        let properties = &own["properties"];
        assert_eq!(properties["opening_hours"], "Mo-Fr 08:00-20:00");
        assert_eq!(properties["seats"], 12);
        // The newer extract says that there is no Wi-Fi.
        assert_eq!(properties["amenities"], json!(["power"]));
        let sources = properties["sources"].as_array().unwrap().iter();
        let titles: Vec<&str> = sources.map(|own| own["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["市の一覧", "© OpenStreetMap contributors (ODbL)"]);
        assert_eq!(own["geometry"]["coordinates"][1], 37.924_834_5);
    });
}

#[test]
fn spaces_abroad_and_at_sea_are_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, text).unwrap();
        path
    };
    let at = |id: u32, name: &str, [lat, lon]: [f64; 2]| {
        let mut node = node(id, lat, json!({ "name": name }));
        node["lon"] = json!(lon);
        node
    };
    let niigata = at(1, "古町の席", [37.921_234_5, 139.060_471_1]);
    let busan = at(2, "부산 데스크", [35.157_731_2, 129.059_144_7]);
    let sea = at(3, "船の席", [34.012_345_6, 140.512_345_6]);
    let paris = at(4, "Le Bureau", [48.856_612_3, 2.352_212_3]);
    let mixed = extract(&[busan.clone(), niigata, sea.clone(), paris.clone()]);
    let mixed = write("mixed.json", &mixed);
    let nobody = write("abroad.json", &extract(&[busan, sea]));
    let far = write("far.json", &extract(&[paris]));
    let sheet = write(
        "sheet.csv",
        "名称,緯度,経度\n古町の席,37.9212345,139.0604711\n釜山の席,35.1577312,129.0591447\n",
    );
    on_each_database(|database| {
        let import = |path: &str, more: &[&str]| {
            let fixed = ["import", path, "--json", "--database", &database.url];
            let output = run(&[&fixed[..], more].concat());
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let problems = report["problems"].as_array().unwrap().iter();
            let of_place = ["rows-skipped", "rows-missing", "outside-municipality"];
            let said: Vec<(String, String)> = problems
                .map(|problem| (problem["code"].as_str().unwrap(), problem))
                .filter(|(code, _)| of_place.contains(code))
                .map(|(code, problem)| (code.to_owned(), problem["message"].to_string()))
                .collect();
            (output.status.code(), report, said)
        };
        // With none inside there is nothing to import, and that is said.
        for (path, ids) in [(&nobody, &["node/2", "node/3"][..]), (&far, &["node/4"])] {
            let (code, report, said) = import(path, &["--publish"]);
            assert_eq!(code, Some(2), "{report}");
            assert_eq!(said.len(), 1, "{report}");
            assert_eq!(said[0].0, "rows-missing", "{report}");
            assert!(said[0].1.contains("日本のどの市区町村の中にもない"));
            assert!(ids.iter().all(|id| said[0].1.contains(id)), "{report}");
        }
        // Whoever writes a sheet can mend it.
        let (code, report, said) = import(&sheet, &["--publish"]);
        assert_eq!(code, Some(2), "{report}");
        assert!(said.iter().any(|(code, ..)| code == "outside-municipality"));

        let server = TestDirectory::at(&database.url, &["--empty"]);
        for more in [&["--municipality", "15"][..], &[]] {
            let (code, report, said) = import(&mixed, &[more, &["--dry-run"]].concat());
            assert_eq!(code, Some(0), "{report}");
            assert_eq!(said.len(), 2, "{report}");
        }
        let (code, report, said) = import(&mixed, &["--publish"]);
        assert_eq!((code, &report["changes"]), (Some(0), &json!(1)), "{report}");
        assert_eq!(report["rows"], 1, "{report}");
        assert!(said.iter().all(|(code, ..)| code == "rows-skipped"));
        let all: String = said.iter().map(|(_, message)| message.as_str()).collect();
        for named in [
            "（海の上や国外など）2件（node/2、node/3）",
            "（海の上や国外など）1件（node/4）",
        ] {
            assert!(all.contains(named), "{named}: {all}");
        }
        server.wait_until(|| server.json("/collections/facilities/items")["numberMatched"] == 1);
    });
}
