//! Hours as people write them, and what they come to.

use super::*;

fn whole(text: &str) -> Hours {
    read(&Cells {
        whole: text,
        ..Cells::default()
    })
}

#[test]
fn sentences_become_openstreetmaps_syntax() {
    for (text, expected) in [
        ("9:00～17:00", "Mo-Su 09:00-17:00"),
        ("9：00〜17：00", "Mo-Su 09:00-17:00"),
        ("９時から１７時まで", "Mo-Su 09:00-17:00"),
        ("9時半から17時", "Mo-Su 09:30-17:00"),
        ("午前9時～午後5時30分", "Mo-Su 09:00-17:30"),
        ("午後1時〜5時", "Mo-Su 13:00-17:00"),
        ("AM9:00-PM5:00", "Mo-Su 09:00-17:00"),
        ("正午～18:00", "Mo-Su 12:00-18:00"),
        ("24時間", "24/7"),
        ("24時間営業 年中無休", "24/7"),
        ("年中無休 9:00-17:00", "Mo-Su 09:00-17:00"),
        ("平日9:00～17:00", "Mo-Fr 09:00-17:00; PH off"),
        (
            "月-金 9:00-21:00 土日 10:00-18:00",
            "Mo-Fr 09:00-21:00; Sa,Su 10:00-18:00",
        ),
        (
            "月～金 9:00～21:00、土日祝 10:00～18:00",
            "Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00",
        ),
        (
            "平日 9:00～21:00 / 土日祝 10:00～18:00",
            "Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00",
        ),
        ("月曜日から金曜日 9:00～17:00", "Mo-Fr 09:00-17:00"),
        ("月・水・金 10:00～15:00", "Mo,We,Fr 10:00-15:00"),
        ("9:00～17:00 水曜定休", "Mo,Tu,Th-Su 09:00-17:00"),
        ("9:00～17:00（水曜定休）", "Mo,Tu,Th-Su 09:00-17:00"),
        ("9:00～17:00（土日祝休み）", "Mo-Fr 09:00-17:00; PH off"),
        (
            "月～金（祝日を除く） 9:00～17:00",
            "Mo-Fr 09:00-17:00; PH off",
        ),
        ("9:00～17:00 土日祝日を除く", "Mo-Fr 09:00-17:00; PH off"),
        ("9:00～12:00、13:00～17:00", "Mo-Su 09:00-12:00,13:00-17:00"),
        (
            "【開館時間】9:00～21:30 【休館日】月曜日",
            "Tu-Su 09:00-21:30",
        ),
        (
            "営業時間：10:00～20:00\n定休日：火曜日",
            "Mo,We-Su 10:00-20:00",
        ),
        ("9:00～17:00 第3日曜日休館", "Mo-Su 09:00-17:00; Su[3] off"),
        (
            "9:00～17:00 第2・第4水曜定休",
            "Mo-Su 09:00-17:00; We[2,4] off",
        ),
        (
            "9:00～17:00 休館日：12月29日～1月3日",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        (
            "9:00～17:00（年末年始休業）",
            "Mo-Su 09:00-17:00; Dec 28-Jan 04 09:00-17:00 unknown \"年末年始休業\"",
        ),
        ("9:00～17:00 不定休", "Mo-Su 09:00-17:00 unknown \"不定休\""),
        (
            "9:00～17:00（最終受付16:30）",
            "Mo-Su 09:00-17:00 \"最終受付16:30\"",
        ),
        ("18:00～翌2:00", "Mo-Su 18:00-02:00"),
        ("18:00～26:00", "Mo-Su 18:00-02:00"),
        ("0:00～24:00", "24/7"),
        ("Mon-Fri 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("9:00～", "Mo-Su 09:00+"),
        ("月～金 24時間", "Mo-Fr 00:00-24:00"),
        ("金～月 9:00～17:00", "Mo,Fr-Su 09:00-17:00"),
        (
            "平日9:00～21:00 土曜日は17:00まで",
            "Mo-Fr 09:00-21:00; PH off",
        ),
    ] {
        let hours = whole(text);
        if text.contains("は17:00まで") {
            // Saturday has no hours that could end earlier.
            assert_eq!(hours.value, None, "{text}");
            continue;
        }
        assert_eq!(hours.value.as_deref(), Some(expected), "{text}");
        assert!(opening_hours_syntax::parse(expected).is_ok(), "{expected}");
    }
}

#[test]
fn openstreetmaps_syntax_stays_as_it_is() {
    for text in [
        "Mo-Fr 08:00-22:00; Sa,Su,PH 10:00-18:00",
        "24/7",
        "Mo-Fr 09:00-17:00; PH off",
        "\"要予約\"",
        "Mo-Fr 09:00-12:00,13:00-17:00 unknown \"変更あり\"",
    ] {
        assert_eq!(whole(text).value.as_deref(), Some(text));
    }
}

#[test]
fn what_cannot_be_read_is_not_made_up() {
    for text in [
        "随時",
        "お問い合わせください",
        "9:00-9:00",
        "朝から晩まで",
        "9:00～17:00、ただし土日は事務所へ",
        "夏季 9:00～18:00 冬季 9:00～17:00",
        "24時間（会員）、9:00～18:00（ドロップイン）",
        "（変更前）9:00～17:00（変更後）10:00～16:00",
        "会員：24時間 ビジター：9:00～18:00",
        "9:00～22:00（予約がない場合は17:00まで）",
        "2026年4月1日から9月30日 9:00～18:00",
        "4月～9月 9:00～18:00、9月～3月 9:00～17:00",
        "4月～9月 9:00～18:00（月曜休館）、10月～3月 9:00～17:00",
        "年末年始（12/29～1/3）を除く 9:00～17:00、8月は要問合せ",
        "1F 9:00～22:00 2F 9:00～17:00",
        "平日 4月～9月 9:00～18:00、10月～3月 9:00～17:00、土日祝 10:00～16:00",
        "4月～9月 平日9:00～18:00、10月～3月 平日9:00～17:00、土日祝 10:00～16:00",
        "9:00～17:00（12月～2月は土日 10:00～15:00）",
        "8:30～17:15 月曜日から金曜日、祝日・年末年始除く",
        "9:00～17:00 火曜（祝日と重なる場合は翌日）",
        "9:00～17:00、10:00～16:00",
        "9:00～17:00（無料開放日は10:00～15:00）",
        "25:00～26:00〜27:00",
        "99:99-99:99",
        "9:00",
        "17:00まで",
        "毎月第1月曜のみ 9:00～17:00",
        "平日：9:00-18:00　定休日：水曜日 土日・祝：7:00-18:00",
        "\u{0}\u{1}",
        "((((((",
        "～～～",
    ] {
        let hours = whole(text);
        assert_eq!(hours.value, None, "{text}");
        assert_eq!(
            hours.unreadable,
            Some(("opening_hours", text.trim().to_owned())),
            "{text}"
        );
    }
    for text in ["-", "―", "なし", "不明"] {
        assert_eq!(whole(text), Hours::default(), "{text}");
    }
    let offered = whole("平日9:00～17:00。土日は14時頃まで開いていることがあります").suggestion;
    assert_eq!(
        offered.as_deref(),
        Some("Mo-Fr 09:00-17:00 \"土日は14時頃まで開いていることがあります\"; PH off")
    );
}

#[test]
fn days_and_times_in_columns_of_their_own() {
    let parts = |days, from, to, note| {
        read(&Cells {
            days,
            from,
            to,
            note,
            ..Cells::default()
        })
    };
    for (days, from, to, note, expected) in [
        ("月火水木金", "9:00", "17:00", "", "Mo-Fr 09:00-17:00"),
        ("月火水木金土日", "0:00", "23:59", "終日利用可能", "24/7"),
        (
            "",
            "09:00",
            "17:30",
            "入館は17:00まで",
            "Mo-Su 09:00-17:30 \"入館は17:00まで\"",
        ),
        ("平日", "0.375", "0.75", "", "Mo-Fr 09:00-18:00"),
        (
            "月火水木金",
            "1899-12-30T09:00:00.000Z",
            "1899-12-30T17:15:00.000Z",
            "祝日、12/29～1/3を除く",
            "Mo-Fr 09:00-17:15; PH off; Dec 29-Jan 03 off",
        ),
        (
            "月火水木金土",
            "7:30",
            "19:00",
            "土曜日は17:00まで。",
            "Mo-Fr 07:30-19:00; Sa 07:30-17:00",
        ),
        (
            "火水木金土日",
            "13:00",
            "20:30",
            "土日は10:00～20:30",
            "Tu-Fr 13:00-20:30; Sa,Su 10:00-20:30",
        ),
        (
            "月火水木金土日",
            "",
            "",
            "随時見学可能",
            "Mo-Su unknown \"随時見学可能\"",
        ),
        ("月火水木金土日", "", "", "24時間利用可能", "24/7"),
        ("", "", "", "24時間利用可能", "24/7"),
        ("", "", "", "随時", "\"随時\""),
        ("", "9:00～17:00", "", "", "Mo-Su 09:00-17:00"),
        ("", "9:00:00", "17:00:00", "", "Mo-Su 09:00-17:00"),
        ("", "9時", "5時半", "", "Mo-Su 09:00-05:30"),
        (
            "月火",
            "9:00",
            "17:00",
            "火曜が祝日の場合は翌日休",
            "Mo,Tu 09:00-17:00 unknown \"火曜が祝日の場合は翌日休\"",
        ),
    ] {
        assert_eq!(
            parts(days, from, to, note).value.as_deref(),
            Some(expected),
            "{days} {from} {to} {note}"
        );
    }
    for (days, from, to, part) in [
        ("", "9:00", "9:00", "hours.from"),
        ("ときどき", "9:00", "17:00", "hours.days"),
        ("月", "朝", "夕方", "hours.from"),
    ] {
        let hours = parts(days, from, to, "");
        assert_eq!((hours.value, hours.unreadable.unwrap().0), (None, part));
    }
    assert_eq!(parts("", "", "", ""), Hours::default());
    assert_eq!(parts("", "-", "-", "なし"), Hours::default());
}

#[test]
fn days_of_closing_in_a_column_of_their_own() {
    let closed = |closed| {
        let cells = Cells {
            from: "9:00",
            to: "17:00",
            closed,
            ..Cells::default()
        };
        read(&cells).value.unwrap()
    };
    for (cell, expected) in [
        ("水曜", "Mo,Tu,Th-Su 09:00-17:00"),
        ("土・日・祝日", "Mo-Fr 09:00-17:00; PH off"),
        ("日曜・第2土曜", "Mo-Sa 09:00-17:00; Sa[2] off"),
        ("年中無休", "Mo-Su 09:00-17:00"),
        ("なし", "Mo-Su 09:00-17:00"),
        ("不定休", "Mo-Su 09:00-17:00 unknown \"不定休\""),
        (
            "月曜(祝日の場合は翌日休)",
            "Tu-Su 09:00-17:00; PH Mo 09:00-17:00; PH +1 day Tu off; PH Tu 09:00-17:00 unknown \"祝日の場合は翌日休\"; PH +1 day We 09:00-17:00 unknown \"祝日の場合は翌日休\"; PH +1 day Th 09:00-17:00 unknown \"祝日の場合は翌日休\"",
        ),
        (
            "月曜日（祝日の場合は翌平日）",
            "Tu-Su 09:00-17:00; PH Mo 09:00-17:00; PH +1 day Tu off; PH Tu 09:00-17:00; PH +1 day We 09:00-17:00 unknown \"祝日の場合は翌平日\"; PH +1 day Th 09:00-17:00 unknown \"祝日の場合は翌平日\"",
        ),
        ("月曜（祝日を除く）", "Tu-Su 09:00-17:00; PH Mo 09:00-17:00"),
        // An exception from a closing day is never one more.
        (
            "日曜日（第1日曜を除く）",
            "Mo-Su 09:00-17:00 unknown \"定休日 日曜日（第1日曜を除く）\"",
        ),
        (
            "毎月第4月曜日（12月を除く）",
            "Mo-Su 09:00-17:00 unknown \"定休日 毎月第4月曜日（12月を除く）\"",
        ),
        (
            "月曜（祝日・年末年始を除く）",
            "Mo-Su 09:00-17:00 unknown \"定休日 月曜（祝日・年末年始を除く）\"",
        ),
        (
            "月曜（祝日の場合は開館）",
            "Tu-Su 09:00-17:00; PH Mo 09:00-17:00",
        ),
        ("月曜（祝日の場合も休館）", "Tu-Su 09:00-17:00"),
        (
            "第3火曜日（祝日の場合は翌日）",
            "Mo-Su 09:00-17:00; Tu[3] off; PH Tu 09:00-17:00 unknown \"祝日の場合は翌日\"; PH +1 day We 09:00-17:00 unknown \"祝日の場合は翌日\"; PH +1 day Th 09:00-17:00 unknown \"祝日の場合は翌日\"; PH +1 day Fr 09:00-17:00 unknown \"祝日の場合は翌日\"",
        ),
        (
            "日曜・月曜・お盆・年始",
            "Tu-Sa 09:00-17:00; Aug 08-Aug 18 Tu-Sa 09:00-17:00 unknown \"お盆休業\"; Jan 01-Jan 04 Tu-Sa 09:00-17:00 unknown \"年始休業\"",
        ),
        (
            "年末年始",
            "Mo-Su 09:00-17:00; Dec 28-Jan 04 09:00-17:00 unknown \"年末年始休業\"",
        ),
        (
            "年末年始（12/29～1/3）",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        (
            "年末年始（12月29日から翌年の1月3日まで）",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        ("お盆（8/13～15）", "Mo-Su 09:00-17:00; Aug 13-Aug 15 off"),
        (
            "祝日・12月29日～1月3日",
            "Mo-Su 09:00-17:00; PH off; Dec 29-Jan 03 off",
        ),
        (
            "国民の祝日に関する法律（昭和23年法律第178号）に規定する休日",
            "Mo-Su 09:00-17:00; PH off",
        ),
        ("土日祝休", "Mo-Fr 09:00-17:00; PH off"),
        ("祝祭日", "Mo-Su 09:00-17:00; PH off"),
        (
            "祝日の翌日",
            "Mo-Su 09:00-17:00; PH +1 day unknown \"祝日の翌日休業\"",
        ),
        ("元日", "Mo-Su 09:00-17:00; Jan 01 off"),
        ("三が日", "Mo-Su 09:00-17:00; Jan 01-Jan 03 off"),
        ("最終月曜日", "Mo-Su 09:00-17:00; Mo[-1] off"),
        ("第2・第4月曜日", "Mo-Su 09:00-17:00; Mo[2,4] off"),
        (
            "月末日",
            "Mo-Su 09:00-17:00; Jan 01 -1 day,Feb 01 -1 day,Mar 01 -1 day,Apr 01 -1 day,May 01 -1 day,Jun 01 -1 day,Jul 01 -1 day,Aug 01 -1 day,Sep 01 -1 day,Oct 01 -1 day,Nov 01 -1 day,Dec 01 -1 day off",
        ),
        (
            "水曜日、臨時休業あり",
            "Mo,Tu,Th-Su 09:00-17:00 \"臨時休業あり\"",
        ),
        (
            "元日・他施設点検臨時休業あり",
            "Mo-Su 09:00-17:00 \"他施設点検臨時休業あり\"; Jan 01 off",
        ),
        (
            "年中無休（年末年始休日あり）",
            "Mo-Su 09:00-17:00; Dec 28-Jan 04 09:00-17:00 unknown \"年末年始休業\"",
        ),
        (
            "隔週水曜",
            "Mo-Su 09:00-17:00; We 09:00-17:00 unknown \"隔週休業\"",
        ),
        (
            "イベント開催日",
            "Mo-Su 09:00-17:00 unknown \"定休日 イベント開催日\"",
        ),
    ] {
        assert_eq!(closed(cell), expected, "{cell}");
    }
}

#[test]
fn days_of_closing_count_beside_any_way_of_writing_hours() {
    for (whole, closed, expected) in [
        ("09:00-17:00", "月曜日", "Tu-Su 09:00-17:00"),
        ("09:00-17:00", "", "09:00-17:00"),
        (
            "Mo-Fr 09:00-17:00",
            "年末年始",
            "Mo-Fr 09:00-17:00; Dec 28-Jan 04 unknown \"年末年始休業\"",
        ),
        ("24/7", "12/31～1/3", "24/7; Dec 31-Jan 03 off"),
        ("Mo-Su 09:00-17:00", "水曜", "Mo-Su 09:00-17:00; We off"),
        (
            "Mo-Su 09:00-17:00",
            "不定休",
            "Mo-Su 09:00-17:00; Mo-Su unknown \"不定休\"",
        ),
        (
            "9:00～17:00 月曜定休。祝日は営業",
            "",
            "Tu-Su 09:00-17:00; PH Mo 09:00-17:00",
        ),
        (
            "平日9時～17時（祝日・年末年始を除く）",
            "",
            "Mo-Fr 09:00-17:00; Dec 28-Jan 04 Mo-Fr 09:00-17:00 unknown \"年末年始休業\"; PH off",
        ),
        (
            "24時間（年末年始を除く）",
            "",
            "24/7; Dec 28-Jan 04 00:00-24:00 unknown \"年末年始休業\"",
        ),
        (
            "10:00～17:00（日曜・祝日は15:00まで）",
            "水曜",
            "Mo,Tu,Th-Sa 10:00-17:00; Su,PH 10:00-15:00",
        ),
        ("9:00～17:00（月～金）", "", "Mo-Fr 09:00-17:00"),
        ("平日 9-17", "", "Mo-Fr 09:00-17:00; PH off"),
        ("9:00～17:00 ただし、月曜日は休館", "", "Tu-Su 09:00-17:00"),
    ] {
        let cells = Cells {
            whole,
            closed,
            ..Cells::default()
        };
        assert_eq!(
            read(&cells).value.as_deref(),
            Some(expected),
            "{whole} {closed}"
        );
    }
}

#[test]
fn each_day_in_columns_of_its_own() {
    let mut week = [["8:30", "17:15"]; 7];
    week[5] = ["-", "-"];
    week[6] = ["", ""];
    let hours = |week| {
        read(&Cells {
            week,
            ..Cells::default()
        })
    };
    assert_eq!(hours(week).value.as_deref(), Some("Mo-Fr 08:30-17:15"));
    week[2] = ["9:00", "12:00"];
    assert_eq!(
        hours(week).value.as_deref(),
        Some("Mo,Tu,Th,Fr 08:30-17:15; We 09:00-12:00")
    );
    week[6] = ["9:00", "9:00"];
    assert_eq!(
        hours(week).unreadable,
        Some(("hours.su.from", "9:00-9:00".to_owned()))
    );
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_is_valid_and_nothing_fails(text in "[月火水木金土日祝平日休館定0-9:~時半分、。（）第翌午前後\"'\\-A-z ]{0,40}") {
        let cells = Cells { whole: &text, from: &text, to: &text, closed: &text, note: &text, days: &text, ..Cells::default() };
        for cells in [cells, Cells { whole: "", ..cells }, Cells { whole: "", from: "9:00", to: "17:00", days: "", ..cells }] {
            if let Some(hours) = read(&cells).value {
                proptest::prop_assert!(opening_hours_syntax::parse(&hours).is_ok(), "{}", hours);
            }
        }
    }
}

/// The same texts as municipalities write them, with what they come to.
fn assert_whole(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let read = whole(text).value;
        if read.as_deref() != Some(*expected) {
            wrong.push(format!("{text}\n  is     {read:?}\n  not    {expected:?}"));
        }
        assert!(opening_hours_syntax::parse(expected).is_ok(), "{expected}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hours_change_with_the_season() {
    let summer_and_winter = "Apr-Sep Mo-Su 09:00-18:00; Oct-Mar Mo-Su 09:00-17:00";
    assert_whole(&[
        (
            "4月～9月 9:00～18:00、10月～3月 9:00～17:00",
            summer_and_winter,
        ),
        (
            "４月～９月 9時～18時、10月～3月 9時～17時",
            summer_and_winter,
        ),
        (
            "4～9月 9:00～18:00 / 10～3月 9:00～17:00",
            summer_and_winter,
        ),
        (
            "夏期（4月～9月）9:00～18:00 冬期（10月～3月）9:00～17:00",
            summer_and_winter,
        ),
        (
            "【4月～9月】9:00～18:00【10月～3月】9:00～17:00",
            summer_and_winter,
        ),
        (
            "4月～9月 9:00～18:00\n10月～3月 9:00～17:00",
            summer_and_winter,
        ),
        (
            "9:00～18:00（4月～9月）、9:00～17:00（10月～3月）",
            summer_and_winter,
        ),
        (
            "4月1日～9月30日：9:00～18:00　10月1日～3月31日：9:00～17:00",
            summer_and_winter,
        ),
        (
            "4月から9月まで 9:00～18:00、10月から翌年3月まで 9:00～17:00",
            summer_and_winter,
        ),
        (
            "9:00～18:00（11月～3月は17:00まで）",
            "Mo-Su 09:00-18:00; Nov-Mar Mo-Su 09:00-17:00",
        ),
        (
            "9:00～17:00（8月は18:00まで）",
            "Mo-Su 09:00-17:00; Aug Mo-Su 09:00-18:00",
        ),
        (
            "平日 9:00～17:00（7月～8月は19:00まで）",
            "Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-19:00; PH off",
        ),
        (
            "7・8月 9:00～19:00　その他の月 9:00～17:00",
            "Mo-Su 09:00-17:00; Jul,Aug Mo-Su 09:00-19:00",
        ),
        // What nobody says is unknown.
        (
            "4月から11月まで 9:00～17:00",
            "Dec-Mar unknown; Apr-Nov Mo-Su 09:00-17:00",
        ),
        (
            "4/1～10/31 9:00～18:00",
            "Nov-Mar unknown; Apr-Oct Mo-Su 09:00-18:00",
        ),
        (
            "1月～3月 9:00～17:00",
            "Apr-Dec unknown; Jan-Mar Mo-Su 09:00-17:00",
        ),
        (
            "3月15日～11月30日 9:00～17:00",
            "Dec 01-Mar 14 unknown; Mar 15-Nov 30 Mo-Su 09:00-17:00",
        ),
        // Closing days count in every season.
        (
            "4月～9月 9:00～18:00、10月～3月 9:00～17:00。月曜休館",
            "Apr-Sep Tu-Su 09:00-18:00; Oct-Mar Tu-Su 09:00-17:00",
        ),
        (
            "4月～9月 9:00～18:00、10月～3月 9:00～17:00（12月29日～1月3日は休館）",
            "Apr-Sep Mo-Su 09:00-18:00; Oct-Mar Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        (
            "月～金 4月～9月 9:00～18:00、10月～3月 9:00～17:00\n休館日：12月29日～1月3日",
            "Apr-Sep Mo-Fr 09:00-18:00; Oct-Mar Mo-Fr 09:00-17:00; Dec 29-Jan 03 off",
        ),
        (
            "【開館時間】4月～9月 9:00～18:00、10月～3月 9:00～17:00【休館日】月曜日",
            "Apr-Sep Tu-Su 09:00-18:00; Oct-Mar Tu-Su 09:00-17:00",
        ),
        (
            "9:00～17:00（12月～3月は休業）",
            "Mo-Su 09:00-17:00; Dec-Mar off",
        ),
        (
            "12月～3月は休館 9:00～17:00",
            "Mo-Su 09:00-17:00; Dec-Mar off",
        ),
        (
            "9:00～17:00（12月29日～1月3日を除く）",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        (
            "年末年始（12/29～1/3）を除く 9:00～17:00",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
    ]);
    let closed = read(&Cells {
        whole: "4月～9月 9:00～18:00、10月～3月 9:00～17:00",
        closed: "月曜（祝日の場合は翌日）、年末年始",
        ..Cells::default()
    });
    assert_eq!(
        closed.value.as_deref(),
        Some(
            "Apr-Sep Tu-Su 09:00-18:00; Oct-Mar Tu-Su 09:00-17:00; PH Mo unknown \"祝日の場合は翌日\"; PH +1 day Tu unknown \"祝日の場合は翌日\"; PH +1 day We unknown \"祝日の場合は翌日\"; PH +1 day Th unknown \"祝日の場合は翌日\"; Dec 28-Jan 04 unknown \"年末年始休業\""
        )
    );
}

#[test]
fn times_and_dates_are_read_however_they_are_written() {
    assert_whole(&[
        ("5:00 AM-9:00 PM", "Mo-Su 05:00-21:00"),
        ("Mo-Su 5:00 AM-9:00 PM", "Mo-Su 05:00-21:00"),
        ("9:00 a.m. - 5:00 p.m.", "Mo-Su 09:00-17:00"),
        ("Mon-Fri 9:00 AM – 6:00 PM", "Mo-Fr 09:00-18:00"),
        ("Weekdays 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("9:00 to 17:00", "Mo-Su 09:00-17:00"),
        ("0900-1800", "Mo-Su 09:00-18:00"),
        ("月-金：0900-1730", "Mo-Fr 09:00-17:30"),
        ("9～18時", "Mo-Su 09:00-18:00"),
        (
            "平日10～20時、土日祝10～18時",
            "Mo-Fr 10:00-20:00; Sa,Su,PH 10:00-18:00",
        ),
        ("9:00ー17:00", "Mo-Su 09:00-17:00"),
        ("9;00～17;00", "Mo-Su 09:00-17:00"),
        ("朝9時～夜9時", "Mo-Su 09:00-21:00"),
        ("朝8時から夕方5時", "Mo-Su 08:00-17:00"),
        ("9:00～深夜1:00", "Mo-Su 09:00-01:00"),
        ("22:00～翌朝5:00", "Mo-Su 22:00-05:00"),
        ("24時間365日", "24/7"),
        ("24H営業", "24/7"),
        (
            "8:30～17:15（12:00～13:00を除く）",
            "Mo-Su 08:30-12:00,13:00-17:15",
        ),
        (
            "8:30～17:15(昼休み12:00～13:00)",
            "Mo-Su 08:30-12:00,13:00-17:15",
        ),
        (
            "9:00～22:00（日曜・祝日は～17:00）",
            "Mo-Sa 09:00-22:00; Su,PH 09:00-17:00",
        ),
        (
            "9:00～21:00（日曜は17時で閉館）",
            "Mo-Sa 09:00-21:00; Su 09:00-17:00",
        ),
        (
            "平日9:00～17:00（水曜は20:00まで延長）",
            "Mo,Tu,Th,Fr 09:00-17:00; We 09:00-20:00; PH off",
        ),
        (
            "9:00～17:00（土曜のみ9:00～12:00）",
            "Mo-Fr,Su 09:00-17:00; Sa 09:00-12:00",
        ),
        ("平日のみ 9:00～17:00", "Mo-Fr 09:00-17:00; PH off"),
        ("祝日のみ休み 9:00～17:00", "Mo-Su 09:00-17:00; PH off"),
        ("平日（祝日含む）9:00～17:00", "Mo-Fr,PH 09:00-17:00"),
        (
            "【平日】9:00～20:00【土日祝】10:00～18:00",
            "Mo-Fr 09:00-20:00; Sa,Su,PH 10:00-18:00",
        ),
        (
            "9:00～17:00（月～金）、10:00～16:00（土・日）",
            "Mo-Fr 09:00-17:00; Sa,Su 10:00-16:00",
        ),
        (
            "9:00～12:00（受付11:30まで）、13:00～17:00（受付16:30まで）",
            "Mo-Su 09:00-12:00,13:00-17:00 \"受付11:30まで、受付16:30まで\"",
        ),
        (
            "10:00～18:00 12.29～1.3休館",
            "Mo-Su 10:00-18:00; Dec 29-Jan 03 off",
        ),
        (
            "毎日9:00～22:00（年末年始、臨時休館日を除く）",
            "Mo-Su 09:00-22:00 \"臨時休館あり\"; Dec 28-Jan 04 09:00-22:00 unknown \"年末年始休業\"",
        ),
        (
            "8時30分～17時15分(月曜日から金曜日、祝日・年末年始除く)",
            "Mo-Fr 08:30-17:15; Dec 28-Jan 04 Mo-Fr 08:30-17:15 unknown \"年末年始休業\"; PH off",
        ),
        (
            "9:00～22:00（祝日を除く月曜休館）",
            "Tu-Su 09:00-22:00; PH Mo 09:00-22:00",
        ),
        (
            "9:00～22:00（月曜は祝日を除き休館）",
            "Tu-Su 09:00-22:00; PH Mo 09:00-22:00",
        ),
        (
            "9:00～17:00 12:00～13:00は休み",
            "Mo-Su 09:00-12:00,13:00-17:00",
        ),
        ("平日のみ（10:00～17:00）", "Mo-Fr 10:00-17:00; PH off"),
        (
            "9:00～17:00（土日は予約のみ）",
            "Mo-Su 09:00-17:00; Sa,Su 09:00-17:00 unknown \"要予約\"",
        ),
        // By appointment is unknown to whoever has none.
        (
            "9:00～17:00 ※土日祝は要予約",
            "Mo-Su 09:00-17:00; Sa,Su 09:00-17:00 unknown \"要予約\"; PH 09:00-17:00 unknown \"要予約\"",
        ),
        (
            "平日：9:00～17:00 土日祝：要予約",
            "Mo-Fr 09:00-17:00; Sa,Su,PH unknown \"要予約\"",
        ),
    ]);
    for (closed, expected) in [
        ("12.29-1.3", "Mo-Su 09:00-17:00; Dec 29-Jan 03 off"),
        (
            "年末年始(12.29～1.3)",
            "Mo-Su 09:00-17:00; Dec 29-Jan 03 off",
        ),
        ("冬季（12月～3月）", "Mo-Su 09:00-17:00; Dec-Mar off"),
        ("11月～3月", "Mo-Su 09:00-17:00; Nov-Mar off"),
        ("月曜日※祝日除く", "Tu-Su 09:00-17:00; PH Mo 09:00-17:00"),
        ("特になし", "Mo-Su 09:00-17:00"),
        ("月曜日、臨時休館日", "Tu-Su 09:00-17:00 \"臨時休館あり\""),
        (
            "8月の月曜",
            "Mo-Su 09:00-17:00 unknown \"定休日 8月の月曜\"",
        ),
        ("8月中旬", "Mo-Su 09:00-17:00 unknown \"定休日 8月中旬\""),
        (
            "開放日以外",
            "Mo-Su 09:00-17:00 unknown \"定休日 開放日以外\"",
        ),
    ] {
        let cells = Cells {
            from: "9:00",
            to: "17:00",
            closed,
            ..Cells::default()
        };
        assert_eq!(read(&cells).value.as_deref(), Some(expected), "{closed}");
    }
}

proptest::proptest! {
    #[test]
    fn what_is_said_of_seasons_is_valid(text in "[4-9月～、（）は18:0日1まで休館/・その他 ]{0,40}") {
        for text in [text.clone(), format!("4月～9月 9:00～18:00{text}"), format!("9:00～18:00（{text}")] {
            if let Some(hours) = whole(&text).value {
                proptest::prop_assert!(opening_hours_syntax::parse(&hours).is_ok(), "{}", hours);
            }
        }
    }
}
