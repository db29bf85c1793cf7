use super::*;

fn kind(name: &str) -> NotificationType {
    NotificationType::parse(name).unwrap()
}

fn defined(name: &str) -> TypeDefinition {
    TypeRequest::default().define(kind(name)).unwrap()
}

fn stored(change: TypeChange) -> Option<StoredType> {
    change.into_stored()
}

#[test]
fn type_without_a_definition_has_the_texts_of_its_name() {
    let shipped = defined("ORDER_SHIPPED");
    assert_eq!((shipped.title(), shipped.message()), ("Order Shipped", "Order Shipped"));
    assert!(shipped.can_be_muted && shipped.on_by_default && shipped.description.is_empty());
    let assigned = defined("TASK_ASSIGNED");
    assert_eq!(assigned.title(), "Task Assigned");
    assert_eq!(assigned.message(), "A task has been assigned to you.");
    assert_eq!(TypeCatalog::default().find(kind("TASK_ASSIGNED")), Some(&assigned));
}

#[test]
fn default_texts_replace_the_display_name() {
    let text = |text: &str| Text::new(text.to_owned()).unwrap();
    let request = TypeRequest {
        display: Some(Text::new("Shipped".to_owned()).unwrap()),
        default_title: Some(text("Your order was shipped")),
        ..TypeRequest::default()
    };
    let shipped = request.define(kind("ORDER_SHIPPED")).unwrap();
    assert_eq!((shipped.title(), shipped.message()), ("Your order was shipped", "Shipped"));
}

#[test]
fn type_that_cannot_be_muted_is_on_by_default() {
    let request = |can_be_muted, on_by_default| TypeRequest {
        can_be_muted: Some(can_be_muted),
        on_by_default: Some(on_by_default),
        ..TypeRequest::default()
    };
    let news = kind("NEWS");
    let refused = FieldErrors::of("on_by_default", FieldError::MustBeOnByDefault);
    assert_eq!(request(false, false).define(news), Err(refused));
    for (can_be_muted, on_by_default) in [(false, true), (true, false), (true, true)] {
        assert!(request(can_be_muted, on_by_default).define(news).is_ok());
    }
    let refused = FieldErrors::of("can_be_muted", FieldError::CannotBeMuted);
    assert_eq!(request(true, true).define(NotificationType::SYSTEM_ALERT), Err(refused));
    assert!(!defined("SYSTEM_ALERT").can_be_muted);
}

#[test]
fn catalog_has_built_in_types_before_others_by_name() {
    let changes = [
        TypeChange::Define(defined("NEWS")),
        TypeChange::Define(defined("ALERTS")),
        TypeChange::Delete(NotificationType::REMINDER_DUE),
        TypeChange::Define(TypeDefinition {
            display: "Job".to_owned(),
            ..defined("TASK_ASSIGNED")
        }),
    ];
    let catalog = TypeCatalog::of(changes.into_iter().filter_map(stored));
    let names: Vec<_> = catalog.iter().map(|known| known.name.as_str()).collect();
    assert_eq!((names.len(), names[0]), (12, "TASK_ASSIGNED"));
    assert_eq!(names[9..], ["SYSTEM_ALERT", "ALERTS", "NEWS"]);
    assert_eq!(catalog.display(NotificationType::TASK_ASSIGNED), "Job");
    assert_eq!(catalog.display(NotificationType::REMINDER_DUE), "Reminder Due");
    assert_eq!(catalog.display(kind("NEVER_DEFINED")), "Never Defined");
    let Err(FieldError::NotOneOf(name, choices)) = catalog.require(kind("REMINDER_DUE")) else {
        panic!("a deleted type is unknown");
    };
    assert_eq!((name.as_str(), choices.len()), ("REMINDER_DUE", 12));
}

#[test]
fn required_and_unknown_types_cannot_be_deleted() {
    let catalog = TypeCatalog::default();
    let delete = |name| catalog.check(&TypeChange::Delete(name));
    let deletable = NotificationType::BUILT_IN.into_iter().filter(|name| delete(*name).is_ok());
    assert_eq!(
        deletable.collect::<Vec<_>>(),
        [
            NotificationType::CLIENT_ASSIGNED,
            NotificationType::APPLICATION_ASSIGNED,
            NotificationType::VISA_APPLICATION_ASSIGNED,
            NotificationType::REMINDER_DUE,
        ]
    );
    assert_eq!(delete(NotificationType::TASK_OVERDUE), Err(Failure::TypeRequired));
    assert_eq!(delete(NotificationType::SYSTEM_ALERT), Err(Failure::TypeRequired));
    assert_eq!(delete(kind("NEWS")), Err(Failure::NotFound));
}

#[test]
fn number_of_own_types_is_bounded() {
    let deleted = TypeChange::Delete(NotificationType::CLIENT_ASSIGNED);
    let own = |count| (0..count).map(|number| TypeChange::Define(defined(&format!("T{number}"))));
    let catalog = |count| {
        let changes = own(count).chain([deleted.clone()]);
        TypeCatalog::of(changes.filter_map(stored))
    };
    let define = |catalog: &TypeCatalog, name| catalog.check(&TypeChange::Define(defined(name)));
    let almost = catalog(TypeCatalog::MAX_OWN - 1);
    assert_eq!(define(&almost, "NEWS"), Ok(TypeOutcome::Created));
    let full = catalog(TypeCatalog::MAX_OWN);
    let refused = Failure::field("name", FieldError::TooManyTypes(200));
    assert_eq!(define(&full, "NEWS"), Err(refused));
    assert_eq!(define(&full, "T7"), Ok(TypeOutcome::Changed));
    assert_eq!(define(&full, "CLIENT_ASSIGNED"), Ok(TypeOutcome::Created));
    assert_eq!(define(&full, "TASK_ASSIGNED"), Ok(TypeOutcome::Changed));
}

#[test]
fn pages_are_in_the_order_of_the_catalog() {
    let catalog = TypeCatalog::default();
    let page = catalog.page(PageRequest::new(2, 10).unwrap());
    assert_eq!((page.total, page.items.len()), (11, 1));
    assert_eq!(page.items[0].name, NotificationType::SYSTEM_ALERT);
}
