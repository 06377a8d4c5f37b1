//! Everything that can go wrong over HTTP, and the way from it to a status and a document
//! (RFC 9457, `application/problem+json`).
//!
//! A problem's `type` is a page of ours that explains it; its code never changes. Sentences come in
//! Japanese unless the request prefers English. Internal failures are logged in full and answered
//! without a word of what was inside.

mod kinds;
mod refusals;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::json;

use super::answer::PAGE_POLICY;
use super::language::Language;
use super::negotiate::{self, HTML};
use super::{Site, page};
use crate::directory;
use crate::domain::change::Moment;
use crate::domain::report::{Problem as ValueProblem, Report};

pub use crate::domain::wording::Wording as Text;
pub use kinds::KINDS;

/// Single errors told of in one problem, at most: the whole list is in the report.
const MOST_ERRORS: usize = 200;
/// Names of values that one sentence lists, at most.
const MOST_NAMED: usize = 12;

/// A problem on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    code: &'static str,
    detail: Text,
    more: Box<More>,
}

/// What only some problems have; apart, so that every result stays small.
#[derive(Debug, Clone, Default, PartialEq)]
struct More {
    parameter: Option<String>,
    /// The id of the facility it is about.
    facility: Option<String>,
    allow: Option<String>,
    retry_after: Option<i64>,
    report: Option<Box<Report>>,
    errors: Vec<serde_json::Value>,
}

/// Values are repeated in messages, but never whole megabytes of them.
fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// No sentence of ours is as long as an address may be, and most repeat a part of it.
fn bounded(mut sentence: String) -> String {
    if let Some((end, _)) = sentence.char_indices().nth(600) {
        sentence.truncate(end);
        sentence.push('…');
    }
    sentence
}

impl Problem {
    fn new(code: &'static str, detail: Text) -> Problem {
        let detail = Text::new(bounded(detail.ja), bounded(detail.en));
        Problem {
            code,
            detail,
            more: Box::default(),
        }
    }

    /// A parameter's value breaks its rule.
    pub fn parameter(name: &str, value: &str, rule: Text) -> Problem {
        let value = shown(value);
        let detail = Text::new(
            format!("{name}=「{value}」: {}", rule.ja),
            format!("{name}=“{value}”: {}", rule.en),
        );
        Problem {
            more: Box::new(More {
                parameter: Some(name.to_owned()),
                ..More::default()
            }),
            ..Problem::new("invalid-parameter", detail)
        }
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &Text {
        &self.detail
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        let kind = KINDS.iter().find(|kind| kind.0 == self.code);
        let status = kind.and_then(|kind| StatusCode::from_u16(kind.1).ok());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// No such parameter here.
    pub fn unknown_parameter(name: &str, known: &[&str]) -> Problem {
        let (name, known) = (shown(name), known.join(", "));
        let detail = Text::new(
            format!("「{name}」というパラメーターはありません。使えるもの: {known}"),
            format!("there is no parameter “{name}” here; known are {known}"),
        );
        Problem {
            more: Box::new(More {
                parameter: Some(name),
                ..More::default()
            }),
            ..Problem::new("unknown-parameter", detail)
        }
    }

    /// The query string itself is broken.
    pub fn malformed_query(part: &str) -> Problem {
        let part = shown(part);
        Problem::new(
            "malformed-query",
            Text::new(
                format!("「{part}」の%の符号化が壊れています（%のあとは2桁の16進数、全体はUTF-8）"),
                format!(
                    "“{part}” is not percent-encoded UTF-8 (two hexadecimal digits after each %)"
                ),
            ),
        )
    }

    /// The query string is longer than anybody needs.
    pub fn query_too_long(length: usize, limit: usize) -> Problem {
        Problem::new(
            "query-too-long",
            Text::new(
                format!("問い合わせは{length}バイトで、上限は{limit}バイトです"),
                format!("the query has {length} bytes, the limit is {limit}"),
            ),
        )
    }

    /// What came is no HTTP.
    pub fn malformed_request() -> Problem {
        Problem::new(
            "malformed-request",
            Text::new(
                "要求の1行目かヘッダーがHTTP/1.1の形をしていません",
                "the first line or a header field is not what HTTP/1.1 asks for",
            ),
        )
    }

    /// The head has not arrived whole in the time given.
    pub fn head_too_slow() -> Problem {
        Problem::new(
            "head-too-slow",
            Text::new(
                "要求のヘッダーは10秒以内に送ってください",
                "the head of a request must arrive within 10 seconds",
            ),
        )
    }

    /// The head is longer than the buffer.
    pub fn head_too_long() -> Problem {
        Problem::new(
            "head-too-long",
            Text::new(
                "ヘッダーは合わせて131072バイト、96個までです",
                "all header fields together may have 131072 bytes, and there may be 96 of them",
            ),
        )
    }

    /// Nothing there.
    pub fn not_found(what: Text) -> Problem {
        Problem::new("not-found", what)
    }

    /// There is nothing at this path.
    pub fn no_such_path(path: &str) -> Problem {
        let path = shown(path);
        Problem::not_found(Text::new(
            format!("{path} には何もありません"),
            format!("there is nothing at {path}"),
        ))
    }

    /// Only these methods.
    pub fn method_not_allowed(method: &str, allow: &str) -> Problem {
        let method = shown(method);
        let detail = Text::new(
            format!("{method}は使えません。使えるもの: {allow}"),
            format!("{method} is not allowed here; allowed are {allow}"),
        );
        Problem {
            more: Box::new(More {
                allow: Some(allow.to_owned()),
                ..More::default()
            }),
            ..Problem::new("method-not-allowed", detail)
        }
    }

    /// Nothing the client accepts can be given.
    pub fn not_acceptable(accept: &str, offered: &str) -> Problem {
        let accept = shown(accept);
        Problem::new(
            "not-acceptable",
            Text::new(
                format!("求められたのは {accept}、出せるのは {offered} です"),
                format!("asked for {accept}, offered are {offered}"),
            ),
        )
    }

    /// A body, or a value in it, that breaks its rule.
    pub fn body(rule: Text) -> Problem {
        Problem::new("invalid-body", rule)
    }

    /// A body longer than is taken.
    pub fn body_too_large(limit: usize) -> Problem {
        let limit = match limit {
            limit if limit >= 1 << 20 => format!("{} MiB", limit >> 20),
            limit => format!("{} KiB", limit >> 10),
        };
        Problem::new(
            "body-too-large",
            Text::new(
                format!("受け取れるのは{limit}までです"),
                format!("the limit is {limit}"),
            ),
        )
    }

    /// A body that does not come to its end.
    pub fn body_too_slow(seconds: u64) -> Problem {
        Problem::new(
            "body-too-slow",
            Text::new(
                format!(
                    "{seconds}秒待ちましたが、内容が届き終わりませんでした。もう一度お試しください"
                ),
                format!("the body did not arrive within {seconds} seconds; please try again"),
            ),
        )
    }

    /// A body of another sort.
    pub fn unsupported_media_type(given: &str, taken: &str) -> Problem {
        let given = shown(given);
        Problem::new(
            "unsupported-media-type",
            Text::new(
                format!("送られたのは「{given}」、受け取れるのは {taken} です"),
                format!("“{given}” was sent; {taken} is taken"),
            ),
        )
    }

    /// Nobody is signed in, or no longer.
    pub fn signed_out() -> Problem {
        Problem::new(
            "signed-out",
            Text::new(
                "サインインしていないか、時間がたって終わりました。もう一度サインインしてください。プログラムからは Authorization: Bearer でトークンを送ります",
                "nobody is signed in, or the session has ended: sign in again. Programs send a token in Authorization: Bearer",
            ),
        )
    }

    /// A token that never was, was revoked or has expired; it is not said which.
    pub fn wrong_token() -> Problem {
        Problem::new(
            "wrong-token",
            Text::new(
                "トークンが正しくないか、失効しています。Authorization: Bearer のあとにトークン全体（mchnk_ で始まります）を書いてください",
                "the token is wrong, revoked or expired; after Authorization: Bearer goes the whole token, which begins with mchnk_",
            ),
        )
    }

    /// Somebody is known and may not do this.
    pub fn forbidden(why: Text) -> Problem {
        Problem::new("forbidden", why)
    }

    /// A request that one of our pages did not send.
    pub fn other_site(ours: &str) -> Problem {
        Problem::new(
            "other-site",
            Text::new(
                format!(
                    "このサーバーのページ（{ours}）から操作してください。プロキシの後ろで動かすときは、管理者が --public-url にこのアドレスを指定します"
                ),
                format!(
                    "the request must come from a page of this server ({ours}); behind a proxy, its operator names the address people use with --public-url"
                ),
            ),
        )
    }

    /// The session's own token is missing or another's.
    pub fn csrf() -> Problem {
        Problem::new(
            "csrf",
            Text::new(
                "この画面は前のサインインのものです。画面を読み込み直してください（要求には GET /session の csrf を X-CSRF-Token として付けます）",
                "this page belongs to an earlier session: load it again (requests carry the csrf of GET /session as X-CSRF-Token)",
            ),
        )
    }

    /// A password would travel where anybody can read it.
    pub fn https_required() -> Problem {
        Problem::new(
            "https-required",
            Text::new(
                "パスワードが途中で読まれるおそれがあるため、http ではサインインできません。https:// のアドレスを開いてください。管理者の方へ: https を受けるプロキシをこのサーバーの前に置き、X-Forwarded-Proto: https を送らせます",
                "a password sent over plain http could be read on its way: open the https:// address. For the operator: put a proxy that speaks https before this server and let it send X-Forwarded-Proto: https",
            ),
        )
    }

    /// A password that somebody else has seen gives access to nothing but its change.
    pub fn password_is_temporary() -> Problem {
        Problem::new(
            "password-is-temporary",
            Text::new(
                "仮パスワードのままでは使えません。自分のパスワードを決めてください",
                "choose a password of your own first; a temporary one gives access to nothing else",
            ),
        )
    }

    /// A submission was changed by somebody else since it was read.
    pub fn changed_meanwhile() -> Problem {
        Problem::new(
            "changed-meanwhile",
            Text::new(
                "ほかの人か、ほかの画面が先に変えました。読み込み直してから、もう一度変えてください。何も上書きしていません",
                "somebody else, or another window, changed it first: load it again and repeat the change. Nothing was overwritten",
            ),
        )
    }

    /// An item was changed since its ETag was given.
    pub fn precondition_failed() -> Problem {
        Problem::new(
            "precondition-failed",
            Text::new(
                "If-Match の版は最新ではありません。もう一度GETして、そのETagを付けてください。何も変えていません",
                "the version in If-Match is not the latest: GET it again and send its ETag. Nothing was changed",
            ),
        )
    }

    /// A change must say what it changes.
    pub fn precondition_required() -> Problem {
        Problem::new(
            "precondition-required",
            Text::new(
                "先にGETして、そのETagを If-Match ヘッダーに付けてください",
                "GET it first and send its ETag in the header If-Match",
            ),
        )
    }

    /// It does not stand where this can be done.
    pub fn wrong_state(detail: Text) -> Problem {
        Problem::new("wrong-state", detail)
    }

    /// Others changed the same meanwhile.
    pub fn conflict(detail: Text, errors: Vec<serde_json::Value>) -> Problem {
        Problem {
            more: Box::new(More {
                errors,
                ..More::default()
            }),
            ..Problem::new("conflict", detail)
        }
    }

    /// Rows may be facilities that are published, and nobody has decided.
    pub fn undecided(detail: Text, errors: Vec<serde_json::Value>) -> Problem {
        Problem {
            code: "undecided",
            ..Problem::conflict(detail, errors)
        }
    }

    /// A facility with the name of a new one is published at its place.
    pub fn likely_duplicate(id: &str, name: &str) -> Problem {
        let name = shown(name);
        Problem {
            more: Box::new(More {
                facility: Some(id.to_owned()),
                errors: vec![json!({ "id": id, "name": name, "code": "likely-duplicate" })],
                ..More::default()
            }),
            ..Problem::new(
                "likely-duplicate",
                Text::new(
                    format!(
                        "同じ名称の施設「{name}」（ID {id}）が同じ場所に公開されています。内容を変えるときは、その施設を PATCH してください。別の施設なら、same=new を付けて送り直してください"
                    ),
                    format!(
                        "“{name}” (id {id}) is published with this name at this place: to change it, PATCH that facility; if this is another one, send it again with same=new"
                    ),
                ),
            )
        }
    }

    /// Rows that are in the way, with all that is wrong with them.
    pub fn blocked(detail: Text, report: Option<Box<Report>>) -> Problem {
        Problem {
            more: Box::new(More {
                report,
                ..More::default()
            }),
            ..Problem::new("blocked", detail)
        }
    }

    /// Values of a body that are unknown, unreadable or beyond their limits, each named.
    pub fn values(problems: Vec<ValueProblem>) -> Problem {
        let mut names: Vec<&str> = Vec::new();
        for name in problems.iter().filter_map(|p| p.column.as_deref()) {
            if !names.contains(&name) && names.len() < MOST_NAMED {
                names.push(name);
            }
        }
        let detail = match problems.as_slice() {
            [only] => Text::new(
                format!("{}。何も変えていません", only.message.ja),
                format!("{}. Nothing was changed", only.message.en),
            ),
            _ => Text::new(
                format!(
                    "正しくない値があります: {}。何も変えていません",
                    names.join("、")
                ),
                format!("not valid: {}. Nothing was changed", names.join(", ")),
            ),
        };
        let report = Report {
            problems,
            ..Report::default()
        };
        Problem {
            more: Box::new(More {
                report: Some(Box::new(report)),
                ..More::default()
            }),
            ..Problem::new("invalid-values", detail)
        }
    }

    /// One value of a body that breaks its rule. The value itself is not repeated.
    pub fn value(path: &str, rule: Text) -> Problem {
        Problem::values(vec![
            ValueProblem::of_file("value-unreadable", rule).in_column(path),
        ])
    }

    /// The key of a request that must happen once belongs to another.
    pub fn key_used() -> Problem {
        Problem::new(
            "key-used",
            Text::new(
                "別の内容を送るときは、新しい Idempotency-Key を使ってください",
                "use a new Idempotency-Key for another request",
            ),
        )
    }

    /// The record is gone for good.
    pub fn withdrawn(at: Moment) -> Problem {
        let at = at.rfc3339();
        Problem::new(
            "withdrawn",
            Text::new(
                format!("{at}に取り下げられました"),
                format!("withdrawn at {at}"),
            ),
        )
    }

    /// A file that is kept no longer.
    pub fn file_deleted(at: Moment) -> Problem {
        let at = at.rfc3339();
        Problem::new(
            "file-deleted",
            Text::new(
                format!(
                    "ファイルは{at}に削除されました。下書きと却下されたファイルは、決められた日数が過ぎると削除されます。判断の記録は残っています"
                ),
                format!(
                    "the file was deleted at {at}: drafts and rejected files are kept for some days only. What was decided stays on record"
                ),
            ),
        )
    }

    /// The server cannot answer just now.
    pub fn unavailable(detail: Text) -> Problem {
        Problem::new("unavailable", detail)
    }

    /// A facility whose last change is not what the log's hash chain says.
    pub fn damaged(id: &str) -> Problem {
        Problem::unavailable(Text::new(
            format!("施設「{id}」の記録は、変更履歴の検査に通らないため表示していません"),
            format!(
                "the record of facility “{id}” is not shown: its last change does not fit the log's hash chain"
            ),
        ))
    }

    /// Others ask so much already that this must wait a while.
    pub fn busy(seconds: i64, detail: Text) -> Problem {
        Problem {
            more: Box::new(More {
                retry_after: Some(seconds),
                ..More::default()
            }),
            ..Problem::unavailable(detail)
        }
    }

    /// More connections are open than the server can serve, in all or from one address.
    pub fn too_many_connections() -> Problem {
        Problem::busy(
            5,
            Text::new(
                "接続が多すぎます。使っていない接続を閉じるか、少し待ってもう一度お試しください",
                "too many connections: close those you do not use, or wait a little and try again",
            ),
        )
    }

    /// The client closed its side of the connection before a long answer was found.
    pub fn left() -> Problem {
        Problem::new(
            "connection-closed",
            Text::new(
                "答えの前に送信側が閉じられたので、計算をやめました。答えを受け取るまで接続を閉じないでください",
                "the computation ended because the connection was half closed: keep it open until the answer comes",
            ),
        )
    }

    /// A fault of ours. The cause goes to the log only.
    pub fn internal(cause: &dyn std::fmt::Display) -> Problem {
        tracing::error!(%cause, "a request failed");
        Problem::new(
            "internal",
            Text::new(
                "記録を残しました。もう一度お試しください",
                "it was recorded; please try again",
            ),
        )
    }

    /// The document alone, where the status has long been sent.
    pub fn told(&self, request: &HttpRequest) -> String {
        self.for_request(request).1.to_string()
    }

    fn for_request(&self, request: &HttpRequest) -> (u16, serde_json::Value) {
        let english = Language::of(request) == Language::En;
        let base = request
            .app_data::<Site>()
            .map_or("", |site| &site.public_url);
        let (status, mut body) = self.document(english, base);
        body["instance"] = shown(request.path()).into();
        (status, body)
    }

    /// The answer.
    pub fn response(&self, request: &HttpRequest) -> HttpResponse {
        let english = Language::of(request) == Language::En;
        let (status, body) = self.for_request(request);
        let status = StatusCode::from_u16(status).expect("the table holds real statuses");
        let mut response = HttpResponseBuilder::new(status);
        response
            .insert_header((header::CONTENT_LANGUAGE, if english { "en" } else { "ja" }))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept, Accept-Language"));
        if let Some(allow) = &self.more.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if status == StatusCode::UNAUTHORIZED {
            // Browsers ask nobody for a bearer token, so no window of theirs opens.
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"machinaka\""));
        }
        let at_once = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        if let Some(seconds) = self.more.retry_after.or(at_once) {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        // Whoever followed a link in a browser reads a page.
        if negotiate::wants_page(request) {
            let page = page::problem(&body, request.query_string(), Language::of(request));
            return response
                .insert_header((header::CONTENT_TYPE, HTML.media_type))
                .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
                .body(BoxBody::new(page));
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(BoxBody::new(body.to_string()))
    }

    /// Status and document.
    fn document(&self, english: bool, base: &str) -> (u16, serde_json::Value) {
        let (code, status, ja, en) = *KINDS
            .iter()
            .find(|kind| kind.0 == self.code)
            .expect("every problem's code is in the table");
        let (title, detail) = if english {
            (en, &self.detail.en)
        } else {
            (ja, &self.detail.ja)
        };
        let mut document = json!({
            "type": format!("{base}/problems/{code}"), "title": title, "status": status, "detail": detail, "code": code,
        });
        if let Some(parameter) = &self.more.parameter {
            document["errors"] =
                json!([{ "parameter": parameter, "code": code, "message": detail }]);
        }
        if let Some(report) = &self.more.report {
            let language = if english { Language::En } else { Language::Ja };
            let told: Vec<_> = report.problems.iter().take(MOST_ERRORS).collect();
            let told: serde_json::Value = told
                .iter()
                .map(|p| json!(p.in_language(language)))
                .collect();
            document["errors"] = told.clone();
            document["problems"] = told;
        }
        if let Some(facility) = &self.more.facility {
            document["facility"] = json!(facility);
        }
        if !self.more.errors.is_empty() {
            let errors = &self.more.errors;
            document["errors"] = errors[..errors.len().min(MOST_ERRORS)].to_vec().into();
        }
        (status, document)
    }

    /// The answer as bytes on a connection that is closed after it, for a request that could not be read.
    pub fn raw(&self, base: &str) -> Vec<u8> {
        let (status, document) = self.document(false, base);
        let status = StatusCode::from_u16(status).expect("the table holds real statuses");
        let (body, id) = (
            document.to_string(),
            uuid::Uuid::now_v7().as_simple().to_string(),
        );
        let again = self
            .more
            .retry_after
            .map(|seconds| format!("retry-after: {seconds}\r\n"));
        let again = again.unwrap_or_default();
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n\
             content-language: ja\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\
             access-control-allow-origin: *\r\n{again}x-request-id: {id}\r\n\r\n{body}",
            body.len(),
        )
        .into_bytes()
    }
}

impl From<directory::Error> for Problem {
    fn from(error: directory::Error) -> Problem {
        match error {
            directory::Error::Unavailable(_) => Problem::unavailable(Text::new(
                "データベースが答えません",
                "the database does not answer",
            )),
            directory::Error::People(refusal) => refusal.into(),
            directory::Error::Submission(refusal) => refusal.into(),
            directory::Error::Unwritten(unwritten) => unwritten.into(),
            directory::Error::Conflict(facilities) => Problem::conflict(
                Text::new(
                    "その間にほかの人が同じ施設を変えました。読み込み直して確かめてください。何も上書きしていません",
                    "others changed the same facilities meanwhile: load it again and look. Nothing was overwritten",
                ),
                facilities
                    .iter()
                    .map(|id| json!({ "id": id, "code": "conflict" }))
                    .collect(),
            ),
            directory::Error::History(refusal) => refusal.into(),
            directory::Error::Report(refusal) => refusal.into(),
            error => Problem::internal(&error),
        }
    }
}
