# Why a program could not be run.

process-start = failed to start `{ $program }`: { $reason }
process-wait = failed to wait for process { $process }: { $reason }
