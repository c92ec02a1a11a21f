//! A way to a server that can be cut: it forwards TCP connections, or refuses them, or swallows what
//! comes without a word, as a firewall does that drops packets.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is forwarded.
    Open,
    /// Connections are cut, and new ones cut at once.
    Cut,
    /// Nothing gets through, and nobody is told. What was on its way is lost.
    BlackHole,
}

/// A running forwarder.
pub(super) struct Forwarder {
    pub(super) address: SocketAddr,
    way: Arc<watch::Sender<Way>>,
    /// How often all that was connected has been lost.
    losses: Arc<watch::Sender<u32>>,
}

impl Forwarder {
    /// Forwards from a free port to `target`.
    pub(super) fn to(target: SocketAddr) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("it can");
        let address = listener.local_addr().expect("an address");
        let way = Arc::new(watch::Sender::new(Way::Open));
        let losses = Arc::new(watch::Sender::new(0));
        let (way_here, losses_here) = (Arc::clone(&way), Arc::clone(&losses));
        // On a thread of its own: the test's waits for commands.
        std::thread::spawn(move || run(listener, target, &way_here, &losses_here));
        Self {
            address,
            way,
            losses,
        }
    }

    pub(super) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Nothing gets through any more on the connections that there are, and nobody is told; new ones
    /// are as the way is. So it is when another machine takes the place of one that vanished.
    pub(super) fn lose_connections(&self) {
        self.losses.send_modify(|losses| *losses += 1);
    }
}

fn run(
    listener: std::net::TcpListener,
    target: SocketAddr,
    way: &Arc<watch::Sender<Way>>,
    losses: &Arc<watch::Sender<u32>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let listener = TcpListener::from_std(listener).expect("a listener");
        loop {
            let (from, _) = listener.accept().await.expect("a connection");
            tokio::spawn(forward(from, target, way.subscribe(), losses.subscribe()));
        }
    });
}

async fn forward(
    mut from: TcpStream,
    target: SocketAddr,
    mut way: watch::Receiver<Way>,
    mut losses: watch::Receiver<u32>,
) {
    // A new connection in a black hole is not answered, however long the hole lasts.
    if *way.borrow() == Way::BlackHole {
        let _ = way.wait_for(|way| *way == Way::Cut).await;
        return;
    }
    let Ok(mut to) = TcpStream::connect(target).await else {
        return;
    };
    let (mut there, mut back) = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        let now = *way.borrow_and_update();
        if now == Way::Cut {
            return;
        }
        let through = now == Way::Open;
        tokio::select! {
            _ = way.changed() => {}
            // Both sockets stay open, and nobody looks at them.
            _ = losses.changed() => return std::future::pending().await,
            read = from.read(&mut there), if through => match read {
                Ok(count @ 1..) => if to.write_all(&there[..count]).await.is_err() { return },
                _ => return,
            },
            read = to.read(&mut back), if through => match read {
                Ok(count @ 1..) => if from.write_all(&back[..count]).await.is_err() { return },
                _ => return,
            },
        }
    }
}
