//! A registry on this machine that gives the answers that a test needs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Time limit for a client after it has connected.
const CLIENT_LIMIT: Duration = Duration::from_secs(10);

/// A manifest list with a single, rare platform.
pub const FOR_S390X: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":7,"digest":"sha256:e692418e4cbaf90ca69d05a66403747baa33ee08806650b51fab815ad7fc331f","platform":{"architecture":"s390x","os":"linux"}}]}"#;

/// Docker Hub's answer to too many requests.
pub const TOO_MANY_REQUESTS: &str = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"}]}"#;

/// A registry's answer for a tag that it does not have.
pub const MANIFEST_UNKNOWN: &str =
    r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":"unknown tag=1"}]}"#;

/// Validity of a certificate.
#[derive(Clone, Copy, Debug)]
pub enum Validity {
    /// From 2020-01-01 to 2020-01-02.
    Earlier,
    /// From 2020-01-01 to 2090-01-01.
    Now,
    /// From 2090-01-01 to 2091-01-01.
    Later,
}

/// A registry that runs until the tests end.
pub struct Registry {
    /// `127.0.0.1:40000`
    pub address: String,
    /// PEM; empty without TLS.
    pub certificate: String,
}

/// Part of a path, and the status and body of the response to it.
type Answer = (&'static str, u16, &'static str);

impl Registry {
    /// Starts it without TLS, at an address for which the engine accepts that. A path that is not in
    /// `answers` gets status 200 and no body.
    pub fn plain(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answers = answers.to_vec();
        serve(listener, move |stream| answer(stream, &answers));
        Self {
            address,
            certificate: String::new(),
        }
    }

    /// Starts it with a self-signed certificate.
    pub fn secure(host: &str, validity: Validity) -> Self {
        let mut certificate = CertificateParams::new([host.to_owned()]).unwrap();
        let (from, to) = match validity {
            Validity::Earlier => (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 1, 2)),
            Validity::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1)),
            Validity::Later => (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1)),
        };
        (certificate.not_before, certificate.not_after) = (from, to);
        let key = KeyPair::generate().unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind((host, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        serve(listener, move |stream| {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            answer(StreamOwned::new(session, stream), &[])
        });
        Self {
            address,
            certificate: certificate.pem(),
        }
    }

    /// Name of an image in this registry.
    pub fn image(&self) -> String {
        format!("{}/nothing:1", self.address)
    }

    /// Its address as a URL.
    pub fn page(&self) -> String {
        format!("https://{}/v2/", self.address)
    }
}

fn serve(listener: TcpListener, answer: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            stream.set_read_timeout(Some(CLIENT_LIMIT)).unwrap();
            // A client that rejects the certificate disconnects.
            let _ = answer(stream);
        }
    });
}

/// Answers one request and closes.
fn answer(stream: impl Read + Write, answers: &[Answer]) -> std::io::Result<()> {
    /// First byte of a TLS record with a handshake.
    const HANDSHAKE: u8 = 22;
    let mut stream = BufReader::new(stream);
    if stream.fill_buf()?.first() == Some(&HANDSHAKE) {
        // Like other servers without TLS; the engine then tries without.
        return stream
            .get_mut()
            .write_all(b"HTTP/1.1 400 x\r\nConnection: close\r\n\r\n");
    }
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if stream.read_line(&mut request)? == 0 {
            return Ok(());
        }
    }
    let found = answers
        .iter()
        .find(|(path, ..)| request.lines().next().unwrap_or_default().contains(path));
    let (_, status, body) = *found.unwrap_or(&("", 200, ""));
    let is_head = request.starts_with("HEAD");
    let kind = "application/vnd.docker.distribution.manifest.list.v2+json";
    let kind = if status == 200 { kind } else { "application/json" };
    let shown = if is_head { "" } else { body };
    let length = body.len();
    write!(
        stream.get_mut(),
        "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nDocker-Distribution-Api-Version: registry/2.0\r\nConnection: close\r\n\r\n{shown}"
    )?;
    stream.get_mut().flush()
}
