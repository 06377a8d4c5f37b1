use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::*;
use crate::interchange::edits::Edits;
use crate::interchange::{File, read};

fn file(bytes: &[u8]) -> File {
    read(bytes, &Edits::default(), &Limits::UPLOAD)
}

/// What the first row of a file says.
fn fields(bytes: &[u8]) -> Map<String, Value> {
    let file = file(bytes);
    assert_eq!(file.reading.usable.len(), 1, "{:?}", file.reading.problems);
    file.reading.usable[0].fields.clone()
}

/// What keeps a whole file out.
fn refusal(bytes: &[u8]) -> (&'static str, String) {
    let problems = file(bytes).reading.problems;
    let problem = problems.iter().find(|p| p.row.is_none() && p.blocks);
    let problem = problem.unwrap_or_else(|| panic!("{problems:?}"));
    (problem.code, problem.message.en.clone())
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
 <node id="1" lat="35.6580000" lon="139.7010000"/>
 <node id="2" lat="35.6590000" lon="139.7030000"/>
 <node id="3" lat="35.6585000" lon="139.7020000"><tag k="amenity" v="cafe"/></node>
 <way id="7" timestamp="2025-04-05T06:07:08Z">
  <nd ref="1"/><nd ref="2"/><nd ref="1"/>
  <tag k="amenity" v="coworking_space"/>
  <tag k="name" v="渋谷の机 &amp; 椅子"/>
  <tag k="name:en" v="Desks of Shibuya"/>
  <tag k="internet_access" v="wlan"/>
  <tag k="wheelchair" v="yes"/>
  <tag k="opening_hours" v="Mo-Fr 09:00-18:00; PH off"/>
  <tag k="fee" v="no"/>
  <tag k="capacity" v="24"/>
  <tag k="phone" v="03-1234-5678"/>
  <tag k="addr:province" v="東京都"/><tag k="addr:city" v="渋谷区"/>
  <tag k="addr:quarter" v="道玄坂"/><tag k="addr:neighbourhood" v="一丁目"/>
  <tag k="addr:block_number" v="2"/><tag k="addr:housenumber" v="3"/>
 </way>
</osm>"#;

#[test]
fn a_building_of_the_xml_becomes_a_row_with_its_facts() {
    let fields = fields(XML.as_bytes());
    for (name, value) in [
        ("name", json!("渋谷の机 & 椅子")),
        ("name_en", json!("Desks of Shibuya")),
        ("kind", json!("coworking")),
        ("amenities", json!(["wifi", "barrier-free"])),
        ("opening_hours", json!("Mo-Fr 09:00-18:00; PH off")),
        ("price_hour_yen", json!(0)),
        ("seats", json!(24)),
        ("phone", json!("03-1234-5678")),
        ("address", json!("東京都渋谷区道玄坂一丁目2-3")),
        ("osm_id", json!("way/7")),
        ("position", json!([139.702, 35.6585])),
        (
            "sources",
            json!([{ "title": "© OpenStreetMap contributors (ODbL)",
                "url": "https://www.openstreetmap.org/way/7", "date": "2025-04-05", "fields": null }]),
        ),
    ] {
        assert_eq!(fields.get(name), Some(&value), "{name}");
    }
}

#[test]
fn overpass_json_and_geojson_say_the_same() {
    let tags =
        json!({ "office": "coworking", "name": "浜の机", "fee": "yes", "internet_access": "wlan" });
    let overpass = json!({ "version": 0.6, "osm3s": {}, "elements": [
        { "type": "node", "id": 5, "lat": 35.38, "lon": 136.26, "tags": { "amenity": "bench" } },
        { "type": "way", "id": 9, "center": { "lat": 35.3814, "lon": 136.2655 }, "tags": tags.clone() },
    ]});
    let mut properties = tags.as_object().unwrap().clone();
    properties.insert("@id".to_owned(), json!("way/9"));
    let ring = [
        [136.265, 35.3812],
        [136.266, 35.3812],
        [136.266, 35.3816],
        [136.265, 35.3812],
    ];
    let geojson = json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "id": "way/9",
        "properties": properties, "geometry": { "type": "Polygon", "coordinates": [ring] } }] });
    for text in [overpass.to_string(), geojson.to_string()] {
        let fields = fields(text.as_bytes());
        assert_eq!(fields["name"], "浜の机");
        assert_eq!(fields["osm_id"], "way/9");
        assert_eq!(fields["price_note"], "有料");
        assert_eq!(fields["position"], json!([136.2655, 35.3814]));
    }
}

#[test]
fn a_geojson_file_of_our_own_is_not_taken_for_an_extract() {
    let ours = json!({ "type": "FeatureCollection", "features": [{ "type": "Feature",
        "properties": { "name": "机", "kind": "coworking", "osm_id": "node/1" },
        "geometry": { "type": "Point", "coordinates": [136.2655, 35.3814] } }] });
    let fields = fields(ours.to_string().as_bytes());
    assert_eq!(fields["osm_id"], "node/1");
    assert!(!fields.contains_key("sources"));
}

// --- PBF, written as its tools write it ---

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn bytes_field(field: u64, bytes: &[u8]) -> Vec<u8> {
    [
        varint(field << 3 | 2),
        varint(bytes.len() as u64),
        bytes.to_vec(),
    ]
    .concat()
}

fn number_field(field: u64, number: u64) -> Vec<u8> {
    [varint(field << 3), varint(number)].concat()
}

fn packed(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| varint(*number)).collect()
}

fn deltas(numbers: &[i64]) -> Vec<u8> {
    let mut last = 0;
    let each = numbers.iter().map(|number| {
        let delta = zigzag(number - last);
        last = *number;
        delta
    });
    packed(&each.collect::<Vec<_>>())
}

fn block(sort: &str, data: &[u8], is_packed: bool) -> Vec<u8> {
    let blob = if is_packed {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(data).unwrap();
        let packed = packed.finish().unwrap();
        [number_field(2, data.len() as u64), bytes_field(3, &packed)].concat()
    } else {
        bytes_field(1, data)
    };
    let header = [
        bytes_field(1, sort.as_bytes()),
        number_field(3, blob.len() as u64),
    ]
    .concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, blob].concat()
}

/// Two nodes without tags, one bench, one coworking space, a building of the first two nodes, and one
/// of that and the bench's node.
fn extract(is_packed: bool, feature: &str) -> Vec<u8> {
    let texts = [
        "",
        "amenity",
        "bench",
        "coworking_space",
        "name",
        "点の机",
        "家の机",
        "二棟の机",
    ];
    let table: Vec<u8> = texts
        .iter()
        .flat_map(|text| bytes_field(1, text.as_bytes()))
        .collect();
    let dense = [
        bytes_field(1, &deltas(&[1, 2, 3, 4])),
        bytes_field(
            8,
            &deltas(&[353_812_000, 353_816_000, 353_000_000, 350_000_000]),
        ),
        bytes_field(
            9,
            &deltas(&[1_362_650_000, 1_362_660_000, 1_362_000_000, 1_357_000_000]),
        ),
        bytes_field(10, &packed(&[0, 0, 1, 2, 0, 1, 3, 4, 5, 0])),
    ]
    .concat();
    let way = [
        number_field(1, 77),
        bytes_field(2, &packed(&[1, 4])),
        bytes_field(3, &packed(&[3, 6])),
        bytes_field(8, &deltas(&[1, 2, 1])),
    ]
    .concat();
    let relation = [
        number_field(1, 88),
        bytes_field(2, &packed(&[1, 4])),
        bytes_field(3, &packed(&[3, 7])),
        bytes_field(9, &deltas(&[77, 3])),
        bytes_field(10, &packed(&[1, 0])),
    ]
    .concat();
    let data = [
        bytes_field(1, &table),
        bytes_field(2, &bytes_field(2, &dense)),
        bytes_field(2, &bytes_field(3, &way)),
        bytes_field(2, &bytes_field(4, &relation)),
    ]
    .concat();
    let header = [
        bytes_field(4, b"OsmSchema-V0.6"),
        bytes_field(4, feature.as_bytes()),
    ]
    .concat();
    [
        block("OSMHeader", &header, false),
        block("OSMData", &data, is_packed),
    ]
    .concat()
}

#[test]
fn a_pbf_is_read_packed_or_not() {
    for is_packed in [false, true] {
        let file = file(&extract(is_packed, "DenseNodes"));
        let rows: Vec<_> = file.reading.usable.iter().map(|row| &row.fields).collect();
        assert_eq!(rows.len(), 3, "{:?}", file.reading.problems);
        assert_eq!(
            (&rows[0]["name"], &rows[0]["osm_id"]),
            (&json!("点の机"), &json!("node/4"))
        );
        assert_eq!(rows[0]["position"], json!([135.7, 35.0]));
        assert_eq!(
            (&rows[1]["name"], &rows[1]["osm_id"]),
            (&json!("家の机"), &json!("way/77"))
        );
        assert_eq!(rows[1]["position"], json!([136.2655, 35.3814]));
        // Its way, and a node of its own farther south and west.
        assert_eq!(rows[2]["osm_id"], "relation/88");
        assert_eq!(rows[2]["position"], json!([136.233, 35.3408]));
    }
}

#[test]
fn what_is_cut_short_damaged_or_of_the_sea_is_said() {
    let whole = extract(true, "DenseNodes");
    assert_eq!(refusal(&whole[..whole.len() - 3]).0, "format-unknown");
    assert!(
        refusal(&whole[..whole.len() - 3])
            .1
            .contains("ends in the middle")
    );
    let mut damaged = whole.clone();
    let last = damaged.len() - 8;
    damaged[last] ^= 0xff;
    assert!(refusal(&damaged).1.contains("damaged"));
    assert!(
        refusal(&extract(true, "HistoricalInformation"))
            .1
            .contains("plain .osm.pbf")
    );
    let cut = &XML[..XML.find("</way>").unwrap()];
    assert!(refusal(cut.as_bytes()).1.contains("ends in the middle"));
    let sea = XML.replace("coworking_space", "lighthouse");
    let (code, message) = refusal(sea.as_bytes());
    assert_eq!(code, "rows-missing");
    assert!(message.contains("4 elements"), "{message}");
    let sea = r#"{"version":0.6,"osm3s":{},"elements":[]}"#;
    assert_eq!(refusal(sea.as_bytes()).0, "rows-missing");
}

/// Coworking spaces as Overpass's JSON: tags, at 136.2 E and further east by a hundredth of a degree.
fn overpass_of(tags: &[Value]) -> Vec<u8> {
    let elements = tags.iter().zip(1..).map(|(tags, id)| {
        let mut tags = tags.clone();
        tags["amenity"] = json!("coworking_space");
        json!({ "type": "node", "id": id, "lat": 35.3, "lon": 136.2 + f64::from(id) * 0.01, "tags": tags })
    });
    let elements: Vec<Value> = elements.collect();
    json!({ "version": 0.6, "osm3s": {}, "elements": elements })
        .to_string()
        .into_bytes()
}

#[test]
fn tags_become_what_they_say_and_no_more() {
    for (tags, name, expected) in [
        (
            json!({ "name": "いい席", "branch": "上野" }),
            "name",
            json!("いい席 上野"),
        ),
        (
            json!({ "name": "いい席上野", "branch": "上野" }),
            "name",
            json!("いい席上野"),
        ),
        (json!({ "name:en": "Desks" }), "name", json!("Desks")),
        (
            json!({ "name": "席", "phone": "+81-3-1234-5678; 0120-000-000" }),
            "phone",
            json!("+81-3-1234-5678"),
        ),
        (
            json!({ "name": "席", "charge": "500 JPY/hour" }),
            "price_hour_yen",
            json!(500),
        ),
        (
            json!({ "name": "席", "charge": "¥1,500/day" }),
            "price_note",
            json!("¥1,500/day"),
        ),
        (
            json!({ "name": "席", "opening_hours": "sunrise-sunset" }),
            "hours_note",
            json!("sunrise-sunset"),
        ),
        (
            json!({ "name": "席", "access": "members" }),
            "eligibility",
            json!("registered"),
        ),
        (
            json!({ "name": "席", "reservation": "required" }),
            "uses",
            json!(["reservation"]),
        ),
        // A number behind a city alone, or behind a street's name, is no address.
        (
            json!({ "name": "席", "addr:city": "札幌市中央区", "addr:housenumber": "2" }),
            "address",
            json!("札幌市中央区"),
        ),
        (
            json!({ "name": "席", "addr:city": "京都市", "addr:street": "烏丸通", "addr:housenumber": "2" }),
            "address",
            json!("京都市"),
        ),
        (
            json!({ "name": "席", "addr:city": "札幌市", "addr:suburb": "中央区", "addr:street": "北1条西", "addr:housenumber": "2" }),
            "address",
            json!("札幌市中央区北1条西2"),
        ),
        (
            json!({ "name": "席", "addr:city": "福岡市博多区", "addr:suburb": "博多区", "addr:quarter": "中洲" }),
            "address",
            json!("福岡市博多区中洲"),
        ),
        (
            json!({ "name": "席" }),
            "position_precision",
            json!("building"),
        ),
    ] {
        let fields = fields(&overpass_of(std::slice::from_ref(&tags)));
        assert_eq!(fields.get(name), Some(&expected), "{tags}");
    }
}

#[test]
fn what_can_be_no_facility_is_left_out_and_said() {
    let bytes = overpass_of(&[json!({ "name": "席" }), json!({}), json!({ "name": "机" })]);
    let read = file(&bytes);
    assert_eq!(read.reading.usable.len(), 2);
    let said: Vec<_> = read.reading.problems.iter().collect();
    assert!(said.iter().all(|problem| !problem.blocks), "{said:?}");
    let skipped = said.iter().find(|problem| problem.code == "rows-skipped");
    let skipped = &skipped.unwrap().message.en;
    assert!(skipped.contains("1 without a name (node/2)"), "{skipped}");
    // A point, and the building it stands in, which says more.
    let place = |kind: &str, id: u32, lat: f64, more: Value| {
        let mut tags = json!({ "amenity": "coworking_space", "name": "席" });
        tags["operator"] = more;
        json!({ "type": kind, "id": id, "center": { "lat": lat, "lon": 136.2 }, "tags": tags })
    };
    let twice = json!({ "version": 0.6, "osm3s": {}, "elements": [
        place("way", 1, 35.3, json!(null)),
        place("way", 2, 35.3001, json!("市")),
        place("way", 3, 35.4, json!(null)),
    ]});
    let read = file(twice.to_string().as_bytes());
    let ids = read.reading.usable.iter().map(|row| &row.fields["osm_id"]);
    assert_eq!(ids.collect::<Vec<_>>(), ["way/2", "way/3"]);
    // Nothing but such.
    let (code, message) = refusal(&overpass_of(&[json!({}), json!({})]));
    assert_eq!(code, "rows-missing");
    assert!(message.contains("2 without a name"), "{message}");
}

#[test]
fn a_building_of_several_parts_has_its_middle() {
    let xml = r#"<osm version="0.6">
 <node id="1" lat="35.38" lon="136.26"/><node id="2" lat="35.39" lon="136.26"/>
 <node id="3" lat="35.39" lon="136.28"/>
 <way id="7"><nd ref="1"/><nd ref="2"/></way>
 <way id="8"><nd ref="2"/><nd ref="3"/><nd ref="1"/></way>
 <relation id="9"><member type="way" ref="7" role="outer"/><member type="way" ref="8" role="outer"/>
  <tag k="amenity" v="coworking_space"/><tag k="name" v="席"/></relation></osm>"#;
    let fields = fields(xml.as_bytes());
    assert_eq!(fields["position"], json!([136.27, 35.385]));
    assert_eq!(fields["osm_id"], "relation/9");
    let cut = &xml[..xml.len() - 12];
    assert!(refusal(cut.as_bytes()).1.contains("ends in the middle"));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(mut bytes in Just(extract(true, "DenseNodes")),
        at in any::<prop::sample::Index>(), byte in any::<u8>(), length in any::<prop::sample::Index>()) {
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = as_geojson(&bytes, &Limits::UPLOAD);
        bytes.truncate(length.index(bytes.len()));
        let _ = as_geojson(&bytes, &Limits::UPLOAD);
    }
}
