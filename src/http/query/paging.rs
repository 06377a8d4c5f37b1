//! The parameters of pages: how many features, and where a page begins.

use serde_json::json;

use super::{QueryParams, cursor};
use crate::http::negotiate::Format;
use crate::http::problem::{Problem, Text};
use crate::snapshot::find::{Cursor, End};

/// Features a page when nobody says how many.
pub const DEFAULT_LIMIT: usize = 100;

/// Features a page at most; more is capped.
pub const GREATEST_LIMIT: usize = 10_000;

parameters! {
    LIMIT = "limit", "Features a page. More than the maximum is capped. A file (`f=csv` and so on) holds all that match, or as many as this says.",
        json!({"type": "integer", "minimum": 1, "maximum": GREATEST_LIMIT, "default": DEFAULT_LIMIT});
    CURSOR = "cursor", "Where a page begins: opaque, from the `next` link.", json!({"type": "string"});
}

impl QueryParams<'_> {
    /// Features a page.
    pub fn limit(&self, default: usize, greatest: usize) -> Result<usize, Problem> {
        let Some(text) = self.get(&LIMIT) else {
            return Ok(default);
        };
        let digits = text.strip_prefix('+').unwrap_or(text);
        // Any whole number of at least 1, however long: more than the maximum is capped, not refused.
        if digits.is_empty()
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || digits.bytes().all(|b| b == b'0')
        {
            let rule = Text::new(
                "1以上の整数を指定してください",
                "must be a whole number of at least 1",
            );
            return Err(Problem::parameter(LIMIT.name, text, rule));
        }
        Ok(digits.parse().unwrap_or(greatest).min(greatest))
    }

    /// Features of an answer: a page of them; in a file all that match, or as many as are asked for.
    pub fn limit_in(&self, format: Format) -> Result<usize, Problem> {
        match format.is_file() {
            true => self.limit(usize::MAX, usize::MAX),
            false => self.limit(DEFAULT_LIMIT, GREATEST_LIMIT),
        }
    }

    /// After which id the page begins, where nothing is in order of distance.
    pub fn cursor_after_id(&self) -> Result<Option<String>, Problem> {
        match self.cursor()?.map(|cursor| cursor.end) {
            None | Some(End::Start) => Ok(None),
            Some(End::Id(id)) => Ok(Some(id)),
            Some(End::Distance(_)) => {
                let rule = Text::new(
                    "このcursorは別の並び順のものです",
                    "this cursor belongs to another order",
                );
                let given = self.get(&CURSOR).unwrap_or("");
                Err(Problem::parameter(CURSOR.name, given, rule))
            }
        }
    }

    /// Where the page begins.
    pub fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = self.get(&CURSOR) else {
            return Ok(None);
        };
        cursor::read(text).map(Some).ok_or_else(|| {
            let rule = Text::new(
                "nextリンクの値をそのまま使ってください",
                "use the value of the next link as it is",
            );
            Problem::parameter(CURSOR.name, text, rule)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_below_one_and_no_numbers_are_refused_and_large_ones_capped() {
        let limit = |text: &str| {
            let query = format!("limit={text}");
            QueryParams::read(&query, &[&LIMIT])
                .unwrap()
                .limit(100, 10_000)
        };
        for bad in ["0", "-1", "", "1.5", "ten", "0000", "1e3"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
        assert_eq!(limit("7"), Ok(7));
        assert_eq!(limit("10001"), Ok(10_000));
        assert_eq!(limit(&"9".repeat(400)), Ok(10_000));
    }
}
