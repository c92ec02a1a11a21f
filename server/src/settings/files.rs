//! Files that settings name.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// No settings file, key or password comes near this many bytes; a device file would never end.
const MAX_BYTES: u64 = 64 * 1024;

/// Why a file cannot be read; completes "the file …". The path is left to the caller, which knows
/// whether it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("does not exist")]
    Missing,
    #[error("may not be read by the user that grantd runs as")]
    Denied,
    #[error("is a directory")]
    Directory,
    #[error("is larger than 64 KiB")]
    TooLarge,
    #[error("is not UTF-8 text")]
    NotText,
    #[error("cannot be read ({0})")]
    Other(ErrorKind),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::IsADirectory => Self::Directory,
            other => Self::Other(other),
        }
    }
}

/// Reads a whole text file.
pub(super) fn read_text(path: &Path) -> Result<Zeroizing<String>, Unreadable> {
    let mut bytes = Zeroizing::new(Vec::new());
    open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    str::from_utf8(&bytes)
        .map(|text| Zeroizing::new(text.to_owned()))
        .map_err(|_| Unreadable::NotText)
}

/// Opens a file for reading; a directory is refused.
pub(super) fn open(path: &Path) -> Result<File, Unreadable> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Unreadable::Directory);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_cause_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            path
        };
        let large = vec![b'a'; 64 * 1024 + 1];
        assert_eq!(*read_text(&at("good", b"text\n")).unwrap(), "text\n");
        assert!(read_text(&at("full", &large[1..])).is_ok());
        for (path, cause) in [
            (folder.path().join("none"), Unreadable::Missing),
            (at("file", b"").join("below"), Unreadable::Missing),
            (folder.path().to_path_buf(), Unreadable::Directory),
            (at("large", &large), Unreadable::TooLarge),
            (at("binary", &[0xff, 0xfe]), Unreadable::NotText),
        ] {
            assert_eq!(read_text(&path), Err(cause));
        }
    }

    // Tests may run as root, whom no permission stops, so the cause is made by hand.
    #[test]
    fn a_refusal_of_the_system_is_told() {
        let told = Unreadable::from(io::Error::from(ErrorKind::PermissionDenied));
        assert_eq!(told, Unreadable::Denied);
    }
}
