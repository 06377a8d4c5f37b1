//! Reads latitude and longitude.

use crate::domain::position::{NoPosition, Position};
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;

use super::datum::Datum;
use super::values::plain;

mod degrees;

pub use degrees::{Degrees, degrees};
use degrees::{has_fraction, packed, packed_minutes};

/// Latitude or longitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Latitude.
    Lat,
    /// Longitude.
    Lon,
}

/// What is wrong with a position.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionProblem {
    /// The problem's code.
    pub code: &'static str,
    /// The coordinate to name.
    pub axis: Axis,
    /// What is wrong and what to do.
    pub message: Wording,
    /// What was expected.
    pub expected: Wording,
    /// A suggestion: the button's text, and both coordinates, latitude first.
    pub corrected: Option<(Wording, [String; 2])>,
}

/// The precision of a position with so many decimals: 0.001° are about 100 m.
pub fn precision(decimals: usize) -> Precision {
    match decimals {
        0 | 1 => Precision::City,
        2 => Precision::Town,
        3 => Precision::Street,
        _ => Precision::Building,
    }
}

/// Whether a cell says that the coordinate is not known.
pub fn is_unknown(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || super::values::is_dash(text)
        || matches!(
            text,
            "不明"
                | "なし"
                | "無し"
                | "無"
                | "未定"
                | "未設定"
                | "N/A"
                | "null"
                | "NULL"
                | "#N/A"
                | "NaN"
        )
}

/// Two cells' numbers that are no position in Japan, or the axis whose cell is no number.
enum PositionFault {
    Unreadable(Axis),
    Refused(NoPosition, [f64; 2]),
}

/// The position of two cells, with its decimals. Suggestions are made elsewhere, so that a suggestion
/// can be tested here.
fn judge(lat: &str, lon: &str) -> Result<(Position, usize), PositionFault> {
    // 353930.6 is one number only where both are, and where no decimal point was lost.
    let is_packed = || has_fraction(lat) || has_fraction(lon);
    let read = match (packed(lat), packed(lon)) {
        (Some(north), Some(east)) if is_packed() => (Some(north), Some(east)),
        _ => (degrees(lat), degrees(lon)),
    };
    let (Some(north), Some(east)) = read else {
        let axis = if read.0.is_none() {
            Axis::Lat
        } else {
            Axis::Lon
        };
        return Err(PositionFault::Unreadable(axis));
    };
    match Position::new(east.value, north.value) {
        Ok(position) => Ok((position, north.decimals.max(east.decimals))),
        Err(refused) => Err(PositionFault::Refused(refused, [north.value, east.value])),
    }
}

/// The position two cells give, and its precision's decimals.
pub fn position(lat: &str, lon: &str) -> Result<(Position, usize), Box<PositionProblem>> {
    for (axis, cell, other) in [(Axis::Lat, lat, lon), (Axis::Lon, lon, lat)] {
        if is_unknown(cell) && !is_unknown(other) {
            return Err(wrong("coordinates-malformed", axis, half(axis)));
        }
    }
    match judge(lat, lon) {
        Ok(read) => Ok(read),
        Err(PositionFault::Unreadable(axis)) => Err(unreadable(lat, lon, axis)),
        Err(PositionFault::Refused(refused, numbers)) => Err(refusal(lat, lon, refused, numbers)),
    }
}

/// The position of two cells in another coordinate system, converted to WGS 84.
pub fn position_in(
    datum: Datum,
    lat: &str,
    lon: &str,
) -> Result<(Position, usize), Box<PositionProblem>> {
    match datum {
        Datum::World => position(lat, lon),
        Datum::Tokyo => {
            let (position, decimals) = position(lat, lon)?;
            let [east, north] = datum.to_world([position.lon(), position.lat()]);
            let moved = Position::new(east, north)
                .map_err(|refused| refusal(lat, lon, refused, [north, east]))?;
            Ok((moved, decimals))
        }
        Datum::WebMercator => {
            let number = |cell, axis| degrees(cell).ok_or_else(|| unreadable(lat, lon, axis));
            let (y, x) = (number(lat, Axis::Lat)?, number(lon, Axis::Lon)?);
            let [east, north] = datum.to_world([x.value, y.value]);
            let position = Position::new(east, north).map_err(|_| {
                let message = (
                    "座標が日本の外です。座標系を確かめてください",
                    "the coordinates are outside Japan: check their coordinate system",
                );
                wrong("coordinates-outside-japan", Axis::Lat, message)
            })?;
            // Metres: as exact as five decimals of a degree.
            Ok((position, 5))
        }
    }
}

/// A cell that is no number.
fn unreadable(lat: &str, lon: &str, axis: Axis) -> Box<PositionProblem> {
    let message = match axis {
        Axis::Lat => (
            "緯度を数として読めません。35.681236 のように書いてください",
            "the latitude is no number: write it like 35.681236",
        ),
        Axis::Lon => (
            "経度を数として読めません。139.767125 のように書いてください",
            "the longitude is no number: write it like 139.767125",
        ),
    };
    let mut wrong = wrong("coordinates-malformed", axis, message);
    if let (Some(lat), Some(lon)) = (mended_text(lat), mended_text(lon)) {
        wrong.corrected = match judge(&lat, &lon) {
            Ok(_) => Some((change_to(&lat, &lon), [lat, lon])),
            Err(PositionFault::Refused(NoPosition::Swapped { .. }, _)) => {
                Some(exchanged(&lat, &lon))
            }
            Err(PositionFault::Refused(NoPosition::OutsideJapan { .. }, numbers)) => {
                regrouped(&lat, &lon, numbers)
            }
            Err(_) => None,
        };
    }
    wrong
}

/// Two numbers that are no position in Japan.
fn refusal(lat: &str, lon: &str, refused: NoPosition, numbers: [f64; 2]) -> Box<PositionProblem> {
    match refused {
        NoPosition::Swapped { .. } => {
            let message = (
                "緯度と経度が入れ替わっています。2つの値を入れ替えてください",
                "latitude and longitude are swapped: exchange the two values",
            );
            let mut wrong = wrong("coordinates-swapped", Axis::Lat, message);
            wrong.corrected = Some(exchanged(lat.trim(), lon.trim()));
            wrong
        }
        NoPosition::Zero => {
            let message = (
                "緯度と経度が0です。正しい座標を書くか、分からないときは空にしてください",
                "latitude and longitude are 0: write the right ones, or leave them empty where they are not known",
            );
            wrong("coordinates-zero", Axis::Lat, message)
        }
        NoPosition::Malformed { .. } => {
            let message = ("座標が数ではありません", "the coordinates are no numbers");
            wrong("coordinates-malformed", Axis::Lat, message)
        }
        NoPosition::OutsideJapan { .. } => outside(lat, lon, numbers),
    }
}

fn exchanged(lat: &str, lon: &str) -> (Wording, [String; 2]) {
    let label = Wording::new("緯度と経度を入れ替える", "Swap latitude and longitude");
    (label, [lon.to_owned(), lat.to_owned()])
}

/// The problem of a position outside Japan. The decimal point may be lost or moved, or degrees,
/// minutes and seconds written without separators.
fn outside(lat: &str, lon: &str, numbers: [f64; 2]) -> Box<PositionProblem> {
    let axis = match Position::LATITUDES.contains(&numbers[0]) {
        true => Axis::Lon,
        false => Axis::Lat,
    };
    let Some(corrected) = regrouped(lat, lon, numbers) else {
        let message = (
            "座標が日本の外です。桁や小数点を確かめてください",
            "the coordinates are outside Japan: check their digits and decimal points",
        );
        return wrong("coordinates-outside-japan", axis, message);
    };
    let message = match axis {
        _ if unpacked(lat, lon).is_some() => (
            "緯度と経度が、度・分・秒を区切らずに続けた数のようです。35.681236 のように度の小数で書くか、35度40分52秒 のように書いてください",
            "latitude and longitude seem to be degrees, minutes and seconds in one number: write decimal degrees, as in 35.681236, or 35°40′52″",
        ),
        Axis::Lat => (
            "緯度の小数点の位置が違います。35.681236 のように整数部を2桁にしてください",
            "the latitude's decimal point is in the wrong place: there are two digits before it, as in 35.681236",
        ),
        Axis::Lon => (
            "経度の小数点の位置が違います。139.767125 のように整数部を3桁にしてください",
            "the longitude's decimal point is in the wrong place: there are three digits before it, as in 139.767125",
        ),
    };
    let mut wrong = wrong("coordinates-malformed", axis, message);
    wrong.corrected = Some(corrected);
    wrong
}

/// What two numbers outside Japan probably say, if their digits are grouped another way.
fn regrouped(lat: &str, lon: &str, [north, east]: [f64; 2]) -> Option<(Wording, [String; 2])> {
    if let Some(cells) = unpacked(lat, lon) {
        return Some((change_to(&cells[0], &cells[1]), cells));
    }
    let moved = |cell: &str, axis, fits| match fits {
        true => Some(plain(cell).into_owned()),
        false => moved_point(cell, axis),
    };
    let new_lat = moved(lat, Axis::Lat, Position::LATITUDES.contains(&north))?;
    let new_lon = moved(lon, Axis::Lon, Position::LONGITUDES.contains(&east))?;
    judge(&new_lat, &new_lon).is_ok().then(|| {
        (
            change_to(&new_lat, &new_lon),
            [new_lat.clone(), new_lon.clone()],
        )
    })
}

/// Decimal degrees of two packed numbers that lie in Japan when taken apart.
fn unpacked(lat: &str, lon: &str) -> Option<[String; 2]> {
    let pairs = [
        (packed(lat), packed(lon)),
        (packed_minutes(lat), packed_minutes(lon)),
    ];
    pairs.into_iter().find_map(|pair| {
        let (north, east) = (pair.0?, pair.1?);
        Position::new(east.value, north.value).ok()?;
        Some([north, east].map(|degrees| format!("{:.6}", degrees.value)))
    })
}

/// The digits with the point where it must have been, if there were enough of them to mean it.
fn moved_point(cell: &str, axis: Axis) -> Option<String> {
    let text = plain(cell);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let others = text.chars().filter(|c| !c.is_ascii_digit());
    if digits.len() < 5 || others.clone().count() > 1 || others.clone().any(|c| c != '.') {
        return None;
    }
    let (before, after) = digits.split_at(match axis {
        Axis::Lat => 2,
        Axis::Lon => 3,
    });
    Some(format!("{before}.{after}"))
}

/// What an unreadable coordinate probably says: a comma for the point, or points for degrees,
/// minutes and seconds.
fn mended_text(cell: &str) -> Option<String> {
    let text: String = plain(cell).chars().filter(|c| !c.is_whitespace()).collect();
    if degrees(&text).is_some() {
        return Some(text);
    }
    let comma = text.replacen([',', '、', '。', '·', '・'], ".", 1);
    if degrees(&comma).is_some() {
        return Some(comma);
    }
    let groups: Vec<&str> = text.splitn(3, ['.', ':', '-']).collect();
    let [degrees, minutes, seconds] = groups[..] else {
        return None;
    };
    let sexagesimal = format!("{degrees}度{minutes}分{seconds}秒");
    self::degrees(&sexagesimal).map(|degrees| format!("{:.6}", degrees.value))
}

fn change_to(lat: &str, lon: &str) -> Wording {
    Wording::new(
        format!("{lat}, {lon} に直す"),
        format!("Change to {lat}, {lon}"),
    )
}

fn half(axis: Axis) -> (&'static str, &'static str) {
    match axis {
        Axis::Lat => (
            "経度だけがあり、緯度がありません。両方を書いてください",
            "there is a longitude but no latitude: write both",
        ),
        Axis::Lon => (
            "緯度だけがあり、経度がありません。両方を書いてください",
            "there is a latitude but no longitude: write both",
        ),
    }
}

fn wrong(code: &'static str, axis: Axis, message: (&str, &str)) -> Box<PositionProblem> {
    Box::new(PositionProblem {
        code,
        axis,
        message: message.into(),
        expected: Wording::new(
            "緯度 20〜46、経度 122〜154",
            "latitude 20 to 46, longitude 122 to 154",
        ),
        corrected: None,
    })
}

/// The two coordinates of one cell, latitude first: `35.1,139.2`, `(139.2 35.1)`, `POINT(139.2 35.1)`.
pub fn both(cell: &str) -> Option<[String; 2]> {
    let text = plain(cell);
    let text =
        text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '(' | '[' | ' '));
    let text = text.trim_end_matches([')', ']', ' ']);
    let separators: &[char] = &[',', '、', '/', ';', '|', '\n', '\t'];
    let parts: Vec<&str> = if text.contains(separators) {
        text.split(separators)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect()
    } else {
        text.split_whitespace().collect()
    };
    let [first, second] = parts[..] else {
        return None;
    };
    let is_east =
        |text| degrees(text).is_some_and(|degrees| Position::LONGITUDES.contains(&degrees.value));
    let is_north =
        |text| degrees(text).is_some_and(|degrees| Position::LATITUDES.contains(&degrees.value));
    // One column says nothing of an order; in Japan the numbers do.
    let (lat, lon) = if is_east(first) && is_north(second) {
        (second, first)
    } else {
        (first, second)
    };
    Some([lat.to_owned(), lon.to_owned()])
}

#[cfg(test)]
mod tests;
