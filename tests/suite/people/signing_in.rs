//! Who may come in, and how often somebody may try.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{BEHIND_A_PROXY, done, refused, visitor};
use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, PASSWORD, account, said};
use crate::support::server::{Answer, TestDirectory};

#[test]
fn somebody_new_signs_in_chooses_a_password_and_is_there() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let editor = Client::arriving(&server, "田中", "editor", Some("13113"));
        let session = editor.json("/session");
        assert_eq!(session["user"]["name"], "田中");
        assert_eq!(session["user"]["role"], "editor");
        assert_eq!(session["user"]["area"], "13113");
        assert_eq!(session["user"]["area_name"], "渋谷区");
        assert_eq!(session["password_is_temporary"], false);
        assert_eq!(session["second_factor"], "off");
        let again = Client::signed_in(&server, "田中", PASSWORD);
        assert_eq!(again.json("/session")["user"], session["user"]);
        assert_eq!(editor.json("/session"), session, "the first one stays");
    });
}

/// All of an answer that may differ from another's without telling anything.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, &str) {
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    headers.sort();
    (answer.status, headers, &answer.text)
}

#[test]
fn wrong_unknown_and_disabled_get_the_same_answer() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
        account(&database.url, "tanaka", "editor", None);
        let gone = account(&database.url, "gone", "editor", None);
        said(&database.url, &["user", "disable", "gone"]);
        let mut answers = Vec::new();
        for (i, (name, password)) in [
            ("tanaka", "wrong wrong wrong"),
            ("tanaka", ""),
            ("nobody", "wrong wrong wrong"),
            ("", ""),
            ("gone", gone.as_str()),
            ("gone", "wrong wrong wrong"),
            // Those who only sign what they did.
            ("cli", ""),
            ("shipped", ""),
            ("' or 1=1 --", "' or 1=1 --"),
            ("tanaka\0", "x"),
        ]
        .into_iter()
        .enumerate()
        {
            let visitor = visitor(&server, &format!("192.0.2.{i}"));
            let answer = visitor.sign_in(name, password, None);
            refused(&answer, 401, "wrong-credentials");
            answers.push((name, answer));
        }
        for (name, answer) in &answers {
            assert_eq!(told(answer), told(&answers[0].1), "{name}");
        }
    });
}

#[test]
fn the_time_of_an_answer_does_not_tell_whether_an_account_exists() {
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
    let try_one = |name: &str, address: &str| {
        let begun = Instant::now();
        let answer = visitor(&server, address).sign_in(name, "wrong wrong wrong", None);
        refused(&answer, 401, "wrong-credentials");
        begun.elapsed()
    };
    // Other tests take their share of the processor: of several rounds one must be even.
    let mut ratios = Vec::new();
    for round in 0..5 {
        let known = format!("known-{round}");
        account(&database.url, &known, "editor", None);
        let [mut known_time, mut unknown_time] = [Duration::MAX; 2];
        for i in 0..5 {
            known_time = known_time.min(try_one(&known, &format!("192.0.2.{}", 10 * round + i)));
            let unknown = format!("unknown-{round}-{i}");
            let address = format!("198.51.100.{}", 10 * round + i);
            unknown_time = unknown_time.min(try_one(&unknown, &address));
        }
        let ratio = known_time.as_secs_f64() / unknown_time.as_secs_f64();
        if (0.7..1.4).contains(&ratio) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("known accounts take {ratios:?} times as long");
}

/// Lets time pass: what was counted so far was so much earlier.
fn earlier(database: &Database, seconds: u32) {
    let sql = format!("update sign_in_failure set at = at - {seconds}000000");
    database.run(&sql).unwrap();
}

fn retry_after(answer: &Answer) -> u32 {
    refused(answer, 429, "too-many-attempts");
    answer.header("retry-after").parse().unwrap()
}

#[test]
fn failures_slow_down_the_account_at_that_address_alone() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
        let replica = TestDirectory::at(&database.url, BEHIND_A_PROXY);
        let temporary = account(&database.url, "tanaka", "editor", None);
        // Cases, widths and replicas are one account.
        for (i, name) in ["tanaka", "Tanaka", "ＴＡＮＡＫＡ", "tanaka", "tanaka"]
            .into_iter()
            .enumerate()
        {
            let server = if i % 2 == 0 { &server } else { &replica };
            let answer = visitor(server, "192.0.2.1").sign_in(name, "wrong wrong wrong", None);
            refused(&answer, 401, "wrong-credentials");
        }
        // Now even the right password waits there: else guessing would go on.
        for server in [&server, &replica] {
            let answer = visitor(server, "192.0.2.1").sign_in("tanaka", &temporary, None);
            assert!((1..=5).contains(&retry_after(&answer)));
        }
        // Nobody else does.
        let other = visitor(&server, "192.0.2.1").sign_in("suzuki", "x", None);
        refused(&other, 401, "wrong-credentials");
        // The next failure doubles the delay, and success forgets them all.
        earlier(database, 6);
        let answer = visitor(&server, "192.0.2.1").sign_in("tanaka", "x", None);
        refused(&answer, 401, "wrong-credentials");
        let answer = visitor(&server, "192.0.2.1").sign_in("tanaka", &temporary, None);
        assert!((6..=10).contains(&retry_after(&answer)));
        earlier(database, 11);
        let answer = visitor(&server, "192.0.2.1").sign_in("tanaka", &temporary, None);
        done(&answer, 201);
        let query = "select count(*) from sign_in_failure where subject like 'pair:%'";
        assert_eq!(database.number(query), 1, "suzuki's is left");
        // Names are not kept: people type their password into that field, too.
        let query = "select count(*) from sign_in_failure where subject like '%suzuki%'";
        assert_eq!(database.number(query), 0);
    });
}

#[test]
fn strangers_keep_nobody_out() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
        account(&database.url, "chief", "admin", None);
        let temporary = said(&database.url, &["user", "reset-password", "chief"]);
        // Seven guesses from seven addresses, and four an hour for days.
        for i in 0..21 {
            let stranger = visitor(&server, &format!("192.0.2.{}", i % 7));
            refused(
                &stranger.sign_in("chief", "x", None),
                401,
                "wrong-credentials",
            );
            earlier(database, 900);
        }
        let answer = visitor(&server, "203.0.113.1").sign_in("chief", &temporary, None);
        done(&answer, 201);
        let device = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|cookie| {
                cookie
                    .to_str()
                    .unwrap()
                    .split(';')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .find(|cookie| cookie.contains("device"))
            .unwrap();
        // Many that guess together slow down whoever comes to the account from somewhere new.
        let many = "insert into sign_in_failure (subject, at) \
            select s.subject, s.at from sign_in_failure s, (values (1), (2), (3), (4), (5)) as n \
            where s.subject like 'account:%'";
        database.run(many).unwrap();
        database
            .run(&format!("update sign_in_failure set at = {}", now()))
            .unwrap();
        let answer = visitor(&server, "203.0.113.2").sign_in("chief", &temporary, None);
        assert!((1..=300).contains(&retry_after(&answer)));
        // The browser that is known goes on, from wherever it is.
        let known = visitor(&server, "203.0.113.2").with("Cookie", &device);
        done(&known.sign_in("chief", &temporary, None), 201);
        // It is known for that account alone, and has a count of its own.
        account(&database.url, "suzuki", "editor", None);
        for _ in 0..5 {
            refused(&known.sign_in("chief", "x", None), 401, "wrong-credentials");
        }
        retry_after(&known.sign_in("chief", &temporary, None));
        let forged = visitor(&server, "203.0.113.2").with("Cookie", "__Host-machinaka-device=aaaa");
        retry_after(&forged.sign_in("chief", &temporary, None));
    });
}

fn now() -> i64 {
    machinaka::directory::moment().0
}

#[test]
fn a_code_of_the_second_factor_gets_past_strangers_guesses() {
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
    let temporary = account(&database.url, "chief", "admin", None);
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let sql = format!(
        "update users set second_factor = '{secret}', second_factor_step = 1 where name = 'chief'"
    );
    database.run(&sql).unwrap();
    for i in 0..100 {
        let sql = format!(
            "insert into sign_in_failure (subject, at) select 'account:' || '{}', {}",
            hashed("chief"),
            now() - i
        );
        database.run(&sql).unwrap();
    }
    let code = super::second_factor::code(secret, 0);
    let stranger = visitor(&server, "192.0.2.1");
    retry_after(&stranger.sign_in("chief", &temporary, None));
    retry_after(&stranger.sign_in("chief", &temporary, Some("000000")));
    done(&stranger.sign_in("chief", &temporary, Some(&code)), 201);
}

/// The SHA-256 of a name, in hexadecimal.
fn hashed(name: &str) -> String {
    machinaka::directory::secrets::hash(name)
}

#[test]
fn failures_slow_down_the_address_whatever_the_account() {
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
    let temporary = account(&database.url, "tanaka", "editor", None);
    let wrong = |address: &str, name: &str| visitor(&server, address).sign_in(name, "x", None);
    for i in 0..20 {
        let answer = wrong("2001:db8:1:2::1", &format!("guess-{i}"));
        refused(&answer, 401, "wrong-credentials");
    }
    // One household or office has the whole /64.
    for address in ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"] {
        let answer = visitor(&server, address).sign_in("tanaka", &temporary, None);
        assert!((1..=5).contains(&retry_after(&answer)));
    }
    refused(&wrong("2001:db8:1:3::1", "a"), 401, "wrong-credentials");
    // The proxy appends to what the client wrote, in the same field or in one more.
    for i in 0..20 {
        let forged = format!("10.9.9.{i}, 192.0.2.7");
        refused(&wrong(&forged, &format!("b{i}")), 401, "wrong-credentials");
    }
    retry_after(&wrong("10.9.9.77, 192.0.2.7", "c"));
    let two_fields = visitor(&server, "10.9.9.78\r\nX-Forwarded-For: 192.0.2.7");
    retry_after(&two_fields.sign_in("c", "x", None));
    // Success gives the address nothing back: whoever has an account could guess on.
    earlier(&database, 6);
    let answer = visitor(&server, "192.0.2.7").sign_in("tanaka", &temporary, None);
    done(&answer, 201);
    earlier(&database, 0);
    refused(&wrong("192.0.2.7", "d"), 401, "wrong-credentials");
    let answer = wrong("192.0.2.7", "e");
    assert!((6..=10).contains(&retry_after(&answer)));
    // A town hall waits a minute at most.
    for i in 0..8 {
        earlier(&database, 61);
        refused(
            &wrong("192.0.2.7", &format!("f{i}")),
            401,
            "wrong-credentials",
        );
    }
    let seconds = retry_after(&wrong("192.0.2.7", "g"));
    assert!((55..=60).contains(&seconds), "{seconds}");
}

#[test]
fn what_an_untrusted_proxy_says_of_the_address_is_not_believed() {
    let server = TestDirectory::with(&["--empty"]);
    for i in 0..20 {
        let somewhere = Client::anonymous(&server)
            .with("X-Forwarded-Proto", "https")
            .with("X-Forwarded-For", &format!("192.0.2.{i}"));
        let answer = somewhere.sign_in(&format!("guess-{i}"), "x", None);
        refused(&answer, 401, "wrong-credentials");
    }
    let answer = Client::anonymous(&server).sign_in("other", "x", None);
    retry_after(&answer);
    // Whoever runs the server learns that all who come through that proxy are one.
    let notes = server.json("/readyz")["notes"].clone();
    assert!(
        notes[0].as_str().unwrap().contains("--trusted-proxies"),
        "{notes}"
    );
    assert_eq!(server.json("/readyz")["status"], "ok");
}

#[test]
fn many_guesses_at_once_are_no_more_than_many_one_after_another() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, BEHIND_A_PROXY);
        account(&database.url, "tanaka", "editor", None);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let guesses: Vec<_> = (0..24)
                .map(|i| {
                    // One household has a whole /64.
                    let visitor = visitor(&server, &format!("2001:db8::{i}"));
                    scope.spawn(move || visitor.sign_in("tanaka", "x", None).status)
                })
                .collect();
            let guesses = guesses.into_iter();
            guesses.map(|guess| guess.join().unwrap()).collect()
        });
        let wrong = statuses.iter().filter(|status| **status == 401).count();
        let slowed = statuses.iter().filter(|status| **status == 429).count();
        assert_eq!((wrong, slowed), (5, 19), "{statuses:?}");
    });
}

#[test]
fn nobody_signs_in_over_plain_http_but_on_the_machine_itself() {
    let server = TestDirectory::with(BEHIND_A_PROXY);
    let temporary = account(&server.database, "tanaka", "editor", None);
    let visitor = visitor(&server, "192.0.2.1");
    for refused_one in [
        visitor.without("X-Forwarded-Proto"),
        visitor.with("X-Forwarded-Proto", "http"),
        visitor.with("X-Forwarded-Proto", ""),
        // What the client wrote comes first, what the proxy added last.
        visitor.with("X-Forwarded-Proto", "https, http"),
        visitor.with("X-Forwarded-Proto", "https\r\nX-Forwarded-Proto: http"),
        // No proxy's header, but a name that only leads here: what rebinding of names would send.
        Client::anonymous(&server).with("Host", "hubs.example.jp"),
        Client::anonymous(&server).with("Host", "localhost.example.jp"),
        // The machine's own name, but somebody stands between.
        Client::anonymous(&server).with("X-Forwarded-For", "192.0.2.1"),
        Client::anonymous(&server).with("Forwarded", "for=192.0.2.1"),
        Client::anonymous(&server).with("X-Real-IP", "192.0.2.1"),
        Client::anonymous(&server).with("Via", "1.1 proxy"),
    ] {
        let answer = refused_one.sign_in("tanaka", &temporary, None);
        refused(&answer, 403, "https-required");
        assert!(!answer.text.contains(&temporary));
    }
    done(&visitor.sign_in("tanaka", &temporary, None), 201);
    let here = Client::anonymous(&server);
    done(&here.sign_in("tanaka", &temporary, None), 201);
    let here = here.with("Host", "localhost");
    done(&here.sign_in("tanaka", &temporary, None), 201);
}

#[test]
fn no_other_site_signs_anybody_in() {
    let server = TestDirectory::with(BEHIND_A_PROXY);
    let temporary = account(&server.database, "tanaka", "editor", None);
    let visitor = visitor(&server, "192.0.2.1");
    for other in [
        visitor.with("Origin", "https://evil.example"),
        visitor.with("Origin", "null"),
        visitor.with("Origin", "https://hubs.example.jp.evil.example"),
        visitor.with("Origin", "http://hubs.example.jp"),
        visitor.with("Origin", "https://hubs.example.jp:8443"),
        // The loopback's own origin is no origin of this site.
        visitor.with("Origin", &server.url("")),
        visitor.with("Sec-Fetch-Site", "cross-site"),
        visitor.with("Sec-Fetch-Site", "same-site"),
        visitor.with("Sec-Fetch-Site", "none"),
        visitor
            .without("Origin")
            .with("Sec-Fetch-Site", "cross-site"),
        visitor
            .with("Origin", "https://evil.example")
            .without("Sec-Fetch-Site"),
    ] {
        let answer = other.sign_in("tanaka", &temporary, None);
        refused(&answer, 403, "other-site");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    // A form of another site can send these, and no JSON.
    let body = json!({"name": "tanaka", "password": temporary}).to_string();
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let answer = visitor.without("Origin").send_bytes(
            "POST",
            "/session",
            &[("Content-Type", media_type)],
            body.as_bytes(),
        );
        refused(&answer, 415, "unsupported-media-type");
    }
    // Either header is enough, and a program has neither.
    for ours in [
        visitor.clone(),
        visitor.without("Origin"),
        visitor.without("Sec-Fetch-Site"),
        visitor.without("Origin").without("Sec-Fetch-Site"),
    ] {
        done(&ours.sign_in("tanaka", &temporary, None), 201);
    }
}

#[test]
fn the_cookie_is_bound_to_host_and_https() {
    let server = TestDirectory::with(BEHIND_A_PROXY);
    let temporary = account(&server.database, "tanaka", "editor", None);
    let answer = visitor(&server, "192.0.2.1").sign_in("tanaka", &temporary, None);
    let cookie = answer.header("set-cookie").to_owned();
    let mut parts: Vec<&str> = cookie.split("; ").collect();
    let (name, secret) = parts.remove(0).split_once('=').unwrap();
    assert_eq!((name, secret.len()), ("__Host-machinaka", 52));
    parts.sort_unstable();
    let expected = [
        "HttpOnly",
        "Max-Age=604800",
        "Path=/",
        "SameSite=Lax",
        "Secure",
    ];
    assert_eq!(parts, expected);
    assert!(!answer.text.contains(secret), "scripts must not see it");
    // Over plain HTTP on the machine itself browsers refuse the prefix.
    let answer = Client::anonymous(&server).sign_in("tanaka", &temporary, None);
    let local = answer.header("set-cookie").to_owned();
    let mut parts: Vec<&str> = local.split("; ").collect();
    assert!(parts.remove(0).starts_with("machinaka="));
    parts.sort_unstable();
    assert_eq!(
        parts,
        ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]
    );
    // A neighbouring host can set that one for the whole domain: elsewhere it does not count.
    let planted = local.split(';').next().unwrap();
    let visitor = visitor(&server, "192.0.2.1").with("Cookie", planted);
    refused(&visitor.get("/session"), 401, "signed-out");
    let here = Client::anonymous(&server).with("Cookie", planted);
    done(&here.get("/session"), 200);
}

#[test]
fn a_body_that_is_no_sign_in_is_refused() {
    let server = TestDirectory::with(&["--empty"]);
    let here = Client::anonymous(&server);
    let send = |body: &[u8]| {
        here.send_bytes(
            "POST",
            "/session",
            &[("Content-Type", "application/json")],
            body,
        )
    };
    let deep = [b"[".repeat(60_000), b"]".repeat(4)].concat();
    let deep_name = [b"{\"name\":".to_vec(), b"[".repeat(60_000)].concat();
    for body in [
        &b"null"[..],
        b"[]",
        b"{}",
        b"{\"name\":\"a\"}",
        b"{\"name\":1,\"password\":\"secret\"}",
        b"{\"name\":\"a\",\"password\":[\"secret\"]}",
        b"{\"name\":\"a\",\"password\":\"secret\",\"role\":\"admin\"}",
        b"{\"name\":\"a\",\"name\":\"b\",\"password\":\"secret\"}",
    ] {
        let answer = send(body);
        refused(&answer, 422, "invalid-values");
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }
    for body in [
        &b""[..],
        b"{\"name\":\"a\",\"password\":\"secret\"} more",
        b"{\"name\":\"\\ud800\",\"password\":\"secret\"}",
        b"{\"name\":\"\xff\",\"password\":\"secret\"}",
        &deep,
        &deep_name,
    ] {
        let answer = send(body);
        refused(&answer, 400, "invalid-body");
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }
    refused(&send(&[b' '; (64 << 10) + 1]), 413, "body-too-large");
    // The longest that is read at all is no more work than another.
    let long = json!({"name": "a".repeat(30_000), "password": "b".repeat(30_000)}).to_string();
    refused(&send(long.as_bytes()), 401, "wrong-credentials");
}
