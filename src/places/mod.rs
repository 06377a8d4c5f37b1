//! Words to places: districts, towns, stations and postal codes, found the way people type them.
//!
//! [`Places::ask`] interprets a text ([`ask`]), finds places by folded names ([`fold`], [`search`]) or
//! Latin letters ([`latin`]), and ranks them ([`rank`]). [`bigrams`] finds the candidates.
//! Lists of their own cover counties ([`counties`]), former municipalities ([`former`]) and stations
//! ([`stops`]). [`address`] reads addresses, [`blocks`] locates them within a town.
//!
//! A town with several blocks (道玄坂一丁目, 二丁目 …) is a place as a whole too. It is called a quarter
//! here and comes before its blocks.

mod address;
mod ask;
mod bigrams;
pub mod blocks;
mod breaks;
mod counties;
mod fold;
mod former;
mod latin;
mod rank;
mod read;
mod romaji;
mod search;
mod spacing;
mod stops;
mod typos;
mod ways;
mod words;

use std::ops::Range;
use std::sync::OnceLock;

use crate::districts::Level;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

use bigrams::Bigrams;
use latin::Readings;

pub use address::{Address, NamedTown};
pub use ask::{MissingStop, PlaceAnswer, PlaceQuery};
pub use fold::{fold, usual_kanji};
pub use rank::SearchContext;
pub use read::Unreadable;
pub use romaji::{hepburn, latin, loose};
pub use words::FilterWord;

/// Every place, indexed.
pub struct Places {
    /// Prefectures, municipalities, wards, each in order of code.
    districts: Vec<Area>,
    /// Towns in order of code.
    towns: Vec<Entry>,
    /// Quarters in order of their first town's code.
    quarters: Vec<Quarter>,
    /// Names and readings; towns first, then quarters.
    names: Texts,
    kana: Texts,
    /// The same, folded.
    folded_names: Texts,
    folded_kana: Texts,
    index: Bigrams,
    readings: Readings,
    /// Postal codes in order.
    postal: Vec<PostalCode>,
    neighbourhoods: Texts,
    neighbourhood_kana: Texts,
    /// Names of former municipalities and wards.
    former: Vec<former::FormerName>,
    /// Stations and airports.
    stops: stops::Stops,
    /// Towns by where they lie, built when an address first names one.
    grid: OnceLock<spacing::Grid>,
    /// How likely each place is meant.
    weights: rank::Weights,
}

/// A place as answers show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Stable: `district-13113`, `town-131130017001`, `quarter-131130017001` (named for its first
    /// town), `postal-1500002`, `station-s01000`, `airport-羽田空港`.
    pub id: String,
    /// The kind of place.
    pub kind: PlaceKind,
    /// Its name: `渋谷区`, `道玄坂一丁目`, `〒150-0002 渋谷`.
    pub name: String,
    /// The name's reading in hiragana, where it is known; of a block, that of its town.
    pub kana: Option<String>,
    /// The name in Latin letters; of a town its reading's, `Dogenzaka 1-chome`, where that is known.
    pub en: Option<String>,
    /// Where it lies: `東京都渋谷区`.
    pub context: String,
    /// The same in Latin letters, `Shibuya-ku, Tokyo`; `None` of a prefecture.
    pub context_en: Option<String>,
    /// The municipality; of a designated city the city.
    pub municipality: Option<MunicipalityCode>,
    /// The designated city's ward.
    pub ward: Option<MunicipalityCode>,
    /// Its postal code, seven digits.
    pub postal: Option<String>,
    /// A point to show it by.
    pub position: Position,
    /// West, south, east, north of a district, or of a quarter's towns.
    pub bbox: Option<[f64; 4]>,
    /// The former name it was found by: `清水市` of 静岡市清水区.
    pub former: Option<String>,
    /// A station's lines as people call them: `半蔵門線`.
    pub lines: Vec<String>,
    /// Whether the text differs: another spelling, or a part of it was ignored.
    pub guess: bool,
    /// The ignored part of the text: the number of a house or lot, Kyoto's streets.
    pub dropped: Option<String>,
}

/// The kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "their names say it")]
pub enum PlaceKind {
    Prefecture,
    Municipality,
    Ward,
    Airport,
    Station,
    Town,
    PostalCode,
}

impl PlaceKind {
    /// The value of `kind` in answers.
    pub const fn slug(self) -> &'static str {
        match self {
            PlaceKind::Prefecture => "prefecture",
            PlaceKind::Municipality => "municipality",
            PlaceKind::Ward => "ward",
            PlaceKind::Airport => "airport",
            PlaceKind::Station => "station",
            PlaceKind::Town => "town",
            PlaceKind::PostalCode => "postal",
        }
    }
}

/// A town or a block of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Town<'a> {
    /// Twelve digits; the first five are the municipality's or ward's.
    pub code: u64,
    /// Its name, `道玄坂一丁目`.
    pub name: &'a str,
    /// The reading of the name without its block, where known.
    pub kana: Option<&'a str>,
    /// The municipality, or the ward of a designated city.
    pub district: MunicipalityCode,
    /// A point in it.
    pub position: Position,
    /// Whether it is one of several blocks that together are a quarter.
    pub is_block: bool,
}

/// A town's name on the map, written once for all its blocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label<'a> {
    /// The name, `道玄坂`.
    pub name: &'a str,
    /// The reading of the name, where known.
    pub kana: Option<&'a str>,
    /// How many blocks it has; a town without blocks has one.
    pub blocks: u32,
    /// A point in it.
    pub position: Position,
}

impl Places {
    /// Every town and block, in order of code.
    pub fn towns(&self) -> impl ExactSizeIterator<Item = Town<'_>> {
        (0..self.towns.len()).map(|i| self.town(i))
    }

    /// The town with this number in [`towns`](Self::towns).
    pub fn town(&self, number: usize) -> Town<'_> {
        let entry = &self.towns[number];
        Town {
            code: entry.code,
            name: self.names.get(number),
            kana: Some(self.kana.get(number)).filter(|kana| !kana.is_empty()),
            district: self.districts[entry.district as usize].code(),
            position: entry.point.position(),
            is_block: entry.quarter.is_some(),
        }
    }

    /// Every town's name once, whatever number of blocks it has, and without a leading 大字 or 字.
    pub fn labels(&self) -> impl Iterator<Item = Label<'_>> {
        let whole = self
            .towns
            .iter()
            .enumerate()
            .filter(|(_, town)| town.quarter.is_none());
        let whole = whole.map(|(i, town)| Label {
            name: read::plain(self.names.get(i)),
            kana: Some(self.kana.get(i)).filter(|kana| !kana.is_empty()),
            blocks: u32::from(town.blocks),
            position: town.point.position(),
        });
        let quarters = self.quarters.iter().enumerate().map(|(i, quarter)| Label {
            name: read::plain(self.names.get(self.towns.len() + i)),
            kana: Some(self.kana.get(self.towns.len() + i)).filter(|kana| !kana.is_empty()),
            blocks: u32::from(quarter.blocks),
            position: quarter.point.position(),
        });
        whole.chain(quarters)
    }

    /// The districts around one in Latin letters, the nearest first: `Fukuoka-shi, Fukuoka`.
    fn context_en(&self, area: &Area) -> Option<String> {
        if area.level == Level::Prefecture {
            return None;
        }
        let around = |number: u32, level| {
            let found = |area: &&Area| area.number == number && area.level == level;
            self.districts.iter().find(found)
        };
        let city = area
            .parent
            .and_then(|city| around(city.number(), Level::Municipality));
        let prefecture = around(area.number / 1000, Level::Prefecture);
        let names: Vec<&str> = [city, prefecture]
            .into_iter()
            .flatten()
            .map(|area| &*area.romaji)
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// A district in Latin letters and those around it: `Hakata-ku, Fukuoka-shi, Fukuoka`.
    fn named_en(&self, area: &Area) -> Option<String> {
        let context = self.context_en(area)?;
        (!area.romaji.is_empty()).then(|| format!("{}, {context}", area.romaji))
    }

    /// How many towns and blocks a municipality or a ward has.
    pub fn towns_in(&self, district: MunicipalityCode) -> usize {
        let number = district.number();
        let at = self.districts.iter().find(|area| area.number == number);
        at.map_or(0, |district| district.towns.len())
    }
}

/// A district with its names folded and the range of its towns.
struct Area {
    /// Two digits of a prefecture, five of the others.
    number: u32,
    level: Level,
    name: Box<str>,
    kana: Box<str>,
    romaji: Box<str>,
    /// The districts around it: `福岡県福岡市`.
    context: Box<str>,
    /// A ward's city.
    parent: Option<MunicipalityCode>,
    label: Position,
    bbox: [f64; 4],
    /// Its folded names: in full, and without 区, く, -ku.
    full: Vec<Box<str>>,
    stems: Vec<Box<str>>,
    /// The same in Latin letters, loosely.
    latin_full: Vec<Box<str>>,
    latin_stems: Vec<Box<str>>,
    /// The names of its county, folded and in Latin letters; empty without a county.
    county: Vec<Box<str>>,
    latin_county: Box<str>,
    /// Its towns and quarters, by number.
    towns: Range<u32>,
    quarters: Range<u32>,
}

impl Area {
    /// Its name behind those of the districts around it.
    fn named(&self) -> String {
        format!("{}{}", self.context, self.name)
    }

    /// A municipality's or ward's code.
    fn code(&self) -> MunicipalityCode {
        MunicipalityCode::new(&format!("{:05}", self.number)).expect("read as a code before")
    }

    /// The municipality and the ward it stands for.
    fn codes(&self) -> (Option<MunicipalityCode>, Option<MunicipalityCode>) {
        match (self.level, self.parent) {
            (Level::Prefecture, _) => (None, None),
            (_, Some(city)) => (Some(city), Some(self.code())),
            (_, None) => (Some(self.code()), None),
        }
    }
}

/// A town without its texts.
struct Entry {
    code: u64,
    district: u32,
    postal: u32,
    point: Point,
    /// The quarter it is a block of.
    quarter: Option<u32>,
    /// One, or how many share its name where a quarter's own name is a town as well.
    blocks: u16,
}

/// Several blocks' common name.
struct Quarter {
    /// Its first block, by number.
    first: u32,
    district: u32,
    /// Zero where its blocks differ.
    postal: u32,
    point: Point,
    low: Point,
    high: Point,
    blocks: u16,
}

struct PostalCode {
    code: u32,
    district: u32,
    point: Point,
}

/// Millionths of a degree: the precision of the lists in half the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    lon: i32,
    lat: i32,
}

impl Point {
    fn position(self) -> Position {
        let [lon, lat] = self.degrees();
        Position::new(lon, lat).expect("checked when it was read")
    }

    fn of(position: Position) -> Point {
        let millionths = |degrees: f64| (degrees * 1e6).round() as i32;
        Point {
            lon: millionths(position.lon()),
            lat: millionths(position.lat()),
        }
    }

    fn degrees(self) -> [f64; 2] {
        [f64::from(self.lon) / 1e6, f64::from(self.lat) / 1e6]
    }
}

/// Many short texts in one allocation.
#[derive(Default)]
struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    fn shrink_to_fit(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn get(&self, number: usize) -> &str {
        let start = if number == 0 {
            0
        } else {
            self.ends[number - 1]
        };
        &self.all[start as usize..self.ends[number] as usize]
    }
}

#[cfg(test)]
pub(crate) mod tests;
