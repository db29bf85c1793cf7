//! The directory of many users, compared with that of few.

use std::path::Path;
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::databases::Databases;
use super::events::Service as _;
use super::latency::Latencies;
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};
use super::store;

/// The number of users, and in the baseline.
const MANY: usize = 100_000;
const FEW: usize = 1_000;
const CALLS: usize = 100;

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
    let many = populated_server(binary, databases, MANY).await;
    let few = populated_server(binary, databases, FEW).await;
    let name = databases.name();
    let (all, some) = (number(count(MANY)), number(count(FEW)));
    let mut lines = vec![];
    for (what, of_many, of_few) in SEARCHES {
        let (here, baseline) = times((&many, of_many), (&few, of_few)).await;
        let figure = format!("{name}: directory of {all} users, first page, {what}");
        lines.push(Line::of_medians(figure, here, baseline, &format!("of {some} users")));
    }
    lines
}

async fn populated_server(binary: &Path, databases: &Databases, users: usize) -> PopulatedServer {
    let url = databases.new_url().await;
    let unsafe_url = databases.unsafe_url(&url);
    let users = store::create_users(&unsafe_url, users).await;
    // The first one makes the requests.
    let callers = users.into_iter().take(1).collect();
    PopulatedServer::on(binary, databases, &url, callers, &[]).await
}

/// The median times of these searches, measured in turn, so that other load slows down both.
async fn times(
    one: (&PopulatedServer, &str),
    other: (&PopulatedServer, &str),
) -> (Duration, Duration) {
    let mut searches = vec![];
    for (server, query) in [one, other] {
        let connection = Connection::open(server.api.address()).await;
        let request = server.api.get(0, &format!("/api/v1/users/?{query}"));
        searches.push((connection, request, vec![]));
    }
    for _ in 0..CALLS {
        for (connection, request, times) in &mut searches {
            let sent = Instant::now();
            connection.call(request, "200").await;
            times.push(sent.elapsed());
        }
    }
    let mut medians = searches.into_iter().map(|(_, _, times)| Latencies::of(times).p50());
    (medians.next().expect("of one"), medians.next().expect("of the other"))
}
