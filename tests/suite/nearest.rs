//! Nearest through HTTP against measuring everything with another algorithm, and distances against
//! published ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use machinaka::domain::position::Position;
use serde_json::Value;

use crate::support::server::{TestDirectory, run};

const ITEMS: &str = "/collections/facilities/items";
/// What answers may differ by.
const MILLIMETRE: f64 = 0.001;

/// The geodesic by Vincenty's inverse formula of 1975: another algorithm than the program's, good to
/// a tenth of a millimetre wherever it converges.
fn vincenty(from: (f64, f64), to: (f64, f64)) -> Option<f64> {
    let (a, f) = (6_378_137.0, 1.0 / 298.257_223_563);
    let b = a * (1.0 - f);
    let reduced = |lat: f64| ((1.0 - f) * lat.to_radians().tan()).atan().sin_cos();
    let ((sin_u1, cos_u1), (sin_u2, cos_u2)) = (reduced(from.1), reduced(to.1));
    let l = (to.0 - from.0).to_radians();
    let mut lambda = l;
    for _ in 0..200 {
        let (sin_l, cos_l) = lambda.sin_cos();
        let sin_sigma = (cos_u2 * sin_l).hypot(cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_l);
        if sin_sigma == 0.0 {
            return Some(0.0);
        }
        let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_l;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos_u1 * cos_u2 * sin_l / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let cos_2m = if cos2_alpha == 0.0 {
            0.0
        } else {
            cos_sigma - 2.0 * sin_u1 * sin_u2 / cos2_alpha
        };
        let c = f / 16.0 * cos2_alpha * (4.0 + f * (4.0 - 3.0 * cos2_alpha));
        let before = lambda;
        let inner = cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0);
        lambda = l + (1.0 - c) * f * sin_alpha * (sigma + c * sin_sigma * inner);
        if (lambda - before).abs() < 1e-13 {
            let u2 = cos2_alpha * (a * a - b * b) / (b * b);
            let big_a = 1.0 + u2 / 16384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)));
            let big_b = u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)));
            let square = 2.0 * cos_2m * cos_2m - 1.0;
            let last = big_b / 6.0
                * cos_2m
                * (4.0 * sin_sigma * sin_sigma - 3.0)
                * (4.0 * cos_2m * cos_2m - 3.0);
            let delta = big_b * sin_sigma * (cos_2m + big_b / 4.0 * (cos_sigma * square - last));
            return Some(b * big_a * (sigma - delta));
        }
    }
    None
}

/// Numbers below one, the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }

    /// A point anywhere in Japan's box, or beside a facility, to 2 or to all decimals.
    fn origin(&mut self, all: &[Value]) -> (f64, f64) {
        let (lon, lat) = match self.below(3) {
            0 => (122.0 + 32.0 * self.next(), 20.0 + 26.0 * self.next()),
            1 => (129.0 + 15.0 * self.next(), 31.0 + 13.0 * self.next()),
            _ => {
                let (lon, lat) = position(&all[self.below(all.len())]);
                (
                    lon + 0.05 * (self.next() - 0.5),
                    lat + 0.05 * (self.next() - 0.5),
                )
            }
        };
        let inside = |(lon, lat): (f64, f64)| (lon.clamp(122.0, 154.0), lat.clamp(20.0, 46.0));
        match self.below(4) {
            0 => inside(((lon * 100.0).round() / 100.0, (lat * 100.0).round() / 100.0)),
            _ => inside((lon, lat)),
        }
    }
}

fn position(feature: &Value) -> (f64, f64) {
    let at = |i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
    (at(0), at(1))
}

/// Whether a facility is known to match, and whether it might for all anybody knows.
type Test<'a> = Box<dyn Fn(&Value) -> (bool, bool) + 'a>;

fn is(known: bool) -> (bool, bool) {
    (known, known)
}

/// One word of a field, or `unknown`.
fn words(field: &'static str, wanted: &'static [&'static str]) -> Test<'static> {
    Box::new(move |p: &Value| match p[field].as_str() {
        Some(word) => is(wanted.contains(&word)),
        None => (wanted.contains(&"unknown"), true),
    })
}

fn programmes(wanted: &'static [&'static str]) -> Test<'static> {
    Box::new(move |p: &Value| match p["support"].as_array() {
        Some(list) => is(list
            .iter()
            .any(|support| wanted.contains(&support["programme"].as_str().unwrap()))),
        None => (wanted.contains(&"unknown"), true),
    })
}

/// A district by its code, with the rule that a city's ward may not be known.
fn district(code: &'static str, city: Option<&'static str>) -> Test<'static> {
    Box::new(move |p: &Value| {
        let municipality = p["municipality"].as_str().unwrap();
        let known = municipality == code
            || p["ward"] == code
            || (code.len() == 2 && municipality.starts_with(code));
        (
            known,
            known || (city == Some(municipality) && p["ward"].is_null()),
        )
    })
}

/// A question's parameters beside `near`, and what they mean.
fn question<'a>(dice: &mut Dice) -> (String, Vec<Test<'a>>, bool) {
    let mut query = String::new();
    let mut tests: Vec<Test<'_>> = Vec::new();
    let mut ask = |text: &str, test: Test<'a>| {
        write!(query, "&{text}").unwrap();
        tests.push(test);
    };
    let status = dice.below(5);
    let shown: &[&str] = match status {
        0 => &["planned", "open", "suspended", "closed", "unknown"],
        1 => &["open"],
        2 => &["planned", "unknown"],
        _ => &["open", "suspended", "unknown"],
    };
    let text = ["status=*", "status=open", "status=planned,unknown", "", ""][status];
    ask(
        text,
        Box::new(move |p| is(shown.contains(&p["status"].as_str().unwrap()))),
    );
    match dice.below(8) {
        0 => ask("kind=coworking", words("kind", &["coworking"])),
        1 => ask(
            "kind=workation,telework-center",
            words("kind", &["workation", "telework-center"]),
        ),
        2 => ask(
            "kind=unknown,exchange",
            words("kind", &["unknown", "exchange"]),
        ),
        _ => {}
    }
    match dice.below(6) {
        0 => ask(
            "stock=kura,old-house",
            words("stock", &["kura", "old-house"]),
        ),
        1 => ask("stock=unknown", words("stock", &["unknown"])),
        2 => ask("stock=inn-hotel", words("stock", &["inn-hotel"])),
        _ => {}
    }
    match dice.below(9) {
        0 => ask(
            "programme=machizukuri-fund",
            programmes(&["machizukuri-fund"]),
        ),
        1 => ask("programme=unknown", programmes(&["unknown"])),
        2 => ask(
            "programme=toshi-kozo-saihen,unknown",
            programmes(&["toshi-kozo-saihen", "unknown"]),
        ),
        _ => {}
    }
    match dice.below(16) {
        0 => ask("municipality=13", district("13", None)),
        1 => ask("municipality=041009", district("04100", None)),
        2 => ask("municipality=04102", district("04102", Some("04100"))),
        3 => ask("municipality=26104", district("26104", Some("26100"))),
        4 => {
            let (one, other) = (district("22219", None), district("35", None));
            ask(
                "municipality=222194,35",
                Box::new(move |p| {
                    let (a, b) = (one(p), other(p));
                    (a.0 || b.0, a.1 || b.1)
                }),
            );
        }
        _ => {}
    }
    match dice.below(12) {
        0 => ask("precision=town", words("position_precision", &["town"])),
        1 => ask("eligibility=anyone", words("eligibility", &["anyone"])),
        _ => {}
    }
    let unknown = dice.below(3) == 0;
    if unknown {
        query.push_str("&include-unknown=true");
    }
    (query, tests, unknown)
}

#[test]
fn hundreds_of_questions_are_answered_as_by_measuring_everything() {
    let server = TestDirectory::shared();
    let all = server.all_pages(&format!("{ITEMS}?status=*&limit=10000"));
    assert_eq!(all.len(), crate::support::SHIPPED);
    let mut dice = Dice(20_261_122);
    let mut answered = 0;
    for n in 0..1500 {
        let origin = dice.origin(&all);
        let (mut query, tests, include_unknown) = question(&mut dice);
        let (mut bbox, mut within) = (None, None);
        if dice.below(8) == 0 {
            let (west, south) = (128.0 + 14.0 * dice.next(), 30.0 + 12.0 * dice.next());
            let (east, north) = (west + 8.0 * (dice.next() - 0.3), south + 8.0 * dice.next());
            bbox = Some((west, south, east, north));
            write!(query, "&bbox={west},{south},{east},{north}").unwrap();
        }
        if dice.below(6) == 0 {
            let metres = (10f64.powf(3.0 + 3.3 * dice.next()) * 10.0).round() / 10.0;
            within = Some(metres);
            write!(query, "&max-distance={metres}").unwrap();
        }

        let mut expected: Vec<(bool, f64, &str)> = Vec::new();
        for feature in &all {
            let (lon, lat) = position(feature);
            let distance = vincenty(origin, (lon, lat)).unwrap();
            let verdicts = tests.iter().map(|test| test(&feature["properties"]));
            let (known, maybe) = verdicts.fold((true, true), |a, b| (a.0 && b.0, a.1 && b.1));
            let in_box = bbox.is_none_or(|(west, south, east, north)| {
                let inside = if west <= east {
                    west <= lon && lon <= east
                } else {
                    west <= lon || lon <= east
                };
                inside && south <= lat && lat <= north
            });
            let near = within.is_none_or(|most| {
                assert!(
                    (distance - most).abs() > MILLIMETRE,
                    "not decidable: draw again"
                );
                distance <= most
            });
            if in_box && near && (known || (maybe && include_unknown)) {
                expected.push((!known, distance, feature["id"].as_str().unwrap()));
            }
        }
        expected.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(b.2)));

        // Few of a page, so that many questions have many pages.
        let limit = if n % 4 == 0 { 1 + dice.below(9) } else { 100 };
        let (lon, lat) = origin;
        let path = format!("{ITEMS}?near={lon},{lat}&limit={limit}{query}");
        let found = server.all_pages(&path);
        let ids = |list: &mut dyn Iterator<Item = String>| list.collect::<Vec<_>>();
        let got = ids(&mut found.iter().map(|f| f["id"].as_str().unwrap().to_owned()));
        let want = ids(&mut expected.iter().map(|(_, _, id)| (*id).to_owned()));
        assert_eq!(got, want, "{path}");
        for (feature, (_, exact, id)) in found.iter().zip(&expected) {
            let distance = feature["properties"]["distance"].as_f64().unwrap();
            assert!(
                (distance - exact).abs() <= MILLIMETRE,
                "{path}: {id} {distance} for {exact}"
            );
        }
        answered += usize::from(!found.is_empty());
    }
    assert!(
        answered > 600,
        "only {answered} of the questions found anything"
    );
}

#[test]
fn a_page_may_grow_shrink_and_be_asked_again() {
    let server = TestDirectory::shared();
    let whole = server.all_pages(&format!("{ITEMS}?near=135.5,34.7&status=*&limit=10000"));
    let mut path = format!("{ITEMS}?near=135.5,34.7&status=*&limit=1");
    let mut found = Vec::new();
    for size in [1, 2, 3, 5, 8, 13, 21, 34] {
        let page = server.json(&path);
        assert_eq!(server.json(&path), page, "the same again");
        found.extend(page["features"].as_array().unwrap().clone());
        let Some(next) = server.link(&page, "next") else {
            break;
        };
        path = next.replacen("&limit=", "&limit=x", 1);
        path = path
            .split('&')
            .map(|pair| {
                if pair.starts_with("limit=x") {
                    format!("limit={size}")
                } else {
                    pair.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("&");
    }
    assert_eq!(found, whole[..found.len()]);
    assert!(found.len() > 50);
}

#[test]
fn a_distance_to_oneself_is_zero_and_the_whole_box_can_be_searched_from() {
    let server = TestDirectory::shared();
    let hub = server.json(&format!("{ITEMS}/hub-001"));
    let (lon, lat) = position(&hub);
    let text = server
        .get(&format!("{ITEMS}?near={lon},{lat}&max-distance=0"))
        .text;
    assert!(text.contains("\"distance\":0.000}"), "{text}");
    assert!(text.contains("\"numberMatched\":1,"), "{text}");
    for (lon, lat) in [(122.0, 20.0), (122.0, 46.0), (154.0, 20.0), (154.0, 46.0)] {
        let page = server.json(&format!("{ITEMS}?near={lon},{lat}&limit=1"));
        let nearest = &page["features"][0];
        let exact = vincenty((lon, lat), position(nearest)).unwrap();
        let distance = nearest["properties"]["distance"].as_f64().unwrap();
        assert!(
            (distance - exact).abs() <= MILLIMETRE,
            "{lon},{lat}: {distance} for {exact}"
        );
    }
}

/// A file of published distances; `None`, said aloud, where they are not beside the repository.
fn published(name: &str) -> Option<String> {
    let shared = std::env::var_os("MACHINAKA_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(shared.join("data/geodesic").join(name)).ok();
    if text.is_none() {
        let on_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!on_ci, "CI has the published distances");
        println!("skipped: ../shared is absent, so {name} is not compared");
    }
    text
}

fn numbers(line: &str, separator: char) -> Vec<f64> {
    line.split(separator)
        .map_while(|text| text.parse().ok())
        .collect()
}

#[test]
fn distances_in_japan_agree_with_the_published_ones_to_a_millimetre() {
    let Some(text) = published("geodesic_japan_2000.csv") else {
        return;
    };
    let mut checked = 0;
    for line in text.lines().skip(1) {
        let n = numbers(line, ',');
        let (from, to, published) = ((n[1], n[0]), (n[3], n[2]), n[4]);
        let at = |(lon, lat)| Position::new(lon, lat).unwrap();
        let distance = at(from).distance(at(to)).0;
        assert!(
            (distance - published).abs() <= MILLIMETRE,
            "{line}: {distance}"
        );
        let other = vincenty(from, to).unwrap();
        assert!((other - published).abs() <= MILLIMETRE, "{line}: {other}");
        checked += 1;
    }
    assert_eq!(checked, 2000);
}

#[test]
fn distances_of_the_geodesic_test_set_that_fit_into_japan_agree() {
    let Some(text) = published("GeodTest-100.dat") else {
        return;
    };
    let (mut measured, mut moved) = (0, 0);
    let mut nearly_antipodal = 0;
    for line in text.lines() {
        let n = numbers(line, ' ');
        let (from, to, published) = ((n[1], n[0]), (n[4], n[3]), n[6]);
        // The other algorithm is held to all of them that are not nearly antipodal.
        if published < 18_000_000.0 {
            let other = vincenty(from, to).unwrap();
            assert!((other - published).abs() <= MILLIMETRE, "{line}: {other}");
            measured += 1;
        } else {
            nearly_antipodal += 1;
        }
        // The ellipsoid is the same all around and below the equator: turned until both ends lie in the box.
        let side = if from.1 < 0.0 { -1.0 } else { 1.0 };
        let (west, east) = (from.0.min(to.0), from.0.max(to.0));
        let at = |(lon, lat): (f64, f64)| Position::exact(lon - west + 122.0, lat * side);
        if let (true, Ok(from), Ok(to)) = (east - west <= 32.0, at(from), at(to)) {
            let distance = from.distance(to).0;
            assert!(
                (distance - published).abs() <= MILLIMETRE,
                "{line}: {distance}"
            );
            moved += 1;
        }
    }
    assert_eq!((measured, nearly_antipodal), (53, 47));
    println!("{moved} of the test set's lines fit into Japan's box");
}

#[test]
fn published_distances_come_through_an_imported_directory() {
    let Some(text) = published("geodesic_japan_2000.csv") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("towns.geojsonl");
    let reference = machinaka::directory::Reference::shipped();
    let (mut lines, mut questions, mut at_sea) = (String::new(), BTreeMap::new(), 0);
    for (i, line) in text.lines().skip(1).step_by(25).enumerate() {
        let n = numbers(line, ',');
        // Some of the published points lie out at sea, where no facility can be.
        let end = Position::new(n[3], n[2]).unwrap();
        if reference.districts.at(end).is_none() {
            at_sea += 1;
            continue;
        }
        writeln!(
            lines,
            r#"{{"type":"Feature","id":"town-{i}","geometry":{{"type":"Point","coordinates":[{},{}]}},"properties":{{"name":"町{i}","kind":"coworking"}}}}"#,
            n[3], n[2]
        )
        .unwrap();
        questions.insert(format!("town-{i}"), ((n[1], n[0]), n[4]));
    }
    assert_eq!((questions.len(), at_sea), (76, 4));
    std::fs::write(&file, lines).unwrap();
    let server = TestDirectory::with(&["--empty"]);
    let output = run(&[
        "import",
        file.to_str().unwrap(),
        "--publish",
        "--database",
        &server.database,
    ]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    server.wait_until(|| server.json("/readyz")["facilities"] == questions.len());
    for (id, ((lon, lat), published)) in questions {
        let found = server.all_pages(&format!("{ITEMS}?near={lon},{lat}&limit=10000"));
        let feature = found
            .iter()
            .find(|feature| feature["id"] == id.as_str())
            .unwrap();
        let distance = feature["properties"]["distance"].as_f64().unwrap();
        assert!(
            (distance - published).abs() <= MILLIMETRE,
            "{id}: {distance} for {published}"
        );
    }
}
