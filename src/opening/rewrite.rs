//! A text's rules, in the form the crate `opening-hours` answers rightly.
//!
//! Where that crate differs from what people mean, the rules are written anew before it sees them:
//!
//! - Hours past midnight belong to the evening they began on. The crate loses them where the next
//!   day has a rule of its own (`Fr,Sa 10:00-26:00; Su 10:00-20:00` at one on Sunday), so they become
//!   rules of their own, asked of the day before.
//! - `17:00+` says when it opens and not when it closes: from its last known minute on it is unknown.
//! - Words without times or state (`"要予約"`, `Mo-Fr "要確認"`) say that one has to ask.
//!
//! What cannot be evaluated is refused: sunrise, school holidays, points in time, days that never
//! come and times that cannot be.

use std::sync::Arc;

use opening_hours::OpeningHours;
use opening_hours_syntax::rules::day::{
    Date, DaySelector, HolidayKind, MonthdayRange, WeekDayRange,
};
use opening_hours_syntax::rules::time::{Time, TimeSelector, TimeSpan};
use opening_hours_syntax::rules::{OpeningHoursExpression, RuleKind, RuleOperator, RuleSequence};
use opening_hours_syntax::{ExtendedTime, parse};

use super::holidays;
use super::time::DAY;

/// The longest text read: ten times what the fullest real one has.
const LONGEST: usize = 2_000;

/// What a text says about a day, and about the hours after its midnight.
pub(super) struct Rules {
    pub(super) day: OpeningHours,
    /// The hours past midnight, as if they were the same day's; only where there are any.
    pub(super) spill: Option<OpeningHours>,
    /// Whether it says the same of every minute there is.
    pub(super) is_constant: bool,
}

/// A text's rules; `None` where they cannot be evaluated.
pub(super) fn rules(text: &str) -> Option<Rules> {
    if text.len() > LONGEST {
        return None;
    }
    let expression = parse(&with_states(text)).ok()?;
    if expression.rules.is_empty() || !expression.rules.iter().all(is_possible) {
        return None;
    }
    let rules: Vec<RuleSequence> = expression.rules.iter().flat_map(open_ends).collect();
    let is_fallback = |rule: &RuleSequence| rule.operator == RuleOperator::Fallback;
    let spills = rules.iter().flat_map(|rule| &rule.time_selector.spans);
    let spills = spills.filter_map(span).any(|(_, end)| end > DAY);
    let is_constant = rules.len() == 1 && rules[0].is_constant();
    // A fallback looks at the whole day before it decides: such rules stay as they are.
    if !spills || rules.iter().any(is_fallback) {
        let day = evaluated(rules)?;
        return Some(Rules {
            day,
            spill: None,
            is_constant,
        });
    }
    let part = |cut: fn(u16, u16) -> (u16, u16)| {
        evaluated(rules.iter().filter_map(|rule| cut_to(rule, cut)).collect())
    };
    Some(Rules {
        day: part(|start, end| (start, end.min(DAY)))?,
        spill: Some(part(|start, end| {
            (start.max(DAY) - DAY, end.max(DAY) - DAY)
        })?),
        is_constant,
    })
}

fn evaluated(rules: Vec<RuleSequence>) -> Option<OpeningHours> {
    let text = OpeningHoursExpression { rules }.to_string();
    let hours: OpeningHours = text.parse().ok()?;
    Some(hours.with_context(holidays::context()))
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
    let DaySelector {
        monthday, weekday, ..
    } = &rule.day_selector;
    let is_school = |range: &WeekDayRange| {
        matches!(
            range,
            WeekDayRange::Holiday {
                kind: HolidayKind::School,
                ..
            }
        )
    };
    let is_date = |range: &MonthdayRange| match range {
        MonthdayRange::Month { .. } => true,
        MonthdayRange::Date { start, end } => comes(start.0) && comes(end.0),
    };
    let is_span = |time: &TimeSpan| time.repeats.is_none() && span(time).is_some();
    !weekday.iter().any(is_school)
        && monthday.iter().all(is_date)
        && rule.time_selector.spans.iter().all(is_span)
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

/// The same rule with its open ends said aloud.
fn open_ends(rule: &RuleSequence) -> Vec<RuleSequence> {
    if !rule.time_selector.spans.iter().any(|span| span.open_end) {
        return vec![rule.clone()];
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for time in &rule.time_selector.spans {
        let Some((start, end)) = span(time) else {
            continue;
        };
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
    let open = RuleSequence {
        time_selector: selector(&known),
        ..rule.clone()
    };
    let ask = RuleSequence {
        time_selector: selector(&unknown),
        kind: RuleKind::Unknown,
        ..rule.clone()
    };
    match (known.is_empty(), unknown.is_empty()) {
        (true, _) => vec![ask],
        (false, true) => vec![open],
        (false, false) => vec![
            open,
            RuleSequence {
                operator: RuleOperator::Additional,
                ..ask
            },
        ],
    }
}

/// A rule with each of its spans cut; without any, it says that its days have none of these hours.
fn cut_to(rule: &RuleSequence, cut: fn(u16, u16) -> (u16, u16)) -> Option<RuleSequence> {
    let spans = rule.time_selector.spans.iter().filter_map(span);
    let spans = spans.map(|(start, end)| cut(start, end));
    let spans: Vec<(u16, u16)> = spans.filter(|(start, end)| start < end).collect();
    if !spans.is_empty() {
        return Some(RuleSequence {
            time_selector: selector(&spans),
            ..rule.clone()
        });
    }
    // A rule that only adds adds nothing.
    (rule.operator == RuleOperator::Normal).then(|| RuleSequence {
        time_selector: TimeSelector::default(),
        kind: RuleKind::Closed,
        comment: Arc::from(""),
        ..rule.clone()
    })
}

fn selector(spans: &[(u16, u16)]) -> TimeSelector {
    let time = |minutes| ExtendedTime::from_mins_from_midnight(minutes);
    let span = |&(start, end): &(u16, u16)| Some(TimeSpan::fixed_range(time(start)?, time(end)?));
    TimeSelector::new(spans.iter().filter_map(span).collect())
}

/// The text with `unknown` before words that stand without times and without a state.
fn with_states(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for rule in rules_of(text) {
        let Some(quote) = rule.find('"') else {
            out.push_str(rule);
            continue;
        };
        let said = outside_quotes(rule).to_ascii_lowercase();
        let says = |word: &str| said.contains(word);
        if [":", "24/7", "open", "off", "closed", "unknown"]
            .into_iter()
            .any(says)
        {
            out.push_str(rule);
        } else {
            out.push_str(&rule[..quote]);
            out.push_str("unknown ");
            out.push_str(&rule[quote..]);
        }
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
