//! Proposed rows against what is published: what would change, and what speaks against it.
//!
//! A pure function, run again whenever somebody looks, so that the difference shown is never stale.
//! Each row goes the same way: whose facility it is (`identity`), what it changes (`difference`),
//! where that lies and whether it may lie there (`location`, `town`), and whether the same is in
//! the file already (`duplicates`). Then new facilities are held against what is published near
//! them (`likely`).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::districts::Districts;
use crate::domain::change::Seq;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::domain::report::{self, Problem, Report};
use crate::domain::user::Area;
use crate::domain::vocabulary::Kind;
use crate::interchange::reading::{Reading, Row};
use crate::interchange::work::Likeness;
use crate::places::Places;
use crate::snapshot::Snapshot;

mod difference;
mod duplicates;
mod identity;
mod labels;
mod likely;
mod location;
mod names;
mod precision;
mod slips;
mod town;

#[cfg(test)]
mod tests;

pub use difference::{Difference, Effect};
pub use likely::LikelyDuplicate;

use difference::{completed, merged};
use duplicates::{Seen, Sight};
use labels::Labels;
use likely::{Known, Newcomer, plain_phone, plain_website};
use location::{Placed, Stated, locate};
use names::Folded;

/// What rows are held against.
pub struct Against<'a> {
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// Where municipalities are.
    pub districts: &'a Districts,
    /// Towns, for what addresses say; `None` where addresses are not looked at.
    pub places: Option<&'a Places>,
    /// The only area rows may lie in.
    pub area: Option<Area>,
    /// What was decided about rows that look like a published facility.
    pub likeness: &'a BTreeMap<usize, Likeness>,
}

/// What would be published, and the report.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// New and changed facilities, in the order of the file.
    pub differences: Vec<Difference>,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Every row's problems.
    pub report: Report,
    /// Rows that look like a published facility, also those about which that was decided.
    pub likely: Vec<LikelyDuplicate>,
}

/// Holds a file's rows against the directory. `new_id` gives ids to rows that bring none.
pub fn review(
    reading: Reading,
    against: &Against<'_>,
    new_id: impl FnMut() -> FacilityId,
) -> Reviewed {
    let mut walk = Walk {
        against,
        labels: Labels(reading.columns),
        kind: reading.kind,
        seen: Seen::default(),
        new_id,
        problems: reading.problems,
        kind_kept: HashSet::new(),
    };
    let drafts: Vec<Draft> = reading
        .usable
        .into_iter()
        .filter_map(|row| walk.row(row))
        .collect();
    let accepted = drafts.len();
    let likely = walk.likely(&drafts);
    let Walk {
        mut problems,
        kind_kept,
        ..
    } = walk;
    // What a row does not say is not unknown where it is published.
    problems.retain(|p| p.code != "kind-missing" || p.row.is_none_or(|n| !kind_kept.contains(&n)));
    let mut differences = Vec::with_capacity(accepted);
    for draft in drafts {
        differences.extend(Difference::between(
            draft.number,
            draft.facility,
            draft.before,
        ));
    }
    Reviewed {
        unchanged: accepted - differences.len(),
        differences,
        report: Report {
            rows: reading.rows,
            accepted,
            problems: report::one_a_code(problems),
        },
        likely,
    }
}

/// A row that nothing keeps out.
struct Draft {
    number: usize,
    facility: Facility,
    name: Folded,
    before: Option<(Facility, Seq)>,
}

/// Where a row's position comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The row itself.
    Row,
    /// What is published.
    Published,
    /// The town its address names.
    Town,
}

/// The way through the rows.
struct Walk<'a, N> {
    against: &'a Against<'a>,
    labels: Labels,
    /// The kind of facilities that neither the file nor the directory gives one.
    kind: Option<Kind>,
    seen: Seen,
    new_id: N,
    problems: Vec<Problem>,
    /// Rows without a kind whose facility's published kind stays.
    kind_kept: HashSet<usize>,
}

impl<N: FnMut() -> FacilityId> Walk<'_, N> {
    /// One row: its facility as it would be, if nothing keeps it out.
    fn row(&mut self, row: Row) -> Option<Draft> {
        let before = self.problems.len();
        let draft = self.draft(row);
        let blocked = self.problems[before..].iter().any(|p| p.blocks);
        draft.filter(|_| !blocked)
    }

    fn draft(&mut self, row: Row) -> Option<Draft> {
        let Row {
            number,
            mut fields,
            implied_precision,
            partly,
            denied,
        } = row;
        let Against {
            districts, places, ..
        } = *self.against;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let written = text(fields.get("name")).unwrap_or_default();
        let name = Folded::new(&written);
        let identity = identity::identify(
            number,
            fields.get("id").and_then(Value::as_str),
            self.against,
            &self.labels,
            &mut self.problems,
        );
        let own = fields.remove("position").and_then(position);
        let address = text(fields.get("address"));
        let sight = Sight {
            number,
            id: identity.id(),
            written: &written,
            name: &name.text,
            position: own,
            address: address.as_deref(),
        };
        if let Some((first, same)) = self.seen.see(&sight) {
            let problem = duplicates::problem(&sight, first, same, &self.labels);
            self.problems.push(problem);
        }
        let stated = Stated {
            municipality: text(fields.get("municipality")),
            ward: text(fields.get("ward")),
        };
        let has_kind = fields.contains_key("kind");
        let has_address = fields.contains_key("address");
        let precision = precision::Given::take(&mut fields, implied_precision);
        let published = identity.published();
        let values = published.map(|published| published.values.clone());
        completed(&mut fields, values.as_ref(), &partly, &denied);
        let id = identity.id().and_then(|id| FacilityId::new(id).ok());
        let id = id.unwrap_or_else(&mut self.new_id);
        let mut members = merged(&id, values, fields);
        if published.is_some() && !has_kind && members.get("kind").is_some_and(Value::is_string) {
            self.kind_kept.insert(number);
        } else if let Some(kind) = self.kind {
            members.insert("kind".to_owned(), json!(kind));
        }

        if members.get("name").is_none_or(Value::is_null) {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            let problem = Problem::blocking(number, "name-missing", message);
            self.problems
                .push(problem.in_column(self.labels.of("name")));
            return None;
        }

        let address_text = text(members.get("address"));
        let hints = hints(&stated, self.against.area, &members, own, districts);
        let address = address_text
            .as_deref()
            .and_then(|text| places?.address(text, &hints));
        let was = published.map(|published| published.facility.position);
        let (position, origin) = match (own, was) {
            (Some(own), _) => (own, Origin::Row),
            (None, Some(was)) => (was, Origin::Published),
            (None, None) => {
                let town = town::without_position(
                    number,
                    &self.labels,
                    address_text.as_deref(),
                    address.as_ref(),
                    &mut self.problems,
                )?;
                (town.position, Origin::Town)
            }
        };
        let stays = published.filter(|_| was == Some(position));
        let mut placed = Placed {
            number,
            labels: &self.labels,
            position,
            is_given: origin == Origin::Row,
            is_town: origin == Origin::Town,
            stated: &stated,
            address: address.as_ref(),
            published: stays.map(|published| published.place),
            is_vague: false,
        };
        precision.settle(&mut members, origin, stays.is_some(), &placed);
        placed.is_vague = members
            .get("position_precision")
            .is_some_and(|p| p == "city");
        members.insert("position".to_owned(), json!(position));
        let settled = self.problems.len();
        let located = locate(&placed, self.against.area, districts, &mut self.problems)?;
        let is_there = !self.problems[settled..].iter().any(|p| p.blocks);
        let says_where = origin == Origin::Row || (origin == Origin::Published && has_address);
        let says_where = says_where && is_there;
        if let Some(text) = address_text.filter(|_| says_where) {
            let error = precision::error(&members);
            town::compare(
                &placed,
                located,
                &text,
                error,
                districts,
                &mut self.problems,
            );
        }
        members.insert("municipality".to_owned(), json!(located.municipality.code));
        members.insert(
            "municipality_name".to_owned(),
            json!(located.municipality.name),
        );
        members.insert(
            "prefecture".to_owned(),
            json!(located.municipality.prefecture),
        );
        members.insert(
            "ward".to_owned(),
            json!(located.ward.map(|ward| &ward.code)),
        );
        match serde_json::from_value(Value::Object(members)) {
            Ok(facility) => Some(Draft {
                number,
                facility,
                name,
                before: identity.before(),
            }),
            Err(error) => {
                let message = (
                    format!("この行から施設を作れません: {error}"),
                    format!("no facility can be made of this row: {error}"),
                );
                let problem = Problem::blocking(number, "value-unreadable", message);
                self.problems.push(problem);
                None
            }
        }
    }

    /// Rows that look like a published facility; asks about those nobody has decided about.
    fn likely(&mut self, drafts: &[Draft]) -> Vec<LikelyDuplicate> {
        let decisions = self.against.likeness;
        let new = || drafts.iter().filter(|draft| draft.before.is_none());
        let positions = new().map(|draft| draft.facility.position);
        let known = Known::around(self.against.snapshot, positions);
        let (mut phones, mut websites) = (HashMap::new(), HashMap::new());
        for draft in drafts {
            let (phone, website) = contacts(&draft.facility);
            if let Some(phone) = phone {
                *phones.entry(phone).or_insert(0) += 1;
            }
            if let Some(website) = website {
                *websites.entry(website).or_insert(0) += 1;
            }
        }
        let mut likely = Vec::new();
        for draft in drafts {
            let decided = decisions.get(&draft.number);
            if let (Some((published, _)), Some(Likeness::Same(id))) = (&draft.before, decided)
                && published.id.as_str() == id
            {
                likely.push(LikelyDuplicate {
                    row: draft.number,
                    id: published.id.clone(),
                    name: published.name.to_string(),
                    metres: published.position.distance(draft.facility.position).0,
                });
            }
            if draft.before.is_some() {
                continue;
            }
            let (phone, website) = contacts(&draft.facility);
            let newcomer = Newcomer {
                facility: &draft.facility,
                name: &draft.name,
                phone: phone.filter(|phone| phones[phone] == 1),
                website: website.filter(|website| websites[website] == 1),
            };
            let Some((entry, metres, reason)) = known.find(&newcomer) else {
                continue;
            };
            let found = LikelyDuplicate {
                row: draft.number,
                id: entry.id.clone(),
                name: entry.facility().name.to_string(),
                metres,
            };
            if decided.is_none() {
                let row = (draft.number, &draft.facility);
                let problem = likely::problem(row.0, row.1, &found, reason, &self.labels);
                self.problems.push(problem);
            }
            likely.push(found);
        }
        likely
    }
}

fn contacts(facility: &Facility) -> (Option<String>, Option<String>) {
    let website = facility.website.as_ref().map(|website| website.as_str());
    (
        facility.phone.as_deref().and_then(plain_phone),
        website.and_then(plain_website),
    )
}

fn position(value: Value) -> Option<Position> {
    serde_json::from_value(value).ok()
}

/// Where an address may lie that does not say it, the likeliest first.
fn hints(
    stated: &Stated,
    area: Option<Area>,
    members: &Map<String, Value>,
    own: Option<Position>,
    districts: &Districts,
) -> Vec<MunicipalityCode> {
    let codes = [&stated.ward, &stated.municipality];
    let stated = codes.into_iter().flatten().map(String::as_str);
    let published = ["ward", "municipality"].map(|field| members.get(field)?.as_str());
    let codes = stated.chain(published.into_iter().flatten());
    let codes = codes.filter_map(|code| MunicipalityCode::new(code).ok());
    let area = match area {
        Some(Area::Municipality(code)) => Some(code),
        _ => None,
    };
    let here = || MunicipalityCode::new(&districts.at(own?)?.municipality.code).ok();
    let mut hints: Vec<MunicipalityCode> = codes.chain(area).collect();
    if hints.is_empty() {
        hints.extend(here());
    }
    hints
}

/// Whether `code` can limit an import: a municipality, a ward or a two-digit prefecture that exists.
pub fn area(code: &str, districts: &Districts) -> Result<String, String> {
    let five = if code.len() == 2 {
        Ok(code.to_owned())
    } else {
        MunicipalityCode::new(code)
            .map(|code| code.to_string())
            .map_err(|error| error.to_string())
    };
    let five = five?;
    districts.get(&five).map(|_| five).ok_or(format!(
        "no municipality, ward or prefecture has the code {code}"
    ))
}
