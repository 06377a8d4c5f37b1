//! Help, versions, mistakes: what is said, where, and with which exit code.

use super::*;

#[test]
fn failures_are_one_line_and_exit_1() {
    let files = Files::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let corrupt = files.write(
        "corrupt.sqlite",
        "this is no database, however long one looks at it",
    );
    let corrupt_url = format!("sqlite:{corrupt}");
    let folder = format!("sqlite:{}", files.0.path().display());
    let good = files.write("good.geojsonl", GOOD);
    let fresh = format!("sqlite:{}", files.path("fresh.sqlite"));
    for arguments in [
        &["serve", "--listen", &address, "--database", &fresh][..],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            &corrupt_url,
        ],
        &["serve", "--listen", "127.0.0.1:0", "--database", &folder],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            "mysql://x",
        ],
        &[
            "import",
            "/nowhere/at/all",
            "--publish",
            "--database",
            &fresh,
        ],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            "here",
            "--database",
            &fresh,
        ],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            "http://a/\"><b>",
            "--database",
            &fresh,
        ],
        &["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:"],
        &["serve", "--listen", "nowhere", "--database", &fresh],
        &[
            "import",
            &good,
            "--publish",
            "--municipality",
            "99999",
            "--database",
            &fresh,
        ],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = err(&output);
        let lines: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("machinaka: "))
            .collect();
        assert_eq!(lines.len(), 1, "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert_eq!(
        std::fs::read_to_string(&corrupt).unwrap(),
        "this is no database, however long one looks at it"
    );
}

#[test]
fn help_and_version_go_to_stdout_and_mistakes_to_stderr() {
    for arguments in [
        &["--help"][..],
        &["help"],
        &["serve", "--help"],
        &["import", "--help"],
        &["--version"],
    ] {
        let output = run(arguments);
        assert!(
            output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
    for command in ["serve", "import", "generate", "verify"] {
        assert!(out(&run(&["--help"])).contains(command), "{command}");
    }
    for arguments in [
        &[][..],
        &["fly"],
        &["serve", "--nix"],
        &["import"],
        &["import", "a", "--dry-run", "--publish"],
        &["generate"],
        &["generate", "--count", "-1"],
        &["generate", "--count", "many"],
        &["verify", "more"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
        assert!(!err(&output).contains("panicked"), "{}", err(&output));
    }
}
