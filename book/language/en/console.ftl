# Commands with their output.

console-label = Commands and their output
console-copy = Copy commands
# $origin is the text of tables-origin.
console-recorded =
    Recorded on { $date } with Docker Engine { $engine }, { $architecture }; { $origin }{ $database ->
        [none] {""}
       *[other] ; database { $database }
    }.
console-not-recorded = For CockroachDB; its output is not recorded here.
console-recorded-value = as recorded; yours will differ
console-interrupt = Ctrl-C in the terminal of: { $command }
console-status = exit status { $status }
console-signal = ended by a signal
console-took = took { $seconds } s
console-answer = Answer
console-hint = Hint
