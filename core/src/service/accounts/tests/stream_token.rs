use chrono::{DateTime, TimeDelta, Utc};

use super::house::{House, credentials, start};
use crate::Failure;
use crate::domain::account::{Login, TokenKind};
use crate::domain::id::{SessionId, UserId};
use crate::service::accounts::{Caller, StreamToken};

fn caller(token_expires_at: DateTime<Utc>, login_expires_at: Option<DateTime<Utc>>) -> Caller {
    let session = login_expires_at.map(|_| SessionId("login".to_owned()));
    Caller {
        user: credentials(7, "bob", true).user,
        login: Login { user: UserId(7), session, issued_at: Some(start()) },
        token_expires_at,
        login_expires_at,
    }
}

/// A stream token for somebody whose token and login still count for so many milliseconds.
fn stream_token(house: &House, token: i64, login: Option<i64>) -> Result<StreamToken, Failure> {
    let after = |span| start() + TimeDelta::milliseconds(span);
    house.accounts().stream_token(&caller(after(token), login.map(after)))
}

const HOUR: i64 = 3_600_000;

#[test]
fn it_opens_streams_of_the_same_login_for_an_hour() {
    let house = House::new();
    let token = stream_token(&house, HOUR / 2, Some(24 * HOUR)).unwrap();
    assert_eq!(token.expires_in, 3_600);
    let claims = house.claims(&token.token);
    assert_eq!(claims.kind, TokenKind::Stream);
    assert_eq!(claims.user, UserId(7));
    assert_eq!(claims.session, Some(SessionId("login".to_owned())));
    let whole = start() - TimeDelta::milliseconds(500);
    assert_eq!(claims.expires_at, whole + TimeDelta::hours(1));
}

#[test]
fn it_never_outlives_its_login() {
    let house = House::new();
    for left in [1_000, 1_500, 90_250, HOUR - 1, HOUR] {
        let token = stream_token(&house, 4 * HOUR, Some(left)).unwrap();
        let claims = house.claims(&token.token);
        assert!(claims.expires_at <= start() + TimeDelta::milliseconds(left), "{left}");
        assert_eq!(token.expires_in, left / 1_000);
    }
}

#[test]
fn where_there_is_no_login_it_never_outlives_the_token() {
    let house = House::new();
    assert_eq!(stream_token(&house, 60_000, None).unwrap().expires_in, 60);
    assert_eq!(stream_token(&house, 5 * HOUR, None).unwrap().expires_in, 3_600);
}

#[test]
fn a_login_that_is_over_gives_none() {
    let house = House::new();
    for left in [999, 0, -HOUR] {
        let refused = stream_token(&house, HOUR, Some(left)).err();
        assert_eq!(refused, Some(Failure::TokenNotValid), "{left}");
    }
}
