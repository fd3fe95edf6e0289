# What stands between the commands.

screen-error = Error: { $what }
screen-first = first: { $command }
screen-seconds = { $seconds } s
screen-expected = expected: { $what }
