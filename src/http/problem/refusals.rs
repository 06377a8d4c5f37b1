//! What the directory refuses, in words for whoever asked.

use super::{Kind, More, Problem, Text, shown};
use crate::directory::history;
use crate::directory::passwords::Unfit;
use crate::directory::people::Refusal;
use crate::directory::redaction::redactable;
use crate::directory::reports;

/// Too much came lately: it may come again after so many seconds.
fn too_many(seconds: i64, detail: Text) -> Problem {
    Problem {
        more: Box::new(More {
            retry_after: Some(seconds),
            ..More::default()
        }),
        ..Problem::new(Kind::TooManyAttempts, detail)
    }
}

impl From<reports::ReportRefusal> for Problem {
    fn from(refusal: reports::ReportRefusal) -> Problem {
        use reports::ReportRefusal as Refusal;
        match refusal {
            Refusal::NoFacility(id) => Problem::no_facility(&id),
            Refusal::Withdrawn(at) => Problem::withdrawn(at),
            Refusal::NoText => Problem::value(
                "text",
                Text::new(
                    "何が違っているかを書いてください（text）",
                    "say what is wrong (text)",
                ),
            ),
            Refusal::TooLong { what, most } => Problem::value(
                what,
                Text::new(
                    format!("{most}文字までにしてください（{what}）"),
                    format!("{what} may have {most} characters at most"),
                ),
            ),
            Refusal::TooMany { seconds } => too_many(
                seconds,
                Text::new(
                    format!(
                        "報告が続いています。{}分ほど待ってからもう一度お願いします",
                        seconds / 60 + 1
                    ),
                    format!(
                        "many reports came lately: please try again in about {} minutes",
                        seconds / 60 + 1
                    ),
                ),
            ),
        }
    }
}

impl From<history::HistoryRefusal> for Problem {
    fn from(refusal: history::HistoryRefusal) -> Problem {
        use history::HistoryRefusal as Refusal;
        match refusal {
            Refusal::NoFacility => Problem::not_found(Text::new(
                "そのIDの施設はありません",
                "there is no facility of that id",
            )),
            Refusal::Forbidden => Problem::forbidden(Text::new(
                "この施設がある地域（または戻す版の地域）の担当ではないか、権限が足りません。担当者に頼んでください",
                "you are not responsible for the place the facility lies in (or that version lay in), or your role does not allow it: ask whoever is",
            )),
            Refusal::NoVersion(seq) => Problem::new(
                Kind::NoSuchVersion,
                Text::new(
                    format!(
                        "番号{seq}はこの施設の版ではありません。履歴にある番号を指定してください"
                    ),
                    format!("change {seq} is none of this facility: name one of its history"),
                ),
            ),
            Refusal::IsWithdrawal(seq) => Problem::new(
                Kind::NoSuchVersion,
                Text::new(
                    format!("番号{seq}は取り下げです。取り下げるには DELETE を使ってください"),
                    format!("change {seq} withdrew the record: to withdraw it again, use DELETE"),
                ),
            ),
            Refusal::Stale => Problem::precondition_failed(),
            Refusal::NoChange(seq) => Problem::not_found(Text::new(
                format!("番号{seq}の変更はありません"),
                format!("there is no change {seq}"),
            )),
            Refusal::NotRedactable(field) => {
                let possible: Vec<&str> = redactable().collect();
                let (field, possible) = (shown(&field), possible.join(", "));
                Problem::new(
                    Kind::NotRedactable,
                    Text::new(
                        format!(
                            "「{field}」は消せません。消せるのは {possible} です。記録ごと消すには、施設を取り下げてください"
                        ),
                        format!(
                            "“{field}” cannot be taken out; these can: {possible}. To take out the whole record, withdraw the facility"
                        ),
                    ),
                )
            }
            Refusal::NothingThere { seq, field } => Problem::new(
                Kind::NotRedactable,
                Text::new(
                    format!(
                        "番号{seq}の変更に {field} の値はありません。もう消されたか、はじめからなかったものです"
                    ),
                    format!(
                        "change {seq} has no value of {field}: it was taken out before, or never there"
                    ),
                ),
            ),
            Refusal::NoReason => Problem::value(
                "reason",
                Text::new(
                    "消す理由を1〜500文字で書いてください",
                    "say why, in 1 to 500 characters",
                ),
            ),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        match refusal {
            Refusal::Wrong => Problem::new(
                Kind::WrongCredentials,
                Text::new(
                    "名前、パスワード、確認コードのどれかが違います",
                    "the name, the password or the code is wrong",
                ),
            ),
            Refusal::TooMany { seconds } => too_many(
                seconds,
                Text::new(
                    format!("失敗が続いたため、{seconds}秒待ってからもう一度お試しください"),
                    format!("after so many failures, wait {seconds} seconds and try again"),
                ),
            ),
            Refusal::Busy => Problem::busy(
                2,
                Text::new(
                    "サインインする人が多く、いまは確かめられません。少し待ってもう一度お試しください",
                    "too many sign in just now: wait a little and try again",
                ),
            ),
            Refusal::SecondFactorNeeded => Problem::new(
                Kind::SecondFactorRequired,
                Text::new(
                    "認証アプリの6桁の確認コードも入れてください",
                    "also give the six digits your authenticator app shows",
                ),
            ),
            Refusal::TemporaryPasswordTooOld => Problem::new(
                Kind::TemporaryPasswordTooOld,
                Text::new(
                    "仮パスワードは7日で使えなくなります。管理者に新しい仮パスワードを頼んでください",
                    "a temporary password lasts seven days: ask an administrator for another",
                ),
            ),
            Refusal::Forbidden => Problem::forbidden(Text::new(
                "この操作は、管理者としてサインインした人だけができます",
                "only administrators who are signed in may do this",
            )),
            Refusal::Unknown(what) => Problem::not_found(Text::new(
                "その利用者やトークンはありません",
                format!("there is no {what}"),
            )),
            Refusal::NoName => Problem::value(
                "name",
                Text::new(
                    "名前は1〜64文字で、コロンや目に見えない文字、前後の空白は使えません",
                    "a name has 1 to 64 characters, no colon, nothing invisible, and no spaces at its ends",
                ),
            ),
            Refusal::NameTaken(name) => Problem::new(
                Kind::NameTaken,
                Text::new(
                    format!(
                        "「{name}」はもう使われています（大文字と小文字、全角と半角は区別しません）。別の名前にしてください"
                    ),
                    format!(
                        "“{name}” is taken (case and width make no difference): choose another name"
                    ),
                ),
            ),
            Refusal::NoArea(why) => Problem::value(
                "area",
                Text::new(
                    "担当の地域は、都道府県の2桁か市区町村の5桁（または6桁）のコードで書いてください",
                    why,
                ),
            ),
            Refusal::AdminEverywhere => Problem::value(
                "area",
                Text::new(
                    "管理者は全国を担当します。地域は空にしてください",
                    "an administrator acts everywhere: leave the area out",
                ),
            ),
            Refusal::LastAdmin => Problem::new(
                Kind::LastAdmin,
                Text::new(
                    "最後の管理者は停止も役割の変更もできません。先に別の管理者を作ってください",
                    "the last administrator can be neither disabled nor given another role: make another one first",
                ),
            ),
            Refusal::Password(unfit) => Problem::new(
                Kind::UnfitPassword,
                match unfit {
                    Unfit::Length => Text::new(
                        "12〜200文字にしてください。長い文でもかまいません",
                        "use 12 to 200 characters; a whole sentence is fine",
                    ),
                    Unfit::Guessable => Text::new(
                        "推測されやすいパスワードです。よくある言葉や並び、自分の名前を避けてください",
                        "it is easily guessed: avoid common words, rows of keys and your own name",
                    ),
                    Unfit::Same => Text::new(
                        "いまと同じパスワードです。別のものにしてください",
                        "it is the password you have: choose another",
                    ),
                },
            ),
            Refusal::SecondFactorIs(on) => Problem::new(
                Kind::SecondFactorState,
                if on {
                    Text::new(
                        "確認コードはもう有効です。変えるには、いったん無効にしてください",
                        "the second factor is on already: turn it off first",
                    )
                } else {
                    Text::new(
                        "確認コードはまだ設定されていません。先に設定を始めてください",
                        "no second factor is set up: begin with that",
                    )
                },
            ),
            Refusal::NoTokenLife => Problem::value(
                "expires_days",
                Text::new(
                    "トークンの期限は1〜3650日で決めてください",
                    "a token lasts 1 to 3650 days",
                ),
            ),
        }
    }
}
