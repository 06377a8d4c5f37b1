use proptest::prelude::*;

use super::*;

#[test]
fn degrees_are_read_in_every_writing() {
    for (text, value, decimals) in [
        ("35.6812", 35.6812, 4),
        ("３５．６８１２", 35.6812, 4),
        (" 35.6812 ", 35.6812, 4),
        ("北緯35.6812度", 35.6812, 4),
        ("N35.6812", 35.6812, 4),
        ("35.6812N", 35.6812, 4),
        ("35", 35.0, 0),
        ("35.", 35.0, 0),
        ("35°30′", 35.5, 2),
        ("35°30.5′", 35.508_333, 3),
        ("35°39′31″", 35.658_611, 4),
        ("35度39分31秒", 35.658_611, 4),
        ("35度39分31.5秒", 35.658_75, 5),
        ("35°39'31.5\"N", 35.658_75, 5),
        ("東経139度44分28秒", 139.741_111, 4),
        ("-35.5", -35.5, 1),
        ("35 39 31.5", 35.658_75, 5),
        ("35 39 31", 35.658_611, 4),
        ("35:39:31.5", 35.658_75, 5),
        ("35-39-31", 35.658_611, 4),
        ("35/39/31.5", 35.658_75, 5),
        ("３５度３９分３１秒", 35.658_611, 4),
        ("35度39分31秒5", 35.658_75, 5),
        ("35d39m31.5s", 35.658_75, 5),
        ("N35゜39´31.5″", 35.658_75, 5),
        ("35° 39' 31.5'' N", 35.658_75, 5),
        ("北緯 35度 39分 31.5秒", 35.658_75, 5),
    ] {
        let read = degrees(text).unwrap_or_else(|| panic!("{text}"));
        assert!((read.value - value).abs() < 1e-5, "{text}: {read:?}");
        assert_eq!(read.decimals, decimals, "{text}");
    }
    for text in [
        "",
        "不明",
        "35,6812",
        "35.39.31",
        "35度61分0秒",
        "35°39′75″",
        "1e999",
        "35.68a",
        "..",
        "NaN",
        "inf",
        "0x23",
        "35.5度30分",
        "35-39",
        "35 39",
        "35-39-31-5",
        "35:39-31",
        "1-2-3-4-5-6",
        "-",
        "°",
    ] {
        assert_eq!(degrees(text), None, "{text}");
    }
}

#[test]
fn each_wrong_position_has_its_code_and_what_mends_it() {
    for (lat, lon, code, mended) in [
        (
            "139.767",
            "35.681",
            "coordinates-swapped",
            Some(["35.681", "139.767"]),
        ),
        ("0", "0", "coordinates-zero", None),
        ("0.0", "0.000", "coordinates-zero", None),
        (
            "35.68",
            "13408137",
            "coordinates-malformed",
            Some(["35.68", "134.08137"]),
        ),
        (
            "351234567",
            "1391234567",
            "coordinates-malformed",
            Some(["35.1234567", "139.1234567"]),
        ),
        (
            "34.3",
            "1334.00556",
            "coordinates-malformed",
            Some(["34.3", "133.400556"]),
        ),
        (
            "35,6812",
            "139.7",
            "coordinates-malformed",
            Some(["35.6812", "139.7"]),
        ),
        (
            "35.39.31",
            "139.44.28",
            "coordinates-malformed",
            Some(["35.658611", "139.741111"]),
        ),
        ("35.68", "", "coordinates-malformed", None),
        ("", "139.7", "coordinates-malformed", None),
        ("about here", "139.7", "coordinates-malformed", None),
        ("48.85", "2.35", "coordinates-outside-japan", None),
        ("35.68", "13.9", "coordinates-outside-japan", None),
        ("-35.68", "139.7", "coordinates-outside-japan", None),
        ("48.8566", "139.7", "coordinates-outside-japan", None),
        ("48.8566", "2.3522", "coordinates-outside-japan", None),
        ("1e300", "1e-300", "coordinates-outside-japan", None),
        (
            "353930",
            "1394154",
            "coordinates-malformed",
            Some(["35.658333", "139.698333"]),
        ),
        (
            "3539.51",
            "13941.91",
            "coordinates-malformed",
            Some(["35.658500", "139.698500"]),
        ),
        (
            "1394154.6",
            "353930.6",
            "coordinates-swapped",
            Some(["353930.6", "1394154.6"]),
        ),
    ] {
        let wrong = position(lat, lon).unwrap_err();
        assert_eq!(wrong.code, code, "{lat} {lon}");
        let cells = wrong.corrected.map(|(_, cells)| cells);
        assert_eq!(
            cells,
            mended.map(|cells| cells.map(str::to_owned)),
            "{lat} {lon}"
        );
    }
    assert_eq!(position("34.3", "1334.00556").unwrap_err().axis, Axis::Lon);
    assert_eq!(position("", "139.7").unwrap_err().axis, Axis::Lat);
}

#[test]
fn both_may_stand_in_one_cell() {
    for cell in [
        "35.1,139.2",
        "35.1, 139.2",
        "35.1 139.2",
        "(35.1、139.2)",
        "139.2,35.1",
        "POINT(139.2 35.1)",
        "３５．１，１３９．２",
        "[35.1,139.2]",
    ] {
        assert_eq!(both(cell).unwrap(), ["35.1", "139.2"], "{cell}");
    }
    for cell in ["35.1", "", "35.1,139.2,0", "東京駅前"] {
        assert_eq!(both(cell), None, "{cell}");
    }
}

#[test]
fn packed_degrees_are_read_where_their_seconds_have_decimals() {
    for (lat, lon) in [
        ("353930.6", "1394154.6"),
        ("353930.60", "1394154.600"),
        ("N353930.6", "E1394154.6"),
        ("３５３９３０．６", "１３９４１５４．６"),
        ("35 39 30.6", "139 41 54.6"),
        ("35 39 30.6", "139°41′54.6″"),
        ("35:39:30.6", "139:41:54.6"),
    ] {
        let (position, decimals) = position(lat, lon).unwrap();
        assert_eq!(
            [position.lat(), position.lon()],
            [35.6585, 139.6985],
            "{lat}"
        );
        assert!(decimals >= 5, "{lat}");
    }
}

/// Two finite numbers, as likely near Japan's as anywhere, and how many decimals they are written with.
fn pairs() -> impl Strategy<Value = (f64, f64, Option<usize>)> {
    let any = prop_oneof![
        prop::num::f64::ANY.prop_filter("finite", |number| number.is_finite()),
        -200.0..200.0,
        15.0..50.0,
        115.0..160.0,
        -1e8..1e8,
    ];
    (any.clone(), any, prop::option::of(0_usize..12))
}

fn written(number: f64, decimals: Option<usize>) -> String {
    match decimals {
        Some(decimals) => format!("{number:.decimals$}"),
        None => number.to_string(),
    }
}

/// As many cases as `PROPTEST_CASES` says, which the fuzzing run sets; a few thousand otherwise.
fn cases() -> ProptestConfig {
    let set = std::env::var("PROPTEST_CASES").is_ok();
    ProptestConfig {
        cases: if set {
            ProptestConfig::default().cases
        } else {
            4_096
        },
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_pair_of_numbers_is_a_position_or_named_wrong((lat, lon, decimals) in pairs()) {
        let (north, east) = (written(lat, decimals), written(lon, decimals));
        match position(&north, &east) {
            Ok((read, _)) => {
                prop_assert!(Position::LATITUDES.contains(&read.lat()));
                prop_assert!(Position::LONGITUDES.contains(&read.lon()));
            }
            Err(wrong) => {
                prop_assert!(wrong.code.starts_with("coordinates-"));
                // A suggestion is a position.
                if let Some((_, [lat, lon])) = wrong.corrected {
                    prop_assert!(position(&lat, &lon).is_ok(), "{} {} -> {} {}", north, east, lat, lon);
                }
            }
        }
    }

    #[test]
    fn any_text_is_a_position_or_named_wrong(
        lat in "[0-9０-９NEne北緯東経度分秒°′″'\"゜:/. ,、・+-]{0,14}", lon in ".{0,14}",
    ) {
        for (lat, lon) in [(&lat, &lon), (&lon, &lat), (&lat, &lat)] {
            let _ = position(lat, lon);
            let _ = both(lat);
        }
    }
}
