//! Reads a GeoJSON file of boundaries as a stream, one feature at a time, whatever its size.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Unusable;
use super::coordinates::Coordinates;

/// One feature of the file: a ring of a municipality, or several.
#[derive(Deserialize)]
pub(super) struct Feature {
    #[serde(default)]
    pub properties: Option<Properties>,
    #[serde(default)]
    pub geometry: Option<Geometry>,
}

/// What 国土数値情報 says of it.
#[derive(Deserialize, Default)]
pub(super) struct Properties {
    /// 都道府県名
    #[serde(default, rename = "N03_001")]
    pub prefecture: Option<String>,
    /// 郡名, in older editions also the designated city's.
    #[serde(default, rename = "N03_003")]
    pub county: Option<String>,
    /// 市区町村名
    #[serde(default, rename = "N03_004")]
    pub municipality: Option<String>,
    /// 政令指定都市の行政区域名, in newer editions.
    #[serde(default, rename = "N03_005")]
    pub ward: Option<String>,
    /// 全国地方公共団体コード
    #[serde(default, rename = "N03_007")]
    pub code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Geometry {
    #[serde(rename = "type")]
    pub kind: String,
    pub coordinates: Coordinates,
}

#[derive(Deserialize)]
struct Crs {
    #[serde(default)]
    properties: CrsName,
}

#[derive(Deserialize, Default)]
struct CrsName {
    #[serde(default)]
    name: String,
}

/// Degrees of JGD2011, of JGD2000 and of WGS 84, which are the same to less than a border is drawn
/// (JGD2000 but for the ground that has moved since, which N03 redraws).
const SYSTEMS: [&str; 5] = ["6668", "6697", "4612", "4326", "CRS84"];

/// Hands every feature with its number, counted from 1, to `each`.
pub(super) fn features(
    file: impl Read,
    each: &mut dyn FnMut(u64, Feature) -> Result<(), Unusable>,
) -> Result<(), Unusable> {
    let mut refused = None;
    let mut number = 0;
    let mut json = serde_json::Deserializer::from_reader(file);
    let read = File {
        each,
        number: &mut number,
        refused: &mut refused,
    }
    .deserialize(&mut json)
    .and_then(|()| json.end());
    match (refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Ok(())) if number == 0 => Err(Unusable::NotBoundaries("no feature".to_owned())),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(unreadable(&error, number + 1)),
    }
}

fn unreadable(error: &serde_json::Error, feature: u64) -> Unusable {
    use serde_json::error::Category;
    let text = error.to_string();
    match error.classify() {
        Category::Io => Unusable::Damaged(text),
        Category::Eof => Unusable::Ends(error.line(), error.column()),
        Category::Syntax if text.starts_with("invalid unicode code point") => {
            Unusable::NotUtf8(error.line(), error.column())
        }
        Category::Syntax => Unusable::NoJson(text),
        Category::Data => Unusable::Feature(feature, text),
    }
}

struct File<'a> {
    each: &'a mut dyn FnMut(u64, Feature) -> Result<(), Unusable>,
    number: &'a mut u64,
    refused: &'a mut Option<Unusable>,
}

impl<'de> DeserializeSeed<'de> for File<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => {
                    let kind: String = map.next_value()?;
                    if kind != "FeatureCollection" {
                        let kind = format!("a {kind} and no FeatureCollection");
                        return Err(self.refuse(Unusable::NotBoundaries(kind)));
                    }
                }
                "crs" => {
                    let crs: Option<Crs> = map.next_value()?;
                    let name = crs.map_or(String::new(), |crs| crs.properties.name);
                    if !name.is_empty() && !SYSTEMS.iter().any(|known| name.ends_with(known)) {
                        return Err(self.refuse(Unusable::OtherSystem(name)));
                    }
                }
                "features" => map.next_value_seed(Features(&mut self))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl File<'_> {
    /// The reason is told by the caller; the reader only has to stop.
    fn refuse<E: Error>(&mut self, reason: Unusable) -> E {
        *self.refused = Some(reason);
        E::custom("refused")
    }
}

struct Features<'a, 'b>(&'a mut File<'b>);

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
        while let Some(feature) = list.next_element::<Feature>()? {
            *self.0.number += 1;
            if let Err(reason) = (self.0.each)(*self.0.number, feature) {
                return Err(self.0.refuse(reason));
            }
        }
        Ok(())
    }
}
