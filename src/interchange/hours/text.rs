//! Japanese sentences of hours and closing days: 平日9:00～17:00、土日祝は休み.
//!
//! A sentence is split into known words. A sentence with any other word stays as text, because half a
//! sentence may mean the contrary of the whole.

use unicode_normalization::UnicodeNormalization;

use super::lexing::{Word, words};
use super::periods::{self, OnHoliday, PERIODS};
use super::seasons;
use super::understand::understand;
use super::week::{Days, Moved, Shift, Week};

/// The result of reading a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedText {
    /// What could be read.
    pub week: Week,
    /// The sentences that could not.
    pub unread: Vec<String>,
    /// How many remarks in brackets are neither days nor hours.
    said_of: usize,
    /// Whether one of them says whose hours these are.
    names_people: bool,
    /// Whether the hours are those of several people, rooms or times, without saying which.
    is_of_some: bool,
}

/// Reads a text.
pub fn read(text: &str) -> ParsedText {
    let plain = legal_names(&plain(text));
    let mut whole = ParsedText::default();
    let mut rest = String::new();
    for sentence in sentences_of_seasons(&plain) {
        match seasons::read(sentence.trim()) {
            Some(week) => {
                whole.week.open.extend(week.open.iter().cloned());
                whole.week.close_with(week);
            }
            None => rest.push_str(sentence),
        }
    }
    whole.add(read_part(&rest));
    // 平日 is closed on holidays, unless other hours name them.
    if whole.week.working && !whole.week.opens_on_holidays() {
        whole.week.closed = whole.week.closed.and(Days::HOLIDAYS);
    }
    whole
}

/// The parts of a text that may each say the hours of seasons, with what ends them.
fn sentences_of_seasons(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    for (at, c) in text.char_indices() {
        let behind = at + c.len_utf8();
        match c {
            '\n' | '。' | ';' => starts.push(behind),
            '※' => starts.push(at),
            // 【4月～9月】 is part of such a sentence, 【休館日】 begins another.
            '【' if !text[behind..].starts_with(|c: char| c.is_ascii_digit()) => starts.push(at),
            _ => {}
        }
    }
    starts.push(text.len());
    starts
        .windows(2)
        .map(|pair| &text[pair[0]..pair[1]])
        .collect()
}

/// Reads a text that says nothing of seasons; whether 平日 includes holidays is left open.
pub fn read_part(text: &str) -> ParsedText {
    let mut whole = ParsedText::default();
    let ordered = days_first(text);
    let (outside, inside) = brackets(ordered.as_deref().unwrap_or(text));
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
        whole.aside(aside);
    }
    let spans: usize = whole.week.open.iter().map(|(_, spans)| spans.len()).sum();
    // 24時間（会員）、9:00～18:00（一般）: which of the hours are whose?
    whole.is_of_some = spans > 1 && (whole.said_of > 1 || whole.names_people);
    whole
}

/// 9:00～17:00（月～金）、10:00～16:00（土日） with the days before their hours; `None` where it is
/// written otherwise.
fn days_first(text: &str) -> Option<String> {
    let mut rest = text;
    let mut ordered = String::new();
    let mut count = 0;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inside, behind) = behind.split_once(')')?;
        let days = words(inside)?;
        let is_days = |word: &Word| matches!(word, Word::Days(..) | Word::To);
        let hours = words(before)?;
        let is_hours = |word: &Word| matches!(word, Word::Time(..) | Word::To | Word::WholeDay);
        let has_hours = hours
            .iter()
            .any(|word| matches!(word, Word::Time(..) | Word::WholeDay));
        if days.is_empty() || !days.iter().all(is_days) || !hours.iter().all(is_hours) || !has_hours
        {
            return None;
        }
        let hours = before.trim_matches(['、', ',', ' ', '/', '・', '\n']);
        ordered.push_str(&format!("{inside} {hours}\n"));
        count += 1;
        rest = behind;
    }
    let has_more = words(rest).is_none_or(|words| {
        words
            .iter()
            .any(|word| matches!(word, Word::Time(..) | Word::WholeDay))
    });
    (count > 1 && !has_more).then(|| ordered + rest)
}

/// 国民の祝日に関する法律（昭和23年法律第178号）に規定する休日 are public holidays.
fn legal_names(text: &str) -> String {
    const LAW: &str = "国民の祝日に関する法律";
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(at) = rest.find(LAW) {
        let behind = &rest[at + LAW.len()..];
        let end = ["休日", "祝日"]
            .iter()
            .filter_map(|word| Some(behind.find(word)? + word.len()));
        let end = end.min().filter(|end| behind[..*end].chars().count() <= 40);
        out.push_str(&rest[..at]);
        out.push_str("祝日");
        rest = &behind[end.unwrap_or(0)..];
    }
    out.push_str(rest);
    out
}

/// One width, one dash of each sort.
fn plain(text: &str) -> String {
    let text: String = text.nfkc().collect();
    let text = text.replace(" :", ":").replace(": ", ":");
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let char_at = |(at, c): (usize, &char)| match c {
        // 9;00 is a time, but not what stands between 9:00-12:00;13:00-17:00.
        ';' if at > 0 && is_digit(at - 1) && is_digit(at + 1) && is_digit(at + 2) => {
            match chars.get(at + 3) {
                Some(':') => ';',
                _ => ':',
            }
        }
        'ー' if at > 0 && (is_digit(at - 1) || "時分半曜".contains(chars[at - 1])) => '-',
        c => *c,
    };
    chars
        .iter()
        .enumerate()
        .map(char_at)
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

/// What stands in round brackets.
#[derive(Debug)]
struct Bracketed {
    text: String,
    /// Whether what stands around it is about days of closing.
    closes: bool,
}

/// The text without what stands in round brackets, and that. Dates in brackets behind the name of a
/// period take its place: 年末年始（12/29～1/3）.
fn brackets(text: &str) -> (String, Vec<Bracketed>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    let mut own = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                depth += 1;
                if depth > 1 {
                    own.push(' ');
                }
            }
            ')' if depth == 1 => {
                depth = 0;
                let aside = std::mem::take(&mut own);
                let period = Some(&outside).filter(|_| only_dates(&aside));
                if let Some(before) = period.and_then(|outside| periods::without_period(outside)) {
                    outside = format!("{before}、{aside} ");
                    continue;
                }
                let closes = closes_around(&outside, &text[at + 1..]);
                inside.push(Bracketed {
                    text: aside,
                    closes,
                });
                outside.push(' ');
            }
            ')' => depth = depth.saturating_sub(1),
            c if depth > 0 => own.push(c),
            c => outside.push(c),
        }
    }
    if !own.is_empty() {
        let closes = closes_around(&outside, "");
        inside.push(Bracketed { text: own, closes });
    }
    // （月）（火） are days, not asides.
    let is_day = |aside: &Bracketed| {
        let first = aside.text.chars().next().unwrap_or(' ');
        Days::of_letter(first).is_some() && aside.text.chars().count() <= 3
    };
    if inside.iter().any(is_day) {
        return (text.replace(['(', ')'], " "), Vec::new());
    }
    (outside, inside)
}

/// Words of letting in and of orders, which say nothing of when it is open.
const ENTRY: [&str; 13] = [
    "入館",
    "入場",
    "入園",
    "入室",
    "受付",
    "最終",
    "LO",
    "L.O",
    "ラストオーダー",
    "オーダー",
    "予約",
    "問合せ",
    "問い合わせ",
];
/// Words of whose hours these are, or of when they hold.
const PEOPLE: [&str; 10] = [
    "会員",
    "一般",
    "ドロップイン",
    "ビジター",
    "市民",
    "学生",
    "職員",
    "スタッフ",
    "変更",
    "改定",
];

/// Words that say that it is open.
const OPENED: [&str; 6] = ["開館", "営業", "開所", "開園", "開放", "オープン"];

/// Whether a text is dates and nothing else.
fn only_dates(text: &str) -> bool {
    let is_date = |word: &Word| {
        matches!(
            word,
            Word::Date(..) | Word::Month(_) | Word::To | Word::Until
        )
    };
    words(text).is_some_and(|words| {
        matches!(words.first(), Some(Word::Date(..) | Word::Month(_))) && words.iter().all(is_date)
    })
}

/// Whether what stands around brackets is about days of closing.
fn closes_around(before: &str, after: &str) -> bool {
    const CLOSING: [&str; 9] = [
        "定休",
        "休館日",
        "休業日",
        "休所日",
        "店休日",
        "休園日",
        "休室日",
        "閉館日",
        "休場日",
    ];
    const OPENING: [&str; 8] = [
        "開館時間",
        "営業時間",
        "利用時間",
        "開所時間",
        "開園時間",
        "開室時間",
        "開館日",
        "営業日",
    ];
    let last = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    let after = after
        .trim_start()
        .trim_start_matches(['は', 'の', 'を', 'に', ' ']);
    let follows = ["休", "定休", "お休み", "閉館", "閉所", "利用不可"];
    let ends = ["休館", "休業", "休み", "休"];
    last(&CLOSING) > last(&OPENING)
        || follows.iter().any(|word| after.starts_with(word))
        || ends.iter().any(|word| before.trim_end().ends_with(word))
}

/// Whether a sentence that was not read may say that it is closed at some time. Until when people
/// are let in or orders taken does not.
pub fn is_doubtful(sentence: &str) -> bool {
    let said = match sentence.contains("分前") || sentence.contains("時間前") {
        true => sentence
            .replace("閉館", "")
            .replace("閉店", "")
            .replace("閉所", ""),
        false => sentence.to_owned(),
    };
    let holds = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let has_numbers = said.contains(char::is_numeric);
    let is_open = holds(&[
        "休まず",
        "も営業",
        "も開館",
        "も利用",
        "も開い",
        "休みなし",
        "無休",
    ]);
    let is_shut = holds(&["除", "休館", "休業", "定休", "不可"]);
    let by_chance = holds(&["臨時"]) && !holds(&["曜", "祝", "平日"]);
    let has_period = PERIODS.iter().any(|(name, _)| said.contains(name));
    let is_open = is_open && !is_shut && (!has_period || !said.contains("休日"));
    if !has_numbers && (is_open || by_chance) {
        return false;
    }
    let closes = holds(&[
        "休",
        "閉",
        "除",
        "不可",
        "不定",
        "異な",
        "年末",
        "年始",
        "盆",
        "正月",
        "夏季",
        "夏期",
        "冬季",
        "冬期",
        "連休",
        "できません",
    ]);
    let speaks_of_times = has_numbers || holds(&["曜", "平日", "祝", "土日"]);
    // 土日は要予約 and 予約がない場合は17:00まで say more than that one calls before.
    let is_of_some = holds(&[
        "曜",
        "平日",
        "祝",
        "土日",
        "ない",
        "なけれ",
        "無い",
        "無けれ",
    ]);
    let is_of_entry = holds(&ENTRY) && !(said.contains("予約") && is_of_some);
    closes || (speaks_of_times && !is_of_entry)
}

/// Whether a text makes an exception of other days than holidays.
fn excepts_more_than_holidays(text: &str) -> bool {
    let holidays = [Word::Days(Days::HOLIDAYS, false), Word::Closed];
    ["除", "以外"].iter().any(|word| text.contains(word))
        && periods::on_holiday(text).is_none()
        && words(text).as_deref() != Some(&holidays)
}

impl ParsedText {
    /// Whether some sentence that was not read may say that it is closed at some time.
    pub fn is_doubtful(&self) -> bool {
        self.is_of_some || self.unread.iter().any(|sentence| is_doubtful(sentence))
    }

    fn add(&mut self, other: ParsedText) {
        let mut week = other.week;
        self.week.open.append(&mut week.open);
        self.week.days = self.week.days.and(week.days);
        self.week.close_with(week);
        self.unread.extend(other.unread);
        self.is_of_some |= other.is_of_some;
    }

    /// Reads one sentence, or keeps it unread.
    fn sentence(&mut self, sentence: &str, closing: &mut bool) {
        if let Some(on) = periods::on_holiday(sentence) {
            return self.on_holiday(&on, closing);
        }
        if let Some(rest) = self.without_holidays(sentence) {
            return self.plain_sentence(&rest, closing);
        }
        // 月曜日 ※祝日除く in a column of closing days: it is open on a holiday.
        let excepted = [Word::Days(Days::HOLIDAYS, false), Word::Closed];
        if *closing && sentence.contains('除') && words(sentence).as_deref() == Some(&excepted) {
            return self.week.moved.push(Moved {
                days: Days::default(),
                shift: Shift::Open,
                note: sentence.to_owned(),
            });
        }
        self.plain_sentence(sentence, closing);
    }

    /// 月曜休館、祝日の場合は翌日: a sentence about holidays on a day of closing.
    fn on_holiday(&mut self, on: &OnHoliday<'_>, closing: &mut bool) {
        let mut moved = on.moved.clone();
        match super::days(on.before) {
            Some(days) => {
                moved.days = days;
                // In 月～金、祝日の場合は休み the days are those of opening.
                if moved.shift == Shift::Closed {
                    self.week.days = self.week.days.and(days);
                } else {
                    self.week.closed = self.week.closed.and(days.without(Days::HOLIDAYS));
                }
            }
            None if on.before.trim().is_empty() => {}
            None => self.plain_sentence(on.before, closing),
        }
        match moved.shift {
            Shift::None => {}
            Shift::Closed => self.week.closed = self.week.closed.and(Days::HOLIDAYS),
            _ => self.week.moved.push(moved),
        }
        let rest = on.rest.trim_matches(['、', ',', '・', ' ', '。']);
        if !rest.is_empty() {
            self.plain_sentence(&format!("休館日 {rest}"), &mut true);
        }
    }

    /// What stands in brackets. 月～金（祝日を除く） closes on holidays, （土は10:00～） has its own
    /// hours; （LO 13:30） is just said.
    fn aside(&mut self, aside: Bracketed) {
        let mut closes = aside.closes;
        for text in aside.text.split(['。', '※', ';', '\n']) {
            // 休館日: 日曜日（第1日曜を除く）. It may be open then, and on no account is it closed.
            if aside.closes && excepts_more_than_holidays(text.trim()) {
                self.unread.push(text.trim().to_owned());
            } else if !text.trim().is_empty() {
                self.part_of_aside(text.trim().to_owned(), closes, aside.text.contains('休'));
                closes |= text.contains('休');
            }
        }
    }

    fn part_of_aside(&mut self, text: String, mut closes: bool, is_of_closing: bool) {
        if let Some(on) = periods::on_holiday(&text) {
            return self.on_holiday(&on, &mut closes);
        }
        if let Some(rest) = self.days_before_exceptions(&text) {
            return self.part_of_aside(rest, true, is_of_closing);
        }
        let found = words(&text);
        // 休館日: 月曜（祝日を除く） is open on a Monday that is a holiday.
        let is_excepted = matches!(
            found.as_deref(),
            Some([Word::Days(Days::HOLIDAYS, _), Word::Closed])
        );
        let is_open = matches!(found.as_deref(), Some([Word::Days(Days::HOLIDAYS, _)]))
            && OPENED.iter().any(|word| text.contains(word));
        if closes && (is_open || (is_excepted && text.contains('除'))) {
            return self.week.moved.push(Moved {
                days: Days::default(),
                shift: Shift::Open,
                note: text,
            });
        }
        // 平日（祝日を含む）
        if let Some([Word::Days(days, _), Word::Including]) = found.as_deref() {
            self.week.working = false;
            return match self.week.open.as_mut_slice() {
                [(Some(own), _)] => *own = own.and(*days),
                [(None, _)] => {}
                _ => self.unread.push(text),
            };
        }
        let mut part = ParsedText::default();
        part.sentence(&text, &mut closes);
        // 9:00～17:00（月～金）
        let named = &part.week;
        if part.unread.is_empty()
            && !named.days.is_empty()
            && named.days != Days::HOLIDAYS
            && named.days != Days::ALL
            && named.open.is_empty()
            && named.until.is_empty()
            && named.closed.without(Days::HOLIDAYS).is_empty()
        {
            return match self.week.open.as_mut_slice() {
                [(days @ None, _)] if !is_of_closing => {
                    *days = Some(part.week.days);
                    self.week.close_with(part.week);
                }
                _ => self.unread.push(text),
            };
        }
        // 10:00～17:00（日曜は15:00まで）
        let has_ends = !part.week.until.is_empty()
            || !part.week.breaks.is_empty()
            || !part.week.appointments.is_empty();
        if part.unread.is_empty() && has_ends && part.week.open.is_empty() {
            return self.week.close_with(part.week);
        }
        // 平日のみ（10:00～17:00）
        if let ([(None, spans)], true) = (part.week.open.as_slice(), self.week.open.is_empty())
            && part.unread.is_empty()
            && !self.week.days.is_empty()
        {
            self.week.open.push((Some(self.week.days), spans.clone()));
            return;
        }
        let is_of_days = part.week.open.iter().all(|(days, _)| days.is_some());
        let is_read = part.unread.is_empty()
            && part.week.days.is_empty()
            && part.week.until.is_empty()
            && !part.week.is_empty()
            && is_of_days;
        if is_read {
            self.week.open.append(&mut part.week.open);
            self.week.close_with(part.week);
        } else if part.unread.iter().any(|sentence| is_doubtful(sentence)) {
            self.unread.push(text);
        } else {
            if !ENTRY.iter().any(|word| text.contains(word)) {
                self.said_of += 1;
                self.names_people |= PEOPLE.iter().any(|word| text.contains(word));
            }
            self.week.is_doubtful |= part.week.is_doubtful;
            self.week.note([text]);
        }
    }

    /// （月曜から金曜、祝日・年末年始を除く）: the days it is open on, of hours that have none, and what
    /// is left of the text.
    fn days_before_exceptions(&mut self, text: &str) -> Option<String> {
        let (head, rest) = text.split_once(['、', ','])?;
        let said = words(head)?;
        let is_week = matches!(
            said.as_slice(),
            [Word::Days(..), Word::To, Word::Days(..)] | [Word::Days(_, true)]
        );
        let days = super::days(head).filter(|_| is_week && rest.contains('除'))?;
        let [(own @ None, _)] = self.week.open.as_mut_slice() else {
            return None;
        };
        *own = Some(days);
        self.week.working |= matches!(said.as_slice(), [Word::Days(_, true)]);
        Some(rest.trim().to_owned())
    }

    /// 祝日を除く月曜休館, 月曜は祝日を除き休館: on a holiday it is open.
    fn without_holidays(&mut self, sentence: &str) -> Option<String> {
        const PHRASES: [&str; 4] = ["祝日を除く", "祝祭日を除く", "祝日を除き", "祝祭日を除き"];
        let (before, after) = PHRASES.iter().find_map(|word| sentence.split_once(word))?;
        let named = after.trim_start_matches("毎週");
        let precedes = named.chars().next().and_then(Days::of_letter).is_some()
            && ["休", "閉館"].iter().any(|word| named.contains(word));
        let bare = before.trim_end_matches(['は', '、', 'が', ' ']);
        let follows = bare.ends_with('曜') || bare.ends_with("曜日");
        let closes = ["休", "閉館"]
            .iter()
            .any(|word| after.trim_start().starts_with(word));
        if !(precedes || (follows && closes)) {
            return None;
        }
        self.week.moved.push(Moved {
            days: Days::default(),
            shift: Shift::Open,
            note: sentence.trim().to_owned(),
        });
        Some(format!("{before}{after}"))
    }

    fn plain_sentence(&mut self, sentence: &str, closing: &mut bool) {
        // 休館日 第3火曜は開館: not what it is closed on.
        let speaks_of_opening = OPENED.iter().any(|word| {
            let behind = sentence.rfind(word).map(|at| &sentence[at + word.len()..]);
            behind.is_some_and(|rest| !rest.starts_with(['日', '時', 'し']) && !rest.contains('休'))
        });
        *closing &= !speaks_of_opening;
        let mut week = Week::default();
        match words(sentence).and_then(|words| understand(&words, &mut week, closing)) {
            // 月曜定休。祝日は営業
            Some(()) if speaks_of_opening && self.week.closes() && week.days == Days::HOLIDAYS => {
                self.week.moved.push(Moved {
                    days: Days::default(),
                    shift: Shift::Open,
                    note: sentence.trim().to_owned(),
                });
            }
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
