# What is said of a command that is not simply run.

chapter-left-out = left out, since this shell is not in the engine's network: { $command }
chapter-afterwards-failed = `{ $command }` failed: { $output }
