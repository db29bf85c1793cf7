//! Forged tokens, by the classes of RFC 8725 and of Wycheproof's JWS vectors: the API and the stream
//! refuse each of them with the same problem.

use jsonwebtoken::Algorithm::{self, HS256, HS384, HS512};
use leopard_tests::support::forger::{claims, forge, part};
use leopard_tests::support::{Leopard, Response, User};
use serde_json::{Value, json};

/// The server's secret, to sign wrong claims with.
const SECRET: &[u8] = b"the secret of the server under attack";
const OTHER: &[u8] = b"another secret, which the server lacks";

struct Target {
    leopard: Leopard,
    user: User,
}

impl Target {
    async fn start() -> Self {
        let secret = str::from_utf8(SECRET).expect("a text");
        let (leopard, [user]) =
            Leopard::with_users(&[("LEOPARD_JWT_SECRET", secret)], ["victim"]).await;
        Self { leopard, user }
    }

    /// A token of these texts for the victim, signed with the server's secret.
    fn signed(&self, header: &Value, changes: &Value) -> String {
        self.with_key(header, changes, SECRET, HS256)
    }

    fn with_key(&self, header: &Value, changes: &Value, key: &[u8], how: Algorithm) -> String {
        let claims = claims(self.user.id, changes);
        forge(&header.to_string(), &claims, key, how)
    }

    async fn is_refused(&self, token: &str) {
        let api = self.leopard.api(token);
        for path in ["/api/v1/tasks/", "/api/v1/notifications/stream/"] {
            refusal(&api.get(path).await, token);
        }
        let url = reqwest::Url::parse_with_params("http://x/", [("token", token)]);
        let query = url.expect("a URL").query().unwrap_or_default().to_owned();
        let path = format!("/api/v1/notifications/stream/?{query}");
        let anonymous = self.leopard.anonymous();
        refusal(&anonymous.get(&path).await, token);
        let body = json!({"token": token});
        let verified = anonymous.post("/api/token/verify/", body).await;
        refusal(&verified, token);
    }

    async fn is_accepted(&self, token: &str) {
        let response = self.leopard.api(token).get("/api/v1/tasks/").await;
        assert_eq!(response.status, 200, "{token}: {}", response.body);
    }
}

#[track_caller]
fn refusal(response: &Response, token: &str) {
    assert_eq!(response.status, 401, "{token}: {}", response.body);
    let problem = response.json();
    assert_eq!(problem["code"], "token_not_valid", "{token}");
    let challenge = response.header("WWW-Authenticate");
    assert_eq!(challenge, "Bearer realm=\"api\"");
    assert!(!response.body.contains(token), "it is repeated: {}", response.body);
}

fn named(algorithm: &str) -> Value {
    json!({"alg": algorithm, "typ": "JWT"})
}

#[tokio::test]
async fn token_with_another_algorithm_is_refused() {
    let target = Target::start().await;
    target.is_accepted(&target.signed(&named("HS256"), &json!({}))).await;

    let payload = part(claims(target.user.id, &json!({})));
    for none in ["none", "None", "NONE", "nOnE"] {
        let header = part(named(none).to_string());
        target.is_refused(&format!("{header}.{payload}.")).await;
        target.is_refused(&target.signed(&named(none), &json!({}))).await;
    }
    // Algorithm confusion: the secret is taken for the key of another algorithm.
    for other in ["RS256", "PS256", "ES256", "EdDSA", "HS384", "HS512", "hs256", "A256GCM", ""] {
        target.is_refused(&target.signed(&named(other), &json!({}))).await;
    }
    for (name, how) in [("HS384", HS384), ("HS512", HS512), ("HS256", HS512)] {
        let token = target.with_key(&named(name), &json!({}), SECRET, how);
        target.is_refused(&token).await;
    }
    // A signature of zeros (CVE-2022-21449).
    let message = format!("{}.{payload}", part(named("ES256").to_string()));
    target.is_refused(&format!("{message}.{}", part([0; 64]))).await;
}

#[tokio::test]
async fn token_with_its_own_key_is_refused() {
    let target = Target::start().await;
    let jwk = json!({"kty": "oct", "k": part(OTHER), "alg": "HS256"});
    for header in [
        json!({"alg": "HS256", "jwk": jwk}),
        json!({"alg": "HS256", "jku": "http://127.0.0.1:9/keys"}),
        json!({"alg": "HS256", "x5u": "http://127.0.0.1:9/chain"}),
        json!({"alg": "HS256", "x5c": [part(OTHER)]}),
        json!({"alg": "HS256", "kid": "../../../../dev/null"}),
        json!({"alg": "HS256", "kid": "' OR 1=1 --"}),
    ] {
        for key in [OTHER, b"".as_slice(), b"\0".as_slice()] {
            let token = target.with_key(&header, &json!({}), key, HS256);
            target.is_refused(&token).await;
        }
    }
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({"alg": "HS256", "crit": crit, "b64": false});
        target.is_refused(&target.signed(&header, &json!({}))).await;
    }
}

#[tokio::test]
async fn truncated_or_extended_token_is_refused() {
    let target = Target::start().await;
    let good = target.user.access.clone();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("a token has three parts") };
    for bad in [
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        "..".to_owned(),
        format!("{good}.{signature}"),
        format!("{good}.{payload}.{signature}"),
        format!("{good}="),
        format!("{header}.{payload}.{}", &signature[1..]),
        format!("{header}.{payload}.{}", &signature[..signature.len() - 2]),
        format!("{header}.{}.{signature}", part(claims(1, &json!({})))),
        format!("{good}%00"),
        "[".repeat(2_000),
        target.signed(&named("HS256"), &json!({"more": "x".repeat(3_500)})),
    ] {
        target.is_refused(&bad).await;
    }
}

#[tokio::test]
async fn signed_token_with_wrong_claims_is_refused() {
    let target = Target::start().await;
    let id = target.user.id;
    for changes in [
        json!({"exp": null}),
        json!({"exp": "4102444800"}),
        json!({"exp": true}),
        json!({"exp": [4_102_444_800_u64]}),
        json!({"exp": -1}),
        json!({"exp": 1e300}),
        json!({"exp": 1_765_186_200}),
        json!({"nbf": 4_102_444_700_u64}),
        json!({"nbf": "0"}),
        json!({"iat": {}}),
        json!({"user_id": null}),
        json!({"user_id": 2.0}),
        json!({"user_id": [id]}),
        json!({"user_id": {"id": id}}),
        json!({"user_id": format!(" {id}")}),
        json!({"user_id": format!("+{id}")}),
        json!({"user_id": format!("-{id}")}),
        json!({"user_id": format!("{id}; DROP TABLE users")}),
        json!({"user_id": "99999999999999999999"}),
        json!({"user_id": 987_654}),
        json!({"user_id": ""}),
        json!({"token_type": null}),
        json!({"token_type": "admin"}),
        json!({"token_type": ["access"]}),
        json!({"sid": 5}),
        json!({"sid": "no such login"}),
        json!({"jti": 5}),
    ] {
        let token = target.signed(&named("HS256"), &changes);
        target.is_refused(&token).await;
    }
    let duplicate = format!("{{\"user_id\":\"1\",{}", &claims(id, &json!({}))[1..]);
    target.is_refused(&forge(&named("HS256").to_string(), &duplicate, SECRET, HS256)).await;
    for no_object in ["[]", "null", "\"x\"", "", "{"] {
        let header = named("HS256").to_string();
        target.is_refused(&forge(&header, no_object, SECRET, HS256)).await;
    }
}

#[tokio::test]
async fn oversized_token_is_refused() {
    let target = Target::start().await;
    for size in [6_000, 100_000] {
        let token = target.signed(&named("HS256"), &json!({"more": "x".repeat(size)}));
        let response = target.leopard.api(&token).get("/api/v1/tasks/").await;
        assert!([401, 431].contains(&response.status), "{}", response.status);
    }
}
