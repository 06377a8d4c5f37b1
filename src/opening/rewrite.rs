//! Parses and combines the rules of a text.
//!
//! The crate `opening-hours` parses the syntax and evaluates each rule's days. It combines rules by
//! whole days, so they are combined here by the minute instead:
//!
//! - Hours past midnight belong to the evening they began on, and end with its day where that is
//!   closed (`Fr,Sa 10:00-26:00; Su 10:00-20:00` at one on Sunday).
//! - `||` applies at times that no earlier rule covers.
//! - `17:00+` has no closing time: from its last known minute on the state is unknown.
//! - Words without times or state (`"要予約"`, `Mo-Fr "要確認"`) mean unknown.
//! - `PH Mo` with a space is a Monday that is a holiday; with a comma it is either.
//!
//! Rules that cannot be evaluated are refused: sunrise, school holidays, points in time, dates that do
//! not exist and impossible times.

use std::sync::Arc;

use opening_hours::OpeningHours;
use opening_hours_syntax::parse;
use opening_hours_syntax::rules::day::{
    Date, DaySelector, HolidayKind, MonthdayRange, WeekDayRange,
};
use opening_hours_syntax::rules::time::{Time, TimeSpan};
use opening_hours_syntax::rules::{RuleKind, RuleOperator, RuleSequence};

use super::State;
use super::holidays;
use super::time::{DAY, date};

/// The longest text read: ten times what the fullest real one has.
const LONGEST: usize = 2_000;

/// A text's rules in their order.
pub(super) struct Rules {
    rules: Vec<Rule>,
    /// Whether they say the same of every minute there is.
    pub(super) is_constant: bool,
}

/// A stretch of an evening that is not closed, in minutes from the midnight it is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: u16,
    /// Above 24 hours on the next day.
    pub(super) end: u16,
    pub(super) state: State,
    /// What is said of it in words.
    pub(super) note: Arc<str>,
}

struct Rule {
    days: Days,
    stretches: Vec<(u16, u16)>,
    kind: RuleKind,
    operator: RuleOperator,
    note: Arc<str>,
}

/// Which days a rule is about.
struct Days {
    /// Years, months, dates and weeks.
    wide: Option<OpeningHours>,
    weekdays: Option<OpeningHours>,
    /// Public holidays, and days so many after one.
    holidays: Vec<i16>,
    /// Whether it must be such a weekday and such a holiday; else one is enough.
    is_both: bool,
}

/// A text's rules; `None` where they cannot be evaluated.
pub(super) fn rules(text: &str) -> Option<Rules> {
    // School holidays differ by town; their sign also stands for `PH Mo` below.
    if text.len() > LONGEST || outside_quotes(text).contains("SH") {
        return None;
    }
    let expression = parse(&with_states(text)).ok()?;
    if expression.rules.is_empty() || !expression.rules.iter().all(is_possible) {
        return None;
    }
    let is_constant = expression.rules.len() == 1 && expression.rules[0].is_constant();
    let rules = expression.rules.iter().map(open_ends);
    let rules: Option<Vec<Vec<Rule>>> = rules.collect();
    Some(Rules {
        rules: rules?.into_iter().flatten().collect(),
        is_constant,
    })
}

impl Rules {
    /// The evening that begins on a day: its stretches in order, without overlap.
    pub(super) fn evening(&self, day: i32) -> Vec<Stretch> {
        let mut evening: Vec<Stretch> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.days.hold(day)) {
            let is_whole = rule.stretches.contains(&(0, DAY));
            match (rule.operator, rule.kind) {
                (RuleOperator::Fallback, RuleKind::Closed) => {}
                (_, RuleKind::Closed) if is_whole => evening.clear(),
                (_, RuleKind::Closed) => {
                    for &(start, end) in &rule.stretches {
                        evening = without(&evening, start, end);
                    }
                }
                (RuleOperator::Fallback, _) => {
                    for stretch in rule.written() {
                        // What is left of it beside those before.
                        let left = evening.iter().fold(vec![stretch], |left, taken| {
                            without(&left, taken.start, taken.end)
                        });
                        evening.extend(left);
                    }
                }
                (RuleOperator::Additional, _) => {
                    for stretch in rule.written() {
                        evening = without(&evening, stretch.start, stretch.end);
                        evening.push(stretch);
                    }
                }
                (RuleOperator::Normal, kind) => {
                    let last = evening.iter().map(|stretch| stretch.end).max();
                    evening.clear();
                    for stretch in rule.written() {
                        evening = without(&evening, stretch.start, stretch.end);
                        evening.push(stretch);
                    }
                    // A day that is unknown leaves its evening past midnight unknown too.
                    if let (RuleKind::Unknown, true, Some(last)) = (kind, is_whole, last)
                        && let Some(stretch) = evening.last_mut()
                    {
                        stretch.end = stretch.end.max(last);
                    }
                }
            }
            evening.sort_by_key(|stretch| stretch.start);
        }
        evening
    }
}

/// The stretches without the time from one minute to another.
fn without(stretches: &[Stretch], start: u16, end: u16) -> Vec<Stretch> {
    let part = |stretch: &Stretch, start: u16, end: u16| Stretch {
        start,
        end,
        ..stretch.clone()
    };
    let parts = stretches.iter().flat_map(|stretch| {
        [
            part(stretch, stretch.start, stretch.end.min(start)),
            part(stretch, stretch.start.max(end), stretch.end),
        ]
    });
    parts.filter(|part| part.start < part.end).collect()
}

impl Rule {
    fn written(&self) -> impl Iterator<Item = Stretch> {
        let state = match self.kind {
            RuleKind::Open => State::Open,
            RuleKind::Closed => State::Closed,
            RuleKind::Unknown => State::Unknown,
        };
        self.stretches.iter().map(move |&(start, end)| Stretch {
            start,
            end,
            state,
            note: Arc::clone(&self.note),
        })
    }
}

impl Days {
    fn of(selector: &DaySelector) -> Option<Days> {
        let is_holiday = |range: &WeekDayRange| matches!(range, WeekDayRange::Holiday { .. });
        let (holidays, weekdays): (Vec<WeekDayRange>, Vec<WeekDayRange>) =
            selector.weekday.iter().cloned().partition(is_holiday);
        let wide = DaySelector {
            weekday: Vec::new(),
            ..selector.clone()
        };
        let weekdays = DaySelector {
            weekday: weekdays,
            ..DaySelector::default()
        };
        let mut days = Days {
            wide: calendar(&wide)?,
            weekdays: calendar(&weekdays)?,
            holidays: Vec::new(),
            is_both: false,
        };
        for range in holidays {
            match range {
                WeekDayRange::Holiday {
                    kind: HolidayKind::Public,
                    offset,
                } => days.holidays.push(offset),
                // The sign that was put where a space stood.
                _ => days.is_both = true,
            }
        }
        Some(days)
    }

    fn hold(&self, day: i32) -> bool {
        let holds = |hours: &OpeningHours| !hours.schedule_at(date(day)).is_empty();
        if !self.wide.as_ref().is_none_or(holds) {
            return false;
        }
        let is_weekday = self.weekdays.as_ref().map(holds);
        let is_holiday = (!self.holidays.is_empty()).then(|| {
            let mut holidays = self.holidays.iter();
            holidays.any(|offset| holidays::holds(day - i32::from(*offset)))
        });
        match (is_weekday, is_holiday) {
            (None, None) => true,
            (Some(weekday), Some(holiday)) if self.is_both => weekday && holiday,
            (weekday, holiday) => weekday.unwrap_or(false) || holiday.unwrap_or(false),
        }
    }
}

/// What says of a day whether it is one of those; nothing where there is no choice of days.
#[allow(
    clippy::option_option,
    reason = "the outer says whether it can be evaluated"
)]
fn calendar(days: &DaySelector) -> Option<Option<OpeningHours>> {
    if days.is_empty() {
        return Some(None);
    }
    days.to_string().parse().ok().map(Some)
}

/// Start and end in minutes from its day's midnight, the end after the start; `None` where it is no span of a day.
fn span(span: &TimeSpan) -> Option<(u16, u16)> {
    let minutes = |time: Time| match time {
        Time::Fixed(time) => Some(time.mins_from_midnight()),
        Time::Variable(_) => None,
    };
    let (start, end) = (minutes(span.range.start)?, minutes(span.range.end)?);
    let is_whole = start == 0 && end == 0;
    let end = if end < start || is_whole {
        end + DAY
    } else {
        end
    };
    (start < DAY && start < end && end - start <= DAY).then_some((start, end))
}

fn is_possible(rule: &RuleSequence) -> bool {
    let is_date = |range: &MonthdayRange| match range {
        MonthdayRange::Month { .. } => true,
        MonthdayRange::Date { start, end } => comes(start.0) && comes(end.0),
    };
    let is_span = |time: &TimeSpan| time.repeats.is_none() && span(time).is_some();
    rule.day_selector.monthday.iter().all(is_date) && rule.time_selector.spans.iter().all(is_span)
}

/// Whether a date comes at all, in leap years at least.
fn comes(date: Date) -> bool {
    match date {
        Date::Fixed { year, month, day } => {
            let year = year.map_or(2024, |year| *year);
            chrono::NaiveDate::from_ymd_opt(year, month as u32, day.into()).is_some()
        }
        _ => true,
    }
}

/// A rule, its open ends said aloud in a second one.
fn open_ends(rule: &RuleSequence) -> Option<Vec<Rule>> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for time in &rule.time_selector.spans {
        let (start, end) = span(time)?;
        if !time.open_end {
            known.push((start, end));
        } else if end == DAY {
            unknown.push((start, end));
        } else {
            known.push((start, end));
            // Until the day ends; what began in the night, until it would have been a day long.
            let last = if end < DAY { DAY } else { start + DAY };
            unknown.push((end, last));
        }
    }
    let part = |stretches, kind, operator| {
        Some(Rule {
            days: Days::of(&rule.day_selector)?,
            stretches,
            kind,
            operator,
            note: Arc::clone(&rule.comment),
        })
    };
    let mut rules = Vec::new();
    let has_known = !known.is_empty();
    if has_known {
        rules.push(part(known, rule.kind, rule.operator)?);
    }
    if !unknown.is_empty() {
        let operator = match has_known {
            true => RuleOperator::Fallback,
            false => rule.operator,
        };
        rules.push(part(unknown, RuleKind::Unknown, operator)?);
    }
    Some(rules)
}

/// The text as the parser reads what is meant: `unknown` before words that stand without times and
/// without a state, and the days of each rule as [`days_of`] writes them.
fn with_states(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for rule in rules_of(text) {
        let Some(quote) = rule.find('"') else {
            out.push_str(&days_of(rule));
            continue;
        };
        let said = outside_quotes(rule).to_ascii_lowercase();
        let says = |word: &str| said.contains(word);
        out.push_str(&days_of(&rule[..quote]));
        if ![":", "24/7", "open", "off", "closed", "unknown"]
            .into_iter()
            .any(says)
        {
            out.push_str("unknown ");
        }
        out.push_str(&rule[quote..]);
    }
    out
}

/// A rule whose days are written so that the parser does not mistake them: `Mo, We` are two days of
/// one rule, and `PH Mo` is marked, because the parser takes the space for a comma.
fn days_of(rule: &str) -> String {
    const DAYS: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];
    let ends_with_day = |text: &str| DAYS.iter().any(|day| text.ends_with(day));
    let starts_with_day = |text: &str| DAYS.iter().any(|day| text.starts_with(day));
    let starts_with_weekday = |text: &str| starts_with_day(text) && !text.starts_with("PH");
    let mut out = String::with_capacity(rule.len() + 8);
    let mut rest = rule;
    // Where the days of the rule begin that is being written.
    let mut start = 0;
    while let Some(c) = rest.chars().next() {
        let written = &out[start..];
        if let Some(days) = rest.strip_prefix(", ") {
            let is_list = ends_with_day(written)
                && starts_with_day(days)
                && !written.contains([':', '"'])
                && !["off", "open", "closed", "unknown"]
                    .iter()
                    .any(|state| written.contains(state));
            out.push_str(if is_list { "," } else { ", " });
            if !is_list {
                start = out.len();
            }
            rest = days;
            continue;
        }
        let is_after_holiday = written.ends_with("PH")
            || (written.contains("PH ")
                && (written.ends_with(" day") || written.ends_with(" days")));
        if is_after_holiday && rest.strip_prefix(' ').is_some_and(starts_with_weekday) {
            // Before its holidays: SH,PH +1 day,Tu.
            let holiday = out.rfind("PH").unwrap_or(start);
            out.insert_str(holiday, "SH,");
            out.push(',');
            rest = &rest[1..];
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The rules of a text, each with what separates it from the one before.
fn rules_of(text: &str) -> Vec<&str> {
    let (mut rules, mut start, mut quoted) = (Vec::new(), 0, false);
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' | '|' if !quoted && i > start => {
                rules.push(&text[start..i]);
                start = i;
            }
            _ => {}
        }
    }
    rules.push(&text[start..]);
    rules
}

fn outside_quotes(text: &str) -> String {
    text.split('"').step_by(2).collect()
}
