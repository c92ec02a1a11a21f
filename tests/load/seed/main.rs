//! Makes very many credentials, for measurements of how the server grows with them.
//!
//! The database and the master key come from the settings, as for `grantd serve`. Ids and secrets go
//! to a file that its owner alone can read, a line each: kind, id, secret.

mod filling;

use std::fs::OpenOptions;
use std::io::{BufWriter, Write, stderr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use grantd::app::database::Database;
use grantd::clock::SystemClock;
use grantd::entropy::SystemEntropy;
use grantd::settings::Settings;

use self::filling::{Failure, fill};

/// Makes very many credentials in an empty database
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(long, value_name = "NUMBER")]
    credentials: u32,
    /// Where ids and secrets go: a new file, readable by its owner alone
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Settings file; the environment alone where absent
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    grantd::crypto::provider::install();
    let arguments = Arguments::parse();
    let settings =
        Settings::load(arguments.config.as_deref()).map_err(|problems| problems.to_string())?;
    let database = Database::connect(&settings).await?;
    database.migrate().await?;
    let entropy = Arc::new(SystemEntropy::new());
    let app = database
        .open(&settings, Arc::new(SystemClock), entropy)
        .await?;
    let mut out = BufWriter::new(
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&arguments.out)?,
    );
    let mut progress = Progress::of(arguments.credentials);
    let url = settings.database.url.expose();
    fill(&app, url, arguments.credentials, |made| {
        for it in made {
            writeln!(out, "{}\t{}\t{}", it.kind, it.id, it.secret.expose())?;
        }
        progress.add(made.len())
    })
    .await?;
    out.flush()?;
    app.store.close().await?;
    writeln!(stderr())?;
    Ok(())
}

/// One line on stderr that is written over and over.
struct Progress {
    wanted: u32,
    made: usize,
    began: Instant,
}

impl Progress {
    const WIDTH: usize = 40;

    fn of(wanted: u32) -> Self {
        Self {
            wanted,
            made: 0,
            began: Instant::now(),
        }
    }

    /// Draws the line anew at each percent: there is no more to see, and stderr may be a file.
    fn add(&mut self, made: usize) -> Result<(), Failure> {
        let wanted = self.wanted.max(1) as usize;
        let percent = |made: usize| made * 100 / wanted;
        let before = percent(self.made);
        self.made += made;
        if percent(self.made) == before {
            return Ok(());
        }
        let full = self.made * Self::WIDTH / wanted;
        let bar = "#".repeat(full) + &"-".repeat(Self::WIDTH - full);
        let seconds = self.began.elapsed().as_secs();
        let (made, wanted) = (self.made, self.wanted);
        write!(stderr(), "\r[{bar}] {made} of {wanted}, {seconds} s")?;
        Ok(())
    }
}
