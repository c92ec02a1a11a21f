//! Databases as released versions left them: this build brings them up to date and loses nothing.
//!
//! The dumps beside this file are made by `make_dump`, one of each engine a release. They are never
//! edited; the changes of the schema that they record are not either.

mod dump;

use std::sync::Arc;

use grantd::app::App;
use grantd::app::authenticate_client::PresentedSecret;
use grantd::app::issue_token::issue_token;
use grantd::app::sign_in::check_password;
use grantd::domain::access::Origin;
use grantd::domain::grant::TokenAsk;
use grantd::domain::secret::Secret;
use grantd::entropy::SystemEntropy;
use grantd::settings::Settings;
use grantd::store::{migrate, status};

use self::dump::{Dump, RECORD};
use super::test_store::TestStore;
use crate::support::clock::FixedClock;
use crate::support::place::Place;
use crate::support::server::{TestClient, claims, header};

#[tokio::test]
async fn the_first_changes_that_this_build_knows_are_those_that_a_dump_records() {
    for dump in Dump::all() {
        let store = dump.load().await;
        let recorded = dump::texts_of(&store, RECORD, "version").await;
        let known = status(&store).await.unwrap();
        let (first, later) = known.split_at(recorded.len());
        let expected: Vec<_> = recorded.into_iter().map(|name| (name, true)).collect();
        assert_eq!(first, expected, "{}", dump.name);
        assert!(
            later.iter().all(|(_, applied)| !applied),
            "{}: {later:?}",
            dump.name
        );
    }
}

/// Were a released change edited, new databases would have what no older one ever gets.
#[tokio::test]
async fn an_upgraded_schema_is_the_same_as_a_new_one() {
    let mut differences = Vec::new();
    for dump in Dump::all() {
        let upgraded = dump.load().await;
        migrate(&upgraded).await.unwrap();
        let new = dump.empty().await;
        migrate(&new).await.unwrap();
        let (upgraded, new) = (dump::schema(&upgraded).await, dump::schema(&new).await);
        assert!(upgraded.len() > 20, "the schema was not read: {upgraded:?}");
        for (who, theirs, others) in [
            ("a new one", &new, &upgraded),
            ("an upgraded one", &upgraded, &new),
        ] {
            let only = theirs.iter().filter(|part| !others.contains(part));
            differences.extend(only.map(|part| format!("{}: only {who} has {part}", dump.name)));
        }
    }
    assert!(
        differences.is_empty(),
        "A released change is never edited, another is added:\n{}",
        differences.join("\n")
    );
}

#[tokio::test]
async fn every_row_is_as_it_was() {
    for dump in Dump::all() {
        let store = dump.load().await;
        let columns = dump::columns(&store).await;
        let before = dump::rows(&store, &columns).await;
        for (table, rows) in &before {
            assert!(!rows.is_empty(), "{}: no row of {table}", dump.name);
        }
        let place = place(&dump, &store);
        place.done(&["migrate"]);
        let status = place.done(&["migrate", "status"]);
        assert!(
            status.lines().all(|line| line.starts_with("applied  ")),
            "{status}"
        );
        assert_eq!(place.done(&["migrate"]), "The schema is up to date.\n");

        let after = dump::rows(&store, &columns).await;
        for (table, rows) in &before {
            if table == RECORD {
                assert!(rows.iter().all(|row| after[table].contains(row)));
            } else {
                assert_eq!(rows, &after[table], "{}: {table}", dump.name);
            }
        }
    }
}

/// At the moment when the dump was made, so that nothing in it has ended meanwhile.
#[tokio::test]
async fn every_secret_gets_what_it_got() {
    for dump in Dump::all() {
        let store = dump.load().await;
        migrate(&store).await.unwrap();
        let app = open(&dump, &store).await;
        let mut got_a_token = 0;
        for secret in &dump.secrets {
            let place = format!("{}: {}", dump.name, secret.what);
            match (token(&app, &secret.client, &[]).await, secret.refusal()) {
                (Ok(token), None) => {
                    got_a_token += 1;
                    assert_eq!(claims(&token)["sub"], *secret.client.id, "{place}");
                }
                (Err(description), Some(expected)) => {
                    assert!(description.contains(expected), "{place}: {description}");
                }
                (other, expected) => panic!("{place}: {other:?} instead of {expected:?}"),
            }
        }
        assert!(got_a_token >= 12, "{}: {got_a_token}", dump.name);
    }
}

#[tokio::test]
async fn every_password_is_still_right() {
    for dump in Dump::all() {
        let store = dump.load().await;
        migrate(&store).await.unwrap();
        let app = open(&dump, &store).await;
        assert!(dump.passwords.len() > 5, "{}", dump.name);
        for (email, password) in &dump.passwords {
            let user = check_password(
                &app,
                email,
                Secret::new(password.clone()),
                &Origin::default(),
            )
            .await;
            assert_eq!(user.unwrap().email.as_str(), email, "{}", dump.name);
        }
    }
}

#[tokio::test]
async fn the_keys_of_every_algorithm_sign() {
    for dump in Dump::all() {
        let store = dump.load().await;
        let keys = dump::texts_of(&store, "signing_key", "kid").await;
        migrate(&store).await.unwrap();
        let app = open(&dump, &store).await;
        for (client, resource, algorithm) in [
            (
                "client of two audiences",
                "https://api.example.com",
                "ES256",
            ),
            (
                "client of two audiences",
                "https://billing.example.com",
                "RS256",
            ),
            ("client at a plain API", "urn:example:plain", "EdDSA"),
        ] {
            let token = token(&app, dump.client(client), &[resource]).await.unwrap();
            let header = header(&token);
            assert_eq!(header["alg"], algorithm, "{}", dump.name);
            let kid = header["kid"].as_str().unwrap().to_owned();
            assert!(keys.contains(&kid), "{}: {kid} is a new key", dump.name);
        }
    }
}

/// The real program, at the present time.
#[tokio::test]
async fn serving_brings_it_up_to_date() {
    for dump in Dump::all() {
        let store = dump.load().await;
        let process = place(&dump, &store).serve().await;
        assert!(
            status(&store)
                .await
                .unwrap()
                .iter()
                .all(|(_, applied)| *applied)
        );
        for (what, expected) in [
            ("client", 200),
            ("API key", 200),
            ("second secret of a rotated oauth_client", 200),
            ("disabled oauth_client", 401),
            ("revoked oauth_client", 401),
            ("revoked api_key", 401),
            ("expired client", 401),
        ] {
            let (status, body) = process.token_response(dump.client(what)).await;
            assert_eq!(status, expected, "{}: {what}: {body}", dump.name);
            if let Some(token) = body["access_token"].as_str() {
                assert_eq!(process.whoami_status(token).await, 200, "{what}");
            }
        }
    }
}

/// Where the real program runs on the dump.
fn place(dump: &Dump, store: &TestStore) -> Place {
    Place::on_database(&store.url).with("GRANTD_MASTER_KEY", &dump.master_key)
}

/// A grantd on the database, at the moment when the dump was made.
async fn open(dump: &Dump, store: &TestStore) -> App {
    let env = [
        ("GRANTD_ISSUER", dump.issuer.as_str()),
        ("GRANTD_DATABASE__URL", store.url.as_str()),
        ("GRANTD_MASTER_KEY", dump.master_key.as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_sources(None, env.into_iter()).expect("good settings");
    let clock = Arc::new(FixedClock::at(dump.made_at));
    let entropy = Arc::new(SystemEntropy::new());
    App::open(&settings, store.store.clone(), clock, entropy)
        .await
        .expect("the dump's master key opens it")
}

/// A token, or why there is none.
async fn token(app: &App, client: &TestClient, resources: &[&str]) -> Result<String, String> {
    let presented = PresentedSecret {
        client_id: &client.id,
        client_secret: &client.secret,
        address: None,
    };
    let ask = TokenAsk {
        grant_type: Some("client_credentials".into()),
        resources: resources.iter().map(|&resource| resource.into()).collect(),
        ..TokenAsk::default()
    };
    match issue_token(app, &presented, &ask).await {
        Ok(issued) => Ok(issued.access_token),
        Err(error) => Err(error.description().to_string()),
    }
}
