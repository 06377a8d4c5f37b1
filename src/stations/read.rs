//! A list of stations in.

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

use super::Station;

/// A list that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("stations, line {line}: {reason}")]
pub struct Unreadable {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

const COLUMNS: [&str; 9] = [
    "id",
    "name",
    "kana",
    "name_en",
    "municipality",
    "lines",
    "operators",
    "lat",
    "lon",
];

/// Between several lines, and several operators.
const SEVERAL: char = ';';

/// Every row of a list.
pub(super) fn stations(text: &str) -> Result<Vec<Station>, Unreadable> {
    let mut all = Vec::new();
    rows(text, &COLUMNS, |row| {
        all.push(station(row)?);
        Ok(())
    })?;
    Ok(all)
}

/// Reads a list whose first line names its columns, row by row.
pub(super) fn rows<const N: usize>(
    text: &str,
    columns: &[&str; N],
    mut row: impl FnMut([&str; N]) -> Result<(), String>,
) -> Result<(), Unreadable> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let unreadable = |line, reason: String| Unreadable { line, reason };
    let headers = reader.headers().map_err(|e| unreadable(1, e.to_string()))?;
    if headers.iter().ne(columns.iter().copied()) {
        let reason = format!("its columns are not {}", columns.join(","));
        return Err(unreadable(1, reason));
    }
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(true) => row(std::array::from_fn(|i| &record[i]))
                .map_err(|reason| unreadable(line, reason))?,
            Ok(false) => return Ok(()),
            Err(e) => return Err(unreadable(line, e.to_string())),
        }
    }
}

pub(super) fn degrees(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("“{text}” is no number"))
}

pub(super) fn known(text: &str) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into())
}

pub(super) fn several(text: &str) -> Vec<Box<str>> {
    let parts = text.split(SEVERAL).filter(|part| !part.is_empty());
    parts.map(Into::into).collect()
}

fn station(row: [&str; 9]) -> Result<Station, String> {
    let [
        id,
        name,
        kana,
        name_en,
        municipality,
        lines,
        operators,
        lat,
        lon,
    ] = row;
    if id.is_empty() || name.is_empty() {
        return Err("it has no id or no name".to_owned());
    }
    let municipality = match municipality {
        "" => None,
        code => Some(MunicipalityCode::new(code).map_err(|e| e.to_string())?),
    };
    Ok(Station {
        id: id.into(),
        name: name.into(),
        kana: known(kana),
        name_en: known(name_en),
        municipality,
        lines: several(lines),
        operators: several(operators),
        position: Position::new(degrees(lon)?, degrees(lat)?).map_err(|e| e.to_string())?,
    })
}

/// The list of some stations, as [`stations`] reads it.
pub(super) fn written(stations: &super::Stations) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let several = |all: &[Box<str>]| all.join(&SEVERAL.to_string());
    let mut write = |row: [&str; 9]| {
        let written = writer.write_record(row);
        written.expect("memory can be written to, and every row has as many fields");
    };
    write(COLUMNS);
    for own in stations.iter() {
        write([
            &own.id,
            &own.name,
            own.kana.as_deref().unwrap_or(""),
            own.name_en.as_deref().unwrap_or(""),
            &own.municipality
                .map(|code| code.to_string())
                .unwrap_or_default(),
            &several(&own.lines),
            &several(&own.operators),
            &own.position.lat().to_string(),
            &own.position.lon().to_string(),
        ]);
    }
    let bytes = writer.into_inner().expect("memory can be flushed");
    String::from_utf8(bytes).expect("only text was written")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,name,kana,name_en,municipality,lines,operators,lat,lon\n";

    #[test]
    fn a_row_is_read_and_a_wrong_one_is_named() {
        let row = "s00001,渋谷,しぶや,Shibuya,13113,山手線;銀座線,東京地下鉄,35.6589,139.7014\n";
        let read = stations(&format!("{HEADER}{row}")).unwrap();
        assert_eq!(read[0].lines, ["山手線".into(), "銀座線".into()]);
        assert_eq!(read[0].name_en.as_deref(), Some("Shibuya"));
        for (rows, line) in [
            ("s1,渋谷,,,13113,,,x,139.7\n", 2),
            ("s1,渋谷,,,13113,,,35.6,13.9\n", 2),
            ("s1,渋谷,,,1311,,,35.6,139.7\n", 2),
            ("s1,渋谷,,,,,,35.6,139.7\ns2,,,,,,,35.6,139.7\n", 3),
        ] {
            let error = stations(&format!("{HEADER}{rows}")).unwrap_err();
            assert_eq!(error.line, line, "{rows}");
        }
        assert_eq!(stations("id,name\n").unwrap_err().line, 1);
    }
}
