//! Bodies of requests, read whole, up to a limit and within a time.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::de::DeserializeOwned;

use super::problem::{Problem, Text};

/// Forms and decisions: far more than any of them needs.
pub const FORM: usize = 64 << 10;

/// How long any body may take.
const PATIENCE: Duration = Duration::from_secs(30);
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
        Ok(Ok(Ok(bytes))) => Ok(bytes),
    }
}

/// The body as JSON, at most `limit` bytes. It must say that it is JSON: a form of another site's page cannot.
pub async fn json<T: DeserializeOwned>(
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
    let bytes = bytes(request, payload, limit).await?;
    parsed(&bytes)
}

/// A body that was read already, as GeoJSON or a merge patch of it.
pub fn geojson(request: &HttpRequest, bytes: &[u8]) -> Result<serde_json::Value, Problem> {
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
    parsed(bytes)
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
