//! A directory and the settings that a Leopard runs with.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::leopard::Leopard;
use super::postgres::new_database;
use super::tool::Tool;
use super::wait::{TIMEOUT, within};

/// Most tests send more requests than one user or one address may.
const TEST_SETTINGS: [(&str, &str); 4] = [
    ("LEOPARD_BIND", "127.0.0.1:0"),
    ("LEOPARD_CONNECTIONS_PER_ADDRESS", "0"),
    ("LEOPARD_REQUESTS_PER_MINUTE", "0"),
    ("LEOPARD_TASKS_PER_MINUTE", "0"),
];

/// A fresh working directory, and settings as environment variables.
pub struct Workdir {
    dir: TempDir,
    settings: Vec<(String, String)>,
    prelude: String,
    binary: Option<PathBuf>,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub struct CommandOutput {
    pub success: bool,
    /// None where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for CommandOutput {
    fn from(output: Output) -> Self {
        Self {
            success: output.status.success(),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Workdir {
    /// An empty working directory. By default, servers in it listen on a free port and have no quotas.
    pub fn new(settings: &[(&str, &str)]) -> Self {
        let all = TEST_SETTINGS.iter().chain(settings);
        Self {
            dir: TempDir::new().expect("a temporary directory"),
            settings: all.map(|(k, v)| ((*k).into(), (*v).into())).collect(),
            prelude: String::new(),
            binary: None,
        }
    }

    /// Another working directory with the same settings.
    #[must_use]
    pub fn same_settings(&self) -> Self {
        Self {
            dir: TempDir::new().expect("a temporary directory"),
            settings: self.settings.clone(),
            prelude: self.prelude.clone(),
            binary: self.binary.clone(),
        }
    }

    /// The working directory of a node on this `PostgreSQL` database; all nodes have the same secret.
    pub fn for_node(database: &str) -> Self {
        let secret = "a secret of more than thirty-two bytes";
        Self::new(&[
            ("DATABASE_URL", database),
            ("LEOPARD_JWT_SECRET", secret),
            ("LEOPARD_TRUSTED_PROXIES", "loopback"),
        ])
    }

    /// Has a shell do this before each command, in the same process.
    #[must_use]
    pub fn after(mut self, prelude: &str) -> Self {
        self.prelude = format!("{prelude}; ");
        self
    }

    /// Runs this binary, not the one that was built with the tests.
    #[must_use]
    pub fn running(mut self, binary: &Path) -> Self {
        self.binary = Some(binary.to_owned());
        self
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The URL of the database: by default, of an `SQLite` file in this directory.
    pub fn database_url(&self) -> String {
        let mut settings = self.settings.iter();
        let set = settings.find(|(name, _)| name == "DATABASE_URL");
        let own = self.path().join("leopard-data").join("leopard.db");
        set.map_or_else(|| format!("sqlite://{}", own.display()), |(_, url)| url.clone())
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a setting, so that its default applies.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self
    }

    /// Adds or replaces settings.
    #[must_use]
    pub fn with_all(self, settings: &[(&str, &str)]) -> Self {
        settings.iter().fold(self, |workdir, (name, value)| workdir.with(name, value))
    }

    /// Starts two nodes with these settings on a new `PostgreSQL` database.
    pub async fn two_nodes(settings: &[(&str, &str)]) -> [Leopard; 2] {
        let first = Self::for_node(&new_database().await).with_all(settings);
        let second = first.same_settings();
        [first.serve().await, second.serve().await]
    }

    /// Starts `leopard serve` and waits until it listens.
    pub async fn serve(self) -> Leopard {
        Leopard::start_in(self).await
    }

    /// `leopard` with these arguments, in this working directory, with nothing else in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("{}exec \"$0\" \"$@\"", self.prelude)])
            .arg(self.binary.clone().unwrap_or_else(binary))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(self.settings.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    pub async fn run(&self, arguments: &[&str]) -> CommandOutput {
        let output = self.command(arguments).output();
        let what = format!("leopard {}", arguments.join(" "));
        let output = within(&what, TIMEOUT, output).await;
        output.unwrap_or_else(|e| panic!("{what}: {e}")).into()
    }

    /// Runs a command that must succeed and returns its output.
    pub async fn cli(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).await;
        assert!(ended.success, "leopard {arguments:?}: {ended:?}");
        ended.stdout
    }

    /// Runs a command that must succeed, with a line on its standard input.
    pub async fn cli_with_input(&self, arguments: &[&str], line: &str) -> String {
        let ended = self.run_with_input(arguments, line).await;
        assert!(ended.success, "leopard {arguments:?}: {ended:?}");
        ended.stdout
    }

    /// Runs `leopard serve`, which must fail without a panic, and returns its error output.
    pub async fn refused_start(&self) -> String {
        let ended = self.run(&["serve"]).await;
        assert!(!ended.success, "it starts: {ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{ended:?}");
        ended.stderr
    }

    /// Creates a user with this password and these flags.
    pub async fn create_user(&self, name: &str, password: &str, flags: &[&str]) {
        let command = [&["user", "create", name, "--password-stdin"], flags].concat();
        self.cli_with_input(&command, password).await;
    }

    pub async fn set_password(&self, name: &str, password: &str) {
        self.cli_with_input(&["user", "set-password", name, "--password-stdin"], password).await;
    }

    /// Runs a script of a document, with `leopard` and this server, and returns its output.
    pub async fn script(&self, script: &str, server: &str) -> String {
        let leopard = self.binary.clone().unwrap_or_else(binary);
        let leopard = format!("set -eu; leopard() {{ \"{}\" \"$@\"; }}\n", leopard.display());
        let script = leopard + &script.replace("http://localhost:8000", server);
        let script = script.replace("curl ", "curl --silent --show-error --fail-with-body ");
        let mut command = Command::new("/bin/bash");
        command.args(["-c", &script]).current_dir(self.path()).kill_on_drop(true);
        command.envs(self.settings.iter().map(|(k, v)| (k, v))).stdin(Stdio::null());
        let output = within("the script ends", TIMEOUT, command.output()).await.expect("bash runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("it prints UTF-8")
    }

    /// Creates tasks for the user of this name.
    pub async fn create_tasks(&self, assignee: &str, title: &str, count: usize) {
        let count = count.to_string();
        let command = ["task", "create", "--assigned-to", assignee, "--title", title];
        self.cli(&[command.as_slice(), &["--count", &count]].concat()).await;
    }

    /// Runs `sqlite3` on the `SQLite` file.
    pub async fn sqlite3(&self, command: &str) {
        let sqlite = Tool::at(Path::new("/usr/bin/sqlite3")).within(self.path());
        sqlite.with(&["leopard-data/leopard.db", command]).run_without_warning().await;
    }

    /// Runs a command to its end, with a line on its standard input.
    pub async fn run_with_input(&self, arguments: &[&str], line: &str) -> CommandOutput {
        self.run_within(TIMEOUT, arguments, line).await
    }

    /// The same with this time limit.
    pub async fn run_within(
        &self,
        limit: Duration,
        arguments: &[&str],
        line: &str,
    ) -> CommandOutput {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("leopard starts");
        let mut stdin = child.stdin.take().expect("its standard input is a pipe");
        // A command that fails before it reads closes the pipe: its output says why.
        let _ = stdin.write_all(format!("{line}\n").as_bytes()).await;
        drop(stdin);
        let output = within("leopard ends", limit, child.wait_with_output()).await;
        output.expect("leopard ends").into()
    }
}

/// The binary under test, built beside the tests.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let profile =
        test.parent().and_then(Path::parent).expect("tests stand in target/<profile>/deps");
    let binary = profile.join("leopard");
    assert!(
        binary.is_file(),
        "{} is missing: build it first (cargo build -p leopard-app), or use ./tests/run",
        binary.display()
    );
    binary
}
