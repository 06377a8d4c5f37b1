//! Who is covered: facilities of one snapshot, people of one reference, districts, in one answer.
//!
//! The map's API, the command line and the planner's page all ask here and get the same numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::reference::{self, ModelError};
use super::{Directory, Error, Generation, Reference};
use crate::coverage::access::{self, Crowd, Distances, Weighted};
use crate::coverage::estat::Block;
use crate::coverage::mesh::{Mesh, Primary, Size};
use crate::coverage::population::{Cell, Placed, Population, Source};
use crate::coverage::reach::{self, Ask, Patience, Site, Sites, Stopped};
use crate::districts::{District, Level, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};
use crate::domain::wording::Wording;
use crate::snapshot::find::{Filter, Query};

/// Squares an answer lists at most: about what a prefecture of middle size has.
pub const MOST_SQUARES: usize = 20_000;

/// What is asked.
pub struct Question {
    /// Where.
    pub area: Area,
    /// Distance, method, people.
    pub ask: Ask,
    /// Which facilities.
    pub filter: Filter,
    /// Also those of which nobody knows whether they match.
    pub include_unknown: bool,
    /// Not those whose place is known less exactly than the distance.
    pub leave_out_imprecise: bool,
    /// Facilities that are not there, for a look at before and after.
    pub imagined: Vec<Site>,
    /// What else is wanted.
    pub measures: BTreeSet<Measure>,
    /// What a facility supplies.
    pub supply: Supply,
}

/// Where, and into which districts it is cut.
pub enum Area {
    /// All prefectures.
    Prefectures,
    /// All municipalities, or those of a prefecture.
    Municipalities(Option<u8>),
    /// One municipality.
    Municipality(MunicipalityCode),
    /// The wards of a designated city, or of all of them in a prefecture, or everywhere.
    Wards(Option<Within>),
    /// One ward.
    Ward(MunicipalityCode),
    /// The grid squares of a prefecture or a municipality.
    Squares(Within),
    /// Areas somebody has drawn or brought.
    Zones(Vec<Zone>),
}

/// A prefecture or a municipality.
#[derive(Debug, Clone, Copy)]
pub enum Within {
    /// A prefecture by its number.
    Prefecture(u8),
    /// A municipality.
    Municipality(MunicipalityCode),
    /// A ward.
    Ward(MunicipalityCode),
}

/// An area that is no district.
pub struct Zone {
    /// What it is called.
    pub name: String,
    /// Its ground.
    pub shape: Shape,
    /// Its geometry as it came.
    pub geometry: String,
}

/// More than covered or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The distance to the nearest facility: mean, median, 90th percentile.
    Nearest,
    /// Facilities and seats for each 10,000 people.
    PerPerson,
    /// 2SFCA: its mean, and how evenly it is spread.
    Catchment,
    /// E2SFCA, with weights that fall with the distance.
    Enhanced,
}

/// What a facility supplies to those who share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Supply {
    /// Its seats, which must be known of all.
    #[default]
    Seats,
    /// Itself: each counts 1.
    Facilities,
}

impl Measure {
    /// All, as parameters write them.
    pub const SLUGS: &'static [&'static str] = &["nearest", "per-10000", "2sfca", "e2sfca"];
    /// All of them.
    pub const ALL: [Measure; 4] = [
        Measure::Nearest,
        Measure::PerPerson,
        Measure::Catchment,
        Measure::Enhanced,
    ];
}

/// The answer.
pub struct Coverage {
    /// A row a district.
    pub rows: Vec<Row>,
    /// How large the largest square is that people were counted by.
    pub largest: Option<Size>,
    /// Facilities that matched, in all of Japan: those across a border count too.
    pub facilities: usize,
    /// People in more than one zone: a sum over the zones counts them more than once.
    pub shared: u64,
    /// The reference number of the people.
    pub reference: i64,
}

/// One district.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its code: a district's, a square's, or a zone's number.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The name in Latin letters; of a district only.
    pub romaji: Option<String>,
    /// Who lives there; `None` where the source does not tell.
    pub people: Option<f64>,
    /// Of them, within the distance.
    pub within: Option<f64>,
    /// Of them, within it before the imagined facilities.
    pub before: Option<f64>,
    /// Facilities in it, those imagined included.
    pub facilities: usize,
    /// Of them, how many are known less exactly than the distance.
    pub imprecise: usize,
    /// Seats of them all; `None` where some are unknown.
    pub seats: Option<u64>,
    /// Where the people are from; `None` where nobody lives.
    pub source: Option<Source>,
    /// The distance to the nearest facility.
    pub nearest: Option<Distances>,
    /// Supply for each 10,000 people who share it, and the Gini coefficient: 2SFCA.
    pub catchment: Option<Shared>,
    /// The same by E2SFCA.
    pub enhanced: Option<Shared>,
    /// Its ground, as GeoJSON.
    pub geometry: Geometry,
}

/// How much people share, and how evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    /// The mean, for each 10,000 people.
    pub mean: f64,
    /// 0 is evenly.
    pub gini: Option<f64>,
}

/// Where a row's geometry is.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// With the district of the row's code.
    District,
    /// The square's box: west, south, east, north.
    Square([f64; 4]),
    /// As it was given.
    Given(String),
}

impl Row {
    /// The share of people within the distance; `None` where nobody lives or the base is missing.
    pub fn coverage(&self) -> Option<f64> {
        share(self.within, self.people)
    }

    /// The same before the imagined facilities.
    pub fn coverage_before(&self) -> Option<f64> {
        share(self.before, self.people)
    }
}

fn share(within: Option<f64>, people: Option<f64>) -> Option<f64> {
    let people = people.filter(|people| *people > 0.0)?;
    Some(within? / people)
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoCoverage {
    /// Nobody waits any more, or it took too long.
    #[error("{0}")]
    Stopped(#[from] Stopped),
    /// Too many squares to list.
    #[error("{0} squares: more than {MOST_SQUARES}")]
    TooManySquares(usize),
    /// The people could not be read.
    #[error("{0}")]
    Error(#[from] Error),
}

/// The people of one reference number.
pub struct Demand {
    /// One surface, a source a district.
    pub population: Population,
    reference: i64,
    directory_id: String,
    /// Whose districts they were given to.
    known: Arc<Reference>,
    /// First-level squares that were imported, their squares, and what they are called.
    loaded: BTreeSet<Primary>,
    grid: Vec<Placed>,
    source: Option<Source>,
}

/// The people read last.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Arc<Demand>>>);

/// What coverage asks of a facility.
#[derive(Deserialize)]
struct Brief {
    municipality: MunicipalityCode,
    ward: Option<MunicipalityCode>,
    position_error: Option<u32>,
    seats: Option<u32>,
}

/// A facility that matched.
struct Hub {
    site: Site,
    brief: Option<Brief>,
}

impl Directory {
    /// The people that go with a generation. They may have to be read: not for async code.
    pub fn demand(&self, generation: &Generation) -> Result<Arc<Demand>, Error> {
        let mut kept = self.demand.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(demand) = kept.as_ref().filter(|demand| {
            demand.reference >= generation.reference
                && demand.directory_id == generation.directory_id
                && Arc::ptr_eq(&demand.known, &generation.known)
        }) {
            return Ok(Arc::clone(demand));
        }
        let (reference, stored) = self.store.population()?;
        let mut blocks = Vec::with_capacity(stored.len());
        for block in stored {
            let primary = Primary::new(&block.primary).ok_or_else(|| {
                Error::Damaged(format!(
                    "population: no first-level square {}",
                    block.primary
                ))
            })?;
            let block = Block::from_stored(primary, block.source, &block.squares);
            blocks.push(block.map_err(|error| Error::Damaged(format!("population: {error}")))?);
        }
        let demand = Arc::new(Demand::new(
            Arc::clone(&generation.known),
            blocks,
            reference,
            generation.directory_id.clone(),
        ));
        *kept = Some(Arc::clone(&demand));
        Ok(demand)
    }

    /// Who is covered, district by district. It may take seconds: not for async code.
    pub fn coverage(
        &self,
        generation: &Generation,
        question: &Question,
        patience: Patience<'_>,
    ) -> Result<Coverage, NoCoverage> {
        let demand = self.demand(generation)?;
        let hubs = matching(generation, question);
        Asking {
            reference: &generation.known,
            demand: &demand,
            question,
            before: (!question.imagined.is_empty()).then(|| sites(&hubs, false)),
            sites: sites(&hubs, true),
            hubs,
            patience,
        }
        .answer()
    }
}

impl Demand {
    /// The number of the reference data the people belong to.
    pub(super) fn reference(&self) -> i64 {
        self.reference
    }

    fn new(known: Arc<Reference>, blocks: Vec<Block>, number: i64, directory_id: String) -> Demand {
        let reference = &*known;
        let loaded: BTreeSet<Primary> = blocks.iter().map(|block| block.primary).collect();
        // One source at a time is all the store keeps.
        let source = blocks
            .first()
            .map(|block| Source::Grid(block.source.as_str().into()));
        let mut grid = Vec::new();
        let mut last: Option<(&District, Option<&District>)> = None;
        for &(mesh, people) in blocks.iter().flat_map(|block| &block.squares) {
            let centre = mesh.centre();
            // Neighbours mostly share their district; well inside it there is nothing to look up.
            let same = last.filter(|(city, ward)| {
                let holds = |d: &District| d.shape.holds_inside(centre);
                ward.map_or_else(|| holds(city), holds)
            });
            let found = same.or_else(|| {
                let found = reference.districts.at_or_nearest(centre)?;
                Some((found.municipality, found.ward))
            });
            last = found;
            let code = |d: &District| MunicipalityCode::new(&d.code).ok();
            if let Some((city, ward)) = found
                && let Some(municipality) = code(city)
            {
                grid.push(Placed {
                    mesh,
                    municipality,
                    ward: ward.and_then(code),
                    people,
                });
            }
        }
        let whole = |shape: &Shape| {
            let touched = |primary: &Primary| shape.touches(primary.bounds());
            !loaded.is_empty()
                && Primary::around(shape.bounds())
                    .filter(touched)
                    .all(|primary| loaded.contains(&primary))
        };
        // A city decides for its wards, so that they always add up to it.
        let complete: BTreeSet<MunicipalityCode> = reference
            .districts
            .of(Level::Municipality)
            .filter(|district| whole(&district.shape))
            .filter_map(|district| MunicipalityCode::new(&district.code).ok())
            .collect();
        let population = Population::build(
            reference.model().iter().copied(),
            grid.iter().copied(),
            source.as_ref().unwrap_or(&Source::Model),
            |municipality| complete.contains(&municipality),
        );
        Demand {
            population,
            reference: number,
            directory_id,
            known,
            loaded,
            grid,
            source,
        }
    }

    /// The squares whose centre lies in a shape, all from one source by the rule of districts.
    fn inside(&self, reference: &Reference, shape: &Shape) -> (Vec<Cell>, Source) {
        let [west, south, east, north] = shape.bounds();
        let imported = self.source.as_ref().filter(|_| {
            Primary::around([west, south, east, north])
                .filter(|primary| shape.touches(primary.bounds()))
                .all(|primary| self.loaded.contains(&primary))
        });
        let all = if imported.is_some() {
            &self.grid[..]
        } else {
            reference.model()
        };
        let cells = all.iter().filter(|placed| {
            let centre = placed.mesh.centre();
            (west..=east).contains(&centre.lon())
                && (south..=north).contains(&centre.lat())
                && shape.holds(centre)
        });
        (
            cells.map(Cell::new).collect(),
            imported.cloned().unwrap_or(Source::Model),
        )
    }
}

/// The facilities that match, and those imagined.
fn matching(generation: &Generation, question: &Question) -> Vec<Hub> {
    let query = Query {
        filter: question.filter.clone(),
        include_unknown: question.include_unknown,
        ..Query::default()
    };
    let snapshot = &generation.snapshot;
    let found = snapshot.find(&query, None, snapshot.len().max(1));
    let mut hubs: Vec<Hub> = Vec::with_capacity(found.hits.len() + question.imagined.len());
    for hit in found.hits {
        let entry = snapshot.entry(hit.slot);
        let brief: Brief = entry.properties();
        if question.leave_out_imprecise && brief.is_imprecise(question.ask.within) {
            continue;
        }
        hubs.push(Hub {
            site: Site {
                position: entry.position,
                ecef: entry.ecef,
                seats: brief.seats,
            },
            brief: Some(brief),
        });
    }
    let imagined = question.imagined.iter();
    hubs.extend(imagined.map(|&site| Hub { site, brief: None }));
    hubs
}

/// The facilities that match and those imagined, ready to be searched.
pub(super) fn present(generation: &Generation, question: &Question) -> Sites {
    sites(&matching(generation, question), true)
}

fn sites(hubs: &[Hub], with_imagined: bool) -> Sites {
    let there = |hub: &&Hub| with_imagined || hub.brief.is_some();
    Sites::new(hubs.iter().filter(there).map(|hub| hub.site).collect())
}

impl Brief {
    /// Whether its place is known less exactly than the distance.
    fn is_imprecise(&self, within: Metres) -> bool {
        self.position_error
            .is_some_and(|error| f64::from(error) > within.0)
    }
}

/// A question on its way to its answer.
struct Asking<'a> {
    reference: &'a Reference,
    demand: &'a Demand,
    question: &'a Question,
    hubs: Vec<Hub>,
    sites: Sites,
    /// Without the imagined, where there are any.
    before: Option<Sites>,
    patience: Patience<'a>,
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
    fn answer(&self) -> Result<Coverage, NoCoverage> {
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
                    let (cells, source) = self.demand.inside(self.reference, &zone.shape);
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
                    let tally = self.tally_inside(|at| zone.shape.holds(at));
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
        Ok(Coverage {
            rows,
            largest,
            facilities: self.hubs.len(),
            shared,
            reference: self.demand.reference,
        })
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
                tally.count(hub, self.question.ask.within);
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
                tally.count(hub, self.question.ask.within);
            }
        }
        tallies
    }

    fn tally_inside(&self, inside: impl Fn(Position) -> bool) -> Tally {
        let mut tally = Tally::default();
        for hub in self.hubs.iter().filter(|hub| inside(hub.site.position)) {
            tally.count(hub, self.question.ask.within);
        }
        tally
    }
}

impl Tally {
    fn count(&mut self, hub: &Hub, within: Metres) {
        self.facilities += 1;
        let brief = hub.brief.as_ref();
        self.imprecise += usize::from(brief.is_some_and(|brief| brief.is_imprecise(within)));
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

impl Row {
    /// The row's properties, as every format writes them.
    pub fn properties(&self, question: &Question) -> Map<String, Value> {
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
        put("code", self.code.as_str().into());
        put("name", self.name.as_str().into());
        put("name_romaji", json!(self.romaji));
        put("people", self.people.map_or(Value::Null, count));
        put("people_within", self.within.map_or(Value::Null, count));
        put("coverage", json!(self.coverage()));
        if !question.imagined.is_empty() {
            put(
                "people_within_before",
                self.before.map_or(Value::Null, count),
            );
            put("coverage_before", json!(self.coverage_before()));
        }
        put("facilities", self.facilities.into());
        put("facilities_imprecise", self.imprecise.into());
        put("seats", json!(self.seats));
        let source = self.source.as_ref().map(Source::to_string);
        put("people_source", json!(source));
        let measures = &question.measures;
        if measures.contains(&Measure::Nearest) {
            let of = |part: fn(&Distances) -> f64| {
                json!(self.nearest.as_ref().map(|d| rounded(part(d))))
            };
            put("distance_mean", of(|d| d.mean));
            put("distance_median", of(|d| d.median));
            put("distance_p90", of(|d| d.p90));
        }
        if measures.contains(&Measure::PerPerson) {
            let per = |n: f64| self.people.and_then(|people| access::per_10_000(n, people));
            put("facilities_per_10000", json!(per(self.facilities as f64)));
            let seats = self.seats.and_then(|seats| per(seats as f64));
            put("seats_per_10000", json!(seats));
        }
        let mut shared = |name: &str, shared: &Option<Shared>| {
            put(&format!("access_{name}"), json!(shared.map(|s| s.mean)));
            put(&format!("gini_{name}"), json!(shared.and_then(|s| s.gini)));
        };
        if measures.contains(&Measure::Catchment) {
            shared("2sfca", &self.catchment);
        }
        if measures.contains(&Measure::Enhanced) {
            shared("e2sfca", &self.enhanced);
        }
        all
    }
}

/// People: whole where all of a square count, else to the thousandth.
fn count(people: f64) -> Value {
    if people.fract() == 0.0 {
        json!(people as u64)
    } else {
        json!(rounded(people))
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// How distances are measured, for every figure.
pub(super) fn straight_line() -> (&'static str, Wording) {
    (
        "straight-line",
        Wording::new(
            "直線距離（WGS 84楕円体の測地線）による。実際の徒歩到達圏を示すものではない",
            "By straight-line distance (geodesic of WGS 84): not the ground that can be reached on foot",
        ),
    )
}

/// How wrong the model's people make a figure at about this distance.
pub(super) fn model_note(within: f64) -> Option<(&'static str, Wording)> {
    let told = |area: &str| {
        let errors = reference::model_errors()
            .iter()
            .filter(|error| error.area == area);
        errors.min_by(|a, b| {
            let off = |error: &ModelError| (f64::from(error.within) - within).abs();
            off(a).total_cmp(&off(b))
        })
    };
    let (all, tokyo) = (told("all")?, told("tokyo-23-wards")?);
    Some((
        "model",
        Wording::new(
            format!(
                "人口は推計モデル（国勢調査の統計ではない）。国勢調査500 mメッシュによるカバー率との差は、{} mで平均{}ポイント（東京23区では{}ポイント）",
                all.within, all.mean_points, tokyo.mean_points
            ),
            format!(
                "People are modelled, not counted: at {} m coverage differs from the census grid's by {} points on average ({} in Tokyo's 23 wards)",
                all.within, all.mean_points, tokyo.mean_points
            ),
        ),
    ))
}

impl Coverage {
    /// What has to be said beside the numbers, each with a code that programs know it by.
    pub fn notes(&self, question: &Question) -> Vec<(&'static str, Wording)> {
        let within = question.ask.within.0;
        let mut notes = vec![(
            "definition",
            Wording::new(
                format!(
                    "テレワーク拠点の徒歩圏人口カバー率（{within} m）＝拠点から{within} m以内に住む人口÷総人口。「都市構造の評価に関するハンドブック」（国土交通省）の徒歩圏人口カバー率の定義を借りたもの"
                ),
                format!(
                    "Share of people living within {within} m of a telework hub; the definition is borrowed from the handbook on evaluating urban structure (MLIT)"
                ),
            ),
        )];
        notes.push(straight_line());
        let is_modelled = |row: &Row| matches!(row.source, Some(Source::Model | Source::Mixed));
        if self.rows.iter().any(is_modelled) {
            notes.extend(model_note(within));
        }
        if let Some(size) = self
            .largest
            .filter(|size| f64::from(size.metres()) > within)
        {
            let metres = size.metres();
            notes.push((
                "square-larger-than-distance",
                Wording::new(
                    format!("人口のメッシュ（{metres} m）が距離（{within} m）より大きいため、値は粗い"),
                    format!("The grid squares ({metres} m) are larger than the distance ({within} m): figures are coarse"),
                ),
            ));
        }
        let imprecise: usize = self.rows.iter().map(|row| row.imprecise).sum();
        if imprecise > 0 {
            notes.push((
                "imprecise",
                Wording::new(
                    format!("位置の誤差が距離より大きい拠点が{imprecise}件ある（imprecise=leave-outで除ける）"),
                    format!("{imprecise} facilities are placed less exactly than the distance (imprecise=leave-out leaves them out)"),
                ),
            ));
        }
        if self.shared > 0 {
            let shared = self.shared;
            notes.push((
                "zones-overlap",
                Wording::new(
                    format!("区域が重なり、{shared}人が2つ以上の区域に数えられている。区域の合計は重複を含む"),
                    format!("Zones overlap: {shared} people are counted in more than one, and so more than once in a sum"),
                ),
            ));
        }
        let shares = [Measure::Catchment, Measure::Enhanced];
        if shares
            .iter()
            .any(|measure| question.measures.contains(measure))
        {
            notes.push(match question.supply {
                Supply::Facilities => (
                    "supply-facilities",
                    Wording::new(
                        "2SFCAの供給量は席数ではなく施設数（1施設を1とする）",
                        "2SFCA's supply is facilities, each counting 1, not seats",
                    ),
                ),
                Supply::Seats => (
                    "supply-seats",
                    Wording::new(
                        "2SFCAの供給量は席数。席数の分からない拠点が一つでもあれば求めない（supply=facilitiesで施設数による）",
                        "2SFCA's supply is seats; while any facility's are unknown there is no figure (supply=facilities counts facilities)",
                    ),
                ),
            });
        }
        notes
    }
}
