//! Importing official boundaries: the ministry's file into the store, all of it or nothing.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use serde::Deserialize;

use super::{Directory, Error, moment};
use crate::districts::official::{Official, Reading, Unusable};
use crate::domain::facility::FacilityId;
use crate::domain::municipality::MunicipalityCode;
use crate::store::boundaries::StoredBoundaries;

/// A GeoJSON file may be so large: the whole country's has about 400 MB.
const LARGEST: u64 = 2 << 30;
/// Files an archive may hold: the ministry's have about a dozen for each prefecture.
const MOST_FILES: usize = 1_000;
/// An archive may unpack to so many times its size, beyond [`SMALL`]: coordinates as text make ten.
const MOST_TIMES: u64 = 100;
/// What is no larger unpacks in any case.
const SMALL: u64 = 64 << 20;

/// Whom to name, as the ministry asks.
const SOURCE: &str = "国土数値情報（行政区域データ）（国土交通省）";

/// Layers of the same borders that newer archives have beside the municipalities.
const OTHER_LAYERS: [&str; 3] = ["prefecture", "subprefecture", "designated_city"];

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NoBoundaries {
    /// The file is no use.
    #[error("{file}: {reason}")]
    File {
        /// Its name, and in an archive the file's in it.
        file: String,
        /// Why.
        reason: String,
    },
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
struct Brief {
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
        let mut reading = Reading::new(&shipped.districts);
        let inner = read(name, file, &mut reading)?;
        let official = reading.finish().map_err(|reason| refused(name, &reason))?;
        let source = match edition(&inner).or_else(|| edition(name)) {
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
        let kept = self.store.keep_boundaries(&stored, moment());
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
            let said = entry.properties::<Brief>().municipality.to_string();
            let found = now.known.districts.at(entry.position);
            let found = found.map(|found| found.municipality.code.to_string());
            (found.as_ref() != Some(&said)).then(|| (entry.id.clone(), said, found))
        });
        entries.collect()
    }
}

fn refused(file: &str, reason: &dyn std::fmt::Display) -> NoBoundaries {
    NoBoundaries::File {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// Reads a file or all that an archive has of boundaries; returns the name of the last file read.
fn read(
    name: &str,
    mut file: impl Read + Seek,
    reading: &mut Reading<'_>,
) -> Result<String, NoBoundaries> {
    let io = |error: io::Error| refused(name, &format!("it cannot be read: {error}"));
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    file.rewind().map_err(io)?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    let start = file.fill_buf().map_err(io)?;
    if start.starts_with(b"PK") {
        return archive(name, file, length, reading);
    }
    if start.starts_with(&[0, 0, 0x27, 0x0a]) {
        let reason = "it is a Shapefile; the GeoJSON of the same archive is expected";
        return Err(refused(name, &reason));
    }
    if length > LARGEST {
        return Err(refused(name, &too_large(length)));
    }
    geojson(name, file, reading)?;
    Ok(name.to_owned())
}

fn too_large(bytes: u64) -> String {
    format!(
        "it has {} MiB; at most {} are read",
        bytes.div_ceil(1 << 20),
        LARGEST >> 20
    )
}

fn geojson(
    name: &str,
    mut file: impl BufRead,
    reading: &mut Reading<'_>,
) -> Result<(), NoBoundaries> {
    let start = file
        .fill_buf()
        .map_err(|error| refused(name, &Unusable::Damaged(error.to_string())))?;
    match start {
        [0xef, 0xbb, 0xbf, ..] => file.consume(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err(refused(name, &"it is UTF-16; GeoJSON must be UTF-8"));
        }
        [] => return Err(refused(name, &"it is empty")),
        _ => {}
    }
    reading.read(file).map_err(|reason| refused(name, &reason))
}

/// Reads the municipalities' GeoJSON in an archive. What is too large is refused before it is unpacked.
fn archive(
    name: &str,
    file: impl Read + Seek,
    length: u64,
    reading: &mut Reading<'_>,
) -> Result<String, NoBoundaries> {
    let damaged =
        |error: &dyn std::fmt::Display| refused(name, &format!("a damaged zip archive: {error}"));
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_FILES {
        let found = archive.len();
        let reason =
            format!("an archive of {found} files; at most {MOST_FILES} are looked through");
        return Err(refused(name, &reason));
    }
    let mut wanted = Vec::new();
    let (mut all, mut has_shapes) = (0_u64, false);
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).map_err(|error| damaged(&error))?;
        let own = file.name().map_err(|error| damaged(&error))?.into_owned();
        let lower = own.to_lowercase();
        has_shapes |= lower.ends_with(".shp");
        let Some(stem) = lower
            .strip_suffix(".geojson")
            .or_else(|| lower.strip_suffix(".json"))
        else {
            continue;
        };
        if OTHER_LAYERS
            .iter()
            .any(|layer| stem.ends_with(&format!("_{layer}")))
        {
            continue;
        }
        all = all.saturating_add(file.size());
        wanted.push((i, own));
    }
    if wanted.is_empty() {
        let reason = match has_shapes {
            true => {
                "it holds a Shapefile and no GeoJSON: download the GeoJSON, or the archive that has both"
            }
            false => "it holds no GeoJSON (a name that ends in .geojson)",
        };
        return Err(refused(name, &reason));
    }
    if all > LARGEST {
        return Err(refused(name, &format!("unpacked, {}", too_large(all))));
    }
    if all > SMALL && all > length.saturating_mul(MOST_TIMES) {
        let reason = format!(
            "it unpacks to {} times its size; boundaries make about ten, at most {MOST_TIMES} are unpacked",
            all / length.max(1)
        );
        return Err(refused(name, &reason));
    }
    let mut last = String::new();
    for (i, own) in wanted {
        let inner = format!("{name}/{own}");
        let file = archive
            .by_index(i)
            .map_err(|error| refused(&inner, &error))?;
        // What it says of its size may be a lie.
        let said = file.size();
        let mut file = BufReader::with_capacity(1 << 20, file.take(said + 1));
        geojson(&inner, &mut file, reading)?;
        // To its end, where the archive's checksum is compared.
        let rest = io::copy(&mut file, &mut io::sink());
        rest.map_err(|error| refused(&inner, &Unusable::Damaged(error.to_string())))?;
        last = own;
    }
    Ok(last)
}

/// `N03-20240101` of `N03-20240101_GML.zip`.
fn edition(name: &str) -> Option<String> {
    let at = name.rfind("N03-")?;
    let rest = &name[at + 4..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits >= 6).then(|| name[at..at + 4 + digits].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_is_in_the_name() {
        let found = |name| edition(name);
        assert_eq!(
            found("x/N03-20240101_13_GML.zip").as_deref(),
            Some("N03-20240101")
        );
        assert_eq!(
            found("N03-200101_GML/N03-20_200101.geojson").as_deref(),
            None
        );
        assert_eq!(found("tokyo.geojson"), None);
    }
}
