//! Blocks and lots: imports the official lists, and finds the blocks of a town.
//!
//! The lists stay in the database. A process caches which municipalities are imported, and recent towns.
//! If the database is away, an address is located by its town, as without a list.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Directory, Error, Generation, moment};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::vocabulary::Precision;
use crate::places::blocks::official::{BlockReader, BlocksError, ImportCounts};
use crate::places::blocks::{Blocks, TownBlocks};
use crate::snapshot::find::Hit;
use crate::store::addresses::{StoredArea, StoredTown};

/// A list may be so large: a prefecture's has about 100 MB.
const LARGEST: u64 = 2 << 30;
/// Files an archive may hold.
const MOST_FILES: usize = 1_000;
/// An archive may unpack to so many times its size, beyond [`SMALL`]: lists make about fifteen.
const MOST_TIMES: u64 = 200;
/// What is no larger unpacks in any case.
const SMALL: u64 = 64 << 20;

/// Blocks held of the towns asked for last: 60 bytes each.
const HELD: usize = 300_000;

/// Whom to name, as the ministry asks.
const SOURCE: &str = "国土交通省「位置参照情報（街区レベル）」";

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NoAddresses {
    /// A file is no use.
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
pub struct ImportedAddresses {
    /// Each municipality or ward with its name, how many towns it has, and how many blocks and lots.
    pub districts: Vec<(String, String, usize, usize)>,
    /// What was left out or moved.
    pub counts: ImportCounts,
    /// Where they are from.
    pub sources: Vec<String>,
    /// The reference number now.
    pub reference: i64,
}

/// What a process holds.
#[derive(Default)]
pub(super) struct BlockCache {
    areas: Mutex<Option<Arc<Areas>>>,
    towns: Mutex<Towns>,
}

/// Which municipalities are imported.
struct Areas {
    reference: i64,
    directory_id: String,
    sources: BTreeMap<u32, String>,
}

#[derive(Default)]
struct Towns {
    reference: i64,
    directory_id: String,
    blocks: usize,
    known: HashMap<(u32, String), Option<Arc<TownBlocks>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The blocks that go with a generation.
pub struct Addresses<'a> {
    directory: &'a Directory,
    areas: Option<Arc<Areas>>,
}

impl Addresses<'_> {
    /// Whether nothing is imported.
    pub fn is_empty(&self) -> bool {
        self.areas
            .as_ref()
            .is_none_or(|areas| areas.sources.is_empty())
    }

    /// The same for a review; nothing where nothing is imported.
    pub fn blocks(&self) -> Option<&dyn Blocks> {
        (!self.is_empty()).then_some(self)
    }

    /// Where the blocks of a municipality or ward are from.
    pub fn source(&self, district: MunicipalityCode) -> Option<&str> {
        let areas = self.areas.as_ref()?;
        areas.sources.get(&district.number()).map(String::as_str)
    }

    /// Where all of them are from, each once.
    pub fn sources(&self) -> Vec<String> {
        let areas = self.areas.iter().flat_map(|areas| areas.sources.values());
        let mut all: Vec<String> = areas.cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// Where the blocks are from by which facilities may have been found, each once; of `among`, or of
    /// all that are published.
    ///
    /// A facility's record does not tell whether its position is a block's of a list or was given with
    /// this precision. So the list of its municipality or ward is named wherever it could be, and of a
    /// facility whose ward is not known those of all wards. Of a list that was imported anew, the
    /// newer one is named.
    pub fn sources_of(&self, generation: &Generation, among: Option<&[Hit]>) -> Vec<String> {
        let Some(areas) = self.areas.as_ref().filter(|_| !self.is_empty()) else {
            return Vec::new();
        };
        let snapshot = &generation.snapshot;
        let [districts, without_ward] = snapshot.districts_of(Precision::Street, among);
        let city = |code: MunicipalityCode| {
            let district = generation.known.districts.municipality(code);
            district.and_then(|district| district.parent)
        };
        let may_hold = |code: MunicipalityCode| {
            districts.contains(&code) || city(code).is_some_and(|city| without_ward.contains(&city))
        };
        let used = areas.sources.iter().filter(|(district, _)| {
            let code = MunicipalityCode::new(&format!("{district:05}"));
            code.is_ok_and(may_hold)
        });
        let used: BTreeSet<&String> = used.map(|(_, source)| source).collect();
        used.into_iter().cloned().collect()
    }
}

impl Blocks for Addresses<'_> {
    fn of_town(&self, district: MunicipalityCode, town: &str) -> Option<Arc<TownBlocks>> {
        let areas = self.areas.as_ref()?;
        areas.sources.get(&district.number())?;
        let key = (district.number(), town.to_owned());
        {
            let mut towns = lock(&self.directory.addresses.towns);
            if towns.reference != areas.reference || towns.directory_id != areas.directory_id {
                *towns = Towns {
                    reference: areas.reference,
                    directory_id: areas.directory_id.clone(),
                    ..Towns::default()
                };
            }
            if let Some(known) = towns.known.get(&key) {
                return known.clone();
            }
        }
        // Not held while the database is asked: others may know their towns already.
        let store = &self.directory.store;
        let text = store
            .address_blocks(&district.to_string(), town)
            .inspect_err(|error| tracing::warn!(%error, "blocks of an address cannot be read"))
            .ok()?;
        let blocks = text.and_then(|text| TownBlocks::from_stored(&text).map(Arc::new));
        let mut towns = lock(&self.directory.addresses.towns);
        if towns.reference == areas.reference && towns.directory_id == areas.directory_id {
            let more = blocks.as_ref().map_or(0, |blocks| blocks.len()) + 1;
            if towns.blocks + more > HELD {
                towns.known.clear();
                towns.blocks = 0;
            }
            towns.blocks += more;
            towns.known.insert(key, blocks.clone());
        }
        blocks
    }
}

impl Directory {
    /// The blocks that go with a generation. They may have to be read: not for async code.
    pub fn addresses(&self, generation: &Generation) -> Addresses<'_> {
        let mut kept = lock(&self.addresses.areas);
        let is_of = |areas: &Arc<Areas>| {
            areas.reference == generation.reference
                && areas.directory_id == generation.basis.directory_id
        };
        if !kept.as_ref().is_some_and(is_of) {
            let read = self.store.address_areas();
            let read = read.inspect_err(|error| {
                tracing::warn!(%error, "the list of imported addresses cannot be read");
            });
            let Ok(read) = read else {
                // What was known is better than nothing, and asked again next time.
                return Addresses {
                    directory: self,
                    areas: kept.clone(),
                };
            };
            let sources = read
                .into_iter()
                .filter_map(|(district, source)| Some((district.parse().ok()?, source)));
            *kept = Some(Arc::new(Areas {
                reference: generation.reference,
                directory_id: generation.basis.directory_id.clone(),
                sources: sources.collect(),
            }));
        }
        Addresses {
            directory: self,
            areas: kept.clone(),
        }
    }

    /// Reads lists of blocks, or the archives that hold them, and stores them in one transaction.
    /// Municipalities that no file names keep what they have.
    pub fn import_addresses<F: Read + Seek>(
        &self,
        files: impl IntoIterator<Item = (String, F)>,
    ) -> Result<ImportedAddresses, NoAddresses> {
        let known = self.reference();
        let mut sources = BTreeMap::new();
        let (mut towns, mut counts) = (Vec::new(), ImportCounts::default());
        let mut blocks: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (name, file) in files {
            let mut reading = BlockReader::new(&known.districts);
            let inner = read(&name, file, &mut reading)?;
            let source = match edition(&inner).or_else(|| edition(&name)) {
                Some(edition) => format!("{SOURCE} {edition}"),
                None => SOURCE.to_owned(),
            };
            let (read, more) = reading.finish().map_err(|reason| refused(&name, &reason))?;
            counts.deleted += more.deleted;
            counts.ambiguous += more.ambiguous;
            for (former, rows) in more.former {
                *counts.former.entry(former).or_default() += rows;
            }
            let mut own = BTreeMap::new();
            for town in read {
                let district = town.district.to_string();
                if sources.contains_key(&district) {
                    let reason = format!("{district} is in another of these files already");
                    return Err(refused(&name, &reason));
                }
                own.insert(district.clone(), source.clone());
                let (count, all) = blocks.entry(district.clone()).or_default();
                *count += 1;
                *all += town.blocks;
                towns.push(StoredTown {
                    district,
                    town: town.key,
                    blocks: town.stored,
                });
            }
            sources.append(&mut own);
        }
        let areas: Vec<StoredArea> = sources
            .iter()
            .map(|(district, source)| StoredArea {
                district: district.clone(),
                source: source.clone(),
                blocks: blocks.get(district).map_or(0, |(_, all)| *all as i64),
            })
            .collect();
        let kept = self.store.store_addresses(&areas, &towns, moment());
        let reference = kept.map_err(Error::from)?;
        self.refresh()?;
        let name = |code: &str| {
            let district = known.districts.get(code);
            let city = district.and_then(|d| known.districts.municipality(d.parent?));
            let names = [city, district].into_iter().flatten();
            names.map(|d| &*d.name).collect::<String>()
        };
        let mut sources: Vec<String> = sources.into_values().collect();
        sources.dedup();
        Ok(ImportedAddresses {
            districts: blocks
                .into_iter()
                .map(|(code, (towns, blocks))| (code.clone(), name(&code), towns, blocks))
                .collect(),
            counts,
            sources,
            reference,
        })
    }
}

fn refused(file: &str, reason: &dyn std::fmt::Display) -> NoAddresses {
    NoAddresses::File {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// Reads a file or all lists of an archive; returns the name of the last one read.
fn read(
    name: &str,
    mut file: impl Read + Seek,
    reading: &mut BlockReader<'_>,
) -> Result<String, NoAddresses> {
    let io = |error: io::Error| refused(name, &format!("it cannot be read: {error}"));
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    file.rewind().map_err(io)?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    if file.fill_buf().map_err(io)?.starts_with(b"PK") {
        return archive(name, file, length, reading);
    }
    if length > LARGEST {
        return Err(refused(name, &too_large(length)));
    }
    list(name, name, file, reading)?;
    Ok(name.to_owned())
}

fn too_large(bytes: u64) -> String {
    format!(
        "it has {} MiB; at most {} are read",
        bytes.div_ceil(1 << 20),
        LARGEST >> 20
    )
}

/// Reads a list, whose own name or the archive's says which prefecture it should be of.
fn list(
    name: &str,
    own: &str,
    file: impl BufRead,
    reading: &mut BlockReader<'_>,
) -> Result<(), NoAddresses> {
    let prefecture = prefecture(own).or_else(|| prefecture(name));
    let read = reading.read(file, prefecture.as_deref());
    read.map_err(|reason| refused(name, &reason))
}

/// Reads every CSV in an archive. What is too large is refused before it is unpacked.
fn archive(
    name: &str,
    file: impl Read + Seek,
    length: u64,
    reading: &mut BlockReader<'_>,
) -> Result<String, NoAddresses> {
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
        // Beside the list lie its description (HTML) and metadata (XML).
        if own.to_lowercase().ends_with(".csv") && !own.starts_with("__MACOSX") {
            all = all.saturating_add(file.size());
            wanted.push((i, own));
        }
    }
    if wanted.is_empty() {
        return Err(refused(name, &"it holds no CSV (a name that ends in .csv)"));
    }
    if all > LARGEST {
        return Err(refused(name, &format!("unpacked, {}", too_large(all))));
    }
    if all > SMALL && all > length.saturating_mul(MOST_TIMES) {
        let reason = format!(
            "it unpacks to {} times its size; at most {MOST_TIMES} are unpacked",
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
        list(&inner, &own, &mut file, reading)?;
        // To its end, where the archive's checksum is compared.
        io::copy(&mut file, &mut io::sink())
            .map_err(|error| refused(&inner, &BlocksError::Damaged(error.to_string())))?;
        last = own;
    }
    Ok(last)
}

fn stem(name: &str) -> &str {
    let last = Path::new(name).file_name().and_then(|name| name.to_str());
    last.unwrap_or(name)
}

/// `13` of `13113-19.0a.zip`, `13000-19.0a.zip` and `13_2020.csv`.
fn prefecture(name: &str) -> Option<String> {
    let stem = stem(name);
    let digits = stem.find(|c: char| !c.is_ascii_digit())?;
    let follows = stem[digits..].starts_with(['-', '_']);
    let two = stem
        .get(..2)
        .filter(|_| follows && matches!(digits, 2 | 5))?;
    ("01"..="47").contains(&two).then(|| two.to_owned())
}

/// `19.0a` of `13000-19.0a.zip`, `2020` of `13_2020.csv`.
fn edition(name: &str) -> Option<String> {
    prefecture(name)?;
    let (_, rest) = stem(name).split_once(['-', '_'])?;
    let rest = rest.split_once(".zip").map_or(rest, |(edition, _)| edition);
    let rest = rest.split_once(".csv").map_or(rest, |(edition, _)| edition);
    let is_edition = |c: char| c.is_ascii_alphanumeric() || c == '.';
    (!rest.is_empty() && rest.len() < 12 && rest.chars().all(is_edition)).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_prefecture_and_edition() {
        for (name, expected) in [
            ("x/13113-19.0a.zip", Some(("13", Some("19.0a")))),
            ("13000-19.0a.zip", Some(("13", Some("19.0a")))),
            ("13_2020.csv", Some(("13", Some("2020")))),
            ("tokyo.csv", None),
            ("99000-19.0a.zip", None),
            ("131-19.zip", None),
        ] {
            let found = prefecture(name);
            assert_eq!(found.as_deref(), expected.map(|e| e.0), "{name}");
            assert_eq!(
                edition(name).as_deref(),
                expected.and_then(|e| e.1),
                "{name}"
            );
        }
    }
}
