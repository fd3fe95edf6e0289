//! A part of a chapter: what commands make and need by their words, and a step, a resumed chapter
//! and one that asks on a real Docker Engine.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

mod on_engine;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use chapters::chapter::{Chapter, Listed, Outline};
use chapters::database::Database;
use chapters::effects::{Effects, State, Thing};
use chapters::options::Options;
use chapters::plan::Course;
use chapters::reader::Recording;
use chapters::snapshot::Snapshot;
use chapters::transcript::{Entry, Transcript};
use chapters::tutorial::RUNNING_RUST_IN_DOCKER;
use clap::Parser;
use on_engine::{docker, engine, files, objects, run, stderr};

macro_rules! chapters {
    ($($module:ident $file:literal),+ $(,)?) => {
        $(
            #[path = $file]
            #[expect(dead_code, reason = "each chapter is a program, too")]
            mod $module;
        )+
        const CHAPTERS: &[Outline] = &[$($module::CHAPTER),+];
    };
}

chapters![
    chapter_1 "../src/bin/chapter-1.rs",
    chapter_2 "../src/bin/chapter-2.rs",
    chapter_3 "../src/bin/chapter-3.rs",
    chapter_4 "../src/bin/chapter-4.rs",
    chapter_5 "../src/bin/chapter-5.rs",
    chapter_6 "../src/bin/chapter-6.rs",
];

#[test]
fn what_a_reader_gets_who_chooses_nothing_is_what_was_recorded() {
    for outline in CHAPTERS {
        let name = outline.name;
        let options = Options::try_parse_from([name]).unwrap();
        let book = Snapshot::of_chapter(outline.tutorial, name).unwrap();
        let database = outline.has_database.then(|| options.database.image());
        assert_eq!(book.provenance.database.as_deref(), database, "{name}");
        let mut chapter = Chapter::listed(Path::new(outline.tutorial.root), options.database);
        (outline.commands)(&mut chapter).unwrap();
        let of = |transcript: Transcript| -> Vec<_> {
            let entries = transcript.entries.into_iter();
            entries.map(|entry| (entry.section, entry.typed)).collect()
        };
        assert_eq!(of(chapter.transcript()), of(book.transcript), "{name}");
    }
}

#[test]
fn only_commands_that_look_are_thought_to_have_no_effects() {
    let without: BTreeSet<String> = CHAPTERS
        .iter()
        .flat_map(|outline| effects(outline, Database::Postgres))
        .filter(|(line, effects)| line.entry().is_some() && effects.is_none())
        .map(|(line, _)| kind_of_command(&line))
        .collect();
    let expected = [
        "cat",
        "curl, which fails",
        "docker build, which fails",
        "docker buildx version",
        "docker compose version",
        "docker container cp, which fails",
        "docker container inspect",
        "docker container logs",
        "docker container ls",
        "docker container port",
        "docker container wait",
        "docker image inspect",
        "docker image ls",
        "docker info",
        "docker network list",
        "docker run",
        "docker run, which fails",
        "docker version",
        "docker volume list",
        "grep",
        "ls",
        "tail",
        "tar",
        "wc",
    ];
    assert_eq!(without, expected.map(str::to_owned).into());
}

#[test]
fn a_container_that_removes_itself_goes_when_it_is_stopped() {
    check_effects(
        "chapter-6",
        "docker container stop rest-server roach",
        &[],
        &[
            Thing::Container("rest-server".to_owned()),
            Thing::Port(80),
            Thing::Running("rest-server".to_owned()),
            Thing::Running("roach".to_owned()),
        ],
    );
}

#[test]
fn a_name_that_is_taken_makes_no_container() {
    check_effects(
        "chapter-5",
        "docker run --detach --name rest-server docker-gs-ping",
        &[],
        &[],
    );
}

#[test]
fn an_image_without_tag_gets_the_tag_latest() {
    check_effects(
        "chapter-5",
        "docker image tag docker-gs-ping:multistage docker-gs-ping",
        &[Thing::Image("docker-gs-ping:latest".to_owned())],
        &[],
    );
}

#[test]
fn a_step_from_nothing_needs_what_makes_its_things_and_no_more() {
    check_detour("chapter-3", "3-12-tag", &["3-12"]);
    check_detour("chapter-3", "3-11", &["3-9", "3-10"]);
    check_detour("chapter-3", "3-exercise-1", &["3-6", "3-11-cache"]);
    check_detour("chapter-3", "3-exercise-3", &["3-12-untagged"]);
    check_detour("chapter-5", "5-2-stop", &["5", "5-2"]);
    check_detour("chapter-5", "5-exercise-1", &["5"]);
    check_detour("chapter-6", "6-3-names", &["6-3"]);
}

#[test]
fn a_step_that_needs_something_gone_runs_what_removes_it() {
    // Without 5-4 the name `latest` would be taken from an image that nothing else names.
    let detour = detour("chapter-5", "5-exercise-3", State::default());
    assert!(detour.sections.contains("5-4"), "{detour:?}");
}

#[test]
fn every_step_runs_alone_where_the_chapter_has_come_to_it() {
    for outline in CHAPTERS {
        let (_, course) = course(outline, Database::Postgres);
        let mut section = "";
        for (line, state) in course.lines().iter().zip(course.states()) {
            if line.step.section() != section {
                section = line.step.section();
                let detour = course.detour(&BTreeSet::from([section.to_owned()]), state.clone());
                assert_eq!(detour.sections, BTreeSet::new(), "{section}: {detour:?}");
                assert_eq!(detour.in_the_way, [], "{section}");
            }
        }
    }
}

#[test]
fn every_step_from_nothing_finds_what_it_finds_in_the_whole_chapter() {
    for outline in CHAPTERS {
        for database in [Database::Postgres, Database::Cockroach] {
            let (_, course) = course(outline, database);
            let sections: BTreeSet<&str> = course.lines().iter().map(|line| line.step.section()).collect();
            for section in sections {
                let shown = BTreeSet::from([section.to_owned()]);
                let detour = course.detour(&shown, State::default());
                let runs: BTreeSet<String> = shown.union(&detour.sections).cloned().collect();
                // Run with nothing there, these sections have all that they need.
                let again = course.detour(&runs, State::default());
                assert_eq!(again.sections, BTreeSet::new(), "{section}: {again:?}");
            }
        }
    }
}

#[test]
fn a_dry_run_says_what_each_command_makes_and_removes() {
    let listed = stdout(env!("CARGO_BIN_EXE_chapter-5"), &["--dry-run", "--lang", "en"]);
    for part in [
        "$ docker build --tag docker-gs-ping .\n# makes image docker-gs-ping:latest\n",
        "$ docker image rm docker-gs-ping:latest\n# removes image docker-gs-ping:latest\n",
        "docker-gs-ping\n# makes container rest-server\n# publishes port 8080 of this machine\n",
    ] {
        assert!(listed.contains(part), "no {part} in\n{listed}");
    }
    let listed = stdout(env!("CARGO_BIN_EXE_chapter-5"), &["--dry-run", "--lang", "ja"]);
    assert!(
        listed.contains("# 削除: イメージdocker-gs-ping:latest\n"),
        "{listed}"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_2_makes_what_its_words_say() {
    check_words_against_engine("chapter-2", env!("CARGO_BIN_EXE_chapter-2"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_3_makes_what_its_words_say() {
    check_words_against_engine("chapter-3", env!("CARGO_BIN_EXE_chapter-3"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_4_makes_what_its_words_say() {
    check_words_against_engine("chapter-4", env!("CARGO_BIN_EXE_chapter-4"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_5_makes_what_its_words_say() {
    check_words_against_engine("chapter-5", env!("CARGO_BIN_EXE_chapter-5"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn chapter_6_makes_what_its_words_say() {
    check_words_against_engine("chapter-6", env!("CARGO_BIN_EXE_chapter-6"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_step_whose_needs_are_there_runs_alone_and_numbers_as_the_book_does() {
    let _engine = engine();
    let before = objects();
    let program = env!("CARGO_BIN_EXE_chapter-5");
    let kept = run(program, &["--keep", "--step", "5-background"]);
    let (output, shown) = record(program, &["--keep", "--step", "5-address"]);
    let (stopped, shown_stopped) = record(program, &["--step", "5-1"]);
    clean(program);
    assert_eq!(kept.status.code(), Some(0), "{}", stderr(&kept));
    for output in [&output, &stopped] {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
        assert!(!stderr(output).contains("first:"), "{}", stderr(output));
    }
    assert_eq!(shown, section("chapter-5", "5-address"));
    assert_eq!(shown_stopped, section("chapter-5", "5-1"));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_a_step_lacks_is_made_by_the_sections_that_make_it() {
    let _engine = engine();
    let before = objects();
    let program = env!("CARGO_BIN_EXE_chapter-3");
    let (output, shown) = record(program, &["--step", "3-12-tag", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("image docker-gs-ping:latest, made by 3-12"),
        "{said}"
    );
    assert_eq!(said.matches("first: ").count(), 2, "{said}");
    assert_eq!(shown, section("chapter-3", "3-12-tag"));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_was_kept_before_a_step_stays_kept() {
    let _engine = engine();
    let before = objects();
    let program = env!("CARGO_BIN_EXE_chapter-3");
    run(program, &["--keep", "--step", "3-12"]);
    let kept = objects();
    let output = run(program, &["--step", "3-exercise-2"]);
    let after = objects();
    // It is gone behind the tutorial's back: the engine is asked, not the note.
    docker(&["image", "rm", "docker-gs-ping:latest"]);
    let again = run(program, &["--step", "3-exercise-2"]);
    clean(program);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        stderr(&output).matches("first: ").count(),
        0,
        "{}",
        stderr(&output)
    );
    assert_eq!(after, kept);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert_eq!(stderr(&again).matches("first: ").count(), 2, "{}", stderr(&again));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn what_is_kept_and_in_the_way_of_a_step_is_removed_first() {
    let _engine = engine();
    let before = objects();
    let program = env!("CARGO_BIN_EXE_chapter-3");
    // It leaves a name that the list in 3-12-tag would show.
    run(program, &["--keep", "--step", "3-exercise-3"]);
    let (output, shown) = record(program, &["--step", "3-12-tag", "--lang", "en"]);
    clean(program);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("is removed first:\n  image docker-gs-ping:greeting"),
        "{said}"
    );
    assert_eq!(shown, section("chapter-3", "3-12-tag"));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_strangers_container_stops_a_step() {
    let _engine = engine();
    let program = env!("CARGO_BIN_EXE_chapter-5");
    run(program, &["--keep", "--step", "5"]);
    docker(&[
        "container",
        "create",
        "--name",
        "rest-server",
        "rust:1.95-slim-bookworm",
    ]);
    let output = run(program, &["--step", "5-3"]);
    docker(&["container", "rm", "rest-server"]);
    clean(program);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("container rest-server"), "{said}");
    assert!(!said.contains("image docker-gs-ping:latest"), "{said}");
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_failed_goes_on_where_it_stopped() {
    let _engine = engine();
    let before = objects();
    let program = env!("CARGO_BIN_EXE_chapter-5");
    // Somebody takes the port that 5-2 publishes while the chapter asks before that section.
    let mut asked = Asked::start(program, &["--interactive"]);
    while !asked.said.contains("--publish 8080:8080") {
        asked.answer("r");
    }
    let port = TcpListener::bind("0.0.0.0:8080").unwrap();
    asked.answer_last("a");
    let failed = asked.end();
    drop(port);
    assert_eq!(failed.0, Some(1), "{}", failed.1);
    assert!(failed.1.contains("-- --resume"), "{}", failed.1);
    assert_eq!(objects(), before, "a failed chapter left something");
    let (resumed, shown) = record(program, &["--resume", "--lang", "en"]);
    let said = stderr(&resumed);
    assert_eq!(resumed.status.code(), Some(0), "{said}");
    assert!(said.contains("chapter-5 goes on with section 5-2."), "{said}");
    // Of what comes before 5-2 only the images are made again.
    assert_eq!(said.matches("first: ").count(), 2, "{said}");
    assert_eq!(shown, from("chapter-5", "5-2"));
    let again = run(program, &["--resume", "--step", "5"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn without_a_run_that_stopped_there_is_nothing_to_resume() {
    let _engine = engine();
    clean(env!("CARGO_BIN_EXE_chapter-2"));
    let (output, shown) = record(env!("CARGO_BIN_EXE_chapter-2"), &["--resume", "--lang", "en"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("it starts from the beginning"), "{said}");
    assert_eq!(shown, from("chapter-2", "2"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_chapter_that_asks_runs_skips_explains_and_ends() {
    let _engine = engine();
    let before = objects();
    let mut asked = Asked::start(
        env!("CARGO_BIN_EXE_chapter-2"),
        &["--interactive", "--lang", "en"],
    );
    assert!(
        asked.said.contains("cat chapters/listings/2/Dockerfile"),
        "{}",
        asked.said
    );
    asked.answer("s");
    assert!(
        asked.said.contains("# makes image docker-gs-ping:dockerfile"),
        "{}",
        asked.said
    );
    asked.answer("what");
    asked.answer("e");
    // The page's own words.
    assert!(asked.said.contains("Dockerfile"), "{}", asked.said);
    asked.answer("");
    asked.answer("r");
    asked.answer_last("q");
    let (status, said, shown) = asked.end_with_output();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("left early"), "{said}");
    assert!(!shown.contains("$ cat"), "{shown}");
    assert!(
        shown.contains("$ docker run --rm docker-gs-ping:dockerfile\nbuilt from Dockerfile\n"),
        "{shown}"
    );
    assert_eq!(objects(), before);
    clean(env!("CARGO_BIN_EXE_chapter-2"));
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_end_of_the_answers_is_the_end_of_the_chapter() {
    let _engine = engine();
    let before = objects();
    let output = run(env!("CARGO_BIN_EXE_chapter-2"), &["--interactive"]);
    clean(env!("CARGO_BIN_EXE_chapter-2"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(output.stdout, b"");
    assert_eq!(objects(), before);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_failure_after_a_skipped_command_says_so() {
    let _engine = engine();
    let mut asked = Asked::start(
        env!("CARGO_BIN_EXE_chapter-2"),
        &["--interactive", "--lang", "en"],
    );
    asked.answer("r");
    asked.answer("s");
    asked.answer_last("a");
    let (status, said) = asked.end();
    clean(env!("CARGO_BIN_EXE_chapter-2"));
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("Commands that were skipped before this: 1."),
        "{said}"
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn ctrl_c_at_a_question_ends_the_chapter() {
    let _engine = engine();
    let before = objects();
    let mut asked = Asked::start(env!("CARGO_BIN_EXE_chapter-2"), &["--interactive"]);
    asked.answer("r");
    asked.answer("r");
    let child = nix::unistd::Pid::from_raw(asked.child.id().cast_signed());
    nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGINT).unwrap();
    let (status, said) = asked.end();
    clean(env!("CARGO_BIN_EXE_chapter-2"));
    assert_eq!(status, Some(130), "{said}");
    assert_eq!(objects(), before);
}

/// What the words of a chapter's command make and remove, looked up by its text.
#[track_caller]
fn check_effects(chapter: &str, command: &str, makes: &[Thing], removes: &[Thing]) {
    let all = effects(outline(chapter), Database::Postgres);
    let (_, effects) = all
        .iter()
        .find(|(line, _)| line.source.literal == command)
        .unwrap();
    let is_object = |thing: &&Thing| !matches!(thing, Thing::Value(_) | Thing::Cache(_));
    let sorted = |things: &[Thing]| -> BTreeSet<Thing> { things.iter().filter(is_object).cloned().collect() };
    assert_eq!(sorted(&effects.makes), sorted(makes));
    assert_eq!(sorted(&effects.removes), sorted(removes));
}

/// Sections that run before a step where nothing is there.
#[track_caller]
fn check_detour(chapter: &str, step: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|section| (*section).to_owned()).collect();
    assert_eq!(
        detour(chapter, step, State::default()).sections,
        expected,
        "{step}"
    );
}

/// Runs a chapter command by command and compares after each what the engine holds with what the
/// commands' words say.
#[track_caller]
fn check_words_against_engine(chapter: &str, program: &str) {
    let _engine = engine();
    let before: BTreeSet<(String, String)> = named_objects();
    let (lines, course) = course(outline(chapter), Database::Postgres);
    let mut state = State::default();
    let mut asked = Asked::start(program, &["--interactive", "--database", "postgres"]);
    let typed = lines
        .iter()
        .zip(course.lines())
        .filter(|(line, _)| line.entry().is_some());
    let count = typed.clone().count();
    for (number, (line, planned)) in typed.enumerate() {
        if number + 1 == count {
            break;
        }
        asked.answer("r");
        state.apply(&planned.step);
        let expected = named_things(&state);
        // A container with --rm goes a moment after its end.
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut found = BTreeSet::new();
        while Instant::now() < deadline {
            found = named_objects().difference(&before).cloned().collect();
            if nameless(&found) == nameless(&expected) {
                break;
            }
        }
        assert_eq!(
            nameless(&found),
            nameless(&expected),
            "after {}",
            line.source.literal
        );
    }
    asked.answer_last("r");
    let (status, said) = asked.end();
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(named_objects(), before);
    assert_eq!(files(), Vec::<std::path::PathBuf>::new());
}

/// Runs a chapter and answers what it showed, too, normalised.
fn record(program: &str, arguments: &[&str]) -> (Output, Vec<Entry>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let output = run(
        program,
        &[arguments, &["--transcript", file.path().to_str().unwrap()]].concat(),
    );
    let recording = serde_json::from_reader(File::open(file.path()).unwrap());
    let transcript = recording.map(|recording: Recording| recording.transcript.parse());
    // A run that failed records nothing.
    let shown = transcript.map_or_else(
        |_| Vec::new(),
        |read: Result<Transcript, _>| read.unwrap().entries,
    );
    (output, shown)
}

/// What the book shows of a section.
fn section(chapter: &str, section: &str) -> Vec<Entry> {
    let mut entries = book(chapter).entries;
    entries.retain(|entry| entry.section == section);
    entries
}

/// What the book shows from a section on.
fn from(chapter: &str, section: &str) -> Vec<Entry> {
    let entries = book(chapter).entries;
    entries
        .into_iter()
        .skip_while(|entry| entry.section != section)
        .collect()
}

/// A chapter that asks, answered through a pipe.
struct Asked {
    child: std::process::Child,
    stderr: std::process::ChildStderr,
    stdout: std::thread::JoinHandle<String>,
    /// What it has said since the last answer.
    said: String,
}

impl Asked {
    /// The end of its question, in English and in Japanese.
    const QUESTIONS: [&str; 2] = ["(Enter runs it): ", "（Enterで実行）: "];

    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut shown = String::new();
            stdout.read_to_string(&mut shown).unwrap();
            shown
        });
        let stderr = child.stderr.take().unwrap();
        let mut asked = Self {
            child,
            stderr,
            stdout,
            said: String::new(),
        };
        asked.listen();
        asked
    }

    /// Answers, and waits for the next question.
    #[track_caller]
    fn answer(&mut self, answer: &str) {
        self.answer_last(answer);
        self.listen();
    }

    fn answer_last(&mut self, answer: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{answer}").unwrap();
        self.said.clear();
    }

    #[track_caller]
    fn listen(&mut self) {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while self.stderr.read(&mut byte).unwrap() == 1 {
            bytes.push(byte[0]);
            let is_asked = Self::QUESTIONS
                .iter()
                .any(|question| bytes.ends_with(question.as_bytes()));
            if is_asked {
                self.said = String::from_utf8(bytes).unwrap();
                return;
            }
        }
        panic!("it asked no more:\n{}", String::from_utf8_lossy(&bytes));
    }

    fn end(self) -> (Option<i32>, String) {
        let (status, said, _) = self.end_with_output();
        (status, said)
    }

    /// Exit status, the rest of what it said, all that it printed.
    fn end_with_output(mut self) -> (Option<i32>, String, String) {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        let status = self.child.wait().unwrap();
        (status.code(), said, self.stdout.join().unwrap())
    }
}

fn outline(chapter: &str) -> &'static Outline {
    CHAPTERS.iter().find(|outline| outline.name == chapter).unwrap()
}

fn course(outline: &Outline, database: Database) -> (Vec<Listed>, Course) {
    let mut chapter = Chapter::listed(root(), database);
    (outline.commands)(&mut chapter).unwrap();
    let lines = chapter.lines().to_vec();
    let course = Course::of(&lines, Some(&book(outline.name)));
    (lines, course)
}

/// Each line of a chapter with what it does in the whole chapter.
fn effects(outline: &Outline, database: Database) -> Vec<(Listed, Effects)> {
    let (lines, course) = course(outline, database);
    let mut state = State::default();
    let effects = course.lines().iter().map(|line| state.apply(&line.step));
    let effects: Vec<_> = effects.collect();
    lines.into_iter().zip(effects).collect()
}

fn detour(chapter: &str, step: &str, start: State) -> chapters::plan::Detour {
    let (_, course) = course(outline(chapter), Database::Postgres);
    course.detour(&BTreeSet::from([step.to_owned()]), start)
}

/// `docker container ls`, `tar, which fails`.
fn kind_of_command(line: &Listed) -> String {
    let words: Vec<&str> = line
        .words
        .iter()
        .map(String::as_str)
        .skip_while(|word| word.starts_with('-'))
        .collect();
    let words: Vec<&str> = match words[..] {
        ["docker", "--host", _, ref rest @ ..] => [&["docker"], rest].concat(),
        _ => words,
    };
    let length = match words[..] {
        [
            "docker",
            "container" | "image" | "volume" | "network" | "buildx" | "compose",
            ..,
        ] => 3,
        ["docker", ..] => 2,
        _ => 1,
    };
    let fails = if line.expected.exit_status() == 0 {
        ""
    } else {
        ", which fails"
    };
    words[..length].join(" ") + fails
}

/// Kind and name of all that the engine holds and that has a name.
fn named_objects() -> BTreeSet<(String, String)> {
    let lists: [(&str, &[&str]); 4] = [
        (
            "container",
            &["container", "ls", "--all", "--format", "{{.Names}}"],
        ),
        ("image", &["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]),
        ("network", &["network", "ls", "--format", "{{.Name}}"]),
        ("volume", &["volume", "ls", "--format", "{{.Name}}"]),
    ];
    let named = lists.iter().flat_map(|(kind, list)| {
        let names = docker(list);
        let names: Vec<_> = names.lines().map(str::to_owned).collect();
        names.into_iter().map(|name| ((*kind).to_owned(), name))
    });
    named.filter(|(_, name)| !name.contains("<none>")).collect()
}

/// The same of what commands have made by their words.
fn named_things(state: &State) -> BTreeSet<(String, String)> {
    let named = state.things().filter_map(|thing| match thing {
        Thing::Container(name) => Some(("container", name)),
        Thing::Image(name) => Some(("image", name)),
        Thing::Network(name) => Some(("network", name)),
        Thing::Volume(name) => Some(("volume", name)),
        _ => None,
    });
    let is_named = |(kind, name): &(&str, &String)| *kind == "container" || !name.starts_with(['@', '<']);
    named
        .filter(is_named)
        .map(|(kind, name)| (kind.to_owned(), name.clone()))
        .collect()
}

/// Containers that Docker names count, by number; all others by name.
fn nameless(objects: &BTreeSet<(String, String)>) -> Vec<(String, String)> {
    let chosen = ["rest-server", "roach"];
    let name = |(kind, name): &(String, String)| {
        let is_random = kind == "container" && !chosen.contains(&name.as_str());
        (kind.clone(), if is_random { String::new() } else { name.clone() })
    };
    let mut objects: Vec<_> = objects.iter().map(name).collect();
    objects.sort();
    objects
}

/// Removes what a chapter left, the note included.
fn clean(program: &str) {
    let output = run(program, &["--clean", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

fn stdout(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What the book shows of a chapter.
fn book(chapter: &str) -> Transcript {
    Snapshot::of_chapter(&RUNNING_RUST_IN_DOCKER, chapter)
        .unwrap()
        .transcript
}
