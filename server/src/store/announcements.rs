//! Hearing of other nodes' commits without asking.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Store;

/// Hears of every commit that the change feed tells of, another node's too, as soon as it is made.
/// PostgreSQL alone can tell; on SQLite nothing is ever heard. What is heard only makes a reader of
/// the feed look sooner: an announcement may be lost with the connection, so it must look by itself,
/// too.
#[derive(Debug)]
pub struct Announcements {
    heard: watch::Receiver<i64>,
    task: Option<JoinHandle<()>>,
    // Keeps a receiver waiting that nobody sends to.
    _silent: Option<watch::Sender<i64>>,
}

impl Store {
    /// Begins to listen. Needs tokio's runtime.
    pub fn announcements(&self) -> Announcements {
        let (sender, heard) = watch::channel(0);
        match self.listener().cloned() {
            Some(listener) => Announcements {
                heard,
                task: Some(tokio::spawn(listener.listen(sender))),
                _silent: None,
            },
            None => Announcements {
                heard,
                task: None,
                _silent: Some(sender),
            },
        }
    }
}

impl Announcements {
    /// Waits for the next announcement, and gives the number of the last change that it tells of.
    /// Where announcements may have been missed, that is a number after all others. Of several that
    /// nobody waited for, the last one counts.
    pub async fn next(&mut self) -> i64 {
        if self.heard.changed().await.is_err() {
            // The listener never ends but with this.
            std::future::pending::<()>().await;
        }
        *self.heard.borrow_and_update()
    }
}

impl Drop for Announcements {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
