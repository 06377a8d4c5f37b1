//! What people decided about the rows of a file.

use std::collections::BTreeMap;

use crate::interchange::edits::{BlankCells, DuplicateDecision, Edits, SamePlace};

static NONE: BTreeMap<usize, DuplicateDecision> = BTreeMap::new();

/// The decisions about a file's rows.
#[derive(Debug, Clone, Copy)]
pub struct RowDecisions<'a> {
    /// The published facility of single rows.
    pub likeness: &'a BTreeMap<usize, DuplicateDecision>,
    /// The policy for all other rows with the name and place of a published facility.
    pub same: Option<SamePlace>,
    /// What an empty cell means beside a published value.
    pub blank: BlankCells,
    /// Whether ids and nulls are intended, as in the API, so that no question is asked.
    pub is_exact: bool,
}

impl Default for RowDecisions<'_> {
    fn default() -> Self {
        RowDecisions {
            likeness: &NONE,
            same: None,
            blank: BlankCells::Keep,
            is_exact: false,
        }
    }
}

/// The decision about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDecision {
    /// It changes the published facility.
    Update,
    /// The published facility stays as it is.
    Keep,
    /// It is another facility.
    New,
}

impl<'a> RowDecisions<'a> {
    /// The decisions in a file's edits.
    pub fn of(edits: &'a Edits) -> RowDecisions<'a> {
        RowDecisions {
            likeness: &edits.likeness,
            same: edits.same,
            blank: edits.blank.unwrap_or_default(),
            is_exact: false,
        }
    }

    /// The decisions for facilities written one by one.
    pub fn exactly(self) -> RowDecisions<'a> {
        RowDecisions {
            blank: BlankCells::Clear,
            is_exact: true,
            ..self
        }
    }

    /// The decision about a row. The file's policy to update or keep applies only to facilities with the
    /// row's name at its place; the policy "new" applies to any row.
    pub(super) fn about(&self, row: usize, is_same_place: bool) -> Option<RowDecision> {
        match (self.likeness.get(&row), self.same) {
            (Some(DuplicateDecision::Same(_)), _) => Some(RowDecision::Update),
            (Some(DuplicateDecision::Keep(_)), _) => Some(RowDecision::Keep),
            (Some(DuplicateDecision::Other), _) => Some(RowDecision::New),
            (None, Some(SamePlace::New)) => Some(RowDecision::New),
            (None, Some(SamePlace::Update)) if is_same_place => Some(RowDecision::Update),
            (None, Some(SamePlace::Keep)) if is_same_place => Some(RowDecision::Keep),
            _ => None,
        }
    }
}
