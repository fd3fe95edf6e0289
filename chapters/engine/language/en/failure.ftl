# Why a chapter did not reach its end.

failure-section = section { $section } did not show what the book shows ({ $place })
failure-command = command
failure-expected = expected
failure-came = came
failure-timed-out = did not end within { $seconds } s
failure-status = exit status { $status } after { $seconds } s
failure-signal = ended by a signal
# A command that is waited for: how long, how often, and how the last attempt that ended did so.
failure-waited = waited { $seconds } s, { $attempts ->
    [1] 1 attempt
   *[other] { $attempts } attempts
}; { $last }
failure-last-status = the last one that ended: exit status { $status }
failure-last-signal = the last one that ended: ended by a signal
failure-no-attempt-ended = none of them ended by itself

failure-no-output = { $came }, no output
failure-output = { $came }, and this output:
failure-last-lines = { $came }, and output that ends in:
failure-run = failed to run `{ $command }` ({ $place }): { $reason }
failure-placeholder = `{ $command }` ({ $place }) needs { $placeholder }, which no earlier command of the chapter printed
failure-interrupted = interrupted
failure-left = left early
