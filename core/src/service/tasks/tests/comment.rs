use std::sync::Arc;

use super::fixture::{NEW_COMMENT, STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::field::FieldError;
use crate::domain::id::{TaskId, UserId};
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::task::{ExpectedVersion, NewComment};
use crate::domain::text::Text;
use crate::port::MockUserRepository;
use crate::service::tasks::Tasks;
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, ZOE, now, user};

async fn comment(fixture: &TasksFixture, author: UserId, text: &str) -> Result<(), Failure> {
    comment_version(fixture, author, text, ExpectedVersion::Any).await
}

async fn comment_version(
    fixture: &TasksFixture,
    author: UserId,
    text: &str,
    expected: ExpectedVersion,
) -> Result<(), Failure> {
    let text = Text::new(text.to_owned()).unwrap();
    fixture.tasks().comment(&user(author), TASK, text, expected, None).await.map(drop)
}

/// The comment that was committed, and the version that it expects.
fn committed(fixture: &TasksFixture) -> (NewComment, Option<i64>) {
    match fixture.committed.take().pop().unwrap().write {
        TaskWrite::Comment(TASK, comment, expected_version) => (comment, expected_version),
        other => panic!("{other:?}"),
    }
}

fn recipients(fixture: &TasksFixture) -> Vec<UserId> {
    fixture.notifications().iter().map(|notification| notification.recipient).collect()
}

#[tokio::test]
async fn mentioned_active_users_get_one_notification_each() {
    let fixture = TasksFixture::default();
    let text = "@zoe and @bob: @zoe first. \u{1F406}@nobody @eve";
    comment(&fixture, ANN, text).await.unwrap();
    assert_eq!(recipients(&fixture), [BOB, ZOE]);

    let notification = &fixture.notifications()[0];
    assert_eq!(notification.kind, NotificationType::TASK_MENTIONED);
    assert_eq!(notification.title, "You were mentioned in a task comment");
    assert_eq!(
        notification.message,
        "Ann Archer mentioned you in a comment on task: Test SSE Notification"
    );
    let meta_info =
        MetaInfo::Mention { task_id: TASK, comment_text: text.to_owned(), mentioned_by: ANN };
    assert_eq!((&notification.meta_info, notification.created_at), (&meta_info, now()));
}

#[tokio::test]
async fn comment_keeps_its_text_and_the_positions_of_mentions() {
    let fixture = TasksFixture::default();
    comment(&fixture, MIA, " \u{1F406} @bob").await.unwrap();
    let (comment, expected_version) = committed(&fixture);
    assert_eq!(expected_version, None);
    let comment = comment.into_comment(NEW_COMMENT);
    assert_eq!((comment.author, comment.text.as_str()), (MIA, " \u{1F406} @bob"));
    let positions: Vec<_> = comment.mentions.iter().map(|m| (m.user, m.start, m.end)).collect();
    assert_eq!(positions, [(BOB, 3, 7)]);
}

#[tokio::test]
async fn notification_has_the_first_500_characters_of_a_long_comment() {
    let fixture = TasksFixture::default();
    let text = format!("@bob {}", "\u{65E5}".repeat(600));
    comment(&fixture, ANN, &text).await.unwrap();
    let meta_info = &fixture.notifications()[0].meta_info;
    let MetaInfo::Mention { comment_text, .. } = meta_info else { panic!("{meta_info:?}") };
    assert_eq!(comment_text.chars().count(), 500);
    assert!(text.starts_with(comment_text.as_str()));
}

#[tokio::test]
async fn readers_comment_and_others_do_not_find_the_task() {
    for author in [ANN, BOB, EVE, ZOE, MIA] {
        assert_eq!(comment(&TasksFixture::default(), author, "Yes.").await, Ok(()));
    }
    let refused = comment(&TasksFixture::default(), STRANGER, "Yes.").await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn names_are_looked_up_only_for_users_who_may_comment() {
    let tasks = Tasks {
        users: Arc::new(MockUserRepository::new()), // panics when it is called
        ..TasksFixture::default().tasks()
    };
    for (author, task) in [(ANN, TaskId(2)), (STRANGER, TASK)] {
        let text = Text::new("@bob?".to_owned()).unwrap();
        let refused = tasks.comment(&user(author), task, text, ExpectedVersion::Any, None).await;
        assert_eq!(refused, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn too_many_mentions_are_an_error_of_the_comment() {
    let fixture = TasksFixture::default();
    let refused = comment(&fixture, ANN, &"@bob ".repeat(21)).await;
    assert_eq!(refused, Err(Failure::field("comment", FieldError::TooManyMentions(20))));
    assert!(fixture.committed.is_empty());
}

#[tokio::test]
async fn too_many_comments_are_an_error_of_the_comment() {
    let comment_after = async |count| {
        let fixture = TasksFixture::with_task(|task| task.comment_count = count);
        comment(&fixture, ANN, "One more").await
    };
    let error = Failure::field("comment", FieldError::TooManyComments(1_000));
    assert_eq!(comment_after(1_000).await, Err(error));
    assert_eq!(comment_after(999).await, Ok(()));
}

/// Mia may read the task by a mention only, so she cannot pass that on.
#[tokio::test]
async fn mentions_by_a_merely_mentioned_reader_invite_no_one() {
    for (author, invited) in
        [(ANN, vec![BOB]), (BOB, vec![BOB]), (EVE, vec![BOB]), (ZOE, vec![BOB]), (MIA, vec![])]
    {
        let fixture = TasksFixture::default();
        comment(&fixture, author, "@bob?").await.unwrap();
        assert_eq!(recipients(&fixture), invited, "by {author}");
        let (comment, _) = committed(&fixture);
        assert_eq!(comment.invited(), invited, "by {author}");
        assert_eq!(comment.into_comment(NEW_COMMENT).mentions.len(), 1, "by {author}");
    }
}

#[tokio::test]
async fn comment_with_an_expected_version_is_committed_for_that_version_only() {
    let fixture = TasksFixture::default();
    let comment =
        |versions| comment_version(&fixture, ANN, "Yes.", ExpectedVersion::OneOf(versions));
    assert_eq!(comment(vec![2, 3]).await, Err(Failure::PreconditionFailed));
    assert!(fixture.committed.is_empty());
    comment(vec![1, 2]).await.unwrap();
    assert_eq!(committed(&fixture).1, Some(1));
}
