//! Forged and malformed tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use leopard_core::Failure;
use leopard_core::domain::account::Claims;
use leopard_core::port::TokenIssuer;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::tokens::{SECRET, claims, issuer};
use crate::security::JwtIssuer;

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn good_claims() -> String {
    r#"{"token_type":"access","user_id":"7","exp":1700014400}"#.to_owned()
}

/// A token of these texts, signed with the secret.
fn signed(header: &str, claims: &str, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", base64(header.as_bytes()), base64(claims.as_bytes()));
    let key = EncodingKey::from_secret(SECRET);
    let signature = sign(message.as_bytes(), &key, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn with_header(header: &Value) -> Result<Claims, Failure> {
    issuer().read(signed(&header.to_string(), &good_claims(), Algorithm::HS256))
}

fn refused(token: &str) {
    assert_eq!(issuer().read(token.to_owned()), Err(Failure::TokenNotValid), "{token}");
}

#[test]
fn forger_of_the_tests_can_forge_a_valid_token() {
    assert!(with_header(&json!({"alg": "HS256"})).is_ok());
    assert!(with_header(&json!({"alg": "HS256", "typ": "JWT"})).is_ok());
}

#[test]
fn unsigned_token_is_refused() {
    for name in ["none", "None", "NONE", ""] {
        let header = base64(json!({"alg": name}).to_string().as_bytes());
        let payload = base64(good_claims().as_bytes());
        refused(&format!("{header}.{payload}."));
        refused(&format!("{header}.{payload}"));
        let key = EncodingKey::from_secret(SECRET);
        let signature = sign(format!("{header}.{payload}").as_bytes(), &key, Algorithm::HS256);
        refused(&format!("{header}.{payload}.{}", signature.unwrap()));
    }
}

#[test]
fn every_other_algorithm_is_refused() {
    let name = |name: &str| json!({"alg": name, "typ": "JWT"}).to_string();
    refused(&signed(&name("HS512"), &good_claims(), Algorithm::HS512));
    refused(&signed(&name("HS384"), &good_claims(), Algorithm::HS384));
    for other in ["HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "hs256", "HS256 "] {
        refused(&signed(&name(other), &good_claims(), Algorithm::HS256));
    }
    // The right name, another signature.
    refused(&signed(&name("HS256"), &good_claims(), Algorithm::HS512));
    for header in ["{}", r#"{"alg":null}"#, r#"{"alg":["HS256"]}"#, "[]", "null", ""] {
        refused(&signed(header, &good_claims(), Algorithm::HS256));
    }
}

#[test]
fn key_in_the_token_is_never_used() {
    let own = b"a secret of the forger, long enough";
    let jwk = json!({"kty": "oct", "k": base64(own), "alg": "HS256"});
    let named = [
        json!({"alg": "HS256", "jwk": jwk}),
        json!({"alg": "HS256", "jku": "http://127.0.0.1:9/keys"}),
        json!({"alg": "HS256", "x5u": "http://127.0.0.1:9/chain"}),
        json!({"alg": "HS256", "kid": "../../dev/null"}),
    ];
    for header in named {
        let message = format!(
            "{}.{}",
            base64(header.to_string().as_bytes()),
            base64(good_claims().as_bytes())
        );
        let key = EncodingKey::from_secret(own);
        let signature = sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        refused(&format!("{message}.{signature}"));
        // With our signature it is valid, and the named key is ignored.
        assert!(with_header(&header).is_ok(), "{header}");
    }
}

#[test]
fn critical_extension_is_refused() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp"), json!({})] {
        let header = json!({"alg": "HS256", "crit": crit, "b64": true});
        assert_eq!(with_header(&header), Err(Failure::TokenNotValid), "{header}");
    }
}

#[test]
fn tampered_token_is_refused() {
    let token = issuer().issue(claims()).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("{token}") };
    let other = Claims { user: leopard_core::domain::id::UserId(1), ..claims() };
    let other = issuer().issue(other).unwrap();
    let others_payload = other.split('.').nth(1).unwrap();
    refused(&format!("{header}.{others_payload}.{signature}"));
    refused(&format!("{header}.{payload}."));
    refused(&format!("{header}.{payload}.{signature}="));
    refused(&format!("{header}.{payload}.{signature}.{signature}"));
    refused(&format!("{header}..{signature}"));
    refused(&format!(".{payload}.{signature}"));
    refused(&format!(" {token}"));
    refused(&format!("{token}\n"));
    for length in 0..token.len() {
        refused(&token[..length]);
    }
}

#[test]
fn token_signed_with_another_secret_is_refused() {
    let theirs = JwtIssuer::new(b"another secret, of another server").unwrap();
    refused(&theirs.issue(claims()).unwrap());
}

#[test]
fn duplicate_claim_is_refused() {
    let twice = r#"{"token_type":"access","user_id":"7","user_id":"1","exp":1700014400}"#;
    refused(&signed(r#"{"alg":"HS256"}"#, twice, Algorithm::HS256));
}

#[test]
fn huge_token_is_refused_even_if_signed() {
    let padded = |padding: usize| {
        let mut claims: Value = serde_json::from_str(&good_claims()).unwrap();
        claims["more"] = "x".repeat(padding).into();
        signed(r#"{"alg":"HS256"}"#, &claims.to_string(), Algorithm::HS256)
    };
    assert!(issuer().read(padded(1_000)).is_ok());
    refused(&padded(JwtIssuer::MAX_TOKEN));
    refused(&"a.".repeat(1_000_000));
    let deep = "[".repeat(2_000);
    refused(&signed(r#"{"alg":"HS256"}"#, &deep, Algorithm::HS256));
}

proptest! {
    #[test]
    fn garbage_is_refused(token in any::<String>()) {
        prop_assert_eq!(issuer().read(token), Err(Failure::TokenNotValid));
    }

    #[test]
    fn garbage_in_the_shape_of_a_token_is_refused(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..5),
    ) {
        let parts: Vec<_> = parts.iter().map(|part| base64(part)).collect();
        prop_assert_eq!(issuer().read(parts.join(".")), Err(Failure::TokenNotValid));
    }

    #[test]
    fn whatever_is_signed_nothing_panics(header in json_text(), claims in json_text()) {
        let _ = issuer().read(signed(&header, &claims, Algorithm::HS256));
        let _ = issuer().read(signed(r#"{"alg":"HS256"}"#, &claims, Algorithm::HS256));
    }

    #[test]
    fn one_changed_character_is_one_too_many(place in any::<prop::sample::Index>(), new in "[A-Za-z0-9_.-]") {
        let mut token = issuer().issue(claims()).unwrap();
        let place = place.index(token.len());
        prop_assume!(token[place..=place] != new);
        token.replace_range(place..=place, &new);
        prop_assert_eq!(issuer().read(token), Err(Failure::TokenNotValid));
    }
}

/// Objects with real claim names and values of any type.
fn json_text() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["HS256", "access", "refresh", "7"]).prop_map(Value::from),
        Just(json!([1, {"a": []}])),
    ];
    let names = vec![
        "alg",
        "typ",
        "crit",
        "kid",
        "jwk",
        "enc",
        "zip",
        "token_type",
        "user_id",
        "exp",
        "iat",
        "nbf",
        "jti",
        "sid",
        "aud",
        "iss",
        "sub",
    ];
    prop::collection::vec((prop::sample::select(names), value), 0..8)
        .prop_map(|members| Value::from_iter(members).to_string())
}
