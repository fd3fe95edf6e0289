# What `--help` says, and what is said of a wrong option.

options-about =
    Runs the commands of the book on your machine and says, command by command,
    whether what happens is what the book shows.
options-usage = cargo run --bin PROGRAM -- [OPTION]…
options-template =
    {"{about-with-newline}"}
    Usage: {"{usage}"}

    Options:
    {"{options}"}{"{after-help}"}
options-after =
    Exit status: 0 all as expected or left early, 1 a command failed, or what was
    asked for could not be written, 2 wrong option, 3 the chapter could not start,
    4 it ran to its end, but something differs from the book, 130 interrupted.

options-list = List the sections with their titles and how many commands each has; needs no engine
options-step = Show one section, such as 3-12 or 3-12-tag; its prerequisites run first and are not shown
options-from = Start at this section; prerequisites of the shown sections run first and are not shown
options-answer = Run the chapter's exercise, or that of --step, with your own file or folder in place of the book's, and say what it brings about and what it lacks; --dockerfile is the same
options-interactive = Ask before each command: run it, skip it, explain it
options-dry-run = Print the commands and run none; needs no engine
options-replay = Show what was recorded, in less time than it took, and run nothing; needs no engine
options-diff = Also show the lines that say the same as the book in other words
options-keep = Keep what the chapter makes: containers, images, volumes, networks, files
options-clean = Remove what an earlier run left behind, and run nothing
options-yes = Answer every question with yes
options-lang = Language of titles, explanations and hints, en or ja; the default is that of the locale
options-transcript = Write the normalised transcript and where it was recorded to FILE, as JSON
options-format = What stdout is: the transcript (text), or one JSON document at the end (json)
options-junit = Write the result of each section to FILE, as JUnit XML
options-events = Keep running for another program: read `run ID`, `check ID`, `stop` and `clean` from stdin, print events as JSON
options-help = Print this help

options-value-id = {"ID"}
options-value-file = FILE
options-value-name = NAME
options-value-language = LANGUAGE
options-value-format = FORMAT

options-unknown =
    there is no option { $option }
    next: `--help` lists the options
options-conflict =
    { $option } does not go with { $other }
    next: leave out one of the two
options-no-value =
    { $option } needs a value
    next: `--help` says which
options-wrong-value =
    { $option } cannot be "{ $value }"
    next: take one of { $known }
