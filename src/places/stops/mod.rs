//! Stations and airports by the names people type.
//!
//! [`names`] lists every way to write a stop, [`search`] finds stops by them. Words around a name may
//! qualify it by line, operator or municipality: 東西線 中野, 兵庫県 三田駅.

mod names;
mod search;

use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::stations::{Airport, Stations};

use super::fold::fold;
use super::romaji::{latin, loose};
use super::search::{Hit, MatchQuality, PlaceKey, SHORT_CITY, WHOLE};
use super::{Area, Place, PlaceKind, Places};
use names::{Prefix, is_code, loosen, prefixes, qualifiers, whole_and_parts, without_prefix};

pub(super) use search::{MeantKind, NOT_NAMES, latin_words, name_of, near, near_latin};

/// The quality of a loosened spelling, or of a short name.
const INEXACT: MatchQuality = SHORT_CITY;

/// A station or an airport.
pub(super) struct Stop {
    pub(super) kind: PlaceKind,
    pub(super) id: Box<str>,
    /// The name in answers: `渋谷駅`.
    pub(super) name: Box<str>,
    pub(super) kana: Option<Box<str>>,
    pub(super) name_en: Option<Box<str>>,
    /// Its municipality among the districts.
    pub(super) district: Option<u32>,
    pub(super) position: Position,
    /// Its lines as people call them.
    pub(super) lines: Vec<Box<str>>,
    /// Words that may stand beside its name, folded: lines and operators.
    qualifiers: Vec<Box<str>>,
}

/// One way to write a stop.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    text: Box<str>,
    /// The penalty of a match with this form.
    penalty: MatchQuality,
    stop: u32,
}

/// All stops with the ways to write them, each in order of text.
#[derive(Default)]
pub(super) struct Stops {
    pub(super) all: Vec<Stop>,
    /// Folded names.
    written: Vec<Form>,
    /// Names in loose Latin letters.
    latin: Vec<Form>,
    /// The three letters on tickets, as they are written: OKA is 那覇空港, and Oka is not.
    codes: Vec<(Box<str>, u32)>,
}

impl Places {
    /// Adds stations and airports.
    pub fn with_stations(
        mut self,
        stations: &Stations,
        airports: &[Airport],
        districts: &Districts,
    ) -> Places {
        let number_of = |code: Option<MunicipalityCode>, at: Position| {
            let by_code = |number: u32| {
                let is_it =
                    |area: &Area| area.level == Level::Municipality && area.number == number;
                self.districts.iter().position(is_it)
            };
            let known = code.and_then(|code| by_code(code.number()));
            let found = known.or_else(|| {
                // Boundaries of another year have other codes.
                let found = districts.at_or_nearest(at)?;
                by_code(found.municipality.code.parse().ok()?)
            });
            found.map(|at| at as u32)
        };
        let mut stops = Stops::default();
        for station in stations.iter() {
            let district = number_of(station.municipality, station.position);
            let lines: Vec<Box<str>> = station.line_names().into_iter().map(Into::into).collect();
            let stop = Stop {
                kind: PlaceKind::Station,
                id: format!("station-{}", station.id).into(),
                name: station.full_name().into(),
                kana: station.kana.clone(),
                name_en: station.full_name_en().map(Into::into),
                district,
                position: station.position,
                lines,
                qualifiers: qualifiers(&station.lines, &station.operators),
            };
            let city = district.map(|at| &self.districts[at as usize]);
            let names = [
                Some(&*station.name),
                station.kana.as_deref(),
                station.name_en.as_deref(),
            ];
            stops.add(stop, names, &[], &prefixes(&station.operators, city));
        }
        for airport in airports {
            let stop = Stop {
                kind: PlaceKind::Airport,
                id: format!("airport-{}", airport.name).into(),
                name: airport.name.clone(),
                kana: airport.kana.clone(),
                name_en: airport.name_en.clone(),
                district: number_of(airport.municipality, airport.position),
                position: airport.position,
                lines: Vec::new(),
                qualifiers: Vec::new(),
            };
            let names = [
                Some(&*airport.name),
                airport.kana.as_deref(),
                airport.name_en.as_deref(),
            ];
            stops.add(stop, names, &airport.also, &[]);
        }
        stops.written.sort_unstable();
        stops.written.dedup();
        stops.latin.sort_unstable();
        stops.latin.dedup();
        self.stops = stops;
        self
    }

    pub(super) fn stop_hit(&self, number: u32, quality: MatchQuality) -> Hit {
        let stop = &self.stops.all[number as usize];
        let around = stop
            .district
            .map_or(0, |at| self.districts[at as usize].towns.len());
        // Among several the one with most lines wins, then the one in the larger municipality.
        Hit::new(
            quality,
            stop.kind,
            around,
            u64::from(number),
            PlaceKey::Stop(number),
        )
        .sized(stop.lines.len())
    }

    pub(super) fn stop_place(&self, number: u32) -> Place {
        let stop = &self.stops.all[number as usize];
        let area = stop.district.map(|at| &self.districts[at as usize]);
        Place {
            id: stop.id.to_string(),
            kind: stop.kind,
            name: stop.name.to_string(),
            kana: stop.kana.as_deref().map(str::to_owned),
            en: stop.name_en.as_deref().map(str::to_owned),
            context: area.map(Area::named).unwrap_or_default(),
            context_en: area.and_then(|area| self.named_en(area)),
            municipality: area.and_then(|area| area.codes().0),
            ward: None,
            postal: None,
            position: stop.position,
            bbox: None,
            former: None,
            lines: stop.lines.iter().map(|line| line.to_string()).collect(),
            guess: false,
            dropped: None,
        }
    }
}

impl Stops {
    /// Adds a stop with every way to write it. `names` are its name, reading and Latin name; `also` are
    /// other names.
    fn add(
        &mut self,
        stop: Stop,
        names: [Option<&str>; 3],
        also: &[Box<str>],
        prefixes: &[Prefix],
    ) {
        let number = self.all.len() as u32;
        let [name, kana, english] = names;
        let mut written = Vec::new();
        if let Some(name) = name {
            for (text, penalty) in whole_and_parts(name) {
                let own = fold(text);
                written.push((loosen(&own), INEXACT));
                let short = without_prefix(&own, prefixes, 0);
                written.extend(short.map(|short| (short, INEXACT)));
                written.push((own, penalty));
            }
        }
        if let Some(kana) = kana {
            let own = fold(kana);
            let short = without_prefix(&own, prefixes, 1);
            written.extend(short.map(|short| (short, INEXACT)));
            written.push((own, WHOLE));
        }
        let mut read = Vec::new();
        let kana = kana.map(latin);
        let letters = |name: &str| loose(&name.replace(|c: char| !c.is_alphanumeric(), ""));
        let english = english.map(letters);
        for name in also {
            match name.is_ascii() {
                true if is_code(name) => self.codes.push((name.clone(), number)),
                true => read.push((letters(name), WHOLE)),
                false => written.push((fold(name), WHOLE)),
            }
        }
        for own in [kana, english].into_iter().flatten() {
            let short = without_prefix(&own, prefixes, 2);
            read.extend(short.map(|short| (short, INEXACT)));
            read.push((own, WHOLE));
        }
        let best = |forms: Vec<(String, MatchQuality)>, into: &mut Vec<Form>| {
            for (text, penalty) in &forms {
                let is_best = forms
                    .iter()
                    .all(|(other, its)| other != text || its >= penalty);
                if is_best && !text.is_empty() {
                    into.push(Form {
                        text: text.as_str().into(),
                        penalty: *penalty,
                        stop: number,
                    });
                }
            }
        };
        best(written, &mut self.written);
        best(read, &mut self.latin);
        self.all.push(stop);
    }
}
