//! Bad input: each gets a clear answer that names it, and the server goes on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::server::{Answer, TestDirectory, encoded};

const ITEMS: &str = "/collections/facilities/items";

/// The document that every error is.
fn expect_problem(answer: &Answer, status: u16, code: &str, what: &str) -> Value {
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{what}");
    let body = answer.json();
    assert_eq!(body["status"], status, "{what}");
    assert_eq!(body["code"], code, "{what}");
    let kind = body["type"].as_str().unwrap();
    assert!(
        kind.ends_with(&format!("/problems/{code}")),
        "{what}: {kind}"
    );
    for key in ["title", "detail", "instance"] {
        assert!(
            body[key].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {key}"
        );
    }
    // Nothing of the inside, and no megabytes of what was sent.
    assert!(
        answer.text.len() < 3000,
        "{what}: {} bytes",
        answer.text.len()
    );
    for inside in [
        "src/", ".rs", "sqlite", "select ", "panick", "unwrap", "diesel", "actix",
    ] {
        assert!(
            !answer.text.contains(inside),
            "{what} tells {inside}: {}",
            answer.text
        );
    }
    body
}

#[test]
fn wrong_values_are_refused_and_named() {
    let server = TestDirectory::shared();
    for (name, values) in [
        (
            "near",
            &[
                "NaN,35",
                "35,NaN",
                "inf,35",
                "-inf,35",
                "infinity,35",
                "1e308,35",
                "139,1e308",
                "1e999,35",
                "35.66,139.70",
                "0,0",
                "-139,35",
                "139,-35",
                "2.35,48.85",
                "139,35,1",
                "139",
                "",
                ",",
                "139,",
                ",35",
                "139;35",
                "a,b",
                "0x8b,35",
                "１３９,35",
                "121.999,35",
                "154.001,35",
                "139,19.999",
                "139,46.001",
            ][..],
        ),
        (
            "limit",
            &[
                "0",
                "-1",
                "-0",
                "1.5",
                "",
                "unlimited",
                "1e3",
                "NaN",
                "00",
                " ",
                "１",
                "5 ",
                "-99999999999999999999",
            ],
        ),
        (
            "max-distance",
            &["", "-1", "NaN", "inf", "1e308", "5000001", "ten"],
        ),
        (
            "bbox",
            &[
                "",
                "1",
                "1,2,3",
                "1,2,3,4,5",
                "1,2,3,4,5,6,7",
                "139,36,140,35",
                "-181,0,0,1",
                "0,0,181,1",
                "0,-91,1,0",
                "0,0,1,91",
                "NaN,0,1,1",
                "0,0,inf,1",
                "1e308,0,1e308,1",
                "a,b,c,d",
                "139,35,140,36,",
            ],
        ),
        (
            "kind",
            &["castle", "", ",", "coworking,", "COWORKING", "null", "*"],
        ),
        ("stock", &["castle", ""]),
        ("programme", &["none", "", "machizukuri"]),
        ("certainty", &["sure"]),
        ("eligibility", &["nobody"]),
        ("amenity", &["sauna"]),
        ("use", &["sleep"]),
        ("precision", &["unknown", "exact"]),
        ("status", &["", "gone", "*,open", "OPEN"]),
        ("include-unknown", &["", "1", "TRUE", "yes"]),
        (
            "municipality",
            &[
                "",
                "1",
                "013",
                "1311",
                "99999",
                "00000",
                "48101",
                "13999",
                "131131",
                "00",
                "48",
                "ab",
                "１３１１３",
                "13113,",
            ],
        ),
        (
            "datetime",
            &[
                "",
                "..",
                "../..",
                "/",
                "yesterday",
                "2026-02-30",
                "2026-02-01/2026-01-01",
                "2026-01-01/PX",
                "2026-01-01/P99999999999999Y",
            ],
        ),
        (
            "cursor",
            &[
                "",
                "x",
                "k",
                "kd",
                "kdzzzzzzzzzzzzzzzz",
                "kd7ff0000000000000a",
                "kd4059000000000000a",
                "é",
                "ké",
                "kdéééééééééééééééé",
            ],
        ),
        ("f", &["pdf", "", "JSON", "xls", "mvt"]),
        ("lang", &["fr", "", "EN"]),
    ] {
        for value in values {
            // A radius needs a centre.
            let with = if name == "max-distance" {
                "near=139,35&"
            } else {
                ""
            };
            let answer = server.get(&format!("{ITEMS}?{with}{name}={}", encoded(value)));
            let what = format!("{name}={value}");
            let body = expect_problem(&answer, 400, "invalid-parameter", &what);
            assert_eq!(body["errors"][0]["parameter"], name, "{what}");
            assert_eq!(body["instance"], ITEMS);
            let detail = body["detail"].as_str().unwrap();
            let named = value.split(',').any(|part| detail.contains(part));
            assert!(detail.contains(name) && named, "{what}: {detail}");
        }
    }
    expect_problem(
        &server.get(&format!("{ITEMS}?max-distance=100")),
        400,
        "invalid-parameter",
        "no near",
    );
    let swapped = server
        .get(&format!("{ITEMS}?near=35.658,139.7016&lang=en"))
        .json();
    assert!(
        swapped["detail"].as_str().unwrap().contains("look swapped"),
        "{swapped}"
    );
    let digit = server
        .get(&format!("{ITEMS}?municipality=131131&lang=en"))
        .json();
    assert!(
        digit["detail"]
            .as_str()
            .unwrap()
            .contains("131130 was expected"),
        "{digit}"
    );
}

#[test]
fn unknown_parameters_are_refused_everywhere() {
    let server = TestDirectory::shared();
    for path in [
        ITEMS,
        "/collections/facilities/items/hub-001",
        "/collections/municipalities/items",
        "/collections/municipalities/items/13113",
        "/collections/prefectures/items",
        "/collections",
        "/collections/facilities",
        "/collections/facilities/queryables",
        "/collections/facilities/schema",
        "/collections/facilities/tiles",
        "/collections/facilities/tiles/WebMercatorQuad",
        "/collections/facilities/tiles/WebMercatorQuad/5/12/28",
        "/collections/prefectures/tiles/WebMercatorQuad/5/12/28",
        "/basemap/5/12/28",
        "/tileMatrixSets/WebMercatorQuad",
        "/conformance",
        "/api",
        "/vocabularies",
        "/credits",
        "/config.json",
        "/problems/not-found",
        "/places",
        "/healthz",
        "/readyz",
        "/?f=json&",
    ] {
        let join = if path.contains('?') { "" } else { "?" };
        let answer = server.get(&format!("{path}{join}nix=1"));
        expect_problem(&answer, 400, "unknown-parameter", path);
        let answer = server.get(&format!("{path}{join}%zz=1"));
        expect_problem(&answer, 400, "malformed-query", path);
    }
    // The map reads its own state from the address.
    assert_eq!(
        server.request("/?nix=1", &[("Accept", "text/html")]).status,
        200
    );
}

#[test]
fn the_same_parameter_twice_is_fine_only_with_the_same_value() {
    let server = TestDirectory::shared();
    for good in [
        "limit=3&limit=3",
        "near=139,35&near=139%2C35",
        "kind=coworking&kind=%63oworking",
        "&&limit=3&",
        // A list may come as one parameter a member: generated clients send it so.
        "kind=coworking&limit=1&kind=workation",
    ] {
        assert_eq!(server.get(&format!("{ITEMS}?{good}")).status, 200, "{good}");
    }
    for bad in [
        "limit=3&limit=4",
        "near=139,35&near=140,35",
        "f=json&f=html",
        "near=139,35&near=35,139,35",
    ] {
        let answer = server.get(&format!("{ITEMS}?{bad}"));
        expect_problem(&answer, 400, "invalid-parameter", bad);
    }
    // Two whole points are a conflict, and the refusal shows the form.
    let twice = server.get(&format!("{ITEMS}?near=139,35&near=140,35&lang=en"));
    let twice: Value = serde_json::from_str(&twice.text).unwrap();
    let detail = twice["detail"].as_str().unwrap();
    assert!(detail.contains("near=139.7016,35.658"), "{detail}");
}

#[test]
fn broken_encodings_are_refused() {
    let server = TestDirectory::shared();
    for bad in [
        "kind=%",
        "kind=%2",
        "kind=%zz",
        "kind=%%41",
        "kind=%ff",
        "kind=%c0%af",
        "kind=%e0%80%af",
        "kind=%ed%a0%80",
        "kind=%f8%88%80%80%80",
        "%=1",
        "%e3%81=1",
        "kind=coworking%",
        "near=139,35&kind=%f4%90%80%80",
    ] {
        expect_problem(
            &server.get(&format!("{ITEMS}?{bad}")),
            400,
            "malformed-query",
            bad,
        );
    }
    for bad in [
        "kind=%00",
        "kind=coworking%00",
        "kind=%0d%0aSet-Cookie:%20a=b",
        "limit=1%00",
        "near=139,35%0a1",
    ] {
        let answer = server.get(&format!("{ITEMS}?{bad}"));
        expect_problem(&answer, 400, "invalid-parameter", bad);
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let server = TestDirectory::shared();
    let long = format!("{ITEMS}/{}", "x".repeat(5000));
    for path in [
        "/nowhere",
        "/collections/",
        "//collections",
        "/collections/nothing",
        "/collections/nothing/items",
        "/collections/nothing/items/1",
        "/collections/nothing/schema",
        "/collections/nothing/tiles/WebMercatorQuad/0/0/0",
        "/collections/facilities/items/nobody",
        "/collections/facilities/items/",
        "/collections/facilities/items/HUB-001",
        "/collections/facilities/items/a%00b",
        "/collections/facilities/items/a%0d%0aX-Evil:%201",
        "/collections/facilities/items/hub-001%2F",
        "/collections/facilities/items/..%2F..%2Fetc%2Fpasswd",
        "/collections/facilities/items/%zz",
        "/collections/facilities/items/%ff",
        "/collections/facilities/items/%E6%97%A5",
        "/collections/facilities/items/hub-001/more",
        "/collections/municipalities/items/99999",
        "/collections/municipalities/items/13",
        "/collections/municipalities/items/131130",
        "/collections/prefectures/items/13113",
        "/collections/prefectures/items/48",
        "/problems/nothing",
        "/assets/nothing.js",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/index.html",
        "/tileMatrixSets/Other",
        "/metrics",
        &long,
    ] {
        let answer = server.get(path);
        expect_problem(&answer, 404, "not-found", path);
        assert_eq!(answer.header("x-evil"), "");
    }
    let traversal = server
        .raw(b"GET /assets/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(traversal.starts_with("HTTP/1.1 404 "), "{traversal}");
}

#[test]
fn other_methods_are_refused_and_options_says_which_are_not() {
    let server = TestDirectory::shared();
    for path in [
        "/",
        ITEMS,
        "/collections/facilities/items/hub-001",
        "/collections/municipalities/items",
        "/collections/municipalities/items/13113",
        "/places?q=a",
        "/basemap/5/12/28",
        "/healthz",
        "/pages.css",
    ] {
        // Facilities are written where they are read.
        let taken: &[&str] = match path {
            ITEMS => &["POST"],
            "/collections/facilities/items/hub-001" => &["PUT", "PATCH", "DELETE"],
            _ => &[],
        };
        let allow = ["GET", "HEAD"].iter().chain(taken).chain(&["OPTIONS"]);
        let allow = allow.copied().collect::<Vec<&str>>().join(", ");
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            if taken.contains(&method) {
                continue;
            }
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let answer = server.raw(request.as_bytes());
            let what = format!("{method} {path}");
            assert!(answer.starts_with("HTTP/1.1 405 "), "{what}: {answer}");
            assert!(
                answer.contains(&format!("allow: {allow}")),
                "{what}: {answer}"
            );
            assert!(
                answer.contains("content-type: application/problem+json"),
                "{what}"
            );
        }
        let options = server.ask(
            "OPTIONS",
            path,
            &[
                ("Origin", "https://example.org"),
                ("Access-Control-Request-Method", "GET"),
            ],
        );
        assert_eq!(options.status, 204, "{path}");
        assert_eq!(options.header("allow"), allow, "{path}");
        assert_eq!(options.header("access-control-allow-origin"), "*", "{path}");
    }
    assert_eq!(server.ask("DELETE", "/nowhere", &[]).status, 404);
}

#[test]
fn sentences_are_japanese_unless_english_is_asked_for() {
    let server = TestDirectory::shared();
    let path = format!("{ITEMS}?limit=0");
    let japanese = server.get(&path);
    assert_eq!(japanese.header("content-language"), "ja");
    assert!(
        japanese.json()["detail"]
            .as_str()
            .unwrap()
            .contains("1以上の整数")
    );
    for english in [
        server.request(&path, &[("Accept-Language", "en")]),
        server.request(&path, &[("Accept-Language", "en-GB,en;q=0.9,ja;q=0.5")]),
        server.get(&format!("{path}&lang=en")),
    ] {
        assert_eq!(english.header("content-language"), "en");
        let body = english.json();
        assert_eq!(body["title"], "A parameter's value is not valid");
        assert!(
            body["detail"].as_str().unwrap().is_ascii()
                || body["detail"].as_str().unwrap().contains('“')
        );
        assert_eq!(body["code"], japanese.json()["code"]);
    }
    // The type of a problem leads to its page.
    let kind = server.path(japanese.json()["type"].as_str().unwrap());
    assert_eq!(server.json(&kind)["code"], "invalid-parameter");
}

#[test]
fn queries_of_any_length_are_answered_and_harm_nobody() {
    let server = TestDirectory::shared();
    let get = |query: &str| {
        server.raw(
            format!("GET {ITEMS}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    };
    for length in [17_000, 60_000] {
        let answer = server.get(&format!("{ITEMS}?near={}", "1".repeat(length)));
        expect_problem(&answer, 414, "query-too-long", &length.to_string());
    }
    // Longer heads never reach a handler; their refusal is as clear.
    for query in [
        "1".repeat(70_000),
        "1".repeat(1 << 20),
        "1".repeat(6 << 20),
        "&".repeat(100_000),
        "a=1&".repeat(50_000),
    ] {
        let (answer, length) = (get(&query), query.len());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        assert!(head.starts_with("HTTP/1.1 414 "), "{length}: {answer}");
        assert!(
            head.contains("application/problem+json"),
            "{length}: {answer}"
        );
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["code"], "query-too-long", "{length}");
        assert!(
            problem["detail"].as_str().unwrap().contains("16384"),
            "{problem}"
        );
    }
    let headers = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "1".repeat(200_000)
    );
    let answer = server.raw(headers.as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 431 ") && answer.contains("head-too-long"),
        "{answer}"
    );
    assert!(get(&"&".repeat(10_000)).starts_with("HTTP/1.1 200 "));
    // What needs to be sent fits: every municipality of a region.
    let codes = vec!["13113"; 2000].join(",");
    assert_eq!(
        server.get(&format!("{ITEMS}?municipality={codes}")).status,
        200
    );
    assert_eq!(
        server.json(&format!("{ITEMS}?limit={}", "9".repeat(400)))["numberReturned"],
        crate::support::SHOWN
    );
    assert_eq!(server.get("/healthz").status, 200);
}

/// A connection closed on unread bytes is reset, and the client loses what it had not read of its answer.
#[test]
fn an_answer_is_whole_though_nobody_reads_the_body_that_came_with_the_request() {
    let server = TestDirectory::shared();
    for length in [31, 200_000, 3_000_000] {
        let address = server.address();
        let head = format!(
            "GET /coverage HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut socket = TcpStream::connect(address).unwrap();
        let mut sender = socket.try_clone().unwrap();
        let sending = std::thread::spawn(move || {
            let _ = sender.write_all(head.as_bytes());
            let _ = sender.write_all(&vec![b' '; length]);
        });
        // Whoever reads at once has all of it before the connection closes.
        std::thread::sleep(Duration::from_millis(500));
        let mut answer = Vec::new();
        let ended = socket.read_to_end(&mut answer);
        sending.join().unwrap();
        let text = String::from_utf8_lossy(&answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        assert!(head.starts_with("HTTP/1.1 200 "), "{length}: {head}");
        assert!(
            ended.is_ok(),
            "{length}: {ended:?} after {} bytes",
            body.len()
        );
        let whole = format!("content-length: {}", body.len());
        assert!(head.contains(&whole), "{length}: {} of {head}", body.len());
    }
}

#[test]
fn bytes_that_are_no_http_close_one_connection_and_nothing_else() {
    let server = TestDirectory::shared();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /collections/facilities/items?kind=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xe6\x97\xa5 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let answer = server.raw(bytes);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{bytes:?}: {answer}");
        assert!(!answer.contains("HTTP/1.1 200"), "{bytes:?}: {answer}");
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn an_answers_request_id_is_the_clients_own_if_it_is_plain() {
    let server = TestDirectory::shared();
    let given = |id: &str| {
        let answer = server.request("/healthz", &[("X-Request-Id", id)]);
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(given("abc-123"), "abc-123");
    for odd in ["a b", "<script>", &"x".repeat(65)] {
        assert_ne!(given(odd), odd);
        assert_eq!(given(odd).len(), 32);
    }
}
