//! What could not be written: nothing claims success, and nothing that was there is lost.

#![expect(clippy::unwrap_used, reason = "a test may unwrap: its panic is the report")]

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

/// Shows little.
const SHORT: &str = "echo one";

/// Shows more than fits into a file of [`LIMIT`].
const LONG: &str = "echo one; seq 1000";

/// Shows 64 ids, which a note keeps.
const IDS: &str = "echo one; for i in $(seq 10 73); do printf 'sha256:%064d\\n' $i; done";

/// Presses Ctrl-C for the chapter.
const INTERRUPTS: &str = "kill -INT $PPID; echo one";

/// Largest file of a program under a limit, in blocks of 512 bytes, as POSIX's `ulimit` has it. A write beyond it fails as one on a full disk does.
const LIMIT: &str = "1";

/// What a run of section 1 leaves when it has a note of an earlier run that stopped.
const STOPPED: &str = r#"{"engine":"","before":null,"kept":[],"done":[]}"#;

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_transcript_on_a_full_disk_is_a_failure_that_is_said_once_and_cleans_up() {
    let ended = Numbers::that(LONG).run(&[], full());
    ended.check(1, "Error: failed to write stdout: No space left on device");
    ended.check(
        1,
        "next: make space for it, or let it go elsewhere, and run the same again",
    );
    assert_eq!(ended.said.matches("stdout").count(), 1, "{}", ended.said);
    assert_eq!(ended.made, [] as [&str; 0]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_document_on_a_full_disk_is_a_failure() {
    let ended = Numbers::that(SHORT).run(&["--format", "json"], full());
    ended.check(1, "Error: failed to write stdout: No space left on device");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn what_only_shows_something_fails_where_it_cannot_be_shown() {
    for shows in ["--list", "--dry-run", "--replay", "--help", "--script=sh"] {
        for program in [env!("CARGO_BIN_EXE_chapter-2"), env!("CARGO_BIN_EXE_chapter-3")] {
            let ended = Ended::of(Command::new(program).arg(shows).env("LC_ALL", "C"), full());
            ended.check(1, "Error: failed to write stdout: No space left on device");
            assert_eq!(ended.said.matches("stdout").count(), 1, "{}", ended.said);
        }
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn it_is_said_in_japanese_too() {
    let numbers = Numbers::that(SHORT);
    let ended = numbers.run(&["--lang", "ja"], full());
    ended.check(
        1,
        "エラー：標準出力に書き込めませんでした：No space left on device",
    );
    ended.check(
        1,
        "次の操作：空き容量を増やすか出力先を変えて、もう一度実行してください",
    );
    let ended = numbers.run(&["--lang", "ja", "--junit", "/dev/full"], Stdio::null());
    ended.check(
        1,
        "エラー：/dev/fullに書き込めませんでした：No space left on device",
    );
}

#[test]
fn a_stdout_that_ends_half_way_is_a_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let stdout = file.reopen().unwrap();
    let mut command = limited(Path::new(env!("CARGO_BIN_EXE_chapter-3")));
    let ended = Ended::of(command.arg("--dry-run").env("LC_ALL", "C"), stdout);
    ended.check(1, "Error: failed to write stdout: File too large");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    for arguments in [&[][..], &["--format", "json"], &["--list"], &["--help"]] {
        let ended = Numbers::that(LONG).run(arguments, without_reader());
        ended.check(0, "");
        assert!(!ended.said.contains("Error"), "{}", ended.said);
        assert_eq!(ended.made, [] as [&str; 0]);
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn what_ended_otherwise_keeps_its_exit_status() {
    Numbers::that(INTERRUPTS)
        .run(&["--junit", "/dev/full"], full())
        .check(130, "Error: failed to write stdout");
    Numbers::that("exit 7")
        .run(&[], full())
        .check(1, "Error: failed to write stdout");
    let arguments = ["--format", "json", "--junit", "/dev/full"];
    let not_started = Numbers::that(SHORT);
    not_started.write("target/tutorial", "no folder");
    not_started
        .run(&arguments, full())
        .check(3, "Error: failed to write stdout");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_file_on_a_full_disk_is_a_failure_that_names_it() {
    let numbers = Numbers::that(SHORT);
    for option in ["--junit", "--transcript"] {
        let ended = numbers.run(&[option, "/dev/full"], Stdio::null());
        ended.check(1, "Error: failed to write /dev/full: No space left on device");
        ended.check(
            1,
            "next: make space for it, or let it go elsewhere, and run the same again",
        );
    }
    numbers
        .on_github(Path::new("/dev/full"))
        .check(1, "Error: failed to write /dev/full: No space left on device");
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_a_failure_that_names_it() {
    let ended = Numbers::that(SHORT).run(&["--junit", "/nowhere/junit.xml"], Stdio::null());
    ended.check(
        1,
        "Error: failed to write /nowhere/junit.xml: No such file or directory",
    );
    ended.check(1, "next: name a file that can be written, and run the same again");
}

#[test]
fn a_file_that_fails_half_way_leaves_the_earlier_one_and_nothing_beside_it() {
    let numbers = Numbers::that(LONG);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("earlier");
    fs::write(&file, "earlier").unwrap();
    let name = file.to_str().unwrap();
    let ended = numbers.run_limited(&["--transcript", name]);
    ended.check(
        1,
        &format!("Error: failed to write {name}: File too large (os error 27)\n"),
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "earlier");
    assert_eq!(names(folder.path()), ["earlier"]);
}

#[test]
fn a_summary_that_fails_half_way_ends_where_it_ended_before() {
    let numbers = Numbers::that(LONG);
    let file = numbers.path("summary.md");
    fs::write(&file, "x".repeat(500)).unwrap();
    let mut command = limited(&PROGRAM);
    let ended = numbers.end(command.envs(github(&file)), Stdio::null());
    ended.check(
        1,
        &format!("Error: failed to write {}: File too large", file.display()),
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "x".repeat(500));
}

#[test]
fn a_summary_goes_on_behind_what_is_there() {
    let numbers = Numbers::that(SHORT);
    let file = numbers.path("summary.md");
    fs::write(&file, "earlier\n").unwrap();
    numbers.on_github(&file).check(0, "");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("earlier\n### numbers\n"), "{text}");
}

#[test]
fn what_is_no_regular_file_is_written_to() {
    let numbers = Numbers::that(SHORT);
    let fifo = numbers.path("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let reader = thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    let ended = numbers.run(&["--junit", fifo.to_str().unwrap()], Stdio::null());
    ended.check(0, "");
    assert!(reader.join().unwrap().contains("<testsuites"));
    assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo());
}

#[test]
fn a_report_on_stdout_comes_after_what_is_there() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ended = Numbers::that(SHORT).run(&["--junit", "/dev/stdout"], file.reopen().unwrap());
    ended.check(0, "");
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.starts_with("$ touch made.txt\n"), "{text}");
    assert!(text.trim_end().ends_with("</testsuites>"), "{text}");
}

#[test]
fn a_file_that_a_link_names_is_written_where_it_lies() {
    let numbers = Numbers::that(SHORT);
    let (file, link) = (numbers.path("file"), numbers.path("link"));
    symlink(&file, &link).unwrap();
    for _ in ["not there", "there"] {
        let ended = numbers.run(&["--junit", link.to_str().unwrap()], Stdio::null());
        ended.check(0, "");
        assert!(fs::read_to_string(&file).unwrap().contains("<testsuites"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::write(&file, "earlier").unwrap();
    }
}

#[test]
fn a_new_file_has_the_rights_that_others_get_and_an_earlier_one_keeps_its_own() {
    let numbers = Numbers::that(SHORT);
    let (new, others, earlier) = (
        numbers.path("new"),
        numbers.path("others"),
        numbers.path("earlier"),
    );
    File::create(&others).unwrap();
    File::create(&earlier).unwrap();
    fs::set_permissions(&earlier, Permissions::from_mode(0o600)).unwrap();
    for file in [&new, &earlier] {
        let ended = numbers.run(&["--junit", file.to_str().unwrap()], Stdio::null());
        ended.check(0, "");
    }
    let rights = |file: &PathBuf| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(&new), rights(&others));
    assert_eq!(rights(&earlier), 0o600);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_document_says_what_else_could_not_be_written() {
    let numbers = Numbers::that(SHORT);
    let ended = numbers.run(&["--format", "json", "--junit", "/dev/full"], Stdio::piped());
    ended.check(1, "Error: failed to write /dev/full");
    let document: serde_json::Value = serde_json::from_str(&ended.shown).unwrap();
    assert_eq!(document["exit_code"], 1);
    let unwritten = document["unwritten"][0].as_str().unwrap();
    assert!(
        unwritten.starts_with("failed to write /dev/full: "),
        "{unwritten}"
    );
}

#[test]
fn a_note_that_cannot_be_written_before_the_chapter_stops_it() {
    let numbers = Numbers::that("touch ran; echo one");
    numbers.write("target/tutorial", "no folder");
    let ended = numbers.run(&[], Stdio::piped());
    ended.check(3, "numbers cannot start");
    ended.check(3, "/target/tutorial/numbers.json: ");
    ended.check(
        3,
        "next: make space there, or make the folder writable, and run the same again",
    );
    assert_eq!(ended.shown, "");
    assert!(!numbers.path("ran").exists());
}

#[test]
fn a_note_that_fails_half_way_leaves_the_earlier_one() {
    let numbers = Numbers::that(SHORT);
    let earlier = STOPPED.replace("[]}", &format!("{:?}}}", ["a section"; 100]));
    numbers.write("target/tutorial/numbers.json", &earlier);
    let ended = numbers.run_limited(&[]);
    ended.check(3, "numbers.json: File too large");
    let folder = numbers.path("target/tutorial");
    assert_eq!(fs::read_to_string(folder.join("numbers.json")).unwrap(), earlier);
    assert_eq!(names(&folder), ["numbers.json"]);
}

#[test]
fn a_note_that_cannot_be_written_at_the_end_is_a_failure_that_says_what_nobody_will_know() {
    let numbers = Numbers::that(IDS);
    numbers.write("target/tutorial/numbers.json", STOPPED);
    let ended = numbers.run_limited(&["--step", "1"]);
    ended.check(1, "/target/tutorial/numbers.json: File too large");
    ended.check(
        1,
        "`--clean` knows what was there before this run, not what the run left.",
    );
    ended.check(
        1,
        "next: see to the cause, then remove what is left with `-- --clean`",
    );
    ended.check(1, "`--resume` and `--step` do not know how far the run came.");
    // The note that the run began with is whole.
    numbers.run(&["--clean"], Stdio::null()).check(0, "");
}

#[test]
fn a_note_that_cannot_be_read_is_named_before_the_chapter_starts() {
    for note in [&STOPPED[..20], "[]", r#"{"written":"by somebody else"}"#] {
        let numbers = Numbers::that("touch ran; echo one");
        numbers.write("target/tutorial/numbers.json", note);
        for option in [&[][..], &["--resume"], &["--step", "1"]] {
            let ended = numbers.run(option, Stdio::piped());
            let file = numbers.path("target/tutorial/numbers.json");
            ended.check(3, &format!("failed to read the note {}: ", file.display()));
            ended.check(3, &format!("rm {}", file.display()));
            assert!(!numbers.path("ran").exists());
            assert_eq!(fs::read_to_string(file).unwrap(), note);
        }
    }
}

#[test]
fn cleaning_up_names_a_note_that_cannot_be_read_and_is_no_success() {
    let numbers = Numbers::that(SHORT);
    numbers.write("target/tutorial/another.json", "{");
    numbers.write("target/tutorial/numbers.json", STOPPED);
    numbers.write("target/numbers/file", "");
    let ended = numbers.run(&["--clean"], Stdio::null());
    ended.check(1, "another.json");
    ended.check(1, "Removed.");
    let ended = numbers.run(&["--clean"], Stdio::null());
    ended.check(1, "another.json");
    assert!(!ended.said.contains("Nothing"), "{}", ended.said);
    assert_eq!(names(&numbers.path("target/tutorial")), ["another.json"]);
}

#[test]
fn a_chapter_that_is_left_early_has_a_transcript() {
    let numbers = Numbers::that(SHORT);
    let file = numbers.path("transcript");
    let arguments = ["--interactive", "--transcript", file.to_str().unwrap()];
    // The end of the answers.
    numbers.run(&arguments, Stdio::null()).check(0, "");
    assert!(file.exists());
}

#[test]
fn a_step_of_a_tutorial_without_docker_asks_no_engine() {
    let numbers = Numbers::that(SHORT);
    numbers.write("target/tutorial/numbers.json", STOPPED);
    let command = &mut Command::new(&*PROGRAM);
    let command = command
        .args(["--step", "1"])
        .env("DOCKER_HOST", "unix:///nowhere");
    numbers.end(command, Stdio::null()).check(0, "");
}

#[test]
fn what_is_written_is_written_in_one_file() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for name in names(&folder) {
            let path = folder.join(&name);
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let writes = ["fs::write", ".write_all(", "println!(", "print!("];
            let writes = writes.iter().any(|way| text.contains(way));
            assert_eq!(writes, name == "output.rs", "{}", path.display());
        }
    }
}

/// The program of `tests/programs/numbers.rs`.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    // A run of this test alone does not build it.
    let build = [
        "build",
        "--quiet",
        "--package",
        "chapters",
        "--example",
        "numbers",
    ];
    let profile: &[&str] = if cfg!(debug_assertions) {
        &[]
    } else {
        &["--release"]
    };
    let built = Command::new(env!("CARGO"))
        .args(build)
        .args(profile)
        .status()
        .unwrap();
    assert!(built.success());
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    folder.join("examples/numbers")
});

/// The tutorial of that program, in a folder of its own.
struct Numbers {
    root: TempDir,
}

/// How a program ended.
struct Ended {
    code: Option<i32>,
    shown: String,
    said: String,
    /// What the chapter made and is still there.
    made: Vec<String>,
}

impl Numbers {
    /// One whose second command is this script.
    fn that(script: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("numbers.sh"), script).unwrap();
        Self { root }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, arguments: &[&str], stdout: impl Into<Stdio>) -> Ended {
        self.end(Command::new(&*PROGRAM).args(arguments), stdout)
    }

    /// The same where no file may be larger than [`LIMIT`].
    fn run_limited(&self, arguments: &[&str]) -> Ended {
        self.end(limited(&PROGRAM).args(arguments), Stdio::null())
    }

    /// The same as a step of a job on GitHub, whose summary is `file`.
    fn on_github(&self, file: &Path) -> Ended {
        self.end(Command::new(&*PROGRAM).envs(github(file)), Stdio::null())
    }

    fn end(&self, command: &mut Command, stdout: impl Into<Stdio>) -> Ended {
        let command = command.env("NUMBERS_ROOT", self.root.path()).env("LC_ALL", "C");
        let ended = Ended::of(command, stdout);
        let mut made = names(self.root.path());
        made.retain(|name| name == "made.txt");
        Ended { made, ..ended }
    }
}

impl Ended {
    fn of(command: &mut Command, stdout: impl Into<Stdio>) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            shown: String::from_utf8(output.stdout).unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
            made: Vec::new(),
        }
    }

    #[track_caller]
    fn check(&self, code: i32, said: &str) {
        assert_eq!(self.code, Some(code), "{}", self.said);
        assert!(self.said.contains(said), "no `{said}` in\n{}", self.said);
    }
}

/// A program that can write no file larger than [`LIMIT`].
fn limited(program: &Path) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {LIMIT}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(program);
    command
}

fn github(summary: &Path) -> [(&str, &Path); 2] {
    [
        ("GITHUB_ACTIONS", Path::new("true")),
        ("GITHUB_STEP_SUMMARY", summary),
    ]
}

fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// The writing end of a pipe that nobody reads.
fn without_reader() -> io::PipeWriter {
    io::pipe().unwrap().1
}

/// Names of what is in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
