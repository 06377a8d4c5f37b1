//! Japanese sentences of hours and closing days: 平日9:00～17:00、土日祝は休み.
//!
//! A sentence is cut into the words such sentences are made of. One that has any other word is not
//! read at all but kept as it is: half a sentence may say the contrary of the whole.

use unicode_normalization::UnicodeNormalization;

use super::lexing::{Word, words};
use super::periods::{self, OnHoliday, PERIODS};
use super::week::{Days, Moved, Shift, Span, Week};

/// What a text came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// What could be read.
    pub week: Week,
    /// The sentences that could not.
    pub unread: Vec<String>,
}

/// Reads a text.
pub fn read(text: &str) -> Text {
    let mut whole = Text::default();
    let plain = legal_names(&plain(text));
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
        whole.aside(aside);
    }
    whole
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

/// What stands in round brackets.
#[derive(Debug)]
struct Aside {
    text: String,
    /// Whether what stands around it is about days of closing.
    closes: bool,
}

/// The text without what stands in round brackets, and that. Dates in brackets behind the name of a
/// period take its place: 年末年始（12/29～1/3）.
fn brackets(text: &str) -> (String, Vec<Aside>) {
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
                inside.push(Aside {
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
        inside.push(Aside { text: own, closes });
    }
    // （月）（火） are days, not asides.
    let is_day = |aside: &Aside| {
        let first = aside.text.chars().next().unwrap_or(' ');
        Days::of_letter(first).is_some() && aside.text.chars().count() <= 3
    };
    if inside.iter().any(is_day) {
        return (text.replace(['(', ')'], " "), Vec::new());
    }
    (outside, inside)
}

/// Words that say that it is open.
const OPENED: [&str; 6] = ["開館", "営業", "開所", "開園", "開放", "オープン"];

/// Whether a text is dates and nothing else.
fn only_dates(text: &str) -> bool {
    let is_date = |word: &Word| matches!(word, Word::Date(..) | Word::To | Word::Until);
    words(text).is_some_and(|words| {
        matches!(words.first(), Some(Word::Date(..))) && words.iter().all(is_date)
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
    let is_of_entry = holds(&[
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
    ]);
    closes || (speaks_of_times && !is_of_entry)
}

impl Text {
    /// Whether some sentence that was not read may say that it is closed at some time.
    pub fn is_doubtful(&self) -> bool {
        self.unread.iter().any(|sentence| is_doubtful(sentence))
    }

    /// Reads one sentence, or keeps it unread.
    fn sentence(&mut self, sentence: &str, closing: &mut bool) {
        if let Some(on) = periods::on_holiday(sentence) {
            return self.on_holiday(&on, closing);
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
    fn aside(&mut self, aside: Aside) {
        let mut closes = aside.closes;
        for text in aside.text.split(['。', '※', ';', '\n']) {
            if !text.trim().is_empty() {
                self.part_of_aside(text.trim().to_owned(), closes, aside.text.contains('休'));
                closes |= text.contains('休');
            }
        }
    }

    fn part_of_aside(&mut self, text: String, mut closes: bool, is_of_closing: bool) {
        if let Some(on) = periods::on_holiday(&text) {
            return self.on_holiday(&on, &mut closes);
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
        let mut part = Text::default();
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
        if part.unread.is_empty() && !part.week.until.is_empty() && part.week.open.is_empty() {
            return self.week.close_with(part.week);
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
            self.week.is_doubtful |= part.week.is_doubtful;
            self.week.note([text]);
        }
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

/// Puts a sentence's words together; `None` if they make no sense. `closing` is whether days are
/// those of closing, as they are under a heading 休館日 and in what follows it.
fn understand(words: &[Word], week: &mut Week, closing: &mut bool) -> Option<()> {
    let is_headed = *closing || words.first() == Some(&Word::Closed);
    let mut days: Option<Days> = None;
    let mut working = false;
    let mut nth: Vec<(Days, Vec<i8>)> = Vec::new();
    let mut dates: Vec<([u8; 2], [u8; 2])> = Vec::new();
    let mut ends = false;
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
            // 定休日 水曜 土日 7:00-18:00: which of the days are open?
            Word::Time(..) | Word::WholeDay if *closing && fresh && days.is_some() => return None,
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
                week.closed_month_ends |= std::mem::take(&mut ends);
                let has_some = (fresh && days.is_some())
                    || !nth.is_empty()
                    || !dates.is_empty()
                    || week.closes();
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
            Word::Vague(note) => week.note([(*note).to_owned()]),
            Word::Period(period) => {
                // 夏季 9:00～18:00 is no closing.
                if !(*closing || words[i..].contains(&Word::Closed)) {
                    return None;
                }
                week.periods.push(*period);
            }
            Word::Irregular => {
                week.is_doubtful = true;
                week.note(["不定休".to_owned()]);
            }
            Word::Sometimes => {
                let Some(Word::Days(days, _)) = after(1) else {
                    return None;
                };
                week.sometimes.push((*days, "隔週休業".to_owned()));
                i += 1;
            }
            Word::DayOff => {
                let closes = *closing || words[i..].contains(&Word::Closed);
                let found = match closes {
                    true => Days::HOLIDAYS,
                    false => Days::WEEKEND.and(Days::HOLIDAYS),
                };
                if closes {
                    week.sometimes.push((Days::WEEKEND, "休日".to_owned()));
                }
                days = Some(match days {
                    Some(before) if fresh => before.and(found),
                    _ => found,
                });
                fresh = true;
            }
            Word::AfterHoliday => {
                if !(*closing || words[i..].contains(&Word::Closed)) {
                    return None;
                }
                week.moved.push(Moved {
                    days: Days::default(),
                    shift: Shift::After,
                    note: "祝日の翌日休業".to_owned(),
                });
            }
            Word::MonthEnd => ends = true,
            Word::Monthly(day) => {
                for month in 1..=12 {
                    let is_there = match month {
                        2 => *day <= 29,
                        4 | 6 | 9 | 11 => *day <= 30,
                        _ => true,
                    };
                    if is_there {
                        dates.push(([month, *day], [month, *day]));
                    }
                }
            }
            Word::ThreeDays => dates.push(([1, 1], [1, 3])),
            Word::Other => return None,
            Word::Never => {
                if days.is_none() && week.open.is_empty() {
                    week.days = Days::ALL;
                }
            }
            Word::None if *closing => week.days = Days::ALL,
            Word::None => return None,
            Word::To => return None,
            Word::Until | Word::Nothing | Word::EveryMonth => {}
        }
        i += 1;
    }
    if *closing {
        week.closed_month_ends |= ends;
        week.shut(days.filter(|_| fresh), &mut nth, &mut dates);
    } else if ends || !nth.is_empty() || !dates.is_empty() {
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
        nth: &mut Vec<(Days, Vec<i8>)>,
        dates: &mut Vec<([u8; 2], [u8; 2])>,
    ) {
        self.closed = self.closed.and(days.unwrap_or_default());
        self.closed_nth.append(nth);
        self.closed_dates.append(dates);
    }
}
