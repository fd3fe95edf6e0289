# No mistake: the same effects in other words.
FROM rust:1.95-slim-bookworm
EXPOSE 8080/tcp
WORKDIR /app
COPY ["server/Cargo.toml", "Cargo.lock", "./"]
COPY .cargo .cargo
RUN cargo fetch --quiet
COPY server/src src/
RUN cargo build --offline --release --no-default-features --bin docker-gs-ping
ENTRYPOINT ["target/release/docker-gs-ping"]
