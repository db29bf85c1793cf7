//! Properties of the follower: whatever updates are lost, repeated or reordered and whatever connections
//! are cut, a client that reads its inbox after each connect ends with the sequences 1..N, all read states
//! and the right unread count.

use proptest::prelude::*;

use super::follower::{Follower, Step};
use super::follower_model::{Client, Server};
use super::opening::Opening;
use crate::domain::notification::{MailboxUpdate, ReadStatus};
use crate::tests::fixtures::{BOB, mailbox_update, now};

/// More than a page, and not a multiple of it.
const MANY: u32 = Follower::PAGE + 6;

#[derive(Debug, Clone)]
enum Action {
    Append {
        carries: bool,
    },
    /// More than fit on one page.
    AppendMany,
    Change {
        position: usize,
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
    client.read_inbox(server);
    Follower::open(Opening {
        mailbox: server.mailbox(),
        resume: Some(client.cursor),
        replay_limit: u32::MAX,
        heartbeat_seconds: 30,
        token_expires_at: now(),
    })
}

/// Does one step, and returns whether there was one.
fn advance(server: &Server, client: &mut Client, follower: &mut Follower) -> bool {
    match follower.step() {
        Step::ReadLog(after) => follower.log_page(&server.log_after(after)),
        Step::ReadChanges(after) => follower.read_state_page(&server.read_state_changes(after)),
        Step::Write(events) => events.iter().for_each(|event| client.receive(event)),
        Step::Wait => return false,
        Step::End => panic!("the stream was not closed"),
    }
    true
}

/// The connection breaks in the middle of a write.
fn cut(server: &Server, client: &mut Client, follower: &mut Follower, after: usize) {
    if let Step::Write(events) = follower.step() {
        events.iter().take(after).for_each(|event| client.receive(event));
    }
    *follower = connect(server, client);
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let status = prop_oneof![3 => Just(ReadStatus::Read), 1 => Just(ReadStatus::Deleted)];
    let one = prop_oneof![
        4 => any::<bool>().prop_map(|carries| Action::Append { carries }),
        1 => Just(Action::AppendMany),
        2 => (any::<usize>(), status).prop_map(|(position, status)| Action::Change { position, status }),
        1 => Just(Action::ReadAll),
        4 => any::<usize>().prop_map(|update| Action::Notify { update }),
        1 => Just(Action::Lag),
        6 => Just(Action::Step),
        1 => (0..4_usize).prop_map(|after| Action::Cut { after }),
    ];
    prop::collection::vec(one, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_interleaving_ends_in_a_complete_mailbox(actions in actions()) {
        let mut server = Server::default();
        let mut client = Client::default();
        let mut follower = connect(&server, &mut client);
        for action in actions {
            match action {
                Action::Append { carries } => server.append(carries),
                Action::AppendMany => (0..MANY).for_each(|_| server.append(false)),
                Action::Change { position, status } => server.change(position, status),
                Action::ReadAll => server.read_all(),
                Action::Notify { update } => {
                    // Any earlier update: late, repeated or out of order. Many are never sent.
                    if let Some(index) = update.checked_rem(server.updates.len()) {
                        follower.updated(server.updates[index].clone());
                    }
                }
                Action::Lag => while advance(&server, &mut client, &mut follower) {},
                Action::Step => {
                    advance(&server, &mut client, &mut follower);
                }
                Action::Cut { after } => cut(&server, &mut client, &mut follower, after),
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
    fn update_beyond_the_store_is_ignored(head in 1..i64::MAX, revision in 1..i64::MAX) {
        let server = Server::default();
        let mut follower = Follower::open(Opening {
            mailbox: server.mailbox(),
            resume: None,
            replay_limit: 10,
            heartbeat_seconds: 30,
            token_expires_at: now(),
        });
        follower.updated(mailbox_update(BOB, head, revision));
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
