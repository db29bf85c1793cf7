//! The table of costs.

use std::fmt::Write as _;

use super::cases::Case;
use super::cases::tasks::LARGEST_PAGE;
use super::measure::Cost;

/// The cost of the largest page of tasks, the unit of comparison.
pub fn largest_page(rows: &[(Case, Cost)]) -> Cost {
    find(rows, |case| case.maximum == LARGEST_PAGE)
}

/// The cost of a login, which is that of a password hash.
pub fn password_hash(rows: &[(Case, Cost)]) -> Cost {
    find(rows, |case| case.operation == "logIn" && case.statuses == [200])
}

fn find(rows: &[(Case, Cost)], wanted: impl Fn(&Case) -> bool) -> Cost {
    let found = rows.iter().find(|(case, _)| wanted(case));
    found.expect("a measured case").1
}

pub fn of(rows: &[(Case, Cost)]) -> String {
    let baseline = largest_page(rows).processor.as_secs_f64();
    let mut table = "| operation | at its maximum | status | sent | answered | processor | \
                     of the largest page | memory |\n|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for (case, cost) in rows {
        let processor = cost.processor.as_secs_f64();
        let written = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {:.1} ms | {:.2} | {} KiB |",
            case.operation,
            case.maximum,
            cost.status,
            size(cost.sent),
            size(cost.answered),
            processor * 1_000.0,
            processor / baseline,
            cost.memory,
        );
        written.expect("a string grows");
    }
    table
}

/// Bytes, or KiB where there are many.
fn size(bytes: usize) -> String {
    if bytes < 10 * 1024 { format!("{bytes} B") } else { format!("{} KiB", bytes / 1024) }
}
