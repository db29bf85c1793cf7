//! Definitions of notification types.

use leopard_core::Failure;
use leopard_core::domain::change::AppendNotifications;
use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::{
    MetaInfo, NewNotification, NotificationType, OpaqueObject, TypeCatalog, TypeChange,
    TypeDefinition, TypeOutcome, TypeRequest,
};
use tokio::task::JoinSet;

use crate::Backend;
use crate::commit::Commit;
use crate::fixtures::{at, user};

fn kind(name: &str) -> NotificationType {
    NotificationType::parse(name).expect("a name")
}

/// A definition with every text.
fn definition(name: &str) -> TypeDefinition {
    TypeDefinition {
        name: kind(name),
        display: format!("\u{65e5} {name}"),
        description: "Some 'words' \"here\"".to_owned(),
        default_title: Some("A title".to_owned()),
        default_message: Some("A message".to_owned()),
        can_be_muted: true,
        on_by_default: false,
    }
}

async fn define(backend: &Backend, name: &str) -> Result<TypeOutcome, Failure> {
    backend.notification_types.commit(TypeChange::Define(definition(name))).await
}

async fn delete(backend: &Backend, name: &str) -> Result<TypeOutcome, Failure> {
    backend.notification_types.commit(TypeChange::Delete(kind(name))).await
}

/// The names of the types after the built-in ones.
async fn own(backend: &Backend) -> Vec<String> {
    let catalog = backend.notification_types.catalog().await.expect("a catalog");
    let own = catalog.iter().filter(|known| !known.name.is_built_in());
    own.map(|known| known.name.as_str().to_owned()).collect()
}

pub async fn defined_type_is_stored_byte_for_byte(backend: &Backend) {
    let types = &backend.notification_types;
    assert_eq!(*types.catalog().await.expect("a catalog"), TypeCatalog::default());
    assert_eq!(define(backend, "NEWS").await, Ok(TypeOutcome::Created));
    assert_eq!(define(backend, "ALERT").await, Ok(TypeOutcome::Created));
    assert_eq!(own(backend).await, ["ALERT", "NEWS"]);
    let catalog = types.catalog().await.expect("a catalog");
    assert_eq!(catalog.find(kind("NEWS")), Some(&definition("NEWS")));

    let plain = TypeRequest { can_be_muted: Some(false), ..TypeRequest::default() };
    let plain = plain.define(kind("NEWS")).expect("a definition");
    let changed = types.commit(TypeChange::Define(plain.clone())).await;
    assert_eq!(changed, Ok(TypeOutcome::Changed));
    let catalog = types.catalog().await.expect("a catalog");
    assert_eq!(catalog.find(kind("NEWS")), Some(&plain));
    assert_eq!(catalog.find(kind("ALERT")), Some(&definition("ALERT")));
}

pub async fn deleted_type_is_unknown_until_defined_again(backend: &Backend) {
    let known = async |name: &str| {
        let catalog = backend.notification_types.catalog().await.expect("a catalog");
        catalog.find(kind(name)).is_some()
    };
    assert_eq!(define(backend, "NEWS").await, Ok(TypeOutcome::Created));
    for name in ["NEWS", "CLIENT_ASSIGNED"] {
        assert_eq!(delete(backend, name).await, Ok(TypeOutcome::Deleted));
        assert!(!known(name).await);
        assert_eq!(delete(backend, name).await, Err(Failure::NotFound));
        assert_eq!(define(backend, name).await, Ok(TypeOutcome::Created));
        assert!(known(name).await);
    }
    for name in ["TASK_ASSIGNED", "SYSTEM_ALERT"] {
        assert_eq!(delete(backend, name).await, Err(Failure::TypeRequired));
        assert_eq!(define(backend, name).await, Ok(TypeOutcome::Changed));
        assert!(known(name).await);
    }
}

pub async fn concurrent_definitions_keep_the_maximum(backend: &Backend) {
    let mut changes = JoinSet::new();
    for number in 0..TypeCatalog::MAX_OWN + 3 {
        let types = backend.notification_types.clone();
        let definition = definition(&format!("T{number}"));
        changes.spawn(async move { types.commit(TypeChange::Define(definition)).await });
    }
    let full = Failure::field("name", FieldError::TooManyTypes(TypeCatalog::MAX_OWN));
    let refused = changes.join_all().await.into_iter().filter(|outcome| match outcome {
        Ok(outcome) => *outcome != TypeOutcome::Created,
        Err(failure) => *failure == full,
    });
    assert_eq!(refused.count(), 3);
    assert_eq!(own(backend).await.len(), TypeCatalog::MAX_OWN);
}

pub async fn notification_of_a_deleted_type_stays(backend: &Backend) {
    let ana = user(backend, "ana").await.id;
    define(backend, "NEWS").await.expect("a type");
    let new = NewNotification {
        recipient: ana,
        kind: kind("NEWS"),
        title: "A title".to_owned(),
        message: "A message".to_owned(),
        url: None,
        due_date: None,
        subject: MetaInfo::Opaque(OpaqueObject::default()),
        created_at: at(1),
    };
    let change = AppendNotifications { notifications: vec![new] };
    let sent = backend.notifications.store(change).await.expect("a notification").remove(0);
    assert_eq!(sent.kind, kind("NEWS"));
    delete(backend, "NEWS").await.expect("a deletion");
    assert_eq!(backend.notifications.find(ana, sent.id).await, Ok(Some(sent)));
}
