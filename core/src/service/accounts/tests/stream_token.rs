use chrono::TimeDelta;

use super::fixture::{AccountsFixture, start};
use crate::Failure;
use crate::domain::account::TokenKind;
use crate::domain::id::SessionId;
use crate::service::accounts::{Caller, IssuedToken};
use crate::tests::fixtures::{BOB, login, user};

const HOUR: i64 = 3_600_000;

/// A stream token for a caller whose token, and session if any, expires in so many milliseconds.
fn stream_token(
    fixture: &AccountsFixture,
    token: i64,
    session: Option<i64>,
) -> Result<IssuedToken, Failure> {
    let after = |span| start() + TimeDelta::milliseconds(span);
    let caller = Caller {
        user: user(BOB).into(),
        login: login(BOB, session.map(|_| "phone")),
        token_expires_at: after(token),
        login_expires_at: session.map(after),
        scopes: None,
    };
    fixture.accounts.stream_token(&caller)
}

#[test]
fn stream_token_belongs_to_the_session_for_an_hour() {
    let fixture = AccountsFixture::new();
    let token = stream_token(&fixture, HOUR / 2, Some(24 * HOUR)).unwrap();
    assert_eq!(token.expires_in, 3_600);
    let claims = fixture.claims(&token.token);
    assert_eq!((claims.kind, claims.user), (TokenKind::Stream, BOB));
    assert_eq!(claims.session, Some(SessionId("phone".to_owned())));
    let whole_second = start() - TimeDelta::milliseconds(500);
    assert_eq!(claims.expires_at, whole_second + TimeDelta::hours(1));
}

#[test]
fn stream_token_does_not_outlive_the_session() {
    let fixture = AccountsFixture::new();
    for left in [1_000, 1_500, 90_250, HOUR - 1, HOUR] {
        let token = stream_token(&fixture, 4 * HOUR, Some(left)).unwrap();
        let claims = fixture.claims(&token.token);
        assert!(claims.expires_at <= start() + TimeDelta::milliseconds(left), "{left}");
        assert_eq!(token.expires_in, left / 1_000);
    }
}

#[test]
fn stream_token_without_a_session_does_not_outlive_the_token() {
    let fixture = AccountsFixture::new();
    assert_eq!(stream_token(&fixture, 60_000, None).unwrap().expires_in, 60);
    assert_eq!(stream_token(&fixture, 5 * HOUR, None).unwrap().expires_in, 3_600);
}

#[test]
fn ended_session_gets_no_stream_token() {
    let fixture = AccountsFixture::new();
    for left in [999, 0, -HOUR] {
        let refused = stream_token(&fixture, HOUR, Some(left)).err();
        assert_eq!(refused, Some(Failure::TokenNotValid), "{left}");
    }
}
