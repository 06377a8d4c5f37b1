use std::collections::BTreeMap;

use super::*;
use crate::places::tests::{districts, places, shipped};
use crate::snapshot::curve::world;
use crate::stations::Stations;
use crate::tiles::clip::area2;
use crate::tiles::read::{self, Feature, Layer};

fn at(zoom: u8, lon: f64, lat: f64) -> Tile {
    let side = f64::from(1u32 << zoom);
    let [x, y] = world(lon, lat).map(|axis| (axis * side) as u32);
    Tile::new(zoom, x, y).unwrap()
}

fn names(layer: &Layer) -> Vec<&str> {
    layer
        .features
        .iter()
        .map(|feature| feature.get("name"))
        .collect()
}

/// What the specification asks of polygons, and we of every coordinate.
fn check(tile: &[u8]) -> usize {
    assert!(tile.len() <= MOST_BYTES);
    let layers = read::layers(tile);
    for feature in layers.iter().flat_map(|layer| &layer.features) {
        for part in &feature.parts {
            assert!(
                part.iter()
                    .flatten()
                    .all(|axis| (-128..=4096 + 128).contains(axis))
            );
        }
        match feature.sort {
            1 => assert_eq!(feature.parts.len(), 1),
            2 => assert!(feature.parts.iter().all(|part| part.len() > 1)),
            _ => {
                assert!(area2(&feature.parts[0]) > 0, "an outline comes first");
                assert!(
                    feature
                        .parts
                        .iter()
                        .all(|ring| ring.len() > 2 && area2(ring) != 0)
                );
            }
        }
    }
    layers.iter().map(|layer| layer.features.len()).sum()
}

#[test]
fn districts_are_drawn_with_their_names() {
    let map = Basemap::build(&districts(), &places(), &Stations::default(), &[]);
    let tile = map
        .districts(Level::Municipality, at(10, 130.35, 33.55))
        .unwrap();
    let layers = read::layers(&tile);
    assert_eq!((layers.len(), &*layers[0].name), (1, "municipalities"));
    let told = |f: &Feature| {
        ["code", "name", "name_en", "kind"]
            .map(|key| f.get(key).to_owned())
            .join(" ")
    };
    let told: Vec<String> = layers[0].features.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "40130 福岡市 Fukuoka-shi municipality",
            "40133 中央区 Chuo-ku ward"
        ]
    );
    assert_eq!(
        map.districts(Level::Municipality, at(10, 135.0, 35.0)),
        None
    );
    let tile = map
        .districts(Level::Municipality, at(8, 130.35, 33.55))
        .unwrap();
    assert_eq!(names(&read::layers(&tile)[0]), ["福岡市"]);
    let tile = map
        .districts(Level::Prefecture, at(5, 130.35, 33.55))
        .unwrap();
    assert_eq!(names(&read::layers(&tile)[0]), ["福岡県"]);
}

#[test]
fn whatever_is_told_of_districts_stands_in_their_tiles_but_what_is_null() {
    let map = Basemap::build(&districts(), &places(), &Stations::default(), &[]);
    let told = |code: &str| {
        let properties = serde_json::json!({
            "code": code, "people": 1_613_361, "coverage": 0.25, "all": 1.0, "seats": null, "sure": true,
        });
        properties.as_object().unwrap().clone()
    };
    let here = at(10, 130.35, 33.55);
    for (level, expected) in [
        (Level::Prefecture, "40"),
        (Level::Municipality, "40130"),
        (Level::Ward, "40133"),
    ] {
        let wanted = |code: &str| code == expected;
        let tile = map
            .district_layer(level, here, "coverage", wanted, told)
            .unwrap();
        check(&tile);
        let layers = read::layers(&tile);
        assert_eq!((layers.len(), &*layers[0].name), (1, "coverage"));
        let of_each = layers[0].features.iter().map(|feature| &feature.properties);
        let of_each: Vec<_> = of_each.collect();
        let expected = [
            ("all", "1"),
            ("code", expected),
            ("coverage", "0.25"),
            ("people", "1613361"),
            ("sure", "true"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(of_each, [&BTreeMap::from(expected)]);
        assert_eq!(
            map.district_layer(level, here, "coverage", |_| false, told),
            None
        );
    }
}

/// Two prefectures side by side, the eastern official and as far from the western one as said, in degrees.
fn beside(apart: f64) -> Districts {
    let feature = |code: &str, west: f64, east: f64| {
        let rectangle = serde_json::json!([[
            [west, 35.0],
            [east, 35.0],
            [east, 35.05],
            [east, 35.1],
            [west, 35.1],
            [west, 35.0]
        ]]);
        serde_json::json!({
            "type": "Feature",
            "properties": {
                "code": code, "name": code, "name_kana": "", "name_romaji": "", "prefecture": "県",
                "label": [west, 35.0],
            },
            "geometry": { "type": "Polygon", "coordinates": rectangle },
        })
        .to_string()
    };
    let shipped = |code| feature(code, 139.0, 139.1);
    let east = |code| feature(code, 139.1 + apart, 139.2);
    let official = format!("P {}\nM {}\n", east("14"), east("14201"));
    let (prefecture, municipality) = (shipped("13"), shipped("13201"));
    Districts::with_official(&prefecture, &municipality, "", &[("14", &official)]).unwrap()
}

#[test]
fn the_border_between_official_and_shipped_prefectures_is_drawn_once_and_no_coast() {
    // A gap, an overlap, and the same line with other vertices; at last a strait.
    for (apart, expected) in [(0.0005, 1), (-0.0005, 1), (0.0, 1), (0.01, 0)] {
        let map = Basemap::build(&beside(apart), &places(), &Stations::default(), &[]);
        for zoom in [6, 10] {
            let here = at(zoom, 139.1 + apart, 35.05);
            let layers = read::layers(&map.tile(here).unwrap());
            let borders = layers.iter().filter(|layer| layer.name == "boundaries");
            let borders: Vec<&Feature> = borders.flat_map(|layer| &layer.features).collect();
            let lines = borders.iter().flat_map(|border| &border.parts);
            let lines: Vec<_> = lines.collect();
            assert_eq!(lines.len(), expected, "{apart} {zoom}: {lines:?}");
            assert!(
                borders
                    .iter()
                    .all(|border| border.get("level") == "prefecture")
            );
            // It runs north and south.
            let [x, _] = here.local(world(139.1 + apart, 35.05));
            let on_it = |point: &[i32; 2]| (f64::from(point[0]) - x).abs() < 2.0;
            assert!(lines.iter().all(|line| line.iter().all(on_it)), "{lines:?}");
        }
    }
}

#[test]
fn names_come_with_the_zooms() {
    let map = Basemap::build(&districts(), &places(), &Stations::default(), &[]);
    let labels = |zoom| {
        let tile = map.tile(at(zoom, 139.6985, 35.6585));
        let layers = tile.map(|tile| read::layers(&tile)).unwrap_or_default();
        let labels = layers.iter().filter(|layer| layer.name == "labels");
        labels
            .flat_map(names)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(labels(3), Vec::<String>::new());
    assert_eq!(labels(5), ["東京都"]);
    assert_eq!(labels(13), ["道玄坂", "大山町"]);
    assert_eq!(labels(14), ["道玄坂", "道玄坂二丁目", "道玄坂一丁目"]);
}

#[test]
fn the_shipped_map_keeps_the_rules_on_every_zoom() {
    let (districts, places) = shipped();
    let map = Basemap::build(&districts, &places, &stations(), &[]);
    let codes: Vec<u32> = districts
        .of(Level::Prefecture)
        .map(|d| d.code.parse().unwrap())
        .collect();
    assert_eq!(codes.len(), 47);
    let mut drawn = BTreeMap::new();
    for (lon, lat) in [
        (139.7, 35.66),
        (130.4, 33.59),
        (135.76, 35.0),
        (141.35, 43.06),
        (127.68, 26.21),
        (135.2, 34.7),
    ] {
        for zoom in 0..=Tile::MAX_ZOOM {
            let tile = at(zoom, lon, lat);
            for bytes in [
                map.tile(tile),
                map.districts(Level::Municipality, tile),
                map.districts(Level::Prefecture, tile),
            ] {
                *drawn.entry(zoom).or_insert(0) += bytes.map_or(0, |tile| check(&tile));
            }
        }
    }
    assert!(drawn[&2] > 1000, "{drawn:?}");
    // Every prefecture is land on the first view.
    let views = (27..=29).flat_map(|x| (11..=13).map(move |y| Tile::new(5, x, y).unwrap()));
    let mut land = std::collections::BTreeSet::new();
    for tile in views.filter_map(|tile| map.tile(tile)) {
        let layers = read::layers(&tile);
        let features = layers
            .iter()
            .filter(|layer| layer.name == "land")
            .flat_map(|layer| &layer.features);
        land.extend(features.map(|feature| feature.get("code").to_owned()));
    }
    assert_eq!(land.len(), 47);
}

#[test]
fn neighbours_leave_no_gap_between_them() {
    // Inside the land everything belongs to one municipality: on a coarse tile far from the
    // sea the municipalities' areas add up to the whole.
    let (districts, places) = shipped();
    let map = Basemap::build(&districts, &places, &stations(), &[]);
    for zoom in [8, 9, 10, 11, 12, 14] {
        let tile = map
            .districts(Level::Municipality, at(zoom, 138.3, 36.2))
            .unwrap();
        let cities = read::layers(&tile).remove(0).features.into_iter();
        let cities = cities.filter(|feature| feature.get("kind") == "municipality");
        let covered: i64 = cities
            .flat_map(|feature| feature.parts)
            .map(|ring| area2(&ring))
            .sum();
        let whole = 2 * (4096 + 256) * (4096 + 256);
        let missing = (whole - covered) as f64 / whole as f64;
        assert!(missing.abs() < 1e-3, "zoom {zoom}: {missing}");
    }
}

/// The stations that ship.
fn stations() -> Stations {
    Stations::read(include_str!("../../../geodata/stations.csv")).unwrap()
}

#[test]
fn stations_come_with_the_zooms_and_railways_between_them() {
    let (districts, places) = shipped();
    let map = Basemap::build(&districts, &places, &stations(), &[]);
    let layer = |name: &str, zoom, lon, lat| {
        let tile = map.tile(at(zoom, lon, lat));
        let layers = tile.map(|tile| read::layers(&tile)).unwrap_or_default();
        layers.into_iter().find(|layer| layer.name == name)
    };
    let (lon, lat) = (130.4207, 33.5897);
    let shown = |zoom| layer("stations", zoom, lon, lat).map_or(0, |layer| layer.features.len());
    assert_eq!(shown(8), 0);
    assert!((1..20).contains(&shown(9)), "{}", shown(9));
    for zoom in [9, 10, 12, 14, 15, 16] {
        let stations = layer("stations", zoom, lon, lat).unwrap();
        let hakata = stations.features.iter().find(|f| f.get("name") == "博多駅");
        assert_eq!(hakata.unwrap().get("name_en"), "Hakata Sta.", "{zoom}");
    }
    // Where nothing but one line runs, from zoom 12.
    let kencho = |zoom| {
        let stations = layer("stations", zoom, 127.6795, 26.2145);
        stations.is_some_and(|layer| names(&layer).contains(&"県庁前駅"))
    };
    assert!(!kencho(11) && kencho(12));
    // The railways are a schematic, and say it.
    assert!(layer("railways", 6, lon, lat).is_none());
    for zoom in [7, 9, 12, 14] {
        let railways = layer("railways", zoom, lon, lat).unwrap();
        assert!(
            railways
                .features
                .iter()
                .all(|f| f.get("kind") == "schematic")
        );
        let classes: Vec<&str> = railways.features.iter().map(|f| f.get("class")).collect();
        let expected: &[&str] = if zoom < 12 {
            &["line", "shinkansen"]
        } else {
            &["line"]
        };
        assert_eq!(classes, expected, "{zoom}");
    }
}

#[test]
fn towns_are_named_in_latin_letters_too() {
    let (districts, places) = shipped();
    let map = Basemap::build(&districts, &places, &Stations::default(), &[]);
    let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (f64::from(x), f64::from(y))));
    let tiles =
        around.filter_map(|(x, y)| map.tile(at(14, 139.6985 + 0.02 * x, 35.6585 + 0.015 * y)));
    let layers: Vec<Layer> = tiles.flat_map(|tile| read::layers(&tile)).collect();
    let labels = layers.iter().filter(|layer| layer.name == "labels");
    let labels: Vec<&Feature> = labels.flat_map(|layer| &layer.features).collect();
    let latin = |name: &str| {
        let label = labels.iter().find(|f| f.get("name") == name);
        label
            .unwrap_or_else(|| panic!("{name}"))
            .get("name_en")
            .to_owned()
    };
    assert_eq!(latin("道玄坂"), "Dogenzaka");
    assert_eq!(latin("道玄坂二丁目"), "Dogenzaka 2-chome");
}
