//! Imported people: the squares of each first-level square as one text, of which this room knows nothing more.

use diesel::prelude::*;

use super::schema::population;
use super::{Store, StoreError, lock_head, raise_reference};
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

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is stored, and the reference number has risen to this.
    Stored(i64),
    /// Squares of another census or size are there, and were not to be replaced; nothing was changed.
    Other(String),
}

impl Store {
    /// Stores squares, all of one source, in one transaction. Those of the same first-level squares
    /// are written over; those of another source go if `replace` says so, else nothing is stored.
    pub fn keep_population(
        &self,
        source: &str,
        blocks: &[StoredSquares],
        replace: bool,
        at: Moment,
    ) -> Result<Kept, StoreError> {
        self.write(|db| {
            // Two imports at once, of different sources, would both find nothing else there.
            lock_head(db)?;
            let other: Option<String> = population::table
                .filter(population::source.ne(source))
                .select(population::source)
                .first(db)
                .optional()?;
            match other {
                Some(other) if !replace => return Ok(Kept::Other(other)),
                _ => diesel::delete(population::table.filter(population::source.ne(source)))
                    .execute(db)?,
            };
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
            Ok(Kept::Stored(raise_reference(db)?))
        })
    }

    /// All imported squares, in order of their first-level squares, and the reference number they go with.
    pub fn population(&self) -> Result<(i64, Vec<StoredSquares>), StoreError> {
        self.read(|db| {
            let reference = super::head(db)?.reference;
            let blocks = population::table
                .order(population::primary_mesh)
                .select((
                    population::primary_mesh,
                    population::source,
                    population::squares,
                ))
                .load(db)?;
            Ok((reference, blocks))
        })
    }
}
