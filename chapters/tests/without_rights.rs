//! On a machine that cannot run containers, no engine is offered and nothing is downloaded.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod programs;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use programs::CHAPTER_2;

/// Root without one capability, as in a container that was started without `--privileged`.
const WITHOUT_NAMESPACES: [&str; 3] = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];

const REMEDY: &str = "In a container: start it with --privileged";

#[test]
#[ignore = "needs root, on Debian or Ubuntu"]
fn a_machine_that_can_run_an_engine_is_told_nothing() {
    // Another daemon may run in this machine's network.
    check(&["unshare", "--net"], &[]);
}

#[test]
#[ignore = "needs root, on Debian or Ubuntu"]
fn without_the_right_to_create_namespaces_an_engine_is_refused() {
    let reason = "this process cannot create namespaces (unshare: Operation not permitted)";
    check(&WITHOUT_NAMESPACES, &[reason, REMEDY]);
}

#[test]
#[ignore = "needs root, on Debian or Ubuntu"]
fn without_the_right_to_create_bridges_an_engine_is_refused() {
    let reason = "this process cannot create network bridges (SIOCBRADDBR: Operation not permitted)";
    let without_network = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"];
    check(&without_network, &[reason, REMEDY]);
    // Root inside the namespace, but without rights in the machine's network.
    check(&["unshare", "--user", "--map-root-user"], &[reason, REMEDY]);
}

#[test]
#[ignore = "needs root, on Debian or Ubuntu"]
fn without_the_right_to_create_cgroups_an_engine_is_refused() {
    let read_only = r#"awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/mounts |
        xargs --max-args=1 mount --options remount,bind,ro && "$@""#;
    check(
        &["unshare", "--mount", "bash", "-c", read_only, "bash"],
        &[
            "this process cannot create cgroups (/sys/fs/cgroup",
            ": Read-only file system)",
            REMEDY,
        ],
    );
}

#[test]
#[ignore = "needs root, on Debian or Ubuntu"]
fn a_reader_without_those_rights_reads_the_reason_and_no_offer() {
    // No engine is chosen, and none is at the client's default address.
    let alone = r#"mount -t tmpfs none /run && exec env --unset=DOCKER_HOST --unset=DOCKER_CONTEXT "$@""#;
    let around = [
        &["unshare", "--mount", "bash", "-c", alone, "bash"][..],
        &WITHOUT_NAMESPACES,
    ]
    .concat();
    for (language, advice, offer) in [
        ("en", "A Docker Engine of your own is needed", "Set it up?"),
        ("ja", "自分のDocker Engineが必要です", "用意しますか？"),
    ] {
        let (output, said) = run(&around, &[CHAPTER_2, "--lang", language]);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(advice), "{said}");
        assert!(said.contains("(unshare: Operation not permitted)"), "{said}");
        assert!(!said.contains(offer), "{said}");
    }
}

/// Asks the script through the command `around`, which runs a program with arguments; its output must
/// contain each of `reasons`, and must be empty if there are none.
#[track_caller]
fn check(around: &[&str], reasons: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/engine");
    let script = script.to_str().unwrap();
    let commands: &[&str] = if reasons.is_empty() {
        &["check"]
    } else {
        &["check", "up"]
    };
    for command in commands {
        let (output, said) = run(around, &[script, command]);
        assert_eq!(
            output.status.code(),
            Some(i32::from(!reasons.is_empty())),
            "{said}"
        );
        assert_eq!(said.is_empty(), reasons.is_empty(), "{said}");
        for reason in reasons {
            assert!(said.contains(reason), "no {reason} in {said}");
        }
    }
}

/// Runs a program if no engine answers, and checks that it leaves no folder and no mount.
#[track_caller]
fn run(around: &[&str], program: &[&str]) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("engine");
    let before = mounts();
    let words = [around, program].concat();
    let output = Command::new(words[0])
        .args(&words[1..])
        .env("DOCKER_HOST", "unix:///nowhere")
        .env("DOCKER_BOOK_HOME", &home)
        .env_remove("DOCKER_BOOK_ENGINE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!home.exists(), "{said}");
    assert_eq!(mounts(), before, "{said}");
    (output, said)
}

/// Mounts on the script's test folder.
fn mounts() -> Vec<String> {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    let is_tried = |line: &&str| line.split(' ').nth(1) == Some("/tmp");
    mounts.lines().filter(is_tried).map(str::to_owned).collect()
}
