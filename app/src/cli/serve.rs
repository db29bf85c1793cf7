//! `leopard serve`

use std::net::SocketAddr;
use std::sync::Arc;

use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::first_user::create_first_user;
use super::open;
use super::output::{counted, print};
use super::stopped_nodes::until_zero;
use crate::cli_error::CliError;
use crate::config::{Config, LogFormat};
use crate::health::NodeHealth;
use crate::schema::SchemaPolicy;
use crate::server::{Server, file_limit, listen, raise_file_limit};
use crate::wiring::{Node, Store};
use crate::{console, lifecycle, private_file, server_lock, service_manager};

pub async fn run(config: Config) -> Result<(), CliError> {
    raise_file_limit();
    config.database.create_folder()?;
    let _lock = server_lock::hold(&config.database, "one SQLite file has one server")?;
    let (store, secret) = open(&config, SchemaPolicy::Upgrade).await?;
    warn_of_exposed_files(&config);
    let node = Node::assemble(&config, &secret, &store)?;
    let stop = lifecycle::stop_signal()?;
    register(&node).await?;
    // The password is shown only once, so everything that may fail comes first.
    let listener = listen(&config.settings.bind)?;
    create_first_user(&node, &config).await?;

    let work = lifecycle::start(&node).await?;
    announce(&listener, &config)?;
    service_manager::notify(NotifyState::Ready);
    let outcome = serve(config, node, store.clone(), listener, stop, work).await;
    store.close().await;
    tracing::info!("stopped");
    outcome
}

/// Logs a warning for each file with secrets that other users of this machine may read.
fn warn_of_exposed_files(config: &Config) {
    let kept = config.jwt_secret.kept_at(&config.database);
    for path in config.database.file().into_iter().chain(kept.as_deref()) {
        private_file::warn_if_exposed(path);
    }
}

/// Registers with the nodes that share the database. Nodes with different keys refuse each other's tokens,
/// so the later one does not start.
async fn register(node: &Node) -> Result<(), CliError> {
    let others = until_zero(async || node.register().await).await?;
    if others == 0 {
        return Ok(());
    }
    Err(CliError(format!(
        "LEOPARD_JWT_SECRET (or LEOPARD_JWT_SECRET_FILE) is not the secret of the other nodes: {} this \
         database with another one. Give every node the same secret; to change it, stop all of them \
         first",
        counted(others, "node serves", "nodes serve")
    )))
}

/// Serves until a stop signal arrives or the background work fails.
async fn serve(
    config: Config,
    node: Node,
    store: Store,
    listener: TcpListener,
    stop_signal: impl Future<Output = ()>,
    mut work: JoinSet<()>,
) -> Result<(), CliError> {
    let hub = node.hub.clone();
    let open_streams = move || hub.open_streams();
    let health = NodeHealth::new(store, node.relay.clone(), open_streams, file_limit());
    let health = Arc::new(health);
    lifecycle::watch_database(&mut work, health.clone());
    let (core, http, pages) = (node.core.clone(), config.http.clone(), console::pages());
    let endpoint = leopard_openapi::endpoint(core, health.clone(), http, pages);
    let server = Server {
        endpoint: Arc::new(endpoint),
        clock: node.core.clock,
        connections_per_address: config.settings.connections_per_address as usize,
        http: config.http,
    };
    let mut outcome = Ok(());
    let stop = async {
        tokio::select! {
            () = stop_signal => {}
            error = lifecycle::fault(&mut work) => {
                tracing::error!("{error}");
                outcome = Err(error);
            }
        }
        tracing::info!("stopping");
        service_manager::notify(NotifyState::Stopping);
    };
    let on_drain = || {
        health.drain();
        node.hub.shut_down();
    };
    let ran = server.run(listener, stop, on_drain).await;
    ran.map_err(|error| CliError(format!("cannot serve: {error}")))?;
    if let Some(relay) = &node.relay {
        relay.flush().await;
    }
    outcome
}

/// Logs the start. With a text log, prints the URL as well.
fn announce(listener: &TcpListener, config: &Config) -> Result<(), CliError> {
    let address = listener
        .local_addr()
        .map_err(|error| CliError(format!("cannot read the address of the socket: {error}")))?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        database = config.database.name(),
        broker = config.broker.name(),
        listen = %address,
        url = %format_args!("http://{}", reachable(address)),
        "leopard started"
    );
    if config.settings.log_format == LogFormat::Text {
        let address = reachable(address);
        print(format!("Leopard listens on http://{address} (Ctrl-C stops it)"));
    }
    Ok(())
}

/// The address that a browser on this machine can open: the loopback address for `0.0.0.0` and `[::]`.
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
