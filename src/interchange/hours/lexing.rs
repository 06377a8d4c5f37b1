//! Splits sentences about hours and closing days into words.

use super::periods::{PERIODS, Period};
use super::week::Days;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Time(u16, bool),
    WholeDay,
    To,
    Days(Days, bool),
    Nth(Vec<i8>),
    Date(u8, u8),
    /// A day of every month.
    Monthly(u8),
    MonthEnd,
    Period(Period),
    /// Every other week.
    Sometimes,
    Closed,
    Open,
    Never,
    None,
    Irregular,
    ThreeDays,
    /// 休日: holidays, and perhaps Saturdays and Sundays.
    DayOff,
    AfterHoliday,
    EveryMonth,
    Other,
    /// A month, not followed by a day.
    Month(u8),
    /// A time of the day it is closed follows, or came before.
    Break,
    ByAppointment,
    /// 祝日を含む
    Including,
    Vague(&'static str),
    Until,
    Nothing,
}

/// Words without a number in them, the longer ones first.
#[rustfmt::skip]
const WORDS: &[(&str, Word)] = &[
    ("24時間", Word::WholeDay), ("二十四時間", Word::WholeDay), ("終日", Word::WholeDay), ("24h", Word::WholeDay), ("365日", Word::Never),
    ("お昼休み", Word::Break), ("昼休み", Word::Break), ("昼休憩", Word::Break), ("休憩時間", Word::Break), ("休憩", Word::Break), ("昼休", Word::Break),
    ("完全予約制", Word::ByAppointment), ("事前予約制", Word::ByAppointment), ("予約制", Word::ByAppointment), ("要事前予約", Word::ByAppointment), ("要予約", Word::ByAppointment), ("予約のみ", Word::ByAppointment), ("予約が必要", Word::ByAppointment),
    ("を含みます", Word::Including), ("を含む", Word::Including), ("も含む", Word::Including), ("含みます", Word::Including), ("含む", Word::Including),
    ("のみ", Word::Nothing), ("延長", Word::Nothing),
    ("年中無休", Word::Never), ("無休", Word::Never), ("休みなし", Word::Never),
    ("国民の祝日の翌日", Word::AfterHoliday), ("祝祭日の翌日", Word::AfterHoliday), ("祝日の翌日", Word::AfterHoliday), ("祝日の翌平日", Word::AfterHoliday), ("祝日翌日", Word::AfterHoliday), ("休日の翌日", Word::AfterHoliday),
    ("国民の祝日", Word::Days(Days::HOLIDAYS, false)), ("国民の休日", Word::Days(Days::HOLIDAYS, false)), ("振替休日", Word::Days(Days::HOLIDAYS, false)), ("祝祭日", Word::Days(Days::HOLIDAYS, false)), ("祝休日", Word::Days(Days::HOLIDAYS, false)), ("祝日", Word::Days(Days::HOLIDAYS, false)),
    ("祭日", Word::Days(Days::HOLIDAYS, false)), ("祝", Word::Days(Days::HOLIDAYS, false)),
    ("平日", Word::Days(Days::WORKING, true)), ("週末", Word::Days(Days::WEEKEND, false)),
    ("毎日", Word::Days(Days::ALL, false)), ("全日", Word::Days(Days::ALL, false)), ("通年", Word::Days(Days::ALL, false)),
    ("不定休", Word::Irregular), ("不定期休業", Word::Irregular), ("不定期", Word::Irregular),
    ("臨時休業日", Word::Vague("臨時休業あり")), ("臨時休館日", Word::Vague("臨時休館あり")), ("臨時休所日", Word::Vague("臨時休所あり")), ("臨時休園日", Word::Vague("臨時休園あり")), ("臨時休室日", Word::Vague("臨時休室あり")), ("臨時休日", Word::Vague("臨時休業あり")), ("臨時休所", Word::Vague("臨時休所あり")), ("臨時休園", Word::Vague("臨時休園あり")), ("臨時休業", Word::Vague("臨時休業あり")), ("臨時休館", Word::Vague("臨時休館あり")), ("臨時休", Word::Vague("臨時休業あり")), ("隔週", Word::Sometimes),
    ("毎月末日", Word::MonthEnd), ("月末日", Word::MonthEnd), ("各月末日", Word::MonthEnd), ("毎月末", Word::MonthEnd), ("月末", Word::MonthEnd), ("月の末日", Word::MonthEnd), ("月の最終日", Word::MonthEnd), ("毎月最終日", Word::MonthEnd),
    ("三が日", Word::ThreeDays), ("三ヶ日", Word::ThreeDays), ("三箇日", Word::ThreeDays), ("大晦日", Word::Date(12, 31)), ("大みそか", Word::Date(12, 31)),
    ("元日", Word::Date(1, 1)), ("元旦", Word::Date(1, 1)),
    ("定休日", Word::Closed), ("休館日", Word::Closed), ("休業日", Word::Closed), ("休所日", Word::Closed), ("店休日", Word::Closed),
    ("閉館日", Word::Closed), ("閉園日", Word::Closed), ("休園日", Word::Closed), ("お休み", Word::Closed), ("定休", Word::Closed),
    ("休室日", Word::Closed), ("休場日", Word::Closed), ("休室", Word::Closed), ("休場", Word::Closed), ("閉室", Word::Closed), ("閉店", Word::Closed), ("お休み", Word::Closed), ("利用できません", Word::Closed), ("利用できない", Word::Closed), ("ご利用いただけません", Word::Closed), ("営業しません", Word::Closed), ("開館しません", Word::Closed), ("を除き", Word::Closed), ("以外", Word::Other), ("休館", Word::Closed), ("休業", Word::Closed), ("休所", Word::Closed), ("休園", Word::Closed), ("休み", Word::Closed), ("閉館", Word::Closed),
    ("閉所", Word::Closed), ("閉園", Word::Closed), ("を除く", Word::Closed), ("は除く", Word::Closed), ("除く", Word::Closed),
    ("利用不可", Word::Closed), ("は不可", Word::Closed), ("休日", Word::DayOff), ("休", Word::Closed),
    ("特になし", Word::None), ("特に無し", Word::None), ("とくになし", Word::None), ("なし", Word::None), ("無し", Word::None), ("ナシ", Word::None), ("あり", Word::Nothing), ("有り", Word::Nothing), ("します", Word::Nothing), ("となります", Word::Nothing),
    ("closed on", Word::Closed), ("closed", Word::Closed), ("weekdays", Word::Days(Days::WORKING, false)), ("weekends", Word::Days(Days::WEEKEND, false)), ("public holidays", Word::Days(Days::HOLIDAYS, false)), ("holidays", Word::Days(Days::HOLIDAYS, false)), ("every day", Word::Days(Days::ALL, false)), ("daily", Word::Days(Days::ALL, false)), ("and ", Word::Nothing), ("open ", Word::Nothing),
    ("営業時間", Word::Open), ("開館時間", Word::Open), ("利用時間", Word::Open), ("利用可能時間", Word::Open), ("開所時間", Word::Open), ("開園時間", Word::Open),
    ("開室時間", Word::Open), ("営業日", Word::Open), ("開館日", Word::Open), ("開所日", Word::Open), ("利用可能", Word::Nothing), ("利用可", Word::Nothing),
    ("営業", Word::Nothing), ("開館", Word::Nothing), ("開所", Word::Nothing), ("開放", Word::Nothing), ("利用", Word::Nothing), ("オープン", Word::Nothing),
    ("毎週", Word::Nothing), ("ただし", Word::Nothing), ("但し", Word::Nothing), ("なお", Word::Nothing), ("また", Word::Nothing), ("ほか", Word::Nothing), ("毎月", Word::EveryMonth), ("各月", Word::EveryMonth), ("月の", Word::Nothing), ("翌年", Word::Nothing), ("及び", Word::Nothing), ("および", Word::Nothing),
    ("から", Word::To), ("より", Word::To), ("~", Word::To), ("-", Word::To), ("?", Word::To),
    ("to", Word::To), ("まで", Word::Until), ("迄", Word::Until), ("で", Word::Nothing), ("頃", Word::Nothing), ("ごろ", Word::Nothing), ("です", Word::Nothing), ("の", Word::Nothing), ("は", Word::Nothing), ("と", Word::Nothing),
];

/// What a word ends with that 日 behind it would make another word of.
const COMPOUNDS: [char; 14] = [
    '館', '業', '所', '園', '室', '場', '休', '用', '放', 'ン', '能', '可', '店', '定',
];

/// Cuts a sentence into words; `None` if it has another.
pub(super) fn words(sentence: &str) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let sentence = sentence.to_lowercase();
    let mut rest = sentence.as_str();
    // Whether a word ended here that makes another word of a letter behind it: 開放日 is no Sunday.
    let mut is_compound = false;
    'next: while let Some(first) = rest.chars().next() {
        if first.is_whitespace()
            || matches!(
                first,
                '、' | ',' | '・' | '/' | ':' | '&' | '!' | '「' | '」' | '.' | '|'
            )
        {
            rest = &rest[first.len_utf8()..];
            is_compound = false;
            continue;
        }
        let was_compound = std::mem::take(&mut is_compound);
        if was_compound && rest.starts_with('日') && !rest.starts_with("日曜") {
            return None;
        }
        if let Some((word, left)) = numbered(rest, &words) {
            words.push(word);
            rest = left;
            continue;
        }
        if let Some((left, period)) = PERIODS
            .iter()
            .find_map(|(name, period)| Some((rest.strip_prefix(name)?, period)))
        {
            words.push(Word::Period(*period));
            rest = left;
            continue;
        }
        if let (Some(left), Some(Word::Period(_))) = (rest.strip_prefix("休日"), words.last()) {
            words.push(Word::Closed);
            rest = left;
            continue;
        }
        if let Some(left) = rest.strip_prefix("最終")
            && day(left).is_some()
        {
            words.push(Word::Nth(vec![-1]));
            rest = left;
            continue;
        }
        for (text, word) in WORDS {
            if let Some(left) = rest.strip_prefix(text) {
                words.push(word.clone());
                rest = left;
                is_compound = text.ends_with(COMPOUNDS);
                continue 'next;
            }
        }
        let (word, left) = day(rest)?;
        words.push(word);
        rest = left;
    }
    words.retain(|word| !matches!(word, Word::Nothing | Word::EveryMonth));
    Some(words)
}

/// 月, 月曜 or 月曜日; mon or mo.
fn day(text: &str) -> Option<(Word, &str)> {
    let first = text.chars().next()?;
    if let Some(day) = Days::of_letter(first) {
        let rest = &text[first.len_utf8()..];
        let rest = rest
            .strip_prefix("曜日")
            .or(rest.strip_prefix('曜'))
            .unwrap_or(rest);
        return Some((Word::Days(day, false), rest));
    }
    const ENGLISH: [[&str; 3]; 7] = [
        ["monday", "mon", "mo"],
        ["tuesday", "tue", "tu"],
        ["wednesday", "wed", "we"],
        ["thursday", "thu", "th"],
        ["friday", "fri", "fr"],
        ["saturday", "sat", "sa"],
        ["sunday", "sun", "su"],
    ];
    let (day, rest) = ENGLISH.iter().enumerate().find_map(|(day, names)| {
        Some((day, names.iter().find_map(|name| text.strip_prefix(name))?))
    })?;
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    (!rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then_some((Word::Days(Days(1 << day), false), rest))
}

/// A time, a date, or which of a month's days.
fn numbered<'a>(text: &'a str, words: &[Word]) -> Option<(Word, &'a str)> {
    if text.starts_with("24時間") {
        return None;
    }
    if let Some(rest) = text.strip_prefix('第') {
        return nth(rest);
    }
    if let Some((minutes, is_afternoon, rest)) = clock(text) {
        return Some((Word::Time(minutes, is_afternoon), rest));
    }
    let text = text.strip_prefix("翌月").unwrap_or(text);
    if let Some((minutes, rest)) = four_digits(text, words) {
        return Some((Word::Time(minutes, false), rest));
    }
    let (month, rest) = number(text)?;
    // 平日 9-17
    let is_bare = |rest: &str| {
        !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '~'))
    };
    let range = rest.strip_prefix(['-', '~']).and_then(number);
    match (words.last(), range) {
        (Some(Word::Date(..) | Word::Nth(_) | Word::To), _) => {}
        (_, Some((to, behind)))
            if (5..=14).contains(&month)
                && (12..=26).contains(&to)
                && month < to
                && is_bare(behind)
                || (month < to
                    && to <= 30
                    && behind.starts_with('時')
                    && !behind.starts_with("時間")) =>
        {
            return Some((Word::Time(month * 60, false), rest));
        }
        _ => {}
    }
    if let ([.., Word::Time(from, _), Word::To], true) = (words, is_bare(rest))
        && from % 60 == 0
        && (12..=26).contains(&month)
        && month * 60 > *from
    {
        return Some((Word::Time(month * 60, false), rest));
    }
    if let Some(word) = dotted(month, rest, words) {
        return Some(word);
    }
    if let Some(word) = month_alone(month, rest) {
        return Some(word);
    }
    if let Some(left) = rest.strip_prefix('月').or(rest.strip_prefix('/')) {
        let (day, left) = number(left)?;
        let left = left.strip_prefix('日').unwrap_or(left);
        let is_date =
            (1..=12).contains(&month) && (1..=31).contains(&day) && !left.starts_with(':');
        return is_date.then_some((Word::Date(month as u8, day as u8), left));
    }
    // 12月29日～31日, 8/13～15
    let is_day = (1..=31).contains(&month);
    let left = rest.strip_prefix('日');
    let ends = !rest.starts_with([':', '時', '分', '年', '月', '/', '.', '回', '人', '階']);
    match words {
        [.., Word::Date(..), Word::To] if is_day && (left.is_some() || ends) => {
            Some((Word::Date(0, month as u8), left.unwrap_or(rest)))
        }
        // 毎月10日・20日
        [.., Word::EveryMonth | Word::Monthly(_)] if is_day => {
            Some((Word::Monthly(month as u8), left?))
        }
        _ => None,
    }
}

/// 第1・第3: certain weeks of the month.
fn nth(mut rest: &str) -> Option<(Word, &str)> {
    let mut nth = Vec::new();
    while let Some((n, left)) = number(rest) {
        nth.push(i8::try_from(n).ok().filter(|n| (1..=5).contains(n))?);
        rest = left;
        let next = left.trim_start_matches(['・', '、', ',', 'と', ' ', '&']);
        let next = next.strip_prefix('第').unwrap_or(next);
        if number(next).is_some() {
            rest = next;
        }
    }
    (!nth.is_empty()).then_some((Word::Nth(nth), rest))
}

/// 12月～3月, 7～8月, 7・8月: months without days.
fn month_alone(month: u16, rest: &str) -> Option<(Word, &str)> {
    if !(1..=12).contains(&month) {
        return None;
    }
    let is_end = |left: &str| {
        !left.starts_with(|c: char| c.is_ascii_digit())
            && !left.starts_with(['曜', '上', '中', '下', '分', '第', '頃', '初', '末'])
    };
    if let Some(left) = rest.strip_prefix('月').filter(|left| is_end(left)) {
        return Some((Word::Month(month as u8), left));
    }
    let joined = rest
        .strip_prefix(['~', '-', '・', '、', ','])
        .and_then(number);
    joined
        .is_some_and(|(last, behind)| {
            let behind = behind.strip_prefix('月');
            (1..=12).contains(&last) && behind.is_some_and(is_end)
        })
        .then_some((Word::Month(month as u8), rest))
}

/// 0900-1800: times without a colon, which only stand in twos.
fn four_digits<'a>(text: &'a str, words: &[Word]) -> Option<(u16, &'a str)> {
    let time = |text: &'a str| {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let number: u16 = (digits.len() == 4).then(|| digits.parse().ok())??;
        let (hour, minute) = (number / 100, number % 100);
        (hour <= 26 && matches!(minute, 0 | 15 | 30 | 45)).then_some((hour * 60 + minute, rest))
    };
    let (minutes, rest) = time(text)?;
    let is_second = matches!(words, [.., Word::Time(from, _), Word::To] if *from < minutes);
    let second = rest
        .trim_start()
        .strip_prefix(['-', '~'])
        .map(str::trim_start);
    let is_first = second
        .and_then(time)
        .is_some_and(|(to, _)| to >= minutes + 60);
    (is_first || is_second).then_some((minutes, rest))
}

/// 12.29～1.3: dates with a point, which only stand in twos.
fn dotted<'a>(month: u16, rest: &'a str, words: &[Word]) -> Option<(Word, &'a str)> {
    fn date(month: u16, rest: &str) -> Option<(Word, &str)> {
        let (day, left) = number(rest.strip_prefix('.')?)?;
        let is_date = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && !left.starts_with([':', '.', '時', '分']);
        is_date.then_some((Word::Date(month as u8, day as u8), left))
    }
    let (word, left) = date(month, rest)?;
    let is_second = matches!(words, [.., Word::Date(..), Word::To]);
    let behind = ["~", "-", "から"]
        .iter()
        .find_map(|to| left.trim_start().strip_prefix(to));
    let is_first = behind
        .and_then(|text| number(text.trim_start()))
        .is_some_and(|(month, rest)| date(month, rest).is_some());
    (is_first || is_second).then_some((word, left))
}

/// A number of one or two digits.
pub(super) fn number(text: &str) -> Option<(u16, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (1..=2)
        .contains(&digits.len())
        .then(|| digits.parse().ok())?
        .map(|n| (n, rest))
}

/// am or pm behind a time: 5:00 AM, 5 p.m.
fn half_behind(text: &str) -> Option<(u16, &str)> {
    let bare = text.trim_start();
    let (half, left) = [("a.m.", 0), ("am", 0), ("p.m.", 12), ("pm", 12)]
        .into_iter()
        .find_map(|(word, half)| Some((half, bare.strip_prefix(word)?)))?;
    // In 9:00 PM5:00 it belongs to what follows.
    (!left.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some((half, left))
}

/// A time at the beginning of a text, whether it was said to be after noon, and the rest:
/// `9:00`, `午前9時半`, `17時15分`, `翌2時`, `正午`, `5pm`.
pub fn clock(text: &str) -> Option<(u16, bool, &str)> {
    if let Some(rest) = text.strip_prefix("正午") {
        return Some((12 * 60, true, rest));
    }
    let next_day = ["翌日", "翌朝", "翌"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let text = next_day.unwrap_or(text);
    // 深夜1時 is after midnight, 夜9時 before it.
    let small = |text: &str| number(text).is_some_and(|(hour, _)| hour < 6);
    let late = text.strip_prefix("深夜").filter(|rest| small(rest));
    let (next_day, text) = (next_day.or(late), late.unwrap_or(text));
    let half = [
        ("午前", 0),
        ("a.m.", 0),
        ("am", 0),
        ("午後", 12),
        ("p.m.", 12),
        ("pm", 12),
        ("早朝", 0),
        ("朝", 0),
        ("夕方", 12),
        ("夜", 12),
    ]
    .into_iter()
    .find_map(|(word, half)| Some((half, text.strip_prefix(word)?.trim_start())));
    // 夜12時 is midnight, or noon as people write 午後12時.
    let is_noon = |text: &str| number(text).is_some_and(|(hour, _)| hour == 12);
    if text.starts_with('夜') && half.is_some_and(|(_, text)| is_noon(text)) {
        return None;
    }
    let (mut half, text) = half.map_or((None, text), |(half, text)| (Some(half), text));
    let (hour, rest) = number(text)?;
    let (minute, mut rest) = if let Some(left) = rest.strip_prefix(':') {
        let (minute, rest) = number(left).filter(|(_, rest)| left.len() - rest.len() == 2)?;
        // Seconds say nothing.
        let seconds = rest
            .strip_prefix(":00")
            .filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        (minute, seconds.unwrap_or(rest))
    } else if let Some(left) = rest.strip_prefix('時') {
        if left.starts_with('間') {
            return None;
        } else if let Some(rest) = left.strip_prefix('半') {
            (30, rest)
        } else if let Some((minute, rest)) =
            number(left).and_then(|(n, rest)| Some((n, rest.strip_prefix('分')?)))
        {
            (minute, rest)
        } else {
            (0, left)
        }
    } else if half.is_some() || half_behind(rest).is_some() {
        (0, rest)
    } else {
        return None;
    };
    if let Some((hours, left)) = half_behind(rest) {
        (half, rest) = (Some(hours), left);
    }
    let hour = match half {
        Some(12) if hour < 12 => hour + 12,
        Some(0) if hour == 12 => 0,
        _ => hour,
    };
    let hour = if next_day.is_some() && hour < 24 {
        hour + 24
    } else {
        hour
    };
    (hour <= 30 && minute < 60).then_some((hour * 60 + minute, half == Some(12), rest))
}
