//! What a comparison finds, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

#[path = "../src/bin/walkthrough.rs"]
#[expect(dead_code, reason = "it is a program, too")]
mod walkthrough;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chapters::build_log::Stage;
use chapters::chapter::{Action, Chapter, Listed, Ran, Source};
use chapters::compare::{Expected, Reason, Run, Step, Verdict, compare};
use chapters::database::Database;
use chapters::expect::{self, Finding, shows_nothing};
use chapters::normalise::{Normaliser, Reading, with_recorded};
use chapters::process::{End, Outcome};
use chapters::provenance::{PARTS, Part, Provenance};
use chapters::snapshot::Snapshot;
use chapters::table::Table;
use chapters::transcript::{Entry, Transcript, Typed};
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use fastrand::Rng;

/// Names of all chapters.
const CHAPTERS: &[&str] = RUNNING_RUST_IN_DOCKER.chapters;

/// How often a transcript is changed.
const CHANGES: usize = 200;

/// Any other number does as well; this one makes a failure happen again.
const SEED: u64 = 20_261_125;

#[test]
fn a_run_that_gives_the_book_is_as_in_the_book() {
    for &name in CHAPTERS {
        let book = book(name);
        let steps = compare_entries(&book, &book.transcript, &book.provenance);
        assert_eq!(differing(&steps), Vec::<String>::new(), "{name}");
    }
}

/// One character of a transcript is left out, put in or replaced by another. That is a falsification
/// where it changes what the transcript says: section, command, output, exit status, name or number
/// of a placeholder. An empty line between two sections says nothing, and neither do a second
/// headline of the section that one is in or an exit status 0, which stand for what is known without
/// them: where the changed text reads as the same transcript, another change is drawn. So is it where
/// it reads as none; a chapter says of such a file that it cannot be read.
#[test]
fn each_of_200_falsifications_of_one_character_is_found() {
    let mut random = Rng::with_seed(SEED);
    let mut missed = Vec::new();
    let mut drawn = 0;
    while drawn < CHANGES {
        let name = random.choice(CHAPTERS.iter().copied()).unwrap();
        let book = book(name);
        let (text, change) = falsified(&content(name), &mut random);
        let Ok(transcript) = text.parse::<Transcript>() else {
            continue;
        };
        if transcript == book.transcript {
            continue;
        }
        drawn += 1;
        let falsified = Snapshot {
            transcript,
            ..book.clone()
        };
        let steps = compare_entries(&falsified, &book.transcript, &book.provenance);
        if differing(&steps).is_empty() {
            missed.push(format!("{name}: {change}"));
        }
    }
    println!("falsifications: {drawn}, found: {}", drawn - missed.len());
    assert_eq!(missed, Vec::<String>::new());
}

/// One character of an output is falsified in a run on which every participant is another one than
/// in the book. What is content everywhere has to be found. What is words of a program can only be
/// found by what the chapter claims; what escapes is listed.
#[test]
fn of_200_falsifications_of_content_none_escapes_where_all_participants_are_others() {
    let mut random = Rng::with_seed(SEED);
    let mut content = Tally::default();
    let mut words = Tally::default();
    let claimed = CHAPTERS.iter().map(|name| Claimed::of(name));
    let claimed: Vec<Claimed> = claimed.collect();
    while content.drawn < CHANGES || words.drawn < CHANGES {
        let chapter = random.choice(&claimed).unwrap();
        let book = &chapter.book;
        let at = random.usize(..book.transcript.entries.len());
        let entry = &book.transcript.entries[at];
        if entry.output.trim().is_empty() {
            continue;
        }
        let (output, change) = falsified(&entry.output, &mut random);
        if in_lines(&output) == in_lines(&entry.output) {
            continue;
        }
        let number = output
            .lines()
            .zip(entry.output.lines())
            .take_while(|(a, b)| a == b)
            .count();
        let line = entry.output.lines().nth(number).unwrap_or_default();
        let is_words = is_words(entry, number, chapter.lines[at].expected.varying_part().is_some());
        let tally = if is_words { &mut words } else { &mut content };
        if tally.drawn == CHANGES {
            continue;
        }
        tally.drawn += 1;
        let mut ran: Vec<Ran> = chapter.ran();
        ran[at].findings = chapter.findings(at, &output);
        ran[at].entry.output = output;
        let steps = compare_ran(book, &ran, &all_others(&book.provenance));
        if differing(&steps).is_empty() {
            // What is content is worth its details.
            let change = if is_words {
                String::new()
            } else {
                format!(" ({change})")
            };
            tally.escaped.push(format!("{}: {line}{change}", chapter.name));
        }
    }
    for (what, tally) in [("content", &content), ("words", &words)] {
        let escaped = tally.escaped.len();
        println!(
            "{what}: {} falsified, {} found, {escaped} escaped",
            tally.drawn,
            tally.drawn - escaped
        );
    }
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &words.escaped {
        *lines.entry(line).or_default() += 1;
    }
    for (line, count) in lines {
        println!("{count:4} in {line}");
    }
    assert_eq!(content.escaped, Vec::<String>::new());
}

#[derive(Default)]
struct Tally {
    drawn: usize,
    escaped: Vec<String>,
}

/// A chapter's recording, and its lines with what they claim.
struct Claimed {
    name: &'static str,
    book: Snapshot,
    lines: Vec<Listed>,
}

impl Claimed {
    fn of(name: &'static str) -> Self {
        let outline = walkthrough::CHAPTERS
            .iter()
            .find(|outline| outline.name == name)
            .unwrap();
        let mut chapter = Chapter::listed(Path::new(outline.tutorial.root), Database::Postgres);
        (outline.commands)(&mut chapter).unwrap();
        let lines = chapter
            .lines()
            .iter()
            .filter(|line| line.entry().is_some())
            .cloned()
            .collect();
        let claimed = Self {
            name,
            book: book(name),
            lines,
        };
        assert_eq!(
            claimed.lines.len(),
            claimed.book.transcript.entries.len(),
            "{name}"
        );
        claimed
    }

    fn ran(&self) -> Vec<Ran> {
        let entries = self.book.transcript.entries.iter().zip(&self.lines);
        let ran = entries.map(|(entry, line)| Ran {
            varies_with: line.expected.varying_part(),
            ..ran_of(entry, entry.output.clone())
        });
        ran.collect()
    }

    /// What the chapter claims of an output, as far as an output alone tells.
    fn findings(&self, at: usize, output: &str) -> Vec<Finding> {
        let outcome = Outcome {
            output: with_recorded(output, &self.book.recorded),
            status: self.book.transcript.entries[at].status,
            elapsed: Duration::ZERO,
            end: End::Exited,
        };
        let normalised = expect::Normalised {
            text: output,
            names_new: false,
        };
        let mut findings = self.lines[at].expected.check(&outcome, normalised);
        // Steps are read from a build's progress, of which a transcript keeps a part.
        findings.retain(|finding| !matches!(finding.expected, expect::Expected::Step(..)));
        findings
    }
}

/// Whether a line of a recorded output is words of another program than ours: said once more than
/// the comparison says it, in the words of the book's design.
fn is_words(entry: &Entry, number: usize, is_declared: bool) -> bool {
    let typed = typed(entry);
    let line = entry.output.lines().nth(number).unwrap_or_default();
    let ended_badly = entry.status != Some(0);
    let is_of_a_container = (typed.starts_with("docker run") || typed.starts_with("docker container exec"))
        && !matches!(entry.status, Some(125..=127));
    if is_declared {
        return true;
    }
    if typed.starts_with("curl ") {
        return line.starts_with("curl:");
    }
    if typed.starts_with("docker build ") {
        let mut before = entry.output.lines().take(number + 1);
        return ended_badly && before.any(|line| line == "------" || line.starts_with("ERROR: "));
    }
    ended_badly && !is_of_a_container
}

fn all_others(provenance: &Provenance) -> Provenance {
    let parts = PARTS.into_iter().filter(|part| *part != Part::Database);
    parts.fold(provenance.clone(), |other, part| with_another(&other, part))
}

fn in_lines(output: &str) -> Vec<&str> {
    output.lines().map(str::trim_end).collect()
}

/// Every placeholder of a transcript is replaced by something that could have stood there, the same
/// by the same, and the outputs are normalised as they are when they come from Docker.
#[test]
fn none_of_200_runs_with_other_ids_times_ports_and_sizes_is_reported() {
    let mut random = Rng::with_seed(SEED);
    let mut reported = Vec::new();
    let mut replaced = 0;
    for _ in 0..CHANGES {
        let name = random.choice(CHAPTERS.iter().copied()).unwrap();
        let book = book(name);
        let mut world = World::new(&book, &mut random);
        let mut normaliser = Normaliser::default();
        let mut ran = Vec::new();
        for entry in &book.transcript.entries {
            let raw = world.output(entry);
            let build = Build::of(entry);
            let raw = build.as_ref().map_or(raw, |build| build.progress(&mut world));
            let kept: Vec<&str> = build.iter().flat_map(Build::kept).collect();
            let reading = Reading {
                command: typed(entry),
                stages: &build.as_ref().map_or(Vec::new(), Build::stages),
                kept: &kept,
            };
            let output = normaliser.output(&raw, &reading);
            ran.push(ran_of(entry, output));
        }
        replaced += world.replaced;
        let lines = listed(&book.transcript);
        let values = normaliser.values();
        let run = Run {
            ran: &ran,
            lines: &lines,
            values: &values,
            provenance: &book.provenance,
            stopped_at: None,
        };
        let steps = compare(&book, &run);
        let commands = steps.iter().flat_map(|step| &step.commands);
        let reports = commands.filter(|command| command.verdict > Verdict::DiffersAsExpected);
        reported.extend(reports.map(|command| format!("{name}: {:?} {:?}", command.typed, command.diff)));
    }
    println!(
        "runs: {CHANGES}, values replaced: {replaced}, reported: {}",
        reported.len()
    );
    assert_eq!(reported, Vec::<String>::new());
}

#[test]
fn what_has_no_placeholder_is_the_same_and_what_has_one_differs_as_expected() {
    let verdicts = check(
        "[1]\n$ ls\n| a\n\n[2]\n$ docker run x\n| <container-1>\n",
        |entries| entries,
        &[],
    );
    assert_eq!(verdicts, ["1 Same", "2 DiffersAsExpected"]);
}

#[test]
fn a_size_is_about_the_books_up_to_half_and_double_of_it() {
    for (here, expected) in [
        ("101MB", "1 DiffersAsExpected"),
        ("199MB", "1 DiffersAsExpected"),
        ("49MB", "1 Differs"),
        ("201MB", "1 Differs"),
    ] {
        let verdicts = check(
            "[1]\n$ docker image ls\n| <size-1>\n",
            |entries| entries,
            &[("size-1", "100MB", here)],
        );
        assert_eq!(verdicts, [expected], "{here}");
    }
}

#[test]
fn a_size_that_is_the_books_does_not_differ() {
    let verdicts = check(
        "[1]\n$ docker image ls\n| <size-1>\n",
        |entries| entries,
        &[("size-1", "100MB", "100MB")],
    );
    assert_eq!(verdicts, ["1 Same"]);
}

#[test]
fn another_exit_status_differs() {
    let verdicts = check(
        "[1]\n$ ls\n? 1\n",
        |mut entries| {
            entries[0].status = Some(2);
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 Differs"]);
}

#[test]
fn a_command_that_was_left_out_does_not_shift_the_rest() {
    let verdicts = check(
        "[1]\n$ ls\n| a\n\n[2]\n$ ls\n| b\n$ ls\n| c\n\n[3]\n$ ls\n| d\n",
        |mut entries| {
            entries.remove(0);
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 NotRun", "2 Same", "3 Same"]);
}

#[test]
fn a_command_that_the_book_lacks_differs() {
    let verdicts = check(
        "[1]\n$ ls\n",
        |mut entries| {
            entries.push(Entry {
                typed: Typed::Command("pwd".to_owned()),
                ..entries[0].clone()
            });
            entries
        },
        &[],
    );
    assert_eq!(verdicts, ["1 Differs"]);
}

#[test]
fn a_command_that_failed_has_failed_even_if_its_text_is_the_same() {
    let book = book("chapter-2");
    let mut ran = as_recorded(&book);
    ran[0].findings = vec![Finding {
        expected: expect::Expected::Within(Duration::from_secs(1)),
        is_met: false,
    }];
    let lines = listed(&book.transcript);
    let values = BTreeMap::new();
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: Some(ran[0].place),
    };
    let steps = compare(&book, &run);
    assert_eq!(steps[0].verdict, Verdict::Failed);
}

#[test]
fn a_command_that_could_not_be_run_has_failed_and_those_after_it_were_not_run() {
    let book = book("chapter-2");
    let lines = listed(&book.transcript);
    let values = BTreeMap::new();
    let run = Run {
        ran: &[],
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: Some(lines[0].source.place),
    };
    let steps = compare(&book, &run);
    let verdicts: Vec<Verdict> = steps.iter().map(|step| step.verdict).collect();
    assert_eq!(verdicts[..2], [Verdict::Failed, Verdict::NotRun]);
}

#[test]
fn an_error_may_be_in_other_words_if_a_program_that_says_it_is_another_one() {
    const BOOK: &str = "[1]\n$ docker run x\n| See 'docker run --help'.\n? 125\n";
    const HERE: &str = "[1]\n$ docker run x\n| Run 'docker run --help' for more information\n? 125\n";
    check_words(BOOK, HERE, Part::Engine, Verdict::InOtherWords);
    check_words(BOOK, HERE, Part::Runc, Verdict::InOtherWords);
    // curl has no part in it.
    check_words(BOOK, HERE, Part::Curl, Verdict::Differs);
}

#[test]
fn curl_says_its_errors_in_its_own_words_and_gives_what_others_said_as_it_is() {
    const BOOK: &str = "[1]\n$ curl x\n| curl: (7) Couldn't connect to server\n? 7\n";
    const HERE: &str = "[1]\n$ curl x\n| curl: (7) Could not connect to server\n? 7\n";
    check_words(BOOK, HERE, Part::Curl, Verdict::InOtherWords);
    check_words(BOOK, HERE, Part::Engine, Verdict::Differs);
    let [book, here] = ["[1]\n$ curl x\n| Hello (0)\n", "[1]\n$ curl x\n| Hello (2)\n"];
    check_words(book, here, Part::Curl, Verdict::Differs);
}

#[test]
fn steps_of_a_build_that_fails_are_the_same_everywhere_and_its_error_is_not() {
    const BOOK: &str = "[1]\n$ docker build .\n| [1/2] FROM a\n| ERROR: failed to solve: x\n? 1\n";
    let here = BOOK.replace("ERROR: ", "ERROR: failed to build: ");
    check_words(BOOK, &here, Part::Buildx, Verdict::InOtherWords);
    check_words(
        BOOK,
        &BOOK.replace("FROM a", "FROM b"),
        Part::Buildx,
        Verdict::Differs,
    );
}

#[test]
fn what_a_container_says_before_it_ends_with_an_error_is_the_same_everywhere() {
    const BOOK: &str = "[1]\n$ docker run --rm x ls /data\n| ls: no such file\n? 2\n";
    check_words(
        BOOK,
        &BOOK.replace("no such", "No such"),
        Part::Runc,
        Verdict::Differs,
    );
}

#[test]
fn another_exit_status_is_no_matter_of_words() {
    const BOOK: &str = "[1]\n$ docker run x\n| error\n? 125\n";
    check_words(BOOK, &BOOK.replace("125", "126"), Part::Engine, Verdict::Differs);
}

#[test]
fn lines_that_depend_on_a_part_of_the_machine_may_be_others_with_that_part() {
    let verdict = |part: Part| {
        let book = snapshot("[1]\n$ docker image inspect x\n| <layer-1>\n");
        let here = with_another(&book.provenance, part);
        let mut ran = as_recorded(&book);
        "<layer-1>\n<layer-2>\n".clone_into(&mut ran[0].entry.output);
        ran[0].varies_with = Some(Part::BaseImages);
        compare_ran(&book, &ran, &here)[0].verdict
    };
    assert_eq!(verdict(Part::BaseImages), Verdict::InOtherWords);
    assert_eq!(verdict(Part::Curl), Verdict::Differs);
}

#[test]
fn a_size_out_of_its_range_is_one_of_another_image_store() {
    let mut book = snapshot("[1]\n$ docker image ls\n| <size-1>\n");
    book.recorded.insert("size-1".to_owned(), "10.5MB".to_owned());
    let ran = as_recorded(&book);
    let lines = listed(&book.transcript);
    let values = BTreeMap::from([("<size-1>".to_owned(), "3.71MB".to_owned())]);
    let verdict = |part| {
        let here = with_another(&book.provenance, part);
        let run = Run {
            ran: &ran,
            lines: &lines,
            values: &values,
            provenance: &here,
            stopped_at: None,
        };
        let command = compare(&book, &run).remove(0).commands.remove(0);
        (command.verdict, command.diff.lines)
    };
    let lines = ["- 10.5MB".to_owned(), "+ 3.71MB".to_owned()].to_vec();
    assert_eq!(verdict(Part::ImageStore), (Verdict::InOtherWords, lines.clone()));
    assert_eq!(verdict(Part::Curl), (Verdict::Differs, lines));
}

#[test]
fn only_the_size_of_a_row_is_words() {
    let mut book = snapshot("[1]\n$ docker image ls\n| rust   <size-1>\n");
    book.recorded.insert("size-1".to_owned(), "10.5MB".to_owned());
    let here = with_another(&book.provenance, Part::ImageStore);
    let mut ran = as_recorded(&book);
    "rest   <size-1>\n".clone_into(&mut ran[0].entry.output);
    let lines = listed(&book.transcript);
    let values = BTreeMap::from([("<size-1>".to_owned(), "3.71MB".to_owned())]);
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: &here,
        stopped_at: None,
    };
    assert_eq!(compare(&book, &run)[0].verdict, Verdict::Differs);
}

#[test]
fn on_a_machine_that_publishes_on_ipv4_alone_the_book_differs_as_expected() {
    for (name, sections) in [
        ("chapter-5", &["5-2", "5-2-expose", "5-exercise-1"][..]),
        ("chapter-6", &["6-exercise-1"]),
    ] {
        let book = book(name);
        let steps = compare_ran(&book, &published_on_ipv4(&book), &book.provenance);
        assert_eq!(differing(&steps), Vec::<String>::new(), "{name}");
        let is_said = |step: &&Step| {
            let mut expected = step.commands.iter().flat_map(|command| &command.expected);
            expected.any(|expected| *expected == Expected::PublishedOnIpv4)
        };
        let said: Vec<&str> = steps
            .iter()
            .filter(is_said)
            .map(|step| step.section.as_str())
            .collect();
        assert_eq!(said, sections, "{name}");
    }
}

#[test]
fn what_the_chapters_claim_holds_on_ipv4_alone() {
    for name in ["chapter-5", "chapter-6"] {
        let claimed = Claimed::of(name);
        for (at, ran) in published_on_ipv4(&claimed.book).iter().enumerate() {
            let output = ran.entry.output.replace(" on [::]:", " on 0.0.0.0:");
            let is_new = claimed.book.transcript.entries[at].output != output;
            for finding in claimed.findings(at, &output).iter().filter(|_| is_new) {
                assert!(finding.is_met, "{}: {}", ran.typed, finding.expected);
            }
        }
    }
}

#[test]
fn of_200_falsifications_none_escapes_where_ports_are_published_on_ipv4_alone() {
    let mut random = Rng::with_seed(SEED);
    let mut missed = Vec::new();
    let mut drawn = 0;
    while drawn < CHANGES {
        let book = book(random.choice(["chapter-5", "chapter-6"]).unwrap());
        let mut ran = published_on_ipv4(&book);
        let is_other = |at: &usize| ran[*at].entry.output != book.transcript.entries[*at].output;
        let others: Vec<usize> = (0..ran.len()).filter(is_other).collect();
        let at = others[random.usize(..others.len())];
        let (output, change) = falsified(&ran[at].entry.output, &mut random);
        if in_lines(&output) == in_lines(&ran[at].entry.output) {
            continue;
        }
        drawn += 1;
        ran[at].entry.output = output;
        if differing(&compare_ran(&book, &ran, &book.provenance)).is_empty() {
            missed.push(change);
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn only_a_mapping_that_repeats_one_of_ipv4_may_be_missing_from_a_list() {
    const BOTH: &str = "0.0.0.0:8080->8080/tcp, [::]:8080->8080/tcp";
    const TWO: &str =
        "0.0.0.0:80->80/tcp, [::]:80->80/tcp, 0.0.0.0:<port-1>->81/tcp, [::]:<ipv6-port-1>->81/tcp";
    const ALL: &str = "docker container ls --format 'table {{.Image}}\\t{{.Ports}}\\t{{.Names}}'";
    let check = |book: &str, here: &str, expected: Verdict| {
        let [book, here] = [book, here].map(|ports| {
            let rows = [["IMAGE", "PORTS", "NAMES"], ["roach", ports, "db"]];
            let rows = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
            Table { rows }.layout()
        });
        check_same_machine(ALL, &book, &here, expected);
    };
    check(BOTH, BOTH, Verdict::Same);
    check(BOTH, "0.0.0.0:8080->8080/tcp", Verdict::DiffersAsExpected);
    for here in [
        "[::]:8080->8080/tcp",
        "0.0.0.0:8081->8080/tcp",
        "0.0.0.0:8080->8081/tcp",
        "0.0.0.0:8080->8080/udp",
        "127.0.0.1:8080->8080/tcp",
        "0.0.0.0:8080->8080/tcp, [::]:8081->8080/tcp",
        "8080/tcp",
        "",
    ] {
        check(BOTH, here, Verdict::Differs);
    }
    check("[::]:8080->8080/tcp", "", Verdict::Differs);
    check("0.0.0.0:8080->8080/tcp", BOTH, Verdict::Differs);
    let another = "0.0.0.0:8080->8080/tcp, [::]:8081->8080/tcp";
    check(another, "0.0.0.0:8080->8080/tcp", Verdict::Differs);
    let both_on_ipv4 = "0.0.0.0:80->80/tcp, 0.0.0.0:<port-1>->81/tcp";
    check(TWO, both_on_ipv4, Verdict::DiffersAsExpected);
    let one_on_ipv4 = "0.0.0.0:80->80/tcp, [::]:80->80/tcp, 0.0.0.0:<port-1>->81/tcp";
    check(TWO, one_on_ipv4, Verdict::Differs);
}

#[test]
fn only_a_line_that_repeats_one_of_ipv4_may_be_missing_from_the_ports_of_a_container() {
    const BOTH: &str = "9090/tcp -> 0.0.0.0:8080\n9090/tcp -> [::]:8080\n";
    let check = |book: &str, here: &str, expected| {
        check_same_machine("docker container port x", book, here, expected);
    };
    check(BOTH, "9090/tcp -> 0.0.0.0:8080\n", Verdict::DiffersAsExpected);
    for here in [
        "9090/tcp -> [::]:8080\n",
        "9090/tcp -> 0.0.0.0:8081\n",
        "9091/tcp -> 0.0.0.0:8080\n",
        "9090/tcp -> 0.0.0.0:<port-1>\n",
        "",
    ] {
        check(BOTH, here, Verdict::Differs);
    }
    let another = "9090/tcp -> 0.0.0.0:8080\n9091/tcp -> [::]:8080\n";
    check(another, "9090/tcp -> 0.0.0.0:8080\n", Verdict::Differs);
    let chosen = "0.0.0.0:<port-1>\n[::]:<ipv6-port-1>\n";
    check(chosen, "0.0.0.0:<port-1>\n", Verdict::DiffersAsExpected);
    check(chosen, "[::]:<ipv6-port-1>\n", Verdict::Differs);
    // Elsewhere such lines are content as any.
    check_same_machine("cat ports", BOTH, "9090/tcp -> 0.0.0.0:8080\n", Verdict::Differs);
}

#[test]
fn a_service_that_finds_no_ipv6_says_so_and_that_differs_as_expected() {
    const WORDS: &str = " (this system has no IPv6)";
    const LOGS: &str = "docker container logs x";
    let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/serve.rs");
    assert!(
        fs::read_to_string(service)
            .unwrap()
            .contains(&format!("\"{WORDS}\""))
    );
    let book = "⇨ http server started on [::]:9090\n{\"status\":200}\n";
    let here = book.replace("[::]:9090", &format!("0.0.0.0:9090{WORDS}"));
    check_same_machine(LOGS, book, &here, Verdict::DiffersAsExpected);
    check_same_machine("docker run x", book, &here, Verdict::DiffersAsExpected);
    check_same_machine(LOGS, book, &here.replace("9090", "9091"), Verdict::Differs);
    check_same_machine(LOGS, book, &here.replace("200", "500"), Verdict::Differs);
    check_same_machine(LOGS, book, &here.replace(WORDS, ""), Verdict::Differs);
    check_same_machine("cat log", book, &here, Verdict::Differs);
}

#[test]
fn the_lines_of_a_log_may_change_places_and_nothing_else_may() {
    let (book, other) = ("started\nnot ready\n", "not ready\nstarted\n");
    check_same_machine("docker container logs x", book, other, Verdict::DiffersAsExpected);
    for (typed, here) in [
        ("docker container logs x", "not ready\nended\n"),
        ("docker container logs x", "not ready\n"),
        ("docker container logs x", "not ready\nstarted\nstarted\n"),
        ("docker container ls", other),
        ("docker run x", other),
    ] {
        check_same_machine(typed, book, here, Verdict::Differs);
    }
}

/// What a run of the book gives on a machine that publishes ports on IPv4 alone.
fn published_on_ipv4(book: &Snapshot) -> Vec<Ran> {
    let mut ran = as_recorded(book);
    for ran in &mut ran {
        let output = &mut ran.entry.output;
        if ran.typed.starts_with("docker container port ") {
            let lines = output.lines().filter(|line| !line.contains("[::]:"));
            *output = lines.flat_map(|line| [line, "\n"]).collect();
        } else if let Some(mut table) = Table::parse(output).filter(|_| output.contains("[::]:")) {
            for cell in table.rows.iter_mut().flatten() {
                *cell = cell.replace(", [::]:8080->8080/tcp", "");
            }
            *output = table.layout();
        }
    }
    ran
}

/// Compares two outputs of a command on the same machine.
#[track_caller]
fn check_same_machine(typed: &str, book: &str, here: &str, expected: Verdict) {
    let [book, here] = [book, here].map(|output| {
        let lines = output.lines().map(|line| format!("| {line}\n"));
        format!("[1]\n$ {typed}\n{}", lines.collect::<String>())
    });
    let book = snapshot(&book);
    let steps = compare_entries(&book, &here.parse().unwrap(), &book.provenance);
    assert_eq!(steps[0].verdict, expected, "{here}");
}

#[test]
fn what_is_another_one_than_in_the_book_is_named_as_a_reason() {
    let book = snapshot("[1]\n$ docker run x\n| a\n? 125\n");
    let here = with_another(&book.provenance, Part::Runc);
    let transcript = "[1]\n$ docker run x\n| b\n? 125\n".parse().unwrap();
    let steps = compare_entries(&book, &transcript, &here);
    let reason = Reason::RecordedElsewhere {
        what: Part::Runc,
        book: String::new(),
        here: "another".to_owned(),
    };
    assert_eq!(steps[0].commands[0].reasons, [reason]);
}

#[test]
fn every_word_counts_on_the_same_machine() {
    let book = snapshot("[1]\n$ docker run x\n| a\n? 125\n");
    let transcript = "[1]\n$ docker run x\n| b\n? 125\n".parse().unwrap();
    let steps = compare_entries(&book, &transcript, &book.provenance);
    assert_eq!(steps[0].verdict, Verdict::Differs);
    assert_eq!(steps[0].commands[0].diff.lines, ["- a", "+ b"]);
}

#[test]
fn commands_of_another_database_are_not_recorded_and_those_of_the_book_not_run() {
    let book = book("chapter-6");
    let mut here = book.provenance.clone();
    here.database = Some("cockroachdb/cockroach:latest".to_owned());
    let entry = Entry {
        section: "6-1".to_owned(),
        typed: Typed::Command("cockroach version".to_owned()),
        output: String::new(),
        status: Some(0),
    };
    let transcript = Transcript { entries: vec![entry] };
    let steps = compare_entries(&book, &transcript, &here);
    let first: Vec<Verdict> = steps[0].commands.iter().map(|command| command.verdict).collect();
    assert_eq!(first, [Verdict::NotRun, Verdict::NotRun, Verdict::NotRecorded]);
    assert_eq!(differing(&steps), Vec::<String>::new());
}

#[test]
fn a_long_diff_is_cut() {
    let lines = (0..40).fold(String::new(), |lines, number| lines + &format!("| {number}\n"));
    let book = snapshot(&format!("[1]\n$ seq\n{lines}"));
    let other = snapshot("[1]\n$ seq\n| none\n").transcript;
    let steps = compare_entries(&book, &other, &book.provenance);
    let diff = &steps[0].commands[0].diff;
    assert_eq!((diff.lines.len(), diff.left_out), (12, 29));
}

/// Verdicts where a run gives what `changed` makes of the book's entries; `sizes` are placeholder,
/// value in the book, value here. A container is always there.
#[track_caller]
fn check(
    text: &str,
    changed: impl FnOnce(Vec<Entry>) -> Vec<Entry>,
    sizes: &[(&str, &str, &str)],
) -> Vec<String> {
    let mut book = snapshot(text);
    let mut values = BTreeMap::from([("<container-1>".to_owned(), "4f1b7c02d9e3".to_owned())]);
    for (placeholder, book_value, here) in sizes {
        book.recorded
            .insert((*placeholder).to_owned(), (*book_value).to_owned());
        values.insert(format!("<{placeholder}>"), (*here).to_owned());
    }
    let lines = listed(&book.transcript);
    let entries = changed(book.transcript.entries.clone());
    let ran: Vec<Ran> = entries
        .iter()
        .map(|entry| ran_of(entry, entry.output.clone()))
        .collect();
    let run = Run {
        ran: &ran,
        lines: &lines,
        values: &values,
        provenance: &book.provenance,
        stopped_at: None,
    };
    let steps = compare(&book, &run);
    steps
        .iter()
        .map(|step| format!("{} {:?}", step.section, step.verdict))
        .collect()
}

/// Compares two transcripts where `part` of the machine is another one.
#[track_caller]
fn check_words(book: &str, here: &str, part: Part, expected: Verdict) {
    let book = snapshot(book);
    let provenance = with_another(&book.provenance, part);
    let steps = compare_entries(&book, &here.parse().unwrap(), &provenance);
    assert_eq!(steps[0].verdict, expected);
}

fn with_another(provenance: &Provenance, part: Part) -> Provenance {
    let mut other = provenance.clone();
    let value = match part {
        Part::Engine => &mut other.engine,
        Part::Client => &mut other.client,
        Part::Buildx => &mut other.buildx,
        Part::Compose => &mut other.compose,
        Part::Runc => &mut other.runc,
        Part::Containerd => &mut other.containerd,
        Part::ImageStore => &mut other.image_store,
        Part::Frontend => &mut other.frontend,
        Part::Curl => &mut other.curl,
        Part::OperatingSystem => &mut other.operating_system,
        Part::Architecture => &mut other.architecture,
        Part::BaseImages => &mut other.base_images,
        Part::Database => other.database.get_or_insert_default(),
    };
    "another".clone_into(value);
    other
}

/// Compares a run that gives this transcript, of a chapter that has these commands.
fn compare_entries(book: &Snapshot, transcript: &Transcript, here: &Provenance) -> Vec<Step> {
    let ran: Vec<Ran> = transcript
        .entries
        .iter()
        .map(|entry| ran_of(entry, entry.output.clone()))
        .collect();
    compare_ran(book, &ran, here)
}

fn compare_ran(book: &Snapshot, ran: &[Ran], here: &Provenance) -> Vec<Step> {
    let lines = listed(&book.transcript);
    let values: BTreeMap<String, String> = book
        .recorded
        .iter()
        .map(|(placeholder, value)| (format!("<{placeholder}>"), value.clone()))
        .collect();
    let run = Run {
        ran,
        lines: &lines,
        values: &values,
        provenance: here,
        stopped_at: None,
    };
    compare(book, &run)
}

fn differing(steps: &[Step]) -> Vec<String> {
    let differ = steps.iter().filter(|step| step.verdict >= Verdict::Differs);
    differ.map(|step| step.section.clone()).collect()
}

/// A run that gave what the book has.
fn as_recorded(book: &Snapshot) -> Vec<Ran> {
    let entries = book.transcript.entries.iter();
    entries.map(|entry| ran_of(entry, entry.output.clone())).collect()
}

fn ran_of(entry: &Entry, output: String) -> Ran {
    Ran {
        entry: Entry {
            output,
            ..entry.clone()
        },
        typed: typed(entry).to_owned(),
        output: entry.output.clone(),
        elapsed: Duration::ZERO,
        findings: Vec::new(),
        place: place(entry),
        varies_with: None,
        is_shown: true,
    }
}

fn listed(transcript: &Transcript) -> Vec<Listed> {
    let line = |entry: &Entry| Listed {
        section: entry.section.clone().leak(),
        action: match entry.typed {
            Typed::Command(_) => Action::Run,
            Typed::Interrupt(_) => Action::Interrupt,
        },
        source: Source {
            literal: typed(entry).replace("\\\n", "\n").leak(),
            place: place(entry),
        },
        words: Vec::new(),
        expected: shows_nothing(),
        limit: Duration::from_secs(1),
    };
    transcript.entries.iter().map(line).collect()
}

fn place(entry: &Entry) -> &'static str {
    format!("{} {}", entry.section, typed(entry)).leak()
}

fn typed(entry: &Entry) -> &str {
    let (Typed::Command(typed) | Typed::Interrupt(typed)) = &entry.typed;
    typed
}

fn snapshot(transcript: &str) -> Snapshot {
    Snapshot {
        transcript: transcript.parse().unwrap(),
        ..Snapshot::default()
    }
}

fn book(name: &str) -> Snapshot {
    file(name).parse().unwrap()
}

/// What a snapshot holds below its header.
fn content(name: &str) -> String {
    file(name).splitn(3, "---\n").nth(2).unwrap().to_owned()
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    fs::read_to_string(folder.join(format!("{name}.snap"))).unwrap()
}

/// The text with one character left out, put in or replaced, and what was done.
fn falsified(text: &str, random: &mut Rng) -> (String, String) {
    const OTHERS: &[u8] = b"abcxyz0123456789-./<>[]|$?' ";
    let characters: Vec<char> = text.chars().collect();
    let at = random.usize(..characters.len());
    let (is, other) = (characters[at], char::from(*random.choice(OTHERS).unwrap()));
    let (kept, new, change) = match random.u8(..3) {
        0 => (at + 1, String::new(), format!("{is:?} left out")),
        1 => (at, other.to_string(), format!("{other:?} put in before {is:?}")),
        _ => (at + 1, other.to_string(), format!("{is:?} replaced by {other:?}")),
    };
    let before: String = characters[..at].iter().collect();
    let after: String = characters[kept..].iter().collect();
    let line = before.lines().count();
    (format!("{before}{new}{after}"), format!("line {line}: {change}"))
}

/// A build that succeeded, as a transcript has it: each step with the lines below it.
struct Build<'a> {
    steps: Vec<(&'a str, Vec<&'a str>)>,
    named: Vec<&'a str>,
}

impl<'a> Build<'a> {
    fn of(entry: &'a Entry) -> Option<Self> {
        let mut build = Self {
            steps: Vec::new(),
            named: Vec::new(),
        };
        if !typed(entry).starts_with("docker build ") || entry.status != Some(0) {
            return None;
        }
        for line in entry.output.lines() {
            if line.starts_with("naming to ") {
                build.named.push(line);
            } else if line.starts_with('[') || build.steps.is_empty() {
                build.steps.push((line, Vec::new()));
            } else {
                build.steps.last_mut()?.1.push(line);
            }
        }
        // With `--quiet` there is an id and no progress.
        build
            .steps
            .iter()
            .any(|(name, _)| name.starts_with('['))
            .then_some(build)
    }

    /// Steps of which the transcript has more than their name.
    fn kept(&self) -> impl Iterator<Item = &'a str> {
        let is_kept = |(name, lines): &&(&'a str, Vec<&str>)| !name.starts_with('[') || !lines.is_empty();
        self.steps.iter().filter(is_kept).map(|(name, _)| *name)
    }

    fn stages(&self) -> Vec<Stage> {
        let words = self
            .steps
            .iter()
            .filter_map(|(name, _)| name.strip_prefix('[')?.split(' ').next());
        let mut names: Vec<&str> = words.filter(|word| !word.contains('/')).collect();
        names.dedup();
        let stage = |name: &&str| Stage {
            name: (*name).to_owned(),
            base: String::new(),
        };
        names.iter().map(stage).collect()
    }

    /// As `BuildKit` prints it: steps in any order, with numbers, times and digests.
    fn progress(&self, world: &mut World<'_>) -> String {
        let mut blocks: Vec<String> = Vec::new();
        let random = &mut *world.random;
        for ((name, lines), number) in self.steps.iter().zip(20..) {
            let digest: String = (0..64).map(|_| random.digit(16)).collect();
            let digest = if name.contains("] FROM ") {
                format!("@sha256:{digest}")
            } else {
                String::new()
            };
            let mut block = format!("#{number} {name}{digest}\n");
            for line in lines {
                let line = if *line == "CACHED" {
                    format!("#{number} CACHED\n")
                } else {
                    format!("#{number} {}.{:03} {line}\n", random.u8(..90), random.u16(..1000))
                };
                block += &line;
            }
            let end = format!("#{number} DONE {}.{}s\n", random.u8(..90), random.u8(..10));
            blocks.push(block + &end);
            world.replaced += 1;
        }
        random.shuffle(&mut blocks);
        let named = self.named.iter();
        let named = named.map(|name| format!("\n#90 {name} 0.{}s done", random.u8(..10)));
        let export = format!("#90 exporting to image{}\n", named.collect::<Vec<_>>().concat());
        let start = "#0 building with \"default\" instance using docker driver\n\n\
                     #1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\n";
        [start, &blocks.concat(), &export].concat()
    }
}

/// A machine on which everything that may be another value is one.
struct World<'a> {
    book: &'a Snapshot,
    random: &'a mut Rng,
    values: BTreeMap<String, String>,
    /// How many values were put in.
    replaced: usize,
}

impl<'a> World<'a> {
    fn new(book: &'a Snapshot, random: &'a mut Rng) -> Self {
        Self {
            book,
            random,
            values: BTreeMap::new(),
            replaced: 0,
        }
    }

    /// A command's output as it comes from Docker.
    fn output(&mut self, entry: &Entry) -> String {
        if let Some(mut table) = Table::parse(&entry.output) {
            let header = table.header().to_vec();
            for row in table.rows.iter_mut().skip(1) {
                for (cell, column) in row.iter_mut().zip(&header) {
                    *cell = self.filled(cell, column.ends_with(" ID"));
                }
            }
            return table.layout();
        }
        self.filled(&entry.output, false)
    }

    /// The text with a value for each placeholder; of ids 12 digits where `is_short`.
    fn filled(&mut self, text: &str, is_short: bool) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, (placeholder, after))) = rest
            .split_once('<')
            .and_then(|(before, after)| Some((before, after.split_once('>')?)))
        {
            filled.push_str(before);
            let Some(value) = self.value(placeholder) else {
                filled.push('<');
                rest = &rest[before.len() + 1..];
                continue;
            };
            self.replaced += 1;
            // Docker writes an image's id with its algorithm, except where it is short.
            if !is_short && (placeholder.starts_with("image-") || placeholder.starts_with("layer-")) {
                filled.push_str("sha256:");
            }
            let is_id = value.len() == 64;
            filled.push_str(if is_id && is_short { &value[..12] } else { &value });
            rest = after;
        }
        filled + rest
    }

    fn value(&mut self, placeholder: &str) -> Option<String> {
        let random = &mut *self.random;
        let number = random.u32(1..900);
        let one_of = |random: &mut Rng, texts: &[&str]| {
            let text = texts[random.usize(..texts.len())];
            Some(text.replace('#', &number.to_string()))
        };
        match placeholder {
            "time" => {
                return one_of(
                    random,
                    &[
                        "2031-01-02T03:04:05.#Z",
                        "# minutes ago",
                        "About an hour",
                        "Less than a second ago",
                        "Tue, 02 Jan 2031 03:04:05 GMT",
                    ],
                );
            }
            "duration" => return one_of(random, &["#ms", "#µs", "1.#s"]),
            "n" => return one_of(random, &["#"]),
            "registry-answer" => {
                return one_of(
                    random,
                    &[
                        "docker: Error response from daemon: pull access denied, take #.",
                        "docker: Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: i/o timeout.",
                    ],
                );
            }
            "resolver-answer" => {
                return one_of(
                    random,
                    &[
                        "Name or service not known",
                        "Temporary failure in name resolution",
                    ],
                );
            }
            _ => {}
        }
        if let Some(value) = self.values.get(placeholder) {
            return Some(value.clone());
        }
        let (kind, digits) = placeholder.rsplit_once('-')?;
        digits.parse::<u32>().ok()?;
        let recorded = self.book.recorded.get(placeholder);
        let value = match kind {
            "container" | "image" | "layer" | "network" | "volume" => {
                // An id has digits and letters among its first twelve.
                let rest: String = (0..61).map(|_| random.digit(16)).collect();
                format!("a1b{rest}")
            }
            "name" => {
                let name: String = (0..6).map(|_| random.lowercase()).collect();
                format!("{name}_turing")
            }
            // Pools of addresses and ranges of ports are the reader's to configure.
            "address" => match random.u8(..4) {
                0 => format!("172.{}.0.{}", random.u8(16..32), random.u8(2..250)),
                1 => format!("100.64.{}.{}", random.u8(..), random.u8(2..250)),
                2 => format!("203.0.113.{}", random.u8(2..250)),
                _ => format!("fd00:{:x}::{:x}", random.u16(1..), random.u16(2..)),
            },
            "port" | "ipv6-port" => match random.u8(..2) {
                0 => random.u16(1024..8000).to_string(),
                _ => random.u16(8081..).to_string(),
            },
            "size" => {
                let bytes = chapters::size::bytes(recorded?)?;
                format!("{:.2}MB", bytes / 1e6 * (0.55 + 1.4 * random.f64()))
            }
            "version" if recorded?.contains("Debian") => {
                format!("16.{number} (Debian 16.{number}-1.pgdg12+1)")
            }
            // What Docker calls a version, and what it adds to it.
            "version" if recorded?.contains(' ') => format!("v0.{number}.0 9872040"),
            "version" => format!("28.5.{number}"),
            "architecture" => "aarch64".to_owned(),
            _ => return None,
        };
        self.values.insert(placeholder.to_owned(), value.clone());
        Some(value)
    }
}
