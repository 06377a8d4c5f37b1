//! Blocks and lots: locates an address within its town, once the official list is imported.
//!
//! The list has one point for each block (住居表示's 街区, `2番`) or lot (`387番地`). It has no houses: a
//! house number (号) or the second part of a lot (枝番) lies somewhere around that point. The error is
//! the root mean square of the distances to the three nearest points of the town, plus the spread of
//! the block's own points. A town's blocks are stored as one text and parsed on request.

pub mod official;

use std::fmt::Write;
use std::sync::Arc;

use rstar::RTree;
use rstar::primitives::GeomWithData;
use unicode_normalization::UnicodeNormalization;

use super::Point;
use super::address::Address;
use super::fold::{is_selector, usual_kanji};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};

/// A source of towns' blocks.
pub trait Blocks: Sync {
    /// The blocks of a town by the [`key`] of its name, in a municipality or a designated city's ward.
    fn of_town(&self, district: MunicipalityCode, town: &str) -> Option<Arc<TownBlocks>>;
}

/// The point of an address within its town.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressPoint {
    /// Town and block: `道玄坂一丁目2番`, `石津50番地`.
    pub name: String,
    /// The block's point.
    pub position: Position,
    /// About how far the addresses of the block lie from that point.
    pub error: Metres,
}

/// The blocks and lots of one town.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TownBlocks {
    /// Names of its parts (小字), the empty one among them where blocks have none.
    parts: Vec<Vec<Token>>,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq)]
struct Block {
    part: u32,
    label: Box<str>,
    point: Point,
    /// Metres; 0 if unknown.
    error: u32,
    /// Whether it is a block of 住居表示; otherwise it is a lot.
    is_block: bool,
}

/// A block's size is estimated from so many neighbours.
const NEIGHBOURS: usize = 3;
/// The smallest error of a block, in metres.
const LEAST_ERROR: f64 = 20.0;
/// Points of one number farther apart, in metres, are different lots, so the number is ambiguous.
const APART: f64 = 1_000.0;

/// Locates an address, if its town's blocks are known and contain its number.
pub fn locate(address: &Address, text: &str, blocks: &dyn Blocks) -> Option<AddressPoint> {
    let town = address.town.as_ref()?;
    let district = address.ward.unwrap_or(address.municipality);
    locate_in(district, &town.name, town.error, text, blocks)
}

/// Locates an address in a known town. A block of unknown size has the town's error.
pub fn locate_in(
    district: MunicipalityCode,
    town: &str,
    town_error: Metres,
    text: &str,
    blocks: &dyn Blocks,
) -> Option<AddressPoint> {
    let own = blocks.of_town(district, &key(town))?;
    let block = behind(text, town).find_map(|rest| own.find(&rest))?;
    let unit = if block.is_block { "番" } else { "番地" };
    Some(AddressPoint {
        name: format!("{town}{}{unit}", block.label),
        position: block.point.position(),
        error: match block.error {
            0 => town_error,
            metres => Metres(f64::from(metres)),
        },
    })
}

/// The key of a town's blocks: all spellings of its name have the same key.
pub fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for (token, _) in tokens(&plain(name)) {
        match token {
            Token::Char(c) => key.push(c),
            Token::Number(number) => key.push_str(&number.to_string()),
            Token::Chome => key.push_str("丁目"),
        }
    }
    key
}

/// A character or number of a name, in its usual form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    Number(u32),
    /// 丁目, 丁
    Chome,
}

fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !is_selector(*c)).collect()
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐'..='―' | '−' | 'ー' | '─')
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn is_numeral(c: char) -> bool {
    matches!(c, '十' | '百') || DIGITS.contains(&c)
}

/// The number that begins a text, in digits or kanji, and its length.
fn number(text: &str) -> Option<(u32, usize)> {
    let digits = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    match digits(|c| c.is_ascii_digit()) {
        0 => {}
        end => return Some((text[..end].parse().ok()?, end)),
    }
    let end = digits(is_numeral);
    let numerals = &text[..end];
    let value = |c: char| {
        DIGITS
            .iter()
            .position(|digit| *digit == c)
            .map(|n| n as u32)
    };
    if end == 0 || numerals.chars().count() > 6 {
        return None;
    }
    if !numerals.contains(['十', '百']) {
        let all = numerals.chars().filter_map(value);
        return Some((all.fold(0, |number, digit| number * 10 + digit), end));
    }
    let (mut sum, mut ones) = (0, None);
    for c in numerals.chars() {
        match c {
            '百' => sum += 100 * ones.take().unwrap_or(1),
            '十' => sum += 10 * ones.take().unwrap_or(1),
            c => ones = value(c),
        }
    }
    Some((sum + ones.unwrap_or(0), end))
}

/// A name's tokens, each with its end in the text. 大字, 字, spaces and commas are skipped.
fn tokens(plain: &str) -> Vec<(Token, usize)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = plain[at..].chars().next() {
        let rest = &plain[at..];
        if let Some((number, length)) = number(rest) {
            at += length;
            all.push((Token::Number(number), at));
            let mark = ["丁目", "丁"]
                .into_iter()
                .find(|m| plain[at..].starts_with(m));
            if let Some(mark) = mark {
                at += mark.len();
                all.push((Token::Chome, at));
            }
            continue;
        }
        if let Some(mark) = ["大字", "字"].into_iter().find(|m| rest.starts_with(m)) {
            at += mark.len();
            continue;
        }
        at += c.len_utf8();
        let usual = match c {
            c if c.is_whitespace() || matches!(c, ',' | '、') => continue,
            c if is_dash(c) => '-',
            'ヶ' | 'ケ' | 'が' | 'ガ' | 'け' => 'ケ',
            'ノ' | 'の' | '之' => 'の',
            'ッ' | 'っ' | 'つ' => 'ツ',
            c => usual_kanji(c),
        };
        all.push((Token::Char(usual), at));
    }
    all
}

/// How many tokens the name takes at the front of a text. 1丁目2 is also written 1-2, and people omit 条
/// and 通 in Hokkaido's grids.
fn begins_with(text: &[(Token, usize)], name: impl Iterator<Item = Token>) -> Option<usize> {
    let mut at = 0;
    for token in name {
        match (token, text.get(at).map(|found| found.0)) {
            (token, Some(found)) if token == found => at += 1,
            (Token::Chome, Some(Token::Char('-' | 'の'))) => at += 1,
            (Token::Chome, _) | (Token::Char('条' | '通'), Some(_)) => {}
            _ => return None,
        }
    }
    Some(at)
}

/// The text behind a town's name in an address, for each place where the name occurs.
fn behind(text: &str, town: &str) -> impl Iterator<Item = String> {
    let text = plain(text);
    let all = tokens(&text);
    let name: Vec<Token> = tokens(&plain(town)).into_iter().map(|t| t.0).collect();
    (0..all.len()).filter_map(move |from| {
        let taken = begins_with(&all[from..], name.iter().copied())?;
        let end = all[(from + taken).checked_sub(1)?].1;
        Some(text[end..].to_owned())
    })
}

/// Separators between the numbers of an address.
const JOINTS: [&str; 6] = ["番地の", "番地", "番", "号", "の", "ノ"];

/// Letters before a lot's number: 甲123, イ12.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || "甲乙丙丁戊己庚辛壬癸".contains(c) || matches!(c, 'ア'..='ン')
}

/// The numbers at the front of a text: 2番3号, 2-3, 甲387番地の2.
fn numbers(text: &str) -> Vec<String> {
    let is_between = |c: char| c.is_whitespace() || is_dash(c) || matches!(c, ',' | '、');
    let mut rest = text.trim_start_matches(is_between);
    let mut all = Vec::new();
    while all.len() < 4 {
        let letters = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let (letters, digits) = rest.split_at(letters);
        // More letters are a building’s name.
        if letters.chars().count() > 1 {
            break;
        }
        let after = match number(digits) {
            Some((number, length)) => {
                all.push(format!("{letters}{number}"));
                &digits[length..]
            }
            None if !letters.is_empty() && all.is_empty() => {
                all.push(letters.to_owned());
                digits
            }
            None => break,
        };
        let joint = JOINTS.iter().find_map(|joint| after.strip_prefix(joint));
        let next = joint.unwrap_or(after).trim_start_matches(is_dash);
        if next.len() == after.len() {
            break;
        }
        rest = next;
    }
    all
}

/// A block's or lot's number in the form used for comparison.
fn label(text: &str) -> String {
    let plain: String = plain(text).chars().filter(|c| !c.is_whitespace()).collect();
    match numbers(&plain).join("-") {
        label if label.is_empty() => plain,
        label => label,
    }
}

impl TownBlocks {
    /// The block of the text behind a town's name. The longest known number wins, 387-2 before 387.
    fn find(&self, rest: &str) -> Option<&Block> {
        let all = tokens(rest);
        let named = (0..).zip(&self.parts).filter(|(_, part)| !part.is_empty());
        let named = named.filter_map(|(number, part)| {
            let taken = begins_with(&all, part.iter().copied())?;
            Some((taken, number))
        });
        let part = named.max().filter(|(taken, _)| *taken > 0);
        let rest = match part {
            Some((taken, _)) => &rest[all[taken - 1].1..],
            None => rest.trim_start_matches(['大', '字']),
        };
        let part: Option<u32> = part.map(|(_, number)| number);
        let numbers = numbers(rest);
        (1..=numbers.len()).rev().find_map(|count| {
            let label = numbers[..count].join("-");
            let mut found = self
                .blocks
                .iter()
                .filter(|block| *block.label == label && part.is_none_or(|p| p == block.part));
            let first = found.next()?;
            // The same number in several parts of the town is ambiguous.
            found.next().is_none().then_some(first)
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Reads what [`official::Town::to_stored`] wrote.
    pub fn from_stored(text: &str) -> Option<TownBlocks> {
        let mut lines = text.lines();
        let (lon, lat) = lines.next()?.split_once(' ')?;
        let origin: [i32; 2] = [lon.parse().ok()?, lat.parse().ok()?];
        let mut town = TownBlocks {
            parts: vec![Vec::new()],
            blocks: Vec::new(),
        };
        for line in lines {
            if let Some(part) = line.strip_prefix('@') {
                let part = tokens(&plain(part)).into_iter().map(|token| token.0);
                town.parts.push(part.collect());
                continue;
            }
            let mut cells = line.split(' ');
            let label = cells.next()?;
            let mut number = || cells.next()?.parse::<i32>().ok();
            let point = Point {
                lon: origin[0] + number()?,
                lat: origin[1] + number()?,
            };
            let [lon, lat] = point.degrees();
            Position::new(lon, lat).ok()?;
            town.blocks.push(Block {
                part: town.parts.len() as u32 - 1,
                point,
                error: u32::try_from(number()?).ok()?,
                is_block: label.starts_with('b'),
                label: label.get(1..)?.into(),
            });
        }
        Some(town)
    }
}

/// The error of each point's block in metres; 0 for a single point.
fn errors(points: &[Point]) -> Vec<f64> {
    let middle = points.first().map_or(0.0, |p| p.degrees()[1]).to_radians();
    let flat = |point: &Point| {
        let [lon, lat] = point.degrees();
        [lon * middle.cos() * 111_200.0, lat * 111_200.0]
    };
    let tree = points
        .iter()
        .map(|point| GeomWithData::new(flat(point), ()));
    let tree = RTree::bulk_load(tree.collect());
    points
        .iter()
        .map(|point| {
            let near = tree.nearest_neighbor_iter_with_distance_2(flat(point));
            // The point itself and others at the same place tell nothing.
            let away: Vec<f64> = near
                .map(|(_, distance2)| distance2)
                .filter(|distance2| *distance2 > 1.0)
                .take(NEIGHBOURS)
                .collect();
            match away.len() {
                0 => 0.0,
                count => (away.iter().sum::<f64>() / count as f64)
                    .sqrt()
                    .max(LEAST_ERROR),
            }
        })
        .collect()
}

/// A line of the stored text.
fn line(out: &mut String, block: &Block, origin: Point) {
    let mark = if block.is_block { 'b' } else { 'l' };
    let (lon, lat) = (block.point.lon - origin.lon, block.point.lat - origin.lat);
    writeln!(out, "{mark}{} {lon} {lat} {}", block.label, block.error).expect("writing to memory");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town(text: &str) -> TownBlocks {
        TownBlocks::from_stored(text).unwrap()
    }

    #[test]
    fn what_follows_a_towns_name_is_found_however_it_is_written() {
        for (text, town, rest) in [
            ("渋谷区道玄坂1丁目2番3号", "道玄坂一丁目", "2番3号"),
            ("渋谷区道玄坂一丁目２－３", "道玄坂一丁目", "2-3"),
            ("道玄坂1-2-3", "道玄坂一丁目", "2-3"),
            ("道玄坂 1‐2‐3 ビル5F", "道玄坂一丁目", "2‐3 ビル5F"),
            ("静岡県焼津市焼津12", "焼津", "12"),
            ("札幌市中央区北1西2-5", "北一条西二丁目", "5"),
            ("龍ケ崎市字馬場3", "馬場", "3"),
            ("堺市堺区甲斐町東3丁1-1", "甲斐町東三丁", "1-1"),
        ] {
            let all: Vec<String> = behind(text, town).collect();
            assert!(all.iter().any(|found| found == rest), "{text}: {all:?}");
        }
        assert_eq!(key("道玄坂一丁目"), key("道玄坂1丁目"));
        assert_eq!(key("大字霞ヶ関"), key("霞ケ関"));
        assert_ne!(key("道玄坂一丁目"), key("道玄坂二丁目"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2番3号", &["2", "3"][..]),
            ("2-3-4 ビル", &["2", "3", "4"]),
            ("387番地の2", &["387", "2"]),
            ("387", &["387"]),
            ("甲387ノ2", &["甲387", "2"]),
            ("二番三号", &["2", "3"]),
            ("十二番地", &["12"]),
            ("ビル5F", &[]),
            ("", &[]),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
        assert_eq!(label("12番地"), "12");
        assert_eq!(label("無番地"), "無番地");
        assert_eq!(label("１２３"), "123");
    }

    #[test]
    fn the_longest_number_wins_and_an_ambiguous_one_is_none() {
        let town = town(
            "139700000 35650000\nb2 0 0 40\nb2-1 1000 0 30\nl387 2000 0 50\n@上ノ原\nl5 3000 0 60\n@下\nl5 4000 0 60\nl6 5000 0 60\n",
        );
        let error = |rest: &str| town.find(rest).map(|block| (block.point.lon, block.error));
        assert_eq!(error("2-3"), Some((139_700_000, 40)));
        assert_eq!(error("2番1号"), Some((139_701_000, 30)));
        assert_eq!(error("387番地の12"), Some((139_702_000, 50)));
        assert_eq!(error("字上の原5"), Some((139_703_000, 60)));
        assert_eq!(error("下5-2"), Some((139_704_000, 60)));
        assert_eq!(error("5"), None);
        assert_eq!(error("6"), Some((139_705_000, 60)));
        assert_eq!(error("388"), None);
        assert_eq!(error("ビル"), None);
        assert!(TownBlocks::from_stored("x").is_none());
        assert!(
            TownBlocks::from_stored("1 2\nb2 0 0 40").is_none(),
            "not in Japan"
        );
    }

    #[test]
    fn a_blocks_error_is_told_by_its_neighbours() {
        let point = |x: i32, y: i32| Point {
            lon: 139_700_000 + x * 1_106,
            lat: 35_650_000 + y * 899,
        };
        // A grid of 100 m: two or four neighbours at 100 m, the corner's third at 141 m.
        let grid: Vec<Point> = (0..3)
            .flat_map(|x| (0..3).map(move |y| point(x, y)))
            .collect();
        let errors = errors(&grid);
        assert!((errors[4] - 100.0).abs() < 1.0, "{errors:?}");
        assert!(
            (errors[0] - (40_000.0f64 / 3.0).sqrt()).abs() < 1.0,
            "{errors:?}"
        );
        assert_eq!(super::errors(&grid[..1]), [0.0]);
    }
}
