//! Japanese sentences of hours and closing days: 平日9:00～17:00、土日祝は休み.
//!
//! A sentence is cut into the words such sentences are made of. One that has any other word is not
//! read at all but kept as it is: half a sentence may say the contrary of the whole.

use unicode_normalization::UnicodeNormalization;

use super::week::{Days, Span, Week};

/// What a text came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// What could be read.
    pub week: Week,
    /// The sentences that could not.
    pub unread: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Time(u16, bool),
    WholeDay,
    To,
    Days(Days, bool),
    Nth(Vec<u8>),
    Date(u8, u8),
    Closed,
    Open,
    Never,
    None,
    Vague(&'static str),
    Until,
    Nothing,
}

/// Words without a number in them, the longer ones first.
#[rustfmt::skip]
const WORDS: &[(&str, Word)] = &[
    ("24時間", Word::WholeDay), ("二十四時間", Word::WholeDay), ("終日", Word::WholeDay),
    ("年中無休", Word::Never), ("無休", Word::Never), ("休みなし", Word::Never),
    ("祝祭日", Word::Days(Days::HOLIDAYS, false)), ("祝休日", Word::Days(Days::HOLIDAYS, false)), ("祝日", Word::Days(Days::HOLIDAYS, false)),
    ("祭日", Word::Days(Days::HOLIDAYS, false)), ("祝", Word::Days(Days::HOLIDAYS, false)),
    ("平日", Word::Days(Days::WORKING, true)), ("週末", Word::Days(Days::WEEKEND, false)),
    ("毎日", Word::Days(Days::ALL, false)), ("全日", Word::Days(Days::ALL, false)), ("通年", Word::Days(Days::ALL, false)),
    ("不定休", Word::Vague("不定休")), ("年末年始", Word::Vague("年末年始休業")), ("お盆", Word::Vague("お盆休業")), ("盆", Word::Vague("お盆休業")), ("夏季", Word::Vague("夏季休業")),
    ("年末", Word::Vague("年末休業")), ("年始", Word::Vague("年始休業")), ("正月", Word::Vague("正月休業")), ("臨時休業", Word::Vague("臨時休業あり")),
    ("元日", Word::Date(1, 1)), ("元旦", Word::Date(1, 1)),
    ("定休日", Word::Closed), ("休館日", Word::Closed), ("休業日", Word::Closed), ("休所日", Word::Closed), ("店休日", Word::Closed),
    ("閉館日", Word::Closed), ("閉園日", Word::Closed), ("休園日", Word::Closed), ("お休み", Word::Closed), ("定休", Word::Closed),
    ("休館", Word::Closed), ("休業", Word::Closed), ("休所", Word::Closed), ("休園", Word::Closed), ("休み", Word::Closed), ("閉館", Word::Closed),
    ("閉所", Word::Closed), ("閉園", Word::Closed), ("を除く", Word::Closed), ("は除く", Word::Closed), ("除く", Word::Closed),
    ("利用不可", Word::Closed), ("は不可", Word::Closed), ("休", Word::Closed),
    ("なし", Word::None), ("無し", Word::None),
    ("営業時間", Word::Open), ("開館時間", Word::Open), ("利用時間", Word::Open), ("利用可能時間", Word::Open), ("開所時間", Word::Open), ("開園時間", Word::Open),
    ("開室時間", Word::Open), ("営業日", Word::Open), ("開館日", Word::Open), ("開所日", Word::Open), ("利用可能", Word::Nothing), ("利用可", Word::Nothing),
    ("営業", Word::Nothing), ("開館", Word::Nothing), ("開所", Word::Nothing), ("開放", Word::Nothing), ("利用", Word::Nothing), ("オープン", Word::Nothing),
    ("毎週", Word::Nothing), ("毎月", Word::Nothing), ("月の", Word::Nothing), ("翌年", Word::Nothing), ("及び", Word::Nothing), ("および", Word::Nothing),
    ("から", Word::To), ("より", Word::To), ("~", Word::To), ("-", Word::To), ("?", Word::To),
    ("まで", Word::Until), ("迄", Word::Until), ("頃", Word::Nothing), ("ごろ", Word::Nothing), ("です", Word::Nothing), ("の", Word::Nothing), ("は", Word::Nothing), ("と", Word::Nothing),
];

/// Reads a text.
pub fn read(text: &str) -> Text {
    let mut whole = Text::default();
    let plain = plain(text);
    let (outside, inside) = brackets(&plain);
    // 。, line ends and ※ end a sentence; a heading begins one.
    let sentences = outside
        .replace('【', "\n【")
        .replace('※', "\n※")
        .replace('】', ": ");
    let mut closing = false;
    for sentence in sentences.split(['\n', '。', ';']) {
        let sentence = sentence.trim().trim_start_matches(['【', '※', ' ']);
        if !sentence.is_empty() {
            whole.sentence(sentence, &mut closing);
        }
    }
    for aside in inside {
        let mut part = Text::default();
        part.sentence(&aside, &mut false);
        // 月～金（祝日を除く） closes on holidays, （土は10:00～） has its own hours; （LO 13:30） is just said.
        let is_of_days = part.week.open.iter().all(|(days, _)| days.is_some());
        if part.unread.is_empty()
            && part.week.days.is_empty()
            && part.week.until.is_empty()
            && !part.week.is_empty()
            && is_of_days
        {
            whole.week.open.append(&mut part.week.open);
            whole.week.close_with(part.week);
        } else {
            whole.week.note([aside]);
        }
    }
    whole
}

/// One width, one dash of each sort.
fn plain(text: &str) -> String {
    let text: String = text.nfkc().collect();
    let text = text.replace(" :", ":").replace(": ", ":");
    text.chars()
        .map(|c| match c {
            '〜' | '~' | '～' | '∼' | '〰' => '~',
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '➝' | '→' => '-',
            '\r' => '\n',
            '[' | '〔' | '［' | '＜' | '<' | '≪' | '《' => '【',
            ']' | '〕' | '］' | '＞' | '>' | '≫' | '》' => '】',
            c => c,
        })
        .collect()
}

/// The text without what stands in round brackets, and that.
fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        match c {
            '(' => {
                depth += 1;
                if depth == 1 {
                    inside.push(String::new());
                    outside.push(' ');
                }
            }
            ')' => depth = i32::max(depth - 1, 0),
            c if depth > 0 => inside.last_mut().expect("a bracket was opened").push(c),
            c => outside.push(c),
        }
    }
    // （月）（火） are days, not asides.
    if inside.iter().any(|aside| {
        Days::of_letter(aside.chars().next().unwrap_or(' ')).is_some() && aside.chars().count() <= 3
    }) {
        return (text.replace(['(', ')'], " "), Vec::new());
    }
    (outside, inside)
}

/// Whether a sentence that was not read may say that it is closed at some time. Until when people
/// are let in or orders taken does not.
pub fn is_doubtful(sentence: &str) -> bool {
    let holds = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    let speaks_of_times =
        sentence.contains(|c: char| c.is_numeric()) || holds(&["曜", "平日", "祝", "土日"]);
    speaks_of_times
        && !holds(&[
            "入館",
            "入場",
            "入園",
            "入室",
            "受付",
            "最終",
            "LO",
            "ラストオーダー",
            "オーダー",
            "予約",
            "問合せ",
            "問い合わせ",
        ])
}

impl Text {
    /// Whether some sentence that was not read may say that it is closed at some time.
    pub fn is_doubtful(&self) -> bool {
        self.unread.iter().any(|sentence| is_doubtful(sentence))
    }

    /// Reads one sentence, or keeps it unread.
    fn sentence(&mut self, sentence: &str, closing: &mut bool) {
        let mut week = Week::default();
        match words(sentence).and_then(|words| understand(&words, &mut week, closing)) {
            Some(()) => {
                self.week.days = self.week.days.and(week.days);
                self.week.open.append(&mut week.open);
                self.week.close_with(week);
            }
            None => {
                *closing = false;
                self.unread.push(sentence.trim().to_owned());
            }
        }
    }
}

/// Cuts a sentence into words; `None` if it has another.
fn words(sentence: &str) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let sentence = sentence.to_lowercase();
    let mut rest = sentence.as_str();
    'next: while let Some(first) = rest.chars().next() {
        if first.is_whitespace()
            || matches!(
                first,
                '、' | ',' | '・' | '/' | ':' | '&' | '!' | '「' | '」' | '.' | '|'
            )
        {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if let Some((word, left)) = numbered(rest, words.last()) {
            words.push(word);
            rest = left;
            continue;
        }
        for (text, word) in WORDS {
            if let Some(left) = rest.strip_prefix(text) {
                words.push(word.clone());
                rest = left;
                continue 'next;
            }
        }
        let (word, left) = day(rest)?;
        words.push(word);
        rest = left;
    }
    words.retain(|word| *word != Word::Nothing);
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
    (!rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then_some((Word::Days(Days(1 << day), false), rest))
}

/// A time, a date, or which of a month's days.
fn numbered<'a>(text: &'a str, before: Option<&Word>) -> Option<(Word, &'a str)> {
    if text.starts_with("24時間") {
        return None;
    }
    if let Some(mut rest) = text.strip_prefix('第') {
        let mut nth = Vec::new();
        while let Some((n, left)) = number(rest) {
            nth.push(u8::try_from(n).ok().filter(|n| (1..=5).contains(n))?);
            rest = left;
            let next = left.trim_start_matches(['・', '、', ',', 'と', ' ', '&']);
            let next = next.strip_prefix('第').unwrap_or(next);
            if number(next).is_some() {
                rest = next;
            }
        }
        return (!nth.is_empty()).then_some((Word::Nth(nth), rest));
    }
    if let Some((minutes, is_afternoon, rest)) = clock(text) {
        return Some((Word::Time(minutes, is_afternoon), rest));
    }
    let text = text.strip_prefix("翌月").unwrap_or(text);
    let (month, rest) = number(text)?;
    if let Some(left) = rest.strip_prefix('月').or(rest.strip_prefix('/')) {
        let (day, left) = number(left)?;
        let left = left.strip_prefix('日').unwrap_or(left);
        let is_date =
            (1..=12).contains(&month) && (1..=31).contains(&day) && !left.starts_with(':');
        return is_date.then_some((Word::Date(month as u8, day as u8), left));
    }
    // 12月29日～31日
    let left = rest.strip_prefix('日')?;
    match before {
        Some(Word::To) if (1..=31).contains(&month) => Some((Word::Date(0, month as u8), left)),
        _ => None,
    }
}

fn number(text: &str) -> Option<(u16, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (1..=2)
        .contains(&digits.len())
        .then(|| digits.parse().ok())?
        .map(|n| (n, rest))
}

/// A time at the beginning of a text, whether it was said to be after noon, and the rest:
/// `9:00`, `午前9時半`, `17時15分`, `翌2時`, `正午`, `5pm`.
pub fn clock(text: &str) -> Option<(u16, bool, &str)> {
    if let Some(rest) = text.strip_prefix("正午") {
        return Some((12 * 60, true, rest));
    }
    let next_day = text.strip_prefix("翌日").or(text.strip_prefix('翌'));
    let text = next_day.unwrap_or(text);
    let half = [("午前", 0), ("am", 0), ("午後", 12), ("pm", 12)]
        .into_iter()
        .find_map(|(word, half)| Some((half, text.strip_prefix(word)?.trim_start())));
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
    } else if half.is_some() || rest.starts_with("am") || rest.starts_with("pm") {
        (0, rest)
    } else {
        return None;
    };
    for (word, hours) in [("am", 0), ("pm", 12)] {
        if let Some(left) = rest.strip_prefix(word) {
            (half, rest) = (Some(hours), left);
        }
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

/// Puts a sentence's words together; `None` if they make no sense. `closing` is whether days are
/// those of closing, as they are under a heading 休館日 and in what follows it.
fn understand(words: &[Word], week: &mut Week, closing: &mut bool) -> Option<()> {
    let is_headed = *closing || words.first() == Some(&Word::Closed);
    let mut days: Option<Days> = None;
    let mut working = false;
    let mut nth: Vec<(Days, Vec<u8>)> = Vec::new();
    let mut dates: Vec<([u8; 2], [u8; 2])> = Vec::new();
    // Whether days stand since the last span: 土 9:00-12:00 13:00-17:00 is one entry.
    let mut fresh = true;
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let after = |n: usize| words.get(i + n);
        match word {
            Word::Days(first, is_working) => {
                let mut found = *first;
                if let (Some(Word::To), Some(Word::Days(last, _))) = (after(1), after(2)) {
                    found = first.to(*last)?;
                    i += 2;
                }
                working |= is_working;
                days = Some(match days {
                    Some(before) if fresh => before.and(found),
                    _ => found,
                });
                fresh = true;
            }
            Word::Nth(which) => {
                let Some(Word::Days(days, _)) = after(1) else {
                    return None;
                };
                nth.push((*days, which.clone()));
                i += 1;
            }
            Word::Date(month, day) => {
                let from = [*month, *day];
                let to = match (after(1), after(2)) {
                    (Some(Word::To), Some(Word::Date(0, day))) => [*month, *day],
                    (Some(Word::To), Some(Word::Date(month, day))) => [*month, *day],
                    _ => from,
                };
                if to != from {
                    i += 2;
                }
                if *month == 0 {
                    return None;
                }
                dates.push((from, to));
            }
            Word::Time(from, afternoon) => {
                if let (Some(Word::Until), Some(days), true) = (after(1), days, fresh) {
                    week.until.push((days, *from));
                    fresh = false;
                    i += 2;
                    continue;
                }
                let Some(Word::To) = after(1) else {
                    return None;
                };
                let span = match after(2) {
                    Some(Word::Time(to, _)) => {
                        i += 2;
                        let is_afternoon = *afternoon && to < from && *to < 12 * 60;
                        Span::new(*from, if is_afternoon { to + 12 * 60 } else { *to })?
                    }
                    _ => {
                        i += 1;
                        Span {
                            from: *from,
                            to: None,
                        }
                    }
                };
                week.span(days, span, fresh);
                fresh = false;
            }
            Word::WholeDay => {
                week.span(days, Span::DAY, fresh);
                fresh = false;
            }
            Word::Closed => {
                let has_some = (fresh && days.is_some()) || !nth.is_empty() || !dates.is_empty();
                if has_some {
                    week.shut(days.take().filter(|_| fresh), &mut nth, &mut dates);
                } else {
                    *closing = true;
                }
                days = None;
                fresh = true;
            }
            Word::Open => {
                if *closing {
                    week.shut(days.take().filter(|_| fresh), &mut nth, &mut dates);
                }
                *closing = false;
            }
            Word::Vague(note) => {
                let is_closed = *closing || *note == "不定休" || words[i..].contains(&Word::Closed);
                if !is_closed {
                    return None;
                }
                week.note([(*note).to_owned()]);
            }
            Word::Never => {
                if days.is_none() && week.open.is_empty() {
                    week.days = Days::ALL;
                }
            }
            Word::None if *closing => week.days = Days::ALL,
            Word::None => return None,
            Word::To => return None,
            Word::Until | Word::Nothing => {}
        }
        i += 1;
    }
    if *closing {
        week.shut(days.filter(|_| fresh), &mut nth, &mut dates);
    } else if !nth.is_empty() || !dates.is_empty() {
        return None;
    } else if let Some(days) = days.filter(|_| fresh) {
        week.days = week.days.and(days);
    }
    *closing &= is_headed && week.open.is_empty() && week.until.is_empty();
    let on_holidays = week
        .open
        .iter()
        .any(|(days, _)| days.is_some_and(|days| days.0 & Days::HOLIDAYS.0 != 0));
    if working && !on_holidays {
        week.closed = week.closed.and(Days::HOLIDAYS);
    }
    Some(())
}

impl Week {
    fn span(&mut self, days: Option<Days>, span: Span, fresh: bool) {
        match self.open.last_mut() {
            Some((last, spans)) if *last == days && (!fresh || days.is_none()) => spans.push(span),
            _ => self.open.push((days, vec![span])),
        }
    }

    fn shut(
        &mut self,
        days: Option<Days>,
        nth: &mut Vec<(Days, Vec<u8>)>,
        dates: &mut Vec<([u8; 2], [u8; 2])>,
    ) {
        self.closed = self.closed.and(days.unwrap_or_default());
        self.closed_nth.append(nth);
        self.closed_dates.append(dates);
    }
}
