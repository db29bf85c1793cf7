//! A hostile user does not slow down others.

use leopard_tests::support::costs::worst_data::WorstData;
use leopard_tests::support::fairness::attack::Attack;
use leopard_tests::support::fairness::{attacks, withstands};
use leopard_tests::support::{alone, new_database};

async fn withstands_all(data: &WorstData, attacks: &[fn(&WorstData) -> Attack]) {
    let mut slow = vec![];
    for attack in attacks {
        slow.extend(withstands(data, &attack(data)).await.err());
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[tokio::test]
async fn hostile_user_on_sqlite_does_not_slow_down_others() {
    let _alone = alone().await;
    // Requests are not counted, so that the attacks go on; logins are, as by default.
    let workdir = WorstData::workdir()
        .with("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "10")
        .with("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "100");
    let data = WorstData::in_workdir(workdir).await;
    let all: [fn(&WorstData) -> Attack; 7] = [
        attacks::search,
        attacks::lists,
        attacks::comments,
        attacks::streams,
        attacks::logins,
        attacks::uploads,
        attacks::announcements,
    ];
    withstands_all(&data, &all).await;
    log_in_beside_an_attack(&data).await;
}

/// Searches and lists use connections of a pool there.
#[tokio::test]
async fn hostile_user_on_postgres_does_not_slow_down_others() {
    let _alone = alone().await;
    let workdir = WorstData::workdir().with("DATABASE_URL", &new_database().await);
    let data = WorstData::in_workdir(workdir).await;
    withstands_all(&data, &[attacks::search, attacks::lists]).await;
}

/// Logins of another user succeed while one account floods the server with logins.
async fn log_in_beside_an_attack(data: &WorstData) {
    let hostile = attacks::logins(data).start(data);
    hostile.until_at_full_speed().await;
    for _ in 0..5 {
        data.leopard.log_in(&data.witness.name, &data.witness.password).await.expect(200);
    }
    hostile.stop().await;
}
