//! The words that messages choose by: `{ $room -> [little] … *[enough] … }`.

use serde::Serialize;

/// Stands for a variable without a value, such as a query that failed or an empty list. Fluent cannot
/// choose by an empty word.
pub(crate) const ABSENT: &str = "absent";

/// Declares one enum for each such variable. Messages write the variable and its words in small letters;
/// a test compares them with the messages.
macro_rules! words {
    ($($variable:ident { $($word:ident),+ })+) => {
        $(
            #[derive(Serialize)]
            #[serde(rename_all = "lowercase")]
            pub(crate) enum $variable {
                $($word),+
            }
        )+

        /// Variables and their words, spelled as in code.
        #[cfg(test)]
        pub(crate) const WORDS: &[(&str, &[&str])] =
            &[$((stringify!($variable), &[$(stringify!($word)),+])),+];
    };
}

words! {
    Age { Old, New } // engine: older than the first with BuildKit? database volume: older than its container?
    Clocks { Ahead, Behind, Agree } // the engine's clock, compared with this machine's
    Found { Platform, Tags, Nothing } // what the engine has instead of a missing image
    Membership { Root, Member, Later, Outsider } // is this user in a socket's group? absent if unknown
    Occupant { Container, Process, Nobody } // what holds a port; absent if unknown
    Origin { Built, Pulled } // how the tutorial gets an image; absent for an image that it does not use
    Owner { Tutorial, Stranger, Nobody } // who made an object, or would by its name
    Room { Little, Enough } // free space where the engine stores its data
    Said { Moment, Span } // how a message gives a time; absent if it gives none
    Setup { Script, Systemd, Desktop } // what starts an engine here
    Socket { Missing, Silent, Elsewhere } // what is at an engine's address; absent without an address
}
