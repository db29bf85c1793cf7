use super::*;

#[test]
fn key_name_is_printable_and_at_most_255_characters() {
    let name = |text: &str| KeyName::new(text.to_owned());
    for good in ["a", "4f9c 7!~", &"x".repeat(255)] {
        assert_eq!(name(good).unwrap().as_str(), good);
    }
    assert_eq!(name(""), Err(FieldError::Blank));
    assert_eq!(name(&"x".repeat(256)), Err(FieldError::TooLong(255)));
    for bad in ["a\tb", "\u{7f}", "sch\u{f6}n", "a\0"] {
        assert_eq!(name(bad), Err(FieldError::NotPrintable), "{bad:?}");
    }
}

#[test]
fn result_is_replayed_for_a_day_and_only_for_the_same_body() {
    let key = |body: &str, second| {
        let scope = KeyScope {
            user: UserId(1),
            operation: Operation::CreateTask,
            name: KeyName::new("k".to_owned()).unwrap(),
        };
        IdempotencyKey {
            scope,
            fingerprint: Fingerprint(body.to_owned()),
            at: DateTime::from_timestamp(second, 0).unwrap(),
        }
    };
    let known = StoredResult {
        fingerprint: Fingerprint("one".to_owned()),
        created_ids: CreatedIds(vec![7]),
        at: DateTime::from_timestamp(0, 0).unwrap(),
    };
    let day = 24 * 60 * 60;
    let lookup = |body, second| key(body, second).lookup(known.clone());
    assert_eq!(lookup("one", day - 1), Ok(Some(CreatedIds(vec![7]))));
    assert_eq!(lookup("other", day - 1), Err(Failure::IdempotencyKeyReused));
    assert_eq!(lookup("one", day), Ok(None));
    assert_eq!(lookup("other", day), Ok(None));
}
