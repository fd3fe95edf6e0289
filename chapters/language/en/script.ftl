# What a script of `--script` says: its comments, and what it prints.

script-header =
    { $chapter } of "Running Rust in Docker" as a script.
    It was written by: { $command }
    Its page: { $page }

    It runs what the chapter runs. Of what comes it checks the exit status, and what is waited for;
    the chapter itself compares the output with the book as well.
    Run it in the folder of the repository, with a Docker Engine that answers.
    At its end it removes what it made, unless KEEP=yes is set.
    Exit status: 0 all as expected, 1 not, 3 it could not start.
script-about-sh = It needs a POSIX shell (sh, dash, bash, zsh).
script-about-powershell =
    It needs PowerShell 7.3 or later: earlier ones lose double quotes on the way to a program.
    It also needs the programs that the chapter runs, such as curl and grep.

script-environment = What changes what Docker prints.
script-names = What the chapters call their things.
script-refuse = Does not start, and says why.
script-stop = Ends the script, and says why.
script-section = A section of the book starts.
script-show = Shows a command, as it would be typed.
script-program = The program of this name, not an alias or a function, such as ls.
script-output = Runs a command and gives its output.
script-end-line = Ends the last line of the last output, where the program did not.
script-remember = Remembers the ids in the last output, to know at the end what is the script's own.
script-exits-with = Runs a command that has to end with this exit status.
script-run = Runs a command that has to end with 0.
script-natively =
    Does so where the host reaches the addresses of containers, and leaves it out elsewhere.
script-expect =
    Says what the next command is waited for: texts with which it is done, texts without, or
    silence.
script-holds = Whether an output is what is waited for.
script-again = Lets a second pass, unless the limit, in seconds, is reached.
script-wait-until =
    Runs a command again and again, at most for so many seconds, until it ends with this
    status and shows what is waited for.
script-foreground =
    Starts a command that goes on, and waits at most so many seconds until it has shown what
    is waited for.
script-read-foreground = Shows what it has written since.
script-interrupt =
    Presses Ctrl-C for it. It has to end within so many seconds, with this exit status.
script-interrupt-windows =
    Windows has no such signal for another program: there its container gets it.
script-value =
    From the last output: the value of this form at this position, each value counted once.
script-afterwards = Keeps a command for the end; the last one that was kept runs first.
script-unnamed = Ids of the images without a name.
script-is-one-of = Whether the first word is one of the others.
script-was-seen = Whether an output named this id.
script-remove =
    Removes what the script made, and only that: by its name, or because an output named its
    id.
script-finish = However the script ends.
script-folder = What has to be there.
script-taken-why =
    What bears such a name already is somebody else's, and would be removed at the end.
script-native =
    Whether the engine's network is this shell's: the address of its bridge is one of this machine's.
    A new bridge names no gateway yet; it uses the first address of its subnet.
script-native-curl = curl ends with 45 if it cannot use the address as its own.

script-wrong-status = Another exit status than expected:
script-too-late = Not shown in time, within
script-ended = It ended where it should have gone on:
script-no-value = The output does not hold what the next command needs
script-kept = What the script made is kept, since KEEP=yes is set.
script-not-here = Run this script in the folder of the repository.
script-no-engine = No Docker Engine answers: https://docs.docker.com/engine/install/
script-taken = This name is taken already:

script-no-recording = a script of { $chapter } needs its recording, which says where values come from: { $error }
script-no-source = the recording of { $chapter } does not say where { $placeholder } comes from
    next: scripts/record
