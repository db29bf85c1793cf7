use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{AppendNotifications, InboxChange, InboxStored};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, MailboxChanges, Notification, ReadStateChange, ReadStatePage,
    RevisionCursor, Watermark,
};
use leopard_core::domain::page::Page;
use leopard_core::port::{InboxQuery, NotificationRepository};

use super::mailbox::{Entry, Mail, append};
use super::tables::{Tables, page_of};
use super::{MemoryStore, inbox};

#[async_trait]
impl NotificationRepository for MemoryStore {
    async fn find(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Option<Notification>, Failure> {
        let tables = self.tables();
        let mail = tables.mail.get(&user);
        Ok(mail.and_then(|mail| mail.present().find(|it| it.id == id).cloned()))
    }

    async fn find_many(&self, mut ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let tables = self.tables();
        let found = ids.into_iter().filter_map(|id| tables.notification(id));
        Ok(found.cloned().collect())
    }

    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure> {
        let tables = self.tables();
        let mail = tables.mail.get(&query.user);
        let listed = mail
            .into_iter()
            .flat_map(Mail::present)
            .filter(|it| query.include_read || !it.is_read())
            .filter(|it| query.kind.is_none_or(|kind| kind == it.kind));
        Ok(match query.after {
            Some(after) => page_of(listed.filter(|it| it.sequence > after), query.page),
            None => page_of(listed.rev(), query.page),
        })
    }

    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure> {
        let tables = self.tables();
        let mail = tables.mail.get(&user);
        let present = mail.into_iter().flat_map(Mail::present);
        let mut overdue: Vec<_> = present.filter(|it| it.is_overdue(at)).cloned().collect();
        // A stable sort: equal due dates stay in the order of their sequences.
        overdue.sort_by_key(|it| it.due_date);
        overdue.truncate(limit as usize);
        Ok(overdue)
    }

    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure> {
        let tables = self.tables();
        let mailbox = |user| match tables.mail.get(&user) {
            Some(mail) => mail.mailbox,
            None => Mailbox::empty(user),
        };
        Ok(users.into_iter().map(mailbox).collect())
    }

    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure> {
        let tables = self.tables();
        let mail = tables.mail.get(&user);
        let later =
            mail.into_iter().flat_map(|mail| &mail.entries).filter(|entry| entry.sequence > after);
        Ok(later.take(limit as usize).map(Entry::log_entry).collect())
    }

    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure> {
        let tables = self.tables();
        let Some(mail) = tables.mail.get(&user) else {
            return Ok(ReadStatePage { mailbox: Mailbox::empty(user), changes: Vec::new() });
        };
        let mut changes: Vec<ReadStateChange> = mail
            .entries
            .iter()
            .filter(|entry| entry.revision > 0)
            .map(Entry::state_change)
            .filter(|change| change.cursor > after)
            .collect();
        changes.sort_unstable_by_key(|change| change.cursor);
        changes.truncate(limit as usize);
        Ok(ReadStatePage { mailbox: mail.mailbox, changes })
    }

    async fn changes_since(&self, watermark: Option<Watermark>) -> Result<MailboxChanges, Failure> {
        let tables = self.tables();
        let newest = Watermark(i64::try_from(tables.log.len()).unwrap_or(i64::MAX));
        let seen = watermark.unwrap_or(newest);
        let skipped = usize::try_from(seen.0).unwrap_or(0);
        let mut heads = BTreeMap::new();
        // The last entry of a mailbox has the greatest sequence.
        heads.extend(tables.log.iter().skip(skipped).copied());
        Ok(MailboxChanges {
            heads: heads.into_iter().collect(),
            watermark: Watermark(newest.0.max(seen.0)),
        })
    }

    async fn commit(&self, change: InboxChange) -> Result<InboxStored, Failure> {
        let mut tables = self.tables();
        Ok(match tables.mail.get_mut(&change.user) {
            Some(mail) => inbox::change(mail, change.write, change.at),
            None => InboxStored { mailbox: Mailbox::empty(change.user), changed: 0 },
        })
    }

    async fn announce(
        &self,
        change: AppendNotifications,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<Vec<Notification>>, Failure> {
        self.tables().once(key, |tables| announce(tables, change))
    }
}

fn announce(
    tables: &mut Tables,
    announcement: AppendNotifications,
) -> Result<Vec<Notification>, Failure> {
    for new in &announcement.notifications {
        tables.require(new.recipient)?;
    }
    let created = announcement.notifications.into_iter();
    Ok(created.map(|new| append(tables, new)).collect())
}
