//! Bodies of requests, read whole, up to a limit and within a time.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::domain::report::Problem as ValueProblem;
use crate::http::problem::{Problem, Text};
use crate::http::wire::blocking::compute;
use crate::http::wire::body_schema;
use crate::http::wire::held::{Held, REQUESTS, SMALL};
use crate::http::wire::turns::Asker;

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

/// The body as JSON, at most `limit` bytes, that fits its schema in the API's definition.
/// It must say that it is JSON: a form of another site's page cannot.
pub async fn json<T: DeserializeOwned + Send + 'static>(
    request: &HttpRequest,
    payload: web::Payload,
    limit: usize,
    schema: &'static Value,
) -> Result<T, Problem> {
    const JSON: &str = "application/json";
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = given.split(';').next().unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case(JSON) {
        return Err(Problem::unsupported_media_type(given, JSON));
    }
    let bytes = bytes(request, payload, limit).await?;
    if bytes.len() <= SHORT {
        return fitting(&bytes, schema);
    }
    compute(move || fitting(&bytes, schema)).await?
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

/// Bytes as JSON that fits a schema.
fn fitting<T: DeserializeOwned>(bytes: &[u8], schema: &Value) -> Result<T, Problem> {
    let value: Value = parsed(bytes)?;
    let problems = body_schema::check(schema, &value);
    if !problems.is_empty() {
        return Err(Problem::values(problems));
    }
    expect_once_named(bytes)?;
    parsed(bytes)
}

/// A body that was read already, as the Feature of a facility that is to be written.
pub async fn feature(request: &HttpRequest, bytes: web::Bytes) -> Result<Value, Problem> {
    let feature = geojson(request, bytes.clone()).await?;
    compute(move || expect_once_named(&bytes)).await??;
    Ok(feature)
}

/// Refuses an object that names a member twice: which of the two counts would be a guess.
fn expect_once_named(bytes: &[u8]) -> Result<(), Problem> {
    let mut twice = None;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = OnceNamed { twice: &mut twice }.deserialize(&mut reader);
    match (read, twice) {
        (_, Some(name)) => {
            let message = Text::new(
                format!("{name} が2回書かれています"),
                format!("{name} is there twice"),
            );
            let problem = ValueProblem {
                expected: Some(Text::new("同じ名前は1回だけ", "each name once")),
                ..ValueProblem::of_file("value-duplicate", message).in_column(&name)
            };
            Err(Problem::values(vec![problem]))
        }
        // What is no JSON was refused before.
        _ => Ok(()),
    }
}

/// Goes through a JSON text and remembers the first member that its object has twice.
struct OnceNamed<'a> {
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for OnceNamed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OnceNamed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let twice = self.twice;
        while list
            .next_element_seed(OnceNamed { twice: &mut *twice })?
            .is_some()
        {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let twice = self.twice;
        let mut seen = HashSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if seen.contains(&name) {
                *twice = twice.take().or(Some(name));
            } else {
                seen.insert(name);
            }
            object.next_value_seed(OnceNamed { twice: &mut *twice })?;
        }
        Ok(())
    }
}

/// A body that was read already, as GeoJSON or a merge patch of it.
pub async fn geojson(request: &HttpRequest, bytes: web::Bytes) -> Result<Value, Problem> {
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
        match error.classify() {
            serde_json::error::Category::Data => Problem::value(
                "JSON",
                Text::new(
                    format!("JSONの項目か値の型が正しくありません（{place}）"),
                    format!(
                        "a member of the JSON is missing, unknown or of the wrong type (at {place})"
                    ),
                ),
            ),
            _ => Problem::body(Text::new(
                format!("JSONとして読めません（{place}）"),
                format!("the body is no JSON (at {place})"),
            )),
        }
    })
}
