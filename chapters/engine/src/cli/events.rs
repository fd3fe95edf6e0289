//! Events that a chapter sends to the program that runs it: one JSON document a line on stdout,
//! described in `schema/events-1.json`.

use serde::Serialize;

use crate::author::effect::Shown;
use crate::record::provenance::Provenance;
use crate::report::ending::HowItEnded;
use crate::report::ran::Ran;
use crate::report::verdict::Step;
use crate::say::output::Stdout;

/// Version of the format; it increases when a field is removed or changes its meaning.
pub(crate) const VERSION: u32 = 1;

/// Where events go; nowhere unless the chapter stays up for another program.
#[derive(Clone, Debug)]
pub(crate) struct Events(pub(crate) Option<Stdout>);

/// Something that happened.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Event<'a> {
    /// The chapter waits for what it is to do. The first event.
    Ready {
        /// Version of this form.
        version: u32,
        /// Name of the chapter's program.
        chapter: &'a str,
        /// Ids of its sections, in order.
        sections: Vec<&'a str>,
        /// On what it runs.
        provenance: &'a Provenance,
    },
    /// A section starts.
    SectionStarted {
        /// Its id.
        section: &'a str,
        /// Whether it was asked for; prerequisites run without being asked for.
        is_shown: bool,
    },
    /// A command starts, or Ctrl-C is pressed for one that runs.
    CommandStarted {
        /// Such as `5-3#2`.
        id: &'a str,
        /// Whether its section was asked for.
        is_shown: bool,
        /// Whether it is a Ctrl-C.
        is_interrupt: bool,
        /// As it is typed here, placeholders filled in.
        typed: &'a str,
    },
    /// A command printed something.
    Output {
        /// The command's id.
        id: &'a str,
        /// A line, on stdout or stderr; the last one may lack its `\n`.
        text: &'a str,
    },
    /// A command has ended, or has shown what it has to show and goes on.
    CommandEnded {
        /// Its id.
        id: &'a str,
        #[serde(flatten)]
        ran: &'a Ran,
    },
    /// How a section that was asked for compares with the book.
    Verdict(&'a Step),
    /// Why a section failed.
    Cause {
        /// Its id.
        section: &'a str,
        /// What went wrong, for people.
        error: String,
        /// The likely cause and what to do about it, for people; `null` if it is not a known one.
        explanation: Option<&'a str>,
        /// Page and section that explain the instruction at which a build of the reader's own file has
        /// failed: `3-writing#3-4`; `null` for any other failure.
        explained: Option<&'a str>,
    },
    /// What the reader's own file brings about and what it lacks.
    Effects {
        /// Id of the exercise.
        section: &'a str,
        /// In the order of the commands that show them.
        effects: Vec<Shown>,
    },
    /// What `run` asked for has ended.
    Ended {
        /// As it was asked for.
        run: &'a str,
        /// How.
        ended: HowItEnded,
        /// Ids of the sections that have run since the last cleanup, in order.
        there: Vec<&'a str>,
        /// Whether one of them stopped halfway, so that the next run begins anew.
        is_spoiled: bool,
    },
    /// What the chapter has made and `clean` would remove.
    Made {
        /// For people: `container db`.
        objects: Vec<String>,
    },
    /// What the chapter had made is removed.
    Cleaned {
        /// What could not be removed, for people; empty if all was.
        troubles: Vec<String>,
    },
    /// A line of stdin that asks for nothing that can be done.
    Refused {
        /// The line.
        input: &'a str,
        /// Why, for people.
        why: String,
    },
}

impl Events {
    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(stdout) = &self.0 {
            let text = serde_json::to_string(event).expect("an event is plain data");
            stdout.write(&(text + "\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{made_up, schema};

    const SCHEMA: &str = "events-1.json";

    /// An event of each kind.
    fn check_each(check: impl Fn(&Event<'_>)) {
        let ending = made_up::ending(made_up::FALSIFIED);
        let (ran, provenance) = (&ending.ran[0], &ending.recording.provenance);
        let (id, section, typed) = (&*ran.line.id, ran.line.section, &*ran.typed);
        for event in [
            Event::Ready {
                version: VERSION,
                chapter: ending.chapter.name,
                sections: vec![section],
                provenance,
            },
            Event::SectionStarted {
                section,
                is_shown: true,
            },
            Event::CommandStarted {
                id,
                is_shown: true,
                is_interrupt: false,
                typed,
            },
            Event::Output {
                id,
                text: &ran.output,
            },
            Event::CommandEnded { id, ran },
            Event::Verdict(&ending.steps[1]),
            Event::Cause {
                section,
                error: "failed".to_owned(),
                explanation: None,
                explained: None,
            },
            Event::Effects {
                section,
                effects: vec![],
            },
            Event::Ended {
                run: section,
                ended: HowItEnded::Interrupted,
                there: vec![section],
                is_spoiled: true,
            },
            Event::Made { objects: vec![] },
            Event::Cleaned { troubles: vec![] },
            Event::Refused {
                input: "walk",
                why: "unknown".to_owned(),
            },
        ] {
            check(&event);
        }
    }

    #[test]
    fn the_schema_is_that_of_the_events() {
        schema::check::<Event<'_>>(SCHEMA);
    }

    #[test]
    fn every_event_is_as_the_schema_says() {
        check_each(|event| {
            let event = serde_json::to_value(event).unwrap();
            assert_eq!(schema::errors(SCHEMA, &event), "", "{event}");
        });
    }

    #[test]
    fn an_event_of_another_form_is_refused() {
        check_each(|event| {
            let mut event = serde_json::to_value(event).unwrap();
            event["event"] = "something-else".into();
            assert_ne!(schema::errors(SCHEMA, &event), "", "{event}");
        });
    }
}
