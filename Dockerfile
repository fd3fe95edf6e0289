# syntax=docker/dockerfile:1

# The Debian slim variant has the C linker that cargo calls,
# and little else
FROM rust:1.95-slim-bookworm

WORKDIR /app

# Download the crates that the manifest and the lock file name
COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
RUN cargo fetch

COPY server/src ./src

# Compile, and put the program where its path is short
RUN cargo build --release --offline --no-default-features --bin docker-gs-ping && \
    mv target/release/docker-gs-ping /docker-gs-ping

# Document the port that the service listens on
EXPOSE 8080

# It runs as root; the multi-stage file has a user for it
CMD [ "/docker-gs-ping" ]
