//! The ministry's projected people on grid squares (国土数値情報 メッシュ別将来推計人口, R6国政局推計).
//!
//! A GeoJSON file has a feature a square and municipality. `PTN_2035` is the square's people, whatever
//! is suppressed; age groups of squares with few people are added to a neighbour's, marked `*` there
//! and `@` here (`HITOKU2035`). The file is read as a stream and only the columns of one year are kept.
//!
//! People are real numbers in the file and whole ones here. They are rounded so that the people of a
//! municipality or ward are its exact sum, rounded: every square loses its fraction, and the squares
//! that lost most get one each until the sum is right. Age groups are rounded likewise, each by itself.

mod read;

use std::collections::BTreeMap;

use super::mesh::{Mesh, Size};
use super::population::People;
use super::squares;

/// The year on which the projection rests, which is also its first.
pub const BASE_YEAR: u16 = 2020;
/// The years that are projected, besides.
const LAST_YEAR: u16 = 2070;
const STEP: u16 = 5;

/// More than live on any square of 1 km.
const MOST_PEOPLE: f64 = 1_000_000.0;

/// Why a file is no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Another kind of GeoJSON, or another year's columns.
    #[error("it is no population projection by squares: {0}")]
    Other(String),
    /// No JSON.
    #[error("it is no GeoJSON: {0}")]
    NoJson(String),
    /// Its end is missing.
    #[error("it is cut short: it ends in line {0}, column {1}")]
    Ends(usize, usize),
    /// The bytes cannot be read.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A feature does not say what it must.
    #[error("feature {0}: {1}")]
    Feature(u64, String),
}

/// The squares of one municipality or ward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its five digits, as the file has them.
    pub district: String,
    /// Its squares, in order of code.
    pub squares: Vec<(Mesh, People)>,
}

impl Sheet {
    /// The squares as the store keeps them.
    pub fn to_stored(&self) -> String {
        squares::to_stored(&self.squares)
    }
}

/// Whether the projection has people of a year.
pub fn has_year(year: u16) -> bool {
    (BASE_YEAR..=LAST_YEAR).contains(&year) && year.is_multiple_of(STEP)
}

/// One square of one municipality, as the file has it.
#[derive(Debug, Clone, Copy)]
struct Square {
    mesh: Mesh,
    total: f64,
    /// 15 to 64, and 65 and older; unknown where suppressed.
    ages: [Option<f64>; 2],
    feature: u64,
}

/// A projection in the reading.
pub struct Reading {
    year: u16,
    size: Option<Size>,
    districts: BTreeMap<String, Vec<Square>>,
}

impl Reading {
    /// Reads the people of a year.
    pub fn new(year: u16) -> Reading {
        Reading {
            year,
            size: None,
            districts: BTreeMap::new(),
        }
    }

    /// The municipalities and wards read so far.
    pub fn districts(&self) -> impl Iterator<Item = &str> {
        self.districts.keys().map(String::as_str)
    }

    /// Reads a file.
    pub fn read(&mut self, file: impl std::io::Read) -> Result<(), Unreadable> {
        let year = self.year;
        read::features(file, year, &mut |number, properties| {
            self.feature(number, properties)
                .map_err(|reason| Unreadable::Feature(number, reason))
        })
    }

    fn feature(&mut self, number: u64, properties: read::Properties) -> Result<(), String> {
        let year = self.year;
        let code = properties.mesh.ok_or("there is no MESH_ID")?;
        let mesh: Mesh = code
            .parse()
            .map_err(|error: super::mesh::NoMesh| format!("MESH_ID: {error}"))?;
        let size = *self.size.get_or_insert(mesh.size());
        if size != mesh.size() {
            let (own, before) = (mesh.size().metres(), size.metres());
            return Err(format!(
                "square {code} is of another size ({own} m) than those before ({before} m)"
            ));
        }
        let district = properties.district.ok_or("there is no SHICODE")?;
        // Numbers lose the zero of Hokkaido to Tochigi.
        let district = format!("{district:0>5}");
        let is_code = district.len() == 5
            && district.bytes().all(|b| b.is_ascii_digit())
            && ("01"..="47").contains(&&district[..2]);
        if !is_code {
            return Err(format!("SHICODE “{district}” is no municipality’s code"));
        }
        let total = properties.total.ok_or_else(|| {
            format!("there is no PTN_{year}: another file, or another year than it has")
        })?;
        let checked = |people: f64, name: &str| match people {
            people if (0.0..=MOST_PEOPLE).contains(&people) => Ok(people),
            people => Err(format!(
                "{name}: {people} is no number of people (0 to {MOST_PEOPLE})"
            )),
        };
        let total = checked(total, &format!("PTN_{year}"))?;
        // Five-year groups from 0–4 on: the fourth is 15–19, the fourteenth 65–69.
        let groups = properties.groups;
        let sum = |range: std::ops::Range<usize>| -> Result<Option<f64>, String> {
            let mut all = 0.0;
            for group in range {
                match groups[group] {
                    Some(people) => all += checked(people, &format!("PT{:02}_{year}", group + 1))?,
                    None => return Ok(None),
                }
            }
            Ok(Some(all))
        };
        let ages = match properties.is_suppressed {
            true => [None, None],
            false => [sum(3..13)?, sum(13..20)?],
        };
        self.districts.entry(district).or_default().push(Square {
            mesh,
            total,
            ages,
            feature: number,
        });
        Ok(())
    }

    /// What was read, in order of code, and what it is called.
    pub fn finish(self) -> Result<(String, Vec<Sheet>), Unreadable> {
        let Some(size) = self.size else {
            return Err(Unreadable::Other("it has no square".to_owned()));
        };
        let source = format!("projection-{}-{}m", self.year, size.metres());
        let mut sheets = Vec::with_capacity(self.districts.len());
        for (district, mut squares) in self.districts {
            squares.sort_by_key(|square| square.mesh);
            if let Some(twice) = squares.windows(2).find(|pair| pair[0].mesh == pair[1].mesh) {
                let (first, second) = (twice[0].feature, twice[1].feature);
                return Err(Unreadable::Feature(
                    first.max(second),
                    format!(
                        "square {} of {district} was in feature {} already",
                        twice[0].mesh,
                        first.min(second)
                    ),
                ));
            }
            let rounded = |of: &dyn Fn(&Square) -> Option<f64>| {
                whole(&squares.iter().map(of).collect::<Vec<_>>())
            };
            let totals = rounded(&|square| Some(square.total));
            let working = rounded(&|square| square.ages[0]);
            let aged = rounded(&|square| square.ages[1]);
            let people = totals.into_iter().zip(working).zip(aged);
            let people = people.map(|((total, working), aged)| People {
                total: total.unwrap_or(0),
                working,
                aged,
            });
            sheets.push(Sheet {
                district,
                squares: squares
                    .iter()
                    .map(|square| square.mesh)
                    .zip(people)
                    .collect(),
            });
        }
        Ok((source, sheets))
    }
}

/// Whole numbers whose sum is the sum, rounded: the largest remainders get one each, of equal ones the first.
fn whole(numbers: &[Option<f64>]) -> Vec<Option<u32>> {
    let sum: f64 = numbers.iter().flatten().sum();
    let mut all: Vec<Option<u32>> = numbers
        .iter()
        .map(|number| number.map(|number| number.floor() as u32))
        .collect();
    let floor: u64 = all.iter().flatten().map(|n| u64::from(*n)).sum();
    let missing = (sum.round() as u64).saturating_sub(floor) as usize;
    let mut order: Vec<usize> = (0..numbers.len())
        .filter(|i| numbers[*i].is_some())
        .collect();
    let rest = |i: &usize| numbers[*i].map_or(0.0, f64::fract);
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)).then(a.cmp(b)));
    for i in order.into_iter().take(missing) {
        all[i] = all[i].map(|number| number + 1);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn feature(mesh: &str, district: &str, more: Value) -> Value {
        let mut properties = json!({ "MESH_ID": mesh, "SHICODE": district });
        properties
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "type": "Feature", "properties": properties,
            "geometry": { "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] } })
    }

    fn file(features: &[Value]) -> String {
        json!({ "type": "FeatureCollection", "name": "500m_mesh_2024_13",
            "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::6668" } },
            "features": features })
        .to_string()
    }

    fn read(year: u16, text: &str) -> Result<(String, Vec<Sheet>), Unreadable> {
        let mut reading = Reading::new(year);
        reading.read(text.as_bytes())?;
        reading.finish()
    }

    fn ages(year: u16, each: f64) -> Value {
        let groups = (1..=20).map(|n| (format!("PT{n:02}_{year}"), json!(each)));
        Value::Object(groups.collect())
    }

    #[test]
    fn a_years_people_are_read_and_rounded_to_their_sum() {
        let mut first = ages(2035, 1.25);
        first["PTN_2035"] = json!(25.4);
        first["PTN_2020"] = json!(30.5);
        first["HITOKU2035"] = json!("@");
        let hidden = json!({ "PTN_2035": 0.4, "PTN_2020": 1.5, "HITOKU2035": "*", "GASSAN2035": "533935961", "PT04_2035": 0.0 });
        let text = file(&[
            feature("533935961", "13113", first),
            feature("533935962", "13113", hidden),
            feature(
                "533935962",
                "13103",
                json!({ "PTN_2035": 2.5, "PTN_2020": 3.0, "HITOKU2035": null }),
            ),
            // Codes written as numbers.
            json!({ "properties": { "MESH_ID": 644_142_001, "SHICODE": 1101, "PTN_2035": 7, "PTN_2020": 3.0 } }),
        ]);
        let (source, sheets) = read(2035, &text).unwrap();
        assert_eq!(source, "projection-2035-500m");
        let found: Vec<(&str, Vec<People>)> = sheets
            .iter()
            .map(|sheet| {
                (
                    &*sheet.district,
                    sheet.squares.iter().map(|s| s.1).collect(),
                )
            })
            .collect();
        let people = |total, working, aged| People {
            total,
            working,
            aged,
        };
        assert_eq!(
            found,
            [
                ("01101", vec![people(7, None, None)]),
                ("13103", vec![people(3, None, None)]),
                // 25.8 together; 12.5 and 8.75 in the groups.
                (
                    "13113",
                    vec![people(25, Some(13), Some(9)), people(1, None, None)]
                ),
            ]
        );
        let (source, sheets) = read(2020, &text).unwrap();
        assert_eq!(source, "projection-2020-500m");
        let total = |sheet: &Sheet| sheet.squares.iter().map(|s| s.1.total).sum::<u32>();
        assert_eq!(sheets.iter().map(total).collect::<Vec<_>>(), [3, 3, 32]);
        assert_eq!(
            sheets[2].squares[0].1.aged, None,
            "no ages of the base year"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = feature("533935961", "13113", json!({ "PTN_2020": 3.0 }));
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed["properties"][name] = value;
            changed
        };
        for (features, said) in [
            (vec![], "no square"),
            (
                vec![with("MESH_ID", json!("53393"))],
                "feature 1: MESH_ID: “53393” is no grid square",
            ),
            (vec![with("MESH_ID", json!(null))], "there is no MESH_ID"),
            (
                vec![good.clone(), with("MESH_ID", json!("53393596"))],
                "feature 2: square 53393596 is of another size",
            ),
            (
                vec![with("SHICODE", json!("48101"))],
                "“48101” is no municipality",
            ),
            (vec![with("SHICODE", json!("渋谷区"))], "is no municipality"),
            (
                vec![with("PTN_2020", json!(-1))],
                "PTN_2020: -1 is no number of people",
            ),
            (vec![with("PTN_2020", json!(2e9))], "is no number of people"),
            (vec![with("PTN_2020", json!(null))], "there is no PTN_2020"),
            (
                vec![good.clone(), good.clone()],
                "feature 2: square 533935961 of 13113 was in feature 1",
            ),
        ] {
            let error = read(2020, &file(&features)).unwrap_err().to_string();
            assert!(error.contains(said), "{said}: {error}");
        }
        let whole = file(std::slice::from_ref(&good));
        for (text, said) in [
            (&whole[..whole.len() - 3], "cut short"),
            ("", "cut short"),
            ("nix", "no GeoJSON"),
            (
                r#"{"type":"Feature"}"#,
                "a Feature and no FeatureCollection",
            ),
        ] {
            let error = read(2020, text).unwrap_err().to_string();
            assert!(error.contains(said), "{said}: {error}");
        }
        assert!([2020, 2025, 2070].into_iter().all(has_year));
        assert!(![2015, 2021, 2075].into_iter().any(has_year));
    }

    proptest! {
        #[test]
        fn the_sum_is_right_to_the_person(numbers in proptest::collection::vec(proptest::option::of(0.0..5_000.0f64), 0..300)) {
            let all = whole(&numbers);
            let sum: f64 = numbers.iter().flatten().sum();
            let rounded: u64 = all.iter().flatten().map(|n| u64::from(*n)).sum();
            prop_assert_eq!(rounded, sum.round() as u64);
            for (number, whole) in numbers.iter().zip(&all) {
                match (number, whole) {
                    (Some(number), Some(whole)) => prop_assert!((f64::from(*whole) - number).abs() < 1.0),
                    (None, None) => {}
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
    }
}
