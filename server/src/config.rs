use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::net::IpAddr;

use crate::Error;

/// The service's settings from the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The single address to listen on. From `HOST`; `None`, for all addresses, if unset.
    pub host: Option<IpAddr>,

    /// TCP port to listen on, 0 to 65535; for 0 the system chooses one. From `PORT`, otherwise from
    /// `HTTP_PORT`; 8080 if both are unset.
    pub port: u16,

    /// Whether stdout gets a line for each response. From `ACCESS_LOG`, `on` or `off`; on if unset.
    pub access_log: bool,
}

impl Config {
    /// Reads the variables through `lookup`, which returns `None` for an unset variable.
    ///
    /// An empty variable counts as unset, as in the Go original.
    ///
    /// # Errors
    ///
    /// - [`Error::Environment`] if variables have values that are not allowed; it lists all of
    ///   them.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut variables = Variables::new(&lookup);
        let config = Self::gather(&mut variables);
        variables.judge().map(|()| config)
    }

    pub(crate) fn gather(variables: &mut Variables) -> Self {
        let port = ["PORT", "HTTP_PORT"]
            .into_iter()
            .find(|name| variables.is_set(name));
        Self {
            host: variables.parsed("HOST", "an IP address", |value| value.parse().ok()),
            port: port.map_or(8080, |name| {
                let port = variables.parsed(name, "a port from 0 to 65535", |value| value.parse().ok());
                port.unwrap_or_default()
            }),
            access_log: variables
                .parsed("ACCESS_LOG", "`on` or `off`", on_or_off)
                .unwrap_or(true),
        }
    }
}

fn on_or_off(value: &str) -> Option<bool> {
    match value {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// Reads variables and collects their errors, so that all of them can be reported together.
pub(crate) struct Variables<'a> {
    lookup: &'a dyn Fn(&str) -> Option<OsString>,
    complaints: Vec<String>,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(lookup: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self {
            lookup,
            complaints: Vec::new(),
        }
    }

    /// The value of `name`, which may be empty; `None` if it is unset.
    pub(crate) fn raw(&self, name: &str) -> Option<OsString> {
        (self.lookup)(name)
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|value| !value.is_empty())
    }

    /// The value of `name`, converted by `parse`; `None` if it is unset, empty or not `allowed`.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.raw(name).filter(|value| !value.is_empty())?;
        let parsed = value.to_str().and_then(parse);
        if parsed.is_none() {
            self.reject(name, &value, allowed);
        }
        parsed
    }

    #[expect(
        clippy::unnecessary_debug_formatting,
        reason = "a value with a line's end stays on its line"
    )]
    pub(crate) fn reject(&mut self, name: &str, value: &OsStr, allowed: impl Display) {
        self.complain(format!("{name} is {value:?}, but has to be {allowed}"));
    }

    pub(crate) fn complain(&mut self, complaint: String) {
        self.complaints.push(complaint);
    }

    /// # Errors
    ///
    /// - [`Error::Environment`] if any variable had an error.
    pub(crate) fn judge(self) -> Result<(), Error> {
        match self.complaints {
            none if none.is_empty() => Ok(()),
            complaints => Err(Error::Environment(complaints)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_variables_the_port_is_8080_and_the_log_is_on() {
        check(&[], Ok((8080, true)));
    }

    #[test]
    fn port_is_read() {
        check(&[("PORT", "80")], Ok((80, true)));
    }

    #[test]
    fn http_port_is_the_other_name() {
        check(&[("HTTP_PORT", "81")], Ok((81, true)));
    }

    #[test]
    fn port_wins_over_http_port() {
        check(&[("PORT", "80"), ("HTTP_PORT", "wrong")], Ok((80, true)));
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        check(
            &[("PORT", ""), ("HTTP_PORT", "81"), ("ACCESS_LOG", "")],
            Ok((81, true)),
        );
    }

    #[test]
    fn port_0_lets_the_system_choose() {
        check(&[("PORT", "0")], Ok((0, true)));
    }

    #[test]
    fn a_port_has_16_bits() {
        check(
            &[("PORT", "65536")],
            Err(r#"PORT is "65536", but has to be a port from 0 to 65535"#),
        );
    }

    #[test]
    fn a_word_is_no_port() {
        check(
            &[("HTTP_PORT", "http\n")],
            Err(r#"HTTP_PORT is "http\n", but has to be a port from 0 to 65535"#),
        );
    }

    #[test]
    fn host_is_an_address() {
        let lookup = |name: &str| (name == "HOST").then(|| OsString::from("127.0.0.1"));
        assert_eq!(Config::read(lookup).unwrap().host, Some([127, 0, 0, 1].into()));
        assert_eq!(Config::read(|_| None).unwrap().host, None);
    }

    #[test]
    fn a_name_is_no_address() {
        check(
            &[("HOST", "localhost")],
            Err(r#"HOST is "localhost", but has to be an IP address"#),
        );
    }

    #[test]
    fn the_log_can_be_off() {
        check(&[("ACCESS_LOG", "off")], Ok((8080, false)));
    }

    #[test]
    fn the_log_has_two_settings() {
        check(
            &[("ACCESS_LOG", "0")],
            Err(r#"ACCESS_LOG is "0", but has to be `on` or `off`"#),
        );
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        check(
            &[("PORT", "http"), ("ACCESS_LOG", "loud")],
            Err(concat!(
                r#"PORT is "http", but has to be a port from 0 to 65535"#,
                "\n",
                r#"ACCESS_LOG is "loud", but has to be `on` or `off`"#
            )),
        );
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<(u16, bool), &str>) {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let config = Config::read(lookup).map(|config| (config.port, config.access_log));
        assert_eq!(
            config.map_err(|error| error.lines().join("\n")),
            expected.map_err(str::to_owned)
        );
    }
}
