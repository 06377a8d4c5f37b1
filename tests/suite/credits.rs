//! Whose data an answer rests on: every layer, file and figure names those whose data it uses, and no others.

use serde_json::Value;

use crate::cli::{Files, err};
use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, run};

fn attribution(server: &TestDirectory, layer: &str, language: &str) -> String {
    let path = format!("/collections/{layer}/tiles/WebMercatorQuad?f=tilejson&lang={language}");
    server.json(&path)["attribution"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn expect(text: &str, named: &[&str], not: &[&str], what: &str) {
    for name in named {
        assert!(text.contains(name), "{what} does not name {name}: {text}");
    }
    for name in not {
        assert!(!text.contains(name), "{what} names {name}: {text}");
    }
}

#[test]
fn every_layer_names_those_whose_data_it_draws() {
    let server = TestDirectory::shared();
    for (layer, language, named, not) in [
        (
            "facilities",
            "ja",
            &["位置参照情報", "施設の事実"][..],
            &["気象庁", "GeoNames"][..],
        ),
        (
            "municipalities",
            "ja",
            &["気象庁"],
            &["GeoNames", "施設の事実"],
        ),
        (
            "prefectures",
            "ja",
            &["気象庁"],
            &["GeoNames", "施設の事実"],
        ),
        (
            "population",
            "ja",
            &["気象庁", "GeoNames（CC BY 4.0）"],
            &["施設の事実"],
        ),
        (
            "coverage",
            "ja",
            &["気象庁", "GeoNames（CC BY 4.0）", "施設の事実"],
            &[],
        ),
        (
            "population",
            "en",
            &["Meteorological Agency", "GeoNames (CC BY 4.0)"],
            &["を加工"],
        ),
        (
            "coverage",
            "en",
            &["Meteorological Agency", "GeoNames", "Facts about a hub"],
            &["を加工"],
        ),
    ] {
        expect(&attribution(server, layer, language), named, not, layer);
    }
    for collection in [
        "facilities",
        "municipalities",
        "prefectures",
        "population",
        "coverage",
    ] {
        for path in ["items?limit=1", "tiles/WebMercatorQuad"] {
            let answer = server.json(&format!("/collections/{collection}/{path}"));
            let licence = server.link(&answer, "license");
            assert_eq!(
                licence.as_deref(),
                Some("/credits?f=html"),
                "{collection}/{path}"
            );
        }
        let answer = server.get(&format!("/collections/{collection}/items?limit=1"));
        assert!(
            answer.header("link").contains("rel=\"license\""),
            "{collection}"
        );
    }
}

#[test]
fn figures_and_files_carry_the_credits_of_their_data() {
    let server = TestDirectory::shared();
    let named = ["気象庁", "GeoNames", "位置参照情報"];
    for path in [
        "/coverage?area=31&f=csv&lang=ja",
        "/coverage?area=31&f=kml&lang=ja",
        "/coverage?area=31&f=json&lang=ja",
        "/collections/coverage/items?area=31&f=kml&lang=ja",
        "/collections/coverage/items?area=31&f=html&lang=ja",
        "/collections/coverage/items/31201?f=html&lang=ja",
        "/siting?area=31&count=1&seconds=1&lang=ja",
    ] {
        expect(&server.get(path).text, &named, &[], path);
    }
    let english = server.get("/coverage?area=31&f=csv&lang=en").text;
    expect(
        &english,
        &["Meteorological Agency", "GeoNames"],
        &["気象庁"],
        "English",
    );
    let files = server.get("/collections/facilities/items?f=kml").text;
    let both = ["位置参照情報", "施設の事実", "Facts about a hub"];
    expect(&files, &both, &["GeoNames"], "facilities as KML");
}

/// The two header lines of a census table of 500 m squares.
const CENSUS: &str = "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001,T001101019\r\n,,,,　人口（総数）,　６５歳以上人口　総数\r\n";

#[test]
fn an_imported_census_is_named_and_no_page_shows_its_slug() {
    on_each_database(|database| {
        let files = Files::new();
        let mut import = vec![
            "import-population".to_owned(),
            "--database".to_owned(),
            database.url.clone(),
        ];
        // 千代田区 lies in one first-level square.
        let text = format!("{CENSUS}533946301,0,,,4000,1000\r\n");
        let path = files.path("tblT001101H5339.txt");
        std::fs::write(&path, encoding_rs::SHIFT_JIS.encode(&text).0).unwrap();
        import.push(path);
        let import: Vec<&str> = import.iter().map(String::as_str).collect();
        let server = TestDirectory::at(&database.url, &[]);
        let credits = || server.json("/credits?f=json").to_string();
        expect(&credits(), &["GeoNames"], &["e-Stat）を加工"], "before");
        let done = run(&import);
        assert!(done.status.success(), "{}", err(&done));
        let coverage =
            |query: &str| server.json(&format!("/coverage?geometry=false&lang=ja&{query}"));
        let source = |answer: &Value| answer["features"][0]["properties"]["people_source"].clone();
        server.wait_until(|| source(&coverage("area=13101")) == "census-2020-500m");
        let notes = |query: &str| coverage(query)["about"]["notes"].to_string();
        let census = "令和2年国勢調査 500 mメッシュ";
        let agency = "総務省統計局「令和2年国勢調査 500 mメッシュ」（e-Stat）";
        expect(
            &notes("area=13101"),
            &["\"census\"", census, agency, "気象庁"],
            &["GeoNames", "\"model\""],
            "13101",
        );
        expect(
            &notes("area=31201"),
            &["GeoNames", "\"model\""],
            &[agency, "\"census\""],
            "31201",
        );
        // Prefectures sum over both.
        expect(
            &notes(""),
            &["GeoNames", agency, "\"model\"", "\"census\""],
            &[],
            "all",
        );
        expect(&credits(), &["GeoNames", agency], &[], "after");
        expect(
            &server.get("/credits?f=html&lang=en").text,
            &["2020 census, 500 m squares"],
            &[],
            "page",
        );
        for layer in ["population", "coverage"] {
            expect(
                &attribution(&server, layer, "ja"),
                &["GeoNames", agency],
                &[],
                layer,
            );
        }
        let sites =
            server.json("/siting?area=13101&count=1&seconds=1&lang=ja")["notes"].to_string();
        expect(&sites, &[census, agency], &["GeoNames"], "siting");
        for path in [
            "/collections/coverage/items/13101?f=html",
            "/collections/coverage/items?area=13101&f=html",
            "/collections/population/items?area=13101&f=html",
        ] {
            for (language, name) in [("ja", census), ("en", "2020 census, 500 m squares")] {
                let page = server.get(&format!("{path}&lang={language}")).text;
                expect(&page, &[name], &["census-2020-500m"], path);
            }
        }
    });
}
