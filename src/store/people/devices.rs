//! Browsers with an earlier sign-in.

use diesel::prelude::*;

use super::super::schema::device;
use super::super::{Db, Store, StoreError};
use crate::domain::change::{ActorId, Moment};

/// A browser that was not used so long is forgotten; its cookie has ended by then.
const LASTS: i64 = 400 * 24 * 3_600 * 1_000_000;

impl Store {
    /// Whether that person has signed in in the browser whose cookie has that hash.
    pub fn is_known_device(&self, hash: &str, actor: ActorId) -> Result<bool, StoreError> {
        let found: i64 = device::table
            .filter(device::hash.eq(hash).and(device::actor.eq(actor.0)))
            .count()
            .get_result(&mut *self.connection()?)?;
        Ok(found > 0)
    }

    /// Whether anybody has signed in in that browser.
    pub fn is_somebodys_device(&self, hash: &str) -> Result<bool, StoreError> {
        let found: i64 = device::table
            .filter(device::hash.eq(hash))
            .count()
            .get_result(&mut *self.connection()?)?;
        Ok(found > 0)
    }
}

/// Remembers a browser, and forgets those that nobody uses any more.
pub(super) fn remember(
    db: &mut Db,
    hash: &str,
    actor: ActorId,
    at: Moment,
) -> Result<(), StoreError> {
    diesel::delete(device::table.filter(device::used_at.lt(at.0 - LASTS))).execute(db)?;
    let row = device::table.find((hash, actor.0));
    let known = diesel::update(row)
        .set(device::used_at.eq(at.0))
        .execute(db)?;
    if known == 0 {
        diesel::insert_into(device::table)
            .values((
                device::hash.eq(hash),
                device::actor.eq(actor.0),
                device::used_at.eq(at.0),
            ))
            .execute(db)?;
    }
    Ok(())
}
