//! Programs of PyPI and npm, which `./tests/run` installs under `target`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::wait::within;
use super::workdir::CommandOutput;

/// The time limit of a program on a busy machine.
const LIMIT: Duration = Duration::from_mins(5);

/// A program with its arguments.
pub struct Tool {
    name: String,
    command: Command,
    limit: Duration,
    input: String,
}

/// The target folder: tests are in `target/<profile>/deps`.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let target = test.ancestors().nth(3).expect("it is in target");
    target.to_owned()
}

/// The programs of PyPI and Node.js.
fn bin() -> PathBuf {
    target().join("tools/python/bin")
}

impl Tool {
    pub fn python(name: &str) -> Self {
        Self::at(&bin().join(name))
    }

    /// A program of the npm packages that are installed in a folder.
    pub fn npm(folder: &Path, name: &str) -> Self {
        Self::at(&folder.join("node_modules/.bin").join(name))
    }

    pub fn at(program: &Path) -> Self {
        assert!(
            program.exists(),
            "{} is missing: run ./tests/run, which installs it",
            program.display()
        );
        let mut command = Command::new(program);
        // Without proxies and telemetry.
        command
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", bin().display()))
            .env("HOME", target().join("tools"))
            .env("NO_COLOR", "1")
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        Self::new(program.display().to_string(), command)
    }

    /// Cargo, with the environment of the test.
    pub fn cargo() -> Self {
        Self::new("cargo".to_owned(), Command::new(env!("CARGO")))
    }

    fn new(name: String, mut command: Command) -> Self {
        command.kill_on_drop(true);
        Self { name, command, limit: LIMIT, input: String::new() }
    }

    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// With this in its environment.
    #[must_use]
    pub fn environment(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this on its standard input.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// With this time limit.
    #[must_use]
    pub fn no_longer_than(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Starts it beside the test, its standard output in a pipe, in a process group of its own.
    pub(super) fn start(mut self) -> Child {
        let command = self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.process_group(0).spawn();
        child.unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// Runs it to its end, which must be a success.
    pub async fn run(mut self) -> CommandOutput {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}", self.name));
        let mut stdin = child.stdin.take().expect("its standard input is a pipe");
        // A program that does not read closes the pipe; its exit code matters.
        let _ = stdin.write_all(self.input.as_bytes()).await;
        drop(stdin);
        let output = within(&self.name, self.limit, child.wait_with_output()).await;
        let ended = CommandOutput::from(output.expect("it ends"));
        assert!(ended.success, "{}:\n{}\n{}", self.name, ended.stdout, ended.stderr);
        ended
    }

    /// Runs it to its end, without a warning.
    pub async fn run_without_warning(self) -> CommandOutput {
        let name = self.name.clone();
        let ended = self.run().await;
        let printed = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!printed.to_lowercase().contains("warning"), "{name}:\n{printed}");
        ended
    }
}
