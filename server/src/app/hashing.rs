//! The turns in which passwords are hashed: a few at once, some more waiting, no others.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::AppError;

/// How many passwords are hashed at once. Each takes a processor and some 20 MB while it lasts.
const AT_ONCE: usize = 4;

/// How many there may be with those that wait. At tens of milliseconds each, the last of them waits
/// for about a second.
const WITH_THOSE_THAT_WAIT: usize = 64;

/// Gives out turns.
pub(super) struct Hashing {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// A turn; it is over when this is dropped. It goes along to the thread that hashes: a request may be
/// given up, and its hashing is not.
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(WITH_THOSE_THAT_WAIT)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Hashing {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`AppError::Overloaded`], at once, where too many wait already.
    pub(super) async fn turn(&self) -> Result<Turn, AppError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| AppError::Overloaded)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        Ok(Turn {
            _turn: turn.map_err(|error| AppError::Internal(error.to_string()))?,
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn some_hash_some_wait_and_the_rest_is_refused() {
        let hashing = Hashing::default();
        let context = &mut Context::from_waker(Waker::noop());
        let mut all: Vec<_> = (0..WITH_THOSE_THAT_WAIT)
            .map(|_| Box::pin(hashing.turn()))
            .collect();
        let turns: Vec<_> = all
            .iter_mut()
            .map(|turn| turn.as_mut().poll(context))
            .collect();
        assert_eq!(turns.iter().filter(|turn| turn.is_ready()).count(), AT_ONCE);
        let refused = pin!(hashing.turn()).poll(context);
        assert!(matches!(
            refused,
            std::task::Poll::Ready(Err(AppError::Overloaded))
        ));
        drop((turns, all));
        assert!(pin!(hashing.turn()).poll(context).is_ready());
    }
}
