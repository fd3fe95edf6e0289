# Where the engine and the images come from.

setup-declined =
    nothing was set up
    next: start a Docker Engine of your own, or answer yes
setup-script =
    `{ $script }` failed
    next: what it printed above says what to do; then run the chapter again
setup-interrupted = interrupted
setup-process = failed to set up an engine: { $reason }
setup-docker = failed to use the engine that was set up: { $reason }
setup-base-images = Base images are missing and will be made ready: { $images }
setup-again = No Docker Engine answers. Starting the private one that was set up before.
setup-offer =
    No Docker Engine answers. The tutorial can set up a private one:
    Debian's packages of Docker 26 and its base images, made from Debian's
    packages where no registry answers.
    Where: { $folder } (DOCKER_BOOK_HOME names another);
    nothing is installed system-wide.
    How large: about 4 GB, of which 0.6 GB is downloaded; about 5 minutes, once.
    Afterwards: `scripts/engine down` stops it, removing the folder removes it.
setup-question = Set it up?
setup-without-engine = `--replay`, `--list`, `--dry-run` and `--script` work without an engine.
