//! An area with its label, as GeoJSON.

use geo::{Coord, InteriorPoint, LineString};

use super::dissolve::Polygon;
use crate::districts::Shape;
use crate::districts::rings::{DEGREE, Point};

/// An area that is drawn.
pub(super) struct Drawn {
    polygons: Vec<Polygon>,
    pub(super) shape: Shape,
}

impl Drawn {
    pub(super) fn new(polygons: Vec<Polygon>) -> Option<Drawn> {
        let line = |ring: &Vec<Point>| -> LineString {
            let closed = ring.iter().chain(ring.first());
            closed.map(|point| degrees(*point)).collect()
        };
        let shape = polygons.iter().map(|polygon| {
            let holes = polygon.holes.iter().map(line).collect();
            geo::Polygon::new(line(&polygon.outline), holes)
        });
        let shape = Shape::new(shape.collect())?;
        Some(Drawn { polygons, shape })
    }

    /// A point well inside the largest polygon.
    pub(super) fn middle(&self) -> [f64; 2] {
        let largest = self.shape.polygons().iter().next();
        let inside = largest.and_then(InteriorPoint::interior_point);
        let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
        inside.map_or([0.0, 0.0], |point| [rounded(point.x()), rounded(point.y())])
    }

    /// As GeoJSON.
    pub(super) fn geometry(&self) -> String {
        let count: usize = self
            .polygons
            .iter()
            .map(|polygon| polygon.outline.len())
            .sum();
        let mut text = String::with_capacity(count * 24 + 64);
        let single = self.polygons.len() == 1;
        text.push_str(if single {
            r#"{"type":"Polygon","coordinates":"#
        } else {
            r#"{"type":"MultiPolygon","coordinates":["#
        });
        for (i, polygon) in self.polygons.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            text.push('[');
            write_ring(&polygon.outline, &mut text);
            for hole in &polygon.holes {
                text.push(',');
                write_ring(hole, &mut text);
            }
            text.push(']');
        }
        text.push_str(if single { "}" } else { "]}" });
        text
    }
}

fn degrees(point: Point) -> Coord {
    let [x, y] = point.map(|axis| f64::from(axis) / DEGREE);
    Coord { x, y }
}

fn write_ring(ring: &[Point], text: &mut String) {
    use std::fmt::Write;
    text.push('[');
    for (i, point) in ring.iter().chain(ring.first()).enumerate() {
        let Coord { x, y } = degrees(*point);
        let comma = if i > 0 { "," } else { "" };
        // Writing into a text cannot fail.
        let _ = write!(text, "{comma}[{x},{y}]");
    }
    text.push(']');
}
