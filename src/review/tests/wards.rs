//! Which ward of a designated city a row lies in.

use serde_json::json;

use super::*;

/// A row in 福岡市 (estimated wards), at 天神 unless it says otherwise.
fn fukuoka(address: &str, more: Value) -> Value {
    let mut fields = json!({ "at": [33.5903, 130.4017] });
    if !address.is_empty() {
        fields["address"] = address.into();
    }
    fields
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    row("区の席", fields)
}

fn ward(reviewed: &Reviewed) -> Option<String> {
    let facility = &reviewed.differences[0].facility;
    facility.ward.map(|ward| ward.to_string())
}

#[test]
fn an_addresss_ward_counts_where_borders_are_estimated() {
    for (address, more, expected) in [
        (
            "福岡市博多区博多駅前2-1-1",
            json!({ "at": [33.5894, 130.4200] }),
            "40132",
        ),
        (
            "福岡県福岡市博多区博多駅前2-1-1",
            json!({ "at": [33.5894, 130.4200] }),
            "40132",
        ),
        // By a town that only one ward has.
        ("福岡市天神1-8-1", json!({}), "40133"),
        // Some hundred metres outside the estimated border.
        (
            "福岡市博多区中洲5丁目",
            json!({ "at": [33.5930, 130.4000] }),
            "40132",
        ),
        // Known to the city alone.
        (
            "福岡市早良区",
            json!({ "position_precision": "city" }),
            "40137",
        ),
    ] {
        let reviewed = Case::sheet(&[fukuoka(address, more)]).review();
        assert_eq!(ward(&reviewed).as_deref(), Some(expected), "{address}");
        assert_eq!(codes(&reviewed), [], "{address}");
    }
}

#[test]
fn what_alone_decides_a_ward_is_said() {
    let said = |rows: &[Value]| {
        let reviewed = Case::sheet(rows).review();
        let problem = reviewed.report.problems.iter();
        let problem = problem.clone().find(|p| p.code == "ward-uncertain");
        let message = problem.map(|p| (p.message.ja.clone(), p.blocks));
        (ward(&reviewed), message)
    };
    // An estimated border and no other word.
    let (ward, message) = said(&[fukuoka("", json!({}))]);
    let (message, blocks) = message.unwrap();
    assert_eq!(ward.as_deref(), Some("40133"));
    assert!(
        message.contains("推定の境界から福岡県福岡市中央区"),
        "{message}"
    );
    assert!(!blocks);
    // Its code and its address name two wards.
    let (ward, message) = said(&[fukuoka(
        "福岡市博多区博多駅前2-1-1",
        json!({ "ward": "40133" }),
    )]);
    assert_eq!(ward.as_deref(), Some("40133"));
    assert!(message.unwrap().0.contains("コードの福岡県福岡市中央区"));
    // Far outside an estimated border: 早良区 is some kilometres away.
    let (ward, message) = said(&[fukuoka("福岡市西区今宿", json!({}))]);
    assert_eq!(ward.as_deref(), Some("40135"));
    assert!(message.unwrap().0.contains("推定境界から"));
    // A vague position tells no ward, and neither does a row that leaves its ward empty.
    let vague = fukuoka("", json!({ "position_precision": "city" }));
    assert_eq!(said(&[vague]), (None, None));
    assert_eq!(said(&[fukuoka("", json!({ "ward": null }))]), (None, None));
}

#[test]
fn an_exact_border_contradicts_an_address_far_from_it() {
    // 京都市役所 lies in 中京区, whose border is exact; 左京区 begins beyond the river.
    let kyoto = |address: &str, more: Value| {
        let mut fields = json!({ "address": address, "at": [35.01159, 135.76815] });
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Case::sheet(&[row("京の席", fields)]).review()
    };
    let agreed = kyoto("京都市中京区寺町通御池上る上本能寺前町488", json!({}));
    assert_eq!(
        (ward(&agreed).as_deref(), codes(&agreed)),
        (Some("26104"), vec![])
    );
    let far = kyoto("京都市伏見区", json!({}));
    assert_eq!(ward(&far).as_deref(), Some("26104"));
    let problem = only(&far);
    assert_eq!((problem.code, problem.blocks), ("ward-uncertain", false));
    assert!(
        problem
            .message
            .ja
            .contains("位置から京都府京都市中京区の施設として扱います"),
        "{}",
        problem.message.ja
    );
    // A position that says it may be that far off contradicts nothing.
    let rough = json!({ "position_precision": "town", "position_error": 9000 });
    let rough = kyoto("京都市伏見区", rough);
    assert_eq!(
        (ward(&rough).as_deref(), codes(&rough)),
        (Some("26109"), vec![])
    );
}

#[test]
fn a_wards_staff_keep_to_what_addresses_say() {
    let row = |address: &str| fukuoka(address, json!({ "at": [33.5903, 130.4040] }));
    let own = Case::sheet(&[row("福岡市博多区中洲1-1")])
        .area("40132")
        .review();
    assert_eq!(
        (ward(&own).as_deref(), codes(&own)),
        (Some("40132"), vec![])
    );
    let other = Case::sheet(&[row("福岡市中央区天神1-8-1")])
        .area("40132")
        .review();
    assert_eq!(codes(&other), [(2, "outside-municipality", true)]);
}

#[test]
fn what_is_published_stays_until_the_address_changes() {
    let published = |ward: Option<&str>| -> Facility {
        serde_json::from_value(json!({
            "id": "hub-ward", "position": [130.4017, 33.5903], "name": "区の席", "kind": "coworking",
            "status": "open", "municipality": "40130", "municipality_name": "福岡市", "ward": ward,
            "prefecture": "福岡県", "address": "福岡市中央区天神1-8-1",
            "position_precision": "building", "sources": [],
        }))
        .unwrap()
    };
    let again = |address: &str| fukuoka(address, json!({ "id": "hub-ward" }));
    let review = |ward, address| {
        Case::sheet(&[again(address)])
            .published([published(ward)])
            .review()
    };
    let kept = review(Some("40132"), "福岡市中央区天神1-8-1");
    assert_eq!(kept.unchanged, 1, "{:?}", kept.report.problems);
    // A ward that nobody knew is completed from the address.
    let completed = review(None, "福岡市中央区天神1-8-1");
    assert_eq!(ward(&completed).as_deref(), Some("40133"));
    let moved = review(Some("40132"), "福岡市中央区天神1-8-2");
    assert_eq!(ward(&moved).as_deref(), Some("40133"));
    // Without a word on it, it stays unknown: the row says what is published.
    let silent = Case::sheet(&[fukuoka("", json!({ "id": "hub-ward" }))]).published([Facility {
        address: None,
        ..published(None)
    }]);
    assert_eq!(silent.review().unchanged, 1);
}
