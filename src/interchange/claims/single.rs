//! Fields with a single word: kind, status and eligibility.

use super::lexicon::{self, Joint, Sign, Token};
use super::{LONGEST, read};
use crate::interchange::targets::fold;
use crate::interchange::words;

/// The word that a text stands for; `None` if it is not clearly one.
pub fn one(field: &str, text: &str) -> Option<&'static str> {
    if text.len() > LONGEST {
        return None;
    }
    let folded = fold(text);
    let whole = words::compared(field)
        .iter()
        .find(|(word, _)| *word == folded);
    if let Some((_, slug)) = whole {
        return Some(slug);
    }
    match field {
        "status" => status(text),
        "eligibility" => eligibility(text),
        "kind" | "stock" | "support" => read(field, text).affirmed.first().copied(),
        "amenities" | "uses" => {
            let claims = read(field, text);
            let is_one = claims.affirmed.len() == 1 && claims.is_clear();
            claims.affirmed.first().copied().filter(|_| is_one)
        }
        _ => None,
    }
}

/// What stands outside brackets and what inside.
fn brackets(text: &[char]) -> (Vec<char>, Vec<char>) {
    let (mut outside, mut inside, mut depth) = (Vec::new(), Vec::new(), 0_usize);
    for c in text {
        match c {
            '(' => {
                depth += 1;
                inside.push(' ');
            }
            ')' => depth = depth.saturating_sub(1),
            c if depth > 0 => inside.push(*c),
            c => outside.push(*c),
        }
    }
    (outside, inside)
}

#[rustfmt::skip]
const STATUS: &[(&str, &[&str])] = &[
    ("open", &["通常営業", "通常営業中", "通常開館", "通常運営", "仮オープン", "プレオープン", "ソフトオープン", "仮開館", "仮営業", "試行運営", "試行運営中", "試験運用中", "試行中", "運営", "運用中", "営業しています", "開館しています", "開館", "開所", "開所中", "供用", "供用開始", "供用開始済", "供用済", "利用中", "利用可能", "使用中", "開業済", "開業済み", "開業中", "開館済", "オープン中", "オープン済", "オープン済み", "稼動中", "稼動", "活動中", "再開", "営業再開", "開放中", "オープンしました", "開業しました", "利用できます"]),
    ("planned", &["開設準備中", "開業準備中", "開館準備中", "オープン準備中", "未開設", "未開業", "未供用", "未オープン", "未開館", "未開所", "未整備", "供用前", "開業前", "開設前", "オープン前", "供用開始前", "建設中", "建設予定", "新築工事中", "建築中", "開館予定", "開所予定", "供用予定", "供用開始予定", "整備予定", "設置予定", "計画", "計画段階", "構想中", "構想段階", "検討中"]),
    ("suspended", &["営業休止", "営業休止中", "休所", "休所中", "運営休止", "運営休止中", "利用休止", "利用休止中", "供用休止", "供用休止中", "臨時休館", "臨時休館中", "臨時休業中", "一時休止", "一時休止中", "一時閉鎖", "一時閉鎖中", "一時休館", "一時休館中", "長期休館", "長期休館中", "長期休業", "長期休業中", "改修中", "改装中", "改修工事中", "改装工事中", "リニューアル工事中", "リニューアル中", "休園", "休園中", "利用停止", "利用停止中", "運用停止中", "営業停止中", "改修のため休館", "改修のため休館中", "改修工事のため休館", "改修工事のため休館中", "工事のため休館", "工事のため休館中", "改装のため休業", "改装のため休業中", "活動休止", "活動休止中"]),
    ("closed", &["閉所", "閉所済", "閉所済み", "閉園", "廃止済", "廃止済み", "廃館", "撤退", "解散", "閉校", "営業を終了", "営業を終了しました", "閉鎖しました", "閉店しました", "閉館しました", "廃止しました", "運営終了", "供用終了", "供用廃止", "利用終了", "取壊し", "解体", "解体済", "解体済み", "閉館済", "閉館済み", "閉店済み", "廃業済み"]),
];
/// A day when this list was written: what opens or closes on a later one may lie ahead.
const LAST_DAY: [u32; 3] = [2026, 11, 30];

/// The status. A partial or future state is not a status.
fn status(text: &str) -> Option<&'static str> {
    let (outside, inside) = brackets(&lexicon::tidy(text));
    let (outside, mut dates) = dateless(&outside);
    let (inside, other_dates) = dateless(&inside);
    dates.extend(other_dates);
    let inside = fold(&inside.iter().collect::<String>());
    let mut found: Option<(&'static str, bool)> = None;
    for part in outside.split(|c| matches!(c, '、' | '。' | ',' | ' ' | '\n' | '/' | ';')) {
        let (sign, is_alone) = lexicon::gist("", part);
        let part = fold(&part.iter().collect::<String>());
        let part = ["現在は", "現在", "当面の間", "当面", "すでに", "既に"]
            .iter()
            .fold(part.as_str(), |part, word| {
                part.strip_prefix(word).unwrap_or(part)
            });
        let part = part.strip_suffix("です").unwrap_or(part);
        match state(part) {
            Some(state) if found.is_some_and(|(slug, _)| slug != state.0) => return None,
            Some(state) => found = Some(state),
            None if sign.is_none() && is_alone => {}
            None => return None,
        }
    }
    let (slug, is_current) = found?;
    let holds = |words: &[&str]| words.iter().any(|word| inside.contains(word));
    let is_ahead = holds(&["予定", "見込", "準備"]);
    let is_later = dates.iter().any(|date| *date > LAST_DAY);
    // 12月15日から休館, but not 休館中（3月まで）
    let is_to_come = !is_current && dates.iter().min().is_some_and(|date| *date > LAST_DAY);
    let is_partly = holds(&["一部", "ない", "不", "未", "除"]);
    match slug {
        "open" if is_current => Some(slug).filter(|_| !holds(&["ない", "不", "未"])),
        "open" if matches!(&*inside, "予定" | "見込" | "見込み" | "準備中") => {
            Some("planned")
        }
        "open" if is_ahead || is_later || is_partly => None,
        "closed" if matches!(&*inside, "予定" | "見込" | "見込み") || is_later || is_partly => {
            None
        }
        "suspended" if is_partly || is_to_come => None,
        slug if holds(&["一時", "再開"]) && slug == "closed" => None,
        slug => Some(slug),
    }
}

/// The status that a folded text is, and whether it says so of today.
fn state(part: &str) -> Option<(&'static str, bool)> {
    let more = STATUS
        .iter()
        .find(|(_, words)| words.iter().any(|word| fold(word) == part));
    let slug = more.map(|(slug, _)| *slug).or_else(|| {
        let known = words::compared("status").iter();
        known
            .clone()
            .find(|(word, _)| word == part)
            .map(|(_, slug)| *slug)
    })?;
    let is_current = part.ends_with('中') || part.ends_with("ています") || part.contains("営業");
    Some((slug, is_current))
}

/// A text without its dates, and those of them that name a year: year, month and day, zeros where
/// they are not said. A fiscal year is over at the end of March.
fn dateless(text: &[char]) -> (Vec<char>, Vec<[u32; 3]>) {
    const ERAS: [(&str, u32); 6] = [
        ("令和", 2018),
        ("平成", 1988),
        ("昭和", 1925),
        ("r", 2018),
        ("h", 1988),
        ("s", 1925),
    ];
    let (mut rest, mut dates, mut at) = (Vec::new(), Vec::new(), 0);
    while at < text.len() {
        let era = ERAS.iter().find_map(|(name, first)| {
            let length = name.chars().count();
            let is_one = name.chars().eq(text[at..].iter().take(length).copied());
            let digit = text.get(at + length);
            (is_one && digit.is_some_and(|c| c.is_ascii_digit() || *c == '元'))
                .then_some((*first, length))
        });
        let start = at + era.map_or(0, |(_, length)| length);
        if !text
            .get(start)
            .is_some_and(|c| c.is_ascii_digit() || (era.is_some() && *c == '元'))
        {
            rest.push(text[at]);
            at += 1;
            continue;
        }
        let digits: String = text[start..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .take(4)
            .collect();
        let number = digits.parse::<u32>().unwrap_or(1);
        let year = match era {
            Some((first, _)) => Some(first + number),
            None => Some(number).filter(|_| digits.len() == 4),
        };
        let is_date =
            |c: &&char| c.is_ascii_digit() || "元年月日度末頃付け./-上中下旬".contains(**c);
        let length = text[start..].iter().take_while(is_date).count().max(1);
        if let Some(year) = year {
            let said: String = text[start..start + length].iter().collect();
            let mut parts = said
                .split(|c: char| !c.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .skip(usize::from(!digits.is_empty()))
                .map(|part| part.parse::<u32>().unwrap_or(0));
            let month = parts.next().unwrap_or(0);
            dates.push(match said.contains('度') {
                true => [year + 1, 3, 31],
                false => [year, month, parts.next().unwrap_or(0)],
            });
        }
        at = start + length;
        // 令和6年3月をもって閉館, 3月から休館.
        for word in ["をもって", "から", "より", "に", "で"] {
            if word.chars().eq(text[at.min(text.len())..]
                .iter()
                .take(word.chars().count())
                .copied())
            {
                at += word.chars().count();
                break;
            }
        }
    }
    (rest, dates)
}

/// The people that a text admits or excludes.
#[derive(Debug, Default)]
struct Audience {
    groups: Vec<&'static str>,
    /// People outside a group: 一般, 非会員, 市外の方.
    has_others: bool,
    is_except: bool,
    /// 個人, which with 法人 is more than companies.
    has_individuals: bool,
    yes: bool,
    no: bool,
    doubt: bool,
    unknown: bool,
    /// What it costs them: 市民は無料 leaves nobody out.
    is_priced: bool,
    /// That nobody has to register: 会員登録不要 is no word on members.
    needs_no_registration: bool,
}

/// Words of a price.
const PRICES: &[&str] = &["無料", "有料", "半額", "割引", "料金", "円"];
/// Words that say that nobody has to register.
#[rustfmt::skip]
const NO_REGISTRATION: &[&str] = &[
    "会員登録不要", "会員登録は不要", "会員登録なし", "利用登録不要", "利用登録は不要", "事前登録不要", "登録不要", "登録は不要", "登録なし",
];

#[rustfmt::skip]
const OTHERS: &[&str] = &["非会員", "会員以外", "会員外", "市外", "町外", "村外", "区外", "県外", "地域外", "外部", "部外者", "市民以外", "町民以外", "住民以外", "村民以外", "区民以外", "一般"];
#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "市内に", "町内に", "村内に", "区内に", "県内に", "市内", "町内", "村内", "区内", "県内", "地域", "圏域内", "方", "人", "者", "利用", "対象", "向け", "または", "又は", "もしくは", "及び", "および", "のみ", "限定", "限る", "限ります", "に限る", "に限ります", "だけ", "も", "個人", "歓迎", "登録済み", "登録済",
];

/// The eligibility.
fn eligibility(text: &str) -> Option<&'static str> {
    let (outside, inside) = brackets(&lexicon::tidy(text));
    let own = audience(&outside);
    let slug = own.who()?;
    let aside = audience(&inside);
    // 誰でも（市民は無料）
    let is_price = slug == "anyone" && aside.is_priced && !aside.unknown;
    let names_others = !is_price && aside.groups.iter().any(|group| *group != slug);
    let is_same = match (aside.has_others, aside.no) {
        (true, true) => slug != "anyone",
        (true, false) => slug == "anyone",
        (false, no) => !no,
    };
    let contradicts = aside.needs_no_registration && slug == "registered";
    let is_fine = is_same && !names_others && !aside.doubt && !aside.is_except && !contradicts;
    Some(slug).filter(|_| is_fine)
}

impl Audience {
    fn who(&self) -> Option<&'static str> {
        if self.unknown || self.doubt {
            return None;
        }
        if self.needs_no_registration && self.groups.contains(&"registered") {
            return None;
        }
        let is_of_all = self.has_others || self.is_except || self.groups == ["anyone"];
        if self.is_priced && !is_of_all {
            return None;
        }
        let only = match self.groups.as_slice() {
            ["corporate"] if self.has_individuals => None,
            [one] => Some(*one),
            _ => None,
        };
        match (self.is_except, self.has_others, self.no) {
            // 市民以外不可, 一般利用不可（会員のみ）
            (true, _, true) | (_, true, true) => only.filter(|slug| *slug != "anyone"),
            (true, _, false) => Some("anyone").filter(|_| self.yes),
            (_, true, false) => Some("anyone").filter(|_| self.yes || self.groups.is_empty()),
            (false, false, true) => None,
            (false, false, false) => only,
        }
    }
}

fn audience(text: &[char]) -> Audience {
    let mut found = Audience::default();
    let starts = |at: usize, words: &[&'static str]| {
        let fits = |word: &&&str| {
            word.chars()
                .eq(text[at..].iter().take(word.chars().count()).copied())
        };
        let word = words.iter().filter(fits).max_by_key(|word| word.len());
        word.map(|word| (*word, word.chars().count()))
    };
    let mut at = 0;
    while at < text.len() {
        if let Some((_, length)) = starts(at, NO_REGISTRATION) {
            found.needs_no_registration = true;
            at += length;
            continue;
        }
        found.is_priced |= starts(at, PRICES).is_some();
        if let Some((word, length)) = starts(at, OTHERS) {
            // 会員以外不可 is about the members all the same.
            if let Some(group) = word.strip_suffix("以外").and_then(|group| {
                words::compared("eligibility")
                    .iter()
                    .find(|(known, _)| known == group)
            }) {
                found.groups.push(group.1);
                found.is_except = true;
            } else {
                found.has_others = true;
            }
            at += length;
            continue;
        }
        if let Some((_, length)) = starts(at, &["優先", "以上", "以下", "未満", "女性", "男性"])
        {
            found.doubt = true;
            at += length;
            continue;
        }
        let (token, next) = lexicon::next("eligibility", text, at);
        // 500円 is one token.
        found.is_priced |= text[at..next.min(text.len())].contains(&'円');
        match token {
            Token::Word(slug, _) if !found.groups.contains(&slug) => found.groups.push(slug),
            Token::Word(..) => {}
            Token::Sign(..) | Token::Nothing | Token::Other(_)
                if let Some((word, length)) = starts(at, PEOPLE)
                    && at + length >= next =>
            {
                found.yes |= word == "も" || word == "歓迎";
                found.has_individuals |= word == "個人";
                at += length;
                continue;
            }
            Token::Sign(Sign::Yes, _) => found.yes = true,
            Token::Sign(Sign::No, _) => found.no = true,
            Token::Sign(Sign::Doubt, _) if starts(at, &["以外"]).is_some() => {
                found.is_except = true
            }
            Token::Sign(Sign::Doubt, _) => found.doubt = true,
            Token::Other(_) => found.unknown = true,
            Token::Joint(Joint::Sentence) if at + 1 < text.len() => {}
            _ => {}
        }
        at = next.max(at + 1);
    }
    found
}
