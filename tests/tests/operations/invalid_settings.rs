//! Settings that stop the start, and variables of the environment that must not.

use leopard_tests::support::workdir::Workdir;

/// What `leopard serve` says when it does not start.
async fn refusal(workdir: &Workdir) -> String {
    let ended = workdir.run(&["serve"]).await;
    assert!(!ended.success, "it starts: {ended:?}");
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    ended.stderr
}

#[tokio::test]
async fn unknown_setting_is_refused_by_name() {
    let said = refusal(&Workdir::new(&[("LEOPARD_HEARTBEATS", "1")])).await;
    assert!(said.contains("LEOPARD_HEARTBEATS"), "{said}");
    let workdir = Workdir::new(&[]);
    std::fs::write(workdir.path().join("leopard.toml"), "heartbeats = 1\n").unwrap();
    let said = refusal(&workdir).await;
    assert!(said.contains("heartbeats"), "{said}");
}

#[tokio::test]
async fn invalid_setting_is_refused_by_name() {
    let bad = [
        ("LEOPARD_BIND", "nowhere"),
        ("LEOPARD_HEARTBEAT_SECONDS", "0"),
        ("LEOPARD_HEARTBEAT_SECONDS", "often"),
        ("LEOPARD_STREAMS_PER_USER", "-1"),
        ("LEOPARD_ACCESS_TOKEN_SECONDS", "1h"),
        ("LEOPARD_LOG_FORMAT", "xml"),
        ("LEOPARD_LOG", "inof"),
        ("LEOPARD_LOG", ""),
        ("LEOPARD_CORS_ORIGINS", ""),
        ("LEOPARD_CORS_ORIGINS", "https://app.example/path"),
        ("DATABASE_URL", "mysql://localhost/leopard"),
    ];
    for (name, value) in bad {
        let said = refusal(&Workdir::new(&[(name, value)])).await;
        assert!(said.starts_with("leopard: "), "{name}={value}: {said}");
        assert!(said.contains(name), "{name}={value}: {said}");
    }
}

#[tokio::test]
async fn secret_on_the_command_line_or_empty_file_name_is_refused_by_name() {
    let no_file = ("LEOPARD_JWT_SECRET_FILE", "");
    for (flags, variable, name) in [
        (["--jwt-secret"].as_slice(), None, "LEOPARD_JWT_SECRET "),
        (&["--jwt-secret", "--bind", "localhost:0"], None, "LEOPARD_JWT_SECRET "),
        (&["--jwt-secret=hunter2"], None, "LEOPARD_JWT_SECRET "),
        (&["--jwt-secret", "the", "secret", "hunter2"], None, "LEOPARD_JWT_SECRET "),
        (&["--redis-url"], None, "REDIS_URL "),
        (&["--redis-url", "redis://:hunter2@localhost"], None, "REDIS_URL "),
        (&["--jwt-secret-file="], None, "LEOPARD_JWT_SECRET_FILE, "),
        (&[], Some(no_file), "LEOPARD_JWT_SECRET_FILE, "),
    ] {
        let workdir = Workdir::new(variable.as_slice());
        let ended = workdir.run(&[&["serve"], flags].concat()).await;
        assert_eq!(ended.code, Some(1), "{flags:?}: {ended:?}");
        let expected = format!("leopard: {name}");
        assert!(ended.stderr.starts_with(&expected), "{flags:?}: {ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{flags:?}: {ended:?}");
        assert!(!ended.stderr.contains("hunter2"), "{flags:?}: {ended:?}");
    }
}

#[tokio::test]
async fn kubernetes_variables_are_ignored() {
    let injected = [
        ("LEOPARD_SERVICE_HOST", "10.0.0.1"),
        ("LEOPARD_SERVICE_PORT", "8000"),
        ("LEOPARD_SERVICE_PORT_HTTP", "8000"),
        ("LEOPARD_PORT", "tcp://10.0.0.1:8000"),
        ("LEOPARD_PORT_8000_TCP", "tcp://10.0.0.1:8000"),
        ("LEOPARD_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("LEOPARD_WEB_SERVICE_HOST", "10.0.0.2"),
        ("LEOPARD_WEB_PORT", "tcp://10.0.0.2:80"),
    ];
    Workdir::new(&injected).serve().await.admin().await;
}

#[tokio::test]
async fn unknown_setting_suggests_the_nearest_known_one() {
    let said = refusal(&Workdir::new(&[("LEOPARD_HARTBEAT_SECONDS", "1")])).await;
    assert!(said.contains("did you mean LEOPARD_HEARTBEAT_SECONDS?"), "{said}");
    let workdir = Workdir::new(&[]);
    std::fs::write(workdir.path().join("leopard.toml"), "brokers = \"local\"\n").unwrap();
    let said = refusal(&workdir).await;
    assert!(said.contains("did you mean broker?"), "{said}");
}

#[tokio::test]
async fn bind_address_may_be_a_name_or_only_a_port() {
    let leopard = Workdir::new(&[("LEOPARD_BIND", "localhost:0")]).serve().await;
    assert!(leopard.address().ip().is_loopback(), "{}", leopard.address());
    leopard.admin().await;
    let leopard = Workdir::new(&[("LEOPARD_BIND", ":0")]).serve().await;
    leopard.admin().await;
    let said = refusal(&Workdir::new(&[("LEOPARD_BIND", "nowhere.invalid:8000")])).await;
    assert!(said.contains("nowhere.invalid:8000 (LEOPARD_BIND)"), "{said}");
}

#[tokio::test]
async fn unquoted_value_in_settings_file_names_line_and_form() {
    let workdir = Workdir::new(&[]);
    let text = "heartbeat_seconds = 5\nbind = 127.0.0.1:8009\n";
    std::fs::write(workdir.path().join("leopard.toml"), text).unwrap();
    let said = refusal(&workdir).await;
    assert!(
        said.contains("leopard.toml, line 2") && said.contains("bind = \"127.0.0.1:8000\""),
        "{said}"
    );
}

#[tokio::test]
async fn command_line_error_names_the_flag() {
    let workdir = Workdir::new(&[]);
    workdir.cli(&["user", "create", "alice"]).await;
    let create = ["task", "create", "--assigned-to", "alice", "--title", "T"];
    let faults =
        [(&["--as", "nobody"], "--as: "), (&["--priority", "HIHG"], "LOW, MEDIUM, HIGH or URGENT")];
    for (flags, expected) in faults {
        let ended = workdir.run(&[create.as_slice(), flags].concat()).await;
        assert!(!ended.success && ended.stderr.contains(expected), "{ended:?}");
    }
    let ended = workdir.run(&["user", "create", "bob", "--email", "none"]).await;
    assert!(ended.stderr.contains("--email: "), "{ended:?}");
}
