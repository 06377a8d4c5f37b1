//! The facility a row would make, and what speaks against it.

use serde_json::{Map, Value, json};

use crate::districts::Districts;
use crate::domain::change::Seq;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::fields::FACILITY;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::user::{Area, Whereabouts};
use crate::domain::vocabulary::{Kind, Status};
use crate::interchange::reading::Row;
use crate::interchange::work::BlankCells;
use crate::places::blocks;
use crate::snapshot::entries::Entry;

use super::difference::{Difference, completed, merged};
use super::key::RowKey;
use super::labels::Labels;
use super::location::{Placed, Stated, locate};
use super::plan::Plan;
use super::{Against, identity, precision, town};

/// Where a row's position comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The row itself.
    Row,
    /// What is published.
    Published,
    /// The block, or else the town, that its address names.
    Town,
}

/// What became of a row.
#[derive(Default)]
pub(super) struct Draft {
    /// What speaks against it, or is to be looked at.
    pub problems: Vec<Problem>,
    /// What it does, where nothing keeps it out.
    pub accepted: Option<Accepted>,
}

/// A row that nothing keeps out.
pub(super) struct Accepted {
    /// What it changes; nothing where it says what is published.
    pub difference: Option<std::sync::Arc<Difference>>,
    /// Whether the file's missing kind is the one that is published.
    pub keeps_kind: bool,
    /// Fields whose cell is empty beside a published value.
    pub blanks: Vec<&'static str>,
    /// The facility's telephone number and website, as they are compared.
    pub contacts: (Option<String>, Option<String>),
}

/// A published facility that a row is about.
struct Published {
    facility: Facility,
    since: Seq,
    /// Its values by their fields.
    values: Map<String, Value>,
    /// Where it lies.
    place: Whereabouts,
}

impl Published {
    fn of(entry: &Entry) -> Published {
        let mut values = entry.values();
        values.remove("updated_at");
        let facility: Facility =
            serde_json::from_value(values.clone().into()).expect("a feature reads back");
        Published {
            place: Whereabouts {
                municipality: facility.municipality,
                ward: facility.ward,
            },
            facility,
            since: entry.changed,
            values,
        }
    }
}

/// What rows of one file are drafted with.
pub(super) struct Drafting<'a> {
    pub against: &'a Against<'a>,
    pub labels: &'a Labels,
    /// The kind of facilities that neither the file nor the directory gives one.
    pub kind: Option<Kind>,
}

impl Drafting<'_> {
    /// One row: its facility as it would be, if nothing keeps it out.
    pub fn draft(
        &self,
        row: Row,
        key: &RowKey,
        plan: &Plan,
        new_id: &mut impl FnMut() -> FacilityId,
    ) -> Draft {
        let mut draft = Draft::default();
        if let Plan::Refused(refused) = plan {
            let problem = identity::problem(key, refused, self.against, self.labels);
            draft.problems.push(problem);
        }
        let accepted = self.facility(row, key, plan, new_id, &mut draft.problems);
        if !draft.problems.iter().any(|problem| problem.blocks) {
            draft.accepted = accepted;
        }
        draft
    }

    fn facility(
        &self,
        row: Row,
        key: &RowKey,
        plan: &Plan,
        new_id: &mut impl FnMut() -> FacilityId,
        problems: &mut Vec<Problem>,
    ) -> Option<Accepted> {
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
        let stated = Stated {
            municipality: text(fields.get("municipality")),
            ward: text(fields.get("ward")),
            has_ward: fields.contains_key("ward"),
        };
        let has_kind = fields.contains_key("kind");
        let published = match plan {
            Plan::Of { entry, .. } => Some(Published::of(entry)),
            _ => None,
        };
        let published = published.as_ref();
        let blanks = published.map_or(Vec::new(), |published| self.blanks(published, &mut fields));
        let has_address = fields.contains_key("address");
        fields.remove("position");
        let precision = precision::Given::take(&mut fields, implied_precision);
        let values = published.map(|published| published.values.clone());
        let id = match plan {
            Plan::Of { entry, .. } => Some(entry.id.clone()),
            Plan::New {
                keeps_id: false, ..
            } => None,
            _ => key.id.as_deref().and_then(|id| FacilityId::new(id).ok()),
        };
        let id = id.unwrap_or_else(new_id);
        completed(&mut fields, values.as_ref(), &partly, &denied);
        let mut members = merged(&id, values, fields);
        let mut keeps_kind = false;
        if published.is_some() && !has_kind && members.get("kind").is_some_and(Value::is_string) {
            keeps_kind = true;
        } else if let Some(kind) = self.kind {
            members.insert("kind".to_owned(), json!(kind));
        }
        if members.get("name").is_none_or(Value::is_null) {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            let problem = Problem::blocking(number, "name-missing", message);
            problems.push(problem.in_column(self.labels.of("name")));
            return None;
        }

        let was = published.map(|published| published.facility.position);
        let own = self.own_position(key, was);
        let address_text = text(members.get("address"));
        let hints = hints(&stated, self.against.area, &members, own, districts);
        let address = address_text
            .as_deref()
            .and_then(|text| places?.address(text, &hints));
        if let (Some(text), Some(address), true) = (&address_text, &address, has_address) {
            let labels = self.labels;
            problems.extend(town::formerly(number, labels, text, address, districts));
            problems.extend(town::without_city(number, labels, text, address, districts));
        }
        let door = address
            .as_ref()
            .zip(address_text.as_deref())
            .zip(self.against.blocks)
            .and_then(|((address, text), blocks)| blocks::locate(address, text, blocks));
        let (position, origin) = match (own, was) {
            (Some(own), _) => (own, Origin::Row),
            (None, Some(was)) => (was, Origin::Published),
            (None, None) => {
                let position = town::without_position(
                    number,
                    self.labels,
                    address_text.as_deref(),
                    address.as_ref(),
                    door.as_ref(),
                    problems,
                )?;
                (position, Origin::Town)
            }
        };
        let stays = published.filter(|_| was == Some(position));
        let mut placed = Placed {
            number,
            labels: self.labels,
            position,
            is_given: origin == Origin::Row,
            is_town: origin == Origin::Town,
            stated: &stated,
            address: address.as_ref(),
            door: door.as_ref(),
            published: stays.map(|published| published.place),
            is_readdressed: published
                .is_some_and(|published| published.facility.address != address_text),
            is_vague: false,
            error: 0.0,
        };
        precision.settle(&mut members, origin, stays.is_some(), &placed);
        placed.is_vague = members
            .get("position_precision")
            .is_some_and(|p| p == "city");
        placed.error = precision::error(&members);
        members.insert("position".to_owned(), json!(position));
        let says_where = origin == Origin::Row || (origin == Origin::Published && has_address);
        self.locate(
            &placed,
            &mut members,
            address_text.filter(|_| says_where),
            problems,
        )?;
        match serde_json::from_value::<Facility>(Value::Object(members)) {
            Ok(facility) => {
                let contacts = super::contacts(&facility);
                let stays = matches!(plan, Plan::Of { stays: true, .. });
                let before = published.map(|p| (p.facility.clone(), p.since));
                let difference = Difference::between(number, facility, before);
                Some(Accepted {
                    difference: difference.filter(|_| !stays).map(std::sync::Arc::new),
                    keeps_kind,
                    blanks,
                    contacts,
                })
            }
            Err(error) => {
                let message = (
                    format!("この行から施設を作れません: {error}"),
                    format!("no facility can be made of this row: {error}"),
                );
                problems.push(Problem::blocking(number, "value-unreadable", message));
                None
            }
        }
    }

    /// Writes down in which municipality the row lies.
    fn locate(
        &self,
        placed: &Placed<'_>,
        members: &mut Map<String, Value>,
        address: Option<String>,
        problems: &mut Vec<Problem>,
    ) -> Option<()> {
        let districts = self.against.districts;
        let settled = problems.len();
        let located = locate(placed, self.against.area, districts, problems)?;
        let is_there = !problems[settled..].iter().any(|p| p.blocks);
        if let Some(text) = address.filter(|_| is_there) {
            let error = precision::error(members);
            town::compare(placed, located, &text, error, districts, problems);
        }
        for (name, value) in [
            ("municipality", json!(located.municipality.code)),
            ("municipality_name", json!(located.municipality.name)),
            ("prefecture", json!(located.municipality.prefecture)),
            ("ward", json!(located.ward.map(|ward| &ward.code))),
        ] {
            members.insert(name.to_owned(), value);
        }
        Some(())
    }

    /// The row's own position. One that is the published position with fewer digits says nothing new.
    fn own_position(&self, key: &RowKey, was: Option<Position>) -> Option<Position> {
        match (key.position, was) {
            (Some(own), Some(was)) if !self.against.answers.is_exact && is_rounded(was, own) => {
                Some(was)
            }
            (own, _) => own,
        }
    }

    /// The fields whose cell is empty beside a published value. Unless such values are to be cleared,
    /// the cells are as if they were not there.
    fn blanks(&self, published: &Published, fields: &mut Map<String, Value>) -> Vec<&'static str> {
        if self.against.answers.is_exact {
            return Vec::new();
        }
        let is_known = |name: &str| match (name, published.values.get(name)) {
            (_, None | Some(Value::Null)) => false,
            ("status", Some(status)) => *status != json!(Status::Unknown),
            ("sources", Some(sources)) => *sources != json!([]),
            _ => true,
        };
        let is_asked = |name: &str| !super::difference::FOUND.contains(&name) && name != "name";
        let blank: Vec<&'static str> = FACILITY
            .iter()
            .map(|field| field.name)
            .filter(|name| is_asked(name))
            .filter(|name| fields.get(*name).is_some_and(Value::is_null) && is_known(name))
            // Without a precision of its own a position is as exact as its digits.
            .filter(|name| *name != "position_precision" && *name != "position_error")
            .collect();
        if self.against.answers.blank == BlankCells::Keep {
            for name in &blank {
                fields.remove(*name);
            }
        }
        blank
    }
}

/// Whether a position is another one with fewer digits.
fn is_rounded(exact: Position, rounded: Position) -> bool {
    let decimals = |degrees: f64| {
        let text = degrees.to_string();
        text.split_once('.')
            .map_or(0, |(_, decimals)| decimals.len())
    };
    let digits = decimals(rounded.lon()).max(decimals(rounded.lat()));
    let unit = 10f64.powi(i32::try_from(digits).unwrap_or(7));
    let same = |a: f64, b: f64| ((a * unit).round() - (b * unit).round()).abs() < 0.5;
    same(exact.lon(), rounded.lon()) && same(exact.lat(), rounded.lat())
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
