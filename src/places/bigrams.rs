//! An index over pairs of neighbouring characters: finds the texts that contain a word.
//!
//! Japanese has no spaces between words, and many words have two characters. So pairs are indexed: 渋谷
//! is one pair, 道玄坂 two. The pairs give candidates, whose full texts are then compared. A single
//! character only finds texts that begin with it, because half of all names contain it.

use std::collections::HashMap;

/// The index. Texts have numbers from 0; several texts may have the same.
pub(super) struct Bigrams {
    /// A number for each character that occurs, from 1; 0 stands before the first of a text.
    characters: HashMap<char, u16>,
    /// Pairs in order, first character in the high half.
    pairs: Vec<u32>,
    /// Where each pair's texts begin in `texts`; one more for the end.
    starts: Vec<u32>,
    texts: Vec<u32>,
}

impl Bigrams {
    /// An index of texts whose numbers never fall.
    pub(super) fn build<'a>(texts: impl Iterator<Item = (u32, &'a str)> + Clone) -> Bigrams {
        let mut characters = HashMap::new();
        // A pair a byte at most. What is never written takes no memory; a list that grows would leave
        // its former rooms behind.
        let most = texts.clone().map(|(_, text)| text.len()).sum();
        let mut found: Vec<(u32, u32)> = Vec::with_capacity(most);
        for (number, text) in texts {
            let mut before = 0;
            for c in text.chars() {
                let next = characters.len() as u16 + 1;
                let c = *characters.entry(c).or_insert(next);
                found.push((pair(before, c), number));
                before = c;
            }
        }
        sort_by_pair(&mut found, characters.len() + 1);
        found.dedup();

        let (mut pairs, mut starts) = (Vec::new(), Vec::new());
        for (i, (pair, _)) in (0..).zip(&found) {
            if pairs.last() != Some(pair) {
                pairs.push(*pair);
                starts.push(i);
            }
        }
        starts.push(found.len() as u32);
        // Not into the room of `found`, which is much larger.
        let mut texts = Vec::with_capacity(found.len());
        texts.extend(found.iter().map(|(_, number)| *number));
        pairs.shrink_to_fit();
        starts.shrink_to_fit();
        Bigrams {
            characters,
            pairs,
            starts,
            texts,
        }
    }

    /// Numbers, rising, of texts that may begin with the word; every text that does is among them.
    pub(super) fn beginning(&self, word: &str) -> &[u32] {
        self.rarest(word, 0)
    }

    /// The same of texts that may hold it anywhere, for words of two characters and more.
    pub(super) fn holding(&self, word: &str) -> &[u32] {
        self.rarest(word, 1)
    }

    /// The fewest texts that share a pair with the word, counted from this pair on.
    fn rarest(&self, word: &str, from: usize) -> &[u32] {
        let mut before = Some(0);
        let pairs = word.chars().map(|c| {
            let number = self.characters.get(&c).copied();
            Some(pair(std::mem::replace(&mut before, number)?, number?))
        });
        let texts = pairs
            .skip(from)
            .map(|pair| pair.map_or(&[][..], |pair| self.texts(pair)));
        texts.min_by_key(|texts| texts.len()).unwrap_or_default()
    }

    fn texts(&self, pair: u32) -> &[u32] {
        match self.pairs.binary_search(&pair) {
            Ok(i) => &self.texts[self.starts[i] as usize..self.starts[i + 1] as usize],
            Err(_) => &[],
        }
    }
}

fn pair(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

/// A counting sort by the second, then the first character: stable, so numbers stay in order, and
/// several times as fast as comparing three million pairs.
fn sort_by_pair(found: &mut Vec<(u32, u32)>, characters: usize) {
    let mut sorted = Vec::with_capacity(found.capacity());
    sorted.resize(found.len(), (0, 0));
    for shift in [0, 16] {
        let digit = |pair: u32| (pair >> shift & 0xffff) as usize;
        let mut places = vec![0usize; characters + 1];
        found
            .iter()
            .for_each(|&(pair, _)| places[digit(pair) + 1] += 1);
        for i in 1..places.len() {
            places[i] += places[i - 1];
        }
        for &entry in &*found {
            let place = &mut places[digit(entry.0)];
            sorted[*place] = entry;
            *place += 1;
        }
        std::mem::swap(found, &mut sorted);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_that_holds_the_word_is_a_candidate(
            texts in prop::collection::vec("[あいうえ]{0,6}", 0..30),
            word in "[あいうえお]{1,4}",
        ) {
            let index = Bigrams::build((0..).zip(texts.iter().map(String::as_str)));
            let (beginning, holding) = (index.beginning(&word), index.holding(&word));
            prop_assert!(beginning.is_sorted() && holding.is_sorted());
            let several = word.chars().count() > 1;
            for (number, text) in (0..).zip(&texts) {
                prop_assert!(!text.starts_with(&word) || beginning.contains(&number), "{text}");
                prop_assert!(!several || !text.contains(&word) || holding.contains(&number), "{text}");
            }
        }
    }
}
