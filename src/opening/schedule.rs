//! One text of hours, read once and shared by every facility that has it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use opening_hours::schedule::TimeRange;
use opening_hours::{OpeningHours, RuleKind};

use super::rewrite::{self, Rules};
use super::time::{DAY, date};
use super::{HORIZON_DAYS, LAST_DAY, Minute, State};

/// Days kept of a text: today, tomorrow and a few more for whoever asks of another day.
const MOST_DAYS: usize = 16;

/// A text of hours.
pub struct Schedule {
    text: Box<str>,
    /// `None` where no machine can read it.
    rules: Option<Rules>,
    kept: Mutex<Kept>,
}

/// What was found out lately: a page of a hundred facilities asks the same of few texts.
#[derive(Default)]
struct Kept {
    days: BTreeMap<i32, Arc<[Span]>>,
    until: Option<(Minute, Option<Minute>)>,
}

/// Minutes of a day in which it is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: u16,
    end: u16,
    state: State,
}

impl Schedule {
    /// The schedule of a text, the same for everybody who has this text.
    pub fn of(text: &str) -> Arc<Schedule> {
        static ALL: LazyLock<Mutex<HashMap<Box<str>, Weak<Schedule>>>> =
            LazyLock::new(Mutex::default);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(schedule) = all.get(text).and_then(Weak::upgrade) {
            return schedule;
        }
        if all.len() == all.capacity() {
            // Before it grows: texts nobody has any more make room.
            all.retain(|_, schedule| schedule.strong_count() > 0);
        }
        let schedule = Arc::new(Schedule::new(text));
        all.insert(text.into(), Arc::downgrade(&schedule));
        schedule
    }

    fn new(text: &str) -> Schedule {
        // Whatever somebody wrote, the directory goes on: the parser is not ours.
        let rules = catch_unwind(|| rewrite::rules(text)).ok().flatten();
        Schedule {
            text: text.into(),
            rules,
            kept: Mutex::default(),
        }
    }

    /// Whether a machine can read it.
    pub fn is_readable(&self) -> bool {
        self.rules.is_some()
    }

    /// The state at a minute.
    pub(super) fn at(&self, minute: Minute) -> State {
        let Some(rules) = &self.rules else {
            return State::Unknown;
        };
        let spans = self.spans(rules, minute.day());
        let of_day = minute.of_day();
        let span = spans
            .iter()
            .find(|span| (span.start..span.end).contains(&of_day));
        span.map_or(State::Closed, |span| span.state)
    }

    /// When it is open on a day.
    pub(super) fn open_on(&self, day: i32) -> Vec<(u16, u16)> {
        let Some(rules) = &self.rules else {
            return Vec::new();
        };
        let spans = self.spans(rules, day);
        let open = spans.iter().filter(|span| span.state == State::Open);
        open.map(|span| (span.start, span.end)).collect()
    }

    /// The first minute after this one in which the state is another.
    pub(super) fn until(&self, minute: Minute) -> Option<Minute> {
        let rules = self.rules.as_ref().filter(|rules| !rules.is_constant)?;
        if let Some((asked, until)) = self.kept().until
            && asked <= minute
            && until.is_none_or(|until| minute < until)
            && (until.is_some() || asked == minute)
        {
            return until;
        }
        let until = self.find_until(rules, minute);
        self.kept().until = Some((minute, until));
        until
    }

    fn find_until(&self, rules: &Rules, minute: Minute) -> Option<Minute> {
        let now = self.at(minute);
        let (first, from) = (minute.day(), minute.of_day());
        let last = first.saturating_add(HORIZON_DAYS as i32).min(LAST_DAY);
        for day in first..=last {
            let spans = self.spans(rules, day);
            let edges = spans.iter().flat_map(|span| [span.start, span.end]);
            let edges = [0].into_iter().chain(edges);
            let edges = edges.filter(|&edge| edge < DAY && (day > first || edge > from));
            for edge in edges {
                let at = Minute::midnight(day).plus_minutes(edge);
                if self.at(at) != now {
                    return Some(at);
                }
            }
        }
        None
    }

    /// A day's spans, in order and without overlap.
    fn spans(&self, rules: &Rules, day: i32) -> Arc<[Span]> {
        if let Some(spans) = self.kept().days.get(&day) {
            return Arc::clone(spans);
        }
        let own = spans(&rules.day, day);
        let spilt = rules.spill.as_ref().map(|rules| spans(rules, day - 1));
        let all: Arc<[Span]> = match spilt {
            Some(spilt) => laid_over(&own, &spilt).into(),
            None => own.into(),
        };
        let mut kept = self.kept();
        if kept.days.len() == MOST_DAYS {
            kept.days.clear();
        }
        kept.days.insert(day, Arc::clone(&all));
        all
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What rules say of a day. Rules that fail to be evaluated say that one has to ask.
fn spans(rules: &OpeningHours, day: i32) -> Vec<Span> {
    let span = |range: TimeRange| {
        let state = match range.kind {
            RuleKind::Open => State::Open,
            RuleKind::Closed => return None,
            RuleKind::Unknown => State::Unknown,
        };
        Some(Span {
            start: range.range.start.mins_from_midnight(),
            end: range.range.end.mins_from_midnight(),
            state,
        })
    };
    let found = || {
        let ranges = rules.schedule_at(date(day)).into_iter();
        ranges.filter_map(span).collect()
    };
    catch_unwind(AssertUnwindSafe(found)).unwrap_or_else(|_| {
        vec![Span {
            start: 0,
            end: DAY,
            state: State::Unknown,
        }]
    })
}

/// The evening before goes on until its own end, and the day's own hours beside it.
fn laid_over(own: &[Span], spilt: &[Span]) -> Vec<Span> {
    let mut all = Vec::with_capacity(own.len() + spilt.len());
    let mut edges: Vec<u16> = own
        .iter()
        .chain(spilt)
        .flat_map(|span| [span.start, span.end])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    for pair in edges.windows(2) {
        let holds = |span: &&Span| (span.start..span.end).contains(&pair[0]);
        let state = own
            .iter()
            .chain(spilt)
            .filter(holds)
            .map(|span| span.state)
            .min();
        if let Some(state) = state {
            all.push(Span {
                start: pair[0],
                end: pair[1],
                state,
            });
        }
    }
    all
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Schedule) -> bool {
        std::ptr::eq(self, other) || self.text == other.text
    }
}

impl Eq for Schedule {}

impl Hash for Schedule {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.text.hash(hasher);
    }
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schedule").field(&self.text).finish()
    }
}
