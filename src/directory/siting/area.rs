//! The area new facilities are sought for: a district, or all of Japan.

use crate::coverage::population::Cell;
use crate::directory::credits::Prefectures;
use crate::districts::{District, Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

/// The code of all of Japan.
const JAPAN: &str = "00";
/// How far outside a border that is generalized a place may be and still belong there.
const BORDER: f64 = 150.0;

/// A district, or all of Japan.
pub(super) enum Whole<'a> {
    Japan,
    District(&'a District),
}

impl<'a> Whole<'a> {
    /// The area with this code, or what is wrong with the code.
    pub(super) fn read(code: &str, districts: &'a Districts) -> Result<Whole<'a>, String> {
        if code == JAPAN {
            return Ok(Whole::Japan);
        }
        let found = crate::review::area(code, districts)?;
        let district = districts.get(&found);
        district
            .map(Whole::District)
            .ok_or_else(|| format!("no district has the code {code}"))
    }

    pub(super) fn code(&self) -> &str {
        match self {
            Whole::Japan => JAPAN,
            Whole::District(district) => &district.code,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Whole::Japan => "全国",
            Whole::District(district) => &district.name,
        }
    }

    /// Whose boundaries decide what lies in it.
    pub(super) fn prefecture(&self) -> Prefectures {
        match self {
            Whole::Japan => Prefectures::All,
            Whole::District(district) => {
                let number = district.code.get(..2).map(str::to_owned);
                Prefectures::Some(number.into_iter().collect())
            }
        }
    }

    /// The municipalities whose people are the area's.
    pub(super) fn municipalities(&self, districts: &Districts) -> Vec<MunicipalityCode> {
        let code = |district: &District| MunicipalityCode::new(&district.code).ok();
        match self {
            Whole::District(district) if district.level == Level::Municipality => {
                code(district).into_iter().collect()
            }
            Whole::District(district) if district.level == Level::Ward => {
                district.parent.into_iter().collect()
            }
            _ => districts
                .of(Level::Municipality)
                .filter(|district| self.holds_code(&district.code))
                .filter_map(code)
                .collect(),
        }
    }

    /// Whether a square of its municipalities is its own: a ward has only some of its city's.
    pub(super) fn has(&self, cell: &Cell) -> bool {
        match self {
            Whole::District(district) if district.level == Level::Ward => {
                MunicipalityCode::new(&district.code).is_ok_and(|ward| cell.is_in_ward(ward))
            }
            _ => true,
        }
    }

    /// Whether a town of this municipality or ward lies in it.
    pub(super) fn has_town(&self, district: MunicipalityCode, districts: &Districts) -> bool {
        let parent = || districts.municipality(district)?.parent;
        self.holds_code(&district.to_string())
            || parent().is_some_and(|city| self.holds_code(&city.to_string()))
    }

    /// Whether a place lies in it, or as near its border as that may be drawn wrong.
    pub(super) fn holds(&self, position: Position, districts: &Districts) -> bool {
        let Whole::District(district) = self else {
            return true;
        };
        let found = districts.at_or_nearest(position);
        let codes = found.iter().flat_map(|found| {
            let ward = found.ward.map(|ward| &ward.code);
            [Some(&found.municipality.code), ward].into_iter().flatten()
        });
        codes.into_iter().any(|code| self.holds_code(code))
            || district.shape.away(position).0 <= BORDER
    }

    fn holds_code(&self, code: &str) -> bool {
        match self {
            Whole::Japan => true,
            Whole::District(district) => {
                code == &*district.code
                    || (district.level == Level::Prefecture && code.starts_with(&*district.code))
            }
        }
    }
}
