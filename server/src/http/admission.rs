//! Which requests may wait, how many, and for how long.
//!
//! A request that is answered from memory never waits: its handler is done the first time that it is
//! polled, and pays nothing here but that one look. One that waits for the database or for a
//! password's turn takes a place. Where there is none it is refused at once, so that no queue grows
//! without bound and what is in memory goes on being served.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::stopping::Stopping;
use super::{oauth, problem};
use crate::app::App;

/// The longest that a request waits. The database gives up a statement after the same time.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a request that waits looks whether there is any hope.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often the log tells of refusals, however many there are.
const LOG_EVERY: Duration = Duration::from_secs(1);

/// Why a request is not waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too many wait already.
    Overloaded,
    /// The database does not answer.
    NoDatabase,
    /// It has waited for too long.
    TooLong,
}

impl Refusal {
    /// What lies behind it, for the log.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Overloaded => "limits.max_concurrent_requests wait already",
            Self::NoDatabase => "the database does not answer",
            Self::TooLong => "it has waited for ten seconds",
        }
    }
}

/// The places of those that wait, over all workers.
#[derive(Debug)]
pub struct Places {
    most: usize,
    taken: AtomicUsize,
    refused: AtomicU64,
    /// When the log was told last, in milliseconds since the start; and the start.
    told_at: AtomicU64,
    start: Instant,
}

/// A place; it is free again when this is dropped.
struct Place(Arc<Places>);

impl Places {
    /// So many places.
    pub fn new(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            taken: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            told_at: AtomicU64::new(0),
            start: Instant::now(),
        }
    }

    fn take(self: &Arc<Self>) -> Option<Place> {
        let place = Place(Arc::clone(self));
        // The guard gives back what is counted here, also where that is one too many.
        (self.taken.fetch_add(1, Ordering::AcqRel) < self.most).then_some(place)
    }

    /// Tells the log of what was refused, now and then: a line a request would be one more burden.
    fn refused(&self, why: Refusal) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let told_at = self.told_at.load(Ordering::Relaxed);
        let pause = u64::try_from(LOG_EVERY.as_millis()).unwrap_or(u64::MAX);
        let due = told_at == 0 || now.saturating_sub(told_at) >= pause;
        let mine = due
            && self
                .told_at
                .compare_exchange(told_at, now.max(1), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if mine {
            let refused = self.refused.swap(0, Ordering::Relaxed);
            log::error!(
                "refused {refused} requests (503), the last one because {}",
                why.cause()
            );
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What one worker's requests pass.
pub struct Admission {
    /// The use cases.
    pub app: Arc<App>,
    /// The places.
    pub places: Arc<Places>,
    /// Whether the server is about to stop.
    pub stopping: Stopping,
}

impl Admission {
    /// Whether a probe asks here, which is answered whatever else waits.
    fn is_for_probes(&self, path: &str) -> bool {
        // The issuer may have a path of its own before these.
        (path.ends_with("/healthz") || path.ends_with("/readyz")) && {
            let below_issuer = path.strip_prefix(self.app.issuer.path());
            ["/healthz", "/readyz"].contains(&below_issuer.unwrap_or(path))
        }
    }

    /// Closes the connection after the answer when the server is about to stop, so that the client
    /// sends its next request elsewhere.
    fn part<B>(&self, mut answer: ServiceResponse<B>) -> ServiceResponse<B> {
        if self.stopping.has_begun() {
            let head = answer.response_mut().head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
        answer
    }
}

thread_local! {
    /// Whether the handler that this worker has just polled waits for its client's body.
    static AWAITS_BODY: Cell<bool> = const { Cell::new(false) };
}

/// Waits for the client's body, which takes no place: a client could hold all of them otherwise. How
/// long that may take, and how much it may be, is the reader's to bound, inside of this: who gives
/// this up and waits for something else in the same turn would be taken for one that still reads.
pub async fn while_reading_body<F: Future>(reading: F) -> F::Output {
    let mut reading = pin!(reading);
    poll_fn(|context| {
        let polled = reading.as_mut().poll(context);
        // Heard by `admit`, whose poll this one is part of.
        AWAITS_BODY.set(polled.is_pending());
        polled
    })
    .await
}

/// Answers a request, or refuses it where it would wait in vain.
///
/// # Errors
/// 503 with `Retry-After`, in the form that the path's clients read.
pub async fn admit<S, B>(
    admission: &Admission,
    request: ServiceRequest,
    service: &S,
) -> Result<ServiceResponse<B>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let path = request.path();
    if admission.is_for_probes(path) {
        let answer = service.call(request).await?;
        return Ok(admission.part(answer));
    }
    let for_oauth = path.ends_with("/oauth/token") || path.ends_with("/oauth2/token");
    let mut call = pin!(service.call(request));
    let mut waiting = None;
    let outcome = poll_fn(|context| {
        AWAITS_BODY.set(false);
        if let Poll::Ready(answer) = call.as_mut().poll(context) {
            return Poll::Ready(Ok(answer.map(|answer| admission.part(answer))));
        }
        if AWAITS_BODY.get() {
            waiting = None;
            return Poll::Pending;
        }
        match wait(admission, &mut waiting, context) {
            Ok(()) => Poll::Pending,
            Err(refusal) => Poll::Ready(Err(refusal)),
        }
    })
    .await;
    outcome.unwrap_or_else(|refusal| {
        admission.places.refused(refusal);
        Err(if for_oauth {
            oauth::error::refused(refusal)
        } else {
            problem::refused(refusal)
        })
    })
}

/// A request that waits.
struct Waiting {
    _place: Place,
    since: Instant,
    looks: Pin<Box<Interval>>,
}

fn wait(
    admission: &Admission,
    waiting: &mut Option<Waiting>,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let hopeless = || admission.app.freshness.database_is_silent();
    let waiting = match waiting {
        Some(waiting) => waiting,
        None if hopeless() => return Err(Refusal::NoDatabase),
        None => waiting.insert(Waiting::begin(&admission.places).ok_or(Refusal::Overloaded)?),
    };
    while waiting.looks.poll_tick(context).is_ready() {
        if hopeless() {
            return Err(Refusal::NoDatabase);
        }
        if waiting.since.elapsed() >= PATIENCE {
            return Err(Refusal::TooLong);
        }
    }
    Ok(())
}

impl Waiting {
    fn begin(places: &Arc<Places>) -> Option<Self> {
        let place = places.take()?;
        let since = Instant::now();
        let mut looks = interval_at(since + LOOK_EVERY, LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Some(Self {
            _place: place,
            since,
            looks: Box::pin(looks),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_request_is_over() {
        let places = Arc::new(Places::new(2));
        let (first, second) = (places.take(), places.take());
        assert!(first.is_some() && second.is_some());
        assert!(places.take().is_none());
        assert!(places.take().is_none(), "a refusal takes no place");
        drop(first);
        assert!(places.take().is_some());
        drop(second);
        assert_eq!(places.taken.load(Ordering::SeqCst), 0);
    }
}
