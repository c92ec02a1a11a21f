//! How much memory this process may use, and whether its cache may grow beyond that.

use std::fs;
use std::path::{Path, PathBuf};

/// The most that a credential in memory takes, in bytes (docs/performance.md).
const A_CREDENTIAL: u64 = 6 * 1_024;

/// What to say at the start where as many credentials as may be kept in memory do not fit there.
pub(super) fn warning(cached_credentials: u32) -> Option<String> {
    too_many(cached_credentials, memory()?)
}

fn too_many(cached_credentials: u32, memory: u64) -> Option<String> {
    let wanted = u64::from(cached_credentials) * A_CREDENTIAL;
    // The rest of the process, and of the machine, needs some too.
    (wanted > memory / 5 * 4).then(|| {
        format!(
            "limits.cached_credentials is {cached_credentials}: once so many are in use, they take up to {} MiB, \
             and this process may use {} MiB. If there are so many, set it to {} or less.",
            wanted >> 20,
            memory >> 20,
            memory / 2 / A_CREDENTIAL,
        )
    })
}

/// The machine's memory, or the least that a control group above this process allows; none where
/// neither is told, as outside of Linux.
fn memory() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits =
        files_of(&groups).filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    let machine = fs::read_to_string("/proc/meminfo").ok();
    machine
        .as_deref()
        .and_then(total)
        .into_iter()
        .chain(limits)
        .min()
}

/// Where the limits of the control groups stand (version 2): the process's own, and those above it.
fn files_of(groups: &str) -> impl Iterator<Item = PathBuf> {
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    let own = own.map(|own| Path::new("/sys/fs/cgroup").join(own));
    let all: Vec<PathBuf> = own
        .iter()
        .flat_map(|own| own.ancestors())
        .map(Path::to_path_buf)
        .collect();
    all.into_iter()
        .filter(|folder| folder.starts_with("/sys/fs/cgroup"))
        .map(|folder| folder.join("memory.max"))
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_only_where_they_do_not_fit() {
        assert_eq!(too_many(1_000_000, 8 << 30), None);
        let said = too_many(1_000_000, 1 << 30).unwrap();
        assert!(
            said.contains("up to 5859 MiB, and this process may use 1024 MiB"),
            "{said}"
        );
        assert!(said.ends_with("set it to 87381 or less."), "{said}");
    }

    #[test]
    fn a_limit_is_looked_for_from_the_own_group_up() {
        let files: Vec<_> =
            files_of("1:name=systemd:/x\n0::/system.slice/grantd.service\n").collect();
        let folder = Path::new("/sys/fs/cgroup");
        let expected = ["system.slice/grantd.service", "system.slice", ""];
        assert_eq!(
            files,
            expected.map(|group| folder.join(group).join("memory.max"))
        );
        assert_eq!(files_of("").count(), 0);
    }

    #[test]
    fn the_machine_tells_its_memory_in_kibibytes() {
        assert_eq!(
            total("MemFree: 1 kB\nMemTotal:       24561904 kB\n"),
            Some(24_561_904 << 10)
        );
        assert_eq!(total("MemTotal: much"), None);
    }
}
