//! `leopard serve`

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use leopard_core::domain::password::Password;
use leopard_core::service::accounts::NewUserTexts;
use leopard_openapi::Services;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::output::say;
use crate::complaint::Complaint;
use crate::config::{Config, SettingFlags};
use crate::health::NodeHealth;
use crate::lifecycle::StopSignals;
use crate::server::{Server, file_limit, listen, raise_file_limit};
use crate::wiring::{Node, Store};
use crate::{console, lifecycle, random, service_manager, sole_server, telemetry};

/// The name of the user whom the first start makes.
pub const FIRST_USER: &str = "admin";

#[derive(Args, Default)]
pub struct Serve {
    #[command(flatten)]
    settings: SettingFlags<true>,
}

impl Serve {
    pub async fn run(self) -> Result<(), Complaint> {
        let config = Config::read(&self.settings)?;
        telemetry::start(&config.log)?;
        raise_file_limit();
        config.database.make_folder()?;
        let _sole = sole_server::hold(&config.database, "one SQLite file has one server")?;
        // A secret that is missing leaves the database untouched.
        let secret = config.jwt_secret.bytes(&config.database)?;
        let store = Store::open_current(&config).await?;
        let node = Node::assemble(&config, &secret, &store)?;
        let signals = StopSignals::listen()?;
        // The password is shown only once: what may stop the start comes before.
        let listener = listen(&config.bind)?;
        make_first_user(&node).await?;

        let work = lifecycle::start(&node, config.reminders.every).await?;
        announce(&listener)?;
        service_manager::ready();
        let outcome = serve(config, node, listener, signals, work).await;
        store.close().await;
        tracing::info!("stopped");
        outcome
    }
}

/// Serves until somebody asks to stop, or until the background work fails.
async fn serve(
    config: Config,
    node: Node,
    listener: TcpListener,
    mut signals: StopSignals,
    mut work: JoinSet<()>,
) -> Result<(), Complaint> {
    let notifications = node.repositories.notifications.clone();
    let hub = node.hub.clone();
    let open_streams = move || hub.open_streams();
    let health = NodeHealth::new(
        notifications,
        node.relay.clone(),
        open_streams,
        file_limit(),
    );
    let health = Arc::new(health);
    let services = Services {
        accounts: node.accounts,
        tasks: node.tasks,
        announcements: node.announcements,
        inbox: node.inbox,
        follow: node.follow,
        clock: node.clock.clone(),
        health: health.clone(),
    };
    let endpoint = leopard_openapi::endpoint(services, config.http.clone(), console::pages());
    let server = Server {
        endpoint: Arc::new(endpoint),
        clock: node.clock,
        connections_per_address: config.connections_per_address,
        http: config.http,
    };
    let mut outcome = Ok(());
    let stop = async {
        tokio::select! {
            () = signals.received() => {}
            complaint = lifecycle::fault(&mut work) => {
                tracing::error!("{complaint}");
                outcome = Err(complaint);
            }
        }
        tracing::info!("stopping");
        service_manager::stopping();
    };
    let on_drain = || {
        health.drain();
        node.hub.shut_down();
    };
    let ran = server.run(listener, stop, on_drain).await;
    ran.map_err(|error| Complaint(format!("cannot serve: {error}")))?;
    if let Some(relay) = &node.relay {
        relay.settled().await;
    }
    outcome
}

/// Says where to find the server, and where to begin.
fn announce(listener: &TcpListener) -> Result<(), Complaint> {
    let address = listener
        .local_addr()
        .map_err(|error| Complaint(format!("cannot tell where it listens: {error}")))?;
    say(format!(
        "Leopard listens on http://{} (Ctrl-C stops it)",
        reachable(address)
    ));
    Ok(())
}

/// The address that a browser on this machine can open: `0.0.0.0` means all, it is none itself.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut reachable = address;
    if address.ip().is_unspecified() {
        reachable.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    reachable
}

/// With no user at all, makes one who may administer, and says the password once.
async fn make_first_user(node: &Node) -> Result<(), Complaint> {
    let password = random::text(20)?;
    let texts = NewUserTexts {
        username: FIRST_USER.to_owned(),
        password: Password::offered(password.clone()),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: true,
    };
    let made = node.accounts.create_first_user(texts.read()?).await?;
    if made.is_some() {
        say(format!(
            "Created the user \"{FIRST_USER}\" with the password \"{password}\". \
             It is shown only this once."
        ));
    }
    Ok(())
}
