//! Drafts the facility that a row would make, with the row's problems.

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
use crate::interchange::edits::BlankCells;
use crate::interchange::reading::SheetRow;
use crate::places::blocks;
use crate::snapshot::entries::Entry;

use super::difference::{Difference, completed, merged};
use super::headers::Headers;
use super::key::RowKey;
use super::location::{PlacedRow, StatedPlace, locate};
use super::plan::Plan;
use super::{ReviewContext, identity, precision, town};

/// Where a row's position comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PositionSource {
    /// The row itself.
    Row,
    /// What is published.
    Published,
    /// The block, or else the town, that its address names.
    Town,
}

/// The result for one row.
#[derive(Default)]
pub(super) struct Draft {
    /// The row's problems.
    pub problems: Vec<Problem>,
    /// What it does, if no problem blocks it.
    pub accepted: Option<Accepted>,
}

/// A row without blocking problems.
pub(super) struct Accepted {
    /// What it changes; `None` if it equals what is published.
    pub difference: Option<std::sync::Arc<Difference>>,
    /// Whether the file's missing kind is the one that is published.
    pub keeps_kind: bool,
    /// Fields whose cell is empty beside a published value.
    pub blanks: Vec<&'static str>,
    /// The facility's telephone number and website in the form used for comparison.
    pub contacts: (Option<String>, Option<String>),
}

/// A published facility that a row is about.
struct PublishedFacility {
    facility: Facility,
    since: Seq,
    /// Its values by their fields.
    values: Map<String, Value>,
    /// Where it lies.
    place: Whereabouts,
}

impl PublishedFacility {
    fn of(entry: &Entry) -> PublishedFacility {
        let mut values = entry.values();
        values.remove("updated_at");
        let facility: Facility =
            serde_json::from_value(values.clone().into()).expect("a feature reads back");
        PublishedFacility {
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

/// A row's fields merged into what is published, before its place is settled.
struct Merged {
    /// The facility's members.
    members: Map<String, Value>,
    stated: StatedPlace,
    precision: precision::StatedPrecision,
    /// Fields whose cell is empty beside a published value.
    blanks: Vec<&'static str>,
    /// Whether the file's missing kind is the one that is published.
    keeps_kind: bool,
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// What all rows of one file are drafted with.
pub(super) struct Drafting<'a> {
    pub context: &'a ReviewContext<'a>,
    pub headers: &'a Headers,
    /// The kind of facilities that have none in the file or the directory.
    pub kind: Option<Kind>,
}

impl Drafting<'_> {
    /// Drafts one row.
    pub fn draft(
        &self,
        row: SheetRow,
        key: &RowKey,
        plan: &Plan,
        new_id: &mut impl FnMut() -> FacilityId,
    ) -> Draft {
        let mut draft = Draft::default();
        if let Plan::Refused(refused) = plan {
            let problem = identity::problem(key, refused, self.context, self.headers);
            draft.problems.push(problem);
        }
        let accepted = self.facility(row, key, plan, new_id, &mut draft.problems);
        if !draft.problems.iter().any(|problem| problem.blocks) {
            draft.accepted = accepted;
        }
        draft
    }

    /// The facility as the row would make it; `None` if a problem keeps the row out.
    fn facility(
        &self,
        row: SheetRow,
        key: &RowKey,
        plan: &Plan,
        new_id: &mut impl FnMut() -> FacilityId,
        problems: &mut Vec<Problem>,
    ) -> Option<Accepted> {
        let number = row.number;
        let published = match plan {
            Plan::Of { entry, .. } => Some(PublishedFacility::of(entry)),
            _ => None,
        };
        let published = published.as_ref();
        let id = match plan {
            Plan::Of { entry, .. } => Some(entry.id.clone()),
            Plan::New {
                keeps_id: false, ..
            } => None,
            _ => key.id.as_deref().and_then(|id| FacilityId::new(id).ok()),
        };
        let id = id.unwrap_or_else(new_id);
        let Merged {
            mut members,
            stated,
            precision,
            blanks,
            keeps_kind,
        } = self.merge(row, published, &id);
        if members.get("name").is_none_or(Value::is_null) {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            let problem = Problem::blocking(number, "name-missing", message);
            problems.push(problem.in_column(self.headers.of("name")));
            return None;
        }
        self.place(key, &stated, published, precision, &mut members, problems)?;
        let facility = match serde_json::from_value::<Facility>(Value::Object(members)) {
            Ok(facility) => facility,
            Err(error) => {
                let message = (
                    format!("この行から施設を作れません: {error}"),
                    format!("no facility can be made of this row: {error}"),
                );
                problems.push(Problem::blocking(number, "value-unreadable", message));
                return None;
            }
        };
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

    /// Merges the row's fields into what is published.
    fn merge(
        &self,
        row: SheetRow,
        published: Option<&PublishedFacility>,
        id: &FacilityId,
    ) -> Merged {
        let SheetRow {
            number: _,
            mut fields,
            implied_precision,
            partly,
            denied,
        } = row;
        let mut stated = StatedPlace {
            municipality: text(fields.get("municipality")),
            ward: text(fields.get("ward")),
            has_ward: fields.contains_key("ward"),
            has_address: false,
        };
        let has_kind = fields.contains_key("kind");
        let blanks = published.map_or(Vec::new(), |published| self.blanks(published, &mut fields));
        // An empty cell that keeps the published address does not state one.
        stated.has_address = fields.contains_key("address");
        fields.remove("position");
        let precision = precision::StatedPrecision::take(&mut fields, implied_precision);
        let values = published.map(|published| published.values.clone());
        completed(&mut fields, values.as_ref(), &partly, &denied);
        let mut members = merged(id, values, fields);
        let mut keeps_kind = false;
        if published.is_some() && !has_kind && members.get("kind").is_some_and(Value::is_string) {
            keeps_kind = true;
        } else if let Some(kind) = self.kind {
            members.insert("kind".to_owned(), json!(kind));
        }
        Merged {
            members,
            stated,
            precision,
            blanks,
            keeps_kind,
        }
    }

    /// Settles the position, its precision and the municipality.
    fn place(
        &self,
        key: &RowKey,
        stated: &StatedPlace,
        published: Option<&PublishedFacility>,
        precision: precision::StatedPrecision,
        members: &mut Map<String, Value>,
        problems: &mut Vec<Problem>,
    ) -> Option<()> {
        let (number, headers) = (key.number, self.headers);
        let ReviewContext {
            districts, places, ..
        } = *self.context;
        let was = published.map(|published| published.facility.position);
        let own = self.own_position(key, was);
        let address_text = text(members.get("address"));
        let hints = hints(stated, self.context.area, members, own, districts);
        let address = address_text
            .as_deref()
            .and_then(|text| places?.address(text, &hints));
        if let (Some(text), Some(address), true) = (&address_text, &address, stated.has_address) {
            problems.extend(town::formerly(number, headers, text, address, districts));
            problems.extend(town::without_city(
                number, headers, text, address, districts,
            ));
        }
        let point = address
            .as_ref()
            .zip(address_text.as_deref())
            .zip(self.context.blocks)
            .and_then(|((address, text), blocks)| blocks::locate(address, text, blocks));
        let (position, source) = match (own, was) {
            (Some(own), _) => (own, PositionSource::Row),
            (None, Some(was)) => (was, PositionSource::Published),
            (None, None) => {
                let position = town::without_position(
                    number,
                    headers,
                    address_text.as_deref(),
                    address.as_ref(),
                    point.as_ref(),
                    problems,
                )?;
                (position, PositionSource::Town)
            }
        };
        let stays = published.filter(|_| was == Some(position));
        let mut placed = PlacedRow {
            number,
            headers,
            position,
            is_given: source == PositionSource::Row,
            is_town: source == PositionSource::Town,
            stated,
            address: address.as_ref(),
            point: point.as_ref(),
            published: stays.map(|published| published.place),
            is_readdressed: published
                .is_some_and(|published| published.facility.address != address_text),
            is_vague: false,
            error: 0.0,
        };
        precision.settle(members, source, stays.is_some(), &placed);
        placed.is_vague = members
            .get("position_precision")
            .is_some_and(|p| p == "city");
        placed.error = precision::error(members);
        members.insert("position".to_owned(), json!(position));
        let says_where = source == PositionSource::Row
            || (source == PositionSource::Published && stated.has_address);
        self.locate(
            &placed,
            members,
            address_text.filter(|_| says_where),
            problems,
        )
    }

    /// Finds the row's municipality and writes it into the members.
    fn locate(
        &self,
        placed: &PlacedRow<'_>,
        members: &mut Map<String, Value>,
        address: Option<String>,
        problems: &mut Vec<Problem>,
    ) -> Option<()> {
        let districts = self.context.districts;
        let settled = problems.len();
        let located = locate(placed, self.context.area, districts, problems)?;
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

    /// The row's own position. The published position with fewer digits counts as unchanged.
    fn own_position(&self, key: &RowKey, was: Option<Position>) -> Option<Position> {
        match (key.position, was) {
            (Some(own), Some(was)) if !self.context.decisions.is_exact && is_rounded(was, own) => {
                Some(was)
            }
            (own, _) => own,
        }
    }

    /// The fields whose cell is empty beside a published value. Unless such values are to be cleared,
    /// the cells are removed from the row.
    fn blanks(
        &self,
        published: &PublishedFacility,
        fields: &mut Map<String, Value>,
    ) -> Vec<&'static str> {
        if self.context.decisions.is_exact {
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
            // The precision of a position without one follows from its digits.
            .filter(|name| *name != "position_precision" && *name != "position_error")
            .collect();
        if self.context.decisions.blank == BlankCells::Keep {
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

/// Municipalities that an incomplete address may lie in, the likeliest first.
fn hints(
    stated: &StatedPlace,
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
