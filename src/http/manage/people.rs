//! `/users` and `/tokens`: accounts for administrators, API tokens for everybody who has an account.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::directory::people::{Account, AccountChange, Token};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Role, Scope, User};
use crate::http::answer::Stop;
use crate::http::manage::{auth, schemas, session};
use crate::http::problem::{Problem, Text};
use crate::http::query::{Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::body;

/// What resetting a password takes.
pub const RESET: &[&Parameter] = &[&KEEP_TOKENS];

const KEEP_TOKENS: Parameter = Parameter {
    name: "keep-tokens",
    about: "Whether the account's API tokens stay; else they are revoked.",
    schema: || json!({ "type": "boolean", "default": false }),
};

/// `GET /users`.
pub async fn users(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let by = reading(&request).await?;
    let directory = Site::of(&request).directory.clone();
    let accounts = ask_database(move || directory.accounts(&by)).await?;
    let users: Vec<Value> = accounts.iter().map(|a| account(&request, a)).collect();
    Ok(HttpResponse::Ok().json(json!({ "users": users })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    name: String,
    role: Role,
    area: Option<String>,
}

/// `POST /users`: makes an account, and shows its temporary password this one time.
pub async fn add_user(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let by = acting(&request).await?;
    let given: NewUser = body::json(&request, payload, body::FORM, schemas::of("newUser")).await?;
    let directory = Site::of(&request).directory.clone();
    let (made, password) = ask_database(move || {
        directory.add_account(&by, &given.name, given.role, given.area.as_deref())
    })
    .await?;
    Ok(HttpResponse::Created().json(json!({
        "user": account(&request, &made),
        "password": password,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserChange {
    disabled: Option<bool>,
    role: Option<Role>,
    /// Absent is as before, null everywhere.
    #[serde(default, deserialize_with = "given")]
    area: Option<Option<String>>,
    /// Only `off`: to have it on is everybody's own affair.
    second_factor: Option<Off>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Off {
    Off,
}

fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// `PATCH /users/{id}`: another role or area, disabled or enabled, without second factor.
pub async fn change_user(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    let by = acting(&request).await?;
    let id = number(&id)?;
    let given: UserChange =
        body::json(&request, payload, body::FORM, schemas::of("userChange")).await?;
    let directory = Site::of(&request).directory.clone();
    let changed = ask_database(move || {
        let area = match (&given.area, given.role) {
            // An administrator acts everywhere, whatever they were before.
            (None, Some(Role::Admin)) => Some(None),
            (None, _) => None,
            (Some(area), role) => {
                let role = role.unwrap_or(directory.account_of(&by, ActorId(id))?.user.role);
                Some(directory.area_of(role, area.as_deref())?)
            }
        };
        let change = AccountChange {
            role: given.role,
            area,
            disabled: given.disabled,
            without_second_factor: given.second_factor.is_some(),
        };
        directory.change_account(&by, ActorId(id), change)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "user": account(&request, &changed) })))
}

/// `POST /users/{id}/password`: a temporary password, shown this one time. Tokens are revoked.
pub async fn reset_password(
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Stop> {
    let by = acting(&request).await?;
    let given = QueryParams::read(request.query_string(), RESET)?;
    let keep_tokens = match given.get(&KEEP_TOKENS) {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            let rule = Text::new("true か false を指定してください", "must be true or false");
            return Err(Problem::parameter(KEEP_TOKENS.name, other, rule).into());
        }
    };
    let id = number(&id)?;
    let directory = Site::of(&request).directory.clone();
    let (password, tokens) =
        ask_database(move || directory.reset_password(&by, ActorId(id), keep_tokens)).await?;
    Ok(HttpResponse::Ok().json(json!({
        "password": password,
        "tokens_revoked": tokens.revoked,
        "tokens_kept": tokens.kept,
    })))
}

/// `GET /tokens`: one's own; an administrator sees all.
pub async fn tokens(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let by = reading(&request).await?;
    let directory = Site::of(&request).directory.clone();
    let tokens = ask_database(move || directory.tokens(&by)).await?;
    let tokens: Vec<Value> = tokens.iter().map(|(t, owner)| token(t, owner)).collect();
    Ok(HttpResponse::Ok().json(json!({ "tokens": tokens })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    scope: Scope,
    expires_days: Option<i64>,
}

/// `POST /tokens`: makes one for oneself, and shows it this one time.
pub async fn add_token(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let by = acting(&request).await?;
    let given: NewToken =
        body::json(&request, payload, body::FORM, schemas::of("newToken")).await?;
    let directory = Site::of(&request).directory.clone();
    let owner = by.name.clone();
    let (made, secret) =
        ask_database(move || directory.add_token(&by, given.scope, given.expires_days)).await?;
    let mut answer = token(&made, &owner);
    answer["token"] = secret.into();
    Ok(HttpResponse::Created().json(answer))
}

/// `DELETE /tokens/{id}`.
pub async fn revoke_token(
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Stop> {
    let by = acting(&request).await?;
    let id = number(&id)?;
    let directory = Site::of(&request).directory.clone();
    ask_database(move || directory.revoke_token(&by, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accounts and tokens are managed by people who are there, with a password of their own.
async fn reading(request: &HttpRequest) -> Result<User, Problem> {
    let presence = auth::presence(request).await?;
    auth::expect_own_password(&presence)?;
    Ok(presence.user)
}

async fn acting(request: &HttpRequest) -> Result<User, Problem> {
    let presence = auth::acting_presence(request).await?;
    auth::expect_own_password(&presence)?;
    Ok(presence.user)
}

fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| {
        Problem::not_found(Text::new("番号は数字です", "users and tokens have numbers"))
    })
}

fn account(request: &HttpRequest, account: &Account) -> Value {
    let mut user = session::user(request, &account.user);
    let on = account.second_factor_step.is_some();
    user["second_factor"] = if on { "on" } else { "off" }.into();
    user["password_is_temporary"] = account.password_is_temporary.into();
    user["created_at"] = account.created_at.rfc3339().into();
    user["disabled_at"] = when(account.disabled_at);
    user
}

fn token(token: &Token, owner: &str) -> Value {
    json!({
        "id": token.id,
        "owner": { "id": token.owner.0, "name": owner },
        "hint": token.hint,
        "scope": token.scope.slug(),
        "created_at": token.created_at.rfc3339(),
        "used_at": when(token.used_at),
        "expires_at": when(token.expires_at),
        "revoked_at": when(token.revoked_at),
    })
}

fn when(moment: Option<Moment>) -> Value {
    moment.map(Moment::rfc3339).into()
}
