//! Line simplification: Douglas and Peucker's algorithm for every tolerance at once.

/// For each point of a line on a plane the tolerance, in the plane's unit, beyond which it is left out.
///
/// No point outlasts the one whose going made it matter, so that one number a point answers for every
/// tolerance. The two ends are always kept.
pub fn significance(points: &[[f64; 2]]) -> Vec<f32> {
    let mut keep = vec![f32::INFINITY; points.len()];
    let mut parts = vec![(0, points.len() - 1, f64::INFINITY)];
    while let Some((first, last, parent)) = parts.pop() {
        let away = |i: usize| distance2(points[i], points[first], points[last]);
        let Some(farthest) = (first + 1..last).max_by(|&a, &b| away(a).total_cmp(&away(b))) else {
            continue;
        };
        let distance = away(farthest).sqrt().min(parent);
        keep[farthest] = distance as f32;
        parts.push((first, farthest, distance));
        parts.push((farthest, last, distance));
    }
    keep
}

/// The square of a point's distance from a segment.
fn distance2(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (along, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length2 = along[0] * along[0] + along[1] * along[1];
    let share = if length2 > 0.0 {
        ((to[0] * along[0] + to[1] * along[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let off = [to[0] - share * along[0], to[1] - share * along[1]];
    off[0] * off[0] + off[1] * off[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_stay_and_so_does_what_stands_out() {
        let keep = significance(&[[0.0, 0.0], [1.0, 0.1], [2.0, 1.0], [3.0, 0.0]]);
        assert!(keep[0].is_infinite() && keep[3].is_infinite());
        assert!(keep[2] > keep[1] && keep[1] > 0.0);
    }
}
