use proptest::prelude::*;

use super::*;
use crate::domain::facility::tests::example;

fn minute(text: &str) -> Minute {
    Minute::read(&format!("{text}:00+09:00")).unwrap_or_else(|| panic!("{text}"))
}

fn hours(text: &str) -> Opening {
    let facility = Facility {
        opening_hours: Some(text.to_owned()),
        ..example("f", 139.0, 35.0)
    };
    Opening::of(&facility)
}

/// The state and the next change, as answers write them.
fn asked(opening: &Opening, at: &str) -> (&'static str, Option<String>) {
    let at = minute(at);
    let until = opening
        .until(at)
        .map(|until| until.rfc3339()[..16].to_owned());
    (opening.at(at).slug(), until)
}

#[test]
fn hours_are_read_as_people_mean_them() {
    // 2026-11-23 is a Monday and a holiday (勤労感謝の日), the 26th a Thursday.
    let cases: &[(&str, &str, &str, Option<&str>)] = &[
        (
            "Mo-Fr 09:00-17:00; PH off",
            "2026-11-26T09:00",
            "open",
            Some("2026-11-26T17:00"),
        ),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "2026-11-26T08:59",
            "closed",
            Some("2026-11-26T09:00"),
        ),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "2026-11-26T17:00",
            "closed",
            Some("2026-11-27T09:00"),
        ),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "2026-11-20T17:00",
            "closed",
            Some("2026-11-24T09:00"),
        ),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "2026-11-23T12:00",
            "closed",
            Some("2026-11-24T09:00"),
        ),
        (
            "Mo-Fr 09:00-17:00",
            "2026-11-23T12:00",
            "open",
            Some("2026-11-23T17:00"),
        ),
        (
            "Mo-Sa 08:00-22:00; Su,PH 10:00-18:00",
            "2026-11-23T18:30",
            "closed",
            Some("2026-11-24T08:00"),
        ),
        ("24/7", "2026-11-23T03:00", "open", None),
        ("Mo-Su 00:00-24:00", "2026-11-23T03:00", "open", None),
        ("00:00-00:00", "2026-11-23T03:00", "open", None),
        (
            "24/7; Su off",
            "2026-11-28T23:59",
            "open",
            Some("2026-11-29T00:00"),
        ),
        (
            "Mo-Su 10:00-12:00,13:00-20:00; We[2] off",
            "2026-11-11T11:00",
            "closed",
            Some("2026-11-12T10:00"),
        ),
        (
            "Mo-Su 10:00-12:00,13:00-20:00",
            "2026-11-11T12:30",
            "closed",
            Some("2026-11-11T13:00"),
        ),
        (
            "Mo-Su 09:00-18:00; Dec 29-Jan 03 off",
            "2026-12-28T18:00",
            "closed",
            Some("2027-01-04T09:00"),
        ),
        (
            "Mo-Su 09:00-18:00; Aug 13-16 off",
            "2026-08-15T12:00",
            "closed",
            Some("2026-08-17T09:00"),
        ),
        // A bar's evening goes on past midnight, whatever the next day's own hours are.
        (
            "Mo-Th 10:00-22:00; Fr,Sa 10:00-26:00; Su 10:00-20:00",
            "2026-11-29T01:00",
            "open",
            Some("2026-11-29T02:00"),
        ),
        (
            "Mo-Th 10:00-22:00; Fr,Sa 10:00-26:00; Su 10:00-20:00",
            "2026-11-29T02:00",
            "closed",
            Some("2026-11-29T10:00"),
        ),
        (
            "Mo-Fr 22:00-06:00; Su off",
            "2026-11-28T05:00",
            "open",
            Some("2026-11-28T06:00"),
        ),
        (
            "Mo-Fr 22:00-06:00; Su off",
            "2026-11-29T05:00",
            "closed",
            Some("2026-11-30T22:00"),
        ),
        (
            "Fr 22:00-02:00, Sa 01:00-03:00",
            "2026-11-28T01:30",
            "open",
            Some("2026-11-28T03:00"),
        ),
        (
            "Sa off; Fr 20:00-28:00",
            "2026-11-28T03:59",
            "open",
            Some("2026-11-28T04:00"),
        ),
        // What has to be asked for is unknown, also where it is said in words.
        (
            "Mo-Fr 17:00+",
            "2026-11-26T18:00",
            "unknown",
            Some("2026-11-27T00:00"),
        ),
        (
            "Mo-Fr 10:00-17:00+",
            "2026-11-26T16:00",
            "open",
            Some("2026-11-26T17:00"),
        ),
        (
            "Mo-Fr 10:00-17:00+",
            "2026-11-26T18:00",
            "unknown",
            Some("2026-11-27T00:00"),
        ),
        ("\"要予約\"", "2026-11-26T18:00", "unknown", None),
        (
            "Mo-Fr \"要問合せ\"",
            "2026-11-26T18:00",
            "unknown",
            Some("2026-11-28T00:00"),
        ),
        (
            "Mo-Fr 09:00-17:00 \"年末年始休業\"",
            "2026-11-26T10:00",
            "open",
            Some("2026-11-26T17:00"),
        ),
        (
            "Mo-Fr 09:00-17:00; Sa unknown \"不定休\"",
            "2026-11-28T10:00",
            "unknown",
            Some("2026-11-29T00:00"),
        ),
        (
            "24/7 \"入室には会員証; 要予約\"",
            "2026-11-28T10:00",
            "open",
            None,
        ),
        (
            "Su[1] 10:00-16:00 || \"イベント時\"",
            "2026-11-26T10:00",
            "unknown",
            Some("2026-12-06T10:00"),
        ),
        // 要予約 holds at every time that nothing before it covers.
        (
            "Mo-Fr 09:00-12:00 || \"要予約\"",
            "2026-11-26T11:59",
            "open",
            Some("2026-11-26T12:00"),
        ),
        (
            "Mo-Fr 09:00-12:00 || \"要予約\"",
            "2026-11-26T13:00",
            "unknown",
            Some("2026-11-27T09:00"),
        ),
        (
            "Mo 09:00-12:00 || Mo-Fr 13:00-15:00",
            "2026-11-30T12:30",
            "closed",
            Some("2026-11-30T13:00"),
        ),
        // Days of closing take the evening with them, unknown days leave it unknown.
        (
            "Mo-Su 18:00-02:00; Dec 29-Jan 03 off",
            "2026-12-30T01:00",
            "closed",
            Some("2027-01-04T18:00"),
        ),
        (
            "Mo-Su 18:00-02:00; Dec 29-Jan 03 off",
            "2026-12-29T01:00",
            "open",
            Some("2026-12-29T02:00"),
        ),
        (
            "Mo-Su 18:00-02:00; Dec 28-Jan 04 unknown \"年末年始\"",
            "2027-01-05T01:00",
            "unknown",
            Some("2027-01-05T02:00"),
        ),
        (
            "Mo-Su 18:00-26:00 || \"要予約\"",
            "2026-11-26T01:00",
            "open",
            Some("2026-11-26T02:00"),
        ),
        // A Monday that is a holiday, and the Tuesday after it.
        (
            "Tu-Su 08:30-17:15; PH Mo 08:30-17:15; PH +1 day Tu off",
            "2026-07-20T10:00",
            "open",
            Some("2026-07-20T17:15"),
        ),
        (
            "Tu-Su 08:30-17:15; PH Mo 08:30-17:15; PH +1 day Tu off",
            "2026-07-21T10:00",
            "closed",
            Some("2026-07-22T08:30"),
        ),
        (
            "Tu-Su 08:30-17:15; PH Mo 08:30-17:15; PH +1 day Tu off",
            "2026-07-27T10:00",
            "closed",
            Some("2026-07-28T08:30"),
        ),
        (
            "Tu-Su 08:30-17:15; PH Mo 08:30-17:15; PH +1 day Tu off",
            "2026-02-12T10:00",
            "open",
            Some("2026-02-12T17:15"),
        ),
        (
            "Mo, We 10:00-12:00",
            "2026-11-30T03:00",
            "closed",
            Some("2026-11-30T10:00"),
        ),
    ];
    for (text, at, state, until) in cases {
        let opening = hours(text);
        assert!(opening.is_readable(), "{text}");
        let (found, next) = asked(&opening, at);
        assert_eq!((found, next.as_deref()), (*state, *until), "{text} at {at}");
    }
}

/// How people really write: each text with a minute at which it is open and one at which it is closed.
#[test]
fn the_ways_people_write_hours_are_understood() {
    for (text, open, closed) in [
        ("Mo-Fr 9:00-18:00", "2026-11-26T09:00", "2026-11-26T08:59"),
        (
            "Mo-Fr 10:00-20:00, Sa 10:00-18:00",
            "2026-11-28T17:00",
            "2026-11-28T18:00",
        ),
        (
            "Mo,We,Fr 10:00-15:00; PH,Sa,Su off",
            "2026-11-25T14:59",
            "2026-11-23T11:00",
        ),
        (
            "Mo-Su 10:00-19:00; Jan 1-3 off",
            "2026-12-31T10:00",
            "2027-01-03T10:00",
        ),
        (
            "Mo-Su 10:00-19:00; Dec 31,Jan 1 off",
            "2027-01-02T10:00",
            "2026-12-31T10:00",
        ),
        (
            "Mo-Su,PH 07:00-23:00",
            "2026-11-23T22:59",
            "2026-11-23T23:00",
        ),
        (
            "Tu-Su 10:00-18:00; Mo off",
            "2026-11-24T10:00",
            "2026-11-23T10:00",
        ),
        (
            "Apr-Oct: Mo-Su 09:00-18:00; Nov-Mar: Mo-Su 10:00-17:00",
            "2026-10-31T09:00",
            "2026-11-01T09:00",
        ),
        (
            "Mo-Fr 08:30-12:00,13:00-17:15 open \"昼休みあり\"",
            "2026-11-26T13:00",
            "2026-11-26T12:00",
        ),
        (
            "Mo-Su 09:00-17:00; We[1,3] off",
            "2026-11-11T10:00",
            "2026-11-18T10:00",
        ),
        (
            "Mo-Su 09:00-17:00; We[-1] off",
            "2026-11-18T10:00",
            "2026-11-25T10:00",
        ),
        (
            "24/7; 2026 Dec 29-2027 Jan 3 off",
            "2027-01-04T00:00",
            "2026-12-30T10:00",
        ),
        ("Mo-Fr 17:00-09:00", "2026-11-28T08:59", "2026-11-28T09:00"),
        (
            "Mo-Fr 09:00-17:00;PH off;Aug 13-15 off",
            "2026-08-12T10:00",
            "2026-08-13T10:00",
        ),
        ("mo-fr 09:00-17:00", "2026-11-26T10:00", "2026-11-28T10:00"),
        ("Sa-Mo 10:00-16:00", "2026-11-23T10:00", "2026-11-24T10:00"),
        (
            "week 01-53/2 Mo-Su 10:00-12:00",
            "2026-11-16T10:00",
            "2026-11-24T10:00",
        ),
        (
            "Mo-Su closed; Th 10:00-12:00",
            "2026-11-26T10:00",
            "2026-11-27T10:00",
        ),
        ("10:00-18:00", "2026-11-28T10:00", "2026-11-28T18:00"),
        ("open; Su off", "2026-11-28T10:00", "2026-11-29T10:00"),
    ] {
        let opening = hours(text);
        assert!(opening.is_readable(), "{text}");
        assert_eq!(opening.at(minute(open)), State::Open, "{text} at {open}");
        assert_eq!(
            opening.at(minute(closed)),
            State::Closed,
            "{text} at {closed}"
        );
    }
}

#[test]
fn hours_that_cannot_be_are_kept_and_never_guessed() {
    for text in [
        "平日9時から17時",
        "sunrise-sunset",
        "SH 10:00-12:00",
        "Feb 30 10:00-12:00",
        "Mo 25:00-26:00",
        "Mo 10:00-10:00",
        "Mo 09:00-40:00",
        "Mo-Fr 10:00",
        "10:00-16:00/01:30",
        "",
        "<script>alert(1)</script>",
        &"Mo 10:00-12:00; ".repeat(200),
    ] {
        let opening = hours(text);
        assert!(!opening.is_readable(), "{text}");
        assert_eq!(
            asked(&opening, "2026-11-26T10:00"),
            ("unknown", None),
            "{text}"
        );
    }
}

#[test]
fn the_holidays_are_japans() {
    let opening = hours("Mo-Su 09:00-17:00; PH off");
    let state = |day: &str| opening.at(minute(&format!("{day}T10:00"))).slug();
    // Citizens' holidays, Sundays, substitutes, the holidays that were moved for the enthronement and the games.
    for holiday in [
        "2026-09-22",
        "2026-05-03",
        "2026-05-06",
        "2025-02-24",
        "2025-11-24",
        "2019-04-30",
        "2019-05-01",
        "2019-10-22",
        "2020-07-24",
        "2021-07-22",
        "2021-08-08",
        "2026-01-01",
    ] {
        assert_eq!(state(holiday), "closed", "{holiday}");
    }
    for day in [
        "2026-05-07",
        "2025-12-23",
        "2020-07-20",
        "2021-10-11",
        "2026-12-31",
    ] {
        assert_eq!(state(day), "open", "{day}");
    }
}

#[test]
fn closures_and_status_come_before_hours() {
    let with = |status: Status, hours: Option<&str>, closures: serde_json::Value| {
        Opening::of(&Facility {
            status,
            opening_hours: hours.map(str::to_owned),
            closures: serde_json::from_value(closures).unwrap(),
            ..example("f", 139.0, 35.0)
        })
    };
    let week = Some("Mo-Fr 09:00-17:00");
    let shut = serde_json::json!([{ "from": "2026-11-26", "to": "2026-11-27" }]);
    let opening = with(Status::Open, week, shut.clone());
    let at = |at: &str| asked(&opening, at);
    assert_eq!(
        at("2026-11-25T10:00"),
        ("open", Some("2026-11-25T17:00".to_owned()))
    );
    assert_eq!(
        at("2026-11-25T17:00"),
        ("closed", Some("2026-11-30T09:00".to_owned()))
    );
    assert_eq!(
        at("2026-11-26T10:00"),
        ("closed", Some("2026-11-30T09:00".to_owned()))
    );
    let all_day = with(Status::Unknown, Some("24/7"), shut.clone());
    assert_eq!(
        asked(&all_day, "2026-11-25T10:00"),
        ("open", Some("2026-11-26T00:00".to_owned()))
    );
    assert_eq!(
        asked(&all_day, "2026-11-27T10:00"),
        ("closed", Some("2026-11-28T00:00".to_owned()))
    );
    // Nobody knows its hours, but that it is shut is known.
    let unknown = with(Status::Open, None, shut);
    assert_eq!(
        asked(&unknown, "2026-11-27T10:00"),
        ("closed", Some("2026-11-28T00:00".to_owned()))
    );
    assert_eq!(asked(&unknown, "2026-11-28T10:00"), ("unknown", None));
    assert!(!unknown.is_readable());
    let for_good = serde_json::json!([{ "from": "2026-11-26", "to": null, "note": "改装" }]);
    assert_eq!(
        asked(&with(Status::Open, week, for_good), "2026-12-01T10:00"),
        ("closed", None)
    );
    for status in [Status::Planned, Status::Suspended, Status::Closed] {
        let opening = with(status, week, serde_json::Value::Null);
        assert_eq!(asked(&opening, "2026-11-26T10:00"), ("closed", None));
    }
}

#[test]
fn a_closure_takes_the_evening_that_runs_past_midnight_with_it() {
    let with = |hours: Option<&str>| {
        Opening::of(&Facility {
            status: Status::Open,
            opening_hours: hours.map(str::to_owned),
            closures: serde_json::from_value(
                serde_json::json!([{ "from": "2026-11-26", "to": "2026-11-26", "note": "点検" }]),
            )
            .unwrap(),
            ..example("f", 139.0, 35.0)
        })
    };
    let bar = with(Some("Mo-Su 18:00-02:00"));
    for (at, state, until, note) in [
        ("2026-11-25T23:00", "open", "2026-11-26T02:00", None),
        // Thursday's early hours belong to Wednesday.
        ("2026-11-26T01:00", "open", "2026-11-26T02:00", None),
        (
            "2026-11-26T19:00",
            "closed",
            "2026-11-27T18:00",
            Some("点検"),
        ),
        (
            "2026-11-27T01:00",
            "closed",
            "2026-11-27T18:00",
            Some("点検"),
        ),
        ("2026-11-27T03:00", "closed", "2026-11-27T18:00", None),
    ] {
        assert_eq!(asked(&bar, at), (state, Some(until.to_owned())), "{at}");
        let closure = bar
            .closure(minute(at))
            .and_then(|shut| shut.note.as_deref());
        assert_eq!(closure, note, "{at}");
        assert_eq!(bar.note(minute(at)).as_deref(), note, "{at}");
    }
    for hours in [None, Some("気まぐれ"), Some("24/7")] {
        let noon = minute("2026-11-26T12:00");
        assert_eq!(with(hours).at(noon), State::Closed);
        assert_eq!(with(hours).note(noon).as_deref(), Some("点検"));
    }
}

#[test]
fn what_is_unknown_says_why() {
    let opening =
        hours("Mo-Fr 09:00-17:00; Dec 28-Jan 04 Mo-Fr 09:00-17:00 unknown \"年末年始休業\"");
    let note = |at: &str| opening.note(minute(at)).map(|note| note.to_string());
    assert_eq!(note("2026-12-31T10:00").as_deref(), Some("年末年始休業"));
    assert_eq!(note("2026-12-25T10:00"), None);
    let day = |day: &str| opening.on(minute(&format!("{day}T00:00")).day());
    let stretch = |state, note: Option<&str>| Stretch {
        from: 540,
        to: 1020,
        state,
        note: note.map(Arc::from),
    };
    assert_eq!(day("2026-12-25"), [stretch(State::Open, None)]);
    assert_eq!(
        day("2026-12-31"),
        [stretch(State::Unknown, Some("年末年始休業"))]
    );
    assert_eq!(day("2027-01-03"), []);
}

#[test]
fn minutes_are_japans_and_only_of_the_years_whose_holidays_are_listed() {
    let read = |text: &str| Minute::read(text).map(Minute::rfc3339);
    assert_eq!(
        read("2026-11-26T00:30:59Z").as_deref(),
        Some("2026-11-26T09:30:00+09:00")
    );
    assert_eq!(
        read("2026-11-25T23:59:00-05:00").as_deref(),
        Some("2026-11-26T13:59:00+09:00")
    );
    assert_eq!(
        read("1970-01-01T00:00:00+09:00").as_deref(),
        Some("1970-01-01T00:00:00+09:00")
    );
    assert_eq!(
        read("2050-12-31T23:59:00+09:00").as_deref(),
        Some("2050-12-31T23:59:00+09:00")
    );
    for text in [
        "1969-12-31T23:59:00+09:00",
        "2051-01-01T00:00:00+09:00",
        "now",
        "2026-11-26",
        "",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(minute("2026-11-26T09:30").date(), (2026, 11, 26, 3));
}

#[test]
fn equal_texts_are_read_once() {
    let (a, b) = (
        Schedule::of("Mo 09:00-10:00"),
        Schedule::of("Mo 09:00-10:00"),
    );
    assert!(Arc::ptr_eq(&a, &b));
    assert_eq!(hours("Mo 09:00-10:00"), hours("Mo 09:00-10:00"));
    assert_ne!(hours("Mo 09:00-10:00"), hours("Mo 09:00-11:00"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The next change is one, and there is none before it.
    #[test]
    fn nothing_changes_before_the_next_change(
        days in "(Mo|Tu|We|Th|Fr|Sa|Su|Mo-Fr|Sa,Su|PH|Fr-Mo)",
        from in 0u16..1440, length in 5u16..1440, second in 0usize..5, at in 0i64..2_000_000, shut in prop::option::of((0i32..40, 0i32..5)),
    ) {
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let second = ["", "; Su off", "; Sa 10:00-12:00", "; PH 00:00-03:00", ", Tu 23:00-25:00"][second];
        let text = format!("{days} {}-{}{second}", time(from), time(from + length));
        let mut opening = hours(&text);
        prop_assert!(opening.is_readable(), "{text}");
        let minute = Minute::midnight(739_000).plus_minutes((at % 1440) as u16).plus_days(at / 1440);
        if let Some((begin, length)) = shut {
            opening.closures = [Shut { first: minute.day() + begin, last: Some(minute.day() + begin + length), note: None }].into();
        }
        let (now, until) = (opening.at(minute), opening.until(minute));
        // A fortnight by the minute, at most.
        for later in 1..20_000u16 {
            let next = minute.plus_minutes(later);
            if until == Some(next) {
                prop_assert_ne!(opening.at(next), now, "{} {}", text, next.rfc3339());
                break;
            }
            prop_assert_eq!(opening.at(next), now, "{} {} {:?}", text, next.rfc3339(), until.map(Minute::rfc3339));
        }
    }

    #[test]
    fn whatever_is_written_is_answered(text in "[MoTuWeThFrSaSuPH0-9:,;\\-+/ JanFebDecweek\\[\\]\"off|()]{0,30}", at in 0i32..29_000) {
        let opening = hours(&text);
        let minute = Minute::midnight(FIRST_DAY + at).plus_minutes(700);
        let (_, until) = (opening.at(minute), opening.until(minute));
        prop_assert!(until.is_none_or(|until| until > minute));
    }
}
