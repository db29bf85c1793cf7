//! Notifications at all their maxima, announcements with the most recipients, and the stream.

use serde_json::{Value, json};

use super::super::super::request::Request;
use super::super::maxima::{ESCAPED, largest_announcement};
use super::Ceiling::{Batch, List, Page, Replay, Resource, Small};
use super::{Case, Ceiling, key};

const INBOX: &str = "/api/v1/notifications/";
const ONE: &str = "a notification at its maxima";

pub fn cases() -> Vec<Case> {
    [lists(), one(), many(), types()].concat()
}

fn lists() -> Vec<Case> {
    let get = |operation, maximum, ceiling: Ceiling, query: &'static str| {
        ceiling.of(operation, maximum, move |data, _| data.owner_gets(format!("{INBOX}{query}")))
    };
    let alerts = "?page_size=100&type=SYSTEM_ALERT";
    let after = "?page_size=100&after=0";
    vec![
        get("listNotifications", "a page of 100 at their maxima", Page, alerts),
        get("listNotifications", "100 at their maxima after a sequence", Page, after),
        get("listOverdueNotifications", "as many as there are", List, "overdue/"),
        get("countUnreadNotifications", "as many as there are", Small, "unread_count/"),
        get("getPreferences", "all types", Small, "preferences/"),
    ]
}

fn one() -> Vec<Case> {
    let edits = [("updateNotification", "PATCH"), ("updateNotificationByPut", "PUT")];
    let edits = edits.map(|(operation, method)| {
        Resource.of(operation, ONE, move |data, _| {
            let path = format!("{INBOX}{}/update_notification/", data.notifications.any());
            data.owner_sends(method, path).json(&json!({"read": true, "is_completed": true}))
        })
    });
    let others = [
        Resource.of("getNotification", ONE, |data, _| {
            data.owner_gets(format!("{INBOX}{}/", data.notifications.any()))
        }),
        Resource.of("markNotificationRead", ONE, |data, _| {
            data.owner_sends("POST", format!("{INBOX}{}/mark_read/", data.notifications.any()))
        }),
        Small
            .of("deleteNotification", ONE, |data, _| {
                data.owner_sends("DELETE", format!("{INBOX}{}/", data.notifications.take()))
            })
            .with_statuses(&[204]),
    ];
    [&edits[..], &others].concat()
}

fn types() -> Vec<Case> {
    let path = |nth| format!("/api/v1/notification-types/T{}/", nth % 100);
    vec![
        Page.of("listNotificationTypes", "a page of 100", |data, _| {
            data.owner_gets("/api/v1/notification-types/?page_size=100".to_owned())
        }),
        Resource
            .of("putNotificationType", "all at its maxima", move |data, nth| {
                let request = Request::new("PUT", path(nth)).bearer(&data.staff.access);
                let text = |length| ESCAPED.repeat(length);
                request.json(&json!({
                    "display": text(100), "description": text(500), "default_title": text(200),
                    "default_message": text(2_000), "can_be_muted": true, "on_by_default": false,
                }))
            })
            .with_statuses(&[200, 201]),
        Small
            .of("deleteNotificationType", "one of 100 own types", move |data, nth| {
                Request::new("DELETE", path(nth)).bearer(&data.staff.access)
            })
            .with_statuses(&[204, 404]),
    ]
}

fn many() -> Vec<Case> {
    vec![
        // The response has what was created, as far as it fits.
        Batch
            .of("createNotifications", "1,000 recipients, all else at its maxima", |data, nth| {
                let announcement = largest_announcement(&data.recipients);
                let request = Request::post(&data.staff.access, INBOX, &announcement);
                request.header("Idempotency-Key", &key("createNotifications", nth))
            })
            .with_statuses(&[201]),
        Page.of("markNotificationsRead", "10,000 ids", |data, _| {
            let mut ids = data.notifications.all();
            ids.extend(1_000_000..1_010_000 - i64::try_from(ids.len()).expect("few"));
            let path = format!("{INBOX}bulk_mark_read/");
            data.owner_sends("POST", path).json(&json!({"notification_ids": ids}))
        }),
        Page.of("markAllNotificationsRead", "as many as there are", |data, _| {
            data.owner_sends("POST", format!("{INBOX}mark_all_read/"))
        }),
        Small.of("updatePreferences", "all types", |data, _| {
            // Those of tasks, so that no other case changes.
            let all = ["TASK_DUE_SOON", "TASK_OVERDUE", "TASK_COMPLETED"];
            let body: Value = all.iter().map(|name| ((*name).to_owned(), true)).collect();
            data.owner_sends("PUT", format!("{INBOX}preferences/")).json(&body)
        }),
        Replay.of(
            "streamNotifications",
            "a replay of 1,000 notifications at their maxima",
            |data, _| {
                let request = Request::get(&data.listener.token, format!("{INBOX}stream/"));
                request.header("Last-Event-ID", "0")
            },
        ),
    ]
}
