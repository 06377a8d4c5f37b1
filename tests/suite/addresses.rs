//! `import-addresses`: official lists of blocks and lots, and what is then found to the block.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, encoded, run};

const HEADER: &str = "\"都道府県名\",\"市区町村名\",\"大字・丁目名\",\"小字・通称名\",\"街区符号・地番\",\"座標系番号\",\"Ｘ座標\",\"Ｙ座標\",\"緯度\",\"経度\",\"住居表示フラグ\",\"代表フラグ\",\"更新前履歴フラグ\",\"更新後履歴フラグ\"\r\n";

/// A row of the ministry's list.
fn row(
    district: [&str; 2],
    town: &str,
    part: &str,
    block: &str,
    at: [f64; 2],
    flags: &str,
) -> String {
    let [prefecture, city] = district;
    let [lat, lon] = at;
    let flags: Vec<String> = flags.chars().map(|c| format!("\"{c}\"")).collect();
    let flags = flags.join(",");
    format!(
        "\"{prefecture}\",\"{city}\",\"{town}\",\"{part}\",\"{block}\",\"9\",\"-1.0\",\"-1.0\",\"{lat:.6}\",\"{lon:.6}\",{flags}\r\n"
    )
}

const SHIBUYA: [&str; 2] = ["東京都", "渋谷区"];

/// 道玄坂一丁目 with twelve blocks on a grid of 100 m, one of them with a second point.
fn shibuya() -> String {
    let mut text = HEADER.to_owned();
    for block in 0..12 {
        let at = [
            35.6570 + f64::from(block / 4) * 0.000_899,
            139.6980 + f64::from(block % 4) * 0.001_106,
        ];
        text += &row(
            SHIBUYA,
            "道玄坂一丁目",
            "",
            &(block + 1).to_string(),
            at,
            "1100",
        );
        if block == 1 {
            text += &row(
                SHIBUYA,
                "道玄坂一丁目",
                "",
                "2",
                [at[0] + 0.000_27, at[1]],
                "1000",
            );
        }
    }
    text + &row(
        SHIBUYA,
        "道玄坂一丁目",
        "",
        "99",
        [35.6575, 139.6985],
        "1103",
    )
}

/// Lots of 法蓮町 and of two parts of a village, and one that lies at both of its ends.
fn nara() -> String {
    let nara = ["奈良県", "奈良市"];
    let mut text = HEADER.to_owned();
    for lot in 380..390 {
        let at = [34.6930 + f64::from(lot - 380) * 0.000_9, 135.8180];
        text += &row(nara, "法蓮町", "", &lot.to_string(), at, "0100");
    }
    let village = ["奈良県", "生駒郡平群町"];
    text += &row(
        village,
        "大字三里",
        "上垣内",
        "12",
        [34.6300, 135.7000],
        "0100",
    );
    text += &row(
        village,
        "大字三里",
        "下垣内",
        "12",
        [34.6310, 135.7010],
        "0100",
    );
    text += &row(
        village,
        "大字三里",
        "下垣内",
        "15",
        [34.6320, 135.7020],
        "0100",
    );
    text += &row(nara, "法蓮町", "", "900", [34.6930, 135.8180], "0100");
    text + &row(nara, "法蓮町", "", "900", [34.7130, 135.8180], "0000")
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name).display().to_string();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// What the command says, if it succeeds or where it does not.
fn import(database: &Database, files: &[&str]) -> Result<String, String> {
    let output = run(&[&["import-addresses", "--database", &database.url], files].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    }
}

/// The first place of a search.
fn place(server: &TestDirectory, text: &str) -> Value {
    let found = server.json(&format!("/places?q={}&f=json", encoded(text)));
    found["features"][0].clone()
}

#[test]
fn addresses_are_found_to_the_block_once_the_list_is_there() {
    let files = Files::new();
    let tokyo = files.write(
        "13113-19.0a.zip",
        &zipped(&[
            ("13113-19.0a/13_2020.html", b"<html>"),
            ("13113-19.0a/13_2020.csv", &cp932(&shibuya())),
        ]),
    );
    let nara = files.write("29000-19.0a.csv", &cp932(&nara()));
    let sheet = files.write(
        "sheet.csv",
        "名称,施設の種類,住所\n\
         街区の席,コワーキング,東京都渋谷区道玄坂1丁目6番3号\n\
         地番の席,コワーキング,奈良市法蓮町387\n\
         小字の席,コワーキング,奈良県生駒郡平群町三里字下垣内12番地の3\n\
         両端の席,コワーキング,奈良市法蓮町900\n\
         町の席,コワーキング,奈良市法蓮町1234\n"
            .as_bytes(),
    );
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let before = place(&server, "渋谷区道玄坂1-6-3");
        assert_eq!(before["properties"]["type"], "town", "{before}");
        let said = import(database, &[&tokyo, &nara]).unwrap();
        for expected in [
            "13113 渋谷区: 1町、12街区・地番\n",
            "29201 奈良市: 1町、10街区・地番\n",
            "29342 平群町: 1町、3街区・地番\n",
            "削除と記された1行",
            "1件は含めていません",
            "国土交通省「位置参照情報（街区レベル）」 ",
        ] {
            assert!(said.contains(expected), "{expected}: {said}");
        }
        server
            .wait_until(|| place(&server, "渋谷区道玄坂1-6-3")["properties"]["type"] == "address");
        for (text, name, [lat, lon]) in [
            (
                "渋谷区道玄坂1-6-3",
                "道玄坂一丁目6番",
                [35.657_899, 139.699_106],
            ),
            (
                "東京都渋谷区道玄坂一丁目６番３号",
                "道玄坂一丁目6番",
                [35.657_899, 139.699_106],
            ),
            ("道玄坂1-6", "道玄坂一丁目6番", [35.657_899, 139.699_106]),
            ("奈良市法蓮町387", "法蓮町387番地", [34.6993, 135.8180]),
        ] {
            let found = place(&server, text);
            let properties = &found["properties"];
            assert_eq!(
                (&properties["type"], &properties["name"]),
                (&json!("address"), &json!(name)),
                "{text}: {found}"
            );
            let at = &found["geometry"]["coordinates"];
            let off = [at[0].as_f64().unwrap() - lon, at[1].as_f64().unwrap() - lat];
            assert!(off.iter().all(|off| off.abs() < 2e-6), "{text}: {at}");
            assert_eq!(properties["position_precision"], "street");
            let credit = properties["credit"].as_str().unwrap();
            assert!(credit.contains("位置参照情報（街区レベル）"), "{credit}");
        }
        // A list finds the place its question names as the map does.
        let list = |text: &str, f: &str| {
            let path = "/collections/facilities/items?limit=1&place=";
            server.get(&format!("{path}{}&f={f}", encoded(text)))
        };
        let page = list("渋谷区道玄坂1-6-3", "html");
        assert!(
            page.text.contains("東京都渋谷区道玄坂一丁目6番"),
            "{}",
            page.text
        );
        assert_eq!(list("渋谷区道玄坂1-6-3", "json").status, 200);
        let layer = "/collections/facilities/tiles/WebMercatorQuad?f=tilejson";
        let attribution = server.json(layer)["attribution"].to_string();
        assert!(
            attribution.contains("位置参照情報（街区レベル）"),
            "{attribution}"
        );
        // Inside the grid the neighbours are 100 m away; its second point of block 2 is 30 m away.
        let error = |text: &str| {
            place(&server, text)["properties"]["position_error"]
                .as_f64()
                .unwrap()
        };
        assert_eq!(error("渋谷区道玄坂1-6"), 100.0);
        assert!(
            (130.0..=150.0).contains(&error("渋谷区道玄坂1-2")),
            "{}",
            error("渋谷区道玄坂1-2")
        );
        // What the list does not have, or has in several places, is known to its town.
        for text in ["渋谷区道玄坂1-99", "奈良市法蓮町900", "奈良市法蓮町1234"] {
            assert_ne!(
                place(&server, text)["properties"]["type"],
                "address",
                "{text}"
            );
        }
        let credits = server.json("/credits?f=json").to_string();
        assert!(
            credits.contains("位置参照情報（街区レベル）」"),
            "{credits}"
        );

        let arguments = [
            "import",
            &sheet,
            "--publish",
            "--json",
            "--database",
            &database.url,
        ];
        let output = run(&arguments);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["accepted"], 5, "{report}");
        let messages = report["problems"].to_string();
        assert!(
            messages.contains("「道玄坂一丁目6番」の代表点"),
            "{messages}"
        );
        server.wait_until(|| server.json("/collections/facilities/items")["numberMatched"] == 5);
        let found = server.json("/collections/facilities/items");
        let of = |name: &str| {
            let features = found["features"].as_array().unwrap();
            let own = features.iter().find(|f| f["properties"]["name"] == name);
            let properties = &own.unwrap()["properties"];
            (
                properties["position_precision"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
                properties["position_error"].as_u64().unwrap(),
                properties["municipality"].as_str().unwrap().to_owned(),
            )
        };
        assert_eq!(of("街区の席"), ("street".into(), 100, "13113".into()));
        assert_eq!(of("地番の席").0, "street");
        assert_eq!(
            (of("小字の席").0, of("小字の席").2),
            ("street".into(), "29342".into())
        );
        assert_eq!(of("両端の席").0, "town");
        assert_eq!(of("町の席").0, "town");

        // Files and figures name the lists by which the hubs in them may have been found.
        let list = |edition: &str| format!("位置参照情報（街区レベル）」 {edition}");
        let (tokyo, nara) = (list("2020"), list("19.0a"));
        for (path, named, not) in [
            (
                "/collections/facilities/items?f=kml",
                &[&tokyo, &nara][..],
                &[][..],
            ),
            (
                "/collections/facilities/items?f=kml&municipality=13113",
                &[&tokyo],
                &[&nara],
            ),
            (
                "/collections/facilities/items?f=kml&municipality=29342",
                &[&nara],
                &[&tokyo],
            ),
            (
                "/collections/facilities/items?f=kml&municipality=31201",
                &[],
                &[&tokyo, &nara],
            ),
            ("/coverage?area=13113&f=csv", &[&tokyo, &nara], &[]),
            ("/coverage?area=13113&f=kml", &[&tokyo, &nara], &[]),
            (
                "/siting?area=31201&count=1&seconds=1",
                &[&tokyo, &nara],
                &[],
            ),
            (
                "/collections/coverage/tiles/WebMercatorQuad?f=tilejson",
                &[&tokyo, &nara],
                &[],
            ),
        ] {
            let text = server.get(&format!("{path}&lang=ja")).text;
            for name in named {
                assert!(text.contains(name.as_str()), "{path} lacks {name}: {text}");
            }
            for name in not {
                assert!(!text.contains(name.as_str()), "{path} names {name}: {text}");
            }
        }
        let export = |precision: &str| {
            let fixed = ["export", "--format", "kml", "--database", &database.url];
            let output = run(&[&fixed[..], &["--precision", precision]].concat());
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        // A position of a town is from no list of blocks.
        assert!(export("street").contains(&tokyo));
        assert!(!export("town").contains("位置参照情報（街区レベル）"));

        // A municipality's list again takes the place of its own, and of nothing else.
        let fewer: String = shibuya()
            .lines()
            .take(3)
            .map(|line| format!("{line}\r\n"))
            .collect();
        let again = files.write("13113-20.0a.csv", &cp932(&fewer));
        import(database, &[&again]).unwrap();
        server
            .wait_until(|| place(&server, "渋谷区道玄坂1-6-3")["properties"]["type"] != "address");
        assert_eq!(
            place(&server, "奈良市法蓮町387")["properties"]["type"],
            "address"
        );
        assert_eq!(database.number("select count(*) from address_area"), 3);
        assert_eq!(database.number("select count(*) from address_block"), 3);
    });
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let files = Files::new();
    let good = shibuya();
    let bytes = cp932(&good);
    let changed = |from: &str, to: &str| cp932(&good.replacen(from, to, 1));
    let archive = zipped(&[("13_2020.csv", &bytes)]);
    let mut flipped = archive.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let swapped = good.replace("渋谷区", "港区").replace("35.65", "35.73");
    let database = Database::sqlite();
    for (name, bytes, said) in [
        (
            "27000-19.0a.csv",
            bytes.clone(),
            "row 2: it is of 東京都, and the file’s name says 27 (大阪府)",
        ),
        (
            "a.csv",
            changed("都道府県名", "県"),
            "都道府県名 is missing",
        ),
        ("b.csv", b"id,name\r\n1,x\r\n".to_vec(), "no list of blocks"),
        ("c.csv", bytes[..bytes.len() - 9].to_vec(), "has no end"),
        ("d.csv", cp932(HEADER), "a header and no row"),
        ("e.csv", Vec::new(), "it is empty"),
        ("f.csv", changed("\"139.698000\"", "\"13.9698\""), "row 2:"),
        (
            "g.csv",
            changed("\"35.657000\"", "\"北\""),
            "緯度 “北” is no number",
        ),
        (
            "h.csv",
            changed("\"35.657000\"", "\"43.657\""),
            "row 2: 139.698, 43.657 is far from 東京都渋谷区",
        ),
        (
            "i.csv",
            changed("\"渋谷区\"", "\"ない市\"").into_iter().collect(),
            "",
        ),
        ("j.csv", cp932(&swapped), "its points lie elsewhere"),
        (
            "k.csv",
            changed("\"9\",", ""),
            "row 2: 13 columns instead of 14",
        ),
        ("l.zip", flipped, ""),
        (
            "m.zip",
            archive[..archive.len() / 2].to_vec(),
            "damaged zip",
        ),
        ("n.zip", zipped(&[("a.txt", b"x")]), "it holds no CSV"),
    ] {
        let path = files.write(name, &bytes);
        let result = import(&database, &[&path]);
        // A name of former times goes where its points lie.
        if name == "i.csv" {
            assert!(result.unwrap().contains("東京都ない市は今の市区町村にない"));
            continue;
        }
        let error = result.unwrap_err();
        assert!(error.contains(said), "{name}: {said}: {error}");
    }
    let path = files.write("13113-19.0a.csv", &bytes);
    let other = files.write("13113-18.0a.csv", &bytes);
    let error = import(&database, &[&path, &other]).unwrap_err();
    assert!(
        error.contains("13113 is in another of these files already"),
        "{error}"
    );
    assert_eq!(database.number("select count(*) from address_area"), 1);
}
