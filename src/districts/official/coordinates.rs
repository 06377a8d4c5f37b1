//! Reads the coordinates of a GeoJSON polygon without storing the text.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

/// Polygons of rings of positions in degrees east and north, as deep as they stand in the file.
#[derive(Default)]
pub(super) struct Coordinates {
    /// Of a `Polygon` one; of a `MultiPolygon` all.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
    /// Whether they stood a level deeper, as a `MultiPolygon`'s do.
    pub are_many: bool,
}

/// What a list turned out to be by what is in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Number,
    Position,
    Ring,
    Polygon,
    Polygons,
}

#[derive(Default)]
struct Reading {
    numbers: Vec<f64>,
    ring: Vec<[f64; 2]>,
    polygon: Vec<Vec<[f64; 2]>>,
    polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut reading = Reading::default();
        let are_many = match Part(&mut reading).deserialize(deserializer)? {
            Sort::Polygon => false,
            Sort::Polygons => true,
            _ => return Err(D::Error::custom("no polygon’s coordinates")),
        };
        Ok(Coordinates {
            polygons: reading.polygons,
            are_many,
        })
    }
}

struct Part<'a>(&'a mut Reading);

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Sort;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Sort, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Sort;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a polygon’s coordinates")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Sort, E> {
        self.0.numbers.push(number);
        Ok(Sort::Number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Sort, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Sort, E> {
        self.visit_f64(number as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sort, A::Error> {
        let mut of = None;
        while let Some(sort) = list.next_element_seed(Part(self.0))? {
            if *of.get_or_insert(sort) != sort {
                return Err(A::Error::custom("coordinates of different depths"));
            }
        }
        let reading = self.0;
        match of {
            None => Err(A::Error::custom("an empty list of coordinates")),
            Some(Sort::Number) => {
                // A third number is a height, which borders have none of.
                let [lon, lat, ..] = reading.numbers[..] else {
                    return Err(A::Error::custom("a position of one number"));
                };
                reading.numbers.clear();
                reading.ring.push([lon, lat]);
                Ok(Sort::Position)
            }
            Some(Sort::Position) => {
                reading.polygon.push(std::mem::take(&mut reading.ring));
                Ok(Sort::Ring)
            }
            Some(Sort::Ring) => {
                reading.polygons.push(std::mem::take(&mut reading.polygon));
                Ok(Sort::Polygon)
            }
            Some(Sort::Polygon) => Ok(Sort::Polygons),
            Some(Sort::Polygons) => Err(A::Error::custom("coordinates that are too deep")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Coordinates, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn polygons_come_as_deep_as_they_stand() {
        let one = read("[[[1,2],[3.5,4,9],[5,6],[1,2]]]").unwrap();
        assert!(!one.are_many);
        assert_eq!(
            one.polygons,
            [[[[1.0, 2.0], [3.5, 4.0], [5.0, 6.0], [1.0, 2.0]]]]
        );
        let many = read("[[[[1,2],[3,4]],[[5,6]]],[[[7,8]]]]").unwrap();
        assert!(many.are_many);
        let rings: Vec<usize> = many.polygons.iter().map(Vec::len).collect();
        assert_eq!(rings, [2, 1]);
    }

    #[test]
    fn whatever_is_no_polygon_is_refused() {
        for text in [
            "[1,2]",
            "[[1,2]]",
            "[]",
            "[[[]]]",
            "[[[1]]]",
            "[[[1,2],3]]",
            "[[[\"1\",2]]]",
            "null",
            "[[[[[1,2]]]]]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
