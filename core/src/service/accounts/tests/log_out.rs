use super::fixture::AccountsFixture;
use crate::Failure;

#[tokio::test]
async fn log_out_ends_the_tokens_of_one_session() {
    let fixture = AccountsFixture::new();
    let (phone, desk) = (fixture.log_in_bob().await, fixture.log_in_bob().await);

    assert_eq!(fixture.accounts.log_out(phone.refresh.clone()).await, Ok(()));

    let not_valid = Failure::TokenNotValid;
    assert_eq!(fixture.authenticate(&phone.access).await, Err(not_valid.clone()));
    assert_eq!(fixture.refresh(&phone.refresh).await, Err(not_valid.clone()));
    assert_eq!(fixture.accounts.log_out(phone.refresh).await, Err(not_valid));
    assert!(fixture.authenticate(&desk.access).await.is_ok());
}

#[tokio::test]
async fn access_token_cannot_log_out() {
    let fixture = AccountsFixture::new();
    let pair = fixture.log_in_bob().await;
    assert_eq!(fixture.accounts.log_out(pair.access).await, Err(Failure::TokenNotValid));
    assert_eq!(fixture.session().revoked_at, None);
}
