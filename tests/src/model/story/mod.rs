//! One story in a house: new people, and what they do.

mod comments;
mod inbox;
mod seen;
mod tasks;

use std::collections::BTreeSet;

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::account::{
    ClientNetwork, NewUser, PasswordHash, Profile, User, UserEdit, Username,
};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::id::{CommentId, NotificationId, TaskId, UserId};
use leopard_core::domain::notification::{OpaqueObject, announcement};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::text::Text;

use super::answer::{Answer, Refusal};
use super::house::{House, moment};
use super::operation::{AnnouncementContent, Operation};
use super::people::Who;

/// Nobody's.
const NOBODY: UserId = UserId(i64::MAX);

/// What is known of a story while it goes on.
pub struct Story<'a> {
    house: &'a House,
    now: i64,
    /// In the order of [`Who::KNOWN`].
    people: Vec<User>,
    /// Every task that was made in this story.
    tasks: Vec<TaskId>,
    /// Every comment that was made in this story.
    comments: Vec<CommentId>,
    /// Every notification, by recipient and in the order of the sequences.
    notes: [Vec<NotificationId>; Who::KNOWN.len()],
}

impl<'a> Story<'a> {
    /// Begins in a house from which the tasks of the story before are cleared away.
    pub async fn begin(house: &'a House, number: u64) -> Self {
        house.clock.set(0);
        let mut people = Vec::new();
        for who in Who::KNOWN {
            people.push(new_person(house, who, number).await);
        }
        let story = Self {
            house,
            now: 0,
            people,
            tasks: vec![],
            comments: vec![],
            notes: Default::default(),
        };
        story.clear_away().await;
        story
    }

    /// Does it, and says what was answered.
    pub async fn perform(&mut self, operation: &Operation) -> Result<Answer, Refusal> {
        let done = match operation {
            Operation::Tasks(by, operation) => self.perform_task(*by, operation).await,
            Operation::Inbox(by, operation) => self.perform_inbox(*by, operation).await,
            Operation::Announce(by, content) => self.announce(*by, content).await,
            Operation::EveIsActive(is_active) => self.activate(Who::Eve, *is_active).await,
            Operation::Pass(minutes) => {
                self.now += minutes;
                self.house.clock.set(self.now);
                Ok(Answer::Done)
            }
            Operation::DueScan => self.scan().await,
        };
        done.map_err(refusal)
    }

    async fn announce(&self, by: Who, content: &AnnouncementContent) -> Result<Answer, Failure> {
        let to: BTreeSet<_> = content.to.iter().map(|who| self.id(*who)).collect();
        let content = announcement::AnnouncementContent {
            kind: content.kind,
            title: content.title.map(text),
            message: None,
            due_date: content.due.map(moment),
            meta_info: OpaqueObject::default(),
        };
        let client = ClientNetwork::of([192, 0, 2, 1].into());
        let told =
            self.house
                .core
                .announcements
                .announce(self.user(by), to, &content, None, client);
        let told = told.await?.into_value();
        Ok(Answer::Told(
            told.iter().map(|it| self.who(it.recipient)).collect(),
        ))
    }

    async fn activate(&self, who: Who, is_active: bool) -> Result<Answer, Failure> {
        let edit = UserEdit {
            is_active: Some(is_active),
            ..UserEdit::default()
        };
        let change = UserChange::Edit {
            user: self.id(who),
            edit,
            by: Administrator::Operator,
        };
        self.house.backend.users.store(change).await?;
        Ok(Answer::Done)
    }

    async fn scan(&self) -> Result<Answer, Failure> {
        while self.house.core.reminders.scan().await? {}
        Ok(Answer::Done)
    }

    /// How many notifications of this person are known so far.
    pub fn known(&self, who: Who) -> i64 {
        i64::try_from(self.notes[who as usize].len()).expect("few")
    }

    fn user(&self, who: Who) -> &User {
        &self.people[who as usize]
    }

    fn id(&self, who: Who) -> UserId {
        self.people.get(who as usize).map_or(NOBODY, |user| user.id)
    }

    fn who(&self, id: UserId) -> Who {
        let found = Who::KNOWN.into_iter().find(|who| self.id(*who) == id);
        found.unwrap_or(Who::Stranger)
    }
}

async fn new_person(house: &House, who: Who, story: u64) -> User {
    let new = NewUser {
        username: Username::new(format!("{who:?}{story}")).expect("a name"),
        password: PasswordHash("none".to_owned()),
        profile: Profile::default(),
        is_staff: who.is_staff(),
        created_at: moment(0),
    };
    let made = house
        .backend
        .users
        .store(UserChange::Create {
            user: new,
            by: Administrator::Operator,
        })
        .await;
    made.expect("a user")
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text.to_owned()).expect("a text")
}

fn page_of(number: usize, size: usize) -> Result<PageRequest, Failure> {
    PageRequest::new(number as u64, size as u64)
}

fn refusal(failure: Failure) -> Refusal {
    const FIELDS: [&str; 3] = ["assigned_to", "assigned_by", "comment"];
    match failure {
        Failure::NotFound => Refusal::NotFound,
        Failure::PermissionDenied => Refusal::Forbidden,
        Failure::InvalidTransition { .. } => Refusal::InvalidTransition,
        Failure::ReaderInvolved => Refusal::ReaderInvolved,
        Failure::PreconditionFailed => Refusal::PreconditionFailed,
        Failure::InvalidPage => Refusal::InvalidPage,
        Failure::Invalid(errors) => {
            let first = errors.iter().next().map(|(field, _)| field);
            let field = FIELDS.into_iter().find(|field| Some(*field) == first);
            field.map_or(Refusal::Fault(format!("{errors:?}")), Refusal::Invalid)
        }
        other => Refusal::Fault(format!("{other:?}")),
    }
}
