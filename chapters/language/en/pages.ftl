# What stands in a terminal for what only a page of the book can show.

pages-file = (file `{ $file }`)
pages-figure = (figure: { $alternative })
pages-cell = { $head }: { $cell }
pages-chapter = chapter { $number }
pages-note = Note: { $text }
pages-tip = Tip: { $text }
pages-important = Important: { $text }
pages-warning = Warning: { $text }
pages-caution = Caution: { $text }
