//! Information about the reader's machine: users, groups, disks, system. This is the only file that
//! distinguishes Linux and macOS.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

pub(crate) use nix::unistd::Group;
use nix::unistd::{Gid, Uid, User};
use rustix::fs::statvfs;
use rustix::process::{geteuid, getgroups};
use rustix::system::uname;
use rustix::time::{ClockId, clock_gettime};

/// The group that a file belongs to; `None` if this user may not look at the file, or if the group has
/// no name.
pub(crate) fn group_of(file: &Path) -> Option<Group> {
    let id = fs::metadata(file).ok()?.gid();
    Group::from_gid(Gid::from_raw(id)).ok()?
}

/// Whether this process has the rights of a group. A user who was added to a group gets them only at the
/// next login.
pub(crate) fn is_in_group(id: Gid) -> bool {
    // nix has no `getgroups` for macOS.
    let groups = getgroups().unwrap_or_default();
    groups.iter().any(|group| group.as_raw() == id.as_raw())
}

/// The name of this process's user; the id if the user has no name.
pub(crate) fn user_name() -> String {
    let user = User::from_uid(Uid::effective()).ok().flatten();
    user.map_or_else(|| user_id().to_string(), |user| user.name)
}

/// The id of this process's user.
pub(crate) fn user_id() -> u32 {
    geteuid().as_raw()
}

/// Processor time of this program, without its children.
pub(crate) fn own_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("a program has run for some time")
}

/// Free space on the disk that has this folder, in bytes; `None` if the folder is not on this machine.
pub(crate) fn free_bytes(folder: &str) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

/// The system's name and, on Linux, its release, such as `debian 12`.
pub(crate) fn operating_system() -> String {
    match (os_release("ID"), os_release("VERSION_ID")) {
        (Some(id), Some(version)) => format!("{id} {version}"),
        (Some(id), None) => id,
        (None, _) => std::env::consts::OS.to_owned(),
    }
}

/// Whether Debian's packages are made for this system.
pub(crate) fn is_debian() -> bool {
    matches!(os_release("ID").as_deref(), Some("debian" | "ubuntu"))
}

/// Whether the scripts can provide an engine on this machine.
pub(crate) fn can_set_up() -> bool {
    is_debian() && geteuid().is_root()
}

/// A value in `os-release`, the file that describes a Linux distribution.
fn os_release(name: &str) -> Option<String> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    let mut lines = release.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.trim_matches('"').to_owned())
}

/// Whether systemd starts this machine's services.
pub(crate) fn has_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

/// The release of the running kernel, such as `6.1.0-38-amd64`.
pub(crate) fn kernel() -> String {
    uname().release().to_string_lossy().into_owned()
}

/// Whether this machine has this address in the network of this program. Nothing is sent.
pub(crate) fn is_own_address(address: Ipv4Addr) -> bool {
    TcpListener::bind((address, 0)).is_ok()
}

/// The first port that a user other than root may listen on, according to Linux; empty on other systems.
pub(crate) fn first_unprivileged_port() -> String {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    first.unwrap_or_default().trim().to_owned()
}

/// Processors that QEMU emulates for this machine's programs; empty except on Linux.
pub(crate) fn emulated_processors() -> BTreeSet<String> {
    let entries = fs::read_dir("/proc/sys/fs/binfmt_misc").into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let processors = names.filter_map(|name| name.strip_prefix("qemu-").map(str::to_owned));
    processors.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_this_user_belongs_to_a_group_with_a_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let group = group_of(file.path()).unwrap();
        assert_eq!(group.gid.as_raw(), fs::metadata(file.path()).unwrap().gid());
        assert_ne!(group.name, "");
    }

    #[test]
    fn a_group_that_nobody_has_is_none_of_this_user() {
        assert!(!is_in_group(Gid::from_raw(u32::MAX - 1)));
    }

    #[test]
    fn the_users_name_is_the_one_that_id_prints() {
        let mut id = std::process::Command::new("id");
        let printed = id.arg("-un").output().unwrap();
        assert_eq!(format!("{}\n", user_name()).as_bytes(), printed.stdout);
    }

    #[test]
    fn the_loopback_address_is_this_machines_and_one_for_documentation_is_not() {
        assert!(is_own_address(Ipv4Addr::LOCALHOST));
        assert!(!is_own_address(Ipv4Addr::new(192, 0, 2, 1)));
    }

    #[test]
    fn free_space_is_known_of_a_folder_that_is_here_and_of_no_other() {
        assert!(free_bytes("/").is_some());
        assert_eq!(free_bytes("/no/such/folder"), None);
    }
}
