//! The values of a row that identify its facility.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::change::Moment;
use crate::domain::position::Position;
use crate::domain::user::Whereabouts;
use crate::domain::vocabulary::Precision;
use crate::interchange::reading::SheetRow;
use crate::snapshot::Found;
use crate::snapshot::entries::Entry;

use super::ReviewContext;
use super::addresses::{self, AddressMatch};
use super::likely::{FARTHEST, LIKE_NAME, error_of};
use super::location::is_within;
use super::names::Folded;

/// The values of a row that are compared with published facilities and with other rows.
pub(super) struct RowKey {
    pub number: usize,
    /// The id it brings.
    pub id: Option<String>,
    /// What that id means.
    pub own: OwnId,
    /// Its id in OpenStreetMap.
    pub osm: Option<String>,
    pub written: String,
    pub name: Folded,
    /// The row's own position. A position taken from the address is the same for a whole town.
    pub position: Option<Position>,
    /// How far the true place may be from it.
    pub error: f64,
    /// Its address, folded.
    pub address: Option<String>,
    /// The folded address up to its number, if the position is exact.
    pub lot: Option<String>,
    /// Its approximate position.
    pub near: Option<Position>,
    /// Where to search for facilities of its name: its position, or at least its municipality.
    pub around: Option<Position>,
    /// The municipality and the ward it states.
    stated: [Option<String>; 2],
}

/// What the id of a row means.
#[derive(Clone)]
pub(super) enum OwnId {
    /// It brings none.
    None,
    /// No facility ever had it.
    Unknown,
    /// A published facility's.
    Of(Arc<Entry>),
    /// A published facility's with another name at another place.
    Another(Arc<Entry>),
    /// A published facility's that the sender may not change.
    Elsewhere(Arc<Entry>),
    /// A withdrawn facility's.
    Withdrawn(Moment),
}

/// The values of a published facility that are compared.
#[derive(Deserialize)]
pub(super) struct PublishedPlace<'a> {
    #[serde(borrow)]
    pub name: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub address: Option<std::borrow::Cow<'a, str>>,
    pub municipality: String,
    pub municipality_name: String,
    pub prefecture: String,
    pub ward: Option<String>,
    pub position_precision: Precision,
    pub position_error: Option<u32>,
}

impl RowKey {
    /// Builds the key of a row.
    pub fn of(row: &SheetRow, context: &ReviewContext<'_>) -> RowKey {
        let fields = &row.fields;
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let written = text("name").unwrap_or_default();
        let position = fields.get("position").cloned();
        let position: Option<Position> = position.and_then(|p| serde_json::from_value(p).ok());
        let address = text("address");
        let stated = [text("municipality"), text("ward")];
        let is_exact = row.implied_precision == Some(Precision::Building)
            && !matches!(text("position_precision").as_deref(), Some("town" | "city"));
        let lot = address.as_deref().filter(|_| is_exact);
        let near = position.or_else(|| {
            let address = address.as_deref()?;
            near_address(address, &stated, context)
        });
        let mut key = RowKey {
            around: near.or_else(|| municipality_of(&stated, context)),
            lot: lot.map(|address| addresses::fold(&addresses::without_floor(address))),
            number: row.number,
            id: text("id"),
            own: OwnId::None,
            osm: text("osm_id"),
            name: Folded::new(&written),
            written,
            position,
            error: own_error(fields, row.implied_precision),
            near,
            address: address.as_deref().map(addresses::fold),
            stated,
        };
        key.own = key.own_id(context);
        key
    }

    fn own_id(&self, context: &ReviewContext<'_>) -> OwnId {
        let Some(id) = &self.id else {
            return OwnId::None;
        };
        match context.snapshot.get(id) {
            Found::Nothing => OwnId::Unknown,
            Found::Withdrawn(at) => OwnId::Withdrawn(at),
            Found::Facility(entry) if !may_act(entry, context) => {
                OwnId::Elsewhere(Arc::clone(entry))
            }
            Found::Facility(entry) if !context.decisions.is_exact && self.is_another(entry) => {
                OwnId::Another(Arc::clone(entry))
            }
            Found::Facility(entry) => OwnId::Of(Arc::clone(entry)),
        }
    }

    /// Whether a facility has another name and another place. If only one of the two differs, the
    /// facility was renamed or moved.
    fn is_another(&self, entry: &Entry) -> bool {
        let published: PublishedPlace<'_> = entry.properties();
        if self.written.is_empty() || self.written == published.name {
            return false;
        }
        let name = Folded::new(&published.name);
        if name.text == self.name.text {
            return false;
        }
        let addresses = self.compare_addresses(&published);
        if addresses == AddressMatch::Same {
            return false;
        }
        let error = error_of(published.position_precision, published.position_error);
        match (self.position, self.near) {
            (Some(own), _) => {
                let away = own.planar(entry.position).0;
                let within = (LIKE_NAME + self.error + error).min(FARTHEST);
                // Places known only to their town are distinguished by the address.
                let other_door = addresses == AddressMatch::Differ && away > SAME_DOOR;
                away > within || (other_door && !self.name.is_like(&name))
            }
            (None, _) if addresses == AddressMatch::Differ => true,
            (None, Some(town)) => {
                let within = (LIKE_NAME + TOWN + error).min(FARTHEST);
                town.planar(entry.position).0 > within
            }
            // Without a place, only a similar name indicates the same facility.
            (None, None) => !self.name.is_like(&name),
        }
    }

    /// The distance to a published facility of the row's name, if it is at the same place.
    pub fn is_at(&self, entry: &Entry, context: &ReviewContext<'_>) -> Option<f64> {
        let published: PublishedPlace<'_> = entry.properties();
        let addresses = self.compare_addresses(&published);
        let Some(own) = self.position else {
            let same = addresses == AddressMatch::Same && self.is_in(&published, context);
            return same.then_some(0.0);
        };
        let away = own.distance(entry.position).0;
        let error = error_of(published.position_precision, published.position_error);
        let is_near = away <= SAME_SPOT + (self.error + error).min(MOST_ERROR);
        let other_door = addresses == AddressMatch::Differ && away > SAME_DOOR;
        let same_address = addresses == AddressMatch::Same
            && (away <= MOST_ERROR || (away <= FARTHEST && self.is_in(&published, context)));
        ((is_near && !other_door) || same_address).then_some(away)
    }

    fn compare_addresses(&self, published: &PublishedPlace<'_>) -> AddressMatch {
        let (Some(own), Some(other)) = (&self.address, &published.address) else {
            return AddressMatch::Unclear;
        };
        let within = [&*published.prefecture, &*published.municipality_name];
        addresses::compare(own, &addresses::fold(other), within)
    }

    /// Whether the row itself, or what its sender may change, names the facility's municipality.
    fn is_in(&self, published: &PublishedPlace<'_>, context: &ReviewContext<'_>) -> bool {
        let is_stated = |code: &String| {
            *code == published.municipality || published.ward.as_ref() == Some(code)
        };
        let area = context.area.map(|area| area.to_string());
        let area = area.filter(|area| area.len() == 5);
        let mut stated = self.stated.iter().flatten().chain(&area);
        let named = self.address.as_deref();
        stated.any(is_stated)
            || named.is_some_and(|text| addresses::names(text, &published.municipality_name))
    }
}

/// Exact positions of one facility differ by so much between two surveys.
const SAME_SPOT: f64 = 50.0;

/// Closer than this, different addresses are usually spellings of one.
const SAME_DOOR: f64 = 20.0;

/// A position with a larger error does not identify a facility.
const MOST_ERROR: f64 = 2_000.0;

/// The default error of a town's point.
const TOWN: f64 = 1_000.0;

/// Whether the sender of a file may change a published facility.
pub(super) fn may_act(entry: &Entry, context: &ReviewContext<'_>) -> bool {
    let Some(area) = context.area else {
        return true;
    };
    let place: Whereabouts = {
        #[derive(Deserialize)]
        struct Place {
            municipality: crate::domain::municipality::MunicipalityCode,
            ward: Option<crate::domain::municipality::MunicipalityCode>,
        }
        let place: Place = entry.properties();
        Whereabouts {
            municipality: place.municipality,
            ward: place.ward,
        }
    };
    is_within(area, place, entry.position, context.districts)
}

fn own_error(fields: &Map<String, Value>, implied: Option<Precision>) -> f64 {
    let stated = fields.get("position_precision").and_then(Value::as_str);
    let precision = stated.and_then(|word| word.parse().ok()).or(implied);
    let error = fields.get("position_error").and_then(Value::as_u64);
    let error = error.and_then(|metres| u32::try_from(metres).ok());
    error_of(precision.unwrap_or(Precision::Building), error)
}

/// A point of the municipality that a row states, or that all rows lie in.
fn municipality_of(stated: &[Option<String>; 2], context: &ReviewContext<'_>) -> Option<Position> {
    use crate::domain::municipality::MunicipalityCode;
    use crate::domain::user::Area;
    let stated = stated.iter().rev().flatten();
    let stated = stated.filter_map(|code| MunicipalityCode::new(code).ok());
    let area = match context.area {
        Some(Area::Municipality(code)) => Some(code),
        _ => None,
    };
    let mut places = stated.chain(area);
    places.find_map(|code| {
        let [lon, lat] = context.districts.municipality(code)?.label;
        Position::new(lon, lat).ok()
    })
}

/// About where an address is: its town's point, else its municipality's.
fn near_address(
    text: &str,
    stated: &[Option<String>; 2],
    context: &ReviewContext<'_>,
) -> Option<Position> {
    use crate::domain::municipality::MunicipalityCode;
    use crate::domain::user::Area;
    let area = match context.area {
        Some(Area::Municipality(code)) => Some(code),
        _ => None,
    };
    let stated = stated.iter().rev().flatten();
    let stated = stated.filter_map(|code| MunicipalityCode::new(code).ok());
    let hints: Vec<MunicipalityCode> = stated.chain(area).collect();
    let address = context.places?.address(text, &hints)?;
    address.town.map(|town| town.position).or_else(|| {
        let [lon, lat] = context.districts.municipality(address.municipality)?.label;
        Position::new(lon, lat).ok()
    })
}
