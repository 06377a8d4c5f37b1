//! Rows of one file that are the same facility.

use std::collections::HashMap;

use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::wording::Wording;

use super::headers::{Axis, Headers, written};

/// The values of a row that are compared with other rows.
pub(super) struct ComparedRow<'a> {
    pub number: usize,
    /// The id it brings, or was given by a decision.
    pub id: Option<&'a str>,
    /// Its name.
    pub written: &'a str,
    /// Its name, folded.
    pub name: &'a str,
    /// The row's own position. A position taken from the address is the same for a whole town.
    pub position: Option<Position>,
    /// Its address, folded.
    pub address: Option<&'a str>,
}

/// The rows seen so far.
#[derive(Default)]
pub(super) struct SeenRows<'a> {
    ids: HashMap<&'a str, usize>,
    /// By name and a square of about the size of [`SAME_PLACE`].
    places: HashMap<(&'a str, Square), Vec<(usize, Position)>>,
    /// By name and folded address.
    addresses: HashMap<(&'a str, &'a str), Vec<RowPosition>>,
}

/// Degrees in units of [`SQUARE`].
type Square = [i32; 2];

/// A row, and where it is.
type RowPosition = (usize, Option<Position>);

/// Rows of one name this close, in metres, are one facility.
const SAME_PLACE: f64 = 20.0;

/// Positions of rows with one name and address may differ by so much, in metres.
const SAME_ADDRESS: f64 = 100.0;

/// In degrees: never smaller than [`SAME_PLACE`] anywhere in Japan, at 46 N 20 m are 0.00026° of longitude.
const SQUARE: f64 = 0.0003;

/// Why two rows are the same facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameBecause {
    Id,
    Place,
    Address,
}

impl<'a> SeenRows<'a> {
    /// Adds a row and returns an earlier one that is the same facility.
    ///
    /// Rows with different ids are different facilities, whatever else they share.
    pub fn see(&mut self, sight: &ComparedRow<'a>) -> Option<(usize, SameBecause)> {
        let earlier = match sight.id {
            Some(id) => self.ids.get(id).map(|first| (*first, SameBecause::Id)),
            None => self.same_place(sight).or_else(|| self.same_address(sight)),
        };
        if earlier.is_some() {
            // Later duplicates refer to the first row.
            return earlier;
        }
        if let Some(id) = sight.id {
            self.ids.insert(id, sight.number);
        }
        if let Some(position) = sight.position {
            let key = (sight.name, square(position));
            let rows = self.places.entry(key).or_default();
            rows.push((sight.number, position));
        }
        if let Some(address) = sight.address {
            let key = (sight.name, address);
            let rows = self.addresses.entry(key).or_default();
            rows.push((sight.number, sight.position));
        }
        None
    }

    fn same_place(&self, sight: &ComparedRow<'_>) -> Option<(usize, SameBecause)> {
        let position = sight.position?;
        let [x, y] = square(position);
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        let near = around.filter_map(|square| self.places.get(&(sight.name, square)));
        let is_same = |(_, other): &&(usize, Position)| position.planar(*other).0 <= SAME_PLACE;
        let first = near.filter_map(|rows| rows.iter().find(is_same));
        let (first, _) = first.min_by_key(|(first, _)| *first)?;
        Some((*first, SameBecause::Place))
    }

    fn same_address(&self, sight: &ComparedRow<'_>) -> Option<(usize, SameBecause)> {
        let key = (sight.name, sight.address?);
        let mut rows = self.addresses.get(&key)?.iter();
        let is_same = |other: &Option<Position>| match (sight.position, other) {
            (Some(a), Some(b)) => a.planar(*b).0 <= SAME_ADDRESS,
            _ => true,
        };
        let (first, _) = rows.find(|(_, other)| is_same(other))?;
        Some((*first, SameBecause::Address))
    }
}

fn square(position: Position) -> Square {
    [position.lon(), position.lat()].map(|degrees| (degrees / SQUARE).floor() as i32)
}

/// The problem of a row with exactly the position of an earlier one at another address, which
/// happens when a cell is filled down.
pub(super) fn shared(row: usize, position: Position, first: usize, headers: &Headers) -> Problem {
    let first = headers.row(first);
    let message = (
        format!(
            "座標が{}とまったく同じですが、住所が違います。上のセルの写しではないか、緯度と経度を確かめてください",
            first.ja
        ),
        format!(
            "the coordinates are exactly those of {}, but the address is another: check whether the cells were filled down",
            first.en
        ),
    );
    let problem = Problem::warning(row, "coordinates-shared", message);
    let problem = problem.found(
        written(position),
        Wording::new("施設ごとの緯度・経度", "each facility’s own coordinates"),
    );
    match headers.of_position(Axis::Lat) {
        Some(column) => problem.in_column(column),
        None => problem,
    }
}

/// The problem of a row that repeats an earlier one.
pub(super) fn problem(
    sight: &ComparedRow<'_>,
    first: usize,
    same: SameBecause,
    headers: &Headers,
) -> Problem {
    let first = headers.row(first);
    let (column, found, what) = match same {
        SameBecause::Id => (
            "id",
            sight.id.unwrap_or_default().to_owned(),
            ("IDが同じです", "they have the same id"),
        ),
        SameBecause::Place => (
            "name",
            sight.written.to_owned(),
            (
                "名称と位置が同じです",
                "they have the same name and position",
            ),
        ),
        SameBecause::Address => (
            "name",
            sight.written.to_owned(),
            (
                "名称と住所が同じです",
                "they have the same name and address",
            ),
        ),
    };
    let advice = match same {
        SameBecause::Id => (
            "別の施設なら別のIDにし、同じ施設なら一方の行を除いてください",
            "if it is another facility, give it an id of its own; if not, leave one of the rows out",
        ),
        _ => (
            "一方の行を除いてください。別の施設なら、名称を区別できるように書いてください",
            "leave one of the rows out, or, if they are two facilities, write names that tell them apart",
        ),
    };
    let message = (
        format!("{}と同じ施設です（{}）。{}", first.ja, what.0, advice.0),
        format!(
            "this is the same facility as {}, because {}: {}",
            first.en, what.1, advice.1
        ),
    );
    let expected = Wording::new("ファイルの中で一度だけ", "once in the file");
    Problem::blocking(sight.number, "duplicate-row", message)
        .in_column(headers.of(column))
        .found(found, expected)
}
