use super::fixture::AccountsFixture;
use crate::Failure;
use crate::domain::account::{SearchTerms, UserKind};
use crate::domain::page::PageRequest;
use crate::port::UserQuery;
use crate::tests::fixtures::{ANN, BOB, user};

#[tokio::test]
async fn list_users_queries_one_page_of_all_users() {
    let fixture = AccountsFixture::new();
    let page = PageRequest::first(10);
    assert_eq!(fixture.accounts.list_users(page).await.unwrap().total, 2);
    assert_eq!(fixture.state().user_queries, [UserQuery::all(page)]);
}

#[tokio::test]
async fn directory_includes_inactive_users_only_for_staff_who_ask_for_them() {
    let page = PageRequest::first(10);
    for (caller, asks, include_inactive) in
        [(BOB, false, false), (BOB, true, false), (ANN, false, false), (ANN, true, true)]
    {
        let fixture = AccountsFixture::new();
        let search = SearchTerms::parse("an hi").unwrap();
        let found = fixture
            .accounts
            .directory(&user(caller), UserKind::Person, search.clone(), asks, page)
            .await;
        assert!(found.is_ok());
        let kind = Some(UserKind::Person);
        let expected = UserQuery { search, kind, include_inactive, page };
        assert_eq!(fixture.state().user_queries, [expected]);
    }
}

#[tokio::test]
async fn directory_page_past_the_end_is_invalid() {
    let fixture = AccountsFixture::new();
    fixture.state().user_count = 0;
    let read = async |number| {
        let page = PageRequest::new(number, 10).unwrap();
        fixture.accounts.directory(&user(ANN), UserKind::Person, None, false, page).await
    };
    assert!(read(1).await.is_ok());
    assert_eq!(read(2).await, Err(Failure::InvalidPage));
}
