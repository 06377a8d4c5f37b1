//! Prefectures, municipalities and wards of designated cities: names, shapes, and the district of a
//! point.
//!
//! The rules of [`Districts::at`]: a point belongs to the district whose polygon contains it, on a
//! shared border to the one with the smaller code. Outside all polygons (reclaimed land, a pier, a
//! coarse coast) it belongs to the nearest district within [`COAST`]. Wards are searched only inside
//! their city, so that ward and city always agree.

mod edges;
pub mod official;
mod read;
mod rings;
mod shape;
pub mod simplify;
mod validity;

use std::collections::HashMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};

pub use read::Unreadable;
pub use shape::Shape;
pub use validity::{InvalidArea, check_validity};

/// How far outside its polygon a point may still belong to a district.
pub const COAST: Metres = Metres(500.0);

/// One district.
pub struct District {
    /// Two digits for a prefecture, five for the others.
    pub code: Box<str>,
    /// Which sort of district it is.
    pub level: Level,
    /// Its name, `渋谷区`.
    pub name: Box<str>,
    /// The name's reading in hiragana.
    pub kana: Box<str>,
    /// The name in Latin letters, `Shibuya-ku`.
    pub romaji: Box<str>,
    /// The name of the prefecture it lies in, or its own.
    pub prefecture: Box<str>,
    /// A ward's city.
    pub parent: Option<MunicipalityCode>,
    /// Whether its borders are only estimated.
    pub approximate: bool,
    /// Whether it was imported from the ministry's boundaries; else it shipped.
    pub official: bool,
    /// Where its name is best written, degrees east and north.
    pub label: [f64; 2],
    /// Its area.
    pub shape: Shape,
    /// Its GeoJSON Feature.
    pub feature: Box<str>,
}

/// The three sorts of districts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One of the 47.
    Prefecture,
    /// A city (a designated city as a whole), a special ward of Tokyo, a town or a village.
    Municipality,
    /// A ward of a designated city.
    Ward,
}

impl Level {
    /// All three, the largest first.
    pub const ALL: [Level; 3] = [Level::Prefecture, Level::Municipality, Level::Ward];
}

/// Where a point is.
#[derive(Clone, Copy)]
pub struct Whereabouts<'a> {
    /// The municipality.
    pub municipality: &'a District,
    /// The ward, if that is a designated city.
    pub ward: Option<&'a District>,
    /// How far outside the municipality's polygon the point is.
    pub outside: Metres,
}

/// All districts.
pub struct Districts {
    /// Prefectures, then municipalities, then wards, each in order of code.
    all: Vec<District>,
    by_code: HashMap<Box<str>, usize>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Districts {
    /// Reads the three shipped files, a feature a line.
    pub fn read(
        prefectures: &str,
        municipalities: &str,
        wards: &str,
    ) -> Result<Districts, Unreadable> {
        Districts::with_official(prefectures, municipalities, wards, &[])
    }

    /// Reads the three shipped files, and in place of some prefectures the official districts that
    /// were kept of them: their two digits and their [`Sheet`](official::Sheet)'s districts.
    pub fn with_official(
        prefectures: &str,
        municipalities: &str,
        wards: &str,
        official: &[(&str, &str)],
    ) -> Result<Districts, Unreadable> {
        let is_shipped = |code: &str| {
            !official
                .iter()
                .any(|(prefecture, _)| code.starts_with(prefecture))
        };
        let mut all = read::features(prefectures, Level::Prefecture, is_shipped)?;
        all.extend(read::features(
            municipalities,
            Level::Municipality,
            is_shipped,
        )?);
        all.extend(read::features(wards, Level::Ward, is_shipped)?);
        for (_, districts) in official {
            all.extend(read::official(districts)?);
        }
        all.sort_by(|a, b| a.level.cmp(&b.level).then_with(|| a.code.cmp(&b.code)));
        let by_code = (0..)
            .zip(&all)
            .map(|(i, district)| (district.code.clone(), i))
            .collect();
        let boxes = (0..).zip(&all).map(|(i, district)| {
            let [west, south, east, north] = district.shape.bounds();
            GeomWithData::new(Rectangle::from_corners([west, south], [east, north]), i)
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Ok(Districts {
            all,
            by_code,
            boxes,
        })
    }

    /// Every district of a level, in order of code.
    pub fn of(&self, level: Level) -> impl Iterator<Item = &District> {
        self.all
            .iter()
            .filter(move |district| district.level == level)
    }

    /// The district with this code: two digits for a prefecture, five for the others.
    pub fn get(&self, code: &str) -> Option<&District> {
        self.by_code.get(code).map(|&i| &self.all[i])
    }

    /// The municipality or ward with this code.
    pub fn municipality(&self, code: MunicipalityCode) -> Option<&District> {
        self.get(&code.to_string())
    }

    /// The districts of a level that touch the box, in order of code. Boxes without area are points.
    pub fn in_box(&self, level: Level, [west, south, east, north]: [f64; 4]) -> Vec<&District> {
        let mut found: Vec<usize> = self
            .boxes
            .locate_in_envelope_intersecting(AABB::from_corners([west, south], [east, north]))
            .map(|candidate| candidate.data)
            .filter(|&i| {
                self.all[i].level == level && self.all[i].shape.touches([west, south, east, north])
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|i| &self.all[i]).collect()
    }

    /// The municipality a point lies in, by the rules above.
    pub fn at(&self, point: Position) -> Option<Whereabouts<'_>> {
        let (municipality, outside) = self.nearest(point, |d| d.level == Level::Municipality)?;
        let ward = self
            .nearest(point, |d| is_part(d, municipality))
            .map(|(ward, _)| ward);
        Some(Whereabouts {
            municipality,
            ward,
            outside,
        })
    }

    /// The same for people, who live on land whatever the polygons say: outside all, the nearest
    /// municipality however far, and in it the nearest ward.
    pub fn at_or_nearest(&self, point: Position) -> Option<Whereabouts<'_>> {
        if let Some(found) = self.at(point)
            && (found.ward.is_some() || !self.has_wards(found.municipality))
        {
            return Some(found);
        }
        let away = |d: &'_ District| d.shape.away(point).0;
        let municipality = match self.at(point) {
            Some(found) => found.municipality,
            None => {
                let mut around = 0.1;
                loop {
                    let [west, south] = [point.lon() - around, point.lat() - around];
                    let [east, north] = [point.lon() + around, point.lat() + around];
                    let nearest = self
                        .boxes
                        .locate_in_envelope_intersecting(AABB::from_corners(
                            [west, south],
                            [east, north],
                        ))
                        .map(|candidate| &self.all[candidate.data])
                        .filter(|d| d.level == Level::Municipality)
                        .map(|d| (d, away(d)))
                        .min_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.code.cmp(&b.0.code)));
                    // What lies outside the box is farther than its nearer side: 75 km a degree at 46 N.
                    match nearest {
                        Some((d, far)) if far <= around * 75_000.0 => break d,
                        Some((d, _)) if around > 16.0 => break d,
                        None if around > 16.0 => return None,
                        _ => around *= 2.0,
                    }
                }
            }
        };
        let wards = self
            .of(Level::Ward)
            .filter(|ward| is_part(ward, municipality));
        Some(Whereabouts {
            municipality,
            ward: wards.min_by(|a, b| away(a).total_cmp(&away(b))),
            outside: municipality.shape.away(point),
        })
    }

    fn has_wards(&self, city: &District) -> bool {
        // Only designated cities, whose codes end in 0, have any.
        city.code.ends_with('0') && self.of(Level::Ward).any(|ward| is_part(ward, city))
    }

    fn nearest(
        &self,
        point: Position,
        wanted: impl Fn(&District) -> bool,
    ) -> Option<(&District, Metres)> {
        // The coast in degrees, more than enough up to 46 N: 500 m are 0.0045° of latitude, 0.0065° of longitude.
        const AROUND: f64 = 0.0075;
        let [west, south] = [point.lon() - AROUND, point.lat() - AROUND];
        let [east, north] = [point.lon() + AROUND, point.lat() + AROUND];
        let mut candidates: Vec<usize> = self
            .boxes
            .locate_in_envelope_intersecting(AABB::from_corners([west, south], [east, north]))
            .map(|candidate| candidate.data)
            .filter(|&i| wanted(&self.all[i]))
            .collect();
        candidates.sort_unstable();
        if let Some(&i) = candidates.iter().find(|&&i| self.all[i].shape.holds(point)) {
            return Some((&self.all[i], Metres(0.0)));
        }
        candidates
            .into_iter()
            .map(|i| (&self.all[i], self.all[i].shape.distance(point)))
            .filter(|(_, distance)| *distance <= COAST)
            .min_by(|a, b| a.1.0.total_cmp(&b.1.0))
    }
}

/// Whether the district is a ward of the city.
fn is_part(ward: &District, city: &District) -> bool {
    ward.parent
        .is_some_and(|parent| *parent.to_string() == *city.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(code: &str, west: f64, more: &str) -> String {
        let east = west + 0.1;
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}","name_kana":"","name_romaji":"","prefecture":"東京都","label":[{west},35.0]{more}}},"geometry":{{"type":"Polygon","coordinates":[[[{west},35.0],[{east},35.0],[{east},35.1],[{west},35.1],[{west},35.0]]]}}}}"#
        )
    }

    fn two_towns() -> Districts {
        let municipalities = format!(
            "{}\n{}",
            square("13102", 139.1, ""),
            square("13101", 139.0, "")
        );
        let ward = square("13103", 139.1, r#","parent":"13102","approximate":true"#);
        Districts::read(&square("13", 139.0, ""), &municipalities, &ward).unwrap()
    }

    fn at(districts: &Districts, lon: f64, lat: f64) -> Option<(String, Option<String>, f64)> {
        let w = districts.at(Position::new(lon, lat).unwrap())?;
        Some((
            w.municipality.code.to_string(),
            w.ward.map(|w| w.code.to_string()),
            w.outside.0.round(),
        ))
    }

    #[test]
    fn a_point_belongs_where_it_lies_a_shared_border_to_the_smaller_code() {
        let districts = two_towns();
        assert_eq!(
            at(&districts, 139.05, 35.05),
            Some(("13101".into(), None, 0.0))
        );
        assert_eq!(
            at(&districts, 139.15, 35.05),
            Some(("13102".into(), Some("13103".into()), 0.0))
        );
        assert_eq!(
            at(&districts, 139.1, 35.05),
            Some(("13101".into(), None, 0.0))
        );
    }

    #[test]
    fn a_point_off_the_coast_belongs_to_the_nearest_within_half_a_kilometre() {
        let districts = two_towns();
        // 0.004° of latitude are 444 m, 0.005° are 555 m.
        assert_eq!(
            at(&districts, 139.05, 34.996),
            Some(("13101".into(), None, 444.0))
        );
        assert_eq!(at(&districts, 139.05, 34.995), None);
        assert_eq!(
            at(&districts, 139.204, 35.05).map(|(code, ..)| code),
            Some("13102".into())
        );
    }

    #[test]
    fn people_off_every_coast_belong_to_the_nearest_however_far() {
        let districts = two_towns();
        let of = |lon, lat| {
            let w = districts.at_or_nearest(Position::new(lon, lat).unwrap())?;
            Some((
                w.municipality.code.to_string(),
                w.ward.map(|w| w.code.to_string()),
            ))
        };
        assert_eq!(of(139.05, 35.05), Some(("13101".into(), None)));
        assert_eq!(of(138.9, 35.05), Some(("13101".into(), None)));
        assert_eq!(
            of(139.3, 35.05),
            Some(("13102".into(), Some("13103".into())))
        );
        assert_eq!(
            of(142.0, 37.0),
            Some(("13102".into(), Some("13103".into())))
        );
    }

    #[test]
    fn a_box_finds_what_it_touches() {
        let districts = two_towns();
        let codes = |bbox| {
            districts
                .in_box(Level::Municipality, bbox)
                .iter()
                .map(|d| d.code.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes([139.02, 35.02, 139.03, 35.03]), ["13101"]);
        assert_eq!(codes([138.0, 34.0, 140.0, 36.0]), ["13101", "13102"]);
        assert_eq!(codes([139.05, 35.05, 139.05, 35.05]), ["13101"]);
        assert!(codes([140.0, 36.0, 141.0, 37.0]).is_empty());
    }
}
