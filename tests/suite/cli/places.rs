//! `machinaka import` of sheets whose positions, names and addresses are not what they seem.

use serde_json::Value;

use super::*;

/// What `import --publish --json` answers, and its exit code.
fn published(text: &str, name: &str, more: &[&str]) -> (Option<i32>, Value, Vec<Value>) {
    let files = Files::new();
    let file = files.write(name, text);
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let arguments = [
        "import",
        &file,
        "--publish",
        "--json",
        "--database",
        &database,
    ];
    let output = run(&[&arguments[..], more].concat());
    let report =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
    let exported = out(&run(&[
        "export",
        "--format",
        "geojsonl",
        "--database",
        &database,
    ]));
    let features = exported
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (output.status.code(), report, features.collect())
}

/// Row, code and whether it blocks, of each problem.
fn codes(report: &Value) -> Vec<(Option<u64>, &str, bool)> {
    let problems = report["problems"].as_array().unwrap().iter();
    let of = |p: &'_ Value| -> (Option<u64>, bool) { (p["row"].as_u64(), p["blocks"] == true) };
    problems
        .filter(|p| p["code"] != "kind-missing")
        .map(|p| (of(p).0, p["code"].as_str().unwrap(), of(p).1))
        .collect()
}

fn is_near(feature: &Value, lat: f64, lon: f64, metres: f64) -> bool {
    let at = &feature["geometry"]["coordinates"];
    let north = (at[1].as_f64().unwrap() - lat) * 111_000.0;
    let east = (at[0].as_f64().unwrap() - lon) * 111_300.0 * lat.to_radians().cos();
    north.hypot(east) <= metres
}

#[test]
fn a_position_outside_japan_is_named_and_nobody_dies() {
    let sheet = "名称,施設の種類,緯度,経度\nテストハブ,コワーキング,48.8566,2.3522\n";
    let (code, report, features) = published(sheet, "paris.csv", &[]);
    assert_eq!(code, Some(2));
    assert_eq!(
        codes(&report),
        [(Some(2), "coordinates-outside-japan", true)]
    );
    assert_eq!(features.len(), 0);
}

#[test]
fn the_old_datum_is_converted_and_said() {
    let address = "東京都渋谷区道玄坂2-1";
    let by_header = format!(
        "名称,施設の種類,住所,緯度（日本測地系）,経度（日本測地系）\nハブ甲,コワーキング,{address},35.6553,139.7017\n"
    );
    let old = format!(
        "名称,施設の種類,住所,旧緯度,旧経度\nハブ甲,コワーキング,{address},35.6553,139.7017\n"
    );
    let by_column = format!(
        "名称,施設の種類,住所,緯度,経度,座標系\nハブ甲,コワーキング,{address},35.6553,139.7017,TOKYO\n"
    );
    let point = r#""type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[139.7017,35.6553]},"properties":{"name":"ハブ甲","kind":"coworking"}}]"#;
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4301"}}"#;
    let geojson = format!("{{{crs},{point}}}");
    for (name, text) in [
        ("a.csv", &by_header),
        ("b.csv", &old),
        ("c.csv", &by_column),
        ("d.geojson", &geojson),
    ] {
        let (code, report, features) = published(text, name, &[]);
        assert_eq!(code, Some(0), "{name}: {report}");
        assert_eq!(codes(&report), [(None, "datum-converted", false)], "{name}");
        assert!(
            is_near(&features[0], 35.658_54, 139.698_46, 12.0),
            "{name}: {}",
            features[0]
        );
        assert_eq!(features[0]["properties"]["position_error"], 10, "{name}");
    }
    // What is WGS 84 stays as it is, and what is neither is refused by its name.
    let named = |system: &str| by_column.replace("TOKYO", system);
    for system in ["世界測地系", "WGS84", "JGD2011", "EPSG:6668", ""] {
        let (code, report, features) = published(&named(system), "e.csv", &[]);
        assert_eq!((code, codes(&report)), (Some(0), vec![]), "{system}");
        assert!(is_near(&features[0], 35.6553, 139.7017, 0.1), "{system}");
    }
    for system in ["EPSG:6677", "EPSG:2451", "平面直角座標系第9系", "NAD27"] {
        let (code, report, _) = published(&named(system), "f.csv", &[]);
        assert_eq!(code, Some(2), "{system}");
        assert_eq!(
            codes(&report),
            [(Some(2), "datum-unknown", true)],
            "{system}"
        );
        assert_eq!(report["problems"][0]["found"], system);
    }
    let plane = geojson.replace("EPSG::4301", "EPSG::6677");
    let (code, report, _) = published(&plane, "g.geojson", &[]);
    assert_eq!(
        (code, codes(&report)),
        (Some(2), vec![(None, "datum-unknown", true)])
    );
    assert_eq!(report["problems"][0]["found"], "EPSG:6677");
}

#[test]
fn packed_degrees_are_degrees_minutes_and_seconds() {
    let sheet = "名称,施設の種類,緯度,経度\nテストハブ,コワーキング,353930.6,1394154.6\n";
    let (code, report, features) = published(sheet, "dms.csv", &[]);
    assert_eq!((code, codes(&report)), (Some(0), vec![]));
    let at = &features[0]["geometry"]["coordinates"];
    assert_eq!(
        (at[1].as_f64(), at[0].as_f64()),
        (Some(35.6585), Some(139.6985))
    );
}

#[test]
fn one_position_for_two_addresses_is_remarked_on() {
    let sheet = "名称,施設の種類,住所,緯度,経度\n\
        甲,コワーキング,静岡県焼津市本町5-6-1,34.8631400,138.3205910\n\
        乙,コワーキング,静岡県焼津市本町2-16-32,34.8631400,138.3205910\n\
        丙,コワーキング,静岡県焼津市本町5-6-1 3階,34.8631400,138.3205910\n";
    let (code, report, _) = published(sheet, "a.csv", &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(codes(&report), [(Some(3), "coordinates-shared", false)]);
}

#[test]
fn a_persons_column_is_never_the_name_and_a_guess_is_asked_about() {
    let hostels = "業務種別,施設名称１,施設郵便番号,施設所在地１,施設所在地２,施設電話番号,営業者申請者名,営業者役職名,営業者代表者名,許可番号,緯度,経度\n\
        旅館業,仕事場つき宿 試験荘,760-0023,高松市寿町二丁目1-1,,087-000-0001,架空　太郎,,,第1号,34.3500,134.0470\n";
    let (code, report, features) = published(hostels, "hostels.csv", &["--kind", "coworking"]);
    assert_eq!(code, Some(0), "{report}");
    let properties = &features[0]["properties"];
    assert_eq!(properties["name"], "仕事場つき宿 試験荘");
    assert_eq!(properties["address"], "高松市寿町二丁目1-1");
    assert_eq!(properties["operator"], Value::Null);
    let nameless = hostels.replace("施設名称１", "備考");
    let (code, report, _) = published(&nameless, "nameless.csv", &["--kind", "coworking"]);
    assert_eq!(code, Some(2));
    assert!(
        codes(&report).contains(&(None, "column-unmatched", true)),
        "{report}"
    );

    let farms =
        "農園名,区分,住所,緯度,経度\n青空農園の机,コワーキング,長浜市元浜町12,35.3814,136.2655\n";
    let (code, report, features) = published(farms, "farms.csv", &[]);
    assert_eq!((code, features.len()), (Some(2), 0));
    assert_eq!(codes(&report), [(None, "name-guessed", true)]);
    assert_eq!(report["problems"][0]["column"], "農園名");
    let (code, report, features) = published(farms, "farms.csv", &["--columns", "name=農園名"]);
    assert_eq!((code, codes(&report)), (Some(0), vec![]));
    assert_eq!(features[0]["properties"]["name"], "青空農園の机");
    let (code, report, _) = published(farms, "farms.csv", &["--columns", "name=施設名"]);
    assert_eq!(code, Some(2));
    assert!(
        codes(&report).contains(&(None, "column-unmatched", true)),
        "{report}"
    );
    assert_eq!(report["problems"][0]["found"], "施設名");
}

#[test]
fn former_names_are_todays_and_said() {
    let sheet = "市区町村コード,名称,施設の種類,住所,緯度,経度\n\
        221317,旧中区ハブ,コワーキング,静岡県浜松市中区元城町103-2,34.7109,137.7262\n\
        221309,市ハブ,コワーキング,静岡県浜松市中央区元城町103-2,34.7110,137.7363\n\
        22131,旧五桁,コワーキング,静岡県浜松市中区元城町103-2,34.7111,137.7464\n";
    let (code, report, features) = published(sheet, "HM.csv", &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(
        codes(&report),
        [
            (Some(2), "former-name", false),
            (Some(4), "former-name", false)
        ]
    );
    assert!(
        features
            .iter()
            .all(|f| f["properties"]["municipality"] == "22130"),
        "{features:?}"
    );

    let addresses = "名称,施設の種類,住所\n\
        清水の港,コワーキング,静岡県清水市旭町6-8\n\
        葛飾ハブ,コワーキング,東京都葛\u{e0102}飾区立石5-13-1\n\
        花巻ハブ,コワーキング,岩手県花巻市東十二丁目第１９地割１０－５\n\
        札幌ハブ,コワーキング,札幌市中央区北1西2\n";
    let (code, report, features) = published(addresses, "addresses.csv", &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(features.len(), 4);
    let former: Vec<_> = codes(&report)
        .into_iter()
        .filter(|p| p.1 == "former-name")
        .collect();
    assert_eq!(former, [(Some(2), "former-name", false)]);
}

#[test]
fn what_nobody_sees_and_what_cannot_be_stays_out() {
    let sheet = "名称,施設の種類,住所,緯度,経度,電話番号,建築年,確認日\n\
        あ\u{202e}い,コワーキング,長浜市元浜町1,35.3814,136.2655,,,\n\
        う\u{200b}え,コワーキング,長浜市元浜町2,35.3824,136.2665,,,\n\
        お,コワーキング,長浜市元浜町3,35.3834,136.2675,,3000,\n\
        か,コワーキング,長浜市元浜町4,35.3844,136.2685,,,2099-01-01\n\
        ﾃﾚﾜｰｸ机,コワーキング,長浜市元浜町5,35.3854,136.2695,－,,\n\
        く,コワーキング,長浜市元浜町6,35.3864,136.2705,なし,1970,2026-01-01\n\
        け,コワーキング,長浜市元浜町7,35.3874,136.2715,749650000,,\n";
    let (code, report, _) = published(sheet, "a.csv", &[]);
    assert_eq!(code, Some(2));
    assert_eq!(
        codes(&report),
        [
            (Some(2), "text-hidden", true),
            (Some(3), "text-hidden", true),
            (Some(4), "date-impossible", true),
            (Some(5), "date-impossible", true),
            (Some(8), "value-unreadable", false),
        ]
    );
    let phone = &report["problems"][4]["suggestion"]["cells"][0]["text"];
    assert_eq!(phone, "0749650000");
    let kept: Vec<&str> = sheet
        .lines()
        .filter(|l| !l.contains(['\u{202e}', '\u{200b}']))
        .collect();
    let kept = kept
        .join("\n")
        .replace("3000", "")
        .replace("2099-01-01", "");
    let (code, _, features) = published(&kept, "b.csv", &[]);
    assert_eq!(code, Some(0));
    let named = |name: &str| features.iter().any(|f| f["properties"]["name"] == name);
    assert!(named("テレワーク机"), "{features:?}");
    assert!(features.iter().all(|f| f["properties"]["phone"].is_null()));
}

#[test]
fn a_ward_finds_the_facilities_whose_addresses_name_it() {
    let sheet = "名称,施設の種類,住所,緯度,経度\n\
        博多の席,コワーキング,福岡市博多区博多駅前2-1-1,33.5894,130.4200\n\
        中洲の席,コワーキング,福岡市博多区中洲5丁目,33.5930,130.4000\n\
        天神の席,コワーキング,福岡市天神1-8-1,33.5903,130.4017\n\
        推定の席,コワーキング,,33.5903,130.4017\n";
    let files = Files::new();
    let file = files.write("wards.csv", sheet);
    let url = format!("sqlite:{}", files.path("a.sqlite"));
    let imported = run(&["import", &file, "--publish", "--json", "--database", &url]);
    let report: Value = serde_json::from_slice(&imported.stdout).unwrap();
    assert_eq!(codes(&report), [(Some(5), "ward-uncertain", false)]);
    let server = TestDirectory::at(&url, &["--empty"]);
    let names = |query: &str| {
        let found = server.json(&format!("/collections/facilities/items?{query}"));
        let features = found["features"].as_array().unwrap().clone();
        let mut names: Vec<String> = features
            .iter()
            .map(|f| f["properties"]["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("municipality=40132"), ["中洲の席", "博多の席"]);
    assert_eq!(names("municipality=40133"), ["天神の席", "推定の席"]);
    assert_eq!(names("municipality=40130").len(), 4);
    let page = |path: &str| server.get(&format!("{path}?f=html")).text;
    let ward = page("/collections/municipalities/items/40132");
    assert!(
        ward.contains("中洲の席") && !ward.contains("天神の席"),
        "{ward}"
    );
    // Its page says what the ward rests on, where that is only an estimate.
    let found = server.json("/collections/facilities/items?municipality=40133");
    for feature in found["features"].as_array().unwrap() {
        let own = page(&format!(
            "/collections/facilities/items/{}",
            feature["id"].as_str().unwrap()
        ));
        let is_estimate = feature["properties"]["name"] == "推定の席";
        assert_eq!(
            own.contains("区は中央区（住所に区名がなく"),
            is_estimate,
            "{own}"
        );
    }
}
