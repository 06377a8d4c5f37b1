//! What is wrong with a request: its address, its head, its body.

use super::{Kind, More, Problem, Text, shown};

impl Problem {
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
            ..Problem::new(Kind::InvalidParameter, detail)
        }
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
            ..Problem::new(Kind::UnknownParameter, detail)
        }
    }

    /// The query string itself is broken.
    pub fn malformed_query(part: &str) -> Problem {
        let part = shown(part);
        Problem::new(
            Kind::MalformedQuery,
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
            Kind::QueryTooLong,
            Text::new(
                format!("問い合わせは{length}バイトで、上限は{limit}バイトです"),
                format!("the query has {length} bytes, the limit is {limit}"),
            ),
        )
    }

    /// What came is no HTTP.
    pub fn malformed_request() -> Problem {
        Problem::new(
            Kind::MalformedRequest,
            Text::new(
                "要求の1行目かヘッダーがHTTP/1.1の形をしていません",
                "the first line or a header field is not what HTTP/1.1 asks for",
            ),
        )
    }

    /// The head has not arrived whole in the time given.
    pub fn head_too_slow() -> Problem {
        Problem::new(
            Kind::HeadTooSlow,
            Text::new(
                "要求のヘッダーは10秒以内に送ってください",
                "the head of a request must arrive within 10 seconds",
            ),
        )
    }

    /// The head is longer than the buffer.
    pub fn head_too_long() -> Problem {
        Problem::new(
            Kind::HeadTooLong,
            Text::new(
                "ヘッダーは合わせて131072バイト、96個までです",
                "all header fields together may have 131072 bytes, and there may be 96 of them",
            ),
        )
    }

    /// Nothing there.
    pub fn not_found(what: Text) -> Problem {
        Problem::new(Kind::NotFound, what)
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
            ..Problem::new(Kind::MethodNotAllowed, detail)
        }
    }

    /// Nothing the client accepts can be given.
    pub fn not_acceptable(accept: &str, offered: &str) -> Problem {
        let accept = shown(accept);
        Problem::new(
            Kind::NotAcceptable,
            Text::new(
                format!("求められたのは {accept}、出せるのは {offered} です"),
                format!("asked for {accept}, offered are {offered}"),
            ),
        )
    }

    /// A body, or a value in it, that breaks its rule.
    pub fn body(rule: Text) -> Problem {
        Problem::new(Kind::InvalidBody, rule)
    }

    /// A body longer than is taken.
    pub fn body_too_large(limit: usize) -> Problem {
        let limit = match limit {
            limit if limit >= 1 << 20 => format!("{} MiB", limit >> 20),
            limit => format!("{} KiB", limit >> 10),
        };
        Problem::new(
            Kind::BodyTooLarge,
            Text::new(
                format!("受け取れるのは{limit}までです"),
                format!("the limit is {limit}"),
            ),
        )
    }

    /// A body that does not come to its end.
    pub fn body_too_slow(seconds: u64) -> Problem {
        Problem::new(
            Kind::BodyTooSlow,
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
            Kind::UnsupportedMediaType,
            Text::new(
                format!("送られたのは「{given}」、受け取れるのは {taken} です"),
                format!("“{given}” was sent; {taken} is taken"),
            ),
        )
    }
}
