//! How likely each place is meant, independent of the visitor.
//!
//! Weights come from the people who live in a place or around it, the lines that meet there and the
//! kind of place. A prefecture's capital is known by its share of the people: see [`CAPITAL`].

use std::collections::HashMap;
use std::io::Read;

use crate::districts::Level;
use crate::domain::position::Position;

use super::super::read::rows;
use super::super::stops::Stop;
use super::super::{Area, PlaceKind, Places, Point, Unreadable, fold};

/// The weight of a doubled population.
const DOUBLE_PEOPLE: f64 = 45.0;
/// Half the sides of a place's region, in degrees: about 12 km.
const REGION: [f64; 2] = [0.13, 0.11];
/// The population of a region without weight.
const FEW: u64 = 50_000;
/// The bonus of a station named like its municipality: 別府 in 別府市.
const NAMESAKE: i32 = 60;
/// A capital has at least one in so many of its prefecture's people: 14 % in 山口市, but 10 % in 沖縄市
/// and 8 % in 栃木市, which are no capitals.
const CAPITAL: u64 = 8;

/// The weights of districts, towns and quarters (behind the towns), and stops, by their numbers.
#[derive(Default)]
pub(in crate::places) struct Weights {
    pub(super) districts: Vec<i16>,
    pub(super) towns: Vec<i16>,
    pub(super) stops: Vec<i16>,
    /// The municipalities that a prefecture's bare name means, by number, rising.
    pub(super) capitals: Vec<u32>,
}

const HEADER: [&str; 2] = ["code", "people"];

impl Places {
    /// Adds the people in each district and around each town, `code,people`: first a row for each
    /// district, then a row without a code for each town, in their order. Stations must be added before.
    pub fn with_people(mut self, text: impl Read) -> Result<Places, Unreadable> {
        let mut in_districts: HashMap<u32, u64> = HashMap::new();
        let mut around_towns: Vec<u32> = Vec::with_capacity(self.towns.len());
        rows("people", text, &HEADER, |[code, people]| {
            let number = |text: &str| text.parse().map_err(|_| format!("“{text}” is no number"));
            match code {
                "" => around_towns.push(number(people)?),
                code => {
                    in_districts.insert(number(code)?, number(people)?.into());
                }
            }
            Ok(())
        })?;
        if around_towns.len() != self.towns.len() {
            let reason = format!("{} rows for {} towns", around_towns.len(), self.towns.len());
            return Err(Unreadable {
                list: "people",
                line: 1,
                reason,
            });
        }
        self.weights = self.weigh(&in_districts, &around_towns);
        Ok(self)
    }

    fn weigh(&self, in_districts: &HashMap<u32, u64>, around_towns: &[u32]) -> Weights {
        let mut lines: HashMap<Cell, u16> = HashMap::new();
        for stop in &self.stops.all {
            let own = u16::try_from(stop.lines.len()).unwrap_or(u16::MAX);
            for cell in Cell::of(stop.position).with_neighbours() {
                let there = lines.entry(cell).or_default();
                *there = there.saturating_add(own);
            }
        }
        let meeting = |cell: Cell| lines.get(&cell).copied().unwrap_or_default();
        let in_district = self.people_of_districts(in_districts);
        let region = self.people_of_regions(&in_district);
        // A list in order takes a fifth of the memory of a table by cell.
        let cells = self.towns.iter().map(|town| Cell::of_point(town.point));
        let mut people: Vec<(Cell, u32)> = cells.zip(around_towns.iter().copied()).collect();
        people.sort_unstable();
        let most = |cell: Cell| {
            let end = people.partition_point(|(other, _)| *other <= cell);
            let last = people[..end].last().filter(|(other, _)| *other == cell);
            last.map(|(_, people)| *people)
        };
        let mut towns: Vec<i16> = Vec::with_capacity(self.towns.len() + self.quarters.len());
        for (town, &around) in self.towns.iter().zip(around_towns) {
            let cell = Cell::of_point(town.point);
            let block = if town.quarter.is_some() { 0 } else { 20 };
            let weight = town_weight(around, meeting(cell)) + region[town.district as usize];
            towns.push((weight + block) as i16);
        }
        for (number, quarter) in (0..).zip(&self.quarters) {
            // Its blocks follow its first one closely.
            let from = quarter.first as usize;
            let blocks = self.towns[from..].iter().zip(&towns[from..]);
            let own = blocks
                .take(usize::from(quarter.blocks) * 2)
                .filter(|(town, _)| town.quarter == Some(number))
                .map(|(_, weight)| *weight);
            towns.push(own.max().unwrap_or_default() + 30);
        }
        let of_districts = self.districts.iter().zip(&in_district).zip(&region);
        let of_districts = of_districts.map(|((area, people), region)| {
            let region = if area.level == Level::Prefecture {
                0
            } else {
                *region
            };
            (district_weight(area.level, *people) + region) as i16
        });
        let of_stops = self.stops.all.iter().map(|stop| {
            let cell = Cell::of(stop.position);
            // The nearest town's point may lie just beyond.
            let near = cell.with_neighbours().filter_map(most);
            let around = near.max().unwrap_or_default();
            let region = stop
                .district
                .map_or(0, |district| region[district as usize] / 3);
            let namesake = if self.is_namesake(stop) { NAMESAKE } else { 0 };
            let own = stop_weight(stop.kind, stop.lines.len(), around, meeting(cell));
            (own + region + namesake) as i16
        });
        Weights {
            districts: of_districts.collect(),
            stops: of_stops.collect(),
            capitals: self.capitals(&in_district),
            towns,
        }
    }

    /// Whether a station is called like the municipality it lies in.
    fn is_namesake(&self, stop: &Stop) -> bool {
        let name = fold(stop.name.trim_end_matches('駅'));
        let district = stop.district.map(|at| &self.districts[at as usize]);
        district.is_some_and(|area| {
            area.stems
                .iter()
                .chain(&area.full)
                .any(|form| **form == name)
        })
    }

    /// The municipalities that a prefecture's bare name means.
    fn capitals(&self, people: &[u64]) -> Vec<u32> {
        let prefectures = self.districts.iter().zip(people);
        let mut found: Vec<u32> = prefectures
            .filter(|(area, _)| area.level == Level::Prefecture)
            .flat_map(|(prefecture, &all)| {
                let is_it = move |(_, (area, own)): &(u32, (&Area, &u64))| {
                    area.level == Level::Municipality
                        && area.number / 1000 == prefecture.number
                        && **own * CAPITAL >= all.max(1)
                        && area.stems.first() == prefecture.stems.first()
                };
                let numbered = (0..).zip(self.districts.iter().zip(people));
                numbered.filter(is_it).map(|(number, _)| number)
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// The people of each district; of a designated city those of its wards.
    fn people_of_districts(&self, known: &HashMap<u32, u64>) -> Vec<u64> {
        let mut people: Vec<u64> = self
            .districts
            .iter()
            .map(|area| known.get(&area.number).copied().unwrap_or_default())
            .collect();
        let numbers = self.districts.iter().enumerate();
        let at: HashMap<u32, usize> = numbers.map(|(i, area)| (area.number, i)).collect();
        for (i, area) in self.districts.iter().enumerate() {
            let city = area.parent.and_then(|city| at.get(&city.number()));
            if let Some(&city) = city.filter(|_| area.level == Level::Ward)
                && !known.contains_key(&self.districts[city].number)
            {
                people[city] += people[i];
            }
        }
        people
    }

    /// The weight of the people around each district, within about ten kilometres.
    fn people_of_regions(&self, people: &[u64]) -> Vec<i32> {
        let is_city_of_wards = |area: &Area| {
            self.districts
                .iter()
                .any(|ward| ward.parent.is_some_and(|city| city.number() == area.number))
        };
        let parts: Vec<(Position, u64)> = self
            .districts
            .iter()
            .zip(people)
            .filter(|(area, _)| area.level != Level::Prefecture && !is_city_of_wards(area))
            .map(|(area, people)| (area.label, *people))
            .collect();
        let around = |at: Position| -> u64 {
            let is_near = |other: &&(Position, u64)| {
                (other.0.lat() - at.lat()).abs() < REGION[1]
                    && (other.0.lon() - at.lon()).abs() < REGION[0]
            };
            parts.iter().filter(is_near).map(|(_, people)| people).sum()
        };
        let weights = self.districts.iter().map(|area| {
            let people = around(area.label).max(FEW) as f64;
            (doublings(people, FEW as f64) * 15.0) as i32
        });
        weights.collect()
    }
}

fn doublings(people: f64, of: f64) -> f64 {
    (people / of).log2()
}

pub(super) fn district_weight(level: Level, people: u64) -> i32 {
    let doubled = match people {
        0 => 0.0,
        people => doublings(people as f64, 5_000.0) * DOUBLE_PEOPLE,
    };
    (match level {
        Level::Prefecture => 900.0,
        Level::Municipality => 400.0 + doubled,
        Level::Ward => 350.0 + doubled,
    }) as i32
}

/// A town's weight by the people around it and the lines that meet near it, because many people work there.
fn town_weight(people: u32, meeting: u16) -> i32 {
    let people = doublings(f64::from(people) + 1.0, 1.0) * 12.0;
    let meeting = doublings(f64::from(meeting) + 1.0, 1.0) * 50.0;
    (120.0 + people + meeting) as i32
}

pub(super) fn stop_weight(kind: PlaceKind, lines: usize, people: u32, meeting: u16) -> i32 {
    let people = doublings(f64::from(people) + 1.0, 1.0) * 6.0;
    let meeting = doublings(f64::from(meeting) + 1.0, 1.0) * 8.0;
    match kind {
        PlaceKind::Airport => 700,
        _ => (300.0 + doublings(lines as f64 + 1.0, 1.0) * 60.0 + people + meeting) as i32,
    }
}

/// A square of about half a kilometre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Cell(i16, i16);

impl Cell {
    fn of(position: Position) -> Cell {
        Cell::of_point(Point::of(position))
    }

    fn of_point(point: Point) -> Cell {
        // From 100° east, so that both fit.
        Cell(
            ((point.lon - 100_000_000) / 6_000) as i16,
            (point.lat / 5_000) as i16,
        )
    }

    fn with_neighbours(self) -> impl Iterator<Item = Cell> {
        (-1..=1)
            .flat_map(move |east| (-1..=1).map(move |north| Cell(self.0 + east, self.1 + north)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_people_and_more_lines_weigh_more() {
        assert!(
            district_weight(Level::Municipality, 260_000)
                > district_weight(Level::Municipality, 37_000)
        );
        assert!(town_weight(20_000, 5) > town_weight(20_000, 0));
        assert!(town_weight(20_000, 0) > town_weight(200, 0));
        assert!(
            stop_weight(PlaceKind::Station, 9, 0, 0) > stop_weight(PlaceKind::Station, 1, 0, 0)
        );
    }
}
