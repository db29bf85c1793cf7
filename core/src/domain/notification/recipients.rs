//! The recipients that an announcement names.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::account::User;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;

/// How an announcement names a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    Id(UserId),
    Username(String),
    /// The id in another system.
    ExternalId(String),
}

/// The recipients of an announcement, from two fields. A user who is named more than once is one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipients {
    assigned_to: BTreeSet<UserId>,
    recipients: Vec<Recipient>,
}

impl Recipients {
    /// The maximum number of different recipients.
    pub const MAX: usize = 1_000;

    /// Checks the number of recipients of both fields.
    ///
    /// # Errors
    ///
    /// [`FieldError::Required`] of `assigned_to`, the older field, if both are empty;
    /// [`FieldError::TooMany`] of `recipients`.
    pub fn new(
        assigned_to: BTreeSet<UserId>,
        recipients: Vec<Recipient>,
    ) -> Result<Self, FieldErrors> {
        if assigned_to.is_empty() && recipients.is_empty() {
            return Err(FieldErrors::of("assigned_to", FieldError::Required));
        }
        let all = Self { assigned_to, recipients };
        if all.count() > Self::MAX {
            return Err(FieldErrors::of("recipients", FieldError::TooMany(Self::MAX)));
        }
        Ok(all)
    }

    /// The number of different ids, usernames and external ids.
    pub fn count(&self) -> usize {
        self.ids().len() + self.usernames().len() + self.external_ids().len()
    }

    /// The ids.
    pub fn ids(&self) -> BTreeSet<UserId> {
        let named = self.recipients.iter().filter_map(|recipient| match recipient {
            Recipient::Id(id) => Some(*id),
            Recipient::Username(_) | Recipient::ExternalId(_) => None,
        });
        self.assigned_to.iter().copied().chain(named).collect()
    }

    /// The usernames.
    pub fn usernames(&self) -> BTreeSet<&str> {
        let named = self.recipients.iter().filter_map(|recipient| match recipient {
            Recipient::Username(name) => Some(name.as_str()),
            Recipient::Id(_) | Recipient::ExternalId(_) => None,
        });
        named.collect()
    }

    /// The external ids.
    pub fn external_ids(&self) -> BTreeSet<&str> {
        let named = self.recipients.iter().filter_map(|recipient| match recipient {
            Recipient::ExternalId(id) => Some(id.as_str()),
            Recipient::Id(_) | Recipient::Username(_) => None,
        });
        named.collect()
    }

    /// The recipients among `users`, who are the existing users with these ids, usernames and external ids.
    ///
    /// # Errors
    ///
    /// An error for each recipient who is no active person: of `assigned_to`, or of `recipients.0` and so
    /// on by the place in the list.
    pub fn resolve(&self, users: Vec<User>) -> Result<BTreeMap<UserId, User>, FieldErrors> {
        let active = users.into_iter().filter(User::is_active_person);
        let active: BTreeMap<_, _> = active.map(|user| (user.id, user)).collect();
        let names: BTreeSet<_> = active.values().map(|user| user.username.as_str()).collect();
        let external_ids: BTreeSet<_> =
            active.values().filter_map(|user| user.external_id.as_deref()).collect();
        let mut errors = FieldErrors::default();
        for id in self.assigned_to.iter().filter(|id| !active.contains_key(id)) {
            errors.add("assigned_to", FieldError::UnknownUser(id.0));
        }
        for (place, recipient) in self.recipients.iter().enumerate() {
            let error = match recipient {
                Recipient::Id(id) if !active.contains_key(id) => FieldError::UnknownUser(id.0),
                Recipient::Username(name) if !names.contains(name.as_str()) => {
                    FieldError::NoActiveUsername(name.clone())
                }
                Recipient::ExternalId(id) if !external_ids.contains(id.as_str()) => {
                    FieldError::NoActiveExternalId(id.clone())
                }
                Recipient::Id(_) | Recipient::Username(_) | Recipient::ExternalId(_) => continue,
            };
            errors.add(&format!("recipients.{place}"), error);
        }
        if errors.is_empty() { Ok(active) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixtures::{ANN, BOB, user};

    fn ids(range: std::ops::Range<i64>) -> Vec<Recipient> {
        range.map(UserId).map(Recipient::Id).collect()
    }

    fn named(name: &str) -> Recipient {
        Recipient::Username(name.to_owned())
    }

    #[test]
    fn recipients_are_the_union_of_both_fields() {
        let ann = user(ANN);
        let recipients = vec![named(&ann.username), Recipient::Id(BOB), Recipient::Id(ANN)];
        let all = Recipients::new(BTreeSet::from([ANN]), recipients).unwrap();
        assert_eq!(all.ids(), BTreeSet::from([ANN, BOB]));
        assert_eq!(all.usernames(), BTreeSet::from([ann.username.as_str()]));
        let users = vec![user(BOB), ann.clone(), ann];
        assert!(all.resolve(users).unwrap().into_keys().eq([ANN, BOB]));
    }

    #[test]
    fn number_of_different_recipients_is_bounded() {
        let none = Recipients::new(BTreeSet::new(), vec![]);
        assert_eq!(none, Err(FieldErrors::of("assigned_to", FieldError::Required)));
        let assigned_to: BTreeSet<_> = (0..500).map(UserId).collect();
        let most = [ids(0..1_000), ids(0..999)].concat();
        assert!(Recipients::new(assigned_to.clone(), most.clone()).is_ok());
        let more = [most, vec![named("zoe")]].concat();
        let too_many = FieldErrors::of("recipients", FieldError::TooMany(1_000));
        assert_eq!(Recipients::new(assigned_to, more), Err(too_many));
    }

    #[test]
    fn every_unknown_or_inactive_recipient_is_an_error_of_its_place() {
        let inactive = User { is_active: false, ..user(BOB) };
        let recipients = vec![
            Recipient::Id(ANN),
            Recipient::Id(BOB),
            named("missing"),
            named(&user(ANN).username),
            named(&inactive.username),
        ];
        let all = Recipients::new(BTreeSet::from([BOB]), recipients).unwrap();
        let mut expected = FieldErrors::of("assigned_to", FieldError::UnknownUser(BOB.0));
        expected.add("recipients.1", FieldError::UnknownUser(BOB.0));
        expected.add("recipients.2", FieldError::NoActiveUsername("missing".to_owned()));
        expected.add("recipients.4", FieldError::NoActiveUsername(inactive.username.clone()));
        assert_eq!(all.resolve(vec![user(ANN), inactive]), Err(expected));
    }
}
