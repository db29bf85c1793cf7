//! Read state changes, as streams read them.

use leopard_core::domain::change::{InboxWrite, Selection};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    Mailbox, ReadStateChange, ReadStatePage, ReadStatus, RevisionCursor,
};

use crate::Backend;
use crate::fixtures::{change_inbox, fill_mailbox, mark_read, users};

const BEGINNING: RevisionCursor = RevisionCursor { revision: 0, id: NotificationId(0) };

async fn read_state_changes(
    backend: &Backend,
    user: UserId,
    after: RevisionCursor,
    limit: u32,
) -> ReadStatePage {
    let page = backend.notifications.read_state_changes(user, after, limit).await;
    page.expect("the changes")
}

fn change(revision: i64, id: NotificationId, status: ReadStatus) -> ReadStateChange {
    ReadStateChange { cursor: RevisionCursor { revision, id }, status }
}

pub async fn read_state_pages_can_split_a_commit(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let ids = fill_mailbox(backend, ana, 10).await;
    fill_mailbox(backend, bob, 1).await;
    change_inbox(backend, bob, InboxWrite::MarkRead(Selection::All)).await;
    mark_read(backend, ana, &ids[8..]).await;
    mark_read(backend, ana, &ids[..7]).await;

    let of = |revision, ids: &[NotificationId]| -> Vec<ReadStateChange> {
        let read = |id: &NotificationId| change(revision, *id, ReadStatus::Read);
        ids.iter().map(read).collect()
    };
    let expected = [of(1, &ids[8..]), of(2, &ids[..7])].concat();
    for limit in [1, 3, 4, 100] {
        let mut cursor = BEGINNING;
        let mut seen = Vec::new();
        loop {
            let page = read_state_changes(backend, ana, cursor, limit).await;
            assert_eq!((page.mailbox.revision, page.mailbox.unread), (2, 1));
            let Some(last) = page.changes.last() else {
                break;
            };
            assert!(page.changes.len() <= limit as usize);
            cursor = last.cursor;
            seen.extend(page.changes);
        }
        assert_eq!(seen, expected, "in pages of {limit}");
    }
    let later = read_state_changes(backend, ana, RevisionCursor::at(1), 100).await;
    assert_eq!(later.changes, of(2, &ids[..7]));
}

pub async fn last_read_state_change_is_reported(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 3).await;
    mark_read(backend, ana, &ids[..2]).await;
    change_inbox(backend, ana, InboxWrite::Delete(ids[0])).await;
    change_inbox(backend, ana, InboxWrite::Delete(ids[2])).await;
    let page = read_state_changes(backend, ana, RevisionCursor::at(0), 10).await;
    let expected = [
        change(1, ids[1], ReadStatus::Read),
        change(2, ids[0], ReadStatus::Deleted),
        change(3, ids[2], ReadStatus::Deleted),
    ];
    assert_eq!(page.changes, expected);
}

pub async fn unchanged_mailbox_keeps_its_revision(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let ids = fill_mailbox(backend, ana, 2).await;
    let unseen = read_state_changes(backend, ana, BEGINNING, 10).await;
    assert_eq!(unseen.changes, vec![]);
    mark_read(backend, ana, &ids).await;
    mark_read(backend, ana, &ids).await;
    change_inbox(backend, ana, InboxWrite::Delete(NotificationId(404))).await;
    let page = read_state_changes(backend, ana, RevisionCursor::at(1), 10).await;
    assert_eq!((page.mailbox.revision, page.changes), (1, vec![]));

    let empty = read_state_changes(backend, bob, BEGINNING, 10).await;
    assert_eq!(empty.mailbox, Mailbox::empty(bob));
    assert_eq!(empty.changes, vec![]);
}

pub async fn page_and_mailbox_are_one_snapshot(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 60).await;
    let changes = async {
        for id in &ids {
            mark_read(backend, ana, &[*id]).await;
        }
    };
    let reads = async {
        let mut revision = 0;
        while revision < 60 {
            let page = read_state_changes(backend, ana, RevisionCursor::at(0), 100).await;
            revision = page.mailbox.revision;
            assert_eq!(page.changes.len(), usize::try_from(revision).expect("small"));
            assert_eq!(page.mailbox.unread, 60 - revision);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(changes, reads);
}
