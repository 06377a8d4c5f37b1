//! What a client has is not sent again, and nothing is taken for something else.

use std::collections::BTreeSet;

use crate::support::server::TestDirectory;

const PUBLIC: &[&str] = &[
    "/?f=json",
    "/conformance",
    "/api",
    "/collections",
    "/collections/facilities",
    "/collections/facilities/items",
    "/collections/facilities/items?near=139.7,35.6&limit=3",
    "/collections/facilities/items/hub-001",
    "/collections/municipalities/items?bbox=139.7,35.6,139.7,35.6",
    "/collections/prefectures/items/13",
    "/collections/facilities/tiles/WebMercatorQuad/5/12/28",
    "/basemap/5/12/28",
    "/places?q=a",
    "/vocabularies",
    "/credits",
];

#[test]
fn an_etag_names_representation_language_and_encoding() {
    let server = TestDirectory::shared();
    for path in PUBLIC {
        let plain = [("Accept-Encoding", "identity")];
        let answer = server.request(path, &plain);
        assert_eq!(answer.status, 200, "{path}");
        let etag = answer.header("etag").to_owned();
        assert!(
            etag.starts_with('"') && etag.ends_with('"'),
            "{path}: {etag} is strong"
        );
        let mut all = BTreeSet::from([etag.clone()]);
        for headers in [
            [("Accept-Encoding", "gzip"), ("Accept-Language", "ja")],
            [("Accept-Encoding", "br"), ("Accept-Language", "ja")],
            [("Accept-Encoding", "identity"), ("Accept-Language", "en")],
            [("Accept-Encoding", "br"), ("Accept-Language", "en")],
        ] {
            let other = server.request(path, &headers);
            assert!(
                all.insert(other.header("etag").to_owned()),
                "{path}: {headers:?}"
            );
            // Each answers its own, and none another's.
            let own = [
                headers[0],
                headers[1],
                ("If-None-Match", other.header("etag")),
            ];
            let unchanged = server.request(path, &own);
            assert_eq!(unchanged.status, 304, "{path}: {headers:?}");
            assert_eq!(unchanged.text, "");
            assert_eq!(unchanged.header("etag"), other.header("etag"));
            let foreign = [headers[0], headers[1], ("If-None-Match", etag.as_str())];
            assert_eq!(
                server.request(path, &foreign).status,
                200,
                "{path}: {headers:?}"
            );
        }
        let html = server.request(path, &[plain[0], ("Accept", "text/html")]);
        if html.header("content-type").starts_with("text/html") {
            assert!(all.insert(html.header("etag").to_owned()), "{path} as HTML");
        }
        // Weak, listed, and any.
        for seen in [
            format!("W/{etag}"),
            format!("\"other\", {etag}"),
            "*".to_owned(),
        ] {
            let answer = server.request(path, &[plain[0], ("If-None-Match", &seen)]);
            assert_eq!(answer.status, 304, "{path}: {seen}");
        }
        for seen in ["\"other\"", "", "\""] {
            let answer = server.request(path, &[plain[0], ("If-None-Match", seen)]);
            assert_eq!(answer.status, 200, "{path}: {seen}");
        }
    }
}

#[test]
fn public_answers_may_be_kept_by_anybody_and_read_by_any_page() {
    let server = TestDirectory::shared();
    for path in PUBLIC {
        for encoding in ["identity", "gzip", "br"] {
            let answer = server.request(path, &[("Accept-Encoding", encoding)]);
            let vary: Vec<String> = answer
                .headers
                .get_all("vary")
                .iter()
                .map(|value| value.to_str().unwrap().to_ascii_lowercase())
                .collect();
            let vary = vary.join(", ");
            for header in ["accept", "accept-language", "accept-encoding"] {
                let named = vary.split(", ").any(|name| name == header);
                assert!(named, "{path} as {encoding}: Vary: {vary}");
            }
            let sent = answer.header("content-encoding");
            assert!(
                encoding == "identity" || sent == encoding || sent.is_empty(),
                "{path}: {sent}"
            );
        }
        let answer = server.get(path);
        assert!(answer.header("cache-control").contains("public"), "{path}");
        assert!(answer.header("last-modified").ends_with(" GMT"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("ETag"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    for path in ["/healthz", "/readyz", "/nowhere"] {
        assert_eq!(
            server.get(path).header("cache-control"),
            "no-store",
            "{path}"
        );
    }
}

#[test]
fn head_is_get_without_its_body() {
    let server = TestDirectory::shared();
    let gone = ["/nowhere", "/collections/facilities/items?limit=0"];
    for path in PUBLIC.iter().chain(&gone) {
        for encoding in ["identity", "gzip"] {
            let headers = |method: &str| {
                let answer = server.ask(method, path, &[("Accept-Encoding", encoding)]);
                let differs = [
                    "date",
                    "x-request-id",
                    "content-length",
                    "transfer-encoding",
                ];
                let mut headers: Vec<String> = answer
                    .headers
                    .iter()
                    .filter(|(name, _)| !differs.contains(&name.as_str()))
                    .map(|(name, value)| format!("{name}: {value:?}"))
                    .collect();
                headers.sort();
                (answer.status, headers, answer.text)
            };
            let (got, get, _) = headers("GET");
            let (status, head, body) = headers("HEAD");
            assert_eq!((status, head), (got, get), "{path} {encoding}");
            assert_eq!(body, "", "{path}");
        }
    }
}
