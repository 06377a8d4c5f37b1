//! Where a word, a code or a point is: `/places`, and the districts at a point.

use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, encoded};

fn search(q: &str) -> Vec<Value> {
    let page = TestDirectory::shared().json(&format!("/places?q={}", encoded(q)));
    let features = page["features"].as_array().unwrap().clone();
    assert_eq!(page["numberReturned"], features.len());
    features
}

fn first(q: &str) -> Value {
    let found = search(q);
    found.first().unwrap_or_else(|| panic!("{q} is not found"))["properties"].clone()
}

#[test]
fn a_place_is_found_however_it_is_written() {
    for q in [
        "渋谷",
        "渋谷区",
        "しぶや",
        "シブヤ",
        "ｼﾌﾞﾔ",
        "しぶやく",
        "shibuya",
        "Shibuya-ku",
        "ＳＨＩＢＵＹＡ",
        " 渋谷　",
        "東京都渋谷区",
    ] {
        let place = first(q);
        assert_eq!(place["municipality"], "13113", "{q}");
        // Its bare name means its main station first.
        let is_bare = !(q.contains('区') || q.contains('く') || q.ends_with("-ku"));
        let kind = if is_bare { "station" } else { "municipality" };
        assert_eq!(
            (&place["type"], &place["kind"]),
            (&json!(kind), &json!(kind)),
            "{q}"
        );
    }
    let ward = first("渋谷区");
    assert_eq!(
        (&ward["name"], &ward["context"]),
        (&json!("渋谷区"), &json!("東京都"))
    );
    for q in [
        "150-0002",
        "1500002",
        "１５０－０００２",
        "〒150-0002",
        "150−0002",
        "〒１５０ー０００２",
    ] {
        let place = first(q);
        assert_eq!(
            (&place["type"], &place["postal"]),
            (&json!("postal"), &json!("1500002")),
            "{q}"
        );
        assert_eq!(place["municipality"], "13113");
    }
    for q in ["道玄坂", "どうげんざか"] {
        assert_eq!(first(q)["context"], "東京都渋谷区", "{q}");
    }
    assert_eq!(first("道玄坂一丁目")["name"], "道玄坂一丁目");
    assert_eq!(first("道玄坂１丁目")["name"], "道玄坂一丁目");
    assert_eq!(first("東京都渋谷区道玄坂1-2-3")["name"], "道玄坂一丁目");
    for q in ["霞が関", "霞ヶ関", "霞ケ関", "かすみがせき"] {
        assert_eq!(first(q)["municipality"], "13101", "{q}");
    }
    for (q, code) in [("津", "24201"), ("長浜", "25203"), ("福岡", "40130")] {
        assert!(
            search(q)
                .iter()
                .any(|place| place["properties"]["municipality"] == code),
            "{q}"
        );
    }
    // Many lines meet there: the station is meant sooner than the middle of the prefecture.
    let tokyo = search("東京");
    let kinds = tokyo.iter().map(|place| &place["properties"]["kind"]);
    assert_eq!(kinds.take(2).collect::<Vec<_>>(), ["station", "prefecture"]);
    for q in ["Dogenzaka", "Dōgenzaka, Shibuya-ku, Tokyo", "dougenzaka"] {
        let place = first(q);
        assert_eq!(place["name"], "道玄坂", "{q}");
        assert_eq!(place["name_en"], "Dogenzaka", "{q}");
    }
    let county = search("上川郡");
    assert!(county.iter().any(|f| f["properties"]["name"] == "東川町"));
}

#[test]
fn every_place_is_a_point_with_the_same_keys() {
    for q in ["渋谷", "東京", "150-0002", "道玄坂", "青葉区", "札幌"] {
        for feature in search(q) {
            let properties = feature["properties"].as_object().unwrap();
            let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
            let expected = [
                "id",
                "type",
                "kind",
                "name",
                "name_kana",
                "name_en",
                "context",
                "context_en",
                "municipality",
                "postal",
                "former",
                "lines",
                "guess",
                "dropped",
                "filters",
            ];
            assert_eq!(keys, expected, "{q}");
            assert_eq!(feature["id"], feature["properties"]["id"]);
            assert_eq!(feature["geometry"]["type"], "Point");
            let kinds = [
                "prefecture",
                "municipality",
                "ward",
                "airport",
                "station",
                "town",
                "postal",
            ];
            assert!(kinds.contains(&properties["type"].as_str().unwrap()));
            if let Some(bbox) = feature["bbox"].as_array() {
                let n: Vec<f64> = bbox.iter().map(|n| n.as_f64().unwrap()).collect();
                let at = |i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
                assert!(
                    n[0] <= at(0) && at(0) <= n[2] && n[1] <= at(1) && at(1) <= n[3],
                    "{feature}"
                );
            }
        }
    }
    // Their ids are their own.
    let mut ids: Vec<String> = search("渋谷").iter().map(|f| f["id"].to_string()).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn what_names_nothing_finds_nothing_and_what_is_no_name_is_refused() {
    let server = TestDirectory::shared();
    for q in [
        "ぬゑぬゑ",
        "zzzzz",
        "%",
        "_",
        "*",
        "'",
        "\"",
        "\\",
        "<script>",
        "\u{0}",
        "🗾",
        "ー",
        "゛",
        "999-9999",
        &"渋".repeat(100),
    ] {
        assert_eq!(search(q), Vec::<Value>::new(), "{q}");
    }
    for q in ["", " ", "　", "\t\n", &"x".repeat(101), &"渋".repeat(101)] {
        let answer = server.get(&format!("/places?q={}", encoded(q)));
        assert_eq!(answer.status, 400, "{q:?}");
        assert_eq!(answer.json()["errors"][0]["parameter"], "q");
    }
    for path in [
        "/places",
        "/places?q",
        "/places?q=a&limit=0",
        "/places?q=a&limit=x",
        "/places?q=a&near=139",
        "/places?q=%ff",
    ] {
        assert_eq!(server.get(path).status, 400, "{path}");
    }
    assert_eq!(server.json("/places?q=a&limit=1")["numberReturned"], 1);
    let capped = server.json(&format!("/places?limit=100000&q={}", encoded("町")));
    assert_eq!(capped["numberReturned"], 100);
}

fn districts_at(lon: f64, lat: f64) -> Vec<String> {
    let server = TestDirectory::shared();
    let page = server.json(&format!(
        "/collections/municipalities/items?bbox={lon},{lat},{lon},{lat}"
    ));
    let features = page["features"].as_array().unwrap();
    assert_eq!(page["numberMatched"], features.len());
    features
        .iter()
        .map(|feature| feature["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_districts_at_a_point_are_those_of_the_atlas() {
    for (place, lon, lat, expected) in [
        ("渋谷駅", 139.7016, 35.658, &["13113"][..]),
        ("仙台駅", 140.8824, 38.2601, &["04101", "04100"]),
        ("天神", 130.3989, 33.5903, &["40133", "40130"]),
        ("札幌・大通", 141.3544, 43.0606, &["01101", "01100"]),
        ("堺東", 135.484, 34.573, &["27141", "27140"]),
        ("那覇", 127.679, 26.212, &["47201"]),
        ("稚内", 141.673, 45.4, &["01214"]),
        ("父島", 142.193, 27.094, &["13421"]),
        ("江の島の沖10 km", 139.48, 35.2, &[]),
        ("ソウル", 126.978, 37.566, &[]),
        ("ロンドン", -0.1, 51.5, &[]),
    ] {
        assert_eq!(districts_at(lon, lat), expected, "{place}");
    }
}

#[test]
fn a_box_without_area_answers_like_the_point_in_it() {
    // 若洲, reclaimed land; and 300 m off the breakwater: the shore's district, within half a kilometre.
    let server = TestDirectory::shared();
    let collection = "/collections/municipalities/items";
    for code in ["13113", "40133", "04101"] {
        let district = server.json(&format!("{collection}/{code}"));
        let properties = &district["properties"];
        for key in [
            "code",
            "name",
            "name_kana",
            "name_romaji",
            "kind",
            "prefecture",
            "prefecture_code",
            "parent",
            "approximate",
        ] {
            assert!(properties.get(key).is_some(), "{code} has no {key}");
        }
        assert_eq!(properties["code"], code);
        let is_ward = code != "13113";
        assert_eq!(
            properties["kind"],
            if is_ward { "ward" } else { "municipality" }
        );
        assert_eq!(properties["parent"].is_string(), is_ward);
    }
    // A larger box finds wards before cities, and each once.
    let page = server.json(&format!(
        "{collection}?bbox=130.2,33.5,130.5,33.7&limit=100"
    ));
    let kinds: Vec<bool> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["properties"]["kind"] == "municipality")
        .collect();
    assert!(
        kinds.is_sorted() && kinds.contains(&true) && kinds.contains(&false),
        "{kinds:?}"
    );
    // Prefectures over 180 degrees and the other way round.
    let count = |bbox: &str| {
        server.json(&format!(
            "/collections/prefectures/items?bbox={bbox}&limit=1"
        ))["numberMatched"]
            .clone()
    };
    assert_eq!(count("122,20,154,46"), 47);
    assert_eq!(count("122,20,-154,46"), 47);
    assert_eq!(count("170,20,-170,46"), 0);
}

#[test]
fn a_point_just_off_the_coast_still_has_a_district() {
    // The nearest polygon within 500 m: where a facility on a pier would be put.
    let reference = machinaka::directory::Reference::shipped();
    let at = |lon, lat| {
        let point = machinaka::domain::position::Position::new(lon, lat).unwrap();
        reference
            .districts
            .at(point)
            .map(|found| (found.municipality.code.to_string(), found.outside.0))
    };
    // From Enoshima southwards, until there is no district any more: that is about 500 m from the shore.
    let mut last = None;
    let mut lat = 35.32;
    while let Some(found) = at(139.48, lat) {
        last = Some(found);
        lat -= 0.0001;
        assert!(lat > 35.2, "the sea belongs to somebody");
    }
    let (code, outside) = last.unwrap();
    assert_eq!(code, "14205");
    assert!((485.0..=500.0).contains(&outside), "{outside}");
}

#[test]
fn every_shipped_facility_lies_in_its_municipality() {
    let server = TestDirectory::shared();
    let facilities = server.all_pages("/collections/facilities/items?status=*&limit=50");
    assert_eq!(facilities.len(), crate::support::SHIPPED);
    for facility in facilities {
        let properties = &facility["properties"];
        let at = |i: usize| facility["geometry"]["coordinates"][i].as_f64().unwrap();
        let codes = districts_at(at(0), at(1));
        let (municipality, ward) = (&properties["municipality"], &properties["ward"]);
        // Nothing at the very point: the rule for the coast puts it somewhere within 500 m.
        let inside = codes.is_empty() || codes.iter().any(|code| municipality == code);
        assert!(inside, "{}: {municipality} {codes:?}", facility["id"]);
        let district = server.json(&format!(
            "/collections/municipalities/items/{}",
            municipality.as_str().unwrap()
        ));
        assert_eq!(
            district["properties"]["name"],
            properties["municipality_name"]
        );
        assert_eq!(
            district["properties"]["prefecture"],
            properties["prefecture"]
        );
        assert_eq!(
            district["properties"]["kind"], "municipality",
            "never a ward"
        );
        if let Some(ward) = ward.as_str() {
            let ward = server.json(&format!("/collections/municipalities/items/{ward}"));
            assert_eq!(&ward["properties"]["parent"], municipality);
        }
    }
}

#[test]
fn facilities_stand_behind_the_places_of_their_name() {
    on_each_database(|database| {
        let server = super::hours::server(database);
        let search = |q: &str| {
            let page = server.json(&format!("/places?q={}", encoded(q)));
            page["features"].as_array().unwrap().clone()
        };
        for q in ["くろかべ", "黒壁オ", "ｸﾛｶﾍﾞ", "kurokabe", "Kurokabe Office"] {
            let found = search(q);
            let hub = found.iter().find(|f| f["properties"]["type"] == "facility");
            let hub = hub.unwrap_or_else(|| panic!("{q}: {found:?}"));
            assert_eq!(
                hub["id"], "h-1",
                "the facility's own id, so that it can be opened"
            );
            assert_eq!(hub["properties"]["name"], "黒壁オフィス");
            assert_eq!(hub["properties"]["context"], "福岡県福岡市");
            let sorts = found.iter().map(|f| f["properties"]["type"] == "facility");
            assert!(sorts.is_sorted(), "{q}: places first");
        }
        let found = search("試験デスク");
        assert_eq!(
            found.len(),
            6,
            "what is planned is not suggested: {found:?}"
        );
        // A name that towns have too leaves facilities a third.
        let limited = server.json(&format!("/places?limit=3&q={}", encoded("黒壁オフィス")));
        assert_eq!(limited["features"].as_array().unwrap().len(), 1);
        assert!(
            search("812-0011")
                .iter()
                .all(|f| f["properties"]["type"] == "postal")
        );
        let first = &search("渋谷区道玄坂")[0]["properties"];
        assert_eq!(
            (first["name"].as_str(), first["context"].as_str()),
            (Some("道玄坂"), Some("東京都渋谷区"))
        );
    });
}

/// Metres on a plane: near enough to tell whether the right place was found.
fn away(feature: &Value, [lat, lon]: [f64; 2]) -> f64 {
    let at = &feature["geometry"]["coordinates"];
    let (east, north) = (at[0].as_f64().unwrap() - lon, at[1].as_f64().unwrap() - lat);
    111_200.0 * (east * lat.to_radians().cos()).hypot(north)
}

#[test]
fn stations_are_found_by_the_names_people_call_them() {
    let (shibuya, tokyo, umeda) = ([35.658, 139.7016], [35.6812, 139.7671], [34.7025, 135.496]);
    let (namba, sannomiya) = ([34.6665, 135.5005], [34.694, 135.1945]);
    let (kasumigaseki, ochanomizu) = ([35.6736, 139.7512], [35.6996, 139.7652]);
    let (ichigaya, tenjin) = ([35.6912, 139.7355], [33.5911, 130.3988]);
    let nakano = [35.7058, 139.6658];
    let mut wrong = Vec::new();
    for (q, place) in [
        ("渋谷駅", shibuya),
        ("しぶやえき", shibuya),
        ("Shibuya Station", shibuya),
        ("shibuya sta.", shibuya),
        ("JR渋谷駅", shibuya),
        ("渋谷駅 東京", shibuya),
        ("東京駅", tokyo),
        ("Tokyo Station", tokyo),
        ("Tōkyō eki", tokyo),
        ("京都駅", [34.9858, 135.7588]),
        ("Kyoto Station", [34.9858, 135.7588]),
        ("梅田", umeda),
        ("梅田駅", umeda),
        ("大阪梅田駅", umeda),
        ("Umeda", umeda),
        ("なんば", namba),
        ("なんば駅", namba),
        ("難波駅", namba),
        ("大阪難波", namba),
        ("JR難波駅", namba),
        ("Namba", namba),
        ("Nanba Station", namba),
        ("三宮", sannomiya),
        ("三ノ宮", sannomiya),
        ("三宮駅", sannomiya),
        ("神戸三宮駅", sannomiya),
        ("さんのみや", sannomiya),
        ("sannomiya", sannomiya),
        ("霞ケ関駅", kasumigaseki),
        ("霞が関駅", kasumigaseki),
        ("霞ヶ関駅", kasumigaseki),
        ("Kasumigaseki", kasumigaseki),
        ("お茶の水駅", ochanomizu),
        ("御茶ノ水", ochanomizu),
        ("御茶の水駅", ochanomizu),
        ("市ヶ谷駅", ichigaya),
        ("市ケ谷", ichigaya),
        ("市谷駅", ichigaya),
        ("天神駅", tenjin),
        ("Tenjin station", tenjin),
        ("地下鉄天神駅", tenjin),
        ("東西線 中野", nakano),
        ("中野駅 東西線", nakano),
        ("中野駅（東京）", nakano),
        ("新大阪", [34.7335, 135.5003]),
        ("Shin-Osaka", [34.7335, 135.5003]),
        ("Shin Ōsaka Station", [34.7335, 135.5003]),
        ("博多駅", [33.5897, 130.4207]),
        ("Hakata Station", [33.5897, 130.4207]),
        ("千里中央駅", [34.8086, 135.4953]),
        ("兵庫県 三田駅", [34.8877, 135.2264]),
        ("三田駅 東京", [35.648, 139.7486]),
        ("青山一丁目駅", [35.6728, 139.724]),
        ("新橋", [35.6663, 139.7584]),
        ("那覇空港駅", [26.2064, 127.6523]),
        ("羽田空港", [35.5494, 139.7798]),
        ("Haneda Airport", [35.5494, 139.7798]),
        ("はねだくうこう", [35.5494, 139.7798]),
        ("成田空港", [35.772, 140.3929]),
        ("Narita Airport", [35.772, 140.3929]),
        ("福岡空港", [33.5859, 130.4507]),
        ("関西空港", [34.4347, 135.244]),
    ] {
        let found = search(q);
        let near = found.first().map(|first| away(first, place));
        // An airport is larger than a station.
        let limit = match q.contains('空') || q.contains("irport") || q.contains("くうこう") {
            true => 2_000.0,
            false => 1_500.0,
        };
        if near.is_none_or(|near| near > limit) {
            let first = found.first().map(|first| first["properties"].clone());
            wrong.push(format!("{q}: {near:?} {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_station_says_what_it_is_and_those_of_one_name_tell_themselves_apart() {
    let station = first("渋谷駅");
    assert_eq!(station["type"], "station");
    assert_eq!(
        (&station["name"], &station["name_en"]),
        (&json!("渋谷駅"), &json!("Shibuya Station"))
    );
    assert_eq!(station["context"], "東京都渋谷区");
    let lines = station["lines"].as_array().unwrap();
    assert!(lines.contains(&json!("半蔵門線")), "{lines:?}");
    assert_eq!(first("羽田空港")["type"], "airport");
    // 大阪梅田 of two companies is one place.
    let umeda = search("大阪梅田駅");
    let named = |feature: &&Value| feature["properties"]["name"] == "大阪梅田駅";
    assert_eq!(umeda.iter().filter(named).count(), 1);
    let lines = umeda[0]["properties"]["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 3, "{lines:?}");
    // 白石 in 北海道 twice and in 宮城県: each with its lines and where it is.
    let shiroishi = search("白石駅");
    let of_it: Vec<&Value> = shiroishi
        .iter()
        .map(|feature| &feature["properties"])
        .filter(|own| own["name"] == "白石駅")
        .collect();
    assert_eq!(of_it.len(), 3);
    let told = |own: &&Value| format!("{} {}", own["context"], own["lines"]);
    let mut told: Vec<String> = of_it.iter().map(told).collect();
    told.dedup();
    assert_eq!(told.len(), 3, "{told:?}");
    // The ward comes behind its station, which its bare name means first.
    let kinds: Vec<Value> = search("渋谷")[..2]
        .iter()
        .map(|f| f["properties"]["type"].clone())
        .collect();
    assert_eq!(kinds, ["station", "municipality"]);
}
