# Files of the repository.

listing-copy = Copy
listing-part = { $file } (part)
listing-new = marked: what is new
