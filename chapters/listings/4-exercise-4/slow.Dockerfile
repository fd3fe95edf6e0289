# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

WORKDIR /app

COPY . .
RUN cargo build --release --locked && mv target/release/words /words

CMD [ "/words" ]
