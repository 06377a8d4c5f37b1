//! People on their squares, each given to a district, as coverage and siting ask for them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::{Directory, Error, Generation, Reference};
use crate::coverage::estat::Block;
use crate::coverage::mesh::Primary;
use crate::coverage::population::{Cell, Placed, Population, Source};
use crate::coverage::reach::{Patience, Stopped, still};
use crate::districts::{District, Level, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::store::population::StoredSquares;

/// The people of one reference number.
pub struct Demand {
    /// One surface, a source a district.
    pub population: Population,
    reference: i64,
    directory_id: String,
    /// Whose districts they were given to.
    known: Arc<Reference>,
    /// First-level squares that were imported, their squares, and what they are called.
    loaded: BTreeSet<Primary>,
    grid: Vec<Placed>,
    source: Option<Source>,
}

/// The people read last.
#[derive(Default)]
pub(in crate::directory) struct Kept {
    demand: Mutex<Option<Arc<Demand>>>,
    /// Imported squares that nobody has asked for yet, with their reference number.
    squares: Mutex<Option<(i64, Vec<StoredSquares>)>>,
}

impl Kept {
    /// Lets go of them: the log they were read beside went back.
    pub(in crate::directory) fn forget(&self) {
        *lock(&self.squares) = None;
        *lock(&self.demand) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Directory {
    /// Reads imported squares ahead of the first question about them, which may come while the database
    /// is away.
    pub(in crate::directory) fn gather_people(&self) -> Result<(), Error> {
        let reference = self.now().reference;
        // Whoever holds it is reading them.
        let Ok(demand) = self.demand.demand.try_lock() else {
            return Ok(());
        };
        let is_known = demand.as_ref().is_some_and(|d| d.reference >= reference);
        drop(demand);
        let is_gathered = |gathered: &(i64, _)| gathered.0 >= reference;
        if is_known || lock(&self.demand.squares).as_ref().is_some_and(is_gathered) {
            return Ok(());
        }
        let read = self.store.population()?;
        *lock(&self.demand.squares) = Some(read);
        Ok(())
    }

    /// The people that go with a generation. They may have to be read: not for async code.
    pub fn demand(&self, generation: &Generation) -> Result<Arc<Demand>, Error> {
        let mut kept = lock(&self.demand.demand);
        if let Some(demand) = kept.as_ref().filter(|demand| {
            demand.reference >= generation.reference
                && demand.directory_id == generation.basis.directory_id
                && Arc::ptr_eq(&demand.known, &generation.known)
        }) {
            return Ok(Arc::clone(demand));
        }
        let gathered = lock(&self.demand.squares).take();
        let (reference, stored) = match gathered {
            Some((reference, stored)) if reference == generation.reference => (reference, stored),
            _ => self.store.population()?,
        };
        let mut blocks = Vec::with_capacity(stored.len());
        for block in stored {
            let primary = Primary::new(&block.primary).ok_or_else(|| {
                Error::Damaged(format!(
                    "population: no first-level square {}",
                    block.primary
                ))
            })?;
            let block = Block::from_stored(primary, block.source, &block.squares);
            blocks.push(block.map_err(|error| Error::Damaged(format!("population: {error}")))?);
        }
        let demand = Arc::new(Demand::new(
            Arc::clone(&generation.known),
            blocks,
            reference,
            generation.basis.directory_id.clone(),
        ));
        *kept = Some(Arc::clone(&demand));
        Ok(demand)
    }
}

impl Demand {
    /// The number of the reference data the people belong to.
    pub(in crate::directory) fn reference(&self) -> i64 {
        self.reference
    }

    /// Where its people are from: the model, a grid, or here the one and there the other.
    pub fn sources(&self) -> BTreeSet<Source> {
        let parts = self.population.parts();
        parts.map(|(_, _, source)| source.clone()).collect()
    }

    fn new(known: Arc<Reference>, blocks: Vec<Block>, number: i64, directory_id: String) -> Demand {
        let reference = &*known;
        let loaded: BTreeSet<Primary> = blocks.iter().map(|block| block.primary).collect();
        // One source at a time is all the store keeps.
        let source = blocks
            .first()
            .map(|block| Source::Grid(block.source.as_str().into()));
        let mut grid = Vec::new();
        let mut last: Option<(&District, Option<&District>)> = None;
        for &(mesh, people) in blocks.iter().flat_map(|block| &block.squares) {
            let centre = mesh.centre();
            // Neighbours mostly share their district; well inside it there is nothing to look up.
            let same = last.filter(|(city, ward)| {
                let holds = |d: &District| d.shape.holds_inside(centre);
                ward.map_or_else(|| holds(city), holds)
            });
            let found = same.or_else(|| {
                let found = reference.districts.at_or_nearest(centre)?;
                Some((found.municipality, found.ward))
            });
            last = found;
            let code = |d: &District| MunicipalityCode::new(&d.code).ok();
            if let Some((city, ward)) = found
                && let Some(municipality) = code(city)
            {
                grid.push(Placed {
                    mesh,
                    municipality,
                    ward: ward.and_then(code),
                    people,
                });
            }
        }
        let whole = |shape: &Shape| {
            let touched = |primary: &Primary| shape.touches(primary.bounds());
            !loaded.is_empty()
                && Primary::around(shape.bounds())
                    .filter(touched)
                    .all(|primary| loaded.contains(&primary))
        };
        // A city decides for its wards, so that they always add up to it.
        let complete: BTreeSet<MunicipalityCode> = reference
            .districts
            .of(Level::Municipality)
            .filter(|district| whole(&district.shape))
            .filter_map(|district| MunicipalityCode::new(&district.code).ok())
            .collect();
        let population = Population::build(
            reference.model().iter().copied(),
            grid.iter().copied(),
            source.as_ref().unwrap_or(&Source::Model),
            |municipality| complete.contains(&municipality),
        );
        Demand {
            population,
            reference: number,
            directory_id,
            known,
            loaded,
            grid,
            source,
        }
    }

    /// The squares whose centre lies in one of some shapes, each once, by the rule of districts: a
    /// shape's people all come from one source. A square of several shapes is the first one's.
    pub(in crate::directory) fn inside(
        &self,
        reference: &Reference,
        shapes: &[&Shape],
        patience: Patience<'_>,
    ) -> Result<(Vec<Cell>, Source), Stopped> {
        let imported: Vec<Option<&Source>> = shapes
            .iter()
            .map(|shape| {
                still(0, patience)?;
                let touched = |primary: &Primary| shape.touches(primary.bounds());
                Ok(self.source.as_ref().filter(|_| {
                    Primary::around(shape.bounds())
                        .filter(touched)
                        .all(|primary| self.loaded.contains(&primary))
                }))
            })
            .collect::<Result<_, Stopped>>()?;
        let mut cells = Vec::new();
        for (all, is_imported) in [(&self.grid[..], true), (reference.model(), false)] {
            if !imported
                .iter()
                .any(|source| source.is_some() == is_imported)
            {
                continue;
            }
            for (number, placed) in all.iter().enumerate() {
                still(number, patience)?;
                let centre = placed.mesh.centre();
                let first = shapes.iter().position(|shape| shape.holds(centre));
                if first.is_some_and(|first| imported[first].is_some() == is_imported) {
                    cells.push(Cell::new(placed));
                }
            }
        }
        let sources = imported
            .into_iter()
            .map(|source| source.cloned().unwrap_or(Source::Model));
        let source = sources.reduce(|all, source| all.and(&source));
        Ok((cells, source.unwrap_or(Source::Model)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell as Counted;

    use geo::{MultiPolygon, polygon};

    use super::*;

    #[test]
    fn squares_are_sought_only_as_long_as_somebody_waits() {
        let known = Reference::shipped();
        let demand = Demand::new(Arc::clone(&known), Vec::new(), 1, String::new());
        let ground = polygon![(x: 139.6, y: 35.6), (x: 139.8, y: 35.6), (x: 139.8, y: 35.8)];
        let shape = Shape::new(MultiPolygon::new(vec![ground])).unwrap();
        let asked = Counted::new(0);
        // Nobody waits after so many times.
        let sought = |most: usize| {
            asked.set(0);
            let patience = || {
                asked.set(asked.get() + 1);
                asked.get() <= most
            };
            demand.inside(&known, &[&shape], &patience)
        };
        assert!(!sought(usize::MAX).unwrap().0.is_empty());
        let whole = asked.get();
        assert!(whole > 20, "asked {whole} times");
        for most in [0, 1, 5] {
            assert_eq!(sought(most).err(), Some(Stopped));
            assert_eq!(asked.get(), most + 1, "it ends at once");
        }
    }
}
