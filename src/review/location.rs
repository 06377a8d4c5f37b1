//! Where a row's facility lies, and whether that agrees with what the row says and with the area
//! rows may lie in.
//!
//! The position decides, never the row's word. Two exceptions follow from how borders are drawn
//! here: they are generalized, so that a point within [`BORDER`] of the municipality a row names is
//! taken to be in it; and the wards of most cities are estimated, so that a ward's own facilities
//! may lie outside it (see [`ward`] for how a ward is found).

use crate::districts::{District, Districts, Level};
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::user::{Area, Whereabouts};
use crate::places::Address;
use crate::places::blocks::AddressPoint;

use super::labels::Labels;

mod said;
mod ward;

pub(super) use said::{about_slip, full_name};
use said::{beyond_border, elsewhere, former_ward, nowhere, outside_estimate, unknown_code};

/// How far a generalized border may be from the true one: of the towns outside their own
/// municipality nine in ten are closer.
const BORDER: f64 = 150.0;

/// How far outside its estimated border a facility may be a ward's.
const WARD_BORDER: f64 = 3_000.0;

/// Where a position lies.
#[derive(Clone, Copy)]
pub(super) struct Located<'a> {
    pub municipality: &'a District,
    pub ward: Option<&'a District>,
}

/// What a row says of where it is.
#[derive(Default)]
pub(super) struct Stated {
    /// The municipality's code: of a city, a ward, or a whole prefecture (`13000`).
    pub municipality: Option<String>,
    /// The ward's code.
    pub ward: Option<String>,
    /// Whether the row has a ward at all, empty or not.
    pub has_ward: bool,
}

/// A row whose place is looked at.
pub(super) struct Placed<'a> {
    pub number: usize,
    pub labels: &'a Labels,
    pub position: Position,
    /// Whether the position stands in the row; else it is the published one, or the address's town.
    pub is_given: bool,
    /// Whether it is the address's town.
    pub is_town: bool,
    pub stated: &'a Stated,
    /// What the row's address names.
    pub address: Option<&'a Address>,
    /// The block or lot that it names.
    pub door: Option<&'a AddressPoint>,
    /// Where the facility was published, if the position is still that.
    pub published: Option<Whereabouts>,
    /// Whether the row's address is another one than the published.
    pub is_readdressed: bool,
    /// Whether the position only tells the city.
    pub is_vague: bool,
    /// How far the true place may be from the position, in metres.
    pub error: f64,
}

/// What a row must lie in, and who says so.
#[derive(Clone, Copy)]
struct Claim<'a> {
    district: &'a District,
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The row's municipality code.
    Code,
    /// The row's ward code.
    Ward,
    /// The area rows may lie in.
    Area,
}

/// Finds where a row lies, and says what speaks against it.
pub(super) fn locate<'a>(
    placed: &Placed<'_>,
    area: Option<Area>,
    districts: &'a Districts,
    problems: &mut Vec<Problem>,
) -> Option<Located<'a>> {
    let before = problems.len();
    let found = find(placed, districts);
    let mut claims = Vec::new();
    for (code, by) in [
        (&placed.stated.municipality, By::Code),
        (&placed.stated.ward, By::Ward),
    ] {
        let Some(code) = code else { continue };
        // Many sheets have one column for the prefecture's code or the municipality's.
        let known = code.strip_suffix("000").unwrap_or(code);
        match districts.get(known) {
            Some(district) => claims.push(Claim { district, by }),
            // Wards are founded and dissolved; their codes stay within their city's.
            None => match city_of_former_ward(known, districts) {
                Some(district) => {
                    claims.push(Claim { district, by });
                    problems.push(former_ward(placed, code, by, district, districts));
                }
                None => problems.push(unknown_code(placed, code, by, found, districts)),
            },
        }
    }
    let area = area.and_then(|area| districts.get(&area.to_string()));
    claims.extend(area.map(|district| Claim {
        district,
        by: By::Area,
    }));
    let located = settle(placed, found, &claims, districts);
    let wrong: Vec<(&Claim<'_>, Doubt)> = claims
        .iter()
        .filter_map(|claim| Some((claim, doubt(placed, claim, located, districts)?)))
        .collect();
    // What keeps the row out is said, else what is to be looked at.
    let first = |doubt: Doubt| wrong.iter().find(|(_, other)| *other == doubt);
    if let Some((claim, _)) = first(Doubt::Elsewhere) {
        problems.push(elsewhere(placed, claim, located, districts));
    } else if let Some((claim, _)) = first(Doubt::Estimated) {
        problems.push(outside_estimate(placed, claim, districts));
    } else if located.is_none() {
        problems.push(nowhere(placed, districts));
    } else if let Some(found) = found
        && let Some(claim) = claims.iter().find(|claim| claim.by == By::Code)
        && let Some(located) = located
        && located.municipality.code != found.municipality.code
    {
        problems.push(beyond_border(placed, claim, found, districts));
    }
    let located = located?;
    let mut about_ward = Vec::new();
    let ward = ward::find(placed, located, &claims, districts, &mut about_ward);
    // In the wrong city no ward is worth a word.
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

/// Where the position is by itself. A town's point is in its town, whatever the polygons say.
fn find<'a>(placed: &Placed<'_>, districts: &'a Districts) -> Option<Located<'a>> {
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

/// Where the row is taken to lie: just outside a municipality that is named, in that.
fn settle<'a>(
    placed: &Placed<'_>,
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
    placed: &Placed<'_>,
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
                // An estimated border is no reason to let a ward have another one's facilities.
                Some(false) if claim.by == By::Area && !is_here => return Some(Doubt::Elsewhere),
                _ => {}
            }
            if is_here || district.shape.holds(placed.position) {
                return None;
            }
            let outside = district.shape.distance(placed.position).0;
            if !district.approximate && located.ward.is_some() {
                outside <= BORDER
            } else if claim.by == By::Area && outside > WARD_BORDER {
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

/// Whether a published facility lies in an area. What is known of it counts; where its ward is not
/// known, its position, as for a row.
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
