//! Days on which a sheet's text says that it is closed are never open.

use machinaka::domain::facility::Facility;
use machinaka::interchange::hours::{self, Cells};
use machinaka::opening::{Minute, Opening, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::server::{TestDirectory, run};

/// How people write hours, with a minute past an hour that is within all of them.
const HOURS: [&str; 9] = [
    "9:00～17:00",
    "09:00-17:00",
    "午前9時から午後5時30分まで",
    "10:00～12:00、13:00～20:00",
    "24時間",
    "10:00～翌2:00",
    "Mo-Su 09:00-18:00",
    "平日9:00～21:00、土日祝10:00～18:00",
    "【開館時間】9:00～22:00",
];

/// How people write days of closing, with days of 2026 and 2027 that are certainly or possibly
/// closed.
const CLOSINGS: [(&str, &[&str]); 38] = [
    ("月曜日", &["2026-11-30", "2026-07-27"]),
    ("毎週月曜日", &["2026-11-30"]),
    ("月・火", &["2026-11-30", "2026-12-01"]),
    ("土日祝", &["2026-11-28", "2026-11-29", "2026-11-23"]),
    ("土曜日、日曜日、祝日", &["2026-11-28", "2026-11-23"]),
    ("祝祭日", &["2026-11-23", "2027-01-01"]),
    (
        "国民の祝日に関する法律に規定する休日",
        &["2026-11-23", "2026-05-06"],
    ),
    ("祝日及び振替休日", &["2026-05-06"]),
    ("第2・第4月曜日", &["2026-11-09", "2026-12-28"]),
    ("第3日曜", &["2026-11-15"]),
    ("毎月第1火曜日", &["2026-12-01"]),
    ("最終金曜日", &["2026-11-27"]),
    ("月末日", &["2026-11-30", "2027-02-28"]),
    ("毎月15日", &["2026-11-15"]),
    (
        "年末年始",
        &["2026-12-28", "2026-12-31", "2027-01-01", "2027-01-04"],
    ),
    (
        "年末年始（12/29～1/3）",
        &["2026-12-29", "2026-12-31", "2027-01-03"],
    ),
    (
        "年末年始（12月29日から翌年の1月3日まで）",
        &["2026-12-29", "2027-01-03"],
    ),
    ("12月28日〜1月4日", &["2026-12-28", "2027-01-04"]),
    ("12/31～1/2、8/13～15", &["2026-12-31", "2026-08-14"]),
    ("お盆", &["2026-08-13", "2026-08-15"]),
    ("お盆（8/13～15）", &["2026-08-13", "2026-08-15"]),
    ("盆休み・年末年始", &["2026-08-14", "2026-12-31"]),
    ("正月三が日", &["2027-01-02"]),
    ("元日", &["2027-01-01"]),
    ("夏季休業", &["2026-08-10"]),
    ("不定休", &["2026-11-26"]),
    ("水曜・不定休", &["2026-11-25", "2026-11-26"]),
    ("隔週水曜", &["2026-11-25", "2026-12-02"]),
    (
        "月曜（祝日の場合は翌日）",
        &["2026-11-30", "2026-11-24", "2026-07-21"],
    ),
    (
        "月曜日（祝日の場合は翌平日）",
        &["2026-11-30", "2026-07-21", "2026-05-07"],
    ),
    (
        "月曜日（祝日にあたる場合は、その翌日）、年末年始",
        &["2026-11-24", "2026-12-31"],
    ),
    ("第3火曜日（祝日の場合は直後の平日）", &["2026-11-17"]),
    (
        "日曜日・祝日・年末年始（12月29日から1月3日まで）",
        &["2026-11-29", "2026-11-23", "2026-12-30"],
    ),
    ("火曜、第3水曜", &["2026-12-01", "2026-11-18"]),
    ("祝日の翌日", &["2026-11-24"]),
    ("館内整理日", &["2026-11-26"]),
    ("イベント開催時", &["2026-11-26"]),
    ("月曜日 ※年末年始休館", &["2026-11-30", "2026-12-31"]),
];

fn opening(hours: &str) -> Opening {
    let facility: Facility = serde_json::from_value(serde_json::json!({
        "id": "f", "position": [139.0, 35.0], "name": "f", "status": "open",
        "opening_hours": hours, "municipality": "25203", "municipality_name": "長浜市",
        "prefecture": "滋賀県", "position_precision": "town", "sources": [],
    }))
    .unwrap();
    Opening::of(&facility)
}

/// What is said of a day at half past ten, and at one in the night after it.
fn states(hours: &str, day: &str) -> [State; 2] {
    let opening = opening(hours);
    let morning = Minute::read(&format!("{day}T10:30:00+09:00")).unwrap();
    let night = Minute::read(&format!("{day}T16:00:00Z")).unwrap();
    [opening.at(morning), opening.at(night)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_day_of_closing_is_never_open(
        hours in prop::sample::select(&HOURS[..]),
        closings in prop::collection::vec(prop::sample::select(&CLOSINGS[..]), 1..3),
        place in 0..5,
    ) {
        let words: Vec<&str> = closings.iter().map(|(words, _)| *words).collect();
        let words = words.join("、");
        let (whole, closed, note) = match place {
            0 => (hours.to_owned(), words.clone(), String::new()),
            1 => (format!("{hours}\n休館日：{words}"), String::new(), String::new()),
            2 => (format!("{hours} 【休館日】{words}"), String::new(), String::new()),
            3 => (hours.to_owned(), String::new(), format!("休館日は{words}")),
            _ => (format!("{hours}（{}休館）", closings[0].0), String::new(), String::new()),
        };
        let cells = Cells { whole: &whole, closed: &closed, note: &note, ..Cells::default() };
        let read = hours::read(&cells);
        let said = if place > 3 { &closings[..1] } else { &closings[..] };
        for day in said.iter().flat_map(|(_, days)| *days) {
            let Some(hours) = &read.value else { continue };
            let found = states(hours, day);
            prop_assert!(found[0] != State::Open, "{whole} | {closed} | {note} on {day}: {hours}");
            let is_whole_day = whole.contains("24時間") || whole.contains("24/7");
            prop_assert!(is_whole_day || found[1] != State::Open, "night of {day}: {hours}");
        }
    }
}

/// Rows as towns keep them: name, days, from, to, hours, days of closing, notes, amenities, status.
const ROWS: &str = "\
名称,施設の種類,緯度,経度,利用可能曜日,開始時間,終了時間,営業時間,休館日,利用可能日時特記事項,設備,状況
甲,コワーキング,34.2414,134.0344,火水木金土日,09:00,22:00,,,年末年始（12月29日から翌年の1月3日まで）は利用不可。,駐車場なし,営業中
丙,コワーキング,34.3428,134.0466,月火水木金,08:30,17:00,,,国民の祝日に関する法律に規定する休日及び年末年始（12月29日から翌年の1月3日まで）は利用不可。,\"Wi-Fiなし、電源あり\",営業中
戊,コワーキング,34.3430,134.0468,火水木金土日,08:30,17:00,,,月曜が祝日の場合は開館し、翌日休館,Wi-Fi：○、電源：×、複合機：無,営業中
己,コワーキング,34.3440,134.0478,,,,8:30-17:15 月曜（祝日の場合は翌日）休館,,,①Wi-Fi②電源,営業中
庚,コワーキング,34.3450,134.0488,,,,平日9時～17時（祝日・年末年始を除く）,,,Wi-Fi＆電源,閉鎖予定
辛,コワーキング,34.3460,134.0498,,,,\"Mo-Fr 09:00-12:00 || \"\"要予約\"\"\",,,Wi-Fi・電源・駐車場,営業中
壬,コワーキング,34.3470,134.0508,,,,9:00～17:00,月末日,,Wi-Fi 電源,未供用
癸,コワーキング,34.3480,134.0518,,,,9:00～17:00,年末年始,,駐車場（有料のみ）,一部閉鎖
";

#[test]
fn what_a_sheet_says_of_facts_and_closing_days_is_answered() {
    on_each_database(|database| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.csv");
        std::fs::write(&file, ROWS).unwrap();
        let path = file.display().to_string();
        let imported = run(&["import", &path, "--publish", "--database", &database.url]);
        let said = String::from_utf8_lossy(&imported.stderr).into_owned();
        assert!(imported.status.success(), "{said}");
        let server = TestDirectory::at(&database.url, &[]);
        let at = |moment: &str| {
            let moment = format!("{moment}:00%2B09:00");
            let path = format!("/collections/facilities/items?status=*&opening={moment}");
            server.json(&path)["features"].as_array().unwrap().clone()
        };
        let of = |features: &[Value], name: &str| {
            let found = features.iter().find(|f| f["properties"]["name"] == name);
            found.unwrap_or_else(|| panic!("{name}"))["properties"].clone()
        };
        for (name, moment, state) in [
            ("甲", "2026-12-30T10:30", "closed"),
            ("甲", "2026-12-27T10:30", "open"),
            ("丙", "2026-12-30T10:30", "closed"),
            ("丙", "2026-11-23T10:30", "closed"),
            ("丙", "2026-11-24T10:30", "open"),
            ("戊", "2026-07-20T10:00", "open"),
            ("戊", "2026-07-21T10:00", "closed"),
            ("己", "2026-07-20T10:00", "open"),
            ("己", "2026-07-21T10:00", "closed"),
            ("己", "2026-07-27T10:00", "closed"),
            ("庚", "2026-12-31T10:00", "unknown"),
            ("庚", "2026-12-25T10:00", "open"),
            ("辛", "2026-11-30T13:00", "unknown"),
            ("辛", "2026-11-30T10:00", "open"),
            ("壬", "2026-11-30T10:00", "closed"),
            ("壬", "2026-12-02T10:00", "closed"),
            ("癸", "2026-12-31T10:00", "unknown"),
            ("癸", "2026-12-27T10:00", "open"),
        ] {
            let properties = of(&at(moment), name);
            assert_eq!(properties["opening"]["state"], state, "{name} {moment}");
        }
        let now = at("2026-12-31T10:00");
        assert_eq!(of(&now, "癸")["opening"]["note"], "年末年始休業");
        for (name, amenities, status) in [
            ("甲", json!([]), "open"),
            ("丙", json!(["power"]), "open"),
            ("戊", json!(["wifi"]), "open"),
            ("己", json!(["wifi", "power"]), "open"),
            ("庚", json!(["wifi", "power"]), "unknown"),
            ("辛", json!(["wifi", "power", "parking"]), "open"),
            ("壬", json!(["wifi", "power"]), "planned"),
            ("癸", json!(null), "unknown"),
        ] {
            let properties = of(&now, name);
            let found = (&properties["amenities"], &properties["status"]);
            assert_eq!(found, (&amenities, &json!(status)), "{name}");
        }
    });
}
