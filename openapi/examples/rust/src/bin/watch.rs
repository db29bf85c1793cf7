//! Logs in and prints the titles of notifications as they come, for as long as the token is valid.
//!
//! ```console
//! $ cargo run --bin watch -- http://localhost:8000 admin <password.txt
//! ```

use std::error::Error;
use std::{env, io};

use leopard_example::live::Live;
use leopard_example::log_in;
use leopard_example::types::StreamEvent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("the URL of the server is missing")?;
    let username = arguments.next().ok_or("the name of the user is missing")?;
    let password = io::read_to_string(io::stdin())?;

    let leopard = log_in::log_in(&url, &username, password.trim_end()).await?;
    let mut live = Live::new(&leopard);
    while let Some(event) = live.next().await {
        match event {
            StreamEvent::ConnectionEstablishedEvent(_) => println!("connected"),
            StreamEvent::NotificationEvent(notification) => println!("{}", notification.title),
            _ => {}
        }
    }
    println!("the token is not valid any more");
    Ok(())
}
