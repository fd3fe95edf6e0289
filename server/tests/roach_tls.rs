//! Tests of `docker-gs-ping-roach` and PostgreSQL with encryption. `openssl` makes the certificates.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod container;
mod postgres;
mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, process};

use postgres::{Database, Server};

#[test]
#[ignore = "needs a Docker Engine"]
fn disable_does_not_encrypt() {
    check_encrypted(&encrypting(), &[("PGSSLMODE", "disable")], false);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn encryption_is_preferred() {
    check_encrypted(&encrypting(), &[], true);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_is_preferred_can_be_missing() {
    check_encrypted(&Server::shared().database(), &[("PGSSLMODE", "prefer")], false);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_is_required_cannot() {
    let variables = [("PGSSLMODE", "require")];
    check_refused(
        &Server::shared().database(),
        &variables,
        "server does not support TLS",
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn require_encrypts_to_whoever_answers() {
    check_encrypted(&encrypting(), &[("PGSSLMODE", "require")], true);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn require_with_an_authority_takes_any_name() {
    let authority = authority("right");
    let variables = [("PGSSLMODE", "require"), ("PGSSLROOTCERT", &*authority)];
    check_encrypted(&encrypting(), &variables, true);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn require_with_an_authority_takes_no_other() {
    let authority = authority("wrong");
    let variables = [("PGSSLMODE", "require"), ("PGSSLROOTCERT", &*authority)];
    let reason = "its certificate is issued by no authority that is trusted here";
    check_refused(&encrypting(), &variables, reason);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn verify_full_takes_the_name_in_the_certificate() {
    let authority = authority("right");
    let variables = [
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", &*authority),
        ("PGHOST", "localhost"),
    ];
    check_encrypted(&encrypting(), &variables, true);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn verify_full_takes_no_other_name() {
    let authority = authority("right");
    let variables = [("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", &*authority)];
    check_refused(
        &encrypting(),
        &variables,
        "its certificate is not for the name 127.0.0.1",
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn verify_full_takes_no_other_authority() {
    let authority = authority("wrong");
    let variables = [
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", &*authority),
        ("PGHOST", "localhost"),
    ];
    let reason = "its certificate is issued by no authority that is trusted here";
    check_refused(&encrypting(), &variables, reason);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn verify_full_takes_no_certificate_that_has_expired() {
    let server = Server::start();
    encrypt(&server, "expired");
    let authority = authority("right");
    let variables = [
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", &*authority),
        ("PGHOST", "localhost"),
    ];
    check_refused(&server.database(), &variables, "its certificate has expired");
}

/// Checks that the service stores a message, over an encrypted or plain connection.
#[track_caller]
fn check_encrypted(database: &Database, variables: &[(&str, &str)], expected: bool) {
    let service = database.service_with(variables);
    service.wait();
    assert_eq!(service.post("Hello").0, 200);
    let encrypted = database.sql(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND application_name = 'docker-gs-ping-roach'",
    );
    assert_eq!(encrypted, if expected { "t" } else { "f" });
}

/// Checks the reason that the service gives for not connecting.
#[track_caller]
fn check_refused(database: &Database, variables: &[(&str, &str)], reason: &str) {
    let line = database.service_with(variables).complaint("attempt 1");
    assert!(line.contains(&format!(": {reason}; next try")), "{line}");
}

/// A database of a server that encrypts, with a certificate for `localhost`.
fn encrypting() -> Database<'static> {
    static ENCRYPTING: OnceLock<Server> = OnceLock::new();
    let server = ENCRYPTING.get_or_init(|| {
        let server = Server::start();
        encrypt(&server, "valid");
        server
    });
    server.database()
}

fn encrypt(server: &Server, certificate: &str) {
    let folder = certificates();
    for (file, of_server) in [("crt", "server.crt"), ("key", "server.key")] {
        let content = fs::read(folder.join(format!("{certificate}.{file}"))).unwrap();
        server.write(of_server, &content);
    }
    server.set("ssl", "on");
}

/// The path of an authority's certificate: `right` has signed the server's certificate.
fn authority(name: &str) -> String {
    let path = certificates().join(format!("{name}.crt"));
    path.to_str().unwrap().to_owned()
}

/// The folder of two authorities, `right` and `wrong`, and of two certificates for `localhost` signed by
/// `right`: `valid` and `expired`.
fn certificates() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("certificates-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["right", "wrong"] {
            let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
            openssl(
                &folder,
                &format!("{key} -subj /CN={name} -days 1 -keyout {name}.key -out {name}.crt"),
            );
        }
        fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
        for (name, days) in [("valid", 1), ("expired", -1)] {
            let request = "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
            openssl(
                &folder,
                &format!("{request} -subj /CN={name} -keyout {name}.key -out {name}.csr"),
            );
            let sign = "x509 -req -CA right.crt -CAkey right.key -CAcreateserial -extfile names";
            openssl(
                &folder,
                &format!("{sign} -days {days} -in {name}.csr -out {name}.crt"),
            );
        }
        folder
    })
}

fn openssl(folder: &Path, arguments: &str) {
    let mut openssl = Command::new("openssl");
    let output = openssl
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {stderr}");
}
