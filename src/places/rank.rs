//! Which of several like-named places is meant, and whether that is clear.
//!
//! How well the text matches comes first. Between equal matches the weight of a place decides: how many
//! people live in it or around it, how many lines meet there, what sort of place it is. Then count the
//! window of the map, the visitor's position and facilities near. All weights are in one unit, in which
//! twice as many people are worth [`DOUBLE_PEOPLE`].
//!
//! A bare name that a prefecture shares with its capital means the capital: 青森 is 青森市, and 東京, which is
//! no city, is 東京駅. The capital is known by its people: see [`CAPITAL`]. 沖縄 and 栃木 stay prefectures.

use std::collections::HashMap;
use std::io::Read;

use crate::districts::Level;
use crate::domain::position::Position;

use super::read::rows;
use super::search::{BEGINNING, Found, Hit, MIDDLE};
use super::{Places, Point, Sort, Unreadable};

/// What a place is worth for being twice as populous.
const DOUBLE_PEOPLE: f64 = 45.0;
/// A whole name is better than its beginning by more than any weight.
const CLASS: i32 = 10_000;
/// A town's name behind a shortened district.
const BENT: i32 = 150;
/// A district's, a station's short name, or its name in other characters.
const BENT_LITTLE: i32 = 40;
/// Inside the map's window, or where the visitor is.
const HERE: i32 = 300;
/// Beside the window.
const BESIDE: i32 = 100;
/// A window as wide as that, in degrees, shows half of Japan and says nothing.
const WIDE: f64 = 5.0;
/// A facility near.
const HUB: i32 = 25;
/// How many places are held against the facilities around.
const HELD: usize = 30;
/// A district called by its bare name: 渋谷 for 渋谷区 is likelier the place than the ward.
const BARE_WARD: i32 = 120;
/// The same of a town or village.
const BARE_TOWN: i32 = 60;
/// 京都 means the city sooner than the prefecture around it, because the city is large; 沖縄 does not.
const BARE_PREFECTURE: i32 = 200;
/// A station by its short name, or in other characters, gains less from lying here: 西武新宿 in the window
/// is no 新宿 beside it.
const BENT_HERE: i32 = 3;
/// Farther away than that, in metres, a small station is likely not the one that is meant where something
/// near has its name.
const FAR: f64 = 50_000.0;
/// How far the place of that name may lie then.
const NEAR: f64 = 30_000.0;
/// How far ahead the first must be to be taken without asking.
const LEAD: i32 = 150;
/// Places so near to each other, in metres, are one to somebody who comes from afar.
const ONE_PLACE: f64 = 3_000.0;
/// Half the sides of what counts as the region of a place, in degrees: about 12 km.
const REGION: [f64; 2] = [0.13, 0.11];
/// The people of a region that weighs nothing.
const FEW: u64 = 50_000;
/// A station where so many lines meet is what a city's bare name means to who travels there.
const MANY_LINES: usize = 3;
/// A station that is called like its municipality is likelier meant than one in another town: 別府 in 別府市.
const NAMESAKE: i32 = 60;
/// One in so many of a prefecture's people live in its capital, at least: 14 % in 山口市, but 10 % in 沖縄市 and
/// 8 % in 栃木市, which are none.
const CAPITAL: u64 = 8;
/// A station of so many lines may stand for a prefecture whose name it has: 東京.
const PRINCIPAL_LINES: usize = 6;
/// A slip on the first letter is rarer.
pub(super) const FIRST_LETTER: i32 = 100;

/// The weights of districts, towns and quarters (behind the towns), and stops, by their numbers.
#[derive(Default)]
pub(super) struct Weights {
    districts: Vec<i16>,
    towns: Vec<i16>,
    stops: Vec<i16>,
    /// The municipalities that a prefecture's bare name means, by number, rising.
    capitals: Vec<u32>,
}

/// What is known of whoever asks.
#[derive(Clone, Copy, Default)]
pub struct Around<'a> {
    /// West, south, east, north of the map's window.
    pub window: Option<[f64; 4]>,
    /// Where the visitor is.
    pub near: Option<Position>,
    /// Whether a facility lies near a point.
    pub has_facility: Option<&'a (dyn Fn(Position) -> bool + Sync)>,
}

/// A hit with its worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ranked {
    pub(super) score: i32,
    pub(super) hit: Hit,
}

const HEADER: [&str; 2] = ["code", "people"];

impl Places {
    /// The same with the people in each district and around each town, `code,people`: first a row for each
    /// district, then a row without a code for each town, in their order. Stations must be known before.
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
            let own = stop_weight(stop.sort, stop.lines.len(), around, meeting(cell));
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
    fn is_namesake(&self, stop: &super::stops::Stop) -> bool {
        let name = super::fold::fold(stop.name.trim_end_matches('駅'));
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
                let is_it = move |(_, (area, own)): &(u32, (&super::Area, &u64))| {
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

    /// What the many people around each district weigh: those of the districts some ten kilometres about.
    fn people_of_regions(&self, people: &[u64]) -> Vec<i32> {
        let is_city_of_wards = |area: &super::Area| {
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

    /// The hits in order, the likeliest first, each place once.
    pub(super) fn ranked(
        &self,
        hits: Vec<Hit>,
        asked: &Wanted<'_>,
        around: Around<'_>,
        keep: usize,
    ) -> Vec<Ranked> {
        let mut all: Vec<Ranked> = hits
            .into_iter()
            .map(|hit| Ranked {
                score: self.score(&hit, asked, around),
                hit,
            })
            .collect();
        // Only the best are put in order; a common word has thirty thousand. The same place may have been
        // found behind several districts, so a few more are kept.
        let keep = keep.max(HELD).saturating_mul(4);
        if all.len() > keep {
            all.select_nth_unstable_by(keep - 1, by_score);
            all.truncate(keep);
        }
        all.sort_unstable_by(by_score);
        let mut seen: Vec<Found> = Vec::with_capacity(all.len());
        all.retain(|ranked| {
            let is_new = !seen.contains(&ranked.hit.found);
            seen.push(ranked.hit.found);
            is_new
        });
        if let Some(has_facility) = around.has_facility {
            for ranked in all.iter_mut().take(HELD) {
                if has_facility(self.position_of(ranked.hit.found)) {
                    ranked.score += HUB;
                }
            }
        }
        self.stations_before_their_cities(&mut all, asked);
        self.capitals_before_prefectures(&mut all, asked);
        all
    }

    /// Puts a prefecture behind its capital, where a bare name is that of both.
    fn capitals_before_prefectures(&self, all: &mut [Ranked], asked: &Wanted<'_>) {
        let is_whole = |ranked: &Ranked| ranked.hit.matched < BEGINNING;
        for i in 0..all.len() {
            let Found::District(number) = all[i].hit.found else {
                continue;
            };
            let prefecture = &self.districts[number as usize];
            if prefecture.level != Level::Prefecture || !self.is_bare(prefecture, asked) {
                continue;
            }
            let is_capital = |ranked: &&Ranked| match ranked.hit.found {
                Found::District(other) => self.weights.capitals.binary_search(&other).is_ok(),
                Found::Stop(stop) => self.stops.all[stop as usize].lines.len() >= PRINCIPAL_LINES,
                _ => false,
            };
            let lies_in = |ranked: &&Ranked| match ranked.hit.found {
                Found::District(other) => {
                    self.districts[other as usize].number / 1000 == prefecture.number
                }
                Found::Stop(stop) => {
                    let city = self.stops.all[stop as usize].district;
                    city.is_some_and(|at| {
                        self.districts[at as usize].number / 1000 == prefecture.number
                    })
                }
                _ => false,
            };
            let capitals = all.iter().filter(|ranked| is_whole(ranked));
            let capital = capitals.filter(is_capital).filter(lies_in);
            if let Some(score) = capital.map(|ranked| ranked.score).min() {
                all[i].score = all[i].score.min(score - 1);
            }
        }
        all.sort_by(by_score);
    }

    /// Puts a city's main station before the city where its bare name is asked for: the one lies in the
    /// other, and the station is where people arrive.
    fn stations_before_their_cities(&self, all: &mut [Ranked], asked: &Wanted<'_>) {
        let whole = |ranked: &Ranked| ranked.hit.matched < BEGINNING;
        let stations: Vec<usize> = (0..all.len())
            .filter(|&i| match all[i].hit.found {
                Found::Stop(stop) => {
                    whole(&all[i]) && self.stops.all[stop as usize].lines.len() >= MANY_LINES
                }
                _ => false,
            })
            .collect();
        for i in stations {
            let at = self.position_of(all[i].hit.found);
            let cities = all.iter().filter(|ranked| match ranked.hit.found {
                Found::District(number) => {
                    let area = &self.districts[number as usize];
                    let [west, south, east, north] = area.bbox;
                    whole(ranked)
                        && area.level != Level::Prefecture
                        && self.is_bare(area, asked)
                        && (west..=east).contains(&at.lon())
                        && (south..=north).contains(&at.lat())
                }
                _ => false,
            });
            let most = cities.map(|city| city.score + 1).max();
            all[i].score = all[i].score.max(most.unwrap_or(i32::MIN));
        }
        all.sort_by(by_score);
    }

    /// Whether a district is asked for without 市, 区 and the like.
    fn is_bare(&self, area: &super::Area, asked: &Wanted<'_>) -> bool {
        // Kyoto is the prefecture's name in full.
        let is_stem = |form: &str| area.latin_stems.iter().any(|stem| **stem == *form);
        let mut full = area.full.iter().chain(&area.latin_full);
        !asked.says_district && !full.any(|form| asked.word.ends_with(&**form) && !is_stem(form))
    }

    fn score(&self, hit: &Hit, asked: &Wanted<'_>, around: Around<'_>) -> i32 {
        let matched = i32::from(hit.matched);
        let bent = match hit.found {
            Found::Stop(_) | Found::District(_) => BENT_LITTLE,
            _ => BENT,
        };
        let how = -(matched / 3) * CLASS - (matched % 3) * bent;
        let bonus = match hit.found {
            Found::District(number) => {
                let area = &self.districts[number as usize];
                around.bonus_of(area.level, area.bbox, area.label)
            }
            found @ Found::Stop(_) if matched % 3 > 0 => {
                around.bonus(self.position_of(found)) / BENT_HERE
            }
            found => around.bonus(self.position_of(found)),
        };
        how + self.weight(hit.found, asked) + bonus
    }

    fn weight(&self, found: Found, asked: &Wanted<'_>) -> i32 {
        let known = |of: &[i16], number: usize| of.get(number).map(|weight| i32::from(*weight));
        match found {
            Found::District(number) => {
                let area = &self.districts[number as usize];
                let weight = known(&self.weights.districts, number as usize);
                let weight = weight.unwrap_or_else(|| district_weight(area.level, 0));
                if !self.is_bare(area, asked) {
                    return weight;
                }
                let is_ward = area.name.ends_with('区');
                weight
                    - match area.level {
                        Level::Prefecture => BARE_PREFECTURE,
                        _ if is_ward => BARE_WARD,
                        _ if area.name.ends_with(['町', '村']) => BARE_TOWN,
                        _ => 0,
                    }
            }
            Found::Town(number) => known(&self.weights.towns, number as usize).unwrap_or_default(),
            Found::Quarter(number) => {
                known(&self.weights.towns, self.towns.len() + number as usize).unwrap_or_default()
            }
            Found::Stop(number) => {
                let stop = &self.stops.all[number as usize];
                let weight = known(&self.weights.stops, number as usize);
                weight.unwrap_or_else(|| stop_weight(stop.sort, stop.lines.len(), 0, 0))
            }
        }
    }

    pub(super) fn position_of(&self, found: Found) -> Position {
        match found {
            Found::District(number) => self.districts[number as usize].label,
            Found::Town(number) => self.towns[number as usize].point.position(),
            Found::Quarter(number) => self.quarters[number as usize].point.position(),
            Found::Stop(number) => self.stops.all[number as usize].position,
        }
    }

    /// Where the visitor is, if the place is a small station far from there.
    pub(super) fn asked_from_afar(&self, found: Found, around: Around<'_>) -> Option<Position> {
        let Found::Stop(number) = found else {
            return None;
        };
        let stop = &self.stops.all[number as usize];
        if stop.sort == Sort::Airport || stop.lines.len() >= MANY_LINES {
            return None;
        }
        let from = around.near.or_else(|| around.centre())?;
        (from.planar(stop.position).0 > FAR).then_some(from)
    }

    /// Whether one of some places that is no station lies near a point.
    pub(super) fn is_any_near(&self, hits: &[Hit], from: Position) -> bool {
        hits.iter()
            .filter(|hit| hit.matched < BEGINNING && !matches!(hit.found, Found::Stop(_)))
            .any(|hit| self.position_of(hit.found).planar(from).0 <= NEAR)
    }

    /// Whether the first of some places in order is clearly what is meant.
    pub(super) fn is_clear(&self, ranked: &[Ranked]) -> bool {
        let candidate = |ranked: &Ranked| {
            let bbox = match ranked.hit.found {
                Found::District(number) => Some(self.districts[number as usize].bbox),
                _ => None,
            };
            Candidate {
                score: ranked.score,
                is_part: ranked.hit.matched >= MIDDLE,
                position: self.position_of(ranked.hit.found),
                bbox,
            }
        };
        let all: Vec<Candidate> = ranked.iter().map(candidate).collect();
        is_clear(&all)
    }
}

/// What was asked for, as far as it says which sort of place is meant.
pub(super) struct Wanted<'a> {
    /// Folded, or in Latin letters.
    pub(super) word: &'a str,
    /// Whether a word of its own says that a district is meant: Ward, City.
    pub(super) says_district: bool,
}

impl Around<'_> {
    fn bonus(&self, at: Position) -> i32 {
        self.of_window(at).max(self.of_visitor(at))
    }

    /// The same of a municipality or ward: whoever is anywhere in it, or looks at a part of it, is there.
    fn bonus_of(&self, level: Level, bbox: [f64; 4], label: Position) -> i32 {
        let [west, south, east, north] = bbox;
        let meets = |other: [f64; 4]| {
            west <= other[2] && other[0] <= east && south <= other[3] && other[1] <= north
        };
        let is_here = self
            .near
            .is_some_and(|near| meets([near.lon(), near.lat(), near.lon(), near.lat()]));
        let is_shown = self.narrow_window().is_some_and(meets);
        match level != Level::Prefecture && (is_here || is_shown) {
            true => HERE,
            false => self.bonus(label),
        }
    }

    /// The window, unless it shows half of Japan.
    fn narrow_window(&self) -> Option<[f64; 4]> {
        self.window.filter(|[west, south, east, north]| {
            (0.0..WIDE).contains(&(east - west)) && (0.0..WIDE).contains(&(north - south))
        })
    }

    /// The middle of that window.
    fn centre(&self) -> Option<Position> {
        let [west, south, east, north] = self.narrow_window()?;
        Position::new((west + east) / 2.0, (south + north) / 2.0).ok()
    }

    fn of_window(&self, at: Position) -> i32 {
        let Some([west, south, east, north]) = self.narrow_window() else {
            return 0;
        };
        let (width, height) = (east - west, north - south);
        let is_within = |margin: f64| {
            (west - width * margin..=east + width * margin).contains(&at.lon())
                && (south - height * margin..=north + height * margin).contains(&at.lat())
        };
        match (is_within(0.0), is_within(1.0)) {
            (true, _) => HERE,
            (_, true) => BESIDE,
            _ => 0,
        }
    }

    /// All of it within walking distance, nothing at 500 km.
    fn of_visitor(&self, at: Position) -> i32 {
        let Some(near) = self.near else { return 0 };
        let kilometres = near.planar(at).0 / 1000.0;
        let far = (1.0 + kilometres / 5.0).ln() / (101.0_f64).ln();
        (f64::from(HERE) * (1.0 - far).max(0.0)) as i32
    }
}

fn by_score(a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    b.score.cmp(&a.score).then_with(|| a.hit.cmp(&b.hit))
}

/// A place that may be meant.
struct Candidate {
    score: i32,
    /// The text is only the middle of its name.
    is_part: bool,
    position: Position,
    bbox: Option<[f64; 4]>,
}

/// Whether the first is so far ahead that nobody need be asked: every other is much less likely, or is as
/// good as the same place.
fn is_clear(all: &[Candidate]) -> bool {
    let Some((first, others)) = all.split_first() else {
        return false;
    };
    if first.is_part {
        return others.is_empty();
    }
    others.iter().all(|other| {
        first.score - other.score >= LEAD
            || first.holds(other)
            || other.holds(first)
            || first.position.planar(other.position).0 <= ONE_PLACE
    })
}

impl Candidate {
    fn holds(&self, other: &Candidate) -> bool {
        self.bbox.is_some_and(|[west, south, east, north]| {
            (west..=east).contains(&other.position.lon())
                && (south..=north).contains(&other.position.lat())
        })
    }
}

fn doublings(people: f64, of: f64) -> f64 {
    (people / of).log2()
}

fn district_weight(level: Level, people: u64) -> i32 {
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

/// A town's weight by the people around it and the lines that meet near it: many work where many lines are.
fn town_weight(people: u32, meeting: u16) -> i32 {
    let people = doublings(f64::from(people) + 1.0, 1.0) * 12.0;
    let meeting = doublings(f64::from(meeting) + 1.0, 1.0) * 50.0;
    (120.0 + people + meeting) as i32
}

fn stop_weight(sort: Sort, lines: usize, people: u32, meeting: u16) -> i32 {
    let people = doublings(f64::from(people) + 1.0, 1.0) * 6.0;
    let meeting = doublings(f64::from(meeting) + 1.0, 1.0) * 8.0;
    match sort {
        Sort::Airport => 700,
        _ => (300.0 + doublings(lines as f64 + 1.0, 1.0) * 60.0 + people + meeting) as i32,
    }
}

/// About half a kilometre of a side.
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

    fn candidate(score: i32, lon: f64, bbox: Option<[f64; 4]>) -> Candidate {
        Candidate {
            score,
            is_part: false,
            position: Position::new(lon, 35.0).unwrap(),
            bbox,
        }
    }

    #[test]
    fn the_first_is_clear_only_where_it_is_ahead_or_the_same_place() {
        let far = |score| candidate(score, 130.0, None);
        let first = || candidate(600, 139.0, None);
        assert!(!is_clear(&[]));
        assert!(is_clear(&[first()]));
        assert!(is_clear(&[first(), far(600 - LEAD)]));
        assert!(!is_clear(&[first(), far(600 - LEAD + 1)]));
        assert!(!is_clear(&[first(), far(100), far(599)]));
        // A station and the town around it, 1 km apart.
        assert!(is_clear(&[first(), candidate(599, 139.01, None)]));
        // A city and its station, in either order.
        let city = || candidate(600, 139.2, Some([138.9, 34.9, 139.3, 35.3]));
        assert!(is_clear(&[city(), first()]));
        assert!(is_clear(&[first(), city()]));
        let part = || Candidate {
            is_part: true,
            ..first()
        };
        assert!(is_clear(&[part()]));
        assert!(!is_clear(&[part(), far(-50_000)]));
    }

    #[test]
    fn the_window_and_the_visitor_speak_for_what_is_there() {
        let at = |lon: f64| Position::new(lon, 35.0).unwrap();
        let window = Around {
            window: Some([138.0, 34.5, 139.0, 35.5]),
            ..Around::default()
        };
        assert_eq!(window.bonus(at(138.5)), HERE);
        assert_eq!(window.bonus(at(139.5)), BESIDE);
        assert_eq!(window.bonus(at(141.0)), 0);
        let japan = Around {
            window: Some([122.0, 24.0, 146.0, 46.0]),
            ..Around::default()
        };
        assert_eq!(japan.bonus(at(138.5)), 0);
        let near = Around {
            near: Some(at(138.5)),
            ..Around::default()
        };
        assert_eq!(near.bonus(at(138.5)), HERE);
        let bonuses: Vec<i32> = [138.5, 138.6, 139.0, 140.0, 153.0]
            .map(|lon| near.bonus(at(lon)))
            .into();
        assert!(bonuses.is_sorted_by(|a, b| a > b), "{bonuses:?}");
        assert_eq!(bonuses[4], 0);
    }

    #[test]
    fn more_people_and_more_lines_weigh_more() {
        assert!(
            district_weight(Level::Municipality, 260_000)
                > district_weight(Level::Municipality, 37_000)
        );
        assert!(town_weight(20_000, 5) > town_weight(20_000, 0));
        assert!(town_weight(20_000, 0) > town_weight(200, 0));
        assert!(stop_weight(Sort::Station, 9, 0, 0) > stop_weight(Sort::Station, 1, 0, 0));
    }
}
