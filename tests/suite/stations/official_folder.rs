//! `serve --official DIR`: what lies in the folder is imported at the start, and never twice.

use std::path::Path;

use serde_json::Value;

use super::{archive, collection, platforms, zipped};
use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, encoded, run};

fn stations(server: &TestDirectory) -> u64 {
    let page = server.json("/collections/stations/items?limit=1");
    page["numberMatched"].as_u64().unwrap()
}

/// Lines of the log may come after the answer.
fn logged(server: &TestDirectory, parts: &[&str]) {
    server.wait_until(|| server.has_logged(parts));
}

#[test]
fn official_files_of_a_folder_are_imported_once_and_a_bad_one_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("N02-24_GML.zip", &archive());
    write(
        "N03-broken.geojson",
        br#"{"type":"FeatureCollection","features":[{"properties":{"N03_001":"#,
    );
    let header = "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001,T001101019\r\n,,,,　人口（総数）,　６５歳以上人口　総数\r\n";
    let census = format!("{header}533945271,0,,,4321,1000\r\n");
    write(
        "tblT001101H5339.txt",
        &encoding_rs::SHIFT_JIS.encode(&census).0,
    );
    let blocks = "\"都道府県名\",\"市区町村名\",\"大字・丁目名\",\"小字・通称名\",\"街区符号・地番\",\"座標系番号\",\"Ｘ座標\",\"Ｙ座標\",\"緯度\",\"経度\",\"住居表示フラグ\",\"代表フラグ\",\"更新前履歴フラグ\",\"更新後履歴フラグ\"\r\n\"東京都\",\"渋谷区\",\"道玄坂一丁目\",\"\",\"6\",\"9\",\"0\",\"0\",\"35.657899\",\"139.699106\",\"1\",\"1\",\"0\",\"0\"\r\n";
    let blocks = encoding_rs::SHIFT_JIS.encode(blocks).0.into_owned();
    write("blocks.zip", &zipped(&[("list/渋谷.csv", &blocks)]));
    write("notes.txt", b"nothing of ours");
    write(".hidden", b"N02");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let official = folder.path().display().to_string();
    let flags = ["--empty", "--official", &official];
    on_each_database(|database| {
        let start = || {
            let server = TestDirectory::at(&database.url, &flags);
            server.expecting(&["N03-broken.geojson"])
        };
        let server = start();
        // It is there when the server says that it answers.
        assert_eq!(stations(&server), 3_121);
        logged(
            &server,
            &["N02-24_GML.zip", "imported", "3121 stations, 1 lines"],
        );
        logged(&server, &["N03-broken.geojson", "not imported", "cut off"]);
        logged(&server, &["tblT001101H5339.txt", "imported", "1 squares"]);
        logged(&server, &["notes.txt", "left alone"]);
        logged(
            &server,
            &["blocks.zip", "imported", "1 blocks and lots of 1"],
        );
        let found = server.json(&format!("/places?q={}", encoded("渋谷区道玄坂1-6-3")));
        assert_eq!(found["features"][0]["properties"]["type"], "address");
        assert!(!server.has_logged(&[".hidden"]));
        let reference = |server: &TestDirectory| {
            let answer = server.get("/collections/stations/items?limit=1");
            answer.header("etag").to_owned()
        };
        let before = reference(&server);
        drop(server);
        // Not again, under whatever name.
        let copy = folder.path().join("copy.zip");
        std::fs::copy(folder.path().join("N02-24_GML.zip"), &copy).unwrap();
        let server = start();
        logged(&server, &["N02-24_GML.zip", "imported before"]);
        logged(&server, &["copy.zip", "imported before"]);
        logged(&server, &["blocks.zip", "imported before"]);
        assert_eq!(reference(&server), before);
        drop(server);
        std::fs::remove_file(copy).unwrap();
        // Another edition is another file.
        let mut newer = platforms();
        newer.pop();
        newer.pop();
        let newer = collection(&newer);
        write(
            "N02-25_GML.zip",
            &zipped(&[("N02-25_Station.geojson", newer.as_bytes())]),
        );
        let server = start();
        assert_eq!(stations(&server), 3_120);
        let credits: Value = server.json("/credits");
        assert!(credits.to_string().contains("N02-25"));
        drop(server);
        std::fs::remove_file(folder.path().join("N02-25_GML.zip")).unwrap();
    });
    assert!(Path::new(&official).exists());
}

#[test]
fn a_folder_that_is_not_there_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}/a.sqlite", folder.path().display());
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &database,
        "--official",
        "/nowhere/official",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--official /nowhere/official"), "{said}");
}
