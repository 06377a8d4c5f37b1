//! Official boundaries: 国土数値情報 行政区域 (N03), as the ministry's GeoJSON has them.
//!
//! A file has one feature for each ring of a municipality or ward. [`BoundaryReader`] reads one or
//! several files by feature, and [`BoundaryReader::finish`] builds the districts. Rings become areas of
//! municipalities, wards form their city, and municipalities their prefecture. Neighbours share the
//! vertices of their borders. A file may contain some prefectures only, but each must be complete.
//! 所属未定地, ground that belongs to no municipality yet, is skipped.
//!
//! Kana, Latin names and labels are not in these files; they come from the shipped districts.

mod coordinates;
mod dissolve;
mod drawn;
mod finish;
mod read;
mod thin;

use std::collections::BTreeMap;
use std::io::Read;

use super::rings::{DEGREE, Flaw, Point};
use super::{District, Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use read::{Feature, Properties};
use thin::Ring;

/// The ministry's own name for ground that belongs to no municipality yet.
const NOBODYS: &str = "所属未定地";

/// Positions read at most: twice what the whole country has at the scale of 1:25,000.
pub const MOST_READ: usize = 40_000_000;

/// Positions kept at most; borders become coarser until so many are left.
pub const MOST_KEPT: usize = 1_500_000;

/// Where Japan is, in degrees: west, south, east, north.
const JAPAN: [f64; 4] = [122.0, 20.0, 154.5, 46.5];

/// Why a file is no use.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// BoundaryReader it failed: a damaged archive or disk.
    #[error("it cannot be read to its end: {0}")]
    Damaged(String),
    /// It is cut off.
    #[error("it is cut off: it ends within the data, at line {0}, column {1}")]
    Ends(usize, usize),
    /// Its letters are no UTF-8.
    #[error("it is not UTF-8, which GeoJSON must be: line {0}, column {1}")]
    NotUtf8(usize, usize),
    /// It is no JSON.
    #[error("it is no GeoJSON: {0}")]
    NoJson(String),
    /// It is GeoJSON, but of something else.
    #[error("it holds no boundaries of 国土数値情報 行政区域 (N03): {0}")]
    NotBoundaries(String),
    /// Its coordinates are of another system.
    #[error("its coordinates are of “{0}”: degrees of JGD2011, JGD2000 or WGS 84 are expected")]
    OtherSystem(String),
    /// A feature cannot be read.
    #[error("feature {0}: {1}")]
    Feature(u64, String),
    /// More positions than any country's boundaries have.
    #[error("more than {MOST_READ} positions")]
    TooLarge,
    /// The file does not fit the municipalities there are.
    #[error("{0}")]
    Incomplete(String),
}

/// The districts of one prefecture, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its two digits.
    pub prefecture: String,
    /// Its name.
    pub name: String,
    /// A line a district, as [`Districts::with_official`] reads them.
    pub districts: String,
    /// How many municipalities,
    pub municipalities: usize,
    /// and wards of designated cities there are.
    pub wards: usize,
}

/// What became of some files.
#[derive(Debug)]
pub struct Official {
    /// In order of prefectures.
    pub sheets: Vec<Sheet>,
    /// Features without a municipality, which were left out.
    pub nobodys: usize,
    /// Districts whose codes this program does not know, `22131 浜松市中区`.
    pub unknown: Vec<String>,
    /// Districts this program knows that are not in the files; others hold their ground.
    pub gone: Vec<String>,
    /// How far borders may have moved to keep them in bounds, in metres.
    pub moved: f32,
}

/// Files being read.
pub struct BoundaryReader<'a> {
    shipped: &'a Districts,
    units: BTreeMap<MunicipalityCode, Unit>,
    rings: Vec<Ring>,
    /// Of each polygon, whose it is.
    polygons: Vec<MunicipalityCode>,
    positions: usize,
    nobodys: usize,
}

/// A municipality without wards, or a ward.
struct Unit {
    name: String,
    parent: Option<MunicipalityCode>,
}

impl<'a> BoundaryReader<'a> {
    /// Nothing yet; `shipped` are the districts that come with the program.
    pub fn new(shipped: &'a Districts) -> BoundaryReader<'a> {
        BoundaryReader {
            shipped,
            units: BTreeMap::new(),
            rings: Vec::new(),
            polygons: Vec::new(),
            positions: 0,
            nobodys: 0,
        }
    }

    /// Reads one GeoJSON file, without a byte order mark.
    pub fn read(&mut self, file: impl Read) -> Result<(), Unusable> {
        read::features(file, &mut |number, feature| {
            self.feature(feature).map_err(|wrong| match wrong {
                Wrong::Here(reason) => Unusable::Feature(number, reason),
                Wrong::File(reason) => reason,
            })
        })
    }

    fn feature(&mut self, feature: Feature) -> Result<(), Wrong> {
        let properties = feature.properties.unwrap_or_default();
        if properties.municipality.as_deref() == Some(NOBODYS) {
            self.nobodys += 1;
            return Ok(());
        }
        let (code, unit) = self.unit(&properties)?;
        let said = format!("{code} {}", unit.name);
        if let Some(known) = self.units.get(&code)
            && known.name != unit.name
        {
            let (one, other) = (&known.name, &unit.name);
            return Err(format!("code {code} is {one} before and {other} here").into());
        }
        self.units.insert(code, unit);
        let geometry = feature
            .geometry
            .ok_or_else(|| format!("{said} has no geometry"))?;
        let kind = if geometry.coordinates.are_many {
            "MultiPolygon"
        } else {
            "Polygon"
        };
        if geometry.kind != kind {
            return Err(format!(
                "{said} is a {}, with coordinates of a {kind}; a Polygon or MultiPolygon is expected",
                geometry.kind
            )
            .into());
        }
        for polygon in geometry.coordinates.polygons {
            let rings: Result<Vec<Vec<Point>>, String> = polygon
                .into_iter()
                .map(|ring| ring.into_iter().map(|at| point(at, &said)).collect())
                .collect();
            let rings = super::rings::cleaned(rings?).map_err(|flaw| flaw.told(&said))?;
            self.positions += rings.iter().map(Vec::len).sum::<usize>();
            if self.positions > MOST_READ {
                return Err(Wrong::File(Unusable::TooLarge));
            }
            let polygon = self.polygons.len();
            self.polygons.push(code);
            let rings = rings.into_iter().map(|points| Ring { polygon, points });
            self.rings.extend(rings);
        }
        Ok(())
    }

    /// Whose ring it is.
    fn unit(&self, properties: &Properties) -> Result<(MunicipalityCode, Unit), Wrong> {
        let told = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        let prefecture = told(&properties.prefecture);
        let (county, name) = (told(&properties.county), told(&properties.municipality));
        let ward = told(&properties.ward);
        let Some(code) = properties.code.as_deref().filter(|code| !code.is_empty()) else {
            return Err(match name.is_empty() && prefecture.is_empty() {
                true => Wrong::File(Unusable::NotBoundaries(
                    "a feature has neither N03_001 (都道府県名) nor N03_007 (コード)".to_owned(),
                )),
                false => format!("{prefecture}{county}{name} has no code (N03_007)").into(),
            });
        };
        let code = MunicipalityCode::new(code).map_err(|error| format!("N03_007: {error}"))?;
        let digits = code.to_string();
        let around = self.shipped.get(&digits[..2]).map(|d| &*d.name);
        if around != Some(&*prefecture) {
            let around = around.unwrap_or_default();
            return Err(
                format!("code {code} belongs to {around}, but N03_001 is “{prefecture}”").into(),
            );
        }
        if name.is_empty() {
            return Err(format!("{code} has no name (N03_004)").into());
        }
        let own = if ward.is_empty() { &name } else { &ward };
        let known = self.shipped.municipality(code);
        let parent = match known {
            Some(known) if self.has_wards(known) => {
                return Err(format!(
                    "{code} {} is a designated city, whose wards are expected in its place",
                    known.name
                )
                .into());
            }
            Some(known) => known.parent,
            // A ward that is new or has gone: its city is named beside it.
            None if own.ends_with('区') && (!ward.is_empty() || county.ends_with('市')) => {
                let city = if ward.is_empty() { &county } else { &name };
                let cities = self.shipped.of(Level::Municipality);
                let mut cities = cities
                    .filter(|d| d.prefecture == prefecture.as_str().into() && *d.name == **city);
                let city = cities.find_map(|d| MunicipalityCode::new(&d.code).ok());
                Some(city.ok_or_else(|| format!("the city of {code} {own} is not known"))?)
            }
            None => None,
        };
        self.check_name(code, own, known, parent)?;
        let name = own.to_owned();
        Ok((code, Unit { name, parent }))
    }

    /// Refuses a code that stands beside the name of another.
    fn check_name(
        &self,
        code: MunicipalityCode,
        name: &str,
        known: Option<&District>,
        parent: Option<MunicipalityCode>,
    ) -> Result<(), Wrong> {
        if known.is_some_and(|known| *known.name == *name) {
            return Ok(());
        }
        // The wards of a city may be drawn anew under the names of old ones.
        if known.is_none() && parent.is_some() {
            return Ok(());
        }
        let level = parent.map_or(Level::Municipality, |_| Level::Ward);
        let mut others = self.shipped.of(level).filter(|other| {
            *other.name == *name
                && other.parent == parent
                && other.code[..2] == code.to_string()[..2]
        });
        let Some(other) = others.next() else {
            return Ok(());
        };
        // 泊村 is twice in Hokkaido: the other one may be in the file too.
        if known.is_none() && TWICE.contains(&(code.number(), name)) {
            return Ok(());
        }
        let is = known.map_or("not known".to_owned(), |known| known.name.to_string());
        Err(format!(
            "code {code} is {is}, but the name is {name}, whose code is {}",
            other.code
        )
        .into())
    }

    /// Whether a city is one of wards in what is shipped.
    fn has_wards(&self, city: &District) -> bool {
        let code = MunicipalityCode::new(&city.code).ok();
        self.shipped.of(Level::Ward).any(|ward| ward.parent == code)
    }
}

/// What is wrong: with a feature, or with the whole file.
enum Wrong {
    Here(String),
    File(Unusable),
}

impl From<String> for Wrong {
    fn from(reason: String) -> Wrong {
        Wrong::Here(reason)
    }
}

/// Municipalities that share name and prefecture with another that is shipped: the village on Kunashir.
const TWICE: [(u32, &str); 1] = [(1696, "泊村")];

impl Flaw {
    fn told(&self, whose: &str) -> String {
        let at = |point: &Point| {
            let [lon, lat] = point.map(|axis| f64::from(axis) / DEGREE);
            format!("{lon},{lat}")
        };
        match self {
            Flaw::Open(last) => format!(
                "a ring of {whose} is not closed: its last position is {}",
                at(last)
            ),
            Flaw::Short(count) => {
                format!("a ring of {whose} has {count} positions; at least 4 are needed")
            }
            Flaw::Crosses(point) => format!("a ring of {whose} crosses itself near {}", at(point)),
        }
    }
}

/// A position in whole numbers, if it is in Japan.
fn point([lon, lat]: [f64; 2], whose: &str) -> Result<Point, String> {
    let [west, south, east, north] = JAPAN;
    if (west..=east).contains(&lon) && (south..=north).contains(&lat) {
        return Ok([lon, lat].map(|axis| (axis * DEGREE).round() as i32));
    }
    let why = if (west..=east).contains(&lat) && (south..=north).contains(&lon) {
        "latitude and longitude look exchanged"
    } else {
        "outside Japan, in degrees east and north"
    };
    Err(format!("{lon},{lat} of {whose}: {why}"))
}

#[cfg(test)]
mod tests;
