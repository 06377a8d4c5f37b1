//! What no list of districts or towns names: stations, airports and counties.
//!
//! A station lies in a town, and that town's point stands for it: some hundred metres are nothing to
//! who asks what is near. A county has no point; its name finds the municipalities in it.

use super::fold::fold;
use super::read::rows;
use super::romaji::latin;
use super::search::{BEGINNING, Found, Hit, Match, Scope, WHOLE};
use super::{Area, Place, Places, Point, Sort, Unreadable};
use crate::districts::Level;

/// A station or an airport.
pub(super) struct Station {
    name: Box<str>,
    kana: Box<str>,
    romaji: Box<str>,
    /// The municipality or ward, by number.
    district: u32,
    point: Point,
    pub(super) folded: Forms,
    pub(super) latin: Forms,
}

/// Ways to write a station's name: in full, and without 駅.
pub(super) struct Forms {
    full: Vec<Box<str>>,
    stems: Vec<Box<str>>,
}

const COUNTIES: [&str; 4] = ["code", "county", "kana", "romaji"];
const STATIONS: [&str; 5] = ["name", "kana", "romaji", "also", "address"];

impl Places {
    /// The same with counties, `code,county,kana,romaji`, and stations, `name,kana,romaji,also,address`
    /// (`also`: other names, separated by spaces). A station whose town is not in the list is left out,
    /// and so is a county of no municipality.
    pub fn with_names(mut self, counties: &str, stations: &str) -> Result<Places, Unreadable> {
        rows(
            "counties",
            counties,
            &COUNTIES,
            |[code, county, kana, romaji]| {
                let number: u32 = code.parse().map_err(|_| "no code".to_owned())?;
                let is_it =
                    |area: &&mut Area| area.number == number && area.level == Level::Municipality;
                if let Some(area) = self.districts.iter_mut().find(is_it) {
                    area.county = [county, kana, romaji].map(fold).map(Into::into).into();
                    area.latin_county = latin(romaji).into();
                }
                Ok(())
            },
        )?;
        let mut known = Vec::new();
        rows(
            "stations",
            stations,
            &STATIONS,
            |[name, kana, romaji, also, address]| {
                let Some(found) = self.address(address, &[]) else {
                    return Ok(());
                };
                let code = found.ward.unwrap_or(found.municipality);
                let district = self.districts.iter().position(|area| {
                    area.level != Level::Prefecture && area.number == code.number()
                });
                if let (Some(town), Some(district)) = (found.town, district) {
                    let names = || [name, kana, romaji].into_iter().chain(also.split(' '));
                    known.push(Station {
                        name: name.into(),
                        kana: kana.into(),
                        romaji: romaji.into(),
                        district: district as u32,
                        point: Point::of(town.position),
                        folded: Forms::of(names(), fold),
                        latin: Forms::of([romaji, kana].into_iter().chain(also.split(' ')), latin),
                    });
                }
                Ok(())
            },
        )?;
        self.stations = known;
        Ok(self)
    }

    /// The stations of a scope whose names begin with a word.
    pub(super) fn station_hits(
        &self,
        scope: Scope<'_>,
        word: &str,
        forms: impl Fn(&Station) -> &Forms,
        hits: &mut Vec<Hit>,
    ) {
        for (number, station) in (0..).zip(&self.stations) {
            let area = &self.districts[station.district as usize];
            // 福岡市天神 is the town, 天神 alone may be the station too.
            let alone = scope.around.is_none();
            let matched = forms(station).matched(word, alone);
            if let Some(matched) = matched.filter(|_| scope.covers(area)) {
                hits.push(Hit::new(
                    matched + scope.penalty,
                    Sort::Station,
                    area.towns.len(),
                    u64::from(number),
                    Found::Station(number),
                ));
            }
        }
    }

    pub(super) fn station(&self, number: u32) -> Place {
        let station = &self.stations[number as usize];
        let area = &self.districts[station.district as usize];
        let (municipality, ward) = area.codes();
        let slug = station.romaji.to_lowercase().replace(' ', "-");
        Place {
            id: format!("station-{}", slug.trim_end_matches("-station")),
            sort: Sort::Station,
            name: station.name.to_string(),
            kana: Some(station.kana.to_string()),
            en: Some(station.romaji.to_string()),
            context: area.named(),
            context_en: self.named_en(area),
            municipality,
            ward,
            postal: None,
            position: station.point.position(),
            bbox: None,
        }
    }
}

impl Forms {
    fn of<'a>(names: impl Iterator<Item = &'a str>, form: fn(&str) -> String) -> Forms {
        let (mut full, mut stems) = (Vec::new(), Vec::new());
        for name in names.filter(|name| !name.is_empty()) {
            full.push(form(name).into_boxed_str());
            let endings = ["駅", "えき", " Station"];
            let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
            stems.extend(stem.map(|stem| form(stem).into_boxed_str()));
            // Other names are names alone.
            if stem.is_none() && !name.ends_with("空港") {
                stems.push(form(name).into_boxed_str());
            }
        }
        Forms { full, stems }
    }

    fn matched(&self, word: &str, alone: bool) -> Option<Match> {
        let any =
            |forms: &[Box<str>], is_it: &dyn Fn(&str) -> bool| forms.iter().any(|form| is_it(form));
        let is_whole = |form: &str| form == word;
        if any(&self.full, &is_whole) || (alone && any(&self.stems, &is_whole)) {
            return Some(WHOLE);
        }
        let is_long = word.chars().nth(1).is_some();
        let begins = |form: &str| is_long && form.starts_with(word);
        (alone && any(&self.full, &begins)).then_some(BEGINNING)
    }
}
