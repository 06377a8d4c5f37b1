//! Half-width kana and invisible characters in texts.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The text with half-width kana and their marks made full-width: ﾃﾚﾜｰｸ is テレワーク.
pub fn full_kana(text: &str) -> Cow<'_, str> {
    let is_half = |c: char| matches!(c, '\u{ff61}'..='\u{ff9f}');
    if !text.contains(is_half) {
        return Cow::Borrowed(text);
    }
    let mut full = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_half) {
        full.push_str(&rest[..start]);
        let end = rest[start..]
            .find(|c| !is_half(c))
            .map_or(rest.len(), |end| start + end);
        full.extend(rest[start..end].nfkc());
        rest = &rest[end..];
    }
    Cow::Owned(full + rest)
}

/// The first invisible character or change of direction in a text. A name with one looks like another.
pub fn hidden(text: &str) -> Option<char> {
    let mut before = ' ';
    for c in text.chars() {
        // Pictures are joined of several: 👩‍💻.
        let joins = c == '\u{200d}' && before >= '\u{2190}';
        if is_hidden(c) && !joins {
            return Some(c);
        }
        before = c;
    }
    None
}

/// The text without such characters.
pub fn without_hidden(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_kana_become_full_and_all_else_stays() {
        for (text, full) in [
            ("ﾃﾚﾜｰｸｾﾝﾀｰ", "テレワークセンター"),
            ("ﾊﾟﾝﾀﾞ ABC １", "パンダ ABC １"),
            ("｢ｶﾞ｣･ﾞ", "「ガ」・\u{3099}"),
            ("①㈱テスト", "①㈱テスト"),
            ("", ""),
        ] {
            assert_eq!(full_kana(text), full, "{text}");
        }
    }

    #[test]
    fn what_nobody_sees_is_found() {
        for text in [
            "a\u{202e}b",
            "施設\u{200b}名",
            "\u{feff}施設",
            "a\u{200d}b",
            "施設\u{2066}x\u{2069}",
        ] {
            assert!(hidden(text).is_some(), "{text:?}");
            assert_eq!(hidden(&without_hidden(text)), None);
        }
        for text in [
            "施設名",
            "葛\u{e0100}飾",
            "👩\u{200d}💻ハブ",
            "a\u{3000}b",
            "one\ntwo",
        ] {
            assert_eq!(hidden(text), None, "{text:?}");
        }
    }
}
