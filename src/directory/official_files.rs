//! Which official files were imported from a folder.

use super::{Directory, Error, moment};

pub use crate::store::official_files::OfficialFile;

impl Directory {
    /// Every file that was imported.
    pub fn official_files(&self) -> Result<Vec<OfficialFile>, Error> {
        Ok(self.store.official_files()?)
    }

    /// Writes down that a file was imported.
    pub fn remember_official(&self, file: &OfficialFile) -> Result<(), Error> {
        Ok(self.store.remember_official(file, moment())?)
    }
}
