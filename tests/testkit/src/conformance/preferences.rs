//! Notification preferences.

use crate::commit::Commit;
use leopard_core::domain::account::{PasswordHash, User, UserEdit};
use leopard_core::domain::change::{PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{
    NotificationType, Preferences, PreferencesEdit, TypeCatalog, TypeDefinition, TypeRequest,
};
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{all_users, at, edit, user};

const TASK_ASSIGNED: NotificationType = NotificationType::TASK_ASSIGNED;
const TASK_DUE_SOON: NotificationType = NotificationType::TASK_DUE_SOON;
const REMINDER_DUE: NotificationType = NotificationType::REMINDER_DUE;
const SYSTEM_ALERT: NotificationType = NotificationType::SYSTEM_ALERT;

fn switching(switches: &[(NotificationType, bool)]) -> PreferencesEdit {
    let catalog = TypeCatalog::default();
    let mut edit = PreferencesEdit::default();
    for (kind, allowed) in switches {
        let definition = catalog.find(*kind).expect("a built-in type");
        edit.set(definition, *allowed).expect("a type that can be muted");
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
    let switches = [(TASK_DUE_SOON, false), (REMINDER_DUE, false), (SYSTEM_ALERT, true)];
    let changed = set_preferences(backend, ana.id, &switches).await;
    let expected =
        User { preferences: Preferences::restore([TASK_DUE_SOON, REMINDER_DUE]), ..ana.clone() };
    assert_eq!(changed, expected, "nothing else changes");
    assert_eq!(found(backend, ana.id).await, expected);

    let changed = set_preferences(backend, ana.id, &[(TASK_ASSIGNED, false)]).await;
    let all = Preferences::restore([TASK_ASSIGNED, TASK_DUE_SOON, REMINDER_DUE]);
    assert_eq!(changed.preferences, all, "other types stay muted");
    let changed = set_preferences(backend, ana.id, &[(TASK_DUE_SOON, true)]).await;
    let rest = Preferences::restore([TASK_ASSIGNED, REMINDER_DUE]);
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

/// An own type that is off by default.
fn news() -> TypeDefinition {
    let request = TypeRequest { on_by_default: Some(false), ..TypeRequest::default() };
    request.define(NotificationType::parse("NEWS").expect("a name")).expect("a definition")
}

pub async fn own_type_stays_on_after_opting_in_until_turned_off(backend: &Backend) {
    let (ana, news) = (user(backend, "ana").await.id, news());
    set_preferences(backend, ana, &[(TASK_DUE_SOON, false)]).await;
    let muted = Preferences::restore([TASK_DUE_SOON]);
    let off = Preferences::restore([TASK_DUE_SOON, news.name]);
    for (is_on, expected) in [(true, muted.with_opted_in([news.name])), (false, off)] {
        let mut edit = PreferencesEdit::default();
        edit.set(&news, is_on).expect("a type that can be muted");
        let changed = backend.users.store(UserChange::SetPreferences { user: ana, edit });
        assert_eq!(changed.await.expect("a user").preferences, expected);
        assert_eq!(found(backend, ana).await.preferences, expected);
        assert_eq!(expected.allow(&news), is_on);
    }
}

pub async fn user_edit_keeps_the_preferences(backend: &Backend) {
    let ana = user(backend, "ana").await.id;
    let expected = set_preferences(backend, ana, &[(TASK_ASSIGNED, false)]).await;
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
    let kinds = NotificationType::BUILT_IN.into_iter();
    let kinds: Vec<_> = kinds.filter(|kind| *kind != SYSTEM_ALERT).collect();
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
        assert!(kinds.iter().all(|it| TypeCatalog::default().allows(&preferences, *it) == allowed));
    }
}
