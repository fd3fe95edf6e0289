//! What a command of the book shows on a machine where something is on IPv4 alone.

use std::sync::LazyLock;

use regex::Regex;

use super::Expected;
use crate::invocation::Invocation;
use crate::table::Table;

/// Where a service says that it listens: at the end of a line.
static LISTENS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m) on \[::\]:(\d+)$").expect("a pattern of this file is valid"));

/// What the tutorial's service says there without IPv6; `tests/compare.rs` holds it against the service.
const LISTENS_ON_IPV4: &str = " on 0.0.0.0:$1 (this system has no IPv6)";

/// The recorded output of a command as it is where ports are published on IPv4 alone, or where
/// containers have no IPv6; `None` if that changes nothing of it.
pub(super) fn on_ipv4(invocation: &Invocation, output: &str) -> Option<(Expected, String)> {
    if invocation.is("container", &["port"]) {
        let lines: Vec<&str> = output.lines().collect();
        let left = without_ipv6(&lines);
        let text = left.iter().flat_map(|line| [line, "\n"]).collect();
        return (left.len() < lines.len()).then_some((Expected::PublishedOnIpv4, text));
    }
    if invocation.is("container", &["ls"]) {
        return Some((Expected::PublishedOnIpv4, listed(output)?));
    }
    let is_of_a_container = invocation.is("container", &["attach", "logs", "run"]);
    let text = LISTENS.replace_all(output, LISTENS_ON_IPV4);
    (is_of_a_container && text != output).then(|| (Expected::ListensOnIpv4, text.into_owned()))
}

/// A list of containers without the ports' IPv6 mappings; `None` if it has none.
fn listed(output: &str) -> Option<String> {
    let mut table = Table::parse(output)?;
    let column = table.header().iter().position(|name| name == "PORTS")?;
    let mut is_other = false;
    for row in table.rows.iter_mut().skip(1) {
        let mappings: Vec<&str> = row[column].split(", ").collect();
        let left = without_ipv6(&mappings);
        is_other |= left.len() < mappings.len();
        row[column] = left.join(", ");
    }
    is_other.then(|| table.layout())
}

/// The mappings without those that repeat on IPv6 what another one does on IPv4.
fn without_ipv6<'a>(mappings: &[&'a str]) -> Vec<&'a str> {
    let is_repeated = |mapping: &&str| {
        let on_ipv4 = mapping
            .replace("[::]:", "0.0.0.0:")
            .replace("<ipv6-port-", "<port-");
        on_ipv4 != *mapping && mappings.contains(&&*on_ipv4)
    };
    let left = mappings.iter().copied();
    left.filter(|mapping| !is_repeated(mapping)).collect()
}
