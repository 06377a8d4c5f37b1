//! Where people live: grid squares with how many live in each, and the district each belongs to.
//!
//! A [`Population`] is one surface over all of Japan, in which a district's people come from one
//! source only. It is built once and then only read.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::domain::wording::Wording;
use crate::earth::tree::Tree;
use crate::earth::{Ecef, ecef};

use super::mesh::{Mesh, Size};

/// How many live somewhere. An age group that the source does not tell is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct People {
    /// All of them.
    pub total: u32,
    /// 15 to 64 years old.
    pub working: Option<u32>,
    /// 65 and older.
    pub aged: Option<u32>,
}

/// Which people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Weight {
    /// All.
    #[default]
    Total,
    /// 15 to 64 years old.
    Working,
    /// 65 and older.
    Aged,
}

/// Where a number of people comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The shipped 推計モデル.
    Model,
    /// An imported grid, `census-2020-500m` or `projection-2035-500m`.
    Grid(Arc<str>),
    /// A sum over districts of different sources.
    Mixed,
}

/// People on a square, on their way into a [`Population`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The square.
    pub mesh: Mesh,
    /// The municipality it belongs to.
    pub municipality: MunicipalityCode,
    /// The ward, in a designated city.
    pub ward: Option<MunicipalityCode>,
    /// How many live there.
    pub people: People,
}

/// One square of a population.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Its centre in earth-centred coordinates.
    pub ecef: Ecef,
    /// The square.
    pub mesh: Mesh,
    /// The ward's code as a number, or 0.
    ward: u32,
    /// How many live there.
    pub people: People,
}

/// All squares, those of a municipality together.
pub struct Population {
    cells: Vec<Cell>,
    districts: BTreeMap<MunicipalityCode, Part>,
    /// For who asks how many live around a point; nothing else needs it.
    tree: OnceLock<Tree>,
}

/// A municipality's squares.
struct Part {
    range: Range<usize>,
    source: Source,
}

impl Source {
    /// Whether it is the ministry's projection, the base year's people included.
    pub fn is_projection(&self) -> bool {
        matches!(self, Source::Grid(slug) if slug.starts_with("projection-"))
    }

    /// What people call it; without a name of its own it is its slug.
    pub fn wording(&self) -> Wording {
        let slug = match self {
            Source::Model => return Wording::new("推計モデル", "a model"),
            Source::Mixed => {
                return Wording::new("出典の異なる値の合計", "a sum over several sources");
            }
            Source::Grid(slug) => slug,
        };
        let named = || {
            let (rest, metres) = slug.strip_suffix('m')?.rsplit_once('-')?;
            let metres: u32 = metres.parse().ok()?;
            let (sort, name) = rest.split_once('-')?;
            Some(match (sort, name.parse::<u32>()) {
                ("census", Ok(year)) => Wording::new(
                    format!("{}国勢調査 {metres} mメッシュ", era(year)),
                    format!("the {year} census, {metres} m squares"),
                ),
                ("projection", Ok(year)) => Wording::new(
                    format!("{metres} mメッシュ別将来推計人口（R6国政局推計）{year}年"),
                    format!("the projection of 2024 for {year}, {metres} m squares"),
                ),
                ("estat", _) => Wording::new(
                    format!("e-Statの統計表{name} {metres} mメッシュ"),
                    format!("table {name} of e-Stat, {metres} m squares"),
                ),
                _ => return None,
            })
        };
        named().unwrap_or_else(|| Wording::same(&**slug))
    }
}

/// The source of a slug, as answers and the store write it.
impl From<&str> for Source {
    fn from(slug: &str) -> Source {
        match slug {
            "model" => Source::Model,
            "mixed" => Source::Mixed,
            name => Source::Grid(name.into()),
        }
    }
}

/// A year as Japan's statistics name it: 令和2年.
fn era(year: u32) -> String {
    match year {
        2019.. => format!("令和{}年", year - 2018),
        1989.. => format!("平成{}年", year - 1988),
        _ => format!("{year}年"),
    }
}

impl Weight {
    /// All, as parameters write them.
    pub const SLUGS: &'static [&'static str] = &["total", "15-64", "65+"];

    /// How many of them live there, where that is known.
    pub fn of(self, people: People) -> Option<u32> {
        match self {
            Weight::Total => Some(people.total),
            Weight::Working => people.working,
            Weight::Aged => people.aged,
        }
    }

    /// The word for it.
    pub fn slug(self) -> &'static str {
        Weight::SLUGS[self as usize]
    }
}

impl std::str::FromStr for Weight {
    type Err = ();

    fn from_str(text: &str) -> Result<Weight, ()> {
        match text {
            "total" => Ok(Weight::Total),
            "15-64" => Ok(Weight::Working),
            // A plus that was not encoded has become a space.
            "65+" | "65 " | "65" => Ok(Weight::Aged),
            _ => Err(()),
        }
    }
}

impl Source {
    /// What a sum over both comes from.
    pub fn and(self, other: &Source) -> Source {
        if self == *other { self } else { Source::Mixed }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Model => "model",
            Source::Grid(name) => name,
            Source::Mixed => "mixed",
        })
    }
}

impl Cell {
    /// A cell of what was placed.
    pub fn new(placed: &Placed) -> Cell {
        Cell {
            ecef: ecef(placed.mesh.centre()),
            mesh: placed.mesh,
            ward: placed.ward.map_or(0, MunicipalityCode::number),
            people: placed.people,
        }
    }

    /// Its centre.
    pub fn centre(&self) -> Position {
        self.mesh.centre()
    }

    /// The number of its ward, in a designated city.
    pub fn ward(&self) -> Option<u32> {
        (self.ward > 0).then_some(self.ward)
    }

    /// Whether it belongs to the ward.
    pub fn is_in_ward(&self, ward: MunicipalityCode) -> bool {
        self.ward == ward.number()
    }
}

impl Population {
    /// Puts the modelled squares, and the imported ones of the municipalities that `uses_grid`, into one surface.
    pub fn build(
        model: impl IntoIterator<Item = Placed>,
        grid: impl IntoIterator<Item = Placed>,
        grid_source: &Source,
        uses_grid: impl Fn(MunicipalityCode) -> bool,
    ) -> Population {
        let mut all: Vec<(Placed, bool)> = Vec::new();
        all.extend(
            model
                .into_iter()
                .filter(|placed| !uses_grid(placed.municipality))
                .map(|placed| (placed, false)),
        );
        all.extend(
            grid.into_iter()
                .filter(|placed| uses_grid(placed.municipality))
                .map(|placed| (placed, true)),
        );
        // By municipality; within one as the codes run, so that neighbours are searched for one after the other.
        all.sort_by_key(|(placed, _)| (placed.municipality, placed.ward, placed.mesh));
        let mut districts: BTreeMap<MunicipalityCode, Part> = BTreeMap::new();
        for (i, (placed, imported)) in all.iter().enumerate() {
            let source = || {
                if *imported {
                    grid_source.clone()
                } else {
                    Source::Model
                }
            };
            let part = districts
                .entry(placed.municipality)
                .or_insert_with(|| Part {
                    range: i..i,
                    source: source(),
                });
            part.range.end = i + 1;
        }
        Population {
            cells: all.iter().map(|(placed, _)| Cell::new(placed)).collect(),
            districts,
            tree: OnceLock::new(),
        }
    }

    /// All squares, by municipality.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Every municipality with its squares and where they come from, in order of code.
    pub fn parts(&self) -> impl Iterator<Item = (MunicipalityCode, &[Cell], &Source)> {
        self.districts.iter().map(|(code, part)| {
            let cells = &self.cells[part.range.clone()];
            (*code, cells, &part.source)
        })
    }

    /// A municipality's squares, and where they come from; none where nobody lives.
    pub fn of(&self, municipality: MunicipalityCode) -> (&[Cell], Option<&Source>) {
        match self.districts.get(&municipality) {
            Some(part) => (&self.cells[part.range.clone()], Some(&part.source)),
            None => (&[], None),
        }
    }

    /// All squares in a tree, numbered as they stand in [`cells`](Self::cells).
    pub fn tree(&self) -> &Tree {
        self.tree
            .get_or_init(|| Tree::build((0..).zip(&self.cells).map(|(i, cell)| (cell.ecef, i))))
    }

    /// The largest size of any of the cells.
    pub fn largest(cells: &[Cell]) -> Option<Size> {
        cells.iter().map(|cell| cell.mesh.size()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_words_for_people() {
        for (slug, ja, en) in [
            (
                "census-2020-500m",
                "令和2年国勢調査 500 mメッシュ",
                "the 2020 census, 500 m squares",
            ),
            (
                "census-2015-1000m",
                "平成27年国勢調査 1000 mメッシュ",
                "the 2015 census, 1000 m squares",
            ),
            (
                "estat-T001234-250m",
                "e-Statの統計表T001234 250 mメッシュ",
                "table T001234 of e-Stat, 250 m squares",
            ),
            (
                "projection-2035-500m",
                "500 mメッシュ別将来推計人口（R6国政局推計）2035年",
                "the projection of 2024 for 2035, 500 m squares",
            ),
            ("another", "another", "another"),
        ] {
            assert_eq!(Source::Grid(slug.into()).wording(), Wording::new(ja, en));
        }
    }

    #[test]
    fn a_municipality_has_its_people_from_one_source_only() {
        let code = |text: &str| MunicipalityCode::new(text).unwrap();
        let placed = |mesh: &str, municipality: &str, total| Placed {
            mesh: mesh.parse().unwrap(),
            municipality: code(municipality),
            ward: None,
            people: People {
                total,
                ..People::default()
            },
        };
        let model = [
            placed("503013971", "40130", 5),
            placed("533965152", "11203", 7),
        ];
        let grid = [
            placed("503013972", "40130", 11),
            placed("503013973", "11203", 13),
        ];
        let source = Source::Grid("census-2020-500m".into());
        let all = Population::build(model, grid, &source, |m| m == code("40130"));
        let of = |municipality: &str| {
            let (cells, source) = all.of(code(municipality));
            let people: u32 = cells.iter().map(|cell| cell.people.total).sum();
            (people, source.map(Source::to_string))
        };
        assert_eq!(of("40130"), (11, Some("census-2020-500m".to_owned())));
        assert_eq!(of("11203"), (7, Some("model".to_owned())));
        assert_eq!(of("13101"), (0, None));
        assert_eq!(Source::Model.and(&source), Source::Mixed);
    }
}
