//! Checks uploaded polygons: rings must have enough positions and enclose an area, and no two lines may
//! cross. The method for official boundaries handles fifty thousand corners within moments.

use geo::{LineString, MultiPolygon};

use super::rings::{DEGREE, Point, area2, crossing};

/// Why polygons are not valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum InvalidArea {
    /// A ring has so few positions.
    Short(usize),
    /// A ring does not end where it began, in degrees east and north.
    Open([f64; 2]),
    /// Lines cross near here, in degrees east and north.
    Crosses([f64; 2]),
    /// A ring encloses nothing, in degrees east and north.
    Flat([f64; 2]),
}

/// Checks polygons with positions in Japan.
pub fn check_validity(polygons: &MultiPolygon) -> Result<(), InvalidArea> {
    let degrees = |point: Point| point.map(|axis| f64::from(axis) / DEGREE);
    let mut all = Vec::new();
    for polygon in polygons {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let mut ring = counted(ring);
            if ring.len() < 4 {
                return Err(InvalidArea::Short(ring.len()));
            }
            if ring.first() != ring.last() {
                return Err(InvalidArea::Open(degrees(ring[ring.len() - 1])));
            }
            ring.pop();
            all.push(ring);
        }
    }
    if let Some(at) = crossing(&all) {
        return Err(InvalidArea::Crosses(degrees(at)));
    }
    match all.iter().find(|ring| area2(ring) == 0) {
        Some(flat) => Err(InvalidArea::Flat(degrees(flat[0]))),
        None => Ok(()),
    }
}

/// Positions in whole numbers.
fn counted(ring: &LineString) -> Vec<Point> {
    let whole = |degrees: f64| (degrees * DEGREE).round() as i32;
    ring.coords().map(|at| [whole(at.x), whole(at.y)]).collect()
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn crossings_are_found_within_and_between_polygons() {
        let square = |west: f64| polygon![(x: west, y: 35.0), (x: west + 0.01, y: 35.0), (x: west + 0.01, y: 35.01), (x: west, y: 35.01)];
        let bow = polygon![(x: 139.0, y: 35.0), (x: 139.01, y: 35.01), (x: 139.01, y: 35.0), (x: 139.0, y: 35.01)];
        let of = |polygons: Vec<geo::Polygon>| check_validity(&MultiPolygon::new(polygons));
        assert_eq!(
            of(vec![square(139.0), square(139.01)]),
            Ok(()),
            "they touch"
        );
        assert_eq!(of(vec![bow]), Err(InvalidArea::Crosses([139.005, 35.005])));
        let line = polygon![(x: 139.0, y: 35.0), (x: 139.01, y: 35.01), (x: 139.02, y: 35.02)];
        assert_eq!(of(vec![line]), Err(InvalidArea::Flat([139.0, 35.0])));
        let askew = geo::Translate::translate(&square(139.0), 0.005, 0.005);
        let found = of(vec![square(139.0), askew]);
        assert!(matches!(found, Err(InvalidArea::Crosses(_))), "{found:?}");
    }

    /// What took minutes where every edge was compared with every other.
    #[test]
    fn many_corners_take_moments() {
        let begun = std::time::Instant::now();
        let corners = (0..50_000).map(|i| {
            let angle = f64::from(i) / 50_000.0 * std::f64::consts::TAU;
            let far = 0.1 + 0.01 * f64::from(i % 2);
            (139.0 + far * angle.cos(), 35.0 + far * angle.sin())
        });
        let star = geo::Polygon::new(corners.collect(), Vec::new());
        assert_eq!(check_validity(&MultiPolygon::new(vec![star])), Ok(()));
        let small = (0..10_000).map(|i| {
            let (west, south) = (
                139.0 + 0.001 * f64::from(i % 100),
                35.0 + 0.001 * f64::from(i / 100),
            );
            geo::Rect::new((west, south), (west + 0.0009, south + 0.0009)).to_polygon()
        });
        assert_eq!(check_validity(&MultiPolygon::new(small.collect())), Ok(()));
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }
}
