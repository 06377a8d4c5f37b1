//! Finds the town of an address behind its municipality, and that town's size.

use std::ops::Range;

use crate::districts::Level;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Metres;

use super::super::read::plain;
use super::super::spacing::town_error;
use super::super::{Area, Places};
use super::NamedTown;

/// Directions along Kyoto's streets, which stand before the town.
pub(in super::super) const STREETS: [&str; 5] = ["通", "上る", "下る", "東入", "西入"];

impl Places {
    /// The districts of one level.
    pub(super) fn of_level(&self, level: Level) -> &[Area] {
        let start = self.districts.partition_point(|area| area.level < level);
        let end = self.districts.partition_point(|area| area.level <= level);
        &self.districts[start..end]
    }

    /// The municipality or ward with this code.
    pub(in super::super) fn area(&self, code: MunicipalityCode) -> Option<&Area> {
        let find = |level| {
            let areas = self.of_level(level);
            let at = areas.binary_search_by_key(&code.number(), |area| area.number);
            at.ok().map(|at| &areas[at])
        };
        find(Level::Municipality).or_else(|| find(Level::Ward))
    }

    /// The number of the town, or behind the towns of the quarter, that the rest of an address names.
    pub(in super::super) fn town_in(&self, area: &Area, rest: &str) -> Option<u32> {
        let rest = plain(rest);
        self.town_as_written(area, rest).or_else(|| {
            // Nobody says 条 and 通 in Hokkaido's grids.
            let is_hokkaido = area.number / 1000 == 1;
            let ways = is_hokkaido.then(|| in_grid(rest)).into_iter().flatten();
            ways.into_iter()
                .find_map(|way| self.town_as_written(area, &way))
        })
    }

    fn town_as_written(&self, area: &Area, rest: &str) -> Option<u32> {
        let first = &rest[..rest.chars().next()?.len_utf8()];
        let candidates = self.index.beginning(first);
        let begins = self.ranges(area).into_iter().flat_map(|range| {
            let place = |number| candidates.partition_point(|&candidate| candidate < number);
            candidates[place(range.start)..place(range.end)]
                .iter()
                .filter_map(|&number| {
                    let quality = begins_with(rest, self.folded_names.get(number as usize))?;
                    Some((quality, number))
                })
        });
        let found: Vec<(usize, u32)> = begins.collect();
        self.the_one(found)
            .or_else(|| self.the_one(self.along_streets(area, rest)))
    }

    /// Towns named anywhere behind a street.
    fn along_streets(&self, area: &Area, rest: &str) -> Vec<(usize, u32)> {
        if !STREETS.iter().any(|street| rest.contains(street)) {
            return Vec::new();
        }
        let numbers = self.ranges(area).into_iter().flatten();
        let named = numbers.filter_map(|number| {
            let name = self.folded_names.get(number as usize);
            let at = rest.rfind(name).filter(|_| name.chars().count() >= 3)?;
            // The last that is named: the street has a town's name now and then.
            Some((at + name.len(), number))
        });
        named.collect()
    }

    /// Of the towns found, the one with the longest name; its quarter where several share it; none
    /// where they lie in several wards.
    fn the_one(&self, mut found: Vec<(usize, u32)>) -> Option<u32> {
        let longest = found.iter().map(|(length, _)| *length).max()?;
        found.retain(|(length, _)| *length == longest);
        let district = self.district_of(found[0].1).number;
        if found
            .iter()
            .any(|(_, n)| self.district_of(*n).number != district)
        {
            return None;
        }
        // Quarters are numbered behind the towns.
        found.into_iter().map(|(_, number)| number).max()
    }

    /// The numbers of an area's towns, and those of its quarters.
    fn ranges(&self, area: &Area) -> [Range<u32>; 2] {
        let towns = self.towns.len() as u32;
        let quarters = towns + area.quarters.start..towns + area.quarters.end;
        [area.towns.clone(), quarters]
    }

    /// The municipality or ward a town or quarter lies in.
    pub(in super::super) fn district_of(&self, number: u32) -> &Area {
        let district = match number.checked_sub(self.towns.len() as u32) {
            Some(quarter) => self.quarters[quarter as usize].district,
            None => self.towns[number as usize].district,
        };
        &self.districts[district as usize]
    }

    /// A town or quarter with its position error.
    pub(in super::super) fn named_town(&self, number: u32) -> NamedTown {
        let point = match number.checked_sub(self.towns.len() as u32) {
            Some(quarter) => self.quarters[quarter as usize].point,
            None => self.towns[number as usize].point,
        };
        let position = point.position();
        let name = self.folded_names.get(number as usize);
        let others = self.district_of(number).towns.clone();
        let away = |n: u32| position.planar(self.towns[n as usize].point.position()).0;
        let is_block = |n: &u32| {
            let rest = self.folded_names.get(*n as usize).strip_prefix(name);
            rest.is_some_and(|rest| rest.chars().all(|c| "〇一二三四五六七八九十百".contains(c)))
        };
        let mut blocks: Vec<f64> = others.clone().filter(is_block).map(away).collect();
        blocks.sort_unstable_by(f64::total_cmp);
        let farthest = match blocks.len() {
            0 | 1 => 0.0,
            count => blocks[(count * 9).div_ceil(10) - 1],
        };
        NamedTown {
            name: self.names.get(number as usize).to_owned(),
            position,
            error: Metres(town_error(farthest, self.spacing(position))),
            number,
        }
    }
}

/// Ways to write a folded 北一西二 or 三条六 in full: 北一条西二, 三条通六.
pub(in super::super) fn in_grid(text: &str) -> Vec<String> {
    let is_numeral = |c: char| "〇一二三四五六七八九十百".contains(c);
    let first = text.trim_start_matches(|c| !is_numeral(c));
    let behind = first.trim_start_matches(is_numeral);
    let begins_at = text.len() - first.len();
    let ends_at = text.len() - behind.len();
    if first.is_empty() || begins_at > "東南".len() {
        return Vec::new();
    }
    let (before, after) = text.split_at(ends_at);
    let mut ways = Vec::new();
    if after.starts_with(['東', '西']) {
        ways.push(format!("{before}条{after}"));
    }
    if let Some(rest) = after
        .strip_prefix('条')
        .filter(|rest| rest.starts_with(is_numeral))
    {
        ways.push(format!("{before}条通{rest}"));
    }
    ways
}

/// The length of a town's folded name at the front of an address. Either may omit 大字 and 字.
fn begins_with(rest: &str, name: &str) -> Option<usize> {
    let (mut left, mut wanted) = (rest, name);
    while let Some(next) = wanted.chars().next() {
        if left.starts_with(next) {
            left = &left[next.len_utf8()..];
            wanted = &wanted[next.len_utf8()..];
        } else if let Some(shorter) = without_mark(wanted) {
            wanted = shorter;
        } else {
            left = without_mark(left)?;
        }
    }
    let next = left.chars().next();
    let is_numeral = |c: char| "〇一二三四五六七八九十百".contains(c);
    let is_kanji = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}') && !"番号街地第".contains(c);
    let cut_short = match (name.chars().last(), next) {
        // 青葉十 is not what 青葉十一 begins with.
        (Some(last), Some(next)) if is_numeral(last) && is_numeral(next) => true,
        // 焼津三和 is another town than 焼津三丁目, whose 丁目 is folded away.
        (Some(last), Some(next)) if is_numeral(last) && is_kanji(next) => true,
        (Some(last), Some('町' | '村')) => !matches!(last, '町' | '村'),
        (_, Some(next)) => name.chars().nth(1).is_none() && !is_numeral(next),
        _ => false,
    };
    (!cut_short).then(|| name.chars().count())
}

fn without_mark(text: &str) -> Option<&str> {
    text.strip_prefix("大字")
        .or_else(|| text.strip_prefix('字'))
}
