# What `--replay` says of itself.

replay-recorded =
    Recorded on { $date } with Docker Engine { $engine }, { $architecture }; { $base_images ->
        [assembled] base images assembled from Debian's packages
       *[other] base images pulled from their registries
    }{ $database ->
        [none] {""}
       *[other] ; database { $database }
    }.
    To run it: { $command }
replay-starts = This is a replay of { $chapter }; nothing is run.
replay-ends = That was a replay of { $chapter }; nothing was run.
replay-status = {"  "}exit status { $status }
replay-signal = {"  "}ended by a signal
replay-no-recording = Error: { $chapter } cannot be replayed: { $error }
