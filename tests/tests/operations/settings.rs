//! The settings: their sources, their defaults, and their effect on the log.

use std::collections::BTreeSet;
use std::fs;

use leopard_tests::support::forger::decode;
use leopard_tests::support::stream::header;
use leopard_tests::support::{Leopard, Response, TIMEOUT, Workdir};
use serde_json::Value;

const SETTINGS: [(&str, Option<&str>); 26] = [
    ("LEOPARD_BIND", Some("127.0.0.1:8000")),
    ("DATABASE_URL", Some("sqlite://leopard-data/leopard.db")),
    ("LEOPARD_MIGRATE_ON_START", Some("true")),
    ("LEOPARD_BROKER", Some("auto")),
    ("REDIS_URL", None),
    ("LEOPARD_JWT_SECRET", None),
    ("LEOPARD_JWT_SECRET_FILE", None),
    ("LEOPARD_ACCESS_TOKEN_SECONDS", Some("14400")),
    ("LEOPARD_REFRESH_TOKEN_SECONDS", Some("86400")),
    ("LEOPARD_STREAM_TOKEN_SECONDS", Some("3600")),
    ("LEOPARD_REFRESH_GRACE_SECONDS", Some("20")),
    ("LEOPARD_SESSION_MAX_DAYS", Some("90")),
    ("LEOPARD_HEARTBEAT_SECONDS", Some("30")),
    ("LEOPARD_STREAMS_PER_USER", Some("20")),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", Some("10")),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", Some("100")),
    ("LEOPARD_REQUESTS_PER_MINUTE", Some("600")),
    ("LEOPARD_TASKS_PER_MINUTE", Some("120")),
    ("LEOPARD_CONNECTIONS_PER_ADDRESS", Some("256")),
    ("LEOPARD_DUE_SOON_HOURS", Some("24")),
    ("LEOPARD_REMINDER_SECONDS", Some("15")),
    ("LEOPARD_REPLAY_LIMIT", Some("1000")),
    ("LEOPARD_CORS_ORIGINS", Some("*")),
    ("LEOPARD_TRUSTED_PROXIES", Some("none")),
    ("LEOPARD_LOG", Some("info")),
    ("LEOPARD_LOG_FORMAT", Some("text")),
];

/// The text with every run of white space as one space.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The seconds for which a token is valid.
fn lifetime(token: &str) -> i64 {
    let claims = decode(token);
    let second = |name: &str| claims[name].as_i64().expect("a time");
    second("exp") - second("iat")
}

#[tokio::test]
async fn help_lists_commands_and_settings() {
    let workdir = Workdir::new(&[]);
    let help = workdir.cli(&["--help"]).await;
    for command in ["serve", "migrate", "user", "token", "task", "openapi"] {
        assert!(help.contains(command), "{command}: {help}");
    }
    let help = in_one_line(&workdir.cli(&["serve", "--help"]).await);
    for (name, default) in SETTINGS {
        let entry = match (name, default) {
            (_, Some(default)) => format!("[env: {name}] [default: {default}]"),
            ("LEOPARD_JWT_SECRET_FILE", None) => format!("[env: {name}]"),
            (_, None) => format!(" {name} "),
        };
        assert!(help.contains(&entry), "{entry}: {help}");
    }
    let words = help.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let found: BTreeSet<_> = words.filter(|word| word.starts_with("LEOPARD_")).collect();
    let known: BTreeSet<_> = SETTINGS.map(|(name, _)| name).into();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let (options, settings) = help.split_once("in the environment too").expect("a heading");
    assert!(options.contains("--config") && !options.contains("--bind"));
    assert!(settings.contains("--bind") && !settings.contains("--config"));
    for mistake in [["sreve"], ["--nothing"]] {
        assert!(!workdir.run(&mistake).await.success);
    }
}

#[tokio::test]
async fn flag_is_accepted_anywhere_after_its_command() {
    let workdir = Workdir::new(&[]);
    let url = "sqlite://elsewhere.db";
    workdir.cli(&["user", "create", "alice", "--database-url", url]).await;
    for command in
        [["user", "--database-url", url, "list"], ["user", "list", "--database-url", url]]
    {
        assert!(workdir.cli(&command).await.contains("alice"), "{command:?}");
    }
    let status = workdir.cli(&["migrate", "status", "--database-url", url]).await;
    assert!(status.contains("applied"), "{status}");
    let create = ["--assigned-to", "alice", "--title", "T", "--as", "alice"];
    let tail = ["--database-url", url];
    let command = [["task", "create"].as_slice(), &create, &tail].concat();
    assert!(workdir.cli(&command).await.contains("Created task 1"));
}

#[tokio::test]
async fn help_lists_the_settings_that_matter_to_a_command() {
    let workdir = Workdir::new(&[]);
    for (command, of_database) in [
        (["user", "list", "--help"].as_slice(), true),
        (&["user", "create", "--help"], true),
        (&["check", "--help"], true),
        (&["openapi", "--help"], false),
        (&["doctor", "--help"], false),
    ] {
        let help = workdir.cli(command).await;
        for flag in ["--config", "--database-url"] {
            assert_eq!(help.contains(flag), of_database, "{command:?}: {help}");
        }
        assert!(!help.contains("--bind"), "{command:?}: {help}");
    }
    let help = workdir.cli(&["user", "create", "--help"]).await;
    for flag in ["--email", "--first-name", "--last-name", "--staff"] {
        let line = help.lines().find(|line| line.contains(flag));
        let described = line.is_some_and(|line| line.trim().split("  ").nth(1).is_some());
        assert!(described, "{flag}: {help}");
    }
}

#[tokio::test]
async fn flag_overrides_environment_overrides_file() {
    let workdir = Workdir::new(&[]);
    let users = async |workdir: &Workdir, flags: &[&str]| {
        workdir.cli(&[&["user", "create", "alice"], flags].concat()).await;
    };
    let file = |workdir: &Workdir, name: &str| workdir.path().join(name).exists();
    fs::write(workdir.path().join("leopard.toml"), "database_url = \"sqlite:file/x.db\"\n")
        .expect("a file");
    users(&workdir, &[]).await;
    assert!(file(&workdir, "file/x.db"));
    let workdir = workdir.with("DATABASE_URL", "sqlite:environment/x.db");
    users(&workdir, &[]).await;
    assert!(file(&workdir, "environment/x.db"));
    users(&workdir, &["--database-url", "sqlite:flag/x.db"]).await;
    assert!(file(&workdir, "flag/x.db"));
    let other = workdir.path().join("other.toml");
    fs::write(&other, "heartbeat_seconds = 0\n").expect("a file");
    let ended = workdir.run(&["user", "list", "--config", "other.toml"]).await;
    let expected = "LEOPARD_HEARTBEAT_SECONDS, set in the configuration file to \"0\", \
                    must be a whole number from 1 to 3600";
    assert!(ended.stderr.contains(expected), "{ended:?}");
}

#[tokio::test]
async fn tokens_have_the_documented_lifetimes() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let stream = admin.api.stream_token().await;
    assert_eq!(lifetime(&admin.access), 14_400);
    assert_eq!(lifetime(&admin.refresh), 86_400);
    assert_eq!(lifetime(&stream), 3_600);
}

#[tokio::test]
async fn default_stream_limit_is_twenty() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let mut streams = vec![];
    for _ in 0..20 {
        streams.push(admin.follow(&leopard).await);
    }
    let one_more = leopard.stream().bearer(&admin.access);
    let (status, problem, head) = one_more.refused().await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("throttled")));
    assert_eq!(problem["detail"], "Request was throttled.");
    let seconds = header(&head, "retry-after").and_then(|value| value.parse().ok());
    assert!(seconds.is_some_and(|seconds: u32| seconds > 0), "{head}");
}

#[tokio::test]
async fn start_logs_version_database_broker_and_address() {
    let leopard = Leopard::start(&[]).await;
    let log = leopard.log();
    let line = log.lines().find(|line| line.contains("leopard started"));
    let version = env!("CARGO_PKG_VERSION");
    let expected =
        format!("version=\"{version}\" database=\"sqlite\" broker=\"local\" listen=127.0");
    assert!(line.is_some_and(|line| line.contains(&expected)), "{log}");

    let leopard = Leopard::start(&[("LEOPARD_LOG_FORMAT", "json")]).await;
    assert_eq!(leopard.printed(), "");
    let log = leopard.log();
    let mut lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    let fields = lines.find(|line| line["fields"]["message"] == "leopard started");
    let fields = &fields.expect("it logs its start")["fields"];
    assert_eq!(fields["database"], "sqlite", "{fields}");
    leopard.admin().await;
}

#[tokio::test]
async fn origins_are_normalized() {
    let listed = "https://App.Example:443, http://localhost:5173/";
    let leopard = Leopard::start(&[("LEOPARD_CORS_ORIGINS", listed)]).await;
    for (origin, granted) in [
        ("https://app.example", "https://app.example"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://app.example", ""),
        ("http://localhost", ""),
    ] {
        let request = leopard.anonymous().request("GET", "/health/");
        let response = Response::of(request.header("Origin", origin)).await;
        let found = response.header("Access-Control-Allow-Origin");
        assert_eq!(found, granted, "{origin}");
    }
}
