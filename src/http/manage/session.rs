//! `/session`: signing in and out, one's own password, one's own second factor.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::directory::people::{Credentials, Presence, SESSION_LONGEST};
use crate::domain::user::{Area, Role, User};
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::auth::{self, COOKIES, DEVICE_COOKIES};
use crate::http::manage::{qr, schemas};
use crate::http::problem::Problem;
use crate::http::schema::words;
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::body;
use crate::http::wire::proxy::Came;

/// How long a browser stays known, in seconds: as long as browsers keep a cookie.
const DEVICE_LASTS: i64 = 400 * 24 * 3_600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    name: String,
    password: String,
    code: Option<String>,
}

/// `POST /session`: signs in.
pub async fn begin(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let came = Came::of(&request);
    if !came.is_safe() {
        return Err(Problem::https_required().into());
    }
    // Another site must not sign anybody in as somebody else. A program has no origin.
    auth::expect_our_origin(&request, false)?;
    let given: SignIn = body::json(&request, payload, body::FORM, schemas::of("signIn")).await?;
    let (directory, before) = (Site::of(&request).directory.clone(), auth::cookie(&request));
    let device = auth::device(&request);
    let address = came.counted_as();
    let begun = ask_database(move || {
        let begun = directory.sign_in(&Credentials {
            name: &given.name,
            password: &given.password,
            code: given.code.as_deref(),
            address: &address,
            device: device.as_deref(),
        })?;
        // Whoever sat here before is signed out.
        if let Some(before) = before {
            directory.forget(&before)?;
        }
        Ok(begun)
    })
    .await?;
    tracing::info!(user = begun.presence.user.id.0, "signed in");
    let session = cookie(&came, COOKIES, begun.secret, SESSION_LONGEST / 1_000_000);
    let device = cookie(&came, DEVICE_COOKIES, begun.device, DEVICE_LASTS);
    Ok(HttpResponse::Created()
        .append_header((header::SET_COOKIE, session.to_string()))
        .append_header((header::SET_COOKIE, device.to_string()))
        .json(view(&request, &begun.presence)))
}

/// `GET /session`: who is signed in.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let presence = auth::presence(&request).await?;
    Ok(HttpResponse::Ok().json(view(&request, &presence)))
}

/// `DELETE /session`: signs out.
pub async fn end(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    let directory = Site::of(&request).directory.clone();
    ask_database(move || directory.sign_out(&presence.key)).await?;
    Ok(HttpResponse::NoContent()
        .cookie(cookie(&Came::of(&request), COOKIES, String::new(), 0))
        .finish())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passwords {
    old: String,
    new: String,
}

/// `PUT /session/password`.
pub async fn password(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    let given: Passwords =
        body::json(&request, payload, body::FORM, schemas::of("passwords")).await?;
    let directory = Site::of(&request).directory.clone();
    ask_database(move || directory.choose_password(&presence, &given.old, &given.new)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /session/second-factor`: offers one.
pub async fn offer(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    auth::expect_own_password(&presence)?;
    let directory = Site::of(&request).directory.clone();
    let (secret, uri) = ask_database(move || directory.offer_second_factor(&presence)).await?;
    let qr = qr::drawn(&uri);
    Ok(HttpResponse::Ok().json(SecondFactor { secret, uri, qr }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

/// `PUT /session/second-factor`: turns the offered one on.
pub async fn confirm(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    auth::expect_own_password(&presence)?;
    let Code { code } = body::json(&request, payload, body::FORM, schemas::of("code")).await?;
    let directory = Site::of(&request).directory.clone();
    ask_database(move || directory.confirm_second_factor(&presence, &code)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /session/second-factor`: turns it off.
pub async fn refrain(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    auth::expect_own_password(&presence)?;
    let Code { code } = body::json(&request, payload, body::FORM, schemas::of("code")).await?;
    let directory = Site::of(&request).directory.clone();
    ask_database(move || directory.drop_second_factor(&presence, &code)).await?;
    Ok(HttpResponse::NoContent().finish())
}

words! {
    /// What somebody may do.
    RoleWord of Role = "role";
}

/// Whether a second factor is asked for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = switch)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Switch {
        if on { Switch::On } else { Switch::Off }
    }
}

/// Somebody with an account.
#[derive(Serialize, ToSchema)]
#[schema(as = user)]
pub struct UserView {
    pub id: i64,
    pub name: String,
    pub role: RoleWord,
    /// Two digits for a prefecture, five for a municipality; null is everywhere.
    #[schema(required)]
    pub area: Option<String>,
    #[schema(required)]
    pub area_name: Option<String>,
}

impl UserView {
    /// Somebody, in the language of a request.
    pub fn of(request: &HttpRequest, user: &User) -> UserView {
        UserView {
            id: user.id.0,
            name: user.name.clone(),
            role: RoleWord(user.role),
            area: user.area.map(|area| area.to_string()),
            area_name: area_name(request, user.area),
        }
    }
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = session)]
pub struct SessionView {
    user: UserView,
    /// What requests that change something repeat in `X-CSRF-Token`.
    csrf: String,
    password_is_temporary: bool,
    second_factor: Switch,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// What an authenticator app is given: the key, the address that holds it, and that as a QR code.
#[derive(Serialize, ToSchema)]
#[schema(as = secondFactor)]
pub struct SecondFactor {
    secret: String,
    uri: String,
    #[schema(required)]
    qr: Option<qr::Drawing>,
}

fn area_name(request: &HttpRequest, area: Option<Area>) -> Option<String> {
    let (ja, en) = Site::of(request).directory.area_name(area?)?;
    Some(Language::of(request).pick(ja, en).into())
}

fn view(request: &HttpRequest, presence: &Presence) -> SessionView {
    SessionView {
        user: UserView::of(request, &presence.user),
        csrf: presence.csrf.clone(),
        password_is_temporary: presence.password_is_temporary,
        second_factor: presence.second_factor.into(),
        expires_at: presence.expires_at.rfc3339(),
    }
}

/// A cookie that only this server reads. On loopback over plain HTTP it goes without `Secure` and without the prefix
/// that asks for it, because not every browser takes those there; nothing leaves the machine.
fn cookie(
    came: &Came,
    (name, loopback): (&'static str, &'static str),
    secret: String,
    seconds: i64,
) -> Cookie<'static> {
    let local = came.is_local();
    Cookie::build(if local { loopback } else { name }, secret)
        .path("/")
        .secure(!local)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(time::Duration::seconds(seconds))
        .finish()
}
