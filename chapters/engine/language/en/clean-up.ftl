# What stays when a chapter has ended, and what `--clean` asks.

clean-up-kept = Kept, until you remove it with `-- --clean`:
clean-up-left-alone =
    Not removed, because no known run of the tutorial made it: { $object }
    { "  " }if you want to remove it: { $command }
clean-up-other-engine =
    Runs on another engine left notes as well;
    `-- --clean` with that engine removes what they left.
clean-up-nothing-left = Nothing of the tutorial's is left behind.
clean-up-to-remove = To be removed, since the tutorial made it:
clean-up-folder = folder { $folder }
clean-up-question = Remove it?
clean-up-declined = Nothing was removed.
clean-up-removed = Removed.
clean-up-failed = failed to remove { $folder }: { $reason }
clean-up-unread =
    failed to read the note { $file }: { $reason }
    It says what a run has left, so `--clean` cannot know that.
    next: remove what that run left, if it is still there, and then the note: { $command }
clean-up-not-noted =
    `--clean` knows what was there before this run, not what the run left.
    Of the new objects it removes only those with a name of the tutorial.
clean-up-unknown =
    `--clean` will not know of: { $object }
    { "  " }to remove it: { $command }
clean-up-next-end = next: fix the cause, then remove what is left with `-- --clean`
clean-up-next-start = next: make space there, or make the folder writable, and run the same again
