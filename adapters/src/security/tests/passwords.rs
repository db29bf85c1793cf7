use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use leopard_core::Failure;
use leopard_core::domain::account::{ClientNetwork, Password, PasswordHash};
use leopard_core::port::PasswordHasher;
use tokio::task::JoinSet;

use crate::security::{Argon2Hasher, HasherSettings};

fn hasher(at_once: usize, waiting: usize) -> Argon2Hasher {
    Argon2Hasher::new(HasherSettings { at_once, waiting })
}

/// The client of a password.
fn here() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 1].into())
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[tokio::test]
async fn password_matches_its_own_hash_only() {
    let hasher = hasher(2, 8);
    let hash = hasher.hash(password("sherwood forest"), None).await.unwrap();
    let verify = |text: &str| hasher.verify(password(text), Some(hash.clone()), here());
    assert_eq!(verify("sherwood forest").await, Ok(true));
    assert_eq!(verify("Sherwood forest").await, Ok(false));
    assert_eq!(verify("").await, Ok(false));
    assert_eq!(verify(&"long ".repeat(50_000)).await, Ok(false));
}

#[tokio::test]
async fn hash_is_recommended_argon2id_with_its_own_salt() {
    let hasher = hasher(2, 8);
    let first = hasher.hash(password("sherwood forest"), None).await.unwrap();
    let second = hasher.hash(password("sherwood forest"), None).await.unwrap();
    assert!(first.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_ne!(first, second);
}

#[tokio::test]
async fn unknown_user_has_no_valid_password() {
    let hasher = hasher(1, 8);
    for offered in ["", "sherwood forest", "the password of nobody"] {
        assert_eq!(hasher.verify(password(offered), None, here()).await, Ok(false));
    }
}

#[tokio::test]
async fn unreadable_hash_is_an_internal_error_and_not_shown() {
    let salt_only = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA";
    let foreign = "$pbkdf2-sha256$i=1000$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaA";
    for stored in ["", "sherwood", "$argon2id$", salt_only, foreign] {
        let verified =
            hasher(1, 8).verify(password("x"), Some(PasswordHash(stored.to_owned())), here()).await;
        let Err(Failure::Internal(text)) = verified else {
            panic!("{stored}: {verified:?}");
        };
        assert!(!text.contains("c29t") && !text.contains("sherwood"), "{text}");
    }
}

#[tokio::test]
async fn full_queue_refuses_and_serves_the_others() {
    let hasher = hasher(1, 1);
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(hasher.verify(password("x"), None, here()));
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = pin!(hasher.hash(password("x"), None));
    assert!(second.as_mut().poll(&mut context).is_pending());

    let third = hasher.verify(password("x"), None, here()).await;
    assert!(matches!(third, Err(Failure::Throttled { retry_after: 1.. })));

    assert_eq!(first.await, Ok(false));
    assert!(second.await.is_ok());
    assert_eq!(hasher.verify(password("x"), None, here()).await, Ok(false));
}

#[tokio::test]
async fn cancelled_request_leaves_the_queue() {
    let hasher = hasher(1, 1);
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(hasher.verify(password("x"), None, here()));
    assert!(first.as_mut().poll(&mut context).is_pending());
    {
        let mut second = pin!(hasher.verify(password("x"), None, here()));
        assert!(second.as_mut().poll(&mut context).is_pending());
    }
    let third = hasher.verify(password("x"), None, here()).await;
    assert_eq!(third, Ok(false));
    assert_eq!(first.await, Ok(false));
}

#[tokio::test]
async fn hash_with_other_parameters_is_verified() {
    // More memory than the kept blocks, less, more lanes, other algorithms and versions.
    let cases = [
        (Algorithm::Argon2id, Version::V0x13, 32_768, 1, 1),
        (Algorithm::Argon2i, Version::V0x10, 64, 3, 1),
        (Algorithm::Argon2d, Version::V0x13, 256, 1, 4),
    ];
    let hasher = hasher(1, 8);
    for (algorithm, version, memory, passes, lanes) in cases {
        let params = Params::new(memory, passes, lanes, Some(24)).unwrap();
        let argon2 = Argon2::new(algorithm, version, params);
        let stored = argon2.hash_password(b"sherwood forest").unwrap();
        let stored = PasswordHash(stored.to_string());
        for (offered, fits) in [("sherwood forest", true), ("Sherwood forest", false)] {
            let verified = hasher.verify(password(offered), Some(stored.clone()), here());
            assert_eq!(verified.await, Ok(fits), "{stored:?}");
        }
    }
}

#[tokio::test]
async fn hash_is_readable_by_other_implementations() {
    let hasher = hasher(1, 8);
    for secret in ["sherwood forest", "nottingham"] {
        let hash = hasher.hash(password(secret), None).await.unwrap();
        let known = phc::PasswordHash::new(&hash.0).unwrap();
        let verified = Argon2::default().verify_password(secret.as_bytes(), &known);
        assert_eq!(verified, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_bounded_by_concurrent_hashes() {
    let hasher = Arc::new(hasher(2, 64));
    let mut guesses = JoinSet::new();
    for guess in 0..32 {
        let hasher = hasher.clone();
        guesses
            .spawn(async move { hasher.verify(password(&guess.to_string()), None, here()).await });
    }
    for answer in guesses.join_all().await {
        assert_eq!(answer, Ok(false));
    }
    let kept = hasher.memory.kept();
    assert!((1..=2).contains(&kept), "{kept}");
}
