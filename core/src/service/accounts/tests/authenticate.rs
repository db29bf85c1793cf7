use std::sync::Arc;

use chrono::TimeDelta;

use super::fixture::{AccountsFixture, claims, start};
use crate::Failure;
use crate::domain::account::{Claims, TokenKind};
use crate::domain::id::TokenId;
use crate::port::MockUserRepository;
use crate::tests::fixtures::{BOB, UNKNOWN, network, user};

fn bob(kind: TokenKind) -> Claims {
    claims(kind, BOB)
}

#[tokio::test]
async fn request_without_a_token_is_not_authenticated() {
    let accounts = AccountsFixture::new().accounts;
    let refused = accounts.authenticate(None, &[TokenKind::Access]).await;
    assert_eq!(refused, Err(Failure::NotAuthenticated));
}

#[tokio::test]
async fn caller_has_user_session_and_expiry_times_of_the_token() {
    let fixture = AccountsFixture::new();
    let pair = fixture.log_in_bob().await;
    let caller = fixture.authenticate(&pair.access).await.unwrap();
    assert_eq!(caller.user.username, "bob");
    assert_eq!(caller.login.session, Some(fixture.session().id));
    assert_eq!(caller.token_expires_at, fixture.claims(&pair.access).expires_at);
    assert_eq!(caller.login_expires_at, Some(fixture.session().expires_at));
}

#[tokio::test]
async fn token_is_accepted_only_as_its_own_kind() {
    let AccountsFixture { accounts, .. } = &fixture_of_tokens();
    for (index, kind) in TokenKind::ALL.into_iter().enumerate() {
        let accepts = async |kinds: &[TokenKind]| {
            accounts.authenticate(Some(index.to_string()), kinds).await.is_ok()
        };
        for accepted in TokenKind::ALL {
            assert_eq!(accepts(&[accepted]).await, kind == accepted, "{kind:?} as {accepted:?}");
        }
        let for_streams = accepts(&[TokenKind::Access, TokenKind::Stream]).await;
        assert_eq!(for_streams, kind != TokenKind::Refresh, "{kind:?}");
    }
}

/// One token of each kind, in their order.
fn fixture_of_tokens() -> AccountsFixture {
    let fixture = AccountsFixture::new();
    for kind in TokenKind::ALL {
        fixture.sign(bob(kind));
    }
    fixture
}

#[tokio::test]
async fn token_is_valid_from_not_before_until_its_expiry() {
    let fixture = AccountsFixture::new();
    let not_before = Some(start() + TimeDelta::seconds(1));
    let token = fixture.sign(Claims { not_before, ..bob(TokenKind::Access) });
    let mut accepted = vec![];
    for _ in 0..4 {
        accepted.push(fixture.authenticate(&token).await.is_ok());
        fixture.wait(TimeDelta::minutes(30));
    }
    assert_eq!(accepted, [false, true, false, false]);
}

#[tokio::test]
async fn inactive_user_and_unknown_user_get_different_errors() {
    let fixture = AccountsFixture::new();
    let token = fixture.sign(bob(TokenKind::Access));
    let unknown = fixture.sign(claims(TokenKind::Access, UNKNOWN));
    fixture.set_active(false);
    assert_eq!(fixture.authenticate(&token).await, Err(Failure::UserInactive));
    assert_eq!(fixture.authenticate(&unknown).await, Err(Failure::TokenNotValid));
}

#[tokio::test]
async fn verify_accepts_valid_tokens_and_does_not_spend_them() {
    let fixture = AccountsFixture::new();
    let accounts = &fixture.accounts;
    let first = fixture.log_in_bob().await;
    let second = fixture.refresh(&first.refresh).await.unwrap();
    let stream = fixture.sign(bob(TokenKind::Stream));
    for good in [&first.access, &second.access, &second.refresh, &stream] {
        assert_eq!(accounts.verify(good.clone()).await, Ok(()));
    }

    let without_session = fixture.sign(bob(TokenKind::Refresh));
    let id = Some(TokenId("x".to_owned()));
    let with_id = fixture.sign(Claims { id, ..bob(TokenKind::Refresh) });
    for bad in [first.refresh, without_session, with_id, "garbage".to_owned()] {
        let refused = accounts.verify(bad.clone()).await;
        assert_eq!(refused, Err(Failure::TokenNotValid), "{bad}");
    }
    // Neither the current nor the spent token has changed the session.
    assert!(accounts.refresh(second.refresh, network()).await.is_ok());

    fixture.set_active(false);
    assert_eq!(accounts.verify(second.access).await, Err(Failure::UserInactive));
}

#[tokio::test]
async fn cached_user_is_refused_two_seconds_after_deactivation() {
    let fixture = AccountsFixture::new();
    let token = fixture.sign(bob(TokenKind::Access));
    assert!(fixture.authenticate(&token).await.is_ok());

    fixture.set_active(false);
    fixture.wait(TimeDelta::seconds(2));

    assert_eq!(fixture.authenticate(&token).await, Err(Failure::UserInactive));
}

#[tokio::test]
async fn requests_within_a_second_read_the_user_once() {
    let mut fixture = AccountsFixture::new();
    let mut users = MockUserRepository::new();
    users.expect_find_many().once().returning(|_| Ok(vec![user(BOB)]));
    fixture.accounts.uncached_users = Arc::new(users);
    let token = fixture.sign(bob(TokenKind::Access));
    for _ in 0..10 {
        assert!(fixture.authenticate(&token).await.is_ok());
    }
}
