# What is asked before each command with --interactive.

interactive-question = [r]un  [s]kip  [e]xplain  run [a]ll the rest  [q]uit (Enter runs it):
interactive-again = Type one of r, s, e, a, q.
interactive-end = The input has ended, so the chapter ends here.
interactive-skipped = Commands skipped before this one: { $number }. Something that they make may be missing.
