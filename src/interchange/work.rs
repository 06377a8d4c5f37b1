//! What somebody did about a file since it came: how it is to be read, and which cells they mended.
//!
//! The file itself is never altered. Reading it again with the same work gives the same rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::Kind;

/// How a file is to be read, and what was mended in it. Rows are numbered as a spreadsheet numbers
/// them; columns are named by their labels (see [`Column`](super::Column)), GeoJSON's by the property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Work {
    /// The encoding, where a person has said it; else it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// The worksheet of a workbook; else the first that holds a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether rows are read, too, that the workbook hides.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The row of the header; else it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<usize>,
    /// The field each column holds, `None` for none; columns not named here are guessed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<String>>,
    /// What sort of place all of its facilities are, where the file itself has no kinds. A published
    /// facility keeps the kind it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Mended cells: what stands instead, by row and column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cells: BTreeMap<usize, BTreeMap<String, String>>,
    /// Rows left out on purpose.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<usize>,
    /// What was decided about rows that look like a facility already published.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub likeness: BTreeMap<usize, Likeness>,
    /// What was decided for all rows with the name and place of a published facility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<SamePlace>,
    /// What an empty cell means beside a published value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<BlankCells>,
}

impl Work {
    /// The rows of which this says something else than `before`; `None` where something that concerns
    /// the whole file is another thing, too.
    pub fn rows_changed(&self, before: &Work) -> Option<BTreeSet<usize>> {
        let Work {
            encoding,
            sheet,
            hidden,
            header_row,
            columns,
            kind,
            cells,
            left_out,
            likeness,
            same,
            blank,
        } = self;
        let is_same = *encoding == before.encoding
            && *sheet == before.sheet
            && *hidden == before.hidden
            && *header_row == before.header_row
            && *columns == before.columns
            && *kind == before.kind
            && *same == before.same
            && *blank == before.blank;
        if !is_same {
            return None;
        }
        let left_out = left_out.symmetric_difference(&before.left_out);
        let mut rows: BTreeSet<usize> = left_out.copied().collect();
        rows.extend(differing(cells, &before.cells));
        rows.extend(differing(likeness, &before.likeness));
        Some(rows)
    }
}

fn differing<T: PartialEq>(
    one: &BTreeMap<usize, T>,
    other: &BTreeMap<usize, T>,
) -> impl Iterator<Item = usize> {
    let changed = one
        .iter()
        .filter(|(row, value)| other.get(row) != Some(*value));
    let gone = other.keys().filter(|row| !one.contains_key(row));
    changed.map(|(row, _)| *row).chain(gone.copied())
}

/// A decision about a row that looks like a facility already published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// It is that facility: the row changes it.
    Same(String),
    /// It is that facility, which stays as it is published.
    Keep(String),
    /// It is another one.
    Other,
}

/// What rows with the name and place of a published facility do to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SamePlace {
    /// They change it.
    Update,
    /// It stays as it is published.
    Keep,
    /// They are new facilities.
    New,
}

/// What an empty cell does to a published value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlankCells {
    /// The value stays.
    #[default]
    Keep,
    /// The value becomes unknown.
    Clear,
}

/// How a text file's bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows' Shift_JIS.
    #[serde(rename = "cp932")]
    Cp932,
    /// Unix' encoding of the same characters.
    #[serde(rename = "euc-jp")]
    EucJp,
    /// The encoding of Japanese letters by mail.
    #[serde(rename = "iso-2022-jp")]
    Iso2022Jp,
    /// Excel's “Unicode text”.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// The same with the bytes of each pair the other way round.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Encoding {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "Shift_JIS",
            Encoding::EucJp => "EUC-JP",
            Encoding::Iso2022Jp => "ISO-2022-JP",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        }
    }

    /// Every encoding.
    pub const ALL: [Encoding; 6] = [
        Encoding::Utf8,
        Encoding::Cp932,
        Encoding::EucJp,
        Encoding::Iso2022Jp,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_listed() {
        // Another encoding does not compile here until it is in the list, too.
        let place = |encoding| match encoding {
            Encoding::Utf8 => 0,
            Encoding::Cp932 => 1,
            Encoding::EucJp => 2,
            Encoding::Iso2022Jp => 3,
            Encoding::Utf16Le => 4,
            Encoding::Utf16Be => 5,
        };
        let places: Vec<usize> = Encoding::ALL.iter().copied().map(place).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5]);
    }
}
