//! The attacks: what one user can send, by area, with the worst data that there is.

use serde_json::json;

use super::super::costs::cases::bodies;
use super::super::costs::maxima::{largest_announcement, largest_comment};
use super::super::costs::worst_data::WorstData;
use super::super::request::Request;
use super::attack::{Attack, Manner};

const CONNECTIONS: usize = 8;

/// Searches that find nothing for as long as they may, some of which are not waited for.
pub fn search(data: &WorstData) -> Attack {
    let text = format!("{}b", "a".repeat(99));
    let path = |size: usize| format!("/api/v1/tasks/?search={text}&page_size={size}");
    let requests = (1..=100).map(|size| Request::get(&data.searcher.access, path(size)));
    let mut connections = vec![Manner::Read; CONNECTIONS];
    connections.extend([Manner::Ignore; CONNECTIONS]);
    attack("search", requests, connections)
}

pub fn lists(data: &WorstData) -> Attack {
    let paths = [
        "/api/v1/tasks/?page_size=100",
        "/api/v1/tasks/due_soon/?days=365",
        "/api/v1/tasks/overdue/",
        "/api/v1/tasks/?page_size=100&all_tasks=true&ordering=-priority",
    ];
    let requests = paths.map(|path| Request::get(&data.owner.access, path));
    let mut connections = vec![Manner::Read; CONNECTIONS];
    connections.extend([Manner::Ignore; CONNECTIONS]);
    attack("lists", requests, connections)
}

/// Comments that mention as much as they can, on tasks that are there and that are not.
pub fn comments(data: &WorstData) -> Attack {
    let dots = json!({"comment": format!("@a{}", ".".repeat(4_998))});
    let largest = json!({"comment": largest_comment(&data.owner.name)});
    let token = &data.owner.access;
    let path = |task: i64| format!("/api/v1/tasks/{task}/add_comment/");
    let requests = data.tasks.all().into_iter().flat_map(|task| {
        [
            Request::post(token, path(task), &largest),
            Request::post(token, path(task), &dots),
            Request::post(token, path(i64::MAX), &dots),
            Request::get(token, format!("/api/v1/tasks/{}/", data.discussed)),
        ]
    });
    attack("comments", requests, vec![Manner::Read; CONNECTIONS])
}

/// Streams that replay all that they may: some are closed at once, some are not read.
pub fn streams(data: &WorstData) -> Attack {
    let stream = Request::get(&data.listener.token, "/api/v1/notifications/stream/");
    let requests = [stream.header("Last-Event-ID", "0")];
    let mut connections = vec![Manner::HangUp; CONNECTIONS];
    connections.extend([Manner::Ignore; 2 * CONNECTIONS]);
    attack("streams", requests, connections)
}

/// Logins, right ones and wrong ones, from several addresses.
pub fn logins(data: &WorstData) -> Attack {
    let log_in = |password: &str| {
        let credentials = json!({"username": data.owner.name, "password": password});
        Request::new("POST", "/api/token/").json(&credentials)
    };
    let requests = [log_in(&data.owner.password), log_in("a guess")];
    Attack { addresses: 8, ..attack("logins", requests, vec![Manner::Read; 4 * CONNECTIONS]) }
}

/// The largest bodies, with a token and without.
pub fn uploads(data: &WorstData) -> Attack {
    let requests = bodies::largest().into_iter().flat_map(|body| {
        let task = Request::new("POST", "/api/v1/tasks/").bearer(&data.owner.access);
        let anonymous = Request::new("POST", "/api/token/");
        [task.body(body.clone()), anonymous.body(body)]
    });
    attack("uploads", requests, vec![Manner::Read; CONNECTIONS])
}

/// Announcements to as many recipients as there may be.
pub fn announcements(data: &WorstData) -> Attack {
    let announcement = largest_announcement(&data.recipients);
    let request = Request::post(&data.staff.access, "/api/v1/notifications/", &announcement);
    attack("announcements", [request], vec![Manner::Read; CONNECTIONS])
}

fn attack(
    name: &'static str,
    requests: impl IntoIterator<Item = Request>,
    connections: Vec<Manner>,
) -> Attack {
    let requests = requests.into_iter().map(|request| request.bytes());
    Attack { name, requests: requests.collect(), connections, addresses: 1 }
}
