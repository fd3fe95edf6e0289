# What the pages' script says, book/theme/reader.js. It fills the variables in.

script-copied = Copied
script-copied-placeholders = Copied; replace { $placeholders }
script-copy-failed = Not copied: select the text
script-search = Search the book
script-close = Close
script-searching = Searching …
script-nothing-found = Nothing found for “{ $query }”
script-found = { $count } results
script-search-failed = The search needs a web server: cargo run --bin book -- serve
script-known-steps = { $count } steps as above
script-read = read
