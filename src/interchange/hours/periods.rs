//! Closing times without dates (年末年始), and closing days that move with public holidays.

use super::week::{Days, Moved, Shift};

/// A time of the year that has a name but no dates of its own, from which to which day it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// What it is called in the answer.
    pub label: &'static str,
    /// Its first possible day, month and day.
    pub from: [u8; 2],
    /// Its last possible day.
    pub to: [u8; 2],
}

const fn period(label: &'static str, from: [u8; 2], to: [u8; 2]) -> Period {
    Period { label, from, to }
}

pub const YEAR_END: Period = period("年末年始休業", [12, 28], [1, 4]);
/// What people call such times, the longer names first. Real offices close at most so long.
pub const PERIODS: &[(&str, Period)] = &[
    ("年末年始", YEAR_END),
    ("年末・年始", YEAR_END),
    ("年末、年始", YEAR_END),
    ("年末及び年始", YEAR_END),
    ("年始年末", YEAR_END),
    ("歳末", period("年末休業", [12, 28], [12, 31])),
    ("年末", period("年末休業", [12, 28], [12, 31])),
    ("年始", period("年始休業", [1, 1], [1, 4])),
    ("お正月", period("正月休業", [1, 1], [1, 4])),
    ("正月", period("正月休業", [1, 1], [1, 4])),
    ("旧盆", period("旧盆休業", [8, 1], [9, 15])),
    ("お盆", period("お盆休業", [8, 8], [8, 18])),
    ("盆", period("お盆休業", [8, 8], [8, 18])),
    (
        "ゴールデンウィーク",
        period("大型連休休業", [4, 27], [5, 8]),
    ),
    (
        "ゴールデンウイーク",
        period("大型連休休業", [4, 27], [5, 8]),
    ),
    ("gw", period("大型連休休業", [4, 27], [5, 8])),
    ("夏季", period("夏季休業", [7, 15], [9, 15])),
    ("夏期", period("夏季休業", [7, 15], [9, 15])),
    ("夏休み", period("夏季休業", [7, 15], [9, 15])),
    ("冬季", period("冬季休業", [11, 1], [4, 30])),
    ("冬期", period("冬季休業", [11, 1], [4, 30])),
    ("冬休み", period("冬季休業", [12, 15], [1, 15])),
];

/// What may stand between such a name and the dates in brackets behind it.
const BETWEEN: &[&str] = &[
    "休業日",
    "休館日",
    "休暇",
    "期間",
    "休業",
    "休館",
    "休み",
    "休",
    "は",
];

/// A text without the name of a period at its end, whose dates follow in brackets.
pub fn without_period(before: &str) -> Option<&str> {
    let mut rest = before.trim_end();
    while let Some(left) = BETWEEN.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = left.trim_end();
    }
    let lower = rest.to_lowercase();
    if lower.len() != rest.len() {
        return None;
    }
    let name = PERIODS.iter().find(|(name, _)| lower.ends_with(name))?.0;
    Some(&rest[..rest.len() - name.len()])
}

/// How people call a public holiday, the longer first.
const HOLIDAYS: &[&str] = &[
    "祝日又は振替休日",
    "祝日または振替休日",
    "祝日及び振替休日",
    "祝日・振替休日",
    "祝日、振替休日",
    "祝日や振替休日",
    "祝日又は休日",
    "祝日または休日",
    "祝日及び休日",
    "祝日・休日",
    "祝日、休日",
    "祝日(振替休日)",
    "国民の祝日",
    "国民の休日",
    "祝祭日",
    "祝休日",
    "振替休日",
    "祝日",
    "休日",
    "祭日",
    "祝",
];
const WHEN: &[&str] = &[
    "に当たる場合",
    "にあたる場合",
    "に当たるとき",
    "にあたるとき",
    "に当たる時",
    "にあたる時",
    "に当たる日",
    "に重なる場合",
    "と重なる場合",
    "と重なった場合",
    "と重なるとき",
    "に重なった場合",
    "である場合",
    "であるとき",
    "の場合",
    "の際",
    "のとき",
    "の時",
    "の日",
    "なら",
    "だった場合",
    "に該当する場合",
];

/// A sentence about holidays on a day of closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHoliday<'a> {
    /// What stands before it.
    pub before: &'a str,
    /// What then happens.
    pub moved: Moved,
    /// What stands behind it.
    pub rest: &'a str,
}

/// 月曜（祝日の場合は翌日）: finds what happens when a day of closing is a holiday.
pub fn on_holiday(sentence: &str) -> Option<OnHoliday<'_>> {
    let (at, behind) = sentence.char_indices().find_map(|(at, _)| {
        let holiday = HOLIDAYS
            .iter()
            .find_map(|word| sentence[at..].strip_prefix(word))?;
        let when = WHEN.iter().find_map(|word| holiday.strip_prefix(word))?;
        Some((at, when))
    })?;
    let (mut opens, mut closes, mut next, mut workday, mut odd, mut also) =
        (false, false, false, false, false, false);
    let mut rest = behind;
    loop {
        let step = STEPS
            .iter()
            .find_map(|(word, step)| Some((rest.strip_prefix(word)?, step)));
        let Some((left, step)) = step else { break };
        rest = left;
        match step {
            Step::Open => opens = true,
            Step::Closed => closes = true,
            Step::Next => next = true,
            Step::Workday => (next, workday) = (true, true),
            Step::Odd => odd = true,
            Step::Also => also = true,
            Step::Nothing => {}
        }
    }
    if !(opens || closes || next || odd) {
        return None;
    }
    let shift = match (next, opens, closes) {
        _ if odd => Shift::Unknown,
        // 祝日の場合も休館
        (false, false, true) if also => Shift::None,
        (true, ..) if workday => Shift::Workday,
        (true, ..) => Shift::NextDay,
        (false, true, false) => Shift::Open,
        (false, false, true) => Shift::Closed,
        _ => Shift::Unknown,
    };
    let said = &sentence[at..sentence.len() - rest.len()];
    let note = said
        .trim_end_matches(['、', '。', ' ', '・', ','])
        .to_owned();
    let before = sentence[..at].trim_end_matches(['が', 'の', '、', ',', ' ', ':']);
    Some(OnHoliday {
        before,
        moved: Moved {
            days: Days::default(),
            shift,
            note,
        },
        rest,
    })
}

enum Step {
    Open,
    Closed,
    Next,
    Workday,
    Odd,
    Also,
    Nothing,
}

/// What such a sentence goes on with, the longer first.
const STEPS: &[(&str, Step)] = &[
    ("翌日以降の平日", Step::Workday),
    ("翌日以降の休日でない日", Step::Workday),
    ("翌日以後の休日でない日", Step::Workday),
    ("翌日以降の最初の平日", Step::Workday),
    ("翌日以後の最初の平日", Step::Workday),
    ("直後の平日", Step::Workday),
    ("直近の平日", Step::Workday),
    ("次の平日", Step::Workday),
    ("翌平日", Step::Workday),
    ("翌日の平日", Step::Workday),
    ("翌営業日", Step::Workday),
    ("翌開館日", Step::Workday),
    ("翌々日", Step::Odd),
    ("翌週", Step::Odd),
    ("前日", Step::Odd),
    ("前々日", Step::Odd),
    ("直前の", Step::Odd),
    ("翌火曜日", Step::Next),
    ("翌火曜", Step::Next),
    ("翌水曜日", Step::Next),
    ("翌水曜", Step::Next),
    ("火曜日", Step::Next),
    ("火曜", Step::Next),
    ("翌日", Step::Next),
    ("次の日", Step::Next),
    ("翌", Step::Next),
    ("開館日", Step::Open),
    ("開館", Step::Open),
    ("営業", Step::Open),
    ("開所", Step::Open),
    ("開園", Step::Open),
    ("開室", Step::Open),
    ("オープン", Step::Open),
    ("利用可能", Step::Open),
    ("利用可", Step::Open),
    ("開放", Step::Open),
    ("休館日", Step::Closed),
    ("休業日", Step::Closed),
    ("休館", Step::Closed),
    ("休業", Step::Closed),
    ("休所", Step::Closed),
    ("休園", Step::Closed),
    ("休室", Step::Closed),
    ("閉館", Step::Closed),
    ("お休み", Step::Closed),
    ("休み", Step::Closed),
    ("定休日", Step::Closed),
    ("定休", Step::Closed),
    ("休", Step::Closed),
    ("その", Step::Nothing),
    ("には", Step::Nothing),
    ("は", Step::Nothing),
    ("を", Step::Nothing),
    ("が", Step::Nothing),
    ("に", Step::Nothing),
    ("でも", Step::Also),
    ("も", Step::Also),
    ("し、", Step::Nothing),
    ("して", Step::Nothing),
    ("します", Step::Nothing),
    ("し", Step::Nothing),
    ("とします", Step::Nothing),
    ("とする", Step::Nothing),
    ("となります", Step::Nothing),
    ("となる", Step::Nothing),
    ("と", Step::Nothing),
    ("振替", Step::Nothing),
    ("振り替え", Step::Nothing),
    ("代休", Step::Closed),
    ("、", Step::Nothing),
    (",", Step::Nothing),
    (" ", Step::Nothing),
    ("。", Step::Nothing),
    (")", Step::Nothing),
    ("になります", Step::Nothing),
];
