//! A page's cursor as its parameter writes it.

use crate::domain::position::Position;
use crate::domain::usable::Usable;
use crate::snapshot::find::{Cursor, End};
use crate::snapshot::nearest::After;

/// The text of a cursor: what part, then the last id, or the last position and id.
pub fn write(cursor: &Cursor) -> String {
    let part = part_letter(cursor.in_unknown, cursor.usable);
    match &cursor.end {
        End::Start => format!("{part}s"),
        End::Id(id) => format!("{part}i{id}"),
        End::Distance(After { position, id }) => {
            let [lon, lat] = position.units();
            format!("{part}p{lon:08x}{lat:08x}{id}")
        }
    }
}

/// The letter of a cursor's part: known or unknown, and how usable.
fn part_letter(in_unknown: bool, usable: Option<Usable>) -> char {
    match (usable, in_unknown) {
        (None, false) => 'k',
        (None, true) => 'u',
        (Some(Usable::Ready), false) => 'a',
        (Some(Usable::Described), false) => 'b',
        (Some(Usable::Bare), false) => 'c',
        (Some(Usable::NotOpen), false) => 'd',
        (Some(Usable::Ready), true) => 'e',
        (Some(Usable::Described), true) => 'f',
        (Some(Usable::Bare), true) => 'g',
        (Some(Usable::NotOpen), true) => 'h',
    }
}

/// Reads it; `None` of any other text.
pub fn read(text: &str) -> Option<Cursor> {
    let letter = text.chars().next()?;
    let levels = std::iter::once(None).chain(Usable::ALL.map(Some));
    let mut parts = levels.flat_map(|usable| [(false, usable), (true, usable)]);
    let (in_unknown, usable) =
        parts.find(|&(in_unknown, usable)| part_letter(in_unknown, usable) == letter)?;
    let rest = text.get(2..)?;
    let end = match text.as_bytes()[1] {
        b's' if rest.is_empty() => End::Start,
        b'i' => End::Id(rest.to_owned()),
        b'p' => {
            let units = |digits: &str| u32::from_str_radix(digits, 16).ok();
            let (lon, lat) = (units(rest.get(..8)?)?, units(rest.get(8..16)?)?);
            End::Distance(After {
                position: Position::from_units([lon, lat]).ok()?,
                id: rest.get(16..)?.to_owned(),
            })
        }
        _ => return None,
    };
    Some(Cursor {
        in_unknown,
        usable,
        end,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cursors_are_read_back(in_unknown: bool, usable in 0usize..5, lon in 122.0..154.0, lat in 20.0..46.0, id in "[A-Za-z0-9-]{1,64}", which in 0..3) {
            let end = match which {
                0 => End::Start,
                1 => End::Id(id),
                _ => End::Distance(After { position: Position::new(lon, lat).unwrap(), id }),
            };
            let usable = Usable::ALL.get(usable).copied();
            let cursor = Cursor { in_unknown, usable, end };
            prop_assert_eq!(read(&write(&cursor)), Some(cursor));
        }
    }
}
