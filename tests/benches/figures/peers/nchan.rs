//! Nchan, a module of nginx: a channel for each user, in memory or in Redis.

use std::path::Path;

use leopard_tests::support::Redis;
use leopard_tests::support::nginx::{Nginx, Port};
use tokio::time::sleep;

use super::channels::Channels;
use super::{Missing, SETTLED};

/// The folders in which distributions have the modules of nginx.
const FOLDERS: [&str; 3] =
    ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"];

/// Where messages are stored.
#[derive(Clone, Copy)]
pub enum Store {
    Memory,
    Redis,
}

impl Store {
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "Nchan in memory",
            Self::Redis => "Nchan with Redis",
        }
    }
}

pub struct Nchan {
    pub channels: Channels,
    _nginx: Nginx,
    _redis: Option<Redis>,
}

impl Nchan {
    pub async fn start(store: Store) -> Result<Self, Missing> {
        let modules = FOLDERS.iter().map(|folder| format!("{folder}/ngx_nchan_module.so"));
        let module = modules.into_iter().find(|module| Path::new(module).is_file());
        let module = module.ok_or("the package libnginx-mod-nchan is missing")?;
        let redis = match store {
            Store::Memory => None,
            Store::Redis => Some(Redis::start_with(|port| persistent(&port)).await),
        };
        let port = Port::reserve();
        let configuration = configuration(&module, &port, redis.as_ref());
        let nginx = Nginx::start(&configuration, port, &[]).await;
        if redis.is_some() {
            // Its workers connect to Redis after they have begun to listen.
            sleep(SETTLED).await;
        }
        let processes = [nginx.process()].into_iter().chain(redis.as_ref().map(Redis::process));
        let channels = Channels {
            address: nginx.address(),
            processes: processes.collect(),
            subscribe: |user| format!("/stream/{user}"),
            publish: |user| format!("/publish/{user}"),
        };
        Ok(Self { channels, _nginx: nginx, _redis: redis })
    }
}

/// Settings with which Redis writes to the disk every second.
fn persistent(port: &str) -> Vec<String> {
    ["--port", port, "--appendonly", "yes", "--appendfsync", "everysec"].map(str::to_owned).into()
}

fn configuration(module: &str, port: &Port, redis: Option<&Redis>) -> String {
    let (upstream, pass) = redis.map_or_else(Default::default, |redis| {
        let upstream = format!("upstream messages {{ nchan_redis_server {}; }}", redis.url());
        (upstream, "nchan_redis_pass messages;")
    });
    let address = port.address();
    format!(
        "load_module {module};
worker_processes auto;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    nchan_shared_memory_size 256m;
    {upstream}
    server {{
        listen {address} backlog=1024;
        location ~ ^/publish/([0-9]+)$ {{
            nchan_publisher;
            nchan_channel_id $1;
            nchan_message_buffer_length 100;
            {pass}
        }}
        location ~ ^/stream/([0-9]+)$ {{
            nchan_subscriber eventsource;
            nchan_channel_id $1;
            nchan_subscriber_first_message newest;
            {pass}
        }}
    }}
}}
"
    )
}
