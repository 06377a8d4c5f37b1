//! Imports the ministry's railways into the store, all or none.

use std::io::{Read, Seek};

use super::archives::{self, Limits, edition, refused};
use super::{Directory, Error, moment};
use crate::domain::municipality::MunicipalityCode;
use crate::stations::official::{Official, Reading};
use crate::store::railways::StoredRailways;

/// What is read of a file or archive: five times what the whole country has, in both files.
const LIMITS: Limits = Limits {
    largest: 256 << 20,
    is_other,
};

/// Whom to name, as the ministry asks.
const SOURCE: &str = "「国土数値情報（鉄道データ）」（国土交通省）";

/// Folders of an archive hold the same data in two encodings; GeoJSON is UTF-8.
fn is_other(stem: &str) -> bool {
    stem.contains("shift-jis/") || stem.contains("shift_jis/") || stem.contains("__macosx/")
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NoStations {
    /// The file is no use.
    #[error("{0}")]
    File(#[from] archives::Refused),
    /// The database failed.
    #[error("{0}")]
    Error(#[from] Error),
}

/// What an import came to.
#[derive(Debug)]
pub struct ImportedStations {
    /// What was read.
    pub official: Official,
    /// Where it is from, with the edition where the file's name tells it.
    pub source: String,
    /// The reference number now.
    pub reference: i64,
}

impl Directory {
    /// Reads the ministry's GeoJSON of stations, or the archive that holds it and the lines, and
    /// stores it in one transaction in place of the shipped stations.
    pub fn import_stations(
        &self,
        name: &str,
        file: impl Read + Seek,
    ) -> Result<ImportedStations, NoStations> {
        let mut reading = Reading::new();
        let inner = archives::read(name, file, &LIMITS, &mut |part| reading.read(part))?;
        let known = self.reference();
        let shipped = super::reference::shipped_stations();
        let official = reading.finish(&shipped, |place| {
            let found = known.districts.at_or_nearest(place)?;
            let code = MunicipalityCode::new(&found.municipality.code).ok()?;
            Some((code, found.outside))
        });
        let official = official.map_err(|reason| refused(name, &reason))?;
        let source = match edition(&inner, "N02-", 2).or_else(|| edition(name, "N02-", 2)) {
            Some(edition) => format!("{SOURCE} {edition}"),
            None => SOURCE.to_owned(),
        };
        let stored = StoredRailways {
            source: source.clone(),
            stations: official.list.clone(),
            lines: official.railways.clone(),
        };
        let kept = self.store.store_railways(&stored, moment());
        let reference = kept.map_err(Error::from)?;
        self.refresh()?;
        Ok(ImportedStations {
            official,
            source,
            reference,
        })
    }
}
