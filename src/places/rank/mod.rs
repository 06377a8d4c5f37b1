//! Which of several places of the same name is meant, and whether that is clear.
//!
//! The quality of the match comes first. Between equal matches [`weights`] decide, then the
//! [`SearchContext`]: the map's window, the visitor's position and facilities nearby. All weights have
//! one unit, in which a doubled population is worth `DOUBLE_PEOPLE`.
//!
//! The name of a prefecture without 県 means its capital where both share it: 青森 is 青森市. 東京 is no
//! city and means 東京駅. 沖縄 and 栃木 stay prefectures.

mod context;
mod weights;

use crate::districts::Level;
use crate::domain::position::Position;

use super::search::{BEGINNING, Hit, MIDDLE, PlaceKey};
use super::{PlaceKind, Places};
use weights::{district_weight, stop_weight};

pub use context::SearchContext;
pub(super) use weights::Weights;

/// A whole name is better than its beginning by more than any weight.
const CLASS: i32 = 10_000;
/// The penalty for a town's name behind a shortened district.
const SHORT_DISTRICT: i32 = 150;
/// The penalty for the short name of a district or station, or its name in other characters.
const SHORT_NAME: i32 = 40;
/// The bonus for a facility nearby.
const FACILITY_NEARBY: i32 = 25;
/// So many places are checked for facilities nearby.
const MOST_CHECKED: usize = 30;
/// A district called by its bare name: 渋谷 for 渋谷区 is likelier the place than the ward.
const BARE_WARD: i32 = 120;
/// The same of a town or village.
const BARE_TOWN: i32 = 60;
/// 京都 means the city sooner than the prefecture around it, because the city is large; 沖縄 does not.
const BARE_PREFECTURE: i32 = 200;
/// The divisor of the location bonus for a station's short name: 西武新宿 in the window is not the 新宿
/// just outside it.
const SHORT_NAME_BONUS: i32 = 3;
/// Beyond this distance, in metres, a small station gives way to a nearer place of its name.
const FAR: f64 = 50_000.0;
/// How far away that nearer place may be, in metres.
const NEAR: f64 = 30_000.0;
/// How far ahead the first must be to be taken without asking.
const LEAD: i32 = 150;
/// Places so near to each other, in metres, count as the same destination.
const ONE_PLACE: f64 = 3_000.0;
/// A station where so many lines meet is what a city's bare name means to who travels there.
const MANY_LINES: usize = 3;
/// A station of so many lines may stand for a prefecture whose name it has: 東京.
const PRINCIPAL_LINES: usize = 6;
/// The penalty for a typo in the first letter, which is rarer.
pub(super) const FIRST_LETTER: i32 = 100;

/// A hit with its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RankedHit {
    pub(super) score: i32,
    pub(super) hit: Hit,
}

impl Places {
    /// The hits in order, the likeliest first, each place once.
    pub(super) fn ranked(
        &self,
        hits: Vec<Hit>,
        asked: &AskedName<'_>,
        context: SearchContext<'_>,
        keep: usize,
    ) -> Vec<RankedHit> {
        let mut all: Vec<RankedHit> = hits
            .into_iter()
            .map(|hit| RankedHit {
                score: self.score(&hit, asked, context),
                hit,
            })
            .collect();
        // Only the best are sorted, because a common word has thirty thousand hits. A few more are kept,
        // because a place can be found behind several districts.
        let keep = keep.max(MOST_CHECKED).saturating_mul(4);
        if all.len() > keep {
            all.select_nth_unstable_by(keep - 1, by_score);
            all.truncate(keep);
        }
        all.sort_unstable_by(by_score);
        let mut seen: Vec<PlaceKey> = Vec::with_capacity(all.len());
        all.retain(|ranked| {
            let is_new = !seen.contains(&ranked.hit.key);
            seen.push(ranked.hit.key);
            is_new
        });
        if let Some(has_facility) = context.has_facility {
            for ranked in all.iter_mut().take(MOST_CHECKED) {
                if has_facility(self.position_of(ranked.hit.key)) {
                    ranked.score += FACILITY_NEARBY;
                }
            }
        }
        self.stations_before_their_cities(&mut all, asked);
        self.capitals_before_prefectures(&mut all, asked);
        all
    }

    /// Puts a prefecture behind its capital if both have the bare name.
    fn capitals_before_prefectures(&self, all: &mut [RankedHit], asked: &AskedName<'_>) {
        let is_whole = |ranked: &RankedHit| ranked.hit.quality < BEGINNING;
        for i in 0..all.len() {
            let PlaceKey::District(number) = all[i].hit.key else {
                continue;
            };
            let prefecture = &self.districts[number as usize];
            if prefecture.level != Level::Prefecture || !self.is_bare(prefecture, asked) {
                continue;
            }
            let is_capital = |ranked: &&RankedHit| match ranked.hit.key {
                PlaceKey::District(other) => self.weights.capitals.binary_search(&other).is_ok(),
                PlaceKey::Stop(stop) => {
                    self.stops.all[stop as usize].lines.len() >= PRINCIPAL_LINES
                }
                _ => false,
            };
            let lies_in = |ranked: &&RankedHit| match ranked.hit.key {
                PlaceKey::District(other) => {
                    self.districts[other as usize].number / 1000 == prefecture.number
                }
                PlaceKey::Stop(stop) => {
                    let city = self.stops.all[stop as usize].district;
                    city.is_some_and(|at| {
                        self.districts[at as usize].number / 1000 == prefecture.number
                    })
                }
                _ => false,
            };
            let capitals = all.iter().filter(|ranked| is_whole(ranked));
            let capital = capitals.filter(is_capital).filter(lies_in);
            if let Some(score) = capital.map(|ranked| ranked.score).min() {
                all[i].score = all[i].score.min(score - 1);
            }
        }
        all.sort_by(by_score);
    }

    /// Puts a city's main station before the city for a bare name, because people arrive at the station.
    fn stations_before_their_cities(&self, all: &mut [RankedHit], asked: &AskedName<'_>) {
        let whole = |ranked: &RankedHit| ranked.hit.quality < BEGINNING;
        let stations: Vec<usize> = (0..all.len())
            .filter(|&i| match all[i].hit.key {
                PlaceKey::Stop(stop) => {
                    whole(&all[i]) && self.stops.all[stop as usize].lines.len() >= MANY_LINES
                }
                _ => false,
            })
            .collect();
        for i in stations {
            let at = self.position_of(all[i].hit.key);
            let cities = all.iter().filter(|ranked| match ranked.hit.key {
                PlaceKey::District(number) => {
                    let area = &self.districts[number as usize];
                    let [west, south, east, north] = area.bbox;
                    whole(ranked)
                        && area.level != Level::Prefecture
                        && self.is_bare(area, asked)
                        && (west..=east).contains(&at.lon())
                        && (south..=north).contains(&at.lat())
                }
                _ => false,
            });
            let most = cities.map(|city| city.score + 1).max();
            all[i].score = all[i].score.max(most.unwrap_or(i32::MIN));
        }
        all.sort_by(by_score);
    }

    /// Whether the text names a district without 市, 区 and the like.
    fn is_bare(&self, area: &super::Area, asked: &AskedName<'_>) -> bool {
        // Kyoto is the prefecture's name in full.
        let is_stem = |form: &str| area.latin_stems.iter().any(|stem| **stem == *form);
        let mut full = area.full.iter().chain(&area.latin_full);
        !asked.says_district && !full.any(|form| asked.word.ends_with(&**form) && !is_stem(form))
    }

    fn score(&self, hit: &Hit, asked: &AskedName<'_>, context: SearchContext<'_>) -> i32 {
        let quality = i32::from(hit.quality);
        let bent = match hit.key {
            PlaceKey::Stop(_) | PlaceKey::District(_) => SHORT_NAME,
            _ => SHORT_DISTRICT,
        };
        let how = -(quality / 3) * CLASS - (quality % 3) * bent;
        let bonus = match hit.key {
            PlaceKey::District(number) => {
                let area = &self.districts[number as usize];
                context.bonus_of(area.level, area.bbox, area.label)
            }
            found @ PlaceKey::Stop(_) if quality % 3 > 0 => {
                context.bonus(self.position_of(found)) / SHORT_NAME_BONUS
            }
            found => context.bonus(self.position_of(found)),
        };
        how + self.weight(hit.key, asked) + bonus
    }

    fn weight(&self, found: PlaceKey, asked: &AskedName<'_>) -> i32 {
        let known = |of: &[i16], number: usize| of.get(number).map(|weight| i32::from(*weight));
        match found {
            PlaceKey::District(number) => {
                let area = &self.districts[number as usize];
                let weight = known(&self.weights.districts, number as usize);
                let weight = weight.unwrap_or_else(|| district_weight(area.level, 0));
                if !self.is_bare(area, asked) {
                    return weight;
                }
                let is_ward = area.name.ends_with('区');
                weight
                    - match area.level {
                        Level::Prefecture => BARE_PREFECTURE,
                        _ if is_ward => BARE_WARD,
                        _ if area.name.ends_with(['町', '村']) => BARE_TOWN,
                        _ => 0,
                    }
            }
            PlaceKey::Town(number) => {
                known(&self.weights.towns, number as usize).unwrap_or_default()
            }
            PlaceKey::Quarter(number) => {
                known(&self.weights.towns, self.towns.len() + number as usize).unwrap_or_default()
            }
            PlaceKey::Stop(number) => {
                let stop = &self.stops.all[number as usize];
                let weight = known(&self.weights.stops, number as usize);
                weight.unwrap_or_else(|| stop_weight(stop.kind, stop.lines.len(), 0, 0))
            }
        }
    }

    pub(super) fn position_of(&self, found: PlaceKey) -> Position {
        match found {
            PlaceKey::District(number) => self.districts[number as usize].label,
            PlaceKey::Town(number) => self.towns[number as usize].point.position(),
            PlaceKey::Quarter(number) => self.quarters[number as usize].point.position(),
            PlaceKey::Stop(number) => self.stops.all[number as usize].position,
        }
    }

    /// Where the visitor is, if the place is a small station far from there.
    pub(super) fn asked_from_afar(
        &self,
        found: PlaceKey,
        context: SearchContext<'_>,
    ) -> Option<Position> {
        let PlaceKey::Stop(number) = found else {
            return None;
        };
        let stop = &self.stops.all[number as usize];
        if stop.kind == PlaceKind::Airport || stop.lines.len() >= MANY_LINES {
            return None;
        }
        let from = context.near.or_else(|| context.centre())?;
        (from.planar(stop.position).0 > FAR).then_some(from)
    }

    /// Whether any of the hits other than stations lies near a point.
    pub(super) fn is_any_near(&self, hits: &[Hit], from: Position) -> bool {
        hits.iter()
            .filter(|hit| hit.quality < BEGINNING && !matches!(hit.key, PlaceKey::Stop(_)))
            .any(|hit| self.position_of(hit.key).planar(from).0 <= NEAR)
    }

    /// Whether the first place is clearly the one meant.
    pub(super) fn is_clear(&self, ranked: &[RankedHit]) -> bool {
        let candidate = |ranked: &RankedHit| {
            let bbox = match ranked.hit.key {
                PlaceKey::District(number) => Some(self.districts[number as usize].bbox),
                _ => None,
            };
            Candidate {
                score: ranked.score,
                is_part: ranked.hit.quality >= MIDDLE,
                position: self.position_of(ranked.hit.key),
                bbox,
            }
        };
        let all: Vec<Candidate> = ranked.iter().map(candidate).collect();
        is_clear(&all)
    }
}

/// The name asked for, as far as it tells the kind of place.
pub(super) struct AskedName<'a> {
    /// Folded, or in Latin letters.
    pub(super) word: &'a str,
    /// Whether a word of its own says that a district is meant: Ward, City.
    pub(super) says_district: bool,
}

fn by_score(a: &RankedHit, b: &RankedHit) -> std::cmp::Ordering {
    b.score.cmp(&a.score).then_with(|| a.hit.cmp(&b.hit))
}

/// A ranked place, as [`is_clear`] compares it.
struct Candidate {
    score: i32,
    /// Whether the text is only the middle of its name.
    is_part: bool,
    position: Position,
    bbox: Option<[f64; 4]>,
}

/// Whether the first place can be used without asking: every other is much less likely or is at the
/// same place.
fn is_clear(all: &[Candidate]) -> bool {
    let Some((first, others)) = all.split_first() else {
        return false;
    };
    if first.is_part {
        return others.is_empty();
    }
    others.iter().all(|other| {
        first.score - other.score >= LEAD
            || first.holds(other)
            || other.holds(first)
            || first.position.planar(other.position).0 <= ONE_PLACE
    })
}

impl Candidate {
    fn holds(&self, other: &Candidate) -> bool {
        self.bbox.is_some_and(|[west, south, east, north]| {
            (west..=east).contains(&other.position.lon())
                && (south..=north).contains(&other.position.lat())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(score: i32, lon: f64, bbox: Option<[f64; 4]>) -> Candidate {
        Candidate {
            score,
            is_part: false,
            position: Position::new(lon, 35.0).unwrap(),
            bbox,
        }
    }

    #[test]
    fn the_first_is_clear_only_where_it_is_ahead_or_the_same_place() {
        let far = |score| candidate(score, 130.0, None);
        let first = || candidate(600, 139.0, None);
        assert!(!is_clear(&[]));
        assert!(is_clear(&[first()]));
        assert!(is_clear(&[first(), far(600 - LEAD)]));
        assert!(!is_clear(&[first(), far(600 - LEAD + 1)]));
        assert!(!is_clear(&[first(), far(100), far(599)]));
        // A station and the town around it, 1 km apart.
        assert!(is_clear(&[first(), candidate(599, 139.01, None)]));
        // A city and its station, in either order.
        let city = || candidate(600, 139.2, Some([138.9, 34.9, 139.3, 35.3]));
        assert!(is_clear(&[city(), first()]));
        assert!(is_clear(&[first(), city()]));
        let part = || Candidate {
            is_part: true,
            ..first()
        };
        assert!(is_clear(&[part()]));
        assert!(!is_clear(&[part(), far(-50_000)]));
    }
}
