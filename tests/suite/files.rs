//! Files at the command line: handed in for review, and exported so that they can come back.

use crate::cli::{Files, changes, err, out, report};
use crate::support::databases::on_each_database;
use crate::support::people::Client;
use crate::support::server::{TestDirectory, run};

#[test]
fn without_publish_a_file_waits_for_review() {
    on_each_database(|database| {
        let files = Files::new();
        let sheet = "名称,種類,緯度,経度\r\n川辺の机,コワーキング,35.6580,139.7016\r\n";
        let (sheet, _, _) = encoding_rs::SHIFT_JIS.encode(sheet);
        let path = files.path("施設一覧.csv");
        std::fs::write(&path, &sheet).unwrap();
        let url = &database.url;
        let handed = run(&["import", &path, "--json", "--database", url]);
        assert!(handed.status.success(), "{}{}", out(&handed), err(&handed));
        let id = report(&handed)["submission"].as_i64().unwrap();
        assert_eq!(changes(url), "0");
        // What blocks is not handed in.
        let outside = run(&[
            "import",
            &path,
            "--municipality",
            "27100",
            "--database",
            url,
        ]);
        assert_eq!(outside.status.code(), Some(2), "{}", out(&outside));
        // Somebody at the command line has it, as it came, and a reviewer publishes it.
        let server = TestDirectory::at(url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let queue = chief.json("/submissions?state=sent");
        let waiting = queue["submissions"].as_array().unwrap();
        assert_eq!(waiting.len(), 1, "{queue}");
        assert_eq!(
            (&waiting[0]["id"], &waiting[0]["file_name"]),
            (&id.into(), &"施設一覧.csv".into())
        );
        let seen = chief.json(&format!("/submissions/{id}"));
        let revision = format!("\"{}\"", seen["revision"]);
        let approve = serde_json::json!({ "decision": "approve" });
        let path = format!("/submissions/{id}/decision");
        let decided = chief
            .with("If-Match", &revision)
            .send("POST", &path, &approve);
        assert_eq!(decided.status, 200, "{}", decided.text);
        assert_eq!(
            server.json("/collections/facilities/items")["numberMatched"],
            1
        );
    });
}

#[test]
fn what_is_exported_is_imported_elsewhere_and_exported_the_same() {
    let files = Files::new();
    let harmful = serde_json::json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [139.7016, 35.658] },
        "properties": { "id": "harm-1", "name": "=1+1", "kind": "coworking", "operator": "'＝1", "phone": "+81-3-0000-0000",
            "stock_note": "蔵、\"土間\"\n二階", "amenities": [], "seats": 12, "price_hour_yen": 400,
            "sources": [{ "title": "市の一覧, 別冊", "url": null }] } });
    let source = format!("sqlite:{}", files.path("source.sqlite"));
    let made = run(&["generate", "--count", "200", "--seed", "7"]);
    let all = files.write("all.geojsonl", &format!("{}{harmful}\n", out(&made)));
    let first = run(&["import", &all, "--publish", "--database", &source]);
    assert!(first.status.success(), "{}{}", out(&first), err(&first));
    for format in ["geojson", "geojsonl", "csv"] {
        let text = |database: &str| {
            out(&run(&[
                "export",
                "--format",
                format,
                "--status",
                "*",
                "--database",
                database,
            ]))
        };
        let exported = text(&source);
        let file = files.write(&format!("exported.{format}"), &exported);
        let same = run(&["import", &file, "--publish", "--database", &source]);
        assert!(
            out(&same).contains("変更なし 201件"),
            "{format}: {}",
            out(&same)
        );
        let other = format!("sqlite:{}", files.path(&format!("{format}.sqlite")));
        let moved = run(&["import", &file, "--publish", "--database", &other]);
        assert!(
            moved.status.success(),
            "{format}: {}{}",
            out(&moved),
            err(&moved)
        );
        assert_eq!(timeless(&text(&other)), timeless(&exported), "{format}");
    }
    // A workbook holds the moment it was written; what it says is the table's.
    let book = files.path("exported.xlsx");
    let csv = |database: &str| {
        out(&run(&[
            "export",
            "--format",
            "csv",
            "--status",
            "*",
            "--database",
            database,
        ]))
    };
    assert!(
        run(&[
            "export",
            "--format",
            "xlsx",
            "--status",
            "*",
            "--out",
            &book,
            "--database",
            &source
        ])
        .status
        .success()
    );
    let other = format!("sqlite:{}", files.path("xlsx.sqlite"));
    let moved = run(&["import", &book, "--publish", "--database", &other]);
    assert!(moved.status.success(), "{}{}", out(&moved), err(&moved));
    assert_eq!(timeless(&csv(&other)), timeless(&csv(&source)));
}

/// A text without what each directory has of its own: when it published something. That stands last.
fn timeless(text: &str) -> String {
    let is_moment = |word: &str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    let lines = text.lines().map(|line| {
        let line = line.trim_end_matches([',', '}']).trim_end_matches('"');
        let cut = line.len().saturating_sub(20);
        match line.get(cut..) {
            Some(end) if is_moment(end) => &line[..cut],
            _ => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_export_takes_the_filters_of_the_api_and_leaves_an_old_file_alone_when_it_fails() {
    let server = TestDirectory::shipped();
    let files = Files::new();
    let url = &server.database;
    let lines = run(&[
        "export",
        "--format",
        "geojsonl",
        "--municipality",
        "13",
        "--kind",
        "coworking",
        "--database",
        url,
    ]);
    let answer =
        server.json("/collections/facilities/items?municipality=13&kind=coworking&limit=10000");
    let features: Vec<serde_json::Value> = out(&lines)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!features.is_empty());
    assert_eq!(answer["features"], serde_json::json!(features));
    let old = files.write("old.csv", "kept");
    for (arguments, said) in [
        (["--kind", "castle"], "castle"),
        (["--near", "35.6,139.7"], "swapped"),
        (["--as-of", "999999"], "last change"),
    ] {
        let refused = run(&[
            "export",
            "--format",
            "csv",
            "--out",
            &old,
            arguments[0],
            arguments[1],
            "--database",
            url,
        ]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(err(&refused).contains(said), "{}", err(&refused));
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "kept");
    }
    let nowhere = run(&[
        "export",
        "--format",
        "csv",
        "--out",
        "/nowhere/at/all.csv",
        "--database",
        url,
    ]);
    assert_eq!(nowhere.status.code(), Some(1));
    // Over HTTP the same table.
    let page = server
        .get("/collections/facilities/items?f=csv&limit=10000&municipality=13&kind=coworking");
    let file = run(&[
        "export",
        "--format",
        "csv",
        "--municipality",
        "13",
        "--kind",
        "coworking",
        "--database",
        url,
    ]);
    assert_eq!(page.text, out(&file));
    let book = server.get("/collections/facilities/items?f=xlsx&limit=3");
    assert_eq!(book.status, 200);
}
