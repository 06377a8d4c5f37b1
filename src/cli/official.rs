//! `serve --official DIR`: the official files that lie in a folder, imported at the start, and never
//! twice. What each file is stands in it, whatever it is called.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use super::Failure;
use crate::coverage::projection::BASE_YEAR;
use crate::directory::official_files::OfficialFile;
use crate::directory::{self, Directory};

/// So much of a text is looked at to tell what it is: a feature's properties may follow its outline.
const LOOKED_AT: u64 = 1 << 20;

/// So much of a table in an archive holds its header.
const HEADER: u64 = 4 << 10;
/// So many files of an archive are looked into.
const MOST_TABLES: usize = 100;
/// A column that only the list of blocks and lots has.
const BLOCKS: &str = "街区符号・地番";

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Boundaries,
    Stations,
    Census,
    Projection,
    Addresses,
    Basemap,
    /// Nothing this program reads here.
    Unknown,
}

impl Sort {
    const fn name(self) -> &'static str {
        match self {
            Sort::Boundaries => "boundaries (N03)",
            Sort::Stations => "railways (N02)",
            Sort::Census => "census grid",
            Sort::Projection => "projected population",
            Sort::Addresses => "blocks and lots (位置参照情報)",
            Sort::Basemap => "basemap (PMTiles)",
            Sort::Unknown => "unknown",
        }
    }
}

/// Imports what is new in a folder and says what became of each file; a file that is no use is named
/// and left alone. Returns the last basemap file, which is served where it lies.
pub(super) fn import(directory: &Directory, folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let cannot = |error: io::Error| format!("--official {}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Follows links, as a volume of a container has them.
        if !is_hidden && entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    // In order of name, so that the newest edition comes last.
    paths.sort();
    let known = directory.official_files()?;
    let mut basemap = None;
    for path in paths {
        let file = path.display().to_string();
        match one(directory, &path, &known) {
            Ok(Became::Imported(sort, what)) => {
                tracing::info!(file, holds = sort.name(), "official file imported: {what}");
            }
            Ok(Became::Known(sort)) => {
                tracing::info!(file, holds = sort, "official file was imported before");
            }
            Ok(Became::Basemap) => {
                tracing::info!(file, holds = Sort::Basemap.name(), "official file found");
                basemap = Some(path);
            }
            Ok(Became::Unknown) => tracing::info!(
                file,
                "official file left alone: it is none of N02, N03, a census grid file, a projection, a list of blocks or PMTiles"
            ),
            Err(reason) => tracing::warn!(file, "official file not imported: {reason}"),
        }
    }
    Ok(basemap)
}

/// What became of a file.
enum Became {
    Imported(Sort, String),
    /// It was imported before, as what the word says.
    Known(String),
    Basemap,
    Unknown,
}

fn one(directory: &Directory, path: &Path, known: &[OfficialFile]) -> Result<Became, Failure> {
    let name = path.display().to_string();
    let file = File::open(path)?;
    let data = file.metadata()?;
    let sort = sort(&file)?;
    match sort {
        Sort::Basemap => return Ok(Became::Basemap),
        Sort::Unknown => return Ok(Became::Unknown),
        _ => {}
    }
    let modified = data.modified()?.duration_since(UNIX_EPOCH);
    let modified = modified.map_or(0, |since| since.as_micros() as i64);
    let size = data.len() as i64;
    // Hundreds of megabytes are not read again to find that nobody has touched them.
    let is_same =
        |own: &&OfficialFile| (&own.name, own.size, own.modified) == (&name, size, modified);
    if let Some(same) = known.iter().find(is_same) {
        return Ok(Became::Known(same.sort.clone()));
    }
    let digest = digest(&file)?;
    let mut own = OfficialFile {
        digest,
        name: name.clone(),
        size,
        modified,
        sort: sort.name().to_owned(),
    };
    if known.iter().any(|other| other.digest == own.digest) {
        return Ok(Became::Known(std::mem::take(&mut own.sort)));
    }
    let what = match sort {
        Sort::Boundaries => {
            let imported = directory.import_boundaries(&name, file)?;
            let prefectures = imported.official.sheets.len();
            format!("{prefectures} prefectures, {}", imported.source)
        }
        Sort::Stations => {
            let imported = directory.import_stations(&name, file)?;
            let (stations, lines) = (imported.official.stations, imported.official.lines);
            format!("{stations} stations, {lines} lines, {}", imported.source)
        }
        Sort::Projection => {
            let files = [(name, file)];
            let imported = directory.import_projection(files, BASE_YEAR, false)?;
            let prefectures = imported.prefectures.len();
            format!("{prefectures} prefectures, {}", imported.source)
        }
        Sort::Addresses => {
            let imported = directory.import_addresses([(name, file)])?;
            let districts = imported.districts.len();
            let blocks: usize = imported.districts.iter().map(|district| district.3).sum();
            let sources = imported.sources.join(", ");
            format!("{blocks} blocks and lots of {districts} municipalities and wards, {sources}")
        }
        _ => {
            let bytes = std::fs::read(path)?;
            let imported = directory.import_population(vec![(name, bytes)], false)?;
            let squares: usize = imported.blocks.iter().map(|block| block.1).sum();
            format!("{squares} squares, {}", imported.source)
        }
    };
    directory
        .remember_official(&own)
        .map_err(|error: directory::Error| {
            format!("it is imported ({what}), but that could not be written down: {error}")
        })?;
    Ok(Became::Imported(sort, what))
}

/// What a file holds, by what stands in it.
fn sort(file: &File) -> io::Result<Sort> {
    let mut file = BufReader::new(file);
    file.rewind()?;
    let start = file.fill_buf()?;
    let sort = if start.starts_with(b"PMTiles") {
        Sort::Basemap
    } else if start.starts_with(b"PK") {
        match zip::ZipArchive::new(&mut file) {
            Ok(mut archive) => match archived(archive.file_names().filter_map(Result::ok)) {
                Sort::Unknown => in_tables(&mut archive),
                sort => sort,
            },
            // Cut short perhaps; its importer says so, if its first file's name tells which.
            Err(_) => {
                file.rewind()?;
                let mut start = [0; 256];
                let read = file.read(&mut start)?;
                archived(String::from_utf8_lossy(&start[..read]).split('\0'))
            }
        }
    } else {
        let mut text = Vec::new();
        (&mut file).take(LOOKED_AT).read_to_end(&mut text)?;
        written(&text)
    };
    file.rewind()?;
    Ok(sort)
}

/// What an archive holds, by the names of its files.
fn archived(names: impl Iterator<Item = impl AsRef<str>>) -> Sort {
    let mut sort = Sort::Unknown;
    for name in names {
        let name = name.as_ref().to_lowercase();
        let has = |part: &str| name.contains(part);
        if has("n02-") || has("n02_") {
            sort = Sort::Stations;
        } else if has("n03-") || has("n03_") {
            sort = Sort::Boundaries;
        } else if has("500m_mesh") && has(".geojson") {
            sort = Sort::Projection;
        } else if has("tblt") && has(".txt") {
            sort = Sort::Census;
        }
        if sort != Sort::Unknown {
            break;
        }
    }
    sort
}

/// What an archive's tables hold, by their columns: their names may be anything.
fn in_tables(archive: &mut zip::ZipArchive<impl Read + Seek>) -> Sort {
    for i in 0..archive.len().min(MOST_TABLES) {
        let Ok(file) = archive.by_index(i) else {
            continue;
        };
        let is_table = |name: &str| name.to_lowercase().ends_with(".csv");
        if !file.name().is_ok_and(|name| is_table(&name)) {
            continue;
        }
        let mut text = Vec::new();
        if file.take(HEADER).read_to_end(&mut text).is_ok() {
            match written(&text) {
                Sort::Unknown => {}
                sort => return sort,
            }
        }
    }
    Sort::Unknown
}

/// What a text holds, by its columns or properties.
fn written(text: &[u8]) -> Sort {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    // The list's own column, in either of the encodings it comes in.
    let (column, ..) = encoding_rs::SHIFT_JIS.encode(BLOCKS);
    let is_list = |column: &[u8]| memchr::memmem::find(header, column).is_some();
    if is_list(BLOCKS.as_bytes()) || is_list(&column) {
        return Sort::Addresses;
    }
    let has = |part: &str| memchr::memmem::find(text, part.as_bytes()).is_some();
    if has("\"N02_00") {
        Sort::Stations
    } else if has("\"N03_00") {
        Sort::Boundaries
    } else if has("\"PTN_2020\"") {
        Sort::Projection
    } else if text.starts_with(b"KEY_CODE") || has("KEY_CODE,HTKSYORI") {
        Sort::Census
    } else {
        Sort::Unknown
    }
}

fn digest(mut file: &File) -> io::Result<String> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    file.rewind()?;
    let digest = hasher.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_stands_in_it() {
        for (names, sort) in [
            (
                &["N02-24_GML/UTF-8/N02-24_Station.geojson"][..],
                Sort::Stations,
            ),
            (
                &["KS-META.xml", "N03-20240101_13.geojson"],
                Sort::Boundaries,
            ),
            (&["tblT001101H5339.txt"], Sort::Census),
            (&["500m_mesh_2024_13.geojson"], Sort::Projection),
            (&["A50-20_13.geojson"], Sort::Unknown),
        ] {
            assert_eq!(archived(names.iter()), sort, "{names:?}");
        }
        for (text, sort) in [
            (
                r#"{"features":[{"properties":{"N02_001":"11"}}]}"#,
                Sort::Stations,
            ),
            (
                r#"{"features":[{"properties":{"N03_001":"東京都"}}]}"#,
                Sort::Boundaries,
            ),
            (
                r#"{"features":[{"properties":{"MESH_ID":"533945271","PTN_2020":1.5}}]}"#,
                Sort::Projection,
            ),
            ("KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001", Sort::Census),
            (
                "都道府県名,市区町村名,大字・丁目名,小字・通称名,街区符号・地番,座標系番号\r\n",
                Sort::Addresses,
            ),
            ("name,lat,lon", Sort::Unknown),
            ("name,lat,lon\n街区符号・地番", Sort::Unknown),
            ("", Sort::Unknown),
        ] {
            assert_eq!(written(text.as_bytes()), sort, "{text}");
        }
    }
}
