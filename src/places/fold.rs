//! Folding: the form in which two spellings of one place are the same text.
//!
//! In this order: NFKC (width, circled digits, halfwidth kana); lower case; katakana to hiragana;
//! old and variant kanji to the usual ones ([`VARIANTS`]); spaces, hyphens and long marks away;
//! 霞ヶ関, 霞ケ関 and 霞が関 alike; numerals in kanji; 一丁目, 1丁目 and 1 alike. A lot number
//! (`2-25-12`) is cut off behind the block, because no list of towns knows it. The folded form is
//! for comparing only: what people read is always the original.

use unicode_normalization::UnicodeNormalization;

/// Each kanji that names are also written with, followed by the one it is compared as.
///
/// Only pairs that official place names really use interchangeably: the traditional forms of the
/// 1946 list, and the variants that registers and signs keep (﨑, 髙, 邉, 濵 …).
const VARIANTS: &str = "龍竜﨑崎嵜崎髙高邊辺邉辺澤沢濱浜濵浜廣広國国曾曽檜桧籠篭諫諌齋斎齊斉學学櫻桜嶋島嶌島會会縣県圓円榮栄關関眞真實実壽寿德徳與与瀧滝藏蔵淵渕渊渕彌弥瀨瀬賴頼豐豊冨富槇槙禮礼靜静舊旧萬万鐵鉄條条當当莊荘峯峰埜野鹽塩灣湾蘆芦鷗鴎鰺鯵頸頚麴麹黑黒薗園嶽岳檮梼壺壷穗穂巖巌來来佛仏狹狭峽峡淺浅惠恵戶戸步歩增増橫横綠緑蠣蛎礪砺澁渋繩縄龜亀鎭鎮臺台絲糸靑青黃黄藝芸氣気經経樂楽嚴厳雙双藥薬郞郎驛駅廳庁稻稲溪渓燒焼姬姫寬寛敎教產産緖緒舍舎薰薫衞衛轉転鄕郷餘余麥麦彥彦團団藏蔵鷄鶏釋釈錢銭數数祿禄晝昼";

/// Marks that join, space out or lengthen: they differ between spellings and never between places.
fn is_mark(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | 'ー' | '・' | '‐'..='―' | '−' | '─' | '〜' | '~' | '\'' | ',' | '、' | '.' | '。'
        )
}

/// The folded form of a text.
pub fn fold(text: &str) -> String {
    let plain: Vec<char> = if text.chars().all(is_plain) {
        text.chars().map(usual).collect()
    } else {
        text.nfkc()
            .filter(|c| !is_selector(*c))
            .flat_map(char::to_lowercase)
            .map(usual)
            .collect()
    };
    let mut folded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = plain.get(at) {
        let end = at + plain[at..].iter().take_while(|c| is_numeral(**c)).count();
        if end > at {
            let block = numeral(&plain[at..end], &mut folded);
            at = end + block_mark(&plain[end..]);
            if lot_follows(&plain[at..], at > end, block) {
                break;
            }
            continue;
        }
        match c {
            'ヶ' | 'ヵ' => folded.push('が'),
            'け' | 'が' if joins(&plain, at) => folded.push('が'),
            c if is_mark(c) => {}
            c => folded.push(c),
        }
        at += 1;
    }
    folded
}

/// Whether a character only chooses the shape of the one before it: 葛 has two.
pub fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether NFKC and lower case leave the character as it is: nearly all characters of our lists.
fn is_plain(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '々' | 'ー' | 'a'..='z' | '0'..='9')
}

/// One character on its own: hiragana for katakana, the usual kanji, vowels without macrons.
fn usual(c: char) -> char {
    match c {
        'ッ' | 'っ' => 'つ',
        'ァ'..='ヴ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        'ā' => 'a',
        'ī' => 'i',
        'ū' => 'u',
        'ē' => 'e',
        'ō' => 'o',
        '㐀'..='鿿' | '\u{f900}'..='\u{faff}' => variant(c),
        c => c,
    }
}

/// A kanji's usual form: 高 of 髙. Other characters are their own.
pub fn usual_kanji(c: char) -> char {
    if is_kanji(c) { variant(c) } else { c }
}

/// A kanji's usual form.
fn variant(c: char) -> char {
    // Sorted once: folding 300,000 names asks a million times.
    static SORTED: std::sync::LazyLock<Vec<(char, char)>> = std::sync::LazyLock::new(|| {
        let chars: Vec<char> = VARIANTS.chars().collect();
        let mut pairs: Vec<_> = chars
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        pairs.sort_unstable();
        pairs
    });
    SORTED
        .binary_search_by_key(&c, |pair| pair.0)
        .map_or(c, |i| SORTED[i].1)
}

fn is_kanji(c: char) -> bool {
    matches!(c, '㐀'..='鿿' | '々' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether the け or が here is the small one of 霞が関: before a kanji, or last behind one.
fn joins(text: &[char], at: usize) -> bool {
    match text.get(at + 1) {
        Some(&next) => is_kanji(next),
        None => at > 0 && is_kanji(text[at - 1]),
    }
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '十' | '百') || DIGITS.contains(&c)
}

/// Writes a run of numerals, digits as kanji; tells whether it held digits.
fn numeral(run: &[char], folded: &mut String) -> bool {
    let mut at = 0;
    while at < run.len() {
        let digits = run[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            folded.push(run[at]);
            at += 1;
            continue;
        }
        match run[at..at + digits]
            .iter()
            .collect::<String>()
            .parse::<u32>()
        {
            Ok(number @ 0..=999) => kanji(number, folded),
            _ => folded.extend(&run[at..at + digits]),
        }
        at += digits;
    }
    run.iter().any(char::is_ascii_digit)
}

/// A number below a thousand as names write it: 十, 二十一, 百五.
fn kanji(number: u32, folded: &mut String) {
    if number == 0 {
        folded.push('〇');
    }
    for (unit, sign) in [(100, Some('百')), (10, Some('十')), (1, None)] {
        let digit = (number / unit % 10) as usize;
        if digit > 1 || (digit == 1 && unit == 1) {
            folded.push(DIGITS[digit]);
        }
        folded.extend(sign.filter(|_| digit > 0));
    }
}

/// How long the 丁目 or 丁 is that begins here.
fn block_mark(rest: &[char]) -> usize {
    match rest {
        ['丁', '目', ..] => 2,
        ['丁', ..] => 1,
        _ => 0,
    }
}

/// Whether a lot number follows a block: `-25` behind digits, or any number behind 丁目.
fn lot_follows(rest: &[char], marked: bool, digits: bool) -> bool {
    let mark = rest.iter().take_while(|c| is_mark(**c)).count();
    let number = rest
        .get(mark)
        .is_some_and(|c| c.is_ascii_digit() || (marked && is_numeral(*c)));
    number && (marked || (digits && mark > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_place_fold_alike() {
        let alike: &[&[&str]] = &[
            &["しぶや", "シブヤ", "ｼﾌﾞﾔ", "シ ブ ヤ"],
            &["霞が関", "霞ヶ関", "霞ケ関", "霞ガ関", "霞け関"],
            &["霞が", "霞ヶ", "霞ケ"],
            &["緑が丘", "緑ヶ丘", "緑ケ丘"],
            &[
                "道玄坂一丁目",
                "道玄坂1丁目",
                "道玄坂１丁目",
                "道玄坂1",
                "道玄坂 1-25-12",
                "道玄坂一丁目25番12号",
                "道玄坂1丁目２５−１２",
            ],
            &["北二十四条西", "北24条西", "北２４条西"],
            &["Shibuya-ku", "shibuya ku", "ＳＨＩＢＵＹＡＫＵ"],
            &["Tōkyō", "tokyo"],
            &["四ッ谷", "四ツ谷", "四つ谷"],
            &["﨑", "崎", "嵜"],
            &[
                "葛飾区",
                "葛\u{e0100}飾区",
                "葛\u{e0102}飾区",
                "葛\u{fe00}飾区",
            ],
            &["龍ヶ崎", "竜ケ崎"],
            &["センター", "せんた", "セン タ−"],
            &["百五", "105"],
        ];
        for spellings in alike {
            for other in *spellings {
                assert_eq!(fold(other), fold(spellings[0]), "{other}");
            }
        }
    }

    #[test]
    fn readings_keep_what_tells_them_apart() {
        assert_ne!(fold("いが"), fold("いけ"));
        assert_ne!(fold("けやき台"), fold("がやき台"));
        assert_eq!(fold("三田"), "三田");
        assert_eq!(fold("110"), "百十");
        assert_eq!(fold("12345"), "12345");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn the_table_of_variants_is_made_of_pairs() {
        assert_eq!(VARIANTS.chars().count() % 2, 0);
    }
}
