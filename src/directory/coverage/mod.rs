//! Who is covered: facilities of one snapshot, people of one reference, districts, in one answer.
//!
//! The map's API, the command line and the planner's page all ask here and get the same numbers.

pub mod area;
mod counting;
mod demand;
mod table;
mod told;
pub mod zones;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::credits::{Used, has_openstreetmap};
use super::{Directory, Error, Generation};
use crate::coverage::access::Distances;
use crate::coverage::mesh::Size;
use crate::coverage::population::Source;
use crate::coverage::reach::{Ask, Patience, Site, Sites, Stopped, still};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Metres;
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;
use crate::snapshot::find::{Filter, Query};

pub use demand::Demand;
pub(super) use demand::Kept;
pub(super) use told::{model_note, straight_line};
pub use zones::Zone;

use counting::Asking;

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
    /// Whether facilities count whose position error exceeds the distance.
    pub imprecision: Imprecision,
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

/// What becomes of facilities whose position error exceeds the distance. Nobody knows whom they serve, so
/// unless asked they serve nobody: a plan must not rest on a hub that is known only to its city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Imprecision {
    /// They are not counted.
    #[default]
    LeaveOut,
    /// They count as if they were where they are recorded.
    Keep,
}

impl Imprecision {
    /// Both, as parameters and the command line write them; the first without being asked.
    pub const CHOICES: &'static [(&'static str, Imprecision)] = &[
        ("leave-out", Imprecision::LeaveOut),
        ("keep", Imprecision::Keep),
    ];

    /// The word for it.
    pub fn slug(self) -> &'static str {
        match self {
            Imprecision::LeaveOut => "leave-out",
            Imprecision::Keep => "keep",
        }
    }
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
    /// Facilities that were counted, in all of Japan: those across a border count too.
    pub facilities: usize,
    /// Those whose position error exceeds the distance.
    pub imprecise: Imprecise,
    /// What the figures rest on.
    pub used: Used,
    /// How those who gave the data ask to be named.
    pub credits: Option<Wording>,
    /// People in more than one zone: a sum over the zones counts them more than once.
    pub shared: u64,
    /// The reference number of the people.
    pub reference: i64,
}

/// What the facilities come to whose position error exceeds the distance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Imprecise {
    /// How many match, in all of Japan.
    pub all: usize,
    /// Of them, how many lie in the districts of the answer.
    pub inside: usize,
    /// People of those districts who are within the distance of such facilities only, as recorded.
    pub people: f64,
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
    /// Of them, how many have a position error greater than the distance, whether they are counted or not.
    pub imprecise: usize,
    /// People who are within the distance of such facilities only, as recorded.
    pub by_imprecise: f64,
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

/// What coverage asks of a facility.
#[derive(Deserialize)]
struct Brief {
    municipality: MunicipalityCode,
    ward: Option<MunicipalityCode>,
    position_precision: Precision,
    position_error: Option<u32>,
    seats: Option<u32>,
}

/// A facility that matched.
struct Hub {
    site: Site,
    is_imprecise: bool,
    brief: Option<Brief>,
}

impl Directory {
    /// Who is covered, district by district. It may take seconds: not for async code.
    pub fn coverage(
        &self,
        generation: &Generation,
        question: &Question,
        patience: Patience<'_>,
    ) -> Result<Coverage, NoCoverage> {
        let demand = self.demand(generation)?;
        let hubs = matching(generation, question, patience)?;
        let others = match question.imprecision {
            Imprecision::LeaveOut => Imprecision::Keep,
            Imprecision::Keep => Imprecision::LeaveOut,
        };
        let has_imprecise = hubs.iter().any(|hub| hub.is_imprecise);
        Asking {
            reference: &generation.known,
            demand: &demand,
            question,
            before: (!question.imagined.is_empty())
                .then(|| sites(&hubs, question.imprecision, false)),
            sites: sites(&hubs, question.imprecision, true),
            otherwise: has_imprecise.then(|| sites(&hubs, others, true)),
            hubs,
            patience,
            openstreetmap: has_openstreetmap(&generation.snapshot),
            addresses: self.addresses(generation).sources_of(generation, None),
        }
        .answer()
    }
}

/// The facilities that match, and those imagined.
fn matching(
    generation: &Generation,
    question: &Question,
    patience: Patience<'_>,
) -> Result<Vec<Hub>, Stopped> {
    let query = Query {
        filter: question.filter.clone(),
        include_unknown: question.include_unknown,
        ..Query::default()
    };
    let snapshot = &generation.snapshot;
    let found = snapshot.find(&query, None, snapshot.len().max(1));
    let mut hubs: Vec<Hub> = Vec::with_capacity(found.hits.len() + question.imagined.len());
    for (number, hit) in found.hits.into_iter().enumerate() {
        still(number, patience)?;
        let entry = snapshot.entry(hit.slot);
        let brief: Brief = entry.properties();
        hubs.push(Hub {
            is_imprecise: brief.is_imprecise(question.ask.within),
            site: Site {
                position: entry.position,
                ecef: entry.ecef,
                seats: brief.seats,
            },
            brief: Some(brief),
        });
    }
    let imagined = question.imagined.iter();
    hubs.extend(imagined.map(|&site| Hub {
        site,
        is_imprecise: false,
        brief: None,
    }));
    Ok(hubs)
}

/// The facilities that count and those imagined, ready to be searched, and how many have a position error
/// greater than the distance.
pub(super) fn present(
    generation: &Generation,
    question: &Question,
    patience: Patience<'_>,
) -> Result<(Sites, usize), Stopped> {
    let hubs = matching(generation, question, patience)?;
    let imprecise = hubs.iter().filter(|hub| hub.is_imprecise).count();
    Ok((sites(&hubs, question.imprecision, true), imprecise))
}

fn sites(hubs: &[Hub], imprecision: Imprecision, with_imagined: bool) -> Sites {
    let counts = |hub: &&Hub| {
        (with_imagined || hub.brief.is_some())
            && (imprecision == Imprecision::Keep || !hub.is_imprecise)
    };
    Sites::new(hubs.iter().filter(counts).map(|hub| hub.site).collect())
}

impl Brief {
    /// Whether its place is known less exactly than the distance.
    fn is_imprecise(&self, within: Metres) -> bool {
        let stated = self.position_error.map(f64::from);
        stated.unwrap_or_else(|| self.position_precision.usual_error()) > within.0
    }
}
