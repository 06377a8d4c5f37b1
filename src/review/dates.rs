//! Impossible dates: built long after today, or checked tomorrow.

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};
use serde_json::Value;

use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::interchange::reading::{Reading, SheetRow};

/// A building under construction is finished within so many years.
const BUILDING: i32 = 5;

/// Before this year no building in the directory was built: the oldest wooden ones stand since 607.
const OLDEST: i32 = 600;

/// Removes rows with impossible dates and reports them. `today` is Japan's.
pub fn refuse_impossible(reading: &mut Reading, today: NaiveDate) {
    let mut problems = Vec::new();
    for row in &reading.usable {
        problems.extend(built(row, today, reading));
        for field in ["checked_on", "status_asof"] {
            problems.extend(known(row, field, today, reading));
        }
    }
    let refused: HashSet<Option<usize>> = problems.iter().map(|problem| problem.row).collect();
    reading
        .usable
        .retain(|row| !refused.contains(&Some(row.number)));
    reading.problems.extend(problems);
    reading.problems.sort_by_key(|problem| problem.row);
}

fn built(row: &SheetRow, today: NaiveDate, reading: &Reading) -> Option<Problem> {
    let year = row.fields.get("built_year")?.as_i64()?;
    let latest = today.year() + BUILDING;
    if (i64::from(OLDEST)..=i64::from(latest)).contains(&year) {
        return None;
    }
    let message = (
        format!("建築年の{year}年はありえません。西暦で書き直すか、空にしてください"),
        format!("{year} cannot be the year it was built in: correct it, or leave it empty"),
    );
    let expected = Wording::new(
        format!("{OLDEST}年から{latest}年まで"),
        format!("a year from {OLDEST} to {latest}"),
    );
    let problem = Problem::blocking(row.number, "date-impossible", message);
    Some(
        problem
            .in_column(reading.column("built_year"))
            .found(year, expected),
    )
}

/// The problem of a date of observation in the future.
fn known(
    row: &SheetRow,
    field: &'static str,
    today: NaiveDate,
    reading: &Reading,
) -> Option<Problem> {
    let text = row.fields.get(field).and_then(Value::as_str)?;
    // One day more is accepted, because of time zones.
    let last = today.checked_add_days(Days::new(1))?.to_string();
    // 2027 or 2027-05 is compared to its own precision.
    if text <= last.get(..text.len()).unwrap_or(&last) {
        return None;
    }
    let message = (
        format!("{text}は未来の日付です。今日（{today}）までの日付に直してください"),
        format!("{text} is in the future: write a date up to today ({today})"),
    );
    let expected = Wording::new(format!("{today}まで"), format!("up to {today}"));
    let problem = Problem::blocking(row.number, "date-impossible", message);
    Some(
        problem
            .in_column(reading.column(field))
            .found(text, expected),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_that_cannot_be_keep_their_row_out() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        for (field, value, blocks) in [
            ("built_year", json!(3000), true),
            ("built_year", json!(2032), true),
            ("built_year", json!(2031), false),
            ("built_year", json!(1877), false),
            ("built_year", json!(20), true),
            ("checked_on", json!("2099-01-01"), true),
            ("checked_on", json!("2026-11-30"), false),
            ("checked_on", json!("2026-12-01"), false),
            ("checked_on", json!("2026-12-02"), true),
            ("status_asof", json!("2099"), true),
            ("status_asof", json!("2026"), false),
            ("status_asof", json!("2026-12"), false),
            ("status_asof", json!("2027-01"), true),
            ("checked_on", json!(null), false),
        ] {
            let mut fields = serde_json::Map::new();
            fields.insert(field.to_owned(), value.clone());
            let mut reading = Reading {
                rows: 1,
                usable: vec![SheetRow {
                    number: 2,
                    fields,
                    implied_precision: None,
                    partly: Vec::new(),
                    denied: Vec::new(),
                }],
                ..Reading::default()
            };
            refuse_impossible(&mut reading, today);
            assert_eq!(reading.usable.is_empty(), blocks, "{field} {value}");
            assert_eq!(
                reading.problems.len(),
                usize::from(blocks),
                "{field} {value}"
            );
        }
    }
}
