//! How people get in: passwords of their own, second factors, links that are good once.

mod commands;
mod doors;
mod links;
mod password;
mod second_factor;
mod takeover;

use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::second_factor::{self as factors, Enrolment};
use grantd::app::sign_in;
use grantd::crypto::totp;
use grantd::domain::access::Origin;
use grantd::domain::ids::OrganizationId;
use grantd::domain::secret::Secret;
use grantd::domain::totp::step_at;
use grantd::domain::user::User;

use crate::support::server::TestServer;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// A call from this address.
fn from(address: &str) -> Origin {
    Origin {
        address: Some(address.parse().expect("an address")),
        request_id: Some("request-7".to_owned()),
    }
}

fn here() -> Origin {
    from("192.0.2.7")
}

/// The user as a caller who acts in this organization.
async fn as_person(server: &TestServer, user: &User, organization: OrganizationId) -> Authority {
    let caller = sign_in::act_in(&server.app, user, organization, here()).await;
    Authority::Caller(caller.expect("a place there"))
}

/// An authenticator app.
pub(crate) struct Device(Vec<u8>);

impl Device {
    /// Reads the secret as a person would type it.
    pub(crate) fn of(enrolment: &Enrolment) -> Self {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let (mut rest, mut bits, mut bytes) = (0_u64, 0, Vec::new());
        for c in enrolment.secret.expose().bytes() {
            let value = letters.iter().position(|letter| *letter == c);
            rest = rest << 5 | value.expect("base32") as u64;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(rest >> bits & 0xff).expect("a byte"));
            }
        }
        assert_eq!(bytes.len(), 20);
        Self(bytes)
    }

    /// What it shows, so many steps from now.
    pub(crate) fn shows(&self, server: &TestServer, steps: i64) -> Secret {
        let step = step_at(server.app.now()) + steps;
        Secret::new(format!("{:06}", totp::code(&self.0, step)))
    }

    /// What it does not show now nor close to now.
    pub(crate) fn wrong(&self, server: &TestServer) -> Secret {
        let shown: Vec<Secret> = (-2..=2).map(|step| self.shows(server, step)).collect();
        (0..10)
            .map(|digit| secret(&digit.to_string().repeat(6)))
            .find(|code| !shown.contains(code))
            .expect("another code")
    }
}

/// Sets a second factor up; gives the device, which has been used for the present step, and the
/// recovery codes.
pub(crate) async fn enrolled(server: &TestServer, user: &User) -> (Device, Vec<Secret>) {
    let enrolment = factors::begin(&server.app, user).await.expect("a secret");
    let device = Device::of(&enrolment);
    let code = device.shows(server, 0);
    let codes = factors::confirm(&server.app, user, &code, &here()).await;
    (device, codes.expect("it is the code"))
}

/// Fails unless the trail is whole. Failures are told beside the answer, so it may grow meanwhile.
async fn is_whole(app: &grantd::app::App) {
    let whole = grantd::app::audit::verify(app, None).await.expect("rows");
    whole.expect("a whole trail");
}

/// What would be answered.
fn status<T>(result: &Result<T, AppError>) -> u16 {
    match result {
        Ok(_) => 200,
        Err(AppError::Unauthenticated(_)) => 401,
        Err(AppError::Denied(_)) => 403,
        Err(AppError::NotFound(_)) => 404,
        Err(AppError::Conflict(_)) => 409,
        Err(AppError::Invalid { .. }) => 422,
        Err(AppError::TooManyRequests(_)) => 429,
        Err(other) => panic!("{other:?}"),
    }
}

/// The field and the rule of a refusal.
#[track_caller]
fn invalid<T: std::fmt::Debug>(result: Result<T, AppError>) -> (String, String) {
    match result {
        Err(AppError::Invalid { field, rule }) => (field, rule),
        other => panic!("{other:?}"),
    }
}
