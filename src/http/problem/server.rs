//! What is wrong with us: no room, no database, a failure.

use super::{Kind, More, Problem, Text};

impl Problem {
    /// The server cannot answer just now.
    pub fn unavailable(detail: Text) -> Problem {
        Problem::new(Kind::Unavailable, detail)
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
            Kind::ConnectionClosed,
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
            Kind::Internal,
            Text::new(
                "記録を残しました。もう一度お試しください",
                "it was recorded; please try again",
            ),
        )
    }
}
