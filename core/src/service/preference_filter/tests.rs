use chrono::DateTime;

use super::*;
use crate::domain::account::User;
use crate::domain::notification::NotificationType::{ReminderDue, TaskMentioned};
use crate::domain::notification::{MetaInfo, Subject};
use crate::domain::task::Priority;

use crate::port::MockUserRepository;

/// Bob does not want to hear that he is mentioned.
const BOB: UserId = UserId(2);
const ZOE: UserId = UserId(4);
/// Nobody has this number.
const NOBODY: UserId = UserId(99);

fn user(id: UserId) -> User {
    let muted = (id == BOB).then_some(TaskMentioned);
    User {
        id,
        username: format!("user{id}"),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: false,
        is_active: true,
        preferences: Preferences::restore(muted),
        tokens_valid_from: DateTime::UNIX_EPOCH,
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn users() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        let known = ids.into_iter().filter(|id| *id != NOBODY);
        Ok(known.map(user).collect())
    });
    users
}

fn news(recipient: UserId, kind: NotificationType) -> NewNotification {
    NewNotification {
        recipient,
        kind,
        title: String::new(),
        message: String::new(),
        due_date: None,
        subject: Subject::NewTask { priority: Priority::Low },
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn recipients(news: &[NewNotification]) -> Vec<(UserId, NotificationType)> {
    news.iter().map(|new| (new.recipient, new.kind)).collect()
}

#[tokio::test]
async fn what_somebody_has_switched_off_is_left_out_for_them_alone() {
    let all =
        [(BOB, TaskMentioned), (ZOE, TaskMentioned), (BOB, ReminderDue), (BOB, TaskMentioned)];
    let change = all.map(|(user, kind)| news(user, kind)).to_vec();
    let wanted = apply(&users(), change).await.unwrap();
    assert_eq!(recipients(&wanted), all[1..3]);
}

#[tokio::test]
async fn whoever_is_not_there_is_left_to_the_store() {
    let change = vec![news(NOBODY, TaskMentioned)];
    let wanted = apply(&users(), change).await.unwrap();
    assert_eq!(recipients(&wanted), [(NOBODY, TaskMentioned)]);
}

#[tokio::test]
async fn where_nobody_is_told_nobody_is_asked_for() {
    let nobody = MockUserRepository::new();
    let announcement =
        AppendNotifications { notifications: Vec::<NewNotification<MetaInfo>>::new() };
    let wanted = apply(&nobody, announcement.clone()).await;
    assert_eq!(wanted, Ok(announcement));
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_told() {
    let mut users = MockUserRepository::new();
    let away = || Failure::Unavailable("away".to_owned());
    users.expect_find_many().returning(move |_| Err(away()));
    let refused = apply(&users, vec![news(ZOE, ReminderDue)]).await;
    assert_eq!(refused, Err(away()));
}
