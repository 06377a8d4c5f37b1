//! Districts as areas, and the basemap: land, borders, names.
//!
//! | layer | what | zooms | properties |
//! |---|---|---|---|
//! | `land` | prefectures, as polygons | all | `code` |
//! | `boundaries` | borders, each once | prefectures all, municipalities from 7 | `level`: `prefecture`, `municipality` |
//! | `railways` | railways: those of an official file, else a schematic between stations | from 7 | `class`: `line`, `shinkansen`; `kind`: `track`, `schematic` |
//! | `stations` | stations, as points | from 9, by their lines | `name`, `name_en`, `rank` (smaller first) |
//! | `labels` | names, as points | see [`names`] | `name`, `name_en`, `class`, `rank` (smaller first) |
//!
//! A source of it should be declared from zoom 0 to [`Basemap::MAX_ZOOM`]; beyond, the deepest
//! tiles are drawn larger. Of the names that begin late, `town` is a town as a whole and `block` one
//! of its 丁目: show blocks from zoom 15 *instead* of towns that are of several.

mod names;
mod railways;
mod stops;

use serde_json::{Map, Value};

use crate::districts::{Districts, Level};
use crate::places::Places;
use crate::snapshot::curve::point;
use crate::stations::Stations;
use crate::stations::official::Railway;

use super::areas::{Areas, NamedArea, Scale};
use super::write::{Shape, Writer};
use super::{MOST_BYTES, Tile};
use names::Names;
use railways::Railways;
use stops::MapStations;

/// Everything that is drawn of districts and towns, projected once.
pub struct Basemap {
    municipalities: Areas,
    wards: Areas,
    /// Made of the municipalities, so that coast and borders agree on every zoom.
    prefectures: Vec<NamedArea>,
    names: Names,
    railways: Railways,
    stops: MapStations,
}

/// Wards are drawn over their cities from this zoom.
const WARDS_FROM: u8 = 9;

/// Borders and names of municipalities are drawn from this zoom.
const MUNICIPALITIES_FROM: u8 = 7;

impl Basemap {
    /// The deepest zoom worth asking for.
    pub const MAX_ZOOM: u8 = 14;

    /// Prepares what is drawn.
    pub fn build(
        districts: &Districts,
        places: &Places,
        stations: &Stations,
        railways: &[Railway],
    ) -> Basemap {
        let municipalities = Areas::of(districts.of(Level::Municipality));
        let larger: Vec<_> = districts.of(Level::Prefecture).collect();
        let around = |inner: &NamedArea| {
            let place = larger
                .iter()
                .position(|outer| *outer.code == inner.code[..2]);
            place.expect("a municipality's prefecture is a district") as u32
        };
        let prefectures = municipalities.dissolved(&larger, around);
        Basemap {
            wards: Areas::of(districts.of(Level::Ward)),
            municipalities,
            prefectures,
            names: Names::build(districts, places),
            railways: Railways::build(stations, railways),
            stops: MapStations::build(stations),
        }
    }

    /// Land, borders, railways, stations and names.
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
                move |district: &NamedArea, feature: &mut mvt::Feature| {
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

    /// The `wanted` districts of a level as one layer with `attributes` by code. Null values are omitted,
    /// because tiles cannot hold them.
    pub fn district_layer(
        &self,
        level: Level,
        tile: Tile,
        layer: &str,
        wanted: impl Fn(&str) -> bool,
        attributes: impl Fn(&str) -> Map<String, Value>,
    ) -> Option<Vec<u8>> {
        let (areas, districts) = match level {
            Level::Prefecture => (&self.municipalities, &self.prefectures[..]),
            Level::Municipality => (&self.municipalities, self.municipalities.districts()),
            Level::Ward => (&self.wards, self.wards.districts()),
        };
        let wanted = |district: &&NamedArea| wanted(&district.code);
        let wanted: Vec<&NamedArea> = districts.iter().filter(wanted).collect();
        within_limit(Scale::of(tile), |scale| {
            let mut writer = Writer::new();
            let mut layer = writer.layer(layer);
            let those = wanted.iter().copied();
            areas.draw(those, scale, &mut layer, |district, feature| {
                for (name, value) in attributes(&district.code) {
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

        let mut railways = writer.layer("railways");
        self.railways.draw(tile.z, scale, &mut railways);
        writer.add(railways);

        let mut stations = writer.layer("stations");
        for stop in self.stops.shown(tile) {
            let at = tile.place(point(stop.place));
            stations.add(Shape::Point(at), |feature| {
                feature.add_tag_string("name", &stop.name);
                if !stop.latin.is_empty() {
                    feature.add_tag_string("name_en", &stop.latin);
                }
                feature.add_tag_int("rank", stop.rank.into());
            });
        }
        writer.add(stations);

        let mut labels = writer.layer("labels");
        for label in self.names.shown(tile) {
            let at = tile.place(point(label.place));
            labels.add(Shape::Point(at), |feature| {
                feature.add_tag_string("name", label.text);
                if !label.latin.is_empty() {
                    feature.add_tag_string("name_en", label.latin);
                }
                feature.add_tag_string("class", label.class);
                feature.add_tag_int("rank", label.rank.into());
            });
        }
        writer.add(labels);
        writer.finish()
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
mod tests;
