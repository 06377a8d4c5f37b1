//! The property `opening`: whether a facility is open at a minute, and until when; and what a page
//! says of it.

use std::io::Write;

use crate::http::language::Language;
use crate::http::problem::Problem;
use crate::http::query::{self as p, Parameter, QueryParams, filter};
use crate::opening::{Minute, Opening, State};

/// Appends the property to a feature's properties: `,"opening":{"state","until","readable","note"}`.
pub fn write(opening: &Opening, minute: Minute, out: &mut Vec<u8>) {
    let state = opening.at(minute).slug();
    let until = opening.until(minute).map(Minute::rfc3339);
    let until = until.map_or_else(|| "null".to_owned(), |until| format!("\"{until}\""));
    let readable = opening.is_readable();
    let note = serde_json::json!(opening.note(minute).as_deref());
    write!(
        out,
        r#","opening":{{"state":"{state}","until":{until},"readable":{readable},"note":{note}}}"#
    )
    .expect("writing to memory");
}

/// The minute whose states a page tells.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// That minute.
    pub minute: Minute,
    /// Whether it is this one; else the page names it.
    pub is_now: bool,
}

impl Shown {
    /// The minute a parameter asks for, else this one.
    pub fn of(given: &QueryParams<'_>, parameters: &[&Parameter]) -> Result<Shown, Problem> {
        for parameter in parameters {
            if let Some(minute) = filter::minute(given, parameter)? {
                let is_now = given.get(parameter) == Some(filter::NOW);
                return Ok(Shown { minute, is_now });
            }
        }
        Ok(Shown::now())
    }

    /// This minute.
    pub fn now() -> Shown {
        Shown {
            minute: filter::now(),
            is_now: true,
        }
    }

    /// The minute in words, where it is not this one: `11月27日（金）10:00`.
    pub fn named(self, language: Language) -> Option<String> {
        (!self.is_now).then(|| dated(self.minute, language))
    }

    /// The pair of a query that asks a facility's page for the same minute; empty for this one.
    pub fn query(self) -> String {
        match self.is_now {
            true => String::new(),
            false => {
                let moment = self.moment().replace('+', "%2B");
                format!("&{}={moment}", p::OPENING.name)
            }
        }
    }

    /// As a parameter's value.
    pub fn moment(self) -> String {
        match self.is_now {
            true => filter::NOW.to_owned(),
            false => self.minute.rfc3339(),
        }
    }
}

/// The same for people: 「営業中・19:00まで（あと2時間）」; at another minute than this one
/// 「11月27日（金）10:00は営業中・19:00まで」.
pub fn words(opening: &Opening, shown: Shown, language: Language) -> String {
    let minute = shown.minute;
    if let Some(words) = closed_for_a_time(opening, shown, language) {
        return words;
    }
    if opening.at(minute) == State::Unknown {
        return unknown(opening, minute, shown.named(language), language);
    }
    let until = opening.until(minute);
    if let Some(at) = shown.named(language) {
        return words_then(opening, minute, until, &at, language);
    }
    let when = until.map(|until| when(minute, until, language));
    let left = until.map_or(0, |until| minute.to(until));
    match (opening.at(minute), when) {
        (State::Open, None) => language.pick("営業中", "Open").to_owned(),
        (State::Open, Some(when)) => {
            let left = match left {
                ..60 => language.pick(
                    format!("（あと{left}分）"),
                    format!(" ({left} minutes left)"),
                ),
                60..720 => {
                    let hours = left / 60;
                    language.pick(format!("（あと{hours}時間）"), format!(" ({hours} h left)"))
                }
                _ => String::new(),
            };
            language.pick(
                format!("営業中・{when}まで{left}"),
                format!("Open until {when}{left}"),
            )
        }
        (State::Closed, None) => language.pick("休業中", "Closed").to_owned(),
        (State::Closed, Some(when)) => match until.map(|until| opening.at(until)) {
            Some(State::Open) => language.pick(
                format!("営業時間外・{when}から"),
                format!("Closed, opens {when}"),
            ),
            Some(State::Unknown) => language.pick(
                format!("営業時間外・{when}以降は不明"),
                format!("Closed; not known from {when} on"),
            ),
            _ => language.pick(
                format!("休業中・{when}まで"),
                format!("Closed until {when}"),
            ),
        },
        (State::Unknown, _) => language
            .pick("営業時間は不明", "Opening hours unknown")
            .to_owned(),
    }
}

/// What holds at a minute that a page names: nothing is left, and tomorrow is the reader's.
fn words_then(
    opening: &Opening,
    minute: Minute,
    until: Option<Minute>,
    at: &str,
    language: Language,
) -> String {
    let when = until.map(|until| match until.day() - minute.day() {
        0 => clock(until),
        1 if until.of_day() == 0 => "24:00".to_owned(),
        _ => dated(until, language),
    });
    match (opening.at(minute), when) {
        (State::Open, None) => language.pick(format!("{at}は営業中"), format!("Open on {at}")),
        (State::Open, Some(when)) => language.pick(
            format!("{at}は営業中・{when}まで"),
            format!("Open on {at}, until {when}"),
        ),
        (State::Closed, None) => language.pick(format!("{at}は休業中"), format!("Closed on {at}")),
        (State::Closed, Some(when)) => match until.map(|until| opening.at(until)) {
            Some(State::Open) => language.pick(
                format!("{at}は営業時間外・{when}から"),
                format!("Closed on {at}, opens {when}"),
            ),
            Some(State::Unknown) => language.pick(
                format!("{at}は営業時間外・{when}以降は不明"),
                format!("Closed on {at}; not known from {when} on"),
            ),
            _ => language.pick(
                format!("{at}は休業中・{when}まで"),
                format!("Closed on {at}, until {when}"),
            ),
        },
        (State::Unknown, _) => language
            .pick("営業時間は不明", "Opening hours unknown")
            .to_owned(),
    }
}

/// A temporary closure: why, and until when. `None` where there is none.
fn closed_for_a_time(opening: &Opening, shown: Shown, language: Language) -> Option<String> {
    let shut = opening.closure(shown.minute)?;
    let note = shut.note.as_deref();
    let why = note.map_or_else(String::new, |note| {
        language.pick(format!("（{note}）"), format!(" ({note})"))
    });
    let until = match shut.last {
        Some(last) => {
            let (_, month, day, weekday) = Minute::midnight(last).date();
            let ja = ["月", "火", "水", "木", "金", "土", "日"][weekday as usize];
            let en = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday as usize];
            let named = month_name(month);
            language.pick(
                format!("・{month}月{day}日（{ja}）まで"),
                format!(" through {en} {day} {named}"),
            )
        }
        None => language
            .pick("・再開の日は未定", "; no day of reopening is known")
            .to_owned(),
    };
    Some(match shown.named(language) {
        None => language.pick(
            format!("臨時休業中{why}{until}"),
            format!("Temporarily closed{why}{until}"),
        ),
        Some(at) => language.pick(
            format!("{at}は臨時休業{why}{until}"),
            format!("Temporarily closed on {at}{why}{until}"),
        ),
    })
}

/// What is not known: the hours, or whether they hold on this day, and why not.
fn unknown(opening: &Opening, minute: Minute, at: Option<String>, language: Language) -> String {
    if !opening.is_readable() {
        return language
            .pick("営業時間は不明", "Opening hours unknown")
            .to_owned();
    }
    let why = opening.note(minute).map_or_else(String::new, |note| {
        language.pick(format!("（{note}）"), format!(" ({note})"))
    });
    match at {
        None => language.pick(
            format!("営業しているかは不明{why}"),
            format!("Not known whether it is open{why}"),
        ),
        Some(at) => language.pick(
            format!("{at}に営業しているかは不明{why}"),
            format!("Not known whether it is open on {at}{why}"),
        ),
    }
}

fn clock(minute: Minute) -> String {
    let of_day = minute.of_day();
    format!("{}:{:02}", of_day / 60, of_day % 60)
}

/// `11月30日（月）9:00`.
fn dated(minute: Minute, language: Language) -> String {
    let (_, month, day, weekday) = minute.date();
    let weekday = weekday as usize;
    let ja = ["月", "火", "水", "木", "金", "土", "日"][weekday];
    let en = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday];
    let time = clock(minute);
    let named = month_name(month);
    language.pick(
        format!("{month}月{day}日（{ja}）{time}"),
        format!("{en} {day} {named} {time}"),
    )
}

/// A month in English: 12/3 is March to some of those who read it.
pub fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES[month as usize - 1]
}

/// A minute as seen from another: `19:00`, `明日 9:00`, `11月30日 9:00`.
fn when(from: Minute, minute: Minute, language: Language) -> String {
    let (of_day, time) = (minute.of_day(), clock(minute));
    match minute.day() - from.day() {
        0 => time,
        // A day that ends now ends at its 24th hour.
        1 if of_day == 0 => "24:00".to_owned(),
        1 => language.pick(format!("明日 {time}"), format!("tomorrow {time}")),
        _ => dated(minute, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{ChangeMark, Moment, Seq};
    use crate::domain::facility::Facility;
    use crate::snapshot::entries::Entry;

    fn entry(hours: Option<&str>) -> Entry {
        let facility: Facility = serde_json::from_value(serde_json::json!({
            "id": "f", "position": [139.0, 35.0], "name": "f", "status": "open", "opening_hours": hours,
            "municipality": "25203", "municipality_name": "長浜市", "prefecture": "滋賀県",
            "position_precision": "town", "sources": [],
        }))
        .unwrap();
        Entry::new(
            &facility,
            ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            Moment(1),
        )
    }

    #[test]
    fn people_read_what_they_would_say() {
        let week = Some("Mo-Fr 09:00-17:00; PH off");
        for (hours, at, ja, en) in [
            (
                week,
                "2026-11-26T15:00",
                "営業中・17:00まで（あと2時間）",
                "Open until 17:00 (2 h left)",
            ),
            (
                week,
                "2026-11-26T16:15",
                "営業中・17:00まで（あと45分）",
                "Open until 17:00 (45 minutes left)",
            ),
            (
                week,
                "2026-11-26T08:00",
                "営業時間外・9:00から",
                "Closed, opens 9:00",
            ),
            (
                week,
                "2026-11-26T17:00",
                "営業時間外・明日 9:00から",
                "Closed, opens tomorrow 9:00",
            ),
            (
                week,
                "2026-11-20T17:00",
                "営業時間外・11月24日（火）9:00から",
                "Closed, opens Tue 24 Nov 9:00",
            ),
            (Some("24/7"), "2026-11-26T17:00", "営業中", "Open"),
            (
                Some("Th off; We 10:00-24:00"),
                "2026-11-25T12:00",
                "営業中・24:00まで",
                "Open until 24:00",
            ),
            (
                None,
                "2026-11-26T17:00",
                "営業時間は不明",
                "Opening hours unknown",
            ),
            (
                Some("気まぐれ"),
                "2026-11-26T17:00",
                "営業時間は不明",
                "Opening hours unknown",
            ),
        ] {
            let opening = entry(hours).opening;
            let minute = Minute::read(&format!("{at}:00+09:00")).unwrap();
            let is_now = true;
            let shown = Shown { minute, is_now };
            assert_eq!(words(&opening, shown, Language::Ja), ja);
            assert_eq!(words(&opening, shown, Language::En), en);
        }
    }

    #[test]
    fn what_is_unknown_or_closed_for_a_time_says_why() {
        let week = "Mo-Fr 09:00-17:00; Dec 28-Jan 04 Mo-Fr 09:00-17:00 unknown \"年末年始休業\"";
        let closures = serde_json::json!([
            { "from": "2026-11-26", "to": "2026-11-27", "note": "設備点検" },
            { "from": "2027-02-01", "to": null },
        ]);
        for (hours, at, is_now, ja, en) in [
            (
                Some(week),
                "2026-12-31T10:00",
                true,
                "営業しているかは不明（年末年始休業）",
                "Not known whether it is open (年末年始休業)",
            ),
            (
                Some(week),
                "2026-12-31T10:00",
                false,
                "12月31日（木）10:00に営業しているかは不明（年末年始休業）",
                "Not known whether it is open on Thu 31 Dec 10:00 (年末年始休業)",
            ),
            (
                Some(week),
                "2026-12-30T18:00",
                true,
                "営業時間外・明日 9:00以降は不明",
                "Closed; not known from tomorrow 9:00 on",
            ),
            (
                Some(week),
                "2026-11-26T10:00",
                true,
                "臨時休業中（設備点検）・11月27日（金）まで",
                "Temporarily closed (設備点検) through Fri 27 Nov",
            ),
            (
                Some("気まぐれ"),
                "2026-11-26T10:00",
                true,
                "臨時休業中（設備点検）・11月27日（金）まで",
                "Temporarily closed (設備点検) through Fri 27 Nov",
            ),
            (
                None,
                "2027-02-03T10:00",
                false,
                "2月3日（水）10:00は臨時休業・再開の日は未定",
                "Temporarily closed on Wed 3 Feb 10:00; no day of reopening is known",
            ),
        ] {
            let facility: Facility = serde_json::from_value(serde_json::json!({
                "id": "f", "position": [139.0, 35.0], "name": "f", "status": "open",
                "opening_hours": hours, "closures": closures, "municipality": "25203",
                "municipality_name": "長浜市", "prefecture": "滋賀県",
                "position_precision": "town", "sources": [],
            }))
            .unwrap();
            let opening = Opening::of(&facility);
            let minute = Minute::read(&format!("{at}:00+09:00")).unwrap();
            let shown = Shown { minute, is_now };
            assert_eq!(words(&opening, shown, Language::Ja), ja);
            assert_eq!(words(&opening, shown, Language::En), en);
        }
    }

    #[test]
    fn another_minute_than_this_is_named_and_nothing_is_left_of_it() {
        let week = Some("Mo-Fr 09:00-17:00; PH off");
        for (hours, at, ja, en) in [
            (
                week,
                "2026-11-26T15:00",
                "11月26日（木）15:00は営業中・17:00まで",
                "Open on Thu 26 Nov 15:00, until 17:00",
            ),
            (
                week,
                "2026-11-26T17:00",
                "11月26日（木）17:00は営業時間外・11月27日（金）9:00から",
                "Closed on Thu 26 Nov 17:00, opens Fri 27 Nov 9:00",
            ),
            (
                Some("24/7"),
                "2026-11-26T17:00",
                "11月26日（木）17:00は営業中",
                "Open on Thu 26 Nov 17:00",
            ),
            (
                None,
                "2026-11-26T17:00",
                "営業時間は不明",
                "Opening hours unknown",
            ),
        ] {
            let opening = entry(hours).opening;
            let minute = Minute::read(&format!("{at}:00+09:00")).unwrap();
            let is_now = false;
            let shown = Shown { minute, is_now };
            assert_eq!(words(&opening, shown, Language::Ja), ja);
            assert_eq!(words(&opening, shown, Language::En), en);
        }
    }

    #[test]
    fn the_property_is_valid_json() {
        let minute = Minute::read("2026-11-26T15:00:00+09:00").unwrap();
        for (hours, expected) in [
            (
                Some("24/7"),
                r#"{"state":"open","until":null,"readable":true,"note":null}"#,
            ),
            (
                Some("Mo-Fr 09:00-17:00"),
                r#"{"state":"open","until":"2026-11-26T17:00:00+09:00","readable":true,"note":null}"#,
            ),
            (
                None,
                r#"{"state":"unknown","until":null,"readable":false,"note":null}"#,
            ),
            (
                Some("Mo-Fr 12:00-20:00 unknown \"要予約\""),
                r#"{"state":"unknown","until":"2026-11-26T20:00:00+09:00","readable":true,"note":"要予約"}"#,
            ),
        ] {
            let mut text = Vec::new();
            write(&entry(hours).opening, minute, &mut text);
            assert_eq!(text, format!(r#","opening":{expected}"#).into_bytes());
        }
    }
}
