//! Tokens with a valid signature.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use leopard_core::Failure;
use leopard_core::domain::account::{Claims, TokenKind};
use leopard_core::domain::id::{ApiKeyId, SessionId, TokenId, UserId};
use leopard_core::port::TokenIssuer;
use serde_json::{Value, json};

use crate::security::JwtIssuer;

pub(super) const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

pub(super) fn issuer() -> JwtIssuer {
    JwtIssuer::new(SECRET).unwrap()
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

pub(super) fn claims() -> Claims {
    Claims {
        kind: TokenKind::Access,
        user: UserId(7),
        session: Some(SessionId("login".to_owned())),
        issuer: Some(ApiKeyId(5)),
        id: Some(TokenId("token".to_owned())),
        issued_at: Some(at(1_700_000_000)),
        not_before: None,
        expires_at: at(1_700_014_400),
    }
}

/// The claims of a token that is signed with the secret.
fn read(claims: &Value) -> Result<Claims, Failure> {
    let key = EncodingKey::from_secret(SECRET);
    issuer().read(encode(&Header::new(Algorithm::HS256), claims, &key).unwrap())
}

/// The required claims, with changes and additions.
fn with(changes: &Value) -> Value {
    let mut claims = json!({"token_type": "access", "user_id": "7", "exp": 1_700_014_400});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[test]
fn issued_token_is_read_back() {
    for kind in TokenKind::ALL {
        let claims = Claims { kind, ..claims() };
        let token = issuer().issue(claims.clone()).unwrap();
        assert!(token.len() < JwtIssuer::MAX_TOKEN / 4);
        assert_eq!(issuer().read(token), Ok(claims));
    }
    let bare = Claims {
        session: None,
        id: None,
        issuer: None,
        issued_at: None,
        not_before: Some(at(5)),
        ..claims()
    };
    let token = issuer().issue(bare.clone()).unwrap();
    assert_eq!(issuer().read(token), Ok(bare));
}

#[test]
fn claims_keep_their_names_and_types() {
    let token = issuer().issue(claims()).unwrap();
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap();
    assert_eq!(
        claims,
        json!({
            "token_type": "access",
            "exp": 1_700_014_400,
            "iat": 1_700_000_000,
            "jti": "token",
            "user_id": "7",
            "sid": "login",
            "issuer_key": 5,
        })
    );
}

#[test]
fn foreign_token_needs_only_kind_user_and_expiry() {
    let expected = Claims { session: None, id: None, issuer: None, issued_at: None, ..claims() };
    assert_eq!(read(&with(&json!({}))), Ok(expected.clone()));
    assert_eq!(read(&with(&json!({"user_id": 7}))), Ok(expected.clone()));
    for more in [
        json!({"aud": "others", "iss": "https://login.example", "sub": "7"}),
        json!({"aud": ["others", "more"]}),
        json!({"aud": 7, "iss": 7, "sub": 7}),
        json!({"aud": null, "iss": null, "sub": null}),
        json!({"scope": {"a": null}}),
    ] {
        assert_eq!(read(&with(&more)), Ok(expected.clone()), "{more}");
    }
}

#[test]
fn fractions_of_a_second_are_rounded_against_the_bearer() {
    let times = json!({"exp": 100.9, "nbf": 10.1, "iat": 10.9});
    let read = read(&with(&times)).unwrap();
    assert_eq!(read.expires_at, at(100));
    assert_eq!(read.not_before, Some(at(11)));
    assert_eq!(read.issued_at, Some(at(10)));
}

#[test]
fn times_are_read_and_not_checked() {
    let past = read(&with(&json!({"exp": 1}))).unwrap();
    assert_eq!(past.expires_at, at(1));
    let future = read(&with(&json!({"nbf": 4_000_000_000_i64, "exp": 1}))).unwrap();
    assert_eq!(future.not_before, Some(at(4_000_000_000)));
}

#[test]
fn claim_of_the_wrong_type_is_refused() {
    let wrong = [
        json!({"exp": null}),
        json!({"exp": "1700014400"}),
        json!({"exp": true}),
        json!({"exp": [1_700_014_400]}),
        json!({"exp": 1e300}),
        json!({"exp": u64::MAX}),
        json!({"iat": "now"}),
        json!({"iat": null}),
        json!({"iat": -1e300}),
        json!({"nbf": {}}),
        json!({"nbf": i64::MIN}),
        json!({"token_type": null}),
        json!({"token_type": 1}),
        json!({"token_type": "Access"}),
        json!({"token_type": "sliding"}),
        json!({"token_type": ["access"]}),
        json!({"user_id": null}),
        json!({"user_id": 0}),
        json!({"user_id": -7}),
        json!({"user_id": 7.0}),
        json!({"user_id": u64::MAX}),
        json!({"user_id": true}),
        json!({"user_id": [7]}),
        json!({"user_id": ""}),
        json!({"user_id": "0"}),
        json!({"user_id": "+7"}),
        json!({"user_id": "-7"}),
        json!({"user_id": " 7"}),
        json!({"user_id": "7\n"}),
        json!({"user_id": "seven"}),
        json!({"user_id": "٧"}),
        json!({"user_id": "9223372036854775808"}),
        json!({"sid": 5}),
        json!({"sid": null}),
        json!({"sid": ["login"]}),
        json!({"jti": 5}),
        json!({"jti": null}),
    ];
    for changes in wrong {
        assert_eq!(read(&with(&changes)), Err(Failure::TokenNotValid), "{changes}");
    }
}

#[test]
fn token_without_kind_user_or_expiry_is_refused() {
    for name in ["token_type", "user_id", "exp"] {
        let mut claims = with(&json!({}));
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(read(&claims), Err(Failure::TokenNotValid), "{name}");
    }
    for claims in [json!([]), json!("access"), json!(null), json!(7)] {
        assert_eq!(read(&claims), Err(Failure::TokenNotValid), "{claims}");
    }
}

#[test]
fn short_secret_is_refused() {
    assert!(JwtIssuer::new(&SECRET[..31]).is_err());
    assert!(JwtIssuer::new(SECRET).is_ok());
}

#[test]
fn debug_hides_the_secret() {
    let shown = format!("{:?}", issuer());
    assert!(!shown.contains("0123") && !shown.contains("48, 49"), "{shown}");
    let refused = JwtIssuer::new(b"hunter2").unwrap_err();
    assert!(!format!("{refused:?}").contains("hunter2"));
}

#[test]
fn each_session_and_token_has_its_own_id() {
    let issuer = issuer();
    assert_ne!(issuer.new_session_id(), issuer.new_session_id());
    assert_ne!(issuer.new_token_id(), issuer.new_token_id());
    assert!(issuer.new_session_id().0.len() >= 22);
}
