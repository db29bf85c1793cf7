//! Notifications at all their maxima, announcements to as many as may be, and the stream.

use serde_json::{Value, json};

use super::super::super::request::Request;
use super::super::maxima::largest_announcement;
use super::tasks::key;
use super::{Case, Ceiling};

const INBOX: &str = "/api/v1/notifications/";
const ONE: &str = "a notification at its maxima";

pub fn cases() -> Vec<Case> {
    [lists(), one(), many(), stream()].concat()
}

fn lists() -> Vec<Case> {
    let get = |operation, maximum, ceiling, query: &'static str| {
        Case::new(operation, maximum, ceiling, &[200], move |data, _| {
            Request::get(&data.owner.access, format!("{INBOX}{query}"))
        })
    };
    vec![
        get(
            "listNotifications",
            "a page of 100 at their maxima",
            Ceiling::Page,
            "?page_size=100&type=SYSTEM_ALERT",
        ),
        get(
            "listNotifications",
            "100 at their maxima after a sequence",
            Ceiling::Page,
            "?page_size=100&after=0",
        ),
        get("listOverdueNotifications", "as many as there are", Ceiling::List, "overdue/"),
        get("countUnreadNotifications", "as many as there are", Ceiling::Small, "unread_count/"),
        get("getPreferences", "all types", Ceiling::Small, "preferences/"),
    ]
}

fn one() -> Vec<Case> {
    let edit = json!({"read": true, "is_completed": true});
    let edits = [("updateNotification", "PATCH"), ("updateNotificationByPut", "PUT")];
    let mut cases: Vec<_> = edits
        .into_iter()
        .map(|(operation, method)| {
            let edit = edit.clone();
            Case::new(operation, ONE, Ceiling::Resource, &[200], move |data, _| {
                let path = format!("{INBOX}{}/update_notification/", data.notification());
                let request = Request::new(method, path).bearer(&data.owner.access);
                request.json(&edit)
            })
        })
        .collect();
    cases.extend([
        Case::new("getNotification", ONE, Ceiling::Resource, &[200], |data, _| {
            Request::get(&data.owner.access, format!("{INBOX}{}/", data.notification()))
        }),
        Case::new("markNotificationRead", ONE, Ceiling::Resource, &[200], |data, _| {
            let path = format!("{INBOX}{}/mark_read/", data.notification());
            Request::act(&data.owner.access, path)
        }),
        Case::new("deleteNotification", ONE, Ceiling::Small, &[204], |data, _| {
            let path = format!("{INBOX}{}/", data.spare_notification());
            Request::new("DELETE", path).bearer(&data.owner.access)
        }),
    ]);
    cases
}

fn many() -> Vec<Case> {
    vec![
        Case::new(
            "createNotifications",
            "1,000 recipients, all else at its maxima",
            // It is answered with what it created, as far as that fits.
            Ceiling::List,
            &[201],
            |data, nth| {
                let announcement = largest_announcement(&data.recipients);
                let request = Request::post(&data.staff.access, INBOX, &announcement);
                request.header("Idempotency-Key", &key("createNotifications", nth))
            },
        ),
        Case::new("markNotificationsRead", "10,000 ids", Ceiling::Page, &[200], |data, _| {
            let mut ids = data.all_notifications();
            ids.extend(1_000_000..1_010_000 - i64::try_from(ids.len()).expect("few"));
            let path = format!("{INBOX}bulk_mark_read/");
            Request::post(&data.owner.access, path, &json!({"notification_ids": ids}))
        }),
        Case::new(
            "markAllNotificationsRead",
            "as many as there are",
            Ceiling::Page,
            &[200],
            |data, _| Request::act(&data.owner.access, format!("{INBOX}mark_all_read/")),
        ),
        Case::new("updatePreferences", "all types", Ceiling::Small, &[200], |data, _| {
            // Those of tasks, so that no other case changes.
            let all = ["TASK_DUE_SOON", "TASK_OVERDUE", "TASK_COMPLETED"];
            let body: Value = all.iter().map(|name| ((*name).to_owned(), true)).collect();
            let request = Request::new("PUT", format!("{INBOX}preferences/"));
            request.bearer(&data.owner.access).json(&body)
        }),
    ]
}

fn stream() -> Vec<Case> {
    vec![Case::new(
        "streamNotifications",
        "a replay of 1,000 notifications at their maxima",
        Ceiling::Replay,
        &[200],
        |data, _| {
            let request = Request::get(&data.listener.token, format!("{INBOX}stream/"));
            request.header("Last-Event-ID", "0")
        },
    )]
}
