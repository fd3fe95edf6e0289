# What is said of a command that is left out or fails afterwards.

chapter-left-out = left out, because this shell cannot reach the engine's network: { $command }
chapter-afterwards-failed = `{ $command }` failed: { $output }
