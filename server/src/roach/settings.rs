use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::tls::Privacy;
use crate::Error;
use crate::config::{Config, Variables};

/// The database's default port.
const DATABASE_PORT: u16 = 5432;

/// The settings of the service and the database, from the environment.
pub struct Settings {
    /// Settings of the service.
    pub http: Config,

    /// Settings of the database.
    pub database: DatabaseSettings,
}

/// Hosts and login of the database.
pub struct DatabaseSettings {
    /// At least one host name or address, with port. From `PGHOST`, with commas between several,
    /// and `PGPORT`, one or as many as there are hosts; 5432 if unset.
    pub(super) hosts: Vec<(String, u16)>,

    /// User. From `PGUSER`.
    pub(super) user: String,

    /// Password. From `PGPASSWORD`, which may be empty, otherwise from the file in
    /// `PGPASSWORD_FILE`, without line ends. `None` if both are unset.
    pub(super) password: Option<Vec<u8>>,

    /// The database's name. From `PGDATABASE`.
    pub(super) name: String,

    /// From `PGSSLMODE`; [`Privacy::Prefer`] if unset.
    pub(super) privacy: Privacy,

    /// Trusted authorities: from the file in `PGSSLROOTCERT`, otherwise those that the system
    /// trusts. `None` if it is unset and no certificate is checked.
    pub(super) authorities: Option<RootCertStore>,
}

impl Settings {
    /// Reads the variables through `lookup`, which returns `None` for an unset variable.
    ///
    /// # Errors
    ///
    /// - [`Error::Environment`] if variables are missing or have values that are not allowed; it
    ///   names them all, and no password.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut variables = Variables::new(&lookup);
        let settings = Self {
            http: Config::gather(&mut variables),
            database: DatabaseSettings::gather(&mut variables),
        };
        variables.judge().map(|()| settings)
    }
}

impl DatabaseSettings {
    fn gather(variables: &mut Variables) -> Self {
        let settings = Self {
            hosts: hosts(variables),
            user: required(variables, "PGUSER", "a user of the database"),
            password: password(variables),
            name: required(variables, "PGDATABASE", "the name of a database"),
            privacy: privacy(variables),
            authorities: None,
        };
        Self {
            authorities: authorities(variables, settings.privacy),
            ..settings
        }
    }

    /// Host and port; several are separated by commas: `db:5432`.
    pub(super) fn address(&self) -> String {
        let addresses = self.hosts.iter().map(|(host, port)| {
            let is_ipv6 = host.contains(':');
            if is_ipv6 {
                format!("[{host}]:{port}")
            } else {
                format!("{host}:{port}")
            }
        });
        addresses.collect::<Vec<_>>().join(",")
    }
}

fn required(variables: &mut Variables, name: &str, allowed: &str) -> String {
    if !variables.is_set(name) {
        variables.complain(format!("{name} is not set, but has to be {allowed}"));
    }
    let value = variables.parsed(name, allowed, |value| Some(value.to_owned()));
    value.unwrap_or_default()
}

fn hosts(variables: &mut Variables) -> Vec<(String, u16)> {
    const HOSTS: &str = "a host, or several with commas between";
    const PORTS: &str = "a port from 1 to 65535, or one for each host with commas between";

    let hosts = required(variables, "PGHOST", HOSTS);
    let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
    if hosts.len() > 1 && hosts.iter().any(String::is_empty) {
        variables.complain(format!("PGHOST names an empty host, but has to be {HOSTS}"));
    }
    let ports = variables.parsed("PGPORT", PORTS, |ports| {
        let ports: Option<Vec<u16>> = ports.split(',').map(port).collect();
        ports.filter(|ports| ports.len() == 1 || ports.len() == hosts.len())
    });
    let ports = ports.unwrap_or_else(|| vec![DATABASE_PORT]);
    hosts.into_iter().zip(ports.into_iter().cycle()).collect()
}

fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port != 0)
}

fn password(variables: &mut Variables) -> Option<Vec<u8>> {
    let given = variables.raw("PGPASSWORD");
    if !variables.is_set("PGPASSWORD_FILE") {
        return given.map(OsString::into_vec);
    }
    if given.is_some() {
        variables.complain("PGPASSWORD and PGPASSWORD_FILE are both set, but one is enough".to_owned());
        return None;
    }
    from_file(
        variables,
        "PGPASSWORD_FILE",
        "a file that holds a password",
        |path| secret(fs::read(path)?),
    )
}

/// The secret in a file, without line ends and without a byte order mark.
fn secret(mut content: Vec<u8>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    const UTF_8: &[u8] = b"\xEF\xBB\xBF";
    const UTF_16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

    if UTF_16.iter().any(|mark| content.starts_with(mark)) {
        return Err("it is written in UTF-16, and has to be in UTF-8".into());
    }
    if content.starts_with(UTF_8) {
        content.drain(..UTF_8.len());
    }
    while content.ends_with(b"\n") || content.ends_with(b"\r") {
        content.pop();
    }
    if content.is_empty() {
        return Err("it is empty".into());
    }
    Ok(content)
}

fn privacy(variables: &mut Variables) -> Privacy {
    const MODES: &str = "`disable`, `prefer`, `require` or `verify-full`";
    let privacy = variables.parsed("PGSSLMODE", MODES, |mode| match mode {
        "disable" => Some(Privacy::Disable),
        "prefer" => Some(Privacy::Prefer),
        "require" => Some(Privacy::Require),
        "verify-full" => Some(Privacy::VerifyFull),
        _ => None,
    });
    privacy.unwrap_or(Privacy::Prefer)
}

fn authorities(variables: &mut Variables, privacy: Privacy) -> Option<RootCertStore> {
    const FILE: &str = "a file of certificates in PEM";
    if variables.is_set("PGSSLROOTCERT") {
        return from_file(variables, "PGSSLROOTCERT", FILE, certificates);
    }
    if privacy != Privacy::VerifyFull {
        return None;
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        variables.complain(format!(
            "PGSSLROOTCERT is not set, but has to be {FILE}: this system has none to trust"
        ));
    }
    Some(roots)
}

fn certificates(path: &Path) -> Result<RootCertStore, Box<dyn std::error::Error>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        return Err("it holds none".into());
    }
    Ok(roots)
}

/// The content of the file in the variable `name`, converted by `read`.
fn from_file<T, E: Display>(
    variables: &mut Variables,
    name: &str,
    allowed: &str,
    read: impl FnOnce(&Path) -> Result<T, E>,
) -> Option<T> {
    let path = variables.raw(name)?;
    match read(Path::new(&path)) {
        Ok(read) => Some(read),
        Err(error) => {
            variables.reject(name, &path, format_args!("{allowed}: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL_REQUIRED: [(&str, &str); 3] = [("PGHOST", "db"), ("PGUSER", "totoro"), ("PGDATABASE", "mydb")];

    #[test]
    fn host_user_and_database_are_enough() {
        check(&[], Ok("totoro without a password at db:5432/mydb, Prefer"));
    }

    #[test]
    fn a_port_is_for_all_hosts() {
        check(
            &[("PGHOST", "one,two"), ("PGPORT", "26257")],
            Ok("totoro without a password at one:26257,two:26257/mydb, Prefer"),
        );
    }

    #[test]
    fn each_host_may_have_its_port() {
        check(
            &[("PGHOST", "one,::1"), ("PGPORT", "1,2")],
            Ok("totoro without a password at one:1,[::1]:2/mydb, Prefer"),
        );
    }

    #[test]
    fn an_empty_password_is_a_password() {
        check(
            &[("PGPASSWORD", "")],
            Ok("totoro with \"\" at db:5432/mydb, Prefer"),
        );
    }

    #[test]
    fn a_password_may_come_from_a_file() {
        let file = std::env::temp_dir().join(format!("password-{}", std::process::id()));
        fs::write(&file, "my secret\r\n").unwrap();
        check(
            &[("PGPASSWORD_FILE", file.to_str().unwrap())],
            Ok("totoro with \"my secret\" at db:5432/mydb, Prefer"),
        );
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn line_ends_are_no_part_of_a_secret() {
        for end in ["", "\n", "\r\n", "\n\n", "\r\n\r\n"] {
            check_secret(format!("my secret {end}").as_bytes(), Ok(b"my secret "));
        }
    }

    #[test]
    fn neither_is_the_mark_of_an_editor() {
        check_secret("\u{feff}my secret\r\n".as_bytes(), Ok(b"my secret"));
    }

    #[test]
    fn a_secret_in_utf_16_is_refused() {
        let refused = "it is written in UTF-16, and has to be in UTF-8";
        check_secret(b"\xFF\xFEm\0y\0\r\0\n\0", Err(refused));
        check_secret(b"\xFE\xFF\0m\0y", Err(refused));
    }

    #[test]
    fn an_empty_secret_is_refused() {
        for content in ["", "\n", "\r\n", "\u{feff}\n"] {
            check_secret(content.as_bytes(), Err("it is empty"));
        }
    }

    #[track_caller]
    fn check_secret(content: &[u8], expected: Result<&[u8], &str>) {
        let secret = secret(content.to_owned()).map_err(|error| error.to_string());
        assert_eq!(secret.as_deref().map_err(|error| &**error), expected);
    }

    #[test]
    fn encryption_may_be_required() {
        check(
            &[("PGSSLMODE", "require")],
            Ok("totoro without a password at db:5432/mydb, Require"),
        );
    }

    #[test]
    fn one_password_is_enough() {
        check(
            &[("PGPASSWORD", ""), ("PGPASSWORD_FILE", "/run/secrets/db")],
            Err(&["PGPASSWORD and PGPASSWORD_FILE are both set, but one is enough"]),
        );
    }

    #[test]
    fn a_password_file_has_to_be_there() {
        check(
            &[("PGPASSWORD_FILE", "/nowhere")],
            Err(&[
                r#"PGPASSWORD_FILE is "/nowhere", but has to be a file that holds a password: No such file or directory (os error 2)"#,
            ]),
        );
    }

    #[test]
    fn an_authority_is_a_file_of_certificates() {
        check(
            &[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", "/dev/null")],
            Err(&[
                r#"PGSSLROOTCERT is "/dev/null", but has to be a file of certificates in PEM: it holds none"#,
            ]),
        );
    }

    #[test]
    fn there_are_as_many_ports_as_hosts() {
        check(
            &[("PGHOST", "one,two,three"), ("PGPORT", "1,2")],
            Err(&[
                r#"PGPORT is "1,2", but has to be a port from 1 to 65535, or one for each host with commas between"#,
            ]),
        );
    }

    #[test]
    fn no_host_is_empty() {
        check(
            &[("PGHOST", "one,")],
            Err(&["PGHOST names an empty host, but has to be a host, or several with commas between"]),
        );
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let nothing = Settings::read(|name| match name {
            "PORT" => Some("http".into()),
            "PGPORT" => Some("0".into()),
            "PGSSLMODE" => Some("verify-ca".into()),
            _ => None,
        });
        assert_eq!(
            nothing.map(drop).unwrap_err().lines(),
            [
                r#"PORT is "http", but has to be a port from 0 to 65535"#,
                "PGHOST is not set, but has to be a host, or several with commas between",
                r#"PGPORT is "0", but has to be a port from 1 to 65535, or one for each host with commas between"#,
                "PGUSER is not set, but has to be a user of the database",
                "PGDATABASE is not set, but has to be the name of a database",
                r#"PGSSLMODE is "verify-ca", but has to be `disable`, `prefer`, `require` or `verify-full`"#,
            ]
        );
    }

    /// Reads `variables` together with the required ones; `variables` take precedence.
    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<&str, &[&str]>) {
        let read = Settings::read(|name| {
            let mut all = variables.iter().chain(&ALL_REQUIRED);
            all.find(|(set, _)| *set == name).map(|(_, value)| value.into())
        });
        let read = read.map(|Settings { database, .. }| {
            let password = database
                .password
                .as_ref()
                .map_or("without a password".to_owned(), |password| {
                    format!("with {:?}", String::from_utf8_lossy(password))
                });
            let (user, address, name) = (&database.user, database.address(), &database.name);
            format!("{user} {password} at {address}/{name}, {:?}", database.privacy)
        });
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(error), Err(expected)) => assert_eq!(error.lines(), expected),
            (Ok(read), Err(_)) => panic!("{read}"),
            (Err(error), Ok(_)) => panic!("{:?}", error.lines()),
        }
    }
}
