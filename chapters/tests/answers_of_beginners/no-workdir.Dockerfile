# No WORKDIR, so that the files are at the root of the image, and the sources are copied too early:
# https://github.com/trackwizz/trackwizz/pull/27
FROM rust:1.95-slim-bookworm
COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
COPY server/src ./src
RUN cargo build --release --no-default-features --bin docker-gs-ping
EXPOSE 8080
CMD ["/target/release/docker-gs-ping"]
