//! Lists and searches of users.

use crate::commit::Commit;
use leopard_core::domain::account::{
    NewUser, PersonName, Profile, SearchTerms, User, UserEdit, UserKind,
};
use leopard_core::domain::change::UserChange;
use leopard_core::domain::page::PageRequest;
use leopard_core::port::UserQuery;

use crate::Backend;
use crate::fixtures::{create_by_operator, edit, new_user, user};

async fn named(backend: &Backend, username: &str, first_name: &str, last_name: &str) -> User {
    let profile = Profile::new(String::new(), first_name.to_owned(), last_name.to_owned());
    let new = NewUser { profile: profile.expect("a profile"), ..new_user(username) };
    let created = backend.users.store(create_by_operator(new)).await;
    created.expect("a user")
}

fn searching(text: &str) -> UserQuery {
    UserQuery {
        search: SearchTerms::parse(text).expect("terms"),
        kind: Some(UserKind::Person),
        include_inactive: false,
        page: PageRequest::first(PageRequest::MAX_SIZE),
    }
}

/// The names that a query finds, in order.
async fn found_by(backend: &Backend, query: UserQuery) -> Vec<String> {
    let page = backend.users.list(query).await.expect("a page");
    assert_eq!(page.total, page.items.len() as u64);
    page.items.iter().map(|it| it.username.clone()).collect()
}

async fn found(backend: &Backend, text: &str) -> Vec<String> {
    found_by(backend, searching(text)).await
}

pub async fn search_matches_word_prefixes(backend: &Backend) {
    named(backend, "anna.hill", "Anna Maria", "Stone").await;
    named(backend, "bob", "Robert", "Hill-Anders").await;
    named(backend, "carol", "", "").await;
    for (text, expected) in [
        ("an", &["bob", "anna.hill"][..]),
        ("hill", &["anna.hill", "bob"]),
        ("hill-", &["bob"]),
        ("anna.h", &["anna.hill"]),
        ("hill an", &["anna.hill", "bob"]),
        ("hill rob", &["bob"]),
        ("maria stone anna", &["anna.hill"]),
        ("maria bob", &[]),
        ("nna", &[]),
        ("carol", &["carol"]),
        ("carole", &[]),
        ("  ", &["anna.hill", "bob", "carol"]),
    ] {
        assert_eq!(found(backend, text).await, expected, "{text:?}");
    }
}

pub async fn exact_match_comes_first(backend: &Backend) {
    for name in ["annabel", "anna", "bo"] {
        user(backend, name).await;
    }
    named(backend, "zoe", "Ann", "Annabel").await;
    named(backend, "ann", "Ann", "").await;
    // Each user once, by the first matching word; of the same word, the older user first.
    let expected = ["zoe", "ann", "anna", "annabel"];
    assert_eq!(found(backend, "ann").await, expected);
    assert_eq!(found(backend, "anna").await, ["anna", "annabel", "zoe"]);
}

pub async fn search_has_no_wildcards(backend: &Backend) {
    for name in ["a_b", "axb", "a-b", "a.b"] {
        user(backend, name).await;
    }
    named(backend, "quote", "100%", "O'Neill \\ *").await;
    for (text, expected) in [
        ("a_", &["a_b"][..]),
        ("a-b", &["a-b"]),
        ("%", &[]),
        ("a%", &[]),
        ("_", &[]),
        ("100%", &["quote"]),
        ("o'n", &["quote"]),
        ("\\", &["quote"]),
        ("*", &["quote"]),
        ("' OR 1=1 --", &[]),
    ] {
        assert_eq!(found(backend, text).await, expected, "{text:?}");
    }
}

pub async fn search_ignores_case_in_any_script(backend: &Backend) {
    named(backend, "zoë", "ΟΔΥΣΣΕΥΣ", "Weiß").await;
    named(backend, "Иван", "山田太郎", "Ångström").await;
    for text in ["ZOË", "οδυσσευς", "WEISS", "weiß"] {
        assert_eq!(found(backend, text).await, ["zoë"], "{text}");
    }
    for text in ["ИВ", "ив", "山田", "ångs", "ÅNGS"] {
        assert_eq!(found(backend, text).await, ["Иван"], "{text}");
    }
    assert_eq!(found(backend, "zoe").await, [""; 0]);
    assert_eq!(found(backend, "\u{10ffff}").await, [""; 0]);
}

pub async fn inactive_users_are_listed_on_request_only(backend: &Backend) {
    for name in ["ana", "andy", "bob"] {
        user(backend, name).await;
    }
    let andy = backend.users.find_credentials("andy".to_owned()).await;
    let andy = andy.expect("an answer").expect("a user").user;
    let deactivate = UserChange::Deactivate(andy.id);
    backend.users.store(deactivate).await.expect("a user");
    let with_inactive = |text| UserQuery { include_inactive: true, ..searching(text) };
    assert_eq!(found(backend, "an").await, ["ana"]);
    assert_eq!(found(backend, "").await, ["ana", "bob"]);
    let all = found_by(backend, with_inactive("an")).await;
    assert_eq!(all, ["ana", "andy"]);
    let all = found_by(backend, with_inactive("")).await;
    assert_eq!(all, ["ana", "andy", "bob"]);

    let activate = UserEdit { is_active: Some(true), ..UserEdit::default() };
    edit(backend, andy.id, activate).await;
    assert_eq!(found(backend, "an").await, ["ana", "andy"]);
}

pub async fn renamed_user_is_found_by_the_new_name(backend: &Backend) {
    let ana = named(backend, "ana", "Ana", "Hill").await;
    let married = UserEdit {
        last_name: Some(PersonName::new("Stone".to_owned()).expect("a name")),
        ..UserEdit::default()
    };
    edit(backend, ana.id, married).await;
    assert_eq!(found(backend, "stone").await, ["ana"]);
    assert_eq!(found(backend, "hill").await, [""; 0]);
    assert_eq!(found(backend, "ana").await, ["ana"]);
}

pub async fn search_results_are_paged(backend: &Backend) {
    for number in 0..7 {
        named(backend, &format!("user{number}"), "Ana", "Anders").await;
        user(backend, &format!("other{number}")).await;
    }
    let expected: Vec<_> = (0..7).map(|number| format!("user{number}")).collect();
    for (number, expected) in [(1, &expected[..3]), (3, &expected[6..]), (4, &[])] {
        let query = UserQuery {
            page: PageRequest::new(number, 3).expect("a page request"),
            ..searching("an us")
        };
        let page = backend.users.list(query).await.expect("a page");
        let names: Vec<_> = page.items.iter().map(|it| it.username.clone()).collect();
        assert_eq!((names.as_slice(), page.total), (expected, 7));
    }
}
