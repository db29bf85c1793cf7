use super::house::{House, here, password};
use crate::Failure;
use crate::domain::account::TokenKind;

#[tokio::test]
async fn logging_out_ends_the_tokens_of_that_login_alone() {
    let house = House::new();
    let accounts = house.accounts();
    let log_in = || accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let (phone, desk) = (log_in().await.unwrap(), log_in().await.unwrap());

    assert_eq!(accounts.log_out(phone.refresh.clone()).await, Ok(()));

    let gone = accounts.authenticate(Some(phone.access), &[TokenKind::Access]);
    assert_eq!(gone.await.err(), Some(Failure::TokenNotValid));
    let gone = accounts.refresh(phone.refresh.clone(), here()).await;
    assert_eq!(gone, Err(Failure::TokenNotValid));
    let again = accounts.log_out(phone.refresh).await;
    assert_eq!(again, Err(Failure::TokenNotValid));

    let stays = accounts.authenticate(Some(desk.access), &[TokenKind::Access]);
    assert!(stays.await.is_ok());
}

#[tokio::test]
async fn an_access_token_logs_nobody_out() {
    let house = House::new();
    let accounts = house.accounts();
    let pair = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let pair = pair.await.unwrap();
    let refused = accounts.log_out(pair.access).await;
    assert_eq!(refused, Err(Failure::TokenNotValid));
    assert_eq!(house.sessions()[0].revoked_at, None);
}
