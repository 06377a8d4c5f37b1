//! Points on the WGS 84 ellipsoid as a search needs them: earth-centred coordinates, the geodesic
//! from its chord, and a tree over many of them.
//!
//! Nearest and coverage both search by straight lines through the earth, because an index can bound
//! those, and measure the geodesic only where it decides.

pub mod tree;

use geo::{Distance, Geodesic, Point};

use crate::domain::position::Position;

/// Earth-centred, earth-fixed coordinates in metres.
pub type Ecef = [f64; 3];

/// WGS 84: equatorial radius in metres and flattening.
const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_223_563;
/// Polar radius in metres.
const B: f64 = A * (1.0 - F);
/// First eccentricity squared.
const E2: f64 = F * (2.0 - F);
/// The smallest radius of curvature anywhere on the ellipsoid: along the meridian at the equator.
const SMALLEST_RADIUS: f64 = A * (1.0 - E2);

/// Chords up to this many metres are turned into geodesics by the series.
pub const SERIES_LIMIT: f64 = 50_000.0;
/// The error bound in metres of the series up to the limit and of Vincenty's formulae at any distance in
/// Japan's box; tests measure a fraction of it.
pub const SERIES_ERROR: f64 = 5e-5;
/// Earth-centred coordinates of 6 million metres are exact to a nanometre; this is a thousand of them.
pub const ROUNDING: f64 = 1e-6;

/// Earth-centred coordinates of a position on the ellipsoid.
pub fn ecef(position: Position) -> Ecef {
    ecef_of(position.lon(), position.lat())
}

/// The same of any longitude and latitude in degrees, in Japan or not.
pub fn ecef_of(lon: f64, lat: f64) -> Ecef {
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    let n = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [
        n * cos_lat * cos_lon,
        n * cos_lat * sin_lon,
        n * (1.0 - E2) * sin_lat,
    ]
}

/// The square of the straight line between two points, m².
pub fn chord2(a: Ecef, b: Ecef) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// The geodesic from its chord: an arc whose radius is the ellipsoid's own in the chord's direction
/// at its middle (Euler's formula), to the fifth power of the chord.
pub fn geodesic_of_chord(a: Ecef, b: Ecef, chord: f64) -> f64 {
    if chord == 0.0 {
        return 0.0;
    }
    let middle = [
        (a[0] + b[0]) / 2.0,
        (a[1] + b[1]) / 2.0,
        (a[2] + b[2]) / 2.0,
    ];
    let axis_distance2 = middle[0] * middle[0] + middle[1] * middle[1];
    // East at the middle is (-y, x, 0) / distance from the axis; its share of the chord is the azimuth's sine.
    let eastward = (b[1] - a[1]) * middle[0] - (b[0] - a[0]) * middle[1];
    let sin2_azimuth = (eastward * eastward / (axis_distance2 * chord * chord)).min(1.0);
    // tan(latitude) = z / ((1 - e²) · distance from the axis)
    let tan2 = middle[2] * middle[2] / ((1.0 - E2) * (1.0 - E2) * axis_distance2);
    let w2 = 1.0 - E2 * tan2 / (1.0 + tan2);
    let across = A / w2.sqrt();
    let along = across * (1.0 - E2) / w2;
    let bend = (1.0 - sin2_azimuth) / along + sin2_azimuth / across;
    let x = chord * chord * bend * bend;
    chord * (1.0 + x * (1.0 / 24.0 + x * (3.0 / 640.0)))
}

/// The geodesic by Vincenty's inverse formulae. Their iteration for the longitude on the auxiliary sphere
/// gains a factor of [`F`] each time and starts within 0.002: five times suffice. Points on the ellipsoid in
/// earth-centred coordinates have reduced latitudes of cosine `axis distance / A` and sine `z / B`. It must
/// not be asked about neighbouring points, whose sine of the arc loses its digits, nor about antipodes.
pub fn geodesic_of_vincenty(a: Ecef, b: Ecef) -> f64 {
    // Nothing here is so large or so small that its square could not be told: no need of `hypot`.
    let across = |x: f64, y: f64| (x * x + y * y).sqrt();
    let (cos_u1, sin_u1) = (across(a[0], a[1]) / A, a[2] / B);
    let (cos_u2, sin_u2) = (across(b[0], b[1]) / A, b[2] / B);
    let longitude = (a[0] * b[1] - b[0] * a[1]).atan2(a[0] * b[0] + a[1] * b[1]);
    let mut lambda = longitude;
    let mut length = 0.0;
    for _ in 0..5 {
        let (sin_lambda, cos_lambda) = lambda.sin_cos();
        let north = cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_lambda;
        let sin_sigma = across(cos_u2 * sin_lambda, north);
        let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_lambda;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos_u1 * cos_u2 * sin_lambda / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let middle = cos_sigma - 2.0 * sin_u1 * sin_u2 / cos2_alpha;
        let bend = 2.0 * middle * middle - 1.0;

        let u2 = cos2_alpha * (A * A - B * B) / (B * B);
        let stretch = 1.0 + u2 / 16_384.0 * (4_096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)));
        let c = u2 / 1_024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)));
        let third = middle * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * middle * middle - 3.0);
        let less = c * sin_sigma * (middle + c / 4.0 * (cos_sigma * bend - c / 6.0 * third));
        length = B * stretch * (sigma - less);

        let c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha));
        let shift = sigma + c * sin_sigma * (middle + c * cos_sigma * bend);
        lambda = longitude + (1.0 - c) * F * sin_alpha * shift;
    }
    length
}

/// The geodesic between two positions whose coordinates and chord are known: by the series where
/// that is right to [`SERIES_ERROR`], by Karney's algorithm beyond.
pub fn geodesic(a: (Position, Ecef), b: (Position, Ecef), chord: f64) -> f64 {
    if chord <= SERIES_LIMIT {
        geodesic_of_chord(a.1, b.1, chord)
    } else {
        a.0.distance(b.0).0
    }
}

/// The geodesic between any two longitudes and latitudes in degrees, by Karney's algorithm, in metres.
pub fn karney(from: [f64; 2], to: [f64; 2]) -> f64 {
    Geodesic.distance(Point::from(from), Point::from(to))
}

/// The chord of a path of `length` metres bent as sharply as a geodesic ever is. By Schur's
/// comparison theorem no geodesic of that length has a shorter chord.
pub fn chord_of_sharpest_bend(length: f64) -> f64 {
    let angle = (length / (2.0 * SMALLEST_RADIUS)).min(std::f64::consts::FRAC_PI_2);
    2.0 * SMALLEST_RADIUS * angle.sin()
}

/// Metres east and north of a position that a move of one degree of longitude and latitude makes there.
pub fn metres_a_degree(at: Position) -> [f64; 2] {
    let (sin, cos) = at.lat().to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let across = A / w2.sqrt();
    let along = across * (1.0 - E2) / w2;
    [(across * cos).to_radians(), along.to_radians()]
}

/// The unit vectors that point east and north at a position.
pub fn east_and_north(at: Position) -> [Ecef; 2] {
    let (sin_lat, cos_lat) = at.lat().to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.lon().to_radians().sin_cos();
    [
        [-sin_lon, cos_lon, 0.0],
        [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A point anywhere in Japan's box, or one of a few crowded towns where distances nearly tie.
    fn anywhere() -> impl Strategy<Value = Position> {
        prop_oneof![
            (122.0..154.0, 20.0..46.0),
            (0..4i32, 0..4i32)
                .prop_map(|(x, y)| (139.7 + f64::from(x) * 1e-7, 35.66 + f64::from(y) * 1e-7)),
            (139.6..139.8, 35.6..35.8),
        ]
        .prop_map(|(lon, lat)| Position::new(lon, lat).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_series_keeps_its_bound(
            origin in (122.0..154.0, 20.0..46.0), azimuth in 0.0..std::f64::consts::TAU, reach in 0.0..SERIES_LIMIT,
        ) {
            let from = Position::new(origin.0, origin.1).unwrap();
            let (north, east) = (azimuth.cos() * reach / 111_000.0, azimuth.sin() * reach / 111_000.0);
            if let Ok(to) = Position::new(origin.0 + east / origin.1.to_radians().cos(), origin.1 + north) {
                let (a, b) = (ecef(from), ecef(to));
                let chord = chord2(a, b).sqrt();
                if chord <= SERIES_LIMIT {
                    let error = (geodesic_of_chord(a, b, chord) - from.distance(to).0).abs();
                    // Two thirds: the bound must not be met by chance.
                    prop_assert!(error <= SERIES_ERROR * 2.0 / 3.0, "{error} m at {chord} m");
                }
            }
        }

        #[test]
        fn vincentys_formulae_keep_the_same_bound(
            a in (122.0..154.0, 20.0..46.0), b in (122.0..154.0, 20.0..46.0), along in 0..3u8,
        ) {
            // Along a meridian and a parallel as well, where their terms vanish.
            let b = [b, (a.0, b.1), (b.0, a.1)][usize::from(along)];
            let [a, b] = [a, b].map(|(lon, lat)| Position::new(lon, lat).unwrap());
            let (from, to) = (ecef(a), ecef(b));
            if chord2(from, to) > SERIES_LIMIT * SERIES_LIMIT {
                let error = (geodesic_of_vincenty(from, to) - a.distance(b).0).abs();
                prop_assert!(error <= SERIES_ERROR * 2.0 / 3.0, "{error} m");
            }
        }

        #[test]
        fn a_geodesic_lies_between_its_two_bounds(a in anywhere(), b in anywhere()) {
            let (chord, geodesic) = (chord2(ecef(a), ecef(b)).sqrt(), a.distance(b).0);
            prop_assert!(chord <= geodesic + ROUNDING);
            prop_assert!(chord >= chord_of_sharpest_bend(geodesic) - ROUNDING);
        }

        #[test]
        fn a_small_step_is_as_long_as_its_degrees_say(at in (122.0..153.9, 20.0..45.9), east in -0.002..0.002f64, north in -0.002..0.002f64) {
            let from = Position::exact(at.0, at.1).unwrap();
            if let Ok(to) = Position::exact(at.0 + east, at.1 + north) {
                let [x, y] = metres_a_degree(from);
                let [to_east, to_north]: [f64; 2] = east_and_north(from).map(|unit| {
                    let (a, b) = (ecef(from), ecef(to));
                    (0..3).map(|i| unit[i] * (b[i] - a[i])).sum::<f64>()
                });
                let (to_east, to_north): (f64, f64) = (to_east, to_north);
                prop_assert!((to_east - east * x).abs() < 0.02 && (to_north - north * y).abs() < 0.02);
            }
        }
    }
}
