# What is asked before each command with --interactive.

interactive-question = [r]un  [s]kip  [e]xplain  run [a]ll the rest  [q]uit (Enter runs it):
interactive-again = That was none of r, s, e, a, q.
interactive-end = No more answers: it ends here.
interactive-skipped = Commands that were skipped before this: { $number }. What they would have made may be missing.
