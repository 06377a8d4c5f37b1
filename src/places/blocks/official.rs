//! The official list of blocks (国土交通省 位置参照情報 街区レベル): CSV in CP932, one row for each point.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, Read};

use super::super::Point;
use super::{APART, Block, errors, key, label, line, plain};
use crate::districts::{District, Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

/// The most rows of one import: a prefecture has up to a million.
const MOST_ROWS: u64 = 4_000_000;
/// The longest line in bytes: rows have about 150.
const LONGEST_LINE: u64 = 16 << 10;
/// One row in so many is checked against its municipality's border.
const SAMPLE: u64 = 8;
/// How far outside a generalized border a block may lie, in metres.
const OUTSIDE: f64 = 3_000.0;
/// No block lies farther outside its municipality's box, in degrees; includes islands that are not drawn.
const BEYOND: f64 = 1.5;

/// Why a file cannot be used. Rows are numbered from 1, as in a text editor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlocksError {
    /// Another kind of file.
    #[error(
        "it is no list of blocks (位置参照情報 街区レベル): its first row is {0:?}, and {1} is missing there"
    )]
    Header(String, &'static str),
    /// Neither CP932 nor UTF-8.
    #[error("row {0}: its bytes are no CP932 (Shift_JIS); import the file as downloaded")]
    Encoding(u64),
    /// Its end is missing.
    #[error("it is cut short: {0}")]
    Short(String),
    /// The bytes cannot be read.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A row does not say what it must.
    #[error("row {0}: {1}")]
    Row(u64, String),
    /// Points elsewhere than the names.
    #[error("{0}: its points lie elsewhere ({1} of {2} looked at are more than 3 km outside it)")]
    Elsewhere(String, u64, u64),
    /// Too much at a time.
    #[error("more than {MOST_ROWS} rows: import fewer prefectures at a time")]
    Large,
}

/// The blocks of one town.
pub struct StoredTownBlocks {
    /// The municipality or the designated city's ward.
    pub district: MunicipalityCode,
    /// The [`key`] of its name.
    pub key: String,
    /// Its blocks and lots, as [`TownBlocks::from_stored`](super::TownBlocks::from_stored) reads them.
    pub stored: String,
    /// How many there are.
    pub blocks: usize,
}

/// What an import counted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ImportCounts {
    /// Rows that are marked as deleted.
    pub deleted: u64,
    /// Numbers whose points lie too far apart, so they are ambiguous.
    pub ambiguous: u64,
    /// Rows of former municipalities, by name; they were assigned by their points.
    pub former: BTreeMap<String, u64>,
}

#[derive(Clone, Copy)]
struct PointRow {
    point: Point,
    is_block: bool,
    is_main: bool,
}

/// The rows of a town, by part and number.
type TownRows = BTreeMap<(String, String), Vec<PointRow>>;

/// Reads files of one import.
pub struct BlockReader<'a> {
    districts: &'a Districts,
    /// Municipalities and wards by prefecture and name.
    names: HashMap<String, &'a District>,
    /// The prefecture, name and district of the row before, which mostly are the next row's too.
    last: Option<(String, String, &'a District)>,
    /// Rows by district and town, then by part and number.
    towns: BTreeMap<(MunicipalityCode, String), TownRows>,
    /// For each municipality, how many rows were checked and how many lie outside.
    looked_at: BTreeMap<String, (u64, u64)>,
    rows: u64,
    counts: ImportCounts,
}

/// The positions of the columns.
struct Columns {
    prefecture: usize,
    municipality: usize,
    town: usize,
    /// Older files have none.
    part: Option<usize>,
    block: usize,
    lat: usize,
    lon: usize,
    is_block: usize,
    is_main: usize,
    history: Option<usize>,
    count: usize,
}

impl<'a> BlockReader<'a> {
    /// Reads lists of blocks in these districts.
    pub fn new(districts: &'a Districts) -> BlockReader<'a> {
        let mut names = HashMap::new();
        for district in districts.of(Level::Municipality) {
            names.insert(named(&district.prefecture, &district.name), district);
        }
        for ward in districts.of(Level::Ward) {
            if let Some(city) = ward.parent.and_then(|city| districts.municipality(city)) {
                let name = format!("{}{}", city.name, ward.name);
                names.insert(named(&ward.prefecture, &name), ward);
            }
        }
        BlockReader {
            districts,
            names,
            last: None,
            towns: BTreeMap::new(),
            looked_at: BTreeMap::new(),
            rows: 0,
            counts: ImportCounts::default(),
        }
    }

    /// Reads a file. `prefecture` are the two digits in its name.
    pub fn read(
        &mut self,
        mut file: impl BufRead,
        prefecture: Option<&str>,
    ) -> Result<(), BlocksError> {
        let mut number = 1;
        let mut bytes = Vec::new();
        if !next_line(&mut file, &mut bytes, number)? {
            return Err(BlocksError::Short("it is empty".to_owned()));
        }
        let header = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let is_utf8 = !header.is_ascii() && std::str::from_utf8(header).is_ok();
        let header = decoded(header, is_utf8).ok_or(BlocksError::Encoding(1))?;
        let columns = Columns::of(&header)?;
        let expected = prefecture.and_then(|code| self.districts.get(code));
        self.last = None;
        let before = self.rows;
        loop {
            number += 1;
            if !next_line(&mut file, &mut bytes, number)? {
                break;
            }
            let text = decoded(&bytes, is_utf8).ok_or(BlocksError::Encoding(number))?;
            if text.trim().is_empty() {
                continue;
            }
            self.rows += 1;
            if self.rows > MOST_ROWS {
                return Err(BlocksError::Large);
            }
            self.read_row(&text, number, &columns, expected)?;
        }
        match self.rows - before {
            0 => Err(BlocksError::Short("it has a header and no row".to_owned())),
            _ => Ok(()),
        }
    }

    /// Reads a row. `expected` is the prefecture that the file's name says.
    fn read_row(
        &mut self,
        text: &str,
        number: u64,
        columns: &Columns,
        expected: Option<&District>,
    ) -> Result<(), BlocksError> {
        let cells = cells(text);
        if cells.len() != columns.count {
            let reason = format!("{} columns instead of {}", cells.len(), columns.count);
            return Err(BlocksError::Row(number, reason));
        }
        let wrong = |reason: String| BlocksError::Row(number, reason);
        let cell = |column: usize| cells[column].trim();
        if columns.history.is_some_and(|column| cell(column) == "3") {
            self.counts.deleted += 1;
            return Ok(());
        }
        let degrees = |column: usize, name: &str| {
            let text = cell(column);
            let degrees = text.parse::<f64>().ok();
            degrees.ok_or_else(|| wrong(format!("{name} “{text}” is no number")))
        };
        let (lon, lat) = (degrees(columns.lon, "経度")?, degrees(columns.lat, "緯度")?);
        let position = Position::new(lon, lat).map_err(|error| wrong(error.to_string()))?;
        let (own, municipality) = (cell(columns.prefecture), cell(columns.municipality));
        if let Some(expected) = expected.filter(|expected| *expected.name != *own) {
            return Err(wrong(format!(
                "it is of {own}, and the file’s name says {} ({})",
                expected.code, expected.name
            )));
        }
        let district = self
            .district_of(own, municipality, position)
            .map_err(wrong)?;
        self.check_position(district, position, number)?;
        let (town, block) = (cell(columns.town), label(cell(columns.block)));
        if town.is_empty() || block.is_empty() {
            return Ok(());
        }
        let code =
            MunicipalityCode::new(&district.code).map_err(|error| wrong(error.to_string()))?;
        let part = columns
            .part
            .map_or(String::new(), |column| plain(cell(column)));
        let part = part.chars().filter(|c| !c.is_whitespace()).collect();
        let rows = self.towns.entry((code, key(town))).or_default();
        rows.entry((part, block)).or_default().push(PointRow {
            point: Point::of(position),
            is_block: cell(columns.is_block) == "1",
            is_main: cell(columns.is_main) == "1",
        });
        Ok(())
    }

    /// The district a row names. A municipality that no longer exists is replaced by the district
    /// at the point, which must lie in the prefecture named.
    fn district_of(
        &mut self,
        prefecture: &str,
        municipality: &str,
        position: Position,
    ) -> Result<&'a District, String> {
        if let Some((last, name, district)) = &self.last
            && last == prefecture
            && name == municipality
        {
            return Ok(district);
        }
        if let Some(district) = self.named(prefecture, municipality) {
            self.last = Some((prefecture.to_owned(), municipality.to_owned(), district));
            return Ok(district);
        }
        let found = self
            .districts
            .at(position)
            .map(|found| found.ward.unwrap_or(found.municipality));
        let found = found.filter(|found| *found.prefecture == *prefecture);
        let full = format!("{prefecture}{municipality}");
        let found = found.ok_or_else(|| {
            format!("no municipality is called {full}, and its point does not lie in {prefecture}")
        })?;
        *self.counts.former.entry(full).or_default() += 1;
        Ok(found)
    }

    /// The municipality or ward of a name, with or without its county or island in front.
    fn named(&self, prefecture: &str, name: &str) -> Option<&'a District> {
        let find = |name: &str| self.names.get(&named(prefecture, name)).copied();
        find(name).or_else(|| {
            let ends = name
                .char_indices()
                .filter(|(_, c)| matches!(c, '郡' | '島'));
            ends.filter_map(|(at, c)| find(&name[at + c.len_utf8()..]))
                .next()
        })
    }

    /// Refuses a point far from what its row names.
    fn check_position(
        &mut self,
        district: &District,
        position: Position,
        row: u64,
    ) -> Result<(), BlocksError> {
        let [west, south, east, north] = district.shape.bounds();
        let (lon, lat) = (position.lon(), position.lat());
        let is_near = (west - BEYOND..=east + BEYOND).contains(&lon)
            && (south - BEYOND..=north + BEYOND).contains(&lat);
        if !is_near {
            return Err(BlocksError::Row(
                row,
                format!(
                    "{lon}, {lat} is far from {}{}",
                    district.prefecture, district.name
                ),
            ));
        }
        if self.rows % SAMPLE == 1 {
            let name = format!("{}{}", district.prefecture, district.name);
            let looked_at = self.looked_at.entry(name).or_default();
            looked_at.0 += 1;
            let is_inside =
                district.shape.holds(position) || district.shape.distance(position).0 <= OUTSIDE;
            looked_at.1 += u64::from(!is_inside);
        }
        Ok(())
    }

    /// All towns read, in order of district and key.
    pub fn finish(mut self) -> Result<(Vec<StoredTownBlocks>, ImportCounts), BlocksError> {
        for (name, (all, outside)) in self.looked_at {
            if outside * 2 > all {
                return Err(BlocksError::Elsewhere(name, outside, all));
            }
        }
        let mut towns = Vec::with_capacity(self.towns.len());
        // Each town is released once written, to save memory.
        while let Some(((district, key), rows)) = self.towns.pop_first() {
            let (stored, blocks, ambiguous) = stored(rows);
            self.counts.ambiguous += ambiguous;
            towns.push(StoredTownBlocks {
                district,
                key,
                stored,
                blocks,
            });
        }
        Ok((towns, self.counts))
    }
}

/// A town's blocks as stored text, how many there are, and how many numbers are ambiguous.
fn stored(rows: TownRows) -> (String, usize, u64) {
    let mut ambiguous = 0;
    let mut all: Vec<(String, Block, f64)> = Vec::with_capacity(rows.len());
    for ((part, label), rows) in rows {
        let Some(main) = rows.iter().find(|row| row.is_main).or(rows.first()) else {
            continue;
        };
        let position = main.point.position();
        let away = rows
            .iter()
            .map(|row| position.planar(row.point.position()).0);
        let away = away.fold(0.0, f64::max);
        if away > APART {
            ambiguous += 1;
            continue;
        }
        let block = Block {
            part: 0,
            label: label.into(),
            point: main.point,
            error: 0,
            is_block: main.is_block,
        };
        all.push((part, block, away));
    }
    let points: Vec<Point> = all.iter().map(|(_, block, _)| block.point).collect();
    let Some(&origin) = points.first() else {
        return (String::new(), 0, ambiguous);
    };
    let mut text = format!("{} {}\n", origin.lon, origin.lat);
    let mut last = String::new();
    let count = all.len();
    for ((part, mut block, away), error) in all.into_iter().zip(errors(&points)) {
        if part != last {
            text.push('@');
            text.push_str(&part);
            text.push('\n');
            last = part;
        }
        if error > 0.0 || away > 0.0 {
            block.error = (((error + away) / 10.0).ceil() * 10.0) as u32;
        }
        line(&mut text, &block, origin);
    }
    (text, count, ambiguous)
}

/// Reads a line without its end; false at the end of the file.
fn next_line(
    file: &mut impl BufRead,
    bytes: &mut Vec<u8>,
    number: u64,
) -> Result<bool, BlocksError> {
    bytes.clear();
    let mut limited = file.by_ref().take(LONGEST_LINE);
    let read = limited.read_until(b'\n', bytes);
    match read.map_err(|error| BlocksError::Damaged(error.to_string()))? {
        0 => return Ok(false),
        length if length as u64 == LONGEST_LINE => {
            return Err(BlocksError::Row(
                number,
                format!("it is longer than {LONGEST_LINE} bytes"),
            ));
        }
        _ => {}
    }
    if bytes.pop() != Some(b'\n') {
        return Err(BlocksError::Short(format!("row {number} has no end")));
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(true)
}

fn decoded(bytes: &[u8], is_utf8: bool) -> Option<String> {
    if is_utf8 {
        return std::str::from_utf8(bytes).ok().map(str::to_owned);
    }
    let text = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// The cells of a row, whose texts may stand in quotes.
fn cells(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => all.push(String::new()),
            c => all.last_mut().expect("never empty").push(c),
        }
    }
    all
}

/// A municipality's name as a key.
fn named(prefecture: &str, name: &str) -> String {
    format!("{prefecture} {}", key(name))
}

impl Columns {
    fn of(header: &str) -> Result<Columns, BlocksError> {
        let usual = |text: &str| -> String {
            plain(text)
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '・')
                .collect()
        };
        let names: Vec<String> = cells(header).iter().map(|cell| usual(cell)).collect();
        let find = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&&**name));
        let need = |wanted: &'static str, others: &[&str]| {
            let found = find(&[&*usual(wanted)]).or_else(|| find(others));
            found.ok_or_else(|| BlocksError::Header(header.chars().take(60).collect(), wanted))
        };
        Ok(Columns {
            prefecture: need("都道府県名", &[])?,
            municipality: need("市区町村名", &[])?,
            town: need("大字・丁目名", &["大字町丁目名"])?,
            part: find(&["小字通称名"]),
            block: need("街区符号・地番", &[])?,
            lat: need("緯度", &[])?,
            lon: need("経度", &[])?,
            is_block: need("住居表示フラグ", &[])?,
            is_main: need("代表フラグ", &[])?,
            history: find(&["更新後履歴フラグ"]),
            count: names.len(),
        })
    }
}
