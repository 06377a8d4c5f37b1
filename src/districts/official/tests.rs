//! The shipped districts as the ministry would write them, read back.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;

static SHIPPED: LazyLock<Districts> = LazyLock::new(|| {
    let text = |name: &str| {
        let path = format!("{}/geodata/{name}.geojson", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    Districts::read(
        &text("prefectures"),
        &text("municipalities"),
        &text("wards"),
    )
    .unwrap()
});

/// A feature a polygon, of all districts of a prefecture that have no smaller ones in them.
fn features(prefecture: &str) -> Vec<Value> {
    let units = [Level::Municipality, Level::Ward]
        .into_iter()
        .flat_map(|level| SHIPPED.of(level));
    let reading = BoundaryReader::new(&SHIPPED);
    let units = units.filter(|d| d.code.starts_with(prefecture) && !reading.has_wards(d));
    units
        .flat_map(|district| {
            let city = district.parent.and_then(|city| SHIPPED.municipality(city));
            let properties = json!({
                "N03_001": district.prefecture, "N03_003": city.map(|city| &city.name),
                "N03_004": district.name, "N03_007": district.code,
            });
            district.shape.polygons().iter().map(move |polygon| {
                let ring =
                    |ring: &geo::LineString| ring.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
                let rings: Vec<_> = std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .map(ring)
                    .collect();
                json!({
                    "type": "Feature", "properties": properties,
                    "geometry": { "type": "Polygon", "coordinates": rings },
                })
            })
        })
        .collect()
}

fn read(features: Vec<Value>) -> Result<Official, Unusable> {
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let mut reading = BoundaryReader::new(&SHIPPED);
    reading.read(text.as_bytes())?;
    reading.finish()
}

fn imported(official: &Official) -> Districts {
    let sheets: Vec<(&str, &str)> = official
        .sheets
        .iter()
        .map(|sheet| (&*sheet.prefecture, &*sheet.districts))
        .collect();
    Districts::with_official("", "", "", &sheets).unwrap()
}

#[test]
fn districts_come_back_as_they_were_and_cities_are_made_of_their_wards() {
    let official = read(features("26")).unwrap();
    assert_eq!((official.nobodys, official.moved), (0, 0.0));
    assert!(official.unknown.is_empty() && official.gone.is_empty());
    let sheet = &official.sheets[0];
    assert_eq!(
        (
            &*sheet.prefecture,
            &*sheet.name,
            sheet.municipalities,
            sheet.wards
        ),
        ("26", "京都府", 26, 11)
    );
    let back = imported(&official);
    for code in ["26100", "26109", "26201", "26463"] {
        let (was, is) = (SHIPPED.get(code).unwrap(), back.get(code).unwrap());
        assert_eq!(
            (
                &was.name,
                &was.kana,
                &was.romaji,
                was.label,
                was.parent,
                was.level
            ),
            (
                &is.name, &is.kana, &is.romaji, is.label, is.parent, is.level
            )
        );
        assert!(!is.approximate);
        let area = |district: &District| geo::Area::unsigned_area(district.shape.polygons());
        assert!(
            (area(was) - area(is)).abs() < 1e-9 * area(was).max(1.0),
            "{code}"
        );
    }
    // The prefecture has no border within: as many positions as its outline, not as its parts.
    let count =
        |code: &str| geo::CoordsIter::coords_count(back.get(code).unwrap().shape.polygons());
    let parts: usize = back.of(Level::Municipality).map(|d| count(&d.code)).sum();
    assert!(count("26") * 2 < parts);
}

#[test]
fn the_order_of_features_changes_nothing() {
    let mut other = features("31");
    other.reverse();
    assert_eq!(
        read(features("31")).unwrap().sheets,
        read(other).unwrap().sheets
    );
}

#[test]
fn several_prefectures_come_in_order_and_a_part_of_one_is_refused() {
    let both = [features("32"), features("31")].concat();
    let sheets = read(both).unwrap().sheets;
    let codes: Vec<&str> = sheets.iter().map(|sheet| &*sheet.prefecture).collect();
    assert_eq!(codes, ["31", "32"]);
    let part = [features("31"), features("32")[..3].to_vec()].concat();
    let error = read(part).unwrap_err().to_string();
    assert!(
        error.contains("it lacks 32") && error.contains("more"),
        "{error}"
    );
}
