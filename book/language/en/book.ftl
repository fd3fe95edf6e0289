# The book as a whole.

book-title = Running Rust in Docker
book-description = Docker from the first Dockerfile to a database, with a Rust service and commands that really ran
