//! Directories: the places of tiles or of further directories in the file.

use super::fault::Fault;

/// One line of a directory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// The first tile it is about.
    pub(super) tile: u64,
    /// Where it lies in its part of the file.
    pub(super) offset: u64,
    pub(super) length: u32,
    /// How many tiles in a row it stands for; 0 is a directory of those from `tile` on.
    pub(super) run: u32,
}

impl Entry {
    pub(super) fn is_directory(self) -> bool {
        self.run == 0
    }
}

/// The lines of a directory, in the order of their tiles.
#[derive(Debug, PartialEq)]
pub(super) struct Directory {
    entries: Vec<Entry>,
}

impl Directory {
    /// Reads the unpacked bytes of a directory.
    pub(super) fn read(bytes: &[u8]) -> Result<Directory, Fault> {
        let damaged = |what: &str| Fault::damaged("directory", what);
        let mut rest = bytes;
        let mut next = || varint(&mut rest).ok_or_else(|| damaged("it ends early"));
        let count = next()?;
        // Each line takes at least a byte in each of four columns.
        if count > bytes.len() as u64 / 4 {
            return Err(damaged(&format!("it says it has {count} lines")));
        }
        if count == 0 {
            return Err(damaged("it is empty"));
        }
        let empty = Entry {
            tile: 0,
            offset: 0,
            length: 0,
            run: 0,
        };
        let mut entries = vec![empty; count as usize];
        let mut tile = 0u64;
        for (i, entry) in entries.iter_mut().enumerate() {
            let step = next()?;
            if i > 0 && step == 0 {
                return Err(damaged("two lines are about one tile"));
            }
            tile = tile
                .checked_add(step)
                .ok_or_else(|| damaged("a tile's number is too large"))?;
            entry.tile = tile;
        }
        let short = |number: u64, what: &str| u32::try_from(number).map_err(|_| damaged(what));
        for entry in &mut entries {
            entry.run = short(next()?, "a run of tiles is too long")?;
        }
        for entry in &mut entries {
            entry.length = short(next()?, "a tile is too long")?;
            if entry.length == 0 {
                return Err(damaged("a tile has no bytes"));
            }
        }
        let mut end = None;
        for entry in &mut entries {
            entry.offset = match (next()?, end) {
                (0, Some(end)) => end,
                (0, None) => return Err(damaged("its first line says where no tile lies")),
                (offset, _) => offset - 1,
            };
            let behind = entry.offset.checked_add(entry.length.into());
            end = Some(behind.ok_or_else(|| damaged("a tile lies too far"))?);
        }
        match rest.is_empty() {
            true => Ok(Directory { entries }),
            false => Err(damaged("it goes on after its end")),
        }
    }

    /// The line about a tile: of its bytes, or of the directory that may know it.
    pub(super) fn find(&self, tile: u64) -> Option<Entry> {
        let behind = self.entries.partition_point(|entry| entry.tile <= tile);
        let entry = *self.entries.get(behind.checked_sub(1)?)?;
        let is_here = entry.is_directory() || tile - entry.tile < u64::from(entry.run);
        is_here.then_some(entry)
    }

    pub(super) fn first(&self) -> Option<Entry> {
        self.entries.first().copied()
    }

    /// How many lines it has.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

/// A number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        // The tenth byte has room for one bit.
        if shift == 63 && bits > 1 {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
