//! The ways to write a stop: its name with and without operator or city, spelling variants, qualifiers.

use crate::stations::line_name;

use super::super::Area;
use super::super::fold::fold;
use super::super::romaji::loose;
use super::super::search::{MatchQuality, WHOLE};
use super::INEXACT;

/// Operators as people call them, in kanji, kana and Latin letters, by a part of their legal names.
/// A station's own name often begins with one of them.
pub(super) const OPERATORS: &[(&str, &[&str])] = &[
    ("旅客鉄道", &["JR", "じぇいあーる", "JR"]),
    ("近畿日本鉄道", &["近鉄", "きんてつ", "Kintetsu"]),
    ("西日本鉄道", &["西鉄", "にしてつ", "Nishitetsu"]),
    ("名古屋鉄道", &["名鉄", "めいてつ", "Meitetsu"]),
    ("京成電鉄", &["京成", "けいせい", "Keisei"]),
    ("京浜急行電鉄", &["京急", "けいきゅう", "Keikyu"]),
    ("京王電鉄", &["京王", "けいおう", "Keio"]),
    ("小田急電鉄", &["小田急", "おだきゅう", "Odakyu"]),
    ("東急電鉄", &["東急", "とうきゅう", "Tokyu"]),
    ("東武鉄道", &["東武", "とうぶ", "Tobu"]),
    ("西武鉄道", &["西武", "せいぶ", "Seibu"]),
    ("相模鉄道", &["相鉄", "そうてつ", "Sotetsu"]),
    ("阪急電鉄", &["阪急", "はんきゅう", "Hankyu"]),
    ("阪神電気鉄道", &["阪神", "はんしん", "Hanshin"]),
    ("京阪電気鉄道", &["京阪", "けいはん", "Keihan"]),
    ("南海電気鉄道", &["南海", "なんかい", "Nankai"]),
    ("山陽電気鉄道", &["山陽", "さんよう", "Sanyo"]),
    ("神戸電鉄", &["神鉄", "しんてつ", "Shintetsu"]),
    ("京福電気鉄道", &["嵐電", "らんでん", "Randen"]),
    ("広島電鉄", &["広電", "ひろでん", "Hiroden"]),
    ("遠州鉄道", &["遠鉄", "えんてつ", "Entetsu"]),
    ("富山地方鉄道", &["電鉄", "でんてつ", "Dentetsu"]),
    ("長野電鉄", &["長電", "ながでん", "Nagaden"]),
    ("静岡鉄道", &["静鉄", "しずてつ", "Shizutetsu"]),
    (
        "東京地下鉄",
        &["東京メトロ", "とうきょうめとろ", "Tokyo Metro"],
    ),
    (
        "大阪市高速電気軌道",
        &["大阪メトロ", "おおさかめとろ", "Osaka Metro"],
    ),
    ("東京都", &["都営", "とえい", "Toei"]),
    ("東京都", &["都電", "とでん", "Toden"]),
];

/// Operators whose trains most people call underground, by a part of their legal names.
const UNDERGROUND: &[&str] = &["地下鉄", "高速電気軌道", "市", "東京都", "交通局"];
const UNDERGROUND_NAMES: &[&str] = &["地下鉄", "市営地下鉄", "メトロ", "subway", "metro"];

/// Whether a name is the three letters on tickets.
pub(super) fn is_code(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|b| b.is_ascii_uppercase())
}

/// A name, and where it has another one in brackets (西鉄福岡（天神）) both of them.
pub(super) fn whole_and_parts(name: &str) -> Vec<(&str, MatchQuality)> {
    let mut all = vec![(name, WHOLE)];
    if let Some((before, rest)) = name.split_once(['（', '(']) {
        let inner = rest.trim_end_matches(['）', ')']);
        all.extend([(before, WHOLE), (inner, INEXACT)]);
    }
    all
}

/// The operator or city in front of a station's name: folded, its reading, in Latin letters.
pub(super) type Prefix = [Box<str>; 3];

pub(super) fn prefixes(operators: &[Box<str>], city: Option<&Area>) -> Vec<Prefix> {
    let mut all: Vec<Prefix> = Vec::new();
    for (legal, names) in OPERATORS {
        if operators.iter().any(|own| own.contains(legal)) {
            all.push([
                fold(names[0]).into(),
                fold(names[1]).into(),
                loose(names[2]).into(),
            ]);
        }
    }
    if let Some(city) = city
        && let [name, kana, ..] = &*city.stems
        && let Some(latin) = city.latin_stems.first()
    {
        all.push([name.clone(), kana.clone(), latin.clone()]);
    }
    all
}

/// 難波 for JR難波, なんば for おおさかなんば. At least two characters must remain.
pub(super) fn without_prefix(name: &str, prefixes: &[Prefix], which: usize) -> Option<String> {
    let rests = prefixes.iter().filter_map(|prefix| {
        let prefix = &prefix[which];
        name.strip_prefix(&**prefix).filter(|_| !prefix.is_empty())
    });
    // In Latin letters two are no name.
    let least = if which == 2 { 3 } else { 2 };
    rests
        .filter(|rest| rest.chars().nth(least - 1).is_some())
        .min_by_key(|rest| rest.len())
        .map(str::to_owned)
}

/// The words that may stand beside a station's name: its lines and operators by all their names.
pub(super) fn qualifiers(lines: &[Box<str>], operators: &[Box<str>]) -> Vec<Box<str>> {
    let mut all: Vec<Box<str>> = Vec::new();
    let mut add = |text: &str| {
        let folded: Box<str> = fold(text).into();
        if !folded.is_empty() && !all.contains(&folded) {
            all.push(folded);
        }
    };
    for line in lines {
        add(line);
        add(line_name(line));
        // 中央本線 and 中央線, 東海道新幹線 and 新幹線.
        if let Some(stem) = line.strip_suffix('線') {
            add(&format!("{stem}本線"));
        }
        if line.ends_with("新幹線") {
            add("新幹線");
        }
    }
    for operator in operators {
        add(operator);
        for ending in ["電気鉄道", "電鉄", "鉄道", "旅客鉄道"] {
            if let Some(stem) = operator.strip_suffix(ending) {
                add(stem);
            }
        }
        if let Some(region) = operator.strip_suffix("旅客鉄道") {
            add(&format!("JR{region}"));
        }
        if UNDERGROUND.iter().any(|part| operator.ends_with(part)) {
            UNDERGROUND_NAMES.iter().for_each(|name| add(name));
        }
    }
    for (legal, names) in OPERATORS {
        if operators.iter().any(|own| own.contains(legal)) {
            names.iter().for_each(|name| add(name));
        }
    }
    all
}

/// One form for spellings that registers and signs mix: 市谷 for 市が谷, 御茶水 for お茶の水,
/// 三宮 for 三の宮, 四谷 for 四つ谷.
pub(super) fn loosen(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    let is_kanji = |at: usize| {
        let c = chars.get(at);
        c.is_some_and(|c| matches!(c, '㐀'..='鿿' | '々'))
    };
    let mut out = String::with_capacity(folded.len());
    for (at, &c) in chars.iter().enumerate() {
        let is_between = at > 0 && is_kanji(at - 1) && is_kanji(at + 1);
        match c {
            'が' | 'の' | 'つ' | '之' | 'ノ' if is_between => {}
            'お' if is_kanji(at + 1) => out.push('御'),
            c => out.push(c),
        }
    }
    out
}
