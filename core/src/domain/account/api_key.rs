//! API keys: credentials of programs, with a part of the rights of their user.

use std::fmt;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::domain::account::Scopes;
use crate::domain::id::{ApiKeyId, UserId};
use crate::domain::text::Text;

/// The secret part of a key: 256 random bits as base-62 digits. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySecret(String);

impl KeySecret {
    /// The number of base-62 digits that hold 256 bits.
    pub const LENGTH: usize = 43;
    /// The number of digits that lists show, so that a key can be recognized.
    const SHOWN: usize = 4;

    /// A secret of exactly [`Self::LENGTH`] ASCII letters and digits.
    pub fn new(text: String) -> Option<Self> {
        let is_valid =
            text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_valid.then_some(Self(text))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first digits, which lists show.
    pub fn hint(&self) -> String {
        self.0.chars().take(Self::SHOWN).collect()
    }
}

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(…)")
    }
}

/// A whole key as clients send it: `lpk_`, the id, `_` and the secret. `Debug` does not show the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedKey {
    pub id: ApiKeyId,
    pub secret: KeySecret,
}

impl PresentedKey {
    /// The beginning of every key, which no other token has.
    pub const PREFIX: &str = "lpk_";

    /// Reads a key; `None` if the text has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(Self::PREFIX)?.split_once('_')?;
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { id: ApiKeyId(id.parse().ok()?), secret: KeySecret::new(secret.to_owned())? })
    }

    /// The key as text.
    pub fn into_text(self) -> String {
        format!("{}{}_{}", Self::PREFIX, self.id, self.secret.as_str())
    }
}

/// The SHA-256 of a secret, as hexadecimal digits; all that is stored of it. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyHash(pub String);

impl KeyHash {
    /// Whether both are equal, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        let differences = self.0.bytes().zip(other.0.bytes()).map(|(one, two)| one ^ two);
        self.0.len() == other.0.len() && differences.fold(0, |all, bits| all | bits) == 0
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// The label that the creator of a key gives it.
pub type KeyLabel = Text<100>;

/// A key to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    pub user: UserId,
    pub name: KeyLabel,
    /// The first digits of the secret.
    pub hint: String,
    pub hash: KeyHash,
    pub scopes: Scopes,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewApiKey {
    /// The unused key that a store keeps once it has assigned the id.
    pub fn into_key(self, id: ApiKeyId) -> ApiKey {
        ApiKey {
            id,
            user: self.user,
            name: self.name.into_string(),
            hint: self.hint,
            hash: self.hash,
            scopes: self.scopes,
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: None,
            revoked_at: None,
        }
    }
}

/// A key, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// The user whose rights the key has, cut down by its scopes.
    pub user: UserId,
    /// The label.
    pub name: String,
    /// The first digits of the secret.
    pub hint: String,
    pub hash: KeyHash,
    pub scopes: Scopes,
    pub created_at: DateTime<Utc>,
    /// The key is not valid from this time on; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The hour of the last request; `None` for an unused key.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// The beginning of the key, by which its owner recognizes it.
    pub fn prefix(&self) -> String {
        format!("{}{}_{}", PresentedKey::PREFIX, self.id, self.hint)
    }

    /// Whether the key is neither revoked nor expired at this time.
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expiry| now < expiry)
    }

    /// The hour to store for a request at this time; `None` if it is stored already.
    pub fn use_to_record(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hour = now.duration_trunc(TimeDelta::hours(1)).ok()?;
        self.last_used_at.is_none_or(|last| last < hour).then_some(hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    #[test]
    fn key_is_read_as_it_is_written() {
        let key = PresentedKey::parse(&format!("lpk_12_{SECRET}")).unwrap();
        assert_eq!(key.id, ApiKeyId(12));
        assert_eq!(key.secret.hint(), "0123");
        assert_eq!(key.into_text(), format!("lpk_12_{SECRET}"));
    }

    #[test]
    fn text_of_another_form_is_no_key() {
        let long = format!("lpk_12_{SECRET}x");
        let sign = format!("lpk_+12_{SECRET}");
        let huge = format!("lpk_99999999999999999999_{SECRET}");
        let empty = format!("lpk__{SECRET}");
        let odd = format!("lpk_12_{}-", &SECRET[1..]);
        for text in ["", "lpk_", "lpk_12", "lpk_12_short", &long, &sign, &huge, &empty, &odd] {
            assert_eq!(PresentedKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_hash() {
        let key = PresentedKey::parse(&format!("lpk_12_{SECRET}")).unwrap();
        assert_eq!(format!("{key:?}"), "PresentedKey { id: ApiKeyId(12), secret: KeySecret(…) }");
        assert_eq!(format!("{:?}", KeyHash("ab".to_owned())), "KeyHash(…)");
    }

    #[test]
    fn use_is_recorded_once_per_hour() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        let key = |last_used_at| ApiKey {
            id: ApiKeyId(1),
            user: UserId(2),
            name: String::new(),
            hint: String::new(),
            hash: KeyHash(String::new()),
            scopes: Scopes::default(),
            created_at: at(0),
            expires_at: None,
            last_used_at,
            revoked_at: None,
        };
        assert_eq!(key(None).use_to_record(at(90)), Some(at(60)));
        assert_eq!(key(Some(at(60))).use_to_record(at(119)), None);
        assert_eq!(key(Some(at(60))).use_to_record(at(120)), Some(at(120)));
    }

    #[test]
    fn hashes_match_only_if_they_are_equal() {
        let matches =
            |one: &str, two: &str| KeyHash(one.to_owned()).matches(&KeyHash(two.to_owned()));
        assert!(matches("ab", "ab"));
        assert!(!matches("ab", "aa"));
        assert!(!matches("ab", "abc"));
    }
}
