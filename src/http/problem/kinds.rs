//! The one table of the kinds of problems.

use actix_web::http::StatusCode;

macro_rules! kinds {
    ($($name:ident = $code:literal, $status:literal, $ja:literal, $en:literal;)+) => {
        /// A kind of problem. Its code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $(#[doc = $en] $name,)+
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$name,)+];

            /// Its code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Kind::$name => $code,)+
                }
            }

            /// The status it is answered with.
            pub fn status(self) -> StatusCode {
                let status: u16 = match self {
                    $(Kind::$name => $status,)+
                };
                StatusCode::from_u16(status).expect("the table holds real statuses")
            }

            /// Its title in Japanese and English.
            pub const fn title(self) -> (&'static str, &'static str) {
                match self {
                    $(Kind::$name => ($ja, $en),)+
                }
            }
        }
    };
}

kinds! {
    InvalidParameter = "invalid-parameter", 400, "パラメーターの値が正しくありません", "A parameter's value is not valid";
    UnknownParameter = "unknown-parameter", 400, "知らないパラメーターです", "An unknown parameter";
    MalformedQuery = "malformed-query", 400, "問い合わせを読めません", "The query cannot be read";
    InvalidBody = "invalid-body", 400, "送られた内容が正しくありません", "The request's body is not valid";
    SignedOut = "signed-out", 401, "サインインが必要です", "Nobody is signed in";
    WrongCredentials = "wrong-credentials", 401, "サインインできません", "Not signed in";
    WrongToken = "wrong-token", 401, "このトークンは使えません", "The token cannot be used";
    Forbidden = "forbidden", 403, "権限がありません", "Not allowed";
    OtherSite = "other-site", 403, "ほかのサイトからの操作は受け付けません", "Requests from other sites are refused";
    Csrf = "csrf", 403, "画面を読み込み直してください", "The page must be loaded again";
    HttpsRequired = "https-required", 403, "暗号化された接続（https）が必要です", "An encrypted connection (https) is needed";
    SecondFactorRequired = "second-factor-required", 403, "確認コードが必要です", "A code of the second factor is needed";
    PasswordIsTemporary = "password-is-temporary", 403, "先にパスワードを変えてください", "The password must be changed first";
    TemporaryPasswordTooOld = "temporary-password-too-old", 403, "仮パスワードの期限が切れています", "The temporary password is too old";
    NotFound = "not-found", 404, "見つかりません", "Not found";
    MethodNotAllowed = "method-not-allowed", 405, "この方法では扱えません", "The method is not allowed";
    NotAcceptable = "not-acceptable", 406, "求められた形式では答えられません", "No acceptable representation";
    BodyTooSlow = "body-too-slow", 408, "内容が届き終わりません", "The body did not arrive in time";
    ConnectionClosed = "connection-closed", 499, "接続が閉じられました", "The client closed the connection";
    NameTaken = "name-taken", 409, "同じ名前の利用者がいます", "There is already a user of that name";
    LastAdmin = "last-admin", 409, "管理者がいなくなります", "No administrator would be left";
    SecondFactorState = "second-factor-state", 409, "確認コードの設定が合いません", "The second factor is not in that state";
    ChangedMeanwhile = "changed-meanwhile", 412, "ほかの人が先に変えました", "Somebody else changed it first";
    PreconditionFailed = "precondition-failed", 412, "読んだあとに変わっています", "It has changed since it was read";
    PreconditionRequired = "precondition-required", 428, "どの版を変えるのかが必要です", "It must be said which version is changed";
    WrongState = "wrong-state", 409, "いまはその操作ができません", "Not possible in its present state";
    Conflict = "conflict", 409, "ほかの人の変更と重なっています", "It conflicts with what others changed";
    Undecided = "undecided", 409, "公開中の施設と同じかどうかが決まっていません", "It is not decided whether rows are published facilities";
    LikelyDuplicate = "likely-duplicate", 409, "同じ名称の施設が同じ場所にあります", "A facility with this name is published at this place";
    Blocked = "blocked", 422, "このままでは公開できません", "It cannot be published as it is";
    InvalidValues = "invalid-values", 422, "送られた値が正しくありません", "Values in the body are not valid";
    NoSuchVersion = "no-such-version", 422, "その版には戻せません", "There is no such version to go back to";
    NotRedactable = "not-redactable", 422, "その値は消せません", "The value cannot be taken out";
    KeyUsed = "key-used", 422, "同じ Idempotency-Key が別の要求に使われています", "The Idempotency-Key was used for another request";
    Withdrawn = "withdrawn", 410, "この記録は取り下げられました", "The record was withdrawn";
    FileDeleted = "file-deleted", 410, "ファイルは保存期間を過ぎて削除されました", "The file was deleted after its time";
    MalformedRequest = "malformed-request", 400, "HTTPとして読めません", "Not readable as HTTP";
    HeadTooSlow = "head-too-slow", 408, "要求が届き終わりません", "The request did not arrive in time";
    HeadTooLong = "head-too-long", 431, "ヘッダーが長すぎます", "The header fields are too long";
    BodyTooLarge = "body-too-large", 413, "送られた内容が大きすぎます", "The request's body is too large";
    UnsupportedMediaType = "unsupported-media-type", 415, "この形式の内容は受け取れません", "The body's media type is not taken here";
    UnfitPassword = "unfit-password", 422, "このパスワードは使えません", "The password will not do";
    TooManyAttempts = "too-many-attempts", 429, "しばらく待ってください", "Too many attempts";
    QueryTooLong = "query-too-long", 414, "問い合わせが長すぎます", "The query is too long";
    Internal = "internal", 500, "内部の誤りです", "An internal failure";
    Unavailable = "unavailable", 503, "いまは答えられません", "Not available now";
}
