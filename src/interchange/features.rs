//! Finds the features in the text of a GeoJSON file, and writes edits into them.
//!
//! A file is never parsed into one value. Its features are found as ranges of the text, counted first,
//! and parsed one at a time. Nothing here is recursive, so deep nesting cannot exhaust the stack.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Limits;
use super::sheet::CELL;
use crate::domain::fields::{FACILITY, Shape};
use crate::domain::report::Problem;

/// Arrays and objects within each other. A point's feature needs five.
const DEPTH: usize = 32;

/// Bytes of one feature.
const FEATURE: usize = 1 << 20;

/// Where the features of a text are.
#[derive(Debug, PartialEq)]
pub struct Features {
    /// Their stretches of the text, in order. Where it has a feature a line, some may be no JSON.
    pub ranges: Vec<Range<usize>>,
    /// Whether each stands on a line of its own, with nothing around them.
    pub by_line: bool,
    /// The collection's member `crs`.
    pub crs: Value,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    features: Option<&'a RawValue>,
    #[serde(default)]
    crs: Value,
}

/// Finds the features.
pub fn find(text: &str, limits: &Limits) -> Result<Features, Box<Problem>> {
    let begin = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    let first = text[begin..].lines().next().unwrap_or("").trim_end();
    let is_feature = |document: Document<'_>| document.kind.is_some_and(|kind| kind == "Feature");
    let by_line = serde_json::from_str(first).is_ok_and(is_feature);
    let mut crs = Value::Null;
    let ranges = if by_line {
        let lines = || {
            let mut at = begin;
            text[begin..].split_inclusive('\n').filter_map(move |line| {
                let start = at + line.len() - line.trim_start().len();
                at += line.len();
                (!line.trim().is_empty()).then(|| start..start + line.trim().len())
            })
        };
        allowed(lines().count(), limits)?;
        lines().collect()
    } else {
        let whole = &text[begin..];
        if is_too_deep(whole) {
            return Err(Box::new(Problem::of_file("limit", too_deep())));
        }
        let document: Document<'_> =
            serde_json::from_str(whole).map_err(|error| unreadable(&error))?;
        crs = document.crs;
        let kind = document.kind.unwrap_or_default();
        match (&*kind, document.features) {
            ("FeatureCollection", Some(features)) if features.get().starts_with('[') => {
                let offset = features.get().as_ptr() as usize - text.as_ptr() as usize;
                let all = |keep| {
                    let mut elements = serde_json::Deserializer::from_str(features.get());
                    elements.deserialize_seq(Elements {
                        within: features.get(),
                        keep,
                    })
                };
                let (count, _) = all(false).map_err(|error| unreadable(&error))?;
                allowed(count, limits)?;
                let (_, ranges) = all(true).map_err(|error| unreadable(&error))?;
                let shifted = ranges
                    .into_iter()
                    .map(|range| range.start + offset..range.end + offset);
                shifted.collect()
            }
            ("FeatureCollection", _) => {
                let message = (
                    "features の配列がありません",
                    "there is no array “features”",
                );
                return Err(Box::new(Problem::of_file("json-malformed", message)));
            }
            ("Feature", _) => std::iter::once(begin..begin + whole.trim_end().len()).collect(),
            _ => {
                let message = (
                    "GeoJSONのFeatureCollectionでもFeatureでもありません",
                    "neither a GeoJSON FeatureCollection nor a Feature",
                );
                return Err(Box::new(Problem::of_file("format-unknown", message)));
            }
        }
    };
    Ok(Features {
        ranges,
        by_line,
        crs,
    })
}

/// Counts the elements of an array, and keeps where they stand.
struct Elements<'a> {
    within: &'a str,
    keep: bool,
}

impl<'de> Visitor<'de> for Elements<'de> {
    type Value = (usize, Vec<Range<usize>>);

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let (mut count, mut ranges) = (0, Vec::new());
        while let Some(element) = elements.next_element::<&'de RawValue>()? {
            count += 1;
            if self.keep {
                let start = element.get().as_ptr() as usize - self.within.as_ptr() as usize;
                ranges.push(start..start + element.get().len());
            }
        }
        Ok((count, ranges))
    }
}

fn allowed(count: usize, limits: &Limits) -> Result<(), Box<Problem>> {
    if count <= limits.rows {
        return Ok(());
    }
    let most = limits.rows;
    let message = (
        format!("{count}件あります。一度に読めるのは{most}件までです。ファイルを分けてください"),
        format!("there are {count} features; at most {most} are read at once: split the file"),
    );
    Err(Box::new(Problem::of_file("limit", message)))
}

/// What keeps a feature from being read at all.
pub fn refuse(number: usize, feature: &str) -> Option<Problem> {
    if feature.len() > FEATURE {
        let length = feature.len();
        let message = (
            format!("この1件は{length}バイトあります。読めるのは1件{FEATURE}バイトまでです"),
            format!("this feature has {length} bytes; at most {FEATURE} are read"),
        );
        return Some(Problem::blocking(number, "limit", message));
    }
    is_too_deep(feature).then(|| Problem::blocking(number, "limit", too_deep()))
}

/// A property longer than is read, and its bytes.
pub fn too_long(feature: &Value) -> Option<(&str, usize)> {
    let properties = feature.get("properties")?.as_object()?;
    properties.iter().find_map(|(label, value)| {
        let text = value.as_str()?;
        let is_long = text.chars().nth(CELL).is_some();
        is_long.then_some((label.as_str(), text.len()))
    })
}

fn too_deep() -> (String, String) {
    (
        format!("配列やオブジェクトの入れ子が深すぎます。読めるのは{DEPTH}段までです"),
        format!("arrays and objects lie too deep within each other; {DEPTH} levels are the limit"),
    )
}

fn is_too_deep(json: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return true;
        }
    }
    false
}

fn unreadable(error: &serde_json::Error) -> Box<Problem> {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        let message = (
            "ファイルが途中で終わっています。もう一度書き出してください",
            "the file ends in the middle: export it again",
        );
        return Box::new(Problem::of_file("json-malformed", message));
    }
    if error.is_data() {
        let message = (
            "GeoJSONのFeatureCollectionでもFeatureでもありません",
            "neither a GeoJSON FeatureCollection nor a Feature",
        );
        return Box::new(Problem::of_file("format-unknown", message));
    }
    let message = (
        format!("{line}行目の{column}文字目でJSONとして読めなくなります（{error}）"),
        format!("from line {line}, column {column} this is no JSON ({error})"),
    );
    Box::new(Problem::of_file("json-malformed", message))
}

/// Puts mended cells into a feature: properties by their names, and `geometry` as “latitude,longitude”.
pub fn mend(feature: &mut Value, cells: &BTreeMap<String, String>) {
    let Some(feature) = feature.as_object_mut() else {
        return;
    };
    for (label, text) in cells {
        if label == "geometry" {
            feature.insert(label.clone(), geometry(text));
            continue;
        }
        let properties = feature.entry("properties").or_insert(Value::Null);
        if !properties.is_object() {
            *properties = json!({});
        }
        properties[label] = value(label, text);
    }
}

fn geometry(text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    let number = |part: &str| part.trim().parse::<f64>().ok();
    let pair = text.split_once([',', '、', '，', ' ']);
    match pair.and_then(|(lat, lon)| number(lat).zip(number(lon))) {
        Some((lat, lon)) => json!({"type": "Point", "coordinates": [lon, lat]}),
        // As wrong as it was written, so that it is said to be.
        None => json!({"type": "Point", "coordinates": [text]}),
    }
}

/// A property's value from what somebody wrote, as its field needs it.
fn value(label: &str, text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() {
        return Value::Null;
    }
    let shape = FACILITY
        .iter()
        .find(|field| field.name == label)
        .map(|field| field.shape);
    let parsed = || serde_json::from_str::<Value>(text).ok();
    let read = match shape {
        Some(Shape::Integer(_)) => parsed().filter(Value::is_number),
        Some(Shape::Flag) => parsed().filter(Value::is_boolean),
        Some(Shape::Objects(_)) => parsed().filter(Value::is_array),
        Some(Shape::Words(_)) => parsed().filter(Value::is_array).or_else(|| {
            let words = text.split([';', ',', '、', '；']).map(str::trim);
            Some(words.filter(|word| !word.is_empty()).collect())
        }),
        _ => None,
    };
    read.unwrap_or_else(|| json!(text))
}
