//! The listening socket, and the limit of open files.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::cli_error::CliError;
use crate::config::BindAddress;

/// Maximum connections that wait to be accepted.
pub(super) const BACKLOG: i32 = 4_096;
/// Maximum bytes that the kernel buffers for a client that does not read.
const SEND_BUFFER: usize = 64 * 1024;
/// How long sent data may stay unacknowledged.
const USER_TIMEOUT: Duration = leopard_openapi::stream::STALL_TIMEOUT;

/// Listens on the first free address of the host. Accepted sockets inherit the options.
///
/// # Errors
/// If the host has no address, or none is free.
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
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Raises the limit of open files, and so of streams, to what the system allows.
pub fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

pub fn file_limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
