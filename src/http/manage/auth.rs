//! Credentials to a [`User`]: the session's cookie, or a token in `Authorization: Bearer`.
//!
//! The account is read with every request, so that what happens to it takes effect with the next
//! one, on every replica. Requests that change something must, with a cookie, also show that one of
//! our own pages sent them: by `Origin` or `Sec-Fetch-Site`, and by repeating the session's token in
//! `X-CSRF-Token`. A token is sent by a program on purpose and needs neither.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::http::header;

use crate::directory::people::Presence;
use crate::directory::secrets;
use crate::domain::user::User;
use crate::http::problem::{Problem, Text};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::proxy::Came;

/// The session's cookie over HTTPS: the prefix lets a browser take it only with `Secure`, for the
/// whole site, and from this host alone.
pub const COOKIE: &str = "__Host-machinaka";
/// The session's cookie, and the same over plain HTTP on loopback, where browsers refuse the prefix.
pub const COOKIES: (&str, &str) = (COOKIE, "machinaka");
/// The cookie that names a browser in which somebody has signed in, in the same two forms.
pub const DEVICE_COOKIES: (&str, &str) = ("__Host-machinaka-device", "machinaka-device");

/// Who sent the request: 401 where nobody is signed in.
pub async fn user(request: &HttpRequest) -> Result<User, Problem> {
    maybe(request).await?.ok_or_else(Problem::signed_out)
}

/// Who sent a request that changes something.
pub async fn acting(request: &HttpRequest) -> Result<User, Problem> {
    if let Some(user) = by_token(request).await? {
        return Ok(user);
    }
    let presence = present(request).await?.ok_or_else(Problem::signed_out)?;
    expect_ours(request, &presence)?;
    expect_own_password(&presence)?;
    Ok(presence.user)
}

/// Who sent a request to something public that shows staff more. A token that is no good is a 401;
/// a session that has ended makes a visitor, because its cookie stays in the browser for a while.
pub async fn maybe(request: &HttpRequest) -> Result<Option<User>, Problem> {
    if let Some(user) = by_token(request).await? {
        return Ok(Some(user));
    }
    let Some(presence) = present(request).await? else {
        return Ok(None);
    };
    expect_own_password(&presence)?;
    Ok(Some(presence.user))
}

/// Whose session the request came with, for what is only for people who are there.
pub async fn presence(request: &HttpRequest) -> Result<Presence, Problem> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Err(Problem::forbidden(Text::new(
            "ここはサインインした人だけが使えます。トークンは使えません",
            "this is for people who are signed in; a token cannot be used here",
        )));
    }
    present(request).await?.ok_or_else(Problem::signed_out)
}

/// The same where something is changed.
pub async fn acting_presence(request: &HttpRequest) -> Result<Presence, Problem> {
    let presence = presence(request).await?;
    expect_ours(request, &presence)?;
    Ok(presence)
}

/// Whether one of our own pages sent the request, as far as its headers tell.
pub fn expect_our_origin(request: &HttpRequest, required: bool) -> Result<(), Problem> {
    let text = |name| match request.headers().get(name) {
        Some(value) => value.to_str().map(Some).map_err(|_| ()),
        None => Ok(None),
    };
    let ours = Came::of(request).origins(Site::of(request));
    let wrong = || Problem::other_site(&ours.join(", "));
    let (Ok(origin), Ok(site)) = (text(header::ORIGIN), text(SEC_FETCH_SITE)) else {
        return Err(wrong());
    };
    let origin_is_ours = origin.map(|origin| ours.iter().any(|our| our == origin));
    let site_is_ours = site.map(|site| site == "same-origin");
    match (origin_is_ours, site_is_ours) {
        (Some(false), _) | (_, Some(false)) => Err(wrong()),
        (None, None) if required => Err(wrong()),
        _ => Ok(()),
    }
}

const SEC_FETCH_SITE: header::HeaderName = header::HeaderName::from_static("sec-fetch-site");
const CSRF: &str = "x-csrf-token";

/// Whether one of our own pages sent the request in this very session.
fn expect_ours(request: &HttpRequest, presence: &Presence) -> Result<(), Problem> {
    expect_our_origin(request, true)?;
    let given = request.headers().get(CSRF);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    if secrets::same(given, &presence.csrf) {
        Ok(())
    } else {
        Err(Problem::csrf())
    }
}

/// Nobody works with a password that somebody else has seen.
pub fn expect_own_password(presence: &Presence) -> Result<(), Problem> {
    if presence.password_is_temporary {
        return Err(Problem::password_is_temporary());
    }
    Ok(())
}

/// The value of the session's cookie. The one without prefix counts on loopback only: elsewhere, a
/// page of a neighbouring host could have set it.
pub fn cookie(request: &HttpRequest) -> Option<String> {
    cookie_of(request, COOKIES)
}

/// The value of the cookie that names the browser.
pub fn device(request: &HttpRequest) -> Option<String> {
    cookie_of(request, DEVICE_COOKIES)
}

fn cookie_of(request: &HttpRequest, (name, loopback): (&str, &str)) -> Option<String> {
    let value = |name: &str| {
        request
            .cookie(name)
            .map(|cookie: Cookie<'_>| cookie.value().to_owned())
    };
    value(name).or_else(|| {
        let local = Came::of(request).is_local();
        local.then(|| value(loopback)).flatten()
    })
}

async fn present(request: &HttpRequest) -> Result<Option<Presence>, Problem> {
    let Some(secret) = cookie(request) else {
        return Ok(None);
    };
    let directory = Site::of(request).directory.clone();
    let presence = ask_database(move || directory.presence(&secret)).await?;
    if let Some(presence) = presence.as_ref().filter(|presence| presence.to_touch) {
        // Nobody waits for it: while an import is being written it may take its time.
        let (directory, key) = (Site::of(request).directory.clone(), presence.key.clone());
        actix_web::rt::task::spawn_blocking(move || {
            if let Err(error) = directory.touch_session(&key) {
                tracing::debug!(%error, "a session's use was not written down");
            }
        });
    }
    Ok(presence)
}

async fn by_token(request: &HttpRequest) -> Result<Option<User>, Problem> {
    let Some(given) = request.headers().get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let token = given.to_str().ok().and_then(|given| {
        let (scheme, token) = given.split_once(' ')?;
        let bearer = scheme.eq_ignore_ascii_case("bearer");
        bearer.then(|| token.trim().to_owned())
    });
    let token = token.ok_or_else(Problem::wrong_token)?;
    let directory = Site::of(request).directory.clone();
    let bearer = ask_database(move || directory.bearer(&token)).await?;
    let bearer = bearer.ok_or_else(Problem::wrong_token)?;
    if bearer.to_touch {
        let (directory, token) = (Site::of(request).directory.clone(), bearer.token);
        actix_web::rt::task::spawn_blocking(move || {
            if let Err(error) = directory.touch_token(token) {
                tracing::debug!(%error, "a token's use was not written down");
            }
        });
    }
    Ok(Some(bearer.user))
}
