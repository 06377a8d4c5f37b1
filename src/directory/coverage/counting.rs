//! From a question to its rows: people and facilities of each district, and who is within reach.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Reference;
use super::super::credits::{Prefectures, Used};
use super::{
    Area, Coverage, Demand, Geometry, Hub, Imprecise, MOST_SQUARES, Measure, NoCoverage, Question,
    Row, Shared, Supply, Within,
};
use crate::coverage::access::{self, Crowd, Weighted};
use crate::coverage::mesh::{Mesh, Size};
use crate::coverage::population::{Cell, Population, Source};
use crate::coverage::reach::{self, Patience, Sites, Stopped};
use crate::districts::{District, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};

/// A question on its way to its answer.
pub(super) struct Asking<'a> {
    pub reference: &'a Reference,
    pub demand: &'a Demand,
    pub question: &'a Question,
    pub hubs: Vec<Hub>,
    pub sites: Sites,
    /// With those of imprecise positions if they do not count, without them if they do; where there are any.
    pub otherwise: Option<Sites>,
    /// Without the imagined, where there are any.
    pub before: Option<Sites>,
    pub patience: Patience<'a>,
    /// Whether facilities of OpenStreetMap are among those published.
    pub openstreetmap: bool,
    /// Lists of blocks by which facilities may have been found.
    pub addresses: Vec<String>,
}

/// How many facilities, and what is known of them.
#[derive(Default, Clone, Copy)]
struct Tally {
    facilities: usize,
    imprecise: usize,
    seats: u64,
    unknown_seats: usize,
}

/// A district's share of facilities: by its code.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Key {
    Prefecture(u8),
    District(MunicipalityCode),
}

impl Asking<'_> {
    /// Answers it.
    pub(super) fn answer(&self) -> Result<Coverage, NoCoverage> {
        let population = &self.demand.population;
        let mut largest: Option<Size> = None;
        let mut note = |cells: &[Cell]| {
            let size = Population::largest(cells);
            largest = match (largest, size) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        let crowds = self.crowds()?;
        let mut rows = Vec::new();
        let mut shared = 0;
        match &self.question.area {
            Area::Zones(zones) => {
                // The first two zones that each square lies in.
                let mut first: BTreeMap<Mesh, (usize, usize)> = BTreeMap::new();
                for (number, zone) in (1_usize..).zip(zones) {
                    let (cells, source) =
                        self.demand
                            .inside(self.reference, &[&zone.shape], self.patience)?;
                    note(&cells);
                    for cell in &cells {
                        let (one, two) = first.entry(cell.mesh).or_insert((number, number));
                        if *two == *one {
                            *two = number;
                        }
                        // Two municipalities may have people in one square.
                        if *one != number && *two == number {
                            let people = self.question.ask.weight.of(cell.people);
                            shared += u64::from(people.unwrap_or(0));
                        }
                    }
                    let cells: Vec<&Cell> = cells.iter().collect();
                    let tally = self.tally_inside(|at| zone.shape.holds(at))?;
                    let mut row = self.row(&cells, Some(source), tally, &crowds)?;
                    row.code = number.to_string();
                    row.name.clone_from(&zone.name);
                    row.geometry = Geometry::Given(zone.geometry.clone());
                    rows.push(row);
                }
            }
            Area::Squares(within) => self.squares(*within, &mut note, &mut rows)?,
            area => {
                let tallies = self.tallies();
                for district in self.districts(area) {
                    let mut cells: Vec<&Cell> = Vec::new();
                    let mut source: Option<Source> = None;
                    let ward = (district.level == Level::Ward)
                        .then(|| MunicipalityCode::new(&district.code).ok())
                        .flatten();
                    for municipality in self.municipalities(district) {
                        let (all, from) = population.of(municipality);
                        let own = all
                            .iter()
                            .filter(|cell| ward.is_none_or(|ward| cell.is_in_ward(ward)));
                        cells.extend(own);
                        note(all);
                        source = match (source, from) {
                            (Some(a), Some(b)) => Some(a.and(b)),
                            (a, b) => a.or(b.cloned()),
                        };
                    }
                    let key = match MunicipalityCode::new(&district.code) {
                        Ok(code) => Key::District(code),
                        Err(_) => Key::Prefecture(district.code.parse().unwrap_or(0)),
                    };
                    let tally = tallies.get(&key).copied().unwrap_or_default();
                    let mut row = self.row(&cells, source, tally, &crowds)?;
                    row.code = district.code.to_string();
                    row.name = district.name.to_string();
                    row.romaji = Some(district.romaji.to_string());
                    rows.push(row);
                }
            }
        }
        let used = self.used(&rows);
        Ok(Coverage {
            imprecise: Imprecise {
                all: self.hubs.iter().filter(|hub| hub.is_imprecise).count(),
                inside: rows.iter().map(|row| row.imprecise).sum(),
                people: rows.iter().map(|row| row.by_imprecise).sum(),
            },
            credits: used.note(self.reference),
            used,
            rows,
            largest,
            facilities: self.sites.list().len(),
            shared,
            reference: self.demand.reference(),
        })
    }

    /// What the rows rest on: the boundaries of their prefectures, people and facilities.
    fn used(&self, rows: &[Row]) -> Used {
        let prefecture = |number: u8| Prefectures::Some([format!("{number:02}")].into());
        let mut people = BTreeSet::new();
        for source in rows.iter().filter_map(|row| row.source.as_ref()) {
            match source {
                Source::Mixed => people.extend(self.demand.sources()),
                source => drop(people.insert(source.clone())),
            }
        }
        Used {
            boundaries: match &self.question.area {
                // What somebody drew has no border of ours, but its people were given to districts.
                Area::Zones(_) => Prefectures::All,
                Area::Squares(Within::Prefecture(number)) => prefecture(*number),
                Area::Squares(Within::Municipality(code) | Within::Ward(code)) => {
                    prefecture(code.prefecture())
                }
                _ => {
                    let of = |row: &Row| row.code.get(..2).map(str::to_owned);
                    Prefectures::Some(rows.iter().filter_map(of).collect())
                }
            },
            people,
            facilities: true,
            openstreetmap: self.openstreetmap,
            addresses: self.addresses.clone(),
            stations: false,
        }
    }

    /// The districts of an area, in order of code.
    fn districts(&self, area: &Area) -> Vec<&District> {
        let all = &self.reference.districts;
        let of = |level| all.of(level);
        let number = |d: &District| d.code.get(..2).and_then(|two| two.parse::<u8>().ok());
        match area {
            Area::Prefectures => of(Level::Prefecture).collect(),
            Area::Municipalities(None) => of(Level::Municipality).collect(),
            Area::Municipalities(Some(prefecture)) => of(Level::Municipality)
                .filter(|d| number(d) == Some(*prefecture))
                .collect(),
            Area::Wards(None) => of(Level::Ward).collect(),
            Area::Wards(Some(within)) => of(Level::Ward)
                .filter(|d| match within {
                    Within::Prefecture(prefecture) => number(d) == Some(*prefecture),
                    Within::Municipality(city) => d.parent == Some(*city),
                    Within::Ward(ward) => *d.code == *ward.to_string(),
                })
                .collect(),
            Area::Municipality(code) | Area::Ward(code) => {
                all.municipality(*code).into_iter().collect()
            }
            Area::Zones(_) | Area::Squares(_) => Vec::new(),
        }
    }

    /// The municipalities whose people make up a district's.
    fn municipalities(&self, district: &District) -> Vec<MunicipalityCode> {
        let code = |d: &District| MunicipalityCode::new(&d.code).ok();
        match district.level {
            Level::Municipality => code(district).into_iter().collect(),
            Level::Ward => district.parent.into_iter().collect(),
            Level::Prefecture => self
                .reference
                .districts
                .of(Level::Municipality)
                .filter(|d| d.code.starts_with(&*district.code))
                .filter_map(code)
                .collect(),
        }
    }

    fn squares(
        &self,
        within: Within,
        note: &mut impl FnMut(&[Cell]),
        rows: &mut Vec<Row>,
    ) -> Result<(), NoCoverage> {
        let (district, ward) = match within {
            Within::Prefecture(number) => {
                (self.reference.districts.get(&format!("{number:02}")), None)
            }
            Within::Municipality(code) => (self.reference.districts.municipality(code), None),
            Within::Ward(code) => (self.reference.districts.municipality(code), Some(code)),
        };
        let Some(district) = district else {
            return Ok(());
        };
        // A square on a border has people of both sides.
        let mut by_mesh: BTreeMap<Mesh, (Vec<&Cell>, Option<Source>)> = BTreeMap::new();
        for municipality in self.municipalities(district) {
            let (all, source) = self.demand.population.of(municipality);
            note(all);
            for cell in all
                .iter()
                .filter(|cell| ward.is_none_or(|ward| cell.is_in_ward(ward)))
            {
                let (cells, from) = by_mesh.entry(cell.mesh).or_default();
                cells.push(cell);
                *from = match (from.take(), source) {
                    (Some(a), Some(b)) => Some(a.and(b)),
                    (a, b) => a.or(b.cloned()),
                };
            }
        }
        if by_mesh.len() > MOST_SQUARES {
            return Err(NoCoverage::TooManySquares(by_mesh.len()));
        }
        let mut tallies: BTreeMap<Mesh, Tally> = BTreeMap::new();
        let sizes: BTreeSet<Size> = by_mesh.keys().map(|mesh| mesh.size()).collect();
        for hub in &self.hubs {
            for &size in &sizes {
                let tally = tallies
                    .entry(Mesh::at(hub.site.position, size))
                    .or_default();
                tally.count(hub);
            }
        }
        for (mesh, (cells, source)) in by_mesh {
            let tally = tallies.get(&mesh).copied().unwrap_or_default();
            let mut row = self.row(&cells, source, tally, &[None, None])?;
            row.code = mesh.to_string();
            row.name = row.code.clone();
            row.geometry = Geometry::Square(mesh.bounds());
            rows.push(row);
        }
        Ok(())
    }

    /// One row's numbers; who and where is the caller's to say.
    fn row(
        &self,
        cells: &[&Cell],
        source: Option<Source>,
        tally: Tally,
        crowds: &[Option<access::Shares>; 2],
    ) -> Result<Row, Stopped> {
        let ask = &self.question.ask;
        let each = || cells.iter().copied();
        let reached = reach::reach(each(), &self.sites, ask, self.patience)?;
        let by_imprecise = match &self.otherwise {
            Some(otherwise) => {
                let other = reach::reach(each(), otherwise, ask, self.patience)?;
                (other.within - reached.within).abs()
            }
            None => 0.0,
        };
        // Nobody at all is a number; people of an age the source does not tell are none.
        let people = if cells.is_empty() {
            Some(0.0)
        } else {
            reached.people
        };
        let before = match &self.before {
            Some(before) => Some(reach::reach(each(), before, ask, self.patience)?.within),
            None => None,
        };
        let nearest = if self.question.measures.contains(&Measure::Nearest) {
            let mut all = Vec::with_capacity(cells.len());
            for (i, cell) in each().enumerate() {
                if i % 1024 == 1023 && !(self.patience)() {
                    return Err(Stopped);
                }
                let people = ask.weight.of(cell.people).map_or(0.0, f64::from);
                if let Some(Metres(value)) = self.sites.nearest(cell.centre(), cell.ecef) {
                    all.push(Weighted { people, value });
                }
            }
            access::distances(all)
        } else {
            None
        };
        let shared = |shares: &Option<access::Shares>, enhanced: bool| -> Result<_, Stopped> {
            let Some(shares) = shares else {
                return Ok(None);
            };
            let mut all = Vec::with_capacity(cells.len());
            for (i, cell) in each().enumerate() {
                if i % 256 == 255 && !(self.patience)() {
                    return Err(Stopped);
                }
                let people = ask.weight.of(cell.people).map_or(0.0, f64::from);
                let mut reached = Vec::new();
                self.sites
                    .each_within(cell.centre(), cell.ecef, ask.within, |site, far| {
                        reached.push((site, zone(enhanced, far, ask.within)));
                    });
                let value = shares.access(reached);
                all.push(Weighted { people, value });
            }
            let people: f64 = all.iter().map(|place| place.people).sum();
            let given = |sum: f64, place: &Weighted| sum + place.people * place.value;
            let sum = all.iter().fold(0.0, given);
            Ok(access::per_10_000(sum, people).map(|mean| Shared {
                mean,
                gini: access::gini(all),
            }))
        };
        Ok(Row {
            code: String::new(),
            name: String::new(),
            romaji: None,
            people,
            within: people.map(|_| reached.within),
            before: people.and(before),
            facilities: tally.facilities,
            imprecise: tally.imprecise,
            by_imprecise,
            seats: (tally.unknown_seats == 0).then_some(tally.seats),
            source,
            nearest,
            catchment: shared(&crowds[0], false)?,
            enhanced: shared(&crowds[1], true)?,
            geometry: Geometry::District,
        })
    }

    /// Who shares each facility, by either method, as far as that is asked and supply is known.
    fn crowds(&self) -> Result<[Option<access::Shares>; 2], Stopped> {
        let supply: Option<Vec<f64>> = match self.question.supply {
            Supply::Facilities => Some(vec![1.0; self.sites.list().len()]),
            Supply::Seats => {
                let seats = self
                    .sites
                    .list()
                    .iter()
                    .map(|site| site.seats.map(f64::from));
                seats.collect()
            }
        };
        let ask = &self.question.ask;
        let crowd = |measure, enhanced| -> Result<Option<access::Shares>, Stopped> {
            let Some(supply) = supply
                .as_ref()
                .filter(|_| self.question.measures.contains(&measure))
            else {
                return Ok(None);
            };
            let cells = self.demand.population.cells();
            let tree = self.demand.population.tree();
            let mut crowd = Crowd::new(supply.len());
            for (i, site) in (0..).zip(self.sites.list()) {
                if i % 64 == 63 && !(self.patience)() {
                    return Err(Stopped);
                }
                let place = |n: u32| {
                    let cell = &cells[n as usize];
                    (cell.centre(), cell.ecef)
                };
                reach::each_within(
                    tree,
                    place,
                    (site.position, site.ecef),
                    ask.within,
                    |n, far| {
                        let people = ask
                            .weight
                            .of(cells[n as usize].people)
                            .map_or(0.0, f64::from);
                        crowd.join(i, people, zone(enhanced, far, ask.within));
                    },
                );
            }
            Ok(Some(crowd.shares(supply)))
        };
        Ok([
            crowd(Measure::Catchment, false)?,
            crowd(Measure::Enhanced, true)?,
        ])
    }

    /// Facilities by district, each in its prefecture, its municipality and its ward.
    fn tallies(&self) -> BTreeMap<Key, Tally> {
        let mut tallies: BTreeMap<Key, Tally> = BTreeMap::new();
        for hub in &self.hubs {
            let (municipality, ward) = match &hub.brief {
                Some(brief) => (brief.municipality, brief.ward),
                None => {
                    let Some(found) = self.reference.districts.at(hub.site.position) else {
                        continue;
                    };
                    let code = |d: &District| MunicipalityCode::new(&d.code).ok();
                    let Some(municipality) = code(found.municipality) else {
                        continue;
                    };
                    (municipality, found.ward.and_then(code))
                }
            };
            let keys = [
                Some(Key::Prefecture(municipality.prefecture())),
                Some(Key::District(municipality)),
                ward.map(Key::District),
            ];
            for key in keys.into_iter().flatten() {
                let tally = tallies.entry(key).or_default();
                tally.count(hub);
            }
        }
        tallies
    }

    fn tally_inside(&self, inside: impl Fn(Position) -> bool) -> Result<Tally, Stopped> {
        let mut tally = Tally::default();
        for (number, hub) in self.hubs.iter().enumerate() {
            reach::still(number, self.patience)?;
            if inside(hub.site.position) {
                tally.count(hub);
            }
        }
        Ok(tally)
    }
}

impl Tally {
    fn count(&mut self, hub: &Hub) {
        self.facilities += 1;
        self.imprecise += usize::from(hub.is_imprecise);
        match hub.site.seats {
            Some(seats) => self.seats += u64::from(seats),
            None => self.unknown_seats += 1,
        }
    }
}

fn zone(enhanced: bool, far: Metres, within: Metres) -> f64 {
    if enhanced {
        access::zone_weight(far.0, within.0)
    } else {
        1.0
    }
}
