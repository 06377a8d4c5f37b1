//! Latitude and longitude as people write them.

use crate::domain::position::{NoPosition, Position};
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;

use super::values::plain;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Latitude.
    Lat,
    /// Longitude.
    Lon,
}

/// Degrees, and how many decimals they were written with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degrees {
    /// The degrees.
    pub value: f64,
    /// How many decimals they have; of minutes and seconds, what these come to.
    pub decimals: usize,
}

/// What is wrong with a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// The problem's code.
    pub code: &'static str,
    /// The coordinate to name.
    pub axis: Axis,
    /// What is wrong and what to do.
    pub message: Wording,
    /// What was expected.
    pub expected: Wording,
    /// What would mend it: a button's words, and both coordinates, latitude first.
    pub mended: Option<(Wording, [String; 2])>,
}

/// How exactly a position can be known that was written with so many decimals: 0.001° are about 100 m.
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

/// The position two cells give, and its precision's decimals.
pub fn position(lat: &str, lon: &str) -> Result<(Position, usize), Box<Wrong>> {
    for (axis, cell, other) in [(Axis::Lat, lat, lon), (Axis::Lon, lon, lat)] {
        if is_unknown(cell) && !is_unknown(other) {
            return Err(wrong("coordinates-malformed", axis, half(axis)));
        }
    }
    let read = (degrees(lat), degrees(lon));
    let (Some(north), Some(east)) = read else {
        let axis = if read.0.is_none() {
            Axis::Lat
        } else {
            Axis::Lon
        };
        let unreadable = match axis {
            Axis::Lat => (
                "緯度を数として読めません。35.681236 のように書いてください",
                "the latitude is no number: write it like 35.681236",
            ),
            Axis::Lon => (
                "経度を数として読めません。139.767125 のように書いてください",
                "the longitude is no number: write it like 139.767125",
            ),
        };
        let mut wrong = wrong("coordinates-malformed", axis, unreadable);
        if let (Some(lat), Some(lon)) = (mended_text(lat), mended_text(lon)) {
            wrong.mended = match position(&lat, &lon) {
                Ok(_) => Some((change_to(&lat, &lon), [lat, lon])),
                Err(other) => other.mended,
            };
        }
        return Err(wrong);
    };
    let decimals = north.decimals.max(east.decimals);
    match Position::new(east.value, north.value) {
        Ok(position) => Ok((position, decimals)),
        Err(NoPosition::Swapped { .. }) => {
            let message = (
                "緯度と経度が入れ替わっています。2つの値を入れ替えてください",
                "latitude and longitude are swapped: exchange the two values",
            );
            let mut wrong = wrong("coordinates-swapped", Axis::Lat, message);
            let label = Wording::new("緯度と経度を入れ替える", "Swap latitude and longitude");
            wrong.mended = Some((label, [lon.trim().to_owned(), lat.trim().to_owned()]));
            Err(wrong)
        }
        Err(NoPosition::Zero) => {
            let message = (
                "緯度と経度が0です。正しい座標を書くか、分からないときは空にしてください",
                "latitude and longitude are 0: write the right ones, or leave them empty where they are not known",
            );
            Err(wrong("coordinates-zero", Axis::Lat, message))
        }
        Err(NoPosition::Malformed { .. }) => {
            let message = ("座標が数ではありません", "the coordinates are no numbers");
            Err(wrong("coordinates-malformed", Axis::Lat, message))
        }
        Err(NoPosition::OutsideJapan { .. }) => Err(outside(lat, lon, [north.value, east.value])),
    }
}

/// A position outside Japan: its decimal point may have been lost or moved.
fn outside(lat: &str, lon: &str, [north, east]: [f64; 2]) -> Box<Wrong> {
    let fits = [
        Position::LATITUDES.contains(&north),
        Position::LONGITUDES.contains(&east),
    ];
    let axis = if fits[0] { Axis::Lon } else { Axis::Lat };
    let moved = |cell: &str, axis, fits| {
        if fits {
            Some(plain(cell).into_owned())
        } else {
            moved_point(cell, axis)
        }
    };
    if let (Some(new_lat), Some(new_lon)) = (
        moved(lat, Axis::Lat, fits[0]),
        moved(lon, Axis::Lon, fits[1]),
    ) && position(&new_lat, &new_lon).is_ok()
    {
        let message = match axis {
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
        wrong.mended = Some((change_to(&new_lat, &new_lon), [new_lat, new_lon]));
        return wrong;
    }
    let message = (
        "座標が日本の外です。桁や小数点を確かめてください",
        "the coordinates are outside Japan: check their digits and decimal points",
    );
    wrong("coordinates-outside-japan", axis, message)
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

fn wrong(code: &'static str, axis: Axis, message: (&str, &str)) -> Box<Wrong> {
    Box::new(Wrong {
        code,
        axis,
        message: message.into(),
        expected: Wording::new(
            "緯度 20〜46、経度 122〜154",
            "latitude 20 to 46, longitude 122 to 154",
        ),
        mended: None,
    })
}

/// Reads degrees: `35.6812`, `北緯35.6812度`, `35°39′31.5″`, `35度39分31秒`, also full-width.
pub fn degrees(cell: &str) -> Option<Degrees> {
    let text: String = plain(cell).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text
        .trim_start_matches(['N', 'E', 'n', 'e'])
        .trim_end_matches(['N', 'E', 'n', 'e']);
    let text = ["北緯", "東経", "緯度", "経度"]
        .iter()
        .fold(text, |text, word| text.strip_prefix(word).unwrap_or(text));
    let text = text.trim_start_matches(':');
    if let Some(number) = decimal(text.trim_end_matches(['°', '度', '˚', 'º'])) {
        return Some(number);
    }
    let (degrees, rest) = text.split_once(['°', '度', '˚', 'º', '゜'])?;
    let (minutes, rest) = match rest.split_once(['′', '\'', '分', '’', '´']) {
        Some((minutes, rest)) if !rest.starts_with(['′', '\'', '’']) || !rest[..].is_empty() => {
            (minutes, rest)
        }
        _ => return None,
    };
    let seconds = rest.trim_end_matches(['″', '"', '秒', '”', '′', '\'', '’']);
    let part = |text: &str| {
        if text.is_empty() {
            Some(Degrees {
                value: 0.0,
                decimals: 0,
            })
        } else {
            decimal(text)
        }
    };
    let (degrees, minutes, seconds) = (decimal(degrees)?, decimal(minutes)?, part(seconds)?);
    if degrees.decimals > 0
        || !(0.0..60.0).contains(&minutes.value)
        || !(0.0..60.0).contains(&seconds.value)
    {
        return None;
    }
    Some(Degrees {
        value: degrees.value + minutes.value / 60.0 + seconds.value / 3600.0,
        // A minute is nearly two kilometres, a second 30 m.
        decimals: match (rest.is_empty(), minutes.decimals, seconds.decimals) {
            (true, decimals, _) => 2 + decimals,
            (false, _, decimals) => 4 + decimals,
        },
    })
}

/// A plain decimal number, and its decimals.
fn decimal(text: &str) -> Option<Degrees> {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_plain = number.chars().all(|c| c.is_ascii_digit() || c == '.')
        && number.chars().any(|c| c.is_ascii_digit());
    let is_scientific = number.contains(['e', 'E'])
        && number
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !is_plain && !is_scientific {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    let decimals = number
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    Some(Degrees { value, decimals })
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
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_in_every_writing() {
        for (text, value, decimals) in [
            ("35.6812", 35.6812, 4),
            ("３５．６８１２", 35.6812, 4),
            (" 35.6812 ", 35.6812, 4),
            ("北緯35.6812度", 35.6812, 4),
            ("N35.6812", 35.6812, 4),
            ("35.6812N", 35.6812, 4),
            ("35", 35.0, 0),
            ("35.", 35.0, 0),
            ("35°30′", 35.5, 2),
            ("35°30.5′", 35.508_333, 3),
            ("35°39′31″", 35.658_611, 4),
            ("35度39分31秒", 35.658_611, 4),
            ("35度39分31.5秒", 35.658_75, 5),
            ("35°39'31.5\"N", 35.658_75, 5),
            ("東経139度44分28秒", 139.741_111, 4),
            ("-35.5", -35.5, 1),
        ] {
            let read = degrees(text).unwrap_or_else(|| panic!("{text}"));
            assert!((read.value - value).abs() < 1e-5, "{text}: {read:?}");
            assert_eq!(read.decimals, decimals, "{text}");
        }
        for text in [
            "",
            "不明",
            "35,6812",
            "35.39.31",
            "35度61分0秒",
            "35°39′75″",
            "1e999",
            "35.68a",
            "..",
            "NaN",
            "inf",
            "0x23",
            "35.5度30分",
        ] {
            assert_eq!(degrees(text), None, "{text}");
        }
    }

    #[test]
    fn each_wrong_position_has_its_code_and_what_mends_it() {
        for (lat, lon, code, mended) in [
            (
                "139.767",
                "35.681",
                "coordinates-swapped",
                Some(["35.681", "139.767"]),
            ),
            ("0", "0", "coordinates-zero", None),
            ("0.0", "0.000", "coordinates-zero", None),
            (
                "35.68",
                "13408137",
                "coordinates-malformed",
                Some(["35.68", "134.08137"]),
            ),
            (
                "351234567",
                "1391234567",
                "coordinates-malformed",
                Some(["35.1234567", "139.1234567"]),
            ),
            (
                "34.3",
                "1334.00556",
                "coordinates-malformed",
                Some(["34.3", "133.400556"]),
            ),
            (
                "35,6812",
                "139.7",
                "coordinates-malformed",
                Some(["35.6812", "139.7"]),
            ),
            (
                "35.39.31",
                "139.44.28",
                "coordinates-malformed",
                Some(["35.658611", "139.741111"]),
            ),
            ("35.68", "", "coordinates-malformed", None),
            ("", "139.7", "coordinates-malformed", None),
            ("about here", "139.7", "coordinates-malformed", None),
            ("48.85", "2.35", "coordinates-outside-japan", None),
            ("35.68", "13.9", "coordinates-outside-japan", None),
            ("-35.68", "139.7", "coordinates-outside-japan", None),
        ] {
            let wrong = position(lat, lon).unwrap_err();
            assert_eq!(wrong.code, code, "{lat} {lon}");
            let cells = wrong.mended.map(|(_, cells)| cells);
            assert_eq!(
                cells,
                mended.map(|cells| cells.map(str::to_owned)),
                "{lat} {lon}"
            );
        }
        assert_eq!(position("34.3", "1334.00556").unwrap_err().axis, Axis::Lon);
        assert_eq!(position("", "139.7").unwrap_err().axis, Axis::Lat);
    }

    #[test]
    fn both_may_stand_in_one_cell() {
        for cell in [
            "35.1,139.2",
            "35.1, 139.2",
            "35.1 139.2",
            "(35.1、139.2)",
            "139.2,35.1",
            "POINT(139.2 35.1)",
            "３５．１，１３９．２",
            "[35.1,139.2]",
        ] {
            assert_eq!(both(cell).unwrap(), ["35.1", "139.2"], "{cell}");
        }
        for cell in ["35.1", "", "35.1,139.2,0", "東京駅前"] {
            assert_eq!(both(cell), None, "{cell}");
        }
    }
}
