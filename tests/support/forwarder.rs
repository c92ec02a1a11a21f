//! A TCP forwarder: what stands between grantd and its database, as a virtual address or a balancer
//! would, and can be led elsewhere.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Forwards to a port of this machine.
#[derive(Debug)]
pub(crate) struct Forwarder {
    port: u16,
    to: Arc<AtomicU16>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

/// No server has this port: connections are closed as soon as they are made.
pub(crate) const NOWHERE: u16 = 0;

impl Forwarder {
    /// Forwards to `to` from now on, for as long as the process lives.
    pub(crate) fn start(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let to = Arc::new(AtomicU16::new(to));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (target, streams) = (Arc::clone(&to), Arc::clone(&open));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let target = target.load(Ordering::SeqCst);
                let streams = Arc::clone(&streams);
                // Whatever fails, both ends see it as a closed connection.
                thread::spawn(move || forward(&client, target, &streams));
            }
        });
        Self { port, to, open }
    }

    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Leads new connections elsewhere, and cuts all there are.
    pub(crate) fn lead_to(&self, to: u16) {
        self.to.store(to, Ordering::SeqCst);
        for stream in self.open.lock().expect("nobody panics").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn forward(client: &TcpStream, to: u16, streams: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", to))?;
    for stream in [client, &server] {
        stream.set_nodelay(true)?;
        streams
            .lock()
            .expect("nobody panics")
            .push(stream.try_clone()?);
    }
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let _ = io::copy(&mut &server, &mut &*client);
    client.shutdown(Shutdown::Both)
}
