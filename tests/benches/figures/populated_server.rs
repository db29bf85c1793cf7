//! A server with many users.

use std::path::Path;

use leopard_core::domain::id::UserId;
use leopard_tests::support::{Leopard, Workdir, seeded_users};

use super::databases::Databases;
use super::store;
use super::task_api::TaskApi;

pub struct PopulatedServer {
    pub leopard: Leopard,
    pub api: TaskApi,
}

impl PopulatedServer {
    /// Starts this binary on a new database with the usual users; by default, it logs only warnings.
    pub async fn found(binary: &Path, databases: &Databases, settings: &[(&str, &str)]) -> Self {
        let url = databases.new_url().await;
        let users = store::users(&databases.unsafe_url(&url)).await;
        Self::on(binary, databases, &url, users, settings).await
    }

    /// Starts this binary on the database of this URL, in which these users are.
    pub async fn on(
        binary: &Path,
        databases: &Databases,
        url: &str,
        users: Vec<UserId>,
        settings: &[(&str, &str)],
    ) -> Self {
        let own = [("DATABASE_URL", url), ("LEOPARD_LOG", "warn")];
        let workdir = seeded_users::with_secret(Workdir::new(&own).running(binary));
        let leopard = workdir.with_all(settings).serve().await;
        let processes = [leopard.process()].into_iter().chain(databases.process());
        let api = TaskApi::new(leopard.address(), processes.collect(), users);
        Self { leopard, api }
    }
}
