# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

WORKDIR /app

COPY Cargo.toml ./
RUN mkdir src && echo "fn main() {}" > src/main.rs && cargo fetch --quiet
