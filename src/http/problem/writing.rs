//! What keeps a caller from reading or changing a thing: credentials, versions, values, and that it is gone.

use serde_json::json;

use super::{Kind, MOST_NAMED, More, Problem, Text, shown};
use crate::domain::change::Moment;
use crate::domain::report::{Problem as ValueProblem, Report};

impl Problem {
    /// Nobody is signed in, or no longer.
    pub fn signed_out() -> Problem {
        Problem::new(
            Kind::SignedOut,
            Text::new(
                "サインインしていないか、時間がたって終わりました。もう一度サインインしてください。プログラムからは Authorization: Bearer でトークンを送ります",
                "nobody is signed in, or the session has ended: sign in again. Programs send a token in Authorization: Bearer",
            ),
        )
    }

    /// A token that never was, was revoked or has expired; it is not said which.
    pub fn wrong_token() -> Problem {
        Problem::new(
            Kind::WrongToken,
            Text::new(
                "トークンが正しくないか、失効しています。Authorization: Bearer のあとにトークン全体（mchnk_ で始まります）を書いてください",
                "the token is wrong, revoked or expired; after Authorization: Bearer goes the whole token, which begins with mchnk_",
            ),
        )
    }

    /// Somebody is known and may not do this.
    pub fn forbidden(why: Text) -> Problem {
        Problem::new(Kind::Forbidden, why)
    }

    /// A request that one of our pages did not send.
    pub fn other_site(ours: &str) -> Problem {
        Problem::new(
            Kind::OtherSite,
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
            Kind::Csrf,
            Text::new(
                "この画面は前のサインインのものです。画面を読み込み直してください（要求には GET /session の csrf を X-CSRF-Token として付けます）",
                "this page belongs to an earlier session: load it again (requests carry the csrf of GET /session as X-CSRF-Token)",
            ),
        )
    }

    /// A password would travel where anybody can read it.
    pub fn https_required() -> Problem {
        Problem::new(
            Kind::HttpsRequired,
            Text::new(
                "パスワードが途中で読まれるおそれがあるため、http ではサインインできません。https:// のアドレスを開いてください。管理者の方へ: https を受けるプロキシをこのサーバーの前に置き、X-Forwarded-Proto: https を送らせます",
                "a password sent over plain http could be read on its way: open the https:// address. For the operator: put a proxy that speaks https before this server and let it send X-Forwarded-Proto: https",
            ),
        )
    }

    /// A password that somebody else has seen gives access to nothing but its change.
    pub fn password_is_temporary() -> Problem {
        Problem::new(
            Kind::PasswordIsTemporary,
            Text::new(
                "仮パスワードのままでは使えません。自分のパスワードを決めてください",
                "choose a password of your own first; a temporary one gives access to nothing else",
            ),
        )
    }

    /// A submission was changed by somebody else since it was read.
    pub fn changed_meanwhile() -> Problem {
        Problem::new(
            Kind::ChangedMeanwhile,
            Text::new(
                "ほかの人か、ほかの画面が先に変えました。読み込み直してから、もう一度変えてください。何も上書きしていません",
                "somebody else, or another window, changed it first: load it again and repeat the change. Nothing was overwritten",
            ),
        )
    }

    /// An item was changed since its ETag was given.
    pub fn precondition_failed() -> Problem {
        Problem::new(
            Kind::PreconditionFailed,
            Text::new(
                "If-Match の版は最新ではありません。もう一度GETして、そのETagを付けてください。何も変えていません",
                "the version in If-Match is not the latest: GET it again and send its ETag. Nothing was changed",
            ),
        )
    }

    /// A change must say what it changes.
    pub fn precondition_required() -> Problem {
        Problem::new(
            Kind::PreconditionRequired,
            Text::new(
                "先にGETして、そのETagを If-Match ヘッダーに付けてください",
                "GET it first and send its ETag in the header If-Match",
            ),
        )
    }

    /// It does not stand where this can be done.
    pub fn wrong_state(detail: Text) -> Problem {
        Problem::new(Kind::WrongState, detail)
    }

    /// Others changed the same meanwhile.
    pub fn conflict(detail: Text, errors: Vec<serde_json::Value>) -> Problem {
        Problem {
            more: Box::new(More {
                errors,
                ..More::default()
            }),
            ..Problem::new(Kind::Conflict, detail)
        }
    }

    /// Rows may be facilities that are published, and nobody has decided.
    pub fn undecided(detail: Text, errors: Vec<serde_json::Value>) -> Problem {
        Problem {
            kind: Kind::Undecided,
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
                Kind::LikelyDuplicate,
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
            ..Problem::new(Kind::Blocked, detail)
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
            ..Problem::new(Kind::InvalidValues, detail)
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
            Kind::KeyUsed,
            Text::new(
                "別の内容を送るときは、新しい Idempotency-Key を使ってください",
                "use a new Idempotency-Key for another request",
            ),
        )
    }

    /// There is no such facility, and never was.
    pub fn no_facility(id: &str) -> Problem {
        Problem::not_found(Text::new(
            format!("ID「{id}」の施設はありません"),
            format!("there is no facility “{id}”"),
        ))
    }

    /// The record is gone for good.
    pub fn withdrawn(at: Moment) -> Problem {
        let at = at.rfc3339();
        Problem::new(
            Kind::Withdrawn,
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
            Kind::FileDeleted,
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
}
