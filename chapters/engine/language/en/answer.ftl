# An exercise with the reader's own file.

answer-none =
    { $chapter } has no exercise that asks for a file of yours
    next: take another chapter; its page says which exercises do
answer-other =
    { $step } does not ask for a file of yours
    next: take one of these with `--step`: { $list }
answer-absent =
    your file { $file } cannot be read: { $reason }
    next: check its name; it starts from the folder in which you type the command
answer-folder =
    { $file } is a folder, and { $id } asks for a file
    next: name the file in it
answer-file =
    { $file } is a file, and { $id } asks for a folder
    next: name the folder that it is in
answer-name =
    the path of { $file } has letters that are not UTF-8
    next: give it another name
answer-effects = { $file } compared with the book's, by what it brings about:
answer-count = { $met } of { $all } effects.
