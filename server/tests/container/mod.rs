//! Containers for a test.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A container. It is removed when dropped, or when this process ends, even after a crash.
pub struct Container {
    pub id: String,
    #[expect(dead_code, reason = "it removes when it is dropped")]
    remover: Remover,
}

impl Container {
    /// Starts a container like `docker run --detach` with these arguments.
    #[track_caller]
    pub fn run(arguments: &[&str]) -> Self {
        let run = ["run", "--detach", "--label", "docker-gs-ping.test"];
        let id = docker(&[&run[..], arguments].concat());
        let id = id.trim().to_owned();
        let remover = Remover::of(r#"docker rm --force --volumes "$0""#, &id);
        Self { id, remover }
    }

    /// The container's address on the default network.
    pub fn address(&self) -> String {
        let address = [
            "inspect",
            "--format",
            "{{.NetworkSettings.Networks.bridge.IPAddress}}",
        ];
        docker(&[&address[..], &[&self.id]].concat()).trim().to_owned()
    }

    /// Writes a file that only its owner can read.
    pub fn write(&self, user: &str, path: &str, content: &[u8]) {
        let write = r#"umask 077; cat > "$0""#;
        let mut docker = Command::new("docker")
            .args(["exec", "--interactive", "--user", user, &self.id])
            .args(["sh", "-c", write, path])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        docker.stdin.take().unwrap().write_all(content).unwrap();
        assert!(docker.wait().unwrap().success());
    }
}

/// An image without a name; it is removed like a [`Container`].
pub struct Image {
    pub id: String,
    #[expect(dead_code, reason = "it removes when it is dropped")]
    remover: Remover,
}

impl Image {
    /// Builds an image like `docker build` with these arguments, and `dockerfile` on its stdin.
    #[track_caller]
    pub fn build(arguments: &[&str], dockerfile: &str) -> Self {
        let mut docker = Command::new("docker")
            .args(["build", "--quiet"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        docker
            .stdin
            .take()
            .unwrap()
            .write_all(dockerfile.as_bytes())
            .unwrap();
        let output = docker.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker build {arguments:?}: {stderr}");
        let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        // Its containers are removed first, by their own removers. If it has got a name meanwhile, it
        // stays.
        let remove = r#"for _ in $(seq 50); do docker rmi "$0" && break; sleep 0.2; done"#;
        let remover = Remover::of(remove, &id);
        Self { id, remover }
    }
}

/// A shell that removes something after its stdin is closed, however this process ends.
struct Remover(Child);

impl Remover {
    /// `command` gets the object's id in `$0`.
    fn of(command: &str, id: &str) -> Self {
        let wait = format!(r#"trap "" INT TERM HUP; read -r _; {command} >/dev/null 2>&1"#);
        let shell = Command::new("sh")
            .args(["-c", &wait, id])
            .stdin(Stdio::piped())
            // Ctrl-C must not reach it.
            .process_group(0)
            .spawn()
            .unwrap();
        Self(shell)
    }
}

impl Drop for Remover {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Waits, at most for `limit`, until `condition` holds.
#[track_caller]
pub fn wait_until(limit: Duration, what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// docker's stdout.
#[track_caller]
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
