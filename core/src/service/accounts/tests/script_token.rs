use super::fixture::AccountsFixture;
use crate::Failure;
use crate::domain::field::FieldError;

#[tokio::test]
async fn script_token_has_no_session() {
    let fixture = AccountsFixture::new();
    let token = fixture.accounts.access_token_for("bob".to_owned()).await.unwrap();
    assert_eq!(fixture.state().sessions, []);
    let caller = fixture.authenticate(&token).await.unwrap();
    assert_eq!(caller.user.username, "bob");
    assert_eq!(caller.login.session, None);

    for name in ["eve", "zoe"] {
        let refused = fixture.accounts.access_token_for(name.to_owned()).await;
        let error = FieldError::NoActiveUsername(name.to_owned());
        assert_eq!(refused, Err(Failure::field("username", error)));
    }
}
