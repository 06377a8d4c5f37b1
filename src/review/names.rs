//! Facility names in the form used for comparison: all spellings of a name become the same text.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::places::usual_kanji;

/// A folded name, with values that speed up comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folded {
    /// The whole folded name.
    pub text: String,
    /// The name without common words, if anything is left.
    core: String,
    /// The part that distinguishes 第1会議室 from 第2会議室.
    with_progress: String,
    /// A bit for each character, many to a bit.
    signature: u64,
}

/// Forms of companies and associations, which signs leave out. NFKC has been there: ㈱ is (株).
const FORMS: [&str; 16] = [
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "一般社団法人",
    "公益社団法人",
    "一般財団法人",
    "公益財団法人",
    "社会福祉法人",
    "特定非営利活動法人",
    "npo法人",
    "(株)",
    "(有)",
    "(同)",
    "(一社)",
    "(公財)",
];

/// Common words in names of workplaces, the longest first.
const COMMON: [&str; 16] = [
    "コワーキングスペース",
    "サテライトオフィス",
    "レンタルオフィス",
    "テレワークセンター",
    "コワーキング",
    "シェアオフィス",
    "ワークスペース",
    "テレワーク",
    "センター",
    "スペース",
    "オフィス",
    "coworking space",
    "satellite office",
    "coworking",
    "office",
    "space",
];

/// Characters that distinguish places of the same name: 東館, 第二, 新館.
const TELLING: &str = "〇一二三四五六七八九十東西南北上中下左右前後本新旧大小";

/// Shorter texts occur in nearly every name.
const LEAST_HELD: usize = 3;

impl Folded {
    /// Folds a name.
    pub fn new(name: &str) -> Folded {
        static COMMON_FOLDED: LazyLock<Vec<String>> =
            LazyLock::new(|| COMMON.iter().map(|word| fold(word)).collect());
        let text = fold(name);
        let mut core = text.clone();
        for word in COMMON_FOLDED.iter() {
            if core.contains(word) {
                core = core.replace(word, "");
            }
        }
        if core.chars().nth(1).is_none() {
            core.clone_from(&text);
        }
        let is_telling = |c: &char| c.is_ascii_digit() || TELLING.contains(*c);
        Folded {
            with_progress: text.chars().filter(is_telling).collect(),
            signature: signature(&text),
            core,
            text,
        }
    }

    /// Whether two names may belong to one place: equal, one inside the other, or nearly equal.
    pub fn is_like(&self, other: &Folded) -> bool {
        if self.text == other.text || self.core == other.core {
            return true;
        }
        let (short, long) = if self.core.len() <= other.core.len() {
            (self, other)
        } else {
            (other, self)
        };
        let holds = signature(&short.core) & !long.signature == 0
            && short.core.chars().nth(LEAST_HELD - 1).is_some()
            && long.core.contains(&short.core);
        holds || self.is_nearly(other)
    }

    /// Whether the names differ by one or two typos.
    fn is_nearly(&self, other: &Folded) -> bool {
        let lengths = [&self.text, &other.text].map(|text| text.chars().count());
        let allowed = match lengths[0].min(lengths[1]) {
            0..=4 => return false,
            5..=9 => 1,
            _ => 2,
        };
        lengths[0].abs_diff(lengths[1]) <= allowed
            && self.with_progress == other.with_progress
            // Each typo changes at most two of the bits.
            && (self.signature ^ other.signature).count_ones() as usize <= 2 * allowed
            && distance(&self.text, &other.text) <= allowed
    }
}

fn signature(text: &str) -> u64 {
    text.chars().fold(0, |bits, c| {
        bits | 1 << (u64::from(c as u32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    })
}

/// The edit distance of two texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Removes differences of spelling: width, case, kana, old kanji, spaces, marks and company forms.
fn fold(name: &str) -> String {
    let mut plain: String = name.nfkc().flat_map(char::to_lowercase).collect();
    for form in FORMS {
        if plain.contains(form) {
            plain = plain.replace(form, "");
        }
    }
    let mut folded = String::with_capacity(plain.len());
    let chars: Vec<char> = plain.chars().map(hiragana).map(usual_kanji).collect();
    for (i, &c) in chars.iter().enumerate() {
        let is_kanji = |at: Option<&char>| at.is_some_and(|c| matches!(c, '一'..='鿿' | '々'));
        let between = || i > 0 && is_kanji(chars.get(i - 1)) && is_kanji(chars.get(i + 1));
        match c {
            'け' | 'が' | 'ゖ' if between() => folded.push('が'),
            // ヴァ is バ.
            'ゔ' => folded.push(match chars.get(i + 1) {
                Some('ぁ') => 'ば',
                Some('ぃ') => 'び',
                Some('ぇ') => 'べ',
                Some('ぉ') => 'ぼ',
                _ => 'ぶ',
            }),
            'ぁ' | 'ぃ' | 'ぇ' | 'ぉ' if i > 0 && chars[i - 1] == 'ゔ' => {}
            'ー' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    if folded.is_empty() { plain } else { folded }
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(a: &str, b: &str) -> bool {
        Folded::new(a).is_like(&Folded::new(b))
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for spellings in [
            &[
                "ヴィレッジ・オフィス",
                "ビレッジオフィス",
                "ﾋﾞﾚｯｼﾞ ｵﾌｨｽ",
                "びれっじ　おふぃす",
            ][..],
            &[
                "株式会社黒壁",
                "㈱黒壁",
                "(株) 黒壁",
                "黒壁　株式会社",
                "「黒壁」",
            ],
            &["市ヶ谷サテライト", "市ケ谷サテライト", "市が谷サテライト"],
            &["HOKUO LAB", "ＨＯＫＵＯ－ＬＡＢ", "Hokuo Lab."],
            &[
                "コワーキングスペース髙橋",
                "コワ－キングスペース高橋",
                "コワーキングスペース 高橋",
            ],
        ] {
            for other in spellings {
                assert_eq!(
                    Folded::new(other).text,
                    Folded::new(spellings[0]).text,
                    "{other}"
                );
            }
        }
        assert_eq!(Folded::new("★").text, "★");
    }

    #[test]
    fn names_of_one_place_are_alike_and_of_two_places_not() {
        for (a, b) in [
            ("黒壁オフィス", "黒壁"),
            (
                "かみしほろシェアOFFICE",
                "かみしほろシェアOFFICE（オフィス）",
            ),
            (
                "しろいしワーケーションセンター",
                "しろいしワーケションセンター",
            ),
            ("大富地区交流センター", "焼津市大富地区交流センター"),
            ("みんなのはたらくばしょ", "みんなのはたらく場しょ"),
        ] {
            assert!(like(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("コワーキングスペース", "コワーキングスペース青葉"),
            ("北地区交流センター", "南地区交流センター"),
            ("第一会議室テレワーク", "第二会議室テレワーク"),
            ("サテライトオフィス1号館", "サテライトオフィス2号館"),
            ("黒壁オフィス", "青葉オフィス"),
            ("港の家", "丘の家"),
        ] {
            assert!(!like(a, b), "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn the_quick_checks_never_shut_out_what_is_alike(a in "[あいう東12a]{0,12}", b in "[あいう東12a]{0,12}") {
            let (a, b) = (Folded::new(&a), Folded::new(&b));
            let lengths = [&a.text, &b.text].map(|text| text.chars().count());
            let allowed = match lengths[0].min(lengths[1]) { 0..=4 => 0, 5..=9 => 1, _ => 2 };
            let nearly = allowed > 0 && a.with_progress == b.with_progress && distance(&a.text, &b.text) <= allowed;
            let held = |x: &Folded, y: &Folded| x.core.chars().count() >= LEAST_HELD && y.core.contains(&x.core);
            let alike = a.text == b.text || a.core == b.core || held(&a, &b) || held(&b, &a) || nearly;
            prop_assert_eq!(a.is_like(&b), alike);
            prop_assert_eq!(b.is_like(&a), alike);
        }
    }
}
