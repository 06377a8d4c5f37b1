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
