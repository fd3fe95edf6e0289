//! Containers of a test.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A container, which is removed when this is dropped, or when this process ends however it does.
pub struct Container {
    pub id: String,
    #[expect(dead_code, reason = "it removes when it is dropped")]
    remover: Remover,
}

impl Container {
    /// Starts what `docker run --detach` would with these arguments.
    #[track_caller]
    pub fn run(arguments: &[&str]) -> Self {
        let run = ["run", "--detach", "--label", "docker-gs-ping.test"];
        let id = docker(&[&run[..], arguments].concat());
        let id = id.trim().to_owned();
        let remover = Remover::of(r#"docker rm --force --volumes "$0""#, &id);
        Self { id, remover }
    }

    /// Its address on the default network.
    pub fn address(&self) -> String {
        let address = [
            "inspect",
            "--format",
            "{{.NetworkSettings.Networks.bridge.IPAddress}}",
        ];
        docker(&[&address[..], &[&self.id]].concat()).trim().to_owned()
    }

    /// Writes a file, for its owner alone to read.
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

/// An image without a name, which is removed as a [`Container`] is.
pub struct Image {
    pub id: String,
    #[expect(dead_code, reason = "it removes when it is dropped")]
    remover: Remover,
}

impl Image {
    /// What `docker build` would make with these arguments, and `dockerfile` on its stdin.
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
        // Its containers go first, which others see to. Where it has got a name meanwhile, it stays.
        let remove = r#"for _ in $(seq 50); do docker rmi "$0" && break; sleep 0.2; done"#;
        let remover = Remover::of(remove, &id);
        Self { id, remover }
    }
}

/// A shell that removes something once its stdin is closed, by whatever ends this process.
struct Remover(Child);

impl Remover {
    /// `command` finds the thing's id in `$0`.
    fn of(command: &str, id: &str) -> Self {
        let wait = format!(r#"trap "" INT TERM HUP; read -r _; {command} >/dev/null 2>&1"#);
        let shell = Command::new("sh")
            .args(["-c", &wait, id])
            .stdin(Stdio::piped())
            // Ctrl-C is not for it.
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

/// Returns once `condition` holds, within `limit`.
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

/// What docker writes to stdout.
#[track_caller]
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
