//! Finds the municipality, ward and town of an address.
//!
//! Unlike a search, an address is read from its front: prefecture, county, city, ward, town. Missing
//! parts are taken from hints, such as the municipality's code in the same row. The town is the
//! longest known name at the front of the rest.

mod town;

pub(super) use town::{STREETS, in_grid};

use crate::districts::Level;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::{Metres, Position};

use super::fold::fold;
use super::read::plain;
use super::{Area, Places};

/// An address as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The municipality; of a designated city the city.
    pub municipality: MunicipalityCode,
    /// The ward of a designated city, where it or its town is named.
    pub ward: Option<MunicipalityCode>,
    /// The town, where it is known.
    pub town: Option<NamedTown>,
    /// The former municipality or ward it was read by: `清水市` of what is 静岡市清水区 now.
    pub former: Option<String>,
    /// Whether it names a ward and leaves out its city: 京都府中京区.
    pub omits_city: bool,
}

/// The town of an address.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTown {
    /// Its name, `道玄坂一丁目`.
    pub name: String,
    /// A point in it.
    pub position: Position,
    /// About how far its places lie from that point.
    pub error: Metres,
    /// Its number among the towns, or behind them among the quarters.
    pub(super) number: u32,
}

impl Places {
    /// Reads an address. `hints` are municipalities or wards it may lie in, the likeliest first.
    pub fn address(&self, text: &str, hints: &[MunicipalityCode]) -> Option<Address> {
        let word = fold(plain(without_postal_code(text.trim())));
        if word.is_empty() {
            return None;
        }
        let hints = hints.iter().filter_map(|code| self.area(*code));
        let prefecture = self.of_level(Level::Prefecture).iter().find_map(|area| {
            let rest = word.strip_prefix(&*area.full[0])?;
            Some((area, rest))
        });
        let (read, former) = match prefecture {
            Some((prefecture, rest)) => {
                let within = prefecture.number * 1000..(prefecture.number + 1) * 1000;
                let hints: Vec<&Area> = hints.filter(|h| within.contains(&h.number)).collect();
                let read = self
                    .behind_name(rest, &hints, within.clone())
                    .or_else(|| self.behind_hint(rest, &hints));
                let read = read.or_else(|| self.behind_ward(rest, &within));
                let former = || self.formerly(rest, &hints, &within);
                (read.clone(), needs_former(read.as_ref()).then(former))
            }
            None => {
                let hints: Vec<&Area> = hints.collect();
                let read = self
                    .behind_hint(&word, &hints)
                    .or_else(|| self.behind_name(&word, &hints, 0..u32::MAX))
                    .or_else(|| {
                        // 博多区博多駅前2-1: only where it has such a town.
                        let read = self.behind_ward(&word, &(0..u32::MAX));
                        read.filter(|address| address.town.is_some())
                    });
                let former = || self.formerly(&word, &hints, &(0..u32::MAX));
                (read.clone(), needs_former(read.as_ref()).then(former))
            }
        };
        match former.flatten() {
            Some(former) if read.is_none() || former.town.is_some() => Some(former),
            _ => read,
        }
    }

    /// An address that begins with a municipality's name.
    fn behind_name(
        &self,
        word: &str,
        hints: &[&Area],
        within: std::ops::Range<u32>,
    ) -> Option<Address> {
        let municipalities = self.of_level(Level::Municipality);
        let start = municipalities.partition_point(|area| area.number < within.start);
        let end = municipalities.partition_point(|area| area.number < within.end);
        let mut named: Vec<(&Area, &str)> = municipalities[start..end]
            .iter()
            .filter_map(|area| Some((area, after_name(word, &area.full[0])?)))
            .collect();
        let longest = named.iter().map(|(area, _)| area.full[0].len()).max()?;
        named.retain(|(area, _)| area.full[0].len() == longest);
        let is_hinted = |area: &Area| hints.iter().any(|hint| is_of(hint, area));
        if named.iter().any(|(area, _)| is_hinted(area)) {
            named.retain(|(area, _)| is_hinted(area));
        }
        let mut read = named
            .iter()
            .map(|(area, rest)| self.in_municipality(area, rest, hints));
        match read.len() {
            1 => read.next(),
            // Of several with one name, the one that has such a town.
            _ => {
                let mut with_town = read.filter(|address| address.town.is_some());
                let only = with_town.next()?;
                with_town.next().is_none().then_some(only)
            }
        }
    }

    /// An address that begins inside one of the hints, or with a hint's name.
    fn behind_hint(&self, word: &str, hints: &[&Area]) -> Option<Address> {
        hints.iter().find_map(|hint| {
            let city = hint.parent.and_then(|code| self.area(code)).unwrap_or(hint);
            let named = after_name(word, &city.full[0]);
            let mut address = self.in_municipality(city, named.unwrap_or(word), hints);
            if named.is_none() {
                address = self.without_suffix(city, word, hints, address);
            }
            (named.is_some() || address.ward.is_some() || address.town.is_some()).then_some(address)
        })
    }

    /// 焼津三和 is 三和 in 焼津市, whose 市 was forgotten, where it would be taken for the town 焼津.
    fn without_suffix(&self, city: &Area, word: &str, hints: &[&Area], read: Address) -> Address {
        let bare = city.full[0].strip_suffix(['市', '町', '村']);
        let Some((bare, rest)) = bare.and_then(|bare| Some((bare, word.strip_prefix(bare)?)))
        else {
            return read;
        };
        let is_its_name = read
            .town
            .as_ref()
            .is_some_and(|town| fold(&town.name) == bare);
        let other = self.in_municipality(city, rest, hints);
        if is_its_name && other.town.is_some() {
            other
        } else {
            read
        }
    }

    /// Reads what follows the name of a municipality.
    fn in_municipality(&self, area: &Area, rest: &str, hints: &[&Area]) -> Address {
        let wards: Vec<&Area> = self
            .of_level(Level::Ward)
            .iter()
            .filter(|ward| ward.parent.map(MunicipalityCode::number) == Some(area.number))
            .collect();
        let named = wards
            .iter()
            .find_map(|ward| Some((*ward, rest.strip_prefix(&*ward.full[0])?)));
        let hinted = || {
            let is_hint = |ward: &&&Area| hints.iter().any(|hint| hint.number == ward.number);
            wards.iter().find(is_hint).map(|ward| (*ward, rest))
        };
        let found = match named {
            Some((ward, rest)) => self.town_in(ward, rest).map(|town| (town, Some(ward))),
            None => {
                let in_hinted =
                    hinted().and_then(|(ward, rest)| Some((self.town_in(ward, rest)?, Some(ward))));
                in_hinted.or_else(|| {
                    let number = self.town_in(area, rest)?;
                    let district = self.district_of(number);
                    Some((number, district.parent.map(|_| district)))
                })
            }
        };
        let (town, ward) = match found {
            Some((number, ward)) => (Some(number), ward),
            None => (None, named.map(|(ward, _)| ward)),
        };
        Address {
            municipality: area.code(),
            ward: ward.map(Area::code),
            town: town.map(|number| self.named_town(number)),
            former: None,
            omits_city: false,
        }
    }

    /// An address that begins with a ward without its city, where only one there has that name.
    fn behind_ward(&self, word: &str, within: &std::ops::Range<u32>) -> Option<Address> {
        let mut named = self
            .of_level(Level::Ward)
            .iter()
            .filter(|ward| within.contains(&ward.number) && word.starts_with(&*ward.full[0]));
        let ward = named.next()?;
        if named.next().is_some() {
            return None;
        }
        let city = self.area(ward.parent?)?;
        Some(Address {
            omits_city: true,
            ..self.in_municipality(city, word, &[])
        })
    }
}

/// Whether an address may be clearer by a former name: it names no town as it is.
fn needs_former(read: Option<&Address>) -> bool {
    read.is_none_or(|address| address.town.is_none())
}

/// The address without a postal code and country in front.
fn without_postal_code(text: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let is_joint = |c: char| c.is_whitespace() || "-－‐−ー〒,、".contains(c);
    let rest = text.trim_start_matches("日本国").trim_start_matches("日本");
    let rest = if rest.starts_with(['、', ',', ' ', '　', '〒']) || rest.len() == text.len() {
        rest.trim_start_matches(is_joint)
    } else {
        text
    };
    let code: usize = rest
        .chars()
        .take_while(|c| is_digit(*c) || is_joint(*c))
        .map(char::len_utf8)
        .sum();
    let digits = rest[..code].chars().filter(|c| is_digit(*c)).count();
    if digits == 7 { &rest[code..] } else { rest }
}

/// The text behind a municipality's name, with or without its county or island in front.
pub(super) fn after_name<'a>(word: &'a str, name: &str) -> Option<&'a str> {
    if let Some(rest) = word.strip_prefix(name) {
        return Some(rest);
    }
    // 河東郡上士幌町, 八丈島八丈町, 釧路総合振興局釧路町: nothing of a name is that long.
    let ends = word.char_indices().skip(1).take(12);
    let mut ends = ends.filter(|(_, c)| matches!(c, '郡' | '島' | '局' | '庁'));
    ends.find_map(|(at, c)| word[at + c.len_utf8()..].strip_prefix(name))
}

/// Whether a hint is that municipality or one of its wards.
pub(super) fn is_of(hint: &Area, area: &Area) -> bool {
    hint.number == area.number || hint.parent.map(MunicipalityCode::number) == Some(area.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::tests::shipped;

    /// `municipality/ward/town` of an address.
    fn read(places: &Places, text: &str, hints: &[&str]) -> String {
        let hints: Vec<MunicipalityCode> = hints
            .iter()
            .map(|code| MunicipalityCode::new(code).unwrap())
            .collect();
        let Some(address) = places.address(text, &hints) else {
            return String::new();
        };
        let ward = address.ward.map_or(String::new(), |ward| ward.to_string());
        let town = address.town.map_or(String::new(), |town| town.name);
        format!("{}/{ward}/{town}", address.municipality)
    }

    #[test]
    fn addresses_are_read_as_officials_write_them() {
        let (_, places) = shipped();
        for (text, expected) in [
            ("東京都渋谷区道玄坂1-2-3", "13113//道玄坂一丁目"),
            ("東京都渋谷区道玄坂一丁目２番３号", "13113//道玄坂一丁目"),
            (
                "〒150-0043　東京都渋谷区道玄坂２丁目",
                "13113//道玄坂二丁目",
            ),
            ("150-0043 東京都渋谷区道玄坂９－１", "13113//道玄坂"),
            ("渋谷区道玄坂", "13113//道玄坂"),
            ("滋賀県長浜市元浜町12-38", "25203//元浜町"),
            ("静岡県焼津市鰯ヶ島136-24", "22212//鰯ケ島"),
            ("静岡県焼津市本町2-16-32", "22212//本町二丁目"),
            // Not 焼津三丁目.
            ("静岡県焼津三和60", ""),
            ("香川県高松市番町一丁目8番15号", "37201//番町一丁目"),
            ("福岡県福岡市中央区天神1-8-1", "40130/40133/天神一丁目"),
            (
                "北海道河東郡上士幌町字上音更西四線",
                "01633//字上音更西四線",
            ),
            (
                "北海道河東郡上士幌町上音更西五線12",
                "01633//字上音更西五線",
            ),
            ("東京都八丈島八丈町樫立1812-3", "13401//樫立"),
            (
                "京都府京都市中京区寺町通御池上る上本能寺前町488番地",
                "26100/26104/上本能寺前町",
            ),
            ("下関市菊川町上保木", "35201//菊川町大字上保木"),
            ("東京都渋谷区", "13113//"),
            ("京都府中京区光リ堂町100", "26100/26104/光リ堂町"),
            ("愛知県中区栄3-1", "23100/23106/栄三丁目"),
            ("神奈川県中区本町1-1", "14100/14104/本町一丁目"),
            ("福岡県博多区博多駅前2-1", "40130/40132/博多駅前二丁目"),
            ("博多区博多駅前2-1", "40130/40132/博多駅前二丁目"),
            // 大阪市 and 堺市 have a 北区, 横浜市 and 相模原市 a 緑区.
            ("大阪府北区梅田1-1", ""),
            ("神奈川県緑区橋本1", ""),
            ("東京都", ""),
            ("市役所の２階", ""),
            ("", ""),
        ] {
            assert_eq!(read(&places, text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn what_an_address_leaves_out_is_taken_from_the_hint() {
        let (_, places) = shipped();
        for (text, hints, expected) in [
            ("道玄坂1-2-3", &["13113"][..], "13113//道玄坂一丁目"),
            ("静岡県焼津三和60", &["22212"], "22212//三和"),
            ("焼津3-5-3", &["22212"], "22212//焼津三丁目"),
            ("中央区天神1-8-1", &["40130"], "40130/40133/天神一丁目"),
            ("天神1-8-1", &["40133"], "40130/40133/天神一丁目"),
            ("府中市宮西町2-24", &["13206"], "13206//宮西町二丁目"),
            // Two cities have that name, but one of them such a town.
            ("府中市宮西町2-24", &[], "13206//宮西町二丁目"),
            // What the address says counts, not the hint.
            ("滋賀県長浜市元浜町", &["13113"], "25203//元浜町"),
            ("元浜町", &["13113"], ""),
        ] {
            assert_eq!(read(&places, text, hints), expected, "{text} {hints:?}");
        }
        // The same town in several wards names none of them.
        let several = read(&places, "本町1", &["14130"]);
        assert!(several.is_empty() || several.contains("/本町"), "{several}");
    }

    #[test]
    fn a_towns_error_is_about_its_size() {
        let (_, places) = shipped();
        let error = |text: &str| places.address(text, &[]).unwrap().town.unwrap().error.0;
        let block = error("東京都渋谷区道玄坂一丁目");
        assert!((300.0..400.0).contains(&block), "{block}");
        let whole = error("静岡県焼津市本町");
        assert!((300.0..1_000.0).contains(&whole), "{whole}");
        let country = error("北海道河東郡上士幌町字上音更西四線");
        assert!((500.0..3_000.0).contains(&country), "{country}");
    }
}
