use std::ffi::OsString;

use crate::Error;

/// What the environment says about how to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// TCP port to listen on, 0 to 65535; the system chooses one for 0. From `PORT`, else from
    /// `HTTP_PORT`; 8080 when both are unset.
    pub port: u16,

    /// Whether each response is a line on stdout. From `ACCESS_LOG`, `on` or `off`; on when unset.
    pub access_log: bool,
}

impl Config {
    /// Reads the variables through `lookup`, which returns `None` for one that is unset.
    ///
    /// A variable that is set to nothing counts as unset, as it does for the Go original.
    ///
    /// # Errors
    ///
    /// - [`Error::Variable`] if a variable has a value that is not allowed.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let set = |name| Some((name, lookup(name)?)).filter(|(_, value)| !value.is_empty());
        Ok(Self {
            port: set("PORT").or_else(|| set("HTTP_PORT")).map_or(Ok(8080), port)?,
            access_log: set("ACCESS_LOG").map_or(Ok(true), on_or_off)?,
        })
    }
}

type Variable = (&'static str, OsString);

fn port((name, value): Variable) -> Result<u16, Error> {
    let port = value.to_str().and_then(|value| value.parse().ok());
    port.ok_or(Error::Variable {
        name,
        value,
        allowed: "a port from 0 to 65535",
    })
}

fn on_or_off((name, value): Variable) -> Result<bool, Error> {
    match value.to_str() {
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        _ => Err(Error::Variable {
            name,
            value,
            allowed: "`on` or `off`",
        }),
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

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<(u16, bool), &str>) {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let config = Config::read(lookup).map(|config| (config.port, config.access_log));
        assert_eq!(
            config.map_err(|error| error.line()),
            expected.map_err(str::to_owned)
        );
    }
}
