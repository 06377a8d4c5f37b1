//! GeoJSON in: our own export, or anybody's points with properties named as ours.
//!
//! A FeatureCollection or a feature a line, told apart by content. Each feature becomes a
//! [`Row`] of fields that a facility can be made of; whatever a field's rule refuses is left out
//! of it and said in a problem.

use std::io::{self, BufRead};

use serde_json::{Map, Value, json};

use crate::domain::fields::FACILITY;
use crate::domain::position::{NoPosition, Position};
use crate::domain::report::Problem;

use super::coordinates::precision;
use super::reading::{Reading, Row};
use super::values::{Refused, checked};
use super::work::{Encoding, Work};
use super::{Limits, encoding, features};

/// What a line should be.
const FEATURE: (&str, &str) = ("PointのGeoJSON Feature", "a GeoJSON Feature with a Point");

/// Reads a file. Fails only when the file cannot be read at all.
pub fn read(mut file: impl BufRead) -> io::Result<Reading> {
    let mut reading = Reading::default();
    let mut first = String::new();
    while first
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .is_empty()
    {
        first.clear();
        if file.read_line(&mut first)? == 0 {
            return Ok(reading);
        }
    }
    let line = first.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(line) {
        Ok(value) if value["type"] == "Feature" => {
            reading.feature(value);
            for line in file.lines() {
                let line = line?;
                if !line.trim().is_empty() {
                    reading.line(&line);
                }
            }
        }
        _ => {
            let mut text = line.to_owned();
            file.read_to_string(&mut text)?;
            return Ok(read_file(text.as_bytes(), &Work::default(), &Limits::OPERATOR).1);
        }
    }
    Ok(reading)
}

/// Reads a file that is in memory, as somebody mended it.
pub fn read_file(bytes: &[u8], work: &Work, limits: &Limits) -> (Option<Encoding>, Reading) {
    let mut reading = Reading::default();
    let found = work
        .encoding
        .unwrap_or_else(|| encoding::find(bytes).encoding);
    let (text, bad) = encoding::decode(found, bytes);
    if let Some(bad) = bad {
        let message = (
            format!(
                "文字として読めない所（バイト {}）があります。UTF-8で書き出し直してください",
                encoding::shown(bad)
            ),
            format!(
                "the bytes {} are no text: export the file as UTF-8",
                encoding::shown(bad)
            ),
        );
        reading.problems.push(Problem {
            blocks: false,
            ..Problem::of_file("encoding-uncertain", message)
        });
    }
    let features = match features::find(&text, limits) {
        Ok(features) => features,
        Err(problem) => {
            reading.problems.push(*problem);
            return (Some(found), reading);
        }
    };
    for (i, range) in features.ranges.into_iter().enumerate() {
        let (number, text) = (i + 1, &text[range]);
        if work.left_out.contains(&number) {
            reading.rows += 1;
        } else if let Some(problem) = features::refuse(number, text) {
            reading.rows += 1;
            reading.problems.push(problem);
        } else {
            let Ok(mut feature) = serde_json::from_str(text) else {
                reading.line(text);
                continue;
            };
            if let Some(cells) = work.cells.get(&number) {
                features::mend(&mut feature, cells);
            }
            match features::too_long(&feature) {
                Some((label, bytes)) => {
                    reading.rows += 1;
                    let problem = super::too_long(number, bytes).in_column(label);
                    reading.problems.push(problem);
                }
                None => reading.feature(feature),
            }
        }
    }
    (Some(found), reading.of_kind(work.kind))
}

impl Reading {
    fn line(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(feature) => self.feature(feature),
            Err(error) => {
                self.rows += 1;
                let message = unreadable(&error);
                self.problems.push(
                    Problem::blocking(self.rows, "json-malformed", message).found(line, FEATURE),
                );
            }
        }
    }

    fn feature(&mut self, feature: Value) {
        self.rows += 1;
        let number = self.rows;
        let before = self.problems.len();
        let mut fields = self.properties(number, &feature);
        self.has_kinds |= feature["properties"].get("kind").is_some();
        let mut implied_precision = None;
        if let Some(position) = self.position(number, &feature["geometry"], &fields) {
            let decimals = decimals(&feature["geometry"]["coordinates"]);
            implied_precision = Some(precision(decimals));
            fields.insert("position".to_owned(), json!(position));
        }
        // Whoever names a facility's id may leave out the name, which then stays as it is.
        let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
        if !has("name") && (fields.contains_key("name") || !has("id")) {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            let problem = Problem::blocking(number, "name-missing", message);
            self.problems.push(problem.in_column("name"));
        }
        if !has("kind") {
            let message = (
                "種類がないため不明として扱います",
                "there is no kind; it is taken as unknown",
            );
            let problem = Problem::warning(number, "kind-missing", message);
            self.problems.push(problem.in_column("kind"));
        }
        if !self.problems[before..].iter().any(|problem| problem.blocks) {
            self.usable.push(Row {
                number,
                fields,
                implied_precision,
                partly: Vec::new(),
                denied: Vec::new(),
            });
        }
    }

    fn position(
        &mut self,
        number: usize,
        geometry: &Value,
        fields: &Map<String, Value>,
    ) -> Option<Position> {
        let coordinates = &geometry["coordinates"];
        if geometry.is_null()
            || (geometry["type"] == "Point" && coordinates.as_array().is_some_and(Vec::is_empty))
        {
            // The address may give the town, and a published facility has its place.
            if fields.contains_key("id") || fields.get("address").is_some_and(Value::is_string) {
                return None;
            }
            self.problems.push(
                Problem::blocking(
                    number,
                    "coordinates-missing",
                    (
                        "座標がありません。経度と緯度を書いてください",
                        "there are no coordinates: write longitude and latitude",
                    ),
                )
                .in_column("geometry"),
            );
            return None;
        }
        let numbers = || Some((coordinates.get(0)?.as_f64()?, coordinates.get(1)?.as_f64()?));
        let Some((lon, lat)) = numbers().filter(|_| geometry["type"] == "Point") else {
            let problem = Problem::blocking(
                number,
                "coordinates-malformed",
                (
                    "点の座標として読めません",
                    "these cannot be read as a point's coordinates",
                ),
            );
            self.problems.push(problem.in_column("geometry").found(
                geometry,
                (
                    r#"{"type":"Point","coordinates":[経度,緯度]}"#,
                    r#"{"type":"Point","coordinates":[longitude,latitude]}"#,
                ),
            ));
            return None;
        };
        match Position::new(lon, lat) {
            Ok(position) => Some(position),
            Err(error) => {
                let message = match error {
                    NoPosition::Swapped { .. } => (
                        "緯度と経度が入れ替わっています。経度、緯度の順に直してください",
                        "latitude and longitude are swapped: longitude comes first",
                    ),
                    NoPosition::Zero => (
                        "座標が0,0です。座標が分からないときは空にしてください",
                        "the coordinates are 0,0: leave them out where they are not known",
                    ),
                    NoPosition::Malformed { .. } => {
                        ("座標が数ではありません", "the coordinates are no numbers")
                    }
                    NoPosition::OutsideJapan { .. } => (
                        "座標が日本の外です。桁や小数点を確かめてください",
                        "the coordinates are outside Japan: check their digits and decimal points",
                    ),
                };
                let expected = (
                    "経度 122〜154、緯度 20〜46 の順",
                    "longitude 122 to 154, then latitude 20 to 46",
                );
                let mut problem =
                    Problem::blocking(number, error.code(), message).in_column("geometry");
                if let NoPosition::Swapped { lon, lat } = error {
                    let label = ("緯度と経度を入れ替える", "Swap latitude and longitude");
                    problem = problem.suggest(label, [("geometry", format!("{lat},{lon}"))]);
                }
                self.problems
                    .push(problem.found(format!("{lon},{lat}"), expected));
                None
            }
        }
    }

    fn properties(&mut self, number: usize, feature: &Value) -> Map<String, Value> {
        let mut fields = Map::new();
        let properties = &feature["properties"];
        for field in FACILITY {
            let value = match field.name {
                "id" if properties["id"].is_null() => &feature["id"],
                name => &properties[name],
            };
            let is_blank = value.as_str().is_some_and(|text| text.trim().is_empty());
            // Where a facility lies is found from its position, and when it changed from the log.
            let derived = matches!(
                field.name,
                "municipality_name" | "prefecture" | "updated_at"
            );
            if derived {
                continue;
            }
            if value.is_null() || is_blank {
                // Given and empty, or not given at all.
                let given = properties.get(field.name).is_some();
                if given && (field.nullable || field.name == "name") {
                    fields.insert(field.name.to_owned(), Value::Null);
                }
                continue;
            }
            match checked(field, value) {
                Ok(value) => drop(fields.insert(field.name.to_owned(), value)),
                Err(Refused {
                    code,
                    expected,
                    blocks,
                }) => {
                    let message = if blocks {
                        (
                            format!("{}を読めません", field.ja),
                            format!("{} cannot be read", field.en),
                        )
                    } else {
                        (
                            format!("{}を読めないため不明として扱います", field.ja),
                            format!("{} cannot be read and is taken as unknown", field.en),
                        )
                    };
                    if field.nullable {
                        fields.insert(field.name.to_owned(), Value::Null);
                    }
                    let problem = Problem {
                        blocks,
                        ..Problem::warning(number, code, message)
                    };
                    let found = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    self.problems
                        .push(problem.in_column(field.name).found(found, expected));
                }
            }
        }
        fields
    }
}

/// What the JSON reader says.
fn unreadable(error: &serde_json::Error) -> (String, String) {
    (
        format!("JSONとして読めません: {error}"),
        format!("this cannot be read as JSON: {error}"),
    )
}

/// The fewest decimals of a coordinate pair, as JSON gave them.
fn decimals(coordinates: &Value) -> usize {
    let count = |value: &Value| {
        value
            .to_string()
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len())
    };
    coordinates
        .as_array()
        .map_or(0, |pair| pair.iter().take(2).map(count).max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
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
        let collection =
            format!("{{\n\"type\":\"FeatureCollection\",\"features\":[{good},\n{good}]}}");
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
        let mut work = Work::default();
        work.left_out.insert(3);
        let cells = [
            ("geometry", "35.61,139.71"),
            ("seats", "12"),
            ("amenities", "wifi; power"),
            ("kind", ""),
        ];
        let cells = cells.map(|(label, text)| (label.to_owned(), text.to_owned()));
        work.cells.insert(2, cells.into());
        let (_, reading) = read_file(text.as_bytes(), &work, &Limits::UPLOAD);
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
        work.cells
            .insert(1, [("geometry".to_owned(), "somewhere".to_owned())].into());
        let (_, reading) = read_file(text.as_bytes(), &work, &Limits::UPLOAD);
        assert_eq!(reading.problems[0].code, "coordinates-malformed");
    }

    #[test]
    fn what_is_beyond_a_limit_is_said() {
        let told = |text: &str, limits: &Limits| {
            let (_, reading) = read_file(text.as_bytes(), &Work::default(), limits);
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
                ("kind", "value-unreadable", false),
                ("municipality", "municipality-code", true),
                ("website", "value-unreadable", false),
                ("seats", "value-unreadable", false),
                ("amenities", "value-unreadable", false),
                ("support", "value-unreadable", false),
                ("kind", "kind-missing", false),
            ]
        );
        assert_eq!(reading.problems[1].expected, Some(Wording::same("131130")));
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
}
