//! Grid squares of JIS X 0410 (地域メッシュ): codes to boxes and back.
//!
//! Squares from 1 km to 125 m are whole numbers of an eighth of the smallest step, so that a code's
//! box is exact integer arithmetic and only the last division is rounded.

use std::fmt;
use std::str::FromStr;

use crate::domain::position::Position;

/// 125 m squares a degree: latitudes are counted in 1/960°, longitudes in 1/640°.
const ROWS: f64 = 960.0;
const COLUMNS: f64 = 640.0;

/// How large a square is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// 第3次, about 1 km.
    Km1,
    /// 2分の1, about 500 m.
    M500,
    /// 4分の1, about 250 m.
    M250,
    /// 8分の1, about 125 m.
    M125,
}

/// A square: its size, and its south-western corner counted in squares of 125 m from 0° N, 100° E.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mesh {
    row: u32,
    column: u32,
    size: Size,
}

/// A first-level square (第1次, about 80 km), by its four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Primary(u16);

/// Why a text is no code of a square.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no grid square of 1 km to 125 m: 8 to 11 digits of JIS X 0410 (third and fourth below 8, quarters 1 to 4)"
)]
pub struct NoMesh(pub String);

impl Size {
    /// All, the largest first.
    pub const ALL: [Size; 4] = [Size::Km1, Size::M500, Size::M250, Size::M125];

    /// Squares of 125 m a side.
    const fn steps(self) -> u32 {
        8 >> self as u32
    }

    /// Digits of a code.
    pub const fn digits(self) -> usize {
        8 + self as usize
    }

    /// About how long its side is, in metres: the name by which people know it.
    pub const fn metres(self) -> u32 {
        1000 >> self as u32
    }

    /// The size people know by so many metres.
    pub fn of_metres(metres: u32) -> Option<Size> {
        Size::ALL.into_iter().find(|size| size.metres() == metres)
    }
}

impl Primary {
    /// The square of four digits, if Japan's box has it.
    pub fn new(text: &str) -> Option<Primary> {
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let number: u16 = text.parse().ok().filter(|_| digits)?;
        // 20–46 N is 30 to 68, 122–154 E is 22 to 53.
        let inside = (30..=69).contains(&(number / 100)) && (22..=54).contains(&(number % 100));
        inside.then_some(Primary(number))
    }

    /// The square a position lies in.
    pub fn at(position: Position) -> Primary {
        let [lon, lat] = [position.lon(), position.lat()];
        Primary((lat * 1.5).floor() as u16 * 100 + (lon.floor() as u16 - 100))
    }

    /// West, south, east, north in degrees.
    pub fn bounds(self) -> [f64; 4] {
        let (south, west) = (f64::from(self.0 / 100), f64::from(self.0 % 100) + 100.0);
        [west, south / 1.5, west + 1.0, (south + 1.0) / 1.5]
    }

    /// The squares that share a point with a box of degrees, edges aside.
    pub fn around([west, south, east, north]: [f64; 4]) -> impl Iterator<Item = Primary> {
        let rows = (south * 1.5).floor() as u16..=(north * 1.5).floor() as u16;
        let columns = west.floor() as u16 - 100..=east.floor() as u16 - 100;
        rows.flat_map(move |row| {
            columns
                .clone()
                .map(move |column| Primary(row * 100 + column))
        })
    }

    /// Its four digits as a number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl Mesh {
    /// The square of a size that a position lies in; its south and west edges belong to it.
    pub fn at(position: Position, size: Size) -> Mesh {
        let units = |degrees: f64, per: f64| {
            let nearest = (degrees * per).round();
            // A position has at most 7 decimals when stored: what is a hair from an edge lies on it.
            if (degrees * per - nearest).abs() < 1e-9 * per {
                nearest as u32
            } else {
                (degrees * per).floor() as u32
            }
        };
        let steps = size.steps();
        let row = units(position.lat(), ROWS) / steps * steps;
        let column = units(position.lon() - 100.0, COLUMNS) / steps * steps;
        Mesh { row, column, size }
    }

    /// Its size.
    pub fn size(self) -> Size {
        self.size
    }

    /// The first-level square it is part of.
    pub fn primary(self) -> Primary {
        Primary((self.row / 640 * 100 + self.column / 640) as u16)
    }

    /// West, south, east, north in degrees.
    pub fn bounds(self) -> [f64; 4] {
        let steps = self.size.steps();
        let lat = |row: u32| f64::from(row) / ROWS;
        let lon = |column: u32| f64::from(column + 100 * 640) / COLUMNS;
        [
            lon(self.column),
            lat(self.row),
            lon(self.column + steps),
            lat(self.row + steps),
        ]
    }

    /// Its centre.
    pub fn centre(self) -> Position {
        let half = f64::from(self.size.steps()) / 2.0;
        let lat = (f64::from(self.row) + half) / ROWS;
        let lon = (f64::from(self.column + 100 * 640) + half) / COLUMNS;
        Position::exact(lon, lat).expect("a square's first four digits lie in Japan's box")
    }

    /// The larger square it is part of, or itself.
    pub fn within(self, size: Size) -> Mesh {
        let size = size.min(self.size);
        let steps = size.steps();
        Mesh {
            row: self.row / steps * steps,
            column: self.column / steps * steps,
            size,
        }
    }
}

impl FromStr for Mesh {
    type Err = NoMesh;

    fn from_str(text: &str) -> Result<Mesh, NoMesh> {
        let no = || NoMesh(text.to_owned());
        if !(8..=11).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(no());
        }
        Primary::new(&text[..4]).ok_or_else(no)?;
        let digit = |i: usize| u32::from(text.as_bytes()[i] - b'0');
        let (second_row, second_column) = (digit(4), digit(5));
        if second_row > 7 || second_column > 7 {
            return Err(no());
        }
        let two = |i: usize| digit(i) * 10 + digit(i + 1);
        let mut row = ((two(0) * 8 + second_row) * 10 + digit(6)) * 8;
        let mut column = ((two(2) * 8 + second_column) * 10 + digit(7)) * 8;
        let size = Size::ALL[text.len() - 8];
        for i in 8..text.len() {
            // 1 south-west, 2 south-east, 3 north-west, 4 north-east.
            let quarter = digit(i).checked_sub(1).filter(|q| *q < 4).ok_or_else(no)?;
            let steps = Size::ALL[i - 7].steps();
            row += quarter / 2 * steps;
            column += quarter % 2 * steps;
        }
        let mesh = Mesh { row, column, size };
        // A first-level square may stand half outside Japan's box.
        let [west, south, east, north] = mesh.bounds();
        let centre = Position::exact((west + east) / 2.0, (south + north) / 2.0);
        centre.map(|_| mesh).map_err(|_| no())
    }
}

impl fmt::Display for Mesh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, column) = (self.row / 8, self.column / 8);
        write!(
            f,
            "{:02}{:02}{}{}{}{}",
            row / 80,
            column / 80,
            row / 10 % 8,
            column / 10 % 8,
            row % 10,
            column % 10
        )?;
        for size in Size::ALL.into_iter().skip(1).take(self.size as usize) {
            let half = |units: u32| units / size.steps() % 2;
            write!(f, "{}", half(self.row) * 2 + half(self.column) + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for Primary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_codes_of_eighteen_hundred_points_are_those_of_exact_arithmetic() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/data/geodesic/mesh_vectors.csv"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: ../shared/data/geodesic/mesh_vectors.csv is not there");
            return;
        };
        let mut checked = 0;
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let at = Position::exact(cells[1].parse().unwrap(), cells[0].parse().unwrap()).unwrap();
            assert_eq!(Primary::at(at).to_string(), cells[2], "{line}");
            for (size, code) in Size::ALL.into_iter().zip(&cells[4..8]) {
                let mesh = Mesh::at(at, size);
                assert_eq!(mesh.to_string(), *code, "{line}");
                assert_eq!(code.parse(), Ok(mesh));
                assert_eq!(mesh.primary().to_string(), cells[2]);
                checked += 1;
            }
        }
        assert!(checked > 7_000, "{checked}");
    }

    #[test]
    fn other_texts_are_no_squares() {
        for text in [
            "",
            "5339",
            "533946",
            "53398611",
            "53394811",
            "533946115",
            "533946110",
            "533946111123",
            "5339４611",
            "00004611",
            "99994611",
            "-5339461",
        ] {
            assert!(text.parse::<Mesh>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_square_holds_its_points_and_its_code_reads_back(lon in 122.0..153.99, lat in 20.0..45.99, size in 0usize..4) {
            let at = Position::new(lon, lat).unwrap();
            let mesh = Mesh::at(at, Size::ALL[size]);
            let [west, south, east, north] = mesh.bounds();
            let hair = 1e-7;
            prop_assert!(west - hair <= at.lon() && at.lon() < east + hair && south - hair <= at.lat() && at.lat() < north + hair);
            if let Ok(read) = mesh.to_string().parse::<Mesh>() {
                prop_assert_eq!(read, mesh);
                prop_assert_eq!(Mesh::at(mesh.centre(), mesh.size()), mesh);
                for larger in Size::ALL {
                    let code = mesh.within(larger).to_string();
                    prop_assert!(mesh.to_string().starts_with(&code));
                    prop_assert_eq!(code.len(), larger.min(mesh.size()).digits());
                }
            }
        }
    }
}
