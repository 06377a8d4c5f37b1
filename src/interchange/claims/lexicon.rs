//! The words beside the facts in lists of facts: yes, no, doubt, conditions, separators.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::list;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word of the list, with its slug.
    Word(&'static str, String),
    /// Yes, no or doubt, and whether it is a symbol: symbols stand before or behind.
    Sign(Sign, bool),
    /// How many there are.
    Count(u32),
    /// That what follows is about everything before.
    All,
    /// That something is near.
    Near,
    /// What separates two things.
    Joint(Joint),
    /// What stands in brackets.
    Bracket(Vec<char>),
    /// What changes nothing.
    Nothing,
    /// What is not known.
    Other(char),
}

/// What a sign says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Yes,
    No,
    Doubt,
}

/// How strongly two things are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Joint {
    None,
    Space,
    Dot,
    Comma,
    Sentence,
}

/// What the next thing is, for a sign that may be about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    Colon,
    Word,
    Else,
}

#[rustfmt::skip]
const YES: &[&str] = &[
    "有り", "有", "あり", "あります", "ある", "ございます", "可能", "可", "完備", "設置", "設置済", "設置済み", "対応", "整備済", "整備済み", "導入済", "導入済み",
    "常備", "備付", "備え付け", "備付け", "利用可", "利用可能", "使用可", "使用可能", "利用できます", "使用できます", "ご利用いただけます", "使えます", "できます",
    "貸出可", "貸出", "貸し出し", "提供", "無料", "有料", "available", "included", "provided", "yes", "ok", "はい", "true",
];
#[rustfmt::skip]
const NO: &[&str] = &[
    "無し", "無", "無い", "なし", "ない", "なく", "不可", "不可能", "ありません", "ございません", "ません", "できません", "していません", "しません", "しない", "ではない", "ではなく", "でない", "ではありません", "じゃない",
    "非対応", "未対応", "未設置", "非設置", "未整備", "未導入", "不要", "禁止", "否", "利用不可", "使用不可", "利用できません", "使用できません", "貸出不可", "設置なし", "お断り", "廃止", "撤去", "撤去済", "撤去済み", "を除く", "は除く", "除く", "not available", "unavailable", "without", "no", "none", "いいえ", "false", "ゼロ", "皆無",
];
#[rustfmt::skip]
const DOUBT: &[&str] = &[
    "予定", "検討", "検討中", "準備中", "整備中", "工事中", "申請中", "募集中", "故障", "故障中", "休止", "休止中", "停止", "停止中", "中止", "調整中", "未定", "不明", "未確認", "要確認", "応相談", "要相談", "相談", "要問合せ", "要問い合わせ", "要問合わせ",
    "有料のみ", "以外", "場合あり", "場合がある", "場合があります", "ことがあります", "可能性", "不採択", "見込み", "見込", "だった", "でした", "跡地", "跡",
];
/// Somewhere else than in the place itself.
const NEAR: &[&str] = &[
    "近隣",
    "近く",
    "周辺",
    "付近",
    "隣接",
    "提携",
    "最寄り",
    "最寄",
];
/// Conditions and circumstances: the thing is there all the same.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "要予約", "予約制", "事前予約制", "事前予約", "予約可", "予約不要", "要申込", "要申込み", "要申請", "要登録", "申込不要", "申込み不要", "申請不要", "登録不要", "会員のみ", "会員限定", "会員専用", "利用者のみ", "利用者限定", "利用者専用", "来館者専用", "先着順", "先着",
    "一部", "全席", "全室", "全館", "全フロア", "各席", "各室", "各階", "別料金", "別途料金", "別途", "料金別", "実費", "追加料金なし", "追加料金不要", "料金不要", "利用料無料", "制限なし", "時間制限なし", "時間制限あり", "台数制限あり", "高さ制限あり", "車高制限あり", "年齢制限なし",
    "飲食不可", "飲食禁止", "飲食可", "喫煙不可", "禁煙", "大型車不可", "大型不可", "大型バス不可", "バス不可", "印刷不可", "ペット不可", "会話不可", "通話不可", "通話可", "平日のみ", "土日のみ", "日中のみ", "昼間のみ", "館内のみ", "施設内", "敷地内", "館内", "屋内", "屋外", "地下", "地上",
    "free", "with", "and", "フリー", "公衆", "高速", "専用", "共用", "共有", "大型", "小型", "外部", "大", "小", "カラー", "モノクロ", "普通車", "普", "軽", "身障者用", "障がい者用", "車いす用", "車椅子用", "男女別",
    "利用", "使用", "設備", "環境", "接続", "接続環境", "サービス", "スペース", "コーナー", "エリア", "付き", "付", "併設", "常設", "備え", "無料開放", "個別", "貸切", "レンタル", "光回線", "光", "タップ", "のみ", "など", "等", "ほか", "その他", "各", "約", "計", "全", "合計", "最大", "本体",
    "の", "は", "が", "も", "を", "に", "で", "へ", "ご", "お", "です", "ます", "用", "有無", "して", "した", "する", "され", "いる", "中", "無料ではない", "無料でない", "無料ではありません", "有料ではない", "有料でない", "有料ではありません",
];
const ALL: &[&str] = &[
    "ともに",
    "共に",
    "とも",
    "いずれも",
    "どちらも",
    "すべて",
    "全て",
    "両方",
];
/// Words that may make the contrary of what they stand beside.
#[rustfmt::skip]
const DOUBTFUL: &[&str] = &[
    "無", "不", "非", "未", "禁", "停", "廃", "壊", "故", "休", "除", "外", "旧", "元", "ない", "ません", "せず", "近", "隣", "周辺", "市営", "町営", "県営", "公営", "コイン", "他", "別", "徒歩", "ください", "下さい", "願い", "だけ", "限", "閉", "弱", "なら", "から", "だっ", "でし", "ため",
    "修中", "装中", "築中", "繕中", "設中", "換中", "検中",
];
const UNITS: &[&str] = &[
    "台分",
    "台",
    "席",
    "室",
    "名",
    "人",
    "個",
    "口",
    "区画",
    "箇所",
    "か所",
    "ヶ所",
    "ブース",
    "部屋",
    "基",
    "本",
    "組",
    "円",
];

/// A text with one width and case, and one dash.
pub fn tidy(text: &str) -> Vec<char> {
    // Circled numbers would become plain ones: ①Wi-Fi②電源.
    let circled = |c| matches!(c, '①'..='⑳' | '❶'..='❿' | '⑴'..='⑽');
    let text = text.trim().chars();
    let text = text.map(|c| if circled(c) { '、' } else { c });
    let text = text.nfkc().flat_map(char::to_lowercase);
    text.map(|c| match c {
        '〔' | '【' | '[' | '〈' => '(',
        '〕' | '】' | ']' | '〉' => ')',
        '\r' => '\n',
        c => c,
    })
    .collect()
}

fn symbol(c: char) -> Option<Sign> {
    match c {
        '○' | '〇' | '◯' | '◎' | '●' | '✓' | '✔' | '☑' | '■' | '✅' | '⭕' | '⚪' => {
            Some(Sign::Yes)
        }
        '×' | '✕' | '✖' | '✗' | '✘' | '☓' | '❌' | '╳' | '⨯' => Some(Sign::No),
        '△' | '▲' | '▽' | '□' | '☐' | '?' => Some(Sign::Doubt),
        _ => None,
    }
}

fn joint(c: char) -> Option<Joint> {
    Some(match c {
        '\n' | '。' | ';' | '.' => Joint::Sentence,
        '、' | ',' | '|' | '，' | '､' => Joint::Comma,
        '・' | '･' | '/' | '&' | '+' | '＋' | '∙' | '·' | '•' | '\\' | '-' | '‐' | '–' | '—'
        | '―' | '−' | '~' | '〜' => Joint::Dot,
        '◆' | '◇' | '※' | '★' | '☆' | '▶' | '▪' => Joint::Comma,
        c if c.is_whitespace() => Joint::Space,
        _ => return None,
    })
}

/// The known word that a text begins with, the longest there is.
fn known(text: &[char]) -> Option<(Token, usize)> {
    type Words = Vec<(Vec<char>, Token)>;
    static BY_FIRST: LazyLock<HashMap<char, Words>> = LazyLock::new(|| {
        let sign = |sign| Token::Sign(sign, false);
        let lists = [
            (YES, sign(Sign::Yes)),
            (NO, sign(Sign::No)),
            (DOUBT, sign(Sign::Doubt)),
            (NOTHING, Token::Nothing),
            (ALL, Token::All),
            (NEAR, Token::Near),
            (
                &["及び", "および", "並びに", "ならびに", "と", "や"],
                Token::Joint(Joint::Dot),
            ),
        ];
        let mut by_first: HashMap<char, Words> = HashMap::new();
        for (words, token) in lists {
            for word in words {
                let word: Vec<char> = word.chars().collect();
                let words = by_first.entry(word[0]).or_default();
                words.push((word, token.clone()));
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        by_first
    });
    let words = BY_FIRST.get(text.first()?)?;
    let (word, token) = words.iter().find(|(word, _)| text.starts_with(word))?;
    // An English word ends where its letters do: no is not in node.
    let after = text.get(word.len());
    let is_cut = word[0].is_ascii_alphabetic() && after.is_some_and(|c| c.is_ascii_alphanumeric());
    (!is_cut).then(|| (token.clone(), word.len()))
}

/// Whether an English word at a place denies the one behind it: no parking.
pub fn denies_next(text: &[char], at: usize) -> bool {
    // 電源:no 駐車場:yes
    let is_answer = text[..at].iter().rev().find(|c| **c != ' ') == Some(&':');
    let mut words = ["no ", "without "].iter();
    !is_answer && words.any(|word| word.chars().eq(text[at..].iter().take(word.len()).copied()))
}

/// Whether a sign of one letter stands alone: 無 is in 無人, 有 in 有志.
fn stands_alone(field: &str, text: &[char], end: usize) -> bool {
    match text.get(end) {
        Some(c) if c.is_alphanumeric() && !"のはがでと".contains(*c) => {
            listed(field, text, end).is_some()
        }
        _ => true,
    }
}

/// The word of a field's list that stands at a place, and where it ends. What people write between
/// its signs (`Wi-Fi`, ドロップイン（一時利用）) is passed over, but not a sign of yes or no.
fn listed(field: &str, text: &[char], at: usize) -> Option<(&'static str, String, usize)> {
    let is_passed = |c: char| {
        (!c.is_alphanumeric() && symbol(c).is_none() && joint(c) != Some(Joint::Sentence))
            || c == 'ー'
    };
    let is_letter = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
    let is_inside = at > 0 && is_letter(text.get(at - 1)) && is_letter(text.get(at));
    if is_inside || !text[at].is_alphanumeric() {
        return None;
    }
    list(field).iter().find_map(|(word, slug)| {
        // One sign is too little to find inside a text: 蔵 is in 武蔵野.
        let is_short = word.chars().nth(1).is_none();
        if is_short && text.len() > 1 {
            return None;
        }
        let mut end = at;
        for c in word.chars() {
            while end > at && text.get(end).is_some_and(|t| *t != c && is_passed(*t)) {
                end += 1;
            }
            if text.get(end) != Some(&c) {
                return None;
            }
            end += 1;
        }
        if is_letter(text.get(end - 1)) && is_letter(text.get(end)) {
            return None;
        }
        while text.get(end).is_some_and(|c| matches!(c, 'ー' | '―')) {
            end += 1;
        }
        Some((*slug, word.clone(), end))
    })
}

/// Whether a doubt leaves what a thing is: a コワーキング（準備中） is one, a コワーキング以外 is not.
fn is_name(field: &str, text: &[char]) -> bool {
    const CONTRARY: [&str; 7] = [
        "以外",
        "だった",
        "でした",
        "跡",
        "不採択",
        "可能性",
        "有料のみ",
    ];
    let starts = |word: &str| {
        word.chars()
            .eq(text.iter().take(word.chars().count()).copied())
    };
    matches!(field, "kind" | "stock") && !CONTRARY.iter().any(|word| starts(word))
}

/// The token at a place, and where the next one begins.
pub fn next(field: &str, text: &[char], at: usize) -> (Token, usize) {
    let c = text[at];
    let word = listed(field, text, at);
    let fact = known(&text[at..]);
    // 会員のみ is a condition of other things, and a way of use itself.
    let is_own = |f: &(Token, usize)| {
        let text: String = text[at..at + f.1].iter().collect();
        let is_only = ["のみ", "限定", "専用"]
            .iter()
            .any(|end| text.ends_with(end));
        matches!(field, "uses" | "eligibility") && is_only
    };
    let fact = fact.filter(|f| word.is_none() || !is_own(f));
    match (word, fact) {
        (Some((slug, word, end)), fact) if fact.as_ref().is_none_or(|f| at + f.1 <= end) => {
            return (Token::Word(slug, word), end);
        }
        (_, Some((Token::Sign(..), 1))) if !stands_alone(field, text, at + 1) => {
            return (Token::Other(c), at + 1);
        }
        (_, Some((Token::Sign(Sign::Doubt, _), length))) if is_name(field, &text[at..]) => {
            return (Token::Nothing, at + length);
        }
        (_, Some((token, length))) => return (token, at + length),
        _ => {}
    }
    if c == '(' {
        let end = text[at..].iter().position(|c| *c == ')');
        let end = end.map_or(text.len(), |end| at + end);
        return (Token::Bracket(text[at + 1..end].to_vec()), end + 1);
    }
    if c == ')' || c == ':' {
        return (Token::Nothing, at + 1);
    }
    // 会議室×2 has two of them.
    if c == '×' && text.get(at + 1).is_some_and(char::is_ascii_digit) {
        return (Token::Nothing, at + 1);
    }
    if let Some(sign) = symbol(c) {
        return (Token::Sign(sign, true), at + 1);
    }
    if let Some(end) = dash_after_colon(text, at) {
        return (Token::Sign(Sign::No, false), end);
    }
    if c.is_ascii_digit() {
        return count(text, at);
    }
    if let Some(joint) = joint(c) {
        return (Token::Joint(joint), at + 1);
    }
    (Token::Other(c), at + 1)
}

/// 駐車場：－ says that there is none.
fn dash_after_colon(text: &[char], at: usize) -> Option<usize> {
    let is_dash = |c: &char| matches!(c, '-' | '‐' | '–' | '—' | '―' | '−' | 'ー');
    let before = text[..at].iter().rev().find(|c| !c.is_whitespace());
    let end = text[at..].iter().position(|c| !is_dash(c));
    let end = end.map_or(text.len(), |end| at + end);
    let ends = text.get(end).is_none_or(|c| !c.is_alphanumeric());
    (before == Some(&':') && end > at && ends).then_some(end)
}

/// 10台, 1F, 100Mbps, 2 and 0.
fn count(text: &[char], at: usize) -> (Token, usize) {
    let digits = text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let end = at + digits;
    let number: String = text[at..end].iter().take(9).collect();
    let number = number.parse().unwrap_or(u32::MAX);
    let rest = &text[end..];
    let starts = |word: &str| {
        let mut word = word.chars();
        word.by_ref().zip(rest).all(|(a, b)| a == *b) && word.next().is_none()
    };
    let unit = UNITS.iter().find(|unit| {
        let length = unit.chars().count();
        rest.len() >= length && starts(unit)
    });
    if let Some(unit) = unit {
        let end = end + unit.chars().count();
        let token = match *unit {
            "円" => Token::Nothing,
            _ => Token::Count(number),
        };
        return (token, end);
    }
    // 1F, 24時間, 100Mbps: no number of things.
    let after = rest.first();
    let is_measure =
        after.is_some_and(|c| c.is_ascii_alphabetic() || "時分階年月日歳%".contains(*c));
    if is_measure {
        let is_latin = after.is_some_and(char::is_ascii_alphabetic);
        let is_part = |c: &&char| match is_latin {
            true => c.is_ascii_alphanumeric() || matches!(c, '.' | '%'),
            false => "時分階年月日歳間%".contains(**c),
        };
        let more = rest.iter().take_while(is_part).count();
        return (Token::Nothing, end + more);
    }
    let ends = after.is_none_or(|c| !c.is_alphanumeric() && *c != '.');
    let follows_word = at > 0 && text[at - 1].is_alphanumeric();
    let after_colon = at > 0 && text[..at].iter().rev().find(|c| **c != ' ') == Some(&':');
    match ends && (follows_word || after_colon || digits == text.len()) {
        true => (Token::Count(number), end),
        // The number of a thing in a list, or part of a name.
        false => (Token::Joint(Joint::Comma), end),
    }
}

/// What stands next, spaces passed over.
pub fn sense(field: &str, text: &[char], at: usize) -> Sense {
    let skipped = text[at.min(text.len())..]
        .iter()
        .take_while(|c| c.is_whitespace() && **c != '\n')
        .count();
    let at = at + skipped;
    match text.get(at) {
        Some(':') => Sense::Colon,
        Some(_) if matches!(next(field, text, at).0, Token::Word(..)) => Sense::Word,
        Some('(') => Sense::Else,
        Some(_) if matches!(next(field, text, at).0, Token::Other(_) | Token::Nothing) => {
            Sense::Word
        }
        _ => Sense::Else,
    }
}

/// What a text without words of the list comes to: the strongest sign in it, and whether nothing
/// stands beside that.
pub fn gist(field: &str, text: &[char]) -> (Option<Sign>, bool) {
    let (mut sign, mut other, mut at) = (None, String::new(), 0);
    while at < text.len() {
        let (token, next) = next(field, text, at);
        let found = match token {
            Token::Sign(sign, _) => Some(sign),
            Token::Near => Some(Sign::Doubt),
            Token::Count(0) => Some(Sign::No),
            Token::Count(_) => Some(Sign::Yes),
            Token::Other(c) => {
                other.push(c);
                None
            }
            _ => None,
        };
        sign = match (sign, found) {
            (sign, None) => sign,
            (None | Some(Sign::Yes), found) => found,
            (Some(Sign::Doubt), _) | (_, Some(Sign::Doubt)) => Some(Sign::Doubt),
            (sign, _) => sign,
        };
        at = next.max(at + 1);
    }
    if sign.is_none_or(|sign| sign == Sign::Yes) && is_doubtful(&other) {
        return (Some(Sign::Doubt), false);
    }
    (sign, other.is_empty())
}

/// Whether words that are not known may say the contrary of what they stand beside.
pub fn is_doubtful(other: &str) -> bool {
    DOUBTFUL.iter().any(|word| other.contains(word))
}
