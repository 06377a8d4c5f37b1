//! Zones that a question of siting is limited to, such as the 居住誘導区域 of a plan.

use crate::directory::coverage::zones::{Zone, named};
use crate::districts::Shape;
use crate::domain::position::Position;
use crate::domain::wording::Wording;

/// Zones, and what they limit.
pub struct Zones {
    /// At least one.
    pub zones: Vec<Zone>,
    /// What they take the area's place for.
    pub limit: Limit,
}

/// What zones limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// Sites are chosen in the zones, for the people there.
    #[default]
    Both,
    /// Sites are chosen in the zones, for the people of the area.
    Candidates,
    /// Sites are chosen in the area, for the people of the zones.
    People,
}

impl Limit {
    /// All, as parameters write them.
    pub const CHOICES: &'static [(&'static str, Limit)] = &[
        ("both", Limit::Both),
        ("candidates", Limit::Candidates),
        ("people", Limit::People),
    ];

    /// The word for it.
    pub fn slug(self) -> &'static str {
        Limit::CHOICES[self as usize].0
    }

    pub(super) fn people(self) -> bool {
        self != Limit::Candidates
    }

    pub(super) fn candidates(self) -> bool {
        self != Limit::People
    }
}

impl Zones {
    /// The first zone that holds a place.
    pub(super) fn at(&self, position: Position) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.shape.holds(position))
    }

    pub(super) fn shapes(&self) -> Vec<&Shape> {
        self.zones.iter().map(|zone| &zone.shape).collect()
    }

    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.zones.iter().map(|zone| zone.name.as_str())
    }

    pub(super) fn named(&self) -> Wording {
        named(self.names())
    }
}

/// What an answer was limited to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limited {
    /// The zones' names.
    pub names: Vec<String>,
    /// What they limited.
    pub limit: Limit,
    /// Candidates that were given but lie outside, and so were left out.
    pub outside: usize,
    /// Whether the candidates are towns, not somebody's own.
    pub are_towns: bool,
}

impl Limited {
    /// What has to be said of it beside the numbers; `area` is what the zones do not limit.
    pub(super) fn notes(&self, area: &str) -> Vec<(&'static str, Wording)> {
        let zones = named(self.names.iter().map(String::as_str));
        let (own_ja, own_en) = match self.are_towns {
            true => ("代表点がその中にある町", "the towns whose points lie there"),
            false => (
                "一覧のうちその中にある場所",
                "the places of the list that lie there",
            ),
        };
        let mut notes = vec![(
            "zones",
            match self.limit {
                Limit::Both => Wording::new(
                    format!(
                        "区域{}の中から、区域に住む人のために選ぶ。候補は{own_ja}。区域の外の拠点も、届く人には届くものとして数える",
                        zones.ja
                    ),
                    format!(
                        "Chosen in the zones {} for the people living there; candidates are {own_en}. Hubs outside serve whom they reach",
                        zones.en
                    ),
                ),
                Limit::Candidates => Wording::new(
                    format!(
                        "区域{}の中から、{area}に住む人のために選ぶ。候補は{own_ja}",
                        zones.ja
                    ),
                    format!(
                        "Chosen in the zones {} for the people of {area}; candidates are {own_en}",
                        zones.en
                    ),
                ),
                Limit::People => Wording::new(
                    format!(
                        "区域{}に住む人のために、{area}の中から選ぶ。候補は区域の外にもある",
                        zones.ja
                    ),
                    format!(
                        "Chosen in {area} for the people of the zones {}; candidates are outside them too",
                        zones.en
                    ),
                ),
            },
        )];
        if self.outside > 0 {
            let count = self.outside;
            notes.push((
                "candidates-outside-zones",
                Wording::new(
                    format!("候補のうち{count}件は区域の外にあるため除いた"),
                    format!("{count} candidates lie outside the zones and were left out"),
                ),
            ));
        }
        notes
    }
}
