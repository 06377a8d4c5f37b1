//! What is known of a visitor: the map's window, the position, and whether facilities are near.

use crate::districts::Level;
use crate::domain::position::Position;

/// The bonus inside the map's window, or where the visitor is.
const HERE: i32 = 300;
/// The bonus just outside the window.
const BESIDE: i32 = 100;
/// A window of this width, in degrees, shows half of Japan and is ignored.
const WIDE: f64 = 5.0;

/// What is known of the visitor who searches.
#[derive(Clone, Copy, Default)]
pub struct SearchContext<'a> {
    /// West, south, east, north of the map's window.
    pub window: Option<[f64; 4]>,
    /// Where the visitor is.
    pub near: Option<Position>,
    /// Whether a facility lies near a point.
    pub has_facility: Option<&'a (dyn Fn(Position) -> bool + Sync)>,
}

impl SearchContext<'_> {
    pub(super) fn bonus(&self, at: Position) -> i32 {
        self.of_window(at).max(self.of_visitor(at))
    }

    /// The bonus of a district: a visitor anywhere in it, or a window that shows a part of it, counts.
    pub(super) fn bonus_of(&self, level: Level, bbox: [f64; 4], label: Position) -> i32 {
        let [west, south, east, north] = bbox;
        let meets = |other: [f64; 4]| {
            west <= other[2] && other[0] <= east && south <= other[3] && other[1] <= north
        };
        let is_here = self
            .near
            .is_some_and(|near| meets([near.lon(), near.lat(), near.lon(), near.lat()]));
        let is_shown = self.narrow_window().is_some_and(meets);
        match level != Level::Prefecture && (is_here || is_shown) {
            true => HERE,
            false => self.bonus(label),
        }
    }

    /// The window, unless it shows half of Japan.
    fn narrow_window(&self) -> Option<[f64; 4]> {
        self.window.filter(|[west, south, east, north]| {
            (0.0..WIDE).contains(&(east - west)) && (0.0..WIDE).contains(&(north - south))
        })
    }

    /// The middle of that window.
    pub(super) fn centre(&self) -> Option<Position> {
        let [west, south, east, north] = self.narrow_window()?;
        Position::new((west + east) / 2.0, (south + north) / 2.0).ok()
    }

    fn of_window(&self, at: Position) -> i32 {
        let Some([west, south, east, north]) = self.narrow_window() else {
            return 0;
        };
        let (width, height) = (east - west, north - south);
        let is_within = |margin: f64| {
            (west - width * margin..=east + width * margin).contains(&at.lon())
                && (south - height * margin..=north + height * margin).contains(&at.lat())
        };
        match (is_within(0.0), is_within(1.0)) {
            (true, _) => HERE,
            (_, true) => BESIDE,
            _ => 0,
        }
    }

    /// The full bonus within walking distance, none at 500 km.
    fn of_visitor(&self, at: Position) -> i32 {
        let Some(near) = self.near else { return 0 };
        let kilometres = near.planar(at).0 / 1000.0;
        let far = (1.0 + kilometres / 5.0).ln() / (101.0_f64).ln();
        (f64::from(HERE) * (1.0 - far).max(0.0)) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_and_the_visitor_speak_for_what_is_there() {
        let at = |lon: f64| Position::new(lon, 35.0).unwrap();
        let window = SearchContext {
            window: Some([138.0, 34.5, 139.0, 35.5]),
            ..SearchContext::default()
        };
        assert_eq!(window.bonus(at(138.5)), HERE);
        assert_eq!(window.bonus(at(139.5)), BESIDE);
        assert_eq!(window.bonus(at(141.0)), 0);
        let japan = SearchContext {
            window: Some([122.0, 24.0, 146.0, 46.0]),
            ..SearchContext::default()
        };
        assert_eq!(japan.bonus(at(138.5)), 0);
        let near = SearchContext {
            near: Some(at(138.5)),
            ..SearchContext::default()
        };
        assert_eq!(near.bonus(at(138.5)), HERE);
        let bonuses: Vec<i32> = [138.5, 138.6, 139.0, 140.0, 153.0]
            .map(|lon| near.bonus(at(lon)))
            .into();
        assert!(bonuses.is_sorted_by(|a, b| a > b), "{bonuses:?}");
        assert_eq!(bonuses[4], 0);
    }
}
