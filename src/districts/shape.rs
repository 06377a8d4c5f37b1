//! A district's area, and its relation to points and boxes.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};

use super::edges::Index;
use crate::domain::position::{Metres, Position};

/// An area in degrees. It is never empty.
pub struct Shape {
    polygons: MultiPolygon,
    /// Around each polygon: a prefecture may have thousands of islands.
    boxes: Box<[Rect]>,
    bounds: Rect,
    /// Of shapes that are asked about very many points.
    index: Option<Box<Index>>,
}

impl Shape {
    /// An area of these polygons, if there is any.
    pub fn new(polygons: MultiPolygon) -> Option<Shape> {
        let bounds = polygons.bounding_rect()?;
        let boxes = polygons
            .iter()
            .map(|polygon| polygon.bounding_rect().unwrap_or(bounds));
        Some(Shape {
            boxes: boxes.collect(),
            polygons,
            bounds,
            index: None,
        })
    }

    /// The same area, ready to be asked about very many points: it takes some memory, and then no
    /// point is compared with every corner. The answers are the same.
    pub fn indexed(self) -> Shape {
        Shape {
            index: Some(Box::new(Index::new(&self.polygons))),
            ..self
        }
    }

    /// West, south, east, north.
    pub fn bounds(&self) -> [f64; 4] {
        let (low, high) = (self.bounds.min(), self.bounds.max());
        [low.x, low.y, high.x, high.y]
    }

    /// The polygons, for drawing.
    pub fn polygons(&self) -> &MultiPolygon {
        &self.polygons
    }

    /// Whether the point is inside or on the border.
    pub fn holds(&self, point: Position) -> bool {
        let point = Coord {
            x: point.lon(),
            y: point.lat(),
        };
        self.any(point, |place| place != CoordPos::Outside)
    }

    /// Whether the point's place is a wanted one in any polygon whose box it is in.
    fn any(&self, point: Coord, wanted: impl Fn(CoordPos) -> bool) -> bool {
        self.bounds.intersects(&point)
            && match &self.index {
                Some(index) => index.any(point, wanted),
                None => self
                    .around(point)
                    .any(|polygon| wanted(polygon.coordinate_position(&point))),
            }
    }

    /// The polygons whose boxes hold a point.
    fn around(&self, point: Coord) -> impl Iterator<Item = &Polygon> {
        let boxed = self.polygons.iter().zip(&self.boxes);
        boxed.filter_map(move |(polygon, around)| around.intersects(&point).then_some(polygon))
    }

    /// Whether the point is inside and not on the border, where another district may have it.
    pub fn holds_inside(&self, point: Position) -> bool {
        let point = Coord {
            x: point.lon(),
            y: point.lat(),
        };
        self.any(point, |place| place == CoordPos::Inside)
    }

    /// Whether the box shares a point with the area.
    pub fn touches(&self, [west, south, east, north]: [f64; 4]) -> bool {
        let bbox = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
        self.bounds.intersects(&bbox) && self.polygons.intersects(&bbox.to_polygon())
    }

    /// How far a point outside is from the border.
    ///
    /// Measured on the plane that touches the ellipsoid at the point: right to a few centimetres
    /// over the half kilometre it is used for.
    pub fn distance(&self, point: Position) -> Metres {
        let plane = Plane::at(point);
        let rings = self
            .polygons
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        let nearest = rings
            .map(|ring| plane.distance2(ring))
            .fold(f64::INFINITY, f64::min);
        Metres(nearest.sqrt())
    }

    /// How far a point outside is from the area, from however far away: right to a percent.
    pub fn away(&self, point: Position) -> Metres {
        let near = self.distance(point);
        if near.0 < FAR {
            return near;
        }
        // The plane bends the way over hundreds of kilometres, but it finds the nearest corner.
        let plane = Plane::at(point);
        let corners = self.polygons.iter().flat_map(|p| p.exterior().coords());
        let length2 = |c: &Coord| {
            let c = plane.project(*c);
            c.x * c.x + c.y * c.y
        };
        let nearest = corners
            .min_by(|a, b| length2(a).total_cmp(&length2(b)))
            .and_then(|corner| Position::exact(corner.x, corner.y).ok());
        nearest.map_or(near, |corner| point.distance(corner))
    }
}

/// Up to here the plane is good enough for two digits.
const FAR: f64 = 30_000.0;

/// Metres east and north of a point.
struct Plane {
    origin: Coord,
    metres_a_degree: Coord,
}

impl Plane {
    fn at(point: Position) -> Plane {
        // Lengths of a degree on WGS 84 by its usual series, in metres.
        let lat = point.lat().to_radians();
        let y = 111_132.954 - 559.822 * (2.0 * lat).cos() + 1.175 * (4.0 * lat).cos();
        let x = 111_412.84 * lat.cos() - 93.5 * (3.0 * lat).cos();
        Plane {
            origin: Coord {
                x: point.lon(),
                y: point.lat(),
            },
            metres_a_degree: Coord { x, y },
        }
    }

    fn project(&self, c: Coord) -> Coord {
        let from = c - self.origin;
        Coord {
            x: from.x * self.metres_a_degree.x,
            y: from.y * self.metres_a_degree.y,
        }
    }

    /// The square of the shortest way from the origin to the line.
    fn distance2(&self, line: &LineString) -> f64 {
        let to_segment = |(a, b): (Coord, Coord)| {
            let along = b - a;
            let length2 = along.x * along.x + along.y * along.y;
            let share = if length2 > 0.0 {
                (-(a.x * along.x + a.y * along.y) / length2).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let foot = a + along * share;
            foot.x * foot.x + foot.y * foot.y
        };
        line.lines()
            .map(|segment| to_segment((self.project(segment.start), self.project(segment.end))))
            .fold(f64::INFINITY, f64::min)
    }
}
