# syntax=docker/dockerfile:1
FROM rust:1.95-slim-bookworm
RUN <<LINES
echo the first line
echo the second line
LINES
