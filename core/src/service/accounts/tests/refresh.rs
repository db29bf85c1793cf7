use chrono::TimeDelta;

use super::house::{House, here, password};
use crate::Failure;
use crate::domain::change::SessionChange;
use crate::domain::id::TokenId;
use crate::domain::token::TokenKind;
use crate::service::accounts::{Accounts, TokenPair};

async fn logged_in(house: &House) -> (Accounts, TokenPair) {
    let accounts = house.accounts();
    let pair = accounts
        .log_in("bob".to_owned(), password("bob's secret"), here())
        .await;
    (accounts, pair.unwrap())
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair_of_the_same_login() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    house.wait(TimeDelta::hours(20));
    let second = accounts.refresh(first.refresh.clone()).await.unwrap();

    let (before, after) = (house.claims(&first.refresh), house.claims(&second.refresh));
    assert_eq!(before.session, after.session);
    assert_ne!(before.id, after.id);
    assert_eq!(after.expires_at, before.expires_at + TimeDelta::hours(20));
    assert_eq!(house.sessions().len(), 1);
    assert_eq!(house.sessions()[0].expires_at, after.expires_at);

    let access = accounts.authenticate(Some(second.access), &[TokenKind::Access]);
    assert!(access.await.is_ok());
    assert!(accounts.refresh(second.refresh).await.is_ok());
}

#[tokio::test]
async fn a_spent_token_that_comes_again_ends_the_whole_login() {
    let house = House::new();
    let (accounts, first) = logged_in(&house).await;
    let second = accounts.refresh(first.refresh.clone()).await.unwrap();

    let stolen = accounts.refresh(first.refresh).await;
    assert_eq!(stolen, Err(Failure::TokenNotValid));

    for access in [first.access, second.access] {
        let used = accounts.authenticate(Some(access), &[TokenKind::Access]);
        assert_eq!(used.await.err(), Some(Failure::TokenNotValid));
    }
    let successor = accounts.refresh(second.refresh).await;
    assert_eq!(successor, Err(Failure::TokenNotValid));
    assert!(house.sessions()[0].revoked_at.is_some());
}

#[tokio::test]
async fn other_logins_of_the_same_user_live_on() {
    let house = House::new();
    let (accounts, phone) = logged_in(&house).await;
    let (_, desk) = logged_in(&house).await;
    accounts.refresh(phone.refresh.clone()).await.unwrap();
    assert!(accounts.refresh(phone.refresh).await.is_err());
    assert!(accounts.refresh(desk.refresh).await.is_ok());
}

#[tokio::test]
async fn of_two_at_once_with_one_token_the_slower_ends_the_login() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    let login = house.sessions()[0].clone();
    house.let_a_rival_commit(SessionChange::Rotate {
        session: login.id,
        spent: login.refresh,
        next: TokenId("the rival's".to_owned()),
        expires_at: login.expires_at,
    });

    let slower = accounts.refresh(pair.refresh).await;
    assert_eq!(slower, Err(Failure::TokenNotValid));
    assert!(house.sessions()[0].revoked_at.is_some());
}

#[tokio::test]
async fn a_login_that_ends_meanwhile_stays_ended() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    let login = house.sessions()[0].clone();
    house.let_a_rival_commit(SessionChange::Revoke {
        session: login.id,
        at: login.created_at,
    });

    let refused = accounts.refresh(pair.refresh).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    assert_eq!(house.sessions()[0].revoked_at, Some(login.created_at));
}

#[tokio::test]
async fn nothing_but_a_live_refresh_token_of_an_active_user_refreshes() {
    let house = House::new();
    let (accounts, pair) = logged_in(&house).await;
    for token in [pair.access.clone(), "garbage".to_owned()] {
        assert_eq!(accounts.refresh(token).await, Err(Failure::TokenNotValid));
    }
    house.set_active(false);
    let refused = accounts.refresh(pair.refresh.clone()).await;
    assert_eq!(refused, Err(Failure::UserInactive));
    house.set_active(true);
    house.wait(TimeDelta::days(1));
    let refused = accounts.refresh(pair.refresh).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    assert_eq!(house.sessions()[0].revoked_at, None);
}
