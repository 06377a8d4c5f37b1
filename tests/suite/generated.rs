//! Clients generated from the API's definition, in Python and in TypeScript: they are built, and make,
//! read, change and withdraw a facility against a real server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::people::{account, token};
use crate::support::server::TestDirectory;

/// Runs a command to its end and expects that it succeeds.
fn run(command: &mut Command) -> Output {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    output
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A server, and the token of somebody who may publish.
fn server_and_token() -> (TestDirectory, String) {
    let server = TestDirectory::with(&["--empty"]);
    account(&server.database, "robot", "admin", None);
    let token = token(&server.database, "robot", "publish");
    (server, token.trim().to_owned())
}

/// Puts the API's definition into a file.
fn write_definition(server: &TestDirectory, folder: &Path) -> PathBuf {
    let definition = server.get("/api?f=openapi31");
    assert_eq!(definition.status, 200);
    let path = folder.join("openapi.json");
    fs::write(&path, definition.bytes).unwrap();
    path
}

/// The Python in which the generator is installed, kept between runs as long as its list is the same.
fn python() -> PathBuf {
    let list = repository().join("tests/clients/python/requirements.txt");
    let wanted = fs::read_to_string(&list).unwrap();
    let folder = repository().join("target/clients/python");
    let (python, done) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder));
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
    ];
    run(Command::new(&python).args(install).arg("-r").arg(&list));
    fs::write(done, wanted).unwrap();
    python
}

#[test]
fn a_python_client_is_generated_and_writes_a_facility() {
    let (server, token) = server_and_token();
    let folder = tempfile::tempdir().unwrap();
    let definition = write_definition(&server, folder.path());
    let python = python();
    let clients = repository().join("tests/clients/python");
    let package = folder.path().join("machinaka_client");
    let generated = run(Command::new(&python)
        .args(["-m", "openapi_python_client", "generate", "--meta", "none"])
        .arg("--path")
        .arg(&definition)
        .arg("--output-path")
        .arg(&package)
        .arg("--config")
        .arg(clients.join("config.yml")));
    // Some answers are no JSON, and the generator says so. It must not leave out an operation or a schema.
    let told = String::from_utf8_lossy(&generated.stdout).into_owned();
    for loss in ["Endpoint will not be generated", "Unable to"] {
        assert!(!told.contains(loss), "{told}");
    }
    run(Command::new(&python)
        .env("PYTHONPATH", folder.path())
        .arg(clients.join("facility.py"))
        .args([server.url(""), token]));
    server.expect_clean_log();
}

#[test]
fn typescript_types_are_those_of_the_definition_and_a_client_compiled_with_them_works() {
    let (server, token) = server_and_token();
    let folder = tempfile::tempdir().unwrap();
    let definition = write_definition(&server, folder.path());
    let web = repository().join("web");
    let generated = run(Command::new("node")
        .arg(web.join("api/generate.mjs"))
        .arg(&definition));
    let kept = fs::read(web.join("src/api/generated.d.ts")).unwrap_or_default();
    assert!(
        kept == generated.stdout,
        "web/src/api/generated.d.ts is stale: `make api` writes it anew"
    );
    // Its types are checked with those of the pages.
    run(Command::new("npm")
        .args(["run", "--silent", "check"])
        .current_dir(&web));
    run(Command::new("node")
        .arg("tests/client.mjs")
        .args([server.url(""), token])
        .current_dir(&web));
    server.expect_clean_log();
}
