//! Separates filters from the place in a text: 渋谷 コワーキング, 博多 Wi-Fi, coworking shibuya, 甲府 無料.
//!
//! Words for a kind of facility, an amenity, a use or a price are filters. The rest of the text is the
//! place. Words for "around" (周辺, near) are ignored.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::domain::vocabulary::{Amenity, Eligibility, Kind, Stock, Use};

use super::fold::fold;

/// A word of a text that filters facilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterWord {
    /// As it was typed.
    pub word: String,
    /// The parameter it stands for: `amenity-all`, `price-max`.
    pub parameter: &'static str,
    /// Its value: `wifi`, `0`.
    pub value: String,
}

/// A text without its filters.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Split {
    /// What is left: the place.
    pub(super) rest: String,
    pub(super) filters: Vec<FilterWord>,
}

/// The filters of words, as `(parameter, value, words)`. The values are the vocabularies' slugs.
const WORDS: &[(&str, &str, &[&str])] = &[
    (
        "kind",
        Kind::Coworking.slug(),
        &[
            "コワーキング",
            "コワーキングスペース",
            "コワーク",
            "coworking",
            "coworking space",
            "coworking spaces",
            "cowork",
        ],
    ),
    (
        "kind",
        Kind::ShareOffice.slug(),
        &[
            "シェアオフィス",
            "シェアードオフィス",
            "共同オフィス",
            "share office",
            "shared office",
            "shared offices",
        ],
    ),
    (
        "kind",
        Kind::SatelliteOffice.slug(),
        &[
            "サテライトオフィス",
            "satellite office",
            "satellite offices",
        ],
    ),
    (
        "kind",
        Kind::Workation.slug(),
        &["ワーケーション", "ワーケーション施設", "workation"],
    ),
    (
        "kind",
        Kind::TeleworkCenter.slug(),
        &[
            "テレワークセンター",
            "テレワーク拠点",
            "テレワーク施設",
            "telework center",
            "telework centre",
        ],
    ),
    (
        "kind",
        Kind::RentalSpace.slug(),
        &["レンタルスペース", "貸会議室", "貸し会議室", "rental space"],
    ),
    (
        "amenity-all",
        Amenity::Wifi.slug(),
        &[
            "Wi-Fi",
            "ワイファイ",
            "無線LAN",
            "フリーWi-Fi",
            "無料Wi-Fi",
            "free wifi",
        ],
    ),
    (
        "amenity-all",
        Amenity::Power.slug(),
        &[
            "電源",
            "コンセント",
            "電源あり",
            "power",
            "outlet",
            "outlets",
            "power outlet",
            "power outlets",
        ],
    ),
    (
        "amenity-all",
        Amenity::Booth.slug(),
        &[
            "個室",
            "ブース",
            "個室ブース",
            "完全個室",
            "電話ブース",
            "テレフォンブース",
            "フォンブース",
            "Web会議ブース",
            "booth",
            "phone booth",
            "private booth",
            "private room",
        ],
    ),
    (
        "amenity-all",
        Amenity::MeetingRoom.slug(),
        &[
            "会議室",
            "ミーティングルーム",
            "meeting room",
            "meeting rooms",
        ],
    ),
    (
        "amenity-all",
        Amenity::Monitor.slug(),
        &["モニター", "モニタ", "外部モニター", "monitor", "monitors"],
    ),
    (
        "amenity-all",
        Amenity::Printer.slug(),
        &["プリンター", "プリンタ", "複合機", "コピー機", "printer"],
    ),
    (
        "amenity-all",
        Amenity::Locker.slug(),
        &["ロッカー", "locker", "lockers"],
    ),
    (
        "amenity-all",
        Amenity::KitchenCafe.slug(),
        &["キッチン", "カフェ", "cafe", "kitchen"],
    ),
    (
        "amenity-all",
        Amenity::Parking.slug(),
        &["駐車場", "パーキング", "駐車場あり", "parking", "car park"],
    ),
    (
        "amenity-all",
        Amenity::BarrierFree.slug(),
        &[
            "バリアフリー",
            "車椅子",
            "車いす",
            "wheelchair",
            "step free",
            "barrier free",
            "accessible",
        ],
    ),
    (
        "amenity-all",
        Amenity::Lodging.slug(),
        &["宿泊", "宿泊可", "lodging"],
    ),
    (
        "use",
        Use::DropIn.slug(),
        &[
            "ドロップイン",
            "一時利用",
            "時間利用",
            "drop in",
            "day pass",
        ],
    ),
    (
        "use",
        Use::Member.slug(),
        &[
            "月会員",
            "月額",
            "月契約",
            "会員制",
            "membership",
            "monthly",
        ],
    ),
    ("use", Use::Corporate.slug(), &["法人契約"]),
    ("use", Use::Reservation.slug(), &["予約制", "要予約"]),
    (
        "eligibility",
        Eligibility::Anyone.slug(),
        &["だれでも", "誰でも", "誰でも利用可", "anyone"],
    ),
    (
        "stock",
        Stock::OldHouse.slug(),
        &["古民家", "町家", "old house", "machiya"],
    ),
    (
        "stock",
        Stock::ClosedSchool.slug(),
        &["廃校", "closed school"],
    ),
    (
        "price-max",
        "0",
        &["無料", "タダ", "free", "free of charge"],
    ),
    (
        "open-at",
        "now",
        &[
            "営業中",
            "今開いている",
            "いま開いている",
            "開いてる",
            "open now",
        ],
    ),
];

/// No filter has more words: free of charge.
const MOST_TOGETHER: usize = 3;

/// Folded words for "near", as words of their own.
const NEAR: &[&str] = &[
    "周辺",
    "付近",
    "近辺",
    "近く",
    "の近く",
    "近くの",
    "周辺の",
    "付近の",
    "辺り",
    "あたり",
    "で",
    "の",
    "near",
    "nearby",
    "around",
    "in",
    "at",
    "by",
    // True of every facility.
    "テレワーク",
    "リモートワーク",
    "ワークスペース",
    "作業スペース",
    "仕事場",
    "telework",
    "workspace",
];
/// Endings for "near".
const NEAR_ENDINGS: &[&str] = &[
    "の周辺",
    "周辺",
    "付近",
    "近辺",
    "の近く",
    "近く",
    "のあたり",
    "あたり",
    "辺り",
    "でテレワーク",
    "テレワーク",
    "リモートワーク",
    "ワークスペース",
    "作業スペース",
];
/// Between a place and a filter: 渋谷で個室.
const PARTICLES: &[&str] = &["の", "で", "に", "へ"];

/// The words, folded, the longest first, with their number in [`WORDS`].
fn folded() -> &'static [(String, usize)] {
    static FOLDED: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
        let words = WORDS.iter().enumerate();
        let each =
            words.flat_map(|(i, (_, _, words))| words.iter().map(move |word| (fold(word), i)));
        let mut all: Vec<(String, usize)> = each.collect();
        all.sort_unstable_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        all.dedup();
        all
    });
    &FOLDED
}

/// The filter that one or several words stand for.
fn meaning(word: &str) -> Option<(&'static str, String)> {
    let own = fold(word);
    if let Some((_, at)) = folded().iter().find(|(known, _)| *known == own) {
        let (parameter, value, _) = WORDS[*at];
        return Some((parameter, value.to_owned()));
    }
    price(word).map(|yen| ("price-max", yen.to_string()))
}

/// 500 of 500円以下 and ¥500.
fn price(word: &str) -> Option<u32> {
    let word: String = word.nfkc().collect();
    let word = word.trim();
    let (is_yen, rest) = match word.strip_prefix(['¥', '￥']) {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let rest = ["以下", "以内", "まで"]
        .iter()
        .find_map(|end| rest.strip_suffix(end))
        .unwrap_or(rest);
    let (is_yen, rest) = match rest.strip_suffix('円') {
        Some(rest) => (true, rest),
        None => (is_yen, rest),
    };
    let is_number = (1..=4).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit());
    rest.parse().ok().filter(|_| is_yen && is_number)
}

/// Separates the filters of a text with spaces.
pub(super) fn split(text: &str) -> Split {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '、' | '・' | '+' | '＋'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut split = Split::default();
    let mut rest: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = MOST_TOGETHER.min(words.len() - at);
        let found = (1..=longest).rev().find_map(|count| {
            let word = words[at..at + count].join(" ");
            let trimmed = word.trim_matches([',', '，']);
            let (parameter, value) = meaning(trimmed)?;
            let word = trimmed.to_owned();
            Some((
                count,
                FilterWord {
                    word,
                    parameter,
                    value,
                },
            ))
        });
        match found {
            Some((count, filter)) => {
                split.add(filter);
                at += count;
            }
            None => {
                rest.push(words[at]);
                at += 1;
            }
        }
    }
    split.rest = rest.join(" ");
    if !split.filters.is_empty() {
        split.rest = without_near(&split.rest).unwrap_or(split.rest);
    }
    split
}

/// Separates the filters of a text without spaces: 渋谷コワーキング, but not wifiのある博多.
pub(super) fn split_joined(text: &str) -> Option<Split> {
    let mut word = fold(text);
    let mut split = Split::default();
    while let Some((at, rest)) = folded().iter().find_map(|(known, at)| {
        let rest = word
            .strip_suffix(&**known)
            .or_else(|| word.strip_prefix(&**known))?;
        (!rest.is_empty()).then(|| (*at, rest.to_owned()))
    }) {
        let (parameter, value, words) = WORDS[at];
        split.add(FilterWord {
            word: words[0].to_owned(),
            parameter,
            value: value.to_owned(),
        });
        word = PARTICLES
            .iter()
            .find_map(|particle| rest.strip_suffix(particle))
            .filter(|rest| !rest.is_empty())
            .map_or(rest.clone(), str::to_owned);
    }
    if split.filters.is_empty() {
        return None;
    }
    split.rest = without_near(&word).unwrap_or(word);
    Some(split)
}

/// A text without its words for "near"; `None` if it has none or nothing would remain.
pub(super) fn without_near(text: &str) -> Option<String> {
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !NEAR.contains(&&*word.to_lowercase()))
        .collect();
    let mut rest = kept.join(" ");
    let endings = NEAR_ENDINGS.iter().filter_map(|end| rest.strip_suffix(end));
    if let Some(shorter) = endings.min_by_key(|rest| rest.len()) {
        rest = shorter.trim_end().to_owned();
    }
    let is_shorter =
        !rest.is_empty() && rest != text.split_whitespace().collect::<Vec<_>>().join(" ");
    is_shorter.then_some(rest)
}

/// 札幌 of 札幌の.
pub(super) fn without_particle(text: &str) -> Option<&str> {
    let rests = PARTICLES
        .iter()
        .filter_map(|particle| text.strip_suffix(particle));
    rests.into_iter().find(|rest| !rest.is_empty())
}

impl Split {
    /// A text without filters.
    pub(super) fn of(text: &str) -> Split {
        Split {
            rest: text.to_owned(),
            filters: Vec::new(),
        }
    }

    fn add(&mut self, filter: FilterWord) {
        let is_known = |own: &FilterWord| {
            own.parameter == filter.parameter
                // One price and one moment; several things offered.
                && (own.value == filter.value || matches!(filter.parameter, "price-max" | "open-at"))
        };
        if !self.filters.iter().any(is_known) {
            self.filters.push(filter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(split: Split) -> String {
        let filters = split.filters.iter();
        let filters: Vec<String> = filters
            .map(|filter| format!("{}={}", filter.parameter, filter.value))
            .collect();
        format!("{}|{}", split.rest, filters.join("&"))
    }

    #[test]
    fn words_beside_a_place_are_filters() {
        for (text, expected) in [
            ("渋谷 コワーキング", "渋谷|kind=coworking"),
            ("渋谷　ｺﾜｰｷﾝｸﾞ", "渋谷|kind=coworking"),
            ("coworking shibuya", "shibuya|kind=coworking"),
            ("Coworking space in Shibuya", "Shibuya|kind=coworking"),
            ("博多 Wi-Fi", "博多|amenity-all=wifi"),
            ("博多 wifi 電源", "博多|amenity-all=wifi&amenity-all=power"),
            ("free wifi kyoto", "kyoto|amenity-all=wifi"),
            ("札幌の 個室", "札幌の|amenity-all=booth"),
            ("札幌 個室 ブース", "札幌|amenity-all=booth"),
            ("甲府 無料", "甲府|price-max=0"),
            ("甲府 500円以下", "甲府|price-max=500"),
            ("甲府 ¥300", "甲府|price-max=300"),
            ("那覇 drop in", "那覇|use=drop-in"),
            ("meeting room, Osaka", "Osaka|amenity-all=meeting-room"),
            ("渋谷駅 周辺 電源", "渋谷駅|amenity-all=power"),
            (
                "渋谷、個室、駐車場",
                "渋谷|amenity-all=booth&amenity-all=parking",
            ),
            ("高松 営業中", "高松|open-at=now"),
            ("コワーキング", "|kind=coworking"),
            ("渋谷", "渋谷|"),
            ("Hakata-ku, Fukuoka", "Hakata-ku, Fukuoka|"),
            ("道玄坂 500", "道玄坂 500|"),
        ] {
            assert_eq!(read(split(text)), expected, "{text}");
        }
    }

    #[test]
    fn words_written_together_are_taken_apart() {
        for (text, expected) in [
            ("渋谷コワーキング", "渋谷|kind=coworking"),
            ("博多Wi-Fi", "博多|amenity-all=wifi"),
            ("渋谷駅近くのコワーキングスペース", "渋谷駅|kind=coworking"),
            ("札幌で個室", "札幌|amenity-all=booth"),
        ] {
            assert_eq!(read(split_joined(text).unwrap()), expected, "{text}");
        }
        for text in ["渋谷", "コワーキング", "電源", ""] {
            assert_eq!(split_joined(text), None, "{text}");
        }
    }

    #[test]
    fn around_is_no_part_of_a_name() {
        for (text, expected) in [
            ("渋谷周辺", Some("渋谷")),
            ("新宿の近く", Some("新宿")),
            ("near Shibuya", Some("Shibuya")),
            ("渋谷駅 付近", Some("渋谷駅")),
            ("渋谷", None),
            ("周辺", None),
            ("近く", None),
        ] {
            assert_eq!(without_near(text).as_deref(), expected, "{text}");
        }
    }
}
