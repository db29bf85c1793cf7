use chrono::TimeDelta;

use super::house::{House, credentials, here, password, start};
use crate::Failure;
use crate::domain::account::{Claims, TokenKind};
use crate::domain::id::{TokenId, UserId};
use crate::port::MockUserRepository;
use crate::service::accounts::Caller;

/// A token of Bob's that somebody else signed.
fn foreign(kind: TokenKind) -> Claims {
    Claims {
        kind,
        user: UserId(7),
        session: None,
        id: None,
        issued_at: Some(start()),
        not_before: None,
        expires_at: start() + TimeDelta::hours(1),
    }
}

async fn authenticate(house: &House, token: &str, kinds: &[TokenKind]) -> Result<Caller, Failure> {
    let accounts = house.accounts();
    accounts.authenticate(Some(token.to_owned()), kinds).await
}

#[tokio::test]
async fn without_a_token_the_caller_is_told_so() {
    let nobody = House::new().accounts();
    let nobody = nobody.authenticate(None, &[TokenKind::Access]).await;
    assert_eq!(nobody, Err(Failure::NotAuthenticated));
}

#[tokio::test]
async fn the_caller_is_known_with_login_and_expiries() {
    let house = House::new();
    let pair =
        house.accounts().log_in("bob".to_owned(), password("bob's secret"), here()).await.unwrap();
    let caller = authenticate(&house, &pair.access, &[TokenKind::Access]).await;
    let caller = caller.unwrap();
    assert_eq!(caller.user.username, "bob");
    assert_eq!(caller.login.session, Some(house.sessions()[0].id.clone()));
    assert_eq!(caller.token_expires_at, house.claims(&pair.access).expires_at);
    assert_eq!(caller.login_expires_at, Some(house.sessions()[0].expires_at));
}

#[tokio::test]
async fn each_kind_of_token_opens_its_own_doors_alone() {
    let house = House::new();
    for kind in TokenKind::ALL {
        let token = house.sign(foreign(kind));
        for door in TokenKind::ALL {
            let entered = authenticate(&house, &token, &[door]).await.is_ok();
            assert_eq!(entered, kind == door, "{kind:?} at {door:?}");
        }
        let stream = [TokenKind::Access, TokenKind::Stream];
        let opens = authenticate(&house, &token, &stream).await.is_ok();
        assert_eq!(opens, kind != TokenKind::Refresh, "{kind:?}");
    }
}

#[tokio::test]
async fn a_token_counts_to_the_second() {
    let house = House::new();
    let early =
        Claims { not_before: Some(start() + TimeDelta::seconds(1)), ..foreign(TokenKind::Access) };
    let token = house.sign(early);
    let mut counts = vec![];
    for _ in 0..4 {
        counts.push(authenticate(&house, &token, &[TokenKind::Access]).await.is_ok());
        house.wait(TimeDelta::minutes(30));
    }
    assert_eq!(counts, [false, true, false, false]);
}

#[tokio::test]
async fn a_deactivated_user_is_told_so_and_a_vanished_one_is_not() {
    let house = House::new();
    let token = house.sign(foreign(TokenKind::Access));
    let vanished = house.sign(Claims { user: UserId(99), ..foreign(TokenKind::Access) });
    house.set_active(false);
    let refused = authenticate(&house, &token, &[TokenKind::Access]).await;
    assert_eq!(refused, Err(Failure::UserInactive));
    let refused = authenticate(&house, &vanished, &[TokenKind::Access]).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
}

#[tokio::test]
async fn verify_accepts_every_token_that_still_counts() {
    let house = House::new();
    let accounts = house.accounts();
    let first = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let first = first.await.unwrap();
    let second = accounts.refresh(first.refresh.clone(), here()).await.unwrap();
    let stream = house.sign(foreign(TokenKind::Stream));
    for good in [&first.access, &second.access, &second.refresh, &stream] {
        assert_eq!(accounts.verify(good.clone()).await, Ok(()));
    }

    let of_no_login = house.sign(foreign(TokenKind::Refresh));
    let named =
        house.sign(Claims { id: Some(TokenId("x".to_owned())), ..foreign(TokenKind::Refresh) });
    for bad in [first.refresh, of_no_login, named, "garbage".to_owned()] {
        let refused = accounts.verify(bad.clone()).await;
        assert_eq!(refused, Err(Failure::TokenNotValid), "{bad}");
    }
    // Asking does not spend, and a spent one that is asked for ends nothing.
    assert!(accounts.refresh(second.refresh, here()).await.is_ok());

    house.set_active(false);
    let refused = accounts.verify(second.access).await;
    assert_eq!(refused, Err(Failure::UserInactive));
}

#[tokio::test]
async fn a_deactivated_user_is_refused_within_a_second_by_those_who_knew_them() {
    let house = House::new();
    let accounts = house.accounts();
    let token = house.sign(foreign(TokenKind::Access));
    let enter = || accounts.authenticate(Some(token.clone()), &[TokenKind::Access]);
    assert!(enter().await.is_ok());

    house.set_active(false);
    house.wait(TimeDelta::seconds(1));

    assert_eq!(enter().await, Err(Failure::UserInactive));
}

#[tokio::test]
async fn the_store_is_asked_once_for_many_requests_of_a_moment() {
    let house = House::new();
    let bob = credentials(1, "bob", true).user;
    let mut users = MockUserRepository::new();
    users.expect_find_many().once().returning(move |_| Ok(vec![bob.clone()]));
    let accounts = house.accounts_with(users);
    let token = house.sign(Claims { user: UserId(1), ..foreign(TokenKind::Access) });
    for _ in 0..10 {
        let caller = accounts.authenticate(Some(token.clone()), &[TokenKind::Access]);
        assert!(caller.await.is_ok());
    }
}
