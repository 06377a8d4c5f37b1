//! Imported population: a census by first-level square, or a projection by municipality. The squares of
//! each are one text that this room does not interpret. There is only one source at a time.

use diesel::prelude::*;

use super::schema::{population, projection};
use super::{Db, Store, StoreError, lock_head, raise_reference};
use crate::domain::change::Moment;

/// The squares of one first-level square.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct StoredSquares {
    /// Its four digits.
    pub primary: String,
    /// Census and size.
    pub source: String,
    /// A line a square.
    pub squares: String,
}

/// The projected squares of one municipality or ward.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct StoredProjection {
    /// Its five digits.
    pub district: String,
    /// Year and size.
    pub source: String,
    /// A line a square.
    pub squares: String,
}

/// All imported people. One of the lists is empty.
#[derive(Debug, Clone, Default)]
pub struct StoredPeople {
    /// The reference number they go with.
    pub reference: i64,
    /// In order of their first-level squares.
    pub grid: Vec<StoredSquares>,
    /// In order of their municipalities.
    pub projected: Vec<StoredProjection>,
}

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is stored, and the reference number has risen to this.
    Stored(i64),
    /// Squares of another census or size are there, and were not to be replaced; nothing was changed.
    Other(String),
}

impl Store {
    /// Stores squares, all of one source, in one transaction. Those of the same first-level squares
    /// are written over; those of another source go if `replace` says so, else nothing is stored.
    pub fn store_population(
        &self,
        source: &str,
        blocks: &[StoredSquares],
        replace: bool,
        at: Moment,
    ) -> Result<ImportOutcome, StoreError> {
        self.write(|db| {
            if let Some(other) = make_room(db, source, replace)? {
                return Ok(ImportOutcome::Other(other));
            }
            for block in blocks {
                diesel::delete(population::table.find(&block.primary)).execute(db)?;
                diesel::insert_into(population::table)
                    .values((
                        population::primary_mesh.eq(&block.primary),
                        population::source.eq(&block.source),
                        population::squares.eq(&block.squares),
                        population::at.eq(at.0),
                    ))
                    .execute(db)?;
            }
            Ok(ImportOutcome::Stored(raise_reference(db)?))
        })
    }

    /// Stores projected squares, all of one source, likewise: those of the same municipalities are
    /// written over.
    pub fn store_projection(
        &self,
        source: &str,
        sheets: &[StoredProjection],
        replace: bool,
        at: Moment,
    ) -> Result<ImportOutcome, StoreError> {
        self.write(|db| {
            if let Some(other) = make_room(db, source, replace)? {
                return Ok(ImportOutcome::Other(other));
            }
            for sheet in sheets {
                diesel::delete(projection::table.find(&sheet.district)).execute(db)?;
                diesel::insert_into(projection::table)
                    .values((
                        projection::district.eq(&sheet.district),
                        projection::source.eq(&sheet.source),
                        projection::squares.eq(&sheet.squares),
                        projection::at.eq(at.0),
                    ))
                    .execute(db)?;
            }
            Ok(ImportOutcome::Stored(raise_reference(db)?))
        })
    }

    /// All imported people, and the reference number they go with.
    pub fn population(&self) -> Result<StoredPeople, StoreError> {
        self.read(|db| {
            let reference = super::head(db)?.reference;
            let grid = population::table
                .order(population::primary_mesh)
                .select((
                    population::primary_mesh,
                    population::source,
                    population::squares,
                ))
                .load(db)?;
            let projected = projection::table
                .order(projection::district)
                .select((
                    projection::district,
                    projection::source,
                    projection::squares,
                ))
                .load(db)?;
            Ok(StoredPeople {
                reference,
                grid,
                projected,
            })
        })
    }
}

/// Takes people of other sources out, or names one of them where they are not to be replaced.
fn make_room(db: &mut Db, source: &str, replace: bool) -> Result<Option<String>, StoreError> {
    // Two imports at once, of different sources, would both find nothing else there.
    lock_head(db)?;
    let of_census: Option<String> = population::table
        .filter(population::source.ne(source))
        .select(population::source)
        .first(db)
        .optional()?;
    let of_projection: Option<String> = projection::table
        .filter(projection::source.ne(source))
        .select(projection::source)
        .first(db)
        .optional()?;
    let other = of_census.or(of_projection);
    if other.is_some() && !replace {
        return Ok(other);
    }
    diesel::delete(population::table.filter(population::source.ne(source))).execute(db)?;
    diesel::delete(projection::table.filter(projection::source.ne(source))).execute(db)?;
    Ok(None)
}
