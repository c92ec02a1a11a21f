//! Hearing of commits: `LISTEN`.

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sea_orm::sqlx::{Error as SqlxError, Executor};
use tokio::sync::watch;
use tokio::time::Instant;

/// The channel on which commits are announced.
pub(super) const CHANNEL: &str = "grantd_changes";

/// After so long without a word the connection is asked whether it still lives: nothing else would
/// tell that the other end is gone, and a firewall forgets a connection that carries nothing.
const QUIET: Duration = Duration::from_secs(15);

/// How long that may take to be answered.
const ANSWER: Duration = Duration::from_secs(5);

/// How long to wait before a lost connection is made anew; twice as long after each failure.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Stands for a number when announcements may have been missed: later than any change.
const UNKNOWN: i64 = i64::MAX;

/// Listens on a connection of its own.
#[derive(Clone)]
pub(in super::super) struct Listener {
    options: Arc<PgConnectOptions>,
    connect_timeout: Duration,
}

impl Listener {
    pub(super) fn new(options: PgConnectOptions, connect_timeout: Duration) -> Self {
        Self {
            options: Arc::new(options),
            connect_timeout,
        }
    }

    /// Passes on every number that is announced, for ever.
    pub(in super::super) async fn listen(self, heard: watch::Sender<i64>) {
        let mut outage = Outage::default();
        loop {
            let lost = self.listen_once(&heard, &mut outage).await;
            outage.begins(&lost, Instant::now());
            tokio::time::sleep(outage.pause).await;
        }
    }

    /// Passes on what is announced until the connection is lost, and says how.
    async fn listen_once(&self, heard: &watch::Sender<i64>, outage: &mut Outage) -> SqlxError {
        let mut listener = match self.connect().await {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        outage.ends(Instant::now());
        // Nobody kept what was announced before.
        heard.send_replace(UNKNOWN);
        loop {
            match tokio::time::timeout(QUIET, listener.try_recv()).await {
                Ok(Ok(Some(announced))) => {
                    heard.send_replace(announced.payload().parse().unwrap_or(UNKNOWN));
                }
                Ok(Ok(None)) => return SqlxError::Io(ErrorKind::ConnectionReset.into()),
                Ok(Err(error)) => return error,
                Err(_) => match tokio::time::timeout(ANSWER, listener.execute("")).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return error,
                    Err(elapsed) => return SqlxError::Io(elapsed.into()),
                },
            }
        }
    }

    async fn connect(&self) -> Result<PgListener, SqlxError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(self.connect_timeout)
            .connect_with(PgConnectOptions::clone(&self.options))
            .await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        // What was missed is of interest, so the loss must be seen here.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

/// Whether the connection is lost, and how long until the next try.
#[derive(Debug)]
struct Outage {
    lasts: bool,
    pause: Duration,
    connected: Option<Instant>,
}

impl Default for Outage {
    fn default() -> Self {
        Self {
            lasts: false,
            pause: FIRST_PAUSE / 2,
            connected: None,
        }
    }
}

impl Outage {
    fn begins(&mut self, error: &SqlxError, now: Instant) {
        let held = self.connected.take().map(|since| now - since);
        // One that is always lost at once is not made over and over.
        if held.is_some_and(|held| held > LONGEST_PAUSE) {
            self.pause = FIRST_PAUSE / 2;
        }
        if !std::mem::replace(&mut self.lasts, true) {
            log::warn!("nothing is heard of other nodes' changes, which are asked for: {error}");
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    fn ends(&mut self, now: Instant) {
        self.connected = Some(now);
        if std::mem::take(&mut self.lasts) {
            log::info!("other nodes' changes are heard of again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_begin_anew() {
        let mut outage = Outage::default();
        let start = Instant::now();
        let mut pause = || {
            outage.begins(&SqlxError::PoolTimedOut, start);
            outage.pause.as_millis()
        };
        assert_eq!([pause(), pause(), pause()], [100, 200, 400]);
        let later: Vec<u128> = (0..5).map(|_| pause()).collect();
        assert_eq!(later, [800, 1600, 3200, 5000, 5000]);
        for (held, expected) in [(1, LONGEST_PAUSE), (6, FIRST_PAUSE)] {
            outage.ends(start);
            outage.begins(&SqlxError::PoolTimedOut, start + Duration::from_secs(held));
            assert_eq!(outage.pause, expected, "after {held} s");
        }
    }
}
