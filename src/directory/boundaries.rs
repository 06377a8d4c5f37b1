//! Imports the ministry's boundaries into the store, all or none.

use std::io::{Read, Seek};

use serde::Deserialize;

use super::archives::{self, Limits, edition, refused};
use super::{Directory, Error, moment};
use crate::districts::official::{BoundaryReader, Official};
use crate::domain::facility::FacilityId;
use crate::domain::municipality::MunicipalityCode;
use crate::store::boundaries::StoredBoundaries;

/// What is read of a file or archive: the whole country's has about 400 MB.
const LIMITS: Limits = Limits {
    largest: 2 << 30,
    is_other,
};

/// Whom to name, as the ministry asks.
const SOURCE: &str = "国土数値情報（行政区域データ）（国土交通省）";

/// Layers of the same borders that newer archives have beside the municipalities.
const OTHER_LAYERS: [&str; 3] = ["prefecture", "subprefecture", "designated_city"];

fn is_other(stem: &str) -> bool {
    let mut layers = OTHER_LAYERS.iter();
    layers.any(|layer| stem.ends_with(&format!("_{layer}")))
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NoBoundaries {
    /// The file is no use.
    #[error("{0}")]
    File(#[from] archives::Refused),
    /// The database failed.
    #[error("{0}")]
    Error(#[from] Error),
}

/// What an import came to.
#[derive(Debug)]
pub struct ImportedBoundaries {
    /// What was read.
    pub official: Official,
    /// Where it is from, with the edition where the file's name tells it.
    pub source: String,
    /// Facilities that say they are in another municipality than the one they now lie in: which, the
    /// one they say, the one they lie in, if any.
    pub elsewhere: Vec<(FacilityId, String, Option<String>)>,
    /// The reference number now.
    pub reference: i64,
}

/// What is asked of a facility.
#[derive(Deserialize)]
struct DistrictSummary {
    municipality: MunicipalityCode,
}

impl Directory {
    /// Reads the ministry's GeoJSON, or the archive that holds it, and stores it in one transaction.
    /// Prefectures that are not in the file keep the boundaries they have.
    pub fn import_boundaries(
        &self,
        name: &str,
        file: impl Read + Seek,
    ) -> Result<ImportedBoundaries, NoBoundaries> {
        let shipped = super::Reference::shipped();
        let mut reading = BoundaryReader::new(&shipped.districts);
        let inner = archives::read(name, file, &LIMITS, &mut |part| reading.read(part))?;
        let official = reading.finish().map_err(|reason| refused(name, &reason))?;
        let source = match edition(&inner, "N03-", 6).or_else(|| edition(name, "N03-", 6)) {
            Some(edition) => format!("{SOURCE} {edition}"),
            None => SOURCE.to_owned(),
        };
        let stored: Vec<StoredBoundaries> = official
            .sheets
            .iter()
            .map(|sheet| StoredBoundaries {
                prefecture: sheet.prefecture.clone(),
                source: source.clone(),
                districts: sheet.districts.clone(),
            })
            .collect();
        let kept = self.store.store_boundaries(&stored, moment());
        let reference = kept.map_err(Error::from)?;
        self.refresh()?;
        Ok(ImportedBoundaries {
            official,
            source,
            elsewhere: self.elsewhere(),
            reference,
        })
    }

    /// Published facilities whose stated municipality is not the one their point lies in.
    fn elsewhere(&self) -> Vec<(FacilityId, String, Option<String>)> {
        let now = self.now();
        let entries = now.snapshot.iter().filter_map(|entry| {
            let said = entry
                .properties::<DistrictSummary>()
                .municipality
                .to_string();
            let found = now.known.districts.at(entry.position);
            let found = found.map(|found| found.municipality.code.to_string());
            (found.as_ref() != Some(&said)).then(|| (entry.id.clone(), said, found))
        });
        entries.collect()
    }
}
