//! Facilities by their names: in kanji, kana or Latin letters, however they are typed.
//!
//! All names lie one behind the other, folded as [`places`](crate::places) folds them, and a search
//! runs over that text once: six megabytes at 100,000 facilities, and a millisecond or two. A part of
//! a name is enough, two characters too.

use std::borrow::Cow;

use memchr::memmem;
use roaring::RoaringBitmap;
use serde::Deserialize;

use crate::places::{fold, latin};

use super::Snapshot;

/// Words that a facility's names must hold, each of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words(Vec<Word>);

#[derive(Debug, Clone, PartialEq)]
struct Word {
    folded: String,
    /// The same as a reading in Latin letters has it, for a word of kana or such letters.
    latin: Option<String>,
}

/// What an entry's properties say of its names.
#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
    name_kana: Option<String>,
    name_en: Option<String>,
}

/// Between one name and the next, and between facilities: in no folded text.
const NEXT_NAME: char = '\t';
const NEXT_FACILITY: char = '\n';

/// The names, each folded, and their reading in Latin letters.
pub(super) fn of(named: &Named) -> String {
    let (kana, en) = (named.name_kana.as_deref(), named.name_en.as_deref());
    let read = kana.unwrap_or(&named.name);
    let names = [Some(fold(&named.name)), en.map(fold), Some(latin(read))];
    let mut text = String::with_capacity(named.name.len() * 3);
    for name in names.into_iter().flatten() {
        text.extend(
            name.chars()
                .filter(|c| !matches!(*c, NEXT_NAME | NEXT_FACILITY)),
        );
        text.push(NEXT_NAME);
    }
    text
}

impl Words {
    /// The words of a text; `None` where nothing is left of it when it is folded.
    pub fn of(text: &str) -> Option<Words> {
        let words = text.split_whitespace().filter_map(|word| {
            let folded = fold(word);
            if folded.is_empty() {
                return None;
            }
            let latin = latin(word);
            let is_read = latin.is_ascii() && latin.contains(|c: char| c.is_ascii_alphabetic());
            let latin = Some(latin).filter(|latin| is_read && latin.len() > 1);
            Some(Word { folded, latin })
        });
        let words: Vec<Word> = words.collect();
        (!words.is_empty()).then_some(Words(words))
    }

    fn are_in(&self, names: &str) -> bool {
        self.0.iter().all(|word| word.is_in(names))
    }
}

impl Word {
    fn is_in(&self, names: &str) -> bool {
        let holds = |part: &str| memmem::find(names.as_bytes(), part.as_bytes()).is_some();
        holds(&self.folded) || self.latin.as_deref().is_some_and(holds)
    }
}

/// The names of the slots an index was built of.
pub(super) struct Index {
    text: String,
    /// Where each slot's names begin, and the end.
    starts: Vec<u32>,
}

impl Index {
    /// Of each slot's names, from 0 on.
    pub(super) fn build<N: AsRef<str>>(names: impl Iterator<Item = N>) -> Index {
        let (mut text, mut starts) = (String::new(), Vec::new());
        for names in names {
            starts.push(text.len() as u32);
            text.push_str(names.as_ref());
            text.push(NEXT_FACILITY);
        }
        starts.push(text.len() as u32);
        text.shrink_to_fit();
        Index { text, starts }
    }

    /// A slot's names, if it is one it was built of.
    pub(super) fn get(&self, slot: u32) -> Option<&str> {
        let (start, end) = (
            *self.starts.get(slot as usize)?,
            *self.starts.get(slot as usize + 1)?,
        );
        self.text[start as usize..end as usize].strip_suffix(NEXT_FACILITY)
    }

    /// The slots whose names hold every word.
    fn holding(&self, words: &Words) -> RoaringBitmap {
        let each = words.0.iter().map(|word| {
            let found = self.with(&word.folded);
            match &word.latin {
                Some(latin) => found | self.with(latin),
                None => found,
            }
        });
        each.reduce(|left, found| left & found).unwrap_or_default()
    }

    /// The slots whose names hold a text: one run over all names, a facility left at its first match.
    fn with(&self, part: &str) -> RoaringBitmap {
        let (mut slots, mut slot, mut from) = (Vec::new(), 0, 0);
        let finder = memmem::Finder::new(part.as_bytes());
        let text = self.text.as_bytes();
        while let Some(at) = finder.find(&text[from..]) {
            let at = from + at;
            while self.starts[slot + 1] as usize <= at {
                slot += 1;
            }
            slots.push(slot as u32);
            from = self.starts[slot + 1] as usize;
        }
        slots.into_iter().collect()
    }
}

impl Snapshot {
    /// Makes ready what the first search for a name would otherwise wait for.
    pub fn prepare_names(&self) {
        self.names();
    }

    /// Slots whose names hold every word; some may be empty by now.
    pub(super) fn named(&self, words: &Words) -> RoaringBitmap {
        let mut found = self.names().holding(words);
        let joined = self.joined.iter().filter(|&&slot| {
            let entry = self.entries.get(slot);
            entry.is_some_and(|entry| words.are_in(&entry.names()))
        });
        found.extend(joined.copied());
        found
    }

    /// The shown facilities whose names hold every word, at most `limit`: first those whose name it
    /// is, then those it begins, then the others; the shorter name first.
    pub fn suggest(&self, words: &Words, limit: usize) -> Vec<u32> {
        let found = self.named(words) & &*self.shown;
        let mut ranked: Vec<_> = found
            .iter()
            .map(|slot| {
                let entry = self.entries.used(slot);
                let names = match self.names().get(slot) {
                    Some(names) => Cow::Borrowed(names),
                    None => Cow::Owned(entry.names()),
                };
                (words.rank(&names), names.len(), entry.id.as_str(), slot)
            })
            .collect();
        if ranked.len() > limit && limit > 0 {
            ranked.select_nth_unstable(limit - 1);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        let slots = ranked.into_iter().map(|(.., slot)| slot);
        slots.take(limit).collect()
    }

    fn names(&self) -> &Index {
        self.index.names.get_or_init(|| {
            // The indexed slots are those that had not joined later; one of them may be empty by now.
            let indexed = self.index.openings.slots();
            let name = |slot| {
                self.entries
                    .get(slot)
                    .map_or_else(String::new, |entry| entry.names())
            };
            Index::build((0..indexed).map(name))
        })
    }
}

impl Words {
    fn rank(&self, names: &str) -> u8 {
        let [word] = &self.0[..] else {
            return 2;
        };
        let fits = |word: &str, name: &str| match name.strip_prefix(word) {
            Some("") => 0,
            Some(_) => 1,
            None => 2,
        };
        let all = names.split(NEXT_NAME).filter(|name| !name.is_empty());
        let words = [Some(&word.folded), word.latin.as_ref()];
        all.flat_map(|name| {
            words
                .into_iter()
                .flatten()
                .map(move |word| fits(word, name))
        })
        .min()
        .unwrap_or(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{ChangeMark, Moment, Seq};
    use crate::domain::facility::{Facility, Name, tests::example};
    use crate::snapshot::Update;
    use crate::snapshot::entries::Entry;

    fn update(id: &str, name: &str, kana: Option<&str>, en: Option<&str>) -> Update {
        let facility = Facility {
            name: Name::new(name).unwrap(),
            name_kana: kana.map(str::to_owned),
            name_en: en.map(str::to_owned),
            ..example(id, 139.0, 35.0)
        };
        Update {
            change: ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            at: Moment(1),
            id: facility.id.clone(),
            state: Some(facility),
        }
    }

    #[test]
    fn names_are_found_however_they_are_typed() {
        let updates = [
            update(
                "a",
                "黒壁オフィス",
                Some("クロカベオフィス"),
                Some("Kurokabe Office"),
            ),
            update("b", "コワーキングスペース 澤村", None, None),
            update(
                "c",
                "はたらくラボ・天神２号館",
                Some("ハタラクラボテンジンニゴウカン"),
                None,
            ),
            update("d", "THE 濱ノ家", None, Some("Hama-no-ya <b>")),
        ];
        // The first half is indexed, the other has joined.
        let mut building = Snapshot::builder();
        let [a, b, c, d] = updates;
        building.add(a);
        building.add(b);
        let snapshot = building
            .finish(Seq(1), Moment(1))
            .with(Seq(2), Moment(2), vec![c, d]);
        let found = |text: &str| -> Vec<&str> {
            let words = Words::of(text).unwrap();
            let slots = snapshot.suggest(&words, 10);
            slots
                .iter()
                .map(|&slot| snapshot.entry(slot).id.as_str())
                .collect()
        };
        for (text, expected) in [
            ("黒壁", &["a"][..]),
            ("くろかべ", &["a"]),
            ("ｸﾛｶﾍﾞ", &["a"]),
            ("kurokabe", &["a"]),
            ("KUROKABE OFFICE", &["a"]),
            ("Office", &["a"]),
            ("沢村", &["b"]),
            ("コワーキング", &["b"]),
            ("こわきんぐ", &["b"]),
            ("kowa-kingu", &["b"]),
            ("kowākingu", &["b"]),
            ("スペース　コワーキング", &["b"]),
            ("天神", &["c"]),
            ("天神2号", &["c"]),
            ("tenjin", &["c"]),
            ("tenzin", &["c"]),
            ("浜ノ家", &["d"]),
            ("the", &["d"]),
            ("<b>", &["d"]),
            ("黒壁 天神", &[]),
            ("無い", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
        for nothing in ["", " ", "　", "ー", "・-"] {
            assert_eq!(Words::of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_whole_name_comes_before_its_beginning_and_that_before_the_rest() {
        let mut building = Snapshot::builder();
        for (id, name) in [
            ("a", "新しい縁側"),
            ("b", "縁側オフィス"),
            ("c", "縁側"),
            ("d", "縁側ラボ"),
        ] {
            building.add(update(id, name, None, None));
        }
        let snapshot = building.finish(Seq(1), Moment(1));
        let words = Words::of("縁側").unwrap();
        let ids = |limit| -> Vec<&str> {
            let slots = snapshot.suggest(&words, limit);
            slots
                .iter()
                .map(|&slot| snapshot.entry(slot).id.as_str())
                .collect()
        };
        assert_eq!(ids(10), ["c", "d", "b", "a"]);
        assert_eq!(ids(2), ["c", "d"]);
        assert!(ids(0).is_empty());
    }

    #[test]
    fn an_entrys_names_stay_apart() {
        let update = update("a", "黒\u{ff0f}壁", Some("かべ"), None);
        let entry = Entry::new(
            &update.state.unwrap(),
            ChangeMark {
                seq: Seq(1),
                hash: 0,
            },
            Moment(1),
        );
        assert!(!Words::of("壁かべ").unwrap().are_in(&entry.names()));
    }
}
