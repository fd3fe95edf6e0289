FROM rust:1.95-slim-bookworm
CMD [ "echo", "built from other.Dockerfile" ]
