//! 面積按分: the share of a square that lies within a distance of any facility, exactly.
//!
//! The square is laid on the plane that keeps distances and directions from its centre; over the few
//! hundred metres of a square and up to a hundred kilometres of reach its circles are round to less
//! than a centimetre. The plane is cut into strips at every height where the picture changes; within
//! a strip each covered stretch has one edge left and one right for its whole height, and their
//! areas have a closed form.

/// A circle's centre, in metres east and north of the square's.
pub type Point = [f64; 2];

/// Circles beyond this many are measured by fine strips instead: still right to a ten-thousandth.
const MOST_EXACT: usize = 40;
const FINE: usize = 1024;

/// The share (0–1) of the rectangle of these half sides, centred on 0,0, that the circles of `radius` cover together.
pub fn covered(half: [f64; 2], radius: f64, centres: &[Point]) -> f64 {
    let [half_width, half_height] = half;
    let corner = half_width.hypot(half_height);
    let mut relevant: Vec<Point> = Vec::with_capacity(centres.len());
    for &[x, y] in centres {
        let farthest = (x.abs() + half_width).hypot(y.abs() + half_height);
        if farthest <= radius {
            return 1.0;
        }
        if x.hypot(y) < radius + corner {
            relevant.push([x, y]);
        }
    }
    // Facilities in one building are one circle.
    relevant.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    relevant.dedup();
    if relevant.is_empty() {
        return 0.0;
    }
    let heights = if relevant.len() <= MOST_EXACT {
        changes(half, radius, &relevant)
    } else {
        let step = 2.0 * half_height / FINE as f64;
        (0..=FINE).map(|i| -half_height + step * i as f64).collect()
    };
    let mut area = 0.0;
    let mut open: Vec<Stretch> = Vec::with_capacity(relevant.len());
    for strip in heights.windows(2) {
        area += strip_area(half_width, radius, &relevant, strip[0], strip[1], &mut open);
    }
    (area / (4.0 * half_width * half_height)).clamp(0.0, 1.0)
}

/// A covered stretch at a strip's middle, and the circles whose arcs are its ends (none: the square's side).
struct Stretch {
    left: f64,
    right: f64,
    left_of: Option<Point>,
    right_of: Option<Point>,
}

/// Every height at which the order of edges may change.
fn changes([half_width, half_height]: [f64; 2], radius: f64, centres: &[Point]) -> Vec<f64> {
    let mut heights = vec![-half_height, half_height];
    for (i, &[x, y]) in centres.iter().enumerate() {
        heights.extend([y - radius, y + radius]);
        for side in [-half_width, half_width] {
            let up2 = radius * radius - (side - x) * (side - x);
            if up2 >= 0.0 {
                heights.extend([y - up2.sqrt(), y + up2.sqrt()]);
            }
        }
        for &[a, b] in &centres[..i] {
            let (east, north) = (a - x, b - y);
            let apart2 = east * east + north * north;
            let along2 = radius * radius - apart2 / 4.0;
            if apart2 > 0.0 && along2 >= 0.0 {
                let step = east * (along2 / apart2).sqrt();
                heights.extend([y + north / 2.0 - step, y + north / 2.0 + step]);
            }
        }
    }
    heights.retain(|height| (-half_height..=half_height).contains(height));
    heights.sort_by(f64::total_cmp);
    heights.dedup();
    heights
}

fn strip_area(
    half_width: f64,
    radius: f64,
    centres: &[Point],
    low: f64,
    high: f64,
    open: &mut Vec<Stretch>,
) -> f64 {
    let middle = (low + high) / 2.0;
    open.clear();
    for &centre in centres {
        let reach2 = radius * radius - (middle - centre[1]) * (middle - centre[1]);
        if reach2 <= 0.0 {
            continue;
        }
        let (left, right) = (centre[0] - reach2.sqrt(), centre[0] + reach2.sqrt());
        if right <= -half_width || left >= half_width {
            continue;
        }
        open.push(Stretch {
            left: left.max(-half_width),
            right: right.min(half_width),
            left_of: (left > -half_width).then_some(centre),
            right_of: (right < half_width).then_some(centre),
        });
    }
    open.sort_by(|a, b| a.left.total_cmp(&b.left));
    let edge = |side: f64, of: Option<Point>, sign: f64| match of {
        None => side * (high - low),
        Some([x, y]) => x * (high - low) + sign * under_arc(radius, low - y, high - y),
    };
    let mut area = 0.0;
    let mut stretches = open.iter();
    let Some(mut current) = stretches.next().map(|s| (s.left_of, s.right, s.right_of)) else {
        return 0.0;
    };
    let close = |(left_of, right, right_of): (Option<Point>, f64, Option<Point>)| {
        edge(right.min(half_width), right_of, 1.0) - edge(-half_width, left_of, -1.0)
    };
    for next in stretches {
        if next.left <= current.1 {
            if next.right > current.1 {
                (current.1, current.2) = (next.right, next.right_of);
            }
        } else {
            area += close(current);
            current = (next.left_of, next.right, next.right_of);
        }
    }
    area + close(current)
}

/// The area under a half circle between two heights.
fn under_arc(radius: f64, from: f64, to: f64) -> f64 {
    let primitive = |at: f64| {
        let at = at.clamp(-radius, radius);
        let chord = (radius * radius - at * at).max(0.0).sqrt();
        (at * chord + radius * radius * (at / radius).asin()) / 2.0
    };
    primitive(to) - primitive(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_areas() {
        let quarter = std::f64::consts::PI / 4.0;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(covered([1.0, 1.0], 1.0, &[[0.0, 0.0]]), quarter);
        close(covered([1.0, 1.0], 1.0, &[[0.0, 0.0], [0.0, 0.0]]), quarter);
        close(covered([1.0, 1.0], 2.0, &[[0.0, 0.0]]), 1.0);
        close(covered([1.0, 1.0], 1.0, &[[1.0, 0.0]]), quarter / 2.0);
        close(covered([1.0, 1.0], 1.0, &[[1.0, 1.0]]), quarter / 4.0);
        close(
            covered([1.0, 1.0], 0.5, &[[-0.5, 0.0], [0.5, 0.0]]),
            quarter / 2.0,
        );
        close(covered([1.0, 1.0], 1.0, &[[2.5, 0.0]]), 0.0);
        close(covered([1.0, 1.0], 1.0, &[]), 0.0);
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_counting_points(
            centres in prop::collection::vec([-3.0..3.0f64, -3.0..3.0f64], 0..60),
            radius in 0.1..3.0f64, width in 0.5..1.5f64,
        ) {
            const GRID: usize = 160;
            let mut inside = 0;
            for i in 0..GRID {
                for j in 0..GRID {
                    let at = |k: usize, half: f64| ((k as f64 + 0.5) / GRID as f64 * 2.0 - 1.0) * half;
                    let (x, y): (f64, f64) = (at(i, width), at(j, 1.0));
                    inside += usize::from(centres.iter().any(|c: &Point| (x - c[0]).hypot(y - c[1]) <= radius));
                }
            }
            let counted = inside as f64 / (GRID * GRID) as f64;
            let exact = covered([width, 1.0], radius, &centres);
            prop_assert!((exact - counted).abs() < 0.02, "{exact} {counted}");
        }

        #[test]
        fn more_reach_and_more_facilities_never_cover_less(
            centres in prop::collection::vec([-3.0..3.0f64, -3.0..3.0f64], 1..50), radius in 0.1..3.0, more in 0.0..1.0,
        ) {
            let all = covered([1.0, 1.0], radius, &centres);
            prop_assert!(covered([1.0, 1.0], radius + more, &centres) >= all - 2e-4);
            prop_assert!(covered([1.0, 1.0], radius, &centres[1..]) <= all + 2e-4);
        }
    }
}
