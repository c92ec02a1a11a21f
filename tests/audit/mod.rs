//! The audit trail: every change and every sign-in leaves its row, and no row can be altered unseen.

mod chain;
mod concurrent;
mod export;
mod kinds;
mod list;
mod secrecy;
mod sign_in;
mod system;

use grantd::app::App;
use grantd::domain::audit::{AuditFilter, Recorded};
use grantd::store::audit;

/// The number of the last event.
async fn head(app: &App) -> i64 {
    audit::head(&app.store).await.expect("a head").number
}

/// The events after this number, oldest first.
async fn since(app: &App, number: i64) -> Vec<Recorded> {
    let rows = audit::after(&app.store, &AuditFilter::default(), number, 1_000).await;
    let rows = rows.expect("rows").into_iter();
    rows.map(|row| row.event).collect()
}

/// The actions of these events.
fn actions(events: &[Recorded]) -> Vec<&str> {
    events.iter().map(|event| event.action.as_str()).collect()
}

/// Fails unless the trail is whole.
async fn assert_whole(app: &App) {
    let whole = grantd::app::audit::verify(app, None).await.expect("rows");
    assert_eq!(whole.expect("a whole trail").number, head(app).await);
}
