//! Pages for people and machines: what is in their heads, what they list, feeds, the site map.

use serde_json::{Value, json};

use super::hours::server;
use crate::support::databases::{Database, on_each_database};
use crate::support::server::{TestDirectory, encoded, run};

const ITEM: &str = "/collections/facilities/items/h-1";

/// The JSON-LD of a page.
fn data(html: &str) -> Value {
    let (_, rest) = html
        .split_once("<script type=\"application/ld+json\">")
        .expect("JSON-LD");
    let (data, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}"))
}

fn page(server: &TestDirectory, path: &str) -> String {
    let answer = server.request(path, &[("accept", "text/html"), ("accept-language", "ja")]);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert!(
        answer
            .header("content-security-policy")
            .contains("script-src 'self'"),
        "{path}"
    );
    assert_eq!(answer.text.matches("<h1>").count(), 1, "{path}");
    answer.text
}

#[test]
fn a_facilitys_page_says_first_whether_it_is_open_and_machines_can_read_it() {
    on_each_database(|database| {
        let server = server(database);
        let html = page(&server, ITEM);
        for part in [
            "<title>黒壁オフィス".to_owned(),
            "name=\"description\" content=\"福岡県 福岡市のコワーキングスペース".to_owned(),
            format!("rel=\"canonical\" href=\"{}\"", server.url(ITEM)),
            format!("hreflang=\"en\" href=\"{}?lang=en\"", server.url(ITEM)),
            "property=\"og:title\" content=\"黒壁オフィス".to_owned(),
            "/collections/municipalities/items/40130".to_owned(),
            "/reports".to_owned(),
        ] {
            assert!(html.contains(&part), "{part}\n{html}");
        }
        let (state, rows) = (
            html.find("class=\"opening").unwrap(),
            html.find("<dl>").unwrap(),
        );
        assert!(state < rows);
        let data = data(&html);
        assert_eq!(data["@type"], "LocalBusiness");
        assert_eq!(data["name"], "黒壁オフィス");
        assert_eq!(data["priceRange"], "¥400/h");
        assert_eq!(data["address"]["addressLocality"], "福岡市");
        let week = data["openingHoursSpecification"].as_array().unwrap();
        assert!(
            (3..=5).contains(&week.len()),
            "a week without its weekend and holidays: {week:?}"
        );
        for day in week {
            assert_eq!(
                (&day["opens"], &day["closes"]),
                (&json!("09:00"), &json!("17:00"))
            );
            assert_eq!(day["validFrom"], day["validThrough"]);
        }
        // Hours no machine can read are shown as they are, and told to no machine.
        let unreadable = page(&server, "/collections/facilities/items/h-5");
        assert!(unreadable.contains("月から金の気が向いたとき"));
        assert!(
            self::data(&unreadable)
                .get("openingHoursSpecification")
                .is_none()
        );
        // What it was is no page to be found by.
        assert!(page(&server, &format!("{ITEM}?as-of=1")).contains("noindex"));
        assert!(!html.contains("noindex"));
    });
}

#[test]
fn no_text_leaves_its_place() {
    const PAYLOADS: [&str; 8] = [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'-alert(1)-'",
        "<!--<script>",
        "javascript:alert(1)",
        "{{7*7}}${7*7}",
        "]]><x/>",
        "&lt;script&gt;\u{2028}",
    ];
    let database = Database::sqlite();
    let features: Vec<Value> = (0..).zip(PAYLOADS).map(|(i, payload)| {
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [130.42, 33.59] }, "properties": {
            "id": format!("x-{i}"), "name": payload, "name_kana": payload, "name_en": payload, "kind": "coworking",
            "address": payload, "opening_hours": payload, "operator": payload, "phone": payload, "eligibility_note": payload,
            "stock_note": payload, "closures": [{ "from": "2026-01-01", "to": "2026-01-02", "note": payload }],
            "sources": [{ "title": payload }],
        }})
    }).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.geojson");
    std::fs::write(
        &file,
        json!({ "type": "FeatureCollection", "features": features }).to_string(),
    )
    .unwrap();
    let path = file.display().to_string();
    let imported = run(&["import", &path, "--publish", "--database", &database.url]);
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    let server = TestDirectory::at(&database.url, &[]);
    let mut pages: Vec<String> = (0..PAYLOADS.len())
        .flat_map(|i| {
            let item = format!("/collections/facilities/items/x-{i}");
            [item.clone(), format!("{item}/reports")]
        })
        .collect();
    pages.push("/collections/municipalities/items/40130".to_owned());
    pages.push(format!(
        "/collections/facilities/items?place={}",
        encoded(PAYLOADS[0])
    ));
    for path in pages {
        let html = page(&server, &path);
        let scripts = html.matches("<script").count();
        let data = html
            .matches("<script type=\"application/ld+json\">")
            .count();
        assert_eq!(scripts, data, "{path}");
        assert!(!html.contains("<img") && !html.contains("<x/>"), "{path}");
        assert!(!html.contains("href=\"javascript"), "{path}");
        if data > 0 {
            self::data(&html);
        }
    }
    for path in [
        "/collections/facilities/feed",
        "/collections/municipalities/items/40130/feed",
    ] {
        let feed = server.get(path).text;
        assert!(!feed.contains("<script") && !feed.contains("]]>"), "{feed}");
        assert_eq!(feed.matches("<entry>").count(), PAYLOADS.len());
    }
}

#[test]
fn a_municipality_lists_its_hubs_or_the_nearest_ones() {
    on_each_database(|database| {
        let server = server(database);
        let here = page(&server, "/collections/municipalities/items/40130");
        assert!(here.contains("福岡県 福岡市のテレワーク拠点"));
        assert!(here.contains("黒壁オフィス") && !here.contains("近くの拠点"));
        assert_eq!(data(&here)["numberOfItems"], 7);
        assert!(here.contains("type=\"application/atom+xml\""));
        // Kofu has none: the page leads on, and says how far.
        let none = page(&server, "/collections/municipalities/items/19201");
        assert!(
            none.contains("まだありません")
                && none.contains("近くの拠点")
                && none.contains("直線距離"),
            "{none}"
        );
        assert_eq!(
            page(&server, "/collections/prefectures/items/40")
                .matches("<li>")
                .count(),
            7
        );
        let english = server.request(
            "/collections/municipalities/items/40130?lang=en",
            &[("accept", "text/html")],
        );
        assert!(
            english.text.contains("<html lang=\"en\">")
                && english.text.contains("Telework hubs in")
        );
        // Who cannot read kanji still reads where it is; who asks the way shows them.
        for path in [
            "/collections/municipalities/items/40130?lang=en",
            "/collections/facilities/items?near=130.42,33.59&lang=en",
        ] {
            let answer = server.request(path, &[("accept", "text/html")]);
            let place = r#"Fukuoka-shi, Fukuoka</span> <span class="written" lang="ja">福岡県福岡市</span>"#;
            assert!(answer.text.contains(place), "{path}: {}", answer.text);
        }
        let path = "/collections/facilities/items?place=hakata-ku&lang=en";
        let answer = server.request(path, &[("accept", "text/html")]);
        assert!(answer.text.contains("Hubs near Hakata-ku</h1>"));
        assert!(answer.text.contains(r#" lang="ja">博多区</p>"#));
        for (path, title) in [
            ("40132?lang=en", "Telework hubs in Hakata-ku, Fukuoka-shi"),
            ("40132", "福岡県 福岡市博多区のテレワーク拠点"),
        ] {
            let ward = server.request(
                &format!("/collections/municipalities/items/{path}"),
                &[("accept", "text/html")],
            );
            assert!(ward.text.contains(&format!("<h1>{title}</h1>")), "{path}");
        }
    });
}

#[test]
fn without_a_script_a_place_name_is_enough() {
    on_each_database(|database| {
        let server = server(database);
        let list = |query: &str| page(&server, &format!("/collections/facilities/items?{query}"));
        let near = list(&format!("place={}", encoded("博多駅前")));
        assert!(
            near.contains("博多駅前") && near.contains("に近い拠点") && near.contains("直線距離"),
            "{near}"
        );
        assert!(list("place=812-0011").contains("に近い拠点"));
        assert!(list(&format!("place={}", encoded("くろかべ"))).contains("黒壁オフィスに近い拠点"));
        let lost = list(&format!(
            "place={}&open-at=now",
            encoded("どこでもない場所")
        ));
        assert!(
            lost.contains("role=\"alert\"") && lost.contains(" checked"),
            "{lost}"
        );
        assert!(list("place=&f=html").contains("name=\"place\""));
        // What the address asks besides stands in the form; empty fields ask nothing.
        let kept = list("f=html&place=&use=&near=130.4,33.5&kind=coworking&amenity-all=wifi,power");
        for part in [
            r#"<input type="hidden" name="kind" value="coworking">"#,
            r#"<input type="hidden" name="near" value="130.4,33.5">"#,
            r#"<option value="wifi,power" selected>"#,
        ] {
            assert!(kept.contains(part), "{part}: {kept}");
        }
        // Programs may ask the same, and are told what is wrong.
        let json = server.json(&format!(
            "/collections/facilities/items?place={}",
            encoded("博多駅前")
        ));
        assert!(json["features"][0]["properties"]["distance"].is_number());
        for query in [
            format!("place={}", encoded("どこでもない場所")),
            "place=a&near=130.4,33.5".to_owned(),
        ] {
            let answer = server.get(&format!("/collections/facilities/items?{query}"));
            assert_eq!(answer.status, 400, "{}", answer.text);
            assert_eq!(answer.json()["errors"][0]["parameter"], "place");
        }
    });
}

#[test]
fn feeds_tell_what_changed_last_and_where() {
    on_each_database(|database| {
        let server = server(database);
        for (path, entries) in [
            ("/collections/facilities/feed", 8),
            ("/collections/municipalities/items/40130/feed", 8),
            ("/collections/prefectures/items/40/feed", 8),
            ("/collections/municipalities/items/19201/feed", 0),
        ] {
            let answer = server.get(path);
            assert_eq!(
                answer.header("content-type"),
                "application/atom+xml; charset=utf-8"
            );
            assert_eq!(answer.text.matches("<entry>").count(), entries, "{path}");
            assert_eq!(
                answer.text.matches("<georss:point>33.59 130.4").count(),
                entries,
                "{path}"
            );
            assert!(
                answer
                    .text
                    .contains(&format!("<id>{}</id>", server.url(path)))
            );
            let again = server.request(path, &[("if-none-match", answer.header("etag"))]);
            assert_eq!(again.status, 304);
        }
        for path in [
            "/collections/municipalities/items/99999/feed",
            "/collections/prefectures/items/40130/feed",
        ] {
            assert_eq!(server.get(path).status, 404, "{path}");
        }
    });
}

#[test]
fn search_engines_find_every_page_and_nothing_behind_the_login() {
    let server = TestDirectory::shared();
    let robots = server.get("/robots.txt").text;
    assert!(robots.contains(&format!("Sitemap: {}", server.url("/sitemap.xml"))));
    assert!(robots.contains("Disallow: /manage"));
    let map = server.get("/sitemap.xml");
    assert_eq!(map.header("content-type"), "application/xml; charset=utf-8");
    assert_eq!(
        map.text.matches("<url>").count(),
        6 + 47 + 1_741 + 171 + crate::support::SHIPPED
    );
    assert!(map.text.contains(&format!(
        "<loc>{}</loc>",
        server.url("/collections/municipalities/items/13113")
    )));
    assert!(!map.text.contains("/manage"));
    assert_eq!(server.get("/sitemap.xml?part=1").text, map.text);
    for part in ["0", "2", "99999999999"] {
        assert_eq!(
            server.get(&format!("/sitemap.xml?part={part}")).status,
            404,
            "{part}"
        );
    }
    for path in ["/terms", "/privacy", "/accessibility", "/credits"] {
        let html = page(server, path);
        assert!(html.contains("href=\"/privacy\""), "{path}");
        let english = server.request(&format!("{path}?lang=en"), &[("accept", "text/html")]);
        assert!(english.text.contains("<html lang=\"en\">"), "{path}");
    }
    assert_eq!(
        server.get("/terms").header("content-type"),
        "text/html; charset=utf-8"
    );
}
