//! Compares addresses with each other.

use unicode_normalization::UnicodeNormalization;

/// Whether two addresses belong to one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressMatch {
    /// They name one place; one of them may add a building.
    Same,
    /// Both have numbers, and these differ.
    Differ,
    /// One of them says too little.
    Unclear,
}

/// Compares two folded addresses. `within` are the names of prefecture and municipality, which
/// either may omit.
pub(super) fn compare(one: &str, other: &str, within: [&str; 2]) -> AddressMatch {
    let bare = |address: &str| {
        let mut rest = address.to_owned();
        for name in within {
            let name = fold(name);
            if let Some(at) = rest.find(&name).filter(|at| *at <= LONGEST_COUNTY) {
                rest.drain(..at + name.len());
            }
        }
        rest
    };
    let (one, other) = (bare(one), bare(other));
    let has_number = |address: &str| address.contains(|c: char| c.is_ascii_digit());
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if short == long {
        return if short.is_empty() {
            AddressMatch::Unclear
        } else {
            AddressMatch::Same
        };
    }
    match (has_number(short), has_number(long)) {
        (true, true) => match long.strip_prefix(short.as_str()) {
            // A building behind the number, and no further number of the lot.
            Some(rest)
                if !rest
                    .trim_start_matches('-')
                    .starts_with(|c: char| c.is_ascii_digit()) =>
            {
                AddressMatch::Same
            }
            _ => AddressMatch::Differ,
        },
        _ => AddressMatch::Unclear,
    }
}

/// Whether an address names its municipality.
pub(super) fn names(address: &str, municipality: &str) -> bool {
    !municipality.is_empty() && address.contains(&fold(municipality))
}

/// Bytes of a county's name, which may stand before a town's.
const LONGEST_COUNTY: usize = 24;

/// An address up to the space behind its number: what follows is a building or a floor.
pub(super) fn without_floor(address: &str) -> String {
    let plain: Vec<char> = address.nfkc().collect();
    let is_number = |c: &char| c.is_ascii_digit() || matches!(c, '号' | '地');
    let end = (1..plain.len()).find(|at| plain[*at].is_whitespace() && is_number(&plain[at - 1]));
    plain[..end.unwrap_or(plain.len())].iter().collect()
}

/// Whether one folded address is the other, perhaps with a building behind it.
pub(super) fn goes_on(one: &str, other: &str) -> bool {
    let (short, long) = match one.len() <= other.len() {
        true => (one, other),
        false => (other, one),
    };
    let rest = long.strip_prefix(short);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// An address in the form used for comparison: `1丁目2番3号` is `1-2-3`.
pub(super) fn fold(address: &str) -> String {
    let mut folded = String::with_capacity(address.len());
    let plain: String = address
        .nfkc()
        .filter(|c| !c.is_whitespace() && !is_selector(*c))
        .map(|c| match c {
            '‐'..='―' | '−' | 'ー' | '─' => '-',
            c => c,
        })
        .collect();
    let plain = plain.replace("大字", "");
    let mut rest = plain.as_str();
    let joints = ["丁目", "番地の", "番地", "番", "号", "の"];
    while let Some(c) = rest.chars().next() {
        if let Some((number, after)) = block(rest) {
            folded.push_str(&number.to_string());
            rest = after;
            continue;
        }
        let behind_digit = folded.ends_with(|c: char| c.is_ascii_digit());
        match joints.iter().find_map(|joint| rest.strip_prefix(joint)) {
            Some(after) if behind_digit => {
                folded.push('-');
                rest = after;
            }
            _ => {
                folded.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    folded.truncate(folded.trim_end_matches('-').len());
    folded
}

/// Variation selectors change how a character is drawn, not which one it is.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The number of a block in kanji, and what stands behind the numerals: 二丁目, 十二丁目.
fn block(text: &str) -> Option<(usize, &str)> {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let end = text.find("丁目")?;
    let (numerals, rest) = text.split_at(end);
    let value = |text: &str| match text.chars().collect::<Vec<_>>()[..] {
        [c] => DIGITS.iter().position(|digit| *digit == c),
        _ => None,
    };
    let number = match numerals.split_once('十') {
        None => value(numerals)?,
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { value(tens)? };
            let ones = if ones.is_empty() { 0 } else { value(ones)? };
            10 * tens + ones
        }
    };
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_fold_alike() {
        for spellings in [
            &[
                "本町1丁目2番3号",
                "本町１－２－３",
                "本町一丁目2番地の3",
                "本町 1‐2−3",
            ][..],
            &["大字宮前12番地", "宮前12"],
            &["葛\u{e0100}飾1-1", "葛飾1-1"],
            &["栄町十二丁目3", "栄町12-3"],
        ] {
            for other in spellings {
                assert_eq!(fold(other), fold(spellings[0]), "{other}");
            }
        }
    }

    #[test]
    fn addresses_are_the_same_differ_or_say_too_little() {
        let within = ["静岡県", "焼津市"];
        for (one, other, likeness) in [
            ("静岡県焼津市石津50", "焼津市石津50番地", AddressMatch::Same),
            ("静岡県焼津市石津50", "石津50", AddressMatch::Same),
            ("石津50", "石津50 港ビル3階", AddressMatch::Same),
            ("石津50-1", "石津50番1号 港ビル3階", AddressMatch::Same),
            ("静岡県榛原郡焼津市石津50", "石津50", AddressMatch::Same),
            ("石津50", "石津51", AddressMatch::Differ),
            ("石津50", "石津501", AddressMatch::Differ),
            ("石津50", "石津50-2", AddressMatch::Differ),
            ("焼津市石津", "焼津市石津50", AddressMatch::Unclear),
            ("焼津市石津", "静岡県焼津市石津", AddressMatch::Same),
            ("静岡県焼津市", "焼津市", AddressMatch::Unclear),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(
                    compare(&fold(one), &fold(other), within),
                    likeness,
                    "{one} {other}"
                );
            }
        }
    }
}
