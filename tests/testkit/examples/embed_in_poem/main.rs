//! The API inside another poem application, below `/leopard`, over the store in memory.
//!
//! `cargo run --example embed_in_poem`, then open <http://127.0.0.1:8000/leopard/api/docs/> and log in as `admin`
//! with the password `a quiet morning`.

use std::sync::Arc;
use std::time::Duration;

use leopard_adapters::broker::local::{Hub, HubSettings, SingleNode};
use leopard_adapters::memory::MemoryStore;
use leopard_adapters::security::{
    Argon2Hasher, HasherSettings, JwtIssuer, RequestFingerprinter, TracingSecurityLog,
};
use leopard_adapters::system::SystemClock;
use leopard_core::chrono::TimeDelta;
use leopard_core::domain::account::{Password, UserKind};
use leopard_core::service::accounts::NewUserTexts;
use leopard_core::{Core, Failure, Ports, Repositories, Settings, async_trait};
use leopard_openapi::{BasePath, BrokerHealth, Health, HealthProbe, HttpSettings, endpoint};
use poem::listener::TcpListener;
use poem::{Route, Server};
use tokio::task::JoinSet;
use tokio::time::interval;

/// All adapters, and the hub with the open streams.
fn ports() -> Result<(Ports, Arc<Hub>), Failure> {
    // At least 32 bytes; the same for all nodes and after a restart.
    let secret = b"replace this text by a secret one";
    let heartbeat = TimeDelta::seconds(30);
    let hub = Arc::new(Hub::new(HubSettings { streams_per_user: 20, heartbeat }));
    let ports = Ports {
        repositories: Repositories::of(Arc::new(MemoryStore::default())),
        publisher: hub.clone(),
        subscriber: hub.clone(),
        presence: Arc::new(SingleNode),
        relay: None,
        passwords: Arc::new(Argon2Hasher::new(HasherSettings { at_once: 2, waiting: 64 })),
        tokens: Arc::new(JwtIssuer::new(secret)?),
        fingerprinter: Arc::new(RequestFingerprinter::new(secret)?),
        security_log: Arc::new(TracingSecurityLog),
        clock: Arc::new(SystemClock),
    };
    Ok((ports, hub))
}

/// Starts the background work. Dropping the result stops it.
async fn start(core: &Core, hub: Arc<Hub>) -> Result<JoinSet<()>, Failure> {
    let mut work = JoinSet::new();
    let clock = core.clock.clone();
    work.spawn(async move {
        // Heartbeats and expired tokens.
        let mut ticks = interval(Duration::from_millis(250));
        loop {
            ticks.tick().await;
            hub.tick(clock.now());
        }
    });
    for mut job in core.background().await? {
        work.spawn(async move {
            let mut ticks = interval(job.period);
            loop {
                ticks.tick().await;
                if let Err(failure) = job.run().await {
                    eprintln!("{}: {failure}", job.name);
                }
            }
        });
    }
    Ok(work)
}

struct Probe(Arc<Hub>);

#[async_trait]
impl HealthProbe for Probe {
    async fn check(&self) -> Health {
        Health {
            database: true,
            broker: BrokerHealth::Local,
            draining: false,
            open_streams: self.0.open_streams(),
            open_files_limit: 1_024,
        }
    }
}

/// The routes of the application, and the background work of the API.
async fn application() -> Result<(Route, JoinSet<()>), Box<dyn std::error::Error>> {
    let (ports, hub) = ports()?;
    let core = Core::new(ports, &Settings::default());
    let first = NewUserTexts {
        kind: UserKind::Person,
        username: "admin".to_owned(),
        password: Some(Password::new("a quiet morning".to_owned())),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: true,
    };
    core.accounts.create_first_user(first.read()?).await?;
    let work = start(&core, hub.clone()).await?;

    let settings = HttpSettings::default().with_base_path(BasePath::new("/leopard")?);
    let api = endpoint(core, Arc::new(Probe(hub)), settings, Route::new());
    let routes = Route::new().at("/", poem::endpoint::make_sync(|_| "your own page"));
    Ok((routes.nest("/leopard", api), work))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (routes, _work) = application().await?;
    Server::new(TcpListener::bind("127.0.0.1:8000")).run(routes).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
