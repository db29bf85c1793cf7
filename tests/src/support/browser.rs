//! A real browser: headless Chromium, driven by `chromedriver`.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::process::OwnedChild;
use super::rest::Api;
use super::wait::{TIMEOUT, until};

/// No network traffic and no state of its own.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
];

/// The number of concurrent browsers: each keeps a processor busy while it starts and loads a page. One
/// test holds two; a second such test needs one more here, to avoid a deadlock.
static BROWSERS: Semaphore = Semaphore::const_new(2);

/// A browser with one window; dropping this ends it.
pub struct Browser {
    pub client: Client,
    _driver: OwnedChild,
    driver_url: String,
    process: Option<Pid>,
    _dir: TempDir,
    _permit: SemaphorePermit<'static>,
}

impl Browser {
    pub async fn start() -> Self {
        let permit = BROWSERS.acquire().await.expect("it is never closed");
        let dir = TempDir::new().expect("a temporary directory");
        let output = dir.path().join("chromedriver");
        let mut driver = start_driver(&dir, &output);
        let port: u16 = until("chromedriver listens", TIMEOUT, async || {
            // It ends if its port is in use on IPv6.
            if driver.ended().is_some() {
                driver = start_driver(&dir, &output);
            }
            let printed = fs::read_to_string(&output).expect("it prints UTF-8");
            let (_, after) = printed.split_once("successfully on port ")?;
            let (port, _) = after.split_once('.')?;
            port.parse().ok()
        })
        .await;
        let driver_url = format!("http://127.0.0.1:{port}");
        let client = connect(&driver_url, &dir).await;
        let process = client
            .capabilities()
            .and_then(|known| known.get("goog:processID")?.as_i64())
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Self { client, _driver: driver, driver_url, process, _dir: dir, _permit: permit }
    }

    pub async fn open(url: &str) -> Self {
        let browser = Self::start().await;
        browser.goto(url).await;
        browser
    }

    pub async fn goto(&self, url: &str) {
        let gone = self.client.goto(url).await;
        gone.unwrap_or_else(|e| panic!("{url} does not load: {e}"));
    }

    /// Runs a script in the page and returns its result.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.client.execute(script, arguments).await;
        outcome.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until a script in the page returns something other than null or false.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        until(what, TIMEOUT, async || {
            let found = self.run(script, vec![]).await;
            (!matches!(found, Value::Null | Value::Bool(false))).then_some(found)
        })
        .await
    }

    /// The URLs of all requests that pages have made since the last call.
    pub async fn requested(&self) -> Vec<String> {
        let messages = self.log("performance").await.into_iter();
        messages
            .map(|entry| {
                let message = entry["message"].as_str().expect("a message");
                serde_json::from_str::<Value>(message).expect("a message is JSON")
            })
            .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|entry| {
                let url = entry["message"]["params"]["request"]["url"].as_str()?;
                Some(url.to_owned())
            })
            .collect()
    }

    /// The errors on the page's console since the last call.
    pub async fn errors(&self) -> Vec<String> {
        let entries = self.log("browser").await.into_iter();
        entries
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let session = self.client.session_id().await.expect("it responds");
        let path = format!("/session/{}/se/log", session.expect("it has a session"));
        let driver = Api::new(&self.driver_url, None);
        let response = driver.post(&path, json!({"type": kind})).await;
        match response.expect(200)["value"].take() {
            Value::Array(entries) => entries,
            other => panic!("no log: {other}"),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser would outlive its driver. It may have ended already.
        if let Some(process) = self.process {
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

fn start_driver(dir: &TempDir, output: &Path) -> OwnedChild {
    let driver = Command::new("chromedriver")
        .arg("--port=0")
        .env("TMPDIR", dir.path())
        .stdin(Stdio::null())
        .stdout(File::create(output).expect("a file for its output"))
        .stderr(Stdio::null())
        .spawn();
    OwnedChild(driver.expect("chromedriver is installed"))
}

async fn connect(driver_url: &str, dir: &TempDir) -> Client {
    let profile = format!("--user-data-dir={}", dir.path().join("profile").display());
    let flags: Vec<_> = FLAGS.iter().copied().chain([profile.as_str()]).collect();
    let capabilities = json!({
        // Certificates of tests are self-signed.
        "acceptInsecureCerts": true,
        "goog:chromeOptions": { "args": flags },
        "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
    });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("it is written as an object above")
    };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let session = builder.connect(driver_url).await;
    session.expect("chromium is installed and starts")
}
