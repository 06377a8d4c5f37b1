//! Counties (郡), which the lists of districts and towns do not contain. A county has no point; its name
//! finds the municipalities in it.

use super::fold::fold;
use super::read::rows;
use super::romaji::latin;
use super::{Area, Places, Unreadable};
use crate::districts::Level;

const HEADER: [&str; 4] = ["code", "county", "kana", "romaji"];

impl Places {
    /// The same with the county of each municipality that lies in one: `code,county,kana,romaji`. A
    /// line whose municipality is not known is left out.
    pub fn with_counties(mut self, text: &str) -> Result<Places, Unreadable> {
        rows(
            "counties",
            text.as_bytes(),
            &HEADER,
            |[code, county, kana, romaji]| {
                let number: u32 = code.parse().map_err(|_| "no code".to_owned())?;
                let is_it =
                    |area: &&mut Area| area.number == number && area.level == Level::Municipality;
                if let Some(area) = self.districts.iter_mut().find(is_it) {
                    area.county = [county, kana, romaji].map(fold).map(Into::into).into();
                    area.latin_county = latin(romaji).into();
                }
                Ok(())
            },
        )?;
        Ok(self)
    }
}
