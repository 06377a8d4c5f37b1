//! Bodies of requests, read whole, up to a limit and within a time.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::de::DeserializeOwned;

use super::compute;
use super::held::{Held, REQUESTS, SMALL};
use super::problem::{Problem, Text};
use super::turns::Asker;

/// Forms and decisions: far more than any of them needs.
pub const FORM: usize = 64 << 10;

/// How long any body may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// When a body for which there is no room may come again, in seconds.
const AGAIN: i64 = 5;
/// And how much longer for each so many bytes that are announced: a slow line's pace.
const PACE: u64 = 64 << 10;

/// The body's bytes, at most `limit`.
pub async fn bytes(
    request: &HttpRequest,
    payload: web::Payload,
    limit: usize,
) -> Result<web::Bytes, Problem> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Problem::body_too_large(limit));
    }
    // A body of unknown length is counted as the longest.
    let length = announced.unwrap_or(limit);
    let held = match length > SMALL {
        true => Some(hold(request, length)?),
        false => None,
    };
    let most = u64::try_from(announced.unwrap_or(limit)).unwrap_or(u64::MAX);
    let patience = PATIENCE + Duration::from_secs(most / PACE);
    let read = payload.to_bytes_limited(limit);
    match actix_web::rt::time::timeout(patience, read).await {
        Err(_) => Err(Problem::body_too_slow(patience.as_secs())),
        Ok(Err(_)) => Err(Problem::body_too_large(limit)),
        Ok(Ok(Err(error))) => Err(Problem::body(Text::new(
            "内容が途中で切れました。もう一度お試しください",
            format!("the body ended before its end ({error}); please try again"),
        ))),
        Ok(Ok(Ok(bytes))) => Ok(match held {
            Some(mut held) => {
                held.shrink(bytes.len());
                held.with(bytes)
            }
            None => bytes,
        }),
    }
}

fn hold(request: &HttpRequest, bytes: usize) -> Result<Held, Problem> {
    let held = REQUESTS.hold(Asker::of(request).address, bytes);
    held.ok_or_else(|| {
        Problem::busy(
            AGAIN,
            Text::new(
                "大きな送信が重なっています。少し待ってもう一度お試しください",
                "too many large bodies are being sent just now: wait a little and try again",
            ),
        )
    })
}

/// The body as JSON, at most `limit` bytes. It must say that it is JSON: a form of another site's page cannot.
pub async fn json<T: DeserializeOwned + Send + 'static>(
    request: &HttpRequest,
    payload: web::Payload,
    limit: usize,
) -> Result<T, Problem> {
    const JSON: &str = "application/json";
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = given.split(';').next().unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case(JSON) {
        return Err(Problem::unsupported_media_type(given, JSON));
    }
    parse(bytes(request, payload, limit).await?).await
}

/// The longest text that is parsed at once: it takes less than a millisecond.
const SHORT: usize = 64 << 10;

/// The same as [`parsed`]; of long texts on the blocking pool.
async fn parse<T: DeserializeOwned + Send + 'static>(bytes: web::Bytes) -> Result<T, Problem> {
    if bytes.len() <= SHORT {
        return parsed(&bytes);
    }
    compute(move || parsed(&bytes)).await?
}

/// A body that was read already, as GeoJSON or a merge patch of it.
pub async fn geojson(
    request: &HttpRequest,
    bytes: web::Bytes,
) -> Result<serde_json::Value, Problem> {
    const TAKEN: [&str; 3] = [
        "application/geo+json",
        "application/json",
        "application/merge-patch+json",
    ];
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = given.split(';').next().unwrap_or("").trim();
    if !TAKEN
        .iter()
        .any(|taken| media_type.eq_ignore_ascii_case(taken))
    {
        return Err(Problem::unsupported_media_type(given, &TAKEN.join(", ")));
    }
    parse(bytes).await
}

/// Bytes as JSON, or what is wrong with them.
pub fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        // Its place and what was expected; never a value, which may be a password.
        let place = format!("{}:{}", error.line(), error.column());
        let sort = match error.classify() {
            serde_json::error::Category::Data => Text::new(
                format!("JSONの項目か値の型が正しくありません（{place}）"),
                format!(
                    "a member of the JSON is missing, unknown or of the wrong type (at {place})"
                ),
            ),
            _ => Text::new(
                format!("JSONとして読めません（{place}）"),
                format!("the body is no JSON (at {place})"),
            ),
        };
        Problem::body(sort)
    })
}
