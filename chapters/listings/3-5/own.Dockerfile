# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

WORKDIR /app

COPY Cargo.toml ./
RUN cargo fetch --quiet
