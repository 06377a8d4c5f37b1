//! For whoever runs the server: is the process alive, and how old is what it shows?

use std::sync::atomic::Ordering;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::directory::BUILD;
use crate::directory::log_health::LogHealth;
use crate::http::answer::Stop;
use crate::http::find::streets;
use crate::http::negotiate::JSON;
use crate::http::query::QueryParams;
use crate::http::site::Site;
use crate::http::wire::proxy;

/// So many seconds without a look at the log, and answers may be stale: ten polls.
const STALE: u64 = 10;
/// So many damaged changes are listed.
const LISTED: usize = 20;

/// `/healthz`: the process answers.
pub async fn healthz(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, &[])?;
    Ok(report(true, json!({ "status": "ok" })))
}

/// `/readyz`: which state is shown, and whether it is fresh.
pub async fn readyz(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, &[])?;
    let site = Site::of(&request);
    let directory = &site.directory;
    let now = directory.now();
    let age = directory.age().as_secs();
    let health = directory.log_health();
    let fresh = age <= STALE;
    // Damaged changes are not shown, and everything else is right: answers go on.
    let status = match (fresh, health.is_sound()) {
        (false, _) => "stale",
        (true, false) => "damaged",
        (true, true) => "ok",
    };
    let mut notes = Vec::new();
    // Answers are right all the same, so that neither makes the server unready.
    if site.untrusted_proxy.load(Ordering::Relaxed) {
        notes.push(proxy::UNTRUSTED.to_owned());
    }
    notes.extend(streets::fault(site).await?);
    let mut body = json!({
        "status": status, "seq": now.snapshot.seq().0, "facilities": now.snapshot.len(), "age_seconds": age,
        "build": BUILD, "log": log(&health),
    });
    if !notes.is_empty() {
        body["notes"] = json!(notes);
    }
    Ok(report(fresh, body))
}

/// What is known to be wrong with the log.
fn log(health: &LogHealth) -> Value {
    let first = health.damages.values().take(LISTED);
    let damaged: Vec<Value> = first
        .map(|damage| json!({ "seq": damage.seq.0, "facility": damage.facility, "what": damage.what }))
        .collect();
    let went_back = health
        .went_back
        .map(|back| json!({ "at": back.at.rfc3339(), "from": back.from.0, "to": back.to.0 }));
    json!({
        "checked": health.checked.map(|seq| seq.0),
        "damaged": damaged,
        "damaged_count": health.damages.len(),
        "file": health.file,
        "went_back": went_back,
    })
}

fn report(good: bool, body: Value) -> HttpResponse {
    let mut response = if good {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response
        .insert_header((header::CONTENT_TYPE, JSON.media_type))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body.to_string())
}
