//! Pulls an image from its registry and shows the progress.

use std::time::Duration;

use crate::docker::client::{Docker, NoAnswer, answer};
use crate::run::process::Progress;
use crate::say::screen::Screen;
use crate::text;

/// Time limit for one image, with a slow network.
const PULL_LIMIT: Duration = Duration::from_hours(1);

/// Number of an image's layers that `docker` has named so far, and how many of them are complete.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Layers {
    named: usize,
    there: usize,
}

impl Layers {
    /// Whether this line of `docker pull` is about a layer: `1f3e46996e29: Pull complete`.
    fn take(&mut self, line: &str) -> bool {
        let is_id = |id: &str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts = line.trim_end().split_once(": ");
        let Some((_, state)) = parts.filter(|(id, _)| is_id(id)) else {
            return false;
        };
        self.named += usize::from(["Pulling fs layer", "Already exists"].contains(&state));
        self.there += usize::from(["Pull complete", "Already exists"].contains(&state));
        true
    }
}

/// Pulls `image`. The error contains what `docker` printed, without the progress.
pub(crate) fn pull(docker: &Docker, image: &str, screen: &mut Screen) -> Result<(), NoAnswer> {
    let mut layers = Layers::default();
    let mut said = String::new();
    let question = ["pull", image];
    let language = screen.language();
    let process = docker.start(&question)?;
    let outcome = process.wait(PULL_LIMIT, &mut |event| match event {
        Progress::Line(line) if layers.take(line) => {
            let Layers { there, named } = layers;
            screen.progress(text!(language, "setup-pull-progress", image, there, named));
        }
        Progress::Line(line) => said.push_str(line),
        Progress::Tick(_) => screen.event(event),
    });
    screen.rest();
    let mut outcome = outcome.map_err(NoAnswer::Run)?;
    outcome.output = said;
    answer(&question, PULL_LIMIT, outcome).map(drop)
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
