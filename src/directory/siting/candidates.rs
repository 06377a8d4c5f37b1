//! Where facilities could go: the towns of an area, or a planner's own list, such as vacant stores.

use std::collections::HashSet;

use super::area::Whole;
use super::{Candidate, Directory, NoProposal, Question};
use crate::coverage::reach::{Patience, still};
use crate::directory::Reference;
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::interchange::edits::Edits;
use crate::interchange::{self, Limits};

/// A candidate somebody named.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its id in the list, or its name, or the number of its row; each once.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// Whether that is only the point of the town in its address.
    pub by_town: bool,
}

/// Why a list of candidates cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Unusable {
    /// The first row that is wrong, as a spreadsheet numbers it; `None` for the whole file.
    pub row: Option<usize>,
    /// What is wrong with it.
    pub message: Wording,
    /// How many more rows are wrong.
    pub more: usize,
}

impl Unusable {
    fn file(ja: impl Into<String>, en: impl Into<String>) -> Unusable {
        Unusable {
            row: None,
            message: Wording::new(ja, en),
            more: 0,
        }
    }

    /// What is wrong, in a sentence.
    pub fn wording(&self) -> Wording {
        let (mut ja, mut en) = (self.message.ja.clone(), self.message.en.clone());
        if let Some(row) = self.row {
            ja = format!("候補の{row}行目: {ja}");
            en = format!("candidates, row {row}: {en}");
        }
        if self.more > 0 {
            ja = format!("{ja}（ほかに{}行）", self.more);
            en = format!("{en} (and {} more rows)", self.more);
        }
        Wording::new(ja, en)
    }
}

impl Directory {
    /// Reads a list of candidates: CSV (UTF-8 or CP932), XLSX or GeoJSON points, with a name or an id
    /// and a position or an address a row, at most so many rows. All of it, or what is wrong with it.
    pub fn read_candidates(&self, bytes: &[u8], most: usize) -> Result<Vec<Given>, Unusable> {
        let limits = Limits {
            rows: most,
            ..Limits::UPLOAD
        };
        let reading = interchange::read(bytes, &Edits::default(), &limits).reading;
        // Kinds, hours and the like do not matter to a place that is no facility yet.
        // Who asks knows what the list's names are.
        let is_fine = |problem: &&Problem| problem.code == "name-guessed";
        let matters = |problem: &&Problem| {
            problem.blocks && problem.code != "name-missing" && !is_fine(problem)
        };
        let wrong: Vec<&Problem> = reading.problems.iter().filter(matters).collect();
        if let Some(first) = wrong.first() {
            let rows: HashSet<Option<usize>> = wrong.iter().map(|problem| problem.row).collect();
            return Err(Unusable {
                row: first.row,
                message: first.message.clone(),
                more: rows.len() - 1,
            });
        }
        if let Some(nameless) = reading.problems.iter().find(|p| p.blocks && !is_fine(p)) {
            return Err(Unusable {
                row: nameless.row,
                message: Wording::new(
                    "名称（name）かID（id、半角の英数字とハイフン）が要ります",
                    "a name, or an id of letters, digits and hyphens, is needed",
                ),
                more: 0,
            });
        }
        let mut taken = HashSet::new();
        let mut all = Vec::with_capacity(reading.usable.len());
        let mut nowhere = Vec::new();
        for row in &reading.usable {
            let text = |field: &str| row.fields.get(field).and_then(|value| value.as_str());
            let stated = row.fields.get("position").filter(|value| !value.is_null());
            let stated =
                stated.and_then(|value| serde_json::from_value::<Position>(value.clone()).ok());
            let town = || {
                let address = self.reference().places().address(text("address")?, &[])?;
                Some(address.town?.position)
            };
            let Some((position, by_town)) = stated
                .map(|at| (at, false))
                .or_else(|| Some((town()?, true)))
            else {
                nowhere.push(row.number);
                continue;
            };
            let own = text("id").or_else(|| text("name"));
            let mut id = own.map_or_else(|| row.number.to_string(), str::to_owned);
            if !taken.insert(id.clone()) {
                // Two stores of one name are two candidates.
                id = format!("{id} ({})", row.number);
                taken.insert(id.clone());
            }
            all.push(Given {
                name: text("name").map_or_else(|| id.clone(), str::to_owned),
                id,
                position,
                by_town,
            });
        }
        if let Some(&row) = nowhere.first() {
            return Err(Unusable {
                row: Some(row),
                message: Wording::new(
                    "座標がなく、住所からも町名が分かりません。緯度と経度を書いてください",
                    "there are no coordinates, and no address that names a known town: write latitude and longitude",
                ),
                more: nowhere.len() - 1,
            });
        }
        if all.is_empty() {
            return Err(Unusable::file(
                "候補が1件もありません",
                "there are no candidates",
            ));
        }
        Ok(all)
    }

    /// Where facilities could go: the area's towns, or what was given, which must lie in the area. Zones
    /// that limit candidates take the area's place; what was given outside them is left out.
    pub(super) fn candidates(
        known: &Reference,
        whole: &Whole<'_>,
        question: &Question,
        patience: Patience<'_>,
    ) -> Result<Places, NoProposal> {
        let districts = &known.districts;
        let zones = question.zones.as_ref();
        let limiting = zones.filter(|zones| zones.limit.candidates());
        let candidate = |id: String, name: &str, position| Candidate {
            id,
            name: name.to_owned(),
            position,
            zone: zones
                .and_then(|zones| zones.at(position))
                .map(|zone| zone.name.clone()),
        };
        let is_in = |candidate: &Candidate| limiting.is_none() || candidate.zone.is_some();
        let Some(given) = &question.candidates else {
            let towns = known.places().towns();
            let own =
                towns.filter(|town| limiting.is_some() || whole.has_town(town.district, districts));
            let mut candidates = Vec::new();
            for (number, town) in own.enumerate() {
                still(number, patience)?;
                let town = candidate(format!("{:012}", town.code), town.name, town.position);
                if is_in(&town) {
                    candidates.push(town);
                }
            }
            return match limiting {
                Some(zones) if candidates.is_empty() => {
                    Err(NoProposal::NoTownInZones(zones.named()))
                }
                _ => Ok(Places {
                    candidates,
                    by_town: 0,
                    outside: 0,
                }),
            };
        };
        if limiting.is_none() {
            for (number, one) in given.iter().enumerate() {
                still(number, patience)?;
                if !whole.holds(one.position, districts) {
                    let (lon, lat) = (one.position.lon(), one.position.lat());
                    let name = whole.name().to_owned();
                    return Err(NoProposal::Outside(one.id.clone(), lon, lat, name));
                }
            }
        }
        let (mut candidates, mut by_town) = (Vec::new(), 0);
        for (number, one) in given.iter().enumerate() {
            still(number, patience)?;
            let candidate = candidate(one.id.clone(), &one.name, one.position);
            if is_in(&candidate) {
                candidates.push(candidate);
                by_town += usize::from(one.by_town);
            }
        }
        let outside = given.len() - candidates.len();
        match limiting {
            Some(zones) if candidates.is_empty() => {
                Err(NoProposal::NoneInZones(outside, zones.named()))
            }
            _ => Ok(Places {
                candidates,
                by_town,
                outside,
            }),
        }
    }
}

/// Where facilities could go.
pub(super) struct Places {
    pub candidates: Vec<Candidate>,
    /// How many of them are only known by their town.
    pub by_town: usize,
    /// How many that were given lie outside the zones.
    pub outside: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::siting::answer::Objective;
    use crate::directory::coverage::zones;
    use crate::directory::siting::{Limit, Zones};

    #[test]
    fn towns_are_sought_only_as_long_as_somebody_waits() {
        let known = Reference::shipped();
        let ground = serde_json::json!({ "properties": {}, "geometry": {
            "type": "Polygon",
            "coordinates": [[[139.6, 35.6], [139.8, 35.6], [139.8, 35.8], [139.6, 35.6]]],
        } });
        let question = Question {
            area: "00".to_owned(),
            zones: Some(Zones {
                zones: zones::read([(1, &ground)]).unwrap(),
                limit: Limit::Both,
            }),
            objective: Objective::Cover,
            within: 800.0,
            count: 1,
            weight: Default::default(),
            candidates: None,
            filter: Default::default(),
            include_unknown: false,
            imprecision: Default::default(),
            imagined: Vec::new(),
        };
        let asked = std::cell::Cell::new(0);
        // Nobody waits after so many times.
        let sought = |most: usize| {
            asked.set(0);
            let patience = || {
                asked.set(asked.get() + 1);
                asked.get() <= most
            };
            Directory::candidates(&known, &Whole::Japan, &question, &patience)
        };
        assert!(!sought(usize::MAX).unwrap().candidates.is_empty());
        assert!(asked.get() > 100, "asked {} times", asked.get());
        for most in [0, 3] {
            assert!(matches!(sought(most), Err(NoProposal::Stopped)));
            assert_eq!(asked.get(), most + 1, "it ends at once");
        }
    }
}
