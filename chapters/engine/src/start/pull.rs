//! Pulls an image from its registry, and shows how far it is.

use std::time::Duration;

use crate::docker::client as docker;
use crate::docker::client::Docker;
use crate::run::process::{End, Event};
use crate::say::screen::Screen;

/// Longest time for one image, with a slow network.
const PULL_LIMIT: Duration = Duration::from_hours(1);

/// How many layers of an image there are, as far as `docker` has named them, and how many of them
/// have come.
#[derive(Debug, Default, Eq, PartialEq)]
struct Layers {
    named: usize,
    there: usize,
}

impl Layers {
    /// Whether this line of `docker pull` is about a layer: `1f3e46996e29: Pull complete`.
    fn take(&mut self, line: &str) -> bool {
        let Some((id, state)) = line.trim_end().split_once(": ") else {
            return false;
        };
        if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        match state {
            "Pulling fs layer" => self.named += 1,
            "Pull complete" => self.there += 1,
            "Already exists" => {
                self.named += 1;
                self.there += 1;
            }
            _ => {}
        }
        true
    }
}

/// Pulls `image`. What `docker` says of a failure stands in the error, its progress left out.
pub(crate) fn pull(docker: &Docker, image: &str, screen: &mut Screen) -> Result<(), docker::Error> {
    let mut layers = Layers::default();
    let mut said = String::new();
    let process = docker.start(&["pull", image])?;
    let outcome = process.wait(PULL_LIMIT, &mut |event| match event {
        Event::Line(line) if layers.take(line) => {
            let [there, named] = [layers.there, layers.named].map(|number| number.to_string());
            let progress = [("image", image), ("there", &*there), ("named", &*named)];
            screen.progress("setup-pull-progress", &progress);
        }
        Event::Line(line) => said.push_str(line),
        Event::Tick(_) => screen.event(event),
    })?;
    screen.rest();
    match (outcome.end, outcome.status) {
        (End::Exited, Some(0)) => Ok(()),
        (End::TimedOut, _) => Err(docker::Error::Silent {
            command: format!("pull {image}"),
            limit: PULL_LIMIT,
        }),
        _ => Err(docker::Error::refused(&["pull", image], &said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_counted_as_they_come() {
        let mut layers = Layers::default();
        let output = "1.95-slim-bookworm: Pulling from library/rust\n\
            1f3e46996e29: Already exists\n\
            2e4cf50eeb92: Pulling fs layer\n\
            0bc0c1eb1a6b: Pulling fs layer\n\
            2e4cf50eeb92: Verifying Checksum\n\
            2e4cf50eeb92: Download complete\n\
            2e4cf50eeb92: Pull complete\n\
            Digest: sha256:5d2d06d8\n";
        let others: Vec<_> = output.lines().filter(|line| !layers.take(line)).collect();
        assert_eq!(layers, Layers { named: 3, there: 2 });
        assert_eq!(
            others,
            [
                "1.95-slim-bookworm: Pulling from library/rust",
                "Digest: sha256:5d2d06d8"
            ]
        );
    }
}
