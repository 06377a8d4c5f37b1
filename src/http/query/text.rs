//! The text of a query string: its pairs, their encoding, and numbers in them.

use std::borrow::Cow;

use super::Parameter;
use crate::http::problem::Problem;

/// Strictly: every `%` has its two digits and the result is UTF-8.
pub fn decoded(text: &str) -> Result<Cow<'_, str>, Problem> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let broken = || Problem::malformed_query(text);
    let bytes = text.as_bytes();
    for (i, _) in text.match_indices('%') {
        let digits = bytes.get(i + 1..i + 3).ok_or_else(broken)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(broken());
        }
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| broken())?;
    Ok(Cow::Owned(decoded.into_owned()))
}

/// The pairs of a query that can be decoded, for whoever leaves out what cannot be read.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((
            decoded(name).ok()?.into_owned(),
            decoded(value).ok()?.into_owned(),
        ))
    })
}

/// A value as a query has it; commas and colons keep it readable.
pub fn encoded(value: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b',')
        .remove(b':');
    percent_encoding::utf8_percent_encode(value, PLAIN).to_string()
}

/// A form's query without the fields that were left empty.
pub fn without_empty(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| {
        pair.split_once('=')
            .is_none_or(|(_, value)| !value.is_empty())
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The query without some of its parameters.
pub fn without(query: &str, parameters: &[&Parameter]) -> String {
    let name = |pair: &str| pair.split('=').next().unwrap_or("").to_owned();
    let kept = query.split('&').filter(|pair| {
        let name = name(pair);
        !pair.is_empty() && parameters.iter().all(|parameter| parameter.name != name)
    });
    kept.collect::<Vec<_>>().join("&")
}

/// A decimal number as people write it; not `inf`, `NaN` or hexadecimal.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse()
        .ok()
        .filter(|number: &f64| plain && number.is_finite())
}

pub fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(number).collect()
}
