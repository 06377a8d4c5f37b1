//! The unit that all sums of given numbers are whole multiples of, if they have one.
//!
//! People are counted in whole numbers, and published distances often are: a bound of 5,818.3 on a
//! sum of such numbers is then a bound of 5,819.

/// Sums stay exact in an `f64` below this many units.
const EXACT: f64 = 4e15;
/// Bounds come from sums whose rounding error is far below this part of a unit.
const SLACK: f64 = 1e-5;
/// Most decimals looked for.
const DECIMALS: i32 = 6;

/// So many units make 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grain(f64);

impl Grain {
    /// The grain of some numbers; none where they have more decimals, or their sum is too large to
    /// be exact.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Grain> {
        let fits = |scale: f64| {
            let mut sum = 0.0;
            values.clone().all(|value| {
                let units = (value * scale).round();
                sum += units.abs();
                units / scale == value && sum < EXACT * SLACK
            })
        };
        let mut scales = (0..=DECIMALS).map(|decimals| 10_f64.powi(decimals));
        scales.find(|scale| fits(*scale)).map(Grain)
    }

    /// The grain of products.
    pub(super) fn times(self, other: Grain) -> Grain {
        Grain(self.0 * other.0)
    }

    /// Whether sums of this size are still exact.
    pub(super) fn can_hold(self, sum: f64) -> bool {
        sum * self.0 < EXACT * SLACK
    }

    /// The least step between two sums.
    pub(super) fn unit(self) -> f64 {
        1.0 / self.0
    }

    /// The least multiple that is not below a lower bound.
    pub(super) fn up(self, bound: f64) -> f64 {
        (bound * self.0 - SLACK).ceil() / self.0
    }

    /// The greatest multiple that is not above an upper bound.
    pub(super) fn down(self, bound: f64) -> f64 {
        (bound * self.0 + SLACK).floor() / self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Option<Grain> {
        Grain::of(values.iter().copied())
    }

    #[test]
    fn the_grain_is_the_coarsest_power_of_ten() {
        assert_eq!(of(&[3.0, 12.0]), Some(Grain(1.0)));
        assert_eq!(of(&[3.0, 0.25]), Some(Grain(100.0)));
        assert_eq!(of(&[0.1, 2.0]), Some(Grain(10.0)));
        assert_eq!(of(&[1.0 / 3.0]), None);
        assert_eq!(of(&[1e17]), None);
    }

    #[test]
    fn bounds_move_to_the_next_multiple_and_not_past_it() {
        let whole = Grain(1.0);
        assert_eq!(whole.up(5818.3), 5819.0);
        assert_eq!(whole.up(5818.0 + 1e-9), 5818.0);
        assert_eq!(whole.down(5818.3), 5818.0);
        assert_eq!(whole.down(5818.0 - 1e-9), 5818.0);
    }
}
