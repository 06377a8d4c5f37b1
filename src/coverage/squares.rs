//! Squares as the store keeps them: a line a square, unknown age groups left empty.

use std::fmt::Write;

use super::mesh::Mesh;
use super::population::People;

/// The text of some squares.
pub fn to_stored(squares: &[(Mesh, People)]) -> String {
    let mut text = String::with_capacity(squares.len() * 24);
    let group = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
    for (mesh, people) in squares {
        let (working, aged) = (group(people.working), group(people.aged));
        writeln!(text, "{mesh},{},{working},{aged}", people.total).expect("writing to memory");
    }
    text
}

/// The same read back; an error names the line.
pub fn from_stored(text: &str) -> Result<Vec<(Mesh, People)>, String> {
    let square = |line: &str| -> Option<(Mesh, People)> {
        let mut cells = line.split(',');
        let mesh = cells.next()?.parse().ok()?;
        let mut number = || match cells.next()? {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let people = People {
            total: number()??,
            working: number()?,
            aged: number()?,
        };
        Some((mesh, people))
    };
    let lines = (1..).zip(text.lines());
    lines
        .map(|(n, line)| square(line).ok_or_else(|| format!("line {n}: {line:?}")))
        .collect()
}
