use chrono::TimeDelta;

use super::house::{House, credentials, hash_of, here, password, start};
use crate::Failure;
use crate::domain::account::{Credentials, TokenKind, User};
use crate::domain::id::UserId;
use crate::port::MockPasswordHasher;

#[tokio::test]
async fn name_and_password_give_a_pair_of_tokens_of_one_login() {
    let house = House::new();
    let pair =
        house.accounts().log_in("bob".to_owned(), password("bob's secret"), here()).await.unwrap();

    let (access, refresh) = (house.claims(&pair.access), house.claims(&pair.refresh));
    assert_eq!(access.kind, TokenKind::Access);
    assert_eq!(refresh.kind, TokenKind::Refresh);
    let whole = start() - TimeDelta::milliseconds(500);
    assert_eq!(access.issued_at, Some(whole));
    assert_eq!(access.expires_at, whole + TimeDelta::hours(4));
    assert_eq!(refresh.expires_at, whole + TimeDelta::days(1));
    assert_ne!(access.id, refresh.id);

    let [login] = &house.sessions()[..] else { panic!("one login: {:?}", house.sessions()) };
    assert_eq!(login.user, UserId(7));
    assert_eq!(Some(&login.id), access.session.as_ref());
    assert_eq!(Some(&login.id), refresh.session.as_ref());
    assert_eq!(Some(&login.refresh), refresh.id.as_ref());
    assert_eq!(login.expires_at, refresh.expires_at);
    assert_eq!(login.revoked_at, None);
}

#[tokio::test]
async fn unknown_wrong_and_inactive_look_the_same() {
    let house = House::new();
    let accounts = house.accounts();
    let attempts = [
        ("nobody", "bob's secret"),
        ("Bob", "bob's secret"),
        ("bob", "Bob's secret"),
        ("eve", "eve's secret"),
        ("eve", "wrong"),
    ];
    for (name, offered) in attempts {
        let refused = accounts.log_in(name.to_owned(), password(offered), here()).await;
        assert_eq!(refused, Err(Failure::NoActiveAccount), "{name} {offered}");
    }
    assert_eq!(house.sessions(), []);
}

#[tokio::test]
async fn an_unknown_name_costs_as_much_as_a_known_one() {
    let house = House::new();
    let accounts = house.accounts();
    for name in ["nobody", "bob", "eve"] {
        let _ = accounts.log_in(name.to_owned(), password("guess"), here()).await;
    }
    let expected = [None, Some(hash_of("bob's secret")), Some(hash_of("eve's secret"))];
    assert_eq!(house.compared(), expected);
}

#[tokio::test]
async fn nobody_logs_in_with_what_was_changed_while_it_was_compared() {
    let bob = credentials(7, "bob", true);
    let repassworded = Credentials {
        user: User { tokens_valid_from: start(), ..bob.user.clone() },
        password: hash_of("another"),
    };
    for changed in [repassworded, credentials(7, "bob", false)] {
        let house = House::new();
        house.let_bob_change_meanwhile(changed);
        let late =
            house.accounts().log_in("bob".to_owned(), password("bob's secret"), here()).await;
        assert_eq!(late.err(), Some(Failure::NoActiveAccount));
        assert_eq!(house.sessions(), []);
    }
}

#[tokio::test]
async fn too_many_at_once_are_put_off() {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().returning(|_, _, _| Err(Failure::Throttled { retry_after: 1 }));
    let house = House::new();
    let mut accounts = house.accounts();
    accounts.passwords = std::sync::Arc::new(passwords);
    let refused = accounts.log_in("bob".to_owned(), password("bob's secret"), here()).await;
    assert_eq!(refused, Err(Failure::Throttled { retry_after: 1 }));
}
