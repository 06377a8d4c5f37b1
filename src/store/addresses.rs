//! Imported blocks and lots, each town's as one text that this room does not interpret.

use diesel::prelude::*;

use super::schema::{address_area, address_block};
use super::{Store, StoreError, lock_head, raise_reference};
use crate::domain::change::Moment;

/// A municipality or ward whose blocks are imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArea {
    /// Its five digits.
    pub district: String,
    /// Where its blocks are from.
    pub source: String,
    /// How many there are.
    pub blocks: i64,
}

/// The blocks of one town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTown {
    /// The five digits of its municipality or ward.
    pub district: String,
    /// Its name as it is compared.
    pub town: String,
    /// Its blocks.
    pub blocks: String,
}

impl Store {
    /// Stores the blocks of some municipalities in one transaction, in place of those that were there,
    /// and returns the new reference number. Other municipalities stay as they are.
    pub fn store_addresses(
        &self,
        areas: &[StoredArea],
        towns: &[StoredTown],
        at: Moment,
    ) -> Result<i64, StoreError> {
        self.write(|db| {
            lock_head(db)?;
            let reference = raise_reference(db)?;
            for area in areas {
                let own = address_block::table.filter(address_block::district.eq(&area.district));
                diesel::delete(own).execute(db)?;
                diesel::delete(address_area::table.find(&area.district)).execute(db)?;
                diesel::insert_into(address_area::table)
                    .values((
                        address_area::district.eq(&area.district),
                        address_area::source.eq(&area.source),
                        address_area::blocks.eq(area.blocks),
                        address_area::reference.eq(reference),
                        address_area::at.eq(at.0),
                    ))
                    .execute(db)?;
            }
            for town in towns {
                diesel::insert_into(address_block::table)
                    .values((
                        address_block::district.eq(&town.district),
                        address_block::town.eq(&town.town),
                        address_block::blocks.eq(&town.blocks),
                    ))
                    .execute(db)?;
            }
            Ok(reference)
        })
    }

    /// Which municipalities and wards are imported, with where their blocks are from.
    pub fn address_areas(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut db = self.connection()?;
        let areas = address_area::table
            .order(address_area::district)
            .select((address_area::district, address_area::source));
        Ok(areas.load(&mut *db)?)
    }

    /// The blocks of a town.
    pub fn address_blocks(&self, district: &str, town: &str) -> Result<Option<String>, StoreError> {
        let mut db = self.connection()?;
        let blocks = address_block::table
            .find((district, town))
            .select(address_block::blocks)
            .first(&mut *db)
            .optional()?;
        Ok(blocks)
    }
}
