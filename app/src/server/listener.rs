//! The socket that clients connect to.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::cli_error::CliError;
use crate::config::BindAddress;

/// Connections that may wait to be accepted.
pub(super) const BACKLOG: i32 = 4_096;
/// What a client that does not read may leave in the kernel.
const SEND_BUFFER: usize = 64 * 1024;
/// How long a client may leave what was sent to it unacknowledged.
const SILENCE: Duration = Duration::from_mins(1);

/// Listens on the first address of the host that is free; accepted sockets inherit the options that
/// are set here.
pub fn listen(bind: &BindAddress) -> Result<TcpListener, CliError> {
    let fault = |error| CliError(format!("cannot listen on {bind} (LEOPARD_BIND): {error}"));
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for address in bind.resolve().map_err(fault)? {
        match open(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(fault(last))
}

fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(SILENCE))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Lets this process open as many files, and so streams, as the system allows it.
pub fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

/// How many files this process may have open.
pub fn file_limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
