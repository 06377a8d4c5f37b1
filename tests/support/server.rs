//! The real program, serving a directory of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_machinaka");

/// A running server; it is stopped, and its log looked at, when this is dropped.
pub struct TestDirectory {
    child: Child,
    base: String,
    pub database: String,
    _folder: tempfile::TempDir,
}

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl TestDirectory {
    /// A server of the shipped data on a throw-away SQLite file.
    pub fn shipped() -> TestDirectory {
        TestDirectory::with(&[])
    }

    /// One that all tests share that only read.
    pub fn shared() -> &'static TestDirectory {
        static SHARED: OnceLock<TestDirectory> = OnceLock::new();
        SHARED.get_or_init(TestDirectory::shipped)
    }

    /// The same with more flags.
    pub fn with(flags: &[&str]) -> TestDirectory {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        // The shell ends the server when our end of its input closes, which happens however this process ends.
        let mut child = Command::new("sh")
            .args([
                "-c",
                r#""$@" & server=$!; cat >/dev/null; kill "$server""#,
                "sh",
                PROGRAM,
            ])
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line
            .trim()
            .strip_prefix("machinaka is ready at ")
            .expect("the ready line");
        TestDirectory {
            base: base.to_owned(),
            child,
            database,
            _folder: folder,
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// `HOST:PORT`, for raw sockets.
    pub fn address(&self) -> &str {
        self.base.strip_prefix("http://").unwrap()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request(path, &[])
    }

    pub fn request(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().unwrap_or_default(),
        }
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Drop for TestDirectory {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let mut log = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut log);
        }
        let _ = self.child.wait();
        let dirty = log.lines().find(|line| {
            ["WARN", "ERROR", "panicked"]
                .iter()
                .any(|word| line.contains(word))
        });
        if !std::thread::panicking() {
            assert_eq!(dirty, None, "the server's log is not clean");
        }
    }
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}
