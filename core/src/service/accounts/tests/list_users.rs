use super::house::{House, credentials};
use super::ledger::{Ledger, ann, staff};
use crate::Failure;
use crate::domain::account::SearchTerms;
use crate::domain::page::PageRequest;
use crate::port::UserQuery;

#[tokio::test]
async fn users_are_listed_page_by_page() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let page = PageRequest::first(10);
    assert_eq!(accounts.list_users(page).await.unwrap().total, 2);
    assert_eq!(ledger.queries(), [UserQuery::all(page)]);
}

#[tokio::test]
async fn the_directory_shows_inactive_users_to_staff_that_asks_for_them() {
    let page = PageRequest::first(10);
    let bob = credentials(7, "bob", true).user;
    for (caller, asks, included) in [
        (&bob, false, false),
        (&bob, true, false),
        (&staff(), false, false),
        (&staff(), true, true),
    ] {
        let (house, ledger) = (House::new(), Ledger::default());
        let accounts = ledger.accounts(&house, Ok(ann()), 2);
        let search = SearchTerms::parse("an hi").unwrap();
        let found = accounts.directory(caller, search.clone(), asks, page).await;
        assert!(found.is_ok());
        let query = UserQuery { search, include_inactive: included, page };
        assert_eq!(ledger.queries(), [query]);
    }
}

#[tokio::test]
async fn a_page_past_the_end_of_the_directory_does_not_exist() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 0);
    let page = |number| PageRequest::new(number, 10).unwrap();
    let first = accounts.directory(&staff(), None, false, page(1)).await;
    assert!(first.is_ok());
    let second = accounts.directory(&staff(), None, false, page(2)).await;
    assert_eq!(second, Err(Failure::InvalidPage));
}
