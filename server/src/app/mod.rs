//! The use cases, one file each. HTTP, adapters and commands call only this.

pub mod agents;
pub mod audit;
pub mod authenticate_caller;
pub mod authenticate_client;
pub mod authority;
pub mod bootstrap;
pub mod change_password;
pub mod create_credential;
pub mod credentials;
pub mod credentials_file;
pub mod database;
pub mod demands;
pub mod dev;
mod end_sessions;
pub mod error;
pub mod etag;
pub mod feed;
pub mod freshness;
mod grantable;
mod hashing;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod issue_token;
pub mod load;
pub mod members;
pub mod offer;
pub mod one_time_links;
pub mod organization_usage;
pub mod organizations;
mod own_credentials;
pub mod own_keys;
pub mod resource_servers;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod signing_keys;
pub mod super_key;
pub mod trade_key;
pub mod usage;
pub mod usage_report;
pub mod users;
pub mod verify_credential;
pub mod view;

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use crate::cache::credentials::CredentialCache;
use crate::cache::keyring::Keyring;
use crate::cache::resource_servers::ResourceServers;
use crate::clock::Clock;
use crate::crypto::audit_chain::AuditChain;
use crate::crypto::cursor::Cursors;
use crate::crypto::fingerprint::Fingerprinter;
use crate::crypto::idempotency::IdempotencyKeeper;
use crate::crypto::master_key::MasterKey;
use crate::crypto::sealing::Sealer;
use crate::crypto::session::SessionKeeper;
use crate::domain::grant::TokenPolicy;
use crate::domain::issuer::Issuer;
use crate::domain::session::SessionPolicy;
use crate::domain::signing_key::RotationPolicy;
use crate::entropy::Entropy;
use crate::metering::{Flusher, Meters, Throttle};
use crate::settings::{LimitSettings, Settings, UsageSettings};
use crate::store::{self, Store, StoreError};

pub use crate::store::Page;

use self::error::OpenError;
use self::feed::Position;
use self::freshness::Freshness;
use self::hashing::Hashing;

/// Everything a use case may need: the rim (clock, entropy, store), keys, policy and caches.
pub struct App {
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The database.
    pub store: Store,
    /// The URL that names this grantd.
    pub issuer: Issuer,
    /// Lifetimes and algorithm of tokens.
    pub policy: TokenPolicy,
    /// The schedule of signing keys.
    pub rotation: RotationPolicy,
    /// How much there may be of each thing.
    pub limits: LimitSettings,
    /// Makes fingerprints of secrets.
    pub fingerprinter: Fingerprinter,
    /// Makes and reads cursors of lists.
    pub cursors: Cursors,
    /// Credentials used lately.
    pub credentials: CredentialCache,
    /// What each credential is used for.
    pub meters: Meters,
    /// Writes it down.
    pub flusher: Flusher,
    /// How often that is, and how long it is kept.
    pub usage: UsageSettings,
    /// Throttles failed authentications.
    pub throttle: Throttle,
    /// How long people stay signed in to the console.
    pub sessions: SessionPolicy,
    /// Makes cookies, and what follows from them.
    pub session_keeper: SessionKeeper,
    code_throttle: Throttle,
    /// Whether the caches follow the database.
    pub freshness: Freshness,
    audit_chain: AuditChain,
    failed_sign_ins: audit::Failures,
    failed_codes: audit::Failures,
    idempotency: IdempotencyKeeper,
    keep_idempotency_keys: TimeDelta,
    sealer: Sealer,
    keyring: ArcSwap<Keyring>,
    resource_servers: ArcSwap<ResourceServers>,
    position: Mutex<Position>,
    hashing: Hashing,
}

impl App {
    /// Opens grantd to serve, on a database whose schema is up to date: reads what the caches hold,
    /// and does what is due to the signing keys.
    ///
    /// # Errors
    /// [`OpenError`], most of all where the master key is not the one that the database was made with.
    pub async fn open(
        settings: &Settings,
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let app = Self::attach(settings, store, clock, entropy).await?;
        signing_keys::upkeep(&app).await?;
        Ok(app)
    }

    /// Opens grantd for a command beside a server that may run with other settings: leaves the
    /// signing keys alone, but for making the first, without which no master key could be checked.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn attach(
        settings: &Settings,
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let master_key = MasterKey::parse(settings.master_key.expose())
            .map_err(|error| OpenError::MasterKeyFormat(error.to_string()))?;
        let sealer = Sealer::new(&master_key);
        let audit_chain = AuditChain::new(&master_key);
        let store = store.with_audit_chain(audit_chain.clone());
        let last_change = store::changes::last(&store).await?;
        let resource_servers = load::resource_servers(&store, &settings.issuer).await?;
        let keyring = load::keyring(&store, &sealer).await?;
        let capacity = settings.limits.cached_credentials;
        let meters = usize::try_from(capacity).unwrap_or(usize::MAX);
        let mut throttle_key = [0; 32];
        entropy.fill(&mut throttle_key);
        let app = Self {
            opened_at: clock.now(),
            clock,
            entropy,
            store,
            issuer: settings.issuer.clone(),
            policy: TokenPolicy {
                ttl_seconds: settings.token.ttl_seconds,
                min_ttl_seconds: settings.token.min_ttl_seconds,
                max_ttl_seconds: settings.token.max_ttl_seconds,
                algorithm: settings.token.algorithm,
            },
            rotation: RotationPolicy {
                rotate_every: settings.keys.rotate_every,
                publish_before: settings.keys.publish_before,
                retain_after: settings.keys.retain_after,
                max_token_ttl: TimeDelta::seconds(i64::from(settings.token.max_ttl_seconds)),
            },
            limits: settings.limits,
            fingerprinter: Fingerprinter::new(&master_key),
            credentials: CredentialCache::new(capacity.into()),
            meters: Meters::new(meters),
            flusher: Flusher::of(meters),
            usage: settings.usage,
            throttle: Throttle::new(settings.limits.failed_authentications, &throttle_key),
            code_throttle: Throttle::of_codes(&throttle_key),
            cursors: Cursors::new(&master_key),
            sessions: settings.console.sessions,
            session_keeper: SessionKeeper::new(&master_key),
            freshness: Freshness::default(),
            audit_chain,
            failed_sign_ins: audit::Failures::default(),
            failed_codes: audit::Failures::default(),
            idempotency: IdempotencyKeeper::new(&master_key),
            keep_idempotency_keys: settings.idempotency.keep_for,
            sealer,
            keyring: ArcSwap::from_pointee(keyring),
            resource_servers: ArcSwap::from_pointee(resource_servers),
            position: Mutex::new(Position::new(last_change)),
            hashing: Hashing::default(),
        };
        if app.keyring().keys().is_empty() {
            signing_keys::upkeep(&app).await?;
        }
        Ok(app)
    }

    /// The signing keys in use.
    pub fn keyring(&self) -> arc_swap::Guard<Arc<Keyring>> {
        self.keyring.load()
    }

    /// All resource servers.
    pub fn resource_servers(&self) -> arc_swap::Guard<Arc<ResourceServers>> {
        self.resource_servers.load()
    }

    /// Whether what is in memory may be gone by.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the feed could not be followed for `limits.stale_after`:
    /// what was revoked meanwhile is not known here.
    pub fn check_freshness(&self) -> Result<(), StoreError> {
        if self.freshness.is_within(self.limits.stale_after) {
            Ok(())
        } else {
            Err(StoreError::Unavailable(
                "the caches could not follow the database for limits.stale_after".to_owned(),
            ))
        }
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Ten random bytes: what a UUIDv7 needs.
    pub fn random10(&self) -> [u8; 10] {
        self.entropy.for_id()
    }
}
