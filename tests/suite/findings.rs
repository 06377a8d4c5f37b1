//! What the row report says of the real municipal files, held to `tests/cases/findings.csv`.
//!
//! The files are not part of the project: without `../shared` (or `MACHINAKA_SHARED`) nothing is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use machinaka::domain::report;
use machinaka::interchange::edits::Edits;
use machinaka::interchange::reading::Reading;
use machinaka::interchange::sheet::{Sheet, SheetLine};
use machinaka::interchange::{columns, table};
use serde_json::Value;

use crate::support::server::run;

/// Findings that need the directory, its districts and its places.
const OF_REVIEW: [&str; 10] = [
    "outside-municipality",
    "likely-duplicate",
    "duplicate-row",
    "address-mismatch",
    "coordinates-missing",
    "coordinates-shared",
    "former-name",
    "city-missing",
    "date-impossible",
    "ward-uncertain",
];

/// One problem of one row, as both sides are compared.
type Key = (Option<usize>, String, bool);

/// What a file's report says.
struct Said {
    rows: usize,
    accepted: Option<usize>,
    /// Every problem, and the columns it names.
    problems: BTreeMap<Key, Vec<String>>,
    /// The rows with anything in them.
    filled: Vec<usize>,
    /// Whether the rows were also held against the directory.
    is_reviewed: bool,
}

#[test]
fn the_report_says_of_the_real_files_what_somebody_read_in_them() {
    let Some(folder) = files() else {
        eprintln!(
            "SKIPPED: the municipal files are not here; set MACHINAKA_SHARED to the folder that has data/opendata-csv"
        );
        return;
    };
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let findings = table(&cases.join("findings.csv"));
    let is_read_by_the_program = reads_sheets();
    let mut wrong = Vec::new();
    for case in table(&cases.join("files.csv")) {
        let (file, rows) = (&case["file"], &case["rows"]);
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let said = if is_read_by_the_program {
            reviewed(&folder.join(file), &case["municipality"], &bytes)
        } else {
            read(&bytes)
        };
        if said.rows.to_string() != *rows {
            wrong.push(format!("{file}: {} rows, {rows} expected", said.rows));
        }
        let expected = findings.iter().filter(|finding| finding["file"] == *file);
        let expected: Vec<_> = expected
            .filter(|finding| said.is_reviewed || !is_of_review(finding))
            .collect();
        compare(file, &said, &expected, &mut wrong);
    }
    assert!(
        wrong.is_empty(),
        "{} disagreements:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn is_of_review(finding: &BTreeMap<String, String>) -> bool {
    OF_REVIEW.contains(&finding["code"].as_str())
}

fn compare(
    file: &str,
    said: &Said,
    expected: &[&BTreeMap<String, String>],
    wrong: &mut Vec<String>,
) {
    let mut unexpected: BTreeSet<&Key> = said.problems.keys().collect();
    for finding in expected {
        for row in rows_of(&finding["rows"], &said.filled) {
            let key = (row, finding["code"].clone(), finding["blocks"] == "yes");
            let Some(columns) = said.problems.get(&key) else {
                if finding["note"].starts_with("owed: ") {
                    println!(
                        "not found yet: {file} {row:?} {}: {}",
                        key.1, finding["note"]
                    );
                    continue;
                }
                wrong.push(format!(
                    "{file} {row:?}: {} (blocks: {}) is missing: {}",
                    finding["code"], finding["blocks"], finding["note"]
                ));
                continue;
            };
            unexpected.remove(&key);
            let named = finding["column"].as_str();
            let fits = match named {
                "*" => true,
                "" => columns.is_empty(),
                _ => columns
                    .iter()
                    .any(|column| named.split('|').any(|name| name == column)),
            };
            if !fits {
                wrong.push(format!(
                    "{file} {row:?}: {} names {columns:?}, {named} expected",
                    finding["code"]
                ));
            }
        }
    }
    for (row, code, blocks) in unexpected {
        if said.is_reviewed || !OF_REVIEW.contains(&code.as_str()) {
            wrong.push(format!(
                "{file} {row:?}: {code} (blocks: {blocks}) was not expected"
            ));
        }
    }
    let blocked: BTreeSet<_> = said
        .problems
        .keys()
        .filter(|key| key.2)
        .filter_map(|key| key.0)
        .collect();
    if let Some(accepted) = said.accepted
        && accepted != said.rows - blocked.len()
    {
        wrong.push(format!(
            "{file}: {accepted} of {} rows accepted, {} blocked",
            said.rows,
            blocked.len()
        ));
    }
}

/// The rows a finding is about: `5`, `2-549`, `4 7-9`, `each`; none for the file as a whole.
fn rows_of(text: &str, filled: &[usize]) -> Vec<Option<usize>> {
    match text {
        "" => vec![None],
        "each" => filled.iter().copied().map(Some).collect(),
        _ => text
            .split(' ')
            .flat_map(|part| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                first.parse::<usize>().unwrap()..=last.parse().unwrap()
            })
            .map(Some)
            .collect(),
    }
}

/// Whether `import` knows sheets; until it does, reading alone is compared.
fn reads_sheets() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheet.csv");
    std::fs::write(&file, "名称,緯度,経度\n黒壁オフィス,35.3814,136.2655\n").unwrap();
    let report = import(&file, "");
    report.is_some_and(|report| report["rows"] == 1 && report["accepted"] == 1)
}

/// What `import --dry-run --json` answers; `None` where it answers no report.
fn import(file: &Path, municipality: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("machinaka.db").display());
    let mut arguments = vec![
        "import",
        file.to_str().unwrap(),
        "--dry-run",
        "--json",
        "--database",
        &database,
    ];
    if !municipality.is_empty() {
        arguments.extend(["--municipality", municipality]);
    }
    serde_json::from_slice(&run(&arguments).stdout).ok()
}

/// The report of the program itself.
fn reviewed(file: &Path, municipality: &str, bytes: &[u8]) -> Said {
    let report = import(file, municipality).unwrap();
    let mut said = Said {
        rows: report["rows"].as_u64().unwrap() as usize,
        accepted: Some(report["accepted"].as_u64().unwrap() as usize),
        problems: BTreeMap::new(),
        filled: sheet(bytes).rows.iter().map(|line| line.number).collect(),
        is_reviewed: true,
    };
    for problem in report["problems"].as_array().unwrap() {
        let row = problem["row"].as_u64().map(|row| row as usize);
        let code = problem["code"].as_str().unwrap().to_owned();
        let also = problem["also"].as_array().into_iter().flatten();
        let named = std::iter::once(problem).chain(also);
        let columns = named.filter_map(|p| p["column"].as_str().map(str::to_owned));
        let key = (row, code, problem["blocks"].as_bool().unwrap());
        said.problems.entry(key).or_default().extend(columns);
    }
    said
}

/// What reading alone says.
fn read(bytes: &[u8]) -> Said {
    let sheet = sheet(bytes);
    let work = Edits::default();
    let (columns, mut problems) = columns::match_columns(&sheet, &work);
    let Reading {
        rows,
        problems: more,
        ..
    } = table::rows(&sheet, &columns, &work);
    problems.extend(more);
    let mut said = Said {
        rows,
        accepted: None,
        problems: BTreeMap::new(),
        filled: sheet.rows.iter().map(|line| line.number).collect(),
        is_reviewed: false,
    };
    for problem in report::one_a_code(problems) {
        let key = (problem.row, problem.code.to_owned(), problem.blocks);
        let columns = problem
            .column
            .iter()
            .chain(problem.also.iter().filter_map(|p| p.column.as_ref()));
        said.problems
            .entry(key)
            .or_default()
            .extend(columns.cloned());
    }
    said
}

/// A text file's table, as far as these files need it: the header is the first row of two cells.
fn sheet(bytes: &[u8]) -> Sheet {
    let (text, _, is_broken) = encoding_rs::UTF_8.decode(bytes);
    let text = if is_broken {
        encoding_rs::SHIFT_JIS.decode(bytes).0
    } else {
        text
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.unwrap());
    let lines = records.enumerate().map(|(i, record)| SheetLine {
        number: i + 1,
        cells: record.iter().map(str::to_owned).collect(),
    });
    let is_filled = |line: &SheetLine| line.cells.iter().any(|cell| !cell.trim().is_empty());
    let mut lines = lines
        .filter(is_filled)
        .skip_while(|line| line.cells.iter().filter(|cell| !cell.is_empty()).count() < 2);
    Sheet {
        header: lines.next().unwrap(),
        rows: lines.collect(),
        ..Sheet::default()
    }
}

/// A table's lines by their headers.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|line| line.unwrap()).collect()
}

/// Where the municipal files are, if they are.
fn files() -> Option<PathBuf> {
    let shared = std::env::var_os("MACHINAKA_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    Some(shared.join("data/opendata-csv")).filter(|folder| folder.is_dir())
}
