//! Invalid settings stop the start; unrelated environment variables do not.

use leopard_tests::support::Workdir;

/// One byte less than a secret needs.
const SHORT_SECRET: &str = "thirty-one bytes are too few...";

/// The error of a start with a settings file of this text.
async fn refusal_of_file(text: &str) -> String {
    let workdir = Workdir::new(&[]);
    std::fs::write(workdir.path().join("leopard.toml"), text).unwrap();
    workdir.refused_start().await
}

#[tokio::test]
async fn unknown_setting_is_refused_with_the_nearest_known_name() {
    let of_environment = [
        ("LEOPARD_HEARTBEATS", "LEOPARD_HEARTBEATS"),
        ("LEOPARD_HARTBEAT_SECONDS", "did you mean LEOPARD_HEARTBEAT_SECONDS?"),
    ];
    for (name, expected) in of_environment {
        let error = Workdir::new(&[(name, "1")]).refused_start().await;
        assert!(error.contains(expected), "{error}");
    }
    let of_file =
        [("heartbeats = 1\n", "heartbeats"), ("brokers = \"local\"\n", "did you mean broker?")];
    for (text, expected) in of_file {
        let error = refusal_of_file(text).await;
        assert!(error.contains(expected), "{error}");
    }
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
        ("LEOPARD_JWT_SECRET", SHORT_SECRET),
    ];
    for (name, value) in bad {
        let error = Workdir::new(&[(name, value)]).refused_start().await;
        assert!(error.starts_with("leopard: "), "{name}={value}: {error}");
        assert!(error.contains(name), "{name}={value}: {error}");
        assert!(!error.contains(SHORT_SECRET), "{error}");
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
async fn bind_address_may_be_a_name_or_only_a_port() {
    let leopard = Workdir::new(&[("LEOPARD_BIND", "localhost:0")]).serve().await;
    assert!(leopard.address().ip().is_loopback(), "{}", leopard.address());
    leopard.admin().await;
    let leopard = Workdir::new(&[("LEOPARD_BIND", ":0")]).serve().await;
    leopard.admin().await;
    let error = Workdir::new(&[("LEOPARD_BIND", "nowhere.invalid:8000")]).refused_start().await;
    assert!(error.contains("nowhere.invalid:8000 (LEOPARD_BIND)"), "{error}");
}

#[tokio::test]
async fn unquoted_value_in_settings_file_names_line_and_form() {
    let error = refusal_of_file("heartbeat_seconds = 5\nbind = 127.0.0.1:8009\n").await;
    assert!(
        error.contains("leopard.toml, line 2") && error.contains("bind = \"127.0.0.1:8000\""),
        "{error}"
    );
}
