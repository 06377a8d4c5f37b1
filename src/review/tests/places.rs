//! Rows where they should not be, and rows without a place.

use super::*;

/// 高松市, whose city hall is in 番町一丁目.
const HALL: [f64; 2] = [34.342784, 134.046574];

fn hall(lat: f64, lon: f64) -> Value {
    let fields = json!({ "municipality": "37201", "address": "香川県高松市番町一丁目8番15号", "at": [lat, lon] });
    row("市役所の席", fields)
}

#[test]
fn a_row_in_its_municipality_is_found_there() {
    let reviewed = Case::sheet(&[hall(HALL[0], HALL[1])])
        .area("37201")
        .review();
    assert_eq!(codes(&reviewed), []);
    let facility = &reviewed.differences[0].facility;
    assert_eq!(facility.municipality_name, "高松市");
    assert_eq!(
        (facility.prefecture.as_str(), facility.ward),
        ("香川県", None)
    );
}

#[test]
fn a_slip_of_one_digit_is_explained_by_the_address() {
    for (lat, lon, column) in [
        (34.642784, HALL[1], "緯度"),
        (HALL[0], 133.046574, "経度"),
        (HALL[0], 134.406574, "経度"),
        (34.432784, HALL[1], "緯度"),
    ] {
        let reviewed = Case::sheet(&[hall(lat, lon)]).review();
        let problem = only(&reviewed);
        assert_eq!(
            (problem.code, problem.blocks),
            ("outside-municipality", true),
            "{lat} {lon}"
        );
        assert_eq!(problem.column.as_deref(), Some(column), "{problem:#?}");
        let [(_, new_lat), (_, new_lon)] = cells(problem)[..] else {
            panic!("{problem:#?}")
        };
        let number = |text: &str| text.parse::<f64>().unwrap();
        assert!((number(new_lat) - HALL[0]).abs() < 0.005, "{problem:#?}");
        assert!((number(new_lon) - HALL[1]).abs() < 0.005, "{problem:#?}");
    }
    let reviewed = Case::sheet(&[hall(34.642784, HALL[1])]).review();
    let problem = only(&reviewed);
    assert_eq!(
        problem.message.ja,
        "緯度・経度の位置は岡山県岡山市の中で、記入されたコードの香川県高松市の外です（境界から約23 km）。緯度の34.642784が34.342784の誤りなら、住所の番町一丁目に合います。確かめて直してください"
    );
    assert_eq!(
        problem.message.en,
        "the coordinates lie in 岡山県岡山市, outside 香川県高松市, which the row’s code names (about 23 km from its border): if latitude 34.642784 should have been 34.342784, it fits 番町一丁目 in the address; check and correct it"
    );
    assert_eq!(problem.found.as_deref(), Some("34.642784, 134.046574"));
    assert_eq!(problem.expected.as_ref().unwrap().ja, "香川県高松市の中");
    assert_eq!(
        problem.suggestion.as_ref().unwrap().label.ja,
        "緯度を34.342784に直す"
    );
    assert_eq!(
        cells(problem),
        [("緯度", "34.342784"), ("経度", "134.046574")]
    );
}

#[test]
fn in_geojson_the_suggestion_is_for_the_geometry() {
    let reviewed = Case::geojson(&[hall(34.642784, HALL[1])]).review();
    assert_eq!(
        cells(only(&reviewed)),
        [("geometry", "34.342784,134.046574")]
    );
}

#[test]
fn at_sea_the_address_tells_where_it_should_be() {
    let fields =
        json!({ "address": "香川県高松市番町一丁目8番15号", "at": [HALL[0], 154.046574 - 5.0] });
    let reviewed = Case::sheet(&[row("海の上", fields)]).review();
    let problem = only(&reviewed);
    assert_eq!(
        (problem.code, problem.blocks),
        ("outside-municipality", true)
    );
    assert!(
        problem.message.ja.contains("500 m以上離れて"),
        "{}",
        problem.message.ja
    );
    assert_eq!(problem.expected.as_ref().unwrap().ja, "香川県高松市の中");
}

#[test]
fn where_address_and_position_agree_the_code_is_wrong() {
    let fields = json!({ "municipality": "37201", "address": "香川県木田郡三木町氷上310", "at": [34.2677, 134.1345] });
    let reviewed = Case::sheet(&[row("隣町の施設", fields.clone())]).review();
    let problem = only(&reviewed);
    assert_eq!(
        (problem.code, problem.blocks),
        ("outside-municipality", true)
    );
    assert_eq!(problem.column.as_deref(), Some("市区町村コード"));
    assert_eq!(cells(problem), [("市区町村コード", "373419")]);
    assert!(
        problem.message.ja.contains("コードを確かめてください"),
        "{}",
        problem.message.ja
    );
    // To who may only act in the city, it is the row that is wrong.
    let mut fields = fields;
    fields.as_object_mut().unwrap().remove("municipality");
    let reviewed = Case::sheet(&[row("隣町の施設", fields)])
        .area("37201")
        .review();
    let problem = only(&reviewed);
    assert!(
        problem
            .message
            .ja
            .contains("この提出で扱える香川県高松市の外"),
        "{}",
        problem.message.ja
    );
    assert!(problem.suggestion.is_none());
}

#[test]
fn a_prefectures_code_and_a_code_of_nowhere() {
    let at = |code: &str| row("席", json!({ "municipality": code, "at": HALL }));
    for good in ["37000", "37201"] {
        assert_eq!(codes(&Case::sheet(&[at(good)]).review()), [], "{good}");
    }
    let outside = Case::sheet(&[at("38000")]).review();
    assert_eq!(codes(&outside), [(2, "outside-municipality", true)]);
    let gone = Case::sheet(&[at("37301")]).review();
    let problem = only(&gone);
    assert_eq!((problem.code, problem.blocks), ("municipality-code", true));
    assert_eq!(cells(problem), [("市区町村コード", "372013")]);
}

#[test]
fn just_across_a_generalized_border_the_row_is_believed() {
    let (districts, _) = &*SHIPPED;
    let border = districts.get("37201").unwrap();
    // From the hall southwards to the border and 60 m on.
    let mut lat = HALL[0];
    while border
        .shape
        .holds(crate::domain::position::Position::new(134.06, lat).unwrap())
    {
        lat -= 0.0001;
    }
    let fields = |lat: f64| json!({ "municipality": "37201", "at": [lat - 0.0005, 134.06] });
    let reviewed = Case::sheet(&[row("境の席", fields(lat))]).review();
    let problem = only(&reviewed);
    assert_eq!(
        (problem.code, problem.blocks),
        ("outside-municipality", false),
        "{problem:#?}"
    );
    assert_eq!(
        reviewed.differences[0].facility.municipality.to_string(),
        "37201"
    );
    let far = Case::sheet(&[row("境の席", fields(lat - 0.003))]).review();
    assert_eq!(codes(&far), [(2, "outside-municipality", true)]);
}

#[test]
fn an_estimated_ward_shuts_nothing_out_but_what_is_far_from_it() {
    // 天神, in 福岡市中央区; 博多区 begins some hundred metres to the east.
    let at = |ward: &str| {
        row(
            "天神の席",
            json!({ "ward": ward, "at": [33.5903, 130.4017] }),
        )
    };
    let own = Case::sheet(&[at("40133")]).review();
    assert_eq!(codes(&own), []);
    assert_eq!(
        own.differences[0].facility.ward.unwrap().to_string(),
        "40133"
    );
    let other = Case::sheet(&[at("40132")]).review();
    assert_eq!(codes(&other), [(2, "outside-municipality", false)]);
    // An area is a permission: it reaches over its estimated border, but not across the city.
    let row = row("天神の席", json!({ "at": [33.5903, 130.4017] }));
    let near = Case::sheet(std::slice::from_ref(&row))
        .area("40132")
        .review();
    assert_eq!(codes(&near), [(2, "outside-municipality", false)]);
    let far = Case::sheet(&[row]).area("40135").review();
    assert_eq!(codes(&far), [(2, "outside-municipality", true)]);
}

#[test]
fn a_row_without_coordinates_gets_the_point_of_its_addresss_town() {
    let at = |address: &str| row("町の席", json!({ "address": address }));
    let reviewed = Case::sheet(&[at("滋賀県長浜市元浜町12-38")]).review();
    let problem = only(&reviewed);
    assert_eq!(
        (problem.code, problem.blocks),
        ("coordinates-missing", false)
    );
    assert!(
        problem.message.ja.contains("住所の町「元浜町」の代表点"),
        "{}",
        problem.message.ja
    );
    assert_eq!(
        cells(problem),
        [("緯度", "35.38206"), ("経度", "136.268039")]
    );
    let facility = &reviewed.differences[0].facility;
    assert_eq!(facility.position_precision.slug(), "town");
    assert!(
        facility
            .position_error
            .is_some_and(|error| (300..2_000).contains(&error))
    );
    assert_eq!(facility.municipality_name, "長浜市");
    // Agreed to, it is still no more exact than that.
    let fields = json!({ "address": "滋賀県長浜市元浜町12-38", "at": [35.38206, 136.268039] });
    let agreed = Case::sheet(&[row("町の席", fields)]).review();
    assert_eq!(codes(&agreed), []);
    assert_eq!(
        agreed.differences[0].facility.position_precision.slug(),
        "town"
    );
    assert_eq!(
        agreed.differences[0].facility.position_error,
        facility.position_error
    );
    // What names no town needs coordinates.
    for address in ["滋賀県長浜市", "市役所の２階"] {
        let reviewed = Case::sheet(&[at(address)]).review();
        assert_eq!(
            codes(&reviewed),
            [(2, "coordinates-missing", true)],
            "{address}"
        );
    }
    let nothing = Case::sheet(&[row("席", json!({}))]).review();
    assert_eq!(codes(&nothing), [(2, "coordinates-missing", true)]);
    // The area or the code says which city it is.
    let hinted = Case::sheet(&[at("元浜町12-38")]).area("25203").review();
    assert_eq!(codes(&hinted), [(2, "coordinates-missing", false)]);
    let elsewhere = Case::sheet(&[at("東京都渋谷区道玄坂1-2")])
        .area("25203")
        .review();
    assert!(codes(&elsewhere).contains(&(2, "outside-municipality", true)));
    // A designated city's town tells its ward.
    let ward = Case::sheet(&[at("福岡市中央区天神1-8-1")]).review();
    assert_eq!(
        ward.differences[0].facility.ward.unwrap().to_string(),
        "40133"
    );
}

#[test]
fn an_address_far_from_the_position_is_asked_about() {
    let fields =
        |lat: f64| json!({ "address": "香川県高松市番町一丁目8番15号", "at": [lat, HALL[1]] });
    let reviewed = Case::sheet(&[row("席", fields(34.302784))]).review();
    let problem = only(&reviewed);
    assert_eq!((problem.code, problem.blocks), ("address-mismatch", false));
    assert!(
        problem
            .message
            .ja
            .contains("番町一丁目から約4.4 km離れています"),
        "{}",
        problem.message.ja
    );
    assert_eq!(
        cells(problem),
        [("緯度", "34.342784"), ("経度", "134.046574")]
    );
    // A town in the address but the position in another city.
    let fields = json!({ "address": "香川県高松市番町一丁目8番15号", "at": [34.2677, 134.1345] });
    let reviewed = Case::sheet(&[row("席", fields)]).review();
    let problem = only(&reviewed);
    assert_eq!((problem.code, problem.blocks), ("address-mismatch", false));
    assert!(
        problem.message.ja.contains("三木町"),
        "{}",
        problem.message.ja
    );
    // What is only known to the city says nothing.
    let fields = json!({ "address": "香川県高松市番町一丁目8番15号", "at": [34.30, 134.04], "position_precision": "city" });
    let mut case = Case::sheet(&[row("席", fields)]);
    case.columns.insert("position_precision", "精度".to_owned());
    assert_eq!(codes(&case.review()), []);
}
