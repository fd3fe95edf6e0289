//! The list of commands: every command of `docker` that the chapters use, what it does, and where the book
//! explains it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::line::Line;
use tutorial_engine::language::Language;
use tutorial_engine::record::invocation::Invocation;

use crate::edition::text;
use crate::html::{code, escape};
use crate::page::Page;
use crate::sources::Sources;

/// An option in the meaning of a command: as code, it is not broken behind its hyphens.
static OPTION: LazyLock<Regex> = LazyLock::new(|| Regex::new("--[a-z-]+").expect("the pattern is valid"));

/// A group's id in the catalogue, and its commands: as typed, and the everyday short form or an empty text.
/// The message `commands-NOUN-VERB` says what a command does.
type Group = (&'static str, &'static [(&'static str, &'static str)]);

const GROUPS: [Group; 5] = [
    (
        "containers",
        &[
            ("docker run IMAGE", ""),
            ("docker container ls", "docker ps"),
            ("docker container logs NAME", "docker logs"),
            ("docker container exec NAME COMMAND", "docker exec"),
            ("docker container stop NAME", "docker stop"),
            ("docker container start NAME", "docker start"),
            ("docker container restart NAME", "docker restart"),
            ("docker container kill NAME", "docker kill"),
            ("docker container wait NAME", "docker wait"),
            ("docker container rm NAME", "docker rm"),
            ("docker container inspect NAME", "docker inspect"),
            ("docker container port NAME", "docker port"),
            ("docker container create IMAGE", "docker create"),
            ("docker container cp NAME:FILE FOLDER", "docker cp"),
            ("docker container export NAME", "docker export"),
            ("docker container prune", ""),
        ],
    ),
    (
        "images",
        &[
            ("docker build FOLDER", ""),
            ("docker image ls", "docker images"),
            ("docker image tag IMAGE NAME", "docker tag"),
            ("docker image inspect IMAGE", ""),
            ("docker image history IMAGE", "docker history"),
            ("docker image rm IMAGE", "docker rmi"),
            ("docker image prune", ""),
        ],
    ),
    (
        "storage",
        &[
            ("docker volume create NAME", ""),
            ("docker volume ls", ""),
            ("docker volume rm NAME", ""),
            ("docker network create NAME", ""),
            ("docker network ls", ""),
            ("docker network connect NETWORK NAME", ""),
            ("docker network disconnect NETWORK NAME", ""),
        ],
    ),
    (
        "compose",
        &[
            ("docker compose up", ""),
            ("docker compose down", ""),
            ("docker compose ps", ""),
            ("docker compose logs SERVICE", ""),
            ("docker compose exec SERVICE COMMAND", ""),
            ("docker compose run SERVICE", ""),
            ("docker compose build", ""),
            ("docker compose watch", ""),
            ("docker compose config", ""),
            ("docker compose version", ""),
        ],
    ),
    (
        "engine",
        &[
            ("docker version", ""),
            ("docker info", ""),
            ("docker system df", ""),
            ("docker buildx version", ""),
        ],
    ),
];

/// Options of `docker run` and `docker build` that a reader types most: the command, the option as typed,
/// and its short form or an empty text. The message `commands-option-NAME` says what it does.
const OPTIONS: [(&str, &str, &str, &str); 16] = [
    ("run", "--rm", "--rm", ""),
    ("run", "--detach", "--detach", "-d"),
    ("run", "--publish", "--publish 8080:8080", "-p"),
    ("run", "--publish-all", "--publish-all", "-P"),
    ("run", "--name", "--name NAME", ""),
    ("run", "--env", "--env NAME=VALUE", "-e"),
    ("run", "--volume", "--volume NAME:FOLDER", "-v"),
    ("run", "--network", "--network NAME", ""),
    ("run", "--user", "--user 65532", "-u"),
    ("run", "--workdir", "--workdir FOLDER", "-w"),
    ("run", "--entrypoint", "--entrypoint PROGRAM", ""),
    ("build", "--tag", "--tag NAME:TAG", "-t"),
    ("build", "--file", "--file FILE", "-f"),
    ("build", "--target", "--target STAGE", ""),
    ("build", "--build-arg", "--build-arg NAME=VALUE", ""),
    ("build", "--no-cache", "--no-cache", ""),
];

/// The list as HTML.
///
/// # Errors
///
/// What the list and the chapters do not have in common, and what to do.
pub fn list(sources: &Sources, language: Language) -> Result<String, String> {
    let chapters = (sources.shelf.chapters)();
    differences(&chapters)?;
    let mut groups: Vec<String> = Vec::new();
    for (group, commands) in GROUPS {
        let mut entries = Vec::new();
        for (form, short) in commands {
            let Invocation { noun, verb, .. } = Invocation::parse(form);
            let is_it = |invocation: &Invocation| (&invocation.noun, &invocation.verb) == (&noun, &verb);
            let id = format!("commands-{noun}-{verb}");
            let place = place(&chapters, is_it, sources, language)?;
            entries.push(entry("", form, short, &text!(language, &id), &place));
            let options = OPTIONS.iter().filter(|(of, ..)| *of == verb && noun != "compose");
            for (_, option, form, short) in options {
                let is_it = |invocation: &Invocation| is_it(invocation) && invocation.has(&[option, short]);
                let id = format!("commands-option-{}", option.trim_start_matches('-'));
                let place = self::place(&chapters, is_it, sources, language)?;
                entries.push(entry("option", form, short, &text!(language, &id), &place));
            }
        }
        let title = escape(&text!(language, &format!("commands-group-{group}")));
        groups.push(format!(
            r#"<section><p class="commands-group">{title}</p><dl>{}</dl></section>"#,
            entries.concat()
        ));
    }
    Ok(format!(r#"<div class="commands">{}</div>"#, groups.concat()))
}

fn entry(class: &str, form: &str, short: &str, meaning: &str, place: &str) -> String {
    let short = if short.is_empty() {
        String::new()
    } else {
        format!(" <span>({})</span>", code(short))
    };
    let (form, meaning) = (code(form), escape(meaning));
    let meaning = OPTION.replace_all(&meaning, |option: &Captures<'_>| code(&option[0]));
    format!(r#"<div class="{class}"><dt>{form}{short}</dt><dd>{meaning} {place}</dd></div>"#)
}

/// The link to the first section that uses a command; an exercise is only taken if no other section does.
fn place(
    chapters: &[Chapter],
    is_it: impl Fn(&Invocation) -> bool,
    sources: &Sources,
    language: Language,
) -> Result<String, String> {
    let sections = chapters
        .iter()
        .flat_map(|chapter| chapter.sections.iter().map(move |one| (chapter, one)));
    let uses_it = |line: &Line| is_it(&Invocation::parse(&line.literal));
    let of = sections.filter(|(_, section)| section.lines.iter().any(uses_it));
    let mut of: Vec<_> = of.collect();
    of.sort_by_key(|(_, section)| section.answer.is_some() || section.id.contains("exercise"));
    let Some((chapter, section)) = of.first().map(|(chapter, section)| (chapter, section.id)) else {
        return Err(
            "a command of the list is used by no chapter; remove it from book/src/commands.rs".to_owned(),
        );
    };
    let label = if section.starts_with(|c: char| c.is_ascii_digit()) {
        section.to_owned()
    } else {
        let file = sources.shelf.pages(language).join(format!("{}.md", chapter.page));
        let page = sources.read(&file).map_err(|error| error.to_string())?;
        Page::read(&file, &page).title().unwrap_or(section).to_owned()
    };
    Ok(format!(
        r#"<a href="{}.html#{section}">{}</a>"#,
        chapter.page,
        escape(&label)
    ))
}

/// The commands that only the chapters or only the list has.
fn differences(chapters: &[Chapter]) -> Result<(), String> {
    let listed: BTreeSet<(String, String)> = GROUPS
        .iter()
        .flat_map(|(_, commands)| commands.iter())
        .map(|(form, _)| Invocation::parse(form))
        .map(|invocation| (invocation.noun, invocation.verb))
        .collect();
    let lines = chapters.iter().flat_map(Chapter::lines);
    let used = lines.map(|line| Invocation::parse(&line.literal));
    let used: BTreeSet<(String, String)> = used
        .filter(|invocation| invocation.program == "docker")
        .map(|invocation| (invocation.noun, invocation.verb))
        .collect();
    match used.symmetric_difference(&listed).next() {
        None => Ok(()),
        Some((noun, verb)) => Err(format!(
            "`docker {noun} {verb}` is in only one of the chapters and the list; bring book/src/commands.rs and \
             book/language/*/commands.ftl in line with the chapters"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::CATALOGUE;

    #[test]
    fn every_message_of_the_list_is_on_it() {
        let mut files = CATALOGUE.files(Language::English);
        let (_, english) = files.find(|(name, _)| *name == "commands").unwrap();
        let ids = english.lines().filter_map(|line| line.split_once(" = "));
        let ids: BTreeSet<String> = ids.map(|(id, _)| id.to_owned()).collect();
        let commands = GROUPS.iter().flat_map(|(_, commands)| commands.iter());
        let listed: BTreeSet<String> = commands
            .map(|(form, _)| Invocation::parse(form))
            .map(|Invocation { noun, verb, .. }| format!("commands-{noun}-{verb}"))
            .chain(GROUPS.iter().map(|(group, _)| format!("commands-group-{group}")))
            .chain(
                OPTIONS
                    .iter()
                    .map(|(_, option, ..)| format!("commands-option-{}", option.trim_start_matches('-'))),
            )
            .collect();
        assert_eq!(ids, listed);
    }
}
