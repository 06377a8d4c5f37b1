//! What the directory refuses of submissions and facilities, as problems.

use crate::directory::facilities::Unwritten;
use crate::directory::submissions::{Denial, Refusal};
use crate::domain::submission::State;
use crate::http::problem::{Problem, Text};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        match refusal {
            Refusal::Unknown(id) => Problem::not_found(Text::new(
                format!("受付番号{id}のものはありません"),
                format!("there is no submission {id}"),
            )),
            Refusal::Forbidden(what) => Problem::forbidden(match what {
                Denial::Submit => Text::new(
                    "施設を登録できるのは、編集者・審査者・管理者だけです。トークンで送るときは submit か publish の範囲が要ります",
                    "only editors, reviewers and administrators hand things in; a token needs the scope submit or publish",
                ),
                Denial::Read => Text::new(
                    "受付の内容を見られるのは、編集者・審査者・管理者だけです",
                    "only editors, reviewers and administrators see what was handed in",
                ),
                Denial::Decide => Text::new(
                    "承認や差し戻しができるのは、この地域を担当する審査者と管理者だけです",
                    "only reviewers of this area and administrators decide on it",
                ),
                Denial::Owner => Text::new(
                    "変えられるのは、これを登録した本人だけです",
                    "only whoever handed it in may change it",
                ),
                Denial::Area => Text::new(
                    "担当する地域の外は指定できません",
                    "the area is not within your own",
                ),
                Denial::Elsewhere => Text::new(
                    "この施設は担当する地域の外にあります",
                    "the facility lies outside your area",
                ),
            }),
            Refusal::Stale(_) => Problem::changed_meanwhile(),
            Refusal::WrongState { state, .. } => {
                let ja = match state {
                    State::Draft => "まだ送られていません",
                    State::Sent => "すでに審査に出されています",
                    State::Returned => "差し戻されています",
                    State::Published => "すでに公開されています",
                    State::Rejected => "却下されています",
                    State::Withdrawn => "取り下げられています",
                };
                Problem::wrong_state(Text::new(
                    format!("{ja}。画面を読み込み直してください"),
                    format!("it is {}: load the page again", state.slug()),
                ))
            }
            Refusal::Busy => Problem::busy(
                10,
                Text::new(
                    "多くのファイルを確認しているため、順番待ちがいっぱいです。少し待ってもう一度お試しください。何も変えていません",
                    "too many files are being checked and wait to be: wait a little and try again. Nothing was changed",
                ),
            ),
            Refusal::FileDeleted(at) => Problem::file_deleted(at),
            Refusal::Nothing => Problem::blocked(
                Text::new(
                    "公開できる内容がありません。すべての行が直すまで入らないか、公開中の内容と同じです",
                    "nothing in it can be published: every row is blocked or says what is published already",
                ),
                None,
            ),
            Refusal::NoArea(why) => Problem::body(Text::new(
                "地域は、都道府県の2桁か市区町村の5桁（または6桁）のコードで書いてください",
                why,
            )),
            Refusal::Values(problems) => Problem::values(problems),
            Refusal::Conflict(conflicts) => Problem::conflict(
                Text::new(
                    format!(
                        "{}件の施設は、提出のあとにほかの人が同じ項目を変えています。違いを確かめてから承認してください。何も上書きしていません",
                        conflicts.len()
                    ),
                    format!(
                        "{} facilities were changed by others in the same fields after this was handed in: look at them first. Nothing was overwritten",
                        conflicts.len()
                    ),
                ),
                conflicts
                    .iter()
                    .map(|(row, conflict)| {
                        serde_json::json!({ "row": row, "code": "conflict", "fields": conflict.fields, "seq": conflict.seq })
                    })
                    .collect(),
            ),
            Refusal::Undecided(rows) => Problem::undecided(
                Text::new(
                    format!(
                        "{}件の行は、公開中の施設と同じかどうかが決まっていません。更新するか、公開中のままにするか、別の施設とするかを選んでから承認してください。何も公開していません",
                        rows.len()
                    ),
                    format!(
                        "{} rows may be facilities that are published: decide whether they update them, leave them as they are, or are other ones. Nothing was published",
                        rows.len()
                    ),
                ),
                rows.iter()
                    .map(|row| serde_json::json!({ "row": row, "code": "likely-duplicate" }))
                    .collect(),
            ),
            Refusal::KeyUsed => Problem::key_used(),
            Refusal::Blocked(report) => Problem::blocked(
                Text::new(
                    "直すまで公開できない項目があります",
                    "something in it must be mended before it can be published",
                ),
                Some(report),
            ),
        }
    }
}

impl From<Unwritten> for Problem {
    fn from(unwritten: Unwritten) -> Problem {
        match unwritten {
            Unwritten::Unknown(id) => Problem::not_found(Text::new(
                format!("ID「{id}」の施設はありません"),
                format!("there is no facility “{id}”"),
            )),
            Unwritten::Damaged(id) => Problem::damaged(&id),
            Unwritten::Withdrawn(at) => Problem::withdrawn(at),
            Unwritten::Stale => Problem::precondition_failed(),
            Unwritten::LikelyDuplicate { id, name } => {
                Problem::likely_duplicate(id.as_str(), &name)
            }
            Unwritten::NoFeature => Problem::body(Text::new(
                "GeoJSONのFeature（properties と geometry をもつもの）を送ってください",
                "send a GeoJSON Feature with properties and a geometry",
            )),
        }
    }
}
