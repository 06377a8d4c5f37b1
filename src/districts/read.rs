//! Reads districts from boundary files. Answers contain the geometry's text unchanged, so that a GIS
//! gets exactly the file's geometry.

use geo::MultiPolygon;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::municipality::MunicipalityCode;

use super::{District, Level, Shape};

/// A boundary file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Unreadable {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Deserialize)]
struct Feature<'a> {
    properties: Properties,
    #[serde(borrow)]
    geometry: &'a RawValue,
}

#[derive(Deserialize)]
struct Properties {
    code: Box<str>,
    name: Box<str>,
    name_kana: Box<str>,
    name_romaji: Box<str>,
    prefecture: Option<Box<str>>,
    #[serde(default)]
    parent: Option<MunicipalityCode>,
    #[serde(default)]
    approximate: bool,
    label: [f64; 2],
}

/// The features of a file that has one a line, between a first and a last line of brackets; those
/// whose code is wanted.
pub(super) fn features(
    text: &str,
    level: Level,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<District>, Unreadable> {
    let lines = (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.trim_end_matches(',')));
    lines
        .filter(|(_, line)| line.starts_with(r#"{"type":"Feature","#))
        .map(|(line, text)| (line, district(text, level, &is_wanted)))
        .filter_map(|(line, read)| {
            read.map_err(|reason| Unreadable { line, reason })
                .transpose()
        })
        .collect()
}

/// Official districts as they are kept: a line each, its level's letter before the feature.
pub(super) fn official(text: &str) -> Result<Vec<District>, Unreadable> {
    let all = |_: &str| true;
    let official = |district: District| District {
        official: true,
        ..district
    };
    let line = |text: &str| -> Result<Option<District>, String> {
        let (level, feature) = text.split_once(' ').ok_or("no level")?;
        let level = Level::ALL.into_iter().find(|known| letter(*known) == level);
        let read = district(feature, level.ok_or("an unknown level")?, all)?;
        Ok(read.map(official))
    };
    (1..)
        .zip(text.lines())
        .map(|(number, text)| (number, line(text)))
        .filter_map(|(line, read)| {
            read.map_err(|reason| Unreadable { line, reason })
                .transpose()
        })
        .collect()
}

/// What stands before a district of this level where official ones are kept.
pub(super) const fn letter(level: Level) -> &'static str {
    match level {
        Level::Prefecture => "P",
        Level::Municipality => "M",
        Level::Ward => "W",
    }
}

/// A district, if its code is wanted.
fn district(
    text: &str,
    level: Level,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Option<District>, String> {
    let Feature {
        properties: p,
        geometry,
    } = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if !is_wanted(&p.code) {
        return Ok(None);
    }
    let shape: geojson::Geometry =
        serde_json::from_str(geometry.get()).map_err(|e| e.to_string())?;
    let polygons: MultiPolygon = match geo::Geometry::try_from(shape).map_err(|e| e.to_string())? {
        geo::Geometry::Polygon(polygon) => polygon.into(),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        _ => return Err("neither a Polygon nor a MultiPolygon".to_owned()),
    };
    let prefecture = p.prefecture.unwrap_or_else(|| p.name.clone());
    let mut properties = serde_json::json!({
        "code": p.code, "name": p.name, "name_kana": p.name_kana, "name_romaji": p.name_romaji,
    });
    if level != Level::Prefecture {
        let code = MunicipalityCode::new(&p.code).map_err(|e| e.to_string())?;
        let kind = if level == Level::Ward {
            "ward"
        } else {
            "municipality"
        };
        properties["code6"] = code.six_digits().into();
        properties["kind"] = kind.into();
        properties["prefecture"] = (*prefecture).into();
        properties["prefecture_code"] = p.code[..2].into();
        properties["parent"] = p.parent.map(|parent| parent.to_string()).into();
        properties["approximate"] = p.approximate.into();
    }
    let feature = format!(
        r#"{{"type":"Feature","id":"{}","geometry":{},"properties":{properties}}}"#,
        p.code,
        geometry.get(),
    );
    Ok(Some(District {
        level,
        shape: Shape::new(polygons).ok_or("an empty area")?,
        feature: feature.into(),
        code: p.code,
        name: p.name,
        kana: p.name_kana,
        romaji: p.name_romaji,
        prefecture,
        parent: p.parent,
        approximate: p.approximate,
        official: false,
        label: p.label,
    }))
}
