//! Airports: a station that is called 羽田空港第1ターミナル names its airport.

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

use super::Station;

/// An airport that has a station named after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Airport {
    /// Its stations' name up to 空港: `羽田空港`.
    pub name: Box<str>,
    /// Its reading, where one of its stations has one: `はねだくうこう`.
    pub kana: Option<Box<str>>,
    /// In Latin letters, `Haneda Airport`.
    pub name_en: Option<Box<str>>,
    /// Where its stations are.
    pub municipality: Option<MunicipalityCode>,
    /// That of the station nearest to the middle of them.
    pub position: Position,
}

const AIRPORT: &str = "空港";
const KANA: &str = "くうこう";

/// The airports of some stations, in order of name.
pub(super) fn of(stations: &[Station]) -> Vec<Airport> {
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
