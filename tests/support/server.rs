//! A grantd of a test's own: port 0, a database of its own, a clock that the test moves.

use std::net::TcpListener;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use grantd::app::authority::Authority;
use grantd::app::create_credential::{self, NewCredential};
use grantd::app::resource_servers::{self, NewResourceServer};
use grantd::app::{App, agents, database, feed, organizations};
use grantd::domain::credential::CredentialKind;
use grantd::domain::organization::{Agent, Organization};
use grantd::domain::resource_server::ResourceServer;
use grantd::entropy::SystemEntropy;
use grantd::http::{HttpState, server};
use grantd::settings::Settings;
use grantd::store::{Store, migrate};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use super::client::{TestClient, claims, header, management_scopes};
use super::clock::FixedClock;
use super::furnish::{example_api, furnish};
use super::schema;

/// 32 bytes, base64url.
pub(crate) const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The API that most tests ask tokens for.
pub(crate) const API: &str = "https://api.example.com";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What a test wants of its server.
pub(crate) struct Builder {
    engine: Engine,
    settings: Vec<(String, String)>,
    issuer_path: String,
    follow: bool,
    url: Option<String>,
    issuer: Option<String>,
}

/// A running grantd with an organization and an API.
pub(crate) struct TestServer {
    /// The use cases, to arrange things without HTTP.
    pub(crate) app: Arc<App>,
    /// Where it listens: `http://127.0.0.1:PORT`, without the issuer's path.
    pub(crate) origin: String,
    /// The database's URL, to start another node on it.
    pub(crate) database_url: String,
    /// Moves the server's time.
    pub(crate) clock: Arc<FixedClock>,
    /// An HTTP client that follows no redirect.
    pub(crate) http: Client,
    /// The organization `acme`.
    pub(crate) organization: Organization,
    /// The resource server [`API`], with `api:read` and `api:write`.
    pub(crate) api: ResourceServer,
    handle: actix_web::dev::ServerHandle,
    _folder: Option<Arc<TempDir>>,
}

impl TestServer {
    /// A server on a SQLite file, with the default settings.
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    pub(crate) fn builder() -> Builder {
        Builder {
            engine: Engine::Sqlite,
            settings: Vec::new(),
            issuer_path: String::new(),
            follow: true,
            url: None,
            issuer: None,
        }
    }

    /// Another node on the same database, with a clock of its own.
    pub(crate) async fn another_node(&self) -> Self {
        self.another_node_with(|builder| builder).await
    }

    /// Another node on the same database, with settings of its own.
    pub(crate) async fn another_node_with(&self, change: impl FnOnce(Builder) -> Builder) -> Self {
        change(Self::builder().beside(self)).start().await
    }

    /// A URL of this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// A credential of `acme` at [`API`] with all its scopes.
    pub(crate) async fn client(&self) -> TestClient {
        self.client_with(|_| {}).await
    }

    /// A credential of `acme`, changed as the test wants before it is made.
    pub(crate) async fn client_with(&self, change: impl FnOnce(&mut NewCredential)) -> TestClient {
        let mut new = NewCredential {
            audiences: vec![API.parse().expect("an identifier")],
            ..NewCredential::named(
                CredentialKind::OauthClient,
                "ci".parse().expect("a name"),
                self.organization.id,
            )
        };
        change(&mut new);
        let made = create_credential::create(&self.app, &Authority::Command, new)
            .await
            .expect("the credential is made");
        TestClient::from(made)
    }

    /// A credential that may do on the management API what an organization's admin may, and has
    /// both scopes at [`API`] too.
    pub(crate) async fn admin(&self) -> TestClient {
        let issuer = self.app.issuer.as_str().parse().expect("an identifier");
        self.client_with(|new| new.audiences.push(issuer)).await
    }

    /// A credential of the operator, with every scope of the management API.
    pub(crate) async fn operator(&self) -> TestClient {
        let issuer = self.app.issuer.as_str().parse().expect("an identifier");
        self.client_with(|new| {
            new.operator = true;
            new.audiences.push(issuer);
        })
        .await
    }

    /// Another organization, with nothing in it.
    pub(crate) async fn organization(&self, slug: &str) -> Organization {
        organizations::create(
            &self.app,
            &Authority::Command,
            slug.parse().expect("a slug"),
            None,
        )
        .await
        .expect("the organization is made")
    }

    /// An agent of `acme`.
    pub(crate) async fn agent(&self, slug: &str) -> Agent {
        agents::create(
            &self.app,
            &Authority::Command,
            self.organization.id,
            slug.parse().expect("a slug"),
            None,
        )
        .await
        .expect("the agent is made")
    }

    /// Another API, with these scopes.
    pub(crate) async fn resource_server(
        &self,
        identifier: &str,
        scopes: &[&str],
    ) -> ResourceServer {
        self.resource_server_with(identifier, scopes, |_| {}).await
    }

    /// Another API, changed as the test wants before it is made.
    pub(crate) async fn resource_server_with(
        &self,
        identifier: &str,
        scopes: &[&str],
        change: impl FnOnce(&mut NewResourceServer),
    ) -> ResourceServer {
        let mut new = example_api(identifier, scopes);
        change(&mut new);
        resource_servers::create(&self.app, &Authority::Command, new)
            .await
            .expect("the resource server is made")
    }

    /// A token request by HTTP Basic with these parameters.
    pub(crate) async fn token_response(
        &self,
        client: &TestClient,
        parameters: &[(&str, &str)],
    ) -> Response {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend_from_slice(parameters);
        self.http
            .post(self.url("/oauth/token"))
            .basic_auth(&client.id, Some(&client.secret))
            .form(&form)
            .send()
            .await
            .expect("an answer")
    }

    /// An access token, which must be given.
    pub(crate) async fn token(&self, client: &TestClient, parameters: &[(&str, &str)]) -> String {
        let response = self.token_response(client, parameters).await;
        let status = response.status();
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("a token").to_owned()
    }

    /// An access token for the management API.
    pub(crate) async fn management_token(&self, client: &TestClient) -> String {
        self.token(client, &[("resource", self.app.issuer.as_str())])
            .await
    }

    /// A request to the management API as this client.
    pub(crate) async fn call(
        &self,
        client: &TestClient,
        method: &str,
        path: &str,
    ) -> RequestBuilder {
        let token = self.management_token(client).await;
        self.bare(method, path).bearer_auth(token)
    }

    /// A request without credentials.
    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.http.request(method, self.url(path))
    }

    /// Moves this server's clock.
    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Waits until `condition` holds, at most for `limit`; fails after that.
    pub(crate) async fn eventually(
        limit: std::time::Duration,
        mut condition: impl AsyncFnMut() -> bool,
    ) {
        let started = std::time::Instant::now();
        while !condition().await {
            assert!(
                started.elapsed() < limit,
                "it did not come about within {limit:?}"
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // Not graceful: nobody waits for the answer.
        drop(self.handle.stop(false));
    }
}

impl Builder {
    /// Runs on this engine.
    pub(crate) fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Runs on the database that `url` names.
    pub(crate) fn database(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// Sets a setting: `("token.ttl_seconds", "60")`.
    pub(crate) fn setting(mut self, name: &str, value: &str) -> Self {
        let variable = format!("GRANTD_{}", name.to_uppercase().replace('.', "__"));
        self.settings.push((variable, value.to_owned()));
        self
    }

    /// Gives the issuer a path, such as `/auth`.
    pub(crate) fn issuer_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.issuer_path);
        self
    }

    /// Runs nothing in the background: no feed is followed, no key rotated.
    pub(crate) fn without_background(mut self) -> Self {
        self.follow = false;
        self
    }

    /// Runs as another node of that server: on the same database, under the same issuer.
    pub(crate) fn beside(mut self, other: &TestServer) -> Self {
        self.url = Some(other.database_url.clone());
        self.issuer = Some(other.app.issuer.as_str().to_owned());
        self
    }

    /// Starts it. Needs an actix runtime: `#[actix_web::test]`.
    pub(crate) async fn start(self) -> TestServer {
        // Fails only where another test has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let origin = format!("http://{address}");
        let (database_url, folder) = match (self.url, self.engine) {
            (Some(url), _) => (url, None),
            (None, Engine::Postgres) => (schema::on_postgres().await, None),
            (None, Engine::Sqlite) => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = schema::on_sqlite(folder.path()).await;
                (url, Some(Arc::new(folder)))
            }
        };
        let issuer = self
            .issuer
            .unwrap_or_else(|| format!("{origin}{}", self.issuer_path));
        let mut env = vec![
            ("GRANTD_ISSUER".to_owned(), issuer),
            ("GRANTD_LISTEN".to_owned(), address.to_string()),
            ("GRANTD_DATABASE__URL".to_owned(), database_url.clone()),
            ("GRANTD_MASTER_KEY".to_owned(), MASTER_KEY.to_owned()),
        ];
        env.extend(self.settings);
        let settings = Settings::from_sources(None, env.into_iter()).expect("good settings");
        let connect = database::connect_settings(&settings.database);
        let store = Store::connect(&database_url, &connect)
            .await
            .expect("a database");
        migrate(&store).await.expect("a schema");
        let clock = Arc::new(FixedClock::at(start_of_time()));
        let app = App::open(
            &settings,
            store,
            clock.clone(),
            Arc::new(SystemEntropy::new()),
        )
        .await
        .expect("it opens");
        let app = Arc::new(app);
        let (organization, api) = furnish(&app).await;
        if self.follow {
            actix_web::rt::spawn(feed::follow(Arc::clone(&app)));
        }
        let state = HttpState {
            app: Arc::clone(&app),
            compat: settings.compat,
            console: settings.console.enabled,
            proxy: settings.proxy.clone(),
        };
        let running = server::start(state, listener, None, settings.shutdown).expect("it starts");
        let handle = running.handle();
        actix_web::rt::spawn(running);
        TestServer {
            app,
            origin,
            database_url,
            clock,
            // Without the machine's certificates, which take longer to read than most tests do.
            http: Client::builder()
                .tls_certs_only([])
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            organization,
            api,
            handle,
            _folder: folder,
        }
    }
}

/// The moment at which every test's clock stands at first. It lies near the real time, so that
/// other people's libraries, which have clocks of their own, agree.
pub(crate) fn start_of_time() -> DateTime<Utc> {
    grantd::clock::Clock::now(&grantd::clock::SystemClock)
}
