use proptest::prelude::*;

use super::*;
use crate::domain::change::{ChangeMark, Moment, Seq};
use crate::domain::facility::Facility;
use crate::domain::facility::tests::example;
use crate::snapshot::Update;
use crate::snapshot::curve::steps;
use crate::tiles::read;

fn snapshot(points: &[(f64, f64)]) -> Snapshot {
    let update = |(n, &(lon, lat)): (usize, &(f64, f64))| {
        let facility = example(&format!("f-{n:04}"), lon, lat);
        Update {
            change: ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            at: Moment(1),
            id: facility.id.clone(),
            state: Some(facility),
        }
    };
    let mut builder = Snapshot::builder();
    points
        .iter()
        .enumerate()
        .map(update)
        .for_each(|update| builder.add(update));
    builder.finish(Seq(1), Moment(1))
}

fn features(snapshot: &Snapshot, tile: Tile) -> Vec<read::Feature> {
    let Some(bytes) = facilities(snapshot, &Filter::default(), None, tile) else {
        return Vec::new();
    };
    let mut layers = read::layers(&bytes);
    assert_eq!((layers.len(), &*layers[0].name), (1, "facilities"));
    layers.remove(0).features
}

/// Every tile of a zoom that can hold something of the points.
fn tiles(points: &[(f64, f64)], zoom: u8) -> Vec<Tile> {
    let tile = |&(lon, lat): &(f64, f64)| {
        let [x, y] = steps(crate::domain::position::Position::new(lon, lat).unwrap())
            .map(|axis| axis >> (STEP_BITS - zoom));
        (x, y)
    };
    let mut addresses: Vec<(u32, u32)> = points
        .iter()
        .map(tile)
        .flat_map(|(x, y)| [(x, y), (x + 1, y), (x, y + 1)])
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
        .into_iter()
        .filter_map(|(x, y)| Tile::new(zoom, x, y))
        .collect()
}

fn count(feature: &read::Feature) -> u64 {
    if feature.get("cluster") == "true" {
        feature.get("point_count").parse().unwrap()
    } else {
        1
    }
}

#[test]
fn a_point_tells_what_the_map_needs() {
    let snapshot = snapshot(&[(139.7, 35.65)]);
    let features = features(&snapshot, Tile::new(0, 0, 0).unwrap());
    let told: Vec<_> = features[0]
        .properties
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        told,
        [
            "id=f-0000",
            "name=黒壁オフィス",
            "precision=town",
            "programme=unknown",
            "status=open"
        ]
    );
    assert_eq!(
        facilities(
            &snapshot,
            &Filter::default(),
            None,
            Tile::new(1, 0, 0).unwrap()
        ),
        None
    );
}

#[test]
fn a_point_tells_whether_it_is_open_where_that_is_asked_for() {
    let mut builder = Snapshot::builder();
    let facility = Facility {
        opening_hours: Some("Mo-Fr 09:00-17:00".to_owned()),
        ..example("f-0", 139.7, 35.65)
    };
    builder.add(Update {
        change: ChangeMark {
            seq: Seq(1),
            hash: 0,
        },
        at: Moment(1),
        id: facility.id.clone(),
        state: Some(facility),
    });
    let snapshot = builder.finish(Seq(1), Moment(1));
    let thursday = Minute::read("2026-11-26T10:00:00+09:00");
    let tile = Tile::new(0, 0, 0).unwrap();
    let bytes = facilities(&snapshot, &Filter::default(), thursday, tile).unwrap();
    let point = &read::layers(&bytes)[0].features[0];
    assert_eq!(
        (point.get("opening"), point.get("opening_until")),
        ("open", "2026-11-26T17:00:00+09:00")
    );
}

#[test]
fn a_cluster_falls_apart_where_it_says() {
    let snapshot = snapshot(&[
        (139.70, 35.65),
        (139.71, 35.65),
        (130.4, 33.6),
        (130.4, 33.6),
    ]);
    let world = features(&snapshot, Tile::new(0, 0, 0).unwrap());
    assert_eq!(world.iter().map(count).sum::<u64>(), 4);
    for cluster in features(&snapshot, Tile::new(4, 14, 6).unwrap()) {
        let zoom: u8 = cluster.get("expansion_zoom").parse().unwrap();
        assert!((5..=14).contains(&zoom));
    }
    let points = [(139.70, 35.65), (139.71, 35.65)];
    let first_apart = (0..=14).find(|&zoom| {
        tiles(&points, zoom)
            .into_iter()
            .flat_map(|t| features(&snapshot, t))
            .filter(|f| count(f) == 1)
            .count()
            == 2
    });
    let said = features(&snapshot, tiles(&points, 6)[0])
        .iter()
        .find(|f| count(f) == 2)
        .map(|f| f.get("expansion_zoom").parse().unwrap());
    assert_eq!(first_apart, said);
}

#[test]
fn too_many_points_go_on_as_clusters() {
    let many: Vec<(f64, f64)> = (0..5100)
        .map(|i| (139.71 + f64::from(i) * 1e-6, 35.65))
        .collect();
    let snapshot = snapshot(&many);
    let tiles = tiles(&many, 14);
    let found: Vec<_> = tiles
        .iter()
        .flat_map(|&tile| features(&snapshot, tile))
        .collect();
    assert_eq!(found.iter().map(count).sum::<u64>(), 5100);
    assert!(found.len() <= 64 && found.iter().any(|f| f.get("expansion_zoom") == "15"));
}

#[test]
fn counts_are_written_short() {
    assert_eq!(
        [999, 1000, 1250, 9999, 10_000, 123_456].map(abbreviated),
        ["999", "1.0k", "1.2k", "9.9k", "10k", "123k"]
    );
}

proptest! {
    #[test]
    fn every_facility_is_counted_once_on_every_zoom(
        points in prop::collection::vec((139.0..140.0f64, 35.0..36.0f64), 1..40),
        twins in 0usize..5,
        zoom in 0u8..=16,
    ) {
        let mut points = points;
        points.extend_from_within(..twins.min(points.len()));
        let snapshot = snapshot(&points);
        let all: Vec<_> = tiles(&points, zoom).into_iter().flat_map(|tile| features(&snapshot, tile)).collect();
        prop_assert_eq!(all.iter().map(count).sum::<u64>(), points.len() as u64);
        for feature in &all {
            let [x, y] = feature.parts[0][0];
            prop_assert!((0..4096).contains(&x) && (0..4096).contains(&y));
        }
    }
}
