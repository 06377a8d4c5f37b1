//! Reads one number of degrees in its many notations.

use super::super::values::plain;

/// Degrees, and how many decimals they were written with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degrees {
    /// The degrees.
    pub value: f64,
    /// How many decimals they have; of minutes and seconds, what these come to.
    pub decimals: usize,
}

/// Reads degrees: `35.6812`, `北緯35.6812度`, `35°39′31.5″`, `35度39分31秒`, `35:39:31.5`,
/// `35-39-31.5`, `35 39 31.5`, also full-width.
pub fn degrees(cell: &str) -> Option<Degrees> {
    let text = plain_signs(cell);
    let text = without_words(&text);
    let number = text.trim_end_matches(['°', '度', ' ']);
    // `35 39 31` is three numbers and `35 39` two, `35. 6812` is one.
    let groups: Vec<&str> = number.split(' ').collect();
    let is_whole = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let are_parts = groups.len() > 1 && groups[..2].iter().all(is_whole);
    if !are_parts && let Some(number) = decimal(&groups.concat()) {
        return Some(number);
    }
    sexagesimal(text)
}

/// Degrees, minutes and seconds written as one number, `353930.6`: two digits each, three of a
/// longitude's degrees. The number alone does not say whether it is meant so.
pub(super) fn packed(cell: &str) -> Option<Degrees> {
    let (whole, fraction, decimals) = packed_digits(cell)?;
    let degrees = whole.len().checked_sub(4).filter(|n| matches!(n, 2 | 3))?;
    let number = |text: &str| text.parse::<f64>().ok();
    let minutes = number(&whole[degrees..degrees + 2])?;
    let seconds = number(&format!("{}.{fraction}", &whole[degrees + 2..]))?;
    of_parts(number(&whole[..degrees])?, minutes, seconds).map(|value| Degrees {
        value,
        decimals: 4 + decimals,
    })
}

/// Degrees and minutes written as one number, `3539.51`, as navigation devices write them.
pub(super) fn packed_minutes(cell: &str) -> Option<Degrees> {
    let (whole, fraction, decimals) = packed_digits(cell)?;
    let degrees = whole.len().checked_sub(2).filter(|n| matches!(n, 2 | 3))?;
    let number = |text: &str| text.parse::<f64>().ok();
    let minutes = number(&format!("{}.{fraction}", &whole[degrees..]))?;
    of_parts(number(&whole[..degrees])?, minutes, 0.0).map(|value| Degrees {
        value,
        decimals: 2 + decimals,
    })
}

/// Whether a packed number has decimals: then no point was lost from it.
pub(super) fn has_fraction(cell: &str) -> bool {
    packed_digits(cell).is_some_and(|(_, _, decimals)| decimals > 0)
}

/// The digits before the point, those behind it (at least `0`), and how many these are.
fn packed_digits(cell: &str) -> Option<(String, String, usize)> {
    let text = plain_signs(cell);
    let text: String = without_words(&text).split_whitespace().collect();
    let text = text.strip_prefix('+').unwrap_or(&text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = is_digits(whole) && is_digits(fraction) && !whole.is_empty();
    fits.then(|| {
        let some = if fraction.is_empty() { "0" } else { fraction };
        (whole.to_owned(), some.to_owned(), fraction.len())
    })
}

/// Degrees of their three parts; none where minutes or seconds are 60 or more.
fn of_parts(degrees: f64, minutes: f64, seconds: f64) -> Option<f64> {
    let is_part = |part: &f64| (0.0..60.0).contains(part);
    (is_part(&minutes) && is_part(&seconds)).then_some(degrees + minutes / 60.0 + seconds / 3600.0)
}

/// A cell with one sign each for degrees, minutes and seconds, and single spaces.
fn plain_signs(cell: &str) -> String {
    // Before NFKC, which takes some of these signs apart.
    let signs: String = cell
        .chars()
        .map(|c| match c {
            '゜' | '˚' | 'º' | 'ﾟ' => '°',
            '′' | '´' | '’' | '‘' | 'ʹ' | '`' | '＇' => '\'',
            '″' | '”' | '“' | '〃' | 'ʺ' | '＂' => '"',
            c => c,
        })
        .collect();
    let text = plain(&signs).replace("''", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without the words for north and east around it.
fn without_words(text: &str) -> &str {
    let is_letter = |c: char| matches!(c, 'N' | 'E' | 'n' | 'e' | ' ');
    let text = text
        .trim_start_matches(is_letter)
        .trim_end_matches(is_letter);
    let text = ["北緯", "東経", "緯度", "経度"]
        .iter()
        .fold(text, |text, word| text.strip_prefix(word).unwrap_or(text));
    text.trim_start_matches([':', ' '])
}

/// Degrees, minutes and perhaps seconds, with signs or separators between them.
fn sexagesimal(text: &str) -> Option<Degrees> {
    let parts = parts(text)?;
    let sign = |at: usize| parts.get(at).map(|(_, sign)| sign.as_str());
    let is_degree = matches!(sign(0)?, "°" | "度" | "d");
    let is_separated = parts.len() == 3 && sign(0) == sign(1) && sign(2) == Some("");
    let seconds = match (is_degree, sign(1)?, sign(2), sign(3)) {
        (true, "'" | "分" | "m", None, None) => None,
        (true, "'" | "分" | "m", Some("" | "\"" | "秒" | "s" | "'"), None) => {
            Some(parts[2].0.clone())
        }
        // 35度39分30秒6: the decimals stand behind the sign.
        (true, "分", Some("秒"), Some("")) if is_whole(&parts[2].0) && is_whole(&parts[3].0) => {
            Some(format!("{}.{}", parts[2].0, parts[3].0))
        }
        (false, ":" | "-" | "/" | " ", ..) if is_separated => Some(parts[2].0.clone()),
        (false, "", None, None) if sign(0) == Some(":") => None,
        _ => return None,
    };
    let (whole, minutes) = (decimal(&parts[0].0)?, decimal(&parts[1].0)?);
    if whole.decimals > 0 || (seconds.is_some() && minutes.decimals > 0) {
        return None;
    }
    let seconds = match seconds.as_deref() {
        Some(seconds) => Some(decimal(seconds)?),
        None => None,
    };
    let value = of_parts(whole.value, minutes.value, seconds.map_or(0.0, |s| s.value))?;
    Some(Degrees {
        value,
        // A minute is nearly two kilometres, a second 30 m.
        decimals: match seconds {
            Some(seconds) => 4 + seconds.decimals,
            None => 2 + minutes.decimals,
        },
    })
}

fn is_whole(text: &str) -> bool {
    !text.contains('.')
}

/// The numbers of a text, each with the sign behind it; at most four.
fn parts(text: &str) -> Option<Vec<(String, String)>> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for c in text.chars() {
        if c.is_ascii_digit() || c == '.' {
            match parts.last_mut() {
                Some((number, sign)) if sign.is_empty() => number.push(c),
                _ => parts.push((c.to_string(), String::new())),
            }
        } else {
            let (_, sign) = parts.last_mut()?;
            // A space beside another sign says nothing.
            match (sign.as_str(), c) {
                ("", c) => sign.push(c),
                (" ", c) => *sign = c.to_string(),
                (_, ' ') => {}
                _ => return None,
            }
        }
        if parts.len() > 4 {
            return None;
        }
    }
    for (_, sign) in &mut parts {
        *sign = match sign.as_str() {
            "D" => "d".to_owned(),
            "M" => "m".to_owned(),
            "S" => "s".to_owned(),
            // Dashes of every sort stand between numbers.
            "‐" | "‑" | "‒" | "–" | "—" | "―" | "−" | "ー" => "-".to_owned(),
            _ => continue,
        };
    }
    if let Some((_, sign)) = parts.last_mut()
        && sign == " "
    {
        sign.clear();
    }
    (parts.len() >= 2).then_some(parts)
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
