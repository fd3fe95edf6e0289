//! Macros for the source file of a chapter: each adds a literal command, with its file and line, to the
//! chapter's current section.

/// A command that runs to its end: `run!(chapter, "docker image ls").shows("latest");`
#[macro_export]
macro_rules! run {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, Run, $command)
    };
}

/// A command that keeps running while later ones run; these start after it has shown what is expected.
#[macro_export]
macro_rules! foreground {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, Foreground, $command)
    };
}

/// Ctrl-C for the command in the foreground, which must then end.
#[macro_export]
macro_rules! interrupt {
    ($chapter:expr) => {
        $chapter.interrupt(concat!(file!(), ":", std::line!()))
    };
}

/// A command that is repeated until it shows what is expected and its output no longer changes.
#[macro_export]
macro_rules! wait_until {
    ($chapter:expr, $command:literal $(,)?) => {
        $crate::add_line!($chapter, WaitUntil, $command)
    };
}

/// A command that runs when the chapter ends, even after a failure.
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
