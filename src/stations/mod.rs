//! Railway stations: the list that ships, what the ministry's file has in its place; and airports.
//!
//! A list is CSV, `id,name,kana,name_en,municipality,lines,operators,lat,lon`, several lines or
//! operators separated by `;`. Stations of one name at most [`TOGETHER`] apart are one place and
//! stand as one, with their lines together (大阪梅田 of two companies).

mod airports;
pub mod official;
mod read;

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};

pub use airports::Airport;
pub use read::Unreadable;

/// How far apart stations of one name may be and still be one place.
pub const TOGETHER: Metres = Metres(600.0);

/// One station.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Stable: `s00786` of a shipped station, `n02-003700` of one that only an official file has.
    pub id: Box<str>,
    /// Its name without 駅, as the list writes it: `渋谷`, `西鉄福岡（天神）`.
    pub name: Box<str>,
    /// The name's reading in hiragana, where it is known.
    pub kana: Option<Box<str>>,
    /// The name in Latin letters, where it is known: `Shin-Ōsaka`.
    pub name_en: Option<Box<str>>,
    /// The municipality the list places it in; of a designated city the city.
    pub municipality: Option<MunicipalityCode>,
    /// Its lines by their legal names, `11号線半蔵門線`.
    pub lines: Vec<Box<str>>,
    /// The companies and authorities that run them.
    pub operators: Vec<Box<str>>,
    /// Where it is.
    pub position: Position,
}

impl Station {
    /// The name as people say it, `渋谷駅`.
    pub fn full_name(&self) -> String {
        match self.name.ends_with("駅") || self.name.ends_with("駅前") {
            true => self.name.to_string(),
            false => format!("{}駅", self.name),
        }
    }

    /// The same in Latin letters, `Shibuya Station`.
    pub fn full_name_en(&self) -> Option<String> {
        self.name_en.as_ref().map(|name| format!("{name} Station"))
    }

    /// Its lines without their numbers, each once: `半蔵門線` of `11号線半蔵門線`.
    pub fn line_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let name = line_name(line);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// A line's name without its number: 空港線 of 1号線(空港線). A line that has only a number keeps it.
pub fn line_name(line: &str) -> &str {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(name) = rest
        .strip_prefix("号線")
        .filter(|_| rest.len() < line.len())
    else {
        return line;
    };
    let inner = name
        .strip_prefix(['(', '（'])
        .and_then(|name| name.strip_suffix([')', '）']));
    match inner.unwrap_or(name) {
        "" => line,
        name => name,
    }
}

/// All stations of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stations {
    /// In order of id.
    all: Vec<Station>,
}

impl Stations {
    /// Reads a list; see the room's head.
    pub fn read(text: &str) -> Result<Stations, Unreadable> {
        Ok(Stations::of(read::stations(text)?))
    }

    /// The stations, those of one place together, in order of id.
    pub fn of(mut stations: Vec<Station>) -> Stations {
        let lines = |station: &Station| std::cmp::Reverse(station.lines.len());
        stations.sort_by(|a, b| (&a.name, lines(a), &a.id).cmp(&(&b.name, lines(b), &b.id)));
        let mut all: Vec<Station> = Vec::with_capacity(stations.len());
        // Those of one name lie one behind the other; this is where they begin among the kept ones.
        let mut first = 0;
        for station in stations {
            if all.last().is_some_and(|last| last.name != station.name) {
                first = all.len();
            }
            let near = |kept: &&mut Station| kept.position.planar(station.position).0 <= TOGETHER.0;
            match all[first..].iter_mut().find(near) {
                Some(kept) => join(kept, station),
                None => all.push(station),
            }
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Stations { all }
    }

    /// All of them, in order of id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Station> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The station of an id.
    pub fn get(&self, id: &str) -> Option<&Station> {
        let found = self.all.binary_search_by(|station| (*station.id).cmp(id));
        found.ok().map(|at| &self.all[at])
    }

    /// The listed airports, each where its station is if it has one, and others that stations are named after.
    pub fn airports(&self, listed: &[Airport]) -> Vec<Airport> {
        airports::of(&self.all, listed)
    }
}

/// Adds to a station what another one of the same place has.
fn join(kept: &mut Station, other: Station) {
    for line in other.lines {
        if !kept.lines.contains(&line) {
            kept.lines.push(line);
        }
    }
    for operator in other.operators {
        if !kept.operators.contains(&operator) {
            kept.operators.push(operator);
        }
    }
    kept.kana = kept.kana.take().or(other.kana);
    kept.name_en = kept.name_en.take().or(other.name_en);
    kept.municipality = kept.municipality.or(other.municipality);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn station(id: usize, name: &str, lon: f64) -> Station {
        Station {
            id: format!("s{id:05}").into(),
            name: name.into(),
            kana: None,
            name_en: None,
            municipality: None,
            lines: vec![format!("{id}線").into()],
            operators: vec!["鉄道".into()],
            position: Position::new(lon, 35.0).unwrap(),
        }
    }

    #[test]
    fn lines_are_called_by_their_names() {
        for (line, name) in [
            ("5号線東西線", "東西線"),
            ("1号線(空港線)", "空港線"),
            ("11号線半蔵門線", "半蔵門線"),
            ("4号線丸ノ内線分岐線", "丸ノ内線分岐線"),
            ("1号線", "1号線"),
            ("東海道線", "東海道線"),
            ("号線", "号線"),
        ] {
            assert_eq!(line_name(line), name);
        }
    }

    #[test]
    fn stations_of_one_name_and_place_are_one_with_all_lines() {
        let mut more = station(2, "大阪梅田", 135.0);
        more.lines.push("神戸線".into());
        // 0.005° are 456 m at this latitude, 0.007° 638 m.
        let near = station(1, "大阪梅田", 135.005);
        let far = station(3, "大阪梅田", 135.02);
        let other = station(4, "梅田", 135.0);
        let all = Stations::of(vec![near, more, far, other]);
        let ids: Vec<&str> = all.iter().map(|station| &*station.id).collect();
        assert_eq!(ids, ["s00002", "s00003", "s00004"]);
        let lines: Vec<&str> = all.get("s00002").unwrap().line_names();
        assert_eq!(lines, ["2線", "神戸線", "1線"]);
        assert!(all.get("s00001").is_none());
    }

    proptest! {
        #[test]
        fn no_line_is_lost_and_none_of_one_name_stay_close(
            given in prop::collection::vec((0_usize..3, 0..40), 1..25),
        ) {
            let stations: Vec<Station> = given
                .iter()
                .zip(0..)
                .map(|((name, at), id)| station(id, ["甲", "乙", "丙"][*name], 135.0 + f64::from(*at) / 500.0))
                .collect();
            let all = Stations::of(stations);
            let lines: usize = all.iter().map(|station| station.lines.len()).sum();
            prop_assert_eq!(lines, given.len());
            for (i, a) in all.iter().enumerate() {
                for b in all.iter().skip(i + 1) {
                    prop_assert!(a.name != b.name || a.position.planar(b.position).0 > TOGETHER.0);
                }
            }
        }
    }
}
