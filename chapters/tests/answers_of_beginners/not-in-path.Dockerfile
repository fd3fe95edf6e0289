# A program that is not where CMD looks for it:
# https://github.com/docker-library/docs/issues/1634
FROM rust:1.95-slim-bookworm
WORKDIR /app
COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
RUN cargo fetch
COPY server/src ./src
RUN cargo build --release --offline --no-default-features --bin docker-gs-ping && \
    mv target/release/docker-gs-ping /app/docker-gs-ping
EXPOSE 8080
CMD ["docker-gs-ping"]
