//! Former municipalities and wards: names in old addresses, and the districts that replaced them.

use std::collections::HashMap;
use std::ops::Range;

use super::address::{Address, after_name, is_of};
use super::fold::fold;
use super::read::rows;
use super::search::{BEGINNING, Hit, PlaceKey, SHORT_CITY, SHORT_PREFECTURE};
use super::{Area, Places, Unreadable};

/// A name that many municipalities had is searched for in at most so many.
const WAYS: usize = 8;

const HEADER: [&str; 4] = ["prefecture", "former", "now", "source"];

/// The name of a district that no longer exists.
pub(super) struct FormerName {
    /// Two digits.
    prefecture: u32,
    name: Box<str>,
    folded: Box<str>,
    /// The districts it lies in now, by number, the likeliest first.
    now: Vec<u32>,
}

impl Places {
    /// Adds former names: `prefecture,former,now,source`. `now` names one or several districts of the
    /// prefecture, separated by `/`, a ward with its city. A line with unknown districts, as with
    /// boundaries of another year, is skipped.
    pub fn with_former(mut self, text: &str) -> Result<Places, Unreadable> {
        let mut former = Vec::new();
        let named = self.districts.iter().map(Area::named).zip(0..);
        let named: HashMap<String, u32> = named.collect();
        rows(
            "former names",
            text.as_bytes(),
            &HEADER,
            |[prefecture, name, now, _]| {
                let find = |now: &str| {
                    // 長野県山口村 lies in another prefecture now.
                    let inside = named.get(&format!("{prefecture}{now}"));
                    inside.or_else(|| named.get(now)).copied()
                };
                let now: Vec<u32> = now.split('/').filter_map(find).collect();
                let area = named
                    .get(prefecture)
                    .map(|at| &self.districts[*at as usize]);
                if let (Some(area), false) = (area, now.is_empty()) {
                    former.push(FormerName {
                        prefecture: area.number,
                        name: name.into(),
                        folded: fold(name).into(),
                        now,
                    });
                }
                Ok(())
            },
        )?;
        self.former = former;
        Ok(self)
    }

    /// How many former names are known.
    #[cfg(test)]
    pub(super) fn former_names(&self) -> usize {
        self.former.len()
    }

    /// Reads an address that begins with a former name.
    pub(super) fn formerly(
        &self,
        word: &str,
        hints: &[&Area],
        within: &Range<u32>,
    ) -> Option<Address> {
        let in_prefecture = |former: &&FormerName| within.contains(&(former.prefecture * 1000));
        let mut named: Vec<(&FormerName, &str)> = self
            .former
            .iter()
            .filter(in_prefecture)
            .filter_map(|former| Some((former, after_name(word, &former.folded)?)))
            .collect();
        let longest = named.iter().map(|(former, _)| former.folded.len()).max()?;
        named.retain(|(former, _)| former.folded.len() == longest);
        let lies_in = |former: &FormerName, hint: &Area| {
            let mut now = former
                .now
                .iter()
                .map(|number| &self.districts[*number as usize]);
            now.any(|area| is_of(hint, area) || is_of(area, hint))
        };
        let is_hinted = |former: &FormerName| hints.iter().any(|hint| lies_in(former, hint));
        if named.iter().any(|(former, _)| is_hinted(former)) {
            named.retain(|(former, _)| is_hinted(former));
        }
        let read: Vec<Address> = named
            .iter()
            .map(|(former, rest)| self.in_former(former, rest))
            .collect();
        if read.len() == 1 {
            return read.into_iter().next();
        }
        // Of several with one name, the one that has such a town.
        let mut with_town = read.into_iter().filter(|address| address.town.is_some());
        let only = with_town.next()?;
        with_town.next().is_none().then_some(only)
    }

    /// Reads what follows a former name. Towns often kept it as the beginning of their own.
    fn in_former(&self, former: &FormerName, rest: &str) -> Address {
        let ward = former
            .folded
            .strip_suffix('区')
            .and_then(|name| name.rfind('市'));
        let own = &former.folded[ward.map_or(0, |at| at + '市'.len_utf8())..];
        let stem = own.trim_end_matches(['市', '町', '村', '区']);
        let areas = || {
            former
                .now
                .iter()
                .map(|number| &self.districts[*number as usize])
        };
        let found = [own, stem, ""].into_iter().find_map(|prefix| {
            let text = format!("{prefix}{rest}");
            areas().find_map(|area| {
                let town = self.town_in(area, &text)?;
                // The town must be what follows, and not only the former name.
                let name = self.folded_names.get(town as usize);
                (name.chars().count() > prefix.chars().count()).then_some(town)
            })
        });
        let district = match (found, former.now.as_slice()) {
            (Some(town), _) => self.district_of(town),
            (None, &[only]) => &self.districts[only as usize],
            (None, now) => {
                // Only the city is certain.
                let first = &self.districts[now[0] as usize];
                let city = first.parent.and_then(|city| self.area(city));
                city.unwrap_or(first)
            }
        };
        Address {
            municipality: district.parent.unwrap_or_else(|| district.code()),
            ward: district.parent.map(|_| district.code()),
            town: found.map(|number| self.named_town(number)),
            former: Some(former.name.to_string()),
            omits_city: false,
        }
    }

    /// The districts of a former name, each with that name, and further words to search for if the
    /// text goes on.
    pub(super) fn former_hits(&self, word: &str) -> (Vec<(Hit, &str)>, Vec<String>) {
        let (mut hits, mut ways) = (Vec::new(), Vec::new());
        let word = word.strip_prefix('旧').unwrap_or(word);
        for former in &self.former {
            let prefecture = self
                .districts
                .iter()
                .find(|area| area.number == former.prefecture);
            let after = prefecture.and_then(|area| word.strip_prefix(&*area.full[0]));
            let Some(rest) = after_name(after.unwrap_or(word), &former.folded) else {
                continue;
            };
            for (i, &number) in former.now.iter().enumerate() {
                if rest.is_empty() {
                    let quality = if i == 0 { SHORT_CITY } else { SHORT_PREFECTURE };
                    hits.push((self.district_hit(number, quality), &*former.name));
                } else if former.folded.chars().nth(2).is_some() {
                    ways.push(fold(&self.districts[number as usize].named()) + rest);
                }
            }
        }
        ways.truncate(WAYS);
        (hits, ways)
    }
}

/// Whether a hit is worse than a former name that matches the whole word.
pub(super) fn is_weak(hit: &Hit) -> bool {
    hit.quality >= BEGINNING && !matches!(hit.key, PlaceKey::Town(_))
}
