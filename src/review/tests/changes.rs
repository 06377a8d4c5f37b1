//! What rows change of what is published, and whose it must be.

use super::super::Effect;
use super::*;

fn changed(reviewed: &Reviewed) -> Vec<(&'static str, Value, Value)> {
    let [difference] = &reviewed.differences[..] else {
        panic!("one difference was expected: {reviewed:#?}")
    };
    let fields = difference.fields().into_iter();
    fields.map(|f| (f.name, f.before, f.after)).collect()
}

fn sheet(row: Value) -> Case {
    Case::sheet(&[row]).published([kurokabe()])
}

#[test]
fn a_row_changes_only_the_fields_it_has_and_null_empties() {
    let fields = json!({ "id": "hub-kurokabe", "seats": 20, "phone": null });
    let reviewed = sheet(row("黒壁オフィス", fields)).review();
    assert_eq!(codes(&reviewed), []);
    assert_eq!(
        changed(&reviewed),
        [
            ("phone", json!("0749-65-2330"), Value::Null),
            ("seats", json!(12), json!(20)),
        ]
    );
    let difference = &reviewed.differences[0];
    assert_eq!(difference.effect, Effect::Changed);
    assert_eq!(difference.before, Some((kurokabe(), Seq(1))));
    assert_eq!(difference.facility.position, kurokabe().position);
    assert_eq!(difference.facility.checked_on, kurokabe().checked_on);
}

#[test]
fn a_row_that_says_what_is_published_changes_nothing() {
    for fields in [
        json!({ "id": "hub-kurokabe" }),
        json!({ "id": "hub-kurokabe", "at": [35.3814, 136.2655], "kind": "coworking" }),
        // Whoever read the sheet concluded this from the decimals; it is no news about the published position.
        json!({ "id": "hub-kurokabe", "at": [35.3814, 136.2655] }),
        json!({ "id": "hub-kurokabe", "municipality": "25203", "ward": null }),
    ] {
        let reviewed = sheet(row("黒壁オフィス", fields.clone())).review();
        assert_eq!(
            (reviewed.unchanged, codes(&reviewed)),
            (1, vec![]),
            "{fields}"
        );
        assert_eq!(reviewed.report.accepted, 1);
    }
}

#[test]
fn whatever_was_written_as_geojson_changes_nothing_when_it_is_read_again() {
    let values = crate::domain::difference::values(&kurokabe());
    let reviewed = Case::geojson(&[Value::Object(values)])
        .published([kurokabe()])
        .review();
    assert_eq!((reviewed.unchanged, codes(&reviewed)), (1, vec![]));
}

#[test]
fn a_new_position_is_as_exact_as_it_is_written_and_its_old_error_is_gone() {
    let fields = json!({ "id": "hub-kurokabe", "at": [35.38123, 136.26512] });
    let reviewed = sheet(row("黒壁オフィス", fields)).review();
    assert_eq!(
        changed(&reviewed),
        [
            (
                "position",
                json!([136.2655, 35.3814]),
                json!([136.26512, 35.38123])
            ),
            ("position_precision", json!("town"), json!("building")),
            ("position_error", json!(400), Value::Null),
        ]
    );
}

#[test]
fn where_it_lies_is_found_again_from_where_it_moves() {
    // To 米原市, the neighbour.
    let fields = json!({ "id": "hub-kurokabe", "at": [35.3147, 136.2897], "address": "滋賀県米原市下多良3-3", "status": "closed" });
    let reviewed = sheet(row("黒壁オフィス", fields)).review();
    assert_eq!(codes(&reviewed), []);
    assert_eq!(reviewed.differences[0].effect, Effect::Closed);
    let names: Vec<_> = changed(&reviewed).iter().map(|(name, ..)| *name).collect();
    assert_eq!(
        names,
        [
            "status",
            "municipality",
            "municipality_name",
            "address",
            "position",
            "position_precision",
            "position_error"
        ]
    );
    assert_eq!(reviewed.differences[0].facility.municipality_name, "米原市");
}

#[test]
fn what_is_always_known_falls_back_when_it_is_emptied() {
    let fields = json!({ "id": "hub-kurokabe", "status": null, "sources": null, "position_precision": null });
    let reviewed = sheet(row("黒壁オフィス", fields)).review();
    let names: Vec<_> = changed(&reviewed).iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, ["status", "sources"]);
    assert_eq!(reviewed.differences[0].facility.status.slug(), "unknown");
}

#[test]
fn a_kind_that_stays_is_not_missing() {
    let missing = |case: Case| {
        let mut reading = reading(case.rows.clone(), case.columns.clone());
        let problem = Problem::warning(2, "kind-missing", ("種類がありません", "no kind"));
        reading.problems.push(problem);
        let mut building = Snapshot::builder();
        building.add(Update {
            change: ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            at: Moment(1),
            id: kurokabe().id,
            state: Some(kurokabe()),
        });
        let snapshot = building.finish(Seq(1), Moment(1));
        let context = ReviewContext {
            snapshot: &snapshot,
            districts: &SHIPPED.0,
            places: None,
            blocks: None,
            area: None,
            decisions: RowDecisions::default(),
        };
        review(reading, &context, || FacilityId::new("new").unwrap())
    };
    let own = missing(sheet(row("黒壁オフィス", json!({ "id": "hub-kurokabe" }))));
    assert_eq!(codes(&own), []);
    let new = missing(sheet(row("別の施設", json!({ "at": [35.38, 136.26] }))));
    assert_eq!(codes(&new), [(2, "kind-missing", false)]);
}

#[test]
fn an_id_counts_only_where_its_sender_may_act() {
    let fields = json!({ "id": "hub-kurokabe", "at": [35.658, 139.7] });
    let taken = sheet(row("渋谷の施設", fields.clone()))
        .area("13113")
        .review();
    let problem = only(&taken);
    assert_eq!((problem.code, problem.blocks), ("id-taken", true));
    assert_eq!(problem.column.as_deref(), Some("ID"));
    assert!(
        problem
            .message
            .ja
            .contains("滋賀県長浜市の「黒壁オフィス」"),
        "{}",
        problem.message.ja
    );
    assert_eq!(cells(problem), [("ID", "")]);
    // Without a position of its own it still lies elsewhere.
    let taken = sheet(row("黒壁オフィス", json!({ "id": "hub-kurokabe" })))
        .area("13113")
        .review();
    assert!(codes(&taken).contains(&(2, "id-taken", true)));
    assert!(taken.differences.is_empty());
    // Nor may a facility be taken out of the area it is in.
    let away = sheet(row("黒壁オフィス", fields)).area("25203").review();
    assert_eq!(codes(&away), [(2, "outside-municipality", true)]);
    for area in ["25203", "25"] {
        let own = sheet(row(
            "黒壁オフィス",
            json!({ "id": "hub-kurokabe", "seats": 3 }),
        ))
        .area(area)
        .review();
        assert_eq!((codes(&own), own.differences.len()), (vec![], 1), "{area}");
    }
}

#[test]
fn an_id_nobody_has_is_kept_and_one_that_was_withdrawn_is_not() {
    let at = json!({ "id": "my-own-1", "at": [35.38, 136.26] });
    let mut case = Case::sheet(&[row("新しい施設", at)]);
    let reviewed = case.review();
    assert_eq!(reviewed.differences[0].facility.id.as_str(), "my-own-1");
    assert_eq!(reviewed.differences[0].effect, Effect::Added);
    case = Case::sheet(&[row(
        "新しい施設",
        json!({ "id": "gone", "at": [35.38, 136.26] }),
    )]);
    case.withdrawn = vec!["gone"];
    let reviewed = case.review();
    let problem = only(&reviewed);
    assert_eq!((problem.code, problem.blocks), ("id-taken", true));
    assert!(
        problem.message.ja.contains("2026-09-"),
        "{}",
        problem.message.ja
    );
}
