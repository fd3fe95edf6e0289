# The book as a whole.

book-description = Docker from the first Dockerfile to a database, with a Rust service and commands that really ran
