use chrono::TimeDelta;

use super::fixture::{AccountsFixture, credentials, failing_hasher, hash_of, start};
use crate::Failure;
use crate::domain::account::{Credentials, TokenKind, User};
use crate::tests::fixtures::{BOB, user};

#[tokio::test]
async fn log_in_returns_both_tokens_of_a_new_session() {
    let fixture = AccountsFixture::new();
    let pair = fixture.log_in_bob().await;

    let (access, refresh) = (fixture.claims(&pair.access), fixture.claims(&pair.refresh));
    assert_eq!(access.kind, TokenKind::Access);
    assert_eq!(refresh.kind, TokenKind::Refresh);
    let whole_second = start() - TimeDelta::milliseconds(500);
    assert_eq!(access.issued_at, Some(whole_second));
    assert_eq!(access.expires_at, whole_second + TimeDelta::hours(4));
    assert_eq!(refresh.expires_at, whole_second + TimeDelta::days(1));
    assert_ne!(access.id, refresh.id);

    assert_eq!(fixture.state().sessions.len(), 1);
    let session = fixture.session();
    assert_eq!(session.user, BOB);
    assert_eq!(access.session.as_ref(), Some(&session.id));
    assert_eq!(refresh.session, Some(session.id));
    assert_eq!(refresh.id, Some(session.refresh));
    assert_eq!(refresh.expires_at, session.expires_at);
    assert_eq!(session.revoked_at, None);
}

#[tokio::test]
async fn unknown_name_wrong_password_and_inactive_user_get_the_same_error() {
    let fixture = AccountsFixture::new();
    for (name, text) in [
        ("nobody", "bob's secret"),
        ("Bob", "bob's secret"),
        ("bob", "Bob's secret"),
        ("eve", "eve's secret"),
        ("eve", "wrong"),
    ] {
        let refused = fixture.log_in(name, text).await;
        assert_eq!(refused, Err(Failure::NoActiveAccount), "{name} {text}");
    }
    assert_eq!(fixture.state().sessions, []);
}

#[tokio::test]
async fn unknown_name_costs_a_password_comparison_too() {
    let fixture = AccountsFixture::new();
    for name in ["nobody", "bob", "eve"] {
        let _ = fixture.log_in(name, "guess").await;
    }
    let expected = [None, Some(hash_of("bob's secret")), Some(hash_of("eve's secret"))];
    assert_eq!(fixture.state().compared, expected);
}

#[tokio::test]
async fn user_who_changes_during_the_comparison_is_not_logged_in() {
    let new_password = Credentials {
        user: User { tokens_valid_from: start(), ..user(BOB) },
        password: Some(hash_of("another")),
    };
    let inactive = credentials(User { is_active: false, ..user(BOB) });
    for changed in [new_password, inactive] {
        let fixture = AccountsFixture::new();
        fixture.state().bob_after_comparison = Some(changed);
        let refused = fixture.log_in("bob", "bob's secret").await;
        assert_eq!(refused, Err(Failure::NoActiveAccount));
        assert_eq!(fixture.state().sessions, []);
    }
}

#[tokio::test]
async fn full_queue_of_comparisons_throttles_the_log_in() {
    let mut fixture = AccountsFixture::new();
    let throttled = Failure::Throttled { retry_after: 1 };
    fixture.accounts.passwords = failing_hasher(throttled.clone());
    assert_eq!(fixture.log_in("bob", "bob's secret").await, Err(throttled));
}
