//! Finds published facilities that a new row may duplicate: a similar name close by, or the same
//! telephone number or website not far away. People decide about each.
//!
//! Published facilities near the new rows are read once into tables, so that comparing two files of
//! the whole country takes under a second.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;

use crate::domain::facility::{Facility, FacilityId};
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;
use crate::snapshot::Snapshot;
use crate::snapshot::entries::Entry;

use super::ReviewContext;
use super::decisions::RowDecision;
use super::headers::{Headers, about};
use super::key::{RowKey, may_act};
use super::names::Folded;

/// A row that looks like a published facility.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelyDuplicate {
    /// The row.
    pub row: usize,
    /// The published facility.
    pub id: FacilityId,
    /// Its name.
    pub name: String,
    /// How far apart they are, in metres.
    pub metres: f64,
    /// What both have in common.
    pub reason: Reason,
    /// The decision about the row, if there is one.
    pub decided: Option<RowDecision>,
}

/// Why a facility may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The same name at the same place.
    SamePlace,
    /// The same name, not far away.
    SameName,
    /// A similar name close by.
    LikeName,
    /// The same telephone number.
    Phone,
    /// The same website.
    Website,
    /// The row's id is the facility's, which has another name at another place.
    Id,
}

impl Reason {
    /// The value in answers.
    pub fn slug(self) -> &'static str {
        match self {
            Reason::SamePlace => "same-place",
            Reason::SameName => "same-name",
            Reason::LikeName => "like-name",
            Reason::Phone => "phone",
            Reason::Website => "website",
            Reason::Id => "id",
        }
    }
}

/// Facilities with similar names this close may be one, if both positions are exact.
pub(super) const LIKE_NAME: f64 = 300.0;

/// Facilities with one telephone number or website this close may be one.
const SAME_CONTACT: f64 = 2_000.0;

/// Beyond this distance two facilities of one name are different, however uncertain their positions.
pub(super) const FARTHEST: f64 = 20_000.0;

/// In degrees: never smaller than [`LIKE_NAME`], at 46 N 300 m are 0.0039° of longitude.
const SQUARE: f64 = 0.004;

/// In degrees: never smaller than [`FARTHEST`] in Japan.
const REGION: f64 = 0.27;

/// The published facilities near some rows.
#[derive(Default)]
pub(super) struct NearbyFacilities {
    facilities: Vec<Neighbour>,
    /// The regions whose facilities are here.
    regions: HashSet<[i32; 2]>,
    names: HashMap<String, Vec<u32>>,
    squares: HashMap<[i32; 2], Vec<u32>>,
    phones: HashMap<String, Vec<u32>>,
    websites: HashMap<String, Vec<u32>>,
    osm: HashMap<String, Vec<u32>>,
}

struct Neighbour {
    entry: Arc<Entry>,
    name: Folded,
    /// How far the true place may be.
    error: f64,
}

/// The values of a published facility that are compared.
#[derive(Deserialize)]
struct ComparedFacility {
    name: String,
    phone: Option<String>,
    website: Option<String>,
    osm_id: Option<String>,
    position_precision: Precision,
    position_error: Option<u32>,
}

/// A published facility that a row may be.
#[derive(Clone)]
pub(super) struct LikelyMatch {
    pub entry: Arc<Entry>,
    /// How far it lies from the row.
    pub metres: f64,
    pub reason: Reason,
}

/// A new row, ready to be compared.
pub(super) struct NewRow<'a> {
    pub facility: &'a Facility,
    pub name: &'a Folded,
    /// Its telephone number and website, where no other row of the file has them.
    pub phone: Option<String>,
    pub website: Option<String>,
}

impl NearbyFacilities {
    /// Reads the published facilities around these positions, unless they were read before.
    pub fn look_around(&mut self, snapshot: &Snapshot, positions: impl Iterator<Item = Position>) {
        let regions: HashSet<[i32; 2]> = positions
            .map(|position| square(position, REGION))
            .collect::<HashSet<_>>()
            .into_iter()
            .flat_map(around_square)
            .filter(|region| !self.regions.contains(region))
            .collect();
        if regions.is_empty() {
            return;
        }
        for entry in snapshot.iter() {
            if regions.contains(&square(entry.position, REGION)) {
                self.add(entry);
            }
        }
        self.regions.extend(regions);
    }

    /// The published facilities with a row's name at its place, the nearest first.
    pub fn at_place_of(&self, key: &RowKey, context: &ReviewContext<'_>) -> Vec<(Arc<Entry>, f64)> {
        // Facilities read for other rows must not affect this one.
        let Some(around) = key.around else {
            return Vec::new();
        };
        let regions = around_square(square(around, REGION));
        // A facility with the row's OpenStreetMap id is the same, whatever its name or position.
        let own = key.osm.as_ref().and_then(|id| self.osm.get(id));
        let own = own.into_iter().flatten().filter_map(|number| {
            let entry = &self.facilities[*number as usize].entry;
            let is_here = regions.contains(&square(entry.position, REGION));
            let away = |own: Position| own.distance(entry.position).0;
            (is_here && may_act(entry, context))
                .then(|| (Arc::clone(entry), key.position.map_or(0.0, away)))
        });
        let own: Vec<_> = own.collect();
        if !own.is_empty() {
            return own;
        }
        let named = self.names.get(&key.name.text).into_iter().flatten();
        let mut found: Vec<(Arc<Entry>, f64)> = named
            .filter_map(|number| {
                let entry = &self.facilities[*number as usize].entry;
                regions
                    .contains(&square(entry.position, REGION))
                    .then_some(())?;
                let away = key.is_at(entry, context)?;
                may_act(entry, context).then(|| (Arc::clone(entry), away))
            })
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.id.cmp(&b.0.id)));
        // A closer facility of its name is not skipped, although its place differs.
        if let Some(closer) = self.closest_named(key) {
            found.retain(|(_, away)| *away <= closer);
        }
        found
    }

    /// The distance to the nearest facility of a row's name that the row may be.
    fn closest_named(&self, key: &RowKey) -> Option<f64> {
        let own = key.position?;
        let named = self.names.get(&key.name.text).into_iter().flatten();
        let away = named.filter_map(|number| {
            let known = &self.facilities[*number as usize];
            let away = own.distance(known.entry.position).0;
            let within = (LIKE_NAME + key.error + known.error).min(FARTHEST);
            (away <= within).then_some(away)
        });
        away.min_by(f64::total_cmp)
    }

    fn add(&mut self, entry: &Arc<Entry>) {
        let number = self.facilities.len() as u32;
        let compared: ComparedFacility = entry.properties();
        let name = Folded::new(&compared.name);
        let note = |table: &mut HashMap<String, Vec<u32>>, key: Option<String>| {
            if let Some(key) = key {
                table.entry(key).or_default().push(number);
            }
        };
        note(&mut self.names, Some(name.text.clone()));
        note(
            &mut self.phones,
            compared.phone.as_deref().and_then(plain_phone),
        );
        note(
            &mut self.websites,
            compared.website.as_deref().and_then(plain_website),
        );
        note(&mut self.osm, compared.osm_id);
        let square = square(entry.position, SQUARE);
        self.squares.entry(square).or_default().push(number);
        self.facilities.push(Neighbour {
            entry: Arc::clone(entry),
            name,
            error: error_of(compared.position_precision, compared.position_error),
        });
    }

    /// The published facility that the new row most probably is, and why.
    pub fn find(&self, newcomer: &NewRow<'_>) -> Option<LikelyMatch> {
        let here = newcomer.facility.position;
        let own_error = error_of(
            newcomer.facility.position_precision,
            newcomer.facility.position_error,
        );
        let near = |number: &u32, within: f64| {
            let neighbour = &self.facilities[*number as usize];
            // The exact distance is only needed close to the limit.
            let away = here.planar(neighbour.entry.position).0;
            (away <= within * 1.02 + 1.0)
                .then(|| here.distance(neighbour.entry.position).0)
                .filter(|away| *away <= within)
                .map(|away| (neighbour, away))
        };
        let named = self.names.get(&newcomer.name.text).into_iter().flatten();
        let named = named.filter_map(|number| {
            let error = self.facilities[*number as usize].error;
            let within = (LIKE_NAME + own_error + error).min(FARTHEST);
            Some((Reason::SameName, near(number, within)?))
        });
        let around = around_square(square(here, SQUARE)).into_iter();
        let around = around.filter_map(|square| self.squares.get(&square));
        let alike = around.flatten().filter_map(|number| {
            let found = near(number, LIKE_NAME)?;
            let alike = found.0.name.is_like(newcomer.name);
            alike.then_some((Reason::LikeName, found))
        });
        // A number that many facilities have belongs to a switchboard.
        let only = |table: &HashMap<String, Vec<u32>>, key: &Option<String>| {
            let numbers = key.as_ref().and_then(|key| table.get(key));
            let mut near = numbers
                .into_iter()
                .flatten()
                .filter_map(|number| near(number, SAME_CONTACT));
            near.next().filter(|_| near.next().is_none())
        };
        let phone = only(&self.phones, &newcomer.phone).map(|found| (Reason::Phone, found));
        let website = only(&self.websites, &newcomer.website).map(|found| (Reason::Website, found));
        let found = named.chain(alike).chain(phone).chain(website);
        let best = found.min_by(|a, b| {
            let by_id = || a.1.0.entry.id.cmp(&b.1.0.entry.id);
            a.0.cmp(&b.0).then(a.1.1.total_cmp(&b.1.1)).then_with(by_id)
        });
        best.map(|(reason, (neighbour, metres))| LikelyMatch {
            entry: Arc::clone(&neighbour.entry),
            metres,
            reason,
        })
    }
}

/// How far the true place may be from a position.
pub(super) fn error_of(precision: Precision, error: Option<u32>) -> f64 {
    match (precision, error) {
        (Precision::Building, _) => 0.0,
        (_, Some(metres)) => f64::from(metres),
        (_, None) => precision.usual_error(),
    }
}

fn square(position: Position, size: f64) -> [i32; 2] {
    [position.lon(), position.lat()].map(|degrees| (degrees / size).floor() as i32)
}

fn around_square([x, y]: [i32; 2]) -> [[i32; 2]; 9] {
    std::array::from_fn(|i| [x + i as i32 % 3 - 1, y + i as i32 / 3 - 1])
}

/// A telephone number's digits, from the area code on.
pub(super) fn plain_phone(text: &str) -> Option<String> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.nfkc().collect();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.strip_prefix("81") {
        Some(rest) if text.trim_start().starts_with('+') => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    };
    (9..=11).contains(&digits.len()).then_some(digits)
}

/// A website in the form used for comparison. A municipality's front page belongs to no facility.
pub(super) fn plain_website(text: &str) -> Option<String> {
    let rest = text.split_once("://")?.1;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let path = path.trim_end_matches('/');
    let is_front_page = path.is_empty() && (host.ends_with(".lg.jp") || host.ends_with(".go.jp"));
    (!is_front_page).then(|| format!("{host}/{path}"))
}

/// The problem of a row that looks like a published facility.
pub(super) fn problem(
    row: usize,
    facility: &Facility,
    found: &LikelyDuplicate,
    headers: &Headers,
) -> Problem {
    let reason = found.reason;
    let why: (&str, &str) = match reason {
        Reason::SamePlace | Reason::Id => return same_place(row, facility, found, headers),
        Reason::SameName => ("名称が同じで", "has the same name"),
        Reason::LikeName => ("名称が似ていて", "has a similar name"),
        Reason::Phone => ("電話番号が同じで", "has the same telephone number"),
        Reason::Website => ("ウェブサイトが同じで", "has the same website"),
    };
    let (name, away) = (&found.name, about(found.metres));
    let (where_ja, where_en) = if found.metres < 10.0 {
        (
            "同じ位置にあります".to_owned(),
            "lies at the same place".to_owned(),
        )
    } else {
        (
            format!("約{away}の所にあります"),
            format!("lies about {away} away"),
        )
    };
    let message = (
        format!(
            "公開中の「{name}」と同じ施設かもしれません。{}、{where_ja}。同じ施設か別の施設かを選んでください",
            why.0
        ),
        format!(
            "this may be “{name}”, which is published: it {} and {where_en}. Say whether they are the same",
            why.1
        ),
    );
    let (column, value) = match reason {
        Reason::Phone => ("phone", facility.phone.as_deref()),
        Reason::Website => ("website", facility.website.as_ref().map(|url| url.as_str())),
        _ => ("name", Some(facility.name.as_str())),
    };
    let expected = Wording::new(
        format!("公開されていない施設（公開中: {name}、ID {}）", found.id),
        format!(
            "a facility that is not published (published: {name}, id {})",
            found.id
        ),
    );
    Problem::warning(row, "likely-duplicate", message)
        .in_column(headers.of(column))
        .found(value.unwrap_or_default(), expected)
}

/// The problem of a row with the name and place of a published facility and other facts.
fn same_place(
    row: usize,
    facility: &Facility,
    found: &LikelyDuplicate,
    headers: &Headers,
) -> Problem {
    let (name, id) = (&found.name, &found.id);
    // A renamed or moved facility is recognised only by its OpenStreetMap id.
    let is_by_id = facility.osm_id.is_some() && facility.name.as_str() != name.as_str();
    let message = match is_by_id {
        true => (
            format!(
                "公開中の「{name}」とOpenStreetMapのIDが同じで、内容が違います。更新するか、公開中のままにするか、別の施設とするかを選んでください"
            ),
            format!(
                "“{name}” is published with this OpenStreetMap id and says something else: choose whether the row updates it, leaves it as it is, or is another facility"
            ),
        ),
        false => (
            format!(
                "公開中の「{name}」と名称も場所も同じで、内容が違います。更新するか、公開中のままにするか、別の施設とするかを選んでください"
            ),
            format!(
                "“{name}” is published with this name at this place and says something else: choose whether the row updates it, leaves it as it is, or is another facility"
            ),
        ),
    };
    let expected = Wording::new(
        format!("公開中と同じ内容、または選択（公開中: {name}、ID {id}）"),
        format!("what is published, or a decision (published: {name}, id {id})"),
    );
    Problem::warning(row, "likely-duplicate", message)
        .in_column(headers.of("name"))
        .found(facility.name.as_str(), expected)
}
