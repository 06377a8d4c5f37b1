//! Where something is: a point in Japan that cannot be nonsense, and the metre.
//!
//! Longitude and latitude are degrees on WGS 84, which agrees with JGD2011 to well under a metre.
//! Distances people see are geodesics of that ellipsoid.

use std::fmt;

use geo::{Distance, Geodesic, Point};
use serde::{Deserialize, Serialize};

/// A point inside Japan's box (20–46 N, 122–154 E), where it is stored rounded to 7 decimals (about a centimetre).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct Position {
    lon: f64,
    lat: f64,
}

/// A distance in metres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

/// Why two numbers are no position; the variants are the row report's problem codes.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoPosition {
    /// One of them is no finite number.
    #[error("longitude {lon}, latitude {lat}: not finite numbers")]
    Malformed {
        /// As given.
        lon: f64,
        /// As given.
        lat: f64,
    },
    /// 0,0: what a program writes when it had no coordinates.
    #[error("0,0 lies in the Gulf of Guinea; it usually stands for missing coordinates")]
    Zero,
    /// Read the other way round they would be in Japan.
    #[error("longitude {lon}, latitude {lat} look swapped: {lat},{lon} would be in Japan")]
    Swapped {
        /// As given.
        lon: f64,
        /// As given.
        lat: f64,
    },
    /// A real place, but not in Japan.
    #[error(
        "longitude {lon}, latitude {lat} is outside Japan (longitude 122 to 154, latitude 20 to 46)"
    )]
    OutsideJapan {
        /// As given.
        lon: f64,
        /// As given.
        lat: f64,
    },
}

impl NoPosition {
    /// The problem's code in the row report.
    pub const fn code(self) -> &'static str {
        match self {
            NoPosition::Malformed { .. } => "coordinates-malformed",
            NoPosition::Zero => "coordinates-zero",
            NoPosition::Swapped { .. } => "coordinates-swapped",
            NoPosition::OutsideJapan { .. } => "coordinates-outside-japan",
        }
    }
}

impl Position {
    /// Southernmost, northernmost latitude: Okinotorishima is at 20.4 N, Benten-jima at 45.5 N.
    pub const LATITUDES: std::ops::RangeInclusive<f64> = 20.0..=46.0;
    /// Westernmost, easternmost longitude: Yonaguni is at 122.9 E, Minamitorishima at 153.99 E.
    pub const LONGITUDES: std::ops::RangeInclusive<f64> = 122.0..=154.0;

    /// A position of `lon` degrees east and `lat` degrees north, rounded.
    pub fn new(lon: f64, lat: f64) -> Result<Position, NoPosition> {
        let exact = Position::exact(lon, lat)?;
        Ok(Position {
            lon: round7(exact.lon),
            lat: round7(exact.lat),
        })
    }

    /// The same without rounding: where somebody asks from. Rounding would move them by up to a
    /// centimetre, and distances are told in millimetres.
    pub fn exact(lon: f64, lat: f64) -> Result<Position, NoPosition> {
        let inside =
            |lon: f64, lat: f64| Self::LONGITUDES.contains(&lon) && Self::LATITUDES.contains(&lat);
        if !lon.is_finite() || !lat.is_finite() {
            Err(NoPosition::Malformed { lon, lat })
        } else if lon == 0.0 && lat == 0.0 {
            Err(NoPosition::Zero)
        } else if inside(lon, lat) {
            Ok(Position { lon, lat })
        } else if inside(lat, lon) {
            Err(NoPosition::Swapped { lon, lat })
        } else {
            Err(NoPosition::OutsideJapan { lon, lat })
        }
    }

    /// Degrees east.
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north.
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude and latitude in ten-millionths of a degree: the whole numbers a stored position is made of.
    pub fn units(self) -> [u32; 2] {
        [self.lon, self.lat].map(|degrees| (degrees * 1e7).round() as u32)
    }

    /// The stored position of so many ten-millionths of a degree.
    pub fn from_units(units: [u32; 2]) -> Result<Position, NoPosition> {
        let [lon, lat] = units.map(|units| f64::from(units) / 1e7);
        Position::new(lon, lat)
    }

    /// The distance on a plane, right to a percent over some ten kilometres and far quicker than
    /// [`distance`](Self::distance): for choosing, never for showing.
    pub fn planar(self, other: Position) -> Metres {
        const DEGREE: f64 = 111_200.0;
        let parallel = ((self.lat + other.lat) / 2.0).to_radians().cos();
        let (east, north) = (other.lon - self.lon, other.lat - self.lat);
        Metres(DEGREE * (east * parallel).hypot(north))
    }

    /// The geodesic distance on the WGS 84 ellipsoid, by Karney's algorithm.
    pub fn distance(self, other: Position) -> Metres {
        Metres(Geodesic.distance(Point::from(self), Point::from(other)))
    }
}

/// 7 decimals, the most the API ever writes: what is stored is what is shown.
fn round7(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

impl From<Position> for Point {
    fn from(p: Position) -> Point {
        Point::new(p.lon, p.lat)
    }
}

impl From<Position> for [f64; 2] {
    fn from(p: Position) -> [f64; 2] {
        [p.lon, p.lat]
    }
}

impl TryFrom<[f64; 2]> for Position {
    type Error = NoPosition;
    fn try_from([lon, lat]: [f64; 2]) -> Result<Position, NoPosition> {
        Position::new(lon, lat)
    }
}

impl fmt::Display for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} m", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nonsense_is_refused_and_named() {
        let code = |lon, lat| Position::new(lon, lat).unwrap_err().code();
        assert_eq!(code(f64::NAN, 35.0), "coordinates-malformed");
        assert_eq!(code(139.0, f64::INFINITY), "coordinates-malformed");
        assert_eq!(code(1e308, 1e308), "coordinates-outside-japan");
        assert_eq!(code(0.0, 0.0), "coordinates-zero");
        assert_eq!(code(35.0, 139.0), "coordinates-swapped");
        assert_eq!(code(2.35, 48.85), "coordinates-outside-japan");
    }

    #[test]
    fn the_boxs_own_edges_are_inside() {
        for (lon, lat) in [(122.0, 20.0), (154.0, 46.0)] {
            Position::new(lon, lat).unwrap();
        }
    }

    proptest! {
        #[test]
        fn the_plane_is_right_to_a_percent(lon in 123.0..153.0, lat in 21.0..45.0, east in -0.2..0.2, north in -0.2..0.2) {
            let (a, b) = (Position::new(lon, lat).unwrap(), Position::new(lon + east, lat + north).unwrap());
            let exact = a.distance(b).0;
            prop_assert!((a.planar(b).0 - exact).abs() <= exact * 0.01 + 0.01);
        }

        #[test]
        fn whatever_is_built_is_inside_and_has_seven_decimals(lon in any::<f64>(), lat in any::<f64>(),
                                                              near_lon in 121.0..155.0, near_lat in 19.0..47.0) {
            for (lon, lat) in [(lon, lat), (near_lon, near_lat)] {
                if let Ok(p) = Position::new(lon, lat) {
                    prop_assert!(Position::LONGITUDES.contains(&p.lon()) && Position::LATITUDES.contains(&p.lat()));
                    prop_assert_eq!(format!("{:.7}", p.lon()).parse::<f64>().unwrap(), p.lon());
                }
            }
        }
    }
}
