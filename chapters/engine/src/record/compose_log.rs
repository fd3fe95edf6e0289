//! Reads what Docker Compose says about the objects that it works on.

use crate::record::invocation::Invocation;
use crate::record::pattern::{Pattern, pattern};

/// A line such as ` Container shop-db-1  Started`. Some versions quote a name.
static STATE: Pattern = pattern!(r#"^ ?(Network|Volume|Image|Service|Container) "?([^\s"]+)"?  +(\S.*)$"#);

/// Commands that print such lines.
const VERBS: [&str; 12] = [
    "build", "create", "down", "kill", "restart", "rm", "run", "start", "stop", "up", "wait", "watch",
];

/// Options of `docker compose config` that list names.
const LISTS: [&str; 3] = ["--services", "--volumes", "--profiles"];

/// What Compose says about each object at last, in a fixed order; then every other line. Compose works
/// on several objects at the same time, so its lines have another order each time, and so have its lists
/// of names. `None` for another command.
pub(crate) fn normal_form(output: &str, invocation: &Invocation) -> Option<String> {
    if invocation.is("compose", &["config"]) && invocation.has(&LISTS) {
        let mut names: Vec<&str> = output.split_inclusive('\n').collect();
        names.sort_unstable();
        return Some(names.concat());
    }
    if !invocation.is("compose", &VERBS) {
        return None;
    }
    let mut states: Vec<(usize, &str, &str)> = Vec::new();
    let mut others = String::new();
    for line in output.lines() {
        let Some(parts) = STATE.captures(line.trim_end()) else {
            others += line;
            others.push('\n');
            continue;
        };
        let (_, [kind, name, state]) = parts.extract();
        // The container of `run` has a name that is new each time.
        if kind == "Container" && name.contains("-run-") {
            continue;
        }
        let kind = KINDS.iter().position(|known| *known == kind).unwrap_or_default();
        match states.iter_mut().find(|known| (known.0, known.1) == (kind, name)) {
            Some(known) => known.2 = state,
            None => states.push((kind, name, state)),
        }
    }
    states.sort_unstable();
    let lines = states
        .iter()
        .map(|(kind, name, state)| format!("{} {name}  {state}\n", KINDS[*kind]));
    // `run` ends with an empty line if its command fails.
    let others = others.trim_end_matches('\n').to_owned() + if others.is_empty() { "" } else { "\n" };
    Some(lines.collect::<String>() + &others)
}

/// The first Dockerfile that a Compose file names, relative to the context, which is taken to be its own
/// folder.
pub(crate) fn dockerfile(compose: &str) -> Option<String> {
    let mut lines = compose.lines();
    let named = lines.find_map(|line| line.trim().strip_prefix("dockerfile:"))?;
    Some(named.trim().to_owned())
}

/// Kinds of objects, in the order in which they are made.
const KINDS: [&str; 5] = ["Network", "Volume", "Image", "Service", "Container"];

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str = " Network shop_default  Creating
 Network shop_default  Created
 Container shop-db-1  Creating
 Container shop-db-1  Created
 Container shop-server-1  Creating
 Container shop-server-1  Created
 Container shop-db-1  Starting
 Container shop-db-1  Started
 Container shop-db-1  Waiting
 Container shop-db-1  Healthy
 Container shop-server-1  Starting
 Container shop-server-1  Started
";

    fn form(command: &str, output: &str) -> Option<String> {
        normal_form(output, &Invocation::parse(command))
    }

    #[test]
    fn each_object_stands_once_with_its_last_state_in_whatever_order_they_were_made() {
        let mut lines: Vec<&str> = UP.lines().collect();
        let expected =
            "Network shop_default  Created\nContainer shop-db-1  Healthy\nContainer shop-server-1  Started\n";
        assert_eq!(form("docker compose up --detach", UP).unwrap(), expected);
        // The network and the database at the same time.
        lines.swap(0, 2);
        lines.swap(1, 3);
        assert_eq!(
            form("docker compose --file a.yaml up --detach", &lines.join("\n")).unwrap(),
            expected
        );
    }

    #[test]
    fn what_a_command_prints_comes_after_the_objects() {
        let output = "one row\n Container shop-db-1  Running\n Volume \"shop_data\"  Created\n";
        assert_eq!(
            form("docker compose run --rm psql", output).unwrap(),
            "Volume shop_data  Created\nContainer shop-db-1  Running\none row\n"
        );
    }

    #[test]
    fn a_list_of_names_is_sorted() {
        assert_eq!(
            form("docker compose config --services", "server\ndb\n").unwrap(),
            "db\nserver\n"
        );
        assert_eq!(form("docker compose config", "b: 1\na: 2\n"), None);
    }

    #[test]
    fn a_list_is_no_progress() {
        assert_eq!(form("docker compose ps", UP), None);
        assert_eq!(form("docker container ls", UP), None);
    }
}
