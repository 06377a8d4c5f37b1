//! e-Stat's grid population files (統計地理情報システム, 国勢調査 地域メッシュ統計).
//!
//! A file holds one first-level square: CP932, two header rows (column codes, then their names), a
//! row a grid square. `HTKSYORI` says whether a square's age groups are its own (0), include others'
//! (1) or are hidden and added to the square that `HTKSAKI` names (2). The total is never hidden and
//! never moved. What a file does not say whole and clearly is refused whole.

use std::collections::HashMap;

use super::mesh::{Mesh, Primary, Size};
use super::population::People;
use super::squares;

/// The squares of one first-level square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Which.
    pub primary: Primary,
    /// Census and size, `census-2020-500m`: what is never mixed with another.
    pub source: String,
    /// Its squares, in order of code.
    pub squares: Vec<(Mesh, People)>,
}

/// Why a file is no use. Rows are numbered as a text editor does, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Another encoding than e-Stat's.
    #[error("wrong encoding: {0}; e-Stat's files are CP932 (Shift_JIS), import them as downloaded")]
    Encoding(String),
    /// Not such a file at all.
    #[error(
        "row {row}: {found:?} instead of {expected}: not a grid population file of e-Stat with its two header rows"
    )]
    Header {
        /// Which of the two rows.
        row: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The end is missing.
    #[error("the file is cut short: {0}")]
    Truncated(String),
    /// A row does not say what it must.
    #[error("row {row}: {reason}")]
    Row {
        /// The row.
        row: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A square of another first-level square.
    #[error(
        "row {row}: square {found} is not part of first-level square {expected}: wrong primary mesh"
    )]
    Primary {
        /// The row.
        row: usize,
        /// The square's code.
        found: String,
        /// The first-level square of the file.
        expected: String,
    },
}

/// The tables whose census is known, by their first letters: number, year.
const CENSUSES: [(&str, u16); 9] = [
    ("T001100", 2020),
    ("T001101", 2020),
    ("T001102", 2020),
    ("T001140", 2020),
    ("T001141", 2020),
    ("T001142", 2020),
    ("T000846", 2015),
    ("T000847", 2015),
    ("T000876", 2015),
];

/// More than live on any square of 1 km: the densest has some 40,000.
const MOST_PEOPLE: u32 = 1_000_000;

/// Reads a file, whose name says which first-level square it should hold (`…H5030.txt`) if it has e-Stat's form.
pub fn read(name: &str, bytes: &[u8]) -> Result<Block, Unreadable> {
    let text = decoded(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Truncated("it is empty".to_owned()));
    }
    let records = records(&text)?;
    let mut rows = records.iter();
    let columns = Columns::read(rows.next().map(|(_, r)| r), rows.next().map(|(_, r)| r))?;
    if !text.ends_with('\n') {
        return Err(Unreadable::Truncated("its last row has no end".to_owned()));
    }
    let last = records.last().map_or(0, |(row, _)| *row);
    let mut primary = named_primary(name);
    let mut size = None;
    let mut squares = Vec::with_capacity(records.len());
    let mut row_of: RowsByCode<'_> = HashMap::with_capacity(records.len());
    let rows = rows.as_slice();
    for (row, record) in rows {
        let row = *row;
        let wrong = |reason: String| Unreadable::Row { row, reason };
        if record.len() != columns.count {
            let (found, expected) = (record.len(), columns.count);
            let reason = format!("{found} columns instead of {expected}");
            return Err(if row == last && found < expected {
                Unreadable::Truncated(format!("its last row ({row}) has {reason}"))
            } else {
                wrong(reason)
            });
        }
        let key = &record[0];
        let mesh: Mesh = key
            .parse()
            .map_err(|error: super::mesh::NoMesh| wrong(error.to_string()))?;
        let expected = *primary.get_or_insert(mesh.primary());
        if mesh.primary() != expected {
            return Err(Unreadable::Primary {
                row,
                found: key.to_owned(),
                expected: expected.to_string(),
            });
        }
        let before: Size = *size.get_or_insert(mesh.size());
        if before != mesh.size() {
            let (own, before) = (mesh.size().metres(), before.metres());
            return Err(wrong(format!(
                "square {key} is of another size ({own} m) than those before ({before} m)"
            )));
        }
        if let Some((first, _)) = row_of.insert(key, (row, record)) {
            return Err(wrong(format!("square {key} stands in row {first} already")));
        }
        if !matches!(&record[1], "0" | "1" | "2") {
            return Err(wrong(format!(
                "HTKSYORI is “{}”: 0, 1 or 2 are known",
                &record[1]
            )));
        }
        let people = columns.people(record).map_err(wrong)?;
        // Of a square that is merged with none, all are its own.
        let (total, parts) = (people.total, counted(people));
        if &record[1] == "0" && parts > u64::from(total) {
            return Err(wrong(format!(
                "{parts} people of 15 and older among {total}: the columns may be shifted"
            )));
        }
        squares.push((mesh, people));
    }
    let (Some(primary), Some(size)) = (primary, size) else {
        return Err(Unreadable::Truncated(
            "it has headers and no squares".to_owned(),
        ));
    };
    check_merges(rows, &row_of)?;
    squares.sort_unstable_by_key(|(mesh, _)| *mesh);
    Ok(Block {
        primary,
        source: columns.source(size),
        squares,
    })
}

/// The records of a file, each with the number of its line.
fn records(text: &str) -> Result<Vec<(usize, csv::StringRecord)>, Unreadable> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        records.push(record.map_err(|error| Unreadable::Row {
            row: records.len() + 1,
            reason: error.to_string(),
        })?);
    }
    // Empty lines are no records, but an editor counts them.
    let lines = (1..).zip(text.lines());
    let numbers: Vec<usize> = lines
        .filter_map(|(number, line)| (!line.is_empty()).then_some(number))
        .collect();
    if numbers.len() != records.len() {
        // A lone carriage return, or a line's end inside quotes: which line is which is not certain.
        let (lines, rows) = (numbers.len(), records.len());
        return Err(Unreadable::Row {
            row: numbers.into_iter().zip(&records).count(),
            reason: format!(
                "{lines} lines hold {rows} rows: a line ends in the middle of a row, or without a line feed"
            ),
        });
    }
    Ok(numbers.into_iter().zip(records).collect())
}

/// Squares by their codes, each with its row.
type RowsByCode<'a> = HashMap<&'a str, (usize, &'a csv::StringRecord)>;

/// Refuses rows whose merged squares are missing or not marked as such.
fn check_merges(
    rows: &[(usize, csv::StringRecord)],
    row_of: &RowsByCode<'_>,
) -> Result<(), Unreadable> {
    // Merged squares are neighbours in the same file, so a missing one means a file cut short.
    for (row, record) in rows {
        let row = *row;
        let wrong = |reason: String| Unreadable::Row { row, reason };
        for (name, list) in [("HTKSAKI", &record[2]), ("GASSAN", &record[3])] {
            let mut named = list.split(';').filter(|code| !code.is_empty());
            if let Some(other) = named.find(|code| !row_of.contains_key(code)) {
                return Err(Unreadable::Truncated(format!(
                    "row {row} is merged ({name}) with square {other}, which is not in it"
                )));
            }
        }
        if &record[1] == "2" {
            let target = row_of.get(&record[2]);
            let Some((_, target)) = target else {
                return Err(wrong(
                    "HTKSYORI is 2 and HTKSAKI does not name the one square its age groups are added to"
                        .to_owned(),
                ));
            };
            if &target[1] != "1" {
                return Err(wrong(format!(
                    "HTKSAKI names square {}, whose own HTKSYORI is {} and not 1",
                    &record[2], &target[1]
                )));
            }
        }
    }
    Ok(())
}

impl Block {
    /// The squares as the store keeps them.
    pub fn to_stored(&self) -> String {
        squares::to_stored(&self.squares)
    }

    /// The same read back; an error names the line.
    pub fn from_stored(primary: Primary, source: String, text: &str) -> Result<Block, String> {
        let squares = squares::from_stored(text)
            .map_err(|error| format!("the squares of {primary}: {error}"))?;
        Ok(Block {
            primary,
            source,
            squares,
        })
    }
}

fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Unreadable::Encoding("it begins like UTF-8".to_owned()));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Unreadable::Encoding("it begins like UTF-16".to_owned()));
    }
    // Japanese in UTF-8 sometimes passes for CP932, hardly ever the other way round.
    if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        return Err(Unreadable::Encoding("it is UTF-8".to_owned()));
    }
    match encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(Unreadable::Encoding("its bytes are no CP932".to_owned())),
    }
}

/// The four digits of a name like `tblT001101H5030.txt`.
fn named_primary(name: &str) -> Option<Primary> {
    let stem = name.rsplit(['/', '\\']).next()?.split('.').next()?;
    let (before, digits) = stem.rsplit_once(['H', 'h'])?;
    before
        .to_ascii_lowercase()
        .starts_with("tbl")
        .then(|| Primary::new(digits))?
}

/// Which column holds what.
struct Columns {
    count: usize,
    table: String,
    total: usize,
    working: Option<usize>,
    aged: Option<usize>,
}

impl Columns {
    fn read(
        codes: Option<&csv::StringRecord>,
        names: Option<&csv::StringRecord>,
    ) -> Result<Columns, Unreadable> {
        let shown = |record: Option<&csv::StringRecord>| {
            let text = record.map_or(String::new(), |r| r.iter().collect::<Vec<_>>().join(","));
            text.chars().take(60).collect::<String>()
        };
        let wrong = |row, record, expected| Unreadable::Header {
            row,
            found: shown(record),
            expected,
        };
        const KEYS: [&str; 4] = ["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN"];
        let first = codes
            .filter(|r| {
                r.len() > 4
                    && KEYS
                        .iter()
                        .zip(r.iter())
                        .all(|(key, cell)| *key == cell.trim())
            })
            .ok_or_else(|| {
                wrong(
                    1,
                    codes,
                    "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN and the columns' codes",
                )
            })?;
        let second = names
            .filter(|r| {
                r.len() == first.len() && r.iter().take(4).all(|cell| cell.trim().is_empty())
            })
            .ok_or_else(|| wrong(2, names, "the columns' names"))?;
        let find = |wanted: &[&str]| {
            let mut cells = second.iter().enumerate().skip(4);
            cells.find_map(|(i, cell)| wanted.contains(&&*plain(cell)).then_some(i))
        };
        let total = find(&["人口(総数)", "人口総数", "人口総数総数", "人口(総数)総数"])
            .ok_or_else(|| wrong(2, names, "a column 人口（総数）"))?;
        // T001101 of T001101001: the letter and the digits before the column's three.
        let code = first[total].trim();
        let table = code.get(..code.len().saturating_sub(3)).unwrap_or("");
        if !table.starts_with('T')
            || table.len() < 2
            || !table[1..].bytes().all(|b| b.is_ascii_digit())
        {
            return Err(wrong(1, codes, "codes such as T001101001"));
        }
        if let Some(other) = first
            .iter()
            .skip(4)
            .find(|code| !code.trim().starts_with(table))
        {
            return Err(Unreadable::Row {
                row: 1,
                reason: format!("column {other} is of another table than {code}: mixed vintage"),
            });
        }
        Ok(Columns {
            count: first.len(),
            table: table.to_owned(),
            total,
            working: find(&["15~64歳人口総数", "15~64歳人口"]),
            aged: find(&["65歳以上人口総数", "65歳以上人口"]),
        })
    }

    fn people(&self, record: &csv::StringRecord) -> Result<People, String> {
        let group = |column: Option<usize>, name: &str| -> Result<Option<u32>, String> {
            match column.map(|i| record[i].trim()) {
                // Hidden: added to the square that HTKSAKI names.
                None | Some("*") => Ok(None),
                Some("-") => Ok(Some(0)),
                Some(text) => number(text, name).map(Some),
            }
        };
        Ok(People {
            total: number(record[self.total].trim(), "人口（総数）")?,
            working: group(self.working, "15〜64歳人口")?,
            aged: group(self.aged, "65歳以上人口")?,
        })
    }

    fn source(&self, size: Size) -> String {
        let metres = size.metres();
        match CENSUSES.iter().find(|(table, _)| *table == self.table) {
            Some((_, year)) => format!("census-{year}-{metres}m"),
            None => format!("estat-{}-{metres}m", self.table),
        }
    }
}

fn number(text: &str, column: &str) -> Result<u32, String> {
    let number = text.parse().ok();
    number
        .filter(|people| *people <= MOST_PEOPLE)
        .ok_or_else(|| {
            format!("{column}: “{text}” is no number of people (whole, from 0 to {MOST_PEOPLE})")
        })
}

/// How many are in the age groups that are told.
fn counted(people: People) -> u64 {
    let groups = [people.working, people.aged];
    groups.into_iter().flatten().map(u64::from).sum()
}

/// A column's name without spaces, and full-width digits and signs as the usual ones.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            '（' => '(',
            '）' => ')',
            '～' | '〜' => '~',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001101001,T001101010,T001101019\n\
        ,,,,　人口（総数）,　１５～６４歳人口　総数,　６５歳以上人口　総数\n";

    fn cp932(text: &str) -> Vec<u8> {
        encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
    }

    fn reading(rows: &str) -> Result<Block, Unreadable> {
        read("tblT001101H5030.txt", &cp932(&format!("{HEAD}{rows}")))
    }

    #[test]
    fn totals_stay_where_they_are_and_hidden_groups_are_unknown() {
        let block = reading(
            "503000011,1,,503000012;503000014,52,30,10\n503000012,2,503000011,,2,*,*\n503000014,2,503000011,,1,*,*\n",
        )
        .unwrap();
        assert_eq!(block.source, "census-2020-500m");
        assert_eq!(block.primary.to_string(), "5030");
        let totals: Vec<u32> = block.squares.iter().map(|(_, p)| p.total).collect();
        assert_eq!(totals, [52, 2, 1]);
        assert_eq!(block.squares[0].1.aged, Some(10));
        assert_eq!(block.squares[1].1.aged, None);
        let stored = block.to_stored();
        assert_eq!(
            Block::from_stored(block.primary, block.source.clone(), &stored),
            Ok(block)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = "503000011,0,,,52,30,10\n";
        for (rows, said) in [
            ("", "headers and no squares"),
            ("503000011,0,,,52,30,10", "last row has no end"),
            (
                "503000011,0,,,52,30,10\r503000012,0,,,1,1,0\n",
                "3 lines hold 4 rows",
            ),
            ("503000011,0,,\"\n\",52,30,10\n", "4 lines hold 3 rows"),
            ("503000011,0,,,52,30\n", "cut short"),
            (
                "503000011,0,,,52\n503000012,0,,,5,3,1\n",
                "row 3: 5 columns instead of 7",
            ),
            ("533946113,0,,,52,30,10\n", "wrong primary mesh"),
            (
                "503000011,0,,,52,30,10\n503000011,0,,,52,30,10\n",
                "stands in row 3 already",
            ),
            ("503000011,0,,,-5,30,10\n", "“-5” is no number of people"),
            ("503000011,0,,,5.5,30,10\n", "“5.5” is no number of people"),
            ("503000011,7,,,5,3,1\n", "HTKSYORI is “7”"),
            ("503000015,0,,,5,3,1\n", "no grid square"),
            (
                "503000011,0,,,52,30,10\n\n\n503000012,0,,,-1,3,1\n",
                "row 6: 人口（総数）: “-1”",
            ),
            ("503000011,0,,,5,3,-1\n", "65歳以上人口: “-1”"),
            ("503000011,0,,,4000000000,3,1\n", "from 0 to 1000000"),
            (
                "503000011,0,,,5,30,10\n",
                "40 people of 15 and older among 5",
            ),
            ("503000011,2,,,5,*,*\n", "HTKSYORI is 2 and HTKSAKI"),
            ("503000011,2,503000011,,5,*,*\n", "own HTKSYORI is 2"),
            (
                "503000011,2,503000012,,5,*,*\n503000012,0,,,5,3,1\n",
                "row 3: HTKSAKI names square 503000012, whose own HTKSYORI is 0",
            ),
            (
                "503000011,1,,503000012;503000013,5,3,1\n503000012,2,503000011,,5,*,*\n",
                "row 3 is merged (GASSAN) with square 503000013",
            ),
            (
                "5030000111,0,,,5,3,1\n50300001111,0,,,5,3,1\n",
                "another size (125 m) than those before (250 m)",
            ),
            (
                "503000011111,0,,,5,3,1\n",
                "“503000011111” is no grid square",
            ),
            ("503000011,0,,,5,3,1\n50300001,0,,,5,3,1\n", "another size"),
            (
                "503000011,2,503000012,,5,*,*\n",
                "merged (HTKSAKI) with square 503000012",
            ),
        ] {
            let error = reading(rows).unwrap_err().to_string();
            assert!(error.contains(said), "{rows:?}: {error}");
        }
        let whole = format!("{HEAD}{good}");
        let said = |name: &str, bytes: &[u8]| read(name, bytes).unwrap_err().to_string();
        assert!(said("a.txt", whole.as_bytes()).contains("wrong encoding: it is UTF-8"));
        assert!(said("a.txt", &[b"\xef\xbb\xbf", whole.as_bytes()].concat()).contains("UTF-8"));
        assert!(said("a.txt", &[&cp932(&whole)[..], b"\x81\x00\n"].concat()).contains("no CP932"));
        assert!(said("a.txt", b"id,name\n1,2\n").contains("row 1"));
        assert!(said("a.txt", b"").contains("it is empty"));
        assert!(said("a.txt", b"<!doctype html>").contains("row 1"));
        assert!(said("tblT001101H5339.txt", &cp932(&whole)).contains("first-level square 5339"));
        let mixed = whole.replace("T001101019", "T000847019");
        assert!(said("a.txt", &cp932(&mixed)).contains("mixed vintage"));
        assert!(read("anything.csv", &cp932(&whole)).is_ok());
    }

    #[test]
    fn real_files_are_read_whole() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/data/population/estat_500m_2020"
        );
        let Ok(files) = std::fs::read_dir(folder) else {
            println!("skipped: ../shared/data/population/estat_500m_2020 is not there");
            return;
        };
        let (mut squares, mut people) = (0, 0);
        for file in files {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let block = read(path.to_str().unwrap(), &bytes).unwrap();
            assert_eq!(block.source, "census-2020-500m");
            squares += block.squares.len();
            people += block
                .squares
                .iter()
                .map(|(_, p)| u64::from(p.total))
                .sum::<u64>();
            // Cut anywhere between two rows that were merged, or within a row, it is refused.
            assert!(read("a.txt", &bytes[..bytes.len() / 2]).is_err());
        }
        assert_eq!(squares, 11_945 + 9_496 + 4_707 + 806);
        assert_eq!(people, 7_961_116);
    }
}
