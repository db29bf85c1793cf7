//! Whatever is lost, repeated, reordered or cut: a client that looks at its inbox whenever it has
//! connected ends with 1..N, with what became of each, and with the right count.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;

use super::event::StreamEvent;
use super::follower::{Follower, Step};
use super::opening::Opening;
use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::mailbox::{Bell, Fate, LogEntry, Mailbox, StateChange, StateCursor, StatePage};
use crate::domain::notification::{MetaInfo, Notification, NotificationRecord, NotificationType};
use crate::domain::priority::Priority;

const USER: UserId = UserId(1);

#[derive(Debug, Clone)]
enum Happening {
    Append { carries: bool },
    Change { place: usize, fate: Fate },
    Ring { bell: usize },
    Lag,
    Step,
    Cut { after: usize },
}

/// The store and every bell that was ever rung.
#[derive(Default)]
struct Server {
    rows: Vec<(Fate, i64)>,
    state: i64,
    bells: Vec<Bell>,
}

impl Server {
    fn mailbox(&self) -> Mailbox {
        let unread = self
            .rows
            .iter()
            .filter(|(fate, _)| *fate == Fate::Unread)
            .count();
        let count = |n: usize| i64::try_from(n).unwrap();
        Mailbox {
            user: USER,
            head: count(self.rows.len()),
            state: self.state,
            unread: count(unread),
        }
    }

    fn notification(&self, index: usize) -> Arc<Notification> {
        let sequence = i64::try_from(index).unwrap() + 1;
        let read = self.rows[index].0 == Fate::Read;
        Arc::new(Notification::restore(NotificationRecord {
            id: NotificationId(sequence * 10),
            sequence,
            recipient: USER,
            kind: NotificationType::TaskAssigned,
            title: String::new(),
            message: String::new(),
            due_date: None,
            meta_info: MetaInfo::Task {
                task_id: TaskId(1),
                priority: Priority::Low,
            },
            read_at: read.then_some(DateTime::UNIX_EPOCH),
            is_completed: false,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }))
    }

    fn entry(&self, index: usize) -> LogEntry {
        let notification = self.notification(index);
        match self.rows[index].0 {
            Fate::Deleted => LogEntry::Deleted {
                id: notification.id,
                sequence: notification.sequence,
            },
            _ => LogEntry::Present(notification),
        }
    }

    fn append(&mut self, carries: bool) {
        self.rows.push((Fate::Unread, 0));
        let notification = self.notification(self.rows.len() - 1);
        let mut bell = Bell::of_notification(notification);
        if !carries {
            bell.notification = None;
        }
        self.bells.push(bell);
    }

    fn change(&mut self, place: usize, fate: Fate) {
        let Some(index) = place.checked_rem(self.rows.len()) else {
            return;
        };
        let current = self.rows[index].0;
        if current == fate || current == Fate::Deleted {
            return;
        }
        self.state += 1;
        self.rows[index] = (fate, self.state);
        self.bells.push(Bell::of_mailbox(self.mailbox()));
    }

    fn log_after(&self, after: i64) -> Vec<LogEntry> {
        let from = usize::try_from(after).unwrap().min(self.rows.len());
        (from..self.rows.len())
            .take(3)
            .map(|index| self.entry(index))
            .collect()
    }

    fn state_after(&self, after: StateCursor) -> StatePage {
        let mut changes: Vec<_> = (0..self.rows.len())
            .map(|index| {
                let id = self.notification(index).id;
                let (fate, state) = self.rows[index];
                StateChange {
                    cursor: StateCursor { state, id },
                    fate,
                }
            })
            .filter(|change| change.cursor.state > 0 && change.cursor > after)
            .collect();
        changes.sort_by_key(|change| change.cursor);
        changes.truncate(Follower::PAGE as usize);
        StatePage {
            mailbox: self.mailbox(),
            changes,
        }
    }
}

/// What a careful client knows.
struct Client {
    cursor: i64,
    sequences: Vec<i64>,
    fates: BTreeMap<NotificationId, Fate>,
    count: i64,
    counted_to: i64,
}

impl Client {
    fn hear(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::ConnectionEstablished { unread, newest, .. } => {
                self.count = *unread;
                self.counted_to = *newest;
            }
            StreamEvent::Notification(notification) => {
                self.sequences.push(notification.sequence);
                self.fates.insert(notification.id, Fate::Unread);
                self.count += i64::from(notification.sequence > self.counted_to);
            }
            StreamEvent::Erased { id, sequence } => {
                self.sequences.push(*sequence);
                self.fates.insert(*id, Fate::Deleted);
            }
            StreamEvent::NotificationsRead(ids) => self.mark(ids, Fate::Read),
            StreamEvent::NotificationsDeleted(ids) => self.mark(ids, Fate::Deleted),
            StreamEvent::UnreadCount(count) => self.count = *count,
            other => panic!("nobody asked for {other:?}"),
        }
        self.cursor = event.cursor().unwrap_or(self.cursor);
    }

    fn mark(&mut self, ids: &[NotificationId], fate: Fate) {
        for id in ids {
            assert!(
                self.fates.insert(*id, fate).is_some(),
                "{id} was never shown"
            );
        }
    }

    /// What a client does once it is connected: it looks at the inbox.
    fn look_at_inbox(&mut self, server: &Server) {
        for index in 0..self.sequences.len() {
            self.fates
                .insert(server.notification(index).id, server.rows[index].0);
        }
    }
}

fn connect(server: &Server, client: &mut Client) -> Follower {
    client.look_at_inbox(server);
    Follower::open(Opening {
        mailbox: server.mailbox(),
        resume: Some(client.cursor),
        replay_limit: u32::MAX,
        heartbeat_seconds: 30,
    })
}

/// One step; whether there was something to do.
fn advance(server: &Server, client: &mut Client, follower: &mut Follower) -> bool {
    match follower.step() {
        Step::ReadLog(after) => follower.log_page(&server.log_after(after)),
        Step::ReadState(after) => follower.state_page(&server.state_after(after)),
        Step::Write(events) => events.iter().for_each(|event| client.hear(event)),
        Step::Wait => return false,
        Step::End => panic!("nobody asked for an end"),
    }
    true
}

/// The connection is cut in the middle of a write.
fn cut(server: &Server, client: &mut Client, follower: &mut Follower, after: usize) {
    if let Step::Write(events) = follower.step() {
        events
            .iter()
            .take(after)
            .for_each(|event| client.hear(event));
    }
    *follower = connect(server, client);
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let fate = prop_oneof![3 => Just(Fate::Read), 1 => Just(Fate::Deleted)];
    let one = prop_oneof![
        4 => any::<bool>().prop_map(|carries| Happening::Append { carries }),
        2 => (any::<usize>(), fate).prop_map(|(place, fate)| Happening::Change { place, fate }),
        4 => any::<usize>().prop_map(|bell| Happening::Ring { bell }),
        1 => Just(Happening::Lag),
        6 => Just(Happening::Step),
        1 => (0..4_usize).prop_map(|after| Happening::Cut { after }),
    ];
    prop::collection::vec(one, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_interleaving_ends_in_one_to_n_and_the_truth(happenings in happenings()) {
        let mut server = Server::default();
        let mut client = Client {
            cursor: 0,
            sequences: vec![],
            fates: BTreeMap::new(),
            count: 0,
            counted_to: 0,
        };
        let mut follower = connect(&server, &mut client);
        for happening in happenings {
            match happening {
                Happening::Append { carries } => server.append(carries),
                Happening::Change { place, fate } => server.change(place, fate),
                Happening::Ring { bell } => {
                    // Any bell of the past: late, repeated, out of order; many are never rung.
                    if let Some(index) = bell.checked_rem(server.bells.len()) {
                        follower.rung(server.bells[index].clone());
                    }
                }
                Happening::Lag => while advance(&server, &mut client, &mut follower) {},
                Happening::Step => {
                    advance(&server, &mut client, &mut follower);
                }
                Happening::Cut { after } => cut(&server, &mut client, &mut follower, after),
            }
        }
        // The sweeper's word comes in the end.
        follower.rung(Bell::of_mailbox(server.mailbox()));
        while advance(&server, &mut client, &mut follower) {}

        let head = server.mailbox().head;
        prop_assert_eq!(client.sequences, (1..=head).collect::<Vec<_>>());
        prop_assert_eq!(client.count, server.mailbox().unread);
        for index in 0..server.rows.len() {
            let id = server.notification(index).id;
            prop_assert_eq!(client.fates.get(&id), Some(&server.rows[index].0), "{}", id);
        }
    }

    #[test]
    fn a_bell_that_tells_of_more_than_there_is_does_no_harm(head in 1..i64::MAX, state in 1..i64::MAX) {
        let server = Server::default();
        let mut follower = Follower::open(Opening {
            mailbox: server.mailbox(),
            resume: None,
            replay_limit: 10,
            heartbeat_seconds: 30,
        });
        follower.rung(Bell { user: USER, head, state, notification: None });
        let steps: Vec<_> = (0..4)
            .map(|_| match follower.step() {
                Step::ReadLog(after) => { follower.log_page(&server.log_after(after)); "log" }
                Step::ReadState(after) => { follower.state_page(&server.state_after(after)); "state" }
                Step::Write(_) => "write",
                Step::Wait => "wait",
                Step::End => "end",
            })
            .collect();
        prop_assert_eq!(steps, ["write", "log", "state", "wait"]);
    }
}
