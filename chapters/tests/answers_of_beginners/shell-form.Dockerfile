# A command that a shell starts:
# https://docs.docker.com/reference/build-checks/json-args-recommended/
FROM rust:1.95-slim-bookworm
WORKDIR /app
COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
RUN cargo fetch
COPY server/src ./src
RUN cargo build --release --offline --no-default-features --bin docker-gs-ping && \
    mv target/release/docker-gs-ping /docker-gs-ping
CMD /docker-gs-ping
