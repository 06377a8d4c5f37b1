//! Which facilities are open at a minute.
//!
//! Facilities that open and close alike are one group, and a group is asked once: at 100,000
//! facilities there are far fewer hours than places. The sets of the last few minutes are kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;

use crate::opening::{Minute, Opening, State};

use super::Snapshot;

/// Minutes whose sets are kept: now, the minute that just ended, and two that somebody chose.
const MOST_KEPT: usize = 4;

/// The facilities in each state at some minute.
#[derive(Debug, Clone, Default)]
pub struct Openings {
    sets: [RoaringBitmap; 3],
}

impl Openings {
    /// Those in a state.
    pub fn get(&self, state: State) -> &RoaringBitmap {
        &self.sets[state as usize]
    }
}

/// The indexed facilities by when they are open.
#[derive(Default)]
pub(super) struct Index {
    groups: Vec<(Arc<Opening>, RoaringBitmap)>,
    slots: u32,
    kept: Mutex<Vec<(Minute, Arc<Openings>)>>,
}

impl Index {
    /// Of all slots from 0 on, in order.
    pub(super) fn build<'a>(openings: impl Iterator<Item = (u32, &'a Arc<Opening>)>) -> Index {
        // Those that open and close alike share one opening, so its place in memory is its name.
        let mut numbers: HashMap<*const Opening, usize> = HashMap::new();
        let mut groups: Vec<(Arc<Opening>, RoaringBitmap)> = Vec::new();
        let mut slots = 0;
        for (slot, opening) in openings {
            let number = *numbers.entry(Arc::as_ptr(opening)).or_insert_with(|| {
                groups.push((Arc::clone(opening), RoaringBitmap::new()));
                groups.len() - 1
            });
            groups[number].1.insert(slot);
            slots = slot + 1;
        }
        Index {
            groups,
            slots,
            kept: Mutex::default(),
        }
    }

    /// How many slots it was built of.
    pub(super) fn slots(&self) -> u32 {
        self.slots
    }

    fn at(&self, minute: Minute) -> Arc<Openings> {
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = lock().iter().find(|(kept, _)| *kept == minute) {
            return Arc::clone(found);
        }
        let mut openings = Openings::default();
        for (opening, slots) in &self.groups {
            openings.sets[opening.at(minute) as usize] |= slots;
        }
        let openings = Arc::new(openings);
        let mut kept = lock();
        if kept.len() == MOST_KEPT {
            kept.remove(0);
        }
        kept.push((minute, Arc::clone(&openings)));
        openings
    }
}

impl Snapshot {
    /// The facilities in each state at a minute; some slots may be empty by now.
    pub fn openings(&self, minute: Minute) -> Arc<Openings> {
        let mut openings = self.index.openings.at(minute);
        if !self.joined.is_empty() {
            let all = Arc::make_mut(&mut openings);
            for &slot in &self.joined {
                if let Some(entry) = self.entries.get(slot) {
                    all.sets[entry.opening.at(minute) as usize].insert(slot);
                }
            }
        }
        openings
    }
}
