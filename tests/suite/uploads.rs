//! What nobody should upload: it is refused in words, at once, and the server goes on.

mod bombs;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory, encoded};

/// The issue asks for a second; the machine that runs the tests may be busy, and is no release build.
const DEADLINE: Duration = Duration::from_secs(10);
/// What a request may take beside the bytes it brings, in KiB.
const GROWTH: u64 = 64 << 10;

struct Desk {
    server: TestDirectory,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            server: TestDirectory::shipped(),
        }
    }

    fn editor(&self) -> Client<'_> {
        Client::arriving(&self.server, "editor", "editor", Some("35203"))
    }

    fn memory(&self, key: &str) -> u64 {
        let status = format!("/proc/{}/status", self.server.process());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Does something within the deadline and the memory allowed beside `bytes`; the peak counts,
    /// not what is left.
    fn within<T>(&self, what: &str, bytes: usize, work: impl FnOnce() -> T) -> T {
        let clear = format!("/proc/{}/clear_refs", self.server.process());
        std::fs::write(clear, "5").unwrap();
        let before = self.memory("VmRSS");
        let begun = Instant::now();
        let done = work();
        let (took, grown) = (begun.elapsed(), self.memory("VmHWM").saturating_sub(before));
        assert!(took < DEADLINE, "{what} took {took:?}");
        let allowed = GROWTH + (bytes as u64 >> 10);
        assert!(
            grown < allowed,
            "{what} took {grown} KiB, {allowed} are allowed"
        );
        done
    }

    /// Uploads it and looks at everything that can be asked of it; the answer, and the whole of it.
    fn upload(&self, editor: &Client<'_>, what: &str, name: &str, bytes: &[u8]) -> (Answer, Value) {
        let path = format!("/submissions?file={}", encoded(name));
        let answer = self.within(what, bytes.len(), || {
            editor.send_bytes("POST", &path, &[], bytes)
        });
        assert!(answer.status < 500, "{what}: {}", answer.text);
        if answer.status != 201 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
            return (answer, Value::Null);
        }
        let whole = answer.json();
        let path = format!("/submissions/{}", whole["id"]);
        for part in [
            "",
            "/rows",
            "/rows?only=problems",
            "/differences",
            "/corrected",
            "/file",
        ] {
            let answer = self.within(what, bytes.len(), || editor.get(&format!("{path}{part}")));
            assert_eq!(answer.status, 200, "{what} {part}: {}", answer.text);
        }
        // What cannot be published is not sent by mistake.
        if whole["summary"]["accepted"] == 0 {
            let tag = [("If-Match", "\"1\""), ("Content-Type", "application/json")];
            let sent = editor.send_bytes("PATCH", &path, &tag, br#"{"state": "sent"}"#);
            assert_eq!(sent.status, 422, "{what}: {}", sent.text);
        }
        (answer, whole)
    }

    /// Uploads what must come to nothing, and expects that a message says why.
    fn refused(
        &self,
        editor: &Client<'_>,
        what: &str,
        name: &str,
        bytes: &[u8],
        limit: Option<&str>,
    ) {
        let (answer, whole) = self.upload(editor, what, name, bytes);
        let words = if answer.status == 201 {
            assert_eq!(
                whole["summary"]["accepted"], 0,
                "{what}: {}",
                whole["report"]
            );
            let problems = whole["report"]["problems"].as_array().unwrap().clone();
            let blocking = problems.iter().find(|problem| problem["blocks"] == true);
            let blocking = blocking.unwrap_or_else(|| panic!("{what}: nothing said: {whole}"));
            assert!(
                problems.len() <= 20_100,
                "{what}: {} problems",
                problems.len()
            );
            blocking["message"].as_str().unwrap().to_owned()
        } else {
            assert!(
                [400, 413, 422].contains(&answer.status),
                "{what}: {}",
                answer.text
            );
            answer.json()["detail"].as_str().unwrap().to_owned()
        };
        let japanese = words.chars().any(|c| ('ぁ'..='ヿ').contains(&c));
        assert!(japanese && words.chars().count() < 400, "{what}: {words}");
        if let Some(limit) = limit {
            let plain = words.replace(',', "");
            assert!(plain.contains(limit), "{what} should name {limit}: {words}");
        }
    }

    fn alive(&self) {
        assert_eq!(self.server.get("/healthz").status, 200);
        self.server.expect_clean_log();
    }
}

#[test]
fn workbooks_that_want_to_be_large_stay_small() {
    let desk = Desk::new();
    let editor = desk.editor();
    let (_, whole) = desk.upload(&editor, "a sheet", "a.xlsx", &bombs::harmless());
    assert_eq!(whole["summary"]["accepted"], 1, "{}", whole["report"]);
    for (what, bytes, limit) in bombs::all() {
        desk.refused_or_harmless(&editor, what, &bytes, limit);
        desk.alive();
    }
    assert!(!std::path::Path::new("/tmp/machinaka-was-here").exists());
}

impl Desk {
    /// Some lies do no harm: a sheet that is read in spite of them holds what it holds.
    fn refused_or_harmless(
        &self,
        editor: &Client<'_>,
        what: &str,
        bytes: &[u8],
        limit: Option<&str>,
    ) {
        const HARMLESS: [&str; 3] = [
            "a promise of four thousand million strings",
            "a file that climbs",
            "entries over one another",
        ];
        if HARMLESS.contains(&what) {
            let (answer, whole) = self.upload(editor, what, "a.xlsx", bytes);
            let accepted = whole["summary"]["accepted"].as_u64().unwrap_or_default();
            assert!(accepted <= 20_000, "{what}: {}", answer.text);
        } else {
            self.refused(editor, what, "a.xlsx", bytes, limit);
        }
    }
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let desk = Desk::new();
    let editor = desk.editor();
    let hundred = vec![b'a'; 100 << 20];
    let answer = desk.within("a hundred megabytes", 20 << 20, || {
        editor.send_bytes("POST", "/submissions?file=a.csv", &[], &hundred)
    });
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.text.contains("20 MiB"), "{}", answer.text);
    // The same where nobody says beforehand how long it is.
    let mut request = "POST /submissions?file=a.csv HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
        .replace("HOST", desk.server.address());
    for (name, value) in &editor.headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut request = (request + "\r\n").into_bytes();
    for _ in 0..100 {
        request.extend(b"100000\r\n");
        request.extend(&hundred[..1 << 20]);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    let answer = desk.within("a hundred megabytes in chunks", 20 << 20, || {
        desk.server.raw(&request)
    });
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:.300}");
    // Whoever may not hand in anything is refused without being read at all.
    let nobody = Client::anonymous(&desk.server);
    let answer = desk.within("a stranger's", 0, || {
        nobody.send_bytes("POST", "/submissions?file=a.csv", &[], &hundred)
    });
    assert_eq!(answer.status, 401);
    // One that ends before its end, and one that lies about a single facility.
    let mut cut = "POST /submissions?file=a.csv HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n"
        .replace("HOST", desk.server.address());
    for (name, value) in &editor.headers {
        cut += &format!("{name}: {value}\r\n");
    }
    cut += "\r\nname,lat";
    {
        use std::io::Write;
        let mut socket = std::net::TcpStream::connect(desk.server.address()).unwrap();
        socket.write_all(cut.as_bytes()).unwrap();
    }
    let large = format!("{{\"properties\": \"{}\"}}", "a".repeat(5 << 20));
    let answer = editor.send_bytes(
        "POST",
        "/collections/facilities/items",
        &[("Content-Type", "application/geo+json")],
        large.as_bytes(),
    );
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.text.contains("5 MiB"), "{}", answer.text);
    desk.alive();
    let listed = editor.json("/submissions");
    assert_eq!(listed["submissions"], json!([]));
}

#[test]
fn files_that_are_none_are_refused_in_words() {
    let desk = Desk::new();
    let editor = desk.editor();
    let columns = vec!["列"; 1_000_000].join(",");
    let wide = format!("{columns}\n{}\n", vec!["a"; 1_000_000].join(","));
    let long = "長".repeat(350_000);
    let header = "name,kind,lat,lon\n";
    let rows = format!("{header}{}", "施設,coworking,34.17,131.47\n".repeat(20_001));
    let unclosed = format!("{header}\"{}", "a,b\n".repeat(100_000));
    for (what, name, bytes, limit) in [
        ("nothing", "a.csv", vec![], None),
        ("zeros", "a.csv", vec![0; 20 << 20], None),
        ("a header alone", "a.csv", header.as_bytes().to_vec(), None),
        ("a million columns", "a.csv", wide.into_bytes(), Some("100")),
        ("too many rows", "a.csv", rows.into_bytes(), Some("20000")),
        (
            "a quote that never ends",
            "a.csv",
            unclosed.into_bytes(),
            None,
        ),
        ("noise", "a.csv", noise(1 << 20), None),
        (
            "a picture",
            "a.png",
            [&b"\x89PNG\r\n\x1a\n"[..], &noise(10_000)].concat(),
            None,
        ),
        (
            "a page",
            "a.html",
            b"<html><script>alert(1)</script></html>".to_vec(),
            None,
        ),
        (
            "a program",
            "a.exe",
            [&b"MZ"[..], &noise(10_000)].concat(),
            None,
        ),
        (
            "a cell of a megabyte",
            "a.csv",
            format!("{header}{long},coworking,34.17,131.47\n").into_bytes(),
            Some("10000"),
        ),
        (
            "a header of a megabyte",
            "a.csv",
            format!("{long},{header}a,施設,coworking,34.17,131.47\n").into_bytes(),
            None,
        ),
    ] {
        desk.refused(&editor, what, name, &bytes, limit);
        desk.alive();
    }
}

/// Bytes without any sense, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn geojson_that_is_none_is_refused_in_words() {
    let desk = Desk::new();
    let editor = desk.editor();
    let deep = "[".repeat(1_000_000);
    let feature = |geometry: &str| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{\"name\":\"a\",\"kind\":\"coworking\"}}}}"
        )
    };
    let polygon =
        |rings: &str| feature(&format!("{{\"type\":\"Polygon\",\"coordinates\":{rings}}}"));
    let many = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        vec![feature("{\"type\":\"Point\",\"coordinates\":[131.47,34.17]}"); 20_001].join(",")
    );
    for (what, text, limit) in [
        ("nothing but depth", deep.clone(), None),
        (
            "deep features",
            format!("{{\"type\":\"FeatureCollection\",\"features\":{deep}"),
            None,
        ),
        ("deep coordinates", polygon(&deep), None),
        (
            "deep properties",
            format!("{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{\"name\":{deep}"),
            None,
        ),
        ("half a document", feature("null")[..40].to_owned(), None),
        ("too many features", many, Some("20000")),
        (
            "an open ring",
            polygon("[[[131,34],[132,34],[132,35]]]"),
            None,
        ),
        ("a ring of two", polygon("[[[131,34],[132,34]]]"), None),
        ("a ring of none", polygon("[[]]"), None),
        ("no ring", polygon("[]"), None),
        (
            "a bow tie",
            polygon("[[[131,34],[132,35],[132,34],[131,35],[131,34]]]"),
            None,
        ),
        (
            "numbers without end",
            polygon("[[[1e999,34],[132,34],[132,35],[1e999,34]]]"),
            None,
        ),
        (
            "texts for numbers",
            polygon("[[[\"131\",\"34\"],[132,34],[132,35],[131,34]]]"),
            None,
        ),
        (
            "null for numbers",
            polygon("[[[null,null],[132,34],[132,35],[null,null]]]"),
            None,
        ),
        (
            "a million points",
            polygon(&format!(
                "[[{}]]",
                vec!["[131.47,34.17]"; 300_000].join(",")
            )),
            None,
        ),
        (
            "nowhere",
            feature("{\"type\":\"Point\",\"coordinates\":[]}"),
            None,
        ),
        ("no geometry", feature("null"), None),
        (
            "a geometry of geometries",
            feature("{\"type\":\"GeometryCollection\",\"geometries\":[]}"),
            None,
        ),
    ] {
        desk.refused(&editor, what, "a.geojson", text.as_bytes(), limit);
        desk.alive();
    }
    // The same to the path of a single facility.
    let json = [("Content-Type", "application/geo+json")];
    for text in [
        deep.as_str(),
        &polygon(&deep),
        &polygon("[[]]"),
        "null",
        "[]",
        "{}",
        "1",
    ] {
        let answer = desk.within("a single facility", text.len(), || {
            editor.send_bytes(
                "POST",
                "/collections/facilities/items",
                &json,
                text.as_bytes(),
            )
        });
        assert!([400, 422].contains(&answer.status), "{}", answer.text);
    }
    desk.alive();
}

#[test]
fn sql_html_and_formulas_are_texts_like_others() {
    let desk = Desk::new();
    let editor = desk.editor();
    let chief = Client::arriving(&desk.server, "chief", "admin", None);
    let fields = [
        "name",
        "name_kana",
        "name_en",
        "stock_note",
        "address",
        "operator",
        "phone",
        "website",
        "opening_hours",
        "eligibility_note",
        "price_note",
        "hours_note",
        "amenities_note",
        "osm_id",
        "status_asof",
        "checked_on",
        "closures",
        "seats",
    ];
    for (n, nasty) in [
        "'; drop table users; --",
        "\" or 1=1 --",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{7*7}}${7*7}",
        "=cmd|' /C calc'!A0",
        "javascript:alert(1)",
        "\u{202e}abc\u{0}",
        "../../x",
        "%s%n%00",
    ]
    .into_iter()
    .enumerate()
    {
        let mut feature = json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [131.46 + 0.002 * n as f64, 34.19]},
            "properties": {"kind": "coworking"},
        });
        for field in fields {
            feature["properties"][field] = nasty.into();
        }
        let (_, whole) = desk.upload(&editor, nasty, "a.geojson", feature.to_string().as_bytes());
        assert_eq!(whole["summary"]["rows"], 1, "{nasty}");
        // Published, it is shown as the text it is.
        let named = json!({
            "type": "Feature",
            "geometry": feature["geometry"],
            "properties": {"kind": "coworking", "name": nasty, "operator": nasty},
        });
        let made = chief.send("POST", "/collections/facilities/items", &named);
        assert!([201, 422].contains(&made.status), "{nasty}: {}", made.text);
        if made.status == 201 {
            let id = made.json()["id"].as_str().unwrap().to_owned();
            for path in [
                format!("/collections/facilities/items/{id}?f=html"),
                "/collections/facilities/items?f=html&limit=200&status=*".to_owned(),
            ] {
                let page = desk.server.get(&path);
                assert_eq!(page.status, 200);
                for live in ["<script>alert", "<img src=x", "href=\"javascript:"] {
                    assert!(!page.text.contains(live), "{path} has {live}");
                }
            }
        }
    }
    // Tables and people are still there.
    done_with(&editor);
    desk.alive();
}

fn done_with(editor: &Client<'_>) {
    assert_eq!(editor.get("/session").status, 200);
    assert_eq!(editor.get("/submissions?limit=200").status, 200);
}

#[test]
fn a_file_name_names_no_place() {
    let desk = Desk::new();
    let editor = desk.editor();
    let bytes = bombs::harmless();
    for (name, kept) in [
        ("../../x", Some("x")),
        ("..\\..\\x.csv", Some("x.csv")),
        ("/etc/passwd", Some("passwd")),
        ("C:\\Users\\長い名前\\施設一覧.xlsx", Some("施設一覧.xlsx")),
        ("a\r\nSet-Cookie: x=1.csv", Some("aSet-Cookie: x=1.csv")),
        ("a\0b.csv", Some("ab.csv")),
        ("\"; filename=\"evil.exe", None),
        ("..", None),
        ("", None),
        ("  ", None),
        (&"長".repeat(300), None),
        ("<script>alert(1)</script>", None),
    ] {
        let (_, whole) = desk.upload(&editor, name, name, &bytes);
        let file_name = whole["file_name"].as_str().unwrap_or_default();
        if let Some(kept) = kept {
            assert_eq!(file_name, kept, "{name}");
        }
        assert!(file_name.chars().count() <= 200, "{file_name}");
        let path = format!("/submissions/{}", whole["id"]);
        for part in ["/file", "/corrected"] {
            let answer = editor.get(&format!("{path}{part}"));
            assert_eq!(answer.header("set-cookie"), "", "{name}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            let disposition = answer.header("content-disposition");
            let plain = disposition.strip_prefix("attachment; filename*=UTF-8''");
            let plain = plain.unwrap_or_else(|| panic!("{disposition}"));
            let harmless = |b: u8| b.is_ascii_alphanumeric() || b"%._-".contains(&b);
            assert!(
                plain.bytes().all(harmless) && !plain.is_empty(),
                "{disposition}"
            );
            assert!(!plain.chars().all(|c| c == '.'), "{disposition}");
        }
    }
    desk.alive();
}
