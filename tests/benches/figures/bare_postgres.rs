//! The baseline of the tasks on `PostgreSQL`: several connections, each of which commits each of its
//! tasks by itself.

use std::time::{Duration, Instant};

use leopard_core::domain::id::UserId;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{ConnectOptions as _, Connection as _, PgConnection, Postgres};

use super::closed_loop::{self, Step};
use super::store::PEOPLE;
use super::{bare_sql, store};

/// How many tasks so many connections write in a second to the empty database of this URL.
pub async fn tasks_a_second(url: &str, connections: usize) -> f64 {
    let people = store::people(url).await;
    let options: PgConnectOptions = url.parse().expect("a URL");
    let options = options.disable_statement_logging();
    let mut writers = vec![];
    for writer in 0..connections {
        writers.push(Writer {
            connection: options.connect().await.expect("a connection"),
            from: people[writer],
            to: people[writer + PEOPLE / 2],
        });
    }
    closed_loop::run(writers).await.rate
}

struct Writer {
    connection: PgConnection,
    from: UserId,
    to: UserId,
}

impl Step for Writer {
    async fn take(&mut self) -> Duration {
        let begun = Instant::now();
        let mut transaction = self.connection.begin().await.expect("a transaction");
        bare_sql::write::<Postgres>(&mut transaction, self.from, self.to).await;
        transaction.commit().await.expect("a commit");
        begun.elapsed()
    }
}
