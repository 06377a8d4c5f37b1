//! The parameter `as-of`: answers from what the directory said then.

use std::sync::Arc;

use actix_web::HttpRequest;
use chrono::DateTime;

use serde_json::json;

use super::QueryParams;
use crate::directory::past::{AsOf, NoPast};
use crate::directory::{Directory, Generation};
use crate::domain::change::{Moment, Seq};
use crate::http::problem::{Problem, Text};
use crate::http::site::Site;
use crate::http::wire::blocking::off_thread;

parameters! {
    AS_OF = "as-of", "What the directory said then: the number of a change, or a moment (RFC 3339).",
        json!({"type": "string", "minLength": 1, "examples": ["2026-04-01T09:00:00+09:00", "1"]});
}

/// The generation that a request is answered from: as of then where it says when, else now.
pub async fn generation(
    request: &HttpRequest,
    given: &QueryParams<'_>,
) -> Result<Arc<Generation>, Problem> {
    let directory = Site::of(request).directory.clone();
    let Some(text) = given.get(&AS_OF) else {
        return Ok(directory.now());
    };
    let text = text.to_owned();
    // Off the threads that answer: an old state may have to be built.
    off_thread(move || at(&directory, &text)).await?
}

/// The same for whoever may wait.
pub fn then(directory: &Directory, given: &QueryParams<'_>) -> Result<Arc<Generation>, Problem> {
    match given.get(&AS_OF) {
        Some(text) => at(directory, text),
        None => Ok(directory.now()),
    }
}

fn at(directory: &Directory, text: &str) -> Result<Arc<Generation>, Problem> {
    let wrong = |ja: String, en: String| Problem::parameter(AS_OF.name, text, Text::new(ja, en));
    let Some(then) = read(text) else {
        return Err(wrong(
            "変更の番号か、時差の付いた日時（例 2026-04-01T09:00:00+09:00）を指定してください".to_owned(),
            "must be the number of a change, or a moment with its offset, such as 2026-04-01T09:00:00+09:00".to_owned(),
        ));
    };
    directory.as_of(then).map_err(|error| match error {
        NoPast::Future(now) => wrong(
            format!("先の日時です。いまは {} です", now.rfc3339()),
            format!("that is in the future: it is {} now", now.rfc3339()),
        ),
        NoPast::Beyond(last) => wrong(
            format!("最後の変更は {last} 番です"),
            format!("the last change is number {last}"),
        ),
        NoPast::Busy => Problem::unavailable(Text::new(
            "過去の状態を求める人が多く、いまは用意できません。少し待ってもう一度お試しください",
            "too many ask for past states just now: wait a little and try again",
        )),
        NoPast::Error(error) => error.into(),
    })
}

fn read(text: &str) -> Option<AsOf> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(AsOf::Seq(Seq(text.parse().unwrap_or(i64::MAX))));
    }
    let moment = DateTime::parse_from_rfc3339(text).ok().or_else(|| {
        // A plus that was not encoded has become a space.
        let (time, offset) = text.rsplit_once(' ')?;
        DateTime::parse_from_rfc3339(&format!("{time}+{offset}")).ok()
    })?;
    // Our answers write whole seconds: as of such a moment is as of its end, so that what an answer
    // says it is from is found again.
    let within = if text.contains('.') { 0 } else { 999_999 };
    Some(AsOf::Moment(Moment(moment.timestamp_micros() + within)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments_are_read_and_nothing_else() {
        let day = 1_775_001_600_000_000;
        for (text, expected) in [
            ("0", AsOf::Seq(Seq(0))),
            ("12", AsOf::Seq(Seq(12))),
            ("99999999999999999999", AsOf::Seq(Seq(i64::MAX))),
            ("2026-04-01T00:00:00Z", AsOf::Moment(Moment(day + 999_999))),
            (
                "2026-04-01T09:00:00+09:00",
                AsOf::Moment(Moment(day + 999_999)),
            ),
            (
                "2026-04-01T09:00:00 09:00",
                AsOf::Moment(Moment(day + 999_999)),
            ),
            (
                "2026-04-01T00:00:00.5Z",
                AsOf::Moment(Moment(day + 500_000)),
            ),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "-1",
            "1.5",
            "now",
            "2026-04-01",
            "2026-04-01T00:00:00",
            "１２",
            " ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
