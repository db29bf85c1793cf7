use super::house::House;
use crate::Failure;
use crate::domain::account::TokenKind;
use crate::domain::field::FieldError;

#[tokio::test]
async fn a_token_for_scripts_belongs_to_no_login() {
    let house = House::new();
    let accounts = house.accounts();
    let token = accounts.access_token_for("bob".to_owned()).await.unwrap();
    assert_eq!(house.sessions(), []);
    let caller = accounts.authenticate(Some(token), &[TokenKind::Access]);
    let caller = caller.await.unwrap();
    assert_eq!(caller.user.username, "bob");
    assert_eq!(caller.login.session, None);

    for nobody in ["eve", "zoe"] {
        let error = FieldError::NoActiveUsername(nobody.to_owned());
        let refused = accounts.access_token_for(nobody.to_owned()).await;
        assert_eq!(refused, Err(Failure::field("username", error)));
    }
}
