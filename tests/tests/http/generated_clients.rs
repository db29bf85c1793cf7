//! The example clients, generated from the document for each language: complete, accepted by the
//! compiler, and usable against a server.

use std::path::{Path, PathBuf};

use leopard_tests::support::document::{self, snake_case};
use leopard_tests::support::example::{Example, between, holds_everything};
use leopard_tests::support::tool::target;
use leopard_tests::support::{Leopard, TIMEOUT, Tool, User};
use serde_json::Value;

/// Checks the output of an example: it creates a task, sees the event and marks the notification read.
async fn works(leopard: &Leopard, user: &User, example: Tool, language: &str) {
    let url = leopard.url("");
    let example = example.with(&[&url, &user.name]).input(&user.password);
    let printed = example.run().await.stdout;
    let wanted = format!(
        "{} is logged in\n\
         live: connected, 0 unread\n\
         task 1 is made\n\
         live: New Task Assigned: Try {language}\n\
         notification 1 is read: true\n\
         tasks: 1\n\
         - Try {language} (Pending)\n",
        user.name
    );
    assert_eq!(printed, wanted);
    let notification = user.api.get("/api/v1/notifications/1/").await.expect(200);
    assert_eq!(notification["read"], true);
}

/// Checks the output of `watch` of an example, through a crash of the server and up to the deactivation
/// of its user.
async fn survives(leopard: Leopard, user: &User, watch: Tool) {
    let address = leopard.address().to_string();
    let (url, name) = (leopard.url(""), user.name.clone());
    let watch = watch.with(&[&url, &name]).input(&user.password);
    leopard.until_open_streams(0, TIMEOUT).await;
    let fault = async {
        leopard.until_open_streams(1, TIMEOUT).await;
        user.api.create_task("Seen", user.id).await;
        let workdir = leopard.crash();
        for title in ["Missed 1", "Missed 2"] {
            workdir.create_tasks(&name, title, 1).await;
        }
        let leopard = workdir.with("LEOPARD_BIND", &address).serve().await;
        leopard.until_open_streams(1, TIMEOUT).await;
        leopard.workdir().cli(&["user", "deactivate", &name]).await;
        leopard
    };
    let (ended, _leopard) = tokio::join!(watch.run(), fault);
    let (connected, events): (Vec<_>, Vec<_>) =
        ended.stdout.lines().partition(|line| *line == "connected");
    assert_eq!(connected.len(), 2);
    let titles = ["Seen", "Missed 1", "Missed 2"];
    let mut expected = titles.map(|title| format!("New Task Assigned: {title}")).to_vec();
    expected.push("the token is not valid any more".to_owned());
    assert_eq!(events, expected);
}

/// A page of one notification, whose type a later version has added, with a member that is new, too.
fn page_of_a_later_version() -> String {
    let mut page = document::read()["components"]["schemas"]["NotificationPage"]["example"].clone();
    page["results"][0]["notification_type"] = "ADDED_LATER".into();
    page["results"][0]["added_later"] = true.into();
    page.to_string()
}

#[tokio::test]
async fn hey_api_client_with_zod_accepts_unknown_types() {
    let packages = target().join("tools/sse");
    let folder = packages.join("zod");
    std::fs::create_dir_all(&folder).expect("a folder for the program");
    for file in ["main.ts", "tsconfig.json"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/zod").join(file);
        std::fs::copy(from, folder.join(file)).expect("the packages are installed (./tests/run)");
    }
    // The code is in modules.
    std::fs::write(folder.join("package.json"), r#"{"type":"module"}"#).expect("it is written");
    let npm = |name| Tool::npm(&packages, name).within(&folder);
    let document = document::path().display().to_string();
    let plugins = ["-p", "@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk", "zod"];
    npm("openapi-ts").with(&["-i", &document, "-o", "client"]).with(&plugins).run().await;
    npm("tsc").run().await;
    let program = Tool::python("node").within(&folder);
    let printed = program.with(&["build/main.js", &page_of_a_later_version()]).run().await.stdout;
    let wanted = "ADDED_LATER: New Task Assigned: Test SSE Notification\n\
                  \"Call\" fits: true\n\" \" fits: false\n\"\" fits: false\n";
    assert_eq!(printed, wanted);
}

#[tokio::test]
async fn typescript_client_works() {
    let example = Example::copy("typescript");
    let npm = |arguments: &[&str]| Tool::python("npm").within(example.folder()).with(arguments);
    npm(&["run", "generate"]).run_without_warning().await;
    let client = example.text("leopard.d.ts");
    holds_everything(
        |operation| client.contains(&format!("\n    {operation}: {{")),
        |schema| between(&client, &format!("\n        {schema}: {{"), "\n        };"),
        |schema, member| {
            let member = format!("\n            {member}");
            schema.contains(&format!("{member}: ")) || schema.contains(&format!("{member}?: "))
        },
    );
    npm(&["run", "build"]).run_without_warning().await;

    let (leopard, [user]) = Leopard::with_users(&[], ["ann"]).await;
    let program = Tool::python("node").within(example.folder());
    works(&leopard, &user, program.with(&["build/main.js"]), "TypeScript").await;
    let watch = Tool::python("node").within(example.folder());
    survives(leopard, &user, watch.with(&["build/watch.js"])).await;
}

#[tokio::test]
async fn python_client_works() {
    let example = Example::copy("python");
    let python = |name| Tool::python(name).within(example.folder());
    let generator = python("openapi-python-client").with(&["generate", "--path", "openapi.json"]);
    let arguments = ["--meta", "none", "--output-path", "leopard_client"];
    let generator = generator.with(&arguments);
    generator.with(&["--overwrite", "--fail-on-warning"]).run_without_warning().await;
    let read = |file: PathBuf| std::fs::read_to_string(file).ok();
    let client = example.folder().join("leopard_client");
    let tags = client.join("api").read_dir().expect("there is a folder a tag");
    let tags: Vec<_> = tags.map(|tag| tag.expect("it is listed").path()).collect();
    holds_everything(
        |operation| {
            let file = format!("{}.py", snake_case(operation));
            tags.iter().any(|tag| tag.join(&file).is_file())
        },
        |schema| read(client.join(format!("models/{}.py", snake_case(schema)))),
        |schema, member| schema.contains(&format!("\"{member}\"")),
    );
    python("mypy").with(&["."]).run().await;
    let page = page_of_a_later_version();
    let read = "import json, sys
from leopard_client.models.notification_page import NotificationPage
print(NotificationPage.from_dict(json.loads(sys.argv[1])).results[0].notification_type)";
    let printed = python("python").with(&["-c", read, &page]).run().await.stdout;
    assert_eq!(printed, "ADDED_LATER\n");

    let (leopard, [user]) = Leopard::with_users(&[], ["ann"]).await;
    works(&leopard, &user, python("python").with(&["main.py"]), "Python").await;
    survives(leopard, &user, python("python").with(&["watch.py"])).await;
}

#[tokio::test]
async fn rust_client_works() {
    let example = Example::copy("rust");
    let cargo = Tool::cargo().within(example.folder());
    let target = example.folder().join("target");
    let cargo = cargo.environment("CARGO_TARGET_DIR", &target);
    let arguments = ["build", "--locked", "--message-format", "json-render-diagnostics"];
    let messages = cargo.with(&arguments).run().await;
    assert!(!messages.stderr.contains("warning"), "{}", messages.stderr);
    let client = written_by_build_script(&messages.stdout).join("client.rs");
    let client = std::fs::read_to_string(client).expect("the client is there");
    holds_everything(
        |operation| client.contains(&format!("pub fn {} (", snake_case(operation))),
        |schema| between(&client, &format!("pub struct {schema} {{"), "}"),
        // Members are in lower case, and keywords end in an underscore.
        |schema, member| {
            let member = member.to_lowercase();
            let written = [member.clone(), format!("{member}_")];
            let mut written = written.iter().map(|name| format!("pub {name} :"));
            written.any(|member| schema.contains(&member))
        },
    );

    // A string, which accepts the types of later versions.
    assert!(client.contains("pub struct NotificationType (pub :: std :: string :: String)"));

    let (leopard, [user]) = Leopard::with_users(&[], ["ann"]).await;
    let program = Tool::at(&target.join("debug/leopard-example"));
    works(&leopard, &user, program, "Rust").await;
    survives(leopard, &user, Tool::at(&target.join("debug/watch"))).await;
}

/// The output folder of the example's build script, from cargo's messages.
fn written_by_build_script(messages: &str) -> PathBuf {
    let messages = messages.lines().map(|line| serde_json::from_str(line).expect("it is JSON"));
    let folder = messages
        .filter(|message: &Value| message["reason"] == "build-script-executed")
        .filter(|message| {
            message["package_id"].as_str().is_some_and(|id| id.contains("leopard-example"))
        })
        .find_map(|message| message["out_dir"].as_str().map(PathBuf::from));
    folder.expect("cargo names the folder")
}
