//! The facilities of a snapshot by slot, shared between generations.
//!
//! A slot is the number of one facility in one state. A changed facility takes a new slot and leaves
//! the old one empty, so that indexes built before need no change, until fresh ones are built and
//! slots are numbered anew. Slots are kept in blocks, and a new generation copies only the blocks it changes.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::domain::change::{ChangeMark, Moment, Seq};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::feature;
use crate::domain::position::Position;
use crate::earth::{Ecef, ecef};
use crate::opening::Opening;

use super::names;

/// Slots a block: small enough to copy in a microsecond, large enough that a million slots have a short list.
const BLOCK: usize = 512;

/// One facility in one state.
pub struct Entry {
    /// Its id.
    pub id: FacilityId,
    /// Where it is.
    pub position: Position,
    /// The same in earth-centred coordinates.
    pub ecef: Ecef,
    /// The change that made this state.
    pub changed: Seq,
    /// The first 64 bits of the chain's hash at that change.
    pub hash: u64,
    /// When that was published.
    pub at: Moment,
    /// Its GeoJSON Feature.
    pub feature: Box<str>,
    /// When it is open.
    pub opening: Arc<Opening>,
}

impl Entry {
    /// An entry of a facility as a change left it.
    pub fn new(facility: &Facility, change: ChangeMark, at: Moment) -> Entry {
        let mut text = Vec::with_capacity(1100);
        feature::write(facility, at, &mut text);
        Entry {
            id: facility.id.clone(),
            position: facility.position,
            ecef: ecef(facility.position),
            changed: change.seq,
            hash: change.hash,
            at,
            feature: String::from_utf8(text)
                .expect("JSON is UTF-8")
                .into_boxed_str(),
            opening: Opening::shared(facility),
        }
    }

    /// The change that made this state, told from another of the same number.
    pub fn mark(&self) -> ChangeMark {
        ChangeMark {
            seq: self.changed,
            hash: self.hash,
        }
    }

    /// Its names as they are searched: each folded, one behind the other.
    pub(super) fn names(&self) -> String {
        names::of(&self.properties())
    }

    /// The facility's properties, read back from its feature as far as `T` asks for them.
    pub fn properties<'a, T: serde::Deserialize<'a>>(&'a self) -> T {
        const KEY: &str = r#""properties":"#;
        let start = self.feature.find(KEY).expect("a feature has properties") + KEY.len();
        let mut rest = serde_json::Deserializer::from_str(&self.feature[start..]);
        T::deserialize(&mut rest).expect("a feature reads back")
    }

    /// The facility's values by their fields, its position among them.
    pub fn values(&self) -> Map<String, Value> {
        let mut values: Map<String, Value> = self.properties();
        values.insert("position".to_owned(), json!(self.position));
        values
    }

    /// The facility, read back whole.
    pub fn facility(&self) -> Facility {
        serde_json::from_value(self.values().into()).expect("a feature reads back")
    }
}

/// All slots, empty ones included.
#[derive(Clone, Default)]
pub struct Entries {
    blocks: Vec<Arc<Vec<Option<Arc<Entry>>>>>,
    len: u32,
}

impl Entries {
    /// How many slots were ever given.
    pub fn slots(&self) -> u32 {
        self.len
    }

    /// The entry in a slot that is not empty.
    pub fn get(&self, slot: u32) -> Option<&Arc<Entry>> {
        self.blocks
            .get(slot as usize / BLOCK)?
            .get(slot as usize % BLOCK)?
            .as_ref()
    }

    /// The entry in a slot of an index, which is in use while the index is.
    pub(super) fn used(&self, slot: u32) -> &Arc<Entry> {
        self.get(slot).expect("an indexed slot in use")
    }

    pub(super) fn push(&mut self, entry: Arc<Entry>) -> u32 {
        if (self.len as usize).is_multiple_of(BLOCK) {
            self.blocks.push(Arc::new(Vec::with_capacity(BLOCK)));
        }
        let last = self
            .blocks
            .last_mut()
            .expect("a block was just made sure of");
        Arc::make_mut(last).push(Some(entry));
        self.len += 1;
        self.len - 1
    }

    pub(super) fn clear(&mut self, slot: u32) {
        Arc::make_mut(&mut self.blocks[slot as usize / BLOCK])[slot as usize % BLOCK] = None;
    }
}
