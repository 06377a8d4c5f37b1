//! The real program, serving a directory of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_machinaka");

/// A running server. Its log is looked at before each request and when this is dropped, which stops
/// it; the shared one is never dropped, so the first way is the one that counts for it.
pub struct TestDirectory {
    child: Child,
    base: String,
    pub database: String,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    /// Warnings that a test brings about.
    expected: Vec<&'static str>,
    _folder: Option<tempfile::TempDir>,
}

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
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
        let mut server = TestDirectory::at(&database, flags);
        server._folder = Some(folder);
        server
    }

    /// A server of a database that is kept by somebody else.
    pub fn at(database: &str, flags: &[&str]) -> TestDirectory {
        TestDirectory::under(&[], database, flags)
    }

    /// The same, started by a command that becomes the program behind it.
    pub fn under(command: &[&str], database: &str, flags: &[&str]) -> TestDirectory {
        // The shell ends the server when our end of its input closes, which happens however this process ends.
        // It lets go of the server's output, so that a server that does not start is noticed.
        let mut child = Command::new("sh")
            .args([
                "-c",
                r#""$@" & server=$!; exec >/dev/null 2>&1; cat; kill "$server"; wait "$server""#,
                "sh",
            ])
            .args(command)
            .arg(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, stderr) = (
            Arc::clone(&log),
            BufReader::new(child.stderr.take().unwrap()),
        );
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line
            .trim()
            .strip_prefix("machinaka is ready at ")
            .unwrap_or_else(|| panic!("no ready line but {line:?}; log {:?}", log.lock()));
        TestDirectory {
            base: base.to_owned(),
            child,
            database: database.to_owned(),
            log,
            reader: Some(reader),
            expected: Vec::new(),
            _folder: None,
        }
    }

    /// The same server, whose log may hold these warnings.
    pub fn expecting(mut self, warnings: &[&'static str]) -> TestDirectory {
        self.expected.extend(warnings);
        self
    }

    /// Whether a line of the server's log holds all of these.
    pub fn has_logged(&self, parts: &[&str]) -> bool {
        let log = self.log.lock().unwrap();
        log.iter()
            .any(|line| parts.iter().all(|part| line.contains(part)))
    }

    /// The server's process, below the shell that looks after it.
    pub fn process(&self) -> u32 {
        let shell = self.child.id();
        let children = format!("/proc/{shell}/task/{shell}/children");
        let children = std::fs::read_to_string(children).unwrap();
        // The shell's other child is the `cat` that waits for our end.
        let is_server = |id: &&str| {
            let name = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            name.trim() == "machinaka"
        };
        let id = children.split_whitespace().find(is_server);
        id.expect("the server runs").parse().unwrap()
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
        self.ask("GET", path, headers)
    }

    /// Any method without a body.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.expect_clean_log();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        let mut response = agent
            .run(request)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        // Bytes, because tiles are no text.
        let bytes = response
            .body_mut()
            .with_config()
            .limit(1 << 28)
            .read_to_vec()
            .unwrap_or_default();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// Writes bytes that no client library would, and reads until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut socket = TcpStream::connect(self.address()).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        // The server may answer and close before it has read everything.
        let _ = socket.write_all(bytes);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The features of all pages, following `next`; each page agrees with the whole.
    pub fn all_pages(&self, path: &str) -> Vec<Value> {
        let mut features = Vec::new();
        let mut path = path.to_owned();
        loop {
            let page = self.json(&path);
            let list = page["features"].as_array().unwrap();
            assert_eq!(page["numberReturned"], list.len(), "{path}");
            features.extend(list.iter().cloned());
            match self.link(&page, "next") {
                Some(next) if !list.is_empty() => path = next,
                Some(_) => panic!("{path}: an empty page with a next one"),
                None => {
                    assert_eq!(page["numberMatched"], features.len(), "{path}");
                    return features;
                }
            }
        }
    }

    /// The path of a document's first link in this relation.
    pub fn link(&self, document: &Value, rel: &str) -> Option<String> {
        let links = document["links"].as_array().unwrap();
        let link = links.iter().find(|link| link["rel"] == rel)?;
        Some(self.path(link["href"].as_str().unwrap()))
    }

    /// An absolute address of this server without its beginning.
    pub fn path(&self, href: &str) -> String {
        href.strip_prefix(&self.base)
            .unwrap_or_else(|| panic!("{href} leads elsewhere"))
            .to_owned()
    }

    /// Waits for what should come about by itself.
    pub fn wait_until(&self, mut done: impl FnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done() {
            assert!(Instant::now() < deadline, "it does not come about");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn expect_clean_log(&self) {
        let dirty = self.dirty();
        assert_eq!(dirty, None, "the server's log is not clean");
    }

    fn dirty(&self) -> Option<String> {
        let words = ["WARN", "ERROR", "panicked"];
        let log = self.log.lock().unwrap();
        let is_expected = |line: &&String| self.expected.iter().any(|part| line.contains(part));
        log.iter()
            .filter(|line| !is_expected(line))
            .find(|line| words.iter().any(|word| line.contains(word)))
            .cloned()
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
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        if !std::thread::panicking() {
            self.expect_clean_log();
        }
    }
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// A text as a query's value.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
