//! SQLite on a disk that is full: what is there is read, changes are refused, nothing breaks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::site::Site;
use super::{folder, until};
use crate::support::place::Place;

/// The largest file that the server may write, in KiB: a disk that is full soon.
const LARGEST_FILE: &str = "900";

/// A disk of little room.
struct Disk {
    database: PathBuf,
    /// A file that takes room, where it is a file system; where not, the server is kept from writing
    /// files that are too large.
    filler: Option<PathBuf>,
}

impl Disk {
    /// The folder that the environment names is on a small file system.
    fn new(place: &Place) -> Self {
        match folder("GRANTD_FAULTS_DISK") {
            Some(folder) => {
                let filler = folder.join("filler");
                fs::write(&filler, vec![1; 512 * 1024]).expect("there is room for it");
                Self {
                    database: folder.join("grantd.db"),
                    filler: Some(filler),
                }
            }
            None => Self {
                database: place.path("grantd.db"),
                filler: None,
            },
        }
    }

    /// The server, on a disk of little room.
    fn server(&self, place: &Place) -> Command {
        if self.filler.is_some() {
            return place.command(&["serve"]);
        }
        let mut bounded = place.other_command("/bin/bash");
        // Where the bound is passed, writing fails, as it does on a full disk. (The signal would end
        // the server.)
        let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
        bounded.args(["-c", script, "bash", LARGEST_FILE]);
        bounded.args([env!("CARGO_BIN_EXE_grantd"), "serve"]);
        bounded
    }

    fn make_room(&self) {
        if let Some(filler) = &self.filler {
            fs::remove_file(filler).expect("it goes");
        }
    }
}

#[actix_web::test]
async fn on_a_full_disk_tokens_go_on_and_changes_are_refused() {
    let place = Place::on_sqlite();
    let disk = Disk::new(&place);
    let url = format!("sqlite://{}?mode=rwc", disk.database.display());
    let site = Site::furnish(place.with("GRANTD_DATABASE__URL", &url));
    let warm = site.client("warm");
    let cold = site.client("cold");
    let port = site.place.issuer().rsplit(':').next().expect("a port");
    let port = port.parse().expect("a number");
    let mut node = site.node_by(disk.server(&site.place), port).await;
    assert_eq!(node.token(&warm).await.status, 200);
    let management = node.management_token(&site.operator).await;

    let mut made = 0;
    let refused = loop {
        let answer = node.create(&management, "fills the disk").await;
        match answer.status {
            201 => made += 1,
            _ => break answer,
        }
        assert!(made < 20_000, "the disk is not full");
    };
    println!("full after {made} credentials");
    refused.come_again();
    let detail = refused.body["detail"].as_str().expect("a text");
    assert!(detail.contains("full or read-only"), "{detail}");
    // It stays so, and says so every time.
    for _ in 0..3 {
        node.create(&management, "one more").await.come_again();
    }
    assert_eq!(node.token(&warm).await.status, 200);
    assert_eq!(node.token(&cold).await.status, 200);
    let list = format!("{}/v1/organizations/acme/credentials", node.origin);
    let list = super::site::send(node.http.get(list).bearer_auth(&management)).await;
    assert_eq!(list.expect("an answer").status, 200);
    assert_eq!(node.ready().await.status, 200, "it can do most of its work");
    assert_eq!(node.process.stop(), 0, "{}", node.process.log());

    disk.make_room();
    assert_eq!(integrity(&disk.database), "ok");
    site.audit_is_whole();
    // With room again, all is well.
    let node = site.node().await;
    until(Duration::from_secs(5), "it takes changes", async || {
        node.create(&management, "there is room").await.status == 201
    })
    .await;
    site.audit_is_whole();
}

pub(super) fn integrity(database: &Path) -> String {
    // SQLite's own program is not there on every machine; Python brings it along.
    let script = "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(database)
        .output()
        .expect("python3 runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
