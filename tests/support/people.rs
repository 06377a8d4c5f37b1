//! People who work on a directory: their accounts, and what they send.
//!
//! ```text
//! let server = TestDirectory::shipped();
//! let editor = Client::arriving(&server, "editor-a", "editor", Some("13113"));
//! let answer = editor.send("POST", "/tokens", &json!({"scope": "read"}));
//! let program = Client::program(&server, &token(&server.database, "editor-a", "submit"));
//! let answer = program.send_bytes("POST", "/submissions?file=a.csv", &[], b"...");
//! ```

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Answer, TestDirectory, run};

/// The password everybody chooses in tests.
pub const PASSWORD: &str = "馬 電池 ホチキス 正しい";

/// What a command of the program wrote to standard output; it must have succeeded.
pub fn said(database: &str, arguments: &[&str]) -> String {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--database", database]);
    let output = run(&arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

/// Makes an account at the command line, and returns its temporary password.
pub fn account(database: &str, name: &str, role: &str, municipality: Option<&str>) -> String {
    let mut arguments = vec!["user", "add", name, "--role", role];
    if let Some(code) = municipality {
        arguments.extend(["--municipality", code]);
    }
    said(database, &arguments)
}

/// Makes a token for somebody at the command line: of scope `read`, `submit` or `publish`.
pub fn token(database: &str, name: &str, scope: &str) -> String {
    said(database, &["token", name, "--scope", scope])
}

/// Somebody who sends requests: nobody in particular, a person with a session, a program with a token.
#[derive(Clone)]
pub struct Client<'a> {
    pub server: &'a TestDirectory,
    /// Sent with every request; one of the same name given with a request goes before.
    pub headers: Vec<(String, String)>,
}

impl<'a> Client<'a> {
    /// Nobody in particular.
    pub fn anonymous(server: &'a TestDirectory) -> Client<'a> {
        Client {
            server,
            headers: Vec::new(),
        }
    }

    /// A program with a token.
    pub fn program(server: &'a TestDirectory, token: &str) -> Client<'a> {
        Client::anonymous(server).with("Authorization", &format!("Bearer {token}"))
    }

    /// Somebody new: an account, the first sign-in, a password of their own ([`PASSWORD`]).
    pub fn arriving(
        server: &'a TestDirectory,
        name: &str,
        role: &str,
        municipality: Option<&str>,
    ) -> Client<'a> {
        let temporary = account(&server.database, name, role, municipality);
        let person = Client::signed_in(server, name, &temporary);
        let chosen = json!({"old": temporary, "new": PASSWORD});
        let answer = person.send("PUT", "/session/password", &chosen);
        assert_eq!(answer.status, 204, "{}", answer.text);
        person
    }

    /// Somebody who signs in with name and password, as our own page does it.
    pub fn signed_in(server: &'a TestDirectory, name: &str, password: &str) -> Client<'a> {
        let anonymous = Client::anonymous(server).on_our_page();
        let answer = anonymous.sign_in(name, password, None);
        assert_eq!(answer.status, 201, "{}", answer.text);
        anonymous.holding(&answer)
    }

    /// Tries to sign in.
    pub fn sign_in(&self, name: &str, password: &str, code: Option<&str>) -> Answer {
        let mut body = json!({"name": name, "password": password});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        self.send("POST", "/session", &body)
    }

    /// The same client with the session that an answer to signing in began.
    pub fn holding(&self, answer: &Answer) -> Client<'a> {
        let cookie = answer.header("set-cookie");
        let cookie = cookie.split(';').next().unwrap();
        assert!(cookie.contains('='), "no cookie in {:?}", answer.headers);
        self.with("Cookie", cookie)
            .with("X-CSRF-Token", answer.json()["csrf"].as_str().unwrap())
    }

    /// Requests say that a page of this server sent them.
    pub fn on_our_page(&self) -> Client<'a> {
        self.with("Origin", &self.server.url(""))
            .with("Sec-Fetch-Site", "same-origin")
    }

    /// The same client with another header.
    pub fn with(&self, name: &str, value: &str) -> Client<'a> {
        let mut client = self.without(name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same client without a header.
    pub fn without(&self, name: &str) -> Client<'a> {
        let mut client = self.clone();
        client
            .headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        client
    }

    /// The same person's requests to another server of the same database.
    pub fn at(&self, server: &'a TestDirectory) -> Client<'a> {
        let client = Client {
            server,
            headers: self.headers.clone(),
        };
        let has_origin = self.headers.iter().any(|(name, _)| name == "Origin");
        if has_origin {
            client.on_our_page()
        } else {
            client
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send_bytes("GET", path, &[], b"")
    }

    /// A document, where the answer must be one.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// Any method, with JSON as its body.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let json = [("Content-Type", "application/json")];
        self.send_bytes(method, path, &json, body.to_string().as_bytes())
    }

    /// Any method, with headers of one's own and any bytes as its body.
    pub fn send_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let given = |name: &str| headers.iter().any(|(other, _)| other == &name);
        let own = self.headers.iter().filter(|(name, _)| !given(name));
        let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = own.chain(headers.iter().copied()).collect();
        self.server.send(method, path, &all, body)
    }
}

impl TestDirectory {
    /// Sends what no client library would: any method, host, header and body. A body of no bytes
    /// goes without a length unless the method is for one.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.expect_clean_log();
        let head = head(self.address(), method, path, headers, body.len());
        exchanged(self.address(), head.as_bytes(), body).unwrap_or_else(|what| {
            panic!("{method} {path}: no answer but {what}");
        })
    }
}

/// A request's head, written out.
pub fn head(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    length: usize,
) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let bodies = ["POST", "PUT", "PATCH"];
    if length > 0 || bodies.contains(&method) {
        head += &format!("Content-Length: {length}\r\n");
    }
    head + "\r\n"
}

/// Sends a request that was written out, and reads the answer to its end; else what came instead.
pub fn exchanged(address: &str, head: &[u8], body: &[u8]) -> Result<Answer, String> {
    let mut socket = TcpStream::connect(address).map_err(|error| error.to_string())?;
    let patience = Some(Duration::from_secs(60));
    socket.set_read_timeout(patience).unwrap();
    socket.set_write_timeout(patience).unwrap();
    socket.write_all(head).map_err(|error| error.to_string())?;
    // A body that is refused by its length need not be read: the server may close meanwhile.
    let _ = socket.write_all(body);
    let mut bytes = Vec::new();
    let ended = socket.read_to_end(&mut bytes);
    parsed(&bytes, head.starts_with(b"HEAD "))
        .ok_or_else(|| format!("{:?} ({ended:?})", String::from_utf8_lossy(&bytes)))
}

fn parsed(bytes: &[u8], is_head: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = ureq::http::HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let name = ureq::http::HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, value.trim().parse().ok()?);
    }
    let chunked = headers
        .get("transfer-encoding")
        .is_some_and(|value| value == "chunked");
    let mut rest = &bytes[end + 4..];
    let mut body = Vec::new();
    if chunked {
        loop {
            let line = rest.windows(2).position(|two| two == b"\r\n")?;
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?, 16).ok()?;
            let chunk = rest.get(line + 2..line + 2 + size)?;
            if size == 0 {
                break;
            }
            body.extend_from_slice(chunk);
            rest = rest.get(line + 4 + size..)?;
        }
    } else {
        body.extend_from_slice(rest);
        let announced = headers.get("content-length");
        let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
        if !is_head && status != 304 && announced.is_some_and(|length: usize| body.len() < length) {
            return None;
        }
    }
    Some(Answer {
        status,
        headers,
        text: String::from_utf8_lossy(&body).into_owned(),
        bytes: body,
    })
}
