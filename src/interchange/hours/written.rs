//! Writes a week's hours in OpenStreetMap's syntax.
//!
//! Later rules override earlier ones. First come opening hours, then days that move with holidays, then
//! closing times without dates, which are unknown, and last what is certainly closed.

use super::seasons::{Dates, last_day, rest_of_year};
use super::week::{DAYS, Days, Moved, Shift, Span, Week};

/// The months.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// How long a text may stay in what OpenStreetMap allows in one value.
const NOTE: usize = 160;

/// A week being written.
pub(super) struct Written<'a> {
    week: &'a Week,
    rules: Vec<String>,
    /// When it is open, days by days.
    open: Vec<(Days, &'a [Span])>,
}

impl<'a> Written<'a> {
    pub(super) fn of(week: &'a Week) -> Written<'a> {
        Written {
            week,
            rules: Vec::new(),
            open: open_days(&week.open, week.closed),
        }
    }

    pub(super) fn text(mut self) -> Option<String> {
        let comment = quoted(&self.week.notes.join("、"));
        for i in 0..self.open.len() {
            let (days, spans) = self.open[i];
            let is_unknown = self.week.is_doubtful || spans.is_empty();
            let times = times(spans);
            let always = days.without(Days::HOLIDAYS) == Days::ALL && spans == [Span::DAY];
            self.rules.push(match (is_unknown, always) {
                (true, _) => joined(&[&days.written(), &times, "unknown", &comment]),
                (false, true) => joined(&["24/7", &comment]),
                (false, false) => joined(&[&days.written(), &times, &comment]),
            });
        }
        if !self.week.seasons.is_empty() {
            self.seasons(&comment);
        }
        if self.rules.is_empty() {
            self.without_times(&comment);
        }
        for moved in &self.week.moved {
            self.moved(moved);
        }
        for (days, note) in &self.week.sometimes {
            self.unknown("", *days, note);
        }
        if !self.week.appointments.is_empty() {
            self.by_appointment(self.week.appointments);
        }
        self.certain();
        (!self.rules.is_empty()).then(|| self.rules.join("; "))
    }

    /// 土日祝は要予約: unknown, whether hours name these days or not.
    fn by_appointment(&mut self, days: Days) {
        const NOTE: &str = "要予約";
        self.unknown("", days, NOTE);
        let open = self.open.iter();
        let open = open.fold(Days::default(), |all, (own, _)| all.and(*own));
        let others = days.without(open).without(self.week.closed);
        if others.is_empty() || !self.week.seasons.is_empty() {
            return;
        }
        let hours = match self.open.as_slice() {
            [(own, spans)] if own.0 & days.0 != 0 => times(spans),
            _ => String::new(),
        };
        let rule = [&others.written(), &hours, "unknown", &quoted(NOTE)];
        self.rules.push(joined(&rule));
    }

    /// Hours of parts of the year, which take the place of the others there.
    fn seasons(&mut self, comment: &str) {
        let week = self.week;
        if week.open.is_empty() {
            let rest = rest_of_year(&week.seasons);
            if !rest.is_empty() {
                self.rules.push(format!("{} unknown", all_dates(&rest)));
            }
        }
        for season in &week.seasons {
            let dates = all_dates(&season.dates);
            for (days, spans) in open_days(&season.open, week.closed) {
                let is_unknown = week.is_doubtful || spans.is_empty();
                let state = if is_unknown { "unknown" } else { "" };
                let rule = [&dates, &days.written(), &times(spans), state, comment];
                self.rules.push(joined(&rule));
            }
        }
        // Which hours a day has depends on the season: what is unknown has none.
        self.open.clear();
    }

    /// Times of closing without dates, and days and dates with them.
    fn certain(&mut self) {
        for period in &self.week.periods {
            let dates = dates(period.from, period.to);
            self.unknown(&dates, Days(0xff), period.label);
        }
        let on_holidays = self
            .open
            .iter()
            .any(|(days, _)| days.0 & Days::HOLIDAYS.0 != 0);
        let is_closed = self.week.closed.0 & Days::HOLIDAYS.0 != 0;
        if is_closed && !on_holidays {
            self.rules.push("PH off".to_owned());
        }
        for (days, nth) in &self.week.closed_nth {
            self.rules.push(nth_off(*days, nth));
            for moved in &self.week.moved {
                self.moved_nth(*days, moved);
            }
        }
        if !self.week.closed_dates.is_empty() {
            let dates = all_dates(&self.week.closed_dates);
            self.rules.push(format!("{dates} off"));
        }
        if self.week.closed_month_ends {
            // The day before a month's first is the last of the one before, in leap years too.
            let ends = MONTHS.map(|month| format!("{month} 01 -1 day"));
            self.rules.push(format!("{} off", ends.join(",")));
        }
    }

    /// When it is closed, as rules that follow somebody's own.
    pub(super) fn closings(mut self) -> Option<String> {
        let weekdays = self.week.closed.without(Days::HOLIDAYS);
        if self.week.is_doubtful {
            let note = quoted(&self.week.notes.join("、"));
            self.rules.push(joined(&["Mo-Su unknown", &note]));
        }
        if !weekdays.is_empty() {
            self.rules.push(format!("{} off", weekdays.written()));
        }
        for moved in &self.week.moved {
            let note = quoted(&moved.note);
            if !matches!(moved.shift, Shift::None | Shift::Closed) {
                self.rules.push(joined(&["PH,PH +1 day unknown", &note]));
            }
        }
        for (days, note) in &self.week.sometimes {
            self.rules
                .push(joined(&[&days.written(), "unknown", &quoted(note)]));
        }
        self.certain();
        (!self.rules.is_empty()).then(|| self.rules.join("; "))
    }

    /// The days it is open where no times are known, or the words alone.
    fn without_times(&mut self, comment: &str) {
        let week = self.week;
        let has_closed = !week.closed.without(Days::HOLIDAYS).is_empty();
        let open = match (week.days.is_empty(), has_closed) {
            (true, true) => Days::ALL.without(week.closed),
            (true, false) => Days::default(),
            (false, _) => week.days.without(week.closed),
        };
        if !open.is_empty() {
            self.rules
                .push(joined(&[&open.written(), "unknown", comment]));
        } else if !comment.is_empty() {
            self.rules.push(comment.to_owned());
        } else if week.closes() {
            // That it is closed at times says nothing of the others.
            self.rules.push("Mo-Su unknown".to_owned());
        }
    }

    /// Makes its hours unknown on some days, or on those of some dates.
    fn unknown(&mut self, dates: &str, days: Days, note: &str) {
        let note = quoted(note);
        for i in 0..self.open.len() {
            let (own, spans) = self.open[i];
            let both = Days(own.0 & days.0);
            let every = both.without(Days::HOLIDAYS) == Days::ALL && !dates.is_empty();
            let days = if every { String::new() } else { both.written() };
            if !both.is_empty() {
                let rule = joined(&[dates, &days, &times(spans), "unknown", &note]);
                self.rules.push(rule);
            }
        }
        if self.open.is_empty() && !dates.is_empty() {
            self.rules.push(joined(&[dates, "unknown", &note]));
        }
        if dates.is_empty() && !self.week.seasons.is_empty() {
            self.rules
                .push(joined(&[&days.written(), "unknown", &note]));
        }
    }

    /// The hours of a day of closing on which it is open after all.
    fn hours_on(&self) -> Option<&'a [Span]> {
        let of_holidays = self
            .open
            .iter()
            .find(|(days, _)| days.0 & Days::HOLIDAYS.0 != 0);
        let is_one = self.open.iter().all(|(_, spans)| *spans == self.open[0].1);
        match (of_holidays, is_one) {
            (Some((_, spans)), _) => Some(spans),
            (None, true) => self.open.first().map(|(_, spans)| *spans),
            (None, false) => None,
        }
    }

    /// What becomes of days of closing that are holidays.
    fn moved(&mut self, moved: &Moved) {
        if moved.shift == Shift::After {
            let rule = ["PH +1 day", "unknown", &quoted(&moved.note)];
            return self.rules.push(joined(&rule));
        }
        let days = match moved.days.without(Days::HOLIDAYS) {
            days if days.is_empty() => self.week.closed.without(Days::HOLIDAYS),
            days => days,
        };
        let note = quoted(&moved.note);
        let hours = self.hours_on().map(times);
        let hours = hours.unwrap_or_default();
        let is_certain = days.0.count_ones() == 1
            && !hours.is_empty()
            && !self.week.is_doubtful
            && self.week.closed_nth.is_empty()
            && self.week.closed.0 & Days::HOLIDAYS.0 == 0;
        for day in days.each() {
            let mut rule = |parts: &[&str]| self.rules.push(joined(parts));
            let on = |day: Days| format!("PH {}", day.written());
            let after = |count| format!("PH +1 day {}", day.after(count).written());
            let ask = [hours.as_str(), "unknown", note.as_str()];
            match (moved.shift, is_certain) {
                (Shift::None | Shift::Closed | Shift::After, _) => {}
                (Shift::Open, true) => rule(&[&on(day), &hours]),
                (Shift::Open | Shift::Unknown, _) => {
                    rule(&[&[on(day).as_str()][..], &ask].concat());
                    if moved.shift == Shift::Unknown {
                        for before in 1..=2 {
                            let day = day.after(7 - before).written();
                            rule(
                                &[&[format!("PH -{before} days {day}").as_str()][..], &ask]
                                    .concat(),
                            );
                        }
                        for count in 1..=3 {
                            rule(&[&[after(count).as_str()][..], &ask].concat());
                        }
                    }
                }
                (Shift::NextDay | Shift::Workday, false) => {
                    rule(&[&[on(day).as_str()][..], &ask].concat());
                    for count in 1..=3 {
                        rule(&[&[after(count).as_str()][..], &ask].concat());
                    }
                }
                (shift, true) => {
                    rule(&[&on(day), &hours]);
                    rule(&[&after(1), "off"]);
                    // Where holidays follow one another, people close on different days.
                    let next = on(day.after(1));
                    match shift {
                        Shift::Workday => rule(&[&next, &hours]),
                        _ => rule(&[&[next.as_str()][..], &ask].concat()),
                    }
                    for count in 2..=3 {
                        rule(&[&[after(count).as_str()][..], &ask].concat());
                    }
                }
            }
        }
    }

    /// The same for days of closing that come once or twice a month.
    fn moved_nth(&mut self, days: Days, moved: &Moved) {
        if matches!(moved.shift, Shift::None | Shift::After) {
            return;
        }
        let hours = self.hours_on().map(times).unwrap_or_default();
        let note = quoted(&moved.note);
        for day in days.each() {
            let mut on = vec![format!("PH {}", day.written())];
            if moved.shift != Shift::Open {
                on.extend((1..=3).map(|n| format!("PH +1 day {}", day.after(n).written())));
            }
            for days in on {
                self.rules.push(joined(&[&days, &hours, "unknown", &note]));
            }
        }
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

/// Words as a comment; empty where there are none.
fn quoted(words: &str) -> String {
    let mut words = words.replace('"', "”");
    if words.chars().count() > NOTE {
        words = words.chars().take(NOTE).chain(['…']).collect();
    }
    if words.is_empty() {
        return words;
    }
    format!("\"{words}\"")
}

fn times(spans: &[Span]) -> String {
    let times: Vec<String> = spans.iter().map(|span| span.written()).collect();
    times.join(",")
}

/// Days and their hours, those without days on all that no other names, closed days left out.
fn open_days(open: &[(Option<Days>, Vec<Span>)], closed: Days) -> Vec<(Days, &[Span])> {
    let named = open.iter().filter_map(|(days, _)| *days);
    let named = named.fold(Days::default(), Days::and);
    let open = open.iter().map(|(days, spans)| {
        let days = days.unwrap_or(Days::ALL.without(named));
        (days.without(closed), spans.as_slice())
    });
    open.filter(|(days, _)| !days.is_empty()).collect()
}

/// `Aug 13-Aug 15,Dec 29-Jan 03`.
fn all_dates(all: &[Dates]) -> String {
    let all: Vec<String> = all.iter().map(|(from, to)| dates(*from, *to)).collect();
    all.join(",")
}

/// `Dec 29-Jan 03`, and of whole months `Apr-Sep`.
fn dates(from: [u8; 2], to: [u8; 2]) -> String {
    let month = |[month, _]: [u8; 2]| MONTHS[usize::from(month) - 1];
    if from[1] == 1 && to[1] == last_day(to[0]) {
        return match from[0] == to[0] {
            true => month(from).to_owned(),
            false => format!("{}-{}", month(from), month(to)),
        };
    }
    let date = |[month, day]: [u8; 2]| format!("{} {day:02}", MONTHS[usize::from(month) - 1]);
    match from == to {
        true => date(from),
        false => format!("{}-{}", date(from), date(to)),
    }
}

/// `We[2,4] off`.
fn nth_off(days: Days, nth: &[i8]) -> String {
    let nth: Vec<String> = nth.iter().map(i8::to_string).collect();
    let days = (0..7)
        .filter(|day| days.0 & (1 << day) != 0)
        .map(|day| format!("{}[{}]", DAYS[day], nth.join(",")));
    format!("{} off", days.collect::<Vec<_>>().join(","))
}
