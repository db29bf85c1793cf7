use super::*;
use crate::domain::notification::NotificationType::{ReminderDue, TaskMentioned};
use crate::domain::notification::{NotificationType, Preferences, Subject};
use crate::domain::task::Priority;
use crate::port::MockUserRepository;
use crate::tests::fixtures::{BOB, UNKNOWN, ZOE, new_notification, unavailable, user, users};

fn notification((recipient, kind): (UserId, NotificationType)) -> NewNotification {
    new_notification(recipient, kind, Subject::NewTask { priority: Priority::Low })
}

/// What the filter keeps of these notifications. Bob has turned off mentions.
async fn kept(all: &[(UserId, NotificationType)]) -> Vec<(UserId, NotificationType)> {
    let users = users(|id| {
        let muted = (id == BOB).then_some(TaskMentioned);
        User { preferences: Preferences::restore(muted), ..user(id) }
    });
    let all: Vec<_> = all.iter().copied().map(notification).collect();
    let kept = apply(&users, all).await.unwrap();
    kept.iter().map(|new| (new.recipient, new.kind)).collect()
}

#[tokio::test]
async fn muted_type_is_dropped_for_the_user_who_muted_it() {
    let all =
        [(BOB, TaskMentioned), (ZOE, TaskMentioned), (BOB, ReminderDue), (BOB, TaskMentioned)];
    assert_eq!(kept(&all).await, all[1..3]);
}

#[tokio::test]
async fn notification_of_an_unknown_user_is_left_to_the_store() {
    assert_eq!(kept(&[(UNKNOWN, TaskMentioned)]).await, [(UNKNOWN, TaskMentioned)]);
}

#[tokio::test]
async fn change_without_notifications_reads_no_users() {
    // The repository panics when it is called.
    let users = MockUserRepository::new();
    assert_eq!(apply::<Subject>(&users, vec![]).await, Ok(vec![]));
}

#[tokio::test]
async fn change_fails_if_preferences_cannot_be_read() {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|_| Err(unavailable()));
    let refused = apply(&users, vec![notification((ZOE, ReminderDue))]).await;
    assert_eq!(refused, Err(unavailable()));
}
