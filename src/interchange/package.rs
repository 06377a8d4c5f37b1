//! Checks a workbook's zip against the limits before it is parsed.
//!
//! The parser trusts a workbook: it reserves memory for the declared number of strings, makes a table up
//! to the last cell, and copies a format's name into every style. So the whole package is unpacked once
//! without storing it, and its XML is walked by the parser's own reader with the same settings.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Limits;
use super::encoding::BOM;
use super::sheet::{ABOVE, Area, Shape};
use crate::domain::report::Problem;

/// Files in a package.
const ENTRIES: usize = 200;

/// How many times as large a file may become when it is unpacked, beyond the first megabyte.
const RATIO: u64 = 100;
const MEGABYTE: u64 = 1 << 20;

/// Bytes of one text of XML: a cell's most characters, however they are escaped.
const TEXT: usize = 1 << 20;

/// Elements of a sort, such as cell formats; Excel itself allows not many more.
const ELEMENTS: usize = 65_536;

/// Bytes that the names of fonts and formats may take when each cell format has its own copy.
const COPIES: usize = 32 << 20;

/// The last row and column of a worksheet, counted from 1.
const LAST: (usize, usize) = (1_048_576, 16_384);

type Checked<T = ()> = Result<T, Box<Problem>>;

/// What the parts of a package say of its worksheets.
#[derive(Debug, Default)]
pub struct Parts {
    shapes: BTreeMap<String, Shape>,
    /// The relation that leads to each worksheet, in their order.
    sheets: Vec<String>,
    /// Where the workbook's relations lead.
    targets: BTreeMap<String, String>,
}

impl Parts {
    /// The shape of the worksheet with this place among all, once.
    pub fn take_shape(&mut self, sheet: usize) -> Shape {
        let target = self.sheets.get(sheet).and_then(|id| self.targets.get(id));
        let path = target.map(|target| match target.strip_prefix('/') {
            Some(absolute) => absolute.to_lowercase(),
            None => format!("xl/{}", target.trim_start_matches("./")).to_lowercase(),
        });
        let shape = path.and_then(|path| self.shapes.remove(&path));
        shape.unwrap_or_default()
    }
}

/// Refuses whatever is no workbook, or more than the limits let in.
pub fn check(bytes: &[u8], limits: &Limits) -> Checked<Parts> {
    // Before the library makes a list of them: each has one of these in the directory.
    let entries = bytes
        .windows(4)
        .filter(|four| four == b"PK\x01\x02")
        .count();
    if entries > ENTRIES {
        return Err(too_many_entries(entries));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    is_workbook(&mut zip)?;
    let most = limits.unpacked as u64;
    let mut declared: u64 = 0;
    for i in 0..zip.len() {
        let entry = zip.by_index_raw(i).map_err(|_| damaged())?;
        declared = declared.saturating_add(entry.size());
        if entry.encrypted() {
            return Err(encrypted());
        }
    }
    if declared > most {
        return Err(too_large(declared, most));
    }
    let mut total = 0;
    let mut parts = Parts::default();
    for i in 0..zip.len() {
        let entry = zip.by_index(i).map_err(|_| damaged())?;
        let name = entry.name().map_err(|_| damaged())?.to_lowercase();
        let may_embed = name.contains("/embeddings/");
        let mut unpacked = Unpacked {
            packed: entry.compressed_size(),
            inner: entry,
            here: 0,
            total: &mut total,
            most,
            text: None,
            refused: None,
        };
        let walked = Walk::new(limits).entry(&mut unpacked, may_embed);
        if let Some(refused) = unpacked.refused {
            return Err(refused);
        }
        let walk = walked?;
        let name = name.trim_start_matches('/');
        match name {
            "xl/workbook.xml" => parts.sheets = walk.sheets,
            "xl/_rels/workbook.xml.rels" => parts.targets = walk.targets,
            _ if walk.shape != Shape::default() => {
                parts.shapes.insert(name.to_owned(), walk.shape);
            }
            _ => {}
        }
    }
    Ok(parts)
}

/// The content of an OpenDocument workbook, held against the limits.
pub fn open_document(bytes: &[u8], limits: &Limits) -> Checked<Vec<u8>> {
    let entries = bytes
        .windows(4)
        .filter(|four| four == b"PK\x01\x02")
        .count();
    if entries > ENTRIES {
        return Err(too_many_entries(entries));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut unpack = |name: &str| -> Checked<Vec<u8>> {
        let entry = zip.by_name(name).map_err(|_| damaged())?;
        if entry.encrypted() {
            return Err(encrypted());
        }
        let mut total = 0;
        let mut unpacked = Unpacked {
            packed: entry.compressed_size(),
            inner: entry,
            here: 0,
            total: &mut total,
            most: limits.unpacked as u64,
            text: Some(0),
            refused: None,
        };
        let mut content = Vec::new();
        let read = unpacked.read_to_end(&mut content);
        match (unpacked.refused, read) {
            (Some(refused), _) => Err(refused),
            (None, Ok(_)) => Ok(content),
            (None, Err(_)) => Err(damaged()),
        }
    };
    // Whatever has a password says so here.
    let manifest = unpack("META-INF/manifest.xml").unwrap_or_default();
    let marked = b"encryption-data";
    if manifest
        .windows(marked.len())
        .any(|window| window == marked)
    {
        return Err(encrypted());
    }
    unpack("content.xml")
}

/// Tells a workbook from other things that come in a zip.
fn is_workbook(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Checked {
    let names: Vec<String> = zip
        .file_names()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    let has = |name: &str| {
        names
            .iter()
            .any(|other| other.trim_start_matches('/') == name)
    };
    if has("xl/workbook.xml") {
        return Ok(());
    }
    let mut kind = Vec::new();
    if let Ok(entry) = zip.by_name("mimetype") {
        // What cannot be read is no OpenDocument; the sentence below says so.
        let _ = entry.take(100).read_to_end(&mut kind);
    }
    let (ja, en) = if kind.starts_with(b"application/vnd.oasis.opendocument") {
        ("OpenDocument（ods）の形式", "an OpenDocument file (ods)")
    } else if has("xl/workbook.bin") {
        ("Excelバイナリ（xlsb）の形式", "a binary workbook (xlsb)")
    } else if has("encryptedpackage") {
        return Err(encrypted());
    } else if names
        .iter()
        .any(|name| name.starts_with("word/") || name.starts_with("ppt/"))
    {
        ("WordかPowerPointの文書", "a document of Word or PowerPoint")
    } else if names
        .iter()
        .any(|name| name.ends_with(".xlsx") || name.ends_with(".csv"))
    {
        let message = (
            "zipファイルです。中のファイルを取り出して、1つずつ選んでください",
            "this is a zip file: take out what is in it, and choose one file at a time",
        );
        return Err(Box::new(Problem::of_file("format-unknown", message)));
    } else {
        (
            "Excelのブックではないzipファイル",
            "a zip file and no workbook",
        )
    };
    Err(save_as_xlsx(ja, en))
}

/// A file that has to be saved in another format.
pub fn save_as_xlsx(ja: &str, en: &str) -> Box<Problem> {
    let message = (
        format!("{ja}は読めません。Excelなどで開き、xlsx形式（Excelブック）で保存し直してください"),
        format!(
            "this is {en}, which cannot be read: open it and save it as an Excel workbook (xlsx)"
        ),
    );
    Box::new(Problem::of_file("format-unknown", message))
}

/// A workbook with a password.
pub fn encrypted() -> Box<Problem> {
    let message = (
        "パスワードで保護されたブックは読めません。パスワードを外し、xlsx形式で保存し直してください",
        "a workbook with a password cannot be read: remove the password and save it as xlsx",
    );
    Box::new(Problem::of_file("format-unknown", message))
}

/// A workbook that is no longer whole.
pub fn damaged() -> Box<Problem> {
    let message = (
        "ブックが壊れているか、途中で切れています。Excelで開けることを確かめ、xlsx形式で保存し直してください",
        "the workbook is damaged or cut off: see whether Excel opens it, and save it as xlsx again",
    );
    Box::new(Problem::of_file("file-damaged", message))
}

fn limit(ja: String, en: String) -> Box<Problem> {
    let message = (
        format!("{ja}。表だけを新しいブックに貼り付け、保存し直してください"),
        format!("{en}: paste only the table into a new workbook and save that"),
    );
    Box::new(Problem::of_file("limit", message))
}

fn too_many_entries(entries: usize) -> Box<Problem> {
    limit(
        format!("ブックの中のファイルが{entries}個あります。読めるのは{ENTRIES}個までです"),
        format!("there are {entries} files in the workbook; at most {ENTRIES} are read"),
    )
}

fn too_large(bytes: u64, most: u64) -> Box<Problem> {
    let most = most / MEGABYTE;
    limit(
        format!("ブックを展開した大きさが{bytes}バイト以上あります。読めるのは{most} MiBまでです"),
        format!("the workbook takes {bytes} bytes or more unpacked; at most {most} MiB are read"),
    )
}

fn too_dense() -> Box<Problem> {
    limit(
        format!(
            "ブックの中に、展開すると{RATIO}倍より大きくなるファイルがあります。読めるのは{RATIO}倍までです"
        ),
        format!(
            "a file in the workbook becomes more than {RATIO} times as large when unpacked; {RATIO} times is the limit"
        ),
    )
}

/// A file of the package while it is unpacked: counts, and stops at the limits.
struct Unpacked<'a, R> {
    inner: R,
    packed: u64,
    here: u64,
    total: &'a mut u64,
    most: u64,
    /// Bytes since the last `<`, where the file is XML.
    text: Option<usize>,
    refused: Option<Box<Problem>>,
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.here += length as u64;
        *self.total += length as u64;
        if *self.total > self.most {
            self.refused = Some(too_large(*self.total, self.most));
        } else if self.here > MEGABYTE && self.here > self.packed.saturating_mul(RATIO) {
            self.refused = Some(too_dense());
        }
        if let Some(text) = &mut self.text {
            match buffer[..length].iter().rposition(|byte| *byte == b'<') {
                Some(at) => *text = length - at,
                None => *text += length,
            }
            if *text > TEXT {
                self.refused = Some(limit(
                    format!("1つの値が{text}バイト以上あります。読めるのは{TEXT}バイトまでです"),
                    format!("a value has {text} bytes or more; at most {TEXT} are read"),
                ));
            }
        }
        match self.refused {
            Some(_) => Err(io::Error::other("beyond a limit")),
            None => Ok(length),
        }
    }
}

/// A walk through one file's XML.
struct Walk<'a> {
    limits: &'a Limits,
    row: usize,
    column: usize,
    /// The cell the walk is in, once its value begins.
    value: Option<(usize, usize)>,
    /// Elements of each sort that whoever reads a workbook keeps.
    elements: BTreeMap<&'static str, usize>,
    strings_declared: usize,
    /// The longest name of a font or format.
    longest: usize,
    /// Merged cells and hidden rows and columns.
    shape: Shape,
    /// Of a workbook, the relations that lead to its worksheets.
    sheets: Vec<String>,
    /// Of relations, where each leads.
    targets: BTreeMap<String, String>,
}

impl<'a> Walk<'a> {
    fn new(limits: &'a Limits) -> Walk<'a> {
        Walk {
            limits,
            row: 0,
            column: 0,
            value: None,
            elements: BTreeMap::new(),
            strings_declared: 0,
            longest: 0,
            shape: Shape::default(),
            sheets: Vec::new(),
            targets: BTreeMap::new(),
        }
    }

    /// Unpacks the file to its end, through its XML as far as it is any.
    fn entry<R: Read>(
        mut self,
        unpacked: &mut Unpacked<'_, R>,
        may_embed: bool,
    ) -> Checked<Walk<'a>> {
        let mut file = BufReader::with_capacity(1 << 16, unpacked);
        let head = file.fill_buf().map_err(|_| damaged())?;
        if head.starts_with(b"PK\x03\x04") && !may_embed {
            return Err(limit(
                "ブックの中に別のzipファイルがあります。zipの中のzipは読めません".to_owned(),
                "there is a zip file in the workbook; a zip in a zip is not read".to_owned(),
            ));
        }
        let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
        let is_xml = text.starts_with(b"<");
        file.get_mut().text = is_xml.then_some(0);
        let mut xml = Reader::from_reader(file);
        let config = xml.config_mut();
        config.check_end_names = false;
        config.check_comments = false;
        config.expand_empty_elements = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::Eof) => break,
                Ok(event) => self.event(&event)?,
                // Pictures end here at once; so would whoever took one for XML.
                Err(_) => break,
            }
        }
        self.end()?;
        let mut file = xml.into_inner();
        io::copy(&mut file, &mut io::sink()).map_err(|_| damaged())?;
        Ok(self)
    }

    fn event(&mut self, event: &Event<'_>) -> Checked {
        match event {
            Event::DocType(_) => {
                return Err(limit(
                    "ブックの中にDOCTYPE（文書型の宣言）があります。Excelのブックにはないものです"
                        .to_owned(),
                    "there is a DOCTYPE in the workbook, which no program for sheets writes"
                        .to_owned(),
                ));
            }
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" => {
                    self.column += 1;
                    self.value = None;
                }
                "v" | "is" => self.value = None,
                "row" => (self.row, self.column) = (self.row + 1, 0),
                _ => {}
            },
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                if let Some((row, column)) = self.value.take() {
                    self.fits(row, column, None)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Checked {
        match tag.local_name().as_ref() {
            "row" => self.row(tag)?,
            "col" if is_set(tag, "hidden")? => {
                let end = |name| number(tag, name);
                if let (Some(first), Some(last)) = (end("min")?, end("max")?) {
                    let last = last.min(self.limits.columns);
                    let columns = first.saturating_sub(1)..last;
                    self.shape.hidden_columns.extend(columns);
                }
            }
            "mergeCell" => self.merged_cells(tag)?,
            "c" => {
                for reference in values(tag, "r") {
                    let (row, column) = position(&reference?).ok_or_else(damaged)?;
                    // A cell may say a row that its row does not; whoever reads it believes the cell.
                    (self.row, self.column) = (row, column);
                }
            }
            "v" | "is" => self.value = Some((self.row, self.column)),
            "dimension" => self.dimension(tag)?,
            "sst" => {
                for count in values(tag, "uniqueCount") {
                    self.strings_declared = count?.parse().unwrap_or(usize::MAX);
                }
            }
            "si" => {
                let most = self.limits.rows.saturating_mul(self.limits.columns);
                self.count("si", most)?;
            }
            "sheet" => {
                self.count("sheet", ENTRIES)?;
                let id = values(tag, "r:id").next().transpose()?;
                self.sheets.push(id.unwrap_or_default());
            }
            "xf" => self.count("xf", ELEMENTS)?,
            "font" => self.count("font", ELEMENTS)?,
            "fill" => self.count("fill", ELEMENTS)?,
            "border" => self.count("border", ELEMENTS)?,
            "definedName" => self.count("definedName", ELEMENTS)?,
            "Relationship" => {
                self.count("Relationship", ELEMENTS)?;
                let text = |name| values(tag, name).next().transpose();
                if let (Some(id), Some(target)) = (text("Id")?, text("Target")?) {
                    self.targets.insert(id, target);
                }
            }
            "numFmt" => {
                self.longest = self.longest.max(tag.len());
                self.count("numFmt", ELEMENTS)?;
            }
            "name" | "rFont" => self.longest = self.longest.max(tag.len()),
            _ => {}
        }
        Ok(())
    }

    /// A row: its number, and whether it is hidden.
    fn row(&mut self, tag: &BytesStart<'_>) -> Checked {
        for row in values(tag, "r") {
            let row = row?
                .parse::<usize>()
                .ok()
                .filter(|row| (1..=LAST.0).contains(row));
            self.row = row.ok_or_else(damaged)? - 1;
        }
        if is_set(tag, "hidden")? {
            self.shape.hidden_rows.insert(self.row + 1);
        }
        Ok(())
    }

    /// An area of merged cells.
    fn merged_cells(&mut self, tag: &BytesStart<'_>) -> Checked {
        self.count("mergeCell", ELEMENTS)?;
        for area in values(tag, "ref") {
            let area = area?;
            let corners = area
                .split_once(':')
                .and_then(|(first, last)| Some((position(first)?, position(last)?)));
            if let Some(((top, left), (bottom, right))) = corners {
                self.shape.merges.push(Area {
                    left,
                    top: top + 1,
                    bottom: bottom + 1,
                    right,
                });
            }
        }
        Ok(())
    }

    /// The area that the worksheet declares.
    fn dimension(&mut self, tag: &BytesStart<'_>) -> Checked {
        for area in values(tag, "ref") {
            let area = area?;
            let (first, last) = area.split_once(':').unwrap_or((&area, &area));
            let corners = position(first).zip(position(last));
            let ((top, left), (row, column)) = corners.ok_or_else(damaged)?;
            if top > row || left > column {
                return Err(damaged());
            }
            self.fits(row, column, Some(&area))?;
        }
        Ok(())
    }

    fn count(&mut self, element: &'static str, most: usize) -> Checked {
        let count = self.elements.entry(element).or_default();
        *count += 1;
        if *count > most {
            return Err(limit(
                format!(
                    "ブックの中に {element} が{count}個以上あります。読めるのは{most}個までです"
                ),
                format!("the workbook has {count} or more of {element}; at most {most} are read"),
            ));
        }
        Ok(())
    }

    /// Holds a cell's place, counted from 0, against the limits.
    fn fits(&self, row: usize, column: usize, area: Option<&str>) -> Checked {
        let (ja, en) = match area {
            Some(area) => (
                format!("表の範囲が {area} と書かれ"),
                format!("the sheet says that its table is {area}, with "),
            ),
            None => (String::new(), String::new()),
        };
        let (rows, columns) = (self.limits.rows, self.limits.columns);
        if column >= columns {
            let found = column + 1;
            return Err(limit(
                format!("{ja}{found}列目まであります。読めるのは{columns}列までです"),
                format!("{en}cells as far as column {found}; at most {columns} columns are read"),
            ));
        }
        // Titles stand above the header.
        if row > rows.saturating_add(ABOVE) {
            let found = row + 1;
            return Err(limit(
                format!("{ja}{found}行目まであります。読めるのは{rows}行までです"),
                format!("{en}cells as far as row {found}; at most {rows} rows are read"),
            ));
        }
        Ok(())
    }

    /// Holds what the file said of itself against what it had.
    fn end(&self) -> Checked {
        let count = |element| self.elements.get(element).copied().unwrap_or(0);
        if self.strings_declared > count("si") + ELEMENTS * 16 {
            return Err(damaged());
        }
        let copies = count("xf").saturating_mul(self.longest);
        if copies > COPIES {
            return Err(limit(
                format!(
                    "書式の名前が合わせて{copies}バイトあります。読めるのは{COPIES}バイトまでです"
                ),
                format!("the names of formats take {copies} bytes; at most {COPIES} are read"),
            ));
        }
        Ok(())
    }
}

/// The values of an attribute: one, unless somebody means to confuse.
pub fn values(tag: &BytesStart<'_>, name: &str) -> impl Iterator<Item = Checked<String>> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes.filter_map(move |attribute| match attribute {
        Ok(attribute) if attribute.key.as_ref() == name => Some(Ok(attribute.value.into_owned())),
        Ok(_) => None,
        Err(_) => Some(Err(damaged())),
    })
}

/// Whether an attribute says yes.
fn is_set(tag: &BytesStart<'_>, name: &str) -> Checked<bool> {
    let value = values(tag, name).next().transpose()?;
    Ok(value.is_some_and(|value| value == "1" || value == "true"))
}

/// The whole number of an attribute.
fn number(tag: &BytesStart<'_>, name: &str) -> Checked<Option<usize>> {
    let value = values(tag, name).next().transpose()?;
    Ok(value.and_then(|value| value.parse().ok()))
}

/// Row and column of `B7`, counted from 0.
fn position(reference: &str) -> Option<(usize, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    if letters.len() > 3 || row.len() > 7 {
        return None;
    }
    let column = letters.chars().try_fold(0, |column, letter| {
        letter
            .is_ascii_alphabetic()
            .then(|| column * 26 + (letter.to_ascii_uppercase() as usize - 64))
    })?;
    let row: usize = row.parse().ok()?;
    let inside = (1..=LAST.0).contains(&row) && (1..=LAST.1).contains(&column);
    inside.then(|| (row - 1, column - 1))
}
