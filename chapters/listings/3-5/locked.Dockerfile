# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

WORKDIR /app

COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
RUN cargo fetch --quiet --locked
