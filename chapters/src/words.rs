//! The words that a chapter's file is written in: each hands a literal command
//! and its place in the file to the chapter.

/// Runs a command and compares what comes with what is expected:
/// `run!(chapter, "docker image ls", shows("latest"))?`, with
/// `within: Duration` for a time limit of its own.
#[macro_export]
macro_rules! run {
    ($chapter:expr, $command:literal, $expected:expr $(,)?) => {
        $crate::run!($chapter, $command, $expected, within: $crate::chapter::COMMAND_LIMIT)
    };
    ($chapter:expr, $command:literal, $expected:expr, within: $limit:expr $(,)?) => {{
        let shell = $chapter.shell();
        $chapter.run(&$crate::line!(shell, $command), &$expected, $limit)
    }};
}

/// Starts a command that goes on while later ones run, and waits until it has
/// shown what is expected.
#[macro_export]
macro_rules! foreground {
    ($chapter:expr, $command:literal, $expected:expr, within: $limit:expr $(,)?) => {{
        let shell = $chapter.shell();
        $chapter.foreground(&$crate::line!(shell, $command), &$expected, $limit)
    }};
}

/// Presses Ctrl-C for the command in the foreground and waits until it has ended.
#[macro_export]
macro_rules! interrupt {
    ($chapter:expr, $expected:expr, within: $limit:expr $(,)?) => {
        $chapter.interrupt(concat!(file!(), ":", std::line!()), &$expected, $limit)
    };
}

/// Runs a command again and again until it shows what is expected.
#[macro_export]
macro_rules! wait_until {
    ($chapter:expr, $command:literal, $expected:expr, within: $limit:expr $(,)?) => {{
        let shell = $chapter.shell();
        $chapter.wait_until(&$crate::line!(shell, $command), &$expected, $limit)
    }};
}

/// Remembers a command that runs when the chapter ends, however it ends.
#[macro_export]
macro_rules! afterwards {
    ($chapter:expr, $command:literal $(,)?) => {{
        let shell = $chapter.shell();
        $chapter.afterwards($crate::line!(shell, $command))
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! line {
    ($shell:ident, $command:literal) => {
        $crate::chapter::Line {
            source: $crate::chapter::Source {
                literal: $command,
                place: concat!(file!(), ":", std::line!()),
            },
            command: std::process::Command::from($crate::xshell::cmd!($shell, $command)),
        }
    };
}
