use super::*;

fn shipped() -> Stations {
    let header = "id,name,kana,name_en,municipality,lines,operators,lat,lon\n";
    let rows = "s00001,市ヶ谷,いちがや,Ichigaya,13101,南北線,東京地下鉄,35.6919,139.7361\n\
                s00002,渋谷,しぶや,Shibuya,13113,山手線,東日本旅客鉄道,35.6589,139.7014\n";
    Stations::read(&format!("{header}{rows}")).unwrap()
}

fn platform(name: &str, group: &str, line: &str, points: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"N02_001":"12","N02_002":"5","N02_003":"{line}","N02_004":"鉄道","N02_005":"{name}","N02_005c":"1","N02_005g":{group}}},"geometry":{{"type":"LineString","coordinates":{points}}}}}"#
    )
}

fn file(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::6668"}}}},"features":[{}]}}"#,
        features.join(",")
    )
}

fn finish(text: &str) -> Result<Official, Unusable> {
    let mut reading = Reading::new();
    reading.read(text.as_bytes())?;
    let tokyo = MunicipalityCode::new("13101").unwrap();
    reading.finish(&shipped(), |_| Some((tokyo, Metres(0.0))))
}

#[test]
fn platforms_of_one_group_are_one_station_at_their_middle() {
    let shibuya = platform(
        "渋谷",
        "\"002\"",
        "銀座線",
        "[[139.7,35.659],[139.704,35.659]]",
    );
    let features = [
        platform(
            "市ケ谷",
            "\"001\"",
            "1号線",
            "[[139.735,35.69],[139.736,35.69],[139.739,35.69]]",
        ),
        platform(
            "市ケ谷",
            "\"001\"",
            "2号線",
            "[[139.737,35.692],[139.737,35.692]]",
        ),
        shibuya,
        platform("新駅", "3", "銀座線", "[[139.8,35.7,10],[139.802,35.7,10]]"),
    ];
    let official = finish(&file(&features)).unwrap();
    let stations = Stations::read(&official.list).unwrap();
    assert_eq!((official.stations, official.named), (3, 2));
    assert!(official.missing.is_empty() && official.railways.is_empty());
    let ichigaya = stations.get("s00001").unwrap();
    assert_eq!(
        (&*ichigaya.name, ichigaya.kana.as_deref()),
        ("市ケ谷", Some("いちがや"))
    );
    assert_eq!(ichigaya.lines, ["1号線".into(), "2号線".into()]);
    assert_eq!(<[f64; 2]>::from(ichigaya.position), [139.737, 35.691]);
    let new = stations.get("n02-3").unwrap();
    assert_eq!(new.name_en, None);
    assert_eq!(<[f64; 2]>::from(new.position), [139.801, 35.7]);
    assert_eq!(new.municipality.unwrap().to_string(), "13101");
}

#[test]
fn what_is_no_use_is_refused_with_its_reason() {
    let shibuya = platform(
        "渋谷",
        "\"002\"",
        "銀座線",
        "[[139.7,35.659],[139.704,35.659]]",
    );
    let good = file(std::slice::from_ref(&shibuya));
    for (text, reason) in [
        (good.clone(), "1 of the 2 principal stations"),
        (good[..good.len() - 40].to_owned(), "cut off"),
        (
            good.replace("6668", "30169"),
            "“urn:ogc:def:crs:EPSG::30169”",
        ),
        (good.replace("139.704", "19.704"), "feature 1"),
        (good.replace("139.704", "-8700.5"), "feature 1"),
        (good.replace("N02_004", "N03_004"), "no N02_003 and N02_004"),
        (
            good.replace("FeatureCollection", "Feature"),
            "no FeatureCollection",
        ),
        (good.replace("LineString", "Polygon"), "feature 1"),
        (good.replace("N02_005\"", "N02_009\""), "no station"),
        (file(&[]), "no feature"),
        ("x".to_owned(), "no GeoJSON"),
    ] {
        let error = finish(&text).unwrap_err().to_string();
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

#[test]
fn a_station_in_the_sea_is_refused() {
    let mut reading = Reading::new();
    let far = platform("渋谷", "\"002\"", "銀座線", "[[135.0,30.0],[135.01,30.0]]");
    reading.read(file(&[far]).as_bytes()).unwrap();
    let tokyo = MunicipalityCode::new("13101").unwrap();
    let error = reading.finish(&shipped(), |_| Some((tokyo, Metres(90_000.0))));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("渋谷 at 30, 135.005")
    );
}
