use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::id::{NotificationId, TaskId, UserId};
use leopard_core::domain::notification::{
    LogEntry, MetaInfo, NewNotification, Notification, NotificationType, NotificationUrl,
    OpaqueObject, ReadStateChange, ReadStatus, RevisionCursor,
};
use leopard_core::domain::task::Priority;
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use super::not_understood;

table! {
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub sequence: i64,
        pub kind: String,
        pub title: String,
        pub message: String,
        pub url: Option<String>,
        pub due_date: Option<DateTimeUtc>,
        pub task_id: Option<i64>,
        pub priority: Option<String>,
        pub comment_text: Option<String>,
        pub mentioned_by: Option<i64>,
        /// The text of a JSON object from another system.
        pub meta_info: Option<String>,
        pub read_at: Option<DateTimeUtc>,
        pub is_completed: bool,
        pub deleted_at: Option<DateTimeUtc>,
        /// The mailbox's revision after the commit that marked the notification as read or deleted it.
        #[sea_orm(column_name = "state")]
        pub revision: Option<i64>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(new: NewNotification<MetaInfo>, sequence: i64) -> Self {
        let about = About::of(new.subject);
        Self {
            id: NotSet,
            user_id: Set(new.recipient.0),
            sequence: Set(sequence),
            kind: Set(new.kind.as_str().to_owned()),
            title: Set(new.title),
            message: Set(new.message),
            url: Set(new.url.map(NotificationUrl::into_string)),
            due_date: Set(new.due_date),
            task_id: Set(about.task_id.map(|task| task.0)),
            priority: Set(about.priority.map(|priority| priority.as_str().to_owned())),
            comment_text: Set(about.comment_text),
            mentioned_by: Set(about.mentioned_by.map(|user| user.0)),
            meta_info: Set(about.opaque),
            read_at: Set(None),
            is_completed: Set(false),
            deleted_at: Set(None),
            revision: Set(None),
            created_at: Set(new.created_at),
            updated_at: Set(new.created_at),
        }
    }
}

/// The subject of a notification, by columns.
#[derive(Default)]
struct About {
    task_id: Option<TaskId>,
    priority: Option<Priority>,
    comment_text: Option<String>,
    mentioned_by: Option<UserId>,
    opaque: Option<String>,
}

impl About {
    fn of(meta_info: MetaInfo) -> Self {
        match meta_info {
            MetaInfo::Task { task_id, priority } => {
                Self { task_id: Some(task_id), priority: Some(priority), ..Self::default() }
            }
            MetaInfo::Mention { task_id, comment_text, mentioned_by } => Self {
                task_id: Some(task_id),
                comment_text: Some(comment_text),
                mentioned_by: Some(mentioned_by),
                ..Self::default()
            },
            MetaInfo::Opaque(object) => {
                Self { opaque: Some(object.as_str().to_owned()), ..Self::default() }
            }
        }
    }
}

impl Model {
    pub(in crate::sql) fn into_log_entry(self) -> Result<LogEntry, Failure> {
        if self.deleted_at.is_some() {
            return Ok(LogEntry::Tombstone {
                id: NotificationId(self.id),
                sequence: self.sequence,
            });
        }
        Ok(LogEntry::Present(Arc::new(self.try_into()?)))
    }

    fn meta_info(&self) -> Option<MetaInfo> {
        if let Some(object) = &self.meta_info {
            return Some(MetaInfo::Opaque(OpaqueObject::restore(object.clone())));
        }
        let task_id = TaskId(self.task_id?);
        Some(match self.mentioned_by {
            Some(user) => MetaInfo::Mention {
                task_id,
                comment_text: self.comment_text.clone()?,
                mentioned_by: UserId(user),
            },
            None => {
                MetaInfo::Task { task_id, priority: Priority::parse(self.priority.as_deref()?)? }
            }
        })
    }
}

impl TryFrom<Model> for Notification {
    type Error = Failure;

    fn try_from(row: Model) -> Result<Self, Failure> {
        let place = || format!("notification {}", row.id);
        let kind =
            NotificationType::parse(&row.kind).ok_or_else(|| not_understood(&place(), "type"))?;
        let meta_info = row.meta_info().ok_or_else(|| not_understood(&place(), "subject"))?;
        Ok(Self {
            id: NotificationId(row.id),
            sequence: row.sequence,
            recipient: UserId(row.user_id),
            kind,
            title: row.title,
            message: row.message,
            url: row.url.map(NotificationUrl::restore),
            due_date: row.due_date,
            meta_info,
            read_at: row.read_at,
            is_completed: row.is_completed,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The columns that tell a stream whether a notification was read or deleted.
pub(in crate::sql) const READ_STATE: [Column; 4] =
    [Column::Id, Column::Revision, Column::ReadAt, Column::DeletedAt];

/// The values of these columns.
pub(in crate::sql) type ReadStateRow = (i64, i64, Option<DateTimeUtc>, Option<DateTimeUtc>);

pub(in crate::sql) fn read_state(
    (id, revision, read_at, deleted_at): ReadStateRow,
) -> ReadStateChange {
    let status = match (deleted_at, read_at) {
        (Some(_), _) => ReadStatus::Deleted,
        (None, Some(_)) => ReadStatus::Read,
        (None, None) => ReadStatus::Unread,
    };
    ReadStateChange { cursor: RevisionCursor { revision, id: NotificationId(id) }, status }
}
