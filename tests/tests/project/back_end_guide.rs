//! The guide for back ends, command by command: from an empty database to a notification in a browser.

use std::fs;
use std::path::Path;

use leopard_tests::support::tester_page::TesterPage;
use leopard_tests::support::{Leopard, TIMEOUT, until};
use serde_json::Value;

/// The blocks of shell commands of a document.
fn commands(document: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(document);
    let text = fs::read_to_string(path).expect("the document is there");
    let blocks = text.split("```bash\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn commands_of_the_guide_show_a_notification_in_a_browser() {
    let leopard = Leopard::start(&[]).await;
    let server = leopard.url("");
    let blocks = commands("provisioning.md");
    let [create_key, create_user, issue_token, send] = &blocks[..] else { panic!("{blocks:?}") };
    let begin =
        [create_key.as_str(), create_user, "echo", issue_token, "echo; echo \"$LEOPARD_KEY\""];
    let printed = leopard.workdir().script(&begin.join("\n"), &server).await;
    let lines: Vec<_> = printed.lines().collect();
    let [_, user, issued, key] = lines[..] else { panic!("{printed}") };
    let [user, issued] = [user, issued].map(|it| serde_json::from_str::<Value>(it).expect(it));
    assert_eq!(user["external_id"], "customer-7");

    let page = TesterPage::open(&leopard.url("/test_sse.html")).await;
    page.connect(issued["access"].as_str().expect("a token")).await;
    let send = format!("LEOPARD_KEY={key}\n{send}");
    leopard.workdir().script(&send, &server).await;
    until("the page shows the notification", TIMEOUT, async || {
        page.titles().await.contains(&"Order 1042".to_owned()).then_some(())
    })
    .await;
    // A retry sends nothing.
    leopard.workdir().script(&send, &server).await;
    assert_eq!(page.titles().await, ["Order 1042"]);
}
