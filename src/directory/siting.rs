//! Where the next facilities of an area should go: its people, what is there, and where one could be.

use super::coverage::{Area as Everywhere, Question as Coverage, present};
use super::{Directory, Error, Generation};
use crate::coverage::population::{Cell, Source, Weight};
use crate::coverage::reach::{Ask, Method};
use crate::coverage::siting::answer::{Answer, Refusal};
use crate::coverage::siting::cover::Cover;
use crate::coverage::siting::points::{Points, Space};
use crate::coverage::siting::reach::Reach;
use crate::coverage::siting::work::Work;
use crate::districts::{District, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, NoPosition, Position};
use crate::snapshot::find::Filter;

/// What is asked.
pub struct Question {
    /// The code of a prefecture, a municipality or a ward.
    pub area: String,
    /// How far a facility serves, in metres.
    pub within: f64,
    /// So many are to be chosen.
    pub count: usize,
    /// Where they could go, by name, longitude and latitude; else the area's towns.
    pub candidates: Option<Vec<(String, [f64; 2])>>,
    /// Which facilities serve people already.
    pub filter: Filter,
    /// Also those of which nobody knows whether they match.
    pub include_unknown: bool,
    /// Also those whose place is known less exactly than the distance.
    pub with_imprecise: bool,
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
}

/// The answer.
pub struct Proposal {
    /// How many people who are not served yet would be, and the proof.
    pub answer: Answer,
    /// The places chosen, those that serve most first in the order of their numbers.
    pub sites: Vec<Candidate>,
    /// The area's people.
    pub people: u64,
    /// Of them, who is served already.
    pub served: u64,
    /// Where the people are from.
    pub source: String,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoProposal {
    /// No such district.
    #[error("{0}")]
    NoArea(String),
    /// A candidate is no place in Japan.
    #[error("candidate “{0}”: {1}")]
    NoPlace(String, NoPosition),
    /// A candidate lies elsewhere.
    #[error("candidate “{0}” at {1},{2} lies outside {3}")]
    Outside(String, f64, f64, String),
    /// It cannot be answered.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The people could not be read.
    #[error("{0}")]
    Error(#[from] Error),
}

impl Directory {
    /// Chooses places for people whom nothing serves yet. It may take seconds: not for async code.
    pub fn site(
        &self,
        generation: &Generation,
        question: &Question,
        work: &mut Work<'_>,
    ) -> Result<Proposal, NoProposal> {
        let districts = &self.reference().districts;
        let code = crate::review::area(&question.area, districts).map_err(NoProposal::NoArea)?;
        let area = districts.get(&code).ok_or_else(|| {
            NoProposal::NoArea(format!("no district has the code {}", question.area))
        })?;
        let candidates = self.candidates(area, question)?;
        let demand = self.demand(generation)?;
        let (mut cells, mut source) = (Vec::<&Cell>::new(), None::<Source>);
        for municipality in self.municipalities(area) {
            let (squares, from) = demand.population.of(municipality);
            cells.extend(squares.iter().filter(|cell| is_of(cell, area)));
            source = match (source, from) {
                (Some(source), Some(from)) => Some(source.and(from)),
                (source, from) => source.or_else(|| from.cloned()),
            };
        }
        let there = present(
            generation,
            &Coverage {
                area: Everywhere::Prefectures,
                ask: Ask {
                    within: Metres(question.within),
                    method: Method::Centre,
                    weight: Weight::Total,
                },
                filter: question.filter.clone(),
                include_unknown: question.include_unknown,
                leave_out_imprecise: !question.with_imprecise,
                imagined: Vec::new(),
                measures: Default::default(),
                supply: Default::default(),
            },
        );
        let (mut people, mut served) = (0, 0);
        let mut waiting = Points::default();
        for cell in cells {
            let living = u64::from(Weight::Total.of(cell.people).unwrap_or(0));
            people += living;
            let centre = cell.centre();
            if there.reach(centre, cell.ecef, Metres(question.within)) {
                served += living;
            } else if living > 0 {
                waiting.at.push([centre.lon(), centre.lat()]);
                waiting.weights.push(living as f64);
            }
        }
        let places = Points {
            at: candidates
                .iter()
                .map(|candidate| [candidate.position.lon(), candidate.position.lat()])
                .collect(),
            ..Points::default()
        };
        let reached = Reach::new(&waiting, &places, Space::Earth).within(question.within);
        let answer = Cover {
            weights: &waiting.weights,
            sites: &reached,
            count: question.count,
        }
        .solve(work)?;
        let sites = answer.sites.iter();
        Ok(Proposal {
            sites: sites
                .map(|site| candidates[*site as usize].clone())
                .collect(),
            answer,
            people,
            served,
            source: source.map_or_else(|| Source::Model.to_string(), |source| source.to_string()),
        })
    }

    /// Where facilities could go: what was given, which must lie in the area, or its towns.
    fn candidates(
        &self,
        area: &District,
        question: &Question,
    ) -> Result<Vec<Candidate>, NoProposal> {
        let districts = &self.reference().districts;
        let Some(given) = &question.candidates else {
            let wards = |code: MunicipalityCode| districts.municipality(code)?.parent;
            let own = |code: MunicipalityCode| {
                let number = code.to_string();
                number == *area.code
                    || (area.level == Level::Prefecture && number.starts_with(&*area.code))
                    || wards(code).is_some_and(|city| city.to_string() == *area.code)
            };
            let towns = self.reference().places().towns();
            return Ok(towns
                .filter(|town| own(town.district))
                .map(|town| Candidate {
                    id: format!("{:012}", town.code),
                    name: town.name.to_owned(),
                    position: town.position,
                })
                .collect());
        };
        let placed = given.iter().map(|(id, [lon, lat])| {
            let position = Position::new(*lon, *lat)
                .map_err(|error| NoProposal::NoPlace(id.clone(), error))?;
            let found = districts.at_or_nearest(position);
            let codes = found.iter().flat_map(|found| {
                let ward = found.ward.map(|ward| &ward.code);
                [Some(&found.municipality.code), ward].into_iter().flatten()
            });
            let is_here = |code: &str| {
                code == &*area.code
                    || (area.level == Level::Prefecture && code.starts_with(&*area.code))
            };
            if !codes.into_iter().any(|code| is_here(code)) {
                let name = area.name.to_string();
                return Err(NoProposal::Outside(id.clone(), *lon, *lat, name));
            }
            Ok(Candidate {
                id: id.clone(),
                name: id.clone(),
                position,
            })
        });
        placed.collect()
    }

    /// The municipalities whose people are the area's.
    fn municipalities(&self, area: &District) -> Vec<MunicipalityCode> {
        let code = |district: &District| MunicipalityCode::new(&district.code).ok();
        match area.level {
            Level::Municipality => code(area).into_iter().collect(),
            Level::Ward => area.parent.into_iter().collect(),
            Level::Prefecture => {
                let all = self.reference().districts.of(Level::Municipality);
                all.filter(|district| district.code.starts_with(&*area.code))
                    .filter_map(code)
                    .collect()
            }
        }
    }
}

/// Whether a square of the area's municipality is the area's: a ward has only some of its city's.
fn is_of(cell: &Cell, area: &District) -> bool {
    area.level != Level::Ward
        || MunicipalityCode::new(&area.code).is_ok_and(|ward| cell.is_in_ward(ward))
}
