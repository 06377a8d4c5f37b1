//! Where the next facilities of an area should go: its people, what is there, and where one could be.
//!
//! The command line, HTTP and the planner's page all ask here and get the same numbers.

mod area;
mod candidates;
mod solving;
mod told;
mod zones;

use std::time::Duration;

use super::coverage::{Imprecision, Question as Coverage, present};
use super::credits::{Used, has_openstreetmap};
use super::{Directory, Error, Generation};
use crate::coverage::population::{Cell, Source, Weight};
use crate::coverage::reach::{Ask, Method, Patience, Site, Sites, Stopped};
use crate::coverage::siting::answer::{Answer, Objective, Refusal};
use crate::coverage::siting::reach::Unlisted;
use crate::coverage::siting::work::Progress;
use crate::domain::position::{Metres, Position};
use crate::domain::wording::Wording;
use crate::snapshot::find::Filter;

use area::Whole;
pub use candidates::{Given, Unusable};
use zones::Limited;
pub use zones::{Limit, Zones};

/// Sites that are sought at once at most.
pub const MOST_SITES: usize = 1_000;
/// Pairs of a candidate and a square within its radius: about half a gigabyte with all that is made of them.
pub const MOST_PAIRS: usize = 30_000_000;
/// Squares between which and all candidates distances are measured.
pub const MOST_MEASURED: usize = 100_000;
/// Seconds of work when nobody says how many, and at most.
pub const SECONDS: f64 = 10.0;
/// The most that may be asked for.
pub const MOST_SECONDS: f64 = 60.0;

/// Steps of work for each second that is allowed: a machine half as fast as ours still ends in time.
pub const STEPS_A_SECOND: f64 = 3e8;

/// What is asked.
pub struct Question {
    /// The code of a prefecture, a municipality or a ward; `00` is all of Japan.
    pub area: String,
    /// Zones that take the area's place for candidates, people or both.
    pub zones: Option<Zones>,
    /// What is sought.
    pub objective: Objective,
    /// How far a facility serves, in metres.
    pub within: f64,
    /// So many are to be chosen.
    pub count: usize,
    /// Which people count.
    pub weight: Weight,
    /// Where they could go; else the area's towns.
    pub candidates: Option<Vec<Given>>,
    /// Which facilities serve people already.
    pub filter: Filter,
    /// Also those of which nobody knows whether they match.
    pub include_unknown: bool,
    /// Whether facilities serve people whose position error exceeds the distance.
    pub imprecision: Imprecision,
    /// Facilities that are not there, but taken to be.
    pub imagined: Vec<Site>,
}

/// How much work the answer is worth.
pub struct Effort<'a> {
    /// Work for so many seconds on a machine half as fast as ours: the same question gets the same answer.
    pub seconds: f64,
    /// Whatever is found by then is the answer.
    pub until: Duration,
    /// Whether somebody still waits.
    pub wanted: &'a dyn Fn() -> bool,
    /// Hears how far the work is.
    pub progress: &'a dyn Fn(Progress),
}

/// Where one could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// A town's code, or the name it was given.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// The zone it lies in, where the question has zones: the first of several.
    pub zone: Option<String>,
}

/// A site that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Which candidate.
    pub candidate: Candidate,
    /// People it covers whom no site before it in the list does; only where people are to be covered.
    pub gain: Option<f64>,
}

/// The same question for a radius that is a little shorter or longer.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// The radius in metres.
    pub within: f64,
    /// What the sites of the answer cover there.
    pub value: f64,
    /// What the best choice that was found for that radius covers,
    pub best: f64,
    /// and the most any choice can.
    pub bound: f64,
    /// The sites of the answer that are in that choice, by their ids.
    pub kept: Vec<String>,
}

/// The answer.
pub struct Proposal {
    /// The area's code and its name: of zones that limit everything, none, and their names.
    pub area: (Option<String>, String),
    /// The zones, and what they limit.
    pub zones: Option<Limited>,
    /// The radius asked about.
    pub within: f64,
    /// Which people were counted.
    pub weight: Weight,
    /// How many people who are not served yet would be, or how far they have, and the proof.
    pub answer: Answer,
    /// The places chosen. Where people are to be covered, the one that adds most comes first.
    pub sites: Vec<Chosen>,
    /// Of a single site: the ten that cover most, with what they cover.
    pub best: Vec<(Candidate, f64)>,
    /// Among so many candidates.
    pub candidates: usize,
    /// Of them, so many at their town's point because their own is not known.
    pub candidates_by_town: usize,
    /// The area's people.
    pub people: u64,
    /// Of them, who is within the radius of a facility already.
    pub served: u64,
    /// The value without any new site, of the least average and the smallest distance.
    pub before: Option<f64>,
    /// The radius a tenth shorter and a tenth longer; only where people are to be covered.
    pub robustness: Vec<Other>,
    /// Facilities that match and whose position error exceeds the radius, in all of Japan.
    pub imprecise: usize,
    /// Whether they were taken to serve anybody.
    pub imprecision: Imprecision,
    /// What the answer rests on.
    pub used: Used,
    /// How those who gave the data ask to be named.
    pub credits: Option<Wording>,
    /// Where the people are from.
    pub source: Source,
    /// The number of that reference.
    pub reference: i64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoProposal {
    /// No such district.
    #[error("{0}")]
    NoArea(String),
    /// A candidate lies elsewhere.
    #[error("candidate “{0}” at {1},{2} lies outside {3}")]
    Outside(String, f64, f64, String),
    /// There is nowhere to choose from.
    #[error("there is no town in {0} to choose from: name candidates")]
    NoCandidates(String),
    /// No town's point lies in the zones of these names.
    #[error("no town has its point in {}: name candidates, or draw larger zones", .0.en)]
    NoTownInZones(Wording),
    /// Candidates were given, and none of these many lies in the zones.
    #[error("none of the {0} candidates lies in {zones}", zones = .1.en)]
    NoneInZones(usize, Wording),
    /// Nobody lives in the zones of these names.
    #[error("nobody lives in {}", .0.en)]
    NobodyInZones(Wording),
    /// More sites than are sought at once.
    #[error("{0} sites: at most {MOST_SITES} are chosen at once")]
    TooManySites(usize),
    /// Nobody lives there.
    #[error("nobody lives in {0}")]
    Nobody(String),
    /// The source does not tell those people.
    #[error("the people of {area} ({1}) are not told by age: {2} cannot be counted", area = .0.en)]
    NoAges(Wording, String, &'static str),
    /// The distance and the area are too large together.
    #[error(
        "more than {0} pairs of a candidate and a square within {1} m: ask for a smaller distance, a smaller area or fewer candidates"
    )]
    TooManyPairs(usize, f64),
    /// The area is too large for distances to be measured.
    #[error(
        "{0} squares with people: distances are measured for at most {MOST_MEASURED}, ask for a smaller area"
    )]
    TooManySquares(usize),
    /// Nobody waits any more, or it took too long.
    #[error("not done in time: ask for a smaller area or distance")]
    Stopped,
    /// It cannot be answered.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The people could not be read.
    #[error("{0}")]
    Error(#[from] Error),
}

impl From<Stopped> for NoProposal {
    fn from(_: Stopped) -> NoProposal {
        NoProposal::Stopped
    }
}

impl From<Unlisted> for NoProposal {
    fn from(unlisted: Unlisted) -> NoProposal {
        match unlisted {
            Unlisted::Stopped => NoProposal::Stopped,
            Unlisted::TooMany(most) => NoProposal::TooManyPairs(most, f64::NAN),
        }
    }
}

/// The people of the area: their squares, with how many count of each.
struct People<'a> {
    cells: Vec<(&'a Cell, u32)>,
    all: u64,
}

impl Directory {
    /// Chooses places for people whom nothing serves yet. It may take a minute: not for async code.
    pub fn site(
        &self,
        generation: &Generation,
        question: &Question,
        effort: &Effort<'_>,
    ) -> Result<Proposal, NoProposal> {
        let begun = std::time::Instant::now();
        let patience = || (effort.wanted)() && begun.elapsed() < effort.until;
        let districts = &generation.known.districts;
        let whole = Whole::read(&question.area, districts).map_err(NoProposal::NoArea)?;
        let places = Directory::candidates(&generation.known, &whole, question, &patience)?;
        let candidates = places.candidates;
        if question.count > candidates.len() || question.count == 0 {
            return Err(match (question.count, candidates.len()) {
                (0, _) => Refusal::NoSites.into(),
                (_, 0) => NoProposal::NoCandidates(whole.name().to_owned()),
                (count, candidates) => Refusal::TooFewCandidates { count, candidates }.into(),
            });
        }
        if question.count > MOST_SITES {
            return Err(NoProposal::TooManySites(question.count));
        }
        let demand = self.demand(generation)?;
        let zones = question.zones.as_ref().filter(|zones| zones.limit.people());
        let inside = zones
            .map(|zones| demand.inside(&generation.known, &zones.shapes(), &patience))
            .transpose()?;
        let (mut cells, mut source) = (Vec::new(), None::<Source>);
        if let Some((squares, from)) = &inside {
            cells.extend(squares);
            source = Some(from.clone());
        } else {
            for municipality in whole.municipalities(districts) {
                let (squares, from) = demand.population.of(municipality);
                cells.extend(squares.iter().filter(|cell| whole.has(cell)));
                source = match (source, from) {
                    (Some(source), Some(from)) => Some(source.and(from)),
                    (source, from) => source.or_else(|| from.cloned()),
                };
            }
        }
        let source = source.unwrap_or(Source::Model);
        let people = People::new(&cells, question.weight);
        if people.all == 0 {
            let tells = |cell: &&Cell| question.weight.of(cell.people).is_some();
            let is_told = cells.iter().any(tells) || cells.is_empty();
            let name = whole.name();
            return Err(match (is_told, zones) {
                (true, Some(zones)) => NoProposal::NobodyInZones(zones.named()),
                (true, None) => NoProposal::Nobody(name.to_owned()),
                (false, zones) => {
                    let name = zones.map_or_else(|| Wording::same(name), Zones::named);
                    NoProposal::NoAges(name, source.to_string(), question.weight.slug())
                }
            });
        }
        let (there, imprecise) = there(generation, question, &patience)?;
        let used = Used {
            boundaries: whole.prefecture(),
            people: match &source {
                Source::Mixed => demand.sources(),
                source => [source.clone()].into(),
            },
            facilities: true,
            openstreetmap: has_openstreetmap(&generation.snapshot),
            addresses: self.addresses(generation).sources_of(generation, None),
            stations: false,
        };
        let solved = solving::solve(question, &people, &candidates, &there, effort, &patience)?;
        let answer = solved.answer;
        let chosen = solved.order.into_iter();
        Ok(Proposal {
            area: match &question.zones {
                Some(zones) if zones.limit == Limit::Both => (None, zones.named().ja),
                _ => (Some(whole.code().to_owned()), whole.name().to_owned()),
            },
            zones: question.zones.as_ref().map(|zones| Limited {
                names: zones.names().map(str::to_owned).collect(),
                limit: zones.limit,
                outside: places.outside,
                are_towns: question.candidates.is_none(),
            }),
            within: question.within,
            weight: question.weight,
            sites: chosen
                .map(|(site, gain)| Chosen {
                    candidate: candidates[site as usize].clone(),
                    gain,
                })
                .collect(),
            best: solved
                .best
                .into_iter()
                .map(|(site, value)| (candidates[site as usize].clone(), value))
                .collect(),
            candidates: candidates.len(),
            candidates_by_town: places.by_town,
            people: people.all,
            served: solved.served,
            before: solved.before,
            robustness: solved.robustness,
            imprecise,
            imprecision: question.imprecision,
            credits: used.note(&generation.known),
            used,
            source,
            reference: demand.reference(),
            seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            answer,
        })
    }
}

impl<'a> People<'a> {
    fn new(cells: &[&'a Cell], weight: Weight) -> People<'a> {
        let counted = cells
            .iter()
            .map(|&cell| (cell, weight.of(cell.people).unwrap_or(0)));
        let cells: Vec<(&Cell, u32)> = counted.filter(|(_, people)| *people > 0).collect();
        let all = cells.iter().map(|(_, people)| u64::from(*people)).sum();
        People { cells, all }
    }
}

/// What serves people already: the facilities that match, and those imagined; and how many that match have
/// a position error greater than the distance.
fn there(
    generation: &Generation,
    question: &Question,
    patience: Patience<'_>,
) -> Result<(Sites, usize), Stopped> {
    present(
        generation,
        &Coverage {
            area: super::coverage::Area::Prefectures,
            ask: Ask {
                within: Metres(question.within),
                method: Method::Centre,
                weight: question.weight,
            },
            filter: question.filter.clone(),
            include_unknown: question.include_unknown,
            imprecision: question.imprecision,
            imagined: question.imagined.clone(),
            measures: Default::default(),
            supply: Default::default(),
        },
        patience,
    )
}
