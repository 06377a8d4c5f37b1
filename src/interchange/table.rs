//! A sheet's rows, read with what its columns hold.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::domain::fields::Field;
use crate::domain::report::Problem;
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;

use super::Column;
use super::coordinates::{self, Axis};
use super::guard::{meant_exactly, unguarded};
use super::hours::{self, Hours};
use super::reading::{Reading, Row};
use super::sheet::{Line, Sheet};
use super::targets;
use super::values::{self, Read, Remark};
use super::words;
use super::work::Work;

/// Reads all rows, and says all that is wrong with each.
pub fn rows(sheet: &Sheet, columns: &[Column], work: &Work) -> Reading {
    let layout = Layout::new(columns);
    let mut reading = Reading {
        rows: sheet.rows.len(),
        columns: layout.labels(),
        has_kinds: layout.has("kind"),
        ..Reading::default()
    };
    let mut known_hours = HashMap::new();
    for line in &sheet.rows {
        if work.left_out.contains(&line.number) {
            continue;
        }
        let mut row = Reader {
            layout: &layout,
            line,
            mended: work.cells.get(&line.number),
            fields: Map::new(),
            implied_precision: None,
            problems: Vec::new(),
        };
        row.read(&mut known_hours);
        let Reader {
            fields,
            implied_precision,
            problems,
            ..
        } = row;
        if !problems.iter().any(|problem| problem.blocks) {
            reading.usable.push(Row {
                number: line.number,
                fields,
                implied_precision,
            });
        }
        reading.problems.extend(problems);
    }
    reading.of_kind(work.kind)
}

/// Which column holds what.
struct Layout<'a> {
    columns: &'a [Column],
    /// The place of each target's column.
    at: HashMap<&'static str, usize>,
    /// Columns that hold a field as it is, in the fields' order.
    fields: Vec<(usize, &'static Field)>,
    /// Columns that say of one amenity whether it is there.
    amenities: Vec<(usize, &'static str)>,
    /// Whether it is the table our own export writes, where a mark says that a cell means exactly
    /// what stands behind it.
    is_ours: bool,
}

impl<'a> Layout<'a> {
    fn new(columns: &'a [Column]) -> Layout<'a> {
        let held = columns.iter().enumerate();
        let at: HashMap<&'static str, usize> = held
            .filter_map(|(i, column)| Some((column.field?.0, i)))
            .collect();
        let fields = targets::targets()
            .iter()
            .filter(|target| target.name != "opening_hours")
            .filter_map(|target| Some((*at.get(target.name)?, values::field(target.name)?)));
        let amenities = targets::targets().iter().filter_map(|target| {
            Some((
                *at.get(target.name)?,
                target.name.strip_prefix("amenities.")?,
            ))
        });
        let is_named = |name: &&str| columns.iter().any(|column| column.label == **name);
        Layout {
            is_ours: ["id", "name", "lat", "lon", "updated_at"]
                .iter()
                .all(is_named),
            fields: fields.collect(),
            amenities: amenities.collect(),
            columns,
            at,
        }
    }

    fn has(&self, target: &str) -> bool {
        self.at.contains_key(target)
    }

    fn label(&self, target: &str) -> Option<&'a str> {
        self.at.get(target).map(|i| self.columns[*i].label.as_str())
    }

    /// What the file calls each field; of a field in parts, the part that says most.
    fn labels(&self) -> BTreeMap<&'static str, String> {
        const PARTS: [(&str, &[&str]); 2] = [
            (
                "address",
                &["address.town", "address.number", "address.city"],
            ),
            (
                "opening_hours",
                &[
                    "hours.from",
                    "hours.mo.from",
                    "hours.days",
                    "hours.note",
                    "hours.closed",
                ],
            ),
        ];
        let held = targets::targets()
            .iter()
            .filter(|target| !target.name.contains('.'));
        let mut labels: BTreeMap<&'static str, String> = held
            .filter_map(|target| Some((target.name, self.label(target.name)?.to_owned())))
            .collect();
        for (whole, parts) in PARTS {
            let first = parts.iter().find_map(|part| self.label(part));
            if let (Some(label), false) = (first, labels.contains_key(whole)) {
                labels.insert(whole, label.to_owned());
            }
        }
        labels
    }
}

/// One row being read.
struct Reader<'a> {
    layout: &'a Layout<'a>,
    line: &'a Line,
    mended: Option<&'a BTreeMap<String, String>>,
    fields: Map<String, Value>,
    implied_precision: Option<Precision>,
    problems: Vec<Problem>,
}

/// Rows of one sheet often have the same hours.
type KnownHours<'a> = HashMap<hours::Cells<'a>, Hours>;

impl<'a> Reader<'a> {
    /// A cell as it is after mending, with the spaces at its ends; empty where there is none.
    fn cell(&self, column: usize) -> &'a str {
        unguarded(self.whole_cell(column))
    }

    /// The same with the mark before it, where there is one.
    fn whole_cell(&self, column: usize) -> &'a str {
        let label = &self.layout.columns[column].label;
        let mended = self.mended.and_then(|cells| cells.get(label));
        let text = mended.or_else(|| self.line.cells.get(column));
        text.map_or("", String::as_str)
    }

    /// What a cell of our own export says of itself that it means exactly.
    fn exactly(&self, column: usize) -> Option<&'a str> {
        let cell = Some(self.whole_cell(column)).filter(|_| self.layout.is_ours)?;
        meant_exactly(cell.trim())
    }

    fn held(&self, target: &str) -> &'a str {
        self.layout
            .at
            .get(target)
            .map_or("", |column| self.cell(*column))
    }

    fn say(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn read(&mut self, known_hours: &mut KnownHours<'a>) {
        for (column, field) in &self.layout.fields {
            self.field(*column, field);
        }
        self.address();
        self.amenities();
        self.hours(known_hours);
        self.position();
        self.required();
    }

    fn field(&mut self, column: usize, field: &'static Field) {
        let cell = self.cell(column);
        let text = cell.trim();
        if text.is_empty() {
            // An empty cell says that there is none; what must be there stays as it is.
            if field.nullable {
                self.fields.insert(field.name.to_owned(), Value::Null);
            }
            return;
        }
        let read = match (self.exactly(column), field.name) {
            (Some(text), _) => values::exact(field, text),
            (None, "name") => values::read(field, &one_line(text)),
            (None, _) => values::read(field, text),
        };
        let Read { value, remark } = read;
        let is_used = value.is_some();
        match value {
            Some(Value::Null) if !field.nullable => {}
            Some(value) => drop(self.fields.insert(field.name.to_owned(), value)),
            None => {}
        }
        if let Some(remark) = remark {
            let label = &self.layout.columns[column].label;
            let problem = self.problem(field, remark, is_used);
            let problem = Problem {
                found: Some(shortened(cell)),
                ..problem
            };
            let problem = problem.in_column(label);
            self.say(with_label(problem, label));
        }
        if field.name == "address" && has_lost_dash(text) {
            self.lost_dash(column, text);
        }
    }

    /// A remark as a problem; a suggestion still without its column.
    fn problem(&self, field: &Field, remark: Remark, is_used: bool) -> Problem {
        let Remark {
            code,
            expected,
            blocks,
            suggestion,
            message,
        } = remark;
        let (ja, en) = (field.ja, field.en);
        let message = message.unwrap_or_else(|| match code {
            "full-width" => Wording::new(
                format!("{ja}に全角の文字や余分な空白があります。半角に直して読みました"),
                format!("{en} has full-width characters or spaces; it was read with plain ones"),
            ),
            "name-missing" => Wording::new(
                "名称として使えません。200文字までで書いてください",
                "this cannot be a name: write one of up to 200 characters",
            ),
            _ if is_used => Wording::new(
                format!("{ja}に読めない部分があります。読めた部分だけを使います"),
                format!("part of {en} cannot be read; the rest is used"),
            ),
            _ => Wording::new(
                format!("{ja}として読めないため、不明として扱います"),
                format!("this cannot be read as {en} and is taken as unknown"),
            ),
        });
        let problem = Problem {
            blocks,
            expected: Some(expected),
            ..Problem::warning(self.line.number, code, message)
        };
        match suggestion {
            Some(text) if text.is_empty() => {
                problem.suggest(("空にする", "Empty the cell"), [("", text)])
            }
            Some(text) => {
                let label = (format!("「{text}」に直す"), format!("Change to “{text}”"));
                problem.suggest(label, [("", text)])
            }
            None => problem,
        }
    }

    /// `1812?3`: a dash that an encoding had no sign for.
    fn lost_dash(&mut self, column: usize, text: &str) {
        let label = &self.layout.columns[column].label;
        let mended = mended_dashes(text);
        let message = (
            "住所の「?」は、文字コードの変換で失われた「-」のようです。直してください",
            "the “?” in the address seems to be a dash lost in a change of encoding: write it again",
        );
        let button = (
            format!("「{mended}」に直す"),
            format!("Change to “{mended}”"),
        );
        self.say(
            Problem::warning(self.line.number, "encoding-uncertain", message)
                .in_column(label)
                .found(text, Wording::same(mended.clone()))
                .suggest(button, [(label.as_str(), mended)]),
        );
    }

    /// The address from its parts where no column has it whole; the building's name behind it.
    fn address(&mut self) {
        const PARTS: [&str; 4] = [
            "address.prefecture",
            "address.city",
            "address.town",
            "address.number",
        ];
        let layout = self.layout;
        let building = self.held("address.building").trim();
        let building = if values::is_dash(building) {
            ""
        } else {
            building
        };
        if !layout.has("address") {
            let has_column = PARTS[1..].iter().any(|part| layout.has(part));
            if !has_column {
                return;
            }
            let parts: String = PARTS
                .iter()
                .map(|part| self.held(part).trim())
                .filter(|part| !values::is_dash(part))
                .collect();
            // A prefecture and a city alone are where the municipality is, no address.
            let is_one = PARTS[2..]
                .iter()
                .any(|part| !self.held(part).trim().is_empty());
            let whole = is_one.then_some(parts);
            self.fields.insert("address".to_owned(), json!(whole));
        }
        if !building.is_empty()
            && let Some(Value::String(address)) = self.fields.get_mut("address")
            && !address.contains(building)
        {
            address.push(' ');
            address.push_str(building);
        }
    }

    /// What columns about one amenity each say. A no in one says nothing of the others.
    fn amenities(&mut self) {
        let layout = self.layout;
        let mut there: Vec<&str> = Vec::new();
        for (column, amenity) in &layout.amenities {
            let text = self.cell(*column).trim();
            match words::flag(text) {
                Some(true) => there.push(amenity),
                Some(false) => {}
                None if text.is_empty() || values::is_dash(text) => {}
                None => {
                    let label = &layout.columns[*column].label;
                    let message = (
                        "有無として読めないため、不明として扱います",
                        "this is neither yes nor no and is taken as unknown",
                    );
                    let problem = Problem::warning(self.line.number, "value-unreadable", message);
                    self.say(
                        problem
                            .in_column(label)
                            .found(text, ("有 か 無", "yes or no")),
                    );
                }
            }
        }
        if there.is_empty() {
            return;
        }
        let list = self.fields.entry("amenities").or_insert(Value::Null);
        if !list.is_array() {
            *list = json!([]);
        }
        if let Value::Array(list) = list {
            for amenity in there {
                if !list.iter().any(|known| known == amenity) {
                    list.push(json!(amenity));
                }
            }
        }
    }

    fn hours(&mut self, known: &mut KnownHours<'a>) {
        const WEEK: [[&str; 2]; 7] = [
            ["hours.mo.from", "hours.mo.to"],
            ["hours.tu.from", "hours.tu.to"],
            ["hours.we.from", "hours.we.to"],
            ["hours.th.from", "hours.th.to"],
            ["hours.fr.from", "hours.fr.to"],
            ["hours.sa.from", "hours.sa.to"],
            ["hours.su.from", "hours.su.to"],
        ];
        let layout = self.layout;
        if !layout
            .at
            .keys()
            .any(|target| *target == "opening_hours" || target.starts_with("hours."))
        {
            return;
        }
        let exactly = layout.at.get("opening_hours");
        if let Some(hours) = exactly.and_then(|column| self.exactly(*column)) {
            self.fields.insert("opening_hours".to_owned(), json!(hours));
            return;
        }
        let cells = hours::Cells {
            whole: self.held("opening_hours"),
            days: self.held("hours.days"),
            from: self.held("hours.from"),
            to: self.held("hours.to"),
            closed: self.held("hours.closed"),
            note: self.held("hours.note"),
            week: WEEK.map(|day| day.map(|part| self.held(part))),
        };
        let hours = known
            .entry(cells)
            .or_insert_with(|| hours::read(&cells))
            .clone();
        let Some((part, found)) = hours.unreadable else {
            self.fields
                .insert("opening_hours".to_owned(), json!(hours.value));
            return;
        };
        let message = (
            "利用時間を読めないため、不明として扱います。「平日 9:00～17:00」のように書いてください",
            "the hours cannot be read and are taken as unknown: write them like “Mo-Fr 09:00-17:00”",
        );
        let expected = ("時刻（例: 9:00〜17:00）", "times, such as 9:00-17:00");
        let mut problem =
            Problem::warning(self.line.number, "hours-unreadable", message).found(found, expected);
        if let Some(label) = layout.label(part) {
            problem = problem.in_column(label);
            if let Some(hours) = hours.suggestion {
                let button = (format!("「{hours}」に直す"), format!("Change to “{hours}”"));
                problem = problem.suggest(button, [(label, hours)]);
            }
        }
        self.say(problem);
    }

    fn position(&mut self) {
        let layout = self.layout;
        let one = layout
            .label("position")
            .filter(|_| !(layout.has("lat") && layout.has("lon")));
        let text = self.held("position").trim();
        let (lat, lon) = match one {
            None => (self.held("lat").to_owned(), self.held("lon").to_owned()),
            Some(_) if coordinates::is_unknown(text) => (String::new(), String::new()),
            Some(label) => match coordinates::both(text) {
                Some([lat, lon]) => (lat, lon),
                None => {
                    let message = (
                        "緯度と経度として読めません。「35.681236,139.767125」のように書いてください",
                        "this cannot be read as latitude and longitude: write them like “35.681236,139.767125”",
                    );
                    let problem =
                        Problem::blocking(self.line.number, "coordinates-malformed", message);
                    let expected = ("緯度,経度", "latitude,longitude");
                    return self.say(problem.in_column(label).found(text, expected));
                }
            },
        };
        if coordinates::is_unknown(&lat) && coordinates::is_unknown(&lon) {
            // The address may give the town, and a published facility has its place.
            let may_do = ["address", "id"]
                .iter()
                .any(|name| self.fields.get(*name).is_some_and(Value::is_string));
            if !may_do {
                let message = (
                    "座標も住所もありません。緯度と経度、または住所を書いてください",
                    "there are neither coordinates nor an address: write latitude and longitude, or the address",
                );
                let problem = Problem::blocking(self.line.number, "coordinates-missing", message);
                let label = one.or(layout.label("lat"));
                self.say(match label {
                    Some(label) => problem.in_column(label),
                    None => problem,
                });
            }
            return;
        }
        match coordinates::position(&lat, &lon) {
            Ok((position, decimals)) => {
                self.implied_precision = Some(coordinates::precision(decimals));
                self.fields.insert("position".to_owned(), json!(position));
                if one.is_none() {
                    self.plain_coordinate("lat", &lat);
                    self.plain_coordinate("lon", &lon);
                }
            }
            Err(wrong) => {
                let at = |axis| match axis {
                    Axis::Lat => layout.label("lat").or(one),
                    Axis::Lon => layout.label("lon").or(one),
                };
                let label = one.or_else(|| at(wrong.axis)).unwrap_or("");
                let found = match (one, wrong.code) {
                    (Some(_), _) => text.to_owned(),
                    (None, "coordinates-malformed" | "coordinates-outside-japan")
                        if wrong.axis == Axis::Lat =>
                    {
                        lat.clone()
                    }
                    (None, "coordinates-malformed" | "coordinates-outside-japan") => lon.clone(),
                    _ => format!("{}, {}", lat.trim(), lon.trim()),
                };
                let mut problem = Problem::blocking(self.line.number, wrong.code, wrong.message)
                    .in_column(label)
                    .found(found, wrong.expected);
                if let Some((button, [new_lat, new_lon])) = wrong.mended {
                    problem = match (one, at(Axis::Lat), at(Axis::Lon)) {
                        (Some(label), ..) => {
                            problem.suggest(button, [(label, format!("{new_lat},{new_lon}"))])
                        }
                        (None, Some(at_lat), Some(at_lon)) => {
                            problem.suggest(button, [(at_lat, new_lat), (at_lon, new_lon)])
                        }
                        _ => problem,
                    };
                }
                self.say(problem);
            }
        }
    }

    /// Warns of a coordinate written with full-width digits or with spaces.
    fn plain_coordinate(&mut self, axis: &str, cell: &str) {
        let plain: String = values::plain(cell)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let is_number = plain.parse::<f64>().is_ok();
        if !is_number || plain == cell {
            return;
        }
        let Some(label) = self.layout.label(axis) else {
            return;
        };
        let message = (
            "座標に全角の文字や余分な空白があります。半角に直して読みました",
            "the coordinate has full-width characters or spaces; it was read with plain ones",
        );
        let button = (format!("「{plain}」に直す"), format!("Change to “{plain}”"));
        self.say(
            Problem::warning(self.line.number, "full-width", message)
                .in_column(label)
                .found(cell, Wording::same(plain.clone()))
                .suggest(button, [(label, plain)]),
        );
    }

    /// What every row needs.
    fn required(&mut self) {
        let has = |fields: &Map<String, Value>, name: &str| {
            fields.get(name).is_some_and(|value| !value.is_null())
        };
        let in_column = |problem: Problem, target: &str| match self.layout.label(target) {
            Some(label) => problem.in_column(label),
            None => problem,
        };
        let is_said = |code: &str, target: &str| {
            let label = self.layout.label(target);
            self.problems
                .iter()
                .any(|p| p.code == code && p.column.as_deref() == label)
        };
        let number = self.line.number;
        let mut missing = Vec::new();
        // Whoever names a facility's id may leave out the name, which then stays as it is.
        let stays = has(&self.fields, "id") && !self.layout.has("name");
        if !stays && !has(&self.fields, "name") && !is_said("name-missing", "name") {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            missing.push(in_column(
                Problem::blocking(number, "name-missing", message),
                "name",
            ));
        }
        if !has(&self.fields, "kind") && !is_said("value-unreadable", "kind") {
            let message = (
                "種類がないため、不明として扱います",
                "there is no kind; it is taken as unknown",
            );
            missing.push(in_column(
                Problem::warning(number, "kind-missing", message),
                "kind",
            ));
        }
        self.problems.extend(missing);
    }
}

/// Whether a cell with this text is read as the value it was written for.
pub fn reads_back(field: &Field, text: &str, value: &Value) -> bool {
    let read = match field.name {
        "opening_hours" => {
            let whole = hours::Cells {
                whole: text,
                ..hours::Cells::default()
            };
            return hours::read(&whole).value.as_deref() == Some(text);
        }
        "name" => values::read(field, &one_line(text)),
        _ => values::read(field, text),
    };
    read.value.as_ref() == Some(value)
}

/// A name is one line; in a cell it may be broken.
fn one_line(text: &str) -> String {
    text.split(char::is_control)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// As much of a cell as a report shows.
fn shortened(cell: &str) -> String {
    cell.chars().take(200).collect()
}

/// Fills in the column that a suggestion is for.
fn with_label(mut problem: Problem, label: &str) -> Problem {
    if let Some(suggestion) = &mut problem.suggestion {
        for cell in &mut suggestion.cells {
            label.clone_into(&mut cell.column);
        }
    }
    problem
}

fn has_lost_dash(text: &str) -> bool {
    mended_dashes(text) != text
}

/// The text with a dash for each `?` between two digits.
fn mended_dashes(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_numeric());
    let mended = chars.iter().enumerate().map(|(i, c)| match c {
        '?' if is_digit(i.checked_sub(1)) && is_digit(Some(i + 1)) => '-',
        c => *c,
    });
    mended.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::interchange::columns::match_columns;

    /// Reads rows of cells separated by `|`, the first of which is the header.
    fn read(lines: &[&str], work: &Work) -> Reading {
        let mut lines = lines.iter().enumerate().map(|(i, line)| Line {
            number: i + 1,
            cells: line.split('|').map(str::to_owned).collect(),
        });
        let sheet = Sheet {
            header: lines.next().unwrap(),
            rows: lines.collect(),
        };
        let (columns, _) = match_columns(&sheet, work);
        rows(&sheet, &columns, work)
    }

    fn plain(lines: &[&str]) -> Reading {
        read(lines, &Work::default())
    }

    /// Row, code, column and suggested cells.
    type Said<'a> = (usize, &'static str, &'a str, Vec<(&'a str, &'a str)>);

    fn said(reading: &Reading) -> Vec<Said<'_>> {
        let problems = reading.problems.iter().map(|problem| {
            let cells = problem
                .suggestion
                .iter()
                .flat_map(|suggestion| &suggestion.cells);
            let cells = cells.map(|cell| (cell.column.as_str(), cell.text.as_str()));
            (
                problem.row.unwrap(),
                problem.code,
                problem.column.as_deref().unwrap_or(""),
                cells.collect(),
            )
        });
        problems.collect()
    }

    #[test]
    fn a_row_becomes_the_fields_of_a_facility() {
        let reading = plain(&[
            "名称|施設種別|緯度|経度|住所|電話番号|URL|市区町村コード|営業状況|席数|設備|営業時間|建築年|最終確認日|補助事業|出典|利用方法|1時間の料金",
            "黒壁オフィス|コワーキング|35.3814|136.2655|長浜市元浜町1|(0749)65-0000|https://kurokabe.example|252034|営業中|約30席|Wi-Fi、電源、個室|平日9:00～17:00|明治33年|令和8年4月1日|官民連携まちなか再生推進事業|市の資料 https://a.example/|ドロップイン・月会員|500円",
        ]);
        assert_eq!(said(&reading), []);
        let fields = Value::Object(reading.usable[0].fields.clone());
        assert_eq!(
            fields,
            json!({
                "name": "黒壁オフィス", "kind": "coworking", "built_year": 1900, "status": "open", "municipality": "25203",
                "address": "長浜市元浜町1", "phone": "0749-65-0000", "website": "https://kurokabe.example", "price_hour_yen": 500,
                "seats": 30, "amenities": ["wifi", "power", "booth"], "uses": ["drop-in"],
                "support": [{ "programme": "kanmin-machinaka", "certainty": "unknown" }],
                "sources": [{ "title": "市の資料", "url": "https://a.example/" }], "checked_on": "2026-04-01",
                "opening_hours": "Mo-Fr 09:00-17:00; PH off", "position": [136.2655, 35.3814],
            })
        );
        assert_eq!(reading.columns["kind"], "施設種別");
        assert_eq!(reading.columns["lat"], "緯度");
    }

    #[test]
    fn an_empty_cell_says_that_there_is_none_and_an_unreadable_one_says_nothing() {
        let reading = plain(&[
            "名称|種類|緯度|経度|電話番号|席数|営業状況|営業時間|ID",
            "a|coworking|35.38|136.26|||||",
            "b|coworking|35.38|136.26|不明|多数|たぶん|そのうち|全角 不可",
        ]);
        let none = &reading.usable[0].fields;
        assert_eq!(
            (&none["phone"], &none["seats"], &none["opening_hours"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert!(!none.contains_key("status") && !none.contains_key("id"));
        assert_eq!(reading.usable[0].implied_precision, Some(Precision::Town));
        let unreadable = &reading.usable[1].fields;
        assert_eq!(
            unreadable.keys().collect::<Vec<_>>(),
            ["name", "kind", "position"]
        );
        let columns: Vec<_> = said(&reading)
            .into_iter()
            .map(|(row, code, column, _)| (row, code, column))
            .collect();
        assert_eq!(
            columns,
            [
                (3, "value-unreadable", "ID"),
                (3, "value-unreadable", "営業状況"),
                (3, "value-unreadable", "電話番号"),
                (3, "value-unreadable", "席数"),
                (3, "hours-unreadable", "営業時間"),
            ]
        );
    }

    #[test]
    fn what_blocks_keeps_its_row_out_and_offers_what_mends_it() {
        let reading = plain(&[
            "名称|種類|緯度|経度|住所|市区町村コード",
            "a|coworking|136.2655|35.3814||252034",
            "b|coworking|35.3814|1362655||252034",
            "|coworking|35.3814|136.2655||25203",
            "d|coworking|35.3814|136.2655||252035",
            "e|coworking|||長浜市元浜町1|",
            "f|coworking||||",
            "g|coworking|３５．３８１４|136.2655 ||11002",
        ]);
        assert_eq!(
            said(&reading),
            [
                (
                    2,
                    "coordinates-swapped",
                    "緯度",
                    vec![("緯度", "35.3814"), ("経度", "136.2655")]
                ),
                (
                    3,
                    "coordinates-malformed",
                    "経度",
                    vec![("緯度", "35.3814"), ("経度", "136.2655")]
                ),
                (4, "name-missing", "名称", vec![]),
                (5, "municipality-code", "市区町村コード", vec![]),
                (7, "coordinates-missing", "緯度", vec![]),
                (
                    8,
                    "municipality-code",
                    "市区町村コード",
                    vec![("市区町村コード", "011002")]
                ),
                (8, "full-width", "緯度", vec![("緯度", "35.3814")]),
                (8, "full-width", "経度", vec![("経度", "136.2655")]),
            ]
        );
        assert_eq!((reading.rows, reading.usable.len()), (7, 1));
        assert_eq!(reading.usable[0].fields["address"], "長浜市元浜町1");
        assert!(!reading.usable[0].fields.contains_key("position"));
    }

    #[test]
    fn accepting_what_is_offered_mends_the_row() {
        let lines = [
            "名称|種類|緯度|経度|電話番号|住所",
            "a|coworking|136.2655|35.3814|ー|長浜市1?2",
            "b|coworking|35.39.31|1362655|0749-65-0000（事務局）|長浜市1",
        ];
        let first = plain(&lines);
        let mut work = Work::default();
        for problem in &first.problems {
            let row = work.cells.entry(problem.row.unwrap()).or_default();
            for cell in &problem.suggestion.as_ref().unwrap().cells {
                row.insert(cell.column.clone(), cell.text.clone());
            }
        }
        let second = read(&lines, &work);
        assert_eq!((said(&second), second.usable.len()), (vec![], 2));
        assert_eq!(second.usable[0].fields["address"], "長浜市1-2");
        assert_eq!(second.usable[1].fields["phone"], "0749-65-0000");
        work.left_out = BTreeSet::from([2]);
        let third = read(&lines, &work);
        assert_eq!((third.rows, third.usable.len()), (2, 1));
    }

    #[test]
    fn an_address_and_a_list_may_stand_in_parts() {
        let reading = plain(&[
            "名称|種類|緯度|経度|都道府県名|市区町村名|町字|番地以下|方書|Wi-Fi|駐車場|電源",
            "a|coworking|35.3814|136.2655|滋賀県|長浜市|元浜町|12-38|黒壁ビル2階|有|×|○",
            "b|coworking|35.3814|136.2655|滋賀県|長浜市||||無|×|無",
        ]);
        assert_eq!(said(&reading), []);
        assert_eq!(
            reading.usable[0].fields["address"],
            "滋賀県長浜市元浜町12-38 黒壁ビル2階"
        );
        assert_eq!(
            reading.usable[0].fields["amenities"],
            json!(["wifi", "power"])
        );
        assert_eq!(reading.usable[1].fields["address"], Value::Null);
        assert!(!reading.usable[1].fields.contains_key("amenities"));
        assert_eq!(reading.columns["address"], "町字");
    }

    #[test]
    fn both_coordinates_may_stand_in_one_column() {
        let reading = plain(&[
            "名称|種類|緯度経度|住所",
            "a|coworking|35.3814, 136.2655|",
            "b|coworking|136.2655 35.3814|",
            "c|coworking|353814, 136.2655|",
            "d|coworking|黒壁のとなり|長浜市",
            "e|coworking||長浜市",
        ]);
        assert_eq!(
            reading
                .usable
                .iter()
                .map(|row| row.number)
                .collect::<Vec<_>>(),
            [2, 3, 6]
        );
        assert_eq!(
            said(&reading),
            [
                (
                    4,
                    "coordinates-malformed",
                    "緯度経度",
                    vec![("緯度経度", "35.3814,136.2655")]
                ),
                (5, "coordinates-malformed", "緯度経度", vec![]),
            ]
        );
        assert_eq!(reading.column("lat"), "緯度経度");
    }

    #[test]
    fn guarded_cells_lose_their_guard() {
        let reading = plain(&[
            "name|kind|lat|lon|operator|stock_note",
            "'=1+1|coworking|35.3814|136.2655|'@home|''=x",
        ]);
        let fields = &reading.usable[0].fields;
        assert_eq!(
            (&fields["name"], &fields["operator"], &fields["stock_note"]),
            (&json!("=1+1"), &json!("@home"), &json!("'=x"))
        );
        assert_eq!(unguarded("'tis"), "'tis");
        assert_eq!(unguarded("'－5"), "－5");
    }

    #[test]
    fn rows_shorter_than_the_header_and_odd_cells_are_read() {
        let long = "長".repeat(300);
        let reading = plain(&[
            "名称|種類|緯度|経度|備考",
            "a|コワーキング",
            &format!("{long}|城|35.3814|136.2655"),
            "二\n行|coworking|35.3814|136.2655|<script>",
        ]);
        let codes: Vec<_> = said(&reading)
            .into_iter()
            .map(|(row, code, ..)| (row, code))
            .collect();
        assert_eq!(
            codes,
            [
                (2, "coordinates-missing"),
                (3, "name-missing"),
                (3, "value-unreadable")
            ]
        );
        assert_eq!(reading.usable[0].fields["name"], "二 行");
    }
}
