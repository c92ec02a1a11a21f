//! What a token costs, without HTTP: `cargo bench -p grantd`.
//!
//! `bare` is the signature alone by the library that makes it; everything else is to be read as a
//! multiple of it.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops there")]

use std::hint::black_box;
use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use criterion::{Criterion, criterion_group, criterion_main};
use grantd::app::App;
use grantd::app::authenticate_client::{PresentedSecret, authenticate_client};
use grantd::app::authority::Authority;
use grantd::app::create_credential::{self, NewCredential};
use grantd::app::issue_token::issue_token;
use grantd::app::resource_servers::{self, NewResourceServer};
use grantd::clock::{Clock, SystemClock};
use grantd::crypto::key_pair::KeyPair;
use grantd::crypto::signer::Signer;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::claims::{ACCESS_TOKEN_TYPE, AccessTokenClaims};
use grantd::domain::credential::CredentialKind;
use grantd::domain::grant::{self, TokenAsk};
use grantd::domain::ids::{CredentialId, OrganizationId};
use grantd::domain::resource_server::ResourceScope;
use grantd::entropy::SystemEntropy;
use grantd::http::oauth::{client_authentication, form};
use grantd::settings::Settings;
use grantd::store::{ConnectSettings, Store, migrate};
use jsonwebtoken::{EncodingKey, Header};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use tokio::runtime::Runtime;

/// About as long as what is signed for a token.
const MESSAGE: [u8; 560] = [b'x'; 560];

const BODY: &[u8] = b"grant_type=client_credentials&scope=api%3Aread";

struct Warm {
    app: App,
    id: String,
    secret: String,
}

/// A grantd in memory whose one credential has been used.
async fn warm(algorithm: Algorithm) -> Warm {
    let env = [
        ("GRANTD_ISSUER", "https://auth.example.com"),
        ("GRANTD_DATABASE__URL", "sqlite::memory:"),
        (
            "GRANTD_MASTER_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        ),
        ("GRANTD_TOKEN__ALGORITHM", algorithm.as_str()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_sources(None, env.into_iter()).unwrap();
    let connect = ConnectSettings::pool_of(1);
    let store = Store::connect("sqlite::memory:", &connect).await.unwrap();
    migrate(&store).await.unwrap();
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy::new()));
    let app = App::open(&settings, store, clock, entropy).await.unwrap();
    let organization = grantd::app::organizations::create(
        &app,
        &Authority::Command,
        "acme".parse().unwrap(),
        None,
    )
    .await
    .unwrap();
    let scopes = ["api:read", "api:write"].map(|name| ResourceScope {
        name: name.parse().unwrap(),
        description: String::new(),
    });
    let api = NewResourceServer {
        identifier: "https://api.example.com".parse().unwrap(),
        name: "API".parse().unwrap(),
        scopes: scopes.to_vec(),
        token_ttl_seconds: None,
        algorithm: None,
    };
    resource_servers::create(&app, &Authority::Command, api)
        .await
        .unwrap();
    let new = NewCredential::named(
        CredentialKind::OauthClient,
        "bench".parse().unwrap(),
        organization.id,
    );
    let made = create_credential::create(&app, &Authority::Command, new)
        .await
        .unwrap();
    let warm = Warm {
        app,
        id: made.credential.id.to_string(),
        secret: made.secret.expose().to_owned(),
    };
    issue_token(&warm.app, &warm.presented(), &ask())
        .await
        .unwrap();
    warm
}

impl Warm {
    fn presented(&self) -> PresentedSecret<'_> {
        PresentedSecret {
            client_id: &self.id,
            client_secret: &self.secret,
            address: None,
        }
    }
}

fn ask() -> TokenAsk<'static> {
    TokenAsk {
        grant_type: Some("client_credentials".into()),
        scope: Some("api:read".into()),
        resources: Vec::new(),
    }
}

/// The parts of a request, each alone.
fn parts(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let warm = runtime.block_on(warm(Algorithm::ES256));
    let mut headers = HeaderMap::new();
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", warm.id, warm.secret))
    );
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&basic).unwrap());
    let now = SystemClock.now();

    c.bench_function("part/parse", |b| {
        b.iter(|| {
            let form = form::parse(black_box(BODY)).unwrap();
            client_authentication::present(black_box(&headers), &form).unwrap()
        });
    });
    c.bench_function("part/authenticate", |b| {
        b.iter(|| runtime.block_on(authenticate_client(&warm.app, &warm.presented(), now)));
    });
    let client = runtime
        .block_on(authenticate_client(&warm.app, &warm.presented(), now))
        .unwrap();
    let ask = ask();
    c.bench_function("part/decide", |b| {
        b.iter(|| {
            grant::decide(black_box(&ask), &client.granted, &warm.app.policy, now)
                .unwrap()
                .lifetime_seconds
        });
    });
}

/// For each algorithm: the signature alone, and the whole use case.
fn tokens(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    for algorithm in Algorithm::ALL {
        bare(c, algorithm);
        sign(c, algorithm);
        let warm = runtime.block_on(warm(algorithm));
        let ask = ask();
        c.bench_function(&format!("{algorithm}/issue_token"), |b| {
            b.iter(|| runtime.block_on(issue_token(&warm.app, &warm.presented(), &ask)));
        });
    }
}

/// Claims to JWT with the parsed key and the header that was encoded once.
fn sign(c: &mut Criterion, algorithm: Algorithm) {
    let key_pair = KeyPair::generate(algorithm).unwrap().key_pair;
    let signer = Signer::new(key_pair, ACCESS_TOKEN_TYPE).unwrap();
    let claims = claims();
    c.bench_function(&format!("{algorithm}/sign"), |b| {
        b.iter(|| signer.sign(black_box(&claims)));
    });
}

/// The same by `jsonwebtoken::encode`, which parses the key anew on every call.
fn encode(c: &mut Criterion) {
    grantd::crypto::provider::install();
    let generated = KeyPair::generate(Algorithm::ES256).unwrap();
    let key = EncodingKey::from_ec_der(&generated.pkcs8);
    let mut header = Header::new(jsonwebtoken::Algorithm::ES256);
    header.typ = Some(ACCESS_TOKEN_TYPE.to_owned());
    header.kid = Some(generated.key_pair.public_jwk().kid().to_owned());
    let claims = claims();
    c.bench_function("ES256/jsonwebtoken_encode", |b| {
        b.iter(|| jsonwebtoken::encode(&header, black_box(&claims), &key));
    });
}

fn claims() -> AccessTokenClaims<'static> {
    let now = SystemClock.now();
    let id = CredentialId::from_parts(now, [7; 10]);
    AccessTokenClaims {
        iss: "https://auth.example.com".into(),
        sub: id.0,
        client_id: id,
        aud: "https://api.example.com".into(),
        iat: now.timestamp(),
        exp: now.timestamp() + 900,
        jti: id.0,
        scope: "api:read api:write".into(),
        org_id: Some(OrganizationId::from_parts(now, [8; 10])),
        agent_id: None,
    }
}

/// The signature alone, with a key that was parsed before, by the library that grantd signs with.
fn bare(c: &mut Criterion, algorithm: Algorithm) {
    let name = format!("{algorithm}/bare");
    match algorithm {
        Algorithm::ES256 => {
            let random = random();
            let document =
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let key = EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                document.as_ref(),
                &random,
            )
            .unwrap();
            c.bench_function(&name, |b| b.iter(|| key.sign(&random, black_box(&MESSAGE))));
        }
        Algorithm::EdDSA => {
            let key = Ed25519KeyPair::generate().unwrap();
            c.bench_function(&name, |b| b.iter(|| key.sign(black_box(&MESSAGE))));
        }
        Algorithm::RS256 | Algorithm::PS256 => {
            let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            let random = aws_lc_rs::rand::SystemRandom::new();
            let padding: &'static dyn aws_lc_rs::signature::RsaEncoding =
                if algorithm == Algorithm::RS256 {
                    &RSA_PKCS1_SHA256
                } else {
                    &RSA_PSS_SHA256
                };
            let mut signature = vec![0; key.public_modulus_len()];
            c.bench_function(&name, |b| {
                b.iter(|| key.sign(padding, &random, black_box(&MESSAGE), &mut signature));
            });
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the bare signature needs ring's own source, whose trait is sealed"
)]
fn random() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}

criterion_group!(benches, parts, tokens, encode);
criterion_main!(benches);
