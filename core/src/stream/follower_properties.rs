//! Properties of the follower: whatever updates are lost, repeated or reordered and whatever connections
//! are cut, a client that reads its inbox after each connect ends with the sequences 1..N, all read states
//! and the right unread count.

use chrono::DateTime;
use proptest::prelude::*;

use super::follower::{Follower, Step};
use super::follower_model::{Client, Server, USER};
use super::opening::Opening;
use crate::domain::notification::{MailboxUpdate, ReadStatus};

/// More than a page, and not a multiple of it.
const MANY: u32 = Follower::PAGE + 6;

#[derive(Debug, Clone)]
enum Happening {
    Append {
        carries: bool,
    },
    /// More than fit on one page.
    AppendMany,
    Change {
        place: usize,
        status: ReadStatus,
    },
    /// All in one revision.
    ReadAll,
    Notify {
        update: usize,
    },
    Lag,
    Step,
    Cut {
        after: usize,
    },
}

fn connect(server: &Server, client: &mut Client) -> Follower {
    client.look_at_inbox(server);
    Follower::open(Opening {
        mailbox: server.mailbox(),
        resume: Some(client.cursor),
        replay_limit: u32::MAX,
        heartbeat_seconds: 30,
        token_expires_at: DateTime::UNIX_EPOCH,
    })
}

/// Does one step, and returns whether there was one.
fn advance(server: &Server, client: &mut Client, follower: &mut Follower) -> bool {
    match follower.step() {
        Step::ReadLog(after) => follower.log_page(&server.log_after(after)),
        Step::ReadChanges(after) => follower.read_state_page(&server.read_state_changes(after)),
        Step::Write(events) => events.iter().for_each(|event| client.hear(event)),
        Step::Wait => return false,
        Step::End => panic!("nobody asked for an end"),
    }
    true
}

/// The connection breaks in the middle of a write.
fn cut(server: &Server, client: &mut Client, follower: &mut Follower, after: usize) {
    if let Step::Write(events) = follower.step() {
        events.iter().take(after).for_each(|event| client.hear(event));
    }
    *follower = connect(server, client);
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let status = prop_oneof![3 => Just(ReadStatus::Read), 1 => Just(ReadStatus::Deleted)];
    let one = prop_oneof![
        4 => any::<bool>().prop_map(|carries| Happening::Append { carries }),
        1 => Just(Happening::AppendMany),
        2 => (any::<usize>(), status).prop_map(|(place, status)| Happening::Change { place, status }),
        1 => Just(Happening::ReadAll),
        4 => any::<usize>().prop_map(|update| Happening::Notify { update }),
        1 => Just(Happening::Lag),
        6 => Just(Happening::Step),
        1 => (0..4_usize).prop_map(|after| Happening::Cut { after }),
    ];
    prop::collection::vec(one, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_interleaving_ends_in_a_complete_mailbox(happenings in happenings()) {
        let mut server = Server::default();
        let mut client = Client::default();
        let mut follower = connect(&server, &mut client);
        for happening in happenings {
            match happening {
                Happening::Append { carries } => server.append(carries),
                Happening::AppendMany => (0..MANY).for_each(|_| server.append(false)),
                Happening::Change { place, status } => server.change(place, status),
                Happening::ReadAll => server.read_all(),
                Happening::Notify { update } => {
                    // Any earlier update: late, repeated or out of order. Many are never sent.
                    if let Some(index) = update.checked_rem(server.updates.len()) {
                        follower.updated(server.updates[index].clone());
                    }
                }
                Happening::Lag => while advance(&server, &mut client, &mut follower) {},
                Happening::Step => {
                    advance(&server, &mut client, &mut follower);
                }
                Happening::Cut { after } => cut(&server, &mut client, &mut follower, after),
            }
        }
        // The log poller sends an update in the end.
        follower.updated(MailboxUpdate::of_mailbox(server.mailbox()));
        while advance(&server, &mut client, &mut follower) {}

        let head = server.mailbox().head;
        prop_assert_eq!(client.sequences, (1..=head).collect::<Vec<_>>());
        prop_assert_eq!(client.count, server.mailbox().unread);
        for index in 0..server.rows.len() {
            let id = Server::id(index);
            prop_assert_eq!(client.statuses.get(&id), Some(&server.rows[index].0), "{}", id);
        }
    }

    #[test]
    fn update_beyond_the_store_does_no_harm(head in 1..i64::MAX, revision in 1..i64::MAX) {
        let server = Server::default();
        let mut follower = Follower::open(Opening {
            mailbox: server.mailbox(),
            resume: None,
            replay_limit: 10,
            heartbeat_seconds: 30,
            token_expires_at: DateTime::UNIX_EPOCH,
        });
        follower.updated(MailboxUpdate { user: USER, head, revision, notification: None });
        let steps: Vec<_> = (0..4)
            .map(|_| match follower.step() {
                Step::ReadLog(after) => { follower.log_page(&server.log_after(after)); "log" }
                Step::ReadChanges(after) => { follower.read_state_page(&server.read_state_changes(after)); "state" }
                Step::Write(_) => "write",
                Step::Wait => "wait",
                Step::End => "end",
            })
            .collect();
        prop_assert_eq!(steps, ["write", "log", "state", "wait"]);
    }
}
