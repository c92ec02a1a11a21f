//! Tests of the settings as a whole.

mod problems;
mod rules;
mod secrets;
mod sources;

use std::fs;
use std::path::Path;

use super::{Problems, Settings};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// What must be given, as a file.
const LEAST: &str = "
    issuer = 'https://auth.example.com'
    master_key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
    [database]
    url = 'sqlite:///grantd.db'
";

/// What must be given, as variables.
const LEAST_VARIABLES: [(&str, &str); 3] = [
    ("GRANTD_ISSUER", "https://auth.example.com"),
    ("GRANTD_MASTER_KEY", KEY),
    ("GRANTD_DATABASE__URL", "sqlite:///grantd.db"),
];

fn read(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Problems> {
    Settings::from_sources(
        Some((Path::new("/etc/grantd.toml"), file)),
        variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
    )
}

fn problems(file: &str, variables: &[(&str, &str)]) -> Vec<String> {
    read(file, variables).unwrap_err().sentences().to_vec()
}

/// The settings with one more variable than must be given.
fn with(name: &str, text: &str) -> Result<Settings, Problems> {
    read(LEAST, &[(name, text)])
}

/// A folder for the files that settings name.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, content: &[u8]) -> String {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}
