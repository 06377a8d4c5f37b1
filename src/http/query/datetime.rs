//! The parameter `datetime`: which days an instant or interval covers.
//!
//! Records carry days, not hours, so a moment stands for its day in Japan.

use std::ops::RangeInclusive;

use serde_json::json;

use super::QueryParams;
use crate::http::problem::{Problem, Text};
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate};

parameters! {
    DATETIME = "datetime", "An instant, an interval (`..` or nothing for an open end) or a start and an ISO 8601 duration, held against the day a facility was last checked. A facility that nobody checked has no such day and is left out.",
        json!({"type": "string", "minLength": 1});
}

/// Japan Standard Time, which has had no summer time since 1951.
const JAPAN: i32 = 9 * 3600;

/// The days a `datetime` value covers, as numbers of days since year 1; `None` if it cannot be read.
pub fn days(text: &str) -> Option<RangeInclusive<i32>> {
    let Some((from, to)) = text.split_once('/') else {
        let day = day(text)?.num_days_from_ce();
        return Some(day..=day);
    };
    let open = |end: &str| matches!(end, "" | "..");
    if open(from) && open(to) {
        return None;
    }
    let first = if open(from) { None } else { Some(day(from)?) };
    let last = match (first, to) {
        (_, to) if open(to) => None,
        (Some(first), to) if to.starts_with('P') => Some(after(first, to)?),
        (_, to) => Some(day(to)?),
    };
    let first = first.map_or(i32::MIN, |day| day.num_days_from_ce());
    let last = last.map_or(i32::MAX, |day| day.num_days_from_ce());
    (first <= last).then_some(first..=last)
}

fn day(text: &str) -> Option<NaiveDate> {
    if text.len() == 10 {
        return text.parse().ok();
    }
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    Some(
        moment
            .with_timezone(&FixedOffset::east_opt(JAPAN)?)
            .date_naive(),
    )
}

/// The day a duration such as `P1Y2M3D` or `PT12H` after another begins.
fn after(first: NaiveDate, duration: &str) -> Option<NaiveDate> {
    let (date, time) = duration
        .strip_prefix('P')?
        .split_once('T')
        .unwrap_or((&duration[1..], ""));
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let mut day = first;
    for (number, unit) in parts(date)? {
        day = match unit {
            'Y' => day.checked_add_months(Months::new(number.checked_mul(12)?))?,
            'M' => day.checked_add_months(Months::new(number))?,
            'W' => day.checked_add_days(Days::new(u64::from(number) * 7))?,
            'D' => day.checked_add_days(Days::new(u64::from(number)))?,
            _ => return None,
        };
    }
    let hours = parts(time)?
        .into_iter()
        .try_fold(0u64, |hours, (number, unit)| match unit {
            'H' => Some(hours + u64::from(number)),
            'M' | 'S' => Some(hours),
            _ => None,
        })?;
    day.checked_add_days(Days::new(hours / 24))
}

fn parts(text: &str) -> Option<Vec<(u32, char)>> {
    let mut rest = text;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let unit = rest[end..].chars().next()?;
        parts.push((rest[..end].parse().ok()?, unit));
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(parts)
}

/// Refuses what is no day, moment or interval, where nothing has a time that could be held against it.
pub fn checked(given: &QueryParams<'_>) -> Result<(), Problem> {
    match given.get(&DATETIME) {
        Some(text) if days(text).is_none() => {
            let rule = Text::new(
                "日付か日時、または期間を指定してください",
                "must be a day, a moment or an interval",
            );
            Err(Problem::parameter(DATETIME.name, text, rule))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Option<(String, String)> {
        let name = |day: i32| match day {
            i32::MIN | i32::MAX => "..".to_owned(),
            day => NaiveDate::from_num_days_from_ce_opt(day)
                .unwrap()
                .to_string(),
        };
        days(text).map(|days| (name(*days.start()), name(*days.end())))
    }

    #[test]
    fn instants_intervals_and_durations_cover_their_days() {
        for (text, from, to) in [
            ("2026-11-22", "2026-11-22", "2026-11-22"),
            ("2026-11-21T20:00:00Z", "2026-11-22", "2026-11-22"),
            ("2026-01-01/2026-02-01", "2026-01-01", "2026-02-01"),
            ("../2026-02-01", "..", "2026-02-01"),
            ("/2026-02-01", "..", "2026-02-01"),
            ("2026-02-01/..", "2026-02-01", ".."),
            ("2026-02-01/", "2026-02-01", ".."),
            ("2021-04-01/P2D", "2021-04-01", "2021-04-03"),
            ("2021-04-01/P1Y1M1WT48H", "2021-04-01", "2022-05-10"),
        ] {
            assert_eq!(
                range(text),
                Some((from.to_owned(), to.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "..",
            "../..",
            "/",
            "yesterday",
            "2026-13-01",
            "2026-02-01/2026-01-01",
            "2026-01-01/P",
            "2026-01-01/PX",
            "2026-01-01/P9999999999D",
            "2026-01-01/P4294967295D",
            "2026-01-01/2026-01-02/2026-01-03",
            "２０２６-01-01",
        ] {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
