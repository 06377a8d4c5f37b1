//! The same facility twice: in the file, and in the directory.

use proptest::prelude::*;

use super::*;
use crate::domain::position::Position;
use crate::review::duplicates::{ComparedRow, SameBecause, SeenRows};
use crate::review::names::Folded;

fn at(name: &str, lat: f64, lon: f64, more: Value) -> Value {
    let mut fields = more;
    fields["at"] = json!([lat, lon]);
    row(name, fields)
}

#[test]
fn a_row_that_is_there_already_names_the_first() {
    let first = at(
        "黒壁の席",
        35.3814,
        136.2655,
        json!({ "address": "滋賀県長浜市元浜町12-38" }),
    );
    for (second, ja) in [
        (
            at("黒壁 の席", 35.38145, 136.26555, json!({})),
            "名称と位置が同じ",
        ),
        (
            row(
                "黒壁の席",
                json!({ "address": "滋賀県長浜市元浜町12番38号" }),
            ),
            "名称と住所が同じ",
        ),
    ] {
        let reviewed = Case::sheet(&[first.clone(), second]).review();
        let problem = reviewed
            .report
            .problems
            .iter()
            .find(|p| p.code == "duplicate-row")
            .unwrap();
        assert!(problem.blocks && problem.row == Some(3), "{problem:#?}");
        assert!(
            problem.message.ja.starts_with("2行目と同じ施設です")
                && problem.message.ja.contains(ja),
            "{problem:#?}"
        );
        assert!(problem.message.en.contains("row 2"), "{problem:#?}");
        assert_eq!(reviewed.report.accepted, 1);
    }
    // One name at two places is two facilities; so are two ids.
    for second in [
        at("黒壁の席", 35.3824, 136.2655, json!({})),
        at(
            "黒壁の席",
            35.3834,
            136.2655,
            json!({ "address": "滋賀県長浜市元浜町12-38" }),
        ),
        at("別の席", 35.3814, 136.2655, json!({})),
    ] {
        assert_eq!(codes(&Case::sheet(&[first.clone(), second]).review()), []);
    }
    let two = |a: &str, b: &str| {
        [
            at("席", 35.3814, 136.2655, json!({ "id": a })),
            at("席", 35.3814, 136.2655, json!({ "id": b })),
        ]
    };
    assert_eq!(codes(&Case::sheet(&two("a-1", "a-2")).review()), []);
    let same = Case::sheet(&two("a-1", "a-1")).review();
    assert_eq!(codes(&same), [(3, "duplicate-row", true)]);
    assert_eq!(only(&same).column.as_deref(), Some("ID"));
}

#[test]
fn two_rows_cannot_be_the_same_published_facility() {
    let rows = [
        row("黒壁オフィス", json!({ "id": "hub-kurokabe", "seats": 1 })),
        at("黒壁ｵﾌｨｽ", 35.3815, 136.2656, json!({ "seats": 2 })),
    ];
    let same = DuplicateDecision::Same("hub-kurokabe".to_owned());
    let reviewed = Case::sheet(&rows)
        .published([kurokabe()])
        .decided(3, same)
        .review();
    assert_eq!(codes(&reviewed), [(3, "duplicate-row", true)]);
}

#[test]
fn a_new_row_like_a_published_facility_is_asked_about_once() {
    let case = |name: &str, lat: f64, more: Value| {
        Case::sheet(&[at(name, lat, 136.2655, more)]).published([kurokabe()])
    };
    // The published position is right to 400 m only.
    let reviewed = case("株式会社 黒壁ｵﾌｨｽ", 35.3854, json!({})).review();
    let problem = only(&reviewed);
    assert_eq!((problem.code, problem.blocks), ("likely-duplicate", false));
    assert!(
        problem
            .message
            .ja
            .starts_with("公開中の「黒壁オフィス」と名称も場所も同じで、内容が違います。"),
        "{}",
        problem.message.ja
    );
    let likely = &reviewed.likely[0];
    assert_eq!(
        (likely.row, likely.id.as_str(), likely.name.as_str()),
        (2, "hub-kurokabe", "黒壁オフィス")
    );
    assert!((likely.metres - 443.8).abs() < 1.0, "{likely:?}");
    assert_eq!(reviewed.differences.len(), 1);
    for (name, lat, more, asked) in [
        ("黒壁", 35.3820, json!({}), true),
        ("黒壁", 35.3920, json!({}), false),
        ("黒壁オフィス", 35.3920, json!({}), false),
        ("元浜の席", 35.3820, json!({}), false),
        (
            "元浜の席",
            35.3920,
            json!({ "phone": "(0749)65-2330" }),
            true,
        ),
        (
            "元浜の席",
            35.3920,
            json!({ "phone": "0749-65-2331" }),
            false,
        ),
        (
            "元浜の席",
            35.4020,
            json!({ "phone": "0749-65-2330" }),
            false,
        ),
    ] {
        let reviewed = case(name, lat, more.clone()).review();
        assert_eq!(!reviewed.likely.is_empty(), asked, "{name} {lat} {more}");
    }
}

#[test]
fn a_number_several_share_is_no_sign() {
    let phone = json!({ "phone": "0749-65-2330" });
    let rows = [
        at("元浜の席", 35.3820, 136.2655, phone.clone()),
        at("公園の席", 35.3790, 136.2605, phone),
    ];
    let reviewed = Case::sheet(&rows).published([kurokabe()]).review();
    assert_eq!(codes(&reviewed), []);
}

#[test]
fn a_decision_about_likeness_is_kept_to() {
    let row = at("黒壁ｵﾌｨｽ", 35.3815, 136.2656, json!({ "seats": 30 }));
    let case = || Case::sheet(std::slice::from_ref(&row)).published([kurokabe()]);
    let same = || DuplicateDecision::Same("hub-kurokabe".to_owned());
    let merged = case().decided(2, same()).review();
    assert_eq!(codes(&merged), []);
    let [difference] = &merged.differences[..] else {
        panic!("{merged:#?}")
    };
    assert_eq!(difference.effect, crate::review::Effect::Changed);
    assert_eq!(difference.facility.id.as_str(), "hub-kurokabe");
    let names: Vec<_> = difference.fields().iter().map(|f| f.name).collect();
    assert_eq!(
        names,
        [
            "name",
            "position",
            "position_precision",
            "position_error",
            "seats"
        ]
    );
    assert_eq!(merged.likely.len(), 1);
    let kept = case().decided(2, DuplicateDecision::Other).review();
    assert_eq!((codes(&kept), kept.likely.len()), (vec![], 1));
    assert_eq!(kept.differences[0].effect, crate::review::Effect::Added);
    // Only where one may act.
    let elsewhere = case().decided(2, same()).area("13113").review();
    assert!(codes(&elsewhere).contains(&(2, "id-taken", true)));
    let gone = case()
        .decided(2, DuplicateDecision::Same("nobody".to_owned()))
        .review();
    assert_eq!(codes(&gone), [(2, "id-taken", true)]);
}

proptest! {
    #[test]
    fn doubles_are_those_going_through_all_rows_finds(
        rows in prop::collection::vec((0u8..3, 0u16..40, 0u16..40, 0u8..3, prop::option::weighted(0.2, 0u8..5)), 1..60),
    ) {
        // A few names, on a grid of 4 m, at two addresses or none, some with an id.
        let names = ["あ", "い", "う"];
        let addresses = [None, Some("本町1-2"), Some("本町１丁目2番")];
        let sights: Vec<_> = rows.iter().enumerate().map(|(number, (name, x, y, address, id))| {
            let position = Position::new(136.0 + f64::from(*x) * 4e-5, 35.0 + f64::from(*y) * 4e-5).unwrap();
            (number, names[*name as usize], position, addresses[*address as usize], id.map(|id| id.to_string()))
        }).collect();
        let folded = |address: Option<&str>| address.map(crate::review::addresses::fold);
        let folded: Vec<_> = sights.iter().map(|sight| folded(sight.3)).collect();
        let mut seen = SeenRows::default();
        let mut first: Vec<usize> = Vec::new();
        for (number, name, position, address, id) in &sights {
            let found = seen.see(&ComparedRow { number: *number, id: id.as_deref(), written: name, name, position: Some(*position), address: folded[*number].as_deref() });
            let others = || first.iter().map(|&i| &sights[i]);
            let expected = match id {
                Some(id) => others().find(|other| other.4.as_ref() == Some(id)).map(|other| (other.0, SameBecause::Id)),
                None => others().find(|other| other.1 == *name && other.2.planar(*position).0 <= 20.0).map(|other| (other.0, SameBecause::Place)).or_else(|| {
                    others().find(|other| {
                        other.1 == *name && address.is_some() && other.3.is_some() && other.2.planar(*position).0 <= 100.0
                    }).map(|other| (other.0, SameBecause::Address))
                }),
            };
            prop_assert_eq!(found, expected);
            if expected.is_none() {
                first.push(*number);
            }
        }
    }

    #[test]
    fn likeness_is_what_going_through_all_that_is_published_finds(
        published in prop::collection::vec((0usize..5, 0u16..60, 0u16..60, 0u8..3), 1..40),
        newcomer in (0usize..5, 0u16..60, 0u16..60),
    ) {
        let names = ["黒壁オフィス", "黒壁", "黒壁おふぃす", "青葉の家", "みんなの場所"];
        // A grid of some 50 m; exact, or known to 200 or 900 m.
        let place = |x: u16, y: u16| [136.26 + f64::from(x) * 5e-4, 35.38 + f64::from(y) * 5e-4];
        let facilities: Vec<Facility> = published.iter().enumerate().map(|(i, (name, x, y, error))| {
            let mut facility = kurokabe();
            facility.id = FacilityId::new(&format!("f-{i:02}")).unwrap();
            facility.name = crate::domain::facility::Name::new(names[*name]).unwrap();
            facility.phone = None;
            facility.position = serde_json::from_value(json!(place(*x, *y))).unwrap();
            facility.position_error = Some([0, 200, 900][*error as usize]);
            facility
        }).collect();
        let (name, x, y) = newcomer;
        let [lon, lat] = place(x, y);
        let here = Position::new(lon, lat).unwrap();
        let own = Folded::new(names[name]);
        let expected = facilities.iter().filter_map(|facility| {
            let away = here.distance(facility.position).0;
            let other = Folded::new(facility.name.as_str());
            let error = f64::from(facility.position_error.unwrap());
            if own.text == other.text && away <= 300.0 + error {
                Some((0, away, facility.id.to_string()))
            } else if own.is_like(&other) && away <= 300.0 {
                Some((1, away, facility.id.to_string()))
            } else {
                None
            }
        });
        let expected = expected.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let reviewed = Case::sheet(&[at(names[name], lat, lon, json!({ "position_precision": "building" }))]).published(facilities).review();
        let found = reviewed.likely.first().map(|likely| likely.id.to_string());
        prop_assert_eq!(found, expected.map(|(.., id)| id));
    }
}
