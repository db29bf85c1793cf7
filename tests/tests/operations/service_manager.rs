//! Notifications to the service manager, and the systemd unit.

use std::path::Path;

use leopard_tests::support::{TIMEOUT, Tool, Workdir, within};
use tempfile::TempDir;
use tokio::net::UnixDatagram;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deployment/systemd/leopard.service");

async fn notified(manager: &UnixDatagram) -> String {
    let mut text = [0; 256];
    let length = within("a notification", TIMEOUT, manager.recv(&mut text)).await;
    let text = text[..length.expect("a notification")].to_vec();
    String::from_utf8(text).expect("it is text")
}

#[tokio::test]
async fn service_manager_is_notified_of_ready_and_stopping() {
    let folder = TempDir::new().expect("a folder");
    let socket = folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).expect("a socket");
    let socket = socket.to_str().expect("its name is text");
    let leopard = Workdir::new(&[("NOTIFY_SOCKET", socket)]).serve().await;
    assert_eq!(notified(&manager).await, "READY=1\n");
    leopard.anonymous().get("/health/").await.expect(200);
    leopard.stop().await;
    assert_eq!(notified(&manager).await, "STOPPING=1\n");
}

#[tokio::test]
async fn systemd_unit_is_valid() {
    let folder = TempDir::new().expect("a folder");
    let unit = std::fs::read_to_string(UNIT).expect("the unit");
    let unit = unit.replace("/usr/local/bin/leopard serve", "/bin/true");
    let file = folder.path().join("leopard.service");
    std::fs::write(&file, unit).expect("it is written");
    let analyze = Tool::at(Path::new("/usr/bin/systemd-analyze"));
    let file = file.to_str().expect("its name is text");
    let ended = analyze.with(&["verify", file]).run_without_warning().await;
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}
