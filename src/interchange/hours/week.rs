//! The hours of a week, as read from text.

use super::periods::Period;
use super::seasons::Season;
use super::written::Written;

/// The days of the week from Monday on, and public holidays.
pub const DAYS: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];
/// Holidays on a day of closing, and the days after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which days of closing; none where the sentence does not name them.
    pub days: Days,
    /// What happens then.
    pub shift: Shift,
    /// What was written.
    pub note: String,
}

/// What happens where a day of closing is a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// It is closed all the same.
    None,
    /// 月～金、祝日の場合は休み: it is closed on holidays.
    Closed,
    /// It is closed on the day after every holiday.
    After,
    /// It is open, and no other day is closed for it.
    Open,
    /// It is open, and the next day is closed.
    NextDay,
    /// It is open, and the next day that is no holiday is closed.
    Workday,
    /// Something that is not understood.
    Unknown,
}

/// Some days: a bit for each of the week from Monday on, and one for public holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days(pub u8);

impl Days {
    /// Monday to Sunday.
    pub const ALL: Days = Days(0x7f);
    /// Monday to Friday.
    pub const WORKING: Days = Days(0x1f);
    /// Saturday and Sunday.
    pub const WEEKEND: Days = Days(0x60);
    /// Public holidays.
    pub const HOLIDAYS: Days = Days(0x80);

    /// The day of a letter, 月 to 日.
    pub fn of_letter(letter: char) -> Option<Days> {
        let day = "月火水木金土日".chars().position(|day| day == letter)?;
        Some(Days(1 << day))
    }

    /// Both.
    pub fn and(self, other: Days) -> Days {
        Days(self.0 | other.0)
    }

    /// These without the others.
    pub fn without(self, other: Days) -> Days {
        Days(self.0 & !other.0)
    }

    /// The day so many days after one day of the week.
    pub fn after(self, count: u32) -> Days {
        let day = self.0.trailing_zeros();
        Days(1 << ((day + count) % 7))
    }

    /// The days of the week one by one.
    pub fn each(self) -> impl Iterator<Item = Days> {
        (0..7)
            .map(|day| Days(1 << day))
            .filter(move |day| self.0 & day.0 != 0)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days from this, one day, to another, round the week's end if need be.
    pub fn to(self, last: Days) -> Option<Days> {
        let day = |days: Days| {
            (days.0.count_ones() == 1 && days.0 < 0x80).then(|| days.0.trailing_zeros())
        };
        let (first, last) = (day(self)?, day(last)?);
        let count = (last + 7 - first) % 7;
        Some((0..=count).fold(Days(0), |days, i| days.and(Days(1 << ((first + i) % 7)))))
    }

    /// As OpenStreetMap writes them: `Mo-Fr,Su,PH`.
    pub fn written(self) -> String {
        let has = |day: usize| self.0 & (1 << day) != 0;
        let mut parts = Vec::new();
        let mut day = 0;
        while day < 7 {
            let end = (day..7).take_while(|day| has(*day)).count();
            match end {
                0 => {}
                1 => parts.push(DAYS[day].to_owned()),
                2 => parts.extend([DAYS[day].to_owned(), DAYS[day + 1].to_owned()]),
                _ => parts.push(format!("{}-{}", DAYS[day], DAYS[day + end - 1])),
            }
            day += end.max(1);
        }
        if has(7) {
            parts.push(DAYS[7].to_owned());
        }
        parts.join(",")
    }
}

/// From one minute of the day to another, which may be on the next day; without end it stays open
/// until nobody said when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Minutes after midnight.
    pub from: u16,
    /// The same, above 24 hours on the next day.
    pub to: Option<u16>,
}

impl Span {
    /// The whole day.
    pub const DAY: Span = Span {
        from: 0,
        to: Some(24 * 60),
    };

    /// From one time to another; `None` where that is no time at all. 0:00 to 0:00 and 0:00 to 23:59 are a day.
    pub fn new(from: u16, to: u16) -> Option<Span> {
        match (from, to) {
            (0, 0 | 1439) => Some(Span::DAY),
            _ if from == to || from >= 24 * 60 || to > 30 * 60 => None,
            _ => Some(Span { from, to: Some(to) }),
        }
    }

    /// Whether another lies inside this, with time on both sides.
    fn holds(self, other: Span) -> bool {
        let ends = self.to.zip(other.to);
        self.from < other.from && ends.is_some_and(|(own, other)| other < own)
    }

    pub fn written(self) -> String {
        let clock = |minutes: u16| {
            let minutes = if minutes > 24 * 60 {
                minutes - 24 * 60
            } else {
                minutes
            };
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        };
        match self.to {
            Some(to) => format!("{}-{}", clock(self.from), clock(to)),
            None => format!("{}+", clock(self.from)),
        }
    }
}

/// When a place is open and closed in a week, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week {
    /// Days and their hours; of days not named (`None`), those that no other entry names.
    pub open: Vec<(Option<Days>, Vec<Span>)>,
    /// Days of the week it is closed.
    pub closed: Days,
    /// Some of a month's days it is closed: the third Sunday, the last one being -1.
    pub closed_nth: Vec<(Days, Vec<i8>)>,
    /// Whether it is closed on each month's last day.
    pub closed_month_ends: bool,
    /// Times of the year in which it closes, nobody says on which days.
    pub periods: Vec<Period>,
    /// Days of the week on some of which it is closed: every other Wednesday.
    pub sometimes: Vec<(Days, String)>,
    /// Days it is open only to those with an appointment.
    pub appointments: Days,
    /// What becomes of holidays on days of closing.
    pub moved: Vec<Moved>,
    /// Dates, month and day, from which to which it is closed.
    pub closed_dates: Vec<([u8; 2], [u8; 2])>,
    /// Days it is open, its hours not being known.
    pub days: Days,
    /// Hours of parts of the year; those of the rest are in `open`.
    pub seasons: Vec<Season>,
    /// Times of the day it is closed: 昼休み12:00～13:00.
    pub breaks: Vec<(Option<Days>, Span)>,
    /// Whether its hours are those of 平日, so that it is closed on holidays unless hours name them.
    pub working: bool,
    /// Days it closes earlier than it else would.
    pub until: Vec<(Days, u16)>,
    /// What is said in words.
    pub notes: Vec<String>,
    /// Whether these words may say that it is closed when the rules say it is open.
    pub is_doubtful: bool,
}

impl Week {
    /// Whether it says nothing of days and times.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
            && self.seasons.is_empty()
            && self.breaks.is_empty()
            && self.appointments.is_empty()
            && self.days.is_empty()
            && !self.closes()
    }

    /// Whether it says when it is closed.
    pub fn closes(&self) -> bool {
        !self.closed.is_empty()
            || !self.closed_nth.is_empty()
            || !self.closed_dates.is_empty()
            || self.closed_month_ends
            || !self.periods.is_empty()
            || !self.sometimes.is_empty()
            || !self.moved.is_empty()
    }

    /// Takes over when the other is closed, and its notes.
    pub fn close_with(&mut self, other: Week) {
        self.until.extend(other.until);
        self.breaks.extend(other.breaks);
        self.seasons.extend(other.seasons);
        self.working |= other.working;
        self.appointments = self.appointments.and(other.appointments);
        self.is_doubtful |= other.is_doubtful;
        self.closed = self.closed.and(other.closed);
        self.closed_nth.extend(other.closed_nth);
        self.closed_dates.extend(other.closed_dates);
        self.closed_month_ends |= other.closed_month_ends;
        self.sometimes.extend(other.sometimes);
        self.moved.extend(other.moved);
        for period in other.periods {
            if !self.periods.contains(&period) {
                self.periods.push(period);
            }
        }
        self.note(other.notes);
    }

    /// Whether it closes on some days of the week, each time or some times a month.
    pub fn closes_on_some(&self) -> bool {
        !self.closed.without(Days::HOLIDAYS).is_empty() || !self.closed_nth.is_empty()
    }

    /// Whether the last hours lie inside others of the same days.
    pub fn ends_with_pause(&self) -> bool {
        match self.open.last().map(|(_, spans)| spans.as_slice()) {
            Some([before @ .., last]) => before.iter().any(|span| span.holds(*last)),
            _ => false,
        }
    }

    /// Whether the hours of one day overlap, or it closes from Monday to Friday without saying when
    /// else it is open: then something was misunderstood.
    pub fn is_absurd(&self) -> bool {
        let overlaps = |spans: &[Span]| {
            let mut spans: Vec<Span> = spans.to_vec();
            spans.sort_by_key(|span| span.from);
            spans
                .windows(2)
                .any(|pair| pair[0].to.is_none_or(|to| to > pair[1].from))
        };
        let is_of_no_days = self.open.iter().all(|(days, _)| days.is_none());
        let is_shut = self.closed.0 & Days::WORKING.0 == Days::WORKING.0;
        self.open.iter().any(|(_, spans)| overlaps(spans))
            || (is_shut && is_of_no_days && !self.open.is_empty())
    }

    /// Takes over the hours that the other has on certain days, in place of its own.
    pub fn replace_with(&mut self, other: &[(Option<Days>, Vec<Span>)]) {
        let theirs = other.iter().filter_map(|(days, _)| *days);
        let theirs = theirs.fold(Days::default(), Days::and);
        for (days, _) in &mut self.open {
            *days = Some(days.unwrap_or(Days::ALL).without(theirs));
        }
        self.open.extend(other.iter().cloned());
        self.open
            .retain(|(days, _)| days.is_none_or(|days| !days.is_empty()));
    }

    /// Whether hours name holidays.
    pub fn opens_on_holidays(&self) -> bool {
        let seasons = self.seasons.iter().flat_map(|season| &season.open);
        let mut open = self.open.iter().chain(seasons);
        let names = |days: Days| days.0 & Days::HOLIDAYS.0 != 0;
        names(self.appointments) || open.any(|(days, _)| days.is_some_and(names))
    }

    /// Applies the earlier ends of certain days and the times of the day it is closed; `false`
    /// where there is nothing they could end or interrupt.
    pub fn end_early(&mut self) -> bool {
        let has_seasons = !self.seasons.is_empty();
        if has_seasons && !(self.until.is_empty() && self.breaks.is_empty()) {
            return false;
        }
        self.end_before() && self.pause()
    }

    fn pause(&mut self) -> bool {
        std::mem::take(&mut self.breaks)
            .into_iter()
            .all(|(days, pause)| {
                let mut is_any = false;
                for (own, spans) in &mut self.open {
                    let around = spans.iter().position(|span| span.holds(pause));
                    if let Some(at) = around
                        && (days.is_none() || days == *own)
                    {
                        is_any = true;
                        let whole = spans[at];
                        let before = Span {
                            to: Some(pause.from),
                            ..whole
                        };
                        let after = pause.to.map_or(whole.from, |to| to);
                        let after = Span {
                            from: after,
                            ..whole
                        };
                        spans.splice(at..=at, [before, after]);
                    }
                }
                is_any
            })
    }

    fn end_before(&mut self) -> bool {
        for (days, end) in std::mem::take(&mut self.until) {
            let touched = |own: Option<Days>| Days(own.unwrap_or(Days::ALL).0 & days.0);
            let mut earlier: Vec<(Option<Days>, Vec<Span>)> = Vec::new();
            for (own, spans) in &self.open {
                let spans = spans.iter().filter(|span| span.from < end);
                let spans: Vec<Span> = spans
                    .map(|span| Span {
                        to: Some(end),
                        ..*span
                    })
                    .collect();
                if !touched(*own).is_empty() {
                    earlier.push((Some(touched(*own)), spans));
                }
            }
            if earlier.is_empty() || earlier.iter().any(|(_, spans)| spans.len() != 1) {
                return false;
            }
            // On holidays it ends then too, whatever day they are.
            if days.0 & Days::HOLIDAYS.0 != 0
                && let Some((first, _)) = earlier.first_mut()
            {
                *first = first.map(|first| first.and(Days::HOLIDAYS));
            }
            self.replace_with(&earlier);
        }
        true
    }

    /// Adds what is said in words, each once.
    pub fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        for note in notes {
            let note = note.trim().replace('"', "”").replace(['\n', '\r'], " ");
            if !note.is_empty() && !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// In OpenStreetMap's syntax; `None` if it says nothing.
    pub fn written(&self) -> Option<String> {
        Written::of(self).text()
    }

    /// When it is closed, as rules that follow somebody's own.
    pub fn closings(&self) -> Option<String> {
        Written::of(self).closings()
    }
}
