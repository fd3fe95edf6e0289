# Where the engine and the images come from.

setup-declined =
    nothing was set up
    next: start a Docker Engine of your own, or answer yes
setup-script =
    `{ $script }` failed. It printed:
    { $output }
    next: do what it says, then run the chapter again
setup-process = failed to set up an engine: { $reason }
setup-docker = failed to use the engine that was set up: { $reason }
setup-engine = { $choice ->
    [host] Docker Engine { $version } at { $address }, which DOCKER_HOST names.
    [variable] Docker Engine { $version } at { $address }: the context { $context }, which DOCKER_CONTEXT names.
    [context] Docker Engine { $version } at { $address }: the current context, { $context }.
    [private] Docker Engine { $version } at { $address }: the private one of `{ $script }`.
   *[default] Docker Engine { $version } at { $address }, the client's default.
}
setup-chosen = { $choice ->
    [host] DOCKER_HOST names { $address }. No other engine is used instead.
    [variable] DOCKER_CONTEXT names the context { $context }. No other engine is used instead.
   *[context] The current context is { $context }. No other engine is used instead.
}
setup-pull = { $image } is missing: pulling it from its registry.
setup-pull-progress = { $image }: { $there } of { $named } layers
setup-assemble = The registry of { $image } does not answer: building the image from Debian's packages.
setup-not-pulled = failed to pull the image { $image }
setup-pull-again = Once `docker pull { $image }` works, run the chapter again.
setup-again = No Docker Engine answers. Starting the private one that was set up before.
setup-offer =
    No Docker Engine answers. The tutorial can set up a private one.
    What: Debian's packages of Docker, and the base images; if no registry answers, they are made from Debian's packages.
    Where: { $folder } ({ $home } names another); nothing is installed system-wide.
    How large: { $cost }.
    Afterwards: `{ $engine } down` stops it, removing the folder removes it.
setup-question = Set it up?
setup-impossible =
    A Docker Engine of your own is needed, since the tutorial cannot set one up here:
    { $reason }
setup-elsewhere = Type `{ $start } { $chapter }` in a terminal: it can set up a private engine.
setup-without-engine = `--replay`, `--list` and `--dry-run` work without an engine.
