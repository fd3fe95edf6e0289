//! Pulls an image from its registry, and shows how far it is.

use std::time::Duration;

use crate::docker::{self, Docker};
use crate::process::{End, Event};
use crate::screen::Screen;

/// Longest time for one image, with a slow network.
const PULL_LIMIT: Duration = Duration::from_hours(1);

/// How a pull has ended.
pub(crate) enum Pulled {
    /// The image is there.
    Yes,
    /// It is not; what `docker` said, its progress left out, or that it took too long.
    No(String),
    /// The reader pressed Ctrl-C.
    Interrupted,
}

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

/// Pulls `image`.
///
/// # Errors
///
/// [`docker::Error::Run`] if there is no client.
pub(crate) fn pull(docker: &Docker, image: &str, screen: &mut Screen) -> Result<Pulled, docker::Error> {
    let mut layers = Layers::default();
    let mut said = String::new();
    let outcome = docker.pull(image, PULL_LIMIT, &mut |event| match event {
        Event::Line(line) if layers.take(line) => {
            let [there, named] = [layers.there, layers.named].map(|number| number.to_string());
            let progress = [("image", image), ("there", &*there), ("named", &*named)];
            screen.progress("setup-pull-progress", &progress);
        }
        Event::Line(line) => said.push_str(line),
        Event::Tick(_) => screen.event(event),
    })?;
    screen.rest();
    Ok(match (outcome.end, outcome.status) {
        (End::Interrupted, _) => Pulled::Interrupted,
        (End::Exited, Some(0)) => Pulled::Yes,
        (End::TimedOut, _) => {
            let command = format!("pull {image}");
            let limit = PULL_LIMIT;
            Pulled::No(docker::Error::Silent { command, limit }.say(screen.language()))
        }
        (End::Exited, _) => Pulled::No(said),
    })
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
