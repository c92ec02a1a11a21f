//! What credentials are used for, how much they may be, and failed authentications.

mod flushing;
mod limits;
mod organization_report;
mod report;
mod sign_in;
mod throttle;
mod usage;

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::credentials::{self, Update};
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::precondition::Precondition;
use grantd::domain::usage::{Counter, Counts};
use grantd::store;

use crate::support::server::{TestClient, TestServer};

const fn rate_limit(requests: u32, enforce: bool) -> RateLimit {
    RateLimit {
        requests,
        per_seconds: 3_600,
        enforce,
    }
}

const fn quota(requests: u32) -> Quota {
    Quota {
        requests,
        per: QuotaPeriod::Month,
        enforce: true,
    }
}

/// Changes a client by the use case.
pub(crate) async fn change(server: &TestServer, client: &TestClient, update: Update) {
    let id = client.id.parse().expect("an id");
    let (app, organization) = (&server.app, server.organization.id);
    credentials::update(
        app,
        &Authority::Command,
        organization,
        id,
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
}

/// Moves the clock to the beginning of an hour in the middle of a day, so that no window ends by
/// itself during a test.
fn to_quiet_hour(server: &TestServer) {
    let now = server.app.now();
    let noon = (now.date_naive() + TimeDelta::days(1))
        .and_hms_opt(12, 0, 0)
        .expect("a time");
    server.advance(noon.and_utc() - now);
}

/// What was written of a client, over all time.
pub(crate) async fn written(server: &TestServer, client: &TestClient) -> Counts {
    let id = client.id.parse().expect("an id");
    let now = server.app.now();
    let hours = store::usage::by_hour(
        &server.app.store,
        id,
        now - TimeDelta::days(100),
        now + TimeDelta::days(100),
    );
    let mut sum = Counts::default();
    for hour in hours.await.expect("it is read") {
        sum.add(&hour.counts);
    }
    sum
}

/// Flushes, and reads one counter.
pub(crate) async fn counted(server: &TestServer, client: &TestClient, counter: Counter) -> u64 {
    grantd::app::usage::flush(&server.app)
        .await
        .expect("it is flushed");
    written(server, client).await.get(counter)
}
