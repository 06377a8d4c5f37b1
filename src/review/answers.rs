//! What people decided about the rows of a file.

use std::collections::BTreeMap;

use crate::interchange::work::{BlankCells, Likeness, SamePlace, Work};

static NONE: BTreeMap<usize, Likeness> = BTreeMap::new();

/// What was decided about rows.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    /// Which published facility single rows are.
    pub likeness: &'a BTreeMap<usize, Likeness>,
    /// What all other rows with the name and place of a published facility do.
    pub same: Option<SamePlace>,
    /// What an empty cell means beside a published value.
    pub blank: BlankCells,
    /// Whether ids and nulls were written on purpose, as over the API: neither is asked about.
    pub is_exact: bool,
}

impl Default for Answers<'_> {
    fn default() -> Self {
        Answers {
            likeness: &NONE,
            same: None,
            blank: BlankCells::Keep,
            is_exact: false,
        }
    }
}

/// What was decided about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It changes the published facility.
    Update,
    /// The published facility stays as it is.
    Keep,
    /// It is another facility.
    New,
}

impl<'a> Answers<'a> {
    /// What somebody decided who worked on a file.
    pub fn of(work: &'a Work) -> Answers<'a> {
        Answers {
            likeness: &work.likeness,
            same: work.same,
            blank: work.blank.unwrap_or_default(),
            is_exact: false,
        }
    }

    /// The same, of facilities that are written one by one.
    pub fn exactly(self) -> Answers<'a> {
        Answers {
            blank: BlankCells::Clear,
            is_exact: true,
            ..self
        }
    }

    /// What was decided about a row. A decision for the whole file changes or keeps only facilities
    /// with the row's name at its place; that a row is new can be said of any.
    pub(super) fn about(&self, row: usize, is_same_place: bool) -> Option<Answer> {
        match (self.likeness.get(&row), self.same) {
            (Some(Likeness::Same(_)), _) => Some(Answer::Update),
            (Some(Likeness::Keep(_)), _) => Some(Answer::Keep),
            (Some(Likeness::Other), _) => Some(Answer::New),
            (None, Some(SamePlace::New)) => Some(Answer::New),
            (None, Some(SamePlace::Update)) if is_same_place => Some(Answer::Update),
            (None, Some(SamePlace::Keep)) if is_same_place => Some(Answer::Keep),
            _ => None,
        }
    }
}
