//! `/users` and `/tokens`: accounts for administrators, API tokens for everybody who has an account.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::directory::people::{Account, AccountChange, Token};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Role, Scope, User};
use crate::http::answer::Stop;
use crate::http::manage::session::{RoleWord, Switch, UserView};
use crate::http::manage::{auth, schemas};
use crate::http::problem::{Problem, Text};
use crate::http::query::{Parameter, QueryParams};
use crate::http::schema::words;
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
    let users = accounts.iter();
    let users = users
        .map(|account| AccountView::of(&request, account))
        .collect();
    Ok(HttpResponse::Ok().json(Users { users }))
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
    Ok(HttpResponse::Created().json(NewAccount {
        user: AccountView::of(&request, &made),
        password,
    }))
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
    Ok(HttpResponse::Ok().json(ChangedAccount {
        user: AccountView::of(&request, &changed),
    }))
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
    Ok(HttpResponse::Ok().json(OneTimePassword {
        password,
        tokens_revoked: tokens.revoked,
        tokens_kept: tokens.kept,
    }))
}

/// `GET /tokens`: one's own; an administrator sees all.
pub async fn tokens(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let by = reading(&request).await?;
    let directory = Site::of(&request).directory.clone();
    let tokens = ask_database(move || directory.tokens(&by)).await?;
    let tokens = tokens.iter();
    let tokens = tokens
        .map(|(token, owner)| TokenView::of(token, owner))
        .collect();
    Ok(HttpResponse::Ok().json(Tokens { tokens }))
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
    let token = TokenView {
        token: Some(secret),
        ..TokenView::of(&made, &owner)
    };
    Ok(HttpResponse::Created().json(token))
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

words! {
    /// What a token is good for.
    ScopeWord of Scope = "scope";
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = account)]
pub struct AccountView {
    id: i64,
    name: String,
    role: RoleWord,
    /// Two digits for a prefecture, five for a municipality; null is everywhere.
    #[schema(required)]
    area: Option<String>,
    #[schema(required)]
    area_name: Option<String>,
    second_factor: Switch,
    password_is_temporary: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    disabled_at: Option<String>,
}

impl AccountView {
    fn of(request: &HttpRequest, account: &Account) -> AccountView {
        let user = UserView::of(request, &account.user);
        AccountView {
            id: user.id,
            name: user.name,
            role: user.role,
            area: user.area,
            area_name: user.area_name,
            second_factor: account.second_factor_step.is_some().into(),
            password_is_temporary: account.password_is_temporary,
            created_at: account.created_at.rfc3339(),
            disabled_at: account.disabled_at.map(Moment::rfc3339),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = users)]
pub struct Users {
    users: Vec<AccountView>,
}

/// A new account, and its one-time password in this answer alone.
#[derive(Serialize, ToSchema)]
#[schema(as = newUserMade)]
pub struct NewAccount {
    user: AccountView,
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = userChanged)]
pub struct ChangedAccount {
    user: AccountView,
}

/// A one-time password, in this answer alone.
#[derive(Serialize, ToSchema)]
#[schema(as = oneTimePassword)]
pub struct OneTimePassword {
    password: String,
    tokens_revoked: i64,
    tokens_kept: i64,
}

/// Somebody by number and name.
#[derive(Serialize, ToSchema)]
#[schema(as = person)]
pub struct Person {
    /// 0 is the program itself.
    pub id: i64,
    #[schema(required)]
    pub name: Option<String>,
}

/// An API token.
#[derive(Serialize, ToSchema)]
#[schema(as = token)]
pub struct TokenView {
    id: i64,
    owner: Person,
    /// Its first letters, to know it by.
    hint: String,
    scope: ScopeWord,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    used_at: Option<String>,
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
    #[schema(required, format = DateTime)]
    revoked_at: Option<String>,
    /// The token itself, in the answer that makes it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenView {
    fn of(token: &Token, owner: &str) -> TokenView {
        TokenView {
            id: token.id,
            owner: Person {
                id: token.owner.0,
                name: Some(owner.to_owned()),
            },
            hint: token.hint.clone(),
            scope: ScopeWord(token.scope),
            created_at: token.created_at.rfc3339(),
            used_at: token.used_at.map(Moment::rfc3339),
            expires_at: token.expires_at.map(Moment::rfc3339),
            revoked_at: token.revoked_at.map(Moment::rfc3339),
            token: None,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = tokens)]
pub struct Tokens {
    tokens: Vec<TokenView>,
}
