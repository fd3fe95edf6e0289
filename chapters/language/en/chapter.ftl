# What is said of a command that is not simply run.

chapter-left-out = left out, since this engine has a network of its own: { $command }
chapter-afterwards-failed = `{ $command }` failed: { $output }
