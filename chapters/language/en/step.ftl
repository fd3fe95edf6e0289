# What a command makes and needs, and how a part of a chapter is run.

step-container = container { $name }
step-container-unnamed = a container that Docker names
step-running = the running state of container { $name }
step-running-unnamed = the running state of a container
step-port = port { $name } of this machine
step-image = image { $name }
step-image-unnamed = an image without a name
step-network = network { $name }
step-volume = volume { $name }
step-file = { $name }
step-value = the value of { $name }
step-cache = the build cache of { $name }

step-makes = makes { $things }
step-starts = starts { $things }
step-publishes = publishes { $things }
step-stops = stops { $things }
step-removes = removes { $things }

step-missing = { $section } builds on what is not there:
step-missing-thing = { $thing }, made by { $sections }
step-in-the-way = Of what an earlier run left, this is in the way and is removed first:
step-run-missing = Run { $sections } before it, unseen?
step-alone = What { $section } builds on is there: nothing else is run.
step-refused = What it builds on is not there, and the answer was no.
step-resume-none = No earlier run of { $chapter } on this engine has stopped on the way: it starts from the beginning.
step-resume-other-engine = The earlier run of { $chapter } was on another engine: it starts from the beginning.
step-resume-from = { $chapter } goes on with section { $section }.
step-resume-offer = resume     { $command }
