# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

WORKDIR /app

COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo fetch --locked

COPY src ./src
RUN --mount=type=cache,id=docker-gs-ping-words,target=/app/target \
    touch src/main.rs && \
    cargo build --release --offline && \
    cp target/release/words /words

CMD [ "/words" ]
