//! Official railways: 国土数値情報 鉄道 (N02), as the ministry's GeoJSON has them.
//!
//! One file has the stations, a feature for each platform and line; another the lines, a feature for
//! each stretch. [`Reading`] takes one or both, feature by feature, and [`Reading::finish`] makes
//! stations of the platforms that share a group code, and continuous lines of the stretches.
//!
//! The file must hold all of Japan: [`LEAST_SHARE`] of the shipped stations must be in it, so that a
//! part never takes the place of the whole. Readings and Latin names are not in these files; they come
//! from the shipped stations of the same name and place.

mod lines;
mod read;

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use super::{Station, Stations};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, NoPosition, Position};
use lines::Stretch;
pub use lines::{Railway, Railways};
use read::{Feature, Geometry, Place};

/// Features read at most: five times what the whole country has.
const MOST_FEATURES: u64 = 200_000;
/// Positions read at most.
const MOST_POSITIONS: usize = 5_000_000;
/// How much of a shipped station's way to one of the same name makes them one.
const SAME: Metres = Metres(1_000.0);
/// The share of the shipped stations a file must have. Names change, so older editions lack some.
const LEAST_SHARE: f64 = 0.8;
/// How far from every municipality a station may lie: on a bridge or an island the shipped polygons lack.
const OFF_THE_COAST: Metres = Metres(20_000.0);

/// Why a file is no use.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Reading it failed: a damaged archive or disk.
    #[error("it cannot be read to its end: {0}")]
    Damaged(String),
    /// It is cut off.
    #[error("it is cut off: it ends within the data, at line {0}, column {1}")]
    Ends(usize, usize),
    /// Its letters are no UTF-8.
    #[error("it is not UTF-8, which GeoJSON must be: line {0}, column {1}")]
    NotUtf8(usize, usize),
    /// It is no JSON.
    #[error("it is no GeoJSON: {0}")]
    NoJson(String),
    /// It is GeoJSON, but of something else.
    #[error("it holds no railways of 国土数値情報 鉄道 (N02): {0}")]
    NotRailways(String),
    /// Its coordinates are of another system.
    #[error("its coordinates are of “{0}”: degrees of JGD2011, JGD2000 or WGS 84 are expected")]
    OtherSystem(String),
    /// A feature cannot be read.
    #[error("feature {0}: {1}")]
    Feature(u64, String),
    /// More than any country's railways have.
    #[error("more than {0}")]
    TooLarge(String),
    /// It holds a part only.
    #[error("{0}")]
    Incomplete(String),
}

/// What became of some files.
#[derive(Debug)]
pub struct Official {
    /// All stations, as a list that [`Stations::read`] reads.
    pub list: String,
    /// The lines, as [`Railways::read`] reads them; empty where no file had any.
    pub railways: String,
    /// How many stations there are,
    pub stations: usize,
    /// how many of them have a reading or a Latin name,
    pub named: usize,
    /// and how many lines of an operator.
    pub lines: usize,
    /// Shipped stations that are not in the file: closed, renamed or moved since.
    pub missing: Vec<String>,
}

/// Files being read.
#[derive(Default)]
pub struct Reading {
    platforms: Vec<Platform>,
    stretches: Vec<Stretch>,
    features: u64,
    positions: usize,
}

struct Platform {
    group: String,
    name: String,
    line: String,
    operator: String,
    middle: Position,
}

impl Reading {
    /// Nothing yet.
    pub fn new() -> Reading {
        Reading::default()
    }

    /// Takes a file in, of stations or of lines.
    pub fn read(&mut self, file: impl Read) -> Result<(), Unusable> {
        read::features(file, &mut |number, feature| self.take(number, feature))
    }

    fn take(&mut self, number: u64, feature: Feature) -> Result<(), Unusable> {
        let wrong = |reason: String| Unusable::Feature(number, reason);
        self.features += 1;
        if self.features > MOST_FEATURES {
            return Err(Unusable::TooLarge(format!("{MOST_FEATURES} features")));
        }
        let own = feature.properties.unwrap_or_default();
        let (Some(line), Some(operator)) = (own.line, own.operator) else {
            return Err(Unusable::NotRailways(format!(
                "feature {number} has no N02_003 and N02_004"
            )));
        };
        let parts = match feature.geometry {
            Some(Geometry::LineString(part)) => vec![part],
            Some(Geometry::MultiLineString(parts)) => parts,
            Some(Geometry::Point(place)) => vec![vec![place]],
            None => return Err(wrong("it has no geometry".to_owned())),
        };
        let mut read = Vec::with_capacity(parts.len());
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            self.positions += part.len();
            if self.positions > MOST_POSITIONS {
                return Err(Unusable::TooLarge(format!("{MOST_POSITIONS} positions")));
            }
            let places: Result<Vec<Position>, NoPosition> = part
                .iter()
                .map(|Place([lon, lat])| Position::new(*lon, *lat))
                .collect();
            read.push(places.map_err(|error| wrong(error.to_string()))?);
        }
        if read.is_empty() {
            return Err(wrong("it has no position".to_owned()));
        }
        match own.station {
            Some(name) => {
                let name = name.trim();
                if name.is_empty() || line.contains(';') || operator.contains(';') {
                    return Err(wrong("no name of a station".to_owned()));
                }
                let longest = read.iter().max_by(|a, b| length(a).total_cmp(&length(b)));
                let longest = longest.map_or(&read[0], |part| part);
                self.platforms.push(Platform {
                    group: own.group.0.trim().to_owned(),
                    name: name.to_owned(),
                    line,
                    operator,
                    middle: middle(longest),
                });
            }
            None => self
                .stretches
                .extend(read.into_iter().map(|points| Stretch {
                    class: own.class.0.clone(),
                    line: line.clone(),
                    operator: operator.clone(),
                    points,
                })),
        }
        Ok(())
    }

    /// Makes stations and lines of what was read. `whereabouts` gives the municipality nearest to a
    /// point, and how far outside it the point lies.
    pub fn finish(
        self,
        shipped: &Stations,
        whereabouts: impl Fn(Position) -> Option<(MunicipalityCode, Metres)>,
    ) -> Result<Official, Unusable> {
        if self.platforms.is_empty() {
            let what = "it has lines and no station; bring the file of stations (…_Station.geojson), or the archive that has both";
            return Err(Unusable::Incomplete(what.to_owned()));
        }
        let mut stations = grouped(self.platforms);
        for station in &mut stations {
            let found = whereabouts(station.position);
            let (code, _) = found.filter(|found| found.1.0 <= OFF_THE_COAST.0).ok_or_else(|| {
                Unusable::Incomplete(format!(
                    "the station {} at {}, {} lies in the sea, more than {} km from any municipality",
                    station.name,
                    station.position.lat(),
                    station.position.lon(),
                    OFF_THE_COAST.0 / 1000.0,
                ))
            })?;
            station.municipality = Some(code);
        }
        let missing = take_names(&mut stations, shipped);
        let found = shipped.len() - missing.len();
        if (found as f64) < LEAST_SHARE * shipped.len() as f64 {
            return Err(Unusable::Incomplete(format!(
                "it holds {found} of the {} principal stations; the file of all Japan is expected (N02-YY_GML.zip)",
                shipped.len(),
            )));
        }
        let stations = Stations::of(stations);
        let is_named = |station: &&Station| station.kana.is_some() || station.name_en.is_some();
        let named = stations.iter().filter(is_named).count();
        let railways = Railways::of(self.stretches);
        Ok(Official {
            list: super::read::written(&stations),
            railways: railways.written(),
            stations: stations.len(),
            named,
            lines: railways.count_lines(),
            missing,
        })
    }
}

/// The platforms of one group code and name are one station, at the mean of their middles. Where there
/// is no group code, those of one name that lie together.
fn grouped(platforms: Vec<Platform>) -> Vec<Station> {
    let mut groups: BTreeMap<(String, String), Vec<Platform>> = BTreeMap::new();
    for platform in platforms {
        let mut key = (platform.group.clone(), platform.name.clone());
        if key.0.is_empty() {
            // As near as group codes are given; `Stations::of` joins what lies across a border.
            let [lon, lat] = platform.middle.units();
            key.0 = format!("{:05}{:05}", lat / 30_000, lon / 30_000);
        }
        groups.entry(key).or_default().push(platform);
    }
    let mut stations = Vec::with_capacity(groups.len());
    for ((group, name), platforms) in groups {
        let count = platforms.len() as f64;
        let mean = |axis: fn(Position) -> f64| {
            platforms.iter().map(|own| axis(own.middle)).sum::<f64>() / count
        };
        let middle = Position::new(mean(Position::lon), mean(Position::lat));
        let unique = |of: fn(&Platform) -> &str| {
            let mut all: Vec<Box<str>> = platforms.iter().map(|own| of(own).into()).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        stations.push(Station {
            id: format!("n02-{group}").into(),
            name: name.into(),
            kana: None,
            name_en: None,
            municipality: None,
            lines: unique(|own| &own.line),
            operators: unique(|own| &own.operator),
            position: middle.unwrap_or(platforms[0].middle),
        });
    }
    // A group code stands for one station; where a file gives it to two names, both keep an id.
    let mut seen: HashMap<Box<str>, usize> = HashMap::new();
    for station in &mut stations {
        let times = seen.entry(station.id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            station.id = format!("{}-{times}", station.id).into();
        }
    }
    stations
}

/// Gives stations the ids, readings and Latin names of the shipped ones of the same name and place;
/// returns the shipped ones that have none.
fn take_names(stations: &mut [Station], shipped: &Stations) -> Vec<String> {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, station) in stations.iter().enumerate() {
        by_name.entry(plain(&station.name)).or_default().push(i);
    }
    let mut taken = vec![false; stations.len()];
    let mut missing = Vec::new();
    for own in shipped.iter() {
        let namesakes = by_name
            .get(&plain(&own.name))
            .map_or(&[][..], Vec::as_slice);
        let away = |i: usize| stations[i].position.planar(own.position).0;
        let nearest = namesakes
            .iter()
            .copied()
            .filter(|&i| !taken[i] && away(i) <= SAME.0)
            .min_by(|&a, &b| away(a).total_cmp(&away(b)));
        let Some(nearest) = nearest else {
            missing.push(own.name.to_string());
            continue;
        };
        taken[nearest] = true;
        let station = &mut stations[nearest];
        station.id = own.id.clone();
        station.kana = own.kana.clone();
        station.name_en = own.name_en.clone();
    }
    missing
}

/// A name without the differences between editions: 市ヶ谷 is 市ケ谷.
fn plain(name: &str) -> String {
    let small = |c| match c {
        'ヶ' => 'ケ',
        'ッ' => 'ツ',
        '（' => '(',
        '）' => ')',
        c => c,
    };
    name.chars().map(small).collect()
}

fn length(points: &[Position]) -> f64 {
    points
        .windows(2)
        .map(|pair| pair[0].planar(pair[1]).0)
        .sum()
}

/// The point half way along a stretch.
fn middle(points: &[Position]) -> Position {
    let mut left = length(points) / 2.0;
    for pair in points.windows(2) {
        let step = pair[0].planar(pair[1]).0;
        if step >= left && step > 0.0 {
            let share = left / step;
            let between =
                |axis: fn(Position) -> f64| axis(pair[0]) + share * (axis(pair[1]) - axis(pair[0]));
            let point = Position::new(between(Position::lon), between(Position::lat));
            return point.unwrap_or(pair[0]);
        }
        left -= step;
    }
    points[points.len() / 2]
}

#[cfg(test)]
mod tests;
