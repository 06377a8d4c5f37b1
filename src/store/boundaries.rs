//! Imported boundaries, each prefecture's districts as one text that this room does not interpret.

use diesel::prelude::*;

use super::schema::boundary;
use super::{Store, StoreError, lock_head, raise_reference};
use crate::domain::change::Moment;

/// The districts of one prefecture.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct StoredBoundaries {
    /// Its two digits.
    pub prefecture: String,
    /// Where they are from.
    pub source: String,
    /// A line a district.
    pub districts: String,
}

/// Which prefectures are imported, in order, and the reference number each came with: as long as this
/// is the same, so are their districts.
pub type Stamp = Vec<(String, i64)>;

impl Store {
    /// Stores the districts of some prefectures in one transaction, in place of those that were there,
    /// and returns the new reference number. Other prefectures stay as they are.
    pub fn store_boundaries(
        &self,
        prefectures: &[StoredBoundaries],
        at: Moment,
    ) -> Result<i64, StoreError> {
        self.write(|db| {
            lock_head(db)?;
            let reference = raise_reference(db)?;
            for stored in prefectures {
                diesel::delete(boundary::table.find(&stored.prefecture)).execute(db)?;
                diesel::insert_into(boundary::table)
                    .values((
                        boundary::prefecture.eq(&stored.prefecture),
                        boundary::source.eq(&stored.source),
                        boundary::districts.eq(&stored.districts),
                        boundary::reference.eq(reference),
                        boundary::at.eq(at.0),
                    ))
                    .execute(db)?;
            }
            Ok(reference)
        })
    }

    /// Which prefectures are imported.
    pub fn boundaries_stamp(&self) -> Result<Stamp, StoreError> {
        let mut db = self.connection()?;
        let stamp = boundary::table
            .order(boundary::prefecture)
            .select((boundary::prefecture, boundary::reference));
        Ok(stamp.load(&mut *db)?)
    }

    /// All imported districts in order of their prefectures, with their stamp.
    pub fn boundaries(&self) -> Result<(Stamp, Vec<StoredBoundaries>), StoreError> {
        self.read(|db| {
            let rows: Vec<(StoredBoundaries, i64)> = boundary::table
                .order(boundary::prefecture)
                .select((
                    (boundary::prefecture, boundary::source, boundary::districts),
                    boundary::reference,
                ))
                .load(db)?;
            let stamp = rows
                .iter()
                .map(|(stored, reference)| (stored.prefecture.clone(), *reference));
            Ok((stamp.collect(), rows.into_iter().map(|row| row.0).collect()))
        })
    }
}
