//! Who may run something from a page: only a page that was opened with the address that `serve` printed.

use std::net::{Ipv4Addr, Ipv6Addr};

use sha2::{Digest, Sha256};
use warp::http::uri::Authority;

/// The header with the token.
pub const TOKEN_HEADER: &str = "x-run-token";

/// Checks requests.
#[derive(Clone, Debug)]
pub struct Guard {
    token: String,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refused {
    /// It names this server by a name that is not the machine's own: a name of somebody else that leads
    /// here would let his pages in.
    Host,
    /// It comes from a page of another site.
    Origin,
    /// It does not know the token, so its sender has not seen what `serve` printed.
    Token,
}

impl Guard {
    /// A guard with a new token of 128 random bits.
    ///
    /// # Panics
    ///
    /// If the system has no random numbers.
    #[must_use]
    pub fn new() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system has random numbers");
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Self {
            token: digits.collect(),
        }
    }

    /// The token, for the reader alone.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Checks the headers of a request.
    ///
    /// # Errors
    ///
    /// - [`Refused`], if it may not run anything.
    pub fn check(
        &self,
        host: Option<&str>,
        origin: Option<&str>,
        token: Option<&str>,
    ) -> Result<(), Refused> {
        let host = host.filter(|host| is_own(host)).ok_or(Refused::Host)?;
        if origin != Some(&format!("http://{host}")) {
            return Err(Refused::Origin);
        }
        // Digests are compared, so that the time tells nothing about the token.
        let digest = |text: &str| Sha256::digest(text.as_bytes());
        let is_known = token.is_some_and(|token| digest(token) == digest(&self.token));
        is_known.then_some(()).ok_or(Refused::Token)
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether this is a name or address by which only this machine reaches itself.
fn is_own(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || bare
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, origin: Option<&str>, is_token_known: bool, expected: Result<(), Refused>) {
        let guard = Guard::new();
        let token = is_token_known.then(|| guard.token().to_owned());
        assert_eq!(
            guard.check(Some(host), origin, token.as_deref()),
            expected,
            "{host} {origin:?}"
        );
    }

    #[test]
    fn a_page_that_serve_has_opened_may_run_sections() {
        for host in [
            "127.0.0.1:3000",
            "localhost:3000",
            "LOCALHOST",
            "[::1]:3000",
            "127.1.2.3:80",
        ] {
            check(host, Some(&format!("http://{host}")), true, Ok(()));
        }
    }

    #[test]
    fn a_name_that_leads_here_is_refused() {
        for host in [
            "evil.example:3000",
            "localhost.evil.example",
            "192.168.1.2:3000",
            "127.0.0.1.evil.example",
            "",
            "a b",
        ] {
            check(host, Some(&format!("http://{host}")), true, Err(Refused::Host));
        }
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        for origin in [
            None,
            Some("null"),
            Some("http://evil.example"),
            Some("https://127.0.0.1:3000"),
            Some("http://127.0.0.1:3001"),
            Some("http://localhost:3000"),
        ] {
            check("127.0.0.1:3000", origin, true, Err(Refused::Origin));
        }
    }

    #[test]
    fn a_request_without_the_token_is_refused() {
        let (host, origin) = ("127.0.0.1:3000", Some("http://127.0.0.1:3000"));
        check(host, origin, false, Err(Refused::Token));
        let guard = Guard::new();
        for token in ["", "0", &guard.token()[1..]] {
            assert_eq!(guard.check(Some(host), origin, Some(token)), Err(Refused::Token));
        }
        assert_ne!(guard.token(), Guard::new().token());
    }
}
