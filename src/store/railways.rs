//! Imported railways: stations and lines, each as one text that this room does not interpret.

use diesel::prelude::*;

use super::schema::railway;
use super::{Store, StoreError, lock_head, raise_reference};
use crate::domain::change::Moment;

/// The one row there is.
const ID: i32 = 1;

/// Stations and lines of an official file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct StoredRailways {
    /// Where they are from.
    pub source: String,
    /// A list of stations.
    pub stations: String,
    /// A line a railway.
    pub lines: String,
}

impl Store {
    /// Stores railways in one transaction, in place of those that were there, and returns the new
    /// reference number.
    pub fn store_railways(&self, railways: &StoredRailways, at: Moment) -> Result<i64, StoreError> {
        self.write(|db| {
            lock_head(db)?;
            let reference = raise_reference(db)?;
            diesel::delete(railway::table).execute(db)?;
            diesel::insert_into(railway::table)
                .values((
                    railway::id.eq(ID),
                    railway::source.eq(&railways.source),
                    railway::stations.eq(&railways.stations),
                    railway::lines.eq(&railways.lines),
                    railway::reference.eq(reference),
                    railway::at.eq(at.0),
                ))
                .execute(db)?;
            Ok(reference)
        })
    }

    /// The reference number that imported railways came with; as long as it is the same, so are they.
    pub fn railways_stamp(&self) -> Result<Option<i64>, StoreError> {
        let mut db = self.connection()?;
        let stamp = railway::table.find(ID).select(railway::reference);
        Ok(stamp.first(&mut *db).optional()?)
    }

    /// Imported railways, with their stamp.
    pub fn railways(&self) -> Result<Option<(i64, StoredRailways)>, StoreError> {
        let mut db = self.connection()?;
        let row = railway::table.find(ID).select((
            railway::reference,
            (railway::source, railway::stations, railway::lines),
        ));
        Ok(row.first(&mut *db).optional()?)
    }
}
