//! The shell blocks of README.md and docs/start.md run, in their order, against a real server.
//!
//! A block that is to run has `<!-- runs -->` on the line before it, or
//! `<!-- runs, and prints "TEXT" -->` where TEXT must stand in what it prints.
//! (The Python blocks run in tests/clients/guides.)

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::support::repository;

/// What the pages call the server's origin.
const ORIGIN: &str = "http://127.0.0.1:8080";

/// A line that no block prints.
const NEXT: &str = "== the next block begins ==";

#[test]
fn the_readme_runs() {
    run_page("README.md", 1);
}

#[test]
fn the_first_five_minutes_run() {
    run_page("docs/start.md", 9);
}

/// Runs all the blocks of a page in one shell, since a later one uses what an earlier one set.
fn run_page(page: &str, at_least: usize) {
    let blocks = blocks(&repository::read(page));
    assert!(
        blocks.len() >= at_least,
        "{page} has {} blocks",
        blocks.len()
    );
    let trial = Trial::start();
    let output = trial.shell(&script(&blocks));
    let shown = String::from_utf8_lossy(&output.stdout);
    let printed: Vec<&str> = shown.split(NEXT).skip(1).collect();
    for (block, printed) in blocks.iter().zip(&printed) {
        assert!(
            printed.contains(&block.prints),
            "{page}:{}: {:?} is not in what the block printed: {printed}",
            block.line,
            block.prints
        );
    }
    let last = blocks[printed.len().saturating_sub(1)].line;
    assert!(
        output.status.success(),
        "{page}:{last}: the block failed: {}\n{shown}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        printed.len(),
        blocks.len(),
        "{page}: a block ended the shell"
    );
}

fn script(blocks: &[Block]) -> String {
    // Without --fail, curl is content with a refusal.
    let mut script =
        "set -eu\ncurl() { command curl --fail-with-body --silent --show-error \"$@\"; }\n"
            .to_owned();
    for block in blocks {
        let _ = write!(script, "echo '{NEXT}'\n{}\n", block.text);
    }
    script
}

/// A block that is to run.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    text: String,
    prints: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(marker) = line
            .strip_prefix("<!-- runs")
            .and_then(|rest| rest.strip_suffix("-->"))
        else {
            continue;
        };
        let prints = marker
            .trim()
            .strip_prefix(", and prints \"")
            .unwrap_or("\"");
        let fence = lines.next().map(|(_, fence)| fence);
        let text: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect();
        match fence {
            Some("```sh") => found.push(Block {
                line: number + 1,
                text: text.join("\n"),
                prints: prints
                    .strip_suffix('"')
                    .expect("a quotation mark")
                    .to_owned(),
            }),
            Some("```python") => {}
            other => panic!("line {}: {other:?} is no block that can run", number + 2),
        }
    }
    found
}

/// A `serve --dev` in a folder of its own.
struct Trial {
    server: Child,
    origin: String,
    folder: tempfile::TempDir,
}

impl Trial {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = command(grantd(), folder.path())
            .args(["serve", "--dev", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("grantd starts");
        let banner = BufReader::new(server.stdout.take().expect("its output"));
        let origin = banner
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("this machine: ")?.1.to_owned()))
            .expect("the banner names the issuer");
        Self {
            server,
            origin,
            folder,
        }
    }

    fn shell(&self, script: &str) -> Output {
        let script = script.replace(ORIGIN, &self.origin);
        command(Path::new("sh"), self.folder.path())
            .args(["-c", &script])
            .output()
            .expect("sh runs")
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn grantd() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_grantd"))
}

/// A program in an environment that holds nothing of the user's, with grantd in its path.
fn command(program: &Path, folder: &Path) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "where curl is, is the environment's to say"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = grantd().parent().map(PathBuf::from).expect("its folder");
    let folders = std::iter::once(own).chain(std::env::split_paths(&path));
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::join_paths(folders).expect("a path"))
        .env("HOME", folder)
        .stdin(Stdio::null());
    command
}

#[test]
fn blocks_are_read_with_what_they_print() {
    let page = "text\n<!-- runs -->\n```sh\na\nb\n```\n```sh\nno\n```\n<!-- runs, and prints \"x\" -->\n```sh\nc\n```\n<!-- runs -->\n```python\np\n```";
    let block = |line, text: &str, prints: &str| Block {
        line,
        text: text.to_owned(),
        prints: prints.to_owned(),
    };
    assert_eq!(blocks(page), [block(2, "a\nb", ""), block(10, "c", "x")]);
}
