//! A week's hours, as they are read and as OpenStreetMap writes them.

/// The days of the week from Monday on, and public holidays.
const DAYS: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];
/// The months.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// How long a text may stay in what OpenStreetMap allows in one value.
const NOTE: usize = 160;

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
    fn written(self) -> String {
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

    fn written(self) -> String {
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
    /// Some of a month's days it is closed: the third Sunday.
    pub closed_nth: Vec<(Days, Vec<u8>)>,
    /// Dates, month and day, from which to which it is closed.
    pub closed_dates: Vec<([u8; 2], [u8; 2])>,
    /// Days it is open, its hours not being known.
    pub days: Days,
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
        self.open.is_empty() && self.days.is_empty() && !self.closes()
    }

    /// Whether it says when it is closed.
    pub fn closes(&self) -> bool {
        !self.closed.is_empty() || !self.closed_nth.is_empty() || !self.closed_dates.is_empty()
    }

    /// Takes over when the other is closed, and its notes.
    pub fn close_with(&mut self, other: Week) {
        self.until.extend(other.until);
        self.is_doubtful |= other.is_doubtful;
        self.closed = self.closed.and(other.closed);
        self.closed_nth.extend(other.closed_nth);
        self.closed_dates.extend(other.closed_dates);
        self.note(other.notes);
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

    /// Applies the earlier ends of certain days; `false` where there is nothing they could end.
    pub fn end_early(&mut self) -> bool {
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
        let named = self.open.iter().filter_map(|(days, _)| *days);
        let named = named.fold(Days::default(), Days::and);
        let mut notes = self.notes.join("、");
        if notes.chars().count() > NOTE {
            notes = notes.chars().take(NOTE).chain(['…']).collect();
        }
        let comment = if notes.is_empty() {
            notes
        } else {
            format!(" \"{notes}\"")
        };
        let mut rules: Vec<String> = Vec::new();
        let mut shut = self.closed;
        for (days, spans) in &self.open {
            let open = days
                .unwrap_or(Days::ALL.without(named))
                .without(self.closed);
            if open.is_empty() {
                continue;
            }
            if open.0 & Days::HOLIDAYS.0 != 0 {
                shut = shut.without(Days::HOLIDAYS);
            }
            let every_day = open.without(Days::HOLIDAYS) == Days::ALL;
            let times: Vec<String> = spans.iter().map(|span| span.written()).collect();
            rules.push(match (every_day, spans.as_slice()) {
                (_, []) => format!("{} unknown{comment}", open.written()),
                _ if self.is_doubtful => {
                    format!("{} {} unknown{comment}", open.written(), times.join(","))
                }
                (true, [Span::DAY]) => format!("24/7{comment}"),
                _ => format!("{} {}{comment}", open.written(), times.join(",")),
            });
        }
        if rules.is_empty() {
            let open = match (
                self.days.is_empty(),
                self.closed.without(Days::HOLIDAYS).is_empty(),
            ) {
                (true, true) => Days::default(),
                (true, false) => Days::ALL.without(self.closed),
                (false, _) => self.days.without(self.closed),
            };
            if !open.is_empty() {
                rules.push(format!("{} unknown{comment}", open.written()));
            } else if !comment.is_empty() {
                rules.push(comment.trim_start().to_owned());
            }
        }
        if shut.0 & Days::HOLIDAYS.0 != 0 {
            rules.push("PH off".to_owned());
        }
        for (days, nth) in &self.closed_nth {
            let nth: Vec<String> = nth.iter().map(u8::to_string).collect();
            let days = (0..7)
                .filter(|day| days.0 & (1 << day) != 0)
                .map(|day| format!("{}[{}]", DAYS[day], nth.join(",")));
            rules.push(format!("{} off", days.collect::<Vec<_>>().join(",")));
        }
        for (from, to) in &self.closed_dates {
            let date =
                |[month, day]: [u8; 2]| format!("{} {day:02}", MONTHS[usize::from(month) - 1]);
            rules.push(match from == to {
                true => format!("{} off", date(*from)),
                false => format!("{}-{} off", date(*from), date(*to)),
            });
        }
        (!rules.is_empty()).then(|| rules.join("; "))
    }
}
