//! Builds the districts of each prefecture from the areas that were read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::dissolve::dissolved;
use super::drawn::Drawn;
use super::{BoundaryReader, MOST_KEPT, Official, Sheet, Unusable, thin};
use crate::districts::Level;
use crate::districts::read::letter;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

/// So many codes are named of those that are missing.
const NAMED: usize = 5;

impl BoundaryReader<'_> {
    /// Makes districts of what was read.
    pub fn finish(mut self) -> Result<Official, Unusable> {
        let prefectures: BTreeSet<u8> = self.units.keys().map(|code| code.prefecture()).collect();
        if prefectures.is_empty() {
            let nothing = "no municipality is in it".to_owned();
            return Err(Unusable::NotBoundaries(nothing));
        }
        let moved = thin::thin(&mut self.rings, MOST_KEPT);
        let mut areas: BTreeMap<MunicipalityCode, Vec<usize>> = BTreeMap::new();
        for (i, ring) in self.rings.iter().enumerate() {
            areas
                .entry(self.polygons[ring.polygon])
                .or_default()
                .push(i);
        }
        let mut drawn: BTreeMap<MunicipalityCode, Drawn> = BTreeMap::new();
        for (code, unit) in &self.units {
            let rings = areas.get(code).map_or(&[][..], Vec::as_slice);
            let drawn_here = self
                .draw(rings)
                .ok_or_else(|| Unusable::Incomplete(format!("{code} {} has no area", unit.name)))?;
            drawn.insert(*code, drawn_here);
        }
        let gone = self.gone(&prefectures, &drawn)?;
        let mut sheets = Vec::with_capacity(prefectures.len());
        for prefecture in prefectures {
            sheets.push(self.sheet(prefecture, &areas, &drawn)?);
        }
        let unknown = self
            .units
            .iter()
            .filter(|(code, _)| self.shipped.municipality(**code).is_none())
            .map(|(code, unit)| {
                let city = unit.parent.and_then(|city| self.shipped.municipality(city));
                format!("{code} {}{}", city.map_or("", |city| &city.name), unit.name)
            });
        Ok(Official {
            sheets,
            nobodys: self.nobodys,
            unknown: unknown.collect(),
            gone,
            moved,
        })
    }

    /// The area of some rings; `None` if it is empty.
    fn draw(&self, rings: &[usize]) -> Option<Drawn> {
        Drawn::new(dissolved(rings.iter().map(|i| &*self.rings[*i].points)))
    }

    /// The districts of one prefecture. `areas` are the rings of each unit, `drawn` its area.
    fn sheet(
        &self,
        prefecture: u8,
        areas: &BTreeMap<MunicipalityCode, Vec<usize>>,
        drawn: &BTreeMap<MunicipalityCode, Drawn>,
    ) -> Result<Sheet, Unusable> {
        let number = format!("{prefecture:02}");
        let units = || {
            self.units
                .iter()
                .filter(|(code, _)| code.prefecture() == prefecture)
        };
        let outer = self
            .shipped
            .get(&number)
            .ok_or_else(|| Unusable::Incomplete(format!("there is no prefecture {number}")))?;
        let whole = units().filter_map(|(code, _)| areas.get(code)).flatten();
        let whole: Vec<usize> = whole.copied().collect();
        let mut lines = String::new();
        let mut write = |level: Level, code: &str, name: &str, parent, drawn: &Drawn| {
            lines.push_str(&self.line(level, (code, name), &outer.name, parent, drawn));
            lines.push('\n');
        };
        let shape = self
            .draw(&whole)
            .ok_or_else(|| Unusable::Incomplete(format!("{} has no area", outer.name)))?;
        write(Level::Prefecture, &number, &outer.name, None, &shape);
        let cities: BTreeSet<MunicipalityCode> =
            units().filter_map(|(_, unit)| unit.parent).collect();
        for &city in &cities {
            let wards = units().filter(|(_, unit)| unit.parent == Some(city));
            let rings = wards.filter_map(|(code, _)| areas.get(code)).flatten();
            let rings: Vec<usize> = rings.copied().collect();
            let name = self.shipped.municipality(city).map_or("", |d| &d.name);
            if let Some(shape) = self.draw(&rings) {
                write(Level::Municipality, &city.to_string(), name, None, &shape);
            }
        }
        for (code, unit) in units() {
            let level = unit.parent.map_or(Level::Municipality, |_| Level::Ward);
            write(
                level,
                &code.to_string(),
                &unit.name,
                unit.parent,
                &drawn[code],
            );
        }
        let wards = units().filter(|(_, unit)| unit.parent.is_some()).count();
        Ok(Sheet {
            prefecture: number,
            name: outer.name.to_string(),
            districts: lines,
            municipalities: units().count() - wards + cities.len(),
            wards,
        })
    }

    /// Districts that are not in the file. Where nobody else has their ground, it lacks them.
    fn gone(
        &self,
        prefectures: &BTreeSet<u8>,
        drawn: &BTreeMap<MunicipalityCode, Drawn>,
    ) -> Result<Vec<String>, Unusable> {
        let (mut gone, mut missing) = (Vec::new(), Vec::new());
        let levels = [Level::Municipality, Level::Ward];
        for district in levels.into_iter().flat_map(|level| self.shipped.of(level)) {
            let Ok(code) = MunicipalityCode::new(&district.code) else {
                continue;
            };
            let is_here = prefectures.contains(&code.prefecture());
            if !is_here || drawn.contains_key(&code) || self.has_wards(district) {
                continue;
            }
            let city = district
                .parent
                .and_then(|city| self.shipped.municipality(city));
            let said = format!(
                "{code} {}{}",
                city.map_or("", |city| &city.name),
                district.name
            );
            let [lon, lat] = district.label;
            let Ok(label) = Position::new(lon, lat) else {
                continue;
            };
            let holds = self.units.iter().any(|(other, unit)| {
                unit.parent == district.parent
                    && other.prefecture() == code.prefecture()
                    && drawn[other].shape.holds(label)
            });
            if holds { &mut gone } else { &mut missing }.push(said);
        }
        if missing.is_empty() {
            return Ok(gone);
        }
        let more = match missing.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        missing.truncate(NAMED);
        Err(Unusable::Incomplete(format!(
            "it lacks {}{more}: a prefecture is imported whole",
            missing.join(", ")
        )))
    }

    /// A district as [`Districts`] read it.
    fn line(
        &self,
        level: Level,
        (code, name): (&str, &str),
        prefecture: &str,
        parent: Option<MunicipalityCode>,
        drawn: &Drawn,
    ) -> String {
        let shipped = self.shipped.get(code);
        // A name may be spelt with another form of a character; a new name is read otherwise.
        let alike = shipped.filter(|d| d.name.chars().count() == name.chars().count());
        let label = shipped.map(|d| d.label).filter(|[lon, lat]| {
            Position::new(*lon, *lat).is_ok_and(|label| drawn.shape.holds(label))
        });
        let label = label.unwrap_or_else(|| drawn.middle());
        let properties = json!({
            "code": code,
            "name": name,
            "name_kana": alike.map_or("", |d| &d.kana),
            "name_romaji": alike.map_or("", |d| &d.romaji),
            "prefecture": prefecture,
            "parent": parent,
            "label": label,
        });
        format!(
            r#"{} {{"type":"Feature","properties":{properties},"geometry":{}}}"#,
            letter(level),
            drawn.geometry()
        )
    }
}
