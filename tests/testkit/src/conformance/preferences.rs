//! Notification preferences.

use crate::commit::Commit;
use leopard_core::domain::account::{PasswordHash, User, UserEdit};
use leopard_core::domain::change::{PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::NotificationType::{
    self, ReminderDue, SystemAlert, TaskAssigned, TaskDueSoon,
};
use leopard_core::domain::notification::{Preferences, PreferencesEdit};
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{all_users, at, edit, user};

fn switching(switches: &[(NotificationType, bool)]) -> PreferencesEdit {
    let mut edit = PreferencesEdit::default();
    for (kind, allowed) in switches {
        edit.set(*kind, *allowed).expect("a type that can be muted");
    }
    edit
}

async fn set_preferences(
    backend: &Backend,
    user: UserId,
    switches: &[(NotificationType, bool)],
) -> User {
    let edit = switching(switches);
    let changed = backend.users.store(UserChange::SetPreferences { user, edit });
    changed.await.expect("a user")
}

async fn found(backend: &Backend, user: UserId) -> User {
    let found = backend.users.find_many(vec![user]).await;
    found.expect("users").pop().expect("a user")
}

pub async fn muted_type_stays_muted_until_unmuted(backend: &Backend) {
    let (ana, bob) = (user(backend, "ana").await, user(backend, "bob").await);
    assert_eq!(ana.preferences, Preferences::default());
    let switches = [(TaskDueSoon, false), (ReminderDue, false), (SystemAlert, true)];
    let changed = set_preferences(backend, ana.id, &switches).await;
    let expected =
        User { preferences: Preferences::restore([TaskDueSoon, ReminderDue]), ..ana.clone() };
    assert_eq!(changed, expected, "nothing else changes");
    assert_eq!(found(backend, ana.id).await, expected);

    let changed = set_preferences(backend, ana.id, &[(TaskAssigned, false)]).await;
    let all = Preferences::restore([TaskAssigned, TaskDueSoon, ReminderDue]);
    assert_eq!(changed.preferences, all, "other types stay muted");
    let changed = set_preferences(backend, ana.id, &[(TaskDueSoon, true)]).await;
    let rest = Preferences::restore([TaskAssigned, ReminderDue]);
    assert_eq!(changed.preferences, rest);
    let credentials = backend.users.find_credentials("ana".to_owned()).await;
    let credentials = credentials.expect("an answer").expect("a user");
    assert_eq!(credentials.user, changed);
    assert_eq!(credentials.password, Some(PasswordHash("hash of ana".to_owned())));
    let named = backend.users.find_named(vec!["ana".to_owned()]).await;
    assert_eq!(named, Ok(vec![changed.clone()]));
    let listed = backend.users.list(all_users()).await.expect("a page");
    assert_eq!(listed.items, [changed, bob]);
}

pub async fn user_edit_keeps_the_preferences(backend: &Backend) {
    let ana = user(backend, "ana").await.id;
    let expected = set_preferences(backend, ana, &[(TaskAssigned, false)]).await;
    let expected = expected.preferences.clone();
    let activate = UserEdit { is_active: Some(true), ..UserEdit::default() };
    let password = UserChange::SetPassword {
        user: ana,
        password: PasswordHash("another".to_owned()),
        at: at(5),
        by: PasswordSetter::Operator,
    };
    for change in [UserChange::Deactivate(ana), password] {
        let changed = backend.users.store(change).await.expect("a user");
        assert_eq!(changed.preferences, expected);
    }
    assert_eq!(edit(backend, ana, activate).await.preferences, expected);
    assert_eq!(found(backend, ana).await.preferences, expected);
}

pub async fn concurrent_preference_changes_are_all_kept(backend: &Backend) {
    let ana = user(backend, "ana").await.id;
    let kinds = NotificationType::ALL.into_iter();
    let kinds: Vec<_> = kinds.filter(|kind| *kind != SystemAlert).collect();
    for allowed in [false, true] {
        let mut changes = JoinSet::new();
        for kind in kinds.clone() {
            let users = backend.users.clone();
            let edit = switching(&[(kind, allowed)]);
            changes.spawn(async move {
                users.store(UserChange::SetPreferences { user: ana, edit }).await
            });
        }
        for changed in changes.join_all().await {
            changed.expect("a user");
        }
        let preferences = found(backend, ana).await.preferences.clone();
        assert!(kinds.iter().all(|it| preferences.allows(*it) == allowed));
    }
}
