//! Finds the municipality of a row, and compares it with the row's codes and the permitted area.
//!
//! The position decides, not the codes. There are two exceptions. Borders are generalized, so a point
//! within [`BORDER`] of the named municipality counts as inside. Most cities' ward borders are
//! estimated, so a ward's facilities may lie outside its border (see [`ward`]).

use crate::districts::{District, Districts, Level};
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::user::{Area, Whereabouts};
use crate::places::Address;
use crate::places::blocks::AddressPoint;

use super::headers::Headers;

mod messages;
mod ward;

pub(super) use messages::{about_mistake, full_name};
use messages::{beyond_border, elsewhere, former_ward, nowhere, outside_estimate, unknown_code};

/// How far a generalized border may be from the true one, in metres: nine in ten of the towns outside
/// their own municipality are closer.
const BORDER: f64 = 150.0;

/// How far outside a ward's estimated border its facilities may lie, in metres.
const WARD_BORDER: f64 = 3_000.0;

/// Where a position lies.
#[derive(Clone, Copy)]
pub(super) struct Located<'a> {
    pub municipality: &'a District,
    pub ward: Option<&'a District>,
}

/// The codes and address that a row states.
#[derive(Default)]
pub(super) struct StatedPlace {
    /// The municipality's code: of a city, a ward, or a whole prefecture (`13000`).
    pub municipality: Option<String>,
    /// The ward's code.
    pub ward: Option<String>,
    /// Whether the row has a ward at all, empty or not.
    pub has_ward: bool,
    /// Whether the row has an address, and not an empty cell that keeps the published one.
    pub has_address: bool,
}

/// A row with the position to check.
pub(super) struct PlacedRow<'a> {
    pub number: usize,
    pub headers: &'a Headers,
    pub position: Position,
    /// Whether the row states the position; otherwise it is the published one or the address's town.
    pub is_given: bool,
    /// Whether it is the address's town.
    pub is_town: bool,
    pub stated: &'a StatedPlace,
    /// What the row's address names.
    pub address: Option<&'a Address>,
    /// The block or lot that it names.
    pub point: Option<&'a AddressPoint>,
    /// The published municipality and ward, if the position is unchanged.
    pub published: Option<Whereabouts>,
    /// Whether the row's address differs from the published one.
    pub is_readdressed: bool,
    /// Whether the position only tells the city.
    pub is_vague: bool,
    /// How far the true place may be from the position, in metres.
    pub error: f64,
}

/// A district that a row must lie in, and the source of that claim.
#[derive(Clone, Copy)]
struct Claim<'a> {
    district: &'a District,
    source: ClaimSource,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ClaimSource {
    /// The row's municipality code.
    Code,
    /// The row's ward code.
    Ward,
    /// The area rows may lie in.
    Area,
}

/// Finds where a row lies, and adds problems with that place.
pub(super) fn locate<'a>(
    placed: &PlacedRow<'_>,
    area: Option<Area>,
    districts: &'a Districts,
    problems: &mut Vec<Problem>,
) -> Option<Located<'a>> {
    let before = problems.len();
    let found = find(placed, districts);
    let mut claims = Vec::new();
    for (code, source) in [
        (&placed.stated.municipality, ClaimSource::Code),
        (&placed.stated.ward, ClaimSource::Ward),
    ] {
        let Some(code) = code else { continue };
        // Many sheets have one column for the prefecture's code or the municipality's.
        let known = code.strip_suffix("000").unwrap_or(code);
        match districts.get(known) {
            Some(district) => claims.push(Claim { district, source }),
            // Wards are founded and dissolved; their codes stay within their city's.
            None => match city_of_former_ward(known, districts) {
                Some(district) => {
                    claims.push(Claim { district, source });
                    problems.push(former_ward(placed, code, source, district, districts));
                }
                None => problems.push(unknown_code(placed, code, source, found, districts)),
            },
        }
    }
    let area = area.and_then(|area| districts.get(&area.to_string()));
    claims.extend(area.map(|district| Claim {
        district,
        source: ClaimSource::Area,
    }));
    let located = settle(placed, found, &claims, districts);
    let wrong: Vec<(&Claim<'_>, Doubt)> = claims
        .iter()
        .filter_map(|claim| Some((claim, doubt(placed, claim, located, districts)?)))
        .collect();
    // A blocking problem comes before warnings.
    let first = |doubt: Doubt| wrong.iter().find(|(_, other)| *other == doubt);
    if let Some((claim, _)) = first(Doubt::Elsewhere) {
        problems.push(elsewhere(placed, claim, located, districts));
    } else if let Some((claim, _)) = first(Doubt::Estimated) {
        problems.push(outside_estimate(placed, claim, districts));
    } else if located.is_none() {
        problems.push(nowhere(placed, districts));
    } else if let Some(found) = found
        && let Some(claim) = claims
            .iter()
            .find(|claim| claim.source == ClaimSource::Code)
        && let Some(located) = located
        && located.municipality.code != found.municipality.code
    {
        problems.push(beyond_border(placed, claim, found, districts));
    }
    let located = located?;
    let mut about_ward = Vec::new();
    let ward = ward::find(placed, located, &claims, districts, &mut about_ward);
    // In the wrong city, problems with the ward do not matter.
    if !problems[before..].iter().any(|problem| problem.blocks) {
        problems.append(&mut about_ward);
    }
    Some(Located { ward, ..located })
}

/// The designated city that a code was a ward's of: codes of wards follow their city's.
fn city_of_former_ward<'a>(code: &str, districts: &'a Districts) -> Option<&'a District> {
    let number: u32 = code.parse().ok().filter(|_| code.len() == 5)?;
    let numbers = |level| {
        let of_level = districts.of(level);
        of_level.filter_map(|district| district.code.parse::<u32>().ok())
    };
    let city = numbers(Level::Municipality)
        .filter(|city| *city < number)
        .max()?;
    let last_ward = numbers(Level::Ward).filter(|ward| ward / 1000 == number / 1000);
    let district = districts.get(&format!("{city:05}"))?;
    let is_ward = |ward: &u32| {
        let ward = districts.get(&format!("{ward:05}"));
        ward.is_some_and(|ward| is_ward_of(ward, district))
    };
    // Beyond the city's own ten codes none were ever given.
    let has_wards = last_ward.into_iter().any(|ward| is_ward(&ward));
    (has_wards && number / 10 - city / 10 <= 2).then_some(district)
}

/// The district of the position alone. A town's point belongs to its town, whatever the polygons say.
fn find<'a>(placed: &PlacedRow<'_>, districts: &'a Districts) -> Option<Located<'a>> {
    if placed.is_town
        && let Some(address) = placed.address
    {
        return Some(Located {
            municipality: districts.municipality(address.municipality)?,
            ward: address.ward.and_then(|ward| districts.municipality(ward)),
        });
    }
    let found = districts.at(placed.position)?;
    // Neither an estimated border nor a position that only tells the city says which ward it is.
    let certain = |ward: &&District| !ward.approximate && !placed.is_vague;
    let ward = found.ward.filter(certain);
    Some(Located {
        municipality: found.municipality,
        ward,
    })
}

/// Where the row counts as located: just outside a named municipality means inside it.
fn settle<'a>(
    placed: &PlacedRow<'_>,
    found: Option<Located<'a>>,
    claims: &[Claim<'_>],
    districts: &'a Districts,
) -> Option<Located<'a>> {
    let city = |district: &District| {
        district
            .parent
            .map_or(district.code.to_string(), |c| c.to_string())
    };
    let claimed = claims
        .iter()
        .filter(|claim| claim.district.level != Level::Prefecture)
        .map(|claim| city(claim.district));
    let published = placed.published.map(|place| place.municipality.to_string());
    let here = found.map(|found| found.municipality.code.to_string());
    let names_another = |code: &str| {
        placed
            .address
            .is_some_and(|address| address.municipality.to_string() != code)
    };
    let mut named = claimed
        .chain(published)
        .filter_map(|code| districts.get(&code));
    let near = named.find(|district| {
        Some(&*district.code) == here.as_deref()
            || (!names_another(&district.code)
                && district.shape.distance(placed.position).0 <= BORDER)
    });
    match near {
        Some(district) if Some(&*district.code) != here.as_deref() => Some(Located {
            municipality: district,
            ward: None,
        }),
        _ => found,
    }
}

/// How a claim may be in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// The row lies somewhere else.
    Elsewhere,
    /// It lies outside a border that is only estimated.
    Estimated,
}

fn doubt(
    placed: &PlacedRow<'_>,
    claim: &Claim<'_>,
    located: Option<Located<'_>>,
    districts: &Districts,
) -> Option<Doubt> {
    let Some(located) = located else {
        return Some(Doubt::Elsewhere);
    };
    let district = claim.district;
    let holds = match district.level {
        Level::Prefecture => located.municipality.code.get(..2) == Some(&*district.code),
        Level::Municipality => located.municipality.code == district.code,
        Level::Ward if !is_ward_of(district, located.municipality) => false,
        Level::Ward => {
            let is_here = located.ward.is_some_and(|ward| ward.code == district.code);
            let is_addressed = ward::addressed(placed, located.municipality, districts)
                .map(|ward| ward.code == district.code);
            match is_addressed {
                Some(true) => return None,
                // An estimated border must not give a ward the facilities of another.
                Some(false) if claim.source == ClaimSource::Area && !is_here => {
                    return Some(Doubt::Elsewhere);
                }
                _ => {}
            }
            if is_here || district.shape.holds(placed.position) {
                return None;
            }
            let outside = district.shape.distance(placed.position).0;
            if !district.approximate && located.ward.is_some() {
                outside <= BORDER
            } else if claim.source == ClaimSource::Area && outside > WARD_BORDER {
                false
            } else {
                return Some(Doubt::Estimated);
            }
        }
    };
    (!holds).then_some(Doubt::Elsewhere)
}

fn is_ward_of(ward: &District, city: &District) -> bool {
    ward.parent
        .is_some_and(|parent| parent.to_string() == *city.code)
}

/// Whether a published facility lies in an area, by its municipality and ward. If its ward is unknown,
/// its position decides, as for a row.
pub(super) fn is_within(
    area: Area,
    place: Whereabouts,
    position: Position,
    districts: &Districts,
) -> bool {
    let Area::Municipality(code) = area else {
        return area.covers(place);
    };
    let near_ward = || {
        districts.municipality(code).is_some_and(|ward| {
            ward.approximate
                && ward.parent == Some(place.municipality)
                && (ward.shape.holds(position) || ward.shape.distance(position).0 <= WARD_BORDER)
        })
    };
    area.covers(place) || (place.ward.is_none() && near_ward())
}
