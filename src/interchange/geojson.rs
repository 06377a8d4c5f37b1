//! GeoJSON in: our own export, or anybody's points with properties named as ours.
//!
//! A FeatureCollection or a feature a line, told apart by content. Each feature becomes a
//! [`Row`] of fields that a facility can be made of; whatever a field's rule refuses is left out
//! of it and said in a problem.

use std::io::{self, BufRead};

use serde_json::{Map, Value, json};

use crate::domain::facility::{Closure, Date, FacilityId, Name, PartialDate, Source, Website};
use crate::domain::fields::{FACILITY, Field, Shape};
use crate::domain::municipality::{MunicipalityCode, NoCode};
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::support::Support;

/// One feature's usable fields: members of a facility's stored form, and its `position`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The feature, counted from 1.
    pub number: usize,
    /// What can be used of it.
    pub fields: Map<String, Value>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many features there are.
    pub rows: usize,
    /// Those with a name and a position.
    pub usable: Vec<Row>,
    /// What is wrong, in order of row.
    pub problems: Vec<Problem>,
}

/// More nesting than any honest feature has; serde_json refuses at 128, this is for its message.
const FEATURE: &str = "a GeoJSON Feature with a Point";

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
            reading.collection(&text);
        }
    }
    Ok(reading)
}

impl Reading {
    fn line(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(feature) => self.feature(feature),
            Err(error) => {
                self.rows += 1;
                let message = format!("JSONとして読めません: {error}");
                self.problems.push(
                    Problem::blocking(self.rows, "json-malformed", message).found(line, FEATURE),
                );
            }
        }
    }

    fn collection(&mut self, text: &str) {
        let whole = |code, message: String| Problem {
            row: None,
            ..Problem::blocking(0, code, message)
        };
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(mut object))
                if object.get("type").is_some_and(|t| t == "FeatureCollection") =>
            {
                match object.remove("features") {
                    Some(Value::Array(features)) => features
                        .into_iter()
                        .for_each(|feature| self.feature(feature)),
                    _ => self.problems.push(whole(
                        "json-malformed",
                        "features の配列がありません".to_owned(),
                    )),
                }
            }
            Ok(value @ Value::Object(_)) if value["type"] == "Feature" => self.feature(value),
            Ok(_) => self.problems.push(whole(
                "format-unknown",
                "GeoJSONのFeatureCollectionでもFeatureでもありません".to_owned(),
            )),
            Err(error) => self.problems.push(whole(
                "json-malformed",
                format!("JSONとして読めません: {error}"),
            )),
        }
    }

    fn feature(&mut self, feature: Value) {
        self.rows += 1;
        let number = self.rows;
        let before = self.problems.len();
        let mut fields = self.properties(number, &feature);
        if let Some(position) = self.position(number, &feature["geometry"]) {
            let decimals = decimals(&feature["geometry"]["coordinates"]);
            fields
                .entry("position_precision")
                .or_insert_with(|| json!(precision(decimals)));
            fields.insert("position".to_owned(), json!(position));
        }
        if !fields.contains_key("name") {
            self.problems.push(
                Problem::blocking(number, "name-missing", "名称がありません").in_column("name"),
            );
        }
        if !fields.contains_key("kind") {
            self.problems.push(
                Problem::warning(number, "kind-missing", "種類がないため不明として扱います")
                    .in_column("kind"),
            );
        }
        fields.entry("status").or_insert_with(|| json!("unknown"));
        fields.entry("sources").or_insert_with(|| json!([]));
        if !self.problems[before..].iter().any(|problem| problem.blocks) {
            self.usable.push(Row { number, fields });
        }
    }

    fn position(&mut self, number: usize, geometry: &Value) -> Option<Position> {
        let coordinates = &geometry["coordinates"];
        if geometry.is_null()
            || (geometry["type"] == "Point" && coordinates.as_array().is_some_and(Vec::is_empty))
        {
            // An address could give the town; that way belongs to the sheet's journey.
            self.problems.push(
                Problem::blocking(number, "coordinates-missing", "座標がありません")
                    .in_column("geometry"),
            );
            return None;
        }
        let numbers = || Some((coordinates.get(0)?.as_f64()?, coordinates.get(1)?.as_f64()?));
        let Some((lon, lat)) = numbers().filter(|_| geometry["type"] == "Point") else {
            let problem =
                Problem::blocking(number, "coordinates-malformed", "点の座標として読めません");
            self.problems.push(
                problem
                    .in_column("geometry")
                    .found(geometry, r#"{"type":"Point","coordinates":[経度,緯度]}"#),
            );
            return None;
        };
        match Position::new(lon, lat) {
            Ok(position) => Some(position),
            Err(error) => {
                let message = match error.code() {
                    "coordinates-swapped" => "緯度と経度が入れ替わっているようです",
                    "coordinates-zero" => "座標が0,0です。座標なしの代わりに書かれたようです",
                    "coordinates-malformed" => "座標が数ではありません",
                    _ => "座標が日本の外です",
                };
                let expected = "経度 122〜154、緯度 20〜46 の順";
                let problem =
                    Problem::blocking(number, error.code(), message).in_column("geometry");
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
                "municipality_name" | "ward" | "prefecture" | "updated_at"
            );
            if value.is_null() || is_blank || derived {
                continue;
            }
            match read_field(field, value) {
                Ok(value) => drop(fields.insert(field.name.to_owned(), value)),
                Err(Refused {
                    code,
                    expected,
                    blocks,
                }) => {
                    let message = if blocks {
                        format!("{}を読めません", field.ja)
                    } else {
                        format!("{}を読めないため不明として扱います", field.ja)
                    };
                    let problem = Problem {
                        blocks,
                        ..Problem::warning(number, code, message)
                    };
                    let found = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    self.problems
                        .push(problem.in_column(field.name).found(found, &expected));
                }
            }
        }
        fields
    }
}

/// Why a value cannot be used.
struct Refused {
    code: &'static str,
    expected: String,
    blocks: bool,
}

fn read_field(field: &Field, value: &Value) -> Result<Value, Refused> {
    let refused = |expected: String| Refused {
        code: "value-unreadable",
        expected,
        blocks: false,
    };
    let text = || {
        value
            .as_str()
            .map(str::trim)
            .ok_or_else(|| refused("文字列".to_owned()))
    };
    let same = |expected: String, keep: bool| {
        if keep {
            Ok(value.clone())
        } else {
            Err(refused(expected))
        }
    };
    // Each type's own rule decides; the value itself is kept as it was written.
    match field.name {
        "id" => {
            // Numbers are ids in many programs' files.
            let id = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            FacilityId::new(&id)
                .map(|id| json!(id))
                .map_err(|e| refused(e.rule.to_owned()))
        }
        "name" => Name::new(text()?)
            .map(|name| json!(name))
            .map_err(|e| Refused {
                code: "name-missing",
                expected: e.rule.to_owned(),
                blocks: true,
            }),
        "municipality" => MunicipalityCode::new(text()?)
            .map(|code| json!(code))
            .map_err(|error| Refused {
                code: "municipality-code",
                expected: match error {
                    NoCode::CheckDigit { expected, .. } => expected,
                    NoCode::Malformed(_) => {
                        "5桁、または検査数字つき6桁の全国地方公共団体コード".to_owned()
                    }
                },
                blocks: true,
            }),
        "status_asof" => PartialDate::new(text()?)
            .map(|date| json!(date))
            .map_err(|e| refused(e.rule.to_owned())),
        "closures" => parsed::<Vec<Closure>>(value).map_err(refused),
        "support" => parsed::<Vec<Support>>(value).map_err(refused),
        "sources" => parsed::<Vec<Source>>(value).map_err(refused),
        _ => match field.shape {
            Shape::Text | Shape::Moment => text().map(|text| json!(text)),
            Shape::Word(words) => same(
                words.join(", "),
                value.as_str().is_some_and(|word| words.contains(&word)),
            ),
            Shape::Words(words) => {
                let known = |word: &Value| word.as_str().is_some_and(|word| words.contains(&word));
                same(
                    words.join(", "),
                    value.as_array().is_some_and(|list| list.iter().all(known)),
                )
            }
            Shape::Integer(_) => {
                // Years, seats, yen and metres: whole, and far below what 32 bits hold.
                same(
                    "0以上の整数".to_owned(),
                    value.as_u64().is_some_and(|n| n <= 100_000_000),
                )
            }
            Shape::Date => Date::new(text()?)
                .map(|date| json!(date))
                .map_err(|e| refused(e.rule.to_owned())),
            Shape::Url => Website::new(text()?)
                .map(|url| json!(url))
                .map_err(|e| refused(e.rule.to_owned())),
            Shape::Flag => same("true か false".to_owned(), value.is_boolean()),
            Shape::Objects(keys) => Err(refused(keys.join(", "))),
        },
    }
}

/// The value, if it reads as a `T`.
fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<Value, String> {
    T::deserialize(value)
        .map(|_| value.clone())
        .map_err(|error| error.to_string())
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

/// How exactly a position can be known that was written with so many decimals: 0.001° are about 100 m.
fn precision(decimals: usize) -> &'static str {
    match decimals {
        0 | 1 => "city",
        2 => "town",
        3 => "street",
        _ => "building",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Moment;
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
            [(None, "json-malformed", true)]
        );
        assert_eq!(codes("[1,2]"), [(None, "format-unknown", true)]);
        assert_eq!(
            codes("緯度,経度\n35,139\n"),
            [(None, "json-malformed", true)]
        );
        assert_eq!(read(&b""[..]).unwrap().rows, 0);
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
        assert_eq!(reading.problems[1].expected.as_deref(), Some("131130"));
        assert!(reading.usable.is_empty());
    }

    #[test]
    fn precision_follows_from_how_the_position_was_written() {
        for (coordinates, expected) in [
            ("[139,35.5]", "city"),
            ("[139.7,35.7]", "city"),
            ("[139.71,35.66]", "town"),
            ("[139.7011,35.6]", "building"),
        ] {
            let reading = read(point(coordinates).as_bytes()).unwrap();
            assert_eq!(
                reading.usable[0].fields["position_precision"], expected,
                "{coordinates}"
            );
        }
    }
}
