use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use leopard_core::Failure;
use leopard_core::domain::account::{ClientNetwork, NewUser, User, UserEdit};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::id::{CommentId, NotificationId, TaskId, UserId};
use leopard_core::domain::notification::announcement::AnnouncementContent;
use leopard_core::domain::notification::{LogEntry, Recipient, Recipients, RevisionCursor};
use leopard_testkit::TestCore;
use leopard_testkit::commit::Commit as _;
use leopard_testkit::fixtures::{create_by_operator, new_user};

use super::actor::Actor;
use super::ids::Ids;
use super::operation::{NamedBy, Operation};
use super::services::moment;

const UNKNOWN: UserId = UserId(i64::MAX);

/// The result of an operation, as `Debug` prints it.
pub(super) type Observation = Result<String, Failure>;

pub(super) struct Scenario<'a> {
    pub services: &'a TestCore,
    pub now: i64,
    /// In the order of [`Actor::KNOWN`].
    users: Vec<User>,
    /// Every task created so far.
    pub tasks: Vec<TaskId>,
    /// Every comment created so far.
    pub comments: Vec<CommentId>,
    /// Every notification, by recipient and sequence.
    pub notifications: [Vec<NotificationId>; Actor::KNOWN.len()],
    ids: Ids,
}

impl<'a> Scenario<'a> {
    /// Creates new users and deletes the tasks of the scenario before.
    pub async fn begin(services: &'a TestCore, number: u64) -> Self {
        services.clock.set(moment(0));
        let mut users = Vec::new();
        for actor in Actor::KNOWN {
            users.push(create_user(services, actor, number).await);
        }
        let mut ids = Ids::default();
        ids.replace(format!("{users:?}"));
        let scenario = Self {
            services,
            now: 0,
            users,
            tasks: vec![],
            comments: vec![],
            notifications: Default::default(),
            ids,
        };
        scenario.delete_all_tasks().await;
        scenario
    }

    /// Performs an operation and returns its result and its changes of the mailboxes.
    pub async fn perform(&mut self, operation: Operation) -> String {
        let result = match operation {
            Operation::Tasks(by, operation) => self.perform_task(by, operation).await,
            Operation::Inbox(by, operation) => self.perform_inbox(by, operation).await,
            Operation::Announce(by, content, to) => self.announce(by, &content, &to).await,
            Operation::EveIsActive(is_active) => self.activate(Actor::Eve, is_active).await,
            Operation::Pass(minutes) => {
                self.now += minutes;
                self.services.clock.set(moment(self.now));
                seen(())
            }
            Operation::DueScan => self.scan().await,
        };
        let new = self.new_entries().await;
        self.ids.replace(format!("{result:?}\n{new}"))
    }

    /// The whole log and all read states of every mailbox.
    pub async fn mailboxes(&mut self) -> String {
        let store = &self.services.backend.notifications;
        let mut all = String::new();
        for user in &self.users {
            let log = store.log_after(user.id, 0, u32::MAX).await;
            let beginning = RevisionCursor::at(0);
            let states = store.read_state_changes(user.id, beginning, u32::MAX).await;
            writeln!(all, "{log:?}\n{states:?}").expect("a text grows");
        }
        self.ids.replace(all)
    }

    /// The counters of all mailboxes, and the entries appended since the last call.
    async fn new_entries(&mut self) -> String {
        let store = &self.services.backend.notifications;
        let ids = self.users.iter().map(|user| user.id).collect();
        let mut all = format!("{:?}", store.mailboxes(ids).await);
        for (user, known) in self.users.iter().zip(&mut self.notifications) {
            let after = i64::try_from(known.len()).expect("few");
            let entries = store.log_after(user.id, after, u32::MAX).await;
            let entries = entries.expect("the log");
            known.extend(entries.iter().map(|entry| match entry {
                LogEntry::Present(notification) => notification.id,
                LogEntry::Tombstone { id, .. } => *id,
            }));
            write!(all, "\n{entries:?}").expect("a text grows");
        }
        all
    }

    async fn announce(
        &self,
        by: Actor,
        content: &AnnouncementContent,
        to: &[(Actor, NamedBy)],
    ) -> Observation {
        let (mut assigned_to, mut named) = (BTreeSet::new(), vec![]);
        for (who, by) in to {
            match by {
                NamedBy::AssignedTo => drop(assigned_to.insert(self.id(*who))),
                NamedBy::Id => named.push(Recipient::Id(self.id(*who))),
                NamedBy::Username => {
                    named.push(Recipient::Username(self.username(*who).to_owned()));
                }
            }
        }
        let to = Recipients::new(assigned_to, named).map_err(Failure::Invalid)?;
        let client = ClientNetwork::of([192, 0, 2, 1].into());
        let announcements = &self.services.core.announcements;
        seen(announcements.announce(self.user(by), None, to, content, None, client).await?)
    }

    async fn activate(&self, who: Actor, is_active: bool) -> Observation {
        let edit = UserEdit { is_active: Some(is_active), ..UserEdit::default() };
        let change = UserChange::Edit { user: self.id(who), edit, by: Administrator::Operator };
        seen(self.services.backend.users.commit(change, None).await?)
    }

    async fn scan(&self) -> Observation {
        while self.services.core.reminders.scan().await? {}
        seen(())
    }

    pub(super) fn user(&self, who: Actor) -> &User {
        &self.users[who as usize]
    }

    pub(super) fn id(&self, who: Actor) -> UserId {
        self.resolve(who.placeholder())
    }

    /// The user that a request names by the number of an actor.
    pub(super) fn resolve(&self, placeholder: UserId) -> UserId {
        let place = usize::try_from(placeholder.0).expect("a number of an actor");
        self.users.get(place).map_or(UNKNOWN, |user| user.id)
    }

    pub(super) fn username(&self, who: Actor) -> &str {
        let user = self.users.get(who as usize);
        user.map_or("stranger", |user| &user.username)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "ends every operation")]
pub(super) fn seen(value: impl Debug) -> Observation {
    Ok(format!("{value:?}"))
}

async fn create_user(services: &TestCore, who: Actor, scenario: u64) -> User {
    let name = format!("{who:?}{scenario}");
    let new = NewUser { is_staff: who == Actor::Ana, ..new_user(&name) };
    let created = services.backend.users.store(create_by_operator(new)).await;
    created.expect("a user")
}
