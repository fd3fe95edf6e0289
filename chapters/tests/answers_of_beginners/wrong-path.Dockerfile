# A path that does not start at the root of the context:
# https://github.com/nwiizo/tfmcp/issues/5
FROM rust:1.95-slim-bookworm
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN cargo fetch
