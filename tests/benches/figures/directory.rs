//! The directory of many users, compared with that of few.

use std::path::Path;

use super::closed_loop::{self, Outcome};
use super::databases::Databases;
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};
use super::store;

/// How many users there are, and in the baseline.
const MANY: usize = 100_000;
const FEW: usize = 1_000;

/// The searches among many and among few users, with the same number of results.
const SEARCHES: [(&str, &str, &str); 3] = [
    ("a search that finds 11", "search=person4242", "search=person42"),
    ("a search that finds all", "search=ana", "search=ana"),
    ("without a search", "", ""),
];

pub async fn measure(binary: &Path) -> Vec<Line> {
    let mut lines = on(binary, &Databases::sqlite()).await;
    lines.extend(on(binary, &Databases::postgres().await).await);
    lines
}

async fn on(binary: &Path, databases: &Databases) -> Vec<Line> {
    let (many, few) = (
        populated_server(binary, databases, MANY).await,
        populated_server(binary, databases, FEW).await,
    );
    let name = databases.name();
    let (all, some) = (number(count(MANY)), number(count(FEW)));
    let mut lines = vec![];
    for (what, of_many, of_few) in SEARCHES {
        let here = page(&many, of_many).await.latencies.p50();
        let baseline = page(&few, of_few).await.latencies.p50();
        let figure = format!("{name}: directory of {all} users, first page, {what}");
        lines.push(Line::of_medians(figure, here, baseline, &format!("of {some} users")));
    }
    lines
}

async fn populated_server(binary: &Path, databases: &Databases, users: usize) -> PopulatedServer {
    let url = databases.new_url().await;
    let unsafe_url = databases.unsafe_url(&url);
    let users = store::create_users(&unsafe_url, users).await;
    PopulatedServer::on(binary, &url, users, &[]).await
}

async fn page(populated_server: &PopulatedServer, query: &str) -> Outcome {
    let request = populated_server.get(0, &format!("/api/v1/users/?{query}"));
    let calls = populated_server.calls(vec![request], "200").await;
    closed_loop::run(calls).await
}
