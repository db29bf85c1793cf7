//! What every operation costs at its documented maxima, as `tests/load/cost_ceiling.rs` tests it.

use std::path::Path;

use leopard_tests::support::costs;
use leopard_tests::support::costs::cases::Case;
use leopard_tests::support::costs::measure::{Cost, measure as measure_case};
use leopard_tests::support::costs::table;
use leopard_tests::support::costs::worst_data::WorstData;

pub async fn measure(binary: &Path) -> String {
    let data = WorstData::in_workdir(WorstData::workdir().running(binary)).await;
    let mut rows: Vec<(Case, Cost)> = vec![];
    for case in costs::all() {
        let cost = measure_case(&data, &case).await;
        rows.push((case, cost));
    }
    table::of(&costliest_bodies(rows))
}

/// Keeps only the costliest body of each shape: all operations refuse it alike.
fn costliest_bodies(rows: Vec<(Case, Cost)>) -> Vec<(Case, Cost)> {
    let (mut bodies, mut rest): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(case, _)| case.is_body());
    bodies.sort_by_key(|(case, cost)| (case.maximum, std::cmp::Reverse(cost.processor)));
    bodies.dedup_by_key(|(case, _)| case.maximum);
    rest.extend(bodies);
    rest
}
