//! Importing projected people: the ministry's GeoJSON files, or the archives that hold them, into the
//! store, all of them or none.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use super::population::NoImport;
use super::{Directory, Error, moment};
use crate::coverage::projection::{Reading, Sheet, Unreadable};
use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::store::population::{ImportOutcome, StoredProjection};

/// The whole country's GeoJSON has some 10 GiB: hundreds of columns a square.
const LARGEST: u64 = 64 << 30;
/// Files an archive may hold.
const MOST_FILES: usize = 1_000;
/// An archive may unpack to so many times its size, beyond [`SMALL`].
const MOST_TIMES: u64 = 200;
/// What is no larger unpacks in any case.
const SMALL: u64 = 64 << 20;
/// A square's centre may lie so far outside the municipality it names: borders are generalized, and
/// islands are missing.
const ASTRAY: f64 = 50_000.0;

/// What an import came to.
#[derive(Debug)]
pub struct ImportedProjection {
    /// Year and size.
    pub source: String,
    /// Each prefecture's two digits, with how many municipalities, squares and people were read.
    pub prefectures: BTreeMap<String, (usize, usize, u64)>,
    /// Municipalities of these prefectures that the files do not have: their people stay as they were.
    pub missing: Vec<String>,
    /// The reference number now.
    pub reference: i64,
}

/// Whether a file is the ministry's projection, or an archive that may hold it, and not e-Stat's.
pub fn is_projection(mut file: impl Read + Seek) -> io::Result<bool> {
    let mut start = [0; 64];
    let mut length = 0;
    while length < start.len() {
        match file.read(&mut start[length..])? {
            0 => break,
            more => length += more,
        }
    }
    file.rewind()?;
    if start.starts_with(b"PK\x03\x04") {
        let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(&mut file)) else {
            return Ok(false);
        };
        // e-Stat's archives hold text files alone.
        let names = (0..archive.len().min(MOST_FILES)).filter_map(|i| {
            let file = archive.by_index_raw(i).ok()?;
            Some(file.name().ok()?.to_lowercase())
        });
        let is = names
            .collect::<Vec<_>>()
            .iter()
            .any(|name| is_geojson(name) || name.ends_with(".shp"));
        file.rewind()?;
        return Ok(is);
    }
    let text = start[..length].strip_prefix(b"\xef\xbb\xbf".as_slice());
    let text = text.unwrap_or(&start[..length]);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(first == Some(&b'{') || start.starts_with(&[0, 0, 0x27, 0x0a]))
}

fn is_geojson(lower: &str) -> bool {
    lower.ends_with(".geojson") || lower.ends_with(".json")
}

impl Directory {
    /// Reads the people of a year from the ministry's files and stores them in one transaction.
    /// Municipalities that no file names keep the people they have.
    pub fn import_projection<F: Read + Seek>(
        &self,
        files: impl IntoIterator<Item = (String, F)>,
        year: u16,
        replace: bool,
    ) -> Result<ImportedProjection, NoImport> {
        let mut reading = Reading::new(year);
        let mut names = Vec::new();
        for (name, file) in files {
            read(&name, file, &mut reading)?;
            names.push(name);
        }
        let name = names.join(", ");
        let (source, sheets) = reading.finish().map_err(|reason| refused(&name, &reason))?;
        let known = self.reference();
        check_places(&sheets, &known.districts).map_err(|reason| refused(&name, &reason))?;
        let stored: Vec<StoredProjection> = sheets
            .iter()
            .map(|sheet| StoredProjection {
                district: sheet.district.clone(),
                source: source.clone(),
                squares: sheet.to_stored(),
            })
            .collect();
        let kept = self
            .store
            .store_projection(&source, &stored, replace, moment())
            .map_err(Error::from)?;
        let reference = match kept {
            ImportOutcome::Stored(reference) => reference,
            ImportOutcome::Other(stored) => {
                return Err(NoImport::Other {
                    stored,
                    found: source,
                });
            }
        };
        self.refresh()?;
        let mut prefectures: BTreeMap<String, (usize, usize, u64)> = BTreeMap::new();
        for sheet in &sheets {
            let prefecture = prefectures.entry(sheet.district[..2].to_owned());
            let (districts, squares, people) = prefecture.or_default();
            *districts += 1;
            *squares += sheet.squares.len();
            *people += sheet
                .squares
                .iter()
                .map(|s| u64::from(s.1.total))
                .sum::<u64>();
        }
        Ok(ImportedProjection {
            missing: missing(&sheets, &known.districts),
            source,
            prefectures,
            reference,
        })
    }
}

fn refused(file: &str, reason: &dyn std::fmt::Display) -> NoImport {
    NoImport::File {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// Refuses squares that lie far from the municipality they name.
fn check_places(sheets: &[Sheet], districts: &Districts) -> Result<(), String> {
    for sheet in sheets {
        let Some(district) = districts.get(&sheet.district) else {
            continue;
        };
        let shape = &district.shape;
        let astray = sheet.squares.iter().map(|square| square.0).find(|mesh| {
            let centre = mesh.centre();
            !shape.holds(centre) && shape.away(centre).0 > ASTRAY
        });
        if let Some(mesh) = astray {
            return Err(format!(
                "square {mesh} lies {:.0} km from {}{} ({}), which its SHICODE names",
                shape.away(mesh.centre()).0 / 1_000.0,
                district.prefecture,
                district.name,
                district.code
            ));
        }
    }
    Ok(())
}

/// The municipalities of the prefectures read that no sheet is of, with their names.
fn missing(sheets: &[Sheet], districts: &Districts) -> Vec<String> {
    let read: BTreeSet<&str> = sheets.iter().map(|sheet| &*sheet.district).collect();
    let prefectures: BTreeSet<&str> = read.iter().map(|code| &code[..2]).collect();
    // A city whose wards have other codes now is not missing.
    let has_wards = |code: &str| {
        let own = MunicipalityCode::new(code).ok();
        let is_ward_code = |read: &&&str| read[..3] == code[..3] && ***read > *code;
        districts.of(Level::Ward).any(|ward| ward.parent == own)
            && read.iter().filter(is_ward_code).count() > 0
    };
    districts
        .of(Level::Municipality)
        .filter(|district| prefectures.contains(&district.code[..2]))
        .filter(|district| !read.contains(&*district.code) && !has_wards(&district.code))
        .map(|district| format!("{} {}", district.code, district.name))
        .collect()
}

fn read(name: &str, mut file: impl Read + Seek, reading: &mut Reading) -> Result<(), NoImport> {
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
    if start.is_empty() {
        return Err(refused(name, &"it is empty"));
    }
    geojson(name, file, reading)
}

fn geojson(name: &str, mut file: impl BufRead, reading: &mut Reading) -> Result<(), NoImport> {
    let start = file
        .fill_buf()
        .map_err(|error| refused(name, &Unreadable::Damaged(error.to_string())))?;
    if start.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    reading.read(file).map_err(|reason| refused(name, &reason))
}

/// Reads all GeoJSON in an archive. What is too large is refused before it is unpacked.
fn archive(
    name: &str,
    file: impl Read + Seek,
    length: u64,
    reading: &mut Reading,
) -> Result<(), NoImport> {
    let damaged =
        |error: &dyn std::fmt::Display| refused(name, &format!("a damaged zip archive: {error}"));
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_FILES {
        let reason = format!(
            "an archive of {} files; at most {MOST_FILES} are looked through",
            archive.len()
        );
        return Err(refused(name, &reason));
    }
    let mut wanted = Vec::new();
    let mut all = 0_u64;
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).map_err(|error| damaged(&error))?;
        let own = file.name().map_err(|error| damaged(&error))?.into_owned();
        // What macOS adds of its own.
        if is_geojson(&own.to_lowercase()) && !own.starts_with("__MACOSX") {
            all = all.saturating_add(file.size());
            wanted.push((i, own));
        }
    }
    if wanted.is_empty() {
        let reason = "it holds no GeoJSON (a name that ends in .geojson): download the GeoJSON";
        return Err(refused(name, &reason));
    }
    if all > LARGEST || (all > SMALL && all > length.saturating_mul(MOST_TIMES)) {
        let reason = format!(
            "it unpacks to {} MiB, {} times its size; at most {} MiB and {MOST_TIMES} times are unpacked",
            all >> 20,
            all / length.max(1),
            LARGEST >> 20
        );
        return Err(refused(name, &reason));
    }
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
        io::copy(&mut file, &mut io::sink())
            .map_err(|error| refused(&inner, &Unreadable::Damaged(error.to_string())))?;
    }
    Ok(())
}
