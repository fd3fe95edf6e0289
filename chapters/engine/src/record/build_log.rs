//! Parses BuildKit's plain progress: the steps of a build, which ones came from the cache, and what each
//! printed.

use std::borrow::Cow;

use regex::Captures;

use crate::record::image_name::ImageName;
use crate::record::pattern::{Pattern, pattern};

static NUMBERED: Pattern = pattern!(r"^#(\d+) (.*)$");
static SERVICE: Pattern = pattern!(r"^\[[^\]\s]+(?: ([^\]\s]+ +\d+/\d+\])|\] exporting\b)");
static INSTRUCTION: Pattern = pattern!(r"^\[(?:(\S+) )?(\d+)/(\d+)\] ");
static PRINTED: Pattern = pattern!(r"^\d+\.\d+ ?(.*)$");
static FROM: Pattern = pattern!(r"(?im)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?");
static DIGEST: Pattern = pattern!(r"@sha256:[0-9a-f]{64}");

/// The line before and after the lines of a failed step in the error text.
const RULE: &str = "------";

/// Largest number of lines of a failed step that `BuildKit` repeats in the error text: its
/// `logsBufferSize`.
const REPEATED_LINES: usize = 10;

/// The progress of a build. The order of steps has no meaning: BuildKit runs several at once and prints
/// their lines as they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildLog {
    steps: Vec<BuildStep>,
    /// Lines outside any step: warnings, and the error of a failed build.
    rest: Vec<String>,
}

/// One vertex of BuildKit's graph: an instruction, or internal work such as `[internal] load build
/// context` and `exporting to image`.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildStep {
    number: u32,
    /// The name as printed, without digest and in one form for all BuildKit versions: `[build-stage 2/7]
    /// WORKDIR /app`.
    name: String,
    /// Whether the step came from the build cache.
    pub(crate) is_cached: bool,
    /// What the step's command printed, each line with its time.
    output: Vec<String>,
    /// Whether `BuildKit` has gone over to another step after the last line. If the line was unfinished then,
    /// `BuildKit` prints it once more, as a whole and with the same time.
    is_interrupted: bool,
    /// Names that the exported image was given.
    named: Vec<String>,
}

/// The instruction at which a build has failed. Most versions of BuildKit mark its line in the Dockerfile
/// with `>>>`, others name only the step: ` > [2/2] COPY a b:`. ` > [internal] load …` is no instruction.
pub(crate) fn failed_instruction(output: &str) -> Option<&str> {
    let marked = output
        .lines()
        .find_map(|line| Some(line.split_once(" | >>> ")?.1));
    let steps = || {
        output
            .lines()
            .filter_map(|line| line.strip_prefix(" > [")?.split_once("] "))
    };
    let named = || {
        steps()
            .find(|(place, _)| *place != "internal")
            .map(|(_, text)| text)
    };
    marked.or_else(named)?.split_whitespace().next()
}

/// One stage of a Dockerfile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stage {
    /// Name after `AS`; a stage without a name gets its number, as in BuildKit: `stage-1`.
    pub name: String,
    /// The image or earlier stage after `FROM`.
    pub base: String,
}

impl BuildLog {
    /// Parses the output of `docker build`; `None` if it has no progress.
    pub(crate) fn parse(output: &str) -> Option<Self> {
        let mut log = Self::default();
        for line in output.lines() {
            let Some(parts) = NUMBERED.captures(line) else {
                log.rest.push(line.to_owned());
                continue;
            };
            let number = parts[1].parse().ok()?;
            match log.steps.iter_mut().find(|step| step.number == number) {
                Some(step) => step.read(&parts[2]),
                None => log.steps.push(BuildStep::new(number, &parts[2])),
            }
        }
        (!log.steps.is_empty()).then_some(log)
    }

    /// The step with `fragment` in its name, if there is one.
    pub(crate) fn step(&self, fragment: &str) -> Option<&BuildStep> {
        self.steps.iter().find(|step| step.name.contains(fragment))
    }

    /// The part of a build's output that is the same each time: the instructions in the order of the
    /// Dockerfile, the image's name, the error. Internal steps, `CACHED` and a command's output are kept
    /// only for the steps in `kept`.
    ///
    /// `stages` are the Dockerfile's build stages, in order.
    pub(crate) fn normal_form(&self, stages: &[Stage], kept: &[&str]) -> String {
        let mut steps = self.steps.clone();
        for step in &mut steps {
            if let Some(name) = self.name_in_first_stage(step, stages) {
                step.name = name;
            }
        }
        steps.sort_by_key(|step| step.place(stages));
        let mut lines = Vec::new();
        for step in steps {
            let is_kept = kept.iter().any(|fragment| step.name.contains(fragment));
            if is_kept || INSTRUCTION.is_match(&step.name) {
                lines.push(step.name);
            }
            if is_kept {
                lines.extend(step.is_cached.then(|| "CACHED".to_owned()));
                lines.extend(step.output.iter().map(|line| without_time(line)));
            }
            lines.extend(step.named.iter().map(|name| format!("naming to {name}")));
        }
        lines.extend(self.error());
        lines.into_iter().map(|line| line + "\n").collect()
    }

    /// The error text of a failed build: from the failed step to the line after which the client prints
    /// only hints and links.
    fn error(&self) -> Vec<String> {
        let lines = self.rest.iter().map(|line| line.trim_end());
        let mut error: Vec<&str> = lines.skip_while(|line| !begins_error(line)).collect();
        let last = error.iter().rposition(|line| line.starts_with("ERROR: "));
        let end = last.and_then(|last| (last..error.len()).find(|&at| error[at].is_empty()));
        error.truncate(end.unwrap_or(error.len()));
        error.retain(|line| !line.is_empty());
        let mut shown = Vec::new();
        let mut lines = error.into_iter().peekable();
        while let Some(line) = lines.next() {
            shown.push(without_time(line));
            let name = line.strip_prefix(" > ").and_then(|line| line.strip_suffix(':'));
            if let Some(failed) = name.and_then(|name| self.failed(name)) {
                while lines.next_if(|line| *line != RULE).is_some() {}
                let left_out = failed.output.len().saturating_sub(REPEATED_LINES);
                let repeated = failed.output.iter().skip(left_out);
                shown.extend(repeated.map(|line| without_time(line)));
            }
        }
        shown
    }

    /// The step that the error text names. The text repeats the step's last lines, but where the command
    /// wrote a line in pieces, pieces and whole lines before it are missing, depending on the time between
    /// them; the step's output has all of them.
    fn failed(&self, name: &str) -> Option<&BuildStep> {
        let failed = BuildStep::new(0, name);
        self.steps.iter().find(|step| step.name == failed.name)
    }

    /// The name of a step that several stages share because they use the same image. BuildKit names it
    /// after any of them; here it is always the first. Builds running at the same time share the step as
    /// well, and it then has the other build's name, `[1/1]` for `[1/7]`. `None` for another step.
    fn name_in_first_stage(&self, step: &BuildStep, stages: &[Stage]) -> Option<String> {
        let image = step.name.split_once("] FROM ")?.1;
        let base = ImageName::parse(image).short().to_string();
        let first = stages.iter().find(|stage| stage.base == base)?;
        // If there is only one stage and it has no name, BuildKit's step names have none either; where a
        // step has a mount, they have `stage-0`.
        let has_no_name = stages.len() == 1 && first.name == "stage-0";
        let others = self.steps.iter().filter(|other| other.number != step.number);
        let mut parts = others.filter_map(|other| INSTRUCTION.captures(&other.name));
        let of_first = parts.find(|parts| match parts.get(1) {
            Some(name) => name.as_str() == first.name,
            None => has_no_name,
        });
        let steps = of_first.as_ref().map(|parts| &parts[3]);
        let steps = steps.or(has_no_name.then_some("1"))?;
        let name = of_first.as_ref().and_then(|parts| parts.get(1));
        let label = format!("{} 1/{steps}", name.map_or("", |name| name.as_str()));
        Some(format!("[{}] FROM {image}", label.trim_start()))
    }
}

impl BuildStep {
    fn new(number: u32, name: &str) -> Self {
        Self {
            number,
            // BuildKit 0.13 and later print a scheme before an image's name.
            name: DIGEST
                .replace_all(&without_service(name), "")
                .replace("docker-image://", ""),
            ..Self::default()
        }
    }

    fn read(&mut self, line: &str) {
        if line == "CACHED" {
            self.is_cached = true;
        } else if let Some(name) = line.strip_prefix("naming to ") {
            let name = name.split(' ').next().unwrap_or(name);
            // Some engines print the tag `latest`, others leave it out.
            let name = ImageName::parse(name).with_tag().to_string();
            // The containerd image store uses the digest as the name of an unnamed image.
            if !name.starts_with("moby-dangling@") && !self.named.contains(&name) {
                self.named.push(name);
            }
        } else if line == "..." {
            self.is_interrupted = true;
        } else if PRINTED.is_match(line) {
            let is_whole = |part: &mut String| self.is_interrupted && line.starts_with(&**part);
            self.output.pop_if(is_whole);
            self.output.push(line.to_owned());
            self.is_interrupted = false;
        }
    }

    /// The sort key for the Dockerfile's order: first what BuildKit does before the first instruction,
    /// then stage by stage, then the export.
    fn place(&self, stages: &[Stage]) -> (usize, u32, u32) {
        if self.name.starts_with("exporting") {
            return (usize::MAX, 0, self.number);
        }
        let Some(parts) = INSTRUCTION.captures(&self.name) else {
            return (0, 0, self.number);
        };
        let stage = parts.get(1).map_or(0, |stage| {
            let by_name = stages.iter().position(|known| known.name == stage.as_str());
            let by_number = || stage.as_str().strip_prefix("stage-")?.parse().ok();
            by_name.or_else(by_number).unwrap_or(stages.len())
        });
        (stage + 1, parts[2].parse().unwrap_or(u32::MAX), self.number)
    }
}

/// A step's name without the service that it is built for: Compose before 2.30 prints `[server build 1/7]`
/// and `[server] exporting to image`.
fn without_service(name: &str) -> Cow<'_, str> {
    SERVICE.replace(name, |parts: &Captures<'_>| {
        let step = parts.get(1).map(|step| format!("[{}", step.as_str()));
        step.unwrap_or_else(|| "exporting".to_owned())
    })
}

/// Whether this line begins the error text of a failed build.
pub(crate) fn begins_error(line: &str) -> bool {
    line.starts_with("ERROR: ") || line == RULE
}

/// Name of the step that a progress line starts, for the live display.
pub(crate) fn started_step(line: &str) -> Option<&str> {
    let name = NUMBERED.captures(line.trim_end())?.get(2)?.as_str();
    (INSTRUCTION.is_match(name) || name.starts_with("exporting to")).then_some(name)
}

/// Whether a progress line is neither a Dockerfile step nor the output of one.
pub(crate) fn is_internal(line: &str) -> bool {
    let Some(found) = NUMBERED.captures(line.trim_end()) else {
        return false;
    };
    let said = &found[2];
    let is_result = ["ERROR", "CACHED"].iter().any(|word| said.starts_with(word));
    !(is_result || INSTRUCTION.is_match(said) || PRINTED.is_match(said))
}

/// A Dockerfile's build stages, in order.
pub(crate) fn stages(dockerfile: &str) -> Vec<Stage> {
    let found = FROM.captures_iter(dockerfile).enumerate();
    let stages = found.map(|(number, parts)| Stage {
        name: parts
            .get(2)
            .map_or_else(|| format!("stage-{number}"), |name| name.as_str().to_owned()),
        base: parts[1].to_owned(),
    });
    stages.collect()
}

/// Removes the time before a line: a failed step's last lines are printed again with their times.
fn without_time(line: &str) -> String {
    match PRINTED.captures(line) {
        Some(printed) => printed[1].to_owned(),
        None => DIGEST.replace_all(line, "").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_STAGES: &str = "\
#0 building with \"default\" instance using docker driver
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 123B done
#1 DONE 0.0s
#6 [release 1/2] FROM gcr.io/distroless/static@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
#6 CACHED
#9 [build 3/3] RUN cargo fetch
#9 0.512 hello
#8 [build 2/3] WORKDIR /app
#8 CACHED
#9 1.100 world
#9 DONE 1.2s
#10 [release 2/2] COPY --from=build /a /a
#10 DONE 0.0s
#11 exporting to image
#11 exporting layers 0.1s done
#11 naming to docker.io/library/a done
#11 DONE 0.1s
";

    fn normal(kept: &[&str]) -> String {
        let stages = stages("FROM rust AS build\nFROM gcr.io/distroless/static AS release\n");
        BuildLog::parse(TWO_STAGES).unwrap().normal_form(&stages, kept)
    }

    #[test]
    fn the_instruction_of_a_failure_is_found_in_either_form() {
        let step = " > [2/2] COPY a b:\n------\nERROR: failed";
        let marked = "a.Dockerfile:2\n----\n   1 |     FROM a\n   2 | >>> COPY a b\n----\n";
        assert_eq!(failed_instruction(step), Some("COPY"));
        assert_eq!(failed_instruction(marked), Some("COPY"));
        let base = " > [internal] load metadata for docker.io/library/nope:1:\n------\n";
        assert_eq!(failed_instruction(base), None);
        let marked = "a.Dockerfile:1\n----\n   1 | >>> FROM nope:1\n   2 |     COPY a b\n----\n";
        assert_eq!(failed_instruction(&format!("{base}{marked}")), Some("FROM"));
        assert_eq!(failed_instruction("ERROR: failed"), None);
    }

    #[test]
    fn steps_stand_in_the_order_of_the_dockerfile() {
        assert_eq!(
            normal(&[]),
            "[build 2/3] WORKDIR /app\n[build 3/3] RUN cargo fetch\n\
             [release 1/2] FROM gcr.io/distroless/static\n[release 2/2] COPY --from=build /a /a\n\
             naming to docker.io/library/a:latest\n"
        );
    }

    #[test]
    fn a_kept_step_shows_its_output_and_whether_it_was_cached() {
        let text = normal(&["RUN cargo fetch", "WORKDIR"]);
        assert!(
            text.contains("[build 3/3] RUN cargo fetch\nhello\nworld\n"),
            "{text}"
        );
        assert!(text.contains("[build 2/3] WORKDIR /app\nCACHED\n"), "{text}");
    }

    #[test]
    fn the_service_that_an_older_compose_builds_for_is_no_part_of_a_step() {
        let output = TWO_STAGES
            .replace("[build ", "[server build ")
            .replace("[release ", "[server release ")
            .replace("exporting to image", "[server] exporting to image");
        let stages = stages("FROM rust AS build\nFROM gcr.io/distroless/static AS release\n");
        let form = BuildLog::parse(&output).unwrap().normal_form(&stages, &[]);
        assert_eq!(form, normal(&[]));
    }

    #[test]
    fn an_unnamed_stage_is_called_by_its_number() {
        let stages = stages("# FROM x\nFROM --platform=linux/amd64 a AS build\nRUN y\nfrom b\n");
        let stage = |name: &str, base: &str| Stage {
            name: name.to_owned(),
            base: base.to_owned(),
        };
        assert_eq!(stages, [stage("build", "a"), stage("stage-1", "b")]);
    }

    #[test]
    fn the_image_of_two_stages_belongs_to_the_first() {
        let stages = stages("FROM rust AS build\nRUN x\nFROM rust\nCOPY --from=build /a /a\n");
        for owner in ["build 1/2", "stage-1 1/2"] {
            let output = format!(
                "#1 [{owner}] FROM docker.io/library/rust\n#2 [build 2/2] RUN x\n#3 [stage-1 2/2] COPY /a /a\n"
            );
            assert_eq!(
                BuildLog::parse(&output).unwrap().normal_form(&stages, &[]),
                "[build 1/2] FROM docker.io/library/rust\n[build 2/2] RUN x\n[stage-1 2/2] COPY /a /a\n"
            );
        }
    }

    #[test]
    fn the_image_of_another_build_too_is_called_as_this_one_has_it() {
        let stages = stages("FROM rust\nRUN x\nRUN y\n");
        for owner in ["1/3", "1/1", "build-stage 1/7"] {
            let output =
                format!("#1 [{owner}] FROM docker.io/library/rust\n#2 [2/3] RUN x\n#3 [3/3] RUN y\n");
            assert_eq!(
                BuildLog::parse(&output).unwrap().normal_form(&stages, &[]),
                "[1/3] FROM docker.io/library/rust\n[2/3] RUN x\n[3/3] RUN y\n"
            );
        }
    }

    #[test]
    fn the_image_of_a_single_stage_is_called_as_its_other_steps_are() {
        let stages = stages("FROM rust\nRUN --mount=type=cache,target=/x y\n");
        for owner in ["stage-0 1/2", "1/1"] {
            let output = format!("#1 [{owner}] FROM docker.io/library/rust\n#2 [stage-0 2/2] RUN y\n");
            assert_eq!(
                BuildLog::parse(&output).unwrap().normal_form(&stages, &[]),
                "[stage-0 1/2] FROM docker.io/library/rust\n[stage-0 2/2] RUN y\n"
            );
        }
    }

    #[test]
    fn an_image_without_a_name_has_none_whatever_the_engine_calls_it() {
        let output = "#1 exporting to image\n#1 naming to moby-dangling@sha256:0123 done\n";
        assert_eq!(BuildLog::parse(output).unwrap().normal_form(&[], &[]), "");
    }

    #[test]
    fn a_client_may_add_hints_and_links_around_the_error() {
        let error =
            "ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory";
        let output = format!(
            "#0 building with \"default\"\n\n 1 warning found (use docker --debug to expand):\n - JSONArgsRecommended: x (line 2)\n{error}\n\nView build details: docker-desktop://dashboard/build/x\n"
        );
        let form = BuildLog::parse(&output).unwrap().normal_form(&[], &[]);
        assert_eq!(form, format!("{error}\n"));
    }

    #[test]
    fn a_line_that_was_written_in_pieces_is_whole_in_the_error() {
        let output = "#5 [2/2] RUN cargo fetch\n#5 0.301 first\n#5 0.512 error: no lock file\n#5 ERROR: exit code: 101\n------\n > [2/2] RUN cargo fetch:\n0.301 first\n: no lock file\n------\nERROR: failed to solve: exit code: 101\n";
        let form = BuildLog::parse(output).unwrap().normal_form(&[], &[]);
        assert!(form.contains("\nfirst\nerror: no lock file\n------\n"), "{form}");
    }

    #[test]
    fn the_error_has_every_line_of_the_failed_step_whatever_came_in_pieces() {
        let output = "#5 [2/2] RUN x\n#5 0.301 one\n#5 0.301 two\n#5 0.301 three\n#5 1.168 four\n#5 ERROR: exit code: 3\n------\n > [2/2] RUN x:\nee\n1.168 four\n------\nERROR: failed to solve: exit code: 3\n";
        let form = BuildLog::parse(output).unwrap().normal_form(&[], &[]);
        assert!(
            form.contains("\n > [2/2] RUN x:\none\ntwo\nthree\nfour\n------\n"),
            "{form}"
        );
    }

    #[test]
    fn of_a_long_output_the_error_has_the_last_ten_lines() {
        let printed: String = (1..=11).map(|number| format!("#5 0.3 line {number}\n")).collect();
        let output = format!(
            "#5 [2/2] RUN x\n{printed}#5 ERROR: exit code: 3\n------\n > [2/2] RUN x:\n0.3 line 11\n------\nERROR: failed to solve\n"
        );
        let form = BuildLog::parse(&output).unwrap().normal_form(&[], &[]);
        assert!(
            form.contains("RUN x:\nline 2\n") && form.contains("\nline 11\n------\n"),
            "{form}"
        );
    }

    #[test]
    fn a_line_that_another_step_interrupts_is_printed_once() {
        let output = "#5 [build 2/2] RUN x\n#5 0.301 one\n#5 0.312 err\n#5 ...\n\n#6 [test 2/2] RUN y\n#6 DONE 0.3s\n\n#5 [build 2/2] RUN x\n#5 0.312 error: no\n#5 0.4 two\n#5 ...\n\n#5 [build 2/2] RUN x\n#5 0.5 three\n#5 DONE 1.2s\n";
        let form = BuildLog::parse(output).unwrap().normal_form(&[], &["RUN x"]);
        assert!(form.contains("\none\nerror: no\ntwo\nthree\n"), "{form}");
    }

    #[test]
    fn a_step_that_failed_is_part_of_the_error() {
        let output = "#0 building with \"default\"\n#5 [2/2] RUN false\n#5 0.123 said\n#5 ERROR: process did not complete\n------\n > [2/2] RUN false:\n0.123 said\n------\nDockerfile:2\n--------------------\n   2 | >>> RUN false\n--------------------\nERROR: failed to solve: exit code: 1\n";
        let form = BuildLog::parse(output).unwrap().normal_form(&[], &[]);
        assert_eq!(
            form,
            "[2/2] RUN false\n------\n > [2/2] RUN false:\nsaid\n------\nDockerfile:2\n--------------------\n   2 | >>> RUN false\n--------------------\nERROR: failed to solve: exit code: 1\n"
        );
    }

    #[test]
    fn text_without_progress_is_no_build_log() {
        assert!(BuildLog::parse("sha256:0123\n#! /bin/sh\n").is_none());
    }
}
