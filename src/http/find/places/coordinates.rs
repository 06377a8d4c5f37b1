//! A point that was pasted where a place is typed: 35.68,139.76, N35°40′51″ E139°46′, 北緯35度40分 東経139度46分, or the
//! address of a map.

use unicode_normalization::UnicodeNormalization;

use crate::domain::position::Position;
use crate::interchange::coordinates::{Degrees, degrees};

/// The point a text is, in Japan; `None` where it is none or may be something else.
pub fn read(text: &str) -> Option<Position> {
    let plain: String = text.nfkc().collect();
    let text = plain.trim();
    if text.contains("://") || text.starts_with("geo:") {
        return of_address(text);
    }
    let text = text.trim_matches(|c: char| {
        matches!(c, '(' | ')' | '[' | ']' | '「' | '」') || c.is_whitespace()
    });
    let is_sign = |c: char| {
        c.is_ascii_digit()
            || c.is_whitespace()
            || ".,+-/;:°º˚度′'’分″\"”秒NSEWnsew北緯東経、，′″".contains(c)
    };
    if !text.chars().all(is_sign) || text.chars().filter(char::is_ascii_digit).count() < 4 {
        return None;
    }
    // 35 139 may be a number of anything.
    if !text.contains(|c: char| ".°º˚度NEne北東".contains(c)) {
        return None;
    }
    let ends = text.char_indices().skip(1).map(|(at, _)| at);
    let found = ends.filter_map(|at| {
        let (first, second) = text.split_at(at);
        let is_apart = second.starts_with(|c: char| c.is_whitespace() || ",/;、，".contains(c))
            || second.starts_with(['東', '北', 'E', 'e', 'N', 'n'])
            || first.ends_with(['E', 'e', 'N', 'n']);
        if !is_apart {
            return None;
        }
        let is_joint = |c: char| c.is_whitespace() || ",/;、，".contains(c);
        of_two(first.trim_matches(is_joint), second.trim_matches(is_joint))
    });
    let mut found: Vec<Position> = found.collect();
    found.dedup();
    // Taken apart in two ways that differ, it is no point.
    (found.len() == 1).then(|| found[0])
}

fn of_two(first: &str, second: &str) -> Option<Position> {
    let value = |read: Degrees| read.value;
    let (first, second) = (value(degrees(first)?), value(degrees(second)?));
    // In Japan no latitude can be taken for a longitude.
    Position::new(second, first)
        .or_else(|_| Position::new(first, second))
        .ok()
}

/// The point in a map's address: @lat,lon, !3dlat!4dlon, q=lat,lon, #map=zoom/lat/lon, geo:lat,lon.
fn of_address(text: &str) -> Option<Position> {
    let text = text.replace("%2C", ",").replace("%2c", ",");
    let numbers = |text: &str, between: &str| {
        let end = |text: &str| {
            let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
            text.find(|c| !is_number(c)).unwrap_or(text.len())
        };
        let lat = &text[..end(text)];
        let rest = text[lat.len()..].strip_prefix(between)?;
        let lon = &rest[..end(rest)];
        Position::new(lon.parse().ok()?, lat.parse().ok()?).ok()
    };
    let behind = |mark: &str, between: &str| {
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once(mark) {
            if let Some(position) = numbers(after, between) {
                return Some(position);
            }
            rest = after;
        }
        None
    };
    // The marked place comes before the middle of the window.
    behind("!3d", "!4d")
        .or_else(|| {
            [
                "q=",
                "ll=",
                "query=",
                "destination=",
                "geo:",
                "@",
                "center=",
            ]
            .iter()
            .find_map(|mark| behind(mark, ","))
        })
        .or_else(|| {
            let (_, map) = text.split_once("map=")?;
            let (_, rest) = map.split_once('/')?;
            numbers(rest, "/")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_in_the_usual_forms() {
        for (text, lon, lat) in [
            ("35.68,139.76", 139.76, 35.68),
            ("35.68, 139.76", 139.76, 35.68),
            ("139.76 35.68", 139.76, 35.68),
            ("(35.68, 139.76)", 139.76, 35.68),
            ("３５．６８、１３９．７６", 139.76, 35.68),
            ("35.68/139.76", 139.76, 35.68),
            ("35.68°N 139.76°E", 139.76, 35.68),
            ("N35°40′51″ E139°46′", 139.766_667, 35.680_833),
            ("35°40'51\"N 139°46'00\"E", 139.766_667, 35.680_833),
            ("北緯35度40分51秒 東経139度46分", 139.766_667, 35.680_833),
            ("北緯35度40分51秒東経139度46分0秒", 139.766_667, 35.680_833),
            ("東経139.76度 北緯35.68度", 139.76, 35.68),
            (
                "https://www.google.com/maps/@33.5897,130.4207,15z",
                130.4207,
                33.5897,
            ),
            (
                "https://www.google.com/maps/place/X/@33.5,130.4,15z/data=!3m1!4b1!4m5!3d33.5897!4d130.4207",
                130.4207,
                33.5897,
            ),
            (
                "https://maps.google.com/?q=33.5897,130.4207",
                130.4207,
                33.5897,
            ),
            (
                "https://www.google.com/maps?q=33.5897%2C130.4207",
                130.4207,
                33.5897,
            ),
            (
                "https://www.openstreetmap.org/#map=15/33.5897/130.4207",
                130.4207,
                33.5897,
            ),
            ("geo:33.5897,130.4207?z=15", 130.4207, 33.5897),
        ] {
            let found = read(text).unwrap_or_else(|| panic!("{text}"));
            let away = (found.lon() - lon).abs().max((found.lat() - lat).abs());
            assert!(away < 1e-5, "{text}: {found:?}");
        }
    }

    #[test]
    fn other_texts_are_no_points() {
        for text in [
            "",
            "渋谷",
            "150-0002",
            "1500002",
            "35 139",
            "35,139",
            "1-2-3",
            "35.68",
            "51.5,-0.1",
            "北1西2",
            "N35",
            "https://example.org/?q=1,2",
            "道玄坂1.2,3.4",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
