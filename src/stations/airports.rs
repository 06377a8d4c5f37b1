//! Airports: those of the list that ships, and those that stations are named after, as 羽田空港第1ターミナル is.
//!
//! Where an airport has a station, people arrive there: the station's point is the airport's. The others have
//! the list's, somewhere on the airfield.

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

use super::Station;
use super::read::{Unreadable, degrees, known, rows, several};

/// An airport.
#[derive(Debug, Clone, PartialEq)]
pub struct Airport {
    /// As people call it: `羽田空港`.
    pub name: Box<str>,
    /// Its reading, where it is known: `はねだくうこう`.
    pub kana: Option<Box<str>>,
    /// In Latin letters, `Haneda Airport`.
    pub name_en: Option<Box<str>>,
    /// What else it is called: `東京国際空港`, `HND`.
    pub also: Vec<Box<str>>,
    /// Where its stations are, where it has some.
    pub municipality: Option<MunicipalityCode>,
    /// That of the station nearest to the middle of its stations, or the list's.
    pub position: Position,
}

const COLUMNS: [&str; 7] = ["name", "kana", "name_en", "also", "icao", "lat", "lon"];

impl Airport {
    /// Reads the list that ships, `name,kana,name_en,also,icao,lat,lon`; other names separated by `;`.
    pub fn listed(text: &str) -> Result<Vec<Airport>, Unreadable> {
        let mut all = Vec::new();
        rows(
            text,
            &COLUMNS,
            |[name, kana, name_en, also, _, lat, lon]| {
                if name.is_empty() {
                    return Err("it has no name".to_owned());
                }
                let position = Position::new(degrees(lon)?, degrees(lat)?);
                all.push(Airport {
                    name: name.into(),
                    kana: known(kana),
                    name_en: known(name_en),
                    also: several(also),
                    municipality: None,
                    position: position.map_err(|e| e.to_string())?,
                });
                Ok(())
            },
        )?;
        Ok(all)
    }

    fn is_called(&self, name: &str) -> bool {
        *self.name == *name || self.also.iter().any(|other| **other == *name)
    }
}

const AIRPORT: &str = "空港";
const KANA: &str = "くうこう";

/// The listed airports and those of some stations, in order of name.
pub(super) fn of(stations: &[Station], listed: &[Airport]) -> Vec<Airport> {
    let mut all = listed.to_vec();
    for named in named_after(stations) {
        match all
            .iter_mut()
            .find(|airport| airport.is_called(&named.name))
        {
            Some(airport) => {
                airport.municipality = named.municipality;
                airport.position = named.position;
            }
            None => all.push(named),
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The airports that stations are named after.
fn named_after(stations: &[Station]) -> Vec<Airport> {
    let mut named: Vec<(&str, &Station)> = stations
        .iter()
        .filter_map(|station| Some((named(&station.name)?, station)))
        .collect();
    named.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    named
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| airport(group[0].0, group))
        .collect()
}

/// The airport a station is named after: 空港 in the name says so where nothing but a terminal follows.
fn named(station: &str) -> Option<&str> {
    let end = station.find(AIRPORT)? + AIRPORT.len();
    let (name, rest) = station.split_at(end);
    let is_terminal = rest.is_empty() || (rest.starts_with('第') && rest.ends_with("ターミナル"));
    (is_terminal && name.len() > AIRPORT.len()).then_some(name)
}

fn airport(name: &str, group: &[(&str, &Station)]) -> Airport {
    let stations = || group.iter().map(|(_, station)| *station);
    let count = group.len() as f64;
    let mean = |axis: fn(Position) -> f64| {
        stations()
            .map(|station| axis(station.position))
            .sum::<f64>()
            / count
    };
    let (lon, lat) = (mean(Position::lon), mean(Position::lat));
    let middle = Position::new(lon, lat).unwrap_or(group[0].1.position);
    let nearest = stations().min_by(|a, b| {
        let away = |station: &Station| station.position.planar(middle).0;
        away(a).total_cmp(&away(b))
    });
    let nearest = nearest.unwrap_or(group[0].1);
    let kana = stations().find_map(|station| up_to(station.kana.as_deref()?, KANA));
    let english = stations().find_map(|station| {
        let name = station.name_en.as_deref()?;
        up_to(name, "Airport").or_else(|| {
            // Fukuokakūkō is what the sign says, and Fukuoka Airport what it means.
            let stem = name
                .strip_suffix("kūkō")
                .or_else(|| name.strip_suffix("-Kūkō"))?;
            Some(format!("{} Airport", stem.trim_end_matches(['-', ' '])))
        })
    });
    Airport {
        name: name.into(),
        kana: kana.map(Into::into),
        name_en: english.map(Into::into),
        also: Vec::new(),
        municipality: nearest.municipality,
        position: nearest.position,
    }
}

fn up_to(text: &str, end: &str) -> Option<String> {
    let at = text.find(end)?;
    (at > 0).then(|| text[..at + end.len()].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_airport_lies_where_its_station_is() {
        let list = "name,kana,name_en,also,icao,lat,lon\n\
            羽田空港,はねだくうこう,Haneda Airport,東京国際空港;HND,RJTT,35.5497,139.787\n\
            広島空港,ひろしまくうこう,Hiroshima Airport,HIJ,RJOA,34.4361,132.919\n";
        let listed = Airport::listed(list).unwrap();
        let station = |name: &str, lon: f64| Station {
            id: name.into(),
            name: name.into(),
            kana: None,
            name_en: None,
            municipality: None,
            lines: Vec::new(),
            operators: Vec::new(),
            position: Position::new(lon, 35.55).unwrap(),
        };
        let stations = [
            station("羽田空港第1ターミナル", 139.7845),
            station("新空港", 139.0),
        ];
        let all = of(&stations, &listed);
        let names: Vec<&str> = all.iter().map(|airport| &*airport.name).collect();
        assert_eq!(names, ["広島空港", "新空港", "羽田空港"]);
        assert_eq!(all[0].position.lon(), 132.919);
        assert_eq!(all[2].position.lon(), 139.7845);
        assert_eq!(all[2].also.len(), 2);
        let bad = list.replace("34.4361", "north");
        assert!(
            Airport::listed(&bad)
                .unwrap_err()
                .to_string()
                .contains("line 3")
        );
    }

    #[test]
    fn only_what_is_called_like_an_airport_names_one() {
        for (station, airport) in [
            ("羽田空港第1ターミナル", Some("羽田空港")),
            ("羽田空港第1・第2ターミナル", Some("羽田空港")),
            ("新千歳空港", Some("新千歳空港")),
            ("空港第2ビル", None),
            ("空港通り", None),
            ("福岡空港前", None),
            ("渋谷", None),
        ] {
            assert_eq!(named(station), airport);
        }
    }
}
