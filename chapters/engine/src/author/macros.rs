//! The words that a chapter's file is written in: each adds a literal command, with its place in the
//! file, to the chapter's section.

/// A command that runs to its end: `run!(chapter, "docker image ls").shows("latest");`
#[macro_export]
macro_rules! run {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, Run, $command)
    };
}

/// A command that goes on while later ones run, from when it has shown what is expected.
#[macro_export]
macro_rules! foreground {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, Foreground, $command)
    };
}

/// Ctrl-C for the command in the foreground, which has to end then.
#[macro_export]
macro_rules! interrupt {
    ($chapter:expr) => {
        $chapter.interrupt(concat!(file!(), ":", std::line!()))
    };
}

/// A command that runs again and again until it shows what is expected.
#[macro_export]
macro_rules! wait_until {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, WaitUntil, $command)
    };
}

/// A command that runs when the chapter ends, however it ends.
#[macro_export]
macro_rules! afterwards {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, Afterwards, $command)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! add_line {
    ($chapter:expr, $action:ident, $command:literal) => {{
        let command = std::process::Command::from($crate::xshell::cmd!($chapter.shell, $command));
        let place = concat!(file!(), ":", std::line!());
        $chapter.line($crate::author::line::Action::$action, $command, place, &command)
    }};
}
