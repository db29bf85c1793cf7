//! A hostile user on PostgreSQL, where searches and lists have connections of a pool.

use leopard_tests::support::alone::alone;
use leopard_tests::support::costs::worst_data::WorstData;
use leopard_tests::support::fairness::{attacks, withstands};
use leopard_tests::support::postgres::new_database;

#[tokio::test]
async fn hostile_user_does_not_slow_down_others() {
    let _alone = alone().await;
    let workdir = WorstData::workdir().with("DATABASE_URL", &new_database().await);
    let data = WorstData::in_workdir(workdir).await;
    let mut slow = vec![];
    for attack in [attacks::search, attacks::lists] {
        slow.extend(withstands(&data, &attack(&data)).await.err());
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
