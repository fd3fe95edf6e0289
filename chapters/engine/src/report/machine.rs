//! Normal differences between two machines: something uses only IPv4, or a log has its lines in another
//! order.

use crate::author::tutorial::Tutorial;
use crate::record::invocation::Invocation;
use crate::record::pattern::{Pattern, pattern};
use crate::record::table::Table;
use crate::report::verdict::Difference;

/// The end of a line in which a service says where it listens.
static LISTENS: Pattern = pattern!(r"(?m) \[::\]:(\d+)$");

/// The normal difference that turns the recorded output of a command into this one; `None` if anything
/// else differs as well.
pub(crate) fn way(
    invocation: &Invocation,
    book: &str,
    here: &str,
    tutorial: &Tutorial,
) -> Option<Difference> {
    let is = |verbs: &[&str]| invocation.is("container", verbs);
    let is_log = is(&["logs"]) || invocation.is("compose", &["logs"]);
    if is_log && book != here && sorted(book) == sorted(here) {
        return Some(Difference::LogOrder);
    }
    let (difference, output) = if is(&["port"]) {
        let lines = published(&book.lines().collect::<Vec<_>>());
        let text = lines.iter().flat_map(|line| [line, "\n"]).collect();
        (Difference::PublishedOnIpv4, text)
    } else if is(&["ls"]) {
        (Difference::PublishedOnIpv4, listed(book)?)
    } else if is_log || is(&["attach", "run"]) {
        let listens = format!(" 0.0.0.0:$1{}", tutorial.without_ipv6?);
        let text = LISTENS.replace_all(book, listens).into_owned();
        (Difference::ListensOnIpv4, text)
    } else {
        return None;
    };
    (book != here && output == here).then_some(difference)
}

/// The log's lines, sorted. The engine reads a container's stdout and stderr as two streams, so lines
/// written to both at the same moment come in any order.
fn sorted(log: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = log.lines().collect();
    lines.sort_unstable();
    lines
}

/// A list of containers without the ports' IPv6 mappings; `None` if it has no such mappings.
fn listed(output: &str) -> Option<String> {
    let mut table = Table::parse(output)?;
    let column = table.rows[0].iter().position(|name| name == "PORTS")?;
    let mut is_other = false;
    for row in table.rows.iter_mut().skip(1) {
        let mappings: Vec<&str> = row[column].split(", ").collect();
        let left = published(&mappings);
        is_other |= left.len() < mappings.len();
        row[column] = left.join(", ");
    }
    is_other.then(|| table.layout())
}

/// The mappings, without an IPv6 mapping if IPv4 has the same one.
fn published<'a>(mappings: &[&'a str]) -> Vec<&'a str> {
    let is_repeated = |mapping: &&str| {
        let on_ipv4 = mapping
            .replace("[::]:", "0.0.0.0:")
            .replace("<ipv6-port-", "<port-");
        on_ipv4 != *mapping && mappings.contains(&&*on_ipv4)
    };
    let left = mappings.iter().copied();
    left.filter(|mapping| !is_repeated(mapping)).collect()
}
