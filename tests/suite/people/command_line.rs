//! Accounts and tokens at the command line, for the operator.

use std::process::Output;

use crate::support::databases::{Database, on_each_database};
use crate::support::people::said;
use crate::support::server::run;

fn at(database: &Database, arguments: &[&str]) -> Output {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--database", &database.url]);
    run(&arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_operator_makes_lists_and_ends_accounts_and_tokens() {
    on_each_database(|database| {
        let output = at(database, &["user", "add", "局長", "--role", "admin"]);
        assert!(output.status.success());
        // The password alone, so that it can be piped; what to do with it is said beside.
        let password = text(&output.stdout);
        assert_eq!(password.len(), 24, "{password:?}");
        assert!(password.ends_with('\n'));
        let beside = text(&output.stderr);
        assert!(!beside.contains(password.trim()));
        assert!(
            beside.contains("局長") && beside.contains("one-time"),
            "{beside}"
        );
        let add = ["user", "add", "田中", "--role", "editor", "--municipality"];
        said(&database.url, &[&add[..], &["131130"]].concat());
        said(
            &database.url,
            &[
                "user",
                "add",
                "鈴木",
                "--role",
                "reviewer",
                "--municipality",
                "40",
            ],
        );
        said(&database.url, &["user", "disable", "鈴木"]);
        assert_eq!(
            said(&database.url, &["user", "list"]),
            "局長\tadmin\teverywhere\ttemporary password\n\
             田中\teditor\t13113 渋谷区\ttemporary password\n\
             鈴木\treviewer\t40 福岡県\tdisabled, temporary password"
        );
        assert_eq!(said(&database.url, &["user", "enable", "鈴木"]), "");
        let again = said(&database.url, &["user", "reset-password", "田中"]);
        assert_eq!(again.len(), 23);

        let token = said(&database.url, &["token", "田中", "--scope", "submit"]);
        assert!(token.starts_with("mchnk_"));
        said(&database.url, &["token", "局長", "--expires", "30"]);
        let listed = said(&database.url, &["token", "list"]);
        let rows: Vec<Vec<&str>> = listed
            .lines()
            .map(|line| line.split('\t').collect())
            .collect();
        assert_eq!(rows.len(), 2, "newest first");
        assert_eq!(&rows[0][2..5], ["局長", "publish", "never used"]);
        assert_eq!(
            &rows[1][1..5],
            [
                &format!("{}…", &token[..12]),
                "田中",
                "submit",
                "never used"
            ]
        );
        assert!(rows[1][5].starts_with("until 2"));
        assert_eq!(said(&database.url, &["token", "revoke", rows[1][0]]), "");
        let listed = said(&database.url, &["token", "list", "田中"]);
        assert_eq!(listed.lines().count(), 1);
        assert!(listed.contains("\trevoked 2"), "{listed}");
    });
}

#[test]
fn mistakes_are_said_in_one_sentence_and_change_nothing() {
    on_each_database(|database| {
        said(&database.url, &["user", "add", "田中", "--role", "editor"]);
        let before = said(&database.url, &["user", "list"]);
        for (arguments, expected) in [
            (
                &["user", "add", "田中", "--role", "editor"][..],
                "already a user called 田中",
            ),
            (
                &["user", "add", "a:b", "--role", "editor"],
                "a name has 1 to 64 characters",
            ),
            (
                &["user", "add", "", "--role", "editor"],
                "a name has 1 to 64 characters",
            ),
            (
                &[
                    "user",
                    "add",
                    "a",
                    "--role",
                    "editor",
                    "--municipality",
                    "99999",
                ],
                "99999",
            ),
            (
                &[
                    "user",
                    "add",
                    "a",
                    "--role",
                    "admin",
                    "--municipality",
                    "13",
                ],
                "an administrator acts everywhere",
            ),
            (
                &["user", "disable", "nobody"],
                "there is no user called nobody",
            ),
            (&["user", "disable", "cli"], "there is no user called cli"),
            (
                &["user", "enable", "nobody"],
                "there is no user called nobody",
            ),
            (
                &["user", "reset-password", "nobody"],
                "there is no user called nobody",
            ),
            (&["token", "nobody"], "there is no user called nobody"),
            (&["token", "cli"], "there is no user called cli"),
            (
                &["token", "田中", "--expires", "0"],
                "a token lasts 1 to 3650 days",
            ),
            (
                &["token", "list", "nobody"],
                "there is no user called nobody",
            ),
            (&["token", "revoke", "7"], "there is no token 7"),
        ] {
            let output = at(database, arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            assert_eq!(output.stdout, b"", "{arguments:?}");
            let said = text(&output.stderr);
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(
                said.starts_with("machinaka: ") && said.contains(expected),
                "{said}"
            );
        }
        // What the command line itself does not understand names what it would.
        for (arguments, expected) in [
            (
                &["user", "add", "a", "--role", "chief"][..],
                "known are editor, reviewer",
            ),
            (&["user", "add", "a"], "--role"),
            (&["user"], "Usage"),
            (&["token"], "NAME"),
            (
                &["token", "田中", "--scope", "all"],
                "known are read, submit, publish",
            ),
            (&["token", "revoke", "x"], "invalid"),
            (&["token", "田中", "--expires", "x"], "invalid"),
        ] {
            let output = at(database, arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            let said = text(&output.stderr);
            assert!(said.contains(expected), "{said}");
        }
        assert_eq!(said(&database.url, &["user", "list"]), before);
        assert_eq!(said(&database.url, &["token", "list"]), "");
    });
}
