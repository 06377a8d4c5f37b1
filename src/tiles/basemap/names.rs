//! Labels of districts and towns, each with its zoom levels.

use super::{Basemap, MUNICIPALITIES_FROM};
use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::places::{Places, hepburn};
use crate::snapshot::curve::{code, steps};
use crate::tiles::{Tile, curve};

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

/// All names, their texts in one piece.
pub(super) struct Names {
    /// Of the districts, then of the towns, each in the order of the curve.
    lists: [Vec<Name>; 2],
    texts: String,
}

/// A name as it is written.
pub(super) struct Label<'a> {
    /// Its place on the curve.
    pub(super) place: u64,
    pub(super) text: &'a str,
    /// In Latin letters; empty where there is none.
    pub(super) latin: &'a str,
    pub(super) class: &'static str,
    /// Smaller is more important.
    pub(super) rank: u16,
}

impl Names {
    pub(super) fn build(districts: &Districts, places: &Places) -> Names {
        let mut names = Names {
            lists: [Vec::new(), Vec::new()],
            texts: String::new(),
        };
        names.add_districts(districts, places);
        names.add_towns(places);
        for list in &mut names.lists {
            list.sort_by_key(|name| name.place);
        }
        names.texts.shrink_to_fit();
        names
    }

    /// What is written on a tile, the more important first.
    pub(super) fn shown(&self, tile: Tile) -> impl Iterator<Item = Label<'_>> {
        let lists = self.lists.iter();
        let on_it = lists.flat_map(|names| curve::run(names, tile, |name| name.place));
        let mut shown: Vec<&Name> = on_it.filter(|name| name.is_shown(tile.z)).collect();
        shown.sort_by_key(|name| (name.class as u8, name.rank));
        shown.into_iter().map(|name| self.label(name))
    }

    fn label(&self, name: &Name) -> Label<'_> {
        let texts = &self.texts[name.start as usize..];
        let (text, rest) = texts.split_at(name.length.into());
        Label {
            place: name.place,
            text,
            latin: &rest[..name.latin.into()],
            class: SHOWN[name.class as usize].0,
            rank: name.rank,
        }
    }

    fn add_districts(&mut self, districts: &Districts, places: &Places) {
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

    fn add_towns(&mut self, places: &Places) {
        for label in places.labels() {
            let rank = TOWN_RANK - (label.blocks as u16).min(TOWN_RANK);
            let latin = latin(label.kana, label.name);
            self.push(1, label.position, label.name, &latin, Class::Town, rank);
        }
        for town in places.towns().filter(|town| town.is_block) {
            let latin = latin(town.kana, town.name);
            self.push(1, town.position, town.name, &latin, Class::Block, TOWN_RANK);
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
            self.lists[list].push(Name {
                place,
                start,
                length,
                latin: latin_length,
                class,
                rank,
            });
        }
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

fn towns_in(places: &Places, code: &str) -> usize {
    MunicipalityCode::new(code).map_or(0, |code| places.towns_in(code))
}

/// A town's name as signs have it in Latin letters; empty where its reading is not known.
fn latin(kana: Option<&str>, name: &str) -> String {
    kana.and_then(|kana| hepburn(kana, name))
        .unwrap_or_default()
}

/// `Shibuya` of `Shibuya-ku`: what a map in Latin letters writes.
fn without_ending(romaji: &str) -> &str {
    romaji.rsplit_once('-').map_or(romaji, |(stem, _)| stem)
}
