//! Three nodes behind `HAProxy`, with the configuration of docs/operate.md: restarted one after the
//! other, they lose no request.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::faults::site::{Node, Site, client, create, send, token};
use crate::faults::{size, until};
use crate::support::place::{Place, free_port};
use crate::support::postgres;
use crate::support::repository;
use crate::support::server::TestClient;

/// The delay that goes with how often `HAProxy` looks, as docs/operate.md has both.
const DELAY: &str = "3s";

struct Haproxy {
    child: Child,
    origin: String,
}

impl Haproxy {
    /// Starts it with the documented configuration, our addresses in the place of the examples'.
    fn start(place: &Place, ports: [u16; 3]) -> Self {
        let page = repository::read("docs/operate.md");
        let (_, rest) = page.split_once("```haproxy\n").expect("a configuration");
        let (configuration, _) = rest.split_once("```").expect("its end");
        let port = free_port();
        let mut ours = configuration.replace("bind :8000", &format!("bind 127.0.0.1:{port}"));
        for (number, port) in ports.iter().enumerate() {
            let example = format!("10.0.0.{}:8080", number + 1);
            assert!(ours.contains(&example), "{example} in {ours}");
            ours = ours.replace(&example, &format!("127.0.0.1:{port}"));
        }
        place.write("haproxy.cfg", &ours);
        let program = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("haproxy is missing: install it (apt-get install haproxy)");
        let child = Command::new(program)
            .args(["-db", "-f"])
            .arg(place.path("haproxy.cfg"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        Self {
            child,
            origin: format!("http://127.0.0.1:{port}"),
        }
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was asked, and what of it was not answered as it should have been.
#[derive(Default)]
struct Tally {
    over: AtomicBool,
    answered: AtomicUsize,
    lost: std::sync::Mutex<Vec<String>>,
}

impl Tally {
    fn count(&self, outcome: reqwest::Result<crate::faults::site::Answer>, wanted: u16) {
        match outcome {
            Ok(answer) if answer.status == wanted => {
                self.answered.fetch_add(1, Ordering::SeqCst);
            }
            other => self
                .lost
                .lock()
                .expect("no panic")
                .push(format!("{other:?}")),
        }
    }
}

fn ask(origin: &str, tally: &Arc<Tally>, who: &TestClient, management: &str) {
    let http = client();
    for number in 0..8 {
        let (http, tally) = (http.clone(), Arc::clone(tally));
        let (origin, who, management) = (origin.to_owned(), who.clone(), management.to_owned());
        actix_web::rt::spawn(async move {
            while !tally.over.load(Ordering::SeqCst) {
                if number == 0 {
                    let made = send(create(&http, &origin, &management, "rolling")).await;
                    tally.count(made, 201);
                } else {
                    tally.count(token(&http, &origin, &who).await, 200);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
}

#[actix_web::test]
async fn nodes_that_are_restarted_one_after_the_other_lose_no_request() {
    let place = Place::on_database(&postgres::new_database().await);
    let site = Site::furnish(place.with("GRANTD_SHUTDOWN__DELAY", DELAY));
    let ports = [free_port(), free_port(), free_port()];
    let mut nodes: Vec<Node> = Vec::new();
    for port in ports {
        nodes.push(site.node_by(site.place.command(&["serve"]), port).await);
    }
    let haproxy = Haproxy::start(&site.place, ports);
    let who = site.client("ci");
    let http = client();
    until(Duration::from_secs(10), "HAProxy finds them", async || {
        matches!(token(&http, &haproxy.origin, &who).await, Ok(answer) if answer.status == 200)
    })
    .await;
    let management = nodes[0].management_token(&site.operator).await;
    let tally = Arc::new(Tally::default());
    ask(&haproxy.origin, &tally, &who, &management);
    let began = Instant::now();
    for _ in 0..size("GRANTD_FAULTS_ROLLING", 1) {
        for (number, port) in ports.into_iter().enumerate() {
            nodes[number].process.terminate();
            let ended = until(Duration::from_secs(20), "it stops", async || {
                nodes[number].process.has_ended()
            });
            ended.await;
            assert_eq!(nodes[number].process.wait(), 0);
            nodes[number] = site.node_by(site.place.command(&["serve"]), port).await;
            // HAProxy looks twice before it believes that a node is back.
            tokio::time::sleep(Duration::from_millis(2_500)).await;
        }
    }
    tally.over.store(true, Ordering::SeqCst);
    let answered = tally.answered.load(Ordering::SeqCst);
    println!(
        "{answered} answered in {:?} of rolling restarts",
        began.elapsed()
    );
    let lost = tally.lost.lock().expect("no panic");
    assert!(lost.is_empty(), "{} of {answered}: {lost:?}", lost.len());
    assert!(answered > 100, "{answered}");
}
