//! The words that messages choose by: `{ $room -> [little] … *[enough] … }`.

use serde::Serialize;

/// The value of a variable that has nothing to say: an answer that the engine does not give, a list
/// without entries. Fluent chooses by a word, and not by an empty one.
pub(crate) const ABSENT: &str = "absent";

/// One enum for each such variable. The variable and its words are written in small letters: a test
/// holds them against the messages.
macro_rules! words {
    ($($variable:ident { $($word:ident),+ })+) => {
        $(
            #[derive(Serialize)]
            #[serde(rename_all = "lowercase")]
            pub(crate) enum $variable {
                $($word),+
            }
        )+

        /// Variables and their words, as they are in code.
        #[cfg(test)]
        pub(crate) const WORDS: &[(&str, &[&str])] =
            &[$((stringify!($variable), &[$(stringify!($word)),+])),+];
    };
}

words! {
    Age { Old, New } // the engine against the first one with BuildKit; the database's volume against its container
    Clocks { Ahead, Behind, Agree } // the engine's clock, seen from this machine's
    Found { Platform, Tags, Nothing } // what the engine has instead of a missing image
    Membership { Root, Member, Later, Outsider } // this user and a socket's group; absent if that cannot be seen
    Occupant { Container, Process, Nobody } // who holds a port; absent if that cannot be seen
    Origin { Built, Pulled } // how the tutorial gets an image; absent for an image that it does not use
    Owner { Tutorial, Stranger, Nobody } // whose an object is, or would be by its name
    Room { Little, Enough } // free space where the engine keeps its data
    Said { Moment, Span } // how a message gives a time; absent if it gives none
    Setup { Script, Systemd, Desktop } // what starts an engine here
    Socket { Missing, Silent, Elsewhere } // what is at an engine's address; absent without an address
}
