//! A text of hours, parsed once and shared by all facilities that have it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use super::rewrite::{self, Rules, Stretch};
use super::time::DAY;
use super::{HORIZON_DAYS, LAST_DAY, Minute, State};

/// How many evaluated days of a text are cached: today, tomorrow and a few more.
const MOST_DAYS: usize = 16;

/// A text of hours.
pub struct Schedule {
    text: Box<str>,
    /// `None` where no machine can read it.
    rules: Option<Rules>,
    kept: Mutex<Kept>,
}

/// Cached results: a page of a hundred facilities asks the same of few texts.
#[derive(Default)]
struct Kept {
    evenings: BTreeMap<i32, Arc<[Stretch]>>,
    until: Option<(Minute, Option<Minute>)>,
}

/// What holds at a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) state: State,
    /// What the text says of that in words.
    pub(super) note: Option<Arc<str>>,
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
        // A panic of the foreign parser must not stop the directory.
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

    /// What holds at a minute, the evenings of some days being closed.
    pub(super) fn at(&self, minute: Minute, is_shut: impl Fn(i32) -> bool) -> Held {
        let day = minute.day();
        let is_readable = self.rules.is_some();
        if !is_readable && !is_shut(day) {
            return Held {
                state: State::Unknown,
                note: None,
            };
        }
        let of_day = minute.of_day();
        let evenings = [(day, of_day), (day - 1, of_day + DAY)];
        let mut held = Held {
            state: State::Closed,
            note: None,
        };
        let mut is_found = false;
        for (day, at) in evenings {
            if is_shut(day) {
                continue;
            }
            let evening = self.evening(day);
            let found = evening.iter().find(|s| (s.start..s.end).contains(&at));
            // The evening before goes on until its own end, and the day's own hours beside it.
            if let Some(stretch) = found.filter(|s| !is_found || s.state < held.state) {
                is_found = true;
                held = Held {
                    state: stretch.state,
                    note: Some(Arc::clone(&stretch.note)).filter(|note| !note.is_empty()),
                };
            }
        }
        held
    }

    /// The minutes of a day at which something begins or ends.
    fn edges(&self, day: i32) -> Vec<u16> {
        let mut edges = vec![0];
        for (day, midnight) in [(day, 0), (day - 1, DAY)] {
            let evening = self.evening(day);
            let ends = evening.iter().flat_map(|s| [s.start, s.end]);
            edges.extend(ends.filter_map(|end| end.checked_sub(midnight)));
        }
        edges.retain(|edge| *edge < DAY);
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// A day from its midnight on: from when until when it is in which state, where it is not
    /// closed.
    pub(super) fn on(&self, day: i32, is_shut: impl Fn(i32) -> bool) -> Vec<(u16, u16, Held)> {
        let edges = self.edges(day);
        let ends = edges.iter().skip(1).copied().chain([DAY]);
        let mut stretches: Vec<(u16, u16, Held)> = Vec::new();
        for (start, end) in edges.iter().copied().zip(ends) {
            let held = self.at(Minute::midnight(day).plus_minutes(start), &is_shut);
            match stretches.last_mut() {
                Some((_, last, before)) if *last == start && *before == held => *last = end,
                _ if held.state == State::Closed => {}
                _ => stretches.push((start, end, held)),
            }
        }
        stretches
    }

    /// The first minute after this one in which the state is another.
    pub(super) fn until(&self, minute: Minute) -> Option<Minute> {
        self.rules.as_ref().filter(|rules| !rules.is_constant)?;
        if let Some((asked, until)) = self.kept().until
            && asked <= minute
            && until.is_none_or(|until| minute < until)
            && (until.is_some() || asked == minute)
        {
            return until;
        }
        let until = self.find_until(minute, |_| false);
        self.kept().until = Some((minute, until));
        until
    }

    /// The same, the evenings of some days being closed.
    pub(super) fn find_until(
        &self,
        minute: Minute,
        is_shut: impl Fn(i32) -> bool,
    ) -> Option<Minute> {
        let now = self.at(minute, &is_shut).state;
        let (first, from) = (minute.day(), minute.of_day());
        let last = first.saturating_add(HORIZON_DAYS as i32).min(LAST_DAY);
        for day in first..=last {
            for edge in self.edges(day) {
                let at = Minute::midnight(day).plus_minutes(edge);
                if (day > first || edge > from) && self.at(at, &is_shut).state != now {
                    return Some(at);
                }
            }
        }
        None
    }

    /// The evening that begins on a day. Rules that fail to be evaluated say that one has to ask.
    fn evening(&self, day: i32) -> Arc<[Stretch]> {
        let Some(rules) = &self.rules else {
            return Arc::from([]);
        };
        if let Some(evening) = self.kept().evenings.get(&day) {
            return Arc::clone(evening);
        }
        let found = catch_unwind(AssertUnwindSafe(|| rules.evening(day)));
        let evening: Arc<[Stretch]> = found.map_or_else(
            |_| {
                Arc::from([Stretch {
                    start: 0,
                    end: DAY,
                    state: State::Unknown,
                    note: Arc::from(""),
                }])
            },
            Arc::from,
        );
        let mut kept = self.kept();
        if kept.evenings.len() == MOST_DAYS {
            kept.evenings.clear();
        }
        kept.evenings.insert(day, Arc::clone(&evening));
        evening
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
