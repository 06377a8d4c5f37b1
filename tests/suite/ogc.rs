//! What an OGC conformance run checks, Core C1 to C29, walking from `/` by links as it does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::server::{Answer, TestDirectory};

const GEOJSON: &str = "application/geo+json";
const COLLECTIONS: [&str; 6] = [
    "facilities",
    "municipalities",
    "prefectures",
    "population",
    "coverage",
    "stations",
];
const JSON: &str = "application/json";
const HTML: &str = "text/html";
const OPENAPI30: &str = "application/vnd.oai.openapi+json;version=3.0";

/// GET by an absolute address of a link, asking for a media type, which has to be what comes.
fn follow(server: &TestDirectory, href: &str, accept: &str) -> Answer {
    let path = server.path(href);
    let answer = server.request(&path, &[("Accept", accept)]);
    assert_eq!(answer.status, 200, "{path} as {accept}: {}", answer.text);
    let (kind, asked) = (answer.header("content-type"), accept);
    assert!(kind.starts_with(asked), "{path}: {kind} for {asked}");
    answer
}

fn links<'a>(document: &'a Value, rel: &str) -> Vec<&'a Value> {
    let all = document["links"].as_array().expect("links");
    let same = |link: &&Value| {
        let text = |key: &str| link[key].as_str().unwrap_or("");
        assert!(
            !text("href").is_empty() && !text("rel").is_empty(),
            "{link}"
        );
        text("rel") == rel
    };
    all.iter().filter(same).collect()
}

fn href<'a>(document: &'a Value, rel: &str, kind: &str) -> &'a str {
    let found = links(document, rel);
    let of_kind = |link: &&&Value| {
        let media_type = link["type"].as_str().unwrap_or("").replace(' ', "");
        media_type.starts_with(kind)
    };
    let link = found.iter().find(of_kind);
    link.and_then(|link| link["href"].as_str())
        .unwrap_or_else(|| panic!("no {rel} of {kind} in {}", document["links"]))
}

/// C9, C16, C29: `self` of the type asked for, `alternate` of each other.
fn expect_self_and_alternate(document: &Value, own: &str, other: &str) {
    href(document, "self", own);
    href(document, "alternate", other);
    assert_eq!(links(document, "self").len(), 1);
}

/// C14 to C19, for every variant of items.
fn expect_items(server: &TestDirectory, page: &Value) {
    assert_eq!(page["type"], "FeatureCollection");
    expect_self_and_alternate(page, GEOJSON, HTML);
    let features = page["features"].as_array().expect("features");
    assert_eq!(page["numberReturned"], features.len());
    let stamp = page["timeStamp"].as_str().unwrap();
    chrono::DateTime::parse_from_rfc3339(stamp).unwrap();
    for feature in features {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["id"].is_string());
        assert!(feature["properties"].is_object());
        expect_geometry(&feature["geometry"]);
    }
    // C18: what paging yields. `next` has to stay right with another limit. Where more than 10,000 match,
    // the official run follows four links and counts nothing.
    let is_long = page["numberMatched"].as_u64().unwrap() > 10_000;
    let mut seen: BTreeSet<String> = ids(page).into_iter().collect();
    let mut next = server.link(page, "next");
    let mut followed = 0;
    while let Some(path) = next.filter(|_| !is_long || followed < 4) {
        followed += 1;
        let path = replaced(&path, "limit", "700");
        let page = server.json(&path);
        for id in ids(&page) {
            assert!(seen.insert(id), "{path}: a feature comes twice");
        }
        next = server.link(&page, "next");
    }
    assert!(
        is_long || page["numberMatched"] == seen.len(),
        "{}",
        seen.len()
    );
}

fn ids(page: &Value) -> Vec<String> {
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(id)
        .collect()
}

/// The path with one parameter's value replaced, or added.
fn replaced(path: &str, name: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap();
    let others = query.split('&').filter(|pair| {
        assert!(pair.contains('='), "every pair of {query} holds =");
        pair.split('=').next() != Some(name)
    });
    let others: Vec<&str> = others.collect();
    format!("{path}?{}&{name}={value}", others.join("&"))
}

/// RFC 7946 and C14: inside the world, rings closed, exteriors counterclockwise, at most 7 decimals.
fn expect_geometry(geometry: &Value) {
    let pair = |position: &Value| {
        let numbers: Vec<f64> = position
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_f64().unwrap())
            .collect();
        let &[lon, lat] = numbers.as_slice() else {
            panic!("{position}")
        };
        assert!((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat));
        let decimals = |n: &Value| n.to_string().split_once('.').map_or(0, |(_, d)| d.len());
        assert!(decimals(&position[0]) <= 7 && decimals(&position[1]) <= 7);
        (lon, lat)
    };
    let polygon = |rings: &Value| {
        for (i, ring) in rings.as_array().unwrap().iter().enumerate() {
            let points: Vec<(f64, f64)> = ring.as_array().unwrap().iter().map(pair).collect();
            assert!(points.len() >= 4 && points.first() == points.last());
            let area: f64 = points
                .windows(2)
                .map(|w| (w[1].0 - w[0].0) * (w[1].1 + w[0].1))
                .sum();
            assert_eq!(area < 0.0, i == 0, "the winding of ring {i}");
        }
    };
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str() {
        Some("Point") => drop(pair(coordinates)),
        Some("Polygon") => polygon(coordinates),
        Some("MultiPolygon") => coordinates.as_array().unwrap().iter().for_each(polygon),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_walk_of_a_conformance_run_finds_everything_in_order() {
    let server = TestDirectory::shared();

    // C1
    let status_line = server.raw(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(status_line.starts_with("HTTP/1.1 200 OK\r\n"));

    // C2 C3
    let root = server.request("/", &[("Accept", JSON)]).json();
    expect_self_and_alternate(&root, JSON, HTML);
    // C4 C5
    let definition = follow(server, href(&root, "service-desc", OPENAPI30), OPENAPI30).json();
    assert_eq!(definition["openapi"], "3.0.3");
    follow(server, href(&root, "service-doc", HTML), HTML);
    // C6 C7
    let conformance = follow(server, href(&root, "conformance", JSON), JSON).json();
    expect_self_and_alternate(&conformance, JSON, HTML);
    let classes = conformance["conformsTo"].as_array().unwrap();
    assert!(
        classes
            .iter()
            .all(|class| class.as_str().unwrap().contains("/conf/"))
    );
    assert!(classes.contains(&json!(
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    )));
    // C8 C9 C10
    let collections = follow(server, href(&root, "data", JSON), JSON).json();
    expect_self_and_alternate(&collections, JSON, HTML);
    let list = collections["collections"].as_array().unwrap();
    assert_eq!(list.len(), COLLECTIONS.len());

    for brief in list {
        assert_eq!(brief["itemType"], "feature");
        assert!(brief["crs"][0].as_str().unwrap().ends_with("/CRS84"));
        href(brief, "license", HTML);
        // C11 C12
        let collection = follow(server, href(brief, "self", JSON), JSON).json();
        for key in ["id", "title", "description", "extent"] {
            assert!(!brief[key].is_null());
            assert_eq!(collection[key], brief[key], "{key}");
        }
        expect_self_and_alternate(&collection, JSON, HTML);
        let queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
        follow(
            server,
            href(&collection, queryables, "application/schema+json"),
            "application/schema+json",
        );

        // C13 to C19
        let items = href(brief, "items", GEOJSON);
        let first = follow(server, items, GEOJSON).json();
        expect_items(server, &first);
        follow(server, href(&first, "alternate", HTML), HTML);

        // C28 C29
        let id = first["features"][0]["id"].as_str().unwrap();
        let item = follow(server, &format!("{items}/{id}"), GEOJSON).json();
        expect_self_and_alternate(&item, GEOJSON, HTML);
        assert_eq!(links(&item, "collection").len(), 1);
        follow(server, href(&item, "alternate", HTML), HTML);
        assert_eq!(item["geometry"], first["features"][0]["geometry"]);
        assert_eq!(item["properties"], first["features"][0]["properties"]);

        // C21
        let items = server.path(items);
        let east = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
        assert_eq!(brief["extent"]["spatial"]["crs"], east);
        let extent = &brief["extent"]["spatial"]["bbox"][0];
        let extent: Vec<f64> = (0..4).map(|i| extent[i].as_f64().unwrap()).collect();
        let all = server.json(&format!("{items}?limit=1"))["numberMatched"].clone();
        for (bbox, matched) in [
            (
                format!("{},{},{},{}", extent[0], extent[1], extent[2], extent[3]),
                all,
            ),
            ("-1.5,50,1.5,53".to_owned(), json!(0)),
            ("-80,-5,-70,5".to_owned(), json!(0)),
            ("177,65,-177,70".to_owned(), json!(0)),
            ("-180,85,180,90".to_owned(), json!(0)),
            ("-180,-90,180,-85".to_owned(), json!(0)),
        ] {
            let page = server.json(&format!("{items}?bbox={bbox}"));
            assert_eq!(page["numberMatched"], matched, "{items} {bbox}");
            expect_items(server, &page);
        }
        // C23
        for (limit, most) in [("1", 1), ("10000", 10_000), ("10001", 10_000), ("3", 3)] {
            let page = server.json(&format!("{items}?limit={limit}"));
            assert!(page["features"].as_array().unwrap().len() <= most);
        }
        // C25: any form of time is understood.
        for datetime in [
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00%2B09:00",
            "2021-04-01/2022-04-01",
            "2021-04-01/P2D",
            "2021-04-01/..",
            "../2021-04-01",
            "2021-04-01/",
            "/2021-04-01",
        ] {
            let page = server.json(&format!("{items}?datetime={datetime}&limit=5"));
            expect_items(server, &page);
        }
        // C26 C27
        for bad in ["limit=unlimited", "unknownQueryParameter12345=1"] {
            assert_eq!(server.get(&format!("{items}?{bad}")).status, 400, "{bad}");
        }
        // A client that repeats its own parameter beside those of `next`.
        let next = server.link(&server.json(&format!("{items}?limit=2")), "next");
        let next = next.unwrap();
        assert_eq!(server.get(&format!("{next}&limit=2")).status, 200);
    }
}

#[test]
fn the_definition_describes_the_standards_parameters_as_they_must_be() {
    let server = TestDirectory::shared();
    let definition = server.json("/api?f=openapi30");
    for collection in COLLECTIONS {
        let path = format!("/collections/{collection}/items");
        let parameters = &definition["paths"][&path]["get"]["parameters"];
        let parameter = |name: &str| {
            let all = parameters.as_array().unwrap().iter();
            let mut resolved = all.map(|parameter| match parameter["$ref"].as_str() {
                Some(reference) => definition.pointer(&reference[1..]).unwrap(),
                None => parameter,
            });
            let found = resolved.find(|parameter| parameter["name"] == name);
            let found = found.unwrap_or_else(|| panic!("{path} has no {name}"));
            assert_eq!(found["in"], "query");
            assert_ne!(found["required"], true);
            assert_eq!(
                (&found["style"], &found["explode"]),
                (&json!("form"), &json!(false))
            );
            found["schema"].clone()
        };
        // C20
        let bbox = parameter("bbox");
        assert_eq!(bbox["type"], "array");
        assert_eq!(
            (&bbox["minItems"], &bbox["maxItems"]),
            (&json!(4), &json!(6))
        );
        assert_eq!(bbox["items"]["type"], "number");
        // C22
        let limit = parameter("limit");
        assert_eq!(limit["type"], "integer");
        assert_eq!(
            [&limit["minimum"], &limit["default"], &limit["maximum"]],
            [&json!(1), &json!(100), &json!(10_000)]
        );
        // C24
        assert_eq!(parameter("datetime")["type"], "string");
    }
}

/// Each list parameter, where it may be asked and a value of two members or more.
const LISTS: &[(&str, &str, &str)] = &[
    (
        "near",
        "/collections/facilities/items?limit=3",
        "139.7016,35.658",
    ),
    (
        "near",
        "/collections/facilities/facets?max-distance=5000",
        "139.7016,35.658",
    ),
    ("near", "/places?q=%E6%9C%AC%E7%94%BA", "135.5,34.68"),
    (
        "bbox",
        "/places?q=%E6%9C%AC%E7%94%BA",
        "135.4,34.6,135.6,34.8",
    ),
    (
        "bbox",
        "/collections/facilities/items?limit=3",
        "139.6,35.6,139.8,35.7",
    ),
    (
        "bbox",
        "/collections/municipalities/items?limit=3",
        "139.7,35.66,139.7,35.66",
    ),
    (
        "municipality",
        "/collections/facilities/items?limit=3",
        "13113,13104",
    ),
    (
        "kind",
        "/collections/facilities/items?limit=3",
        "coworking,unknown",
    ),
    (
        "kind",
        "/collections/municipalities/items?limit=3",
        "municipality,ward",
    ),
    (
        "stock",
        "/collections/facilities/items?limit=3",
        "kura,inn-hotel",
    ),
    (
        "programme",
        "/collections/facilities/items?limit=3",
        "kanmin-machinaka,unknown",
    ),
    (
        "certainty",
        "/collections/facilities/items?limit=3",
        "confirmed,likely",
    ),
    (
        "eligibility",
        "/collections/facilities/items?limit=3",
        "anyone,unknown",
    ),
    (
        "amenity",
        "/collections/facilities/items?limit=3",
        "wifi,power",
    ),
    (
        "amenity-all",
        "/collections/facilities/items?limit=3",
        "wifi,power",
    ),
    (
        "use",
        "/collections/facilities/items?limit=3",
        "drop-in,member",
    ),
    (
        "precision",
        "/collections/facilities/items?limit=3",
        "building,street",
    ),
    (
        "status",
        "/collections/facilities/items?limit=3",
        "open,closed",
    ),
    (
        "status-age",
        "/collections/facilities/items?limit=3",
        "fresh,old",
    ),
    (
        "measures",
        "/coverage?area=13113&geometry=false",
        "nearest,per-10000",
    ),
    (
        "add",
        "/coverage?area=13113&geometry=false",
        "139.7,35.66;139.71,35.67",
    ),
];

#[test]
fn every_list_may_be_given_as_one_parameter_a_member() {
    let server = TestDirectory::shared();
    for (name, path, value) in LISTS {
        let mark = if value.contains(';') { ';' } else { ',' };
        let joint = if path.contains('?') { '&' } else { '?' };
        let once = server.json(&format!("{path}{joint}{name}={value}"));
        let members = value.split(mark).map(|member| format!("{name}={member}"));
        let members = members.collect::<Vec<_>>().join("&");
        let each = server.json(&format!("{path}{joint}{members}"));
        assert!(
            once["features"].is_array() || once["facets"].is_object(),
            "{once}"
        );
        // All but the links, which say what was asked.
        for part in ["features", "facets", "numberMatched", "about"] {
            assert_eq!(once[part], each[part], "{path} {name}: {part}");
        }
    }
    // The definition has no list that is not among them.
    let definition = server.json("/api?f=openapi31");
    let known: BTreeSet<&str> = LISTS.iter().map(|(name, ..)| *name).collect();
    let operations = definition["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|path| path.as_object().unwrap().values());
    for parameter in operations.flat_map(|it| it["parameters"].as_array().unwrap()) {
        let parameter = match parameter["$ref"].as_str() {
            Some(reference) => definition.pointer(&reference[1..]).unwrap(),
            None => parameter,
        };
        let schema = &parameter["schema"];
        let is_list = schema["type"] == "array" || schema["format"] == "semicolons";
        let name = parameter["name"].as_str().unwrap();
        assert!(!is_list || known.contains(name), "{name}");
    }
}

#[test]
fn the_definition_and_the_routes_are_the_same() {
    let server = TestDirectory::shared();
    let definition = server.json("/api?f=openapi31");
    let documented: BTreeSet<String> = definition["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    // Files of the front end and the operator's two are no API.
    let mut routes = BTreeSet::new();
    for (method, path) in machinaka::http::routes() {
        let is_file = [
            "/icon.svg",
            "/icons/",
            "/embed",
            "/manifest.webmanifest",
            "/sw.js",
            "/assets/",
            "/pages.css",
            "/terms",
            "/privacy",
            "/accessibility",
            "/robots.txt",
            "/sitemap.xml",
            "/config.json",
            "/problems/",
            "/manage",
            "/healthz",
            "/readyz",
        ];
        if is_file.iter().any(|file| path.starts_with(file)) {
            continue;
        }
        for collection in COLLECTIONS {
            let mut path = path
                .replace("{collection}", collection)
                .replace("{z}/{y}/{x}", "{tileMatrix}/{tileRow}/{tileCol}");
            if path.starts_with("/collections/") {
                path = path.replace("{id}", "{featureId}");
            }
            routes.insert(format!("{method} {path}"));
        }
    }
    assert!(routes.len() > 20, "{routes:?}");
    let missing: Vec<_> = routes.symmetric_difference(&documented).collect();
    assert!(missing.is_empty(), "only in one of the two: {missing:?}");

    // Every status an operation can give is described.
    for (path, operation) in definition["paths"].as_object().unwrap() {
        if operation["get"]["security"].is_array() || operation["get"].is_null() {
            continue;
        }
        let responses = operation["get"]["responses"].as_object().unwrap();
        for status in ["200", "304", "400", "500"] {
            assert!(responses.contains_key(status), "{path}: {status}");
        }
    }
    for (path, status) in [
        ("/collections/facilities/items", "406"),
        ("/collections/facilities/items", "414"),
        ("/collections/facilities/items/{featureId}", "404"),
        ("/collections/facilities/items/{featureId}", "410"),
        ("/places", "406"),
        ("/places", "414"),
        (
            "/collections/facilities/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",
            "406",
        ),
        (
            "/collections/facilities/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",
            "414",
        ),
    ] {
        let responses = &definition["paths"][path]["get"]["responses"];
        assert!(!responses[status].is_null(), "{path} can answer {status}");
    }
}

#[test]
fn every_resource_is_there_for_people_too() {
    let server = TestDirectory::shared();
    for path in [
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/facilities",
        "/collections/municipalities",
        "/collections/prefectures",
        "/collections/facilities/items",
        "/collections/facilities/items/hub-001",
        "/collections/municipalities/items",
        "/collections/municipalities/items/13113",
        "/collections/municipalities/items/40133",
        "/collections/prefectures/items",
        "/collections/prefectures/items/47",
        "/collections/population",
        "/collections/population/items",
        "/collections/stations",
        "/collections/stations/items",
        "/collections/stations/items/s01000",
        "/collections/coverage",
        "/collections/coverage/items",
        "/collections/coverage/items/13113",
        "/collections/coverage/items/47",
        "/collections/coverage/schema",
        "/collections/coverage/tiles/WebMercatorQuad",
        "/collections/facilities/queryables",
        "/collections/facilities/schema",
        "/collections/facilities/tiles",
        "/collections/facilities/tiles/WebMercatorQuad",
        "/tileMatrixSets/WebMercatorQuad",
        "/vocabularies",
        "/credits",
        "/problems/not-found",
    ] {
        for answer in [
            server.get(&format!("{path}?f=html")),
            server.request(
                path,
                &[("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")],
            ),
        ] {
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(
                answer.header("content-type"),
                "text/html; charset=utf-8",
                "{path}"
            );
            assert!(answer.text.starts_with("<!doctype html>"), "{path}");
            let policy = answer.header("content-security-policy");
            for rule in [
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(policy.contains(rule), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(
                !answer.text.contains("<script>"),
                "{path} has an inline script"
            );
        }
    }
}

#[test]
fn the_representation_is_the_one_asked_for() {
    let server = TestDirectory::shared();
    let items = "/collections/facilities/items";
    for (accept, expected) in [
        ("*/*", GEOJSON),
        ("application/json", GEOJSON),
        ("application/geo+json", GEOJSON),
        ("application/*", GEOJSON),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html, */*;q=0.1", "text/html; charset=utf-8"),
        (
            "application/geo+json;q=0.5, text/html",
            "text/html; charset=utf-8",
        ),
        ("text/html;q=0.5, application/geo+json", GEOJSON),
        ("TEXT/HTML", "text/html; charset=utf-8"),
    ] {
        let answer = server.request(items, &[("Accept", accept)]);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, expected),
            "{accept}"
        );
    }
    for accept in [
        "image/png",
        "text/plain",
        "text/html;q=0",
        "application/xml",
    ] {
        let answer = server.request(items, &[("Accept", accept)]);
        assert_eq!(answer.status, 406, "{accept}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    // `f` overrides.
    let answer = server.request(&format!("{items}?f=json"), &[("Accept", "text/html")]);
    assert_eq!(answer.header("content-type"), GEOJSON);
    let answer = server.request(&format!("{items}?f=html"), &[("Accept", "image/png")]);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[test]
fn link_headers_repeat_the_links_of_the_body_and_coordinates_name_their_system() {
    let server = TestDirectory::shared();
    let answer = server.get("/collections/facilities/items?limit=2");
    for link in answer.json()["links"].as_array().unwrap() {
        let text = |key: &str| link[key].as_str().unwrap().to_owned();
        let written = format!(
            "<{}>; rel=\"{}\"; type=\"{}\"",
            text("href"),
            text("rel"),
            text("type")
        );
        assert!(answer.header("link").contains(&written), "{written}");
    }
    let crs = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";
    for path in [
        "/collections/facilities/items?limit=2",
        "/collections/facilities/items/hub-001",
        "/collections/prefectures/items/13",
        "/places?q=a",
    ] {
        assert_eq!(server.get(path).header("content-crs"), crs, "{path}");
    }
}

#[test]
fn tiles_are_described_and_addressed_by_row_and_column() {
    let server = TestDirectory::shared();
    for collection in COLLECTIONS {
        let base = format!("/collections/{collection}/tiles");
        let sets = server.json(&base);
        let set = &sets["tilesets"][0];
        assert_eq!(set["dataType"], "vector");
        let description = server.json(&server.link(set, "self").unwrap());
        for key in ["dataType", "crs", "tileMatrixSetURI"] {
            assert_eq!(description[key], set[key], "{key}");
        }
        let template = server.link(&description, "item").unwrap();
        assert_eq!(
            template,
            format!("{base}/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}")
        );
        // Row before column: Japan lies in column 28 and row 12 of zoom 5.
        let path = |z: &str, row: &str, column: &str| {
            template
                .replace("{tileMatrix}", z)
                .replace("{tileRow}", row)
                .replace("{tileCol}", column)
        };
        let tile = server.get(&path("5", "12", "28"));
        assert_eq!(tile.status, 200, "{collection}");
        assert_eq!(
            tile.header("content-type"),
            "application/vnd.mapbox-vector-tile"
        );
        assert!(tile.text.contains(collection), "the layer is named so");
        // Germany: nothing there.
        let empty = server.get(&path("5", "10", "17"));
        assert_eq!(
            (empty.status, empty.text.as_str()),
            (204, ""),
            "{collection}"
        );
        for (z, row, column) in [
            ("1", "2", "0"),
            ("1", "0", "2"),
            ("0", "0", "1"),
            ("30", "0", "0"),
            ("9999", "0", "0"),
            ("-1", "0", "0"),
            ("1", "-1", "0"),
            ("1.5", "0", "0"),
            ("a", "b", "c"),
            ("4294967296", "0", "0"),
            ("5", "99999999999999999999", "0"),
            ("5", "%31%32x", "28"),
        ] {
            let answer = server.get(&path(z, row, column));
            assert_eq!(answer.status, 404, "{z}/{row}/{column}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        let tilejson = server.json(&format!("{base}/WebMercatorQuad?f=tilejson"));
        assert_eq!(tilejson["tilejson"], "3.0.0");
        let address = tilejson["tiles"][0].as_str().unwrap();
        assert!(
            address.ends_with("/WebMercatorQuad/{z}/{y}/{x}"),
            "{address}"
        );
    }
    let etag = |path: &str| server.get(path).header("etag").to_owned();
    let tile = "/collections/facilities/tiles/WebMercatorQuad/5/12/28";
    assert_ne!(etag(tile), "");
    let unchanged = server.request(tile, &[("If-None-Match", &etag(tile))]);
    assert_eq!(unchanged.status, 304);
    assert_eq!(server.get(&format!("{tile}?kind=castle")).status, 400);
    assert_eq!(server.get(&format!("{tile}?near=139,35")).status, 400);
    // Of those that ship none is suspended.
    assert_eq!(server.get(&format!("{tile}?status=suspended")).status, 204);
}
