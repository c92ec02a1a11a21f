//! The socket that listens. What is set on it holds for every connection that it accepts.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};

/// How many connections may wait until they are accepted. The system bounds it, too
/// (`net.core.somaxconn`).
const BACKLOG: i32 = 4_096;

/// A client that takes nothing of what was sent for so long is gone, or will not read it.
const UNREAD_AFTER: Duration = Duration::from_secs(30);

/// A client that has said nothing for so long is asked whether it is still there.
const ASK_AFTER: Duration = Duration::from_mins(1);

/// How often it is asked.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// Listens on `address`.
///
/// # Errors
/// Where the address is taken or is not this machine's.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A connection that a server before this one closed may still be in the way.
    socket.set_reuse_address(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(ASK_AFTER)
        .with_interval(ASK_EVERY);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNREAD_AFTER))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use socket2::SockRef;

    use super::*;

    #[test]
    fn what_is_accepted_has_the_bounds() {
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        let socket = SockRef::from(&accepted);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), ASK_AFTER);
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(UNREAD_AFTER));
        drop(client);
        let taken = bind(address).unwrap_err();
        assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    }
}
