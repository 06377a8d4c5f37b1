//! The districts as areas, and the map everything lies on: land, borders, names.
//!
//! | layer | what | zooms | properties |
//! |---|---|---|---|
//! | `land` | prefectures, as polygons | all | `code` |
//! | `boundaries` | borders, each once | prefectures all, municipalities from 7 | `level`: `prefecture`, `municipality` |
//! | `labels` | names, as points | see [`SHOWN`] | `name`, `name_en`, `class`, `rank` (smaller first) |
//!
//! A source of it should be declared from zoom 0 to [`Basemap::MAX_ZOOM`]; beyond, the deepest
//! tiles are drawn larger. Of the names that begin late, `town` is a town as a whole and `block` one
//! of its 丁目: show blocks from zoom 15 *instead* of towns that are of several.

use serde_json::{Map, Value};

use crate::districts::{Districts, Level};
use crate::domain::position::Position;
use crate::places::Places;
use crate::snapshot::curve::{code, point, steps};

use super::areas::{Areas, Named, Scale};
use super::curve;
use super::write::{Shape, Writer};
use super::{MOST_BYTES, Tile};

/// Everything that is drawn of districts and towns, projected once.
pub struct Basemap {
    municipalities: Areas,
    wards: Areas,
    /// Made of the municipalities, so that coast and borders agree on every zoom.
    prefectures: Vec<Named>,
    /// Of the districts, then of the towns, each in the order of the curve.
    names: [Vec<Name>; 2],
    texts: String,
}

/// Wards are drawn over their cities from this zoom.
const WARDS_FROM: u8 = 9;

/// Borders of municipalities are drawn from this zoom.
const MUNICIPALITIES_FROM: u8 = 7;

/// The classes of names, with the zooms they are written at.
const SHOWN: [(&str, std::ops::RangeInclusive<u8>); 5] = [
    ("prefecture", 4..=8),
    ("municipality", 7..=13),
    ("ward", 10..=14),
    ("town", 12..=14),
    ("block", 14..=14),
];

/// How many municipalities are named at zooms 7 and 8, the largest first: about what there is room for.
const MUNICIPALITIES_NAMED: [u16; 2] = [250, 800];

/// A rank of towns begins here; one of several blocks is that much more important, at most.
const TOWN_RANK: u16 = 100;

#[derive(Clone, Copy)]
enum Class {
    Prefecture,
    Municipality,
    Ward,
    Town,
    Block,
}

/// A name on the map.
struct Name {
    /// Its place on the curve.
    place: u64,
    /// Where its text begins, and the Latin text behind it.
    start: u32,
    length: u8,
    latin: u8,
    class: Class,
    rank: u16,
}

impl Basemap {
    /// The deepest zoom worth asking for.
    pub const MAX_ZOOM: u8 = 14;

    /// Prepares what is drawn.
    pub fn build(districts: &Districts, places: &Places) -> Basemap {
        let municipalities = Areas::of(districts.of(Level::Municipality));
        let larger: Vec<_> = districts.of(Level::Prefecture).collect();
        let around = |inner: &Named| {
            let place = larger
                .iter()
                .position(|outer| *outer.code == inner.code[..2]);
            place.expect("a municipality's prefecture is a district") as u32
        };
        let prefectures = municipalities.dissolved(&larger, around);
        let mut map = Basemap {
            wards: Areas::of(districts.of(Level::Ward)),
            municipalities,
            prefectures,
            names: [Vec::new(), Vec::new()],
            texts: String::new(),
        };
        map.name_districts(districts, places);
        map.name_towns(places);
        map.names
            .iter_mut()
            .for_each(|names| names.sort_by_key(|name| name.place));
        map.texts.shrink_to_fit();
        map
    }

    /// Land, borders and names.
    pub fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        within_limit(Scale::of(tile), |scale| self.draw(tile, scale))
    }

    /// The districts of a level as areas, with `code`, `name`, `name_en` and `kind`.
    ///
    /// The layers are called `prefectures` and `municipalities`; the latter holds the wards of
    /// designated cities as well, from zoom 9, behind their cities.
    pub fn districts(&self, level: Level, tile: Tile) -> Option<Vec<u8>> {
        within_limit(Scale::of(tile), |scale| {
            let mut writer = Writer::new();
            let mut layer = writer.layer(if level == Level::Prefecture {
                "prefectures"
            } else {
                "municipalities"
            });
            let tell = |kind: &'static str| {
                move |district: &Named, feature: &mut mvt::Feature| {
                    feature.add_tag_string("code", &district.code);
                    feature.add_tag_string("name", &district.name);
                    feature.add_tag_string("name_en", &district.en);
                    feature.add_tag_string("kind", kind);
                }
            };
            let Basemap {
                municipalities,
                wards,
                prefectures,
                ..
            } = self;
            if level == Level::Prefecture {
                municipalities.draw(prefectures, scale, &mut layer, tell("prefecture"));
            } else {
                municipalities.draw(
                    municipalities.districts(),
                    scale,
                    &mut layer,
                    tell("municipality"),
                );
                if tile.z >= WARDS_FROM {
                    wards.draw(wards.districts(), scale, &mut layer, tell("ward"));
                }
            }
            writer.add(layer);
            writer.finish()
        })
    }

    /// Those districts of a level that are `wanted`, by code, as areas of one layer with what is `told`
    /// of them. What is null is left out, because tiles have no word for it.
    pub fn told(
        &self,
        level: Level,
        tile: Tile,
        layer: &str,
        wanted: impl Fn(&str) -> bool,
        told: impl Fn(&str) -> Map<String, Value>,
    ) -> Option<Vec<u8>> {
        let (areas, districts) = match level {
            Level::Prefecture => (&self.municipalities, &self.prefectures[..]),
            Level::Municipality => (&self.municipalities, self.municipalities.districts()),
            Level::Ward => (&self.wards, self.wards.districts()),
        };
        let wanted = |district: &&Named| wanted(&district.code);
        let wanted: Vec<&Named> = districts.iter().filter(wanted).collect();
        within_limit(Scale::of(tile), |scale| {
            let mut writer = Writer::new();
            let mut layer = writer.layer(layer);
            let those = wanted.iter().copied();
            areas.draw(those, scale, &mut layer, |district, feature| {
                for (name, value) in told(&district.code) {
                    tag(feature, &name, value);
                }
            });
            writer.add(layer);
            writer.finish()
        })
    }

    fn draw(&self, tile: Tile, scale: Scale) -> Option<Vec<u8>> {
        let mut writer = Writer::new();
        let mut land = writer.layer("land");
        self.municipalities
            .draw(&self.prefectures, scale, &mut land, |district, feature| {
                feature.add_tag_string("code", &district.code);
            });
        writer.add(land);

        let mut boundaries = writer.layer("boundaries");
        let districts = self.municipalities.districts();
        let prefecture = |area: u32| &districts[area as usize].code[..2];
        let mut border = |level, lines: Vec<Vec<[i32; 2]>>| {
            if !lines.is_empty() {
                boundaries.add(Shape::Lines(&lines), |feature| {
                    feature.add_tag_string("level", level)
                });
            }
        };
        if tile.z >= MUNICIPALITIES_FROM {
            let inner = |left, right| prefecture(left) == prefecture(right);
            border("municipality", self.municipalities.borders(scale, inner));
        }
        let outer = |left, right| prefecture(left) != prefecture(right);
        border("prefecture", self.municipalities.borders(scale, outer));
        writer.add(boundaries);

        let mut labels = writer.layer("labels");
        let mut names: Vec<&Name> = self
            .names
            .iter()
            .flat_map(|names| curve::run(names, tile, |name| name.place))
            .filter(|name| name.is_shown(tile.z))
            .collect();
        names.sort_by_key(|name| (name.class as u8, name.rank));
        for name in names {
            let (text, latin) = self.text(name);
            labels.add(Shape::Point(tile.place(point(name.place))), |feature| {
                feature.add_tag_string("name", text);
                if !latin.is_empty() {
                    feature.add_tag_string("name_en", latin);
                }
                feature.add_tag_string("class", SHOWN[name.class as usize].0);
                feature.add_tag_int("rank", name.rank.into());
            });
        }
        writer.add(labels);
        writer.finish()
    }

    fn name_districts(&mut self, districts: &Districts, places: &Places) {
        let classes = [
            (Level::Prefecture, Class::Prefecture),
            (Level::Municipality, Class::Municipality),
            (Level::Ward, Class::Ward),
        ];
        for (level, class) in classes {
            let size = |code: &str| match level {
                Level::Prefecture => districts
                    .of(Level::Municipality)
                    .filter(|inner| inner.code.starts_with(code))
                    .map(|inner| towns_in(places, &inner.code))
                    .sum(),
                _ => towns_in(places, code),
            };
            let mut largest: Vec<_> = districts
                .of(level)
                .map(|d| (std::cmp::Reverse(size(&d.code)), d))
                .collect();
            largest.sort_by_key(|(size, _)| *size);
            for (rank, (_, district)) in (1..).zip(largest) {
                let [lon, lat] = district.label;
                if let Ok(at) = Position::new(lon, lat) {
                    let latin = without_ending(&district.romaji);
                    self.push(0, at, &district.name, latin, class, rank);
                }
            }
        }
    }

    fn name_towns(&mut self, places: &Places) {
        for label in places.labels() {
            let rank = TOWN_RANK - (label.blocks as u16).min(TOWN_RANK);
            self.push(1, label.position, label.name, "", Class::Town, rank);
        }
        for town in places.towns().filter(|town| town.is_block) {
            self.push(1, town.position, town.name, "", Class::Block, TOWN_RANK);
        }
    }

    fn push(
        &mut self,
        list: usize,
        at: Position,
        text: &str,
        latin: &str,
        class: Class,
        rank: u16,
    ) {
        let start = self.texts.len() as u32;
        // Names of the lists are far shorter; a longer one is not written on the map.
        if let (Ok(length), Ok(latin_length)) = (text.len().try_into(), latin.len().try_into()) {
            self.texts.push_str(text);
            self.texts.push_str(latin);
            let place = code(steps(at));
            self.names[list].push(Name {
                place,
                start,
                length,
                latin: latin_length,
                class,
                rank,
            });
        }
    }

    fn text(&self, name: &Name) -> (&str, &str) {
        self.texts[name.start as usize..][..usize::from(name.length) + usize::from(name.latin)]
            .split_at(name.length.into())
    }
}

impl Name {
    fn is_shown(&self, zoom: u8) -> bool {
        // Tiles deeper than a client need ask for show what the deepest shows.
        let zoom = zoom.min(Basemap::MAX_ZOOM);
        let named = match (self.class, zoom.checked_sub(MUNICIPALITIES_FROM)) {
            (Class::Municipality, Some(step)) => MUNICIPALITIES_NAMED
                .get(usize::from(step))
                .is_none_or(|&most| self.rank <= most),
            _ => true,
        };
        named && SHOWN[self.class as usize].1.contains(&zoom)
    }
}

/// A property as tiles write it.
fn tag(feature: &mut mvt::Feature, name: &str, value: Value) {
    match value {
        Value::String(text) => feature.add_tag_string(name, &text),
        Value::Bool(flag) => feature.add_tag_bool(name, flag),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => feature.add_tag_uint(name, whole),
            (None, Some(number)) => feature.add_tag_double(name, number),
            (None, None) => {}
        },
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

fn towns_in(places: &Places, code: &str) -> usize {
    crate::domain::municipality::MunicipalityCode::new(code).map_or(0, |code| places.towns_in(code))
}

/// `Shibuya` of `Shibuya-ku`: what a map in Latin letters writes.
fn without_ending(romaji: &str) -> &str {
    romaji.rsplit_once('-').map_or(romaji, |(stem, _)| stem)
}

/// Draws more and more coarsely until the tile is small enough.
fn within_limit(mut scale: Scale, draw: impl Fn(Scale) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    loop {
        match draw(scale) {
            Some(bytes) if bytes.len() > MOST_BYTES => scale = scale.coarser(),
            small => return small,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::places::tests::{districts, places, shipped};
    use crate::snapshot::curve::world;
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
        let map = Basemap::build(&districts(), &places());
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
        let map = Basemap::build(&districts(), &places());
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
            let tile = map.told(level, here, "coverage", wanted, told).unwrap();
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
            assert_eq!(map.told(level, here, "coverage", |_| false, told), None);
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
            let map = Basemap::build(&beside(apart), &places());
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
        let map = Basemap::build(&districts(), &places());
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
        let map = Basemap::build(&districts, &places);
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
        let map = Basemap::build(&districts, &places);
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

    #[test]
    #[ignore = "prints times and sizes; run it with --release"]
    fn times() {
        use std::io::Write;
        let mut out = std::io::stdout();
        let (districts, places) = shipped();
        let start = std::time::Instant::now();
        let map = Basemap::build(&districts, &places);
        writeln!(
            out,
            "built in {:.0} ms",
            start.elapsed().as_secs_f64() * 1e3
        )
        .unwrap();
        type Drawing<'a> = (&'a str, &'a dyn Fn(Tile) -> Option<Vec<u8>>);
        let drawings: [Drawing<'_>; 3] = [
            ("basemap", &|tile| map.tile(tile)),
            ("municipalities", &|tile| {
                map.districts(Level::Municipality, tile)
            }),
            ("prefectures", &|tile| {
                map.districts(Level::Prefecture, tile)
            }),
        ];
        for (name, draw) in drawings {
            for zoom in 0..=Tile::MAX_ZOOM {
                let start = std::time::Instant::now();
                let tile = (0..5)
                    .map(|_| draw(at(zoom, 139.7, 35.66)).unwrap_or_default())
                    .last()
                    .unwrap();
                writeln!(
                    out,
                    "{name} z{zoom}: {:.2} ms, {} bytes",
                    start.elapsed().as_secs_f64() * 200.0,
                    tile.len()
                )
                .unwrap();
            }
            for (place, lon, lat, zoom) in [
                ("Japan", 137.5, 37.5, 4),
                ("Japan", 137.5, 37.5, 5),
                ("Japan", 137.5, 37.5, 6),
                ("Shibuya", 139.7, 35.66, 12),
                ("Shibuya", 139.7, 35.66, 13),
                ("Shibuya", 139.7, 35.66, 14),
                ("Fukuoka", 130.4, 33.59, 13),
            ] {
                for (width, height) in [(390.0, 800.0), (1280.0, 800.0)] {
                    let side = 512.0 * f64::from(1u32 << zoom);
                    let [x, y] = world(lon, lat).map(|axis| axis * side);
                    let range = |middle: f64, size: f64| {
                        ((middle - size / 2.0) / 512.0) as u32
                            ..=((middle + size / 2.0) / 512.0) as u32
                    };
                    let tiles: Vec<Vec<u8>> = range(x, width)
                        .flat_map(|x| range(y, height).map(move |y| (x, y)))
                        .filter_map(|(x, y)| draw(Tile::new(zoom, x, y)?))
                        .collect();
                    let packed = |tile: &Vec<u8>| {
                        let mut gz = flate2::write::GzEncoder::new(
                            Vec::new(),
                            flate2::Compression::default(),
                        );
                        gz.write_all(tile).unwrap();
                        gz.finish().unwrap().len()
                    };
                    let sizes = (
                        tiles.iter().map(Vec::len).sum::<usize>(),
                        tiles.iter().map(packed).sum::<usize>(),
                    );
                    writeln!(out, "{name} {place} z{zoom} {width}x{height}: {} tiles, {sizes:?} bytes plain, gzip", tiles.len()).unwrap();
                }
            }
        }
    }
}
