//! Logs in, follows the notifications live, makes a task and marks the notification of it as read.
//!
//! ```console
//! $ cargo run -- http://localhost:8000 admin <password.txt
//! ```

use std::error::Error;
use std::{env, io};

use chrono::{Days, Utc};
use leopard_example::Client;
use leopard_example::live::Live;
use leopard_example::log_in::log_in;
use leopard_example::types::{NewTaskDetail, StreamEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("the URL of the server is missing")?;
    let username = arguments.next().ok_or("the name of the user is missing")?;
    let password = io::read_to_string(io::stdin())?;

    let leopard = log_in(&url, &username, password.trim_end()).await?;
    println!("{username} is logged in");

    let mut live = Live::new(&leopard);
    while let Some(event) = live.next().await {
        match event {
            // The first event says who we are: the task is for ourselves.
            StreamEvent::ConnectionEstablishedEvent(hello) => {
                println!("live: connected, {} unread", hello.unread_count);
                create_task(&leopard, hello.user_id).await?;
            }
            StreamEvent::NotificationEvent(notification) => {
                println!("live: {}", notification.title);
                mark_read(&leopard, notification.id).await?;
                break;
            }
            _ => {}
        }
    }

    let tasks = leopard.list_tasks().page_size(10).send().await?;
    println!("tasks: {}", tasks.count);
    for task in &tasks.results {
        println!("- {} ({})", task.title, task.status_display);
    }
    Ok(())
}

async fn create_task(leopard: &Client, assigned_to: i64) -> Result<(), Box<dyn Error>> {
    let tomorrow = Utc::now() + Days::new(1);
    let detail = NewTaskDetail::try_from("With types")?;
    let task = leopard
        .create_task()
        .body_map(|body| {
            body.title("Try Rust").detail(detail).due_date(tomorrow).assigned_to(assigned_to)
        })
        .send()
        .await?;
    println!("task {} is made", task.id);
    Ok(())
}

async fn mark_read(leopard: &Client, id: i64) -> Result<(), Box<dyn Error>> {
    let notification = leopard.mark_notification_read().id(id).send().await?;
    let (id, is_read) = (notification.id, notification.read);
    println!("notification {id} is read: {is_read}");
    Ok(())
}
