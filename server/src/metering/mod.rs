//! What credentials are used for and how much they may be used: counted in memory, flushed in
//! batches. Nothing on the way of a request takes a lock here or waits for the database.
//!
//! ```text
//! meter ─┬─ admission ── window_count   how much of a rate limit and of a quota is used
//!        ├─ needed         which tokens a client that keeps them would have asked for
//!        └─ last_used      of the credential and of each secret
//! meters                   one meter a credential, bounded
//! flush ── waiting         meters → database, and quotas back
//! throttle ── sketch       failed authentications, in memory that never grows
//! ```

mod admission;
mod flush;
mod hour_counts;
mod last_used;
mod meter;
mod meters;
mod needed;
mod sketch;
mod throttle;
mod waiting;
mod window_count;

pub use flush::{Flushed, Flusher, Unwritten};
pub use last_used::LastUsed;
pub use meter::Meter;
pub use meters::Meters;
pub use throttle::{RetryAfter, Throttle};
