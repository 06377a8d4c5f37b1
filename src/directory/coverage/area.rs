//! Where, and into which districts it is cut: an area's code and a word, as every way of asking has them.

use super::{Area, Within};
use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::wording::Wording;

/// Into what an area is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Prefectures.
    Prefecture,
    /// Municipalities.
    Municipality,
    /// Wards of designated cities.
    Ward,
    /// Grid squares.
    Square,
}

impl By {
    /// All, as parameters write them.
    pub const CHOICES: &'static [(&'static str, By)] = &[
        ("prefecture", By::Prefecture),
        ("municipality", By::Municipality),
        ("ward", By::Ward),
        ("square", By::Square),
    ];
}

/// Why there is no such area.
#[derive(Debug, Clone, PartialEq)]
pub enum NoArea {
    /// No district has the code.
    Code(Wording),
    /// It cannot be cut into those.
    Cut(Wording),
}

impl NoArea {
    fn code(en: impl Into<String>) -> NoArea {
        NoArea::Code(Wording::new(
            "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください",
            en,
        ))
    }

    fn cut() -> NoArea {
        NoArea::Cut(Wording::new(
            "このareaはその単位に分けられません",
            "this area cannot be cut into those",
        ))
    }
}

impl Area {
    /// The area with a code, cut as `by` says or, without it, as is natural: a prefecture into its
    /// municipalities. Without a code the whole country, which is otherwise cut as `whole` says.
    pub fn read(
        code: Option<&str>,
        by: Option<By>,
        whole: Area,
        districts: &Districts,
    ) -> Result<Area, NoArea> {
        let Some(text) = code else {
            return match by {
                None => Ok(whole),
                Some(By::Prefecture) => Ok(Area::Prefectures),
                Some(By::Municipality) => Ok(Area::Municipalities(None)),
                Some(By::Ward) => Ok(Area::Wards(None)),
                Some(By::Square) => Err(NoArea::cut()),
            };
        };
        if text.len() == 2 {
            let number = text.parse::<u8>().ok();
            let number = number
                .filter(|_| districts.get(text).is_some())
                .ok_or_else(|| NoArea::code("no prefecture has this code: 01 to 47"))?;
            return match by {
                None | Some(By::Municipality) => Ok(Area::Municipalities(Some(number))),
                Some(By::Ward) => Ok(Area::Wards(Some(Within::Prefecture(number)))),
                Some(By::Square) => Ok(Area::Squares(Within::Prefecture(number))),
                Some(By::Prefecture) => Err(NoArea::cut()),
            };
        }
        let code = MunicipalityCode::new(text).map_err(|error| NoArea::code(error.to_string()))?;
        let district = districts
            .municipality(code)
            .ok_or_else(|| NoArea::code("no municipality or ward has this code"))?;
        match (district.level, by) {
            (Level::Ward, None | Some(By::Ward)) => Ok(Area::Ward(code)),
            (Level::Ward, Some(By::Square)) => Ok(Area::Squares(Within::Ward(code))),
            (_, None | Some(By::Municipality)) => Ok(Area::Municipality(code)),
            (_, Some(By::Ward)) => Ok(Area::Wards(Some(Within::Municipality(code)))),
            (_, Some(By::Square)) => Ok(Area::Squares(Within::Municipality(code))),
            (_, Some(By::Prefecture)) => Err(NoArea::cut()),
        }
    }
}
