//! Official files that were imported from a folder: none is imported twice.

use diesel::prelude::*;

use super::schema::official_file;
use super::{Store, StoreError};
use crate::domain::change::Moment;

/// An official file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OfficialFile {
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub digest: String,
    /// Its path then.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
    /// When it was last changed, microseconds since 1970, UTC.
    pub modified: i64,
    /// What it holds.
    pub sort: String,
}

impl Store {
    /// Every file that was imported, in the order of their digests.
    pub fn official_files(&self) -> Result<Vec<OfficialFile>, StoreError> {
        let mut db = self.connection()?;
        let files = official_file::table.order(official_file::digest).select((
            official_file::digest,
            official_file::name,
            official_file::size,
            official_file::modified,
            official_file::sort,
        ));
        Ok(files.load(&mut *db)?)
    }

    /// Writes down that a file was imported; what was written of the same bytes is written over.
    pub fn remember_official(&self, file: &OfficialFile, at: Moment) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::delete(official_file::table.find(&file.digest)).execute(db)?;
            diesel::insert_into(official_file::table)
                .values((
                    official_file::digest.eq(&file.digest),
                    official_file::name.eq(&file.name),
                    official_file::size.eq(file.size),
                    official_file::modified.eq(file.modified),
                    official_file::sort.eq(&file.sort),
                    official_file::at.eq(at.0),
                ))
                .execute(db)?;
            Ok(())
        })
    }
}
