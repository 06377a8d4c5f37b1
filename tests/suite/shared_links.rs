//! Links as people share them: with what other sites hang on to an address, and to what is not there.

use serde_json::json;

use crate::support::databases::on_each_database;
use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory};

/// As browsers ask.
const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
/// What social networks, mailings and search engines hang on to an address; some of it is broken.
const HUNG_ON: &str = "fbclid=IwAR0x&utm_source=line&utm_medium=social&gclid=a%20b&mc_eid=%zz&ref=%ff&_ga=1&%E3%81=2&igshid";
const PAGES: &[&str] = &[
    "/collections",
    "/collections/facilities",
    "/collections/facilities/items",
    "/collections/facilities/items?kind=coworking&limit=5",
    "/collections/facilities/items/hub-001",
    "/collections/facilities/items/hub-001/reports",
    "/collections/facilities/queryables",
    "/collections/facilities/schema",
    "/collections/facilities/tiles",
    "/collections/facilities/tiles/WebMercatorQuad",
    "/collections/municipalities/items",
    "/collections/municipalities/items?kind=ward",
    "/collections/municipalities/items/13113",
    "/collections/prefectures/items/13",
    "/collections/population/items?area=13101",
    "/collections/coverage",
    "/collections/coverage/items?area=31",
    "/collections/coverage/items/31201",
    "/collections/coverage/tiles/WebMercatorQuad",
    "/tileMatrixSets/WebMercatorQuad",
    "/conformance",
    "/api",
    "/vocabularies",
    "/credits",
    "/problems/not-found",
    "/terms",
    "/privacy",
    "/accessibility",
    "/coverage?area=31",
    "/",
    "/embed",
    "/manage",
];

fn in_browser(server: &TestDirectory, path: &str) -> Answer {
    server.request(path, &[("Accept", BROWSER), ("Accept-Language", "ja")])
}

fn joined(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{query}")
}

#[test]
fn a_page_ignores_what_others_hang_on_to_its_address() {
    let server = TestDirectory::shared();
    for path in PAGES {
        let plain = in_browser(server, path);
        let shared = in_browser(server, &joined(path, HUNG_ON));
        for answer in [&plain, &shared] {
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            let kind = answer.header("content-type");
            assert!(kind.starts_with("text/html"), "{path}: {kind}");
        }
        assert!(!shared.text.contains("fbclid"), "{path} passes it on");
        let asked = server.get(&joined(path, &format!("f=html&{HUNG_ON}")));
        // The embedded page and the municipalities' take no `f`, and are pages for everybody.
        assert_eq!(asked.status, 200, "{path}: {}", asked.text);
    }
    // A program's slip is still named.
    for path in ["/collections", "/collections/facilities/items", "/credits"] {
        let answer = server.get(&joined(path, "fbclid=1"));
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["code"], "unknown-parameter", "{path}");
    }
    // So is a known parameter's wrong value, in a browser too, on a page.
    let answer = in_browser(
        server,
        "/collections/facilities/items?kind=caf%C3%A9&fbclid=1",
    );
    expect_page(&answer, 400, "kind");
}

#[test]
fn whoever_accepts_no_encoding_or_connects_gets_the_plain_answer() {
    let server = TestDirectory::shared();
    let refusing = [("Accept-Encoding", "nix;q=1, *;q=0")];
    let answer = server.request("/collections", &refusing);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    let connect = "CONNECT /collections HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n";
    let answer = server.raw(connect.as_bytes());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["code"], "method-not-allowed");
}

/// A page that says what is wrong.
fn expect_page(answer: &Answer, status: u16, word: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let kind = answer.header("content-type");
    assert_eq!(kind, "text/html; charset=utf-8", "{}", answer.text);
    assert_eq!(answer.text.matches("<h1>").count(), 1, "{}", answer.text);
    assert!(answer.text.contains(word), "{word}: {}", answer.text);
    assert!(answer.text.contains("name=\"robots\" content=\"noindex\""));
    assert!(answer.text.contains("href=\"/\""), "a way on");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("script-src 'self'"), "{policy}");
}

#[test]
fn what_cannot_be_answered_is_a_page_in_a_browser_and_a_document_for_programs() {
    let server = TestDirectory::shared();
    let long = format!("/collections/facilities/items?q={}", "a".repeat(20_000));
    for (method, path, status, word) in [
        ("GET", "/nothing-here", 404, "見つかりません"),
        ("GET", "/collections/nix", 404, "facilities"),
        ("GET", "/collections/nix/items", 404, "facilities"),
        (
            "GET",
            "/collections/facilities/items/no-such-hub",
            404,
            "no-such-hub",
        ),
        (
            "GET",
            "/collections/municipalities/items/99999",
            404,
            "99999",
        ),
        (
            "GET",
            "/collections/facilities/items/no-such-hub/reports",
            404,
            "no-such-hub",
        ),
        ("GET", "/problems/nix", 404, "nix"),
        ("GET", "/assets/nix.js", 404, "/assets/nix.js"),
        ("GET", "/collections/facilities/items?limit=0", 400, "limit"),
        ("GET", "/collections/facilities/items?near=1", 400, "near"),
        ("GET", "/collections/facilities/items?q=%zz", 400, "%zz"),
        (
            "GET",
            "/collections/facilities/items?q=%3Cscript%3E&near=%3Cb%3E",
            400,
            "&#60;b&#62;",
        ),
        ("GET", &long, 414, "16384"),
        ("POST", "/terms", 405, "GET, HEAD"),
        ("DELETE", "/", 405, "GET, HEAD"),
    ] {
        let headers = [("Accept", BROWSER), ("Accept-Language", "ja")];
        let page = server.ask(method, path, &headers);
        expect_page(&page, status, word);
        let english = [("Accept", BROWSER), ("Accept-Language", "en")];
        let english = server.ask(method, path, &english);
        assert!(english.text.contains("<html lang=\"en\">"), "{path}");
        for headers in [&[][..], &[("Accept", "application/json")]] {
            let document = server.ask(method, path, headers);
            assert_eq!(document.status, status, "{path}");
            let kind = document.header("content-type");
            assert_eq!(kind, "application/problem+json", "{path}");
            assert_eq!(document.json()["status"], status, "{path}");
        }
        // `f` decides, whatever the browser accepts.
        if path.contains('?') && status == 400 && !path.contains("%zz") {
            let document = in_browser(server, &joined(path, "f=json"));
            assert_eq!(document.header("content-type"), "application/problem+json");
        }
    }
}

#[test]
fn what_was_withdrawn_says_so_on_a_page() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &[]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let path = "/collections/facilities/items/hub-001";
        let tag = chief.get(path).header("etag").to_owned();
        let gone = chief
            .with("If-Match", &tag)
            .send("DELETE", path, &json!({}));
        assert!((200..300).contains(&gone.status), "{}", gone.text);
        expect_page(&in_browser(&server, path), 410, "取り下げ");
        let shared = joined(path, HUNG_ON);
        expect_page(&in_browser(&server, &shared), 410, "取り下げ");
        assert_eq!(
            server.get(path).header("content-type"),
            "application/problem+json"
        );
    });
}
