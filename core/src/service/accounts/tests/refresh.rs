use chrono::TimeDelta;

use super::house::{House, here, password, start};
use crate::Failure;
use crate::domain::account::TokenKind;
use crate::domain::change::SessionChange;
use crate::domain::id::TokenId;
use crate::service::accounts::{Accounts, TokenPair};

async fn logged_in(house: &House) -> (Accounts, TokenPair) {
    let accounts = house.accounts();
    let pair = accounts.log_in("bob".to_owned(), password("bob's secret"), here()).await;
    (accounts, pair.unwrap())
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair_of_the_same_login() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    house.wait(TimeDelta::hours(20));
    let second = accounts.refresh(first.refresh.clone(), here()).await.unwrap();

    let (before, after) = (house.claims(&first.refresh), house.claims(&second.refresh));
    assert_eq!(before.session, after.session);
    assert_ne!(before.id, after.id);
    assert_eq!(after.expires_at, before.expires_at + TimeDelta::hours(20));
    assert_eq!(house.sessions().len(), 1);
    assert_eq!(house.sessions()[0].expires_at, after.expires_at);

    let access = accounts.authenticate(Some(second.access), &[TokenKind::Access]);
    assert!(access.await.is_ok());
    assert!(accounts.refresh(second.refresh, here()).await.is_ok());
}

#[tokio::test]
async fn a_spent_token_that_comes_again_ends_the_whole_login() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    let second = accounts.refresh(first.refresh.clone(), here()).await.unwrap();
    house.wait(TimeDelta::seconds(21));

    let stolen = accounts.refresh(first.refresh, here()).await;
    assert_eq!(stolen, Err(Failure::TokenNotValid));

    for access in [first.access, second.access] {
        let used = accounts.authenticate(Some(access), &[TokenKind::Access]);
        assert_eq!(used.await.err(), Some(Failure::TokenNotValid));
    }
    let successor = accounts.refresh(second.refresh, here()).await;
    assert_eq!(successor, Err(Failure::TokenNotValid));
    assert!(house.sessions()[0].revoked_at.is_some());
}

#[tokio::test]
async fn other_logins_of_the_same_user_live_on() {
    let house = House::new();
    let (accounts, phone) = logged_in(&house).await;
    let (_, desk) = logged_in(&house).await;
    accounts.refresh(phone.refresh.clone(), here()).await.unwrap();
    house.wait(TimeDelta::minutes(1));
    assert!(accounts.refresh(phone.refresh, here()).await.is_err());
    assert!(accounts.refresh(desk.refresh, here()).await.is_ok());
}

#[tokio::test]
async fn retry_within_the_grace_gets_the_same_successor() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    let second = accounts.refresh(first.refresh.clone(), here()).await.unwrap();
    house.wait(TimeDelta::seconds(20));
    let retried = accounts.refresh(first.refresh, here()).await.unwrap();

    let (answered, again) = (house.claims(&second.refresh), house.claims(&retried.refresh));
    assert_eq!(answered.id, again.id);
    assert_eq!(answered.expires_at, again.expires_at);
    assert_eq!(house.sessions()[0].revoked_at, None);
    for access in [second.access, retried.access] {
        let used = accounts.authenticate(Some(access), &[TokenKind::Access]);
        assert!(used.await.is_ok());
    }
    assert!(accounts.refresh(retried.refresh, here()).await.is_ok());
}

#[tokio::test]
async fn retry_after_the_successor_was_used_ends_the_login() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    let second = accounts.refresh(first.refresh.clone(), here()).await.unwrap();
    let third = accounts.refresh(second.refresh, here()).await.unwrap();

    let reused = accounts.refresh(first.refresh, here()).await;
    assert_eq!(reused, Err(Failure::TokenNotValid));
    let ended = accounts.refresh(third.refresh, here()).await;
    assert_eq!(ended, Err(Failure::TokenNotValid));
    assert!(house.sessions()[0].revoked_at.is_some());
}

#[tokio::test]
async fn retry_ends_the_login_where_the_grace_is_off() {
    let house = House::new();
    let (mut accounts, first) = logged_in(&house).await;
    accounts.lifetimes.refresh_grace = TimeDelta::zero();
    accounts.refresh(first.refresh.clone(), here()).await.unwrap();
    let reused = accounts.refresh(first.refresh, here()).await;
    assert_eq!(reused, Err(Failure::TokenNotValid));
    assert!(house.sessions()[0].revoked_at.is_some());
}

#[tokio::test]
async fn of_two_concurrent_refreshes_both_get_the_same_successor() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    let login = house.sessions()[0].clone();
    house.let_a_rival_commit(SessionChange::Rotate {
        session: login.id,
        spent: login.refresh,
        next: TokenId("the rival's".to_owned()),
        expires_at: login.expires_at,
        at: start(),
    });

    let slower = accounts.refresh(pair.refresh, here()).await.unwrap();
    let successor = Some(TokenId("the rival's".to_owned()));
    assert_eq!(house.claims(&slower.refresh).id, successor);
    assert_eq!(house.sessions()[0].revoked_at, None);
}

#[tokio::test]
async fn no_token_outlives_the_longest_session() {
    let house = House::new();
    let (accounts, mut pair) = logged_in(&house).await;
    let end = house.claims(&pair.refresh).issued_at.unwrap() + TimeDelta::days(90);
    for round in 1..90 * 24 / 20 {
        house.wait(TimeDelta::hours(20));
        pair = accounts.refresh(pair.refresh, here()).await.unwrap();
        let expiries = [&pair.access, &pair.refresh].map(|token| house.claims(token).expires_at);
        assert!(expiries.iter().all(|expiry| *expiry <= end), "{round}");
    }
    let (access, refresh) = (pair.access, pair.refresh);
    assert_eq!(house.claims(&refresh).expires_at, end);
    house.wait(TimeDelta::hours(20));
    let refused = accounts.refresh(refresh, here()).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    let refused = accounts.authenticate(Some(access), &[TokenKind::Access]);
    assert_eq!(refused.await.err(), Some(Failure::TokenNotValid));
}

#[tokio::test]
async fn shorter_session_limit_holds_for_sessions_that_exist() {
    let house = House::new();
    let (mut accounts, pair) = logged_in(&house).await;
    accounts.lifetimes.session = Some(TimeDelta::hours(2));
    house.wait(TimeDelta::hours(2));
    let refused = accounts.authenticate(Some(pair.access), &[TokenKind::Access]);
    assert_eq!(refused.await.err(), Some(Failure::TokenNotValid));
    let refused = accounts.refresh(pair.refresh, here()).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
}

#[tokio::test]
async fn a_login_that_ends_meanwhile_stays_ended() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    let login = house.sessions()[0].clone();
    house.let_a_rival_commit(SessionChange::Revoke { session: login.id, at: login.created_at });

    let refused = accounts.refresh(pair.refresh, here()).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    assert_eq!(house.sessions()[0].revoked_at, Some(login.created_at));
}

#[tokio::test]
async fn nothing_but_a_live_refresh_token_of_an_active_user_refreshes() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    for token in [pair.access.clone(), "garbage".to_owned()] {
        assert_eq!(accounts.refresh(token, here()).await, Err(Failure::TokenNotValid));
    }
    house.set_active(false);
    let refused = accounts.refresh(pair.refresh.clone(), here()).await;
    assert_eq!(refused, Err(Failure::UserInactive));
    house.set_active(true);
    house.wait(TimeDelta::days(1));
    let refused = accounts.refresh(pair.refresh, here()).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    assert_eq!(house.sessions()[0].revoked_at, None);
}
