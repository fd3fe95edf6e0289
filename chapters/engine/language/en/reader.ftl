# What a chapter says of itself from start to end.

reader-page =
    Its page: { $address }
    (there while `{ $command }` runs)
reader-no-repository = the repository from which this program was built is no longer where it was
reader-unknown-step =
    there is no section { $step }
    next: `--list` shows which there are
reader-one-chapter =
    { $option } goes with one chapter: { $why }
    next: { $start } { $chapter } -- { $option } …
reader-one-keeps = what one chapter keeps would stop the next
reader-one-answer = a file is the answer to one exercise
reader-one-transcript = a file holds the transcript of one chapter
reader-one-stays = only one chapter can keep running
reader-mistake = the file of { $chapter } is wrong: { $mistake }
reader-cannot-start =
    { $chapter } cannot start
    { $why }
reader-unrecorded =
    { $chapter } on { $database } was never recorded: the book shows it on { $recorded }.
    A command may fail or show something else although you did nothing wrong.
reader-recorded = `{ $command }` runs it on { $database }, as it was recorded
reader-later-chapters = Later chapters do not start until this is removed (!).
reader-not-cleaned-up = ! not cleaned up: { $trouble }
reader-unlocked = failed to lock { $file }: { $reason }
reader-waiting = Another chapter is running; waiting until it has ended.
reader-waited =
    another chapter has run for { $minutes } minutes and is still running
    next: end it, or wait for it; it holds { $file }
