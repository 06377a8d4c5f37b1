//! The smallest and largest permitted values.

use serde_json::Value;

use crate::domain::wording::Wording;

/// Whole numbers, and the range each may have. Years are bounded by this year besides.
const RANGES: [(&str, i64, i64); 4] = [
    ("built_year", 600, i64::MAX),
    ("position_error", 0, 100_000),
    ("price_hour_yen", 0, 1_000_000),
    ("seats", 0, 100_000),
];

/// A building may be planned, but not for the next century.
const YEARS_AHEAD: i64 = 10;

/// The earliest day somebody may have looked.
const EARLIEST: &str = "1900-01-01";

/// What was expected of a value that is beyond its limit.
pub(super) fn of(name: &str, value: &Value, today: &str) -> Option<Wording> {
    match value {
        Value::String(text) if name == "checked_on" => day(text, today),
        Value::String(text) if name == "status_asof" => day(text, today),
        Value::Number(number) => {
            let (_, least, most) = *RANGES.iter().find(|(field, _, _)| *field == name)?;
            let most = if name == "built_year" {
                this_year(today) + YEARS_AHEAD
            } else {
                most
            };
            let inside = number.as_i64().is_some_and(|n| (least..=most).contains(&n));
            (!inside).then(|| {
                Wording::new(
                    format!("{least}〜{most}の整数"),
                    format!("a whole number from {least} to {most}"),
                )
            })
        }
        _ => None,
    }
}

/// What somebody saw is not in the future. A month or a year counts by its beginning.
fn day(text: &str, today: &str) -> Option<Wording> {
    let until = today.get(..text.len().min(today.len())).unwrap_or(today);
    let from = EARLIEST.get(..text.len()).unwrap_or(EARLIEST);
    (text > until || text < from).then(|| {
        Wording::new(
            format!("{from}から{until}まで"),
            format!("from {from} to {until}"),
        )
    })
}

/// The year of a fiscal year or of a day.
pub(super) fn this_year(today: &str) -> i64 {
    let year = today.get(..4).and_then(|year| year.parse().ok());
    year.unwrap_or(i64::MAX - YEARS_AHEAD)
}
