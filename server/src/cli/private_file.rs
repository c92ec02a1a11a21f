//! Files that only their owner may read, made whole or not at all.
//!
//! The content is written beside the file under a name of its own, brought to the disk, and only
//! then given the file's name. A crash leaves the file as it was, and at worst a hidden draft.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::entropy::Entropy;

/// What to do about a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and fail.
    Refuse,
    /// Put the new one in its place, in one step. A symbolic link stays, and the file that it
    /// leads to is replaced.
    Replace,
}

/// Finds out whether [`write_private`] would refuse the path, without writing anything.
///
/// # Errors
/// As [`write_private`]'s own: what is there may not be replaced, or is no file.
pub fn check(path: &Path, existing: Existing) -> io::Result<()> {
    destination(path, existing).map(|_| ())
}

/// Writes a file that only its owner may read, and makes sure that it is on the disk.
///
/// # Errors
/// As the file system's; `AlreadyExists` for [`Existing::Refuse`], `InvalidInput` where what is to
/// be replaced is no regular file (a folder, a device, a pipe).
pub fn write_private(
    path: &Path,
    content: &[u8],
    existing: Existing,
    entropy: &dyn Entropy,
) -> io::Result<()> {
    let path = destination(path, existing)?;
    let draft = draft_beside(&path, entropy);
    let written = write_draft(&draft, content).and_then(|()| match existing {
        Existing::Refuse => name_anew(&draft, &path, |draft, path| fs::hard_link(draft, path)),
        Existing::Replace => fs::rename(&draft, &path),
    });
    // Its second name where it was linked, and of no use where anything failed.
    let _ = fs::remove_file(&draft);
    written?;
    // The name is on the disk once its folder is. Not every file system lets a folder be synced,
    // or this user open it; SQLite does without in the same way.
    let _ = File::open(folder_of(&path)).and_then(|folder| folder.sync_all());
    Ok(())
}

/// The file to write in the end: what links lead to, where one may be replaced.
fn destination(path: &Path, existing: Existing) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(path.to_owned()),
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            let what = if found.is_dir() {
                "it is a folder"
            } else {
                "it is no regular file"
            };
            return Err(io::Error::new(ErrorKind::InvalidInput, what));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "it is a link to a file that does not exist",
            ));
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    match existing {
        Existing::Refuse => Err(ErrorKind::AlreadyExists.into()),
        Existing::Replace => fs::canonicalize(path),
    }
}

/// A hidden name in the same folder, which nobody else has.
fn draft_beside(path: &Path, entropy: &dyn Entropy) -> PathBuf {
    let mut random = [0; 12];
    entropy.fill(&mut random);
    folder_of(path).join(format!(".grantd-{}.tmp", URL_SAFE_NO_PAD.encode(random)))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn write_draft(draft: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Gives the draft a name that nothing has. A link, unlike a renaming, fails where something has it.
fn name_anew(
    draft: &Path,
    path: &Path,
    link: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    match link(draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // Some file systems (FAT, some network shares) have no links. Then a file that another
            // process makes in this very moment is lost, but none that was there before.
            match fs::symlink_metadata(path) {
                Err(missing) if missing.kind() == ErrorKind::NotFound => fs::rename(draft, path),
                _ => Err(error),
            }
        }
        result => result,
    }
}

/// An I/O error without the number that Rust puts behind it.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::entropy::SystemEntropy;

    /// A folder with `names` in it, each file holding its own name.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn write(path: &Path, existing: Existing) -> io::Result<()> {
        write_private(path, b"new", existing, &SystemEntropy::new())
    }

    #[test]
    fn a_new_file_is_its_owners_alone_and_no_draft_stays() {
        for existing in [Existing::Refuse, Existing::Replace] {
            let folder = folder(&[]);
            let path = folder.path().join("x");
            write(&path, existing).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert_eq!(names(folder.path()), ["x"]);
        }
    }

    #[test]
    fn what_is_there_is_left_or_replaced_as_asked_and_its_neighbours_stay() {
        let folder = folder(&["x", "x.new", ".x.tmp"]);
        let path = folder.path().join("x");
        let told = write(&path, Existing::Refuse).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::AlreadyExists);
        let told = check(&path, Existing::Refuse).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"x");

        write(&path, Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it was open to others before");
        assert_eq!(names(folder.path()), [".x.tmp", "x", "x.new"]);
        assert_eq!(fs::read(folder.path().join("x.new")).unwrap(), b"x.new");
    }

    #[test]
    fn a_link_stays_and_the_file_that_it_leads_to_is_replaced() {
        let (folder, elsewhere) = (folder(&[]), folder(&["real"]));
        let link = folder.path().join("link");
        let real = elsewhere.path().join("real");
        symlink(&real, &link).unwrap();
        assert!(write(&link, Existing::Refuse).is_err());
        assert_eq!(fs::read(&real).unwrap(), b"real");

        write(&link, Existing::Replace).unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), real);
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(names(elsewhere.path()), ["real"]);
        assert_eq!(names(folder.path()), ["link"]);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = folder(&[]);
        let dangling = folder.path().join("dangling");
        symlink("nowhere", &dangling).unwrap();
        // It stands for a device, of which a mistake here would cost the machine its own.
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("link");
        symlink("socket", &link).unwrap();
        let there = folder.path().join("there");
        fs::create_dir(&there).unwrap();
        for path in [&socket, &dangling, &link, &there] {
            for existing in [Existing::Refuse, Existing::Replace] {
                let told = write(path, existing).unwrap_err();
                assert_eq!(told.kind(), ErrorKind::InvalidInput, "{}", path.display());
                assert!(check(path, existing).is_err());
            }
        }
        assert_eq!(
            names(folder.path()),
            ["dangling", "link", "socket", "there"]
        );
    }

    #[test]
    fn a_draft_that_cannot_be_named_does_not_stay() {
        let folder = folder(&[]);
        // The draft can be written, but no file has a name that ends like a folder's.
        let path = folder.path().join("x/");
        for existing in [Existing::Refuse, Existing::Replace] {
            assert!(write(&path, existing).is_err());
            assert!(names(folder.path()).is_empty());
        }
    }

    #[test]
    fn a_file_system_without_links_will_do_and_still_nothing_is_overwritten() {
        let no_links = |_: &Path, _: &Path| Err(ErrorKind::Unsupported.into());
        let folder = folder(&["draft", "there"]);
        let draft = folder.path().join("draft");
        assert!(name_anew(&draft, &folder.path().join("there"), no_links).is_err());
        assert_eq!(names(folder.path()), ["draft", "there"]);

        name_anew(&draft, &folder.path().join("new"), no_links).unwrap();
        assert_eq!(names(folder.path()), ["new", "there"]);
    }

    #[test]
    fn two_drafts_have_two_names() {
        let entropy = SystemEntropy::new();
        let draft = || draft_beside(Path::new("x"), &entropy);
        assert_ne!(draft(), draft());
        assert!(draft().to_str().unwrap().starts_with("./."), "hidden");
    }
}
