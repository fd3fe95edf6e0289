# What became of each section, and of all of them.

report-verdict-same = as in the book
report-verdict-differs-as-expected = as in the book, except: { $list }
report-verdict-not-run = { $count } of { $all } commands not run
report-verdict-not-recorded = not recorded in the book
report-verdict-in-other-words = as in the book, in other words: the claim holds, the text differs; { $list }
report-verdict-differs = differs from the book
report-verdict-failed = failed

report-is = { $name } is { $here }
report-is-and-was = { $name } is { $here } (book: { $book })
report-published-on-ipv4 = published on IPv4 only
report-listens-on-ipv4 = no IPv6 in the container
report-log-order = the order of stdout and stderr
report-more = and { $count } more

report-kind-container = container { $number }
report-kind-image = image { $number }
report-kind-layer = layer { $number }
report-kind-network = network { $number }
report-kind-volume = volume { $number }
report-kind-name = name { $number }
report-kind-address = address { $number }
report-kind-port = port { $number }
report-kind-ipv6-port = IPv6 port { $number }
report-kind-size = size { $number }
report-kind-version = version { $number }
report-kind-architecture = architecture { $number }
report-kind-time = times
report-kind-duration = durations
report-kind-n = the number of attempts
report-kind-ref = the build context's id
report-kind-registry-answer = the registry's answer
report-kind-resolver-answer = the resolver's answer

report-more-lines = … lines left out: { $count }
report-reason-failed = It did not show what it has to show.
report-reason-not-in-chapter = The book has this command, the chapter has not.
report-reason-not-in-book = The chapter has this command, the book has not.
report-reason-elsewhere = Other than in the book: { $list }
report-part-engine = engine { $here } (book: { $book })
report-part-client = client { $here } (book: { $book })
report-part-buildx = buildx { $here } (book: { $book })
report-part-compose = Compose { $here } (book: { $book })
report-part-runc = runc { $here } (book: { $book })
report-part-containerd = containerd { $here } (book: { $book })
report-part-image-store = image store { $here } (book: { $book })
report-part-frontend = Dockerfile frontend { $here } (book: { $book })
report-part-curl = curl { $here } (book: { $book })
report-part-operating-system = { $here } (book: { $book })
report-part-architecture = { $here } (book: { $book })
report-part-database = { $here } (book: { $book })
report-part-base-images = base images { $here ->
    [pulled] pulled
    [mixed] in part assembled
   *[other] assembled
} (book: { $book ->
    [pulled] pulled
    [mixed] in part assembled
   *[other] assembled
})

report-count = { $chapter }, sections: { $list }.
report-count-same = { $count } as in the book
report-count-differs-as-expected = { $count } of them with other ids or times
report-count-in-other-words = { $count } in other words
report-count-differs = { $count } different
report-count-failed = { $count } failed
report-count-not-run = { $count } not run
report-count-not-recorded = { $count } not recorded in the book
report-not-compared = The book has no transcript of { $chapter } that could be read: { $cause }

# The table of all chapters, and what comes after it.
report-ended = all as expected
report-ended-in-other-words = all as expected, some in other words
report-ended-differently = not as in the book: { $sections }
report-interrupted = interrupted
report-left = left early
report-stopped = stopped
report-removed = { $word }; what it made is removed
report-row = sections { $sections }  commands { $commands }  { $seconds } s  { $word }
report-own = The program's own part of that time: { $percent } %.
report-show-words = With --diff you see the lines that are in other words.
report-next = Next: { $command }
report-go-on = go on      { $command }
report-error = Error: { $chapter }: { $cause }
