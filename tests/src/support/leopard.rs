//! A running server.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::fixtures::credentials;

use super::process::{self, OwnedChild};
use super::rest::{Api, Response};
use super::stream::StreamRequest;
use super::user::User;
use super::wait::{TIMEOUT, until};
use super::workdir::Workdir;

/// A server process; dropping this kills it.
pub struct Leopard {
    workdir: Workdir,
    child: OwnedChild,
    printed: PathBuf,
    log: PathBuf,
    address: SocketAddr,
}

impl Leopard {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Workdir::new(settings).serve().await
    }

    /// The same with these users, logged in; `admin` is the user of the first start.
    pub async fn with_users<const N: usize>(
        settings: &[(&str, &str)],
        names: [&str; N],
    ) -> (Self, [User; N]) {
        let leopard = Self::start(settings).await;
        let mut users = vec![];
        for name in names {
            users.push(match name {
                "admin" => leopard.admin().await,
                name => leopard.user(name).await,
            });
        }
        let users = users.try_into().map_err(|_| "N users");
        (leopard, users.expect("a user for each name"))
    }

    pub(super) async fn start_in(workdir: Workdir) -> Self {
        process::allow_files();
        let run = fs::read_dir(workdir.path()).expect("the working directory exists").count();
        let printed = workdir.path().join(format!("printed-{run}"));
        let log = workdir.path().join(format!("log-{run}"));
        let mut command = workdir.command(&["serve"]).into_std();
        let child = command
            .stdout(File::create(&printed).expect("a file for its output"))
            .stderr(File::create(&log).expect("a file for its log"))
            .spawn()
            .expect("leopard starts");
        let address = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut leopard = Self { workdir, child: OwnedChild(child), printed, log, address };
        leopard.address = leopard.listening().await;
        leopard
    }

    async fn listening(&mut self) -> SocketAddr {
        until("Leopard listens", TIMEOUT, async || {
            let (printed, log) = (self.printed(), self.log());
            let printed_at = between(&printed, "Leopard listens on http://", " ");
            // With a JSON log, nothing is printed.
            if let Some(url) = printed_at.or_else(|| between(&log, "\"listen\":\"", "\"")) {
                return Some(url.parse().expect("it prints an address"));
            }
            assert!(self.child.ended().is_none(), "leopard serve ended: {printed}\n{log}");
            None
        })
        .await
    }

    /// The working directory with its settings, to run commands in.
    pub fn workdir(&self) -> &Workdir {
        &self.workdir
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn printed(&self) -> String {
        fs::read_to_string(&self.printed).expect("its output is UTF-8")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("its log is UTF-8")
    }

    /// The password of `admin`, from the file that the first start named.
    pub fn admin_password(&self) -> String {
        let printed = self.printed();
        let log = self.log();
        let path = between(&printed, "The password is in \"", "\"");
        let path = path.or_else(|| between(&log, "\"password_file\":\"", "\""));
        let path = path.unwrap_or_else(|| panic!("no file with a password in: {printed}{log}"));
        let text = fs::read_to_string(path).expect("the password is there");
        text.trim_end().to_owned()
    }

    /// The staff user of the first start, logged in.
    pub async fn admin(&self) -> User {
        User::log_in(self, "admin", &self.admin_password()).await
    }

    pub async fn user(&self, name: &str) -> User {
        User::create(self, name, &[]).await
    }

    pub async fn staff(&self, name: &str) -> User {
        User::create(self, name, &["--staff"]).await
    }

    pub async fn log_in(&self, name: &str, password: &str) -> Response {
        self.anonymous().post("/api/token/", credentials(name, password)).await
    }

    /// Tries to exchange a refresh token for a new pair.
    pub async fn refresh(&self, token: &str) -> Response {
        self.anonymous().post("/api/token/refresh/", json!({"refresh": token})).await
    }

    pub async fn log_out(&self, refresh: &str) {
        let body = json!({"refresh": refresh});
        let ended = self.anonymous().post("/api/token/blacklist/", body).await;
        assert_eq!(ended.expect(200), json!({}));
    }

    pub fn anonymous(&self) -> Api {
        Api::new(&self.url(""), None)
    }

    pub fn api(&self, token: &str) -> Api {
        Api::new(&self.url(""), Some(token))
    }

    /// A request for a stream, still without a token.
    pub fn stream(&self) -> StreamRequest {
        StreamRequest::new(self.address)
    }

    pub async fn open_streams(&self) -> u64 {
        let health = self.anonymous().get("/health/").await.expect(200);
        health["open_streams"].as_u64().expect("a number")
    }

    pub async fn until_open_streams(&self, wanted: u64, within: Duration) {
        let what = format!("{wanted} open streams");
        until(&what, within, async || (self.open_streams().await == wanted).then_some(())).await;
    }

    pub async fn until_ready(&self, status: u16) -> Response {
        self.anonymous().until_status("/health/ready", status, TIMEOUT).await
    }

    /// Waits for a log line that contains this text, and returns it.
    pub async fn until_logged(&self, text: &str, within: Duration) -> String {
        until(text, within, async || {
            let log = self.log();
            log.lines().find(|line| line.contains(text)).map(str::to_owned)
        })
        .await
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) {
        kill_process(self.process(), Signal::TERM).expect("it takes the signal");
    }

    /// Freezes it: its connections stay open and it does nothing.
    pub fn freeze(&self) {
        kill_process(self.process(), Signal::STOP).expect("it takes the signal");
    }

    pub fn thaw(&self) {
        kill_process(self.process(), Signal::CONT).expect("it takes the signal");
    }

    pub fn process(&self) -> Pid {
        self.child.pid()
    }

    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        until("leopard serve ends", within, async || self.child.ended()).await
    }

    /// Stops it in order and returns its working directory.
    pub async fn stop(mut self) -> Workdir {
        self.terminate();
        let status = self.ended(TIMEOUT).await;
        assert!(status.success(), "{status}: {}", self.log());
        self.workdir
    }

    /// Kills it and returns its working directory.
    pub fn crash(mut self) -> Workdir {
        self.child.kill();
        self.workdir
    }
}

pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
