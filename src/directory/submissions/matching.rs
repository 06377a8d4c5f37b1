//! Remembers how columns of an area's sheets were matched, for the next sheet with the same header.

use std::collections::BTreeMap;

use super::{SubmissionView, written};
use crate::directory::checking::{self, Checked};
use crate::directory::{Directory, Error, moment};
use crate::domain::user::Area;
use crate::interchange::columns::header_fingerprint;
use crate::interchange::edits::Edits;

impl Directory {
    /// Whether a submission's sheet is matched as one of its area was before.
    pub fn is_remembered(&self, seen: &SubmissionView) -> Result<bool, Error> {
        let work = checking::work(&seen.submission)?;
        let remembered = self.remembered(seen.submission.area, &seen.checked)?;
        Ok(!remembered.is_empty() && remembered == work.columns)
    }

    pub(super) fn remembered(
        &self,
        area: Option<Area>,
        checked: &Checked,
    ) -> Result<BTreeMap<String, Option<String>>, Error> {
        if checked.file.columns.is_empty() {
            return Ok(BTreeMap::new());
        }
        let header = header_fingerprint(&checked.file.sheet);
        let fields = self.store.matching(&area_key(area), &header)?;
        Ok(fields
            .and_then(|fields| serde_json::from_str(&fields).ok())
            .unwrap_or_default())
    }

    pub(super) fn remember(
        &self,
        area: Option<Area>,
        checked: &Checked,
        work: &Edits,
    ) -> Result<(), Error> {
        let header = header_fingerprint(&checked.file.sheet);
        let fields = written(&work.columns);
        Ok(self
            .store
            .remember_matching(&area_key(area), &header, &fields, moment())?)
    }
}

fn area_key(area: Option<Area>) -> String {
    area.map_or_else(String::new, |area| area.to_string())
}
