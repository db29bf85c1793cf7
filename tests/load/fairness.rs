//! A hostile user costs themselves; on PostgreSQL in `fairness_postgres.rs`.

use leopard_tests::support::alone::alone;
use leopard_tests::support::costs::worst_data::WorstData;
use leopard_tests::support::fairness::{attacks, withstands};
use serde_json::json;

#[tokio::test]
async fn hostile_user_does_not_slow_down_others() {
    let _alone = alone().await;
    // Requests are not counted, so that the attack goes on; logins are, as by default.
    let workdir = WorstData::workdir()
        .with("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "10")
        .with("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "100");
    let data = WorstData::in_workdir(workdir).await;
    let all = [
        attacks::search,
        attacks::lists,
        attacks::comments,
        attacks::streams,
        attacks::logins,
        attacks::uploads,
        attacks::announcements,
    ];
    let mut slow = vec![];
    for attack in all {
        slow.extend(withstands(&data, &attack(&data)).await.err());
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
    log_in_beside_an_attack(&data).await;
}

/// Logins of another user succeed while one account floods the server with logins.
async fn log_in_beside_an_attack(data: &WorstData) {
    let credentials = json!({
        "username": data.witness.name,
        "password": data.witness.password,
    });
    let anonymous = data.leopard.anonymous();
    let hostile = attacks::logins(data).start(data);
    hostile.until_at_full_speed().await;
    for _ in 0..5 {
        let login = anonymous.post("/api/token/", credentials.clone()).await;
        login.expect(200);
    }
    hostile.stop().await;
}
