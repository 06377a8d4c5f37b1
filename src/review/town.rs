//! Compares addresses with positions: gives a row without coordinates its town's point, and reports
//! addresses far from the position.

use crate::districts::Districts;
use crate::domain::position::{Metres, Position};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::places::Address;
use crate::places::blocks::AddressPoint;

use super::headers::{Axis, Headers, about, written};
use super::location::{Located, PlacedRow, about_mistake, full_name};
use super::mistakes::{self, IntendedPlace};

/// An address farther than this from the position, in metres, is reported, if its town is not larger.
const FAR: f64 = 3_000.0;

/// The size of a town without blocks is unknown and often large. Up to this distance, in metres, a
/// mismatch is reported only if a typing mistake explains it.
const FAR_FROM_A_COUNTRY_TOWN: f64 = 6_000.0;

/// An address may name the neighbour this far across a generalized border, in metres.
const ACROSS: f64 = 500.0;

/// Gives a row without a position the point of its block or town, and reports that.
pub(super) fn without_position(
    number: usize,
    headers: &Headers,
    text: Option<&str>,
    address: Option<&Address>,
    point: Option<&AddressPoint>,
    problems: &mut Vec<Problem>,
) -> Option<Position> {
    let town = address.and_then(|address| address.town.as_ref());
    let column = headers
        .of_position(Axis::Lat)
        .or_else(|| headers.known("address"));
    let in_column = |problem: Problem| match column {
        Some(column) => problem.in_column(column),
        None => problem,
    };
    let expected = Wording::new("緯度と経度", "latitude and longitude");
    let Some(town) = town else {
        let message = match text {
            None => (
                "座標がありません。緯度と経度、または住所を書いてください",
                "there are no coordinates: write latitude and longitude, or the address",
            ),
            Some(_) => (
                "座標がなく、住所からも町名が分かりません。緯度と経度を書くか、住所を市区町村と町名から書いてください",
                "there are no coordinates, and the address names no town that is known: write latitude and longitude, or the address with its municipality and town",
            ),
        };
        let problem = Problem::blocking(number, "coordinates-missing", message);
        problems.push(in_column(problem).found(text.unwrap_or_default(), expected));
        return None;
    };
    let (name, position, error) = match point {
        Some(point) => (&point.name, point.position, point.error),
        None => (&town.name, town.position, town.error),
    };
    let error = about(error.0);
    let message = match point {
        Some(_) => (
            format!(
                "座標がないため、住所の「{name}」の代表点を位置とします（誤差 約{error}）。正確な位置が分かれば、緯度と経度を書いてください"
            ),
            format!(
                "there are no coordinates, so the point of {name}, which the address names, is taken (right to about {error}); if you know better, write latitude and longitude"
            ),
        ),
        None => (
            format!(
                "座標がないため、住所の町「{name}」の代表点を位置とします（誤差 約{error}）。正確な位置が分かれば、緯度と経度を書いてください"
            ),
            format!(
                "there are no coordinates, so the point of {name}, the town in the address, is taken (right to about {error}); if you know better, write latitude and longitude"
            ),
        ),
    };
    let problem = in_column(Problem::warning(number, "coordinates-missing", message));
    let problem = problem.found(text.unwrap_or_default(), expected);
    let button = (
        format!("「{name}」の代表点を記入する"),
        format!("Write down the point of {name}"),
    );
    let cells = headers.cells(position);
    problems.push(match cells.is_empty() {
        true => problem,
        false => problem.suggest(button, cells),
    });
    Some(position)
}

/// The problem of an address with a former name of a municipality or ward.
pub(super) fn formerly(
    number: usize,
    headers: &Headers,
    text: &str,
    address: &Address,
    districts: &Districts,
) -> Option<Problem> {
    let former = address.former.as_deref()?;
    let code = address.ward.unwrap_or(address.municipality);
    let now = full_name(districts.municipality(code)?, districts);
    let message = (
        format!(
            "住所の「{former}」は今の{now}です。今の市区町村として扱います。住所も今の表記に直してください"
        ),
        format!(
            "“{former}” in the address is {now} today, and taken as that: write today’s address"
        ),
    );
    let column = headers.known("address").unwrap_or("address");
    let problem = Problem::warning(number, "former-name", message).in_column(column);
    let problem = problem.found(text, Wording::same(now.clone()));
    // A ward's name is written for another's; elsewhere towns changed their names, too.
    let ward = districts
        .municipality(code)
        .filter(|_| address.ward.is_some());
    let city = former.rfind('市').map(|at| &former[..at + '市'.len_utf8()]);
    let (Some(ward), Some(city), true) = (ward, city, text.contains(former)) else {
        return Some(problem);
    };
    if !former.ends_with('区') {
        return Some(problem);
    }
    let written = text.replacen(former, &format!("{city}{}", ward.name), 1);
    let button = (
        format!("「{written}」に直す"),
        format!("Change to “{written}”"),
    );
    Some(problem.suggest(button, [(column, written)]))
}

/// The problem of an address with a ward but without its city: 京都府中京区.
pub(super) fn without_city(
    number: usize,
    headers: &Headers,
    text: &str,
    address: &Address,
    districts: &Districts,
) -> Option<Problem> {
    let ward = districts.municipality(address.ward.filter(|_| address.omits_city)?)?;
    let city = districts.municipality(address.municipality)?;
    let full = full_name(ward, districts);
    let message = (
        format!(
            "住所に市の名前がないため、「{}」を{full}として扱います。住所に「{}」を書き足してください",
            ward.name, city.name
        ),
        format!(
            "the address leaves out the city; “{}” is taken for {full}: add {}",
            ward.name, city.name
        ),
    );
    let column = headers.known("address").unwrap_or("address");
    let problem = Problem::warning(number, "city-missing", message).in_column(column);
    let problem = problem.found(text, Wording::same(full));
    if !text.contains(&*ward.name) {
        return Some(problem);
    }
    let written = text.replacen(&*ward.name, &format!("{}{}", city.name, ward.name), 1);
    let button = (
        format!("「{written}」に直す"),
        format!("Change to “{written}”"),
    );
    Some(problem.suggest(button, [(column, written)]))
}

/// The town's error, if the row's position is the point of its address's town and so no more exact.
pub(super) fn is_towns_point(placed: &PlacedRow<'_>) -> Option<Metres> {
    let town = placed.address?.town.as_ref()?;
    (placed.position.planar(town.position).0 < 0.1).then_some(town.error)
}

/// The block's error, if the row's position is the point of its address's block.
pub(super) fn is_blocks_point(placed: &PlacedRow<'_>) -> Option<Metres> {
    let point = placed.point?;
    (placed.position.planar(point.position).0 < 0.1).then_some(point.error)
}

/// Reports a position and an address that disagree.
pub(super) fn compare(
    placed: &PlacedRow<'_>,
    located: Located<'_>,
    text: &str,
    position_error: f64,
    districts: &Districts,
    problems: &mut Vec<Problem>,
) {
    let Some(address) = placed.address else {
        return;
    };
    let Some(city) = districts.municipality(address.municipality) else {
        return;
    };
    let town = address.town.as_ref();
    let is_here = city.code == located.municipality.code;
    let mut may_reach = false;
    let (away, from_ja, from_en) = if let (true, Some(town)) = (is_here, town) {
        let away = placed.position.distance(town.position).0;
        if away <= FAR.max(2.0 * town.error.0) + position_error {
            return;
        }
        may_reach = !town.name.ends_with("丁目") && away <= FAR_FROM_A_COUNTRY_TOWN;
        let (ja, en) = (
            format!("住所の{}", town.name),
            format!("{}, which the address names", town.name),
        );
        (away, ja, en)
    } else if !is_here {
        let away = city.shape.away(placed.position).0;
        if away <= ACROSS + position_error {
            return;
        }
        let name = full_name(city, districts);
        let (ja, en) = (
            format!("住所の{name}の境界"),
            format!("the border of {name}, where the address is"),
        );
        (away, ja, en)
    } else {
        return;
    };
    let here = full_name(located.municipality, districts);
    let away = about(away);
    let problem = |advice: Wording| {
        let message = (
            format!(
                "位置（{here}）は{from_ja}から約{away}離れています。{}",
                advice.ja
            ),
            format!(
                "the position (in {here}) is about {away} from {from_en}: {}",
                advice.en
            ),
        );
        Problem::warning(placed.number, "address-mismatch", message)
    };
    let meant = IntendedPlace {
        shape: &city.shape,
        town: town.map(|town| (town.position, town.error)),
    };
    // A correction that contradicts the row's own code was not intended.
    let may_correct = placed.is_given && (is_here || placed.stated.municipality.is_none());
    let correction = may_correct
        .then(|| mistakes::explain(placed.position, &meant))
        .flatten();
    if may_reach && correction.is_none() {
        return;
    }
    let problem = match correction {
        Some(correction) => about_mistake(problem, placed, correction, town),
        None => {
            let advice = (
                "住所と、緯度・経度のどちらかを確かめてください",
                "check the address, or latitude and longitude",
            );
            problem(advice.into()).in_column(placed.headers.of("address"))
        }
    };
    let expected = match town {
        Some(town) => Wording::new(
            format!("{}の近く（{}）", town.name, written(town.position)),
            format!("near {} ({})", town.name, written(town.position)),
        ),
        None => Wording::same(full_name(city, districts)),
    };
    problems.push(problem.found(format!("{text}（{}）", written(placed.position)), expected));
}
