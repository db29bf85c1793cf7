use std::sync::Arc;

use super::office::{ANN, BOB, EVE, MIA, Office, SAID, ZOE, now, user};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::field::FieldError;
use crate::domain::id::{TaskId, UserId};
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::task::{ExpectedVersion, Task};
use crate::domain::text::Text;
use crate::port::MockUserRepository;
use crate::service::tasks::Tasks;

async fn say(office: &Office, author: UserId, text: &str) -> Result<(), Failure> {
    let text = Text::new(text.to_owned()).unwrap();
    let (tasks, author) = (office.tasks(), user(author));
    let expected = ExpectedVersion::Any;
    let said = tasks.comment(&author, TaskId(1), text, expected, None);
    said.await.map(drop)
}

/// Who was told.
fn told(office: &Office) -> Vec<UserId> {
    let published = office.published.lock().unwrap();
    published.iter().map(|update| update.user).collect()
}

#[tokio::test]
async fn those_whom_a_comment_names_are_told_once_in_the_words_that_clients_know() {
    let office = Office::default();
    let text = "@zoe and @bob: @zoe first. \u{1F406}@nobody @eve";
    say(&office, ANN, text).await.unwrap();
    assert_eq!(told(&office), [BOB, ZOE]);

    let published = office.published.lock().unwrap();
    let told = published[0].notification.as_ref().unwrap();
    assert_eq!(told.kind, NotificationType::TaskMentioned);
    assert_eq!(told.title, "You were mentioned in a task comment");
    assert_eq!(
        told.message,
        "Ann Archer mentioned you in a comment on task: Test SSE Notification"
    );
    let about =
        MetaInfo::Mention { task_id: TaskId(1), comment_text: text.to_owned(), mentioned_by: ANN };
    assert_eq!((&told.meta_info, told.created_at), (&about, now()));
}

#[tokio::test]
async fn a_comment_keeps_its_text_and_where_it_names_whom() {
    let office = Office::default();
    say(&office, MIA, " \u{1F406} @bob").await.unwrap();
    let committed = office.committed.lock().unwrap();
    let TaskWrite::Comment(task, comment, None) = &committed[0].write else {
        panic!("{committed:?}")
    };
    assert_eq!(*task, TaskId(1));
    let comment = comment.clone().into_comment(SAID);
    assert_eq!((comment.author, comment.text.as_str()), (MIA, " \u{1F406} @bob"));
    let places: Vec<_> = comment.mentions.iter().map(|m| (m.user, m.start, m.end)).collect();
    assert_eq!(places, [(BOB, 3, 7)]);
}

#[tokio::test]
async fn a_notification_repeats_the_beginning_of_a_long_comment() {
    let office = Office::default();
    let text = format!("@bob {}", "\u{65E5}".repeat(600));
    say(&office, ANN, &text).await.unwrap();
    let published = office.published.lock().unwrap();
    let told = published[0].notification.as_ref().unwrap();
    let MetaInfo::Mention { comment_text, .. } = &told.meta_info else { panic!("{told:?}") };
    assert_eq!(comment_text.chars().count(), 500);
    assert!(text.starts_with(comment_text.as_str()));
}

#[tokio::test]
async fn who_may_see_a_task_may_speak_of_it() {
    for author in [ANN, BOB, EVE, ZOE, MIA] {
        assert_eq!(say(&Office::default(), author, "Yes.").await, Ok(()));
    }
    let refused = say(&Office::default(), UserId(6), "Yes.").await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn names_are_looked_up_only_for_those_who_may_comment() {
    let tasks = Tasks {
        users: Arc::new(MockUserRepository::new()), // panics when asked
        ..Office::default().tasks()
    };
    for (author, task) in [(ANN, TaskId(2)), (UserId(6), TaskId(1))] {
        let text = Text::new("@bob?".to_owned()).unwrap();
        let author = user(author);
        let said = tasks.comment(&author, task, text, ExpectedVersion::Any, None);
        assert_eq!(said.await, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn too_many_mentions_are_a_fault_of_the_comment() {
    let office = Office::default();
    let refused = say(&office, ANN, &"@bob ".repeat(21)).await;
    let expected = Failure::field("comment", FieldError::TooManyMentions(20));
    assert_eq!(refused, Err(expected));
    assert!(office.committed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn too_much_that_was_said_is_a_fault_of_the_comment() {
    let full = |task: &mut Task| task.comment_count = 1_000;
    let refused = say(&Office::with(full), ANN, "One more").await;
    let expected = Failure::field("comment", FieldError::TooManyComments(1_000));
    assert_eq!(refused, Err(expected));
    let last = |task: &mut Task| task.comment_count = 999;
    assert_eq!(say(&Office::with(last), ANN, "The last").await, Ok(()));
}

/// Mia may read by a mention alone: so she cannot pass that on.
#[tokio::test]
async fn mentions_by_a_merely_mentioned_reader_invite_nobody() {
    for (author, invited) in
        [(ANN, vec![BOB]), (BOB, vec![BOB]), (EVE, vec![BOB]), (ZOE, vec![BOB]), (MIA, vec![])]
    {
        let office = Office::default();
        say(&office, author, "@bob?").await.unwrap();
        assert_eq!(told(&office), invited, "by {author}");
        let committed = office.committed.lock().unwrap();
        let TaskWrite::Comment(_, comment, _) = &committed[0].write else {
            panic!("{committed:?}")
        };
        assert_eq!(comment.invited(), invited, "by {author}");
        let named = comment.clone().into_comment(SAID).mentions;
        assert_eq!(named.len(), 1, "the text names Bob all the same");
    }
}

#[tokio::test]
async fn a_comment_that_is_meant_for_a_version_is_for_that_alone() {
    let office = Office::default();
    let (tasks, ann) = (office.tasks(), user(ANN));
    let say = |versions| {
        let text = Text::new("Yes.".to_owned()).unwrap();
        tasks.comment(&ann, TaskId(1), text, ExpectedVersion::OneOf(versions), None)
    };
    assert_eq!(say(vec![2, 3]).await, Err(Failure::PreconditionFailed));
    assert!(office.committed.lock().unwrap().is_empty());
    say(vec![1, 2]).await.unwrap();
    let committed = office.committed.lock().unwrap();
    let TaskWrite::Comment(_, _, version) = &committed[0].write else { panic!("{committed:?}") };
    assert_eq!(*version, Some(1));
}
