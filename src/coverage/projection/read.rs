//! A projection's GeoJSON as a stream: of each feature the columns of one year.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Unreadable;

/// The five-year groups of ages, from 0–4 to 95 and older.
const GROUPS: usize = 20;

/// What a feature says of one year.
#[derive(Default)]
pub(super) struct Properties {
    pub mesh: Option<String>,
    pub district: Option<String>,
    pub total: Option<f64>,
    pub groups: [Option<f64>; GROUPS],
    /// Whether its age groups are added to another square's.
    pub is_suppressed: bool,
}

type Each<'a> = &'a mut dyn FnMut(u64, Properties) -> Result<(), Unreadable>;

/// Hands every feature with its number, counted from 1, to `each`.
pub(super) fn features(file: impl Read, year: u16, each: Each<'_>) -> Result<(), Unreadable> {
    let mut stream = Stream {
        each,
        columns: Columns::of(year),
        number: 0,
        refused: None,
    };
    let mut json = serde_json::Deserializer::from_reader(file);
    let read = FileSeed(&mut stream)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    match (stream.refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(unreadable(&error, stream.number + 1)),
    }
}

fn unreadable(error: &serde_json::Error, feature: u64) -> Unreadable {
    use serde_json::error::Category;
    let text = error.to_string();
    match error.classify() {
        Category::Io => Unreadable::Damaged(text),
        Category::Eof => Unreadable::Ends(error.line(), error.column()),
        Category::Syntax => Unreadable::NoJson(text),
        Category::Data => Unreadable::Feature(feature, text),
    }
}

/// What the columns of one year are called.
struct Columns {
    total: String,
    groups: [String; GROUPS],
    /// Written with and without the line between.
    marks: [String; 2],
}

impl Columns {
    fn of(year: u16) -> Columns {
        Columns {
            total: format!("PTN_{year}"),
            groups: std::array::from_fn(|i| format!("PT{:02}_{year}", i + 1)),
            marks: [format!("HITOKU{year}"), format!("HITOKU_{year}")],
        }
    }
}

struct Stream<'a> {
    each: Each<'a>,
    columns: Columns,
    number: u64,
    refused: Option<Unreadable>,
}

impl Stream<'_> {
    /// The caller tells the reason; the reader only has to stop.
    fn refuse<E: Error>(&mut self, reason: Unreadable) -> E {
        self.refused = Some(reason);
        E::custom("refused")
    }
}

struct FileSeed<'a, 'b>(&'a mut Stream<'b>);

impl<'de> DeserializeSeed<'de> for FileSeed<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FileSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => {
                    let kind: String = map.next_value()?;
                    if kind != "FeatureCollection" {
                        let kind = format!("a {kind} and no FeatureCollection");
                        return Err(self.0.refuse(Unreadable::Other(kind)));
                    }
                }
                "features" => map.next_value_seed(Features(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Features<'a, 'b>(&'a mut Stream<'b>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let stream = self.0;
        while let Some(properties) = list.next_element_seed(FeatureSeed(&stream.columns))? {
            stream.number += 1;
            if let Err(reason) = (stream.each)(stream.number, properties) {
                return Err(stream.refuse(reason));
            }
        }
        Ok(())
    }
}

struct FeatureSeed<'a>(&'a Columns);

impl<'de> DeserializeSeed<'de> for FeatureSeed<'_> {
    type Value = Properties;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Properties, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed<'_> {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON Feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let mut found = Properties::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "properties" => found = map.next_value_seed(PropertiesSeed(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

struct PropertiesSeed<'a>(&'a Columns);

impl<'de> DeserializeSeed<'de> for PropertiesSeed<'_> {
    type Value = Properties;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Properties, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PropertiesSeed<'_> {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature's properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let columns = self.0;
        let mut found = Properties::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "MESH_ID" {
                found.mesh = text(map.next_value()?);
            } else if key == "SHICODE" {
                found.district = text(map.next_value()?);
            } else if key == columns.total {
                found.total = number(&key, map.next_value()?)?;
            } else if columns.marks.contains(&key) {
                let mark = text(map.next_value()?);
                found.is_suppressed = mark.is_some_and(|mark| mark.trim() == "*");
            } else if let Some(group) = columns.groups.iter().position(|group| *group == key) {
                found.groups[group] = number(&key, map.next_value()?)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// A code, written as a text or as a number.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number<E: Error>(column: &str, value: Value) -> Result<Option<f64>, E> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(number.as_f64()),
        other => Err(E::custom(format!("{column}: {other} is no number"))),
    }
}
