//! The figures of Leopard, each compared with a baseline of the same run. See `docs/performance.md`.

mod bare_postgres;
mod bare_server;
mod bare_sqlite;
mod closed_loop;
mod connection;
mod costs;
mod databases;
mod directory;
mod events;
mod growth;
mod idle;
mod latency;
mod nodes;
mod order;
mod peers;
mod populated_server;
mod reads;
mod reminders;
mod report;
mod rest;
mod store;
mod streams;
mod task_api;
mod tasks;

use std::process::ExitCode;

use leopard_tests::support::process::allow_files;
use tokio::runtime::Builder;

use order::{Group, Order};

fn main() -> ExitCode {
    match Order::read(std::env::args().skip(1)) {
        Ok(Order::BareServer) => bare_server::run(),
        Ok(Order::Measure(wanted)) => return measure(&wanted),
        Err(error) => return fail(&error),
    }
    ExitCode::SUCCESS
}

fn measure(wanted: &order::Selection) -> ExitCode {
    // Both ends of thousands of streams are files.
    allow_files();
    // One thread: the client shares the processors with the server.
    let runtime = Builder::new_current_thread().enable_all().build();
    let tables = runtime.expect("a runtime").block_on(async {
        let (mut lines, mut tables) = (vec![], vec![]);
        for group in &wanted.groups {
            lines.extend(match group {
                Group::Tasks => tasks::measure(&wanted.binary).await,
                Group::Streams => streams::measure(&wanted.binary).await,
                Group::Directory => directory::measure(&wanted.binary).await,
                Group::Reminders => reminders::measure().await,
                Group::Growth => growth::measure(&wanted.binary).await,
                Group::Nodes => nodes::measure(&wanted.binary).await,
                Group::Costs => {
                    tables.push((report::COSTS, costs::measure(&wanted.binary).await));
                    vec![]
                }
                Group::Peers => {
                    tables.push((report::PEERS, peers::measure(&wanted.binary).await));
                    vec![]
                }
            });
        }
        if !lines.is_empty() {
            tables.push((report::FIGURES, report::table(&lines)));
        }
        tables
    });
    for (place, table) in tables {
        report::print(&table);
        if wanted.write
            && let Err(error) = report::write(&place, &table)
        {
            return fail(&error);
        }
    }
    ExitCode::SUCCESS
}

fn fail(error: &str) -> ExitCode {
    eprintln!("figures: {error}");
    ExitCode::FAILURE
}
