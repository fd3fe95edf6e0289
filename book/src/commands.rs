//! The list of commands: every command of `docker` that the chapters use, what it does, and where the book
//! explains it.

use std::collections::BTreeSet;

use tutorial_engine::author::chapter::Chapter;
use tutorial_engine::author::line::Line;
use tutorial_engine::language::Language;
use tutorial_engine::record::invocation::Invocation;

use crate::edition::text;
use crate::html::{code, escape};
use crate::page::Page;
use crate::sources::Sources;

/// A group's id in the catalogue, and its commands: noun and verb, as typed, and the everyday short form
/// or an empty text. The message `commands-NOUN-VERB` says what a command does.
type Group = (
    &'static str,
    &'static [(&'static str, &'static str, &'static str, &'static str)],
);

const GROUPS: [Group; 5] = [
    (
        "containers",
        &[
            ("container", "run", "docker run IMAGE", ""),
            ("container", "ls", "docker container ls", "docker ps"),
            ("container", "logs", "docker container logs NAME", "docker logs"),
            (
                "container",
                "exec",
                "docker container exec NAME COMMAND",
                "docker exec",
            ),
            ("container", "stop", "docker container stop NAME", "docker stop"),
            (
                "container",
                "start",
                "docker container start NAME",
                "docker start",
            ),
            (
                "container",
                "restart",
                "docker container restart NAME",
                "docker restart",
            ),
            ("container", "kill", "docker container kill NAME", "docker kill"),
            ("container", "wait", "docker container wait NAME", "docker wait"),
            ("container", "rm", "docker container rm NAME", "docker rm"),
            (
                "container",
                "inspect",
                "docker container inspect NAME",
                "docker inspect",
            ),
            ("container", "port", "docker container port NAME", "docker port"),
            (
                "container",
                "create",
                "docker container create IMAGE",
                "docker create",
            ),
            (
                "container",
                "cp",
                "docker container cp NAME:FILE FOLDER",
                "docker cp",
            ),
            (
                "container",
                "export",
                "docker container export NAME",
                "docker export",
            ),
            ("container", "prune", "docker container prune", ""),
        ],
    ),
    (
        "images",
        &[
            ("image", "build", "docker build FOLDER", ""),
            ("image", "ls", "docker image ls", "docker images"),
            ("image", "tag", "docker image tag IMAGE NAME", "docker tag"),
            ("image", "inspect", "docker image inspect IMAGE", ""),
            ("image", "history", "docker image history IMAGE", "docker history"),
            ("image", "rm", "docker image rm IMAGE", "docker rmi"),
            ("image", "prune", "docker image prune", ""),
        ],
    ),
    (
        "storage",
        &[
            ("volume", "create", "docker volume create NAME", ""),
            ("volume", "ls", "docker volume ls", ""),
            ("volume", "rm", "docker volume rm NAME", ""),
            ("network", "create", "docker network create NAME", ""),
            ("network", "ls", "docker network ls", ""),
            ("network", "connect", "docker network connect NETWORK NAME", ""),
            (
                "network",
                "disconnect",
                "docker network disconnect NETWORK NAME",
                "",
            ),
        ],
    ),
    (
        "compose",
        &[
            ("compose", "up", "docker compose up", ""),
            ("compose", "down", "docker compose down", ""),
            ("compose", "ps", "docker compose ps", ""),
            ("compose", "logs", "docker compose logs SERVICE", ""),
            ("compose", "exec", "docker compose exec SERVICE COMMAND", ""),
            ("compose", "run", "docker compose run SERVICE", ""),
            ("compose", "build", "docker compose build", ""),
            ("compose", "watch", "docker compose watch", ""),
            ("compose", "config", "docker compose config", ""),
            ("compose", "version", "docker compose version", ""),
        ],
    ),
    (
        "engine",
        &[
            ("system", "version", "docker version", ""),
            ("system", "info", "docker info", ""),
            ("system", "df", "docker system df", ""),
            ("buildx", "version", "docker buildx version", ""),
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
        for (noun, verb, form, short) in commands {
            let is_it = |invocation: &Invocation| (&*invocation.noun, &*invocation.verb) == (*noun, *verb);
            let id = format!("commands-{noun}-{verb}");
            let place = place(&chapters, is_it, sources, language)?;
            entries.push(entry("", form, short, &text!(language, &id), &place));
            let options = OPTIONS.iter().filter(|(of, ..)| of == verb && *noun != "compose");
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
        format!(" <span>{}</span>", code(short))
    };
    let (form, meaning) = (code(form), escape(meaning));
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
        .map(|(noun, verb, ..)| ((*noun).to_owned(), (*verb).to_owned()))
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
            .map(|(noun, verb, ..)| format!("commands-{noun}-{verb}"))
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
