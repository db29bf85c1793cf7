use std::sync::Arc;

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::notification::Notification;
use leopard_core::port::Clock;
use leopard_core::service::notifications::{Announcements, Inbox, InboxFilter, NotificationTypes};
use poem::Request;
use poem_openapi::OpenApi;

use super::body::{BulkMarkRead, NewNotifications};
use super::type_name::TypeName;
use super::view::{MarkedRead, NotificationPage, NotificationView, NotificationsMade, UnreadCount};
use crate::api::Tag;
use crate::auth::{NotificationReader, NotificationSender};
use crate::framework::payload::{Json, JsonBody};
use crate::framework::query::{QueryParam, check, page_request, shape};
use crate::framework::response::{Created, JsonResult, Unpaged};
use crate::http::forwarded::RequestNetwork;
use crate::http::response_memory::{Reservation, ReserveWhole};
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbidden, Problem};

/// Operations on the whole inbox.
pub(crate) struct InboxApi {
    pub(crate) announcements: Announcements,
    pub(crate) inbox: Inbox,
    pub(crate) types: NotificationTypes,
    pub(crate) clock: Arc<dyn Clock>,
}

#[OpenApi(prefix_path = "/api/v1/notifications", tag = "Tag::Notifications")]
impl InboxApi {
    /// List notifications
    ///
    /// Lists the caller's notifications, newest first; with `after`, oldest first.
    #[expect(clippy::too_many_arguments, reason = "each is a query parameter")]
    #[oai(path = "/", method = "get", operation_id = "listNotifications")]
    async fn list(
        &self,
        caller: NotificationReader,
        request: &Request,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
        /// Set to `false` to exclude read notifications.
        include_read: QueryParam<shape::DefaultTrue>,
        /// Filter by type.
        #[oai(name = "type")]
        kind: QueryParam<TypeName>,
        /// Filter by sequence: only notifications with a greater one, oldest first. For clients that poll,
        /// or whose replay was truncated.
        after: QueryParam<shape::Integer>,
    ) -> JsonResult<NotificationPage> {
        let types = self.types.catalog().await?;
        let mut errors = FieldErrors::default();
        let kind = kind.read(&mut errors);
        let kind = kind.and_then(|kind| errors.note("type", types.require(kind)));
        let filter = InboxFilter {
            include_read: include_read.read(&mut errors).unwrap_or(true),
            kind: kind.map(|known| known.name),
            after: after.read(&mut errors),
        };
        check(errors)?;
        let page = page_request(page.text(), page_size.text())?;
        let found = self.inbox.list(caller.0.user.id, filter, page).await?;
        let now = self.clock.now();
        let show = |one: Notification| NotificationView::of(one, &types, now);
        Ok(Json(NotificationPage::of(request, found, show)))
    }

    /// Send notifications
    ///
    /// Allowed for staff and for API keys with the scope. Creates one notification of any known type for each of up
    /// to 1,000 recipients, who are those of `assigned_to` and of `recipients`, each once: for all of them or,
    /// if one is unknown or inactive, for none. Users who have disabled the type are skipped. Errors of
    /// `recipients` are named by the place in the list, from 0, such as `recipients.0`.
    #[oai(path = "/", method = "post", operation_id = "createNotifications")]
    async fn announce(
        &self,
        caller: NotificationSender,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry creates nothing and
        /// returns the notifications as they were created, without those deleted since.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        from: RequestNetwork,
        body: JsonBody<NewNotifications>,
        memory: Reservation,
    ) -> Result<MaybeReplayed<Created<NotificationsMade>>, MayBeForbidden> {
        memory.take(body.0.memory()).await?;
        // Before the commit: a failure after it would hide what was created.
        let types = self.types.catalog().await?;
        let NewNotifications { recipients, content } = body.0;
        let (user, scopes) = (&caller.0.user, caller.0.scopes.as_ref());
        let created =
            self.announcements.announce(user, scopes, recipients, &content, key.0, from.0);
        let created = created.await?;
        let now = self.clock.now();
        let show = |all: Vec<_>| Created::of(NotificationsMade::of(&all, &types, now));
        Ok(MaybeReplayed::of(created, show))
    }

    /// Get unread count
    ///
    /// Returns the number of the caller's unread notifications.
    #[oai(path = "/unread_count/", method = "get", operation_id = "countUnreadNotifications")]
    async fn unread_count(&self, caller: NotificationReader) -> JsonResult<UnreadCount> {
        let unread_count = self.inbox.unread_count(caller.0.user.id).await?;
        Ok(Json(UnreadCount { unread_count }))
    }

    /// List overdue notifications
    ///
    /// Lists the caller's notifications that are not completed and whose due date has passed, oldest due
    /// date first: at most 1,000 notifications and about 8 MiB.
    #[oai(path = "/overdue/", method = "get", operation_id = "listOverdueNotifications")]
    async fn overdue(
        &self,
        caller: NotificationReader,
        _memory: ReserveWhole,
    ) -> Result<Unpaged<NotificationView>, Problem> {
        let found = self.inbox.overdue(caller.0.user.id).await?;
        let (types, now) = (self.types.catalog().await?, self.clock.now());
        let shown = found.into_iter().map(|one| NotificationView::of(one, &types, now));
        Ok(Unpaged::of(shown))
    }

    /// Mark several notifications as read
    ///
    /// Notifications that are already read or belong to other users are ignored.
    #[oai(path = "/bulk_mark_read/", method = "post", operation_id = "markNotificationsRead")]
    async fn bulk_mark_read(
        &self,
        caller: NotificationReader,
        body: JsonBody<BulkMarkRead>,
    ) -> JsonResult<MarkedRead> {
        let BulkMarkRead(ids) = body.0;
        let marked_read_count = self.inbox.bulk_mark_read(caller.0.user.id, ids).await?;
        Ok(Json(MarkedRead { marked_read_count }))
    }

    /// Mark all notifications as read
    ///
    /// Marks every notification of the caller as read.
    #[oai(path = "/mark_all_read/", method = "post", operation_id = "markAllNotificationsRead")]
    async fn mark_all_read(&self, caller: NotificationReader) -> JsonResult<MarkedRead> {
        let marked_read_count = self.inbox.mark_all_read(caller.0.user.id).await?;
        Ok(Json(MarkedRead { marked_read_count }))
    }
}
