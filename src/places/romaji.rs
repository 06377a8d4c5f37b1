//! Kana in Latin letters, and Latin letters in the form in which their spellings agree.
//!
//! つ is `tsu` to one and `tu` to another, 東京 is Tōkyō, Toukyou and Tokyo. [`loose`] makes one text
//! of them all, and [`latin`] makes that text of kana: `loose("Shinjuku") == latin("しんじゅく")`.

use unicode_normalization::UnicodeNormalization;

/// A kana's letters; a small ゃ, ゅ, ょ takes the vowel of the one before away.
const KANA: &str = "あa いi うu えe おo かka きki くku けke こko がga ぎgi ぐgu げge ごgo さsa しsi すsu せse そso ざza じzi ずzu ぜze ぞzo たta ちti つtu てte とto だda ぢzi づzu でde どdo なna にni ぬnu ねne のno はha ひhi ふhu へhe ほho ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa ゐi ゑe をo んn ゔvu";

/// A text's kana in Latin letters, loosely; other characters stay as they are.
pub fn latin(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        let c = match c {
            'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
            c => c,
        };
        match c {
            'ゃ' | 'ゅ' | 'ょ' | 'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' => {
                letters.pop();
                letters.push_str(match c {
                    'ゃ' => "ya",
                    'ゅ' => "yu",
                    'ょ' => "yo",
                    'ぁ' => "a",
                    'ぃ' => "i",
                    'ぅ' => "u",
                    'ぇ' => "e",
                    _ => "o",
                });
            }
            // Doubling is dropped anyway.
            'っ' | 'ー' => {}
            c => match of(c) {
                Some(found) => letters.push_str(found),
                None => letters.push(c),
            },
        }
    }
    loose(&letters)
}

/// Latin letters as all their spellings have them: no long vowels, no doubled letters, `si` for `shi`.
pub fn loose(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\'' | '-' | '’') && !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let mut out = single(plain);
    for (from, to) in [
        ("sh", "sy"),
        ("ch", "ty"),
        ("ts", "t"),
        ("j", "zy"),
        ("f", "h"),
        ("l", "r"),
        ("mb", "nb"),
        ("mp", "np"),
        ("mm", "nm"),
        ("yi", "i"),
        ("ou", "o"),
    ] {
        if out.contains(from) {
            out = out.replace(from, to);
        }
    }
    single(out)
}

/// Each letter once, however often it stands there in a row.
fn single(mut text: String) -> String {
    let mut last = None;
    text.retain(|c| last.replace(c) != Some(c));
    text
}

fn of(kana: char) -> Option<&'static str> {
    static TABLE: std::sync::LazyLock<Vec<(char, &str)>> = std::sync::LazyLock::new(|| {
        let mut table: Vec<(char, &str)> = KANA
            .split(' ')
            .filter_map(|pair| {
                let kana = pair.chars().next()?;
                Some((kana, &pair[kana.len_utf8()..]))
            })
            .collect();
        table.sort_unstable();
        table
    });
    let at = TABLE.binary_search_by_key(&kana, |pair| pair.0).ok()?;
    Some(TABLE[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_name_is_one() {
        for (kana, spellings) in [
            ("とうきょう", ["Tōkyō", "Toukyou", "tokyo"]),
            ("シンジュク", ["Shinjuku", "sinzyuku", "SHINJUKU"]),
            ("くろかべ", ["Kurokabe", "kuro-kabe", "ｋｕｒｏｋａｂｅ"]),
            ("てんじん", ["Tenjin", "Tenzin", "ten'jin"]),
            ("ふじしつ", ["Fujishitsu", "Hujisitu", "fuji shitsu"]),
            ("なんば", ["Namba", "Nanba", "NAMBA"]),
            ("きっちん", ["Kitchin", "kittin", "Kicchin"]),
            ("コワーキング", ["kowakingu", "Kowākingu", "Kowaakingu"]),
            ("じゅうしょ", ["Jusho", "Jūsho", "zyuusyo"]),
        ] {
            for spelling in spellings {
                let folded: String = spelling.nfkc().collect();
                assert_eq!(loose(&folded), latin(kana), "{kana} {spelling}");
            }
        }
        assert_eq!(latin("黒壁かべ"), "黒壁kabe");
    }
}
