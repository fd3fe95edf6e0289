# What stays when a chapter has ended, and what `--clean` asks.

clean-up-kept = Kept, until you remove it with `-- --clean`:
clean-up-left-alone =
    Left alone, since no run of the tutorial here is known to have made it: { $object }
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
