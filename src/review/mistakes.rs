//! Mistakes in coordinates: finds the typing mistake that explains a wrong position.
//!
//! A digit may be wrong, swapped, missing or added, or degrees, minutes and seconds written as
//! decimals. Each mistake is undone in every possible way. A result inside the district or town that
//! the row names is probably the intended position. Two mistakes at once would explain nearly anything.

use crate::districts::Shape;
use crate::domain::position::{Metres, Position};

use super::headers::Axis;

/// A position that was probably intended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Correction {
    /// The corrected position.
    pub position: Position,
    /// Which number is wrong; `None` for both.
    pub axis: Option<Axis>,
    /// The mistake that was made.
    pub mistake: Mistake,
}

/// Small mistakes, the commonest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mistake {
    /// One digit is another.
    Changed,
    /// Two neighbouring digits are exchanged.
    Exchanged,
    /// A digit is missing.
    Lost,
    /// There is a digit too many.
    Added,
    /// 35.3930 stands for 35°39′30″.
    Sexagesimal,
}

/// The place that the row names.
pub(super) struct IntendedPlace<'a> {
    /// Inside this district.
    pub shape: &'a Shape,
    /// In this town, whose places lie about so far from its point.
    pub town: Option<(Position, Metres)>,
}

/// A small town extends no farther than this from its point, in metres.
const NEAR_TOWN: f64 = 1_000.0;

/// Without a town, all possible corrections must lie this close together, in metres.
const SAME_PLACE: f64 = 2_000.0;

/// The probable correction, if one mistake explains the position.
pub(super) fn explain(position: Position, meant: &IntendedPlace<'_>) -> Option<Correction> {
    let [west, south, east, north] = meant.shape.bounds();
    let in_bounds = |correction: &Correction| {
        let (lon, lat) = (correction.position.lon(), correction.position.lat());
        (west..=east).contains(&lon) && (south..=north).contains(&lat)
    };
    let possible = undone(position).into_iter().filter(in_bounds);
    match meant.town {
        Some((town, error)) => {
            let within = NEAR_TOWN.max(error.0 * 1.5);
            let mut near: Vec<(u32, Mistake, f64, Correction)> = possible
                .map(|correction| (correction, correction.position.distance(town).0))
                .filter(|(_, away)| *away <= within)
                // Among equally near corrections the commonest mistake wins.
                .map(|(correction, away)| {
                    (
                        (away / error.0) as u32,
                        correction.mistake,
                        away,
                        correction,
                    )
                })
                .collect();
            near.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
            let mut slips = near.into_iter().map(|(.., correction)| correction);
            slips.find(|correction| meant.shape.holds(correction.position))
        }
        None => {
            let mut inside: Vec<Correction> =
                possible.filter(|s| meant.shape.holds(s.position)).collect();
            inside.sort_by_key(|correction| correction.mistake);
            let first = *inside.first()?;
            let together = |correction: &Correction| {
                correction.position.distance(first.position).0 <= SAME_PLACE
            };
            inside.iter().all(together).then_some(first)
        }
    }
}

/// All positions that one mistake turns into this one.
fn undone(position: Position) -> Vec<Correction> {
    let mut slips = Vec::with_capacity(600);
    for axis in [Axis::Lat, Axis::Lon] {
        let value = match axis {
            Axis::Lat => position.lat(),
            Axis::Lon => position.lon(),
        };
        for (other, mistake) in numbers(value) {
            let other = match axis {
                Axis::Lat => Position::new(position.lon(), other),
                Axis::Lon => Position::new(other, position.lat()),
            };
            let Ok(other) = other else { continue };
            slips.push(Correction {
                position: other,
                axis: Some(axis),
                mistake,
            });
        }
    }
    let decimal = (sexagesimal(position.lon()), sexagesimal(position.lat()));
    if let (Some(lon), Some(lat)) = decimal
        && let Ok(position) = Position::new(lon, lat)
    {
        slips.push(Correction {
            position,
            axis: None,
            mistake: Mistake::Sexagesimal,
        });
    }
    slips
}

/// All numbers that one mistake turns into this one.
fn numbers(value: f64) -> Vec<(f64, Mistake)> {
    let text = value.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let whole_digits = whole.len();
    let digits: Vec<u8> = whole.bytes().chain(decimals.bytes()).collect();
    let number = |digits: &[u8]| {
        let (whole, decimals) = digits.split_at(whole_digits);
        let text = |digits: &[u8]| digits.iter().map(|d| char::from(*d)).collect::<String>();
        let text = format!("{}.{}", text(whole), text(decimals));
        text.parse::<f64>()
            .expect("digits with a point are a number")
    };
    let mut numbers = Vec::with_capacity(250);
    for at in 0..digits.len() {
        for digit in (b'0'..=b'9').filter(|digit| *digit != digits[at]) {
            let mut other = digits.clone();
            other[at] = digit;
            numbers.push((number(&other), Mistake::Changed));
        }
        if at + 1 < digits.len() && digits[at] != digits[at + 1] {
            let mut other = digits.clone();
            other.swap(at, at + 1);
            numbers.push((number(&other), Mistake::Exchanged));
        }
        // The whole degrees have all their digits, or it would not be in Japan.
        if at >= whole_digits {
            for digit in b'0'..=b'9' {
                let mut other = digits.clone();
                other.insert(at, digit);
                numbers.push((number(&other), Mistake::Lost));
            }
            let mut other = digits.clone();
            other.remove(at);
            numbers.push((number(&other), Mistake::Added));
        }
    }
    numbers
}

/// Degrees with two digits of minutes and then seconds behind the point, as decimals.
fn sexagesimal(value: f64) -> Option<f64> {
    let text = format!("{value:.7}");
    let (degrees, rest) = text.split_once('.')?;
    let number = |text: &str| text.parse::<f64>().ok();
    let (minutes, seconds) = (number(&rest[..2])?, number(&rest[2..])? / 1_000.0);
    (minutes < 60.0 && seconds < 60.0)
        .then_some(number(degrees)? + minutes / 60.0 + seconds / 3_600.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn square(west: f64, south: f64, size: f64) -> Shape {
        let (east, north) = (west + size, south + size);
        let ring = [(west, south), (east, south), (east, north), (west, north)];
        let polygon = geo::Polygon::new(ring.into_iter().collect(), Vec::new());
        Shape::new(geo::MultiPolygon::new(vec![polygon])).unwrap()
    }

    fn at(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).unwrap()
    }

    proptest! {
        #[test]
        fn whatever_one_mistake_did_is_undone(
            lat in 3_501_000u32..3_598_999, lon in 13_911_000u32..13_988_999,
            place in 0usize..9, digit in b'0'..=b'9', sort in 0u8..4,
        ) {
            let (lat, lon) = (f64::from(lat) / 1e5, f64::from(lon) / 1e5);
            let meant = at(lon, lat);
            let mut text = lon.to_string().into_bytes();
            let place = place.min(text.len() - 2);
            let point = text.iter().position(|b| *b == b'.').unwrap_or(text.len());
            match sort {
                0 if place != point => text[place] = digit,
                1 if place != point && place + 1 != point => text.swap(place, place + 1),
                2 if place > point => drop(text.remove(place)),
                _ if place > point => text.insert(place, digit),
                _ => {}
            }
            let wrong: f64 = String::from_utf8(text).unwrap().parse().unwrap();
            if let Ok(wrong) = Position::new(wrong, lat) {
                let is_meant = |correction: &Correction| correction.position == meant;
                prop_assert!(wrong == meant || undone(wrong).iter().any(is_meant), "{wrong:?}");
            }
        }
    }

    #[test]
    fn the_town_of_the_address_tells_what_was_meant() {
        let city = square(134.0, 34.2, 0.2);
        let town = Some((at(134.0466, 34.3428), Metres(300.0)));
        let meant = IntendedPlace { shape: &city, town };
        // Latitude off by 0.3, a whole degree of longitude, two digits exchanged, one lost, one added.
        for (lon, lat, axis, mistake) in [
            (134.0466, 34.6428, Axis::Lat, Mistake::Changed),
            (133.0466, 34.3428, Axis::Lon, Mistake::Changed),
            (134.4066, 34.3428, Axis::Lon, Mistake::Exchanged),
            (134.466, 34.3428, Axis::Lon, Mistake::Lost),
            (134.10466, 34.3428, Axis::Lon, Mistake::Added),
        ] {
            let correction = explain(at(lon, lat), &meant).unwrap();
            assert_eq!(
                (correction.axis, correction.mistake),
                (Some(axis), mistake),
                "{lon} {lat}"
            );
            assert!(
                correction.position.distance(at(134.0466, 34.3428)).0 < 300.0,
                "{correction:?}"
            );
        }
        let correction = explain(at(134.0248, 34.2034), &meant).unwrap();
        assert_eq!(
            (correction.axis, correction.mistake),
            (None, Mistake::Sexagesimal)
        );
        assert!(
            correction.position.distance(at(134.0466, 34.3428)).0 < 50.0,
            "{correction:?}"
        );
        // Two mistakes are too many.
        assert_eq!(explain(at(133.0466, 34.6428), &meant), None);
    }

    #[test]
    fn without_a_town_only_what_is_certain_is_offered() {
        let position = at(134.0466, 36.3428);
        let small = square(134.04, 34.33, 0.02);
        let meant = |shape| IntendedPlace { shape, town: None };
        let correction = explain(position, &meant(&small)).unwrap();
        assert_eq!(correction.position, at(134.0466, 34.3428));
        // Just beyond the border, many digits could be others.
        assert_eq!(
            explain(at(134.0466, 34.2), &meant(&square(134.0, 34.3, 0.5))),
            None
        );
    }
}
