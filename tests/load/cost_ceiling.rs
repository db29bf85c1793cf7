//! What every operation costs at the documented maxima, as counts, bytes and ratios of one run: no
//! request of one user may cost much more than the largest page that a list has.

use std::collections::BTreeSet;
use std::time::Duration;

use leopard_tests::support::costs::cases::Ceiling;
use leopard_tests::support::costs::measure::{CALLS, Cost, measure, measure_more};
use leopard_tests::support::costs::table;
use leopard_tests::support::costs::worst_data::WorstData;
use leopard_tests::support::{alone, costs, document, figure};

/// The most processor time of the largest page, as a multiple of that of a password hash.
const LARGEST_PAGE: f64 = 40.0;
/// The most processor time of a search: it is interrupted after 2 seconds, however fast the machine is.
const SEARCH: Duration = Duration::from_millis(2_500);

#[test]
fn every_documented_operation_has_a_case() {
    let documented: BTreeSet<_> = document::operations().into_keys().collect();
    let cases = costs::all();
    let covered: BTreeSet<_> = cases.iter().map(|case| case.operation.to_owned()).collect();
    let missing: Vec<_> = documented.symmetric_difference(&covered).collect();
    assert!(missing.is_empty(), "in one of the two alone: {missing:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operation_at_its_maxima_stays_below_its_cost_ceiling() {
    let _alone = alone().await;
    let data = WorstData::in_workdir(WorstData::workdir()).await;
    let mut rows = vec![];
    for case in costs::all() {
        let cost = measure(&data, &case).await;
        rows.push((case, cost));
    }
    let baseline = table::largest_page(&rows).processor;
    // On a busy machine, others than the server add to a case: a few more calls tell.
    for (case, cost) in &mut rows {
        let most = baseline.mul_f64(case.ceiling.processor().min(1_000.0));
        for calls in CALLS..2 * CALLS {
            if cost.processor > most {
                *cost = measure_more(&data, case, *cost, calls).await;
            }
        }
    }
    figure::print(&format!("\n{}", table::of(&rows)));

    let mut above = vec![];
    for (case, cost) in &rows {
        let ratio = cost.processor.as_secs_f64() / baseline.as_secs_f64();
        let Cost { status, answered, memory, .. } = *cost;
        if !case.statuses.contains(&status) {
            above.push(format!("{}: its status is {status}", case.name()));
        }
        let ceiling = case.ceiling;
        if ceiling == Ceiling::Search && cost.processor > SEARCH {
            above.push(format!("{}: {:?}", case.name(), cost.processor));
        }
        if answered > ceiling.bytes() || ratio > ceiling.processor() || memory > ceiling.memory() {
            let name = case.name();
            above.push(format!(
                "{name}: {answered} bytes, {ratio:.2} of the largest page, {memory} KiB; {ceiling:?}"
            ));
        }
    }
    let hash = table::password_hash(&rows).processor;
    let pages = baseline.as_secs_f64() / hash.as_secs_f64();
    if pages > LARGEST_PAGE {
        above.push(format!("the largest page costs {pages:.1} password hashes"));
    }
    assert!(above.is_empty(), "above their ceilings:\n{}", above.join("\n"));
}
