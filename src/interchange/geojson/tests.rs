use serde_json::json;

use super::*;
use crate::domain::change::Moment;
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;
use crate::domain::{facility, feature};

fn codes(text: &str) -> Vec<(Option<usize>, &'static str, bool)> {
    read(text.as_bytes())
        .unwrap()
        .problems
        .iter()
        .map(|p| (p.row, p.code, p.blocks))
        .collect()
}

fn point(coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":{coordinates}}},"properties":{{"name":"a","kind":"coworking"}}}}"#
    )
}

#[test]
fn what_we_write_is_read_back_whole() {
    let facility = facility::tests::example("hub-001", 136.2655, 35.3814);
    let mut text = Vec::new();
    feature::write(&facility, Moment(0), &mut text);
    let reading = read(text.as_slice()).unwrap();
    let mut fields = reading.usable[0].fields.clone();
    for (name, value) in [("municipality_name", "長浜市"), ("prefecture", "滋賀県")] {
        fields.insert(name.to_owned(), json!(value));
    }
    assert_eq!(
        serde_json::from_value::<facility::Facility>(fields.into()).unwrap(),
        facility
    );
}

#[test]
fn each_wrong_coordinate_has_its_code() {
    for (coordinates, code) in [
        ("[35.6,139.7]", "coordinates-swapped"),
        ("[0,0]", "coordinates-zero"),
        ("[2.3,48.8]", "coordinates-outside-japan"),
        ("[1334.00556,34.3]", "coordinates-outside-japan"),
        (r#"["x",35]"#, "coordinates-malformed"),
        ("[139.7]", "coordinates-malformed"),
        ("[]", "coordinates-missing"),
    ] {
        assert_eq!(
            codes(&point(coordinates))
                .iter()
                .filter(|c| c.2)
                .collect::<Vec<_>>(),
            [&(Some(1), code, true)].to_vec(),
            "{coordinates}"
        );
    }
}

#[test]
fn a_feature_a_line_or_a_collection_are_told_apart_by_content() {
    let good = point("[139.7,35.6]");
    let lines = format!("\u{feff}\n{good}\n\n{good}\nnot json\n");
    let reading = read(lines.as_bytes()).unwrap();
    assert_eq!((reading.rows, reading.usable.len()), (3, 2));
    assert_eq!(codes(&lines), [(Some(3), "json-malformed", true)]);
    let collection = format!("{{\n\"type\":\"FeatureCollection\",\"features\":[{good},\n{good}]}}");
    assert_eq!(read(collection.as_bytes()).unwrap().usable.len(), 2);
    assert_eq!(
        codes(&point("[1e999,35]")),
        [(Some(1), "json-malformed", true)]
    );
    assert_eq!(codes("[1,2]"), [(None, "format-unknown", true)]);
    assert_eq!(
        codes("緯度,経度\n35,139\n"),
        [(None, "json-malformed", true)]
    );
    assert_eq!(read(&b""[..]).unwrap().rows, 0);
}

#[test]
fn what_was_mended_is_read_and_what_was_left_out_is_not() {
    let text = format!(
        "{}\n{}\n{}",
        point("[139.7,35.6]"),
        point("[35.6,139.7]"),
        point("[0,0]")
    );
    let mut edits = Edits::default();
    edits.left_out.insert(3);
    let cells = [
        ("geometry", "35.61,139.71"),
        ("seats", "12"),
        ("amenities", "wifi; power"),
        ("kind", ""),
    ];
    let cells = cells.map(|(label, text)| (label.to_owned(), text.to_owned()));
    edits.cells.insert(2, cells.into());
    let reading = read_file(text.as_bytes(), &edits, &Limits::UPLOAD).reading;
    assert_eq!((reading.rows, reading.usable.len()), (3, 2));
    let fields = &reading.usable[1].fields;
    assert_eq!(fields["position"], json!([139.71, 35.61]));
    assert_eq!(
        (&fields["seats"], &fields["amenities"]),
        (&json!(12), &json!(["wifi", "power"]))
    );
    assert_eq!(
        reading.problems.iter().map(|p| p.code).collect::<Vec<_>>(),
        ["kind-missing"]
    );
    edits
        .cells
        .insert(1, [("geometry".to_owned(), "somewhere".to_owned())].into());
    let reading = read_file(text.as_bytes(), &edits, &Limits::UPLOAD).reading;
    assert_eq!(reading.problems[0].code, "coordinates-malformed");
}

#[test]
fn what_is_beyond_a_limit_is_said() {
    let told = |text: &str, limits: &Limits| {
        let reading = read_file(text.as_bytes(), &Edits::default(), limits).reading;
        let told = reading.problems.iter().map(|p| (p.row, p.code, p.blocks));
        told.collect::<Vec<_>>()
    };
    let upload = Limits::UPLOAD;
    for deep in [
        "[",
        "{\"a\":",
        "{\"type\":\"FeatureCollection\",\"features\":[[",
    ] {
        let text = deep.repeat(1_000_000);
        assert_eq!(told(&text, &upload), [(None, "limit", true)], "{deep}");
    }
    let deep = point(&format!("{}{}", "[".repeat(40), "]".repeat(40)));
    assert_eq!(
        told(&format!("{}\n{deep}", point("[139.7,35.6]")), &upload),
        [(Some(2), "limit", true)]
    );
    let long = point("[139.7,35.6]").replace("\"a\"", &format!("\"{}\"", "長".repeat(10_001)));
    assert_eq!(told(&long, &upload), [(Some(1), "limit", true)]);
    let long = point(&format!("[139.7,35.6{}]", ",0".repeat(1_000_000)));
    assert_eq!(told(&long, &upload), [(Some(1), "limit", true)]);
    let many = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[0{}]}}",
        ",0".repeat(1_000_000)
    );
    assert_eq!(told(&many, &upload), [(None, "limit", true)]);
    let few = Limits { rows: 1, ..upload };
    let one = point("[139.7,35.6]");
    assert_eq!(
        told(&format!("{one}\n{one}"), &few),
        [(None, "limit", true)]
    );
    let cut = &format!("{{\"type\":\"FeatureCollection\",\"features\":[{one},")[..];
    assert_eq!(told(cut, &upload), [(None, "json-malformed", true)]);
}

#[test]
fn a_value_that_breaks_its_rule_is_left_unknown_and_said() {
    let text = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.701,35.6]},"properties":
        {"name":" 渋谷オフィス ","kind":"castle","website":"javascript:alert(1)","seats":-1,"amenities":["wifi","sauna"],
         "municipality":"131131","support":[{"programme":"x","certainty":"confirmed"}],"mood":"good"}}"#
        .replace('\n', "");
    let reading = read(text.as_bytes()).unwrap();
    let columns: Vec<_> = reading
        .problems
        .iter()
        .map(|p| (p.column.as_deref().unwrap_or(""), p.code, p.blocks))
        .collect();
    assert_eq!(
        columns,
        [
            ("", "column-unmatched", false),
            ("kind", "value-unreadable", false),
            ("municipality", "municipality-code", true),
            ("website", "value-unreadable", false),
            ("seats", "value-unreadable", false),
            ("amenities", "value-unreadable", false),
            ("support", "value-unreadable", false),
        ]
    );
    assert_eq!(reading.problems[2].expected, Some(Wording::same("131130")));
    assert!(reading.usable.is_empty());
}

#[test]
fn precision_follows_from_how_the_position_was_written() {
    for (coordinates, expected) in [
        ("[139,35.5]", Precision::City),
        ("[139.7,35.7]", Precision::City),
        ("[139.71,35.66]", Precision::Town),
        ("[139.7011,35.6]", Precision::Building),
    ] {
        let reading = read(point(coordinates).as_bytes()).unwrap();
        assert_eq!(
            reading.usable[0].implied_precision,
            Some(expected),
            "{coordinates}"
        );
    }
}

/// A feature with these properties at a place in Shibuya.
fn with(properties: &str) -> String {
    format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[139.6985,35.6585]}},"properties":{{{properties}}}}}"#
    )
}

#[test]
fn properties_are_read_as_cells_are() {
    let text = with(
        r#""施設名":"机の家","種別":"コワーキングスペース","住所":"渋谷区道玄坂2-1","定員（人）":"２０","seats2":1,"Wi-Fi":"有","電源":true,"営業時間":"9:00～17:00","建築年":"昭和41年","備考":"x","担当":"y""#,
    );
    let read = read_file(text.as_bytes(), &Edits::default(), &Limits::UPLOAD);
    let fields = &read.reading.usable[0].fields;
    for (name, value) in [
        ("name", json!("机の家")),
        ("kind", json!("coworking")),
        ("address", json!("渋谷区道玄坂2-1")),
        ("opening_hours", json!("Mo-Su 09:00-17:00")),
        ("built_year", json!(1966)),
        ("amenities", json!(["wifi", "power"])),
    ] {
        assert_eq!(fields[name], value, "{name}");
    }
    let left: Vec<_> = read
        .reading
        .problems
        .iter()
        .filter(|p| p.row.is_none())
        .collect();
    assert_eq!((left.len(), left[0].code), (1, "column-unmatched"));
    let named = left[0].found.as_deref().unwrap();
    assert!(
        named.contains("備考") && named.contains("seats2"),
        "{named}"
    );
    assert_eq!(read.reading.columns["name"], "施設名");
    assert_eq!(read.examples[0], "机の家");
}

#[test]
fn values_in_other_types_are_read_and_what_cannot_be_is_left_alone() {
    for (property, field, value) in [
        (r#""seats":"20""#, "seats", Some(json!(20))),
        (r#""seats":20.0"#, "seats", Some(json!(20))),
        (r#""seats":"many""#, "seats", None),
        (r#""seats":-1"#, "seats", None),
        (r#""seats":{"a":1}"#, "seats", None),
        (r#""seats":[1]"#, "seats", Some(json!(1))),
        (r#""seats":null"#, "seats", Some(json!(null))),
        (r#""seats":"""#, "seats", Some(json!(null))),
        (r#""website":"javascript:alert(1)""#, "website", None),
        (
            r#""amenities":["wifi","電源"]"#,
            "amenities",
            Some(json!(["wifi", "power"])),
        ),
        (r#""amenities":[]"#, "amenities", Some(json!([]))),
        (r#""amenities":[{"a":1}]"#, "amenities", None),
        (r#""operator":{"ja":"市"}"#, "operator", None),
        (r#""operator":12"#, "operator", Some(json!("12"))),
        (r#""synthetic":"true""#, "synthetic", Some(json!(true))),
        (r#""kind":"城""#, "kind", None),
        (r#""opening_hours":"気が向いたら""#, "opening_hours", None),
        (r#""built_year":"1966""#, "built_year", Some(json!(1966))),
    ] {
        let text = with(&format!(r#""id":"a-1","name":"a",{property}"#));
        let reading = read_file(text.as_bytes(), &Edits::default(), &Limits::UPLOAD).reading;
        assert_eq!(reading.usable.len(), 1, "{property} {:?}", reading.problems);
        assert_eq!(
            reading.usable[0].fields.get(field),
            value.as_ref(),
            "{property}"
        );
        let said = reading
            .problems
            .iter()
            .any(|p| p.row == Some(1) && !p.blocks);
        assert_eq!(said, value.is_none(), "{property} {:?}", reading.problems);
    }
}

#[test]
fn a_claim_with_a_whole_number_year_is_read() {
    for (year, expected) in [
        ("2021", Some("2021")),
        ("2021.0", Some("2021")),
        (r#""2023-2027""#, Some("2023-2027")),
        ("null", None),
    ] {
        let text = with(&format!(
            r#""name":"a","support":[{{"programme":"machizukuri-fund","fiscal_year":{year},"certainty":"confirmed"}}]"#
        ));
        let reading = read_file(text.as_bytes(), &Edits::default(), &Limits::UPLOAD).reading;
        let support = reading.usable[0].fields["support"].clone();
        let support: Vec<crate::domain::support::Support> =
            serde_json::from_value(support).unwrap();
        assert_eq!(support[0].fiscal_year.as_deref(), expected, "{year}");
    }
}

#[test]
fn a_geometry_has_a_point_where_it_is_one_place() {
    let square = |lon: f64, side: f64| {
        let (west, east, south, north) = (lon, lon + side, 35.65, 35.65 + side);
        format!(
            "[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
        )
    };
    let building = square(139.69, 0.001);
    let point = |geometry: &str| {
        let text = format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{{"name":"a","kind":"coworking","address":"渋谷区"}}}}"#
        );
        let reading = read_file(text.as_bytes(), &Edits::default(), &Limits::UPLOAD).reading;
        match reading.usable.first() {
            Some(row) => Ok(row.fields.get("position").cloned()),
            None => Err(reading.problems[0].code),
        }
    };
    let of = |kind: &str, coordinates: &str| {
        format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#)
    };
    let place = json!([139.6985, 35.6585]);
    let at = |geometry: &str| point(geometry).unwrap().unwrap();
    let collection =
        |parts: &str| format!(r#"{{"type":"GeometryCollection","geometries":[{parts}]}}"#);
    let one = of("Point", "[139.6985,35.6585,12.5]");
    assert_eq!(at(&one), place);
    assert_eq!(at(&of("Point", r#"["139.6985"," 35.6585"]"#)), place);
    assert_eq!(at(&of("MultiPoint", "[[139.6985,35.6585]]")), place);
    assert_eq!(
        at(&of("MultiPoint", "[[139.6985,35.6585],[139.6985,35.6585]]")),
        place
    );
    assert_eq!(at(&collection(&one)), place);
    assert_eq!(at(&collection(&collection(&one))), place);
    let polygon = of("Polygon", &format!("[{building}]"));
    for geometry in [
        polygon.clone(),
        of("MultiPolygon", &format!("[[{building}]]")),
        collection(&polygon),
    ] {
        let found: (f64, f64) = serde_json::from_value(at(&geometry)).unwrap();
        assert!((139.69..139.691).contains(&found.0), "{geometry} {found:?}");
        assert!((35.65..35.651).contains(&found.1), "{geometry} {found:?}");
    }
    assert_eq!(at(&collection(&format!("{polygon},{one}"))), place);
    // Without a place the address tells the town.
    for nowhere in [
        "null".to_owned(),
        of("Point", "[]"),
        of("Polygon", "[]"),
        collection(""),
        collection("null"),
    ] {
        assert_eq!(point(&nowhere), Ok(None), "{nowhere}");
    }
    for (geometry, code) in [
        (
            of("MultiPoint", "[[139.6,35.6],[139.7,35.6]]"),
            "coordinates-malformed",
        ),
        (
            of("LineString", "[[139.6,35.6],[139.7,35.6]]"),
            "coordinates-malformed",
        ),
        (
            of("Polygon", &format!("[{}]", square(139.0, 0.5))),
            "coordinates-malformed",
        ),
        (
            of(
                "Polygon",
                "[[[35.6,139.6],[35.7,139.6],[35.6,139.7],[35.6,139.6]]]",
            ),
            "coordinates-swapped",
        ),
        (
            of("Polygon", "[[[1e300,35.6],[35.7,139.6]]]"),
            "coordinates-outside-japan",
        ),
        (of("Polygon", "[1,2]"), "coordinates-malformed"),
        (of("Polygon", "[[]]"), "coordinates-malformed"),
        (of("Point", "[139.7]"), "coordinates-malformed"),
        (of("Circle", "[139.7,35.6]"), "coordinates-malformed"),
        (collection(&format!("{one},{one}")), "coordinates-malformed"),
        ("42".to_owned(), "coordinates-malformed"),
        ("\"x\"".to_owned(), "coordinates-malformed"),
    ] {
        assert_eq!(point(&geometry), Err(code), "{geometry}");
    }
}

#[test]
fn coordinates_in_properties_count_where_there_is_no_geometry() {
    let text = r#"{"type":"Feature","geometry":null,"properties":{"名称":"a","施設の種類":"コワーキング","緯度":"35.6585","経度":139.6985}}"#;
    let reading = read(text.as_bytes()).unwrap();
    assert_eq!(reading.problems, []);
    assert_eq!(
        reading.usable[0].fields["position"],
        json!([139.6985, 35.6585])
    );
}

proptest::proptest! {
    #[test]
    fn any_geometry_is_read_or_refused(
        kind in proptest::sample::select(vec!["Point", "MultiPoint", "Polygon", "MultiPolygon", "GeometryCollection"]),
        numbers in proptest::collection::vec(proptest::num::f64::ANY, 0..12),
        depth in 0..4_usize,
    ) {
        let near = numbers.iter().map(|n| if n.is_finite() { json!(n) } else { json!(139.7) });
        let pairs: Vec<Value> = near.collect::<Vec<_>>().chunks(2).map(|pair| json!(pair)).collect();
        let mut coordinates = json!(pairs);
        for _ in 0..depth {
            coordinates = json!([coordinates]);
        }
        geometry::locate(1, &json!({ "type": kind, "coordinates": coordinates, "geometries": coordinates }));
    }
}
