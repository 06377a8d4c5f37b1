//! Imports e-Stat's population files into the store, all or none.

use std::io::{Cursor, Read};

use super::{Directory, Error, moment};
use crate::coverage::estat::{self, Block};
use crate::store::population::{ImportOutcome, StoredSquares};

/// No file of a first-level square is nearly so large: 125 m squares of one have some 40 MB.
const LARGEST: u64 = 256 << 20;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NoImport {
    /// A file is no use.
    #[error("{file}: {reason}")]
    File {
        /// Its name.
        file: String,
        /// Why.
        reason: String,
    },
    /// Two files hold the same first-level square.
    #[error("{second}: first-level square {primary} is in {first} already")]
    Twice {
        /// The file named first.
        first: String,
        /// The other.
        second: String,
        /// The square.
        primary: String,
    },
    /// Files of different censuses or sizes.
    #[error(
        "mixed vintage: {first} is {first_source}, {second} is {second_source}; one census and size at a time"
    )]
    Mixed {
        /// A file.
        first: String,
        /// What it holds.
        first_source: String,
        /// Another.
        second: String,
        /// What that holds.
        second_source: String,
    },
    /// Another census or size is stored.
    #[error(
        "{stored} is imported already and {found} is another vintage: the two are never mixed; --replace takes the old one out first"
    )]
    Other {
        /// What is there.
        stored: String,
        /// What the files hold.
        found: String,
    },
    /// The database failed.
    #[error("{0}")]
    Error(#[from] Error),
}

/// What an import came to.
#[derive(Debug)]
pub struct ImportedPeople {
    /// Census and size.
    pub source: String,
    /// The first-level squares, with how many squares and people each has.
    pub blocks: Vec<(String, usize, u64)>,
    /// The reference number now.
    pub reference: i64,
}

impl Directory {
    /// Reads e-Stat's files, named and whole, and stores them in one transaction.
    pub fn import_population(
        &self,
        files: Vec<(String, Vec<u8>)>,
        replace: bool,
    ) -> Result<ImportedPeople, NoImport> {
        let mut read: Vec<(String, Block)> = Vec::new();
        for (name, bytes) in files {
            for (name, bytes) in unpacked(name, bytes)? {
                let block = estat::read(&name, &bytes).map_err(|reason| NoImport::File {
                    file: name.clone(),
                    reason: reason.to_string(),
                })?;
                for (first, other) in &read {
                    if other.source != block.source {
                        return Err(NoImport::Mixed {
                            first: first.clone(),
                            first_source: other.source.clone(),
                            second: name,
                            second_source: block.source,
                        });
                    }
                    if other.primary == block.primary {
                        return Err(NoImport::Twice {
                            first: first.clone(),
                            second: name,
                            primary: block.primary.to_string(),
                        });
                    }
                }
                read.push((name, block));
            }
        }
        let source = read
            .first()
            .map_or(String::new(), |(_, block)| block.source.clone());
        let stored: Vec<StoredSquares> = read
            .iter()
            .map(|(_, block)| StoredSquares {
                primary: block.primary.to_string(),
                source: block.source.clone(),
                squares: block.to_stored(),
            })
            .collect();
        let kept = self
            .store
            .store_population(&source, &stored, replace, moment())
            .map_err(Error::from)?;
        match kept {
            ImportOutcome::Other(stored) => Err(NoImport::Other {
                stored,
                found: source,
            }),
            ImportOutcome::Stored(reference) => {
                self.refresh()?;
                let count = |(_, block): &(String, Block)| {
                    let people = block
                        .squares
                        .iter()
                        .map(|(_, people)| u64::from(people.total));
                    (block.primary.to_string(), block.squares.len(), people.sum())
                };
                Ok(ImportedPeople {
                    source,
                    blocks: read.iter().map(count).collect(),
                    reference,
                })
            }
        }
    }
}

/// The files of an archive, as e-Stat hands them out; any other file is itself.
fn unpacked(name: String, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, NoImport> {
    // The second is an archive's that holds nothing.
    let is_archive =
        |bytes: &[u8]| bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    if !is_archive(&bytes) {
        return Ok(vec![(name, bytes)]);
    }
    let wrong = |reason: String| NoImport::File {
        file: name.clone(),
        reason,
    };
    let damaged = |error: &dyn std::fmt::Display| wrong(format!("a damaged zip archive: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut files = Vec::new();
    for i in 0..archive.len() {
        let file = archive.by_index(i).map_err(|e| damaged(&e))?;
        if file.is_dir() {
            continue;
        }
        let own = file.name().map_err(|e| damaged(&e))?.into_owned();
        // What macOS and file managers add of their own.
        if own
            .split('/')
            .any(|part| part == "__MACOSX" || part.starts_with('.'))
        {
            continue;
        }
        let inner = format!("{name}/{own}");
        let mut bytes = Vec::new();
        file.take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| damaged(&e))?;
        if bytes.len() as u64 > LARGEST {
            return Err(wrong(format!(
                "{inner} unpacks to more than {} MiB",
                LARGEST >> 20
            )));
        }
        if is_archive(&bytes) {
            return Err(wrong(format!(
                "{inner} is an archive in an archive: unpack it first"
            )));
        }
        files.push((inner, bytes));
    }
    if files.is_empty() {
        return Err(wrong("an empty zip archive".to_owned()));
    }
    Ok(files)
}
