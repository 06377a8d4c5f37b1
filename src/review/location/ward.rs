//! Finds the ward of a designated city that a row lies in.
//!
//! The first of these decides: the row's code; the published ward of an unchanged row; the ward in the
//! address; the ward around the position. An exact border overrules an address that names another ward,
//! unless the errors of border and position explain the distance. An estimated border decides only if
//! the address names no ward. The report names each conflict and each estimate.

use crate::districts::{District, Districts};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;

use super::super::headers::about;
use super::{BORDER, Claim, ClaimSource, Located, PlacedRow, WARD_BORDER, full_name, is_ward_of};

/// Finds the ward, and adds problems with it.
pub(super) fn find<'a>(
    placed: &PlacedRow<'_>,
    located: Located<'a>,
    claims: &[Claim<'a>],
    districts: &'a Districts,
    problems: &mut Vec<Problem>,
) -> Option<&'a District> {
    let city = located.municipality;
    let claimed = |is_meant: fn(ClaimSource) -> bool| {
        claims
            .iter()
            .find(|claim| is_meant(claim.source) && is_ward_of(claim.district, city))
            .map(|claim| claim.district)
    };
    let addressed = addressed(placed, city, districts);
    if let Some(ward) = claimed(|by| by != ClaimSource::Area) {
        if let Some(other) = addressed.filter(|other| other.code != ward.code) {
            problems.push(code_against_address(placed, ward, other, districts));
        }
        return Some(ward);
    }
    let published = placed
        .published
        .and_then(|place| districts.municipality(place.ward?))
        .filter(|ward| is_ward_of(ward, city));
    if published.is_some() && !placed.is_readdressed {
        return published;
    }
    if let Some(ward) = addressed {
        return Some(against_position(
            placed,
            ward,
            located.ward,
            districts,
            problems,
        ));
    }
    let sure = claimed(|by| by == ClaimSource::Area)
        .or(published)
        .or(located.ward);
    if sure.is_some() || placed.is_vague || placed.stated.has_ward || placed.published.is_some() {
        return sure;
    }
    let ward = districts.at(placed.position)?.ward;
    let ward = ward.filter(|ward| is_ward_of(ward, city))?;
    problems.push(estimated(placed, ward, districts));
    Some(ward)
}

/// The ward of a city that the row's address names, by itself or by a town that only one ward has.
pub(super) fn addressed<'a>(
    placed: &PlacedRow<'_>,
    city: &District,
    districts: &'a Districts,
) -> Option<&'a District> {
    let ward = districts.municipality(placed.address?.ward?)?;
    is_ward_of(ward, city).then_some(ward)
}

/// The ward an address names, or the one whose exact border the position lies well inside.
fn against_position<'a>(
    placed: &PlacedRow<'_>,
    named: &'a District,
    here: Option<&'a District>,
    districts: &Districts,
    problems: &mut Vec<Problem>,
) -> &'a District {
    if placed.is_vague || named.shape.holds(placed.position) {
        return named;
    }
    let away = named.shape.away(placed.position).0;
    let (name, distance) = (full_name(named, districts), about(away));
    let (taken, message) = match here.filter(|here| here.code != named.code) {
        Some(_) if away <= placed.error => return named,
        Some(_) if away <= BORDER + placed.error => (
            named,
            (
                format!(
                    "位置は{name}の境界から約{distance}外側です。境界線は概略なので、住所の{name}の施設として扱います"
                ),
                format!(
                    "the position is about {distance} outside {name}; borders here are generalized, so the ward in the address is taken"
                ),
            ),
        ),
        Some(here) => {
            let taken = full_name(here, districts);
            (
                here,
                (
                    format!(
                        "住所は{name}ですが、位置は{taken}の中で、{name}の境界から約{distance}離れています。位置から{taken}の施設として扱います。住所と位置を確かめてください"
                    ),
                    format!(
                        "the address names {name}, but the position lies in {taken}, about {distance} from {name}: {taken} is taken, by the position; check address and position"
                    ),
                ),
            )
        }
        None if away <= WARD_BORDER + placed.error => return named,
        None => (
            named,
            (
                format!(
                    "位置は{name}の推定境界から約{distance}外側です。境界は推定なので、住所の{name}の施設として扱います。住所と位置を確かめてください"
                ),
                format!(
                    "the position is about {distance} outside the estimated border of {name}; the ward in the address is taken, because the border is an estimate; check address and position"
                ),
            ),
        ),
    };
    let problem = Problem::warning(placed.number, "ward-uncertain", message)
        .in_column(placed.headers.of("address"));
    problems.push(problem.found(name, Wording::same(full_name(taken, districts))));
    taken
}

/// The row's code names one ward and its address another.
fn code_against_address(
    placed: &PlacedRow<'_>,
    taken: &District,
    other: &District,
    districts: &Districts,
) -> Problem {
    let (name, addressed) = (full_name(taken, districts), full_name(other, districts));
    let message = (
        format!(
            "コードの区は{name}、住所の区は{addressed}です。コードの{name}の施設として扱います。どちらかを直してください"
        ),
        format!(
            "the code is {name}’s and the address names {addressed}: the code’s ward is taken; correct one of them"
        ),
    );
    Problem::warning(placed.number, "ward-uncertain", message)
        .in_column(placed.headers.of("address"))
        .found(addressed, Wording::same(name))
}

/// Only an estimated border tells the ward.
fn estimated(placed: &PlacedRow<'_>, ward: &District, districts: &Districts) -> Problem {
    let name = full_name(ward, districts);
    let inside = about(ward.shape.distance(placed.position).0);
    let message = (
        format!(
            "住所から区が分からないため、推定の境界から{name}の施設として扱います（位置は境界の約{inside}内側）。住所を区名から書いてください"
        ),
        format!(
            "the address names no ward, so {name} is taken by its estimated border (the position is about {inside} inside it); write the address with its ward"
        ),
    );
    let problem = Problem::warning(placed.number, "ward-uncertain", message);
    let problem = match placed.headers.known("address") {
        Some(column) => problem.in_column(column),
        None => problem,
    };
    let expected = Wording::new("区名のある住所", "an address with its ward");
    problem.found(name, expected)
}
