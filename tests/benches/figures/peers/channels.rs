//! Requests of servers that have a channel for each user, and know nothing of tasks.

use std::net::SocketAddr;

use leopard_tests::support::Request;
use rustix::process::Pid;

use super::super::events::Service;

pub struct Channels {
    pub address: SocketAddr,
    pub processes: Vec<Pid>,
    /// The paths of a user's channel, for subscribers and for publishers.
    pub subscribe: fn(usize) -> String,
    pub publish: fn(usize) -> String,
}

impl Service for Channels {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn processes(&self) -> Vec<Pid> {
        self.processes.clone()
    }

    fn stream(&self, user: usize) -> Vec<u8> {
        let request = Request::new("GET", (self.subscribe)(user));
        request.header("Accept", "text/event-stream").bytes()
    }

    /// Publishes an event of about the size of Leopard's.
    fn task(&self, from: usize, to: usize, title: &str) -> Vec<u8> {
        let event = format!(
            r#"{{"id":1,"notification_type":"TASK_ASSIGNED","title":"New Task Assigned: {title}","message":"A new high priority task has been assigned to you.","due_date":"2035-12-10T12:00:00+00:00","meta_info":{{"task_id":{from},"priority":"HIGH"}},"read":false,"created_at":"2035-11-22T23:06:40.589035+00:00"}}"#
        );
        Request::new("POST", (self.publish)(to)).text(event).bytes()
    }
}
