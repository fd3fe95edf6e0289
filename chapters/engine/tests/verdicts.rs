//! Tests of the comparison: which differences it reports, and which it ignores.

#![allow(
    clippy::disallowed_methods,
    reason = "tests start programs, write files and read the environment"
)]
#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod comparison;

use std::collections::BTreeMap;
use std::process::Command;

use comparison::compared;
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::expect::{Expected, Finding};
use tutorial_engine::author::line::Action;
use tutorial_engine::author::tutorial::Tutorial;
use tutorial_engine::record::provenance::{Part, Provenance};
use tutorial_engine::record::snapshot::Snapshot;
use tutorial_engine::record::table::Table;
use tutorial_engine::record::transcript::{Transcript, Typed};
use tutorial_engine::report::compare::{Run, compare};
use tutorial_engine::report::verdict::{Compared, Reason, Verdict};

const WITHOUT_IPV6: &str = " (no IPv6 here)";

const MADE_UP: Tutorial = Tutorial {
    without_ipv6: Some(WITHOUT_IPV6),
    ..Tutorial::PLAIN
};

const CONTAINER: &str = "[1]\n$ docker run x\n| error\n? 125\n";

#[test]
fn a_text_without_placeholders_is_the_same_or_differs() {
    check("[1]\n$ ls\n| a\n", "[1]\n$ ls\n| a\n", &same(), Verdict::Same);
    check("[1]\n$ ls\n| a\n", "[1]\n$ ls\n| b\n", &same(), Verdict::Differs);
}

#[test]
fn what_a_placeholder_stands_for_differs_as_expected() {
    let book = snapshot("[1]\n$ docker run x\n| <container-1>\n");
    let here = with_values(&book, &[("container-1", "4f1b7c02d9e3")]);
    assert_eq!(verdicts(&book, &here), [Verdict::DiffersAsExpected]);
}

#[test]
fn another_number_of_versions_before_a_line_shifts_no_number() {
    let versions = |text: &str, value: &str| {
        let name = text.trim_matches(['<', '>']);
        with_values(
            &snapshot(&format!("[1]\n$ docker run x\n| cargo {text}\n")),
            &[(name, value)],
        )
    };
    let book = versions("<version-1>", "1.95.0");
    assert_eq!(
        verdicts(&book, &versions("<version-9>", "1.95.0")),
        [Verdict::Same]
    );
    let other = versions("<version-9>", "1.96.0");
    assert_eq!(verdicts(&book, &other), [Verdict::DiffersAsExpected]);
    // A container is this one and no other.
    let [one, other] = [1, 2].map(|at| format!("[1]\n$ docker run x\n| <container-{at}>\n"));
    check(&one, &other, &same(), Verdict::Differs);
}

#[test]
fn a_size_is_about_the_books_from_half_to_double_of_it() {
    check_size("100MB", &same(), Verdict::Same);
    check_size("101MB", &same(), Verdict::DiffersAsExpected);
    check_size("199MB", &same(), Verdict::DiffersAsExpected);
    check_size("49MB", &same(), Verdict::Differs);
    check_size("201MB", &same(), Verdict::Differs);
}

#[test]
fn a_size_out_of_its_range_is_in_other_words_with_another_image_store() {
    check_size("201MB", &another(Part::ImageStore), Verdict::InOtherWords);
    check_size("201MB", &another(Part::Curl), Verdict::Differs);
}

#[test]
fn only_the_size_of_a_row_is_words() {
    let book = snapshot("[1]\n$ docker image ls\n| rust   <size-1>\n");
    let book = with_values(&book, &[("size-1", "100MB")]);
    let here = snapshot("[1]\n$ docker image ls\n| rest   <size-1>\n");
    let here = Snapshot {
        provenance: another(Part::ImageStore),
        ..with_values(&here, &[("size-1", "201MB")])
    };
    assert_eq!(verdicts(&book, &here), [Verdict::Differs]);
}

#[test]
fn another_exit_status_differs_on_every_machine() {
    let other = CONTAINER.replace("125", "126");
    check(CONTAINER, &other, &same(), Verdict::Differs);
    check(CONTAINER, &other, &another(Part::Engine), Verdict::Differs);
}

#[test]
fn a_section_that_was_left_out_does_not_shift_the_rest() {
    let book = snapshot("[1]\n$ ls\n| a\n\n[2]\n$ ls\n| b\n$ ls\n| c\n\n[3]\n$ ls\n| d\n");
    let mut here = book.clone();
    here.transcript.entries.remove(0);
    let expected = [Verdict::NotRun, Verdict::Same, Verdict::Same, Verdict::Same];
    assert_eq!(verdicts(&book, &here), expected);
}

#[test]
fn a_command_that_only_one_of_the_two_has_differs() {
    let (short, long) = (snapshot("[1]\n$ ls\n"), snapshot("[1]\n$ ls\n$ pwd\n"));
    let only_here = &compared(&short, &long, &chapter(&long.transcript))[1];
    assert_eq!(only_here.verdict, Verdict::Differs);
    assert_eq!(only_here.reasons, [Reason::NotInBook]);
    let only_in_book = &compared(&long, &short, &chapter(&short.transcript))[1];
    assert_eq!(only_in_book.verdict, Verdict::Differs);
    assert_eq!(only_in_book.reasons, [Reason::NotInChapter]);
}

#[test]
fn commands_of_another_alternative_are_not_recorded_and_those_of_the_book_not_run() {
    let mut book = snapshot("[1]\n$ one --version\n");
    book.provenance = on(Part::Database, "one:1");
    let mut here = snapshot("[1]\n$ other --version\n");
    here.provenance = on(Part::Database, "other:1");
    let compared = compared(&book, &here, &chapter(&here.transcript));
    let verdicts: Vec<_> = compared.iter().map(|command| command.verdict).collect();
    assert_eq!(verdicts, [Verdict::NotRun, Verdict::NotRecorded]);
}

#[test]
fn a_command_that_failed_has_failed_even_if_its_text_is_the_same() {
    let book = snapshot("[1]\n$ ls\n| a\n");
    let chapter = chapter(&book.transcript);
    let mut ran = comparison::ran(&book.transcript, &chapter);
    ran[0].findings = vec![Finding {
        claim: Expected::End,
        expected: "an end within 1 s".to_owned(),
        is_met: false,
    }];
    let run = Run {
        chapter: &chapter,
        ran: &ran,
        values: &BTreeMap::new(),
        provenance: &same(),
        stopped_at: Some("1#1"),
    };
    assert_eq!(compare(&book, &run)[0].verdict, Verdict::Failed);
}

#[test]
fn a_command_that_could_not_be_run_has_failed_and_those_after_it_were_not_run() {
    let book = snapshot("[1]\n$ ls\n| a\n\n[2]\n$ ls\n");
    let run = Run {
        chapter: &chapter(&book.transcript),
        ran: &[],
        values: &BTreeMap::new(),
        provenance: &same(),
        stopped_at: Some("1#1"),
    };
    let verdicts = compare(&book, &run).into_iter().map(|step| step.verdict);
    assert_eq!(verdicts.collect::<Vec<_>>(), [Verdict::Failed, Verdict::NotRun]);
}

#[test]
fn docker_says_its_errors_in_its_own_words() {
    let here = CONTAINER.replace("error", "Error");
    check(CONTAINER, &here, &same(), Verdict::Differs);
    check(CONTAINER, &here, &another(Part::Engine), Verdict::InOtherWords);
    check(CONTAINER, &here, &another(Part::Runc), Verdict::InOtherWords);
    // The command does not use curl.
    check(CONTAINER, &here, &another(Part::Curl), Verdict::Differs);
}

#[test]
fn curl_says_its_errors_in_its_own_words_and_gives_what_others_said_as_it_is() {
    let (curl, engine) = (another(Part::Curl), another(Part::Engine));
    let book = "[1]\n$ curl x\n| curl: (7) Couldn't connect to server\n? 7\n";
    let here = book.replace("Couldn't", "Could not");
    check(book, &here, &curl, Verdict::InOtherWords);
    check(book, &here, &engine, Verdict::Differs);
    let [book, here] = ["[1]\n$ curl x\n| Hello (0)\n", "[1]\n$ curl x\n| Hello (2)\n"];
    check(book, here, &curl, Verdict::Differs);
}

#[test]
fn steps_of_a_build_that_fails_are_the_same_everywhere_and_its_error_is_not() {
    let buildx = another(Part::Buildx);
    let book = "[1]\n$ docker build .\n| [1/2] FROM a\n| ERROR: failed to solve: x\n? 1\n";
    let error = book.replace("ERROR: ", "ERROR: failed to build: ");
    check(book, &error, &buildx, Verdict::InOtherWords);
    check(book, &book.replace("FROM a", "FROM b"), &buildx, Verdict::Differs);
}

#[test]
fn what_a_container_says_before_it_ends_with_an_error_is_the_same_everywhere() {
    let book = "[1]\n$ docker run --rm x ls /data\n| ls: no such file\n? 2\n";
    let here = book.replace("no such", "No such");
    check(book, &here, &another(Part::Runc), Verdict::Differs);
}

#[test]
fn lines_that_depend_on_a_part_of_the_machine_may_be_others_with_that_part() {
    let book = snapshot("[1]\n$ docker image inspect x\n| <layer-1>\n");
    let mut chapter = Chapter::new(&MADE_UP, "made-up", "made-up");
    chapter.section("1");
    let line = chapter.line(
        Action::Run,
        "docker image inspect x",
        "here:1",
        &Command::new("docker"),
    );
    line.varies_with(Part::BaseImages);
    let chapter = chapter.on(None);
    let verdict = |provenance| {
        let here = Snapshot {
            provenance,
            ..snapshot("[1]\n$ docker image inspect x\n| <layer-1>\n| <layer-2>\n")
        };
        compared(&book, &here, &chapter)[0].verdict
    };
    assert_eq!(verdict(another(Part::BaseImages)), Verdict::InOtherWords);
    assert_eq!(verdict(another(Part::Curl)), Verdict::Differs);
}

#[test]
fn only_a_mapping_that_repeats_one_of_ipv4_may_be_missing_from_a_list() {
    const BOTH: &str = "0.0.0.0:8080->8080/tcp, [::]:8080->8080/tcp";
    const TWO: &str =
        "0.0.0.0:80->80/tcp, [::]:80->80/tcp, 0.0.0.0:<port-1>->81/tcp, [::]:<ipv6-port-1>->81/tcp";
    let check = |book: &str, here: &str, expected: Verdict| {
        let [book, here] = [book, here].map(|ports| {
            let rows = [["IMAGE", "PORTS", "NAMES"], ["service", ports, "db"]];
            let rows = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
            Table { rows }.layout()
        });
        check_output("docker container ls", &book, &here, expected);
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
        check_output("docker container port x", book, here, expected);
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
    // In other commands, such lines are ordinary content.
    check_output("cat ports", BOTH, "9090/tcp -> 0.0.0.0:8080\n", Verdict::Differs);
}

#[test]
fn a_service_that_finds_no_ipv6_says_so_and_that_differs_as_expected() {
    const LOGS: &str = "docker container logs x";
    let book = "started on [::]:9090\n{\"status\":200}\n";
    let here = book.replace("[::]:9090", &format!("0.0.0.0:9090{WITHOUT_IPV6}"));
    check_output(LOGS, book, &here, Verdict::DiffersAsExpected);
    check_output("docker run x", book, &here, Verdict::DiffersAsExpected);
    check_output(LOGS, book, &here.replace("9090", "9091"), Verdict::Differs);
    check_output(LOGS, book, &here.replace("200", "500"), Verdict::Differs);
    check_output(LOGS, book, &here.replace(WITHOUT_IPV6, ""), Verdict::Differs);
    check_output("cat log", book, &here, Verdict::Differs);
}

#[test]
fn the_lines_of_a_log_may_change_places_and_nothing_else_may() {
    let (book, other) = ("started\nnot ready\n", "not ready\nstarted\n");
    check_output("docker container logs x", book, other, Verdict::DiffersAsExpected);
    for (typed, here) in [
        ("docker container logs x", "not ready\nended\n"),
        ("docker container logs x", "not ready\n"),
        ("docker container logs x", "not ready\nstarted\nstarted\n"),
        ("docker container ls", other),
        ("docker run x", other),
    ] {
        check_output(typed, book, here, Verdict::Differs);
    }
}

#[test]
fn what_is_another_one_than_in_the_book_is_named_as_a_reason() {
    let here = another(Part::Runc);
    let command = check(
        CONTAINER,
        &CONTAINER.replace("error", "Error"),
        &here,
        Verdict::InOtherWords,
    );
    let reason = Reason::RecordedElsewhere {
        what: Part::Runc,
        book: String::new(),
        here: "another".to_owned(),
    };
    assert_eq!(command.reasons, [reason]);
    assert_eq!(command.diff.lines, ["- error", "+ Error"]);
}

#[test]
fn a_long_diff_is_cut() {
    let lines = (0..40).fold(String::new(), |lines, number| lines + &format!("| {number}\n"));
    let book = format!("[1]\n$ seq\n{lines}");
    let diff = check(&book, "[1]\n$ seq\n| none\n", &same(), Verdict::Differs).diff;
    assert_eq!((diff.lines.len(), diff.left_out), (12, 29));
}

/// Compares two transcripts of one command, the second on the machine `here`.
#[track_caller]
fn check(book: &str, here: &str, machine: &Provenance, expected: Verdict) -> Compared {
    let book = snapshot(book);
    let here = Snapshot {
        provenance: machine.clone(),
        ..snapshot(here)
    };
    let command = compared(&book, &here, &chapter(&book.transcript)).remove(0);
    assert_eq!(command.verdict, expected, "{:?}", here.transcript);
    command
}

/// Compares two outputs of a command on the same machine.
#[track_caller]
fn check_output(typed: &str, book: &str, here: &str, expected: Verdict) {
    let [book, here] = [book, here].map(|output| {
        let lines = output.lines().map(|line| format!("| {line}\n"));
        format!("[1]\n$ {typed}\n{}", lines.collect::<String>())
    });
    check(&book, &here, &same(), expected);
}

/// Compares a size with the book's, which is 100 MB.
#[track_caller]
fn check_size(here: &str, machine: &Provenance, expected: Verdict) {
    let listed = snapshot("[1]\n$ docker image ls\n| <size-1>\n");
    let book = with_values(&listed, &[("size-1", "100MB")]);
    let here = Snapshot {
        provenance: machine.clone(),
        ..with_values(&listed, &[("size-1", here)])
    };
    assert_eq!(verdicts(&book, &here), [expected], "{:?}", here.recorded);
}

/// Verdicts on a run of the book's commands.
fn verdicts(book: &Snapshot, here: &Snapshot) -> Vec<Verdict> {
    let compared = compared(book, here, &chapter(&book.transcript));
    compared.iter().map(|command| command.verdict).collect()
}

/// The machine of the book, with no known parts.
fn same() -> Provenance {
    Provenance::default()
}

/// The same machine except for one part.
fn another(part: Part) -> Provenance {
    on(part, "another")
}

/// A machine with one known part.
fn on(part: Part, value: &str) -> Provenance {
    let mut machine = same();
    machine.parts.insert(part, value.to_owned());
    machine
}

fn snapshot(transcript: &str) -> Snapshot {
    Snapshot {
        transcript: transcript.parse().unwrap(),
        ..Snapshot::default()
    }
}

fn with_values(snapshot: &Snapshot, values: &[(&str, &str)]) -> Snapshot {
    let values = values.iter();
    let values = values.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Snapshot {
        recorded: values.collect(),
        ..snapshot.clone()
    }
}

/// A chapter with these commands.
fn chapter(transcript: &Transcript) -> Chapter {
    let mut chapter = Chapter::new(&MADE_UP, "made-up", "made-up");
    for entries in transcript
        .entries
        .chunk_by(|one, next| one.section == next.section)
    {
        chapter.section(entries[0].section.clone().leak());
        for entry in entries {
            let Typed::Command(typed) = &entry.typed else {
                panic!("{entry:?}")
            };
            let place = format!("{} {typed}", entry.section).leak();
            chapter.line(Action::Run, typed.clone().leak(), place, &Command::new("made-up"));
        }
    }
    chapter.on(None)
}
