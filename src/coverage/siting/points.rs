//! Demand, candidates and their distances as tables of text, from anywhere on earth or on a plane.
//!
//! Demand is `id,lon,lat,weight` or, on a plane, `id,x,y,weight` in metres; candidates are the same,
//! their weight read by nobody; distances are `demand,candidate,metres`, and a pair missing there
//! cannot be reached. Columns are known by their names, in any order; others are passed over.

use std::collections::HashMap;

use csv::StringRecord;

use super::distances::Distances;

/// Where points are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Longitude and latitude in degrees on WGS 84.
    Earth,
    /// East and north in metres.
    Plane,
    /// Nowhere: their distances are given.
    Listed,
}

/// Points with names and weights, in the order of their table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// Their names, each once.
    pub ids: Vec<String>,
    /// Where they are; empty where their distances are given.
    pub at: Vec<[f64; 2]>,
    /// People, or whatever is counted.
    pub weights: Vec<f64>,
}

/// What is wrong with a table, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not UTF-8.
    #[error("it is no text in UTF-8")]
    NoText,
    /// It has no such column.
    #[error("it has no column “{0}”; its header must name {1}")]
    NoColumn(&'static str, &'static str),
    /// It has a header and nothing else.
    #[error("it has no rows")]
    Empty,
    /// A line cannot be used.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, the header being 1.
        line: u64,
        /// Why.
        reason: String,
    },
}

/// A table's header and rows.
struct Table {
    header: StringRecord,
    rows: Vec<StringRecord>,
    expected: &'static str,
}

/// A row of it.
struct Row<'a> {
    record: &'a StringRecord,
    line: u64,
}

/// Reads points. Weights are needed where people are counted.
pub fn points(bytes: &[u8], space: Space, weighted: bool) -> Result<Points, Unreadable> {
    let (axes, expected) = match space {
        Space::Earth => (Some(["lon", "lat"]), "id,lon,lat,weight"),
        Space::Plane => (Some(["x", "y"]), "id,x,y,weight"),
        Space::Listed => (None, "id,weight"),
    };
    let table = Table::read(bytes, expected)?;
    let id = table.column("id")?;
    let axes = axes.map(|[x, y]| Ok([(x, table.column(x)?), (y, table.column(y)?)]));
    let axes = axes.transpose()?;
    let weight = weighted.then(|| table.column("weight")).transpose()?;
    let mut points = Points::default();
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in table.rows()? {
        let id = row.text(id, "id")?;
        if let Some(first) = lines.insert(id.to_owned(), row.line) {
            return Err(row.wrong(format!("id “{id}” stands in line {first} already")));
        }
        points.ids.push(id.to_owned());
        if let Some(axes) = axes {
            points.at.push([row.axis(axes[0])?, row.axis(axes[1])?]);
        }
        let weight = weight.map_or(Ok(1.0), |column| row.amount(column, "weight"))?;
        points.weights.push(weight);
    }
    Ok(points)
}

/// Reads distances between points that are known.
pub fn distances(
    bytes: &[u8],
    demand: &Points,
    candidates: &Points,
) -> Result<Distances, Unreadable> {
    let table = Table::read(bytes, "demand,candidate,metres")?;
    let columns = [
        table.column("demand")?,
        table.column("candidate")?,
        table.column("metres")?,
    ];
    let (demands, sites) = (numbered(demand), numbered(candidates));
    let mut reach: Vec<HashMap<u32, (f64, u64)>> = vec![HashMap::new(); demand.ids.len()];
    for row in table.rows()? {
        let (from, to) = (
            row.text(columns[0], "demand")?,
            row.text(columns[1], "candidate")?,
        );
        let unknown = |what: &str, id: &str| row.wrong(format!("there is no {what} “{id}”"));
        let at = *demands.get(from).ok_or_else(|| unknown("demand", from))?;
        let site = *sites.get(to).ok_or_else(|| unknown("candidate", to))?;
        let metres = row.amount(columns[2], "metres")?;
        if let Some((_, first)) = reach[at as usize].insert(site, (metres, row.line)) {
            return Err(row.wrong(format!(
                "the distance from “{from}” to “{to}” stands in line {first} already"
            )));
        }
    }
    let mut all = Distances::new(candidates.ids.len());
    for sites in reach {
        let sites = sites.into_iter();
        all.push(
            sites.map(|(site, (metres, _))| (site, metres)).collect(),
            f64::INFINITY,
        );
    }
    Ok(all)
}

fn numbered(points: &Points) -> HashMap<&str, u32> {
    points.ids.iter().map(String::as_str).zip(0..).collect()
}

impl Table {
    fn read(bytes: &[u8], expected: &'static str) -> Result<Table, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NoText)?;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let malformed = |error: csv::Error| Unreadable::Line {
            line: error.position().map_or(1, csv::Position::line),
            reason: match error.kind() {
                csv::ErrorKind::UnequalLengths {
                    len, expected_len, ..
                } => format!("{len} cells instead of {expected_len}"),
                _ => "it cannot be read as CSV".to_owned(),
            },
        };
        let header = reader.headers().map_err(malformed)?.clone();
        let rows: Result<Vec<StringRecord>, csv::Error> = reader.records().collect();
        Ok(Table {
            header,
            rows: rows.map_err(malformed)?,
            expected,
        })
    }

    fn column(&self, name: &'static str) -> Result<usize, Unreadable> {
        let found = self
            .header
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name));
        found.ok_or(Unreadable::NoColumn(name, self.expected))
    }

    fn rows(&self) -> Result<impl Iterator<Item = Row<'_>>, Unreadable> {
        if self.rows.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(self.rows.iter().map(|record| Row {
            record,
            line: record.position().map_or(0, csv::Position::line),
        }))
    }
}

impl Row<'_> {
    fn wrong(&self, reason: String) -> Unreadable {
        let line = self.line;
        Unreadable::Line { line, reason }
    }

    fn text(&self, column: usize, name: &str) -> Result<&str, Unreadable> {
        let text = &self.record[column];
        match text.is_empty() {
            true => Err(self.wrong(format!("{name} is empty"))),
            false => Ok(text),
        }
    }

    fn number(&self, column: usize, name: &str) -> Result<f64, Unreadable> {
        let text = &self.record[column];
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.wrong(format!("{name} is “{text}”, which is no number")))
    }

    fn amount(&self, column: usize, name: &str) -> Result<f64, Unreadable> {
        let number = self.number(column, name)?;
        if (0.0..=MOST).contains(&number) {
            return Ok(number);
        }
        Err(self.wrong(format!("{name} is {number}; it must be from 0 to {MOST}")))
    }

    fn axis(&self, (name, column): (&str, usize)) -> Result<f64, Unreadable> {
        let most = match name {
            "lon" => 180.0,
            "lat" => 90.0,
            _ => MOST,
        };
        let number = self.number(column, name)?;
        if number.abs() <= most {
            return Ok(number);
        }
        Err(self.wrong(format!(
            "{name} is {number}; it must be from -{most} to {most}"
        )))
    }
}

/// No weight, distance or coordinate in metres is greater: sums of a million of them are still exact to a metre.
const MOST: f64 = 1e9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_by_the_names_of_their_columns() {
        let text = "\u{feff}Name,weight,lat,LON,id\nx,10, 35.5 ,139.5,a\ny,2.5,-35,-139.5,b\n";
        let read = points(text.as_bytes(), Space::Earth, true).unwrap();
        assert_eq!(read.ids, ["a", "b"]);
        assert_eq!(read.at, [[139.5, 35.5], [-139.5, -35.0]]);
        assert_eq!(read.weights, [10.0, 2.5]);
        let sites = points(b"id,x,y\n1,0,0\n2,3,4\n", Space::Plane, false).unwrap();
        assert_eq!(sites.weights, [1.0, 1.0]);
        let listed = distances(
            b"demand,candidate,metres\nb,2,7\na,1,5\na,2,3\n",
            &read,
            &sites,
        )
        .unwrap();
        assert_eq!(listed.of(0).collect::<Vec<_>>(), [(1, 3.0), (0, 5.0)]);
        assert_eq!(listed.of(1).collect::<Vec<_>>(), [(1, 7.0)]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, said) in [
            ("", "no column “id”"),
            ("id,lon,lat,weight\n", "no rows"),
            ("id,lat,weight\na,1,1\n", "no column “lon”"),
            (
                "id,lon,lat,weight\na,1,1,1\na,1,1,1\n",
                "line 3: id “a” stands in line 2 already",
            ),
            (
                "id,lon,lat,weight\na,181,1,1\n",
                "line 2: lon is 181; it must be from -180 to 180",
            ),
            (
                "id,lon,lat,weight\na,NaN,1,1\n",
                "line 2: lon is “NaN”, which is no number",
            ),
            ("id,lon,lat,weight\na,1,1,-1\n", "line 2: weight is -1"),
            ("id,lon,lat,weight\na,1,1,1e308\n", "weight is 1000"),
            ("id,lon,lat,weight\n,1,1,1\n", "line 2: id is empty"),
            ("id,lon,lat,weight\na,1,1\n", "line 2: 3 cells instead of 4"),
        ] {
            let error = points(text.as_bytes(), Space::Earth, true).unwrap_err();
            assert!(error.to_string().contains(said), "{text:?}: {error}");
        }
        let one = points(b"id,weight\na,1\n", Space::Listed, true).unwrap();
        for (text, said) in [
            (
                "demand,candidate,metres\nb,a,1\n",
                "line 2: there is no demand “b”",
            ),
            (
                "demand,candidate,metres\na,b,1\n",
                "line 2: there is no candidate “b”",
            ),
            (
                "demand,candidate,metres\na,a,1\na,a,1\n",
                "stands in line 2 already",
            ),
            ("demand,candidate\na,a\n", "no column “metres”"),
        ] {
            let error = distances(text.as_bytes(), &one, &one).unwrap_err();
            assert!(error.to_string().contains(said), "{text:?}: {error}");
        }
        assert_eq!(points(b"\xff", Space::Earth, true), Err(Unreadable::NoText));
    }
}
