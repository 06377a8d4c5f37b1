//! People on their squares, each given to a district, as coverage and siting ask for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::{Directory, Error, Generation, Reference};
use crate::coverage::estat::Block;
use crate::coverage::mesh::{Mesh, Primary};
use crate::coverage::population::{Cell, People, Placed, Population, Source};
use crate::coverage::reach::{Patience, Stopped, still};
use crate::coverage::squares;
use crate::districts::{District, Districts, Level, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::store::population::{StoredPeople, StoredProjection};

/// The people of one reference number.
pub struct Demand {
    /// One surface, a source a district.
    pub population: Population,
    reference: i64,
    directory_id: String,
    /// Whose districts they were given to.
    known: Arc<Reference>,
    /// What was imported, its squares, and what they are called.
    loaded: Loaded,
    grid: Vec<Placed>,
    source: Option<Source>,
}

/// What imported people are whole for.
enum Loaded {
    /// First-level squares.
    Squares(BTreeSet<Primary>),
    /// Municipalities, whose people a projection names.
    Municipalities(BTreeSet<MunicipalityCode>),
}

/// The people read last.
#[derive(Default)]
pub(in crate::directory) struct Kept {
    demand: Mutex<Option<Arc<Demand>>>,
    /// Imported squares that nobody has asked for yet, with their reference number.
    squares: Mutex<Option<StoredPeople>>,
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
        let is_gathered = |gathered: &StoredPeople| gathered.reference >= reference;
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
        let stored = match gathered {
            Some(stored) if stored.reference == generation.reference => stored,
            _ => self.store.population()?,
        };
        let demand = Demand::new(
            Arc::clone(&generation.known),
            &stored,
            generation.basis.directory_id.clone(),
        );
        let demand =
            Arc::new(demand.map_err(|error| Error::Damaged(format!("population: {error}")))?);
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

    fn new(
        known: Arc<Reference>,
        stored: &StoredPeople,
        directory_id: String,
    ) -> Result<Demand, String> {
        let reference = &*known;
        // One source at a time is all the store keeps.
        let projected = stored.projected.first().map(|sheet| &sheet.source);
        let source = stored.grid.first().map(|block| &block.source).or(projected);
        let source = source.map(|source| Source::Grid(source.as_str().into()));
        let (grid, loaded) = match projected {
            Some(_) => {
                let (grid, whole) = by_municipality(&stored.projected, &reference.districts)?;
                (grid, Loaded::Municipalities(whole))
            }
            None => {
                let mut blocks = Vec::with_capacity(stored.grid.len());
                for block in &stored.grid {
                    let primary = Primary::new(&block.primary)
                        .ok_or_else(|| format!("no first-level square {}", block.primary))?;
                    let source = block.source.clone();
                    blocks.push(Block::from_stored(primary, source, &block.squares)?);
                }
                let loaded = blocks.iter().map(|block| block.primary).collect();
                let grid = by_place(&blocks, &reference.districts);
                (grid, Loaded::Squares(loaded))
            }
        };
        // A city decides for its wards, so that they always add up to it.
        let complete: BTreeSet<MunicipalityCode> = match &loaded {
            Loaded::Municipalities(whole) => whole.clone(),
            Loaded::Squares(squares) => reference
                .districts
                .of(Level::Municipality)
                .filter(|district| is_whole(squares, &district.shape))
                .filter_map(code_of)
                .collect(),
        };
        let population = Population::build(
            reference.model().iter().copied(),
            grid.iter().copied(),
            source.as_ref().unwrap_or(&Source::Model),
            |municipality| complete.contains(&municipality),
        );
        Ok(Demand {
            population,
            reference: stored.reference,
            directory_id,
            known,
            loaded,
            grid,
            source,
        })
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
                let Some(source) = &self.source else {
                    return Ok(None);
                };
                let is_imported = match &self.loaded {
                    Loaded::Squares(squares) => is_whole(squares, shape),
                    Loaded::Municipalities(whole) => {
                        lives_only_in(whole, shape, reference, patience)?
                    }
                };
                Ok(is_imported.then_some(source))
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

fn code_of(district: &District) -> Option<MunicipalityCode> {
    MunicipalityCode::new(&district.code).ok()
}

/// Whether every first-level square that a shape touches is there.
fn is_whole(squares: &BTreeSet<Primary>, shape: &Shape) -> bool {
    let touched = |primary: &Primary| shape.touches(primary.bounds());
    !squares.is_empty()
        && Primary::around(shape.bounds())
            .filter(touched)
            .all(|primary| squares.contains(&primary))
}

/// Whether nobody lives in a shape, by the model, who lives in another municipality than these.
fn lives_only_in(
    whole: &BTreeSet<MunicipalityCode>,
    shape: &Shape,
    reference: &Reference,
    patience: Patience<'_>,
) -> Result<bool, Stopped> {
    let mut is_inside = false;
    for (number, placed) in reference.model().iter().enumerate() {
        still(number, patience)?;
        if shape.holds(placed.mesh.centre()) {
            is_inside = true;
            if !whole.contains(&placed.municipality) {
                return Ok(false);
            }
        }
    }
    Ok(is_inside)
}

/// The squares of a census, each given to the district its centre lies in.
fn by_place(blocks: &[Block], districts: &Districts) -> Vec<Placed> {
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
            let found = districts.at_or_nearest(centre)?;
            Some((found.municipality, found.ward))
        });
        last = found;
        if let Some((city, ward)) = found
            && let Some(municipality) = code_of(city)
        {
            grid.push(Placed {
                mesh,
                municipality,
                ward: ward.and_then(code_of),
                people,
            });
        }
    }
    grid
}

/// The squares of a projection, each given to the municipality it names, and those municipalities. A
/// designated city is whole when all of its wards have people. Squares of a code that no district has any
/// more go to the city most of them lie in, there to the ward of their centre.
fn by_municipality(
    sheets: &[StoredProjection],
    districts: &Districts,
) -> Result<(Vec<Placed>, BTreeSet<MunicipalityCode>), String> {
    let mut grid = Vec::new();
    for sheet in sheets {
        let squares = squares::from_stored(&sheet.squares)
            .map_err(|error| format!("the squares of {}: {error}", sheet.district))?;
        let own = districts.get(&sheet.district).and_then(|district| {
            let code = code_of(district)?;
            let is_city = districts.of(Level::Ward).any(|w| w.parent == Some(code));
            match district.parent {
                Some(city) => Some((city, Some(code))),
                None => (!is_city).then_some((code, None)),
            }
        });
        // Where nothing has that code any more: where most of its squares lie.
        let at = |mesh: Mesh| {
            let found = districts.at_or_nearest(mesh.centre())?;
            Some((code_of(found.municipality)?, found.ward.and_then(code_of)))
        };
        let most = own.or_else(|| {
            let mut counts: BTreeMap<_, usize> = BTreeMap::new();
            for place in squares.iter().filter_map(|(mesh, _)| at(*mesh)) {
                *counts.entry(place).or_default() += 1;
            }
            let most = counts.into_iter().max_by_key(|(_, count)| *count);
            most.map(|(place, _)| place)
        });
        let Some(most) = most else { continue };
        for (mesh, people) in squares {
            let here = match own {
                Some(_) => None,
                None => at(mesh).filter(|(municipality, _)| *municipality == most.0),
            };
            let (municipality, ward) = here.unwrap_or(most);
            grid.push(Placed {
                mesh,
                municipality,
                ward,
                people,
            });
        }
    }
    let mut peopled: BTreeSet<MunicipalityCode> = BTreeSet::new();
    for placed in &grid {
        peopled.insert(placed.municipality);
        peopled.extend(placed.ward);
    }
    let is_whole = |city: &MunicipalityCode| {
        let mut wards = districts
            .of(Level::Ward)
            .filter(|ward| ward.parent == Some(*city));
        wards.all(|ward| code_of(ward).is_some_and(|ward| peopled.contains(&ward)))
    };
    let whole = districts
        .of(Level::Municipality)
        .filter_map(code_of)
        .filter(|code| peopled.contains(code) && is_whole(code))
        .collect();
    // Squares that several old codes share meet in one district now.
    Ok((merged(grid), whole))
}

/// The same squares, each once in a district.
fn merged(mut grid: Vec<Placed>) -> Vec<Placed> {
    grid.sort_by_key(|placed| (placed.municipality, placed.ward, placed.mesh));
    let mut all: Vec<Placed> = Vec::with_capacity(grid.len());
    for placed in grid {
        let key = |p: &Placed| (p.municipality, p.ward, p.mesh);
        match all.last_mut().filter(|last| key(last) == key(&placed)) {
            Some(last) => {
                let sum = |a: Option<u32>, b: Option<u32>| Some(a? + b?);
                last.people = People {
                    total: last.people.total + placed.people.total,
                    working: sum(last.people.working, placed.people.working),
                    aged: sum(last.people.aged, placed.people.aged),
                };
            }
            None => all.push(placed),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::cell::Cell as Counted;

    use geo::{MultiPolygon, polygon};

    use super::*;

    #[test]
    fn squares_are_sought_only_as_long_as_somebody_waits() {
        let known = Reference::shipped();
        let nothing = StoredPeople::default();
        let demand = Demand::new(Arc::clone(&known), &nothing, String::new()).unwrap();
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
