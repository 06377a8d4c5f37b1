//! Folding: two spellings of one place become the same text.
//!
//! In this order: NFKC (width, circled digits, halfwidth kana); lower case; katakana to hiragana;
//! old and variant kanji to the usual ones ([`VARIANTS`]); spaces, hyphens and long marks away;
//! 霞ヶ関, 霞ケ関 and 霞が関 alike; numerals in kanji; 一丁目, 1丁目 and 1 alike. A lot number
//! (`2-25-12`) is cut off behind the block, because no list of towns knows it. The folded form is
//! for comparing only: what people read is always the original.

use unicode_normalization::UnicodeNormalization;

/// Variant kanji, each followed by its usual form.
///
/// The traditional forms of the tables of 1946, 1981 and 2010 with their usual ones, as Unicode's Unihan
/// database gives them (14.0, `kJoyoKanji` and `kJinmeiyoKanji`); from its `kSemanticVariant` the forms of
/// kanji in our place names that mean and sound the same; and the variants of JIS X 0208 that registers and
/// signs keep (﨑, 髙, 邉, 濵, 薮 …). 斎 and 斉 are two kanji, and so are 竈 and 釜: people mix them all the same.
const VARIANTS: &str = "龍竜﨑崎嵜崎髙高邊辺邉辺澤沢濱浜濵浜廣広國国曾曽檜桧籠篭諫諌齋斉齊斉學学櫻桜嶋島嶌島會会縣県圓円榮栄關関眞真實実壽寿德徳與与瀧滝藏蔵淵渕渊渕彌弥瀨瀬賴頼豐豊冨富槇槙禮礼靜静舊旧萬万鐵鉄條条當当莊荘峯峰埜野鹽塩灣湾蘆芦鷗鴎鰺鯵頸頚麴麹黑黒薗園嶽岳檮梼壺壷穗穂巖巌來来佛仏狹狭峽峡淺浅惠恵戶戸步歩增増橫横綠緑蠣蛎礪砺澁渋繩縄龜亀鎭鎮臺台絲糸靑青黃黄藝芸氣気經経樂楽嚴厳雙双藥薬郞郎驛駅廳庁稻稲溪渓燒焼姬姫寬寛敎教產産緖緒舍舎薰薫衞衛轉転鄕郷餘余麥麦彥彦團団鷄鶏釋釈錢銭數数祿禄晝昼斎斉奧奥兒児卷巻淨浄巢巣乘乗傳伝帶帯將将應応禪禅雜雑賣売劍剣拜拝恆恒拔抜禰祢鑄鋳拂払檢検疊畳曉暁寢寝惡悪覽覧萠萌髮髪緣縁攝摂晚晩專専頰頬懷懐虛虚樣様戰戦亙亘亞亜裝装彈弾凉涼錄録狀状讓譲謠謡壯壮剝剥每毎釀醸遥遙縱縦禱祷濕湿滯滞晄晃揭掲徵徴剩剰驗験瘦痩曆暦勳勲駈駆塲場栁柳湏須舘館筱篠栢柏龝秋畄留峩峨寶宝寳宝冲沖溫温號号隄堤枏楠凑湊竝並迴廻裡裏廐厩畆畝菴庵蹟跡迹跡銕鉄羣群个箇凾函兔兎緜綿皷鼓鄰隣蟲虫戀恋體体醫医聲声點点畫画燈灯窗窓窻窓吞呑餠餅毗毘邨村碕崎吴呉爲為耻恥盃杯變変處処歷歴屬属爐炉斷断擔担收収竒奇烟煙貓猫劔剣竃釜竈釜薮藪桝枡槗橋杦杉舩船祗祇鴬鶯圡土萊莱廏厩曵曳掴摑穐秋噐器冝宜躰体𠮷吉𣘺橋梹檳籏旗鈎鉤頴穎逹達邇迩莵菟僞偽價価儉倹卽即單単圈圏壘塁壞壊奬奨孃嬢從従愼慎戲戯搖揺搜捜擊撃敍叙涉渉淚涙渴渇爭争獸獣盜盗盡尽碎砕祕秘粹粋纖繊聽聴臟臓醉酔鍊錬陷陥險険顯顕飜翻騷騒默黙";

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
    fold_to_lot(text).0
}

/// The folded form of a text, and the number of the house or lot that was cut off: `2-3` of 道玄坂1-2-3.
pub(super) fn fold_with_lot(text: &str) -> (String, Option<String>) {
    let (folded, end) = fold_to_lot(text);
    let plain: Vec<char> = text.nfkc().filter(|c| !is_selector(*c)).collect();
    let lot = end.map(|end| plain.iter().skip(end).collect::<String>());
    let lot = lot.map(|lot| lot.trim_matches(is_mark).to_owned());
    (folded, lot.filter(|lot| !lot.is_empty()))
}

/// The folded form, and the number of the character behind which a lot number was cut off.
fn fold_to_lot(text: &str) -> (String, Option<usize>) {
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
                return (folded, Some(at));
            }
            continue;
        }
        match c {
            'ヶ' | 'ヵ' => folded.push('が'),
            'け' | 'が' if joins(&plain, at) => folded.push('が'),
            '&' => folded.push_str("and"),
            c if is_mark(c) => {}
            c => folded.push(c),
        }
        at += 1;
    }
    (folded, None)
}

/// Whether a character is a variation selector: 葛 has two shapes.
pub fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether NFKC and lower case leave the character as it is: nearly all characters of our lists.
fn is_plain(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '々' | 'ー' | 'a'..='z' | '0'..='9')
}

/// One character on its own: hiragana for katakana, the usual kanji, Latin letters without accents.
fn usual(c: char) -> char {
    match c {
        'ッ' | 'っ' => 'つ',
        'ァ'..='ヴ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        'à'..='ÿ' | 'ā'..='ſ' => without_accent(c),
        '㐀'..='鿿' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => variant(c),
        c => c,
    }
}

/// A Latin letter without its accent: o of ō and ô.
fn without_accent(c: char) -> char {
    std::iter::once(c).nfd().next().unwrap_or(c)
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
            &["Kôbe", "Kōbe", "kobe"],
            &["Café", "cafe"],
            &["Work & Life", "work＆life", "Work and Life"],
            &["斉藤", "齋藤", "斎藤", "齊藤"],
            &["塩竈", "塩竃", "鹽竈", "塩釜"],
            &["藪塚", "薮塚"],
            &["渡邊通", "渡邉通", "渡辺通"],
            &["祇園", "祗園"],
            &["枡形", "桝形"],
            &["舘林", "館林"],
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
    fn the_table_of_variants_leads_from_each_form_to_one() {
        let chars: Vec<char> = VARIANTS.chars().collect();
        assert_eq!(chars.len() % 2, 0);
        for pair in chars.chunks_exact(2) {
            assert_eq!(usual_kanji(pair[0]), pair[1]);
            assert_eq!(usual_kanji(pair[1]), pair[1], "{} of {}", pair[1], pair[0]);
        }
    }

    #[test]
    fn a_lot_number_is_told() {
        for (text, folded, lot) in [
            ("道玄坂1-2-3", "道玄坂一", Some("2-3")),
            ("道玄坂１丁目２５番１２号", "道玄坂一", Some("25番12号")),
            (
                "道玄坂1丁目12-3 マークシティ",
                "道玄坂一",
                Some("12-3 マークシティ"),
            ),
            ("道玄坂1", "道玄坂一", None),
            ("道玄坂", "道玄坂", None),
        ] {
            assert_eq!(
                fold_with_lot(text),
                (folded.to_owned(), lot.map(str::to_owned)),
                "{text}"
            );
        }
    }
}
