use std::sync::Arc;

use chrono::TimeDelta;

use super::fixture::{AccountsFixture, start};
use crate::Failure;
use crate::domain::account::{
    ApiKey, Claims, KeyHash, Login, Scope, Scopes, SecurityEventKind, TokenKind, User, UserKind,
};
use crate::domain::field::FieldError;
use crate::domain::id::{ApiKeyId, UserId};
use crate::port::MockApiKeyRepository;
use crate::service::accounts::{Accounts, Caller, IssuedToken};
use crate::tests::fixtures::{ANN, BOB, EVE, UNKNOWN, ZOE, login, network, user};

const KEY: ApiKeyId = ApiKeyId(7);

/// A caller with an access token.
fn person(id: UserId) -> Caller {
    Caller {
        user: user(id).into(),
        login: login(id, Some("phone")),
        token_expires_at: start() + TimeDelta::hours(1),
        login_expires_at: None,
        scopes: None,
    }
}

/// A caller with an API key that expires in so many seconds.
fn program(id: UserId, scopes: &[Scope], seconds: i64) -> Caller {
    Caller {
        login: Login { key: Some(KEY), session: None, issued_at: None, ..login(id, None) },
        token_expires_at: start() + TimeDelta::seconds(seconds),
        scopes: Some(scopes.iter().copied().collect()),
        ..person(id)
    }
}

async fn issue(
    fixture: &AccountsFixture,
    caller: &Caller,
    owner: UserId,
    ttl_seconds: Option<i64>,
) -> Result<IssuedToken, Failure> {
    fixture.accounts.issue_token(caller, owner, ttl_seconds, network()).await
}

#[tokio::test]
async fn program_issues_an_access_token_that_names_its_key() {
    let fixture = AccountsFixture::new();
    let caller = program(ZOE, &[Scope::TokensIssue], 86_400);
    let issued = issue(&fixture, &caller, BOB, Some(900)).await.unwrap();
    assert_eq!(issued.expires_in, 900);
    let claims = fixture.claims(&issued.token);
    assert_eq!((claims.kind, claims.user), (TokenKind::Access, BOB));
    assert_eq!((claims.session, claims.issuer), (None, Some(KEY)));
    let events = &fixture.state().events;
    assert_eq!(events[0].kind, SecurityEventKind::TokenIssued);
    assert_eq!((events[0].user, events[0].target), (Some(ZOE), Some(BOB)));
}

#[tokio::test]
async fn issued_token_outlives_neither_the_access_lifetime_nor_the_key() {
    let fixture = AccountsFixture::new();
    let four_hours = 4 * 3_600;
    let caller = program(ZOE, &[Scope::TokensIssue], 86_400);
    let longest = issue(&fixture, &caller, BOB, None).await.unwrap();
    assert_eq!(longest.expires_in, four_hours);
    for (seconds, error) in
        [(0, FieldError::TooSmall(1)), (four_hours + 1, FieldError::TooGreat(four_hours))]
    {
        let refused = issue(&fixture, &caller, BOB, Some(seconds)).await.err();
        assert_eq!(refused, Some(Failure::field("ttl_seconds", error)));
    }
    let expiring = program(ZOE, &[Scope::TokensIssue], 60);
    assert_eq!(issue(&fixture, &expiring, BOB, None).await.unwrap().expires_in, 60);
}

#[tokio::test]
async fn only_staff_and_keys_with_the_scope_issue_tokens() {
    let fixture = AccountsFixture::new();
    let every: Vec<_> = Scope::ALL.into_iter().filter(|it| *it != Scope::TokensIssue).collect();
    let missing = Failure::InsufficientScope(Scope::TokensIssue);
    for (caller, expected) in [
        (person(ANN), None),
        (person(ZOE), Some(Failure::PermissionDenied)),
        (program(ZOE, &every, 60), Some(missing.clone())),
        (program(ANN, &every, 60), Some(missing)),
    ] {
        assert_eq!(issue(&fixture, &caller, BOB, None).await.err(), expected);
    }
}

#[tokio::test]
async fn token_is_issued_for_active_persons_and_for_staff_only_by_staff() {
    let fixture = AccountsFixture::new();
    let change = |change: fn(&mut User)| change(&mut fixture.state().users[0].user);
    let caller = program(ZOE, &[Scope::TokensIssue], 60);
    let refused = async |owner| issue(&fixture, &caller, owner, None).await.err();
    assert_eq!(refused(UNKNOWN).await, Some(Failure::NotFound));
    assert_eq!(refused(EVE).await, Some(Failure::UserDeactivated));
    change(|bob| bob.is_staff = true);
    assert_eq!(refused(BOB).await, Some(Failure::PermissionDenied));
    let of_staff = program(ANN, &[Scope::TokensIssue], 60);
    assert!(issue(&fixture, &of_staff, BOB, None).await.is_ok());
    change(|bob| (bob.kind, bob.is_staff) = (UserKind::Service, false));
    assert_eq!(refused(BOB).await, Some(Failure::PermissionDenied));
}

/// The service over a store whose key 7 is Eve's, who is inactive, or Bob's.
fn with_key(fixture: &AccountsFixture, owner: UserId, is_revoked: bool) -> Accounts {
    let mut api_keys = MockApiKeyRepository::new();
    api_keys.expect_find_many().returning(move |ids| {
        assert_eq!(ids, [KEY]);
        Ok(vec![ApiKey {
            id: KEY,
            user: owner,
            name: "back end".to_owned(),
            hint: "abcd".to_owned(),
            hash: KeyHash("hash".to_owned()),
            scopes: Scopes::default(),
            created_at: start(),
            expires_at: None,
            last_used_at: None,
            revoked_at: is_revoked.then(start),
        }])
    });
    Accounts { api_keys: Arc::new(api_keys), ..fixture.accounts.clone() }
}

#[tokio::test]
async fn issued_token_is_refused_after_its_key_is_revoked_or_the_user_of_the_key_deactivated() {
    for (owner, is_revoked, is_accepted) in
        [(BOB, false, true), (BOB, true, false), (EVE, false, false)]
    {
        let fixture = AccountsFixture::new();
        let claims = super::fixture::claims(TokenKind::Access, BOB);
        let token = fixture.sign(Claims { issuer: Some(KEY), ..claims });
        let accounts = with_key(&fixture, owner, is_revoked);
        let caller = accounts.authenticate(Some(token), &[TokenKind::Access]).await;
        assert_eq!(caller.is_ok(), is_accepted, "{owner}, {is_revoked}");
        if let Ok(caller) = caller {
            let stream = accounts.stream_token(&caller).unwrap();
            assert_eq!(fixture.claims(&stream.token).issuer, Some(KEY));
        }
    }
}
