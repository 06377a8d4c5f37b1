//! Understands the words of one sentence about opening hours.

use super::lexing::Word;
use super::seasons::last_day;
use super::week::{Days, Moved, Shift, Span, Week};

/// Adds a sentence's words to the week; `None` if they make no sense. `closing` tells whether days are
/// days of closing, as they are under a heading 休館日 and after it.
pub(super) fn understand(words: &[Word], week: &mut Week, closing: &mut bool) -> Option<()> {
    if let Some(pause) = pause(words) {
        week.breaks.push((None, pause));
        return Some(());
    }
    let is_headed = *closing || words.first() == Some(&Word::Closed);
    let mut sentence = Sentence {
        words,
        at: 0,
        week,
        is_closing: *closing,
        days: None,
        is_fresh: true,
        is_working: false,
        nth: Vec::new(),
        dates: Vec::new(),
        names_month_end: false,
    };
    while let Some(word) = words.get(sentence.at) {
        sentence.word(word)?;
        sentence.at += 1;
    }
    *closing = sentence.finish(is_headed)?;
    Some(())
}

/// A sentence that is being read. Methods that use further words advance `at` to the last of them.
struct Sentence<'a> {
    words: &'a [Word],
    at: usize,
    week: &'a mut Week,
    /// Whether days are days of closing.
    is_closing: bool,
    days: Option<Days>,
    /// Whether days were named since the last span: 土 9:00-12:00 13:00-17:00 is one entry.
    is_fresh: bool,
    /// Whether working days were named.
    is_working: bool,
    /// Days of certain weeks of the month.
    nth: Vec<(Days, Vec<i8>)>,
    dates: Vec<([u8; 2], [u8; 2])>,
    names_month_end: bool,
}

impl<'a> Sentence<'a> {
    fn after(&self, n: usize) -> Option<&'a Word> {
        self.words.get(self.at + n)
    }

    /// Whether the sentence is about closing, now or in a word to come.
    fn closes(&self) -> bool {
        self.is_closing || self.words[self.at..].contains(&Word::Closed)
    }

    fn word(&mut self, word: &Word) -> Option<()> {
        match word {
            Word::Days(first, is_working) => self.named_days(*first, *is_working)?,
            Word::Nth(which) => {
                let Some(Word::Days(days, _)) = self.after(1) else {
                    return None;
                };
                self.nth.push((*days, which.clone()));
                self.at += 1;
            }
            Word::Date(month, day) => self.date(*month, *day)?,
            // 定休日 水曜 土日 7:00-18:00: it is unclear which of the days are open.
            Word::Time(..) | Word::WholeDay
                if self.is_closing && self.is_fresh && self.days.is_some() =>
            {
                return None;
            }
            Word::Time(from, afternoon) => self.time(*from, *afternoon)?,
            Word::WholeDay => self.span(Span::DAY),
            // 9:00～17:00 12:00～13:00は休み
            Word::Closed if !self.is_fresh && self.week.ends_with_pause() => {
                if let Some((days, spans)) = self.week.open.last_mut()
                    && let Some(pause) = spans.pop()
                {
                    let days = *days;
                    self.week.breaks.push((days, pause));
                }
            }
            Word::Closed => self.closed(),
            Word::Open => {
                if self.is_closing {
                    self.shut();
                    self.days = None;
                }
                self.is_closing = false;
            }
            Word::Vague(note) => self.week.note([(*note).to_owned()]),
            Word::Break => self.pause()?,
            Word::ByAppointment => {
                let applies = self.is_fresh && !self.is_closing;
                match self.days.take().filter(|_| applies) {
                    Some(days) => self.week.appointments = self.week.appointments.and(days),
                    None => self.week.note(["要予約".to_owned()]),
                }
            }
            // 日曜は～17:00
            Word::To => match (self.days.filter(|_| self.is_fresh), self.after(1)) {
                (Some(days), Some(Word::Time(end, _))) => {
                    self.week.until.push((days, *end));
                    self.is_fresh = false;
                    self.at += 1;
                }
                _ => return None,
            },
            Word::Month(month) => self.month(*month)?,
            Word::Period(period) => {
                // 夏季 9:00～18:00 is no closing.
                if !self.closes() {
                    return None;
                }
                self.week.periods.push(*period);
            }
            Word::Irregular => {
                self.week.is_doubtful = true;
                self.week.note(["不定休".to_owned()]);
            }
            Word::Sometimes => {
                let Some(Word::Days(days, _)) = self.after(1) else {
                    return None;
                };
                self.week.sometimes.push((*days, "隔週休業".to_owned()));
                self.at += 1;
            }
            Word::DayOff => self.day_off(),
            Word::AfterHoliday => {
                if !self.closes() {
                    return None;
                }
                self.week.moved.push(Moved {
                    days: Days::default(),
                    shift: Shift::After,
                    note: "祝日の翌日休業".to_owned(),
                });
            }
            Word::MonthEnd => self.names_month_end = true,
            Word::Monthly(day) => self.monthly(*day),
            Word::ThreeDays => self.dates.push(([1, 1], [1, 3])),
            Word::Other => return None,
            Word::Never => {
                if self.days.is_none() && self.week.open.is_empty() {
                    self.week.days = Days::ALL;
                }
            }
            Word::None if self.is_closing => self.week.days = Days::ALL,
            Word::None => return None,
            Word::Including | Word::Until | Word::Nothing | Word::EveryMonth => {}
        }
        Some(())
    }

    /// 月, 月～金, 月 水
    fn named_days(&mut self, first: Days, is_working: bool) -> Option<()> {
        let mut found = first;
        if let (Some(Word::To), Some(Word::Days(last, _))) = (self.after(1), self.after(2)) {
            found = first.to(*last)?;
            self.at += 2;
        }
        self.is_working |= is_working;
        self.add_days(found);
        Some(())
    }

    fn add_days(&mut self, found: Days) {
        self.days = Some(match self.days {
            Some(before) if self.is_fresh => before.and(found),
            _ => found,
        });
        self.is_fresh = true;
    }

    /// 12月29日, 12月29日～1月3日
    fn date(&mut self, month: u8, day: u8) -> Option<()> {
        let from = [month, day];
        let to = match (self.after(1), self.after(2)) {
            (Some(Word::To), Some(Word::Date(0, day))) => [month, *day],
            (Some(Word::To), Some(Word::Date(month, day))) => [*month, *day],
            _ => from,
        };
        if to != from {
            self.at += 2;
        }
        if month == 0 {
            return None;
        }
        self.dates.push((from, to));
        Some(())
    }

    fn time(&mut self, from: u16, is_afternoon: bool) -> Option<()> {
        // 日曜は17:00まで, 日曜は17時で閉館
        if let (Some(Word::Until | Word::Closed), Some(days), true) =
            (self.after(1), self.days, self.is_fresh)
        {
            self.week.until.push((days, from));
            self.is_fresh = false;
            self.at += 1;
            return Some(());
        }
        let Some(Word::To) = self.after(1) else {
            return None;
        };
        let span = match self.after(2) {
            Some(Word::Time(to, _)) => {
                self.at += 2;
                let is_afternoon = is_afternoon && *to < from && *to < 12 * 60;
                Span::new(from, if is_afternoon { to + 12 * 60 } else { *to })?
            }
            _ => {
                self.at += 1;
                Span { from, to: None }
            }
        };
        self.span(span);
        Some(())
    }

    fn span(&mut self, span: Span) {
        self.week.span(self.days, span, self.is_fresh);
        self.is_fresh = false;
    }

    fn closed(&mut self) {
        self.week.closed_month_ends |= std::mem::take(&mut self.names_month_end);
        let has_some = (self.is_fresh && self.days.is_some())
            || !self.nth.is_empty()
            || !self.dates.is_empty()
            || self.week.closes();
        if has_some {
            self.shut();
        } else {
            self.is_closing = true;
        }
        self.days = None;
        self.is_fresh = true;
    }

    /// Closes on the days, weeks and dates named so far.
    fn shut(&mut self) {
        let days = self.days.filter(|_| self.is_fresh);
        self.week.closed = self.week.closed.and(days.unwrap_or_default());
        self.week.closed_nth.append(&mut self.nth);
        self.week.closed_dates.append(&mut self.dates);
    }

    /// 昼休み 12:00～13:00, or the other way round
    fn pause(&mut self) -> Option<()> {
        match (self.after(1), self.after(2), self.after(3)) {
            (Some(Word::Time(from, _)), Some(Word::To), Some(Word::Time(to, _))) => {
                self.week.breaks.push((None, Span::new(*from, *to)?));
                self.at += 3;
            }
            _ => {
                let (days, spans) = self.week.open.last_mut()?;
                let (days, pause) = (*days, spans.pop()?);
                if spans.is_empty() {
                    self.week.open.pop();
                }
                self.week.breaks.push((days, pause));
            }
        }
        Some(())
    }

    /// 8月, 7月～8月: whole months of closing.
    fn month(&mut self, month: u8) -> Option<()> {
        let mut last = month;
        if let (Some(Word::To), Some(Word::Month(to))) = (self.after(1), self.after(2)) {
            last = *to;
            self.at += 2;
        }
        let is_whole = matches!(
            self.after(1),
            None | Some(
                Word::Closed | Word::Until | Word::Month(_) | Word::Date(..) | Word::Period(_)
            )
        );
        // 8月の月曜: it is unclear which of the two.
        if !is_whole || !self.closes() || !self.nth.is_empty() || self.days.is_some() {
            return None;
        }
        self.dates.push(([month, 1], [last, last_day(last)]));
        Some(())
    }

    /// 休日: for closing the public holidays, for opening the weekend too.
    fn day_off(&mut self) {
        let found = match self.closes() {
            true => {
                let note = "休日".to_owned();
                self.week.sometimes.push((Days::WEEKEND, note));
                Days::HOLIDAYS
            }
            false => Days::WEEKEND.and(Days::HOLIDAYS),
        };
        self.add_days(found);
    }

    /// 毎月10日
    fn monthly(&mut self, day: u8) {
        for month in 1..=12 {
            let exists = match month {
                2 => day <= 29,
                4 | 6 | 9 | 11 => day <= 30,
                _ => true,
            };
            if exists {
                self.dates.push(([month, day], [month, day]));
            }
        }
    }

    /// Adds what is left at the end. Returns whether the next sentence is about closing.
    fn finish(mut self, is_headed: bool) -> Option<bool> {
        if self.is_closing {
            self.week.closed_month_ends |= self.names_month_end;
            self.shut();
        } else if self.names_month_end || !self.nth.is_empty() || !self.dates.is_empty() {
            return None;
        } else if let Some(days) = self.days.filter(|_| self.is_fresh) {
            self.week.days = self.week.days.and(days);
        }
        let week = self.week;
        let on_holidays = week
            .open
            .iter()
            .any(|(days, _)| days.is_some_and(|days| days.0 & Days::HOLIDAYS.0 != 0));
        week.working |= self.is_working && !on_holidays;
        Some(self.is_closing && is_headed && week.open.is_empty() && week.until.is_empty())
    }
}

/// A sentence that is only a break: 12:00～13:00を除く, 12:00～13:00は閉館.
fn pause(words: &[Word]) -> Option<Span> {
    match words {
        [
            Word::Time(from, _),
            Word::To,
            Word::Time(to, _),
            Word::Closed,
        ] => Span::new(*from, *to),
        _ => None,
    }
}

impl Week {
    fn span(&mut self, days: Option<Days>, span: Span, fresh: bool) {
        match self.open.last_mut() {
            Some((last, spans)) if *last == days && (!fresh || days.is_none()) => spans.push(span),
            _ => self.open.push((days, vec![span])),
        }
    }
}
