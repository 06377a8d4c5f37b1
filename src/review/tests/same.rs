//! Rows with the name and place of a published facility, ids that mean another one, empty cells.

use super::super::{Effect, Reason, RowDecision};
use super::*;

/// What a row does to 黒壁オフィス, which is published: 焼津の机 beside it is another one.
fn case(rows: &[Value]) -> Case {
    Case::sheet(rows)
        .published([kurokabe(), exact()])
        .blank(BlankCells::Keep)
}

/// A facility whose place is known to the metre.
fn exact() -> Facility {
    let mut facility = kurokabe();
    facility.id = FacilityId::new("hub-exact").unwrap();
    facility.name = crate::domain::facility::Name::new("駅前の席").unwrap();
    facility.position = serde_json::from_value(json!([136.265_123_4, 35.378_123_4])).unwrap();
    facility.address = Some("滋賀県長浜市北船町3-24".to_owned());
    facility.position_precision = crate::domain::vocabulary::Precision::Building;
    facility.position_error = None;
    facility.phone = None;
    facility
}

fn at(name: &str, lat: f64, lon: f64, more: Value) -> Value {
    let mut fields = more;
    fields["at"] = json!([lat, lon]);
    row(name, fields)
}

#[test]
fn a_row_with_what_is_published_changes_nothing() {
    for row in [
        at("駅前の席", 35.378_123_4, 136.265_123_4, json!({})),
        at(
            "駅前の席",
            35.378_123_4,
            136.265_123_4,
            json!({ "seats": 12, "kind": "coworking" }),
        ),
        // Fewer digits say nothing else.
        at("駅前の席", 35.3781, 136.2651, json!({})),
        at("駅前の席", 35.378, 136.265, json!({})),
        // An address alone.
        row("駅前の席", json!({ "address": "滋賀県長浜市北船町3-24" })),
        // Empty cells.
        at(
            "駅前の席",
            35.378_123_4,
            136.265_123_4,
            json!({ "seats": null, "checked_on": null }),
        ),
    ] {
        let reviewed = case(std::slice::from_ref(&row)).review();
        assert_eq!((reviewed.unchanged, codes(&reviewed)), (1, vec![]), "{row}");
        assert_eq!(reviewed.matched[&2].as_str(), "hub-exact", "{row}");
        assert!(
            reviewed.likely.is_empty() && reviewed.undecided.is_empty(),
            "{row}"
        );
    }
}

#[test]
fn other_facts_of_the_same_name_and_place_wait_for_a_decision() {
    for row in [
        at(
            "駅前の席",
            35.378_123_4,
            136.265_123_4,
            json!({ "seats": 13 }),
        ),
        // Another spelling of the name, another survey of the place.
        at("駅前ノ席", 35.3784, 136.2653, json!({})),
        at("株式会社　駅前の席", 35.378_123_4, 136.265_123_4, json!({})),
        // The address is the same, wherever the coordinates are.
        at(
            "駅前の席",
            35.3793,
            136.2655,
            json!({ "address": "長浜市北船町3番24号 港ビル2階" }),
        ),
        row(
            "駅前の席",
            json!({ "address": "長浜市北船町3番24号", "seats": 4 }),
        ),
    ] {
        let reviewed = case(std::slice::from_ref(&row)).review();
        assert_eq!(codes(&reviewed), [(2, "likely-duplicate", false)], "{row}");
        let [difference] = &reviewed.differences[..] else {
            panic!("{row}: {reviewed:#?}")
        };
        assert_eq!(difference.effect, Effect::Changed, "{row}");
        assert_eq!(difference.facility.id.as_str(), "hub-exact", "{row}");
        let [likely] = &reviewed.likely[..] else {
            panic!("{row}")
        };
        assert_eq!(
            (likely.reason, likely.decided),
            (Reason::SamePlace, None),
            "{row}"
        );
        assert!(reviewed.undecided.contains(&2), "{row}");
    }
}

#[test]
fn what_was_decided_for_the_file_is_done() {
    let changed = at(
        "駅前の席",
        35.378_123_4,
        136.265_123_4,
        json!({ "seats": 13 }),
    );
    let alike = at(
        "黒壁の席",
        35.3815,
        136.2656,
        json!({ "phone": "0749-65-2330" }),
    );
    for (same, effects, undecided) in [
        (SamePlace::Update, vec![Effect::Changed, Effect::Added], 1),
        (SamePlace::Keep, vec![Effect::Added], 1),
        (SamePlace::New, vec![Effect::Added, Effect::Added], 0),
    ] {
        let reviewed = case(&[changed.clone(), alike.clone()]).same(same).review();
        let found: Vec<_> = reviewed.differences.iter().map(|d| d.effect).collect();
        // That a row is only like a facility is never taken for its being that one.
        assert_eq!(
            (found, reviewed.undecided.len()),
            (effects, undecided),
            "{same:?}"
        );
        assert_eq!(reviewed.likely.len(), 2, "{same:?}");
    }
    let keep = DuplicateDecision::Keep("hub-exact".to_owned());
    let kept = case(&[changed]).decided(2, keep).review();
    assert_eq!((kept.unchanged, kept.differences.len()), (1, 0));
    assert_eq!(kept.likely[0].decided, Some(RowDecision::Keep));
}

#[test]
fn another_name_another_door_or_another_town_is_another_facility() {
    for row in [
        at("黒壁", 35.395, 136.2655, json!({})),
        // The next door but one, with the same name.
        at(
            "駅前の席",
            35.3785,
            136.2651,
            json!({ "address": "滋賀県長浜市北船町5-1" }),
        ),
        row("駅前の席", json!({ "address": "滋賀県長浜市朝日町1-1" })),
        row("駅前の席", json!({ "address": "滋賀県米原市下多良3-24" })),
    ] {
        let reviewed = case(std::slice::from_ref(&row)).review();
        assert!(reviewed.matched.is_empty(), "{row}: {:?}", reviewed.matched);
        assert!(
            reviewed
                .differences
                .iter()
                .all(|d| d.effect == Effect::Added),
            "{row}"
        );
    }
}

#[test]
fn a_facility_is_that_of_one_row() {
    let rows = [
        at(
            "駅前の席",
            35.3784,
            136.2653,
            json!({ "address": "滋賀県長浜市北船町3-24" }),
        ),
        at("駅前の席", 35.378_123_4, 136.265_123_4, json!({})),
    ];
    let reviewed = case(&rows).review();
    assert_eq!(reviewed.matched.keys().collect::<Vec<_>>(), [&3]);
    assert_eq!(reviewed.unchanged, 1);
    assert_eq!(reviewed.undecided.iter().collect::<Vec<_>>(), [&2]);
    // Two that were published with ids of their own are found again without them.
    let mut twin = exact();
    twin.id = FacilityId::new("hub-twin").unwrap();
    let rows = [0, 1].map(|_| at("駅前の席", 35.378_123_4, 136.265_123_4, json!({})));
    let both = Case::sheet(&rows).published([exact(), twin]).review();
    assert_eq!((both.unchanged, codes(&both)), (2, vec![]));
}

#[test]
fn where_one_may_not_act_nothing_is_matched() {
    let row = at("駅前の席", 35.378_123_4, 136.265_123_4, json!({}));
    let elsewhere = case(&[row]).area("25201").review();
    assert!(elsewhere.matched.is_empty());
}

#[test]
fn a_closed_facility_stays_closed() {
    let mut closed = exact();
    closed.status = crate::domain::vocabulary::Status::Closed;
    let row = at("駅前の席", 35.378_123_4, 136.265_123_4, json!({}));
    let reviewed = Case::sheet(&[row]).published([closed]).review();
    assert_eq!((reviewed.unchanged, codes(&reviewed)), (1, vec![]));
}

#[test]
fn an_id_of_another_facility_blocks_until_someone_decides() {
    let other =
        json!({ "id": "hub-exact", "address": "滋賀県長浜市朝日町1-1", "at": [35.3650, 136.2900] });
    let case = |more: &Value| case(&[row("湖畔の家", more.clone())]);
    let reviewed = case(&other).review();
    let problem = only(&reviewed);
    assert_eq!((problem.code, problem.blocks), ("id-taken", true));
    assert!(
        problem.message.ja.contains("長浜市の「駅前の席」"),
        "{}",
        problem.message.ja
    );
    assert_eq!(cells(problem), [("ID", "")]);
    assert_eq!(reviewed.likely[0].reason, Reason::Id);
    assert!(reviewed.undecided.is_empty() && reviewed.differences.is_empty());

    let changed = case(&other)
        .decided(2, DuplicateDecision::Same("hub-exact".to_owned()))
        .review();
    assert_eq!(
        (codes(&changed), changed.differences[0].effect),
        (vec![], Effect::Changed)
    );
    for decided in [
        case(&other).decided(2, DuplicateDecision::Other),
        case(&other).same(SamePlace::New),
    ] {
        let added = decided.review();
        assert_eq!(
            (codes(&added), added.differences[0].effect),
            (vec![], Effect::Added)
        );
        assert_ne!(added.differences[0].facility.id.as_str(), "hub-exact");
    }
    // What decides about the same name and place says nothing of another.
    assert!(
        case(&other)
            .same(SamePlace::Update)
            .review()
            .report
            .blocks()
    );

    for (more, name) in [
        (
            json!({ "id": "hub-exact", "at": [35.3781, 136.2652] }),
            "駅前の席リニューアル",
        ),
        (
            json!({ "id": "hub-exact", "at": [35.3650, 136.2900] }),
            "駅前の席",
        ),
        (
            json!({ "id": "hub-exact", "address": "長浜市北船町3-24" }),
            "新しい名前",
        ),
        (json!({ "id": "hub-exact", "seats": 2 }), "駅前の席（2階）"),
    ] {
        let reviewed = Case::sheet(&[row(name, more.clone())])
            .published([exact()])
            .review();
        assert_eq!(codes(&reviewed), [], "{more}");
        assert_eq!(reviewed.differences[0].effect, Effect::Changed, "{more}");
    }
    // Nothing but the id speaks for it.
    for more in [
        json!({ "id": "hub-exact", "seats": 3 }),
        json!({ "id": "hub-exact", "address": "滋賀県米原市下多良3-3" }),
    ] {
        let reviewed = case(&more).review();
        assert!(codes(&reviewed).contains(&(2, "id-taken", true)), "{more}");
    }
}

#[test]
fn an_id_that_restarts_finds_its_own_facility_by_name_and_place() {
    let more = json!({ "id": "hub-kurokabe", "at": [35.378_123_4, 136.265_123_4], "address": "滋賀県長浜市北船町3-24" });
    let reviewed = case(&[row("駅前の席", more)]).review();
    assert_eq!((reviewed.unchanged, codes(&reviewed)), (1, vec![]));
    let mut far = kurokabe();
    far.position = serde_json::from_value(json!([136.3, 35.42])).unwrap();
    let more = json!({ "id": "hub-kurokabe", "at": [35.378_123_4, 136.265_123_4], "address": "滋賀県長浜市北船町3-24" });
    let rows = [row("駅前の席", more)];
    let reviewed = Case::sheet(&rows).published([far, exact()]).review();
    assert_eq!((reviewed.unchanged, codes(&reviewed)), (1, vec![]));
}

#[test]
fn empty_cells_are_counted_and_leave_what_is_published() {
    let fields = json!({ "id": "hub-kurokabe", "seats": null, "phone": null, "price_hour_yen": null, "sources": null });
    let case = |blank| {
        Case::sheet(&[row("黒壁オフィス", fields.clone())])
            .published([kurokabe()])
            .blank(blank)
    };
    let kept = case(BlankCells::Keep).review();
    assert_eq!(kept.unchanged, 1);
    let cleared = case(BlankCells::Clear).review();
    let names: Vec<_> = cleared.differences[0]
        .fields()
        .iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(names, ["phone", "seats", "sources"]);
    for reviewed in [kept, cleared] {
        let counted: Vec<_> = reviewed
            .blanks
            .iter()
            .map(|(name, n)| (*name, *n))
            .collect();
        assert_eq!(counted, [("phone", 1), ("seats", 1), ("sources", 1)]);
        let problem = only(&reviewed);
        assert_eq!(
            (problem.row, problem.code, problem.blocks),
            (None, "blank-cells", false)
        );
    }
}

#[test]
fn over_the_api_null_is_meant_and_an_id_certain() {
    let fields = json!({ "id": "hub-exact", "at": [35.3650, 136.2900], "seats": null });
    let snapshot = case(&[]).snapshot();
    let context = ReviewContext {
        snapshot: &snapshot,
        districts: &SHIPPED.0,
        places: None,
        blocks: None,
        area: None,
        decisions: RowDecisions::default().exactly(),
    };
    let rows = reading(vec![row("湖畔の家", fields)], BTreeMap::new());
    let reviewed = review(rows, &context, || FacilityId::new("new").unwrap());
    assert_eq!(codes(&reviewed), []);
    assert_eq!(reviewed.differences[0].effect, Effect::Changed);
    assert_eq!(reviewed.differences[0].facility.seats, None);
}

#[test]
fn what_is_checked_again_row_by_row_is_what_a_whole_check_finds() {
    use super::super::Review;
    use std::collections::BTreeSet;

    let names = ["駅前の席", "黒壁オフィス", "黒壁の席", "湖畔の家"];
    let ids = [None, None, None, Some("hub-exact"), Some("mine-1")];
    // A small generator of its own: the same rows every time.
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut any_row = || {
        let mut more =
            json!({ "at": [35.378 + next(8) as f64 * 1e-3, 136.265 + next(3) as f64 * 1e-4] });
        if let Some(id) = ids[next(ids.len())] {
            more["id"] = json!(id);
        }
        if next(3) == 0 {
            more["address"] = json!("滋賀県長浜市北船町3-24");
        }
        if next(3) == 0 {
            more["phone"] = json!("0749-65-2330");
        }
        row(names[next(names.len())], more)
    };
    let mut rows: Vec<Value> = (0..12).map(|_| any_row()).collect();
    let snapshot = case(&[]).snapshot();
    let (districts, places) = &*SHIPPED;
    let mut likeness = BTreeMap::new();
    let columns = Case::sheet(&[]).columns;
    let read = |rows: &[Value], chosen: &dyn Fn(usize) -> bool| {
        let mut all = reading(rows.to_vec(), columns.clone());
        all.usable.retain(|row| chosen(row.number));
        all
    };
    let outcome = |reviewed: &Reviewed| {
        let differences = reviewed.differences.iter();
        let differences: Vec<_> = differences
            .map(|d| {
                (
                    d.row,
                    d.effect,
                    d.fields().iter().map(|f| f.name).collect::<Vec<_>>(),
                )
            })
            .collect();
        let likely: Vec<_> = reviewed
            .likely
            .iter()
            .map(|l| (l.row, l.id.to_string(), l.reason, l.decided))
            .collect();
        (
            codes(reviewed),
            differences,
            likely,
            reviewed.undecided.clone(),
            reviewed.matched.clone(),
            reviewed.report.accepted,
        )
    };
    let new_id = || FacilityId::new("new").unwrap();
    fn decisions(likeness: &BTreeMap<usize, DuplicateDecision>) -> RowDecisions<'_> {
        RowDecisions {
            likeness,
            ..RowDecisions::default()
        }
    }
    macro_rules! context {
        () => {
            ReviewContext {
                snapshot: &snapshot,
                districts,
                places: Some(places),
                blocks: None,
                area: None,
                decisions: decisions(&likeness),
            }
        };
    }
    let mut kept = Review::new(read(&rows, &|_| true), &context!(), new_id);
    for step in 0..60 {
        let at = next(rows.len());
        if step % 3 == 0 {
            let number = at + 2;
            match next(3) {
                0 => drop(likeness.insert(number, DuplicateDecision::Other)),
                1 => drop(likeness.insert(number, DuplicateDecision::Same("hub-exact".to_owned()))),
                _ => drop(likeness.remove(&number)),
            }
        } else {
            rows[at] = {
                let mut more = json!({ "at": [35.378 + next(8) as f64 * 1e-3, 136.2651] });
                if let Some(id) = ids[next(ids.len())] {
                    more["id"] = json!(id);
                }
                row(names[next(names.len())], more)
            };
        }
        let changed = BTreeSet::from([at + 2]);
        let mut reads = 0;
        kept.update(
            &changed,
            &context!(),
            |numbers| {
                reads += numbers.len();
                read(&rows, &|number| numbers.contains(&number))
            },
            new_id,
        );
        assert!(reads < rows.len(), "step {step} read {reads} rows");
        let whole = review(read(&rows, &|_| true), &context!(), new_id);
        assert_eq!(
            outcome(&kept.reviewed(&context!())),
            outcome(&whole),
            "step {step}"
        );
    }
}
