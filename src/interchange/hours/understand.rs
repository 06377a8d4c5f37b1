//! What the words of one sentence say together.

use super::lexing::Word;
use super::seasons::last_day;
use super::week::{Days, Moved, Shift, Span, Week};

/// Puts a sentence's words together; `None` if they make no sense. `closing` is whether days are
/// those of closing, as they are under a heading 休館日 and in what follows it.
pub(super) fn understand(words: &[Word], week: &mut Week, closing: &mut bool) -> Option<()> {
    let is_headed = *closing || words.first() == Some(&Word::Closed);
    let mut days: Option<Days> = None;
    let mut working = false;
    let mut nth: Vec<(Days, Vec<i8>)> = Vec::new();
    let mut dates: Vec<([u8; 2], [u8; 2])> = Vec::new();
    let mut ends = false;
    if let Some(pause) = pause(words) {
        week.breaks.push((None, pause));
        return Some(());
    }
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
                // 日曜は17:00まで, 日曜は17時で閉館
                if let (Some(Word::Until | Word::Closed), Some(days), true) =
                    (after(1), days, fresh)
                {
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
            // 9:00～17:00 12:00～13:00は休み
            Word::Closed if !fresh && week.ends_with_pause() => {
                if let Some((days, spans)) = week.open.last_mut()
                    && let Some(pause) = spans.pop()
                {
                    let days = *days;
                    week.breaks.push((days, pause));
                }
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
            // 昼休み 12:00～13:00, or the other way round
            Word::Break => match (after(1), after(2), after(3)) {
                (Some(Word::Time(from, _)), Some(Word::To), Some(Word::Time(to, _))) => {
                    week.breaks.push((None, Span::new(*from, *to)?));
                    i += 3;
                }
                _ => {
                    let (days, spans) = week.open.last_mut()?;
                    let (days, pause) = (*days, spans.pop()?);
                    if spans.is_empty() {
                        week.open.pop();
                    }
                    week.breaks.push((days, pause));
                }
            },
            Word::ByAppointment => match days.take().filter(|_| fresh && !*closing) {
                Some(days) => week.appointments = week.appointments.and(days),
                None => week.note(["要予約".to_owned()]),
            },
            Word::Including => {}
            // 日曜は～17:00
            Word::To => match (days.filter(|_| fresh), after(1)) {
                (Some(days), Some(Word::Time(end, _))) => {
                    week.until.push((days, *end));
                    fresh = false;
                    i += 1;
                }
                _ => return None,
            },
            Word::Month(month) => {
                let mut months = (*month, *month);
                if let (Some(Word::To), Some(Word::Month(last))) = (after(1), after(2)) {
                    months.1 = *last;
                    i += 2;
                }
                let next = words.get(i + 1);
                let is_whole = matches!(
                    next,
                    None | Some(
                        Word::Closed
                            | Word::Until
                            | Word::Month(_)
                            | Word::Date(..)
                            | Word::Period(_)
                    )
                );
                // 8月の月曜: which of the two?
                let closes = *closing || words[i..].contains(&Word::Closed);
                if !is_whole || !closes || !nth.is_empty() || days.is_some() {
                    return None;
                }
                dates.push(([months.0, 1], [months.1, last_day(months.1)]));
            }
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
    week.working |= working && !on_holidays;
    Some(())
}

/// 12:00～13:00を除く, 12:00～13:00は閉館: a time of the day it is closed.
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
