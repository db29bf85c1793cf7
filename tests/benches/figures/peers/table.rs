//! The table of the peers.

use std::fmt::Write as _;

use super::super::events::Delivered;
use super::super::report::{machine, milliseconds, number};

/// A measured server.
pub struct Row {
    pub name: String,
    pub load: Delivered,
    /// Of an idle stream, in KiB.
    pub memory: f64,
}

/// The servers, each with the events per second of the first two divided by its own.
pub fn of(rows: &[Row]) -> String {
    let mut table = format!(
        "{}\n\n| server | events per second | p50 | p99 | processor time per event | memory of an \
         idle stream | Leopard on SQLite / it | Leopard on PostgreSQL / it |\n\
         |---|---|---|---|---|---|---|---|\n",
        machine()
    );
    for row in rows {
        let Row { name, load, memory } = row;
        let (rate, latencies) = (load.outcome.rate, &load.outcome.latencies);
        let (p50, p99) = (milliseconds(latencies.p50()), milliseconds(latencies.p99()));
        let [sqlite, postgres] = [0, 1].map(|leopard| rows[leopard].load.outcome.rate / rate);
        writeln!(
            table,
            "| {name} | {} | {p50} | {p99} | {} | {memory:.2} KiB | {sqlite:.2} | {postgres:.2} |",
            number(rate),
            load.processor(),
        )
        .expect("a text takes all of it");
    }
    table
}
