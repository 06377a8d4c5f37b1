//! What must hold before something is written: that nobody else wrote it since it was read
//! (`If-Match`), and that the same request is not done twice (`Idempotency-Key`).

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Bytes;
use sha2::{Digest, Sha256};

use crate::directory::submissions::IdempotencyKey;
use crate::domain::change::ChangeMark;
use crate::http::problem::{Problem, Text};
use crate::http::wire::blocking::compute;

/// The longest key of a request that must happen once.
const LONGEST_KEY: usize = 255;

/// The tags of `If-Match`: 428 where there is none.
fn tags(request: &HttpRequest) -> Result<Vec<&str>, Problem> {
    let given = request.headers().get(header::IF_MATCH);
    let given = given.and_then(|value| value.to_str().ok());
    let given = given.ok_or_else(Problem::precondition_required)?;
    Ok(given.split(',').map(str::trim).collect())
}

/// Which change of an item its sender has seen: its number and hash in the ETag of any of its
/// representations. `None` for `*`, which is satisfied by any.
pub fn seen_change(request: &HttpRequest) -> Result<Option<ChangeMark>, Problem> {
    let tags = tags(request)?;
    if tags.contains(&"*") {
        return Ok(None);
    }
    let seen = tags.iter().find_map(|tag| {
        let rest = tag.strip_prefix("\"c")?;
        // A number and a hash; behind them, what tells representations apart.
        let end = rest.match_indices(['-', '.']).nth(1)?.0;
        let end = rest.find('-').map_or(end, |dash| dash.min(end));
        rest[..end].parse().ok()
    });
    seen.map(Some).ok_or_else(Problem::precondition_failed)
}

/// Which revision of a submission its sender has seen.
pub fn seen_revision(request: &HttpRequest) -> Result<i64, Problem> {
    let tags = tags(request)?;
    let revision = tags
        .iter()
        .find_map(|tag| tag.trim_matches('"').parse().ok());
    revision.ok_or_else(Problem::precondition_failed)
}

/// The key of a request that must happen once, with what is asked.
pub async fn once(request: &HttpRequest, body: &Bytes) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(given) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = given.to_str().unwrap_or_default().trim().trim_matches('"');
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > LONGEST_KEY || !plain {
        return Err(Problem::parameter(
            "Idempotency-Key",
            key,
            Text::new(
                "1〜255文字の半角の英数字と記号を指定してください",
                "must be 1 to 255 visible ASCII characters",
            ),
        ));
    }
    let asked = [
        request.method().as_str(),
        request.path(),
        request.query_string(),
    ];
    let mut parts = asked
        .map(|part| Bytes::copy_from_slice(part.as_bytes()))
        .to_vec();
    parts.push(body.clone());
    // An upload may have many megabytes.
    let request = compute(move || {
        let mut digest = Sha256::new();
        for part in &parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let digest = digest.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    });
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        request: request.await?,
    }))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::domain::change::Seq;

    fn seen(value: Option<&str>) -> Result<Option<ChangeMark>, StatusCode> {
        let mut request = TestRequest::default();
        if let Some(value) = value {
            request = request.append_header((header::IF_MATCH, value));
        }
        let request = request.to_http_request();
        seen_change(&request).map_err(|problem| problem.response(&request).status())
    }

    #[test]
    fn any_representations_tag_tells_the_change_that_was_seen() {
        for tag in [
            "\"c12.00000000000000ab.cd-json-ja-br\"",
            "\"c12.00000000000000ab-history\"",
            "\"other\", \"c12.00000000000000ab.cd-html-en-id\"",
        ] {
            let change = ChangeMark {
                seq: Seq(12),
                hash: 0xab,
            };
            assert_eq!(seen(Some(tag)), Ok(Some(change)), "{tag}");
        }
        assert_eq!(seen(Some("*")), Ok(None));
        // A weak tag never matches here (RFC 9110, 13.1.1).
        for stale in [
            "W/\"c12.00000000000000ab.cd-json\"",
            "\"c12-json\"",
            "\"c12.xyz.cd-json\"",
            "c12.00000000000000ab.cd",
            "\"",
            "",
        ] {
            assert_eq!(
                seen(Some(stale)),
                Err(StatusCode::PRECONDITION_FAILED),
                "{stale}"
            );
        }
        assert_eq!(seen(None), Err(StatusCode::PRECONDITION_REQUIRED));
    }
}
