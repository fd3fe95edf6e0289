# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm

COPY README.md ./
