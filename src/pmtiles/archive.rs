//! An opened PMTiles file.

use std::fs::{File, Metadata as FileMetadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::directory::{Directory, Entry};
use super::fault::Fault;
use super::header::{self, Compression, Header, MOST_DIRECTORY, Part, cut_short, too_large};
use super::hilbert;
use super::metadata::Metadata;

/// The most that a tile may take in the file, and unpacked.
const MOST_TILE: u64 = 4 << 20;
const MOST_UNPACKED_TILE: u64 = 8 << 20;
/// The most that a directory or the metadata may unpack to.
const MOST_UNPACKED: u64 = 16 << 20;
/// Directories lie in directories so many times at most.
const DEEPEST_DIRECTORY: usize = 4;
/// So many lines of leaf directories are kept in memory, about 12 MB.
const MOST_LINES_KEPT: usize = 500_000;

/// A PMTiles file that has been opened and looked into.
pub struct Archive {
    file: File,
    identity: Identity,
    header: Header,
    metadata: Metadata,
    root: Directory,
    /// Leaf directories by their offset, the one used last at the end.
    leaves: Mutex<Vec<(u64, Arc<Directory>)>>,
    fingerprint: String,
}

/// The identity of a file's state, to detect changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Identity {
    length: u64,
    modified: Option<SystemTime>,
    /// Device and number, where the system has them.
    inode: (u64, u64),
}

impl Identity {
    pub(super) fn of(metadata: &FileMetadata) -> Identity {
        Identity {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            inode: inode(metadata),
        }
    }
}

impl Archive {
    /// Opens a file, and reads what is needed before any tile, and a first tile.
    pub fn open(path: &Path) -> Result<Archive, Fault> {
        // To open a pipe would wait for whoever writes into it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(Fault::NotAFile);
        }
        let file = File::open(path)?;
        let identity = Identity::of(&file.metadata()?);
        let length = identity.length;
        let mut head = vec![0; length.min(header::LENGTH as u64) as usize];
        read_exact_at(&file, &mut head, 0)?;
        let header = Header::read(&head, length)?;
        let read = |part: Part| {
            let mut bytes = vec![0; part.length as usize];
            read_exact_at(&file, &mut bytes, part.offset).map(|()| bytes)
        };
        let (root, metadata) = (read(header.root)?, read(header.metadata)?);
        let mut digest = Sha256::new();
        digest.update(&head);
        digest.update(&root);
        digest.update(&metadata);
        digest.update(length.to_le_bytes());
        let fingerprint = hex(&digest.finalize());
        let root = unpack("root directory", &root, header.internal, MOST_UNPACKED)?;
        let metadata = match metadata.is_empty() {
            true => b"{}".to_vec(),
            false => unpack("metadata", &metadata, header.internal, MOST_UNPACKED)?,
        };
        let archive = Archive {
            root: Directory::read(&root)?,
            metadata: Metadata::read(&metadata)?,
            leaves: Mutex::default(),
            file,
            identity,
            header,
            fingerprint,
        };
        archive.read_first_tile()?;
        Ok(archive)
    }

    /// What its header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What it says of itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// A name for its content: of header, root directory, metadata and length.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The bytes of a tile, unpacked; none where it has no such tile.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, Fault> {
        let Header {
            min_zoom, max_zoom, ..
        } = self.header;
        if !(min_zoom..=max_zoom).contains(&z) || x >> z != 0 || y >> z != 0 {
            return Ok(None);
        }
        let number = hilbert::number(z, x, y);
        match self.find(number)? {
            Some(entry) => self.unpacked_tile(entry).map(Some),
            None => Ok(None),
        }
    }

    /// Whether the opened file itself is as it was: it may have been written into or cut.
    pub(super) fn is_untouched(&self) -> bool {
        let now = self.file.metadata().map(|metadata| Identity::of(&metadata));
        now.is_ok_and(|now| now == self.identity)
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    fn find(&self, tile: u64) -> Result<Option<Entry>, Fault> {
        let mut entry = self.root.find(tile);
        for _ in 0..DEEPEST_DIRECTORY {
            match entry {
                Some(leaf) if leaf.is_directory() => entry = self.leaf(leaf)?.find(tile),
                found => return Ok(found),
            }
        }
        Err(too_deep())
    }

    /// The file is only as good as what it holds: somebody should know before anybody looks.
    fn read_first_tile(&self) -> Result<(), Fault> {
        let mut entry = self.root.first();
        for _ in 0..DEEPEST_DIRECTORY {
            match entry {
                Some(leaf) if leaf.is_directory() => entry = self.leaf(leaf)?.first(),
                Some(first) => return self.unpacked_tile(first).map(drop),
                None => return Ok(()),
            }
        }
        Err(too_deep())
    }

    fn unpacked_tile(&self, entry: Entry) -> Result<Vec<u8>, Fault> {
        too_large("tile", entry.length.into(), MOST_TILE)?;
        let bytes = self.read("tile data", self.header.tiles, entry)?;
        let part = "tile";
        let bytes = unpack(
            part,
            &bytes,
            self.header.tile_compression,
            MOST_UNPACKED_TILE,
        )?;
        match is_vector_tile(&bytes) {
            true => Ok(bytes),
            false => Err(Fault::damaged(part, "it is no vector tile")),
        }
    }

    fn leaf(&self, entry: Entry) -> Result<Arc<Directory>, Fault> {
        if let Some(kept) = self.kept_leaf(entry.offset) {
            return Ok(kept);
        }
        too_large("leaf directory", entry.length.into(), MOST_DIRECTORY)?;
        let bytes = self.read("leaf directories", self.header.leaves, entry)?;
        let internal = self.header.internal;
        let bytes = unpack("leaf directory", &bytes, internal, MOST_UNPACKED)?;
        let directory = Arc::new(Directory::read(&bytes)?);
        self.keep_leaf(entry.offset, &directory);
        Ok(directory)
    }

    fn kept_leaf(&self, offset: u64) -> Option<Arc<Directory>> {
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        let at = leaves.iter().position(|(own, _)| *own == offset)?;
        let used = leaves.remove(at);
        let directory = Arc::clone(&used.1);
        leaves.push(used);
        Some(directory)
    }

    fn keep_leaf(&self, offset: u64, directory: &Arc<Directory>) {
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        leaves.retain(|(own, _)| *own != offset);
        leaves.push((offset, Arc::clone(directory)));
        let mut lines: usize = leaves.iter().map(|(_, leaf)| leaf.len()).sum();
        let surplus = leaves.iter().take_while(|(_, leaf)| {
            let is_too_much = lines > MOST_LINES_KEPT;
            lines -= leaf.len().min(lines);
            is_too_much
        });
        let surplus = surplus.count();
        leaves.drain(..surplus);
    }

    #[cfg(test)]
    pub(super) fn lines_kept(&self) -> usize {
        let leaves = self.leaves.lock().unwrap();
        leaves.iter().map(|(_, leaf)| leaf.len()).sum()
    }

    /// The bytes an entry names, of a file that is the same before and afterwards.
    fn read(&self, name: &'static str, part: Part, entry: Entry) -> Result<Vec<u8>, Fault> {
        let end = entry.offset.saturating_add(entry.length.into());
        if end > part.length {
            return Err(cut_short(
                name,
                part.offset.saturating_add(end),
                self.identity.length,
            ));
        }
        let mut bytes = vec![0; entry.length as usize];
        let read = read_exact_at(&self.file, &mut bytes, part.offset + entry.offset);
        match self.is_untouched() {
            true => Ok(read.map(|()| bytes)?),
            false => Err(Fault::Changed),
        }
    }
}

fn too_deep() -> Fault {
    Fault::damaged("directory", "directories lie in directories without an end")
}

fn unpack(part: &str, bytes: &[u8], compression: Compression, most: u64) -> Result<Vec<u8>, Fault> {
    let is_zipped = bytes.starts_with(&[0x1f, 0x8b]);
    if compression == Compression::None || (part == "tile" && !is_zipped) {
        return Ok(bytes.to_vec());
    }
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(bytes)
        .take(most + 1)
        .read_to_end(&mut unpacked);
    match read {
        Err(error) => Err(Fault::damaged(part, format!("gzip: {error}"))),
        Ok(_) if unpacked.len() as u64 > most => Err(Fault::damaged(
            part,
            format!("it unpacks to more than {most} bytes"),
        )),
        Ok(_) => Ok(unpacked),
    }
}

/// Whether bytes are the layers of a vector tile, as far as their frames say it.
fn is_vector_tile(mut bytes: &[u8]) -> bool {
    let mut layers = 0;
    while let Some((&tag, rest)) = bytes.split_first() {
        // Field 3, with a length before it.
        if tag != 0x1a {
            return false;
        }
        bytes = rest;
        let mut length = 0usize;
        for shift in (0..35).step_by(7) {
            let Some((&byte, rest)) = bytes.split_first() else {
                return false;
            };
            bytes = rest;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        let Some((_, rest)) = bytes.split_at_checked(length) else {
            return false;
        };
        bytes = rest;
        layers += 1;
    }
    layers > 0
}

fn hex(bytes: &[u8]) -> String {
    bytes[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(unix)]
fn inode(metadata: &FileMetadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn inode(_: &FileMetadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !bytes.is_empty() {
        match file.seek_read(bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
