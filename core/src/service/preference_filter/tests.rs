use super::*;
use crate::domain::notification::{NotificationType, Preferences, Subject};
use crate::domain::task::Priority;
use crate::port::{MockNotificationTypeRepository, MockUserRepository};
use crate::tests::fixtures::{
    BOB, UNKNOWN, ZOE, built_in_types, new_notification, unavailable, user, users,
};

const TASK_MENTIONED: NotificationType = NotificationType::TASK_MENTIONED;
const REMINDER_DUE: NotificationType = NotificationType::REMINDER_DUE;

fn notification((recipient, kind): (UserId, NotificationType)) -> NewNotification {
    new_notification(recipient, kind, Subject::NewTask { priority: Priority::Low })
}

/// What the filter keeps of these notifications. Bob has turned off mentions.
async fn kept(all: &[(UserId, NotificationType)]) -> Vec<(UserId, NotificationType)> {
    let users = users(|id| {
        let muted = (id == BOB).then_some(TASK_MENTIONED);
        User { preferences: Preferences::restore(muted), ..user(id) }
    });
    let all: Vec<_> = all.iter().copied().map(notification).collect();
    let kept = apply(&users, &*built_in_types(), all).await.unwrap();
    kept.iter().map(|new| (new.recipient, new.kind)).collect()
}

#[tokio::test]
async fn muted_type_is_dropped_for_the_user_who_muted_it() {
    let all =
        [(BOB, TASK_MENTIONED), (ZOE, TASK_MENTIONED), (BOB, REMINDER_DUE), (BOB, TASK_MENTIONED)];
    assert_eq!(kept(&all).await, all[1..3]);
}

#[tokio::test]
async fn notification_of_an_unknown_user_is_left_to_the_store() {
    assert_eq!(kept(&[(UNKNOWN, TASK_MENTIONED)]).await, [(UNKNOWN, TASK_MENTIONED)]);
}

#[tokio::test]
async fn change_without_notifications_reads_nothing() {
    // The repositories panic when they are called.
    let users = MockUserRepository::new();
    let types = MockNotificationTypeRepository::new();
    assert_eq!(apply::<Subject>(&users, &types, vec![]).await, Ok(vec![]));
}

#[tokio::test]
async fn change_fails_if_preferences_cannot_be_read() {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|_| Err(unavailable()));
    let refused = apply(&users, &*built_in_types(), vec![notification((ZOE, REMINDER_DUE))]).await;
    assert_eq!(refused, Err(unavailable()));
}
