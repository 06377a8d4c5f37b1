//! Kana in Latin letters, and Latin letters in the form in which their spellings agree.
//!
//! つ is `tsu` to one and `tu` to another, 東京 is Tōkyō, Toukyou and Tokyo. [`loose`] makes one text
//! of them all, and [`latin`] makes that text of kana: `loose("Shinjuku") == latin("しんじゅく")`.

use unicode_normalization::UnicodeNormalization;

use super::breaks::breaks;

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
    // Gumma is Gunma; this must be seen while both letters are there.
    let mut out = single(plain.replace("mm", "nm"));
    for (from, to) in [
        ("sh", "sy"),
        ("ch", "ty"),
        ("ts", "t"),
        ("j", "zy"),
        ("f", "h"),
        ("l", "r"),
        ("mb", "nb"),
        ("mp", "np"),
        ("yi", "i"),
        ("ou", "o"),
    ] {
        if out.contains(from) {
            out = out.replace(from, to);
        }
    }
    single(out)
}

/// A town's name in Latin letters as signs have it, `Dogenzaka 1-chome`: its reading by Hepburn's rules
/// without marks of length, and its block. `None` where the reading is unknown or not of kana alone.
pub fn hepburn(kana: &str, name: &str) -> Option<String> {
    let chars: Vec<char> = kana.chars().collect();
    let (town, block) = match super::read::block(name) {
        Some((town, block)) => (town, number(block)),
        None => (name, None),
    };
    let mut plain = String::with_capacity(kana.len());
    let mut start = 0;
    let breaks = breaks(&chars, super::read::plain(town));
    for end in breaks.into_iter().chain([chars.len()]) {
        // おう and おお are one long o, but not where a word begins between them.
        let part = signs(&chars[start..end])?;
        plain.push_str(
            &part
                .replace("ou", "o")
                .replace("oo", "o")
                .replace("uu", "u"),
        );
        start = end;
    }
    let first = plain.chars().next()?.to_uppercase();
    let rest = plain.chars().skip(1);
    let block = block.map_or(String::new(), |block| format!(" {block}-chome"));
    Some(first.chain(rest).chain(block.chars()).collect())
}

/// Kana as signs write them, each vowel as often as it stands there.
fn signs(chars: &[char]) -> Option<String> {
    let mut letters = String::with_capacity(chars.len() * 3);
    for (i, &c) in chars.iter().enumerate() {
        match c {
            'ゃ' | 'ゅ' | 'ょ' => {
                let vowel = of(match c {
                    'ゃ' => 'や',
                    'ゅ' => 'ゆ',
                    _ => 'よ',
                })?;
                letters.pop();
                // Sha, cha, ja, but kya.
                let is_soft =
                    letters.ends_with("sh") || letters.ends_with("ch") || letters.ends_with('j');
                letters.push_str(if is_soft { &vowel[1..] } else { vowel });
            }
            'っ' => {
                let next = sign(*chars.get(i + 1)?)?;
                letters.push_str(if next.starts_with("ch") {
                    "t"
                } else {
                    next.get(..1)?
                });
            }
            'ー' => {}
            c => letters.push_str(sign(c)?),
        }
    }
    Some(letters)
}

/// 12 of 十二丁目.
fn number(block: &str) -> Option<u32> {
    let digits = "一二三四五六七八九";
    let (mut all, mut last) = (0, 0);
    for c in block.trim_end_matches("丁目").chars() {
        match c {
            '十' => all += last.max(1) * 10,
            c => {
                last = digits.chars().position(|digit| digit == c)? as u32 + 1;
                continue;
            }
        }
        last = 0;
    }
    Some(all + last)
}

/// A kana's letters on signs.
fn sign(kana: char) -> Option<&'static str> {
    Some(match kana {
        'し' => "shi",
        'ち' => "chi",
        'つ' | 'づ' => match kana {
            'つ' => "tsu",
            _ => "zu",
        },
        'ふ' => "fu",
        'じ' | 'ぢ' => "ji",
        kana => of(kana)?,
    })
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
            ("ぐんま", ["Gumma", "Gunma", "GUMMA"]),
            ("ほんまち", ["Hommachi", "Honmachi", "hon-machi"]),
            ("しんばし", ["Shimbashi", "Shinbashi", "sinbasi"]),
            ("じんぼうちょう", ["Jimbocho", "Jinbocho", "Jimbōchō"]),
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

    #[test]
    fn towns_are_written_as_signs_have_them() {
        for (kana, name, expected) in [
            (
                "どうげんざか",
                "道玄坂二十一丁目",
                Some("Dogenzaka 21-chome"),
            ),
            ("かんだじんぼうちょう", "神田神保町", Some("Kandajinbocho")),
            ("おおてまち", "大手町", Some("Otemachi")),
            ("ろっぽんぎ", "六本木十丁目", Some("Roppongi 10-chome")),
            ("はっちょうぼり", "八丁堀", Some("Hatchobori")),
            ("しゃくじい", "石神井", Some("Shakujii")),
            ("いのうえ", "井上", Some("Inoue")),
            ("まるのうち", "丸の内一丁目", Some("Marunouchi 1-chome")),
            ("まるのうち", "丸ノ内", Some("Marunouchi")),
            ("ほりのうち", "大字堀ノ内", Some("Horinouchi")),
            ("まつうらちょう", "松浦町", Some("Matsuuracho")),
            ("おおうら", "大浦", Some("Oura")),
            ("おおうち", "大内", Some("Ouchi")),
            ("おおち", "大内", Some("Ochi")),
            ("おおうだかみ", "大宇陀上", Some("Oudakami")),
            (
                "きのもとちょうはんのうら",
                "木之本町飯浦",
                Some("Kinomotochohannoura"),
            ),
            // No word begins in these.
            ("なかじまこうえん", "中島公園", Some("Nakajimakoen")),
            ("じょうえつちょう", "上越町", Some("Joetsucho")),
            ("かみごうち", "上河内", Some("Kamigochi")),
            ("そうま", "相馬", Some("Soma")),
            ("ゆうまち", "由宇町", Some("Yumachi")),
            ("どうないちょう", "堂内町", Some("Donaicho")),
            ("とうかいまち", "東海町", Some("Tokaimachi")),
            ("きた10じょう", "北十条", None),
            ("", "本町", None),
        ] {
            assert_eq!(hepburn(kana, name).as_deref(), expected, "{name}");
        }
    }
}
