//! The database goes away and comes back.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use serde_json::json;

use super::forwarder::{Forwarder, Way};
use super::own_postgres::OwnPostgres;
use super::site::{Answer, Node, Site, send};
use super::{report, until};
use crate::support::place::{Place, pair_in};
use crate::support::server::{API, TestClient};

/// After this long at most, a node says of a database that it does not answer.
const NOTICED: Duration = Duration::from_secs(4);

/// After this long at most, all is well again.
const WELL_AGAIN: Duration = Duration::from_secs(8);

/// An answer that may have to wait until the database's silence is noticed.
const BOUNDED: Duration = Duration::from_secs(6);

/// An answer that waits for nothing. The machine may be busy.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A node whose way to PostgreSQL can be cut, a client that it has in memory, and one that it has
/// not.
struct Scene {
    postgres: OwnPostgres,
    way: Forwarder,
    site: Site,
    node: Node,
    warm: TestClient,
    cold: TestClient,
    management: String,
}

impl Scene {
    async fn new(stale_after: &str) -> Self {
        let postgres = OwnPostgres::start();
        let way = Forwarder::to(postgres.address());
        let place = Place::on_database(&OwnPostgres::url_by(way.address))
            .with("GRANTD_LIMITS__STALE_AFTER", stale_after);
        let site = Site::furnish(place);
        let node = site.node().await;
        let (warm, cold) = (site.client("warm"), site.client("cold"));
        let management = node.management_token(&site.operator).await;
        assert_eq!(node.token(&warm).await.status, 200);
        Self {
            postgres,
            way,
            site,
            node,
            warm,
            cold,
            management,
        }
    }

    /// While it is away, whatever the way in which.
    async fn the_database_is_away(&self, how: &str) {
        let began = Instant::now();
        // The very first that needs the database waits until its silence is noticed, not longer.
        timed(BOUNDED, how, self.node.token(&self.cold))
            .await
            .come_again();
        until(NOTICED, how, async || self.node.ready().await.status == 503).await;
        assert!(began.elapsed() < BOUNDED, "{how}");
        let state = self.node.ready().await;
        assert_eq!(state.body["database"], "does not answer", "{how}");
        assert_eq!(self.node.get("/healthz").await.status, 200, "{how}");
        for _ in 0..5 {
            let warm = timed(AT_ONCE, how, self.node.token(&self.warm)).await;
            assert_eq!(warm.status, 200, "{how}: {warm:?}");
            let cold = timed(AT_ONCE, how, self.node.token(&self.cold)).await;
            cold.come_again();
            assert_eq!(cold.body["error"], "temporarily_unavailable", "{how}");
            let create = self.node.create(&self.management, "new");
            timed(AT_ONCE, how, create).await.come_again();
        }
    }

    async fn all_is_well(&self, how: &str) {
        let took = until(WELL_AGAIN, how, async || {
            self.node.ready().await.status == 200
                && self.node.token(&self.cold).await.status == 200
                && self.node.create(&self.management, "new").await.status == 201
        })
        .await;
        report(&format!("{how}: well again after {took:?}"));
        assert_eq!(self.node.token(&self.warm).await.status, 200, "{how}");
        self.node_forgets_the_cold_one();
        self.site.audit_is_whole();
    }

    /// A change by a command makes the node forget the client.
    fn node_forgets_the_cold_one(&self) {
        for verb in ["disable", "enable"] {
            self.site.place.done(&["credentials", verb, &self.cold.id]);
        }
        // The node follows within a second.
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// What a node answers from its memory alone, asked by and about whom it has there.
struct Questions {
    token: String,
    key: String,
    asking: String,
}

impl Questions {
    async fn of(scene: &Scene) -> Self {
        let token = scene.node.token(&scene.warm).await;
        let issuer = scene.site.place.issuer();
        let key = |audiences: &[&str]| {
            let generate = ["credentials", "generate", "--organization", "acme"];
            let a_key = ["--name", "key", "--kind", "api_key"];
            let arguments = [&generate[..], &a_key[..], audiences].concat();
            let TestClient { id, secret } = pair_in(&scene.site.place.done_json(&arguments));
            format!("{id}:{secret}")
        };
        let questions = Self {
            token: token.body["access_token"]
                .as_str()
                .expect("a token")
                .to_owned(),
            key: key(&["--audience", API]),
            asking: key(&["--audience", API, "--audience", issuer]),
        };
        // The node follows within a second, and forgets what has changed.
        tokio::time::sleep(Duration::from_secs(1)).await;
        questions.are_answered(scene, 200).await;
        questions
    }

    /// Asks all four, each of which must be answered with this status; 503 says when to come again.
    async fn are_answered(&self, scene: &Scene, expected: u16) {
        let Node { http, origin, .. } = &scene.node;
        let verify = || http.get(format!("{origin}/auth/verify?audience={API}"));
        let about_key = http
            .post(format!("{origin}/v1/api-keys/verify"))
            .header("authorization", format!("Key {}", self.asking))
            .json(&json!({"api_key": self.key, "audience": API}));
        for (name, answer) in [
            ("for a token", scene.node.token(&scene.warm).await),
            ("a token", asked(verify().bearer_auth(&self.token)).await),
            (
                "a key",
                asked(verify().header("x-api-key", &self.key)).await,
            ),
            ("about a key", asked(about_key).await),
        ] {
            assert_eq!(answer.status, expected, "{name}: {answer:?}");
            if expected == 503 {
                answer.come_again();
            }
        }
    }
}

async fn asked(request: RequestBuilder) -> Answer {
    send(request).await.expect("an answer")
}

async fn timed(limit: Duration, how: &str, answer: impl Future<Output = Answer>) -> Answer {
    let began = Instant::now();
    let answer = answer.await;
    let took = began.elapsed();
    assert!(took < limit, "{how}: {answer:?} only after {took:?}");
    answer
}

#[actix_web::test]
async fn a_database_that_is_stopped_and_started_again_stops_nothing_that_is_in_memory() {
    let mut scene = Scene::new("5m").await;
    for signal in ["INT", "QUIT", "KILL"] {
        let how = format!("PostgreSQL stopped by SIG{signal}");
        scene.postgres.stop(signal);
        scene.the_database_is_away(&how).await;
        scene.postgres.start_again();
        scene.all_is_well(&how).await;
    }
}

#[actix_web::test]
async fn a_database_that_says_nothing_stops_nothing_that_is_in_memory() {
    let scene = Scene::new("5m").await;
    scene.postgres.signal_all("STOP");
    scene.the_database_is_away("PostgreSQL stalled").await;
    scene.postgres.signal_all("CONT");
    scene.all_is_well("PostgreSQL stalled").await;

    for way in [Way::Cut, Way::BlackHole] {
        let how = format!("{way:?}");
        scene.way.set(way);
        scene.the_database_is_away(&how).await;
        scene.way.set(Way::Open);
        scene.all_is_well(&how).await;
    }
}

#[actix_web::test]
async fn a_node_that_cannot_follow_stops_believing_what_it_has_in_memory() {
    let scene = Scene::new("10s").await;
    let questions = Questions::of(&scene).await;
    scene.way.set(Way::BlackHole);
    // Another node may revoke the client now, and this one would not know.
    let began = Instant::now();
    let noticed = async || scene.node.ready().await.status == 503;
    until(NOTICED, "it is not ready", noticed).await;
    questions.are_answered(&scene, 200).await;
    until(
        Duration::from_secs(20),
        "it goes by its memory",
        async || {
            let answer = scene.node.token(&scene.warm).await;
            if answer.status == 200 {
                return false;
            }
            answer.come_again();
            true
        },
    )
    .await;
    let held = began.elapsed();
    assert!(held > Duration::from_secs(8), "{held:?}");
    assert!(held < Duration::from_secs(12), "{held:?}");
    questions.are_answered(&scene, 503).await;
    let whoami = scene
        .node
        .http
        .get(format!("{}/v1/whoami", scene.node.origin));
    let whoami = whoami.bearer_auth(&scene.management);
    asked(whoami).await.come_again();
    scene.way.set(Way::Open);
    scene
        .all_is_well("a black hole for longer than limits.stale_after")
        .await;
}
